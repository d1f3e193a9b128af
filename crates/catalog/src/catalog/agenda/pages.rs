//! Pages for everybody: the agenda of a year, and how punctual each producer is.

use std::{collections::HashMap, ops::RangeInclusive};

use askama::Template;
use axum::{
    Json, Router,
    extract::{Query, State},
    http::{Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;

use super::{
    files, league,
    model::{CHECKPOINTS, Standing, checkpoint},
    periods,
    year::{self, Brief, Due, Move, Owed, Reached, Seen, Year},
};
use crate::{
    accounts,
    catalog::pages::organisation_href,
    platform::{
        app::App,
        html::{
            Markup, Shell,
            parts::{Cell, Choice, Words},
        },
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::{Problem, Result},
    },
};

/// Periods of one column that are told one by one; more are counted.
const MOST_TOLD: usize = 3;

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/agenda", get(show))
        .route("/agenda.json", get(as_json))
        .route("/agenda.csv", get(as_csv))
        .route("/agenda.ics", get(as_calendar))
        .route("/timeliness", get(show_league))
        .route("/timeliness.json", get(league_as_json))
        .route("/timeliness.csv", get(league_as_csv))
}

#[derive(Template)]
#[template(path = "catalog/agenda/agenda.html")]
pub struct AgendaPage {
    page: Shell,
    year: i16,
    years: Vec<YearLink>,
    publishers: Vec<Choice>,
    cards: Vec<Card>,
}

/// A dataset with its four columns.
struct Card {
    href: String,
    title: String,
    facts: String,
    columns: Vec<Column>,
    moves: Vec<String>,
}

struct Column {
    name: &'static str,
    marks: Vec<Mark>,
    /// How far the table is filled, and is to be.
    target: Option<Mark>,
}

/// A light with its words.
pub struct Mark {
    pub light: &'static str,
    pub text: String,
}

/// The way to another year.
pub struct YearLink {
    pub href: String,
    pub text: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    year: Option<i16>,
    /// The code of an organisation; all when empty.
    organization: String,
}

#[derive(Template)]
#[template(path = "catalog/agenda/timeliness.html")]
pub struct TimelinessPage {
    page: Shell,
    year: i16,
    years: Vec<YearLink>,
    lead: String,
    head: Vec<Cell>,
    groups: Vec<LeagueGroup>,
}

/// Producers who owed about as much.
struct LeagueGroup {
    title: String,
    rows: Vec<Vec<Cell>>,
}

async fn show(State(app): State<App>, op: Op, uri: Uri, Query(asked): Query<Asked>) -> Result<Response> {
    let this_year = year::this_year(&app).await?;
    check_organisation(&app, &asked.organization).await?;
    let whole = year::year(&app, &op, asked.of(this_year)?, Seen::ByReader).await?;
    render(&AgendaPage::new(shell(&app, &op, &uri), whole, &asked, this_year))
}

async fn as_json(State(app): State<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    Ok(Json(sought(&app, &op, &asked).await?).into_response())
}

async fn as_csv(State(app): State<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    let year = sought(&app, &op, &asked).await?;
    Ok(file(
        "text/csv; charset=utf-8",
        &format!("agenda-{}.csv", year.year),
        files::agenda_csv(&year)?,
    ))
}

async fn as_calendar(State(app): State<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    let year = sought(&app, &op, &asked).await?;
    let text = files::calendar(op.lang, &app.config.base_url, &year, app.clock.now());
    Ok(file(
        "text/calendar; charset=utf-8",
        &format!("agenda-{}.ics", year.year),
        text.into_bytes(),
    ))
}

async fn show_league(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let this_year = year::this_year(&app).await?;
    let of = asked.of(this_year)?;
    let rows = year::league_of(&app, &op, of).await?;
    let names = names(&app).await?;
    render(&TimelinessPage::new(
        shell(&app, &op, &uri),
        &rows,
        &names,
        (of, this_year),
    ))
}

async fn league_as_json(State(app): State<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    let of = asked.of(year::this_year(&app).await?)?;
    let rows = year::league_of(&app, &op, of).await?;
    let least = league::LEAST_RANKED;
    Ok(Json(json!({ "year": of, "least_ranked": least, "producers": rows })).into_response())
}

async fn league_as_csv(State(app): State<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    let of = asked.of(year::this_year(&app).await?)?;
    let rows = year::league_of(&app, &op, of).await?;
    let names = names(&app).await?;
    let bytes = files::league_csv(&rows, |code| names.get(code).cloned().unwrap_or_default())?;
    Ok(file(
        "text/csv; charset=utf-8",
        &format!("timeliness-{of}.csv"),
        bytes,
    ))
}

/// How a dataset stands, in one light with its words, for its own page.
pub fn in_words(lang: Lang, brief: &Brief) -> Words {
    let frequency = lang
        .text(format!("catalog-agenda-every-{}", brief.frequency))
        .to_string();
    // What is overdue first; then what others look at, what is next, what came last.
    let overdue = brief.next.as_ref().filter(|due| due.is_due);
    let shown = overdue
        .or(brief.waiting.as_ref())
        .or(brief.next.as_ref())
        .or(brief.last.as_ref());
    let mark = shown.map_or_else(
        || Mark {
            light: "none",
            text: lang.text("catalog-agenda-nothing-owed").to_string(),
        },
        |due| mark(lang, due),
    );
    Markup(format!(
        "{} · <span class=\"bz-light bz-light--{}\">{}</span> · <a class=\"govuk-link\" href=\"/agenda\">{}</a>",
        Markup::escape(&frequency),
        mark.light,
        Markup::escape(&mark.text),
        Markup::escape(&lang.text("catalog-agenda-title").to_string()),
    ))
    .into()
}

/// A period in a light and words: what it is, how it stands.
pub fn mark(lang: Lang, due: &Due) -> Mark {
    let day = lang.date(due.due_on);
    let sent = due.delivered_on.as_deref().map(|on| written(lang, on));
    let sent = sent.unwrap_or_default();
    let text = match due.standing {
        Standing::Planned => lang.text("catalog-agenda-planned").arg("day", day),
        Standing::OnTime => lang.text("catalog-agenda-on-time").arg("day", day),
        Standing::HandedIn { days: 0 } => lang
            .text("catalog-agenda-handed-in")
            .arg("sent", sent)
            .arg("day", day),
        Standing::HandedIn { days } => lang
            .text("catalog-agenda-handed-in-late")
            .arg("sent", sent)
            .n("days", days)
            .arg("day", day),
        Standing::Late { days } => lang.text("catalog-agenda-late").n("days", days).arg("day", day),
        Standing::Missing { days } => lang
            .text("catalog-agenda-missing")
            .n("days", days)
            .arg("day", day),
    };
    let moved = if due.due_on == due.first_due_on {
        String::new()
    } else {
        let first = lang.short_date(due.first_due_on);
        format!(" ({})", lang.text("catalog-agenda-moved-from").arg("day", first))
    };
    Mark {
        light: match due.standing {
            Standing::Planned => "white",
            _ => due.light.as_str(),
        },
        text: format!(
            "{}: {text}{moved}{}",
            periods::in_words(lang, &due.period),
            published(lang, due)
        ),
    }
}

/// Since when everybody can read it, and when it was handed in where that was another day; empty for what nobody can.
fn published(lang: Lang, due: &Due) -> String {
    let Some(on) = &due.published_on else {
        return String::new();
    };
    let day = written(lang, on);
    let text = match due.delivered_on.as_ref().filter(|sent| *sent != on) {
        Some(sent) => lang
            .text("catalog-agenda-published-after")
            .arg("sent", written(lang, sent))
            .arg("day", day),
        None => lang.text("catalog-agenda-published").arg("day", day),
    };
    format!(" · {text}")
}

/// A day as it is kept, in words.
pub fn written(lang: Lang, day: &str) -> String {
    day.parse::<Date>()
        .map_or_else(|_| day.to_owned(), |day| lang.date(day))
}

impl Asked {
    /// The year that is asked for; this one where nobody asks for any.
    fn of(&self, this_year: i16) -> Result<i16> {
        const YEARS: RangeInclusive<i16> = 1990..=2199;
        match self.year {
            None => Ok(this_year),
            Some(year) if YEARS.contains(&year) => Ok(year),
            Some(year) => Err(Problem::invalid("catalog-agenda-year-unknown")
                .with("year", year)
                .with("first", YEARS.start())
                .with("last", YEARS.end())),
        }
    }

    fn keeps(&self, dataset: &Owed) -> bool {
        self.organization.is_empty() || dataset.organisation.as_deref() == Some(&self.organization)
    }
}

async fn sought(app: &App, op: &Op, asked: &Asked) -> Result<Year> {
    check_organisation(app, &asked.organization).await?;
    let of = asked.of(year::this_year(app).await?)?;
    let mut year = year::year(app, op, of, Seen::ByReader).await?;
    year.datasets.retain(|dataset| asked.keeps(dataset));
    Ok(year)
}

/// Passes the code of an organisation that there is, and no code at all.
async fn check_organisation(app: &App, code: &str) -> Result<()> {
    if code.is_empty() || names(app).await?.contains_key(code) {
        return Ok(());
    }
    Err(Problem::not_found("organisation-unknown").with("code", code))
}

async fn names(app: &App) -> Result<HashMap<String, String>> {
    let known = accounts::list_organisations(app).await?;
    Ok(known.into_iter().map(|known| (known.code, known.name)).collect())
}

fn file(media_type: &str, name: &str, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    (headers, bytes).into_response()
}

impl AgendaPage {
    pub fn new(page: Shell, whole: Year, asked: &Asked, this_year: i16) -> AgendaPage {
        let lang = page.lang;
        let title = lang
            .text("catalog-agenda-title-of")
            .arg("year", whole.year)
            .to_string();
        let mut publishers: Vec<(String, String)> = whole
            .datasets
            .iter()
            .filter_map(|dataset| dataset.organisation.clone().zip(dataset.publisher.clone()))
            .collect();
        publishers.sort_by(|a, b| a.1.cmp(&b.1));
        publishers.dedup();
        let any = Choice::new("", lang.text("catalog-agenda-any")).chosen_if(&asked.organization);
        let others = publishers
            .into_iter()
            .map(|(code, name)| Choice::new(code, name).chosen_if(&asked.organization));
        AgendaPage {
            year: whole.year,
            years: years("/agenda", whole.year, this_year),
            publishers: std::iter::once(any).chain(others).collect(),
            cards: whole
                .datasets
                .iter()
                .filter(|dataset| asked.keeps(dataset))
                .map(|dataset| Card::of(lang, dataset))
                .collect(),
            page: page
                .titled(&title)
                .described(lang.text("catalog-agenda-lead"))
                .crumb(lang.text("catalog-title"), "/data")
                .crumb(title, "")
                .shapes(&["ics", "csv", "json"]),
        }
    }
}

impl Card {
    fn of(lang: Lang, dataset: &Owed) -> Card {
        let frequency = match dataset.frequency {
            Some(word) => lang.text(format!("catalog-agenda-every-{word}")).to_string(),
            None => lang.text("catalog-agenda-ended").to_string(),
        };
        let confirmed = match (dataset.frequency, dataset.is_confirmed) {
            (Some(_), false) => lang.text("catalog-agenda-unconfirmed").to_string(),
            _ => String::new(),
        };
        let facts = [
            dataset.publisher.clone().unwrap_or_default(),
            dataset.unit.clone(),
            frequency,
            confirmed,
        ];
        Card {
            href: format!("/data/{}", dataset.slug),
            title: dataset.title.clone(),
            facts: facts
                .into_iter()
                .filter(|fact| !fact.is_empty())
                .collect::<Vec<_>>()
                .join(" · "),
            columns: CHECKPOINTS
                .into_iter()
                .enumerate()
                .map(|(at, name)| {
                    let own: Vec<&Due> = dataset
                        .periods
                        .iter()
                        .filter(|due| checkpoint(due.due_on) == at)
                        .collect();
                    let target = dataset.targets.iter().find(|reached| reached.checkpoint == name);
                    Column {
                        name,
                        marks: marks(lang, &own),
                        target: target.map(|reached| target_in_words(lang, reached)),
                    }
                })
                .collect(),
            moves: dataset
                .moves
                .iter()
                .map(|moved| moved_in_words(lang, moved))
                .collect(),
        }
    }
}

/// A few periods one by one; many as counts of how they stand.
fn marks(lang: Lang, dues: &[&Due]) -> Vec<Mark> {
    if dues.len() <= MOST_TOLD {
        return dues.iter().map(|due| mark(lang, due)).collect();
    }
    let count = |light: &'static str, id: &'static str, is_so: fn(&Due) -> bool| {
        let n = dues.iter().filter(|due| is_so(due)).count();
        (n > 0).then(|| Mark {
            light,
            text: lang.text(id).n("n", n).to_string(),
        })
    };
    [
        count("red", "catalog-agenda-n-missing", |due| {
            matches!(due.standing, Standing::Missing { .. })
        }),
        count("yellow", "catalog-agenda-n-late", |due| {
            matches!(due.standing, Standing::Late { .. })
        }),
        count("white", "catalog-agenda-n-handed-in", |due| {
            matches!(due.standing, Standing::HandedIn { .. })
        }),
        count("green", "catalog-agenda-n-on-time", |due| {
            due.standing == Standing::OnTime
        }),
        count("white", "catalog-agenda-n-planned", |due| {
            due.standing == Standing::Planned
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// How far the table is filled, green where that is enough; red when the checkpoint is over and it is not.
fn target_in_words(lang: Lang, reached: &Reached) -> Mark {
    let target = lang.percent(f64::from(reached.target_percent), 0);
    let Some(percent) = reached.reached_percent else {
        let text = lang
            .text("catalog-agenda-target")
            .arg("target", target)
            .n("rows", reached.expected_rows);
        return Mark {
            light: "white",
            text: text.to_string(),
        };
    };
    // Nearly there is not there: a share is cut off and not rounded up.
    let text = lang
        .text("catalog-agenda-reached")
        .arg("reached", lang.percent(percent.floor(), 0))
        .arg("target", target)
        .n("rows", reached.expected_rows);
    let light = match percent >= f64::from(reached.target_percent) {
        true => "green",
        false if reached.is_over => "red",
        false => "white",
    };
    Mark {
        light,
        text: text.to_string(),
    }
}

fn moved_in_words(lang: Lang, moved: &Move) -> String {
    if moved.role == "program" {
        return lang
            .text("catalog-agenda-was-moved-by-calendar")
            .arg("period", periods::in_words(lang, &moved.period))
            .arg("was", written(lang, &moved.was))
            .arg("now", written(lang, &moved.is_now))
            .to_string();
    }
    lang.text("catalog-agenda-was-moved")
        .arg("period", periods::in_words(lang, &moved.period))
        .arg("was", written(lang, &moved.was))
        .arg("now", written(lang, &moved.is_now))
        .arg("role", lang.text(format!("catalog-agenda-role-{}", moved.role)))
        .arg("reason", &moved.reason)
        .to_string()
}

fn years(path: &str, shown: i16, this_year: i16) -> Vec<YearLink> {
    (this_year - 2..=this_year + 1)
        .filter(|year| *year != shown)
        .map(|year| YearLink {
            href: format!("{path}?year={year}"),
            text: year.to_string(),
        })
        .collect()
}

impl TimelinessPage {
    pub fn new(
        page: Shell,
        rows: &[league::Row],
        names: &HashMap<String, String>,
        (year, this_year): (i16, i16),
    ) -> TimelinessPage {
        let lang = page.lang;
        let title = lang
            .text("catalog-agenda-league-of")
            .arg("year", year)
            .to_string();
        let mut groups: Vec<(league::Volume, LeagueGroup)> = Vec::new();
        for row in rows {
            if groups.last().is_none_or(|(volume, _)| *volume != row.volume) {
                let group = LeagueGroup {
                    title: lang
                        .text(format!("catalog-agenda-volume-{}", row.volume.as_str()))
                        .to_string(),
                    rows: Vec::new(),
                };
                groups.push((row.volume, group));
            }
            if let Some((_, group)) = groups.last_mut() {
                group.rows.push(cells(lang, row, names));
            }
        }
        TimelinessPage {
            year,
            years: years("/timeliness", year, this_year),
            lead: lang
                .text("catalog-agenda-league-lead")
                .n("least", league::LEAST_RANKED)
                .to_string(),
            head: vec![
                Cell::text(lang.text("catalog-agenda-producer")),
                Cell::over_numbers(lang.text("catalog-agenda-rank")),
                Cell::over_numbers(lang.text("catalog-agenda-share")),
                Cell::over_numbers(lang.text("catalog-agenda-n-due")),
                Cell::over_numbers(lang.text("catalog-agenda-late-head")),
                Cell::over_numbers(lang.text("catalog-agenda-missing-head")),
                Cell::over_numbers(lang.text("catalog-agenda-waiting-head")),
                Cell::over_numbers(lang.text("catalog-agenda-median")),
            ],
            groups: groups.into_iter().map(|(_, group)| group).collect(),
            page: page
                .titled(&title)
                .described(lang.text("catalog-agenda-league-about"))
                .crumb(lang.text("catalog-title"), "/data")
                .crumb(title, "")
                .shapes(&["csv", "json"]),
        }
    }
}

fn cells(lang: Lang, row: &league::Row, names: &HashMap<String, String>) -> Vec<Cell> {
    let count = |n: usize| Cell::number(lang.number(n), n as f64);
    let producer = match names.get(&row.organization) {
        Some(name) => Cell::html(Markup(format!(
            "<a class=\"govuk-link\" href=\"{}\">{}</a>",
            Markup::escape(&organisation_href(&row.organization)),
            Markup::escape(name)
        ))),
        None => Cell::text(lang.text("catalog-agenda-nobody")),
    };
    let due = match row.n_unnamed {
        0 => count(row.n_due),
        n => {
            let told = lang
                .text("catalog-agenda-n-due-unnamed")
                .n("due", row.n_due)
                .n("unnamed", n);
            Cell::number(told, row.n_due as f64)
        }
    };
    let dash = || Cell::number("–", f64::NAN);
    vec![
        producer,
        row.rank.map_or_else(dash, count),
        Cell::number(lang.percent(row.on_time_percent, 0), row.on_time_percent),
        due,
        count(row.n_late),
        count(row.n_missing),
        count(row.n_waiting),
        row.median_days_late.map_or_else(dash, |days| {
            let places = if days.fract() == 0.0 { 0 } else { 1 };
            Cell::number(lang.decimal(days, places), days)
        }),
    ]
}

impl AgendaPage {
    pub fn sample(lang: Lang) -> AgendaPage {
        AgendaPage::new(Shell::sample(lang), sample_year(), &Asked::default(), 2026)
    }
}

impl TimelinessPage {
    pub fn sample(lang: Lang) -> TimelinessPage {
        let owed: Vec<(String, Standing, bool)> = (0..6)
            .map(|n| ("dinas-pu".to_owned(), Standing::Late { days: n }, true))
            .chain((0..2).map(|_| (String::new(), Standing::OnTime, true)))
            .collect();
        let mut rows = league::league(&owed);
        rows[0].n_unnamed = 2;
        let names = HashMap::from([("dinas-pu".to_owned(), "Dinas <Pekerjaan Umum>".to_owned())]);
        TimelinessPage::new(Shell::sample(lang), &rows, &names, (2026, 2026))
    }
}

/// A year with something of everything, for tests and for looking at.
pub fn sample_year() -> Year {
    let day = |month: i8, day: i8| jiff::civil::date(2026, month, day);
    let due = |period: &str, on: Date, standing: Standing, light: super::model::Light| Due {
        period: period.to_owned(),
        from: "2026-01-01".into(),
        to: on.to_string(),
        due_on: on,
        first_due_on: on,
        standing,
        light,
        delivered_on: None,
        published_on: None,
        resource: None,
        version: None,
        organisation: Some("dinas-pu".into()),
        is_due: standing != Standing::Planned,
    };
    use super::model::Light::{Green, Red, White};
    let mut periods = vec![
        due("2026-B03", day(3, 31), Standing::OnTime, Green),
        due("2026-B06", day(6, 30), Standing::HandedIn { days: 0 }, White),
        due("2026-B09", day(9, 30), Standing::Missing { days: 12 }, Red),
        due("2026-B12", day(12, 31), Standing::Planned, Green),
    ];
    periods[0].delivered_on = Some("2026-03-30".into());
    periods[0].published_on = Some("2026-04-08".into());
    periods[1].delivered_on = Some("2026-06-29".into());
    periods[3].first_due_on = day(12, 15);
    let mut monthly: Vec<Due> = (1..=12)
        .map(|month| {
            due(
                &format!("2026-{month:02}"),
                day(month, 28),
                Standing::OnTime,
                Green,
            )
        })
        .collect();
    monthly.extend((1..=9).map(|n| {
        due(
            &format!("2026-01-0{n}"),
            day(1, n),
            Standing::Missing { days: 3 },
            Red,
        )
    }));
    let reached = |checkpoint: &'static str, target_percent: u8, n_rows: Option<i64>| Reached {
        checkpoint,
        target_percent,
        expected_rows: 1200,
        n_rows,
        reached_percent: n_rows.map(|n| n as f64 / 12.0),
        is_over: n_rows.is_some(),
    };
    let owed = |slug: &str, title: &str, periods: Vec<Due>| Owed {
        slug: slug.into(),
        title: title.into(),
        organisation: Some("dinas-pu".into()),
        publisher: Some("Dinas <Pekerjaan Umum>".into()),
        unit: "Bidang \"Air\"".into(),
        frequency: Some("checkpoints"),
        is_confirmed: false,
        periods,
        targets: vec![reached("B03", 50, Some(612)), reached("B06", 100, None)],
        moves: vec![
            Move {
                period: "2026-B12".into(),
                was: "2026-12-15".into(),
                is_now: "2026-12-31".into(),
                role: "steward".into(),
                reason: "Audit <year end> & holidays".into(),
            },
            Move {
                period: "2026-B09".into(),
                was: "2026-09-29".into(),
                is_now: "2026-09-30".into(),
                role: "program".into(),
                reason: String::new(),
            },
        ],
    };
    Year {
        year: 2026,
        datasets: vec![
            owed("wells", "Wells \"and\" <3> pumps", periods),
            owed("prices", "Prices", monthly),
        ],
    }
}
