//! A text tried on the tables as they are: what it would say, protected as published numbers are. Nothing becomes public.

use std::sync::Arc;

use tables::{Limits, Scope, TableVersion};

use super::{
    DefinitionTried,
    model::{Found, Numbers, Trial},
    steps::{find, parse, require_steward, who},
};
use crate::{
    indicators::{
        Indicator,
        compute::{count, is_the_definitions_fault, work_out},
        formulas, list,
        model::{
            definition::{Counting, Definition, Source},
            observation::Facts,
        },
        store::authoring as rows,
    },
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
    },
};

/// Tries the text of a proposal and keeps with it what was found, unless the text has changed by then.
///
/// # Errors
/// `indicators-definition` when the text is no definition; `publication-changed-meanwhile`; `not-allowed` for all but stewards of
/// everything; `indicators-authoring-unknown`.
pub async fn try_out(app: &App, op: &Op, proposal: &str, revision: i64) -> Result<()> {
    require_steward(app, op).await?;
    let mut tx = app.db.begin().await?;
    let row = find(&mut tx, proposal, revision).await?;
    let definition = Arc::new(parse(&mut tx, &row.text).await?);
    rows::put_step(&mut tx, proposal, op.at, who(op), "tried", "").await?;
    let event = DefinitionTried {
        proposal: proposal.to_owned(),
        indicator: definition.code.clone(),
        version: definition.version.clone(),
    };
    // Told before anything is read: a trial that is broken off stands in the audit too.
    tx.emit(op, &event).await?;
    tx.commit().await?;
    let trial = Trial {
        version: definition.version.clone(),
        at: op.at,
        found: look(app, &definition).await?,
    };
    let kept = serde_json::to_string(&trial).map_err(Problem::internal)?;
    let mut tx = app.db.begin().await?;
    rows::put_trial(&mut tx, proposal, revision, &kept).await?;
    tx.commit().await
}

async fn look(app: &App, definition: &Arc<Definition>) -> Result<Found> {
    match &definition.source {
        Source::Tables(counting) => count_and_tally(app, definition, counting).await,
        Source::Formula(formula) => {
            let observations = formulas::try_out(app, definition, formula)
                .await
                .map_err(Problem::internal)?;
            Ok(Found::Numbers(Numbers::of(&observations, Facts::default())))
        }
        Source::Entered(_) | Source::Imported(_) => Ok(Found::Elsewhere),
    }
}

async fn count_and_tally(app: &App, definition: &Arc<Definition>, counting: &Counting) -> Result<Found> {
    let mut scope = Scope::new();
    for (name, table) in &counting.tables {
        scope = match app.lake.version(table).await {
            Ok(version) => scope.with(name, TableVersion::at(table, version)),
            Err(error @ tables::Error::NoTable(_)) => return Ok(Found::Nothing(error.to_string())),
            Err(error) => return Err(Problem::internal(error)),
        };
    }
    // As much as anybody's own question may take, and no more: a person waits.
    let limits = Limits {
        rows: usize::MAX,
        ..Limits::default()
    };
    let (groups, sampled) = match count(app, definition, counting, &scope, limits).await {
        Ok(counted) => counted,
        Err(error) if is_the_definitions_fault(&error) => return Ok(Found::Nothing(error.to_string())),
        Err(error) => return Err(Problem::internal(error)),
    };
    let indicator = as_if_in_force(app, definition).await?;
    let worked_out = work_out(app, &indicator, groups, sampled)
        .await
        .map_err(Problem::internal)?;
    Ok(match worked_out {
        Ok((tally, _)) => Found::Numbers(Numbers::of(&tally.observations, tally.facts)),
        Err(error) => Found::Nothing(error.to_string()),
    })
}

/// The indicator with the definition in the place of the one in force: what holds back against its public numbers does so here too.
async fn as_if_in_force(app: &App, definition: &Arc<Definition>) -> Result<Indicator> {
    let all = list(app).await?;
    let known = all
        .into_iter()
        .find(|indicator| indicator.definition.code == definition.code);
    Ok(Indicator {
        definition: definition.clone(),
        run: known.and_then(|known| known.run),
        trouble: None,
    })
}
