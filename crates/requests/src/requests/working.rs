//! What the unit does with a request: look at it, assign, answer, wait, move it up, back and on, close it specially.

use serde_json::json;

use super::{
    access, library,
    model::{
        post,
        request::{Recorder, Request},
        state::{Answered, Approval, Spoken},
    },
    notices::special,
    step::{Said, Step, find},
    store,
};
use crate::{
    evidence::{
        self,
        model::{Audience, NewEntry, Part, Subject},
    },
    platform::{
        app::App,
        id,
        op::Op,
        problem::{Problem, Result},
    },
};

/// Somebody of the unit has looked at a request and takes it on.
///
/// # Errors
/// `requests-not-now` unless it is new.
pub async fn verify(app: &App, op: &Op, code: &str) -> Result<Request> {
    let mut step = Step::of_officer(app, op, code).await?;
    step.request.verify(op.at)?;
    step.end(Said::public("request.verified", Part::Officer)).await
}

/// Gives a request to a post of the unit that has it.
///
/// # Errors
/// `requests-post-unknown` when it is no post of that unit at that place.
pub async fn assign(app: &App, op: &Op, code: &str, post: &str) -> Result<Request> {
    let mut step = Step::of_officer(app, op, code).await?;
    let posts = store::list_posts(app.db.read(), step.request.agency.as_deref()).await?;
    let found = posts
        .iter()
        .find(|each| each.id == post && each.covers(step.request.agency.as_deref(), &step.lineage))
        .ok_or_else(|| Problem::invalid("fields").field("post", "requests-post-unknown"))?;
    step.request.assign(&found.id, op.at)?;
    let said = Said::public("request.assigned", Part::Officer)
        .to(Audience::Staff)
        .facts(json!({ "post": found.title }));
    step.end(said).await
}

/// Answers a request. Only a proper answer stops the clock; returns which it was.
///
/// # Errors
/// `requests-answer-short`, `requests-answer-kind-unknown` on their fields.
pub async fn answer(app: &App, op: &Op, code: &str, kind: &str, text: &str) -> Result<(Request, Answered)> {
    let mut step = Step::of_officer(app, op, code).await?;
    if text.trim().is_empty() {
        return Err(Problem::invalid("fields").field("text", "requests-text-missing"));
    }
    let (request, rules) = step.ruled();
    let answered = request.answer(&rules, kind, text, op.at)?;
    let (what, until) = match answered {
        Answered::Proper => ("request.answered", request.state.waits_until()),
        Answered::Improper => ("request.replied", None),
    };
    let said = Said::public(what, Part::Officer)
        .text(text)
        .facts(json!({ "kind": kind, "until": until }));
    let request = step.end(said).await?;
    Ok((request, answered))
}

/// Asks the resident something, or waits for something else the profile lists: the clock stands still up to a limit.
///
/// # Errors
/// `requests-reason-unknown`, `requests-pauses-spent`.
pub async fn ask(app: &App, op: &Op, code: &str, reason: &str, question: &str) -> Result<Request> {
    let mut step = Step::of_officer(app, op, code).await?;
    let (request, rules) = step.ruled();
    let until = request.ask(&rules, reason, op.at)?;
    let said = Said::public("request.paused", Part::Officer)
        .text(question)
        .facts(json!({ "reason": reason, "until": until }));
    step.end(said).await
}

/// What was waited for has come: the clock goes on.
///
/// # Errors
/// `requests-not-now` unless it is paused.
pub async fn hear_back(app: &App, op: &Op, code: &str, text: &str) -> Result<Request> {
    let mut step = Step::of_officer(app, op, code).await?;
    let (request, rules) = step.ruled();
    request.hear_back(&rules, op.at)?;
    let said = Said::public("request.resumed", Part::Officer).text(text);
    step.end(said).await
}

