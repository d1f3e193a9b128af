//! The facilities of the district whose users and providers score them.

use anyhow::Context;

use super::{
    super::{publishing::Desk, staff::WALIDATA, world::settlement::Village},
    Scene,
};
use crate::scorecards::{self, model::facility::Facility};

/// The health centre, with two whole rounds.
pub const CLINIC: &str = "puskesmas";
/// The school, of which a group of three is told together with another.
pub const SCHOOL: &str = "sd-negeri-1";
/// The desk for licences, with a round that is planned.
pub const LICENSING: &str = "loket-perizinan";
/// The water point, with a round in the middle of its sessions.
pub const WATER: &str = "keran-umum";
/// Days ago on which the list came.
const LISTED: i64 = 258;

/// Takes the list in as the steward of all data would.
///
/// # Errors
/// When it is refused.
pub async fn list(desk: &Desk<'_>, scene: &Scene<'_>) -> anyhow::Result<()> {
    let (village, next) = (scene.village, scene.next);
    let mut clinic = facility(scene, (CLINIC, "clinic", "dinkes"), "Puskesmas", village, 0);
    clinic.serves = vec![village.code.clone(), next.code.clone()];
    clinic.serves.dedup();
    let list = vec![
        clinic,
        facility(
            scene,
            (SCHOOL, "school", "dindik"),
            "Sekolah Dasar Negeri 1",
            next,
            1,
        ),
        facility(
            scene,
            (LICENSING, "licensing", "dpmptsp"),
            "Loket Perizinan",
            village,
            1,
        ),
        facility(scene, (WATER, "water", "dinas-pu"), "Keran Umum", village, 2),
    ];
    let op = desk.on(WALIDATA, LISTED)?;
    let mut tx = desk.app.db.begin().await?;
    scorecards::keep_facilities(&mut tx, &op, list)
        .await
        .context("take in the facilities of the sample regency")?;
    tx.commit().await?;
    Ok(())
}

/// A facility that stands at a group of houses of a village.
fn facility(
    scene: &Scene<'_>,
    (code, kind, organisation): (&str, &str, &str),
    name: &str,
    village: &Village,
    group: usize,
) -> Facility {
    Facility {
        code: code.to_owned(),
        name: format!("{name} {}", village.name),
        kind: kind.to_owned(),
        organisation: organisation.to_owned(),
        place: village.code.clone(),
        at: scene.spot(village, group),
        serves: Vec::new(),
        valid_from: None,
        valid_to: None,
    }
}
