//! The desk of producers, stewards and approvers: what waits, what fails and what is late; entering, sending, saying what is personal.
//!
//! Its front asks as few things of a hundred thousand datasets as of one: what is on its way and overdue in a few statements, the rest
//! of the catalogue in memory.

mod columns;
mod dataset;
mod delete;
mod entry;
mod faults;
mod organisations;
mod preview;
mod replaced;
mod review;
mod rules;
mod upload;
mod waiting;

use std::cmp::Reverse;

use askama::Template;
use axum::{
    Form, Router,
    extract::{DefaultBodyLimit, Query, State},
    http::{HeaderMap, Uri},
    response::Response,
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    contributions, enter_dataset,
    index::Index,
    model::{CONFIDANTS, Entry, EntryInput, WRITERS},
    workflow::{
        self, Remembered, Roles, TAKING_PART, Waiting,
        checks::{self, Area},
        late,
    },
};
use crate::{
    accounts::{self, model::Organisation},
    places,
    platform::{
        app::App,
        html::Shell,
        i18n::Lang,
        op::{Op, Role},
        page::{field_errors, render_refused, shell},
        problem::{Problem, Result},
        told,
    },
};
use entry::{DeskInput, EntryForm, More};
use waiting::{FlawedRow, LateRow, WaitingRow};

pub use columns::ColumnsPage;
pub use dataset::DeskDatasetPage;
pub use delete::DeletePage;
pub use organisations::{OrganisationPage, OrganisationsPage};
pub use review::ReviewPage;
pub use rules::RulesPage;

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/desk/data", get(all).post(enter))
        .route("/desk/data/{dataset}", get(dataset::one).post(dataset::change))
        .route(
            "/desk/data/{dataset}/files",
            post(upload::receive).layer(DefaultBodyLimit::disable()),
        )
        .route(
            "/desk/data/{dataset}/columns",
            get(columns::show).post(columns::save),
        )
        .route(
            "/desk/data/{dataset}/delete",
            get(delete::ask).post(delete::delete),
        )
        .route("/desk/data/{dataset}/review", get(review::show).post(review::act))
        .route("/desk/review", post(rules::check_chosen))
        .route("/desk/review/rules", get(rules::show).post(rules::save))
        .merge(contributions::desk::routes())
        .merge(organisations::routes())
        .merge(super::agenda::desk::routes())
        .merge(super::standards::desk::routes())
        .merge(super::metadata::desk::routes())
        .merge(super::series::desk::routes())
}

#[derive(Template)]
#[template(path = "catalog/desk/desk.html")]
pub struct DeskPage {
    page: Shell,
    /// How much waits, fails and is late: where on the page, and in words.
    said: Vec<(&'static str, String)>,
    /// What the caller is asked to do, the longest waiting first.
    waiting: Part<WaitingRow>,
    /// How much of what readers sent waits to be read; empty for nothing, or where others read it.
    contributions: String,
    /// Whether errors that people report in data are the caller's to see.
    sees_reports: bool,
    /// Whether the caller decides about data, and is told how long errors in them wait.
    decides: bool,
    /// What is on its way and waits for somebody else.
    others: Part<WaitingRow>,
    /// How many datasets fail in what.
    fails: Vec<String>,
    flawed: Part<FlawedRow>,
    late: Part<LateRow>,
    own: Part<OwnRow>,
    form: EntryForm,
    /// Whether the caller may enter a dataset, and not only decide about others'.
    may_enter: bool,
    may_rule: bool,
    /// Whether the caller enters standards, and keeps the evidence of how data are managed.
    may_keep: bool,
}

/// The first lines of a list, and the way to more of them.
struct Part<T> {
    rows: Vec<T>,
    n_more: usize,
    /// Empty where no more are shown at once.
    href: String,
}

/// A dataset that the caller may change.
struct OwnRow {
    slug: String,
    title: String,
    is_open: bool,
}

/// Which list is asked for at greater length: `waiting`, `others`, `fails`, `late` or `yours`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    all: String,
}

/// Lines of a list on the desk, and of one that is asked for by itself.
const MOST_SHOWN: usize = 20;
const MOST_OF_ONE: usize = 500;
/// Who sees the queue of requests, where errors in data are among what people report.
const REPORT_READERS: [Role; 3] = [Role::Officer, Role::Leader, Role::Auditor];

