use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::{
    Format,
    discovery::{self, Discovery, Endpoint},
    error::{self, ErrorItem},
    query::{self, LONGEST_SPAN, Query, Which},
    requests::{self, Handle, Receipt, Request, Status},
    services::{self, AnswerFault, Attribute, Choice, Datatype, Definition, Kind, Service},
    submission::{Fault, Submission},
    w3c::{self, Written},
};
use crate::xpath::Moment;

/// 2010-04-14T06:37:38-08:00, of the standard's examples.
const APRIL: Moment = Moment {
    micros: 1_271_255_858_000_000,
    offset_minutes: -480,
};
const DAY: i64 = 86_400_000_000;
const BOTH: [Format; 2] = [Format::Xml, Format::Json];

fn sidewalk() -> Request {
    Request {
        id: "638344".into(),
        status: Status::Closed,
        status_notes: Some("Duplicate request.".into()),
        service_name: "Sidewalk and Curb Issues".into(),
        service_code: "006".into(),
        description: None,
        agency_responsible: None,
        service_notice: None,
        requested_at: APRIL,
        updated_at: APRIL,
        expected_at: Some(Moment {
            micros: APRIL.micros + DAY,
            ..APRIL
        }),
        address: Some("8TH AVE and JUDAH ST".into()),
        address_id: Some("545483".into()),
        zipcode: Some("94122".into()),
        point: Some((37.762_221_815, -122.465_114_5)),
        media_url: Some("http://city.gov.s3.amazonaws.com/requests/media/638344.jpg".into()),
    }
}

fn definition() -> Definition {
    let question = |order, code: &str, datatype, is_required, values: &[(&str, &str)]| Attribute {
        code: code.into(),
        is_variable: true,
        datatype,
        is_required,
        datatype_description: None,
        order,
        description: format!("What about {code}?"),
        values: values
            .iter()
            .map(|(key, name)| Choice {
                key: (*key).into(),
                name: (*name).into(),
            })
            .collect(),
    };
    Definition {
        service_code: "DMV66".into(),
        attributes: vec![
            question(
                1,
                "MAKE",
                Datatype::SingleValueList,
                true,
                &[("123", "Ford"), ("124", "Chrysler")],
            ),
            question(
                2,
                "DAMAGE",
                Datatype::MultiValueList,
                false,
                &[("a", "Door"), ("b", "Wheel")],
            ),
            question(3, "PLATE", Datatype::String, true, &[]),
            question(4, "SPEED", Datatype::Number, false, &[]),
            question(5, "SEEN", Datatype::Datetime, false, &[]),
            question(6, "STORY", Datatype::Text, false, &[]),
            Attribute {
                is_variable: false,
                ..question(7, "NOTE", Datatype::String, false, &[])
            },
        ],
    }
}

fn answers(pairs: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
    pairs
        .iter()
        .map(|(code, values)| {
            (
                (*code).to_owned(),
                values.iter().map(|value| (*value).to_owned()).collect(),
            )
        })
        .collect()
}

#[test]
fn a_request_is_written_as_the_standards_example_has_it() {
    assert_eq!(
        requests::write(Format::Xml, [&sidewalk()]),
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <service_requests><request><service_request_id>638344</service_request_id><status>closed</status>\
         <status_notes>Duplicate request.</status_notes><service_name>Sidewalk and Curb Issues</service_name>\
         <service_code>006</service_code><description></description>\
         <requested_datetime>2010-04-14T06:37:38-08:00</requested_datetime>\
         <updated_datetime>2010-04-14T06:37:38-08:00</updated_datetime>\
         <expected_datetime>2010-04-15T06:37:38-08:00</expected_datetime>\
         <address>8TH AVE and JUDAH ST</address><address_id>545483</address_id><zipcode>94122</zipcode>\
         <lat>37.762221815</lat><long>-122.4651145</long>\
         <media_url>http://city.gov.s3.amazonaws.com/requests/media/638344.jpg</media_url>\
         </request></service_requests>"
    );
    let json: serde_json::Value =
        serde_json::from_str(&requests::write(Format::Json, [&sidewalk()])).expect("JSON");
    assert_eq!(
        json,
        serde_json::json!([{
            "service_request_id": "638344", "status": "closed", "status_notes": "Duplicate request.",
            "service_name": "Sidewalk and Curb Issues", "service_code": "006", "description": null,
            "agency_responsible": null, "service_notice": null,
            "requested_datetime": "2010-04-14T06:37:38-08:00", "updated_datetime": "2010-04-14T06:37:38-08:00",
            "expected_datetime": "2010-04-15T06:37:38-08:00", "address": "8TH AVE and JUDAH ST",
            "address_id": "545483", "zipcode": "94122", "lat": 37.762_221_815, "long": -122.465_114_5,
            "media_url": "http://city.gov.s3.amazonaws.com/requests/media/638344.jpg"
        }])
    );
}

