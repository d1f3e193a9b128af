//! The operator's front door: entering seekers who agreed, offering them seats, and erasing them when they withdraw.
//!
//! Nothing here leaves as a file, a message or a line of a log; the audit trail carries ids alone.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{
    OPERATORS,
    model::{
        Register,
        fit::{self, Wish},
        seekers::{ANYWHERE, Desk, NewSeeker, Sex, State, TypedSeeker},
    },
    register,
    store::{
        self,
        seekers::{MatchRow, NewRow, SeekerRow},
    },
};
use crate::{
    accounts::Reaches,
    places,
    platform::{
        app::App,
        db::Tx,
        events::Event,
        id,
        op::Op,
        problem::{Problem, Result},
        time::Time,
        vault::Vault,
    },
};

/// Seekers that a list shows.
pub const MOST_LISTED: usize = 2_000;
/// What marks of seekers are for.
const MARK: &str = "skills.seeker";

/// Somebody agreed that a seat is looked for.
#[derive(Serialize)]
pub struct SeekerEntered {
    pub seeker: String,
}

impl Event for SeekerEntered {
    const NAME: &'static str = "skills.seeker-entered";
    fn subject(&self) -> String {
        format!("seeker/{}", self.seeker)
    }
}

/// Somebody took their consent back, and was erased.
#[derive(Serialize)]
pub struct SeekerWithdrawn {
    pub seeker: String,
    /// Matches that were erased with them.
    pub n_matches: usize,
}

impl Event for SeekerWithdrawn {
    const NAME: &'static str = "skills.seeker-withdrawn";
    fn subject(&self) -> String {
        format!("seeker/{}", self.seeker)
    }
}

/// A seat was offered to a seeker, or the offer took a step.
#[derive(Serialize)]
pub struct MatchMoved {
    pub seeker: String,
    pub intake: String,
    pub state: &'static str,
}

impl Event for MatchMoved {
    const NAME: &'static str = "skills.match-moved";
    fn subject(&self) -> String {
        format!("seeker/{}", self.seeker)
    }
}

/// A seeker as their operator sees them; without `Debug`, so that no log ever has their name.
#[derive(Clone)]
pub struct Seeker {
    pub id: String,
    pub name: String,
    /// May be empty.
    pub phone: String,
    /// Where the signed paper lies.
    pub paper: String,
    pub wish: Wish,
    pub consent_at: Time,
    /// The words that they agreed to.
    pub consent_text: String,
    /// Grows with every change.
    pub revision: i64,
    pub matches: Vec<Match>,
}

/// The seekers within somebody's reach.
pub struct Listed {
    /// The latest first; [`MOST_LISTED`] at most.
    pub seekers: Vec<Seeker>,
    /// There are more than are listed.
    pub is_cut: bool,
}

/// For whom somebody enters a seeker.
struct Acting {
    /// `None` for no organisation.
    organisation: Option<String>,
}

/// A seat that was offered to a seeker.
#[derive(Debug, Clone)]
pub struct Match {
    pub id: String,
    pub intake: String,
    pub state: State,
    pub changed_at: Time,
}

/// What is sealed of a seeker.
#[derive(Serialize, Deserialize)]
struct Sealed {
    name: String,
    phone: String,
    paper: String,
}

/// Lists the seekers within the caller's reach, the latest first, with their matches.
///
/// # Errors
/// `not-allowed` for anybody but officers and facilitators.
pub async fn list(app: &App, op: &Op) -> Result<Listed> {
    op.require(&OPERATORS)?;
    let mut rows = list_within(app, op).await?;
    let is_cut = rows.len() > MOST_LISTED;
    rows.truncate(MOST_LISTED);
    let mut matches: HashMap<String, Vec<MatchRow>> = HashMap::new();
    for each in store::seekers::list_matches(&app.db, None).await? {
        matches.entry(each.seeker_id.clone()).or_default().push(each);
    }
    let seekers = rows.into_iter().map(|row| {
        let own = matches.remove(&row.id).unwrap_or_default();
        Seeker::open(&app.vault, row, own)
    });
    Ok(Listed {
        seekers: seekers.collect::<Result<_>>()?,
        is_cut,
    })
}

