//! The same form with no network after the first visit: what a phone keeps of it, and how it hands in what was filled.
//!
//! The server gives the program of a form (`formats::xform::program`), rows of its long lists and its files; the scripts in `web/src/form`
//! fill it on the phone and keep answers there; `deliver` files them. Nothing here keeps drafts: those of phones stay on phones.

pub(super) mod choices;
pub(super) mod deliver;
mod lists;
mod texts;

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderName, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use formats::xform::Field;
use serde::Serialize;

use super::{Parts, base, find_form, may_fill, part, store};
use crate::{
    collect::{
        entities::choices::with_choices,
        library,
        model::{Audience, Form, Questionnaire},
    },
    platform::{
        app::App,
        html::{Shell, assets},
        id,
        op::Op,
        page::{render, shell},
        problem::{Problem, Result},
    },
};

/// The page a browser keeps and shows for every form when there is no network; it holds nothing of anybody.
#[derive(Template)]
#[template(path = "collect/web/phone.html")]
pub struct PhonePage {
    pub page: Shell,
    pub phone: Phone,
}

/// What a page tells the scripts of the phone.
#[derive(Debug, Clone, Default)]
pub struct Phone {
    /// The words they say, by id, as JSON.
    pub words: String,
    /// Who is signed in, as JSON; empty for a stranger.
    pub me: String,
    /// The form of the page, as JSON; empty where there is none.
    pub form: String,
}

/// A form as a phone knows it.
#[derive(Serialize)]
struct Known<'a> {
    base: String,
    title: &'a str,
    /// Where its program lies, for ever the same under this address.
    program: String,
    /// What rows of its lists are asked for with: `/choices/LIST?version=…`.
    version: &'a str,
    /// Whether it is filled without an account.
    public: bool,
}

/// Who is signed in, as the phone keeps apart what belongs to whom.
#[derive(Serialize)]
struct Me<'a> {
    who: String,
    name: &'a str,
    email: &'a str,
}

impl Phone {
    /// Tells the scripts of a page that has no form.
    pub(super) fn of(op: &Op) -> Result<Phone> {
        let me = op.person().map(|person| Me {
            who: account_of(op),
            name: &person.name,
            email: &person.email,
        });
        Ok(Phone {
            words: texts::words(op.lang)?,
            me: me.map_or(Ok(String::new()), |me| json(&me))?,
            form: String::new(),
        })
    }

    /// Tells the scripts of a form's page about it.
    pub(super) fn of_form(app: &App, op: &Op, questionnaire: &Arc<Questionnaire>) -> Result<Phone> {
        let program = lists::program(app, questionnaire)?;
        let base = base(&questionnaire.form);
        let version = &questionnaire.version.id;
        let known = Known {
            program: format!("{base}/program/{version}?v={}", program.mark),
            base,
            title: &questionnaire.version.title,
            version,
            public: questionnaire.form.audience == Audience::Public,
        };
        Ok(Phone {
            form: json(&known)?,
            ..Phone::of(op)?
        })
    }

    /// The address of the program, for a browser to fetch while it reads the scripts.
    pub fn program(&self) -> String {
        let known: serde_json::Value = serde_json::from_str(&self.form).unwrap_or_default();
        known["program"].as_str().unwrap_or_default().to_owned()
    }

    /// What a browser may fetch before it has read the page, as the header `Link`: a slow one saves the time that the page itself takes.
    pub(super) fn early(&self) -> String {
        let script = assets::address("form.js");
        let program = self.program();
        format!(
            "<{script}>; rel=preload; as=script, <{program}>; rel=preload; as=fetch; crossorigin=anonymous"
        )
    }

    pub fn sample() -> Phone {
        Phone {
            words: r#"{"send":"Send"}"#.into(),
            me: r#"{"who":"0","name":"Siti Aminah","email":"siti@example.org"}"#.into(),
            form: r#"{"base":"/forms/census/household","title":"Household <2026>","program":"/forms/census/household/program/1?v=1","version":"1","public":false}"#.into(),
        }
    }
}

/// Tells which questions of a form look their choices up, for a page that shows the others.
pub(super) fn searched(app: &App, questionnaire: &Arc<Questionnaire>) -> Result<impl Fn(&Field) -> bool> {
    let program = lists::program(app, questionnaire)?;
    let questionnaire = questionnaire.clone();
    Ok(move |field: &Field| {
        let question = questionnaire.xform.question_at(&field.path);
        question.is_some_and(|question| program.is_searched(question.def))
    })
}

/// Names the account of the caller to its phone: not the id, not the address; "" for a stranger.
pub(super) fn account_of(op: &Op) -> String {
    op.person()
        .map(|person| id::digest(&format!("phone {}", person.id))[..16].to_owned())
        .unwrap_or_default()
}

/// `GET /forms/phone`: the page for when there is no network.
pub(super) async fn page(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    let mut page = shell(&app, &op, &uri).titled(op.lang.text("collect-offline-title"));
    // Every page of forms is shown out of this one; nobody's name may stand on it.
    page.person = None;
    let phone = Phone {
        words: texts::words(op.lang)?,
        ..Phone::default()
    };
    render(&PhonePage { page, phone })
}

/// `GET /forms/worker.js`: the service worker; its address decides which pages it may answer for.
pub(super) async fn worker() -> Result<Response> {
    let script = assets::content("forms-worker.js").ok_or_else(|| Problem::not_found("page-unknown"))?;
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
        // The list of forms is `/forms`, above the folder that the script lies in.
        (HeaderName::from_static("service-worker-allowed"), "/forms"),
    ];
    Ok((headers, script).into_response())
}

/// `GET /forms/{project}/{form}/program/{version}`: what the phone runs; unchanging under the mark in its address.
pub(super) async fn program(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path(parts): Parts,
) -> Result<Response> {
    let form = find_form(&app, &parts).await?;
    may_fill(&op, &form)?;
    let questionnaire = published(&app, &op, &form, part(&parts, "version")).await?;
    let program = lists::program(&app, &questionnaire)?;
    let is_marked = super::query_of(&uri)
        .iter()
        .any(|(name, value)| name == "v" && *value == program.mark);
    Ok(unchanging(
        &form,
        &headers,
        &program.mark,
        is_marked,
        program.json.clone(),
    ))
}

/// Finds a version of a form that was published, with the live lists as the caller sees them.
pub(super) async fn published(app: &App, op: &Op, form: &Form, version: &str) -> Result<Arc<Questionnaire>> {
    let found = store::find_version(app.db.read(), version).await?;
    let found = found.filter(|found| found.form_id == form.id && found.published_at.is_some());
    let found = found.ok_or_else(|| Problem::not_found("page-unknown"))?;
    let questionnaire = library::questionnaire(app, &found.id).await?;
    with_choices(app, op, questionnaire).await
}

/// Answers with JSON that a browser keeps: for ever under an address that holds its mark, else until the mark changes.
fn unchanging(form: &Form, headers: &HeaderMap, mark: &str, is_marked: bool, json: bytes::Bytes) -> Response {
    let etag = format!("\"{mark}\"");
    let reach = match form.audience {
        Audience::Public => "public",
        Audience::Staff => "private",
    };
    let control = if is_marked {
        format!("{reach}, max-age=31536000, immutable")
    } else {
        format!("{reach}, no-cache")
    };
    let is_known = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|known| known.to_str().ok())
        .any(|known| known.contains(&etag));
    let kept = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CACHE_CONTROL, control),
        (header::ETAG, etag),
    ];
    if is_known {
        (StatusCode::NOT_MODIFIED, kept).into_response()
    } else {
        (kept, json).into_response()
    }
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(Problem::internal)
}
