//! A round as it stands, and what an act makes of it: every rule about sessions, criteria and scores stands here.

use std::{collections::BTreeSet, time::Duration};

use uuid::Uuid;

use super::{
    act::{Act, Conflict, What},
    criterion::{Criterion, STANDARD},
    round::{Round, State},
    score::{self, Input, Note, Photo, Score},
    session::{Session, Side},
};
use crate::platform::{
    plain::plain,
    problem::{Problem, Result},
    time::Time,
};

/// Acts of one round at most. Forty groups and the provider with fifty criteria each, every one worded, scored and corrected twice, are
/// some 12,000; whoever sends more is no meeting, and a round is read as a whole whenever somebody opens it.
pub const MOST_ACTS: usize = 20_000;
/// Acts beyond these that still end something, so that a full round can be sealed, settled and brought before the meeting.
const MOST_ENDINGS: usize = 2_000;
/// Notes of one round at most: fifty for each of forty groups, each as long as a page.
pub const MOST_NOTES: usize = 2_000;
/// The longest words of a criterion, and of anything else, in characters.
const MOST_WORDS: usize = 200;
const MOST_TEXT: usize = 2_000;
/// More people than fit into a hall.
const MOST_PRESENT: u32 = 10_000;
/// Criteria of one session, and lines of entitlements of one round at most.
const MOST_CRITERIA: usize = 50;
const MOST_INPUTS: usize = 200;
/// The longest name of a device and of a version, in bytes.
const MOST_LABEL: usize = 100;
/// How far the clock of a device may be from ours.
const MOST_DRIFT: Duration = Duration::from_secs(24 * 3600);

/// A round with all that its sessions hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Board {
    pub round: Round,
    /// When it was planned: no act is older.
    pub made_at: Time,
    pub sessions: Vec<Session>,
    pub criteria: Vec<Criterion>,
    /// Criteria that were dropped, by id.
    pub gone: BTreeSet<String>,
    pub scores: Vec<Score>,
    pub inputs: Vec<Input>,
    /// Those that wait for a choice.
    pub conflicts: Vec<Conflict>,
    /// How many acts of the round are kept, whatever became of them.
    pub n_acts: usize,
    /// The notes of the round, by id.
    pub notes: BTreeSet<String>,
}

/// What an act changes.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// The session holds other facts: how many are present, the consent, sealed, opened again, dropped.
    Session(Session),
    Criterion(Criterion),
    DropCriterion(String),
    Score(Score),
    Input(Input),
    Note(Note),
    Photo(Photo),
    /// Both acts are kept until somebody chooses; the criterion that they are about.
    Conflict {
        session: String,
        criterion: String,
    },
    /// A conflict is settled, and what was chosen is written, if it does not stand already.
    Settle {
        conflict: String,
        then: Option<Box<Change>>,
    },
    /// It came too late and changes nothing.
    Late,
}

impl Board {
    /// Finds a session.
    ///
    /// # Errors
    /// `scorecards-session-unknown`.
    pub fn session(&self, id: &str) -> Result<&Session> {
        self.sessions
            .iter()
            .find(|session| session.id == id)
            .ok_or_else(|| Problem::not_found("scorecards-session-unknown"))
    }

    /// The version that holds of what an act is about; none where there is nothing yet.
    #[must_use]
    pub fn version(&self, session: &str, act: &Act) -> Option<&str> {
        let held = match &act.what {
            What::Score { criterion, .. } => self.score(session, criterion).map(|known| &known.version),
            What::Criterion { criterion, .. } | What::DropCriterion { criterion } => {
                self.criterion(criterion).map(|known| &known.version)
            }
            _ => None,
        };
        held.map(String::as_str)
    }

    /// Tells what an act makes of the round. `at` is when it came in, `by` whose account it is.
    ///
    /// # Errors
    /// A problem `scorecards-…` that says what will not do; nothing changes then.
    pub fn decide(&self, act: &Act, by: Option<&str>, at: Time) -> Result<Change> {
        self.check_clock(act, at)?;
        check_id(&act.id)?;
        check_labels(act)?;
        self.check_room(act)?;
        match (&act.session, &act.what) {
            (_, What::Input { .. } | What::Note { .. } | What::Photo { .. }) => self.decide_beside(act, at),
            (None, _) => Err(Problem::invalid("scorecards-session-unknown")),
            (Some(session), _) => {
                let session = self.session(session)?;
                self.decide_in(session, act, by, at)
            }
        }
    }

