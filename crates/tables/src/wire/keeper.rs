//! What a statement may be, looked at before anything is made of it.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::{
    common::{DFSchema, ParamValues},
    logical_expr::{EmptyRelation, LogicalPlan},
    prelude::SessionContext,
    sql::sqlparser::ast::{Set, Statement},
};
use datafusion_postgres::{
    QueryHook,
    hooks::HookClient,
    pgwire::{
        api::{
            ClientInfo,
            results::{Response, Tag},
        },
        error::{PgWireError, PgWireResult},
    },
};

use super::{
    Reading,
    errors::{self, refusal},
    readable::Readable,
};
use crate::query::refuse_deep;

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
            Statement::Query(_)
            | Statement::Explain { .. }
            | Statement::ExplainTable { .. }
            | Statement::ShowTables { .. }
            | Statement::ShowColumns { .. }
            | Statement::Declare { .. }
            | Statement::Fetch { .. } => {}
            Statement::Set(Set::SingleAssignment { variable, .. }) if variable.0.len() > 1 => {
                return Err(refusal("42501", "settings of the engine are not changed from here"));
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
            _ => {
                return Err(refusal(
                    "25006",
                    "this is a window on tables: only questions are answered (SELECT, WITH, VALUES, SHOW, EXPLAIN)",
                ));
            }
        }
        refuse_deep(&statement.to_string()).map_err(|error| errors::told(&error))?;
        let scope = self.reading.scope().await.map_err(|error| errors::told(&error))?;
        self.readable.set(scope);
        Ok(())
    }
}

#[async_trait]
impl QueryHook for Keeper {
    async fn handle_simple_query(
        &self,
        statement: &Statement,
        _session: &SessionContext,
        _client: &mut dyn HookClient,
    ) -> Option<PgWireResult<Response>> {
        if let Err(refused) = self.look(statement).await {
            return Some(Err(refused));
        }
        tidying(statement).map(|tag| Ok(Response::Execution(Tag::new(tag))))
    }

    async fn handle_extended_parse_query(
        &self,
        statement: &Statement,
        _session: &SessionContext,
        _client: &(dyn ClientInfo + Send + Sync),
    ) -> Option<PgWireResult<LogicalPlan>> {
        if let Err(refused) = self.look(statement).await {
            return Some(Err(refused));
        }
        tidying(statement).map(|_| {
            Ok(LogicalPlan::EmptyRelation(EmptyRelation {
                produce_one_row: false,
                schema: Arc::new(DFSchema::empty()),
            }))
        })
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
