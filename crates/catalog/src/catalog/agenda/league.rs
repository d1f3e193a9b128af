//! The league of producers: how punctual each was with what fell due, among those who owe about as much.

use serde::Serialize;

use super::model::Standing;

/// Fewer periods than this say nothing about anybody: they are shown and not ranked.
pub const LEAST_RANKED: usize = 4;
/// From how many periods on a producer counts as one who owes some, and one who owes many.
const SOME: usize = 12;
const MANY: usize = 48;

/// How much a producer owed: only like is compared with like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Volume {
    Many,
    Some,
    Few,
    /// Too few to be ranked.
    Unranked,
}

impl Volume {
    #[must_use]
    pub fn of(n_due: usize) -> Volume {
        match n_due {
            n if n >= MANY => Volume::Many,
            n if n >= SOME => Volume::Some,
            n if n >= LEAST_RANKED => Volume::Few,
            _ => Volume::Unranked,
        }
    }

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Volume::Many => "many",
            Volume::Some => "some",
            Volume::Few => "few",
            Volume::Unranked => "unranked",
        }
    }
}

/// One producer's punctuality over all that fell due.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The organisation's code; empty for what was nobody's.
    pub organization: String,
    pub volume: Volume,
    /// Within its volume, from 1; the same for those who did equally well; none for those that are not ranked: who owed too little, who is
    /// alone, and who brought nothing on time.
    pub rank: Option<usize>,
    pub n_due: usize,
    pub n_on_time: usize,
    pub n_late: usize,
    pub n_missing: usize,
    /// Due dates by which something was handed in that others look at still: they count for nobody yet.
    pub n_waiting: usize,
    /// Due dates of datasets that were promised to everybody and that nobody can read now; their names are not told.
    pub n_unnamed: usize,
    /// Of what came late and what is still missing, by today; none when everything came on time.
    pub median_days_late: Option<f64>,
    /// In percent of what fell due.
    pub on_time_percent: f64,
}

/// Ranks producers by how much came on time, then by how little is missing, then by how few days late.
///
/// What is not due yet counts for nobody, whether it came or not. What was handed in on time counts once others have looked at it: on time
/// when it is published, missing when it is given back. What was handed in late is late whatever becomes of it.
#[must_use]
pub fn league(owed: &[(String, Standing, bool)]) -> Vec<Row> {
    let mut organisations: Vec<&str> = owed.iter().map(|(code, ..)| code.as_str()).collect();
    organisations.sort_unstable();
    organisations.dedup();
    let mut rows: Vec<Row> = organisations
        .into_iter()
        .filter_map(|code| {
            let own = owed.iter().filter(|(other, ..)| other == code);
            row(
                code,
                own.filter(|(.., is_due)| *is_due)
                    .map(|(_, standing, _)| *standing),
            )
        })
        .collect();
    rows.sort_by(|a, b| {
        let name = a.organization.cmp(&b.organization);
        a.volume.cmp(&b.volume).then(compare(a, b)).then(name)
    });
    for at in 0..rows.len() {
        let own = rows[at].volume;
        let n_alike = rows.iter().filter(|row| row.volume == own).count();
        // Being the only one, or having nothing on time, is no place in a league.
        if own == Volume::Unranked || n_alike < 2 || rows[at].n_on_time == 0 {
            continue;
        }
        let first = rows.iter().position(|row| row.volume == own).unwrap_or(at);
        rows[at].rank = match at.checked_sub(1).filter(|before| *before >= first) {
            Some(before) if compare(&rows[before], &rows[at]).is_eq() => rows[before].rank,
            _ => Some(at - first + 1),
        };
    }
    rows
}

