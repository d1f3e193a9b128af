//! One mail as it came: who wrote it, in which words and with which files, and whether a program wrote it.
//!
//! Standards: RFC 5322 and MIME (read by `mail-parser`), RFC 3834 on what must not be answered automatically.

use mail_parser::{HeaderValue, Message, MessageParser, MimeHeaders, PartType};

use super::words::cleaned;

/// The most files taken of one mail.
const MOST_FILES: usize = 20;
/// The most characters of one mail; what follows is cut off.
const MOST_CHARACTERS: usize = 20_000;

/// A mail that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// As written, e.g. `<abc@phone.example>`.
    pub message_id: Option<String>,
    /// Message-IDs of what it answers, the nearest first.
    pub in_reply_to: Vec<String>,
    pub from: String,
    pub to: Option<String>,
    pub title: Option<String>,
    /// What the sender wrote now: without what it answers, and without a signature.
    pub text: String,
    pub files: Vec<File>,
    /// Why nobody may answer it automatically, if so.
    pub is_automatic: Option<&'static str>,
}

/// A file of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub name: String,
    pub media_type: String,
    pub bytes: Vec<u8>,
}

/// Reads a mail; `None` when it names no sender that could be answered.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<Letter> {
    let message = MessageParser::default().parse(bytes)?;
    let first = |address: Option<&mail_parser::Address>| {
        address
            .and_then(|address| address.first())
            .and_then(|one| one.address())
            .map(str::to_owned)
    };
    let from = first(message.from())?;
    let text = message.body_text(0).unwrap_or_default();
    let text = written_now(&cleaned(&text))
        .chars()
        .take(MOST_CHARACTERS)
        .collect();
    Some(Letter {
        message_id: message.message_id().map(|id| format!("<{id}>")),
        in_reply_to: answered(&message),
        to: first(message.to()),
        title: message.subject().map(cleaned).filter(|title| !title.is_empty()),
        text,
        files: files(&message),
        is_automatic: why_automatic(&message, &from),
        from,
    })
}

/// Leaves out what a mail answers (`> …` and the line before it) and the signature under `-- `.
#[must_use]
pub fn written_now(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        if line == "-- " || line.trim_end() == "--" || is_divider(line) {
            break;
        }
        if line.starts_with('>') {
            // "On Monday … wrote:" leads to the words quoted, in whatever language.
            while lines.last().is_some_and(|last: &&str| last.trim().is_empty()) {
                lines.pop();
            }
            if lines.last().is_some_and(|last| last.trim_end().ends_with(':')) {
                lines.pop();
            }
            continue;
        }
        lines.push(line);
    }
    let kept = lines.join("\n").trim().to_owned();
    // A mail that is nothing but a quotation says at least that.
    if kept.is_empty() {
        text.trim().to_owned()
    } else {
        kept
    }
}

/// In-Reply-To, then References from the last to the first (RFC 5322, 3.6.4).
fn answered(message: &Message) -> Vec<String> {
    const MOST: usize = 10;
    let ids = |header: &HeaderValue| -> Vec<String> {
        match header {
            HeaderValue::Text(id) => vec![format!("<{id}>")],
            HeaderValue::TextList(ids) => ids.iter().map(|id| format!("<{id}>")).collect(),
            _ => Vec::new(),
        }
    };
    let mut answered = ids(message.in_reply_to());
    answered.extend(ids(message.references()).into_iter().rev());
    answered.truncate(MOST);
    answered
}

/// `-----Original Message-----` in any language, and the line of underscores before it.
fn is_divider(line: &str) -> bool {
    let line = line.trim();
    (line.starts_with("-----") && line.ends_with("-----") && line.len() > 12)
        || (line.len() >= 20 && line.bytes().all(|byte| byte == b'_'))
}

fn files(message: &Message) -> Vec<File> {
    message
        .attachments()
        .filter_map(|part| {
            let bytes = match &part.body {
                PartType::Binary(bytes) | PartType::InlineBinary(bytes) => bytes.to_vec(),
                PartType::Text(text) | PartType::Html(text) => text.as_bytes().to_vec(),
                PartType::Message(_) | PartType::Multipart(_) => return None,
            };
            let media_type = part.content_type().map_or_else(
                || "application/octet-stream".to_owned(),
                |kind| match kind.subtype() {
                    Some(subtype) => format!("{}/{subtype}", kind.ctype()).to_lowercase(),
                    None => kind.ctype().to_lowercase(),
                },
            );
            let name = part.attachment_name().unwrap_or("file");
            // Only the last part of a name, however the sender's system writes paths.
            let name = name.rsplit(['/', '\\', ':']).next().unwrap_or("file");
            Some(File {
                name: cleaned(name).chars().take(200).collect(),
                media_type,
                bytes,
            })
        })
        .filter(|file| !file.bytes.is_empty())
        .take(MOST_FILES)
        .collect()
}

