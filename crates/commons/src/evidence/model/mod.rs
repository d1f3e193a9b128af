//! Links, timelines, followers and commitments: types and rules.

pub mod mask;

use jiff::civil::Date;
use serde::Serialize;

use crate::platform::{
    message::Address,
    problem::{Problem, Result},
    time::Time,
};

const MOST_PROMISE: usize = 1_000;

/// Any record of any slice: `request/0190…`, `meeting/2026-11-20`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Subject {
    pub kind: String,
    pub id: String,
}

impl Subject {
    #[must_use]
    pub fn new(kind: &str, id: &str) -> Subject {
        Subject {
            kind: kind.to_owned(),
            id: id.to_owned(),
        }
    }
}

/// A relation between two records, read from the first to the second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    pub from: Subject,
    pub relation: String,
    pub to: Subject,
    pub made_at: Time,
}

/// Who reads an entry of a timeline; each later one reads what the earlier read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    Public,
    /// Whoever raised the matter.
    Raiser,
    Staff,
}

impl Audience {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Audience::Public => "public",
            Audience::Raiser => "raiser",
            Audience::Staff => "staff",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Audience> {
        [Audience::Public, Audience::Raiser, Audience::Staff]
            .into_iter()
            .find(|audience| audience.as_str() == text)
    }
}

/// In which part somebody acted: all that the public learns of who did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    Resident,
    /// Somebody who acts on a resident's behalf: the call centre, a village office.
    Operator,
    Officer,
    System,
}

impl Part {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Part::Resident => "resident",
            Part::Operator => "operator",
            Part::Officer => "officer",
            Part::System => "system",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Part> {
        [Part::Resident, Part::Operator, Part::Officer, Part::System]
            .into_iter()
            .find(|part| part.as_str() == text)
    }
}

/// Something to be written into a timeline.
#[derive(Debug, Clone)]
pub struct NewEntry {
    pub subject: Subject,
    /// When it happened, which may be before it is written.
    pub at: Time,
    /// `request.answered`: the words shown are the text `evidence-request-answered` of the locales.
    pub what: &'static str,
    pub part: Part,
    pub audience: Audience,
    pub text: Option<String>,
    pub facts: serde_json::Value,
}

/// An entry as it is read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    pub id: String,
    pub at: Time,
    pub what: String,
    pub part: Part,
    /// Who it was; read by staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    pub audience: Audience,
    pub text: Option<String>,
    pub facts: serde_json::Value,
}

/// Who is told about a record. Personal: never public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follower {
    pub address: Address,
    pub lang: String,
}

/// A promise to be made.
#[derive(Debug, Clone)]
pub struct NewCommitment {
    pub promise: String,
    /// Code of the organisation.
    pub owner: String,
    pub owner_post: Option<String>,
    pub place: Option<String>,
    /// The record it comes from; whoever follows that follows the promise.
    pub raised: Option<Subject>,
    pub made_on: Date,
    pub due_on: Date,
}

impl NewCommitment {
    /// Checks a promise: it says something, belongs to somebody and has a date that is not past.
    ///
    /// # Errors
    /// Names each field that will not do.
    pub fn check(self) -> Result<NewCommitment> {
        let mut problem = None;
        let mut wrong = |field: &'static str, code: &'static str| {
            problem = Some(
                problem
                    .take()
                    .unwrap_or_else(|| Problem::invalid("fields"))
                    .field(field, code),
            );
        };
        match self.promise.trim().chars().count() {
            0 => wrong("promise", "evidence-promise-missing"),
            n if n > MOST_PROMISE => wrong("promise", "text-long"),
            _ => {}
        }
        if self.owner.trim().is_empty() {
            wrong("owner", "evidence-owner-missing");
        }
        if self.due_on < self.made_on {
            wrong("due_on", "evidence-due-past");
        }
        match problem {
            Some(problem) => Err(problem),
            None => Ok(self),
        }
    }
}

/// How a promise stands, as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Settled {
    Kept,
    BrokenOff,
}

/// How a promise stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    Open,
    /// Its date is past and nobody has said that it was kept.
    Late,
    Kept,
    /// It was kept after its date.
    KeptLate,
    BrokenOff,
}

impl Standing {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Standing::Open => "open",
            Standing::Late => "late",
            Standing::Kept => "kept",
            Standing::KeptLate => "kept-late",
            Standing::BrokenOff => "broken-off",
        }
    }
}

/// A promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    pub id: String,
    pub code: String,
    pub promise: String,
    pub owner: String,
    pub owner_post: Option<String>,
    pub place: Option<String>,
    pub raised: Option<Subject>,
    pub made_on: Date,
    pub due_on: Date,
    /// How often its date was moved.
    pub n_moved: i64,
    pub settled: Option<(Settled, Date)>,
}

impl Commitment {
    /// Tells how it stands on a day; late is derived, never stored.
    #[must_use]
    pub fn standing(&self, today: Date) -> Standing {
        match self.settled {
            Some((Settled::Kept, on)) if on > self.due_on => Standing::KeptLate,
            Some((Settled::Kept, _)) => Standing::Kept,
            Some((Settled::BrokenOff, _)) => Standing::BrokenOff,
            None if today > self.due_on => Standing::Late,
            None => Standing::Open,
        }
    }

    #[must_use]
    pub fn subject(&self) -> Subject {
        Subject::new("commitment", &self.id)
    }

    #[must_use]
    pub fn path(&self) -> String {
        format!("/commitments/{}", self.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    #[test]
    fn a_promise_is_late_from_the_day_after_its_date() {
        let mut promise = Commitment {
            id: "c".into(),
            code: "C".into(),
            promise: "Mend the bridge".into(),
            owner: "dinas-pu".into(),
            owner_post: None,
            place: None,
            raised: None,
            made_on: day("2026-11-20"),
            due_on: day("2026-12-18"),
            n_moved: 0,
            settled: None,
        };
        assert_eq!(promise.standing(day("2026-12-18")), Standing::Open);
        assert_eq!(promise.standing(day("2026-12-19")), Standing::Late);
        promise.settled = Some((Settled::Kept, day("2026-12-18")));
        assert_eq!(promise.standing(day("2027-12-19")), Standing::Kept);
        promise.settled = Some((Settled::Kept, day("2026-12-19")));
        assert_eq!(promise.standing(day("2026-12-20")), Standing::KeptLate);
    }

    #[test]
    fn a_promise_without_words_owner_or_future_is_refused() {
        let promise = NewCommitment {
            promise: " ".into(),
            owner: String::new(),
            owner_post: None,
            place: None,
            raised: None,
            made_on: day("2026-11-20"),
            due_on: day("2026-11-19"),
        };
        let problem = promise.check().expect_err("refused");
        let fields: Vec<_> = problem.fields().iter().map(|field| field.code).collect();
        assert_eq!(
            fields,
            [
                "evidence-promise-missing",
                "evidence-owner-missing",
                "evidence-due-past"
            ]
        );
    }

    #[test]
    fn staff_read_what_raisers_read_and_raisers_what_everybody_reads() {
        assert!(Audience::Public < Audience::Raiser && Audience::Raiser < Audience::Staff);
    }
}
