//! Asks at the desk: a village's operator asks, the organisation's own people answer with name and post.

use axum::{
    Form as Sent, Router,
    extract::{Path, Query, State as Shared},
    http::{HeaderMap, Uri},
    response::Response,
    routing::get,
};
use serde::Deserialize;

use super::{
    NewAnswer, NewAsk, answer, find, list, make, may_answer,
    model::{Answer, Ask},
    pages::{grid, view},
};
use crate::{
    accounts,
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Result},
        told,
    },
    village::{
        READERS,
        proposals::pages::Narrowed,
        voice::view::{Field, Form, VoicePage, Weight},
    },
};

/// What the desk's page of an ask says once.
const SAID: [&str; 1] = ["village-voice-said-saved"];

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/desk/asks", get(all).post(add))
        .route("/desk/asks/{ask}", get(one).post(act))
}

/// An ask as it was sent.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    place: String,
    title: String,
    need: String,
    number: String,
    organisation: String,
}

/// An answer as it was sent.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Reply {
    answer: String,
    said: String,
    name: String,
    post: String,
    promise: String,
    due_on: String,
}

async fn all(Shared(app): Shared<App>, op: Op, uri: Uri, Query(asked): Query<Narrowed>) -> Result<Response> {
    op.require(&READERS)?;
    let typed = Typed {
        place: asked.place,
        ..Typed::default()
    };
    render(&list_page(&app, &op, shell(&app, &op, &uri), &typed).await?)
}

async fn add(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Sent(typed): Sent<Typed>,
) -> Result<Response> {
    op.require(&READERS)?;
    let new = NewAsk {
        place: typed.place.clone(),
        title: typed.title.clone(),
        need: typed.need.clone(),
        number: typed.number.clone(),
        organisation: typed.organisation.clone(),
    };
    match make(&app, &op, &new).await {
        Ok(ask) => {
            let to = format!("/desk{}", ask.path());
            Ok(told::redirect(&app, &headers, &to, "village-voice-said-saved"))
        }
        Err(problem) if problem.kind() == Kind::Invalid => {
            let mut page = shell(&app, &op, &uri);
            page.errors = field_errors(&problem, &op);
            render_refused(&problem, &list_page(&app, &op, page, &typed).await?)
        }
        Err(problem) => Err(problem),
    }
}

async fn one(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path(code): Path<String>,
) -> Result<Response> {
    op.require(&READERS)?;
    let ask = find(&app, &code).await?;
    let page = told::shell_with(&headers, shell(&app, &op, &uri), &SAID);
    let view = desk_page(&app, &op, page, &ask, &Reply::default()).await?;
    told::render_once(&headers, &uri, &view)
}

async fn act(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path(code): Path<String>,
    Sent(reply): Sent<Reply>,
) -> Result<Response> {
    op.require(&READERS)?;
    let ask = find(&app, &code).await?;
    let new = NewAnswer {
        answer: reply.answer.clone(),
        said: reply.said.clone(),
        name: reply.name.clone(),
        post: reply.post.clone(),
        promise: reply.promise.clone(),
        due_on: reply.due_on.clone(),
    };
    match answer(&app, &op, &ask, &new).await {
        Ok(()) => {
            let to = format!("/desk{}", ask.path());
            Ok(told::redirect(&app, &headers, &to, "village-voice-said-saved"))
        }
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::Conflict) => {
            let mut page = shell(&app, &op, &uri);
            page.errors = field_errors(&problem, &op);
            render_refused(&problem, &desk_page(&app, &op, page, &ask, &reply).await?)
        }
        Err(problem) => Err(problem),
    }
}

async fn list_page(app: &App, op: &Op, page: Shell, typed: &Typed) -> Result<VoicePage> {
    let lang = op.lang;
    let page = page
        .titled(lang.text("village-asks-title"))
        .crumb(lang.text("village-voice-desk"), "/desk")
        .crumb(lang.text("village-asks-title"), "");
    let organisations = accounts::list_organisations(app)
        .await?
        .into_iter()
        .map(|organisation| {
            Choice::new(&organisation.code, &organisation.name).chosen_if(&typed.organisation)
        })
        .collect();
    let form = Form {
        title: lang.text("village-asks-new").into(),
        lead: String::new(),
        action: "/desk/asks".into(),
        hidden: Vec::new(),
        fields: vec![
            Field::line(lang, "place", "village-voice-village", &typed.place)
                .hinted(lang, "village-voice-village-hint"),
            Field::line(lang, "title", "village-asks-what", &typed.title)
                .hinted(lang, "village-asks-what-hint"),
            Field::text(lang, "need", "village-asks-need", &typed.need),
            Field::line(lang, "number", "village-asks-number", &typed.number)
                .hinted(lang, "village-asks-number-hint"),
            Field::select(lang, "organisation", "village-asks-of", organisations),
        ],
        button: lang.text("village-asks-new").into(),
        weight: Weight::Usual,
    };
    let view = VoicePage {
        tables: vec![grid(app, op, &list(app, None).await?, "/desk").await?],
        forms: vec![form],
        ..VoicePage::new(page)
    };
    Ok(view.link("/asks", "village-asks-public"))
}

async fn desk_page(app: &App, op: &Op, page: Shell, ask: &Ask, reply: &Reply) -> Result<VoicePage> {
    let lang = op.lang;
    let mut page = view(app, op, page, ask).await?.at_desk();
    if ask.answered.is_none() && may_answer(op, &ask.organisation) {
        page.forms.push(answer_form(lang, ask, reply));
    }
    Ok(page.link(ask.path(), "village-asks-public-one"))
}

fn answer_form(lang: Lang, ask: &Ask, reply: &Reply) -> Form {
    let answers = Answer::ALL
        .map(|answer| {
            let answer = answer.as_str();
            Choice::new(answer, lang.text(format!("village-asks-state-{answer}"))).chosen_if(&reply.answer)
        })
        .into();
    Form {
        title: lang.text("village-asks-act-answer").into(),
        lead: String::new(),
        action: format!("/desk{}", ask.path()),
        hidden: Vec::new(),
        fields: vec![
            Field::select(lang, "answer", "village-asks-answer", answers),
            Field::text(lang, "said", "village-asks-said", &reply.said)
                .hinted(lang, "village-asks-said-hint"),
            Field::line(lang, "name", "village-asks-name", &reply.name)
                .hinted(lang, "village-asks-name-hint"),
            Field::line(lang, "post", "village-voice-post", &reply.post),
            Field::text(lang, "promise", "village-voice-promise", &reply.promise)
                .hinted(lang, "village-asks-promise-hint"),
            Field::day(lang, "due_on", "village-voice-due", &reply.due_on),
        ],
        button: lang.text("village-asks-act-answer").into(),
        weight: Weight::Usual,
    }
}
