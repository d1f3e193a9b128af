//! What a client asks: the paths and parameters of SDMX REST, for both versions.

use super::{
    model::{ARTEFACT_VERSION, TIME, Version},
    period::Span,
    structure::Class,
};
use crate::dcat::values::decoded;

/// How many codes and keys, or conditions, one question may list: each series is held against all of them.
const MOST_ALTERNATIVES: usize = 200;

/// A question.
#[derive(Debug, Clone, PartialEq)]
pub enum Query {
    Structure(StructureQuery),
    Data(DataQuery),
    Availability(DataQuery),
}

/// A question for structures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StructureQuery {
    /// `None` for every class.
    pub class: Option<Class>,
    /// Empty for all.
    pub agencies: Vec<String>,
    /// Empty for all.
    pub ids: Vec<String>,
    pub references: References,
    pub depth: Depth,
}

/// What is wanted beside what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum References {
    None,
    Children,
    Descendants,
    Parents,
    Ancestors,
    ParentsAndSiblings,
    All,
    Of(Class),
}

/// How much of it is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    Full,
    /// Names only.
    Stubs,
    /// Names only of what is not asked for itself.
    StubsOfReferences,
}

/// A question for data, or for what data there are.
#[derive(Debug, Clone, PartialEq)]
pub struct DataQuery {
    pub flow: FlowAsked,
    pub filter: Filter,
    pub limit: Limit,
    /// Only what changed since, in microseconds since 1970 UTC.
    pub updated_after: Option<i64>,
    pub detail: Detail,
    /// For availability: the one component that is wanted.
    pub component: Option<String>,
}

/// The dataflow that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowAsked {
    /// `None` for any.
    pub agency: Option<String>,
    pub id: String,
}

/// Which series and which of their observations are wanted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// Any of these keys; none given wants all. A key has a list of codes for each dimension, an empty one wants all.
    keys: Vec<Vec<Vec<String>>>,
    /// Each of these holds: the dimension, and tests of which one has to hold.
    codes: Vec<(usize, Vec<(Is, String)>)>,
    /// Each of these holds: several of which one has to hold, each several that have to hold together.
    periods: Vec<Vec<Vec<(Is, Span)>>>,
}

/// How many observations of each series are wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limit {
    pub first: Option<usize>,
    pub last: Option<usize>,
}

/// How much is said of the data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Detail {
    #[default]
    Full,
    DataOnly,
    SeriesKeysOnly,
    NoData,
}

impl Detail {
    /// True where observations are wanted.
    #[must_use]
    pub fn has_observations(self) -> bool {
        matches!(self, Detail::Full | Detail::DataOnly)
    }

    /// True where attributes are wanted.
    #[must_use]
    pub fn has_attributes(self) -> bool {
        matches!(self, Detail::Full | Detail::NoData)
    }
}

/// How a value compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Is {
    Equal,
    Other,
    Below,
    AtMost,
    Above,
    AtLeast,
}

