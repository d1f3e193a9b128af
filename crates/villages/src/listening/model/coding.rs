//! Two coders, each apart from the other: how far they agree, where they differ, and what a paragraph keeps.

use std::collections::{BTreeMap, BTreeSet};

use measures::{
    agreement::{self, DRAWS, Pair},
    interval::Interval,
};

use crate::platform::time::Time;

/// The bootstrap begins with this, so that the same codes always give the same interval.
const SEED: u64 = 20_261_123;

/// Somebody who codes a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coder {
    /// Id of the account.
    pub person: String,
    /// When they said that they were done.
    pub done_at: Option<Time>,
}

/// A code that a coder gave a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Of the paragraph, from 1.
    pub position: i64,
    /// Id of the coder's account.
    pub person: String,
    pub code: String,
}

/// What was settled where only one coder had given a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    pub position: i64,
    pub code: String,
    pub is_kept: bool,
    pub why: String,
    pub at: Time,
}

/// A code that one coder gave a paragraph and the other did not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub position: i64,
    pub code: String,
    /// Id of the account that gave it.
    pub by: String,
}

/// How far two coders agree, on one code or on all.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// Decisions that both made: one for each paragraph and code.
    pub n: usize,
    /// Share of them that are the same, 0 to 1.
    pub percent: Option<f64>,
    /// Cohen's kappa; over all codes the pooled one.
    pub kappa: Option<f64>,
    /// Krippendorff's alpha.
    pub alpha: Option<f64>,
    /// Its 95 % interval by the bootstrap.
    pub interval: Option<Interval>,
}

/// Whether there are two coders and both said that they are done; until then nobody sees the other's codes.
#[must_use]
pub fn are_done(coders: &[Coder]) -> bool {
    coders.len() == 2 && coders.iter().all(|coder| coder.done_at.is_some())
}

/// What the caller may see of the codes given: everything once both are done, before that their own alone.
#[must_use]
pub fn visible(coders: &[Coder], given: Vec<Given>, me: &str) -> Vec<Given> {
    let is_open = are_done(coders);
    given
        .into_iter()
        .filter(|each| is_open || each.person == me)
        .collect()
}

/// How two coders agree on each code that either gave, by code, and on all of them together.
///
/// Codes that neither gave are left out: agreeing a hundred times that a code does not apply would look like agreement.
#[must_use]
pub fn agreements(
    n_paragraphs: usize,
    coders: &[Coder],
    given: &[Given],
) -> (BTreeMap<String, Agreement>, Agreement) {
    let [one, other] = coders else {
        return (BTreeMap::new(), agreement_of(&[]));
    };
    let has = |person: &str, position: i64, code: &str| {
        u32::from(
            given
                .iter()
                .any(|each| each.person == person && each.position == position && each.code == code),
        )
    };
    let codes: BTreeSet<&str> = given.iter().map(|each| each.code.as_str()).collect();
    let decided: Vec<(String, Vec<Pair>)> = codes
        .into_iter()
        .map(|code| {
            let pairs = (1_i64..)
                .take(n_paragraphs)
                .map(|position| {
                    (
                        has(&one.person, position, code),
                        has(&other.person, position, code),
                    )
                })
                .collect();
            (code.to_owned(), pairs)
        })
        .collect();
    let items: Vec<Vec<Pair>> = decided.iter().map(|(_, pairs)| pairs.clone()).collect();
    let by_code = decided
        .into_iter()
        .map(|(code, pairs)| (code, agreement_of(&[pairs])))
        .collect();
    (by_code, agreement_of(&items))
}

