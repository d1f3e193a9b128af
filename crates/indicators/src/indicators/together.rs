//! Indicators that are parts of another one: counted at the same versions of the tables, protected in one table, public at once.
//!
//! Young people out of work and out of school are a part of those out of school who do not work. Protected one by one, the whole and
//! the other parts would tell by subtraction what is withheld of one.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use anyhow::Context;

use super::{
    Indicator, NewNumbers,
    compute::{Computed, count_at, fail, is_the_definitions_fault, lineage},
    find, list,
    model::{
        definition::{Definition, DefinitionError},
        observation::Published,
        tally::{Counted, Group, Sampled, check_part, tally_together},
    },
    publish::publish_in,
    store,
};
use crate::{
    places,
    platform::{
        app::App,
        db::Tx,
        op::Op,
        problem::{Problem, Result},
    },
};

/// Checks that what a definition says it is a part of is there, is counted as it is, and is no part itself.
///
/// The other way round nothing is asked: who changes the groups of a whole and its parts begins with the whole.
///
/// # Errors
/// `indicators-definition` with the key and the remedy.
pub async fn check(tx: &mut Tx, definition: &Definition) -> Result<()> {
    let Some(code) = &definition.part_of else {
        return Ok(());
    };
    let mut whole = None;
    for (other, text) in store::list_texts(tx).await? {
        let other_definition = Definition::parse(&text).map_err(Problem::internal)?;
        if other_definition.part_of.as_ref() == Some(&definition.code) && other != definition.code {
            return Err(refused(
                format!("{other} is a part of {}", definition.code),
                "a part has no parts; let both be parts of the same",
            ));
        }
        if other == *code {
            whole = Some(other_definition);
        }
    }
    let Some(whole) = whole else {
        return Err(refused(
            format!("there is no indicator {code:?}"),
            "load it first, or take part_of out",
        ));
    };
    if let Some(above) = &whole.part_of {
        return Err(refused(
            format!("{code} is itself a part of {above}"),
            format!("write part_of = {above:?}"),
        ));
    }
    check_part(&whole, definition)
        .map_err(|error| Problem::invalid("indicators-definition").with("reason", error))
}

fn refused(what: impl Into<String>, remedy: impl Into<String>) -> Problem {
    let error = DefinitionError::Key {
        key: "part_of".to_owned(),
        what: what.into(),
        remedy: remedy.into(),
    };
    Problem::invalid("indicators-definition").with("reason", error)
}

/// Returns the whole and all its parts, the whole first, for the code of any of them; `None` where an indicator stands alone.
///
/// # Errors
/// When the database fails.
pub async fn family(app: &App, code: &str) -> Result<Option<Vec<Indicator>>> {
    let all = list(app).await?;
    let find = |code: &str| all.iter().find(|one| one.definition.code == code);
    let part_of = find(code).and_then(|one| one.definition.part_of.as_deref());
    let Some(whole) = find(part_of.unwrap_or(code)) else {
        return Ok(None);
    };
    let code = Some(whole.definition.code.as_str());
    let parts = all.iter().filter(|one| one.definition.part_of.as_deref() == code);
    let family: Vec<Indicator> = [whole].into_iter().chain(parts).cloned().collect();
    Ok((family.len() > 1).then_some(family))
}

/// Computes a whole and its parts and makes their numbers public in one transaction.
///
/// # Errors
/// When the tables or the database fail in a way that may pass, or somebody else made numbers of them public meanwhile.
pub async fn compute(app: &App, op: &Op, family: Vec<Indicator>) -> anyhow::Result<Computed> {
    let tables: BTreeSet<&str> = family.iter().flat_map(|one| one.definition.tables()).collect();
    let mut versions = BTreeMap::new();
    for table in tables {
        match app.lake.version(table).await {
            Ok(version) => versions.insert(table.to_owned(), version.0),
            Err(tables::Error::NoTable(_)) => {
                return Ok(Computed::NoTable {
                    table: table.to_owned(),
                });
            }
            Err(error) => return Err(error).with_context(|| format!("read the version of table {table:?}")),
        };
    }
    let mut bases = Vec::with_capacity(family.len());
    for one in &family {
        let (groups, sampled) = match count_at(app, &one.definition, &versions).await {
            Ok(counted) => counted,
            Err(error) if is_the_definitions_fault(&error) => {
                return fail_all(app, &family, &error.to_string()).await;
            }
            Err(error) => {
                return Err(error).with_context(|| format!("count indicator {}", one.definition.code));
            }
        };
        bases.push(Basis {
            definition: one.definition.clone(),
            groups,
            sampled,
            published: Published {
                observations: store::list_published(&app.db, &one.definition.code).await?,
                computed_at: one.run.as_ref().map(|run| run.computed_at),
            },
        });
    }
    let places = places::all(app).await?;
    let tallied = tokio::task::spawn_blocking(move || {
        let counted: Vec<Counted<'_>> = bases.iter().map(Basis::counted).collect();
        let tallies = tally_together(&counted, |code| lineage(&places, code));
        let published: Vec<Published> = bases.into_iter().map(|basis| basis.published).collect();
        tallies.map(|tallies| (tallies, published))
    });
    let (tallies, published) = match tallied.await? {
        Ok(tallied) => tallied,
        Err(error) => return fail_all(app, &family, &error.to_string()).await,
    };
    for one in &family {
        let now = find(app, &one.definition.code).await?;
        anyhow::ensure!(
            now.run == one.run && now.definition.version == one.definition.version,
            "the numbers of {} changed while they were computed",
            one.definition.code
        );
    }
    let mut n_observations = 0;
    let mut all = Vec::new();
    for (indicator, (tally, published)) in family.iter().zip(tallies.into_iter().zip(published)) {
        n_observations += tally.observations.len();
        let new = NewNumbers {
            observations: tally.observations,
            tables: versions.clone(),
            facts: tally.facts,
            published: published.observations,
            seen: BTreeMap::new(),
        };
        all.push((indicator, new));
    }
    let mut tx = app.db.begin().await?;
    let n_changed = publish_in(&mut tx, op, all).await?;
    tx.commit().await?;
    Ok(Computed::Done {
        n_observations,
        n_changed,
    })
}

/// What an indicator of a family is worked out from.
struct Basis {
    definition: Arc<Definition>,
    groups: Vec<Group>,
    sampled: Vec<Sampled>,
    published: Published,
}

impl Basis {
    fn counted(&self) -> Counted<'_> {
        Counted {
            definition: &self.definition,
            groups: &self.groups,
            sampled: &self.sampled,
            published: &self.published,
        }
    }
}

/// Keeps the numbers of all that are public: new ones of some beside old ones of others would tell.
async fn fail_all(app: &App, family: &[Indicator], reason: &str) -> anyhow::Result<Computed> {
    for one in family {
        fail(app, &one.definition.code, reason.to_owned()).await?;
    }
    Ok(Computed::Failed {
        reason: reason.to_owned(),
    })
}
