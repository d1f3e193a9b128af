//! Forms filled on phones: what the server gives them, and what it takes back.

use baraza::platform::op::Role;
use serde_json::Value;

use crate::{
    collect::{HOUSEHOLD, answers, households, publish, publish_alone, publish_text, rows, settle},
    town::{Answer, Town, Visitor},
};

const FORM: &str = "/forms/census/household";

/// What a page tells the scripts in one of the attributes of its mark.
fn told(page: &str, name: &str) -> Value {
    let Some((_, rest)) = page.split_once(&format!("data-{name}=\"")) else {
        return Value::Null;
    };
    let (text, _) = rest.split_once('"').expect("an attribute that ends");
    let text = text
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#38;", "&");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

async fn known(visitor: &Visitor<'_>) -> Value {
    told(&visitor.gets(FORM).await.is(200).text(), "form")
}

async fn enumerator(town: &Town) -> Visitor<'_> {
    town.someone(Role::Enumerator, Some("35.22.01.2001")).await
}

/// Hands a filling in as the phone does.
async fn delivers(visitor: &Visitor<'_>, xml: &str, files: &[(&str, &[u8])]) -> Answer {
    let mut parts = vec![("xml_submission_file", "form.xml", "text/xml", xml.as_bytes())];
    parts.extend(
        files
            .iter()
            .map(|(name, bytes)| (*name, *name, "image/jpeg", *bytes)),
    );
    visitor.posts_parts(&format!("{FORM}/deliver"), &parts).await
}

/// Says who may fill the form, and whether it takes answers.
async fn changes(town: &Town, audience: &str, state: &str) {
    let admin = town.admin().await;
    let fields = [("audience", audience), ("state", state)];
    admin
        .submits("/desk/collect/census/household/change", &fields)
        .await
        .is(303);
}

#[tokio::test]
async fn a_form_s_program_lies_under_an_address_that_never_answers_otherwise() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = enumerator(&town).await;
    let known = known(&phone).await;
    let address = known["program"].as_str().expect("an address");
    let program = phone.gets(address).await.is(200);
    assert_eq!(
        program.header("cache-control"),
        "private, max-age=31536000, immutable"
    );
    let etag = program.header("etag").to_owned();
    assert_eq!(program.json()["form"], "household");
    let (bare, _) = address.split_once('?').expect("a mark");
    let again = phone.gets(bare).await.is(200);
    assert_eq!(
        again.header("cache-control"),
        "private, no-cache",
        "without its mark it may change"
    );
    phone
        .clone()
        .with_header("if-none-match", &etag)
        .gets(bare)
        .await
        .is(304);
    town.stranger().gets(address).await.is(303);
    changes(&town, "public", "open").await;
    let open = town.stranger().gets(address).await.is(200);
    assert_eq!(
        open.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    phone.gets(&format!("{FORM}/program/nothing")).await.is(404);
}

#[tokio::test]
async fn another_version_has_another_program_and_the_old_one_stays() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = enumerator(&town).await;
    let old = known(&phone).await;
    publish_text(
        &town,
        &HOUSEHOLD.replace("| household | 1 |", "| household | 2 |"),
    )
    .await;
    let new = known(&phone).await;
    assert_ne!(old["program"], new["program"]);
    let program = |known: &Value| known["program"].as_str().expect("an address").to_owned();
    assert_eq!(phone.gets(&program(&old)).await.is(200).json()["version"], "1");
    assert_eq!(phone.gets(&program(&new)).await.is(200).json()["version"], "2");
}

#[tokio::test]
async fn what_a_phone_hands_in_as_often_as_it_likes_is_filed_once() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = enumerator(&town).await;
    let xml = answers("7").replace("<photo/>", "<photo>well.jpg</photo>");
    let first = delivers(&phone, &xml, &[]).await.is(200).json();
    assert_eq!(first["state"], "accepted");
    assert_eq!(first["reference"], "7");
    assert_eq!(
        first["files"],
        serde_json::json!([]),
        "the photograph is still to come"
    );
    let second = delivers(&phone, &xml, &[("well.jpg", b"\xff\xd8 a picture")])
        .await
        .is(200)
        .json();
    assert_eq!(second["files"], serde_json::json!(["well.jpg"]));
    let third = delivers(&phone, &xml, &[("well.jpg", b"\xff\xd8 a picture")])
        .await
        .is(200)
        .json();
    assert_eq!(third, second);
    town.run_jobs().await;
    assert_eq!(
        rows(&town, "census__household", "village, n_members").await.len(),
        1
    );
    let admin = town.admin().await;
    let path = "/v1/projects/1/forms/household/submissions/uuid%3A7/attachments/well.jpg";
    assert_eq!(
        admin.gets(path).await.is(200).text().len(),
        "\u{fffd}\u{fffd} a picture".len()
    );
}

