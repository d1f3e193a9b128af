//! What people write to the government: text messages, USSD and mail, each handed once to the slice that listens.
//!
//! The slice implements [`Listener`] and is declared in `reactions.rs` by `.hears::<…>()`. What it changes and the note
//! that a message was heard are one transaction, so a gateway that delivers twice gets the same answer twice and
//! nothing happens twice.

use std::{future::Future, time::Duration};

use axum::{
    Router,
    extract::Request,
    routing::{get, post},
};
use serde::Serialize;
use sqlx::FromRow;
use subtle::ConstantTimeEq;
use tokio_util::sync::CancellationToken;

use super::{Address, Channel, Message, Way};
use crate::platform::{
    app::App,
    db::Tx,
    http,
    i18n::Lang,
    op::{Op, Who},
    problem::{Kind, Problem, Result},
    time::Time,
};

pub mod kannel;
pub mod mailbox;
pub mod post;
pub mod ussd;
pub mod words;

/// Messages of one sender that are answered within an hour; whoever writes more is a machine, or needs a person.
const MOST_AN_HOUR: i64 = 60;
/// How often the mailbox is looked into.
const MAIL_EVERY: Duration = Duration::from_secs(20);

/// One message from somebody.
#[derive(Debug, Clone)]
pub struct Heard {
    /// The same when the gateway delivers it again.
    pub id: String,
    pub channel: Channel,
    /// Where an answer goes. It is personal: seal it before storing it.
    pub from: Address,
    /// The number or mailbox it was written to.
    pub to: Option<String>,
    /// The subject of mail.
    pub title: Option<String>,
    /// For USSD, everything keyed in so far: `1*4821`, read by [`words::steps`].
    pub text: String,
    pub files: Vec<HeardFile>,
    /// The Message-ID of mail, for [`Message::answering`].
    pub message_id: Option<String>,
    /// The Message-IDs of what a mail answers, the nearest first.
    pub in_reply_to: Vec<String>,
    /// The language of its script, else the installation's; whoever knows the sender better may know better.
    pub lang: Lang,
    pub at: Time,
}

/// A file that came with a message; its bytes are in the store already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeardFile {
    pub name: String,
    /// What the sender says it is, e.g. `image/jpeg`.
    pub media_type: String,
    pub blob: String,
    pub size_bytes: u64,
}

/// What is said back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Nothing,
    /// The last word; it ends a USSD session.
    Say(String),
    /// A question; a USSD session goes on. By text message and mail it is said like any other answer.
    Ask(String),
}

/// The slice that takes what people write.
pub trait Listener: 'static {
    /// Takes a message and says what is answered.
    ///
    /// It runs inside the transaction `tx`: it must not begin another one, nor wait for servers of others.
    /// `op` is by nobody signed in, in the language of the message.
    ///
    /// # Errors
    /// A problem of the sender's is told to them in their language; one of ours makes the gateway try again.
    fn hear(app: &App, tx: &mut Tx, op: &Op, heard: &Heard) -> impl Future<Output = Result<Answer>> + Send;
}

impl Answer {
    /// Returns the words, if there are any.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Answer::Nothing => None,
            Answer::Say(text) | Answer::Ask(text) => Some(text),
        }
    }
}

/// What was heard, as the desk sees it: everything but sender and words.
#[derive(Debug, Clone, FromRow, Serialize)]
pub struct HeardRow {
    pub channel: String,
    pub n_characters: i64,
    pub n_files: i64,
    pub outcome: String,
    pub at: i64,
}

/// Lists what was heard, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, most: i64) -> Result<Vec<HeardRow>> {
    Ok(sqlx::query_as(
        "SELECT channel, n_characters, n_files, outcome, at
         FROM heard
         ORDER BY at DESC, id DESC
         LIMIT $1",
    )
    .bind(most)
    .fetch_all(app.db.read())
    .await?)
}

