//! Sheets for the hall: one criterion a sheet in big letters, the list of inputs, and the sheet of one session.

use super::caption;
use crate::{
    places::model::Places,
    platform::{
        i18n::Lang,
        problem::{Problem, Result},
        sheets::{Part, Sheet, Table},
    },
    scorecards::{
        View,
        model::{
            criterion::Criterion,
            round::Scale,
            score::Score,
            session::{Session, Side},
        },
        pages::words,
    },
};

/// Sheets for criteria that the hall still finds.
const N_BLANK: usize = 2;
/// Empty rows for inputs and for criteria.
const INPUT_ROWS: u8 = 8;
const CRITERION_ROWS: u8 = 4;

/// All sheets that somebody may take into the hall: those of criteria that they may read, empty ones, and the list of inputs.
#[must_use]
pub fn sheets(lang: Lang, places: &Places, view: &View) -> Vec<Sheet> {
    let mut sheets: Vec<Sheet> = view
        .sessions
        .iter()
        .filter(|session| session.dropped.is_none() && is_read(view, session))
        .flat_map(|session| {
            criteria_of(view, session)
                .into_iter()
                .map(|criterion| criterion_sheet(lang, places, view, session, criterion))
                .collect::<Vec<_>>()
        })
        .collect();
    sheets.extend((0..N_BLANK).map(|_| blank_sheet(lang, view)));
    sheets.push(inputs(lang, view));
    sheets
}

/// The sheet of one session, with what was scored so far and room for the rest.
///
/// # Errors
/// `scorecards-session-unknown`; `scorecards-peek` for a session that the caller does not read.
pub fn session(lang: Lang, places: &Places, view: &View, session: &str) -> Result<Sheet> {
    let session = view
        .sessions
        .iter()
        .find(|known| known.id == session)
        .ok_or_else(|| Problem::not_found("scorecards-session-unknown"))?;
    if !is_read(view, session) {
        return Err(Problem::forbidden("scorecards-peek"));
    }
    Ok(Sheet {
        caption: caption(lang, view),
        title: words::group(lang, &session.key()),
        facts: facts(lang, places, view, session),
        parts: vec![
            Part::Words {
                about: text(lang, "scorecards-print-consent"),
                paragraphs: consent(lang, session),
            },
            Part::Table(scores(lang, view, session)),
            Part::Lines {
                about: text(lang, "scorecards-print-notes"),
                lines: 3,
            },
            Part::Sign {
                names: vec![
                    text(lang, "scorecards-print-sign-facilitator"),
                    text(lang, "scorecards-print-sign-group"),
                ],
            },
        ],
    })
}

fn is_read(view: &View, session: &Session) -> bool {
    view.rights.reads_side(session.side, view.round.state)
}

/// The criteria of a session in their order.
fn criteria_of<'a>(view: &'a View, session: &Session) -> Vec<&'a Criterion> {
    let mut criteria: Vec<&Criterion> = view
        .criteria
        .iter()
        .filter(|criterion| criterion.session == session.id)
        .collect();
    criteria.sort_by_key(|criterion| criterion.position);
    criteria
}

fn criterion_sheet(
    lang: Lang,
    places: &Places,
    view: &View,
    session: &Session,
    criterion: &Criterion,
) -> Sheet {
    let big = Part::Big {
        text: criterion.words.clone(),
    };
    Sheet {
        caption: caption(lang, view),
        title: words::group(lang, &session.key()),
        facts: vec![[
            text(lang, "scorecards-print-place"),
            words::place(lang, places, &session.place),
        ]],
        parts: [big]
            .into_iter()
            .chain(counting(lang, view.round.scale))
            .collect(),
    }
}

fn blank_sheet(lang: Lang, view: &View) -> Sheet {
    let lines = Part::Lines {
        about: text(lang, "scorecards-print-criterion"),
        lines: 3,
    };
    Sheet {
        caption: caption(lang, view),
        title: text(lang, "scorecards-print-blank"),
        facts: Vec::new(),
        parts: [lines]
            .into_iter()
            .chain(counting(lang, view.round.scale))
            .collect(),
    }
}

