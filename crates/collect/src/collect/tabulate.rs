//! Turns what was filed into rows of the form's tables: a few phones' worth in a moment, a million in minutes.
//!
//! What waits is taken in the order of its ids, up to [`MOST`] at a time: read in stretches, each laid out beside the others, written
//! as it comes and seen in one commit for each table. Up to which id rows may stand in the tables already is kept (the mark), so that
//! the tables are searched for rows to take out only where there can be some. The mark is moved before the tables are changed:
//! whoever comes after a crash searches once more than needed, and never once less.

use std::{
    collections::{BTreeMap, HashMap},
    pin::pin,
    sync::Arc,
};

use formats::xform::{self, ColumnType, Instance, TableShape};
use futures::{TryStreamExt, stream};
use serde::{Deserialize, Serialize};
use tables::{Batch, Column, Incoming, Kind, Rows, Value};

use super::{
    TableChanged,
    describe::{DescribedColumn, TableDescribed, describe},
    library,
    model::{Questionnaire, Remark, rows_of},
    store::{
        self,
        submissions::{self, Pending},
        tabulating,
    },
};
use crate::platform::{app::App, jobs::Job, op::Op};

/// Most submissions put into the tables in one change.
const MOST: i64 = 50_000;
/// Submissions read and laid out together.
const STRETCH: i64 = 1_000;
/// Stretches on the way at once: one is read while others are laid out.
const AT_ONCE: usize = 3;
/// Versions after which the small files of a table are put together.
const COMPACT_EVERY: u64 = 40;
/// Submissions marked in one turn of the writer, so that phones that file do not wait for a long one.
const MARKED_IN_A_TURN: usize = 25 * submissions::MARKED_AT_ONCE;

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
        while tabulate(app, &self.form).await? == MOST {}
        Ok(())
    }
}

