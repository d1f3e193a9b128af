use baraza::{
    platform::{code::Code, message::phone::Phone, problem::Kind, time::Time},
    requests::{
        self, Filing,
        model::{
            clock::Light,
            request::{Channel, Contact, Position, Privacy, State},
            service::Given,
        },
    },
};

use super::{DAY, Hall, lamp};

fn at(text: &str) -> Time {
    Time::parse(text).expect("a moment")
}

#[tokio::test]
async fn a_request_is_routed_by_service_and_place_and_its_instants_are_fixed() {
    let hall = Hall::new().await;
    let opened = hall.lamp().await;
    let request = hall.now(&opened).await;
    assert_eq!(
        (request.agency.as_deref(), request.level, &request.state),
        (Some("dinas-pu"), 1, &State::New)
    );
    assert_eq!(request.clock.yellow_at, Some(at("2026-11-19T17:00:00Z")));
    assert_eq!(request.clock.red_at, Some(at("2026-11-22T17:00:00Z")));
    assert_eq!(request.clock.due_at, request.clock.yellow_at);
    // The service's own standard: working day 5 after Monday is the next Monday.
    assert_eq!(request.finish_by, Some(at("2026-11-23T17:00:00Z")));
    assert_eq!(request.verify_by, Some(at("2026-11-19T17:00:00Z")));
    let post = requests::post_of(&hall.town.app, &request)
        .await
        .expect("looked up")
        .expect("a post");
    assert_eq!((post.level, post.holder), (1, Some(hall.id("unit"))));
}

