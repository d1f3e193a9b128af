//! Being told by mail about a proposal or an ask: an address is asked first, see [`asking`].

use axum::{
    Form, Router,
    extract::{Path, State as Shared},
    http::Uri,
    response::Response,
    routing::get,
};
use serde::{Deserialize, Serialize};

use super::store;
use crate::{
    catalog::contributions::callers::{self, Caller, Deed},
    evidence::{
        asking::{
            self, ASKED_AGAIN_AFTER, ASKED_FOR, Links, Ticket,
            pages::{AskingPage, EmailField, Typed},
        },
        model::{Subject, mask::mask},
    },
    platform::{
        app::App,
        db::Tx,
        html::Shell,
        i18n::Lang,
        message::{Address, Message},
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Problem, Result},
    },
    village::{
        asks,
        proposals::{self, model::State},
    },
};

/// The links in mails about proposals and asks.
const LINKS: Links = Links {
    path: "/voices",
    unknown: "catalog-following-link-unknown",
    old: "catalog-following-link-old",
};
/// What the way back is called.
const BACK: &str = "catalog-following-back";

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/proposals/{code}/follow", get(of_proposal).post(ask_of_proposal))
        .route("/asks/{ask}/follow", get(of_ask).post(ask_of_ask))
        .route("/voices/confirm/{token}", get(confirm).post(confirmed))
        .route("/voices/end/{token}", get(stop).post(stopped))
}

/// What somebody is told about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// `proposal` or `ask`.
    kind: String,
    id: String,
    code: String,
}

impl About {
    #[must_use]
    pub fn new(kind: &str, id: &str, code: &str) -> About {
        About {
            kind: kind.to_owned(),
            id: id.to_owned(),
            code: code.to_owned(),
        }
    }

    fn subject(&self) -> Subject {
        Subject::new(&self.kind, &self.id)
    }

    /// What mails about it are filed under.
    fn filed(&self) -> String {
        format!("{}/{}", self.kind, self.id)
    }

    /// Its page.
    fn path(&self) -> String {
        format!("/{}s/{}", self.kind, self.code)
    }
}

/// Asks an address by mail whether it wants to be told. Asked too often, it is asked nothing, and nobody learns that.
///
/// # Errors
/// `catalog-contributions-limit` when the caller had as many addresses asked within an hour as they may.
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
    let n_asked = store::count_mail_asked(tx, &mark, op.at.minus(ASKED_FOR)).await?;
    let again = op.at.minus(ASKED_AGAIN_AFTER);
    let is_fresh = !asking::is_flooded(n_asked)
        && store::note_mail_asked(tx, &mark, &about.filed(), op.at, again).await?;
    if !asking::is_offered(app) || !is_fresh {
        return Ok(());
    }
    let link = LINKS.to_begin(app, op, about, address)?;
    let text = op
        .lang
        .text("village-voice-mail-ask")
        .arg("code", &about.code)
        .arg("link", link)
        .to_string();
    let title = op.lang.text("village-voice-told-title").arg("code", &about.code);
    let message = Message::new(address.clone(), op.lang, about.filed(), text).titled(title.to_string());
    tx.send(op, message).await?;
    Ok(())
}

/// The last line of every mail: how to stop them.
///
/// # Errors
/// When the link cannot be written.
pub fn to_end(app: &App, about: &About, address: &Address, lang: Lang) -> Result<String> {
    let link = LINKS.to_end(app, about, address, lang)?;
    Ok(lang
        .text("catalog-following-mail-end")
        .arg("link", link)
        .to_string())
}

async fn of_proposal(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    Path(code): Path<String>,
) -> Result<Response> {
    let (about, title) = proposal(&app, &code).await?;
    render(&form(&app, shell(&app, &op, &uri), &about, &title, String::new()))
}

