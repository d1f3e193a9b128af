//! What the government tells people.

use std::time::Duration;

use axum::http::StatusCode;
use baraza::platform::{
    app::{SAMPLE_DATA, save_setting},
    config::Settings,
    jobs,
    message::{self, Address},
    op::Role,
};

use super::{
    HERE, SECRET,
    gateways::{Kannel, MailServer},
    newest, phone, send,
};
use crate::town::Town;

async fn with_kannel(kannel: &Kannel) -> Town {
    Town::with(Settings {
        sms_url: Some(kannel.url.clone()),
        sms_from: Some("181".into()),
        channel_secret: Some(SECRET.into()),
        channel_sources: Some(HERE.into()),
        callback_url: Some("http://10.0.0.2:8080/".into()),
        ..Settings::default()
    })
    .await
}

async fn with_mail(server: &MailServer) -> Town {
    Town::with(Settings {
        smtp_url: Some(server.url.clone()),
        mail_from: Some("Kabupaten Ngasem <lapor@ngasem.test>".into()),
        ..Settings::default()
    })
    .await
}

#[tokio::test]
async fn a_text_message_goes_to_the_gateway_with_its_number_in_no_address() {
    let kannel = Kannel::start().await;
    let town = with_kannel(&kannel).await;
    let id = send(&town, phone(&town), "Laporan “BZ-1” dijawab…").await;
    town.run_jobs().await;
    let taken = kannel.taken();
    assert_eq!(taken.len(), 1);
    let header = |name| taken[0].headers.get(name).expect(name).to_str().expect("text");
    assert_eq!(taken[0].uri.to_string(), "/cgi-bin/sendsms");
    assert_eq!(header("x-kannel-to"), "+6281234567890");
    assert_eq!(header("x-kannel-from"), "181");
    assert_eq!(
        (header("x-kannel-username"), header("x-kannel-password")),
        ("baraza", "s3cret")
    );
    assert_eq!(
        (header("x-kannel-coding"), header("content-type")),
        ("0", "text/plain; charset=UTF-8")
    );
    assert_eq!(
        header("x-kannel-dlr-url"),
        format!("http://10.0.0.2:8080/channels/sms/{SECRET}/report?message={id}&type=%d")
    );
    // The typographic signs of our texts would have made it twice as dear.
    assert_eq!(taken[0].body, "Laporan \"BZ-1\" dijawab...");
    assert_eq!(newest(&town).await, ("sent".into(), None));
}

#[tokio::test]
async fn bengali_goes_out_as_utf_16() {
    let kannel = Kannel::start().await;
    let town = with_kannel(&kannel).await;
    send(&town, phone(&town), "রাস্তা").await;
    town.run_jobs().await;
    let taken = kannel.taken();
    assert_eq!(
        (
            &taken[0].headers["x-kannel-coding"],
            &taken[0].headers["content-type"]
        ),
        (
            &"2".parse().expect("a header"),
            &"text/plain; charset=UTF-16BE".parse().expect("a header")
        )
    );
    let words = taken[0]
        .body
        .chunks(2)
        .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
        .collect::<Vec<_>>();
    assert_eq!(String::from_utf16(&words).expect("UTF-16"), "রাস্তা");
}

#[tokio::test]
async fn a_message_of_a_transaction_that_is_given_up_is_never_sent() {
    let kannel = Kannel::start().await;
    let town = with_kannel(&kannel).await;
    let mut tx = town.app.db.begin().await.expect("a transaction");
    let note = message::Message::new(phone(&town), town.system().lang, "request/1", "x");
    tx.send(&town.system(), note).await.expect("sent");
    drop(tx);
    assert_eq!(town.run_jobs().await, 0);
    assert!(message::list(&town.app, 10).await.expect("listed").is_empty());
}

