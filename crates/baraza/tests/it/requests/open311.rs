//! Open311 GeoReport v2 as its clients speak it: both formats, every filter, keys, errors, and what never shows.

use std::time::Duration;

use axum::body::Body;
use baraza::{
    accounts,
    platform::{
        config::Settings,
        message::{Address, phone::Phone},
        op::Role,
    },
    requests::{
        self, Filing,
        access::Claim,
        model::request::{Channel, Contact, Privacy},
    },
};
use formats::open311::{
    discovery, error,
    requests::{Handle, Request, Status, read, read_receipt},
    services,
};

use super::{DAY, Hall, LONG, lamp};
use crate::town::Answer;

const FORM: &str = "application/x-www-form-urlencoded";

/// A pothole as a program of a newspaper files it.
const POTHOLE: [(&str, &str); 8] = [
    ("jurisdiction_id", "bojonegoro.test"),
    ("service_code", "road"),
    ("lat", "-7.15"),
    ("long", "111.88"),
    ("description", "Lubang besar di depan pasar"),
    ("first_name", "Siti"),
    ("phone", "0812-3456-7890"),
    ("attribute[damage]", "pothole"),
];

impl Hall {
    /// A key for a program, made by somebody with an account.
    async fn api_key(&self) -> String {
        let mut tx = self.town.app.db.begin().await.expect("a transaction");
        let key = accounts::create_token(
            &mut tx,
            &self.town.system(),
            &self.id("siti"),
            "program",
            None,
            &[],
        )
        .await
        .expect("a token");
        tx.commit().await.expect("committed");
        key
    }

    /// Files with a key; fields given twice win over those of the pothole.
    async fn posts(&self, key: &str, changed: &[(&str, &str)]) -> Answer {
        self.posts_as("json", key, changed).await
    }

    async fn posts_as(&self, format: &str, key: &str, changed: &[(&str, &str)]) -> Answer {
        let mut fields: Vec<(&str, &str)> = POTHOLE
            .into_iter()
            .filter(|(name, _)| changed.iter().all(|(other, _)| other != name))
            .collect();
        fields.extend(changed);
        fields.push(("api_key", key));
        self.town
            .stranger()
            .submits(&format!("/open311/v2/requests.{format}"), &fields)
            .await
    }

    async fn asks(&self, query: &str) -> Answer {
        self.town
            .stranger()
            .gets(&format!("/open311/v2/requests.json?{query}"))
            .await
    }

    /// The requests a question finds, as a client reads them.
    async fn finds(&self, query: &str) -> Vec<Request> {
        let answer = self.asks(query).await.is(200);
        read(&answer.text(), 0).expect("requests")
    }

    async fn found_ids(&self, query: &str) -> Vec<String> {
        self.finds(query)
            .await
            .into_iter()
            .map(|request| request.id)
            .collect()
    }
}

fn id_of(answer: &Answer) -> String {
    match read_receipt(&answer.text()).expect("a receipt").handle {
        Handle::Id(id) => id,
        Handle::Token(token) => panic!("a token: {token}"),
    }
}

/// The descriptions of an answer's errors.
fn errors(answer: &Answer) -> Vec<String> {
    let listed = error::read(&answer.text()).expect("errors");
    assert!(!listed.is_empty(), "{}", answer.text());
    for each in &listed {
        assert_eq!(each.code, u32::from(answer.status.as_u16()));
    }
    listed.into_iter().map(|each| each.description).collect()
}

#[tokio::test]
async fn discovery_says_where_the_endpoint_is_in_both_formats() {
    let hall = Hall::new().await;
    let mut read = Vec::new();
    for (format, kind) in [
        ("json", "application/json; charset=utf-8"),
        ("xml", "text/xml; charset=utf-8"),
    ] {
        let answer = hall
            .town
            .stranger()
            .gets(&format!("/open311/v2/discovery.{format}"))
            .await
            .is(200);
        assert_eq!(answer.header("content-type"), kind);
        read.push(discovery::read(&answer.text()).expect("a discovery"));
    }
    assert_eq!(read[0], read[1]);
    let endpoint = &read[0].endpoints[0];
    assert_eq!(endpoint.specification, "http://wiki.open311.org/GeoReport_v2");
    assert!(endpoint.url.ends_with("/open311/v2"), "{}", endpoint.url);
    assert_eq!(endpoint.formats, ["text/xml", "application/json"]);
    assert_eq!(endpoint.changeset, "2026-11-16T09:00:00+07:00");
    assert!(
        read[0].key_service.contains("/account"),
        "{}",
        read[0].key_service
    );
}

