//! Meetings for everybody: the list, and each pack without anything confidential.

use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::{Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    gather::profiles,
    pack::Pack,
    print, public_pack, subject_of,
    view::{Grid, MatterView, PackView, Said, UnitMatters},
};
use crate::{
    evidence,
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::{Problem, Result},
        time::Time,
        typeset,
    },
    requests::{
        store,
        words::{Tag, Teller},
    },
};

/// Meetings a list shows.
pub const MOST_LISTED: i64 = 200;
/// Decisions of one meeting that are shown.
const MOST_DECISIONS: i64 = 200;

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/meetings", get(list))
        .route("/meetings/{date}", get(one))
}

#[derive(Template)]
#[template(path = "requests/meeting/list.html")]
pub struct ListPage {
    pub page: Shell,
    pub next: Vec<String>,
    pub meetings: Vec<Line>,
}

/// A meeting as a line of a list.
pub struct Line {
    pub href: String,
    pub title: String,
    pub said: String,
}

#[derive(Template)]
#[template(path = "requests/meeting/meeting.html")]
pub struct MeetingPage {
    pub page: Shell,
    pub view: PackView,
    /// Said where something on the page is confidential.
    pub warning: String,
    /// Said where it is no pack yet.
    pub preview: String,
    /// What was decided in this meeting, as it stands today.
    pub decided: Grid,
    /// The address decisions are sent to; empty where none are taken.
    pub decide_at: String,
    /// Units that may be given a task.
    pub owners: Vec<Choice>,
    /// The other shapes, and the page of the public.
    pub links: Vec<(String, String)>,
}

/// Which profile's meeting is meant where several are in use.
#[derive(Deserialize, Default)]
pub struct Asked {
    pub profile: Option<String>,
}

async fn list(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    let page = shell(&app, &op, &uri)
        .titled(op.lang.text("requests-meeting-title"))
        .described(op.lang.text("requests-meeting-about"))
        .crumb(op.lang.text("requests-meeting-title"), "");
    render(&ListPage {
        page,
        next: next_meetings(&app, &op).await?,
        meetings: lines(&app, op.lang, "/meetings").await?,
    })
}

async fn one(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(date): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (date, shape) = shaped(&date);
    let pack = public_pack(&app, asked.profile.as_deref(), date).await?;
    let page = shell(&app, &op, &uri)
        .titled(title(op.lang, &pack))
        .described(op.lang.text("requests-meeting-about"))
        .crumb(op.lang.text("requests-meeting-title"), "/meetings")
        .crumb(title(op.lang, &pack), "")
        .shapes(&["pdf", "json"]);
    answer(&app, &op, &pack, shape, page).await
}

/// Splits `2026-11-20.pdf`.
#[must_use]
pub fn shaped(name: &str) -> (&str, &str) {
    match name.rsplit_once('.') {
        Some((date, shape @ ("pdf" | "json"))) => (date, shape),
        _ => (name, ""),
    }
}

/// Answers with a pack in the shape that was asked for.
///
/// # Errors
/// When the database or the typesetting fails.
pub async fn answer(app: &App, op: &Op, pack: &Pack, shape: &str, page: Shell) -> Result<Response> {
    match shape {
        "json" => Ok(axum::Json(as_json(app, pack).await?).into_response()),
        "pdf" => as_pdf(app, op, pack).await,
        _ => render(&MeetingPage::new(app, op, pack, page).await?),
    }
}

async fn as_pdf(app: &App, op: &Op, pack: &Pack) -> Result<Response> {
    let teller = Teller::new(app, op.lang).await?;
    let view = PackView::new(app, &teller, pack).await?;
    let document = print::document(app, &teller, pack, &view, title(op.lang, pack));
    let pdf = match pack.is_confidential() {
        true => typeset::pdf(app, op, &document).await?,
        false => typeset::public_pdf(app, op, &document).await?,
    };
    let name = format!("inline; filename=\"meeting-{}-{}.pdf\"", pack.held_on, op.lang);
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, pdf).into_response())
}

