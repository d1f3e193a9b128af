//! What people write to the government.

use axum::body::Body;
use baraza::platform::{
    config::Settings,
    i18n::Lang,
    message::{self, Channel, inbound, inbound::mailbox},
};

use super::{
    HERE, SECRET,
    gateways::{Kannel, MailServer},
    listening, notebook,
};
use crate::town::{Answer, Town};

/// A text message as Kannel's `post-url` brings it.
async fn texts(town: &Town, id: &str, text: &str) -> Answer {
    town.stranger()
        .with_header("x-kannel-from", "+6281234567890")
        .with_header("x-kannel-to", "181")
        .sends(
            "POST",
            &format!("/channels/sms/{SECRET}?id={id}"),
            "text/plain; charset=UTF-8",
            Body::from(text.to_owned()),
        )
        .await
}

async fn keys(town: &Town, session: &str, text: &str) -> String {
    let fields = [
        ("sessionId", session),
        ("serviceCode", "*181#"),
        ("phoneNumber", "+6281234567890"),
        ("text", text),
    ];
    town.stranger()
        .submits(&format!("/channels/ussd/{SECRET}"), &fields)
        .await
        .is(200)
        .text()
}

fn mail(id: &str, headers: &str, text: &str) -> String {
    format!(
        "From: Siti <siti@example.test>\r\nTo: lapor@ngasem.test\r\nSubject: Jalan\r\nMessage-ID: <{id}>\r\n{headers}\r\n{text}\r\n"
    )
}

#[tokio::test]
async fn a_text_message_is_heard_and_answered_in_the_same_breath_without_a_gateway() {
    let town = listening(Settings::default()).await;
    let answer = texts(&town, "1", " jalan rusak ").await.is(200);
    assert_eq!(answer.text(), "Heard: jalan rusak");
    let heard = notebook(&town).remove(0);
    assert_eq!(
        (heard.channel, heard.from.as_str(), heard.to.as_deref()),
        (Channel::Sms, "+6281234567890", Some("181"))
    );
}

#[tokio::test]
async fn with_a_gateway_the_answer_is_a_message_of_its_own() {
    let kannel = Kannel::start().await;
    let town = listening(Settings {
        sms_url: Some(kannel.url.clone()),
        ..Settings::default()
    })
    .await;
    assert_eq!(texts(&town, "1", "halo").await.is(200).text(), "");
    town.run_jobs().await;
    let taken = kannel.taken();
    assert_eq!(taken[0].body, "Heard: halo");
    assert_eq!(taken[0].headers["x-kannel-to"], "+6281234567890");
}

#[tokio::test]
async fn a_message_delivered_twice_is_heard_once_and_answered_the_same() {
    let town = listening(Settings::default()).await;
    let first = texts(&town, "7", "halo").await.is(200).text();
    assert_eq!(texts(&town, "7", "halo").await.is(200).text(), first);
    assert_eq!(notebook(&town).len(), 1);
    texts(&town, "8", "halo").await.is(200);
    assert_eq!(notebook(&town).len(), 2);
}

#[tokio::test]
async fn bengali_is_read_by_the_header_and_heard_as_bengali() {
    let town = listening(Settings::default()).await;
    let bytes = "রাস্তা ভাঙা"
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect::<Vec<_>>();
    town.stranger()
        .with_header("x-kannel-from", "+8801712345678")
        .sends(
            "POST",
            &format!("/channels/sms/{SECRET}?id=1"),
            "text/plain; charset=\"UTF-16BE\"",
            Body::from(bytes),
        )
        .await
        .is(200);
    let heard = notebook(&town).remove(0);
    assert_eq!((heard.text.as_str(), heard.lang), ("রাস্তা ভাঙা", Lang::Bn));
}

#[tokio::test]
async fn a_gateway_that_can_only_get_is_heard_too() {
    let town = listening(Settings::default()).await;
    let path =
        format!("/channels/sms/{SECRET}?from=%2B6281234567890&to=181&id=1&charset=UTF-8&text=jalan+rusak");
    assert_eq!(
        town.stranger().gets(&path).await.is(200).text(),
        "Heard: jalan rusak"
    );
}

#[tokio::test]
async fn a_refusal_is_told_in_the_senders_language_and_nothing_of_it_stays() {
    let town = listening(Settings {
        language: Some("id".into()),
        ..Settings::default()
    })
    .await;
    let told = texts(&town, "1", "refuse").await.is(200).text();
    assert!(told.starts_with("Isi nomor telepon"), "{told}");
    assert!(message::list(&town.app, 10).await.expect("listed").is_empty());
    assert_eq!(texts(&town, "1", "refuse").await.is(200).text(), told);
    assert_eq!(notebook(&town).len(), 1);
}

#[tokio::test]
async fn a_failure_of_ours_makes_the_gateway_deliver_again() {
    let town = listening(Settings::default()).await;
    texts(&town, "1", "break").await.is(500);
    texts(&town, "1", "break").await.is(500);
    assert_eq!(notebook(&town).len(), 2);
}

#[tokio::test]
async fn advertising_from_a_name_is_passed_over() {
    let town = listening(Settings::default()).await;
    town.stranger()
        .with_header("x-kannel-from", "PULSA-MURAH")
        .sends(
            "POST",
            &format!("/channels/sms/{SECRET}?id=1"),
            "text/plain",
            Body::from("beli"),
        )
        .await
        .is(200);
    assert!(notebook(&town).is_empty());
}

