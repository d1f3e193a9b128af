//! A resource's table as one caller sees it.

use formats::ckan::{
    answer::Failure,
    datastore::{Column, FieldType, ROW_ID},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tables::{Kind, ROW_NUMBER, TableVersion};

use super::{
    super::failed,
    convert::{kind_of, type_of},
};
use crate::{
    accounts::Reaches,
    catalog::{
        details::{self, ResourceDetails},
        model::{Origin, Rights, may_write},
        store::{self, DatasetRow, ResourceRow, datastore as own},
        table_of,
        versions::{
            self,
            asked::{Asked, split_name},
        },
        view,
        workflow::{self, model::Review},
    },
    platform::{
        app::App,
        i18n::Lang,
        op::Op,
        problem::{self, Problem},
    },
};

/// A table with what the caller may see of it.
pub struct Table {
    pub resource: ResourceRow,
    pub dataset: DatasetRow,
    /// The version that is shown, without the columns that the caller may not see.
    pub version: TableVersion,
    /// All columns; those that the caller may not see are for whoever writes rows only.
    pub columns: Vec<Known>,
    pub definition: Definition,
    /// Whether rows are sent to it, rather than read from files or forms.
    pub is_kept_here: bool,
}

/// A column of a table.
#[derive(Debug, Clone)]
pub struct Known {
    pub column: Column,
    /// What it is called in the lake.
    pub name: String,
    pub is_seen: bool,
}

/// What clients said of a table, as it is kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Definition {
    pub fields: Vec<DefinedField>,
    /// The columns that together make a row unique.
    pub primary_key: Vec<String>,
    /// Columns that are often asked for; told, and not needed.
    pub indexes: Vec<Vec<String>>,
}

/// What was said of a column.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DefinedField {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub info: Option<Map<String, Value>>,
}

impl Definition {
    /// What is to be kept of these columns, with key and indexes as they are.
    pub fn of(columns: &[Column], primary_key: Vec<String>, indexes: Vec<Vec<String>>) -> Definition {
        let field = |column: &Column| DefinedField {
            id: column.id.clone(),
            kind: column.kind.name(),
            info: column.info.clone(),
        };
        Definition {
            fields: columns.iter().map(field).collect(),
            primary_key,
            indexes,
        }
    }
}

impl Table {
    /// Finds the table of a resource, by its id, another name of the table or its name in SQL.
    ///
    /// # Errors
    /// Not found for a table that the caller may not see, as for one that is not there.
    pub async fn find(app: &App, op: &Op, id: &str) -> Result<Table, Failure> {
        let unknown = || unknown(id);
        let (resource, dataset) = place_of(app, op, id).await?;
        if resource.lake_table.is_none() || resource.version.is_none() {
            return Err(unknown());
        }
        let pool = app.db.read();
        let rows = store::list_columns(pool, Some(&resource.id))
            .await
            .map_err(failed)?;
        let kept = own::find_definition(pool, &resource.id).await.map_err(failed)?;
        let definition: Definition = kept.as_ref().map(|kept| details::read(kept)).unwrap_or_default();
        let reaches = Reaches::of(app, op).await.map_err(failed)?;
        let rights = Rights::of(
            op,
            &reaches,
            dataset.is_open == 1,
            dataset.organisation.as_deref(),
            dataset.place_code.as_deref(),
        );
        let version = table_of(&resource, &rows, rights);
        let columns = rows
            .into_iter()
            .map(|row| Known {
                is_seen: !version.hidden.contains(&row.name),
                column: column((&row.name, &row.kind, &row.title), &definition),
                name: row.name,
            })
            .collect();
        Ok(Table {
            resource,
            dataset,
            version,
            columns,
            definition,
            is_kept_here: kept.is_some(),
        })
    }

    /// Finds a table as it was: by the number of a version, or by the day at whose end it was shown; its columns are those of then.
    ///
    /// # Errors
    /// As [`Table::find`]; a sentence about `version` where there is none that can be read.
    pub async fn at(app: &App, op: &Op, id: &str, when: &str) -> Result<Table, Failure> {
        let table = Table::find(app, op, id).await?;
        if table.dataset.state != "active" {
            let why = "Older versions are kept of datasets that are no drafts; leave it out";
            return Err(Failure::field("version", why));
        }
        let asked = Asked::read(when).ok_or_else(|| {
            let why = "Send the number of a version, or a day like 2026-01-31";
            Failure::field("version", why)
        })?;
        let (dataset, resource) = (&table.dataset.slug, &table.resource.slug);
        let version = versions::wanted(app, op, dataset, resource, &asked).await;
        let version = version.map_err(no_version)?;
        let known = view::find_resource(app, op, dataset, resource, version).await;
        let known = known.map_err(no_version)?;
        let columns = known
            .columns
            .into_iter()
            .map(|seen| Known {
                is_seen: true,
                column: column((&seen.name, &seen.kind, &seen.title), &table.definition),
                name: seen.name,
            })
            .collect();
        Ok(Table {
            version: known.table,
            columns,
            ..table
        })
    }

    /// Finds a table by what a statement calls it, which may have a version behind it: `wells@3`, `wells@2026-01-31`.
    ///
    /// # Errors
    /// As [`Table::find`] and [`Table::at`].
    pub async fn named(app: &App, op: &Op, name: &str) -> Result<Table, Failure> {
        match (Table::find(app, op, name).await, split_name(name)) {
            (Err(Failure::NotFound(_)), (id, Some(when))) => Table::at(app, op, id, when).await,
            (found, _) => found,
        }
    }

