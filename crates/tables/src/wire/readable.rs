//! The schema `public` of one connection: the tables that its caller may read.

use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use datafusion::{
    catalog::{SchemaProvider, TableProvider},
    common::Result as EngineResult,
    error::DataFusionError,
};

use crate::{
    lake::Lake,
    query::{LakeTable, Scope},
};

/// Tables by the names they have in SQL; each is opened when it is asked for.
pub struct Readable {
    lake: Lake,
    scope: RwLock<Arc<Scope>>,
}

impl Readable {
    pub fn nothing(lake: &Lake) -> Readable {
        Readable {
            lake: lake.clone(),
            scope: RwLock::default(),
        }
    }

    /// Puts what may be read now in the place of what could be read before.
    pub fn set(&self, scope: Arc<Scope>) {
        *self.scope.write().unwrap_or_else(PoisonError::into_inner) = scope;
    }

    fn now(&self) -> Arc<Scope> {
        self.scope.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
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
        let scope = self.now();
        let Some((_, table)) = scope.find(name) else {
            return Ok(None);
        };
        let state = self
            .lake
            .state(&table.table, table.version)
            .await
            .map_err(|error| DataFusionError::External(Box::new(error)))?;
        Ok(Some(Arc::new(LakeTable::new(&state, &table.hidden))))
    }

    fn table_exist(&self, name: &str) -> bool {
        self.now().find(name).is_some()
    }
}
