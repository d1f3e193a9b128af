//! What readers bring: data that is wanted, comments, showcases; and whom the catalogue writes to.

use std::time::Duration;

use baraza::{
    catalog::following::TellFollowers,
    platform::{config::Settings, jobs::Job, op::Role},
    requests::{
        self,
        model::{profile::shipped, service},
    },
};
use serde_json::json;

use super::search::imports_places;
use crate::{
    platform::messages::gateways::MailServer,
    town::{Town, Visitor},
};

async fn town_with_mail(server: &MailServer) -> Town {
    Town::with(Settings {
        smtp_url: Some(server.url.clone()),
        mail_from: Some("Data <data@example.org>".into()),
        ..Settings::default()
    })
    .await
}

/// What came by mail since it was last asked.
async fn mails(town: &Town, server: &MailServer) -> Vec<String> {
    town.run_jobs().await;
    let plain = |mail: String| mail.replace("=\r\n", "").replace("=3D", "=");
    server.mails().into_iter().map(plain).collect()
}

/// The path of the first link in a mail that begins so.
fn link(mail: &str, begins: &str) -> String {
    let from = mail
        .find(begins)
        .unwrap_or_else(|| panic!("no {begins} in {mail}"));
    mail[from..]
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_owned()
}

async fn asks(visitor: &Visitor<'_>, title: &str) -> String {
    let answer = visitor
        .submits(
            "/wanted/new",
            &[("title", title), ("text", "Call me: 0812 3456 7890")],
        )
        .await
        .is(303);
    answer.header("location").to_owned()
}

/// Publishes an open dataset with a name, through CKAN's door.
async fn publishes(visitor: &Visitor<'_>, name: &str) {
    let body = json!({ "name": name, "title": name.to_uppercase(), "groups": [{ "name": "health" }] });
    visitor
        .posts_json("/api/3/action/package_create", &body)
        .await
        .is(200);
}

#[tokio::test]
async fn what_is_asked_for_is_nobodys_to_read_before_a_steward_has_looked() {
    let town = Town::new().await;
    let stranger = town.stranger();
    let path = asks(&stranger, "Bus <stops>").await;
    let page = stranger.gets(&path).await.is(200).text();
    assert!(
        !page.contains("Bus") && page.contains("has not read this yet"),
        "{page}"
    );
    let list = stranger.gets("/wanted").await.is(200).text();
    assert!(
        !list.contains("Bus") && list.contains("1 more is waiting"),
        "{list}"
    );
    assert_eq!(stranger.gets("/wanted.json").await.is(200).json(), json!([]));
    let officer = town.someone(Role::Officer, None).await;
    let desk = format!("/desk/contributions{}", path.trim_start_matches("/wanted"));
    officer.submits(&desk, &[("to", "shown")]).await.is(403);
    let steward = town.someone(Role::Steward, None).await;
    assert!(
        steward
            .gets("/desk/contributions")
            .await
            .is(200)
            .text()
            .contains("Bus &")
    );
    steward.submits(&desk, &[("to", "shown")]).await.is(303);
    let page = stranger.gets(&path).await.is(200).text();
    assert!(
        page.contains("Bus &#60;stops&#62;") || page.contains("Bus &lt;stops&gt;"),
        "{page}"
    );
    assert!(
        page.contains("Call me: •••") && !page.contains("3456"),
        "numbers of people are masked: {page}"
    );
    let csv = stranger.gets("/wanted.csv").await.is(200).text();
    assert!(csv.contains("Bus <stops>") && !csv.contains("3456"), "{csv}");
}

