//! Policy notes: what an office says about a number, beside the number.
//!
//! Live numbers move, and a note that quoted one would soon speak of another. A note is therefore about a number of a release, and
//! keeps it: readers see what it was then and what it is now. A published wording never changes; a better one is another version, with
//! the reason, and the earlier stay readable.
//!
//! Deliberately absent: notes about numbers that no release has (formulas, numbers entered by hand), drafts, files beside a note,
//! taking a note back.

use axum::{Router, routing::get};
use serde::Serialize;

use super::{find, model::observation::Key, passport, plans::require_agency, releases::model::NOW, store};
use crate::platform::{
    app::App,
    code::Code,
    db::Tx,
    events::Event,
    id,
    op::{Op, Role},
    problem::{Kind, Problem, Result},
};

pub mod model;
pub mod pages;

use model::{Cited, Note, Wording, Written};

/// Who writes notes in the name of their organisation.
pub const WRITERS: [Role; 2] = [Role::Steward, Role::Leader];
/// Tries for a code that nobody has yet: 28 million of them.
const MOST_TRIES: usize = 8;
/// Notes that a list shows.
const MOST_LISTED: i64 = 1_000;

/// A note about a number was published, or worded anew.
#[derive(Serialize)]
pub struct NotePublished {
    pub note: String,
    pub indicator: String,
    pub version: i64,
}

impl Event for NotePublished {
    const NAME: &'static str = "indicators.note-published";
    fn subject(&self) -> String {
        format!("indicator/{}", self.indicator)
    }
}

/// The routes of notes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/indicators/{code}/notes", get(pages::of_indicator))
        .route("/indicators/{code}/notes.json", get(pages::of_indicator_as_json))
        .route("/notes/{note}", get(pages::one))
        .route("/desk/notes", get(pages::begin).post(pages::publish))
        .route("/desk/notes/{note}", get(pages::again).post(pages::reword))
}

/// Publishes a note about a number of a release in the name of an organisation; returns its code.
///
/// The same words of the same organisation about the same number are one note: sent twice, they are there once.
///
/// # Errors
/// `not-allowed` for anybody but stewards and leaders; `indicators-plans-agency` on field `agency`; those of [`cite`].
pub async fn publish(
    app: &App,
    op: &Op,
    number: &passport::Asked,
    agency: &str,
    wording: Wording,
) -> Result<String> {
    op.require(&WRITERS)?;
    let mut wrong = Problem::invalid("fields");
    let cited = wrong.take(cite(app, op, number).await)?;
    let agency_held = wrong.take(require_agency(app, op, &WRITERS, agency).await)?;
    let (Some(cited), Some(())) = (cited, agency_held) else {
        return Err(wrong);
    };
    let mut note = Note {
        id: id::fresh(op.at),
        code: String::new(),
        indicator: number.code.clone(),
        agency: agency.to_owned(),
        release: number.release.clone(),
        place: number.place.clone(),
        period: number.period.clone(),
        by: number.by.clone(),
        codes: number.codes.clone(),
        cited,
        written: Written {
            version: 1,
            wording,
            why: String::new(),
            at: op.at,
        },
    };
    let mut tx = app.db.begin().await?;
    if insert(&mut tx, &mut note).await? == Kept::Now {
        keep_wording(&mut tx, op, &note).await?;
        tx.commit().await?;
    }
    Ok(note.code)
}

/// Takes down the number that a note is to be about.
///
/// # Errors
/// `indicators-notes-live`, `indicators-notes-withheld`, and `indicators-notes-number` where there is none, on field `number`.
pub async fn cite(app: &App, op: &Op, number: &passport::Asked) -> Result<Cited> {
    let wrong = |code: &'static str| Problem::invalid("fields").field("number", code);
    if number.release == NOW {
        return Err(wrong("indicators-notes-live"));
    }
    let passport = match passport::open(app, op.lang, number).await {
        // The number is a field of a form, and not the address that was asked for.
        Err(problem) if problem.kind() == Kind::NotFound => return Err(wrong("indicators-notes-number")),
        opened => opened?,
    };
    Cited::of(&passport.indicator.definition, &passport.number)
        .ok_or_else(|| wrong("indicators-notes-withheld"))
}

