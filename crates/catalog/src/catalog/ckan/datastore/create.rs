//! `datastore_create`: a table for a resource, or other columns, keys and names for the one it has, and rows.

use formats::ckan::{
    actions::Action,
    answer::Failure,
    call::Call,
    datastore::{
        Column,
        create::{Create, CreateRequest, Target},
        upsert::{Key, UpsertRow, not_unique},
    },
};
use serde_json::Value;
use tables::{Condition, Field, Find, Kind, Missing, RowChange, RowChanges, TableVersion};

use super::{
    super::{failed, packages},
    change::{Written, cells, check_force, names_of, note, number, put_rows, sent},
    convert::kind_of,
    search::{LIMITS, refused},
    table::{Definition, Table, check_writer, is_taken_name, place_of},
};
use crate::{
    catalog::{
        RowsChanged, TableRegistered, details,
        model::{self, Class, ColumnEntry},
        store::{self, DatasetRow, ResourceRow, datastore as own, portal},
    },
    platform::{app::App, id, op::Op, problem::Problem},
};

/// Makes the table of a resource, or changes the one it has.
pub async fn create(app: &App, op: &Op, call: &Call) -> Result<Value, Failure> {
    let request = CreateRequest::read(call)?;
    let force = request.force;
    let id = match request.target.clone() {
        Target::New(mut resource) => {
            // What is wrong with the table is told before there is a resource.
            check_columns(&request.clone().settle(None)?)?;
            resource.insert("url_type".to_owned(), "datastore".into());
            resource.insert("url".to_owned(), "_datastore_only_resource".into());
            let made = packages::change::change(app, op, Action::ResourceCreate, Call::of(resource)).await?;
            let id = made
                .get("id")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned();
            let done = change(app, op, call, request, &id).await;
            if done.is_err() {
                let mut gone = serde_json::Map::new();
                gone.insert("id".to_owned(), id.into());
                packages::change::change(app, op, Action::ResourceDelete, Call::of(gone)).await?;
            }
            return done;
        }
        Target::Resource(id) => id,
    };
    let (resource, dataset) = place_of(app, op, &id).await?;
    check_writer(app, op, &dataset).await?;
    if resource.lake_table.is_some() {
        let table = Table::find_to_change(app, op, &id).await?;
        check_force(force, &table)?;
    } else {
        let kept: details::ResourceDetails = details::read(&resource.details);
        force.check(kept.url_type.as_deref())?;
    }
    change(app, op, call, request, &resource.id).await
}

async fn change(app: &App, op: &Op, call: &Call, request: CreateRequest, id: &str) -> Result<Value, Failure> {
    let with_records = request.with_records;
    let (resource, dataset) = place_of(app, op, id).await?;
    let known = match resource.lake_table.is_some() {
        true => Some(Table::find_to_change(app, op, id).await?),
        false => None,
    };
    let current = known.as_ref().map(Table::all);
    let create = request.settle(current.as_deref())?;
    check_columns(&create)?;
    if let Some(aliases) = &create.aliases {
        let mut tx = app.db.begin().await.map_err(failed)?;
        if let Some(taken) = own::put_aliases(&mut tx, id, aliases).await.map_err(failed)? {
            return Err(Failure::field(
                "alias",
                format!("The name \"{taken}\" is another table's already"),
            ));
        }
        tx.commit().await.map_err(failed)?;
    }
    let numbers = match &known {
        None => make(app, op, (&resource, &dataset), &create).await?,
        Some(table) => alter(app, op, table, &create).await?,
    };
    let rows = upserts(&create);
    let answer = match with_records {
        true => Some(sent(&Table::find(app, op, id).await?, &rows, &numbers)),
        false => None,
    };
    Ok(Value::Object(create.write(id, call, answer)))
}

