//! The metadata of a dataset for everybody: how complete each form is, and each form to read, print and take away.

use askama::Template;
use axum::{
    Json, Router,
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Map, Value, json};

use super::{
    desk::may_fill,
    fields::{COLUMN_KEYS, Column, FIELDS, Form, Record, block_in, fields_of},
    record,
};
use crate::{
    catalog::{
        agenda::files::plain,
        pages::sample,
        standards::pages::file,
        view::{self, Dataset},
    },
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Cell, SummaryRow, label_rows},
        },
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::{Problem, Result},
    },
};

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/data/{dataset}/metadata", get(all))
        .route("/data/{dataset}/metadata.json", get(all_as_json))
        .route("/data/{dataset}/metadata/{form}", get(one))
}

#[derive(Template)]
#[template(path = "catalog/metadata/metadata.html")]
pub struct MetadataPage {
    page: Shell,
    dataset: Dataset,
    forms: Vec<FormCard>,
}

/// A form with how complete it is.
struct FormCard {
    href: String,
    title: String,
    about: String,
    percent: String,
}

#[derive(Template)]
#[template(path = "catalog/metadata/form.html")]
pub struct FormPage {
    page: Shell,
    dataset: Dataset,
    about: String,
    percent: String,
    blocks: Vec<Block>,
    head: Vec<Cell>,
    columns: Vec<Vec<Cell>>,
}

struct Block {
    title: String,
    rows: Vec<SummaryRow>,
}

async fn all(State(app): State<App>, op: Op, uri: Uri, Path(slug): Path<String>) -> Result<Response> {
    let mut dataset = view::find_dataset(&app, &op, &slug).await?;
    // The link to the form is for those who may open it.
    dataset.may_write = may_fill(&op, &dataset);
    let record = record(&app, &op, &dataset, op.lang).await?;
    render(&MetadataPage::new(shell(&app, &op, &uri), dataset, &record))
}

async fn all_as_json(State(app): State<App>, op: Op, Path(slug): Path<String>) -> Result<Response> {
    let dataset = view::find_dataset(&app, &op, &slug).await?;
    let record = record(&app, &op, &dataset, op.lang).await?;
    let forms: Map<String, Value> = Form::ALL
        .into_iter()
        .map(|form| (form.as_str().to_owned(), as_json(&record, form)))
        .collect();
    Ok(Json(json!({ "dataset": dataset.slug, "forms": forms })).into_response())
}

async fn one(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path((slug, name)): Path<(String, String)>,
) -> Result<Response> {
    let (name, shape) = match name.rsplit_once('.') {
        Some((name, shape @ ("json" | "csv"))) => (name, shape),
        _ => (name.as_str(), ""),
    };
    let dataset = view::find_dataset(&app, &op, &slug).await?;
    let form = Form::parse(name).ok_or_else(|| Problem::not_found("page-unknown"))?;
    let record = record(&app, &op, &dataset, op.lang).await?;
    match shape {
        "json" => return Ok(Json(as_json(&record, form)).into_response()),
        "csv" => {
            let name = format!("{slug}-{}.csv", form.as_str());
            return Ok(file(
                "text/csv; charset=utf-8",
                &name,
                as_csv(op.lang, &record, form)?,
            ));
        }
        _ => {}
    }
    render(&FormPage::new(shell(&app, &op, &uri), dataset, &record, form))
}

/// A form as JSON: how complete it is, its facts, and for MS-Var its columns.
#[must_use]
pub fn as_json(record: &Record, form: Form) -> Value {
    let facts: Map<String, Value> = fields_of(form)
        .map(|field| (field.key.to_owned(), json!(record.fact(field.key))))
        .collect();
    let mut whole = json!({ "form": form.as_str(), "percent": record.percent(form), "facts": facts });
    if form == Form::Variable {
        let columns = record.columns.iter().map(|column| {
            let facts = COLUMN_KEYS.into_iter().zip(column.facts());
            let mut node: Map<String, Value> =
                facts.map(|(key, fact)| (key.to_owned(), json!(fact))).collect();
            node.insert("table".to_owned(), json!(column.table));
            Value::Object(node)
        });
        whole["variables"] = columns.collect();
    }
    whole
}

/// A form as rows: block, key, question, answer; for MS-Var a row for each fact of each column.
///
/// # Errors
/// When writing fails.
pub fn as_csv(lang: Lang, record: &Record, form: Form) -> Result<Vec<u8>> {
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record(["block", "variable", "key", "question", "answer"])
        .map_err(Problem::internal)?;
    for field in fields_of(form) {
        let block = block_in(field, form).unwrap_or_default().to_string();
        let question = question(lang, field.key);
        let answer = plain(record.fact(field.key));
        file.write_record([block.as_str(), "", field.key, &question, &answer])
            .map_err(Problem::internal)?;
    }
    for column in record.columns.iter().filter(|_| form == Form::Variable) {
        for (key, fact) in COLUMN_KEYS.into_iter().zip(column.facts()) {
            let question = lang.text(format!("catalog-metadata-column-{key}")).to_string();
            file.write_record(["2", &plain(&column.name), key, &question, &plain(fact)])
                .map_err(Problem::internal)?;
        }
    }
    file.into_inner()
        .map_err(|error| Problem::internal(error.into_error()))
}

