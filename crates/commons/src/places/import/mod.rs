//! From a list of places, as governments deliver it, to a plan of what to write.
//!
//! Reading, guessing the columns, checking and comparing are pure; nothing is written here. One
//! broken row stops everything unless the operator says that the good rows are to be kept.

pub mod columns;
pub mod lineage;
pub mod plan;
pub mod read;

use std::fmt;

use jiff::civil::Date;

/// What the operator says about a list of places.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// The level of all rows, or of rows by depth separated by commas: `province,regency,district`.
    pub level: Option<String>,
    pub level_field: Option<String>,
    pub code_field: Option<String>,
    /// Column names, or `lang=column` for names in further languages.
    pub name_fields: Vec<String>,
    pub parent_field: Option<String>,
    /// The column with the parents' names: parents not known yet are made from it.
    pub parent_name_field: Option<String>,
    /// The level of the parents that are made.
    pub parent_level: Option<String>,
    /// Put before every code, where a list's numbers repeat those of another level.
    pub code_prefix: String,
    pub parent_prefix: String,
    /// The day from which the list holds. What an earlier list has and this one lacks ends on that day.
    pub valid_from: Option<Date>,
    pub missing: Missing,
    pub broken: Broken,
}

/// What a place means that is known and that the list leaves out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// It ends on the day from which the list holds.
    #[default]
    Ends,
    /// Nothing: the list is only a part.
    Stays,
}

/// What happens to the good rows when some are broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Broken {
    #[default]
    KeepNothing,
    KeepGood,
}

/// Where in a file a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum At {
    Line(u64),
    Feature(usize),
}

/// A row that cannot be taken, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenRow {
    pub at: At,
    pub why: String,
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            At::Line(line) => write!(f, "line {line}"),
            At::Feature(number) => write!(f, "feature {number}"),
        }
    }
}

impl fmt::Display for BrokenRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.why)
    }
}
