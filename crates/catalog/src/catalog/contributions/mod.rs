//! Contributions: what readers of data bring. Data that is wanted and not there yet, comments, showcases of reuse.
//!
//! Anybody may send one. Nothing is public before a steward has looked; what is hidden then says why. A request for data is
//! answered with the data, with a promise that has an owner and a date (see [`crate::evidence`]), or with the reason why not.
//! What is wrong in a dataset is no contribution: it is a service request with a clock. A comment that needs an answer, and data that
//! nobody promised, become one too when a steward says so; `site` files it, since requests are no business of a catalogue.
//!
//! Deliberately absent: answers below comments, accounts for readers, votes against.

pub mod callers;
pub mod desk;
pub mod model;
pub mod pages;

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::{
    following::{self, About},
    index::{self, Index},
    model::THEMES,
    store::{contributions as store, portal},
    view::{self, Dataset},
};
use crate::{
    accounts::Reaches,
    evidence::{
        self,
        model::{Audience, NewCommitment, NewEntry, Part, Subject},
    },
    places::{
        self,
        model::{Place, Places, fold},
    },
    platform::{
        app::App,
        code::{self, Code},
        db::Tx,
        events::Event,
        id,
        message::Address,
        op::{Op, Role},
        problem::{Problem, Result},
        time::Time,
    },
};
use callers::{Caller, Deed};
use model::{Contribution, Decision, Kind, Sent, ServiceRequest, Stands, State};

/// Who decides what becomes of contributions.
pub const DECIDERS: [Role; 2] = [Role::Steward, Role::Leader];
/// Places that are looked through for the one that is meant, and those of them that are told when several fit.
const MOST_NEAR: usize = 50;
const MOST_CANDIDATES: usize = 6;
/// Places, or datasets, that a form offers in a list.
const MOST_OFFERED: usize = 200;
/// Contributions whose service requests are followed at once.
const MOST_FILED: i64 = 1_000;

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

/// A contribution is to become a service request.
#[derive(Serialize)]
pub struct ContributionRequested {
    pub contribution: String,
}

impl Event for ContributionRequested {
    const NAME: &'static str = "catalog.contribution-requested";
    fn subject(&self) -> String {
        format!("contribution/{}", self.contribution)
    }
}

/// Takes what somebody sends; whoever leaves an address is asked by mail whether they want to be told. Returns its code.
///
/// # Errors
/// Names each field that will not do; `dataset-unknown` for a comment on what they may not read; `catalog-contributions-limit` when the
/// caller sent as much within an hour as they may.
pub async fn send(
    app: &App,
    op: &Op,
    caller: Caller,
    kind: Kind,
    dataset: Option<&str>,
    sent: Sent,
) -> Result<String> {
    let sent = sent.check(kind)?;
    require_theme(app, &sent.theme).await?;
    let email = match sent.email.as_str() {
        "" => None,
        email => Some(Address::email(email)?),
    };
    let place = match sent.place.as_str() {
        "" => None,
        said => Some(named_place(&*places::all(app).await?, said)?),
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
        is_question: kind == Kind::Comment && !sent.question.is_empty(),
        request: None,
    };
    let mut tx = app.db.begin().await?;
    callers::admit(&mut tx, op, caller, Deed::Send).await?;
    insert(&mut tx, &mut new).await?;
    note(&mut tx, op, &new, "contribution.sent", Part::Resident, None).await?;
    if let Some(address) = email {
        let about = About::Contribution(new.code.clone());
        following::ask(app, &mut tx, op, caller, &about, &address).await?;
    }
    let event = ContributionSent {
        contribution: new.id.clone(),
        kind,
    };
    tx.emit(op, &event).await?;
    tx.commit().await?;
    Ok(new.code)
}

