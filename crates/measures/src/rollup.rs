//! Rows of the lowest places as rows of every place above them, too.
//!
//! Arrays instead of trees: a nation's cells are some ten millions of rows put in order once, place by place, and every place's rows lie
//! together. What a cell's rows are added up to is the caller's; they come in the order in which they were given, so that sums of
//! numbers with decimals are the same to the last digit however many places there are.

/// Which rows each cell has: a cell is a place and what is counted there, by a number of the caller's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cells {
    /// By place and then by what is counted, with where its rows begin.
    cells: Vec<(usize, usize, usize)>,
    /// Rows laid end to end, by index.
    rows: Vec<u32>,
}

impl Cells {
    /// Gives each row to its own place and to all that this place lies in.
    ///
    /// `parents` has for each place the one it lies in, by index, and no place lies in itself; a row is its place and what is counted.
    ///
    /// # Panics
    /// When a row names a place that is not there, or there are 2^32 rows.
    #[must_use]
    pub fn of(parents: &[Option<usize>], rows: &[(usize, usize)]) -> Cells {
        let line = |place: usize| std::iter::successors(Some(place), move |&place| parents[place]);
        let mut starts = vec![0_usize; parents.len() + 1];
        for &(place, _) in rows {
            line(place).for_each(|place| starts[place + 1] += 1);
        }
        for place in 0..parents.len() {
            starts[place + 1] += starts[place];
        }
        let mut next = starts.clone();
        let mut in_places: Vec<(usize, u32)> = vec![(0, 0); starts[parents.len()]];
        for (row, &(place, counted)) in rows.iter().enumerate() {
            let row = u32::try_from(row).expect("fewer than 2^32 rows");
            for place in line(place) {
                in_places[next[place]] = (counted, row);
                next[place] += 1;
            }
        }
        let mut cells = Vec::new();
        for place in 0..parents.len() {
            let of_place = &mut in_places[starts[place]..starts[place + 1]];
            of_place.sort_unstable();
            let mut at = starts[place];
            for cell in of_place.chunk_by(|(one, _), (other, _)| one == other) {
                cells.push((place, cell[0].0, at));
                at += cell.len();
            }
        }
        Cells {
            cells,
            rows: in_places.into_iter().map(|(_, row)| row).collect(),
        }
    }

    /// Lists the cells by place and then by what is counted: place, what is counted, and its rows in their order. No cell is empty.
    pub fn iter(&self) -> impl Iterator<Item = (usize, usize, &[u32])> {
        let ends = self.cells.iter().skip(1).map(|(_, _, start)| *start);
        let ends = ends.chain([self.rows.len()]);
        self.cells
            .iter()
            .zip(ends)
            .map(move |(&(place, counted, start), end)| (place, counted, &self.rows[start..end]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_counts_for_its_place_and_for_all_around_it_in_the_order_given() {
        // A regency (0) of two districts (1, 4), the first of two villages (2, 3).
        let parents = [None, Some(0), Some(1), Some(1), Some(0)];
        let cells = Cells::of(&parents, &[(3, 7), (2, 7), (4, 0), (3, 7), (1, 0)]);
        let listed: Vec<(usize, usize, Vec<u32>)> = cells
            .iter()
            .map(|(place, counted, rows)| (place, counted, rows.to_vec()))
            .collect();
        assert_eq!(
            listed,
            [
                (0, 0, vec![2, 4]),
                (0, 7, vec![0, 1, 3]),
                (1, 0, vec![4]),
                (1, 7, vec![0, 1, 3]),
                (2, 7, vec![1]),
                (3, 7, vec![0, 3]),
                (4, 0, vec![2]),
            ]
        );
        assert_eq!(Cells::of(&[], &[]).iter().count(), 0);
    }

    #[test]
    fn sums_agree_with_adding_every_row_to_every_place() {
        let parents: Vec<Option<usize>> = (0..200_usize)
            .map(|place| place.checked_sub(1).map(|p| p / 3))
            .collect();
        let rows: Vec<(usize, usize)> = (0..5_000_usize).map(|row| (row * 7919 % 200, row % 11)).collect();
        let mut expected = std::collections::BTreeMap::<(usize, usize), Vec<u32>>::new();
        for (row, &(place, counted)) in (0_u32..).zip(&rows) {
            let mut at = Some(place);
            while let Some(place) = at {
                expected.entry((place, counted)).or_default().push(row);
                at = parents[place];
            }
        }
        let cells = Cells::of(&parents, &rows);
        let found = cells
            .iter()
            .map(|(place, counted, rows)| ((place, counted), rows.to_vec()));
        assert!(found.eq(expected));
    }
}
