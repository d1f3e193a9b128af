//! The list of services, and the further questions each of them asks.

use super::{
    Format,
    reader::{Record, Tree, Unreadable, flag},
    w3c,
    writer::Writer,
};

/// A service that can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    pub code: String,
    pub name: String,
    pub description: Option<String>,
    /// Whether its [`Definition`] must be read before it can be asked for.
    pub has_definition: bool,
    pub kind: Kind,
    pub keywords: Vec<String>,
    pub group: Option<String>,
}

/// What comes back when the service is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The request's id, at once.
    Realtime,
    /// A token, which turns into an id later.
    Batch,
    /// Nothing that could be followed.
    Blackbox,
}

/// The further questions of a service.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Definition {
    pub service_code: String,
    pub attributes: Vec<Attribute>,
}

/// One question, or one piece of information shown between questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    pub code: String,
    /// Whether an answer is wanted; without it, the description is only shown.
    pub is_variable: bool,
    pub datatype: Datatype,
    pub is_required: bool,
    /// How the answer should look, for the person.
    pub datatype_description: Option<String>,
    /// Where it stands, from 1.
    pub order: u32,
    pub description: String,
    /// What can be chosen, for the two lists.
    pub values: Vec<Choice>,
}

/// What an answer must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Datatype {
    /// One line.
    String,
    Number,
    /// ISO 8601.
    Datetime,
    /// Lines.
    Text,
    SingleValueList,
    MultiValueList,
}

/// One value of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub key: String,
    pub name: String,
}

/// What is wrong with an answer, under the attribute's code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerFault {
    #[error("attribute {code:?} is required")]
    Missing { code: String },
    #[error("service has no attribute {code:?}")]
    Unknown { code: String },
    #[error("attribute {code:?} takes one value")]
    TooMany { code: String },
    #[error("attribute {code:?}: {found:?} is not a number")]
    NotANumber { code: String, found: String },
    #[error("attribute {code:?}: {found:?} is not a date and time like 2010-01-01T00:00:00Z")]
    NotADatetime { code: String, found: String },
    #[error("attribute {code:?}: {found:?} is not one of its values")]
    NotAChoice { code: String, found: String },
    #[error("attribute {code:?} takes one line of at most {most} characters")]
    TooLong { code: String, most: usize },
}

impl AnswerFault {
    /// The attribute it is about.
    pub fn code(&self) -> &str {
        match self {
            AnswerFault::Missing { code }
            | AnswerFault::Unknown { code }
            | AnswerFault::TooMany { code }
            | AnswerFault::NotANumber { code, .. }
            | AnswerFault::NotADatetime { code, .. }
            | AnswerFault::NotAChoice { code, .. }
            | AnswerFault::TooLong { code, .. } => code,
        }
    }
}

/// Most characters of a `string` answer; of a `text` ten times as many.
const LONGEST_STRING: usize = 400;

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Kind::Realtime => "realtime",
            Kind::Batch => "batch",
            Kind::Blackbox => "blackbox",
        }
    }
}

impl Datatype {
    pub const ALL: [Datatype; 6] = [
        Datatype::String,
        Datatype::Number,
        Datatype::Datetime,
        Datatype::Text,
        Datatype::SingleValueList,
        Datatype::MultiValueList,
    ];

    /// The standard's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Datatype::String => "string",
            Datatype::Number => "number",
            Datatype::Datetime => "datetime",
            Datatype::Text => "text",
            Datatype::SingleValueList => "singlevaluelist",
            Datatype::MultiValueList => "multivaluelist",
        }
    }

    /// Reads the standard's word.
    pub fn of(word: &str) -> Option<Datatype> {
        Datatype::ALL
            .into_iter()
            .find(|datatype| datatype.as_str().eq_ignore_ascii_case(word))
    }
}

impl Definition {
    /// Lists what is wrong with the answers to a service's questions.
    ///
    /// Answers are values by attribute code, in the order sent; blank values are no answer.
    pub fn faults(&self, answers: &[(String, Vec<String>)]) -> Vec<AnswerFault> {
        let asked = |code: &str| {
            self.attributes
                .iter()
                .find(|attribute| attribute.is_variable && attribute.code == code)
        };
        let unknown = answers
            .iter()
            .filter(|(code, _)| asked(code).is_none())
            .map(|(code, _)| AnswerFault::Unknown { code: code.clone() });
        let wrong = self
            .attributes
            .iter()
            .filter(|attribute| attribute.is_variable)
            .flat_map(|attribute| {
                let given = answers
                    .iter()
                    .filter(|(code, _)| *code == attribute.code)
                    .flat_map(|(_, values)| values)
                    .map(|value| value.trim())
                    .filter(|value| !value.is_empty())
                    .collect::<Vec<_>>();
                attribute.faults(&given)
            });
        unknown.chain(wrong).collect()
    }
}

