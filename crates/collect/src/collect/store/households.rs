//! SQL of likely duplicates: keys, pairs, proposals, ids that stand for another entity.

use std::collections::HashMap;

use sqlx::{AnyExecutor, AnyPool, FromRow};

use crate::{
    accounts::Reach,
    collect::{
        households::model::{Merge, MergeKind, MergeState, Pair, PairState, Side},
        store::submissions::turns,
    },
    platform::{
        db::Tx,
        problem::{Problem, Result},
        time::Time,
    },
};

/// Marks asked for in one statement.
const MARKS: usize = 16;
/// Most entities that one statement finds.
const MOST_FOUND: i64 = 200;

/// Notes that an entity's keys must be made anew.
pub async fn unkey(tx: &mut Tx, entity_id: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO entity_unkeyed (list_id, entity_id)
         SELECT list_id, id FROM entity WHERE id = $1
         ON CONFLICT DO NOTHING",
    )
    .bind(entity_id)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes that the keys of an entity's children must be made anew: they know a place and a household more.
pub async fn unkey_children(tx: &mut Tx, parent_id: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO entity_unkeyed (list_id, entity_id)
         SELECT list_id, id FROM entity WHERE parent_id = $1 AND deleted_at IS NULL
         ON CONFLICT DO NOTHING",
    )
    .bind(parent_id)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes that the keys of a whole list must be made anew.
pub async fn unkey_list(tx: &mut Tx, list_id: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO entity_unkeyed (list_id, entity_id)
         SELECT list_id, id FROM entity WHERE list_id = $1 AND deleted_at IS NULL
         ON CONFLICT DO NOTHING",
    )
    .bind(list_id)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// By which rules were the keys of a list made?
pub async fn find_rules(db: &AnyPool, list_id: &str) -> Result<Option<String>> {
    Ok(
        sqlx::query_scalar("SELECT rules FROM entity_keying WHERE list_id = $1")
            .bind(list_id)
            .fetch_optional(db)
            .await?,
    )
}

pub async fn set_rules(tx: &mut Tx, list_id: &str, rules: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO entity_keying (list_id, rules) VALUES ($1, $2)
         ON CONFLICT (list_id) DO UPDATE SET rules = excluded.rules",
    )
    .bind(list_id)
    .bind(rules)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Some entities of a list whose keys must be made, the first made first.
pub async fn list_unkeyed(db: &AnyPool, list_id: &str, most: i64) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(
        "SELECT entity_id FROM entity_unkeyed WHERE list_id = $1 ORDER BY entity_id LIMIT $2",
    )
    .bind(list_id)
    .bind(most)
    .fetch_all(db)
    .await?)
}

