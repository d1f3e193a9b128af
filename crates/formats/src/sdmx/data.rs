//! Data messages, written series by series.

use std::{collections::HashMap, sync::Arc};

use serde_json::{Value, json};

use super::{
    model::{
        ARTEFACT_VERSION, Catalogue, Component, Flow, Header, Holds, Observation, Of, Series, TIME, VALUE,
        Version,
    },
    query::{Detail, Format},
    xml::{self, escaped},
};

/// Writes one message of data; [`Writer::begin`], then [`Writer::series`] for each, then [`Writer::end`].
#[derive(Debug)]
pub struct Writer {
    format: Format,
    catalogue: Arc<Catalogue>,
    flow: Flow,
    detail: Detail,
    header: Header,
    /// In JSON: the values seen of each component, in the order in which they are numbered.
    seen: Seen,
    n_series: usize,
}

impl Writer {
    #[must_use]
    pub fn new(
        format: Format,
        catalogue: Arc<Catalogue>,
        flow: Flow,
        detail: Detail,
        header: Header,
    ) -> Writer {
        let structure = &catalogue.structure;
        let n_of = |of: Of| structure.attributes_of(of).count();
        let seen = Seen {
            dimensions: vec![Values::default(); structure.dimensions.len()],
            periods: Values::default(),
            of_series: vec![Values::default(); n_of(Of::Series)],
            of_observations: vec![Values::default(); n_of(Of::Observation)],
        };
        Writer {
            format,
            catalogue,
            flow,
            detail,
            header,
            seen,
            n_series: 0,
        }
    }

    /// Writes what stands before all series.
    pub fn begin(&mut self) -> String {
        match self.format {
            Format::GenericXml => self.begin_generic(),
            Format::SpecificXml => self.begin_specific(Version::V21),
            Format::Xml => self.begin_specific(Version::V30),
            Format::Csv1 | Format::Csv2 => self.begin_csv(),
            Format::Json1 => format!(
                "{{\"header\":{},\"dataSets\":[{{\"action\":\"Information\",\"series\":{{",
                self.meta()
            ),
            Format::Json2 => format!(
                "{{\"meta\":{},\"data\":{{\"dataSets\":[{{\"structure\":0,\"action\":\"Information\",\"series\":{{",
                self.meta()
            ),
        }
    }

    /// Writes one series.
    pub fn series(&mut self, series: &Series) -> String {
        let out = match self.format {
            Format::GenericXml => self.series_generic(series),
            Format::SpecificXml | Format::Xml => self.series_specific(series),
            Format::Csv1 | Format::Csv2 => self.series_csv(series),
            Format::Json1 | Format::Json2 => self.series_json(series),
        };
        self.n_series += 1;
        out
    }

    /// Writes what stands behind all series.
    pub fn end(&mut self) -> String {
        match self.format {
            Format::GenericXml => "</mes:DataSet>\n</mes:GenericData>\n".to_owned(),
            Format::SpecificXml | Format::Xml => "</mes:DataSet>\n</mes:StructureSpecificData>\n".to_owned(),
            Format::Csv1 | Format::Csv2 => String::new(),
            Format::Json1 => format!("}}}}],\"structure\":{}}}\n", self.structure_json()),
            Format::Json2 => format!("}}}}],\"structures\":[{}]}}}}\n", self.structure_json()),
        }
    }

    fn attributes(&self, of: Of) -> Vec<&Component> {
        self.catalogue.structure.attributes_of(of).collect()
    }

    /// The dataflow's permanent name with what stands along series: the namespace of its own elements.
    fn own_namespace(&self) -> String {
        let flow = xml::urn(&self.catalogue, "datastructure.Dataflow", &self.flow.id);
        format!("{flow}:ObsLevelDim:{TIME}")
    }

