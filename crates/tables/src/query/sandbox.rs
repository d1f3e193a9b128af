//! One caller's session: it can read the tables of its scope and do nothing else.

use std::{collections::BTreeMap, sync::Arc};

use datafusion::{
    catalog::TableProvider,
    common::Result as EngineResult,
    dataframe::DataFrame,
    error::DataFusionError,
    execution::{
        context::{SQLOptions, SessionContext},
        session_state::{SessionState, SessionStateBuilder},
    },
    logical_expr::{LogicalPlan, lit},
    prelude::{SessionConfig, ident},
    sql::{
        parser::{DFParser, Statement as Parsed},
        sqlparser::ast::Statement,
    },
};

use super::{
    LakeTable, Limits, Scope, TableVersion,
    bounds::{self, Bounds},
    counted::{Counted, PLACE},
    engine::cannot_answer,
    exists, forms,
    grouped::FromKept,
    guard, is_clash, names, told_apart, unknown_table,
    width::{NarrowRows, ROWS_OF_A_BATCH},
    yielding::RestInJoins,
};
use crate::{
    error::{Error, Result},
    lake::{Lake, ROW_NUMBER, State},
};

/// Refused before planning: nobody writes a question this long by hand.
pub const LONGEST_SQL: usize = 100_000;

pub struct Session {
    pub context: SessionContext,
    limits: Limits,
}

impl Session {
    pub fn open(lake: &Lake, limits: &Limits) -> Session {
        let config = SessionConfig::new().with_target_partitions(lake.engine().threads);
        Session::with_config(lake, limits, config)
    }

    /// A session whose answers keep the order of the rows in the table.
    pub fn in_order(lake: &Lake, limits: &Limits) -> Session {
        Session::with_config(lake, limits, SessionConfig::new().with_target_partitions(1))
    }

    /// A session for SQL that somebody wrote: it refuses what could take more than the machine has.
    pub fn asking(lake: &Lake, limits: &Limits) -> Session {
        let config = SessionConfig::new().with_target_partitions(lake.engine().threads);
        Session::bounded(lake, limits, config)
    }

    /// A session for SQL of anybody.
    pub fn narrow(lake: &Lake, limits: &Limits) -> Session {
        let mut config = SessionConfig::new().with_target_partitions(lake.engine().threads);
        config.options_mut().execution.enable_recursive_ctes = false;
        // Plans of the engine name the files that it reads.
        config.options_mut().explain.logical_plan_only = true;
        Session::bounded(lake, limits, config)
    }

    fn bounded(lake: &Lake, limits: &Limits, config: SessionConfig) -> Session {
        let mut config = config.with_batch_size(ROWS_OF_A_BATCH);
        // A value of a question within a question would be repeated for each row without being measured.
        config
            .options_mut()
            .optimizer
            .enable_physical_uncorrelated_scalar_subquery = false;
        let builder = Session::builder(lake, limits, config)
            .with_analyzer_rule(Arc::new(Bounds))
            .with_optimizer_rule(Arc::new(FromKept))
            .with_physical_optimizer_rule(Arc::new(NarrowRows));
        Session::built(builder, limits)
    }

    fn with_config(lake: &Lake, limits: &Limits, config: SessionConfig) -> Session {
        Session::built(Session::builder(lake, limits, config), limits)
    }

    fn builder(lake: &Lake, limits: &Limits, config: SessionConfig) -> SessionStateBuilder {
        let config = config
            .with_information_schema(true)
            .with_default_catalog_and_schema("baraza", "public");
        let mut builder = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(lake.engine().env(limits))
            .with_default_features()
            .with_physical_optimizer_rule(Arc::new(RestInJoins));
        // Formats and factories are ways to files.
        if let Some(functions) = builder.scalar_functions() {
            guard::guard(functions);
        }
        *builder.table_factories() = None;
        *builder.file_formats() = None;
        builder
    }

    fn built(builder: SessionStateBuilder, limits: &Limits) -> Session {
        Session {
            context: SessionContext::new_with_state(builder.build()),
            limits: *limits,
        }
    }