/// Forgets that an entity's keys must be made.
pub async fn keyed(tx: &mut Tx, list_id: &str, entity_id: &str) -> Result<()> {
    sqlx::query("DELETE FROM entity_unkeyed WHERE list_id = $1 AND entity_id = $2")
        .bind(list_id)
        .bind(entity_id)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Forgets all that is due of a list in which nobody looks for duplicates.
pub async fn forget_unkeyed(tx: &mut Tx, list_id: &str) -> Result<()> {
    sqlx::query("DELETE FROM entity_unkeyed WHERE list_id = $1")
        .bind(list_id)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Gives an entity these keys and no others.
pub async fn set_keys(tx: &mut Tx, list_id: &str, entity_id: &str, marks: &[i64]) -> Result<()> {
    sqlx::query("DELETE FROM entity_key WHERE entity_id = $1")
        .bind(entity_id)
        .execute(tx.conn())
        .await?;
    for mark in marks {
        sqlx::query(
            "INSERT INTO entity_key (list_id, mark, entity_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        )
        .bind(list_id)
        .bind(mark)
        .bind(entity_id)
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// Which entities share the most keys with these, and how many?
pub async fn find_by_marks(
    db: &AnyPool,
    list_id: &str,
    marks: &[i64],
    most: usize,
) -> Result<Vec<(String, i64)>> {
    let mut found: HashMap<String, i64> = HashMap::new();
    for some in marks.chunks(MARKS) {
        let mut query = sqlx::query_as(
            "SELECT entity_id, COUNT(*) AS n
             FROM entity_key
             WHERE list_id = $1
               AND mark IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
             GROUP BY entity_id
             ORDER BY n DESC, entity_id DESC
             LIMIT $18",
        )
        .bind(list_id);
        // What is left of the sixteen asks for the last one again.
        let last = some.last().copied().unwrap_or_default();
        for i in 0..MARKS {
            query = query.bind(some.get(i).copied().unwrap_or(last));
        }
        let rows: Vec<(String, i64)> = query.bind(MOST_FOUND).fetch_all(db).await?;
        for (entity, n) in rows {
            *found.entry(entity).or_default() += n;
        }
    }
    let mut found: Vec<(String, i64)> = found.into_iter().collect();
    found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| b.0.cmp(&a.0)));
    found.truncate(most);
    Ok(found)
}

/// How many entities of a list have keys?
pub async fn count_present(db: &AnyPool, list_id: &str) -> Result<i64> {
    Ok(
        sqlx::query_scalar("SELECT COUNT(*) FROM entity WHERE list_id = $1 AND deleted_at IS NULL")
            .bind(list_id)
            .fetch_one(db)
            .await?,
    )
}

/// A question about pairs: what is selected, and the rest of the statement.
macro_rules! pairs {
    ($rest:literal) => {
        concat!(
            "SELECT p.id, p.list_id, p.one_id, p.other_id, p.percent, p.n_members, p.state, p.decided_by, p.decided_at, p.note,
                    CAST(p.is_asked AS BIGINT) AS is_asked, p.found_at,
                    a.uuid AS one_uuid, a.label AS one_label, a.place_code AS one_place, ap.label AS one_parent,
                    b.uuid AS other_uuid, b.label AS other_label, b.place_code AS other_place, bp.label AS other_parent
             FROM entity_pair p
             JOIN entity a ON a.id = p.one_id
             JOIN entity b ON b.id = p.other_id
             LEFT JOIN entity ap ON ap.id = a.parent_id
             LEFT JOIN entity bp ON bp.id = b.parent_id ",
            $rest
        )
    };
}

#[derive(FromRow)]
struct PairRow {
    id: String,
    list_id: String,
    one_id: String,
    other_id: String,
    percent: i64,
    n_members: i64,
    state: String,
    decided_by: Option<String>,
    decided_at: Option<i64>,
    note: Option<String>,
    is_asked: i64,
    found_at: i64,
    one_uuid: String,
    one_label: String,
    one_place: Option<String>,
    one_parent: Option<String>,
    other_uuid: String,
    other_label: String,
    other_place: Option<String>,
    other_parent: Option<String>,
}

impl From<PairRow> for Pair {
    fn from(row: PairRow) -> Pair {
        Pair {
            id: row.id,
            list_id: row.list_id,
            one: Side {
                id: row.one_id,
                uuid: row.one_uuid,
                label: row.one_label,
                place: row.one_place,
                parent: row.one_parent,
            },
            other: Side {
                id: row.other_id,
                uuid: row.other_uuid,
                label: row.other_label,
                place: row.other_place,
                parent: row.other_parent,
            },
            percent: row.percent,
            n_members: row.n_members,
            state: PairState::parse(&row.state),
            decided_by: row.decided_by,
            decided_at: row.decided_at.map(Time),
            note: row.note,
            is_asked: row.is_asked == 1,
            found_at: Time(row.found_at),
        }
    }
}

pub async fn find_pair<'e>(db: impl AnyExecutor<'e>, id: &str) -> Result<Option<Pair>> {
    let row: Option<PairRow> = sqlx::query_as(pairs!("WHERE p.id = $1"))
        .bind(id)
        .fetch_optional(db)
        .await?;
    Ok(row.map(Pair::from))
}

/// The pairs that an entity is one of, the likeliest first.
pub async fn pairs_of<'e>(db: impl AnyExecutor<'e>, entity_id: &str) -> Result<Vec<Pair>> {
    let rows: Vec<PairRow> = sqlx::query_as(pairs!(
        "WHERE p.one_id = $1 OR p.other_id = $1 ORDER BY p.percent DESC, p.id"
    ))
    .bind(entity_id)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Pair::from).collect())
}

