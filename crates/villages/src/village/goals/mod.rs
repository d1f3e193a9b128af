//! A village chooses its goals by a vote, in halls, by telephone and at the desk: Lanet Umoja chose five global goals and security.
//!
//! Who voted from a telephone or at the desk is a keyed hash, and what was chosen is a number at each option: nobody can tell who chose what. What
//! was counted in a hall is typed in with its occasion and invalid ballots. The result says how it was counted; a tie is shown, and
//! the meeting settles it with a reason.
//!
//! Deliberately absent: changing a vote or taking it back, because nobody knows what was chosen, results while people vote, weights.

pub mod desk;
mod files;
pub mod model;
pub mod pages;
mod store;

use axum::Router;
use jiff::civil::Date;
use serde::Serialize;

use super::{
    require_operator,
    voice::{
        self, MOST_TEXT, MOST_TITLE, Person,
        counting::{self, Counted, Way},
        words,
    },
};
use crate::{
    indicators::tracker::model::framework::framework,
    platform::{
        app::App,
        db::Tx,
        events::Event,
        id,
        op::Op,
        problem::{Problem, Result},
    },
};
use model::{Ballot, Choosable, HallCount, MOST_OPTIONS, Miscount, Settled, Standing, What};

/// Ballots that a list shows.
const MOST_LISTED: i64 = 1_000;
/// Ballots that fit into the largest hall.
const MOST_BALLOTS: u32 = 20_000;

/// The routes of this folder.
pub fn routes() -> Router<App> {
    pages::routes().merge(desk::routes())
}

/// A ballot was called, a hall was counted, the count was closed, or a tie was settled.
#[derive(Serialize)]
pub struct BallotMoved {
    pub ballot: String,
    /// `called`, `counted`, `published` or `settled`.
    pub what: &'static str,
}

impl Event for BallotMoved {
    const NAME: &'static str = "village.ballot-moved";
    fn subject(&self) -> String {
        format!("ballot/{}", self.ballot)
    }
}

/// A ballot to be called.
#[derive(Debug, Clone, Default)]
pub struct NewBallot {
    /// Code or name of the village.
    pub place: String,
    pub title: String,
    pub most: u32,
    pub opens_on: Option<Date>,
    pub closes_on: Option<Date>,
    /// Codes of global goals, and `security`.
    pub goals: Vec<String>,
    /// The village's own, in its words.
    pub own: Vec<String>,
}

/// Calls a vote.
///
/// # Errors
/// Names the field that will not do: `village-goals-options`, `village-goals-most`, `village-goals-days`; `village-not-operator`.
pub async fn call(app: &App, op: &Op, new: &NewBallot) -> Result<Ballot> {
    let wrong = |field: &'static str, code: &'static str| Problem::invalid("fields").field(field, code);
    let place = voice::place(app, &new.place).await?;
    require_operator(op, &place)?;
    let title = words("title", &new.title, MOST_TITLE, "village-goals-title-missing")?;
    let options = options(new)?;
    let most_usable = u32::try_from(options.len()).unwrap_or(u32::MAX);
    if !(1..most_usable).contains(&new.most) {
        return Err(wrong("most", "village-goals-most"));
    }
    let today = app.config.day(op.at);
    let opens_on = new
        .opens_on
        .filter(|day| *day >= today)
        .ok_or_else(|| wrong("opens_on", "village-goals-opens"))?;
    let closes_on = new
        .closes_on
        .filter(|day| *day >= opens_on)
        .ok_or_else(|| wrong("closes_on", "village-goals-closes"))?;
    let mut ballot = Ballot {
        id: id::fresh(op.at),
        code: String::new(),
        place,
        title,
        most: new.most,
        opens_on,
        closes_on,
        published_at: None,
        settled: None,
        options,
        n_phone: 0,
        n_desk: 0,
        n_attested: 0,
        n_unconfirmed: 0,
        revision: 1,
    };
    let mut tx = app.db.begin().await?;
    enter(&mut tx, &mut ballot).await?;
    note(&mut tx, op, &ballot, "called").await?;
    tx.commit().await?;
    Ok(ballot)
}

/// Finds a ballot by its code.
///
/// # Errors
/// `village-goals-unknown`.
pub async fn find(app: &App, code: &str) -> Result<Ballot> {
    let plain = voice::read_code(code).unwrap_or_default();
    store::find(&app.db, &plain)
        .await?
        .ok_or_else(|| Problem::not_found("village-goals-unknown").with("code", code))
}