async fn all(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response> {
    op.require(&TAKING_PART)?;
    let page = told::shell_with(&headers, shell(&app, &op, &uri), &[delete::DELETED]);
    let page = desk_page(&app, &op, page, DeskInput::default(), &asked).await?;
    told::render_once(&headers, &uri, &page)
}

async fn enter(
    State(app): State<App>,
    op: Op,
    headers: HeaderMap,
    Form(input): Form<DeskInput>,
) -> Result<Response> {
    op.require(&WRITERS)?;
    let entered = async {
        let entry = Entry::parse(&input.entry)?.settled((None, ""), &*places::all(&app).await?)?;
        let more = More::parse(&input, &[], app.config.language.parse().unwrap_or_default())?;
        entry::require_own(&op, entry.organisation.as_deref())?;
        let mut tx = app.db.begin().await?;
        enter_dataset(&app, &mut tx, &op, &entry).await?;
        more.keep(&mut tx, &op, &entry.slug, None).await?;
        tx.commit().await?;
        Ok::<_, Problem>(entry.slug)
    };
    match entered.await {
        Ok(slug) => {
            let to = format!("/desk/data/{slug}");
            Ok(told::redirect(&app, &headers, &to, dataset::ENTERED))
        }
        Err(problem) if problem.fields().is_empty() => Err(problem),
        Err(problem) => {
            let mut page = shell(&app, &op, &Uri::from_static("/desk/data"));
            page.errors = field_errors(&problem, &op);
            let page = desk_page(&app, &op, page, input, &Asked::default()).await?;
            render_refused(&problem, &page)
        }
    }
}

async fn desk_page(app: &App, op: &Op, page: Shell, input: DeskInput, asked: &Asked) -> Result<DeskPage> {
    let organisations = accounts::list_organisations(app).await?;
    let form = EntryForm::new(op.lang, input, &entry::own(op, &organisations), true);
    let form = form
        .offering(op.lang, &*places::all(app).await?)
        .beside_language(app.config.language.parse().unwrap_or_default());
    let index = Index::of(app).await?;
    let roles = Roles::of(app, op).await?;
    let known = workflow::list_waiting(app, op).await?;
    let (mine, others): (Vec<_>, Vec<_>) = known.iter().partition(|known| known.may.is_next());
    let rows = |known: &[&Waiting], list: &'static str| -> Part<WaitingRow> {
        let first = known.iter().take(asked.most(list));
        let rows = first.map(|known| WaitingRow::of(app, op.lang, op.at, known, &organisations));
        Part::of(rows.collect(), known.len(), asked, list)
    };
    let flawed = checks::list(app, &index, &roles, asked.most("fails")).await?;
    let late = late::list(app, op, &index, &roles, asked.most("late")).await?;
    let (n_own, own) = list_own(&index, &roles, asked.most("yours"));
    let n_contributions = match op.has(&contributions::DECIDERS) {
        true => contributions::count_waiting(app, None).await?,
        false => 0,
    };
    Ok(DeskPage {
        said: said(op.lang, [mine.len(), flawed.n, late.n]),
        waiting: rows(&mine, "waiting"),
        contributions: match n_contributions {
            0 => String::new(),
            n => op
                .lang
                .text("catalog-workflow-n-contributions")
                .n("n", n)
                .to_string(),
        },
        sees_reports: op.has(&REPORT_READERS),
        decides: op.has(&contributions::DECIDERS),
        others: rows(&others, "others"),
        fails: fails(op.lang, flawed.n_in),
        flawed: Part::of(
            flawed
                .first
                .iter()
                .map(|found| FlawedRow::of(op.lang, found))
                .collect(),
            flawed.n,
            asked,
            "fails",
        ),
        late: Part::of(
            late.first
                .iter()
                .map(|found| LateRow::of(op.lang, found))
                .collect(),
            late.n,
            asked,
            "late",
        ),
        own: Part::of(own, n_own, asked, "yours"),
        may_enter: op.has(&WRITERS),
        may_rule: op.has(&[Role::Admin]),
        may_keep: op.has(&CONFIDANTS),
        ..DeskPage::new(page, form)
    })
}

/// The datasets that the caller may change: how many there are, and those that changed last.
fn list_own(index: &Index, roles: &Roles<'_>, most: usize) -> (usize, Vec<OwnRow>) {
    let mut remembered = Remembered::new(roles);
    let mut own = Vec::new();
    for entry in index.all() {
        let row = &entry.row;
        let actor = remembered.over(row.organisation.as_deref(), row.place_code.as_deref());
        if row.state == "active" && actor.may_write {
            own.push(row);
        }
    }
    own.sort_unstable_by_key(|row| Reverse(row.changed_at));
    let first = own.iter().take(most).map(|row| OwnRow {
        slug: row.slug.clone(),
        title: row.title.clone(),
        is_open: row.is_open == 1,
    });
    (own.len(), first.collect())
}

/// How much waits, fails and is late; nothing is left out that is there.
fn said(lang: Lang, n: [usize; 3]) -> Vec<(&'static str, String)> {
    let texts = [
        ("#waiting", "catalog-workflow-n-wait"),
        ("#fails", "catalog-workflow-n-fail"),
        ("#late", "catalog-workflow-n-late"),
    ];
    texts
        .into_iter()
        .zip(n)
        .filter(|(_, n)| *n > 0)
        .map(|((href, id), n)| (href, lang.text(id).n("n", n).to_string()))
        .collect()
}

