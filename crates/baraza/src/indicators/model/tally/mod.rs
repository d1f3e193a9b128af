//! From groups of rows to observations: every place level, every combination, intervals, and what must be hidden.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use measures::{
    disclosure::{CubeError, Proof, Shown},
    replicate::ReplicateSums,
    rollup,
    survey::{DesignError, PsuSums},
};

use super::{
    definition::{Definition, Dimension},
    observation::{Facts, Figures, Observation, Published, Status},
};
use places::Places;
use sum::{SampledPeriod, Sum};
pub use together::check_part;
use together::check_together;
use withhold::{Member, SameCodes, protect, same_codes};

mod places;
mod sum;
mod together;
mod withhold;

/// Sums over the rows of one finest place and combination, as the tables answered them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Group {
    /// Index into the definition's combinations; those past the last are its probes, without a place.
    pub set: usize,
    /// The code of the place as it stands in the row.
    pub place: Option<String>,
    pub period: String,
    /// One for each dimension of the combination.
    pub codes: Vec<Option<String>>,
    /// Stratum and cluster, where there is a design.
    pub unit: Option<(String, String)>,
    pub n_yes: u64,
    pub n_missing: u64,
    /// n and the weighted sums.
    pub sums: PsuSums,
    /// Σw².
    pub ww: f64,
    /// By each replicate weight, where there are some.
    pub replicates: Vec<ReplicateSums>,
}

/// The whole sample of a period: clusters drawn in each stratum, and how many there are.
#[derive(Debug, Clone, PartialEq)]
pub struct Sampled {
    pub period: String,
    pub stratum: String,
    pub n_clusters: u64,
    pub population: Option<f64>,
}

/// What a computation found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tally {
    pub observations: Vec<Observation>,
    pub facts: Facts,
}

/// An indicator's definition with what was counted by it, and what is public of it.
#[derive(Clone, Copy)]
pub struct Counted<'a> {
    pub definition: &'a Definition,
    pub groups: &'a [Group],
    pub sampled: &'a [Sampled],
    pub published: &'a Published,
}

/// Why groups cannot be turned into observations.
#[derive(Debug, thiserror::Error)]
pub enum TallyError {
    #[error(transparent)]
    Design(#[from] DesignError),
    #[error(transparent)]
    Cube(#[from] CubeError),
    #[error(
        "{part} is a part of {whole} and would tell what is withheld of it: both are shown together only"
    )]
    Alone { part: String, whole: String },
    #[error("{part} cannot be a part of {whole}: {key} differs; write the same in both")]
    Unlike {
        part: String,
        whole: String,
        key: &'static str,
    },
    #[error(
        "the parts of {whole} count rows of {place} in {period} that {whole} does not, or one twice; make every part's numerator a case of the whole's"
    )]
    MoreThanWhole {
        whole: String,
        place: String,
        period: String,
    },
}

/// Turns groups into observations.
///
/// `lineage` gives for a code in a row the place it stands for today and its ancestors, itself first. Numbers are added up to the
/// smallest place that holds all of them and no further: a regency's census says nothing about its province. What is `published`
/// stays as it is, under a definition that holds back, where too few have changed since.
///
/// # Errors
/// When the design's counts contradict each other, a definition makes cells that do not add up, or it is of a part of another indicator.
pub fn tally(
    definition: &Definition,
    groups: &[Group],
    sampled: &[Sampled],
    published: &Published,
    lineage: impl Fn(&str) -> Option<Vec<String>>,
) -> Result<Tally, TallyError> {
    if let Some(whole) = &definition.part_of {
        return Err(TallyError::Alone {
            part: definition.code.clone(),
            whole: whole.clone(),
        });
    }
    let alone = Counted {
        definition,
        groups,
        sampled,
        published,
    };
    let tallies = tally_together(&[alone], lineage)?;
    Ok(tallies.into_iter().next().unwrap_or_default())
}

