//! Houses of the invented regency: walls, water, toilets, light, belongings, and the worries of those inside.

use super::random::{Random, sigmoid};
use super::settlement::{Geology, Village};

/// The house and what belongs to it; the words are the form's.
#[derive(Clone, Debug)]
pub struct Home {
    pub rooms: u32,
    pub tenure: &'static str,
    pub floor: &'static str,
    pub roof: &'static str,
    pub walls: &'static str,
    pub water_source: &'static str,
    pub water_minutes: u32,
    pub water_treatment: Vec<&'static str>,
    pub washing_water_source: &'static str,
    pub toilet: &'static str,
    pub toilet_shared_by: Option<u32>,
    pub handwashing: &'static str,
    pub waste: &'static str,
    pub electricity: &'static str,
    pub cooking_fuel: &'static str,
    pub assets: Vec<&'static str>,
    pub land_ha: f64,
    /// From mild to severe: worried, no healthy food, ran out, a whole day.
    pub hunger: [bool; 4],
    pub safety: &'static str,
    pub crime: bool,
    pub health_visit: bool,
    pub health_facility: &'static str,
    pub no_visit_reason: &'static str,
}

impl Home {
    /// Makes the home of a household of so many people with a hidden wealth `z`.
    pub fn new(z: f64, village: &Village, n_members: usize, random: &mut Random) -> Home {
        let town = f64::from(u8::from(village.is_town));
        let water_source = water(z, village, random);
        let on_plot = matches!(water_source, "piped_dwelling" | "piped_yard" | "bottled")
            || random.chance(0.35 + 0.1 * z);
        let far = 4.0 + 9.0 * random.unit() + 0.9 * village.remoteness + 8.0 * random.unit().powi(3);
        let toilet = random.by_logit(&[
            ("flush_septic", 0.7 + 1.2 * z + 0.8 * town),
            ("flush_pit", 0.6 + 0.4 * z),
            ("flush_open", -0.9 - 0.3 * z),
            ("flush_sewer", -3.2 + z + 1.4 * town),
            ("vip_latrine", -1.6),
            ("pit_slab", -0.1 - 0.3 * z),
            ("composting", -3.5),
            ("pit_open", -0.6 - 0.7 * z - 0.4 * town),
            ("hanging", if village.is_coastal { -0.4 - 0.6 * z } else { -3.5 }),
            ("none", -0.9 - 1.1 * z - 1.1 * town),
        ]);
        let is_shared = toilet != "none" && random.chance(sigmoid(-1.4 - 0.6 * z));
        let electricity = random.by_logit(&[
            (
                "grid_metered",
                3.2 + 1.0 * z + 0.8 * town - 0.06 * village.remoteness,
            ),
            ("grid_shared", 1.0 - 0.5 * z),
            ("solar", -1.2 + 0.05 * village.remoteness),
            ("generator", -2.6 + 0.04 * village.remoteness),
            ("none", -0.6 - 1.0 * z + 0.05 * village.remoteness),
        ]);
        let powered = electricity != "none";
        let asset = |name: &'static str, at: f64, slope: f64, bonus: f64, random: &mut Random| {
            random.chance(sigmoid(at + slope * z + bonus)).then_some(name)
        };
        let wants_power = if powered { 0.0 } else { -5.0 };
        let mut assets: Vec<&'static str> = [
            asset("radio", -0.8, 0.2, 0.0, random),
            asset("television", 0.9, 1.1, wants_power, random),
            asset("refrigerator", -0.3, 1.4, wants_power + 0.4 * town, random),
            asset("mobile_phone", 2.4, 0.9, 0.0, random),
            asset("computer", -2.6, 1.4, 0.5 * town, random),
            asset(
                "internet",
                -1.6,
                1.2,
                0.8 * town - 0.03 * village.remoteness,
                random,
            ),
            asset("bicycle", -0.1, 0.1, 0.0, random),
            asset("motorcycle", 1.2, 0.9, 0.0, random),
            asset("car", -3.1, 1.3, 0.2 * town, random),
            asset(
                "boat",
                if village.is_coastal { -1.6 } else { -6.0 },
                0.4,
                0.0,
                random,
            ),
            asset("cattle", -1.2, 0.2, -1.2 * town, random),
            asset("goats", -1.0, -0.1, -town, random),
            asset("savings", -0.9, 1.0, 0.2 * town, random),
        ]
        .into_iter()
        .flatten()
        .collect();
        if assets.is_empty() {
            assets.push("none");
        }
        let hunger = 0.4 * random.normal() - 0.9 * z - 0.6;
        let washing_water_source = if random.chance(0.62) && water_source != "bottled" {
            water_source
        } else {
            washing(village, random)
        };
        Home {
            rooms: (1.0 + 0.35 * n_members as f64 + 0.45 * z + 0.5 * random.normal())
                .round()
                .clamp(1.0, 9.0) as u32,
            tenure: random.by_logit(&[
                ("owned", 2.2 - 0.9 * town),
                ("rented", -1.4 + 1.2 * town),
                ("rent_free", 0.2 - 0.2 * z),
                ("official", -2.8),
                ("other", -3.6),
            ]),
            floor: random.by_logit(&[
                ("earth", -0.9 - 1.0 * z - 0.6 * town),
                ("wood_bamboo", -1.4 - 0.4 * z),
                ("cement", 0.7),
                ("tiles", 0.5 + 1.0 * z + 0.4 * town),
                ("other", -4.5),
            ]),
            roof: random.by_logit(&[
                ("thatch", -2.6 - 1.2 * z),
                ("wood_bamboo", -3.6 - z),
                ("metal", -0.5),
                ("asbestos", -0.9),
                ("tiles", 1.5 + 0.3 * z),
                ("concrete", -3.0 + 0.9 * z + 0.6 * town),
            ]),
            walls: random.by_logit(&[
                ("bamboo", -0.8 - 1.2 * z),
                ("wood", -0.1 - 0.5 * z),
                ("earth", -3.4 - z),
                ("brick", 1.3 + 0.9 * z),
                ("other", -4.5),
            ]),
            water_minutes: if on_plot { 0 } else { far.round() as u32 },
            water_treatment: treatment(water_source, z, random),
            water_source,
            washing_water_source,
            toilet,
            toilet_shared_by: is_shared.then(|| 2 + random.poisson(0.8) as u32),
            handwashing: random.by_logit(&[
                ("water_and_soap", 0.9 + 0.8 * z),
                ("water_only", 0.2 - 0.2 * z),
                ("none", -0.5 - 0.7 * z),
                ("not_seen", -2.2),
            ]),
            waste: random.by_logit(&[
                (
                    "collected",
                    -0.8 + 0.5 * z + 2.2 * town - 0.05 * village.remoteness,
                ),
                ("waste_bank", -2.0),
                ("compost", -1.6),
                ("buried", -0.6),
                ("burned", 1.1 - 0.8 * town),
                ("dumped", -0.7 - 0.4 * z),
                ("water", if village.is_coastal { -0.6 } else { -1.5 } - 0.4 * z),
            ]),
            cooking_fuel: random.by_logit(&[
                ("electricity", if powered { -3.0 + 0.8 * z } else { -9.0 }),
                ("lpg", 1.6 + 1.0 * z + 0.8 * town - 0.05 * village.remoteness),
                ("biogas", -4.2),
                ("kerosene", -2.8),
                ("charcoal", -2.0),
                ("wood", 0.6 - 0.8 * z - 1.2 * town + 0.05 * village.remoteness),
                ("crop_waste", -2.4 - 0.8 * z - town),
            ]),
            electricity,
            assets,
            land_ha: if village.is_town || random.chance(0.25) {
                0.0
            } else {
                ((random.normal() * 0.8 - 0.9).exp() * 100.0).round() / 100.0
            },
            hunger: [0.0, 0.35, 1.0, 1.8].map(|step| hunger > step),
            safety: random.by_logit(&[
                ("very_safe", 0.8),
                ("fairly_safe", 1.0),
                ("bit_unsafe", -0.6 + 0.5 * town),
                ("very_unsafe", -2.4 + 0.4 * town),
                ("never_alone", -1.4),
            ]),
            crime: random.chance(sigmoid(-3.2 + 0.3 * z + 0.5 * town)),
            health_visit: random.chance(sigmoid(
                -0.6 - 0.03 * village.remoteness + 0.15 * n_members as f64,
            )),
            health_facility: random.by_logit(&[
                ("posyandu", 0.4 - 0.5 * town),
                ("puskesmas", 0.9),
                ("clinic", -0.3 + 0.6 * z + 0.4 * town),
                ("hospital", -1.4 + 0.4 * z + 0.4 * town),
                ("pharmacy", -1.0),
                ("traditional", -1.6 - 0.4 * z),
                ("other", -4.0),
            ]),
            no_visit_reason: random.by_logit(&[
                ("not_needed", 2.2),
                ("cost", -0.4 - 0.8 * z),
                ("distance", -1.6 + 0.08 * village.remoteness),
                ("quality", -2.2),
                ("self_treated", -0.4),
                ("other", -3.0),
            ]),
        }
    }

    /// Whether a source is improved in the sense of the Joint Monitoring Programme.
    pub fn has_safe_water(source: &str) -> bool {
        !matches!(
            source,
            "unprotected_well" | "unprotected_spring" | "surface_water"
        )
    }
}

