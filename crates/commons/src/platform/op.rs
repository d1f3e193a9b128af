//! Who does something, when, in which language and why: the first argument of every front door.

use std::{fmt, str::FromStr, sync::Arc};

use axum::{extract::FromRequestParts, http::request::Parts};
use serde::{Deserialize, Serialize};

use super::{
    i18n::Lang,
    problem::{Problem, Result},
    time::Time,
};

/// The longest reason for a change.
const MOST_WHY: usize = 500;

/// The circumstances of one operation.
#[derive(Debug, Clone)]
pub struct Op {
    pub who: Who,
    pub at: Time,
    pub lang: Lang,
    /// The reason the person gave, where one is asked for.
    pub why: Option<String>,
    pub request_id: Option<String>,
    /// What narrows or widens what the caller may do on this request alone.
    pub limits: Limits,
}

/// What holds for one request: the link it came by, the only forms its device may fill.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    /// The link somebody came by, who may fill its form without signing in.
    pub pass: Option<Pass>,
    /// The XForm ids of the only forms that may be filled in the project of the address; `None` for all.
    pub forms: Option<Arc<[String]>>,
    /// It is brought from another server, with all that followed from it there: nothing follows from it here.
    pub is_brought: bool,
}

/// One browser that came by a link to a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pass {
    pub id: String,
    /// The account of the link, which is the submitter.
    pub submitter: String,
    /// The id of the form that may be filled.
    pub form: String,
    /// Each respondent files once.
    pub is_once: bool,
}

/// Who acts.
#[derive(Debug, Clone)]
pub enum Who {
    /// Somebody who did not sign in.
    Anyone,
    /// The program itself: a job, or an operator at the command line.
    System,
    Person(Person),
}

/// Somebody who is signed in, with what they were granted.
#[derive(Debug, Clone)]
pub struct Person {
    pub id: String,
    pub name: String,
    pub email: String,
    pub grants: Vec<Grant>,
    pub proof: Proof,
}

/// How a person proved who they are.
#[derive(Debug, Clone)]
pub enum Proof {
    Session { id: String },
    Token { id: String },
}

/// A role, within a place and its descendants, and within an organisation; without them, everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Grant {
    pub role: Role,
    pub place: Option<String>,
    pub org: Option<String>,
}

/// What somebody may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Citizen,
    Enumerator,
    Facilitator,
    Officer,
    Producer,
    Steward,
    Leader,
    Auditor,
    Admin,
}

impl Role {
    pub const ALL: [Role; 9] = [
        Role::Citizen,
        Role::Enumerator,
        Role::Facilitator,
        Role::Officer,
        Role::Producer,
        Role::Steward,
        Role::Leader,
        Role::Auditor,
        Role::Admin,
    ];
    /// Everybody who works for the government or its partners.
    pub const STAFF: [Role; 7] = [
        Role::Enumerator,
        Role::Facilitator,
        Role::Officer,
        Role::Producer,
        Role::Steward,
        Role::Leader,
        Role::Auditor,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Citizen => "citizen",
            Role::Enumerator => "enumerator",
            Role::Facilitator => "facilitator",
            Role::Officer => "officer",
            Role::Producer => "producer",
            Role::Steward => "steward",
            Role::Leader => "leader",
            Role::Auditor => "auditor",
            Role::Admin => "admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Role> {
        Role::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| Problem::invalid("role-unknown").with("role", text))
    }
}

impl Who {
    /// Names the actor in the audit trail, by id only.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Who::Anyone => "anyone".into(),
            Who::System => "system".into(),
            Who::Person(person) => match &person.proof {
                Proof::Session { .. } => format!("user:{}", person.id),
                Proof::Token { id } => format!("user:{}:token:{id}", person.id),
            },
        }
    }
}

impl Op {
    /// Returns the circumstances of work the program does by itself.
    #[must_use]
    pub fn system(at: Time) -> Op {
        Op {
            who: Who::System,
            at,
            lang: Lang::default(),
            why: None,
            request_id: None,
            limits: Limits::default(),
        }
    }

    /// Returns the same circumstances with the reason for a change that must have one; it stands in the audit trail.
    ///
    /// # Errors
    /// `why-missing` on field `why` for a blank reason, `text-long` for one over 500 characters.
    pub fn because(&self, why: &str) -> Result<Op> {
        let why = why.trim();
        match why.chars().count() {
            0 => Err(Problem::invalid("fields").field("why", "why-missing")),
            n if n > MOST_WHY => Err(Problem::invalid("fields").field("why", "text-long")),
            _ => Ok(Op {
                why: Some(why.to_owned()),
                ..self.clone()
            }),
        }
    }

