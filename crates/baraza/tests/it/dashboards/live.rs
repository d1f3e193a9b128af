//! Sensors from the desk to the tile: webhooks, MQTT, the stream, silence, and the table where readings end.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use baraza::{
    dashboards::live::{jobs::KeepReadings, mqtt},
    platform::{
        app::App,
        config::{Config, Settings},
        http::live::ring,
        jobs::Job,
        op::Role,
    },
    reactions,
};
use formats::mqtt::{Connect, Packet, Publish, read, write};
use pretty_assertions::assert_eq;
use regex::Regex;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::{begins, publishes, reads, sends};
use crate::{
    indicators::counted,
    town::{Answer, Town, Visitor},
};

const FEED: &str = "/desk/feeds/gate";
const PAGE: &str = "/dashboards/water";

/// Registers a sensor, with some fields as given.
async fn registers(visitor: &Visitor<'_>, given: &[(&str, &str)]) -> Answer {
    let usual = [
        ("code", "gate"),
        ("title", "Water at the <gate>"),
        ("unit", "m"),
        ("decimals", "2"),
        ("place", "35.22"),
        ("source", "webhook"),
        ("expected", "60"),
        ("silent", "180"),
        ("low", "0.5"),
        ("high", "2"),
    ];
    let is_given = |name: &str| given.iter().any(|(other, _)| *other == name);
    let mut fields: Vec<(&str, &str)> = usual.into_iter().filter(|(name, _)| !is_given(name)).collect();
    fields.extend(given);
    visitor.submits("/desk/feeds", &fields).await
}

/// A town with a dashboard that shows a sensor.
async fn watched(given: &[(&str, &str)]) -> Town {
    let town = counted().await;
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    registers(&steward, given).await.is(303);
    begins(&steward, "Water now").await;
    let tile = [("act", "tile"), ("kind", "live"), ("feed", "gate")];
    sends(&steward, &tile).await.is(303);
    publishes(&steward, "The first").await.is(303);
    town
}

/// Does something with the sensor at the desk.
async fn acts(visitor: &Visitor<'_>, act: &str) -> Answer {
    let page = visitor.gets(FEED).await.is(200).text();
    let revision = super::revision(&page);
    visitor
        .submits(FEED, &[("revision", revision.as_str()), ("act", act)])
        .await
}

/// The secret address of the sensor, as its keepers see it.
async fn address(town: &Town) -> String {
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    let page = steward.gets(FEED).await.is(200).text();
    let secret = Regex::new("/channels/feeds/[0-9a-f]{32}").expect("a pattern");
    secret.find(&page).expect("an address").as_str().to_owned()
}

async fn posts(town: &Town, address: &str, payload: &str) -> Answer {
    town.stranger()
        .sends("POST", address, "text/plain", Body::from(payload.to_owned()))
        .await
}

async fn says(town: &Town, payload: &str) -> Answer {
    posts(town, &address(town).await, payload).await
}

/// Somebody whose page is open.
struct Watcher(BodyDataStream);

impl Watcher {
    async fn of(app: &App) -> Watcher {
        let request = axum::http::Request::get(format!("{PAGE}/live"))
            .header("host", "town.test")
            .body(Body::empty())
            .expect("a request");
        let response = tower::ServiceExt::oneshot(baraza::router(app), request)
            .await
            .expect("an answer");
        assert_eq!(response.status(), 200);
        assert_eq!(
            response.headers()["content-type"],
            "text/event-stream; charset=utf-8"
        );
        Watcher(response.into_body().into_data_stream())
    }

    /// What is sent next; `None` at the end.
    async fn hears(&mut self) -> Option<String> {
        let next = futures::StreamExt::next(&mut self.0);
        let piece = tokio::time::timeout(Duration::from_secs(10), next)
            .await
            .expect("in time")?;
        Some(String::from_utf8_lossy(&piece.expect("a piece")).into_owned())
    }
}

