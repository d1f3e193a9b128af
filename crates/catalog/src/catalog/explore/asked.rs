//! The address of a view: what of a table is asked for, read from a query and written back into links.

use tables::{Filter, Place, Sort, Start, Test, View};

use crate::platform::{
    i18n::Lang,
    problem::{Problem, Result},
};

/// The word for all columns that the reader may see, in the table's order.
pub const ALL_COLUMNS: &str = "*";
/// The word of somebody who wants no chart.
pub const NO_CHART: &str = "none";
/// Rows of a page when nobody asks for another number.
pub const ROWS: usize = 50;
/// Rows of a page for a person, to choose from.
pub const SIZES: [usize; 4] = [20, 50, 100, 200];
/// Rows of a page for a program.
const MOST_ROWS: usize = 1000;
/// Filters, facets and columns of one address.
const MOST_PARTS: usize = 200;

/// What an address asks for; what it leaves out is empty.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Asked {
    pub filters: Vec<Filter>,
    /// A column; `-` before it for the other direction.
    pub sort: String,
    pub size: Option<usize>,
    /// From 1.
    pub page: Option<usize>,
    pub after: Option<Place>,
    pub before: Option<Place>,
    pub facets: Vec<String>,
    /// Columns to show, or [`ALL_COLUMNS`]; when empty as many as there is room for, which is all but on a page.
    pub show: Vec<String>,
    /// The column to describe.
    pub stat: String,
    pub chart: ChartAsked,
    pub version: Option<u64>,
    /// Whether files say beside codes what they are called, as pages do always.
    pub is_labelled: bool,
    /// The language of the form whose values these are; none for an address that says none. No link names it, as its values are read.
    pub typed: Option<Lang>,
}

/// A chart as an address names it; words that are empty are chosen by what the columns mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChartAsked {
    /// `bar`, `line`, `map` or `table`, and [`NO_CHART`] for none; empty where that is left to the program.
    pub kind: String,
    pub x: String,
    /// A column of numbers; empty for how many rows there are.
    pub y: String,
    /// `mean` or `sum`.
    pub sum: String,
    /// A second column that parts the first one's groups.
    pub by: String,
}

impl Asked {
    /// Reads a query; words that it does not know are passed over.
    ///
    /// # Errors
    /// `catalog-explore-comparison-unknown`; `query-refused` for a place that there is none of, and for too many parts.
    pub fn read(pairs: &[(String, String)]) -> Result<Asked> {
        match Asked::read_as_far(pairs) {
            (asked, None) => Ok(asked),
            (_, Some(problem)) => Err(problem),
        }
    }

    /// The same for a page that shows its form again: what can be read, and the first problem of what cannot.
    pub fn read_as_far(pairs: &[(String, String)]) -> (Asked, Option<Problem>) {
        let mut asked = Asked::default();
        let mut problems: Vec<Problem> = Vec::new();
        let mut row = FilterRow::default();
        let (mut by, mut text) = ("", "");
        for (name, value) in pairs {
            match name.as_str() {
                "f" => {
                    problems.extend(asked.add(std::mem::take(&mut row)).err());
                    row.column = value.clone();
                }
                "op" => row.word = value.clone(),
                "v" => row.value = value.clone(),
                "by" if by.is_empty() => by = value,
                "text" => text = value,
                "sort" => asked.sort = value.clone(),
                "size" => asked.size = value.parse().ok(),
                "page" => asked.page = value.parse().ok().filter(|page| *page > 0),
                "after" => match place(value) {
                    Ok(place) => asked.after = place,
                    Err(problem) => problems.push(problem),
                },
                "before" => match place(value) {
                    Ok(place) => asked.before = place,
                    Err(problem) => problems.push(problem),
                },
                "facet" if !value.is_empty() => push_new(&mut asked.facets, value),
                "show" if !value.is_empty() => push_new(&mut asked.show, value),
                "stat" => asked.stat = value.clone(),
                "chart" => asked.chart.kind = value.clone(),
                "x" => asked.chart.x = value.clone(),
                "y" => asked.chart.y = value.clone(),
                "sum" => asked.chart.sum = value.clone(),
                "version" => asked.version = value.trim().parse().ok(),
                "labels" => asked.is_labelled = value == "1",
                "typed" => asked.typed = value.parse().ok(),
                _ => {}
            }
        }
        problems.extend(asked.add(row).err());
        if !by.is_empty() && !text.trim().is_empty() {
            let contains = Test::Contains(text.trim().to_owned());
            asked.filters.push(Filter::new(by, contains));
        } else {
            asked.chart.by = by.to_owned();
        }
        let n_parts = asked.filters.len() + asked.facets.len() + asked.show.len();
        if n_parts > 10 * MOST_PARTS || asked.facets.len() > 20 {
            problems.push(refused("the address asks for too much at once"));
        }
        (asked, problems.into_iter().next())
    }