/// What a fact is called.
pub fn question(lang: Lang, key: &str) -> String {
    lang.text(format!("catalog-metadata-field-{key}")).to_string()
}

/// What a form is called.
pub fn title(lang: Lang, form: Form) -> String {
    lang.text(format!("catalog-metadata-form-{}", form.as_str()))
        .to_string()
}

fn percent_in_words(lang: Lang, record: &Record, form: Form) -> String {
    lang.text("catalog-metadata-percent")
        .arg("percent", lang.percent(f64::from(record.percent(form)), 0))
        .to_string()
}

impl MetadataPage {
    fn new(page: Shell, dataset: Dataset, record: &Record) -> MetadataPage {
        let lang = page.lang;
        MetadataPage {
            forms: Form::ALL
                .into_iter()
                .map(|form| FormCard {
                    href: format!("/data/{}/metadata/{}", dataset.slug, form.as_str()),
                    title: title(lang, form),
                    about: lang
                        .text(format!("catalog-metadata-about-{}", form.as_str()))
                        .to_string(),
                    percent: percent_in_words(lang, record, form),
                })
                .collect(),
            page: page
                .titled(lang.text("catalog-metadata-of").arg("dataset", &dataset.title))
                .crumb(lang.text("catalog-title"), "/data")
                .crumb(&dataset.title, format!("/data/{}", dataset.slug))
                .crumb(lang.text("catalog-metadata-title"), "")
                .shapes(&["json"]),
            dataset,
        }
    }

    pub fn sample(lang: Lang) -> MetadataPage {
        MetadataPage::new(Shell::sample(lang), sample::dataset(), &sample_record())
    }
}

impl FormPage {
    fn new(page: Shell, dataset: Dataset, record: &Record, form: Form) -> FormPage {
        let lang = page.lang;
        let missing = || lang.text("catalog-metadata-missing").to_string();
        let mut blocks: Vec<(u8, Block)> = Vec::new();
        for field in fields_of(form) {
            let block = block_in(field, form).unwrap_or_default();
            if blocks.last().is_none_or(|(known, _)| *known != block) {
                let title = lang.text(format!("catalog-metadata-block-{}-{block}", form.as_str()));
                let fresh = Block {
                    title: title.to_string(),
                    rows: Vec::new(),
                };
                blocks.push((block, fresh));
            }
            if let Some((_, block)) = blocks.last_mut() {
                let answer = match record.fact(field.key) {
                    "" => missing(),
                    said => said.to_owned(),
                };
                block
                    .rows
                    .push(SummaryRow::new(question(lang, field.key), answer));
            }
        }
        let head: Vec<Cell> = COLUMN_KEYS
            .map(|key| Cell::text(lang.text(format!("catalog-metadata-column-{key}"))))
            .into();
        let columns = record.columns.iter().filter(|_| form == Form::Variable);
        let mut columns: Vec<Vec<Cell>> = columns
            .map(|column| column.facts().map(Cell::text).to_vec())
            .collect();
        label_rows(&head, &mut columns);
        FormPage {
            about: lang
                .text(format!("catalog-metadata-about-{}", form.as_str()))
                .to_string(),
            percent: percent_in_words(lang, record, form),
            blocks: blocks.into_iter().map(|(_, block)| block).collect(),
            head,
            columns,
            page: page
                .titled(title(lang, form))
                .crumb(&dataset.title, format!("/data/{}", dataset.slug))
                .crumb(
                    lang.text("catalog-metadata-title"),
                    format!("/data/{}/metadata", dataset.slug),
                )
                .crumb(title(lang, form), "")
                .shapes(&["csv", "json"]),
            dataset,
        }
    }

    pub fn sample(lang: Lang) -> FormPage {
        FormPage::new(
            Shell::sample(lang),
            sample::dataset(),
            &sample_record(),
            Form::Variable,
        )
    }
}

/// A record that is half said, for tests and for looking at.
pub fn sample_record() -> Record {
    let facts = FIELDS
        .iter()
        .step_by(2)
        .map(|field| (field.key, format!("What is said <of> {} & more", field.key)))
        .collect();
    Record {
        facts,
        columns: vec![Column {
            table: "Table <data>".into(),
            name: "well".into(),
            alias: "Name of the <well>".into(),
            kind: "text".into(),
            ..Column::default()
        }],
    }
}
