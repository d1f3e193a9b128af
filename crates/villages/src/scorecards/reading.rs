//! What somebody may read of a round: those who facilitate, the provider, staff of the place, and everybody.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    access, facilities, facility,
    model::{
        act::{Conflict, LateAct},
        compare::{Shown, shown},
        criterion::Criterion,
        facility::Facility,
        rights::Rights,
        round::{Round, State},
        score::{Input, Note, Photo, Score},
        session::{Session, Side},
        trend::{self, Trend},
    },
    store, subject,
};
use crate::{
    evidence::{
        self,
        model::{Commitment, mask::mask},
    },
    platform::{
        app::App,
        code::Code,
        kept,
        op::Op,
        problem::{Problem, Result},
    },
};

/// Rounds and promises of one page at most.
const MOST_ROUNDS: i64 = 2_000;
const MOST_PROMISES: i64 = 500;

/// A round as somebody at the desk may see it: what they may not is not in it.
#[derive(Debug, Clone)]
pub struct View {
    pub round: Round,
    pub facility: Facility,
    pub sessions: Vec<Session>,
    pub inputs: Vec<Input>,
    pub criteria: Vec<Criterion>,
    pub scores: Vec<Score>,
    pub notes: Vec<Note>,
    pub conflicts: Vec<Conflict>,
    pub photos: Vec<Photo>,
    /// Acts that came too late; for the lead.
    pub late: Vec<LateAct>,
    /// Both sides together, from the meeting on.
    pub shown: Option<Shown>,
    pub rights: Rights,
}

/// A round as everybody may see it.
#[derive(Debug, Clone)]
pub struct Public {
    /// Without its lead; minutes and attendance once something was agreed.
    pub round: Round,
    pub facility: Facility,
    /// Once something was agreed.
    pub shown: Option<Shown>,
    /// What was promised, the next due first.
    pub promises: Vec<Commitment>,
}

/// A round in a list, as everybody may see it.
#[derive(Debug, Clone)]
pub struct PublicLine {
    /// As in [`Public`].
    pub round: Round,
    pub facility: Facility,
}

/// A promise of a round's plan.
#[derive(Debug, Clone)]
pub struct PlanLine {
    pub commitment: Commitment,
    /// The standard criterion that it answers.
    pub standard: Option<String>,
    /// What it takes.
    pub resources: String,
}

/// What users said of each facility when it was last agreed on, 0 to 100 points; facilities without such a score are not in it.
pub struct LatestScores(HashMap<String, u8>);

impl LatestScores {
    #[must_use]
    pub fn of(&self, facility: &str) -> Option<u8> {
        self.0.get(facility).copied()
    }
}

/// Trends by facility; those that were asked for.
#[derive(Default)]
struct Trends(Mutex<HashMap<String, Arc<Trend>>>);

/// Reads a round at the desk, by its id or code.
///
/// # Errors
/// `scorecards-unknown`; `sign-in-needed`; `scorecards-peek` for staff before the meeting; `not-allowed`.
pub async fn read(app: &App, op: &Op, round: &str) -> Result<View> {
    access::require_somebody(op)?;
    let round = find(app, round).await?;
    let facility = facility(app, &round.facility).await?;
    let rights = access::rights(app, op, &facility, Some(&round)).await?;
    rights.require_reader(round.state)?;
    let id = round.id.clone();
    let sessions = store::board::list_sessions(app.db.read(), &id).await?;
    let (criteria, _) = store::board::list_criteria(app.db.read(), &id).await?;
    let scores = store::board::list_scores(app.db.read(), &id).await?;
    let minimum = app.config.scorecards_minimum_group;
    let is_shown = matches!(round.state, State::Meeting | State::Agreed | State::Closed);
    let together = is_shown.then(|| masked(shown(&round, &sessions, &criteria, &scores, minimum)));
    let view = View {
        inputs: store::board::list_inputs(app.db.read(), &id).await?,
        notes: store::board::list_notes(app.db.read(), &id).await?,
        conflicts: store::acts::list_conflicts(app.db.read(), &id).await?,
        photos: store::board::list_photos(app.db.read(), &id).await?,
        late: match rights.leads {
            true => store::acts::list_late(app.db.read(), &id).await?,
            false => Vec::new(),
        },
        shown: together,
        round,
        facility,
        sessions,
        criteria,
        scores,
        rights,
    };
    Ok(view.narrowed(minimum))
}

