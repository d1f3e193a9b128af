use std::time::Duration;

use baraza::{
    platform::time::Time,
    requests::{
        self, Filing, Swept,
        model::{
            clock::{Clock, Light},
            request::{CloseKind, Request, State},
        },
    },
};

use super::{DAY, Hall, key, lamp};

fn at(text: &str) -> Time {
    Time::parse(text).expect("a moment")
}

/// Hurls a clock into a request's row.
async fn set_clock(hall: &Hall, id: &str, clock: &Clock) {
    let mut tx = hall.town.app.db.begin().await.expect("a transaction");
    let step = |n: usize| clock.steps.get(n).map(|at| at.0);
    sqlx::query(
        "UPDATE service_request
         SET yellow_at = $2, red_at = $3, step_at = $4, step2_at = $5, step3_at = $6, step4_at = $7, notice_us = $8, due_at = $9
         WHERE id = $1",
    )
    .bind(id)
    .bind(clock.yellow_at.map(|at| at.0))
    .bind(clock.red_at.map(|at| at.0))
    .bind(step(0))
    .bind(step(1))
    .bind(step(2))
    .bind(step(3))
    .bind(i64::try_from(clock.notice.as_micros()).expect("short"))
    .bind(clock.due_at.map(|at| at.0))
    .execute(tx.conn())
    .await
    .expect("set");
    tx.commit().await.expect("committed");
}

async fn turns(hall: &Hall, id: &str) -> Vec<(i64, Option<String>, i64, i64, i64)> {
    sqlx::query_as("SELECT at, light, from_level, to_level, CAST(is_warning AS BIGINT) FROM request_turn WHERE request_id = $1 ORDER BY at")
        .bind(id)
        .fetch_all(hall.town.app.db.read())
        .await
        .expect("turns")
}

/// A turn as it is noted: when, the light it turned to, the level before and after, and whether it only warns.
type NotedTurn = (i64, Option<String>, i64, i64, i64);

#[tokio::test]
async fn the_database_passes_instants_exactly_as_one_clock_does() {
    let hall = Hall::new().await;
    let start = hall.town.clock.now();
    // Small instants in every order, often the same: minutes 1 to 12 after the start, or none.
    let mut state: u64 = 0x2545_F491_4F6C_DD1D;
    let mut random = |n: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % n
    };
    let minute = |n: u64| start.plus(Duration::from_secs(60 * n));
    let mut expected = Vec::new();
    for n in 0..60 {
        let opened = hall
            .file(
                &hall.stranger(),
                Filing {
                    phone: Some(format!("0812000{n:04}")),
                    ..lamp()
                },
            )
            .await
            .expect("filed");
        let mut request: Request = hall.now(&opened).await;
        let yellow = (random(4) > 0).then(|| 1 + random(10));
        let red = (random(4) > 0).then(|| yellow.unwrap_or(1) + random(4));
        let mut last = 0;
        let steps: Vec<Time> = (0..random(5))
            .map(|_| {
                last += 1 + random(4);
                minute(last)
            })
            .collect();
        request.clock.yellow_at = yellow.map(minute);
        request.clock.red_at = red.map(minute);
        request.clock.steps = steps;
        request.clock.notice = Duration::from_secs(60 * random(3));
        request.clock.due_at = request.clock.next_after(start);
        set_clock(&hall, &request.id, &request.clock).await;
        expected.push(request);
    }
    let mut passed: Vec<Vec<NotedTurn>> = vec![Vec::new(); expected.len()];
    for _ in 0..5 {
        hall.town.advance(Duration::from_secs(200));
        requests::sweep(&hall.town.app).await.expect("swept");
        let now = hall.town.clock.now();
        for (request, passed) in expected.iter_mut().zip(&mut passed) {
            let mut level = i64::from(request.level);
            for turn in request.catch_up(now) {
                let light = turn.light.map(|light| light.as_str().to_owned());
                passed.push((
                    turn.at.0,
                    light,
                    level,
                    level + i64::from(turn.climbs),
                    i64::from(turn.warns),
                ));
                level += i64::from(turn.climbs);
            }
            let kept = requests::find(&hall.town.app, &request.code)
                .await
                .expect("there");
            assert_eq!((&kept.clock, kept.level), (&request.clock, request.level));
        }
    }
    for (request, passed) in expected.iter().zip(&passed) {
        assert_eq!(&turns(&hall, &request.id).await, passed);
    }
    assert!(
        passed.iter().flatten().filter(|turn| turn.4 == 1).count() > 10,
        "warnings are among them"
    );
}

