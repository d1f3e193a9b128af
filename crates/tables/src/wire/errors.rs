//! The engine's errors with PostgreSQL's codes, in words for whoever asked.

use datafusion::{common::SchemaError, error::DataFusionError, sql::sqlparser::parser::ParserError};
use datafusion_postgres::pgwire::{
    api::{ClientInfo, ErrorHandler},
    error::{ErrorInfo, PgWireError},
};

use crate::{
    error::Error,
    query::{Limits, query_error},
};

/// An error of PostgreSQL: five characters of its appendix A, and a sentence.
pub fn refusal(code: &str, message: &str) -> PgWireError {
    PgWireError::UserError(Box::new(ErrorInfo::new(
        "ERROR".into(),
        code.into(),
        message.into(),
    )))
}

/// Ends the connection, too.
pub fn farewell(code: &str, message: &str) -> PgWireError {
    PgWireError::UserError(Box::new(ErrorInfo::new(
        "FATAL".into(),
        code.into(),
        message.into(),
    )))
}

/// An error of ours as PostgreSQL's.
pub fn told(error: &Error) -> PgWireError {
    let code = match error {
        Error::TookTooLong { .. } => "57014",
        Error::TooMuchMemory { .. } => "53200",
        Error::NoTable(_) | Error::NoVersion { .. } => "42P01",
        Error::Failed { .. } => "58000",
        _ => "42000",
    };
    if let Error::Failed { doing, source } = error {
        tracing::error!(doing, error = %source, "a question over PostgreSQL's wire failed");
        return refusal(
            code,
            "the question could not be answered; try again, and tell us if it stays so",
        );
    }
    refusal(code, &error.to_string())
}

/// Puts the engine's errors into words before they are sent.
pub struct Words(pub Limits);

impl ErrorHandler for Words {
    fn on_error<C>(&self, _client: &C, error: &mut PgWireError)
    where
        C: ClientInfo,
    {
        if !matches!(error, PgWireError::ApiError(_)) {
            return;
        }
        let PgWireError::ApiError(inner) = std::mem::replace(error, PgWireError::QueryCanceled) else {
            return;
        };
        *error = match inner.downcast::<DataFusionError>() {
            Ok(known) => of_engine(*known, &self.0),
            Err(other) => match other.downcast::<ParserError>() {
                Ok(parsing) => refusal("42601", &parser_words(&parsing)),
                Err(other) => refusal("42000", &other.to_string()),
            },
        };
    }
}

fn of_engine(error: DataFusionError, limits: &Limits) -> PgWireError {
    let code = match error.find_root() {
        DataFusionError::SQL(..) => "42601",
        DataFusionError::SchemaError(known, _) if matches!(**known, SchemaError::FieldNotFound { .. }) => {
            "42703"
        }
        DataFusionError::Plan(words) if words.starts_with("table '") => "42P01",
        DataFusionError::NotImplemented(_) => "0A000",
        DataFusionError::Execution(_) | DataFusionError::ArrowError(..) => "22000",
        _ => return told(&query_error(error, limits)),
    };
    match query_error(error, limits) {
        Error::BadQuery(words) => refusal(code, &words),
        other => told(&other),
    }
}

fn parser_words(error: &ParserError) -> String {
    match error {
        ParserError::TokenizerError(words) | ParserError::ParserError(words) => words.clone(),
        ParserError::RecursionLimitExceeded => "the statement is nested too deeply".into(),
    }
}
