//! A village's meeting on paper: the invitation, the list on which people write their names, and the minutes with what was decided.
//!
//! Names stay on paper: what is entered afterwards is how many came, by group.

use axum::{
    Router,
    extract::{Path, State},
    response::Response,
    routing::get,
};

use super::{
    Read, find,
    model::{Attendance, Invitation, Shown},
    pages::{group_in_words, groups_in_words},
    read,
};
use crate::{
    evidence::{model::mask::mask, pages::Names},
    facilitators::model::group::EXPECTED,
    places,
    platform::{
        app::App,
        i18n::Lang,
        op::Op,
        problem::Result,
        sheets::{self, Part, Sheet, Table},
        typeset,
    },
    village::require_reader,
};

/// People that have room on one sheet, and sheets.
const N_PEOPLE: u8 = 18;
const N_SHEETS: usize = 3;
/// Room for decisions that are made with a pen, and for minutes of a meeting that is still to be held.
const N_DECISIONS: u8 = 4;
const N_LINES: u8 = 14;

/// The routes of what is printed.
pub fn routes() -> Router<App> {
    Router::new()
        .route(
            "/desk/villages/{place}/meetings/{meeting}/invitation.pdf",
            get(invitation),
        )
        .route(
            "/desk/villages/{place}/meetings/{meeting}/attendance.pdf",
            get(attendance),
        )
        .route(
            "/desk/villages/{place}/meetings/{meeting}/minutes.pdf",
            get(minutes),
        )
}

async fn invitation(
    State(app): State<App>,
    op: Op,
    Path((place, meeting)): Path<(String, String)>,
) -> Result<Response> {
    let found = seen(&app, &op, &place, &meeting).await?;
    let sheets = [invitation_sheet(op.lang, &found)];
    print(&app, &op, &found, &sheets, "invitation").await
}

async fn attendance(
    State(app): State<App>,
    op: Op,
    Path((place, meeting)): Path<(String, String)>,
) -> Result<Response> {
    let found = seen(&app, &op, &place, &meeting).await?;
    let sheets = attendance_sheets(op.lang, &found);
    print(&app, &op, &found, &sheets, "attendance").await
}

async fn minutes(
    State(app): State<App>,
    op: Op,
    Path((place, meeting)): Path<(String, String)>,
) -> Result<Response> {
    let found = seen(&app, &op, &place, &meeting).await?;
    let names = Names::of(&app).await?;
    let minimum = app.config.scorecards_minimum_group;
    let name_of = |code: &str| names.of_organisation(code);
    let sheets = [minutes_sheet(op.lang, &found, minimum, &name_of)];
    print(&app, &op, &found, &sheets, "minutes").await
}

/// A meeting of this village, for whoever may read it at the desk.
async fn seen(app: &App, op: &Op, place: &str, meeting: &str) -> Result<Read> {
    let all = places::all(app).await?;
    require_reader(op, &all, place)?;
    find(app, place, meeting).await?;
    read(app, op, meeting).await
}

async fn print(app: &App, op: &Op, found: &Read, sheets: &[Sheet], file: &str) -> Result<Response> {
    let meeting = &found.meeting;
    let about = op
        .lang
        .text("village-print-about")
        .arg("place", &found.place_name)
        .to_string();
    let document = sheets::document(op.lang, meeting.title.clone(), about, op.at, sheets);
    let pdf = typeset::pdf(app, op, &document).await?;
    let name = format!("meeting-{}-{file}-{}", meeting.held_on, op.lang);
    Ok(sheets::answer(pdf, &name))
}

fn invitation_sheet(lang: Lang, found: &Read) -> Sheet {
    let meeting = &found.meeting;
    let invited = groups_in_words(lang, meeting.invited.iter().map(String::as_str));
    Sheet {
        caption: found.place_name.clone(),
        title: text(lang, "village-print-invitation-title"),
        facts: Vec::new(),
        parts: vec![
            Part::Big {
                text: meeting.title.clone(),
            },
            Part::Words {
                about: String::new(),
                paragraphs: vec![lang.text("village-print-come").arg("groups", invited).to_string()],
            },
            Part::Words {
                about: when(lang, found),
                paragraphs: vec![meeting.venue.clone()],
            },
            Part::Points {
                about: text(lang, "village-agenda"),
                items: Invitation::points(&meeting.agenda),
            },
            Part::Words {
                about: String::new(),
                paragraphs: vec![text(lang, "village-print-everybody")],
            },
            Part::Sign {
                names: vec![text(lang, "village-print-sign-head")],
            },
        ],
    }
}

fn attendance_sheets(lang: Lang, found: &Read) -> Vec<Sheet> {
    let names = Sheet {
        caption: found.place_name.clone(),
        title: text(lang, "village-print-attendance-title"),
        facts: facts(lang, found),
        parts: vec![
            Part::Words {
                about: String::new(),
                paragraphs: vec![text(lang, "village-print-attendance-how")],
            },
            Part::Table(Table {
                head: [
                    "village-print-name",
                    "village-print-group",
                    "village-print-hamlet",
                    "village-print-signature",
                ]
                .map(|id| text(lang, id))
                .into(),
                widths: vec![5, 3, 3, 3],
                blank: N_PEOPLE,
                height: 10,
                ..Table::default()
            }),
        ],
    };
    let mut sheets = vec![names; N_SHEETS];
    sheets.push(Sheet {
        caption: found.place_name.clone(),
        title: text(lang, "village-print-groups-title"),
        facts: facts(lang, found),
        parts: vec![Part::Table(counts(lang, None, 0))],
    });
    sheets
}

