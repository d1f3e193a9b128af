//! Reports of one place and its groups: what they say, what was counted there, and where it comes from.
//!
//! A report is composed of blocks at the desk and published by a second person. A version keeps its blocks for ever, but neither the
//! words of a quotation nor a count: both are asked for when somebody reads, so that a consent taken back takes them away from every
//! version at once, and a number is what its passport says, live or of the release that was pinned.

use std::sync::Arc;

use super::{
    COMPOSERS, HotspotPublished,
    model::hotspot::{Block, Heard, Hotspot, MOST_BLOCKS, Quotable, TypedBlock, Version, parse_title},
    notes::me,
    store,
};
use crate::{
    accounts::Reaches,
    indicators::{self, notes::model::read_number},
    places::{self, model::Places},
    platform::{
        app::App,
        code::Code,
        id,
        op::Op,
        problem::{Kind, Problem, Result},
        time::Time,
    },
};

pub mod desk;
pub mod pages;
pub mod print;
pub mod promises;
pub mod view;

/// Tries for a code that nobody has yet: 28 million of them.
const MOST_TRIES: usize = 8;

/// A public report in a list.
#[derive(Debug, Clone)]
pub struct Listed {
    pub code: String,
    pub place: String,
    pub title: String,
    pub at: Time,
}

/// What may be told of a place at this moment.
#[derive(Clone)]
pub struct Told {
    /// The notes of the place and of what lies below it whose consent to be counted holds.
    pub heard: Vec<Heard>,
    /// The released quotations of those notes.
    pub quotable: Vec<Quotable>,
    /// Fewer people than these are never told apart.
    pub minimum: u32,
}

/// Lists the public reports, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn list_public(app: &App) -> Result<Vec<Listed>> {
    let rows = store::hotspots::list_public(&app.db).await?;
    Ok(rows
        .into_iter()
        .map(|(code, place, title, at)| Listed {
            code,
            place,
            title,
            at,
        })
        .collect())
}

/// Finds a report as it is public, or as an earlier version had it, with all its versions, the first first.
///
/// # Errors
/// `listening-hotspot-unknown`, also for one that was never published.
pub async fn find_public(
    app: &App,
    code: &str,
    version: Option<i64>,
) -> Result<(Hotspot, Version, Vec<Version>)> {
    let hotspot = find(app, code).await?;
    let versions = store::hotspots::list_versions(&app.db, &hotspot.id).await?;
    let wanted = version.unwrap_or(hotspot.version);
    let shown = versions
        .iter()
        .find(|each| each.version == wanted)
        .cloned()
        .ok_or_else(unknown)?;
    Ok((hotspot, shown, versions))
}

/// Gathers what may be told of a place at this moment.
///
/// # Errors
/// When the database fails.
pub async fn told(app: &App, all: &Places, place: &str) -> Result<Told> {
    let here = all.find(place);
    let lies_here = |code: &str| match (here, all.find(code)) {
        (Some(here), Some(other)) => here.contains(other),
        _ => code == place,
    };
    let mut heard = store::hotspots::list_heard(&app.db).await?;
    heard.retain(|each| lies_here(&each.place));
    let mut quotable = store::quotations::list_quotable(&app.db, &app.vault).await?;
    quotable.retain(|each| lies_here(&each.place));
    Ok(Told {
        heard,
        quotable,
        minimum: app.config.scorecards_minimum_group,
    })
}

/// Lists the reports within the caller's reach with their drafts, the latest first.
///
/// # Errors
/// `not-allowed` for anybody but facilitators, stewards and leaders.
pub async fn list(app: &App, op: &Op) -> Result<Vec<Hotspot>> {
    op.require(&COMPOSERS)?;
    let reaches = Reaches::of(app, op).await?;
    let mut all = store::hotspots::list(&app.db).await?;
    all.retain(|hotspot| reaches.covers(&COMPOSERS, None, Some(&hotspot.place)));
    Ok(all)
}