    /// Puts a change into this copy, so that the next act finds it.
    pub fn take(&mut self, change: &Change) {
        self.n_acts += 1;
        self.put(change);
    }

    fn put(&mut self, change: &Change) {
        match change {
            Change::Session(session) => replace(&mut self.sessions, session, |known| known.id == session.id),
            Change::Criterion(new) => replace(&mut self.criteria, new, |known| known.id == new.id),
            Change::DropCriterion(id) => {
                self.criteria.retain(|criterion| criterion.id != *id);
                self.scores.retain(|score| score.criterion != *id);
                self.gone.insert(id.clone());
            }
            Change::Score(new) => replace(&mut self.scores, new, |known| {
                known.session == new.session && known.criterion == new.criterion
            }),
            Change::Input(new) => replace(&mut self.inputs, new, |known| known.id == new.id),
            Change::Settle { conflict, then } => {
                self.conflicts.retain(|known| known.id != *conflict);
                if let Some(change) = then {
                    self.put(change);
                }
            }
            Change::Note(note) => {
                self.notes.insert(note.id.clone());
            }
            Change::Photo(_) | Change::Conflict { .. } | Change::Late => {}
        }
    }

    /// Acts are kept for ever, so a round has a most of them; what ends something is taken a little longer.
    fn check_room(&self, act: &Act) -> Result<()> {
        let is_end = matches!(
            act.what,
            What::Seal | What::Drop { .. } | What::Choose { .. } | What::DropCriterion { .. }
        );
        let most = match is_end {
            true => MOST_ACTS + MOST_ENDINGS,
            false => MOST_ACTS,
        };
        if self.n_acts >= most {
            return Err(Problem::conflict("scorecards-acts-full").with("most", MOST_ACTS));
        }
        match &act.what {
            What::Note { note, .. } if !self.notes.contains(note) && self.notes.len() >= MOST_NOTES => {
                Err(Problem::conflict("scorecards-notes-many").with("most", MOST_NOTES))
            }
            _ => Ok(()),
        }
    }

    /// A device whose clock is days off would put what was said on a wrong day.
    fn check_clock(&self, act: &Act, at: Time) -> Result<()> {
        if act.at > at.plus(MOST_DRIFT) {
            return Err(Problem::invalid("scorecards-clock-ahead").with("at", act.at));
        }
        if act.at < self.made_at.minus(MOST_DRIFT) {
            return Err(Problem::invalid("scorecards-clock-behind").with("at", act.at));
        }
        Ok(())
    }

