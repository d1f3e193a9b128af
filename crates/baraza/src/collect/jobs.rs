//! Turns what was filed into rows of the form's tables, and forgets what was never sent.

use std::collections::{BTreeMap, HashMap};

use formats::xform::{self, ColumnType, Instance, TableShape};
use serde::{Deserialize, Serialize};
use tables::{Column, Kind, Rows, Value};

use super::{
    DraftsForgotten, TableChanged,
    describe::{DescribedColumn, TableDescribed, describe},
    library,
    model::{Questionnaire, Remark, rows_of},
    publish,
    store::{
        drafts,
        submissions::{self, Pending},
    },
};
use crate::platform::{app::App, jobs::Job, op::Op};

/// Most submissions put into the tables in one change.
const BATCH: i64 = 1_000;
/// Versions after which the small files of a table are put together.
const COMPACT_EVERY: u64 = 40;

/// Puts what waits of a form into its tables. Rows are replaced by submission, so doing it twice changes nothing.
#[derive(Debug, Serialize, Deserialize)]
pub struct Tabulate {
    pub form: String,
}

impl Job for Tabulate {
    const NAME: &'static str = "collect.tabulate";

    fn key(&self) -> Option<String> {
        Some(self.form.clone())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let mut tx = app.db.begin().await?;
        submissions::take_up_again(&mut tx, &self.form).await?;
        tx.commit().await?;
        loop {
            let pending = submissions::list_pending(app.db.read(), &self.form, BATCH).await?;
            if pending.is_empty() {
                return Ok(());
            }
            let n = pending.len();
            tabulate(app, pending).await?;
            if i64::try_from(n)? < BATCH {
                return Ok(());
            }
        }
    }
}

/// Deletes what was begun in the browser and left alone for longer than the setting `draft_days` says.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ForgetDrafts {}

impl Job for ForgetDrafts {
    const NAME: &'static str = "collect.forget-drafts";

