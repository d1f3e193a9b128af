//! What may happen to a request, when, and what follows: the whole protocol, each step with its rule.
//!
//! Every step first lets the clock pass what has come by itself ([`Request::catch_up`]), so that a late worker changes nothing.

use serde::Serialize;

use super::{
    clock::{Clock, Turn},
    profile::{Profile, Standard, Terms},
    request::{CloseKind, Kind, Request, State},
};
use crate::platform::{calendar::Calendar, time::Time};

/// A profile as it applies to the requests of one service.
#[derive(Debug, Clone)]
pub struct Rules<'a> {
    pub profile: &'a Profile,
    pub terms: Terms,
}

/// Why a step is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The state does not allow it.
    NotNow {
        state: &'static str,
    },
    AnswerKindUnknown,
    AnswerShort {
        least: usize,
    },
    PauseReasonUnknown,
    PausesSpent {
        most: u32,
    },
    AtTheTop,
    ReasonNotListed {
        listed: String,
    },
    MayNotSendBack,
    SameAgency,
    ContactMissing,
    NoteShort {
        least: usize,
    },
    OwnProposal,
    LevelTooLow {
        needed: String,
    },
    NotTold,
    ToldTooLate {
        until: Time,
    },
    SignatureMissing,
    ReopenTooLate {
        until: Time,
    },
    /// A request cannot be joined to itself, or to one that is closed or joined.
    CannotJoin,
}

/// What an answer did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answered {
    /// The clock stands still until the resident has said yes or no.
    Proper,
    /// It is recorded, and the clock goes on.
    Improper,
}

/// That the resident was asked before their request was passed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// When, at most now.
    pub at: Time,
    /// What they said.
    pub said: String,
}

impl<'a> Rules<'a> {
    #[must_use]
    pub fn new(profile: &'a Profile, standard: Option<&Standard>) -> Rules<'a> {
        Rules {
            profile,
            terms: profile.terms(standard),
        }
    }

    fn calendar(&self) -> &'a Calendar {
        &self.profile.calendar
    }

    /// Starts the clock of a request filed at `at`; an aspiration has no lights and climbs nowhere.
    #[must_use]
    pub fn start(&self, kind: Kind, level: u8, at: Time) -> Clock {
        match kind {
            Kind::Complaint => Clock::start(&self.terms, self.calendar(), level, at),
            Kind::Aspiration => Clock::start(&self.wish(), self.calendar(), level, at),
        }
    }

    fn wish(&self) -> Terms {
        self.profile.wish_terms(&self.terms)
    }

    fn terms_of(&self, kind: Kind) -> Terms {
        match kind {
            Kind::Complaint => self.terms.clone(),
            Kind::Aspiration => self.wish(),
        }
    }

    fn needs_level(&self, officer: u8, needed: u8) -> Result<(), Refused> {
        if officer >= needed {
            return Ok(());
        }
        let code = self.profile.ladder.level(needed).map_or("", |level| &level.code);
        Err(Refused::LevelTooLow {
            needed: code.to_owned(),
        })
    }
}

impl Request {
    /// Passes every instant that has come; the level follows.
    pub fn catch_up(&mut self, now: Time) -> Vec<Turn> {
        let turns = self.clock.run(now);
        let climbed = turns.iter().filter(|turn| turn.climbs).count();
        self.level = self
            .level
            .saturating_add(u8::try_from(climbed).unwrap_or(u8::MAX));
        turns
    }

    /// Somebody responsible has looked at it.
    pub fn verify(&mut self, at: Time) -> Result<(), Refused> {
        match self.state {
            State::New => {
                self.state = State::Open;
                self.verified_at = Some(at);
                Ok(())
            }
            _ => self.not_now(),
        }
    }

    /// Gives it to a post; that is a look at it too.
    pub fn assign(&mut self, post: &str, at: Time) -> Result<(), Refused> {
        match self.state {
            State::New | State::Open | State::SpecialProposed { .. } => {
                self.attend(at);
                self.post = Some(post.to_owned());
                Ok(())
            }
            _ => self.not_now(),
        }
    }