#[tokio::test]
async fn a_worker_that_was_down_for_a_month_notes_every_instant_at_its_own_time() {
    let hall = Hall::new().await;
    let aid = Filing {
        service: "social-aid".into(),
        ..lamp()
    };
    let opened = hall.file(&hall.stranger(), aid).await.expect("filed");
    let planned = hall.now(&opened).await.clock;
    hall.advance_days(60);
    let swept = requests::sweep(&hall.town.app).await.expect("swept");
    let noted = turns(&hall, &opened.id).await;
    assert_eq!(swept.n_turns, noted.len() as u64);
    // The helpline of 2022: 15 days on L1 as the service says, 7 on L2, a notice a day before each; then by hand only.
    let climbs: Vec<_> = noted
        .iter()
        .filter(|turn| turn.3 > turn.2)
        .map(|turn| (Time(turn.0), turn.3))
        .collect();
    assert_eq!(climbs, [(planned.steps[0], 2), (planned.steps[1], 3)]);
    let warnings: Vec<_> = noted
        .iter()
        .filter(|turn| turn.4 == 1)
        .map(|turn| Time(turn.0))
        .collect();
    assert_eq!(
        warnings,
        [planned.steps[0].minus(DAY), planned.steps[1].minus(DAY)]
    );
    let lights: Vec<_> = noted
        .iter()
        .filter_map(|turn| Some((turn.1.clone()?, Time(turn.0))))
        .collect();
    assert_eq!(
        lights,
        [
            ("yellow".to_owned(), planned.yellow_at.expect("yellow")),
            ("red".to_owned(), planned.red_at.expect("red"))
        ]
    );
    let request = hall.now(&opened).await;
    assert_eq!(
        (
            request.level,
            request.clock.due_at,
            request.light(hall.town.clock.now())
        ),
        (3, None, Light::Red)
    );
    assert_eq!(
        requests::sweep(&hall.town.app).await.expect("swept"),
        Swept::default(),
        "nothing happens twice"
    );
    assert_eq!(turns(&hall, &opened.id).await, noted);
}

#[tokio::test]
async fn silence_closes_at_its_own_moment_and_not_before() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let opened = hall.answered().await;
    let until = at("2026-11-30T17:00:00Z");
    hall.town
        .advance(until.since(hall.town.clock.now()) - Duration::from_secs(1));
    assert_eq!(requests::sweep(app).await.expect("swept"), Swept::default());
    hall.advance_days(3);
    let swept = requests::sweep(app).await.expect("swept");
    assert_eq!((swept.n_silent, swept.n_turns), (1, 0));
    assert_eq!(
        hall.now(&opened).await.state,
        State::Closed {
            at: until,
            kind: CloseKind::Silence
        }
    );
    let (recorder, acted_at): (String, i64) =
        sqlx::query_as("SELECT recorder, acted_at FROM request_closing")
            .fetch_one(app.db.read())
            .await
            .expect("a closing");
    assert_eq!(
        (recorder.as_str(), Time(acted_at)),
        ("nobody", at("2026-11-16T02:00:00Z"))
    );
    let reopened = requests::reopen(app, &hall.stranger(), &opened.code, key(&opened), "I was ill")
        .await
        .expect("reopened");
    assert_eq!(reopened.level, 2);
}

#[tokio::test]
async fn a_pause_ends_at_its_limit_and_what_came_since_comes_too() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let opened = hall.lamp().await;
    requests::ask(app, &hall.op("unit"), &opened.code, "site", "We must look")
        .await
        .expect("paused");
    // The limit is the end of Thursday; three days are left until yellow: the end of Monday.
    hall.advance_days(9);
    let swept = requests::sweep(app).await.expect("swept");
    assert_eq!((swept.n_resumed, swept.n_turns), (1, 1));
    let request = hall.now(&opened).await;
    assert_eq!(
        (&request.state, request.light(hall.town.clock.now())),
        (&State::Open, Light::Yellow)
    );
    assert_eq!(request.clock.yellow_at, Some(at("2026-11-23T17:00:00Z")));
    let story = hall.story(&hall.stranger(), &opened).await;
    assert_eq!(
        story,
        [
            "request.opened",
            "request.paused",
            "request.pause-ended",
            "request.light"
        ]
    );
}

