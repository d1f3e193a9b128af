use std::collections::{BTreeMap, BTreeSet};

use baraza::demo::{
    opendata,
    world::{
        answers::{FormName, instance_id, submission},
        census::{Round, World},
        home::Home,
    },
};
use sha2::{Digest, Sha256};

const FORM: FormName<'static> = FormName {
    id: "household",
    version: "1",
};

/// Everything that a world would deliver, in one number.
fn digest(seed: u64) -> String {
    let world = World::new(seed, 60);
    let mut hash = Sha256::new();
    hash.update(opendata::places(&world));
    hash.update(opendata::choices(&world));
    for dataset in [
        opendata::planning::villages(&world, 2026),
        opendata::planning::budget(&world, 2025),
        opendata::works::water_points(&world, 2026),
        opendata::works::rivers(&world, 2026),
        opendata::works::roads(&world, 2026),
        opendata::network::wifi(&world, 2026),
        opendata::health::visits(&world, 2026, &["2026-09", "2026-10"]),
        opendata::health::stunting(&world, 2026),
        opendata::health::immunisation(&world, 2026),
        opendata::health::health_posts(&world, 2026),
    ] {
        for edition in &dataset.editions {
            hash.update(edition);
        }
    }
    for visit in Round::BOTH.into_iter().flat_map(|round| world.visits(round)) {
        hash.update(submission(&world, &visit, &FORM));
        hash.update(visit.arrives.to_string());
    }
    hex::encode(hash.finalize())
}

fn tag(xml: &str, name: &str) -> Option<String> {
    let from = xml.find(&format!("<{name}>"))? + name.len() + 2;
    Some(xml[from..from + xml[from..].find('<')?].to_owned())
}

#[test]
fn the_same_seed_gives_the_same_regency_byte_for_byte() {
    assert_eq!(digest(7), digest(7));
    assert_ne!(digest(7), digest(8));
}

#[test]
fn every_interview_has_an_id_of_its_own_and_duplicates_share_the_household() {
    let world = World::new(5, 2_000);
    let visits: Vec<_> = Round::BOTH
        .into_iter()
        .flat_map(|round| world.visits(round))
        .collect();
    let ids: BTreeSet<String> = visits.iter().map(|visit| instance_id(&world, visit)).collect();
    assert_eq!(ids.len(), visits.len());
    let twice = visits.iter().filter(|visit| visit.copy > 0).count();
    assert!((5..60).contains(&twice), "{twice} households were asked twice");
}

#[test]
fn the_second_round_is_not_finished_everywhere_and_the_first_almost_is() {
    let world = World::new(5, 2_000);
    let reached = |round| world.visits(round).len() as f64 / world.households(round).len() as f64;
    assert!(reached(Round::First) > 0.98, "{}", reached(Round::First));
    assert!(
        (0.80..0.97).contains(&reached(Round::Second)),
        "{}",
        reached(Round::Second)
    );
    let mut of_village: BTreeMap<usize, usize> = BTreeMap::new();
    for enumerator in &world.enumerators {
        *of_village.entry(enumerator.village).or_default() += 1;
    }
    assert!(of_village.values().all(|n| *n == 3) && of_village.len() == world.regency.villages.len());
}

#[test]
fn new_water_points_help_the_villages_that_got_them() {
    let world = World::new(20_261_121, 4_000);
    let safe = |round: Round, helped: bool| {
        let here = |group: usize| {
            world.regency.villages[world.regency.groups[group].village].has_new_water == helped
        };
        let households: Vec<_> = world
            .households(round)
            .iter()
            .filter(|household| here(household.group))
            .collect();
        households
            .iter()
            .filter(|household| Home::has_safe_water(household.home.water_source))
            .count() as f64
            / households.len() as f64
    };
    let gain = |helped| safe(Round::Second, helped) - safe(Round::First, helped);
    assert!(gain(true) > 0.12, "{}", gain(true));
    assert!(gain(false).abs() < 0.03, "{}", gain(false));
}

#[test]
fn living_conditions_go_together() {
    let world = World::new(3, 4_000);
    let (mut safe, mut unsafe_) = ((0.0, 0.0), (0.0, 0.0));
    for household in world.households(Round::First) {
        let sum = if Home::has_safe_water(household.home.water_source) {
            &mut safe
        } else {
            &mut unsafe_
        };
        sum.0 += 1.0;
        sum.1 += f64::from(u8::from(household.home.assets.contains(&"refrigerator")));
    }
    // Who has safe water more often has a refrigerator, although nothing links the two but wealth.
    assert!(
        safe.1 / safe.0 > unsafe_.1 / unsafe_.0 + 0.12,
        "{} against {}",
        safe.1 / safe.0,
        unsafe_.1 / unsafe_.0
    );
}

#[test]
fn a_year_passes_between_the_rounds_for_those_who_stay() {
    let world = World::new(3, 1_000);
    let before: BTreeMap<u32, usize> = world
        .households(Round::First)
        .iter()
        .map(|h| (h.number, h.group))
        .collect();
    let after = world.households(Round::Second);
    let stayed = after
        .iter()
        .filter(|household| before.contains_key(&household.number))
        .count();
    let moved = after
        .iter()
        .filter(|household| {
            before
                .get(&household.number)
                .is_some_and(|group| *group != household.group)
        })
        .count();
    let came = after.len() - stayed;
    assert!(
        before.len() - stayed > 2 && moved > 10 && came > 5,
        "left {}, moved {moved}, came {came}",
        before.len() - stayed
    );
    let on = Round::Second.begins_on();
    assert!(after.iter().all(|household| {
        household
            .members
            .iter()
            .filter(|member| member.relation == "head")
            .count()
            == 1
    }));
    assert!(
        after
            .iter()
            .any(|household| household.members.iter().any(|member| member.age(on) == 0)),
        "nobody was born"
    );
}

#[test]
fn answers_hold_the_mistakes_of_real_censuses() {
    let world = World::new(3, 1_500);
    let sheets: Vec<String> = world
        .visits(Round::First)
        .iter()
        .map(|visit| submission(&world, visit, &FORM))
        .collect();
    let share = |is: &dyn Fn(&String) -> bool| {
        sheets.iter().filter(|sheet| is(sheet)).count() as f64 / sheets.len() as f64
    };
    assert!((0.002..0.03).contains(&share(&|sheet| sheet.contains("<consent>no</consent>"))));
    assert!((0.1..0.95).contains(&share(&|sheet| sheet.contains("<birth_date/>"))));
    assert!((0.01..0.1).contains(&share(&|sheet| sheet.contains("<location/>"))));
    let mistyped = |sheet: &String| {
        sheet.split("<member>").skip(1).any(|member| {
            let age: i16 = tag(member, "age").and_then(|age| age.parse().ok()).unwrap_or(0);
            let born = tag(member, "birth_date").and_then(|day| day.get(..4)?.parse::<i16>().ok());
            born.is_some_and(|year| (2025 - year - age).abs() > 2)
        })
    };
    assert!((0.01..0.25).contains(&share(&mistyped)), "{}", share(&mistyped));
}
