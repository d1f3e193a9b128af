//! Who may take which step from a draft to a definition in force, what was tried, and what differs between two texts.

use std::collections::{BTreeMap, BTreeSet};

use measures::disclosure::Proof;
use serde::{Deserialize, Serialize};

use crate::{
    indicators::model::observation::{Facts, Observation, Status},
    platform::time::Time,
};

/// Who took a step, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hand {
    /// The account's id.
    pub who: String,
    pub at: Time,
}

/// How far a proposal is on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Its authors work on it.
    Draft,
    /// Waits for a second steward.
    Submitted {
        by: Hand,
    },
    /// Waits for an approver.
    Checked {
        submitted: Hand,
        by: Hand,
    },
    /// Waits for its day.
    Approved {
        submitted: Hand,
        checked: Hand,
        by: Hand,
        force_at: Time,
    },
    InForce,
    Withdrawn,
}

impl Stage {
    /// The stable word, as the database has it.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Stage::Draft => "draft",
            Stage::Submitted { .. } => "submitted",
            Stage::Checked { .. } => "checked",
            Stage::Approved { .. } => "approved",
            Stage::InForce => "in-force",
            Stage::Withdrawn => "withdrawn",
        }
    }
}

/// A step that somebody takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Hand it in.
    Submit,
    /// Take it back to work on it.
    TakeBack,
    /// Say that it is in order.
    Check,
    /// Give it back to its authors with a word.
    Return,
    /// Have it come into force at a moment.
    Approve { force_at: Time },
    /// Give it up.
    Withdraw,
}

impl Act {
    /// One of each kind, in the order in which buttons stand.
    pub const ALL: [Act; 6] = [
        Act::Check,
        Act::Approve {
            force_at: Time(i64::MAX),
        },
        Act::Submit,
        Act::TakeBack,
        Act::Return,
        Act::Withdraw,
    ];

    /// The word of its button.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Act::Submit => "submit",
            Act::TakeBack => "take-back",
            Act::Check => "check",
            Act::Return => "return",
            Act::Approve { .. } => "approve",
            Act::Withdraw => "withdraw",
        }
    }

    /// The word of the step in the history.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Act::Submit => "submitted",
            Act::TakeBack => "taken-back",
            Act::Check => "checked",
            Act::Return => "returned",
            Act::Approve { .. } => "approved",
            Act::Withdraw => "withdrawn",
        }
    }

    /// Whether it is not taken without a word to the others.
    #[must_use]
    pub fn needs_note(self) -> bool {
        matches!(self, Act::Return | Act::Withdraw)
    }
}

/// What somebody may do with definitions by their roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor<'a> {
    /// The account's id; none for the program, which decides nothing.
    pub id: Option<&'a str>,
    /// Writes, tries and checks: a steward of everything.
    pub is_steward: bool,
    /// Approves: a leader of everything, or a steward.
    pub may_approve: bool,
}

impl Actor<'_> {
    #[must_use]
    pub fn takes_part(&self) -> bool {
        self.is_steward || self.may_approve
    }
}

/// Why a step is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    NotAllowed,
    /// They wrote or handed in what they were to check or approve.
    OwnWork,
    /// They checked what they were to approve.
    OwnCheck,
    NotNow,
    /// The day on which it was to come into force is over.
    DayPast,
}

/// A proposal as the rules see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    pub stage: Stage,
    /// The accounts' ids of all who wrote something of the text.
    pub authors: Vec<String>,
}

