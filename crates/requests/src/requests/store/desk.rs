//! SQL of the desk: the queue in its order, counts beside it, who has which request, templates.

use sqlx::{AnyPool, FromRow};

use super::filed::{Row, request};
use crate::{
    platform::{
        db::Tx,
        op::Op,
        problem::{Problem, Result},
        time::Time,
        words::Words,
    },
    requests::model::{clock::Light, request::Request, template::Template},
};

/// Requests of an agency at a place and below; `None`: of all, everywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desk {
    pub agency: Option<String>,
    pub place: Option<String>,
}

/// Which of a desk's open requests are asked for.
#[derive(Debug, Clone)]
pub struct Queued<'a> {
    /// `all`, `mine`, `unassigned`, `waiting`, `transfers` or `special`.
    pub tab: &'a str,
    /// The account whose posts are meant by `mine`.
    pub me: &'a str,
    pub light: Option<Light>,
    pub level: Option<u8>,
    pub service: Option<&'a str>,
    /// The place with all below it, within the desk's.
    pub place: Option<&'a str>,
    /// `urgent`, `oldest`, `newest` or `level`.
    pub order: &'a str,
    pub most: i64,
    pub skipped: i64,
}

/// The requests that lie with somebody: of their posts, those they act on now; the seats are the places for which such
/// a post is the narrowest of its level. A request given to a post of its level lies with that one.
macro_rules! whose {
    () => {
        "mine AS (
             SELECT id, agency_code, level
             FROM request_post
             WHERE closed_at IS NULL
               AND ((holder_id = $9 AND NOT (COALESCE(away_from_at, 9223372036854775807) <= $3 AND $3 < COALESCE(away_until_at, 0)))
                    OR (deputy_id = $9
                        AND (holder_id IS NULL
                             OR (COALESCE(away_from_at, 9223372036854775807) <= $3 AND $3 < COALESCE(away_until_at, 0)))))),
         covers AS (
             SELECT p.id, p.agency_code, p.level, a.code, CAST(a.distance AS BIGINT) AS distance
             FROM request_post p
             JOIN place_path a ON a.ancestor_code = p.place_code
             WHERE p.closed_at IS NULL AND p.agency_code IN (SELECT agency_code FROM mine)
             UNION ALL
             SELECT p.id, p.agency_code, p.level, a.code, 1000
             FROM request_post p
             JOIN place_path a ON a.distance = 0
             WHERE p.closed_at IS NULL AND p.place_code IS NULL AND p.agency_code IN (SELECT agency_code FROM mine)
             UNION ALL
             SELECT p.id, p.agency_code, p.level, '', 1000
             FROM request_post p
             WHERE p.closed_at IS NULL AND p.place_code IS NULL AND p.agency_code IN (SELECT agency_code FROM mine)),
         seats AS (
             SELECT agency_code, level, code
             FROM (SELECT id, agency_code, level, code,
                          ROW_NUMBER() OVER (PARTITION BY agency_code, level, code ORDER BY distance, id) AS position
                   FROM covers) nearest
             WHERE position = 1
               AND id IN (SELECT id FROM mine))"
    };
}

