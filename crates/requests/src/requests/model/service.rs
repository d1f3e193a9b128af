//! Services: what a resident can ask for, what must be told with it, who is responsible where.

use serde::{Deserialize, Serialize};

use super::profile::Standard;
use crate::platform::words::Words;

/// One service with its definition (Open311 GeoReport v2: service and service definition).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    pub code: String,
    pub group: String,
    pub title: Words,
    #[serde(default)]
    pub about: Words,
    #[serde(default)]
    pub keywords: Vec<String>,
    /// Name of the profile its requests run by.
    pub profile: String,
    #[serde(default)]
    pub standard: Standard,
    /// Whether its requests are confidential unless the resident says otherwise.
    #[serde(default)]
    pub is_confidential: bool,
    /// Whether it takes requests; one that no longer does keeps those it has.
    #[serde(default = "yes")]
    pub is_open: bool,
    #[serde(default)]
    pub attributes: Vec<Attribute>,
    /// Who is responsible; the narrowest place around a request wins.
    #[serde(default)]
    pub responsible: Vec<Responsible>,
}

/// An agency responsible for a service in a place and all below it; without a place, everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Responsible {
    pub agency: String,
    #[serde(default)]
    pub place: Option<String>,
}

/// Something more to tell with a request of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attribute {
    pub code: String,
    pub datatype: Datatype,
    #[serde(default)]
    pub is_required: bool,
    pub title: Words,
    #[serde(default)]
    pub hint: Words,
    #[serde(default)]
    pub values: Vec<Choice>,
}

/// One of the values of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub key: String,
    pub title: Words,
}

/// Kinds of attributes that GeoReport v2 names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Datatype {
    String,
    Number,
    Datetime,
    Text,
    Singlevaluelist,
    Multivaluelist,
}

/// A value somebody gave for an attribute; lists may have several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    pub code: String,
    pub values: Vec<String>,
}

/// Why a value of an attribute will not do: the attribute's code, and the text id of what is wrong.
pub type AttributeProblem = (String, &'static str);

impl Service {
    /// Returns the agency responsible at a place, given as its code followed by those of its ancestors.
    #[must_use]
    pub fn agency_at<S: AsRef<str>>(&self, lineage: &[S]) -> Option<&str> {
        let at = |place: Option<&str>| {
            self.responsible
                .iter()
                .find(|each| each.place.as_deref() == place)
        };
        lineage
            .iter()
            .find_map(|code| at(Some(code.as_ref())))
            .or_else(|| at(None))
            .map(|each| each.agency.as_str())
    }

    /// Checks what was given for the attributes; what the service does not ask for is dropped.
    ///
    /// # Errors
    /// Names each attribute that is missing or has a value it cannot have.
    pub fn check(&self, given: &[Given]) -> Result<Vec<Given>, Vec<AttributeProblem>> {
        let (mut kept, mut problems) = (Vec::new(), Vec::new());
        for attribute in &self.attributes {
            let values: Vec<String> = given
                .iter()
                .filter(|each| each.code == attribute.code)
                .flat_map(|each| &each.values)
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
                .collect();
            if values.is_empty() {
                if attribute.is_required {
                    problems.push((attribute.code.clone(), "requests-attribute-missing"));
                }
            } else if let Some(problem) = attribute.refuses(&values) {
                problems.push((attribute.code.clone(), problem));
            } else {
                kept.push(Given {
                    code: attribute.code.clone(),
                    values,
                });
            }
        }
        if problems.is_empty() {
            Ok(kept)
        } else {
            Err(problems)
        }
    }
}

impl Attribute {
    fn refuses(&self, values: &[String]) -> Option<&'static str> {
        let is_listed = |value: &String| self.values.iter().any(|choice| choice.key == *value);
        match self.datatype {
            Datatype::Multivaluelist if values.iter().all(is_listed) => None,
            Datatype::Singlevaluelist if values.len() == 1 && is_listed(&values[0]) => None,
            Datatype::Multivaluelist | Datatype::Singlevaluelist => Some("requests-attribute-not-listed"),
            _ if values.len() > 1 => Some("requests-attribute-several"),
            Datatype::Number if values[0].parse::<f64>().is_ok_and(f64::is_finite) => None,
            Datatype::Number => Some("requests-attribute-no-number"),
            Datatype::Datetime if is_moment(&values[0]) => None,
            Datatype::Datetime => Some("requests-attribute-no-date"),
            Datatype::String | Datatype::Text if values[0].chars().count() <= 4_000 => None,
            Datatype::String | Datatype::Text => Some("text-long"),
        }
    }
}

