//! Availability: which codes and periods there are data for.

use std::collections::BTreeSet;

use super::{
    model::{ARTEFACT_VERSION, Catalogue, Flow, Header, Series, TIME, Version},
    xml,
};

/// The values that occur in some series, by component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Available {
    /// By dimension, in their order.
    codes: Vec<BTreeSet<String>>,
    periods: BTreeSet<String>,
    n_series: usize,
    n_observations: usize,
}

impl Available {
    /// Nothing yet, in so many dimensions.
    #[must_use]
    pub fn new(n_dimensions: usize) -> Available {
        Available {
            codes: vec![BTreeSet::new(); n_dimensions],
            periods: BTreeSet::new(),
            n_series: 0,
            n_observations: 0,
        }
    }

    /// Counts a series in.
    pub fn add(&mut self, series: &Series) {
        for (codes, code) in self.codes.iter_mut().zip(&series.key) {
            if !codes.contains(code) {
                codes.insert(code.clone());
            }
        }
        for observation in &series.observations {
            if !self.periods.contains(&observation.period) {
                self.periods.insert(observation.period.clone());
            }
        }
        self.n_series += 1;
        self.n_observations += series.observations.len();
    }

    /// Writes what is available of a dataflow, in all components or in one.
    #[must_use]
    pub fn write(
        &self,
        version: Version,
        catalogue: &Catalogue,
        flow: &Flow,
        component: Option<&str>,
        header: &Header,
    ) -> String {
        // 3.0 calls it otherwise, and keeps its parts with the structures.
        let (container, element, prefix) = match version {
            Version::V21 => ("Constraints", "ContentConstraint", "com"),
            Version::V30 => ("DataConstraints", "DataConstraint", "str"),
        };
        let mut out = xml::begin(
            version,
            "Structure",
            &[("mes", "message"), ("str", "structure"), ("com", "common")],
        );
        out.push_str(">\n");
        xml::header(header, &catalogue.agency, "", &mut out);
        let attribute = match version {
            Version::V21 => " isFinal=\"false\" type=\"Actual\"",
            Version::V30 => " role=\"Actual\"",
        };
        out.push_str(&format!(
            "<mes:Structures>\n<str:{container}>\n<str:{element} id=\"CR_{}\" agencyID=\"{}\" version=\"{ARTEFACT_VERSION}\"{attribute}><com:Annotations>",
            flow.id, catalogue.agency
        ));
        for (id, n) in [
            ("series_count", self.n_series),
            ("obs_count", self.n_observations),
        ] {
            out.push_str(&format!(
                "<com:Annotation id=\"{id}\"><com:AnnotationTitle>{n}</com:AnnotationTitle><com:AnnotationType>sdmx_metrics</com:AnnotationType></com:Annotation>"
            ));
        }
        out.push_str("</com:Annotations>");
        xml::names(&flow.names, &mut out);
        out.push_str(&format!(
            "<str:ConstraintAttachment><str:Dataflow>{}</str:Dataflow></str:ConstraintAttachment>\n<str:CubeRegion include=\"true\">\n",
            xml::reference(version, catalogue, "datastructure.Dataflow", &flow.id)
        ));
        let ids = catalogue
            .structure
            .dimensions
            .iter()
            .map(|dimension| dimension.id.as_str())
            .chain([TIME]);
        let sets = self.codes.iter().chain([&self.periods]);
        for (id, values) in ids.zip(sets) {
            if component.is_some_and(|asked| asked != id) {
                continue;
            }
            out.push_str(&format!("<{prefix}:KeyValue id=\"{id}\">"));
            for value in values {
                out.push_str(&format!(
                    "<{prefix}:Value>{}</{prefix}:Value>",
                    xml::escaped(value)
                ));
            }
            out.push_str(&format!("</{prefix}:KeyValue>\n"));
        }
        out.push_str(&format!(
            "</str:CubeRegion>\n</str:{element}>\n</str:{container}>\n</mes:Structures>\n</mes:Structure>\n"
        ));
        out
    }
}