    fn structure_usage(&self, version: Version, namespace: &str) -> String {
        format!(
            "<mes:Structure structureID=\"{}\"{namespace} dimensionAtObservation=\"{TIME}\"><com:StructureUsage>{}</com:StructureUsage></mes:Structure>",
            self.catalogue.structure.id,
            xml::reference(version, &self.catalogue, "datastructure.Dataflow", &self.flow.id)
        )
    }

    fn begin_generic(&self) -> String {
        let namespaces = [("mes", "message"), ("gen", "data/generic"), ("com", "common")];
        let mut out = xml::begin(Version::V21, "GenericData", &namespaces);
        out.push_str(">\n");
        let usage = self.structure_usage(Version::V21, "");
        xml::header(&self.header, &self.catalogue.agency, &usage, &mut out);
        out.push_str(&format!(
            "<mes:DataSet structureRef=\"{}\" action=\"Information\">\n",
            self.catalogue.structure.id
        ));
        out
    }

    fn begin_specific(&self, version: Version) -> String {
        let namespaces = [
            ("mes", "message"),
            ("ss", "data/structurespecific"),
            ("com", "common"),
        ];
        let mut out = xml::begin(version, "StructureSpecificData", &namespaces);
        let own = self.own_namespace();
        out.push_str(&format!(
            " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:own=\"{own}\">\n"
        ));
        let usage = self.structure_usage(version, &format!(" namespace=\"{own}\""));
        xml::header(&self.header, &self.catalogue.agency, &usage, &mut out);
        out.push_str(&format!(
            "<mes:DataSet ss:structureRef=\"{}\" xsi:type=\"own:DataSetType\" ss:dataScope=\"DataStructure\" ss:action=\"Information\">\n",
            self.catalogue.structure.id
        ));
        out
    }

    fn series_generic(&self, series: &Series) -> String {
        let value = |id: &str, value: &str| format!("<gen:Value id=\"{id}\" value=\"{}\"/>", escaped(value));
        let mut out = "<gen:Series><gen:SeriesKey>".to_owned();
        for (dimension, code) in self.catalogue.structure.dimensions.iter().zip(&series.key) {
            out.push_str(&value(&dimension.id, code));
        }
        out.push_str("</gen:SeriesKey>");
        let attributes = |of: Of, given: &[Option<String>]| {
            let said: String = self
                .attributes(of)
                .into_iter()
                .zip(given)
                .filter_map(|(component, given)| Some(value(&component.id, given.as_deref()?)))
                .collect();
            if said.is_empty() || !self.detail.has_attributes() {
                String::new()
            } else {
                format!("<gen:Attributes>{said}</gen:Attributes>")
            }
        };
        out.push_str(&attributes(Of::Series, &series.attributes));
        for observation in self.told(series) {
            out.push_str(&format!(
                "\n<gen:Obs><gen:ObsDimension value=\"{}\"/>",
                escaped(&observation.period)
            ));
            if let Some(value) = observation.value {
                out.push_str(&format!("<gen:ObsValue value=\"{value}\"/>"));
            }
            out.push_str(&attributes(Of::Observation, &observation.attributes));
            out.push_str("</gen:Obs>");
        }
        out.push_str("</gen:Series>\n");
        out
    }

    fn series_specific(&self, series: &Series) -> String {
        let mut out = "<Series".to_owned();
        for (dimension, code) in self.catalogue.structure.dimensions.iter().zip(&series.key) {
            out.push_str(&format!(" {}=\"{}\"", dimension.id, escaped(code)));
        }
        let attributes = |of: Of, given: &[Option<String>], out: &mut String| {
            if !self.detail.has_attributes() {
                return;
            }
            for (component, given) in self.attributes(of).into_iter().zip(given) {
                if let Some(given) = given {
                    out.push_str(&format!(" {}=\"{}\"", component.id, escaped(given)));
                }
            }
        };
        attributes(Of::Series, &series.attributes, &mut out);
        out.push('>');
        for observation in self.told(series) {
            out.push_str(&format!("\n<Obs {TIME}=\"{}\"", escaped(&observation.period)));
            if let Some(value) = observation.value {
                out.push_str(&format!(" {VALUE}=\"{value}\""));
            }
            attributes(Of::Observation, &observation.attributes, &mut out);
            out.push_str("/>");
        }
        out.push_str("</Series>\n");
        out
    }

