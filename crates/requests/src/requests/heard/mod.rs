//! What residents write: text messages, mail and USSD, understood by plain words and answered in few.
//!
//! A message files a request, asks how one stands, says yes or no to an answer, adds something, or stops notices. What is
//! missing is asked for, one thing at a time. Whoever writes from the number or address a request was filed with acts on it;
//! anybody else needs its key. Everything happens in the transaction the message is heard in.
//!
//! Deliberately absent: guessing what is not said, menus by text message, commands for officers.

mod find;
mod mail;
mod talk;
mod ussd;
mod words;

use serde::{Deserialize, Serialize};

use self::{
    talk::Talk,
    words::{Said, Word},
};
use super::{
    access::{self, Claim},
    filing::NewPhoto,
    model::request::{Channel as Filed, Privacy, Request, State},
    resident::{self, Deed},
    store,
    words::{Teller, written},
};
use crate::{
    evidence::{
        self,
        model::{Audience, Follower, Subject},
    },
    platform::{
        app::App,
        db::Tx,
        i18n::Lang,
        jobs::Job,
        message::{
            Channel,
            inbound::{Answer, Heard, Listener},
        },
        op::Op,
        problem::{Problem, Result},
        time::Time,
    },
};

/// Requests of one sender that are looked at.
const MOST_OWN: i64 = 20;
/// Requests that are named when somebody asks how theirs stand.
const MOST_TOLD: usize = 3;
/// Words after a command that are no code and still leave it a command.
const MOST_AFTER: usize = 2;
/// Characters of an answer or a question that are read back.
const MOST_READ: usize = 300;

/// Takes what people write to the government.
pub struct Reception;

impl Listener for Reception {
    async fn hear(app: &App, tx: &mut Tx, op: &Op, heard: &Heard) -> Result<Answer> {
        let mut own = Vec::new();
        for id in store::heard::list_filed_with(tx, &heard.from, MOST_OWN).await? {
            if let Some(mut request) = store::filed::find_in(tx, &id).await? {
                request.catch_up(op.at);
                own.push(request);
            }
        }
        let talk = Talk::find(tx, &heard.from, op.at).await?;
        let lang = lang_of(heard, talk.as_ref(), &own);
        let op = Op { lang, ..op.clone() };
        let mut hearing = Hearing {
            app,
            tx,
            heard,
            own,
            teller: Teller::new(app, lang).await?,
            op,
            about: None,
            pictures: Vec::new(),
            n_left_out: 0,
        };
        match heard.channel {
            Channel::Sms => hearing.read(talk, &heard.text).await,
            Channel::Ussd => hearing.show_screen().await,
            Channel::Email => hearing.open_mail(talk).await,
            Channel::Account => Ok(Answer::Nothing),
        }
    }
}

/// Forgets conversations that nobody went on with.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ForgetTalks {}

impl Job for ForgetTalks {
    const NAME: &'static str = "requests.forget-talks";

    fn key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let mut tx = app.db.begin().await?;
        store::heard::delete_old_talks(&mut tx, app.clock.now()).await?;
        Ok(tx.commit().await?)
    }
}

/// One message while it is heard.
struct Hearing<'a> {
    app: &'a App,
    tx: &'a mut Tx,
    op: Op,
    heard: &'a Heard,
    /// What the sender filed, the newest first.
    own: Vec<Request>,
    teller: Teller,
    /// The request whose thread a mail stands in.
    about: Option<Request>,
    /// Pictures that came with a mail, cleaned.
    pictures: Vec<NewPhoto>,
    /// Files of it that were not taken.
    n_left_out: usize,
}

