//! Carrying counts from administrative places over to areas that are put together from them otherwise.
//!
//! Only what everybody can read already is added up, so that an area tells nothing that its places do not. Numerators and
//! denominators are carried, by whole places or by stated shares; rates are worked out anew and never averaged.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use measures::interval::{self, Level};

use super::{
    definition::{Definition, Measure},
    observation::{Figures, Observation, Standing, Status},
};

/// What of one place belongs to an area, with what is public of that place.
#[derive(Debug, Clone)]
pub struct Portion {
    /// Code of the place.
    pub place: String,
    /// Above 0, at most 1.
    pub share: f64,
    /// Everybody together in the period; `None` where there is no number of the place.
    pub observation: Option<Observation>,
}

/// What is said of an area.
#[derive(Debug, Clone, PartialEq)]
pub struct Carried {
    pub status: Status,
    /// [`Standing::Estimated`] where a place belongs to it by a share.
    pub standing: Standing,
    pub figures: Figures,
}

/// Whether an indicator's counts can be carried: what is worked out from other indicators, or was made elsewhere, has none.
#[must_use]
pub fn is_carried(definition: &Definition) -> bool {
    match definition.measure {
        Measure::Share | Measure::Ratio | Measure::Mean | Measure::Total => true,
        Measure::Formula | Measure::Given => false,
    }
}

/// Adds up an area. Where a part of it is withheld the area is, too; where a part has no number, the area has none.
#[must_use]
pub fn carry(definition: &Definition, portions: &[Portion]) -> Carried {
    let is_estimated = portions.iter().any(|portion| portion.share < 1.0);
    let seen = || portions.iter().filter_map(|portion| portion.observation.as_ref());
    let standing = seen()
        .map(|o| o.standing)
        .chain(is_estimated.then_some(Standing::Estimated))
        .max()
        .unwrap_or(definition.standing);
    let of = |status: Status, figures: Figures| Carried {
        status,
        standing,
        figures,
    };
    if seen().any(|o| o.status == Status::Suppressed) {
        return of(Status::Suppressed, Figures::default());
    }
    match added(definition, portions) {
        Some(figures) => of(Status::Normal, figures),
        None => of(Status::Empty, Figures::default()),
    }
}

/// `None` where a part has no counts, there is no part, or nothing to divide by.
fn added(definition: &Definition, portions: &[Portion]) -> Option<Figures> {
    if portions.is_empty() || !is_carried(definition) {
        return None;
    }
    let is_whole = portions.iter().all(|portion| portion.share >= 1.0);
    let (mut numerator, mut denominator) = (0.0, 0.0);
    let (mut n, mut n_missing) = (Some(0_i64), Some(0_i64));
    for portion in portions {
        let figures = &portion.observation.as_ref()?.figures;
        numerator += portion.share * figures.numerator?;
        if definition.is_quotient() {
            denominator += portion.share * figures.denominator?;
        }
        n = n.zip(figures.n).map(|(sum, more)| sum + more);
        n_missing = n_missing.zip(figures.n_missing).map(|(sum, more)| sum + more);
    }
    let value = if definition.is_quotient() {
        numerator / denominator
    } else {
        numerator
    };
    if !value.is_finite() {
        return None;
    }
    let sureness = if is_whole && is_counted_plainly(definition) {
        n.and_then(|n| sureness(definition, value, n))
    } else {
        None
    };
    Some(Figures {
        value: Some(value * definition.factor),
        numerator: Some(numerator),
        denominator: definition.is_quotient().then_some(denominator),
        // Rows are not apportioned: nobody counted half of one.
        n: n.filter(|_| is_whole),
        n_missing: n_missing.filter(|_| is_whole),
        ..sureness.unwrap_or_default()
    })
}

/// Whether the counts alone say how sure a share is: every row counts once, and no sampling design or weight is behind them.
fn is_counted_plainly(definition: &Definition) -> bool {
    let is_plain = definition
        .counting()
        .is_none_or(|counting| counting.design.is_none() && counting.replicates.is_none());
    definition.is_plain_count() && is_plain
}

/// Wilson's interval and the standard error of a share of plainly counted rows.
#[expect(clippy::cast_precision_loss, reason = "rows counted stay far below 2^53")]
fn sureness(definition: &Definition, share: f64, n: i64) -> Option<Figures> {
    let n = n as f64;
    let interval = interval::wilson(share, n, Level::P95)?;
    Some(Figures {
        lower: Some(interval.lower * definition.factor),
        upper: Some(interval.upper * definition.factor),
        standard_error: Some((share * (1.0 - share) / n).max(0.0).sqrt() * definition.factor),
        n_effective: Some(n),
        ..Figures::default()
    })
}

/// Finds the published wholes that, with the shown places taken away, leave one withheld place alone; codes.
///
/// Everything is of one indicator and one period. What disclosure control let through has no such whole; what was entered or came
/// from elsewhere may have. Areas in such a whole are withheld, so that adding them up is no shorter way to the one that is hidden.
#[must_use]
pub fn telling_wholes(observations: &HashMap<&str, &Observation>, shown: &BTreeSet<&str>) -> Vec<String> {
    let mut children: BTreeMap<&str, Vec<&Observation>> = BTreeMap::new();
    for o in observations.values().copied() {
        if let Some(parent) = o.parent.as_deref() {
            children.entry(parent).or_default().push(o);
        }
    }
    let mut touched: BTreeSet<&str> = BTreeSet::new();
    for place in shown {
        let mut above = observations.get(place).and_then(|o| o.parent.as_deref());
        while let Some(code) = above.filter(|code| touched.insert(code)) {
            above = observations.get(code).and_then(|o| o.parent.as_deref());
        }
    }
    touched
        .iter()
        .filter_map(|code| observations.get(code))
        .filter(|whole| whole.status == Status::Normal && n_hidden(whole, &children, &touched, shown) == 1)
        .map(|whole| whole.place.clone())
        .collect()
}

