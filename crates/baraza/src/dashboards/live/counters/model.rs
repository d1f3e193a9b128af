//! What a live count is of, as it stands in a dashboard's document.

/// What is counted anew whenever it changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A column of the version of a public table that is shown.
    Table {
        /// Address of the dataset.
        dataset: String,
        /// Address of the table within it.
        resource: String,
        measure: Measure,
        /// Empty for rows.
        column: String,
    },
    /// Public requests of a place and all below it.
    Requests {
        counts: Counts,
        /// Code of the place.
        place: String,
        /// Code of the unit that is responsible; empty for any.
        agency: String,
    },
}

/// What is made of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Rows that have a value, or all where no column is named.
    Count,
    Sum,
    /// The value of the latest row: by the first column of days or moments, else of the row that was added last.
    Newest,
}

/// Which requests are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    /// All that are not closed.
    Open,
    Yellow,
    Red,
    /// Closed since the month began.
    Closed,
}

impl Source {
    /// Reads what [`Source::code`] writes; `None` for the code of a feed.
    #[must_use]
    pub fn parse(code: &str) -> Option<Source> {
        let mut parts = code.splitn(5, ':');
        match parts.next()? {
            "table" => Some(Source::Table {
                dataset: parts.next()?.to_owned(),
                resource: parts.next()?.to_owned(),
                measure: Measure::parse(parts.next()?)?,
                column: parts.next()?.to_owned(),
            }),
            "requests" => Some(Source::Requests {
                counts: Counts::parse(parts.next()?)?,
                place: parts.next()?.to_owned(),
                agency: parts.next()?.to_owned(),
            }),
            _ => None,
        }
    }

    /// The code that a tile keeps; no feed can have one like it.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Source::Table {
                dataset,
                resource,
                measure,
                column,
            } => format!("table:{dataset}:{resource}:{}:{column}", measure.as_str()),
            Source::Requests {
                counts,
                place,
                agency,
            } => format!("requests:{}:{place}:{agency}", counts.as_str()),
        }
    }
}

impl Measure {
    pub const ALL: [Measure; 3] = [Measure::Count, Measure::Sum, Measure::Newest];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Measure::Count => "count",
            Measure::Sum => "sum",
            Measure::Newest => "newest",
        }
    }

    /// Reads the word that [`Measure::as_str`] writes.
    #[must_use]
    pub fn parse(word: &str) -> Option<Measure> {
        Measure::ALL.into_iter().find(|measure| measure.as_str() == word)
    }
}

impl Counts {
    pub const ALL: [Counts; 4] = [Counts::Open, Counts::Yellow, Counts::Red, Counts::Closed];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Counts::Open => "open",
            Counts::Yellow => "yellow",
            Counts::Red => "red",
            Counts::Closed => "closed",
        }
    }

    /// Reads the word that [`Counts::as_str`] writes.
    #[must_use]
    pub fn parse(word: &str) -> Option<Counts> {
        Counts::ALL.into_iter().find(|counts| counts.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_comes_back_from_its_code_and_a_feed_is_none() {
        let table = Source::Table {
            dataset: "roads".into(),
            resource: "main".into(),
            measure: Measure::Sum,
            column: "km:new".into(),
        };
        let requests = Source::Requests {
            counts: Counts::Red,
            place: "35.22".into(),
            agency: String::new(),
        };
        for source in [table, requests] {
            assert_eq!(Source::parse(&source.code()), Some(source));
        }
        for other in [
            "gate",
            "requests",
            "requests:blue:35.22:",
            "table:roads:main:mean:km",
        ] {
            assert_eq!(Source::parse(other), None, "{other}");
        }
    }
}