/// Routes that gateways call; the secret in them is shown on the desk and by `baraza doctor`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/channels/sms/{secret}", get(kannel::hear).post(kannel::hear))
        .route("/channels/sms/{secret}/report", get(kannel::report))
        .route("/channels/ussd/{secret}", post(ussd::hear))
}

/// Looks into the mailbox now and then, until `stop` is cancelled; without a mailbox it returns at once.
pub async fn tend(app: &App, stop: &CancellationToken) {
    let mut last_trouble = String::new();
    while app.config.imap_url.is_some() && !stop.is_cancelled() {
        let trouble = match mailbox::fetch(app).await {
            Ok(_) => String::new(),
            Err(error) => format!("{error:#}"),
        };
        if trouble != last_trouble && !trouble.is_empty() {
            tracing::warn!(error = trouble, "the mailbox could not be read");
        }
        last_trouble = trouble;
        tokio::select! {
            () = tokio::time::sleep(MAIL_EVERY) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Returns the secret in the addresses that gateways call.
#[must_use]
pub fn secret(app: &App) -> String {
    match &app.config.channel_secret {
        Some(secret) => secret.clone(),
        None => app.vault.mark("channels", "")[..32].to_owned(),
    }
}

/// Hands a message to the slice that listens, once; returns what is to be said back.
///
/// # Errors
/// When the slice or the database fails in a way that trying again may mend.
pub async fn hear(app: &App, heard: &Heard) -> Result<Answer> {
    let op = Op {
        who: Who::Anyone,
        lang: heard.lang,
        ..Op::system(heard.at)
    };
    match try_to_hear(app, &op, heard).await {
        Err(problem) if !matches!(problem.kind(), Kind::Internal | Kind::Unavailable) => {
            let mut tx = app.db.begin().await?;
            if !claim(app, &mut tx, heard).await? {
                return known_answer(app, heard).await;
            }
            tracing::info!(
                channel = heard.channel.as_str(),
                code = problem.code(),
                "a message was refused"
            );
            let answer = Answer::Say(problem.sentence(heard.lang));
            finish(app, &mut tx, &op, heard, "refused", &answer).await?;
            tx.commit().await?;
            Ok(answer)
        }
        other => other,
    }
}

/// Notes a message that nobody is to answer, so that it is not looked at again.
pub(super) async fn ignore(app: &App, heard: &Heard) -> Result<()> {
    let mut tx = app.db.begin().await?;
    if claim(app, &mut tx, heard).await? {
        let op = Op::system(heard.at);
        finish(app, &mut tx, &op, heard, "ignored", &Answer::Nothing).await?;
    }
    tx.commit().await
}

/// Passes only a gateway: the secret must be right, and the caller one of those allowed.
pub(super) fn admit(app: &App, request: &Request, shown: &str) -> Result<()> {
    let is_right: bool = shown.as_bytes().ct_eq(secret(app).as_bytes()).into();
    if !is_right {
        return Err(Problem::not_found("page-unknown"));
    }
    let caller = http::caller_address(app, request);
    if caller.is_none_or(|ip| !app.config.channel_sources.contains(&ip.to_canonical())) {
        tracing::warn!(
            caller = caller.map(|ip| ip.to_string()),
            "a gateway called from an address that channel_sources does not list"
        );
        return Err(Problem::forbidden("gateway-unknown"));
    }
    Ok(())
}

async fn try_to_hear(app: &App, op: &Op, heard: &Heard) -> Result<Answer> {
    let mut tx = app.db.begin().await?;
    if !claim(app, &mut tx, heard).await? {
        return known_answer(app, heard).await;
    }
    let (outcome, answer) = if floods(app, &mut tx, heard).await? {
        ("flood", Answer::Nothing)
    } else {
        let answer = match app.db.reactions().hear(app, &mut tx, op, heard) {
            Some(hearing) => hearing.await?,
            None => Answer::Say(
                op.lang
                    .text("platform-message-nobody-listens")
                    .arg("address", &app.config.base_url)
                    .into(),
            ),
        };
        let outcome = if answer == Answer::Nothing {
            "quiet"
        } else {
            "answered"
        };
        (outcome, answer)
    };
    finish(app, &mut tx, op, heard, outcome, &answer).await?;
    tx.commit().await?;
    Ok(answer)
}

/// Notes that a message is being handled; `false` when it was already.
async fn claim(app: &App, tx: &mut Tx, heard: &Heard) -> Result<bool> {
    let n_characters = i64::try_from(heard.text.chars().count()).unwrap_or(i64::MAX);
    let inserted = sqlx::query(
        "INSERT INTO heard (id, channel, mark, n_characters, n_files, outcome, at)
         VALUES ($1, $2, $3, $4, $5, 'quiet', $6)
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(key(app, heard))
    .bind(heard.channel.as_str())
    .bind(heard.from.mark(&app.vault))
    .bind(n_characters)
    .bind(i64::try_from(heard.files.len()).unwrap_or(i64::MAX))
    .bind(heard.at.0)
    .execute(tx.conn())
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Keeps the answer, and sends it where the gateway does not take it at once.
async fn finish(
    app: &App,
    tx: &mut Tx,
    op: &Op,
    heard: &Heard,
    outcome: &str,
    answer: &Answer,
) -> Result<()> {
    let sealed = match answer {
        Answer::Nothing => None,
        Answer::Say(text) => Some(app.vault.seal(&format!("say:{text}"))),
        Answer::Ask(text) => Some(app.vault.seal(&format!("ask:{text}"))),
    };
    sqlx::query("UPDATE heard SET outcome = $2, answer = $3 WHERE id = $1")
        .bind(key(app, heard))
        .bind(outcome)
        .bind(sealed)
        .execute(tx.conn())
        .await?;
    if let (Some(text), true) = (answer.text(), goes_out(app, heard.channel)) {
        let title = heard.title.as_deref().unwrap_or("").trim();
        let title = match title.get(..3) {
            Some(start) if start.eq_ignore_ascii_case("re:") => title.to_owned(),
            _ => format!("Re: {title}").trim_end().to_owned(),
        };
        let message = Message::new(heard.from.clone(), op.lang, "message", text)
            .titled(title)
            .answering(heard.message_id.as_deref());
        tx.send(op, message).await?;
    }
    Ok(())
}

/// Whether answers go through the outbox, where they are tried again and their delivery is seen.
pub(super) fn goes_out(app: &App, channel: Channel) -> bool {
    match channel {
        Channel::Sms => channel.way(app) != Way::Closed,
        Channel::Email => true,
        Channel::Ussd | Channel::Account => false,
    }
}

async fn floods(app: &App, tx: &mut Tx, heard: &Heard) -> Result<bool> {
    // A USSD session is many messages by nature, and the network ends it.
    if heard.channel == Channel::Ussd {
        return Ok(false);
    }
    let (n,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM heard WHERE mark = $1 AND at > $2")
        .bind(heard.from.mark(&app.vault))
        .bind(heard.at.minus(Duration::from_secs(3_600)).0)
        .fetch_one(tx.conn())
        .await?;
    Ok(n > MOST_AN_HOUR)
}

async fn known_answer(app: &App, heard: &Heard) -> Result<Answer> {
    let row: Option<(Option<String>,)> = sqlx::query_as("SELECT answer FROM heard WHERE id = $1")
        .bind(key(app, heard))
        .fetch_optional(app.db.read())
        .await?;
    let Some(sealed) = row.and_then(|(answer,)| answer) else {
        return Ok(Answer::Nothing);
    };
    let text = app.vault.reveal(&sealed).map_err(Problem::internal)?;
    Ok(match text.split_once(':') {
        Some(("ask", text)) => Answer::Ask(text.to_owned()),
        Some((_, text)) => Answer::Say(text.to_owned()),
        None => Answer::Nothing,
    })
}

/// The key of a message: gateways' ids can be anything, and hold addresses.
fn key(app: &App, heard: &Heard) -> String {
    app.vault.mark(heard.channel.as_str(), &heard.id)
}
