//! Structure messages: what was asked for of the catalogue, with as much of what belongs to it as was asked for.

use std::collections::BTreeSet;

use super::{
    model::{
        AGENCIES, ARTEFACT_VERSION, Attribute, CONCEPTS, Catalogue, Codelist, Component, Flow, Header, Holds,
        Of, Version,
    },
    query::{Depth, References, StructureQuery},
    xml,
};

/// What can be asked for by name, in the order in which messages hold them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    AgencyScheme,
    Dataflow,
    Codelist,
    ConceptScheme,
    DataStructure,
}

/// One thing of the catalogue: its class, and where it stands among those of its class.
type Artefact = (Class, usize);

/// Writes what was asked for; `None` when there is nothing of the kind.
#[must_use]
pub fn write(
    version: Version,
    catalogue: &Catalogue,
    query: &StructureQuery,
    header: &Header,
) -> Option<String> {
    let asked = find(catalogue, query);
    if asked.is_empty() {
        return None;
    }
    let all = with_references(catalogue, &asked, query.references);
    let is_stub = |artefact: &Artefact| match query.depth {
        Depth::Full => false,
        Depth::Stubs => true,
        Depth::StubsOfReferences => !asked.contains(artefact),
    };
    let mut out = xml::begin(
        version,
        "Structure",
        &[("mes", "message"), ("str", "structure"), ("com", "common")],
    );
    out.push_str(">\n");
    xml::header(header, &catalogue.agency, "", &mut out);
    out.push_str("<mes:Structures>\n");
    let writer = Writer { version, catalogue };
    for (class, container) in writer.containers() {
        let mut of_class = all.iter().filter(|(of, _)| *of == class).peekable();
        if of_class.peek().is_none() {
            continue;
        }
        out.push_str(&format!("<str:{container}>\n"));
        for artefact in of_class {
            writer.artefact(*artefact, is_stub(artefact), &mut out);
        }
        out.push_str(&format!("</str:{container}>\n"));
    }
    out.push_str("</mes:Structures>\n</mes:Structure>\n");
    Some(out)
}

/// Everything that a query names.
fn find(catalogue: &Catalogue, query: &StructureQuery) -> BTreeSet<Artefact> {
    if query.agencies.iter().all(|agency| agency != &catalogue.agency) && !query.agencies.is_empty() {
        return BTreeSet::new();
    }
    let is_named = |artefact: &Artefact| {
        query.ids.is_empty() || query.ids.iter().any(|id| id == id_of(catalogue, *artefact))
    };
    everything(catalogue)
        .filter(|artefact| query.class.is_none_or(|class| artefact.0 == class))
        .filter(is_named)
        .collect()
}

fn everything(catalogue: &Catalogue) -> impl Iterator<Item = Artefact> {
    let of = |class: Class, n: usize| (0..n).map(move |at| (class, at));
    of(Class::AgencyScheme, 1)
        .chain(of(Class::Dataflow, catalogue.flows.len()))
        .chain(of(Class::Codelist, catalogue.codelists.len()))
        .chain(of(Class::ConceptScheme, 1))
        .chain(of(Class::DataStructure, 1))
}

fn id_of(catalogue: &Catalogue, (class, at): Artefact) -> &str {
    match class {
        Class::AgencyScheme => AGENCIES,
        Class::Dataflow => &catalogue.flows[at].id,
        Class::Codelist => &catalogue.codelists[at].id,
        Class::ConceptScheme => CONCEPTS,
        Class::DataStructure => &catalogue.structure.id,
    }
}

/// What one thing refers to itself.
fn children(catalogue: &Catalogue, (class, _): Artefact) -> BTreeSet<Artefact> {
    match class {
        Class::Dataflow => BTreeSet::from([(Class::DataStructure, 0)]),
        Class::DataStructure => everything(catalogue)
            .filter(|(of, _)| matches!(of, Class::Codelist | Class::ConceptScheme))
            .collect(),
        Class::AgencyScheme | Class::Codelist | Class::ConceptScheme => BTreeSet::new(),
    }
}

/// What refers to one thing.
fn parents(catalogue: &Catalogue, child: Artefact) -> BTreeSet<Artefact> {
    everything(catalogue)
        .filter(|parent| children(catalogue, *parent).contains(&child))
        .collect()
}

