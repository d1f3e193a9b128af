//! Dashboards: numbers put together on one page by whoever needs them together, for everybody to read.
//!
//! A dashboard is a document of tiles. It is composed in the browser, with no script, as a draft that only its composers see; what is
//! published is a version that stays readable for good. Tiles name indicators by their codes and show what is public of them, under the
//! same suppression as everywhere: a dashboard opens nothing that its reader may not read. Anybody may put one into a page of their own.
//!
//! Deliberately absent: tiles of kept questions in SQL, PDF (the page prints), dashboards for some people only,
//! indicators that others published.

use axum::{Router, routing::get};
use serde::Serialize;

use crate::{
    accounts::Reaches,
    places::{self, model::Places},
    platform::{
        app::App,
        db::Tx,
        events::Event,
        op::{Op, Role},
        problem::{Problem, Result},
        time::Time,
    },
};
use model::{Document, TypedHead, parse_code};
use store::DashboardRow;

pub mod cards;
pub mod compose;
mod division;
mod files;
pub mod live;
pub mod model;
pub mod pages;
mod print;
mod ready;
pub mod rules;
mod store;
pub mod subscribe;
pub mod tiles;
pub mod tree;

/// Who composes dashboards, each within their own places and organisation.
pub const COMPOSING: [Role; 3] = [Role::Producer, Role::Steward, Role::Leader];

/// A dashboard was begun, changed, published or taken back.
#[derive(Serialize)]
pub struct DashboardChanged {
    pub dashboard: String,
    pub act: &'static str,
    /// The version in force after it; 0 before one was published.
    pub version: i64,
}

impl Event for DashboardChanged {
    const NAME: &'static str = "dashboards.changed";
    fn subject(&self) -> String {
        format!("dashboard/{}", self.dashboard)
    }
}

/// Whether everybody may see a dashboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Not published yet.
    Draft,
    Shown,
    /// Taken back after it was published.
    Hidden,
}

/// A dashboard as its composers see it.
#[derive(Debug, Clone)]
pub struct Dashboard {
    row: DashboardRow,
    /// The document under work.
    pub draft: Document,
}

/// A version as everybody sees it.
#[derive(Debug, Clone)]
pub struct Shown {
    pub code: String,
    pub document: Document,
    pub version: i64,
    /// Whether it is the version in force.
    pub is_latest: bool,
    pub at: Time,
}

/// A dashboard in the list for everybody.
#[derive(Debug, Clone)]
pub struct Listed {
    pub code: String,
    pub title: String,
    pub about: String,
    /// Code of the place that it is about.
    pub place: String,
}

/// One of a dashboard's versions.
#[derive(Debug, Clone)]
pub struct Version {
    pub version: i64,
    pub at: Time,
    /// What whoever published it said has changed.
    pub why: String,
}

impl State {
    fn parse(word: &str) -> State {
        match word {
            "shown" => State::Shown,
            "hidden" => State::Hidden,
            _ => State::Draft,
        }
    }

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Shown => "shown",
            State::Hidden => "hidden",
        }
    }
}

impl Dashboard {
    #[must_use]
    pub fn code(&self) -> &str {
        &self.row.code
    }

    #[must_use]
    pub fn state(&self) -> State {
        State::parse(&self.row.state)
    }

    /// Grows with every change.
    #[must_use]
    pub fn revision(&self) -> i64 {
        self.row.revision
    }

    fn of(row: DashboardRow) -> Result<Dashboard> {
        Ok(Dashboard {
            draft: store::read(&row.draft)?,
            row,
        })
    }

    /// Passes a change only when whoever makes it looked at the dashboard as it stands.
    ///
    /// # Errors
    /// `dashboards-changed-meanwhile`.
    pub fn expect(&self, revision: i64) -> Result<()> {
        if self.row.revision == revision {
            Ok(())
        } else {
            Err(changed_meanwhile())
        }
    }
}

/// Lists the dashboards that everybody may see, by title.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App) -> Result<Vec<Listed>> {
    store::list_shown(&app.db)
        .await?
        .into_iter()
        .map(|(code, body)| {
            let document = store::read(&body)?;
            Ok(Listed {
                code,
                title: document.title,
                about: document.about,
                place: document.place,
            })
        })
        .collect()
}

