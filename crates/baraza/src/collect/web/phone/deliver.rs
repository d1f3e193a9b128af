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
use serde::Serialize;

use super::{
    super::{Parts, find_form, store},
    account_of,
};
use crate::{
    collect::{
        self, FILERS,
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
        take(&app, &op, &form, request).await
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

async fn take(app: &App, op: &Op, form: &Form, request: Request) -> Result<Told> {
    let parts = Multipart::from_request(request, app)
        .await
        .map_err(|error| Problem::unreadable(error.status(), error))?;
    let mut delivery = take_parts(app, parts).await?;
    delivery.project = form.project_id;
    delivery.form = Some(form.xml_form_id.clone());
    delivery.device_id = Some("baraza:phone".into());
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
