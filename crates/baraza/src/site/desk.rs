//! The desk's front: doors to the work, and how far each count has come.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::Uri;
use axum::response::Response;
use jiff::{civil, tz::TimeZone};
use serde::Deserialize;

use super::counting::FormCount;
use super::progress::{Coverage, State as Stand};
use super::search::Hit;
use super::view::MapView;
use super::{counting, data_reports, home};
use crate::beside;
use crate::catalog;
use crate::collect::{self, model::Round};
use crate::evidence;
use crate::facilitators;
use crate::indicators;
use crate::listening;
use crate::places;
use crate::places::atlas;
use crate::places::model::{Place, Places};
use crate::platform::app::App;
use crate::platform::draw::About;
use crate::platform::draw::map::{Ground, Map, Placed, legend_of, map};
use crate::platform::html::parts::Cell;
use crate::platform::html::{Markup, Shell};
use crate::platform::i18n::{Count, Lang};
use crate::platform::op::{Op, Role};
use crate::platform::page::{render, shell};
use crate::platform::problem::{Problem, Result};
use crate::platform::time::Time;
use crate::requests;
use crate::scorecards;
use crate::skills;
use crate::village;

const A_DAY_MICROS: i64 = 86_400_000_000;

#[derive(Template)]
#[template(path = "site/desk.html")]
pub struct DeskPage {
    page: Shell,
    /// What waits for the caller in the catalogue, where they take part in it: a page and how much; none below the front.
    waits: Option<Vec<(&'static str, String)>>,
    doors: Vec<Hit>,
    works: Vec<Work>,
}

/// The doors of the desk: where each leads, its texts, and who may open it.
const DOORS: [(&str, &str, &[Role]); 34] = [
    (
        "/desk/requests",
        "requests",
        &[Role::Officer, Role::Leader, Role::Auditor],
    ),
    ("/desk/calls", "calls", &[Role::Officer, Role::Facilitator]),
    ("/forms", "fill", &Role::STAFF),
    ("/desk/collect", "forms", &collect::READERS),
    ("/desk/entities", "entities", &collect::READERS),
    ("/desk/households", "households", &collect::READERS),
    (
        "/desk/contributions",
        "contributions",
        &catalog::contributions::DECIDERS,
    ),
    ("/desk/data", "data", &catalog::workflow::TAKING_PART),
    ("/desk/figures", "figures", &indicators::entry::READERS),
    ("/desk/indicators", "indicators", &indicators::authoring::READERS),
    ("/desk/plans", "plans", &indicators::plans::PLANNERS),
    (
        "/desk/dashboards",
        "dashboards",
        &[Role::Producer, Role::Steward, Role::Leader],
    ),
    ("/desk/alerts", "alerts", &Role::STAFF),
    ("/desk/divisions", "divisions", &places::divisions::KEEPING),
    (
        "/desk/agencies",
        "agencies",
        &[Role::Producer, Role::Steward, Role::Leader],
    ),
    ("/desk/skills", "skills", &skills::AT_DESK),
    ("/desk/facilitators", "facilitators", &facilitators::READERS),
    ("/desk/listening", "listening", &listening::AT_DESK),
    ("/desk/scorecards", "scorecards", &scorecards::desk::AT_DESK),
    ("/desk/beside", "beside", &beside::READERS),
    ("/desk/villages", "villages", &village::READERS),
    ("/desk/proposals", "proposals", &village::READERS),
    ("/desk/goals", "goals", &village::READERS),
    ("/desk/asks", "asks", &village::READERS),
    ("/desk/radio", "radio", &village::radio::desk::NOTERS),
    ("/sql", "sql", &Role::STAFF),
    ("/desk/meetings", "meetings", &requests::meeting::READERS),
    ("/desk/commitments", "commitments", &evidence::desk::READERS),
    ("/desk/grades", "grades", &requests::grading::READERS),
    ("/desk/organizations", "organisations", &[Role::Steward]),
    ("/desk/people", "people", &[Role::Auditor]),
    ("/desk/jobs", "jobs", &[Role::Auditor]),
    ("/desk/messages", "messages", &[Role::Auditor]),
    ("/desk/audit", "audit", &[Role::Auditor]),
];

/// A count, as it stands in the places below one.
pub struct Work {
    name: String,
    said: String,
    bar: Markup,
    map: Option<MapView>,
    table_title: String,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    /// The months of each round, the newest first, and where it is shown: nowhere else for the one shown. Empty when there is only one.
    rounds: Vec<(String, Option<String>)>,
}

#[derive(Deserialize)]
pub struct Asked {
    /// The place whose parts are shown; without it the whole installation's.
    place: Option<String>,
    /// A day, YYYY-MM-DD: the round under way then, or ended last, is shown; without it the newest.
    round: Option<String>,
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri, Query(asked): Query<Asked>) -> Result<Response> {
    op.require(&Role::STAFF)?;
    let all = places::all(&app).await?;
    let round = asked
        .round
        .as_deref()
        .and_then(|day| day.parse::<civil::Date>().ok());
    let asked = match asked.place.as_deref().filter(|code| !code.is_empty()) {
        Some(code) => Some(places::known(&all, code)?),
        None => None,
    };
    if let Some(place) = asked {
        op.require_at(&Role::STAFF, &place.lineage())?;
    }
    let page = shell(&app, &op, &uri);
    let counts = match round {
        None => counting::counts(&app, &op, &all).await?,
        Some(day) => {
            let end = day.to_zoned(TimeZone::UTC).map_err(Problem::internal)?;
            let end = Time(end.timestamp().as_microsecond() + A_DAY_MICROS);
            Arc::new(counting::counts_on(&app, &op, &all, end).await?)
        }
    };
    let mut works = Vec::new();
    for place in asked.map_or_else(|| own_places(&op, &all), |place| vec![place]) {
        let regions = atlas::regions(&app, &all, Some(place)).await?;
        for (position, of_form) in counts.iter().enumerate() {
            let has_earlier = of_form.rounds.len() > 1;
            if of_form.count.of(place).n_filed > 0 || has_earlier {
                let position = works.len() + position;
                works.push(work(&app, &page, position, of_form, place, &regions));
            }
        }
    }
    let top = home::top(&all);
    let mut desk = DeskPage::new(page, &|roles| op.has(roles), way_to(asked, top, op.lang), works);
    if asked.is_none() {
        desk.waits = waits(&app, &op).await?;
    }
    render(&desk)
}

/// What waits for the caller in the catalogue; none for those who neither take part in it nor read what readers send.
async fn waits(app: &App, op: &Op) -> Result<Option<Vec<(&'static str, String)>>> {
    let reads_contributions = op.has(&catalog::contributions::DECIDERS);
    if !(reads_contributions || op.has(&catalog::workflow::TAKING_PART)) {
        return Ok(None);
    }
    let n_contributions = match reads_contributions {
        true => catalog::contributions::count_waiting(app, None).await?,
        false => 0,
    };
    let counted = [
        (
            "/desk/data#waiting",
            "catalog-workflow-n-wait",
            catalog::workflow::count_next(app, op).await?.count(),
        ),
        (
            "/desk/contributions",
            "catalog-workflow-n-contributions",
            n_contributions,
        ),
        (
            "/desk/data#late",
            "catalog-workflow-n-late",
            catalog::workflow::count_late(app, op).await?.count(),
        ),
    ];
    let mut waits: Vec<(&'static str, String)> = counted
        .into_iter()
        .filter(|(_, _, n)| *n > 0)
        .map(|(href, id, n)| (href, op.lang.text(id).n("n", n).to_string()))
        .collect();
    if reads_contributions {
        let reports = data_reports::count(app, op).await?;
        waits.extend(reports.map(|said| (data_reports::PATH, said)));
    }
    Ok(Some(waits))
}

/// The places whose counts somebody follows: all for those who work everywhere, else where they work, the widest only.
fn own_places<'a>(op: &Op, all: &'a Places) -> Vec<Place<'a>> {
    if op.has_at::<&str>(&Role::STAFF, &[]) {
        return home::top(all).into_iter().collect();
    }
    let grants = op.person().map_or(&[][..], |person| &person.grants);
    let granted: Vec<Place<'a>> = grants
        .iter()
        .filter(|grant| Role::STAFF.contains(&grant.role))
        .filter_map(|grant| all.find(grant.place.as_deref()?))
        .collect();
    let mut own: Vec<Place<'a>> = Vec::new();
    for &place in &granted {
        let is_within = |wide: &Place<'a>| wide.code() != place.code() && wide.contains(place);
        if !granted.iter().any(is_within) && !own.iter().any(|own| own.code() == place.code()) {
            own.push(place);
        }
    }
    own
}