/// Those within the caller's reach, the latest first, as far as one more than a list shows.
async fn list_within(app: &App, op: &Op) -> Result<Vec<SeekerRow>> {
    let reaches = Reaches::of(app, op).await?;
    // Thousands live in few places, and each place is asked for once.
    let mut asked: HashMap<(Option<String>, String), bool> = HashMap::new();
    let (mut within, mut before) = (Vec::new(), None);
    loop {
        let (rows, next) = store::seekers::list(&app.db, before.as_deref()).await?;
        within.extend(rows.into_iter().filter(|row| {
            let at = (row.organisation.clone(), row.place.clone());
            *asked.entry(at).or_insert_with(|| covers(&reaches, row))
        }));
        if next.is_none() || within.len() > MOST_LISTED {
            return Ok(within);
        }
        before = next;
    }
}

/// Finds a seeker within the caller's reach.
///
/// # Errors
/// `not-allowed`; `skills-seeker-unknown`, also for one of another place or organisation, and for one who withdrew.
pub async fn find(app: &App, op: &Op, id: &str) -> Result<Seeker> {
    op.require(&OPERATORS)?;
    let row = store::seekers::find(&app.db, id).await?.ok_or_else(unknown)?;
    let reaches = Reaches::of(app, op).await?;
    if !covers(&reaches, &row) {
        return Err(unknown());
    }
    let matches = store::seekers::list_matches(&app.db, Some(id)).await?;
    Seeker::open(&app.vault, row, matches)
}

/// Enters somebody who agreed in writing to `consent`, the words they read; returns their id.
///
/// # Errors
/// `not-allowed`; every field that will not do, as [`NewSeeker::parse`] names them; `skills-seeker-known` on field `name` for somebody
/// who is entered already.
pub async fn enter(app: &App, op: &Op, typed: &TypedSeeker, consent: &str) -> Result<String> {
    op.require(&OPERATORS)?;
    let acting = acting_for(app, op, typed.place.trim()).await?;
    let desk = Desk {
        this_year: i64::from(app.config.day(op.at).year()),
        phone_prefix: &app.config.phone_prefix,
        serves_place: acting.is_some(),
    };
    let new = NewSeeker::parse(typed, desk)?;
    let organisation = acting.and_then(|acting| acting.organisation);
    let sealed = Sealed {
        name: new.name.clone(),
        phone: new.phone.clone(),
        paper: new.paper.clone(),
    };
    let sealed = serde_json::to_string(&sealed).map_err(Problem::internal)?;
    // Others may know the same person, and must not learn so from us.
    let known_by = format!(
        "{}|{}|{}",
        organisation.as_deref().unwrap_or_default(),
        new.place,
        new.known_by()
    );
    let id = id::fresh(op.at);
    let mut tx = app.db.begin().await?;
    let row = NewRow {
        id: &id,
        organisation: organisation.as_deref(),
        place: &new.place,
        sealed: &app.vault.seal(&sealed),
        mark: &app.vault.mark(MARK, &known_by),
        birth_year: new.birth_year,
        sex: new.sex.as_str(),
        schooling: new.schooling,
        wants: &new.wants.join(","),
        steps: new.steps,
        consent_text: consent,
        who: &op.who.label(),
    };
    if !store::seekers::insert(&mut tx, &row, op.at).await? {
        return Err(Problem::invalid("fields").field("name", "skills-seeker-known"));
    }
    let event = SeekerEntered { seeker: id.clone() };
    tx.emit(op, &event).await?;
    tx.commit().await?;
    Ok(id)
}

/// Offers an intake that fits to a seeker.
///
/// # Errors
/// `skills-seat-gone` for one that does not fit, by now; `skills-offered` where it is under way; `skills-changed-meanwhile`.
pub async fn offer(app: &App, op: &Op, seeker: &Seeker, intake: &str) -> Result<()> {
    let (register, all) = (register(app).await?, places::all(app).await?);
    let today = app.config.day(op.at);
    let fits = register
        .find_offer(intake)
        .is_some_and(|offer| fit::against(&offer, &seeker.wish, &all, today).is_empty());
    if !fits {
        return Err(Problem::conflict("skills-seat-gone"));
    }
    let mut tx = app.db.begin().await?;
    seeker.claim(&mut tx).await?;
    let (id, who) = (id::fresh(op.at), op.who.label());
    if !store::seekers::offer(&mut tx, &id, &seeker.id, intake, &who, op.at).await? {
        return Err(Problem::conflict("skills-offered"));
    }
    note(&mut tx, op, seeker, intake, State::Offered).await?;
    tx.commit().await
}

