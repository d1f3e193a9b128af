use std::sync::Arc;

use async_trait::async_trait;
use datafusion::{
    arrow::datatypes::SchemaRef,
    catalog::{Session, TableProvider},
    common::{Result as EngineResult, Statistics, stats::Precision},
    datasource::{
        TableType,
        listing::PartitionedFile,
        physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource},
        source::DataSourceExec,
    },
    logical_expr::Expr,
    physical_plan::ExecutionPlan,
};

use super::{engine::store_url, grouped::Origin};
use crate::lake::{Lake, State};

/// One version of a table as the engine reads it, without the hidden columns.
#[derive(Debug)]
pub struct LakeTable {
    /// Where its columns are kept.
    pub origin: Origin,
    schema: SchemaRef,
    files: Vec<PartitionedFile>,
    n_rows: u64,
}

impl LakeTable {
    pub fn new(lake: &Lake, name: &str, state: &State, hidden: &[String]) -> LakeTable {
        let whole = state.query_schema();
        let shown: Vec<usize> = whole
            .fields()
            .iter()
            .enumerate()
            .filter(|(_, field)| !hidden.contains(field.name()))
            .map(|(at, _)| at)
            .collect();
        // The indices come from the schema itself, so projecting it cannot fail.
        let schema = whole.project(&shown).map_or(whole, Arc::new);
        let files = state
            .files
            .iter()
            .map(|file| {
                let mut statistics = Statistics::new_unknown(&schema);
                statistics.num_rows = Precision::Exact(file.n_rows as usize);
                let mut part = PartitionedFile::new("", file.size_bytes);
                part.object_meta.location = file.path.clone();
                part.with_statistics(Arc::new(statistics))
            })
            .collect();
        LakeTable {
            origin: Origin::of(lake, name, state),
            schema,
            files,
            n_rows: state.n_rows(),
        }
    }
}

#[async_trait]
impl TableProvider for LakeTable {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        let mut statistics = Statistics::new_unknown(&self.schema);
        statistics.num_rows = Precision::Exact(self.n_rows as usize);
        let source = Arc::new(ParquetSource::new(self.schema.clone()));
        let config = FileScanConfigBuilder::new(store_url()?, source)
            .with_file_group(FileGroup::new(self.files.clone()))
            .with_statistics(statistics)
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }

    fn statistics(&self) -> Option<Statistics> {
        let mut statistics = Statistics::new_unknown(&self.schema);
        statistics.num_rows = Precision::Exact(self.n_rows as usize);
        Some(statistics)
    }
}