    fn key(&self) -> Option<String> {
        Some("all".into())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        let mut tx = app.db.begin().await?;
        let n = drafts::delete_unchanged_since(&mut tx, op.at.minus(app.config.draft_life())).await?;
        if n > 0 {
            tx.emit(&op, &DraftsForgotten { n }).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Gives forms that take their choices from the places the list in force. Run twice, it changes nothing.
#[derive(Debug, Serialize, Deserialize)]
pub struct RenewPlaces {}

impl Job for RenewPlaces {
    const NAME: &'static str = "collect.renew-places";

    fn key(&self) -> Option<String> {
        Some("places".to_owned())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        Ok(publish::renew_places(app).await?)
    }
}

async fn tabulate(app: &App, pending: Vec<Pending>) -> anyhow::Result<()> {
    let mut definitions = HashMap::new();
    for each in &pending {
        if !definitions.contains_key(&each.version_id) {
            definitions.insert(
                each.version_id.clone(),
                library::questionnaire(app, &each.version_id).await?,
            );
        }
    }
    let described = describe(definitions.values().map(|definition| &**definition));
    let read = tokio::task::spawn_blocking(move || {
        let done: Vec<String> = pending.iter().map(|each| each.id.clone()).collect();
        let mut gone = Vec::new();
        let mut changes: BTreeMap<String, Change> = BTreeMap::new();
        for each in pending.iter().filter(|each| each.is_current != 0) {
            // An edit that was once taken for a first has rows under its own id.
            gone.extend([
                Value::Text(each.root_id.clone()),
                Value::Text(each.instance_id.clone()),
            ]);
            add_rows(&mut changes, &definitions[&each.version_id], each);
        }
        (done, gone, changes)
    });
    let (done, mut gone, changes) = read.await?;
    gone.sort_by(|a, b| a.as_text().cmp(&b.as_text()));
    gone.dedup();
    let mut changed = Vec::new();
    let mut shaped = Vec::new();
    for (table, change) in changes {
        let Fitted { rows, names, is_new } = fit(app, &table, change).await?;
        if is_new {
            let columns = described.get(&table).into_iter().flatten().filter_map(|column| {
                let name = names.get(&column.name)?.clone();
                Some(DescribedColumn {
                    name,
                    ..column.clone()
                })
            });
            shaped.push(TableDescribed {
                columns: columns.collect(),
                table: table.clone(),
            });
        }
        let version = app.lake.replace(&table, "instance_id", &gone, &rows).await?;
        if version.0 > 0 && version.0.is_multiple_of(COMPACT_EVERY) {
            app.lake.compact(&table).await?;
        }
        changed.push(TableChanged {
            table,
            version: version.0,
        });
    }
    let op = Op::system(app.clock.now());
    let mut tx = app.db.begin().await?;
    for event in &shaped {
        tx.emit(&op, event).await?;
    }
    for event in &changed {
        tx.emit(&op, event).await?;
    }
    tx.commit().await?;
    // In short turns, so that phones that file do not wait for a long one.
    for turn in done.chunks(submissions::MARKED_AT_ONCE * 5) {
        let mut tx = app.db.begin().await?;
        for ids in turn.chunks(submissions::MARKED_AT_ONCE) {
            submissions::mark_tabulated(&mut tx, ids).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Rows for one table, with the columns of every version of the form among them.
#[derive(Default)]
struct Change {
    columns: Vec<Column>,
    rows: Vec<HashMap<String, Value>>,
}

impl Change {
    /// Returns the name under which a column's values stand; a changed type makes another column.
    fn column(&mut self, name: &str, kind: Kind) -> String {
        match self.columns.iter().find(|column| column.name == name) {
            Some(column) if column.kind == kind => name.to_owned(),
            Some(_) => self.column(&format!("{name}_{kind}"), kind),
            None => {
                self.columns.push(Column::new(name, kind));
                name.to_owned()
            }
        }
    }
}

fn add_rows(changes: &mut BTreeMap<String, Change>, definition: &Questionnaire, submission: &Pending) {
    let kinds: Vec<Vec<Kind>> = definition
        .tables
        .iter()
        .map(|shape| shape.columns.iter().map(|column| kind_of(column.kind)).collect())
        .collect();
    for shape in &definition.tables {
        // Every table of the form is there from the first submission on, empty if need be.
        let change = changes.entry(definition.table_name(shape)).or_default();
        for (name, kind) in own_columns(shape) {
            change.column(name, kind);
        }
    }
    // What was rejected or thrown away has no rows.
    if submission.is_current != 1 {
        return;
    }
    // What was filed has been read before; should it not be readable now, it waits as text in the submission.
    let Ok(instance) = Instance::read(&definition.xform, &submission.xml) else {
        return;
    };
    for row in rows_of(definition, &instance, &submission.root_id) {
        let shape = &definition.tables[row.table];
        let change = changes.entry(definition.table_name(shape)).or_default();
        let mut cells = HashMap::new();
        cells.insert("instance_id".to_owned(), Value::Text(submission.root_id.clone()));
        if shape.parent.is_none() {
            let flags: Vec<Remark> = submission
                .flags
                .as_deref()
                .and_then(|flags| serde_json::from_str(flags).ok())
                .unwrap_or_default();
            cells.insert("submitted_at".to_owned(), Value::Instant(submission.filed_at));
            cells.insert(
                "form_version".to_owned(),
                Value::Text(definition.version.version.clone()),
            );
            cells.insert(
                "place_code".to_owned(),
                submission.place_code.clone().map_or(Value::Null, Value::Text),
            );
            cells.insert(
                "n_flags".to_owned(),
                Value::Integer(i64::try_from(flags.len()).unwrap_or(i64::MAX)),
            );
        } else {
            cells.insert("key".to_owned(), Value::Text(row.key));
            cells.insert(
                "parent_key".to_owned(),
                row.parent_key.map_or(Value::Null, Value::Text),
            );
            cells.insert("position".to_owned(), Value::Integer(row.position));
        }
        for ((column, kind), value) in shape.columns.iter().zip(&kinds[row.table]).zip(row.values) {
            let name = change.column(&column.name, *kind);
            cells.insert(name, value_of(value));
        }
        change.rows.push(cells);
    }
}

/// Names the columns that every row of a table has besides its answers.
fn own_columns(shape: &TableShape) -> Vec<(&str, Kind)> {
    let own: &[(&str, Kind)] = if shape.parent.is_none() {
        &[
            ("instance_id", Kind::Text),
            ("submitted_at", Kind::Instant),
            ("form_version", Kind::Text),
            ("place_code", Kind::Text),
            ("n_flags", Kind::Integer),
        ]
    } else {
        &[
            ("instance_id", Kind::Text),
            ("key", Kind::Text),
            ("parent_key", Kind::Text),
            ("position", Kind::Integer),
        ]
    };
    own.iter()
        .copied()
        .chain(
            shape
                .columns
                .iter()
                .map(|column| (column.name.as_str(), kind_of(column.kind))),
        )
        .collect()
}

/// Rows as a table takes them.
struct Fitted {
    rows: Rows,
    /// A column of the form → what it is called in the table.
    names: HashMap<String, String>,
    /// Whether the table, or a column of it, was made for them.
    is_new: bool,
}

/// Makes the table, or its missing columns, and lays the rows out in its order.
async fn fit(app: &App, table: &str, change: Change) -> anyhow::Result<Fitted> {
    let mut is_new = false;
    if !app.lake.exists(table).await? {
        is_new = true;
        match app.lake.create(table, &change.columns).await {
            Ok(_) | Err(tables::Error::TableExists(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let known = app.lake.columns(table).await?;
    let mut names = HashMap::new();
    let mut missing = Vec::new();
    for column in &change.columns {
        let mut name = column.name.clone();
        // A question whose type another version changed has a column for each.
        while known
            .iter()
            .any(|known| known.name == name && known.kind != column.kind)
        {
            name = format!("{name}_{}", column.kind);
        }
        if !known.iter().any(|known| known.name == name) {
            missing.push(Column::new(&name, column.kind));
        }
        names.insert(column.name.clone(), name);
    }
    if !missing.is_empty() {
        is_new = true;
        app.lake.add_columns(table, &missing).await?;
    }
    let columns: Vec<Column> = change
        .columns
        .iter()
        .map(|column| Column::new(&names[&column.name], column.kind))
        .collect();
    let mut rows = Rows::new(columns);
    for mut cells in change.rows {
        rows.rows.push(
            change
                .columns
                .iter()
                .map(|column| cells.remove(&column.name).unwrap_or(Value::Null))
                .collect(),
        );
    }
    Ok(Fitted { rows, names, is_new })
}

fn kind_of(kind: ColumnType) -> Kind {
    match kind {
        ColumnType::Text => Kind::Text,
        ColumnType::Integer => Kind::Integer,
        ColumnType::Decimal => Kind::Decimal,
        ColumnType::Boolean => Kind::Flag,
        ColumnType::Date => Kind::Date,
        ColumnType::DateTime => Kind::Instant,
    }
}

fn value_of(value: xform::Value) -> Value {
    match value {
        xform::Value::Null => Value::Null,
        xform::Value::Text(text) => Value::Text(text),
        xform::Value::Integer(n) => Value::Integer(n),
        xform::Value::Decimal(n) => Value::Decimal(n),
        xform::Value::Boolean(b) => Value::Flag(b),
        xform::Value::Date(days) => Value::Date(days),
        xform::Value::DateTime(micros) => Value::Instant(micros),
    }
}
