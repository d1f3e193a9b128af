//! What everybody may see of a round: groups beside the provider, without any group that is too small to be shown apart.
//!
//! Figures over groups are made of what is shown and of nothing else, so that no group is found by subtraction.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{
    criterion::{Criterion, STANDARD},
    round::Round,
    score::Score,
    session::{PROVIDER, Session, Side},
};
use crate::facilitators::model::group::GROUPS;

/// Points between users and provider from which on a gap is wide.
pub const WIDE: u16 = 25;
/// The key of small groups that are shown together.
pub const OTHERS: &str = "others";

/// A round as it is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// Groups of users, the standard ones first, [`OTHERS`] last.
    pub groups: Vec<ShownGroup>,
    pub provider: Option<ShownGroup>,
    /// Standard criteria first, in their order.
    pub lines: Vec<Line>,
    /// Groups that were heard and are in no figure here.
    pub n_left_out: usize,
}

impl Shown {
    /// What users say of the facility as a whole: the middle of their criteria.
    #[must_use]
    pub fn users(&self) -> Option<u8> {
        median(self.lines.iter().filter_map(|line| line.users).collect())
    }
}

/// A group as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownGroup {
    /// Code of the group, `own:NAME`, `others` or `provider`.
    pub key: String,
    /// Code of the group, `others` or `provider`.
    pub group: String,
    pub name: Option<String>,
    pub n_present: u32,
}

/// A criterion over all groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    pub standard: Option<String>,
    /// The words of the groups that are shown apart, and of the provider.
    pub words: Vec<String>,
    /// Points 0 to 100, beside [`Shown::groups`].
    pub values: Vec<Option<u8>>,
    /// The middle of `values` (median).
    pub users: Option<u8>,
    pub provider: Option<u8>,
    /// Provider less users, in points.
    pub gap: Option<i16>,
    /// The gap is of [`WIDE`] points or more.
    pub is_wide: bool,
    /// Of groups that are shown apart.
    pub reasons: Vec<String>,
    /// Of groups that are shown apart.
    pub suggestions: Vec<String>,
    /// What the provider gave as its reasons.
    pub provider_reasons: Vec<String>,
    pub provider_suggestions: Vec<String>,
}

/// Sessions whose scores are shown as one.
struct Voice<'a> {
    shown: ShownGroup,
    sessions: Vec<&'a Session>,
    /// How many groups are in it: their values are shown only where at least two of them gave one.
    is_pooled: bool,
}

/// Makes what everybody may see. `minimum` is the number of people from which on a group is shown apart.
#[must_use]
pub fn shown(
    round: &Round,
    sessions: &[Session],
    criteria: &[Criterion],
    scores: &[Score],
    minimum: u32,
) -> Shown {
    let (voices, n_left_out) = voices(round, sessions, minimum);
    let provider = provider(round, sessions);
    let lines = ordered(criteria)
        .into_iter()
        .filter_map(|criteria| line(&criteria, scores, &voices, provider.as_ref(), minimum))
        .collect();
    Shown {
        groups: voices.into_iter().map(|voice| voice.shown).collect(),
        provider: provider.map(|voice| voice.shown),
        lines,
        n_left_out,
    }
}

/// What stands for one criterion over all groups and rounds: its standard code, or the group's words in small letters.
#[must_use]
pub fn key_of(standard: Option<&str>, words: &str) -> String {
    match standard {
        Some(standard) => standard.to_owned(),
        None => format!("own:{}", words.trim().to_lowercase()),
    }
}

/// The voices of users, and how many groups are left out.
fn voices<'a>(round: &Round, sessions: &'a [Session], minimum: u32) -> (Vec<Voice<'a>>, usize) {
    let mut by_key: BTreeMap<String, Vec<&Session>> = BTreeMap::new();
    for session in heard(round, sessions, Side::Users) {
        by_key.entry(session.key()).or_default().push(session);
    }
    let (large, small): (Vec<_>, Vec<_>) = by_key
        .into_iter()
        .partition(|(_, sessions)| n_present(sessions) >= minimum);
    let mut voices: Vec<Voice> = large
        .into_iter()
        .map(|(key, sessions)| apart(key, sessions))
        .collect();
    voices.sort_by_key(|voice| rank(&voice.shown));
    let n_small = small.len();
    let pooled: Vec<&Session> = small.into_iter().flat_map(|(_, sessions)| sessions).collect();
    if n_small < 2 || n_present(&pooled) < minimum {
        return (voices, n_small);
    }
    voices.push(Voice {
        shown: ShownGroup {
            key: OTHERS.to_owned(),
            group: OTHERS.to_owned(),
            name: None,
            n_present: n_present(&pooled),
        },
        sessions: pooled,
        is_pooled: true,
    });
    (voices, 0)
}