#[test]
fn every_field_of_a_json_request_is_there_in_the_standards_order() {
    let json: serde_json::Value =
        serde_json::from_str(&requests::write(Format::Json, [&sidewalk()])).expect("JSON");
    let names = json[0].as_object().expect("a record").keys().collect::<Vec<_>>();
    assert_eq!(names, requests::FIELDS);
}

#[test]
fn a_point_that_is_not_known_leaves_no_empty_number_in_xml() {
    let nowhere = Request {
        point: None,
        ..sidewalk()
    };
    let xml = requests::write(Format::Xml, [&nowhere]);
    assert!(!xml.contains("<lat>") && !xml.contains("<long>"), "{xml}");
    let json = requests::write(Format::Json, [&nowhere]);
    assert!(json.contains("\"lat\":null,\"long\":null"), "{json}");
}

#[test]
fn no_requests_are_an_empty_list_and_not_nothing() {
    assert_eq!(requests::write(Format::Json, []), "[]");
    assert!(requests::write(Format::Xml, []).ends_with("<service_requests></service_requests>"));
    for format in BOTH {
        assert_eq!(requests::read(&requests::write(format, []), 0), Ok(Vec::new()));
    }
}

#[test]
fn a_receipt_gives_an_id_or_a_token_and_never_both() {
    for handle in [Handle::Id("293944".into()), Handle::Token("t-1".into())] {
        let receipt = Receipt {
            handle,
            service_notice: Some("We inspect within 24 hours.".into()),
            account_id: None,
        };
        for format in BOTH {
            let text = requests::write_receipt(format, &receipt);
            assert_ne!(
                text.contains("service_request_id"),
                text.contains("token"),
                "{text}"
            );
            assert_eq!(requests::read_receipt(&text), Ok(receipt.clone()));
        }
    }
}

