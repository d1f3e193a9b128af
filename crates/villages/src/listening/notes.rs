//! The front door of notes: writing one, reading it, and what may be done with it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    AT_DESK, CodingMoved, ConsentMoved, NoteCorrected, NoteWritten,
    model::{
        consent::{Said, Use},
        note::{Correction, Earlier, Head, NewNote, Note},
    },
    store,
};
use crate::{
    accounts,
    evidence::model::Subject,
    facilitators::{self, Heard},
    places,
    platform::{
        app::App,
        db::Tx,
        id,
        op::{Op, Role},
        problem::{Kind, Problem, Result},
    },
};

/// A note as the caller may read it.
#[derive(Clone)]
pub struct Seen {
    pub note: Note,
    /// The caller may facilitate at its place.
    pub is_facilitator: bool,
    /// The caller is one of its coders.
    pub is_coder: bool,
    /// The caller noted it, or is a steward too.
    pub may_correct: bool,
}

/// A note in a list.
#[derive(Debug, Clone)]
pub struct Listed {
    pub head: Head,
    /// How many coders are done; `None` while nobody codes it.
    pub n_done: Option<i64>,
    /// The caller is one of its coders.
    pub is_coder: bool,
}

/// Whom an account is told apart by: its id.
#[must_use]
pub fn me(op: &Op) -> String {
    op.person()
        .map_or_else(|| op.who.label(), |person| person.id.clone())
}

/// Lists the notes that the caller may read, the latest first.
///
/// # Errors
/// `not-allowed` for whoever has no work at the desk.
pub async fn list(app: &App, op: &Op) -> Result<Vec<Listed>> {
    op.require(&AT_DESK)?;
    let heads = store::list_heads(&app.db).await?;
    let coded: BTreeSet<String> = store::list_coded_by(&app.db, &me(op))
        .await?
        .into_iter()
        .collect();
    let done = store::count_done(&app.db).await?;
    let codes: BTreeSet<String> = heads.iter().map(|head| head.place.clone()).collect();
    let mut own: BTreeMap<String, bool> = BTreeMap::new();
    for place in codes {
        let may = facilitators::may_facilitate(app, op, &place).await?;
        own.insert(place, may);
    }
    Ok(heads
        .into_iter()
        .map(|head| Listed {
            n_done: done.get(&head.id).copied(),
            is_coder: coded.contains(&head.id),
            head,
        })
        .filter(|listed| listed.is_coder || own.get(&listed.head.place) == Some(&true))
        .collect())
}

/// Finds a note that the caller may read.
///
/// # Errors
/// `not-allowed`; `listening-unknown`, also for a note of others.
pub async fn find(app: &App, op: &Op, id: &str) -> Result<Seen> {
    op.require(&AT_DESK)?;
    let unknown = || Problem::not_found("listening-unknown");
    let head = store::find_head(&app.db, id).await?.ok_or_else(unknown)?;
    let is_facilitator = facilitators::may_facilitate(app, op, &head.place).await?;
    let me = me(op);
    let is_coder = store::list_coders(&app.db, id)
        .await?
        .iter()
        .any(|coder| coder.person == me);
    if !is_facilitator && !is_coder {
        return Err(unknown());
    }
    Ok(Seen {
        may_correct: is_facilitator && (head.facilitator == me || op.has(&[Role::Steward])),
        note: store::open(&app.db, &app.vault, head).await?,
        is_facilitator,
        is_coder,
    })
}

/// Keeps a note; returns its id. The group counts as heard.
///
/// # Errors
/// `not-allowed`; `listening-place` on field `place`; `listening-not-facilitator` for whoever may not facilitate there.
pub async fn write(app: &App, op: &Op, new: &NewNote) -> Result<String> {
    op.require(&AT_DESK)?;
    if places::all(app).await?.find(&new.place).is_none() {
        return Err(Problem::invalid("fields").field("place", "listening-place"));
    }
    if !facilitators::may_facilitate(app, op, &new.place).await? {
        return Err(Problem::forbidden("listening-not-facilitator"));
    }
    let id = id::fresh(op.at);
    let mut tx = app.db.begin().await?;
    store::insert(&mut tx, &id, new, &me(op), op.at).await?;
    let heard = Heard {
        place: new.place.clone(),
        group: new.group.key(),
        on: new.held_on,
        n_present: new.n_present,
        source: source(&id),
    };
    facilitators::heard(&mut tx, op, &heard).await?;
    let written = NoteWritten {
        note: id.clone(),
        place: new.place.clone(),
        kind: new.kind.as_str(),
    };
    tx.emit(op, &written).await?;
    tx.commit().await?;
    Ok(id)
}

