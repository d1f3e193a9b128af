//! One step of a request: read it in a transaction, let its clock pass what has come, change it, write what happened.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};

use serde_json::{Value, json};

use super::{
    RequestMoved, access,
    library::{self, Library},
    model::{
        profile::Profile,
        request::{CloseKind, Recorder, Request, State},
        service::Service,
        state::{Refused, Rules},
    },
    notices::special,
    store::{self, history::NewClosing},
};
use crate::{
    evidence::{
        self,
        model::{Audience, NewEntry, Part, Subject},
    },
    platform::{
        app::App,
        code::Code,
        db::Tx,
        op::Op,
        problem::{Problem, Result},
        time::Time,
    },
};

/// A request about to take a step.
pub struct Step<'a> {
    pub app: &'a App,
    pub op: &'a Op,
    pub tx: Held<'a>,
    pub request: Request,
    pub profile: Arc<Profile>,
    pub service: Arc<Service>,
    pub library: Arc<Library>,
    pub lineage: Vec<String>,
    /// How it stood before.
    before: State,
}

/// The transaction of a step: its own, or that of somebody who does more in it.
pub enum Held<'a> {
    Own(Tx),
    Lent(&'a mut Tx),
}

impl Held<'_> {
    /// Commits what is the step's own; the rest is committed by whoever lent it.
    async fn end(self) -> Result<()> {
        match self {
            Held::Own(tx) => tx.commit().await,
            Held::Lent(_) => Ok(()),
        }
    }
}

impl Deref for Held<'_> {
    type Target = Tx;

    fn deref(&self) -> &Tx {
        match self {
            Held::Own(tx) => tx,
            Held::Lent(tx) => tx,
        }
    }
}

impl DerefMut for Held<'_> {
    fn deref_mut(&mut self) -> &mut Tx {
        match self {
            Held::Own(tx) => tx,
            Held::Lent(tx) => tx,
        }
    }
}

/// What is told of a step.
pub struct Said<'a> {
    /// `request.answered`.
    pub what: &'static str,
    pub part: Part,
    pub audience: Audience,
    pub text: Option<&'a str>,
    pub facts: Value,
    /// Who said that it is settled, where the step closes it.
    pub recorder: Recorder,
    pub channel: Option<&'a str>,
    pub signature: Option<&'a str>,
}

impl<'a> Said<'a> {
    /// What everybody reads.
    pub fn public(what: &'static str, part: Part) -> Said<'a> {
        Said {
            what,
            part,
            audience: Audience::Public,
            text: None,
            facts: json!({}),
            recorder: Recorder::Nobody,
            channel: None,
            signature: None,
        }
    }

    pub fn to(mut self, audience: Audience) -> Said<'a> {
        self.audience = audience;
        self
    }

    pub fn text(mut self, text: &'a str) -> Said<'a> {
        self.text = Some(text.trim()).filter(|text| !text.is_empty());
        self
    }

    pub fn facts(mut self, facts: Value) -> Said<'a> {
        self.facts = facts;
        self
    }
}

/// Finds a request by its code as anybody writes it, without asking who may see it.
///
/// # Errors
/// `requests-unknown`.
pub async fn find(app: &App, code: &str) -> Result<Request> {
    let plain = Code::<8>::parse(code).map_err(|_| access::unknown(code))?.plain();
    store::filed::find_by_code(app.db.read(), &plain)
        .await?
        .ok_or_else(|| access::unknown(code))
}

