//! What the health office publishes, and what it wants to publish once others have looked at it.

use std::fmt::Write;

use super::{Offered, said};
use crate::demo::world::{census::World, random::Random};

const OFFICE: &str = "dinkes";
const DAYS: [&str; 5] = ["Senin", "Selasa", "Rabu", "Kamis", "Jumat"];

/// Visits to the health centres: one file for each of these months, with those before it.
pub fn visits(world: &World, year: i16, months: &[&str]) -> Offered {
    Offered {
        slug: "clinic-visits".to_owned(),
        title: "Kunjungan puskesmas per bulan".to_owned(),
        description: said(
            "Kunjungan rawat jalan, rawat inap, dan rujukan setiap puskesmas menurut bulan.",
            "Outpatients, inpatients and referrals of every health centre by month.",
        ),
        theme: "health",
        organisation: OFFICE,
        period: year.to_string(),
        file_name: "clinic-visits.csv",
        editions: (1..=months.len()).map(|n| reports(world, &months[..n])).collect(),
    }
}

pub fn stunting(world: &World, year: i16) -> Offered {
    let percents = [0.08, 0.3];
    Offered {
        slug: "stunting".to_owned(),
        title: "Balita pendek (stunting) per desa".to_owned(),
        description: said(
            "Balita yang diukur di posyandu dan yang pendek menurut umurnya, per desa.",
            "Children under five who were measured, and those too short for their age, by village.",
        ),
        theme: "health",
        organisation: OFFICE,
        period: year.to_string(),
        file_name: "stunting.csv",
        editions: vec![shares(world, ["measured", "stunted"], percents)],
    }
}

pub fn immunisation(world: &World, year: i16) -> Offered {
    let percents = [0.7, 0.98];
    Offered {
        slug: "immunisation".to_owned(),
        title: "Imunisasi dasar lengkap per desa".to_owned(),
        description: said(
            "Bayi dan bayi yang imunisasi dasarnya lengkap, per desa.",
            "Infants, and those with all basic immunisations, by village.",
        ),
        theme: "health",
        organisation: OFFICE,
        period: year.to_string(),
        file_name: "immunisation.csv",
        editions: vec![shares(world, ["infants", "fully_immunised"], percents)],
    }
}

pub fn health_posts(world: &World, year: i16) -> Offered {
    Offered {
        slug: "health-posts".to_owned(),
        title: "Jadwal posyandu".to_owned(),
        description: said(
            "Hari dan jam buka posyandu setiap desa.",
            "Days and hours of the monthly health post of every village.",
        ),
        theme: "health",
        organisation: OFFICE,
        period: year.to_string(),
        file_name: "health-posts.csv",
        editions: vec![timetable(world)],
    }
}

fn reports(world: &World, months: &[&str]) -> String {
    let mut text = String::from("month,clinic_code,clinic,outpatients,inpatients,referrals\n");
    for (nth, month) in months.iter().enumerate() {
        let clinics = world
            .regency
            .places
            .iter()
            .filter(|place| place.level == "district");
        for (at, district) in clinics.enumerate() {
            let number = (nth * 100 + at) as u64;
            let mut random = Random::new(world.seed).stream("clinic visits", number);
            let outpatients = 380 + random.below(420);
            let _ = writeln!(
                text,
                "{month},PKM-{},Puskesmas {},{outpatients},{},{}",
                district.code,
                district.name,
                12 + random.below(30),
                outpatients / 22 + random.below(9)
            );
        }
    }
    text
}

/// Children of every village, and the share of them that lies between these two.
fn shares(world: &World, [all, some]: [&str; 2], [least, most]: [f64; 2]) -> String {
    let mut text = format!("village_code,village,{all},{some}\n");
    for (at, village) in world.regency.villages.iter().enumerate() {
        let mut random = Random::new(world.seed).stream(some, at as u64);
        let n = 24 + random.below(60);
        let share = random.between(least, most);
        let n_some = (n as f64 * share).round() as usize;
        let _ = writeln!(text, "{},{},{n},{n_some}", village.code, village.name);
    }
    text
}

fn timetable(world: &World) -> String {
    let mut text = String::from("village_code,village,health_post,week_of_month,weekday,opens\n");
    for (at, village) in world.regency.villages.iter().enumerate() {
        let mut random = Random::new(world.seed).stream("health posts", at as u64);
        let _ = writeln!(
            text,
            "{},{},Posyandu {},{},{},{:02}:00",
            village.code,
            village.name,
            village.name,
            1 + random.below(4),
            random.one_of(&DAYS),
            8 + random.below(2)
        );
    }
    text
}
