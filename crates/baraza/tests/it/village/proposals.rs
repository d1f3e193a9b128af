//! Proposals: supported once by each person whichever way they come, decided with a reason, told without names.

use std::time::Duration;

use baraza::platform::op::Role;

use super::voice::{SITI, VILLAGE, Village, found};
use crate::{html::check::faults, requests::world};

#[tokio::test]
async fn the_same_telephone_counts_once_by_message_on_the_page_and_at_the_desk() {
    let village = Village::new().await;
    let code = village.proposes().await;
    let counted = village.says(SITI, &format!("SUPPORT {code}")).await;
    assert!(counted.contains("You are counted"), "{counted}");
    let again = village.texts(SITI, &format!("dukung {code}")).await;
    assert!(again.contains("sudah dihitung"), "{again}");
    let path = format!("/proposals/{code}/support");
    let status = village.confirms(&path, &[], &format!("{path}/code")).await;
    assert_eq!(status, 303);
    let desk = format!("/desk/proposals/{code}");
    let operator = village.operator().await;
    for number in ["+62 812-3456-7890", "+62 (0)812 3456 7890"] {
        let at_desk = [("act", "support"), ("phone", number)];
        let refused = operator.submits(&desk, &at_desk).await.is(400).text();
        assert!(refused.contains("counted for the proposal already"), "{refused}");
    }
    let (n, marks): (i64, String) = sqlx::query_as(
        "SELECT n_phone + n_desk, (SELECT MAX(mark) FROM village_person) FROM village_proposal",
    )
    .fetch_one(village.town.app.db.read())
    .await
    .expect("read");
    assert_eq!(n, 1);
    assert!(!marks.contains("812"), "{marks}");
    village.told().await;
}

#[tokio::test]
async fn a_telephone_gets_three_messages_an_hour_and_a_code_is_tried_five_times() {
    let village = Village::new().await;
    let code = village.proposes().await;
    village.told().await;
    let path = format!("/proposals/{code}/support");
    let stranger = village.town.stranger();
    let phone = [("phone", "0812 3456 7890")];
    let page = stranger.submits(&path, &phone).await.is(200).text();
    let ticket = found(&page, "name=\"ticket\" value=\"([^\"]+)\"");
    let told = village.told().await;
    let sent = found(&told[0].1, "([0-9]{6})");
    let wrong = if sent == "000000" { "000001" } else { "000000" };
    let types = async |typed: &str| {
        let fields = [("ticket", ticket.as_str()), ("code", typed)];
        let answer = stranger.submits(&format!("{path}/code"), &fields).await;
        answer.is(400).text()
    };
    for _ in 0..5 {
        let refused = types(wrong).await;
        assert!(refused.contains("not the code that was sent"), "{refused}");
    }
    let refused = types(&sent).await;
    assert!(refused.contains("does not hold any more"), "{refused}");
    village.proposes().await;
    let another = [
        ("place", VILLAGE),
        ("title", "A well"),
        ("text", "It is far to the river"),
        ("phone", "+62 0812 3456 7890"),
    ];
    stranger.submits("/proposals/new", &another).await.is(429);
    stranger.submits(&path, &phone).await.is(429);
    let told = village.told().await;
    assert!(told.len() <= 1, "{told:?}");
    village.town.advance(Duration::from_secs(3_601));
    stranger.submits("/proposals/new", &another).await.is(303);
    village.told().await;
}

#[tokio::test]
async fn hands_stand_apart_and_few_people_are_not_told_apart() {
    let village = Village::new().await;
    let code = village.proposes().await;
    let operator = village.operator().await;
    let desk = format!("/desk/proposals/{code}");
    let hands = [
        ("act", "hands"),
        ("hands", "80"),
        ("occasion", "Musdes"),
        ("held_on", "2026-11-14"),
    ];
    operator.submits(&desk, &hands).await.is(303);
    let person = |name: &'static str| {
        [
            ("act", "support"),
            ("name", name),
            ("birth_year", "1990"),
            ("attested", "yes"),
        ]
    };
    operator.submits(&desk, &person("Ani")[..3]).await.is(400);
    for name in ["Ani", "Budi", "Cici", "Dewi"] {
        operator.submits(&desk, &person(name)).await.is(303);
    }
    operator.submits(&desk, &person("ANI")).await.is(400);
    let page = village.town.stranger().gets(&format!("/proposals/{code}")).await;
    let page = page.is(200).text();
    assert!(
        page.contains("80 in the hall on 14 November 2026, fewer than five"),
        "{page}"
    );
    assert!(!page.contains("Supported by 84"), "{page}");
    let reads = async |path: &str| village.town.stranger().gets(path).await.is(200);
    let told = reads(&format!("/proposals/{code}.json")).await.json();
    assert!(told["supporters"].is_null(), "{told}");
    assert_eq!(
        told["support"],
        serde_json::json!([
            { "way": "hall", "held_on": "2026-11-14", "n": 80 },
            { "way": "phone-or-desk", "held_on": null, "n": null },
        ])
    );
    let csv = reads(&format!("/proposals/{code}.csv")).await.text();
    assert!(csv.ends_with("phone-or-desk,,few\n"), "{csv}");
    let all = reads("/proposals.csv").await.text();
    assert!(all.contains(",open,few,"), "{all}");
    operator.submits(&desk, &person("Eko")).await.is(303);
    let page = village.town.stranger().gets(&format!("/proposals/{code}")).await;
    let page = page.is(200).text();
    assert!(page.contains("Supported by 85: 80 in the hall"), "{page}");
    assert!(
        page.contains("5 recorded at the desk without a telephone number")
            && page.contains("More than half of these people"),
        "{page}"
    );
    assert!(!page.contains("Ani") && !page.contains("Eko"), "{page}");
    let all = reads(&format!("/proposals.json?place={VILLAGE}")).await.json();
    assert_eq!(all["proposals"][0]["supporters"], 85);
    assert_eq!(faults(&page), Vec::<String>::new());
    village.told().await;
}

