//! SQL of what is published as Open311: requests as everybody may see them, and nothing that is confidential.
//!
//! Only public columns are read, so that no other can be shown by mistake. The lists of codes and cells in a question are of
//! any length: their placeholders are counted out, and every value is bound.

use sqlx::{AnyPool, AssertSqlSafe, FromRow};

use crate::{
    platform::{problem::Result, time::Time},
    requests::model::request::{CloseKind, Position},
};

/// One request as it is published.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// The tracking code, plain.
    pub code: String,
    pub service: String,
    pub text: String,
    pub place: Option<String>,
    pub position: Option<Position>,
    pub address: Option<String>,
    pub agency: Option<String>,
    /// As `State::code`.
    pub state: String,
    pub state_at: Time,
    pub close_kind: Option<CloseKind>,
    /// What was said with the closing.
    pub note: Option<String>,
    pub opened_at: Time,
    pub changed_at: Time,
    pub finish_by: Option<Time>,
    /// The first picture that everybody may see.
    pub photo: Option<String>,
}

/// Which requests are asked for, made within a span.
#[derive(Debug, Clone)]
pub struct Asked {
    /// None: all.
    pub services: Vec<String>,
    pub is_closed: Option<bool>,
    /// First and last moment.
    pub opened: (Time, Time),
    /// As `opened`.
    pub changed: Option<(Time, Time)>,
    pub near: Option<Circle>,
    pub most: i64,
    pub skip: i64,
}

/// What lies around a position.
#[derive(Debug, Clone, Copy)]
pub struct Circle {
    pub at: Position,
    pub radius_metres: f64,
}

#[derive(FromRow)]
struct Row {
    code: String,
    service_code: String,
    text: String,
    place_code: Option<String>,
    lat: Option<i64>,
    lon: Option<i64>,
    address: Option<String>,
    agency_code: Option<String>,
    state: String,
    state_at: i64,
    close_kind: Option<String>,
    note: Option<String>,
    opened_at: i64,
    changed_at: i64,
    finish_by_at: Option<i64>,
    photo: Option<String>,
}

const COLUMNS: &str = "SELECT r.code, r.service_code, r.text, r.place_code, r.lat, r.lon, r.address, r.agency_code, r.state, r.state_at,
        r.close_kind, r.opened_at, r.changed_at, r.finish_by_at,
        CASE WHEN r.state = 'closed'
             THEN (SELECT c.note FROM request_closing c WHERE c.request_id = r.id AND c.n = r.n_reopened) END AS note,
        (SELECT MIN(p.id) FROM request_photo p WHERE p.request_id = r.id AND p.is_public = 1) AS photo
 FROM service_request r";

/// Which of the requests with these codes are published? In the order of when they were made, the newest first.
pub async fn list_of_codes(db: &AnyPool, codes: &[String]) -> Result<Vec<Published>> {
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "{COLUMNS}
         WHERE r.privacy <> 'confidential'
           AND r.code IN ({})
         ORDER BY r.opened_at DESC, r.id DESC",
        placeholders(1, codes.len())
    );
    let mut query = sqlx::query_as::<_, Row>(AssertSqlSafe(sql));
    for code in codes {
        query = query.bind(code);
    }
    Ok(query.fetch_all(db).await?.into_iter().map(published).collect())
}

/// Which published requests match a question? The newest first.
pub async fn list(db: &AnyPool, asked: &Asked) -> Result<Vec<Published>> {
    let cells = asked.near.and_then(Circle::cells).unwrap_or_default();
    // What is near is found by its cell, and what changed by when it did: a plus keeps a column from being searched by.
    let opened = if cells.is_empty() && asked.changed.is_none() {
        "r.opened_at >= $1 AND r.opened_at <= $2"
    } else {
        "+r.opened_at >= $1 AND +r.opened_at <= $2"
    };
    // Every parameter stands in the text, so that both engines count the same.
    let changed = match asked.changed {
        Some(_) => "r.changed_at >= $11 AND r.changed_at <= $12",
        None => "$11 = $12",
    };
    let mut sql = format!(
        "{COLUMNS}
         WHERE r.privacy <> 'confidential'
           AND {opened}
           AND {changed}
           AND ($3 < 0 OR ($3 = 1 AND r.state = 'closed') OR ($3 = 0 AND r.state <> 'closed'))
           AND ($4 = 0 OR (r.lat - $5) * (r.lat - $5) + (r.lon - $6) * $7 * ((r.lon - $6) * $7) <= $8)"
    );
    let first = 13;
    if !cells.is_empty() {
        sql.push_str(&format!(" AND r.cell IN ({})", placeholders(first, cells.len())));
    }
    if !asked.services.is_empty() {
        let listed = placeholders(first + cells.len(), asked.services.len());
        sql.push_str(&format!(" AND r.service_code IN ({listed})"));
    }
    sql.push_str(" ORDER BY r.opened_at DESC, r.id DESC LIMIT $9 OFFSET $10");
    let (changed_from, changed_to) = asked.changed.unwrap_or((Time(0), Time(0)));
    let mut query = sqlx::query_as::<_, Row>(AssertSqlSafe(sql))
        .bind(asked.opened.0.0)
        .bind(asked.opened.1.0)
        .bind(asked.is_closed.map_or(-1, i64::from));
    query = match asked.near {
        None => query.bind(0_i64).bind(0_i64).bind(0_i64).bind(0.0).bind(0.0),
        Some(near) => query
            .bind(1_i64)
            .bind(micros(near.at.lat))
            .bind(micros(near.at.lon))
            .bind(near.at.lat.to_radians().cos())
            .bind((near.radius_metres / METRES_A_MICRODEGREE).powi(2)),
    };
    query = query
        .bind(asked.most)
        .bind(asked.skip)
        .bind(changed_from.0)
        .bind(changed_to.0);
    for cell in cells {
        query = query.bind(cell);
    }
    for service in &asked.services {
        query = query.bind(service);
    }
    Ok(query.fetch_all(db).await?.into_iter().map(published).collect())
}

