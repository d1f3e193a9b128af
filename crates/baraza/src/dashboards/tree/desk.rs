//! Saying at the desk for which numbers an organisation answers.

use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    keep,
    model::{Duties, Rolling},
    open, own,
};
use crate::{
    accounts::model::Organisation,
    dashboards::{
        cards::{months, pages::month_in_words},
        rules::watchable,
    },
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Problem, Result},
    },
};

/// The organisations that somebody may speak for.
#[derive(Template)]
#[template(path = "dashboards/tree/own.html")]
pub struct OwnAgenciesPage {
    page: Shell,
    /// Names and addresses.
    agencies: Vec<(String, String)>,
}

/// What one organisation answers for.
#[derive(Template)]
#[template(path = "dashboards/tree/duties.html")]
pub struct DutiesPage {
    page: Shell,
    action: String,
    public_href: String,
    revision: i64,
    rollings: Vec<Choice>,
    duties: String,
    /// Month and address of the PDF of the latest report card; `None` where there is none yet.
    card: Option<(String, String)>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    revision: String,
    rolling: String,
    duties: String,
}

pub async fn all(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    let agencies = own(&app, &op)
        .await?
        .into_iter()
        .map(|organisation| {
            let href = format!("/desk/agencies/{}", organisation.code);
            (organisation.name, href)
        })
        .collect();
    render(&OwnAgenciesPage::new(shell(&app, &op, &uri), agencies))
}

pub async fn one(State(app): State<App>, op: Op, uri: Uri, Path(agency): Path<String>) -> Result<Response> {
    let (organisation, duties) = open(&app, &op, &agency).await?;
    let page = shell(&app, &op, &uri);
    let typed = duties.typed();
    render(&DutiesPage {
        card: latest_card(&app, op.lang, &organisation).await?,
        ..DutiesPage::new(page, (&organisation, &duties), duties.rolling, typed)
    })
}

pub async fn save(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(agency): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response> {
    let (organisation, duties) = open(&app, &op, &agency).await?;
    if typed.revision.trim() != duties.revision.to_string() {
        return Err(Problem::conflict("dashboards-tree-changed"));
    }
    match duties.parse(&typed.rolling, &typed.duties, &watchable(&app).await?) {
        Ok(changed) => {
            keep(&app, &op, &changed).await?;
            Ok(Redirect::to(&format!("/agencies/{}", organisation.code)).into_response())
        }
        Err(problem) if problem.kind() == Kind::Invalid => {
            let page = Shell {
                errors: field_errors(&problem, &op),
                ..shell(&app, &op, &uri)
            };
            let rolling = Rolling::parse(&typed.rolling);
            let page = DutiesPage {
                card: latest_card(&app, op.lang, &organisation).await?,
                ..DutiesPage::new(page, (&organisation, &duties), rolling, typed.duties)
            };
            render_refused(&problem, &page)
        }
        Err(problem) => Err(problem),
    }
}

async fn latest_card(app: &App, lang: Lang, organisation: &Organisation) -> Result<Option<(String, String)>> {
    let (_, months) = months(app, &organisation.code).await?;
    Ok(months.first().map(|month| {
        let href = format!("/agencies/{}/cards/{month}.pdf", organisation.code);
        (month_in_words(lang, month), href)
    }))
}

impl OwnAgenciesPage {
    fn new(page: Shell, agencies: Vec<(String, String)>) -> OwnAgenciesPage {
        let title = page.t("dashboards-tree-own").to_string();
        let desk = page.t("evidence-desk-way").to_string();
        OwnAgenciesPage {
            page: page.titled(&title).crumb(desk, "/desk").crumb(&title, ""),
            agencies,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> OwnAgenciesPage {
        let agency = ("Dinas <PU>".to_owned(), "/desk/agencies/dinas-pu".to_owned());
        OwnAgenciesPage::new(Shell::sample(lang), vec![agency])
    }
}

impl DutiesPage {
    fn new(
        page: Shell,
        (organisation, duties): (&Organisation, &Duties),
        rolling: Rolling,
        typed: String,
    ) -> DutiesPage {
        let desk = page.t("evidence-desk-way").to_string();
        let all = page.t("dashboards-tree-own").to_string();
        let rollings = Rolling::ALL
            .into_iter()
            .map(|each| {
                let word = each.as_str();
                Choice::new(word, page.t(&format!("dashboards-tree-how-{word}"))).chosen_if(rolling.as_str())
            })
            .collect();
        DutiesPage {
            action: format!("/desk/agencies/{}", organisation.code),
            public_href: format!("/agencies/{}", organisation.code),
            revision: duties.revision,
            rollings,
            duties: typed,
            card: None,
            page: page
                .titled(&organisation.name)
                .crumb(desk, "/desk")
                .crumb(all, "/desk/agencies")
                .crumb(&organisation.name, ""),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> DutiesPage {
        let organisation = Organisation {
            code: "dinas-pu".to_owned(),
            name: "Dinas <PU>".to_owned(),
            about: None,
            contact: None,
        };
        DutiesPage {
            card: Some((
                month_in_words(lang, "2026-10"),
                "/agencies/dinas-pu/cards/2026-10.pdf".to_owned(),
            )),
            ..DutiesPage::new(
                Shell::sample(lang),
                (&organisation, &Duties::default()),
                Rolling::Worst,
                "6.1.1 <2>".to_owned(),
            )
        }
    }
}
