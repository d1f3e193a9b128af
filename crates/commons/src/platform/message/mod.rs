//! Messages: what the government tells a person, and what a person writes to it.
//!
//! Out: [`Tx::send`] puts a message into the same transaction as what it is about; a job hands it to a gateway (Kannel
//! for text messages, SMTP for mail) and keeps trying. In: [`inbound`]. Addresses and words are sealed, never logged,
//! never in an event, and words are erased once a gateway has taken them; the desk sees states only.
//!
//! Deliberately absent: HTML mail, attachments going out, bulk campaigns.

use serde::Serialize;
use sqlx::FromRow;

use self::phone::Phone;
use super::{
    app::App,
    config::Config,
    db::Tx,
    events::Event,
    i18n::Lang,
    id,
    op::Op,
    problem::{Problem, Result},
    time::Time,
    vault::Vault,
};

pub mod deliver;
pub mod desk;
pub mod inbound;
mod mail;
pub mod phone;
mod sms;
pub mod wire;

pub use desk::desk_routes;
pub use inbound::{routes, tend};

/// Where a person is told something.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Address {
    Sms(Phone),
    /// An e-mail address, as checked by [`Address::email`].
    Email(String),
    /// The account with this id: shown when its owner signs in.
    Account(String),
}

/// By which way a message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    Sms,
    Ussd,
    Email,
    Account,
}

/// One notice to one person, in words they read.
#[derive(Debug, Clone)]
pub struct Message {
    pub to: Address,
    pub lang: Lang,
    /// The subject of mail; not shown in text messages.
    pub title: String,
    pub text: String,
    /// The path of the record it is about, e.g. `request/0192…`.
    pub about: String,
    /// The Message-ID of the mail it answers, so that both stand in one thread.
    pub answers: Option<String>,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Queued,
    /// A gateway has taken it.
    Sent,
    /// The phone has it; mail never says so.
    Delivered,
    Failed,
}

/// What happens with messages of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// They go to a gateway.
    Open,
    /// They are shown at the desk, because these are sample data and nobody may be written to.
    Shown,
    /// No gateway is set, so they fail.
    Closed,
}

impl Channel {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Channel::Sms => "sms",
            Channel::Ussd => "ussd",
            Channel::Email => "email",
            Channel::Account => "account",
        }
    }

    /// Tells what happens with messages of this channel, so that no form offers a way that is closed.
    #[must_use]
    pub fn way(self, app: &App) -> Way {
        let is_set = match self {
            Channel::Sms => app.config.sms_url.is_some(),
            Channel::Email => app.config.smtp_url.is_some(),
            Channel::Account => true,
            // A USSD screen is answered, never written to.
            Channel::Ussd => return Way::Closed,
        };
        match (is_set, app.is_sample) {
            (true, _) => Way::Open,
            (false, true) => Way::Shown,
            (false, false) => Way::Closed,
        }
    }
}

impl State {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            State::Queued => "queued",
            State::Sent => "sent",
            State::Delivered => "delivered",
            State::Failed => "failed",
        }
    }
}

impl Address {
    /// Reads a telephone number as people write it.
    ///
    /// # Errors
    /// `phone-malformed`.
    pub fn sms(number: &str, config: &Config) -> Result<Address> {
        Phone::parse(number, &config.phone_prefix)
            .map(Address::Sms)
            .ok_or_else(|| Problem::invalid("phone-malformed").field("phone", "phone-malformed"))
    }

    /// Reads an e-mail address; the part after @ is written small.
    ///
    /// # Errors
    /// `email-malformed`.
    pub fn email(text: &str) -> Result<Address> {
        let malformed = || Problem::invalid("email-malformed").field("email", "email-malformed");
        let parsed: lettre::Address = text.trim().parse().map_err(|_| malformed())?;
        let is_long = text.len() > 254;
        let has_dot = parsed.domain().contains(['.', '[']) || parsed.domain() == "localhost";
        if is_long || !has_dot {
            return Err(malformed());
        }
        Ok(Address::Email(format!(
            "{}@{}",
            parsed.user(),
            parsed.domain().to_lowercase()
        )))
    }