#[tokio::test]
async fn a_phone_is_told_what_it_needs_a_person_for() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = enumerator(&town).await;
    let needs = |answer: Answer, status: u16| {
        let told = answer.is(status).json();
        assert_eq!(told["state"], "needs");
        assert!(!told["sentence"].as_str().unwrap_or_default().is_empty());
        told["why"].as_str().expect("a reason").to_owned()
    };
    let stranger = town.stranger();
    assert_eq!(
        needs(delivers(&stranger, &answers("1"), &[]).await, 401),
        "sign-in-needed"
    );
    let old = answers("2").replace("version=\"1\"", "version=\"0\"");
    assert_eq!(
        needs(delivers(&phone, &old, &[]).await, 404),
        "form-version-unknown"
    );
    assert_eq!(
        needs(delivers(&phone, "<data", &[]).await, 400),
        "submission-malformed"
    );
    let none = phone.posts_parts(&format!("{FORM}/deliver"), &[]).await;
    assert_eq!(needs(none, 400), "delivery-malformed");
    changes(&town, "staff", "closed").await;
    assert_eq!(
        needs(delivers(&phone, &answers("3"), &[]).await, 409),
        "form-closed"
    );
    town.run_jobs().await;
    let admin = town.admin().await;
    let strays = admin.gets("/desk/collect/strays").await.is(200).text();
    assert!(
        strays.contains("household"),
        "what cannot be filed is kept: {strays}"
    );
}

#[tokio::test]
async fn answers_of_one_person_are_not_filed_under_the_name_of_the_next() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = enumerator(&town).await;
    let me = told(&phone.gets(FORM).await.is(200).text(), "me");
    let who = me["who"].as_str().expect("an account");
    let other = town.someone(Role::Facilitator, Some("35.22.01.2002")).await;
    let told = delivers(&other.with_header("x-baraza-account", who), &answers("1"), &[])
        .await
        .is(403)
        .json();
    assert_eq!(told["why"], "collect-offline-other-account");
    let own = delivers(&phone.with_header("x-baraza-account", who), &answers("1"), &[])
        .await
        .is(200)
        .json();
    assert_eq!(own["state"], "accepted");
    changes(&town, "public", "open").await;
    let gone = town.stranger().with_header("x-baraza-account", who);
    let told = delivers(&gone, &answers("2"), &[]).await.is(401).json();
    assert_eq!(told["why"], "sign-in-needed", "who was signed in signs in again");
    delivers(&town.stranger(), &answers("3"), &[]).await.is(200);
    town.run_jobs().await;
}

#[tokio::test]
async fn long_lists_are_looked_up_by_what_is_typed_and_what_was_answered() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = enumerator(&town).await;
    let list = format!("{FORM}/choices/villages");
    let found = phone.gets(&format!("{list}?q=te&by=label")).await.is(200).json();
    assert_eq!(found["columns"], serde_json::json!(["name", "label"]));
    assert_eq!(found["cells"], serde_json::json!([["35.22.01.2002"], ["Tegal"]]));
    assert_eq!(found["n"], 1);
    let one = phone
        .gets(&format!("{list}?.name=35.22.01.2001"))
        .await
        .is(200)
        .json();
    assert_eq!(one["cells"][1], serde_json::json!(["Sumberejo"]));
    let page = phone.gets(&format!("{list}?from=1&most=1")).await.is(200).json();
    assert_eq!((&page["cells"][1][0], &page["n"]), (&"Tegal".into(), &2.into()));
    let none = phone.gets(&format!("{list}?.nothing=1")).await.is(200).json();
    assert_eq!(none["n"], 0, "a column that is not there fits nothing");
    phone.gets(&format!("{FORM}/choices/nothing")).await.is(404);
    town.stranger().gets(&list).await.is(303);
}

#[tokio::test]
async fn a_phone_keeps_the_part_of_a_list_that_its_person_works_with() {
    let town = Town::new().await;
    settle(&town).await;
    publish(&town).await;
    let list = format!("{FORM}/choices/villages?area");
    let labels = |answer: Answer| answer.is(200).json()["cells"][1].clone();
    let village = enumerator(&town).await;
    assert_eq!(
        labels(village.gets(&list).await),
        serde_json::json!(["Sumberejo"])
    );
    let district = town.someone(Role::Enumerator, Some("35.22.01")).await;
    assert_eq!(
        labels(district.gets(&list).await),
        serde_json::json!(["Sumberejo", "Tegal"])
    );
    let everywhere = town.admin().await;
    assert_eq!(
        labels(everywhere.gets(&list).await),
        serde_json::json!(["Sumberejo", "Tegal"])
    );
}

