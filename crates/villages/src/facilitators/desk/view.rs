//! What the page of a facilitator and their own page show alike.

use jiff::civil::{Date, date};

use crate::{
    facilitators::{
        coaching::{Assignment, Note},
        model::{Facilitator, Paper, Signature, Stand, Training},
        words,
    },
    places::model::Places,
    platform::{
        app::App,
        html::parts::{Cell, SummaryRow},
        i18n::Lang,
        time::Time,
    },
};

/// An assignment as it is shown.
pub struct AssignmentView {
    pub id: String,
    pub what: String,
    /// Place, day and what it is about.
    pub about: String,
    pub state: String,
    pub class: &'static str,
    pub is_open: bool,
    /// Name of the field for the reason of declining.
    pub why_field: String,
}

/// A coaching note as it is shown.
pub struct NoteView {
    /// Who wrote it, and when.
    pub said: String,
    /// Its paragraphs.
    pub paragraphs: Vec<String>,
}

/// What is known of a facilitator in rows; `coach` is the name of their coach, empty for none.
pub fn facts(
    lang: Lang,
    all: &Places,
    person: &Facilitator,
    coach: &str,
    day: impl Fn(Time) -> Date,
) -> Vec<SummaryRow> {
    let languages = person.languages.join(", ");
    let plain = [
        ("facilitators-places", words::places(lang, all, &person.places)),
        ("facilitators-languages", words::or_none(&languages).to_owned()),
        ("facilitators-coach", words::or_none(coach).to_owned()),
    ];
    let plain = plain.map(|(id, value)| SummaryRow::new(lang.text(id), value));
    let papers = Paper::ALL.map(|paper| {
        let said = signed(lang, person, paper, &day);
        SummaryRow::new(words::paper(lang, paper), said)
    });
    plain.into_iter().chain(papers).collect()
}

/// When somebody signed a paper last, and whether in the version in force.
pub fn signed(lang: Lang, person: &Facilitator, paper: Paper, day: impl Fn(Time) -> Date) -> String {
    let last = person.signatures.iter().rfind(|each| each.paper == paper);
    match last {
        None => lang.text("facilitators-signed-never").to_string(),
        Some(signature) => {
            let id = match signature.is_in_force() {
                true => "facilitators-signed-on",
                false => "facilitators-signed-before",
            };
            lang.text(id)
                .arg("day", lang.date(day(signature.at)))
                .arg("version", &signature.version)
                .to_string()
        }
    }
}

/// The heads of the columns of training.
pub fn training_head(lang: Lang) -> Vec<Cell> {
    let head = [
        "facilitators-topic",
        "facilitators-held-on",
        "facilitators-given-by",
        "facilitators-valid-until",
    ];
    head.map(|id| Cell::text(lang.text(id))).to_vec()
}

/// The rows of training.
pub fn training_rows(lang: Lang, person: &Facilitator, today: Date) -> Vec<Vec<Cell>> {
    let day = |day: Date| Cell {
        sort_key: day.to_string(),
        ..Cell::text(lang.short_date(day))
    };
    let until = |training: &Training| match training.valid_until {
        None => Cell::text(lang.text("facilitators-always")),
        Some(until) if until < today => Cell {
            sort_key: until.to_string(),
            ..Cell::text(lang.text("facilitators-over").arg("day", lang.short_date(until)))
        },
        Some(until) => day(until),
    };
    person
        .trainings
        .iter()
        .map(|training| {
            vec![
                Cell::text(&training.topic),
                day(training.held_on),
                Cell::text(&training.given_by),
                until(training),
            ]
        })
        .collect()
}

impl AssignmentView {
    pub fn of(lang: Lang, all: &Places, assignment: Assignment) -> AssignmentView {
        let stand = lang
            .text(format!("facilitators-stand-{}", assignment.stand.as_str()))
            .to_string();
        let about = [
            words::place(lang, all, &assignment.place),
            lang.text("facilitators-due-on")
                .arg("day", lang.short_date(assignment.due_on))
                .to_string(),
            assignment.subject,
        ];
        let about: Vec<String> = about.into_iter().filter(|part| !part.is_empty()).collect();
        AssignmentView {
            why_field: format!("why-{}", assignment.id),
            id: assignment.id,
            what: assignment.what,
            about: about.join(" · "),
            state: match assignment.why.as_str() {
                "" => stand,
                why => format!("{stand}: {why}"),
            },
            class: match assignment.stand {
                Stand::Open => "govuk-tag--yellow",
                Stand::Done => "govuk-tag--green",
                Stand::Declined | Stand::Withdrawn => "govuk-tag--grey",
            },
            is_open: assignment.stand == Stand::Open,
        }
    }
}

impl NoteView {
    pub fn of(lang: Lang, app: &App, note: Note) -> NoteView {
        let moment = app.config.zoned(note.at).datetime();
        NoteView {
            said: format!("{}, {}", note.by, lang.date_time(moment)),
            paragraphs: note.words.lines().map(str::to_owned).collect(),
        }
    }
}

/// Somebody who is nobody, for samples.
pub fn sample() -> Facilitator {
    Facilitator {
        id: "0".into(),
        name: "Siti <Aminah>".into(),
        places: vec![Some("<3>".into()), None],
        languages: vec!["Jawa".into(), "Indonesia".into()],
        coach: Some("1".into()),
        trainings: vec![
            Training {
                topic: "Mendengar <dalam> kelompok".into(),
                held_on: date(2026, 3, 4),
                given_by: "Bappeda <Ngasem>".into(),
                valid_until: None,
            },
            Training {
                topic: "Anak".into(),
                held_on: date(2024, 3, 4),
                given_by: "Bappeda".into(),
                valid_until: Some(date(2025, 3, 4)),
            },
        ],
        signatures: vec![Signature {
            paper: Paper::Conduct,
            version: "2019-01".into(),
            at: Time(0),
        }],
    }
}

/// Assignments with something in every part, for samples.
pub fn sample_assignments(lang: Lang) -> Vec<AssignmentView> {
    let assignment = |id: &str, stand, why: &str| Assignment {
        id: id.into(),
        what: "Dengarkan <pemuda>".into(),
        subject: "scorecard/0190".into(),
        place: "<3>".into(),
        due_on: date(2026, 12, 4),
        stand,
        why: why.into(),
    };
    let all = Places::default();
    [
        assignment("0", Stand::Open, ""),
        assignment("1", Stand::Declined, "Sakit <dalam> minggu ini"),
    ]
    .map(|each| AssignmentView::of(lang, &all, each))
    .into()
}

/// A note with something in every part, for samples.
pub fn sample_notes() -> Vec<NoteView> {
    vec![NoteView {
        said: "Budi <Santoso>, 4 Nov 2026".into(),
        paragraphs: vec!["Beri waktu <lebih> lama.".into()],
    }]
}