    /// What is noted beside the scores: until the results stand.
    fn decide_beside(&self, act: &Act, at: Time) -> Result<Change> {
        if let Some(session) = &act.session {
            self.session(session)?;
        }
        let said_at = act.at.min(at);
        let is_over = matches!(self.round.state, State::Agreed | State::Closed | State::Cancelled);
        let is_shown = is_over || self.round.state == State::Meeting;
        match &act.what {
            What::Input { .. } => {
                let input = self.input_of(&act.what)?;
                Ok(if is_shown {
                    Change::Late
                } else {
                    Change::Input(input)
                })
            }
            What::Note {
                note,
                criterion,
                text,
            } => {
                check_id(note)?;
                self.check_about(act.session.as_deref(), criterion.as_deref())?;
                let note = Note {
                    id: note.clone(),
                    round: self.round.id.clone(),
                    session: act.session.clone(),
                    criterion: criterion.clone(),
                    text: said("text", text, MOST_TEXT)?,
                    at: said_at,
                };
                Ok(if is_over { Change::Late } else { Change::Note(note) })
            }
            What::Photo { blob, caption } => {
                if blob.len() != 64 || !blob.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                    return Err(refused("blob", "scorecards-photo-malformed"));
                }
                let photo = Photo {
                    id: act.id.clone(),
                    round: self.round.id.clone(),
                    session: act.session.clone(),
                    blob: blob.to_lowercase(),
                    caption: maybe_said("caption", caption, MOST_WORDS)?,
                    at: said_at,
                };
                Ok(if is_over {
                    Change::Late
                } else {
                    Change::Photo(photo)
                })
            }
            _ => Err(Problem::invalid("scorecards-session-unknown")),
        }
    }

    /// A note is about a criterion of its own session, one that was dropped included; of any, where it is of the whole round.
    fn check_about(&self, session: Option<&str>, criterion: Option<&str>) -> Result<()> {
        let Some(id) = criterion else {
            return Ok(());
        };
        let is_own = |known: &Criterion| session.is_none_or(|session| known.session == session);
        match self.gone.contains(id) || self.criterion(id).is_some_and(is_own) {
            true => Ok(()),
            false => Err(Problem::not_found("scorecards-criterion-unknown")),
        }
    }

    fn input_of(&self, what: &What) -> Result<Input> {
        let What::Input {
            input,
            what,
            entitlement,
            actual,
            remark,
            is_short,
        } = what
        else {
            return Err(Problem::invalid("scorecards-input-unknown"));
        };
        check_id(input)?;
        let known = self.inputs.iter().find(|known| known.id == *input);
        if known.is_none() && self.inputs.len() >= MOST_INPUTS {
            return Err(Problem::conflict("scorecards-inputs-many").with("most", MOST_INPUTS));
        }
        let next = self
            .inputs
            .iter()
            .map(|known| known.position)
            .max()
            .map_or(0, |last| last + 1);
        Ok(Input {
            id: input.clone(),
            round: self.round.id.clone(),
            what: said("what", what, MOST_WORDS)?,
            entitlement: maybe_said("entitlement", entitlement, MOST_TEXT)?,
            actual: maybe_said("actual", actual, MOST_TEXT)?,
            remark: maybe_said("remark", remark, MOST_TEXT)?,
            is_short: *is_short,
            position: known.map_or(next, |known| known.position),
        })
    }

    fn decide_in(&self, session: &Session, act: &Act, by: Option<&str>, at: Time) -> Result<Change> {
        let change = self.wanted(session, act, by, at)?;
        if self.round.state == State::Planned {
            return Err(Problem::conflict("scorecards-not-begun"));
        }
        let is_reopening = matches!(act.what, What::Reopen { .. });
        let is_closed = session.dropped.is_some() || (session.is_sealed && !is_reopening);
        match self.round.state != State::Gathering || is_closed {
            true => Ok(Change::Late),
            false => Ok(change),
        }
    }

    /// What an act asks for, whether or not it is in time.
    fn wanted(&self, session: &Session, act: &Act, by: Option<&str>, at: Time) -> Result<Change> {
        let mut changed = session.clone();
        if changed.facilitator.is_none() {
            changed.facilitator = by.map(str::to_owned);
        }
        let is_in_time = session.is_open() && self.round.state == State::Gathering;
        match &act.what {
            What::Present { n } => changed.n_present = Some(counted(*n)?),
            What::Consent { text } => {
                changed.consent_text = Some(said("text", text, MOST_TEXT)?);
                changed.consent_at = Some(act.at.min(at));
            }
            What::Seal => {
                if is_in_time {
                    self.can_seal(session)?;
                }
                changed.is_sealed = true;
                changed.sealed_at = Some(at);
            }
            What::Reopen { why } => {
                said("why", why, MOST_TEXT)?;
                if !session.is_sealed && self.round.state == State::Gathering {
                    return Err(Problem::conflict("scorecards-not-sealed"));
                }
                changed.is_sealed = false;
                changed.sealed_at = None;
            }
            What::Drop { why } => changed.dropped = Some(said("why", why, MOST_TEXT)?),
            What::Choose { conflict, act } => {
                return self.chosen(session, (conflict.as_str(), act.as_str()), by, at);
            }
            _ => return self.written(session, act, at),
        }
        Ok(Change::Session(changed))
    }

    /// What becomes of a criterion or a score: it is written, or kept beside what somebody else wrote meanwhile.
    fn written(&self, session: &Session, act: &Act, at: Time) -> Result<Change> {
        let Some(change) = self.change_of(session, act, at)? else {
            return Ok(Change::Late);
        };
        let (criterion, version) = match &change {
            Change::Criterion(new) => (&new.id, self.criterion(&new.id).map(|known| &known.version)),
            Change::DropCriterion(id) => (id, self.criterion(id).map(|known| &known.version)),
            Change::Score(new) => (
                &new.criterion,
                self.score(&new.session, &new.criterion)
                    .map(|known| &known.version),
            ),
            _ => return Ok(change),
        };
        let is_old = version.is_some_and(|version| act.base.as_ref() != Some(version));
        match is_old && self.differs(&change) {
            true => Ok(Change::Conflict {
                session: session.id.clone(),
                criterion: criterion.clone(),
            }),
            false => Ok(change),
        }
    }

    /// The criterion or score that an act says; none where its criterion was dropped meanwhile.
    fn change_of(&self, session: &Session, act: &Act, at: Time) -> Result<Option<Change>> {
        let own = |id: &String| {
            self.criterion(id)
                .filter(|known| known.session == session.id)
                .map(|_| ())
                .ok_or_else(|| Problem::not_found("scorecards-criterion-unknown"))
        };
        match &act.what {
            What::Criterion { criterion, .. }
            | What::DropCriterion { criterion }
            | What::Score { criterion, .. }
                if self.gone.contains(criterion) =>
            {
                Ok(None)
            }
            What::Criterion {
                criterion,
                words,
                standard,
                position,
            } => {
                check_id(criterion)?;
                match self.criterion(criterion) {
                    Some(_) => own(criterion)?,
                    None => self.has_room(session)?,
                }
                if standard.as_deref().is_some_and(|code| !STANDARD.contains(&code)) {
                    return Err(refused("standard", "scorecards-standard-unknown"));
                }
                Ok(Some(Change::Criterion(Criterion {
                    id: criterion.clone(),
                    round: self.round.id.clone(),
                    session: session.id.clone(),
                    words: said("words", words, MOST_WORDS)?,
                    standard: standard.clone(),
                    position: *position,
                    version: act.id.clone(),
                })))
            }
            What::DropCriterion { criterion } => {
                own(criterion)?;
                Ok(Some(Change::DropCriterion(criterion.clone())))
            }
            What::Score {
                criterion,
                value,
                votes,
                reason,
                suggestion,
            } => {
                own(criterion)?;
                score::check(self.round.scale, *value, *votes, session.n_present)?;
                Ok(Some(Change::Score(Score {
                    session: session.id.clone(),
                    criterion: criterion.clone(),
                    value: *value,
                    votes: *votes,
                    reason: maybe_said("reason", reason, MOST_TEXT)?,
                    suggestion: maybe_said("suggestion", suggestion, MOST_TEXT)?,
                    version: act.id.clone(),
                    scored_at: act.at.min(at),
                })))
            }
            _ => Ok(None),
        }
    }

    /// Whether a change says something else than what stands.
    fn differs(&self, change: &Change) -> bool {
        match change {
            Change::Criterion(new) => self
                .criterion(&new.id)
                .is_none_or(|known| (&known.words, &known.standard) != (&new.words, &new.standard)),
            Change::Score(new) => self.score(&new.session, &new.criterion).is_none_or(|known| {
                (known.value, known.votes, &known.reason, &known.suggestion)
                    != (new.value, new.votes, &new.reason, &new.suggestion)
            }),
            _ => true,
        }
    }

    /// Settles a conflict of a session by one of its two acts; who may act for one session chooses in no other.
    fn chosen(
        &self,
        session: &Session,
        (id, act): (&str, &str),
        by: Option<&str>,
        at: Time,
    ) -> Result<Change> {
        let conflict = self
            .conflicts
            .iter()
            .find(|conflict| conflict.id == id && conflict.session == session.id)
            .ok_or_else(|| Problem::not_found("scorecards-conflict-unknown"))?;
        let settled = |then: Option<Change>| Change::Settle {
            conflict: id.to_owned(),
            then: then.map(Box::new),
        };
        if conflict.second.id != act {
            let is_first = conflict.first.as_ref().is_none_or(|first| first.id == act);
            return match is_first {
                true => Ok(settled(None)),
                false => Err(refused("act", "scorecards-choice-unknown")),
            };
        }
        let mut again = conflict.second.clone();
        again.base = match &again.what {
            What::Score { criterion, .. } => self
                .score(&session.id, criterion)
                .map(|known| known.version.clone()),
            _ => self
                .criterion(&conflict.criterion)
                .map(|known| known.version.clone()),
        };
        match self.wanted(session, &again, by, at)? {
            Change::Late => Ok(settled(None)),
            change => Ok(settled(Some(change))),
        }
    }

    fn can_seal(&self, session: &Session) -> Result<()> {
        if session.consent_at.is_none() {
            return Err(Problem::conflict("scorecards-consent-missing"));
        }
        counted(session.n_present.unwrap_or(0))?;
        let own: Vec<&Criterion> = self
            .criteria
            .iter()
            .filter(|criterion| criterion.session == session.id)
            .collect();
        if own.is_empty() {
            return Err(Problem::conflict("scorecards-criteria-missing"));
        }
        let scores: Vec<&Score> = own
            .iter()
            .filter_map(|criterion| self.score(&session.id, &criterion.id))
            .collect();
        if scores.len() < own.len() {
            let n = own.len() - scores.len();
            return Err(Problem::conflict("scorecards-scores-missing").with("n", n));
        }
        let n_silent = scores.iter().filter(|score| score.reason.is_empty()).count();
        if n_silent > 0 {
            return Err(Problem::conflict("scorecards-reasons-missing").with("n", n_silent));
        }
        match self
            .conflicts
            .iter()
            .any(|conflict| conflict.session == session.id)
        {
            true => Err(Problem::conflict("scorecards-conflicts-open")),
            false => Ok(()),
        }
    }

    fn has_room(&self, session: &Session) -> Result<()> {
        let n = self
            .criteria
            .iter()
            .filter(|criterion| criterion.session == session.id)
            .count();
        match n < MOST_CRITERIA {
            true => Ok(()),
            false => Err(Problem::conflict("scorecards-criteria-many").with("most", MOST_CRITERIA)),
        }
    }

    fn criterion(&self, id: &str) -> Option<&Criterion> {
        self.criteria.iter().find(|criterion| criterion.id == id)
    }

    fn score(&self, session: &str, criterion: &str) -> Option<&Score> {
        self.scores
            .iter()
            .find(|score| score.session == session && score.criterion == criterion)
    }
}