/// How many datasets fail in what.
fn fails(lang: Lang, n_in: [usize; 3]) -> Vec<String> {
    Area::ALL
        .into_iter()
        .zip(n_in)
        .filter(|(_, n)| *n > 0)
        .map(|(area, n)| {
            lang.text(format!("catalog-workflow-fails-in-{}", area.as_str()))
                .n("n", n)
                .to_string()
        })
        .collect()
}

impl Asked {
    /// Lines of a list that are shown at most.
    fn most(&self, list: &str) -> usize {
        match self.all == list {
            true => MOST_OF_ONE,
            false => MOST_SHOWN,
        }
    }
}

impl<T> Part<T> {
    /// The first of so many lines in all.
    fn of(rows: Vec<T>, n: usize, asked: &Asked, list: &'static str) -> Part<T> {
        Part {
            n_more: n.saturating_sub(rows.len()),
            href: match asked.all == list {
                true => String::new(),
                false => format!("/desk/data?all={list}#{list}"),
            },
            rows,
        }
    }

    fn none() -> Part<T> {
        Part {
            rows: Vec::new(),
            n_more: 0,
            href: String::new(),
        }
    }
}

impl DeskPage {
    /// Whether something can be checked together with others.
    fn has_checks(&self) -> bool {
        self.waiting.rows.iter().any(|row| row.may_check)
    }

    fn new(page: Shell, form: EntryForm) -> DeskPage {
        let title = page.t("catalog-desk").to_string();
        DeskPage {
            page: page.titled(&title).crumb(title, ""),
            said: Vec::new(),
            waiting: Part::none(),
            contributions: String::new(),
            sees_reports: false,
            decides: false,
            others: Part::none(),
            fails: Vec::new(),
            flawed: Part::none(),
            late: Part::none(),
            own: Part::none(),
            form,
            may_enter: true,
            may_rule: false,
            may_keep: false,
        }
    }

    pub fn sample(lang: Lang) -> DeskPage {
        let organisation = Organisation {
            code: "dinas-pu".into(),
            name: "Dinas <Pekerjaan Umum>".into(),
            about: None,
            contact: None,
        };
        let input = DeskInput {
            entry: EntryInput {
                title: "Wells \"and\" <3> pumps".into(),
                theme: "my own".into(),
                ..EntryInput::default()
            },
            tags: Some("water, wells & <pumps>".into()),
            ..DeskInput::default()
        };
        let form = EntryForm::new(lang, input, &[organisation], true).beside_language(Lang::En);
        let row = |may_check: bool| WaitingRow {
            value: "p:3".into(),
            href: "/desk/data/wells/review".into(),
            title: "Wells <3>".into(),
            subject: lang.text("catalog-workflow-whole-dataset").to_string(),
            stage: lang.text("catalog-workflow-stage-submitted").to_string(),
            age: lang.text("catalog-workflow-days").n("n", 3).to_string(),
            next: lang.text("catalog-workflow-next-check").to_string(),
            may_check,
        };
        let flawed = checks::Flawed {
            slug: "wells".into(),
            title: "Wells <3>".into(),
            may_write: true,
            may_confide: true,
            flaws: vec![
                checks::Flaw::Unclassified { n: 2 },
                checks::Flaw::NotConforming { n: 1 },
                checks::Flaw::MetadataIncomplete,
            ],
        };
        let late = LateRow {
            href: "/desk/agenda/wells".into(),
            title: "Wells <3>".into(),
            light: "red",
            stands: "2026-10: <missing>".into(),
            more: lang.text("catalog-workflow-more-late").n("n", 2).to_string(),
        };
        let own = OwnRow {
            slug: "wells".into(),
            title: "Wells <3>".into(),
            is_open: false,
        };
        let (asked, whole) = (Asked::default(), Asked { all: "fails".into() });
        DeskPage {
            said: said(lang, [1, 5, 1]),
            waiting: Part::of(vec![row(true)], 41, &asked, "waiting"),
            contributions: lang
                .text("catalog-workflow-n-contributions")
                .n("n", 3)
                .to_string(),
            sees_reports: true,
            decides: true,
            others: Part::of(vec![row(false)], 1, &asked, "others"),
            fails: fails(lang, [1, 2, 5]),
            flawed: Part::of(vec![FlawedRow::of(lang, &flawed)], 5, &whole, "fails"),
            late: Part::of(vec![late], 30, &asked, "late"),
            own: Part::of(vec![own], 1, &asked, "yours"),
            may_rule: true,
            may_keep: true,
            ..DeskPage::new(Shell::sample(lang), form)
        }
    }
}
