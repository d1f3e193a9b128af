//! `datastore_upsert`, `datastore_delete` and `datastore_records_delete`. Each makes a version of the table.

use formats::ckan::{
    answer::Failure,
    call::Call,
    datastore::{
        Column, FieldType, Force, ROW_ID,
        delete::{Delete, DeleteRequest, Reach},
        row::Cells,
        upsert::{Key, Method, UpsertRequest, UpsertRow, not_found, not_unique},
    },
    problems::{Detail, Problems},
};
use serde_json::{Map, Value};
use tables::{Changed, Condition, Field, Find, Missing, RowChange, RowChanges, Rows, Target, Version};

use super::{
    super::failed,
    convert,
    search::{find_all, records, refused},
    table::{Definition, Table, unknown},
};
use crate::{
    catalog::{
        RowsChanged, details,
        store::{datastore as own, portal},
        workflow,
    },
    platform::{app::App, op::Op, problem::Result as Outcome},
};

/// Adds and changes rows.
pub async fn upsert(app: &App, op: &Op, call: &Call) -> Result<Value, Failure> {
    let request = UpsertRequest::read(call)?;
    let table = Table::find_to_change(app, op, &request.resource_id).await?;
    check_force(request.force, &table)?;
    let columns = table.all();
    let key = table.key();
    let rows = request.clone().settle(&columns, &key)?;
    let changes = RowChanges {
        columns: table.columns.iter().map(|known| known.name.clone()).collect(),
        key: names_of(&table, &key),
        rows: rows
            .iter()
            .enumerate()
            .map(|(n, row)| change(row, n, &columns))
            .collect::<Result<_, _>>()?,
        missing: match request.method {
            Method::Update => Missing::Refused,
            Method::Upsert | Method::Insert => Missing::Added,
        },
        first_number: 1,
    };
    let numbers = if request.is_trial {
        if !app
            .lake
            .is_numbered(table.lake_table())
            .await
            .map_err(|error| refused(error, "resource_id"))?
        {
            return Err(Failure::field(
                "dry_run",
                "The rows of this table have no numbers of their own yet; the first change gives them. It cannot be tried.",
            ));
        }
        let tried = app.lake.try_rows(table.lake_table(), &changes).await;
        done(
            tried.map_err(|error| refused(error, "records"))?,
            &rows,
            &columns,
            &key,
        )?
        .1
    } else {
        put_rows(app, op, &table, changes, &rows, &key).await?
    };
    let answer = request.with_records.then(|| sent(&table, &rows, &numbers));
    Ok(Value::Object(request.write(answer)))
}

/// Deletes rows that match, or the table.
pub async fn delete(app: &App, op: &Op, call: &Call, reach: Reach) -> Result<Value, Failure> {
    let request = DeleteRequest::read(call, reach)?;
    let table = Table::find_to_change(app, op, &request.resource_id).await?;
    check_force(request.force, &table)?;
    let columns = table.seen();
    let condition = match request.settle(&columns)? {
        Delete::Table => {
            let mut tx = app.db.begin().await.map_err(failed)?;
            own::take_table(&mut tx, &table.resource.id, op.at)
                .await
                .map_err(failed)?;
            let event = RowsChanged {
                resource: table.resource.id.clone(),
                table: table.lake_table().to_owned(),
                sent_in: None,
            };
            tx.emit(op, &event).await.map_err(failed)?;
            tx.commit().await.map_err(failed)?;
            return Ok(Value::Object(request.write(None)));
        }
        Delete::Rows(condition) => condition,
    };
    let condition = convert::condition(&condition, &|id| table.find_seen(id))
        .map_err(|why| Failure::field("filters", why))?;
    number(app, op, &table).await?;
    // Numbering made a version, so the newest is asked.
    let table = Table::find_to_change(app, op, &request.resource_id).await?;
    let is_everything = matches!(&condition, Condition::All(all) if all.is_empty());
    let mut fields = vec![Field::Number];
    if request.with_records {
        fields.extend(
            table
                .columns
                .iter()
                .filter(|known| known.is_seen)
                .map(|known| Field::Column(known.name.clone())),
        );
    }
    let find = Find {
        condition,
        words: Vec::new(),
        fields,
        is_distinct: false,
        order: Vec::new(),
        offset: 0,
        n_rows: usize::MAX,
        is_counted: false,
    };
    let found = match is_everything && !request.with_records {
        true => Vec::new(),
        false => find_all(app, &table, &find).await?.rows,
    };
    let lake = table.lake_table();
    let version = if is_everything {
        let none = Rows::new(Vec::new());
        app.lake.overwrite(lake, &none).await
    } else {
        let numbers: Vec<i64> = found.iter().filter_map(|row| row.first()?.as_integer()).collect();
        app.lake.remove_rows(lake, &numbers).await
    };
    let version = version.map_err(|error| refused(error, "filters"))?;
    note(app, op, (&table.resource.id, lake), version, Written::Otherwise).await?;
    let gone = request.with_records.then(|| {
        let mut columns = vec![Column::new(ROW_ID, FieldType::Int)];
        columns.extend(table.seen());
        records(&columns, found)
    });
    Ok(Value::Object(request.write(gone)))
}