/// Pairs of a list in a state whose first lies where somebody may look, the likeliest first.
pub async fn list_pairs(
    db: &AnyPool,
    list_id: &str,
    state: PairState,
    reach: &Reach,
    with_unplaced: bool,
    skip: i64,
    most: i64,
) -> Result<Vec<Pair>> {
    let mut found: Vec<PairRow> = Vec::new();
    for (nth, (is_everywhere, codes)) in turns(reach).into_iter().enumerate() {
        let mut query = sqlx::query_as(pairs!(
            "WHERE p.list_id = $1 AND p.state = $2
               AND ($3 = 1 OR ($4 = 1 AND a.place_code IS NULL)
                    OR a.place_code IN (SELECT code FROM place_path WHERE ancestor_code IN ($6, $7, $8, $9, $10, $11, $12, $13)))
             ORDER BY p.percent DESC, p.id
             LIMIT $5"
        ))
        .bind(list_id)
        .bind(state.as_str())
        .bind(is_everywhere)
        .bind(i64::from(with_unplaced && nth == 0))
        .bind(skip + most);
        for code in codes {
            query = query.bind(code);
        }
        found.extend(query.fetch_all(db).await?);
    }
    found.sort_by(|a, b| b.percent.cmp(&a.percent).then_with(|| a.id.cmp(&b.id)));
    let skip = usize::try_from(skip).unwrap_or(usize::MAX);
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    Ok(found.into_iter().skip(skip).take(most).map(Pair::from).collect())
}

/// How many pairs of a list are in each state?
pub async fn count_pairs(
    db: &AnyPool,
    list_id: &str,
    reach: &Reach,
    with_unplaced: bool,
) -> Result<Vec<(PairState, i64)>> {
    let mut counts: Vec<(PairState, i64)> = Vec::new();
    for (nth, (is_everywhere, codes)) in turns(reach).into_iter().enumerate() {
        let mut query = sqlx::query_as(
            "SELECT p.state, COUNT(*)
             FROM entity_pair p JOIN entity a ON a.id = p.one_id
             WHERE p.list_id = $1
               AND ($2 = 1 OR ($3 = 1 AND a.place_code IS NULL)
                    OR a.place_code IN (SELECT code FROM place_path WHERE ancestor_code IN ($4, $5, $6, $7, $8, $9, $10, $11)))
             GROUP BY p.state",
        )
        .bind(list_id)
        .bind(is_everywhere)
        .bind(i64::from(with_unplaced && nth == 0));
        for code in codes {
            query = query.bind(code);
        }
        let rows: Vec<(String, i64)> = query.fetch_all(db).await?;
        for (state, n) in rows {
            let state = PairState::parse(&state);
            match counts.iter_mut().find(|(known, _)| *known == state) {
                Some((_, sum)) => *sum += n,
                None => counts.push((state, n)),
            }
        }
    }
    Ok(counts)
}

/// A pair that was found.
pub struct Found<'a> {
    pub id: &'a str,
    pub list_id: &'a str,
    pub one_id: &'a str,
    pub other_id: &'a str,
    pub percent: i64,
    pub n_members: i64,
    pub is_asked: bool,
    /// `open`, or `different` where whoever filed said so and it is not all too likely.
    pub state: PairState,
    pub at: Time,
}

/// Keeps a pair that is likely; what people said of it stays.
pub async fn save_pair(tx: &mut Tx, found: &Found<'_>) -> Result<bool> {
    let known: Option<(i64, i64)> = sqlx::query_as(
        "SELECT percent, n_members
         FROM entity_pair
         WHERE one_id = $1 AND other_id = $2 AND state <> 'gone'",
    )
    .bind(found.one_id)
    .bind(found.other_id)
    .fetch_optional(tx.conn())
    .await?;
    sqlx::query(
        "INSERT INTO entity_pair (id, list_id, one_id, other_id, percent, n_members, state, is_asked, found_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (one_id, other_id) DO UPDATE
         SET percent = excluded.percent, n_members = excluded.n_members,
             state = CASE WHEN entity_pair.state = 'gone' THEN excluded.state ELSE entity_pair.state END",
    )
    .bind(found.id)
    .bind(found.list_id)
    .bind(found.one_id)
    .bind(found.other_id)
    .bind(found.percent)
    .bind(found.n_members)
    .bind(found.state.as_str())
    .bind(i32::from(found.is_asked))
    .bind(found.at.0)
    .execute(tx.conn())
    .await?;
    Ok(known != Some((found.percent, found.n_members)))
}

/// Moves a pair to another state when it is still in the one expected; false when somebody was faster.
pub async fn move_pair(tx: &mut Tx, id: &str, from: PairState, to: PairState) -> Result<bool> {
    let updated = sqlx::query("UPDATE entity_pair SET state = $3 WHERE id = $1 AND state = $2")
        .bind(id)
        .bind(from.as_str())
        .bind(to.as_str())
        .execute(tx.conn())
        .await?;
    Ok(updated.rows_affected() == 1)
}

