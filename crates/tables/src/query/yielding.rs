//! Makes joins give way, so that a query's time limit holds inside them, too.

use std::{fmt, sync::Arc};

use datafusion::{
    common::{
        Result,
        config::ConfigOptions,
        tree_node::{Transformed, TreeNode},
    },
    physical_optimizer::PhysicalOptimizerRule,
    physical_plan::{ExecutionPlan, coop::CooperativeExec},
};

/// Puts a point of rest above every plan node with several inputs.
///
/// The engine rests where rows come from, but a join can make billions of rows of the few thousand
/// it holds, and an aggregate above it asks for the next batch until all are consumed.
pub struct RestInJoins;

impl fmt::Debug for RestInJoins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl PhysicalOptimizerRule for RestInJoins {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let rested = plan.transform_up(|node| {
            if node.children().len() > 1 {
                Ok(Transformed::yes(Arc::new(CooperativeExec::new(node)) as _))
            } else {
                Ok(Transformed::no(node))
            }
        })?;
        Ok(rested.data)
    }

    fn name(&self) -> &str {
        "rest_in_joins"
    }

    fn schema_check(&self) -> bool {
        true
    }
}