/// What a desk's open requests must fulfil; the scope is the one part that differs, so that an index serves each.
macro_rules! wanted {
    ($scope:literal) => {
        concat!(
            $scope,
            "
               AND r.state IN ('new', 'open', 'answered', 'paused', 'special-proposed')
               AND ($2 IS NULL OR r.place_code IN (SELECT code FROM place_path WHERE ancestor_code = $2))
               AND ($4 = ''
                    OR ($4 = 'red' AND r.red_at <= COALESCE(r.stopped_at, $3))
                    OR ($4 = 'yellow' AND r.yellow_at <= COALESCE(r.stopped_at, $3)
                        AND (r.red_at IS NULL OR r.red_at > COALESCE(r.stopped_at, $3)))
                    OR ($4 = 'white' AND (r.yellow_at IS NULL OR r.yellow_at > COALESCE(r.stopped_at, $3))
                        AND (r.red_at IS NULL OR r.red_at > COALESCE(r.stopped_at, $3))))
               AND ($5 < 0 OR r.level = $5)
               AND ($6 IS NULL OR r.service_code = $6)
               AND ($7 IS NULL OR r.place_code IN (SELECT code FROM place_path WHERE ancestor_code = $7))
               AND ($8 = 'all'
                    OR ($8 = 'unassigned' AND r.post_id IS NULL AND r.state IN ('new', 'open'))
                    OR ($8 = 'waiting' AND r.state IN ('paused', 'answered'))
                    OR ($8 = 'special' AND r.state = 'special-proposed')
                    OR ($8 = 'transfers' AND r.id IN (SELECT request_id FROM request_transfer WHERE decided_at IS NULL))
                    OR ($8 = 'mine'
                        AND CASE WHEN p.id IS NULL
                                 THEN (r.agency_code, r.level, COALESCE(r.place_code, '')) IN (SELECT agency_code, level, code FROM seats)
                                 ELSE p.id IN (SELECT id FROM mine) END))"
        )
    };
}