#[tokio::test]
async fn only_the_villages_own_operator_decides_and_whoever_proposed_is_told_without_names() {
    let village = Village::new().await;
    let code = village.proposes().await;
    let told = village.told().await;
    assert!(
        told.iter().any(|(to, text)| to == SITI && text.contains(&code)),
        "{told:?}"
    );
    let desk = format!("/desk/proposals/{code}");
    let cost = [
        ("act", "cost"),
        ("cost", "25.000.000"),
        ("currency", "idr"),
        ("basis", "Price list of the district"),
    ];
    for other in [Some("35.22"), Some("35.22.01.2002")] {
        let officer = village.town.someone(Role::Officer, other).await;
        officer.submits(&desk, &cost).await.is(403);
    }
    let operator = village.operator().await;
    operator.submits(&desk, &[("act", "take")]).await.is(409);
    operator.submits(&desk, &cost).await.is(303);
    operator
        .submits(&desk, &[("act", "decline"), ("why", " ")])
        .await
        .is(400);
    let declined = [("act", "decline"), ("why", "The district builds a bridge there")];
    operator.submits(&desk, &declined).await.is(303);
    let told = village.told().await;
    let texts: Vec<&String> = told.iter().map(|(_, text)| text).collect();
    assert!(texts.iter().any(|text| text.contains("declined")), "{texts:?}");
    for name in ["footbridge", "The officer", "Ibu"] {
        assert!(texts.iter().all(|text| !text.contains(name)), "{name}: {texts:?}");
    }
    operator.submits(&desk, &declined).await.is(409);
    let page = village.town.stranger().gets(&format!("/proposals/{code}")).await;
    let page = page.is(200).text();
    assert!(
        page.contains("The district builds") && page.contains("IDR\u{a0}25,000,000"),
        "{page}"
    );
    let late = village.texts(SITI, &format!("SUPPORT {code}")).await;
    assert!(late.contains("is decided"), "{late}");
}

#[tokio::test]
async fn a_message_that_only_begins_like_support_is_still_a_report() {
    let village = Village::new().await;
    world::offer(&village.town).await;
    let answer = village
        .texts(SITI, "Dukung warga kami: jalan di depan sekolah rusak")
        .await;
    assert!(!answer.contains("dihitung") && !answer.is_empty(), "{answer}");
    let wrong = [("place", "nowhere"), ("title", "x"), ("text", "y")];
    village
        .town
        .stranger()
        .submits("/proposals/new", &wrong)
        .await
        .is(400);
    let list = village
        .town
        .stranger()
        .gets(&format!("/proposals?place={VILLAGE}"))
        .await;
    assert_eq!(faults(&list.is(200).text()), Vec::<String>::new());
}

async fn counted(village: &Village) -> (i64, i64, i64) {
    sqlx::query_as("SELECT n_phone, n_desk, n_unconfirmed FROM village_proposal")
        .fetch_one(village.town.app.db.read())
        .await
        .expect("read")
}

#[tokio::test]
async fn a_forged_sender_counts_for_nothing_and_the_digits_are_tried_three_times() {
    let village = Village::new().await;
    let code = village.proposes().await;
    village.town.advance(Duration::from_secs(3_601));
    let asked = village.texts(SITI, &format!("SUPPORT {code}")).await;
    let digits = found(&asked, r"\b([0-9]{4})\b");
    assert_eq!(counted(&village).await, (0, 0, 0));
    // Somebody else's digits are nothing to this number, which goes on to the reception of requests.
    let other = village.texts("+6281311111111", &digits).await;
    assert!(!other.contains("counted"), "{other}");
    let wrong = if digits == "0000" { "0001" } else { "0000" };
    for _ in 0..3 {
        let refused = village.texts(SITI, wrong).await;
        assert!(refused.contains("not the digits"), "{refused}");
    }
    let refused = village.texts(SITI, &digits).await;
    assert!(refused.contains("do not hold any more"), "{refused}");
    assert_eq!(counted(&village).await, (0, 0, 0));
    let late = village.texts(SITI, &format!("SUPPORT {code}")).await;
    let digits = found(&late, r"\b([0-9]{4})\b");
    village.town.advance(Duration::from_secs(31 * 60));
    village.texts(SITI, &digits).await;
    assert_eq!(counted(&village).await, (0, 0, 0), "half an hour is over");
}