/// Words a note anew, with the reason; `version` is the one that was read before. What it is about stays.
///
/// # Errors
/// `not-allowed`; those of [`Wording::parse`]; `why-missing` and `text-long` on field `why`; `indicators-notes-changed-meanwhile` when
/// somebody else was faster.
pub async fn word_anew(
    app: &App,
    op: &Op,
    note: &Note,
    version: i64,
    (title, body): (&str, &str),
    why: &str,
) -> Result<()> {
    require_writer(op, &note.agency)?;
    let mut wrong = Problem::invalid("fields");
    let wording = wrong.take(Wording::parse(title, body))?;
    let because = wrong.take(op.because(why))?;
    let (Some(wording), Some(op)) = (wording, because) else {
        return Err(wrong);
    };
    let note = Note {
        written: Written {
            version: version.saturating_add(1),
            wording,
            why: op.why.clone().unwrap_or_default(),
            at: op.at,
        },
        ..note.clone()
    };
    let mut tx = app.db.begin().await?;
    if !store::notes::show_version(&mut tx, &note.id, version, note.written.version).await? {
        return Err(Problem::conflict("indicators-notes-changed-meanwhile"));
    }
    keep_wording(&mut tx, &op, &note).await?;
    tx.commit().await
}

/// Lists the notes about an indicator, the latest first.
///
/// # Errors
/// `indicators-unknown`.
pub async fn list_notes(app: &App, code: &str) -> Result<Vec<Note>> {
    find(app, code).await?;
    store::notes::list(&app.db, code, MOST_LISTED).await
}

/// Lists the notes about one number, in whatever release, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn notes_of(app: &App, code: &str, number: &Key) -> Result<Vec<Note>> {
    store::notes::list_of_number(&app.db, code, number).await
}

/// Finds a note by its code, as it is worded now, and all its wordings, the first first.
///
/// # Errors
/// `indicators-notes-unknown`.
pub async fn find_note(app: &App, code: &str) -> Result<(Note, Vec<Written>)> {
    let plain = Code::<6>::parse(code)
        .map(|code| code.plain())
        .unwrap_or_default();
    let note = store::notes::find(&app.db, &plain)
        .await?
        .ok_or_else(|| Problem::not_found("indicators-notes-unknown").with("code", code))?;
    let versions = store::notes::list_versions(&app.db, &note.id).await?;
    Ok((note, versions))
}

fn require_writer(op: &Op, agency: &str) -> Result<()> {
    if op.has_for(&WRITERS, agency) {
        return Ok(());
    }
    op.require(&[Role::Admin])
}

/// When a note was kept that has its code now.
#[derive(PartialEq)]
enum Kept {
    Now,
    Before,
}

/// Keeps a note under a code that no other has, unless it is kept already; the note has the code then.
///
/// The code is made of what the note says, so that two deliveries at the same moment meet at the same code.
async fn insert(tx: &mut Tx, note: &mut Note) -> Result<Kept> {
    let mark = note.mark();
    for attempt in 0..MOST_TRIES {
        let digest = id::digest(&format!("{attempt}\n{mark}"));
        let bits = u64::from_str_radix(&digest[..16], 16).map_err(Problem::internal)?;
        note.code = Code::<6>::of(bits).plain();
        if store::notes::insert(tx, note).await? {
            return Ok(Kept::Now);
        }
        if store::notes::is_first_wording(tx, note).await? {
            return Ok(Kept::Before);
        }
    }
    Err(Problem::internal(anyhow::anyhow!(
        "no free code for a note in {MOST_TRIES} tries"
    )))
}

async fn keep_wording(tx: &mut Tx, op: &Op, note: &Note) -> Result<()> {
    store::notes::insert_version(tx, &note.id, &note.written, &op.who.label()).await?;
    let event = NotePublished {
        note: note.code.clone(),
        indicator: note.indicator.clone(),
        version: note.written.version,
    };
    tx.emit(op, &event).await
}