/// Notes what somebody said of a pair by themselves; false when it moved meanwhile.
pub async fn decide_pair(
    tx: &mut Tx,
    pair: &Pair,
    to: PairState,
    by: &str,
    note: &str,
    at: Time,
) -> Result<bool> {
    let updated = sqlx::query(
        "UPDATE entity_pair SET state = $3, decided_by = $4, note = $5, decided_at = $6 WHERE id = $1 AND state = $2",
    )
    .bind(&pair.id)
    .bind(pair.state.as_str())
    .bind(to.as_str())
    .bind(by)
    .bind(note)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(updated.rows_affected() == 1)
}

/// Puts away every other pair and proposal of an entity that is no longer there.
pub async fn overtake(tx: &mut Tx, entity_id: &str, pair_id: &str, at: Time) -> Result<()> {
    sqlx::query(
        "UPDATE entity_merge SET state = 'overtaken', decided_at = $3
         WHERE state = 'proposed'
           AND pair_id IN (SELECT id FROM entity_pair WHERE (one_id = $1 OR other_id = $1) AND id <> $2)",
    )
    .bind(entity_id)
    .bind(pair_id)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    sqlx::query(
        "UPDATE entity_pair SET state = 'gone'
         WHERE (one_id = $1 OR other_id = $1) AND id <> $2 AND state IN ('open', 'unsure', 'proposed')",
    )
    .bind(entity_id)
    .bind(pair_id)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Which households have members that are likely members of this one, by pairs that nobody told apart, and how many?
pub async fn sharing(db: &AnyPool, household_id: &str) -> Result<Vec<(String, i64)>> {
    Ok(sqlx::query_as(
        "SELECT household, COUNT(*)
         FROM (SELECT b.parent_id AS household
               FROM entity a
               JOIN entity_pair p ON p.one_id = a.id
               JOIN entity b ON b.id = p.other_id
               WHERE a.parent_id = $1 AND b.parent_id <> $1 AND p.state IN ('open', 'unsure', 'proposed')
               UNION ALL
               SELECT b.parent_id AS household
               FROM entity a
               JOIN entity_pair p ON p.other_id = a.id
               JOIN entity b ON b.id = p.one_id
               WHERE a.parent_id = $1 AND b.parent_id <> $1 AND p.state IN ('open', 'unsure', 'proposed')) AS shared
         GROUP BY household
         ORDER BY household",
    )
    .bind(household_id)
    .fetch_all(db)
    .await?)
}

/// A question about proposals: what is selected, and the rest of the statement.
macro_rules! merges {
    ($rest:literal) => {
        concat!(
            "SELECT m.id, m.pair_id, m.kind, m.state, m.survivor_id, m.merged_id, m.survivor_version, m.merged_version, m.given, m.undo,
                    m.why, m.proposed_by, m.proposed_at, m.decided_by, m.decided_at, m.decided_why,
                    proposer.name AS proposer, decider.name AS decider
             FROM entity_merge m
             LEFT JOIN user_account proposer ON proposer.id = m.proposed_by
             LEFT JOIN user_account decider ON decider.id = m.decided_by ",
            $rest
        )
    };
}

#[derive(FromRow)]
struct MergeRow {
    id: String,
    pair_id: String,
    kind: String,
    state: String,
    survivor_id: String,
    merged_id: String,
    survivor_version: i64,
    merged_version: i64,
    given: String,
    undo: Option<String>,
    why: String,
    proposed_by: String,
    proposed_at: i64,
    decided_by: Option<String>,
    decided_at: Option<i64>,
    decided_why: Option<String>,
    proposer: Option<String>,
    decider: Option<String>,
}

impl From<MergeRow> for Merge {
    fn from(row: MergeRow) -> Merge {
        Merge {
            id: row.id,
            pair_id: row.pair_id,
            kind: MergeKind::parse(&row.kind),
            state: MergeState::parse(&row.state),
            survivor_id: row.survivor_id,
            merged_id: row.merged_id,
            survivor_version: row.survivor_version,
            merged_version: row.merged_version,
            given: serde_json::from_str(&row.given).unwrap_or_default(),
            undo: row.undo.and_then(|undo| serde_json::from_str(&undo).ok()),
            why: row.why,
            proposed_by: row.proposed_by,
            proposed_at: Time(row.proposed_at),
            decided_by: row.decided_by,
            decided_at: row.decided_at.map(Time),
            decided_why: row.decided_why,
            proposer: row.proposer.unwrap_or_default(),
            decider: row.decider,
        }
    }
}

/// Every proposal about a pair, the first first.
pub async fn merges_of_pair<'e>(db: impl AnyExecutor<'e>, pair_id: &str) -> Result<Vec<Merge>> {
    let rows: Vec<MergeRow> = sqlx::query_as(merges!("WHERE m.pair_id = $1 ORDER BY m.id"))
        .bind(pair_id)
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(Merge::from).collect())
}

