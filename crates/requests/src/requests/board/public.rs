//! A request as everybody may take it away: no name, no number, no house.

use serde::Serialize;

use crate::{
    evidence::model::mask::mask,
    platform::{app::App, problem::Result, time::Time},
    requests::{
        store::{self, board::Listed},
        words::Teller,
    },
};

use super::rows::id_text;

/// Positions are given to the thousandth of a degree: a street, not a house.
const STEPS_A_DEGREE: f64 = 1_000.0;

/// One request for everybody.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Public {
    #[serde(skip)]
    pub id: String,
    pub code: String,
    pub href: String,
    pub service: String,
    pub service_name: String,
    pub agency: Option<String>,
    pub agency_name: Option<String>,
    pub place: Option<String>,
    pub place_name: Option<String>,
    pub kind: &'static str,
    pub light: &'static str,
    pub state: String,
    pub close_kind: Option<&'static str>,
    pub opened_at: String,
    pub verified_at: Option<String>,
    pub answered_at: Option<String>,
    pub closed_at: Option<String>,
    /// When it should be finished.
    pub finish_by: Option<String>,
    /// As the resident wrote it, with numbers and addresses masked.
    pub description: String,
    pub lang: String,
    pub lat: Option<f64>,
    pub long: Option<f64>,
    pub level: i64,
    pub reopened: i64,
    pub supporters: i64,
}

/// Reads requests for everybody, in the order asked for; whatever is confidential is left out.
///
/// # Errors
/// When the database fails.
pub async fn read(app: &App, ids: &[u128]) -> Result<Vec<Listed>> {
    let ids: Vec<String> = ids.iter().map(|id| id_text(*id)).collect();
    let mut listed = store::board::list(app.db.read(), &ids).await?;
    for request in &mut listed {
        request.text = mask(&request.text);
        request.position = request.position.map(|(lat, lon)| (rounded(lat), rounded(lon)));
    }
    Ok(listed)
}

impl Public {
    /// Says of a request what everybody may know, as of a moment.
    #[must_use]
    pub fn of(teller: &Teller, request: Listed, now: Time) -> Public {
        let at = |at: Option<Time>| at.map(|at| at.to_string());
        let degrees = |micros: i64| micros as f64 / 1e6;
        Public {
            light: request.light(now).as_str(),
            href: format!("/requests/{}", request.code),
            service_name: teller.service(&request.service),
            agency_name: request.agency.as_deref().map(|code| teller.agency(Some(code))),
            place_name: request.place.as_deref().map(|code| teller.place(Some(code))),
            kind: request.kind.as_str(),
            close_kind: request.closed.map(|(_, kind)| kind.as_str()),
            opened_at: request.opened_at.to_string(),
            verified_at: at(request.verified_at),
            answered_at: at(request.answered_at),
            closed_at: at(request.closed.map(|(at, _)| at)),
            finish_by: at(request.finish_by),
            lat: request.position.map(|(lat, _)| degrees(lat)),
            long: request.position.map(|(_, lon)| degrees(lon)),
            level: request.level,
            reopened: request.n_reopened,
            supporters: request.n_supporters,
            id: request.id,
            code: request.code,
            service: request.service,
            agency: request.agency,
            place: request.place,
            state: request.state,
            description: request.text,
            lang: request.lang,
        }
    }
}

fn rounded(micros: i64) -> i64 {
    ((micros as f64 / 1e6 * STEPS_A_DEGREE).round() / STEPS_A_DEGREE * 1e6).round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_names_a_street_and_not_a_house() {
        assert_eq!(rounded(-7_150_449), -7_150_000);
        assert_eq!(rounded(111_881_512), 111_882_000);
    }
}
