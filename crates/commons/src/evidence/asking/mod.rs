//! Asking an address by mail whether it wants to be written to.
//!
//! Whoever types an address gets one mail with a link, and nothing more before they pressed the button behind it. The link is the
//! whole memory of the question: it is sealed, and good for three days. Every mail that follows ends with a link that stops it.
//!
//! One address is asked so often at most, whatever it is about and whoever asks, so that nobody fills a mailbox with questions. Each
//! slice notes in a table of its own what it asked, and forgets it after [`ASKED_FOR`].

pub mod pages;

use std::time::Duration;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    follow,
    model::{Follower, Subject},
    unfollow,
};
use crate::platform::{
    app::App,
    db::Tx,
    i18n::Lang,
    message::{Address, Channel, Way},
    op::Op,
    problem::{Problem, Result},
    time::Time,
};

/// How long somebody has to press the button, and for how long questions count against an address.
pub const ASKED_FOR: Duration = Duration::from_secs(3 * 24 * 3_600);
/// After what time the same address may be asked about the same thing again.
pub const ASKED_AGAIN_AFTER: Duration = Duration::from_secs(3_600);
/// Questions to one address in [`ASKED_FOR`], whatever they are about.
const MOST_ASKED: i64 = 20;

/// Whether an address that was asked so many times within [`ASKED_FOR`] is to be left in peace.
#[must_use]
pub fn is_flooded(n_asked: i64) -> bool {
    n_asked >= MOST_ASKED
}

/// Whether this installation sends mail at all.
#[must_use]
pub fn is_offered(app: &App) -> bool {
    Channel::Email.way(app) != Way::Closed
}

/// A link in a mail: what pressing the button behind it does. Whoever has it can read the mail, so it is theirs.
#[derive(Serialize, Deserialize)]
pub struct Ticket<A> {
    /// What it is about.
    // Letters about dashboards that went out before say so.
    #[serde(alias = "dashboard")]
    pub about: A,
    email: String,
    lang: String,
    /// Until when it begins something, microseconds; none for one that ends it.
    until: Option<i64>,
}

/// The links in the mails of one slice.
#[derive(Debug)]
pub struct Links {
    /// Below what address they lead: `/follow`.
    pub path: &'static str,
    /// The problem code of a link that is none of ours.
    pub unknown: &'static str,
    /// The problem code of a link whose time is over.
    pub old: &'static str,
}

impl Links {
    /// The link of the mail that asks an address.
    ///
    /// # Errors
    /// When what it is about cannot be written.
    pub fn to_begin<A: Serialize>(&self, app: &App, op: &Op, about: A, address: &Address) -> Result<String> {
        let ticket = Ticket {
            about,
            email: address.as_str().to_owned(),
            lang: op.lang.code().to_owned(),
            until: Some(op.at.plus(ASKED_FOR).0),
        };
        self.lead(app, "confirm", &ticket)
    }

    /// The link of every other mail, which stops them.
    ///
    /// # Errors
    /// When what it is about cannot be written.
    pub fn to_end<A: Serialize>(&self, app: &App, about: A, address: &Address, lang: Lang) -> Result<String> {
        let ticket = Ticket {
            about,
            email: address.as_str().to_owned(),
            lang: lang.code().to_owned(),
            until: None,
        };
        self.lead(app, "end", &ticket)
    }

    fn lead<A: Serialize>(&self, app: &App, step: &str, ticket: &Ticket<A>) -> Result<String> {
        let text = serde_json::to_string(ticket).map_err(Problem::internal)?;
        let (base, path) = (&app.config.base_url, self.path);
        Ok(format!("{base}{path}/{step}/{}", app.vault.seal(&text)))
    }

    /// Reads a link.
    ///
    /// # Errors
    /// Not found when it is none of ours.
    pub fn read<A: DeserializeOwned>(&self, app: &App, token: &str) -> Result<Ticket<A>> {
        let unknown = || Problem::not_found(self.unknown);
        let text = app.vault.reveal(token).map_err(|_| unknown())?;
        serde_json::from_str(&text).map_err(|_| unknown())
    }

    /// Has whoever pressed the button told about a record from now on.
    ///
    /// # Errors
    /// Invalid when the time of the link is over.
    pub async fn begin<A>(&self, tx: &mut Tx, op: &Op, ticket: &Ticket<A>, subject: &Subject) -> Result<()> {
        if ticket.until.is_none_or(|until| Time(until) < op.at) {
            return Err(Problem::invalid(self.old));
        }
        let follower = Follower {
            address: Address::email(&ticket.email)?,
            lang: ticket.lang.clone(),
        };
        follow(tx, op, subject, &follower).await
    }
}

/// Has whoever pressed the button told no more about a record.
///
/// # Errors
/// When the database fails.
pub async fn end<A>(tx: &mut Tx, ticket: &Ticket<A>, subject: &Subject) -> Result<()> {
    unfollow(tx, subject, &Address::email(&ticket.email)?).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_went_out_before_can_still_be_stopped() {
        let sent = r#"{"dashboard":"water","email":"budi@example.org","lang":"id","until":null}"#;
        let ticket: Ticket<String> = serde_json::from_str(sent).unwrap();
        assert_eq!(
            (ticket.about.as_str(), ticket.email.as_str(), ticket.until),
            ("water", "budi@example.org", None)
        );
    }

    #[test]
    fn an_address_is_asked_twenty_times_and_then_left_in_peace() {
        assert!(!is_flooded(19) && is_flooded(20));
    }
}