/// Turns groups of an indicator and of those that are parts of it into observations, one tally each in their order, the whole first.
///
/// What is shown of one can tell what is withheld of another by subtraction, so all are protected in one table, by the strictest
/// `least` and `hold` of theirs.
///
/// # Errors
/// As [`tally`]; and when a part is not counted as its whole is, or the parts are more than the whole.
pub fn tally_together(
    counted: &[Counted<'_>],
    lineage: impl Fn(&str) -> Option<Vec<String>>,
) -> Result<Vec<Tally>, TallyError> {
    check_together(counted)?;
    let places = Places::of(counted.iter().flat_map(|one| one.groups), lineage);
    let mut tallies = vec![Tally::default(); counted.len()];
    let mut by_period: Vec<BTreeMap<&str, Cells>> = Vec::with_capacity(counted.len());
    for (one, tally) in counted.iter().zip(&mut tallies) {
        by_period.push(add_up(one, &places, &mut tally.facts));
    }
    let periods: BTreeSet<&str> = by_period.iter().flat_map(|cells| cells.keys().copied()).collect();
    // A part that moved with every row would tell how the others moved that wait.
    let hold = counted
        .iter()
        .map(|one| one.definition.hold)
        .max()
        .unwrap_or_default();
    for period in periods {
        let mut members = Vec::with_capacity(counted.len());
        for (one, by_period) in counted.iter().zip(&mut by_period) {
            let cells = by_period.remove(period).unwrap_or_default();
            members.push(observe(one, hold, cells, &places, period)?);
        }
        let (shown, proof) = protect(&places, &members, period)?;
        for ((member, shown), (one, tally)) in members
            .into_iter()
            .zip(shown)
            .zip(counted.iter().zip(&mut tallies))
        {
            if !member.now.is_empty() {
                add_shown(one, member, shown, proof, period, tally);
            }
        }
    }
    Ok(tallies)
}

/// What is counted in a place: a combination, and the position of the code in each of its dimensions. Sorts as cells are shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    set: usize,
    codes: Vec<usize>,
}

impl Kind {
    /// Order among the cells of one place, combination and period; another cell coming or going changes no other's.
    fn position(&self) -> i64 {
        self.codes.iter().fold(0, |position, &at| {
            position * 1000 + i64::try_from(at.min(999)).unwrap_or(999)
        })
    }
}

/// A place and a kind, with what their rows add up to.
#[derive(Debug)]
struct Cell {
    place: usize,
    /// Index into [`Cells::kinds`].
    kind: usize,
    sum: Sum,
}

/// The cells of a period, by place and kind.
#[derive(Debug, Default)]
struct Cells {
    /// Sorted, each once.
    kinds: Vec<Kind>,
    cells: Vec<Cell>,
}

/// The groups of a period that have a place, with their clusters' numbers.
#[derive(Default)]
struct Rows<'a> {
    groups: Vec<(&'a Group, Option<usize>)>,
    at: Vec<(usize, Kind)>,
}

impl Rows<'_> {
    /// Adds each group to its own place and to all around it.
    fn added_up(self, places: &Places) -> Cells {
        let kinds: BTreeSet<&Kind> = self.at.iter().map(|(_, kind)| kind).collect();
        let kinds: Vec<Kind> = kinds.into_iter().cloned().collect();
        let rows: Vec<(usize, usize)> = self
            .at
            .iter()
            .map(|(place, kind)| (*place, kinds.binary_search(kind).unwrap_or_default()))
            .collect();
        let cell = |(place, kind, rows): (usize, usize, &[u32])| {
            let mut sum = Sum::default();
            for &row in rows {
                let (group, cluster) = self.groups[row as usize];
                sum.add(group, cluster);
            }
            Cell { place, kind, sum }
        };
        let cells = rollup::Cells::of(&places.parents, &rows)
            .iter()
            .map(cell)
            .collect();
        Cells { kinds, cells }
    }
}

