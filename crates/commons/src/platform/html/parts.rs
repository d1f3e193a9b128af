//! What the components' macros are given: choices, cells, rows, pages of a list.

use std::borrow::Borrow;
use std::fmt;

use crate::platform::html::Markup;
use crate::platform::i18n::Count;

/// A step of the way from the home page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    pub text: String,
    /// Empty for the page itself.
    pub href: String,
}

/// Something to tell at the top of the next page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub kind: NoticeKind,
    pub content: Markup,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    Success,
    Important,
}

impl NoticeKind {
    /// What the macro `notification_banner` takes as its `kind`.
    pub fn word(self) -> &'static str {
        match self {
            NoticeKind::Success => "success",
            NoticeKind::Important => "",
        }
    }
}

/// What is wrong with one field of a form, in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name and id; empty when the whole form is meant. A path leads to a field of another page.
    pub field: String,
    pub text: String,
}

impl FieldError {
    /// Returns where the link in the error summary leads.
    #[must_use]
    pub fn href(&self) -> String {
        if self.field.starts_with('/') {
            self.field.clone()
        } else {
            format!("#{}", self.field)
        }
    }
}

/// One option of radios, checkboxes or a select.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    /// Plain words; [`Choice::marked_up`] makes one whose words are HTML.
    pub text: Words,
    pub hint: String,
    /// Its own id; empty for one made from the field's.
    pub id: String,
    /// Its own name, for checkboxes that are each a field; empty for the field's.
    pub name: String,
    pub chosen: bool,
    pub disabled: bool,
    /// For "none of these" among checkboxes.
    pub excludes_others: bool,
    /// Whether it is only a word between choices.
    pub divides: bool,
}

impl Choice {
    pub fn new(value: impl fmt::Display, text: impl fmt::Display) -> Choice {
        Choice {
            value: value.to_string(),
            text: Words::Plain(text.to_string()),
            ..Choice::default()
        }
    }

    /// A choice whose words are HTML.
    pub fn marked_up(value: impl fmt::Display, text: Markup) -> Choice {
        Choice {
            value: value.to_string(),
            text: Words::Html(text),
            ..Choice::default()
        }
    }

    /// A word between choices, like "or".
    pub fn divider(text: impl fmt::Display) -> Choice {
        Choice {
            text: Words::Plain(text.to_string()),
            divides: true,
            ..Choice::default()
        }
    }

    pub fn hinted(mut self, hint: impl fmt::Display) -> Choice {
        self.hint = hint.to_string();
        self
    }

    /// Marks it as chosen when it has this value.
    pub fn chosen_if(mut self, value: &str) -> Choice {
        self.chosen = self.value == value;
        self
    }

    /// Its id as the `position`th of a field: the first one has the field's own id, so that an error summary's link lands on it.
    pub fn id_in(&self, field_id: impl fmt::Display, position: impl Count) -> String {
        match (self.id.is_empty(), position.count()) {
            (false, _) => self.id.clone(),
            (true, 1) => field_id.to_string(),
            (true, position) => format!("{field_id}-{position}"),
        }
    }

    pub fn name_in(&self, field_name: impl fmt::Display) -> String {
        if self.name.is_empty() {
            field_name.to_string()
        } else {
            self.name.clone()
        }
    }
}

/// Words that are plain, and get escaped, or HTML, and do not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Words {
    Plain(String),
    Html(Markup),
}

impl Default for Words {
    fn default() -> Words {
        Words::Plain(String::new())
    }
}

impl Words {
    pub fn is_empty(&self) -> bool {
        match self {
            Words::Plain(words) => words.is_empty(),
            Words::Html(markup) => markup.is_empty(),
        }
    }
}

impl From<Markup> for Words {
    fn from(markup: Markup) -> Words {
        Words::Html(markup)
    }
}

impl From<String> for Words {
    fn from(words: String) -> Words {
        Words::Plain(words)
    }
}

impl From<&str> for Words {
    fn from(words: &str) -> Words {
        Words::Plain(words.to_owned())
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Words::Plain(words) => Markup::escape(words).fmt(f),
            Words::Html(markup) => markup.fmt(f),
        }
    }
}

// Its `Display` has escaped what needs it.
impl askama::filters::HtmlSafe for Words {}