#[tokio::test]
async fn wanted_data_is_promised_by_a_date_and_answered_with_a_dataset() {
    let town = Town::new().await;
    let (stranger, steward) = (town.stranger(), town.someone(Role::Steward, None).await);
    let office = json!({ "name": "dinkes", "title": "Dinas Kesehatan" });
    steward
        .posts_json("/api/3/action/organization_create", &office)
        .await
        .is(200);
    let path = asks(&stranger, "Doctors by village").await;
    let desk = format!("/desk/contributions{}", path.trim_start_matches("/wanted"));
    let refused = steward
        .submits(&desk, &[("to", "planned"), ("owner", "dinkes")])
        .await
        .is(400);
    assert!(refused.text().contains("Write a day like"), "{}", refused.text());
    let plan = [
        ("to", "planned"),
        ("owner", "dinkes"),
        ("due_on", "2027-03-31"),
        ("answer", "With the next census"),
    ];
    steward.submits(&desk, &plan).await.is(303);
    let page = stranger.gets(&path).await.is(200).text();
    assert!(
        page.contains("With the next census") && page.contains("/commitments/"),
        "{page}"
    );
    // "I need it too" counts a browser once.
    let pressed = stranger.submits(&format!("{path}/too"), &[]).await.is(303);
    let cookie = pressed
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap_or_default()
        .to_owned();
    let again = town.stranger().with_header("cookie", &cookie);
    again.submits(&format!("{path}/too"), &[]).await.is(303);
    assert_eq!(
        stranger.gets(&format!("{path}.json")).await.is(200).json()["support"],
        1
    );
    publishes(&steward, "doctors").await;
    let wrong = steward
        .submits(&desk, &[("to", "available"), ("dataset", "nothing-there")])
        .await
        .is(400);
    assert!(
        wrong.text().contains("There is no such dataset"),
        "{}",
        wrong.text()
    );
    steward
        .submits(
            &desk,
            &[("to", "available"), ("dataset", "https://here/data/doctors")],
        )
        .await
        .is(303);
    let shown = stranger.gets(&format!("{path}.json")).await.is(200).json();
    assert_eq!(shown["state"], "available");
    assert!(
        shown["dataset"]
            .as_str()
            .is_some_and(|at| at.ends_with("/data/doctors")),
        "{shown}"
    );
    // What is settled is promised no more, and nobody needs it too.
    steward.submits(&desk, &plan).await.is(409);
    town.stranger().submits(&format!("{path}/too"), &[]).await.is(409);
}

#[tokio::test]
async fn comments_and_showcases_stand_at_their_dataset_once_a_steward_has_looked() {
    let town = Town::new().await;
    let (stranger, steward) = (town.stranger(), town.someone(Role::Steward, None).await);
    publishes(&steward, "wells").await;
    stranger.submits("/comments/wells", &[("text", "")]).await.is(400);
    let thanks = stranger
        .submits("/comments/wells", &[("text", "Depth is in feet <here>")])
        .await
        .is(200);
    assert!(thanks.text().contains("Thank you"), "{}", thanks.text());
    assert!(
        stranger
            .gets("/data/wells")
            .await
            .is(200)
            .text()
            .contains("0 comments")
    );
    let trap = [
        ("title", "Map"),
        ("text", "x"),
        ("url", "javascript:alert(1)"),
        ("dataset", "wells"),
    ];
    stranger.submits("/showcases/new", &trap).await.is(400);
    let map = [
        ("title", "Map"),
        ("text", "Of wells"),
        ("url", "https://example.org/m"),
        ("dataset", "wells"),
    ];
    stranger.submits("/showcases/new", &map).await.is(303);
    let waiting = steward.gets("/desk/contributions").await.is(200).text();
    for code in codes(&waiting) {
        steward
            .submits(&format!("/desk/contributions/{code}"), &[("to", "shown")])
            .await
            .is(303);
    }
    let page = stranger.gets("/data/wells").await.is(200).text();
    assert!(
        page.contains("1 comment<") && page.contains("1 thing made of it"),
        "{page}"
    );
    let comments = stranger.gets("/comments/wells").await.is(200).text();
    assert!(
        comments.contains("Depth is in feet") && !comments.contains("<here>"),
        "{comments}"
    );
    let shown = stranger.gets("/showcases?dataset=wells").await.is(200).text();
    assert!(shown.contains(">Map</a>"), "{shown}");
    // Hidden again, its words are gone and the reason is there.
    let code = codes(
        &steward
            .gets("/desk/contributions?state=shown&kind=showcase")
            .await
            .is(200)
            .text(),
    )
    .remove(0);
    let bare = steward
        .submits(&format!("/desk/contributions/{code}"), &[("to", "hidden")])
        .await
        .is(400);
    assert!(bare.text().contains("Say why"), "{}", bare.text());
    let hide = [("to", "hidden"), ("answer", "It sells shoes")];
    steward
        .submits(&format!("/desk/contributions/{code}"), &hide)
        .await
        .is(303);
    let page = stranger.gets(&format!("/showcases/{code}")).await.is(200).text();
    assert!(
        page.contains("It sells shoes") && !page.contains("example.org/m"),
        "{page}"
    );
}

