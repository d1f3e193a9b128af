//! What the columns of a table hold, as rows of a table.

use tables::Kind;

use crate::{
    catalog::{
        explore::written::Writing,
        model::repeats_name,
        view::{ColumnView, Resource},
    },
    platform::{
        html::{Markup, parts::Cell},
        i18n::Lang,
    },
};

/// A column as a row; its name leads to `href`, where it is described.
pub fn column_cells(writing: &Writing, resource: &Resource, column: &ColumnView, href: &str) -> Vec<Cell> {
    let lang = writing.lang;
    let called = called(column);
    let kind = kind_words(lang, column, &called);
    let name = Cell::html(Markup(format!(
        "<a class=\"govuk-link\" href=\"{}\">{}</a>",
        Markup::escape(href),
        Markup::escape(&called)
    )));
    let Some(profile) = &column.profile else {
        return vec![
            name,
            Cell::text(kind),
            Cell::text(""),
            Cell::text(""),
            Cell::text(""),
            Cell::text(""),
            Cell::text(""),
        ];
    };
    let percent = |n: u64| {
        let n_rows = u64::try_from(resource.n_rows).unwrap_or_default();
        if n_rows == 0 {
            String::new()
        } else {
            lang.percent(n as f64 * 100.0 / n_rows as f64, 1)
        }
    };
    // The texts of shapes have neither a smallest nor a largest, and nobody reads them.
    let is_read = column.kind != Kind::Geometry.as_str();
    // Nor does the first word of an alphabet say anything about the others.
    let has_ends = is_read && column.kind != Kind::Text.as_str();
    let written = |value: &str| writing.kept(&column.name, &column.kind, value);
    let end = |value: &Option<String>| {
        let value = value.as_deref().filter(|_| has_ends);
        value.map(written).unwrap_or_default()
    };
    let common: Vec<String> = profile
        .common
        .iter()
        .filter(|_| is_read)
        .take(3)
        .map(|(value, n)| format!("{} ({})", written(value), percent(*n)))
        .collect();
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    vec![
        name,
        Cell::text(kind),
        Cell::number(
            if profile.n_null == 0 {
                "0".to_owned()
            } else {
                percent(profile.n_null)
            },
            profile.n_null as f64,
        ),
        Cell::number(lang.number(count(profile.n_distinct)), profile.n_distinct as f64),
        Cell::text(end(&profile.least)),
        Cell::text(end(&profile.most)),
        Cell::text(common.join(", ")),
    ]
}

/// What a column is called: its title, with its name beside it where that is another one.
fn called(column: &ColumnView) -> String {
    let (title, name) = (&column.title, &column.name);
    if title.is_empty() {
        name.clone()
    } else if repeats_name(title, name) {
        title.clone()
    } else {
        format!("{title} ({name})")
    }
}

/// What the values of a column are, and in which unit where what it is called does not say so.
fn kind_words(lang: Lang, column: &ColumnView, called: &str) -> String {
    let kind = lang.text(format!("catalog-kind-{}", column.kind)).to_string();
    if column.unit.is_empty() || called.contains(&format!("({})", column.unit)) {
        return kind;
    }
    lang.text("catalog-column-in-unit")
        .arg("kind", kind)
        .arg("unit", &column.unit)
        .to_string()
}