#[tokio::test]
async fn support_is_taken_back_the_way_it_came_and_the_desk_takes_no_telephones_voice() {
    let village = Village::new().await;
    let code = village.proposes().await;
    let desk = format!("/desk/proposals/{code}");
    let operator = village.operator().await;
    let at_desk = |act: &'static str, phone: &'static str| [("act", act), ("phone", phone)];
    operator
        .submits(&desk, &at_desk("support", "0813 1111 1111"))
        .await
        .is(303);
    assert_eq!(counted(&village).await, (0, 1, 0));
    operator
        .submits(&desk, &at_desk("withdraw", "0813 1111 1111"))
        .await
        .is(303);
    operator
        .submits(&desk, &at_desk("withdraw", "0813 1111 1111"))
        .await
        .is(400);
    let yes = village.says(SITI, &format!("DUKUNG {code}")).await;
    assert!(yes.contains("dihitung"), "{yes}");
    operator
        .submits(&desk, &at_desk("withdraw", "0812 3456 7890"))
        .await
        .is(409);
    assert_eq!(counted(&village).await, (1, 0, 0));
    let gone = village.says(SITI, &format!("CABUT {code}")).await;
    assert!(gone.contains("dicabut"), "{gone}");
    assert_eq!(counted(&village).await, (0, 0, 0));
    village.town.advance(Duration::from_secs(3_601));
    let path = format!("/proposals/{code}");
    let to = format!("{path}/support/code");
    assert_eq!(village.confirms(&format!("{path}/support"), &[], &to).await, 303);
    assert_eq!(counted(&village).await, (1, 0, 0));
    assert_eq!(village.confirms(&format!("{path}/withdraw"), &[], &to).await, 303);
    assert_eq!(counted(&village).await, (0, 0, 0));
    village.told().await;
}

#[tokio::test]
async fn where_nobody_can_be_asked_back_support_is_counted_apart() {
    let village = Village::that_only_receives().await;
    let code = village.proposes().await;
    for n in 1..=5 {
        village
            .texts(&format!("+628131111111{n}"), &format!("SUPPORT {code}"))
            .await;
    }
    village.texts("+6281311111111", &format!("SUPPORT {code}")).await;
    assert_eq!(counted(&village).await, (0, 0, 5));
    let operator = village.operator().await;
    let desk = format!("/desk/proposals/{code}");
    let page = operator.gets(&desk).await.is(200).text();
    assert!(page.contains("nobody can be asked back"), "{page}");
    assert!(page.contains("5 support it by text messages"), "{page}");
    let told = village
        .town
        .stranger()
        .gets(&format!("/proposals/{code}.json"))
        .await;
    let told = told.is(200).json();
    assert_eq!(told["supporters"], 0, "{told}");
    assert_eq!(told["support"][0]["way"], "unconfirmed");
    let at_desk = [("act", "support"), ("phone", "0813 1111 1111")];
    operator.submits(&desk, &at_desk).await.is(303);
    assert_eq!(counted(&village).await, (0, 1, 4));
}

#[tokio::test]
async fn a_proposal_by_text_message_waits_for_the_villages_own_operator() {
    let village = Village::new().await;
    let text = format!("USUL {VILLAGE}: jembatan ke sekolah, hubungi Pak Darto");
    let answer = village.texts(SITI, &text).await;
    let code = found(&answer, "sebagai ([0-9A-Z]{6})");
    let digits = found(&answer, r"Balas ([0-9]{4})");
    let follows = village.texts(SITI, &digits).await;
    assert!(follows.contains("dikabari"), "{follows}");
    village
        .town
        .stranger()
        .gets(&format!("/proposals/{code}"))
        .await
        .is(404);
    let draft = format!("/desk/proposals/drafts/{code}");
    let other = village.town.someone(Role::Officer, Some("35.22.01.2002")).await;
    other.gets(&draft).await.is(403);
    let operator = village.operator().await;
    let list = operator.gets("/desk/proposals").await.is(200).text();
    assert!(list.contains(&draft), "{list}");
    let page = operator.gets(&draft).await.is(200).text();
    assert!(page.contains("jembatan ke sekolah"), "{page}");
    assert_eq!(faults(&page), Vec::<String>::new());
    operator
        .submits(&draft, &[("act", "complete"), ("title", "")])
        .await
        .is(400);
    let complete = [
        ("act", "complete"),
        ("title", "Jembatan ke sekolah"),
        ("text", "Anak-anak menyeberangi sungai"),
    ];
    village.told().await;
    operator.submits(&draft, &complete).await.is(303);
    let told = village.told().await;
    assert!(
        told.iter().any(|(to, text)| to == SITI && text.contains(&code)),
        "{told:?}"
    );
    let page = village.town.stranger().gets(&format!("/proposals/{code}")).await;
    let page = page.is(200).text();
    assert!(
        page.contains("Jembatan ke sekolah") && !page.contains("Darto"),
        "{page}"
    );
    operator.submits(&draft, &complete).await.is(404);
}