#[tokio::test]
async fn services_are_listed_in_the_language_that_is_asked_for() {
    let hall = Hall::new().await;
    let visitor = hall.town.stranger();
    let json = visitor
        .gets("/open311/v2/services.json?jurisdiction_id=bojonegoro.test")
        .await
        .is(200);
    let xml = visitor.gets("/open311/v2/services.xml").await.is(200);
    let listed = services::read(&json.text()).expect("services");
    assert_eq!(listed, services::read(&xml.text()).expect("services"));
    let road = listed
        .iter()
        .find(|service| service.code == "road")
        .expect("roads");
    assert_eq!(
        (road.name.as_str(), road.has_definition, road.group.as_deref()),
        ("Damaged road or bridge", true, Some("public-works"))
    );
    assert!(road.keywords.contains(&"pothole".to_owned()));
    let asked = visitor.gets("/open311/v2/services.json?lang=id").await.is(200);
    assert!(asked.text().contains("Jalan atau jembatan rusak"));
    let accepted = visitor.with_header("accept-language", "id-ID,id;q=0.9,en;q=0.5");
    let accepted = accepted.gets("/open311/v2/services.json").await.is(200);
    assert!(accepted.text().contains("Jalan atau jembatan rusak"));
}

#[tokio::test]
async fn a_definition_asks_what_the_service_asks_and_an_unknown_service_is_404() {
    let hall = Hall::new().await;
    let visitor = hall.town.stranger();
    for format in ["json", "xml"] {
        let answer = visitor
            .gets(&format!("/open311/v2/services/road.{format}"))
            .await
            .is(200);
        let definition = services::read_definition(&answer.text()).expect("a definition");
        assert_eq!(definition.service_code, "road");
        let damage = &definition.attributes[0];
        assert_eq!(
            (damage.code.as_str(), damage.is_required, damage.order),
            ("damage", true, 1)
        );
        assert_eq!(damage.datatype, services::Datatype::SingleValueList);
        let keys: Vec<&str> = damage.values.iter().map(|value| value.key.as_str()).collect();
        assert_eq!(keys, ["pothole", "bridge", "landslide", "other"]);
        let unknown = visitor
            .gets(&format!("/open311/v2/services/dragons.{format}"))
            .await
            .is(404);
        assert_eq!(
            errors(&unknown),
            ["There is no service with the code “dragons”. Choose one from the list."]
        );
    }
}

#[tokio::test]
async fn what_a_program_files_is_routed_and_read_back_in_both_formats() {
    let hall = Hall::new().await;
    let key = hall.api_key().await;
    for format in ["json", "xml"] {
        let answer = hall.posts_as(format, &key, &[]).await.is(201);
        let receipt = read_receipt(&answer.text()).expect("a receipt");
        let id = id_of(&answer);
        assert_eq!(receipt.account_id, None);
        let request = requests::find(&hall.town.app, &id).await.expect("filed");
        assert_eq!(
            (
                request.agency.as_deref(),
                request.place.as_deref(),
                request.channel
            ),
            (Some("dinas-pu"), Some("35.22.01.2001"), Channel::Open311)
        );
        let notice = receipt.service_notice.expect("a notice");
        assert!(notice.contains(&id), "{notice}");
        // The notice's key is the resident's: with it they withdraw, without an account.
        let words: Vec<&str> = notice.split_whitespace().collect();
        let at = words.iter().position(|word| *word == "key").expect("a key");
        let seen = requests::see(
            &hall.town.app,
            &hall.stranger(),
            &id,
            Some(Claim::Key(words[at + 1])),
        )
        .await
        .expect("the key holds");
        let contact = seen.contact.expect("their own name");
        assert_eq!(contact.name.as_deref(), Some("Siti"));
        assert_eq!(contact.user, None, "the program's account is not who filed it");

        let answer = hall
            .town
            .stranger()
            .gets(&format!("/open311/v2/requests/{id}.{format}"))
            .await
            .is(200);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        let read = read(&answer.text(), 0).expect("a request");
        assert_eq!(read.len(), 1, "one request is a list of one");
        let one = &read[0];
        assert_eq!(
            (&one.id, one.status, one.service_code.as_str()),
            (&id, Status::Open, "road")
        );
        assert_eq!(one.service_name, "Damaged road or bridge");
        assert_eq!(one.agency_responsible.as_deref(), Some("DINAS-PU"));
        assert_eq!(one.description.as_deref(), Some("Lubang besar di depan pasar"));
        assert_eq!(one.point, Some((-7.15, 111.88)));
        assert_eq!(one.address_id.as_deref(), Some("35.22.01.2001"));
        assert_eq!(
            one.requested_at.offset_minutes, 0,
            "read at the offset that is written"
        );
        assert!(
            answer.text().contains("2026-11-16T09:00:00+07:00"),
            "{}",
            answer.text()
        );
        assert!(
            !answer.text().contains("Siti") && !answer.text().contains("0812"),
            "{}",
            answer.text()
        );
        let token = hall
            .town
            .stranger()
            .gets(&format!("/open311/v2/tokens/{id}.{format}"))
            .await
            .is(200);
        assert_eq!(id_of(&token), id);
    }
}