/// Where tokens are counted, and what the group says to it.
fn counting(lang: Lang, scale: Scale) -> [Part; 3] {
    let lines = |id: &'static str| Part::Lines {
        about: text(lang, id),
        lines: 3,
    };
    let board = match scale {
        Scale::Faces => Part::Faces {
            about: text(lang, "scorecards-print-count-faces"),
            names: (1..=5)
                .map(|face| lang.text(format!("scorecards-hall-face-{face}")).to_string())
                .collect(),
        },
        Scale::Hundred => Part::Scale {
            about: text(lang, "scorecards-print-count-points"),
            names: (0..=10).map(|tens| lang.number(10 * tens)).collect(),
        },
    };
    [
        board,
        lines("scorecards-print-reason"),
        lines("scorecards-print-suggestion"),
    ]
}

/// What users are entitled to beside what there is.
fn inputs(lang: Lang, view: &View) -> Sheet {
    let rows = view
        .inputs
        .iter()
        .map(|input| {
            let short = match input.is_short {
                true => text(lang, "scorecards-print-short"),
                false => String::new(),
            };
            vec![
                input.what.clone(),
                input.entitlement.clone(),
                input.actual.clone(),
                joined(&[&short, &input.remark]),
            ]
        })
        .collect();
    Sheet {
        caption: caption(lang, view),
        title: text(lang, "scorecards-print-inputs"),
        facts: Vec::new(),
        parts: vec![Part::Table(Table {
            head: [
                "scorecards-print-what",
                "scorecards-print-entitlement",
                "scorecards-print-actual",
                "scorecards-print-remark",
            ]
            .map(|id| text(lang, id))
            .into(),
            widths: vec![4, 3, 3, 4],
            rows,
            blank: INPUT_ROWS,
            height: 12,
            ..Table::default()
        })],
    }
}

fn facts(lang: Lang, places: &Places, view: &View, session: &Session) -> Vec<[String; 2]> {
    let n = match session.n_present {
        Some(n) => lang.number(n),
        None => "…………".to_owned(),
    };
    vec![
        [
            text(lang, "scorecards-print-place"),
            words::place(lang, places, &session.place),
        ],
        [
            text(lang, "scorecards-print-planned-on"),
            lang.date(view.round.planned_on),
        ],
        [text(lang, "scorecards-print-present"), n],
    ]
}

/// The words that were read, or that are to be read.
fn consent(lang: Lang, session: &Session) -> Vec<String> {
    let words = match (&session.consent_text, session.side) {
        (Some(words), _) => words.clone(),
        (None, Side::Users) => lang.text("scorecards-hall-consent-text").to_string(),
        (None, Side::Provider) => lang.text("scorecards-hall-consent-text-provider").to_string(),
    };
    words
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

fn scores(lang: Lang, view: &View, session: &Session) -> Table {
    let rows = criteria_of(view, session)
        .into_iter()
        .map(|criterion| {
            let score = view
                .scores
                .iter()
                .find(|score| score.session == session.id && score.criterion == criterion.id);
            row(lang, view.round.scale, criterion, score)
        })
        .collect();
    Table {
        about: text(lang, "scorecards-print-scores"),
        head: [
            "scorecards-print-criterion",
            "scorecards-print-tokens",
            "scorecards-print-score",
            "scorecards-print-reason",
            "scorecards-print-suggestion",
        ]
        .map(|id| text(lang, id))
        .into(),
        widths: vec![4, 2, 2, 4, 4],
        rows,
        blank: CRITERION_ROWS,
        height: 16,
    }
}

fn row(lang: Lang, scale: Scale, criterion: &Criterion, score: Option<&Score>) -> Vec<String> {
    let votes = score
        .and_then(|score| score.votes)
        .map(|votes| votes.map(|n| lang.number(n)).join(" / "));
    let value = score.map(|score| words::points(lang, scale, Some(score.value)));
    let said = |pick: fn(&Score) -> &String| score.map(pick).cloned().unwrap_or_default();
    vec![
        criterion.words.clone(),
        votes.unwrap_or_default(),
        value.unwrap_or_default(),
        said(|score| &score.reason),
        said(|score| &score.suggestion),
    ]
}

/// Those of some texts that say something, one after the other.
fn joined(texts: &[&str]) -> String {
    let texts: Vec<&str> = texts.iter().copied().filter(|text| !text.is_empty()).collect();
    texts.join(" · ")
}

fn text(lang: Lang, id: &'static str) -> String {
    lang.text(id).to_string()
}
