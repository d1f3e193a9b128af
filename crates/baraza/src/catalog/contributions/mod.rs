//! Contributions: what readers of data bring. Data that is wanted and not there yet, comments, showcases of reuse.
//!
//! Anybody may send one. Nothing is public before a steward has looked; what is hidden then says why. A request for data is
//! answered with the data, with a promise that has an owner and a date (see [`crate::evidence`]), or with the reason why not.
//! What is wrong in a dataset is no contribution: it is a service request with a clock.
//!
//! Deliberately absent: answers below comments, accounts for readers, votes against.

pub mod desk;
pub mod model;
pub mod pages;

use serde::Serialize;

use super::{
    following::{self, About},
    store::{contributions as store, portal},
    view::{self, Dataset},
};
use crate::{
    evidence::{
        self,
        model::{Audience, NewCommitment, NewEntry, Part, Subject},
    },
    places,
    platform::{
        app::App,
        code::Code,
        db::Tx,
        events::Event,
        id,
        message::Address,
        op::{Op, Role},
        problem::{Problem, Result},
    },
};
use model::{Contribution, Decision, Kind, Sent, State};

/// Who decides what becomes of contributions.
pub const DECIDERS: [Role; 2] = [Role::Steward, Role::Leader];
/// Tries for a code that nobody has yet: 27 billion of them.
const MOST_TRIES: usize = 8;

/// Somebody sent a contribution.
#[derive(Serialize)]
pub struct ContributionSent {
    pub contribution: String,
    pub kind: Kind,
}

impl Event for ContributionSent {
    const NAME: &'static str = "catalog.contribution-sent";
    fn subject(&self) -> String {
        format!("contribution/{}", self.contribution)
    }
}

/// A contribution was shown, hidden, promised, answered or refused.
#[derive(Serialize)]
pub struct ContributionDecided {
    pub contribution: String,
    pub to: State,
}

impl Event for ContributionDecided {
    const NAME: &'static str = "catalog.contribution-decided";
    fn subject(&self) -> String {
        format!("contribution/{}", self.contribution)
    }
}

/// Takes what somebody sends; whoever leaves an address is asked by mail whether they want to be told. Returns its code.
///
/// # Errors
/// Names each field that will not do; `dataset-unknown` for a comment on what they may not read.
pub async fn send(app: &App, op: &Op, kind: Kind, dataset: Option<&str>, sent: Sent) -> Result<String> {
    let sent = sent.check(kind)?;
    let email = match sent.email.as_str() {
        "" => None,
        email => Some(Address::email(email)?),
    };
    let place = match sent.place.as_str() {
        "" => None,
        code => match places::all(app).await?.find(code) {
            Some(_) => Some(code.to_owned()),
            None => {
                return Err(Problem::invalid("fields").field("place", "catalog-contributions-place-unknown"));
            }
        },
    };
    let dataset = match (kind, dataset) {
        (Kind::Comment, Some(slug)) => Some(view::find_dataset(app, op, slug).await?.id),
        (Kind::Showcase, _) => Some(named_dataset(app, op, &sent.dataset).await?.id),
        _ => None,
    };
    let mut new = Contribution {
        id: id::fresh(op.at),
        code: String::new(),
        kind,
        dataset_id: dataset,
        title: sent.title,
        text: sent.text,
        url: sent.url,
        name: sent.name,
        theme: sent.theme,
        place,
        lang: op.lang.code().to_owned(),
        state: State::Waiting,
        answer: String::new(),
        n_support: 0,
        sent_at: op.at,
        decided_at: None,
    };
    let mut tx = app.db.begin().await?;
    insert(&mut tx, &mut new).await?;
    note(&mut tx, op, &new, "contribution.sent", Part::Resident, None).await?;
    if let Some(address) = email {
        following::ask(app, &mut tx, op, &About::Contribution(new.code.clone()), &address).await?;
    }
    let event = ContributionSent {
        contribution: new.id.clone(),
        kind,
    };
    tx.emit(op, &event).await?;
    tx.commit().await?;
    Ok(new.code)
}

/// Says that somebody else needs the data too.
///
/// # Errors
/// `catalog-contributions-unknown`; `catalog-contributions-settled` when it is there already, or will not come.
pub async fn support(app: &App, code: &str) -> Result<()> {
    let wanted = find(app, code).await?;
    if wanted.kind != Kind::Wanted || !matches!(wanted.state, State::Shown | State::Planned) {
        return Err(Problem::conflict("catalog-contributions-settled"));
    }
    let mut tx = app.db.begin().await?;
    store::support(&mut tx, &wanted.id).await?;
    tx.commit().await
}