/// Adds the groups up, by period, and says what became of rows that belong nowhere.
fn add_up<'a>(counted: &Counted<'a>, places: &Places, facts: &mut Facts) -> BTreeMap<&'a str, Cells> {
    let definition = counted.definition;
    let mut by_period: BTreeMap<&str, Rows<'_>> = BTreeMap::new();
    // Each combination with the dimension counts the same rows: those of one are enough.
    let mut off_list: BTreeMap<usize, BTreeMap<usize, u64>> = BTreeMap::new();
    let mut clusters: HashMap<(&str, &str), usize> = HashMap::new();
    for group in counted
        .groups
        .iter()
        .filter(|group| group.set < definition.sets.len())
    {
        let n_rows = group.sums.n + group.n_missing;
        let Some(&leaf) = group.place.as_deref().and_then(|code| places.of_code.get(code)) else {
            if group.set == 0 {
                facts.n_unplaced += n_rows;
            }
            continue;
        };
        let set = &definition.sets[group.set];
        for (&d, code) in set.iter().zip(&group.codes) {
            let dimension = &definition.dimensions[d];
            let is_off_list = code
                .as_deref()
                .is_some_and(|code| dimension.position(Some(code)) == dimension.codes.len());
            if is_off_list {
                *off_list.entry(d).or_default().entry(group.set).or_default() += n_rows;
            }
        }
        let cluster = group.unit.as_ref().map(|(stratum, cluster)| {
            let next = clusters.len();
            *clusters.entry((stratum, cluster)).or_insert(next)
        });
        let codes = set
            .iter()
            .zip(&group.codes)
            .map(|(&d, code)| definition.dimensions[d].position(code.as_deref()))
            .collect();
        let kind = Kind {
            set: group.set,
            codes,
        };
        let rows = by_period.entry(&group.period).or_default();
        rows.groups.push((group, cluster));
        rows.at.push((leaf, kind));
    }
    let n_off_list = |by_set: BTreeMap<usize, u64>| by_set.into_values().max().unwrap_or(0);
    facts.off_list = off_list
        .into_iter()
        .map(|(d, by_set)| (definition.dimensions[d].name.clone(), n_off_list(by_set)))
        .collect();
    by_period
        .into_iter()
        .map(|(period, rows)| (period, rows.added_up(places)))
        .collect()
}

/// Says of each cell of a period what its rows tell, as if nothing were to be withheld, and what is public of it; `hold` is the
/// strictest of the indicator and its relatives.
fn observe<'a>(
    counted: &Counted<'a>,
    hold: u64,
    cells: Cells,
    places: &Places,
    period: &str,
) -> Result<Member<'a>, TallyError> {
    let definition = counted.definition;
    let design = SampledPeriod::of(period, counted.sampled);
    let mut now: Vec<Observation> = Vec::with_capacity(cells.cells.len());
    for Cell { place, kind, sum } in &cells.cells {
        let kind = &cells.kinds[*kind];
        let dimensions = &definition.sets[kind.set];
        let codes: Vec<&str> = dimensions
            .iter()
            .zip(&kind.codes)
            .map(|(&d, &at)| definition.dimensions[d].code_at(at))
            .collect();
        // A total that was entered as zero is a number: nothing was there.
        let is_told = sum.sums.n > 0 || definition.entered().is_some() && !definition.is_quotient();
        let (status, figures) = if is_told {
            (Status::Normal, sum.figures(definition, &design)?)
        } else {
            (Status::Empty, Figures::default())
        };
        now.push(Observation {
            place: places.codes[*place].clone(),
            parent: places.parents[*place].map(|parent| places.codes[parent].clone()),
            period: period.to_owned(),
            by: definition.set_name(dimensions),
            codes: codes.join(","),
            position: kind.position(),
            status,
            standing: definition.standing,
            figures,
            as_of: None,
        });
    }
    let earlier = now
        .iter()
        .map(|o| {
            // Whoever holds nothing back needs not know what was there.
            (hold > 0)
                .then(|| counted.published.observations.get(&o.key()))
                .flatten()
        })
        .collect();
    let same: Vec<SameCodes> = same_codes(definition, counted.groups, period);
    Ok(Member {
        definition,
        hold,
        cells,
        now,
        earlier,
        same,
    })
}

/// Adds a period's observations to the tally: those that may be seen, and in the place of the others what is public or nothing.
fn add_shown(
    counted: &Counted<'_>,
    member: Member<'_>,
    shown: Vec<Shown>,
    proof: Proof,
    period: &str,
    tally: &mut Tally,
) {
    let mut n_held = 0;
    for ((now, earlier), shown) in member.now.into_iter().zip(member.earlier).zip(shown) {
        let observation = match (shown, earlier) {
            (Shown::Open, _) => now,
            (_, Some(earlier)) if earlier.status != Status::Suppressed => {
                n_held += 1;
                Observation {
                    status: earlier.status,
                    figures: earlier.figures,
                    as_of: earlier.as_of.or(counted.published.computed_at),
                    ..now
                }
            }
            _ => Observation {
                status: Status::Suppressed,
                figures: Figures::default(),
                ..now
            },
        };
        tally.observations.push(observation);
    }
    tally.facts.proofs.push((period.to_owned(), proof));
    if counted.definition.hold > 0 {
        tally.facts.n_held.push((period.to_owned(), n_held));
    }
}

