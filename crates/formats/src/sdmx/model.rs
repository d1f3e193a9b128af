//! What there is to ask for: one data structure, its dataflows and codes.

/// The version of the standard that a client speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    V21,
    V30,
}

/// A text by language, the preferred one first.
pub type Names = Vec<(String, String)>;

/// The version of every artefact: a number of the old kind, because codes come and go with the data, which semantic versions forbid.
pub const ARTEFACT_VERSION: &str = "1.0";

/// The dimension that series run along.
pub const TIME: &str = "TIME_PERIOD";
/// The measure.
pub const VALUE: &str = "OBS_VALUE";
/// The scheme of all concepts.
pub const CONCEPTS: &str = "CONCEPTS";
/// The scheme with the one agency; the standard fixes its name.
pub const AGENCIES: &str = "AGENCIES";

/// Everything that can be asked for by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalogue {
    /// The agency that maintains all of it.
    pub agency: String,
    /// What the agency is called.
    pub names: Names,
    pub structure: Structure,
    pub flows: Vec<Flow>,
    pub codelists: Vec<Codelist>,
    /// What the scheme of concepts is called.
    pub concepts_names: Names,
}

/// The data structure of every dataflow.
#[derive(Debug, Clone, PartialEq)]
pub struct Structure {
    pub id: String,
    pub names: Names,
    /// In the order of keys, without time.
    pub dimensions: Vec<Component>,
    pub time: Component,
    pub value: Component,
    pub attributes: Vec<Attribute>,
}

/// A dimension, measure or attribute; its concept has the same id.
#[derive(Debug, Clone, PartialEq)]
pub struct Component {
    pub id: String,
    pub names: Names,
    pub holds: Holds,
}

/// What a component's values are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holds {
    /// Codes of the list with this id.
    Codes(String),
    Text,
    Number,
    Whole,
    Moment,
    Period,
}

/// Something said of a series or of an observation.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    pub component: Component,
    pub of: Of,
}

/// What an attribute is said of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Series,
    Observation,
}

/// A set of data that can be asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    pub id: String,
    pub names: Names,
}

/// The codes of a component.
#[derive(Debug, Clone, PartialEq)]
pub struct Codelist {
    pub id: String,
    pub names: Names,
    pub codes: Vec<Code>,
}

/// A code; `original` is what it is called outside SDMX, where that is not its id.
#[derive(Debug, Clone, PartialEq)]
pub struct Code {
    pub id: String,
    pub names: Names,
    /// Another code of the list.
    pub parent: Option<String>,
    pub original: Option<String>,
}

/// The numbers of one key over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// A code for each dimension but time, in order.
    pub key: Vec<String>,
    /// A value for each attribute of series, in the order of the structure.
    pub attributes: Vec<Option<String>>,
    pub observations: Vec<Observation>,
}

/// A number in time.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    pub period: String,
    /// `None` where there is a reason to tell that there is none.
    pub value: Option<f64>,
    /// A value for each attribute of observations, in the order of the structure.
    pub attributes: Vec<Option<String>>,
}

/// What stands in the header of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Names the message.
    pub id: String,
    /// When it was made, by RFC 3339.
    pub prepared: String,
}

impl Catalogue {
    /// Returns the list with an id.
    #[must_use]
    pub fn codelist(&self, id: &str) -> Option<&Codelist> {
        self.codelists.iter().find(|list| list.id == id)
    }

    /// Returns the dataflow with an id.
    #[must_use]
    pub fn flow(&self, id: &str) -> Option<&Flow> {
        self.flows.iter().find(|flow| flow.id == id)
    }
}

impl Structure {
    /// Every component, as concepts are listed.
    pub fn components(&self) -> impl Iterator<Item = &Component> {
        let attributes = self.attributes.iter().map(|attribute| &attribute.component);
        self.dimensions
            .iter()
            .chain([&self.time, &self.value])
            .chain(attributes)
    }

    /// The attributes of series or those of observations.
    pub fn attributes_of(&self, of: Of) -> impl Iterator<Item = &Component> {
        self.attributes
            .iter()
            .filter(move |attribute| attribute.of == of)
            .map(|attribute| &attribute.component)
    }
}
