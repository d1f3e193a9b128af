//! SQL on what readers of data bring, and on whom the catalogue has told of what.

use sqlx::{AnyPool, AssertSqlSafe, FromRow};

use crate::{
    catalog::contributions::model::{Contribution, Kind, ServiceRequest, State},
    platform::{
        db::Tx,
        problem::{Problem, Result},
        time::Time,
    },
};

/// A question about contributions: what is selected, and the rest of the statement.
macro_rules! contributions {
    ($rest:literal) => {
        concat!(
            "SELECT id, code, kind, dataset_id, title, text, url, name, theme, place_code, lang, state, answer, n_support, sent_at,
                    decided_at, is_question, request_state, request_code
             FROM contribution ",
            $rest
        )
    };
}

#[derive(FromRow)]
struct Row {
    id: String,
    code: String,
    kind: String,
    dataset_id: Option<String>,
    title: String,
    text: String,
    url: String,
    name: String,
    theme: String,
    place_code: Option<String>,
    lang: String,
    state: String,
    answer: String,
    n_support: i64,
    sent_at: i64,
    decided_at: Option<i64>,
    is_question: i16,
    request_state: String,
    request_code: String,
}

impl Row {
    fn read(self) -> Result<Contribution> {
        let unknown = |what: &str| Problem::internal(anyhow::anyhow!("a contribution of unknown {what}"));
        Ok(Contribution {
            request: ServiceRequest::parse(&self.request_state, &self.request_code),
            is_question: self.is_question == 1,
            kind: Kind::parse(&self.kind).ok_or_else(|| unknown("kind"))?,
            state: State::parse(&self.state).ok_or_else(|| unknown("state"))?,
            id: self.id,
            code: self.code,
            dataset_id: self.dataset_id,
            title: self.title,
            text: self.text,
            url: self.url,
            name: self.name,
            theme: self.theme,
            place: self.place_code,
            lang: self.lang,
            answer: self.answer,
            n_support: self.n_support,
            sent_at: Time(self.sent_at),
            decided_at: self.decided_at.map(Time),
        })
    }
}

/// Adds a contribution, unless its code is taken.
pub async fn insert(tx: &mut Tx, new: &Contribution) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO contribution (id, code, kind, dataset_id, title, text, url, name, theme, place_code, lang, state, answer,
                                   n_support, sent_at, decided_at, is_question)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
         ON CONFLICT DO NOTHING",
    )
    .bind(&new.id)
    .bind(&new.code)
    .bind(new.kind.as_str())
    .bind(new.dataset_id.as_deref())
    .bind(&new.title)
    .bind(&new.text)
    .bind(&new.url)
    .bind(&new.name)
    .bind(&new.theme)
    .bind(new.place.as_deref())
    .bind(&new.lang)
    .bind(new.state.as_str())
    .bind(&new.answer)
    .bind(new.n_support)
    .bind(new.sent_at.0)
    .bind(new.decided_at.map(|at| at.0))
    .bind(i16::from(new.is_question))
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Which contribution has this code?
pub async fn find(pool: &AnyPool, code: &str) -> Result<Option<Contribution>> {
    let row: Option<Row> = sqlx::query_as(contributions!("WHERE code = $1"))
        .bind(code)
        .fetch_optional(pool)
        .await?;
    row.map(Row::read).transpose()
}

/// Lists contributions of a kind, or of all; in a state, or in any; about a dataset, or about any; the newest first.
pub async fn list(
    pool: &AnyPool,
    kind: Option<Kind>,
    state: Option<State>,
    dataset: Option<&str>,
    most: i64,
) -> Result<Vec<Contribution>> {
    let rows: Vec<Row> = sqlx::query_as(contributions!(
        "WHERE ($1 IS NULL OR kind = $1)
           AND ($2 IS NULL OR state = $2)
           AND ($3 IS NULL OR dataset_id = $3)
         ORDER BY sent_at DESC, id DESC
         LIMIT $4"
    ))
    .bind(kind.map(Kind::as_str))
    .bind(state.map(State::as_str))
    .bind(dataset)
    .bind(most)
    .fetch_all(pool)
    .await?;
    rows.into_iter().map(Row::read).collect()
}

/// A contribution in the list of the desk: what says whose it is and where it stands in the list, and none of its words.
#[derive(Debug, Clone, FromRow)]
pub struct DeskRow {
    pub id: String,
    pub dataset_id: Option<String>,
    pub place_code: Option<String>,
    pub state: String,
    pub sent_at: i64,
}

