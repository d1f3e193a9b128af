//! USSD, as aggregators call it: a form with the session, the number and everything keyed in so far (`1*4821`);
//! the answer is `CON` and a screen, or `END` and the last one. The network waits five seconds at most.

use axum::{
    body::to_bytes,
    extract::{Path, Request, State},
    http::header,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{Answer, Heard, admit, words};
use crate::platform::{
    app::App,
    message::{Address, Channel, phone::Phone},
    problem::{Problem, Result},
};

const MOST_BYTES: usize = 16 * 1024;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Step {
    session_id: String,
    #[serde(default)]
    service_code: String,
    phone_number: String,
    #[serde(default)]
    text: String,
}

pub(super) async fn hear(
    State(app): State<App>,
    Path(secret): Path<String>,
    request: Request,
) -> Result<Response> {
    admit(&app, &request, &secret)?;
    let body = to_bytes(request.into_body(), MOST_BYTES)
        .await
        .map_err(|_| Problem::too_large("request-too-large"))?;
    let step: Step = serde_urlencoded::from_bytes(&body)
        .map_err(|error| Problem::invalid("request-malformed").because(error))?;
    let phone = Phone::parse(&step.phone_number, &app.config.phone_prefix)
        .ok_or_else(|| Problem::invalid("phone-malformed"))?;
    let at = app.clock.now();
    let heard = Heard {
        id: format!("{} {}", step.session_id, step.text),
        channel: Channel::Ussd,
        from: Address::Sms(phone),
        to: Some(step.service_code).filter(|code| !code.is_empty()),
        title: None,
        lang: words::lang_of(&step.text, app.config.language.parse().unwrap_or_default()),
        text: step.text,
        files: Vec::new(),
        message_id: None,
        in_reply_to: Vec::new(),
        at,
    };
    let answer = match super::hear(&app, &heard).await {
        Ok(answer) => answer,
        // A telephone shows nothing of an HTTP error: it is told in words, and the log has the cause.
        Err(problem) => {
            tracing::error!(code = problem.code(), error = %problem, "a USSD step failed");
            Answer::Say(problem.sentence(heard.lang))
        }
    };
    let screen = match answer {
        Answer::Ask(text) => format!("CON {}", formats::gsm::fit_screen(&text)),
        Answer::Say(text) => format!("END {}", formats::gsm::fit_screen(&text)),
        Answer::Nothing => "END".to_owned(),
    };
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], screen).into_response())
}