/// Lists ballots of a place, or of all, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, place: Option<&str>) -> Result<Vec<Ballot>> {
    store::list(&app.db, place, MOST_LISTED).await
}

/// Lists what was counted in halls.
///
/// # Errors
/// When the database fails.
pub async fn counts(app: &App, ballot: &Ballot) -> Result<Vec<HallCount>> {
    store::list_counts(&app.db, &ballot.id).await
}

/// Counts a vote of somebody once. Who may say so for whom is the caller's to check. A vote that could not be asked back is in no
/// result; whoever votes again and is asked back then is counted, and what was not confirmed stays beside the result.
///
/// # Errors
/// `village-goals-not-open` outside of its days; `village-goals-choices` for numbers that cannot be chosen; `village-goals-twice`;
/// `village-voice-attested-most`.
pub async fn vote(
    app: &App,
    tx: &mut Tx,
    op: &Op,
    ballot: &Ballot,
    (person, way): (&Person, Way),
    choices: &[u32],
) -> Result<()> {
    require_open(app, op, ballot)?;
    counting::require_room(way, ballot.n_attested)?;
    let choices = read_choices(ballot, choices)?;
    match counting::count(tx, &ballot.matter(), person, way).await? {
        Counted::Before => Err(Problem::conflict("village-goals-twice")),
        Counted::New | Counted::Confirmed => store::add_vote(tx, &ballot.id, way, &choices).await,
    }
}

/// Counts the vote of somebody who came to the desk.
///
/// # Errors
/// As [`vote`]; `village-not-operator`.
pub async fn vote_at_desk(
    app: &App,
    op: &Op,
    ballot: &Ballot,
    person: &Person,
    choices: &[u32],
) -> Result<()> {
    require_operator(op, &ballot.place)?;
    let mut tx = app.db.begin().await?;
    let voter = (person, Way::at_desk(person));
    vote(app, &mut tx, op, ballot, voter, choices).await?;
    tx.commit().await
}

/// Reads the numbers that somebody chose.
///
/// # Errors
/// `village-goals-choices`, also on field `option`.
pub fn read_choices(ballot: &Ballot, choices: &[u32]) -> Result<Vec<u32>> {
    ballot.read_choices(choices).ok_or_else(|| {
        Problem::invalid("village-goals-choices")
            .with("most", ballot.most)
            .field_with(
                "option",
                "village-goals-choices",
                vec![("most", ballot.most.to_string())],
            )
    })
}

/// Passes while people vote.
///
/// # Errors
/// `village-goals-not-open`.
pub fn require_open(app: &App, op: &Op, ballot: &Ballot) -> Result<()> {
    match ballot.standing(app.config.day(op.at)) {
        Standing::Open => Ok(()),
        _ => Err(Problem::conflict("village-goals-not-open")),
    }
}

/// Keeps what was counted in a hall on a day of voting, until the count is closed; the same occasion again corrects it.
///
/// # Errors
/// Names the field that will not do; `village-goals-published`; `not-allowed`.
pub async fn count_hall(app: &App, op: &Op, ballot: &Ballot, counted: &HallCount) -> Result<()> {
    voice::require_counter(app, op, &ballot.place).await?;
    let wrong = |field: &'static str, code: &'static str| Problem::invalid("fields").field(field, code);
    match ballot.standing(app.config.day(op.at)) {
        Standing::Open | Standing::Counting => {}
        Standing::Planned => return Err(Problem::conflict("village-goals-not-open")),
        Standing::Published => return Err(Problem::conflict("village-goals-published")),
    }
    if counted.held_on < ballot.opens_on
        || counted.held_on > ballot.closes_on
        || counted.held_on > app.config.day(op.at)
    {
        return Err(wrong("held_on", "village-goals-day-outside"));
    }
    let occasion = words(
        "occasion",
        &counted.occasion,
        MOST_TITLE,
        "village-voice-occasion",
    )?;
    if counted.n_ballots > MOST_BALLOTS {
        return Err(wrong("n_ballots", "village-goals-ballots"));
    }
    counted.check(ballot.most).map_err(|miscount| match miscount {
        Miscount::NoBallots => wrong("n_ballots", "village-goals-ballots"),
        Miscount::Invalid => wrong("n_invalid", "village-goals-invalid"),
        Miscount::Option(n) => {
            Problem::invalid("fields").field(format!("option-{n}"), "village-goals-option-many")
        }
        Miscount::Sum => wrong("n_ballots", "village-goals-sum"),
    })?;
    let counted = HallCount {
        occasion,
        ..counted.clone()
    };
    let mut tx = app.db.begin().await?;
    if !store::change_count(&mut tx, &ballot.id).await? {
        return Err(Problem::conflict("village-goals-published"));
    }
    let id = id::fresh(op.at);
    store::save_count(&mut tx, &ballot.id, (&id, &counted), &op.who.label(), op.at).await?;
    note(&mut tx, op, ballot, "counted").await?;
    tx.commit().await
}

