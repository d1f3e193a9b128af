//! The first step: what it is about.

use askama::Template;
use axum::{
    Form,
    extract::{Query, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use serde::Deserialize;

use super::{Drafting, caption, save_and_go_on, step_shell};
use crate::{
    places::model::fold,
    platform::{
        app::App,
        html::{Markup, Shell},
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused},
        problem::{Problem, Result},
    },
    requests::{library, model::draft::Step, model::service::Service, pages::pictures},
};

#[derive(Template)]
#[template(path = "requests/pages/new/service.html")]
pub struct ServicePage {
    pub page: Shell,
    pub step: String,
    /// Where a draft goes on; empty when there is none.
    pub go_on: String,
    pub n_days: u32,
    /// What was searched for.
    pub query: String,
    pub groups: Vec<Group>,
}

/// Services that belong together.
pub struct Group {
    pub title: String,
    pub picture: Markup,
    pub services: Vec<Offered>,
}

/// A service to choose.
pub struct Offered {
    pub code: String,
    pub title: String,
    pub about: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    q: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Chosen {
    service_code: String,
}

/// `GET /requests/new`.
pub async fn form(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let drafting = Drafting::open(&app, &op, &headers).await?.unless_filed();
    render(&page(&app, &op, &uri, &drafting, asked.q).await?)
}

/// `POST /requests/new`.
pub async fn take(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Form(chosen): Form<Chosen>,
) -> Result<Response> {
    let mut drafting = Drafting::open(&app, &op, &headers).await?.unless_filed();
    let before = std::mem::replace(&mut drafting.draft.service, chosen.service_code);
    let problem = match drafting.check(&app, &op).await {
        Err(problem) if problem.fields().iter().any(|wrong| wrong.field == "service_code") => Some(problem),
        _ => None,
    };
    if let Some(problem) = problem {
        drafting.draft.service = before;
        let mut page = page(&app, &op, &uri, &drafting, String::new()).await?;
        page.page.errors = field_errors(&problem, &op);
        return render_refused(&Problem::invalid("fields"), &page);
    }
    if drafting.draft.service != before {
        drafting.draft.has_compared = false;
    }
    save_and_go_on(&app, &op, &headers, &mut drafting).await
}

async fn page(app: &App, op: &Op, uri: &Uri, drafting: &Drafting, query: String) -> Result<ServicePage> {
    let library = library::current(app).await?;
    let lang = op.lang.code();
    let words: Vec<String> = fold(&query).split_whitespace().map(str::to_owned).collect();
    let mut groups: Vec<Group> = Vec::new();
    let mut codes: Vec<&str> = Vec::new();
    for service in library.services().iter().filter(|service| service.is_open) {
        if !fits(service, &words) {
            continue;
        }
        let at = codes
            .iter()
            .position(|code| *code == service.group)
            .unwrap_or_else(|| {
                codes.push(&service.group);
                groups.push(Group {
                    title: group_title(op, &service.group),
                    picture: pictures::of_group(&service.group),
                    services: Vec::new(),
                });
                groups.len() - 1
            });
        groups[at].services.push(Offered {
            code: service.code.clone(),
            title: service.title.in_language(lang).to_owned(),
            about: service.about.in_language(lang).to_owned(),
        });
    }
    let go_on = match drafting.draft.is_empty() {
        true => String::new(),
        false => drafting.draft.next_step().path().to_owned(),
    };
    Ok(ServicePage {
        page: step_shell(app, op, uri, "requests-pages-service-title"),
        step: caption(op, Step::Service),
        // Whoever typed something but chose nothing yet goes on right here.
        go_on: if go_on == Step::Service.path() {
            String::new()
        } else {
            go_on
        },
        n_days: app.config.draft_days,
        query,
        groups,
    })
}

/// Tells whether every word begins a word of a service's texts, in any language.
fn fits(service: &Service, words: &[String]) -> bool {
    let texts = service.title.0.values().chain(service.about.0.values());
    let all = texts
        .chain(&service.keywords)
        .map(|text| fold(text))
        .collect::<Vec<_>>()
        .join(" ");
    let own: Vec<&str> = all.split(|c: char| !c.is_alphanumeric()).collect();
    words
        .iter()
        .all(|word| own.iter().any(|each| each.starts_with(word.as_str())))
}

/// Returns what a group is called; groups of an administrator's own are called by their code.
pub fn group_title(op: &Op, group: &str) -> String {
    let id = format!("requests-pages-group-{group}");
    if op.lang.has_text(&id) || Lang::En.has_text(&id) {
        return op.lang.text(id).to_string();
    }
    let mut title = group.replace(['-', '_'], " ");
    if let Some(first) = title.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    title
}
