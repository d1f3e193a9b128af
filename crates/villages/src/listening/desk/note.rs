//! One note at the desk: what was said, what may be done with it, who codes it.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use jiff::civil::Date;

use super::{Sent, address, revision, said, sample_head, title};
use crate::{
    accounts,
    listening::{
        model::{
            consent::{Answer, Consent, Said, Use},
            names::suspects,
            note::{Correction, Earlier, Note, TypedCorrection},
        },
        notes::{self, Seen},
        words,
    },
    places::{self, model::Places},
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Cell, Choice, SummaryRow},
        },
        i18n::{Lang, numbers::NO_VALUE},
        op::Op,
        page::{field_errors, render, render_refused, shell},
        plain::Form,
        problem::{Kind, Problem, Result},
        time::Time,
    },
};

/// One note.
#[derive(Template)]
#[template(path = "listening/desk/note.html")]
pub struct NotePage {
    page: Shell,
    /// Its own address.
    action: String,
    revision: i64,
    facts: Vec<SummaryRow>,
    questions: String,
    paragraphs: Vec<String>,
    /// What was agreed to.
    consent_head: Vec<Cell>,
    consent_rows: Vec<Vec<Cell>>,
    /// Whether the reader notes consent and gives the note its coders.
    may_change: bool,
    uses: Vec<Choice>,
    on: String,
    words: String,
    /// Who codes it; empty while nobody does.
    coders: Vec<String>,
    first: String,
    second: String,
    /// Whether the reader corrects it.
    may_correct: bool,
    /// Whether the correction is shown open, as it was refused.
    is_correcting: bool,
    correction: TypedCorrection,
    /// What looks like a name in the correction; empty for nothing.
    suspects: Vec<String>,
    sure: Vec<Choice>,
    /// What it said before, the latest first.
    earlier: Vec<EarlierView>,
}

/// A note as it stood until a correction.
struct EarlierView {
    /// Who corrected it, and when.
    said: String,
    why: String,
    facts: Vec<SummaryRow>,
    questions: String,
    paragraphs: Vec<String>,
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri, Path(note): Path<String>) -> Result<Response> {
    let seen = notes::find(&app, &op, &note).await?;
    render(&page_of(&app, &op, shell(&app, &op, &uri), &seen, &Sent::new()).await?)
}

pub async fn act(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(note): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response> {
    let seen = notes::find(&app, &op, &note).await?;
    match done(&app, &op, &seen, &sent).await {
        Ok(()) => Ok(Redirect::to(&address(&seen.note.head.id)).into_response()),
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::Conflict) => {
            let page = Shell {
                errors: field_errors(&problem, &op),
                ..shell(&app, &op, &uri)
            };
            let seen = notes::find(&app, &op, &note).await?;
            render_refused(&problem, &page_of(&app, &op, page, &seen, &sent).await?)
        }
        Err(problem) => Err(problem),
    }
}

async fn done(app: &App, op: &Op, seen: &Seen, sent: &Sent) -> Result<()> {
    seen.note.expect(revision(sent))?;
    let today = app.config.day(op.at);
    let of_consent = || {
        Said::parse(
            said(sent, "of"),
            said(sent, "on"),
            said(sent, "words"),
            seen.note.head.held_on,
            today,
        )
    };
    match said(sent, "act") {
        "give" => notes::give_consent(app, op, seen, &of_consent()?).await,
        "withdraw" => notes::withdraw_consent(app, op, seen, &of_consent()?).await,
        "correct" => {
            let correction = Correction::parse(&typed_correction(sent), &seen.note, today)?;
            notes::correct(app, op, seen, &correction).await
        }
        "coders" => notes::assign_coders(app, op, seen, said(sent, "first"), said(sent, "second")).await,
        _ => Err(Problem::conflict("listening-step")),
    }
}

