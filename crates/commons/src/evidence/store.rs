//! SQL of evidence: links, timelines, followers, commitments.

use jiff::civil::Date;
use sqlx::{Any, AnyPool, Executor, FromRow};

use super::model::{
    Audience, Commitment, Entry, Follower, Link, NewCommitment, NewEntry, Part, Settled, Subject,
};
use crate::platform::{
    db::Tx,
    id,
    message::Address,
    op::Op,
    problem::{Problem, Result},
    time::Time,
    vault::Vault,
};

/// Keeps a link; false when it is kept already.
pub async fn insert_link(tx: &mut Tx, op: &Op, from: &Subject, relation: &str, to: &Subject) -> Result<bool> {
    let inserted = sqlx::query(
        "INSERT INTO evidence_link (id, from_kind, from_id, relation, to_kind, to_id, made_at, made_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (from_kind, from_id, relation, to_kind, to_id) DO NOTHING",
    )
    .bind(id::fresh(op.at))
    .bind(&from.kind)
    .bind(&from.id)
    .bind(relation)
    .bind(&to.kind)
    .bind(&to.id)
    .bind(op.at.0)
    .bind(op.who.label())
    .execute(tx.conn())
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Which records are linked with one, whichever way round?
pub async fn list_links(db: &AnyPool, subject: &Subject) -> Result<Vec<Link>> {
    let rows: Vec<(String, String, String, String, String, i64)> = sqlx::query_as(
        "SELECT from_kind, from_id, relation, to_kind, to_id, made_at
         FROM evidence_link
         WHERE (from_kind = $1 AND from_id = $2)
            OR (to_kind = $1 AND to_id = $2)
         ORDER BY made_at, relation, to_kind, to_id",
    )
    .bind(&subject.kind)
    .bind(&subject.id)
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(from_kind, from_id, relation, to_kind, to_id, made_at)| Link {
            from: Subject {
                kind: from_kind,
                id: from_id,
            },
            relation,
            to: Subject {
                kind: to_kind,
                id: to_id,
            },
            made_at: Time(made_at),
        })
        .collect())
}

/// Which records of a kind lead to which of another by a relation?
pub async fn list_pairs(db: &AnyPool, from: &str, relation: &str, to: &str) -> Result<Vec<(String, String)>> {
    Ok(sqlx::query_as(
        "SELECT from_id, to_id
         FROM evidence_link
         WHERE to_kind = $3
           AND from_kind = $1
           AND relation = $2
         ORDER BY made_at, from_id, to_id",
    )
    .bind(from)
    .bind(relation)
    .bind(to)
    .fetch_all(db)
    .await?)
}

pub async fn insert_entry(tx: &mut Tx, op: &Op, entry: &NewEntry) -> Result<()> {
    sqlx::query(
        "INSERT INTO timeline_entry (id, subject_kind, subject_id, at, what, by_role, by_who, audience, text, facts)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(id::fresh(entry.at))
    .bind(&entry.subject.kind)
    .bind(&entry.subject.id)
    .bind(entry.at.0)
    .bind(entry.what)
    .bind(entry.part.as_str())
    .bind(op.who.label())
    .bind(entry.audience.as_str())
    .bind(entry.text.as_deref())
    .bind(entry.facts.to_string())
    .execute(tx.conn())
    .await?;
    Ok(())
}

#[derive(FromRow)]
struct EntryRow {
    id: String,
    at: i64,
    what: String,
    by_role: String,
    by_who: String,
    audience: String,
    text: Option<String>,
    facts: String,
}

/// What happened to a record, oldest first? At most 1,000 entries.
pub async fn list_entries(db: &AnyPool, subject: &Subject) -> Result<Vec<Entry>> {
    let rows: Vec<EntryRow> = sqlx::query_as(
        "SELECT id, at, what, by_role, by_who, audience, text, facts
         FROM timeline_entry
         WHERE subject_kind = $1 AND subject_id = $2
         ORDER BY id
         LIMIT 1000",
    )
    .bind(&subject.kind)
    .bind(&subject.id)
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Entry {
            id: row.id,
            at: Time(row.at),
            what: row.what,
            part: Part::parse(&row.by_role).unwrap_or(Part::System),
            who: Some(row.by_who),
            audience: Audience::parse(&row.audience).unwrap_or(Audience::Staff),
            text: row.text,
            facts: serde_json::from_str(&row.facts).unwrap_or_default(),
        })
        .collect())
}