/// Why a question cannot be answered; `part` names the part of it, `found` is what stood there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("{found:?} is no {part}")]
    Malformed { part: &'static str, found: String },
    #[error("{part} {found:?} is not answered here")]
    Unsupported { part: &'static str, found: String },
    #[error("{part} {found:?} does not exist")]
    Unknown { part: &'static str, found: String },
}

impl Query {
    /// Reads the path behind the version's own beginning, and the query string, both as they came over the wire.
    ///
    /// `dimensions` are the ids of the dimensions but time, in order.
    ///
    /// # Errors
    /// [`Fault`] with the part that is wrong, unknown or not answered here.
    pub fn read(version: Version, path: &str, query: &str, dimensions: &[&str]) -> Result<Query, Fault> {
        let parts: Vec<String> = path
            .split('/')
            .map(decoded)
            .filter(|part| !part.is_empty())
            .collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let pairs = Pairs::read(query);
        if pairs
            .find("includeHistory")
            .is_some_and(|wanted| wanted == "true")
        {
            return Err(unsupported("includeHistory", "true"));
        }
        match (version, parts.as_slice()) {
            (Version::V21, ["data", rest @ ..]) => data_21(rest, &pairs, dimensions, 3).map(Query::Data),
            (Version::V21, ["availableconstraint", rest @ ..]) => {
                let mut asked = data_21(rest, &pairs, dimensions, 4)?;
                asked.component = component(rest.get(3), dimensions)?;
                only_exact(&pairs).map(|()| Query::Availability(asked))
            }
            (Version::V30, ["data", rest @ ..]) => data_30(rest, &pairs, dimensions, 5).map(Query::Data),
            (Version::V30, ["availability", rest @ ..]) => {
                let mut asked = data_30(rest, &pairs, dimensions, 6)?;
                asked.component = component(rest.get(5), dimensions)?;
                only_exact(&pairs).map(|()| Query::Availability(asked))
            }
            (Version::V21, ["structure", rest @ ..]) => structure(None, rest, &pairs).map(Query::Structure),
            (Version::V30, ["structure", class, rest @ ..]) => {
                let class = match *class {
                    "*" => None,
                    class => Some(class_of(class)?),
                };
                structure(class, rest, &pairs).map(Query::Structure)
            }
            (Version::V21, [class, rest @ ..]) => {
                structure(Some(class_of(class)?), rest, &pairs).map(Query::Structure)
            }
            (_, parts) => Err(malformed("resource", parts.first().copied().unwrap_or(""))),
        }
    }
}

impl Filter {
    /// True when a key is wanted; it has a code for each dimension.
    #[must_use]
    pub fn wants(&self, key: &[String]) -> bool {
        let fits = |wanted: &Vec<Vec<String>>| {
            wanted
                .iter()
                .zip(key)
                .all(|(codes, code)| codes.is_empty() || codes.contains(code))
        };
        let holds = |(is, wanted): &(Is, String), code: &String| (*is == Is::Equal) == (wanted == code);
        (self.keys.is_empty() || self.keys.iter().any(fits))
            && self.codes.iter().all(|(dimension, tests)| {
                key.get(*dimension)
                    .is_some_and(|code| tests.iter().any(|test| holds(test, code)))
            })
    }

    /// True when a key with this code in a dimension may be wanted.
    #[must_use]
    pub fn may_want(&self, dimension: usize, code: &str) -> bool {
        let fits = |wanted: &Vec<Vec<String>>| {
            wanted
                .get(dimension)
                .is_none_or(|codes| codes.is_empty() || codes.iter().any(|wanted| wanted == code))
        };
        let holds = |(is, wanted): &(Is, String)| (*is == Is::Equal) == (wanted == code);
        (self.keys.is_empty() || self.keys.iter().any(fits))
            && self
                .codes
                .iter()
                .filter(|(of, _)| *of == dimension)
                .all(|(_, tests)| tests.iter().any(holds))
    }

    /// True when observations of a period are wanted.
    #[must_use]
    pub fn wants_period(&self, span: Span) -> bool {
        let holds = |(is, wanted): &(Is, Span)| match is {
            Is::Equal => span == *wanted,
            Is::Other => span != *wanted,
            Is::Below => span.last < wanted.first,
            Is::AtMost => span.last <= wanted.last,
            Is::Above => span.first > wanted.last,
            Is::AtLeast => span.first >= wanted.first,
        };
        self.periods
            .iter()
            .all(|any| any.iter().any(|together| together.iter().all(holds)))
    }
}

/// A format that answers come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    GenericXml,
    SpecificXml,
    /// SDMX-ML 3.0.
    Xml,
    Json1,
    Json2,
    Csv1,
    Csv2,
}

impl Format {
    /// Chooses the format of data by `format=` of the address, else by the header `Accept`; `None` when none of those wanted is there.
    #[must_use]
    pub fn choose(version: Version, query: &str, accept: &str) -> Option<Format> {
        let usual = Format::usual(version);
        let [json, csv] = match version {
            Version::V21 => [Format::Json1, Format::Csv1],
            Version::V30 => [Format::Json2, Format::Csv2],
        };
        if let Some(word) = Pairs::read(query).find("format") {
            return match (word, version) {
                ("xml", _) => Some(usual),
                ("generic", Version::V21) => Some(Format::GenericXml),
                ("specific", Version::V21) => Some(Format::SpecificXml),
                ("json", _) => Some(json),
                ("csv", _) => Some(csv),
                _ => None,
            };
        }
        let one = |media_type: &str| {
            let (name, parameters) = media_type.split_once(';').unwrap_or((media_type, ""));
            let wanted = parameters
                .split(';')
                .find_map(|parameter| parameter.trim().strip_prefix("version="));
            match (name.trim(), version) {
                ("*/*" | "application/*" | "application/xml" | "text/xml" | "text/html", _) => Some(usual),
                (
                    "application/vnd.sdmx.genericdata+xml" | "application/vnd.sdmx.generictimeseriesdata+xml",
                    Version::V21,
                ) => Some(Format::GenericXml),
                (
                    "application/vnd.sdmx.structurespecificdata+xml"
                    | "application/vnd.sdmx.structurespecifictimeseriesdata+xml",
                    Version::V21,
                ) => Some(Format::SpecificXml),
                ("application/vnd.sdmx.data+xml", Version::V30) => Some(Format::Xml),
                ("application/vnd.sdmx.data+json" | "application/json", _) => match wanted {
                    None => Some(json),
                    Some("1.0" | "1.0.0") => Some(Format::Json1),
                    Some("2.0" | "2.0.0") => Some(Format::Json2),
                    Some(_) => None,
                },
                ("application/vnd.sdmx.data+csv" | "text/csv", _) => match wanted {
                    None => Some(csv),
                    Some("1.0" | "1.0.0") => Some(Format::Csv1),
                    Some("2.0" | "2.0.0") => Some(Format::Csv2),
                    Some(_) => None,
                },
                _ => None,
            }
        };
        in_order(accept).map_or(Some(usual), |wanted| wanted.into_iter().find_map(one))
    }

    /// The format of data when nobody says which.
    #[must_use]
    pub fn usual(version: Version) -> Format {
        match version {
            Version::V21 => Format::GenericXml,
            Version::V30 => Format::Xml,
        }
    }

    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Format::GenericXml => "application/vnd.sdmx.genericdata+xml; version=2.1",
            Format::SpecificXml => "application/vnd.sdmx.structurespecificdata+xml; version=2.1",
            Format::Xml => "application/vnd.sdmx.data+xml; version=3.0.0",
            Format::Json1 => "application/vnd.sdmx.data+json; version=1.0.0",
            Format::Json2 => "application/vnd.sdmx.data+json; version=2.0.0",
            Format::Csv1 => "application/vnd.sdmx.data+csv; version=1.0.0; charset=utf-8",
            Format::Csv2 => "application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8",
        }
    }

    /// True where values are told by their number in lists of all values, which have to be kept until the end.
    #[must_use]
    pub fn is_json(self) -> bool {
        matches!(self, Format::Json1 | Format::Json2)
    }
}

