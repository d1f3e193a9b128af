//! What a dataset holds that nobody has published yet, for those who decide about it: first rows, columns, and how far it is described.

use tables::{Limits, Page};

use super::{
    super::{
        metadata::{self, fields::Form},
        pages::rows::{cell, head_cell},
        store,
        view::{self, Dataset, FileView, Resource, spoken},
    },
    faults::{self, Sees},
};
use crate::platform::{app::App, html::parts::Cell, i18n::Lang, op::Op, problem::Result};

/// Rows of a table that are shown.
const MOST_ROWS: usize = 20;

/// A table as far as whoever decides may see it.
pub struct TableView {
    pub title: String,
    pub href: String,
    /// How many rows it has; how many columns are hidden, and how many rows could not be read.
    pub facts: Vec<String>,
    pub head: Vec<Cell>,
    pub rows: Vec<Vec<Cell>>,
    pub columns_head: Vec<Cell>,
    pub columns: Vec<Vec<Cell>>,
    /// What of its newest file could not be read or is doubtful.
    pub faults: Vec<Vec<Cell>>,
}

/// Shows the tables of a dataset.
///
/// # Errors
/// When the tables or the database fail.
pub async fn list_tables(app: &App, op: &Op, dataset: &Dataset) -> Result<Vec<TableView>> {
    let mut all = Vec::new();
    for known in dataset.resources.iter().filter(|known| known.version.is_some()) {
        let resource = view::find_resource(app, op, &dataset.slug, &known.slug, None).await?;
        let files = view::list_files(app, &resource.id).await?;
        let mut table = TableView::new(op.lang, &resource, files.first());
        if !resource.columns.is_empty() {
            let page = Page {
                n_rows: MOST_ROWS,
                ..Page::default()
            };
            let asked = app.lake.page(&resource.table, &page, Limits::default()).await;
            let (answer, _) = asked.map_err(spoken)?;
            let heads = answer.columns.iter();
            table.head = heads.map(|column| head_cell(column.kind, &column.name)).collect();
            let rows = answer.rows.iter();
            table.rows = rows.map(|row| row.iter().map(cell).collect()).collect();
        }
        all.push(table);
    }
    Ok(all)
}

/// How far the metadata forms and the standards of a dataset are: a page and what it says.
///
/// # Errors
/// When the database fails.
pub async fn list_progress(app: &App, op: &Op, dataset: &Dataset) -> Result<Vec<(String, String)>> {
    let lang = op.lang;
    let record = metadata::record(app, op, dataset, lang).await?;
    let mut all: Vec<(String, String)> = Form::ALL
        .into_iter()
        .map(|form| {
            let percent = lang
                .text("catalog-metadata-percent")
                .arg("percent", lang.percent(f64::from(record.percent(form)), 0));
            (
                format!("/data/{}/metadata/{}", dataset.slug, form.as_str()),
                format!("{}: {percent}", metadata::pages::title(lang, form)),
            )
        })
        .collect();
    let (mut n_assigned, mut n_columns) = (0, 0);
    for known in dataset.resources.iter().filter(|known| known.version.is_some()) {
        let assigned = store::standards::list_assigned(app.db.read(), Some(&known.id)).await?;
        n_assigned += assigned.len();
        n_columns += store::list_columns(app.db.read(), Some(&known.id)).await?.len();
    }
    let standards = lang
        .text("catalog-metadata-shows-standards")
        .n("n", n_assigned)
        .n("of", n_columns);
    let href = match dataset.may_write {
        true => format!("/desk/data/{}/standards", dataset.slug),
        false => format!("/data/{}/metadata/{}", dataset.slug, Form::Variable.as_str()),
    };
    all.push((href, standards.to_string()));
    Ok(all)
}

impl TableView {
    fn new(lang: Lang, resource: &Resource, newest: Option<&FileView>) -> TableView {
        let mut facts = vec![lang.text("catalog-n-rows").n("n", resource.n_rows).to_string()];
        if resource.n_hidden > 0 {
            facts.push(
                lang.text("catalog-hidden-columns")
                    .n("n", resource.n_hidden)
                    .to_string(),
            );
        }
        if let Some(file) = newest.filter(|file| file.n_bad > 0) {
            facts.push(lang.text("catalog-bad-rows").n("n", file.n_bad).to_string());
        }
        let columns = resource.columns.iter().map(|column| {
            let profile = column.profile.as_ref();
            let number = |n: Option<u64>| n.map_or_else(String::new, |n| lang.number(n));
            vec![
                Cell::text(&column.name),
                Cell::text(lang.text(format!("catalog-kind-{}", column.kind))),
                Cell::text(lang.text(format!("catalog-class-{}", column.class.as_str()))),
                Cell::text(number(profile.map(|known| known.n_null))),
                Cell::text(number(profile.map(|known| known.n_distinct))),
            ]
        });
        TableView {
            title: resource.title.clone(),
            href: format!("/data/{}/{}", resource.dataset.slug, resource.slug),
            facts,
            head: Vec::new(),
            rows: Vec::new(),
            columns_head: [
                "catalog-column-name",
                "catalog-column-kind",
                "catalog-who-may-see-it",
                "catalog-column-missing",
                "catalog-column-distinct",
            ]
            .map(|id| Cell::text(lang.text(id)))
            .into(),
            columns: columns.collect(),
            faults: newest.map_or_else(Vec::new, |file| {
                let names = resource.columns.iter().map(|column| column.name.clone());
                let sees = match resource.is_whole() {
                    true => Sees::All,
                    false => Sees::Only(names.collect()),
                };
                faults::rows(lang, file, &sees)
            }),
        }
    }

    pub fn sample(lang: Lang) -> TableView {
        TableView {
            title: "Table <pumps>".into(),
            head: vec![Cell::text("well"), Cell::over_numbers("depth")],
            rows: vec![vec![Cell::text("Sumur <1>"), Cell::number("12", 12.0)]],
            ..TableView::new(
                lang,
                &super::super::pages::sample::resource(),
                Some(&super::super::pages::sample::file()),
            )
        }
    }
}
