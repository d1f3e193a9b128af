//! The last step: what may be the same, a last look, and filing it.

use askama::Template;
use axum::{
    Form,
    extract::State,
    http::{HeaderMap, Uri},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{Drafting, caption, fields_of, save_and_go, step_shell};
use crate::{
    evidence::model::mask::mask,
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Action, FieldError, SummaryRow},
        },
        http::came_by_tls,
        op::Op,
        page::{field_errors, render, render_refused},
        problem::{Kind as ProblemKind, Problem, Result},
    },
    requests::{
        self, Similar,
        model::{
            draft::{Draft, Step},
            request::Privacy,
            service::{Attribute, Service},
        },
        pages::acts,
        words::{Tag, Teller, written},
    },
};

/// Characters of an earlier report that are shown to compare.
const MOST_SHOWN: usize = 280;

#[derive(Template)]
#[template(path = "requests/pages/new/check.html")]
pub struct CheckPage {
    pub page: Shell,
    pub step: String,
    pub rows: Vec<SummaryRow>,
    /// Addresses of the pictures.
    pub photos: Vec<String>,
    pub photos_note: String,
}

#[derive(Template)]
#[template(path = "requests/pages/new/similar.html")]
pub struct SimilarPage {
    pub page: Shell,
    pub alike: Vec<Alike>,
    /// Whether there is an address or a number to tell the resident by.
    pub is_told: bool,
}

/// An earlier request that may be about the same.
pub struct Alike {
    pub code: String,
    pub shown_code: String,
    pub href: String,
    pub text: String,
    pub light: Tag,
    pub facts: String,
}