/// Tells of which side an act is: that of its session, or the facilitators' where it is of the whole round.
///
/// # Errors
/// `scorecards-session-unknown`.
pub fn side_of(board: &Board, act: &Act) -> Result<Side> {
    match &act.session {
        Some(session) => Ok(board.session(session)?.side),
        None => Ok(Side::Users),
    }
}

fn counted(n: u32) -> Result<u32> {
    match n {
        0 => Err(refused("n", "scorecards-group-empty")),
        n if n > MOST_PRESENT => Err(refused("n", "scorecards-group-large")),
        n => Ok(n),
    }
}

/// Passes what is an id as devices make them.
///
/// # Errors
/// `scorecards-id-malformed`.
pub fn check_id(id: &str) -> Result<()> {
    match Uuid::parse_str(id) {
        Ok(_) if id.len() == 36 => Ok(()),
        _ => Err(Problem::invalid("scorecards-id-malformed")),
    }
}

/// What a device calls itself and what it saw are names, not texts.
fn check_labels(act: &Act) -> Result<()> {
    let base = act.base.as_deref().unwrap_or_default();
    match act.device.len().max(base.len()) > MOST_LABEL {
        true => Err(Problem::invalid("scorecards-id-malformed")),
        false => Ok(()),
    }
}

/// Words that must be there, without blanks around them.
fn said(field: &'static str, text: &str, most: usize) -> Result<String> {
    let text = maybe_said(field, text, most)?;
    match text.is_empty() {
        true => Err(refused(field, "scorecards-words-missing")),
        false => Ok(text),
    }
}

fn maybe_said(field: &'static str, text: &str, most: usize) -> Result<String> {
    let text = plain(text).trim().to_owned();
    match text.chars().count() > most {
        true => Err(refused(field, "text-long")),
        false => Ok(text),
    }
}

fn refused(field: &'static str, code: &'static str) -> Problem {
    Problem::invalid("fields").field(field, code)
}

/// Puts a value in the place of the one it replaces, or behind all others.
fn replace<T: Clone>(all: &mut Vec<T>, new: &T, is_old: impl Fn(&T) -> bool) {
    match all.iter_mut().find(|known| is_old(known)) {
        Some(known) => *known = new.clone(),
        None => all.push(new.clone()),
    }
}
