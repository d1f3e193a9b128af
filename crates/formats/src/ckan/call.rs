//! A call: the parameters from query, JSON, form or multipart, and the files that came with them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    Map,
    actions::{Action, Effect},
    answer::Failure,
    values::{python_type, repr},
};

/// What was asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Call {
    pub fields: Map,
    /// By the name of their part; `upload` for a resource, `image_upload` for a group.
    pub uploads: BTreeMap<String, Upload>,
    /// Who asks through a script tag is nobody: the page that does it may belong to anybody.
    pub callback: Option<Callback>,
}

/// A file that came with a call and was put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// As the client names it.
    pub file_name: String,
    pub content_type: Option<String>,
    pub size_bytes: u64,
    /// Where it was put, in the words of who put it there.
    pub blob: String,
}

/// How the call came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
}

/// What came after the head of the request.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Body<'a> {
    #[default]
    None,
    /// Anything that is not one of the two others, whatever its content type says.
    Bytes(&'a [u8]),
    /// `application/x-www-form-urlencoded`, decoded.
    Form(Vec<(String, String)>),
    /// `multipart/form-data`: every part that is no file is text; ckanapi leaves nulls out and sends numbers as text.
    Multipart(Vec<(String, String)>, Vec<(String, Upload)>),
}

impl Call {
    /// Reads a call; `query` are the decoded parameters of the address.
    ///
    /// # Errors
    /// When an action that changes something is asked by GET, or the parameters are no JSON object.
    pub fn read(
        action: Action,
        method: Method,
        query: Vec<(String, String)>,
        body: Body<'_>,
    ) -> Result<Call, Failure> {
        if method == Method::Get && action.effect() == Effect::Writes {
            return Err(Failure::Unreadable(
                "Invalid request. Please use POST method for your request".to_owned(),
            ));
        }
        let by_address = action.effect() == Effect::Reads && !query.is_empty();
        let callback = Callback::asked(method, &query)?;
        let mut uploads = BTreeMap::new();
        let mut fields = match body {
            Body::Form(fields) if !fields.is_empty() => form(fields)?,
            Body::Multipart(fields, files) => {
                uploads.extend(files);
                if fields.is_empty() {
                    Map::new()
                } else {
                    form(fields)?
                }
            }
            _ if by_address => mixed(query),
            Body::Bytes(bytes) if !bytes.trim_ascii().is_empty() => object(bytes)?,
            Body::None | Body::Bytes(_) | Body::Form(_) => Map::new(),
        };
        let asked_in_body = fields.shift_remove("callback").is_some();
        if asked_in_body && callback.is_none() {
            return Err(Failure::Unreadable(
                "callback is taken by GET only; leave it out".to_owned(),
            ));
        }
        Ok(Call {
            fields,
            uploads,
            callback,
        })
    }

    /// A call with these parameters, as one action makes it of another.
    pub fn of(fields: Map) -> Call {
        Call {
            fields,
            ..Call::default()
        }
    }
}

/// The function that a script tag wants called with the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callback(String);

impl Callback {
    /// The content type of what [`Callback::wrap`] writes.
    pub const CONTENT_TYPE: &'static str = "application/javascript;charset=utf-8";

    /// Wraps an answer of status 200; send it with `X-Content-Type-Options: nosniff`.
    pub fn wrap(&self, body: &str) -> String {
        // The comment keeps the bytes from being a file of any other kind; the two separators once ended a line of script.
        let body = body.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029");
        format!("/**/{}({body});", self.0)
    }

    fn asked(method: Method, query: &[(String, String)]) -> Result<Option<Callback>, Failure> {
        let Some((_, name)) = query
            .iter()
            .find(|(name, _)| name == "callback")
            .filter(|_| method == Method::Get)
        else {
            return Ok(None);
        };
        let is_name = name.len() <= 128
            && name.split('.').all(|part| {
                part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '$')
                    && part
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$')
            });
        if !is_name {
            return Err(Failure::Unreadable(
                "callback must be the name of a function, like app.show".to_owned(),
            ));
        }
        Ok(Some(Callback(name.clone())))
    }
}

/// Reads the fields of a form; `curl -d '{"id": …}'` makes a form whose only key is the JSON.
fn form(fields: Vec<(String, String)>) -> Result<Map, Failure> {
    let whole: Option<String> = match fields.as_slice() {
        [(key, value)] if value.is_empty() || value == "1" => Some(key.clone()),
        // The JSON held signs that a form takes for its own.
        [(key, _), ..] if key.trim_start().starts_with('{') => {
            let pairs: Vec<String> = fields
                .iter()
                .map(|(key, value)| {
                    if value.is_empty() {
                        key.clone()
                    } else {
                        format!("{key}={value}")
                    }
                })
                .collect();
            Some(pairs.join("&"))
        }
        _ => None,
    };
    match whole {
        // A form with one field that was left empty is a form.
        Some(text) if text.trim_start().starts_with(['{', '[', '"']) => object(text.as_bytes()),
        _ => Ok(mixed(fields)),
    }
}

/// One value is text, several values of one name are a list.
fn mixed(pairs: Vec<(String, String)>) -> Map {
    let mut map = Map::new();
    for (key, value) in pairs {
        match map.get_mut(&key) {
            None => {
                map.insert(key, Value::String(value));
            }
            Some(Value::Array(values)) => values.push(Value::String(value)),
            Some(first) => {
                let held = first.take();
                *first = Value::Array(vec![held, Value::String(value)]);
            }
        }
    }
    map
}

fn object(bytes: &[u8]) -> Result<Map, Failure> {
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(other) => Err(Failure::Unreadable(format!(
            "Request data JSON decoded to {} but it needs to be a dictionary.",
            match &other {
                Value::String(text) => repr(text),
                other => format!("a {}", python_type(other)),
            }
        ))),
        Err(error) => Err(Failure::Unreadable(format!(
            "Error decoding JSON data. Error: {error}"
        ))),
    }
}
