//! A run: read the tables once, tally, make public.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use anyhow::Context;
use measures::{replicate::ReplicateSums, survey::PsuSums};
use plan::{Asked, Batch, Reading};
use tables::{Answer, Cube, CubeSpec, Limits, Scope, TableVersion, Value};

use super::{
    Indicator, NewNumbers, entry, formulas,
    model::{
        definition::{Counting, Definition, Source},
        observation::{Key, Observation, Published},
        tally::{Group, Sampled, Tally, TallyError, tally},
    },
    publish, store, together,
};
use crate::{
    places::{self, model::Places},
    platform::{app::App, op::Op},
};

mod plan;

/// How a computation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Computed {
    /// Numbers of this many cells are public; so many of them changed.
    Done { n_observations: usize, n_changed: usize },
    /// A table it reads does not exist yet.
    NoTable { table: String },
    /// An indicator that the formula reads has no numbers yet.
    NoInput { input: String },
    /// Its numbers were made elsewhere; there is nothing to compute.
    Given,
    /// The definition cannot be computed from its tables as they are; the sentence says why.
    Failed { reason: String },
}

/// Computes an indicator from the newest versions of its tables, or a formula from the numbers that are public, and makes its numbers
/// public.
///
/// # Errors
/// When the indicator is unknown, or the tables or the database fail in a way that may pass.
pub async fn compute(app: &App, op: &Op, code: &str) -> anyhow::Result<Computed> {
    if let Some(family) = together::family(app, code).await? {
        return together::compute(app, op, family).await;
    }
    let indicator = super::find(app, code).await?;
    let definition = indicator.definition.clone();
    let counting = match &definition.source {
        Source::Tables(counting) => counting,
        Source::Formula(formula) => {
            return formulas::compute(app, op, &indicator, formula, formulas::Extent::Everything).await;
        }
        Source::Entered(entered) => return entry::compute(app, op, &indicator, entered).await,
        Source::Imported(_) => return Ok(Computed::Given),
    };
    let reading = match read_versions(app, counting, &mut BTreeMap::new()).await? {
        Ok(reading) => reading,
        Err(table) => return Ok(Computed::NoTable { table }),
    };
    let counted = count(app, &definition, counting, &reading.scope, Limits::generous()).await;
    finish(app, op, &indicator, reading.versions, counted).await
}

/// Computes indicators as [`compute`] does each of them; those that read the same tables count them in one pass.
///
/// All of them see each table at the same version. Returns how it ended for each, in the order of `codes`.
///
/// # Errors
/// When any of them fails in a way that may pass; the others are public by then.
pub async fn compute_together(app: &App, op: &Op, codes: &[String]) -> anyhow::Result<Vec<Computed>> {
    let mut ends: BTreeMap<String, anyhow::Result<Computed>> = BTreeMap::new();
    let mut asked = Vec::new();
    let mut known = BTreeMap::new();
    for code in codes {
        if ends.contains_key(code) {
            continue;
        }
        // Parts and their whole become public at once, and have a way of their own.
        if let Some(family) = together::family(app, code).await? {
            let members: Vec<String> = family.iter().map(|one| one.definition.code.clone()).collect();
            match together::compute(app, op, family).await {
                Ok(end) => ends.extend(members.into_iter().map(|member| (member, Ok(end.clone())))),
                Err(error) => {
                    ends.insert(code.clone(), Err(error));
                }
            }
            continue;
        }
        let indicator = super::find(app, code).await?;
        let definition = indicator.definition.clone();
        let Source::Tables(counting) = &definition.source else {
            ends.insert(code.clone(), compute(app, op, code).await);
            continue;
        };
        match read_versions(app, counting, &mut known).await? {
            Ok(reading) => asked.push(Asked {
                spec: definition.cube(counting),
                indicator,
                reading,
            }),
            Err(table) => {
                ends.insert(code.clone(), Ok(Computed::NoTable { table }));
            }
        }
    }
    for batch in plan::batches(asked) {
        let cubes = app
            .lake
            .cubes(&batch.reading.scope, &batch.specs, Limits::generous())
            .await;
        for (at, cube) in cubes.into_iter().enumerate() {
            let definition = batch.definition(at).clone();
            let code = definition.code.clone();
            let counted = counted(app, &definition, &batch, at, cube).await;
            let end = finish(
                app,
                op,
                &batch.members[at],
                batch.reading.versions.clone(),
                counted,
            )
            .await;
            ends.insert(code, end);
        }
    }
    codes.iter().filter_map(|code| ends.remove(code)).collect()
}

