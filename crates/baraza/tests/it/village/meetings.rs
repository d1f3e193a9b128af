//! Meetings of a village: from the invitation to what was promised.

use std::time::Duration;

use baraza::{platform::op::Role, village};
use pretty_assertions::assert_eq;
use regex::Regex;

use super::year::{VILLAGE, begun, operator};
use crate::{
    indicators::notes::organise,
    town::{Town, Visitor},
};

/// Invites to a meeting on a day; returns its id.
async fn invited(town: &Town, operator: &Visitor<'_>, day: &str) -> String {
    let desk = format!("/desk/villages/{VILLAGE}/meetings");
    let fields = [
        ("title", "Musyawarah desa"),
        ("held_on", day),
        ("starts_at", "19:30"),
        ("venue", "Balai desa"),
        ("agenda", "RKP Desa\nLampu jalan"),
        ("invited", "women"),
        ("invited", "men"),
    ];
    operator.submits(&desk, &fields).await.is(303);
    let page = town
        .stranger()
        .gets(&format!("/villages/{VILLAGE}"))
        .await
        .is(200)
        .text();
    let link = Regex::new(r"/meetings/([0-9a-f-]{36})").expect("a pattern");
    link.captures(&page).expect("a link")[1].to_owned()
}

#[tokio::test]
async fn who_came_is_told_by_group_and_few_of_a_group_are_not_told_as_a_number() {
    let town = begun().await;
    let operator = operator(&town).await;
    let meeting = invited(&town, &operator, "2026-11-16").await;
    let desk = format!("/desk/villages/{VILLAGE}/meetings/{meeting}");
    let came = |total: &'static str| {
        [
            ("act", "hold"),
            ("revision", "1"),
            ("total", total),
            ("group-women", "47"),
            ("group-men", "3"),
            ("group-older", "20"),
            ("minutes", "Call 0812-3456-7890 about the lamp."),
        ]
    };
    operator.submits(&desk, &came("40")).await.is(400);
    operator.submits(&desk, &came("50")).await.is(303);
    operator.submits(&desk, &came("50")).await.is(409);
    let path = format!("/villages/{VILLAGE}/meetings/{meeting}");
    let told = town.stranger().gets(&format!("{path}.json")).await.is(200).json();
    let present = &told["attendance"]["present"];
    assert_eq!(present["all"], "50");
    assert_eq!(present["men"], "few");
    assert_eq!(
        present["women"], "withheld",
        "or the few would be found by subtraction"
    );
    assert_eq!(present["older"], "20");
    assert_eq!(
        told["attendance"]["absent"],
        serde_json::json!(["young", "disability"])
    );
    let page = town.stranger().gets(&path).await.is(200).text();
    assert!(
        !page.contains("0812") && page.contains("about the lamp"),
        "{page}"
    );
    let csv = town.stranger().gets(&format!("{path}.csv")).await.is(200).text();
    assert!(csv.contains("men,few") && !csv.contains("47"), "{csv}");
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    let tasks = steward.gets("/desk/facilitators/tasks").await.is(200).text();
    assert!(
        tasks.contains("Musyawarah desa"),
        "who was not in the room is asked for: {tasks}"
    );
    town.run_jobs().await;
}

#[tokio::test]
async fn a_decision_is_a_promise_that_the_villages_page_counts_as_late() {
    let town = begun().await;
    organise(&town, "desa-luwihaji").await;
    let operator = operator(&town).await;
    let meeting = invited(&town, &operator, "2026-11-16").await;
    let desk = format!("/desk/villages/{VILLAGE}/meetings/{meeting}");
    let decision = [
        ("act", "decide"),
        ("promise", "A lamp at the crossing"),
        ("owner", "desa-luwihaji"),
        ("due_on", "2026-12-01"),
    ];
    operator.submits(&desk, &decision).await.is(409);
    let came = [
        ("act", "hold"),
        ("revision", "1"),
        ("total", "50"),
        ("minutes", "All agreed."),
    ];
    operator.submits(&desk, &came).await.is(303);
    operator.submits(&desk, &decision).await.is(303);
    town.run_jobs().await;
    town.advance(Duration::from_secs(30 * 24 * 60 * 60));
    let page = town
        .stranger()
        .gets(&format!("/villages/{VILLAGE}"))
        .await
        .is(200)
        .text();
    assert!(
        page.contains("A lamp at the crossing") && page.contains("Late: 1."),
        "{page}"
    );
}

#[tokio::test]
async fn the_next_meeting_is_the_first_that_is_announced_and_not_cancelled() {
    let town = begun().await;
    let operator = operator(&town).await;
    let today = jiff::civil::date(2026, 11, 16);
    let next = async || {
        let found = village::next_meeting(&town.app, VILLAGE, today)
            .await
            .expect("read");
        found.map(|meeting| meeting.held_on.to_string())
    };
    assert_eq!(next().await, None);
    let meeting = invited(&town, &operator, "2026-11-20").await;
    assert_eq!(next().await.as_deref(), Some("2026-11-20"));
    let desk = format!("/desk/villages/{VILLAGE}/meetings/{meeting}");
    let hold = [
        ("act", "hold"),
        ("revision", "1"),
        ("total", "50"),
        ("minutes", "Early."),
    ];
    operator.submits(&desk, &hold).await.is(400);
    let cancel = [("act", "cancel"), ("revision", "1"), ("why", "Flood")];
    operator.submits(&desk, &cancel).await.is(303);
    assert_eq!(next().await, None);
    let other = town.someone(Role::Officer, Some("35.22.01.2002")).await;
    other.submits(&desk, &cancel).await.is(403);
}
