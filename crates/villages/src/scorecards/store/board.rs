//! SQL of what the sessions of a round hold.

use std::collections::BTreeSet;

use sqlx::{Any, Executor, FromRow};

use super::{acts, count, find_round};
use crate::{
    platform::{
        db::Tx,
        problem::{Problem, Result},
        time::Time,
    },
    scorecards::model::{
        board::Board,
        criterion::Criterion,
        score::{Input, Note, Photo, Score},
        session::{Session, Side},
    },
};

#[derive(FromRow)]
struct SessionRow {
    id: String,
    round_id: String,
    side: String,
    group_code: String,
    own_name: Option<String>,
    place_code: String,
    facilitator_id: Option<String>,
    n_present: Option<i64>,
    consent_at: Option<i64>,
    consent_text: Option<String>,
    is_sealed: i64,
    sealed_at: Option<i64>,
    dropped: Option<String>,
    revision: i64,
}

#[derive(FromRow)]
struct ScoreRow {
    session_id: String,
    criterion_id: String,
    value: i64,
    votes: Option<String>,
    reason: String,
    suggestion: String,
    version: String,
    scored_at: i64,
}

/// A round with all that its sessions hold, by its id or code, as a transaction sees it; others who would change it wait until the end.
pub async fn load(tx: &mut Tx, round: &str) -> Result<Option<Board>> {
    lock(tx, round).await?;
    let Some((round, made_at)) = find_round(&mut *tx.conn(), round).await? else {
        return Ok(None);
    };
    let id = round.id.clone();
    let (criteria, gone) = list_criteria(&mut *tx.conn(), &id).await?;
    Ok(Some(Board {
        round,
        made_at,
        sessions: list_sessions(&mut *tx.conn(), &id).await?,
        criteria,
        gone,
        scores: list_scores(&mut *tx.conn(), &id).await?,
        inputs: list_inputs(&mut *tx.conn(), &id).await?,
        conflicts: acts::list_conflicts(&mut *tx.conn(), &id).await?,
        n_acts: acts::count(tx, &id).await?,
        notes: list_note_ids(tx, &id).await?,
    }))
}

/// Has two devices that write at one moment come one after the other, so that the later one sees what the earlier one wrote.
async fn lock(tx: &mut Tx, round: &str) -> Result<()> {
    sqlx::query("UPDATE scorecard_round SET revision = revision WHERE id = $1 OR code = $1")
        .bind(round)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The sessions of a round, in the order in which they were planned.
pub async fn list_sessions<'c>(db: impl Executor<'c, Database = Any>, round: &str) -> Result<Vec<Session>> {
    let rows: Vec<SessionRow> = sqlx::query_as(
        "SELECT id, round_id, side, group_code, own_name, place_code, facilitator_id, n_present, consent_at, consent_text,
                CAST(is_sealed AS BIGINT) AS is_sealed, sealed_at, dropped, revision
         FROM scorecard_session
         WHERE round_id = $1
         ORDER BY id",
    )
    .bind(round)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(SessionRow::read).collect()
}

/// Id, session, words, standard, position, version, and whether it was dropped.
type CriterionRow = (String, String, String, Option<String>, i64, String, i64);

/// The criteria of a round in their order, and the ids of those that were dropped.
pub async fn list_criteria<'c>(
    db: impl Executor<'c, Database = Any>,
    round: &str,
) -> Result<(Vec<Criterion>, BTreeSet<String>)> {
    let rows: Vec<CriterionRow> = sqlx::query_as(
        "SELECT id, session_id, words, standard, position, version, CAST(is_dropped AS BIGINT)
         FROM scorecard_criterion
         WHERE round_id = $1
         ORDER BY session_id, position, id",
    )
    .bind(round)
    .fetch_all(db)
    .await?;
    let (mut kept, mut gone) = (Vec::new(), BTreeSet::new());
    for (id, session, words, standard, position, version, is_dropped) in rows {
        if is_dropped == 1 {
            gone.insert(id);
            continue;
        }
        kept.push(Criterion {
            id,
            round: round.to_owned(),
            session,
            words,
            standard,
            position: count(position),
            version,
        });
    }
    Ok((kept, gone))
}