    /// Returns the person who is signed in.
    #[must_use]
    pub fn person(&self) -> Option<&Person> {
        match &self.who {
            Who::Person(person) => Some(person),
            Who::Anyone | Who::System => None,
        }
    }

    /// Tells whether the actor holds one of `roles` anywhere at all.
    #[must_use]
    pub fn has(&self, roles: &[Role]) -> bool {
        self.holds(|grant| roles.contains(&grant.role))
    }

    /// Tells whether the actor holds one of `roles` at a place.
    ///
    /// `lineage` is the place's code followed by those of its ancestors.
    #[must_use]
    pub fn has_at<S: AsRef<str>>(&self, roles: &[Role], lineage: &[S]) -> bool {
        self.holds(|grant| {
            roles.contains(&grant.role)
                && grant
                    .place
                    .as_deref()
                    .is_none_or(|place| lineage.iter().any(|code| code.as_ref() == place))
        })
    }

    /// Tells whether the actor holds one of `roles` for an organisation.
    #[must_use]
    pub fn has_for(&self, roles: &[Role], org: &str) -> bool {
        self.holds(|grant| {
            roles.contains(&grant.role) && grant.org.as_deref().is_none_or(|granted| granted == org)
        })
    }

    /// Passes only those who hold one of `roles` somewhere.
    ///
    /// # Errors
    /// `sign-in-needed` for a stranger, `not-allowed` for anybody else.
    pub fn require(&self, roles: &[Role]) -> Result<()> {
        self.allow(self.has(roles))
    }

    /// Passes only those who hold one of `roles` at a place (its code, then its ancestors').
    ///
    /// # Errors
    /// As [`Op::require`].
    pub fn require_at<S: AsRef<str>>(&self, roles: &[Role], lineage: &[S]) -> Result<()> {
        self.allow(self.has_at(roles, lineage))
    }

    /// Passes everybody who is signed in, and the program itself.
    ///
    /// # Errors
    /// `sign-in-needed` for a stranger.
    pub fn require_person(&self) -> Result<&Person> {
        self.person()
            .ok_or_else(|| Problem::unauthenticated("sign-in-needed"))
    }

    fn holds(&self, wanted: impl Fn(&Grant) -> bool) -> bool {
        match &self.who {
            Who::System => true,
            Who::Anyone => false,
            Who::Person(person) => person
                .grants
                .iter()
                .any(|grant| grant.role == Role::Admin || wanted(grant)),
        }
    }

    fn allow(&self, allowed: bool) -> Result<()> {
        match (&self.who, allowed) {
            (_, true) => Ok(()),
            (Who::Anyone, false) => Err(Problem::unauthenticated("sign-in-needed")),
            (_, false) => Err(Problem::forbidden("not-allowed")),
        }
    }
}

/// `Op` is made by `accounts` for every request, before any handler runs.
impl<S: Sync> FromRequestParts<S> for Op {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Op> {
        parts
            .extensions
            .get::<Op>()
            .cloned()
            .ok_or_else(|| Problem::internal(anyhow::anyhow!("no identity was established for this route")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(grants: &[(Role, Option<&str>)]) -> Op {
        let grants = grants
            .iter()
            .map(|(role, place)| Grant {
                role: *role,
                place: place.map(Into::into),
                org: None,
            })
            .collect();
        let proof = Proof::Session { id: "s".into() };
        let who = Who::Person(Person {
            id: "p".into(),
            name: "P".into(),
            email: "p@x".into(),
            grants,
            proof,
        });
        Op {
            who,
            ..Op::system(Time(0))
        }
    }

    #[test]
    fn a_grant_reaches_the_places_below_its_own_and_no_other() {
        let op = person(&[(Role::Enumerator, Some("35.22"))]);
        assert!(op.has_at(&[Role::Enumerator], &["35.22.01.2001", "35.22.01", "35.22", "35"]));
        assert!(!op.has_at(&[Role::Enumerator], &["35.23.01", "35.23", "35"]));
        assert!(!op.has_at(&[Role::Enumerator], &["35"]));
        assert!(!op.has_at(&[Role::Steward], &["35.22"]));
    }

    #[test]
    fn an_administrator_may_do_what_every_role_may() {
        assert!(person(&[(Role::Admin, None)]).has_at(&[Role::Steward], &["35"]));
    }
}