#[tokio::test]
async fn a_reading_stands_on_the_dashboard_and_before_the_first_there_is_no_zero() {
    let town = watched(&[]).await;
    let before = reads(&town, PAGE).await;
    assert!(
        before.contains("No reading yet") && before.contains("bz-live--silent"),
        "{before}"
    );
    assert!(!before.contains("0.00"), "{before}");
    let answer = says(&town, "1.254").await.is(200).json();
    assert_eq!(
        (&answer["new"], &answer["clock_off"]),
        (&true.into(), &false.into())
    );
    let page = reads(&town, PAGE).await;
    assert!(
        page.contains("1.25 m")
            && page.contains("expected every minute")
            && !page.contains("bz-live--silent"),
        "{page}"
    );
    assert!(
        page.contains("data-stream=\"/dashboards/water/live\"")
            && page.contains("Water at the")
            && !page.contains("<gate>"),
        "{page}"
    );
    let json: serde_json::Value =
        serde_json::from_str(&reads(&town, "/dashboards/water.json").await).expect("JSON");
    assert_eq!(
        (&json["tiles"][0]["value"], &json["tiles"][0]["signal"]),
        (&serde_json::json!(1.254), &"good".into())
    );
    let framed = reads(&town, "/embed/dashboards/water").await;
    assert!(
        framed.contains("1.25 m") && !framed.contains("data-island"),
        "{framed}"
    );
}

#[tokio::test]
async fn a_sensor_that_falls_silent_is_said_to_be_and_its_value_is_neither_low_nor_nothing() {
    let town = watched(&[]).await;
    says(&town, "0.4").await.is(200);
    assert!(reads(&town, PAGE).await.contains("Low: below 0.50 m"));
    town.advance(Duration::from_secs(179));
    assert!(!reads(&town, PAGE).await.contains("bz-live--silent"));
    town.advance(Duration::from_secs(1));
    let page = reads(&town, PAGE).await;
    assert!(
        page.contains("No reading since") && page.contains("bz-live--silent") && page.contains("0.40 m"),
        "{page}"
    );
    assert!(!page.contains("Low: below"), "{page}");
    let json: serde_json::Value =
        serde_json::from_str(&reads(&town, "/dashboards/water.json").await).expect("JSON");
    assert_eq!(json["tiles"][0]["signal"], "silent");
}

#[tokio::test]
async fn whoever_watches_hears_each_reading_and_the_silence_without_asking() {
    let town = watched(&[]).await;
    let address = address(&town).await;
    posts(&town, &address, "1").await.is(200);
    let (mut one, mut other) = (Watcher::of(&town.app).await, Watcher::of(&town.app).await);
    for watcher in [&mut one, &mut other] {
        let first = watcher.hears().await.expect("a greeting");
        assert!(
            first.contains("event: clock\ndata: 1794794400000\n") && first.contains("\"value\":\"1.00 m\""),
            "{first}"
        );
    }
    town.advance(Duration::from_secs(60));
    posts(&town, &address, "2.5").await.is(200);
    for watcher in [&mut one, &mut other] {
        let news = watcher.hears().await.expect("news");
        assert!(
            news.starts_with(
                "event: values\ndata: {\"feeds\":[{\"feed\":\"gate\",\"signal\":\"high\",\"value\":\"2.50 m\""
            ),
            "{news}"
        );
    }
    town.advance(Duration::from_secs(180));
    ring(&town.app);
    let silence = one.hears().await.expect("silence");
    assert!(
        silence.contains("\"signal\":\"silent\"") && silence.contains("No reading since"),
        "{silence}"
    );
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    sends(&steward, &[("act", "hide"), ("why", "Not any more")])
        .await
        .is(303);
    posts(&town, &address, "3").await.is(200);
    assert_eq!(one.hears().await, None, "what is taken back is told no more");
    town.stranger().gets(&format!("{PAGE}/live")).await.is(410);
}

#[tokio::test]
async fn processes_that_share_the_database_hear_each_others_readings() {
    let town = watched(&[]).await;
    let other = App::open((*town.app.config).clone(), town.clock.clone(), reactions::all())
        .await
        .expect("the app opens twice");
    let mut watcher = Watcher::of(&other).await;
    let first = watcher.hears().await.expect("a greeting");
    assert!(first.contains("No reading yet"), "{first}");
    says(&town, "1.5").await.is(200);
    // Its clock would have it look twice a second.
    ring(&other);
    let news = watcher.hears().await.expect("news");
    assert!(news.contains("1.50 m"), "{news}");
    drop(watcher);
    other.stopping.cancel();
    other.db.close().await;
}

