//! What counts as a delivery of what is owed: for which period, since when, and how it stands while others look at it.

use baraza::{accounts, catalog, collect, platform::message};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tables::{Column, Kind, Rows};

use super::{DAY, Office, plan};
use crate::html::check::faults;

#[tokio::test]
async fn a_version_counts_for_the_oldest_period_that_waits_and_what_came_late_stays_late() {
    let office = Office::new().await;
    // October ended on a Saturday, so it was due on Monday 2 November; it is the 16th.
    office.plans("monthly", "2026-10-01", "").await.is(303);
    let stands = |due: &Value| (due["standing"].clone(), due["days"].clone(), due["light"].clone());
    let october = office.periods(2026).await.remove(0);
    assert_eq!(october["due_on"], "2026-11-02");
    assert_eq!(stands(&october), ("missing".into(), 14.into(), "red".into()));
    let page = office.town.stranger().gets("/data/wells").await.is(200).text();
    assert!(page.contains("October 2026: missing, 14 days late"), "{page}");
    office.sends("a,b\n1,2\n").await;
    office.town.advance(3 * DAY);
    office.sends("a,b\n1,2\n3,4\n").await;
    let periods = office.periods(2026).await;
    assert_eq!(stands(&periods[0]), ("late".into(), 14.into(), "red".into()));
    assert_eq!(
        periods[1]["standing"], "planned",
        "a correction is no delivery of what has not ended"
    );
    let league = office
        .town
        .stranger()
        .gets("/timeliness.json")
        .await
        .is(200)
        .json();
    let row = &league["producers"][0];
    assert_eq!(
        (
            &row["organization"],
            &row["n_due"],
            &row["n_late"],
            &row["rank"],
            &row["median_days_late"]
        ),
        (
            &"dinas-pu".into(),
            &1.into(),
            &1.into(),
            &Value::Null,
            &14.0.into()
        )
    );
    let page = office.town.stranger().gets("/timeliness").await.is(200).text();
    assert!(page.contains("Too few due dates to be ranked"), "{page}");
    assert_eq!(faults(&page), [""; 0]);
    let csv = office
        .town
        .stranger()
        .gets("/timeliness.csv")
        .await
        .is(200)
        .text();
    assert!(
        csv.contains("dinas-pu,Dinas Pekerjaan Umum,unranked,,1,0,1,0,14,0.0"),
        "{csv}"
    );
}

#[tokio::test]
async fn what_came_another_way_is_counted_by_hand_and_what_was_counted_wrongly_is_taken_back() {
    let office = Office::new().await;
    office.plans("monthly", "2026-10-01", "").await.is(303);
    let steward = office.steward().await;
    let act = |act: &'static str| {
        [
            ("act", act),
            ("period", "2026-10"),
            ("reason", "It came on paper"),
        ]
    };
    steward.submits("/desk/agenda/wells", &act("count")).await.is(303);
    assert_eq!(office.periods(2026).await[0]["standing"], "late");
    steward
        .submits("/desk/agenda/wells", &act("take-back"))
        .await
        .is(303);
    assert_eq!(office.periods(2026).await[0]["standing"], "missing");
    let end = [("act", "end"), ("reason", "Merged into another dataset")];
    steward.submits("/desk/agenda/wells", &end).await.is(303);
    let periods = office.periods(2026).await;
    let names: Vec<_> = periods.iter().map(|due| due["period"].clone()).collect();
    assert_eq!(
        names,
        ["2026-10"],
        "what was due stays, what lay ahead is owed no more"
    );
}

#[tokio::test]
async fn what_was_handed_in_on_time_is_no_ones_fault_while_others_look_at_it() {
    let office = Office::new().await;
    office.hands_in_and_waits().await;
    let due = office.periods(2026).await.remove(0);
    assert_eq!(
        (&due["standing"], &due["days"], &due["light"]),
        (&json!("handed-in"), &json!(0), &json!("white"))
    );
    assert_eq!(
        (&due["delivered_on"], &due["published_on"]),
        (&json!("2026-12-24"), &Value::Null)
    );
    let reader = office.town.stranger();
    let page = reader.gets("/agenda?year=2026").await.is(200).text();
    assert!(
        page.contains("handed in 24 December 2026, being checked (due 31 December 2026)"),
        "{page}"
    );
    assert_eq!(faults(&page), [""; 0]);
    assert_eq!(
        office.league(2026).await,
        Vec::<Value>::new(),
        "it counts for nobody"
    );
    let told = office.reminders().await;
    assert!(
        told.iter()
            .all(|text| !text.contains("has not come") && !text.contains("red in public")),
        "{told:?}"
    );
    let steward = accounts::find_user(&office.town.app, "steward@town.test").await;
    let steward = steward.expect("looked up").expect("a steward");
    let told = message::list_notices(&office.town.app, &steward, 50)
        .await
        .expect("read");
    assert!(
        told.iter()
            .any(|notice| notice.text.contains("waits for you: Wells (B12, December 2026)")),
        "whoever it waits for is reminded"
    );
    // Given back it was not handed in, and what comes then is late.
    let steward = office.steward().await;
    office.steps(&steward, "return", "The unit is missing.").await;
    let due = office.periods(2026).await.remove(0);
    assert_eq!(
        (&due["standing"], &due["light"]),
        (&json!("missing"), &json!("red"))
    );
    office.sends("a,unit\n1,m\n").await;
    let due = office.periods(2026).await.remove(0);
    assert_eq!(
        (&due["standing"], &due["days"]),
        (&json!("handed-in"), &json!(13))
    );
    office.steps(&steward, "check", "").await;
    let due = office.periods(2026).await.remove(0);
    assert_eq!(
        (&due["standing"], &due["days"], &due["published_on"]),
        (&json!("late"), &json!(13), &json!("2027-01-13"))
    );
    assert!(due["version"].is_i64(), "{due}");
    let row = office.league(2026).await.remove(0);
    assert_eq!(
        (&row["n_due"], &row["n_late"], &row["n_waiting"]),
        (&json!(1), &json!(1), &json!(0))
    );
}