/// What one member of a batch is made of, from its cube.
async fn counted(
    app: &App,
    definition: &Arc<Definition>,
    batch: &Batch,
    at: usize,
    cube: tables::Result<Cube>,
) -> tables::Result<(Vec<Group>, Vec<Sampled>)> {
    let (cube, spec, owned) = (cube?, batch.specs[at].clone(), definition.clone());
    let groups = tokio::task::spawn_blocking(move || groups(&owned, &spec, &cube));
    let groups = groups.await.map_err(|source| tables::Error::Failed {
        doing: "count an indicator".to_owned(),
        source: Box::new(source),
    })??;
    let sampled = match definition.strata_sql() {
        Some(sql) => sampled(
            &app.lake
                .query(&batch.reading.scope, &sql, Limits::generous())
                .await?,
        ),
        None => Vec::new(),
    };
    Ok((groups, sampled))
}

/// The groups that a cube found for the question of [`Definition::cube`].
///
/// # Errors
/// When the cube answers another question.
pub fn groups(definition: &Definition, spec: &CubeSpec, cube: &Cube) -> tables::Result<Vec<Group>> {
    let rows = cube.rows(spec, usize::MAX)?.rows;
    Ok(rows.iter().map(|row| group(definition, row)).collect())
}

/// The newest versions of the tables that are counted; inside, the name of one that does not exist. What is `known` is not asked again.
async fn read_versions(
    app: &App,
    counting: &Counting,
    known: &mut BTreeMap<String, u64>,
) -> anyhow::Result<Result<Reading, String>> {
    let mut versions = BTreeMap::new();
    let mut scope = Scope::new();
    for (name, table) in &counting.tables {
        let version = match known.get(table) {
            Some(version) => *version,
            None => match app.lake.version(table).await {
                Ok(version) => version.0,
                Err(tables::Error::NoTable(_)) => return Ok(Err(table.clone())),
                Err(error) => {
                    return Err(error).with_context(|| format!("read the version of table {table:?}"));
                }
            },
        };
        known.insert(table.clone(), version);
        versions.insert(table.clone(), version);
        scope = scope.with(name, TableVersion::at(table, tables::Version(version)));
    }
    Ok(Ok(Reading { versions, scope }))
}

/// Makes what was counted public, or says why it cannot be.
async fn finish(
    app: &App,
    op: &Op,
    indicator: &Indicator,
    versions: BTreeMap<String, u64>,
    counted: tables::Result<(Vec<Group>, Vec<Sampled>)>,
) -> anyhow::Result<Computed> {
    let code = &indicator.definition.code;
    let (groups, sampled) = match counted {
        Ok(counted) => counted,
        Err(error) if is_the_definitions_fault(&error) => return fail(app, code, error.to_string()).await,
        Err(error) => return Err(error).with_context(|| format!("count indicator {code}")),
    };
    let (Tally { observations, facts }, published) = match work_out(app, indicator, groups, sampled).await? {
        Ok(worked_out) => worked_out,
        Err(error) => return fail(app, code, error.to_string()).await,
    };
    let n_observations = observations.len();
    let new = NewNumbers {
        observations,
        tables: versions,
        facts,
        published,
        seen: BTreeMap::new(),
    };
    let n_changed = publish(app, op, indicator, new).await?;
    Ok(Computed::Done {
        n_observations,
        n_changed,
    })
}

/// Turns groups into observations, beside what is public of the indicator.
///
/// # Errors
/// When the database fails. Inside, when the definition cannot be computed from such groups.
pub async fn work_out(
    app: &App,
    indicator: &Indicator,
    groups: Vec<Group>,
    sampled: Vec<Sampled>,
) -> anyhow::Result<Result<(Tally, HashMap<Key, Observation>), TallyError>> {
    let definition = indicator.definition.clone();
    let places = places::all(app).await?;
    let published = Published {
        observations: store::list_published(&app.db, &definition.code).await?,
        computed_at: indicator.run.as_ref().map(|run| run.computed_at),
    };
    let tallied = tokio::task::spawn_blocking(move || {
        tally(&definition, &groups, &sampled, &published, |code| {
            lineage(&places, code)
        })
        .map(|tally| (tally, published.observations))
    });
    Ok(tallied.await?)
}

/// Keeps the numbers that are public, and says why there are no newer ones.
pub async fn fail(app: &App, code: &str, reason: String) -> anyhow::Result<Computed> {
    let mut tx = app.db.begin().await?;
    store::put_trouble(&mut tx, code, &reason).await?;
    tx.commit().await?;
    Ok(Computed::Failed { reason })
}

/// Trying again does not help when the SQL is wrong or a column is not there.
pub(super) fn is_the_definitions_fault(error: &tables::Error) -> bool {
    matches!(
        error,
        tables::Error::BadQuery(_)
            | tables::Error::Unfit(_)
            | tables::Error::TookTooLong { .. }
            | tables::Error::TooMuchMemory { .. }
    )
}

