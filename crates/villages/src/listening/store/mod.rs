//! SQL of notes, of the consents they rest on, and of who codes them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use sqlx::FromRow;

use super::model::{
    coding::Coder,
    consent::{Answer, Consent, Said, Use},
    note::{Head, Kind, NewNote, Note},
};
use crate::{
    facilitators::GroupKind,
    platform::{
        db::{Db, Tx},
        problem::{Problem, Result},
        time::Time,
        vault::Vault,
    },
};

pub mod codebook;
pub mod coding;
pub mod hotspots;
pub mod quotations;
pub mod versions;

/// Notes that a list shows.
const MOST_LISTED: i64 = 2_000;

/// Every note without what was said, the latest first.
pub async fn list_heads(db: &Db) -> Result<Vec<Head>> {
    let rows: Vec<HeadRow> = sqlx::query_as(
        "SELECT id, kind, place, group_key, n_present, held_on, facilitator, written_at, revision,
                CAST((SELECT MAX(v.at) FROM listening_version v WHERE v.note_id = listening_note.id) AS BIGINT) AS corrected_at
         FROM listening_note
         ORDER BY id DESC
         LIMIT $1",
    )
    .bind(MOST_LISTED)
    .fetch_all(db.read())
    .await?;
    rows.into_iter().map(HeadRow::read).collect()
}

/// A note without what was said.
pub async fn find_head(db: &Db, id: &str) -> Result<Option<Head>> {
    let row: Option<HeadRow> = sqlx::query_as(
        "SELECT id, kind, place, group_key, n_present, held_on, facilitator, written_at, revision,
                CAST((SELECT MAX(v.at) FROM listening_version v WHERE v.note_id = listening_note.id) AS BIGINT) AS corrected_at
         FROM listening_note
         WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(db.read())
    .await?;
    row.map(HeadRow::read).transpose()
}

/// The whole note of a head.
pub async fn open(db: &Db, vault: &Vault, head: Head) -> Result<Note> {
    let (questions, recording, contact): (String, Option<String>, Option<String>) = sqlx::query_as(
        "SELECT questions, recording, contact
         FROM listening_note
         WHERE id = $1",
    )
    .bind(&head.id)
    .fetch_one(db.read())
    .await?;
    let reveal = |sealed: String| vault.reveal(&sealed).map_err(Problem::internal);
    let reveal_or_none = |sealed: Option<String>| sealed.map_or_else(|| Ok(String::new()), reveal);
    Ok(Note {
        questions,
        recording: reveal_or_none(recording)?,
        contact: reveal_or_none(contact)?,
        paragraphs: list_paragraphs(db, &head.id)
            .await?
            .into_iter()
            .map(reveal)
            .collect::<Result<_>>()?,
        consents: list_consents(db, &head.id).await?,
        coders: list_coders(db, &head.id).await?,
        head,
    })
}

/// Keeps a note with its paragraphs and consents.
pub async fn insert(tx: &mut Tx, id: &str, new: &NewNote, facilitator: &str, at: Time) -> Result<()> {
    let vault = tx.vault().clone();
    let sealed = |text: &str| (!text.is_empty()).then(|| vault.seal(text));
    sqlx::query(
        "INSERT INTO listening_note
             (id, kind, place, group_key, n_present, held_on, facilitator, questions, recording, contact, written_at, revision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)",
    )
    .bind(id)
    .bind(new.kind.as_str())
    .bind(&new.place)
    .bind(new.group.key())
    .bind(i64::from(new.n_present))
    .bind(new.held_on.to_string())
    .bind(facilitator)
    .bind(&new.questions)
    .bind(sealed(&new.recording))
    .bind(sealed(&new.contact))
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    for (position, paragraph) in (1_i64..).zip(&new.paragraphs) {
        sqlx::query("INSERT INTO listening_paragraph (note_id, position, text) VALUES ($1, $2, $3)")
            .bind(id)
            .bind(position)
            .bind(vault.seal(paragraph))
            .execute(tx.conn())
            .await?;
    }
    for consent in &new.consents {
        insert_consent(tx, id, consent).await?;
    }
    Ok(())
}

/// Counts a change of a note; false when it changed since.
pub async fn touch(tx: &mut Tx, id: &str, revision: i64) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE listening_note
         SET revision = revision + 1
         WHERE id = $1 AND revision = $2",
    )
    .bind(id)
    .bind(revision)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps a yes to a use that was not asked about or was refused before; false where one holds or was taken back.
pub async fn give_consent(tx: &mut Tx, note: &str, said: &Said) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO listening_consent (note_id, consent_use, is_given, given_on, words)
         VALUES ($1, $2, 1, $3, $4)
         ON CONFLICT (note_id, consent_use) DO UPDATE
         SET is_given = 1, given_on = excluded.given_on, words = excluded.words
         WHERE listening_consent.is_given = 0 AND listening_consent.withdrawn_on IS NULL",
    )
    .bind(note)
    .bind(said.of.as_str())
    .bind(said.on.to_string())
    .bind(&said.words)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes a yes back; false where none holds.
pub async fn withdraw_consent(tx: &mut Tx, note: &str, said: &Said) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE listening_consent
         SET withdrawn_on = $3, withdrawn_words = $4
         WHERE note_id = $1 AND consent_use = $2 AND is_given = 1 AND withdrawn_on IS NULL",
    )
    .bind(note)
    .bind(said.of.as_str())
    .bind(said.on.to_string())
    .bind(&said.words)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets where the recording lies.