#[tokio::test]
async fn whoever_writes_without_end_is_no_longer_answered() {
    let town = listening(Settings::default()).await;
    for n in 0..60 {
        texts(&town, &n.to_string(), "halo").await.is(200);
    }
    assert_eq!(texts(&town, "60", "halo").await.is(200).text(), "");
    assert_eq!(notebook(&town).len(), 60);
    town.advance(std::time::Duration::from_secs(3_601));
    assert_eq!(texts(&town, "61", "halo").await.is(200).text(), "Heard: halo");
}

#[tokio::test]
async fn a_ussd_session_is_asked_on_and_ended_within_one_screen() {
    let town = listening(Settings::default()).await;
    assert_eq!(keys(&town, "s1", "").await, "CON 1. Jalan\n2. Air");
    assert_eq!(keys(&town, "s1", "1*4821").await, "END Heard: 1*4821");
    let long = keys(&town, "s2", "long").await;
    assert!(
        long.starts_with("END ") && long.ends_with("...") && long.chars().count() <= 4 + 182,
        "{long}"
    );
    assert_eq!(keys(&town, "s3", "quiet").await, "END");
    assert_eq!(notebook(&town)[1].channel, Channel::Ussd);
}

#[tokio::test]
async fn a_ussd_step_that_fails_is_told_in_words_the_telephone_can_show() {
    let town = listening(Settings::default()).await;
    let told = keys(&town, "s1", "break").await;
    assert!(told.starts_with("END Something went wrong"), "{told}");
    assert!(
        keys(&town, "s1", "refuse")
            .await
            .starts_with("END Enter a telephone number")
    );
}

#[tokio::test]
async fn mail_is_heard_once_with_its_files_and_answered_in_its_thread() {
    let server = MailServer::start().await;
    let town = listening(Settings {
        smtp_url: Some(server.url.clone()),
        mail_from: Some("lapor@ngasem.test".into()),
        ..Settings::default()
    })
    .await;
    let headers = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n";
    let body = "--x\r\n\r\njalan rusak\r\n--x\r\nContent-Type: image/png\r\n\
        Content-Disposition: attachment; filename=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw==\r\n--x--";
    let letter = mail("1@phone.test", headers, body);
    mailbox::handle(&town.app, letter.as_bytes())
        .await
        .expect("handled");
    mailbox::handle(&town.app, letter.as_bytes())
        .await
        .expect("handled again");
    let heard = notebook(&town);
    assert_eq!(heard.len(), 1);
    assert_eq!(
        (
            heard[0].title.as_deref(),
            heard[0].text.as_str(),
            heard[0].from.as_str()
        ),
        (Some("Jalan"), "jalan rusak", "siti@example.test")
    );
    let file = &heard[0].files[0];
    assert_eq!(
        (file.name.as_str(), file.media_type.as_str(), file.size_bytes),
        ("a.png", "image/png", 4)
    );
    let bytes = town.app.blobs.bytes(&file.blob).await.expect("the file");
    assert_eq!(&bytes[..], b"\x89PNG");
    town.run_jobs().await;
    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    for line in [
        "To: siti@example.test",
        "Subject: Re: Jalan",
        "In-Reply-To: <1@phone.test>",
        "Auto-Submitted: auto-replied",
        "Heard: jalan rusak",
    ] {
        assert!(
            mails[0].lines().any(|written| written == line),
            "{line}\n{}",
            mails[0]
        );
    }
}

#[tokio::test]
async fn programs_and_our_own_mail_are_never_answered() {
    let town = listening(Settings {
        mail_from: Some("Siti <SITI@example.test>".into()),
        ..Settings::default()
    })
    .await;
    mailbox::handle(&town.app, mail("1@x", "", "halo").as_bytes())
        .await
        .expect("passed over");
    let answering = mail("2@x", "Auto-Submitted: auto-replied\r\n", "saya cuti");
    mailbox::handle(&town.app, answering.as_bytes())
        .await
        .expect("passed over");
    mailbox::handle(&town.app, b"no mail at all")
        .await
        .expect("passed over");
    assert!(notebook(&town).is_empty());
    let listed = inbound::list(&town.app, 10).await.expect("listed");
    assert_eq!(
        listed.iter().map(|row| row.outcome.as_str()).collect::<Vec<_>>(),
        ["ignored", "ignored"]
    );
}

#[tokio::test]
async fn where_nobody_listens_people_are_told_where_to_go() {
    let town = Town::where_follows(
        Settings {
            channel_secret: Some(SECRET.into()),
            channel_sources: Some(HERE.into()),
            base_url: Some("https://data.ngasem.test".into()),
            ..Settings::default()
        },
        baraza::platform::events::Reactions::default(),
    )
    .await;
    let told = texts(&town, "1", "halo").await.is(200).text();
    assert_eq!(
        told,
        "Nobody reads messages here. Please go to https://data.ngasem.test"
    );
}

#[tokio::test]
async fn what_was_heard_is_seen_at_the_desk_without_words_and_senders() {
    let town = listening(Settings::default()).await;
    texts(&town, "1", "rahasia").await.is(200);
    let json = town.admin().await.gets("/desk/messages.json").await.is(200);
    assert!(!json.text().contains("rahasia") && !json.text().contains("4567890"));
    assert_eq!(json.json()["in"][0]["n_characters"], 7);
    let rows: Vec<(String, String, String)> = sqlx::query_as("SELECT id, mark, answer FROM heard")
        .fetch_all(town.app.db.read())
        .await
        .expect("rows");
    let all = format!("{rows:?}");
    assert!(!all.contains("rahasia") && !all.contains("81234567890"), "{all}");
}