/// Puts at most [`MOST`] submissions into the tables; tells how many they were.
async fn tabulate(app: &App, form: &str) -> anyhow::Result<i64> {
    let waiting = tabulating::waiting(app.db.read(), form, MOST).await?;
    let Some(until) = waiting.iter().map(|version| version.last.clone()).max() else {
        return Ok(0);
    };
    let n = waiting.iter().map(|version| version.n).sum();
    let mut definitions = HashMap::new();
    for version in &waiting {
        let definition = library::questionnaire(app, &version.version_id).await?;
        definitions.insert(version.version_id.clone(), definition);
    }
    let plans = plans(&definitions);
    let described = describe(
        plans.order.iter().map(|id| &*definitions[id]),
        &app.config.language,
    );
    let known = store::find_form_by_id(app.db.read(), form).await?;
    let org = known.and_then(|known| known.org);
    let mut tx = app.db.begin().await?;
    let mark = tabulating::move_mark(&mut tx, form, &until).await?;
    tx.commit().await?;
    let mut shaped = Vec::new();
    let mut incoming = Vec::new();
    let mut layouts = Vec::new();
    for plan in &plans.tables {
        let fitted = fit(app, plan).await?;
        if fitted.is_new {
            let columns = described
                .get(&plan.name)
                .into_iter()
                .flatten()
                .filter_map(|column| {
                    let name = fitted.names.get(&column.name)?.clone();
                    Some(DescribedColumn {
                        name,
                        ..column.clone()
                    })
                });
            shaped.push(TableDescribed {
                columns: columns.collect(),
                table: plan.name.clone(),
                org: org.clone(),
            });
        }
        let into = app.lake.incoming(&plan.name).await?;
        layouts.push(Layout {
            columns: plan
                .columns
                .iter()
                .map(|column| Column::new(&fitted.names[&column.name], column.kind))
                .collect(),
            table: into.columns().to_vec(),
        });
        incoming.push(into);
    }
    let laying = Arc::new(Laying {
        definitions,
        plans,
        layouts,
        mark,
    });
    let (done, gone) = lay_out(app, form, until, laying.clone(), &mut incoming).await?;
    let mut changed = Vec::new();
    for (plan, into) in laying.plans.tables.iter().zip(incoming) {
        let version = into.commit("instance_id", &gone).await?;
        if version.0 > 0 && version.0.is_multiple_of(COMPACT_EVERY) {
            app.lake.compact(&plan.name).await?;
        }
        changed.push(TableChanged {
            table: plan.name.clone(),
            version: version.0,
            org: org.clone(),
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
    for turn in done.chunks(MARKED_IN_A_TURN) {
        let mut tx = app.db.begin().await?;
        for ids in turn.chunks(submissions::MARKED_AT_ONCE) {
            submissions::mark_tabulated(&mut tx, ids).await?;
        }
        tx.commit().await?;
    }
    Ok(n)
}

/// Reads what waits, lays it out and writes it to the tables' stores; tells what was read, and whose rows are to go.
async fn lay_out(
    app: &App,
    form: &str,
    until: String,
    laying: Arc<Laying>,
    incoming: &mut [Incoming],
) -> anyhow::Result<(Vec<String>, Vec<Value>)> {
    let (app, form) = (app.clone(), form.to_owned());
    let read = stream::try_unfold(Some(String::new()), move |after| {
        let (app, form, until) = (app.clone(), form.clone(), until.clone());
        async move {
            let Some(after) = after else { return Ok(None) };
            let found = tabulating::list_pending(app.db.read(), &form, &after, &until, STRETCH).await?;
            let is_last = i64::try_from(found.len())? < STRETCH;
            let next = found.last().map(|last| last.id.clone()).filter(|_| !is_last);
            anyhow::Ok(Some((found, next)))
        }
    });
    let laid = read.map_ok(move |found| {
        let laying = laying.clone();
        async move { tokio::task::spawn_blocking(move || laying.lay_out(&found)).await? }
    });
    let mut laid = pin!(laid.try_buffered(AT_ONCE));
    let (mut done, mut gone) = (Vec::new(), Vec::new());
    while let Some(stretch) = laid.try_next().await? {
        done.extend(stretch.done);
        gone.extend(stretch.gone);
        for (into, batch) in incoming.iter_mut().zip(stretch.batches) {
            into.write(batch).await?;
        }
    }
    gone.sort_by(|a: &Value, b| a.as_text().cmp(&b.as_text()));
    gone.dedup();
    Ok((done, gone))
}

/// The tables of a form, with the columns of every version that is at hand among them.
struct Plans {
    /// The versions' ids, the oldest first.
    order: Vec<String>,
    tables: Vec<Plan>,
    /// For each version, for each of its tables: which of the form's it is, and where its own and its answers' columns stand.
    places: HashMap<String, Vec<Places>>,
}

#[derive(Default)]
struct Plan {
    name: String,
    columns: Vec<Column>,
}

struct Places {
    table: usize,
    columns: Vec<usize>,
}

/// Columns of one table: as versions want them, and as the table has them.
struct Layout {
    columns: Vec<Column>,
    table: Vec<Column>,
}

fn plans(definitions: &HashMap<String, Arc<Questionnaire>>) -> Plans {
    let mut order: Vec<String> = definitions.keys().cloned().collect();
    order.sort();
    let mut named: BTreeMap<String, Plan> = BTreeMap::new();
    let mut placed: HashMap<String, Vec<(String, Vec<usize>)>> = HashMap::new();
    for id in &order {
        let definition = &definitions[id];
        for shape in &definition.tables {
            // Every table of the form is there from the first submission on, empty if need be.
            let name = definition.table_name(shape);
            let plan = named.entry(name.clone()).or_insert_with(|| Plan {
                name: name.clone(),
                columns: Vec::new(),
            });
            let columns = own_columns(shape)
                .into_iter()
                .map(|(name, kind)| plan.column(name, kind))
                .collect();
            placed.entry(id.clone()).or_default().push((name, columns));
        }
    }
    let numbers: HashMap<String, usize> = named.keys().cloned().zip(0..).collect();
    let places = placed.into_iter().map(|(id, tables)| {
        let tables = tables.into_iter().map(|(name, columns)| Places {
            table: numbers[&name],
            columns,
        });
        (id, tables.collect())
    });
    Plans {
        order,
        places: places.collect(),
        tables: named.into_values().collect(),
    }
}

impl Plan {
    /// Returns where a column's values stand; a changed type makes another column.
    fn column(&mut self, name: &str, kind: Kind) -> usize {
        match self.columns.iter().position(|column| column.name == name) {
            Some(at) if self.columns[at].kind == kind => at,
            Some(_) => self.column(&format!("{name}_{kind}"), kind),
            None => {
                self.columns.push(Column::new(name, kind));
                self.columns.len() - 1
            }
        }
    }
}

/// What stretches are laid out with.
struct Laying {
    definitions: HashMap<String, Arc<Questionnaire>>,
    plans: Plans,
    layouts: Vec<Layout>,
    /// Rows of submissions up to this id may stand in the tables already.
    mark: String,
}

/// What comes of a stretch.
struct Laid {
    done: Vec<String>,
    gone: Vec<Value>,
    /// One for each table.
    batches: Vec<Batch>,
}

impl Laying {
    fn lay_out(&self, found: &[Pending]) -> anyhow::Result<Laid> {
        let mut gone = Vec::new();
        let mut rows: Vec<Rows> = self
            .layouts
            .iter()
            .map(|layout| Rows::new(layout.columns.clone()))
            .collect();
        for each in found.iter().filter(|each| each.is_current != 0) {
            // An edit that was once taken for a first has rows under its own id.
            if each.id <= self.mark || each.instance_id != each.root_id {
                gone.extend([
                    Value::Text(each.root_id.clone()),
                    Value::Text(each.instance_id.clone()),
                ]);
            }
            // What was rejected or thrown away has no rows.
            if each.is_current == 1 {
                self.add_rows(each, &mut rows);
            }
        }
        let batches = rows
            .iter()
            .zip(&self.layouts)
            .map(|(rows, layout)| Batch::of(&layout.table, rows));
        Ok(Laid {
            done: found.iter().map(|each| each.id.clone()).collect(),
            gone,
            batches: batches.collect::<Result<_, _>>()?,
        })
    }

    fn add_rows(&self, submission: &Pending, rows: &mut [Rows]) {
        let (Some(definition), Some(places)) = (
            self.definitions.get(&submission.version_id),
            self.plans.places.get(&submission.version_id),
        ) else {
            return;
        };
        // What was filed has been read before; should it not be readable now, it waits as text in the submission.
        let Ok(instance) = Instance::read(&definition.xform, &submission.xml) else {
            return;
        };
        for row in rows_of(definition, &instance, &submission.root_id) {
            let Places { table, columns } = &places[row.table];
            let mut cells = vec![Value::Null; rows[*table].columns.len()];
            let own = if definition.tables[row.table].parent.is_none() {
                root_cells(submission, definition)
            } else {
                vec![
                    Value::Text(submission.root_id.clone()),
                    Value::Text(row.key),
                    row.parent_key.map_or(Value::Null, Value::Text),
                    Value::Integer(row.position),
                ]
            };
            let values = own.into_iter().chain(row.values.into_iter().map(value_of));
            for (at, value) in columns.iter().zip(values) {
                cells[*at] = value;
            }
            rows[*table].rows.push(cells);
        }
    }
}

fn root_cells(submission: &Pending, definition: &Questionnaire) -> Vec<Value> {
    let flags: Vec<Remark> = submission
        .flags
        .as_deref()
        .and_then(|flags| serde_json::from_str(flags).ok())
        .unwrap_or_default();
    vec![
        Value::Text(submission.root_id.clone()),
        Value::Instant(submission.filed_at),
        Value::Text(definition.version.version.clone()),
        submission.place_code.clone().map_or(Value::Null, Value::Text),
        Value::Integer(i64::try_from(flags.len()).unwrap_or(i64::MAX)),
    ]
}

/// Names the columns that every row of a table has besides its answers, then those of its answers.
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

/// How a plan's columns are called in the table.
struct Fitted {
    names: HashMap<String, String>,
    /// Whether the table, or a column of it, was made for them.
    is_new: bool,
}

/// Makes the table, or its missing columns.
async fn fit(app: &App, plan: &Plan) -> anyhow::Result<Fitted> {
    let table = &plan.name;
    let mut is_new = false;
    if !app.lake.exists(table).await? {
        is_new = true;
        match app.lake.create(table, &plan.columns).await {
            Ok(_) | Err(tables::Error::TableExists(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let known = app.lake.columns(table).await?;
    let mut names = HashMap::new();
    let mut missing = Vec::new();
    for column in &plan.columns {
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
    Ok(Fitted { names, is_new })
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