/// True when structures, which are there in SDMX-ML only, are in a format that is wanted.
#[must_use]
pub fn takes_structures(version: Version, query: &str, accept: &str) -> bool {
    if let Some(word) = Pairs::read(query).find("format") {
        return word == "xml";
    }
    let own = structure_media_type(version)
        .split(';')
        .next()
        .unwrap_or_default();
    in_order(accept).is_none_or(|wanted| {
        wanted.iter().any(|media_type| {
            let name = media_type.split(';').next().unwrap_or_default().trim();
            name == own
                || matches!(
                    name,
                    "*/*" | "application/*" | "application/xml" | "text/xml" | "text/html"
                )
        })
    })
}

/// The media type of structures.
#[must_use]
pub fn structure_media_type(version: Version) -> &'static str {
    match version {
        Version::V21 => "application/vnd.sdmx.structure+xml; version=2.1",
        Version::V30 => "application/vnd.sdmx.structure+xml; version=3.0.0",
    }
}

/// The media types of a header `Accept`, the most wanted first; `None` when it wants nothing in particular.
fn in_order(accept: &str) -> Option<Vec<&str>> {
    let weight = |media_type: &str| -> f64 {
        media_type
            .split(';')
            .find_map(|parameter| parameter.trim().strip_prefix("q="))
            .and_then(|weight| weight.parse().ok())
            .unwrap_or(1.0)
    };
    let mut wanted: Vec<&str> = accept
        .split(',')
        .map(str::trim)
        .filter(|media_type| !media_type.is_empty() && weight(media_type) > 0.0)
        .collect();
    wanted.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
    Some(wanted).filter(|wanted| !wanted.is_empty())
}