/// Lists contributions for the desk, of a kind or of all, in a state or in any: those that wait first, the longest waiting first of all;
/// then the newest.
pub async fn list_desk(pool: &AnyPool, kind: Option<Kind>, state: Option<State>) -> Result<Vec<DeskRow>> {
    Ok(sqlx::query_as(
        "SELECT id, dataset_id, place_code, state, sent_at
         FROM contribution
         WHERE ($1 IS NULL OR kind = $1)
           AND ($2 IS NULL OR state = $2)
         ORDER BY CASE WHEN state = 'waiting' THEN 0 ELSE 1 END, CASE WHEN state = 'waiting' THEN sent_at ELSE -sent_at END, id",
    )
    .bind(kind.map(Kind::as_str))
    .bind(state.map(State::as_str))
    .fetch_all(pool)
    .await?)
}

/// Which contributions have these ids? In any order.
pub async fn find_many(pool: &AnyPool, ids: &[&str]) -> Result<Vec<Contribution>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let each: Vec<String> = (1..=ids.len()).map(|at| format!("${at}")).collect();
    let sql = format!("{} ({})", contributions!("WHERE id IN"), each.join(", "));
    let mut query = sqlx::query_as::<_, Row>(AssertSqlSafe(sql));
    for id in ids {
        query = query.bind(*id);
    }
    let rows = query.fetch_all(pool).await?;
    rows.into_iter().map(Row::read).collect()
}

/// Which contribution has this id?
pub async fn find_by_id(pool: &AnyPool, id: &str) -> Result<Option<Contribution>> {
    let row: Option<Row> = sqlx::query_as(contributions!("WHERE id = $1"))
        .bind(id)
        .fetch_optional(pool)
        .await?;
    row.map(Row::read).transpose()
}

/// Lists contributions that became service requests: those that are not closed first, then the newest.
pub async fn list_filed(pool: &AnyPool, most: i64) -> Result<Vec<Contribution>> {
    let rows: Vec<Row> = sqlx::query_as(contributions!(
        "WHERE request_code <> ''
         ORDER BY CASE WHEN request_state = 'closed' THEN 1 ELSE 0 END, sent_at DESC, id DESC
         LIMIT $1"
    ))
    .bind(most)
    .fetch_all(pool)
    .await?;
    rows.into_iter().map(Row::read).collect()
}

/// Whose data contributions are about.
#[derive(Debug, Clone, FromRow)]
pub struct OwnerRow {
    pub dataset_id: String,
    pub organisation: Option<String>,
    pub place_code: Option<String>,
}

/// Lists the organisation and the place of one dataset that contributions are about, or of all.
pub async fn list_owners(pool: &AnyPool, dataset: Option<&str>) -> Result<Vec<OwnerRow>> {
    Ok(sqlx::query_as(
        "SELECT d.id AS dataset_id, d.organisation, d.place_code
         FROM dataset d
         WHERE d.id IN (SELECT c.dataset_id FROM contribution c WHERE c.dataset_id IS NOT NULL AND ($1 IS NULL OR c.dataset_id = $1))",
    )
    .bind(dataset)
    .fetch_all(pool)
    .await?)
}

/// Notes that a contribution is to become a service request, and shows it; tells whether it still stood as it was read.
pub async fn ask_request(tx: &mut Tx, before: &Contribution, at: Time) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE contribution
         SET state = 'shown', request_state = 'asked', decided_at = $4
         WHERE id = $1
           AND state = $2
           AND request_state = $3",
    )
    .bind(&before.id)
    .bind(before.state.as_str())
    .bind(before.request.as_ref().map_or("", ServiceRequest::as_str))
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes what became of the service request of a contribution that still stands as it was read; tells whether it did.
pub async fn put_request(tx: &mut Tx, before: &Contribution, request: &ServiceRequest) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE contribution
         SET request_state = $3, request_code = $4
         WHERE id = $1
           AND request_state = $2",
    )
    .bind(&before.id)
    .bind(before.request.as_ref().map_or("", ServiceRequest::as_str))
    .bind(request.as_str())
    .bind(request.code())
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How many contributions of each kind has nobody looked at?
pub async fn count_waiting(pool: &AnyPool) -> Result<Vec<(String, i64)>> {
    Ok(sqlx::query_as(
        "SELECT kind, CAST(COUNT(*) AS BIGINT)
         FROM contribution
         WHERE state = 'waiting'
         GROUP BY kind
         ORDER BY kind",
    )
    .fetch_all(pool)
    .await?)
}

