//! The envelope of an answer: `{"help": …, "success": true, "result": …}`, and the failures with their statuses.

use serde_json::{Value, json};

use super::{
    Map,
    actions::Action,
    problems::Problems,
    values::{repr, text},
};

/// The address of an action's help, which every envelope names.
pub fn help_address(site: &str, action: Action) -> String {
    format!(
        "{}/api/3/action/help_show?name={}",
        site.trim_end_matches('/'),
        action.name()
    )
}

/// An answer that is at hand.
pub fn success(help: &str, result: Value) -> Value {
    json!({ "help": help, "success": true, "result": result })
}

/// What stands before a result that is streamed; [`CLOSING`] stands behind it.
pub fn opening(help: &str) -> String {
    format!(
        "{{\"help\": {}, \"success\": true, \"result\": ",
        Value::from(help)
    )
}

/// What stands behind a streamed result.
pub const CLOSING: &str = "}";

/// Why a call has no result.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// There is no such action. CKAN answers this one without an envelope.
    UnknownAction(String),
    /// The call itself cannot be read. Likewise without an envelope.
    Unreadable(String),
    /// What was sent has the wrong structure: text where a list of objects is due.
    Structure {
        message: String,
        sent: Map,
    },
    /// The caller may not. The sentence may be empty.
    Denied(String),
    /// There is no such thing, or none that the caller may know of. The sentence may be empty.
    NotFound(String),
    Invalid(Problems),
    /// The parameters of a search make no sense.
    SearchQuery(String),
    /// The query of a search makes no sense.
    Search(String),
    /// The index cannot be reached.
    SearchDown,
    Internal,
}

impl Failure {
    /// A sentence about one field.
    pub fn field(field: &str, text: impl Into<String>) -> Failure {
        Failure::Invalid(Problems::of(field, text))
    }

    /// The HTTP status. A validation error is a conflict to CKAN.
    pub fn status(&self) -> u16 {
        match self {
            Failure::UnknownAction(_)
            | Failure::Unreadable(_)
            | Failure::Structure { .. }
            | Failure::SearchQuery(_) => 400,
            Failure::Denied(_) => 403,
            Failure::NotFound(_) => 404,
            Failure::Invalid(_) | Failure::Search(_) => 409,
            Failure::SearchDown | Failure::Internal => 500,
        }
    }

    /// The body of the answer.
    pub fn write(&self, help: &str) -> Value {
        let error = match self {
            Failure::UnknownAction(name) => {
                return json!(format!("Bad request: Action name not known: {name}"));
            }
            Failure::Unreadable(why) => return json!(format!("Bad request: JSON Error: {why}")),
            Failure::Structure { message, sent } => {
                json!({ "__type": "Integrity Error", "message": message, "data": sent })
            }
            Failure::Denied(why) => typed("Authorization Error", &sentence("Access denied", why)),
            Failure::NotFound(what) => typed("Not Found Error", &sentence("Not found", what)),
            Failure::Invalid(problems) => {
                let mut error = problems.write();
                error.insert("__type".to_owned(), "Validation Error".into());
                Value::Object(error)
            }
            Failure::SearchQuery(why) => typed(
                "Search Query Error",
                &format!("Search Query is invalid: ({},)", repr(why)),
            ),
            Failure::Search(why) => typed("Search Error", &format!("Search error: ({},)", repr(why))),
            Failure::SearchDown => typed(
                "Search Connection Error",
                "Unable to connect to the search server",
            ),
            Failure::Internal => typed("Internal Server Error", "Internal Server Error"),
        };
        json!({ "help": help, "error": error, "success": false })
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Failure {
        Failure::Invalid(problems)
    }
}

/// What another catalogue answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Foreign {
    Result(Value),
    /// The kind of failure and what it says of itself.
    Failure {
        kind: String,
        message: String,
    },
}

/// Reads the envelope of another catalogue's answer; nothing where it is none.
pub fn read(body: Value) -> Option<Foreign> {
    let Value::Object(mut envelope) = body else {
        return None;
    };
    match (envelope.get("success")?, envelope.get("error")) {
        (Value::Bool(true), _) => envelope.shift_remove("result").map(Foreign::Result),
        (Value::Bool(false), Some(Value::Object(error))) => {
            let kind = error.get("__type").map(text).unwrap_or_default();
            let message = match error.get("message") {
                Some(message) => text(message),
                None => {
                    let mut fields = error.clone();
                    fields.shift_remove("__type");
                    text(&Value::Object(fields))
                }
            };
            Some(Foreign::Failure { kind, message })
        }
        _ => None,
    }
}

fn typed(kind: &str, message: &str) -> Value {
    json!({ "__type": kind, "message": message })
}

fn sentence(start: &str, rest: &str) -> String {
    if rest.is_empty() {
        start.to_owned()
    } else {
        format!("{start}: {rest}")
    }
}