pub async fn forget_recording(tx: &mut Tx, note: &str) -> Result<()> {
    sqlx::query("UPDATE listening_note SET recording = NULL WHERE id = $1")
        .bind(note)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Forgets how somebody of the group is reached.
pub async fn forget_contact(tx: &mut Tx, note: &str) -> Result<()> {
    sqlx::query("UPDATE listening_note SET contact = NULL WHERE id = $1")
        .bind(note)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Gives a note its coder of a position, 1 or 2; false where it has one.
pub async fn insert_coder(tx: &mut Tx, note: &str, position: i64, person: &str, at: Time) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO listening_coder (note_id, position, person, assigned_at)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (note_id, position) DO NOTHING",
    )
    .bind(note)
    .bind(position)
    .bind(person)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The ids of the notes that somebody codes.
pub async fn list_coded_by(db: &Db, person: &str) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT note_id
         FROM listening_coder
         WHERE person = $1",
    )
    .bind(person)
    .fetch_all(db.read())
    .await?;
    Ok(rows.into_iter().map(|(note,)| note).collect())
}

/// How many coders of each note are done, by note; notes without coders are absent.
pub async fn count_done(db: &Db) -> Result<BTreeMap<String, i64>> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT note_id, CAST(COUNT(done_at) AS BIGINT)
         FROM listening_coder
         GROUP BY note_id",
    )
    .fetch_all(db.read())
    .await?;
    Ok(rows.into_iter().collect())
}

/// Who codes a note, in their order.
pub async fn list_coders(db: &Db, note: &str) -> Result<Vec<Coder>> {
    let rows: Vec<(String, Option<i64>)> = sqlx::query_as(
        "SELECT person, done_at
         FROM listening_coder
         WHERE note_id = $1
         ORDER BY position",
    )
    .bind(note)
    .fetch_all(db.read())
    .await?;
    Ok(rows
        .into_iter()
        .map(|(person, done_at)| Coder {
            person,
            done_at: done_at.map(Time),
        })
        .collect())
}

async fn insert_consent(tx: &mut Tx, note: &str, consent: &Consent) -> Result<()> {
    sqlx::query(
        "INSERT INTO listening_consent (note_id, consent_use, is_given, given_on, words)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(note)
    .bind(consent.of.as_str())
    .bind(i32::from(consent.answer == Answer::Yes))
    .bind(consent.on.to_string())
    .bind(&consent.words)
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn list_paragraphs(db: &Db, note: &str) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT text
         FROM listening_paragraph
         WHERE note_id = $1
         ORDER BY position",
    )
    .bind(note)
    .fetch_all(db.read())
    .await?;
    Ok(rows.into_iter().map(|(text,)| text).collect())
}

async fn list_consents(db: &Db, note: &str) -> Result<Vec<Consent>> {
    let rows: Vec<ConsentRow> = sqlx::query_as(
        "SELECT consent_use, CAST(is_given AS BIGINT) AS is_given, given_on, words, withdrawn_on, withdrawn_words
         FROM listening_consent
         WHERE note_id = $1
         ORDER BY consent_use",
    )
    .bind(note)
    .fetch_all(db.read())
    .await?;
    rows.into_iter().map(ConsentRow::read).collect()
}

/// Reads a day as the database writes it.
fn day(text: &str) -> Result<Date> {
    text.parse::<Date>().map_err(Problem::internal)
}

/// Reads one of a closed list of words as the database has them.
fn word<T>(found: Option<T>, text: &str) -> Result<T> {
    found.ok_or_else(|| Problem::internal(anyhow::anyhow!("the database has the unknown word {text:?}")))
}

fn count(n: i64) -> u32 {
    u32::try_from(n).unwrap_or(0)
}

#[derive(FromRow)]
struct HeadRow {
    id: String,
    kind: String,
    place: String,
    group_key: String,
    n_present: i64,
    held_on: String,
    facilitator: String,
    written_at: i64,
    revision: i64,
    corrected_at: Option<i64>,
}

impl HeadRow {
    fn read(self) -> Result<Head> {
        Ok(Head {
            kind: word(Kind::parse(&self.kind), &self.kind)?,
            group: word(GroupKind::parse(&self.group_key), &self.group_key)?,
            held_on: day(&self.held_on)?,
            n_present: count(self.n_present),
            written_at: Time(self.written_at),
            corrected_at: self.corrected_at.map(Time),
            id: self.id,
            place: self.place,
            facilitator: self.facilitator,
            revision: self.revision,
        })
    }
}

#[derive(FromRow)]
struct ConsentRow {
    consent_use: String,
    is_given: i64,
    given_on: String,
    words: String,
    withdrawn_on: Option<String>,
    withdrawn_words: Option<String>,
}

impl ConsentRow {
    fn read(self) -> Result<Consent> {
        let answer = match (self.withdrawn_on, self.is_given) {
            (Some(on), _) => Answer::Withdrawn {
                on: day(&on)?,
                words: self.withdrawn_words.unwrap_or_default(),
            },
            (None, 1) => Answer::Yes,
            (None, _) => Answer::No,
        };
        Ok(Consent {
            of: word(Use::parse(&self.consent_use), &self.consent_use)?,
            answer,
            on: day(&self.given_on)?,
            words: self.words,
        })
    }
}
