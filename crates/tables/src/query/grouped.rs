//! Grouped questions of one table, answered from the columns that are kept in memory.
//!
//! `SELECT a, b, count(*), avg(c) … WHERE … GROUP BY a, b` is what people ask most. Where each expression looks at one column, it is worked
//! out for the different values instead of the rows (`view/tally.rs`). Only the node that groups is replaced, and it keeps its names and
//! types: what stands above it is the query engine's, and so is the whole question where the kept columns do not tell.

use std::{collections::HashMap, fmt, sync::Arc};

use arrow::{
    array::{ArrayRef, RecordBatch, RecordBatchOptions},
    compute::cast,
    datatypes::{DataType, Field, Schema, SchemaRef},
};
use async_trait::async_trait;
use datafusion::{
    catalog::{Session, TableProvider},
    common::{
        Column, DFSchema, Result, internal_err,
        tree_node::{Transformed, TreeNode},
    },
    datasource::{TableType, provider_as_source, source_as_provider},
    execution::{
        SendableRecordBatchStream, TaskContext, memory_pool::MemoryConsumer, session_state::SessionState,
    },
    logical_expr::{
        Aggregate, Expr, ExprSchemable, LogicalPlan, Operator, Projection, TableScanBuilder,
        expr::AggregateFunction,
    },
    optimizer::{ApplyOrder, Optimizer, OptimizerConfig, OptimizerRule},
    physical_plan::{
        ExecutionPlan, execute_stream,
        stream::RecordBatchStreamAdapter,
        streaming::{PartitionStream, StreamingTableExec},
    },
};
use futures::{StreamExt, TryStreamExt, stream, stream::BoxStream};

use super::{
    LakeTable, ROWS_OF_A_BATCH, TableVersion,
    counted::{Counted, PLACE},
};
use crate::{
    lake::{Lake, State},
    view::{Asked, OfOne, Passing, Tallied, Tally},
};

/// The version of a table that a scan reads.
#[derive(Clone)]
pub struct Origin {
    lake: Lake,
    table: TableVersion,
}

impl Origin {
    pub fn of(lake: &Lake, name: &str, state: &State) -> Origin {
        Origin {
            lake: lake.clone(),
            table: TableVersion::at(name, state.version),
        }
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.table.fmt(f)
    }
}

const NAME: &str = "groups_from_kept_columns";

/// Puts a scan of groups in the place of each node that groups the rows of one table.
#[derive(Debug)]
pub struct FromKept;

impl OptimizerRule for FromKept {
    fn name(&self) -> &str {
        NAME
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::BottomUp)
    }

    fn rewrite(&self, plan: LogicalPlan, config: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        let LogicalPlan::Aggregate(aggregate) = &plan else {
            return Ok(Transformed::no(plan));
        };
        let Some((origin, question)) = Question::of(aggregate) else {
            return Ok(Transformed::no(plan));
        };
        let groups = Groups {
            schema: numbered(&aggregate.schema),
            origin,
            question,
            otherwise: plan.clone(),
        };
        // Scans of one name and schema pass for the same.
        let name = config.alias_generator().next("groups");
        let columns = aggregate.schema.iter().enumerate();
        let columns = columns.map(|(at, (relation, field))| {
            let column = Expr::Column(Column::new(Some(name.as_str()), number(at)));
            column.alias_qualified(relation.cloned(), field.name())
        });
        let columns: Vec<Expr> = columns.collect();
        let scan = TableScanBuilder::new(name.as_str(), provider_as_source(Arc::new(groups))).build()?;
        let named = Projection::try_new(columns, Arc::new(LogicalPlan::TableScan(scan)))?;
        Ok(Transformed::yes(LogicalPlan::Projection(named)))
    }
}

fn number(at: usize) -> String {
    format!("c{at}")
}

/// The same fields by numbers: their own names may be the same in two relations.
fn numbered(schema: &DFSchema) -> SchemaRef {
    let fields = schema.fields().iter().enumerate();
    let fields: Vec<Field> = fields
        .map(|(at, field)| Field::clone(field).with_name(number(at)))
        .collect();
    Arc::new(Schema::new(fields))
}

/// What is asked of a table, before its expressions are made ready.
#[derive(Clone, Default)]
struct Question {
    /// The columns that are looked at, by name.
    columns: Vec<String>,
    by: Vec<usize>,
    conditions: Vec<Over>,
    filters: Vec<Condition>,
    asked: Vec<Wanted>,
}

