//! SQL of what residents filed: one row each, written as few times as can be.

use serde::{Deserialize, Serialize};
use sqlx::{Any, AnyPool, Executor, FromRow};

use crate::{
    platform::{
        db::Tx,
        message::{Address, phone::Phone},
        problem::{Problem, Result},
        time::Time,
        vault::Vault,
    },
    requests::model::{
        clock::Clock,
        request::{Channel, CloseKind, Contact, Kind, Position, Privacy, Request, State},
    },
};

/// What goes with a request into its row and nowhere else.
pub struct Filing<'a> {
    /// What tells a second delivery of the same from another.
    pub delivery: Option<&'a str>,
    pub key_hash: &'a str,
}

/// Files a request; false when its code or its delivery is taken.
pub async fn insert(tx: &mut Tx, request: &Request, filing: &Filing<'_>) -> Result<bool> {
    let clock = &request.clock;
    let step = |n: usize| clock.steps.get(n).map(|at| at.0);
    let inserted = sqlx::query(
        "INSERT INTO service_request (id, code, delivery, key_hash, service_code, profile_version, kind, privacy, channel, lang, text,
                                      attributes, place_code, lat, lon, cell, address, agency_code, level, state, state_at, opened_at,
                                      clock_from_at, yellow_at, red_at, step_at, step2_at, step3_at, step4_at, notice_us, due_at,
                                      stood_us, verify_by_at, answer_by_at, finish_by_at, n_pauses, n_reopened, n_transfers,
                                      n_supporters, changed_at, touched_at, revision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
                 $12, $13, $14, $15, $16, $17, $18, 1, 'new', $19, $19,
                 $19, $20, $21, $22, $23, $24, $25, $26, $27,
                 0, $28, $29, $30, 0, 0, 0,
                 0, $19, $19, 0)
         ON CONFLICT DO NOTHING",
    )
    .bind(&request.id)
    .bind(&request.code)
    .bind(filing.delivery)
    .bind(filing.key_hash)
    .bind(&request.service)
    .bind(&request.profile)
    .bind(request.kind.as_str())
    .bind(request.privacy.as_str())
    .bind(request.channel.as_str())
    .bind(&request.lang)
    .bind(&request.text)
    .bind(attributes(request)?)
    .bind(request.place.as_deref())
    .bind(request.position.map(|at| micros(at.lat)))
    .bind(request.position.map(|at| micros(at.lon)))
    .bind(request.position.map(Position::cell))
    .bind(request.address.as_deref())
    .bind(request.agency.as_deref())
    .bind(request.opened_at.0)
    .bind(clock.yellow_at.map(|at| at.0))
    .bind(clock.red_at.map(|at| at.0))
    .bind(step(0))
    .bind(step(1))
    .bind(step(2))
    .bind(step(3))
    .bind(i64::try_from(clock.notice.as_micros()).unwrap_or(i64::MAX))
    .bind(clock.due_at.map(|at| at.0))
    .bind(request.verify_by.map(|at| at.0))
    .bind(request.answer_by.map(|at| at.0))
    .bind(request.finish_by.map(|at| at.0))
    .execute(tx.conn())
    .await?;
    Ok(inserted.rows_affected() == 1)
}