fn codes(page: &str) -> Vec<String> {
    page.split("/desk/contributions/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn an_error_in_a_dataset_becomes_a_request_with_a_clock() {
    let town = Town::new().await;
    let steward = town.someone(Role::Steward, None).await;
    publishes(&steward, "wells").await;
    let stranger = town.stranger();
    let page = stranger.gets("/data-errors/wells").await.is(200).text();
    assert!(page.contains("cannot be reported here"), "no service yet: {page}");
    stranger
        .submits("/data-errors/wells", &[("description", "Row 3")])
        .await
        .is(409);
    let op = town.system();
    for text in shipped::ALL {
        requests::load_profile(&town.app, &op, text)
            .await
            .expect("a shipped profile");
    }
    requests::load_services(&town.app, &op, service::SAMPLE)
        .await
        .expect("the shipped services");
    imports_places(&town).await;
    let empty = stranger
        .submits("/data-errors/wells", &[("description", " ")])
        .await
        .is(400);
    assert!(empty.text().contains("govuk-error-summary"), "{}", empty.text());
    let filed = stranger
        .submits(
            "/data-errors/wells",
            &[
                ("description", "Row 3 says 500 metres"),
                ("phone", "0812 3456 7890"),
            ],
        )
        .await
        .is(200)
        .text();
    let code = filed
        .split("/requests/")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a link");
    let request = stranger.gets(&format!("/requests/{code}")).await.is(200).text();
    assert!(
        request.contains("Row 3 says 500 metres") && request.contains("/data/wells"),
        "{request}"
    );
    assert!(!request.contains("3456"), "{request}");
    town.run_jobs().await;
}

#[tokio::test]
async fn nobody_is_written_to_before_they_pressed_the_button_of_the_mail() {
    let server = MailServer::start().await;
    let town = town_with_mail(&server).await;
    let steward = town.someone(Role::Steward, None).await;
    publishes(&steward, "wells").await;
    TellFollowers {}.run(&town.app).await.expect("told");
    let stranger = town.stranger();
    stranger
        .submits("/follow/catalogue/all", &[("email", "no address")])
        .await
        .is(400);
    let asked = stranger
        .submits("/follow/catalogue/all", &[("email", "siti@example.org")])
        .await
        .is(200);
    assert!(asked.text().contains("Look into your mail") && !asked.text().contains("siti@"));
    // Asked again within the hour, there is no second mail, and the page says the same.
    stranger
        .submits("/follow/catalogue/all", &[("email", "Siti@example.org")])
        .await
        .is(200);
    let sent = mails(&town, &server).await;
    assert_eq!(sent.len(), 1, "{sent:?}");
    publishes(&steward, "pumps").await;
    TellFollowers {}.run(&town.app).await.expect("told");
    assert!(mails(&town, &server).await.is_empty(), "not confirmed, not told");
    let confirm = link(&sent[0], "/follow/confirm/");
    assert!(!confirm.contains("siti"), "{confirm}");
    // A program that looks at links of mails begins nothing.
    stranger.gets(&confirm).await.is(200);
    publishes(&steward, "roads").await;
    TellFollowers {}.run(&town.app).await.expect("told");
    assert!(mails(&town, &server).await.is_empty());
    stranger.submits(&confirm, &[]).await.is(200);
    publishes(&steward, "schools").await;
    publishes(&steward, "clinics").await;
    TellFollowers {}.run(&town.app).await.expect("told");
    TellFollowers {}.run(&town.app).await.expect("told once");
    let sent = mails(&town, &server).await;
    assert_eq!(sent.len(), 1, "two datasets in one mail: {sent:?}");
    let mail = &sent[0];
    assert!(
        mail.contains("New: SCHOOLS") && mail.contains("New: CLINICS") && !mail.contains("ROADS"),
        "{mail}"
    );
    stranger.submits(&link(mail, "/follow/end/"), &[]).await.is(200);
    publishes(&steward, "markets").await;
    TellFollowers {}.run(&town.app).await.expect("told");
    assert!(mails(&town, &server).await.is_empty(), "stopped");
    stranger.gets("/follow/confirm/not-a-token").await.is(404);
}

#[tokio::test]
async fn a_link_is_good_for_three_days_and_a_dataset_is_told_of_once_a_day() {
    let server = MailServer::start().await;
    let town = town_with_mail(&server).await;
    let steward = town.someone(Role::Steward, None).await;
    publishes(&steward, "wells").await;
    TellFollowers {}.run(&town.app).await.expect("told");
    let stranger = town.stranger();
    let id = stranger.gets("/data/wells.json").await.is(200).json()["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let path = format!("/follow/dataset/{id}");
    stranger
        .submits(&path, &[("email", "budi@example.org")])
        .await
        .is(200);
    let old = link(&mails(&town, &server).await[0], "/follow/confirm/");
    town.advance(Duration::from_secs(4 * 24 * 3_600));
    stranger.submits(&old, &[]).await.is(400);
    stranger
        .submits(&path, &[("email", "budi@example.org")])
        .await
        .is(200);
    let fresh = link(&mails(&town, &server).await[0], "/follow/confirm/");
    stranger.submits(&fresh, &[]).await.is(200);
    for notes in ["one", "two", "three"] {
        town.advance(Duration::from_secs(3_600));
        let patch = json!({ "id": "wells", "notes": notes });
        steward
            .posts_json("/api/3/action/package_patch", &patch)
            .await
            .is(200);
        TellFollowers {}.run(&town.app).await.expect("told");
    }
    assert_eq!(
        mails(&town, &server).await.len(),
        1,
        "once, however often it changed"
    );
    town.advance(Duration::from_secs(24 * 3_600));
    TellFollowers {}.run(&town.app).await.expect("told");
    let sent = mails(&town, &server).await;
    assert_eq!(sent.len(), 1, "what changed since is told the next day");
    assert!(sent[0].contains("Changed: WELLS"), "{}", sent[0]);
    TellFollowers {}.run(&town.app).await.expect("told");
    assert!(mails(&town, &server).await.is_empty());
}

#[tokio::test]
async fn a_closed_dataset_is_followed_by_nobody_and_told_to_nobody() {
    let server = MailServer::start().await;
    let town = town_with_mail(&server).await;
    let steward = town.someone(Role::Steward, None).await;
    let office = json!({ "name": "dinkes", "title": "Dinas Kesehatan" });
    steward
        .posts_json("/api/3/action/organization_create", &office)
        .await
        .is(200);
    let closed = json!({ "name": "wells", "owner_org": "dinkes", "private": true });
    steward
        .posts_json("/api/3/action/package_create", &closed)
        .await
        .is(200);
    let id = steward.gets("/data/wells.json").await.is(200).json()["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let stranger = town.stranger();
    stranger.gets(&format!("/follow/dataset/{id}")).await.is(404);
    steward.gets(&format!("/follow/dataset/{id}")).await.is(404);
    stranger.gets("/comments/wells").await.is(404);
    stranger
        .submits("/comments/wells", &[("text", "x")])
        .await
        .is(404);
    stranger.gets("/data-errors/wells").await.is(404);
    TellFollowers {}.run(&town.app).await.expect("told");
    assert!(mails(&town, &server).await.is_empty());
}