#[tokio::test]
async fn the_same_reading_twice_is_one_and_an_older_one_that_comes_late_is_not_the_latest() {
    let town = watched(&[("value_path", "up.level"), ("time_path", "at")]).await;
    let address = address(&town).await;
    let at = |seconds: i64, level: f64| {
        let at = 1_794_794_400 + seconds;
        format!("{{\"at\": {at}, \"up\": {{\"level\": {level}}}}}")
    };
    let is_new = async |payload: String| {
        let answer = posts(&town, &address, &payload).await.is(200).json();
        answer["new"].as_bool().expect("a flag")
    };
    assert!(is_new(at(0, 1.0)).await);
    assert!(!is_new(at(0, 1.0)).await);
    assert!(is_new(at(-120, 1.8)).await);
    assert!(reads(&town, PAGE).await.contains("1.00 m"));
    let desk = town.someone(Role::Steward, Some("35.22")).await;
    let page = desk.gets(FEED).await.is(200).text();
    assert!(
        page.contains("1.80 m") && !page.contains("clock of the sensor"),
        "{page}"
    );
    let answer = posts(&town, &address, &at(7_200, 1.1)).await.is(200).json();
    assert_eq!(
        answer["clock_off"], false,
        "the moment of arrival is taken already"
    );
    town.advance(Duration::from_secs(1));
    let answer = posts(&town, &address, &at(7_200, 1.1)).await.is(200).json();
    assert_eq!(
        (&answer["new"], &answer["clock_off"]),
        (&true.into(), &true.into())
    );
    assert!(
        desk.gets(FEED)
            .await
            .text()
            .contains("The clock of the sensor is wrong")
    );
}

#[tokio::test]
async fn only_numbers_to_the_right_address_are_taken_while_the_sensor_is_on() {
    let town = watched(&[]).await;
    let address = address(&town).await;
    for nothing in ["", "NaN", "null", "1,5", "{\"level\": 1}"] {
        let refused = posts(&town, &address, nothing).await;
        assert_eq!(refused.status, 400, "{nothing}");
    }
    assert!(reads(&town, PAGE).await.contains("No reading yet"));
    posts(&town, &address, &"9".repeat(70_000)).await.is(413);
    posts(&town, "/channels/feeds/00000000000000000000000000000000", "1")
        .await
        .is(404);
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    acts(&steward, "renew").await.is(303);
    posts(&town, &address, "1").await.is(404);
    says(&town, "1").await.is(200);
    acts(&steward, "switch").await.is(303);
    says(&town, "2").await.is(410);
    acts(&steward, "switch").await.is(303);
    town.advance(Duration::from_secs(1));
    says(&town, "2").await.is(200);
    let stale = [("revision", "1"), ("act", "renew")];
    assert_eq!(steward.submits(FEED, &stale).await.status, 409);
}

#[tokio::test]
async fn nobody_crowds_out_the_sensors_of_others() {
    let town = watched(&[]).await;
    let mut tx = town.app.db.begin().await.expect("a transaction");
    sqlx::query(
        "INSERT INTO feed (id, code, title, unit, place, kind, topic, secret_n, value_path, time_path, decimals, expected_s,
                           silent_s, is_on, revision, changed_at)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1999)
         SELECT 'more-' || CAST(n.i AS TEXT), 'more-' || CAST(n.i AS TEXT), '!', unit, place, kind, topic, secret_n, value_path,
                time_path, decimals, expected_s, silent_s, is_on, revision, changed_at
         FROM feed, n
         WHERE code = 'gate'",
    )
    .execute(tx.conn())
    .await
    .expect("put there");
    tx.commit().await.expect("committed");
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    let answer = registers(&steward, &[("code", "other"), ("title", "!")]).await;
    assert_eq!(answer.status, 409);
    assert!(answer.text().contains("sensors already"), "{}", answer.text());
    says(&town, "1").await.is(200);
}