    #[must_use]
    pub fn channel(&self) -> Channel {
        match self {
            Address::Sms(_) => Channel::Sms,
            Address::Email(_) => Channel::Email,
            Address::Account(_) => Channel::Account,
        }
    }

    /// Returns the number, mail address or account id itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Address::Sms(phone) => phone.as_str(),
            Address::Email(address) | Address::Account(address) => address,
        }
    }

    /// Seals it for a column of a table.
    #[must_use]
    pub fn seal(&self, vault: &Vault) -> String {
        vault.seal(&format!("{}:{}", self.channel().as_str(), self.as_str()))
    }

    /// Reads what [`Address::seal`] wrote.
    ///
    /// # Errors
    /// When it was sealed with another key.
    pub fn reveal(sealed: &str, vault: &Vault) -> anyhow::Result<Address> {
        let text = vault.reveal(sealed)?;
        match text.split_once(':') {
            Some(("sms", number)) => Ok(Address::Sms(Phone::trusted(number))),
            Some(("email", address)) => Ok(Address::Email(address.to_owned())),
            Some(("account", user)) => Ok(Address::Account(user.to_owned())),
            _ => anyhow::bail!("a sealed text is no address"),
        }
    }

    /// Returns what finds the same address again without telling it.
    #[must_use]
    pub fn mark(&self, vault: &Vault) -> String {
        let folded = match self {
            Address::Email(address) => address.to_lowercase(),
            _ => self.as_str().to_owned(),
        };
        vault.mark(self.channel().as_str(), &folded)
    }
}

impl Message {
    /// Makes a message about the record at the path `about`.
    #[must_use]
    pub fn new(to: Address, lang: Lang, about: impl Into<String>, text: impl Into<String>) -> Message {
        Message {
            to,
            lang,
            title: String::new(),
            text: text.into(),
            about: about.into(),
            answers: None,
        }
    }

    /// Gives mail a subject.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Message {
        self.title = title.into();
        self
    }

    /// Puts mail into the thread of the one it answers.
    #[must_use]
    pub fn answering(mut self, message_id: Option<&str>) -> Message {
        self.answers = message_id.map(str::to_owned);
        self
    }
}

impl Tx {
    /// Sends a message once the transaction is committed; returns its id.
    ///
    /// # Errors
    /// When the database refuses the row.
    pub async fn send(&mut self, op: &Op, message: Message) -> Result<String> {
        let id = id::fresh(op.at);
        let vault = self.vault().clone();
        let channel = message.to.channel();
        let text = match channel {
            Channel::Sms => formats::gsm::plain(&message.text),
            _ => message.text,
        };
        let n_parts = match channel {
            Channel::Sms => formats::gsm::size(&text).n_parts,
            _ => 1,
        };
        // An account's messages need no gateway: they are there when their owner signs in.
        let is_there = channel == Channel::Account;
        let state = if is_there { State::Delivered } else { State::Queued };
        sqlx::query(
            "INSERT INTO message (id, channel, address, mark, lang, title, text, about, answers,
                                  state, n_tries, n_parts, queued_at, settled_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, $12, $13)",
        )
        .bind(&id)
        .bind(channel.as_str())
        .bind(message.to.seal(&vault))
        .bind(message.to.mark(&vault))
        .bind(message.lang.code())
        .bind(vault.seal(&message.title))
        .bind(vault.seal(&text))
        .bind(&message.about)
        .bind(message.answers.map(|answers| vault.seal(&answers)))
        .bind(state.as_str())
        .bind(i64::try_from(n_parts).unwrap_or(i64::MAX))
        .bind(op.at.0)
        .bind(is_there.then_some(op.at.0))
        .execute(self.conn())
        .await?;
        if !is_there {
            self.enqueue(op, &deliver::Deliver { message: id.clone() })
                .await?;
        }
        Ok(id)
    }
}

/// A message as its reader sees it.
#[derive(Debug, Clone)]
pub struct Notice {
    pub at: Time,
    pub title: String,
    pub text: String,
    pub about: String,
}

