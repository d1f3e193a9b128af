//! Published grades for everybody: the newest, those of each month, and each unit's worked through.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::{Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;

use super::{
    Graded, files,
    sheet::Sheet,
    view::{Of, SheetView, UnitView, all, month, name_of},
};
use crate::{
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Cell, SummaryRow},
        },
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::{Problem, Result},
        time::Time,
    },
    requests::{library, model::profile::Profile, store, words::Teller},
};

/// Months the list of earlier grades shows.
const MOST_MONTHS: i64 = 120;

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/requests/grades", get(newest))
        .route("/requests/grades.json", get(list_as_json))
        .route("/requests/grades/{period}", get(of_month))
        .route("/requests/grades/{period}/closings.csv", get(closings))
        .route("/requests/grades/{period}/closings.json", get(closings_as_json))
        .route("/requests/grades/{period}/{agency}", get(of_unit))
        .route("/requests/grades/{period}/places/{code}", get(of_district))
}

#[derive(Template)]
#[template(path = "requests/grading/sheet.html")]
pub struct SheetPage {
    pub page: Shell,
    pub lead: String,
    pub view: Option<SheetView>,
    pub downloads: Vec<Link>,
    pub months: Vec<Link>,
    /// When grades are published next.
    pub next: String,
}

#[derive(Template)]
#[template(path = "requests/grading/unit.html")]
pub struct UnitPage {
    pub page: Shell,
    pub lead: String,
    pub view: UnitView,
    pub downloads: Vec<Link>,
}

/// A link with its words.
pub struct Link {
    pub href: String,
    pub text: String,
}

/// Which profile's grades are meant where several are in use.
#[derive(Deserialize, Default)]
pub struct Asked {
    pub profile: Option<String>,
}

async fn newest(State(app): State<App>, op: Op, uri: Uri, Query(asked): Query<Asked>) -> Result<Response> {
    let listed = store::grading::list_published(app.db.read(), MOST_MONTHS).await?;
    let newest = listed
        .iter()
        .find(|(profile, ..)| asked.profile.as_ref().is_none_or(|asked| asked == profile));
    let sheet = match newest {
        Some((profile, period, ..)) => super::published(&app, Some(profile), period).await?,
        None => None,
    };
    let teller = Teller::new(&app, op.lang).await?;
    let page = shell(&app, &op, &uri)
        .titled(op.lang.text("requests-grading-title"))
        .described(op.lang.text("requests-grading-about"))
        .crumb(op.lang.text("requests-grading-title"), "")
        .shapes(&["json"]);
    render(&SheetPage::new(&app, &teller, page, sheet.as_ref(), &listed).await?)
}

async fn list_as_json(State(app): State<App>) -> Result<Response> {
    let listed = store::grading::list_published(app.db.read(), MOST_MONTHS).await?;
    let months: Vec<_> = listed
        .iter()
        .map(|(profile, period, published_at, n_closings)| {
            serde_json::json!({
                "profile": profile,
                "period": period,
                "published_at": Time(*published_at).to_string(),
                "closings": n_closings,
                "href": format!("/requests/grades/{period}"),
            })
        })
        .collect();
    Ok(axum::Json(serde_json::json!({ "grades": months })).into_response())
}

async fn of_month(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(period): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (period, shape) = match period.rsplit_once('.') {
        Some((period, shape @ ("json" | "csv"))) => (period, shape),
        _ => (period.as_str(), ""),
    };
    let sheet = find(&app, &asked, period).await?;
    match shape {
        "json" => return Ok(axum::Json(files::as_json(&sheet)?).into_response()),
        "csv" => return Ok(as_csv(files::table(&sheet)?)),
        _ => {}
    }
    let teller = Teller::new(&app, op.lang).await?;
    let listed = store::grading::list_published(app.db.read(), MOST_MONTHS).await?;
    let page = shell(&app, &op, &uri)
        .titled(title(op.lang, period))
        .described(op.lang.text("requests-grading-about"))
        .crumb(op.lang.text("requests-grading-title"), "/requests/grades")
        .crumb(month(op.lang, period), "")
        .shapes(&["csv", "json"]);
    render(&SheetPage::new(&app, &teller, page, Some(&sheet), &listed).await?)
}

async fn closings(
    State(app): State<App>,
    Path(period): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    Ok(as_csv(list_of(&app, &asked, &period).await?))
}

async fn closings_as_json(
    State(app): State<App>,
    Path(period): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let list = list_of(&app, &asked, &period).await?;
    Ok(axum::Json(files::closings_as_json(&list)?).into_response())
}

async fn of_unit(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path((period, agency)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    one(&app, &op, &uri, (&period, Of::Units, &agency), &asked).await
}

async fn of_district(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path((period, code)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    one(&app, &op, &uri, (&period, Of::Districts, &code), &asked).await
}

async fn one(
    app: &App,
    op: &Op,
    uri: &Uri,
    (period, of, code): (&str, Of, &str),
    asked: &Asked,
) -> Result<Response> {
    let (code, wants_json) = match code.strip_suffix(".json") {
        Some(code) => (code, true),
        None => (code, false),
    };
    let sheet = find(app, asked, period).await?;
    let graded: &Graded = all(&sheet, of)
        .iter()
        .find(|unit| unit.unit == code)
        .ok_or_else(|| Problem::not_found("requests-grading-unit-unknown").with("unit", code))?;
    if wants_json {
        return Ok(axum::Json(graded).into_response());
    }
    let teller = Teller::new(app, op.lang).await?;
    let name = name_of(&teller, of, code);
    let page = shell(app, op, uri)
        .titled(&name)
        .crumb(op.lang.text("requests-grading-title"), "/requests/grades")
        .crumb(month(op.lang, period), format!("/requests/grades/{period}"))
        .crumb(&name, "")
        .shapes(&["json"]);
    render(&UnitPage {
        page,
        lead: lead(&teller, &sheet),
        view: UnitView::new(&teller, &sheet, graded),
        downloads: downloads(op.lang, &sheet),
    })
}

async fn find(app: &App, asked: &Asked, period: &str) -> Result<Arc<Sheet>> {
    super::published(app, asked.profile.as_deref(), period)
        .await?
        .map(Arc::new)
        .ok_or_else(|| Problem::not_found("requests-grading-unknown").with("period", period))
}

async fn list_of(app: &App, asked: &Asked, period: &str) -> Result<Vec<u8>> {
    let sheet = find(app, asked, period).await?;
    let blob = sheet.closings.clone().unwrap_or_default();
    Ok(app.blobs.bytes(&blob).await?.to_vec())
}

fn as_csv(bytes: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], bytes).into_response()
}

