//! What everybody sees of requests: list, map, lights over time, the table in the catalogue, the doors to them.

use std::collections::BTreeSet;

use baraza::{
    platform::{
        app::App,
        jobs,
        op::{Op, Who},
    },
    reactions,
    requests::{
        self, Filing, Opened, Wanted, board,
        model::{
            clock::Light,
            request::{Kind, Position, Privacy},
        },
    },
};
use serde_json::Value;

use super::{DAY, Hall, LONG, key, lamp};

/// A lamp of somebody nobody knows, so that no limit a day holds.
fn nobodys() -> Filing {
    Filing {
        phone: None,
        name: None,
        ..lamp()
    }
}

impl Hall {
    async fn files(&self, filing: Filing) -> Opened {
        self.file(&self.stranger(), filing).await.expect("filed")
    }

    async fn json(&self, path: &str) -> Value {
        self.town.stranger().gets(path).await.is(200).json()
    }

    /// The codes of a list for everybody.
    async fn codes(&self, query: &str) -> Vec<String> {
        let json = self.json(&format!("/requests.json{query}")).await;
        let requests = json["requests"].as_array().expect("requests").iter();
        requests
            .map(|request| request["code"].as_str().expect("a code").to_owned())
            .collect()
    }

    /// White, yellow, red and blue of an address.
    async fn lights(&self, path: &str) -> [u64; 4] {
        let json = self.json(path).await;
        Light::ALL.map(|light| json["counts"][light.as_str()].as_u64().expect("a count"))
    }
}

