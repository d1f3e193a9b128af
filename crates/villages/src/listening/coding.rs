//! The front door of coding: each coder apart, then both together.

use std::collections::BTreeMap;

use super::{
    CodingMoved,
    model::{
        codebook::Code,
        coding::{Agreement, Difference, Given, Settled, agreements, differences, open, visible},
    },
    notes::{Seen, me},
    store,
};
use crate::platform::{
    app::App,
    op::Op,
    problem::{Problem, Result},
};

/// How far two coders came, as the caller may see it.
#[derive(Clone)]
pub struct Coded {
    /// The caller's own codes; everybody's once both are done.
    pub given: Vec<Given>,
    /// Agreement by code, and on all; `None` while one of them still codes.
    pub agreement: Option<(BTreeMap<String, Agreement>, Agreement)>,
    /// Where only one of them gave a code and nothing was settled yet.
    pub open: Vec<Difference>,
    pub settled: Vec<Settled>,
}

/// Reads the coding of a note: nobody sees another's codes before both said that they are done.
///
/// # Errors
/// When the database fails.
pub async fn read(app: &App, op: &Op, seen: &Seen) -> Result<Coded> {
    let note = &seen.note;
    let all = store::coding::list_given(&app.db, &note.head.id).await?;
    let given = visible(&note.coders, all, &me(op));
    if !note.is_coded() {
        return Ok(Coded {
            given,
            agreement: None,
            open: Vec::new(),
            settled: Vec::new(),
        });
    }
    let settled = store::coding::list_settled(&app.db, &note.head.id).await?;
    let differ = differences(&note.coders, &given);
    Ok(Coded {
        agreement: Some(agreements(note.paragraphs.len(), &note.coders, &given)),
        open: open(&differ, &settled),
        given,
        settled,
    })
}

/// Keeps what a coder gave, in place of what they gave before: positions of paragraphs with codes.
///
/// # Errors
/// `not-allowed` for whoever does not code the note; `listening-coding-done`; `listening-code-unknown`.
pub async fn save(app: &App, op: &Op, seen: &Seen, given: &[(i64, String)]) -> Result<()> {
    require_coder(seen)?;
    let book = store::codebook::list(&app.db).await?;
    let (id, me) = (&seen.note.head.id, me(op));
    let mut tx = app.db.begin().await?;
    if !store::coding::is_under_way(&mut tx, id, &me).await? {
        return Err(Problem::conflict("listening-coding-done"));
    }
    store::coding::clear(&mut tx, id, &me).await?;
    for (position, code) in given {
        let version = version_in_force(&book, code)
            .filter(|_| seen.note.paragraph(*position).is_some())
            .ok_or_else(|| Problem::invalid("listening-code-unknown"))?;
        let given = Given {
            position: *position,
            person: me.clone(),
            code: code.clone(),
        };
        store::coding::insert(&mut tx, id, &given, version, op.at).await?;
    }
    tx.commit().await
}

/// Says that the caller is done: from then on they change nothing, and once both are, each sees the other's codes.
///
/// # Errors
/// `not-allowed` for whoever does not code the note; `listening-coding-done`.
pub async fn finish(app: &App, op: &Op, seen: &Seen) -> Result<()> {
    require_coder(seen)?;
    let id = &seen.note.head.id;
    let mut tx = app.db.begin().await?;
    if !store::coding::finish(&mut tx, id, &me(op), op.at).await? {
        return Err(Problem::conflict("listening-coding-done"));
    }
    let moved = CodingMoved {
        note: id.clone(),
        what: "done",
    };
    tx.emit(op, &moved).await?;
    tx.commit().await
}

/// Settles one difference, as both coders came to it together; the reason stays as its trace.
///
/// # Errors
/// `not-allowed` for whoever does not code the note; `listening-difference-none` where none is open; `why-missing` on field `why`.
pub async fn settle(app: &App, op: &Op, seen: &Seen, position: i64, code: &str, keeps: Keeps) -> Result<()> {
    require_coder(seen)?;
    let coded = read(app, op, seen).await?;
    let is_open = coded
        .open
        .iter()
        .any(|difference| difference.position == position && difference.code == code);
    if !is_open {
        return Err(Problem::conflict("listening-difference-none"));
    }
    let op = op.because(&keeps.why)?;
    let settled = Settled {
        position,
        code: code.to_owned(),
        is_kept: keeps.is_kept,
        why: op.why.clone().unwrap_or_default(),
        at: op.at,
    };
    let id = &seen.note.head.id;
    let mut tx = app.db.begin().await?;
    if !store::coding::settle(&mut tx, id, &settled, &op.who.label()).await? {
        return Err(Problem::conflict("listening-difference-none"));
    }
    // The reason speaks of what was said, and stays with the note: the trail says only that something was settled.
    let moved = CodingMoved {
        note: id.clone(),
        what: "settled",
    };
    let silent = Op { why: None, ..op };
    tx.emit(&silent, &moved).await?;
    tx.commit().await
}

/// What two coders came to, with the reason.
#[derive(Debug, Clone)]
pub struct Keeps {
    /// The paragraph keeps the code.
    pub is_kept: bool,
    pub why: String,
}

fn require_coder(seen: &Seen) -> Result<()> {
    match seen.is_coder {
        true => Ok(()),
        false => Err(Problem::forbidden("not-allowed")),
    }
}

fn version_in_force(book: &[Code], code: &str) -> Option<i64> {
    book.iter()
        .find(|each| each.code == code && !each.wording.is_retired)
        .map(|each| each.version)
}