async fn ask_of_proposal(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    caller: Caller,
    Path(code): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response> {
    let found = proposal(&app, &code).await?;
    take(&app, &op, &uri, caller, (found, typed)).await
}

async fn of_ask(Shared(app): Shared<App>, op: Op, uri: Uri, Path(code): Path<String>) -> Result<Response> {
    let (about, title) = ask_of(&app, &code).await?;
    render(&form(&app, shell(&app, &op, &uri), &about, &title, String::new()))
}

async fn ask_of_ask(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    caller: Caller,
    Path(code): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response> {
    let found = ask_of(&app, &code).await?;
    take(&app, &op, &uri, caller, (found, typed)).await
}

async fn take(
    app: &App,
    op: &Op,
    uri: &Uri,
    caller: Caller,
    ((about, title), typed): ((About, String), Typed),
) -> Result<Response> {
    if !asking::is_offered(app) {
        return Err(Problem::conflict("catalog-following-no-mail"));
    }
    let mut page = shell(app, op, uri);
    match Address::email(&typed.email) {
        Ok(address) => {
            let mut tx = app.db.begin().await?;
            ask(app, &mut tx, op, caller, &about, &address).await?;
            tx.commit().await?;
            // The same words whether they were asked or not: nobody learns who follows what.
            let words = ("catalog-following-asked", "catalog-following-asked-lead");
            render(&said(page, words, about.path()))
        }
        Err(problem) => {
            page.errors = field_errors(&problem, op);
            render_refused(&problem, &form(app, page, &about, &title, typed.email))
        }
    }
}

async fn confirm(Shared(app): Shared<App>, op: Op, uri: Uri, Path(token): Path<String>) -> Result<Response> {
    let ticket: Ticket<About> = LINKS.read(&app, &token)?;
    let lead = op
        .lang
        .text("catalog-following-confirm-lead")
        .arg("title", &ticket.about.code)
        .to_string();
    let page = AskingPage::said(shell(&app, &op, &uri), "catalog-following-confirm-title", lead)
        .pressed("catalog-following-confirm", format!("/voices/confirm/{token}"));
    render(&page.leading(BACK, ticket.about.path()))
}

async fn confirmed(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    Path(token): Path<String>,
) -> Result<Response> {
    let ticket: Ticket<About> = LINKS.read(&app, &token)?;
    let mut tx = app.db.begin().await?;
    LINKS
        .begin(&mut tx, &op, &ticket, &ticket.about.subject())
        .await?;
    tx.commit().await?;
    let words = ("catalog-following-begun", "catalog-following-begun-lead");
    render(&said(shell(&app, &op, &uri), words, ticket.about.path()))
}

async fn stop(Shared(app): Shared<App>, op: Op, uri: Uri, Path(token): Path<String>) -> Result<Response> {
    let ticket: Ticket<About> = LINKS.read(&app, &token)?;
    let words = ("catalog-following-end-title", "catalog-following-end-lead");
    let page = said(shell(&app, &op, &uri), words, ticket.about.path());
    render(&page.pressed("catalog-following-end", format!("/voices/end/{token}")))
}

async fn stopped(Shared(app): Shared<App>, op: Op, uri: Uri, Path(token): Path<String>) -> Result<Response> {
    let ticket: Ticket<About> = LINKS.read(&app, &token)?;
    let mut tx = app.db.begin().await?;
    asking::end(&mut tx, &ticket, &ticket.about.subject()).await?;
    tx.commit().await?;
    let words = ("catalog-following-ended", "catalog-following-ended-lead");
    render(&said(shell(&app, &op, &uri), words, ticket.about.path()))
}

/// A proposal that everybody may read, with its title.
async fn proposal(app: &App, code: &str) -> Result<(About, String)> {
    let found = proposals::find(app, code).await?;
    if matches!(found.state, State::Hidden { .. }) {
        return Err(Problem::not_found("village-proposals-unknown").with("code", code));
    }
    let about = About::new("proposal", &found.id, &found.code);
    Ok((about, mask(&found.title)))
}

async fn ask_of(app: &App, code: &str) -> Result<(About, String)> {
    let found = asks::find(app, code).await?;
    Ok((About::new("ask", &found.id, &found.code), mask(&found.title)))
}

fn said(page: Shell, (title, lead): (&str, &str), back: String) -> AskingPage {
    let lead = page.t(lead).to_string();
    AskingPage::said(page, title, lead).leading(BACK, back)
}

fn form(app: &App, page: Shell, about: &About, title: &str, email: String) -> AskingPage {
    let is_offered = asking::is_offered(app);
    let lead = match is_offered {
        true => page.t("village-voice-mail-lead").arg("title", title).to_string(),
        false => page.t("problem-catalog-following-no-mail").to_string(),
    };
    let field = EmailField {
        label: page.t("catalog-following-email").to_string(),
        hint: page.t("catalog-following-email-hint").to_string(),
        value: email,
    };
    let action = match is_offered {
        true => page.path.clone(),
        false => String::new(),
    };
    AskingPage::said(page, "catalog-following-title", lead)
        .pressed("catalog-following-button", action)
        .typed(field)
        .leading(BACK, about.path())
}
