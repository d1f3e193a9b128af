//! Desk pages: forms and how far enumerators are, one form's submissions, what could not be filed.

pub mod devices;
pub mod links;
pub mod submission;

use std::collections::HashMap;

use askama::Template;
use axum::{
    Form as Input, Router,
    extract::{Path, Query, State},
    http::{Uri, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    READERS,
    model::{Audience, Form, FormState, Submission},
    openrosa::{part, stream},
    reading, store,
};
use crate::platform::{
    app::App,
    html::{
        Markup, Shell,
        parts::{Cell, Choice},
    },
    i18n::Lang,
    op::Op,
    page::{render, shell},
    problem::{Problem, Result},
    time::Time,
};

/// Submissions on one page of the desk.
const PAGE_ROWS: usize = 100;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/desk/collect", get(overview))
        .route("/desk/collect/strays", get(strays))
        .route("/desk/collect/strays/{stray}", get(stray))
        .route("/desk/collect/{project}/{form}", get(one_form))
        .route("/desk/collect/{project}/{form}/change", post(change))
        .merge(submission::routes())
        .merge(devices::routes())
        .merge(links::routes())
}

type Parts = Path<HashMap<String, String>>;

#[derive(Template)]
#[template(path = "collect/desk/overview.html")]
pub struct OverviewPage {
    pub page: Shell,
    pub forms: Vec<Vec<Cell>>,
    pub n_strays: usize,
}

#[derive(Template)]
#[template(path = "collect/desk/form.html")]
pub struct FormPage {
    pub page: Shell,
    pub title: String,
    pub version: String,
    pub fill: String,
    pub change: String,
    pub links: String,
    pub devices: String,
    pub may_change: bool,
    pub audiences: Vec<Choice>,
    pub states: Vec<Choice>,
    pub progress: Vec<Vec<Cell>>,
    pub submissions: Vec<Vec<Cell>>,
    /// Where older submissions continue; empty at the end.
    pub older: String,
    /// Where submissions lie that were thrown away; empty for those who may not put one back.
    pub trash: String,
}

#[derive(Template)]
#[template(path = "collect/desk/strays.html")]
pub struct StraysPage {
    pub page: Shell,
    pub rows: Vec<Vec<Cell>>,
}

async fn overview(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    op.require(&READERS)?;
    let known = super::list_forms(&app, None).await?;
    let counts = reading::counts(&app, &op, &known).await?;
    let mut forms = Vec::new();
    for form in known {
        let title = store::find_current(app.db.read(), &form.id)
            .await?
            .map_or_else(|| form.xml_form_id.clone(), |version| version.title);
        let (n, last) = match counts.get(&form.id) {
            Some((n, last)) => (*n, when(&app, &op, *last)),
            None => (0, String::new()),
        };
        forms.push(vec![
            link(&desk_path(&form), &title),
            Cell::text(&form.project_slug),
            Cell::text(op.lang.text(match form.state {
                FormState::Open => "collect-open",
                FormState::Closing => "collect-central-closing",
                FormState::Closed => "collect-closed",
            })),
            #[allow(clippy::cast_precision_loss)]
            Cell::number(op.lang.number(n), n as f64),
            Cell::text(last),
        ]);
    }
    let n_strays = super::list_strays(&app, &op).await?.len();
    let page = shell(&app, &op, &uri).titled(op.lang.text("collect-desk"));
    render(&OverviewPage {
        page,
        forms,
        n_strays,
    })
}

#[derive(Deserialize)]
struct ListQuery {
    before: Option<String>,
}

