//! Takes in what devices did: each act by itself, so that one that is refused holds up none of the others.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    require_writer,
    state::{self, Told},
    store,
};
use crate::{
    platform::{
        app::App,
        op::Op,
        problem::{Kind, Problem, Result},
    },
    scorecards::{
        self,
        model::act::{Act, What},
    },
};

/// Most acts of one request; a device sends the rest with the next one.
const MOST_ACTS: usize = 200;
/// The longest act, in bytes of JSON; whatever a form takes is shorter.
const MOST_ACT_BYTES: usize = 64 * 1024;

/// Letters of an id that are told back.
const MOST_ID: usize = 36;

/// What a device sends.
#[derive(Deserialize)]
struct Sent {
    #[serde(default)]
    device: String,
    #[serde(default)]
    acts: Vec<Value>,
}

/// What became of each act, and the round as it is now.
#[derive(Serialize)]
struct Outcome {
    taken: Vec<Taken>,
    refused: Vec<Refused>,
    state: Told,
}

#[derive(Serialize)]
struct Taken {
    id: String,
    /// `done`, `again`, `conflict` or `late`.
    applied: &'static str,
}

/// An act that stays on the device until a person corrects it.
#[derive(Serialize)]
struct Refused {
    id: String,
    code: &'static str,
    text: String,
}

/// `POST /desk/scorecards/{round}/hall`: acts of one device, as often as it sends them.
pub(super) async fn take(
    State(app): State<App>,
    op: Op,
    headers: HeaderMap,
    Path(round): Path<String>,
    body: Bytes,
) -> Result<Response> {
    require_writer(&op, &headers)?;
    let sent: Sent = serde_json::from_slice(&body)
        .map_err(|error| Problem::invalid("request-malformed").because(error))?;
    if sent.device.trim().is_empty() {
        return Err(Problem::invalid("scorecards-hall-device-missing"));
    }
    if sent.acts.len() > MOST_ACTS {
        return Err(Problem::too_large("scorecards-hall-acts-many").with("most", MOST_ACTS));
    }
    // Who may not open the round is told so once, and not with every act.
    let round = scorecards::read(&app, &op, &round).await?.round.id;
    let (mut taken, mut refused) = (Vec::new(), Vec::new());
    for act in sent.acts {
        let id: String = act["id"]
            .as_str()
            .unwrap_or_default()
            .chars()
            .take(MOST_ID)
            .collect();
        match apply(&app, &op, &round, act).await {
            Ok(applied) => taken.push(Taken { id, applied }),
            // What is ours to mend goes by itself later: the device sends all of them again, and none counts twice.
            Err(problem) if is_ours(&problem) => return Err(problem),
            Err(problem) => refused.push(refusal(&op, id, &problem)),
        }
    }
    let state = state::told(&app, &op, &round).await?;
    let outcome = Outcome {
        taken,
        refused,
        state,
    };
    Ok(Json(outcome).into_response())
}

async fn apply(app: &App, op: &Op, round: &str, act: Value) -> Result<&'static str> {
    if act.to_string().len() > MOST_ACT_BYTES {
        return Err(Problem::invalid("scorecards-hall-act-malformed"));
    }
    let act: Act = serde_json::from_value(act)
        .map_err(|error| Problem::invalid("scorecards-hall-act-malformed").because(error))?;
    // A name that is none is refused with the act.
    if let What::Photo { blob, .. } = &act.what
        && blob.bytes().all(|byte| byte.is_ascii_hexdigit())
        && store::find_photo(&app.db, round, &blob.to_lowercase())
            .await?
            .is_none()
    {
        return Err(Problem::conflict("scorecards-hall-photo-missing"));
    }
    let mut tx = app.db.begin().await?;
    let applied = scorecards::apply(&mut tx, op, round, &act).await?;
    tx.commit().await?;
    Ok(applied.as_str())
}

/// Says why an act was not taken, by its fields where they say it.
fn refusal(op: &Op, id: String, problem: &Problem) -> Refused {
    let sentences: Vec<String> = problem
        .field_sentences(op.lang)
        .into_iter()
        .map(|(_, sentence)| sentence)
        .collect();
    Refused {
        id,
        code: problem
            .fields()
            .first()
            .map_or(problem.code(), |field| field.code),
        text: match sentences.is_empty() {
            true => problem.sentence(op.lang),
            false => sentences.join(" "),
        },
    }
}

fn is_ours(problem: &Problem) -> bool {
    matches!(
        problem.kind(),
        Kind::Internal | Kind::Unavailable | Kind::TooMany | Kind::Unauthenticated
    )
}