impl Attribute {
    fn faults(&self, given: &[&str]) -> Vec<AnswerFault> {
        let code = || self.code.clone();
        if given.is_empty() {
            return if self.is_required {
                vec![AnswerFault::Missing { code: code() }]
            } else {
                Vec::new()
            };
        }
        if given.len() > 1 && self.datatype != Datatype::MultiValueList {
            return vec![AnswerFault::TooMany { code: code() }];
        }
        given
            .iter()
            .filter_map(|value| {
                let found = || (*value).to_owned();
                match self.datatype {
                    Datatype::String => (value.chars().count() > LONGEST_STRING
                        || value.contains(['\n', '\r']))
                    .then(|| AnswerFault::TooLong {
                        code: code(),
                        most: LONGEST_STRING,
                    }),
                    Datatype::Text => {
                        (value.chars().count() > 10 * LONGEST_STRING).then(|| AnswerFault::TooLong {
                            code: code(),
                            most: 10 * LONGEST_STRING,
                        })
                    }
                    Datatype::Number => {
                        let is_number = value.parse::<f64>().is_ok_and(f64::is_finite);
                        (!is_number).then(|| AnswerFault::NotANumber {
                            code: code(),
                            found: found(),
                        })
                    }
                    Datatype::Datetime => w3c::read(value, 0).is_none().then(|| AnswerFault::NotADatetime {
                        code: code(),
                        found: found(),
                    }),
                    Datatype::SingleValueList | Datatype::MultiValueList => {
                        let is_choice = self.values.iter().any(|choice| choice.key == *value);
                        (!is_choice).then(|| AnswerFault::NotAChoice {
                            code: code(),
                            found: found(),
                        })
                    }
                }
            })
            .collect()
    }
}

/// Writes the list of services.
pub fn write(format: Format, services: &[Service]) -> String {
    Writer::list(format, "services", "service", services, |writer, service| {
        writer.text("service_code", &service.code);
        writer.text("service_name", &service.name);
        writer.shown("description", service.description.as_deref());
        writer.flag("metadata", service.has_definition);
        writer.text("type", service.kind.as_str());
        writer.text("keywords", &service.keywords.join(", "));
        writer.shown("group", service.group.as_deref());
    })
}

/// Writes the definition of a service, its questions in their order.
pub fn write_definition(format: Format, definition: &Definition) -> String {
    let mut attributes = definition.attributes.iter().collect::<Vec<_>>();
    attributes.sort_by_key(|attribute| attribute.order);
    Writer::record(format, "service_definition", |writer| {
        writer.text("service_code", &definition.service_code);
        writer.records("attributes", "attribute", attributes, |writer, attribute| {
            writer.flag("variable", attribute.is_variable);
            writer.text("code", &attribute.code);
            writer.text("datatype", attribute.datatype.as_str());
            writer.flag("required", attribute.is_required);
            writer.shown("datatype_description", attribute.datatype_description.as_deref());
            writer.whole("order", attribute.order);
            writer.text("description", &attribute.description);
            writer.records("values", "value", &attribute.values, |writer, choice| {
                writer.text("key", &choice.key);
                writer.text("name", &choice.name);
            });
        });
    })
}

/// Reads a list of services.
///
/// # Errors
/// When it is neither XML nor JSON, or a service has no code.
pub fn read(text: &str) -> Result<Vec<Service>, Unreadable> {
    let tree = Tree::parse(text)?;
    tree.items("service")
        .into_iter()
        .zip(1..)
        .map(|(record, number)| read_service(record, number))
        .collect()
}

/// Reads the definition of a service.
///
/// # Errors
/// When it is neither XML nor JSON, or an attribute has no code or no known datatype.
pub fn read_definition(text: &str) -> Result<Definition, Unreadable> {
    let tree = Tree::parse(text)?;
    let root = tree.root();
    let mut attributes = root
        .records("attributes", "attribute")
        .into_iter()
        .zip(1..)
        .map(|(record, number)| read_attribute(record, number))
        .collect::<Result<Vec<_>, _>>()?;
    attributes.sort_by_key(|attribute| attribute.order);
    Ok(Definition {
        service_code: root.text("service_code").unwrap_or_default(),
        attributes,
    })
}

fn read_service(record: Record, number: usize) -> Result<Service, Unreadable> {
    let code = record.text("service_code").ok_or(Unreadable::Missing {
        record: "service",
        number,
        field: "service_code",
    })?;
    Ok(Service {
        name: record.text("service_name").unwrap_or_else(|| code.clone()),
        code,
        description: record.text("description"),
        has_definition: record
            .text("metadata")
            .and_then(|text| flag(&text))
            .unwrap_or(false),
        kind: match record.text("type").as_deref() {
            Some("batch") => Kind::Batch,
            Some("blackbox") => Kind::Blackbox,
            _ => Kind::Realtime,
        },
        keywords: record
            .text("keywords")
            .unwrap_or_default()
            .split(',')
            .map(str::trim)
            .filter(|keyword| !keyword.is_empty())
            .map(str::to_owned)
            .collect(),
        group: record.text("group"),
    })
}

fn read_attribute(record: Record, number: usize) -> Result<Attribute, Unreadable> {
    let missing = |field| Unreadable::Missing {
        record: "attribute",
        number,
        field,
    };
    let datatype = record.text("datatype").ok_or_else(|| missing("datatype"))?;
    let is = |field| record.text(field).and_then(|text| flag(&text));
    Ok(Attribute {
        code: record.text("code").ok_or_else(|| missing("code"))?,
        is_variable: is("variable").unwrap_or(true),
        datatype: Datatype::of(&datatype).ok_or(Unreadable::Unexpected {
            record: "attribute",
            number,
            field: "datatype",
            found: datatype,
            expected: "string, number, datetime, text, singlevaluelist or multivaluelist",
        })?,
        is_required: is("required").unwrap_or(false),
        datatype_description: record.text("datatype_description"),
        order: record
            .text("order")
            .and_then(|text| text.parse().ok())
            .unwrap_or_else(|| u32::try_from(number).unwrap_or(u32::MAX)),
        description: record.text("description").unwrap_or_default(),
        values: record
            .records("values", "value")
            .into_iter()
            .filter_map(|choice| {
                let key = choice.text("key")?;
                Some(Choice {
                    name: choice.text("name").unwrap_or_else(|| key.clone()),
                    key,
                })
            })
            .collect(),
    })
}
