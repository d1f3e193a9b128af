//! Following by e-mail: a dataset, a theme, an organisation, the whole catalogue, or a request for data.
//!
//! Whoever types an address gets one mail with a link, and is told of nothing before they pressed the button behind it. The link
//! is the whole memory of the question: it is sealed, and good for three days. Every mail ends with the link that stops it. News
//! of one hour are one mail, and a dataset is told of once a day at most.
//!
//! Deliberately absent: news of closed datasets, text messages, accounts.

pub mod pages;

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::{
    contributions::model::{Contribution, Kind, State},
    store::{
        contributions::{self as store, News},
        portal,
    },
};
use crate::{
    evidence::{
        self,
        model::{Follower, Subject},
    },
    platform::{
        app::App,
        db::Tx,
        i18n::Lang,
        jobs::{Job, Lane},
        message::{Address, Channel, Message, Way},
        op::Op,
        problem::{Problem, Result},
        time::Time,
    },
};

/// How long somebody has to press the button.
const ASKED_FOR: Duration = Duration::from_secs(3 * 24 * 3_600);
/// After what time the same address may be asked about the same thing again.
const ASKED_AGAIN_AFTER: Duration = Duration::from_secs(3_600);
/// Questions to one address in [`ASKED_FOR`], whatever they are about.
const MOST_ASKED: i64 = 20;
/// Followers of a dataset hear of it once in this time, however often it changes.
const TOLD_AGAIN_AFTER: Duration = Duration::from_secs(20 * 3_600);
/// Datasets that are told of in one transaction.
const PER_RUN: i64 = 500;
/// Datasets that one mail names; the rest is a number.
const MOST_NAMED: usize = 20;

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
            "theme" => Ok(About::Theme(id.to_owned())),
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
}

/// A link in a mail: what pressing the button behind it does. Whoever has it can read the mail, so it is theirs.
#[derive(Serialize, Deserialize)]
struct Ticket {
    about: About,
    email: String,
    lang: String,
    /// Until when it begins something, microseconds; none for one that ends it.
    until: Option<i64>,
}

impl Ticket {
    fn seal(&self, app: &App) -> Result<String> {
        let text = serde_json::to_string(self).map_err(Problem::internal)?;
        Ok(app.vault.seal(&text))
    }

    /// Reads a link.
    ///
    /// # Errors
    /// `catalog-following-link-unknown` when it is none of ours.
    fn read(app: &App, token: &str) -> Result<Ticket> {
        let unknown = || Problem::not_found("catalog-following-link-unknown");
        let text = app.vault.reveal(token).map_err(|_| unknown())?;
        serde_json::from_str(&text).map_err(|_| unknown())
    }

    fn address(&self) -> Result<Address> {
        Address::email(&self.email)
    }
}

/// Whether this installation sends mail at all.
#[must_use]
pub fn is_offered(app: &App) -> bool {
    Channel::Email.way(app) != Way::Closed
}

/// Asks an address by mail whether it wants to be told. Asked too often, it is asked nothing, and nobody learns that.
///
/// # Errors
/// When the database fails.
pub async fn ask(app: &App, tx: &mut Tx, op: &Op, about: &About, address: &Address) -> Result<()> {
    let mark = address.mark(tx.vault());
    let key = format!("{}/{}", about.kind(), about.id());
    let is_flooded = store::count_asked(tx, &mark, op.at.minus(ASKED_FOR)).await? >= MOST_ASKED;
    let is_fresh = store::note_asked(tx, &mark, &key, op.at, op.at.minus(ASKED_AGAIN_AFTER)).await?;
    if !is_offered(app) || is_flooded || !is_fresh {
        return Ok(());
    }
    let ticket = Ticket {
        about: about.clone(),
        email: address.as_str().to_owned(),
        lang: op.lang.code().to_owned(),
        until: Some(op.at.plus(ASKED_FOR).0),
    };
    let link = format!("{}/follow/confirm/{}", app.config.base_url, ticket.seal(app)?);
    let text = op
        .lang
        .text("catalog-following-mail-ask")
        .arg("link", link)
        .to_string();
    let message = Message::new(address.clone(), op.lang, key, text)
        .titled(op.lang.text("catalog-following-mail-ask-title").to_string());
    tx.send(op, message).await?;
    Ok(())
}

/// Begins to tell whoever pressed the button; returns what they follow.
///
/// # Errors
/// `catalog-following-link-unknown`, `catalog-following-link-old`.
async fn begin(app: &App, op: &Op, token: &str) -> Result<About> {
    let ticket = Ticket::read(app, token)?;
    if ticket.until.is_none_or(|until| Time(until) < op.at) {
        return Err(Problem::invalid("catalog-following-link-old"));
    }
    let follower = Follower {
        address: ticket.address()?,
        lang: ticket.lang.clone(),
    };
    let mut tx = app.db.begin().await?;
    evidence::follow(&mut tx, op, &ticket.about.subject(), &follower).await?;
    tx.commit().await?;
    Ok(ticket.about)
}

