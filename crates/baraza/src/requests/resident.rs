//! What the resident does with their request, on any channel, with or without an account.

use serde_json::json;

use super::{
    access::{self, Claim},
    library,
    model::request::{Privacy, Request},
    step::{Said, Step, find},
    store,
};
use crate::{
    evidence::{
        self,
        model::{Audience, Follower, NewEntry, Part, Subject},
    },
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
    },
};

/// The resident says that the matter is settled: that closes it.
///
/// # Errors
/// `requests-key-wrong`, `requests-not-yours`; `requests-not-now` when it is closed.
pub async fn confirm(app: &App, op: &Op, code: &str, claim: Claim<'_>, channel: &str) -> Result<Request> {
    let (mut step, said) = begin(app, op, code, claim, "request.confirmed").await?;
    step.request.confirm(op.at)?;
    let said = Said {
        channel: Some(channel),
        ..said
    };
    step.end(said).await
}

/// The resident says that the answer settles nothing: it goes on one level up.
///
/// # Errors
/// As [`confirm`]; `requests-not-now` unless it was answered.
pub async fn refuse(app: &App, op: &Op, code: &str, claim: Claim<'_>, text: &str) -> Result<Request> {
    let (mut step, said) = begin(app, op, code, claim, "request.refused").await?;
    let from = step.request.level;
    let (request, rules) = step.ruled();
    request.refuse(&rules, op.at)?;
    let facts = json!({ "from": from, "to": request.level });
    step.end(said.text(text).facts(facts)).await
}

/// The resident takes it back.
///
/// # Errors
/// As [`confirm`].
pub async fn withdraw(app: &App, op: &Op, code: &str, claim: Claim<'_>, text: &str) -> Result<Request> {
    let (mut step, said) = begin(app, op, code, claim, "request.withdrawn").await?;
    step.request.withdraw(op.at)?;
    step.end(said.text(text)).await
}

/// The resident comes back to a closed request: it starts anew one level up.
///
/// # Errors
/// As [`confirm`]; `requests-reopen-too-late`.
pub async fn reopen(app: &App, op: &Op, code: &str, claim: Claim<'_>, text: &str) -> Result<Request> {
    let (mut step, said) = begin(app, op, code, claim, "request.reopened").await?;
    let from = step.request.level;
    let (request, rules) = step.ruled();
    request.reopen(&rules, op.at)?;
    let facts = json!({ "from": from, "to": request.level });
    step.end(said.text(text).facts(facts)).await
}

/// The resident adds something. When the request waited for them, its clock goes on.
///
/// # Errors
/// As [`confirm`]; `requests-text-missing` on field `text`.
pub async fn add(app: &App, op: &Op, code: &str, claim: Claim<'_>, text: &str) -> Result<Request> {
    if text.trim().is_empty() {
        return Err(Problem::invalid("fields").field("text", "requests-text-missing"));
    }
    let (mut step, said) = begin(app, op, code, claim, "request.added").await?;
    if step.request.state.is_closed() {
        return Err(Problem::conflict("requests-not-now").with("state", "closed"));
    }
    let (request, rules) = step.ruled();
    let is_awaited =
        matches!(&request.state, super::model::request::State::Paused { reason, .. } if reason == "resident");
    if is_awaited {
        request.hear_back(&rules, op.at)?;
    }
    step.end(said.text(text).facts(json!({ "resumed": is_awaited })))
        .await
}

/// Somebody else has the same matter: they are counted, and told what happens.
///
/// # Errors
/// `requests-unknown` for a confidential request; `requests-not-now` when it is closed.
pub async fn support(app: &App, op: &Op, code: &str, follower: Option<Follower>) -> Result<Request> {
    let request = find(app, code).await?;
    if request.privacy == Privacy::Confidential {
        return Err(access::unknown(code));
    }
    if request.state.is_closed() {
        return Err(Problem::conflict("requests-not-now").with("state", "closed"));
    }
    let mut step = Step::begin(app, op, &request.id, library::current(app).await?).await?;
    step.request.n_supporters += 1;
    let subject = step.subject();
    if let Some(follower) = follower {
        evidence::follow(&mut step.tx, op, &subject, &follower).await?;
    }
    let n = step.request.n_supporters;
    step.end(Said::public("request.supported", Part::Resident).facts(json!({ "n": n })))
        .await
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

/// Adds a picture that was cleaned and lies in the blobs already.
///
/// # Errors
/// As [`confirm`].
pub async fn add_photo(
    app: &App,
    op: &Op,
    code: &str,
    claim: Claim<'_>,
    photo: &super::filing::NewPhoto,
) -> Result<()> {
    let request = find(app, code).await?;
    let library = library::current(app).await?;
    let lineage = library.lineage(request.place.as_deref());
    let (part, _) = access::prove(app, op, &request, &lineage, claim).await?;
    let mut tx = app.db.begin().await?;
    super::insert_photo(&mut tx, op, &request.id, photo, part.as_str()).await?;
    let entry = NewEntry {
        subject: Subject::new("request", &request.id),
        at: op.at,
        what: "request.pictured",
        part,
        audience: match photo.audience {
            super::filing::PhotoAudience::Everybody => Audience::Public,
            super::filing::PhotoAudience::Unit => Audience::Raiser,
        },
        text: None,
        facts: json!({}),
    };
    evidence::record(&mut tx, op, &entry).await?;
    tx.commit().await
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
        .person()
        .ok_or_else(|| Problem::invalid("fields").field("phone", "requests-contact-needed"))?;
    let mut tx = app.db.begin().await?;
    let id = crate::platform::id::fresh(op.at);
    let person = crate::platform::id::digest(&person);
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

async fn begin<'a>(
    app: &'a App,
    op: &'a Op,
    code: &str,
    claim: Claim<'_>,
    what: &'static str,
) -> Result<(Step<'a>, Said<'a>)> {
    let request = find(app, code).await?;
    let library = library::current(app).await?;
    let lineage = library.lineage(request.place.as_deref());
    let (part, recorder) = access::prove(app, op, &request, &lineage, claim).await?;
    let step = Step::begin(app, op, &request.id, library).await?;
    let said = Said {
        recorder,
        ..Said::public(what, part)
    };
    Ok((step, said))
}
