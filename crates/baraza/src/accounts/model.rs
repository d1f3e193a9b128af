//! Who may sign in and what a name, an e-mail, a password and a token may look like.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::platform::{
    op::{Grant, Role},
    problem::{Problem, Result},
};

/// How long somebody stays signed in.
pub const SESSION_LIFE: Duration = Duration::from_secs(12 * 3600);
/// How old a session's secret may grow before it is replaced.
pub const ROTATE_AFTER: Duration = Duration::from_secs(3600);
/// How long the secret before a rotation still works, for requests already under way.
pub const ROTATION_GRACE: Duration = Duration::from_secs(60);
/// Wrong guesses within [`GUESS_WINDOW`] after which an e-mail must wait.
pub const MOST_GUESSES: i64 = 5;
/// Wrong guesses within [`GUESS_WINDOW`] after which an address must wait: a whole office may share it.
pub const MOST_GUESSES_OF_ADDRESS: i64 = 50;
pub const GUESS_WINDOW: Duration = Duration::from_secs(15 * 60);

const LEAST_PASSWORD: usize = 10;
const MOST_PASSWORD: usize = 200;
const MOST_NAME: usize = 120;
/// The longest a token may live.
const MOST_DAYS: u32 = 3650;

/// An e-mail address in lower case with one `@` and a dot after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Email(pub String);

impl Email {
    /// Reads an e-mail address.
    ///
    /// # Errors
    /// `email-malformed` on field `email`.
    pub fn parse(text: &str) -> Result<Email> {
        let text = text.trim().to_lowercase();
        let is_valid = text.len() <= 254
            && !text.contains(char::is_whitespace)
            && text.split_once('@').is_some_and(|(local, domain)| {
                !local.is_empty()
                    && !domain.contains('@')
                    && domain.contains('.')
                    && !domain.starts_with('.')
                    && !domain.ends_with('.')
            });
        if is_valid {
            Ok(Email(text))
        } else {
            Err(Problem::invalid("fields").field("email", "email-malformed"))
        }
    }
}

/// A password that is long enough; shown nowhere.
pub struct Password(pub(super) String);

impl Password {
    /// Accepts a new password of at least ten characters that is not one character repeated.
    ///
    /// # Errors
    /// `password-short`, `password-long` or `password-weak` on field `password`.
    pub fn parse(text: String) -> Result<Password> {
        let refuse = |code| Err(Problem::invalid("fields").field("password", code));
        let n = text.chars().count();
        let first = text.chars().next();
        if n < LEAST_PASSWORD {
            refuse("password-short")
        } else if n > MOST_PASSWORD {
            refuse("password-long")
        } else if text.chars().all(|c| Some(c) == first) {
            refuse("password-weak")
        } else {
            Ok(Password(text))
        }
    }
}

/// A person to be added.
pub struct NewUser {
    pub email: Email,
    pub name: String,
    pub password: Option<Password>,
}

impl NewUser {
    /// Checks what somebody typed.
    ///
    /// # Errors
    /// Names each field that will not do.
    pub fn parse(email: &str, name: &str, password: Option<String>) -> Result<NewUser> {
        Ok(NewUser {
            email: Email::parse(email)?,
            name: parse_name(name)?,
            password: password.map(Password::parse).transpose()?,
        })
    }
}

/// Reads a name of 1 to 120 characters.
///
/// # Errors
/// `name-missing` or `name-long` on field `name`.
pub fn parse_name(text: &str) -> Result<String> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Problem::invalid("fields").field("name", "name-missing")),
        n if n > MOST_NAME => Err(Problem::invalid("fields").field("name", "name-long")),
        _ => Ok(text.to_owned()),
    }
}

/// Reads `ROLE` or `ROLE@PLACE`, with an organisation beside it.
///
/// # Errors
/// `role-unknown`; `role-needs-place` for a role that is always scoped.
pub fn parse_grant(text: &str, org: Option<String>) -> Result<Grant> {
    let (role, place) = match text.split_once('@') {
        Some((role, place)) => (role, Some(place.trim().to_owned())),
        None => (text, None),
    };
    let role: Role = role.trim().parse()?;
    if place.is_none() && Role::STAFF.contains(&role) {
        return Err(Problem::invalid("role-needs-place").with("role", role));
    }
    Ok(Grant { role, place, org })
}

/// Reads how many days a token may live.
///
/// # Errors
/// `days-out-of-range` on field `days` outside 1 to 3650.
pub fn parse_days(text: &str) -> Result<u32> {
    match text.trim().parse() {
        Ok(days) if (1..=MOST_DAYS).contains(&days) => Ok(days),
        _ => Err(Problem::invalid("fields").field("days", "days-out-of-range")),
    }
}

/// A person as an administrator sees them.
#[derive(Debug, Clone, Serialize)]
pub struct Listed {
    pub id: String,
    pub kind: String,
    pub name: String,
    pub email: Option<String>,
    pub grants: Vec<Grant>,
    pub is_closed: bool,
}

/// A token as its owner sees it: never the secret.
#[derive(Debug, Clone, Serialize)]
pub struct Token {
    pub id: String,
    pub label: String,
    pub roles: Option<String>,
    pub created_at: i64,
    pub expires_at: Option<i64>,
    pub revoked_at: Option<i64>,
    pub used_on: Option<String>,
}

/// A legal body that publishes data or answers for a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    pub code: String,
    pub name: String,
    pub about: Option<String>,
    pub contact: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_is_trimmed_and_lowered_and_must_have_a_domain() {
        assert_eq!(Email::parse(" Ani@Desa.ID ").expect("reads").0, "ani@desa.id");
        for wrong in [
            "",
            "ani",
            "ani@",
            "@desa.id",
            "a b@desa.id",
            "ani@desa",
            "a@b@c.id",
        ] {
            assert!(Email::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_scoped_role_needs_its_place() {
        assert_eq!(
            parse_grant("enumerator", None).expect_err("refused").code(),
            "role-needs-place"
        );
        let grant = parse_grant("steward@35.22", Some("dinkes".into())).expect("reads");
        assert_eq!(
            (grant.role, grant.place.as_deref(), grant.org.as_deref()),
            (Role::Steward, Some("35.22"), Some("dinkes"))
        );
        assert!(parse_grant("admin", None).is_ok());
        assert_eq!(
            parse_grant("king", None).expect_err("refused").code(),
            "role-unknown"
        );
    }

    #[test]
    fn a_password_of_one_repeated_character_is_weak() {
        assert!(Password::parse("aaaaaaaaaaaa".into()).is_err());
        assert!(Password::parse("short".into()).is_err());
        assert!(Password::parse("tujuh gajah terbang".into()).is_ok());
    }
}