/// Where only one of two coders gave a code, in the order of the paragraphs.
#[must_use]
pub fn differences(coders: &[Coder], given: &[Given]) -> Vec<Difference> {
    let mut by_place: BTreeMap<(i64, &str), Vec<&str>> = BTreeMap::new();
    for each in given {
        by_place
            .entry((each.position, each.code.as_str()))
            .or_default()
            .push(each.person.as_str());
    }
    by_place
        .into_iter()
        .filter(|(_, persons)| persons.len() < coders.len())
        .filter_map(|((position, code), persons)| {
            Some(Difference {
                position,
                code: code.to_owned(),
                by: (*persons.first()?).to_owned(),
            })
        })
        .collect()
}

/// What is still to be settled.
#[must_use]
pub fn open(differences: &[Difference], settled: &[Settled]) -> Vec<Difference> {
    differences
        .iter()
        .filter(|difference| {
            !settled
                .iter()
                .any(|each| each.position == difference.position && each.code == difference.code)
        })
        .cloned()
        .collect()
}

fn agreement_of(items: &[Vec<Pair>]) -> Agreement {
    let all: Vec<Pair> = items.iter().flatten().copied().collect();
    let units: Vec<Vec<u32>> = all.iter().map(|(one, other)| vec![*one, *other]).collect();
    Agreement {
        n: all.len(),
        percent: agreement::percent(&all),
        kappa: agreement::pooled_kappa(items),
        alpha: agreement::alpha(&units),
        interval: agreement::alpha_interval(&units, DRAWS, SEED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coders(done: [bool; 2]) -> Vec<Coder> {
        [("a", done[0]), ("b", done[1])]
            .map(|(person, is_done)| Coder {
                person: person.to_owned(),
                done_at: is_done.then_some(Time(1)),
            })
            .into()
    }

    fn given(person: &str, position: i64, code: &str) -> Given {
        Given {
            position,
            person: person.to_owned(),
            code: code.to_owned(),
        }
    }

    #[test]
    fn nobody_sees_the_others_codes_before_both_are_done() {
        let all = vec![given("a", 1, "far"), given("b", 1, "cost")];
        for done in [[false, false], [true, false], [false, true]] {
            let seen = visible(&coders(done), all.clone(), "a");
            assert_eq!(seen, [given("a", 1, "far")]);
            // A facilitator who codes nothing sees nothing either.
            assert!(visible(&coders(done), all.clone(), "c").is_empty());
        }
        assert_eq!(visible(&coders([true, true]), all.clone(), "a"), all);
    }

    #[test]
    fn agreement_counts_every_paragraph_for_every_code_that_was_given() {
        let both = coders([true, true]);
        // Krippendorff (2011), section A, as paragraphs that have a code or not: alpha 0.095.
        let meg = [2, 9].map(|position| given("a", position, "far"));
        let owen = [1, 2, 3, 6].map(|position| given("b", position, "far"));
        let all: Vec<Given> = meg.into_iter().chain(owen).collect();
        let (by_code, overall) = agreements(10, &both, &all);
        let far = &by_code["far"];
        assert_eq!((far.n, far.percent), (10, Some(0.6)));
        assert!((far.alpha.expect("an alpha") - 0.095).abs() < 5e-4, "{far:?}");
        assert_eq!(&overall, far);
        assert_eq!(agreements(10, &both[..1], &all).0.len(), 0);
    }

    #[test]
    fn what_only_one_gave_is_a_difference_until_it_is_settled() {
        let both = coders([true, true]);
        let all = [
            given("a", 1, "far"),
            given("b", 1, "far"),
            given("b", 2, "cost"),
            given("a", 3, "far"),
        ];
        let found = differences(&both, &all);
        let told: Vec<(i64, &str, &str)> = found
            .iter()
            .map(|each| (each.position, each.code.as_str(), each.by.as_str()))
            .collect();
        assert_eq!(told, [(2, "cost", "b"), (3, "far", "a")]);
        let settled = Settled {
            position: 2,
            code: "cost".into(),
            is_kept: true,
            why: "They spoke of the fee".into(),
            at: Time(2),
        };
        assert_eq!(open(&found, &[settled]), found[1..].to_vec());
    }
}