#[tokio::test]
async fn everything_written_is_read_back_as_it_was() {
    let hall = Hall::new().await;
    let filing = Filing {
        service: "road".into(),
        text: "  Robert'); DROP TABLE service_request;-- <script>alert(1)</script> 日本 \0 ".into(),
        attributes: vec![
            Given {
                code: "damage".into(),
                values: vec!["bridge".into()],
            },
            Given {
                code: "width".into(),
                values: vec!["2.5".into()],
            },
        ],
        lat: Some("-7.15".into()),
        lon: Some("111.88".into()),
        address: Some(" Jl. Ahmad Yani 12 ".into()),
        lang: Some("id".into()),
        ..Filing::default()
    };
    let opened = hall.file(&hall.stranger(), filing).await.expect("filed");
    let request = hall.now(&opened).await;
    assert_eq!(
        request.text,
        "Robert'); DROP TABLE service_request;-- <script>alert(1)</script> 日本"
    );
    assert_eq!(request.position, Position::new(-7.15, 111.88));
    assert_eq!(
        request.place.as_deref(),
        Some("35.22.01.2001"),
        "the village around the point"
    );
    assert_eq!(request.address.as_deref(), Some("Jl. Ahmad Yani 12"));
    assert_eq!(request.attributes.len(), 2);
    assert_eq!((request.lang.as_str(), request.channel), ("id", Channel::Web));
    assert!(Code::<8>::parse(&request.code).is_ok());
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once() {
    let hall = Hall::new().await;
    let wrong = Filing {
        service: "road".into(),
        place: Some("99.99".into()),
        phone: Some("call me".into()),
        email: Some("nobody".into()),
        lat: Some("95".into()),
        lon: Some("111".into()),
        ..Filing::default()
    };
    let problem = hall.file(&hall.stranger(), wrong).await.expect_err("refused");
    let fields: Vec<(String, &str)> = problem
        .fields()
        .iter()
        .map(|field| (field.field.to_string(), field.code))
        .collect();
    let expected = [
        ("description", "requests-text-missing"),
        ("lat", "requests-position-malformed"),
        ("place", "requests-place-unknown"),
        ("attribute[damage]", "requests-attribute-missing"),
        ("phone", "requests-phone-malformed"),
        ("email", "email-malformed"),
    ];
    assert_eq!(fields, expected.map(|(field, code)| (field.to_owned(), code)));
    for (service, code) in [
        ("", "requests-service-missing"),
        ("dragons", "requests-service-unknown"),
    ] {
        let problem = hall
            .file(
                &hall.stranger(),
                Filing {
                    service: service.into(),
                    ..lamp()
                },
            )
            .await
            .expect_err("refused");
        assert_eq!(
            (problem.fields()[0].field.as_ref(), problem.fields()[0].code),
            ("service_code", code)
        );
    }
}

#[tokio::test]
async fn a_point_outside_the_area_is_refused_and_so_is_nowhere() {
    let hall = Hall::new().await;
    let at = |lat: &str, lon: &str| Filing {
        place: None,
        lat: Some(lat.into()),
        lon: Some(lon.into()),
        ..lamp()
    };
    let outside = hall
        .file(&hall.stranger(), at("51.5", "-0.1"))
        .await
        .expect_err("refused");
    assert_eq!(outside.fields()[0].code, "requests-position-outside");
    let nowhere = hall
        .file(
            &hall.stranger(),
            Filing {
                place: None,
                ..lamp()
            },
        )
        .await
        .expect_err("refused");
    assert_eq!(nowhere.fields()[0].code, "requests-place-missing");
    let inside = hall
        .file(&hall.stranger(), at("-7.15", "111.95"))
        .await
        .expect("filed");
    assert_eq!(hall.now(&inside).await.place.as_deref(), Some("35.22.01.2002"));
}

#[tokio::test]
async fn the_same_delivery_again_files_nothing_and_returns_the_first() {
    let hall = Hall::new().await;
    let draft = || Filing {
        delivery: Some("draft:7".into()),
        ..lamp()
    };
    let first = hall.file(&hall.stranger(), draft()).await.expect("filed");
    let again = hall.file(&hall.stranger(), draft()).await.expect("taken");
    assert_eq!((again.code, again.id), (first.code, first.id));
    assert_eq!(again.key, None, "the key was shown once");
    let all = requests::list_public(
        &hall.town.app,
        &hall.stranger(),
        &requests::Wanted {
            most: 10,
            ..Default::default()
        },
    )
    .await
    .expect("listed");
    assert_eq!(all.len(), 1);
}

#[tokio::test]
async fn the_eleventh_request_of_a_day_is_refused_and_an_appeal_lets_somebody_through() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    for _ in 0..10 {
        hall.lamp().await;
    }
    let other_spelling = || Filing {
        phone: Some("+62 812 3456 7890".into()),
        ..lamp()
    };
    let refused = hall
        .file(&hall.stranger(), other_spelling())
        .await
        .expect_err("refused");
    assert_eq!(
        (refused.kind(), refused.code()),
        (Kind::TooMany, "requests-limit")
    );
    let somebody_else = Filing {
        phone: Some("0813 0000 0000".into()),
        ..lamp()
    };
    hall.file(&hall.stranger(), somebody_else)
        .await
        .expect("others may");

    let contact = Contact {
        phone: Phone::parse("081234567890", "62"),
        ..Contact::default()
    };
    requests::appeal(app, &hall.stranger(), &contact, "I report for our whole street")
        .await
        .expect("asked");
    let appeals = requests::list_appeals(app, &hall.op("auditor"))
        .await
        .expect("listed");
    assert_eq!(appeals[0].why, "I report for our whole street");
    let until = Some(hall.town.clock.now().plus(DAY));
    requests::decide_appeal(app, &hall.town.system(), &appeals[0].id, until)
        .await
        .expect("granted");
    hall.file(&hall.stranger(), other_spelling())
        .await
        .expect("let through");
    let again = requests::decide_appeal(app, &hall.town.system(), &appeals[0].id, None)
        .await
        .expect_err("decided already");
    assert_eq!(again.code(), "requests-appeal-unknown");
    hall.town.advance(DAY * 2);
    hall.lamp().await;
}