#[derive(Template)]
#[template(path = "requests/pages/new/limit.html")]
pub struct LimitPage {
    pub page: Shell,
    pub sentence: String,
    pub why: String,
    /// Whether they asked to be let through.
    pub is_asked: bool,
    pub n_days: u32,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Compared {
    /// The code of the request to join; empty to file one of their own.
    join: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Appealed {
    why: String,
}

/// `GET /requests/new/similar`.
pub async fn similar(State(app): State<App>, op: Op, uri: Uri, headers: HeaderMap) -> Result<Response> {
    let drafting = Drafting::open(&app, &op, &headers).await?.unless_filed();
    if let Some(elsewhere) = super::too_early(&drafting, Step::Check) {
        return Ok(elsewhere);
    }
    let alike = alike(&app, &op, &drafting.draft).await?;
    if alike.is_empty() {
        return Ok(Redirect::to(Step::Check.path()).into_response());
    }
    let is_told = !drafting.contact(&app, &op).addresses().is_empty();
    render(&SimilarPage {
        page: step_shell(&app, &op, &uri, "requests-pages-similar-title"),
        alike,
        is_told,
    })
}

/// `POST /requests/new/similar`.
pub async fn compared(
    State(app): State<App>,
    op: Op,
    headers: HeaderMap,
    Form(compared): Form<Compared>,
) -> Result<Response> {
    let mut drafting = Drafting::open(&app, &op, &headers).await?;
    if drafting.filed.is_some() {
        return Ok(Redirect::to("/requests/new/done").into_response());
    }
    if let Some(elsewhere) = super::too_early(&drafting, Step::Check) {
        return Ok(elsewhere);
    }
    if compared.join.is_empty() {
        drafting.draft.has_compared = true;
        return save_and_go(&app, &op, &headers, &mut drafting, Step::Check.path()).await;
    }
    let code = drafting.join(&app, &op, &compared.join).await?;
    let path = format!("/requests/{code}");
    let mut response = Redirect::to(&path).into_response();
    acts::note_support(&mut response, came_by_tls(&app.config, &headers), &path);
    Ok(response)
}

/// `GET /requests/new/check`.
pub async fn form(State(app): State<App>, op: Op, uri: Uri, headers: HeaderMap) -> Result<Response> {
    let drafting = Drafting::open(&app, &op, &headers).await?;
    if drafting.filed.is_some() {
        return Ok(Redirect::to("/requests/new/done").into_response());
    }
    if let Some(elsewhere) = super::too_early(&drafting, Step::Check) {
        return Ok(elsewhere);
    }
    let errors = match drafting.check(&app, &op).await {
        Ok(_) => Vec::new(),
        Err(problem) => elsewhere(&problem, &op),
    };
    if errors.is_empty()
        && !drafting.draft.has_compared
        && !alike(&app, &op, &drafting.draft).await?.is_empty()
    {
        return Ok(Redirect::to("/requests/new/similar").into_response());
    }
    let mut page = page(&app, &op, &uri, &drafting.draft).await?;
    page.page.errors = errors;
    render(&page)
}

/// `POST /requests/new/check`: files it.
pub async fn file(State(app): State<App>, op: Op, uri: Uri, headers: HeaderMap) -> Result<Response> {
    let drafting = Drafting::open(&app, &op, &headers).await?;
    if drafting.filed.is_some() {
        return Ok(Redirect::to("/requests/new/done").into_response());
    }
    if let Some(elsewhere) = super::too_early(&drafting, Step::Check) {
        return Ok(elsewhere);
    }
    match drafting.file(&app, &op).await {
        Ok(_) => Ok(Redirect::to("/requests/new/done").into_response()),
        Err(problem) if problem.code() == "requests-limit" => {
            let page = limit(&app, &op, &uri, problem.sentence(op.lang));
            render_refused(&problem, &page)
        }
        Err(problem) if problem.kind() == ProblemKind::Invalid => {
            let mut page = page(&app, &op, &uri, &drafting.draft).await?;
            page.page.errors = elsewhere(&problem, &op);
            render_refused(&problem, &page)
        }
        Err(problem) => Err(problem),
    }
}

/// `POST /requests/new/appeal`: asks to be let through.
pub async fn appeal(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Form(appealed): Form<Appealed>,
) -> Result<Response> {
    let drafting = Drafting::open(&app, &op, &headers).await?.unless_filed();
    let mut page = limit(
        &app,
        &op,
        &uri,
        op.lang.text("requests-pages-appeal-lead").to_string(),
    );
    match requests::appeal(&app, &op, &drafting.contact(&app, &op), &appealed.why).await {
        Ok(()) => {
            page.is_asked = true;
            render(&page)
        }
        Err(problem) if problem.kind() == ProblemKind::Invalid => {
            page.why = appealed.why;
            page.page.errors = field_errors(&problem, &op);
            for error in &mut page.page.errors {
                if error.field == "phone" {
                    error.field = format!("{}#phone", Step::Who.path());
                }
            }
            render_refused(&problem, &page)
        }
        Err(problem) => Err(problem),
    }
}

fn limit(app: &App, op: &Op, uri: &Uri, sentence: String) -> LimitPage {
    LimitPage {
        page: step_shell(app, op, uri, "requests-pages-limit-title"),
        sentence,
        why: String::new(),
        is_asked: false,
        n_days: app.config.draft_days,
    }
}

/// Problems of fields, each with the way to the page that asks for it.
fn elsewhere(problem: &Problem, op: &Op) -> Vec<FieldError> {
    let of = |step: Step| {
        fields_of(problem, op, step)
            .into_iter()
            .map(move |error| FieldError {
                field: format!("{}#{}", step.path(), error.field),
                text: error.text,
            })
    };
    Step::ALL.into_iter().flat_map(of).collect()
}

async fn alike(app: &App, op: &Op, draft: &Draft) -> Result<Vec<Alike>> {
    let found = requests::similar(
        app,
        op,
        &draft.service,
        &draft.text,
        draft.position(),
        draft.place.as_deref(),
    )
    .await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let teller = Teller::new(app, op.lang).await?;
    Ok(found
        .into_iter()
        .map(|similar| shown(op, &teller, &similar))
        .collect())
}

fn shown(op: &Op, teller: &Teller, similar: &Similar) -> Alike {
    let request = &similar.request;
    let text: String = mask(&request.text).chars().take(MOST_SHOWN).collect();
    let mut facts = vec![teller.day(request.opened_at)];
    if let Some(metres) = similar.likeness.metres {
        // Nearer than ten metres nobody can tell from a telephone's position.
        let metres = ((metres / 10.0).round() * 10.0).max(10.0) as i64;
        facts.push(op.lang.text("requests-pages-metres").n("n", metres).to_string());
    }
    if request.n_supporters > 0 {
        let n = request.n_supporters;
        facts.push(op.lang.text("requests-pages-supporters").n("n", n).to_string());
    }
    facts.push(teller.place_within(request.place.as_deref()));
    Alike {
        code: request.code.clone(),
        shown_code: written(&request.code),
        href: request.path(),
        text,
        light: teller.light(request.light(op.at)),
        facts: facts.join(" · "),
    }
}

async fn page(app: &App, op: &Op, uri: &Uri, draft: &Draft) -> Result<CheckPage> {
    let teller = Teller::new(app, op.lang).await?;
    let lang = op.lang;
    let row = |id: &'static str, value: String, step: Step, field: &str| {
        let key = lang.text(id).to_string();
        SummaryRow {
            actions: vec![Action {
                href: format!("{}#{field}", step.path()),
                text: lang.text("requests-pages-change").to_string(),
                of: key.clone(),
            }],
            ..SummaryRow::new(key, value)
        }
    };
    let nothing = || lang.text("requests-pages-not-given").to_string();
    let or_nothing = |text: &str| {
        if text.trim().is_empty() {
            nothing()
        } else {
            text.to_owned()
        }
    };
    let mut rows = vec![
        row(
            "requests-pages-service",
            teller.service(&draft.service),
            Step::Service,
            "main-content",
        ),
        row(
            "requests-pages-place",
            or_nothing(&teller.place_within(draft.place.as_deref())),
            Step::Where,
            "main-content",
        ),
    ];
    if let Some(position) = draft.position() {
        let position = format!("{}, {}", position.lat, position.lon);
        rows.push(row("requests-pages-position", position, Step::Where, "lat"));
    }
    rows.push(row(
        "requests-pages-address",
        or_nothing(&draft.address),
        Step::Where,
        "address",
    ));
    let kind = lang.text(format!("requests-pages-kind-{}", draft.kind().as_str()));
    rows.push(row("requests-pages-kind", kind.to_string(), Step::What, "kind"));
    rows.push(row(
        "requests-pages-text",
        or_nothing(&draft.text),
        Step::What,
        "description",
    ));
    if let Ok(service) = teller.library.service(&draft.service) {
        rows.extend(answers(op, service, draft));
    }
    let privacy = match draft.privacy() {
        Some(privacy) => lang
            .text(format!("requests-pages-privacy-{}", privacy.as_str()))
            .to_string(),
        None => nothing(),
    };
    rows.push(row("requests-pages-privacy", privacy, Step::Who, "privacy"));
    if draft.privacy() != Some(Privacy::Anonymous) {
        for (id, value, field) in [
            ("requests-pages-name", &draft.name, "name"),
            ("requests-pages-phone", &draft.phone, "phone"),
            ("requests-pages-email", &draft.email, "email"),
        ] {
            rows.push(row(id, or_nothing(value), Step::Who, field));
        }
    }
    let audience = if draft.photos_for_all { "everybody" } else { "unit" };
    Ok(CheckPage {
        page: step_shell(app, op, uri, "requests-pages-check-title"),
        step: caption(op, Step::Check),
        rows,
        photos: draft
            .photos
            .iter()
            .map(|photo| format!("/requests/new/photos/{}", photo.blob))
            .collect(),
        photos_note: lang
            .text(format!("requests-pages-photos-for-{audience}"))
            .to_string(),
    })
}

fn answers(op: &Op, service: &Service, draft: &Draft) -> Vec<SummaryRow> {
    let lang = op.lang;
    let row = |attribute: &Attribute| {
        let given = draft.given(&attribute.code);
        let words: Vec<&str> = given
            .iter()
            .map(|value| {
                let choice = attribute.values.iter().find(|choice| choice.key == *value);
                choice.map_or(value.as_str(), |choice| choice.title.in_language(lang.code()))
            })
            .collect();
        let value = match words.is_empty() {
            true => lang.text("requests-pages-not-given").to_string(),
            false => words.join(", "),
        };
        let title = attribute.title.in_language(lang.code());
        SummaryRow {
            actions: vec![Action {
                href: format!("{}#attribute[{}]", Step::What.path(), attribute.code),
                text: lang.text("requests-pages-change").to_string(),
                of: title.to_owned(),
            }],
            ..SummaryRow::new(title, value)
        }
    };
    service.attributes.iter().map(row).collect()
}
