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
            definition::{Counting, Definition, Measure, Source},
            observation::Facts,
        },
        store::authoring as rows,
        together,
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
    let code = &definition.code;
    if definition.part_of.is_none() && together::family(app, code).await?.is_some() {
        return Ok(Found::Nothing(format!(
            "{code} has relatives that are public and would tell what is withheld of it: all are shown together only"
        )));
    }
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

/// The indicator with the definition in the place of the one in force: what holds back against its public numbers does so here too, and
/// nothing is shown that the definition in force would withhold as too small.
async fn as_if_in_force(app: &App, definition: &Arc<Definition>) -> Result<Indicator> {
    let all = list(app).await?;
    let known = all
        .into_iter()
        .find(|indicator| indicator.definition.code == definition.code);
    let in_force = known.as_ref().map(|known| &*known.definition);
    Ok(Indicator {
        definition: Arc::new(guarded(definition, in_force)),
        run: known.and_then(|known| known.run),
        trouble: None,
    })
}

/// The definition with the strictest of what it says of small numbers itself, what is in force, and what is usual: nobody has checked a
/// draft that withholds less.
fn guarded(draft: &Definition, in_force: Option<&Definition>) -> Definition {
    let mut guarded = draft.clone();
    guarded.least = guarded.least.max(Definition::LEAST);
    let Some(in_force) = in_force else {
        return guarded;
    };
    guarded.least = guarded.least.max(in_force.least);
    guarded.hold = guarded.hold.max(in_force.hold);
    let in_force = in_force.counting().and_then(|counting| counting.dominance);
    if let (Source::Tables(counting), true) = (&mut guarded.source, draft.measure != Measure::Share) {
        counting.dominance = match (counting.dominance, in_force) {
            (Some(own), Some(in_force)) => Some(own.max(in_force)),
            (own, in_force) => own.or(in_force),
        };
    }
    guarded
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::indicators::model::definition::tests::WATER;

    #[test]
    fn a_draft_is_tried_by_the_strictest_rule_for_small_numbers() {
        let with = |keys: &str| Definition::parse(&format!("{keys}\n{WATER}")).unwrap();
        let tried = |draft: &str, in_force: Option<&str>| {
            let guarded = guarded(&with(draft), in_force.map(with).as_ref());
            (guarded.least, guarded.hold)
        };
        assert_eq!(tried("least = 0", None), (5, 0));
        assert_eq!(tried("least = 0", Some("least = 10\nhold = 7")), (10, 7));
        assert_eq!(tried("least = 12\nhold = 9", Some("least = 1")), (12, 9));
        let mean = WATER
            .replace(
                "numerator = \"household.water = 'pipe'\"",
                "measure = \"mean\"\nnumerator = \"household.income\"",
            )
            .replace("unit = \"percent\"", "unit = \"number\"");
        let draft = Definition::parse(&mean).unwrap();
        let in_force = Definition::parse(&mean.replace("unit =", "dominance = 10\nunit =")).unwrap();
        let guarded = guarded(&draft, Some(&in_force));
        assert_eq!(guarded.counting().unwrap().dominance, Some(10.0));
    }
}