impl Case {
    /// Returns the stage after a step.
    ///
    /// # Errors
    /// Why the step cannot be taken by this person, or now.
    pub fn after(&self, actor: Actor<'_>, act: Act, now: Time) -> Result<Stage, Refusal> {
        let me = actor.id.ok_or(Refusal::NotAllowed)?;
        let by = Hand {
            who: me.to_owned(),
            at: now,
        };
        match (&self.stage, act) {
            (Stage::Draft, Act::Submit) => {
                steward(actor)?;
                Ok(Stage::Submitted { by })
            }
            (Stage::Submitted { by: submitted }, Act::Check) => {
                steward(actor)?;
                self.is_not_theirs(me, submitted)?;
                Ok(Stage::Checked {
                    submitted: submitted.clone(),
                    by,
                })
            }
            (
                Stage::Checked {
                    submitted,
                    by: checked,
                },
                Act::Approve { force_at },
            ) => {
                approver(actor)?;
                self.is_not_theirs(me, submitted)?;
                if checked.who == me {
                    return Err(Refusal::OwnCheck);
                }
                if force_at < now {
                    return Err(Refusal::DayPast);
                }
                Ok(Stage::Approved {
                    submitted: submitted.clone(),
                    checked: checked.clone(),
                    by,
                    force_at,
                })
            }
            (Stage::Submitted { by: submitted }, Act::TakeBack) => {
                steward(actor)?;
                match self.is_not_theirs(me, submitted) {
                    Ok(()) => Err(Refusal::NotAllowed),
                    Err(_) => Ok(Stage::Draft),
                }
            }
            (Stage::Submitted { .. }, Act::Return) => {
                steward(actor)?;
                Ok(Stage::Draft)
            }
            (Stage::Checked { .. } | Stage::Approved { .. }, Act::Return) => {
                approver(actor)?;
                Ok(Stage::Draft)
            }
            (
                Stage::Draft | Stage::Submitted { .. } | Stage::Checked { .. } | Stage::Approved { .. },
                Act::Withdraw,
            ) => {
                steward(actor)?;
                Ok(Stage::Withdrawn)
            }
            _ => Err(Refusal::NotNow),
        }
    }

    fn is_not_theirs(&self, me: &str, submitted: &Hand) -> Result<(), Refusal> {
        if submitted.who == me || self.authors.iter().any(|author| author == me) {
            Err(Refusal::OwnWork)
        } else {
            Ok(())
        }
    }
}

fn steward(actor: Actor<'_>) -> Result<(), Refusal> {
    if actor.is_steward {
        Ok(())
    } else {
        Err(Refusal::NotAllowed)
    }
}

fn approver(actor: Actor<'_>) -> Result<(), Refusal> {
    if actor.may_approve {
        Ok(())
    } else {
        Err(Refusal::NotAllowed)
    }
}

/// What a text made of the tables as they were, protected as published numbers are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// Of the text that was tried.
    pub version: String,
    pub at: Time,
    pub found: Found,
}

impl Trial {
    /// Codes of the places that it shows numbers of; one may come several times.
    pub fn places(&self) -> impl Iterator<Item = &str> {
        let shown = match &self.found {
            Found::Numbers(numbers) => numbers.shown.as_slice(),
            Found::Nothing(_) | Found::Elsewhere => &[],
        };
        shown.iter().map(|tried| tried.place.as_str())
    }
}

/// How a trial ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Found {
    Numbers(Numbers),
    /// The sentence says why there are none.
    Nothing(String),
    /// They are entered by hand or imported: there is nothing to try.
    Elsewhere,
}

/// Numbers that a trial found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Numbers {
    pub n_observations: usize,
    pub n_withheld: usize,
    /// Rows without a place that is known.
    pub n_unplaced: u64,
    /// Rows whose code stands in no list, by dimension.
    pub off_list: Vec<(String, u64)>,
    /// The proof of the latest period.
    pub proof: Option<Proof>,
    /// Everybody together: the topmost place in every period, then the places directly below it in the latest.
    pub shown: Vec<Tried>,
}

impl Found {
    /// Whether the text did what it is there for.
    #[must_use]
    pub fn is_something(&self) -> bool {
        match self {
            Found::Numbers(numbers) => numbers.n_observations > 0,
            Found::Nothing(_) => false,
            Found::Elsewhere => true,
        }
    }
}

/// A number that a trial found, of everybody together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    /// Its code.
    pub place: String,
    pub period: String,
    pub status: Status,
    pub value: Option<f64>,
    pub lower: Option<f64>,
    pub upper: Option<f64>,
    pub n: Option<i64>,
    pub n_missing: Option<i64>,
}