/// Puts rows into a table, with numbers that nobody else gets, and shows the version that this makes. Returns the rows' numbers.
pub async fn put_rows(
    app: &App,
    op: &Op,
    table: &Table,
    changes: RowChanges,
    rows: &[UpsertRow],
    key: &[String],
) -> Result<Vec<i64>, Failure> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    number(app, op, table).await?;
    let n = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let mut tx = app.db.begin().await.map_err(failed)?;
    let first = own::take_numbers(&mut tx, &table.resource.id, n)
        .await
        .map_err(failed)?;
    tx.commit().await.map_err(failed)?;
    let changes = RowChanges {
        first_number: first.unwrap_or(1),
        ..changes
    };
    let changed = app.lake.change_rows(table.lake_table(), changes).await;
    let changed = changed.map_err(|error| refused(error, "records"))?;
    let (version, numbers) = done(changed, rows, &table.all(), key)?;
    let written = Written::RowsSent;
    note(
        app,
        op,
        (&table.resource.id, table.lake_table()),
        version,
        written,
    )
    .await?;
    Ok(numbers)
}

/// Has a table keep the numbers of its rows, where they were those of their places so far.
pub async fn number(app: &App, op: &Op, table: &Table) -> Result<(), Failure> {
    let unfit = |error| refused(error, "resource_id");
    let lake = table.lake_table();
    if table.is_kept_here && app.lake.is_numbered(lake).await.map_err(unfit)? {
        return Ok(());
    }
    let version = app.lake.number_rows(lake).await.map_err(unfit)?;
    let next = app.lake.last_number(lake).await.map_err(unfit)? + 1;
    let definition = match table.is_kept_here {
        true => table.definition.clone(),
        false => Definition::of(&table.all(), Vec::new(), Vec::new()),
    };
    let mut tx = app.db.begin().await.map_err(failed)?;
    own::put(&mut tx, &table.resource.id, &details::write(&definition), next)
        .await
        .map_err(failed)?;
    tx.commit().await.map_err(failed)?;
    note(app, op, (&table.resource.id, lake), version, Written::Otherwise).await
}

/// What a new version was written for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Written {
    RowsSent,
    /// Rows were taken away, or the table was set in order.
    Otherwise,
}