#[test]
fn a_token_that_has_no_id_yet_shows_no_empty_id() {
    let waiting = requests::write_token(Format::Xml, "12345", None);
    assert!(!waiting.contains("service_request_id"), "{waiting}");
    assert_eq!(
        requests::read_receipt(&waiting).map(|receipt| receipt.handle),
        Ok(Handle::Token("12345".into()))
    );
    let json = requests::write_token(Format::Json, "12345", Some("638344"));
    assert_eq!(json, r#"[{"service_request_id":"638344","token":"12345"}]"#);
}

#[test]
fn errors_come_as_a_list_with_code_and_description() {
    let errors = vec![ErrorItem {
        code: 403,
        description: "Invalid api_key received.".into(),
    }];
    assert_eq!(
        error::write(Format::Json, &errors),
        r#"[{"code":403,"description":"Invalid api_key received."}]"#
    );
    assert!(error::write(Format::Xml, &errors).ends_with(
        "<errors><error><code>403</code><description>Invalid api_key received.</description></error></errors>"
    ));
    for format in BOTH {
        assert_eq!(error::read(&error::write(format, &errors)), Ok(errors.clone()));
    }
}

#[test]
fn discovery_names_its_formats_as_a_list_in_both_formats() {
    let discovery = Discovery {
        changeset: "2011-02-03T14:18:00Z".into(),
        contact: "api@mycity.org".into(),
        key_service: "https://api.mycity.gov/keys".into(),
        endpoints: vec![Endpoint {
            specification: super::SPECIFICATION.into(),
            url: "https://mycity.gov/open311/v2".into(),
            changeset: "2010-11-23T09:01:00Z".into(),
            kind: "production".into(),
            formats: vec!["text/xml".into(), "application/json".into()],
        }],
    };
    assert!(
        discovery::write(Format::Json, &discovery)
            .contains(r#""type":"production","formats":["text/xml","application/json"]}]}"#)
    );
    assert!(discovery::write(Format::Xml, &discovery).contains(
        "<formats><format>text/xml</format><format>application/json</format></formats></endpoint>"
    ));
    for format in BOTH {
        assert_eq!(
            discovery::read(&discovery::write(format, &discovery)),
            Ok(discovery.clone())
        );
    }
}

#[test]
fn services_and_their_definitions_survive_a_round_trip() {
    let services = vec![
        Service {
            code: "001".into(),
            name: "Cans left out 24x7".into(),
            description: Some("Garbage or recycling cans".into()),
            has_definition: true,
            kind: Kind::Realtime,
            keywords: vec!["lorem".into(), "ipsum".into()],
            group: Some("sanitation".into()),
        },
        Service {
            code: "jalan.rusak".into(),
            name: "Jalan rusak & berlubang".into(),
            description: None,
            has_definition: false,
            kind: Kind::Batch,
            keywords: Vec::new(),
            group: None,
        },
    ];
    for format in BOTH {
        let text = services::write(format, &services);
        assert!(text.contains("lorem, ipsum"), "{text}");
        assert_eq!(services::read(&text), Ok(services.clone()));
        let text = services::write_definition(format, &definition());
        assert_eq!(services::read_definition(&text), Ok(definition()));
    }
    assert!(
        services::write(Format::Json, &services).contains(r#""metadata":true,"type":"realtime""#),
        "metadata is a boolean"
    );
}

#[test]
fn questions_are_written_in_their_order_whatever_order_they_are_kept_in() {
    let mut shuffled = definition();
    shuffled.attributes.reverse();
    assert_eq!(
        services::write_definition(Format::Xml, &shuffled),
        services::write_definition(Format::Xml, &definition())
    );
}

#[test]
fn documents_of_other_servers_are_read_with_their_habits() {
    // A root in JSON, numbers for texts, a Windows mark at the start, no list around the one record.
    let rooted = "\u{feff}{\"service_requests\":[{\"service_request_id\":1,\"status\":\"OPEN\",\"service_code\":6,\
        \"requested_datetime\":\"2010-04-14T06:37:38-08:00\",\"lat\":\"37.5\",\"long\":-122,\"zipcode\":94122}]}";
    let read = requests::read(rooted, -480).expect("read");
    assert_eq!(
        (
            read[0].id.as_str(),
            read[0].status,
            read[0].service_code.as_str(),
            read[0].zipcode.as_deref()
        ),
        ("1", Status::Open, "6", Some("94122"))
    );
    assert_eq!(read[0].point, Some((37.5, -122.0)));
    assert_eq!((read[0].updated_at, read[0].requested_at), (APRIL, APRIL));
    let alone = r#"{"token":"t","service_notice":null}"#;
    assert_eq!(
        requests::read_receipt(alone).map(|receipt| receipt.handle),
        Ok(Handle::Token("t".into()))
    );
    let with_a_namespace = "<service_requests xmlns=\"http://wiki.open311.org/GeoReport_v2\"><request>\
        <service_request_id> 9 </service_request_id></request></service_requests>";
    assert_eq!(
        requests::read_receipt(with_a_namespace).map(|receipt| receipt.handle),
        Ok(Handle::Id("9".into()))
    );
}

#[test]
fn a_record_that_is_none_is_named_with_its_number_and_field() {
    let error = requests::read(r#"[{"service_request_id":"1","status":"pending","service_code":"a","requested_datetime":"2010-04-14"}]"#, 0)
        .expect_err("refused");
    assert_eq!(
        error.to_string(),
        "request 1: status is \"pending\", expected open or closed"
    );
    let error = services::read("<services><service><service_name>x</service_name></service></services>")
        .expect_err("refused");
    assert_eq!(error.to_string(), "service 1 has no service_code");
    assert!(requests::read("<html", 0).is_err() && requests::read("Service Unavailable", 0).is_err());
}

#[test]
fn a_filed_request_is_read_with_its_attributes() {
    let fields = [
        ("api_key", "xyz"),
        ("jurisdiction_id", "city.gov"),
        ("service_code", "001"),
        ("lat", "37.76524078"),
        ("long", "-122.4212043"),
        ("email", "smit333@sfgov.edu"),
        ("first_name", "john"),
        ("last_name", ""),
        ("description", " A large sinkhole\nis destroying the street "),
        ("media_url", "http://a.test/1.jpg"),
        ("media_url", "http://a.test/2.jpg"),
        ("attribute[WHISPAWN]", "123456"),
        ("attribute[COLOUR][]", "red"),
        ("attribute[COLOUR][]", "blue"),
        ("attribute[SIZE][0]", "s"),
        ("attribute[SIZE][1]", "m"),
        ("attribute[A[1]]", "odd"),
        ("extensions", "true"),
    ];
    let read = Submission::read(fields).expect("read");
    assert_eq!(
        read.attributes,
        answers(&[
            ("WHISPAWN", &["123456"]),
            ("COLOUR", &["red", "blue"]),
            ("SIZE", &["s", "m"]),
            ("A[1]", &["odd"]),
        ])
    );
    assert_eq!(read.point, Some((37.765_240_78, -122.421_204_3)));
    assert_eq!(
        (read.name().as_deref(), read.last_name.as_deref()),
        (Some("john"), None)
    );
    assert_eq!(
        read.description.as_deref(),
        Some("A large sinkhole\nis destroying the street")
    );
    assert_eq!(read.media_urls.len(), 2);
}

#[test]
fn one_of_point_address_and_address_id_is_enough() {
    for (name, value) in [("address_string", "Jl. Pahlawan 1"), ("address_id", "7")] {
        assert!(Submission::read([("service_code", "001"), (name, value)]).is_ok());
    }
    assert_eq!(
        Submission::read([("service_code", "001"), ("description", "x")]),
        Err(vec![Fault::NoLocation])
    );
}

#[test]
fn all_that_is_wrong_with_a_filed_request_is_said_at_once() {
    let long = "x".repeat(4_001);
    let faults = Submission::read([
        ("lat", "91"),
        ("long", "12"),
        ("description", &long),
        ("media_url", "javascript:alert(1)"),
    ])
    .expect_err("refused");
    let fields = faults.iter().map(Fault::field).collect::<Vec<_>>();
    assert_eq!(fields, ["lat", "description", "media_url", "service_code"]);
}

#[test]
fn half_a_point_is_refused_and_named() {
    assert_eq!(
        Submission::read([("service_code", "1"), ("lat", "7.15")]),
        Err(vec![Fault::HalfAPoint {
            given: "lat",
            missing: "long"
        }])
    );
    assert_eq!(
        Submission::read([("service_code", "1"), ("lat", "x"), ("long", "7")]),
        Err(vec![Fault::NotDegrees {
            field: "lat",
            found: "x".into()
        }])
    );
}

#[test]
fn a_phone_with_a_decimal_comma_is_understood() {
    let read = Submission::read([("service_code", "1"), ("lat", "-7,1502"), ("long", "111,8817")]);
    assert_eq!(read.expect("read").point, Some((-7.1502, 111.8817)));
    assert!(Submission::read([("service_code", "1"), ("lat", "NaN"), ("long", "inf")]).is_err());
}

#[test]
fn answers_are_held_against_the_questions_of_the_service() {
    let fine = answers(&[
        ("MAKE", &["124"]),
        ("DAMAGE", &["a", "b"]),
        ("PLATE", &["S 1234 AB"]),
        ("SPEED", &["-3.5e1"]),
        ("SEEN", &["2010-04-14T06:37:38Z"]),
        ("STORY", &["line\nline"]),
    ]);
    assert_eq!(definition().faults(&fine), []);
    let wrong = answers(&[
        ("MAKE", &["999"]),
        ("DAMAGE", &["a", "z"]),
        ("PLATE", &["two\nlines"]),
        ("SPEED", &["fast"]),
        ("SEEN", &["yesterday"]),
        ("NOTE", &["to what nobody asked"]),
    ]);
    let codes = definition()
        .faults(&wrong)
        .iter()
        .map(|fault| fault.code().to_owned())
        .collect::<Vec<_>>();
    assert_eq!(codes, ["NOTE", "MAKE", "DAMAGE", "PLATE", "SPEED", "SEEN"]);
    assert_eq!(
        definition().faults(&answers(&[("MAKE", &["123", "124"]), ("PLATE", &["  "])])),
        [
            AnswerFault::TooMany { code: "MAKE".into() },
            AnswerFault::Missing { code: "PLATE".into() }
        ]
    );
}

#[test]
fn without_dates_the_last_ninety_days_are_asked_for_a_thousand_at_a_time() {
    let none: [(&str, &str); 0] = [];
    let query = Query::read(none, APRIL.micros, 420).expect("read");
    assert_eq!(
        query,
        Query {
            jurisdiction_id: None,
            which: Which::Matching {
                service_codes: Vec::new(),
                status: None,
                from: APRIL.micros - LONGEST_SPAN,
                to: APRIL.micros,
                updated: None,
                near: None,
            },
            page: 1,
            page_size: 1_000
        }
    );
}

#[test]
fn ids_override_everything_else_that_is_asked() {
    let query = Query::read(
        [
            ("service_request_id", "1, 2,,3"),
            ("service_request_id", "4"),
            ("status", "open"),
            ("start_date", "2010-01-01"),
            ("end_date", "2020-01-01"),
        ],
        0,
        0,
    );
    assert_eq!(
        query.expect("read").which,
        Which::Ids(["1", "2", "3", "4"].map(String::from).to_vec())
    );
}

#[test]
fn a_question_of_more_than_ninety_days_is_refused_and_one_of_ninety_is_not() {
    let ask = |from, to| Query::read([("start_date", from), ("end_date", to)], 0, 0);
    assert_eq!(
        ask("2010-01-01T00:00:00Z", "2010-04-03T00:00:00Z"),
        Err(query::Fault::TooLong)
    );
    assert!(ask("2010-01-01T00:00:00Z", "2010-04-01T00:00:00Z").is_ok());
    assert!(ask("2010-01-01", "2010-04-01").is_ok());
    assert_eq!(
        ask("2010-02-01", "2010-01-01"),
        Err(query::Fault::Backwards { field: "start_date" })
    );
}

#[test]
fn one_date_means_the_ninety_days_on_its_other_side() {
    let span = |name| match Query::read([(name, "2010-04-14T06:37:38-08:00")], 0, 0) {
        Ok(Query {
            which: Which::Matching { from, to, .. },
            ..
        }) => (from - APRIL.micros, to - APRIL.micros),
        other => panic!("{other:?}"),
    };
    assert_eq!(span("start_date"), (0, LONGEST_SPAN));
    assert_eq!(span("end_date"), (-LONGEST_SPAN, 0));
}

#[test]
fn several_codes_and_both_statuses_may_be_asked_for() {
    let query = Query::read(
        [
            ("service_code", "001,002"),
            ("status", "open,CLOSED"),
            ("page", "3"),
            ("page_size", "5000"),
        ],
        0,
        0,
    )
    .expect("read");
    assert_eq!((query.page, query.page_size), (3, 1_000));
    assert!(
        matches!(&query.which, Which::Matching { service_codes, status: None, .. } if service_codes.len() == 2)
    );
    assert_eq!(
        Query::read([("status", "pending")], 0, 0),
        Err(query::Fault::NotAStatus {
            found: "pending".into()
        })
    );
    assert!(Query::read([("page", "0")], 0, 0).is_err());
}

#[test]
fn what_changed_lately_is_asked_for_whenever_it_was_made() {
    let query = Query::read([("updated_after", "2010-04-01T00:00:00Z")], APRIL.micros, 0).expect("read");
    let Which::Matching {
        from, to, updated, ..
    } = query.which
    else {
        panic!("no ids were asked for");
    };
    assert_eq!((from, to), (0, APRIL.micros));
    assert_eq!(updated, Some((1_270_080_000_000_000, i64::MAX)));
    let asked = Query::read(
        [("updated_after", "2010-04-02"), ("updated_before", "2010-04-01")],
        APRIL.micros,
        0,
    );
    assert_eq!(
        asked,
        Err(query::Fault::Backwards {
            field: "updated_after"
        })
    );
}

#[test]
fn a_circle_needs_both_degrees_and_a_radius_within_reason() {
    let ask = |parameters: &[(&str, &str)]| {
        Query::read(parameters.iter().copied(), APRIL.micros, 0).map(|query| match query.which {
            Which::Matching { near, .. } => near,
            Which::Ids(_) => None,
        })
    };
    let near = ask(&[("lat", "-7,15"), ("long", "111.88"), ("radius", "250")]).expect("read");
    assert_eq!(
        near,
        Some(query::Near {
            lat: -7.15,
            long: 111.88,
            radius_metres: 250.0
        })
    );
    let field = |parameters: &[(&str, &str)]| ask(parameters).expect_err("refused").field();
    assert_eq!(field(&[("lat", "-7.15")]), "long");
    assert_eq!(field(&[("long", "111.88")]), "lat");
    assert_eq!(field(&[("lat", "north"), ("long", "111.88")]), "lat");
    for radius in ["0", "-5", "NaN", "inf", "wide", "1e9"] {
        assert_eq!(
            field(&[("lat", "-7.15"), ("long", "111.88"), ("radius", radius)]),
            "radius",
            "{radius}"
        );
    }
}

#[test]
fn dates_are_read_as_clients_write_them() {
    let instant = |text| w3c::read(text, 420);
    let april = Some(Written::Instant(APRIL.micros));
    for text in [
        "2010-04-14T06:37:38-08:00",
        "2010-04-14T14:37:38Z",
        "2010-04-14T14:37:38.000Z",
        "2010-04-14T21:37:38+07:00",
        "2010-04-14T21:37:38 07:00", // an unescaped + in an address
        "2010-04-14T21:37:38+0700",
        "2010-04-14 21:37:38", // without an offset: the clock of the place
        " 2010-04-14T21:37:38 ",
    ] {
        assert_eq!(instant(text), april, "{text}");
    }
    let day = instant("2010-04-15").expect("a day");
    assert_eq!(
        (day.start(), day.end() - day.start()),
        (1_271_264_400_000_000, DAY - 1)
    );
    for text in [
        "",
        "2010-02-30",
        "2010-13-01",
        "2010-04-14T25:00Z",
        "2010-04-14T10:61Z",
        "10-04-14",
        "2010-04-14T06:37:38+99:00",
        "٢٠١٠-04-14",
        "2010-04-14T",
        "2010-04-14-01",
    ] {
        assert_eq!(instant(text), None, "{text}");
    }
    assert_eq!(
        w3c::read("2012-02-29T24:00:00Z", 0),
        w3c::read("2012-03-01T00:00:00Z", 0)
    );
}

#[test]
fn an_address_ends_in_its_format_and_a_code_may_hold_dots() {
    assert_eq!(
        Format::split("jalan.rusak.json"),
        Some(("jalan.rusak", Format::Json))
    );
    assert_eq!(Format::split("001.xml"), Some(("001", Format::Xml)));
    assert_eq!(Format::split("001.html"), None);
    assert_eq!(Format::split(".xml"), None);
}

proptest! {
    /// Whatever a resident types, both formats stay well-formed and give it back.
    #[test]
    fn any_words_survive_both_formats(words in "[\\PC\n\t\r\"\\\\<>&\u{2028}]{0,60}", micro_degrees in -90_000_000..90_000_000_i32) {
        let words = words.trim().to_owned();
        let lat = f64::from(micro_degrees) / 1e6;
        let request = Request {
            description: Some(words.clone()).filter(|words| !words.is_empty()),
            point: Some((lat, -lat)),
            ..sidewalk()
        };
        for format in BOTH {
            let text = requests::write(format, [&request]);
            prop_assert_eq!(requests::read(&text, -480), Ok(vec![request.clone()]));
        }
    }

    #[test]
    fn a_moment_that_was_written_is_read_again(seconds in -62_000_000_000_i64..200_000_000_000, offset in -14 * 60..14 * 60_i32) {
        let moment = Moment { micros: seconds * 1_000_000, offset_minutes: offset };
        let text = w3c::write(moment);
        if text.as_bytes()[4] == b'-' && text.as_str() >= "1000" {
            prop_assert_eq!(w3c::read(&text, 0), Some(Written::Instant(moment.micros)), "{}", text);
        }
    }

    #[test]
    fn no_document_however_broken_breaks_the_reader(text in "\\PC{0,80}") {
        let _ = (requests::read(&text, 0), services::read(&text), services::read_definition(&text));
        let _ = (discovery::read(&text), error::read(&text), requests::read_receipt(&text), w3c::read(&text, 0));
    }
}