/// Makes a table with its rows; the resource has it once all of them are in.
async fn make(
    app: &App,
    op: &Op,
    (resource, dataset): (&ResourceRow, &DatasetRow),
    create: &Create,
) -> Result<Vec<i64>, Failure> {
    let key = create.primary_key.clone().unwrap_or_default();
    // A table that was deleted left its versions under its name.
    let mark = id::digest(&id::fresh(op.at))[..8].to_owned();
    let lake = format!("data/{}/{}-{mark}", dataset.id, resource.slug);
    let columns: Vec<tables::Column> = create
        .columns
        .iter()
        .map(|column| tables::Column::new(&column.id, kind_of(&column.kind)))
        .collect();
    let unfit = |error| refused(error, "fields");
    let mut version = app.lake.create_numbered(&lake, &columns).await.map_err(unfit)?;
    let mut numbers = Vec::new();
    if !create.rows.is_empty() {
        let changes = changes(create, &create.columns, key.clone())?;
        let changed = app.lake.change_rows(&lake, changes).await;
        match changed {
            Ok(tables::Changed::Done {
                version: filled,
                numbers: given,
                ..
            }) => (version, numbers) = (filled, given),
            failed => {
                app.lake.drop_table(&lake).await.map_err(unfit)?;
                return Err(match failed {
                    Err(error) => refused(error, "records"),
                    Ok(_) => not_unique(),
                });
            }
        }
    }
    let next = i64::try_from(numbers.len()).unwrap_or(i64::MAX) + 1;
    let definition = Definition::of(&create.columns, key, create.indexes.clone().unwrap_or_default());
    let entered = async {
        let mut tx = app.db.begin().await?;
        let mut sql_name = model::sql_name(&dataset.slug, &resource.slug);
        if portal::is_table_taken(&mut tx, &lake, &sql_name).await? {
            sql_name = format!("{sql_name}_{}", &id::digest(&resource.id)[..8]);
        }
        portal::give_table(&mut tx, &resource.id, &lake, &sql_name).await?;
        let is_given: Option<String> = own::find_table(&mut tx, &resource.id).await?;
        if is_given.as_deref() != Some(lake.as_str()) {
            return Err(Problem::conflict("dataset-changed-meanwhile"));
        }
        let entries = entries(&create.columns, Class::Open);
        store::save_columns(&mut tx, &resource.id, &entries).await?;
        own::put(&mut tx, &resource.id, &details::write(&definition), next).await?;
        store::search::note_resource(&mut tx, &resource.id).await?;
        let event = TableRegistered {
            resource: resource.id.clone(),
            table: lake.clone(),
        };
        tx.emit(op, &event).await?;
        tx.commit().await
    };
    if let Err(problem) = entered.await {
        app.lake.drop_table(&lake).await.map_err(unfit)?;
        return Err(failed(problem));
    }
    note(app, op, (&resource.id, &lake), version, Written::Otherwise).await?;
    Ok(numbers)
}

/// Changes columns and keys of a table, and adds rows.
async fn alter(app: &App, op: &Op, table: &Table, create: &Create) -> Result<Vec<i64>, Failure> {
    let unfit = |error| refused(error, "fields");
    let lake = table.lake_table();
    let key = create.primary_key.clone().unwrap_or_else(|| table.key());
    let is_other_key = create.primary_key.is_some() && key != table.key();
    if is_other_key && !key.is_empty() && create.added.iter().all(|column| !key.contains(column)) {
        check_unique(app, table, &key).await?;
    }
    if create.removed.iter().any(|column| key.contains(column)) {
        return Err(Failure::field(
            "fields",
            "A column of the primary key cannot be taken away; send another primary_key with it.",
        ));
    }
    number(app, op, table).await?;
    if !create.added.is_empty() {
        let added: Vec<tables::Column> = create
            .columns
            .iter()
            .filter(|column| create.added.contains(&column.id))
            .map(|column| tables::Column::new(&column.id, kind_of(&column.kind)))
            .collect();
        app.lake.add_columns(lake, &added).await.map_err(unfit)?;
    }
    let removed = names_of(table, &create.removed);
    let mut version = app.lake.drop_columns(lake, &removed).await.map_err(unfit)?;
    version = app.lake.version(lake).await.map_err(unfit)?.max(version);
    // A column that comes later waits for a steward, like one that comes with a later file, unless there were no rows before it.
    let class = match table.resource.n_rows {
        0 => Class::Open,
        _ => Class::Unreviewed,
    };
    let kept = store::list_columns(app.db.read(), Some(&table.resource.id)).await;
    let kept = kept.map_err(failed)?;
    let entries: Vec<ColumnEntry> = create
        .columns
        .iter()
        .map(|column| {
            let known = table.columns.iter().find(|known| known.column.id == column.id);
            let name = known.map_or(column.id.as_str(), |known| &known.name);
            let row = kept.iter().find(|row| row.name == name);
            ColumnEntry {
                // Its values are the same numbers whatever else is said of it.
                unit: row.map_or_else(String::new, |row| row.unit.clone()),
                ..entry(column, name, class)
            }
        })
        .collect();
    let indexes = create
        .indexes
        .clone()
        .unwrap_or_else(|| table.definition.indexes.clone());
    let definition = Definition::of(&create.columns, key.clone(), indexes);
    let saved = async {
        let mut tx = app.db.begin().await?;
        store::save_columns(&mut tx, &table.resource.id, &entries).await?;
        own::put(&mut tx, &table.resource.id, &details::write(&definition), 1).await?;
        store::search::note_resource(&mut tx, &table.resource.id).await?;
        let event = RowsChanged {
            resource: table.resource.id.clone(),
            table: lake.to_owned(),
            sent_in: None,
        };
        tx.emit(op, &event).await?;
        tx.commit().await
    };
    saved.await.map_err(failed)?;
    note(app, op, (&table.resource.id, lake), version, Written::Otherwise).await?;
    if create.rows.is_empty() {
        return Ok(Vec::new());
    }
    let table = Table::find_to_change(app, op, &table.resource.id).await?;
    let changes = changes(create, &create.columns, names_of(&table, &key))?;
    let columns = names_of(
        &table,
        &create
            .columns
            .iter()
            .map(|column| column.id.clone())
            .collect::<Vec<_>>(),
    );
    put_rows(
        app,
        op,
        &table,
        RowChanges { columns, ..changes },
        &upserts(create),
        &key,
    )
    .await
}