/// Takes a match one step further. To accept holds a seat; to decline or to leave lets it go.
///
/// # Errors
/// `skills-step` for a step that does not follow; `skills-not-begun` for a course that is said to be finished before it begins;
/// `skills-seat-gone` when the last seat went meanwhile; `skills-busy` for somebody who
/// holds another seat; `skills-changed-meanwhile`.
pub async fn step(app: &App, op: &Op, seeker: &Seeker, matched: &str, to: State) -> Result<()> {
    let matched = seeker
        .matches
        .iter()
        .find(|each| each.id == matched)
        .filter(|each| each.state.next().contains(&to))
        .ok_or_else(|| Problem::conflict("skills-step"))?;
    if to == State::Finished {
        must_have_begun(app, op, &matched.intake).await?;
    }
    let is_busy = seeker.matches.iter().any(|each| each.state.is_busy());
    if to == State::Accepted && is_busy {
        return Err(Problem::conflict("skills-busy"));
    }
    let mut tx = app.db.begin().await?;
    seeker.claim(&mut tx).await?;
    let who = op.who.label();
    let (from, word) = (matched.state.as_str(), to.as_str());
    if !store::seekers::move_match(&mut tx, &matched.id, from, word, &who, op.at).await? {
        return Err(changed_meanwhile());
    }
    let n_open = seeker.wish.sex.n_open();
    match (matched.state.holds_seat(), to.holds_seat()) {
        (false, true) => {
            let today = app.config.day(op.at).to_string();
            if !store::seekers::hold_seat(&mut tx, &matched.intake, n_open, &today).await? {
                return Err(Problem::conflict("skills-seat-gone"));
            }
            tx.touch(store::KEPT).await?;
        }
        (true, false) => {
            store::seekers::free_seat(&mut tx, &matched.intake, n_open, 0).await?;
            tx.touch(store::KEPT).await?;
        }
        (true, true) | (false, false) => {}
    }
    note(&mut tx, op, seeker, &matched.intake, to).await?;
    tx.commit().await
}

/// Erases a seeker who takes their consent back, at once: who they are, what they want and every match. A seat that they only accepted is
/// free again; one that they sit on stays taken, by nobody known here.
///
/// # Errors
/// `skills-changed-meanwhile`.
pub async fn withdraw(app: &App, op: &Op, seeker: &Seeker) -> Result<()> {
    let mut tx = app.db.begin().await?;
    seeker.claim(&mut tx).await?;
    let matches = store::seekers::list_matches_in(&mut tx, &seeker.id).await?;
    let n_open = seeker.wish.sex.n_open();
    for row in &matches {
        let state = state_of(row);
        if state.holds_seat() {
            let n_left = i64::from(state.is_in_course());
            store::seekers::free_seat(&mut tx, &row.intake_id, n_open, n_left).await?;
        }
    }
    tx.touch(store::KEPT).await?;
    store::seekers::erase(&mut tx, &seeker.id, op.at).await?;
    let event = SeekerWithdrawn {
        seeker: seeker.id.clone(),
        n_matches: matches.len(),
    };
    tx.emit(op, &event).await?;
    tx.commit().await
}

impl Seeker {
    /// Opens what is sealed.
    fn open(vault: &Vault, row: SeekerRow, matches: Vec<MatchRow>) -> Result<Seeker> {
        let sealed = vault.reveal(&row.sealed).map_err(Problem::internal)?;
        let sealed: Sealed = serde_json::from_str(&sealed).map_err(Problem::internal)?;
        let wants = row.wants.split(',').filter(|field| !field.is_empty());
        Ok(Seeker {
            wish: Wish {
                place: row.place,
                birth_year: row.birth_year,
                sex: Sex::parse(&row.sex).unwrap_or(Sex::Other),
                schooling: row.schooling,
                wants: wants.map(str::to_owned).collect(),
                steps: row.steps.clamp(0, ANYWHERE),
            },
            id: row.id,
            name: sealed.name,
            phone: sealed.phone,
            paper: sealed.paper,
            consent_at: Time(row.consent_at),
            consent_text: row.consent_text,
            revision: row.revision,
            matches: matches.into_iter().map(Match::of).collect(),
        })
    }

