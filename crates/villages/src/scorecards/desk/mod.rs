//! Score cards at the desk: what waits for whom, a round step by step, one session, the list of facilities.

use std::collections::BTreeMap;

use askama::Template;
use axum::{Router, extract::State as Of, http::Uri, response::Response, routing::get};
use jiff::{ToSpan, civil::Date};

use super::{
    PublicLine, list,
    model::{facility::Facility, round::State, session::Side},
    pages::{one, words},
    read,
};
use crate::{
    places::{self, model::Places},
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Cell, label_rows},
        },
        i18n::Lang,
        op::{Op, Person, Role},
        page::{render, shell},
        problem::{Kind, Result},
    },
};

mod facilities;
mod fields;
pub mod new;
pub mod round;
mod round_acts;
mod sample;
pub mod session;
mod sheet;

pub use facilities::FacilitiesPage;

/// For whom there is a page at the desk.
pub const AT_DESK: [Role; 6] = [
    Role::Facilitator,
    Role::Officer,
    Role::Producer,
    Role::Steward,
    Role::Leader,
    Role::Auditor,
];
/// Who keeps the list of facilities.
const KEEPERS: [Role; 2] = [Role::Producer, Role::Steward];
/// Rounds that are looked into for what is missing.
const MOST_READ: usize = 20;
/// Days before its day from which on the next round is shown as due.
const DUE_DAYS: i32 = 30;

/// What waits.
#[derive(Template)]
#[template(path = "scorecards/desk/front.html")]
pub struct ScorecardsDeskPage {
    page: Shell,
    may_plan: bool,
    may_keep: bool,
    head: Vec<Cell>,
    waits: Vec<Vec<Cell>>,
    due_head: Vec<Cell>,
    due: Vec<Vec<Cell>>,
}

/// The routes of these pages.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/desk/scorecards", get(front))
        .route("/desk/scorecards/new", get(new::show).post(new::plan_it))
        .route(
            "/desk/scorecards/facilities",
            get(facilities::show).post(facilities::take_in),
        )
        .route("/desk/scorecards/{round}", get(round::show).post(round::act))
        .route(
            "/desk/scorecards/{round}/sessions/{session}",
            get(session::show).post(session::act),
        )
        .route(
            "/desk/scorecards/{round}/provider",
            get(session::show_provider).post(session::act_provider),
        )
}

async fn front(Of(app): Of<App>, op: Op, uri: Uri) -> Result<Response> {
    op.require(&AT_DESK)?;
    let all = places::all(&app).await?;
    let rounds = list(&app, None, None).await?;
    let today = app.config.day(op.at);
    let mut page = ScorecardsDeskPage::new(shell(&app, &op, &uri));
    page.may_plan = op
        .person()
        .is_some_and(|me| me.grants.iter().any(|grant| grant.role == Role::Facilitator));
    page.may_keep = op.has(&KEEPERS);
    if let Some(me) = op.person() {
        page.waits = waits(&app, &op, &all, me, &rounds).await?;
        label_rows(&page.head, &mut page.waits);
        page.due = due(op.lang, &all, me, &rounds, today);
        label_rows(&page.due_head, &mut page.due);
    }
    render(&page)
}

/// What waits for somebody in rounds that are under way.
async fn waits(
    app: &App,
    op: &Op,
    all: &Places,
    me: &Person,
    rounds: &[PublicLine],
) -> Result<Vec<Vec<Cell>>> {
    let mut rows = Vec::new();
    let mut n_read = 0;
    for line in rounds {
        let is_mine = facilitates(all, me, &line.facility);
        let is_provided = provides(me, &line.facility);
        let is_under_way = matches!(
            line.round.state,
            State::Planned | State::Gathering | State::Meeting
        );
        if !is_under_way || !(is_mine || is_provided) {
            continue;
        }
        let said = match line.round.state {
            State::Gathering if n_read < MOST_READ => {
                n_read += 1;
                gathering(app, op, line, is_provided).await?
            }
            state => op
                .lang
                .text(format!("scorecards-desk-waits-{}", state.as_str()))
                .to_string(),
        };
        rows.push(row(op.lang, all, line, said));
    }
    Ok(rows)
}

/// What is missing before a meeting; nothing of it where the caller may not look.
async fn gathering(app: &App, op: &Op, line: &PublicLine, is_provided: bool) -> Result<String> {
    let lang = op.lang;
    let view = match read(app, op, &line.round.id).await {
        Ok(view) => view,
        Err(problem) if problem.kind() == Kind::Forbidden => {
            return Ok(lang.text("scorecards-desk-waits-papers").to_string());
        }
        Err(problem) => return Err(problem),
    };
    let n_open = |side| {
        view.sessions
            .iter()
            .filter(|session| session.side == side && session.is_open())
            .count()
    };
    let text = match (n_open(Side::Users), n_open(Side::Provider)) {
        (_, 1..) if is_provided => lang.text("scorecards-desk-waits-own-round"),
        (0, 0) if view.rights.facilitates => lang.text("scorecards-desk-waits-open"),
        (0, _) if view.rights.facilitates => lang.text("scorecards-desk-missing-provider"),
        (n, _) if view.rights.facilitates => lang.text("scorecards-desk-missing-sessions").n("n", n),
        _ => lang.text("scorecards-desk-waits-meeting-soon"),
    };
    Ok(text.to_string())
}

