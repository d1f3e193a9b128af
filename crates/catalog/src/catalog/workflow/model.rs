//! Who may take which step on the way from a draft to everybody; no database, no web, no clock.

use serde::Serialize;

use crate::platform::time::Time;

/// Who looks at what is to be published before everybody can read it; the stricter one is the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Review {
    /// Nobody: a producer's word publishes.
    None,
    Steward,
    /// A steward, and then an approver.
    Approver,
}

impl Review {
    pub const ALL: [Review; 3] = [Review::None, Review::Steward, Review::Approver];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Review::None => "none",
            Review::Steward => "steward",
            Review::Approver => "approver",
        }
    }

    /// Reads the word that [`Review::as_str`] writes.
    #[must_use]
    pub fn read(word: &str) -> Option<Review> {
        Review::ALL.into_iter().find(|review| review.as_str() == word)
    }
}

/// Who took a step, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hand {
    /// The account's id, or `system` for an operator at the command line.
    pub who: String,
    pub at: Time,
}

/// How far something is on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Its producer works on it.
    Draft,
    /// Waits for a steward.
    Submitted {
        by: Hand,
    },
    /// Waits for an approver.
    Checked {
        submitted: Hand,
        by: Hand,
    },
    /// Waits for its hour.
    Approved {
        submitted: Hand,
        checked: Hand,
        by: Hand,
        publish_at: Time,
    },
    Published {
        at: Time,
    },
    /// Something newer came in its place, or the dataset was published or deleted otherwise.
    Ended {
        at: Time,
    },
}

impl Stage {
    /// The stable word, as the database and addresses have it.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Stage::Draft => "draft",
            Stage::Submitted { .. } => "submitted",
            Stage::Checked { .. } => "checked",
            Stage::Approved { .. } => "approved",
            Stage::Published { .. } => "published",
            Stage::Ended { .. } => "ended",
        }
    }

    /// Since when it waits for the next person; nothing for what waits for nobody.
    #[must_use]
    pub fn waits_since(&self) -> Option<Time> {
        match self {
            Stage::Submitted { by } | Stage::Checked { by, .. } => Some(by.at),
            _ => None,
        }
    }
}

/// A step that somebody takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Hand it to the steward.
    Submit,
    /// Take it back to work on it.
    TakeBack,
    /// Say that it is in order; where no approver is needed, it is published then or later.
    Check {
        publish_at: Time,
    },
    /// Give it back to its producer with a comment.
    Return,
    Approve {
        publish_at: Time,
    },
}

impl Act {
    /// The word of the step in the history.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Act::Submit => "submitted",
            Act::TakeBack => "taken-back",
            Act::Check { .. } => "checked",
            Act::Return => "returned",
            Act::Approve { .. } => "approved",
        }
    }
}

/// What somebody may do with a dataset by their roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor<'a> {
    /// The account's id; none for the program, which neither checks nor approves.
    pub id: Option<&'a str>,
    pub may_write: bool,
    pub may_check: bool,
    pub may_approve: bool,
}

impl Actor<'_> {
    /// Whether any step can ever be theirs.
    #[must_use]
    pub fn takes_part(self) -> bool {
        self.may_write || self.may_check || self.may_approve
    }
}

/// Something on its way, as the rules see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    pub stage: Stage,
    /// Everybody who entered, changed or sent something of it, or handed it in.
    pub producers: Vec<String>,
}

/// Why a step may not be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The role that the step needs is missing.
    NotAllowed,
    /// Nobody checks or approves what they made.
    OwnWork,
    /// Whoever checked it does not approve it, too.
    OwnCheck,
    /// The step does not follow the stage.
    NotNow,
    /// The hour of publication lies behind.
    HourPast,
}