/// The parameters of a query string, in their order. A plus is a plus, because SDMX has a meaning for it.
struct Pairs(Vec<(String, String)>);

impl Pairs {
    fn read(query: &str) -> Pairs {
        let pair = |text: &str| {
            let (name, value) = text.split_once('=').unwrap_or((text, ""));
            (decoded(name), decoded(value))
        };
        Pairs(
            query
                .split('&')
                .filter(|text| !text.is_empty())
                .map(pair)
                .collect(),
        )
    }

    fn find(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(given, _)| given == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }
}

fn malformed(part: &'static str, found: &str) -> Fault {
    Fault::Malformed {
        part,
        found: found.to_owned(),
    }
}

fn unsupported(part: &'static str, found: &str) -> Fault {
    Fault::Unsupported {
        part,
        found: found.to_owned(),
    }
}

fn unknown(part: &'static str, found: &str) -> Fault {
    Fault::Unknown {
        part,
        found: found.to_owned(),
    }
}

fn class_of(word: &str) -> Result<Class, Fault> {
    match word {
        "agencyscheme" | "organisationscheme" => Ok(Class::AgencyScheme),
        "codelist" => Ok(Class::Codelist),
        "conceptscheme" => Ok(Class::ConceptScheme),
        "dataflow" => Ok(Class::Dataflow),
        "datastructure" => Ok(Class::DataStructure),
        "actualconstraint"
        | "allowedconstraint"
        | "attachementconstraint"
        | "categorisation"
        | "categoryscheme"
        | "contentconstraint"
        | "customtypescheme"
        | "dataconstraint"
        | "dataconsumerscheme"
        | "dataproviderscheme"
        | "hierarchicalcodelist"
        | "hierarchy"
        | "metadata"
        | "metadataflow"
        | "metadatastructure"
        | "namepersonalisationscheme"
        | "organisationunitscheme"
        | "process"
        | "provisionagreement"
        | "registration"
        | "reportingtaxonomy"
        | "rulesetscheme"
        | "schema"
        | "structuremap"
        | "structureset"
        | "transformationscheme"
        | "userdefinedoperatorscheme"
        | "valuelist"
        | "vtlmappingscheme" => Err(unsupported("resource", word)),
        word => Err(malformed("resource", word)),
    }
}

/// Reads a list of names; all of them is an empty list.
fn names(part: Option<&&str>) -> Vec<String> {
    match part {
        None | Some(&("all" | "*")) => Vec::new(),
        Some(text) => text.split([',', '+']).map(str::to_owned).collect(),
    }
}

/// There is one version of everything; all ways to ask for it are answered.
fn check_version(text: &str) -> Result<(), Fault> {
    let is_ours = |one: &str| {
        matches!(
            one,
            "" | "latest" | "all" | "*" | "+" | "~" | "1.0+" | "1+.0" | "1+" | "1.0~"
        ) || one == ARTEFACT_VERSION
    };
    if text.split(',').any(is_ours) {
        Ok(())
    } else {
        Err(unknown("version", text))
    }
}