/// Reads what everybody may see of a round, by its id or code.
///
/// # Errors
/// `scorecards-unknown`.
pub async fn public(app: &App, round: &str) -> Result<Public> {
    let round = find(app, round).await?;
    let facility = facility(app, &round.facility).await?;
    let shown = match round.state.has_results() {
        true => Some(results(app, &round).await?),
        false => None,
    };
    let promises = evidence::list_commitments(app, None, Some(&subject(&round)), MOST_PROMISES).await?;
    Ok(Public {
        round: open(round, app.config.scorecards_minimum_group),
        facility,
        shown,
        promises,
    })
}

/// Lists rounds as everybody may see them, of a facility, of facilities in a place, or all; the latest first.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, facility: Option<&str>, place: Option<&str>) -> Result<Vec<PublicLine>> {
    let mut rounds = match facility {
        Some(facility) => store::list_rounds_of(app.db.read(), facility).await?,
        None => store::list_rounds(&app.db, place, MOST_ROUNDS).await?,
    };
    if facility.is_some() {
        rounds.reverse();
    }
    let all = facilities(app).await?;
    let by_code: HashMap<&str, &Facility> = all.iter().map(|each| (each.code.as_str(), each)).collect();
    let minimum = app.config.scorecards_minimum_group;
    Ok(rounds
        .into_iter()
        .filter_map(|round| {
            let facility = by_code.get(round.facility.as_str()).copied()?.clone();
            Some(PublicLine {
                round: open(round, minimum),
                facility,
            })
        })
        .collect())
}

/// Lists the promises of a round with what each takes, in the order in which they were made.
///
/// # Errors
/// `scorecards-unknown`.
pub async fn plan_lines(app: &App, round: &str) -> Result<Vec<PlanLine>> {
    let round = find(app, round).await?;
    let made = evidence::list_commitments(app, None, Some(&subject(&round)), MOST_PROMISES).await?;
    let mut by_code: HashMap<String, Commitment> =
        made.into_iter().map(|each| (each.code.clone(), each)).collect();
    Ok(store::list_promises(app.db.read(), &round.id)
        .await?
        .into_iter()
        .filter_map(|(code, standard, resources)| {
            Some(PlanLine {
                commitment: by_code.remove(&code)?,
                standard,
                resources,
            })
        })
        .collect())
}

/// Returns how the scores of a facility moved from round to round; one statement where it was asked for before and nothing changed.
///
/// # Errors
/// `scorecards-facility-unknown`.
pub async fn trend(app: &App, code: &str) -> Result<Arc<Trend>> {
    let trends = kept::kept(app, store::RESULTS, || async { Ok(Trends::default()) }).await?;
    if let Some(trend) = trends.find(code) {
        return Ok(trend);
    }
    let facility = facility(app, code).await?;
    let mut rounds = Vec::new();
    for round in store::list_rounds_of(app.db.read(), &facility.code).await? {
        if round.state.has_results() {
            let shown = results(app, &round).await?;
            rounds.push((round, shown));
        }
    }
    let trend = Arc::new(trend::trend(&rounds));
    trends.put(facility.code, trend.clone());
    Ok(trend)
}

/// Returns what users said of each facility in its latest round that was agreed on; one statement where nothing changed.
///
/// # Errors
/// When the database fails.
pub async fn latest_scores(app: &App) -> Result<Arc<LatestScores>> {
    kept::kept(app, store::RESULTS, || read_latest(app)).await
}

