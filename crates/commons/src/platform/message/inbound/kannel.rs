//! Text messages in, and reports on those going out, as Kannel calls them (user guide 1.4.5, "SMS-service" and "DLR").
//!
//! With `post-url` number and words come in headers and body; with `get-url` in the address, which Kannel's own log
//! keeps, so the manual recommends the former. Bengali comes as UTF-16BE: the header says so.

use std::borrow::Cow;

use axum::{
    body::to_bytes,
    extract::{Path, Query, RawQuery, Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use percent_encoding::percent_decode_str;
use serde::Deserialize;

use super::{Answer, Heard, admit, goes_out, words};
use crate::platform::{
    app::App,
    message::{Address, Channel, State as Stand, deliver, phone::Phone},
    problem::{Problem, Result},
};

/// Longest body of a message: ten parts of UCS-2 are 1,340 bytes.
const MOST_BYTES: usize = 16 * 1024;

/// What stands in the address: with `get-url` everything, with `post-url` the id.
#[derive(Debug, Default)]
struct Asked {
    /// `%I`, Kannel's own id of the message.
    id: Option<String>,
    /// `%p`, the sender.
    from: Option<String>,
    /// `%P`, the number it was sent to.
    to: Option<String>,
    /// `%b`, the words as bytes.
    text: Option<Vec<u8>>,
    /// `%C`, which letters the bytes are.
    charset: Option<String>,
}

impl Asked {
    /// Reads an address byte by byte, because its words need not be UTF-8.
    fn read(query: &str) -> Asked {
        let mut asked = Asked::default();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = value.replace('+', " ");
            let bytes = percent_decode_str(&value).collect::<Vec<_>>();
            let text =
                || Some(String::from_utf8_lossy(&bytes).trim().to_owned()).filter(|text| !text.is_empty());
            match name {
                "id" => asked.id = text(),
                "from" => asked.from = text(),
                "to" => asked.to = text(),
                "charset" => asked.charset = text(),
                "text" => asked.text = Some(bytes),
                _ => {}
            }
        }
        asked
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Report {
    /// Ours, from the address we gave.
    message: String,
    /// `%d`: 1 delivered, 2 failed, 4 waiting, 8 taken by the operator, 16 refused by the operator.
    #[serde(rename = "type")]
    kind: u32,
}

/// Returns the address at which the gateway reports on one message.
pub(in crate::platform::message) fn report_url(app: &App, message: &str) -> String {
    format!(
        "{}/channels/sms/{}/report?message={message}&type=%d",
        app.config.callback_url,
        super::secret(app)
    )
}

pub(super) async fn hear(
    State(app): State<App>,
    Path(secret): Path<String>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Response> {
    admit(&app, &request, &secret)?;
    let asked = Asked::read(query.as_deref().unwrap_or(""));
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MOST_BYTES)
        .await
        .map_err(|_| Problem::too_large("request-too-large"))?;
    let shown = |name: &str| {
        parts
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let text = if parts.method == Method::POST {
        decode(&parts.headers, &body)
    } else {
        let charset = asked.charset.as_deref().unwrap_or("utf-8");
        asked
            .text
            .as_deref()
            .map(|bytes| letters(charset).decode(bytes).0)
    };
    let from = asked
        .from
        .clone()
        .or_else(|| shown("x-kannel-from"))
        .unwrap_or_default();
    let Some(phone) = Phone::parse(&from, &app.config.phone_prefix) else {
        // Advertising comes from names, and an answer to a name goes nowhere.
        tracing::info!("a text message of a sender without a number was passed over");
        return Ok(StatusCode::OK.into_response());
    };
    let Some(text) = text else {
        tracing::info!("a text message that holds no text was passed over");
        return Ok(StatusCode::OK.into_response());
    };
    let at = app.clock.now();
    // Without an id of the gateway's, the same words of one sender at one minute are one message.
    let id = asked.id.clone().unwrap_or_else(|| {
        let time = shown("x-kannel-time").unwrap_or_else(|| (at.0 / 60_000_000).to_string());
        format!("{} {time} {text}", phone.as_str())
    });
    let heard = Heard {
        id,
        channel: Channel::Sms,
        from: Address::Sms(phone),
        to: asked.to.clone().or_else(|| shown("x-kannel-to")),
        title: None,
        lang: words::lang_of(&text, app.config.language.parse().unwrap_or_default()),
        text: words::cleaned(&text),
        files: Vec::new(),
        message_id: None,
        in_reply_to: Vec::new(),
        at,
    };
    let answer = super::hear(&app, &heard).await?;
    // With a gateway to send through, the answer is a message of its own and the body stays empty.
    let body = match answer {
        Answer::Nothing => String::new(),
        _ if goes_out(&app, Channel::Sms) => String::new(),
        Answer::Say(text) | Answer::Ask(text) => formats::gsm::plain(&text),
    };
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], body).into_response())
}

pub(super) async fn report(
    State(app): State<App>,
    Path(secret): Path<String>,
    Query(report): Query<Report>,
    request: Request,
) -> Result<StatusCode> {
    admit(&app, &request, &secret)?;
    let (state, trouble) = match report.kind {
        1 => (Stand::Delivered, None),
        2 => (Stand::Failed, Some("sms-not-delivered")),
        16 => (Stand::Failed, Some("sms-refused-by-operator")),
        // 8 says again what the gateway said when it took the message, 4 that it waits for the phone.
        _ => return Ok(StatusCode::NO_CONTENT),
    };
    deliver::note_report(&app, &report.message, state, trouble).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Reads the words of a body in the character set its header names; `None` for data that is no text.
fn decode<'a>(headers: &HeaderMap, body: &'a [u8]) -> Option<Cow<'a, str>> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("text/plain; charset=utf-8")
        .to_ascii_lowercase();
    if kind.starts_with("application/octet-stream") {
        return None;
    }
    let charset = kind
        .split(';')
        .find_map(|part| part.trim().strip_prefix("charset="))
        .map_or("utf-8", |charset| charset.trim_matches(['"', '\'']));
    Some(letters(charset).decode(body).0)
}