    /// Finds a table for whoever may change it.
    ///
    /// # Errors
    /// As [`Table::find`]; denied to others; rows that come from a form or from the program itself are changed there.
    pub async fn find_to_change(app: &App, op: &Op, id: &str) -> Result<Table, Failure> {
        let table = Table::find(app, op, id).await?;
        check_writer(app, op, &table.dataset).await?;
        Ok(table)
    }

    /// The columns that the caller sees.
    pub fn seen(&self) -> Vec<Column> {
        self.columns
            .iter()
            .filter(|known| known.is_seen)
            .map(|known| known.column.clone())
            .collect()
    }

    /// All columns, for rows that are sent.
    pub fn all(&self) -> Vec<Column> {
        self.columns.iter().map(|known| known.column.clone()).collect()
    }

    /// A column that the caller sees, by its id: what it is called in the lake, and its type.
    pub fn find_seen(&self, id: &str) -> Option<(&str, &FieldType)> {
        let known = self
            .columns
            .iter()
            .find(|known| known.is_seen && known.column.id == id)?;
        Some((&known.name, &known.column.kind))
    }

    /// The columns that make a row unique, as far as the table still has them.
    pub fn key(&self) -> Vec<String> {
        let has = |name: &String| self.columns.iter().any(|known| known.column.id == *name);
        match self.definition.primary_key.iter().all(has) {
            true => self.definition.primary_key.clone(),
            false => Vec::new(),
        }
    }

    /// What its rows are made of, in CKAN's word: `datastore` where they are sent here.
    pub fn url_type(&self) -> Option<String> {
        details::read::<ResourceDetails>(&self.resource.details).url_type
    }

    /// Its name in the lake.
    pub fn lake_table(&self) -> &str {
        &self.version.table
    }
}

/// A resource and its dataset, where the caller may know of them.
///
/// # Errors
/// Not found.
pub async fn place_of(app: &App, op: &Op, id: &str) -> Result<(ResourceRow, DatasetRow), Failure> {
    let unknown = || unknown(id);
    let pool = app.db.read();
    let resource = match store::find_resource(pool, id).await.map_err(failed)? {
        Some(resource) => Some(resource),
        None => match own::find_by_name(pool, id).await.map_err(failed)? {
            Some(id) => store::find_resource(pool, &id).await.map_err(failed)?,
            None => None,
        },
    };
    let resource = resource.ok_or_else(unknown)?;
    let dataset = store::find_dataset(pool, &resource.dataset_slug)
        .await
        .map_err(failed)?;
    let dataset = dataset.filter(|dataset| sees(op, dataset)).ok_or_else(unknown)?;
    Ok((resource, dataset))
}

/// Passes whoever may change the rows of a dataset.
///
/// # Errors
/// Denied, also where somebody looks at what is published first; a refusal for rows that come from elsewhere in the program.
pub async fn check_writer(app: &App, op: &Op, dataset: &DatasetRow) -> Result<(), Failure> {
    if !may_write(op, dataset.organisation.as_deref()) {
        return Err(Failure::Denied("not your organisation's".to_owned()));
    }
    if dataset.origin != Origin::Upload.as_str() {
        return Err(Failure::field(
            "read-only",
            "The rows of this table come from a form or from the program itself. Change them there.",
        ));
    }
    let is_published = dataset.is_open == 1 && dataset.state == "active";
    let review = workflow::review_of(app, dataset.organisation.as_deref()).await;
    if is_published && review.map_err(failed)? != Review::None {
        let how = "rows of a published dataset cannot be changed while somebody looks at them first: send the table as a file, or close \
                   the dataset (private), change it and ask for it to be opened again";
        return Err(Failure::Denied(how.to_owned()));
    }
    Ok(())
}

/// Whether somebody may know of a dataset's tables: drafts are for those who may change them, and what is gone for nobody.
pub fn sees(op: &Op, dataset: &DatasetRow) -> bool {
    match (dataset.state.as_str(), dataset.is_open) {
        ("active", 1) => true,
        ("active", _) => crate::catalog::reads_closed(op),
        ("draft", _) => may_write(op, dataset.organisation.as_deref()),
        _ => false,
    }
}

/// There is no such table, or none that the caller may know of.
pub fn unknown(id: &str) -> Failure {
    Failure::NotFound(format!("Resource \"{id}\" was not found."))
}

/// What a column is called here: the number of the row has its name to itself.
fn id_of(name: &str) -> String {
    if name == ROW_ID {
        format!("{ROW_ID}_")
    } else {
        name.to_owned()
    }
}

/// Why a version cannot be read.
fn no_version(problem: Problem) -> Failure {
    match problem.kind() {
        problem::Kind::Internal | problem::Kind::Unavailable => failed(problem),
        _ => Failure::field("version", problem.sentence(Lang::En)),
    }
}

/// A column by its name in the lake, the word for its kind and its title, with what was said of it.
fn column((name, kind, title): (&str, &str, &str), definition: &Definition) -> Column {
    let kind = Kind::parse(kind).unwrap_or(Kind::Text);
    let id = id_of(name);
    let said = definition.fields.iter().find(|field| field.id == id);
    let told = said
        .and_then(|field| FieldType::read(&field.kind))
        .filter(|told| {
            // A file that took the table's place since may have another kind of column under the name.
            kind_of(told) == kind
        });
    let label = || {
        let mut info = Map::new();
        info.insert("label".to_owned(), Value::from(title));
        info
    };
    let info = match said.and_then(|field| field.info.clone()) {
        Some(info) => Some(info),
        None => (!title.is_empty()).then(label),
    };
    Column {
        id,
        kind: told.unwrap_or_else(|| type_of(kind)),
        info,
    }
}

/// Whether a column may be called so in the lake, which keeps one name for itself.
pub fn is_taken_name(name: &str) -> bool {
    name.eq_ignore_ascii_case(ROW_NUMBER)
}