/// Takes a request a level up.
///
/// # Errors
/// `requests-reason-not-listed` where the profile lists reasons; `requests-level-too-low`, `requests-at-the-top`.
pub async fn escalate(app: &App, op: &Op, code: &str, reason: &str, note: &str) -> Result<Request> {
    let mut step = Step::of_officer(app, op, code).await?;
    let (by_level, from) = (step.level().await?, step.request.level);
    let (request, rules) = step.ruled();
    request.escalate(&rules, reason, by_level, op.at)?;
    let said = Said::public("request.escalated", Part::Officer)
        .text(note)
        .facts(json!({ "from": from, "to": request.level, "reason": reason }));
    step.end(said).await
}

/// Sends a request back to the level below, with the reason.
///
/// # Errors
/// `requests-not-sent-back`, `requests-level-too-low`; `requests-text-missing` on field `note`.
pub async fn send_back(app: &App, op: &Op, code: &str, note: &str) -> Result<Request> {
    let mut step = Step::of_officer(app, op, code).await?;
    if note.trim().is_empty() {
        return Err(Problem::invalid("fields").field("note", "requests-text-missing"));
    }
    let (by_level, from) = (step.level().await?, step.request.level);
    let (request, rules) = step.ruled();
    request.send_back(&rules, by_level, op.at)?;
    let said = Said::public("request.sent-back", Part::Officer)
        .text(note)
        .facts(json!({ "from": from, "to": request.level }));
    step.end(said).await
}

/// Says that a request is another unit's: after speaking with the resident, with a note. Somebody else decides.
///
/// # Errors
/// `requests-contact-missing`, `requests-note-short`, `requests-same-agency` on their fields; `requests-transfer-waits`.
pub async fn propose_transfer(
    app: &App,
    op: &Op,
    code: &str,
    to: &str,
    spoken: &Spoken,
    note: &str,
) -> Result<Request> {
    let mut step = Step::of_officer(app, op, code).await?;
    let organisations = crate::accounts::list_organisations(app).await?;
    if !organisations.iter().any(|organisation| organisation.code == to) {
        return Err(Problem::invalid("fields").field("to", "requests-agency-unknown"));
    }
    let (request, rules) = step.ruled();
    request.may_propose_transfer(&rules, to, spoken, note, op.at)?;
    if store::history::find_open_transfer(&mut step.tx, &step.request.id)
        .await?
        .is_some()
    {
        return Err(Problem::conflict("requests-transfer-waits"));
    }
    let transfer = id::fresh(op.at);
    store::history::insert_transfer(&mut step.tx, op, &transfer, &step.request, to, spoken, note).await?;
    let said = Said::public("request.transfer-proposed", Part::Officer)
        .to(Audience::Staff)
        .text(note)
        .facts(json!({ "to": to, "spoken_at": spoken.at }));
    step.end(said).await
}

/// Decides that a request is passed on as proposed. Its lights stay; the ladder begins anew.
///
/// # Errors
/// `requests-own-proposal`, `requests-level-too-low`; `requests-no-transfer` when none was proposed.
pub async fn approve_transfer(app: &App, op: &Op, code: &str) -> Result<Request> {
    let mut step = Step::of_officer(app, op, code).await?;
    let transfer = open_transfer(&mut step).await?;
    let (level, by) = (step.level().await?, op.who.label());
    let approval = Approval {
        by: &by,
        level,
        proposed_by: &transfer.proposed_by,
    };
    let (request, rules) = step.ruled();
    request.transfer(&rules, &transfer.to_agency, &approval, op.at)?;
    store::history::decide_transfer(&mut step.tx, op, &transfer.id, true).await?;
    let said = Said::public("request.transferred", Part::Officer)
        .text(&transfer.note)
        .facts(json!({ "from": transfer.from_agency, "to": transfer.to_agency }));
    step.end(said).await
}

