//! The catchments of the health centres: whole villages, and one market village that two centres share by where its people live.

use anyhow::Context;

use super::{publishing::Desk, world::census::World};
use crate::{
    places::{divisions, model::division::TypedDivision},
    platform::op::Op,
};

/// The code of the division.
pub const HEALTH: &str = "kesehatan";
/// Villages of one health centre.
const N_VILLAGES: usize = 4;
/// The part of the shared village that goes to the centre before its own.
const SHARED: f64 = 0.4;

/// Says which villages each health centre serves.
///
/// # Errors
/// When it is refused.
pub async fn divide(desk: &Desk<'_>, world: &World) -> anyhow::Result<()> {
    let op = Op::system(desk.app.clock.now());
    let codes: Vec<&str> = world
        .regency
        .villages
        .iter()
        .map(|village| village.code.as_str())
        .collect();
    let typed = TypedDivision {
        code: HEALTH.to_owned(),
        title: "Wilayah kerja puskesmas".to_owned(),
        basis: "Penduduk sensus 2025".to_owned(),
        source: "Dinas Kesehatan Ranumaya, peta wilayah kerja (rekaan)".to_owned(),
        rows: rows(&codes),
    };
    divisions::load(desk.app, &op, &typed)
        .await
        .context("divide the sample regency into catchments of health centres")?;
    Ok(())
}

/// A centre for each few villages; the first village of the second is shared with the first.
fn rows(villages: &[&str]) -> String {
    let mut rows = "area,name,place,share\n".to_owned();
    for (at, village) in villages.iter().enumerate() {
        let centre = at / N_VILLAGES + 1;
        let share = if at == N_VILLAGES { 1.0 - SHARED } else { 1.0 };
        rows.push_str(&row(centre, village, share));
        if at == N_VILLAGES {
            rows.push_str(&row(centre - 1, village, SHARED));
        }
    }
    rows
}

fn row(centre: usize, village: &str, share: f64) -> String {
    format!("PKM-{centre:02},Puskesmas {centre},{village},{share}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_village_is_served_and_one_is_shared() {
        let rows = rows(&["1", "2", "3", "4", "5", "6"]);
        assert_eq!(rows.lines().count(), 8);
        assert!(
            rows.contains("PKM-02,Puskesmas 2,5,0.6\nPKM-01,Puskesmas 1,5,0.4\n"),
            "{rows}"
        );
    }
}