#[tokio::test]
async fn what_is_published_after_a_long_check_was_on_time_when_it_was_handed_in_on_time() {
    let office = Office::new().await;
    office.hands_in_and_waits().await;
    office.steps(&office.steward().await, "check", "").await;
    let due = office.periods(2026).await.remove(0);
    assert_eq!(
        (&due["standing"], &due["delivered_on"], &due["published_on"]),
        (&json!("on-time"), &json!("2026-12-24"), &json!("2027-01-13"))
    );
    let page = office.town.stranger().gets("/agenda?year=2026").await.text();
    assert!(
        page.contains("handed in 24 December 2026, published 13 January 2027"),
        "{page}"
    );
    assert_eq!(office.league(2026).await[0]["n_on_time"], 1);
    // What the hourly look keeps is what was shown before.
    office.reminders().await;
    assert_eq!(office.periods(2026).await[0], due);
}

#[tokio::test]
async fn a_draft_that_nobody_handed_in_is_missing_in_the_league_without_being_named() {
    let office = Office::strict().await;
    office.plans("monthly", "2026-10-01", "").await.is(303);
    office.sends("a\n1\n").await;
    assert_eq!(
        office.periods(2026).await,
        Vec::<Value>::new(),
        "nobody outside sees it"
    );
    let steward = office.steward().await;
    let staff = steward.gets("/agenda.json?year=2026").await.is(200).json();
    assert_eq!(staff["datasets"][0]["periods"][0]["standing"], "missing");
    let row = office.league(2026).await.remove(0);
    assert_eq!(
        (&row["n_due"], &row["n_missing"], &row["n_unnamed"]),
        (&json!(1), &json!(1), &json!(1))
    );
    let page = office.town.stranger().gets("/timeliness").await.is(200).text();
    assert!(
        page.contains("1 (1 not open)") && !page.contains("Wells"),
        "{page}"
    );
    let producer = office.town.signs_in("pu@town.test").await;
    office.steps(&producer, "submit", "").await;
    let staff = steward.gets("/agenda.json?year=2026").await.is(200).json();
    let due = &staff["datasets"][0]["periods"][0];
    assert_eq!(
        (&due["standing"], &due["days"]),
        (&json!("handed-in"), &json!(14))
    );
    office.steps(&steward, "check", "").await;
    let due = office.periods(2026).await.remove(0);
    assert_eq!(
        (&due["standing"], &due["published_on"]),
        (&json!("late"), &json!("2026-11-16"))
    );
    let row = office.league(2026).await.remove(0);
    assert_eq!((&row["n_late"], &row["n_unnamed"]), (&json!(1), &json!(0)));
    // Closed again, it is counted still.
    let close = [("act", "unpublish"), ("why", "We want it back")];
    steward.submits("/desk/data/wells/review", &close).await.is(303);
    office.town.run_jobs().await;
    let row = office.league(2026).await.remove(0);
    assert_eq!((&row["n_due"], &row["n_unnamed"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn a_dataset_for_staff_only_is_delivered_when_it_comes_and_counts_in_no_league() {
    let office = Office::new().await;
    let admin = office.town.admin().await;
    let fields = [
        ("title", "Staff"),
        ("slug", "staff"),
        ("organisation", "dinas-pu"),
    ];
    admin.submits("/desk/data", &fields).await.is(303);
    let steward = office.steward().await;
    let monthly = plan("monthly", "2026-10-01");
    steward.submits("/desk/agenda/staff", &monthly).await.is(303);
    let parts: [(&str, &str, &str, &[u8]); 2] = [
        ("table", "", "", b""),
        ("file", "staff.csv", "text/csv", b"a\n1\n"),
    ];
    admin.posts_parts("/desk/data/staff/files", &parts).await.is(303);
    office.town.run_jobs().await;
    let staff = steward.gets("/agenda.json?year=2026").await.is(200).json();
    assert_eq!(staff["datasets"][0]["periods"][0]["standing"], "late");
    assert_eq!(office.league(2026).await, Vec::<Value>::new());
}

#[tokio::test]
async fn whoever_sends_a_file_may_say_for_which_period_it_is() {
    let office = Office::new().await;
    office.plans("monthly", "2026-09-01", "").await.is(303);
    let producer = office.town.signs_in("pu@town.test").await;
    let page = producer.gets("/desk/data/wells").await.is(200).text();
    for part in [
        "For which period?",
        "<option value=\"2026-09\"",
        "<option value=\"-\"",
    ] {
        assert!(page.contains(part), "{part} is missing in\n{page}");
    }
    assert_eq!(faults(&page), [""; 0]);
    office.sends_for("2026-10", "a\n1\n").await.is(303);
    office.sends_for("-", "a\n2\n").await.is(303);
    office.sends_for("2026-10", "a\n3\n").await.is(303);
    let standing = |periods: &[Value]| [periods[0]["standing"].clone(), periods[1]["standing"].clone()];
    assert_eq!(
        standing(&office.periods(2026).await),
        ["missing", "late"],
        "a correction delivers nothing new"
    );
    let refused = office.sends_for("2030-01", "a\n4\n").await.is(400).text();
    assert!(refused.contains("2030-01 is not owed"), "{refused}");
    office.sends("a\n5\n").await;
    assert_eq!(standing(&office.periods(2026).await), ["late", "late"]);
}

#[tokio::test]
async fn a_link_that_is_no_table_is_a_delivery_once_and_its_description_is_none() {
    let office = Office::new().await;
    office.plans("monthly", "2026-09-01", "").await.is(303);
    office.reminders().await;
    let admin = office.town.admin().await;
    let link = json!({ "package_id": "wells", "name": "report", "url": "https://example.go.id/report.pdf" });
    let made = admin
        .posts_json("/api/3/action/resource_create", &link)
        .await
        .is(200)
        .json();
    let standing = |periods: &[Value]| [periods[0]["standing"].clone(), periods[1]["standing"].clone()];
    for _ in 0..2 {
        office.reminders().await;
        assert_eq!(standing(&office.periods(2026).await), ["late", "missing"]);
    }
    let said = json!({ "id": made["result"]["id"], "description": "Read it" });
    admin
        .posts_json("/api/3/action/resource_patch", &said)
        .await
        .is(200);
    office.reminders().await;
    assert_eq!(standing(&office.periods(2026).await), ["late", "missing"]);
    let newer = json!({ "id": made["result"]["id"], "url": "https://example.go.id/report-2.pdf" });
    admin
        .posts_json("/api/3/action/resource_patch", &newer)
        .await
        .is(200);
    office.reminders().await;
    assert_eq!(standing(&office.periods(2026).await), ["late", "late"]);
}

#[tokio::test]
async fn a_table_that_a_form_fills_is_delivered_when_it_has_grown_and_not_when_it_was_corrected() {
    let office = Office::new().await;
    let town = &office.town;
    let table = "census__household";
    let columns = vec![Column::new("water", Kind::Text)];
    let rows = Rows {
        columns: columns.clone(),
        rows: vec![vec!["piped".into()]],
    };
    town.app.lake.create(table, &columns).await.expect("a table");
    town.app.lake.append(table, &rows).await.expect("rows");
    let changes = async || {
        let op = town.system();
        let mut tx = town.app.db.begin().await.expect("a transaction");
        let event = collect::TableChanged {
            table: table.into(),
            version: town.app.lake.version(table).await.expect("a version").0,
            org: None,
        };
        tx.emit(&op, &event).await.expect("told");
        tx.commit().await.expect("committed");
        town.run_jobs().await;
    };
    let mut tx = town.app.db.begin().await.expect("a transaction");
    let entry = catalog::NoteTable {
        table: table.into(),
        organisation: None,
    };
    tx.enqueue(&town.system(), &entry).await.expect("queued");
    tx.commit().await.expect("committed");
    town.run_jobs().await;
    let steward = office.steward().await;
    steward
        .submits("/desk/agenda/census-household", &plan("monthly", "2026-11-01"))
        .await
        .is(303);
    let standing = async || {
        let json = steward.gets("/agenda.json?year=2026").await.is(200).json();
        json["datasets"][0]["periods"][0]["standing"].clone()
    };
    // Friday 27 November: within the notice of what is due on the 30th.
    town.advance(11 * DAY);
    changes().await;
    assert_eq!(standing().await, "planned", "nothing was added");
    town.app.lake.append(table, &rows).await.expect("rows");
    changes().await;
    assert_eq!(standing().await, "on-time");
}
