use baraza::{
    platform::{op::Op, problem::Kind},
    requests::{self, Filing, Opened, Wanted, access::Sight, model::request::Privacy},
};

use super::{Hall, key, lamp};

/// What each person sees: `nothing`, `public` or `staff`, with `name` where the name is told.
async fn seen_by_all(hall: &Hall, opened: &Opened) -> Vec<String> {
    let mut lines = Vec::new();
    for name in [
        "", "siti", "operator", "clinic", "far", "unit", "regent", "auditor",
    ] {
        let op: Op = if name.is_empty() {
            hall.stranger()
        } else {
            hall.op(name)
        };
        let seen = match requests::see(&hall.town.app, &op, &opened.code, None).await {
            Ok(seen) => {
                let sight = match seen.sight {
                    Sight::Staff => "staff",
                    Sight::Own => "own",
                    Sight::Public => "public",
                    Sight::Nothing => "nothing",
                };
                let name = if seen.contact.is_some() { " name" } else { "" };
                format!("{sight}{name}")
            }
            Err(problem) => {
                assert_eq!(
                    (problem.kind(), problem.code()),
                    (Kind::NotFound, "requests-unknown")
                );
                "nothing".to_owned()
            }
        };
        lines.push(format!(
            "{}: {seen}",
            if name.is_empty() { "stranger" } else { name }
        ));
    }
    lines
}

#[tokio::test]
async fn an_open_request_is_public_and_its_name_is_told_to_the_unit_only() {
    let hall = Hall::new().await;
    let opened = hall.lamp().await;
    assert_eq!(
        seen_by_all(&hall, &opened).await,
        [
            "stranger: public",
            "siti: public",
            "operator: public",
            "clinic: public",
            "far: public",
            "unit: staff name",
            "regent: staff",
            "auditor: staff"
        ]
    );
}

#[tokio::test]
async fn a_confidential_request_is_seen_by_its_unit_without_the_name_and_by_no_other() {
    let hall = Hall::new().await;
    let opened = hall
        .file(
            &hall.stranger(),
            Filing {
                privacy: Some(Privacy::Confidential),
                ..lamp()
            },
        )
        .await
        .expect("filed");
    assert_eq!(
        seen_by_all(&hall, &opened).await,
        [
            "stranger: nothing",
            "siti: nothing",
            "operator: nothing",
            "clinic: nothing",
            "far: nothing",
            "unit: staff",
            "regent: staff",
            "auditor: staff"
        ]
    );
    let own = requests::see(&hall.town.app, &hall.stranger(), &opened.code, Some(key(&opened)))
        .await
        .expect("the resident sees it");
    assert_eq!(
        (own.sight, own.contact.and_then(|contact| contact.name).as_deref()),
        (Sight::Own, Some("Siti Aminah"))
    );
}

#[tokio::test]
async fn a_service_may_be_confidential_unless_the_resident_says_otherwise() {
    let hall = Hall::new().await;
    let bribe = || Filing {
        service: "bribe".into(),
        ..lamp()
    };
    let opened = hall.file(&hall.stranger(), bribe()).await.expect("filed");
    assert_eq!(hall.now(&opened).await.privacy, Privacy::Confidential);
    let opened = hall
        .file(
            &hall.stranger(),
            Filing {
                privacy: Some(Privacy::Open),
                ..bribe()
            },
        )
        .await
        .expect("filed");
    assert_eq!(hall.now(&opened).await.privacy, Privacy::Open);
}