/// The three parts of a date as somebody typed them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DateParts {
    pub day: String,
    pub month: String,
    pub year: String,
    /// Whether the day, the month and the year are wrong.
    pub wrong: [bool; 3],
}

/// One input of a date.
pub struct DatePart<'a> {
    pub name: &'static str,
    pub label_id: &'static str,
    pub width: u8,
    pub value: &'a str,
    pub wrong: bool,
}

impl DateParts {
    pub fn parts(&self) -> [DatePart<'_>; 3] {
        let [day, month, year] = self.wrong;
        [
            DatePart {
                name: "day",
                label_id: "platform-day",
                width: 2,
                value: &self.day,
                wrong: day,
            },
            DatePart {
                name: "month",
                label_id: "platform-month",
                width: 2,
                value: &self.month,
                wrong: month,
            },
            DatePart {
                name: "year",
                label_id: "platform-year",
                width: 4,
                value: &self.year,
                wrong: year,
            },
        ]
    }
}

/// A row of a summary list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SummaryRow {
    pub key: Words,
    pub value: Words,
    pub actions: Vec<Action>,
}

impl SummaryRow {
    pub fn new(key: impl fmt::Display, value: impl Into<Words>) -> SummaryRow {
        SummaryRow {
            key: Words::Plain(key.to_string()),
            value: value.into(),
            actions: Vec::new(),
        }
    }
}

/// A link beside a row of a summary list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Action {
    pub href: String,
    pub text: String,
    /// What it acts on, for those who hear it out of its row.
    pub of: String,
}

/// A cell of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    pub content: Words,
    pub numeric: bool,
    /// What to order by where the shown content would mislead; empty for the content itself.
    pub sort_key: String,
    /// What stands over it where a phone shows the cells of a row below one another; empty for nothing.
    pub label: String,
}

impl Cell {
    pub fn text(text: impl fmt::Display) -> Cell {
        Cell {
            content: Words::Plain(text.to_string()),
            ..Cell::default()
        }
    }

    pub fn html(markup: Markup) -> Cell {
        Cell {
            content: Words::Html(markup),
            ..Cell::default()
        }
    }

    /// A heading over numbers.
    pub fn over_numbers(text: impl fmt::Display) -> Cell {
        Cell {
            numeric: true,
            ..Cell::text(text)
        }
    }

    /// A number as written for the reader, ordered by its value; `NaN` for what has none.
    pub fn number(written: impl fmt::Display, value: f64) -> Cell {
        let sort_key = if value.is_finite() {
            value.to_string()
        } else {
            "none".to_owned()
        };
        Cell {
            content: Words::Plain(written.to_string()),
            numeric: true,
            sort_key,
            label: String::new(),
        }
    }
}

/// The rows of a large table, written one after the other as `components::table` writes those of cells, without a cell for each value.
#[derive(Clone, Debug, Default)]
pub struct Rows(Markup);

impl Rows {
    /// Begins a row; what is written until the next stands in it.
    pub fn row(&mut self, write: impl FnOnce(&mut Rows)) {
        self.0.0.push_str("<tr class=\"govuk-table__row\">");
        write(self);
        self.0.0.push_str("</tr>");
    }

    pub fn text(&mut self, text: &str) {
        self.0.0.push_str("<td class=\"govuk-table__cell\">");
        self.0.push_escaped(text);
        self.0.0.push_str("</td>");
    }

    pub fn number(&mut self, written: &str) {
        self.0
            .0
            .push_str("<td class=\"govuk-table__cell govuk-table__cell--numeric\">");
        self.0.push_escaped(written);
        self.0.0.push_str("</td>");
    }

    pub fn html(&mut self, markup: &Markup) {
        self.0.0.push_str("<td class=\"govuk-table__cell\">");
        self.0.0.push_str(&markup.0);
        self.0.0.push_str("</td>");
    }

    /// The rows as they stand in the table's body.
    pub fn markup(&self) -> &Markup {
        &self.0
    }
}

/// Labels every cell with the words of its head, for a table whose rows stack on a phone.
pub fn label_rows(head: &[Cell], rows: &mut [Vec<Cell>]) {
    for row in rows {
        for (cell, over) in row.iter_mut().zip(head) {
            if let Words::Plain(words) = &over.content {
                cell.label.clone_from(words);
            }
        }
    }
}