/// The source of drinking water: what the ground gives, what pipes reach, what one can pay.
fn water(z: f64, village: &Village, random: &mut Random) -> &'static str {
    let town = f64::from(u8::from(village.is_town));
    let pipes = village.pipes + 0.4 * random.normal();
    let far = 0.05 * village.remoteness;
    let ground = |alluvium: f64, coast: f64, limestone: f64, volcanic: f64| match village.geology {
        Geology::Alluvium => alluvium,
        Geology::Coast => coast,
        Geology::Limestone => limestone,
        Geology::Volcanic => volcanic,
    };
    random.by_logit(&[
        ("piped_dwelling", -1.3 + 1.0 * z + 1.3 * pipes + 0.6 * town),
        ("piped_yard", -1.1 + 0.3 * z + 1.1 * pipes),
        ("public_tap", -1.3 - 0.2 * z + 0.9 * pipes),
        ("borehole", ground(1.0, -0.5, -0.9, -0.2) + 0.4 * z),
        ("protected_well", ground(0.8, 0.0, -1.3, 0.2)),
        ("protected_spring", ground(-4.0, -4.0, -0.6, 0.9)),
        ("rainwater", ground(-4.0, -0.6, 0.6, -2.6)),
        ("tanker", ground(-4.0, -0.5, -0.1, -4.0) + 0.4 * z),
        ("bottled", -1.5 + 1.1 * z + 0.6 * town),
        ("unprotected_well", ground(-0.2, 0.2, -0.8, -0.5) - 0.8 * z + far),
        ("unprotected_spring", ground(-4.0, -4.0, 0.5, 0.4) - 0.8 * z + far),
        ("surface_water", ground(-1.6, -2.6, -0.9, -1.0) - 0.9 * z + far),
    ])
}

fn washing(village: &Village, random: &mut Random) -> &'static str {
    match village.geology {
        Geology::Alluvium => random.one_of::<&str>(&["borehole", "protected_well", "unprotected_well"]),
        Geology::Coast => random.one_of::<&str>(&["unprotected_well", "protected_well", "borehole"]),
        Geology::Limestone => {
            random.one_of::<&str>(&["rainwater", "unprotected_spring", "tanker", "surface_water"])
        }
        Geology::Volcanic => {
            random.one_of::<&str>(&["protected_spring", "unprotected_spring", "surface_water"])
        }
    }
}

fn treatment(source: &str, z: f64, random: &mut Random) -> Vec<&'static str> {
    if source == "bottled" || random.chance(sigmoid(-1.3 - 0.3 * z)) {
        return vec!["none"];
    }
    let mut ways = Vec::new();
    for (way, chance) in [
        ("boil", 0.86),
        ("chlorine", 0.03),
        ("filter", 0.09),
        ("settle", 0.06),
    ] {
        if random.chance(chance) {
            ways.push(way);
        }
    }
    if ways.is_empty() { vec!["none"] } else { ways }
}
