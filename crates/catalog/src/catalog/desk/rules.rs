//! Who looks at what an organisation publishes: the portal's rule, and those of its organisations.

use askama::Template;
use axum::{
    Form,
    extract::State,
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};

use super::super::{
    store::workflow as rows,
    workflow::{self, Step, TAKING_PART, model::Review},
};
use crate::{
    accounts,
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        i18n::Lang,
        op::{Op, Role},
        page::{render, shell},
        problem::{Problem, Result},
    },
};

#[derive(Template)]
#[template(path = "catalog/desk/rules.html")]
pub struct RulesPage {
    page: Shell,
    rules: Vec<RuleForm>,
}

/// The rule of the portal, or of one organisation.
struct RuleForm {
    field: String,
    label: String,
    choices: Vec<Choice>,
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    op.require(&[Role::Admin])?;
    let known = rows::list_rules(app.db.read()).await?;
    let portal = workflow::review_of(&app, None).await?;
    let organisations = accounts::list_organisations(&app).await?;
    let mut all = vec![(
        String::new(),
        op.lang.text("catalog-workflow-all-others").to_string(),
    )];
    all.extend(organisations.into_iter().map(|known| (known.code, known.name)));
    render(&RulesPage::new(shell(&app, &op, &uri), portal, &known, &all))
}

pub async fn save(
    State(app): State<App>,
    op: Op,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response> {
    op.require(&[Role::Admin])?;
    let known = rows::list_rules(app.db.read()).await?;
    let mut tx = app.db.begin().await?;
    for (field, word) in &fields {
        let Some(organisation) = field.strip_prefix("rule-") else {
            continue;
        };
        let before = known
            .iter()
            .find(|(code, _)| code == organisation)
            .map(|(_, word)| word.as_str());
        let review = Review::read(word);
        if before.unwrap_or_default() != review.map_or("", Review::as_str) {
            workflow::set_rule(&mut tx, &op, organisation, review).await?;
        }
    }
    tx.commit().await?;
    Ok(Redirect::to("/desk/review/rules").into_response())
}

/// Checks several at once, those that were chosen on the desk.
pub async fn check_chosen(
    State(app): State<App>,
    op: Op,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response> {
    op.require(&TAKING_PART)?;
    let mut tx = app.db.begin().await?;
    for (field, value) in &fields {
        if field != "item" {
            continue;
        }
        let unknown = || Problem::not_found("publication-unknown");
        let (publication, revision) = value.split_once(':').ok_or_else(unknown)?;
        let step = Step {
            publication,
            revision: revision.parse().map_err(|_| unknown())?,
            act: super::review::act_of(&app, &op, "check", "")?,
            note: "",
        };
        workflow::act(&app, &mut tx, &op, step).await?;
    }
    tx.commit().await?;
    Ok(Redirect::to("/desk/data").into_response())
}

impl RulesPage {
    fn new(page: Shell, portal: Review, known: &[(String, String)], all: &[(String, String)]) -> RulesPage {
        let lang = page.lang;
        let rules = all
            .iter()
            .map(|(code, name)| {
                let own = known
                    .iter()
                    .find(|(of, _)| of == code)
                    .map(|(_, word)| word.as_str());
                let chosen = match own {
                    Some(word) => word,
                    None if code.is_empty() => portal.as_str(),
                    None => "",
                };
                let as_portal =
                    Choice::new("", lang.text("catalog-workflow-rule-as-portal")).chosen_if(chosen);
                let words = Review::ALL.into_iter().map(|review| {
                    let text = lang.text(format!("catalog-workflow-rule-{}", review.as_str()));
                    Choice::new(review.as_str(), text).chosen_if(chosen)
                });
                RuleForm {
                    field: format!("rule-{code}"),
                    label: name.clone(),
                    choices: (!code.is_empty())
                        .then_some(as_portal)
                        .into_iter()
                        .chain(words)
                        .collect(),
                }
            })
            .collect();
        let title = lang.text("catalog-workflow-rules").to_string();
        RulesPage {
            page: page
                .titled(&title)
                .crumb(lang.text("catalog-desk"), "/desk/data")
                .crumb(&title, ""),
            rules,
        }
    }

    pub fn sample(lang: Lang) -> RulesPage {
        let all = [("", "All <others>"), ("dinas-pu", "Dinas <Pekerjaan Umum>")];
        let all = all.map(|(code, name)| (code.to_owned(), name.to_owned()));
        let known = [("dinas-pu".to_owned(), "steward".to_owned())];
        RulesPage::new(Shell::sample(lang), Review::Approver, &known, &all)
    }
}