/// Facilities whose next round is due, or will be within a month, and none is planned.
fn due(lang: Lang, all: &Places, me: &Person, rounds: &[PublicLine], today: Date) -> Vec<Vec<Cell>> {
    let mut latest: BTreeMap<&str, &PublicLine> = BTreeMap::new();
    for line in rounds {
        let known = latest.entry(line.facility.code.as_str()).or_insert(line);
        if line.round.n > known.round.n {
            *known = line;
        }
    }
    let soon = today.saturating_add(DUE_DAYS.days());
    latest
        .into_values()
        .filter(|line| line.round.state.has_results() && facilitates(all, me, &line.facility))
        .filter_map(|line| {
            let next = line.round.next_on.filter(|next| *next <= soon)?;
            let plan = words::link(
                &format!("/desk/scorecards/new?facility={}", line.facility.code),
                &line.facility.name,
            );
            let day = Cell {
                sort_key: next.to_string(),
                ..Cell::text(lang.short_date(next))
            };
            Some(vec![
                Cell::html(plan),
                Cell::text(words::place(lang, all, &line.facility.place)),
                day,
            ])
        })
        .collect()
}

fn row(lang: Lang, all: &Places, line: &PublicLine, said: String) -> Vec<Cell> {
    let title = lang
        .text("scorecards-pages-round-of")
        .arg("facility", &line.facility.name)
        .n("n", line.round.n)
        .to_string();
    vec![
        Cell::html(words::link(&round::address(&line.round.code), &title)),
        Cell::text(words::place(lang, all, &line.facility.place)),
        Cell::html(words::tag_markup(&words::state_tag(lang, line.round.state))),
        Cell::text(said),
    ]
}

/// Whether somebody holds the role of a facilitator over a facility's place, and none in its organisation.
fn facilitates(all: &Places, me: &Person, facility: &Facility) -> bool {
    let lineage = all
        .find(&facility.place)
        .map_or_else(Vec::new, |place| place.lineage());
    let reaches = |place: &Option<String>| place.as_deref().is_none_or(|place| lineage.contains(&place));
    let organisation = Some(facility.organisation.as_str());
    let is_own = me.grants.iter().any(|grant| grant.org.as_deref() == organisation);
    !is_own
        && me
            .grants
            .iter()
            .any(|grant| grant.role == Role::Facilitator && reaches(&grant.place))
}

/// Whether somebody speaks for a facility's provider.
fn provides(me: &Person, facility: &Facility) -> bool {
    let organisation = Some(facility.organisation.as_str());
    me.grants.iter().any(|grant| {
        matches!(grant.role, Role::Officer | Role::Leader) && grant.org.as_deref() == organisation
    })
}

/// The way to the pages of score cards at the desk.
fn way(page: Shell) -> Shell {
    let desk = page.t("platform-nav-desk").to_string();
    let title = page.t("scorecards-desk-title").to_string();
    page.crumb(desk, "/desk").crumb(title, "/desk/scorecards")
}

impl ScorecardsDeskPage {
    fn new(page: Shell) -> ScorecardsDeskPage {
        let lang = page.lang;
        let title = page.t("scorecards-desk-title").to_string();
        let desk = page.t("platform-nav-desk").to_string();
        let head = [
            "scorecards-pages-round-head",
            "scorecards-pages-place",
            "scorecards-pages-state",
            "scorecards-desk-waits",
        ];
        let due_head = [
            "scorecards-pages-facility",
            "scorecards-pages-place",
            "scorecards-pages-next-on",
        ];
        ScorecardsDeskPage {
            may_plan: false,
            may_keep: false,
            head: head.map(|id| Cell::text(lang.text(id))).to_vec(),
            waits: Vec::new(),
            due_head: due_head.map(|id| Cell::text(lang.text(id))).to_vec(),
            due: Vec::new(),
            page: page.titled(&title).crumb(desk, "/desk").crumb(title, ""),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> ScorecardsDeskPage {
        let line = PublicLine {
            round: one::sample_round(),
            facility: one::sample_facility(),
        };
        let said = lang
            .text("scorecards-desk-missing-sessions")
            .n("n", 3)
            .to_string();
        ScorecardsDeskPage {
            may_plan: true,
            may_keep: true,
            waits: vec![row(lang, &Places::default(), &line, said)],
            due: vec![vec![
                Cell::text("Puskesmas <Ngasem>"),
                Cell::text("<3>"),
                Cell::text(lang.short_date(jiff::civil::date(2027, 5, 16))),
            ]],
            ..ScorecardsDeskPage::new(Shell::sample(lang))
        }
    }
}
