//! Following by e-mail: a dataset, a theme, an organisation, the whole catalogue, or a request for data.
//!
//! An address is asked first, see [`asking`]. News of one hour are one mail, and a dataset is told of once a day at most; that it went
//! away is told within the hour.
//!
//! A mail says what everybody may know: what changed in the rows that a stranger sees, which versions of a table are deprecated and why,
//! and of a withdrawn dataset the reason that stands in its place. Why a dataset was closed is for those who work on it.
//!
//! Deliberately absent: news of closed datasets, text messages, accounts.

mod news;
pub mod pages;

use serde::{Deserialize, Serialize};

use super::{
    contributions::{
        self,
        callers::{self, Caller, Deed},
        model::{Contribution, Stands, State},
    },
    model::theme_now,
    store::contributions as store,
};
use crate::{
    evidence::{
        self,
        asking::{self, ASKED_AGAIN_AFTER, ASKED_FOR, Links, Ticket},
        model::{Follower, Subject},
    },
    platform::{
        app::App,
        db::Tx,
        i18n::Lang,
        message::{Address, Channel, Message},
        op::Op,
        problem::{Problem, Result},
    },
};
pub use asking::is_offered;
pub use news::TellFollowers;

/// The links in mails about data.
const LINKS: Links = Links {
    path: "/follow",
    unknown: "catalog-following-link-unknown",
    old: "catalog-following-link-old",
};

/// What somebody follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "kind", content = "id")]
pub enum About {
    /// By its permanent id: every change of it.
    Dataset(String),
    /// By its word: new datasets.
    Theme(String),
    /// By its code: new datasets.
    Organisation(String),
    /// New datasets of all.
    Catalogue,
    /// By its code: what becomes of it.
    Contribution(String),
}

impl About {
    /// Reads what an address names.
    ///
    /// # Errors
    /// `page-unknown`.
    pub fn parse(kind: &str, id: &str) -> Result<About> {
        match kind {
            "dataset" => Ok(About::Dataset(id.to_owned())),
            "theme" => Ok(About::Theme(theme_now(id).to_owned())),
            "organisation" => Ok(About::Organisation(id.to_owned())),
            "catalogue" => Ok(About::Catalogue),
            "contribution" => Ok(About::Contribution(id.to_owned())),
            _ => Err(Problem::not_found("page-unknown")),
        }
    }

    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            About::Dataset(_) => "dataset",
            About::Theme(_) => "theme",
            About::Organisation(_) => "organisation",
            About::Catalogue => "catalogue",
            About::Contribution(_) => "contribution",
        }
    }

    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            About::Dataset(id) | About::Theme(id) | About::Organisation(id) | About::Contribution(id) => id,
            About::Catalogue => "all",
        }
    }

    fn subject(&self) -> Subject {
        Subject::new(&format!("news-of-{}", self.kind()), self.id())
    }

    /// The path of what mails about it are filed under.
    fn path(&self) -> String {
        format!("{}/{}", self.kind(), self.id())
    }
}

/// Asks an address by mail whether it wants to be told. Asked too often, it is asked nothing, and nobody learns that.
///
/// # Errors
/// `catalog-contributions-limit` when the caller had as many addresses asked within an hour as they may, whichever they were.
pub async fn ask(
    app: &App,
    tx: &mut Tx,
    op: &Op,
    caller: Caller,
    about: &About,
    address: &Address,
) -> Result<()> {
    callers::admit(tx, op, caller, Deed::AskByMail).await?;
    let mark = address.mark(tx.vault());
    let n_asked = store::count_asked(tx, &mark, op.at.minus(ASKED_FOR)).await?;
    let again = op.at.minus(ASKED_AGAIN_AFTER);
    let is_fresh =
        !asking::is_flooded(n_asked) && store::note_asked(tx, &mark, &about.path(), op.at, again).await?;
    if !is_offered(app) || !is_fresh {
        return Ok(());
    }
    let link = LINKS.to_begin(app, op, about, address)?;
    let text = op
        .lang
        .text("catalog-following-mail-ask")
        .arg("link", link)
        .to_string();
    let message = Message::new(address.clone(), op.lang, about.path(), text)
        .titled(op.lang.text("catalog-following-mail-ask-title").to_string());
    tx.send(op, message).await?;
    Ok(())
}