/// Finds a report within the caller's reach, with its draft.
///
/// # Errors
/// `not-allowed`; `listening-hotspot-unknown`, also for one of another place.
pub async fn find_own(app: &App, op: &Op, code: &str) -> Result<Hotspot> {
    op.require(&COMPOSERS)?;
    let hotspot = find(app, code).await?;
    let reaches = Reaches::of(app, op).await?;
    match reaches.covers(&COMPOSERS, None, Some(&hotspot.place)) {
        true => Ok(hotspot),
        false => Err(unknown()),
    }
}

/// Begins a report of a place; returns its code.
///
/// # Errors
/// `not-allowed`; `listening-place` on field `place`, also for a place that is not the caller's; those of [`parse_title`].
pub async fn begin(app: &App, op: &Op, place: &str, title: &str) -> Result<String> {
    op.require(&COMPOSERS)?;
    let (all, reaches) = (places::all(app).await?, Reaches::of(app, op).await?);
    let place = place.trim();
    if all.find(place).is_none() || !reaches.covers(&COMPOSERS, None, Some(place)) {
        return Err(Problem::invalid("fields").field("place", "listening-place"));
    }
    let mut hotspot = Hotspot {
        id: id::fresh(op.at),
        code: String::new(),
        place: place.to_owned(),
        title: parse_title(title)?,
        blocks: Vec::new(),
        editors: vec![me(op)],
        version: 0,
        revision: 1,
    };
    let mut tx = app.db.begin().await?;
    for _ in 0..MOST_TRIES {
        hotspot.code = Code::<6>::of(id::random()).plain();
        if store::hotspots::insert(&mut tx, &hotspot, op.at).await? {
            tx.commit().await?;
            return Ok(hotspot.code);
        }
    }
    Err(Problem::internal(anyhow::anyhow!(
        "no free code for a report in {MOST_TRIES} tries"
    )))
}

/// Adds a block at the end of a draft.
///
/// # Errors
/// Those of [`TypedBlock::parse`], also where the number, the code or the quotation that it names is not there;
/// `listening-hotspot-full`; `listening-changed-meanwhile`.
pub async fn add_block(app: &App, op: &Op, hotspot: &Hotspot, typed: &TypedBlock) -> Result<()> {
    if hotspot.blocks.len() >= MOST_BLOCKS {
        return Err(Problem::conflict("listening-hotspot-full"));
    }
    let block = known(app, op, hotspot, typed.parse()?).await?;
    let mut blocks = hotspot.blocks.clone();
    blocks.push(block);
    change(app, op, hotspot, hotspot.title.clone(), blocks).await
}

/// Takes the block at a position, from 0, one further up; the first stays.
///
/// # Errors
/// `listening-changed-meanwhile`.
pub async fn move_up(app: &App, op: &Op, hotspot: &Hotspot, at: usize) -> Result<()> {
    let mut blocks = hotspot.blocks.clone();
    if at > 0 && at < blocks.len() {
        blocks.swap(at - 1, at);
    }
    change(app, op, hotspot, hotspot.title.clone(), blocks).await
}

/// Takes the block at a position, from 0, out of a draft.
///
/// # Errors
/// `listening-changed-meanwhile`.
pub async fn remove(app: &App, op: &Op, hotspot: &Hotspot, at: usize) -> Result<()> {
    let mut blocks = hotspot.blocks.clone();
    if at < blocks.len() {
        blocks.remove(at);
    }
    change(app, op, hotspot, hotspot.title.clone(), blocks).await
}

/// Calls a report otherwise.
///
/// # Errors
/// Those of [`parse_title`]; `listening-changed-meanwhile`.
pub async fn retitle(app: &App, op: &Op, hotspot: &Hotspot, title: &str) -> Result<()> {
    let title = parse_title(title)?;
    change(app, op, hotspot, title, hotspot.blocks.clone()).await
}