/// The scores of a round, without those of criteria that were dropped.
pub async fn list_scores<'c>(db: impl Executor<'c, Database = Any>, round: &str) -> Result<Vec<Score>> {
    let rows: Vec<ScoreRow> = sqlx::query_as(
        "SELECT s.session_id, s.criterion_id, s.value, s.votes, s.reason, s.suggestion, s.version, s.scored_at
         FROM scorecard_score s
         JOIN scorecard_criterion c ON c.id = s.criterion_id
         WHERE s.round_id = $1
           AND c.is_dropped = 0
         ORDER BY s.session_id, c.position, s.criterion_id",
    )
    .bind(round)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(ScoreRow::read).collect()
}

/// What is entitled and what there is, in order.
pub async fn list_inputs<'c>(db: impl Executor<'c, Database = Any>, round: &str) -> Result<Vec<Input>> {
    let rows: Vec<(String, String, String, String, String, i64, i64)> = sqlx::query_as(
        "SELECT id, what, entitlement, actual, remark, CAST(is_short AS BIGINT), position
         FROM scorecard_input
         WHERE round_id = $1
         ORDER BY position, id",
    )
    .bind(round)
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(
            |(id, what, entitlement, actual, remark, is_short, position)| Input {
                id,
                round: round.to_owned(),
                what,
                entitlement,
                actual,
                remark,
                is_short: is_short == 1,
                position: count(position),
            },
        )
        .collect())
}

/// Id, session, criterion, text, and when.
type NoteRow = (String, Option<String>, Option<String>, String, i64);

/// What was noted, the earliest first.
pub async fn list_notes<'c>(db: impl Executor<'c, Database = Any>, round: &str) -> Result<Vec<Note>> {
    let rows: Vec<NoteRow> = sqlx::query_as(
        "SELECT id, session_id, criterion_id, text, at
         FROM scorecard_note
         WHERE round_id = $1
         ORDER BY at, id",
    )
    .bind(round)
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(id, session, criterion, text, at)| Note {
            id,
            round: round.to_owned(),
            session,
            criterion,
            text,
            at: Time(at),
        })
        .collect())
}

/// The photographs, the earliest first.
pub async fn list_photos<'c>(db: impl Executor<'c, Database = Any>, round: &str) -> Result<Vec<Photo>> {
    let rows: Vec<(String, Option<String>, String, String, i64)> = sqlx::query_as(
        "SELECT id, session_id, blob, caption, at
         FROM scorecard_photo
         WHERE round_id = $1
         ORDER BY at, id",
    )
    .bind(round)
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(id, session, blob, caption, at)| Photo {
            id,
            round: round.to_owned(),
            session,
            blob,
            caption,
            at: Time(at),
        })
        .collect())
}

/// Adds a session.
pub async fn insert_session(tx: &mut Tx, session: &Session) -> Result<()> {
    sqlx::query(
        "INSERT INTO scorecard_session (id, round_id, side, group_code, own_name, place_code, is_sealed, revision)
         VALUES ($1, $2, $3, $4, $5, $6, 0, 0)",
    )
    .bind(&session.id)
    .bind(&session.round)
    .bind(session.side.as_str())
    .bind(&session.group)
    .bind(session.name.as_deref())
    .bind(&session.place)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes what is known of a session.
pub async fn put_session(tx: &mut Tx, session: &Session) -> Result<()> {
    sqlx::query(
        "UPDATE scorecard_session
         SET facilitator_id = $2, n_present = $3, consent_at = $4, consent_text = $5, is_sealed = $6, sealed_at = $7,
             dropped = $8, revision = revision + 1
         WHERE id = $1",
    )
    .bind(&session.id)
    .bind(session.facilitator.as_deref())
    .bind(session.n_present.map(i64::from))
    .bind(session.consent_at.map(|at| at.0))
    .bind(session.consent_text.as_deref())
    .bind(i32::from(session.is_sealed))
    .bind(session.sealed_at.map(|at| at.0))
    .bind(session.dropped.as_deref())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes a criterion; false where another session has one of this id.
pub async fn put_criterion(tx: &mut Tx, criterion: &Criterion) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO scorecard_criterion (id, round_id, session_id, words, standard, position, version, is_dropped)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0)
         ON CONFLICT (id) DO UPDATE
         SET words = excluded.words, standard = excluded.standard, position = excluded.position, version = excluded.version
         WHERE scorecard_criterion.session_id = excluded.session_id",
    )
    .bind(&criterion.id)
    .bind(&criterion.round)
    .bind(&criterion.session)
    .bind(&criterion.words)
    .bind(criterion.standard.as_deref())
    .bind(i64::from(criterion.position))
    .bind(&criterion.version)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Lets a criterion go; what it was given stays in the table and is shown nowhere.