impl<'a> Step<'a> {
    /// Begins a step that officers of the unit take.
    ///
    /// # Errors
    /// `requests-unknown` for whoever may not know of it; `not-allowed` for whoever may not act on it.
    pub async fn of_officer(app: &'a App, op: &'a Op, code: &str) -> Result<Step<'a>> {
        let request = find(app, code).await?;
        let library = library::current(app).await?;
        let lineage = library.lineage(request.place.as_deref());
        access::require_officer(op, &request, &lineage)?;
        Step::begin(app, op, &request.id, library).await
    }

    /// Begins a step that the resident takes; who speaks must be proved already.
    ///
    /// # Errors
    /// `requests-unknown`.
    pub async fn begin(app: &'a App, op: &'a Op, id: &str, library: Arc<Library>) -> Result<Step<'a>> {
        let tx = Held::Own(app.db.begin().await?);
        Step::begin_in(app, op, id, library, tx).await
    }

    /// As [`Step::begin`], in a transaction that may be somebody else's.
    ///
    /// # Errors
    /// `requests-unknown`.
    pub async fn begin_in(
        app: &'a App,
        op: &'a Op,
        id: &str,
        library: Arc<Library>,
        tx: Held<'a>,
    ) -> Result<Step<'a>> {
        let mut step = Step::read(app, op, id, library, tx).await?;
        step.catch_up().await?;
        Ok(step)
    }

    async fn read(
        app: &'a App,
        op: &'a Op,
        id: &str,
        library: Arc<Library>,
        mut tx: Held<'a>,
    ) -> Result<Step<'a>> {
        let mut request = store::filed::find_in(&mut tx, id)
            .await?
            .ok_or_else(|| access::unknown(id))?;
        special::catch_up(&mut tx, &mut request).await?;
        let profile = library.profile_version(app, &request.profile).await?;
        let service = library.service(&request.service)?.clone();
        let lineage = library.lineage(request.place.as_deref());
        Ok(Step {
            before: request.state.clone(),
            app,
            op,
            tx,
            request,
            profile,
            service,
            library,
            lineage,
        })
    }

    /// The request with the rules it runs by.
    pub fn ruled(&mut self) -> (&mut Request, Rules<'_>) {
        (
            &mut self.request,
            Rules::new(&self.profile, Some(&self.service.standard)),
        )
    }

    /// The highest level on which the actor acts for the request.
    pub fn level(&self) -> impl Future<Output = Result<u8>> + use<'a> {
        // Whoever waits must not hold the step: its transaction is one task's at a time.
        let (app, op) = (self.app, self.op);
        let (request, lineage) = (self.request.clone(), self.lineage.clone());
        async move { access::level(app, op, &request, &lineage).await }
    }

    /// What an officer did, as everybody reads it.
    pub fn subject(&self) -> Subject {
        Subject::new("request", &self.request.id)
    }

    async fn catch_up(&mut self) -> Result<()> {
        let mut level = self.request.level;
        for turn in self.request.catch_up(self.op.at) {
            store::history::insert_turn(&mut self.tx, &self.request, &turn, level, self.op.at).await?;
            level += u8::from(turn.climbs);
        }
        Ok(())
    }

    /// Writes the step down and commits it; `at` is when it happened.
    ///
    /// # Errors
    /// `requests-changed-meanwhile` when somebody else was faster.
    pub async fn end_at(mut self, said: Said<'_>, at: Time) -> Result<Request> {
        if !store::filed::update(&mut self.tx, &self.request, at, self.op.at).await? {
            return Err(Problem::conflict("requests-changed-meanwhile"));
        }
        self.request.revision += 1;
        self.write_closing(&said, at).await?;
        let entry = NewEntry {
            subject: self.subject(),
            at,
            what: said.what,
            part: said.part,
            audience: said.audience,
            text: said.text.map(str::to_owned),
            facts: said.facts,
        };
        evidence::record(&mut self.tx, self.op, &entry).await?;
        let moved = RequestMoved {
            request: self.request.id.clone(),
            what: said.what,
            state: self.request.state.code(),
            level: self.request.level,
        };
        self.tx.emit(self.op, &moved).await?;
        self.tx.end().await?;
        Ok(self.request)
    }

    /// As [`Step::end_at`], now.
    pub async fn end(self, said: Said<'_>) -> Result<Request> {
        let at = self.op.at;
        self.end_at(said, at).await
    }

    /// A closing is a row of its own, which stays when the request is reopened.
    async fn write_closing(&mut self, said: &Said<'_>, at: Time) -> Result<()> {
        match (&self.before, &self.request.state) {
            (State::Closed { .. }, State::Closed { .. }) => Ok(()),
            (State::Closed { .. }, _) => {
                store::history::mark_reopened(&mut self.tx, &self.request.id, at).await
            }
            (before, State::Closed { at: closed_at, kind }) => {
                let acted_at = match before {
                    State::Answered { at, .. } => *at,
                    _ => *closed_at,
                };
                let person = store::filed::find_person(&mut self.tx, &self.request.id).await?;
                let closing = NewClosing {
                    person: person.as_deref(),
                    kind: *kind,
                    closed_at: *closed_at,
                    acted_at,
                    limit_at: self.limit_ahead(acted_at),
                    recorder: said.recorder,
                    channel: said.channel,
                    signature: said.signature,
                    note: said.text,
                };
                store::history::insert_closing(&mut self.tx, &self.request, &closing).await?;
                if *kind == CloseKind::Special
                    && is_drawn(
                        &self.request.id,
                        self.request.n_reopened,
                        self.profile.special_close.sample_percent,
                    )
                {
                    store::history::insert_check(&mut self.tx, &self.request.id, at).await?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The next limit ahead of a deed: a light, a step, the target, or the age at which a request becomes old stock.
    fn limit_ahead(&self, acted_at: Time) -> Option<Time> {
        let old_at = self
            .profile
            .calendar
            .add(self.request.opened_at, self.profile.grade.old_after);
        let old_at = Some(old_at).filter(|old| *old > acted_at);
        self.request.next_limit(acted_at).into_iter().chain(old_at).min()
    }
}

/// Draws so many of a hundred, the same ones on every server: nobody chooses.
fn is_drawn(id: &str, n_reopened: impl std::fmt::Display, percent: u8) -> bool {
    let digest = crate::platform::id::digest(&format!("check:{id}:{n_reopened}"));
    let drawn = u32::from_str_radix(&digest[..8], 16).unwrap_or(0) % 100;
    drawn < u32::from(percent)
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Problem {
        match refused {
            Refused::NotNow { state } => Problem::conflict("requests-not-now").with("state", state),
            Refused::AnswerKindUnknown => {
                Problem::invalid("fields").field("kind", "requests-answer-kind-unknown")
            }
            Refused::AnswerShort { least } => field_with("text", "requests-answer-short", "least", least),
            Refused::PauseReasonUnknown => {
                Problem::invalid("fields").field("reason", "requests-reason-unknown")
            }
            Refused::PausesSpent { most } => Problem::conflict("requests-pauses-spent").with("most", most),
            Refused::AtTheTop => Problem::conflict("requests-at-the-top"),
            Refused::ReasonNotListed { listed } => {
                field_with("reason", "requests-reason-not-listed", "listed", listed)
            }
            Refused::MayNotSendBack => Problem::conflict("requests-not-sent-back"),
            Refused::SameAgency => Problem::invalid("fields").field("to", "requests-same-agency"),
            Refused::ContactMissing => Problem::invalid("fields").field("said", "requests-contact-missing"),
            Refused::NoteShort { least } => field_with("note", "requests-note-short", "least", least),
            Refused::OwnProposal => Problem::forbidden("requests-own-proposal"),
            Refused::LevelTooLow { needed } => {
                Problem::forbidden("requests-level-too-low").with("level", needed)
            }
            Refused::NotTold => Problem::conflict("requests-not-told"),
            Refused::ToldTooLate { until } => {
                Problem::conflict("requests-told-too-late").with("until", until)
            }
            Refused::SignatureMissing => {
                Problem::invalid("fields").field("signature", "requests-signature-missing")
            }
            Refused::ReopenTooLate { until } => {
                Problem::conflict("requests-reopen-too-late").with("until", until)
            }
            Refused::CannotJoin => Problem::conflict("requests-cannot-join"),
        }
    }
}

fn field_with(
    field: &'static str,
    code: &'static str,
    name: &'static str,
    value: impl std::fmt::Display,
) -> Problem {
    Problem::invalid("fields").field_with(field, code, vec![(name, value.to_string())])
}

#[cfg(test)]
mod tests {
    use super::is_drawn;

    #[test]
    fn a_tenth_is_drawn_and_always_the_same_tenth() {
        let drawn = || (0..10_000).filter(|n| is_drawn(&format!("request-{n}"), 0, 10));
        let n = drawn().count();
        assert!((900..=1_100).contains(&n), "{n}");
        assert!(drawn().eq(drawn()));
        assert!((0..100).all(|n| is_drawn(&n.to_string(), 0, 100) && !is_drawn(&n.to_string(), 0, 0)));
    }
}