    /// Makes one table readable under a name.
    pub async fn add(&self, lake: &Lake, sql_name: &str, table: &TableVersion) -> Result<Vec<String>> {
        let state = lake.state(&table.table, table.version).await?;
        let readable = match &table.number {
            None => {
                let rows = LakeTable::new(lake, &table.table, &state, &table.hidden);
                Arc::new(rows) as Arc<dyn TableProvider>
            }
            Some(number) => self.numbered(lake, &state, table, number)?,
        };
        let columns = readable
            .schema()
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .collect();
        let reference = datafusion::common::TableReference::bare(sql_name);
        self.context
            .register_table(reference, readable)
            .map_err(|error| query_error(error, &self.limits))?;
        Ok(columns)
    }

    /// A table whose first column is the number of the row.
    fn numbered(
        &self,
        lake: &Lake,
        state: &Arc<State>,
        table: &TableVersion,
        number: &str,
    ) -> Result<Arc<dyn TableProvider>> {
        let hidden: Vec<String> = table
            .hidden
            .iter()
            .filter(|name| *name != ROW_NUMBER)
            .cloned()
            .collect();
        let keeps = state.columns.iter().any(|column| column.name == ROW_NUMBER);
        let rows: Arc<dyn TableProvider> = match keeps {
            true => Arc::new(LakeTable::new(lake, &table.table, state, &hidden)),
            false => Arc::new(Counted::new(lake, &table.table, state, &hidden)),
        };
        let first = match keeps {
            true => ident(ROW_NUMBER),
            false => ident(PLACE) + lit(1_i64),
        };
        let shown = table
            .shown(&state.columns)
            .into_iter()
            .filter(|column| column.name != ROW_NUMBER);
        let columns = shown.map(|column| {
            // Two columns cannot be called alike.
            let name = if column.name == number {
                format!("{number}_")
            } else {
                column.name.clone()
            };
            ident(&column.name).alias(name)
        });
        let frame = self.context.read_table(rows).and_then(|frame| {
            frame.select(
                std::iter::once(first.alias(number))
                    .chain(columns)
                    .collect::<Vec<_>>(),
            )
        });
        Ok(frame
            .map_err(|error| query_error(error, &self.limits))?
            .into_view())
    }

    /// Plans one SELECT, SHOW TABLES, SHOW COLUMNS or DESCRIBE; refuses everything else.
    pub async fn select(&self, lake: &Lake, scope: &Scope, sql: &str) -> Result<DataFrame> {
        self.plan(lake, scope, parse_one(sql)?).await
    }

    /// Plans a statement that was read already.
    pub async fn plan(&self, lake: &Lake, scope: &Scope, mut statement: Statement) -> Result<DataFrame> {
        bounds::of_statement(&statement)?;
        let state = self.context.state();
        let parsed = Parsed::Statement(Box::new(statement.clone()));
        let references = state
            .resolve_table_references(&parsed)
            .map_err(|error| query_error(error, &self.limits))?;
        let mut wanted = BTreeMap::new();
        let mut wants_all = !matches!(statement, Statement::Query(_));
        for reference in &references {
            match reference.schema() {
                Some("information_schema") => wants_all = true,
                Some(schema) if schema != "public" => {
                    return Err(unknown_table(&reference.to_string(), scope));
                }
                _ => match scope.find(reference.table()) {
                    Some((name, table)) => {
                        wanted.insert(name, table);
                    }
                    // generate_series and range: they make rows and read nothing.
                    None if state.table_functions().contains_key(reference.table()) => {}
                    None => return Err(unknown_table(reference.table(), scope)),
                },
            }
        }
        if wants_all {
            wanted.extend(scope.iter());
        }
        let mut columns = Vec::new();
        for (name, table) in wanted {
            columns.extend(self.add(lake, name, table).await?);
        }
        names::settle(&mut statement, scope, &columns);
        let plan = planned(&state, statement)
            .await
            .map_err(|error| query_error(error, &self.limits))?;
        SQLOptions::new()
            .with_allow_ddl(false)
            .with_allow_dml(false)
            .with_allow_statements(false)
            .verify_plan(&plan)
            .map_err(|error| query_error(error, &self.limits))?;
        self.context
            .execute_logical_plan(plan)
            .await
            .map_err(|error| query_error(error, &self.limits))
    }
}