#[tokio::test]
async fn everybody_reads_what_was_told_the_newest_first_with_lights_in_words() {
    let hall = Hall::new().await;
    let first = hall.lamp().await;
    hall.town.advance(DAY / 24);
    let second = hall
        .files(Filing {
            service: "water".into(),
            text: "Sumur kering, hubungi 081234567890".into(),
            ..nobodys()
        })
        .await;
    let page = hall
        .town
        .stranger()
        .gets("/requests?lang=en")
        .await
        .is(200)
        .text();
    let at = |code: &str| page.find(code).unwrap_or_else(|| panic!("{code} in {page}"));
    assert!(at(&second.code) < at(&first.code));
    for words in [
        "In time",
        "Drinking water",
        "2 requests, as of 16 November 2026",
        "href=\"/requests/new\"",
        "action=\"/requests/follow\"",
        "Sumur kering",
    ] {
        assert!(page.contains(words), "{words} is missing in {page}");
    }
    for secret in ["081234567890", "0812-3456-7890", "Siti Aminah"] {
        assert!(!page.contains(secret), "{secret}");
    }
    let page = hall
        .town
        .stranger()
        .gets("/requests?lang=id")
        .await
        .is(200)
        .text();
    assert!(page.contains("Laporan warga") && page.contains("Masih tepat waktu"));
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn an_empty_board_invites_the_first_to_speak() {
    let hall = Hall::new().await;
    let page = hall
        .town
        .stranger()
        .gets("/requests?lang=en")
        .await
        .is(200)
        .text();
    assert!(page.contains("Nobody has told us anything yet") && page.contains("Tell us something"));
}

#[tokio::test]
async fn lights_turn_at_their_instant_though_no_sweep_came_by() {
    let hall = Hall::new().await;
    let opened = hall.files(nobodys()).await;
    let clock = hall.now(&opened).await.clock;
    let (yellow, red) = (clock.yellow_at.expect("yellow"), clock.red_at.expect("red"));
    assert_eq!(hall.lights("/requests.json").await, [1, 0, 0, 0]);
    hall.town
        .advance(yellow.minus(DAY / 86_400).since(hall.town.clock.now()));
    assert_eq!(hall.lights("/requests.json").await, [1, 0, 0, 0]);
    hall.town.advance(DAY / 86_400);
    assert_eq!(hall.lights("/requests.json").await, [0, 1, 0, 0]);
    hall.town.advance(red.since(yellow));
    assert_eq!(hall.lights("/requests.json").await, [0, 0, 1, 0]);
    assert_eq!(hall.codes("?light=red").await, std::slice::from_ref(&opened.code));
    assert!(hall.codes("?light=yellow").await.is_empty());
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn what_somebody_does_shows_on_the_next_page() {
    let hall = Hall::new().await;
    let opened = hall.lamp().await;
    assert_eq!(hall.lights("/requests.json").await, [1, 0, 0, 0]);
    let app = &hall.town.app;
    requests::answer(app, &hall.op("unit"), &opened.code, "done", LONG)
        .await
        .expect("answered");
    assert_eq!(
        hall.codes("?state=answered").await,
        std::slice::from_ref(&opened.code)
    );
    requests::confirm(app, &hall.stranger(), &opened.code, key(&opened), "web")
        .await
        .expect("confirmed");
    assert_eq!(hall.lights("/requests.json").await, [0, 0, 0, 1]);
    assert!(hall.codes("?state=unfinished").await.is_empty());
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn another_server_sees_what_was_filed_at_this_one() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let other = App::open((*app.config).clone(), hall.town.clock.clone(), reactions::all())
        .await
        .expect("another server");
    let places = baraza::places::all(&other).await.expect("places");
    let n_white = async |app: &App| {
        let door = board::door(app, &hall.stranger(), &places, Some("35.22"))
            .await
            .expect("a door")
            .expect("services");
        door.tiles[0].n.clone()
    };
    hall.lamp().await;
    assert_eq!(n_white(&other).await, "1");
    hall.files(nobodys()).await;
    assert_eq!(
        (n_white(&other).await, n_white(app).await),
        ("2".into(), "2".into())
    );
    other.db.close().await;
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn a_list_is_narrowed_by_service_group_unit_place_state_kind_and_day() {
    let hall = Hall::new().await;
    let lamp = hall.files(nobodys()).await.code;
    let wish = Filing {
        kind: Some(Kind::Aspiration),
        service: "health-centre".into(),
        place: Some("35.22.01.2002".into()),
        ..nobodys()
    };
    let wish = hall.files(wish).await.code;
    hall.advance_days(2);
    let far = Filing {
        service: "water".into(),
        place: Some("35.23.01.2001".into()),
        ..nobodys()
    };
    let far = hall.files(far).await.code;
    for (query, expected) in [
        ("?service=street-light", vec![&lamp]),
        ("?service=group:public-works", vec![&far, &lamp]),
        ("?agency=dinkes", vec![&wish]),
        ("?agency=-", vec![]),
        ("?place=35.22", vec![&wish, &lamp]),
        ("?place=35.22.01.2002", vec![&wish]),
        ("?place=35", vec![&far, &wish, &lamp]),
        ("?kind=aspiration", vec![&wish]),
        ("?state=new&place=35.23", vec![&far]),
        ("?state=closed", vec![]),
        ("?from=2026-11-18", vec![&far]),
        ("?to=2026-11-17", vec![&wish, &lamp]),
        ("?from=2026-11-16&to=2026-11-16&service=street-light", vec![&lamp]),
    ] {
        let codes = hall.codes(query).await;
        assert_eq!(codes.iter().collect::<Vec<_>>(), expected, "{query}");
        let csv = hall
            .town
            .stranger()
            .gets(&format!("/requests.csv{query}"))
            .await
            .is(200);
        assert_eq!(csv.text().lines().count(), expected.len() + 1, "{query}");
    }
    // What was chosen stands in the form, and in the links of the tiles.
    let page = hall
        .town
        .stranger()
        .gets("/requests?place=35.22&service=street-light&lang=en")
        .await
        .is(200)
        .text();
    assert!(
        page.contains("<option value=\"street-light\" selected>"),
        "{page}"
    );
    assert!(
        page.contains("/requests?service=street-light&#38;place=35.22&#38;light=red"),
        "{page}"
    );
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn the_board_says_what_the_front_door_says() {
    let hall = Hall::new().await;
    for n in 0..6 {
        let opened = hall.files(nobodys()).await;
        if n % 2 == 0 {
            requests::answer(&hall.town.app, &hall.op("unit"), &opened.code, "done", LONG)
                .await
                .expect("answered");
        }
        hall.advance_days(2);
    }
    for light in Light::ALL {
        let wanted = Wanted {
            light: Some(light),
            most: 100,
            ..Wanted::default()
        };
        let listed = requests::list_public(&hall.town.app, &hall.stranger(), &wanted)
            .await
            .expect("listed");
        let codes: Vec<String> = listed.into_iter().map(|request| request.code).collect();
        assert_eq!(
            hall.codes(&format!("?light={}", light.as_str())).await,
            codes,
            "{light:?}"
        );
    }
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn pages_follow_one_another_without_a_gap_or_a_repeat() {
    let hall = Hall::new().await;
    let mut filed = BTreeSet::new();
    for _ in 0..25 {
        filed.insert(hall.files(nobodys()).await.code);
    }
    let (mut path, mut seen) = (
        "/requests.json?limit=10&service=street-light".to_owned(),
        Vec::new(),
    );
    loop {
        let json = hall.json(&path).await;
        assert_eq!(json["counts"]["white"], 25);
        let requests = json["requests"].as_array().expect("requests");
        seen.extend(
            requests
                .iter()
                .map(|request| request["code"].as_str().expect("a code").to_owned()),
        );
        match json["next"].as_str() {
            Some(next) => next.clone_into(&mut path),
            None => break,
        }
    }
    assert_eq!(
        (seen.len(), seen.into_iter().collect::<BTreeSet<_>>()),
        (25, filed)
    );
    let page = hall
        .town
        .stranger()
        .gets("/requests?lang=en")
        .await
        .is(200)
        .text();
    assert_eq!(page.matches("class=\"bz-request\"").count(), 20);
    let next = page
        .split("rel=\"next\"")
        .next()
        .and_then(|before| before.rsplit("href=\"").next());
    let next = next
        .and_then(|link| link.split('"').next())
        .expect("a link")
        .replace("&#38;", "&");
    let page = hall.town.stranger().gets(&next).await.is(200).text();
    assert_eq!(page.matches("class=\"bz-request\"").count(), 5);
    assert!(page.contains("Tell us something") && !page.contains("rel=\"next\""));
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn a_question_that_means_nothing_gets_a_clear_answer() {
    let hall = Hall::new().await;
    hall.lamp().await;
    for (query, words) in [
        ("light=green", "Choose one from the list"),
        ("from=yesterday", "Enter a date"),
        ("from=2026-11-20&to=2026-11-01", "cannot lie before"),
        ("service=unknown", "no service"),
        ("place=99", "no such place"),
        ("after=%27%20OR%201=1", "Choose one from the list"),
    ] {
        let answer = hall
            .town
            .stranger()
            .gets(&format!("/requests?lang=en&{query}"))
            .await;
        assert_eq!(answer.status.as_u16(), 400, "{query}");
        let page = answer.text();
        assert!(
            page.contains(words) && page.contains("govuk-error-summary"),
            "{query}: {page}"
        );
        let json = hall
            .town
            .stranger()
            .gets(&format!("/requests.json?{query}"))
            .await
            .is(400);
        assert!(json.header("content-type").contains("problem+json"), "{query}");
    }
    for path in [
        "/requests.json?limit=0",
        "/requests/map?show=all",
        "/requests/lights?weeks=900",
    ] {
        hall.town.stranger().gets(path).await.is(400);
    }
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn what_is_confidential_is_in_no_list_no_count_and_no_file() {
    let hall = Hall::new().await;
    let filing = Filing {
        privacy: Some(Privacy::Confidential),
        lat: Some("-7.15".into()),
        lon: Some("111.85".into()),
        text: "Rahasia sekali".into(),
        ..lamp()
    };
    let secret = hall.files(filing).await;
    jobs::queue_chores(&hall.town.app).await.expect("queued");
    hall.town.run_jobs().await;
    hall.advance_days(10);
    for who in [
        hall.town.stranger(),
        hall.town.someone(baraza::platform::op::Role::Citizen, None).await,
    ] {
        for path in [
            "/",
            "/places/35.22",
            "/places/35.22.01.2001",
            "/requests",
            "/requests.json",
            "/requests.csv",
            "/requests.geojson",
            "/requests/map",
            "/requests/map?place=35.22.01.2001",
            "/requests/map.json",
            "/requests/map.csv",
            "/requests/map.geojson",
            "/requests/lights",
            "/requests/lights.json",
            "/requests/lights.csv",
            "/data",
            &format!("/search?q={}", secret.code),
        ] {
            let text = who.gets(path).await.is(200).text();
            let shown = text.replace(&format!("value=\"{}\"", secret.code), "");
            let shown = shown.replace(&format!("“{}”", secret.code), "");
            assert!(!shown.contains("Rahasia sekali"), "{path}");
            assert!(!shown.contains(&format!("/requests/{}", secret.code)), "{path}");
            if !path.starts_with("/search") {
                assert!(!text.contains(&secret.code), "{path}");
            }
        }
    }
    assert_eq!(hall.lights("/requests.json").await, [0; 4]);
    assert_eq!(hall.lights("/requests/map.json").await, [0; 4]);
    let lights = hall.json("/requests/lights.json").await;
    assert_eq!(lights["all"]["counts"]["red"], 0);
    assert!(
        lights["weeks"]
            .as_array()
            .expect("weeks")
            .iter()
            .all(|week| week["opened"] == 0)
    );
    // Nor may an officer of the unit find it here: the desk is where they work.
    let json = hall
        .town
        .admin()
        .await
        .gets("/requests.json")
        .await
        .is(200)
        .json();
    assert_eq!(json["requests"], serde_json::json!([]));
    hall.town.stranger().gets("/data/requests").await.is(404);
}

#[tokio::test]
async fn a_units_confidential_requests_are_spoken_of_in_tens_and_only_where_nothing_else_is_asked() {
    let hall = Hall::new().await;
    let secret = || Filing {
        privacy: Some(Privacy::Confidential),
        ..nobodys()
    };
    for _ in 0..9 {
        hall.files(secret()).await;
    }
    assert_eq!(
        hall.json("/requests/lights.json").await["agencies"],
        serde_json::json!([])
    );
    for _ in 0..3 {
        hall.files(secret()).await;
    }
    let json = hall.json("/requests/lights.json").await;
    assert_eq!(json["agencies"][0]["confidential_at_least"], 10);
    assert_eq!(json["agencies"][0]["counts"]["white"], 0);
    let json = hall.json("/requests/lights.json?service=street-light").await;
    assert_eq!(json["agencies"], serde_json::json!([]));
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn files_say_the_street_and_not_the_house_and_mask_numbers() {
    let hall = Hall::new().await;
    let filing = Filing {
        lat: Some("-7.150449".into()),
        lon: Some("111.851512".into()),
        place: None,
        text: "=cmd() lampu mati, telepon 081298765432".into(),
        ..lamp()
    };
    let opened = hall.files(filing).await;
    let json = hall.json("/requests.json").await;
    let request = &json["requests"][0];
    assert_eq!(
        (&request["lat"], &request["long"]),
        (&(-7.15).into(), &111.852.into())
    );
    assert_eq!(request["place"], "35.22.01.2001");
    let geojson = hall.json("/requests.geojson").await;
    assert_eq!(
        geojson["features"][0]["geometry"]["coordinates"],
        serde_json::json!([111.852, -7.15])
    );
    assert_eq!(geojson["features"][0]["id"], opened.code.as_str());
    let csv = hall.town.stranger().gets("/requests.csv").await.is(200);
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let csv = csv.text();
    assert!(
        csv.contains(",-7.150,111.852,") && csv.contains("'=cmd() lampu mati"),
        "{csv}"
    );
    for text in [json.to_string(), geojson.to_string(), csv] {
        for secret in ["081298765432", "0812-3456-7890", "Siti", "111.8515", "7.1504"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn the_map_leads_from_place_to_place_down_to_the_marks_of_a_village() {
    let hall = Hall::new().await;
    let located = |lat: &str, lon: &str| Filing {
        lat: Some(lat.into()),
        lon: Some(lon.into()),
        place: None,
        ..nobodys()
    };
    let here = hall.files(located("-7.15", "111.85")).await;
    hall.files(located("-7.16", "111.95")).await;
    hall.files(Filing {
        place: Some("35.22".into()),
        ..nobodys()
    })
    .await;
    hall.advance_days(10);
    let counts = |json: &Value| -> Vec<(String, u64)> {
        let places = json["places"].as_array().expect("places").iter();
        places
            .map(|place| {
                let code = place["place"].as_str().expect("a code").to_owned();
                (code, place["unfinished"].as_u64().expect("a count"))
            })
            .collect()
    };
    let top = hall.json("/requests/map.json").await;
    assert_eq!(counts(&top), [("35.22".into(), 3), ("35.23".into(), 0)]);
    let regency = hall.json("/requests/map.json?place=35.22").await;
    assert_eq!(counts(&regency), [("35.22.01".into(), 2)]);
    assert_eq!(
        regency["elsewhere"]["red"], 1,
        "filed for the regency, and for no village"
    );
    let page = hall
        .town
        .stranger()
        .gets("/requests/map?place=35.22.01&lang=en")
        .await
        .is(200)
        .text();
    assert!(
        page.contains("bz-map") && page.contains("/requests/map?place=35.22.01.2001"),
        "{page}"
    );
    assert!(!page.contains("bz-point"), "marks are for the lowest level");
    let page = hall
        .town
        .stranger()
        .gets("/requests/map?place=35.22.01.2001&lang=en")
        .await
        .is(200)
        .text();
    assert_eq!(page.matches("bz-point--red").count(), 1, "{page}");
    assert!(page.contains(&format!("/requests/{}", here.code)));
    let csv = hall
        .town
        .stranger()
        .gets("/requests/map.csv?place=35.22.01")
        .await
        .is(200)
        .text();
    assert_eq!(
        csv,
        "place,place_name,white,yellow,red,blue,unfinished\n\
         35.22.01.2001,35.22.01.2001,0,0,1,0,1\n\
         35.22.01.2002,35.22.01.2002,0,0,1,0,1\n\
         35.22.01,,0,0,0,0,0\n"
    );
    let geojson = hall.json("/requests/map.geojson?place=35.22.01").await;
    assert_eq!(geojson["features"][0]["geometry"]["type"], "Polygon");
    assert_eq!(geojson["features"][0]["properties"]["counts"]["red"], 1);
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn where_nothing_tells_requests_apart_marks_do() {
    let hall = Hall::new().await;
    let hamlet = |code: &str, west: f64| {
        let (south, north, east) = (-7.2, -7.1, west + 0.05);
        serde_json::json!({"type": "Feature", "id": code, "properties": {"kode": code, "nama": code},
            "geometry": {"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]}})
    };
    let plain = |code: &str| serde_json::json!({"type": "Feature", "id": code, "properties": {"kode": code, "nama": code}, "geometry": null});
    super::import_features(
        &hall.town,
        vec![
            plain("35"),
            plain("35.22"),
            plain("35.22.01"),
            plain("35.22.01.2001"),
            hamlet("35.22.01.2001.01", 111.8),
            hamlet("35.22.01.2001.02", 111.85),
        ],
    )
    .await;
    hall.town.run_jobs().await;
    let page = async |place: &str| {
        let path = format!("/requests/map?place={place}&lang=en");
        hall.town.stranger().gets(&path).await.is(200).text()
    };
    let village = Filing {
        lat: Some("-7.15".into()),
        lon: Some("111.82".into()),
        ..nobodys()
    };
    hall.files(village.clone()).await;
    let shown = page("35.22.01.2001").await;
    assert_eq!(shown.matches("bz-point--white").count(), 1, "{shown}");
    assert!(!shown.contains("35.22.01.2001.01</a>"), "a table of nothing");
    // Once hamlets have requests of their own, the marks are theirs.
    hall.files(Filing {
        place: Some("35.22.01.2001.02".into()),
        ..nobodys()
    })
    .await;
    let shown = page("35.22.01.2001").await;
    assert!(
        !shown.contains("bz-point") && shown.contains("35.22.01.2001.01</a>"),
        "{shown}"
    );
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn weeks_remember_what_was_closed_and_reopened() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let opened = hall.lamp().await;
    hall.advance_days(1);
    requests::answer(app, &hall.op("unit"), &opened.code, "done", LONG)
        .await
        .expect("answered");
    requests::confirm(app, &hall.stranger(), &opened.code, key(&opened), "web")
        .await
        .expect("confirmed");
    hall.advance_days(8);
    requests::reopen(
        app,
        &hall.stranger(),
        &opened.code,
        key(&opened),
        "Lampunya mati lagi",
    )
    .await
    .expect("reopened");
    hall.advance_days(7);
    hall.files(nobodys()).await;
    let json = hall.json("/requests/lights.json?weeks=8").await;
    let weeks: Vec<[u64; 5]> = json["weeks"]
        .as_array()
        .expect("weeks")
        .iter()
        .map(|week| {
            ["opened", "closed", "white", "yellow", "red"].map(|of| week[of].as_u64().expect("a count"))
        })
        .collect();
    // Filed and closed in the first week, reopened in the second, red in the third beside a new one.
    assert_eq!(weeks.len(), 8);
    assert_eq!(weeks[4], [0, 0, 0, 0, 0]);
    assert_eq!(weeks[5], [1, 1, 0, 0, 0]);
    assert_eq!(weeks[6].iter().skip(2).sum::<u64>(), 1, "{weeks:?}");
    assert_eq!(
        (weeks[7][0], weeks[7].iter().skip(2).sum::<u64>()),
        (1, 2),
        "{weeks:?}"
    );
    let lights = hall.lights("/requests.json").await;
    assert_eq!(weeks[7][2..], lights[..3], "the last week ends now");
    assert_eq!(json["all"]["answer"]["median_days"], 1.0);
    assert_eq!(json["all"]["answer"]["waiting"], 1);
    let page = hall
        .town
        .stranger()
        .gets("/requests/lights?weeks=8&lang=en")
        .await
        .is(200)
        .text();
    for words in [
        "1 request was answered properly, after 1.0 days",
        "bz-chart",
        "By unit",
        "Still waiting",
    ] {
        assert!(page.contains(words), "{words} is missing in {page}");
    }
    let csv = hall
        .town
        .stranger()
        .gets("/requests/lights.csv?weeks=8")
        .await
        .is(200)
        .text();
    assert_eq!(csv.lines().filter(|line| line.starts_with("week,")).count(), 8);
    assert!(csv.contains("\nagency,dinas-pu,DINAS-PU,"), "{csv}");
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn a_filed_request_becomes_a_row_of_the_catalogue_and_its_light_follows_the_clock() {
    let hall = Hall::new().await;
    let opened = hall.lamp().await;
    let rows = async || {
        jobs::queue_chores(&hall.town.app).await.expect("queued");
        hall.town.run_jobs().await;
        let csv = hall
            .town
            .stranger()
            .gets("/data/requests/data.csv")
            .await
            .is(200)
            .text();
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let head = reader.headers().expect("a head").clone();
        let rows: Vec<std::collections::HashMap<String, String>> = reader
            .records()
            .map(|row| {
                let row = row.expect("a row");
                head.iter()
                    .map(str::to_owned)
                    .zip(row.iter().map(str::to_owned))
                    .collect()
            })
            .collect();
        rows
    };
    let first = rows().await;
    assert_eq!(first.len(), 1);
    let row = &first[0];
    for (column, value) in [
        ("code", opened.code.as_str()),
        ("service", "street-light"),
        ("service_group", "public-works"),
        ("agency", "dinas-pu"),
        ("place_code", "35.22.01.2001"),
        ("light", "white"),
        ("opened_on", "2026-11-16"),
        ("answer_working_days", ""),
        ("level", "1"),
    ] {
        assert_eq!(row[column], value, "{column}");
    }
    assert!(
        first
            .iter()
            .flatten()
            .all(|(_, value)| !value.contains("Lampu jalan") && !value.contains("Siti"))
    );
    // A week later nobody has touched it, yet it is red.
    hall.advance_days(7);
    assert_eq!(rows().await[0]["light"], "red");
    requests::answer(&hall.town.app, &hall.op("unit"), &opened.code, "done", LONG)
        .await
        .expect("answered");
    let second = hall.files(nobodys()).await;
    hall.files(Filing {
        privacy: Some(Privacy::Confidential),
        ..nobodys()
    })
    .await;
    let last = rows().await;
    let codes: BTreeSet<&str> = last.iter().map(|row| row["code"].as_str()).collect();
    assert_eq!(
        codes,
        BTreeSet::from([opened.code.as_str(), second.code.as_str()])
    );
    let answered = last.iter().find(|row| row["code"] == opened.code).expect("there");
    assert_eq!(
        (
            answered["answer_days"].as_str(),
            answered["answer_working_days"].as_str()
        ),
        ("7", "5")
    );
    assert_eq!(answered["state"], "answered");
    let version = hall
        .town
        .app
        .lake
        .version(requests::table::TABLE)
        .await
        .expect("a version");
    rows().await;
    let n = hall
        .town
        .app
        .lake
        .n_rows(requests::table::TABLE, None)
        .await
        .expect("rows");
    assert_eq!(
        n, 2,
        "written again, nothing is there twice (after version {version:?})"
    );
    let page = hall
        .town
        .stranger()
        .gets("/data/requests?lang=en")
        .await
        .is(200)
        .text();
    assert!(page.contains("Requests of residents"));
    // Its columns of codes follow standards that come with the program.
    for (lang, kind, channel) in [
        ("en", "Complaint (complaint)", "On the web (web)"),
        ("id", "Keluhan (complaint)", "Lewat web (web)"),
    ] {
        let address = format!("/data/requests/data?lang={lang}&facet=kind&facet=channel&facet=light");
        let page = hall.town.stranger().gets(&address).await.is(200).text();
        assert!(page.contains(kind) && page.contains(channel), "{page}");
    }
}

#[tokio::test]
async fn what_a_steward_closes_in_the_table_stays_closed() {
    let hall = Hall::new().await;
    hall.lamp().await;
    jobs::queue_chores(&hall.town.app).await.expect("queued");
    hall.town.run_jobs().await;
    let admin = hall.town.admin().await;
    admin
        .submits("/desk/data/requests/columns", &[("data/channel", "sensitive")])
        .await
        .is(303);
    hall.lamp().await;
    jobs::queue_chores(&hall.town.app).await.expect("queued");
    hall.town.run_jobs().await;
    let csv = hall
        .town
        .stranger()
        .gets("/data/requests/data.csv")
        .await
        .is(200)
        .text();
    let head = csv.lines().next().expect("a head");
    assert!(
        !head.contains("channel") && head.contains("service_group"),
        "{head}"
    );
    assert_eq!(csv.lines().count(), 3);
}

#[tokio::test]
async fn requests_are_reached_from_every_page_from_places_and_from_a_search() {
    let hall = Hall::new().await;
    let opened = hall.lamp().await;
    let gets = async |path: &str| hall.town.stranger().gets(path).await.text();
    for path in ["/", "/about", "/places/35.22", "/nothing-here"] {
        assert!(gets(path).await.contains("href=\"/requests\""), "{path}");
    }
    let home = gets("/?lang=en").await;
    assert!(home.contains("What residents told us") && home.contains("bz-tile--white"));
    let place = gets("/places/35.22.01?lang=en").await;
    assert!(
        place.contains("/requests?place=35.22.01&#38;light=red"),
        "{place}"
    );
    assert!(
        gets("/places/35.23?lang=en")
            .await
            .contains("/requests/map?place=35.23")
    );
    for query in ["report", "lapor", "Keluhan", "complain"] {
        assert!(
            gets(&format!("/search?q={query}"))
                .await
                .contains("href=\"/requests/new\""),
            "{query}"
        );
    }
    assert!(
        gets("/search?q=puskesmas")
            .await
            .contains("/requests?service=health-centre")
    );
    let spoken = format!("{}-{}", &opened.code[..4], &opened.code[4..]);
    assert!(
        gets(&format!("/search?q={spoken}"))
            .await
            .contains(&format!("href=\"/requests/{}\"", opened.code))
    );
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn the_board_asks_the_database_as_little_for_many_requests_as_for_few() {
    let hall = Hall::new().await;
    let reads = async |path: &str| {
        hall.town.stranger().gets(path).await.is(200);
        let before = hall.town.app.db.n_reads();
        hall.town.stranger().gets(path).await.is(200);
        hall.town.app.db.n_reads() - before
    };
    let paths = [
        "/",
        "/requests",
        "/requests/map?place=35.22.01",
        "/requests/lights",
        "/places/35.22",
    ];
    hall.files(nobodys()).await;
    let mut few = Vec::new();
    for path in paths {
        few.push(reads(path).await);
    }
    for _ in 0..18 {
        hall.files(nobodys()).await;
    }
    for (path, few) in paths.into_iter().zip(few) {
        assert_eq!(reads(path).await, few, "{path}");
        assert!(few <= 8, "{path}: {few}");
    }
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn a_position_is_never_closer_than_a_street_in_any_public_shape() {
    let hall = Hall::new().await;
    let position = Position::new(-7.150_449, 111.851_512).expect("on Earth");
    let filing = Filing {
        lat: Some(position.lat.to_string()),
        lon: Some(position.lon.to_string()),
        ..nobodys()
    };
    hall.files(filing).await;
    for path in [
        "/requests",
        "/requests.json",
        "/requests.geojson",
        "/requests.csv",
        "/requests/map?place=35.22.01.2001",
    ] {
        let text = hall.town.stranger().gets(path).await.is(200).text();
        assert!(!text.contains("7.1504") && !text.contains("111.8515"), "{path}");
    }
    let op = Op {
        who: Who::Anyone,
        ..hall.town.system()
    };
    assert!(
        board::find(&hall.town.app, &op, "zzz", 5)
            .await
            .expect("found")
            .is_empty()
    );
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn a_live_count_follows_the_board_by_place_and_unit_and_knows_nothing_confidential() {
    use baraza::dashboards::live::counters::{
        model::{Counts, Source},
        tell,
    };
    let hall = Hall::new().await;
    hall.lamp().await;
    hall.answered().await;
    hall.files(Filing {
        privacy: Some(Privacy::Confidential),
        ..nobodys()
    })
    .await;
    let counts = async |counts: Counts, place: &str, agency: &str| {
        let source = Source::Requests {
            counts,
            place: place.to_owned(),
            agency: agency.to_owned(),
        };
        let told = tell(&hall.town.app, source)
            .await
            .expect("counted")
            .expect("a count");
        told.last.expect("a number").value
    };
    let board = hall.lights("/requests.json?place=35.22").await;
    let open = board.iter().take(3).sum::<u64>() as f64;
    assert!(open >= 1.0, "{board:?}");
    assert_eq!(counts(Counts::Open, "35.22", "").await, open);
    assert_eq!(counts(Counts::Open, "35.23", "").await, 0.0);
    assert_eq!(counts(Counts::Open, "35.22", "dinkes").await, 0.0);
    hall.advance_days(60);
    let board = hall.lights("/requests.json?place=35.22").await;
    assert_eq!(counts(Counts::Red, "35.22", "").await, board[2] as f64);
    assert!(board[2] >= 1, "{board:?}");
}
