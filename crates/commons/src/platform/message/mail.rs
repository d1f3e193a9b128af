//! Mail out, by SMTP (RFC 5321): plain words, one recipient, and marked as written by a program (RFC 3834).

use std::time::{Duration, SystemTime};

use anyhow::Context;
use lettre::{
    message::{
        Mailbox, Message,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::{Credentials, Mechanism},
        client::AsyncSmtpConnection,
        extension::ClientId,
    },
};

use super::{
    deliver::Trouble,
    wire::{self, Greeted, Protection, Wire},
};
use crate::platform::{app::App, config::Config, time::Time};

/// The longest one delivery may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A mail before it is put into its envelope.
pub(super) struct Letter<'a> {
    pub id: &'a str,
    pub to: &'a str,
    pub lang: &'a str,
    pub title: &'a str,
    pub text: &'a str,
    pub answers: Option<String>,
    pub at: Time,
}

pub(super) async fn send(app: &App, letter: &Letter<'_>) -> Result<(), Trouble> {
    let message = compose(&app.config, letter).map_err(|_| Trouble::Never("mail-malformed"))?;
    let away = |cause: anyhow::Error| Trouble::Later("mail-server-away", cause);
    let sending = async {
        let mut connection = connect(&app.config).await.map_err(away)?;
        let sent = connection.send(message.envelope(), &message.formatted()).await;
        match sent {
            Ok(_) => {
                // It has the mail; how it says good-bye changes nothing.
                let _ = connection.quit().await;
                Ok(())
            }
            // The error repeats the recipient, so only its code is kept.
            Err(error) if error.is_permanent() => Err(Trouble::Never("mail-refused")),
            Err(error) => {
                let code = error
                    .status()
                    .map_or_else(|| "no answer".to_owned(), |code| code.to_string());
                Err(Trouble::Later(
                    "mail-server-busy",
                    anyhow::anyhow!("the mail server did not take a message ({code})"),
                ))
            }
        }
    };
    match tokio::time::timeout(PATIENCE, sending).await {
        Ok(sent) => sent,
        Err(_) => Err(away(anyhow::anyhow!("the mail server took too long"))),
    }
}

/// Connects to the mail server and signs in; also how the doctor tries it.
pub(super) async fn connect(config: &Config) -> anyhow::Result<AsyncSmtpConnection> {
    let url = config.smtp_url.as_ref().context("setting smtp_url is missing")?;
    let name = ClientId::Domain(domain(config));
    let protection = wire::protection(url);
    let port = match protection {
        Protection::Tls => 465,
        Protection::StartTls => 587,
        Protection::None => 25,
    };
    let stream = wire::connect(url, port).await?;
    let peer = stream.peer_addr()?;
    let stream: Box<dyn Wire> = match protection {
        Protection::None => Box::new(stream),
        Protection::Tls => wire::secure(stream, url).await?,
        Protection::StartTls => {
            let stream = wire::smtp_starttls(stream, &domain(config)).await?;
            wire::secure(stream, url).await?
        }
    };
    let stream = Box::new(Greeted::new(stream, peer, protection));
    let mut connection = AsyncSmtpConnection::connect_with_transport(stream, &name)
        .await
        .context("greet the mail server")?;
    if let Some((user, password)) = wire::credentials(url) {
        connection
            .auth(
                &[Mechanism::Plain, Mechanism::Login],
                &Credentials::new(user, password),
            )
            .await
            .context("sign in at the mail server")?;
    }
    Ok(connection)
}

/// Writes a letter as it goes over the wire.
fn compose(config: &Config, letter: &Letter) -> anyhow::Result<Message> {
    let from: Mailbox = config
        .mail_from
        .as_deref()
        .context("setting mail_from is missing")?
        .parse()?;
    let header = |name, value: &str| HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned());
    let written_at = SystemTime::UNIX_EPOCH + letter.at.since(Time(0));
    let by_program = match letter.answers {
        Some(_) => "auto-replied",
        None => "auto-generated",
    };
    let mut builder = Message::builder()
        .from(from)
        .to(letter.to.parse()?)
        .subject(letter.title.replace(['\r', '\n'], " "))
        .date(written_at)
        // Sent twice after a crash, it is still one mail to whoever sorts by id.
        .message_id(Some(format!("<{}@{}>", letter.id, domain(config))))
        .raw_header(header("Auto-Submitted", by_program))
        .raw_header(header("X-Auto-Response-Suppress", "All"))
        .raw_header(header("Content-Language", letter.lang));
    if let Some(id) = &letter.answers {
        let id = id.replace(['\r', '\n'], " ");
        builder = builder.in_reply_to(id.clone()).references(id);
    }
    Ok(builder
        .header(ContentType::TEXT_PLAIN)
        .body(letter.text.replace("\r\n", "\n").replace('\n', "\r\n"))?)
}

/// The domain of the sender, by which we call ourselves.
fn domain(config: &Config) -> String {
    config
        .mail_from
        .as_deref()
        .and_then(|from| from.parse::<Mailbox>().ok())
        .map_or_else(|| "localhost".to_owned(), |from| from.email.domain().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::config::Settings;

    fn composed(title: &str, text: &str, answers: Option<&str>) -> String {
        let config = Config::settle(
            Settings {
                mail_from: Some("Kabupaten Ngasem <lapor@ngasem.test>".into()),
                ..Settings::default()
            },
            None,
        )
        .expect("settles");
        let letter = Letter {
            id: "0192",
            to: "siti@example.test",
            lang: "id",
            title,
            text,
            answers: answers.map(str::to_owned),
            at: Time(1_794_794_400_000_000),
        };
        String::from_utf8(compose(&config, &letter).expect("composed").formatted()).expect("text")
    }

    #[test]
    fn mail_says_that_a_program_wrote_it_and_keeps_its_id() {
        let mail = composed("Laporan BZ-1", "Sudah dijawab.\nTerima kasih.", None);
        for line in [
            "From: \"Kabupaten Ngasem\" <lapor@ngasem.test>",
            "To: siti@example.test",
            "Message-ID: <0192@ngasem.test>",
            "Auto-Submitted: auto-generated",
            "Content-Language: id",
            "Date: Mon, 16 Nov 2026 02:00:00 +0000",
            "Sudah dijawab.",
        ] {
            assert!(mail.lines().any(|written| written == line), "{line}\n{mail}");
        }
    }

    #[test]
    fn an_answer_stands_in_the_thread_of_what_it_answers() {
        let mail = composed("Re: x", "x", Some("<abc@phone.test>"));
        assert!(
            mail.contains("In-Reply-To: <abc@phone.test>\r\n")
                && mail.contains("References: <abc@phone.test>\r\n")
        );
        assert!(mail.contains("Auto-Submitted: auto-replied\r\n"), "{mail}");
    }

    #[test]
    fn nobody_adds_a_header_through_a_title() {
        let mail = composed(
            "Hello\r\nBcc: everybody@example.test",
            "x",
            Some("<a>\r\nBcc: x@y.test"),
        );
        assert!(!mail.lines().any(|line| line.starts_with("Bcc:")), "{mail}");
    }
}
