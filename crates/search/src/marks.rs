//! Where in a text the words stand that somebody looked for.

use crate::{
    stems::{Stem, stems},
    words::{Word, words},
};

/// A word that is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sought {
    pub(crate) text: String,
    stems: Vec<Stem>,
    /// Whether it is only the beginning of what is looked for.
    pub(crate) may_go_on: bool,
    /// How many letters may be wrong.
    pub(crate) edits: u8,
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    /// Whether it is what was looked for.
    pub is_hit: bool,
}

impl Sought {
    /// A folded word: with four letters one may be wrong, with eight two; digits are never.
    pub(crate) fn of(word: &str) -> Sought {
        let edits = match word.chars().count() {
            _ if word.chars().any(char::is_numeric) => 0,
            0..=3 => 0,
            4..=7 => 1,
            _ => 2,
        };
        Sought {
            stems: stems(word),
            text: word.to_owned(),
            may_go_on: false,
            edits,
        }
    }

    fn is(&self, word: &str) -> bool {
        if self.text == word || (self.may_go_on && word.starts_with(&self.text)) {
            return true;
        }
        if self.stems.iter().any(|stem| stem.word() == Some(word)) {
            return true;
        }
        let theirs = stems(word);
        theirs
            .iter()
            .any(|stem| stem.word() == Some(&self.text) || self.stems.contains(stem))
            || (self.edits > 0 && is_within(&self.text, word, usize::from(self.edits)))
    }
}

/// Cuts a text into what was looked for and what stands between.
#[must_use]
pub fn marked(text: &str, sought: &[Sought]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut push = |text: &str, is_hit: bool| {
        if !text.is_empty() {
            pieces.push(Piece {
                text: text.to_owned(),
                is_hit,
            });
        }
    };
    let mut at = 0;
    for word in words(text).into_iter().filter(|word| is_sought(word, sought)) {
        push(&text[at..word.at.start], false);
        push(&text[word.at.clone()], true);
        at = word.at.end;
    }
    push(&text[at..], false);
    pieces
}

/// As [`marked`], of a part of at most so many letters around the first word that was looked for; `…` stands for what is left out.
#[must_use]
pub fn shortened(text: &str, sought: &[Sought], most: usize) -> Vec<Piece> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= most {
        return marked(&text, sought);
    }
    let found = words(&text);
    let hit = found.iter().find(|word| is_sought(word, sought));
    let hit = hit.map_or(0, |word| text[..word.at.start].chars().count());
    // A third of the part leads up to the word; the part begins where a word does.
    let wanted = hit.saturating_sub(most / 3);
    let byte = |n: usize| text.char_indices().nth(n).map_or(text.len(), |(at, _)| at);
    let start = match wanted {
        0 => 0,
        n => {
            let from = byte(n);
            text[from..]
                .find(' ')
                .map_or(from, |space| from + space + 1)
                .min(byte(hit))
        }
    };
    let rest = &text[start..];
    let mut part = match rest.char_indices().nth(most) {
        None => rest.to_owned(),
        Some((end, _)) => {
            let end = rest[..end].rfind(' ').filter(|space| *space > 0).unwrap_or(end);
            format!("{} …", &rest[..end])
        }
    };
    if start > 0 {
        part.insert_str(0, "… ");
    }
    marked(&part, sought)
}

fn is_sought(word: &Word, sought: &[Sought]) -> bool {
    sought.iter().any(|sought| sought.is(&word.text))
}

/// Whether two words differ by so many letters at most.
pub(crate) fn is_within(a: &str, b: &str, most: usize) -> bool {
    // A letter takes four bytes at most.
    a.len().abs_diff(b.len()) <= 4 * most
        && a.chars().count().abs_diff(b.chars().count()) <= most
        && distance(a, b) <= most
}

/// How many letters two words differ by: one missing, one more, one other, or two neighbours that changed places.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let other = usize::from(a[i - 1] != b[j - 1]);
            let mut least = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + other);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        before = last;
        last = row;
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{Piece, Sought, distance, marked, shortened};

    fn shown(pieces: Vec<Piece>) -> String {
        pieces
            .into_iter()
            .map(|piece| match piece.is_hit {
                true => format!("[{}]", piece.text),
                false => piece.text,
            })
            .collect()
    }

    #[test]
    fn words_are_marked_where_they_stand_whatever_their_marks_and_endings() {
        for (text, sought, expected) in [
            ("Schools & <b>SCHOOL</b>", "school", "[Schools] & <b>[SCHOOL]</b>"),
            ("Data kesehatan ibu", "sehat", "Data [kesehatan] ibu"),
            ("Educación rural", "educacion", "[Educación] rural"),
            ("গ্রামের শিক্ষা", "গ্রাম", "[গ্রামের] শিক্ষা"),
            ("Sekolha dasar", "sekolah", "[Sekolha] dasar"),
            ("nothing of it", "water", "nothing of it"),
        ] {
            assert_eq!(shown(marked(text, &[Sought::of(sought)])), expected);
        }
    }

    #[test]
    fn a_long_text_is_shown_around_what_was_looked_for() {
        let text = format!("{} water {}", "one two ".repeat(50), "three ".repeat(50));
        let part = shown(shortened(&text, &[Sought::of("water")], 60));
        assert!(
            part.starts_with("… ") && part.contains("[water]") && part.ends_with(" …"),
            "{part}"
        );
        assert!(part.chars().count() < 70, "{part}");
        let endless = "অ".repeat(1_000);
        assert!(shown(shortened(&endless, &[], 60)).chars().count() < 70);
    }

    #[test]
    fn neighbours_that_changed_places_are_one_error() {
        for (a, b, n) in [
            ("water", "watre", 1),
            ("sekolah", "sekola", 1),
            ("kesehatan", "keshatn", 2),
            ("", "ab", 2),
        ] {
            assert_eq!(distance(a, b), n, "{a} {b}");
        }
    }
}
