//! Where numbers are missing: every indicator and every group it is to be broken down by, and whether there is a number.

use std::collections::BTreeMap;

use serde::Serialize;

use super::framework::{Entry, Framework, goal_of};
use crate::indicators::model::{definition::Definition, observation::Status};

/// How many numbers a place has of an indicator, in one combination and period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    pub indicator: String,
    /// Names of the dimensions, `sex,age`; empty for everybody together.
    pub by: String,
    pub period: String,
    pub status: Status,
}

/// Whether a number is there, and if not what is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gap {
    /// A number is shown for one group at least.
    Available,
    /// There are numbers, and all of them are withheld.
    Withheld,
    /// It is asked for, and nobody answered.
    Empty,
    /// There is a source, which is not broken down so.
    Undivided,
    /// Nothing measures it.
    NoSource,
}

/// An indicator, and what is there of it.
#[derive(Debug, Clone)]
pub struct Row<'a> {
    pub code: &'a str,
    /// `None` for one that is not of the framework.
    pub entry: Option<&'static Entry>,
    /// What measures it, each a series.
    pub sources: Vec<&'a Definition>,
    /// Everybody together.
    pub everybody: Gap,
    /// Groups by name, those that are to be there first.
    pub groups: Vec<Group>,
}

/// One way of breaking an indicator down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// As the framework calls it: `sex`.
    pub name: String,
    /// Whether the framework asks for it.
    pub is_asked: bool,
    pub gap: Gap,
}

impl Gap {
    pub const ALL: [Gap; 5] = [
        Gap::Available,
        Gap::Withheld,
        Gap::Empty,
        Gap::Undivided,
        Gap::NoSource,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Gap::Available => "available",
            Gap::Withheld => "withheld",
            Gap::Empty => "empty",
            Gap::Undivided => "undivided",
            Gap::NoSource => "no-source",
        }
    }
}

impl Row<'_> {
    /// The code of its goal; empty for one that belongs to none.
    #[must_use]
    pub fn goal(&self) -> &str {
        let own = || self.sources.first().and_then(|source| source.goal.as_deref());
        self.entry
            .map(|entry| goal_of(&entry.code))
            .or_else(own)
            .unwrap_or("")
    }

    /// What is there of a group; `None` where it is neither asked for nor there.
    #[must_use]
    pub fn group(&self, name: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.name == name)
    }

    /// Every cell: everybody together under no name, then the groups.
    pub fn cells(&self) -> impl Iterator<Item = (&str, bool, Gap)> {
        let everybody = std::iter::once(("", true, self.everybody));
        everybody.chain(
            self.groups
                .iter()
                .map(|group| (group.name.as_str(), group.is_asked, group.gap)),
        )
    }
}

/// Tells what is missing: the framework's indicators in its order, then one's own.
#[must_use]
pub fn gaps<'a>(
    framework: &'static Framework,
    definitions: &[&'a Definition],
    counted: &[Counted],
) -> Vec<Row<'a>> {
    let counts = Counts::of(counted);
    let mut by_indicator: BTreeMap<&'a str, Vec<&'a Definition>> = BTreeMap::new();
    let mut own = Vec::new();
    for &definition in definitions {
        let code = definition.indicator.as_str();
        if framework.indicator(code).is_none() && !own.contains(&code) {
            own.push(code);
        }
        by_indicator.entry(code).or_default().push(definition);
    }
    let of_framework = framework
        .indicators
        .iter()
        .map(|entry| (entry.code.as_str(), Some(entry)));
    of_framework
        .chain(own.into_iter().map(|code| (code, None)))
        .map(|(code, entry)| {
            let sources = by_indicator.remove(code).unwrap_or_default();
            row(code, entry, sources, &counts)
        })
        .collect()
}

fn row<'a>(
    code: &'a str,
    entry: Option<&'static Entry>,
    sources: Vec<&'a Definition>,
    counts: &Counts<'_>,
) -> Row<'a> {
    let asked: Vec<&str> = entry
        .map(|entry| entry.by.iter().map(String::as_str).collect())
        .unwrap_or_default();
    let mut names: Vec<String> = asked.iter().map(|name| (*name).to_owned()).collect();
    for dimension in sources.iter().flat_map(|source| &source.dimensions) {
        let name = called(&dimension.name);
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    let groups = names
        .into_iter()
        .map(|name| Group {
            gap: counts.gap(&sources, &name),
            is_asked: asked.contains(&name.as_str()),
            name,
        })
        .collect();
    Row {
        code,
        entry,
        everybody: counts.gap(&sources, ""),
        groups,
        sources,
    }
}

