//! Dashboards by e-mail: a letter every week with the numbers as they stand.
//!
//! An address is asked first, see [`asking`]. A letter says what everybody may read on the dashboard: a number that is withheld there
//! is withheld here.
//!
//! Deliberately absent: PDF in the letter (mail carries no attachments), other times than every week, text messages.

use std::{collections::HashMap, sync::Arc, time::Duration};

use axum::{Router, routing::get};
use serde::{Deserialize, Serialize};

use super::{
    Shown, look,
    model::Shows,
    tiles::{self, Filled},
};
use crate::{
    catalog::contributions::callers::{self, Caller, Deed},
    evidence::{
        self,
        asking::{self, ASKED_AGAIN_AFTER, ASKED_FOR, Links, Ticket},
        model::{Follower, Subject},
    },
    places::{self, model::Places},
    platform::{
        app::App,
        db::Tx,
        i18n::Lang,
        jobs::{Job, Lane},
        message::{Address, Message},
        op::Op,
        problem::{Kind, Result},
        time::Time,
    },
};

pub mod pages;
mod store;

pub use asking::is_offered;

/// How often a dashboard is sent.
const EVERY: Duration = Duration::from_secs(7 * 24 * 3_600);

/// The links in mails about dashboards.
const LINKS: Links = Links {
    path: "/dashboards/follow",
    unknown: "dashboards-subscribe-link-unknown",
    old: "dashboards-subscribe-link-old",
};

/// Asks an address by mail whether it wants a dashboard. Asked too often, it is asked nothing, and nobody learns that.
///
/// # Errors
/// `catalog-contributions-limit` when the caller had as many addresses asked within an hour as they may, whichever they were.
async fn ask(app: &App, op: &Op, caller: Caller, shown: &Shown, address: &Address) -> Result<()> {
    let mut tx = app.db.begin().await?;
    callers::admit(&mut tx, op, caller, Deed::AskByMail).await?;
    let mark = address.mark(tx.vault());
    let n_asked = store::count_asked(&mut tx, &mark, op.at.minus(ASKED_FOR)).await?;
    let again = op.at.minus(ASKED_AGAIN_AFTER);
    let is_fresh =
        !asking::is_flooded(n_asked) && store::note_asked(&mut tx, &mark, &shown.code, op.at, again).await?;
    if is_offered(app) && is_fresh {
        let link = LINKS.to_begin(app, op, &shown.code, address)?;
        let text = op
            .lang
            .text("dashboards-subscribe-mail-ask")
            .arg("title", &shown.document.title)
            .arg("link", link);
        let title = op.lang.text("dashboards-subscribe-mail-ask-title");
        let about = format!("dashboard/{}", shown.code);
        let message =
            Message::new(address.clone(), op.lang, about, text.to_string()).titled(title.to_string());
        tx.send(op, message).await?;
    }
    tx.commit().await
}

/// Begins to send letters to whoever pressed the button; returns the code of the dashboard.
///
/// # Errors
/// `dashboards-subscribe-link-unknown`, `dashboards-subscribe-link-old`.
async fn begin(app: &App, op: &Op, token: &str) -> Result<String> {
    let ticket: Ticket<String> = LINKS.read(app, token)?;
    let mut tx = app.db.begin().await?;
    LINKS
        .begin(&mut tx, op, &ticket, &letters_of(&ticket.about))
        .await?;
    store::begin_mailing(&mut tx, &ticket.about, op.at).await?;
    tx.commit().await?;
    Ok(ticket.about)
}

/// Sends whoever pressed the button no more letters; returns the code of the dashboard.
///
/// # Errors
/// `dashboards-subscribe-link-unknown`.
async fn end(app: &App, token: &str) -> Result<String> {
    let ticket: Ticket<String> = LINKS.read(app, token)?;
    let mut tx = app.db.begin().await?;
    asking::end(&mut tx, &ticket, &letters_of(&ticket.about)).await?;
    tx.commit().await?;
    Ok(ticket.about)
}

fn letters_of(dashboard: &str) -> Subject {
    Subject::new("dashboard-letter", dashboard)
}

/// Sends the dashboards whose week is over to whoever follows them.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct SendLetters {}

impl Job for SendLetters {
    const NAME: &'static str = "dashboards.send-letters";
    const LANE: Lane = Lane::Heavy;

