//! The operator's view of messages: how many, in which state, and what is in their way; never whose and never what.

use askama::Template;
use axum::{
    Json, Router,
    extract::State,
    http::Uri,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};

use super::{Channel, Counted, Listed, inbound, mail, wire};
use crate::platform::{
    app::App,
    html::{Shell, parts::Cell},
    i18n::Lang,
    op::{Op, Role},
    page::{render, shell},
    problem::Result,
    time::Time,
};

/// Messages on the page.
const MOST_ROWS: i64 = 100;

/// Pages for those who keep the program running.
pub fn desk_routes() -> Router<App> {
    Router::new()
        .route("/desk/messages", get(show))
        .route("/desk/messages.json", get(show_json))
        .route("/desk/messages/retry", post(retry))
}

#[derive(Template)]
#[template(path = "platform/message/messages.html")]
pub struct MessagesPage {
    pub page: Shell,
    pub is_shown: bool,
    pub count_head: Vec<Cell>,
    pub counts: Vec<Vec<Cell>>,
    pub out_head: Vec<Cell>,
    pub out: Vec<Vec<Cell>>,
    pub in_head: Vec<Cell>,
    pub heard: Vec<Vec<Cell>>,
    pub may_retry: bool,
    /// What a gateway calls, for administrators only.
    pub gateways: Vec<(String, String)>,
}

async fn show(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    op.require(&[Role::Auditor])?;
    let page = shell(&app, &op, &uri)
        .titled(op.lang.text("platform-messages"))
        .shapes(&["json"]);
    let out = super::list(&app, MOST_ROWS).await?;
    // Only where nobody real is written to.
    let words = if app.is_sample {
        shown_words(&app, &out).await?
    } else {
        Vec::new()
    };
    let when = |at: i64| op.lang.date_time(app.config.zoned(Time(at)).datetime());
    let out = out
        .iter()
        .enumerate()
        .map(|(row, message)| out_row(op.lang, message, when(message.queued_at), words.get(row)))
        .collect();
    let heard = inbound::list(&app, MOST_ROWS)
        .await?
        .iter()
        .map(|heard| in_row(op.lang, heard, when(heard.at)))
        .collect();
    let counts = super::count(&app).await?;
    let mut messages = MessagesPage::new(page, &counts, out, heard, app.is_sample);
    if op.has(&[Role::Admin]) {
        messages.may_retry = counts.iter().any(|counted| counted.state == "failed");
        messages.gateways = gateways(&app)
            .into_iter()
            .map(|(channel, address)| (name(op.lang, channel.as_str()), address))
            .collect();
    }
    render(&messages)
}

async fn show_json(State(app): State<App>, op: Op) -> Result<Response> {
    op.require(&[Role::Auditor])?;
    let body = serde_json::json!({
        "counts": super::count(&app).await?,
        "out": super::list(&app, MOST_ROWS).await?,
        "in": inbound::list(&app, MOST_ROWS).await?,
    });
    Ok(Json(body).into_response())
}

async fn retry(State(app): State<App>, op: Op) -> Result<Redirect> {
    op.require(&[Role::Admin])?;
    let mut tx = app.db.begin().await?;
    super::retry(&mut tx, &op).await?;
    tx.commit().await?;
    Ok(Redirect::to("/desk/messages"))
}

/// Returns the addresses that gateways call, each with its channel.
#[must_use]
pub fn gateways(app: &App) -> Vec<(Channel, String)> {
    let (base, secret) = (&app.config.callback_url, inbound::secret(app));
    vec![
        (Channel::Sms, format!("{base}/channels/sms/{secret}?id=%I")),
        (Channel::Ussd, format!("{base}/channels/ussd/{secret}")),
    ]
}

/// Tries every gateway that is set: name, whether it answers, and what to say about it.
pub async fn checks(app: &App) -> Vec<(&'static str, bool, String)> {
    let said = |tried: anyhow::Result<String>| match tried {
        Ok(says) => (true, says),
        Err(error) => (false, format!("{error:#}")),
    };
    let named = |name, (ok, says): (bool, String)| (name, ok, says);
    vec![
        named("contacts", said(try_key(app).await)),
        named("text messages", said(try_sms(app).await)),
        named("mail out", said(try_smtp(app).await)),
        named("mail in", said(try_imap(app).await)),
        named("gateways call", (true, addresses(app))),
    ]
}

fn addresses(app: &App) -> String {
    let addresses = gateways(app).into_iter().map(|(_, address)| address);
    addresses.collect::<Vec<_>>().join(" and ")
}

/// Opens the newest contact, so that a key file of another installation is noticed.
async fn try_key(app: &App) -> anyhow::Result<String> {
    let newest: Option<(String,)> = sqlx::query_as("SELECT address FROM message ORDER BY id DESC LIMIT 1")
        .fetch_optional(app.db.read())
        .await?;
    if let Some((sealed,)) = newest {
        app.vault.reveal(&sealed)?;
    }
    Ok(format!(
        "sealed with key {} of {}; keep a copy of that file apart from the backups",
        app.vault.key_id(),
        app.config.secret_file.display()
    ))
}

async fn try_sms(app: &App) -> anyhow::Result<String> {
    let Some(url) = &app.config.sms_url else {
        return Ok("not set (sms_url): no text messages are sent".into());
    };
    wire::connect(url, if url.scheme() == "https" { 443 } else { 80 }).await?;
    Ok("the gateway answers".into())
}

