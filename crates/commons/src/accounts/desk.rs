//! The administrator's desk: people, work in the background, and who changed what.

use askama::Template;
use axum::{
    Form, Router,
    extract::{Query, State},
    http::{HeaderMap, Uri},
    response::{Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    model::{self, NewUser},
    person, words,
};
use crate::{
    places,
    platform::{
        app::App,
        audit,
        html::{
            Shell,
            parts::{Cell, Choice},
        },
        jobs,
        op::{Op, Role},
        page::{render, render_refused, shell},
        problem::{Kind, Result},
        time::Time,
        told,
    },
};

/// Rows of the audit trail on one page.
const PAGE_ROWS: i64 = 50;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/desk/people", get(people).post(add_person))
        .route("/desk/jobs", get(background))
        .route("/desk/jobs/retry", post(retry_job))
        .route("/desk/audit", get(trail))
        .merge(person::routes())
}

#[derive(Template)]
#[template(path = "accounts/people.html")]
pub struct PeoplePage {
    pub page: Shell,
    pub people: Vec<PersonRow>,
    pub roles: Vec<Choice>,
    pub organisations: Vec<Choice>,
    pub input: PersonInput,
    pub may_change: bool,
}

/// An account as a row.
pub struct PersonRow {
    pub id: String,
    pub name: String,
    pub email: String,
    pub kind: String,
    pub grants: Vec<String>,
    pub is_closed: bool,
}

#[derive(Deserialize, Default)]
pub struct PersonInput {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub password: String,
    #[serde(default)]
    pub role: String,
    #[serde(default)]
    pub place: String,
    #[serde(default)]
    pub org: String,
}

#[derive(Template)]
#[template(path = "accounts/jobs.html")]
pub struct JobsPage {
    pub page: Shell,
    pub counts: jobs::Counts,
    pub dead: Vec<JobRow>,
    pub may_retry: bool,
}

/// A failed job as a row.
pub struct JobRow {
    pub id: String,
    pub name: String,
    pub about: String,
    pub since: String,
    pub error: String,
}

#[derive(Template)]
#[template(path = "accounts/audit.html")]
pub struct AuditPage {
    pub page: Shell,
    pub rows: Vec<Vec<Cell>>,
    /// Where older changes continue; empty at the end.
    pub older: String,
}

/// What the page of people says once somebody was added.
const ADDED: &str = "accounts-told-added";

async fn people(State(app): State<App>, op: Op, uri: Uri, headers: HeaderMap) -> Result<Response> {
    let page = told::shell_with(&headers, shell(&app, &op, &uri), &[ADDED]);
    let page = people_page(&app, &op, page, PersonInput::default()).await?;
    told::render_once(&headers, &uri, &page)
}

async fn add_person(
    State(app): State<App>,
    op: Op,
    headers: HeaderMap,
    Form(input): Form<PersonInput>,
) -> Result<Response> {
    op.require(&[Role::Admin])?;
    let added = async {
        let new = NewUser::parse(&input.email, &input.name, Some(input.password.clone()))?;
        let filled = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        let role = match filled(&input.place) {
            Some(place) => format!("{}@{place}", input.role),
            None => input.role.clone(),
        };
        let known = places::all(&app).await?;
        let organisations = super::list_organisations(&app).await?;
        let org = model::parse_organisation(&input.org, &organisations)?;
        let grant = model::parse_grant(&role, org, &known)?;
        let mut tx = app.db.begin().await?;
        super::add_user(&mut tx, &op, new, &[grant]).await?;
        tx.commit().await
    };
    match added.await {
        Ok(()) => Ok(told::redirect(&app, &headers, "/desk/people", ADDED)),
        Err(problem) if problem.kind() == Kind::Internal => Err(problem),
        Err(problem) => {
            let mut page = shell(&app, &op, &Uri::from_static("/desk/people"));
            page.errors = words::errors(&op, &problem, &input.role, "role");
            render_refused(&problem, &people_page(&app, &op, page, input).await?)
        }
    }
}

async fn people_page(app: &App, op: &Op, page: Shell, input: PersonInput) -> Result<PeoplePage> {
    let listed = super::list_users(app, op).await?;
    let people = listed
        .into_iter()
        .map(|user| PersonRow {
            kind: op
                .lang
                .text(if user.kind == "device" {
                    "accounts-device"
                } else {
                    "accounts-person"
                })
                .to_string(),
            grants: user
                .grants
                .iter()
                .map(|grant| words::grant(op.lang, grant))
                .collect(),
            id: user.id,
            name: user.name,
            email: user.email.unwrap_or_default(),
            is_closed: user.is_closed,
        })
        .collect();
    let organisations = super::list_organisations(app).await?;
    let page = page.titled(op.lang.text("accounts-people"));
    Ok(PeoplePage {
        page,
        people,
        roles: words::role_choices(op.lang, &input.role),
        organisations: words::organisation_choices(op.lang, &organisations, &input.org),
        input,
        may_change: op.has(&[Role::Admin]),
    })
}

async fn background(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    op.require(&[Role::Auditor])?;
    let page = shell(&app, &op, &uri).titled(op.lang.text("accounts-jobs"));
    let dead = jobs::list_dead(&app, 200)
        .await?
        .into_iter()
        .map(|job| JobRow {
            id: job.id,
            name: job.name,
            about: job.key.unwrap_or_default(),
            since: op
                .lang
                .date_time(app.config.zoned(Time(job.queued_at)).datetime()),
            error: job.last_error.unwrap_or_default(),
        })
        .collect();
    render(&JobsPage {
        page,
        counts: jobs::count(&app).await?,
        dead,
        may_retry: op.has(&[Role::Admin]),
    })
}

#[derive(Deserialize)]
struct RetryInput {
    #[serde(default)]
    job: String,
}

async fn retry_job(State(app): State<App>, op: Op, Form(input): Form<RetryInput>) -> Result<Redirect> {
    op.require(&[Role::Admin])?;
    jobs::retry(&app, &op, &input.job).await?;
    Ok(Redirect::to("/desk/jobs"))
}

#[derive(Deserialize)]
struct TrailQuery {
    before: Option<String>,
}

async fn trail(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Query(query): Query<TrailQuery>,
) -> Result<Response> {
    op.require(&[Role::Auditor])?;
    let entries = audit::list(&app, query.before.as_deref(), PAGE_ROWS).await?;
    let is_full = i64::try_from(entries.len()).is_ok_and(|n| n == PAGE_ROWS);
    let older = entries
        .last()
        .filter(|_| is_full)
        .map(|last| format!("/desk/audit?before={}", last.id))
        .unwrap_or_default();
    let cells = |entry: audit::Entry| {
        vec![
            Cell::text(op.lang.date_time(app.config.zoned(Time(entry.at)).datetime())),
            Cell::text(entry.who),
            Cell::text(entry.event),
            Cell::text(entry.subject),
            Cell::text(entry.why.unwrap_or_default()),
            Cell::text(entry.request_id.unwrap_or_default()),
        ]
    };
    let page = shell(&app, &op, &uri).titled(op.lang.text("accounts-audit"));
    render(&AuditPage {
        page,
        rows: entries.into_iter().map(cells).collect(),
        older,
    })
}
