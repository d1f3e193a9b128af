//! A nation's groups turned into observations area by area, for as many places as do not fit into memory together.
//!
//! Counts, intervals and the decision what is withheld are those of [`super::tally`]; why areas are as safe as the whole says
//! [`measures::disclosure::Areas`].
//!
//! Deliberately absent: figures held back since an earlier publication, parts of other indicators, clusters that lie in two areas.

use std::{
    collections::{BTreeMap, HashMap},
    slice,
};

use measures::disclosure::{Areas, Proof, Rule, Shown};

use super::{
    super::{
        definition::Definition,
        observation::{Facts, Figures, Observation, Published, Status},
    },
    Cell, Cells, Counted, Group, Kind, Sampled, TallyError, add_up, observe,
    places::Places,
    sum::Sum,
    withhold::cube_of,
};

/// One period of an indicator, of which areas come in one after the other.
#[derive(Debug)]
pub struct AreaTally<'a> {
    definition: &'a Definition,
    period: String,
    areas: Areas,
    /// What the areas add up to.
    top: BTreeMap<Kind, Sum>,
    /// Groups without a place, that tell which codes mean the same.
    probes: Vec<Group>,
    n_clusters: usize,
    n_unplaced: u64,
}

/// What is said of the nation, and of its areas beside what was said of each.
#[derive(Debug, Clone, PartialEq)]
pub struct NationTally {
    pub observations: Vec<Observation>,
    /// For each area, in order, which of its observations must be withheld, too.
    pub hidden: Vec<Vec<usize>>,
    /// When it is not verified, no observation of any area may be shown.
    pub proof: Proof,
    /// Rows without a place that is known.
    pub n_unplaced: u64,
}

impl<'a> AreaTally<'a> {
    /// Nothing yet of a period.
    ///
    /// # Errors
    /// When the definition is of a part of another indicator.
    pub fn new(definition: &'a Definition, period: &str) -> Result<Self, TallyError> {
        if let Some(whole) = &definition.part_of {
            return Err(TallyError::Alone {
                part: definition.code.clone(),
                whole: whole.clone(),
            });
        }
        Ok(Self {
            definition,
            period: period.to_owned(),
            areas: Areas::new(Rule::at_least(definition.least), None),
            top: BTreeMap::new(),
            probes: Vec::new(),
            n_clusters: 0,
            n_unplaced: 0,
        })
    }

    /// Turns the groups of an area into observations, by place. None of them may be shown before [`AreaTally::finish`] said which
    /// must be withheld, too.
    ///
    /// All places lie in one that the nation is divided into; `lineage` as for [`super::tally`]. An area without groups is none.
    ///
    /// # Errors
    /// As [`super::tally`].
    pub fn add(
        &mut self,
        groups: &[Group],
        sampled: &[Sampled],
        lineage: impl Fn(&str) -> Option<Vec<String>>,
    ) -> Result<Vec<Observation>, TallyError> {
        let published = nothing();
        let counted = Counted {
            definition: self.definition,
            groups,
            sampled,
            published: &published,
        };
        let places = Places::of(groups.iter(), lineage);
        let mut facts = Facts::default();
        let mut by_period = add_up(&counted, &places, &mut facts);
        self.n_unplaced += facts.n_unplaced;
        let cells = by_period.remove(self.period.as_str()).unwrap_or_default();
        let Some(root) = places.parents.iter().position(Option::is_none) else {
            return Ok(Vec::new());
        };
        let n_sets = self.definition.sets.len();
        self.probes
            .extend(groups.iter().filter(|group| group.set >= n_sets).cloned());
        for cell in cells.cells.iter().filter(|cell| cell.place == root) {
            let sum = self.top.entry(cells.kinds[cell.kind].clone()).or_default();
            sum.add_all(&cell.sum, self.n_clusters);
        }
        self.n_clusters += groups.len();
        let member = observe(&counted, 0, cells, &places, &self.period)?;
        let (cube, _) = cube_of(&places, slice::from_ref(&member));
        let shown = self.areas.protect(cube, root)?;
        Ok(shown_of(member.now, shown))
    }

    /// Says what is shown of the nation, under its code, and what must be withheld of the areas.
    ///
    /// # Errors
    /// As [`super::tally`].
    pub fn finish(self, place: &str, sampled: &[Sampled]) -> Result<NationTally, TallyError> {
        let published = nothing();
        let counted = Counted {
            definition: self.definition,
            groups: &self.probes,
            sampled,
            published: &published,
        };
        let places = Places {
            codes: vec![place.to_owned()],
            parents: vec![None],
            of_code: HashMap::new(),
        };
        let (kinds, sums): (Vec<Kind>, Vec<Sum>) = self.top.into_iter().unzip();
        let cell = |(kind, sum): (usize, Sum)| Cell { place: 0, kind, sum };
        let cells = Cells {
            kinds,
            cells: sums.into_iter().enumerate().map(cell).collect(),
        };
        let member = observe(&counted, 0, cells, &places, &self.period)?;
        let (cube, _) = cube_of(&places, slice::from_ref(&member));
        let whole = self.areas.finish(cube.cells, cube.same)?;
        let hidden_in = |changed: Vec<(usize, Shown)>| -> Vec<usize> {
            let hidden = changed.into_iter().filter(|(_, shown)| *shown != Shown::Open);
            hidden.map(|(cell, _)| cell).collect()
        };
        Ok(NationTally {
            observations: shown_of(member.now, whole.top),
            hidden: whole.changed.into_iter().map(hidden_in).collect(),
            proof: whole.proof,
            n_unplaced: self.n_unplaced,
        })
    }
}

/// Nothing is public of a nation that is counted the first time.
fn nothing() -> Published {
    Published {
        observations: HashMap::new(),
        computed_at: None,
    }
}

fn shown_of(now: Vec<Observation>, shown: Vec<Shown>) -> Vec<Observation> {
    let one = |(now, shown): (Observation, Shown)| match shown {
        Shown::Open => now,
        Shown::Primary | Shown::Complementary => Observation {
            status: Status::Suppressed,
            figures: Figures::default(),
            ..now
        },
    };
    now.into_iter().zip(shown).map(one).collect()
}
