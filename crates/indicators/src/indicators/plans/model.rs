//! Action plans: types, and what follows from how their steps stand.

use jiff::civil::Date;
use serde::Serialize;

use crate::{
    evidence::model::{Commitment, Standing},
    platform::{
        problem::{Problem, Result},
        time::Time,
    },
};

/// Letters of a title at most.
const MOST_TITLE: usize = 200;
/// Letters of what a plan is about at most.
const MOST_ABOUT: usize = 5_000;
/// Letters of a line of a budget at most.
const MOST_BUDGET: usize = 100;
/// Digital strategies that every plan names.
const STRATEGIES: usize = 2;
/// Policy reforms that every plan names.
const REFORMS: usize = 1;
/// Days before its date from which a step that is open makes its plan yellow.
const SOON: i32 = 30;

/// What an agency will do about an indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub id: String,
    /// What addresses call it.
    pub code: String,
    /// Code of the indicator.
    pub indicator: String,
    /// Code of the organisation that leads it.
    pub agency: String,
    pub title: String,
    pub about: String,
    pub begun_at: Time,
}

impl Plan {
    /// Its own address.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/sdg/plans/{}", self.code)
    }
}

/// What a step of a plan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Step,
    DigitalStrategy,
    PolicyReform,
}

impl Kind {
    pub const ALL: [Kind; 3] = [Kind::Step, Kind::DigitalStrategy, Kind::PolicyReform];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Step => "step",
            Kind::DigitalStrategy => "digital-strategy",
            Kind::PolicyReform => "policy-reform",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// One step of a plan: a promise, what it is, and what pays for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub kind: Kind,
    /// The line of a budget; empty for none.
    pub budget: String,
    pub commitment: Commitment,
}

/// A plan with its steps, in the order of their dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    pub plan: Plan,
    pub steps: Vec<Step>,
}

/// How many steps stand how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// In time or late.
    pub kept: usize,
    pub open: usize,
    pub late: usize,
    pub broken_off: usize,
}

/// How a plan stands, from how its steps do; never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Light {
    /// It has no step yet.
    White,
    Green,
    /// A step is due within thirty days.
    Yellow,
    /// A step is late.
    Red,
    /// Every step is settled.
    Blue,
}

impl Light {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Light::White => "white",
            Light::Green => "green",
            Light::Yellow => "yellow",
            Light::Red => "red",
            Light::Blue => "blue",
        }
    }
}

/// How many digital strategies and policy reforms a plan has still to name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Missing {
    pub digital_strategies: usize,
    pub policy_reforms: usize,
}

impl Followed {
    #[must_use]
    pub fn counts(&self, today: Date) -> Counts {
        let mut counts = Counts::default();
        for step in &self.steps {
            match step.commitment.standing(today) {
                Standing::Kept | Standing::KeptLate => counts.kept += 1,
                Standing::Open => counts.open += 1,
                Standing::Late => counts.late += 1,
                Standing::BrokenOff => counts.broken_off += 1,
            }
        }
        counts
    }

    #[must_use]
    pub fn light(&self, today: Date) -> Light {
        let counts = self.counts(today);
        let is_soon = |step: &Step| {
            step.commitment.settled.is_none() && (step.commitment.due_on - today).get_days() <= SOON
        };
        if self.steps.is_empty() {
            Light::White
        } else if counts.late > 0 {
            Light::Red
        } else if counts.open == 0 {
            Light::Blue
        } else if self.steps.iter().any(is_soon) {
            Light::Yellow
        } else {
            Light::Green
        }
    }

    /// What the method of the planning workshop asks for and the plan does not name; what was broken off does not count.
    #[must_use]
    pub fn missing(&self, today: Date) -> Missing {
        let named = |kind: Kind| {
            self.steps
                .iter()
                .filter(|step| step.kind == kind)
                .filter(|step| step.commitment.standing(today) != Standing::BrokenOff)
                .count()
        };
        Missing {
            digital_strategies: STRATEGIES.saturating_sub(named(Kind::DigitalStrategy)),
            policy_reforms: REFORMS.saturating_sub(named(Kind::PolicyReform)),
        }
    }
}

/// A plan to be begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPlan {
    pub indicator: String,
    pub agency: String,
    pub title: String,
    pub about: String,
}

impl NewPlan {
    /// Reads what somebody typed.
    ///
    /// # Errors
    /// `indicators-plans-title` on field `title`, `text-long` on `title` or `about`.
    pub fn parse(indicator: &str, agency: &str, title: &str, about: &str) -> Result<NewPlan> {
        let (title, about) = (title.trim(), about.replace("\r\n", "\n"));
        let mut wrong = Problem::invalid("fields");
        match title.chars().count() {
            0 => wrong = wrong.field("title", "indicators-plans-title"),
            n if n > MOST_TITLE => wrong = wrong.field("title", "text-long"),
            _ => {}
        }
        if about.chars().count() > MOST_ABOUT {
            wrong = wrong.field("about", "text-long");
        }
        if !wrong.fields().is_empty() {
            return Err(wrong);
        }
        Ok(NewPlan {
            indicator: indicator.to_owned(),
            agency: agency.to_owned(),
            title: title.to_owned(),
            about: about.trim().to_owned(),
        })
    }
}