/// An expression over one column, by its place among the question's.
#[derive(Clone)]
struct Over {
    column: usize,
    expr: Expr,
    /// The column alone, as the expression calls it.
    schema: DFSchema,
}

#[derive(Clone)]
enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Of(usize),
}

#[derive(Clone)]
enum Wanted {
    Rows,
    Filled(Over),
    Sum(Over),
    Mean(Over),
    Least(usize),
    Most(usize),
}

impl Question {
    /// Reads a node that groups; nothing where anything of it is not understood.
    fn of(aggregate: &Aggregate) -> Option<(Origin, Question)> {
        let input = aggregate.input.as_ref();
        let mut question = Question::default();
        let origin = question.read(input)?;
        for expr in &aggregate.group_expr {
            let key = question.column_of(expr, input)?;
            question.by.push(key);
        }
        for expr in &aggregate.aggr_expr {
            let wanted = question.wanted(expr, input)?;
            question.asked.push(wanted);
        }
        Some((origin, question))
    }

    /// Reads what stands below: filters, other names, and one table at the end.
    fn read(&mut self, plan: &LogicalPlan) -> Option<Origin> {
        match plan {
            LogicalPlan::Filter(filter) => {
                let condition = self.condition(&filter.predicate, &filter.input)?;
                self.filters.push(condition);
                self.read(&filter.input)
            }
            LogicalPlan::SubqueryAlias(alias) => self.read(&alias.input),
            LogicalPlan::Projection(projection) => {
                let mut columns = projection.expr.iter().map(unnamed);
                let is_plain = columns.all(|expr| matches!(expr, Expr::Column(_)));
                is_plain.then(|| self.read(&projection.input)).flatten()
            }
            LogicalPlan::TableScan(scan) if scan.filters.is_empty() && scan.fetch.is_none() => {
                let table = source_as_provider(&scan.source).ok()?;
                let counted = table.downcast_ref::<Counted>().map(|table| &table.origin);
                let whole = table.downcast_ref::<LakeTable>().map(|table| &table.origin);
                counted.or(whole).cloned()
            }
            _ => None,
        }
    }

    /// The place of a column among the question's; nothing for what is no column of the table.
    fn column_of(&mut self, expr: &Expr, over: &LogicalPlan) -> Option<usize> {
        let Expr::Column(column) = unnamed(expr) else {
            return None;
        };
        let at = over.schema().index_of_column(column).ok()?;
        // Equal decimals need not have equal bits.
        if over.schema().field(at).data_type().is_floating() {
            return None;
        }
        self.place(over, at)
    }

    /// The place among the question's columns of a plan's column.
    fn place(&mut self, plan: &LogicalPlan, at: usize) -> Option<usize> {
        let name = named(plan, at)?;
        let known = self.columns.iter().position(|known| *known == name);
        Some(known.unwrap_or_else(|| {
            self.columns.push(name);
            self.columns.len() - 1
        }))
    }

    /// An expression that looks at one column and nothing else.
    fn over_one(&mut self, expr: &Expr, over: &LogicalPlan) -> Option<Over> {
        let columns = expr.column_refs();
        let mut columns = columns.into_iter();
        let (Some(column), None) = (columns.next(), columns.next()) else {
            return None;
        };
        if expr.is_volatile() || expr.exists(|part| Ok(looks_around(part))).ok()? {
            return None;
        }
        let at = over.schema().index_of_column(column).ok()?;
        let (relation, field) = over.schema().qualified_field(at);
        let only = vec![(relation.cloned(), field.clone())];
        Some(Over {
            schema: DFSchema::new_with_metadata(only, HashMap::new()).ok()?,
            column: self.place(over, at)?,
            expr: expr.clone(),
        })
    }

    fn condition(&mut self, expr: &Expr, over: &LogicalPlan) -> Option<Condition> {
        if let Some(one) = self.over_one(expr, over) {
            let is_condition = one.expr.get_type(&one.schema).ok()? == DataType::Boolean;
            return is_condition.then(|| {
                self.conditions.push(one);
                Condition::Of(self.conditions.len() - 1)
            });
        }
        let Expr::BinaryExpr(both) = expr else { return None };
        let mut parts = || {
            Some(vec![
                self.condition(&both.left, over)?,
                self.condition(&both.right, over)?,
            ])
        };
        match both.op {
            Operator::And => parts().map(Condition::All),
            Operator::Or => parts().map(Condition::Any),
            _ => None,
        }
    }