async fn page_of(app: &App, op: &Op, page: Shell, seen: &Seen, sent: &Sent) -> Result<NotePage> {
    let all = places::all(app).await?;
    let earlier = notes::list_earlier(app, seen).await?;
    let ids: Vec<String> = seen
        .note
        .coders
        .iter()
        .map(|coder| coder.person.clone())
        .chain([seen.note.head.facilitator.clone()])
        .chain(earlier.iter().map(|each| each.who.clone()))
        .collect();
    let known = accounts::list_actors(app, &ids).await?;
    let name = |id: &str| {
        known
            .iter()
            .find(|actor| actor.id == id)
            .map_or_else(|| NO_VALUE.to_owned(), |actor| actor.name.clone())
    };
    let coders = seen
        .note
        .coders
        .iter()
        .map(|coder| {
            let id = match coder.done_at {
                Some(_) => "listening-coder-done",
                None => "listening-coder-codes",
            };
            op.lang.text(id).arg("name", name(&coder.person)).to_string()
        })
        .collect();
    let facilitator = name(&seen.note.head.facilitator);
    let is_correcting = said(sent, "act") == "correct";
    let correction = match is_correcting {
        true => typed_correction(sent),
        false => correction_of(&seen.note),
    };
    let earlier = earlier
        .iter()
        .rev()
        .map(|each| EarlierView::of(op.lang, each, &name(&each.who), app.config.day(each.at)))
        .collect();
    Ok(NotePage {
        coders,
        uses: uses(op.lang, said(sent, "of")),
        on: said(sent, "on").to_owned(),
        words: said(sent, "words").to_owned(),
        first: said(sent, "first").to_owned(),
        second: said(sent, "second").to_owned(),
        may_change: seen.is_facilitator,
        may_correct: seen.may_correct,
        is_correcting,
        suspects: match is_correcting {
            true => suspects(&correction.text),
            false => Vec::new(),
        },
        sure: vec![Choice::new("yes", op.lang.text("listening-sure")).chosen_if(&correction.sure)],
        correction,
        earlier,
        ..NotePage::plain(page, &all, &seen.note, facilitator)
    })
}

fn typed_correction(sent: &Sent) -> TypedCorrection {
    let typed = |name: &str| said(sent, name).to_owned();
    TypedCorrection {
        n_present: typed("n_present"),
        held_on: typed("held_on"),
        questions: typed("questions"),
        text: typed("text"),
        why: typed("why"),
        sure: typed("sure"),
    }
}

/// The note as it stands, to be corrected.
fn correction_of(note: &Note) -> TypedCorrection {
    TypedCorrection {
        n_present: note.head.n_present.to_string(),
        held_on: note.head.held_on.to_string(),
        questions: note.questions.clone(),
        text: note.paragraphs.join("\n\n"),
        ..TypedCorrection::default()
    }
}

impl EarlierView {
    fn of(lang: Lang, earlier: &Earlier, who: &str, on: Date) -> EarlierView {
        EarlierView {
            said: lang
                .text("listening-earlier-until")
                .arg("day", lang.short_date(on))
                .arg("name", who)
                .to_string(),
            why: earlier.why.clone(),
            facts: vec![
                SummaryRow::new(lang.text("listening-present"), lang.number(earlier.n_present)),
                SummaryRow::new(lang.text("listening-held-on"), lang.date(earlier.held_on)),
            ],
            questions: earlier.questions.clone(),
            paragraphs: earlier.paragraphs.clone(),
        }
    }
}

fn uses(lang: Lang, chosen: &str) -> Vec<Choice> {
    Use::ALL
        .map(|of| Choice::new(of.as_str(), words::of(lang, of)).chosen_if(chosen))
        .into()
}