pub async fn insert_contact(tx: &mut Tx, request_id: &str, contact: &Contact) -> Result<()> {
    let vault = tx.vault();
    let card = Card {
        name: contact.name.clone(),
        phone: contact.phone.as_ref().map(|phone| phone.as_str().to_owned()),
        email: contact.email.clone(),
        user: contact.user.clone(),
    };
    let card = vault.seal(&serde_json::to_string(&card).map_err(Problem::internal)?);
    let phone_mark = contact.phone.clone().map(|phone| Address::Sms(phone).mark(vault));
    let email_mark = contact
        .email
        .clone()
        .map(|email| Address::Email(email).mark(vault));
    let person = contact.person(vault);
    sqlx::query(
        "INSERT INTO request_contact (request_id, card, phone_mark, email_mark, person)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(request_id)
    .bind(card)
    .bind(phone_mark)
    .bind(email_mark)
    .bind(person)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes what changed at a moment, unless somebody else changed it since it was read; then false.
pub async fn update(tx: &mut Tx, request: &Request, at: Time, now: Time) -> Result<bool> {
    let clock = &request.clock;
    let step = |n: usize| clock.steps.get(n).map(|at| at.0);
    let (reason, by, told_at, kind) = match &request.state {
        State::Paused { reason, .. } => (Some(reason.as_str()), None, None, None),
        State::SpecialProposed { reason, by, told_at } => {
            (Some(reason.as_str()), Some(by.as_str()), *told_at, None)
        }
        State::Closed { kind, .. } => (None, None, None, Some(kind.as_str())),
        State::New | State::Open | State::Answered { .. } => (None, None, None, None),
    };
    let since = match &request.state {
        State::Answered { at, .. } | State::Closed { at, .. } => *at,
        _ => at,
    };
    let updated = sqlx::query(
        "UPDATE service_request
         SET agency_code = $3, level = $4, post_id = $5, state = $6, state_at = $7, state_reason = $8, state_by = $9,
             state_told_at = $10, wait_at = $11, close_kind = $12, clock_from_at = $13, yellow_at = $14, red_at = $15,
             step_at = $16, step2_at = $17, step3_at = $18, step4_at = $19, notice_us = $20, due_at = $21, stopped_at = $22,
             stood_us = $23, verified_at = $24, answered_at = $25, n_pauses = $26, n_reopened = $27, n_transfers = $28,
             n_supporters = $29, joined_to = $30, changed_at = $31,
             touched_at = CASE WHEN touched_at >= $31 THEN touched_at + 1 ELSE $31 END, revision = revision + 1
         WHERE id = $1
           AND revision = $2",
    )
    .bind(&request.id)
    .bind(request.revision)
    .bind(request.agency.as_deref())
    .bind(i64::from(request.level))
    .bind(request.post.as_deref())
    .bind(request.state.code())
    .bind(since.0)
    .bind(reason)
    .bind(by)
    .bind(told_at.map(|at| at.0))
    .bind(request.state.waits_until().map(|at| at.0))
    .bind(kind)
    .bind(clock.started_at.0)
    .bind(clock.yellow_at.map(|at| at.0))
    .bind(clock.red_at.map(|at| at.0))
    .bind(step(0))
    .bind(step(1))
    .bind(step(2))
    .bind(step(3))
    .bind(i64::try_from(clock.notice.as_micros()).unwrap_or(i64::MAX))
    .bind(clock.due_at.map(|at| at.0))
    .bind(clock.stopped_at.map(|at| at.0))
    .bind(i64::try_from(clock.stood.as_micros()).unwrap_or(i64::MAX))
    .bind(request.verified_at.map(|at| at.0))
    .bind(request.answered_at.map(|at| at.0))
    .bind(request.n_pauses)
    .bind(request.n_reopened)
    .bind(request.n_transfers)
    .bind(request.n_supporters)
    .bind(request.joined_to.as_deref())
    .bind(now.0)
    .execute(tx.conn())
    .await?;
    Ok(updated.rows_affected() == 1)
}

/// A row as the database keeps it; its columns stand in every SELECT of requests.
#[derive(FromRow)]
pub struct Row {
    id: String,
    code: String,
    service_code: String,
    profile_version: String,
    kind: String,
    privacy: String,
    channel: String,
    lang: String,
    text: String,
    attributes: Option<String>,
    place_code: Option<String>,
    lat: Option<i64>,
    lon: Option<i64>,
    address: Option<String>,
    agency_code: Option<String>,
    level: i64,
    post_id: Option<String>,
    state: String,
    state_at: i64,
    state_reason: Option<String>,
    state_by: Option<String>,
    state_told_at: Option<i64>,
    wait_at: Option<i64>,
    close_kind: Option<String>,
    opened_at: i64,
    clock_from_at: i64,
    yellow_at: Option<i64>,
    red_at: Option<i64>,
    step_at: Option<i64>,
    step2_at: Option<i64>,
    step3_at: Option<i64>,
    step4_at: Option<i64>,
    notice_us: i64,
    due_at: Option<i64>,
    stopped_at: Option<i64>,
    stood_us: i64,
    verify_by_at: Option<i64>,
    answer_by_at: Option<i64>,
    finish_by_at: Option<i64>,
    verified_at: Option<i64>,
    answered_at: Option<i64>,
    n_pauses: i64,
    n_reopened: i64,
    n_transfers: i64,
    n_supporters: i64,
    joined_to: Option<String>,
    revision: i64,
}

/// A question about requests: all that is known of each, and the rest of the statement.
macro_rules! requests {
    ($rest:literal) => {
        concat!(
            "SELECT id, code, service_code, profile_version, kind, privacy, channel, lang, text, attributes, place_code, lat, lon, address,
                    agency_code, level, post_id, state, state_at, state_reason, state_by, state_told_at, wait_at, close_kind, opened_at,
                    clock_from_at, yellow_at, red_at, step_at, step2_at, step3_at, step4_at, notice_us, due_at, stopped_at, stood_us,
                    verify_by_at, answer_by_at, finish_by_at, verified_at, answered_at, n_pauses, n_reopened, n_transfers, n_supporters,
                    joined_to, revision
             FROM service_request ",
            $rest
        )
    };
}

pub async fn find_by_code(db: &AnyPool, code: &str) -> Result<Option<Request>> {
    let row: Option<Row> = sqlx::query_as(requests!("WHERE code = $1"))
        .bind(code)
        .fetch_optional(db)
        .await?;
    row.map(request).transpose()
}

/// Finds a request to change it.
pub async fn find_in(tx: &mut Tx, id: &str) -> Result<Option<Request>> {
    let row: Option<Row> = sqlx::query_as(requests!("WHERE id = $1"))
        .bind(id)
        .fetch_optional(tx.conn())
        .await?;
    row.map(request).transpose()
}

/// Id, code and key of what was filed under a delivery.
pub async fn find_delivered(tx: &mut Tx, delivery: &str) -> Result<Option<(String, String)>> {
    Ok(
        sqlx::query_as("SELECT id, code FROM service_request WHERE delivery = $1")
            .bind(delivery)
            .fetch_optional(tx.conn())
            .await?,
    )
}

pub async fn find_key_hash(db: &AnyPool, id: &str) -> Result<Option<String>> {
    let row: Option<(String,)> = sqlx::query_as("SELECT key_hash FROM service_request WHERE id = $1")
        .bind(id)
        .fetch_optional(db)
        .await?;
    Ok(row.map(|(hash,)| hash))
}

/// A contact as it is written down before it is sealed.
#[derive(Serialize, Deserialize)]
struct Card {
    name: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    user: Option<String>,
}

/// Who filed a request. Personal.
pub async fn find_contact(
    db: impl Executor<'_, Database = Any>,
    vault: &Vault,
    request_id: &str,
) -> Result<Option<Contact>> {
    let row: Option<(String,)> = sqlx::query_as("SELECT card FROM request_contact WHERE request_id = $1")
        .bind(request_id)
        .fetch_optional(db)
        .await?;
    let Some((sealed,)) = row else { return Ok(None) };
    let card = vault.reveal(&sealed).map_err(Problem::internal)?;
    let card: Card = serde_json::from_str(&card).map_err(Problem::internal)?;
    Ok(Some(Contact {
        name: card.name,
        // It was sealed in the international form, so no prefix is ever put before it.
        phone: card.phone.and_then(|phone| Phone::parse(&phone, "")),
        email: card.email,
        user: card.user,
    }))
}

pub async fn find_person(tx: &mut Tx, request_id: &str) -> Result<Option<String>> {
    let row: Option<(Option<String>,)> =
        sqlx::query_as("SELECT person FROM request_contact WHERE request_id = $1")
            .bind(request_id)
            .fetch_optional(tx.conn())
            .await?;
    Ok(row.and_then(|(person,)| person))
}

/// What has a person filed, the newest first?
pub async fn list_of_person(db: &AnyPool, person: &str, most: i64) -> Result<Vec<Request>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT r.id, r.code, r.service_code, r.profile_version, r.kind, r.privacy, r.channel, r.lang, r.text, r.attributes,
                r.place_code, r.lat, r.lon, r.address, r.agency_code, r.level, r.post_id, r.state, r.state_at, r.state_reason,
                r.state_by, r.state_told_at, r.wait_at, r.close_kind, r.opened_at, r.clock_from_at, r.yellow_at, r.red_at, r.step_at,
                r.step2_at, r.step3_at, r.step4_at, r.notice_us, r.due_at, r.stopped_at, r.stood_us, r.verify_by_at, r.answer_by_at,
                r.finish_by_at, r.verified_at, r.answered_at, r.n_pauses, r.n_reopened, r.n_transfers, r.n_supporters, r.joined_to,
                r.revision
         FROM request_contact c
         JOIN service_request r ON r.id = c.request_id
         WHERE c.person = $1
         ORDER BY r.id DESC
         LIMIT $2",
    )
    .bind(person)
    .bind(most)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(request).collect()
}

