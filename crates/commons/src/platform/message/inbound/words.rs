//! Helpers for slices that read short messages: commands, yes and no, menus, digits of any script.

use crate::platform::{i18n::Lang, message::phone::decimal};

/// A message as a command and what follows it: `STATUS BZ-7K3` is `status` and `BZ-7K3`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command<'a> {
    /// In small letters, without signs around it.
    pub word: String,
    pub rest: &'a str,
}

/// Reads the first word of a message as a command; `None` for a blank message.
#[must_use]
pub fn command(text: &str) -> Option<Command<'_>> {
    let text = text.trim();
    let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let word = first
        .trim_matches(|c: char| !c.is_alphanumeric() && !is_mark(c))
        .to_lowercase();
    (!word.is_empty()).then(|| Command {
        word,
        rest: rest.trim(),
    })
}

/// Reads a message that is yes or no and nothing else, in any of our languages; `None` for everything else.
///
/// More words make it `None`, because "no water since Monday" is no answer to a question.
#[must_use]
pub fn yes_or_no(text: &str) -> Option<bool> {
    const YES: [&str; 16] = [
        "yes",
        "y",
        "ok",
        "1",
        "ya",
        "iya",
        "sudah",
        "ndiyo",
        "हाँ",
        "हां",
        "haan",
        "হ্যাঁ",
        "হাঁ",
        "ho",
        "हो",
        "benar",
    ];
    const NO: [&str; 13] = [
        "no",
        "n",
        "2",
        "tidak",
        "tdk",
        "belum",
        "hapana",
        "नहीं",
        "nahin",
        "না",
        "होइन",
        "छैन",
        "bukan",
    ];
    let command = command(text).filter(|command| command.rest.is_empty())?;
    let word = latin_digits(&command.word);
    if YES.contains(&word.as_str()) {
        Some(true)
    } else if NO.contains(&word.as_str()) {
        Some(false)
    } else {
        None
    }
}

/// Splits what was keyed into USSD, `1*4821`, into its steps; nothing keyed yet is no step.
#[must_use]
pub fn steps(text: &str) -> Vec<&str> {
    if text.is_empty() {
        return Vec::new();
    }
    text.split('*').map(str::trim).collect()
}

/// Writes the digits of every script as 0 to 9, for codes and menu numbers.
#[must_use]
pub fn latin_digits(text: &str) -> String {
    text.chars()
        .map(|c| {
            decimal(c)
                .and_then(|digit| char::from_digit(digit, 10))
                .unwrap_or(c)
        })
        .collect()
}

/// Takes control characters and the spaces around away; lines stay.
#[must_use]
pub fn cleaned(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let kept = text
        .chars()
        .filter(|c| !c.is_control() || *c == '\n')
        .collect::<String>();
    kept.trim().to_owned()
}

/// Guesses the language from the script; Latin letters say nothing, so they mean `otherwise`.
#[must_use]
pub fn lang_of(text: &str, otherwise: Lang) -> Lang {
    let count = |from: char, to: char| text.chars().filter(|c| (from..=to).contains(c)).count();
    let (bengali, devanagari) = (count('\u{980}', '\u{9ff}'), count('\u{900}', '\u{97f}'));
    match (bengali, devanagari) {
        (0, 0) => otherwise,
        (bengali, devanagari) if bengali >= devanagari => Lang::Bn,
        // Hindi and Nepali share their letters.
        _ if otherwise == Lang::Ne => Lang::Ne,
        _ => Lang::Hi,
    }
}

/// Vowel signs and the like, which belong to the letters before them.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{900}'..='\u{9ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_is_the_command_whatever_stands_around_it() {
        let read = |text| command(text).map(|command| (command.word, command.rest));
        assert_eq!(read("  STATUS: BZ-7K3 "), Some(("status".into(), "BZ-7K3")));
        assert_eq!(read("Lapor\njalan rusak"), Some(("lapor".into(), "jalan rusak")));
        assert_eq!(read("हाँ"), Some(("हाँ".into(), "")));
        assert_eq!(read(" ?! "), None);
        assert_eq!(read(""), None);
    }

    #[test]
    fn yes_and_no_are_understood_alone_and_in_every_language() {
        for text in ["YES", "ya.", " Sudah ", "ndiyo!", "हाँ", "হ্যাঁ", "1", "१"] {
            assert_eq!(yes_or_no(text), Some(true), "{text}");
        }
        for text in ["No", "TIDAK", "belum", "hapana", "नहीं", "না", "२"] {
            assert_eq!(yes_or_no(text), Some(false), "{text}");
        }
        for text in ["no water since Monday", "ya tapi belum selesai", "3", ""] {
            assert_eq!(yes_or_no(text), None, "{text}");
        }
    }

    #[test]
    fn keyed_steps_are_split_and_an_empty_start_is_none() {
        assert_eq!(steps(""), Vec::<&str>::new());
        assert_eq!(steps("1*4821"), ["1", "4821"]);
        assert_eq!(steps("2*"), ["2", ""]);
    }

    #[test]
    fn the_script_tells_the_language_where_it_can() {
        assert_eq!(lang_of("রাস্তা ভাঙা ok", Lang::En), Lang::Bn);
        assert_eq!(lang_of("सड़क टूटी है", Lang::En), Lang::Hi);
        assert_eq!(lang_of("सडक बिग्रियो", Lang::Ne), Lang::Ne);
        assert_eq!(lang_of("jalan rusak", Lang::Id), Lang::Id);
    }

    #[test]
    fn control_characters_are_taken_away_and_lines_stay() {
        assert_eq!(cleaned("\u{0}a\r\nb\u{7} \n"), "a\nb");
    }
}