/// The steps from the whole installation down to a place, itself included; none for the whole.
fn way_to(place: Option<Place<'_>>, top: Option<Place<'_>>, lang: Lang) -> Vec<(String, String)> {
    let Some(place) = place.filter(|place| top.is_none_or(|top| top.code() != place.code())) else {
        return Vec::new();
    };
    let mut way: Vec<(String, String)> = place
        .with_ancestors()
        .take_while(|above| top.is_none_or(|top| top.code() != above.code()))
        .map(|above| {
            (
                above.name_in(lang.code()).to_owned(),
                format!("/desk?place={}", above.code()),
            )
        })
        .collect();
    way.reverse();
    way
}

fn work(
    app: &App,
    page: &Shell,
    position: usize,
    of_form: &FormCount,
    place: Place<'_>,
    regions: &[atlas::Region],
) -> Work {
    let lang = page.lang;
    let (name, count) = (of_form.title.clone(), &of_form.count);
    let mut parts: Vec<(Place<'_>, Coverage)> = place
        .children()
        .map(|child| (child, count.of(child)))
        .filter(|(_, coverage)| coverage.n_units > 0)
        .collect();
    let ground = |coverage: &Coverage| match coverage.state() {
        Stand::Done => Ground::Done,
        Stand::Going => Ground::Going,
        Stand::Late => Ground::Late,
        Stand::Waiting => Ground::Waiting,
    };
    let placed: Vec<Placed<'_>> = regions
        .iter()
        .filter_map(|region| {
            let (child, coverage) = parts.iter().find(|(child, _)| child.code() == region.code)?;
            let href = child.children().next().map_or_else(
                || format!("/places/{}", child.code()),
                |_| format!("/desk?place={}", child.code()),
            );
            Some(Placed {
                name: child.name_in(lang.code()),
                shape: &region.shape,
                ground: ground(coverage),
                href: Some(href),
                said: said(lang, coverage),
            })
        })
        .collect();
    let caption = page.t("site-desk-map").to_string();
    let about = About {
        id: format!("map-{position}"),
        title: format!("{caption}: {name}"),
        description: page.t("site-desk-map-described").to_string(),
        lang,
    };
    let states = [
        (Stand::Done, Ground::Done),
        (Stand::Going, Ground::Going),
        (Stand::Late, Ground::Late),
        (Stand::Waiting, Ground::Waiting),
    ];
    let legend = states.map(|(state, ground)| {
        (
            ground,
            page.t(state_id(state)).to_string(),
            parts
                .iter()
                .filter(|(_, coverage)| coverage.state() == state)
                .count(),
        )
    });
    let view = (!placed.is_empty()).then(|| MapView {
        caption,
        legend: legend_of(&about, &legend),
        map: map(&Map {
            about,
            places: placed,
        }),
    });

    // Late ones first; then as the list has them.
    parts.sort_by_key(|(_, coverage)| coverage.state() != Stand::Late);
    let day = |coverage: &Coverage| {
        coverage
            .last_at
            .map_or_else(String::new, |at| lang.short_date(app.config.day(at)))
    };
    let rows = parts
        .iter()
        .map(|(child, coverage)| row(page, child, coverage, &day(coverage)))
        .collect();
    let whole = count.of(place);
    Work {
        said: said(lang, &whole),
        bar: bar(&whole, &said(lang, &whole)),
        map: view,
        table_title: page
            .t("site-desk-table")
            .arg("place", place.name_in(lang.code()))
            .arg("form", &name)
            .to_string(),
        head: head(page),
        rows,
        rounds: rounds(page, of_form, place),
        name,
    }
}

/// The rounds of a form to choose from, when there are several.
fn rounds(page: &Shell, of_form: &FormCount, place: Place<'_>) -> Vec<(String, Option<String>)> {
    if of_form.rounds.len() < 2 {
        return Vec::new();
    }
    let day = |at: Time| at.timestamp().to_zoned(TimeZone::UTC).date();
    let choice = |round: &Round| {
        let (first, last) = (day(round.from), day(Time(round.before.0 - 1)));
        let (from, to) = (page.lang.month(first), page.lang.month(last));
        let text = if from == to {
            from
        } else {
            format!("{from} – {to}")
        };
        let href = (*round != of_form.round).then(|| format!("/desk?place={}&round={last}", place.code()));
        (text, href)
    };
    of_form.rounds.iter().map(choice).collect()
}

/// The text of a state.
fn state_id(state: Stand) -> &'static str {
    match state {
        Stand::Done => "site-desk-done",
        Stand::Going => "site-desk-going",
        Stand::Late => "site-desk-late",
        Stand::Waiting => "site-desk-waiting",
    }
}