impl Case {
    /// The stage after a step, or why there is none.
    ///
    /// # Errors
    /// The [`Refusal`].
    pub fn after(&self, review: Review, actor: Actor<'_>, act: Act, now: Time) -> Result<Stage, Refusal> {
        let hand = || Hand {
            who: actor.id.unwrap_or("system").to_owned(),
            at: now,
        };
        match (act, &self.stage) {
            (Act::Submit, Stage::Draft) => {
                self.allowed(actor.may_write)?;
                Ok(match review {
                    Review::None => Stage::Approved {
                        submitted: hand(),
                        checked: hand(),
                        by: hand(),
                        publish_at: now,
                    },
                    _ => Stage::Submitted { by: hand() },
                })
            }
            (Act::TakeBack, Stage::Submitted { .. } | Stage::Checked { .. } | Stage::Approved { .. }) => {
                self.allowed(actor.may_write)?;
                Ok(Stage::Draft)
            }
            (Act::Check { publish_at }, Stage::Submitted { by }) => {
                self.judged(actor.may_check, actor.id)?;
                match review {
                    Review::Approver => Ok(Stage::Checked {
                        submitted: by.clone(),
                        by: hand(),
                    }),
                    Review::Steward | Review::None => Ok(Stage::Approved {
                        submitted: by.clone(),
                        checked: hand(),
                        by: hand(),
                        publish_at: not_past(publish_at, now)?,
                    }),
                }
            }
            (Act::Return, Stage::Submitted { .. }) => {
                self.judged(actor.may_check, actor.id)?;
                Ok(Stage::Draft)
            }
            (Act::Return, Stage::Checked { .. } | Stage::Approved { .. }) => {
                self.judged(actor.may_check || actor.may_approve, actor.id)?;
                Ok(Stage::Draft)
            }
            (Act::Approve { publish_at }, Stage::Checked { submitted, by }) => {
                self.judged(actor.may_approve, actor.id)?;
                if actor.id == Some(by.who.as_str()) {
                    return Err(Refusal::OwnCheck);
                }
                Ok(Stage::Approved {
                    submitted: submitted.clone(),
                    checked: by.clone(),
                    by: hand(),
                    publish_at: not_past(publish_at, now)?,
                })
            }
            _ => Err(Refusal::NotNow),
        }
    }

    /// The stage after the data or the entry changed: what somebody looked at before is looked at again.
    #[must_use]
    pub fn after_change(&self, now: Time) -> Stage {
        match &self.stage {
            Stage::Checked { submitted, .. } | Stage::Approved { submitted, .. } => Stage::Submitted {
                by: Hand {
                    who: submitted.who.clone(),
                    at: now,
                },
            },
            stage => stage.clone(),
        }
    }

    fn allowed(&self, may: bool) -> Result<(), Refusal> {
        if may { Ok(()) } else { Err(Refusal::NotAllowed) }
    }

    /// Passes a person with the role who had no hand in it.
    fn judged(&self, may: bool, id: Option<&str>) -> Result<(), Refusal> {
        match id {
            Some(id) if may => {
                if self.producers.iter().any(|known| known == id) {
                    Err(Refusal::OwnWork)
                } else {
                    Ok(())
                }
            }
            _ => Err(Refusal::NotAllowed),
        }
    }
}

fn not_past(publish_at: Time, now: Time) -> Result<Time, Refusal> {
    if publish_at < now {
        Err(Refusal::HourPast)
    } else {
        Ok(publish_at)
    }
}

/// Words of steps that somebody is told of.
pub const TOLD: [&str; 6] = [
    "submitted",
    "checked",
    "returned",
    "approved",
    "published",
    "applied",
];

/// What there is to tell of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// It waits to be checked.
    ToCheck,
    /// It waits to be approved.
    ToApprove,
    /// It is given back, with a word on what is to be mended.
    Returned,
    Approved {
        publish_at: Time,
    },
    Published,
    /// It took effect in a dataset that is closed to the public.
    Applied,
}