/// Returns a version for everybody; without a number the one in force.
///
/// # Errors
/// `dashboards-unknown`, also for one that is not published yet; `dashboards-hidden` for one that was taken back.
pub async fn look(app: &App, code: &str, version: Option<i64>) -> Result<Shown> {
    let row = match version {
        Some(version) => store::find_version(&app.db, code, version).await?,
        None => store::find_in_force(&app.db, code).await?,
    };
    let row = row.ok_or_else(|| unknown(code))?;
    if State::parse(&row.state) == State::Hidden {
        return Err(Problem::gone("dashboards-hidden"));
    }
    Ok(Shown {
        code: code.to_owned(),
        document: store::read(&row.body)?,
        version: row.version,
        is_latest: row.version == row.latest,
        at: Time(row.at),
    })
}

/// Lists the versions of a dashboard that everybody may see, the newest first.
///
/// # Errors
/// As [`look`].
pub async fn versions(app: &App, code: &str) -> Result<Vec<Version>> {
    look(app, code, None).await?;
    let rows = store::list_versions(&app.db, code).await?;
    Ok(rows
        .into_iter()
        .map(|row| Version {
            version: row.version,
            at: Time(row.at),
            why: row.why,
        })
        .collect())
}

/// Lists the dashboards that the caller composes, by title; those of others count for nothing, however many there are.
///
/// # Errors
/// `not-allowed` for whoever composes none.
pub async fn composed(app: &App, op: &Op) -> Result<Vec<Dashboard>> {
    op.require(&COMPOSING)?;
    let reaches = Reaches::of(app, op).await?;
    let most = usize::try_from(store::MOST_LISTED).unwrap_or(usize::MAX);
    let mut own = Vec::new();
    let mut last: Option<(String, String)> = None;
    loop {
        let behind = last.as_ref().map(|(title, code)| (title.as_str(), code.as_str()));
        let rows = store::list_behind(&app.db, behind, store::MOST_LISTED).await?;
        let n_rows = rows.len();
        last = rows.last().map(|row| (row.title.clone(), row.code.clone()));
        own.extend(
            rows.into_iter()
                .filter(|row| reaches.covers(&COMPOSING, row.organisation.as_deref(), Some(&row.place))),
        );
        if n_rows < most || own.len() >= most {
            break;
        }
    }
    own.into_iter().take(most).map(Dashboard::of).collect()
}

/// Returns a dashboard that the caller composes.
///
/// # Errors
/// `not-allowed`, `dashboards-unknown`; one of another office or place is unknown, too.
pub async fn open(app: &App, op: &Op, code: &str) -> Result<Dashboard> {
    op.require(&COMPOSING)?;
    let row = store::find(&app.db, code).await?.ok_or_else(|| unknown(code))?;
    let reaches = Reaches::of(app, op).await?;
    if !reaches.covers(&COMPOSING, row.organisation.as_deref(), Some(&row.place)) {
        return Err(unknown(code));
    }
    Dashboard::of(row)
}

/// Begins a dashboard; returns its code.
///
/// # Errors
/// `not-allowed`, `code-malformed` and `dashboards-code-taken` on field `code`, those of [`Document::begin`], and
/// `dashboards-place-not-yours` on field `place`.
pub async fn begin(app: &App, op: &Op, code: &str, head: &TypedHead) -> Result<String> {
    op.require(&COMPOSING)?;
    let all = places::all(app).await?;
    let mut wrong = Problem::invalid("fields");
    let document = wrong.take(Document::begin(head, &all))?;
    let code = wrong.take(free_code(app, code).await)?;
    let organisation = begun_for(app, op, &all, &head.place, &mut wrong).await?;
    let (Some(document), Some(code), Some(organisation)) = (document, code, organisation) else {
        return Err(wrong);
    };
    let mut tx = app.db.begin().await?;
    if !store::insert(&mut tx, &code, organisation.as_deref(), &document, op.at).await? {
        return Err(code_taken());
    }
    note(&mut tx, op, &code, "begun", 0).await?;
    tx.commit().await?;
    Ok(code)
}

/// Keeps another document under work.
///
/// # Errors
/// `dashboards-changed-meanwhile`; `dashboards-place-not-yours` on field `place` when it is moved where the caller composes nothing.
pub async fn keep(app: &App, op: &Op, dashboard: &Dashboard, document: &Document) -> Result<()> {
    let row = &dashboard.row;
    let reaches = Reaches::of(app, op).await?;
    if !reaches.covers(&COMPOSING, row.organisation.as_deref(), Some(&document.place)) {
        return Err(not_yours());
    }
    let mut tx = app.db.begin().await?;
    if !store::put_draft(&mut tx, row, document, op.at).await? {
        return Err(changed_meanwhile());
    }
    note(&mut tx, op, &row.code, "changed", row.version).await?;
    tx.commit().await
}

