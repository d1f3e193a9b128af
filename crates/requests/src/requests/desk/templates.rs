//! Answers a unit gives often: managed by its officers, filled in for one request in the resident's language.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::fields::Fields;
use crate::{
    accounts,
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Choice, FieldError},
        },
        i18n::Lang,
        id,
        op::{Op, Role},
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Problem, Result},
        words::Words,
    },
    requests::{
        TemplateSaved,
        model::{
            request::Request,
            template::{Filling, Template as Answer, Wrong},
        },
        store::desk,
        words::{Teller, written},
    },
};

#[derive(Template)]
#[template(path = "requests/desk/templates.html")]
pub struct TemplatesPage {
    pub page: Shell,
    pub listed: Vec<Row>,
    pub agencies: Vec<Choice>,
    /// The template that is being changed; empty for a new one.
    pub id: String,
    pub title: String,
    pub texts: Vec<TextField>,
}

/// A template in the list.
pub struct Row {
    pub id: String,
    pub title: String,
    pub unit: String,
    pub languages: String,
    pub excerpt: String,
}

/// The text in one language.
pub struct TextField {
    pub lang: &'static str,
    pub label: String,
    pub value: String,
}

#[derive(Deserialize)]
pub struct Asked {
    id: Option<String>,
}

/// The templates of the units somebody answers for.
pub async fn offered(app: &App, op: &Op) -> Result<Vec<Answer>> {
    let mut all = desk::list_templates(app.db.read(), None).await?;
    all.retain(|template| op.has_for(&[Role::Officer], &template.agency));
    Ok(all)
}

/// Writes a template for a request, in the language the resident is written to in.
pub async fn fill(app: &App, teller: &Teller, request: &Request, template: &str, op: &Op) -> Result<String> {
    let found = desk::find_template(app.db.read(), template)
        .await?
        .filter(|found| {
            op.has_for(&[Role::Officer], &found.agency) && request.agency.as_deref() == Some(&found.agency)
        })
        .ok_or_else(|| Problem::invalid("fields").field("template", "requests-desk-template-unknown"))?;
    // Names and dates too are in the resident's language, not in the officer's.
    let lang: Lang = request.lang.parse().unwrap_or(op.lang);
    let service = teller.library.service(&request.service).map_or_else(
        |_| request.service.clone(),
        |service| service.title.in_language(lang.code()).to_owned(),
    );
    let place = request
        .place
        .as_deref()
        .and_then(|code| teller.library.places().find(code))
        .map_or("", |place| place.name_in(lang.code()));
    let filling = Filling {
        code: &written(&request.code),
        place,
        service: &service,
        date: &lang.date(app.config.day(op.at)),
    };
    Ok(found.fill(lang.code(), &filling))
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri, Query(asked): Query<Asked>) -> Result<Response> {
    op.require(&[Role::Officer])?;
    let chosen = match asked.id.as_deref().filter(|id| !id.is_empty()) {
        Some(id) => Some(own(&app, &op, id).await?),
        None => None,
    };
    let page = shell(&app, &op, &uri);
    render(&templates_page(&app, &op, page, chosen.as_ref()).await?)
}

pub async fn save(State(app): State<App>, op: Op, fields: Fields) -> Result<Response> {
    op.require(&[Role::Officer])?;
    let texts = Words(
        Lang::ALL
            .into_iter()
            .filter_map(|lang| {
                let text = fields.filled(&format!("text-{lang}"))?;
                Some((lang.code().to_owned(), text))
            })
            .collect(),
    );
    let mut template = Answer {
        id: fields.get("id").to_owned(),
        agency: fields.get("agency").to_owned(),
        title: fields.get("title").trim().to_owned(),
        texts,
    };
    let saved = async {
        if template.id.is_empty() {
            if !op.has_for(&[Role::Officer], &template.agency) {
                return Err(Problem::invalid("fields").field("agency", "requests-agency-unknown"));
            }
            template.id = id::fresh(op.at);
        } else {
            template.agency = own(&app, &op, &template.id).await?.agency;
        }
        let mut tx = app.db.begin().await?;
        if fields.get("act") == "close" {
            desk::close_template(&mut tx, &op, &template.id).await?;
        } else {
            template.check().map_err(refused)?;
            desk::save_template(&mut tx, &op, &template).await?;
        }
        let saved = TemplateSaved {
            template: template.id.clone(),
            agency: template.agency.clone(),
        };
        tx.emit(&op, &saved).await?;
        tx.commit().await
    }
    .await;
    match saved {
        Ok(()) => Ok(Redirect::to("/desk/requests/templates").into_response()),
        Err(problem) if problem.kind() != Kind::Invalid => Err(problem),
        Err(problem) => {
            let mut page = shell(&app, &op, &Uri::from_static("/desk/requests/templates"));
            page.errors = field_errors(&problem, &op);
            template.id = fields.get("id").to_owned();
            render_refused(&problem, &templates_page(&app, &op, page, Some(&template)).await?)
        }
    }
}