/// Says why a mail was written by a program or a list, if it was.
fn why_automatic(message: &Message, from: &str) -> Option<&'static str> {
    let header = |name: &'static str| {
        message
            .header_raw(name)
            .map(|value| value.trim().to_ascii_lowercase())
    };
    let user = from.split('@').next().unwrap_or_default().to_ascii_lowercase();
    if header("Auto-Submitted").is_some_and(|value| !value.starts_with("no")) {
        return Some("auto-submitted");
    }
    if header("Precedence")
        .is_some_and(|value| matches!(value.as_str(), "bulk" | "junk" | "list" | "auto_reply"))
    {
        return Some("bulk");
    }
    if header("List-Id").is_some() || header("List-Unsubscribe").is_some() {
        return Some("list");
    }
    if header("X-Autoreply").is_some() || header("X-Autorespond").is_some() {
        return Some("auto-reply");
    }
    if header("Return-Path").is_some_and(|value| value == "<>")
        || message.is_content_type("multipart", "report")
    {
        return Some("bounce");
    }
    let is_nobody = matches!(
        user.as_str(),
        "mailer-daemon" | "postmaster" | "noreply" | "no-reply"
    ) || user.starts_with("bounce");
    is_nobody.then_some("nobody")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(headers: &str, body: &str) -> Option<Letter> {
        let text = format!("From: Siti <siti@example.test>\nTo: lapor@ngasem.test\n{headers}\n\n{body}");
        read(text.replace('\n', "\r\n").as_bytes())
    }

    #[test]
    fn words_title_and_files_of_a_mail_are_read() {
        let letter = mail(
            "Subject: =?utf-8?B?4Kaw4Ka+4Ka44KeN4Kak4Ka+?=\nMessage-ID: <abc@phone.test>\nMIME-Version: 1.0\n\
             Content-Type: multipart/mixed; boundary=x",
            "--x\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n\
             Jalan rusak =E2=80=93 parah\n--x\nContent-Type: image/jpeg; name=\"C:\\photo.jpg\"\n\
             Content-Disposition: attachment; filename=\"C:\\photo.jpg\"\nContent-Transfer-Encoding: base64\n\n/9j/4A==\n--x--\n",
        )
        .expect("read");
        assert_eq!(letter.title.as_deref(), Some("রাস্তা"));
        assert_eq!(letter.text, "Jalan rusak – parah");
        assert_eq!(letter.message_id.as_deref(), Some("<abc@phone.test>"));
        assert_eq!(
            (letter.from.as_str(), letter.to.as_deref()),
            ("siti@example.test", Some("lapor@ngasem.test"))
        );
        assert_eq!(
            letter.files,
            [File {
                name: "photo.jpg".into(),
                media_type: "image/jpeg".into(),
                bytes: vec![0xff, 0xd8, 0xff, 0xe0]
            }]
        );
        assert_eq!(letter.is_automatic, None);
    }

    #[test]
    fn what_a_mail_answers_is_known_the_nearest_first() {
        let letter = mail(
            "In-Reply-To: <c@baraza.test>\nReferences: <a@phone.test> <b@baraza.test>",
            "Ya",
        )
        .expect("read");
        assert_eq!(
            letter.in_reply_to,
            ["<c@baraza.test>", "<b@baraza.test>", "<a@phone.test>"]
        );
        assert!(mail("Subject: x", "Ya").expect("read").in_reply_to.is_empty());
    }

    #[test]
    fn mail_that_has_only_html_is_read_as_words() {
        let letter = mail(
            "Content-Type: text/html",
            "<p>Air <b>mati</b></p><script>x()</script>",
        )
        .expect("read");
        assert!(
            letter.text.contains("Air mati") && !letter.text.contains("<b>"),
            "{}",
            letter.text
        );
    }

    #[test]
    fn programs_lists_and_bounces_are_known_by_their_headers() {
        for (headers, why) in [
            ("Auto-Submitted: auto-replied", "auto-submitted"),
            ("Precedence: bulk", "bulk"),
            ("List-Id: <warga.test>", "list"),
            ("X-Autoreply: yes", "auto-reply"),
            ("Return-Path: <>", "bounce"),
            ("Content-Type: multipart/report; boundary=y", "bounce"),
        ] {
            assert_eq!(
                mail(headers, "x").expect(headers).is_automatic,
                Some(why),
                "{headers}"
            );
        }
        assert_eq!(mail("Auto-Submitted: no", "x").expect("read").is_automatic, None);
        let daemon = read(b"From: MAILER-DAEMON@mx.test\r\nSubject: failed\r\n\r\nx").expect("read");
        assert_eq!(daemon.is_automatic, Some("nobody"));
    }

    #[test]
    fn a_mail_without_a_sender_is_no_letter() {
        assert_eq!(read(b"Subject: x\r\n\r\nhello"), None);
        assert_eq!(read(b""), None);
    }

    #[test]
    fn what_a_mail_answers_and_its_signature_are_left_out() {
        assert_eq!(
            written_now(
                "Belum selesai.\n\nPada Senin, Kabupaten menulis:\n> Sudah selesai?\n> Balas ya\n\n-- \nSiti"
            ),
            "Belum selesai."
        );
        assert_eq!(
            written_now("Ya\n\n-----Original Message-----\nFrom: x\nSudah?"),
            "Ya"
        );
        assert_eq!(written_now("> nothing else"), "> nothing else");
        assert_eq!(written_now("a: b\n\nc"), "a: b\n\nc");
    }
}