fn with_references(
    catalogue: &Catalogue,
    asked: &BTreeSet<Artefact>,
    references: References,
) -> BTreeSet<Artefact> {
    let down = |from: &BTreeSet<Artefact>| -> BTreeSet<Artefact> {
        from.iter().flat_map(|one| children(catalogue, *one)).collect()
    };
    let up = |from: &BTreeSet<Artefact>| -> BTreeSet<Artefact> {
        from.iter().flat_map(|one| parents(catalogue, *one)).collect()
    };
    let all_down = |from: &BTreeSet<Artefact>| -> BTreeSet<Artefact> {
        let first = down(from);
        let second = down(&first);
        first.into_iter().chain(second).collect()
    };
    let all_up = |from: &BTreeSet<Artefact>| -> BTreeSet<Artefact> {
        let first = up(from);
        let second = up(&first);
        first.into_iter().chain(second).collect()
    };
    let around = || -> BTreeSet<Artefact> {
        let above = up(asked);
        let beside = down(&above);
        above.into_iter().chain(beside).collect()
    };
    let more: BTreeSet<Artefact> = match references {
        References::None => BTreeSet::new(),
        References::Children => down(asked),
        References::Descendants => all_down(asked),
        References::Parents => up(asked),
        References::Ancestors => all_up(asked),
        References::ParentsAndSiblings => around(),
        References::All => all_down(asked).into_iter().chain(around()).collect(),
        References::Of(class) => all_down(asked)
            .into_iter()
            .chain(all_up(asked))
            .filter(|(of, _)| *of == class)
            .collect(),
    };
    asked.iter().copied().chain(more).collect()
}

struct Writer<'a> {
    version: Version,
    catalogue: &'a Catalogue,
}