/// Corrects a note: what it said before is kept as a version, quotations keep their words, and the group counts as heard as it says now.
/// Paragraphs that say something else are coded anew.
///
/// # Errors
/// `not-allowed` for anybody but whoever noted it, and facilitators of the place who are stewards, too; `listening-changed-meanwhile`.
pub async fn correct(app: &App, op: &Op, seen: &Seen, correction: &Correction) -> Result<()> {
    if !seen.may_correct {
        return Err(Problem::forbidden("not-allowed"));
    }
    let (note, mut tx) = (&seen.note, seen.begin_change(app).await?);
    let id = &note.head.id;
    store::versions::keep(&mut tx, note, &correction.why, &me(op), op.at).await?;
    store::versions::correct(&mut tx, id, correction, &correction.changed_paragraphs(note)).await?;
    let heard = Heard {
        place: note.head.place.clone(),
        group: note.head.group.key(),
        on: correction.held_on,
        n_present: correction.n_present,
        source: source(id),
    };
    facilitators::heard(&mut tx, op, &heard).await?;
    tx.emit(op, &NoteCorrected { note: id.clone() }).await?;
    tx.commit().await
}

/// Lists how a note stood before each of its corrections, the first first.
///
/// # Errors
/// When the database fails.
pub async fn list_earlier(app: &App, seen: &Seen) -> Result<Vec<Earlier>> {
    store::versions::list(&app.db, &app.vault, &seen.note.head.id).await
}

/// Notes that a group agreed to a use after all.
///
/// # Errors
/// `not-allowed` for coders; `listening-consent-settled` where a yes holds or was taken back; `listening-changed-meanwhile`.
pub async fn give_consent(app: &App, op: &Op, seen: &Seen, said: &Said) -> Result<()> {
    let mut tx = seen.begin_change(app).await?;
    if !store::give_consent(&mut tx, &seen.note.head.id, said).await? {
        return Err(Problem::conflict("listening-consent-settled"));
    }
    seen.note_consent(&mut tx, op, said.of, "given").await?;
    tx.commit().await
}

/// Takes a consent back, and with it what rested on it.
///
/// Reports and quotations ask for the consent whenever they are read; where a recording lies and a contact are forgotten here.
///
/// # Errors
/// `not-allowed` for coders; `listening-consent-none` where none holds; `listening-changed-meanwhile`.
pub async fn withdraw_consent(app: &App, op: &Op, seen: &Seen, said: &Said) -> Result<()> {
    let mut tx = seen.begin_change(app).await?;
    let id = &seen.note.head.id;
    if !store::withdraw_consent(&mut tx, id, said).await? {
        return Err(Problem::conflict("listening-consent-none"));
    }
    match said.of {
        Use::Recording => store::forget_recording(&mut tx, id).await?,
        Use::Contact => store::forget_contact(&mut tx, id).await?,
        Use::Report | Use::QuoteNamed | Use::QuoteUnnamed => {}
    }
    seen.note_consent(&mut tx, op, said.of, "withdrawn").await?;
    tx.commit().await
}

/// Gives a note its two coders, by their e-mail addresses.
///
/// # Errors
/// `not-allowed` for coders; `listening-coder-unknown` and `listening-coder-same` on fields `first` and `second`;
/// `listening-coders-there`; `listening-changed-meanwhile`.
pub async fn assign_coders(app: &App, op: &Op, seen: &Seen, first: &str, second: &str) -> Result<()> {
    if !seen.note.coders.is_empty() {
        return Err(Problem::conflict("listening-coders-there"));
    }
    let persons = [
        find_coder(app, "first", first).await?,
        find_coder(app, "second", second).await?,
    ];
    if persons[0] == persons[1] {
        return Err(Problem::invalid("fields").field("second", "listening-coder-same"));
    }
    let mut tx = seen.begin_change(app).await?;
    let id = &seen.note.head.id;
    for (position, person) in (1_i64..).zip(&persons) {
        if !store::insert_coder(&mut tx, id, position, person, op.at).await? {
            return Err(Problem::conflict("listening-coders-there"));
        }
    }
    let moved = CodingMoved {
        note: id.clone(),
        what: "assigned",
    };
    tx.emit(op, &moved).await?;
    tx.commit().await
}

impl Seen {
    /// Begins a change that only facilitators of the place make, of the note as it was read.
    async fn begin_change(&self, app: &App) -> Result<Tx> {
        if !self.is_facilitator {
            return Err(Problem::forbidden("not-allowed"));
        }
        let mut tx = app.db.begin().await?;
        if !store::touch(&mut tx, &self.note.head.id, self.note.head.revision).await? {
            return Err(Problem::conflict("listening-changed-meanwhile"));
        }
        Ok(tx)
    }

    async fn note_consent(&self, tx: &mut Tx, op: &Op, of: Use, what: &'static str) -> Result<()> {
        let moved = ConsentMoved {
            note: self.note.head.id.clone(),
            of: of.as_str(),
            what,
        };
        tx.emit(op, &moved).await
    }
}

/// The note as the record of what was heard.
fn source(id: &str) -> Subject {
    Subject::new("listening", id)
}

async fn find_coder(app: &App, field: &'static str, email: &str) -> Result<String> {
    let unknown = || Problem::invalid("fields").field(field, "listening-coder-unknown");
    match accounts::find_user(app, email.trim()).await {
        Ok(Some(person)) => Ok(person),
        Ok(None) => Err(unknown()),
        // What is no address is nobody's.
        Err(problem) if problem.kind() == Kind::Invalid => Err(unknown()),
        Err(problem) => Err(problem),
    }
}