/// What is there of each series in its latest period: by code and combination, the statuses.
struct Counts<'a>(BTreeMap<&'a str, Vec<(&'a str, Status)>>);

impl<'a> Counts<'a> {
    fn of(counted: &'a [Counted]) -> Counts<'a> {
        let mut latest: BTreeMap<&str, &str> = BTreeMap::new();
        for cell in counted {
            let period = latest
                .entry(cell.indicator.as_str())
                .or_insert(cell.period.as_str());
            *period = (*period).max(cell.period.as_str());
        }
        let mut counts: BTreeMap<&str, Vec<(&str, Status)>> = BTreeMap::new();
        for cell in counted {
            if latest.get(cell.indicator.as_str()) == Some(&cell.period.as_str()) {
                counts
                    .entry(cell.indicator.as_str())
                    .or_default()
                    .push((cell.by.as_str(), cell.status));
            }
        }
        Counts(counts)
    }

    /// What is there of a group in any of the sources; of everybody together for an empty name.
    fn gap(&self, sources: &[&Definition], name: &str) -> Gap {
        if sources.is_empty() {
            return Gap::NoSource;
        }
        let is_divided = sources.iter().any(|source| {
            let mut sets = source.sets.iter().map(|set| source.set_name(set));
            sets.any(|by| divides(source, &by, name))
        });
        if !is_divided {
            return Gap::Undivided;
        }
        let mut statuses = Vec::new();
        for source in sources {
            let counted = self
                .0
                .get(source.code.as_str())
                .map(Vec::as_slice)
                .unwrap_or_default();
            for (by, status) in counted {
                if divides(source, by, name) {
                    statuses.push(*status);
                }
            }
        }
        if statuses.contains(&Status::Normal) {
            Gap::Available
        } else if statuses.contains(&Status::Suppressed) {
            Gap::Withheld
        } else {
            Gap::Empty
        }
    }
}

/// Whether a combination of a definition's dimensions divides by a group; by none for an empty name.
fn divides(source: &Definition, by: &str, name: &str) -> bool {
    if name.is_empty() {
        return by.is_empty();
    }
    source
        .dimensions
        .iter()
        .filter(|dimension| called(&dimension.name) == name)
        .any(|dimension| by.split(',').any(|part| part == dimension.name))
}

/// The framework's word for a dimension that a definition may call otherwise.
#[must_use]
pub fn called(dimension: &str) -> &str {
    match dimension {
        "gender" => "sex",
        "wealth" | "quintile" | "wealth_quintile" => "income",
        "urban" | "urban_rural" | "location" | "area" => "residence",
        "schooling" | "isced" => "education",
        "isco" => "occupation",
        "disabled" => "disability",
        "migrant" => "migration",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators::{model::definition::tests::WATER, tracker::model::framework::framework};

    fn counted(indicator: &str, by: &str, period: &str, status: Status) -> Counted {
        Counted {
            indicator: indicator.into(),
            by: by.into(),
            period: period.into(),
            status,
        }
    }

    fn told<'a>(rows: &'a [Row<'_>], code: &str) -> Vec<(&'a str, bool, &'static str)> {
        let row = rows.iter().find(|row| row.code == code).unwrap();
        row.cells()
            .map(|(name, asked, gap)| (name, asked, gap.as_str()))
            .collect()
    }

    #[test]
    fn a_gap_says_what_is_missing() {
        // Unemployment by sex and by household size; asked are sex, age and disability.
        let text = WATER.replacen("code = \"6.1.1\"", "code = \"8.5.2\"", 1);
        let unemployed = Definition::parse(&text).unwrap();
        let own = Definition::parse(&WATER.replacen("code = \"6.1.1\"", "code = \"taps\"", 1)).unwrap();
        let numbers = [
            counted("8.5.2", "", "2021", Status::Suppressed),
            counted("8.5.2", "", "2026", Status::Normal),
            counted("8.5.2", "sex", "2021", Status::Normal),
            counted("8.5.2", "sex", "2026", Status::Suppressed),
        ];
        let rows = gaps(framework(), &[&unemployed, &own], &numbers);
        assert_eq!(rows.len(), 249);
        assert_eq!(
            told(&rows, "8.5.2"),
            [
                ("", true, "available"),
                // It was there in 2021, and is not now.
                ("sex", true, "withheld"),
                ("age", true, "undivided"),
                ("disability", true, "undivided"),
                ("size", false, "empty"),
            ]
        );
        assert_eq!(
            told(&rows, "8.5.1"),
            [
                ("", true, "no-source"),
                ("sex", true, "no-source"),
                ("age", true, "no-source"),
                ("occupation", true, "no-source"),
                ("disability", true, "no-source"),
            ]
        );
        let taps = rows.last().unwrap();
        assert_eq!(
            (taps.code, taps.entry.is_some(), taps.goal()),
            ("taps", false, "")
        );
        assert_eq!(taps.everybody, Gap::Empty);
    }

    #[test]
    fn a_dimension_may_be_called_otherwise() {
        assert_eq!(
            [called("gender"), called("quintile"), called("size")],
            ["sex", "income", "size"]
        );
    }
}