fn structure(class: Option<Class>, rest: &[&str], pairs: &Pairs) -> Result<StructureQuery, Fault> {
    if let Some(version) = rest.get(2) {
        check_version(version)?;
    }
    if let Some(item) = rest.get(3).filter(|item| !matches!(**item, "all" | "*")) {
        return Err(unsupported("item", item));
    }
    let references = match pairs.find("references") {
        None | Some("none") => References::None,
        Some("children") => References::Children,
        Some("descendants") => References::Descendants,
        Some("parents") => References::Parents,
        Some("ancestors") => References::Ancestors,
        Some("parentsandsiblings") => References::ParentsAndSiblings,
        Some("all") => References::All,
        Some(word) => References::Of(class_of(word)?),
    };
    let depth = match pairs.find("detail") {
        // Code lists hold nothing but codes that are used, so that they are partial as they are.
        None | Some("full" | "raw" | "referencepartial") => Depth::Full,
        Some("allstubs" | "allcompletestubs") => Depth::Stubs,
        Some("referencestubs" | "referencecompletestubs") => Depth::StubsOfReferences,
        Some(word) => return Err(malformed("detail", word)),
    };
    Ok(StructureQuery {
        class,
        agencies: names(rest.first()),
        ids: names(rest.get(1)),
        references,
        depth,
    })
}

fn data_21(rest: &[&str], pairs: &Pairs, dimensions: &[&str], most: usize) -> Result<DataQuery, Fault> {
    too_long(rest, most)?;
    let asked = *rest.first().ok_or_else(|| malformed("dataflow", ""))?;
    let flow = match asked.split(',').collect::<Vec<_>>()[..] {
        [id] => flow(None, id),
        [agency, id] => flow(Some(agency), id),
        [agency, id, version] => {
            check_version(version)?;
            flow(Some(agency), id)
        }
        _ => return Err(malformed("dataflow", asked)),
    };
    let mut asked = data(flow, pairs, dimensions)?;
    if let Some(key) = rest.get(1) {
        asked.filter.keys = keys_of(key, dimensions, "all")?;
    }
    // There is one provider: whoever is named is taken to be it.
    Ok(asked)
}

fn data_30(rest: &[&str], pairs: &Pairs, dimensions: &[&str], most: usize) -> Result<DataQuery, Fault> {
    too_long(rest, most)?;
    match rest.first() {
        None | Some(&("*" | "dataflow")) => {}
        Some(context @ (&"datastructure" | &"provisionagreement")) => {
            return Err(unsupported("context", context));
        }
        Some(context) => return Err(malformed("context", context)),
    }
    if let Some(version) = rest.get(3) {
        check_version(version)?;
    }
    let id = match rest.get(2) {
        None | Some(&"*") => return Err(unsupported("dataflow", "*")),
        Some(id) => *id,
    };
    let mut asked = data(flow(rest.get(1).copied(), id), pairs, dimensions)?;
    if let Some(key) = rest.get(4) {
        asked.filter.keys = keys_of(key, dimensions, "*")?;
    }
    Ok(asked)
}

fn too_long(rest: &[&str], most: usize) -> Result<(), Fault> {
    match rest.get(most) {
        Some(found) => Err(malformed("path", found)),
        None => Ok(()),
    }
}

fn flow(agency: Option<&str>, id: &str) -> FlowAsked {
    FlowAsked {
        agency: agency
            .filter(|agency| !matches!(*agency, "all" | "*"))
            .map(str::to_owned),
        id: id.to_owned(),
    }
}

