//! What readers bring: data that is wanted, comments, showcases; what becomes of it; and whom the catalogue writes to.

use std::{collections::BTreeSet, time::Duration};

use baraza::platform::{config::Settings, op::Role};
use serde_json::json;

use crate::{
    indicators::{PLACES, import_places},
    platform::messages::gateways::MailServer,
    town::{Town, Visitor, grant},
};

mod followers;
mod limits;
mod requests;

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

/// Publishes an open dataset of an organisation.
async fn publishes_for(visitor: &Visitor<'_>, name: &str, organisation: &str) {
    let body = json!({ "name": name, "title": name.to_uppercase(), "owner_org": organisation });
    visitor
        .posts_json("/api/3/action/package_create", &body)
        .await
        .is(200);
}

/// Enters an organisation.
async fn founds(visitor: &Visitor<'_>, code: &str, title: &str) {
    visitor
        .posts_json(
            "/api/3/action/organization_create",
            &json!({ "name": code, "title": title }),
        )
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
    founds(&steward, "dinkes", "Dinas Kesehatan").await;
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
        .is(303);
    // The page that it leads to can be loaded again without sending anything, and says its thanks once.
    let told = thanks.header("set-cookie").split(';').next().expect("a pair");
    let page = town
        .stranger()
        .with_header("cookie", told)
        .gets("/comments/wells")
        .await
        .is(200);
    assert!(page.text().contains("Thank you"), "{}", page.text());
    assert!(page.header("set-cookie").contains("Max-Age=0"), "it is said once");
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
    let told = stranger.gets("/comments/wells.json").await.is(200).json();
    assert_eq!(told.as_array().map(Vec::len), Some(1), "{told}");
    assert_eq!(told[0]["text"], "Depth is in feet <here>");
    stranger.gets("/comments/nothing.json").await.is(404);
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
async fn who_asked_for_data_is_told_that_it_arrived_and_who_comments_is_led_to_errors() {
    let town = Town::new().await;
    let stranger = town.stranger();
    let path = asks(&stranger, "Bus stops").await;
    let page = stranger.gets(&path).await.is(200).text();
    let code = path.rsplit('/').next().expect("a code");
    assert!(
        page.contains("We received what you sent") && page.contains(&format!("<strong>{code}</strong>")),
        "{page}"
    );
    let steward = town.someone(Role::Steward, None).await;
    publishes(&steward, "stops").await;
    let page = stranger.gets("/comments/stops").await.is(200).text();
    assert!(page.contains("href=\"/data-errors/stops\""), "{page}");
    town.run_jobs().await;
}

#[tokio::test]
async fn what_waits_to_be_read_has_a_light_by_working_days_and_the_oldest_comes_first() {
    const DAY: Duration = Duration::from_secs(24 * 3_600);
    let town = Town::new().await;
    let (stranger, steward) = (town.stranger(), town.someone(Role::Steward, None).await);
    asks(&stranger, "First of all").await;
    let page = steward.gets("/desk/contributions").await.is(200).text();
    assert!(
        page.contains("bz-light--white") && !page.contains("waited for more"),
        "{page}"
    );
    town.advance(DAY * 2);
    asks(&stranger, "Second of all").await;
    // Friday: the three working days after Monday are over, those after Wednesday are not.
    town.advance(DAY * 2);
    let page = steward.gets("/desk/contributions").await.is(200).text();
    assert!(
        page.contains("1 has waited for more than 3 working days"),
        "{page}"
    );
    let (first, second) = (page.find("First of all"), page.find("Second of all"));
    assert!(first.is_some() && first < second, "{page}");
    assert!(
        page.contains("bz-light--yellow") && page.contains("bz-light--white"),
        "{page}"
    );
    // Wednesday: the weekend did not count.
    town.advance(DAY * 5);
    let page = steward.gets("/desk/contributions").await.is(200).text();
    assert!(
        page.contains("2 have waited for more than 3 working days") && page.contains("bz-light--red"),
        "{page}"
    );
}

#[tokio::test]
async fn a_steward_of_one_organisation_decides_nothing_about_anothers_data() {
    let town = Town::new().await;
    let (stranger, all) = (town.stranger(), town.someone(Role::Steward, None).await);
    founds(&all, "dinkes", "Dinas Kesehatan").await;
    founds(&all, "dinas-pu", "Dinas Pekerjaan Umum").await;
    publishes_for(&all, "clinics", "dinkes").await;
    publishes_for(&all, "wells", "dinas-pu").await;
    let mut role = grant(Role::Steward, None);
    role.org = Some("dinkes".into());
    town.add("health@town.test", "Of health", &[role]).await;
    let health = town.signs_in("health@town.test").await;
    for (dataset, text) in [("clinics", "Of clinics"), ("wells", "Of wells")] {
        stranger
            .submits(&format!("/comments/{dataset}"), &[("text", text)])
            .await
            .is(303);
    }
    asks(&stranger, "Bus stops").await;
    let page = health.gets("/desk/contributions").await.is(200).text();
    assert!(
        page.contains("Of clinics") && !page.contains("Of wells") && !page.contains("Bus stops"),
        "{page}"
    );
    let own = codes(&page);
    assert_eq!(own.len(), 1, "{page}");
    let every = codes(&all.gets("/desk/contributions").await.is(200).text());
    assert_eq!(every.len(), 3);
    // What is about no data is nobody's in particular, and for who decides about all.
    for code in every.iter().filter(|code| !own.contains(code)) {
        let desk = format!("/desk/contributions/{code}");
        health.gets(&desk).await.is(403);
        for to in ["shown", "request", "hidden"] {
            let decision = [("to", to), ("answer", "Not mine")];
            health.submits(&desk, &decision).await.is(403);
        }
        let hide = [("to", "hidden"), ("answer", "It sells shoes")];
        all.submits(&desk, &hide).await.is(303);
    }
    let desk = format!("/desk/contributions/{}", own[0]);
    health.submits(&desk, &[("to", "shown")]).await.is(303);
    let comments = stranger.gets("/comments/clinics").await.is(200).text();
    assert!(comments.contains("Of clinics"), "{comments}");
    town.run_jobs().await;
}

#[tokio::test]
async fn many_contributions_are_leafed_through_and_every_late_one_is_counted_on_every_page() {
    let town = Town::new().await;
    let (stranger, steward) = (town.stranger(), town.someone(Role::Steward, None).await);
    for n in 1..=60 {
        asks(&stranger, &format!("Wish number {n}")).await;
        // One network may send twenty an hour.
        if n % 20 == 0 {
            town.advance(Duration::from_secs(3_601));
        }
    }
    town.advance(Duration::from_secs(4 * 24 * 3_600));
    let mut every = BTreeSet::new();
    for (page, n) in [(1, 25), (2, 25), (3, 10)] {
        let address = format!("/desk/contributions?kind=wanted&page={page}");
        let page = steward.gets(&address).await.is(200).text();
        let listed = codes(&page);
        assert_eq!(listed.len(), n, "{page}");
        assert!(
            page.contains("60 have waited for more than 3 working days"),
            "{page}"
        );
        assert!(
            page.contains("/desk/contributions?kind=wanted&#38;page=2"),
            "{page}"
        );
        every.extend(listed);
    }
    assert_eq!(every.len(), 60, "each stands on one page");
    let beyond = steward.gets("/desk/contributions?page=99").await.is(200).text();
    assert_eq!(codes(&beyond).len(), 10, "a page beyond the last is the last");
    let none = steward
        .gets("/desk/contributions?kind=comment")
        .await
        .is(200)
        .text();
    assert!(!none.contains("govuk-pagination"), "{none}");
}

#[tokio::test]
async fn a_place_and_a_dataset_are_named_as_people_call_them() {
    let town = Town::new().await;
    import_places(&town, &format!("{PLACES}35.22.02.2002,Kalangan\n")).await;
    let steward = town.someone(Role::Steward, None).await;
    publishes(&steward, "wells").await;
    let stranger = town.stranger();
    let wanted = |place: &'static str| [("title", "Bus stops"), ("text", "Where"), ("place", place)];
    for place in ["Sumberagung", "Sumberagung (35.22.02.2001)", "35.22.02.2001"] {
        let answer = stranger.submits("/wanted/new", &wanted(place)).await.is(303);
        let path = answer.header("location").to_owned();
        assert!(path.starts_with("/wanted/"), "{place}: {path}");
    }
    let two = stranger
        .submits("/wanted/new?lang=en", &wanted("Kalangan"))
        .await
        .is(400)
        .text();
    assert!(
        two.contains("Kalangan (35.22.01.2003)") && two.contains("Kalangan (35.22.02.2002)"),
        "{two}"
    );
    stranger.submits("/wanted/new", &wanted("Atlantis")).await.is(400);
    let form = stranger.gets("/wanted/new").await.is(200).text();
    assert!(form.contains("<datalist id=\"offered\">"), "{form}");
    // Its title is WELLS.
    let map = [
        ("title", "Map"),
        ("text", "Of wells"),
        ("url", "https://example.org/m"),
        ("dataset", "Wells"),
    ];
    stranger.submits("/showcases/new", &map).await.is(303);
}