    /// The rows it asks for, with these columns; all when there are none.
    pub fn view(&self, columns: Vec<String>) -> View {
        let n_rows = self.n_rows();
        View {
            columns,
            filters: self.filters.clone(),
            sort: self.sort(),
            start: match (&self.after, &self.before) {
                (Some(place), _) => Start::After(place.clone()),
                (None, Some(place)) => Start::Before(place.clone()),
                (None, None) => Start::Row((self.page.unwrap_or(1) - 1).saturating_mul(n_rows)),
            },
            n_rows,
        }
    }

    /// Whether all columns are asked for, by their common word.
    pub fn shows_all(&self) -> bool {
        self.show.iter().any(|name| name == ALL_COLUMNS)
    }

    /// The columns it asks for by their names; none for all.
    pub fn columns(&self) -> Vec<String> {
        match self.shows_all() {
            true => Vec::new(),
            false => self.show.clone(),
        }
    }

    /// Says all columns in one word where each is named, in the table's order: every link of a page repeats what is said here.
    pub fn shorten(&mut self, columns: &[&str]) {
        let is_each_named = !columns.is_empty() && self.show.iter().eq(columns.iter());
        if self.shows_all() || is_each_named {
            self.show = vec![ALL_COLUMNS.to_owned()];
        }
    }

    pub fn n_rows(&self) -> usize {
        self.size.unwrap_or(ROWS).clamp(1, MOST_ROWS)
    }

    pub fn sort(&self) -> Option<Sort> {
        let (column, descending) = match self.sort.strip_prefix('-') {
            Some(column) => (column, true),
            None => (self.sort.as_str(), false),
        };
        (!column.is_empty()).then(|| Sort {
            column: column.to_owned(),
            descending,
        })
    }

    /// The same rows from their beginning.
    pub fn rewound(&self) -> Asked {
        Asked {
            page: None,
            after: None,
            before: None,
            ..self.clone()
        }
    }

    /// The same with one more filter, from the beginning; values of one column stand beside each other.
    pub fn filtered(&self, filter: Filter) -> Asked {
        let mut asked = self.rewound();
        asked.put(filter);
        asked
    }

    /// The same without a filter, from the beginning.
    pub fn without(&self, at: usize) -> Asked {
        let mut asked = self.rewound();
        if at < asked.filters.len() {
            asked.filters.remove(at);
        }
        asked
    }

    /// The query that it was read from, in its own order.
    pub fn query(&self) -> String {
        let mut pairs: Vec<(&str, String)> = Vec::new();
        for filter in &self.filters {
            let (word, values) = written(&filter.test);
            let values = if values.is_empty() {
                vec![String::new()]
            } else {
                values
            };
            for value in values {
                pairs.push(("f", filter.column.clone()));
                pairs.push(("op", word.to_owned()));
                if !value.is_empty() {
                    pairs.push(("v", value));
                }
            }
        }
        pairs.extend(self.facets.iter().map(|name| ("facet", name.clone())));
        pairs.extend(self.show.iter().map(|name| ("show", name.clone())));
        let chart = &self.chart;
        for (name, value) in [
            ("sort", &self.sort),
            ("stat", &self.stat),
            ("chart", &chart.kind),
            ("x", &chart.x),
            ("y", &chart.y),
            ("sum", &chart.sum),
            ("by", &chart.by),
        ] {
            if !value.is_empty() {
                pairs.push((name, value.clone()));
            }
        }
        let number = |n: Option<usize>| n.map(|n| n.to_string());
        let place = |place: &Option<Place>| place.as_ref().map(ToString::to_string);
        for (name, value) in [
            ("size", number(self.size)),
            ("page", number(self.page)),
            ("after", place(&self.after)),
            ("before", place(&self.before)),
            ("version", self.version.map(|version| version.to_string())),
        ] {
            if let Some(value) = value {
                pairs.push((name, value));
            }
        }
        if self.is_labelled {
            pairs.push(("labels", "1".to_owned()));
        }
        serde_urlencoded::to_string(pairs).unwrap_or_default()
    }

    /// All that is asked for but the chart, from the first row, as pairs for hidden fields.
    pub fn without_chart(&self) -> Vec<(String, String)> {
        let asked = Asked {
            chart: ChartAsked::default(),
            ..self.rewound()
        };
        serde_urlencoded::from_str(&asked.query()).unwrap_or_default()
    }

    /// The address under a path.
    pub fn at(&self, path: &str) -> String {
        match self.query() {
            query if query.is_empty() => path.to_owned(),
            query => format!("{path}?{query}"),
        }
    }

    fn add(&mut self, row: FilterRow) -> Result<()> {
        if let Some(filter) = row.filter()? {
            self.put(filter);
        }
        Ok(())
    }

    fn put(&mut self, filter: Filter) {
        for known in &mut self.filters {
            if known.column != filter.column {
                continue;
            }
            match (&mut known.test, &filter.test) {
                (Test::Is(known), Test::Is(more)) | (Test::IsNot(known), Test::IsNot(more)) => {
                    for value in more {
                        push_new(known, value);
                    }
                    return;
                }
                (known, new) if known == new => return,
                _ => {}
            }
        }
        self.filters.push(filter);
    }
}

