//! Text messages out, through Kannel's `sendsms` (Kannel user guide 1.4.5, "Using the HTTP interface to send SMS").
//!
//! The message goes in the body and the number in a header, so that neither stands in an address that logs keep.

use std::{sync::LazyLock, time::Duration};

use formats::gsm::Coding;
use reqwest::{StatusCode, header};

use super::{deliver::Trouble, inbound, phone::Phone};
use crate::platform::app::App;

/// Delivered, failed, taken by the operator, refused by the operator.
const REPORTS: &str = "27";

static CLIENT: LazyLock<reqwest::Client> = LazyLock::new(|| {
    reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(5))
        .timeout(Duration::from_secs(15))
        // The gateway is our neighbour; no proxy of the environment comes between.
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client of fixed settings")
});

pub(super) async fn send(app: &App, id: &str, to: &Phone, text: &str) -> Result<(), Trouble> {
    let Some(url) = &app.config.sms_url else {
        return Err(Trouble::Never("no-gateway"));
    };
    let mut bare = url.clone();
    let (user, password) = super::wire::credentials(url).unwrap_or_default();
    // These cannot fail: the setting was checked to be an http address with a host.
    let _ = (bare.set_username(""), bare.set_password(None));
    let (coding, charset, body) = match formats::gsm::size(text).coding {
        Coding::Gsm7 => ("0", "UTF-8", text.as_bytes().to_vec()),
        Coding::Ucs2 => (
            "2",
            "UTF-16BE",
            text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        ),
    };
    let mut request = CLIENT
        .post(bare)
        .header("X-Kannel-Username", user)
        .header("X-Kannel-Password", password)
        .header("X-Kannel-To", to.as_str())
        .header("X-Kannel-Coding", coding)
        .header("X-Kannel-DLR-Mask", REPORTS)
        .header("X-Kannel-DLR-Url", inbound::kannel::report_url(app, id))
        .header(header::CONTENT_TYPE, format!("text/plain; charset={charset}"))
        .body(body);
    if let Some(from) = &app.config.sms_from {
        request = request.header("X-Kannel-From", from);
    }
    let answer = request
        .send()
        .await
        .map_err(|error| Trouble::Later("sms-gateway-away", error.without_url().into()))?;
    let status = answer.status();
    if status.is_success() {
        return Ok(());
    }
    // The body repeats no number: Kannel says "Authorization failed", "Number(s) has/have been denied" and the like.
    let said = answer.text().await.unwrap_or_default();
    let said = said.chars().take(200).collect::<String>();
    let cause = anyhow::anyhow!("the SMS gateway answered {status}: {said}");
    match status {
        StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => {
            Err(Trouble::Later("sms-gateway-refuses-us", cause))
        }
        status if status.is_client_error() => Err(Trouble::Never("sms-refused")),
        _ => Err(Trouble::Later("sms-gateway-busy", cause)),
    }
}
