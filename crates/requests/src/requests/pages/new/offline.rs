//! Filing without a network: one page that the browser keeps, what is typed stays on the telephone, and goes on here.

use askama::Template;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, Uri, header},
    response::{IntoResponse, Response},
};

use super::{Drafting, save_and_go_on, step_shell};
use crate::{
    platform::{
        app::App,
        html::{
            Shell, assets,
            parts::{Choice, FieldError},
        },
        op::Op,
        page::{render, render_refused},
        problem::{Problem, Result},
    },
    requests::{
        library,
        model::draft::Draft,
        photo::{MOST_MEBIBYTES, MOST_PHOTOS, Sent},
    },
};

#[derive(Template)]
#[template(path = "requests/pages/new/offline.html")]
pub struct OfflinePage {
    pub page: Shell,
    pub services: Vec<Choice>,
    pub address: String,
    pub text: String,
    pub n_free: usize,
    pub most_mebibytes: usize,
    pub audiences: Vec<Choice>,
}

/// `GET /requests/new/offline`: the page that the browser keeps; it holds nothing of anybody.
pub async fn form(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    render(&page(&app, &op, &uri, &Draft::default()).await?)
}

/// `POST /requests/new/offline`: takes over what was typed without a network, and goes on step by step.
pub async fn take(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    request: Request,
) -> Result<Response> {
    let mut drafting = Drafting::open(&app, &op, &headers).await?.unless_filed();
    let n_free = MOST_PHOTOS.saturating_sub(drafting.draft.photos.len());
    let sent = Sent::read(&app, request, n_free).await?;
    let library = library::current(&app).await?;
    let draft = &mut drafting.draft;
    // A service that was closed in the meantime is asked for again.
    let service = library.service(sent.one("service_code"));
    if let Some(service) = service.ok().filter(|service| service.is_open) {
        draft.service = service.code.clone();
    }
    sent.one("address").clone_into(&mut draft.address);
    sent.one("description").clone_into(&mut draft.text);
    draft.photos_for_all = sent.one("photos_for") == "everybody";
    draft.photos.extend(sent.photos.iter().cloned());
    draft.has_compared = false;
    if sent.wrong.is_empty() {
        return save_and_go_on(&app, &op, &headers, &mut drafting).await;
    }
    drafting.save(&app, &op).await?;
    let mut page = page(&app, &op, &uri, &drafting.draft).await?;
    page.page.errors = sent
        .wrong
        .iter()
        .map(|problem| FieldError {
            field: "photo".into(),
            text: problem.sentence(op.lang),
        })
        .collect();
    let mut answer = render_refused(&Problem::invalid("fields"), &page)?;
    drafting.remember(&app, &headers, &mut answer);
    Ok(answer)
}

/// `GET /requests/worker.js`: the service worker; its address decides which pages it may answer for.
pub async fn worker() -> Result<Response> {
    let script = assets::content("worker.js").ok_or_else(|| Problem::not_found("page-unknown"))?;
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    Ok((headers, script).into_response())
}

async fn page(app: &App, op: &Op, uri: &Uri, draft: &Draft) -> Result<OfflinePage> {
    let library = library::current(app).await?;
    let lang = op.lang.code();
    let mut services = vec![Choice::new("", op.lang.text("requests-pages-choose"))];
    services.extend(
        library
            .services()
            .iter()
            .filter(|service| service.is_open)
            .map(|service| {
                Choice::new(&service.code, service.title.in_language(lang)).chosen_if(&draft.service)
            }),
    );
    let audience = if draft.photos_for_all { "everybody" } else { "unit" };
    let audiences = ["unit", "everybody"].map(|code| {
        Choice::new(code, op.lang.text(format!("requests-pages-photos-for-{code}")))
            .hinted(op.lang.text(format!("requests-pages-photos-for-hint-{code}")))
            .chosen_if(audience)
    });
    Ok(OfflinePage {
        page: step_shell(app, op, uri, "requests-pages-offline-title"),
        services,
        address: draft.address.clone(),
        text: draft.text.clone(),
        n_free: MOST_PHOTOS.saturating_sub(draft.photos.len()),
        most_mebibytes: MOST_MEBIBYTES,
        audiences: audiences.into(),
    })
}
