//! What may be told of what became of learners: nothing that points at one of them.

use super::Placement;

/// Fewer learners than these are told nothing of, and no group of them smaller.
pub const LEAST: i64 = 5;

/// The counts that may be shown; `None` for what is withheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    pub n_finished: Option<i64>,
    pub n_employed: Option<i64>,
    pub n_education: Option<i64>,
    /// Neither worked nor went on learning.
    pub n_neither: Option<i64>,
}

/// Withholds what is small, and with it the smallest of the others where subtraction would give it back.
///
/// A zero stays: nobody is in it. The three groups add up to those who finished.
#[must_use]
pub fn told(placement: &Placement) -> Told {
    let whole = placement.n_finished;
    if whole < LEAST {
        return Told {
            n_finished: None,
            n_employed: None,
            n_education: None,
            n_neither: None,
        };
    }
    let groups = [
        placement.n_employed,
        placement.n_education,
        whole - placement.n_employed - placement.n_education,
    ];
    let mut is_hidden = groups.map(|n| (1..LEAST).contains(&n));
    while tells_itself(&groups, &is_hidden) {
        let smallest_shown = (0..groups.len())
            .filter(|at| !is_hidden[*at] && groups[*at] > 0)
            .min_by_key(|at| groups[*at]);
        match smallest_shown {
            Some(at) => is_hidden[at] = true,
            None => break,
        }
    }
    let shown = |at: usize| (!is_hidden[at]).then_some(groups[at]);
    Told {
        n_finished: Some(whole),
        n_employed: shown(0),
        n_education: shown(1),
        n_neither: shown(2),
    }
}

/// Whether what is hidden can be worked out from what is shown: it is alone, or together so small that there is one way to share it.
fn tells_itself(groups: &[i64; 3], is_hidden: &[bool; 3]) -> bool {
    let hidden: Vec<i64> = (0..groups.len())
        .filter(|at| is_hidden[*at])
        .map(|at| groups[at])
        .collect();
    hidden.len() == 1 || (!hidden.is_empty() && hidden.iter().sum::<i64>() < LEAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(n_finished: i64, n_employed: i64, n_education: i64) -> [Option<i64>; 4] {
        let told = told(&Placement {
            after_months: 6,
            n_finished,
            n_employed,
            n_education,
            source: String::new(),
        });
        [told.n_finished, told.n_employed, told.n_education, told.n_neither]
    }

    #[test]
    fn small_counts_are_withheld_and_what_would_give_them_back_too() {
        assert_eq!(of(4, 4, 0), [None; 4]);
        assert_eq!(of(5, 5, 0), [Some(5), Some(5), Some(0), Some(0)]);
        // One is small: the smallest of the others goes with it, and zeros stay.
        assert_eq!(of(20, 12, 6), [Some(20), Some(12), None, None]);
        assert_eq!(of(20, 18, 0), [Some(20), None, Some(0), None]);
        // Two are small: neither can be got back, unless there is but one way to share what is left.
        assert_eq!(of(20, 15, 2), [Some(20), Some(15), None, None]);
        assert_eq!(of(20, 18, 1), [Some(20), None, None, None]);
        assert_eq!(of(30, 15, 8), [Some(30), Some(15), Some(8), Some(7)]);
    }

    #[test]
    fn nothing_that_is_withheld_can_be_got_back_by_subtraction() {
        for whole in 0..30 {
            for employed in 0..=whole {
                for education in 0..=(whole - employed) {
                    let [all, groups @ ..] = of(whole, employed, education);
                    let hidden = groups.iter().filter(|shown| shown.is_none()).count();
                    assert_ne!(hidden, 1, "{whole} {employed} {education}");
                    let shown: i64 = groups.iter().flatten().sum();
                    assert!(
                        hidden == 0 || all.is_none_or(|all| all - shown >= LEAST),
                        "{whole} {employed} {education}"
                    );
                    assert!(all.is_some() || hidden == 3, "{whole} {employed} {education}");
                    assert!(
                        groups.iter().flatten().all(|n| *n == 0 || *n >= LEAST),
                        "{whole} {employed} {education}"
                    );
                }
            }
        }
    }
}