fn consent_row(lang: Lang, of: Use, consents: &[Consent]) -> Vec<Cell> {
    let found = consents.iter().find(|consent| consent.of == of);
    let (stands, on, words) = match found {
        None => ("listening-stands-unasked", None, String::new()),
        Some(consent) => match &consent.answer {
            Answer::Yes => ("listening-stands-given", Some(consent.on), consent.words.clone()),
            Answer::No => (
                "listening-stands-refused",
                Some(consent.on),
                consent.words.clone(),
            ),
            Answer::Withdrawn { on, words } => ("listening-stands-withdrawn", Some(*on), words.clone()),
        },
    };
    vec![
        Cell::text(words::of(lang, of)),
        Cell::text(lang.text(stands)),
        Cell::text(on.map_or_else(|| NO_VALUE.to_owned(), |on| lang.short_date(on))),
        Cell::text(words),
    ]
}

impl NotePage {
    /// The page for whoever only reads.
    fn plain(page: Shell, all: &Places, note: &Note, facilitator: String) -> NotePage {
        let lang = page.lang;
        let head = &note.head;
        let title = title(lang, all, head);
        let or_none = |text: &str| match text {
            "" => NO_VALUE.to_owned(),
            text => text.to_owned(),
        };
        NotePage {
            action: address(&head.id),
            revision: head.revision,
            facts: vec![
                SummaryRow::new(lang.text("listening-kind"), words::kind(lang, head.kind)),
                SummaryRow::new(lang.text("listening-place"), words::place(lang, all, &head.place)),
                SummaryRow::new(lang.text("listening-group"), words::group(lang, &head.group)),
                SummaryRow::new(lang.text("listening-present"), lang.number(head.n_present)),
                SummaryRow::new(lang.text("listening-held-on"), lang.date(head.held_on)),
                SummaryRow::new(lang.text("listening-facilitator"), facilitator),
                SummaryRow::new(lang.text("listening-recording"), or_none(&note.recording)),
                SummaryRow::new(lang.text("listening-contact"), or_none(&note.contact)),
            ],
            questions: note.questions.clone(),
            paragraphs: note.paragraphs.clone(),
            consent_head: [
                "listening-use",
                "listening-stands",
                "listening-on",
                "listening-words",
            ]
            .map(|id| Cell::text(lang.text(id)))
            .into(),
            consent_rows: Use::ALL.map(|of| consent_row(lang, of, &note.consents)).into(),
            may_change: false,
            uses: Vec::new(),
            on: String::new(),
            words: String::new(),
            coders: Vec::new(),
            first: String::new(),
            second: String::new(),
            may_correct: false,
            is_correcting: false,
            correction: TypedCorrection::default(),
            suspects: Vec::new(),
            sure: Vec::new(),
            earlier: Vec::new(),
            page: words::way(page).titled(&title).crumb(title, ""),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> NotePage {
        let note = sample_note();
        let earlier = Earlier {
            n_present: 8,
            held_on: note.head.held_on,
            questions: "Where did you <go>?".to_owned(),
            paragraphs: vec!["We <walk> one hour.".to_owned()],
            why: "Misheard <it>".to_owned(),
            who: "0".to_owned(),
            at: Time(1),
        };
        NotePage {
            may_change: true,
            uses: uses(lang, "report"),
            may_correct: true,
            is_correcting: true,
            correction: correction_of(&note),
            suspects: vec!["Bu <Siti>".to_owned()],
            sure: vec![Choice::new("yes", lang.text("listening-sure"))],
            earlier: vec![EarlierView::of(
                lang,
                &earlier,
                "Siti <Aminah>",
                note.head.held_on,
            )],
            ..NotePage::plain(
                Shell::sample(lang),
                &Places::default(),
                &note,
                "Siti <Aminah>".to_owned(),
            )
        }
    }
}

/// An invented note, for the samples of pages.
pub(super) fn sample_note() -> Note {
    let head = sample_head();
    Note {
        consents: vec![Consent {
            of: Use::Report,
            answer: Answer::Yes,
            on: head.held_on,
            words: "May we <count> it?".to_owned(),
        }],
        questions: "Where do you <go>?".to_owned(),
        recording: "folder <3>".to_owned(),
        contact: String::new(),
        paragraphs: vec!["We <walk> two hours.".to_owned()],
        coders: Vec::new(),
        head,
    }
}