fn apart(key: String, sessions: Vec<&Session>) -> Voice<'_> {
    let first = sessions.first();
    Voice {
        shown: ShownGroup {
            key,
            group: first.map(|session| session.group.clone()).unwrap_or_default(),
            name: first.and_then(|session| session.name.clone()),
            n_present: n_present(&sessions),
        },
        sessions,
        is_pooled: false,
    }
}

fn provider<'a>(round: &Round, sessions: &'a [Session]) -> Option<Voice<'a>> {
    let sessions: Vec<&Session> = heard(round, sessions, Side::Provider).collect();
    if sessions.is_empty() {
        return None;
    }
    Some(Voice {
        shown: ShownGroup {
            key: PROVIDER.to_owned(),
            group: PROVIDER.to_owned(),
            name: None,
            n_present: n_present(&sessions),
        },
        sessions,
        is_pooled: false,
    })
}

/// The sessions of a side that were held to their end.
fn heard<'a>(round: &Round, sessions: &'a [Session], side: Side) -> impl Iterator<Item = &'a Session> {
    let round = round.id.clone();
    sessions.iter().filter(move |session| {
        session.round == round && session.side == side && session.is_sealed && session.dropped.is_none()
    })
}

fn n_present(sessions: &[&Session]) -> u32 {
    sessions
        .iter()
        .filter_map(|session| session.n_present)
        .fold(0, u32::saturating_add)
}

/// Where a group stands among others: the standard ones first, then the community's own by name.
fn rank(group: &ShownGroup) -> (usize, Option<String>) {
    let at = GROUPS.iter().position(|code| *code == group.group);
    (at.unwrap_or(GROUPS.len()), group.name.clone())
}

/// Criteria of all sessions by what they are of, in the order in which they are shown.
fn ordered(criteria: &[Criterion]) -> Vec<Vec<&Criterion>> {
    let mut by_key: BTreeMap<String, Vec<&Criterion>> = BTreeMap::new();
    for criterion in criteria {
        let key = key_of(criterion.standard.as_deref(), &criterion.words);
        by_key.entry(key).or_default().push(criterion);
    }
    let mut lines: Vec<Vec<&Criterion>> = by_key.into_values().collect();
    lines.sort_by_key(|criteria| {
        let standard = criteria
            .first()
            .and_then(|criterion| criterion.standard.as_deref());
        let at = STANDARD.iter().position(|code| Some(*code) == standard);
        let position = criteria.iter().map(|criterion| criterion.position).min();
        (at.unwrap_or(STANDARD.len()), position)
    });
    lines
}

/// The line of one criterion; none where nothing of it may be shown.
fn line(
    criteria: &[&Criterion],
    scores: &[Score],
    voices: &[Voice],
    provider: Option<&Voice>,
    minimum: u32,
) -> Option<Line> {
    let standard = criteria.first()?.standard.clone();
    let given: Vec<&Score> = scores
        .iter()
        .filter(|score| criteria.iter().any(|criterion| criterion.id == score.criterion))
        .collect();
    let values: Vec<Option<u8>> = voices.iter().map(|voice| voice.value(&given, minimum)).collect();
    let users = median(values.iter().flatten().copied().collect());
    let of_provider = provider.and_then(|voice| voice.value(&given, 0));
    let told: BTreeSet<&str> = voices
        .iter()
        .filter(|voice| !voice.is_pooled)
        .flat_map(|voice| voice.told(minimum))
        .collect();
    let of_provider_told: BTreeSet<&str> = provider.into_iter().flat_map(|voice| voice.told(0)).collect();
    let words = words(criteria, &told.union(&of_provider_told).copied().collect());
    let is_nameless = standard.is_none() && words.is_empty();
    if is_nameless || (users.is_none() && of_provider.is_none()) {
        return None;
    }
    let (said, replied) = (given_in(&given, &told), given_in(&given, &of_provider_told));
    let gap = users
        .zip(of_provider)
        .map(|(users, provider)| i16::from(provider) - i16::from(users));
    Some(Line {
        standard,
        words,
        values,
        users,
        provider: of_provider,
        gap,
        is_wide: gap.is_some_and(|gap| gap.unsigned_abs() >= WIDE),
        reasons: texts(said.iter().map(|score| score.reason.as_str())),
        suggestions: texts(said.iter().map(|score| score.suggestion.as_str())),
        provider_reasons: texts(replied.iter().map(|score| score.reason.as_str())),
        provider_suggestions: texts(replied.iter().map(|score| score.suggestion.as_str())),
    })
}

/// Those of some scores that some sessions gave.
fn given_in<'a>(given: &[&'a Score], sessions: &BTreeSet<&str>) -> Vec<&'a Score> {
    let given = given.iter().copied();
    given
        .filter(|score| sessions.contains(score.session.as_str()))
        .collect()
}

