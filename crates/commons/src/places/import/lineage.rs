//! What became of places that a newer list leaves out, told from names, code endings and where
//! their children went.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use crate::places::model::{Change, ChangeKind, Place, PlaceRow, Places, fold};

/// Explains the places that end on `on` by those that begin then.
///
/// From the top down: a place is the same under a new code when its name is the same, more surely
/// so when its parent went the same way or the code ends alike. Then, from the bottom up: a place
/// whose children went elsewhere was split, or merged into where all of them went.
pub fn explain(before: &Places, ended: &[String], begun: &[PlaceRow], on: Option<Date>) -> Vec<Change> {
    let mut matcher = Matcher::new(before, ended, begun);
    matcher.match_down();
    let became = matcher.became;
    let mut changes: Vec<Change> = became
        .iter()
        .map(|(from, to)| {
            let old = before.find(from).map_or("", Place::name);
            let new = name_of(begun, &matcher.begun_at, to);
            Change {
                kind: ChangeKind::Recoded,
                from: from.clone(),
                to: Some(to.clone()),
                on,
                share: 1.0,
                old_name: (!same_name(old, new)).then(|| old.to_owned()),
            }
        })
        .collect();
    changes.extend(moved_children(
        before,
        ended,
        &became,
        begun,
        &matcher.begun_at,
        on,
    ));
    let explained: HashSet<String> = changes.iter().map(|change| change.from.clone()).collect();
    let lost = ended.iter().filter(|code| !explained.contains(*code));
    changes.extend(lost.map(|code| Change {
        kind: ChangeKind::Ended,
        from: code.clone(),
        to: None,
        on,
        share: 1.0,
        old_name: None,
    }));
    changes.sort_by(|a, b| (&a.from, &a.to).cmp(&(&b.from, &b.to)));
    changes
}

/// Whether two spellings name the same place: case, marks, spaces and usual abbreviations aside.
pub fn same_name(a: &str, b: &str) -> bool {
    plain(a) == plain(b)
}

/// How alike two names are: 1 the same, 0 nothing in common (Levenshtein over the longer length).
fn likeness(a: &str, b: &str) -> f64 {
    let (a, b): (Vec<char>, Vec<char>) = (plain(a).chars().collect(), plain(b).chars().collect());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != y);
            let least = change.min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = std::mem::replace(&mut row[j + 1], least);
        }
    }
    1.0 - row[b.len()] as f64 / a.len().max(b.len()).max(1) as f64
}

