//! The fourth step: who files, how much of that is told, and where an answer goes.

use askama::Template;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, Uri},
    response::Response,
};

use super::{Drafting, caption, save_and_go_on, step_shell, too_early, wrong};
use crate::{
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Choice, FieldError},
        },
        i18n::Lang,
        op::Op,
        page::{render, render_refused},
        problem::{Problem, Result},
    },
    requests::{
        library,
        model::{draft::Draft, draft::Step, request::Privacy},
        photo::Sent,
    },
};

#[derive(Template)]
#[template(path = "requests/pages/new/who.html")]
pub struct WhoPage {
    pub page: Shell,
    pub step: String,
    pub privacies: Vec<Choice>,
    pub name: String,
    pub phone: String,
    pub email: String,
    pub langs: Vec<Choice>,
    /// Who is signed in; empty for nobody.
    pub account: String,
}

/// `GET /requests/new/who`.
pub async fn form(State(app): State<App>, op: Op, uri: Uri, headers: HeaderMap) -> Result<Response> {
    let drafting = Drafting::open(&app, &op, &headers).await?.unless_filed();
    match too_early(&drafting, Step::Who) {
        Some(elsewhere) => Ok(elsewhere),
        None => render(&page(&app, &op, &uri, &drafting.draft).await?),
    }
}

/// `POST /requests/new/who`.
pub async fn take(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    request: Request,
) -> Result<Response> {
    let sent = Sent::read(&app, request, 0).await?;
    let mut drafting = Drafting::open(&app, &op, &headers).await?.unless_filed();
    let draft = &mut drafting.draft;
    let privacy = Privacy::parse(sent.one("privacy"));
    draft.privacy = privacy.map(Privacy::as_str).unwrap_or_default().to_owned();
    sent.one("name").clone_into(&mut draft.name);
    sent.one("phone").clone_into(&mut draft.phone);
    sent.one("email").clone_into(&mut draft.email);
    let lang = sent.one("lang").parse::<Lang>().ok();
    draft.lang = lang.map(Lang::code).unwrap_or_default().to_owned();
    let mut errors = wrong(&app, &op, &drafting, Step::Who).await;
    if privacy.is_none() {
        errors.insert(
            0,
            FieldError {
                field: "privacy".into(),
                text: op.lang.text("problem-requests-privacy-missing").to_string(),
            },
        );
    }
    if errors.is_empty() {
        return save_and_go_on(&app, &op, &headers, &mut drafting).await;
    }
    drafting.save(&app, &op).await?;
    let mut page = page(&app, &op, &uri, &drafting.draft).await?;
    page.page.errors = errors;
    let mut answer = render_refused(&Problem::invalid("fields"), &page)?;
    drafting.remember(&app, &headers, &mut answer);
    Ok(answer)
}

async fn page(app: &App, op: &Op, uri: &Uri, draft: &Draft) -> Result<WhoPage> {
    let library = library::current(app).await?;
    let is_confidential = library
        .service(&draft.service)
        .is_ok_and(|service| service.is_confidential);
    let chosen = match (draft.privacy.as_str(), is_confidential) {
        ("", true) => Privacy::Confidential.as_str(),
        ("", false) => Privacy::Open.as_str(),
        (chosen, _) => chosen,
    };
    let lang = if draft.lang.is_empty() {
        op.lang.code()
    } else {
        &draft.lang
    };
    Ok(WhoPage {
        page: step_shell(app, op, uri, "requests-pages-who-title"),
        step: caption(op, Step::Who),
        privacies: privacies(op, chosen),
        name: draft.name.clone(),
        phone: draft.phone.clone(),
        email: draft.email.clone(),
        langs: langs(lang),
        account: op.person().map(|me| me.name.clone()).unwrap_or_default(),
    })
}

/// The three ways to be known, each in one sentence.
pub fn privacies(op: &Op, chosen: &str) -> Vec<Choice> {
    let choice = |privacy: &Privacy| {
        let code = privacy.as_str();
        Choice::new(code, op.lang.text(format!("requests-pages-privacy-{code}")))
            .hinted(op.lang.text(format!("requests-pages-privacy-hint-{code}")))
            .chosen_if(chosen)
    };
    Privacy::ALL.iter().map(choice).collect()
}

/// Languages to be written to in.
pub fn langs(chosen: &str) -> Vec<Choice> {
    Lang::ALL
        .into_iter()
        .filter(|lang| Lang::COMPLETE.contains(lang) || lang.code() == chosen)
        .map(|lang| Choice::new(lang.code(), lang.own_name()).chosen_if(chosen))
        .collect()
}