/// How many withheld places a place leaves when what is shown of it is taken away.
fn n_hidden(
    of: &Observation,
    children: &BTreeMap<&str, Vec<&Observation>>,
    touched: &BTreeSet<&str>,
    shown: &BTreeSet<&str>,
) -> usize {
    let below = children.get(of.place.as_str()).into_iter().flatten();
    below
        .filter(|o| !shown.contains(o.place.as_str()))
        .map(|o| {
            if touched.contains(o.place.as_str()) {
                n_hidden(o, children, touched, shown)
            } else {
                usize::from(o.status == Status::Suppressed)
            }
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WATER: &str = r#"
code = "6.1.1"
title = { en = "Water" }
counted = { en = "households" }
tables = { household = "census" }
from = "household"
numerator = "household.water"
unit = "percent"
place = "household.village"
direction = "up"
"#;

    fn definition() -> Definition {
        Definition::parse(WATER).expect("a definition")
    }

    fn observed(place: &str, parent: Option<&str>, counts: Option<(f64, f64)>) -> Observation {
        let figures = counts.map_or_else(Figures::default, |(numerator, denominator)| Figures {
            value: Some(100.0 * numerator / denominator),
            numerator: Some(numerator),
            denominator: Some(denominator),
            n: Some(denominator as i64),
            n_missing: Some(0),
            ..Figures::default()
        });
        Observation {
            place: place.into(),
            parent: parent.map(str::to_owned),
            period: "2026".into(),
            by: String::new(),
            codes: String::new(),
            position: 0,
            status: if counts.is_some() {
                Status::Normal
            } else {
                Status::Suppressed
            },
            standing: Standing::Official,
            figures,
            as_of: None,
        }
    }

    fn portion(share: f64, counts: Option<(f64, f64)>) -> Portion {
        Portion {
            place: "1".into(),
            share,
            observation: Some(observed("1", None, counts)),
        }
    }

    #[test]
    fn a_rate_is_worked_out_from_carried_counts_and_not_averaged() {
        let carried = carry(
            &definition(),
            &[
                portion(1.0, Some((90.0, 100.0))),
                portion(1.0, Some((0.0, 900.0))),
            ],
        );
        let figures = carried.figures;
        assert_eq!(
            (carried.status, carried.standing),
            (Status::Normal, Standing::Official)
        );
        assert_eq!(
            (figures.numerator, figures.denominator),
            (Some(90.0), Some(1000.0))
        );
        assert_eq!(figures.n, Some(1000));
        assert!((figures.value.expect("a value") - 9.0).abs() < 1e-9);
        assert!(figures.lower.expect("an interval") < 9.0 && figures.upper.expect("an interval") > 9.0);
    }

    #[test]
    fn what_is_carried_by_a_share_is_estimated_and_has_no_interval() {
        let carried = carry(
            &definition(),
            &[
                portion(1.0, Some((50.0, 100.0))),
                portion(0.25, Some((40.0, 40.0))),
            ],
        );
        let figures = carried.figures;
        assert_eq!(carried.standing, Standing::Estimated);
        assert_eq!(
            (figures.numerator, figures.denominator),
            (Some(60.0), Some(110.0))
        );
        assert_eq!(
            (figures.n, figures.lower, figures.n_effective),
            (None, None, None)
        );
    }

    #[test]
    fn an_area_with_a_withheld_part_is_withheld_and_one_with_a_part_without_number_is_empty() {
        let full = portion(1.0, Some((50.0, 100.0)));
        let missing = Portion {
            observation: None,
            ..full.clone()
        };
        let of = |portions: &[Portion]| carry(&definition(), portions);
        let withheld = of(&[full.clone(), portion(0.1, None), missing.clone()]);
        assert_eq!(
            (withheld.status, withheld.figures),
            (Status::Suppressed, Figures::default())
        );
        assert_eq!(of(&[full, missing]).status, Status::Empty);
        assert_eq!(of(&[]).status, Status::Empty);
    }

    #[test]
    fn a_whole_that_leaves_one_withheld_place_is_found() {
        let whole = observed("1", None, Some((90.0, 100.0)));
        let rows = [
            whole,
            observed("1.1", Some("1"), Some((50.0, 50.0))),
            observed("1.2", Some("1"), None),
            observed("1.3", Some("1"), None),
        ];
        let by_code = |rows: &[Observation]| -> Vec<String> {
            let rows: HashMap<&str, &Observation> = rows.iter().map(|o| (o.place.as_str(), o)).collect();
            telling_wholes(&rows, &BTreeSet::from(["1.1"]))
        };
        assert_eq!(by_code(&rows), Vec::<String>::new());
        assert_eq!(by_code(&rows[..3]), ["1"]);
    }
}