/// Reads the sums that a definition asks for, and what was sampled.
pub(super) async fn count(
    app: &App,
    definition: &Definition,
    counting: &Counting,
    scope: &Scope,
    limits: Limits,
) -> tables::Result<(Vec<Group>, Vec<Sampled>)> {
    let answer = app.lake.cube(scope, &definition.cube(counting), limits).await?;
    let groups = answer.rows.iter().map(|row| group(definition, row)).collect();
    let sampled = match definition.strata_sql() {
        Some(sql) => sampled(&app.lake.query(scope, &sql, limits).await?),
        None => Vec::new(),
    };
    Ok((groups, sampled))
}

/// Reads the same of fixed versions of the tables, by their names in the lake; nothing for what counts no tables.
pub(super) async fn count_at(
    app: &App,
    definition: &Definition,
    versions: &BTreeMap<String, u64>,
) -> tables::Result<(Vec<Group>, Vec<Sampled>)> {
    let Some(counting) = definition.counting() else {
        return Ok((Vec::new(), Vec::new()));
    };
    let mut scope = Scope::new();
    for (name, table) in &counting.tables {
        let version = versions
            .get(table)
            .ok_or_else(|| tables::Error::NoTable(table.clone()))?;
        scope = scope.with(name, TableVersion::at(table, tables::Version(*version)));
    }
    count(app, definition, counting, &scope, Limits::generous()).await
}

/// Reads one row of the cube that [`Definition::cube`] asks for.
fn group(definition: &Definition, row: &[Value]) -> Group {
    let mut values = row.iter();
    let mut next = || values.next().unwrap_or(&Value::Null);
    let text = |value: &Value| (!value.is_null()).then(|| value.to_string());
    let count = |value: &Value| value.as_decimal().map_or(0, |n| n as u64);
    let set = usize::try_from(count(next())).unwrap_or(0);
    let place = text(next());
    let period = text(next()).unwrap_or_default();
    let all_codes: Vec<Option<String>> = definition.dimensions.iter().map(|_| text(next())).collect();
    let codes = match definition.sets.get(set) {
        Some(dimensions) => dimensions.iter().map(|&d| all_codes[d].clone()).collect(),
        None => {
            let (a, b) = definition.probes()[set - definition.sets.len()];
            vec![all_codes[a].clone(), all_codes[b].clone()]
        }
    };
    let unit = definition
        .design()
        .is_some()
        .then(|| (text(next()).unwrap_or_default(), text(next()).unwrap_or_default()));
    let (n_rows, n_yes, n_missing) = (count(next()), count(next()), count(next()));
    let n = n_rows.saturating_sub(n_missing);
    let mut sum = || next().as_decimal().unwrap_or(0.0);
    let (sums, ww) = if definition.is_plain_count() {
        let (all, yes) = (n as f64, n_yes as f64);
        (
            PsuSums {
                stratum: 0,
                n,
                w: all,
                wy: yes,
                wx: all,
                wyy: yes,
                wxy: yes,
                wxx: all,
            },
            all,
        )
    } else {
        let (w, ww) = (sum(), sum());
        (
            PsuSums {
                stratum: 0,
                n,
                w,
                wy: sum(),
                wx: sum(),
                wyy: sum(),
                wxy: sum(),
                wxx: sum(),
            },
            ww,
        )
    };
    let n_replicates = definition.replicates().map_or(0, |of| of.weights.len());
    let replicates = (0..n_replicates).map(|_| ReplicateSums { wy: sum(), wx: sum() });
    let replicates = replicates.collect();
    Group {
        set,
        place,
        period,
        codes,
        unit,
        n_yes,
        n_missing,
        sums,
        ww,
        replicates,
    }
}

/// Reads the rows of [`Definition::strata_sql`].
fn sampled(answer: &Answer) -> Vec<Sampled> {
    let text = |value: Option<&Value>| value.map(Value::to_string).unwrap_or_default();
    let row = |row: &Vec<Value>| Sampled {
        period: text(row.first()),
        stratum: text(row.get(1)),
        n_clusters: row
            .get(2)
            .and_then(Value::as_integer)
            .and_then(|n| u64::try_from(n).ok())
            .unwrap_or(0),
        population: row.get(3).and_then(Value::as_decimal),
    };
    answer.rows.iter().map(row).collect()
}

/// The place that a code stands for today, and its ancestors. A code whose place was split counts for what its parts share.
pub(super) fn lineage(places: &Places, code: &str) -> Option<Vec<String>> {
    let resolved = places.resolve(code)?;
    let own = |lineage: Vec<&str>| lineage.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let mut lineages = resolved.today.iter().map(|place| own(place.lineage()));
    let first = lineages.next()?;
    let common = lineages.fold(first, |common, other| {
        common.into_iter().filter(|place| other.contains(place)).collect()
    });
    (!common.is_empty()).then_some(common)
}