/// When were services last changed?
pub async fn find_changed(db: &AnyPool) -> Result<Option<Time>> {
    let (at,): (Option<i64>,) = sqlx::query_as("SELECT MAX(saved_at) FROM service")
        .fetch_one(db)
        .await?;
    Ok(at.map(Time))
}

/// A degree of latitude is 111,195 m on a sphere of the Earth's mean radius.
const METRES_A_MICRODEGREE: f64 = 0.111_195;
/// Most cells that are looked into one by one; wider circles are filtered out of the span of time.
const MOST_CELLS: usize = 600;

impl Circle {
    /// Returns the cells it touches; `None` when they are too many.
    fn cells(self) -> Option<Vec<i64>> {
        let around = self.radius_metres / METRES_A_MICRODEGREE / 1e6;
        let aside = around / self.at.lat.to_radians().cos().max(0.01);
        let steps = |reach: f64| (reach * 100.0).ceil() as i64;
        let (rows, columns) = (steps(around), steps(aside));
        let n = usize::try_from((2 * rows + 1) * (2 * columns + 1)).ok()?;
        (n <= MOST_CELLS).then(|| {
            let mut cells: Vec<i64> = (-rows..=rows)
                .flat_map(|row| (-columns..=columns).map(move |column| (row, column)))
                .map(|(row, column)| self.at.cell_beside(row, column))
                .collect();
            cells.sort_unstable();
            cells.dedup();
            cells
        })
    }
}

/// Counts out `$3, $4, $5`.
fn placeholders(first: usize, n: usize) -> String {
    let each: Vec<String> = (first..first + n).map(|at| format!("${at}")).collect();
    each.join(", ")
}

fn micros(degrees: f64) -> i64 {
    (degrees * 1e6).round() as i64
}

fn published(row: Row) -> Published {
    let degrees = |micros: i64| micros as f64 / 1e6;
    Published {
        position: row.lat.zip(row.lon).map(|(lat, lon)| Position {
            lat: degrees(lat),
            lon: degrees(lon),
        }),
        close_kind: row.close_kind.as_deref().and_then(CloseKind::parse),
        code: row.code,
        service: row.service_code,
        text: row.text,
        place: row.place_code,
        address: row.address,
        agency: row.agency_code,
        state: row.state,
        state_at: Time(row.state_at),
        note: row.note,
        opened_at: Time(row.opened_at),
        changed_at: Time(row.changed_at),
        finish_by: row.finish_by_at.map(Time),
        photo: row.photo,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circle(radius_metres: f64) -> Circle {
        let at = Position {
            lat: -7.15,
            lon: 111.88,
        };
        Circle { at, radius_metres }
    }

    #[test]
    fn the_cells_of_a_circle_hold_every_position_in_it() {
        for radius in [5.0, 900.0, 1_200.0, 5_000.0] {
            let near = circle(radius);
            let cells = near.cells().expect("few cells");
            for turn in 0..360 {
                let angle = f64::from(turn).to_radians();
                let reach = radius / METRES_A_MICRODEGREE / 1e6 * 0.999;
                let edge = Position {
                    lat: near.at.lat + reach * angle.sin(),
                    lon: near.at.lon + reach * angle.cos() / near.at.lat.to_radians().cos(),
                };
                assert!(cells.contains(&edge.cell()), "{radius} m, {turn}°");
            }
        }
        assert_eq!(circle(50_000.0).cells(), None);
    }

    #[test]
    fn placeholders_go_on_from_where_they_start() {
        assert_eq!(placeholders(13, 3), "$13, $14, $15");
    }
}
