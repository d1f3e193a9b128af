//! Extracts of the United Nations' database of the goals: one row a number of a country, with its series in words.

use std::collections::BTreeMap;

use super::{
    Area, Delivery, Source,
    cited::as_line,
    indicators,
    model::{About, Names, Row, Told, sort},
};
use crate::{
    indicators::model::observation::Standing,
    platform::problem::{Problem, Result},
};

/// What the operator says of an extract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extract {
    /// Begins the codes of its indicators: `un`.
    pub code: String,
    pub name: String,
    /// As the operator calls the file.
    pub file: String,
}

/// Columns of groups, and the codes that stand for everybody together.
const GROUPS: [(&str, &str); 3] = [
    ("location", "ALLAREA"),
    ("type_of_product", "RAW"),
    ("type_of_speed", "ANYS"),
];

/// Reads an extract (CSV with columns `indicator`, `seriesdescription`, `country`, `geo`, `year`, `value`, `nature`, `units` and those of
/// groups), and says what became of its rows.
///
/// # Errors
/// `indicators-outside-file` when a column is missing or the file is no CSV.
pub fn read(extract: &Extract, bytes: &[u8]) -> Result<(Delivery, Told)> {
    let source = Source {
        code: extract.code.clone(),
        name: extract.name.clone(),
        licence: None,
    };
    let refuse = |reason: String| {
        Problem::invalid("indicators-outside-file")
            .with("file", &extract.file)
            .with("reason", reason)
    };
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let header = reader
        .headers()
        .map_err(|error| refuse(error.to_string()))?
        .clone();
    let column = |name: &str| header.iter().position(|column| column.trim() == name);
    let needed = |name: &str| column(name).ok_or_else(|| refuse(format!("there is no column {name:?}")));
    let [indicator, series, country, geo, year, value, nature, units] = [
        needed("indicator")?,
        needed("seriesdescription")?,
        needed("country")?,
        needed("geo")?,
        needed("year")?,
        needed("value")?,
        needed("nature")?,
        needed("units")?,
    ];
    let groups: Vec<(usize, &str, &str)> = GROUPS
        .iter()
        .filter_map(|(name, total)| Some((column(name)?, *name, *total)))
        .collect();
    let (mut told, mut areas) = (Told::default(), BTreeMap::new());
    // By number and series, so that another order of rows gives the same codes.
    let mut parts: BTreeMap<(String, String), Vec<Row>> = BTreeMap::new();
    for (at, record) in reader.records().enumerate() {
        let record = record.map_err(|error| refuse(error.to_string()))?;
        let line = at + 2;
        if record.len() != header.len() {
            told.ragged.push(line);
            continue;
        }
        let cell = |at: usize| missing_is_empty(record.get(at).unwrap_or_default().trim());
        let number = cell(value)
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite());
        let is_placed = is_country(cell(geo)) && !cell(year).is_empty() && !cell(indicator).is_empty();
        if !is_placed || number.is_none() && !cell(value).is_empty() {
            told.unreadable.push(line);
            continue;
        }
        told.n_without_value += usize::from(number.is_none());
        areas.insert(cell(geo).to_owned(), cell(country).to_owned());
        let key = (cell(indicator).to_owned(), cell(series).replace('\u{a0}', " "));
        parts.entry(key).or_default().push(Row {
            line,
            period: cell(year).to_owned(),
            place: cell(geo).to_owned(),
            parent: None,
            series: String::new(),
            unit: cell(units).to_owned(),
            groups: groups
                .iter()
                .map(|&(at, name, total)| (name, cell(at), total))
                .filter(|(_, code, total)| !code.is_empty() && code != total)
                .map(|(name, code, _)| (name.to_owned(), code.to_owned()))
                .collect(),
            value: number,
            standing: standing(cell(nature)),
            text: as_line(record.iter()),
        });
    }
    if parts.is_empty() {
        return Err(Problem::invalid("indicators-outside-empty"));
    }
    let (mut names, mut all) = (Names::default(), Vec::new());
    for ((number, title), rows) in parts {
        let (series, repeated) = sort(&rows);
        let numbers = series.iter().flat_map(|series| &series.observations);
        told.n_numbers += numbers.filter(|o| o.figures.value.is_some()).count();
        told.repeated.extend(repeated);
        let about = About {
            number,
            title,
            file: Some(extract.file.clone()),
            ..About::default()
        };
        all.extend(indicators(&source, &about, series, &mut names)?);
    }
    let delivery = Delivery {
        source,
        areas: areas.into_iter().map(country_of).collect(),
        files: Vec::new(),
        indicators: all,
    };
    Ok((delivery, told))
}

fn country_of((code, name): (String, String)) -> Area {
    Area {
        name: if name.is_empty() { code.clone() } else { name },
        parent: None,
        code,
    }
}

/// Whether a code is one of ISO 3166-1 alpha-3.
fn is_country(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Statistical programs write nothing as a word.
fn missing_is_empty(cell: &str) -> &str {
    if matches!(cell, "NA" | "NULL" | "NaN" | "N/A") {
        ""
    } else {
        cell
    }
}

/// What a number rests on by the database's codes: the country's own, adjusted, gathered by the agency; estimated or modelled by it.
fn standing(nature: &str) -> Standing {
    match nature {
        "C" | "CA" | "G" => Standing::Official,
        "E" | "M" => Standing::Estimated,
        _ => Standing::Provisional,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators::model::definition::Definition;

    const ROWS: &str = "indicator,seriesdescription,country,year,value,nature,location,units,geo\n\
        7.1.1,Electricity (%),Kenya,2014,36,E,ALLAREA,PERCENT,KEN\n\
        7.1.1,Electricity (%),Kenya,2014,12.6,E,RURAL,PERCENT,KEN\n\
        7.1.1,Electricity (%),Nepal,2014,NA,C,ALLAREA,PERCENT,NPL\n\
        7.1.1,Electricity (%),Nepal,2015,many,C,ALLAREA,PERCENT,NPL\n\
        7.1.1,Electricity (%),Africa,2015,1,C,ALLAREA,PERCENT,\n\
        7.2.1,Renewables,Nepal,2014,84.1,NA,,TONNES,NPL\n";

    #[test]
    fn an_extract_becomes_an_indicator_for_each_series() {
        let extract = Extract {
            code: "un".into(),
            name: "UNSD".into(),
            file: "un.csv".into(),
        };
        let (delivery, told) = read(&extract, ROWS.as_bytes()).unwrap();
        let codes: Vec<&str> = delivery.areas.iter().map(|area| area.code.as_str()).collect();
        assert_eq!(codes, ["KEN", "NPL"]);
        assert_eq!((told.n_numbers, told.n_without_value), (3, 1));
        assert_eq!(told.unreadable, [5, 6]);
        let electricity = Definition::parse(&delivery.indicators[0].text).unwrap();
        assert_eq!(
            (electricity.code.as_str(), electricity.indicator.as_str()),
            ("un.7.1.1", "7.1.1")
        );
        assert_eq!(electricity.title.in_language("en"), "Electricity (%)");
        assert!(electricity.find_set(&["location"]).is_some());
        let first = &delivery.indicators[0].observations[0];
        assert_eq!((first.by.as_str(), first.standing), ("", Standing::Estimated));
        assert_eq!(
            delivery.indicators[1].observations[0].standing,
            Standing::Provisional
        );
    }
}