/// Says that somebody else needs the data too: a caller counts once a day.
///
/// # Errors
/// `catalog-contributions-unknown`; `catalog-contributions-settled` when it is there already, or will not come;
/// `catalog-contributions-limit` when the caller said so of as many things within an hour as they may.
pub async fn support(app: &App, op: &Op, caller: Caller, code: &str) -> Result<()> {
    let wanted = find(app, code).await?;
    if wanted.kind != Kind::Wanted || !matches!(wanted.state, State::Shown | State::Planned) {
        return Err(Problem::conflict("catalog-contributions-settled"));
    }
    let mut tx = app.db.begin().await?;
    if callers::admit_support(&mut tx, op, caller, &wanted.id).await? {
        store::support(&mut tx, &wanted.id).await?;
    }
    tx.commit().await
}

/// Decides what becomes of a contribution, and tells whoever follows it.
///
/// # Errors
/// `not-allowed` for anybody but those who decide about the data it is about; `catalog-contributions-moved` when it stands otherwise
/// by now, or does not go from here to there; names each field that will not do.
pub async fn decide(app: &App, op: &Op, code: &str, decision: &Decision) -> Result<()> {
    op.require(&DECIDERS)?;
    let before = find(app, code).await?;
    require(app, op, &before).await?;
    if matches!(decision, Decision::Request) {
        return ask_request(app, op, &before).await;
    }
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

/// Finds a contribution that waits to be filed as a service request, with the dataset it is about; none when it was filed since.
///
/// # Errors
/// When the database fails.
pub async fn find_asked(app: &App, op: &Op, id: &str) -> Result<Option<(Contribution, Option<Dataset>)>> {
    let found = store::find_by_id(app.db.read(), id).await?;
    let Some(found) = found.filter(|found| found.request == Some(ServiceRequest::Asked)) else {
        return Ok(None);
    };
    let dataset = dataset_of(app, op, &found).await?;
    Ok(Some((found, dataset)))
}

/// Notes that a contribution was filed as a service request, for everybody to see, and tells whoever follows it.
///
/// # Errors
/// `catalog-contributions-moved` when it was filed, or given up, meanwhile.
pub async fn note_filed(app: &App, tx: &mut Tx, op: &Op, asked: &Contribution, code: &str) -> Result<()> {
    let filed = ServiceRequest::Filed {
        code: code.to_owned(),
        stands: Stands::Open,
    };
    if !store::put_request(tx, asked, &filed).await? {
        return Err(Problem::conflict("catalog-contributions-moved"));
    }
    let written = tracking_code(code);
    note(
        tx,
        op,
        asked,
        "contribution.requested",
        Part::Officer,
        Some(&written),
    )
    .await?;
    following::tell_request(app, tx, op, asked, code, Stands::Open).await
}

/// Notes that no service takes what a contribution asks for; it stays as it is, and whoever follows it is told that it is shown.
///
/// # Errors
/// `catalog-contributions-moved` when it was filed, or given up, meanwhile.
pub async fn note_unfiled(app: &App, tx: &mut Tx, op: &Op, asked: &Contribution) -> Result<()> {
    if !store::put_request(tx, asked, &ServiceRequest::Unfiled).await? {
        return Err(Problem::conflict("catalog-contributions-moved"));
    }
    match asked.state {
        State::Shown => following::tell_decided(app, tx, op, asked, State::Shown, "").await,
        _ => Ok(()),
    }
}

/// Notes how the service request of a contribution stands by now, and tells whoever follows it.
///
/// # Errors
/// When the database fails.
pub async fn note_stands(
    app: &App,
    tx: &mut Tx,
    op: &Op,
    filed: &Contribution,
    stands: Stands,
) -> Result<()> {
    let code = filed.request.as_ref().map_or("", ServiceRequest::code);
    let now = ServiceRequest::Filed {
        code: code.to_owned(),
        stands,
    };
    // Somebody who was faster told them.
    match store::put_request(tx, filed, &now).await? {
        true => following::tell_request(app, tx, op, filed, code, stands).await,
        false => Ok(()),
    }
}

/// Lists contributions that became service requests, those whose request is not closed first.
///
/// # Errors
/// When the database fails.
pub async fn list_filed(app: &App) -> Result<Vec<Contribution>> {
    store::list_filed(app.db.read(), MOST_FILED).await
}

/// A tracking code as people read it: K7MQ-4XTD.
#[must_use]
pub fn tracking_code(code: &str) -> String {
    Code::<8>::parse(code).map_or_else(|_| code.to_owned(), |code| code.to_string())
}

/// The page on which everybody reads a contribution.
///
/// # Errors
/// When the database fails.
pub async fn path_of(app: &App, contribution: &Contribution) -> Result<String> {
    let code = &contribution.code;
    match contribution.kind {
        Kind::Wanted => return Ok(format!("/wanted/{code}")),
        Kind::Showcase => return Ok(format!("/showcases/{code}")),
        Kind::Comment => {}
    }
    let slug = match &contribution.dataset_id {
        Some(id) => portal::find_slug(app.db.read(), id).await?,
        None => None,
    };
    Ok(slug.map_or_else(|| "/data".to_owned(), |slug| format!("/comments/{slug}")))
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

/// A contribution in the list of somebody who decides about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub id: String,
    pub is_waiting: bool,
    pub sent_at: Time,
}

/// Lists the contributions that somebody decides about, without their words; none: of every kind, in every state. What waits comes first,
/// the longest waiting first of all.
///
/// # Errors
/// `not-allowed`.
pub async fn list_all(app: &App, op: &Op, kind: Option<Kind>, state: Option<State>) -> Result<Vec<Listed>> {
    op.require(&DECIDERS)?;
    let owners: HashMap<String, store::OwnerRow> = store::list_owners(app.db.read(), None)
        .await?
        .into_iter()
        .map(|owner| (owner.dataset_id.clone(), owner))
        .collect();
    let reaches = Reaches::of(app, op).await?;
    let all = store::list_desk(app.db.read(), kind, state).await?;
    let theirs = all.into_iter().filter(|each| {
        let owner = each.dataset_id.as_ref().and_then(|id| owners.get(id));
        decides(&reaches, each.place_code.as_deref(), owner)
    });
    Ok(theirs
        .map(|each| Listed {
            is_waiting: each.state == State::Waiting.as_str(),
            sent_at: Time(each.sent_at),
            id: each.id,
        })
        .collect())
}

/// Finds the contributions of one page of a list, in its order.
///
/// # Errors
/// When the database fails.
pub async fn find_listed(app: &App, page: &[Listed]) -> Result<Vec<Contribution>> {
    let ids: Vec<&str> = page.iter().map(|each| each.id.as_str()).collect();
    let mut found: HashMap<String, Contribution> = store::find_many(app.db.read(), &ids)
        .await?
        .into_iter()
        .map(|each| (each.id.clone(), each))
        .collect();
    Ok(ids.iter().filter_map(|id| found.remove(*id)).collect())
}

/// Lists those of some datasets, by their ids, of which somebody decides what becomes of what readers bring.
///
/// # Errors
/// `not-allowed`.
pub async fn list_decided(app: &App, op: &Op, ids: &HashSet<&str>) -> Result<Vec<Dataset>> {
    op.require(&DECIDERS)?;
    let index = Index::of(app).await?;
    let reaches = Reaches::of(app, op).await?;
    let theirs = index.all().filter(|entry| {
        let row = &entry.row;
        let (organisation, place) = (row.organisation.as_deref(), row.place_code.as_deref());
        ids.contains(row.id.as_str())
            && index::sees(op, entry)
            && reaches.covers(&DECIDERS, organisation, place)
    });
    Ok(theirs
        .map(|entry| view::of_index(op, &reaches, &index.shared, entry))
        .collect())
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

/// Passes those who decide about the data that a contribution is about.
///
/// # Errors
/// `sign-in-needed`, `not-allowed`.
async fn require(app: &App, op: &Op, about: &Contribution) -> Result<()> {
    let owner = match &about.dataset_id {
        Some(id) => store::list_owners(app.db.read(), Some(id)).await?.pop(),
        None => None,
    };
    match decides(
        &Reaches::of(app, op).await?,
        about.place.as_deref(),
        owner.as_ref(),
    ) {
        true => Ok(()),
        false => Err(super::refused(op)),
    }
}

/// Whether somebody decides about a contribution: of a dataset those of its organisation and place; what is about none is nobody's in
/// particular, and for those who decide about all data of the place, or of everywhere.
fn decides(reaches: &Reaches<'_>, place: Option<&str>, owner: Option<&store::OwnerRow>) -> bool {
    let (organisation, place) = match owner {
        Some(owner) => (owner.organisation.as_deref(), owner.place_code.as_deref()),
        None => (None, place),
    };
    reaches.covers(&DECIDERS, organisation, place)
}

/// Shows a contribution and has it filed as a service request; whoever follows it is told once it is.
async fn ask_request(app: &App, op: &Op, before: &Contribution) -> Result<()> {
    let moved = || Problem::conflict("catalog-contributions-moved");
    if !before.may_become_request() {
        return Err(moved());
    }
    let mut tx = app.db.begin().await?;
    if !store::ask_request(&mut tx, before, op.at).await? {
        return Err(moved());
    }
    if before.state == State::Waiting {
        note(&mut tx, op, before, "contribution.shown", Part::Officer, None).await?;
        let event = ContributionDecided {
            contribution: before.id.clone(),
            to: State::Shown,
        };
        tx.emit(op, &event).await?;
    }
    let event = ContributionRequested {
        contribution: before.id.clone(),
    };
    tx.emit(op, &event).await?;
    tx.commit().await
}

/// Passes no theme, the program's own, and those that were entered here.
async fn require_theme(app: &App, theme: &str) -> Result<()> {
    if theme.is_empty() || THEMES.contains(&theme) {
        return Ok(());
    }
    let kept = portal::list_themes(app.db.read()).await?;
    if kept
        .iter()
        .any(|known| known.name == theme && known.state == "active")
    {
        return Ok(());
    }
    Err(Problem::invalid("fields").field_with("theme", "theme-unknown", vec![("theme", theme.to_owned())]))
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

/// The dataset that somebody names by its title, its name, its id or its address.
async fn named_dataset(app: &App, op: &Op, text: &str) -> Result<Dataset> {
    let first = text.lines().next().unwrap_or_default().trim();
    let name = first.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let unknown = || Problem::invalid("fields").field("dataset", "catalog-contributions-dataset-unknown");
    let slug = match portal::find_slug(app.db.read(), name).await? {
        Some(slug) => slug,
        None => titled_dataset(app, op, first).await?,
    };
    view::find_dataset(app, op, &slug).await.map_err(|_| unknown())
}

/// The name of the one dataset that the asker may see whose title is this, or else holds it; case and marks count for nothing.
async fn titled_dataset(app: &App, op: &Op, title: &str) -> Result<String> {
    let wanted = fold(title);
    let unknown = || Problem::invalid("fields").field("dataset", "catalog-contributions-dataset-unknown");
    if wanted.is_empty() {
        return Err(unknown());
    }
    let index = Index::of(app).await?;
    let near: Vec<(String, &str, &str)> = index
        .seen(op)
        .into_iter()
        .filter(|entry| entry.row.state == "active")
        .map(|entry| {
            (
                fold(&entry.row.title),
                entry.row.title.as_str(),
                entry.row.slug.as_str(),
            )
        })
        .filter(|(folded, _, _)| folded.contains(&wanted))
        .collect();
    let mut fits: Vec<&(String, &str, &str)> =
        near.iter().filter(|(folded, _, _)| *folded == wanted).collect();
    if fits.is_empty() {
        fits = near.iter().collect();
    }
    match fits.as_slice() {
        [] => Err(unknown()),
        [(_, _, slug)] => Ok((*slug).to_owned()),
        many => {
            let many = many.iter().map(|(_, title, slug)| format!("{title} ({slug})"));
            Err(Problem::invalid("fields").field_with(
                "dataset",
                "catalog-contributions-dataset-ambiguous",
                vec![("candidates", candidates(many))],
            ))
        }
    }
}

/// The code of the one place that somebody names by its code, its name, or both as a list of places offers them.
///
/// # Errors
/// `catalog-contributions-place-unknown`; `catalog-contributions-place-ambiguous`, with those that fit.
fn named_place(all: &Places, said: &str) -> Result<String> {
    let in_parentheses = said
        .strip_suffix(')')
        .and_then(|said| said.rsplit_once('('))
        .map(|(_, code)| code.trim());
    let by_code = [Some(said), in_parentheses]
        .into_iter()
        .flatten()
        .find_map(|code| all.find(code));
    if let Some(place) = by_code {
        return Ok(place.code().to_owned());
    }
    let wanted = fold(said);
    let near = all.search(said, None, MOST_NEAR);
    let same: Vec<Place<'_>> = near
        .iter()
        .copied()
        .filter(|place| fold(place.name()) == wanted)
        .collect();
    let fits = if same.is_empty() { near } else { same };
    match fits.as_slice() {
        [] => Err(Problem::invalid("fields").field("place", "catalog-contributions-place-unknown")),
        [place] => Ok(place.code().to_owned()),
        many => {
            let many = many.iter().map(|place| place_in_list(*place));
            Err(Problem::invalid("fields").field_with(
                "place",
                "catalog-contributions-place-ambiguous",
                vec![("candidates", candidates(many))],
            ))
        }
    }
}

/// A place as a list offers it: its name, and the code that tells it from others of that name.
fn place_in_list(place: Place<'_>) -> String {
    format!("{} ({})", place.name(), place.code())
}

/// The first few of those that fit, one after another.
fn candidates(all: impl Iterator<Item = String>) -> String {
    all.take(MOST_CANDIDATES).collect::<Vec<_>>().join(", ")
}

/// The places of today as a list offers them; none where they are too many for one.
///
/// # Errors
/// When the database fails.
pub async fn places_to_choose(app: &App) -> Result<Vec<String>> {
    let all = places::all(app).await?;
    let offered: Vec<String> = all.current().take(MOST_OFFERED + 1).map(place_in_list).collect();
    Ok(short(offered))
}

/// The titles of the datasets that somebody may see; none where they are too many for a list.
///
/// # Errors
/// When the database fails.
pub async fn datasets_to_choose(app: &App, op: &Op) -> Result<Vec<String>> {
    let index = Index::of(app).await?;
    let seen = index.seen(op);
    let active = seen.iter().filter(|entry| entry.row.state == "active");
    let offered = active.take(MOST_OFFERED + 1).map(|entry| entry.row.title.clone());
    Ok(short(offered.collect()))
}

fn short(offered: Vec<String>) -> Vec<String> {
    match offered.len() {
        0..=MOST_OFFERED => offered,
        _ => Vec::new(),
    }
}

/// The titles of datasets by their ids, for a list of what was said of them.
///
/// # Errors
/// When the database fails.
pub async fn titles_of(app: &App, ids: &HashSet<&str>) -> Result<HashMap<String, String>> {
    let index = Index::of(app).await?;
    let named = index.all().filter(|entry| ids.contains(entry.row.id.as_str()));
    Ok(named
        .map(|entry| (entry.row.id.clone(), entry.row.title.clone()))
        .collect())
}

async fn insert(tx: &mut Tx, new: &mut Contribution) -> Result<()> {
    for code in Code::<8>::tries() {
        new.code = code.plain();
        if store::insert(tx, new).await? {
            return Ok(());
        }
    }
    Err(code::none_free("a contribution"))
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
