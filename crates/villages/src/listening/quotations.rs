//! The front door of quotations: proposing a sentence, and letting somebody else look for names before it is released.

use super::{
    QuotationMoved,
    model::quotation::{Naming, Quotation, State, parse_text, require_allowed, still_stands},
    notes::{Seen, me},
    store,
};
use crate::platform::{
    app::App,
    id,
    op::Op,
    problem::{Problem, Result},
};

/// Lists the quotations of a note, the first first.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, seen: &Seen) -> Result<Vec<Quotation>> {
    store::quotations::list(&app.db, &app.vault, &seen.note.head.id).await
}

/// Proposes words of a paragraph as a quotation.
///
/// # Errors
/// `listening-quote-paragraph` on field `position`, `listening-quote-naming` on `naming`, those of
/// [`parse_text`] on `text`; `listening-quote-consent`, `listening-quote-small`.
pub async fn propose(app: &App, op: &Op, seen: &Seen, position: i64, text: &str, naming: &str) -> Result<()> {
    let wrong = |field: &'static str, code: &'static str| Problem::invalid("fields").field(field, code);
    let note = &seen.note;
    let paragraph = note
        .paragraph(position)
        .ok_or_else(|| wrong("position", "listening-quote-paragraph"))?;
    let text = parse_text(text, paragraph)?;
    let naming = Naming::parse(naming).ok_or_else(|| wrong("naming", "listening-quote-naming"))?;
    let minimum = app.config.scorecards_minimum_group;
    require_allowed(naming, &note.consents, note.head.n_present, minimum)?;
    let quotation = Quotation {
        id: id::fresh(op.at),
        note: note.head.id.clone(),
        position,
        text,
        naming,
        coder: me(op),
        state: State::Proposed,
        why: String::new(),
        proposed_at: op.at,
    };
    let mut tx = app.db.begin().await?;
    store::quotations::insert(&mut tx, &quotation).await?;
    tx.emit(op, &moved(&quotation, State::Proposed)).await?;
    tx.commit().await
}

/// Releases a quotation after looking for names in it; never by whoever proposed it.
///
/// # Errors
/// `listening-quote-unknown`, `listening-quote-own`, `listening-quote-checked`; `listening-quote-looked` on field `looked` where nobody
/// said that they looked; `listening-quote-gone` where the note was corrected and says it no more; `listening-quote-consent`,
/// `listening-quote-small`.
pub async fn release(app: &App, op: &Op, seen: &Seen, quotation: &str, looked: &str) -> Result<()> {
    let quotation = find(app, op, seen, quotation).await?;
    if looked != "yes" {
        return Err(Problem::invalid("fields").field("looked", "listening-quote-looked"));
    }
    let (note, minimum) = (&seen.note, app.config.scorecards_minimum_group);
    require_allowed(quotation.naming, &note.consents, note.head.n_present, minimum)?;
    if !still_stands(&quotation.text, note.paragraph(quotation.position)) {
        return Err(Problem::conflict("listening-quote-gone"));
    }
    decide(app, op, &quotation, State::Released, "").await
}

/// Refuses a quotation, with the reason.
///
/// # Errors
/// `listening-quote-unknown`, `listening-quote-own`, `listening-quote-checked`; `why-missing` on field `why`.
pub async fn refuse(app: &App, op: &Op, seen: &Seen, quotation: &str, why: &str) -> Result<()> {
    let quotation = find(app, op, seen, quotation).await?;
    let why = op.because(why)?.why.unwrap_or_default();
    decide(app, op, &quotation, State::Refused, &why).await
}

/// The quotation of a note that somebody else than the caller proposed.
async fn find(app: &App, op: &Op, seen: &Seen, id: &str) -> Result<Quotation> {
    let found = list(app, seen)
        .await?
        .into_iter()
        .find(|quotation| quotation.id == id)
        .ok_or_else(|| Problem::not_found("listening-quote-unknown"))?;
    match found.coder == me(op) {
        true => Err(Problem::conflict("listening-quote-own")),
        false => Ok(found),
    }
}

async fn decide(app: &App, op: &Op, quotation: &Quotation, state: State, why: &str) -> Result<()> {
    let mut tx = app.db.begin().await?;
    if !store::quotations::check(&mut tx, &quotation.id, state, why, &me(op), op.at).await? {
        return Err(Problem::conflict("listening-quote-checked"));
    }
    tx.emit(op, &moved(quotation, state)).await?;
    tx.commit().await
}

fn moved(quotation: &Quotation, state: State) -> QuotationMoved {
    QuotationMoved {
        note: quotation.note.clone(),
        quotation: quotation.id.clone(),
        state: state.as_str(),
    }
}
