//! What the resident does with their request, on any channel, with or without an account.

use serde_json::json;

use super::{
    access::{self, Claim},
    filing::{NewPhoto, PhotoAudience},
    library,
    model::request::{Privacy, Recorder, Request, State},
    step::{Held, Said, Step, find},
    store,
};
use crate::{
    evidence::{
        self,
        model::{Audience, Follower, NewEntry, Part, Subject},
    },
    platform::{
        app::App,
        db::Tx,
        message::Address,
        op::Op,
        problem::{Problem, Result},
    },
};

/// What a resident does with their request.
#[derive(Debug, Clone, Copy)]
pub enum Deed<'a> {
    /// They say that the matter is settled: that closes it. With the channel they said it on.
    Confirm(&'a str),
    /// They say that the answer settles nothing: it goes on one level up.
    Refuse(&'a str),
    /// They take it back.
    Withdraw(&'a str),
    /// They come back to a closed request: it starts anew one level up.
    Reopen(&'a str),
    /// They add something. When the request waited for them, its clock goes on.
    Add(&'a str),
}

impl Deed<'_> {
    fn what(self) -> &'static str {
        match self {
            Deed::Confirm(_) => "request.confirmed",
            Deed::Refuse(_) => "request.refused",
            Deed::Withdraw(_) => "request.withdrawn",
            Deed::Reopen(_) => "request.reopened",
            Deed::Add(_) => "request.added",
        }
    }
}

/// The resident says that the matter is settled: that closes it.
///
/// # Errors
/// `requests-key-wrong`, `requests-not-yours`; `requests-not-now` when it is closed.
pub async fn confirm(app: &App, op: &Op, code: &str, claim: Claim<'_>, channel: &str) -> Result<Request> {
    act(app, op, code, claim, Deed::Confirm(channel)).await
}

/// The resident says that the answer settles nothing: it goes on one level up.
///
/// # Errors
/// As [`confirm`]; `requests-not-now` unless it was answered.
pub async fn refuse(app: &App, op: &Op, code: &str, claim: Claim<'_>, text: &str) -> Result<Request> {
    act(app, op, code, claim, Deed::Refuse(text)).await
}

/// The resident takes it back.
///
/// # Errors
/// As [`confirm`].
pub async fn withdraw(app: &App, op: &Op, code: &str, claim: Claim<'_>, text: &str) -> Result<Request> {
    act(app, op, code, claim, Deed::Withdraw(text)).await
}

/// The resident comes back to a closed request: it starts anew one level up.
///
/// # Errors
/// As [`confirm`]; `requests-reopen-too-late`.
pub async fn reopen(app: &App, op: &Op, code: &str, claim: Claim<'_>, text: &str) -> Result<Request> {
    act(app, op, code, claim, Deed::Reopen(text)).await
}

/// The resident adds something. When the request waited for them, its clock goes on.
///
/// # Errors
/// As [`confirm`]; `requests-text-missing` on field `text`.
pub async fn add(app: &App, op: &Op, code: &str, claim: Claim<'_>, text: &str) -> Result<Request> {
    act(app, op, code, claim, Deed::Add(text)).await
}

/// Does a resident's deed in a transaction, for channels that do more in it.
///
/// # Errors
/// As the deeds by themselves. A wrong key was counted in the transaction: commit it although the deed is refused.
pub async fn act_in(
    app: &App,
    tx: &mut Tx,
    op: &Op,
    code: &str,
    claim: Claim<'_>,
    deed: Deed<'_>,
) -> Result<Request> {
    let request = find(app, code).await?;
    let library = library::current(app).await?;
    let lineage = library.lineage(request.place.as_deref());
    let proved = access::prove_in(app, tx, op, &request, &lineage, claim).await?;
    let step = Step::begin_in(app, op, &request.id, library, Held::Lent(tx)).await?;
    take(step, proved, deed).await
}

/// Somebody else has the same matter: they are counted, and told what happens.
///
/// # Errors
/// `requests-unknown` for a confidential request; `requests-not-now` when it is closed.
pub async fn support(app: &App, op: &Op, code: &str, follower: Option<Follower>) -> Result<Request> {
    let id = supportable(app, code).await?;
    let step = Step::begin(app, op, &id, library::current(app).await?).await?;
    count_supporter(step, follower).await
}

/// As [`support`], in a transaction.
///
/// # Errors
/// As [`support`].
pub async fn support_in(
    app: &App,
    tx: &mut Tx,
    op: &Op,
    code: &str,
    follower: Option<Follower>,
) -> Result<Request> {
    let id = supportable(app, code).await?;
    let step = Step::begin_in(app, op, &id, library::current(app).await?, Held::Lent(tx)).await?;
    count_supporter(step, follower).await
}

/// Has somebody told what happens to a request they see.
///
/// # Errors
/// `requests-unknown`.
pub async fn watch(app: &App, op: &Op, code: &str, follower: &Follower) -> Result<()> {
    let request = find(app, code).await?;
    let library = library::current(app).await?;
    access::require_sight(op, &request, &library.lineage(request.place.as_deref()))?;
    let mut tx = app.db.begin().await?;
    evidence::follow(&mut tx, op, &Subject::new("request", &request.id), follower).await?;
    tx.commit().await
}

/// Has an address told no longer. The one a request was filed with takes a claim; without one nothing happens to it, so that
/// nobody learns whether it is.
///
/// # Errors
/// `requests-unknown`; as [`confirm`] for a claim that does not hold.
pub async fn unwatch(
    app: &App,
    op: &Op,
    code: &str,
    claim: Option<Claim<'_>>,
    address: &Address,
) -> Result<()> {
    let request = find(app, code).await?;
    let library = library::current(app).await?;
    let lineage = library.lineage(request.place.as_deref());
    match claim {
        Some(claim) => {
            access::prove(app, op, &request, &lineage, claim).await?;
        }
        None => {
            access::require_sight(op, &request, &lineage)?;
            let contact = store::filed::find_contact(app.db.read(), &app.vault, &request.id).await?;
            if contact.is_some_and(|contact| contact.has(address, &app.vault)) {
                return Ok(());
            }
        }
    }
    let mut tx = app.db.begin().await?;
    evidence::unfollow(&mut tx, &Subject::new("request", &request.id), address).await?;
    tx.commit().await
}

/// Adds a picture that was cleaned and lies in the blobs already.
///
/// # Errors
/// As [`confirm`].
pub async fn add_photo(app: &App, op: &Op, code: &str, claim: Claim<'_>, photo: &NewPhoto) -> Result<()> {
    let request = find(app, code).await?;
    let library = library::current(app).await?;
    let lineage = library.lineage(request.place.as_deref());
    let (part, _) = access::prove(app, op, &request, &lineage, claim).await?;
    let mut tx = app.db.begin().await?;
    put_photo(&mut tx, op, &request.id, part, photo).await?;
    tx.commit().await
}

/// As [`add_photo`], in a transaction.
///
/// # Errors
/// As [`add_photo`].
pub async fn add_photo_in(
    app: &App,
    tx: &mut Tx,
    op: &Op,
    code: &str,
    claim: Claim<'_>,
    photo: &NewPhoto,
) -> Result<()> {
    let request = find(app, code).await?;
    let library = library::current(app).await?;
    let lineage = library.lineage(request.place.as_deref());
    let (part, _) = access::prove_in(app, tx, op, &request, &lineage, claim).await?;
    put_photo(tx, op, &request.id, part, photo).await
}

/// Somebody who reached the limit of filings asks to be let through.
///
/// # Errors
/// `requests-text-missing` on field `why`; `requests-contact-needed` when nothing tells who they are.
pub async fn appeal(app: &App, op: &Op, contact: &super::model::request::Contact, why: &str) -> Result<()> {
    if why.trim().is_empty() {
        return Err(Problem::invalid("fields").field("why", "requests-text-missing"));
    }
    let person = contact
        .person(&app.vault)
        .ok_or_else(|| Problem::invalid("fields").field("phone", "requests-contact-needed"))?;
    let mut tx = app.db.begin().await?;
    let id = crate::platform::id::fresh(op.at);
    store::insert_appeal(&mut tx, &id, &person, why.trim(), op.at).await?;
    tx.emit(
        op,
        &super::AppealMoved {
            appeal: id,
            what: "asked",
        },
    )
    .await?;
    tx.commit().await
}

async fn act(app: &App, op: &Op, code: &str, claim: Claim<'_>, deed: Deed<'_>) -> Result<Request> {
    // What says nothing is refused before anybody is asked who they are.
    require_words(deed)?;
    let request = find(app, code).await?;
    let library = library::current(app).await?;
    let lineage = library.lineage(request.place.as_deref());
    let proved = access::prove(app, op, &request, &lineage, claim).await?;
    let step = Step::begin(app, op, &request.id, library).await?;
    take(step, proved, deed).await
}

fn require_words(deed: Deed<'_>) -> Result<()> {
    match deed {
        Deed::Add(text) if text.trim().is_empty() => {
            Err(Problem::invalid("fields").field("text", "requests-text-missing"))
        }
        _ => Ok(()),
    }
}

/// Takes the step of a deed; who does it is proved already.
async fn take(mut step: Step<'_>, (part, recorder): (Part, Recorder), deed: Deed<'_>) -> Result<Request> {
    require_words(deed)?;
    let (at, from) = (step.op.at, step.request.level);
    let said = Said {
        recorder,
        ..Said::public(deed.what(), part)
    };
    let (request, rules) = step.ruled();
    let said = match deed {
        Deed::Confirm(channel) => {
            request.confirm(at)?;
            Said {
                channel: Some(channel),
                ..said
            }
        }
        Deed::Withdraw(text) => {
            request.withdraw(at)?;
            said.text(text)
        }
        Deed::Refuse(text) => {
            request.refuse(&rules, at)?;
            said.text(text)
                .facts(json!({ "from": from, "to": request.level }))
        }
        Deed::Reopen(text) => {
            request.reopen(&rules, at)?;
            said.text(text)
                .facts(json!({ "from": from, "to": request.level }))
        }
        Deed::Add(text) => {
            if request.state.is_closed() {
                return Err(Problem::conflict("requests-not-now").with("state", "closed"));
            }
            let is_awaited = matches!(&request.state, State::Paused { reason, .. } if reason == "resident");
            if is_awaited {
                request.hear_back(&rules, at)?;
            }
            said.text(text).facts(json!({ "resumed": is_awaited }))
        }
    };
    step.end(said).await
}

/// The id of a request that others may join in with.
async fn supportable(app: &App, code: &str) -> Result<String> {
    let request = find(app, code).await?;
    if request.privacy == Privacy::Confidential {
        return Err(access::unknown(code));
    }
    if request.state.is_closed() {
        return Err(Problem::conflict("requests-not-now").with("state", "closed"));
    }
    Ok(request.id)
}

async fn count_supporter(mut step: Step<'_>, follower: Option<Follower>) -> Result<Request> {
    step.request.n_supporters += 1;
    let (subject, op) = (step.subject(), step.op);
    if let Some(follower) = follower {
        evidence::follow(&mut step.tx, op, &subject, &follower).await?;
    }
    let n = step.request.n_supporters;
    step.end(Said::public("request.supported", Part::Resident).facts(json!({ "n": n })))
        .await
}

async fn put_photo(tx: &mut Tx, op: &Op, request: &str, part: Part, photo: &NewPhoto) -> Result<()> {
    super::insert_photo(tx, op, request, photo, part.as_str()).await?;
    let entry = NewEntry {
        subject: Subject::new("request", request),
        at: op.at,
        what: "request.pictured",
        part,
        audience: match photo.audience {
            PhotoAudience::Everybody => Audience::Public,
            PhotoAudience::Unit => Audience::Raiser,
        },
        text: None,
        facts: json!({}),
    };
    evidence::record(tx, op, &entry).await
}