async fn try_smtp(app: &App) -> anyhow::Result<String> {
    if app.config.smtp_url.is_none() {
        return Ok("not set (smtp_url): no mail is sent".into());
    }
    let mut connection = mail::connect(&app.config).await?;
    // It let us in; how it says good-bye changes nothing.
    let _ = connection.quit().await;
    Ok("the mail server lets us in".into())
}

async fn try_imap(app: &App) -> anyhow::Result<String> {
    if app.config.imap_url.is_none() {
        return Ok("not set (imap_url): no mail is read".into());
    }
    let mut mailbox = inbound::mailbox::open(&app.config).await?;
    let _ = mailbox.logout().await;
    Ok("the mailbox opens".into())
}

/// The words of messages that were not sent because these are sample data, in the order of `rows`.
async fn shown_words(app: &App, rows: &[Listed]) -> Result<Vec<String>> {
    let sealed: Vec<(String, Option<String>)> =
        sqlx::query_as("SELECT id, text FROM message ORDER BY id DESC LIMIT $1")
            .bind(MOST_ROWS)
            .fetch_all(app.db.read())
            .await?;
    Ok(rows
        .iter()
        .map(|row| {
            sealed
                .iter()
                .find(|(id, _)| *id == row.id)
                .and_then(|(_, text)| app.vault.reveal(text.as_deref()?).ok())
                .unwrap_or_default()
        })
        .collect())
}

fn name(lang: Lang, code: &str) -> String {
    lang.text(format!("platform-message-{code}")).to_string()
}

fn out_row(lang: Lang, message: &Listed, when: String, words: Option<&String>) -> Vec<Cell> {
    let mut row = vec![
        Cell::text(when),
        Cell::text(name(lang, &message.channel)),
        Cell::text(&message.about),
        Cell::text(name(lang, &message.state)),
        number(lang, message.n_parts),
        Cell::text(message.trouble.as_deref().unwrap_or_default()),
    ];
    if let Some(words) = words {
        row.push(Cell::text(words));
    }
    row
}

fn in_row(lang: Lang, heard: &inbound::HeardRow, when: String) -> Vec<Cell> {
    vec![
        Cell::text(when),
        Cell::text(name(lang, &heard.channel)),
        number(lang, heard.n_characters),
        number(lang, heard.n_files),
        Cell::text(name(lang, &heard.outcome)),
    ]
}

#[allow(clippy::cast_precision_loss, reason = "counts on one page")]
fn number(lang: Lang, n: i64) -> Cell {
    Cell::number(lang.number(n), n as f64)
}

impl MessagesPage {
    fn new(
        page: Shell,
        counts: &[Counted],
        out: Vec<Vec<Cell>>,
        heard: Vec<Vec<Cell>>,
        is_shown: bool,
    ) -> MessagesPage {
        let lang = page.lang;
        let head = |ids: &[&str]| {
            ids.iter()
                .map(|id| {
                    let text = lang.text(format!("platform-messages-{id}"));
                    match *id {
                        "n" | "parts" | "characters" | "files" => Cell::over_numbers(text),
                        _ => Cell::text(text),
                    }
                })
                .collect::<Vec<_>>()
        };
        let mut out_head = head(&["when", "channel", "about", "state", "parts", "trouble"]);
        if is_shown {
            out_head.extend(head(&["words"]));
        }
        MessagesPage {
            count_head: head(&["channel", "state", "n"]),
            counts: counts
                .iter()
                .map(|counted| {
                    vec![
                        Cell::text(name(lang, &counted.channel)),
                        Cell::text(name(lang, &counted.state)),
                        number(lang, counted.n),
                    ]
                })
                .collect(),
            out_head,
            out,
            in_head: head(&["when", "channel", "characters", "files", "outcome"]),
            heard,
            is_shown,
            may_retry: false,
            gateways: Vec::new(),
            page,
        }
    }

    pub fn sample(lang: Lang) -> MessagesPage {
        let message = |channel: &str, state: &str, trouble: Option<&str>| Listed {
            id: "0192".into(),
            channel: channel.into(),
            lang: "id".into(),
            about: "request/0192".into(),
            state: state.into(),
            trouble: trouble.map(str::to_owned),
            n_tries: 1,
            n_parts: 2,
            queued_at: 0,
            settled_at: None,
        };
        let words = "Laporan <BZ-7K3> & \"jawaban\"".to_owned();
        let when = || "21 Nov 2026, 09.00".to_owned();
        let out = vec![
            out_row(lang, &message("sms", "delivered", None), when(), Some(&words)),
            out_row(
                lang,
                &message("email", "failed", Some("mail-refused")),
                when(),
                Some(&words),
            ),
        ];
        let heard = inbound::HeardRow {
            channel: "ussd".into(),
            n_characters: 12,
            n_files: 0,
            outcome: "answered".into(),
            at: 0,
        };
        let counts = [Counted {
            channel: "sms".into(),
            state: "queued".into(),
            n: 3,
        }];
        let page = Shell::sample(lang).titled(lang.text("platform-messages"));
        let heard = vec![in_row(lang, &heard, when())];
        let mut page = MessagesPage::new(page, &counts, out, heard, true);
        page.may_retry = true;
        page.gateways = vec![(
            name(lang, "sms"),
            "https://data.example.go.id/channels/sms/secret".into(),
        )];
        page
    }
}
