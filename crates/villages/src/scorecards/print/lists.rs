//! The attendance list, which is written by hand and stays on paper, and the plan that both sides sign.

use super::caption;
use crate::{
    facilitators::model::group::EXPECTED,
    places::model::Places,
    platform::{
        i18n::Lang,
        sheets::{Part, Sheet, Table},
    },
    scorecards::{
        PlanLine, View,
        pages::{NameOf, one, words},
    },
};

/// People that have room on one sheet, and sheets.
const N_PEOPLE: u8 = 18;
const N_SHEETS: usize = 2;
/// Room for groups of the community's own, and for promises that are made with a pen.
const N_OWN: u8 = 3;
const N_PROMISES: u8 = 3;

/// Sheets on which people write their names, which are not entered here, and the count by group that is.
#[must_use]
pub fn attendance(lang: Lang, places: &Places, view: &View) -> Vec<Sheet> {
    let facts = facts(lang, places, view);
    let names = Sheet {
        caption: caption(lang, view),
        title: text(lang, "scorecards-print-attendance-title"),
        facts: facts.clone(),
        parts: vec![
            Part::Words {
                about: String::new(),
                paragraphs: vec![text(lang, "scorecards-print-attendance-how")],
            },
            Part::Table(Table {
                head: [
                    "scorecards-print-name",
                    "scorecards-print-group",
                    "scorecards-print-village",
                    "scorecards-print-signature",
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
        caption: caption(lang, view),
        title: text(lang, "scorecards-print-groups-title"),
        facts,
        parts: vec![
            Part::Table(counts(lang)),
            Part::Sign {
                names: vec![text(lang, "scorecards-print-sign-facilitator")],
            },
        ],
    });
    sheets
}

/// What was promised, by whom, until when and with what, to be signed by both sides.
#[must_use]
pub fn plan(lang: Lang, places: &Places, view: &View, lines: &[PlanLine], name_of: NameOf<'_>) -> Sheet {
    let rows = lines
        .iter()
        .map(|line| {
            let commitment = &line.commitment;
            let criterion = line.standard.as_deref().map(|code| words::standard(lang, code));
            let promise = match criterion {
                Some(criterion) => format!("{} ({criterion})", commitment.promise),
                None => commitment.promise.clone(),
            };
            vec![
                promise,
                owner(name_of(&commitment.owner), commitment.owner_post.as_deref()),
                lang.date(commitment.due_on),
                line.resources.clone(),
            ]
        })
        .collect();
    let mut facts = facts(lang, places, view);
    if let Some(attendance) = &view.round.attendance {
        facts.push([text(lang, "scorecards-pages-came"), one::came(lang, attendance)]);
    }
    Sheet {
        caption: caption(lang, view),
        title: text(lang, "scorecards-print-plan-title"),
        facts,
        parts: vec![
            Part::Table(Table {
                head: [
                    "scorecards-print-promise",
                    "scorecards-print-owner",
                    "scorecards-print-until",
                    "scorecards-print-resources",
                ]
                .map(|id| text(lang, id))
                .into(),
                widths: vec![5, 4, 3, 4],
                rows,
                blank: N_PROMISES,
                height: 14,
                ..Table::default()
            }),
            Part::Sign {
                names: [
                    "scorecards-print-sign-users",
                    "scorecards-print-sign-provider",
                    "scorecards-print-sign-facilitator",
                ]
                .map(|id| text(lang, id))
                .into(),
            },
        ],
    }
}

/// “Dinas Kesehatan, head of the clinic”.
#[must_use]
pub fn owner(name: String, post: Option<&str>) -> String {
    match post {
        Some(post) => format!("{name}, {post}"),
        None => name,
    }
}

fn facts(lang: Lang, places: &Places, view: &View) -> Vec<[String; 2]> {
    let day = match view.round.meeting_on {
        Some(day) => lang.date(day),
        None => "…………………………".to_owned(),
    };
    vec![
        [
            text(lang, "scorecards-print-place"),
            words::place(lang, places, &view.facility.place),
        ],
        [text(lang, "scorecards-print-met-on"), day],
    ]
}

fn counts(lang: Lang) -> Table {
    let rows = EXPECTED
        .iter()
        .map(|code| vec![words::group(lang, code), String::new()])
        .chain([vec![text(lang, "scorecards-print-total"), String::new()]])
        .collect();
    Table {
        head: ["scorecards-print-group", "scorecards-print-how-many"]
            .map(|id| text(lang, id))
            .into(),
        widths: vec![3, 2],
        rows,
        blank: N_OWN,
        height: 12,
        ..Table::default()
    }
}

fn text(lang: Lang, id: &'static str) -> String {
    lang.text(id).to_string()
}
