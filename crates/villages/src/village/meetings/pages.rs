//! A meeting of a village for everybody: the invitation, who was in the room by group, the minutes and what was promised.

use askama::Template;
use axum::{
    Json,
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Response},
};
use jiff::civil::{date, time};
use serde_json::{Value, json};

use super::{
    decisions, find,
    model::{Attendance, Invitation, Meeting, Shown, State as MeetingState},
    subject,
};
use crate::{
    evidence::{
        model::{Commitment, mask::mask},
        pages::Names,
    },
    places,
    platform::{
        app::App,
        html::{Shell, parts::SummaryRow},
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::Result,
        time::Time,
    },
    village::{
        pages::promises_table,
        year::pages::{SHAPES, Table, csv_of, split},
    },
};

/// One meeting.
#[derive(Template)]
#[template(path = "village/meetings/meeting.html")]
pub struct VillageMeetingPage {
    pub page: Shell,
    pub state: String,
    pub facts: Vec<SummaryRow>,
    pub agenda: Vec<String>,
    /// Who was in the room; empty before the meeting was held.
    pub attendance: Vec<SummaryRow>,
    /// How people are counted, and how few are not told.
    pub how: String,
    /// Who was not in the room, in words; empty for nobody.
    pub absent: String,
    /// Paragraphs.
    pub minutes: Vec<String>,
    pub decisions: Table,
}

pub async fn show(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path((place, address)): Path<(String, String)>,
) -> Result<Response> {
    let (id, shape) = split(&address);
    let all = places::all(&app).await?;
    let found = places::known(&all, &place)?;
    let meeting = find(&app, found.code(), id).await?;
    let decided = decisions(&app, &meeting.id).await?;
    let minimum = app.config.scorecards_minimum_group;
    match shape {
        Some("json") => Ok(Json(as_json(&meeting, &decided, minimum)).into_response()),
        Some(_) => {
            let counted = meeting.attendance.iter();
            let rows = counted.flat_map(|attendance| rows_of(attendance, minimum));
            csv_of(&["group", "present"], rows)
        }
        None => {
            let names = Names::of(&app).await?;
            let lang = op.lang;
            let page = shell(&app, &op, &uri)
                .titled(&meeting.title)
                .shapes(&SHAPES)
                .crumb(found.name_in(lang.code()), format!("/places/{}", found.code()))
                .crumb(lang.text("village-title"), format!("/villages/{}", found.code()))
                .crumb(&meeting.title, "");
            let today = app.config.day(op.at);
            let decisions = promises_table(lang, &decided, &|code| names.of_organisation(code), today);
            render(&VillageMeetingPage::new(page, &meeting, decisions, minimum))
        }
    }
}

/// What a group is called.
#[must_use]
pub fn group_in_words(lang: Lang, code: &str) -> String {
    lang.text(format!("facilitators-group-{code}")).to_string()
}

/// Groups in words, one after the other.
#[must_use]
pub fn groups_in_words<'a>(lang: Lang, codes: impl Iterator<Item = &'a str>) -> String {
    codes
        .map(|code| group_in_words(lang, code))
        .collect::<Vec<_>>()
        .join(", ")
}

fn shown_in_words(lang: Lang, shown: Shown) -> String {
    match shown {
        Shown::Number { n } => lang.number(n),
        Shown::Few => lang.text("village-few").to_string(),
        Shown::Withheld => lang.text("village-withheld").to_string(),
        Shown::NotCounted => lang.text("village-not-counted").to_string(),
    }
}

/// A count as it stands in files.
fn shown_in_file(shown: Shown) -> String {
    match shown {
        Shown::Number { n } => n.to_string(),
        Shown::Few => "few".to_owned(),
        Shown::Withheld => "withheld".to_owned(),
        Shown::NotCounted => String::new(),
    }
}

fn rows_of(attendance: &Attendance, minimum: u32) -> Vec<Vec<String>> {
    let all = [("all", attendance.shown_total(minimum))];
    all.into_iter()
        .chain(attendance.shown_groups(minimum))
        .map(|(group, shown)| vec![group.to_owned(), shown_in_file(shown)])
        .collect()
}