/// Shows a version of a table, and says that its rows changed.
///
/// # Errors
/// Not found, where the table was deleted meanwhile.
pub async fn note(
    app: &App,
    op: &Op,
    (resource, lake): (&str, &str),
    version: Version,
    written: Written,
) -> Result<(), Failure> {
    let noted = async {
        let n_rows = app
            .lake
            .n_rows(lake, Some(version))
            .await
            .map_err(crate::catalog::view::spoken)?;
        let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let dataset = portal::find_dataset_of(app.db.read(), resource).await?;
        let mut tx = app.db.begin().await?;
        if let Some((slug, _)) = &dataset {
            workflow::note_change(&mut tx, op, slug).await?;
        }
        let (version_number, n_rows) = (count(version.0), count(n_rows));
        if !own::note_rows(&mut tx, (resource, lake), version_number, n_rows, op.at).await? {
            return Outcome::Ok(false);
        }
        let event = RowsChanged {
            resource: resource.to_owned(),
            table: lake.to_owned(),
            sent_in: (written == Written::RowsSent).then_some(version.0),
        };
        tx.emit(op, &event).await?;
        tx.commit().await?;
        Outcome::Ok(true)
    };
    match noted.await.map_err(failed)? {
        true => Ok(()),
        false => Err(unknown(resource)),
    }
}

/// Refuses rows for a table that is made from a file, unless they are forced in.
pub fn check_force(force: Force, table: &Table) -> Result<(), Failure> {
    force.check(table.url_type().as_deref())
}

/// What columns are called in the lake, by their ids.
pub fn names_of(table: &Table, ids: &[String]) -> Vec<String> {
    let name = |id: &String| table.columns.iter().find(|known| known.column.id == *id);
    ids.iter()
        .filter_map(name)
        .map(|known| known.name.clone())
        .collect()
}

/// The cells of a row as they are kept; `n` counts from 0.
pub fn cells(row: &Cells, n: usize, columns: &[Column]) -> Result<Vec<Option<tables::Value>>, Failure> {
    row.iter()
        .zip(columns)
        .map(|(cell, column)| {
            cell.as_ref()
                .map(|cell| convert::kept(cell, &column.kind))
                .transpose()
                .map_err(|why| {
                    let mut problems =
                        Problems::of("records", format!("row {}, column {}: {why}", n + 1, column.id));
                    problems.set("records_row", Detail::Row(n));
                    Failure::Invalid(problems)
                })
        })
        .collect()
}

fn change(row: &UpsertRow, n: usize, columns: &[Column]) -> Result<RowChange, Failure> {
    Ok(RowChange {
        target: match row.key {
            Key::New => Target::New,
            Key::Columns => Target::Key,
            Key::Number(number) => Target::Number(number),
        },
        cells: cells(&row.cells, n, columns)?,
    })
}

/// The version and the numbers of changes that were made, or CKAN's words for what stood against them.
fn done(
    changed: Changed,
    rows: &[UpsertRow],
    columns: &[Column],
    key: &[String],
) -> Result<(Version, Vec<i64>), Failure> {
    match changed {
        Changed::Done { version, numbers, .. } => Ok((version, numbers)),
        Changed::NotUnique { .. } => Err(not_unique()),
        Changed::NotFound { row } => {
            let number;
            let cell = |name: &str| {
                let at = columns.iter().position(|column| column.id == name)?;
                rows.get(row)?.cells.get(at)?.as_ref()
            };
            let pairs: Vec<(&str, &Value)> = match rows.get(row).map(|row| row.key) {
                Some(Key::Number(wanted)) => {
                    number = Value::from(wanted);
                    vec![(ROW_ID, &number)]
                }
                _ => key
                    .iter()
                    .map(|name| (name.as_str(), cell(name).unwrap_or(&Value::Null)))
                    .collect(),
            };
            Err(not_found(&pairs))
        }
    }
}

/// The rows as they were sent, with their numbers and without what the caller does not see.
pub fn sent(table: &Table, rows: &[UpsertRow], numbers: &[i64]) -> Value {
    rows.iter()
        .zip(numbers)
        .map(|(row, number)| {
            let mut map = Map::new();
            map.insert(ROW_ID.to_owned(), Value::from(*number));
            for (known, cell) in table.columns.iter().zip(&row.cells) {
                if let Some(cell) = cell.as_ref().filter(|_| known.is_seen) {
                    map.insert(known.column.id.clone(), cell.clone());
                }
            }
            Value::Object(map)
        })
        .collect()
}
