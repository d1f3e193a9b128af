//! What the columns of a table hold, as rows of a table.

use tables::Kind;

use crate::{
    catalog::view::{ColumnView, Resource},
    platform::{
        html::{Markup, parts::Cell},
        i18n::Lang,
    },
};

/// A column as a row; its name leads to `href`, where it is described.
pub fn column_cells(lang: Lang, resource: &Resource, column: &ColumnView, href: &str) -> Vec<Cell> {
    let kind = lang.text(format!("catalog-kind-{}", column.kind)).to_string();
    let name = if column.title.is_empty() {
        column.name.clone()
    } else {
        format!("{} ({})", column.title, column.name)
    };
    let name = Cell::html(Markup(format!(
        "<a class=\"govuk-link\" href=\"{}\">{}</a>",
        Markup::escape(href),
        Markup::escape(&name)
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
    let end = |value: &Option<String>| value.clone().filter(|_| is_read).unwrap_or_default();
    let common: Vec<String> = profile
        .common
        .iter()
        .filter(|_| is_read)
        .take(3)
        .map(|(value, n)| format!("{value} ({})", percent(*n)))
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