/// More places than these are not shown of a trial.
const MOST_PLACES: usize = 60;

impl Numbers {
    /// Takes what is worth looking at out of all that a definition made.
    #[must_use]
    pub fn of(observations: &[Observation], facts: Facts) -> Numbers {
        let all_together = || observations.iter().filter(|o| o.by.is_empty());
        let mut top: Vec<&Observation> = all_together().filter(|o| o.parent.is_none()).collect();
        top.sort_by(|a, b| (&a.period, &a.place).cmp(&(&b.period, &b.place)));
        let mut below: Vec<&Observation> = match top.last() {
            Some(last) => all_together()
                .filter(|o| o.period == last.period && o.parent.as_deref() == Some(last.place.as_str()))
                .collect(),
            None => Vec::new(),
        };
        below.sort_by(|a, b| a.place.cmp(&b.place));
        let latest = top.last().map(|o| o.period.as_str());
        Numbers {
            n_observations: observations.len(),
            n_withheld: observations
                .iter()
                .filter(|o| o.status == Status::Suppressed)
                .count(),
            n_unplaced: facts.n_unplaced,
            proof: facts
                .proofs
                .iter()
                .find(|(period, _)| Some(period.as_str()) == latest)
                .map(|(_, proof)| *proof),
            off_list: facts.off_list,
            shown: top
                .iter()
                .chain(&below)
                .take(MOST_PLACES)
                .map(|o| tried(o))
                .collect(),
        }
    }
}

fn tried(o: &Observation) -> Tried {
    Tried {
        place: o.place.clone(),
        period: o.period.clone(),
        status: o.status,
        value: o.figures.value,
        lower: o.figures.lower,
        upper: o.figures.upper,
        n: o.figures.n,
        n_missing: o.figures.n_missing,
    }
}

/// A key that says something else in another text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The way to it, as in `dimension.sex.title.en`.
    pub key: String,
    /// `None` where the key was not there.
    pub before: Option<String>,
    /// `None` where it is there no more.
    pub after: Option<String>,
}

/// Lists the keys that differ between two definitions, by name; nothing where only remarks or the order differ.
///
/// A text that is no TOML has no keys.
#[must_use]
pub fn changes(before: &str, after: &str) -> Vec<Change> {
    let (before, after) = (keys_of(before), keys_of(after));
    let all: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    all.into_iter()
        .filter(|key| before.get(*key) != after.get(*key))
        .map(|key| Change {
            key: key.clone(),
            before: before.get(key).cloned(),
            after: after.get(key).cloned(),
        })
        .collect()
}

fn keys_of(text: &str) -> BTreeMap<String, String> {
    let mut keys = BTreeMap::new();
    if let Ok(table) = toml::from_str::<toml::Table>(text) {
        for (name, value) in table {
            gather(name, &value, &mut keys);
        }
    }
    keys
}