/// Decides what becomes of a contribution, and tells whoever follows it.
///
/// # Errors
/// `not-allowed`; `catalog-contributions-moved` when it stands otherwise by now, or does not go from here to there; names each
/// field that will not do.
pub async fn decide(app: &App, op: &Op, code: &str, decision: &Decision) -> Result<()> {
    op.require(&DECIDERS)?;
    let before = find(app, code).await?;
    let to = decision.state();
    let moved = || Problem::conflict("catalog-contributions-moved");
    if !before.state.may_become(to, before.kind) {
        return Err(moved());
    }
    let dataset = match decision {
        Decision::Provide { dataset, .. } => Some(named_dataset(app, op, dataset).await?),
        _ => None,
    };
    if dataset.as_ref().is_some_and(|dataset| !dataset.is_open) {
        return Err(Problem::invalid("fields").field("dataset", "catalog-contributions-dataset-closed"));
    }
    let mut tx = app.db.begin().await?;
    let dataset_id = dataset.as_ref().map(|dataset| dataset.id.as_str());
    if !store::decide(&mut tx, &before, to, decision.answer(), dataset_id, op.at).await? {
        return Err(moved());
    }
    if let Decision::Plan {
        owner,
        due_on,
        answer,
    } = decision
    {
        let promise = NewCommitment {
            promise: match answer.as_str() {
                "" => before.title.clone(),
                answer => answer.to_owned(),
            },
            owner: owner.clone(),
            owner_post: None,
            place: before.place.clone(),
            raised: Some(before.subject()),
            made_on: app.config.day(op.at),
            due_on: *due_on,
        };
        evidence::promise(&mut tx, op, promise).await?;
    }
    if let Some(id) = dataset_id {
        evidence::link(
            &mut tx,
            op,
            &before.subject(),
            "answered-by",
            &Subject::new("dataset", id),
        )
        .await?;
    }
    let what = match to {
        State::Waiting | State::Shown => "contribution.shown",
        State::Planned => "contribution.planned",
        State::Available => "contribution.available",
        State::Refused => "contribution.refused",
        State::Hidden => "contribution.hidden",
    };
    let answer = Some(decision.answer()).filter(|answer| !answer.is_empty());
    note(&mut tx, op, &before, what, Part::Officer, answer).await?;
    following::tell_decided(app, &mut tx, op, &before, to, decision.answer()).await?;
    let event = ContributionDecided {
        contribution: before.id.clone(),
        to,
    };
    tx.emit(op, &event).await?;
    tx.commit().await
}

/// Finds a contribution by its code, whatever its state.
///
/// # Errors
/// `catalog-contributions-unknown`.
pub async fn find(app: &App, code: &str) -> Result<Contribution> {
    let unknown = || Problem::not_found("catalog-contributions-unknown").with("code", code);
    let plain = Code::<8>::parse(code).map_err(|_| unknown())?.plain();
    store::find(app.db.read(), &plain).await?.ok_or_else(unknown)
}

/// Finds a contribution as everybody may read it. One that nobody has looked at yet shows that it waits, and no word of it.
///
/// # Errors
/// `catalog-contributions-unknown`.
pub async fn find_public(app: &App, kind: Kind, code: &str) -> Result<Contribution> {
    let found = find(app, code).await?;
    match found.kind == kind {
        true => Ok(found.masked()),
        false => Err(Problem::not_found("catalog-contributions-unknown").with("code", code)),
    }
}

/// Lists contributions that everybody may read: of a kind, in a state or in any, about a dataset or any; the newest first.
///
/// # Errors
/// When the database fails.
pub async fn list_public(
    app: &App,
    kind: Kind,
    state: Option<State>,
    dataset: Option<&str>,
    most: i64,
) -> Result<Vec<Contribution>> {
    let all = store::list(app.db.read(), Some(kind), state, dataset, most).await?;
    Ok(all
        .into_iter()
        .filter(|each| each.state.is_public())
        .map(Contribution::masked)
        .collect())
}

/// Lists contributions for those who decide; none: of every kind, in every state.
///
/// # Errors
/// `not-allowed`.
pub async fn list_all(
    app: &App,
    op: &Op,
    kind: Option<Kind>,
    state: Option<State>,
    most: i64,
) -> Result<Vec<Contribution>> {
    op.require(&DECIDERS)?;
    store::list(app.db.read(), kind, state, None, most).await
}

/// Counts what waits to be looked at.
///
/// # Errors
/// When the database fails.
pub async fn count_waiting(app: &App, kind: Option<Kind>) -> Result<i64> {
    let counted = store::count_waiting(app.db.read()).await?;
    let is_asked = |name: &str| kind.is_none_or(|kind| kind.as_str() == name);
    Ok(counted
        .iter()
        .filter(|(name, _)| is_asked(name))
        .map(|(_, n)| n)
        .sum())
}

/// The dataset of a contribution, as far as somebody may read it.
async fn dataset_of(app: &App, op: &Op, contribution: &Contribution) -> Result<Option<Dataset>> {
    let Some(id) = &contribution.dataset_id else {
        return Ok(None);
    };
    match portal::find_slug(app.db.read(), id).await? {
        Some(slug) => Ok(view::find_dataset(app, op, &slug).await.ok()),
        None => Ok(None),
    }
}

/// The dataset that somebody names by its name, its id or its address.
async fn named_dataset(app: &App, op: &Op, text: &str) -> Result<Dataset> {
    let first = text.lines().next().unwrap_or_default().trim();
    let name = first.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let unknown = || Problem::invalid("fields").field("dataset", "catalog-contributions-dataset-unknown");
    let slug = portal::find_slug(app.db.read(), name)
        .await?
        .ok_or_else(unknown)?;
    view::find_dataset(app, op, &slug).await.map_err(|_| unknown())
}

async fn insert(tx: &mut Tx, new: &mut Contribution) -> Result<()> {
    for _ in 0..MOST_TRIES {
        new.code = Code::<8>::of(id::random()).plain();
        if store::insert(tx, new).await? {
            return Ok(());
        }
    }
    Err(Problem::internal(anyhow::anyhow!(
        "no free code for a contribution in {MOST_TRIES} tries"
    )))
}

/// Writes into the timeline that everybody reads; the sender's own words are not in it.
async fn note(
    tx: &mut Tx,
    op: &Op,
    of: &Contribution,
    what: &'static str,
    part: Part,
    text: Option<&str>,
) -> Result<()> {
    let entry = NewEntry {
        subject: of.subject(),
        at: op.at,
        what,
        part,
        audience: Audience::Public,
        text: text.map(str::to_owned),
        facts: serde_json::Value::Null,
    };
    evidence::record(tx, op, &entry).await
}