/// Stops telling whoever pressed the button.
///
/// # Errors
/// `catalog-following-link-unknown`.
async fn end(app: &App, token: &str) -> Result<About> {
    let ticket = Ticket::read(app, token)?;
    let mut tx = app.db.begin().await?;
    evidence::unfollow(&mut tx, &ticket.about.subject(), &ticket.address()?).await?;
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
    let path = match contribution.kind {
        Kind::Wanted => format!("/wanted/{}", contribution.code),
        Kind::Comment | Kind::Showcase => format!("/showcases/{}", contribution.code),
    };
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

/// Tells followers of datasets that are new or changed.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct TellFollowers {}

impl Job for TellFollowers {
    const NAME: &'static str = "catalog.tell-followers";
    const LANE: Lane = Lane::Heavy;

    // One at a time: what is told and that it was told are one transaction.
    fn key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        loop {
            let mut tx = app.db.begin().await?;
            store::forget_asked(&mut tx, op.at.minus(ASKED_FOR)).await?;
            let news = store::list_news(&mut tx, op.at.minus(TOLD_AGAIN_AFTER), PER_RUN).await?;
            tell_news(app, &mut tx, &op, &news).await?;
            for each in &news {
                store::put_told(&mut tx, &each.id, each.changed_at, op.at).await?;
            }
            tx.commit().await?;
            if news.len() < usize::try_from(PER_RUN).unwrap_or(usize::MAX) {
                return Ok(());
            }
        }
    }
}

/// What one follower is told: why they are, and of which datasets.
struct Digest<'a> {
    follower: Follower,
    about: About,
    news: Vec<&'a News>,
}

/// Writes one mail to each follower, however many of the datasets concern them and for however many reasons.
async fn tell_news(app: &App, tx: &mut Tx, op: &Op, news: &[News]) -> Result<()> {
    let vault = tx.vault().clone();
    let mut known: HashMap<Subject, Vec<Follower>> = HashMap::new();
    let mut digests: BTreeMap<String, Digest> = BTreeMap::new();
    for each in news {
        for about in reasons(app, each).await? {
            let subject = about.subject();
            if !known.contains_key(&subject) {
                let followers = evidence::list_followers_in(tx, &subject).await?;
                known.insert(subject.clone(), followers);
            }
            for follower in &known[&subject] {
                let digest = digests
                    .entry(follower.address.mark(&vault))
                    .or_insert_with(|| Digest {
                        follower: follower.clone(),
                        about: about.clone(),
                        news: Vec::new(),
                    });
                if !digest.news.iter().any(|told| told.id == each.id) {
                    digest.news.push(each);
                }
            }
        }
    }
    for digest in digests.values() {
        let lang: Lang = digest.follower.lang.parse().unwrap_or_default();
        let parts = in_words(app, lang, &digest.news);
        write_to(app, tx, op, &digest.follower, (&digest.about, lang), parts).await?;
    }
    Ok(())
}

/// Whose followers hear of a dataset: its own of every change, the others when it is new.
async fn reasons(app: &App, news: &News) -> Result<Vec<About>> {
    let mut reasons = vec![About::Dataset(news.id.clone())];
    if news.told.is_none() {
        let themes = portal::list_dataset_themes(app.db.read(), Some(&news.slug)).await?;
        reasons.extend(themes.into_iter().map(|(_, theme)| About::Theme(theme)));
        reasons.extend(news.organisation.clone().map(About::Organisation));
        reasons.push(About::Catalogue);
    }
    Ok(reasons)
}

fn in_words(app: &App, lang: Lang, news: &[&News]) -> Vec<String> {
    let named = news.iter().take(MOST_NAMED).map(|each| {
        let id = match each.told {
            None => "catalog-following-new",
            Some(_) => "catalog-following-changed",
        };
        let said = lang.text(id).arg("title", &each.title);
        format!("{said}\n{}/data/{}", app.config.base_url, each.slug)
    });
    let mut parts: Vec<String> = named.collect();
    if news.len() > MOST_NAMED {
        let more = lang
            .text("catalog-following-more")
            .n("n", news.len() - MOST_NAMED);
        parts.push(format!("{more}\n{}/data", app.config.base_url));
    }
    parts
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
    let ticket = Ticket {
        about: about.clone(),
        email: follower.address.as_str().to_owned(),
        lang: lang.code().to_owned(),
        until: None,
    };
    let link = format!("{}/follow/end/{}", app.config.base_url, ticket.seal(app)?);
    parts.push(
        lang.text("catalog-following-mail-end")
            .arg("link", link)
            .to_string(),
    );
    let key = format!("{}/{}", about.kind(), about.id());
    let message = Message::new(follower.address.clone(), lang, key, parts.join("\n\n"))
        .titled(lang.text("catalog-following-mail-title").to_string());
    tx.send(op, message).await?;
    Ok(())
}
