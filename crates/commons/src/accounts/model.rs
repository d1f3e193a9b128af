//! Who may sign in and what a name, an e-mail, a password and a token may look like.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    places::model::{Place, Places},
    platform::{
        op::{Grant, Role},
        problem::{Problem, Result},
    },
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
/// How long a device's token lives: a round of a census, and a lost phone does not file for ever.
pub const DEVICE_DAYS: u32 = 366;
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

/// Reads `ROLE` or `ROLE@PLACE`, with an organisation beside it; the place must be one that is known.
///
/// # Errors
/// `role-unknown`; `role-needs-place` for a role that is always scoped; `role-place-unknown`, with the nearest place there is.
pub fn parse_grant(text: &str, org: Option<String>, places: &Places) -> Result<Grant> {
    let (role, place) = match text.split_once('@') {
        Some((role, place)) => (role, Some(place.trim().to_owned())),
        None => (text, None),
    };
    let role: Role = role.trim().parse()?;
    if place.is_none() && Role::STAFF.contains(&role) {
        return Err(Problem::invalid("role-needs-place").with("role", role));
    }
    if let Some(code) = place.as_deref().filter(|code| places.find(code).is_none()) {
        return Err(match nearest(code, places) {
            Some(place) => Problem::invalid("role-place-unknown")
                .with("code", code)
                .with("nearest", place.code())
                .with("name", place.name()),
            None => Problem::invalid("role-no-places").with("code", code),
        });
    }
    Ok(Grant { role, place, org })
}

/// Reads the organisation that a role is for, by its code or by its name where only one is called so; none where nothing is said.
///
/// # Errors
/// `organisation-unknown` on field `org`.
pub fn parse_organisation(text: &str, known: &[Organisation]) -> Result<Option<String>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if let Some(found) = known.iter().find(|known| known.code == text) {
        return Ok(Some(found.code.clone()));
    }
    let mut named = known
        .iter()
        .filter(|known| known.name.to_lowercase() == text.to_lowercase());
    match (named.next(), named.next()) {
        (Some(found), None) => Ok(Some(found.code.clone())),
        _ => Err(Problem::invalid("fields").field_with(
            "org",
            "organisation-unknown",
            vec![("code", text.to_owned())],
        )),
    }
}

/// The place that somebody may have meant: one of that name, else the one whose code needs the fewest strokes to become theirs.
fn nearest<'a>(code: &str, places: &'a Places) -> Option<Place<'a>> {
    let named = places.search(code, None, 1).into_iter().next();
    let strokes = |place: &Place<'_>| strokes_between(code, place.code());
    named.or_else(|| places.current().min_by_key(strokes))
}

/// How many characters must be put in, taken out or changed to make one text of another (Levenshtein).
fn strokes_between(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
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

/// An organisation as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptOrganisation {
    pub organisation: Organisation,
    /// Whether something can be given to it.
    pub is_active: bool,
    /// Grows with every change.
    pub revision: i64,
}

/// An organisation as catalogues show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    /// Permanent; as another catalogue gave it.
    pub id: String,
    pub code: String,
    pub name: String,
    pub about: String,
    /// Its picture; may be empty.
    pub image_url: String,
    /// `active` or `deleted`.
    pub state: String,
    /// Keys and values of other catalogues, as JSON.
    pub extras: String,
    pub created_at: i64,
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

    fn regency() -> Places {
        let rows = [
            ("35.22", "Bojonegoro", None),
            ("35.22.01", "Ngasem", Some("35.22")),
        ];
        let row = |(code, name, parent): (&str, &str, Option<&str>)| crate::places::model::PlaceRow {
            code: code.into(),
            name: name.into(),
            level: "level".into(),
            parent: parent.map(Into::into),
            ..Default::default()
        };
        Places::new(rows.map(row).into(), jiff::civil::date(2026, 11, 21))
    }

    #[test]
    fn a_role_at_a_place_that_is_not_there_is_refused_with_the_nearest() {
        for (typed, meant) in [("35.22.1", "35.22.01"), ("35.2", "35.22"), ("Ngasem", "35.22.01")] {
            let problem = parse_grant(&format!("steward@{typed}"), None, &regency()).expect_err(typed);
            let sentence = problem.sentence(crate::platform::i18n::Lang::default());
            assert_eq!(problem.code(), "role-place-unknown");
            assert!(sentence.contains(&format!("{meant} (")), "{typed}: {sentence}");
        }
        let none = Places::new(Vec::new(), jiff::civil::date(2026, 11, 21));
        let problem = parse_grant("steward@35.22", None, &none).expect_err("refused");
        assert_eq!(problem.code(), "role-no-places");
    }

    #[test]
    fn an_organisation_is_known_by_its_code_or_by_a_name_that_only_one_has() {
        let office = |code: &str, name: &str| Organisation {
            code: code.into(),
            name: name.into(),
            about: None,
            contact: None,
        };
        let known = [
            office("dinkes", "Dinas Kesehatan"),
            office("a", "Balai"),
            office("b", "Balai"),
        ];
        let read = |text: &str| parse_organisation(text, &known);
        assert_eq!(read(" ").expect("none"), None);
        assert_eq!(read("dinkes").expect("by code").as_deref(), Some("dinkes"));
        assert_eq!(
            read("dinas kesehatan").expect("by name").as_deref(),
            Some("dinkes")
        );
        for wrong in ["787", "Balai"] {
            let problem = read(wrong).expect_err(wrong);
            assert_eq!(problem.fields().len(), 1, "{wrong}");
        }
    }

    #[test]
    fn a_scoped_role_needs_its_place() {
        let places = regency();
        assert_eq!(
            parse_grant("enumerator", None, &places)
                .expect_err("refused")
                .code(),
            "role-needs-place"
        );
        let grant = parse_grant("steward@35.22", Some("dinkes".into()), &places).expect("reads");
        assert_eq!(
            (grant.role, grant.place.as_deref(), grant.org.as_deref()),
            (Role::Steward, Some("35.22"), Some("dinkes"))
        );
        assert!(parse_grant("admin", None, &places).is_ok());
        assert_eq!(
            parse_grant("king", None, &places).expect_err("refused").code(),
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