async fn one_form(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(parts): Parts,
    Query(query): Query<ListQuery>,
) -> Result<Response> {
    op.require(&READERS)?;
    let form = find(&app, &parts).await?;
    let current = store::find_current(app.db.read(), &form.id).await?;
    let (title, version) = current.map_or_else(
        || (form.xml_form_id.clone(), String::new()),
        |version| (version.title, version.version),
    );
    #[allow(clippy::cast_precision_loss)]
    let number = |n: i64| Cell::number(op.lang.number(n), n as f64);
    let progress = reading::progress(&app, &op, &form).await?;
    let progress = progress
        .into_iter()
        .map(|row| {
            vec![
                Cell::text(row.place),
                Cell::text(row.enumerator),
                number(row.n_submissions),
                number(row.n_flagged),
                Cell::text(when(&app, &op, row.first_at)),
                Cell::text(when(&app, &op, row.last_at)),
            ]
        })
        .collect();
    let found = super::list_submissions(&app, &op, &form, query.before.as_deref(), PAGE_ROWS).await?;
    let is_full = found.len() == PAGE_ROWS;
    let older = found
        .last()
        .filter(|_| is_full)
        .map(|last| format!("{}?before={}", desk_path(&form), last.id))
        .unwrap_or_default();
    let submissions = found
        .iter()
        .map(|submission| submission_row(&app, &op, &form, submission))
        .collect();
    let choice =
        |value: &str, text: &str, chosen: &str| Choice::new(value, op.lang.text(text)).chosen_if(chosen);
    let (audience, state) = (form.audience.as_str(), form.state.as_str());
    let page = shell(&app, &op, &uri)
        .titled(&title)
        .crumb(op.lang.text("collect-desk"), "/desk/collect")
        .crumb(&title, "");
    render(&FormPage {
        page,
        title,
        version,
        fill: format!("/forms/{}/{}", form.project_slug, form.slug),
        change: format!("{}/change", desk_path(&form)),
        links: format!("/desk/links/{}/{}", form.project_slug, form.slug),
        devices: format!("/desk/devices/{}", form.project_slug),
        may_change: op.has(&super::KEEPERS),
        audiences: vec![
            choice("staff", "collect-audience-staff", audience),
            choice("public", "collect-audience-public", audience),
        ],
        states: vec![
            choice("open", "collect-open", state),
            choice("closing", "collect-central-closing", state),
            choice("closed", "collect-closed", state),
        ],
        progress,
        submissions,
        older,
        trash: match op.has(&super::KEEPERS) {
            true => format!("{}/trash", desk_path(&form)),
            false => String::new(),
        },
    })
}

#[derive(Deserialize)]
struct ChangeInput {
    #[serde(default)]
    audience: String,
    #[serde(default)]
    state: String,
}

async fn change(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Input(input): Input<ChangeInput>,
) -> Result<Redirect> {
    op.require(&super::KEEPERS)?;
    let form = find(&app, &parts).await?;
    super::change_form(
        &app,
        &op,
        &form,
        Audience::parse(&input.audience),
        FormState::parse(&input.state),
    )
    .await?;
    Ok(Redirect::to(&desk_path(&form)))
}

async fn strays(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    let strays = super::list_strays(&app, &op).await?;
    let rows = strays
        .into_iter()
        .map(|stray| {
            vec![
                link(
                    &format!("/desk/collect/strays/{}", stray.id),
                    &when(&app, &op, stray.received_at),
                ),
                Cell::text(stray.form_said.unwrap_or_default()),
                Cell::text(stray.detail),
                #[allow(clippy::cast_precision_loss)]
                Cell::number(op.lang.number(stray.size_bytes), stray.size_bytes as f64),
                Cell::number(op.lang.number(stray.files.len()), 0.0),
            ]
        })
        .collect();
    let page = shell(&app, &op, &uri)
        .titled(op.lang.text("collect-strays"))
        .crumb(op.lang.text("collect-desk"), "/desk/collect")
        .crumb(op.lang.text("collect-strays"), "");
    render(&StraysPage { page, rows })
}