fn letters(charset: &str) -> &'static encoding_rs::Encoding {
    // Kannel's own names for UTF-16 are not among the labels of the web.
    match charset.to_ascii_lowercase().as_str() {
        "utf-16be" | "ucs-2" | "ucs-2be" | "utf-16" => encoding_rs::UTF_16BE,
        other => encoding_rs::Encoding::for_label(other.as_bytes()).unwrap_or(encoding_rs::UTF_8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(kind: &str, body: &[u8]) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, kind.parse().expect("a header"));
        decode(&headers, body).map(Cow::into_owned)
    }

    #[test]
    fn the_header_says_which_letters_the_bytes_are() {
        let bengali = "রাস্তা";
        let bytes = bengali
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect::<Vec<_>>();
        assert_eq!(
            decoded("text/plain; charset=\"UTF-16BE\"", &bytes).as_deref(),
            Some(bengali)
        );
        assert_eq!(
            decoded("text/plain; charset=UTF-8", "blåbær".as_bytes()).as_deref(),
            Some("blåbær")
        );
        assert_eq!(
            decoded("text/plain; charset=ISO-8859-1", b"bl\xe5b\xe6r").as_deref(),
            Some("blåbær")
        );
        assert_eq!(decoded("text/plain", b"halo").as_deref(), Some("halo"));
        assert_eq!(
            decoded("text/plain; charset=klingon", b"halo").as_deref(),
            Some("halo")
        );
    }

    #[test]
    fn an_address_may_hold_any_letters_and_says_which() {
        let asked =
            Asked::read("id=7&from=%2B6281234567890&to=181&charset=UTF-16BE&text=%09%B0%09%BE&coding=2");
        assert_eq!(
            (asked.id.as_deref(), asked.from.as_deref(), asked.to.as_deref()),
            (Some("7"), Some("+6281234567890"), Some("181"))
        );
        let (text, charset) = (asked.text.expect("words"), asked.charset.expect("letters"));
        assert_eq!(letters(&charset).decode(&text).0, "রা");
        assert_eq!(Asked::read("text=a+b%0Ac").text.as_deref(), Some(&b"a b\nc"[..]));
        assert!(Asked::read("").from.is_none());
    }

    #[test]
    fn binary_messages_hold_no_words() {
        assert_eq!(decoded("application/octet-stream", b"\x00\x01"), None);
    }
}