#[tokio::test]
async fn a_refused_filing_does_not_count_and_leaves_nothing() {
    let hall = Hall::new().await;
    for _ in 0..10 {
        hall.lamp().await;
    }
    for _ in 0..3 {
        hall.file(&hall.stranger(), lamp()).await.expect_err("refused");
    }
    let (n, day): (i64, String) = sqlx::query_as("SELECT n, day FROM request_filing")
        .fetch_one(hall.town.app.db.read())
        .await
        .expect("counted");
    assert_eq!((n, day.as_str()), (10, "2026-11-16"));
    let (n,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM service_request")
        .fetch_one(hall.town.app.db.read())
        .await
        .expect("counted");
    assert_eq!(n, 10);
}

#[tokio::test]
async fn an_anonymous_request_keeps_nothing_about_who_filed_it() {
    let hall = Hall::new().await;
    let filing = Filing {
        privacy: Some(Privacy::Anonymous),
        ..lamp()
    };
    let opened = hall.file(&hall.op("siti"), filing).await.expect("filed");
    let (n,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM request_contact")
        .fetch_one(hall.town.app.db.read())
        .await
        .expect("counted");
    assert_eq!(n, 0);
    assert_eq!(
        requests::list_own(&hall.town.app, &hall.op("siti"))
            .await
            .expect("listed"),
        []
    );
    assert!(opened.key.is_some(), "the key is all there is to come back with");
}

#[tokio::test]
async fn only_operators_file_for_others_and_the_request_is_not_theirs() {
    let hall = Hall::new().await;
    let call = || Filing {
        channel: Some(Channel::Phone),
        ..lamp()
    };
    assert_eq!(
        hall.file(&hall.stranger(), call())
            .await
            .expect_err("refused")
            .kind(),
        Kind::Unauthenticated
    );
    assert_eq!(
        hall.file(&hall.op("siti"), call())
            .await
            .expect_err("refused")
            .kind(),
        Kind::Forbidden
    );
    hall.file(&hall.op("operator"), call()).await.expect("filed");
    assert_eq!(
        requests::list_own(&hall.town.app, &hall.op("operator"))
            .await
            .expect("listed"),
        []
    );
    let caller = Contact {
        phone: Phone::parse("081234567890", "62"),
        ..Contact::default()
    };
    let history = requests::list_of_person(&hall.town.app, &hall.op("operator"), &caller)
        .await
        .expect("listed");
    assert_eq!(history.len(), 1);
    let refused = requests::list_of_person(&hall.town.app, &hall.op("siti"), &caller)
        .await
        .expect_err("refused");
    assert_eq!(refused.kind(), Kind::Forbidden);
}

#[tokio::test]
async fn whoever_is_signed_in_finds_what_they_filed() {
    let hall = Hall::new().await;
    let opened = hall
        .file(
            &hall.op("siti"),
            Filing {
                phone: None,
                ..lamp()
            },
        )
        .await
        .expect("filed");
    let own = requests::list_own(&hall.town.app, &hall.op("siti"))
        .await
        .expect("listed");
    assert_eq!(
        own.iter().map(|request| &request.code).collect::<Vec<_>>(),
        [&opened.code]
    );
}

#[tokio::test]
async fn sixteen_who_file_at_once_get_sixteen_codes() {
    let hall = Hall::new().await;
    let filings = (0..16).map(|n| {
        let (app, op) = (hall.town.app.clone(), hall.stranger());
        tokio::spawn(async move {
            let filing = Filing {
                phone: Some(format!("0812000000{n:02}")),
                ..lamp()
            };
            requests::file(&app, &op, filing).await.expect("filed").code
        })
    });
    let mut codes = Vec::new();
    for filing in filings.collect::<Vec<_>>() {
        codes.push(filing.await.expect("ran"));
    }
    codes.sort();
    codes.dedup();
    assert_eq!(codes.len(), 16);
}

#[tokio::test]
async fn likely_duplicates_are_shown_before_filing_and_confidential_ones_never() {
    let hall = Hall::new().await;
    let here = |privacy| Filing {
        lat: Some("-7.15".into()),
        lon: Some("111.88".into()),
        privacy: Some(privacy),
        ..lamp()
    };
    let open = hall
        .file(&hall.stranger(), here(Privacy::Open))
        .await
        .expect("filed");
    hall.file(&hall.stranger(), here(Privacy::Confidential))
        .await
        .expect("filed");
    hall.town.advance(DAY);
    let near = Position::new(-7.1501, 111.8801);
    let alike = |text: &'static str, position| {
        let (app, op) = (&hall.town.app, hall.stranger());
        async move {
            requests::similar(app, &op, "street-light", text, position, Some("35.22.01.2001"))
                .await
                .expect("searched")
        }
    };
    let found = alike("lampu mati dekat sekolah", near).await;
    assert_eq!(
        found
            .iter()
            .map(|similar| &similar.request.code)
            .collect::<Vec<_>>(),
        [&open.code]
    );
    assert_eq!(found[0].likeness.days, 1);
    assert!(
        alike("pohon tumbang", Position::new(-7.18, 111.88))
            .await
            .is_empty()
    );
    hall.town.advance(DAY * 31);
    assert!(alike("lampu mati dekat sekolah", near).await.is_empty());
}

#[tokio::test]
async fn a_list_is_narrowed_by_service_place_state_light_and_time() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let first = hall.lamp().await;
    hall.town.advance(DAY * 5);
    let road = Filing {
        service: "health-centre".into(),
        place: Some("35.22.01.2002".into()),
        ..lamp()
    };
    let second = hall.file(&hall.stranger(), road).await.expect("filed");
    let codes = |wanted: requests::Wanted| {
        let op = hall.stranger();
        async move {
            let listed = requests::list_public(app, &op, &requests::Wanted { most: 10, ..wanted })
                .await
                .expect("listed");
            listed.into_iter().map(|request| request.code).collect::<Vec<_>>()
        }
    };
    let any = requests::Wanted::default;
    assert_eq!(
        codes(any()).await,
        [second.code.clone(), first.code.clone()],
        "the newest first"
    );
    assert_eq!(
        codes(requests::Wanted {
            service: Some("street-light".into()),
            ..any()
        })
        .await,
        std::slice::from_ref(&first.code)
    );
    assert_eq!(
        codes(requests::Wanted {
            place: Some("35.22.01.2002".into()),
            ..any()
        })
        .await,
        std::slice::from_ref(&second.code)
    );
    assert_eq!(
        codes(requests::Wanted {
            place: Some("35.22".into()),
            ..any()
        })
        .await
        .len(),
        2
    );
    assert_eq!(
        codes(requests::Wanted {
            place: Some("35.23".into()),
            ..any()
        })
        .await
        .len(),
        0
    );
    assert_eq!(
        codes(requests::Wanted {
            light: Some(Light::Yellow),
            ..any()
        })
        .await,
        std::slice::from_ref(&first.code)
    );
    assert_eq!(
        codes(requests::Wanted {
            light: Some(Light::White),
            ..any()
        })
        .await,
        std::slice::from_ref(&second.code)
    );
    assert_eq!(
        codes(requests::Wanted {
            light: Some(Light::Red),
            ..any()
        })
        .await
        .len(),
        0
    );
    assert_eq!(
        codes(requests::Wanted {
            agency: Some("dinkes".into()),
            is_closed: Some(false),
            ..any()
        })
        .await,
        std::slice::from_ref(&second.code)
    );
    assert_eq!(
        codes(requests::Wanted {
            is_closed: Some(true),
            ..any()
        })
        .await
        .len(),
        0
    );
    assert_eq!(
        codes(requests::Wanted {
            opened_from: Some(hall.town.clock.now()),
            ..any()
        })
        .await,
        std::slice::from_ref(&second.code)
    );
    assert_eq!(
        codes(requests::Wanted {
            opened_before: Some(hall.town.clock.now()),
            state: Some("new".into()),
            ..any()
        })
        .await,
        std::slice::from_ref(&first.code)
    );
    assert_eq!(
        codes(requests::Wanted {
            after: Some(second.id),
            level: Some(1),
            ..any()
        })
        .await,
        [first.code]
    );
}
