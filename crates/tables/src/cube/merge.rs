//! What several threads found, put together.

use std::rc::Rc;

use super::{
    CubeSpec,
    answer::{Cube, CubeDimension, Interner, Lane},
    cells::Cells,
    plan::{Measure, Plan, Slot},
    worker::{Found, FoundGroups},
};
use crate::value::Value;

/// The cube of each question, from what all threads found.
pub fn merged(plan: &Plan, found: Vec<Found>, specs: &[&CubeSpec]) -> Vec<Cube> {
    let mut interners: Vec<Interner> = plan.dimensions.iter().map(|_| Interner::default()).collect();
    let mut shapes: Vec<Merged> = plan
        .shapes
        .iter()
        .map(|shape| Merged::new(shape.dimensions.len()))
        .collect();
    let mut strands: Vec<Strand> = Vec::new();
    for part in found {
        // The code of all for each code of the part's.
        let codes: Vec<Vec<u32>> = interners
            .iter_mut()
            .zip(part.values)
            .map(|(interner, values)| values.into_iter().map(|value| interner.code(value)).collect())
            .collect();
        let n_codes: Vec<usize> = interners.iter().map(|interner| interner.values.len()).collect();
        for (at, groups) in part.shapes.into_iter().enumerate() {
            let dimensions = &plan.shapes[at].dimensions;
            let of_all = groups.codes.iter().zip(dimensions).map(|(groups, dimension)| {
                let of_all = &codes[*dimension];
                groups.iter().map(|code| of_all[*code as usize]).collect()
            });
            let of_all: Vec<Vec<u32>> = of_all.collect();
            let n_codes: Vec<usize> = dimensions.iter().map(|at| n_codes[*at]).collect();
            shapes[at].take_in(at, groups, &of_all, &n_codes, &mut strands);
        }
    }
    // Whoever read a strand, its decimals come after those of the strands before it.
    strands.sort_by_key(|strand| strand.at);
    for strand in strands {
        shapes[strand.shape].add_decimals(&strand);
    }
    let values: Vec<Vec<Value>> = interners.into_iter().map(|interner| interner.values).collect();
    for (merged, shape) in shapes.iter_mut().zip(&plan.shapes) {
        merged.fill(shape.lanes.len(), shape.n_integers, shape.n_decimals);
    }
    let codes: Vec<Vec<Vec<u32>>> = shapes.iter().map(|merged| merged.cells.keys()).collect();
    plan.measures
        .iter()
        .zip(specs)
        .map(|(measure, spec)| {
            let dimensions = &plan.shapes[measure.shape].dimensions;
            let dimensions = dimensions.iter().zip(&spec.dimensions);
            let dimensions = dimensions.map(|(at, (name, _))| CubeDimension {
                name: name.clone(),
                kind: plan.kinds[*at],
                values: values[*at].clone(),
            });
            shapes[measure.shape].cube(measure, dimensions.collect(), &codes[measure.shape])
        })
        .collect()
}

/// The decimals of one strand and shape.
struct Strand {
    at: usize,
    shape: usize,
    /// The group of all for each group of the part that read it; the sums may be of fewer.
    places: Rc<Vec<u32>>,
    decimals: Vec<Vec<f64>>,
}

/// The groups of a shape, of all parts.
struct Merged {
    cells: Cells,
    counts: Vec<Vec<u32>>,
    integers: Vec<Vec<i64>>,
    decimals: Vec<Vec<f64>>,
}

impl Merged {
    fn new(n_dimensions: usize) -> Merged {
        Merged {
            cells: Cells::new(n_dimensions),
            counts: Vec::new(),
            integers: Vec::new(),
            decimals: Vec::new(),
        }
    }

    fn take_in(
        &mut self,
        shape: usize,
        groups: FoundGroups,
        codes: &[Vec<u32>],
        n_codes: &[usize],
        strands: &mut Vec<Strand>,
    ) {
        let codes: Vec<&[u32]> = codes.iter().map(Vec::as_slice).collect();
        let mut places = Vec::new();
        self.cells.find(&codes, n_codes, groups.n, &mut places);
        self.fill(groups.counts.len(), groups.integers.len(), 0);
        for (mine, theirs) in self.counts.iter_mut().zip(&groups.counts) {
            for (place, more) in places.iter().zip(theirs) {
                mine[*place as usize] += more;
            }
        }
        for (mine, theirs) in self.integers.iter_mut().zip(&groups.integers) {
            for (place, more) in places.iter().zip(theirs) {
                let sum = &mut mine[*place as usize];
                *sum = sum.saturating_add(*more);
            }
        }
        let places = Rc::new(places);
        strands.extend(groups.strands.into_iter().map(|(at, decimals)| Strand {
            at,
            shape,
            places: places.clone(),
            decimals,
        }));
    }

    fn add_decimals(&mut self, strand: &Strand) {
        self.fill(0, 0, strand.decimals.len());
        for (mine, theirs) in self.decimals.iter_mut().zip(&strand.decimals) {
            for (place, more) in strand.places.iter().zip(theirs) {
                mine[*place as usize] += more;
            }
        }
    }

    /// Makes room for at least so many lanes of each kind, and in each for every group.
    fn fill(&mut self, n_counts: usize, n_integers: usize, n_decimals: usize) {
        let n = self.cells.len();
        self.counts.resize(n_counts.max(self.counts.len()), Vec::new());
        self.integers
            .resize(n_integers.max(self.integers.len()), Vec::new());
        self.decimals
            .resize(n_decimals.max(self.decimals.len()), Vec::new());
        self.counts.iter_mut().for_each(|lane| lane.resize(n, 0));
        self.integers.iter_mut().for_each(|lane| lane.resize(n, 0));
        self.decimals.iter_mut().for_each(|lane| lane.resize(n, 0.0));
    }

    /// The groups that a question is about, with its sums.
    fn cube(&self, measure: &Measure, dimensions: Vec<CubeDimension>, codes: &[Vec<u32>]) -> Cube {
        let seen = self.counts[measure.seen].iter().enumerate();
        let kept: Vec<usize> = seen.filter(|(_, n)| **n > 0).map(|(group, _)| group).collect();
        let lanes = measure.sums.iter().map(|slot| match slot {
            Slot::Count(at) => Lane::Count(kept.iter().map(|group| self.counts[*at][*group]).collect()),
            Slot::Integer(at) => Lane::Integer(kept.iter().map(|group| self.integers[*at][*group]).collect()),
            Slot::Decimal(at) => Lane::Decimal(kept.iter().map(|group| self.decimals[*at][*group]).collect()),
        });
        let lanes = lanes.collect();
        let codes = codes
            .iter()
            .map(|codes| kept.iter().map(|group| codes[*group]).collect());
        Cube::in_order(dimensions, codes.collect(), lanes, kept.len())
    }
}