fn is_moment(text: &str) -> bool {
    text.parse::<jiff::civil::Date>().is_ok()
        || text.parse::<jiff::civil::DateTime>().is_ok()
        || text.parse::<jiff::Timestamp>().is_ok()
}

fn yes() -> bool {
    true
}

/// A file of services.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    service: Vec<Service>,
}

/// Reads a file of services (TOML, one `[[service]]` each).
///
/// # Errors
/// Names the line and what is wrong there.
pub fn parse(text: &str) -> Result<Vec<Service>, super::profile::ProfileError> {
    let error = |line, problem: String, remedy: &str| super::profile::ProfileError {
        line,
        problem,
        remedy: remedy.to_owned(),
    };
    let written: Written = toml::from_str(text).map_err(|wrong| {
        let line = wrong.span().map_or(1, |span| {
            text[..span.start.min(text.len())].matches('\n').count() + 1
        });
        error(
            line,
            wrong.message().split_whitespace().collect::<Vec<_>>().join(" "),
            "",
        )
    })?;
    for service in &written.service {
        let is_code = (1..=60).contains(&service.code.len())
            && service
                .code
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
        let at = text.find(&format!("\"{}\"", service.code)).unwrap_or(0);
        let line = text[..at].matches('\n').count() + 1;
        if !is_code {
            return Err(error(
                line,
                format!("{:?} cannot be the code of a service", service.code),
                "use at most 60 letters, digits, dots and hyphens",
            ));
        }
        if service.title.is_empty() {
            return Err(error(
                line,
                format!("the service {} has no title", service.code),
                "write title = { en = \"…\" }",
            ));
        }
    }
    Ok(written.service)
}

/// The services the sample regency offers.
pub const SAMPLE: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../data/services/regency.toml"
));

#[cfg(test)]
mod tests {
    use super::*;

    fn road() -> Service {
        parse(SAMPLE)
            .expect("the shipped services")
            .into_iter()
            .find(|service| service.code == "road")
            .expect("roads")
    }

    fn given(code: &str, values: &[&str]) -> Given {
        Given {
            code: code.into(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        }
    }

    #[test]
    fn the_narrowest_place_decides_who_is_responsible() {
        let mut service = road();
        service.responsible = vec![
            Responsible {
                agency: "province".into(),
                place: None,
            },
            Responsible {
                agency: "dinas-pu".into(),
                place: Some("35.22".into()),
            },
            Responsible {
                agency: "village".into(),
                place: Some("35.22.01.2001".into()),
            },
        ];
        assert_eq!(
            service.agency_at(&["35.22.01.2001", "35.22.01", "35.22"]),
            Some("village")
        );
        assert_eq!(
            service.agency_at(&["35.22.02.2001", "35.22.02", "35.22"]),
            Some("dinas-pu")
        );
        assert_eq!(service.agency_at(&["35.23"]), Some("province"));
        service.responsible.remove(0);
        assert_eq!(service.agency_at(&["35.23"]), None);
    }

    #[test]
    fn attributes_are_checked_against_their_definition() {
        let service = road();
        let problems = service
            .check(&[given("damage", &["dragons"]), given("width", &["wide"])])
            .expect_err("refused");
        assert_eq!(
            problems,
            [
                ("damage".to_owned(), "requests-attribute-not-listed"),
                ("width".to_owned(), "requests-attribute-no-number")
            ]
        );
        assert_eq!(
            service.check(&[]).expect_err("refused"),
            [("damage".to_owned(), "requests-attribute-missing")]
        );
        let kept = service
            .check(&[
                given("damage", &["pothole"]),
                given("width", &[" 2.5 "]),
                given("colour", &["red"]),
            ])
            .expect("kept");
        assert_eq!(kept, [given("damage", &["pothole"]), given("width", &["2.5"])]);
    }

    #[test]
    fn a_file_of_services_names_the_line_of_what_is_wrong() {
        let error = parse(
            "[[service]]\ncode = \"a b\"\ngroup = \"x\"\nprofile = \"lapor\"\ntitle = { en = \"A\" }\n",
        )
        .expect_err("refused");
        assert_eq!(error.line, 2, "{error}");
        let error = parse("[[service]]\ncode = \"a\"\ngroop = \"x\"\n").expect_err("refused");
        assert_eq!(error.line, 3, "{error}");
    }
}