#[tokio::test]
async fn one_keeps_sensors_only_for_the_places_that_one_works_for() {
    let town = watched(&[]).await;
    let below = town.someone(Role::Producer, Some("35.22.01")).await;
    below.gets(FEED).await.is(404);
    assert!(!below.gets("/desk/feeds").await.is(200).text().contains(FEED));
    let wide = registers(&below, &[("code", "other")]).await;
    assert_eq!(wide.status, 400);
    assert!(
        wide.text().contains("only for places that you work for"),
        "{}",
        wide.text()
    );
    registers(&below, &[("code", "other"), ("place", "35.22.01")])
        .await
        .is(303);
    let taken = registers(&below, &[("place", "35.22.01")]).await;
    assert!(
        taken.text().contains("a sensor of this name already"),
        "{}",
        taken.text()
    );
    town.someone(Role::Officer, Some("35.22"))
        .await
        .gets("/desk/feeds")
        .await
        .is(403);
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    let wrong = [
        ("code", "third"),
        ("title", " "),
        ("source", "mqtt"),
        ("topic", "gates/#"),
        ("expected", "600"),
        ("low", "much"),
    ];
    let refused = registers(&steward, &wrong).await;
    assert_eq!(refused.status, 400);
    let page = refused.text();
    for field in ["title", "topic", "silent", "low"] {
        assert!(page.contains(&format!("href=\"#{field}\"")), "{field}: {page}");
    }
    let unknown = [("act", "tile"), ("kind", "live"), ("feed", "nothing")];
    assert_eq!(sends(&steward, &unknown).await.status, 400);
}

/// The side of a broker.
struct Broker {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Broker {
    async fn says(&mut self, packet: Packet) {
        self.stream.write_all(&write(&packet)).await.expect("sent");
    }