/// Confirmed merges and partings that an entity was part of, the first first.
pub async fn merges_of_entity(db: &AnyPool, entity_id: &str) -> Result<Vec<Merge>> {
    let rows: Vec<MergeRow> = sqlx::query_as(merges!(
        "WHERE m.state = 'confirmed' AND (m.survivor_id = $1 OR m.merged_id = $1) ORDER BY m.decided_at, m.id"
    ))
    .bind(entity_id)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Merge::from).collect())
}

/// Keeps a proposal; false when the pair has one already.
pub async fn insert_merge(tx: &mut Tx, merge: &Merge) -> Result<bool> {
    let inserted = sqlx::query(
        "INSERT INTO entity_merge (id, pair_id, kind, state, survivor_id, merged_id, survivor_version, merged_version, given, why,
                                   proposed_by, proposed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT DO NOTHING",
    )
    .bind(&merge.id)
    .bind(&merge.pair_id)
    .bind(merge.kind.as_str())
    .bind(merge.state.as_str())
    .bind(&merge.survivor_id)
    .bind(&merge.merged_id)
    .bind(merge.survivor_version)
    .bind(merge.merged_version)
    .bind(serde_json::to_string(&merge.given).map_err(Problem::internal)?)
    .bind(&merge.why)
    .bind(&merge.proposed_by)
    .bind(merge.proposed_at.0)
    .execute(tx.conn())
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Settles a proposal; false when somebody else settled it first.
pub async fn settle_merge(
    tx: &mut Tx,
    id: &str,
    to: MergeState,
    by: &str,
    why: &str,
    at: Time,
) -> Result<bool> {
    let updated = sqlx::query(
        "UPDATE entity_merge SET state = $2, decided_by = $3, decided_why = $4, decided_at = $5
         WHERE id = $1 AND state = 'proposed'",
    )
    .bind(id)
    .bind(to.as_str())
    .bind(by)
    .bind(why)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(updated.rows_affected() == 1)
}

/// Keeps what a merge changed, and the survivor's version it made.
pub async fn set_undo(tx: &mut Tx, id: &str, undo: &str, survivor_version: i64) -> Result<()> {
    sqlx::query("UPDATE entity_merge SET undo = $2, survivor_version = $3 WHERE id = $1")
        .bind(id)
        .bind(undo)
        .bind(survivor_version)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Holds an entity until the transaction ends; false when it is not there in this version any more.
pub async fn hold(tx: &mut Tx, entity_id: &str, version: i64) -> Result<bool> {
    let held = sqlx::query(
        "UPDATE entity SET version = version WHERE id = $1 AND version = $2 AND deleted_at IS NULL",
    )
    .bind(entity_id)
    .bind(version)
    .execute(tx.conn())
    .await?;
    Ok(held.rows_affected() == 1)
}

/// For which entity that is there does an id of a list stand, and since which of its versions? `None` for the id of one that is there.
pub async fn find_standing<'e>(
    db: impl AnyExecutor<'e>,
    list_id: &str,
    uuid: &str,
) -> Result<Option<(String, i64)>> {
    // Whoever it was merged into may have been merged since; rings are refused when a merge is made, and the depth ends them anyway.
    Ok(sqlx::query_as(
        "WITH RECURSIVE line (entity_id, since_version, depth) AS (
             SELECT a.entity_id, a.since_version, 1
             FROM entity_alias a
             WHERE a.list_id = $1 AND a.uuid = $2
             UNION ALL
             SELECT a.entity_id, a.since_version, line.depth + 1
             FROM line
             JOIN entity e ON e.id = line.entity_id
             JOIN entity_alias a ON a.list_id = e.list_id AND a.uuid = e.uuid
             WHERE e.deleted_at IS NOT NULL AND line.depth < 64)
         SELECT line.entity_id, line.since_version
         FROM line
         JOIN entity e ON e.id = line.entity_id
         WHERE e.deleted_at IS NULL
         ORDER BY line.depth
         LIMIT 1",
    )
    .bind(list_id)
    .bind(uuid)
    .fetch_optional(db)
    .await?)
}