/// Says what a combination's codes mean, in a language: `Female, 5 and more`.
#[must_use]
pub fn codes_in_words(
    definition: &Definition,
    by: &str,
    codes: &str,
    language: &str,
    unknown: &str,
) -> Vec<String> {
    let dimension_of = |name: &str| definition.dimensions.iter().find(|d| d.name == name);
    let word = |(name, code): (&str, &str)| {
        let title = dimension_of(name)
            .and_then(|d| d.codes.iter().find(|known| known.code == code))
            .map(|known| known.title.in_language(language));
        match (title, code) {
            (Some(title), _) => title.to_owned(),
            (None, Dimension::UNKNOWN) => unknown.to_owned(),
            (None, code) => code.to_owned(),
        }
    };
    if by.is_empty() {
        Vec::new()
    } else {
        by.split(',').zip(codes.split(',')).map(word).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{indicators::model::definition::tests::WATER, platform::time::Time};

    /// Rows of one place, sex and size (how many with and without, how many that did not answer), in every combination.
    fn group(place: &str, sex: &str, size: &str, n_yes: u64, n_no: u64, n_missing: u64) -> Vec<Group> {
        let n = n_yes + n_no;
        #[expect(clippy::cast_precision_loss, reason = "small numbers of a test")]
        let (all, yes) = (n as f64, n_yes as f64);
        let sums = PsuSums {
            stratum: 0,
            n,
            w: all,
            wy: yes,
            wx: all,
            wyy: yes,
            wxy: yes,
            wxx: all,
        };
        let code = |code: &str| (!code.is_empty()).then(|| code.to_owned());
        let of_set = |(set, codes)| Group {
            set,
            place: code(place),
            period: "2026".into(),
            codes,
            unit: None,
            n_yes,
            n_missing,
            sums,
            ww: all,
            replicates: Vec::new(),
        };
        [vec![], vec![code(sex)], vec![code(sex), code(size)]]
            .into_iter()
            .enumerate()
            .map(of_set)
            .collect()
    }

    /// Villages A1, A2 in district A, B1 in district B, both in regency R of province P.
    fn lineage(code: &str) -> Option<Vec<String>> {
        let above = match code {
            "A1" | "A2" => vec!["A", "R", "P"],
            "B1" => vec!["B", "R", "P"],
            _ => return None,
        };
        Some([code].into_iter().chain(above).map(str::to_owned).collect())
    }

    fn nothing() -> Published {
        Published {
            observations: HashMap::new(),
            computed_at: None,
        }
    }

    fn written(tally: &Tally, by: &str) -> Vec<String> {
        let line = |o: &Observation| {
            let figures = o.figures.value.map_or_else(
                || o.status.as_str().to_owned(),
                |value| {
                    format!(
                        "{value:.1} ({:.1}–{:.1}) n {} missing {}",
                        o.figures.lower.unwrap_or(f64::NAN),
                        o.figures.upper.unwrap_or(f64::NAN),
                        o.figures.n.unwrap_or(-1),
                        o.figures.n_missing.unwrap_or(-1)
                    )
                },
            );
            [o.place.as_str(), &o.codes, &figures]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        };
        tally
            .observations
            .iter()
            .filter(|o| o.by == by)
            .map(line)
            .collect()
    }

    #[test]
    fn every_level_up_to_the_smallest_common_place_gets_its_numbers() {
        let water = Definition::parse(WATER).unwrap();
        let groups = [
            group("A1", "F", "1-4", 30, 10, 1),
            group("A2", "M", "5+", 20, 20, 0),
            group("B1", "M", "1-4", 40, 10, 2),
            group("X9", "M", "1-4", 3, 0, 0),
        ]
        .concat();
        let tally = tally(&water, &groups, &[], &nothing(), lineage).unwrap();
        assert_eq!(tally.facts.n_unplaced, 3);
        // Wilson by hand: 90 of 130 → 60.8–76.5.
        assert_eq!(
            written(&tally, ""),
            [
                "R 69.2 (60.8–76.5) n 130 missing 3",
                "A 62.5 (51.5–72.3) n 80 missing 1",
                "A1 75.0 (59.8–85.8) n 40 missing 1",
                "A2 50.0 (35.2–64.8) n 40 missing 0",
                "B 80.0 (67.0–88.8) n 50 missing 2",
                "B1 80.0 (67.0–88.8) n 50 missing 2"
            ]
        );
        assert_eq!(written(&tally, "sex")[0], "R F 75.0 (59.8–85.8) n 40 missing 1");
        assert_eq!(
            tally
                .observations
                .iter()
                .filter(|o| o.by == "sex,size" && o.place == "R")
                .count(),
            3
        );
    }

    #[test]
    fn a_small_cell_and_what_would_give_it_away_are_suppressed_and_carry_no_figure() {
        let water =
            Definition::parse(&WATER.replace("[[\"sex\"], [\"size\", \"sex\"]]", "[[\"sex\"]]")).unwrap();
        let mut groups: Vec<Group> = Vec::new();
        for (village, f_yes) in [("A1", 2), ("A2", 30), ("B1", 30)] {
            groups.extend(group(village, "F", "1-4", f_yes, 20, 0));
            groups.extend(group(village, "M", "1-4", 30, 20, 0));
        }
        groups.retain(|group| group.set < 2);
        let tally = tally(&water, &groups, &[], &nothing(), lineage).unwrap();
        let closed: Vec<&Observation> = tally
            .observations
            .iter()
            .filter(|o| o.status == Status::Suppressed)
            .collect();
        let names: Vec<String> = closed.iter().map(|o| format!("{}{}", o.place, o.codes)).collect();
        assert_eq!(names, ["A1F", "A1M", "A2F", "A2M"]);
        assert!(closed.iter().all(|o| o.figures == Figures::default()));
        let (_, proof) = &tally.facts.proofs[0];
        assert_eq!(
            (proof.n_primary, proof.n_complementary, proof.verified),
            (1, 3, true)
        );
    }

    #[test]
    fn a_missing_or_unlisted_code_is_shown_as_unknown_and_counted() {
        let water = Definition::parse(WATER).unwrap();
        let tally = tally(
            &water,
            &[
                group("A1", "", "1-4", 30, 10, 0),
                group("A1", "X", "1-4", 30, 10, 0),
                group("A1", "F", "1-4", 30, 10, 0),
            ]
            .concat(),
            &[],
            &nothing(),
            lineage,
        )
        .unwrap();
        assert_eq!(
            written(&tally, "sex"),
            [
                "A1 F 75.0 (59.8–85.8) n 40 missing 0",
                "A1 _U 75.0 (64.5–83.2) n 80 missing 0"
            ]
        );
        assert_eq!(tally.facts.off_list, [("sex".to_owned(), 40)]);
        assert_eq!(
            codes_in_words(&water, "sex,size", "_U,5+", "id", "Tidak diketahui"),
            ["Tidak diketahui", "5 and more"]
        );
    }

    #[test]
    fn a_code_that_means_the_same_rows_as_another_is_not_withheld_alone() {
        // Disability is not asked under five: "not asked" and "under five" are the same 30 children.
        let text = WATER
            .replace("\"size\", \"sex\"", "\"size\"")
            .replace("code = \"1-4\"", "code = \"under 5\"");
        let water = Definition::parse(&text).unwrap();
        assert_eq!(water.sets, [vec![], vec![0], vec![1]]);
        assert_eq!(water.probes(), [(0, 1)]);
        let all = |set: usize, codes: &[&str], n_yes: u64, n_no: u64| {
            let mut group = group("A1", "", "", n_yes, n_no, 0).remove(0);
            group.set = set;
            group.place = (set < 3).then(|| "A1".to_owned());
            group.codes = codes.iter().map(|code| Some((*code).to_owned())).collect();
            group
        };
        // By sex: 30 not asked, 3 women and 37 men older. By size: 30 under five, 40 older.
        let groups = [
            all(0, &[], 35, 35),
            all(1, &["X"], 15, 15),
            all(1, &["F"], 2, 1),
            all(1, &["M"], 18, 19),
            all(2, &["under 5"], 15, 15),
            all(2, &["5+"], 20, 20),
            all(3, &["X", "under 5"], 15, 15),
            all(3, &["F", "5+"], 2, 1),
            all(3, &["M", "5+"], 18, 19),
        ];
        let tally = tally(&water, &groups, &[], &nothing(), lineage).unwrap();
        let closed: Vec<&str> = tally
            .observations
            .iter()
            .filter(|o| o.status == Status::Suppressed)
            .map(|o| o.codes.as_str())
            .collect();
        // Withholding the women with the 30 would not do: they stand open as "under five".
        assert!(
            closed == ["F", "M"] || closed == ["F", "_U", "under 5", "5+"],
            "{closed:?}"
        );
    }

    #[test]
    fn a_part_that_is_withheld_is_not_told_by_the_whole_and_the_other_part() {
        let text = WATER.replace("[[\"sex\"], [\"size\", \"sex\"]]", "[]");
        let whole = Definition::parse(&text).unwrap();
        let part_of = |code: &str| format!("code = \"{code}\"\npart_of = \"6.1.1\"");
        let part = |code: &str| text.replace("code = \"6.1.1\"", &part_of(code));
        let piped = Definition::parse(&part("piped")).unwrap();
        let wells = Definition::parse(&part("wells")).unwrap();
        let of = |n_yes: u64| vec![group("A1", "F", "1-4", n_yes, 40 - n_yes, 0).remove(0)];
        let published = nothing();
        let together = |parts: [&Definition; 2], n_yes: [u64; 3]| {
            let groups = n_yes.map(of);
            let definitions = [&whole, parts[0], parts[1]];
            let counted: Vec<Counted<'_>> = definitions
                .into_iter()
                .zip(&groups)
                .map(|(definition, groups)| Counted {
                    definition,
                    groups,
                    sampled: &[],
                    published: &published,
                })
                .collect();
            tally_together(&counted, lineage)
        };
        let shown: Vec<Status> = together([&piped, &wells], [12, 9, 3])
            .unwrap()
            .iter()
            .map(|tally| tally.observations[0].status)
            .collect();
        // 12 − 9 would tell of the 3.
        assert_eq!(shown, [Status::Normal, Status::Suppressed, Status::Suppressed]);
        assert!(matches!(
            tally(&wells, &of(3), &[], &published, lineage),
            Err(TallyError::Alone { .. })
        ));
        let refused = together([&piped, &wells], [12, 9, 4]).unwrap_err().to_string();
        assert!(
            refused.starts_with("the parts of 6.1.1 count rows of A1 in 2026 that 6.1.1 does not"),
            "{refused}"
        );
        let elsewhere = part("wells").replace("household.village", "household.street");
        let elsewhere = Definition::parse(&elsewhere).unwrap();
        let refused = together([&piped, &elsewhere], [12, 9, 3])
            .unwrap_err()
            .to_string();
        assert!(
            refused.starts_with("wells cannot be a part of 6.1.1: place differs"),
            "{refused}"
        );
    }

    #[test]
    fn a_part_waits_for_as_many_as_its_whole_does() {
        let text = WATER.replace("[[\"sex\"], [\"size\", \"sex\"]]", "[]");
        let part = |code: &str| {
            let part_of = format!("code = \"{code}\"\npart_of = \"6.1.1\"");
            Definition::parse(&text.replace("code = \"6.1.1\"", &part_of)).unwrap()
        };
        let whole = Definition::parse(&text.replace("unit =", "hold = 5\nunit =")).unwrap();
        let definitions = [whole, part("piped"), part("wells")];
        let of = |n_yes: u64| vec![group("A1", "F", "1-4", n_yes, 100 - n_yes, 0).remove(0)];
        let count = |n_yes: [u64; 3], published: &[Published; 3]| {
            let groups = n_yes.map(of);
            let counted: Vec<Counted<'_>> = definitions
                .iter()
                .zip(&groups)
                .zip(published)
                .map(|((definition, groups), published)| Counted {
                    definition,
                    groups,
                    sampled: &[],
                    published,
                })
                .collect();
            tally_together(&counted, lineage).unwrap()
        };
        let first = count([60, 30, 30], &[nothing(), nothing(), nothing()]);
        let published = [0, 1, 2].map(|at: usize| Published {
            observations: first[at]
                .observations
                .iter()
                .map(|o| (o.key(), o.clone()))
                .collect(),
            computed_at: Some(Time(7)),
        });
        // One household more in the whole and in one part: neither tells of it.
        let shown: Vec<Option<f64>> = count([61, 31, 30], &published)
            .iter()
            .map(|tally| tally.observations[0].figures.numerator)
            .collect();
        assert_eq!(shown, [Some(60.0), Some(30.0), Some(30.0)]);
        let shown: Vec<Option<f64>> = count([67, 37, 30], &published)
            .iter()
            .map(|tally| tally.observations[0].figures.numerator)
            .collect();
        assert_eq!(shown, [Some(67.0), Some(37.0), Some(30.0)]);
    }

    #[test]
    fn a_place_where_nobody_answered_is_empty_and_not_zero() {
        let water = Definition::parse(WATER).unwrap();
        let tally = tally(
            &water,
            &group("A1", "F", "1-4", 0, 0, 9),
            &[],
            &nothing(),
            lineage,
        )
        .unwrap();
        assert_eq!(written(&tally, ""), ["A1 empty"]);
    }

    #[test]
    fn a_mean_that_one_household_makes_is_withheld_where_the_definition_asks_for_it() {
        let plain = WATER
            .replace(
                "numerator = \"household.water = 'pipe'\"",
                "measure = \"mean\"\nnumerator = \"household.income\"",
            )
            .replace("unit = \"percent\"", "unit = \"number\"")
            .replace("[[\"sex\"], [\"size\", \"sex\"]]", "[]");
        let guarded = plain.replace("unit =", "dominance = 10\nunit =");
        // In A1 one household earns 900 and five earn 20 each; elsewhere six earn 100 each.
        let of = |place: &str, wy: f64, wyy: f64| {
            let mut group = group(place, "F", "1-4", 6, 0, 0).remove(0);
            (group.sums.wy, group.sums.wyy, group.sums.wxy) = (wy, wyy, wy);
            group
        };
        let groups = [
            of("A1", 1000.0, 812_000.0),
            of("A2", 600.0, 60_000.0),
            of("B1", 600.0, 60_000.0),
        ];
        let withheld = |text: &str| -> Vec<String> {
            let definition = Definition::parse(text).unwrap();
            let tally = tally(&definition, &groups, &[], &nothing(), lineage).unwrap();
            let closed = tally
                .observations
                .into_iter()
                .filter(|o| o.status == Status::Suppressed);
            closed.map(|o| o.place).collect()
        };
        assert_eq!(withheld(&plain), Vec::<String>::new());
        // A2 would give A1 away: one of A and A2 goes with it.
        assert_eq!(withheld(&guarded), ["A1", "A2"]);
    }

    #[test]
    fn a_weighted_share_waits_until_enough_rows_came() {
        let text = WATER.replace("unit =", "weight = \"household.w\"\nhold = 5\nunit =");
        let text = text.replace("[[\"sex\"], [\"size\", \"sex\"]]", "[]");
        let water = Definition::parse(&text).unwrap();
        let counted = |n_yes: u64, published: &Published| {
            let groups = [group("A1", "F", "1-4", n_yes, 20, 0).remove(0)];
            tally(&water, &groups, &[], published, lineage).unwrap()
        };
        let first = counted(30, &nothing());
        let published = Published {
            observations: first.observations.iter().map(|o| (o.key(), o.clone())).collect(),
            computed_at: Some(Time(7)),
        };
        let n = |tally: &Tally| (tally.observations[0].figures.n, tally.observations[0].as_of);
        assert_eq!(n(&counted(30, &published)), (Some(50), None));
        assert_eq!(n(&counted(34, &published)), (Some(50), Some(Time(7))));
        assert_eq!(n(&counted(35, &published)), (Some(55), None));
        assert_eq!(counted(34, &published).facts.n_held, [("2026".to_owned(), 1)]);
    }
}