    fn wanted(&mut self, expr: &Expr, over: &LogicalPlan) -> Option<Wanted> {
        let Expr::AggregateFunction(call) = unnamed(expr) else {
            return None;
        };
        let argument = only_argument(call)?;
        if let ("count", Expr::Literal(value, _)) = (call.func.name(), argument) {
            return (!value.is_null()).then_some(Wanted::Rows);
        }
        match call.func.name() {
            "min" => return self.end(argument, over).map(Wanted::Least),
            "max" => return self.end(argument, over).map(Wanted::Most),
            _ => {}
        }
        let one = self.over_one(argument, over)?;
        let data_type = one.expr.get_type(&one.schema).ok()?;
        let is_number = matches!(data_type, DataType::Int64 | DataType::Float64);
        match call.func.name() {
            "count" => Some(Wanted::Filled(one)),
            "sum" if is_number => Some(Wanted::Sum(one)),
            "avg" if data_type == DataType::Float64 => Some(Wanted::Mean(one)),
            _ => None,
        }
    }

    /// A column of which the least or the most value is asked.
    fn end(&mut self, argument: &Expr, over: &LogicalPlan) -> Option<usize> {
        let kind = argument.get_type(over.schema()).ok()?;
        let is_ordered = matches!(
            kind,
            DataType::Int64
                | DataType::Utf8
                | DataType::Utf8View
                | DataType::Date32
                | DataType::Timestamp(..)
        );
        is_ordered.then(|| self.column_of(argument, over)).flatten()
    }

    /// The question with its expressions made ready; nothing where the engine does not take one.
    fn ready(self, session: &dyn Session) -> Option<Tally> {
        let ready = |one: Over| {
            Some(OfOne {
                column: one.column,
                expr: session.create_physical_expr(one.expr, &one.schema).ok()?,
                schema: Arc::new(one.schema.as_arrow().clone()),
            })
        };
        let asked = self.asked.into_iter().map(|wanted| {
            Some(match wanted {
                Wanted::Rows => Asked::Rows,
                Wanted::Filled(one) => Asked::Filled(ready(one)?),
                Wanted::Sum(one) => Asked::Sum(ready(one)?),
                Wanted::Mean(one) => Asked::Mean(ready(one)?),
                Wanted::Least(column) => Asked::Least(column),
                Wanted::Most(column) => Asked::Most(column),
            })
        });
        let asked = asked.collect::<Option<Vec<_>>>()?;
        let filters: Vec<Passing> = self.filters.into_iter().map(Condition::passing).collect();
        Some(Tally {
            columns: self.columns,
            by: self.by,
            conditions: self
                .conditions
                .into_iter()
                .map(ready)
                .collect::<Option<Vec<_>>>()?,
            filter: (!filters.is_empty()).then_some(Passing::All(filters)),
            asked,
        })
    }
}

impl Condition {
    fn passing(self) -> Passing {
        match self {
            Condition::All(parts) => Passing::All(parts.into_iter().map(Condition::passing).collect()),
            Condition::Any(parts) => Passing::Any(parts.into_iter().map(Condition::passing).collect()),
            Condition::Of(at) => Passing::Of(at),
        }
    }
}

fn unnamed(expr: &Expr) -> &Expr {
    match expr {
        Expr::Alias(alias) => unnamed(&alias.expr),
        other => other,
    }
}

/// Whether a part of an expression is more than its row tells.
fn looks_around(part: &Expr) -> bool {
    matches!(
        part,
        Expr::Placeholder(_)
            | Expr::OuterReferenceColumn(..)
            | Expr::ScalarSubquery(_)
            | Expr::Exists(_)
            | Expr::SetComparison(_)
            | Expr::InSubquery(_)
            | Expr::AggregateFunction(_)
            | Expr::WindowFunction(_)
            | Expr::Unnest(_)
    )
}

fn only_argument(call: &AggregateFunction) -> Option<&Expr> {
    let asked = &call.params;
    let is_plain = !asked.distinct && asked.filter.is_none() && asked.order_by.is_empty();
    match (asked.args.as_slice(), is_plain) {
        ([argument], true) => Some(argument),
        _ => None,
    }
}