#[tokio::test]
async fn no_column_tells_an_address_or_a_word_and_words_are_gone_once_sent() {
    let kannel = Kannel::start().await;
    let town = with_kannel(&kannel).await;
    send(&town, phone(&town), "rahasia").await;
    let columns = || async {
        let row: (String, String, String, Option<String>) =
            sqlx::query_as("SELECT address, mark, title, text FROM message")
                .fetch_one(town.app.db.read())
                .await
                .expect("a row");
        row
    };
    let (address, mark, title, text) = columns().await;
    let all = format!("{address} {mark} {title} {text:?}");
    assert!(
        !all.contains("81234567890") && !all.contains("rahasia") && !all.contains("Laporan"),
        "{all}"
    );
    assert!(text.is_some(), "the words wait for the gateway");
    town.run_jobs().await;
    assert_eq!(columns().await.3, None);
    let jobs: Vec<(String,)> = sqlx::query_as("SELECT facts FROM audit")
        .fetch_all(town.app.db.read())
        .await
        .expect("rows");
    assert!(jobs.iter().all(|(facts,)| !facts.contains("81234567890")));
}

#[tokio::test]
async fn reports_of_the_operator_are_noted_once_and_only_forward() {
    let kannel = Kannel::start().await;
    let town = with_kannel(&kannel).await;
    let id = send(&town, phone(&town), "x").await;
    town.run_jobs().await;
    let report = |kind: u32| {
        let (town, path) = (
            &town,
            format!("/channels/sms/{SECRET}/report?message={id}&type={kind}"),
        );
        async move { town.stranger().gets(&path).await.is(204) }
    };
    report(8).await;
    assert_eq!(newest(&town).await.0, "sent");
    report(1).await;
    assert_eq!(newest(&town).await, ("delivered".into(), None));
    report(2).await;
    assert_eq!(newest(&town).await, ("delivered".into(), None));
}

#[tokio::test]
async fn a_message_the_operator_cannot_deliver_has_failed_with_the_reason() {
    let kannel = Kannel::start().await;
    let town = with_kannel(&kannel).await;
    for (kind, trouble) in [(2, "sms-not-delivered"), (16, "sms-refused-by-operator")] {
        let id = send(&town, phone(&town), "x").await;
        town.run_jobs().await;
        let path = format!("/channels/sms/{SECRET}/report?message={id}&type={kind}");
        town.stranger().gets(&path).await.is(204);
        assert_eq!(newest(&town).await, ("failed".into(), Some(trouble.into())));
    }
}

#[tokio::test]
async fn only_a_gateway_that_knows_the_secret_and_stands_where_it_should_is_heard() {
    let kannel = Kannel::start().await;
    let town = with_kannel(&kannel).await;
    town.stranger()
        .gets("/channels/sms/wrong-secret-00000/report?message=1&type=1")
        .await
        .is(404);
    let elsewhere = Town::with(Settings {
        channel_secret: Some(SECRET.into()),
        ..Settings::default()
    })
    .await;
    elsewhere
        .stranger()
        .gets(&format!("/channels/sms/{SECRET}/report?message=1&type=1"))
        .await
        .is(403);
}

#[tokio::test]
async fn a_gateway_that_is_away_is_asked_again_and_an_operator_can_have_all_sent_later() {
    let kannel = Kannel::start().await;
    let town = with_kannel(&kannel).await;
    kannel.says(StatusCode::SERVICE_UNAVAILABLE);
    send(&town, phone(&town), "penting").await;
    town.run_jobs().await;
    assert_eq!(
        newest(&town).await,
        ("queued".into(), Some("sms-gateway-busy".into()))
    );
    for _ in 0..8 {
        town.advance(Duration::from_secs(3_601));
        town.run_jobs().await;
    }
    assert_eq!(
        newest(&town).await,
        ("failed".into(), Some("sms-gateway-busy".into()))
    );
    assert_eq!(kannel.taken().len(), 7);
    assert_eq!(town.dead_jobs().await, Vec::<String>::new());

    kannel.says(StatusCode::ACCEPTED);
    town.someone(Role::Auditor, Some("35.22"))
        .await
        .submits("/desk/messages/retry", &[])
        .await
        .is(403);
    town.admin()
        .await
        .submits("/desk/messages/retry", &[])
        .await
        .is(303);
    town.run_jobs().await;
    assert_eq!(newest(&town).await.0, "sent");
    assert_eq!(kannel.taken()[0].body, "penting");
}