/// Writes a pack as JSON: moments as people write them, without the ids of our own tables; with what was decided since.
async fn as_json(app: &App, pack: &Pack) -> Result<Value> {
    let mut whole = serde_json::to_value(pack).map_err(Problem::internal)?;
    for list in ["reds", "turning", "reopened", "supported"] {
        for matter in whole[list].as_array_mut().into_iter().flatten() {
            if let Some(matter) = matter.as_object_mut() {
                matter.remove("request");
            }
        }
    }
    if let Some(whole) = whole.as_object_mut() {
        whole.remove("confidential");
    }
    write_moments(&mut whole);
    let decided = evidence::list_led_to(app, "meeting", Some(&subject_of(pack).id), MOST_DECISIONS).await?;
    let decided: Vec<Value> = decided
        .iter()
        .map(|(_, commitment)| {
            json!({
                "code": commitment.code,
                "promise": commitment.promise,
                "owner": commitment.owner,
                "due_on": commitment.due_on.to_string(),
                "href": commitment.path(),
            })
        })
        .collect();
    whole["decided"] = json!(decided);
    Ok(whole)
}

/// Writes every moment in a JSON value as text: fields named `at`, `…_at`, `as_of`, `since` and `until`.
fn write_moments(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let is_moment =
                    ["at", "as_of", "since", "until"].contains(&name.as_str()) || name.ends_with("_at");
                match value.as_i64().filter(|_| is_moment) {
                    Some(micros) => *value = json!(Time(micros).to_string()),
                    None => write_moments(value),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(write_moments),
        _ => {}
    }
}

/// Returns what a meeting is called.
#[must_use]
pub fn title(lang: Lang, pack: &Pack) -> String {
    let day = match pack.held_on.parse() {
        Ok(day) => lang.date(day),
        Err(_) => pack.held_on.clone(),
    };
    lang.text("requests-meeting-of").arg("day", day).into()
}

/// Says when each profile's next meeting is.
///
/// # Errors
/// When the database fails.
pub async fn next_meetings(app: &App, op: &Op) -> Result<Vec<String>> {
    let teller = Teller::new(app, op.lang).await?;
    Ok(profiles(app)
        .await?
        .iter()
        .map(|profile| {
            let (_, at) = profile.meeting.next(profile.calendar.zone(), op.at);
            op.lang
                .text("requests-meeting-next")
                .arg("profile", teller.words(&profile.title))
                .arg("at", teller.moment(at))
                .to_string()
        })
        .collect())
}

/// Lists the meetings that have a pack, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn lines(app: &App, lang: Lang, base: &str) -> Result<Vec<Line>> {
    Ok(store::meeting::list(app.db.read(), MOST_LISTED)
        .await?
        .into_iter()
        .map(|listed| Line {
            href: format!("{base}/{}?profile={}", listed.held_on, listed.profile_name),
            title: match listed.held_on.parse() {
                Ok(day) => lang.date(day),
                Err(_) => listed.held_on,
            },
            said: lang
                .text("requests-meeting-line")
                .n("n", listed.n_red)
                .arg("profile", listed.profile_name)
                .into(),
        })
        .collect())
}

