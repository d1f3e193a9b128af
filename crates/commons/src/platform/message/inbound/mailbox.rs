//! The mailbox that people write to, by IMAP (RFC 3501): unread mail is taken, handed over once, and marked read.

use std::time::Duration;

use anyhow::Context;
use async_imap::{Client, Session};
use futures::TryStreamExt;
use url::Url;

use super::{Heard, HeardFile, hear, ignore, post, words};
use crate::platform::{
    app::App,
    config::Config,
    message::{
        Address, Channel,
        wire::{self, Protection, Wire},
    },
    problem::Kind,
};

/// The longest one look into the mailbox may take.
const PATIENCE: Duration = Duration::from_secs(300);
/// Mails taken at one look, so that a full mailbox holds up nobody for long.
const MOST_MAILS: usize = 50;
/// The largest mail that is taken: ten photos of a phone.
const MOST_BYTES: u32 = 40 * 1024 * 1024;

type Mailbox = Session<Box<dyn Wire>>;

/// Takes the unread mail; returns how many were handled.
///
/// # Errors
/// When the mailbox cannot be reached; a mail that cannot be handled stays unread and holds up no other.
pub async fn fetch(app: &App) -> anyhow::Result<usize> {
    tokio::time::timeout(PATIENCE, async {
        let mut mailbox = open(&app.config).await?;
        let mut unread = mailbox
            .uid_search("UNSEEN UNDELETED")
            .await
            .context("look for unread mail")?
            .into_iter()
            .collect::<Vec<_>>();
        unread.sort_unstable();
        let mut n_handled = 0;
        for uid in unread.into_iter().take(MOST_MAILS) {
            let size = size(&mut mailbox, uid).await?;
            if size > MOST_BYTES {
                tracing::warn!(
                    size_bytes = size,
                    "a mail is too large to be taken and was marked read"
                );
            } else if let Err(error) = take(app, &mut mailbox, uid).await {
                tracing::error!(
                    error = format!("{error:#}"),
                    "a mail could not be handled and stays unread"
                );
                continue;
            }
            mark_read(&mut mailbox, uid).await?;
            n_handled += 1;
        }
        // Whether the server says good-bye changes nothing.
        let _ = mailbox.logout().await;
        Ok(n_handled)
    })
    .await
    .map_err(|_| anyhow::anyhow!("the mail server took too long"))?
}

/// Signs in and opens the mailbox; also how the doctor tries it.
pub(in crate::platform::message) async fn open(config: &Config) -> anyhow::Result<Mailbox> {
    let url = config.imap_url.as_ref().context("setting imap_url is missing")?;
    let protection = wire::protection(url);
    let port = if protection == Protection::Tls { 993 } else { 143 };
    let stream = wire::connect(url, port).await?;
    let client = match protection {
        Protection::Tls => greeted(wire::secure(stream, url).await?).await?,
        Protection::None => greeted(Box::new(stream)).await?,
        Protection::StartTls => {
            let mut client = Client::new(stream);
            client.read_response().await?.context("the mail server hung up")?;
            client
                .run_command_and_check_ok("STARTTLS", None)
                .await
                .context("the mail server offers no STARTTLS: use imaps://")?;
            Client::new(wire::secure(client.into_inner(), url).await?)
        }
    };
    let (user, password) = wire::credentials(url).context("setting imap_url names no user")?;
    let mut session = client
        .login(user, password)
        .await
        .map_err(|(error, _)| error)
        .context("sign in at the mail server")?;
    let name = folder(url);
    session
        .select(&name)
        .await
        .with_context(|| format!("open the mailbox {name:?}"))?;
    Ok(session)
}

async fn greeted(stream: Box<dyn Wire>) -> anyhow::Result<Client<Box<dyn Wire>>> {
    let mut client = Client::new(stream);
    client.read_response().await?.context("the mail server hung up")?;
    Ok(client)
}