pub async fn drop_criterion(tx: &mut Tx, id: &str) -> Result<()> {
    sqlx::query("UPDATE scorecard_criterion SET is_dropped = 1 WHERE id = $1")
        .bind(id)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Writes a score in the place of the one before it.
pub async fn put_score(tx: &mut Tx, round: &str, score: &Score) -> Result<()> {
    let votes = score.votes.as_ref().map(serde_json::to_string);
    sqlx::query(
        "INSERT INTO scorecard_score (session_id, criterion_id, round_id, value, votes, reason, suggestion, version, scored_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (session_id, criterion_id) DO UPDATE
         SET value = excluded.value, votes = excluded.votes, reason = excluded.reason, suggestion = excluded.suggestion,
             version = excluded.version, scored_at = excluded.scored_at",
    )
    .bind(&score.session)
    .bind(&score.criterion)
    .bind(round)
    .bind(i64::from(score.value))
    .bind(votes.transpose().map_err(Problem::internal)?)
    .bind(&score.reason)
    .bind(&score.suggestion)
    .bind(&score.version)
    .bind(score.scored_at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes what is entitled and what there is; false where another round has one of this id.
pub async fn put_input(tx: &mut Tx, input: &Input) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO scorecard_input (id, round_id, what, entitlement, actual, remark, is_short, position)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (id) DO UPDATE
         SET what = excluded.what, entitlement = excluded.entitlement, actual = excluded.actual, remark = excluded.remark,
             is_short = excluded.is_short
         WHERE scorecard_input.round_id = excluded.round_id",
    )
    .bind(&input.id)
    .bind(&input.round)
    .bind(&input.what)
    .bind(&input.entitlement)
    .bind(&input.actual)
    .bind(&input.remark)
    .bind(i32::from(input.is_short))
    .bind(i64::from(input.position))
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps a note; what was noted under the same id before is corrected, unless it is of another round.
pub async fn put_note(tx: &mut Tx, note: &Note) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO scorecard_note (id, round_id, session_id, criterion_id, text, at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (id) DO UPDATE
         SET text = excluded.text
         WHERE scorecard_note.round_id = excluded.round_id
           AND COALESCE(scorecard_note.session_id, '') = COALESCE(excluded.session_id, '')",
    )
    .bind(&note.id)
    .bind(&note.round)
    .bind(note.session.as_deref())
    .bind(note.criterion.as_deref())
    .bind(&note.text)
    .bind(note.at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The ids of all notes of a round.
async fn list_note_ids(tx: &mut Tx, round: &str) -> Result<BTreeSet<String>> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT id FROM scorecard_note WHERE round_id = $1")
        .bind(round)
        .fetch_all(tx.conn())
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Keeps a photograph.
pub async fn insert_photo(tx: &mut Tx, photo: &Photo) -> Result<()> {
    sqlx::query(
        "INSERT INTO scorecard_photo (id, round_id, session_id, blob, caption, at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&photo.id)
    .bind(&photo.round)
    .bind(photo.session.as_deref())
    .bind(&photo.blob)
    .bind(&photo.caption)
    .bind(photo.at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

impl SessionRow {
    fn read(self) -> Result<Session> {
        let side = Side::parse(&self.side)
            .ok_or_else(|| Problem::internal(anyhow::anyhow!("session {}: odd side", self.id)))?;
        Ok(Session {
            id: self.id,
            round: self.round_id,
            side,
            group: self.group_code,
            name: self.own_name,
            place: self.place_code,
            facilitator: self.facilitator_id,
            n_present: self.n_present.map(count),
            consent_at: self.consent_at.map(Time),
            consent_text: self.consent_text,
            is_sealed: self.is_sealed == 1,
            sealed_at: self.sealed_at.map(Time),
            dropped: self.dropped,
            revision: self.revision,
        })
    }
}

impl ScoreRow {
    fn read(self) -> Result<Score> {
        let votes = self.votes.as_deref().map(serde_json::from_str);
        Ok(Score {
            session: self.session_id,
            criterion: self.criterion_id,
            value: u8::try_from(self.value).map_err(Problem::internal)?,
            votes: votes.transpose().map_err(Problem::internal)?,
            reason: self.reason,
            suggestion: self.suggestion,
            version: self.version,
            scored_at: Time(self.scored_at),
        })
    }
}