/// The minutes, with who came by group and what was decided; room for a pen where something is still missing.
fn minutes_sheet(lang: Lang, found: &Read, minimum: u32, name_of: &dyn Fn(&str) -> String) -> Sheet {
    let meeting = &found.meeting;
    let about = text(lang, "village-minutes");
    let said = match meeting.minutes.is_empty() {
        true => Part::Lines {
            about,
            lines: N_LINES,
        },
        false => Part::Words {
            about,
            paragraphs: Invitation::points(&mask(&meeting.minutes)),
        },
    };
    let decisions = found
        .decisions
        .iter()
        .map(|commitment| {
            let owner = name_of(&commitment.owner);
            vec![
                mask(&commitment.promise),
                match &commitment.owner_post {
                    Some(post) => format!("{owner}, {post}"),
                    None => owner,
                },
                lang.date(commitment.due_on),
            ]
        })
        .collect();
    Sheet {
        caption: found.place_name.clone(),
        title: meeting.title.clone(),
        facts: facts(lang, found),
        parts: vec![
            Part::Points {
                about: text(lang, "village-agenda"),
                items: Invitation::points(&meeting.agenda),
            },
            Part::Table(counts(lang, meeting.attendance.as_ref(), minimum)),
            said,
            Part::Table(Table {
                about: text(lang, "village-decisions"),
                head: [
                    "village-print-decision",
                    "village-print-owner",
                    "village-print-until",
                ]
                .map(|id| text(lang, id))
                .into(),
                widths: vec![5, 4, 3],
                rows: decisions,
                blank: N_DECISIONS,
                height: 12,
            }),
            Part::Sign {
                names: [
                    "village-print-sign-head",
                    "village-print-sign-council",
                    "village-print-sign-writer",
                ]
                .map(|id| text(lang, id))
                .into(),
            },
        ],
    }
}

/// How many came of each group, and in all, as the public reads it: minutes hang on a wall. Empty where nobody counted.
fn counts(lang: Lang, counted: Option<&Attendance>, minimum: u32) -> Table {
    let written = |shown: Shown| match shown {
        Shown::Number { n } => lang.number(n),
        Shown::Few => text(lang, "village-few"),
        Shown::Withheld => text(lang, "village-withheld"),
        Shown::NotCounted => String::new(),
    };
    let shown = match counted {
        Some(counted) => counted.shown_groups(minimum),
        None => EXPECTED
            .into_iter()
            .map(|code| (code, Shown::NotCounted))
            .collect(),
    };
    let total = counted.map_or(Shown::NotCounted, |counted| counted.shown_total(minimum));
    let rows = shown
        .into_iter()
        .map(|(code, shown)| vec![group_in_words(lang, code), written(shown)])
        .chain([vec![text(lang, "village-present"), written(total)]])
        .collect();
    Table {
        about: text(lang, "village-attendance"),
        head: ["village-print-group", "village-print-how-many"]
            .map(|id| text(lang, id))
            .into(),
        widths: vec![3, 2],
        rows,
        ..Table::default()
    }
}

fn facts(lang: Lang, found: &Read) -> Vec<[String; 2]> {
    vec![
        [text(lang, "village-day"), when(lang, found)],
        [text(lang, "village-venue"), found.meeting.venue.clone()],
    ]
}

/// “20 November 2026, 19.30”.
fn when(lang: Lang, found: &Read) -> String {
    lang.date_time(found.meeting.held_on.to_datetime(found.meeting.starts_at))
}

fn text(lang: Lang, id: &'static str) -> String {
    lang.text(id).to_string()
}

#[cfg(test)]
mod tests {
    use super::{
        super::pages::{sample_meeting, sample_promise},
        *,
    };

    const MINIMUM: u32 = 5;

    fn sample() -> Read {
        Read {
            meeting: sample_meeting(),
            place_name: "Luwihaji".into(),
            decisions: vec![sample_promise()],
        }
    }

    #[test]
    fn minutes_say_who_came_and_what_was_decided_and_leave_room_to_sign() {
        let sheet = minutes_sheet(Lang::En, &sample(), MINIMUM, &str::to_owned);
        let told = serde_json::to_string(&sheet).expect("JSON");
        for part in ["Mend the <bridge>", "desa-ngasem", "18 December 2026", "49"] {
            assert!(told.contains(part), "{part}: {told}");
        }
        assert!(matches!(sheet.parts.last(), Some(Part::Sign { names }) if names.len() == 3));
    }

    #[test]
    fn few_of_a_group_are_no_number_on_minutes_and_neither_is_a_telephone() {
        let mut found = sample();
        found.meeting.minutes = "Call 0812-3456-7890.".into();
        let told =
            serde_json::to_string(&minutes_sheet(Lang::En, &found, MINIMUM, &str::to_owned)).expect("JSON");
        assert!(told.contains("\"28\"") && !told.contains("\"3\""), "{told}");
        assert!(!told.contains("0812"), "{told}");
    }

    #[test]
    fn a_meeting_without_minutes_has_lines_to_write_on() {
        let mut found = sample();
        found.meeting.minutes.clear();
        let sheet = minutes_sheet(Lang::Id, &found, MINIMUM, &str::to_owned);
        assert!(sheet.parts.iter().any(|part| matches!(part, Part::Lines { .. })));
    }

    #[test]
    fn nobody_is_named_on_the_list_before_they_write_themselves() {
        let sheets = attendance_sheets(Lang::En, &sample());
        assert_eq!(sheets.len(), N_SHEETS + 1);
        let tables = sheets.iter().flat_map(|sheet| &sheet.parts);
        let filled = tables.filter(
            |part| matches!(part, Part::Table(table) if table.blank == N_PEOPLE && !table.rows.is_empty()),
        );
        assert_eq!(filled.count(), 0);
    }
}
