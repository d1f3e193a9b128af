//! A village that is reached by text message, for the tests of its voices.

use axum::body::Body;
use baraza::platform::{config::Settings, op::Role};
use regex::Regex;

use crate::{
    indicators::{PLACES, import_places},
    platform::messages::gateways::Kannel,
    town::{Town, Visitor},
};

const SECRET: &str = "tests-only-secret-0001";
pub const VILLAGE: &str = "35.22.01.2001";
pub const SITI: &str = "+6281234567890";

/// A town with places and a gateway for text messages.
pub struct Village {
    pub town: Town,
    kannel: Kannel,
}

impl Village {
    pub async fn new() -> Village {
        let kannel = Kannel::start().await;
        let url = kannel.url.clone();
        Village::with(kannel, Some(url)).await
    }

    /// A village whose gateway hands messages over and takes none.
    pub async fn that_only_receives() -> Village {
        Village::with(Kannel::start().await, None).await
    }

    async fn with(kannel: Kannel, sms_url: Option<String>) -> Village {
        let settings = Settings {
            channel_secret: Some(SECRET.into()),
            channel_sources: Some("203.0.113.7".into()),
            sms_url,
            ..Settings::default()
        };
        let town = Town::with(settings).await;
        import_places(&town, PLACES).await;
        Village { town, kannel }
    }

    /// The village's own operator.
    pub async fn operator(&self) -> Visitor<'_> {
        self.town.someone(Role::Officer, Some(VILLAGE)).await
    }

    /// Everything that went out to telephones since somebody last looked: to whom, and the words.
    pub async fn told(&self) -> Vec<(String, String)> {
        self.town.run_jobs().await;
        let taken = self.kannel.taken().into_iter();
        taken
            .map(|taken| {
                let to = taken.headers["x-kannel-to"].to_str().expect("a number");
                (to.to_owned(), String::from_utf8_lossy(&taken.body).into_owned())
            })
            .collect()
    }

    /// Somebody sends a text message; returns what they are answered.
    pub async fn texts(&self, from: &str, text: &str) -> String {
        self.told().await;
        let id = baraza::platform::id::random();
        self.town
            .stranger()
            .with_header("x-kannel-from", from)
            .with_header("x-kannel-to", "181")
            .sends(
                "POST",
                &format!("/channels/sms/{SECRET}?id={id}"),
                "text/plain; charset=UTF-8",
                Body::from(text.to_owned()),
            )
            .await
            .is(200);
        let told = self.told().await.into_iter().filter(|(to, _)| to == from);
        told.map(|(_, text)| text).collect::<Vec<_>>().join(" | ")
    }

    /// Somebody sends a text message and sends back the four digits that they are asked for; returns what they are answered then.
    pub async fn says(&self, from: &str, text: &str) -> String {
        let asked = self.texts(from, text).await;
        let digits = found(&asked, r"\b([0-9]{4})\b");
        self.texts(from, &digits).await
    }

    /// Somebody proposes a footbridge and is told at a number; returns the code.
    pub async fn proposes(&self) -> String {
        let fields = [
            ("place", VILLAGE),
            ("title", "A footbridge to the school"),
            ("text", "Children wade through the river"),
            ("phone", "0812 3456 7890"),
        ];
        let answer = self.town.stranger().submits("/proposals/new", &fields).await;
        let answer = answer.is(303);
        answer
            .header("location")
            .trim_start_matches("/proposals/")
            .to_owned()
    }

    /// Somebody types a number, reads the code that is sent to it and types that; `path` is where the form goes.
    pub async fn confirms(&self, path: &str, more: &[(&str, &str)], code_path: &str) -> u16 {
        self.told().await;
        let mut fields = vec![("phone", "0812 3456 7890")];
        fields.extend_from_slice(more);
        let stranger = self.town.stranger();
        let page = stranger.submits(path, &fields).await.is(200).text();
        let ticket = found(&page, "name=\"ticket\" value=\"([^\"]+)\"");
        let told = self.told().await;
        let code = found(&told[0].1, "([0-9]{6})");
        let wrong = if code == "000000" { "000001" } else { "000000" };
        let typed = [("ticket", ticket.as_str()), ("code", wrong)];
        stranger.submits(code_path, &typed).await.is(400);
        let typed = [("ticket", ticket.as_str()), ("code", code.as_str())];
        stranger.submits(code_path, &typed).await.status.as_u16()
    }
}

/// What the first group of a pattern stands for in a page.
pub fn found(page: &str, pattern: &str) -> String {
    let pattern = Regex::new(pattern).expect("a pattern");
    pattern
        .captures(page)
        .unwrap_or_else(|| panic!("{pattern}: {page}"))[1]
        .to_owned()
}
