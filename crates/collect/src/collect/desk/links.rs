//! The links of a form: made, copied, withdrawn.

use std::collections::HashMap;

use askama::Template;
use axum::{
    Form as Input, Router,
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;

use crate::{
    collect::{
        KEEPERS, links,
        model::{Audience, Form, PublicLink},
        openrosa::{part, site_of},
        store,
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

pub fn routes() -> Router<App> {
    Router::new()
        .route("/desk/links/{project}/{form}", get(list).post(add))
        .route("/desk/links/{project}/{form}/{link}/withdraw", post(withdraw))
}

type Parts = Path<HashMap<String, String>>;

#[derive(Template)]
#[template(path = "collect/desk/links.html")]
pub struct LinksPage {
    pub page: Shell,
    pub title: String,
    /// Where the page's forms are sent.
    pub base: String,
    /// Whether everybody may fill the form anyway.
    pub is_public: bool,
    pub links: Vec<LinkRow>,
    pub kinds: Vec<Choice>,
    pub input: AddInput,
}

pub struct LinkRow {
    pub number: i64,
    pub name: String,
    pub address: String,
    pub kind: String,
    pub made: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct AddInput {
    pub name: String,
    /// `once` or `often`.
    pub kind: String,
}

async fn list(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path(parts): Parts,
) -> Result<Response> {
    op.require(&KEEPERS)?;
    let form = find(&app, &parts).await?;
    let site = site_of(&app, &headers);
    render(&links_page(&app, &op, &uri, &site, &form, AddInput::default()).await?)
}

async fn links_page(
    app: &App,
    op: &Op,
    uri: &Uri,
    site: &str,
    form: &Form,
    input: AddInput,
) -> Result<LinksPage> {
    let found = links::list(app, op, form).await?;
    let title = store::find_current(app.db.read(), &form.id)
        .await?
        .map_or_else(|| form.xml_form_id.clone(), |version| version.title);
    let row = |link: PublicLink| LinkRow {
        number: link.number,
        name: link.name,
        address: link
            .token
            .map(|token| format!("{site}/forms/{}/{}?st={token}", form.project_slug, form.slug))
            .unwrap_or_default(),
        kind: op.lang.text(kind_of(link.is_once)).to_string(),
        made: op.lang.short_date(app.config.day(link.created_at)),
    };
    let heading = op.lang.text("collect-people-links").to_string();
    let of_form = format!("/desk/collect/{}/{}", form.project_slug, form.slug);
    Ok(LinksPage {
        page: shell(app, op, uri)
            .titled(&heading)
            .crumb(op.lang.text("collect-desk"), "/desk/collect")
            .crumb(&title, of_form)
            .crumb(&heading, ""),
        title,
        base: base(form),
        is_public: form.audience == Audience::Public,
        links: found.into_iter().map(row).collect(),
        kinds: kinds(op.lang, &input.kind),
        input,
    })
}

fn kind_of(is_once: bool) -> &'static str {
    if is_once {
        "collect-people-once"
    } else {
        "collect-people-often"
    }
}

fn kinds(lang: Lang, chosen: &str) -> Vec<Choice> {
    let chosen = if chosen == "once" { "once" } else { "often" };
    [("often", false), ("once", true)]
        .map(|(value, is_once)| Choice::new(value, lang.text(kind_of(is_once))).chosen_if(chosen))
        .into()
}

async fn add(
    State(app): State<App>,
    op: Op,
    headers: HeaderMap,
    Path(parts): Parts,
    Input(input): Input<AddInput>,
) -> Result<Response> {
    op.require(&KEEPERS)?;
    let form = find(&app, &parts).await?;
    match links::add(&app, &op, &form, &input.name, input.kind == "once").await {
        Ok(_) => Ok(Redirect::to(&base(&form)).into_response()),
        Err(problem) if problem.kind() == Kind::Internal => Err(problem),
        Err(problem) => {
            let uri = Uri::from_static("/desk/collect");
            let mut again = links_page(&app, &op, &uri, &site_of(&app, &headers), &form, input).await?;
            again.page.errors = field_errors(&problem, &op);
            render_refused(&problem, &again)
        }
    }
}

async fn withdraw(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Response> {
    op.require(&KEEPERS)?;
    let form = find(&app, &parts).await?;
    links::withdraw(&app, &op, &form, part(&parts, "link")).await?;
    Ok(Redirect::to(&base(&form)).into_response())
}

fn base(form: &Form) -> String {
    format!("/desk/links/{}/{}", form.project_slug, form.slug)
}

async fn find(app: &App, parts: &HashMap<String, String>) -> Result<Form> {
    let found = store::find_form_by_slugs(app.db.read(), part(parts, "project"), part(parts, "form")).await?;
    found.ok_or_else(|| Problem::not_found("form-unknown").with("form", part(parts, "form")))
}

impl LinksPage {
    /// The page filled with something of everything, for tests.
    #[must_use]
    pub fn sample(lang: Lang) -> LinksPage {
        LinksPage {
            page: Shell::sample(lang),
            title: "Rumah <tangga>".into(),
            base: "/desk/links/census/household".into(),
            is_public: true,
            links: vec![LinkRow {
                number: 9,
                name: "Poster at O'Brien's".into(),
                address: "https://baraza.example/forms/census/household?st=sample".into(),
                kind: lang.text("collect-people-once").to_string(),
                made: "1 Nov 2026".into(),
            }],
            kinds: kinds(lang, "once"),
            input: AddInput::default(),
        }
    }
}
