//! An invented release and a number of it, for the samples of pages.

use std::{collections::BTreeMap, sync::Arc};

use super::Passport;
use crate::{
    indicators::{
        Indicator,
        entry::told::{Inside, Told},
        model::{
            definition::Definition,
            observation::{Facts, Figures, Observation, Standing, Status},
        },
        notes::pages::sample_note,
        outside::cited::Cited,
        releases::model::{Made, Recount, Release},
        view::Named,
    },
    platform::time::Time,
};

const WATER: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../data/indicators/6.1.1.toml"
));

pub fn passport() -> Passport {
    let release = release();
    Passport {
        indicator: indicator(),
        number: number("2026"),
        place: place(),
        group: "<F> & 0–4".to_owned(),
        aim: None,
        parts: Vec::new(),
        sheets: vec![Told {
            office: "Kecamatan <Ngasem>".to_owned(),
            office_code: "90.01".to_owned(),
            edition: 2,
            handed_in_at: Some(Time(0)),
            signed_at: None,
            inside: Some(Inside {
                entered_by: "Siti & co".to_owned(),
                signed_by: "Budi".to_owned(),
                note: "<scales>".to_owned(),
                href: "/desk/figures".to_owned(),
            }),
        }],
        cited: Some(Cited {
            line: 7,
            text: "2026,\"<F>\",72.4".to_owned(),
            licence: "CC BY 4.0".to_owned(),
            taken_at: Time(0),
        }),
        vintages: vec![(release.clone(), number("2026"))],
        elsewhere: vec![(indicator().definition, number("2026"))],
        recount: Some(recount()),
        notes: vec![sample_note()],
        release: Some(release),
    }
}

pub fn indicator() -> Indicator {
    let definition = Definition::parse(WATER).expect("what is shipped is well-formed; a test computes it");
    let dimension = definition.dimensions.first().map(|known| known.name.clone());
    let mut made = made();
    made.facts.off_list = dimension.into_iter().map(|name| (name, 3)).collect();
    Indicator {
        definition: Arc::new(definition),
        run: Some(Arc::new(made.run())),
        trouble: None,
    }
}

pub fn release() -> Release {
    Release {
        id: "0".to_owned(),
        indicator: "6.1.1".to_owned(),
        name: "2026-1".to_owned(),
        signed_as: "Statistics office <Contoh>".to_owned(),
        note: "First round & corrections".to_owned(),
        asked_at: Time(0),
        made: Some(made()),
        trouble: None,
    }
}

pub fn recount() -> Recount {
    Recount {
        done_at: Time(0),
        n_compared: 1204,
        n_differs: 2,
        trouble: None,
    }
}

pub fn place() -> Named {
    Named {
        code: "90.01".to_owned(),
        name: "Ngasem <2026>".to_owned(),
    }
}

/// Everybody together in the place.
pub fn number(period: &str) -> Observation {
    Observation {
        place: place().code,
        parent: None,
        period: period.to_owned(),
        by: String::new(),
        codes: String::new(),
        position: 0,
        status: Status::Normal,
        standing: Standing::Official,
        figures: Figures {
            value: Some(72.4),
            lower: Some(69.8),
            upper: Some(74.9),
            numerator: Some(872.0),
            denominator: Some(1204.0),
            n: Some(1204),
            n_missing: Some(3),
            standard_error: Some(1.3),
            n_effective: Some(1180.0),
        },
        as_of: Some(Time(0)),
    }
}

fn made() -> Made {
    Made {
        definition_version: "0123456789ab".to_owned(),
        tables: BTreeMap::from([
            ("census__household".to_owned(), 7),
            ("census__member".to_owned(), 7),
        ]),
        facts: Facts::default(),
        counted_at: Time(0),
        made_at: Time(0),
        written_as: "0".to_owned(),
        n_cells: 1204,
        sha256: "0123456789abcdef".repeat(4),
    }
}
