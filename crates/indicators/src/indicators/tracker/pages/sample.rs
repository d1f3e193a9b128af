//! An invented regency, for the samples of pages.

use std::sync::Arc;

use measures::interval::{Level, wilson};

use super::super::{
    model::{Track, arrange, beside, gaps::Counted, hidden},
    view::{Followed, Here, Missing, Tracked},
};
use crate::{
    indicators::{
        Indicator,
        model::{
            definition::Definition,
            observation::{Figures, Observation, Standing, Status},
        },
        view::Named,
    },
    platform::i18n::Lang,
};

const WATER: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../data/indicators/6.1.1.toml"
));

pub fn tracked() -> Tracked {
    Tracked {
        here: here(),
        goals: arrange(vec![track()]),
    }
}

pub fn followed(lang: Lang) -> Followed {
    let track = track();
    let definition = &*track.definition;
    let regency = share("90", "2026", 1600, 2000);
    let villages = [
        share("90.01.01", "2026", 30, 60),
        share("90.01.02", "2026", 190, 200),
    ];
    let district = share("90.01", "2026", 800, 1000);
    let above = vec![(
        named("90", "Kabupaten <Contoh>"),
        regency.clone(),
        beside(definition, &district, &regency),
    )];
    let hides = hidden(definition, &district, &villages).map(|found| {
        found
            .into_iter()
            .map(|hidden| (named("90.01.01", "Desa <Ngasem>"), hidden))
            .collect()
    });
    let place = match lang {
        Lang::En => "Ngasem & beyond",
        _ => "Ngasem <2026>",
    };
    Followed {
        here: Here {
            place: Some(named("90.01", place)),
            ..here()
        },
        indicator: indicator(&track.definition),
        above,
        hidden: hides,
        track,
    }
}

pub fn missing() -> Missing {
    let definition = water();
    let counted = |by: &str, status: Status| Counted {
        indicator: definition.code.clone(),
        by: by.to_owned(),
        period: "2026".to_owned(),
        status,
    };
    Missing {
        here: here(),
        counted: vec![
            counted("", Status::Normal),
            counted("sex", Status::Suppressed),
            counted("age", Status::Empty),
        ],
        indicators: vec![indicator(&definition)],
    }
}

fn here() -> Here {
    Here {
        place: Some(named("90.01", "Ngasem <2026>")),
        above: vec![named("90", "Kabupaten <Contoh>")],
        below: vec![named("90.01.01", "Desa <Ngasem>")],
    }
}

fn named(code: &str, name: &str) -> Named {
    Named {
        code: code.to_owned(),
        name: name.to_owned(),
    }
}

fn indicator(definition: &Arc<Definition>) -> Indicator {
    Indicator {
        definition: definition.clone(),
        run: None,
        trouble: None,
    }
}

fn water() -> Arc<Definition> {
    Arc::new(Definition::parse(WATER).expect("what is shipped is well-formed; a test computes it"))
}

fn track() -> Track {
    let over_time = [
        ("2022", 610),
        ("2023", 650),
        ("2024", 700),
        ("2025", 730),
        ("2026", 800),
    ]
    .map(|(period, yes)| share("90.01", period, yes, 1000))
    .to_vec();
    Track::new(water(), &["90.01", "90"], over_time)
}

/// So many of so many, in percent.
fn share(place: &str, period: &str, yes: u32, n: u32) -> Observation {
    let (yes, of) = (f64::from(yes), f64::from(n));
    let p = yes / of;
    let interval = wilson(p, of, Level::P95);
    Observation {
        place: place.to_owned(),
        parent: None,
        period: period.to_owned(),
        by: String::new(),
        codes: String::new(),
        position: 0,
        status: Status::Normal,
        standing: Standing::Official,
        figures: Figures {
            value: Some(p * 100.0),
            lower: interval.map(|i| i.lower * 100.0),
            upper: interval.map(|i| i.upper * 100.0),
            standard_error: Some((p * (1.0 - p) / of).sqrt() * 100.0),
            n_effective: Some(of),
            numerator: Some(yes),
            denominator: Some(of),
            n: Some(i64::from(n)),
            n_missing: Some(0),
        },
        as_of: None,
    }
}