#[tokio::test]
async fn a_key_is_needed_and_a_wrong_one_is_refused_in_the_protocols_shape() {
    let hall = Hall::new().await;
    let key = hall.api_key().await;
    let fields: Vec<(&str, &str)> = POTHOLE.to_vec();
    let visitor = hall.town.stranger();
    let none = visitor
        .submits("/open311/v2/requests.json", &fields)
        .await
        .is(403);
    assert!(errors(&none)[0].contains("api_key"));
    let wrong = hall.posts_as("xml", "not-a-key", &[]).await.is(403);
    assert!(wrong.header("content-type").starts_with("text/xml"));
    assert!(errors(&wrong)[0].contains("not valid"));
    let header = hall.town.bearer("not-a-key");
    assert!(!errors(&header.submits("/open311/v2/requests.json", &fields).await.is(403)).is_empty());
    assert_eq!(hall.found_ids("").await.len(), 0, "nothing was filed");
    // A key may stand in the address or in a header too.
    let address = format!("/open311/v2/requests.json?api_key={key}");
    visitor.submits(&address, &fields).await.is(201);
    let bearer = hall.town.bearer(&key);
    bearer.submits("/open311/v2/requests.json", &fields).await.is(201);
    assert_eq!(hall.found_ids("").await.len(), 2);
}

#[tokio::test]
async fn an_installation_may_take_requests_without_a_key_but_never_with_a_wrong_one() {
    let hall = Hall::with(Settings {
        requests_without_key: Some(true),
        ..Settings::default()
    })
    .await;
    let visitor = hall.town.stranger();
    visitor
        .submits("/open311/v2/requests.json", &POTHOLE)
        .await
        .is(201);
    hall.posts("not-a-key", &[]).await.is(403);
}