fn plain(name: &str) -> String {
    let expanded: Vec<String> = fold(name)
        .split_whitespace()
        .map(|word| match word {
            "kab." | "kab" => "kabupaten".to_owned(),
            "adm." | "adm" => "administrasi".to_owned(),
            "kep." | "kep" => "kepulauan".to_owned(),
            "kec." | "kec" => "kecamatan".to_owned(),
            "st." | "saint" => "st".to_owned(),
            other => other.to_owned(),
        })
        .collect();
    expanded
        .concat()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

struct Matcher<'a> {
    before: &'a Places,
    ended: Vec<Place<'a>>,
    begun: &'a [PlaceRow],
    begun_at: HashMap<&'a str, usize>,
    by_name: HashMap<(&'a str, String), Vec<usize>>,
    by_parent: HashMap<&'a str, Vec<usize>>,
    became: HashMap<String, String>,
    taken: HashSet<usize>,
}

impl<'a> Matcher<'a> {
    fn new(before: &'a Places, ended: &[String], begun: &'a [PlaceRow]) -> Matcher<'a> {
        let mut ended: Vec<Place<'a>> = ended.iter().filter_map(|code| before.find(code)).collect();
        ended.sort_by_key(|place| (place.depth(), place.code()));
        let mut by_name: HashMap<(&str, String), Vec<usize>> = HashMap::new();
        let mut by_parent: HashMap<&str, Vec<usize>> = HashMap::new();
        for (i, row) in begun.iter().enumerate() {
            by_name.entry((&row.level, plain(&row.name))).or_default().push(i);
            if let Some(parent) = &row.parent {
                by_parent.entry(parent).or_default().push(i);
            }
        }
        let begun_at = begun
            .iter()
            .enumerate()
            .map(|(i, row)| (row.code.as_str(), i))
            .collect();
        Matcher {
            before,
            ended,
            begun,
            begun_at,
            by_name,
            by_parent,
            became: HashMap::new(),
            taken: HashSet::new(),
        }
    }

    fn match_down(&mut self) {
        let depths: HashSet<u8> = self.ended.iter().map(|place| place.depth()).collect();
        let mut depths: Vec<u8> = depths.into_iter().collect();
        depths.sort_unstable();
        for depth in depths {
            let here: Vec<Place<'a>> = self
                .ended
                .iter()
                .copied()
                .filter(|place| place.depth() == depth)
                .collect();
            self.take_best(here.iter().flat_map(|place| self.same_named(*place)).collect());
            self.take_best(here.iter().flat_map(|place| self.similar(*place)).collect());
        }
    }

    /// Takes pairs from the surest down, each place once.
    fn take_best(&mut self, mut pairs: Vec<(u32, &'a str, usize)>) {
        pairs.sort_by(|a, b| b.0.cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        for (_, from, to) in pairs {
            if !self.became.contains_key(from) && !self.taken.contains(&to) {
                self.became.insert(from.to_owned(), self.begun[to].code.clone());
                self.taken.insert(to);
            }
        }
    }

    fn same_named(&self, place: Place<'a>) -> Vec<(u32, &'a str, usize)> {
        let named = self.by_name.get(&(place.level(), plain(place.name())));
        named
            .into_iter()
            .flatten()
            .filter_map(|&to| {
                let near = self.nearness(place, &self.begun[to]);
                // The same name in another regency is another village.
                (near > 0).then_some((near, place.code(), to))
            })
            .collect()
    }

    /// Places whose name changed a little, or whose code ends alike, below the parent's successor or beside.
    fn similar(&self, place: Place<'a>) -> Vec<(u32, &'a str, usize)> {
        if self.became.contains_key(place.code()) {
            return Vec::new();
        }
        let Some(parent) = place.parent() else {
            return Vec::new();
        };
        let successor = self
            .became
            .get(parent.code())
            .map_or(parent.code(), String::as_str);
        let below = self.by_parent.get(successor).into_iter().flatten();
        let beside = self
            .begun
            .iter()
            .enumerate()
            .map(|(i, _)| i)
            .filter(|&i| self.nearness(place, &self.begun[i]) > 0);
        below
            .copied()
            .chain(beside)
            .filter(|&to| self.begun[to].level == place.level())
            .filter_map(|to| {
                let alike = likeness(place.name(), &self.begun[to].name);
                let needed = if ending(place.code()) == ending(&self.begun[to].code) {
                    0.5
                } else {
                    0.75
                };
                (alike >= needed).then(|| ((alike * 1000.0) as u32, place.code(), to))
            })
            .collect()
    }

    /// How closely a new place stands to where the old one stood; 0 when they have nothing in common.
    fn nearness(&self, place: Place<'_>, new: &PlaceRow) -> u32 {
        let new_parent = new.parent.as_deref();
        let mut near = 0;
        for (steps, ancestor) in place.ancestors().enumerate() {
            let code = self
                .became
                .get(ancestor.code())
                .map_or(ancestor.code(), String::as_str);
            let weight = 8u32.saturating_sub(steps as u32 * 3);
            if new_parent == Some(code) {
                near += 4 + weight;
            } else if new_parent.is_some_and(|parent| self.stands_below(parent, code)) {
                near += weight;
            }
        }
        if place.parent().is_none() && new_parent.is_none() {
            near += 4;
        }
        let ends_alike = ending(place.code()) == ending(&new.code);
        // Regencies that move to a new province keep the end of their code (Law 29/2022: 92.01 → 96.01).
        let parent_is_new = new_parent.is_some_and(|parent| self.begun_at.contains_key(parent));
        match (near, ends_alike) {
            (0, true) if parent_is_new && same_name(place.name(), &new.name) => 1,
            (0, _) => 0,
            (near, true) => near + 3,
            (near, false) => near,
        }
    }

    /// Whether the parent of a new place lies below `code`, going up through new and old places.
    fn stands_below(&self, parent: &str, code: &str) -> bool {
        let mut here = parent.to_owned();
        for _ in 0..32 {
            let above = match self.begun_at.get(here.as_str()) {
                Some(&i) => self.begun[i].parent.clone(),
                None => self
                    .before
                    .find(&here)
                    .and_then(Place::parent)
                    .map(|place| place.code().to_owned()),
            };
            match above {
                Some(above) if above == code => return true,
                Some(above) => here = above,
                None => return false,
            }
        }
        false
    }
}

fn ending(code: &str) -> &str {
    code.rsplit_once('.').map_or(code, |(_, end)| end)
}

/// A place that lost children to a new place was split; one that ended and lost all to one other was merged.
fn moved_children(
    before: &Places,
    ended: &[String],
    became: &HashMap<String, String>,
    begun: &[PlaceRow],
    begun_at: &HashMap<&str, usize>,
    on: Option<Date>,
) -> Vec<Change> {
    let mut moves: HashMap<(&str, &str), usize> = HashMap::new();
    for (from, to) in became {
        let old_parent = before.find(from).and_then(Place::parent).map(Place::code);
        let new_parent = begun_at
            .get(to.as_str())
            .and_then(|&i| begun[i].parent.as_deref());
        if let (Some(old), Some(new)) = (old_parent, new_parent) {
            let follows = became.get(old).map(String::as_str) == Some(new);
            if old != new && !follows {
                *moves.entry((old, new)).or_default() += 1;
            }
        }
    }
    let mut changes: Vec<Change> = moves
        .into_iter()
        .filter(|((old, _), _)| !became.contains_key(*old))
        .map(|((old, new), moved)| {
            let had = before
                .find(old)
                .map_or(moved, |place| place.children().count())
                .max(moved);
            let is_merged = moved == had && ended.iter().any(|code| code == old);
            let kind = if is_merged {
                ChangeKind::Merged
            } else {
                ChangeKind::Split
            };
            let share = moved as f64 / had as f64;
            Change {
                kind,
                from: old.to_owned(),
                to: Some(new.to_owned()),
                on,
                share,
                old_name: None,
            }
        })
        .collect();
    changes.sort_by(|a, b| (&a.from, &a.to).cmp(&(&b.from, &b.to)));
    changes
}

fn name_of<'a>(begun: &'a [PlaceRow], at: &HashMap<&str, usize>, code: &str) -> &'a str {
    at.get(code).map_or("", |&i| begun[i].name.as_str())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn row(code: &str, name: &str) -> PlaceRow {
        let level = ["province", "regency", "district", "village"][code.matches('.').count()];
        let parent = code.rsplit_once('.').map(|(parent, _)| parent.to_owned());
        PlaceRow {
            code: code.into(),
            level: level.into(),
            name: name.into(),
            parent,
            ..PlaceRow::default()
        }
    }

    fn explained(before: &[(&str, &str)], ended: &[&str], begun: &[(&str, &str)]) -> Vec<String> {
        let before = Places::new(
            before.iter().map(|(code, name)| row(code, name)).collect(),
            date(2026, 1, 1),
        );
        let begun: Vec<PlaceRow> = begun.iter().map(|(code, name)| row(code, name)).collect();
        let ended: Vec<String> = ended.iter().map(|code| (*code).to_owned()).collect();
        explain(&before, &ended, &begun, None)
            .into_iter()
            .map(|c| {
                format!(
                    "{} {} {} {:.2}",
                    c.from,
                    c.kind.as_str(),
                    c.to.unwrap_or_default(),
                    c.share
                )
            })
            .collect()
    }

    #[test]
    fn villages_that_move_to_a_new_district_are_recoded_and_their_district_is_split() {
        let before = [
            ("72", "Sulteng"),
            ("72.01", "Banggai"),
            ("72.01.09", "Toili"),
            ("72.01.09.2012", "Tohiti Sari"),
            ("72.01.09.2015", "Tolisu"),
            ("72.01.09.2099", "Stays"),
        ];
        let begun = [
            ("72.01.24", "Toili Jaya"),
            ("72.01.24.2001", "Tolisu"),
            ("72.01.24.2007", "Tohitisari"),
        ];
        assert_eq!(
            explained(&before, &["72.01.09.2012", "72.01.09.2015"], &begun),
            [
                "72.01.09 split 72.01.24 0.67",
                "72.01.09.2012 recoded 72.01.24.2007 1.00",
                "72.01.09.2015 recoded 72.01.24.2001 1.00"
            ]
        );
    }

    #[test]
    fn regencies_that_move_to_a_new_province_take_everything_below_with_them() {
        let before = [
            ("92", "Papua Barat"),
            ("92.01", "KAB. SORONG"),
            ("92.01.06", "Aimas"),
            ("92.01.06.2004", "Malaban"),
            ("92.71", "KOTA SORONG"),
            ("92.02", "KAB. MANOKWARI"),
        ];
        let begun = [
            ("96", "Papua Barat Daya"),
            ("96.01", "Kabupaten Sorong"),
            ("96.01.06", "Aimas"),
            ("96.01.06.2004", "Malabam"),
            ("96.71", "Kota Sorong"),
        ];
        let changes = explained(&before, &["92.01", "92.01.06", "92.01.06.2004", "92.71"], &begun);
        assert_eq!(
            changes,
            [
                "92 split 96 0.67",
                "92.01 recoded 96.01 1.00",
                "92.01.06 recoded 96.01.06 1.00",
                "92.01.06.2004 recoded 96.01.06.2004 1.00",
                "92.71 recoded 96.71 1.00"
            ]
        );
    }

    #[test]
    fn a_place_that_nothing_follows_has_ended() {
        assert_eq!(
            explained(&[("72", "A"), ("72.01", "Far")], &["72.01"], &[]),
            ["72.01 ended  1.00"]
        );
    }

    #[test]
    fn the_same_name_elsewhere_is_another_place() {
        let before = [
            ("11", "Aceh"),
            ("11.01", "Selatan"),
            ("12", "Sumut"),
            ("12.01", "Utara"),
        ];
        assert_eq!(
            explained(&before, &["11.01"], &[("12.09", "Selatan")]),
            ["11.01 ended  1.00"]
        );
    }

    #[test]
    fn abbreviations_case_and_spaces_do_not_make_a_new_name() {
        assert!(same_name(
            "KAB. ADM. KEP. SERIBU",
            "Kabupaten Administrasi Kepulauan Seribu"
        ));
        assert!(same_name("Tohiti Sari ", "Tohitisari"));
        assert!(!same_name("KAB. SORONG", "KOTA SORONG"));
    }
}