impl Voice<'_> {
    /// The mean of what its sessions gave; none where those who gave it are too few to be shown.
    fn value(&self, given: &[&Score], minimum: u32) -> Option<u8> {
        let mut values = Vec::new();
        let (mut keys, mut n) = (BTreeSet::new(), 0_u32);
        for session in &self.sessions {
            let of_session = given
                .iter()
                .filter(|score| score.session == session.id)
                .map(|score| score.value);
            let Some(value) = mean(of_session) else { continue };
            values.push(value);
            keys.insert(session.key());
            n = n.saturating_add(session.n_present.unwrap_or(0));
        }
        let is_alone = self.is_pooled && keys.len() < 2;
        match is_alone || n < minimum {
            true => None,
            false => mean(values.into_iter()),
        }
    }

    /// The sessions whose words may be shown: those that are large enough by themselves.
    fn told(&self, minimum: u32) -> impl Iterator<Item = &str> {
        self.sessions
            .iter()
            .filter(move |session| session.n_present.unwrap_or(0) >= minimum)
            .map(|session| session.id.as_str())
    }
}

/// The words of some sessions for a criterion, each once.
fn words(criteria: &[&Criterion], sessions: &BTreeSet<&str>) -> Vec<String> {
    texts(
        criteria
            .iter()
            .filter(|criterion| sessions.contains(criterion.session.as_str()))
            .map(|criterion| criterion.words.as_str()),
    )
}

/// Texts that say something, each once, in their order.
fn texts<'a>(all: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for text in all.map(str::trim).filter(|text| !text.is_empty()) {
        if !kept.iter().any(|known| known == text) {
            kept.push(text.to_owned());
        }
    }
    kept
}

/// The mean, half points up.
fn mean(values: impl Iterator<Item = u8>) -> Option<u8> {
    let (sum, n) = values.fold((0_u32, 0_u32), |(sum, n), value| (sum + u32::from(value), n + 1));
    (2 * sum + n)
        .checked_div(2 * n)
        .and_then(|mean| u8::try_from(mean).ok())
}

