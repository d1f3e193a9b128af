//! Metadata of a dataset: one record, shown as MS-Keg, MS-Var, MS-Ind (Perka BPS 5/2020) and Dublin Core; and the evidence pack that a
//! government is graded by (EPSS, the evaluation of sectoral statistics).
//!
//! What the catalogue knows is not asked again. Columns take concept, definition and classification from the standards they follow.
//!
//! Deliberately absent: sending the forms to BPS, the marks of the grading: those are given by people who read the evidence.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    agenda,
    model::{Class, WRITERS},
    standards::Registry,
    store::{self, standards::AssignedRow},
    view::{self, Dataset},
};
use crate::{
    places,
    platform::{
        app::App,
        events::Event,
        i18n::Lang,
        op::Op,
        problem::{Problem, Result},
        time::Time,
    },
};

pub mod desk;
pub mod epss;
pub mod fields;
pub mod pages;

use fields::{Column, FIELDS, Record, Source};

const LONGEST_TEXT: usize = 4_000;

/// What is said of a dataset for the metadata forms changed.
#[derive(Serialize)]
pub struct MetadataSaved {
    pub dataset: String,
}

impl Event for MetadataSaved {
    const NAME: &'static str = "catalog.metadata-saved";
    fn subject(&self) -> String {
        format!("dataset/{}", self.dataset)
    }
}

/// Gathers the record of a dataset, with the columns that the reader may see.
///
/// # Errors
/// When the database fails.
pub async fn record(app: &App, op: &Op, dataset: &Dataset, lang: Lang) -> Result<Record> {
    let mut record = Record::default();
    for (key, text) in asked(app, &dataset.id).await? {
        if let Some(field) = FIELDS.iter().find(|field| field.key == key) {
            record.facts.insert(field.key, text);
        }
    }
    let frequency = agenda::year::brief(app, &dataset.id)
        .await?
        .map_or_else(String::new, |brief| {
            lang.text(format!("catalog-agenda-every-{}", brief.frequency))
                .to_string()
        });
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let mut formats: Vec<String> = dataset
        .resources
        .iter()
        .filter_map(|resource| match resource.sql_name {
            Some(_) => Some("CSV, Excel, JSON, Parquet".to_owned()),
            None => resource.format.clone(),
        })
        .collect();
    formats.sort();
    formats.dedup();
    let themes = dataset
        .themes
        .iter()
        .map(|known| super::pages::theme_title(lang, known))
        .chain(dataset.tags.iter().cloned());
    let access = if dataset.is_open { "open" } else { "closed" };
    let registry = Registry::of(app).await?;
    let mut names = Vec::new();
    for entry in dataset.resources.iter().filter(|entry| entry.version.is_some()) {
        let resource = view::find_resource(app, op, &dataset.slug, &entry.slug, None).await?;
        let assigned = store::standards::list_assigned(app.db.read(), Some(&resource.id)).await?;
        for column in &resource.columns {
            let row = assigned.iter().find(|row| row.column_name == column.name);
            names.push(column.name.clone());
            let told = of_standard(&registry, row, lang);
            record.columns.push(Column {
                resource: resource.id.clone(),
                table: resource.title.clone(),
                name: column.name.clone(),
                alias: column.title.clone(),
                kind: lang.text(format!("catalog-kind-{}", column.kind)).to_string(),
                access: match column.class {
                    Class::Open => lang.text("catalog-metadata-access-open").to_string(),
                    _ => lang.text("catalog-metadata-access-closed").to_string(),
                },
                // Where no standard says more, the file has told the unit.
                classification: match told.classification.is_empty() {
                    true => column.unit.clone(),
                    false => told.classification.clone(),
                },
                ..told
            });
        }
    }
    let places = places::all(app).await?;
    let place = dataset.place.as_deref().map_or_else(String::new, |code| {
        places.find(code).map_or_else(
            || code.to_owned(),
            |place| format!("{} ({code})", place.name_in(lang.code())),
        )
    });
    let known = [
        ("title", dataset.title.clone()),
        ("publisher", text(&dataset.publisher)),
        ("contact", text(&dataset.details.maintainer_email)),
        ("description", dataset.description.clone()),
        ("frequency", frequency),
        ("place", place),
        (
            "access",
            lang.text(format!("catalog-metadata-access-{access}")).to_string(),
        ),
        ("formats", formats.join(", ")),
        ("licence", dataset.licence.clone()),
        ("variables", names.join(", ")),
        (
            "creator",
            dataset
                .details
                .author
                .clone()
                .or_else(|| dataset.publisher.clone())
                .unwrap_or_default(),
        ),
        ("subject", themes.collect::<Vec<_>>().join(", ")),
        ("date", app.config.day(Time(dataset.changed_at)).to_string()),
        ("kind", "Dataset".to_owned()),
        (
            "identifier",
            format!(
                "{}/dataset/{}",
                app.config.base_url.trim_end_matches('/'),
                dataset.id
            ),
        ),
        ("source", text(&dataset.details.url)),
        ("period", dataset.period.clone()),
    ];
    record.facts.extend(known);
    Ok(record)
}

