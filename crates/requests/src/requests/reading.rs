//! Reading: what somebody sees of requests.

use std::collections::BTreeMap;

use serde_json::json;

use super::{
    access::{self, Claim, Sight},
    library,
    model::request::{Contact, Request},
    notices::special,
    step::find,
    store::{self, filed::Wanted},
};
use crate::{
    evidence::{
        self,
        model::{Audience, Entry, Part, Subject, mask::mask},
    },
    platform::{app::App, op::Op, problem::Result, time::Time},
};

/// The longest list.
pub const MOST_LISTED: i64 = 1_000;
/// Requests that one statement asks about.
const AT_ONCE: usize = 1_000;

/// A request as somebody sees it.
#[derive(Debug, Clone)]
pub struct Seen {
    pub request: Request,
    pub sight: Sight,
    /// Who filed it, for whoever may know.
    pub contact: Option<Contact>,
    pub timeline: Vec<Entry>,
    pub photos: Vec<store::filed::Photo>,
}

/// Finds a request as an actor sees it; with a claim, as the resident does.
///
/// # Errors
/// `requests-unknown`, the same whether it does not exist or is not for them; `requests-key-wrong`.
pub async fn see(app: &App, op: &Op, code: &str, claim: Option<Claim<'_>>) -> Result<Seen> {
    let mut request = find(app, code).await?;
    let library = library::current(app).await?;
    let lineage = library.lineage(request.place.as_deref());
    let sight = match claim {
        Some(claim) => {
            access::prove(app, op, &request, &lineage, claim).await?;
            access::sight(op, &request, &lineage).max(Sight::Own)
        }
        None => access::require_sight(op, &request, &lineage)?,
    };
    // What has come since the last sweep counts, whoever looks first.
    request.catch_up(op.at);
    special::look_up(app, &mut request).await?;
    if sight == Sight::Public {
        hide_what_is_personal(&mut request);
    }
    let is_own = claim.is_some() && sight == Sight::Own;
    let contact = if is_own || access::sees_name(op, &request, &lineage) {
        store::filed::find_contact(app.db.read(), &app.vault, &request.id).await?
    } else {
        None
    };
    let mut photos = store::filed::list_photos(app.db.read(), &request.id).await?;
    photos.retain(|photo| photo.is_public == 1 || sight >= Sight::Own);
    Ok(Seen {
        timeline: timeline(app, &request, sight.audience()).await?,
        request,
        sight,
        contact,
        photos,
    })
}

/// Returns what happened to a request as an audience reads it, oldest first: filed, what people did, what came by itself.
///
/// # Errors
/// When the database fails.
pub async fn timeline(app: &App, request: &Request, audience: Audience) -> Result<Vec<Entry>> {
    let by_itself = |id: String, at: i64, what: &str, facts: serde_json::Value| Entry {
        id,
        at: Time(at),
        what: what.to_owned(),
        part: Part::System,
        who: None,
        audience: Audience::Public,
        text: None,
        facts,
    };
    let mut entries = vec![Entry {
        part: Part::Resident,
        ..by_itself(
            request.id.clone(),
            request.opened_at.0,
            "request.opened",
            json!({ "channel": request.channel.as_str() }),
        )
    }];
    for turn in store::sweep::list_turns(app.db.read(), &request.id).await? {
        let id = format!("{}:{}", request.id, turn.at);
        if let Some(light) = &turn.light {
            entries.push(by_itself(
                id.clone(),
                turn.at,
                "request.light",
                json!({ "light": light }),
            ));
        }
        if turn.to_level > turn.from_level {
            let facts = json!({ "from": turn.from_level, "to": turn.to_level, "reason": "time" });
            entries.push(by_itself(id.clone(), turn.at, "request.climbed", facts));
        }
        if turn.is_warning == 1 && audience == Audience::Staff {
            let mut warning = by_itself(
                id,
                turn.at,
                "request.step-near",
                json!({ "level": turn.from_level }),
            );
            warning.audience = Audience::Staff;
            entries.push(warning);
        }
    }
    entries.extend(evidence::timeline(app, &Subject::new("request", &request.id), audience).await?);
    entries.sort_by_key(|entry| entry.at);
    Ok(entries)
}

/// Lists requests as everybody sees them: nothing confidential, nothing personal. The newest first.
///
/// # Errors
/// When the database fails.
pub async fn list_public(app: &App, op: &Op, wanted: &Wanted) -> Result<Vec<Request>> {
    let wanted = within_reason(wanted);
    let mut listed = store::filed::list(app.db.read(), &wanted, false, op.at).await?;
    for request in &mut listed {
        request.catch_up(op.at);
        hide_what_is_personal(request);
    }
    Ok(listed)
}

/// Lists those of some requests, by their ids, that wait for an answer, as everybody sees them. The oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list_unanswered(app: &App, op: &Op, ids: &[String]) -> Result<Vec<Request>> {
    let mut listed = Vec::new();
    for some in ids.chunks(AT_ONCE) {
        listed.extend(store::filed::list_unanswered(app.db.read(), some).await?);
    }
    listed.sort_by(|a, b| (a.opened_at, &a.id).cmp(&(b.opened_at, &b.id)));
    for request in &mut listed {
        request.catch_up(op.at);
        hide_what_is_personal(request);
    }
    Ok(listed)
}

