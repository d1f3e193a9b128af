//! Takes in what was filled on a phone, through the door everybody files by: as often as it is sent, it counts once.
//!
//! Answers are plain JSON that says what the phone should show. A phone sends the answers with as many files as go into one
//! request, and again with the rest, until every file it has is among those it is told we have.

use axum::{
    Json,
    extract::{FromRequest, Multipart, Path, Request, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use formats::xform;
use serde::Serialize;

use super::{
    super::{Parts, env, find_form, store},
    account_of,
};
use crate::{
    collect::{
        self, FILERS,
        households::entry,
        library,
        model::{Audience, Filed, Form},
        openrosa::take_parts,
    },
    platform::{
        app::App,
        op::Op,
        problem::{Kind, Problem, Result},
    },
};

/// Names the account that filled the answers; see [`account_of`].
const ACCOUNT: &str = "x-baraza-account";
/// Holds what was said to questions about likely duplicates, see [`entry`]: `ID=ID,ID=another`.
const LIKELY: &str = "x-baraza-likely";

/// What became of a delivery, as the phone shows it.
#[derive(Serialize)]
#[serde(tag = "state", rename_all = "lowercase")]
enum Told {
    /// We have the answers, and these files.
    Accepted {
        reference: String,
        files: Vec<String>,
        sentence: String,
    },
    /// Nothing more will happen until a person acts: signs in, asks the office, mends an answer.
    Needs { why: &'static str, sentence: String },
}

/// `POST /forms/{project}/{form}/deliver`.
pub(in super::super) async fn deliver(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    request: Request,
) -> Result<Response> {
    let taken = async {
        let form = find_form(&app, &parts).await?;
        may_deliver(&op, &form, request.headers())?;
        let said = said_in(request.headers());
        take(&app, &op, &form, request, &said).await
    };
    match taken.await {
        Ok(told) => Ok(Json(told).into_response()),
        // What is ours to mend goes by itself later; it is logged where every failure is.
        Err(problem) if is_ours(&problem) => Err(problem),
        Err(problem) => {
            let told = Told::Needs {
                why: problem.code(),
                sentence: problem.sentence(op.lang),
            };
            Ok((problem.kind().status(), Json(told)).into_response())
        }
    }
}

async fn take(app: &App, op: &Op, form: &Form, request: Request, said: &[(String, String)]) -> Result<Told> {
    let parts = Multipart::from_request(request, app)
        .await
        .map_err(|error| Problem::unreadable(error.status(), error))?;
    let mut delivery = take_parts(app, parts).await?;
    delivery.project = form.project_id;
    delivery.form = Some(form.xml_form_id.clone());
    delivery.device_id = Some("baraza:phone".into());
    if !said.is_empty() {
        keep_said(app, op, form, &delivery.xml, said).await?;
    }
    let receipt = collect::receive(app, op, delivery).await?;
    let id = &receipt.instance_id;
    let submission = store::submissions::find_by_instance(app.db.read(), &form.id, id).await?;
    let files = match submission {
        Some(submission) => store::submissions::list_files(app.db.read(), &submission.id).await?,
        None => Vec::new(),
    };
    let said = match receipt.filed {
        Filed::Conflict => "collect-filed-conflict",
        _ => "collect-filed-new",
    };
    Ok(Told::Accepted {
        reference: id.trim_start_matches("uuid:").to_owned(),
        files: files.into_iter().map(|file| file.name).collect(),
        sentence: op.lang.text(said).to_string(),
    })
}

/// Keeps who was said to be in a list already, before the answers make a new one of them; what cannot be told is left to the desk.
async fn keep_said(app: &App, op: &Op, form: &Form, xml: &[u8], said: &[(String, String)]) -> Result<()> {
    let questionnaire = library::current(app, form).await?;
    let checked = std::str::from_utf8(xml)
        .ok()
        .and_then(|xml| xform::check(&questionnaire.xform, &env(app, op), xml).ok());
    let Some((instance, _)) = checked else {
        return Ok(());
    };
    let questions = entry::questions(app, op, &questionnaire, &instance).await?;
    entry::keep(app, op, &questions, said).await
}

fn said_in(headers: &HeaderMap) -> Vec<(String, String)> {
    let said = headers.get(LIKELY).and_then(|said| said.to_str().ok());
    said.into_iter()
        .flat_map(|said| said.split(','))
        .filter_map(|one| one.trim().split_once('='))
        .map(|(id, answer)| (id.to_owned(), answer.to_owned()))
        .collect()
}

/// Passes whoever may file to the form and is the one who filled it: phones are handed on.
fn may_deliver(op: &Op, form: &Form, headers: &HeaderMap) -> Result<()> {
    if form.audience == Audience::Staff {
        op.require(&FILERS)?;
    }
    let said = headers.get(ACCOUNT).and_then(|said| said.to_str().ok());
    let filled_by = said.unwrap_or_default();
    if filled_by.is_empty() || filled_by == account_of(op) {
        return Ok(());
    }
    Err(match op.person() {
        None => Problem::unauthenticated("sign-in-needed"),
        Some(_) => Problem::forbidden("collect-offline-other-account"),
    })
}

fn is_ours(problem: &Problem) -> bool {
    matches!(problem.kind(), Kind::Internal | Kind::Unavailable | Kind::TooMany)
}