/// Decides that a request stays where it is.
///
/// # Errors
/// As [`approve_transfer`].
pub async fn reject_transfer(app: &App, op: &Op, code: &str, note: &str) -> Result<Request> {
    let mut step = Step::of_officer(app, op, code).await?;
    let transfer = open_transfer(&mut step).await?;
    if step.level().await? < step.profile.wrong_department.approve_level {
        let level = step
            .profile
            .ladder
            .level(step.profile.wrong_department.approve_level);
        let level = level.map_or("", |level| level.code.as_str()).to_owned();
        return Err(Problem::forbidden("requests-level-too-low").with("level", level));
    }
    store::history::decide_transfer(&mut step.tx, op, &transfer.id, false).await?;
    let said = Said::public("request.transfer-rejected", Part::Officer)
        .to(Audience::Staff)
        .text(note)
        .facts(json!({ "to": transfer.to_agency }));
    step.end(said).await
}

/// Proposes to close a request without the resident's yes. The resident is told; the notice begins when a gateway took it.
///
/// # Errors
/// `requests-reason-not-listed`, `requests-level-too-low`; `requests-text-missing` on field `text`.
pub async fn propose_special_close(
    app: &App,
    op: &Op,
    code: &str,
    reason: &str,
    text: &str,
) -> Result<Request> {
    let mut step = Step::of_officer(app, op, code).await?;
    if text.trim().is_empty() {
        return Err(Problem::invalid("fields").field("text", "requests-text-missing"));
    }
    let (level, by) = (step.level().await?, op.who.label());
    let told_at = special::told_at_proposal(app, &mut step.tx, &step.request, op.at).await?;
    let (request, rules) = step.ruled();
    request.propose_special_close(&rules, reason, &by, level, told_at)?;
    let said = Said::public("request.special-proposed", Part::Officer)
        .text(text)
        .facts(json!({ "reason": reason }));
    step.end(said).await
}

/// Closes a request as proposed: another person of the approving level, after the notice, with their signature.
///
/// # Errors
/// `requests-own-proposal`, `requests-level-too-low`, `requests-told-too-late`, `requests-signature-missing`.
pub async fn approve_special_close(
    app: &App,
    op: &Op,
    code: &str,
    signature: &str,
    text: &str,
) -> Result<Request> {
    let mut step = Step::of_officer(app, op, code).await?;
    let (level, by) = (step.level().await?, op.who.label());
    let (reason, proposed_by) = proposal(&step.request);
    let approval = Approval {
        by: &by,
        level,
        proposed_by: &proposed_by,
    };
    let (request, rules) = step.ruled();
    request.approve_special_close(&rules, &approval, signature, op.at)?;
    let said = Said {
        recorder: Recorder::Officer,
        signature: Some(signature.trim()),
        ..Said::public("request.special-closed", Part::Officer)
            .text(text)
            .facts(json!({ "reason": reason }))
    };
    step.end(said).await
}

/// Turns the proposal down: the request goes on as if it had not been made.
///
/// # Errors
/// `requests-level-too-low`, `requests-own-proposal`.
pub async fn reject_special_close(app: &App, op: &Op, code: &str, text: &str) -> Result<Request> {
    let mut step = Step::of_officer(app, op, code).await?;
    let (level, by) = (step.level().await?, op.who.label());
    let (reason, proposed_by) = proposal(&step.request);
    let approval = Approval {
        by: &by,
        level,
        proposed_by: &proposed_by,
    };
    let (request, rules) = step.ruled();
    request.reject_special_close(&rules, &approval, op.at)?;
    let said = Said::public("request.special-rejected", Part::Officer)
        .text(text)
        .facts(json!({ "reason": reason }));
    step.end(said).await
}

