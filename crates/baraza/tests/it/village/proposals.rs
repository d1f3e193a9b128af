//! Proposals: supported once by each person whichever way they come, decided with a reason, told without names.

use std::time::Duration;

use baraza::platform::op::Role;

use super::voice::{SITI, VILLAGE, Village, found};
use crate::{html::check::faults, requests::world};

#[tokio::test]
async fn the_same_telephone_counts_once_by_message_on_the_page_and_at_the_desk() {
    let village = Village::new().await;
    let code = village.proposes().await;
    let counted = village.texts(SITI, &format!("SUPPORT {code}")).await;
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
        "SELECT n_phone + n_desk, (SELECT MAX(mark) FROM village_support) FROM village_proposal",
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
    let person = |name: &'static str| [("act", "support"), ("name", name), ("birth_year", "1990")];
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