/// What a column's standard says of it.
fn of_standard(registry: &Registry, row: Option<&AssignedRow>, lang: Lang) -> Column {
    let Some(standard) = row.and_then(|row| registry.standard(&row.standard, &row.version)) else {
        return Column::default();
    };
    let words = |words: &crate::platform::words::Words| words.in_language(lang.code()).to_owned();
    let classification = standard.classification.as_ref().map_or_else(
        || words(&standard.unit),
        |name| format!("{} v{}", name.codelist, name.version),
    );
    let rule = match (&standard.classification, standard.least, standard.most) {
        (Some(_), ..) => lang
            .text("catalog-metadata-rule-list")
            .arg("list", &classification)
            .to_string(),
        (None, None, None) => String::new(),
        (None, least, most) => {
            let end = |end: Option<f64>| end.map_or_else(|| "…".to_owned(), |end| end.to_string());
            format!("{} – {}", end(least), end(most))
        }
    };
    Column {
        concept: words(&standard.concept),
        definition: words(&standard.definition),
        classification,
        rule,
        ..Column::default()
    }
}

/// What somebody typed for a dataset: field to text.
///
/// # Errors
/// When the database fails.
pub async fn asked(app: &App, dataset_id: &str) -> Result<BTreeMap<String, String>> {
    let kept = store::metadata::find_facts(app.db.read(), dataset_id).await?;
    Ok(kept
        .as_deref()
        .and_then(|facts| serde_json::from_str(facts).ok())
        .unwrap_or_default())
}

/// Keeps what somebody typed for a dataset, in the place of what was said before.
///
/// # Errors
/// `dataset-unknown`, `text-long` on a field; `not-allowed` for those who do not write the dataset.
pub async fn save(app: &App, op: &Op, slug: &str, typed: &[(String, String)]) -> Result<()> {
    op.require(&WRITERS)?;
    let dataset = view::find_dataset(app, op, slug).await?;
    if !dataset.may_write {
        return Err(Problem::forbidden("not-allowed"));
    }
    let mut problem = Problem::invalid("fields");
    let mut facts = BTreeMap::new();
    for field in FIELDS.iter().filter(|field| field.source != Source::Known) {
        let Some((_, text)) = typed.iter().find(|(key, _)| key == field.key) else {
            continue;
        };
        if text.chars().count() > LONGEST_TEXT {
            problem = problem.field(field.key, "text-long");
        }
        if !text.trim().is_empty() {
            facts.insert(field.key, text.trim().replace("\r\n", "\n"));
        }
    }
    if !problem.fields().is_empty() {
        return Err(problem);
    }
    let written = serde_json::to_string(&facts).map_err(Problem::internal)?;
    let mut tx = app.db.begin().await?;
    store::metadata::put_facts(&mut tx, op, &dataset.id, &written).await?;
    tx.emit(op, &MetadataSaved { dataset: dataset.id }).await?;
    tx.commit().await
}
