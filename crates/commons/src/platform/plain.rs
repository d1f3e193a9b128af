//! What people type, as it is kept: without control characters, of which PostgreSQL stores no NUL and nobody sees any.

use axum::{
    extract::{self, FromRequest, Request},
    http::StatusCode,
};
use serde::de::DeserializeOwned;

use super::problem::{Problem, Result};

/// A form that was sent, with plain texts in it; a letter that no database stores is left out, as nobody typed it on purpose.
#[derive(Debug, Clone, Copy, Default)]
pub struct Form<T>(pub T);

impl<S, T> FromRequest<S> for Form<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Form<T>> {
        let sent = extract::Form::<Vec<(String, String)>>::from_request(request, state).await;
        let extract::Form(sent) =
            sent.map_err(|rejection| Problem::unreadable(rejection.status(), rejection))?;
        let plain: Vec<(String, String)> = sent
            .iter()
            .map(|(name, value)| (plain(name), plain(value)))
            .collect();
        let unreadable = |status: StatusCode, error: anyhow::Error| Problem::unreadable(status, error);
        let text = serde_urlencoded::to_string(&plain)
            .map_err(|error| unreadable(StatusCode::BAD_REQUEST, error.into()))?;
        serde_urlencoded::from_str(&text)
            .map(Form)
            .map_err(|error| unreadable(StatusCode::UNPROCESSABLE_ENTITY, error.into()))
    }
}

/// Takes control characters away but for ends of lines, which become `\n`, and tabs.
#[must_use]
pub fn plain(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_database_stores_is_taken_away_and_lines_stay() {
        for (typed, kept) in [
            ("The well\0 is dry.", "The well is dry."),
            ("one\r\ntwo\tthree\u{7}\u{85}", "one\ntwo\tthree"),
            ("Ngasem — বাজার", "Ngasem — বাজার"),
        ] {
            assert_eq!(plain(typed), kept);
        }
    }
}