/// Lists the requests on an officer's desk: those of their units and places. Leaders and auditors see every unit's.
///
/// # Errors
/// `sign-in-needed`; `not-allowed` for whoever has no desk.
pub async fn list_desk(app: &App, op: &Op, wanted: &Wanted) -> Result<Vec<Request>> {
    use crate::platform::op::Role;
    op.require(&[Role::Officer, Role::Leader, Role::Auditor])?;
    let library = library::current(app).await?;
    let wanted = within_reason(wanted);
    let mut found: BTreeMap<String, Request> = BTreeMap::new();
    for (agency, place) in access::desks(op) {
        let Some(narrowed) = narrowed(&wanted, agency, place, &library) else {
            continue;
        };
        for request in store::filed::list(app.db.read(), &narrowed, true, op.at).await? {
            found.insert(request.id.clone(), request);
        }
    }
    let mut listed: Vec<Request> = found.into_values().rev().collect();
    listed.truncate(usize::try_from(wanted.most).unwrap_or(usize::MAX));
    for request in &mut listed {
        request.catch_up(op.at);
    }
    Ok(listed)
}

/// Lists what somebody filed, for whoever has them on the line or reads their message. The newest first.
///
/// # Errors
/// `sign-in-needed`, `not-allowed` for anybody but operators: see [`access::require_operator`].
pub async fn list_of_person(app: &App, op: &Op, contact: &Contact) -> Result<Vec<Request>> {
    use crate::platform::op::Role;
    op.require(&[Role::Officer, Role::Facilitator])?;
    let library = library::current(app).await?;
    let mut listed = of_person(app, op, contact).await?;
    // What is confidential is told to the resident by the channel, not to whoever picks up the telephone.
    listed.retain(|request| {
        access::sight(op, request, &library.lineage(request.place.as_deref())) != Sight::Nothing
    });
    Ok(listed)
}

/// Lists what the one who is signed in filed.
///
/// # Errors
/// `sign-in-needed`.
pub async fn list_own(app: &App, op: &Op) -> Result<Vec<Request>> {
    let me = op.require_person()?;
    let contact = Contact {
        user: Some(me.id.clone()),
        ..Contact::default()
    };
    of_person(app, op, &contact).await
}

/// Lists who joined a request, by code.
///
/// # Errors
/// When the database fails.
pub async fn list_joined(app: &App, request: &Request) -> Result<Vec<String>> {
    store::filed::list_joined(app.db.read(), &request.id).await
}

/// Lists the transfers of a request that were proposed, decided or not.
///
/// # Errors
/// `not-allowed` for anybody but its staff.
pub async fn list_transfers(app: &App, op: &Op, request: &Request) -> Result<Vec<store::history::Transfer>> {
    let library = library::current(app).await?;
    access::require_officer(op, request, &library.lineage(request.place.as_deref()))?;
    store::history::list_transfers(app.db.read(), &request.id).await
}

/// Lists special closes drawn for a check, those that wait first.
///
/// # Errors
/// `not-allowed` for anybody but auditors.
pub async fn list_checks(app: &App, op: &Op) -> Result<Vec<store::history::Check>> {
    op.require(&[crate::platform::op::Role::Auditor])?;
    store::history::list_checks(app.db.read(), MOST_LISTED).await
}

/// Lists what the sweep of a moment noted, page by page in the order of requests: `after` is the last request and instant read.
///
/// # Errors
/// When the database fails.
pub async fn list_swept(
    app: &App,
    swept_at: Time,
    after: (&str, i64),
    most: i64,
) -> Result<Vec<store::sweep::SweptTurn>> {
    store::sweep::list_swept(app.db.read(), swept_at, after, most).await
}

async fn of_person(app: &App, op: &Op, contact: &Contact) -> Result<Vec<Request>> {
    let Some(person) = contact.person(&app.vault) else {
        return Ok(Vec::new());
    };
    let mut listed = store::filed::list_of_person(app.db.read(), &person, MOST_LISTED).await?;
    for request in &mut listed {
        request.catch_up(op.at);
    }
    Ok(listed)
}

fn within_reason(wanted: &Wanted) -> Wanted {
    Wanted {
        most: wanted.most.clamp(1, MOST_LISTED),
        ..wanted.clone()
    }
}

/// What is wanted within one desk; `None` where they do not meet.
fn narrowed(
    wanted: &Wanted,
    agency: Option<String>,
    place: Option<String>,
    library: &library::Library,
) -> Option<Wanted> {
    let agency = match (&wanted.agency, agency) {
        (Some(asked), Some(own)) if *asked != own => return None,
        (asked, own) => own.or_else(|| asked.clone()),
    };
    let lies_in = |inner: &str, outer: &str| library.lineage(Some(inner)).iter().any(|code| code == outer);
    let place = match (&wanted.place, place) {
        (Some(asked), Some(own)) if lies_in(asked, &own) => Some(asked.clone()),
        (Some(asked), Some(own)) if lies_in(&own, asked) => Some(own),
        (Some(_), Some(_)) => return None,
        (asked, own) => own.or_else(|| asked.clone()),
    };
    Some(Wanted {
        agency,
        place,
        ..wanted.clone()
    })
}

/// Numbers and addresses in the text are masked; whatever staff wrote stays with staff.
fn hide_what_is_personal(request: &mut Request) {
    request.text = mask(&request.text);
    request.address = request.address.as_deref().map(mask);
    for given in &mut request.attributes {
        for value in &mut given.values {
            *value = mask(value);
        }
    }
}
