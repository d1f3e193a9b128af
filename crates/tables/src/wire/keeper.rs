//! What a statement may be, looked at before anything is made of it.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use datafusion::{
    arrow::datatypes::{DataType, Field},
    common::{DFSchema, ParamValues},
    logical_expr::{EmptyRelation, LogicalPlan},
    prelude::SessionContext,
    sql::sqlparser::ast::{Set, Statement},
};
use datafusion_postgres::{
    QueryHook,
    arrow_pg::datatypes::df,
    hooks::HookClient,
    pgwire::{
        api::{
            ClientInfo,
            portal::Format,
            results::{Response, Tag},
        },
        error::{PgWireError, PgWireResult},
        types::format::FormatOptions,
    },
};

use super::{
    Reading, catalogue, copy,
    errors::{self, refusal},
    readable::Readable,
    settings,
};
use crate::query::{self, of_statement, refuse_deep};

/// Refuses what is no question, and brings what the caller may read up to date before each one.
pub struct Keeper {
    pub reading: Arc<Reading>,
    pub readable: Arc<Readable>,
}

/// Statements by which drivers tidy their connections; there is nothing to tidy here.
fn tidying(statement: &Statement) -> Option<&'static str> {
    match statement {
        Statement::Discard { .. } => Some("DISCARD ALL"),
        Statement::Deallocate { .. } => Some("DEALLOCATE"),
        Statement::UNLISTEN { .. } => Some("UNLISTEN"),
        Statement::Reset(..) => Some("RESET"),
        _ => None,
    }
}

impl Keeper {
    async fn look(&self, statement: &Statement) -> PgWireResult<()> {
        match statement {
            Statement::Explain {
                analyze,
                verbose,
                format,
                options,
                ..
            } if *analyze || *verbose || format.is_some() || options.is_some() => {
                return Err(refusal(
                    "0A000",
                    "plans are told without ANALYZE, VERBOSE and other options: write EXPLAIN alone",
                ));
            }
            Statement::Query(_)
            | Statement::Explain { .. }
            | Statement::ExplainTable { .. }
            | Statement::ShowTables { .. }
            | Statement::ShowColumns { .. }
            | Statement::Declare { .. }
            | Statement::Fetch { .. } => {}
            Statement::Set(Set::SingleAssignment { variable, .. }) if variable.0.len() > 1 => {
                return Err(refusal(
                    "42501",
                    "settings of the engine are not changed from here",
                ));
            }
            Statement::Set(Set::MultipleAssignments { .. } | Set::ParenthesizedAssignments { .. }) => {
                return Err(refusal("0A000", "set one thing at a time"));
            }
            Statement::Set(_)
            | Statement::ShowVariable { .. }
            | Statement::ShowStatus { .. }
            | Statement::ShowCatalogs { .. }
            | Statement::StartTransaction { .. }
            | Statement::Commit { .. }
            | Statement::Rollback { .. }
            | Statement::Close { .. } => return Ok(()),
            other if tidying(other).is_some() => return Ok(()),
            Statement::Copy { to, target, .. } => return Err(copy::refused(*to, target)),
            _ => {
                return Err(refusal(
                    "25006",
                    "this is a window on tables: only questions are answered (SELECT, WITH, VALUES, SHOW, EXPLAIN)",
                ));
            }
        }
        refuse_deep(&statement.to_string()).map_err(|error| errors::told(&error))?;
        of_statement(statement).map_err(|error| errors::told(&error))?;
        let scope = self.reading.scope().await.map_err(|error| errors::told(&error))?;
        self.readable.set(scope, self.reading.caller.get().cloned());
        Ok(())
    }
}

/// A plan that gives no rows, with columns of text.
fn no_rows(columns: &[String]) -> PgWireResult<LogicalPlan> {
    let fields = columns
        .iter()
        .map(|name| (None, Arc::new(Field::new(name, DataType::Utf8, true))));
    let schema = DFSchema::new_with_metadata(fields.collect(), HashMap::new());
    let schema = schema.map_err(|error| PgWireError::ApiError(Box::new(error)))?;
    Ok(LogicalPlan::EmptyRelation(EmptyRelation {
        produce_one_row: false,
        schema: Arc::new(schema),
    }))
}

async fn planned(session: &SessionContext, statement: Statement) -> PgWireResult<LogicalPlan> {
    let plan = query::planned(&session.state(), statement).await;
    plan.map_err(|error| PgWireError::ApiError(Box::new(error)))
}

/// The question that is asked by a statement, in words that the engine understands; none where there is none in it.
fn question(statement: &Statement, own: &HashMap<String, String>) -> Option<Statement> {
    let other = settings::shown(statement, own).or_else(|| catalogue::rewritten(statement));
    match statement {
        Statement::Query(_) => Some(other.unwrap_or_else(|| statement.clone())),
        _ => other,
    }
}

async fn answered(
    session: &SessionContext,
    plan: LogicalPlan,
    options: Arc<FormatOptions>,
) -> PgWireResult<Response> {
    let frame = session.execute_logical_plan(plan).await;
    let frame = frame.map_err(|error| PgWireError::ApiError(Box::new(error)))?;
    let rows = df::encode_dataframe(frame, &Format::UnifiedText, Some(options)).await?;
    Ok(Response::Query(rows))
}

#[async_trait]
impl QueryHook for Keeper {
    async fn handle_simple_query(
        &self,
        statement: &Statement,
        session: &SessionContext,
        client: &mut dyn HookClient,
    ) -> Option<PgWireResult<Response>> {
        if let Err(refused) = self.look(statement).await {
            return Some(Err(refused));
        }
        if let Some(tag) = tidying(statement) {
            return Some(Ok(Response::Execution(Tag::new(tag))));
        }
        if let Some(columns) = catalogue::columns_of_no_rows(statement) {
            let options = Arc::new(FormatOptions::from_client_metadata(client.metadata()));
            return Some(async { answered(session, no_rows(&columns)?, options).await }.await);
        }
        let question = question(statement, client.metadata())?;
        let options = Arc::new(FormatOptions::from_client_metadata(client.metadata()));
        Some(async { answered(session, planned(session, question).await?, options).await }.await)
    }

    async fn handle_extended_parse_query(
        &self,
        statement: &Statement,
        session: &SessionContext,
        client: &(dyn ClientInfo + Send + Sync),
    ) -> Option<PgWireResult<LogicalPlan>> {
        if let Err(refused) = self.look(statement).await {
            return Some(Err(refused));
        }
        if tidying(statement).is_some() {
            return Some(Ok(LogicalPlan::EmptyRelation(EmptyRelation {
                produce_one_row: false,
                schema: Arc::new(DFSchema::empty()),
            })));
        }
        if let Some(columns) = catalogue::columns_of_no_rows(statement) {
            return Some(no_rows(&columns));
        }
        let question = question(statement, client.metadata())?;
        Some(planned(session, question).await)
    }

    async fn handle_extended_query(
        &self,
        statement: &Statement,
        plan: &LogicalPlan,
        _parameters: &ParamValues,
        session: &SessionContext,
        client: &mut dyn HookClient,
    ) -> Option<Result<Response, PgWireError>> {
        // A statement may have been prepared long ago.
        if let Err(refused) = self.look(statement).await {
            return Some(Err(refused));
        }
        if settings::shown(statement, client.metadata()).is_some() {
            let options = Arc::new(FormatOptions::from_client_metadata(client.metadata()));
            return Some(answered(session, plan.clone(), options).await);
        }
        tidying(statement).map(|tag| Ok(Response::Execution(Tag::new(tag))))
    }
}
