//! SQL of what everybody sees: facts to count by, read once and then as they change, and the rows a page shows.

use futures::TryStreamExt;
use sqlx::{AnyPool, FromRow};

use crate::{
    platform::{
        db::Tx,
        problem::{Problem, Result},
        time::Time,
    },
    requests::model::{
        clock::Light,
        request::{Channel, CloseKind, Kind},
    },
};

/// Rows that one statement looks up.
const MOST_AT_ONCE: usize = 50;

/// What of a request is counted; the whole of it is read where it is shown.
#[derive(FromRow)]
pub struct Facts {
    pub id: String,
    pub service_code: String,
    pub agency_code: Option<String>,
    pub place_code: Option<String>,
    pub kind: String,
    pub privacy: String,
    pub state: String,
    pub state_at: i64,
    pub close_kind: Option<String>,
    pub opened_at: i64,
    pub clock_from_at: i64,
    pub yellow_at: Option<i64>,
    pub red_at: Option<i64>,
    pub stopped_at: Option<i64>,
    pub answered_at: Option<i64>,
    pub is_located: i64,
    pub n_reopened: i64,
    pub touched_at: i64,
}

/// What is there to be counted? Every request, in no order, each given to `each`.
pub async fn read_all(db: &AnyPool, mut each: impl FnMut(Facts)) -> Result<()> {
    let mut rows = sqlx::query_as::<_, Facts>(
        "SELECT id, service_code, agency_code, place_code, kind, privacy, state, state_at, close_kind, opened_at, clock_from_at,
                yellow_at, red_at, stopped_at, answered_at, CAST(CASE WHEN lat IS NULL THEN 0 ELSE 1 END AS BIGINT) AS is_located,
                n_reopened, touched_at
         FROM service_request",
    )
    .fetch(db);
    while let Some(facts) = rows.try_next().await? {
        each(facts);
    }
    Ok(())
}

/// What was filed or changed by somebody since a moment?
pub async fn list_touched(db: &AnyPool, since: i64) -> Result<Vec<Facts>> {
    Ok(sqlx::query_as(
        "SELECT id, service_code, agency_code, place_code, kind, privacy, state, state_at, close_kind, opened_at, clock_from_at,
                yellow_at, red_at, stopped_at, answered_at, CAST(CASE WHEN lat IS NULL THEN 0 ELSE 1 END AS BIGINT) AS is_located,
                n_reopened, touched_at
         FROM service_request
         WHERE touched_at >= $1",
    )
    .bind(since)
    .fetch_all(db)
    .await?)
}

/// Which were filed or changed since a moment, and when?
pub async fn list_touched_ids(db: &AnyPool, since: i64) -> Result<Vec<(String, i64)>> {
    Ok(
        sqlx::query_as("SELECT id, touched_at FROM service_request WHERE touched_at >= $1")
            .bind(since)
            .fetch_all(db)
            .await?,
    )
}

/// When was the last one filed or changed? Zero when that was before anybody noted it.
pub async fn last_touched(db: &AnyPool) -> Result<i64> {
    let (last,): (Option<i64>,) = sqlx::query_as("SELECT MAX(touched_at) FROM service_request")
        .fetch_one(db)
        .await?;
    Ok(last.unwrap_or(0))
}

/// How many requests were filed or changed since a moment, and how long after it in all? One of both differs as soon as anything
/// changes; the index alone says so.
pub async fn count_touched(db: &AnyPool, since: i64) -> Result<(i64, i64)> {
    Ok(sqlx::query_as(
        "SELECT COUNT(*), CAST(COALESCE(SUM(touched_at - $1), 0) AS BIGINT)
         FROM service_request
         WHERE touched_at >= $1",
    )
    .bind(since)
    .fetch_one(db)
    .await?)
}

/// A closing that did not last.
#[derive(FromRow)]
pub struct Undone {
    pub request_id: String,
    pub closed_at: i64,
    pub reopened_at: i64,
}

