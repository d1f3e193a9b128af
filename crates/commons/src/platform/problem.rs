//! What goes wrong, said once in plain words and rendered in the shape each protocol knows.

use std::{borrow::Cow, fmt};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::i18n::Lang;

pub type Result<T, E = Problem> = std::result::Result<T, E>;

/// A refusal or a failure: what a person is told, and what only the log is told.
#[derive(Debug)]
pub struct Problem(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: Kind,
    code: &'static str,
    with: Vec<(&'static str, String)>,
    fields: Vec<FieldProblem>,
    source: Option<anyhow::Error>,
    details: Option<serde_json::Value>,
    /// In seconds.
    retry_after: Option<u32>,
}

/// What kind of problem it is; decides the HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Invalid,
    Unauthenticated,
    Forbidden,
    NotFound,
    /// It was here, and was taken away with a reason.
    Gone,
    WrongMethod,
    Conflict,
    TooLarge,
    TooMany,
    Unavailable,
    Internal,
    /// A standard knows it, and we do not do it.
    Unsupported,
    /// Nothing here is in the format that is wanted.
    Unacceptable,
}

impl Kind {
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Kind::Invalid => StatusCode::BAD_REQUEST,
            Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
            Kind::Forbidden => StatusCode::FORBIDDEN,
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::Gone => StatusCode::GONE,
            Kind::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Kind::Conflict => StatusCode::CONFLICT,
            Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Kind::Unsupported => StatusCode::NOT_IMPLEMENTED,
            Kind::Unacceptable => StatusCode::NOT_ACCEPTABLE,
        }
    }
}

/// A problem of one field of a form.
#[derive(Debug, Clone, Serialize)]
pub struct FieldProblem {
    pub field: Cow<'static, str>,
    /// The text id of the message, without the prefix `problem-`.
    pub code: &'static str,
    #[serde(skip)]
    pub with: Vec<(&'static str, String)>,
}

impl Problem {
    /// Creates a problem; `problem-{code}` is its text in the locales.
    #[must_use]
    pub fn new(kind: Kind, code: &'static str) -> Problem {
        Problem(Box::new(Inner {
            kind,
            code,
            with: Vec::new(),
            fields: Vec::new(),
            source: None,
            details: None,
            retry_after: None,
        }))
    }

    #[must_use]
    pub fn invalid(code: &'static str) -> Problem {
        Problem::new(Kind::Invalid, code)
    }

    #[must_use]
    pub fn unauthenticated(code: &'static str) -> Problem {
        Problem::new(Kind::Unauthenticated, code)
    }

    #[must_use]
    pub fn forbidden(code: &'static str) -> Problem {
        Problem::new(Kind::Forbidden, code)
    }

    #[must_use]
    pub fn not_found(code: &'static str) -> Problem {
        Problem::new(Kind::NotFound, code)
    }

    #[must_use]
    pub fn gone(code: &'static str) -> Problem {
        Problem::new(Kind::Gone, code)
    }

    #[must_use]
    pub fn conflict(code: &'static str) -> Problem {
        Problem::new(Kind::Conflict, code)
    }

    #[must_use]
    pub fn too_large(code: &'static str) -> Problem {
        Problem::new(Kind::TooLarge, code)
    }

    #[must_use]
    pub fn too_many(code: &'static str) -> Problem {
        Problem::new(Kind::TooMany, code)
    }

    #[must_use]
    pub fn unavailable(code: &'static str) -> Problem {
        Problem::new(Kind::Unavailable, code)
    }

    #[must_use]
    pub fn unsupported(code: &'static str) -> Problem {
        Problem::new(Kind::Unsupported, code)
    }

    #[must_use]
    pub fn unacceptable(code: &'static str) -> Problem {
        Problem::new(Kind::Unacceptable, code)
    }

    /// Creates the refusal of a request that could not be read, by the status the framework would give it.
    #[must_use]
    pub fn unreadable(status: StatusCode, source: impl Into<anyhow::Error>) -> Problem {
        if status == StatusCode::PAYLOAD_TOO_LARGE {
            Problem::too_large("request-too-large").because(source)
        } else {
            Problem::invalid("request-malformed").because(source)
        }
    }

    /// Creates a failure of ours: the person is told only that it was not their fault.
    #[must_use]
    pub fn internal(source: impl Into<anyhow::Error>) -> Problem {
        Problem::new(Kind::Internal, "internal").because(source)
    }

    /// Adds a value that the text may name.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Problem {
        self.0.with.push((name, format!("{value}")));
        self
    }