/// Which request a message is about.
enum Meant<'a> {
    One(Box<Request>, Option<String>, &'a str),
    /// It could be several: their codes.
    Several(Vec<String>),
    None(&'a str),
}

impl Hearing<'_> {
    /// Reads a message by its first word, as an answer to what was asked last, or as a new request.
    async fn read(&mut self, talk: Option<Talk>, text: &str) -> Result<Answer> {
        let Some(Said { word, rest, .. }) = words::read(text) else {
            return self.read_freely(talk, text).await;
        };
        let is_command = matches!(
            word,
            Word::Help | Word::Stop | Word::Start | Word::Status | Word::Cancel | Word::Follow | Word::Add
        );
        // “Stop the cars that race through Kapas” is a report, whatever it begins with.
        let goes_on = rest.split_whitespace().count() > MOST_AFTER && words::take_code::<8>(rest).is_none();
        if is_command && goes_on && (word != Word::Add || self.own.is_empty()) {
            return self.read_freely(talk, text).await;
        }
        match word {
            Word::Help => Ok(self.say("requests-heard-help")),
            Word::Stop => self.stop(rest).await,
            Word::Start => self.start().await,
            Word::Status => self.status(rest).await,
            Word::Add => self.add(rest).await,
            Word::Cancel => self.cancel(talk, rest).await,
            Word::Yes | Word::No | Word::Follow | Word::Fresh
                if talk.as_ref().is_some_and(Talk::takes_words) =>
            {
                let talk = talk.unwrap_or_default();
                self.reply_by_word(talk, word, rest).await
            }
            Word::Follow => self.follow(rest).await,
            Word::Yes => self.yes(text, rest).await,
            Word::No => self.no(text, rest).await,
            Word::Report | Word::Wish | Word::Anonymous | Word::Fresh => self.begin(text).await,
        }
    }

    async fn read_freely(&mut self, talk: Option<Talk>, text: &str) -> Result<Answer> {
        if let Some(talk) = talk {
            return self.reply(talk, text).await;
        }
        if let Some(request) = self.about.clone() {
            return self.add_to(&request, None, text).await;
        }
        // Whoever was asked something and writes without a word answers it.
        let asked: Vec<Request> = self.own_where(is_asked);
        if let [request] = asked.as_slice() {
            return self.add_to(&request.clone(), None, text).await;
        }
        let says_enough = text.split_whitespace().count() > 2
            || find::service(self.teller.library.services(), text) != find::Found::Nothing;
        if says_enough {
            return self.begin(text).await;
        }
        Ok(self.say("requests-heard-help"))
    }

    async fn yes(&mut self, text: &str, rest: &str) -> Result<Answer> {
        match self
            .meant(rest, |request| matches!(request.state, State::Answered { .. }))
            .await?
        {
            Meant::One(request, key, rest) if find::is_thanks(rest) => {
                let deed = Deed::Confirm(self.filed().as_str());
                let Some(done) = self.act(&request, key, deed).await? else {
                    return Ok(self.refused_key(&request));
                };
                let words = self.text("requests-heard-confirmed", &done);
                self.tell_about(&done, words).await
            }
            // “Yes, but …” closes nothing.
            Meant::One(request, ..) => {
                let words = self.text("requests-heard-yes-alone", &request);
                self.tell_about(&request, words).await
            }
            Meant::Several(codes) => Ok(self.which("requests-heard-which-yes", &codes)),
            Meant::None("") => Ok(self.say("requests-heard-nothing-waits")),
            Meant::None(_) => self.begin(text).await,
        }
    }

    async fn no(&mut self, text: &str, rest: &str) -> Result<Answer> {
        let waits = |request: &Request| {
            matches!(
                request.state,
                State::Answered { .. } | State::SpecialProposed { .. }
            )
        };
        let meant = match self.meant(rest, waits).await? {
            // Nothing waits for an answer: what was closed last may be opened again.
            Meant::None(rest) if self.about.is_none() => {
                let closed = self.own_where(|request| request.state.is_closed());
                match closed
                    .into_iter()
                    .next()
                    .filter(|request| self.may_reopen(request))
                {
                    Some(request) => Meant::One(Box::new(request), None, rest),
                    None => Meant::None(rest),
                }
            }
            meant => meant,
        };
        let (request, key, why) = match meant {
            Meant::One(request, key, why) => (request, key, why),
            Meant::Several(codes) => return Ok(self.which("requests-heard-which-no", &codes)),
            Meant::None("") => return Ok(self.say("requests-heard-nothing-waits")),
            Meant::None(_) => return self.begin(text).await,
        };
        let objects = self.teller.lang.text("requests-heard-objects").to_string();
        let (deed, said) = match &request.state {
            State::Answered { .. } => (Deed::Refuse(why), "requests-heard-refused"),
            State::Closed { .. } => (Deed::Reopen(why), "requests-heard-reopened"),
            State::SpecialProposed { .. } if why.is_empty() => {
                (Deed::Add(objects.as_str()), "requests-heard-objected")
            }
            State::SpecialProposed { .. } => (Deed::Add(why), "requests-heard-objected"),
            _ => {
                let words = self.standing(&request).await?;
                return self.tell_about(&request, words).await;
            }
        };
        let Some(done) = self.act(&request, key, deed).await? else {
            return Ok(self.refused_key(&request));
        };
        let words = self.text(said, &done);
        self.tell_about(&done, words).await
    }

    async fn add(&mut self, rest: &str) -> Result<Answer> {
        let meant = match self.meant(rest, is_asked).await? {
            Meant::None(rest) => {
                let open = self.own_where(|request| !request.state.is_closed());
                match open.as_slice() {
                    [only] => Meant::One(Box::new(only.clone()), None, rest),
                    [] => Meant::None(rest),
                    several => Meant::Several(several.iter().map(|one| one.code.clone()).collect()),
                }
            }
            meant => meant,
        };
        match meant {
            Meant::One(_, _, "") => Ok(self.say("requests-heard-add-how")),
            Meant::One(request, key, text) => self.add_to(&request, key, text).await,
            Meant::Several(codes) => Ok(self.which("requests-heard-which-add", &codes)),
            Meant::None(_) => Ok(self.say("requests-heard-add-how")),
        }
    }

    async fn add_to(&mut self, request: &Request, key: Option<String>, text: &str) -> Result<Answer> {
        let Some(done) = self.act(request, key, Deed::Add(text)).await? else {
            return Ok(self.refused_key(request));
        };
        let words = self.text("requests-heard-added", &done);
        self.tell_about(&done, words).await
    }

    async fn cancel(&mut self, talk: Option<Talk>, rest: &str) -> Result<Answer> {
        if let Meant::One(request, key, why) = self.meant(rest, |_| false).await? {
            let Some(done) = self.act(&request, key, Deed::Withdraw(why)).await? else {
                return Ok(self.refused_key(&request));
            };
            let words = self.text("requests-heard-withdrawn", &done);
            return self.tell_about(&done, words).await;
        }
        if talk.is_some() {
            store::heard::delete_talk(self.tx, &self.heard.from).await?;
            return Ok(self.say("requests-heard-forgotten"));
        }
        Ok(self.say("requests-heard-cancel-how"))
    }

    async fn stop(&mut self, rest: &str) -> Result<Answer> {
        match self.meant(rest, |_| false).await? {
            Meant::One(request, ..) => {
                let subject = Subject::new("request", &request.id);
                evidence::unfollow(self.tx, &subject, &self.heard.from).await?;
                Ok(Answer::Say(self.text("requests-heard-unfollowed", &request)))
            }
            _ => {
                evidence::stop_telling(self.tx, &self.heard.from).await?;
                Ok(self.say("requests-heard-stopped"))
            }
        }
    }

    async fn start(&mut self) -> Result<Answer> {
        evidence::tell_again(self.tx, &self.heard.from).await?;
        Ok(self.say("requests-heard-started"))
    }

    async fn follow(&mut self, rest: &str) -> Result<Answer> {
        match self.meant(rest, |_| false).await? {
            Meant::One(request, ..) => self.join(&request.code).await,
            _ => Ok(self.say("requests-heard-follow-how")),
        }
    }

    /// Joins in with somebody else's request.
    async fn join(&mut self, code: &str) -> Result<Answer> {
        let follower = Follower {
            address: self.heard.from.clone(),
            lang: self.teller.lang.code().to_owned(),
        };
        let joined = resident::support_in(self.app, self.tx, &self.op, code, Some(follower)).await?;
        Ok(Answer::Say(self.text("requests-heard-followed", &joined)))
    }

    async fn status(&mut self, rest: &str) -> Result<Answer> {
        if let Meant::One(request, ..) = self.meant(rest, |_| false).await? {
            let words = self.standing(&request).await?;
            return self.tell_about(&request, words).await;
        }
        if !rest.trim().is_empty() {
            return Ok(Answer::Say(access::unknown(rest).sentence(self.teller.lang)));
        }
        match self.own.as_slice() {
            [] => Ok(self.say("requests-heard-status-how")),
            [only] => {
                let only = only.clone();
                let words = self.standing(&only).await?;
                self.tell_about(&only, words).await
            }
            several => {
                let mut lines: Vec<String> = several
                    .iter()
                    .take(MOST_TOLD)
                    .map(|request| self.in_short(request))
                    .collect();
                lines.push(self.teller.lang.text("requests-heard-status-more").into());
                Ok(Answer::Say(lines.join("\n")))
            }
        }
    }

    /// Does a deed; `None` when the key given was wrong, which is counted.
    async fn act(
        &mut self,
        request: &Request,
        key: Option<String>,
        deed: Deed<'_>,
    ) -> Result<Option<Request>> {
        let is_own = self.own.iter().any(|own| own.id == request.id);
        let claim = match &key {
            Some(key) if !is_own => Claim::Key(key),
            _ => Claim::Address(&self.heard.from),
        };
        let done = resident::act_in(self.app, self.tx, &self.op, &request.code, claim, deed).await;
        match done {
            Ok(done) => Ok(Some(done)),
            // What it changed stands: one wrong key more.
            Err(problem) if problem.code() == "requests-key-wrong" => Ok(None),
            Err(problem) => Err(problem),
        }
    }

    fn refused_key(&self, request: &Request) -> Answer {
        let problem = Problem::forbidden("requests-key-wrong").with("code", &request.code);
        Answer::Say(problem.sentence(self.teller.lang))
    }

    /// Finds the request a message means: by its code, else the one whose thread it stands in, else the sender's that waits.
    async fn meant<'t>(&mut self, rest: &'t str, waits: fn(&Request) -> bool) -> Result<Meant<'t>> {
        if let Some((code, rest)) = words::take_code::<8>(rest) {
            let mut request = super::find(self.app, &code).await?;
            request.catch_up(self.op.at);
            if !self.own.iter().any(|own| own.id == request.id) {
                self.require_sight(&request, rest)?;
            }
            let (key, rest) = match words::take_code::<6>(rest) {
                Some((key, rest)) => (Some(key), rest),
                None => (None, rest),
            };
            return Ok(Meant::One(Box::new(request), key, rest.trim()));
        }
        if let Some(request) = &self.about {
            return Ok(Meant::One(Box::new(request.clone()), None, rest.trim()));
        }
        let mut waiting = self.own_where(waits);
        Ok(match waiting.len() {
            0 => Meant::None(rest.trim()),
            1 => Meant::One(Box::new(waiting.remove(0)), None, rest.trim()),
            _ => Meant::Several(waiting.into_iter().map(|one| one.code).collect()),
        })
    }

    /// Somebody else's confidential request is not there for a sender without its key.
    fn require_sight(&self, request: &Request, rest: &str) -> Result<()> {
        let has_key = words::take_code::<6>(rest).is_some();
        match request.privacy {
            Privacy::Confidential if !has_key => Err(access::unknown(&request.code)),
            _ => Ok(()),
        }
    }

    /// The sender's requests of which something holds.
    fn own_where(&self, holds: impl Fn(&Request) -> bool) -> Vec<Request> {
        self.own
            .iter()
            .filter(|request| holds(request))
            .cloned()
            .collect()
    }

    /// Whether a closed request's time to be opened again may still run; the rules say for certain.
    fn may_reopen(&self, request: &Request) -> bool {
        let profile = self
            .teller
            .library
            .profiles()
            .values()
            .find(|profile| profile.version == request.profile);
        match (&request.state, profile) {
            (State::Closed { at, .. }, Some(profile)) => {
                self.op.at <= profile.calendar.add(*at, profile.reopen_within)
            }
            _ => false,
        }
    }

    /// How a request stands, in full for whoever filed it: what was answered or asked, and what they may reply.
    async fn standing(&mut self, request: &Request) -> Result<String> {
        let mut parts = vec![self.in_short(request)];
        let lang = self.teller.lang;
        if !self.own.iter().any(|own| own.id == request.id) {
            return Ok(parts.remove(0));
        }
        match &request.state {
            State::Answered { until, .. } => {
                parts.push(last_said(self.app, request, "request.answered").await?);
                let say = lang
                    .text("requests-notices-say")
                    .arg("code", written(&request.code));
                parts.push(say.arg("date", self.day(*until)).to_string());
            }
            State::Paused { reason, until } if reason == "resident" => {
                parts.push(last_said(self.app, request, "request.paused").await?);
                let add = lang
                    .text("requests-notices-add")
                    .arg("code", written(&request.code));
                parts.push(add.arg("date", self.day(*until)).to_string());
            }
            _ => {}
        }
        parts.retain(|part| !part.is_empty());
        Ok(parts.join("\n"))
    }

    /// One line: code, what it is about, where it stands, until when it is promised.
    fn in_short(&self, request: &Request) -> String {
        let line = self
            .teller
            .lang
            .text(match request.finish_by {
                Some(_) if !request.state.is_closed() => "requests-heard-stands",
                _ => "requests-heard-stands-undated",
            })
            .arg("code", written(&request.code))
            .arg("service", self.teller.service(&request.service))
            .arg("state", self.teller.state(&request.state));
        match request.finish_by {
            Some(by) => line.arg("date", self.day(by)).to_string(),
            None => line.to_string(),
        }
    }

    fn day(&self, at: Time) -> String {
        self.teller.lang.short_date(self.app.config.day(at))
    }

    fn say(&self, id: &'static str) -> Answer {
        Answer::Say(self.teller.lang.text(id).into())
    }

    fn text(&self, id: &'static str, request: &Request) -> String {
        self.teller
            .lang
            .text(id)
            .arg("code", written(&request.code))
            .arg("level", request.level)
            .into()
    }

    fn which(&self, id: &'static str, codes: &[String]) -> Answer {
        let codes: Vec<String> = codes.iter().map(|code| written(code)).collect();
        let first = codes.first().cloned().unwrap_or_default();
        let text = self.teller.lang.text(id).arg("codes", codes.join(", "));
        Answer::Say(text.arg("code", first).into())
    }

    /// The channel under which a request of this message is filed.
    fn filed(&self) -> Filed {
        match self.heard.channel {
            Channel::Email => Filed::Email,
            Channel::Ussd => Filed::Ussd,
            Channel::Sms | Channel::Account => Filed::Sms,
        }
    }
}

/// What was written with the last entry of a kind.
async fn last_said(app: &App, request: &Request, what: &str) -> Result<String> {
    let entries = super::timeline(app, request, Audience::Raiser).await?;
    let found = entries.into_iter().rev().find(|entry| entry.what == what);
    let text = found.and_then(|entry| entry.text).unwrap_or_default();
    Ok(super::notices::shortened(&text, MOST_READ))
}

/// Whether a request waits for something its resident was asked.
fn is_asked(request: &Request) -> bool {
    matches!(&request.state, State::Paused { reason, .. } if reason == "resident")
}

/// The language a sender is answered in: of the word they used, of the conversation, of what they filed last.
fn lang_of(heard: &Heard, talk: Option<&Talk>, own: &[Request]) -> Lang {
    let by_word = words::read(&heard.text).and_then(|said| said.lang);
    let by_talk = talk.and_then(|talk| talk.lang.parse().ok());
    let by_request = own.first().and_then(|request| request.lang.parse().ok());
    by_word.or(by_talk).or(by_request).unwrap_or(heard.lang)
}
