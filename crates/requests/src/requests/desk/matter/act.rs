//! Taking a step: what was typed is never lost, whoever was faster.

use axum::{
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use jiff::civil::DateTime;

use super::{
    super::{
        fields::{Fields, errors_in},
        queue::READERS,
        templates,
    },
    Matter, Typed, is_stale,
};
use crate::{
    evidence::{
        self,
        model::{Follower, Subject},
    },
    platform::{
        app::App,
        message::Address,
        op::Op,
        page::{render, render_refused, shell},
        problem::{Kind, Problem, Result},
        time::Time,
    },
    requests::{
        self,
        access::{self, Sight},
        model::state::{Answered, Spoken},
    },
};

/// What a page can say was done.
pub const DONE: &[&str] = &[
    "verify",
    "assign",
    "answer",
    "answer-improper",
    "ask",
    "hear",
    "escalate",
    "send-back",
    "transfer",
    "transfer-yes",
    "transfer-no",
    "special",
    "special-yes",
    "special-no",
    "join",
    "note",
    "photo",
    "watch",
    "unwatch",
];

/// Steps that change nothing others may have changed meanwhile.
const HARMLESS: [&str; 3] = ["note", "watch", "unwatch"];

pub async fn act(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(code): Path<String>,
    fields: Fields,
) -> Result<Response> {
    op.require(&READERS)?;
    let act = fields.get("act").to_owned();
    if fields.get("use") == "template" {
        return filled_in(&app, &op, &uri, &code, fields).await;
    }
    let request = requests::see(&app, &op, &code, None).await?.request;
    let taken = if !HARMLESS.contains(&act.as_str()) && is_stale(&request, &fields) {
        Err(Problem::conflict("requests-changed-meanwhile"))
    } else {
        take(&app, &op, &code, &act, &fields).await
    };
    match taken {
        Ok(done) => {
            let request = requests::find(&app, &code).await?;
            let lineage = requests::library::current(&app)
                .await?
                .lineage(request.place.as_deref());
            // Passed on to another unit, it is not on this desk any more.
            let path = match access::sight(&op, &request, &lineage) {
                Sight::Staff => format!("/desk/requests/{}?done={done}", request.code),
                _ => "/desk/requests".to_owned(),
            };
            Ok(Redirect::to(&path).into_response())
        }
        Err(problem) if matches!(problem.kind(), Kind::Internal | Kind::NotFound) => Err(problem),
        Err(problem) if problem.code() == "not-allowed" => Err(problem),
        Err(problem) => {
            let typed = Typed {
                errors: errors_in(&problem, &op, &act),
                act,
                fields,
            };
            let matter = Matter::read(&app, &op, &code).await?;
            let page = matter.page(&app, &op, shell(&app, &op, &uri), &typed).await?;
            render_refused(&problem, &page)
        }
    }
}

/// Shows the page again with a template's text in the answer; nothing is sent yet.
async fn filled_in(app: &App, op: &Op, uri: &Uri, code: &str, mut fields: Fields) -> Result<Response> {
    let matter = Matter::read(app, op, code).await?;
    if !matter.may_act {
        return Err(Problem::forbidden("not-allowed"));
    }
    let filled = templates::fill(
        app,
        &matter.teller,
        &matter.seen.request,
        fields.get("answer-template"),
        op,
    )
    .await;
    let errors = match &filled {
        Ok(_) => Vec::new(),
        Err(problem) => errors_in(problem, op, "answer"),
    };
    if let Ok(text) = &filled {
        fields.0.retain(|(name, _)| name != "answer-text");
        fields.0.push(("answer-text".to_owned(), text.clone()));
    }
    let typed = Typed {
        act: "answer".to_owned(),
        fields,
        errors,
    };
    let page = matter.page(app, op, shell(app, op, uri), &typed).await?;
    match filled {
        Ok(_) => render(&page),
        Err(problem) => render_refused(&problem, &page),
    }
}

/// Takes one step; returns what the page says of it.
async fn take(app: &App, op: &Op, code: &str, act: &str, fields: &Fields) -> Result<&'static str> {
    let get = |name: &str| fields.get(&format!("{act}-{name}"));
    match act {
        "verify" => requests::verify(app, op, code).await.map(|_| "verify"),
        "assign" => requests::assign(app, op, code, get("post"))
            .await
            .map(|_| "assign"),
        "answer" => {
            let (_, answered) = requests::answer(app, op, code, get("kind"), get("text")).await?;
            Ok(match answered {
                Answered::Proper => "answer",
                Answered::Improper => "answer-improper",
            })
        }
        "ask" => requests::ask(app, op, code, get("reason"), get("text"))
            .await
            .map(|_| "ask"),
        "hear" => requests::hear_back(app, op, code, get("text"))
            .await
            .map(|_| "hear"),
        "escalate" => requests::escalate(app, op, code, get("reason"), get("note"))
            .await
            .map(|_| "escalate"),
        "send-back" => requests::send_back(app, op, code, get("note"))
            .await
            .map(|_| "send-back"),
        "transfer" => {
            let spoken = Spoken {
                at: moment(app, op, get("at"))?,
                said: get("said").to_owned(),
            };
            requests::propose_transfer(app, op, code, get("to"), &spoken, get("note"))
                .await
                .map(|_| "transfer")
        }
        "transfer-yes" => requests::approve_transfer(app, op, code)
            .await
            .map(|_| "transfer-yes"),
        "transfer-no" => requests::reject_transfer(app, op, code, get("note"))
            .await
            .map(|_| "transfer-no"),
        "special" => requests::propose_special_close(app, op, code, get("reason"), get("text"))
            .await
            .map(|_| "special"),
        "special-yes" => requests::approve_special_close(app, op, code, get("signature"), get("text"))
            .await
            .map(|_| "special-yes"),
        "special-no" => requests::reject_special_close(app, op, code, get("text"))
            .await
            .map(|_| "special-no"),
        "join" => requests::join(app, op, code, get("into")).await.map(|_| "join"),
        "note" => requests::note(app, op, code, get("text")).await.map(|()| "note"),
        "watch" => watch(app, op, code).await.map(|()| "watch"),
        "unwatch" => unwatch(app, op, code).await.map(|()| "unwatch"),
        _ => Err(Problem::invalid("request-malformed")),
    }
}

async fn watch(app: &App, op: &Op, code: &str) -> Result<()> {
    let me = op.require_person()?;
    let follower = Follower {
        address: Address::Account(me.id.clone()),
        lang: op.lang.code().to_owned(),
    };
    requests::watch(app, op, code, &follower).await
}

async fn unwatch(app: &App, op: &Op, code: &str) -> Result<()> {
    let me = op.require_person()?;
    let request = requests::see(app, op, code, None).await?.request;
    let mut tx = app.db.begin().await?;
    let subject = Subject::new("request", &request.id);
    evidence::unfollow(&mut tx, &subject, &Address::Account(me.id.clone())).await?;
    tx.commit().await
}

/// When the resident was spoken with, on the place's own clocks; now when nothing was entered.
fn moment(app: &App, op: &Op, text: &str) -> Result<Time> {
    if text.trim().is_empty() {
        return Ok(op.at);
    }
    let wrong = || Problem::invalid("fields").field("at", "requests-desk-moment-malformed");
    let local: DateTime = text.trim().parse().map_err(|_| wrong())?;
    let zone = app.config.zoned(op.at).time_zone().clone();
    let zoned = local.to_zoned(zone).map_err(|_| wrong())?;
    Ok(Time(zoned.timestamp().as_microsecond()))
}