/// Closes the count after the last day; from then on everybody reads the result.
///
/// # Errors
/// `village-goals-still-open`, `village-goals-published`, `village-goals-changed` where a hall was counted meanwhile;
/// `village-not-operator`.
pub async fn publish(app: &App, op: &Op, ballot: &Ballot) -> Result<()> {
    require_operator(op, &ballot.place)?;
    match ballot.standing(app.config.day(op.at)) {
        Standing::Counting => {}
        Standing::Published => return Err(Problem::conflict("village-goals-published")),
        Standing::Planned | Standing::Open => return Err(Problem::conflict("village-goals-still-open")),
    }
    let mut tx = app.db.begin().await?;
    if !store::publish(&mut tx, ballot, op.at).await? {
        return Err(Problem::conflict("village-goals-changed"));
    }
    note(&mut tx, op, ballot, "published").await?;
    tx.commit().await
}

/// Settles a tie as the meeting did: as many of the tied as have room.
///
/// # Errors
/// `village-goals-no-tie`; `village-goals-tied` on field `tied`, `village-voice-why` on field `why`, `village-voice-day-ahead` on
/// field `settled_on`; `village-not-operator`.
pub async fn settle(app: &App, op: &Op, ballot: &Ballot, settled: &Settled) -> Result<()> {
    require_operator(op, &ballot.place)?;
    let tally = ballot.tally(&counts(app, ballot).await?);
    if ballot.published_at.is_none() || ballot.settled.is_some() || tally.tied.is_empty() {
        return Err(Problem::conflict("village-goals-no-tie"));
    }
    let mut chosen = settled.chosen.clone();
    chosen.sort_unstable();
    chosen.dedup();
    let has_room = chosen.len() == tally.n_room as usize;
    if !has_room || chosen.iter().any(|n| !tally.tied.contains(n)) {
        let with = vec![("n", tally.n_room.to_string())];
        return Err(Problem::invalid("fields").field_with("tied", "village-goals-tied", with));
    }
    let why = words("why", &settled.why, MOST_TEXT, "village-voice-why")?;
    if settled.on > app.config.day(op.at) {
        return Err(Problem::invalid("fields").field("settled_on", "village-voice-day-ahead"));
    }
    let settled = Settled {
        on: settled.on,
        why,
        chosen,
    };
    let mut tx = app.db.begin().await?;
    if !store::settle(&mut tx, ballot, &settled).await? {
        return Err(Problem::conflict("village-goals-no-tie"));
    }
    note(&mut tx, op, ballot, "settled").await?;
    tx.commit().await
}

/// The options of a ballot: global goals in their order, security, the village's own.
fn options(new: &NewBallot) -> Result<Vec<Choosable>> {
    let known = framework().goals.iter();
    let mut whats: Vec<What> = known
        .filter(|goal| new.goals.contains(&goal.code))
        .map(|goal| What::Goal(goal.code.clone()))
        .collect();
    if new.goals.iter().any(|goal| goal == "security") {
        whats.push(What::Security);
    }
    for own in new.own.iter().filter(|own| !own.trim().is_empty()) {
        let own = words("own", own, MOST_TITLE, "village-goals-options")?;
        if !whats.contains(&What::Own(own.clone())) {
            whats.push(What::Own(own));
        }
    }
    if !(2..=MOST_OPTIONS).contains(&whats.len()) {
        return Err(Problem::invalid("fields").field("goal", "village-goals-options"));
    }
    Ok((1..)
        .zip(whats)
        .map(|(n, what)| Choosable {
            n,
            what,
            n_phone: 0,
            n_desk: 0,
            n_unconfirmed: 0,
        })
        .collect())
}

async fn enter(tx: &mut Tx, ballot: &mut Ballot) -> Result<()> {
    for _ in 0..voice::MOST_TRIES {
        ballot.code = voice::fresh_code();
        if store::insert(tx, ballot).await? {
            return Ok(());
        }
    }
    Err(voice::no_code())
}

async fn note(tx: &mut Tx, op: &Op, ballot: &Ballot, what: &'static str) -> Result<()> {
    let moved = BallotMoved {
        ballot: ballot.id.clone(),
        what,
    };
    tx.emit(op, &moved).await
}