    /// The observations of a series that are wanted.
    fn told<'a>(&self, series: &'a Series) -> &'a [Observation] {
        if self.detail.has_observations() {
            series.observations.as_slice()
        } else {
            &[]
        }
    }

    fn begin_csv(&self) -> String {
        let mut cells: Vec<&str> = match self.format {
            Format::Csv1 => vec!["DATAFLOW"],
            _ => vec!["STRUCTURE", "STRUCTURE_ID", "ACTION"],
        };
        let structure = &self.catalogue.structure;
        cells.extend(structure.dimensions.iter().map(|dimension| dimension.id.as_str()));
        cells.extend([TIME, VALUE]);
        if self.detail.has_attributes() {
            for of in [Of::Series, Of::Observation] {
                cells.extend(structure.attributes_of(of).map(|component| component.id.as_str()));
            }
        }
        line(&cells)
    }

    /// A line for each observation; where none are wanted, a line for the series.
    fn series_csv(&self, series: &Series) -> String {
        let id = format!("{}:{}({ARTEFACT_VERSION})", self.catalogue.agency, self.flow.id);
        let n_of_observations = self.attributes(Of::Observation).len();
        let row = |period: &str, value: &str, of_observation: Option<&[Option<String>]>| {
            let mut cells: Vec<&str> = match self.format {
                Format::Csv1 => vec![id.as_str()],
                _ => vec!["dataflow", id.as_str(), "I"],
            };
            cells.extend(series.key.iter().map(String::as_str));
            cells.extend([period, value]);
            if self.detail.has_attributes() {
                cells.extend(series.attributes.iter().map(text));
                match of_observation {
                    Some(given) => cells.extend(given.iter().map(text)),
                    None => cells.extend(vec![""; n_of_observations]),
                }
            }
            line(&cells)
        };
        if !self.detail.has_observations() {
            return row("", "", None);
        }
        series
            .observations
            .iter()
            .map(|observation| {
                let value = observation.value.map(|value| value.to_string());
                row(
                    &observation.period,
                    value.as_deref().unwrap_or(""),
                    Some(observation.attributes.as_slice()),
                )
            })
            .collect()
    }

    fn series_json(&mut self, series: &Series) -> String {
        let has_attributes = self.detail.has_attributes();
        let key: Vec<String> = self
            .seen
            .dimensions
            .iter_mut()
            .zip(&series.key)
            .map(|(values, code)| values.number(code).to_string())
            .collect();
        let mut body = json!({});
        if has_attributes {
            body["attributes"] = numbers(&mut self.seen.of_series, &series.attributes).into();
        }
        if self.detail.has_observations() {
            let mut observations = serde_json::Map::new();
            for observation in &series.observations {
                let mut cells = vec![json!(observation.value)];
                if has_attributes {
                    cells.extend(numbers(&mut self.seen.of_observations, &observation.attributes));
                }
                let at = self.seen.periods.number(&observation.period).to_string();
                observations.insert(at, cells.into());
            }
            body["observations"] = observations.into();
        }
        let comma = if self.n_series > 0 { "," } else { "" };
        format!("{comma}\n{}:{body}", json!(key.join(":")))
    }

    fn meta(&self) -> Value {
        json!({
            "id": self.header.id,
            "test": false,
            "prepared": self.header.prepared,
            "sender": { "id": self.catalogue.agency },
        })
    }

    /// What the numbers in a JSON message stand for.
    fn structure_json(&self) -> Value {
        let structure = &self.catalogue.structure;
        let dimensions: Vec<Value> = structure
            .dimensions
            .iter()
            .zip(&self.seen.dimensions)
            .zip(0..)
            .map(|((component, values), position)| {
                let mut value = self.component_json(component, values);
                value["keyPosition"] = json!(position);
                value
            })
            .collect();
        let mut time = self.component_json(&structure.time, &self.seen.periods);
        time["keyPosition"] = json!(dimensions.len());
        let attributes = |of: Of, seen: &[Values]| -> Vec<Value> {
            self.attributes(of)
                .into_iter()
                .zip(seen)
                .map(|(component, values)| self.component_json(component, values))
                .collect()
        };
        let (of_series, of_observations) = if self.detail.has_attributes() {
            (
                attributes(Of::Series, &self.seen.of_series),
                attributes(Of::Observation, &self.seen.of_observations),
            )
        } else {
            (Vec::new(), Vec::new())
        };
        let mut whole = json!({
            "name": first(&self.flow.names),
            "dimensions": { "dataSet": [], "series": dimensions, "observation": [time] },
            "attributes": { "dataSet": [], "series": of_series, "observation": of_observations },
        });
        if self.format == Format::Json2 {
            whole["dataSets"] = json!([0]);
            whole["measures"] = json!({
                "observation": [{ "id": VALUE, "name": first(&structure.value.names) }],
            });
        }
        whole
    }

    fn component_json(&self, component: &Component, values: &Values) -> Value {
        let codelist = match &component.holds {
            Holds::Codes(id) => self.catalogue.codelist(id),
            _ => None,
        };
        let titles: HashMap<&str, &str> = codelist
            .into_iter()
            .flat_map(|list| &list.codes)
            .map(|code| (code.id.as_str(), first(&code.names)))
            .collect();
        let is_coded = codelist.is_some() || component.id == TIME;
        let told = |value: &str| {
            if is_coded {
                json!({ "id": value, "name": titles.get(value).copied().unwrap_or(value) })
            } else if self.format == Format::Json2 {
                json!({ "value": value })
            } else {
                json!({ "name": value })
            }
        };
        let mut values: Vec<Value> = values.all.iter().map(|value| told(value)).collect();
        if values.is_empty() && !is_coded {
            // sdmx1 leaves an attribute without values out, and then takes the numbers of the next one for it.
            values.push(told(""));
        }
        json!({ "id": component.id, "name": first(&component.names), "values": values })
    }
}