/// Adds a follower; one who follows already gets the language said last, and is told again.
pub async fn save_follower(tx: &mut Tx, subject: &Subject, follower: &Follower, at: Time) -> Result<()> {
    let (sealed, mark) = (
        follower.address.seal(tx.vault()),
        follower.address.mark(tx.vault()),
    );
    sqlx::query(
        "INSERT INTO follower (id, subject_kind, subject_id, channel, address, mark, lang, began_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (subject_kind, subject_id, mark) DO UPDATE SET lang = excluded.lang, is_stopped = 0",
    )
    .bind(id::fresh(at))
    .bind(&subject.kind)
    .bind(&subject.id)
    .bind(follower.address.channel().as_str())
    .bind(sealed)
    .bind(mark)
    .bind(&follower.lang)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn delete_follower(tx: &mut Tx, subject: &Subject, address: &Address) -> Result<bool> {
    let mark = address.mark(tx.vault());
    let deleted = sqlx::query(
        "DELETE FROM follower
         WHERE subject_kind = $1 AND subject_id = $2 AND mark = $3",
    )
    .bind(&subject.kind)
    .bind(&subject.id)
    .bind(mark)
    .execute(tx.conn())
    .await?;
    Ok(deleted.rows_affected() == 1)
}

/// Who is told about a record, without those who want to be told nothing?
pub async fn list_followers(
    db: impl Executor<'_, Database = Any>,
    vault: &Vault,
    subject: &Subject,
) -> Result<Vec<Follower>> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT address, lang
         FROM follower
         WHERE subject_kind = $1 AND subject_id = $2
           AND is_stopped = 0
         ORDER BY id",
    )
    .bind(&subject.kind)
    .bind(&subject.id)
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|(sealed, lang)| {
            let address = Address::reveal(&sealed, vault).map_err(Problem::internal)?;
            Ok(Follower { address, lang })
        })
        .collect()
}

/// Which records of a kind does the address with a mark follow, the latest first?
pub async fn list_followed<'c>(
    db: impl Executor<'c, Database = Any>,
    mark: &str,
    kind: &str,
    most: i64,
) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT subject_id
         FROM follower
         WHERE mark = $1 AND subject_kind = $2
         ORDER BY id DESC
         LIMIT $3",
    )
    .bind(mark)
    .bind(kind)
    .bind(most)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Has an address told nothing more of what it follows, or told again; returns of how many records.
pub async fn stop_followers(tx: &mut Tx, address: &Address, is_stopped: bool) -> Result<u64> {
    let mark = address.mark(tx.vault());
    let changed = sqlx::query("UPDATE follower SET is_stopped = $2 WHERE mark = $1 AND is_stopped <> $2")
        .bind(mark)
        .bind(i32::from(is_stopped))
        .execute(tx.conn())
        .await?;
    Ok(changed.rows_affected())
}

/// Makes whoever follows one record follow another too.
pub async fn copy_followers(tx: &mut Tx, from: &Subject, to: &Subject, at: Time) -> Result<()> {
    sqlx::query(
        "INSERT INTO follower (id, subject_kind, subject_id, channel, address, mark, lang, began_at, is_stopped)
         SELECT $5 || ':' || id, $3, $4, channel, address, mark, lang, CAST($6 AS BIGINT), is_stopped
         FROM follower
         WHERE subject_kind = $1 AND subject_id = $2
         ON CONFLICT (subject_kind, subject_id, mark) DO NOTHING",
    )
    .bind(&from.kind)
    .bind(&from.id)
    .bind(&to.kind)
    .bind(&to.id)
    .bind(id::fresh(at))
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Keeps a promise under a code; false when the code is taken.
pub async fn insert_commitment(
    tx: &mut Tx,
    op: &Op,
    id: &str,
    code: &str,
    new: &NewCommitment,
) -> Result<bool> {
    let inserted = sqlx::query(
        "INSERT INTO commitment (id, code, promise, owner_org, owner_post, place_code, raised_kind, raised_id,
                                 made_on, due_on, n_moved, state, made_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 'open', $11)
         ON CONFLICT (code) DO NOTHING",
    )
    .bind(id)
    .bind(code)
    .bind(new.promise.trim())
    .bind(&new.owner)
    .bind(new.owner_post.as_deref())
    .bind(new.place.as_deref())
    .bind(new.raised.as_ref().map(|subject| subject.kind.as_str()))
    .bind(new.raised.as_ref().map(|subject| subject.id.as_str()))
    .bind(new.made_on.to_string())
    .bind(new.due_on.to_string())
    .bind(op.who.label())
    .execute(tx.conn())
    .await?;
    Ok(inserted.rows_affected() == 1)
}

#[derive(FromRow)]
struct CommitmentRow {
    id: String,
    code: String,
    promise: String,
    owner_org: String,
    owner_post: Option<String>,
    place_code: Option<String>,
    raised_kind: Option<String>,
    raised_id: Option<String>,
    made_on: String,
    due_on: String,
    n_moved: i64,
    state: String,
    settled_on: Option<String>,
}