/// The pages of a long list. Empty `previous` and `next` where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pagination {
    pub previous: String,
    pub next: String,
    pub items: Vec<PageItem>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageItem {
    Page {
        number: u32,
        href: String,
        current: bool,
    },
    Gap,
}

impl Pagination {
    /// The pages around `current` (from 1) of `last`, first and last always among them; `href` makes a page's address.
    pub fn new(current: u32, last: u32, href: impl Fn(u32) -> String) -> Pagination {
        let current = current.clamp(1, last.max(1));
        let mut items = Vec::new();
        let mut shown_up_to = 0;
        for number in (1..=last).filter(|n| *n == 1 || *n == last || n.abs_diff(current) <= 1) {
            if number > shown_up_to + 1 {
                items.push(PageItem::Gap);
            }
            items.push(PageItem::Page {
                number,
                href: href(number),
                current: number == current,
            });
            shown_up_to = number;
        }
        Pagination {
            previous: if current > 1 {
                href(current - 1)
            } else {
                String::new()
            },
            next: if current < last {
                href(current + 1)
            } else {
                String::new()
            },
            items,
        }
    }

    /// Whether there is more than one page.
    pub fn is_needed(&self) -> bool {
        !self.previous.is_empty() || !self.next.is_empty()
    }
}

/// The media type of a page's data in the shape that this suffix names.
pub fn media_type(suffix: &str) -> &'static str {
    match suffix {
        "csv" => "text/csv",
        "geojson" => "application/geo+json",
        "parquet" => "application/vnd.apache.parquet",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pdf" => "application/pdf",
        _ => "application/json",
    }
}

/// The first that is not empty: an id of its own, else the name.
pub fn first_of(id: impl fmt::Display, name: impl fmt::Display) -> String {
    let id = id.to_string();
    if id.is_empty() { name.to_string() } else { id }
}

/// The value of `aria-describedby` of a field with this id.
pub fn described_by(
    others: impl fmt::Display,
    id: impl fmt::Display,
    hint: impl fmt::Display,
    error: impl fmt::Display,
) -> String {
    let mut ids = others.to_string();
    for (part, words) in [("hint", hint.to_string()), ("error", error.to_string())] {
        if !words.is_empty() {
            if !ids.is_empty() {
                ids.push(' ');
            }
            ids += &format!("{id}-{part}");
        }
    }
    ids
}

/// What describes each of some checkboxes that stand in no fieldset, which would carry it for them.
pub fn described_when_alone(
    legend: impl fmt::Display,
    others: impl fmt::Display,
    id: impl fmt::Display,
    hint: impl fmt::Display,
    error: impl fmt::Display,
) -> String {
    if legend.to_string().is_empty() {
        described_by(others, id, hint, error)
    } else {
        String::new()
    }
}

/// Whether a column of links is needed beside a summary list.
pub fn any_row_acts<R: Borrow<SummaryRow>>(rows: &[R]) -> bool {
    rows.iter().any(|row| !row.borrow().actions.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pages: &Pagination) -> String {
        let word = |item: &PageItem| match item {
            PageItem::Gap => "…".to_owned(),
            PageItem::Page {
                number,
                current: true,
                ..
            } => format!("[{number}]"),
            PageItem::Page { number, .. } => number.to_string(),
        };
        pages.items.iter().map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_long_list_shows_its_ends_and_the_neighbours() {
        let href = |page| format!("/data?page={page}");
        assert_eq!(shown(&Pagination::new(1, 40, href)), "[1] 2 … 40");
        assert_eq!(shown(&Pagination::new(10, 40, href)), "1 … 9 [10] 11 … 40");
        assert_eq!(shown(&Pagination::new(3, 4, href)), "1 2 [3] 4");
        assert_eq!(Pagination::new(10, 40, href).next, "/data?page=11");
    }

    #[test]
    fn a_page_beyond_the_last_is_the_last() {
        let pages = Pagination::new(99, 2, |page| page.to_string());
        assert_eq!((pages.previous.as_str(), pages.next.as_str()), ("1", ""));
        assert!(!Pagination::new(1, 1, |page| page.to_string()).is_needed());
        assert!(!Pagination::new(1, 0, |page| page.to_string()).is_needed());
    }
}
