//! Aggregate values of [DHIS2](https://docs.dhis2.org/en/develop/using-the-api/dhis-core-version-master/data.html) (`dataValueSets`):
//! JSON, XML and CSV as the Web API gives them.
//!
//! Deliberately absent: who stored a value and what they noted (names and remarks of persons are not read), metadata, events.

use serde::Deserialize;

/// The combination that stands for no groups.
pub const DEFAULT_COMBO: &str = "HllvX50cXC0";

/// One value as it is reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataValue {
    /// Line of a CSV file, the header being the first; of JSON and XML the number of the value, from 1.
    pub line: usize,
    pub element: String,
    /// As DHIS2 writes it: `202603`, `2026Q1`.
    pub period: String,
    pub org_unit: String,
    /// Category option combination; empty where nothing is said.
    pub combo: String,
    /// Attribute option combination; empty where nothing is said.
    pub attribute: String,
    /// As it is written; empty where there is none.
    pub value: String,
    pub is_deleted: bool,
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("it is not UTF-8; save it as UTF-8")]
    NotUtf8,
    #[error("it is no JSON with dataValues: {0}")]
    Json(String),
    #[error("it is no XML: {0}")]
    Xml(String),
    #[error("it is no CSV: {0}")]
    Csv(String),
    #[error("there is no column {0:?}; take the file as DHIS2 gives it, with its header")]
    NoColumn(&'static str),
}

/// Reads a file; what it begins with tells its format.
///
/// # Errors
/// When it is none of the three formats; the message says why.
pub fn read(bytes: &[u8]) -> Result<Vec<DataValue>, Unreadable> {
    let text = std::str::from_utf8(bytes).map_err(|_| Unreadable::NotUtf8)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match text.trim_start().chars().next() {
        Some('{') => read_json(text),
        Some('<') => read_xml(text),
        _ => read_csv(text),
    }
}