/// Publishes the document under work as the next version.
///
/// # Errors
/// `dashboards-empty` without tiles; `why-missing` and `text-long` on field `why`; `dashboards-changed-meanwhile`.
pub async fn publish(app: &App, op: &Op, dashboard: &Dashboard, why: &str) -> Result<()> {
    if dashboard.draft.tiles.is_empty() {
        return Err(Problem::conflict("dashboards-empty"));
    }
    let op = op.because(why)?;
    let row = &dashboard.row;
    let who = op.person().map_or("system", |person| person.id.as_str());
    let mut tx = app.db.begin().await?;
    if !store::put_version(&mut tx, row, &dashboard.draft, who, why.trim(), op.at).await? {
        return Err(changed_meanwhile());
    }
    note(&mut tx, &op, &row.code, "published", row.version + 1).await?;
    tx.commit().await
}

/// Takes a dashboard back: its address says so from then on, until it is published again.
///
/// # Errors
/// `why-missing` and `text-long` on field `why`; `dashboards-changed-meanwhile`, also when it is not shown.
pub async fn hide(app: &App, op: &Op, dashboard: &Dashboard, why: &str) -> Result<()> {
    let op = op.because(why)?;
    let row = &dashboard.row;
    let mut tx = app.db.begin().await?;
    if !store::hide(&mut tx, row, op.at).await? {
        return Err(changed_meanwhile());
    }
    note(&mut tx, &op, &row.code, "hidden", row.version).await?;
    tx.commit().await
}

/// Reads the code of a new dashboard that no other has.
async fn free_code(app: &App, typed: &str) -> Result<String> {
    let code = parse_code(typed)?;
    match store::find(&app.db, &code).await? {
        Some(_) => Err(code_taken()),
        None => Ok(code),
    }
}

/// What [`acting_for`] says of a place as it was typed; `None`, and noted as wrong where nothing else says so, when it cannot be theirs.
async fn begun_for(
    app: &App,
    op: &Op,
    all: &Places,
    typed: &str,
    wrong: &mut Problem,
) -> Result<Option<Option<String>>> {
    let place = typed.trim();
    if all.find(place).is_none() {
        return Ok(None);
    }
    wrong.take(acting_for(app, op, place).await)
}

/// The organisation that the caller begins a dashboard for: none where they may compose for any, else the first of their own.
async fn acting_for(app: &App, op: &Op, place: &str) -> Result<Option<String>> {
    let reaches = Reaches::of(app, op).await?;
    let grants = op.person().map_or(&[][..], |person| &person.grants);
    let own = grants.iter().filter_map(|grant| grant.org.clone()).map(Some);
    [None]
        .into_iter()
        .chain(own)
        .find(|organisation| reaches.covers(&COMPOSING, organisation.as_deref(), Some(place)))
        .ok_or_else(not_yours)
}

async fn note(tx: &mut Tx, op: &Op, code: &str, act: &'static str, version: i64) -> Result<()> {
    let event = DashboardChanged {
        dashboard: code.to_owned(),
        act,
        version,
    };
    tx.emit(op, &event).await
}

fn unknown(code: &str) -> Problem {
    Problem::not_found("dashboards-unknown").with("code", code)
}

fn code_taken() -> Problem {
    Problem::invalid("fields").field("code", "dashboards-code-taken")
}

fn not_yours() -> Problem {
    Problem::invalid("fields").field("place", "dashboards-place-not-yours")
}

fn changed_meanwhile() -> Problem {
    Problem::conflict("dashboards-changed-meanwhile")
}

/// The routes of this slice.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/dashboards", get(pages::all))
        .route("/dashboards/{dashboard}", get(pages::one))
        .merge(live::routes())
        .route("/dashboards/{dashboard}/versions", get(pages::all_versions))
        .route("/embed/dashboards/{dashboard}", get(pages::embedded))
        .route("/embed/indicators/{code}/{chart}", get(pages::embedded_chart))
        .route("/desk/dashboards", get(compose::all).post(compose::start))
        .route(
            "/desk/dashboards/{dashboard}",
            get(compose::one).post(compose::act),
        )
        .merge(cards::routes())
        .merge(rules::routes())
        .merge(subscribe::routes())
        .merge(tree::routes())
}