/// Which closings were undone, each request's oldest first?
pub async fn list_undone(db: &AnyPool) -> Result<Vec<Undone>> {
    Ok(sqlx::query_as(
        "SELECT request_id, closed_at, reopened_at
         FROM request_closing
         WHERE reopened_at IS NOT NULL
         ORDER BY request_id, n",
    )
    .fetch_all(db)
    .await?)
}

/// Which closings of one request were undone, oldest first?
pub async fn list_undone_of(db: &AnyPool, request_id: &str) -> Result<Vec<Undone>> {
    Ok(sqlx::query_as(
        "SELECT request_id, closed_at, reopened_at
         FROM request_closing
         WHERE request_id = $1
           AND reopened_at IS NOT NULL
         ORDER BY n",
    )
    .bind(request_id)
    .fetch_all(db)
    .await?)
}

/// When a light turned: the request, the instant, `yellow` or `red`.
pub type Turned = (String, i64, String);

/// When did the lights turn of requests that were reopened, each request's oldest first?
pub async fn list_lights_of_undone(db: &AnyPool) -> Result<Vec<Turned>> {
    Ok(sqlx::query_as(
        "SELECT request_id, at, light
         FROM request_turn
         WHERE light IS NOT NULL
           AND request_id IN (SELECT request_id FROM request_closing WHERE reopened_at IS NOT NULL)
         ORDER BY request_id, at",
    )
    .fetch_all(db)
    .await?)
}

/// When did the lights of one request turn, oldest first?
pub async fn list_lights_of(db: &AnyPool, request_id: &str) -> Result<Vec<Turned>> {
    Ok(sqlx::query_as(
        "SELECT request_id, at, light
         FROM request_turn
         WHERE request_id = $1
           AND light IS NOT NULL
         ORDER BY at",
    )
    .bind(request_id)
    .fetch_all(db)
    .await?)
}

/// A request as everybody may read it; the text is not masked yet.
pub struct Listed {
    pub id: String,
    pub code: String,
    pub service: String,
    pub profile: String,
    pub agency: Option<String>,
    pub place: Option<String>,
    pub kind: Kind,
    pub channel: Channel,
    pub lang: String,
    /// One of `State::CODES`.
    pub state: String,
    pub closed: Option<(Time, CloseKind)>,
    pub opened_at: Time,
    pub yellow_at: Option<Time>,
    pub red_at: Option<Time>,
    pub stopped_at: Option<Time>,
    pub verified_at: Option<Time>,
    pub answered_at: Option<Time>,
    pub finish_by: Option<Time>,
    pub text: String,
    /// Latitude and longitude in millionths of a degree.
    pub position: Option<(i64, i64)>,
    pub level: i64,
    pub n_reopened: i64,
    pub n_transfers: i64,
    pub n_pauses: i64,
    pub n_supporters: i64,
}

impl Listed {
    /// Returns its light at a moment, as `Request::light` would.
    #[must_use]
    pub fn light(&self, now: Time) -> Light {
        if self.closed.is_some() {
            return Light::Blue;
        }
        let at = self.stopped_at.unwrap_or(now);
        let has_come = |instant: Option<Time>| instant.is_some_and(|instant| instant <= at);
        if has_come(self.red_at) {
            Light::Red
        } else if has_come(self.yellow_at) {
            Light::Yellow
        } else {
            Light::White
        }
    }
}

#[derive(FromRow)]
struct Row {
    id: String,
    code: String,
    service_code: String,
    profile_version: String,
    agency_code: Option<String>,
    place_code: Option<String>,
    kind: String,
    channel: String,
    lang: String,
    state: String,
    state_at: i64,
    close_kind: Option<String>,
    opened_at: i64,
    yellow_at: Option<i64>,
    red_at: Option<i64>,
    stopped_at: Option<i64>,
    verified_at: Option<i64>,
    answered_at: Option<i64>,
    finish_by_at: Option<i64>,
    text: String,
    lat: Option<i64>,
    lon: Option<i64>,
    level: i64,
    n_reopened: i64,
    n_transfers: i64,
    n_pauses: i64,
    n_supporters: i64,
}

