//! A facility's rounds one after another, by criterion and group, made of what everybody may see of each.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{
    compare::{Line, Shown, key_of},
    criterion::STANDARD,
    round::Round,
    session::PROVIDER,
};

/// The key of the middle over all groups that are shown.
pub const USERS: &str = "users";

/// How scores moved from round to round.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trend {
    /// Code and day of each round, the first one first.
    pub rounds: Vec<(String, Date)>,
    pub lines: Vec<TrendLine>,
}

/// One criterion of one group over all rounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrendLine {
    pub standard: Option<String>,
    /// The words as they were used last.
    pub words: String,
    /// Key of a group, [`USERS`] or `provider`.
    pub group: String,
    /// Points beside [`Trend::rounds`].
    pub values: Vec<Option<u8>>,
}

/// Puts rounds one after another.
#[must_use]
pub fn trend(rounds: &[(Round, Shown)]) -> Trend {
    let mut sorted: Vec<&(Round, Shown)> = rounds.iter().collect();
    sorted.sort_by_key(|(round, _)| round.n);
    let mut lines: BTreeMap<(usize, String, usize, String), TrendLine> = BTreeMap::new();
    for (at, (_, shown)) in sorted.iter().enumerate() {
        for line in &shown.lines {
            for (rank, group, value) in series(shown, line) {
                let words = line.words.first().map_or("", String::as_str);
                let key = key_of(line.standard.as_deref(), words);
                let kept = lines
                    .entry((place_of(line), key, rank, group.to_owned()))
                    .or_insert_with(|| TrendLine {
                        standard: line.standard.clone(),
                        words: String::new(),
                        group: group.to_owned(),
                        values: vec![None; sorted.len()],
                    });
                if !words.is_empty() {
                    words.clone_into(&mut kept.words);
                }
                if let Some(slot) = kept.values.get_mut(at) {
                    *slot = Some(value);
                }
            }
        }
    }
    Trend {
        rounds: sorted
            .iter()
            .map(|(round, _)| (round.code.clone(), round.day()))
            .collect(),
        lines: lines.into_values().collect(),
    }
}

/// What a line says of users, of each group and of the provider, each with where it stands among them.
fn series<'a>(shown: &'a Shown, line: &'a Line) -> impl Iterator<Item = (usize, &'a str, u8)> {
    let groups = shown
        .groups
        .iter()
        .zip(&line.values)
        .filter_map(|(group, value)| value.map(|value| (1, group.key.as_str(), value)));
    let users = line.users.map(|value| (0, USERS, value));
    let provider = line.provider.map(|value| (2, PROVIDER, value));
    users.into_iter().chain(groups).chain(provider)
}

fn place_of(line: &Line) -> usize {
    let at = STANDARD
        .iter()
        .position(|code| Some(*code) == line.standard.as_deref());
    at.unwrap_or(STANDARD.len())
}
