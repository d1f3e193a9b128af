//! What a statement may be, looked at before anything is made of it.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use datafusion::{
    arrow::datatypes::{DataType, Field},
    common::{DFSchema, ParamValues},
    logical_expr::{EmptyRelation, LogicalPlan},
    prelude::SessionContext,
    sql::{
        parser::Statement as Parsed,
        sqlparser::ast::{Set, Statement},
    },
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
};
use crate::query::{is_clash, of_statement, refuse_deep, told_apart};

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
    let parsed = Parsed::Statement(Box::new(statement));
    let plan = session.state().statement_to_plan(parsed).await;
    plan.map_err(|error| PgWireError::ApiError(Box::new(error)))
}

/// The question in words that the engine understands; none where it understands it as it stands.
async fn in_other_words(session: &SessionContext, statement: &Statement) -> Option<Statement> {
    if let Some(other) = catalogue::rewritten(statement) {
        return Some(other);
    }
    if !matches!(statement, Statement::Query(_)) {
        return None;
    }
    let other = told_apart(statement)?;
    let parsed = Parsed::Statement(Box::new(statement.clone()));
    match session.state().statement_to_plan(parsed).await {
        Err(error) if is_clash(&error) => Some(other),
        _ => None,
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
        let other = in_other_words(session, statement).await?;
        let options = Arc::new(FormatOptions::from_client_metadata(client.metadata()));
        Some(async { answered(session, planned(session, other).await?, options).await }.await)
    }

    async fn handle_extended_parse_query(
        &self,
        statement: &Statement,
        session: &SessionContext,
        _client: &(dyn ClientInfo + Send + Sync),
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
        let other = in_other_words(session, statement).await?;
        Some(planned(session, other).await)
    }

    async fn handle_extended_query(
        &self,
        statement: &Statement,
        _plan: &LogicalPlan,
        _parameters: &ParamValues,
        _session: &SessionContext,
        _client: &mut dyn HookClient,
    ) -> Option<Result<Response, PgWireError>> {
        // A statement may have been prepared long ago.
        if let Err(refused) = self.look(statement).await {
            return Some(Err(refused));
        }
        tidying(statement).map(|tag| Ok(Response::Execution(Tag::new(tag))))
    }
}
