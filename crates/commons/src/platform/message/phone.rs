//! Telephone numbers: one way of writing each, so that a number can be found again.

use std::fmt;

/// A telephone number in the international form, `+6281234567890`, or a short code of a network.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

impl Phone {
    /// Reads a number as people and networks write it; `prefix` is the country code of one that has none.
    ///
    /// `None` for what is no number: names that companies send from, too few or too many digits (ITU-T E.164).
    #[must_use]
    pub fn parse(text: &str, prefix: &str) -> Option<Phone> {
        let mut digits = String::new();
        let mut has_plus = false;
        for c in text.trim().chars() {
            match c {
                '+' if digits.is_empty() && !has_plus => has_plus = true,
                ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}' => {}
                c => digits.push(char::from_digit(decimal(c)?, 10)?),
            }
        }
        let international = if has_plus {
            digits
        } else if let Some(rest) = digits.strip_prefix("00") {
            rest.to_owned()
        } else if let Some(rest) = digits.strip_prefix('0') {
            format!("{prefix}{rest}")
        } else if (3..=6).contains(&digits.len()) {
            return Some(Phone(digits));
        } else if digits.starts_with(prefix) {
            digits
        } else {
            // A subscriber's number without the leading zero, as spreadsheets leave it.
            format!("{prefix}{digits}")
        };
        let is_number = (8..=15).contains(&international.len()) && !international.starts_with('0');
        is_number.then(|| Phone(format!("+{international}")))
    }

    /// Takes a number that was parsed before it was sealed.
    pub(super) fn trusted(number: &str) -> Phone {
        Phone(number.to_owned())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Shows the last three digits only, so that its owner knows it again and nobody else does.
    #[must_use]
    pub fn veiled(&self) -> String {
        format!("••• {}", &self.0[self.0.len().saturating_sub(3)..])
    }
}

/// Numbers never reach a log by accident.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.veiled())
    }
}

/// Reads a digit of any of the scripts our languages are written in.
pub(super) fn decimal(c: char) -> Option<u32> {
    let zeros = ['0', '०', '০', '٠'];
    zeros
        .into_iter()
        .map(|zero| u32::from(c).wrapping_sub(u32::from(zero)))
        .find(|digit| *digit < 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_written_in_many_ways_is_one() {
        for text in [
            "+62 812-3456-7890",
            "0812 3456 7890",
            "006281234567890",
            "6281234567890",
            "81234567890",
            "(0812) 3456.7890",
            "+62८१२३४५६७८९०",
        ] {
            let phone = Phone::parse(text, "62").expect(text);
            assert_eq!(phone.as_str(), "+6281234567890", "{text}");
        }
    }

    #[test]
    fn a_short_code_stays_what_it_is_and_a_name_is_no_number() {
        assert_eq!(Phone::parse("181", "91").expect("a code").as_str(), "181");
        for text in [
            "TELKOMSEL",
            "",
            "+",
            "12",
            "+123",
            "+1234567890123456",
            "08a12",
            "++6281234567890",
        ] {
            assert!(Phone::parse(text, "62").is_none(), "{text}");
        }
    }

    #[test]
    fn a_number_shows_only_its_end_in_logs() {
        let phone = Phone::parse("+6281234567890", "62").expect("a number");
        assert_eq!(format!("{phone:?}"), "••• 890");
    }
}
