//! Making a release, and counting it again.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::Context;
use sha2::{Digest, Sha256};
use tables::Limits;

use super::{
    Released, find_release, list_releases,
    model::{Made, Recount, Release, compare, hide_held, is_of_one_counting, put_in_order, settle},
    numbers,
};
use crate::{
    indicators::{
        Indicator, Run,
        compute::{count_at, lineage},
        entry, find, formulas,
        model::{
            definition::{Definition, Source, formula::Formula},
            observation::{Facts, Key, Observation, Published, Status},
            tally::{Group, Sampled, Tally, tally},
        },
        store, together,
    },
    places,
    platform::{app::App, db::Tx, id, op::Op},
};

/// Makes a release of the numbers that are public now, unless it is made already.
///
/// # Errors
/// When the database or the lake fails in a way that may pass, or the numbers changed meanwhile.
pub async fn make(app: &App, op: &Op, id: &str) -> anyhow::Result<()> {
    let Some(release) = store::releases::find(&app.db, id).await? else {
        return Ok(());
    };
    if release.made.is_some() || release.trouble.is_some() {
        return Ok(());
    }
    let indicator = find(app, &release.indicator).await?;
    let ready = match &indicator.definition.source {
        Source::Formula(formula) => of_releases(app, op, &indicator, formula).await?,
        Source::Tables(_) | Source::Entered(_) | Source::Imported(_) => {
            of_what_is_live(app, &indicator).await?
        }
    };
    let ready = match ready {
        Ok(ready) => ready,
        Err(trouble) => return refuse(app, id, &trouble).await,
    };
    let made = keep(app, op, &release, ready).await?;
    let mut tx = app.db.begin().await?;
    put_in(&mut tx, op, release, made).await?;
    tx.commit().await?;
    Ok(())
}

/// Writes the numbers of a release to the lake; they are public once [`put_in`] says so.
pub(super) async fn keep(app: &App, op: &Op, release: &Release, ready: Ready) -> anyhow::Result<Made> {
    let Ready {
        definition,
        run,
        mut observations,
    } = ready;
    put_in_order(&mut observations);
    let file = numbers::csv(&definition, &release.name, &observations)?;
    let written_as = id::fresh(op.at);
    numbers::write(&app.lake, &release.indicator, &written_as, &observations).await?;
    Ok(Made {
        definition_version: run.definition_version,
        tables: run.tables,
        facts: run.facts,
        counted_at: run.computed_at,
        made_at: op.at,
        written_as,
        n_cells: i64::try_from(observations.len()).unwrap_or(i64::MAX),
        sha256: hex::encode(Sha256::digest(file.as_bytes())),
    })
}

/// Makes a release public, once.
pub(super) async fn put_in(tx: &mut Tx, op: &Op, release: Release, made: Made) -> anyhow::Result<()> {
    if store::releases::put_made(tx, &release.id, &made).await? {
        let event = Released {
            indicator: release.indicator,
            release: release.name,
            sha256: made.sha256,
        };
        tx.emit(op, &event).await?;
    }
    Ok(())
}

/// Counts a release again from the same versions of its tables and its definition, and keeps how it came out.
///
/// # Errors
/// When the database or the lake fails in a way that may pass.
pub async fn count_again(app: &App, op: &Op, id: &str) -> anyhow::Result<()> {
    let Some(release) = store::releases::find(&app.db, id).await? else {
        return Ok(());
    };
    let Some(made) = &release.made else {
        return Ok(());
    };
    let definition = formulas::definition_at(app, &release.indicator, &made.definition_version).await?;
    let released = numbers::of_release(&app.lake, &release, Limits::generous()).await?;
    let nothing = Published {
        observations: HashMap::new(),
        computed_at: None,
    };
    let counted = match &definition.source {
        Source::Tables(_) | Source::Entered(_) => {
            let tally = work_out(app, &bare(&definition), &made.run(), nothing).await?;
            tally.map(|tally| tally.observations)
        }
        Source::Formula(_) => from_releases(app, &definition, &read_again(app, made).await?).await?,
        // Others counted it.
        Source::Imported(_) => return Ok(()),
    };
    let recount = match counted {
        Ok(counted) => {
            let counted = counted.into_iter().map(|o| (o.key(), o)).collect();
            let (n_compared, n_differs) = compare(&released, &counted);
            Recount {
                done_at: op.at,
                n_compared,
                n_differs,
                trouble: None,
            }
        }
        Err(trouble) => Recount {
            done_at: op.at,
            n_compared: 0,
            n_differs: 0,
            trouble: Some(trouble),
        },
    };
    let mut tx = app.db.begin().await?;
    store::releases::put_recount(&mut tx, id, &recount).await?;
    tx.commit().await?;
    Ok(())
}

