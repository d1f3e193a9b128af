//! Notices: whoever follows a proposal or an ask is told what became of it, by text message or mail.
//!
//! A notice names the code and what happened, never the matter nor a person. What became a promise is told by the promise.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{mail, store};
use crate::{
    evidence::{
        self,
        asking::ASKED_FOR,
        model::{Audience, Subject},
    },
    platform::{
        app::App,
        i18n::Lang,
        jobs::Job,
        message::{Channel, Message, Way},
        op::Op,
    },
};

/// How long it is known that a code was sent.
const CODES_KEPT: Duration = Duration::from_secs(24 * 3_600);

/// Tells whoever follows a record what became of it since they were last told.
#[derive(Debug, Serialize, Deserialize)]
pub struct TellFollowers {
    /// `proposal` or `ask`.
    pub kind: String,
    pub id: String,
    pub code: String,
}

impl Job for TellFollowers {
    const NAME: &'static str = "village.tell-followers";

    fn key(&self) -> Option<String> {
        Some(format!("{}/{}", self.kind, self.id))
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        let subject = Subject::new(&self.kind, &self.id);
        let about = format!("{}/{}", self.kind, self.id);
        let entries = evidence::timeline(app, &subject, Audience::Public).await?;
        let mut tx = app.db.begin().await?;
        let told = store::list_told(&mut tx, &about).await?;
        let mut latest = None;
        for entry in entries.iter().filter(|entry| !told.contains(&entry.id)) {
            store::insert_told(&mut tx, &about, &entry.id).await?;
            latest = Some(entry);
        }
        let Some(text) = latest.and_then(|entry| text_of(&entry.what)) else {
            return Ok(tx.commit().await?);
        };
        for follower in evidence::list_followers_in(&mut tx, &subject).await? {
            if follower.address.channel().way(app) == Way::Closed {
                continue;
            }
            let lang: Lang = follower.lang.parse().unwrap_or_default();
            let link = format!("{}/{}s/{}", app.config.base_url, self.kind, self.code);
            let said = lang.text(text).arg("code", &self.code).arg("link", link);
            let mut parts = vec![said.to_string()];
            if follower.address.channel() == Channel::Email {
                let about = mail::About::new(&self.kind, &self.id, &self.code);
                parts.push(mail::to_end(app, &about, &follower.address, lang)?);
            }
            let title = lang.text("village-voice-told-title").arg("code", &self.code);
            let message =
                Message::new(follower.address, lang, &about, parts.join("\n\n")).titled(title.to_string());
            tx.send(&op, message).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// Forgets that codes were sent, and who was asked by mail.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ForgetCodes {}

impl Job for ForgetCodes {
    const NAME: &'static str = "village.forget-codes";

    fn key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let mut tx = app.db.begin().await?;
        store::forget_codes(&mut tx, app.clock.now().minus(CODES_KEPT)).await?;
        store::forget_mail_asked(&mut tx, app.clock.now().minus(ASKED_FOR)).await?;
        Ok(tx.commit().await?)
    }
}

/// The text that tells of an entry; none for what is told otherwise.
fn text_of(what: &str) -> Option<&'static str> {
    Some(match what {
        "proposal.made" => "village-proposals-told-made",
        "proposal.costed" => "village-proposals-told-costed",
        "proposal.declined" => "village-proposals-told-declined",
        "proposal.dropped" => "village-proposals-told-dropped",
        "proposal.hidden" => "village-proposals-told-hidden",
        "ask.made" => "village-asks-told-made",
        "ask.declined" => "village-asks-told-declined",
        _ => return None,
    })
}