/// The comparisons, by their words in addresses.
pub const WORDS: [&str; 8] = ["is", "not", "contains", "starts", "from", "to", "empty", "filled"];

/// The word of a test, and its values.
pub fn written(test: &Test) -> (&'static str, Vec<String>) {
    match test {
        Test::Is(values) => ("is", values.clone()),
        Test::IsNot(values) => ("not", values.clone()),
        Test::Contains(value) => ("contains", vec![value.clone()]),
        Test::Starts(value) => ("starts", vec![value.clone()]),
        Test::From(value) => ("from", vec![value.clone()]),
        Test::To(value) => ("to", vec![value.clone()]),
        Test::Empty => ("empty", Vec::new()),
        Test::Filled => ("filled", Vec::new()),
    }
}

/// A row of the filter form as it was sent.
#[derive(Default)]
struct FilterRow {
    column: String,
    word: String,
    value: String,
}

impl FilterRow {
    /// Nothing for a row that was left empty.
    fn filter(self) -> Result<Option<Filter>> {
        if self.column.is_empty() {
            return Ok(None);
        }
        let is_blank = self.value.trim().is_empty();
        let value = self.value;
        let test = match self.word.as_str() {
            "empty" => Test::Empty,
            "filled" => Test::Filled,
            word if is_blank && (word.is_empty() || WORDS.contains(&word)) => return Ok(None),
            "is" => Test::Is(vec![value]),
            "not" => Test::IsNot(vec![value]),
            "" | "contains" => Test::Contains(value),
            "starts" => Test::Starts(value),
            "from" => Test::From(value),
            "to" => Test::To(value),
            other => {
                return Err(Problem::invalid("catalog-explore-comparison-unknown")
                    .with("comparison", other)
                    .with("known", WORDS.join(", ")));
            }
        };
        Ok(Some(Filter::new(self.column, test)))
    }
}

fn place(text: &str) -> Result<Option<Place>> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse()
        .map(Some)
        .map_err(|error: tables::Error| refused(&error.to_string()))
}

fn push_new(all: &mut Vec<String>, value: &str) {
    if !all.iter().any(|known| known == value) {
        all.push(value.to_owned());
    }
}

fn refused(reason: &str) -> Problem {
    Problem::invalid("query-refused").with("reason", reason)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn read(query: &str) -> Asked {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).expect("a query");
        Asked::read(&pairs).expect("understood")
    }

    #[test]
    fn an_address_is_read_and_written_back_the_same() {
        let query = "f=age&op=from&v=60&f=sex&op=is&v=female&f=note&op=empty&facet=sex&show=age&sort=-age&chart=bar&x=sex&size=100&after=7%7E81&version=3&labels=1";
        let asked = read(query);
        assert_eq!(read(&asked.query()), asked);
        assert_eq!(
            asked.filters,
            [
                Filter::new("age", Test::From("60".into())),
                Filter::new("sex", Test::Is(vec!["female".into()])),
                Filter::new("note", Test::Empty),
            ]
        );
        assert_eq!(asked.view(Vec::new()).n_rows, 100);
        assert_eq!(
            asked.view(Vec::new()).start,
            Start::After(Place {
                row: 7,
                value: Some("81".into())
            })
        );
    }

    #[test]
    fn all_columns_are_one_word_and_another_order_keeps_their_names() {
        let all = ["code", "owner"];
        for (query, wanted) in [
            ("show=code&show=owner", "show=*"),
            ("show=*", "show=*"),
            ("show=owner&show=*", "show=*"),
            ("show=owner&show=code", "show=owner&show=code"),
            ("show=code", "show=code"),
            ("", ""),
        ] {
            let mut asked = read(query);
            asked.shorten(&all);
            assert_eq!(asked.query(), wanted, "{query}");
            assert_eq!(asked.columns().is_empty(), matches!(wanted, "" | "show=*"));
        }
    }

    #[test]
    fn rows_of_the_form_that_were_left_empty_are_no_filters() {
        assert_eq!(read("f=&op=is&v=x&f=age&op=from&v=+").filters, []);
    }

    #[test]
    fn several_values_of_a_column_stand_beside_each_other() {
        let asked = read("f=sex&op=is&v=a&f=sex&op=is&v=b&f=sex&op=is&v=a");
        assert_eq!(
            asked.filters,
            [Filter::new("sex", Test::Is(vec!["a".into(), "b".into()]))]
        );
    }

    #[test]
    fn the_words_of_older_addresses_still_filter() {
        assert_eq!(
            read("by=name&text=+rejo+").filters,
            [Filter::new("name", Test::Contains("rejo".into()))]
        );
    }

    #[test]
    fn an_unknown_comparison_is_told_with_those_that_there_are() {
        let pairs = [("f", "age"), ("op", "like"), ("v", "6")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        let problem = Asked::read(&pairs).expect_err("refused");
        assert_eq!(problem.code(), "catalog-explore-comparison-unknown");
        assert!(problem.sentence(Lang::En).contains("starts"));
    }
}