impl News {
    /// What there is to tell of a step by its word, at the stage that things came to since; nothing where it was overtaken.
    #[must_use]
    pub fn of(act: &str, stage: &Stage) -> Option<News> {
        match (act, stage) {
            ("submitted" | "changed" | "sent", Stage::Submitted { .. }) => Some(News::ToCheck),
            ("checked", Stage::Checked { .. }) => Some(News::ToApprove),
            ("checked" | "approved", Stage::Approved { publish_at, .. }) => Some(News::Approved {
                publish_at: *publish_at,
            }),
            ("returned", Stage::Draft) => Some(News::Returned),
            ("published", Stage::Published { .. }) => Some(News::Published),
            ("applied", Stage::Published { .. }) => Some(News::Applied),
            _ => None,
        }
    }

    /// The step that whoever is told is asked to take; none for those who are told what became of their work.
    #[must_use]
    pub fn asks(self, now: Time) -> Option<Act> {
        match self {
            News::ToCheck => Some(Act::Check { publish_at: now }),
            News::ToApprove => Some(Act::Approve { publish_at: now }),
            News::Returned | News::Approved { .. } | News::Published | News::Applied => None,
        }
    }

    /// The word of it in texts.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            News::ToCheck => "check",
            News::ToApprove => "approve",
            News::Returned => "returned",
            News::Approved { .. } => "approved",
            News::Published => "published",
            News::Applied => "applied",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time(1_000);

    fn hand(who: &str) -> Hand {
        Hand {
            who: who.into(),
            at: Time(1),
        }
    }