/// Joins a request to another about the same matter: one clock, two people told.
///
/// # Errors
/// `requests-cannot-join` when they are of different services, or the other is closed or joined itself.
pub async fn join(app: &App, op: &Op, code: &str, into: &str) -> Result<Request> {
    let mut other = find(app, into).await?;
    let mut step = Step::of_officer(app, op, code).await?;
    access::require_officer(op, &other, &step.library.lineage(other.place.as_deref()))?;
    other = store::filed::find_in(&mut step.tx, &other.id)
        .await?
        .ok_or_else(|| access::unknown(into))?;
    let level = other.level;
    for turn in other.catch_up(op.at) {
        store::history::insert_turn(&mut step.tx, &other, &turn, level, op.at).await?;
    }
    step.request.join(&mut other, op.at)?;
    if !store::filed::update(&mut step.tx, &other, op.at, op.at).await? {
        return Err(Problem::conflict("requests-changed-meanwhile"));
    }
    let (from, to) = (step.subject(), Subject::new("request", &other.id));
    evidence::link(&mut step.tx, op, &from, "joined", &to).await?;
    evidence::share_followers(&mut step.tx, op, &from, &to).await?;
    let entry = NewEntry {
        subject: to,
        at: op.at,
        what: "request.supported",
        part: Part::Officer,
        audience: Audience::Public,
        text: None,
        facts: json!({ "n": other.n_supporters }),
    };
    evidence::record(&mut step.tx, op, &entry).await?;
    let said = Said::public("request.joined", Part::Officer).facts(json!({ "into": other.code }));
    step.end(said).await
}

/// Writes something down that only staff read.
///
/// # Errors
/// `requests-text-missing` on field `text`.
pub async fn note(app: &App, op: &Op, code: &str, text: &str) -> Result<()> {
    let request = find(app, code).await?;
    let library = library::current(app).await?;
    access::require_officer(op, &request, &library.lineage(request.place.as_deref()))?;
    if text.trim().is_empty() {
        return Err(Problem::invalid("fields").field("text", "requests-text-missing"));
    }
    let mut tx = app.db.begin().await?;
    let entry = NewEntry {
        subject: Subject::new("request", &request.id),
        at: op.at,
        what: "request.noted",
        part: Part::Officer,
        audience: Audience::Staff,
        text: Some(text.trim().to_owned()),
        facts: json!({}),
    };
    evidence::record(&mut tx, op, &entry).await?;
    tx.commit().await
}

/// Writes what somebody from outside found about a special close that was drawn for a check.
///
/// # Errors
/// `requests-no-check` when nothing of it waits for a check; `not-allowed` for anybody but auditors.
pub async fn check(app: &App, op: &Op, code: &str, is_good: bool, note: &str) -> Result<()> {
    let request = find(app, code).await?;
    let library = library::current(app).await?;
    op.require_at(
        &[crate::platform::op::Role::Auditor],
        &library.lineage(request.place.as_deref()),
    )?;
    let mut tx = app.db.begin().await?;
    if !store::history::settle_check(&mut tx, op, &request.id, is_good, note.trim()).await? {
        return Err(Problem::not_found("requests-no-check"));
    }
    let entry = NewEntry {
        subject: Subject::new("request", &request.id),
        at: op.at,
        what: "request.checked",
        part: Part::Operator,
        audience: Audience::Public,
        text: Some(note.trim().to_owned()).filter(|note| !note.is_empty()),
        facts: json!({ "is_good": is_good }),
    };
    evidence::record(&mut tx, op, &entry).await?;
    tx.commit().await
}

/// Returns the post a request lies with now: the one it was assigned to, or that of its level for the narrowest place.
///
/// # Errors
/// When the database fails.
pub async fn post_of(app: &App, request: &Request) -> Result<Option<post::Post>> {
    let library = library::current(app).await?;
    let lineage = library.lineage(request.place.as_deref());
    let posts = store::list_posts(app.db.read(), request.agency.as_deref()).await?;
    let assigned = request.post.as_deref().and_then(|id| {
        posts
            .iter()
            .find(|post| post.id == id && post.level == request.level)
    });
    let found =
        assigned.or_else(|| post::responsible(&posts, request.agency.as_deref(), request.level, &lineage));
    Ok(found.cloned())
}

async fn open_transfer(step: &mut Step<'_>) -> Result<store::history::Transfer> {
    store::history::find_open_transfer(&mut step.tx, &step.request.id)
        .await?
        .ok_or_else(|| Problem::conflict("requests-no-transfer"))
}

fn proposal(request: &Request) -> (String, String) {
    match &request.state {
        super::model::request::State::SpecialProposed { reason, by, .. } => (reason.clone(), by.clone()),
        _ => Default::default(),
    }
}
