//! Asks: “a clinic”, “a filter for each house”. A village asks an organisation, with its need and the number it rests on.
//!
//! An ask stays open and grows older for everybody to see until somebody of the organisation, with a name and a post, answers it: yes
//! or partly, which makes a promise, or no, which takes a reason. The organisation is reminded every thirty days.
//!
//! Deliberately absent: closing an ask without an answer, answers in nobody's name, passing an ask on.

pub mod desk;
mod files;
pub mod jobs;
pub mod model;
pub mod pages;
mod store;

use axum::Router;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    require_operator,
    voice::{self, MOST_TEXT, MOST_TITLE, words},
};
use crate::{
    accounts,
    evidence::{
        self,
        model::{Audience, Follower, NewCommitment, NewEntry, Part},
    },
    indicators::passport,
    platform::{
        app::App,
        db::Tx,
        events::Event,
        id,
        message::Address,
        op::{Grant, Op, Role, Who},
        problem::{Kind, Problem, Result},
    },
};
use model::{Answer, Answered, Ask, read_number};

/// Asks that a list shows.
const MOST_LISTED: i64 = 1_000;
/// Who answers in an organisation's name.
const ANSWERERS: [Role; 2] = [Role::Officer, Role::Leader];

/// The routes of this folder.
pub fn routes() -> Router<App> {
    pages::routes().merge(desk::routes())
}

/// An ask was made or answered, or the organisation was reminded of it.
#[derive(Serialize)]
pub struct AskMoved {
    pub ask: String,
    pub code: String,
    /// The entry of its timeline, `ask.declined`.
    pub what: &'static str,
}

impl Event for AskMoved {
    const NAME: &'static str = "village.ask-moved";
    fn subject(&self) -> String {
        format!("ask/{}", self.ask)
    }
}

/// What a village asks, as its operator typed it.
#[derive(Debug, Clone, Default)]
pub struct NewAsk {
    /// Code or name of the village.
    pub place: String,
    pub title: String,
    pub need: String,
    /// Address of the passport of a number; empty for none.
    pub number: String,
    /// Code of the organisation that is asked.
    pub organisation: String,
}

/// What an organisation answers, as somebody of it typed it.
#[derive(Debug, Clone, Default)]
pub struct NewAnswer {
    /// `yes`, `partly` or `no`.
    pub answer: String,
    /// The reason, or what will be done.
    pub said: String,
    pub name: String,
    pub post: String,
    /// For a yes: what is promised, and by when.
    pub promise: String,
    pub due_on: String,
}

/// Asks an organisation in a village's name; whoever typed it is told what becomes of it.
///
/// # Errors
/// Names the field that will not do: `village-asks-number` for an address that is no number's, `village-asks-organisation`;
/// `village-not-operator`.
pub async fn make(app: &App, op: &Op, new: &NewAsk) -> Result<Ask> {
    let place = voice::place(app, &new.place).await?;
    require_operator(op, &place)?;
    let title = words("title", &new.title, MOST_TITLE, "village-asks-title-missing")?;
    let need = words("need", &new.need, MOST_TEXT, "village-asks-need-missing")?;
    let number = match new.number.trim() {
        "" => None,
        path => Some(number(app, op, path).await?),
    };
    let organisations = accounts::list_organisations(app).await?;
    let asked = organisations
        .into_iter()
        .find(|organisation| organisation.code == new.organisation.trim())
        .ok_or_else(|| Problem::invalid("fields").field("organisation", "village-asks-organisation"))?;
    let mut ask = Ask {
        id: id::fresh(op.at),
        code: String::new(),
        place,
        title,
        need,
        number,
        organisation: asked.code,
        asked_on: app.config.day(op.at),
        answered: None,
        reminded_at: None,
        n_reminded: 0,
        revision: 1,
    };
    let mut tx = app.db.begin().await?;
    enter(&mut tx, &mut ask).await?;
    if let Some(me) = op.person() {
        let follower = Follower {
            address: Address::Account(me.id.clone()),
            lang: op.lang.code().to_owned(),
        };
        evidence::follow(&mut tx, op, &ask.subject(), &follower).await?;
    }
    note(&mut tx, op, &ask, ("ask.made", Part::Operator), None, json!({})).await?;
    tx.commit().await?;
    Ok(ask)
}

/// Finds an ask by its code.
///
/// # Errors
/// `village-asks-unknown`.
pub async fn find(app: &App, code: &str) -> Result<Ask> {
    let plain = voice::read_code(code).unwrap_or_default();
    store::find(&app.db, &plain)
        .await?
        .ok_or_else(|| Problem::not_found("village-asks-unknown").with("code", code))
}

/// Lists asks of a place, or of all: those nobody answered first, the oldest of them first.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, place: Option<&str>) -> Result<Vec<Ask>> {
    store::list(&app.db, place, MOST_LISTED).await
}