fn head(page: &Shell) -> Vec<Cell> {
    let numbers = ["site-desk-covered", "site-desk-filed", "site-desk-flagged"]
        .map(|id| Cell::over_numbers(page.t(id)));
    [
        Cell::text(page.t("site-place-name")),
        Cell::text(page.t("site-desk-state")),
    ]
    .into_iter()
    .chain(numbers)
    .chain([Cell::text(page.t("site-desk-last"))])
    .collect()
}

fn row(page: &Shell, child: &Place<'_>, coverage: &Coverage, last: &str) -> Vec<Cell> {
    let lang = page.lang;
    let name = Markup::escape(child.name_in(lang.code()));
    let code = Markup::escape(child.code());
    let name = match child.children().next() {
        Some(_) => Markup(format!(
            r#"<a class="govuk-link" href="/desk?place={code}">{name}</a>"#
        )),
        None => name,
    };
    let state = Markup(format!(
        r#"<strong class="govuk-tag bz-tag--{}">{}</strong>"#,
        match coverage.state() {
            Stand::Done => "done",
            Stand::Going => "going",
            Stand::Late => "late",
            Stand::Waiting => "waiting",
        },
        Markup::escape(&page.t(state_id(coverage.state())).to_string())
    ));
    let covered = format!(
        "{}/{}",
        lang.number(coverage.n_covered),
        lang.number(coverage.n_units)
    );
    vec![
        Cell::html(name),
        Cell {
            sort_key: format!("{:?}", coverage.state()),
            ..Cell::html(state)
        },
        Cell::number(covered, coverage.percent()),
        Cell::number(lang.number(coverage.n_filed), coverage.n_filed as f64),
        Cell::number(lang.number(coverage.n_flagged), coverage.n_flagged as f64),
        Cell {
            sort_key: coverage
                .last_at
                .map_or_else(|| "none".to_owned(), |at| at.0.to_string()),
            ..Cell::text(last)
        },
    ]
}

