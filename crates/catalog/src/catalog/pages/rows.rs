//! The rows of a table as its page shows them: their heads, their cells, the pages they part into.

use tables::{Column, Kind, Seen, Value};

use super::title_of;
use crate::{
    catalog::{
        explore::{
            asked::Asked,
            json,
            written::{self, Writing},
        },
        view::Resource,
    },
    platform::{
        html::{
            Markup,
            parts::{Cell, Choice, Pagination, Rows},
        },
        i18n::Lang,
    },
};

/// Characters of a value on a page.
const LONGEST_CELL: usize = 120;
/// Characters of a shape that are told of a cell that shows its beginning.
const LONGEST_TOLD: usize = 1_000;

/// The head of a column, over its numbers where it has some.
pub fn head_cell(kind: Kind, title: &str) -> Cell {
    if kind.is_number() {
        Cell::over_numbers(title)
    } else {
        Cell::text(title)
    }
}

/// A value as a cell, cut when it is very long; a day is never broken at its hyphens.
pub fn cell(value: &Value) -> Cell {
    let text = cut(value.to_string(), LONGEST_CELL);
    match value {
        Value::Date(_) | Value::Instant(_) => Cell::html(unbroken(&text)),
        _ => Cell {
            numeric: matches!(value, Value::Integer(_) | Value::Decimal(_)),
            ..Cell::text(text)
        },
    }
}

/// The rows of a view as their reader writes them.
pub fn written(writing: &Writing, seen: &Seen) -> Rows {
    let mut rows = Rows::default();
    for row in &seen.rows {
        rows.row(|rows| {
            for (column, value) in seen.columns.iter().zip(row) {
                write(rows, writing, column, value);
            }
        });
    }
    rows
}

/// Writes a value of a column; a shape is told by what it is, with its text behind it, and a day is never broken at its hyphens.
fn write(rows: &mut Rows, writing: &Writing, column: &Column, value: &Value) {
    if let Value::Text(shape) = value
        && column.kind == Kind::Geometry
    {
        return rows.html(&shape_cell(writing, shape));
    }
    let text = cut(writing.value(&column.name, value), LONGEST_CELL);
    match value {
        Value::Date(_) | Value::Instant(_) => rows.html(&unbroken(&text)),
        Value::Integer(_) | Value::Decimal(_) => rows.number(&text),
        _ => rows.text(&text),
    }
}

/// A value of a column as a cell of a table that the reader can order.
pub fn cell_of(writing: &Writing, column: &Column, value: &Value) -> Cell {
    let text = || cut(writing.value(&column.name, value), LONGEST_CELL);
    match value {
        Value::Text(shape) if column.kind == Kind::Geometry => Cell::html(shape_cell(writing, shape)),
        Value::Date(_) | Value::Instant(_) => Cell {
            sort_key: value.to_string(),
            ..Cell::html(unbroken(&text()))
        },
        Value::Integer(n) => Cell {
            numeric: true,
            sort_key: n.to_string(),
            ..Cell::text(text())
        },
        Value::Decimal(x) => Cell::number(text(), *x),
        _ => Cell::text(text()),
    }
}

fn shape_cell(writing: &Writing, shape: &str) -> Markup {
    let told = written::shape(writing.lang, shape).unwrap_or_else(|| cut(shape.to_owned(), LONGEST_CELL));
    let mut cell = Markup("<span class=\"bz-clip\" title=\"".to_owned());
    cell.push_escaped(&cut(shape.to_owned(), LONGEST_TOLD));
    cell.0.push_str("\">");
    cell.push_escaped(&told);
    cell.0.push_str("</span>");
    cell
}

fn unbroken(text: &str) -> Markup {
    let mut cell = Markup("<span class=\"bz-nowrap\">".to_owned());
    cell.push_escaped(text);
    cell.0.push_str("</span>");
    cell
}

