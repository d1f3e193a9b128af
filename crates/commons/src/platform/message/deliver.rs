//! Handing messages to gateways, and what the gateways tell about them afterwards.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::{Address, State, Way, mail, sms};
use crate::platform::{
    app::App,
    jobs::{Job, Lane},
    problem::Result,
};

/// How often a gateway is asked before a message counts as failed: over about an hour and a half.
const MOST_TRIES: i64 = 7;
/// How long the words of a failed message wait for an operator: 30 days.
const KEPT: Duration = Duration::from_secs(30 * 86_400);

/// Hands one message to its gateway.
#[derive(Serialize, Deserialize)]
pub struct Deliver {
    pub message: String,
}

/// Why a message did not go out.
#[derive(Debug)]
pub(super) enum Trouble {
    /// It never will: the code says why.
    Never(&'static str),
    /// It may later: the code for the desk, and the cause for the log. Neither names the address.
    Later(&'static str, anyhow::Error),
}

#[derive(FromRow)]
pub(super) struct Waiting {
    pub id: String,
    pub lang: String,
    pub address: String,
    pub title: String,
    pub text: Option<String>,
    pub answers: Option<String>,
    pub n_tries: i64,
    pub queued_at: i64,
}

impl Job for Deliver {
    const NAME: &'static str = "platform.deliver";
    const LANE: Lane = Lane::Post;

    fn key(&self) -> Option<String> {
        Some(self.message.clone())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let waiting: Option<Waiting> = sqlx::query_as(
            "SELECT id, lang, address, title, text, answers, n_tries, queued_at
             FROM message
             WHERE id = $1
               AND state = 'queued'",
        )
        .bind(&self.message)
        .fetch_optional(app.db.read())
        .await?;
        let Some(waiting) = waiting else {
            return Ok(());
        };
        match hand_over(app, &waiting).await {
            Ok(state) => Ok(settle(app, &waiting.id, state, None).await?),
            Err(Trouble::Never(code)) => Ok(settle(app, &waiting.id, State::Failed, Some(code)).await?),
            Err(Trouble::Later(code, _)) if waiting.n_tries + 1 >= MOST_TRIES => {
                Ok(give_up(app, &waiting.id, code).await?)
            }
            Err(Trouble::Later(code, cause)) => {
                note_try(app, &waiting.id, code).await?;
                Err(cause.context(code))
            }
        }
    }
}

async fn hand_over(app: &App, waiting: &Waiting) -> std::result::Result<State, Trouble> {
    let sealed = |cause: anyhow::Error| Trouble::Later("sealed-by-another-key", cause);
    let to = Address::reveal(&waiting.address, &app.vault).map_err(sealed)?;
    match to.channel().way(app) {
        Way::Closed => return Err(Trouble::Never("no-gateway")),
        Way::Shown => return Ok(State::Sent),
        Way::Open => {}
    }
    let text = waiting.text.as_deref().ok_or(Trouble::Never("words-erased"))?;
    let text = app.vault.reveal(text).map_err(sealed)?;
    match &to {
        Address::Sms(phone) => sms::send(app, &waiting.id, phone, &text).await?,
        Address::Email(address) => {
            let title = app.vault.reveal(&waiting.title).map_err(sealed)?;
            let answers = waiting.answers.as_deref();
            let answers = answers.map(|sealed| app.vault.reveal(sealed)).transpose();
            let letter = mail::Letter {
                id: &waiting.id,
                to: address,
                lang: &waiting.lang,
                title: &title,
                text: &text,
                answers: answers.map_err(sealed)?,
                at: crate::platform::time::Time(waiting.queued_at),
            };
            mail::send(app, &letter).await?;
        }
        Address::Account(_) => {}
    }
    Ok(State::Sent)
}

/// Keeps how a message ended; its words are erased, unless the desk is to show them.
async fn settle(app: &App, id: &str, state: State, trouble: Option<&str>) -> Result<()> {
    let mut tx = app.db.begin().await?;
    sqlx::query(
        "UPDATE message
         SET state = $2, trouble = $3, n_tries = n_tries + 1, sent_at = $4,
             settled_at = CASE WHEN $2 = 'failed' THEN $4 ELSE NULL END,
             text = CASE WHEN $5 = 1 THEN text ELSE NULL END
         WHERE id = $1
           AND state = 'queued'",
    )
    .bind(id)
    .bind(state.as_str())
    .bind(trouble)
    .bind(app.clock.now().0)
    .bind(i32::from(app.is_sample))
    .execute(tx.conn())
    .await?;
    tx.commit().await
}

/// Counts a message as failed and keeps its words, so that an operator can have it sent again.
async fn give_up(app: &App, id: &str, trouble: &str) -> Result<()> {
    let mut tx = app.db.begin().await?;
    sqlx::query(
        "UPDATE message
         SET state = 'failed', trouble = $2, n_tries = n_tries + 1, settled_at = $3
         WHERE id = $1
           AND state = 'queued'",
    )
    .bind(id)
    .bind(trouble)
    .bind(app.clock.now().0)
    .execute(tx.conn())
    .await?;
    tx.commit().await
}

async fn note_try(app: &App, id: &str, trouble: &str) -> Result<()> {
    let mut tx = app.db.begin().await?;
    sqlx::query("UPDATE message SET n_tries = n_tries + 1, trouble = $2 WHERE id = $1")
        .bind(id)
        .bind(trouble)
        .execute(tx.conn())
        .await?;
    tx.commit().await
}

/// Notes what a gateway reports about a message it had taken; a report that comes late or twice changes nothing.
///
/// # Errors
/// When the database fails.
pub(super) async fn note_report(app: &App, id: &str, state: State, trouble: Option<&str>) -> Result<()> {
    let mut tx = app.db.begin().await?;
    // A report may overtake our own note that the gateway has taken it. A failed part never undoes a delivery.
    sqlx::query(
        "UPDATE message
         SET state = $2, trouble = $3, settled_at = $4, sent_at = COALESCE(sent_at, $4)
         WHERE id = $1
           AND state IN ('queued', 'sent')",
    )
    .bind(id)
    .bind(state.as_str())
    .bind(trouble)
    .bind(app.clock.now().0)
    .execute(tx.conn())
    .await?;
    tx.commit().await
}

/// Erases the words of messages that failed long ago, and answers given long ago.
#[derive(Default, Serialize, Deserialize)]
pub struct Forget;

impl Job for Forget {
    const NAME: &'static str = "platform.forget-messages";

    fn key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let before = app.clock.now().minus(KEPT).0;
        let mut tx = app.db.begin().await?;
        sqlx::query(
            "UPDATE message
             SET text = NULL
             WHERE state = 'failed'
               AND text IS NOT NULL
               AND settled_at < $1",
        )
        .bind(before)
        .execute(tx.conn())
        .await?;
        // The row stays, so that no mail is ever handled twice; what we said does not.
        sqlx::query("UPDATE heard SET answer = NULL WHERE answer IS NOT NULL AND at < $1")
            .bind(before)
            .execute(tx.conn())
            .await?;
        Ok(tx.commit().await?)
    }
}