/// What a list asks for; `None` asks for any. Lists are read newest first, from before an id.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub service: Option<String>,
    pub agency: Option<String>,
    /// The place with all below it.
    pub place: Option<String>,
    pub state: Option<String>,
    /// False: all but closed ones; true: closed ones only.
    pub is_closed: Option<bool>,
    pub kind: Option<Kind>,
    pub light: Option<crate::requests::model::clock::Light>,
    pub opened_from: Option<Time>,
    pub opened_before: Option<Time>,
    pub level: Option<u8>,
    /// Ids sort by when a request was opened; the list goes on after this one.
    pub after: Option<String>,
    pub most: i64,
}

/// Which requests does a list hold? `sees_confidential`: 1 for those who may, 0 for the public.
pub async fn list(db: &AnyPool, wanted: &Wanted, sees_confidential: bool, now: Time) -> Result<Vec<Request>> {
    let rows: Vec<Row> = sqlx::query_as(requests!(
        "WHERE ($1 = 1 OR privacy <> 'confidential')
           AND ($2 IS NULL OR service_code = $2)
           AND ($3 IS NULL OR agency_code = $3)
           AND ($4 IS NULL OR place_code IN (SELECT code FROM place_path WHERE ancestor_code = $4))
           AND ($5 IS NULL OR state = $5)
           AND ($6 < 0 OR ($6 = 1 AND state = 'closed') OR ($6 = 0 AND state <> 'closed'))
           AND ($7 IS NULL OR kind = $7)
           AND ($8 = ''
                OR ($8 = 'blue' AND state = 'closed')
                OR ($8 = 'red' AND state <> 'closed' AND red_at <= COALESCE(stopped_at, $9))
                OR ($8 = 'yellow' AND state <> 'closed' AND yellow_at <= COALESCE(stopped_at, $9)
                    AND (red_at IS NULL OR red_at > COALESCE(stopped_at, $9)))
                OR ($8 = 'white' AND state <> 'closed' AND (yellow_at IS NULL OR yellow_at > COALESCE(stopped_at, $9))
                    AND (red_at IS NULL OR red_at > COALESCE(stopped_at, $9))))
           AND opened_at >= $10
           AND opened_at < $11
           AND ($12 < 0 OR level = $12)
           AND ($13 = '' OR id < $13)
         ORDER BY id DESC
         LIMIT $14"
    ))
    .bind(i64::from(sees_confidential))
    .bind(wanted.service.as_deref())
    .bind(wanted.agency.as_deref())
    .bind(wanted.place.as_deref())
    .bind(wanted.state.as_deref())
    .bind(wanted.is_closed.map_or(-1, i64::from))
    .bind(wanted.kind.map(Kind::as_str))
    .bind(wanted.light.map_or("", crate::requests::model::clock::Light::as_str))
    .bind(now.0)
    .bind(wanted.opened_from.map_or(i64::MIN, |at| at.0))
    .bind(wanted.opened_before.map_or(i64::MAX, |at| at.0))
    .bind(wanted.level.map_or(-1, i64::from))
    .bind(wanted.after.as_deref().unwrap_or(""))
    .bind(wanted.most)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(request).collect()
}