/// Reads what both versions say beside the path.
fn data(flow: FlowAsked, pairs: &Pairs, dimensions: &[&str]) -> Result<DataQuery, Fault> {
    let count = |name: &'static str| match pairs.find(name) {
        None => Ok(None),
        Some(text) => match text.parse::<usize>() {
            Ok(n) if n > 0 => Ok(Some(n)),
            _ => Err(malformed(name, text)),
        },
    };
    let detail = match pairs.find("detail") {
        None | Some("full") => Detail::Full,
        Some("dataonly") => Detail::DataOnly,
        Some("serieskeysonly") => Detail::SeriesKeysOnly,
        Some("nodata") => Detail::NoData,
        Some(word) => return Err(malformed("detail", word)),
    };
    // 3.0 says the same with two parameters.
    let detail = match (pairs.find("attributes"), pairs.find("measures")) {
        (None | Some("all" | "dsd"), None | Some("all")) => detail,
        (Some("none"), None | Some("all")) => Detail::DataOnly,
        (None | Some("all" | "dsd"), Some("none")) => Detail::NoData,
        (Some("none"), Some("none")) => Detail::SeriesKeysOnly,
        (Some(word), _) if !matches!(word, "all" | "dsd" | "none") => {
            return Err(unsupported("attributes", word));
        }
        (_, word) => return Err(unsupported("measures", word.unwrap_or_default())),
    };
    match pairs.find("dimensionAtObservation") {
        None | Some(TIME) => {}
        Some(word) if word == "AllDimensions" || dimensions.contains(&word) => {
            return Err(unsupported("dimensionAtObservation", word));
        }
        Some(word) => return Err(malformed("dimensionAtObservation", word)),
    }
    let updated_after = match pairs.find("updatedAfter") {
        None => None,
        Some(text) => Some(moment(text).ok_or_else(|| malformed("updatedAfter", text))?),
    };
    Ok(DataQuery {
        flow,
        filter: filter(pairs, dimensions)?,
        limit: Limit {
            first: count("firstNObservations")?,
            last: count("lastNObservations")?,
        },
        updated_after,
        detail,
        component: None,
    })
}

/// Reads what stands outside the key: the span of time, and in 3.0 conditions on components.
fn filter(pairs: &Pairs, dimensions: &[&str]) -> Result<Filter, Fault> {
    let mut filter = Filter::default();
    for (name, is) in [("startPeriod", Is::AtLeast), ("endPeriod", Is::AtMost)] {
        if let Some(text) = pairs.find(name) {
            let span = Span::parse(text).ok_or_else(|| malformed(name, text))?;
            filter.periods.push(vec![vec![(is, span)]]);
        }
    }
    let mut n = 0;
    for (name, value) in &pairs.0 {
        let Some(component) = name.strip_prefix("c[").and_then(|rest| rest.strip_suffix(']')) else {
            continue;
        };
        n += alternatives(value);
        if n > MOST_ALTERNATIVES {
            return Err(too_many("condition", value, n));
        }
        if component == TIME {
            let together = |text: &str| {
                text.split('+')
                    .map(period_test)
                    .collect::<Result<Vec<_>, Fault>>()
            };
            let any = value
                .split(',')
                .map(together)
                .collect::<Result<Vec<_>, Fault>>()?;
            filter.periods.push(any);
            continue;
        }
        let at = dimensions
            .iter()
            .position(|dimension| *dimension == component)
            .ok_or_else(|| unsupported("component", component))?;
        let tests = value
            .split(',')
            .map(|text| match operator(text) {
                (is @ (Is::Equal | Is::Other), code) => Ok((is, code.to_owned())),
                _ => Err(unsupported("operator", text)),
            })
            .collect::<Result<Vec<_>, Fault>>()?;
        filter.codes.push((at, tests));
    }
    Ok(filter)
}

fn period_test(text: &str) -> Result<(Is, Span), Fault> {
    let (is, period) = operator(text);
    let span = Span::parse(period).ok_or_else(|| malformed("period", text))?;
    Ok((is, span))
}

/// Splits `ge:2020`; without an operator it is equality.
fn operator(text: &str) -> (Is, &str) {
    for (word, is) in [
        ("eq:", Is::Equal),
        ("ne:", Is::Other),
        ("lt:", Is::Below),
        ("le:", Is::AtMost),
        ("gt:", Is::Above),
        ("ge:", Is::AtLeast),
    ] {
        if let Some(value) = text.strip_prefix(word) {
            return (is, value);
        }
    }
    (Is::Equal, text)
}