fn row(code: &str, own: impl Iterator<Item = Standing>) -> Option<Row> {
    let (mut n_on_time, mut n_late, mut n_missing, mut n_waiting) = (0, 0, 0, 0);
    let mut days = Vec::new();
    for standing in own {
        match standing {
            Standing::OnTime => n_on_time += 1,
            Standing::HandedIn { days: 0 } => n_waiting += 1,
            Standing::HandedIn { .. } | Standing::Late { .. } => n_late += 1,
            Standing::Missing { .. } => n_missing += 1,
            Standing::Planned => {}
        }
        days.extend(standing.days_late());
    }
    let n_due = n_on_time + n_late + n_missing;
    (n_due > 0).then(|| Row {
        organization: code.to_owned(),
        volume: Volume::of(n_due),
        rank: None,
        n_due,
        n_on_time,
        n_late,
        n_missing,
        n_waiting,
        n_unnamed: 0,
        median_days_late: median(days),
        on_time_percent: 100.0 * n_on_time as f64 / n_due as f64,
    })
}

/// The better one first. Shares are compared as whole numbers crosswise, so that a third is a third.
fn compare(a: &Row, b: &Row) -> std::cmp::Ordering {
    let on_time = (b.n_on_time * a.n_due).cmp(&(a.n_on_time * b.n_due));
    let missing = (a.n_missing * b.n_due).cmp(&(b.n_missing * a.n_due));
    let days = |row: &Row| row.median_days_late.unwrap_or(0.0);
    on_time.then(missing).then(days(a).total_cmp(&days(b)))
}

fn median(mut days: Vec<i64>) -> Option<f64> {
    days.sort_unstable();
    let half = days.len() / 2;
    match days.len() {
        0 => None,
        n if n % 2 == 1 => Some(days[half] as f64),
        _ => Some((days[half - 1] + days[half]) as f64 / 2.0),
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn owed(code: &str, on_time: usize, late: &[i64], missing: &[i64]) -> Vec<(String, Standing, bool)> {
        let all = std::iter::repeat_n(Standing::OnTime, on_time)
            .chain(late.iter().map(|days| Standing::Late { days: *days }))
            .chain(missing.iter().map(|days| Standing::Missing { days: *days }));
        all.map(|standing| (code.to_owned(), standing, true)).collect()
    }

    #[test]
    fn producers_are_ranked_among_those_who_owe_about_as_much_and_not_at_all_when_they_owe_little() {
        let mut all = owed("b", 3, &[4], &[]);
        all.extend(owed("a", 3, &[], &[10]));
        all.extend(owed("c", 4, &[], &[]));
        all.extend(owed("few", 3, &[], &[]));
        all.extend(owed("big", 6, &[1, 2, 9], &[30, 40, 50]));
        all.push(("later".into(), Standing::Planned, false));
        all.push(("early".into(), Standing::OnTime, false));
        let rows = league(&all);
        let found: Vec<_> = rows
            .iter()
            .map(|row| {
                (
                    row.organization.as_str(),
                    row.volume,
                    row.rank,
                    row.median_days_late,
                )
            })
            .collect();
        assert_eq!(
            found,
            [
                ("big", Volume::Some, None, Some(19.5)),
                ("c", Volume::Few, Some(1), None),
                ("b", Volume::Few, Some(2), Some(4.0)),
                ("a", Volume::Few, Some(3), Some(10.0)),
                ("few", Volume::Unranked, None, None),
            ]
        );
    }

    #[test]
    fn what_others_look_at_counts_for_nobody_unless_it_was_handed_in_late() {
        let mut all = owed("a", 4, &[], &[]);
        all.push(("a".into(), Standing::HandedIn { days: 0 }, true));
        all.push(("a".into(), Standing::HandedIn { days: 3 }, true));
        all.push(("b".into(), Standing::HandedIn { days: 0 }, true));
        let rows = league(&all);
        let found: Vec<_> = rows
            .iter()
            .map(|row| (row.n_due, row.n_on_time, row.n_late, row.n_waiting))
            .collect();
        assert_eq!(found, [(5, 4, 1, 1)]);
    }

    #[test]
    fn those_who_did_equally_well_share_a_rank_and_the_next_one_is_behind_both() {
        let mut all = owed("a", 4, &[], &[]);
        all.extend(owed("b", 8, &[], &[]));
        all.extend(owed("c", 3, &[1], &[]));
        let ranks: Vec<_> = league(&all).into_iter().map(|row| row.rank).collect();
        assert_eq!(ranks, [Some(1), Some(1), Some(3)]);
    }
}