#[tokio::test]
async fn the_same_idempotency_key_files_once_for_one_program_and_again_for_another() {
    let hall = Hall::new().await;
    let (one, other) = (hall.api_key().await, hall.town.admin().await);
    let sends = |key: &str| {
        let mut fields = POTHOLE.to_vec();
        fields.push(("api_key", key));
        serde_urlencoded::to_string(&fields).expect("a form")
    };
    let visitor = hall.town.stranger().with_header("idempotency-key", "7d3f-1");
    let first = visitor
        .sends("POST", "/open311/v2/requests.json", FORM, Body::from(sends(&one)))
        .await
        .is(201);
    let again = visitor
        .sends("POST", "/open311/v2/requests.json", FORM, Body::from(sends(&one)))
        .await
        .is(200);
    assert_eq!(id_of(&first), id_of(&again));
    let notice = read_receipt(&again.text())
        .expect("a receipt")
        .service_notice
        .expect("a notice");
    assert!(notice.contains("already"), "{notice}");
    let theirs = other
        .with_header("idempotency-key", "7d3f-1")
        .submits("/open311/v2/requests.json", &POTHOLE)
        .await
        .is(201);
    assert_ne!(id_of(&first), id_of(&theirs));
    assert_eq!(hall.found_ids("").await.len(), 2);
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_request_is_said_at_once_by_field() {
    let hall = Hall::new().await;
    let key = hall.api_key().await;
    let unknown = hall.posts(&key, &[("service_code", "dragons")]).await.is(404);
    assert!(errors(&unknown)[0].contains("dragons"));
    let missing = hall.posts(&key, &[("service_code", "")]).await.is(400);
    assert_eq!(errors(&missing), ["service_code: Choose what it is about."]);
    let outside = hall.posts(&key, &[("lat", "51.5"), ("long", "0")]).await.is(400);
    assert!(
        errors(&outside)[0].starts_with("lat: This position is outside"),
        "{}",
        outside.text()
    );
    let nonsense = hall
        .posts(&key, &[("lat", "north"), ("media_url", "javascript:alert(1)")])
        .await
        .is(400);
    assert_eq!(errors(&nonsense).len(), 2, "{}", nonsense.text());
    let answers = hall
        .posts_as(
            "xml",
            &key,
            &[
                ("attribute[damage]", "dragons"),
                ("attribute[width]", "wide"),
                ("email", "nobody"),
                ("phone", "1"),
            ],
        )
        .await
        .is(400);
    let said = errors(&answers);
    for field in ["attribute[damage]", "attribute[width]", "phone", "email"] {
        assert!(
            said.iter().any(|line| line.starts_with(&format!("{field}: "))),
            "{field}: {said:?}"
        );
    }
    let nowhere = hall.posts(&key, &[("lat", ""), ("long", "")]).await.is(400);
    assert!(errors(&nowhere)[0].starts_with("address_string: Say where it is"));
    let secret = hall.posts(&key, &[("privacy", "sekret")]).await.is(400);
    assert!(
        errors(&secret)[0].starts_with("privacy: "),
        "a misspelt wish for privacy is never made public"
    );
    let long = "a".repeat(4_001);
    let long = hall.posts(&key, &[("description", &long)]).await.is(400);
    assert_eq!(errors(&long), ["description: This text is too long. Shorten it."]);
    assert_eq!(hall.found_ids("").await.len(), 0, "nothing was filed");
}

#[tokio::test]
async fn a_body_too_large_or_unreadable_is_refused_in_the_protocols_shape() {
    let hall = Hall::new().await;
    let key = hall.api_key().await;
    let visitor = hall.town.bearer(&key);
    let huge = format!("description={}", "a".repeat(600 * 1024));
    let huge = visitor
        .sends("POST", "/open311/v2/requests.xml", FORM, Body::from(huge))
        .await
        .is(413);
    assert!(!errors(&huge).is_empty());
    let kind = "multipart/form-data; boundary=x";
    let broken = visitor
        .sends(
            "POST",
            "/open311/v2/requests.json",
            kind,
            Body::from("--y\r\nnothing"),
        )
        .await
        .is(400);
    assert!(!errors(&broken).is_empty());
    let many = vec!["a=1"; 600].join("&");
    let many = visitor
        .sends("POST", "/open311/v2/requests.json", FORM, Body::from(many))
        .await
        .is(413);
    assert!(!errors(&many).is_empty());
}

#[tokio::test]
async fn wrong_methods_and_addresses_are_told_in_the_protocols_shape() {
    let hall = Hall::new().await;
    let visitor = hall.town.stranger();
    for (method, path, status) in [
        ("DELETE", "/open311/v2/requests.xml", 405),
        ("PUT", "/open311/v2/requests/K7MQ-4XTD.json", 405),
        ("GET", "/open311/v2/requests", 404),
        ("GET", "/open311/v2/requests/K7MQ-4XTD", 404),
        ("GET", "/open311/v2/requests/K7MQ-4XTD.json", 404),
        ("GET", "/open311/v2/requests/not-a-code.xml", 404),
        ("GET", "/open311/v2/tokens/not-a-code.xml", 404),
        ("GET", "/open311/v9/nothing.xml", 404),
    ] {
        let answer = visitor.sends(method, path, "", Body::empty()).await.is(status);
        assert!(!errors(&answer).is_empty(), "{method} {path}");
        let is_xml = answer.header("content-type").starts_with("text/xml");
        assert_eq!(is_xml, path.ends_with(".xml"), "{method} {path}");
    }
    let asked = visitor
        .with_header("accept", "application/xml")
        .gets("/open311/v2/requests")
        .await
        .is(404);
    assert!(asked.header("content-type").starts_with("text/xml"));
}

#[tokio::test]
async fn each_filter_finds_what_it_names_and_nothing_else() {
    let hall = Hall::new().await;
    let key = hall.api_key().await;
    let first = id_of(&hall.posts(&key, &[]).await.is(201));
    hall.advance_days(1);
    let lamp = id_of(
        &hall
            .posts(&key, &[("service_code", "street-light"), ("long", "111.95")])
            .await
            .is(201),
    );
    hall.advance_days(1);
    let last = id_of(&hall.posts(&key, &[("long", "111.881")]).await.is(201));
    let all = [last.clone(), lamp.clone(), first.clone()];
    assert_eq!(hall.found_ids("").await, all, "the newest first");

    assert_eq!(
        hall.found_ids("service_code=street-light").await,
        std::slice::from_ref(&lamp)
    );
    assert_eq!(hall.found_ids("service_code=street-light,road").await, all);
    assert_eq!(hall.found_ids("service_code=water").await.len(), 0);

    let ids = format!(
        "service_request_id={first},{}&start_date=2020-01-01",
        last.replace('-', "").to_lowercase()
    );
    assert_eq!(hall.found_ids(&ids).await, [last.clone(), first.clone()]);
    assert_eq!(
        hall.found_ids("service_request_id=K7MQ-4XTD,nonsense")
            .await
            .len(),
        0
    );

    let day = "start_date=2026-11-17T00:00:00%2B07:00&end_date=2026-11-17T23:59:59%2B07:00";
    assert_eq!(hall.found_ids(day).await, std::slice::from_ref(&lamp));
    assert_eq!(
        hall.found_ids("start_date=2026-11-17&end_date=2026-11-17").await,
        std::slice::from_ref(&lamp)
    );
    assert_eq!(
        hall.found_ids("end_date=2026-11-16T09:00:00%2B07:00").await,
        std::slice::from_ref(&first)
    );

    requests::answer(&hall.town.app, &hall.op("unit"), &lamp, "done", LONG)
        .await
        .expect("answered");
    hall.advance_days(1);
    let phone = Address::sms("0812-3456-7890", &hall.town.app.config).expect("a number");
    requests::confirm(
        &hall.town.app,
        &hall.stranger(),
        &lamp,
        Claim::Address(&phone),
        "sms",
    )
    .await
    .expect("confirmed");
    assert_eq!(hall.found_ids("status=closed").await, std::slice::from_ref(&lamp));
    assert_eq!(hall.found_ids("status=open").await, [last.clone(), first.clone()]);
    assert_eq!(hall.found_ids("status=open,closed").await, all);
    let closed = hall.finds("status=closed").await.remove(0);
    assert_eq!(closed.updated_at.micros, hall.town.clock.now().0);
    assert!(
        closed
            .status_notes
            .expect("notes")
            .starts_with("Closed: the person who reported it says")
    );

    let since = "updated_after=2026-11-19T00:00:00%2B07:00";
    assert_eq!(hall.found_ids(since).await, std::slice::from_ref(&lamp));
    assert_eq!(
        hall.found_ids("updated_before=2026-11-18T12:00:00%2B07:00").await,
        [last.clone(), first.clone()]
    );

    assert_eq!(
        hall.found_ids("lat=-7.15&long=111.88").await,
        std::slice::from_ref(&first)
    );
    assert_eq!(
        hall.found_ids("lat=-7.15&long=111.88&radius=120").await,
        [last.clone(), first.clone()]
    );
    assert_eq!(hall.found_ids("lat=-7.15&long=111.88&radius=50000").await, all);
    assert_eq!(
        hall.found_ids("lat=-7.15&long=111.88&radius=120&status=closed")
            .await
            .len(),
        0
    );

    assert_eq!(hall.found_ids("page_size=2").await, all[..2]);
    assert_eq!(hall.found_ids("page_size=2&page=2").await, all[2..]);
    assert_eq!(hall.found_ids("page_size=2&page=3").await.len(), 0);

    let xml = hall
        .town
        .stranger()
        .gets("/open311/v2/requests.xml?status=closed")
        .await
        .is(200);
    let as_xml = read(&xml.text(), 0).expect("requests");
    assert_eq!(
        as_xml,
        hall.finds("status=closed").await,
        "both formats say the same"
    );
}

#[tokio::test]
async fn what_was_asked_for_without_dates_goes_back_ninety_days_and_what_changed_goes_back_for_ever() {
    let hall = Hall::new().await;
    let key = hall.api_key().await;
    let old = id_of(&hall.posts(&key, &[]).await.is(201));
    hall.town.advance(DAY * 91);
    assert_eq!(hall.found_ids("").await.len(), 0);
    assert_eq!(
        hall.found_ids("start_date=2026-11-16").await,
        std::slice::from_ref(&old)
    );
    assert_eq!(
        hall.found_ids("updated_after=2026-11-01").await,
        std::slice::from_ref(&old)
    );
    assert_eq!(hall.found_ids(&format!("service_request_id={old}")).await, [old]);
}

#[tokio::test]
async fn a_question_that_makes_no_sense_is_refused_with_the_name_of_what_is_wrong() {
    let hall = Hall::new().await;
    for (query, field) in [
        ("start_date=yesterday", "start_date"),
        ("start_date=2026-11-02&end_date=2026-11-01", "start_date"),
        ("start_date=2026-01-01&end_date=2026-11-01", "start_date"),
        ("status=pending", "status"),
        ("page=0", "page"),
        ("page_size=many", "page_size"),
        ("updated_after=soon", "updated_after"),
        ("lat=-7.15", "long"),
        ("lat=-7.15&long=200", "long"),
        ("lat=-7.15&long=111.88&radius=0", "radius"),
    ] {
        let answer = hall.asks(query).await.is(400);
        assert!(
            errors(&answer)[0].starts_with(&format!("{field}: ")),
            "{query}: {}",
            answer.text()
        );
    }
    let hostile = "service_code=road%27%3B%20DROP%20TABLE%20service_request%3B--";
    assert_eq!(hall.found_ids(hostile).await.len(), 0);
    assert_eq!(hall.found_ids("page=4294967295&page_size=1000").await.len(), 0);
}

#[tokio::test]
async fn sql_and_script_in_a_text_come_back_as_text() {
    let hall = Hall::new().await;
    let key = hall.api_key().await;
    let text = "Robert'); DROP TABLE service_request;-- <script>alert(1)</script> ]]> & 日本 \u{1F6A7}";
    let id = id_of(
        &hall
            .posts(
                &key,
                &[("description", text), ("address_string", "<b>Jl. \"A\"</b>")],
            )
            .await
            .is(201),
    );
    for format in ["json", "xml"] {
        let answer = hall
            .town
            .stranger()
            .gets(&format!("/open311/v2/requests/{id}.{format}"))
            .await
            .is(200);
        let one = read(&answer.text(), 0).expect("a request").remove(0);
        assert_eq!(one.description.as_deref(), Some(text));
        assert_eq!(one.address.as_deref(), Some("<b>Jl. \"A\"</b>"));
        assert!(format == "json" || !answer.text().contains("<script>"));
    }
}

#[tokio::test]
async fn numbers_and_addresses_in_what_people_wrote_are_masked() {
    let hall = Hall::new().await;
    let key = hall.api_key().await;
    let text = "Hubungi saya di 0813-9999-8888 atau siti@example.org";
    let id = id_of(&hall.posts(&key, &[("description", text)]).await.is(201));
    let answer = hall
        .asks(&format!("service_request_id={id}"))
        .await
        .is(200)
        .text();
    assert!(answer.contains("Hubungi saya di"), "{answer}");
    for personal in ["9999", "siti@", "0812", "Siti"] {
        assert!(!answer.contains(personal), "{personal}: {answer}");
    }
}

#[tokio::test]
async fn what_is_confidential_never_shows_whoever_asks() {
    let mut hall = Hall::new().await;
    hall.hire("program-admin", Role::Admin, None, None).await;
    let key = hall.api_key().await;
    let secret = id_of(&hall.posts(&key, &[("privacy", "confidential")]).await.is(201));
    // A service may be confidential by itself.
    let bribe = [("service_code", "bribe"), ("description", "Diminta uang")];
    let bribe = id_of(&hall.posts(&key, &bribe).await.is(201));
    for visitor in [
        hall.town.stranger(),
        hall.town.bearer(&key),
        hall.town.admin().await,
        hall.town.someone(Role::Officer, Some("35.22")).await,
    ] {
        for id in [&secret, &bribe] {
            for path in [format!("requests/{id}.json"), format!("tokens/{id}.xml")] {
                visitor.gets(&format!("/open311/v2/{path}")).await.is(404);
            }
            let listed = visitor
                .gets(&format!("/open311/v2/requests.json?service_request_id={id}"))
                .await
                .is(200);
            assert_eq!(listed.text(), "[]");
        }
        for query in [
            "",
            "status=open",
            "service_code=bribe",
            "updated_after=2020-01-01",
            "lat=-7.15&long=111.88",
        ] {
            let listed = visitor
                .gets(&format!("/open311/v2/requests.json?{query}"))
                .await
                .is(200);
            assert_eq!(listed.text(), "[]", "{query}");
        }
    }
}

#[tokio::test]
async fn an_anonymous_request_keeps_no_name_even_where_a_program_sends_one() {
    let hall = Hall::new().await;
    let key = hall.api_key().await;
    let id = id_of(
        &hall
            .posts(&key, &[("privacy", "anonymous"), ("kind", "aspiration")])
            .await
            .is(201),
    );
    let request = requests::find(&hall.town.app, &id).await.expect("filed");
    assert_eq!(
        (request.privacy, request.kind.as_str()),
        (Privacy::Anonymous, "aspiration")
    );
    let siti = Contact {
        phone: Phone::parse("081234567890", "62"),
        ..Contact::default()
    };
    let listed = requests::list_of_person(&hall.town.app, &hall.op("operator"), &siti)
        .await
        .expect("listed");
    assert!(listed.is_empty());
}

#[tokio::test]
async fn a_place_may_be_given_by_its_code_or_named_in_the_address() {
    let hall = Hall::new().await;
    let key = hall.api_key().await;
    let none = [("lat", ""), ("long", "")];
    let by_code = hall
        .posts(&key, &[none[0], none[1], ("address_id", "35.22.01.2002")])
        .await
        .is(201);
    let request = requests::find(&hall.town.app, &id_of(&by_code))
        .await
        .expect("filed");
    assert_eq!(
        (request.place.as_deref(), request.position),
        (Some("35.22.01.2002"), None)
    );
    // The names of this town's places are their codes.
    let named = [
        none[0],
        none[1],
        ("address_string", "Jl. Mawar 3, 35.22.01.2002, 35.22"),
    ];
    let named = hall.posts(&key, &named).await.is(201);
    let request = requests::find(&hall.town.app, &id_of(&named))
        .await
        .expect("filed");
    assert_eq!(request.place.as_deref(), Some("35.22.01.2002"));
    let nowhere = hall
        .posts(&key, &[none[0], none[1], ("address_string", "Jl. Mawar 3")])
        .await
        .is(400);
    assert!(errors(&nowhere)[0].contains("place"), "{}", nowhere.text());
    let unknown = hall
        .posts(&key, &[none[0], none[1], ("address_id", "99.99")])
        .await
        .is(400);
    assert!(
        errors(&unknown)[0].starts_with("place: There is no such place"),
        "{}",
        unknown.text()
    );
}

#[tokio::test]
async fn a_form_in_parts_is_read_like_any_other_and_a_picture_elsewhere_is_named_in_the_text() {
    let hall = Hall::new().await;
    let key = hall.api_key().await;
    let mut parts: Vec<(&str, &str, &str, &[u8])> = POTHOLE
        .iter()
        .map(|(name, value)| (*name, "", "", value.as_bytes()))
        .collect();
    parts.push(("media_url", "", "", b"https://photos.example.org/lubang.jpg"));
    let answer = hall
        .town
        .bearer(&key)
        .posts_parts("/open311/v2/requests.json", &parts)
        .await
        .is(201);
    let request = requests::find(&hall.town.app, &id_of(&answer))
        .await
        .expect("filed");
    assert_eq!(
        request.text,
        "Lubang besar di depan pasar\n\nhttps://photos.example.org/lubang.jpg"
    );
    assert_eq!(request.attributes[0].values, ["pothole"]);
}

#[tokio::test]
async fn without_a_description_the_service_says_what_it_is_about() {
    let hall = Hall::new().await;
    let key = hall.api_key().await;
    let id = id_of(&hall.posts(&key, &[("description", "")]).await.is(201));
    let request = requests::find(&hall.town.app, &id).await.expect("filed");
    assert_eq!(request.text, "Damaged road or bridge");
}

#[tokio::test]
async fn who_files_too_often_is_told_to_wait_in_the_protocols_shape() {
    let hall = Hall::new().await;
    let key = hall.api_key().await;
    for _ in 0..10 {
        hall.posts(&key, &[]).await.is(201);
    }
    let eleventh = hall.posts(&key, &[]).await.is(429);
    assert!(
        errors(&eleventh)[0].contains("filed 10 requests"),
        "{}",
        eleventh.text()
    );
}

#[tokio::test]
async fn a_request_taken_in_from_elsewhere_says_how_it_was_closed_there() {
    let hall = Hall::new().await;
    let file = hall.town.app.config.data.join("boston.csv");
    std::fs::write(
        &file,
        "service_request_id,status,service_code,description,agency_responsible,requested_datetime,closed_datetime,status_notes,lat,long\n\
         1,closed,road,Pothole,PU,2026-11-01T08:00:00Z,2026-11-02T08:00:00Z,Filled. Call 0812-3456-7890.,-7.15,111.88\n",
    )
    .expect("a file");
    let source = requests::Source {
        file,
        profile: "lapor".into(),
        time_zone: None,
    };
    requests::import(&hall.town.app, &hall.town.system(), &source, &|_| ())
        .await
        .expect("taken in");
    let one = hall.finds("status=closed").await.remove(0);
    assert_eq!(
        one.status_notes.as_deref(),
        Some("Closed in the system it came from. Filled. Call •••.")
    );
    assert_eq!(
        one.updated_at.micros - one.requested_at.micros,
        Duration::from_secs(86_400).as_micros() as i64
    );
}

#[tokio::test]
async fn a_page_of_requests_is_asked_for_in_a_fixed_number_of_statements() {
    let hall = Hall::new().await;
    for n in 0..20 {
        let filing = Filing {
            phone: Some(format!("0812000{n:04}")),
            ..lamp()
        };
        hall.file(&hall.stranger(), filing).await.expect("filed");
    }
    hall.finds("page_size=1").await;
    let asked = |before: u64| hall.town.app.db.n_reads() - before;
    let before = hall.town.app.db.n_reads();
    assert_eq!(hall.finds("page_size=1").await.len(), 1);
    let one = asked(before);
    let before = hall.town.app.db.n_reads();
    assert_eq!(hall.finds("").await.len(), 20);
    assert_eq!(asked(before), one);
}

/// A picture of one pixel, with a comment of its camera.
fn picture() -> Vec<u8> {
    use base64::Engine;
    let png = base64::engine::general_purpose::STANDARD
        .decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
        .expect("a picture");
    // A text chunk goes behind the header, which ends at byte 33; readers that clean do not check its sum.
    let text = b"\x00\x00\x00\x0ctEXtComment\x00Siti\x00\x00\x00\x00";
    [&png[..33], &text[..], &png[33..]].concat()
}

#[tokio::test]
async fn a_picture_comes_along_cleaned_and_is_published_by_its_address() {
    let hall = Hall::new().await;
    let key = hall.api_key().await;
    let picture = picture();
    let mut parts: Vec<(&str, &str, &str, &[u8])> = POTHOLE
        .iter()
        .map(|(name, value)| (*name, "", "", value.as_bytes()))
        .collect();
    parts.push(("media", "lubang.png", "image/png", &picture));
    let visitor = hall.town.bearer(&key);
    let id = id_of(
        &visitor
            .posts_parts("/open311/v2/requests.json", &parts)
            .await
            .is(201),
    );
    let seen = requests::see(&hall.town.app, &hall.stranger(), &id, None)
        .await
        .expect("public");
    assert_eq!(seen.photos.len(), 1);
    let kept = hall
        .town
        .app
        .blobs
        .bytes(&seen.photos[0].blob)
        .await
        .expect("kept");
    assert!(!kept.windows(4).any(|four| four == b"Siti"), "cleaned");
    let one = hall.finds(&format!("service_request_id={id}")).await.remove(0);
    let url = one.media_url.expect("an address");
    assert!(url.ends_with(&format!("/photos/{}", seen.photos[0].id)), "{url}");
}

#[tokio::test]
async fn a_picture_that_is_none_is_refused_and_nothing_is_filed() {
    let hall = Hall::new().await;
    let key = hall.api_key().await;
    let visitor = hall.town.bearer(&key);
    let base: Vec<(&str, &str, &str, &[u8])> = POTHOLE
        .iter()
        .map(|(name, value)| (*name, "", "", value.as_bytes()))
        .collect();
    let huge = vec![0xff; 11 * 1024 * 1024];
    for bytes in [b"<script>alert(1)</script>".as_slice(), huge.as_slice()] {
        let mut parts = base.clone();
        parts.push(("media", "lubang.jpg", "image/jpeg", bytes));
        let answer = visitor
            .posts_parts("/open311/v2/requests.json", &parts)
            .await
            .is(400);
        assert!(
            errors(&answer)[0].starts_with("media: This picture cannot be used"),
            "{}",
            answer.text()
        );
    }
    assert_eq!(hall.found_ids("").await.len(), 0);
}