    /// Passes a change only when whoever makes it looked at the seeker as they stand.
    ///
    /// # Errors
    /// `skills-changed-meanwhile`.
    pub fn expect(&self, revision: i64) -> Result<()> {
        match self.revision == revision {
            true => Ok(()),
            false => Err(changed_meanwhile()),
        }
    }

    /// Whether an intake can be offered: it was not yet, or that came to nothing.
    #[must_use]
    pub fn can_be_offered(&self, intake: &str) -> bool {
        self.matches
            .iter()
            .filter(|each| each.intake == intake)
            .all(|each| each.state.is_over())
    }

    /// Counts a change, so that of two at the same moment one is refused.
    async fn claim(&self, tx: &mut Tx) -> Result<()> {
        match store::seekers::touch(tx, &self.id, self.revision).await? {
            true => Ok(()),
            false => Err(changed_meanwhile()),
        }
    }
}

impl Match {
    fn of(row: MatchRow) -> Match {
        Match {
            state: state_of(&row),
            id: row.id,
            intake: row.intake_id,
            changed_at: Time(row.changed_at),
        }
    }
}

/// Looks for seats that fit a seeker and were not offered to them yet.
///
/// # Errors
/// When the database fails.
pub async fn judge<'a>(
    app: &App,
    op: &Op,
    register: &'a Register,
    seeker: &Seeker,
) -> Result<fit::Judged<'a>> {
    let all = places::all(app).await?;
    let mut judged = fit::judge(register, &seeker.wish, &all, app.config.day(op.at));
    let is_new = |fitting: &fit::Fitting<'_>| seeker.can_be_offered(&fitting.offer.intake.id);
    judged.fitting.retain(is_new);
    judged.others.retain(is_new);
    Ok(judged)
}

fn covers(reaches: &Reaches<'_>, row: &SeekerRow) -> bool {
    reaches.covers(&OPERATORS, row.organisation.as_deref(), Some(&row.place))
}

/// A state that is not known any more came to an end.
fn state_of(row: &MatchRow) -> State {
    State::parse(&row.state).unwrap_or(State::Dropped)
}

async fn must_have_begun(app: &App, op: &Op, intake: &str) -> Result<()> {
    let register = register(app).await?;
    let starts_on = register.find_offer(intake).map(|offer| offer.intake.starts_on);
    match starts_on {
        Some(day) if day > app.config.day(op.at) => {
            Err(Problem::conflict("skills-not-begun").with("day", op.lang.date(day)))
        }
        Some(_) | None => Ok(()),
    }
}

/// For whom the caller enters somebody of a place: for no organisation where they may for any, else for the first of their own; `None`
/// where they may not at all.
async fn acting_for(app: &App, op: &Op, place: &str) -> Result<Option<Acting>> {
    let reaches = Reaches::of(app, op).await?;
    let grants = op.person().map_or(&[][..], |person| &person.grants);
    let own = grants.iter().filter_map(|grant| grant.org.clone()).map(Some);
    let is_known = places::all(app).await?.find(place).is_some();
    Ok([None]
        .into_iter()
        .chain(own)
        .find(|organisation| is_known && reaches.covers(&OPERATORS, organisation.as_deref(), Some(place)))
        .map(|organisation| Acting { organisation }))
}

async fn note(tx: &mut Tx, op: &Op, seeker: &Seeker, intake: &str, state: State) -> Result<()> {
    let event = MatchMoved {
        seeker: seeker.id.clone(),
        intake: intake.to_owned(),
        state: state.as_str(),
    };
    tx.emit(op, &event).await
}

fn unknown() -> Problem {
    Problem::not_found("skills-seeker-unknown")
}

fn changed_meanwhile() -> Problem {
    Problem::conflict("skills-changed-meanwhile")
}
