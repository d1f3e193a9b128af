//! What readers bring: data that is wanted, comments, showcases; and whom the catalogue writes to.

use std::time::Duration;

use baraza::{
    catalog::following::TellFollowers,
    platform::{config::Settings, jobs::Job, op::Role},
    requests::{
        self,
        model::{post::NewPost, profile::shipped, request::Privacy, service},
    },
    site::data_error::NoteRequests,
};
use serde_json::json;

use super::{VILLAGES, publish, search::imports_places, send};
use crate::{
    platform::messages::gateways::MailServer,
    town::{Town, Visitor, grant},
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

/// Puts the shipped profiles and services in force, and places to file requests for.
async fn offers_requests(town: &Town) {
    let op = town.system();
    for text in shipped::ALL {
        requests::load_profile(&town.app, &op, text)
            .await
            .expect("a shipped profile");
    }
    requests::load_services(&town.app, &op, service::SAMPLE)
        .await
        .expect("the shipped services");
    imports_places(town).await;
}

/// The tracking code of the first request that a page leads to.
fn request_in(page: &str) -> String {
    page.split("/requests/")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a link to a request")
        .to_owned()
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
    founds(&steward, "dinkes", "Dinas Kesehatan").await;
    publishes_for(&steward, "wells", "dinkes").await;
    let stranger = town.stranger();
    let page = stranger.gets("/data-errors/wells").await.is(200).text();
    assert!(page.contains("cannot be reported here"), "no service yet: {page}");
    stranger
        .submits("/data-errors/wells", &[("description", "Row 3")])
        .await
        .is(409);
    offers_requests(&town).await;
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
    let code = request_in(&filed);
    let request = stranger.gets(&format!("/requests/{code}")).await.is(200).text();
    assert!(
        request.contains("Row 3 says 500 metres") && request.contains("/data/wells"),
        "{request}"
    );
    assert!(
        request.contains("Dinas Kesehatan"),
        "whose data it is stands before what is wrong: {request}"
    );
    assert!(!request.contains("3456"), "{request}");
    // Filed on Monday: yellow when Thursday is over, red three days later, an answer by the fifth working day.
    let path = format!("/requests/{code}.json");
    let filed = stranger.gets(&path).await.is(200).json();
    for (name, value) in [
        ("agency", "kominfo"),
        ("light", "white"),
        ("yellow_at", "2026-11-19T17:00:00Z"),
        ("red_at", "2026-11-22T17:00:00Z"),
        ("answer_by", "2026-11-23T17:00:00Z"),
    ] {
        assert_eq!(filed[name], value, "{name}: {filed}");
    }
    town.advance(Duration::from_secs(4 * 24 * 3_600));
    assert_eq!(stranger.gets(&path).await.is(200).json()["light"], "yellow");
    town.run_jobs().await;
}

#[tokio::test]
async fn an_error_in_an_organisations_data_goes_to_the_service_that_is_called_after_it() {
    let town = Town::new().await;
    let steward = town.someone(Role::Steward, None).await;
    founds(&steward, "dinkes", "Dinas Kesehatan").await;
    founds(&steward, "dinas-pu", "Dinas Pekerjaan Umum").await;
    publishes_for(&steward, "clinics", "dinkes").await;
    publishes_for(&steward, "wells", "dinas-pu").await;
    offers_requests(&town).await;
    let own = "[[service]]\ncode = \"open-data-dinkes\"\ngroup = \"administration\"\nprofile = \"lapor\"\n\
               title = { en = \"Error in health data\" }\nresponsible = [{ agency = \"dinkes\" }]\n";
    requests::load_services(&town.app, &town.system(), own)
        .await
        .expect("a service of its own");
    let stranger = town.stranger();
    for (dataset, agency) in [("clinics", "dinkes"), ("wells", "kominfo")] {
        let filed = stranger
            .submits(
                &format!("/data-errors/{dataset}"),
                &[("description", "Row 3 is wrong")],
            )
            .await
            .is(200)
            .text();
        let path = format!("/requests/{}.json", request_in(&filed));
        assert_eq!(
            stranger.gets(&path).await.is(200).json()["agency"],
            agency,
            "{dataset}"
        );
    }
    town.run_jobs().await;
}

#[tokio::test]
async fn an_error_goes_to_the_organisation_of_the_data_once_somebody_there_takes_it() {
    let town = Town::new().await;
    let steward = town.someone(Role::Steward, None).await;
    founds(&steward, "dinkes", "Dinas Kesehatan").await;
    publishes_for(&steward, "wells", "dinkes").await;
    offers_requests(&town).await;
    let holder = town.add("nurse@town.test", "A nurse", &[]).await;
    let post = NewPost {
        agency: "dinkes".into(),
        level: 1,
        place: None,
        title: "Data of health".into(),
        holder: Some(holder),
        deputy: None,
    };
    requests::add_post(&town.app, &town.system(), &post)
        .await
        .expect("a post");
    let stranger = town.stranger();
    let filed = stranger
        .submits("/data-errors/wells", &[("description", "Row 3 is wrong")])
        .await
        .is(200)
        .text();
    let path = format!("/requests/{}.json", request_in(&filed));
    assert_eq!(stranger.gets(&path).await.is(200).json()["agency"], "dinkes");
    town.run_jobs().await;
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
async fn a_comment_becomes_a_request_with_a_clock_and_its_writer_is_told() {
    let server = MailServer::start().await;
    let town = town_with_mail(&server).await;
    let (stranger, steward) = (town.stranger(), town.someone(Role::Steward, None).await);
    founds(&steward, "dinkes", "Dinas Kesehatan").await;
    publishes_for(&steward, "wells", "dinkes").await;
    let question = [
        ("text", "Is depth in feet? Ask 0812 3456 7890"),
        ("question", "yes"),
        ("email", "siti@example.org"),
    ];
    stranger.submits("/comments/wells", &question).await.is(200);
    let confirm = link(&mails(&town, &server).await[0], "/follow/confirm/");
    stranger.submits(&confirm, &[]).await.is(200);
    let code = codes(&steward.gets("/desk/contributions").await.is(200).text()).remove(0);
    let desk = format!("/desk/contributions/{code}");
    let page = steward.gets(&desk).await.is(200).text();
    assert!(
        page.contains("value=\"request\" checked"),
        "a question is offered the clock: {page}"
    );
    // No such service is offered yet: it is shown, and nothing is lost.
    steward.submits(&desk, &[("to", "request")]).await.is(303);
    let sent = mails(&town, &server).await;
    assert!(
        sent.len() == 1
            && sent[0].contains("can now be read by everybody")
            && sent[0].contains("/comments/wells"),
        "{sent:?}"
    );
    let page = steward.gets(&desk).await.is(200).text();
    assert!(page.contains("could not become a service request"), "{page}");
    let page = stranger.gets("/comments/wells").await.is(200).text();
    assert!(
        page.contains("Is depth in feet?") && !page.contains("/requests/"),
        "{page}"
    );
    offers_requests(&town).await;
    steward.submits(&desk, &[("to", "request")]).await.is(303);
    // Pressed once more before it is filed, and after: it is one request.
    steward.submits(&desk, &[("to", "request")]).await.is(409);
    let sent = mails(&town, &server).await;
    assert!(
        sent.len() == 1 && sent[0].contains("is a service request now"),
        "{sent:?}"
    );
    steward.submits(&desk, &[("to", "request")]).await.is(409);
    let page = stranger.gets("/comments/wells").await.is(200).text();
    assert!(page.contains("being worked on"), "{page}");
    let filed = request_in(&page);
    assert!(sent[0].contains(&format!("/requests/{filed}")), "{sent:?}");
    let shown = stranger.gets(&format!("/requests/{filed}")).await.is(200).text();
    assert!(
        shown.contains("Is depth in feet?") && shown.contains("/data/wells") && !shown.contains("3456"),
        "{shown}"
    );
    let request = requests::find(&town.app, &filed).await.expect("a request");
    assert_eq!(
        (
            request.privacy,
            request.agency.as_deref(),
            request.clock.yellow_at.is_some()
        ),
        (Privacy::Anonymous, Some("kominfo"), true)
    );
    let done = "Depth is in metres; the page of the data says so from now on.";
    requests::answer(&town.app, &town.system(), &filed, "done", done)
        .await
        .expect("answered");
    NoteRequests {}.run(&town.app).await.expect("noted");
    NoteRequests {}.run(&town.app).await.expect("noted once");
    let page = stranger.gets("/comments/wells").await.is(200).text();
    assert!(page.contains(": answered"), "{page}");
    let sent = mails(&town, &server).await;
    assert!(sent.len() == 1 && sent[0].contains("was answered"), "{sent:?}");
    // Hidden, it leads to nothing.
    let hide = [("to", "hidden"), ("answer", "It names somebody")];
    steward.submits(&desk, &hide).await.is(303);
    let page = stranger.gets("/comments/wells").await.is(200).text();
    assert!(!page.contains(&filed), "{page}");
    assert_eq!(
        mails(&town, &server).await.len(),
        1,
        "that it was hidden, and why"
    );
}

#[tokio::test]
async fn data_that_is_wanted_becomes_a_wish_and_a_showcase_becomes_no_request() {
    let town = Town::new().await;
    let (stranger, steward) = (town.stranger(), town.someone(Role::Steward, None).await);
    offers_requests(&town).await;
    publishes(&steward, "wells").await;
    let path = asks(&stranger, "Doctors by village").await;
    let desk = format!("/desk/contributions{}", path.trim_start_matches("/wanted"));
    steward.submits(&desk, &[("to", "request")]).await.is(303);
    town.run_jobs().await;
    let shown = stranger.gets(&format!("{path}.json")).await.is(200).json();
    let filed = shown["request"].as_str().expect("its address");
    let code = filed.rsplit('/').next().expect("a code");
    let request = stranger
        .gets(&format!("/requests/{code}.json"))
        .await
        .is(200)
        .json();
    assert_eq!(request["kind"], "aspiration", "{request}");
    assert!(request["answer_by"].is_string(), "an answer is owed: {request}");
    let page = stranger.gets(&path).await.is(200).text();
    assert!(
        page.contains("being worked on") && page.contains("It became a service request"),
        "{page}"
    );
    // It can still be promised.
    founds(&steward, "dinkes", "Dinas Kesehatan").await;
    let plan = [("to", "planned"), ("owner", "dinkes"), ("due_on", "2027-03-31")];
    steward.submits(&desk, &plan).await.is(303);
    let map = [
        ("title", "Map"),
        ("text", "Of wells"),
        ("url", "https://example.org/m"),
        ("dataset", "wells"),
    ];
    let sent = stranger.submits("/showcases/new", &map).await.is(303);
    let desk = format!(
        "/desk/contributions{}",
        sent.header("location").trim_start_matches("/showcases")
    );
    steward.submits(&desk, &[("to", "request")]).await.is(409);
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
            .is(200);
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
async fn followers_are_told_what_changed_in_words_and_that_a_dataset_went_away() {
    const HOUR: Duration = Duration::from_secs(3_600);
    let server = MailServer::start().await;
    let town = town_with_mail(&server).await;
    publish(&town, VILLAGES).await;
    TellFollowers {}.run(&town.app).await.expect("told");
    let stranger = town.stranger();
    let json = stranger.gets("/data/villages-2024.json").await.is(200).json();
    let path = format!("/follow/dataset/{}", json["id"].as_str().expect("an id"));
    stranger
        .submits(&path, &[("email", "budi@example.org")])
        .await
        .is(200);
    let confirm = link(&mails(&town, &server).await[0], "/follow/confirm/");
    stranger.submits(&confirm, &[]).await.is(200);
    town.advance(HOUR * 24);
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    let next = "code,name,phone,n\n01,Sukorejo,0812,6\n02,Banjarejo,0813,7\n04,Dander,,9\n";
    send(&producer, next).await.is(303);
    town.run_jobs().await;
    TellFollowers {}.run(&town.app).await.expect("told");
    let sent = mails(&town, &server).await;
    assert_eq!(sent.len(), 1, "{sent:?}");
    for part in [
        "Changed: Villages 2024",
        "1 row was added.",
        "1 row was removed.",
        "In 1 row something changed.",
    ] {
        assert!(sent[0].contains(part), "{part} is missing in\n{}", sent[0]);
    }
    // Within a day, but it went away: that is told at once.
    town.advance(HOUR);
    let steward = town.someone(Role::Steward, None).await;
    let review = "/desk/data/villages-2024/review";
    let says = |kind: &'static str| {
        [
            ("act", "standing"),
            ("kind", kind),
            ("why", "Telephone numbers were in it"),
            ("replaced_by", "/data/villages-2025"),
        ]
    };
    steward.submits(review, &says("withdrawn")).await.is(303);
    TellFollowers {}.run(&town.app).await.expect("told");
    TellFollowers {}.run(&town.app).await.expect("told once");
    let sent = mails(&town, &server).await;
    assert_eq!(sent.len(), 1, "{sent:?}");
    for part in [
        "Withdrawn: Villages 2024. Why: Telephone numbers were in it",
        "/data/villages-2025",
        "/follow/end/",
    ] {
        assert!(sent[0].contains(part), "{part} is missing in\n{}", sent[0]);
    }
    for (kind, told) in [
        ("restored", "There again: Villages 2024"),
        (
            "deprecated",
            "Deprecated: Villages 2024. Why: Telephone numbers were in it",
        ),
    ] {
        town.advance(HOUR * 24);
        steward.submits(review, &says(kind)).await.is(303);
        TellFollowers {}.run(&town.app).await.expect("told");
        let sent = mails(&town, &server).await;
        assert!(sent.len() == 1 && sent[0].contains(told), "{told}: {sent:?}");
    }
    // Why it was closed is for those who work on it.
    town.advance(HOUR);
    let closed = [("act", "unpublish"), ("why", "A quarrel of offices")];
    steward.submits(review, &closed).await.is(303);
    TellFollowers {}.run(&town.app).await.expect("told");
    let sent = mails(&town, &server).await;
    assert!(
        sent.len() == 1
            && sent[0].contains("Not open to everybody any more: Villages 2024")
            && !sent[0].contains("quarrel"),
        "{sent:?}"
    );
    town.advance(HOUR * 24);
    let said = [
        ("title", "Villages 2024"),
        ("description", "Looked through again"),
    ];
    producer.submits("/desk/data/villages-2024", &said).await.is(303);
    TellFollowers {}.run(&town.app).await.expect("told");
    assert!(
        mails(&town, &server).await.is_empty(),
        "what is closed is told to nobody"
    );
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