/// Refuses a key that does not make the rows unique that are there.
async fn check_unique(app: &App, table: &Table, key: &[String]) -> Result<(), Failure> {
    let find = Find {
        condition: Condition::All(Vec::new()),
        words: Vec::new(),
        fields: names_of(table, key).into_iter().map(Field::Column).collect(),
        is_distinct: true,
        order: Vec::new(),
        offset: 0,
        n_rows: 0,
        is_counted: true,
    };
    // Whoever writes rows may say what makes them unique, also by columns that are hidden from them.
    let whole = TableVersion {
        hidden: Vec::new(),
        ..table.version.clone()
    };
    let found = app
        .lake
        .find(&whole, &find, LIMITS)
        .await
        .map_err(|error| refused(error, "primary_key"))?;
    let n_rows = u64::try_from(table.resource.n_rows).unwrap_or_default();
    match found.n_all {
        Some(n) if n == n_rows => Ok(()),
        _ => Err(not_unique()),
    }
}

fn changes(create: &Create, columns: &[Column], key: Vec<String>) -> Result<RowChanges, Failure> {
    Ok(RowChanges {
        columns: columns.iter().map(|column| column.id.clone()).collect(),
        key,
        rows: create
            .rows
            .iter()
            .enumerate()
            .map(|(n, row)| {
                Ok(RowChange {
                    target: tables::Target::New,
                    cells: cells(row, n, columns)?,
                })
            })
            .collect::<Result<_, Failure>>()?,
        missing: Missing::Added,
        first_number: 1,
    })
}

fn upserts(create: &Create) -> Vec<UpsertRow> {
    create
        .rows
        .iter()
        .map(|cells| UpsertRow {
            key: Key::New,
            cells: cells.clone(),
        })
        .collect()
}

fn entries(columns: &[Column], class: Class) -> Vec<ColumnEntry> {
    columns
        .iter()
        .map(|column| entry(column, &column.id, class))
        .collect()
}

fn entry(column: &Column, name: &str, class: Class) -> ColumnEntry {
    let label = column
        .info
        .as_ref()
        .and_then(|info| info.get("label"))
        .and_then(Value::as_str);
    let kind: Kind = kind_of(&column.kind);
    ColumnEntry {
        name: name.to_owned(),
        kind,
        title: label.unwrap_or_default().to_owned(),
        class,
        unit: String::new(),
    }
}

/// Refuses names that the lake cannot keep apart.
fn check_columns(create: &Create) -> Result<(), Failure> {
    for (at, column) in create.columns.iter().enumerate() {
        let folded = column.id.to_lowercase();
        let twin = create.columns[..at]
            .iter()
            .find(|other| other.id.to_lowercase() == folded);
        if let Some(twin) = twin {
            return Err(Failure::field(
                "fields",
                format!(
                    "\"{}\" and \"{}\" differ in case only; rename one of them",
                    twin.id, column.id
                ),
            ));
        }
        if is_taken_name(&column.id) {
            return Err(Failure::field(
                "fields",
                format!("\"{}\" is not a valid field name", column.id),
            ));
        }
    }
    Ok(())
}