impl MeetingPage {
    /// Makes the page of a pack as everybody reads it; the desk adds to it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn new(app: &App, op: &Op, pack: &Pack, page: Shell) -> Result<MeetingPage> {
        let lang = op.lang;
        let teller = Teller::new(app, lang).await?;
        let decided =
            evidence::list_led_to(app, "meeting", Some(&subject_of(pack).id), MOST_DECISIONS).await?;
        let today = app.config.day(op.at);
        let rows = decided
            .iter()
            .rev()
            .map(|(_, commitment)| {
                vec![
                    Said {
                        text: commitment.promise.clone(),
                        href: commitment.path(),
                    },
                    teller.agency(Some(&commitment.owner)).into(),
                    lang.date(commitment.due_on).into(),
                    evidence::pages::standing_words(lang, commitment.standing(today).as_str()).into(),
                ]
            })
            .collect();
        let columns = [
            "requests-meeting-promise",
            "requests-meeting-owner",
            "requests-meeting-due",
            "requests-meeting-became",
        ];
        Ok(MeetingPage {
            view: PackView::new(app, &teller, pack).await?,
            warning: match pack.is_confidential() {
                true => lang.text("requests-meeting-warning").into(),
                false => String::new(),
            },
            preview: String::new(),
            decided: Grid {
                title: lang.text("requests-meeting-decided").into(),
                head: columns.map(|id| lang.text(id).into()).into(),
                numeric: vec![false; columns.len()],
                rows,
            },
            decide_at: String::new(),
            owners: Vec::new(),
            links: Vec::new(),
            page,
        })
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> MeetingPage {
        let grid = |title: &str| Grid {
            title: title.into(),
            head: vec!["Unit <1>".into(), "Red <2>".into()],
            numeric: vec![false, true],
            rows: vec![vec![
                Said {
                    text: "Dinas <PU>".into(),
                    href: "/requests/K7MQ4XTD".into(),
                },
                "3".to_owned().into(),
            ]],
        };
        let matter = |code: &str| MatterView {
            code: code.into(),
            written: "K7MQ-4XTD".into(),
            service: "Lamp <street>".into(),
            tag: Tag {
                class: "bz-light bz-light--red",
                text: lang.text("requests-light-red").into(),
            },
            tone: "red",
            unit_code: "dinas-pu".into(),
            facts: vec![("Waits".into(), "7 <days>".into())],
            text: "Dark since <Monday>".into(),
            history: vec!["16 November 2026: <filed>".into()],
        };
        MeetingPage {
            page: Shell {
                shapes: vec!["pdf", "json"],
                ..Shell::sample(lang).titled(lang.text("requests-meeting-of").arg("day", "20"))
            },
            view: PackView {
                when: "20 November 2026".into(),
                lead: lang.text("requests-meeting-lead").arg("as_of", "20").into(),
                counts: vec![(lang.text("requests-meeting-n-red").into(), "25".into())],
                units: grid("Units <a>"),
                reds: vec![UnitMatters {
                    unit: "Dinas <PU>".into(),
                    matters: vec![matter("K7MQ4XTD")],
                }],
                reds_left: lang.text("requests-meeting-reds-left").n("n", 2).into(),
                turning: vec![matter("K7MQ4XTE")],
                clusters: grid("Clusters <b>"),
                reopened: grid("Reopened <c>"),
                supported: grid("Supported <d>"),
                signals: grid("Signals <e>"),
                standing_out: vec!["Dinas <PU>".into()],
                decisions: grid("Decisions <f>"),
            },
            warning: lang.text("requests-meeting-warning").into(),
            preview: lang.text("requests-meeting-preview").into(),
            decided: grid("Decided <g>"),
            decide_at: "/desk/meetings/2026-11-20/decisions".into(),
            owners: vec![Choice::new("dinas-pu", "Dinas <PU>")],
            links: vec![(
                "/meetings/2026-11-20".into(),
                lang.text("requests-meeting-public").into(),
            )],
        }
    }
}

impl ListPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> ListPage {
        ListPage {
            page: Shell::sample(lang).titled(lang.text("requests-meeting-title")),
            next: vec![
                lang.text("requests-meeting-next")
                    .arg("profile", "<lapor>")
                    .arg("at", "20")
                    .into(),
            ],
            meetings: vec![Line {
                href: "/meetings/2026-11-20".into(),
                title: "20 November 2026".into(),
                said: lang
                    .text("requests-meeting-line")
                    .n("n", 3)
                    .arg("profile", "<lapor>")
                    .into(),
            }],
        }
    }
}