/// Returns what a month's grades are called.
pub(super) fn title(lang: Lang, period: &str) -> String {
    lang.text("requests-grading-of-month")
        .arg("month", month(lang, period))
        .into()
}

fn lead(teller: &Teller, sheet: &Sheet) -> String {
    teller
        .lang
        .text("requests-grading-published")
        .arg("month", month(teller.lang, &sheet.period))
        .arg("at", teller.moment(sheet.published_at))
        .n("n", sheet.n_closings)
        .into()
}

fn downloads(lang: Lang, sheet: &Sheet) -> Vec<Link> {
    let link = |tail: &str, id: &'static str| Link {
        href: format!("/requests/grades/{}{tail}", sheet.period),
        text: lang.text(id).to_string(),
    };
    vec![
        link(".csv", "requests-grading-get-table"),
        link(".json", "requests-grading-get-json"),
        link("/closings.csv", "requests-grading-get-closings"),
        link("/closings.json", "requests-grading-get-closings-json"),
    ]
}

impl SheetPage {
    async fn new(
        app: &App,
        teller: &Teller,
        page: Shell,
        sheet: Option<&Sheet>,
        listed: &[(String, String, i64, i64)],
    ) -> Result<SheetPage> {
        let lang = teller.lang;
        let now = app.clock.now();
        let library = library::current(app).await?;
        let next = library.profiles_in_use().first().map(|profile| {
            lang.text("requests-grading-next")
                .arg("at", teller.moment(next_of(profile, now)))
                .to_string()
        });
        let months = listed
            .iter()
            .map(|(profile, period, ..)| Link {
                href: format!("/requests/grades/{period}?profile={profile}"),
                text: month(lang, period),
            })
            .collect();
        Ok(SheetPage {
            lead: match sheet {
                Some(sheet) => lead(teller, sheet),
                None => lang.text("requests-grading-not-yet").to_string(),
            },
            view: sheet.map(|sheet| {
                let base = format!("/requests/grades/{}?profile={}", sheet.period, sheet.profile);
                SheetView::new(teller, sheet, &base)
            }),
            downloads: sheet.map(|sheet| downloads(lang, sheet)).unwrap_or_default(),
            months,
            next: next.unwrap_or_default(),
            page,
        })
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> SheetPage {
        use super::view::TableView;
        let table = |title: &str| TableView {
            title: title.into(),
            head: vec![
                Cell::text(lang.text("requests-grading-unit")),
                Cell::over_numbers(lang.text("requests-grading-score")),
            ],
            rows: vec![vec![Cell::text("Dinas <PU>"), Cell::number("84.75", 84.75)]],
        };
        SheetPage {
            page: Shell::sample(lang).titled(title(lang, "2026-10")),
            lead: lang.text("requests-grading-not-yet").to_string(),
            view: Some(SheetView {
                formula: vec!["60: <yes>".into()],
                bands: "A: 80 · B: 70".into(),
                tables: vec![table("Units <1>"), table("Districts <1>")],
                shadow: table("Shadow <units>"),
                district_shadow: table("Shadow <districts>"),
                warning: lang.text("requests-grading-unknown").n("n", 2).to_string(),
            }),
            downloads: vec![Link {
                href: "/requests/grades/2026-10.csv".into(),
                text: lang.text("requests-grading-get-table").to_string(),
            }],
            months: vec![Link {
                href: "/requests/grades/2026-09".into(),
                text: month(lang, "2026-09"),
            }],
            next: lang.text("requests-grading-next").arg("at", "<5>").to_string(),
        }
    }
}

impl UnitPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> UnitPage {
        UnitPage {
            page: Shell::sample(lang).titled("Dinas <PU>"),
            lead: lang.text("requests-grading-not-yet").to_string(),
            view: UnitView {
                result: lang
                    .text("requests-grading-result")
                    .arg("letter", "A")
                    .arg("points", "84.75")
                    .to_string(),
                facts: vec![SummaryRow::new(
                    lang.text("requests-grading-handled"),
                    "12 <3>".to_owned(),
                )],
                worked: vec!["60 × 79 ÷ 100 = <47.40>".into()],
                sum: "47.40 + 10.00 = 57.40".into(),
                shadow: vec![SummaryRow::new(
                    lang.text("requests-grading-reopened"),
                    "3".to_owned(),
                )],
            },
            downloads: vec![Link {
                href: "/requests/grades/2026-10.csv".into(),
                text: lang.text("requests-grading-get-table").to_string(),
            }],
        }
    }
}

/// When a profile publishes next.
fn next_of(profile: &Profile, now: Time) -> Time {
    let zone = profile.calendar.zone();
    let today = profile.calendar.day(now);
    let period = profile
        .grade
        .period(zone, today.first_of_month().yesterday().unwrap_or(today));
    if period.published_at > now {
        return period.published_at;
    }
    profile.grade.period(zone, today).published_at
}