/// In which list of a project does an id stand for an entity?
pub async fn find_list_of_alias<'e>(
    db: impl AnyExecutor<'e>,
    project_id: i64,
    uuid: &str,
) -> Result<Option<String>> {
    Ok(sqlx::query_scalar(
        "SELECT a.list_id
         FROM entity_alias a JOIN entity_list l ON l.id = a.list_id
         WHERE a.uuid = $2 AND l.project_id = $1 AND l.deleted_at IS NULL
         ORDER BY a.list_id
         LIMIT 1",
    )
    .bind(project_id)
    .bind(uuid)
    .fetch_optional(db)
    .await?)
}

/// An id that will stand for another entity.
pub struct NewAlias<'a> {
    pub list_id: &'a str,
    pub uuid: &'a str,
    pub entity_id: &'a str,
    pub since_version: i64,
    pub merge_id: Option<&'a str>,
    pub said_by: Option<&'a str>,
    pub at: Time,
}

/// Lets an id stand for an entity; whoever says it again says the newer.
pub async fn insert_alias(tx: &mut Tx, new: &NewAlias<'_>) -> Result<()> {
    sqlx::query(
        "INSERT INTO entity_alias (list_id, uuid, entity_id, since_version, merge_id, said_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (list_id, uuid) DO UPDATE
         SET entity_id = excluded.entity_id, since_version = excluded.since_version, merge_id = excluded.merge_id,
             said_by = excluded.said_by, created_at = excluded.created_at",
    )
    .bind(new.list_id)
    .bind(new.uuid)
    .bind(new.entity_id)
    .bind(new.since_version)
    .bind(new.merge_id)
    .bind(new.said_by)
    .bind(new.at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn delete_alias(tx: &mut Tx, list_id: &str, uuid: &str) -> Result<bool> {
    let deleted = sqlx::query("DELETE FROM entity_alias WHERE list_id = $1 AND uuid = $2")
        .bind(list_id)
        .bind(uuid)
        .execute(tx.conn())
        .await?;
    Ok(deleted.rows_affected() == 1)
}

/// Notes that whoever files says that what they file is not this entity.
pub async fn insert_apart(
    tx: &mut Tx,
    list_id: &str,
    uuid: &str,
    entity_id: &str,
    by: Option<&str>,
    at: Time,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO entity_apart (list_id, uuid, entity_id, said_by, created_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING",
    )
    .bind(list_id)
    .bind(uuid)
    .bind(entity_id)
    .bind(by)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes back what was said about an id while its form was being filled.
pub async fn forget_said(tx: &mut Tx, list_id: &str, uuid: &str) -> Result<()> {
    sqlx::query("DELETE FROM entity_apart WHERE list_id = $1 AND uuid = $2")
        .bind(list_id)
        .bind(uuid)
        .execute(tx.conn())
        .await?;
    sqlx::query("DELETE FROM entity_alias WHERE list_id = $1 AND uuid = $2 AND merge_id IS NULL")
        .bind(list_id)
        .bind(uuid)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// From which entities was the one of this id told apart by whoever filed it, and by whom?
pub async fn list_apart(db: &AnyPool, list_id: &str, uuid: &str) -> Result<Vec<(String, Option<String>)>> {
    Ok(
        sqlx::query_as("SELECT entity_id, said_by FROM entity_apart WHERE list_id = $1 AND uuid = $2")
            .bind(list_id)
            .bind(uuid)
            .fetch_all(db)
            .await?,
    )
}

/// What are these accounts called?
pub async fn names(db: &AnyPool, accounts: &[String]) -> Result<HashMap<String, String>> {
    let mut names = HashMap::new();
    for some in accounts.chunks(8) {
        let mut query =
            sqlx::query_as("SELECT id, name FROM user_account WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8)");
        for i in 0..8 {
            query = query.bind(some.get(i).map_or("", String::as_str));
        }
        let rows: Vec<(String, String)> = query.fetch_all(db).await?;
        names.extend(rows);
    }
    Ok(names)
}

/// Entities that were said to be children of one by its id, now or once.
pub async fn ever_children(
    db: &AnyPool,
    project_id: i64,
    parent_uuid: &str,
    most: i64,
) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(
        "SELECT DISTINCT v.entity_id
         FROM entity_version v
         JOIN entity e ON e.id = v.entity_id
         JOIN entity_list l ON l.id = e.list_id
         WHERE v.parent_uuid = $2 AND l.project_id = $1
         ORDER BY v.entity_id
         LIMIT $3",
    )
    .bind(project_id)
    .bind(parent_uuid)
    .bind(most)
    .fetch_all(db)
    .await?)
}