    fn actor(id: &'static str, roles: &str) -> Actor<'static> {
        Actor {
            id: Some(id),
            may_write: roles.contains('w'),
            may_check: roles.contains('c'),
            may_approve: roles.contains('a'),
        }
    }

    fn case(stage: &str) -> Case {
        let stage = match stage {
            "draft" => Stage::Draft,
            "submitted" => Stage::Submitted { by: hand("maker") },
            "checked" => Stage::Checked {
                submitted: hand("maker"),
                by: hand("steward"),
            },
            "approved" => Stage::Approved {
                submitted: hand("maker"),
                checked: hand("steward"),
                by: hand("leader"),
                publish_at: Time(2_000),
            },
            _ => Stage::Published { at: Time(5) },
        };
        Case {
            stage,
            producers: vec!["maker".into(), "helper".into()],
        }
    }

    type Row = (
        &'static str,
        Act,
        &'static str,
        &'static str,
        Result<&'static str, Refusal>,
    );

    #[test]
    fn each_step_is_for_those_who_may_and_had_no_hand_in_it() {
        let (now, check, approve) = (
            NOW,
            Act::Check { publish_at: NOW },
            Act::Approve { publish_at: NOW },
        );
        // From, step, who with which roles (w: writes, c: checks, a: approves), and the stage or the refusal.
        let table: &[Row] = &[
            ("draft", Act::Submit, "maker", "w", Ok("submitted")),
            ("draft", Act::Submit, "citizen", "", Err(Refusal::NotAllowed)),
            ("draft", check, "steward", "wc", Err(Refusal::NotNow)),
            ("draft", approve, "leader", "a", Err(Refusal::NotNow)),
            ("submitted", Act::Submit, "maker", "w", Err(Refusal::NotNow)),
            ("submitted", check, "steward", "wc", Ok("checked")),
            ("submitted", check, "maker", "wca", Err(Refusal::OwnWork)),
            ("submitted", check, "helper", "wca", Err(Refusal::OwnWork)),
            ("submitted", check, "other", "w", Err(Refusal::NotAllowed)),
            ("submitted", check, "leader", "a", Err(Refusal::NotAllowed)),
            ("submitted", approve, "leader", "a", Err(Refusal::NotNow)),
            ("submitted", Act::Return, "steward", "c", Ok("draft")),
            ("submitted", Act::Return, "leader", "a", Err(Refusal::NotAllowed)),
            ("submitted", Act::TakeBack, "maker", "w", Ok("draft")),
            ("checked", check, "steward", "c", Err(Refusal::NotNow)),
            ("checked", approve, "leader", "a", Ok("approved")),
            ("checked", approve, "steward", "ca", Err(Refusal::OwnCheck)),
            ("checked", approve, "maker", "wca", Err(Refusal::OwnWork)),
            ("checked", approve, "other", "c", Err(Refusal::NotAllowed)),
            ("checked", Act::Return, "leader", "a", Ok("draft")),
            ("checked", Act::Return, "maker", "wca", Err(Refusal::OwnWork)),
            ("approved", Act::Return, "leader", "a", Ok("draft")),
            ("approved", Act::TakeBack, "maker", "w", Ok("draft")),
            ("approved", approve, "leader", "a", Err(Refusal::NotNow)),
            ("published", Act::Return, "leader", "a", Err(Refusal::NotNow)),
            ("published", Act::Submit, "maker", "w", Err(Refusal::NotNow)),
        ];
        for (from, act, who, roles, expected) in table {
            let after = case(from).after(Review::Approver, actor(who, roles), *act, now);
            let told = after.as_ref().map(Stage::as_str).map_err(|refusal| *refusal);
            assert_eq!(told, *expected, "{from} {act:?} {who} ({roles})");
        }
    }

    #[test]
    fn the_rule_of_the_organisation_says_how_many_look() {
        let submit = |review| case("draft").after(review, actor("maker", "w"), Act::Submit, NOW);
        assert!(matches!(
            submit(Review::None),
            Ok(Stage::Approved { publish_at: NOW, .. })
        ));
        assert!(matches!(submit(Review::Steward), Ok(Stage::Submitted { .. })));
        let check = |review, at| {
            let act = Act::Check { publish_at: at };
            case("submitted").after(review, actor("steward", "c"), act, NOW)
        };
        assert!(matches!(
            check(Review::Steward, Time(3_000)),
            Ok(Stage::Approved {
                publish_at: Time(3_000),
                ..
            })
        ));
        assert_eq!(check(Review::Steward, Time(999)), Err(Refusal::HourPast));
        assert!(matches!(check(Review::Approver, NOW), Ok(Stage::Checked { .. })));
    }

    #[test]
    fn the_program_itself_neither_checks_nor_approves() {
        let program = Actor {
            id: None,
            may_write: true,
            may_check: true,
            may_approve: true,
        };
        for (from, act) in [
            ("submitted", Act::Check { publish_at: NOW }),
            ("checked", Act::Approve { publish_at: NOW }),
        ] {
            let after = case(from).after(Review::Approver, program, act, NOW);
            assert_eq!(after, Err(Refusal::NotAllowed));
        }
        assert!(
            case("draft")
                .after(Review::Approver, program, Act::Submit, NOW)
                .is_ok()
        );
    }

    #[test]
    fn what_changes_after_it_was_looked_at_is_looked_at_again() {
        for (from, to) in [
            ("draft", "draft"),
            ("submitted", "submitted"),
            ("checked", "submitted"),
            ("approved", "submitted"),
        ] {
            assert_eq!(case(from).after_change(NOW).as_str(), to);
        }
    }
    #[test]
    fn a_step_is_told_as_things_stand_by_now_and_what_was_overtaken_is_not() {
        let told = |act: &str, stage: &str| News::of(act, &case(stage).stage).map(News::as_str);
        for (act, stage, expected) in [
            ("submitted", "submitted", Some("check")),
            ("changed", "submitted", Some("check")),
            ("submitted", "checked", None),
            ("submitted", "draft", None),
            ("checked", "checked", Some("approve")),
            ("checked", "approved", Some("approved")),
            ("approved", "approved", Some("approved")),
            ("approved", "published", None),
            ("returned", "draft", Some("returned")),
            ("returned", "submitted", None),
            ("published", "published", Some("published")),
            ("applied", "published", Some("applied")),
            ("taken-back", "draft", None),
        ] {
            assert_eq!(told(act, stage), expected, "{act} at {stage}");
        }
    }
}