#[tokio::test]
async fn the_timer_asks_for_a_sweep_only_when_something_is_due() {
    let hall = Hall::new().await;
    hall.lamp().await;
    hall.town.run_jobs().await;
    requests::jobs::look(&hall.town.app).await.expect("looked");
    assert_eq!(hall.town.run_jobs().await, 0);
    hall.advance_days(4);
    requests::jobs::look(&hall.town.app).await.expect("looked");
    requests::jobs::look(&hall.town.app).await.expect("looked again");
    let (n,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM job WHERE name = 'requests.sweep'")
        .fetch_one(hall.town.app.db.read())
        .await
        .expect("counted");
    assert_eq!(n, 1, "two that wait are one");
    hall.town.run_jobs().await;
    let listed = requests::list_public(
        &hall.town.app,
        &hall.stranger(),
        &requests::Wanted {
            light: Some(Light::Yellow),
            most: 5,
            ..Default::default()
        },
    )
    .await;
    assert_eq!(listed.expect("listed").len(), 1);
}

#[tokio::test]
async fn what_a_sweep_noted_can_be_told_page_by_page() {
    let hall = Hall::new().await;
    for n in 0..5 {
        hall.file(
            &hall.stranger(),
            Filing {
                phone: Some(format!("0812000{n:04}")),
                ..lamp()
            },
        )
        .await
        .expect("filed");
    }
    hall.advance_days(4);
    requests::sweep(&hall.town.app).await.expect("swept");
    let now = hall.town.clock.now();
    let mut told = Vec::new();
    let mut after = (String::new(), 0);
    loop {
        let page = requests::list_swept(&hall.town.app, now, (&after.0, after.1), 2)
            .await
            .expect("listed");
        let Some(last) = page.last() else { break };
        after = (last.request_id.clone(), last.at);
        told.extend(page.into_iter().map(|turn| (turn.light, turn.agency_code)));
    }
    assert_eq!(
        told,
        vec![(Some("yellow".to_owned()), Some("dinas-pu".to_owned())); 5]
    );
}

#[tokio::test]
async fn a_clock_that_is_set_back_loses_nothing_and_turns_nothing_twice() {
    let hall = Hall::new().await;
    let opened = hall.lamp().await;
    hall.advance_days(4);
    requests::sweep(&hall.town.app).await.expect("swept");
    let yellow = hall.now(&opened).await;
    let before = turns(&hall, &yellow.id).await;
    assert_eq!(before.len(), 1, "{before:?}");
    // Two days back: what is noted stays, and whoever files or answers meanwhile is not refused.
    let right = hall.town.clock.now();
    hall.town.clock.set(right.minus(2 * DAY));
    requests::sweep(&hall.town.app).await.expect("swept again");
    assert_eq!(turns(&hall, &yellow.id).await, before);
    let meanwhile = hall
        .file(
            &hall.stranger(),
            Filing {
                phone: Some("08120009999".into()),
                ..lamp()
            },
        )
        .await
        .expect("filed meanwhile");
    let officer = hall.op("unit");
    requests::answer(
        &hall.town.app,
        &officer,
        &opened.code,
        "done",
        "The lamp by the school was replaced this morning by our crew.",
    )
    .await
    .expect("answered meanwhile");
    requests::confirm(
        &hall.town.app,
        &hall.stranger(),
        &opened.code,
        key(&opened),
        "web",
    )
    .await
    .expect("confirmed meanwhile");
    // And forward again.
    hall.town.clock.set(right.plus(DAY));
    requests::sweep(&hall.town.app).await.expect("swept at last");
    let closed = hall.now(&opened).await;
    assert!(
        matches!(closed.state, State::Closed { at, kind: CloseKind::Confirmed } if at >= closed.opened_at),
        "{:?}",
        closed.state
    );
    assert_eq!(turns(&hall, &yellow.id).await, before);
    assert_eq!(hall.now(&meanwhile).await.light(right.plus(DAY)), Light::White);
    let told = requests::timeline(&hall.town.app, &closed, baraza::evidence::model::Audience::Public)
        .await
        .expect("a timeline");
    let what: Vec<&str> = told.iter().map(|entry| entry.what.as_str()).collect();
    assert_eq!(
        what.iter().filter(|what| **what == "request.light").count(),
        1,
        "{what:?}"
    );
    assert!(
        what.contains(&"request.answered") && what.contains(&"request.confirmed"),
        "{what:?}"
    );
}