impl Writer<'_> {
    /// The elements that hold things of each class, in the order of the schema.
    fn containers(&self) -> [(Class, &'static str); 5] {
        match self.version {
            Version::V21 => [
                (Class::AgencyScheme, "OrganisationSchemes"),
                (Class::Dataflow, "Dataflows"),
                (Class::Codelist, "Codelists"),
                (Class::ConceptScheme, "Concepts"),
                (Class::DataStructure, "DataStructures"),
            ],
            Version::V30 => [
                (Class::AgencyScheme, "AgencySchemes"),
                (Class::Codelist, "Codelists"),
                (Class::ConceptScheme, "ConceptSchemes"),
                (Class::Dataflow, "Dataflows"),
                (Class::DataStructure, "DataStructures"),
            ],
        }
    }

    fn artefact(&self, (class, at): Artefact, is_stub: bool, out: &mut String) {
        let catalogue = self.catalogue;
        match class {
            Class::AgencyScheme => {
                let mut content = format!("<str:Agency id=\"{}\">", catalogue.agency);
                xml::names(&catalogue.names, &mut content);
                content.push_str("</str:Agency>\n");
                self.maintained(
                    "base.AgencyScheme",
                    AGENCIES,
                    &catalogue.names,
                    is_stub,
                    &content,
                    out,
                );
            }
            Class::Dataflow => self.flow(&catalogue.flows[at], is_stub, out),
            Class::Codelist => self.codelist(&catalogue.codelists[at], is_stub, out),
            Class::ConceptScheme => {
                let mut content = String::new();
                for component in catalogue.structure.components() {
                    content.push_str(&format!("<str:Concept id=\"{}\">", component.id));
                    xml::names(&component.names, &mut content);
                    content.push_str("</str:Concept>\n");
                }
                self.maintained(
                    "conceptscheme.ConceptScheme",
                    CONCEPTS,
                    &catalogue.concepts_names,
                    is_stub,
                    &content,
                    out,
                );
            }
            Class::DataStructure => self.structure(is_stub, out),
        }
    }

    /// Writes something that an agency maintains; a stub is its name alone.
    fn maintained(
        &self,
        class: &str,
        id: &str,
        names: &[(String, String)],
        is_stub: bool,
        content: &str,
        out: &mut String,
    ) {
        let element = class.split_once('.').map_or(class, |(_, element)| element);
        let standing = match (is_stub, self.version) {
            (true, _) => " isExternalReference=\"true\"",
            (false, Version::V21) => " isFinal=\"false\"",
            (false, Version::V30) => "",
        };
        out.push_str(&format!(
            "<str:{element} id=\"{id}\" agencyID=\"{}\" version=\"{ARTEFACT_VERSION}\"{standing} urn=\"{}\">",
            self.catalogue.agency,
            xml::urn(self.catalogue, class, id),
        ));
        xml::names(names, out);
        if !is_stub {
            out.push('\n');
            out.push_str(content);
        }
        out.push_str(&format!("</str:{element}>\n"));
    }

    fn flow(&self, flow: &Flow, is_stub: bool, out: &mut String) {
        let structure = xml::reference(
            self.version,
            self.catalogue,
            "datastructure.DataStructure",
            &self.catalogue.structure.id,
        );
        let content = format!("<str:Structure>{structure}</str:Structure>\n");
        self.maintained(
            "datastructure.Dataflow",
            &flow.id,
            &flow.names,
            is_stub,
            &content,
            out,
        );
    }

    fn codelist(&self, list: &Codelist, is_stub: bool, out: &mut String) {
        let mut content = String::new();
        for code in list.codes.iter().filter(|_| !is_stub) {
            content.push_str(&format!("<str:Code id=\"{}\">", code.id));
            if let Some(original) = &code.original {
                content.push_str(&format!(
                    "<com:Annotations><com:Annotation id=\"CODE\"><com:AnnotationTitle>{}</com:AnnotationTitle></com:Annotation></com:Annotations>",
                    xml::escaped(original)
                ));
            }
            xml::names(&code.names, &mut content);
            if let Some(parent) = &code.parent {
                content.push_str(&format!("<str:Parent>{}</str:Parent>", self.local(parent)));
            }
            content.push_str("</str:Code>\n");
        }
        self.maintained("codelist.Codelist", &list.id, &list.names, is_stub, &content, out);
    }

    fn structure(&self, is_stub: bool, out: &mut String) {
        let structure = &self.catalogue.structure;
        let mut content =
            "<str:DataStructureComponents>\n<str:DimensionList id=\"DimensionDescriptor\">\n".to_owned();
        for (dimension, position) in structure.dimensions.iter().zip(1..) {
            self.component(
                "Dimension",
                dimension,
                &format!(" position=\"{position}\""),
                "",
                &mut content,
            );
        }
        let last = match self.version {
            Version::V21 => format!(" position=\"{}\"", structure.dimensions.len() + 1),
            Version::V30 => String::new(),
        };
        self.component("TimeDimension", &structure.time, &last, "", &mut content);
        content.push_str("</str:DimensionList>\n<str:AttributeList id=\"AttributeDescriptor\">\n");
        for attribute in &structure.attributes {
            self.attribute(attribute, &mut content);
        }
        content.push_str("</str:AttributeList>\n<str:MeasureList id=\"MeasureDescriptor\">\n");
        let measure = match self.version {
            Version::V21 => "PrimaryMeasure",
            Version::V30 => "Measure",
        };
        self.component(measure, &structure.value, "", "", &mut content);
        content.push_str("</str:MeasureList>\n</str:DataStructureComponents>\n");
        self.maintained(
            "datastructure.DataStructure",
            &structure.id,
            &structure.names,
            is_stub,
            &content,
            out,
        );
    }

    fn attribute(&self, attribute: &Attribute, out: &mut String) {
        let usage = match self.version {
            Version::V21 => " assignmentStatus=\"Conditional\"",
            Version::V30 => " usage=\"optional\"",
        };
        let mut relation = "<str:AttributeRelationship>".to_owned();
        match (attribute.of, self.version) {
            (Of::Series, _) => {
                for dimension in &self.catalogue.structure.dimensions {
                    relation.push_str(&format!(
                        "<str:Dimension>{}</str:Dimension>",
                        self.local(&dimension.id)
                    ));
                }
            }
            (Of::Observation, Version::V21) => relation.push_str(&format!(
                "<str:PrimaryMeasure>{}</str:PrimaryMeasure>",
                self.local(&self.catalogue.structure.value.id)
            )),
            (Of::Observation, Version::V30) => relation.push_str("<str:Observation/>"),
        }
        relation.push_str("</str:AttributeRelationship>");
        self.component("Attribute", &attribute.component, usage, &relation, out);
    }

    fn component(&self, element: &str, component: &Component, given: &str, more: &str, out: &mut String) {
        let id = &component.id;
        let concept = match self.version {
            Version::V21 => format!(
                "<Ref id=\"{id}\" maintainableParentID=\"{CONCEPTS}\" maintainableParentVersion=\"{ARTEFACT_VERSION}\" agencyID=\"{}\" package=\"conceptscheme\" class=\"Concept\"/>",
                self.catalogue.agency
            ),
            Version::V30 => format!(
                "{}.{id}",
                xml::urn(self.catalogue, "conceptscheme.Concept", CONCEPTS)
            ),
        };
        let text = |kind: &str| format!("<str:TextFormat textType=\"{kind}\"/>");
        let holds = match &component.holds {
            Holds::Codes(list) => format!(
                "<str:Enumeration>{}</str:Enumeration>",
                xml::reference(self.version, self.catalogue, "codelist.Codelist", list)
            ),
            Holds::Text => text("String"),
            Holds::Number => text("Double"),
            Holds::Whole => text("Long"),
            Holds::Moment => text("DateTime"),
            Holds::Period => text("ObservationalTimePeriod"),
        };
        out.push_str(&format!(
            "<str:{element} id=\"{id}\"{given}><str:ConceptIdentity>{concept}</str:ConceptIdentity><str:LocalRepresentation>{holds}</str:LocalRepresentation>{more}</str:{element}>\n"
        ));
    }

    /// Refers to something in the same thing.
    fn local(&self, id: &str) -> String {
        match self.version {
            Version::V21 => format!("<Ref id=\"{id}\"/>"),
            Version::V30 => id.to_owned(),
        }
    }
}