/// Finds a template of a unit somebody answers for.
async fn own(app: &App, op: &Op, id: &str) -> Result<Answer> {
    desk::find_template(app.db.read(), id)
        .await?
        .filter(|template| op.has_for(&[Role::Officer], &template.agency))
        .ok_or_else(|| Problem::not_found("requests-desk-template-unknown"))
}

fn refused(wrong: Wrong) -> Problem {
    let fields = Problem::invalid("fields");
    match wrong {
        Wrong::TitleMissing => fields.field("title", "name-missing"),
        Wrong::TitleLong => fields.field("title", "text-long"),
        Wrong::TextMissing => fields.field("text-en", "requests-text-missing"),
        Wrong::TextLong => fields.field("text-en", "text-long"),
        Wrong::Placeholder(name) => fields.field_with(
            "text-en",
            "requests-desk-placeholder-unknown",
            vec![("name", name)],
        ),
    }
}

async fn templates_page(app: &App, op: &Op, page: Shell, chosen: Option<&Answer>) -> Result<TemplatesPage> {
    let teller = Teller::new(app, op.lang).await?;
    let listed = offered(app, op)
        .await?
        .into_iter()
        .map(|template| Row {
            unit: teller.agency(Some(&template.agency)),
            languages: template
                .texts
                .0
                .keys()
                .map(|code| super::matter::language(code))
                .collect::<Vec<_>>()
                .join(", "),
            excerpt: teller.words(&template.texts).chars().take(160).collect(),
            id: template.id,
            title: template.title,
        })
        .collect();
    let chosen_agency = chosen.map_or("", |template| template.agency.as_str());
    let agencies = accounts::list_organisations(app)
        .await?
        .into_iter()
        .filter(|organisation| op.has_for(&[Role::Officer], &organisation.code))
        .map(|organisation| Choice::new(&organisation.code, &organisation.name).chosen_if(chosen_agency))
        .collect();
    Ok(TemplatesPage {
        page: titled(page, op.lang),
        listed,
        agencies,
        id: chosen.map(|template| template.id.clone()).unwrap_or_default(),
        title: chosen.map(|template| template.title.clone()).unwrap_or_default(),
        texts: text_fields(op.lang, chosen),
    })
}

fn titled(page: Shell, lang: Lang) -> Shell {
    page.titled(lang.text("requests-desk-templates"))
        .crumb(lang.text("requests-desk-title"), "/desk/requests")
        .crumb(lang.text("requests-desk-templates"), "")
}

/// A field for each language; the reader's own comes first.
fn text_fields(reader: Lang, chosen: Option<&Answer>) -> Vec<TextField> {
    let mut langs = Lang::ALL.to_vec();
    langs.sort_by_key(|lang| (*lang != reader, !Lang::COMPLETE.contains(lang)));
    langs
        .into_iter()
        .map(|lang| TextField {
            lang: lang.code(),
            label: reader
                .text("requests-desk-text-in")
                .arg("language", lang.own_name())
                .into(),
            value: chosen
                .and_then(|template| template.texts.0.get(lang.code()))
                .cloned()
                .unwrap_or_default(),
        })
        .collect()
}

impl TemplatesPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> TemplatesPage {
        let mut page = titled(Shell::sample(lang), lang);
        page.errors = vec![FieldError {
            field: "text-en".into(),
            text: lang
                .text("problem-requests-desk-placeholder-unknown")
                .arg("name", "<nama>")
                .into(),
        }];
        TemplatesPage {
            page,
            listed: vec![Row {
                id: "0".into(),
                title: "Lampu <LED>".into(),
                unit: "Dinas <PU>".into(),
                languages: "English".into(),
                excerpt: "Laporan {code} di <desa>".into(),
            }],
            agencies: vec![Choice::new("dinas-pu", "Dinas <PU>")],
            id: "0".into(),
            title: "Lampu <LED>".into(),
            texts: text_fields(lang, None),
        }
    }
}