/// Why numbers cannot be worked out, in words, for what will not pass by itself.
pub(super) type Tried<T> = Result<T, String>;

/// Numbers that are to be released, and what they were made from.
pub(super) struct Ready {
    pub definition: Definition,
    pub run: Run,
    pub observations: Vec<Observation>,
}

/// The numbers that are public now, protected against the release before.
async fn of_what_is_live(app: &App, indicator: &Indicator) -> anyhow::Result<Tried<Ready>> {
    let code = &indicator.definition.code;
    let run = indicator
        .run
        .clone()
        .context("an indicator that is released has numbers")?;
    let definition = definition_of(app, code, &run.definition_version).await?;
    let live = store::list_published(&app.db, code).await?;
    let earlier = store::releases::list(&app.db, code).await?;
    let shown = match definition.imported() {
        // It is nobody's rows here that two of its releases could tell of.
        Some(_) => None,
        None => last_shown(app, &earlier).await?,
    };
    let family = together::family(app, code).await?.unwrap_or_default();
    let worked_out = match shown {
        Some(_) if !family.is_empty() => Err(format!(
            "{code} is a whole or a part of others: a second release of it alone could tell what is withheld; sign the whole and its parts together"
        )),
        None => match released_otherwise(app, &family, &run).await? {
            Some(relative) => Err(format!(
                "{relative} was released as it was counted at another time: beside it {code} could tell what is withheld"
            )),
            None => Ok((live.into_values().collect(), run.facts.clone())),
        },
        Some(shown) => against(app, &definition, &run, &live, shown).await?,
    };
    // What is public and what it was made from must be of one run.
    let is_same = is_still(&find(app, code).await?, &run);
    anyhow::ensure!(is_same, "the numbers changed while they were released");
    Ok(worked_out.map(|(observations, facts)| Ready {
        definition,
        run: Run {
            facts,
            ..(*run).clone()
        },
        observations,
    }))
}

/// The code of a relative that was released, once at least, from another counting than a run's: the two were not protected together.
async fn released_otherwise(app: &App, family: &[Indicator], run: &Run) -> anyhow::Result<Option<String>> {
    for relative in family {
        let code = &relative.definition.code;
        for release in list_releases(app, code).await? {
            let is_alike = release.made.is_none_or(|made| is_of_one_counting(&made, run));
            if !is_alike {
                return Ok(Some(code.clone()));
            }
        }
    }
    Ok(None)
}

/// A formula worked out from what it reads as that was last released: from nothing that is not public for good.
async fn of_releases(
    app: &App,
    op: &Op,
    indicator: &Indicator,
    formula: &Formula,
) -> anyhow::Result<Tried<Ready>> {
    let codes: BTreeSet<&str> = formula.inputs.iter().map(|input| input.code.as_str()).collect();
    let (mut read, mut facts) = (Vec::new(), Facts::default());
    for code in codes {
        let Some(last) = list_releases(app, code).await?.pop() else {
            continue;
        };
        if let Some(made) = &last.made {
            facts
                .inputs
                .push((code.to_owned(), made.definition_version.clone()));
            facts.releases.push((code.to_owned(), last.name.clone()));
        }
        read.push(last);
    }
    let definition = &*indicator.definition;
    let derived = from_releases(app, definition, &read).await?;
    Ok(derived.map(|observations| Ready {
        definition: definition.clone(),
        run: Run {
            definition_version: definition.version.clone(),
            tables: BTreeMap::new(),
            computed_at: op.at,
            facts,
        },
        observations,
    }))
}

/// Works a formula out from releases of what it reads.
async fn from_releases(
    app: &App,
    definition: &Definition,
    read: &[Release],
) -> anyhow::Result<Tried<Vec<Observation>>> {
    let (mut of, mut observations) = (BTreeMap::new(), BTreeMap::new());
    for release in read {
        let Some(made) = &release.made else { continue };
        let code = &release.indicator;
        let made_by = formulas::definition_at(app, code, &made.definition_version).await?;
        of.insert(code.clone(), made_by);
        let numbers = numbers::of_release(&app.lake, release, Limits::generous()).await?;
        observations.insert(code.clone(), numbers);
    }
    formulas::derive_from(app, definition, &of, observations).await
}

/// The releases that a formula's release was made of.
async fn read_again(app: &App, made: &Made) -> anyhow::Result<Vec<Release>> {
    let mut read = Vec::new();
    for (code, name) in &made.facts.releases {
        read.push(find_release(app, code, name).await?);
    }
    Ok(read)
}

/// What the public remembers of earlier releases.
pub(super) struct Shown {
    pub published: Published,
    /// The version of the definition that each number was released by.
    pub versions: HashMap<Key, String>,
}

