//! The page after filing: the code, the key, and what happens next, by when.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::{IntoResponse, Redirect, Response},
};

use super::{Drafting, step_shell};
use crate::{
    platform::{
        app::App,
        code::{ResidentKey, TrackingCode},
        html::Shell,
        http::came_by_tls,
        op::Op,
        page::render,
        problem::{Problem, Result},
    },
    requests::{
        self,
        access::Claim,
        model::request::{Privacy, Request},
        pages::{by_when, cookies},
        words::Teller,
    },
};

#[derive(Template)]
#[template(path = "requests/pages/new/done.html")]
pub struct DonePage {
    pub page: Shell,
    /// `K7MQ-4XTD`.
    pub code: String,
    pub spoken: String,
    pub key: String,
    pub key_spoken: String,
    pub path: String,
    /// What happens next, in order.
    pub next: Vec<String>,
}

/// `GET /requests/new/done`.
pub async fn page(State(app): State<App>, op: Op, uri: Uri, headers: HeaderMap) -> Result<Response> {
    let drafting = Drafting::open(&app, &op, &headers).await?;
    let Some(filed) = &drafting.filed else {
        return Ok(Redirect::to(drafting.draft.next_step().path()).into_response());
    };
    let path = format!("/requests/{}", filed.code);
    let Some(key) = &filed.key else {
        // Somebody else's request was joined, or the key was shown long enough.
        return Ok(Redirect::to(&path).into_response());
    };
    let seen = requests::see(&app, &op, &filed.code, Some(Claim::Key(key))).await?;
    let teller = Teller::new(&app, op.lang).await?;
    let unreadable = || Problem::internal(anyhow::anyhow!("a code that was given out cannot be read"));
    let code = TrackingCode::parse(&filed.code).map_err(|_| unreadable())?;
    let shown_key = ResidentKey::parse(key).map_err(|_| unreadable())?;
    let has_contact = seen.contact.as_ref().is_some_and(|contact| !contact.is_empty());
    let mut answer = render(&DonePage {
        page: step_shell(&app, &op, &uri, "requests-pages-filed-title"),
        code: code.to_string(),
        spoken: code.spoken(),
        key: shown_key.to_string(),
        key_spoken: shown_key.spoken(),
        next: next(&app, &teller, &seen.request, has_contact),
        path: path.clone(),
    })?;
    let is_tls = came_by_tls(&app.config, &headers);
    cookies::set(
        &mut answer,
        is_tls,
        &path,
        cookies::KEY,
        &shown_key.plain(),
        cookies::KEY_LIFE,
    );
    Ok(answer)
}

/// What happens next, with the days the standard names.
fn next(app: &App, teller: &Teller, request: &Request, has_contact: bool) -> Vec<String> {
    let lang = teller.lang;
    let mut next = vec![
        lang.text("requests-pages-next-unit")
            .arg("agency", teller.agency(request.agency.as_deref()))
            .to_string(),
    ];
    for (id, at) in [
        ("requests-pages-next-verify", request.verify_by),
        ("requests-pages-next-answer", request.answer_by),
        ("requests-pages-next-finish", request.finish_by),
    ] {
        if let Some(at) = at {
            next.push(lang.text(id).arg("at", by_when(app, lang, at)).to_string());
        }
    }
    for (id, at) in [
        ("requests-pages-next-yellow", request.clock.yellow_at),
        ("requests-pages-next-red", request.clock.red_at),
    ] {
        if let Some(at) = at {
            next.push(lang.text(id).arg("at", teller.moment(at)).to_string());
        }
    }
    let told = match (has_contact, request.privacy) {
        (true, _) => "requests-pages-next-told",
        (false, Privacy::Anonymous) => "requests-pages-next-look-anonymous",
        (false, _) => "requests-pages-next-look",
    };
    next.push(lang.text(told).to_string());
    next.push(lang.text("requests-pages-next-yes").to_string());
    next
}