/// The mailbox an address names; `INBOX` without one.
fn folder(url: &Url) -> String {
    let path = url.path().trim_start_matches('/');
    let name = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    if name.is_empty() {
        "INBOX".into()
    } else {
        name.into_owned()
    }
}

async fn size(mailbox: &mut Mailbox, uid: u32) -> anyhow::Result<u32> {
    let found = mailbox
        .uid_fetch(uid.to_string(), "(UID RFC822.SIZE)")
        .await?
        .try_collect::<Vec<_>>()
        .await?;
    Ok(found.iter().find_map(|mail| mail.size).unwrap_or(0))
}

async fn mark_read(mailbox: &mut Mailbox, uid: u32) -> anyhow::Result<()> {
    mailbox
        .uid_store(uid.to_string(), "+FLAGS.SILENT (\\Seen)")
        .await?
        .try_collect::<Vec<_>>()
        .await
        .context("mark a mail as read")?;
    Ok(())
}

async fn take(app: &App, mailbox: &mut Mailbox, uid: u32) -> anyhow::Result<()> {
    let found = mailbox
        .uid_fetch(uid.to_string(), "(UID BODY.PEEK[])")
        .await?
        .try_collect::<Vec<_>>()
        .await?;
    let bytes = found
        .iter()
        .find_map(|mail| mail.body())
        .context("the mail is gone")?;
    handle(app, bytes).await
}

/// Handles one mail: hands it over, or passes it over when a program wrote it.
///
/// # Errors
/// When trying again may mend it.
pub async fn handle(app: &App, bytes: &[u8]) -> anyhow::Result<()> {
    let Some(letter) = post::read(bytes) else {
        tracing::info!("a mail without a sender was passed over");
        return Ok(());
    };
    let Ok(from) = Address::email(&letter.from) else {
        tracing::info!("a mail of a sender that cannot be answered was passed over");
        return Ok(());
    };
    let own = app
        .config
        .mail_from
        .as_deref()
        .and_then(|sender| sender.parse::<lettre::message::Mailbox>().ok());
    let is_ours = own.is_some_and(|own| own.email.to_string().eq_ignore_ascii_case(from.as_str()));
    let why = letter.is_automatic.or(is_ours.then_some("our own"));
    let mut heard = Heard {
        // Without an id of its own, a mail is known by its bytes.
        id: letter
            .message_id
            .clone()
            .unwrap_or_else(|| crate::platform::id::digest(&String::from_utf8_lossy(bytes))),
        channel: Channel::Email,
        from,
        to: letter.to,
        lang: words::lang_of(&letter.text, app.config.language.parse().unwrap_or_default()),
        title: letter.title,
        text: letter.text,
        files: Vec::new(),
        message_id: letter.message_id,
        in_reply_to: letter.in_reply_to,
        at: app.clock.now(),
    };
    if let Some(why) = why {
        tracing::info!(why, "a mail of a program was passed over");
        ignore(app, &heard).await?;
        return Ok(());
    }
    for file in letter.files {
        let size_bytes = file.bytes.len() as u64;
        let blob = app.blobs.put(bytes::Bytes::from(file.bytes)).await?;
        heard.files.push(HeardFile {
            name: file.name,
            media_type: file.media_type,
            blob: blob.id,
            size_bytes,
        });
    }
    match hear(app, &heard).await {
        Ok(_) => Ok(()),
        Err(problem) if matches!(problem.kind(), Kind::Internal | Kind::Unavailable) => Err(problem.into()),
        Err(problem) => {
            tracing::warn!(code = problem.code(), "a mail was refused");
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_the_mailbox_or_means_the_inbox() {
        let of = |url: &str| folder(&url.parse().expect("an address"));
        assert_eq!(of("imaps://a:b@mail.test"), "INBOX");
        assert_eq!(of("imaps://a:b@mail.test/Laporan%20warga"), "Laporan warga");
    }
}