/// The values that were told in a JSON message.
#[derive(Debug)]
struct Seen {
    dimensions: Vec<Values>,
    periods: Values,
    of_series: Vec<Values>,
    of_observations: Vec<Values>,
}

/// Values in the order in which they came.
#[derive(Debug, Clone, Default)]
struct Values {
    all: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl Values {
    /// The number of a value, from 0.
    fn number(&mut self, value: &str) -> usize {
        if let Some(number) = self.numbers.get(value) {
            return *number;
        }
        let number = self.all.len();
        self.all.push(value.to_owned());
        self.numbers.insert(value.to_owned(), number);
        number
    }
}

/// The numbers of attributes; nothing for what is not said.
fn numbers(seen: &mut [Values], given: &[Option<String>]) -> Vec<Value> {
    seen.iter_mut()
        .zip(given)
        .map(|(values, given)| match given {
            Some(given) => json!(values.number(given)),
            None => Value::Null,
        })
        .collect()
}

fn first(names: &[(String, String)]) -> &str {
    names.first().map_or("", |(_, name)| name.as_str())
}

fn text(given: &Option<String>) -> &str {
    given.as_deref().unwrap_or("")
}

/// A line of CSV by RFC 4180.
fn line(cells: &[&str]) -> String {
    let quoted: Vec<String> = cells
        .iter()
        .map(|cell| {
            if cell.contains([',', '"', '\n', '\r']) {
                format!("\"{}\"", cell.replace('"', "\"\""))
            } else {
                (*cell).to_owned()
            }
        })
        .collect();
    format!("{}\r\n", quoted.join(","))
}
