//! A site of Open SDG: its files as indicators, and back.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context;
use formats::opensdg::{AREAS, SERIES, STATUS, Table, UNITS, Unreadable, VALUE, YEAR, yaml::Metadata};
use serde::{Deserialize, Serialize};

use super::{
    Area, Delivery, File, Source,
    cited::as_line,
    indicators,
    model::{About, Names, Row, Told, sort},
};
use crate::{
    indicators::model::observation::Standing,
    platform::problem::{Problem, Result},
};

/// What the operator says of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Code of the country, ISO 3166-1 alpha-3: `KAZ`.
    pub country: String,
    pub name: String,
    /// Names of its areas by their code in the files.
    pub areas: BTreeMap<String, String>,
}

/// A file of a site as it is kept.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kept {
    Table(Table),
    Metadata(Metadata),
}

/// Reads the files of a site; others than tables and metadata of indicators are left alone.
///
/// # Errors
/// `indicators-outside-file` with the file and the remedy when one cannot be read, `indicators-outside-empty` when there is no table.
pub fn read(site: &Site, files: &[(String, Vec<u8>)]) -> Result<Delivery> {
    let source = Source {
        code: site.country.to_lowercase(),
        name: site.name.clone(),
        licence: None,
    };
    let mut kept = Vec::new();
    let mut tables: Vec<(&str, Table)> = Vec::new();
    let mut metadata: BTreeMap<&str, Vec<Metadata>> = BTreeMap::new();
    for (path, bytes) in files {
        let refuse = |error: Unreadable| {
            Problem::invalid("indicators-outside-file")
                .with("file", path)
                .with("reason", error)
        };
        match role(path) {
            Some(Role::Table) => tables.push((path.as_str(), Table::read(bytes).map_err(refuse)?)),
            // Beside a table of the same name a workbook is what the table was made of.
            Some(Role::Workbook) if files.iter().all(|(other, _)| *other != written_path(path)) => {
                tables.push((path.as_str(), Table::read_workbook(bytes).map_err(refuse)?));
            }
            Some(Role::Metadata(name)) => {
                let read = Metadata::read(bytes).map_err(refuse)?;
                kept.push(file(path, &Kept::Metadata(read.clone()), Told::default())?);
                // Those in folders of their own are translations.
                if path.matches('/').count() == 1 {
                    metadata.entry(name).or_default().push(read);
                }
            }
            Some(Role::Workbook) | None => {}
        }
    }
    if tables.is_empty() {
        return Err(Problem::invalid("indicators-outside-empty"));
    }
    let (mut names, mut all, mut areas) = (Names::default(), Vec::new(), BTreeSet::new());
    for (path, table) in tables {
        let refuse = |error: Unreadable| {
            Problem::invalid("indicators-outside-file")
                .with("file", path)
                .with("reason", error)
        };
        let (rows, mut told) = rows(site, &table).map_err(refuse)?;
        areas.extend(
            rows.iter()
                .filter(|row| row.parent.is_some())
                .map(|row| row.place.clone()),
        );
        let (series, repeated) = sort(&rows);
        let numbers = series.iter().flat_map(|series| &series.observations);
        told.n_numbers = numbers.filter(|o| o.figures.value.is_some()).count();
        told.repeated = repeated;
        let name = number_in(path);
        let about = about(
            path,
            name,
            metadata.get(name).map(Vec::as_slice).unwrap_or_default(),
        );
        all.extend(indicators(&source, &about, series, &mut names)?);
        kept.push(file(path, &Kept::Table(table), told)?);
    }
    Ok(Delivery {
        areas: named(site, areas),
        source,
        files: kept,
        indicators: all,
    })
}

/// The path that a file has when it is written back: a workbook becomes a table.
#[must_use]
pub fn written_path(path: &str) -> String {
    match path.strip_suffix(".xlsx") {
        Some(stem) => format!("{stem}.csv"),
        None => path.to_owned(),
    }
}

/// Writes a file from what was kept of it.
///
/// # Errors
/// When what was kept is none of ours.
pub fn write(content: &str) -> Result<String> {
    let kept: Kept = serde_json::from_str(content)
        .context("read a kept file")
        .map_err(Problem::internal)?;
    Ok(match kept {
        Kept::Table(table) => table.write(),
        Kept::Metadata(metadata) => metadata.write(),
    })
}

/// What a file of a site is.
enum Role<'a> {
    Table,
    Workbook,
    /// Of the indicator with this number, hyphens between.
    Metadata(&'a str),
}

fn role(path: &str) -> Option<Role<'_>> {
    // What is taken in is written back one day: nothing may lie outside its folder.
    if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return None;
    }
    let (folder, rest) = path.split_once('/')?;
    let name = rest.rsplit('/').next().unwrap_or(rest);
    match (folder, name.rsplit_once('.')?) {
        ("data", (stem, "csv")) if stem.starts_with("indicator_") => Some(Role::Table),
        ("data", (stem, "xlsx")) if stem.starts_with("indicator_") => Some(Role::Workbook),
        ("meta" | "indicator-config", (stem, "yml" | "yaml")) => Some(Role::Metadata(stem)),
        _ => None,
    }
}