    fn key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        for (dashboard, mailed_at) in store::list_due(&app.db, op.at.minus(EVERY)).await? {
            send(app, &op, &dashboard, mailed_at).await?;
        }
        let mut tx = app.db.begin().await?;
        store::forget_asked(&mut tx, op.at.minus(ASKED_FOR)).await?;
        Ok(tx.commit().await?)
    }
}

/// Sends one dashboard; one that was taken back is sent to nobody.
async fn send(app: &App, op: &Op, dashboard: &str, mailed_at: Time) -> Result<()> {
    let followers = evidence::list_followers(app, &letters_of(dashboard)).await?;
    let shown = match look(app, dashboard, None).await {
        Ok(shown) => Some(shown),
        Err(problem) if matches!(problem.kind(), Kind::NotFound | Kind::Gone) => None,
        Err(problem) => return Err(problem),
    };
    let mut letters = HashMap::new();
    if let Some(shown) = shown {
        let all = places::all(app).await?;
        for lang in languages(&followers) {
            letters.insert(lang.code(), letter(app, lang, &all, &shown).await?);
        }
    }
    let mut tx = app.db.begin().await?;
    if !store::put_mailed(&mut tx, dashboard, mailed_at, op.at).await? {
        return Ok(());
    }
    for follower in &followers {
        let lang: Lang = follower.lang.parse().unwrap_or_default();
        if let Some((title, text)) = letters.get(lang.code()) {
            send_one(app, &mut tx, op, (dashboard, lang), follower, (title, text)).await?;
        }
    }
    tx.commit().await
}

/// The languages that followers read, each once.
fn languages(followers: &[Follower]) -> Vec<Lang> {
    let mut languages: Vec<Lang> = followers
        .iter()
        .map(|follower| follower.lang.parse().unwrap_or_default())
        .collect();
    languages.sort();
    languages.dedup();
    languages
}

async fn send_one(
    app: &App,
    tx: &mut Tx,
    op: &Op,
    (dashboard, lang): (&str, Lang),
    follower: &Follower,
    (title, text): (&str, &str),
) -> Result<()> {
    let link = LINKS.to_end(app, dashboard, &follower.address, lang)?;
    let stop = lang.text("dashboards-subscribe-mail-end").arg("link", link);
    let text = format!("{text}\n\n{stop}");
    let message = Message::new(
        follower.address.clone(),
        lang,
        format!("dashboard/{dashboard}"),
        text,
    );
    tx.send(op, message.titled(title)).await?;
    Ok(())
}

/// The subject and the words of a letter.
async fn letter(app: &App, lang: Lang, all: &Arc<Places>, shown: &Shown) -> Result<(String, String)> {
    let document = &shown.document;
    let filled = tiles::fill(app, lang, all, document, &document.place).await?;
    let place = all
        .find(&document.place)
        .map_or("", |place| place.name_in(lang.code()));
    let mut parts: Vec<String> = vec![place.to_owned()];
    parts.extend(filled.iter().map(|filled| line(lang, filled)));
    parts.push(format!("{}/dashboards/{}", app.config.base_url, shown.code));
    parts.retain(|part| !part.is_empty());
    Ok((document.title.clone(), parts.join("\n\n")))
}

/// A tile in words; empty for words and for what is not there.
fn line(lang: Lang, filled: &Filled) -> String {
    let (Shows::Figure(_), Some(told)) = (&filled.tile.shows, &filled.told) else {
        return String::new();
    };
    let title = match filled.tile.title.as_str() {
        "" => told.definition.title.in_language(lang.code()),
        title => title,
    };
    let Some(headline) = told.headline() else {
        return lang
            .text("dashboards-subscribe-line-none")
            .arg("title", title)
            .to_string();
    };
    lang.text("dashboards-subscribe-line")
        .arg("title", title)
        .arg("value", told.written(lang, headline))
        .arg("period", &headline.period)
        .to_string()
}

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
        .route(
            "/dashboards/{dashboard}/follow",
            get(pages::form).post(pages::take),
        )
        .route(
            "/dashboards/follow/confirm/{token}",
            get(pages::confirm).post(pages::confirmed),
        )
        .route(
            "/dashboards/follow/end/{token}",
            get(pages::stop).post(pages::stopped),
        )
}
