//! Brings rows into the order of the tree and packs them.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{NONE, Place, PlaceRow, Places, Row, Slice, fold};

/// Sorts rows into the order of the tree.
pub(super) struct Builder {
    given: Vec<PlaceRow>,
    children: HashMap<u32, Vec<u32>>,
    all: Places,
    level_of: HashMap<String, u8>,
}

impl Builder {
    pub(super) fn new(mut given: Vec<PlaceRow>, today: Date) -> Builder {
        given.sort_by(|a, b| (&a.code, a.valid_from).cmp(&(&b.code, b.valid_from)));
        let mut builder = Builder {
            given,
            children: HashMap::new(),
            all: Places {
                today,
                ..Places::default()
            },
            level_of: HashMap::new(),
        };
        builder.find_parents();
        builder
    }

    fn find_parents(&mut self) {
        let parent_of = |row: &PlaceRow| -> u32 {
            let Some(parent) = row.parent.as_deref() else {
                return NONE;
            };
            let first = self.given.partition_point(|other| other.code.as_str() < parent);
            self.given[first..]
                .iter()
                .enumerate()
                .take_while(|(_, other)| other.code == parent)
                // Of several with the parent's code, the one that holds with the child.
                .max_by_key(|(_, other)| (overlap(row, other), other.valid_from))
                .map_or(NONE, |(i, _)| (first + i) as u32)
        };
        let parents: Vec<u32> = self.given.iter().map(parent_of).collect();
        for (child, parent) in parents.into_iter().enumerate() {
            self.children.entry(parent).or_default().push(child as u32);
        }
    }

    pub(super) fn build(mut self) -> Places {
        let n = self.given.len();
        self.all.rows.reserve(n);
        // Depth first without recursion; a cycle is never reached from a root and is added at the end.
        let mut placed = vec![false; n];
        self.place_below(NONE, NONE, 0, &mut placed);
        for at in 0..n {
            if !placed[at] {
                self.place_one(at as u32, NONE, 0, &mut placed);
            }
        }
        let all = &mut self.all;
        let mut by_code: Vec<u32> = (0..n as u32).collect();
        by_code.sort_by(|&a, &b| {
            let (p, q) = (all.place(a), all.place(b));
            let holds =
                |place: &Place<'_>| (place.is_current(), place.valid_to().is_none(), place.valid_from());
            p.code().cmp(q.code()).then(holds(&q).cmp(&holds(&p)))
        });
        all.by_code = by_code;
        all.text.shrink_to_fit();
        self.all
    }

    fn place_below(&mut self, given: u32, parent: u32, depth: u8, placed: &mut [bool]) {
        for child in self.children.remove(&given).unwrap_or_default() {
            self.place_one(child, parent, depth, placed);
        }
    }

    fn place_one(&mut self, given: u32, parent: u32, depth: u8, placed: &mut [bool]) {
        if std::mem::replace(&mut placed[given as usize], true) {
            return;
        }
        let row = std::mem::take(&mut self.given[given as usize]);
        let at = self.all.rows.len() as u32;
        let level = self.level(&row.level);
        let code = self.store(&row.code);
        let name = self.store(&row.name);
        let folded = self.store(&fold(&row.name));
        self.all.rows.push(Row {
            code,
            name,
            folded,
            level,
            depth,
            parent,
            end: 0,
            from: row.valid_from,
            to: row.valid_to,
        });
        // 250 levels are far more than any country has; deeper ones stay at the last.
        self.place_below(given, at, depth.saturating_add(1).min(250), placed);
        self.all.rows[at as usize].end = self.all.rows.len() as u32;
    }

    fn level(&mut self, level: &str) -> u8 {
        if let Some(&known) = self.level_of.get(level) {
            return known;
        }
        let next = self.all.levels.len().min(255) as u8;
        self.all.levels.push(level.to_owned());
        self.level_of.insert(level.to_owned(), next);
        next
    }

    fn store(&mut self, text: &str) -> Slice {
        let slice = Slice {
            at: self.all.text.len() as u32,
            len: text.len().min(usize::from(u16::MAX)) as u16,
        };
        self.all.text.push_str(text);
        slice
    }
}

fn overlap(a: &PlaceRow, b: &PlaceRow) -> bool {
    let before =
        |to: Option<Date>, from: Option<Date>| matches!((to, from), (Some(to), Some(from)) if to <= from);
    !before(a.valid_to, b.valid_from) && !before(b.valid_to, a.valid_from)
}