#[tokio::test]
async fn a_number_the_gateway_refuses_fails_at_once_and_our_own_password_does_not() {
    let kannel = Kannel::start().await;
    let town = with_kannel(&kannel).await;
    kannel.says(StatusCode::BAD_REQUEST);
    send(&town, phone(&town), "x").await;
    town.run_jobs().await;
    assert_eq!(newest(&town).await, ("failed".into(), Some("sms-refused".into())));
    kannel.says(StatusCode::FORBIDDEN);
    send(&town, phone(&town), "x").await;
    town.run_jobs().await;
    assert_eq!(
        newest(&town).await,
        ("queued".into(), Some("sms-gateway-refuses-us".into()))
    );
    kannel.says(StatusCode::ACCEPTED);
    town.advance(Duration::from_secs(10));
    town.run_jobs().await;
    assert_eq!(newest(&town).await.0, "sent");
}

#[tokio::test]
async fn without_a_gateway_messages_fail_and_say_so() {
    let town = Town::new().await;
    send(&town, phone(&town), "x").await;
    town.run_jobs().await;
    assert_eq!(newest(&town).await, ("failed".into(), Some("no-gateway".into())));
    assert_eq!(message::Channel::Sms.way(&town.app), message::Way::Closed);
}

#[tokio::test]
async fn mail_reaches_the_server_in_an_envelope_of_its_own() {
    let server = MailServer::start().await;
    let town = with_mail(&server).await;
    let to = Address::email("Siti@Example.TEST").expect("an address");
    let id = send(&town, to, "Sudah dijawab.\n.titik di awal").await;
    town.run_jobs().await;
    let mails = server.mails();
    for line in [
        "To: Siti@example.test",
        "Subject: Laporan",
        &format!("Message-ID: <{id}@ngasem.test>"),
        "Sudah dijawab.",
        "..titik di awal",
    ] {
        assert!(
            mails[0].lines().any(|written| written == line),
            "{line}\n{}",
            mails[0]
        );
    }
    assert_eq!(newest(&town).await, ("sent".into(), None));
}

#[tokio::test]
async fn a_mail_address_that_is_gone_fails_without_more_tries() {
    let server = MailServer::start().await;
    let town = with_mail(&server).await;
    send(
        &town,
        Address::email("gone@example.test").expect("an address"),
        "x",
    )
    .await;
    town.run_jobs().await;
    assert_eq!(
        newest(&town).await,
        ("failed".into(), Some("mail-refused".into()))
    );
}

#[tokio::test]
async fn a_mail_server_that_is_away_is_asked_again() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("smtp://{}", closed.local_addr().expect("an address"));
    drop(closed);
    let town = Town::with(Settings {
        smtp_url: Some(url),
        mail_from: Some("a@b.test".into()),
        ..Settings::default()
    })
    .await;
    send(
        &town,
        Address::email("siti@example.test").expect("an address"),
        "x",
    )
    .await;
    town.run_jobs().await;
    assert_eq!(
        newest(&town).await,
        ("queued".into(), Some("mail-server-away".into()))
    );
    for _ in 0..8 {
        town.advance(Duration::from_secs(3_601));
        town.run_jobs().await;
    }
    assert_eq!(newest(&town).await.0, "failed");
}

#[tokio::test]
async fn a_message_to_an_account_is_there_at_once_for_its_owner_only() {
    let town = Town::new().await;
    send(
        &town,
        Address::Account("user-1".into()),
        "Rapat Jumat pukul 07.00",
    )
    .await;
    assert_eq!(town.run_jobs().await, 0);
    let notices = |user| message::list_notices(&town.app, user, 10);
    let own = notices("user-1").await.expect("listed");
    assert_eq!(
        (own[0].text.as_str(), own[0].title.as_str(), own[0].about.as_str()),
        ("Rapat Jumat pukul 07.00", "Laporan", "request/1")
    );
    assert!(notices("user-2").await.expect("listed").is_empty());
}