pub async fn find_commitment(db: &AnyPool, code: &str) -> Result<Option<Commitment>> {
    let row: Option<CommitmentRow> = sqlx::query_as(
        "SELECT id, code, promise, owner_org, owner_post, place_code, raised_kind, raised_id, made_on, due_on, n_moved, state, settled_on
         FROM commitment
         WHERE code = $1",
    )
    .bind(code)
    .fetch_optional(db)
    .await?;
    row.map(commitment).transpose()
}

/// Which promises were made, by an organisation or by all, from a record or from any? The next due first, settled ones last.
pub async fn list_commitments(
    db: &AnyPool,
    owner: Option<&str>,
    raised: Option<&Subject>,
    most: i64,
) -> Result<Vec<Commitment>> {
    let rows: Vec<CommitmentRow> = sqlx::query_as(
        "SELECT id, code, promise, owner_org, owner_post, place_code, raised_kind, raised_id, made_on, due_on, n_moved, state, settled_on
         FROM commitment
         WHERE ($1 IS NULL OR owner_org = $1)
           AND ($2 IS NULL OR (raised_kind = $2 AND raised_id = $3))
         ORDER BY CASE WHEN state = 'open' THEN 0 ELSE 1 END, due_on, id
         LIMIT $4",
    )
    .bind(owner)
    .bind(raised.map(|subject| subject.kind.as_str()))
    .bind(raised.map(|subject| subject.id.as_str()))
    .bind(most)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(commitment).collect()
}

/// Which promises did records of a kind, or one of them, lead to? With the record; the latest made first.
pub async fn list_led_to(
    db: &AnyPool,
    kind: &str,
    id: Option<&str>,
    most: i64,
) -> Result<Vec<(Subject, Commitment)>> {
    #[derive(FromRow)]
    struct LedRow {
        from_id: String,
        #[sqlx(flatten)]
        commitment: CommitmentRow,
    }
    let rows: Vec<LedRow> = sqlx::query_as(
        "SELECT l.from_id, c.id, c.code, c.promise, c.owner_org, c.owner_post, c.place_code, c.raised_kind, c.raised_id, c.made_on,
                c.due_on, c.n_moved, c.state, c.settled_on
         FROM evidence_link l
         JOIN commitment c ON c.id = l.to_id
         WHERE l.from_kind = $1
           AND ($2 IS NULL OR l.from_id = $2)
           AND l.relation = 'led-to'
           AND l.to_kind = 'commitment'
         ORDER BY c.id DESC
         LIMIT $3",
    )
    .bind(kind)
    .bind(id)
    .bind(most)
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| Ok((Subject::new(kind, &row.from_id), commitment(row.commitment)?)))
        .collect()
}

/// Moves the date of an open promise; false when it is settled.
pub async fn move_due(tx: &mut Tx, id: &str, due_on: Date) -> Result<bool> {
    let moved = sqlx::query(
        "UPDATE commitment SET due_on = $2, n_moved = n_moved + 1 WHERE id = $1 AND state = 'open'",
    )
    .bind(id)
    .bind(due_on.to_string())
    .execute(tx.conn())
    .await?;
    Ok(moved.rows_affected() == 1)
}

/// Settles an open promise; false when it is settled already.
pub async fn settle(tx: &mut Tx, id: &str, how: Settled, on: Date) -> Result<bool> {
    let settled =
        sqlx::query("UPDATE commitment SET state = $2, settled_on = $3 WHERE id = $1 AND state = 'open'")
            .bind(id)
            .bind(match how {
                Settled::Kept => "kept",
                Settled::BrokenOff => "broken-off",
            })
            .bind(on.to_string())
            .execute(tx.conn())
            .await?;
    Ok(settled.rows_affected() == 1)
}

fn commitment(row: CommitmentRow) -> Result<Commitment> {
    let day = |text: &str| text.parse::<Date>().map_err(Problem::internal);
    let settled = match (row.state.as_str(), row.settled_on.as_deref()) {
        ("kept", Some(on)) => Some((Settled::Kept, day(on)?)),
        ("broken-off", Some(on)) => Some((Settled::BrokenOff, day(on)?)),
        _ => None,
    };
    Ok(Commitment {
        made_on: day(&row.made_on)?,
        due_on: day(&row.due_on)?,
        raised: row
            .raised_kind
            .zip(row.raised_id)
            .map(|(kind, id)| Subject { kind, id }),
        id: row.id,
        code: row.code,
        promise: row.promise,
        owner: row.owner_org,
        owner_post: row.owner_post,
        place: row.place_code,
        n_moved: row.n_moved,
        settled,
    })
}