/// The name in its table of a plan's column.
fn named(plan: &LogicalPlan, at: usize) -> Option<String> {
    match plan {
        LogicalPlan::Filter(filter) => named(&filter.input, at),
        LogicalPlan::SubqueryAlias(alias) => named(&alias.input, at),
        LogicalPlan::Projection(projection) => {
            let Expr::Column(column) = unnamed(projection.expr.get(at)?) else {
                return None;
            };
            let input = &projection.input;
            named(input, input.schema().index_of_column(column).ok()?)
        }
        LogicalPlan::TableScan(scan) => {
            let name = scan.projected_schema.fields().get(at)?.name();
            (name != PLACE).then(|| name.clone())
        }
        _ => None,
    }
}

/// The groups of a question, as a table.
struct Groups {
    schema: SchemaRef,
    origin: Origin,
    question: Question,
    /// The node that these groups stand for.
    otherwise: LogicalPlan,
}

impl fmt::Debug for Groups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Groups")
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl TableProvider for Groups {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Temporary
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let groups = Answered {
            schema: self.schema.clone(),
            origin: self.origin.clone(),
            tally: self.question.clone().ready(session).map(Arc::new),
            otherwise: self.by_engine(session).await?,
        };
        Ok(Arc::new(StreamingTableExec::try_new(
            self.schema.clone(),
            vec![Arc::new(groups)],
            projection,
            [],
            false,
            limit,
        )?))
    }
}

impl Groups {
    /// Plans the node as if these groups were not there; what the engine refuses is refused.
    async fn by_engine(&self, session: &dyn Session) -> Result<Arc<dyn ExecutionPlan>> {
        let Some(state) = session.as_any().downcast_ref::<SessionState>() else {
            return internal_err!("groups are planned in another session");
        };
        let others = state.optimizers().iter().filter(|rule| rule.name() != NAME);
        let optimizer = Optimizer::with_rules(others.cloned().collect());
        let plan = optimizer.optimize(self.otherwise.clone(), state, |_, _| {})?;
        state.query_planner().create_physical_plan(&plan, state).await
    }
}

/// The one part of the groups.
#[derive(Clone)]
struct Answered {
    schema: SchemaRef,
    origin: Origin,
    tally: Option<Arc<Tally>>,
    otherwise: Arc<dyn ExecutionPlan>,
}

impl fmt::Debug for Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answered")
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

impl PartitionStream for Answered {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let groups = stream::once(self.clone().rows(context)).try_flatten();
        Box::pin(RecordBatchStreamAdapter::new(self.schema.clone(), groups))
    }
}

impl Answered {
    async fn rows(self, context: Arc<TaskContext>) -> Result<BoxStream<'static, Result<RecordBatch>>> {
        let account = MemoryConsumer::new("groups").register(context.memory_pool());
        let tallied = match &self.tally {
            Some(tally) => {
                let origin = &self.origin;
                tally.answer(&origin.lake, &origin.table, &account).await
            }
            None => None,
        };
        let schema = self.schema;
        if let Some(tallied) = tallied {
            let starts = (0..tallied.n).step_by(ROWS_OF_A_BATCH);
            let batches = starts.map(move |first| {
                // It is held as long as the groups are.
                let _account = &account;
                batch(&schema, &tallied, first)
            });
            return Ok(stream::iter(batches).boxed());
        }
        drop(account);
        let rows = execute_stream(self.otherwise, context)?;
        let rows = rows.map(move |rows| {
            rows.and_then(|rows| renamed(&schema, rows.columns().to_vec(), rows.num_rows()))
        });
        Ok(rows.boxed())
    }
}

/// Groups from the first on, as many as a batch has.
fn batch(schema: &SchemaRef, tallied: &Tallied, first: usize) -> Result<RecordBatch> {
    let n = ROWS_OF_A_BATCH.min(tallied.n - first);
    let columns = tallied.parts.iter().zip(schema.fields());
    let columns = columns
        .map(|(part, field)| -> Result<ArrayRef> { Ok(cast(&part.slice(first, n)?, field.data_type())?) });
    renamed(schema, columns.collect::<Result<Vec<ArrayRef>>>()?, n)
}

/// Columns as a batch of a schema; there may be none.
fn renamed(schema: &SchemaRef, columns: Vec<ArrayRef>, n_rows: usize) -> Result<RecordBatch> {
    let options = RecordBatchOptions::new().with_row_count(Some(n_rows));
    Ok(RecordBatch::try_new_with_options(
        schema.clone(),
        columns,
        &options,
    )?)
}