    /// Answers it. Only a proper answer stops the clock; anything else is recorded and changes nothing.
    pub fn answer(
        &mut self,
        rules: &Rules<'_>,
        kind: &str,
        text: &str,
        at: Time,
    ) -> Result<Answered, Refused> {
        if !matches!(
            self.state,
            State::New | State::Open | State::Paused { .. } | State::SpecialProposed { .. }
        ) {
            return self.not_now();
        }
        let kind = rules
            .profile
            .answer_kind(kind)
            .ok_or(Refused::AnswerKindUnknown)?;
        if !kind.is_proper {
            self.attend(at);
            return Ok(Answered::Improper);
        }
        let least = rules.profile.answers.least_characters;
        if text.trim().chars().count() < least {
            return Err(Refused::AnswerShort { least });
        }
        self.go_on(rules, at);
        self.attend(at);
        self.clock.stop(at);
        self.answered_at.get_or_insert(at);
        let until = rules.calendar().add(at, rules.profile.silence.closes_after);
        self.state = State::Answered { at, until };
        Ok(Answered::Proper)
    }

    /// Asks the resident, or waits for something else the profile lists; the clock stands still, visibly and not for ever.
    pub fn ask(&mut self, rules: &Rules<'_>, reason: &str, at: Time) -> Result<Time, Refused> {
        if !matches!(self.state, State::New | State::Open) {
            return self.not_now();
        }
        let reason = rules
            .profile
            .pause_reason(reason)
            .ok_or(Refused::PauseReasonUnknown)?;
        let most = rules.profile.most_pauses;
        if self.n_pauses >= i64::from(most) {
            return Err(Refused::PausesSpent { most });
        }
        self.attend(at);
        self.clock.stop(at);
        self.n_pauses += 1;
        let until = rules.calendar().add(at, reason.limit);
        self.state = State::Paused {
            reason: reason.code.clone(),
            until,
        };
        Ok(until)
    }

    /// What was waited for has come, or the pause is over: the clock goes on.
    pub fn hear_back(&mut self, rules: &Rules<'_>, at: Time) -> Result<(), Refused> {
        match self.state {
            State::Paused { .. } => {
                self.go_on(rules, at);
                self.state = State::Open;
                Ok(())
            }
            _ => self.not_now(),
        }
    }

    /// The resident says that the matter is settled. They may say so at any time.
    pub fn confirm(&mut self, at: Time) -> Result<(), Refused> {
        self.close(CloseKind::Confirmed, at)
    }

    /// The resident says no: it goes on one level up, with no more time than was left when it was answered.
    pub fn refuse(&mut self, rules: &Rules<'_>, at: Time) -> Result<(), Refused> {
        match self.state {
            State::Answered { .. } => {
                self.go_on(rules, at);
                self.rise(rules, at);
                self.n_reopened += 1;
                self.state = State::Open;
                Ok(())
            }
            _ => self.not_now(),
        }
    }

    /// Nobody said anything for as long as the rule says.
    pub fn fall_silent(&mut self, at: Time) -> Result<(), Refused> {
        match self.state {
            State::Answered { until, .. } if until <= at => self.close(CloseKind::Silence, at),
            _ => self.not_now(),
        }
    }

    /// The resident takes it back.
    pub fn withdraw(&mut self, at: Time) -> Result<(), Refused> {
        self.close(CloseKind::Withdrawn, at)
    }

    /// The resident comes back to a closed request: it starts anew one level up.
    pub fn reopen(&mut self, rules: &Rules<'_>, at: Time) -> Result<(), Refused> {
        let State::Closed { at: closed_at, kind } = self.state else {
            return self.not_now();
        };
        if kind == CloseKind::Joined {
            return self.not_now();
        }
        let until = rules.calendar().add(closed_at, rules.profile.reopen_within);
        if at > until {
            return Err(Refused::ReopenTooLate { until });
        }
        self.level = self.level.saturating_add(1).min(rules.profile.ladder.top());
        self.clock = rules.start(self.kind, self.level, at);
        self.n_reopened += 1;
        self.n_pauses = 0;
        self.state = State::Open;
        Ok(())
    }