/// Writes a period as statistics do: `2026`, `2026-S1`, `2026-Q1`, `2026-03`. `None` for weeks, days and what is no period.
#[must_use]
pub fn period(written: &str) -> Option<String> {
    let (year, rest) = written.split_at_checked(4)?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(year) {
        return None;
    }
    match rest {
        "" => Some(year.to_owned()),
        "S1" | "S2" | "Q1" | "Q2" | "Q3" | "Q4" => Some(format!("{year}-{rest}")),
        month if month.len() == 2 && is_number(month) && ("01"..="12").contains(&month) => {
            Some(format!("{year}-{month}"))
        }
        _ => None,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenSet {
    period: Option<String>,
    org_unit: Option<String>,
    attribute_option_combo: Option<String>,
    data_values: Vec<WrittenValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenValue {
    data_element: String,
    period: Option<String>,
    org_unit: Option<String>,
    category_option_combo: Option<String>,
    attribute_option_combo: Option<String>,
    value: Option<String>,
    #[serde(default)]
    deleted: bool,
}

fn read_json(text: &str) -> Result<Vec<DataValue>, Unreadable> {
    let set: WrittenSet = serde_json::from_str(text).map_err(|error| Unreadable::Json(error.to_string()))?;
    let or =
        |own: Option<String>, common: &Option<String>| own.or_else(|| common.clone()).unwrap_or_default();
    let value = |(at, written): (usize, WrittenValue)| DataValue {
        line: at + 1,
        element: written.data_element,
        period: or(written.period, &set.period),
        org_unit: or(written.org_unit, &set.org_unit),
        combo: written.category_option_combo.unwrap_or_default(),
        attribute: or(written.attribute_option_combo, &set.attribute_option_combo),
        value: written.value.unwrap_or_default().trim().to_owned(),
        is_deleted: written.deleted,
    };
    Ok(set.data_values.into_iter().enumerate().map(value).collect())
}

fn read_xml(text: &str) -> Result<Vec<DataValue>, Unreadable> {
    // A document type, and with it every entity, is refused by the parser.
    let document = roxmltree::Document::parse(text).map_err(|error| Unreadable::Xml(error.to_string()))?;
    let set = document.root_element();
    let values = set
        .children()
        .filter(|node| node.is_element() && node.tag_name().name() == "dataValue");
    let value = |(at, node): (usize, roxmltree::Node<'_, '_>)| {
        let own = |name: &str| node.attribute(name).unwrap_or_default().to_owned();
        let or = |name: &str| {
            let said = node.attribute(name).or_else(|| set.attribute(name));
            said.unwrap_or_default().to_owned()
        };
        DataValue {
            line: at + 1,
            element: own("dataElement"),
            period: or("period"),
            org_unit: or("orgUnit"),
            combo: own("categoryOptionCombo"),
            attribute: or("attributeOptionCombo"),
            value: own("value").trim().to_owned(),
            is_deleted: own("deleted") == "true",
        }
    };
    Ok(values.enumerate().map(value).collect())
}

fn read_csv(text: &str) -> Result<Vec<DataValue>, Unreadable> {
    let refuse = |error: csv::Error| Unreadable::Csv(error.to_string());
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    let header = reader.headers().map_err(refuse)?.clone();
    let column = |name: &str| {
        header
            .iter()
            .position(|column| column.trim().eq_ignore_ascii_case(name))
    };
    let needed = |name: &'static str| column(name).ok_or(Unreadable::NoColumn(name));
    let (element, when, unit, value) = (
        needed("dataelement")?,
        needed("period")?,
        needed("orgunit")?,
        needed("value")?,
    );
    let (combo, attribute) = (column("categoryoptioncombo"), column("attributeoptioncombo"));
    let deleted = column("deleted");
    let mut values = Vec::new();
    for record in reader.records() {
        let record = record.map_err(refuse)?;
        let own = |at: usize| record.get(at).unwrap_or_default().trim().to_owned();
        let maybe = |at: Option<usize>| at.map_or_else(String::new, own);
        values.push(DataValue {
            line: record
                .position()
                .and_then(|position| usize::try_from(position.line()).ok())
                .unwrap_or_default(),
            element: own(element),
            period: own(when),
            org_unit: own(unit),
            combo: maybe(combo),
            attribute: maybe(attribute),
            value: own(value),
            is_deleted: maybe(deleted) == "true",
        });
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    const JSON: &str = r#"{"period":"202603","orgUnit":"ou1","dataValues":[
        {"dataElement":"anc","categoryOptionCombo":"HllvX50cXC0","value":"0","storedBy":"somebody"},
        {"dataElement":"anc","period":"2026Q1","orgUnit":"ou2","value":" 12 ","deleted":true},
        {"dataElement":"anc","orgUnit":"ou3"}]}"#;
    const XML: &str = r#"<dataValueSet xmlns="http://dhis2.org/schema/dxf/2.0" period="202603" orgUnit="ou1">
        <dataValue dataElement="anc" categoryOptionCombo="HllvX50cXC0" value="0" storedBy="somebody"/>
        <dataValue dataElement="anc" period="2026Q1" orgUnit="ou2" value=" 12 " deleted="true"/>
        <dataValue dataElement="anc" orgUnit="ou3"/></dataValueSet>"#;
    const CSV: &str = "\"dataelement\",\"period\",\"orgunit\",\"categoryoptioncombo\",\"attributeoptioncombo\",\"value\",\"storedby\",\"deleted\"\n\
        anc,202603,ou1,HllvX50cXC0,,0,somebody,\nanc,2026Q1,ou2,,,12,,true\nanc,202603,ou3,,,,,\n";

    #[test]
    fn the_three_formats_say_the_same() {
        let json = read(JSON.as_bytes()).unwrap();
        assert_eq!(json, read(XML.as_bytes()).unwrap());
        let mut csv = read(CSV.as_bytes()).unwrap();
        assert_eq!(csv.iter().map(|value| value.line).collect::<Vec<_>>(), [2, 3, 4]);
        for value in &mut csv {
            value.line -= 1;
        }
        assert_eq!(csv, json);
        let told: Vec<(&str, &str, &str, bool)> = json
            .iter()
            .map(|value| {
                (
                    value.period.as_str(),
                    value.org_unit.as_str(),
                    value.value.as_str(),
                    value.is_deleted,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("202603", "ou1", "0", false),
                ("2026Q1", "ou2", "12", true),
                ("202603", "ou3", "", false)
            ]
        );
    }

    #[test]
    fn what_is_none_of_them_is_refused() {
        assert!(matches!(read(b"{\"a\":1}"), Err(Unreadable::Json(_))));
        assert!(matches!(read(b"<a"), Err(Unreadable::Xml(_))));
        let entity = b"<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>";
        assert!(matches!(read(entity), Err(Unreadable::Xml(_))));
        assert_eq!(
            read(b"dataelement,period,value\n"),
            Err(Unreadable::NoColumn("orgunit"))
        );
        assert_eq!(read(b"\xff\xfe"), Err(Unreadable::NotUtf8));
    }

    #[test]
    fn periods_are_written_as_statistics_write_them() {
        for (written, read) in [
            ("2026", Some("2026")),
            ("202603", Some("2026-03")),
            ("2026Q4", Some("2026-Q4")),
            ("2026S2", Some("2026-S2")),
            ("202613", None),
            ("2026W5", None),
            ("20260301", None),
            ("202", None),
            ("Mars", None),
        ] {
            assert_eq!(period(written).as_deref(), read, "{written}");
        }
    }
}