/// Lists the messages to an account, the newest first.
///
/// # Errors
/// When the database fails, or the key is not the one they were sealed with.
pub async fn list_notices(app: &App, user: &str, most: i64) -> Result<Vec<Notice>> {
    let rows: Vec<(i64, String, Option<String>, String)> = sqlx::query_as(
        "SELECT queued_at, title, text, about
         FROM message
         WHERE mark = $1
           AND channel = 'account'
         ORDER BY id DESC
         LIMIT $2",
    )
    .bind(Address::Account(user.to_owned()).mark(&app.vault))
    .bind(most)
    .fetch_all(app.db.read())
    .await?;
    rows.into_iter()
        .map(|(at, title, text, about)| {
            let reveal = |sealed: &str| app.vault.reveal(sealed).map_err(Problem::internal);
            Ok(Notice {
                at: Time(at),
                title: reveal(&title)?,
                text: text.as_deref().map(reveal).transpose()?.unwrap_or_default(),
                about,
            })
        })
        .collect()
}

/// A message as the desk sees it: everything but address and words.
#[derive(Debug, Clone, FromRow, Serialize)]
pub struct Listed {
    pub id: String,
    pub channel: String,
    pub lang: String,
    pub about: String,
    pub state: String,
    pub trouble: Option<String>,
    pub n_tries: i64,
    pub n_parts: i64,
    pub queued_at: i64,
    pub settled_at: Option<i64>,
}

/// How many messages of a channel are in a state.
#[derive(Debug, Clone, FromRow, Serialize)]
pub struct Counted {
    pub channel: String,
    pub state: String,
    pub n: i64,
}

/// Lists messages, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, most: i64) -> Result<Vec<Listed>> {
    Ok(sqlx::query_as(
        "SELECT id, channel, lang, about, state, trouble, n_tries, n_parts, queued_at, settled_at
         FROM message
         ORDER BY id DESC
         LIMIT $1",
    )
    .bind(most)
    .fetch_all(app.db.read())
    .await?)
}

/// Lists the messages about one record, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn list_about(app: &App, about: &str) -> Result<Vec<Listed>> {
    Ok(sqlx::query_as(
        "SELECT id, channel, lang, about, state, trouble, n_tries, n_parts, queued_at, settled_at
         FROM message
         WHERE about = $1
         ORDER BY id DESC",
    )
    .bind(about)
    .fetch_all(app.db.read())
    .await?)
}

/// Returns what a mail of ours was about, by its Message-ID; `None` where it is not ours, or was not to this address.
///
/// # Errors
/// When the database fails.
pub async fn about_of(tx: &mut Tx, to: &Address, message_id: &str) -> Result<Option<String>> {
    let id = message_id
        .trim_start_matches('<')
        .split('@')
        .next()
        .unwrap_or_default();
    let mark = to.mark(tx.vault());
    let row: Option<(String,)> = sqlx::query_as("SELECT about FROM message WHERE id = $1 AND mark = $2")
        .bind(id)
        .bind(mark)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(|(about,)| about))
}

/// Counts messages by channel and state.
///
/// # Errors
/// When the database fails.
pub async fn count(app: &App) -> Result<Vec<Counted>> {
    Ok(sqlx::query_as(
        "SELECT channel, state, COUNT(*) AS n
         FROM message
         GROUP BY channel, state
         ORDER BY channel, state",
    )
    .fetch_all(app.db.read())
    .await?)
}

/// An operator had failed messages sent again.
#[derive(Serialize)]
pub struct MessagesRetried {
    pub n_messages: usize,
}

impl Event for MessagesRetried {
    const NAME: &'static str = "platform.messages-retried";
    fn subject(&self) -> String {
        "messages".into()
    }
}

/// Sends messages again that failed and whose words are still there; returns how many.
///
/// # Errors
/// When the database fails.
pub async fn retry(tx: &mut Tx, op: &Op) -> Result<usize> {
    let again: Vec<(String,)> = sqlx::query_as(
        "UPDATE message
         SET state = 'queued', n_tries = 0, settled_at = NULL
         WHERE state = 'failed'
           AND text IS NOT NULL
         RETURNING id",
    )
    .fetch_all(tx.conn())
    .await?;
    for (message,) in &again {
        let job = deliver::Deliver {
            message: message.clone(),
        };
        tx.enqueue(op, &job).await?;
    }
    tx.emit(
        op,
        &MessagesRetried {
            n_messages: again.len(),
        },
    )
    .await?;
    Ok(again.len())
}