/// The middle value, of two the mean, half points up.
#[must_use]
pub fn median(mut values: Vec<u8>) -> Option<u8> {
    values.sort_unstable();
    let n = values.len();
    match (n, n % 2) {
        (0, _) => None,
        (_, 1) => values.get(n / 2).copied(),
        _ => mean(values.get(n / 2 - 1..=n / 2)?.iter().copied()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        platform::time::Time,
        scorecards::model::round::{Scale, State},
    };

    const MINIMUM: u32 = 5;

    fn round() -> Round {
        Round {
            id: "r".into(),
            code: "K7M4XT".into(),
            facility: "puskesmas".into(),
            organisation: "dinkes".into(),
            n: 1,
            previous: None,
            scale: Scale::Hundred,
            state: State::Agreed,
            lead: "lead".into(),
            planned_on: jiff::civil::date(2026, 11, 16),
            meeting_on: None,
            meeting_opened_at: None,
            next_on: None,
            attendance: None,
            minutes: String::new(),
            why: None,
            revision: 0,
        }
    }

    fn session(id: &str, group: &str, n_present: u32) -> Session {
        Session {
            id: id.into(),
            round: "r".into(),
            side: if group == PROVIDER {
                Side::Provider
            } else {
                Side::Users
            },
            group: group.into(),
            name: None,
            place: "35.22".into(),
            facilitator: None,
            n_present: Some(n_present),
            consent_at: None,
            consent_text: None,
            is_sealed: true,
            sealed_at: None,
            dropped: None,
            revision: 0,
        }
    }

    /// Each session's criterion of a standard, with its score.
    fn scored(session: &Session, standard: &str, value: u8) -> (Criterion, Score) {
        let id = format!("{}-{standard}", session.id);
        let criterion = Criterion {
            id: id.clone(),
            round: "r".into(),
            session: session.id.clone(),
            words: format!("{standard} of {}", session.id),
            standard: Some(standard.into()),
            position: 0,
            version: "v".into(),
        };
        let score = Score {
            session: session.id.clone(),
            criterion: id,
            value,
            votes: None,
            reason: format!("reason of {}", session.id),
            suggestion: format!("suggestion of {}", session.id),
            version: "v".into(),
            scored_at: Time(0),
        };
        (criterion, score)
    }

    fn seen(sessions: &[Session], given: &[(Criterion, Score)]) -> Shown {
        let (criteria, scores): (Vec<Criterion>, Vec<Score>) = given.iter().cloned().unzip();
        shown(&round(), sessions, &criteria, &scores, MINIMUM)
    }

    #[test]
    fn groups_stand_beside_the_provider_with_the_gap() {
        let sessions = [
            session("m", "men", 9),
            session("w", "women", 12),
            session("p", PROVIDER, 4),
        ];
        let given = [
            scored(&sessions[0], "waiting", 40),
            scored(&sessions[1], "waiting", 21),
            scored(&sessions[2], "waiting", 75),
        ];
        let shown = seen(&sessions, &given);
        let keys: Vec<&str> = shown.groups.iter().map(|group| group.key.as_str()).collect();
        assert_eq!(keys, ["women", "men"]);
        let line = &shown.lines[0];
        assert_eq!(line.values, [Some(21), Some(40)]);
        assert_eq!((line.users, line.provider), (Some(31), Some(75)));
        assert_eq!((line.gap, line.is_wide), (Some(44), true));
        assert_eq!(line.words.len(), 3);
    }

    #[test]
    fn a_group_of_three_is_left_out_of_everything() {
        let large = session("w", "women", 12);
        let small = session("d", "disability", 3);
        let with = seen(
            &[large.clone(), small.clone()],
            &[scored(&large, "waiting", 40), scored(&small, "waiting", 0)],
        );
        let without = seen(std::slice::from_ref(&large), &[scored(&large, "waiting", 40)]);
        assert_eq!((with.n_left_out, without.n_left_out), (1, 0));
        assert_eq!((&with.groups, &with.lines), (&without.groups, &without.lines));
    }

    #[test]
    fn small_groups_are_shown_together_where_two_of_them_gave_a_score() {
        let sessions = [
            session("w", "women", 12),
            session("d", "disability", 3),
            session("o", "older", 4),
        ];
        let given = [
            scored(&sessions[0], "waiting", 40),
            scored(&sessions[1], "waiting", 10),
            scored(&sessions[2], "waiting", 21),
            scored(&sessions[1], "respect", 5),
        ];
        let shown = seen(&sessions, &given);
        assert_eq!(shown.groups[1].key, OTHERS);
        assert_eq!(shown.groups[1].n_present, 7);
        // What one of them alone scored is not in any line.
        assert_eq!(shown.lines.len(), 1);
        assert_eq!(shown.lines[0].values, [Some(40), Some(16)]);
        assert_eq!(shown.lines[0].reasons, ["reason of w"]);
        assert_eq!(shown.lines[0].words, ["waiting of w"]);
    }

    #[test]
    fn what_a_hidden_group_says_moves_no_figure() {
        let sizes = [3, 12, 4, 7, 2];
        let groups = ["women", "men", "young", "older", "disability"];
        let standards = ["waiting", "respect", "cost"];
        for seed in 0..200_u64 {
            // Each time other sizes, of which at most one group is small, so that nothing may be pooled.
            let hidden = usize::try_from(seed % 5).expect("small");
            let sessions: Vec<Session> = groups
                .iter()
                .enumerate()
                .map(|(at, group)| session(group, group, if at == hidden { sizes[at].min(4) } else { 6 }))
                .collect();
            let value = |at: u64| u8::try_from((seed * 7 + at * 31) % 101).expect("points");
            let given = |moved: u8| -> Vec<(Criterion, Score)> {
                let mut all = Vec::new();
                for (at, session) in (0_u64..).zip(&sessions) {
                    for (number, standard) in (0_u64..).zip(standards) {
                        let is_hidden = session.id == groups[hidden];
                        let value = if is_hidden { moved } else { value(at * 3 + number) };
                        all.push(scored(session, standard, value));
                    }
                }
                all
            };
            assert_eq!(seen(&sessions, &given(0)), seen(&sessions, &given(100)), "{seed}");
        }
    }

    #[test]
    fn the_middle_over_groups_is_made_of_what_is_shown() {
        let sizes = [3_u32, 12, 4, 7, 2, 9];
        let groups = ["women", "men", "young", "older", "disability", "mixed"];
        for seed in 0..100_u64 {
            let sessions: Vec<Session> = (0_u64..)
                .zip(groups)
                .map(|(at, group)| {
                    let size = sizes[usize::try_from((seed + at * at) % 6).expect("small")];
                    session(group, group, size)
                })
                .collect();
            let given: Vec<(Criterion, Score)> = (0_u64..)
                .zip(&sessions)
                .map(|(at, each)| {
                    scored(
                        each,
                        "waiting",
                        u8::try_from((seed * 13 + at * 37) % 101).expect("points"),
                    )
                })
                .collect();
            let shown = seen(&sessions, &given);
            for line in &shown.lines {
                assert_eq!(
                    line.users,
                    median(line.values.iter().flatten().copied().collect())
                );
            }
            assert!(shown.groups.iter().all(|group| group.n_present >= MINIMUM));
        }
    }
}