fn as_json(meeting: &Meeting, decided: &[Commitment], minimum: u32) -> Value {
    let attendance = meeting.attendance.as_ref().map(|attendance| {
        let groups: serde_json::Map<String, Value> = rows_of(attendance, minimum)
            .into_iter()
            .filter_map(|row| {
                let [group, shown] = <[String; 2]>::try_from(row).ok()?;
                Some((group, Value::String(shown)))
            })
            .collect();
        json!({ "present": groups, "absent": attendance.absent() })
    });
    json!({
        "id": meeting.id,
        "place": meeting.place,
        "title": meeting.title,
        "held_on": meeting.held_on.to_string(),
        "starts_at": meeting.starts_at.strftime("%H:%M").to_string(),
        "venue": meeting.venue,
        "agenda": Invitation::points(&mask(&meeting.agenda)),
        "invited": meeting.invited,
        "state": meeting.state.as_str(),
        "attendance": attendance,
        "minutes": mask(&meeting.minutes),
        "why": mask(&meeting.why),
        "decisions": decided.iter().map(|commitment| commitment.code.as_str()).collect::<Vec<&str>>(),
    })
}

impl VillageMeetingPage {
    fn new(page: Shell, meeting: &Meeting, decisions: Table, minimum: u32) -> VillageMeetingPage {
        let lang = page.lang;
        let row = |id: &'static str, value: String| SummaryRow::new(lang.text(id), value);
        let mut facts = vec![
            row("village-day", lang.date(meeting.held_on)),
            row("village-hour", lang.time_of_day(meeting.starts_at)),
            row("village-venue", meeting.venue.clone()),
            row(
                "village-invited",
                groups_in_words(lang, meeting.invited.iter().map(String::as_str)),
            ),
        ];
        if !meeting.why.is_empty() {
            facts.push(row("village-why", mask(&meeting.why)));
        }
        let (mut attendance, mut absent) = (Vec::new(), String::new());
        if let Some(counted) = &meeting.attendance {
            attendance.push(row(
                "village-present",
                shown_in_words(lang, counted.shown_total(minimum)),
            ));
            attendance.extend(counted.shown_groups(minimum).into_iter().map(|(code, shown)| {
                SummaryRow::new(group_in_words(lang, code), shown_in_words(lang, shown))
            }));
            let missing = counted.absent();
            if !missing.is_empty() {
                absent = lang
                    .text("village-absent")
                    .arg("groups", groups_in_words(lang, missing.into_iter()))
                    .to_string();
            }
        }
        VillageMeetingPage {
            state: lang
                .text(format!("village-meeting-state-{}", meeting.state.as_str()))
                .to_string(),
            facts,
            agenda: Invitation::points(&mask(&meeting.agenda)),
            attendance,
            absent,
            how: lang
                .text("village-attendance-how")
                .n("least", minimum)
                .to_string(),
            minutes: Invitation::points(&mask(&meeting.minutes)),
            decisions,
            page,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> VillageMeetingPage {
        let meeting = sample_meeting();
        let page = Shell::sample(lang).titled(&meeting.title).shapes(&SHAPES);
        let promises = [sample_promise()];
        let decisions = promises_table(lang, &promises, &str::to_owned, meeting.held_on);
        VillageMeetingPage::new(page, &meeting, decisions, 5)
    }
}

/// A meeting that was held, to which few of a group came.
#[must_use]
pub fn sample_meeting() -> Meeting {
    let counts = [("women", 21), ("men", 28), ("young", 3), ("older", 0)];
    Meeting {
        id: "0".to_owned(),
        place: "90.01.01".to_owned(),
        title: "Musyawarah <desa>".to_owned(),
        held_on: date(2026, 11, 20),
        starts_at: time(19, 30, 0, 0),
        venue: "Balai <desa>".to_owned(),
        agenda: "RKP <Desa>\nLampu jalan".to_owned(),
        invited: vec!["women".to_owned(), "men".to_owned()],
        state: MeetingState::Held,
        attendance: Some(Attendance {
            total: 49,
            by_group: counts.map(|(code, n)| (code.to_owned(), n)).into(),
        }),
        minutes: "The <plan> was read out.\nAll agreed.".to_owned(),
        why: String::new(),
        revision: 2,
        invited_at: Time(1_790_000_000_000_000),
    }
}

/// A promise that a meeting led to.
#[must_use]
pub fn sample_promise() -> Commitment {
    Commitment {
        id: "c".to_owned(),
        code: "P7M4XT".to_owned(),
        promise: "Mend the <bridge>".to_owned(),
        owner: "desa-ngasem".to_owned(),
        owner_post: None,
        place: Some("90.01.01".to_owned()),
        raised: Some(subject("0")),
        made_on: date(2026, 11, 20),
        due_on: date(2026, 12, 18),
        n_moved: 0,
        settled: None,
    }
}
