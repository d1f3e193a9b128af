//! Our own public numbers as the files of an Open SDG site.
//!
//! Only what stands open is written: a number that is withheld has no row, as one that nobody counted has none.

use std::collections::BTreeSet;

use formats::opensdg::{AREAS, STATUS, Table, UNITS, VALUE, YEAR, yaml::Metadata};

use crate::{
    indicators::{
        list,
        model::{
            definition::{Definition, Unit},
            observation::{Observation, Standing, Status},
        },
        releases::model::put_in_order,
        store,
    },
    places::{self, model::Place},
    platform::{app::App, problem::Result},
};

/// Writes every indicator of our own that has open numbers: path and text of its table and of its metadata.
///
/// The place that the installation is about is the whole, without an area; others have their code. Groups stand under the names of
/// the dimensions and by their codes.
///
/// # Errors
/// When the database fails.
pub async fn export(app: &App) -> Result<Vec<(String, String)>> {
    let all = places::all(app).await?;
    let top = all.top().map(Place::code).unwrap_or_default();
    let mut taken = BTreeSet::new();
    let mut files = Vec::new();
    for indicator in list(app).await? {
        let definition = &*indicator.definition;
        if definition.imported().is_some() {
            continue;
        }
        let published = store::list_published(&app.db, &definition.code).await?;
        let mut observations: Vec<Observation> = published.into_values().filter(is_open).collect();
        if observations.is_empty() {
            continue;
        }
        put_in_order(&mut observations);
        let plain = definition.code.replace('.', "-");
        let name = if taken.insert(plain.clone()) {
            plain
        } else {
            definition.code.clone()
        };
        let table = table(definition, &observations, top);
        files.push((format!("data/indicator_{name}.csv"), table.write()));
        files.push((format!("meta/{name}.yml"), metadata(definition).write()));
    }
    Ok(files)
}

fn is_open(observation: &Observation) -> bool {
    observation.status == Status::Normal && observation.figures.value.is_some()
}

/// One row a number; a column for each dimension, empty for everybody together.
fn table(definition: &Definition, observations: &[Observation], top: &str) -> Table {
    let dimensions: BTreeSet<&str> = observations
        .iter()
        .flat_map(|observation| groups(observation).map(|(name, _)| name))
        .collect();
    let attributes = [AREAS[1], UNITS[1], STATUS, VALUE];
    let header = std::iter::once(YEAR)
        .chain(dimensions.iter().copied())
        .chain(attributes)
        .map(str::to_owned)
        .collect();
    let rows = observations
        .iter()
        .map(|observation| {
            let code = |dimension: &&str| {
                let found = groups(observation).find(|(name, _)| name == dimension);
                found.map_or("", |(_, code)| code).to_owned()
            };
            let is_whole = observation.place == top;
            let area = if is_whole { "" } else { observation.place.as_str() };
            let mut row = vec![observation.period.clone()];
            row.extend(dimensions.iter().map(code));
            row.push(area.to_owned());
            row.push(unit(definition).to_owned());
            row.push(status(observation.standing).to_owned());
            let value = observation.figures.value;
            row.push(value.map(|value| value.to_string()).unwrap_or_default());
            row
        })
        .collect();
    Table::new(header, rows)
}

/// Name of each dimension and the code in it.
fn groups(observation: &Observation) -> impl Iterator<Item = (&str, &str)> {
    let names = observation.by.split(',').filter(|name| !name.is_empty());
    names.zip(observation.codes.split(','))
}

fn unit(definition: &Definition) -> &'static str {
    match definition.unit {
        Unit::Percent => "PT",
        Unit::Number => "NUMBER",
    }
}

/// The code of an open number in `CL_OBS_STATUS` (SDMX, version 2.2).
fn status(standing: Standing) -> &'static str {
    match standing {
        Standing::Official | Standing::Citizen => "A",
        Standing::Provisional => "P",
        // "Definition differs".
        Standing::Proxy => "D",
        Standing::Estimated => "E",
    }
}

/// What Open SDG's editors call each part of a definition; what nobody wrote is left out.
fn metadata(definition: &Definition) -> Metadata {
    let english = |words: &str| words.trim().to_owned();
    let entries = [
        ("indicator_number", definition.indicator.clone()),
        ("indicator_name", english(definition.title.in_language("en"))),
        ("sdg_goal", definition.goal.clone().unwrap_or_default()),
        ("target_id", definition.target.clone().unwrap_or_default()),
        (
            "indicator_definition",
            english(definition.description.in_language("en")),
        ),
        ("computation_units", unit(definition).to_owned()),
        (
            "computation_calculations",
            english(definition.method.in_language("en")),
        ),
        (
            "un_custodian_agency",
            definition
                .custodian
                .as_ref()
                .map(|custodian| english(custodian.in_language("en")))
                .unwrap_or_default(),
        ),
        (
            "un_designated_tier",
            definition.tier.map(|tier| tier.to_string()).unwrap_or_default(),
        ),
        ("definition_version", definition.version.clone()),
        ("reporting_status", "complete".to_owned()),
    ];
    Metadata::of(entries.into_iter().filter(|(_, text)| !text.is_empty()))
}