    /// Adds a problem of one field; `problem-{code}` is its text.
    #[must_use]
    pub fn field(mut self, field: impl Into<Cow<'static, str>>, code: &'static str) -> Problem {
        self.0.fields.push(FieldProblem {
            field: field.into(),
            code,
            with: Vec::new(),
        });
        self
    }

    /// Adds a problem of one field whose text names values.
    #[must_use]
    pub fn field_with(
        mut self,
        field: impl Into<Cow<'static, str>>,
        code: &'static str,
        with: Vec<(&'static str, String)>,
    ) -> Problem {
        self.0.fields.push(FieldProblem {
            field: field.into(),
            code,
            with,
        });
        self
    }

    /// Takes what was read; where it was typed wrong, notes the fields, so that a form tells all its mistakes at once.
    ///
    /// # Errors
    /// What is no mistake in a field.
    pub fn take<T>(&mut self, read: Result<T>) -> Result<Option<T>> {
        match read {
            Ok(value) => Ok(Some(value)),
            Err(wrong) if wrong.kind() == Kind::Invalid && !wrong.fields().is_empty() => {
                self.0.fields.extend(wrong.0.fields);
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }

    /// Adds what a program may want to know besides the sentence: an object, for faces that have a place for it.
    #[must_use]
    pub fn with_details(mut self, details: serde_json::Value) -> Problem {
        self.0.details = Some(details);
        self
    }

    /// Says after how many seconds it is worth trying again; programs read it in `Retry-After`.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Problem {
        self.0.retry_after = Some(seconds);
        self
    }

    /// Adds the cause, for the log only.
    #[must_use]
    pub fn because(mut self, source: impl Into<anyhow::Error>) -> Problem {
        self.0.source = Some(source.into());
        self
    }

    #[must_use]
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// Returns the stable, documented code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    #[must_use]
    pub fn fields(&self) -> &[FieldProblem] {
        &self.0.fields
    }

    /// Returns what a program may want to know besides the sentence.
    #[must_use]
    pub fn details(&self) -> Option<&serde_json::Value> {
        self.0.details.as_ref()
    }

    /// Returns the cause, for the log only.
    #[must_use]
    pub fn source(&self) -> Option<&anyhow::Error> {
        self.0.source.as_ref()
    }

    /// Says to the person what happened and what to do.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        say(lang, self.0.code, &self.0.with)
    }

    /// Says what is wrong with each field.
    #[must_use]
    pub fn field_sentences(&self, lang: Lang) -> Vec<(String, String)> {
        self.0
            .fields
            .iter()
            .map(|field| (field.field.to_string(), say(lang, field.code, &field.with)))
            .collect()
    }
}

fn say(lang: Lang, code: &str, with: &[(&'static str, String)]) -> String {
    let text = lang.text(format!("problem-{code}"));
    with.iter()
        .fold(text, |text, (name, value)| text.arg(name, value))
        .to_string()
}

impl fmt::Display for Problem {
    /// Writes it for the log and the command line: the English sentence, then the causes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence(Lang::default()))?;
        for (field, sentence) in self.field_sentences(Lang::default()) {
            write!(f, "; {field}: {sentence}")?;
        }
        match &self.0.source {
            Some(source) => write!(f, " ({source:#})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Problem {}

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Problem {
        match refusal(&error) {
            Some(code) => Problem::unavailable(code).because(error),
            None => Problem::internal(error),
        }
    }
}

/// The failure of a commit that several shared.
impl From<std::sync::Arc<sqlx::Error>> for Problem {
    fn from(error: std::sync::Arc<sqlx::Error>) -> Problem {
        match refusal(&error) {
            Some(code) => Problem::unavailable(code).because(anyhow::Error::new(error)),
            None => Problem::internal(anyhow::Error::new(error)),
        }
    }
}

/// What to tell of a database that is well and cannot serve now; `None` where something is broken.
fn refusal(error: &sqlx::Error) -> Option<&'static str> {
    match error {
        sqlx::Error::PoolTimedOut => Some("busy"),
        // SQLite's words, and PostgreSQL's code for it.
        sqlx::Error::Database(told)
            if told.code().as_deref() == Some("53100") || told.message().contains("disk is full") =>
        {
            Some("storage-full")
        }
        _ => None,
    }
}

/// Hands the problem to the router's face, which renders and logs it (see `http::faces`).
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.kind().status().into_response();
        if let Some(seconds) = self.0.retry_after {
            let seconds = HeaderValue::from(seconds);
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response.extensions_mut().insert(std::sync::Arc::new(self));
        response
    }
}