/// Reads keys: codes of the dimensions in order, separated by full stops, alternatives by plus signs; 3.0 gives several keys with
/// commas and may leave dimensions at the end out.
fn keys_of(text: &str, dimensions: &[&str], everything: &str) -> Result<Vec<Vec<Vec<String>>>, Fault> {
    if text == everything {
        return Ok(Vec::new());
    }
    let n = alternatives(text);
    if n > MOST_ALTERNATIVES {
        return Err(too_many("key", text, n));
    }
    let key = |text: &str| {
        let codes = |part: &str| -> Vec<String> {
            match part {
                "" | "*" => Vec::new(),
                codes => codes.split('+').map(str::to_owned).collect(),
            }
        };
        let key: Vec<Vec<String>> = text.split('.').map(codes).collect();
        let fits = match everything {
            "*" => key.len() <= dimensions.len(),
            _ => key.len() == dimensions.len(),
        };
        if fits {
            Ok(key)
        } else {
            Err(malformed("key", text))
        }
    };
    match everything {
        "*" => text.split(',').map(key).collect(),
        _ => key(text).map(|key| vec![key]),
    }
}

/// Counts what a text lists with commas and plus signs.
fn alternatives(text: &str) -> usize {
    text.split([',', '+']).count()
}

/// Names the beginning of what lists too much, how much it lists, and how much it may.
fn too_many(part: &'static str, text: &str, n: usize) -> Fault {
    let beginning: String = text.chars().take(40).collect();
    let found = format!("{beginning}… ({n} alternatives, at most {MOST_ALTERNATIVES})");
    malformed(part, &found)
}

fn component(part: Option<&&str>, dimensions: &[&str]) -> Result<Option<String>, Fault> {
    match part {
        None | Some(&("all" | "*")) => Ok(None),
        Some(id) if *id == TIME || dimensions.contains(id) => Ok(Some((*id).to_owned())),
        Some(id) => Err(unknown("component", id)),
    }
}

fn only_exact(pairs: &Pairs) -> Result<(), Fault> {
    match (pairs.find("mode"), pairs.find("references")) {
        (None | Some("exact"), None | Some("none")) => Ok(()),
        (Some("available"), _) => Err(unsupported("mode", "available")),
        (None | Some("exact"), Some(word)) => Err(unsupported("references", word)),
        (Some(word), _) => Err(malformed("mode", word)),
    }
}

/// Reads `2026-11-23` or `2026-11-23T02:00:00Z`, with an offset or without, as microseconds since 1970 UTC.
fn moment(text: &str) -> Option<i64> {
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, time),
        None => (text, "00:00:00Z"),
    };
    let mut parts = date.split('-').map(number);
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() || !(1..=12).contains(&month) || !(1..=31).contains(&day) || year > 9999 {
        return None;
    }
    let (clock, ahead) = match time.strip_suffix('Z') {
        Some(clock) => (clock, 0),
        None => match time.rfind(['+', '-']) {
            Some(at) => {
                let (hours, minutes) = time.get(at + 1..)?.split_once(':')?;
                let ahead = number(hours)? * 60 + number(minutes)?;
                let ahead = if time[at..].starts_with('-') {
                    -ahead
                } else {
                    ahead
                };
                (&time[..at], ahead)
            }
            None => (time, 0),
        },
    };
    let whole = clock.split('.').next().unwrap_or(clock);
    let mut parts = whole.split(':').map(number);
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().unwrap_or(Some(0))?;
    if hour > 24 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = days_since_1970(year, month, day) * 86_400 + hour * 3_600 + (minute - ahead) * 60 + second;
    Some(seconds * 1_000_000)
}

fn number(text: &str) -> Option<i64> {
    let is_number = !text.is_empty() && text.len() < 5 && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

/// Days since 1970-01-01 in the Gregorian calendar (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}