#[tokio::test]
async fn lists_hold_what_each_may_see() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let secret = hall
        .file(
            &hall.stranger(),
            Filing {
                privacy: Some(Privacy::Confidential),
                ..lamp()
            },
        )
        .await
        .expect("filed");
    let open = hall.lamp().await;
    let wanted = Wanted {
        most: 10,
        ..Wanted::default()
    };
    let public = requests::list_public(app, &hall.op("unit"), &wanted)
        .await
        .expect("listed");
    assert_eq!(
        public.iter().map(|request| &request.code).collect::<Vec<_>>(),
        [&open.code]
    );
    for (name, codes) in [
        ("unit", vec![&open.code, &secret.code]),
        ("regent", vec![&open.code, &secret.code]),
        ("clinic", vec![]),
        ("far", vec![]),
    ] {
        let desk = requests::list_desk(app, &hall.op(name), &wanted)
            .await
            .expect("listed");
        assert_eq!(
            desk.iter().map(|request| &request.code).collect::<Vec<_>>(),
            codes,
            "{name}"
        );
    }
    let narrow = Wanted {
        place: Some("35.22.01".into()),
        agency: Some("dinas-pu".into()),
        ..wanted.clone()
    };
    assert_eq!(
        requests::list_desk(app, &hall.op("unit"), &narrow)
            .await
            .expect("listed")
            .len(),
        2
    );
    let foreign = Wanted {
        agency: Some("dinkes".into()),
        ..wanted.clone()
    };
    assert_eq!(
        requests::list_desk(app, &hall.op("unit"), &foreign)
            .await
            .expect("listed")
            .len(),
        0
    );
    let elsewhere = Wanted {
        place: Some("35.23".into()),
        ..wanted.clone()
    };
    assert_eq!(
        requests::list_desk(app, &hall.op("unit"), &elsewhere)
            .await
            .expect("listed")
            .len(),
        0
    );
    for name in ["siti", "operator"] {
        assert_eq!(
            requests::list_desk(app, &hall.op(name), &wanted)
                .await
                .expect_err("refused")
                .kind(),
            Kind::Forbidden
        );
    }
}

#[tokio::test]
async fn officers_of_other_units_and_places_change_nothing() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let open = hall.lamp().await;
    let secret = hall
        .file(
            &hall.stranger(),
            Filing {
                privacy: Some(Privacy::Confidential),
                ..lamp()
            },
        )
        .await
        .expect("filed");
    for name in ["clinic", "far", "operator", "siti", "regent", "auditor"] {
        let problem = requests::verify(app, &hall.op(name), &open.code)
            .await
            .expect_err("refused");
        assert_eq!(problem.kind(), Kind::Forbidden, "{name}");
        let problem = requests::note(app, &hall.op(name), &open.code, "x")
            .await
            .expect_err("refused");
        assert_eq!(problem.kind(), Kind::Forbidden, "{name}");
    }
    assert_eq!(
        requests::verify(app, &hall.stranger(), &open.code)
            .await
            .expect_err("refused")
            .kind(),
        Kind::Unauthenticated
    );
    for name in ["clinic", "far"] {
        let problem = requests::answer(app, &hall.op(name), &secret.code, "done", "x")
            .await
            .expect_err("refused");
        assert_eq!(
            problem.code(),
            "requests-unknown",
            "{name} does not learn that it exists"
        );
    }
    assert_eq!(hall.now(&open).await.revision, 0);
}

#[tokio::test]
async fn the_public_reads_no_numbers_no_notes_and_no_names() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let filing = Filing {
        text: "Hubungi saya di 0812-3456-7890 atau siti@desa.id".into(),
        ..lamp()
    };
    let opened = hall.file(&hall.stranger(), filing).await.expect("filed");
    requests::note(app, &hall.op("unit"), &opened.code, "She called again")
        .await
        .expect("noted");
    requests::answer(
        app,
        &hall.op("unit"),
        &opened.code,
        "received",
        "Call 0353-881826 then",
    )
    .await
    .expect("replied");
    let seen = requests::see(app, &hall.stranger(), &opened.code, None)
        .await
        .expect("public");
    assert_eq!(seen.request.text, "Hubungi saya di ••• atau •••");
    let read: Vec<_> = seen
        .timeline
        .iter()
        .map(|entry| (entry.what.as_str(), entry.text.as_deref(), entry.who.is_some()))
        .collect();
    assert_eq!(
        read,
        [
            ("request.opened", None, false),
            ("request.replied", Some("Call ••• then"), false)
        ]
    );
    assert_eq!(seen.contact, None);
    let staff = requests::see(app, &hall.op("unit"), &opened.code, None)
        .await
        .expect("staff");
    assert!(staff.request.text.contains("0812-3456-7890"));
    assert_eq!(staff.timeline.len(), 3);
    let listed = requests::list_public(
        app,
        &hall.stranger(),
        &Wanted {
            most: 1,
            ..Wanted::default()
        },
    )
    .await
    .expect("listed");
    assert!(!listed[0].text.contains("0812"));
}