/// Which of some requests wait for an answer, the oldest first? Confidential ones are not among them; ids that are none are passed over.
pub async fn list_unanswered(db: &AnyPool, ids: &[String]) -> Result<Vec<Request>> {
    let rest = "AND state NOT IN ('answered', 'closed') AND privacy <> 'confidential' ORDER BY opened_at, id";
    list_some(db, ids, rest).await
}

/// Requests by id, the newest first; ids that are none are passed over.
pub async fn list_by_ids(db: &AnyPool, ids: &[String]) -> Result<Vec<Request>> {
    list_some(db, ids, "ORDER BY id DESC").await
}

/// The requests with some ids; `rest` says which of them, and in which order.
async fn list_some(db: &AnyPool, ids: &[String], rest: &'static str) -> Result<Vec<Request>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let marks = (1..=ids.len()).map(|n| format!("${n}")).collect::<Vec<_>>();
    let sql = format!("{} ({}) {rest}", requests!("WHERE id IN"), marks.join(", "));
    let mut query = sqlx::query_as::<_, Row>(sqlx::AssertSqlSafe(sql));
    for id in ids {
        query = query.bind(id);
    }
    let rows = query.fetch_all(db).await?;
    rows.into_iter().map(request).collect()
}

/// Which open requests of a service lie near a position, or in the same place, since a moment? Confidential ones are not among them.
pub async fn list_near(
    db: &AnyPool,
    service: &str,
    position: Option<Position>,
    place: Option<&str>,
    since: Time,
    most: i64,
) -> Result<Vec<Request>> {
    let mut query = sqlx::query_as::<_, Row>(requests!(
        "WHERE service_code = $1
           AND opened_at >= $2
           AND state <> 'closed'
           AND privacy <> 'confidential'
           AND (cell IN ($3, $4, $5, $6, $7, $8, $9, $10, $11) OR (cell IS NULL AND place_code = $12))
         ORDER BY opened_at DESC
         LIMIT $13"
    ))
    .bind(service)
    .bind(since.0);
    for cell in position.map_or([-1; 9], Position::cells_around) {
        query = query.bind(cell);
    }
    let rows = query.bind(place).bind(most).fetch_all(db).await?;
    rows.into_iter().map(request).collect()
}

