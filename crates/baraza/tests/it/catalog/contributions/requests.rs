//! What readers bring that becomes a service request: errors in data, comments that want an answer, data that nobody promised.

use std::time::Duration;

use baraza::{
    platform::{
        jobs::Job,
        op::{Grant, Role},
    },
    requests::{
        self,
        model::{post::NewPost, request::Privacy},
    },
    site::data_error::NoteRequests,
};

use super::{asks, codes, founds, link, mails, publishes, publishes_for, town_with_mail};
use crate::{
    catalog::search::imports_places,
    html::check::faults,
    platform::messages::gateways::MailServer,
    town::{Town, Visitor, grant},
};

/// Puts the shipped profiles and services in force, and places to file requests for.
async fn offers_requests(town: &Town) {
    crate::requests::world::offer(town).await;
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

/// Reports an error in a dataset, and reads the page that this leads to.
async fn files_error(visitor: &Visitor<'_>, dataset: &str, fields: &[(&str, &str)]) -> String {
    let path = format!("/data-errors/{dataset}");
    let filed = visitor.submits(&path, fields).await.is(303);
    let kept = filed.header("set-cookie").split(';').next().expect("a pair");
    let browser = visitor.clone().with_header("cookie", kept);
    browser.gets(filed.header("location")).await.is(200).text()
}

#[tokio::test]
async fn the_page_after_a_report_files_nothing_when_it_is_loaded_again_nor_does_the_form_sent_twice() {
    let town = Town::new().await;
    let steward = town.someone(Role::Steward, None).await;
    founds(&steward, "dinkes", "Dinas Kesehatan").await;
    publishes_for(&steward, "wells", "dinkes").await;
    offers_requests(&town).await;
    let stranger = town.stranger();
    let form = stranger.gets("/data-errors/wells").await.is(200).text();
    let token = form
        .split("name=\"token\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a token");
    let said = [("description", "Row 3 is wrong"), ("token", token)];
    let first = request_in(&files_error(&stranger, "wells", &said).await);
    let again = request_in(&files_error(&stranger, "wells", &said).await);
    assert_eq!(first, again);
    let other = [("description", "Row 4 is wrong"), ("token", token)];
    let second = request_in(&files_error(&stranger, "wells", &other).await);
    assert!(first != second, "other words are another report");
    let lost = stranger.gets("/data-errors/wells/filed").await.is(303);
    assert_eq!(lost.header("location"), "/data-errors/wells");
    town.run_jobs().await;
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
    let said = [
        ("description", "Row 3 says 500 metres"),
        ("phone", "0812 3456 7890"),
    ];
    let filed = files_error(&stranger, "wells", &said).await;
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
        let filed = files_error(&stranger, dataset, &[("description", "Row 3 is wrong")]).await;
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
    let filed = files_error(&stranger, "wells", &[("description", "Row 3 is wrong")]).await;
    let path = format!("/requests/{}.json", request_in(&filed));
    assert_eq!(stranger.gets(&path).await.is(200).json()["agency"], "dinkes");
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
    stranger.submits("/comments/wells", &question).await.is(303);
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
async fn a_steward_is_told_how_many_errors_in_their_data_wait_for_an_answer_and_for_how_long() {
    const DAY: Duration = Duration::from_secs(24 * 3_600);
    let town = Town::new().await;
    let (stranger, all) = (town.stranger(), town.someone(Role::Steward, None).await);
    founds(&all, "dinkes", "Dinas Kesehatan").await;
    founds(&all, "dinas-pu", "Dinas Pekerjaan Umum").await;
    publishes_for(&all, "clinics", "dinkes").await;
    publishes_for(&all, "wells", "dinas-pu").await;
    offers_requests(&town).await;
    let role = Grant {
        org: Some("dinkes".into()),
        ..grant(Role::Steward, None)
    };
    town.add("health@town.test", "Of health", &[role]).await;
    let health = town.signs_in("health@town.test").await;
    let front = health.gets("/desk").await.is(200).text();
    assert!(!front.contains("/desk/data-errors"), "{front}");
    let reports = async |dataset: &str| {
        let said = [("description", "Row 3 is wrong")];
        request_in(&files_error(&stranger, dataset, &said).await)
    };
    let first = reports("clinics").await;
    town.advance(DAY * 2);
    let (second, other) = (reports("clinics").await, reports("wells").await);
    town.advance(DAY);
    let health = town.signs_in("health@town.test").await;
    let front = health.gets("/desk").await.is(200).text();
    assert!(
        front.contains(
            "href=\"/desk/data-errors\">2 errors reported in data wait for an answer, the oldest for 3 days"
        ),
        "{front}"
    );
    let page = health.gets("/desk/data-errors").await.is(200).text();
    assert_eq!(faults(&page), [""; 0]);
    let (older, newer) = (
        page.find(&format!("/requests/{first}\"")),
        page.find(&format!("/requests/{second}\"")),
    );
    assert!(older.is_some() && older < newer, "{page}");
    assert!(
        page.contains("href=\"/data/clinics\"") && !page.contains(&other),
        "{page}"
    );
    let desk = health.gets("/desk/data").await.is(200).text();
    assert!(desk.contains("href=\"/desk/data-errors\""), "{desk}");
    let every = all.gets("/desk").await.is(200).text();
    assert!(every.contains("3 errors reported in data"), "{every}");
    // What was answered waits for the resident.
    let done = "Row 3 was typed wrong; the table says so from now on.";
    requests::answer(&town.app, &town.system(), &first, "done", done)
        .await
        .expect("answered");
    let front = health.gets("/desk").await.is(200).text();
    assert!(
        front.contains("1 error reported in data waits for an answer, for 1 day"),
        "{front}"
    );
    let officer = town.someone(Role::Officer, None).await;
    officer.gets("/desk/data-errors").await.is(403);
    town.run_jobs().await;
}