/// Changes the state of a contribution that still stands as it was read; tells whether it did.
pub async fn decide(
    tx: &mut Tx,
    before: &Contribution,
    to: State,
    answer: &str,
    dataset: Option<&str>,
    at: Time,
) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE contribution
         SET state = $3, answer = $4, dataset_id = $5, decided_at = $6
         WHERE id = $1
           AND state = $2",
    )
    .bind(&before.id)
    .bind(before.state.as_str())
    .bind(to.as_str())
    .bind(answer)
    .bind(dataset.or(before.dataset_id.as_deref()))
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Counts one more who needs it too.
pub async fn support(tx: &mut Tx, id: &str) -> Result<()> {
    sqlx::query("UPDATE contribution SET n_support = n_support + 1 WHERE id = $1")
        .bind(id)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// A dataset that changed since its followers were told.
#[derive(Debug, Clone, FromRow)]
pub struct News {
    pub id: String,
    pub slug: String,
    pub title: String,
    pub organisation: Option<String>,
    pub is_open: i16,
    pub state: String,
    /// What else is said of it, as JSON.
    pub details: String,
    /// When it changed last, or one of its tables' versions was said to be deprecated, whichever was later.
    pub changed_at: i64,
    /// The change that was told last; none for a dataset that nobody was told of.
    pub told: Option<i64>,
    /// How it stood then, as in `dataset_told.standing`.
    pub told_standing: Option<String>,
}

/// Lists datasets that changed since their followers were told, or of whose tables a version was deprecated since, and public ones that
/// nobody was told of; of those that were told of since an instant only what went away since.
pub async fn list_news(pool: &AnyPool, told_before: Time, most: i64) -> Result<Vec<News>> {
    Ok(sqlx::query_as(
        "SELECT d.id, d.slug, d.title, d.organisation, d.is_open, d.state, d.details, d.changed_at, t.changed_at AS told,
                t.standing AS told_standing
         FROM (SELECT e.id, e.slug, e.title, e.organisation, e.is_open, e.state, e.details,
                      CASE WHEN COALESCE(v.deprecated_at, 0) > e.changed_at THEN v.deprecated_at ELSE e.changed_at END AS changed_at
               FROM dataset e
               LEFT JOIN (SELECT r.dataset_slug, CAST(MAX(s.standing_at) AS BIGINT) AS deprecated_at
                          FROM shown_version s
                          JOIN resource r ON r.id = s.resource_id
                          WHERE s.standing = 'deprecated'
                            AND r.state = 'active'
                          GROUP BY r.dataset_slug) v ON v.dataset_slug = e.slug) d
         LEFT JOIN dataset_told t ON t.dataset_id = d.id
         WHERE (t.dataset_id IS NULL AND d.state = 'active' AND d.is_open = 1)
            OR (t.changed_at < d.changed_at AND t.told_at <= $1)
            OR (t.changed_at < d.changed_at AND t.standing IN ('open', 'deprecated') AND (d.state <> 'active' OR d.is_open = 0))
         ORDER BY d.changed_at, d.id
         LIMIT $2",
    )
    .bind(told_before.0)
    .bind(most)
    .fetch_all(pool)
    .await?)
}

/// Notes that the followers of a dataset were told of a change, and how the dataset stood with it.
pub async fn put_told(tx: &mut Tx, dataset: &str, changed_at: i64, standing: &str, at: Time) -> Result<()> {
    sqlx::query(
        "INSERT INTO dataset_told (dataset_id, changed_at, told_at, standing)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (dataset_id) DO UPDATE SET changed_at = excluded.changed_at, told_at = excluded.told_at,
             standing = excluded.standing",
    )
    .bind(dataset)
    .bind(changed_at)
    .bind(at.0)
    .bind(standing)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes that an address is asked whether it wants to be told, or that a caller did something, `caller/…`; tells whether that was not so
/// since an instant.
///
/// What was noted before that stays, under its time: each counts against what one address is asked.
pub async fn note_asked(tx: &mut Tx, mark: &str, about: &str, at: Time, since: Time) -> Result<bool> {
    sqlx::query(
        "UPDATE follow_asked
         SET about = about || ' ' || CAST(asked_at AS TEXT)
         WHERE mark = $1 AND about = $2 AND asked_at < $3",
    )
    .bind(mark)
    .bind(about)
    .bind(since.0)
    .execute(tx.conn())
    .await?;
    let done = sqlx::query(
        "INSERT INTO follow_asked (mark, about, asked_at)
         VALUES ($1, $2, $3)
         ON CONFLICT (mark, about) DO NOTHING",
    )
    .bind(mark)
    .bind(about)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How often was an address asked, or did a caller do something, since an instant?
pub async fn count_asked(tx: &mut Tx, mark: &str, since: Time) -> Result<i64> {
    Ok(sqlx::query_scalar(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM follow_asked WHERE mark = $1 AND asked_at >= $2",
    )
    .bind(mark)
    .bind(since.0)
    .fetch_one(tx.conn())
    .await?)
}

/// Forgets who was asked before an instant, and what callers did before another.
pub async fn forget_asked(tx: &mut Tx, before: Time, callers_before: Time) -> Result<()> {
    sqlx::query("DELETE FROM follow_asked WHERE asked_at < $1 OR (asked_at < $2 AND about LIKE 'caller/%')")
        .bind(before.0)
        .bind(callers_before.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}