/// Says how far a place has come.
pub fn said(lang: Lang, coverage: &Coverage) -> String {
    let covered = lang
        .text("site-collected")
        .arg("done", lang.number(coverage.n_covered))
        .n("n", coverage.n_units)
        .arg("percent", lang.percent(coverage.percent(), 0));
    format!(
        "{covered} {}",
        lang.text("site-collected-households").n("n", coverage.n_filed)
    )
}

/// Draws how far a place has come.
pub fn bar(coverage: &Coverage, said: &str) -> Markup {
    let said = Markup::escape(said);
    let percent = coverage.percent().round();
    Markup(format!(
        r#"<svg class="bz-progress" width="100%" height="14" role="img" aria-label="{said}"><rect width="{percent}%" height="14"/></svg>"#
    ))
}

impl DeskPage {
    fn new(
        page: Shell,
        may: &dyn Fn(&[Role]) -> bool,
        way: Vec<(String, String)>,
        works: Vec<Work>,
    ) -> DeskPage {
        let door = |href: &str, name: &str| Hit {
            href: href.into(),
            title: page.t(&format!("site-desk-{name}")).to_string(),
            about: page.t(&format!("site-desk-{name}-about")).to_string(),
        };
        let mut doors: Vec<Hit> = DOORS
            .iter()
            .filter(|(_, _, roles)| may(roles))
            .map(|(href, name, _)| door(href, name))
            .collect();
        let title = page.t("site-desk-title").to_string();
        let mut page = page.titled(&title);
        if let Some(((last, _), above)) = way.split_last() {
            page = page.crumb(&title, "/desk");
            for (name, href) in above {
                page = page.crumb(name, href);
            }
            page = page.crumb(last, "");
            doors.clear();
        }
        DeskPage {
            page,
            waits: None,
            doors,
            works,
        }
    }

    pub fn sample(lang: Lang) -> DeskPage {
        let page = Shell::sample(lang);
        let coverage = Coverage {
            n_units: 24,
            n_covered: 18,
            n_late: 1,
            n_filed: 271,
            n_flagged: 4,
            last_at: None,
        };
        let cells = vec![
            Cell::text("Ngasem <3>"),
            Cell::text(page.t("site-desk-late")),
            Cell::number("18/24", 75.0),
            Cell::number("271", 271.0),
            Cell::number("4", 4.0),
            Cell::text("21 Nov 2026"),
        ];
        let work = |name: &str| Work {
            name: name.into(),
            said: said(lang, &coverage),
            bar: bar(&coverage, &said(lang, &coverage)),
            map: None,
            table_title: page
                .t("site-desk-table")
                .arg("place", "Ranumaya")
                .arg("form", name)
                .to_string(),
            head: head(&page),
            rows: vec![cells.clone()],
            rounds: vec![
                (lang.month(civil::date(2026, 11, 1)), None),
                (
                    lang.month(civil::date(2025, 11, 1)),
                    Some("/desk?place=90&round=2025-11-30".into()),
                ),
            ],
        };
        let works = vec![work("Pendataan keluarga"), work("Posyandu & \"gizi\"")];
        let wait = lang.text("catalog-workflow-n-wait").n("n", 3).to_string();
        DeskPage {
            waits: Some(vec![("/desk/data#waiting", wait)]),
            ..DeskPage::new(page, &|_| true, Vec::new(), works)
        }
    }
}
