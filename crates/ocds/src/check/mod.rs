//! What a release must hold to be taken in, what is odd about it, and 1.0 brought to 1.1.

mod checker;
mod lists;
mod upgrade;

#[cfg(test)]
mod tests;

pub use lists::{AWARD_STATUS, CONTRACT_STATUS, PROCUREMENT_METHOD, ROLES, TAGS, TENDER_STATUS};
pub use upgrade::{is_1_0, upgrade};

use checker::Checker;
use serde_json::Value;

/// Whether a finding keeps a release out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// The release is not taken in.
    Refusal,
    /// It is taken in, and somebody should know.
    Warning,
}

/// What is wrong with one place of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub level: Level,
    /// A JSON pointer into the release.
    pub path: String,
    pub code: Code,
    /// What a sentence about it needs: names and values, by [`Code`]'s documentation. Values are cut at 200 characters.
    pub values: Vec<(&'static str, String)>,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// The release is not an object.
    NotAnObject,
    /// A field that must be there is not: `field`.
    Missing,
    /// A field is of another type: `expected`, `found`.
    Type,
    /// A text is empty: no values.
    EmptyText,
    /// A date that cannot be read: `date`.
    Date,
    /// A date without a time, or a time without a zone: `date`.
    DateOnly,
    /// An amount that is no finite number: `found`.
    Amount,
    /// A currency that is not three capital letters: `currency`.
    Currency,
    /// A value that the code list does not have: `value`, `list`.
    Codelist,
    /// Two objects of an array have the same `id`: `id`, `first` (the place of the first).
    DuplicateId,
    /// A reference to nothing: `id`, `among` (where it should be).
    Reference,
    /// A period ends before it starts: `start`, `end`.
    Period,
    /// More findings than are kept: `kept`.
    More,
}

impl Code {
    /// For machines and catalogues of texts.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotAnObject => "not-an-object",
            Self::Missing => "missing",
            Self::Type => "type",
            Self::EmptyText => "empty-text",
            Self::Date => "date",
            Self::DateOnly => "date-only",
            Self::Amount => "amount",
            Self::Currency => "currency",
            Self::Codelist => "codelist",
            Self::DuplicateId => "duplicate-id",
            Self::Reference => "reference",
            Self::Period => "period",
            Self::More => "more",
        }
    }
}

/// Checks a release of OCDS 1.1; upgrade one of 1.0 first. Refusals come before warnings; within each, in the order of the release.
#[must_use]
pub fn check(release: &Value) -> Vec<Finding> {
    let mut checker = Checker::default();
    match release {
        Value::Object(release) => checker.release(release),
        other => checker.no_object(other),
    }
    checker.findings.sort_by_key(|finding| finding.level);
    checker.findings
}

/// Whether nothing keeps a release out.
#[must_use]
pub fn accepted(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.level == Level::Warning)
}

/// The processes that a release says it is related to, with how: `(ocid, relationship)`. Only those identified by `ocid`, from the
/// release itself and from its contracts; the caller looks for circles among them.
#[must_use]
pub fn related(release: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let contracts = release.get("contracts").and_then(Value::as_array);
    let holders = std::iter::once(release).chain(contracts.into_iter().flatten());
    for process in holders
        .filter_map(|holder| holder.get("relatedProcesses")?.as_array())
        .flatten()
    {
        let scheme = process.get("scheme").and_then(Value::as_str);
        let Some(identifier) = process.get("identifier").and_then(Value::as_str) else {
            continue;
        };
        if scheme.is_some_and(|scheme| scheme != "ocid") {
            continue;
        }
        let relationship = process.get("relationship");
        let one = relationship.and_then(Value::as_str);
        let many = relationship.and_then(Value::as_array).into_iter().flatten();
        for how in many.filter_map(Value::as_str).chain(one) {
            found.push((identifier.to_owned(), how.to_owned()));
        }
    }
    found
}