/// Who joined a request, by id?
pub async fn list_joined(db: &AnyPool, id: &str) -> Result<Vec<String>> {
    let rows: Vec<(String,)> =
        sqlx::query_as("SELECT code FROM service_request WHERE joined_to = $1 ORDER BY id")
            .bind(id)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().map(|(code,)| code).collect())
}

/// A picture given with a request.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Photo {
    pub id: String,
    pub blob: String,
    pub media_type: String,
    pub size_bytes: i64,
    pub is_public: i64,
    pub added_at: i64,
}

pub async fn insert_photo(tx: &mut Tx, request_id: &str, photo: &Photo, by_role: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO request_photo (id, request_id, blob, media_type, size_bytes, is_public, by_role, added_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&photo.id)
    .bind(request_id)
    .bind(&photo.blob)
    .bind(&photo.media_type)
    .bind(photo.size_bytes)
    .bind(photo.is_public)
    .bind(by_role)
    .bind(photo.added_at)
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn list_photos(db: &AnyPool, request_id: &str) -> Result<Vec<Photo>> {
    Ok(sqlx::query_as(
        "SELECT id, blob, media_type, size_bytes, CAST(is_public AS BIGINT) AS is_public, added_at
         FROM request_photo
         WHERE request_id = $1
         ORDER BY id",
    )
    .bind(request_id)
    .fetch_all(db)
    .await?)
}

fn attributes(request: &Request) -> Result<Option<String>> {
    if request.attributes.is_empty() {
        return Ok(None);
    }
    serde_json::to_string(&request.attributes)
        .map(Some)
        .map_err(Problem::internal)
}

fn micros(degrees: f64) -> i64 {
    (degrees * 1e6).round() as i64
}

pub fn request(row: Row) -> Result<Request> {
    let unknown = |what: &str, code: &str| {
        Problem::internal(anyhow::anyhow!("request {} has the {what} {code:?}", row.id))
    };
    let at = |micros: i64| Time(micros);
    let state = match row.state.as_str() {
        "new" => State::New,
        "open" => State::Open,
        "answered" => State::Answered {
            at: Time(row.state_at),
            until: Time(row.wait_at.unwrap_or(i64::MAX)),
        },
        "paused" => State::Paused {
            reason: row.state_reason.unwrap_or_default(),
            until: Time(row.wait_at.unwrap_or(i64::MAX)),
        },
        "special-proposed" => State::SpecialProposed {
            reason: row.state_reason.unwrap_or_default(),
            by: row.state_by.unwrap_or_default(),
            told_at: row.state_told_at.map(Time),
        },
        "closed" => State::Closed {
            at: Time(row.state_at),
            kind: row
                .close_kind
                .as_deref()
                .and_then(CloseKind::parse)
                .ok_or_else(|| unknown("closing", row.close_kind.as_deref().unwrap_or("")))?,
        },
        other => return Err(unknown("state", other)),
    };
    let degrees = |micros: i64| micros as f64 / 1e6;
    Ok(Request {
        kind: Kind::parse(&row.kind).ok_or_else(|| unknown("kind", &row.kind))?,
        privacy: Privacy::parse(&row.privacy).ok_or_else(|| unknown("privacy", &row.privacy))?,
        channel: Channel::parse(&row.channel).ok_or_else(|| unknown("channel", &row.channel))?,
        attributes: row
            .attributes
            .as_deref()
            .map_or(Ok(Vec::new()), serde_json::from_str)
            .map_err(Problem::internal)?,
        position: row.lat.zip(row.lon).map(|(lat, lon)| Position {
            lat: degrees(lat),
            lon: degrees(lon),
        }),
        clock: Clock {
            started_at: Time(row.clock_from_at),
            yellow_at: row.yellow_at.map(at),
            red_at: row.red_at.map(at),
            steps: [row.step_at, row.step2_at, row.step3_at, row.step4_at]
                .into_iter()
                .flatten()
                .map(Time)
                .collect(),
            notice: std::time::Duration::from_micros(row.notice_us.unsigned_abs()),
            due_at: row.due_at.map(at),
            stopped_at: row.stopped_at.map(at),
            stood: std::time::Duration::from_micros(row.stood_us.unsigned_abs()),
        },
        state,
        id: row.id,
        code: row.code,
        service: row.service_code,
        profile: row.profile_version,
        lang: row.lang,
        text: row.text,
        place: row.place_code,
        address: row.address,
        agency: row.agency_code,
        level: u8::try_from(row.level).unwrap_or(u8::MAX),
        opened_at: Time(row.opened_at),
        verify_by: row.verify_by_at.map(at),
        answer_by: row.answer_by_at.map(at),
        finish_by: row.finish_by_at.map(at),
        verified_at: row.verified_at.map(at),
        answered_at: row.answered_at.map(at),
        n_pauses: row.n_pauses,
        n_reopened: row.n_reopened,
        n_transfers: row.n_transfers,
        n_supporters: row.n_supporters,
        post: row.post_id,
        joined_to: row.joined_to,
        revision: row.revision,
    })
}