/// The number in the name of a table: `8-6-1` of `data/indicator_8-6-1.csv`.
fn number_in(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.strip_prefix("indicator_").unwrap_or(stem)
}

fn file(path: &str, kept: &Kept, told: Told) -> Result<File> {
    Ok(File {
        path: path.to_owned(),
        content: serde_json::to_string(kept).map_err(Problem::internal)?,
        told,
    })
}

/// The country and those of its areas that are in the files.
fn named(site: &Site, areas: BTreeSet<String>) -> Vec<Area> {
    let country = Area {
        code: site.country.clone(),
        parent: None,
        name: site.name.clone(),
    };
    let parts = areas.into_iter().map(|code| {
        let local = code.split_once('.').map_or("", |(_, local)| local);
        Area {
            name: site.areas.get(local).cloned().unwrap_or_else(|| code.clone()),
            parent: Some(site.country.clone()),
            code,
        }
    });
    std::iter::once(country).chain(parts).collect()
}

/// The rows that are numbers, and what became of the others.
fn rows(site: &Site, table: &Table) -> std::result::Result<(Vec<Row>, Told), Unreadable> {
    let (year, value) = (table.needed(YEAR)?, table.needed(VALUE)?);
    let units: Vec<usize> = UNITS.iter().filter_map(|name| table.column(name)).collect();
    let places: Vec<usize> = AREAS.iter().filter_map(|name| table.column(name)).collect();
    let (series, status) = (table.column(SERIES), table.column(STATUS));
    let groups: Vec<(usize, &str)> = table
        .header
        .iter()
        .enumerate()
        .map(|(at, column)| (at, column.trim()))
        .filter(|(at, column)| {
            let is_other = *at == year || *at == value || [series, status].contains(&Some(*at));
            !(column.is_empty() || is_other || units.contains(at) || places.contains(at))
        })
        .collect();
    let (mut rows, mut told) = (Vec::new(), Told::default());
    for (at, cells) in table.rows.iter().enumerate() {
        let line = at + 2;
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            told.n_blank += 1;
            continue;
        }
        if cells.len() != table.header.len() {
            told.ragged.push(line);
            continue;
        }
        let first = |columns: &[usize]| {
            let mut found = columns.iter().map(|&column| cells[column].trim());
            found.find(|cell| !cell.is_empty()).unwrap_or_default()
        };
        let written = cells[value].trim();
        let number = written.parse::<f64>().ok().filter(|number| number.is_finite());
        let period = cells[year].trim();
        if period.is_empty() || number.is_none() && !written.is_empty() {
            told.unreadable.push(line);
            continue;
        }
        told.n_without_value += usize::from(number.is_none());
        let area = first(&places);
        rows.push(Row {
            line,
            period: period.to_owned(),
            place: match area {
                "" => site.country.clone(),
                area => format!("{}.{area}", site.country),
            },
            parent: (!area.is_empty()).then(|| site.country.clone()),
            series: series.map_or("", |at| cells[at].trim()).to_owned(),
            unit: first(&units).to_owned(),
            groups: groups
                .iter()
                .map(|&(at, column)| (column, cells[at].trim()))
                .filter(|(_, code)| !code.is_empty() && *code != TOTAL)
                .map(|(column, code)| (column.to_owned(), code.to_owned()))
                .collect(),
            value: number,
            standing: standing(status.map_or("", |at| cells[at].trim())),
            text: as_line(cells.iter().map(String::as_str)),
        });
    }
    Ok((rows, told))
}

/// What a code of `CL_OBS_STATUS` promises; what a site publishes without one is official.
fn standing(code: &str) -> Standing {
    match code {
        "P" => Standing::Provisional,
        "D" => Standing::Proxy,
        "E" => Standing::Estimated,
        _ => Standing::Official,
    }
}

/// SDMX's code for everybody together.
const TOTAL: &str = "_T";

/// What the metadata say of an indicator; what stands in another repository, they say by a key only.
fn about(path: &str, name: &str, metadata: &[Metadata]) -> About {
    let said = |key: &str| metadata.iter().find_map(|metadata| metadata.text(key));
    let in_words = |key: &str| said(key).filter(|text| !is_key(text)).unwrap_or_default();
    let unit = said("computation_units").unwrap_or_default();
    let unit = match unit.split_once('.') {
        Some((_, last)) if is_key(&unit) || unit.starts_with("data.") => last.to_owned(),
        _ => unit,
    };
    let tier = said("un_designated_tier").and_then(|tier| match tier.trim_start_matches("Tier ") {
        "1" | "I" => Some(1),
        "2" | "II" => Some(2),
        "3" | "III" => Some(3),
        _ => None,
    });
    let number = said("indicator_number").unwrap_or_else(|| name.replace('-', "."));
    About {
        number: number.trim_end_matches('.').to_owned(),
        title: in_words("indicator_name"),
        description: in_words("indicator_definition"),
        unit,
        custodian: Some(in_words("un_custodian_agency")).filter(|agency| !agency.is_empty()),
        tier,
        file: Some(path.to_owned()),
    }
}

/// Whether a text is the key of one that stands elsewhere: `global_indicators.8-6-1-title`.
fn is_key(text: &str) -> bool {
    text.contains('.') && !text.contains(char::is_whitespace) && !text.ends_with('.')
}
