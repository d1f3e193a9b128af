//! The schema `public` of one connection: the tables that its caller may read.

use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use datafusion::{
    catalog::{SchemaProvider, TableProvider},
    common::Result as EngineResult,
    error::DataFusionError,
};

use crate::{
    error::Result,
    lake::Lake,
    query::{LakeTable, Scope, TableVersion},
    wire::Caller,
};

/// Tables by the names they have in SQL, and their older versions as `name@3` or `name@2026-01-31`; each is opened when it is asked for.
pub struct Readable {
    lake: Lake,
    scope: RwLock<Arc<Scope>>,
    /// Who asks; none before somebody was let in.
    caller: RwLock<Option<Arc<dyn Caller>>>,
}

impl Readable {
    pub fn nothing(lake: &Lake) -> Readable {
        Readable {
            lake: lake.clone(),
            scope: RwLock::default(),
            caller: RwLock::default(),
        }
    }

    /// Puts what may be read now in the place of what could be read before.
    pub fn set(&self, scope: Arc<Scope>, caller: Option<Arc<dyn Caller>>) {
        *self.scope.write().unwrap_or_else(PoisonError::into_inner) = scope;
        *self.caller.write().unwrap_or_else(PoisonError::into_inner) = caller;
    }

    fn now(&self) -> Arc<Scope> {
        self.scope.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn find(&self, name: &str) -> Result<Option<TableVersion>> {
        if let Some((_, table)) = self.now().find(name) {
            return Ok(Some(table.clone()));
        }
        let Some((table, asked)) = older(name) else {
            return Ok(None);
        };
        let caller = self.caller.read().unwrap_or_else(PoisonError::into_inner).clone();
        match caller {
            Some(caller) => caller.version(table, asked).await,
            None => Ok(None),
        }
    }
}

/// The table that a name with `@` means, and the number or the day behind the sign.
fn older(name: &str) -> Option<(&str, &str)> {
    let (table, asked) = name.rsplit_once('@')?;
    let is_asked = !asked.is_empty() && asked.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    is_asked.then_some((table, asked))
}

impl std::fmt::Debug for Readable {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Readable").finish_non_exhaustive()
    }
}

#[async_trait]
impl SchemaProvider for Readable {
    fn table_names(&self) -> Vec<String> {
        self.now().names().map(str::to_owned).collect()
    }

    async fn table(&self, name: &str) -> EngineResult<Option<Arc<dyn TableProvider>>> {
        let found = self.find(name).await;
        let Some(table) = found.map_err(|error| DataFusionError::External(Box::new(error)))? else {
            return Ok(None);
        };
        let state = self
            .lake
            .state(&table.table, table.version)
            .await
            .map_err(|error| DataFusionError::External(Box::new(error)))?;
        Ok(Some(Arc::new(LakeTable::new(
            &self.lake,
            &table.table,
            &state,
            &table.hidden,
        ))))
    }

    fn table_exist(&self, name: &str) -> bool {
        self.now().find(name).is_some() || older(name).is_some()
    }
}