    /// Somebody takes it a level up; `by_level` is the highest level they hold a post on.
    pub fn escalate(
        &mut self,
        rules: &Rules<'_>,
        reason: &str,
        by_level: u8,
        at: Time,
    ) -> Result<(), Refused> {
        if !matches!(
            self.state,
            State::New | State::Open | State::SpecialProposed { .. }
        ) {
            return self.not_now();
        }
        let ladder = &rules.profile.ladder;
        if self.level >= ladder.top() {
            return Err(Refused::AtTheTop);
        }
        if !ladder.may_climb(self.level, reason) {
            return Err(Refused::ReasonNotListed {
                listed: listed(ladder.level(self.level)),
            });
        }
        rules.needs_level(by_level, self.level)?;
        self.attend(at);
        self.rise(rules, at);
        Ok(())
    }

    /// The level that has it sends it back down.
    pub fn send_back(&mut self, rules: &Rules<'_>, by_level: u8, at: Time) -> Result<(), Refused> {
        if !matches!(
            self.state,
            State::New | State::Open | State::SpecialProposed { .. }
        ) {
            return self.not_now();
        }
        let may = rules
            .profile
            .ladder
            .level(self.level)
            .is_some_and(|level| level.sends_back);
        if !may || self.level <= 1 {
            return Err(Refused::MayNotSendBack);
        }
        rules.needs_level(by_level, self.level)?;
        self.level -= 1;
        let terms = rules.terms_of(self.kind);
        self.clock.plan(&terms, rules.calendar(), self.level, at);
        Ok(())
    }

    /// Checks that it may be proposed to pass it on: after speaking with the resident, and with a note that says why.
    pub fn may_propose_transfer(
        &self,
        rules: &Rules<'_>,
        to: &str,
        spoken: &Spoken,
        note: &str,
        at: Time,
    ) -> Result<(), Refused> {
        if !matches!(self.state, State::New | State::Open) {
            return self.not_now();
        }
        if self.agency.as_deref() == Some(to) {
            return Err(Refused::SameAgency);
        }
        if spoken.at > at || spoken.said.trim().is_empty() {
            return Err(Refused::ContactMissing);
        }
        let least = rules.profile.wrong_department.least_note_characters;
        if note.trim().chars().count() < least {
            return Err(Refused::NoteShort { least });
        }
        Ok(())
    }

    /// Passes it on: the ladder begins anew, the lights do not. The clock is nobody's to reset.
    pub fn transfer(
        &mut self,
        rules: &Rules<'_>,
        to: &str,
        approval: &Approval<'_>,
        at: Time,
    ) -> Result<(), Refused> {
        if !matches!(self.state, State::New | State::Open) {
            return self.not_now();
        }
        if self.agency.as_deref() == Some(to) {
            return Err(Refused::SameAgency);
        }
        approval.check(rules, rules.profile.wrong_department.approve_level)?;
        self.agency = Some(to.to_owned());
        self.post = None;
        self.level = 1;
        self.n_transfers += 1;
        let terms = rules.terms_of(self.kind);
        self.clock.plan(&terms, rules.calendar(), 1, at);
        Ok(())
    }

    /// Proposes to close it without the resident's yes. The clock goes on.
    pub fn propose_special_close(
        &mut self,
        rules: &Rules<'_>,
        reason: &str,
        by: &str,
        by_level: u8,
        told_at: Option<Time>,
    ) -> Result<(), Refused> {
        if !matches!(self.state, State::New | State::Open) {
            return self.not_now();
        }
        let special = &rules.profile.special_close;
        if rules.profile.special_reason(reason).is_none() {
            let listed: Vec<&str> = special
                .reasons
                .iter()
                .map(|reason| reason.code.as_str())
                .collect();
            return Err(Refused::ReasonNotListed {
                listed: listed.join(", "),
            });
        }
        rules.needs_level(by_level, special.propose_level)?;
        self.state = State::SpecialProposed {
            reason: reason.to_owned(),
            by: by.to_owned(),
            told_at,
        };
        Ok(())
    }