/// Hands an operator the bytes as they came.
async fn stray(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Response> {
    let found = reading::stray(&app, &op, part(&parts, "stray")).await?;
    let mut response = stream(
        &app,
        &found.blob,
        &format!("{}.xml", found.id),
        Some("application/octet-stream"),
    )
    .await?;
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    Ok(response.into_response())
}

async fn find(app: &App, parts: &HashMap<String, String>) -> Result<Form> {
    let found = store::find_form_by_slugs(app.db.read(), part(parts, "project"), part(parts, "form")).await?;
    found.ok_or_else(|| Problem::not_found("form-unknown").with("form", part(parts, "form")))
}

fn submission_row(app: &App, op: &Op, form: &Form, submission: &Submission) -> Vec<Cell> {
    let name = submission
        .name
        .clone()
        .unwrap_or_else(|| submission.root_id.trim_start_matches("uuid:").to_owned());
    let odd = submission.flags.len();
    vec![
        submission::link_to(form, submission, &name),
        Cell::text(submission::words_of(op.lang, submission.review)),
        Cell::text(when(app, op, submission.first.at)),
        Cell::text(submission.place.clone().unwrap_or_default()),
        Cell::text(submission.enumerator.clone().unwrap_or_default()),
        #[allow(clippy::cast_precision_loss)]
        Cell::number(op.lang.number(odd), odd as f64),
    ]
}

fn desk_path(form: &Form) -> String {
    format!("/desk/collect/{}/{}", form.project_slug, form.slug)
}

fn when(app: &App, op: &Op, at: Time) -> String {
    op.lang.date_time(app.config.zoned(at).datetime())
}

fn link(href: &str, text: &str) -> Cell {
    Cell::html(Markup(format!(
        "<a class=\"govuk-link\" href=\"{href}\">{}</a>",
        Markup::escape(text)
    )))
}

impl OverviewPage {
    pub fn sample(lang: Lang) -> Self {
        let page = Shell::sample(lang);
        let title = page.t("collect-desk").to_string();
        Self {
            forms: vec![vec![
                link("/desk/collect/census/household", "Household <2026>"),
                Cell::text("Census"),
                Cell::text(page.t("collect-open")),
                Cell::number("271", 271.0),
                Cell::text("21 Nov 2026, 09:30"),
            ]],
            n_strays: 2,
            page: page.titled(title),
        }
    }
}

impl FormPage {
    pub fn sample(lang: Lang) -> Self {
        let text = |words: &str| Cell::text(words);
        let number = |words: &str| Cell::number(words, 3.0);
        Self {
            page: Shell::sample(lang)
                .titled("Household <2026>")
                .crumb(lang.text("collect-desk"), "/desk/collect")
                .crumb("Household <2026>", ""),
            title: "Household <2026>".into(),
            version: "2026.1".into(),
            fill: "/forms/census/household".into(),
            links: "/desk/links/census/household".into(),
            devices: "/desk/devices/census".into(),
            change: "/desk/collect/census/household/change".into(),
            may_change: true,
            audiences: vec![Choice::new("staff", lang.text("collect-audience-staff")).chosen_if("staff")],
            states: vec![Choice::new("open", lang.text("collect-open")).chosen_if("open")],
            progress: vec![vec![
                text("35.22.01.2001"),
                text("E1 <3>"),
                number("3"),
                number("3"),
                text("20 Nov 2026, 09:30"),
                text("21 Nov 2026, 09:30"),
            ]],
            submissions: vec![vec![
                link(
                    "/desk/collect/census/household/submissions/1",
                    "O'Brien, Melati 3",
                ),
                text(&submission::words_of(
                    lang,
                    crate::collect::model::ReviewState::Approved,
                )),
                text("21 Nov 2026, 09:30"),
                text("35.22.01.2001"),
                text("E1"),
                number("3"),
            ]],
            older: "/desk/collect/census/household?before=0".into(),
            trash: "/desk/collect/census/household/trash".into(),
        }
    }
}

impl StraysPage {
    pub fn sample(lang: Lang) -> Self {
        let page = Shell::sample(lang);
        let title = page.t("collect-strays").to_string();
        Self {
            page: page.titled(title),
            rows: vec![vec![
                link("/desk/collect/strays/0", "21 Nov 2026, 09:30"),
                Cell::text("household <2026>"),
                Cell::text("These answers cannot be filed"),
                Cell::number("2,400", 2400.0),
                Cell::number("1", 1.0),
            ]],
        }
    }
}