/// One page of a queue. Limits that have passed are none; what has none ahead comes after what has, the longest red first.
macro_rules! page_of {
    ($scope:literal) => {
        concat!(
            "WITH ",
            whose!(),
            ",
         page AS (
             SELECT id, first_by, second_by, third_by, fourth_by
             FROM (SELECT id,
                          CASE WHEN $10 = 'urgent' THEN light_rank ELSE 0 END AS first_by,
                          CASE WHEN $10 = 'urgent' THEN standing ELSE 0 END AS second_by,
                          CASE $10 WHEN 'oldest' THEN opened_at
                                   WHEN 'newest' THEN -opened_at
                                   WHEN 'level' THEN -level
                                   ELSE CASE WHEN y <= d AND y <= s AND y <= f THEN y
                                             WHEN d <= s AND d <= f THEN d
                                             WHEN s <= f THEN s
                                             ELSE f END END AS third_by,
                          COALESCE(red_at, 9223372036854775807) AS fourth_by
                   FROM (SELECT r.id, r.opened_at, r.level, r.red_at,
                                CASE WHEN r.red_at <= COALESCE(r.stopped_at, $3) THEN 0
                                     WHEN r.yellow_at <= COALESCE(r.stopped_at, $3) THEN 1
                                     ELSE 2 END AS light_rank,
                                CASE WHEN r.stopped_at IS NULL THEN 0 ELSE 1 END AS standing,
                                CASE WHEN r.yellow_at > $3 THEN r.yellow_at ELSE 9223372036854775807 END AS y,
                                CASE WHEN r.red_at > $3 THEN r.red_at ELSE 9223372036854775807 END AS d,
                                CASE WHEN r.step_at > $3 THEN r.step_at ELSE 9223372036854775807 END AS s,
                                CASE WHEN r.finish_by_at > $3 THEN r.finish_by_at ELSE 9223372036854775807 END AS f
                         FROM service_request r
                         LEFT JOIN request_post p ON p.id = r.post_id AND p.level = r.level AND p.closed_at IS NULL
                         WHERE ",
            wanted!($scope),
            ") limits) ordered
             ORDER BY first_by, second_by, third_by, fourth_by, id
             LIMIT $11 OFFSET $12)
         SELECT r.id, r.code, r.service_code, r.profile_version, r.kind, r.privacy, r.channel, r.lang, r.text, r.attributes,
                r.place_code, r.lat, r.lon, r.address, r.agency_code, r.level, r.post_id, r.state, r.state_at, r.state_reason,
                r.state_by, r.state_told_at, r.wait_at, r.close_kind, r.opened_at, r.clock_from_at, r.yellow_at, r.red_at, r.step_at,
                r.step2_at, r.step3_at, r.step4_at, r.notice_us, r.due_at, r.stopped_at, r.stood_us, r.verify_by_at, r.answer_by_at,
                r.finish_by_at, r.verified_at, r.answered_at, r.n_pauses, r.n_reopened, r.n_transfers, r.n_supporters, r.joined_to,
                r.revision
         FROM page
         JOIN service_request r ON r.id = page.id
         ORDER BY page.first_by, page.second_by, page.third_by, page.fourth_by, page.id"
        )
    };
}

/// How many a queue holds, by light and by what is to be done with them.
macro_rules! counts_of {
    ($scope:literal) => {
        concat!(
            "WITH ",
            whose!(),
            "
         SELECT COUNT(*) AS n,
                CAST(COALESCE(SUM(CASE WHEN light = 'red' THEN 1 ELSE 0 END), 0) AS BIGINT) AS n_red,
                CAST(COALESCE(SUM(CASE WHEN light = 'yellow' THEN 1 ELSE 0 END), 0) AS BIGINT) AS n_yellow,
                CAST(COALESCE(SUM(CASE WHEN light = 'white' THEN 1 ELSE 0 END), 0) AS BIGINT) AS n_white,
                CAST(COALESCE(SUM(CASE WHEN post_id IS NULL AND state IN ('new', 'open') THEN 1 ELSE 0 END), 0) AS BIGINT) AS n_unassigned,
                CAST(COALESCE(SUM(CASE WHEN state IN ('paused', 'answered') THEN 1 ELSE 0 END), 0) AS BIGINT) AS n_waiting,
                CAST(COALESCE(SUM(CASE WHEN state = 'special-proposed' THEN 1 ELSE 0 END), 0) AS BIGINT) AS n_special,
                CAST(COALESCE(SUM(is_passed), 0) AS BIGINT) AS n_transfers,
                CAST(COALESCE(SUM(is_mine), 0) AS BIGINT) AS n_mine,
                CAST(COALESCE(SUM(CASE WHEN opened_at > $10 THEN 1 ELSE 0 END), 0) AS BIGINT) AS n_since
         FROM (SELECT r.state, r.post_id, r.opened_at,
                      CASE WHEN r.red_at <= COALESCE(r.stopped_at, $3) THEN 'red'
                           WHEN r.yellow_at <= COALESCE(r.stopped_at, $3) THEN 'yellow'
                           ELSE 'white' END AS light,
                      CASE WHEN r.id IN (SELECT request_id FROM request_transfer WHERE decided_at IS NULL) THEN 1 ELSE 0 END AS is_passed,
                      CASE WHEN p.id IS NULL AND (r.agency_code, r.level, COALESCE(r.place_code, '')) IN (SELECT agency_code, level, code FROM seats)
                           THEN 1
                           WHEN p.id IN (SELECT id FROM mine) THEN 1
                           ELSE 0 END AS is_mine
               FROM service_request r
               LEFT JOIN request_post p ON p.id = r.post_id AND p.level = r.level AND p.closed_at IS NULL
               WHERE ",
            wanted!($scope),
            ") counted"
        )
    };
}

/// Which requests does a page of a desk's queue hold?
pub async fn list_queue(db: &AnyPool, desk: &Desk, queued: &Queued<'_>, now: Time) -> Result<Vec<Request>> {
    let query = match desk.agency {
        Some(_) => sqlx::query_as::<_, Row>(page_of!("r.agency_code = $1")),
        None => sqlx::query_as(page_of!("CAST($1 AS TEXT) IS NULL")),
    };
    let rows = query
        .bind(desk.agency.as_deref())
        .bind(desk.place.as_deref())
        .bind(now.0)
        .bind(queued.light.map_or("", Light::as_str))
        .bind(queued.level.map_or(-1, i64::from))
        .bind(queued.service)
        .bind(queued.place)
        .bind(queued.tab)
        .bind(queued.me)
        .bind(queued.order)
        .bind(queued.most)
        .bind(queued.skipped)
        .fetch_all(db)
        .await?;
    rows.into_iter().map(request).collect()
}

/// How many open requests a desk has, by light and by what is to be done with them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromRow, serde::Serialize)]
pub struct Counts {
    pub n: i64,
    pub n_red: i64,
    pub n_yellow: i64,
    pub n_white: i64,
    pub n_mine: i64,
    pub n_unassigned: i64,
    pub n_waiting: i64,
    pub n_transfers: i64,
    pub n_special: i64,
    /// Opened after the moment asked about.
    pub n_since: i64,
}

/// Counts what a page's questions leave of a desk's queue; of `queued` the order and the page do not matter.
pub async fn count_queue(
    db: &AnyPool,
    desk: &Desk,
    queued: &Queued<'_>,
    since: Time,
    now: Time,
) -> Result<Counts> {
    let query = match desk.agency {
        Some(_) => sqlx::query_as::<_, Counts>(counts_of!("r.agency_code = $1")),
        None => sqlx::query_as(counts_of!("CAST($1 AS TEXT) IS NULL")),
    };
    Ok(query
        .bind(desk.agency.as_deref())
        .bind(desk.place.as_deref())
        .bind(now.0)
        .bind(queued.light.map_or("", Light::as_str))
        .bind(queued.level.map_or(-1, i64::from))
        .bind(queued.service)
        .bind(queued.place)
        .bind(queued.tab)
        .bind(queued.me)
        .bind(since.0)
        .fetch_one(db)
        .await?)
}

#[derive(FromRow)]
struct TemplateRow {
    id: String,
    agency_code: String,
    title: String,
    texts: String,
}

/// The templates of some agencies that are still offered, by title; of all agencies for `None`.
pub async fn list_templates(db: &AnyPool, agency: Option<&str>) -> Result<Vec<Template>> {
    let rows: Vec<TemplateRow> = sqlx::query_as(
        "SELECT id, agency_code, title, texts
         FROM request_template
         WHERE ($1 IS NULL OR agency_code = $1)
           AND closed_at IS NULL
         ORDER BY agency_code, title, id",
    )
    .bind(agency)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(template).collect()
}

pub async fn find_template(db: &AnyPool, id: &str) -> Result<Option<Template>> {
    let row: Option<TemplateRow> = sqlx::query_as(
        "SELECT id, agency_code, title, texts
         FROM request_template
         WHERE id = $1
           AND closed_at IS NULL",
    )
    .bind(id)
    .fetch_optional(db)
    .await?;
    row.map(template).transpose()
}

/// Adds a template, or changes its title and texts.
pub async fn save_template(tx: &mut Tx, op: &Op, template: &Template) -> Result<()> {
    let texts = serde_json::to_string(&template.texts).map_err(Problem::internal)?;
    sqlx::query(
        "INSERT INTO request_template (id, agency_code, title, texts, changed_at, changed_by)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (id) DO UPDATE SET title = excluded.title, texts = excluded.texts, changed_at = excluded.changed_at,
                                        changed_by = excluded.changed_by",
    )
    .bind(&template.id)
    .bind(&template.agency)
    .bind(template.title.trim())
    .bind(texts)
    .bind(op.at.0)
    .bind(op.who.label())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Offers a template no longer.
pub async fn close_template(tx: &mut Tx, op: &Op, id: &str) -> Result<()> {
    sqlx::query("UPDATE request_template SET closed_at = $2, changed_by = $3 WHERE id = $1")
        .bind(id)
        .bind(op.at.0)
        .bind(op.who.label())
        .execute(tx.conn())
        .await?;
    Ok(())
}

fn template(row: TemplateRow) -> Result<Template> {
    let texts: Words = serde_json::from_str(&row.texts).map_err(Problem::internal)?;
    Ok(Template {
        id: row.id,
        agency: row.agency_code,
        title: row.title,
        texts,
    })
}
