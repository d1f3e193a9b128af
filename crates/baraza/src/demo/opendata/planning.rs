//! What Bappeda publishes: the villages in figures, and what they may spend.

use std::fmt::Write;

use super::{Offered, said};
use crate::demo::world::{
    census::{Round, World},
    random::Random,
};

const OFFICE: &str = "bappeda";
const N_LISTS: usize = 4;

/// Four lists of the villages: one gets its own code, areas are measured anew, roads make ways shorter, households are counted again.
pub fn villages(world: &World, year: i16) -> Offered {
    Offered {
        slug: "villages".to_owned(),
        title: "Desa: luas, rumah tangga, dan tanah".to_owned(),
        description: said(
            "Setiap desa dengan kecamatan, luas, jumlah rumah tangga menurut sensus terakhir, jarak ke kota kecamatan, dan jenis tanahnya.",
            "Every village with its district, area, number of households at the last census, way to the district town and the ground under it.",
        ),
        theme: "demography",
        organisation: OFFICE,
        period: year.to_string(),
        file_name: "villages.csv",
        editions: (0..N_LISTS).map(|nth| list(world, nth)).collect(),
    }
}

/// What each village planned and spent in a year, in rupiah.
pub fn budget(world: &World, year: i16) -> Offered {
    Offered {
        slug: format!("village-budget-{year}"),
        title: format!("Anggaran desa {year}"),
        description: said(
            "Dana desa, alokasi dana desa, pendapatan asli, rencana, dan realisasi belanja setiap desa, dalam rupiah.",
            "Village fund, allocation of the regency, own income, planned and actual spending of every village, in rupiah.",
        ),
        theme: "economy",
        organisation: OFFICE,
        period: year.to_string(),
        file_name: "village-budget.csv",
        editions: vec![spending(world, year)],
    }
}

fn list(world: &World, nth: usize) -> String {
    let round = if nth + 1 < N_LISTS {
        Round::First
    } else {
        Round::Second
    };
    let mut households = vec![0_usize; world.regency.villages.len()];
    for household in world.households(round) {
        households[world.regency.groups[household.group].village] += 1;
    }
    let youngest = world.regency.villages.len().saturating_sub(1);
    let mut text = String::from(
        "village_code,village,district_code,area_km2,households,household_groups,km_to_district_town,ground,on_the_coast\n",
    );
    for (at, (village, n)) in world.regency.villages.iter().zip(households).enumerate() {
        let listed = world
            .regency
            .places
            .iter()
            .find(|place| place.code == village.code);
        let district = listed.and_then(|place| place.parent.as_deref()).unwrap_or("");
        let mut area = listed.map_or(0.0, |place| place.shape.area_km2());
        if nth == 0 && at % 4 == 2 {
            area *= 1.04;
        }
        let mut way = village.remoteness;
        if nth < 2 && at % 5 == 1 {
            way += 2.4;
        }
        if nth < 3 && at % 7 == 3 {
            way += 0.8;
        }
        // Before a village is one of its own, it is prepared for years: with a code and a name for the meantime.
        let (code, name) = match nth == 0 && at == youngest {
            true => (
                format!("{district}.2099"),
                format!("{} (persiapan)", village.name),
            ),
            false => (village.code.clone(), village.name.clone()),
        };
        let _ = writeln!(
            text,
            "{code},{name},{district},{area:.2},{n},{},{way:.1},{},{}",
            village.groups.len(),
            village.geology.as_str(),
            if village.is_coastal { "yes" } else { "no" }
        );
    }
    text
}

fn spending(world: &World, year: i16) -> String {
    let mut text =
        String::from("village_code,village,village_fund,allocation,own_income,planned_spending,spending\n");
    let growth = 1.04_f64.powi(i32::from(year) - 2023);
    let rupiah = |millions: f64| (millions * growth * 1_000.0).round() as i64 * 1_000;
    for (at, village) in world.regency.villages.iter().enumerate() {
        let mut usual = Random::new(world.seed).stream("village budget", at as u64);
        let fund = rupiah(usual.between(700.0, 1_100.0));
        let allocation = rupiah(usual.between(350.0, 600.0));
        let own = rupiah(usual.between(20.0, if village.is_town { 400.0 } else { 150.0 }));
        let number = u64::from(year.unsigned_abs()) * 1_000 + at as u64;
        let mut that_year = Random::new(world.seed).stream("village spending", number);
        let planned = fund + allocation + own;
        let spent = (planned as f64 * that_year.between(0.82, 0.995) / 1_000.0).round() as i64 * 1_000;
        let _ = writeln!(
            text,
            "{},{},{fund},{allocation},{own},{planned},{spent}",
            village.code, village.name
        );
    }
    text
}