/// A step to be added to a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStep {
    pub kind: Kind,
    pub promise: String,
    pub due_on: Date,
    pub budget: String,
}

impl NewStep {
    /// Reads what somebody typed; what is promised is checked when it is promised.
    ///
    /// # Errors
    /// `indicators-plans-kind` on field `kind`, `evidence-day-malformed` on `due_on`, `text-long` on `budget`.
    pub fn parse(kind: &str, promise: &str, due_on: &str, budget: &str) -> Result<NewStep> {
        let at = |field: &'static str, code: &'static str| Problem::invalid("fields").field(field, code);
        let mut wrong = Problem::invalid("fields");
        let kind = wrong.take(Kind::parse(kind).ok_or_else(|| at("kind", "indicators-plans-kind")))?;
        let due_on = due_on.trim().parse::<Date>();
        let due_on = wrong.take(due_on.map_err(|_| at("due_on", "evidence-day-malformed")))?;
        let budget = budget.trim();
        if budget.chars().count() > MOST_BUDGET {
            wrong = wrong.field("budget", "text-long");
        }
        match (kind, due_on) {
            (Some(kind), Some(due_on)) if wrong.fields().is_empty() => Ok(NewStep {
                kind,
                promise: promise.to_owned(),
                due_on,
                budget: budget.to_owned(),
            }),
            _ => Err(wrong),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::evidence::model::Settled;

    const TODAY: Date = date(2026, 11, 23);

    fn step(kind: Kind, due_on: Date, settled: Option<Settled>) -> Step {
        Step {
            kind,
            budget: String::new(),
            commitment: Commitment {
                id: "0".into(),
                code: "K7M4XT".into(),
                promise: "Lay pipes".into(),
                owner: "dinas-pu".into(),
                owner_post: None,
                place: None,
                raised: None,
                made_on: date(2026, 1, 5),
                due_on,
                n_moved: 0,
                settled: settled.map(|how| (how, date(2026, 11, 1))),
            },
        }
    }

    fn plan(steps: Vec<Step>) -> Followed {
        Followed {
            plan: Plan {
                id: "0".into(),
                code: "P7M4XT".into(),
                indicator: "6.1.1".into(),
                agency: "dinas-pu".into(),
                title: "Water for all".into(),
                about: String::new(),
                begun_at: Time(0),
            },
            steps,
        }
    }

    #[test]
    fn a_plan_is_as_late_as_its_latest_step() {
        let far = date(2027, 6, 30);
        let soon = date(2026, 12, 23);
        let past = date(2026, 11, 22);
        let kept = step(Kind::Step, past, Some(Settled::Kept));
        for (steps, light) in [
            (vec![], Light::White),
            (vec![kept.clone(), step(Kind::Step, far, None)], Light::Green),
            (
                vec![step(Kind::Step, far, None), step(Kind::Step, soon, None)],
                Light::Yellow,
            ),
            (
                vec![step(Kind::Step, soon, None), step(Kind::Step, past, None)],
                Light::Red,
            ),
            (
                vec![kept, step(Kind::Step, past, Some(Settled::BrokenOff))],
                Light::Blue,
            ),
        ] {
            assert_eq!(plan(steps.clone()).light(TODAY), light, "{steps:?}");
        }
    }

    #[test]
    fn two_digital_strategies_and_a_reform_are_asked_for_and_broken_ones_do_not_count() {
        let far = date(2027, 6, 30);
        let named = plan(vec![
            step(Kind::DigitalStrategy, far, None),
            step(Kind::DigitalStrategy, far, Some(Settled::BrokenOff)),
            step(Kind::PolicyReform, far, Some(Settled::Kept)),
        ]);
        assert_eq!(
            named.missing(TODAY),
            Missing {
                digital_strategies: 1,
                policy_reforms: 0
            }
        );
        assert_eq!(
            plan(vec![]).missing(TODAY),
            Missing {
                digital_strategies: 2,
                policy_reforms: 1
            }
        );
    }

    #[test]
    fn a_step_needs_a_kind_and_a_day() {
        assert!(NewStep::parse("policy-reform", "A by-law", "2027-06-30", " 1.03.02 ").is_ok());
        assert!(NewStep::parse("wish", "A by-law", "2027-06-30", "").is_err());
        assert!(NewStep::parse("step", "A by-law", "soon", "").is_err());
    }
}