    /// Closes it as proposed: another person of the approving level, after the notice, with their signature.
    pub fn approve_special_close(
        &mut self,
        rules: &Rules<'_>,
        approval: &Approval<'_>,
        signature: &str,
        at: Time,
    ) -> Result<(), Refused> {
        let State::SpecialProposed { told_at, .. } = &self.state else {
            return self.not_now();
        };
        let special = &rules.profile.special_close;
        approval.check(rules, special.approve_level)?;
        let told_at = told_at.ok_or(Refused::NotTold)?;
        let until = rules.calendar().add(told_at, special.notice);
        if at < until {
            return Err(Refused::ToldTooLate { until });
        }
        if special.needs_signature && signature.trim().is_empty() {
            return Err(Refused::SignatureMissing);
        }
        self.close(CloseKind::Special, at)
    }

    /// Turns the proposal down; the request goes on as if it had not been made.
    pub fn reject_special_close(
        &mut self,
        rules: &Rules<'_>,
        approval: &Approval<'_>,
        at: Time,
    ) -> Result<(), Refused> {
        let State::SpecialProposed { .. } = self.state else {
            return self.not_now();
        };
        approval.check(rules, rules.profile.special_close.approve_level)?;
        self.attend(at);
        self.state = State::Open;
        Ok(())
    }

    /// Joins it to another about the same matter, whose clock counts for both.
    pub fn join(&mut self, into: &mut Request, at: Time) -> Result<(), Refused> {
        if !matches!(self.state, State::New | State::Open) {
            return self.not_now();
        }
        let can = into.id != self.id
            && into.joined_to.is_none()
            && !into.state.is_closed()
            && into.service == self.service;
        if !can {
            return Err(Refused::CannotJoin);
        }
        self.close(CloseKind::Joined, at)?;
        self.joined_to = Some(into.id.clone());
        into.n_supporters += 1 + self.n_supporters;
        Ok(())
    }

    fn close(&mut self, kind: CloseKind, at: Time) -> Result<(), Refused> {
        if self.state.is_closed() {
            return self.not_now();
        }
        self.clock.stop(at);
        self.state = State::Closed { at, kind };
        Ok(())
    }

    /// A new request that is worked on has been looked at.
    fn attend(&mut self, at: Time) {
        if self.state == State::New {
            self.state = State::Open;
        }
        self.verified_at.get_or_insert(at);
    }

    fn go_on(&mut self, rules: &Rules<'_>, at: Time) {
        let terms = rules.terms_of(self.kind);
        self.clock.resume(&terms, rules.calendar(), self.level, at);
    }

    fn rise(&mut self, rules: &Rules<'_>, at: Time) {
        let top = rules.profile.ladder.top();
        if self.level < top {
            self.level += 1;
            let terms = rules.terms_of(self.kind);
            self.clock.plan(&terms, rules.calendar(), self.level, at);
        }
    }

    fn not_now<T>(&self) -> Result<T, Refused> {
        Err(Refused::NotNow {
            state: self.state.code(),
        })
    }
}

/// Who approves what somebody else proposed.
#[derive(Debug, Clone, Copy)]
pub struct Approval<'a> {
    pub by: &'a str,
    /// The highest level of a post they hold.
    pub level: u8,
    pub proposed_by: &'a str,
}

impl Approval<'_> {
    fn check(&self, rules: &Rules<'_>, needed: u8) -> Result<(), Refused> {
        rules.needs_level(self.level, needed)?;
        if self.by == self.proposed_by {
            return Err(Refused::OwnProposal);
        }
        Ok(())
    }
}

fn listed(level: Option<&super::ladder::Level>) -> String {
    match level.map(|level| &level.next) {
        Some(super::ladder::Next::ByHand { reasons }) => reasons
            .iter()
            .map(|reason| reason.code.as_str())
            .collect::<Vec<_>>()
            .join(", "),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests;