/// Answers an ask with a name and a post. Yes and partly make a promise.
///
/// # Errors
/// Names the field that will not do; `village-asks-answered`; `not-allowed` for anybody but the organisation's own people.
pub async fn answer(app: &App, op: &Op, ask: &Ask, new: &NewAnswer) -> Result<()> {
    require_answerer(op, &ask.organisation)?;
    if ask.answered.is_some() {
        return Err(Problem::conflict("village-asks-answered"));
    }
    let answer = Answer::parse(new.answer.trim())
        .ok_or_else(|| Problem::invalid("fields").field("answer", "village-asks-answer"))?;
    let said = words("said", &new.said, MOST_TEXT, "village-asks-said-missing")?;
    let by = words("name", &new.name, MOST_TITLE, "village-asks-name-missing")?;
    let post = words("post", &new.post, MOST_TITLE, "village-asks-post-missing")?;
    let today = app.config.day(op.at);
    let mut tx = app.db.begin().await?;
    let commitment = match answer.promises() {
        true => Some(promised(&mut tx, op, ask, (new, post.as_str()), today).await?),
        false => None,
    };
    let facts = json!({ "commitment": commitment });
    let answered = Answered {
        answer,
        said,
        by,
        post,
        on: today,
        commitment,
    };
    if !store::answer(&mut tx, ask, &answered).await? {
        return Err(Problem::conflict("village-asks-answered"));
    }
    let what = match answer {
        Answer::Yes => "ask.granted",
        Answer::Partly => "ask.granted-partly",
        Answer::No => "ask.declined",
    };
    note(
        &mut tx,
        op,
        ask,
        (what, Part::Officer),
        Some(&answered.said),
        facts,
    )
    .await?;
    tx.commit().await
}

/// Tells whether somebody answers in an organisation's name.
#[must_use]
pub fn may_answer(op: &Op, organisation: &str) -> bool {
    match &op.who {
        Who::System => true,
        Who::Anyone => false,
        Who::Person(me) => may_answer_as(&me.grants, organisation),
    }
}

/// Tells whether grants are those of somebody of exactly that organisation who answers in its name.
fn may_answer_as(grants: &[Grant], organisation: &str) -> bool {
    grants
        .iter()
        .any(|grant| ANSWERERS.contains(&grant.role) && grant.org.as_deref() == Some(organisation))
}

async fn promised(
    tx: &mut Tx,
    op: &Op,
    ask: &Ask,
    (new, post): (&NewAnswer, &str),
    today: Date,
) -> Result<String> {
    let commitment = NewCommitment {
        promise: new.promise.clone(),
        owner: ask.organisation.clone(),
        owner_post: Some(post.to_owned()),
        place: Some(ask.place.clone()),
        raised: Some(ask.subject()),
        made_on: today,
        due_on: voice::day("due_on", &new.due_on)?,
    };
    Ok(evidence::promise(tx, op, commitment).await?.code)
}

/// Looks whether a number stands at an address; returns its own address here.
async fn number(app: &App, op: &Op, path: &str) -> Result<String> {
    let unknown = || Problem::invalid("fields").field("number", "village-asks-number");
    let parts = read_number(path).ok_or_else(unknown)?;
    let part = |at: usize| parts.get(at).cloned().unwrap_or_default();
    let asked = passport::Asked {
        release: part(0),
        code: part(1),
        place: part(2),
        period: part(3),
        by: part(4),
        codes: part(5),
    };
    match passport::open(app, op.lang, &asked).await {
        Ok(passport) => Ok(passport.address()),
        Err(problem) if problem.kind() == Kind::NotFound => Err(unknown()),
        Err(problem) => Err(problem),
    }
}

async fn enter(tx: &mut Tx, ask: &mut Ask) -> Result<()> {
    for _ in 0..voice::MOST_TRIES {
        ask.code = voice::fresh_code();
        if store::insert(tx, ask).await? {
            return Ok(());
        }
    }
    Err(voice::no_code())
}

/// Writes a step into the timeline and tells that it happened.
async fn note(
    tx: &mut Tx,
    op: &Op,
    ask: &Ask,
    (what, part): (&'static str, Part),
    text: Option<&str>,
    facts: Value,
) -> Result<()> {
    let entry = NewEntry {
        subject: ask.subject(),
        at: op.at,
        what,
        part,
        audience: Audience::Public,
        text: text.map(str::to_owned),
        facts,
    };
    evidence::record(tx, op, &entry).await?;
    let moved = AskMoved {
        ask: ask.id.clone(),
        code: ask.code.clone(),
        what,
    };
    tx.emit(op, &moved).await
}

fn require_answerer(op: &Op, organisation: &str) -> Result<()> {
    match (&op.who, may_answer(op, organisation)) {
        (_, true) => Ok(()),
        (Who::Anyone, false) => Err(Problem::unauthenticated("sign-in-needed")),
        (_, false) => Err(Problem::forbidden("not-allowed")),
    }
}