    async fn hears(&mut self) -> Packet {
        loop {
            if let Some((packet, n)) = read(&self.buffer).expect("a packet") {
                self.buffer.drain(..n);
                return packet;
            }
            let n = self.stream.read_buf(&mut self.buffer).await.expect("read");
            assert!(n > 0, "the listener hung up");
        }
    }
}

#[tokio::test]
async fn readings_of_a_broker_are_taken_before_they_are_acknowledged_and_what_it_had_kept_is_no_news() {
    let town = watched(&[("source", "mqtt"), ("topic", "gate/level")]).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let url = url::Url::parse(&format!("mqtt://pintu:air@127.0.0.1:{port}")).expect("an address");
    let publish = |id: Option<u16>, is_retained: bool, payload: &str| {
        Packet::Publish(Publish {
            topic: "gate/level".into(),
            id,
            is_retained,
            payload: payload.into(),
        })
    };
    let broker = async {
        let (stream, _) = listener.accept().await.expect("a caller");
        let mut broker = Broker {
            stream,
            buffer: Vec::new(),
        };
        let Packet::Connect(Connect { user, password, .. }) = broker.hears().await else {
            panic!("no greeting");
        };
        assert_eq!(
            (user.as_deref(), password.as_deref()),
            (Some("pintu"), Some("air"))
        );
        broker.says(Packet::ConnAck { code: 0 }).await;
        let asked = Packet::Subscribe {
            id: 1,
            topics: vec!["gate/level".into()],
        };
        assert_eq!(broker.hears().await, asked);
        broker
            .says(Packet::SubAck {
                id: 1,
                codes: vec![1],
            })
            .await;
        broker.says(publish(Some(6), true, "9")).await;
        assert_eq!(broker.hears().await, Packet::PubAck { id: 6 });
        assert!(reads(&town, PAGE).await.contains("No reading yet"));
        broker.says(publish(None, false, "no number")).await;
        broker.says(publish(Some(7), false, "1.5")).await;
        assert_eq!(broker.hears().await, Packet::PubAck { id: 7 });
        assert!(reads(&town, PAGE).await.contains("1.50 m"));
    };
    let (ended, ()) = tokio::join!(mqtt::session(&town.app, &url), broker);
    let error = ended.expect_err("the broker hung up");
    assert!(error.to_string().contains("hung up"), "{error:#}");
}

#[tokio::test]
async fn a_broker_that_lets_nobody_in_is_left() {
    let town = watched(&[("source", "mqtt"), ("topic", "gate/level")]).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let url = url::Url::parse(&format!("mqtt://127.0.0.1:{port}")).expect("an address");
    let broker = async {
        let (mut stream, _) = listener.accept().await.expect("a caller");
        let refused = write(&Packet::ConnAck { code: 5 });
        stream.write_all(&refused).await.expect("sent");
        stream
    };
    let (ended, _stream) = tokio::join!(mqtt::session(&town.app, &url), broker);
    let error = ended.expect_err("not let in");
    assert!(error.to_string().contains("answers 5"), "{error:#}");
}

#[test]
fn a_password_for_a_broker_elsewhere_goes_over_tls_only() {
    let settled = |url: &str| {
        let settings = Settings {
            mqtt_url: Some(url.into()),
            ..Settings::default()
        };
        Config::settle(settings, None).is_ok()
    };
    assert!(!settled("mqtt://pintu:air@broker.example.org"));
    assert!(!settled("https://broker.example.org"));
    for url in [
        "mqtts://pintu:air@broker.example.org",
        "mqtt://broker.example.org:1884",
        "mqtt://pintu:air@localhost",
    ] {
        assert!(settled(url), "{url}");
    }
}

async fn n_readings(town: &Town) -> i64 {
    sqlx::query_scalar("SELECT CAST(COUNT(*) AS BIGINT) FROM reading")
        .fetch_one(town.app.db.read())
        .await
        .expect("a count")
}

async fn keeps(town: &Town) -> u64 {
    KeepReadings {}.run(&town.app).await.expect("kept");
    town.run_jobs().await;
    town.app.lake.n_rows("readings", None).await.expect("a table")
}

#[tokio::test]
async fn readings_of_last_week_go_into_the_catalogue_once_and_the_tile_still_knows_the_last() {
    let town = watched(&[]).await;
    let address = address(&town).await;
    for value in ["1", "1.5"] {
        posts(&town, &address, value).await.is(200);
        town.advance(Duration::from_secs(60));
    }
    town.advance(Duration::from_secs(7 * 24 * 60 * 60));
    posts(&town, &address, "1.7").await.is(200);
    assert_eq!(n_readings(&town).await, 3);
    assert_eq!((keeps(&town).await, n_readings(&town).await), (2, 1));
    assert_eq!((keeps(&town).await, n_readings(&town).await), (2, 1));
    let csv = reads(
        &town,
        "/sql/download?q=SELECT+feed%2C+value+FROM+readings+ORDER+BY+value&format=csv",
    )
    .await;
    assert_eq!(csv.lines().count(), 3, "{csv}");
    assert!(csv.starts_with("feed,value") && csv.contains("gate,1.5"), "{csv}");
    town.advance(Duration::from_secs(8 * 24 * 60 * 60));
    assert_eq!((keeps(&town).await, n_readings(&town).await), (3, 0));
    let page = reads(&town, PAGE).await;
    assert!(
        page.contains("1.70 m") && page.contains("No reading since"),
        "{page}"
    );
}

#[tokio::test]
async fn readings_that_came_into_the_lake_before_the_power_went_are_not_put_there_again() {
    let town = watched(&[]).await;
    says(&town, "1").await.is(200);
    town.advance(Duration::from_secs(8 * 24 * 60 * 60));
    let feed: String = sqlx::query_scalar("SELECT feed_id FROM reading")
        .fetch_one(town.app.db.read())
        .await
        .expect("a reading");
    assert_eq!(keeps(&town).await, 1);
    // As it stood before the rows that were added were let go of.
    let mut tx = town.app.db.begin().await.expect("a transaction");
    sqlx::query("INSERT INTO reading (feed_id, at, value, received_at) VALUES ($1, 1, 1.0, 1)")
        .bind(feed)
        .execute(tx.conn())
        .await
        .expect("a reading");
    sqlx::query("INSERT INTO reading_shelf (name, until, n_rows) VALUES ('readings', 2, 0)")
        .execute(tx.conn())
        .await
        .expect("a shelf");
    tx.commit().await.expect("committed");
    assert_eq!((keeps(&town).await, n_readings(&town).await), (1, 0));
}