#[tokio::test]
async fn a_message_to_an_account_stands_on_its_page() {
    let town = Town::new().await;
    let user = town.add("budi@town.test", "Budi", &[]).await;
    send(&town, Address::Account(user), "Rapat <Jumat> pukul 07.00").await;
    let town = &town;
    let page = |email| async move { town.signs_in(email).await.gets("/account").await.is(200).text() };
    assert!(
        page("budi@town.test")
            .await
            .contains("Rapat &lt;Jumat&gt; pukul 07.00")
    );
    assert!(!page("admin@town.test").await.contains("Jumat"));
}

#[tokio::test]
async fn the_desk_shows_states_and_neither_words_nor_numbers() {
    let kannel = Kannel::start().await;
    let town = with_kannel(&kannel).await;
    kannel.says(StatusCode::SERVICE_UNAVAILABLE);
    send(&town, phone(&town), "rahasia sekali").await;
    town.run_jobs().await;
    let auditor = town.someone(Role::Auditor, Some("35.22")).await;
    let page = auditor.gets("/desk/messages").await.is(200).text();
    assert!(page.contains("sms-gateway-busy") && page.contains("request/1"));
    assert!(
        !page.contains("rahasia") && !page.contains("4567890") && !page.contains(SECRET),
        "no words, no number, no secret"
    );
    let admin = town.admin().await.gets("/desk/messages").await.is(200).text();
    assert!(
        admin.contains(SECRET),
        "an administrator gives the addresses to gateways"
    );
    let json = auditor.gets("/desk/messages.json").await.is(200).json();
    assert_eq!(json["counts"][0]["state"], "queued");
    kannel.says(StatusCode::ACCEPTED);
    town.advance(Duration::from_secs(10));
    town.run_jobs().await;
}

#[tokio::test]
async fn in_a_sample_regency_nothing_leaves_and_the_desk_shows_what_would_have() {
    let mut town = Town::new().await;
    let mut tx = town.app.db.begin().await.expect("a transaction");
    save_setting(&mut tx, SAMPLE_DATA, "1").await.expect("saved");
    tx.commit().await.expect("committed");
    town.opens_again().await;
    assert_eq!(message::Channel::Sms.way(&town.app), message::Way::Shown);
    send(&town, phone(&town), "Laporan BZ-1 dijawab").await;
    town.run_jobs().await;
    assert_eq!(newest(&town).await, ("sent".into(), None));
    let page = town.admin().await.gets("/desk/messages").await.is(200).text();
    assert!(page.contains("Laporan BZ-1 dijawab"), "{page}");
}

#[tokio::test]
async fn words_of_a_failed_message_wait_a_month_for_an_operator_and_no_longer() {
    let kannel = Kannel::start().await;
    let town = with_kannel(&kannel).await;
    kannel.says(StatusCode::SERVICE_UNAVAILABLE);
    send(&town, phone(&town), "penting").await;
    for _ in 0..8 {
        town.run_jobs().await;
        town.advance(Duration::from_secs(3_601));
    }
    let has_words = || async {
        let (n,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM message WHERE text IS NOT NULL")
            .fetch_one(town.app.db.read())
            .await
            .expect("counted");
        n == 1
    };
    for (days, is_kept) in [(29, true), (2, false)] {
        town.advance(Duration::from_secs(days * 86_400));
        jobs::queue_chores(&town.app).await.expect("queued");
        town.run_jobs().await;
        assert_eq!(has_words().await, is_kept, "after {days} more days");
    }
    assert_eq!(newest(&town).await.0, "failed");
}

#[tokio::test]
async fn addresses_are_checked_where_they_are_typed() {
    let town = Town::new().await;
    for wrong in [
        "",
        "siti",
        "siti@",
        "@example.test",
        "a b@example.test",
        "siti@example",
        "siti@x.test\r\nBcc: y@z.test",
    ] {
        let problem = Address::email(wrong).expect_err(wrong);
        assert_eq!(problem.code(), "email-malformed", "{wrong}");
    }
    let problem = Address::sms("siti", &town.app.config).expect_err("refused");
    assert_eq!(problem.code(), "phone-malformed");
}