/// The numbers of the last release; where it hides one, as the last release told it that did not. `None` where nothing was released.
///
/// A number that was hidden for a while is known all the same: what is shown next is protected against it.
pub(super) async fn last_shown(app: &App, releases: &[Release]) -> anyhow::Result<Option<Shown>> {
    let mut shown: Option<Shown> = None;
    for release in releases.iter().rev() {
        let Some(made) = &release.made else { continue };
        let hidden = |o: &Observation| o.status == Status::Suppressed;
        let is_whole = |shown: &Shown| !shown.published.observations.values().any(hidden);
        if shown.as_ref().is_some_and(is_whole) {
            break;
        }
        let numbers = numbers::of_release(&app.lake, release, Limits::generous()).await?;
        let is_last = shown.is_none();
        let known = shown.get_or_insert_with(|| Shown {
            published: Published {
                observations: HashMap::new(),
                computed_at: Some(made.counted_at),
            },
            versions: HashMap::new(),
        });
        for mut number in numbers {
            let key = number.key();
            let fills = known.published.observations.get(&key).is_some_and(hidden) && !hidden(&number);
            if fills {
                number.as_of = number.as_of.or(Some(made.counted_at));
            }
            if is_last || fills {
                known
                    .versions
                    .insert(key.clone(), made.definition_version.clone());
                known.published.observations.insert(key, number);
            }
        }
    }
    Ok(shown)
}

/// The numbers of a release that follows others: what differs from that by too few to be shown stays as it was.
async fn against(
    app: &App,
    definition: &Definition,
    run: &Run,
    live: &HashMap<Key, Observation>,
    shown: Shown,
) -> anyhow::Result<Tried<(Vec<Observation>, Facts)>> {
    let Shown { published, versions } = shown;
    let mut waiting = definition.clone();
    waiting.hold = waiting.hold.max(waiting.least);
    let tally = match work_out(app, &waiting, run, published.clone()).await? {
        Ok(tally) => tally,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let mut observations = settle(tally.observations, live, &published);
    hide_held(&mut observations, |key| {
        versions
            .get(key)
            .is_some_and(|version| *version != run.definition_version)
    });
    Ok(Ok((observations, tally.facts)))
}

/// Counts the versions of tables that a run read, or what stood on the sheets that it added up.
async fn work_out(
    app: &App,
    definition: &Definition,
    run: &Run,
    published: Published,
) -> anyhow::Result<Tried<Tally>> {
    let Some(entered) = definition.entered() else {
        return match count_at(app, definition, &run.tables).await {
            Ok((groups, sampled)) => add_up(app, definition, groups, sampled, published).await,
            // A version that was removed does not come back; whoever signed it may sign again after what passes.
            Err(error) => Ok(Err(error.to_string())),
        };
    };
    let signed = entry::signed_on(app, &definition.code, &run.facts.sheets).await?;
    let groups = entry::model::groups(definition, &signed);
    let mut tallied = add_up(app, definition, groups, Vec::new(), published).await?;
    if let Ok(tally) = &mut tallied {
        entry::mark_waiting(app, entered, &signed, &mut tally.observations).await?;
        tally.facts.sheets.clone_from(&run.facts.sheets);
    }
    Ok(tallied)
}

async fn add_up(
    app: &App,
    definition: &Definition,
    groups: Vec<Group>,
    sampled: Vec<Sampled>,
    published: Published,
) -> anyhow::Result<Tried<Tally>> {
    let places = places::all(app).await?;
    let definition = definition.clone();
    let tallied = tokio::task::spawn_blocking(move || {
        tally(&definition, &groups, &sampled, &published, |code| {
            lineage(&places, code)
        })
    })
    .await?;
    Ok(tallied.map_err(|error| error.to_string()))
}

/// The same definition with nothing hidden, for comparing with figures that are shown already. What comes out of it is shown to nobody.
fn bare(definition: &Definition) -> Definition {
    let mut bare = definition.clone();
    (bare.least, bare.hold) = (0, 0);
    bare.part_of = None;
    if let Source::Tables(counting) = &mut bare.source {
        counting.dominance = None;
    }
    bare
}

pub(super) async fn definition_of(app: &App, code: &str, version: &str) -> anyhow::Result<Definition> {
    let text = store::find_text(&app.db, code, version)
        .await?
        .with_context(|| format!("definition {version} of indicator {code} is kept"))?;
    Ok(Definition::parse(&text)?)
}

pub(super) async fn refuse(app: &App, id: &str, trouble: &str) -> anyhow::Result<()> {
    let mut tx = app.db.begin().await?;
    store::releases::put_trouble(&mut tx, id, trouble).await?;
    tx.commit().await?;
    Ok(())
}

pub(super) fn is_still(indicator: &Indicator, run: &Run) -> bool {
    indicator.run.as_deref() == Some(run)
}