async fn read_latest(app: &App) -> Result<LatestScores> {
    let mut latest: HashMap<String, Round> = HashMap::new();
    for round in store::list_rounds(&app.db, None, MOST_ROUNDS).await? {
        let is_later = latest.get(&round.facility).is_none_or(|other| other.n < round.n);
        if round.state.has_results() && is_later {
            latest.insert(round.facility.clone(), round);
        }
    }
    let mut scores = HashMap::new();
    for (facility, round) in latest {
        if let Some(points) = results(app, &round).await?.users() {
            scores.insert(facility, points);
        }
    }
    Ok(LatestScores(scores))
}

async fn find(app: &App, round: &str) -> Result<Round> {
    let code = Code::<6>::parse(round).map_or_else(|_| round.to_owned(), |code| code.plain());
    let found = store::find_round(app.db.read(), &code).await?;
    found
        .map(|(round, _)| round)
        .ok_or_else(|| Problem::not_found("scorecards-unknown"))
}

/// What everybody may see of a round's scores.
async fn results(app: &App, round: &Round) -> Result<Shown> {
    let sessions = store::board::list_sessions(app.db.read(), &round.id).await?;
    let (criteria, _) = store::board::list_criteria(app.db.read(), &round.id).await?;
    let scores = store::board::list_scores(app.db.read(), &round.id).await?;
    let minimum = app.config.scorecards_minimum_group;
    Ok(masked(shown(round, &sessions, &criteria, &scores, minimum)))
}

/// Masks numbers and addresses of people in what was said: the provider and the hall read it, too.
fn masked(mut shown: Shown) -> Shown {
    for line in &mut shown.lines {
        let texts = [
            &mut line.words,
            &mut line.reasons,
            &mut line.suggestions,
            &mut line.provider_reasons,
            &mut line.provider_suggestions,
        ];
        for text in texts.into_iter().flatten() {
            *text = mask(text);
        }
    }
    shown
}

/// A round as everybody may see it.
fn open(mut round: Round, minimum: u32) -> Round {
    let has_results = round.state.has_results();
    round.lead = String::new();
    round.why = round.why.as_deref().map(mask);
    round.attendance = round
        .attendance
        .filter(|_| has_results)
        .map(|attendance| attendance.shown(minimum));
    round.minutes = match has_results {
        true => mask(&round.minutes),
        false => String::new(),
    };
    round
}

impl View {
    /// The same without what the caller may not see.
    fn narrowed(mut self, minimum: u32) -> View {
        let (rights, state) = (self.rights, self.round.state);
        let sides: HashMap<String, Side> = self
            .sessions
            .iter()
            .map(|session| (session.id.clone(), session.side))
            .collect();
        let reads = |session: &str| {
            sides
                .get(session)
                .is_some_and(|side| rights.reads_side(*side, state))
        };
        let reads_maybe = |session: Option<&str>| session.map_or(rights.facilitates, reads);
        self.criteria.retain(|criterion| reads(&criterion.session));
        self.scores.retain(|score| reads(&score.session));
        self.conflicts.retain(|conflict| reads(&conflict.session));
        self.notes.retain(|note| reads_maybe(note.session.as_deref()));
        self.photos.retain(|photo| reads_maybe(photo.session.as_deref()));
        self.late.retain(|late| reads_maybe(late.act.session.as_deref()));
        if !rights.facilitates {
            self.sessions
                .retain(|session| session.side == Side::Provider && rights.provides);
            self.round.attendance = self.round.attendance.map(|attendance| attendance.shown(minimum));
            if self.shown.is_none() {
                self.inputs.clear();
            }
        }
        self
    }
}

impl Trends {
    fn find(&self, facility: &str) -> Option<Arc<Trend>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(facility)
            .cloned()
    }

    fn put(&self, facility: String, trend: Arc<Trend>) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(facility, trend);
    }
}