/// What do these requests say, in the order asked for? Confidential ones are left out, whoever asks.
pub async fn list(db: &AnyPool, ids: &[String]) -> Result<Vec<Listed>> {
    let mut found = std::collections::HashMap::with_capacity(ids.len());
    for some in ids.chunks(MOST_AT_ONCE) {
        let mut query = sqlx::query_as::<_, Row>(
            "SELECT id, code, service_code, profile_version, agency_code, place_code, kind, channel, lang, state, state_at, close_kind,
                    opened_at, yellow_at, red_at, stopped_at, verified_at, answered_at, finish_by_at, text, lat, lon, level,
                    n_reopened, n_transfers, n_pauses, n_supporters
             FROM service_request
             WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
                          $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44,
                          $45, $46, $47, $48, $49, $50)
               AND privacy <> 'confidential'",
        );
        for at in 0..MOST_AT_ONCE {
            query = query.bind(some.get(at).map_or("", String::as_str));
        }
        for row in query.fetch_all(db).await? {
            let listed = listed(row)?;
            found.insert(listed.id.clone(), listed);
        }
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

fn listed(row: Row) -> Result<Listed> {
    let unknown = |what: &str, code: &str| {
        Problem::internal(anyhow::anyhow!("request {} has the {what} {code:?}", row.id))
    };
    let closed = match (row.state.as_str(), row.close_kind.as_deref()) {
        ("closed", kind) => {
            let kind = kind.unwrap_or_default();
            Some((
                Time(row.state_at),
                CloseKind::parse(kind).ok_or_else(|| unknown("closing", kind))?,
            ))
        }
        _ => None,
    };
    Ok(Listed {
        kind: Kind::parse(&row.kind).ok_or_else(|| unknown("kind", &row.kind))?,
        channel: Channel::parse(&row.channel).ok_or_else(|| unknown("channel", &row.channel))?,
        closed,
        id: row.id,
        code: row.code,
        service: row.service_code,
        profile: row.profile_version,
        agency: row.agency_code,
        place: row.place_code,
        lang: row.lang,
        state: row.state,
        opened_at: Time(row.opened_at),
        yellow_at: row.yellow_at.map(Time),
        red_at: row.red_at.map(Time),
        stopped_at: row.stopped_at.map(Time),
        verified_at: row.verified_at.map(Time),
        answered_at: row.answered_at.map(Time),
        finish_by: row.finish_by_at.map(Time),
        text: row.text,
        position: row.lat.zip(row.lon),
        level: row.level,
        n_reopened: row.n_reopened,
        n_transfers: row.n_transfers,
        n_pauses: row.n_pauses,
        n_supporters: row.n_supporters,
    })
}

/// Up to where is a table of the lake written: the moment whose lights it shows, and the last change in it?
pub async fn find_written(db: &AnyPool, table: &str) -> Result<Option<(i64, i64)>> {
    Ok(
        sqlx::query_as("SELECT as_of_at, touched_at FROM request_table WHERE name = $1")
            .bind(table)
            .fetch_optional(db)
            .await?,
    )
}

pub async fn save_written(tx: &mut Tx, table: &str, as_of: i64, touched_at: i64) -> Result<()> {
    sqlx::query(
        "INSERT INTO request_table (name, as_of_at, touched_at)
         VALUES ($1, $2, $3)
         ON CONFLICT (name) DO UPDATE SET as_of_at = excluded.as_of_at, touched_at = excluded.touched_at",
    )
    .bind(table)
    .bind(as_of)
    .bind(touched_at)
    .execute(tx.conn())
    .await?;
    Ok(())
}