/// Publishes a draft: the yes of somebody who changed nothing in it.
///
/// # Errors
/// `listening-hotspot-empty`; `listening-hotspot-own` for whoever changed the draft; `listening-hotspot-same` where nothing was changed;
/// `why-missing` on field `why` from the second version on; `listening-changed-meanwhile`.
pub async fn publish(app: &App, op: &Op, hotspot: &Hotspot, why: &str) -> Result<()> {
    if hotspot.blocks.is_empty() {
        return Err(Problem::conflict("listening-hotspot-empty"));
    }
    if hotspot.editors.is_empty() {
        return Err(Problem::conflict("listening-hotspot-same"));
    }
    if hotspot.editors.contains(&me(op)) {
        return Err(Problem::conflict("listening-hotspot-own"));
    }
    let op = match hotspot.version {
        0 => op.clone(),
        _ => op.because(why)?,
    };
    let version = Version {
        version: hotspot.version + 1,
        title: hotspot.title.clone(),
        blocks: hotspot.blocks.clone(),
        why: op.why.clone().unwrap_or_default(),
        at: op.at,
    };
    let mut tx = app.db.begin().await?;
    if !store::hotspots::show_version(&mut tx, hotspot, version.version).await? {
        return Err(Problem::conflict("listening-changed-meanwhile"));
    }
    store::hotspots::insert_version(&mut tx, &hotspot.id, &version, &op.who.label()).await?;
    let published = HotspotPublished {
        hotspot: hotspot.code.clone(),
        place: hotspot.place.clone(),
        version: version.version,
    };
    tx.emit(&op, &published).await?;
    tx.commit().await
}

fn unknown() -> Problem {
    Problem::not_found("listening-hotspot-unknown")
}

async fn find(app: &App, code: &str) -> Result<Hotspot> {
    let plain = Code::<6>::parse(code)
        .map(|code| code.plain())
        .unwrap_or_default();
    store::hotspots::find(&app.db, &plain).await?.ok_or_else(unknown)
}

async fn change(app: &App, op: &Op, hotspot: &Hotspot, title: String, blocks: Vec<Block>) -> Result<()> {
    let mut editors = hotspot.editors.clone();
    let me = me(op);
    if !editors.contains(&me) {
        editors.push(me);
    }
    let changed = Hotspot {
        title,
        blocks,
        editors,
        ..hotspot.clone()
    };
    let mut tx = app.db.begin().await?;
    if !store::hotspots::save_draft(&mut tx, &changed, op.at).await? {
        return Err(Problem::conflict("listening-changed-meanwhile"));
    }
    tx.commit().await
}

/// The block, where what it names is there.
async fn known(app: &App, op: &Op, hotspot: &Hotspot, block: Block) -> Result<Block> {
    let wrong = |field: &'static str, code: &'static str| Problem::invalid("fields").field(field, code);
    match block {
        Block::Figure { number, text } => {
            let wrong = || wrong("number", "listening-hotspot-number");
            let asked = read_number(&app.config.base_url, &number).ok_or_else(wrong)?;
            match indicators::passport::open(app, op.lang, &asked).await {
                Ok(passport) => Ok(Block::Figure {
                    number: passport.address(),
                    text,
                }),
                Err(problem) if problem.kind() == Kind::NotFound => Err(wrong()),
                Err(problem) => Err(problem),
            }
        }
        Block::Theme { code, text } => {
            let known = store::codebook::list_versions(&app.db, &code).await?;
            match known.is_empty() {
                true => Err(wrong("code", "listening-hotspot-theme")),
                false => Ok(Block::Theme { code, text }),
            }
        }
        Block::Quotation { quotation } => {
            let all: Arc<Places> = places::all(app).await?;
            let told = told(app, &all, &hotspot.place).await?;
            let is_there = told.quotable.iter().any(|each| each.quotation.id == quotation);
            match is_there {
                true => Ok(Block::Quotation { quotation }),
                false => Err(wrong("quotation", "listening-hotspot-quotation")),
            }
        }
        other @ (Block::Text { .. } | Block::Groups { .. } | Block::Survey { .. }) => Ok(other),
    }
}