fn cut(text: String, most: usize) -> String {
    // Shorter in bytes is shorter in characters, which most values are.
    if text.len() <= most {
        return text;
    }
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// `Rows 51 to 100 of 1,200`, or how many there are when all are shown; where rows were filtered, among how many, too.
pub fn found(lang: Lang, seen: &Seen, among: Option<i64>) -> String {
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let shown = seen.rows.len() as u64;
    let is_all = seen.n_before == 0 && shown >= seen.n_found;
    let text = match (is_all, among) {
        (true, None) => lang.text("catalog-n-rows").n("n", number(seen.n_found)),
        (true, Some(all)) => lang
            .text("catalog-explore-some-rows")
            .n("n", number(seen.n_found))
            .n("all", all),
        (false, None) => lang.text("catalog-explore-rows-of"),
        (false, Some(all)) => lang.text("catalog-explore-rows-among").n("rows", all),
    };
    if is_all {
        return text.to_string();
    }
    text.n("from", number((seen.n_before + 1).min(seen.n_found)))
        .n("to", number(seen.n_before + shown))
        .n("all", number(seen.n_found))
        .to_string()
}

/// The number and the address of the last page, for a page behind it; none where there are rows to show.
pub fn last_page(asked: &Asked, seen: &Seen, path: &str) -> Option<(usize, String)> {
    if !seen.rows.is_empty() || seen.n_found == 0 {
        return None;
    }
    let n_found = usize::try_from(seen.n_found).unwrap_or(usize::MAX);
    let last = n_found.div_ceil(asked.n_rows());
    let href = Asked {
        page: Some(last).filter(|page| *page > 1),
        ..asked.rewound()
    }
    .at(path);
    Some((last, href))
}

/// The heads of the columns: each orders the rows by its column, and the other way when it does already.
pub fn heads(lang: Lang, resource: &Resource, asked: &Asked, seen: &Seen, path: &str) -> Vec<Cell> {
    let sort = asked.sort();
    seen.columns
        .iter()
        .map(|column| {
            let title = resource
                .columns
                .iter()
                .find(|known| known.name == column.name)
                .map(title_of)
                .unwrap_or_default();
            let now = sort.as_ref().filter(|sort| sort.column == column.name);
            let next = match now {
                Some(sort) if !sort.descending => format!("-{}", column.name),
                _ => column.name.clone(),
            };
            let (arrow, said) = match now {
                None => ("", String::new()),
                Some(sort) if sort.descending => (" ↓", lang.text("catalog-downwards").arg("column", &title).to_string()),
                Some(_) => (" ↑", lang.text("catalog-upwards").arg("column", &title).to_string()),
            };
            let href = Asked {
                sort: next,
                ..asked.rewound()
            }
            .at(path);
            let spoken = if said.is_empty() {
                String::new()
            } else {
                format!(
                    "<span aria-hidden=\"true\">{arrow}</span><span class=\"govuk-visually-hidden\"> ({})</span>",
                    Markup::escape(&said)
                )
            };
            let link = Markup(format!(
                "<a class=\"govuk-link\" href=\"{}\">{}</a>{spoken}",
                Markup::escape(&href),
                Markup::escape(&title)
            ));
            Cell {
                content: link.into(),
                ..head_cell(column.kind, "")
            }
        })
        .collect()
}

/// Numbered pages, whose neighbours are found by the places of the rows, so that they hold when rows come in between.
pub fn pages(asked: &Asked, seen: &Seen, path: &str) -> Pagination {
    let size = asked.n_rows();
    let last = usize::try_from(seen.n_found).unwrap_or(usize::MAX).div_ceil(size);
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let current = json::page_of(asked, seen.n_before);
    let pages = Pagination::new(number(current), number(last), |page| {
        Asked {
            page: Some(page as usize).filter(|page| *page > 1),
            ..asked.rewound()
        }
        .at(path)
    });
    if asked.sort.is_empty() {
        return pages;
    }
    let at = |asked: Option<Asked>| asked.map(|asked| asked.at(path)).unwrap_or_default();
    Pagination {
        previous: at(json::previous(asked, seen)),
        next: at(json::next(asked, seen)),
        ..pages
    }
}

/// The orders that rows can be put in: as received, or by a column either way.
pub fn orders(lang: Lang, resource: &Resource, chosen: &str) -> Vec<Choice> {
    let unsorted = Choice::new("", lang.text("catalog-as-received")).chosen_if(chosen);
    let by_column = resource.columns.iter().flat_map(|column| {
        let title = title_of(column);
        let downwards = format!("-{}", column.name);
        [
            Choice::new(&column.name, lang.text("catalog-upwards").arg("column", &title)).chosen_if(chosen),
            Choice::new(downwards, lang.text("catalog-downwards").arg("column", &title)).chosen_if(chosen),
        ]
    });
    std::iter::once(unsorted).chain(by_column).collect()
}