/// Walks down to what is written: an entry of a list of tables goes by its name or code, so that its place in the list says nothing.
fn gather(path: String, value: &toml::Value, keys: &mut BTreeMap<String, String>) {
    match value {
        toml::Value::Table(table) => {
            for (name, value) in table {
                gather(format!("{path}.{name}"), value, keys);
            }
        }
        toml::Value::Array(entries) if entries.iter().any(toml::Value::is_table) => {
            let mut order = Vec::new();
            for (position, entry) in entries.iter().enumerate() {
                let own = ["name", "code"]
                    .into_iter()
                    .find_map(|key| entry.get(key)?.as_str().map(str::to_owned))
                    .unwrap_or_else(|| (position + 1).to_string());
                gather(format!("{path}.{own}"), entry, keys);
                order.push(own);
            }
            keys.insert(path, order.join(", "));
        }
        toml::Value::String(text) => {
            keys.insert(path, text.trim().to_owned());
        }
        other => {
            keys.insert(path, other.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Time = Time(1_000);

    fn actor(id: &str) -> Actor<'_> {
        Actor {
            id: Some(id),
            is_steward: true,
            may_approve: true,
        }
    }

    fn leader(id: &str) -> Actor<'_> {
        Actor {
            is_steward: false,
            ..actor(id)
        }
    }

    fn hand(who: &str) -> Hand {
        Hand {
            who: who.into(),
            at: NOON,
        }
    }

    fn case(stage: Stage) -> Case {
        Case {
            stage,
            authors: vec!["ani".into(), "adi".into()],
        }
    }

    fn submitted() -> Case {
        case(Stage::Submitted { by: hand("ani") })
    }

    fn checked() -> Case {
        case(Stage::Checked {
            submitted: hand("ani"),
            by: hand("budi"),
        })
    }

    #[test]
    fn nobody_who_wrote_a_word_checks_or_approves_it() {
        for author in ["ani", "adi"] {
            assert_eq!(
                submitted().after(actor(author), Act::Check, NOON),
                Err(Refusal::OwnWork)
            );
            assert_eq!(
                checked().after(actor(author), Act::Approve { force_at: NOON }, NOON),
                Err(Refusal::OwnWork)
            );
        }
        assert_eq!(
            submitted().after(actor("budi"), Act::Check, NOON),
            Ok(checked().stage)
        );
    }

    #[test]
    fn whoever_checked_does_not_approve() {
        let approve = Act::Approve { force_at: NOON };
        assert_eq!(
            checked().after(actor("budi"), approve, NOON),
            Err(Refusal::OwnCheck)
        );
        let after = checked().after(leader("cici"), approve, NOON);
        assert_eq!(after.map(|stage| stage.as_str()), Ok("approved"));
    }

    #[test]
    fn a_leader_approves_and_neither_writes_nor_checks() {
        for (case, act) in [
            (case(Stage::Draft), Act::Submit),
            (submitted(), Act::Check),
            (submitted(), Act::Withdraw),
        ] {
            assert_eq!(case.after(leader("cici"), act, NOON), Err(Refusal::NotAllowed));
        }
        assert_eq!(
            checked().after(leader("cici"), Act::Return, NOON),
            Ok(Stage::Draft)
        );
    }

    #[test]
    fn a_definition_does_not_come_into_force_on_a_day_that_is_over() {
        let yesterday = Act::Approve { force_at: Time(999) };
        assert_eq!(
            checked().after(leader("cici"), yesterday, NOON),
            Err(Refusal::DayPast)
        );
    }

    #[test]
    fn only_its_authors_take_it_back_and_what_is_in_force_stays() {
        assert_eq!(
            submitted().after(actor("adi"), Act::TakeBack, NOON),
            Ok(Stage::Draft)
        );
        assert_eq!(
            submitted().after(actor("budi"), Act::TakeBack, NOON),
            Err(Refusal::NotAllowed)
        );
        for act in Act::ALL {
            assert_eq!(
                case(Stage::InForce).after(actor("budi"), act, NOON),
                Err(Refusal::NotNow)
            );
        }
    }

    #[test]
    fn what_changed_is_told_by_key_and_not_by_line() {
        let before = "# old\ncode = \"a\"\nleast = 5\ntitle = { en = \"Water\" }\n\
            [[dimension]]\nname = \"sex\"\nexpression = \"x\"\n[[dimension]]\nname = \"age\"\nexpression = \"y\"\n";
        let after = "code = \"a\"\nleast = 10\nhold = 5\ntitle = { en = \"Safe water\" }\n\
            [[dimension]]\nname = \"age\"\nexpression = \"y\"\n";
        let found = changes(before, after);
        let told: Vec<(&str, Option<&str>, Option<&str>)> = found
            .iter()
            .map(|change| {
                (
                    change.key.as_str(),
                    change.before.as_deref(),
                    change.after.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("dimension", Some("sex, age"), Some("age")),
                ("dimension.sex.expression", Some("x"), None),
                ("dimension.sex.name", Some("sex"), None),
                ("hold", None, Some("5")),
                ("least", Some("5"), Some("10")),
                ("title.en", Some("Water"), Some("Safe water")),
            ]
        );
        assert!(changes(before, &before.replace("# old", "# new")).is_empty());
    }
}