/// Plans a statement with PostgreSQL's names for what it leaves without one; one whose parts the engine would call alike, with names that
/// tell them apart.
pub async fn planned(state: &SessionState, statement: Statement) -> EngineResult<LogicalPlan> {
    let plan = |statement: Statement| state.statement_to_plan(Parsed::Statement(Box::new(statement)));
    for form in forms(&statement) {
        if let Ok(planned) = plan(exists::counted(form)).await {
            return Ok(planned);
        }
    }
    let refused = match plan(exists::counted(statement.clone())).await {
        Err(error) if is_clash(&error) => error,
        planned => return planned,
    };
    match told_apart(&statement) {
        Some(other) => plan(exists::counted(other)).await.map_err(|_| refused),
        None => Err(refused),
    }
}

/// An engine's error as a sentence for whoever wrote the SQL.
pub fn query_error(error: DataFusionError, limits: &Limits) -> Error {
    let root = error.find_root();
    if let DataFusionError::External(told) = root
        && let Some(told) = told.downcast_ref::<Error>()
    {
        match told {
            Error::TookTooLong { seconds } => return Error::TookTooLong { seconds: *seconds },
            Error::BadQuery(words) => return Error::BadQuery(words.clone()),
            _ => {}
        }
    }
    if matches!(root, DataFusionError::ExecutionJoin(_)) {
        return cannot_answer();
    }
    if matches!(root, DataFusionError::ResourcesExhausted(_)) {
        return Error::TooMuchMemory {
            megabytes: limits.memory_bytes >> 20,
        };
    }
    if matches!(
        root,
        DataFusionError::ObjectStore(_) | DataFusionError::IoError(_) | DataFusionError::ParquetError(_)
    ) {
        return Error::Failed {
            doing: "read a table's files".into(),
            source: Box::new(error),
        };
    }
    Error::BadQuery(plain_words(&root.to_string()))
}

fn parse_one(sql: &str) -> Result<Statement> {
    if sql.len() > LONGEST_SQL {
        return Err(Error::BadQuery(format!(
            "the query is {} characters long; at most {LONGEST_SQL} are read",
            sql.len()
        )));
    }
    let parsed = DFParser::parse_sql(sql)
        .map_err(|error| Error::BadQuery(plain_words(&error.find_root().to_string())))?;
    let mut statements = parsed.into_iter();
    let (first, second) = (statements.next(), statements.next());
    let statement = match (first, second) {
        (Some(Parsed::Statement(statement)), None) => *statement,
        (None, _) => return Err(Error::BadQuery("the query is empty; write a SELECT".into())),
        (Some(_), Some(_)) => {
            return Err(Error::BadQuery(
                "there is more than one statement; send them one by one".into(),
            ));
        }
        (Some(_), None) => return Err(only_questions()),
    };
    match statement {
        Statement::Query(_)
        | Statement::ShowTables { .. }
        | Statement::ShowColumns { .. }
        | Statement::ExplainTable { .. } => Ok(statement),
        _ => Err(only_questions()),
    }
}

fn only_questions() -> Error {
    Error::BadQuery("only questions are answered here: SELECT, WITH, VALUES, SHOW TABLES, DESCRIBE".into())
}

/// What is said of a question in brackets that the engine cannot bring into a join.
const LOOKS_AROUND: &str = "a question in brackets can look at the row around it only by what is equal in both (b.x = a.x); write it as a JOIN with GROUP BY";

/// Leaves out the engine's own vocabulary where it leads a message.
pub fn plain_words(message: &str) -> String {
    if message.contains("does not support logical expression ScalarSubquery") {
        return LOOKS_AROUND.into();
    }
    let mut message = message;
    for opening in [
        "SQL error: ",
        "Internal error: ",
        "Error during planning: ",
        "Schema error: ",
        "Execution error: ",
        "Arrow error: ",
        "External error: ",
        "Optimizer rule ",
        "This feature is not implemented: ",
    ] {
        message = message.strip_prefix(opening).unwrap_or(message);
    }
    let message = message
        .strip_prefix("ParserError(\"")
        .map_or(message, |rest| rest.strip_suffix("\")").unwrap_or(rest));
    let message = message
        .find("No function matches")
        .map_or(message, |at| message[at..].lines().next().unwrap_or(message));
    // The engine appends advice for its own developers.
    message
        .split("\n\n")
        .next()
        .unwrap_or(message)
        .replace("baraza.public.", "")
        .trim()
        .to_string()
}

impl From<DataFusionError> for Error {
    fn from(source: DataFusionError) -> Self {
        Error::Failed {
            doing: "run a query".into(),
            source: Box::new(source),
        }
    }
}