/// Begins to tell whoever pressed the button; returns what they follow.
///
/// # Errors
/// `catalog-following-link-unknown`, `catalog-following-link-old`.
async fn begin(app: &App, op: &Op, token: &str) -> Result<About> {
    let ticket: Ticket<About> = LINKS.read(app, token)?;
    let mut tx = app.db.begin().await?;
    LINKS.begin(&mut tx, op, &ticket, &ticket.about.subject()).await?;
    tx.commit().await?;
    Ok(ticket.about)
}

/// Stops telling whoever pressed the button.
///
/// # Errors
/// `catalog-following-link-unknown`.
async fn end(app: &App, token: &str) -> Result<About> {
    let ticket: Ticket<About> = LINKS.read(app, token)?;
    let mut tx = app.db.begin().await?;
    asking::end(&mut tx, &ticket, &ticket.about.subject()).await?;
    tx.commit().await?;
    Ok(ticket.about)
}

/// Tells whoever follows a contribution what was decided.
///
/// # Errors
/// When the database fails.
pub async fn tell_decided(
    app: &App,
    tx: &mut Tx,
    op: &Op,
    contribution: &Contribution,
    to: State,
    answer: &str,
) -> Result<()> {
    let about = About::Contribution(contribution.code.clone());
    let path = contributions::path_of(app, contribution).await?;
    for follower in evidence::list_followers_in(tx, &about.subject()).await? {
        let lang: Lang = follower.lang.parse().unwrap_or_default();
        let said = lang.text(format!("catalog-following-decided-{}", to.as_str()));
        let mut parts = vec![said.to_string()];
        parts.extend(Some(answer.to_owned()).filter(|answer| !answer.is_empty()));
        parts.push(format!("{}{path}", app.config.base_url));
        write_to(app, tx, op, &follower, (&about, lang), parts).await?;
    }
    Ok(())
}

/// Tells whoever follows a contribution that it is a service request now, or how that request stands.
///
/// # Errors
/// When the database fails.
pub async fn tell_request(
    app: &App,
    tx: &mut Tx,
    op: &Op,
    contribution: &Contribution,
    code: &str,
    stands: Stands,
) -> Result<()> {
    let about = About::Contribution(contribution.code.clone());
    for follower in evidence::list_followers_in(tx, &about.subject()).await? {
        let lang: Lang = follower.lang.parse().unwrap_or_default();
        let id = match stands {
            Stands::Open => "catalog-following-request-open",
            Stands::Answered => "catalog-following-request-answered",
            Stands::Closed => "catalog-following-request-closed",
        };
        let said = lang.text(id).arg("code", contributions::tracking_code(code));
        let parts = vec![
            said.to_string(),
            format!("{}/requests/{code}", app.config.base_url),
        ];
        write_to(app, tx, op, &follower, (&about, lang), parts).await?;
    }
    Ok(())
}

async fn write_to(
    app: &App,
    tx: &mut Tx,
    op: &Op,
    follower: &Follower,
    (about, lang): (&About, Lang),
    mut parts: Vec<String>,
) -> Result<()> {
    // Whatever was followed by another way than mail is told by nobody here.
    if follower.address.channel() != Channel::Email || !is_offered(app) {
        return Ok(());
    }
    let link = LINKS.to_end(app, about, &follower.address, lang)?;
    parts.push(
        lang.text("catalog-following-mail-end")
            .arg("link", link)
            .to_string(),
    );
    let message = Message::new(follower.address.clone(), lang, about.path(), parts.join("\n\n"))
        .titled(lang.text("catalog-following-mail-title").to_string());
    tx.send(op, message).await?;
    Ok(())
}
