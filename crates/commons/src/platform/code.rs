//! Codes that survive being read over the phone.
//!
//! Thirty-one characters without 0, O, 1, I and L; the last is a check: the weighted sum of all is 0 modulo 31. As 31 is
//! prime and neighbours have weights one apart, every single wrong character and every swap of neighbours is noticed.

use std::fmt;

use serde::Serialize;

use super::{id, problem::Problem};

const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const P: usize = ALPHABET.len();
/// Codes that are tried for something new: with millions of them the second is hardly ever needed.
const MOST_TRIES: usize = 8;

/// A code of `N` characters with the check in it, shown in two halves: `K7MQ-4XTD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code<const N: usize>([u8; N]);

/// What everybody may know: under it a request is found. 27 billion of them.
pub type TrackingCode = Code<8>;
/// What only the resident knows: with it a request is confirmed, reopened or withdrawn.
pub type ResidentKey = Code<6>;

/// Why a text is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeProblem {
    Length,
    Character(char),
    /// A character was misheard, or two were swapped.
    Check,
}

impl<const N: usize> Code<N> {
    /// Makes a code of random bits.
    #[must_use]
    pub fn of(mut random: u64) -> Code<N> {
        let mut digits = [0; N];
        for digit in digits.iter_mut().take(N - 1) {
            *digit = (random % P as u64) as usize;
            random /= P as u64;
        }
        // The check has weight N, which is invertible as 31 is prime and N below it.
        let sum = weighted(&digits[..N - 1]);
        digits[N - 1] = (0..P)
            .find(|check| (sum + N * check).is_multiple_of(P))
            .unwrap_or(0);
        Code(digits.map(|digit| ALPHABET[digit]))
    }

    /// Makes codes for something new, to be tried until one is nobody's.
    pub fn tries() -> impl Iterator<Item = Code<N>> {
        (0..MOST_TRIES).map(|_| Code::of(id::random()))
    }

    /// Reads what somebody typed or heard: capitals or not, with or without spaces and hyphens.
    ///
    /// # Errors
    /// Says whether it is too long or short, holds a character no code has, or was misheard.
    pub fn parse(text: &str) -> Result<Code<N>, CodeProblem> {
        let mut digits = Vec::with_capacity(N);
        for c in text
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '.'))
        {
            let upper = c.to_ascii_uppercase();
            let digit = ALPHABET.iter().position(|known| char::from(*known) == upper);
            digits.push(digit.ok_or(CodeProblem::Character(c))?);
        }
        let digits: [usize; N] = digits.try_into().map_err(|_| CodeProblem::Length)?;
        if weighted(&digits).is_multiple_of(P) {
            Ok(Code(digits.map(|digit| ALPHABET[digit])))
        } else {
            Err(CodeProblem::Check)
        }
    }

    /// Returns it as it is kept and searched: capitals without the hyphen.
    #[must_use]
    pub fn plain(&self) -> String {
        self.0.iter().map(|c| char::from(*c)).collect()
    }

    /// Returns it a character at a time, to be read aloud: `K, 7, M, Q; 4, X, T, D`.
    #[must_use]
    pub fn spoken(&self) -> String {
        let half = |part: &[u8]| {
            part.iter()
                .map(|c| char::from(*c).to_string())
                .collect::<Vec<_>>()
                .join(", ")
        };
        let (first, second) = self.0.split_at(N / 2);
        format!("{}; {}", half(first), half(second))
    }
}

/// Says that somebody has each code that was tried for something, such as `a note`.
#[must_use]
pub fn none_free(something: &str) -> Problem {
    Problem::internal(anyhow::anyhow!(
        "no free code for {something} in {MOST_TRIES} tries"
    ))
}

impl<const N: usize> fmt::Display for Code<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = self.plain();
        let (first, second) = plain.split_at(N / 2);
        write!(f, "{first}-{second}")
    }
}

impl<const N: usize> Serialize for Code<N> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

fn weighted(digits: &[usize]) -> usize {
    digits
        .iter()
        .enumerate()
        .map(|(at, digit)| (at + 1) * digit)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes from everywhere in the space.
    fn some() -> impl Iterator<Item = TrackingCode> {
        (0..200_u64).map(|n| TrackingCode::of(n.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
    }

    #[test]
    fn a_code_is_read_however_it_is_written() {
        for code in some() {
            let shown = code.to_string();
            assert_eq!(shown.len(), 9);
            for written in [
                shown.clone(),
                shown.to_lowercase(),
                shown.replace('-', " "),
                format!(" {} ", code.plain()),
            ] {
                assert_eq!(TrackingCode::parse(&written), Ok(code), "{written}");
            }
        }
    }

    #[test]
    fn every_single_wrong_character_is_noticed() {
        for code in some() {
            let plain = code.plain().into_bytes();
            for at in 0..8 {
                for other in ALPHABET.iter().filter(|other| **other != plain[at]) {
                    let mut heard = plain.clone();
                    heard[at] = *other;
                    let heard = String::from_utf8(heard).expect("letters");
                    assert_eq!(
                        TrackingCode::parse(&heard),
                        Err(CodeProblem::Check),
                        "{heard} for {code}"
                    );
                }
            }
        }
    }

    #[test]
    fn every_swap_of_neighbours_is_noticed() {
        for code in some() {
            let plain = code.plain().into_bytes();
            for at in 0..7 {
                let mut heard = plain.clone();
                heard.swap(at, at + 1);
                if heard != plain {
                    let heard = String::from_utf8(heard).expect("letters");
                    assert_eq!(
                        TrackingCode::parse(&heard),
                        Err(CodeProblem::Check),
                        "{heard} for {code}"
                    );
                }
            }
        }
    }

    #[test]
    fn characters_that_look_alike_are_in_no_code() {
        for (text, found) in [
            ("K7MQ-4XT0", '0'),
            ("K7MQ-4XTO", 'O'),
            ("K7MQ-4XT1", '1'),
            ("K7MQ-4XTi", 'i'),
            ("K7MQ-4XTL", 'L'),
        ] {
            assert_eq!(TrackingCode::parse(text), Err(CodeProblem::Character(found)));
        }
        assert_eq!(TrackingCode::parse("K7MQ"), Err(CodeProblem::Length));
        assert_eq!(ResidentKey::parse("K7MQ-4XTD"), Err(CodeProblem::Length));
    }

    #[test]
    fn a_code_is_spoken_character_by_character() {
        let code = ResidentKey::of(0);
        assert_eq!(
            (code.to_string().as_str(), code.spoken().as_str()),
            ("222-222", "2, 2, 2; 2, 2, 2")
        );
    }
}
