//! What a form sent: names and values, a name perhaps several times.

use axum::{
    Form,
    extract::{FromRequest, Request},
};

use crate::platform::{
    app::App,
    html::parts::FieldError,
    op::Op,
    page::field_errors,
    problem::{Problem, Result},
};

/// The fields of a form that was sent.
#[derive(Debug, Clone, Default)]
pub struct Fields(pub Vec<(String, String)>);

impl FromRequest<App> for Fields {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Fields> {
        Form::<Vec<(String, String)>>::from_request(request, app)
            .await
            .map(|Form(fields)| Fields(fields))
            .map_err(|rejection| Problem::unreadable(rejection.status(), rejection))
    }
}

impl Fields {
    /// Returns the value of a field; empty when it was not sent.
    pub fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(given, _)| given == name)
            .map_or("", |(_, value)| value.as_str())
    }

    /// Returns the value without what surrounds it; `None` for a blank one.
    pub fn filled(&self, name: &str) -> Option<String> {
        Some(self.get(name).trim())
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
    }

    /// Returns all values of a field that may be sent several times, each once, blank ones left out.
    pub fn all(&self, name: &str) -> Vec<String> {
        let mut values: Vec<String> = Vec::new();
        for (given, value) in &self.0 {
            if given == name && !value.trim().is_empty() && !values.contains(value) {
                values.push(value.clone());
            }
        }
        values
    }
}

/// What an error summary lists when the fields of a form have names of their own: `answer-text` for `text`.
pub fn errors_in(problem: &Problem, op: &Op, act: &str) -> Vec<FieldError> {
    let mut errors = field_errors(problem, op);
    for error in &mut errors {
        if !error.field.is_empty() && !act.is_empty() {
            error.field = format!("{act}-{}", error.field);
        }
    }
    errors
}

/// Says in one line why something was refused.
pub fn sentence(problem: &Problem, op: &Op) -> String {
    let said: Vec<String> = field_errors(problem, op)
        .into_iter()
        .map(|error| error.text)
        .collect();
    said.join(" ")
}