#[tokio::test]
async fn the_page_that_phones_keep_names_nobody() {
    let town = Town::new().await;
    publish(&town).await;
    let page = enumerator(&town).await.gets("/forms/phone").await.is(200).text();
    assert!(
        !page.contains("The enumerator") && !page.contains("data-me"),
        "{page}"
    );
    assert_eq!(told(&page, "words")["send"], "Send");
    let indonesian = town.stranger().gets("/forms/phone?lang=id").await.is(200).text();
    assert_eq!(told(&indonesian, "words")["send"], "Kirim");
    let worker = town.stranger().gets("/forms/worker.js").await.is(200);
    assert_eq!(worker.header("cache-control"), "no-cache");
}

#[tokio::test]
async fn an_open_form_tells_the_phone_that_nobody_need_sign_in() {
    let town = Town::new().await;
    publish_alone(
        &town,
        "| survey | type | name | label |\n|---|---|---|---|\n| | text | a | A |\n\n| settings | form_title | form_id |\n|---|---|---|\n| | Open | open |\n",
    )
    .await;
    let admin = town.admin().await;
    let fields = [("audience", "public"), ("state", "open")];
    admin
        .submits("/desk/collect/census/open/change", &fields)
        .await
        .is(303);
    let page = town.stranger().gets("/forms/census/open").await.is(200).text();
    assert_eq!(told(&page, "form")["public"], true);
    assert_eq!(told(&page, "me"), Value::Null);
}

#[tokio::test]
async fn who_was_said_to_be_in_the_list_already_goes_along_with_the_answers() {
    let town = households::town().await;
    let siti = [households::Told("Siti Aminah", 34, "p")];
    let first = households::visit(1, households::SUMBEREJO, "Sugeng Riyadi", &siti);
    households::files(&town, &first).await;
    let again = [households::Told("Sitti Amina", 35, "p")];
    let xml = households::visit(2, households::SUMBEREJO, "Keluarga lain", &again);
    let phone = town.someone(Role::Enumerator, Some(households::SUMBEREJO)).await;
    let said = format!("{}={}", households::uuid(2, 1), households::uuid(1, 1));
    let parts: &[(&str, &str, &str, &[u8])] =
        &[("xml_submission_file", "form.xml", "text/xml", xml.as_bytes())];
    let delivery = phone.with_header("x-baraza-likely", &said);
    let told = delivery
        .posts_parts("/forms/census/people/deliver", parts)
        .await
        .is(200)
        .json();
    assert_eq!(told["state"], "accepted");
    town.run_jobs().await;
    let siti = households::find(&town, "members", &households::uuid(2, 1)).await;
    let siti = siti.expect("the new id stands for the one in the list");
    assert_eq!((siti.uuid, siti.version), (households::uuid(1, 1), 2));
    assert_eq!(siti.data["age"], "35");
}

/// Publishes a form with its list.
async fn publish_spots(town: &Town, form: &str, text: &str, list: &str) {
    let admin = town.admin().await;
    if admin.gets("/v1/projects/1").await.status != 200 {
        let project = serde_json::json!({ "name": "Census" });
        admin.posts_json("/v1/projects", &project).await.is(200);
    }
    let forms = "/v1/projects/1/forms";
    admin
        .sends(
            "POST",
            &format!("{forms}?ignoreWarnings=True"),
            "text/markdown",
            text.to_owned().into(),
        )
        .await
        .is(200);
    let draft = format!("{forms}/{form}/draft");
    admin
        .sends(
            "POST",
            &format!("{draft}/attachments/spots.csv"),
            "text/csv",
            list.to_owned().into(),
        )
        .await
        .is(200);
    admin
        .sends("POST", &format!("{draft}/publish"), "", "".into())
        .await
        .is(200);
}

#[tokio::test]
async fn a_list_of_places_keeps_those_it_names_whatever_else_it_says_of_them() {
    let town = Town::new().await;
    settle(&town).await;
    let list = "name,label,near\n35.22.01.2001,Sumberejo,35.22.01.2002\n35.22.01.2002,Tegal,35.22.01.2001\nx,Nowhere,35.22.01.2001\n";
    let form = "| survey | type | name | label |\n|---|---|---|---|\n| | select_one_from_file spots.csv | spot | Spot |\n\n\
                | settings | form_title | form_id |\n|---|---|---|\n| | Spots | spots |\n";
    publish_spots(&town, "spots", form, list).await;
    let kept = enumerator(&town)
        .await
        .gets("/forms/census/spots/choices/spots?area")
        .await
        .is(200)
        .json();
    assert_eq!(kept["cells"][1], serde_json::json!(["Sumberejo"]));
    let others = list
        .replace("35.22.01.2001,Sumberejo", "a,Sumberejo")
        .replace("35.22.01.2002,Tegal", "b,Tegal");
    let form = form.replace("| Spots | spots |", "| Others | others |");
    publish_spots(&town, "others", &form, &others).await;
    let kept = enumerator(&town)
        .await
        .gets("/forms/census/others/choices/spots?area")
        .await
        .is(200)
        .json();
    assert_eq!(
        kept["cells"][1],
        serde_json::json!(["Tegal", "Nowhere"]),
        "no name is a place, so another column says where"
    );
}
