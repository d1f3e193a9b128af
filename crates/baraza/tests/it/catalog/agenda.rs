//! The agenda of data: planned, confirmed, delivered, late, reminded, moved; and what everybody reads of it.

use std::time::Duration;

use baraza::{
    accounts::{self, model::Organisation},
    catalog, collect,
    platform::{
        config::Settings,
        jobs, message,
        op::{Grant, Role},
    },
    requests::{self, model::profile::shipped},
};
use pretty_assertions::assert_eq;
use regex::Regex;
use serde_json::{Value, json};
use tables::{Column, Kind, Rows};

use crate::{
    html::check::faults,
    town::{Answer, Town, Visitor},
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// An organisation with an open dataset, its producer and a steward of everything.
struct Office {
    town: Town,
    producer: String,
}

impl Office {
    async fn new() -> Office {
        Office::with(Settings::default()).await
    }

    /// An office whose data a steward looks at before everybody can read them.
    async fn strict() -> Office {
        let review = Some("steward".into());
        Office::with(Settings {
            review,
            ..Settings::default()
        })
        .await
    }

    async fn with(settings: Settings) -> Office {
        let town = Town::with(settings).await;
        let mut tx = town.app.db.begin().await.expect("a transaction");
        let organisation = Organisation {
            code: "dinas-pu".into(),
            name: "Dinas Pekerjaan Umum".into(),
            about: None,
            contact: None,
        };
        accounts::save_organisation(&mut tx, &town.system(), &organisation)
            .await
            .expect("saved");
        tx.commit().await.expect("committed");
        let grant = Grant {
            role: Role::Producer,
            place: None,
            org: Some("dinas-pu".into()),
        };
        let producer = town.add("pu@town.test", "The producer", &[grant]).await;
        let fields = [("title", "Wells"), ("open", "yes"), ("organisation", "dinas-pu")];
        town.admin().await.submits("/desk/data", &fields).await.is(303);
        Office { town, producer }
    }

    async fn steward(&self) -> Visitor<'_> {
        self.town.someone(Role::Steward, None).await
    }

    async fn plans(&self, frequency: &str, starts_on: &str, reason: &str) -> Answer {
        let fields = [
            ("act", "plan"),
            ("frequency", frequency),
            ("dates", "01-01"),
            ("due_days", "0"),
            ("grace_days", "3"),
            ("notice_days", "5"),
            ("unit", "Bidang Air"),
            ("starts_on", starts_on),
            ("reason", reason),
        ];
        self.steward().await.submits("/desk/agenda/wells", &fields).await
    }

    async fn sends(&self, csv: &str) {
        let parts: [(&str, &str, &str, &[u8]); 2] = [
            ("table", "", "", b""),
            ("file", "wells.csv", "text/csv", csv.as_bytes()),
        ];
        let producer = self.town.signs_in("pu@town.test").await;
        producer
            .posts_parts("/desk/data/wells/files", &parts)
            .await
            .is(303);
        self.town.run_jobs().await;
    }

    /// Takes a step on the page of the dataset, as its form does.
    async fn steps(&self, visitor: &Visitor<'_>, act: &str, note: &str) {
        let page = "/desk/data/wells/review";
        let text = visitor.gets(page).await.is(200).text();
        let value = |name: &str| {
            let pattern = Regex::new(&format!("name=\"{name}\" value=\"([^\"]*)\"")).expect("a pattern");
            let found = pattern.captures(&text);
            found.unwrap_or_else(|| panic!("no {name} in\n{text}"))[1].to_owned()
        };
        let (publication, revision) = (value("publication"), value("revision"));
        let fields = [
            ("act", act),
            ("publication", publication.as_str()),
            ("revision", revision.as_str()),
            ("note", note),
        ];
        visitor.submits(page, &fields).await.is(303);
        self.town.run_jobs().await;
    }

    /// Sends a file for a period that its sender names.
    async fn sends_for(&self, period: &str, csv: &str) -> Answer {
        let parts: [(&str, &str, &str, &[u8]); 3] = [
            ("table", "", "", b""),
            ("period", "", "", period.as_bytes()),
            ("file", "wells.csv", "text/csv", csv.as_bytes()),
        ];
        let producer = self.town.signs_in("pu@town.test").await;
        let answer = producer.posts_parts("/desk/data/wells/files", &parts).await;
        self.town.run_jobs().await;
        answer
    }

    async fn league(&self, year: i32) -> Vec<Value> {
        let path = format!("/timeliness.json?year={year}");
        let json = self.town.stranger().gets(&path).await.is(200).json();
        json["producers"].as_array().cloned().unwrap_or_default()
    }

    /// The periods of the dataset in a year, as everybody reads them.
    async fn periods(&self, year: i32) -> Vec<Value> {
        let path = format!("/agenda.json?year={year}");
        let json = self.town.stranger().gets(&path).await.is(200).json();
        json["datasets"][0]["periods"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    }

    async fn reminders(&self) -> Vec<String> {
        jobs::queue_chores(&self.town.app).await.expect("queued");
        self.town.run_jobs().await;
        let told = message::list_notices(&self.town.app, &self.producer, 50)
            .await
            .expect("read");
        told.into_iter().map(|notice| notice.text).collect()
    }
}

#[tokio::test]
async fn a_steward_plans_the_producer_confirms_and_everybody_sees_what_is_due_when() {
    let office = Office::new().await;
    office.plans("checkpoints", "2026-10-01", "").await.is(303);
    let reader = office.town.stranger();
    let page = reader.gets("/agenda").await.is(200).text();
    for part in [
        "2026-B12: due 31 December 2026",
        "not confirmed by the producer yet",
        "Dinas Pekerjaan Umum · Bidang Air",
    ] {
        assert!(page.contains(part), "{part} is missing in\n{page}");
    }
    assert_eq!(faults(&page), [""; 0]);
    let producer = office.town.signs_in("pu@town.test").await;
    producer
        .submits("/desk/agenda/wells", &[("act", "confirm")])
        .await
        .is(303);
    let page = reader.gets("/agenda").await.is(200).text();
    assert!(!page.contains("not confirmed"), "{page}");
    let next: Vec<_> = office
        .periods(2027)
        .await
        .iter()
        .map(|due| due["due_on"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(next, ["2027-03-31", "2027-06-30", "2027-09-30", "2027-12-31"]);
    let calendar = reader.gets("/agenda.ics").await.is(200);
    assert_eq!(calendar.header("content-type"), "text/calendar; charset=utf-8");
    let calendar = calendar.text();
    assert!(calendar.contains("DTSTART;VALUE=DATE:20261231\r\n"), "{calendar}");
    let csv = reader.gets("/agenda.csv").await.is(200).text();
    assert!(
        csv.contains("wells,Wells,dinas-pu,Dinas Pekerjaan Umum,Bidang Air,checkpoints,2026-B12"),
        "{csv}"
    );
    let own = reader.gets("/data/wells?lang=id").await.is(200).text();
    assert!(own.contains("2026-B12: tenggat 31 Desember 2026"), "{own}");
}

#[tokio::test]
async fn other_catalogues_are_told_how_often_a_dataset_comes_and_send_nothing_of_it_back() {
    let office = Office::new().await;
    office.plans("checkpoints", "2026-10-01", "").await.is(303);
    let admin = office.town.admin().await;
    let shown = admin
        .gets("/api/3/action/package_show?id=wells")
        .await
        .is(200)
        .json();
    let package = &shown["result"];
    let extras = package["extras"].as_array().expect("extras");
    let told: Vec<_> = extras
        .iter()
        .map(|extra| format!("{}={}", extra["key"], extra["value"]).replace('"', ""))
        .collect();
    assert_eq!(
        told,
        ["agenda_frequency=checkpoints", "agenda_next_due=2026-12-31"]
    );
    admin
        .posts_json("/api/3/action/package_update", package)
        .await
        .is(200);
    let again = admin
        .gets("/api/3/action/package_show?id=wells")
        .await
        .is(200)
        .json();
    assert_eq!(
        again["result"]["extras"], package["extras"],
        "told once, not twice"
    );
    let id = package["id"].as_str().expect("an id");
    let turtle = admin.gets(&format!("/dataset/{id}.ttl")).await.is(200).text();
    assert!(
        turtle.contains("dct:accrualPeriodicity") && turtle.contains("QUARTERLY"),
        "{turtle}"
    );
}

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
    assert!(page.contains("2026-10: missing, 14 days late"), "{page}");
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
async fn producers_are_reminded_once_before_the_due_date_once_after_it_and_once_when_it_turns_red() {
    let office = Office::new().await;
    office.plans("checkpoints", "2026-10-01", "").await.is(303);
    assert_eq!(office.reminders().await, [""; 0], "too early");
    // Five working days before 31 December 2026 is the 24th.
    office.town.advance(38 * DAY);
    assert_eq!(office.reminders().await.len(), 1);
    let told = office.reminders().await;
    assert_eq!(told.len(), 1, "said once");
    assert!(
        told[0].contains("Due 31 December 2026: Wells (2026-B12).") && !told[0].contains('@'),
        "{told:?}"
    );
    office.town.advance(8 * DAY);
    let told = office.reminders().await;
    assert_eq!(
        (told.len(), told[0].contains("has not come: Wells")),
        (2, true),
        "{told:?}"
    );
    office.town.advance(7 * DAY);
    let told = office.reminders().await;
    assert_eq!(
        (told.len(), told[0].contains("now red in public")),
        (3, true),
        "{told:?}"
    );
    assert_eq!(office.reminders().await.len(), 3);
    office.sends("a\n1\n").await;
    office.town.advance(30 * DAY);
    assert_eq!(office.reminders().await.len(), 3, "what came is not asked for");
}

#[tokio::test]
async fn a_due_date_is_moved_with_a_reason_that_everybody_reads_and_never_once_it_has_passed() {
    let office = Office::new().await;
    office.plans("checkpoints", "2026-07-01", "").await.is(303);
    let steward = office.steward().await;
    let moves = |period: &'static str, to: &'static str, reason: &'static str| {
        [
            ("act", "move"),
            ("period", period),
            ("to", to),
            ("reason", reason),
        ]
    };
    let silent = steward
        .submits("/desk/agenda/wells", &moves("2026-B12", "2027-01-15", " "))
        .await
        .is(400)
        .text();
    assert!(silent.contains("Say why, in a sentence"), "{silent}");
    steward
        .submits(
            "/desk/agenda/wells",
            &moves("2026-B12", "2027-01-15", "Year-end audit"),
        )
        .await
        .is(303);
    let page = office
        .town
        .stranger()
        .gets("/agenda?year=2027")
        .await
        .is(200)
        .text();
    for part in [
        "moved from 31 Dec 2026",
        "from 31 December 2026 to 15 January 2027 by the steward",
        "Year-end audit",
    ] {
        assert!(page.contains(part), "{part} is missing in\n{page}");
    }
    let late = steward
        .submits(
            "/desk/agenda/wells",
            &moves("2026-B09", "2027-01-15", "We forgot"),
        )
        .await
        .is(409)
        .text();
    assert!(late.contains("late stays late"), "{late}");
    let producer = office.town.signs_in("pu@town.test").await;
    producer
        .submits(
            "/desk/agenda/wells",
            &moves("2026-B12", "2027-06-30", "More time"),
        )
        .await
        .is(403);
    // A plan that is there is changed with a reason only.
    office.plans("monthly", "2026-07-01", "").await.is(400);
    office
        .plans("monthly", "2026-07-01", "Monthly from now on")
        .await
        .is(303);
    let desk = steward.gets("/desk/agenda/wells").await.is(200).text();
    assert!(
        desk.contains("changed the plan (from checkpoints to monthly)"),
        "{desk}"
    );
    assert!(
        desk.contains("moved 2026-B12 from 2026-12-31 to 2027-01-15"),
        "history stays: {desk}"
    );
    assert_eq!(faults(&desk), [""; 0]);
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
async fn a_holiday_of_the_profile_in_force_moves_a_due_date_to_the_next_working_day() {
    let office = Office::new().await;
    office.plans("dates", "2026-12-01", "").await.is(303);
    assert_eq!(
        office.periods(2027).await[0]["due_on"],
        "2027-01-01",
        "a Friday like any other"
    );
    let op = office.town.system();
    requests::load_profile(&office.town.app, &op, shipped::LAPOR)
        .await
        .expect("loaded");
    office
        .plans("dates", "2026-12-01", "The calendar changed")
        .await
        .is(303);
    assert_eq!(
        office.periods(2027).await[0]["due_on"],
        "2027-01-04",
        "New Year's Day and a weekend"
    );
}

#[tokio::test]
async fn what_was_handed_in_on_time_is_no_ones_fault_while_others_look_at_it() {
    let office = Office::new().await;
    let admin = office.town.admin().await;
    admin
        .submits("/desk/review/rules", &[("rule-", "steward")])
        .await
        .is(303);
    office.plans("checkpoints", "2026-10-01", "").await.is(303);
    // Thursday 24 December, from when on deliveries count.
    office.town.advance(38 * DAY);
    office.sends("a\n1\n").await;
    // 13 January: overdue, and past the grace.
    office.town.advance(20 * DAY);
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
            .any(|notice| notice.text.contains("waits for you: Wells (2026-B12)")),
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
    let admin = office.town.admin().await;
    admin
        .submits("/desk/review/rules", &[("rule-", "steward")])
        .await
        .is(303);
    office.plans("checkpoints", "2026-10-01", "").await.is(303);
    office.town.advance(38 * DAY);
    office.sends("a\n1\n").await;
    office.town.advance(20 * DAY);
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
    let plan = [
        ("act", "plan"),
        ("frequency", "monthly"),
        ("due_days", "0"),
        ("grace_days", "3"),
        ("notice_days", "5"),
        ("starts_on", "2026-10-01"),
    ];
    let steward = office.steward().await;
    steward.submits("/desk/agenda/staff", &plan).await.is(303);
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
async fn a_holiday_entered_later_moves_what_lies_ahead_and_nothing_that_was_due() {
    let office = Office::new().await;
    office.plans("dates", "2026-12-01", "").await.is(303);
    assert_eq!(office.periods(2027).await[0]["due_on"], "2027-01-01");
    let op = office.town.system();
    requests::load_profile(&office.town.app, &op, shipped::LAPOR)
        .await
        .expect("loaded");
    for _ in 0..2 {
        office.reminders().await;
    }
    let due = office.periods(2027).await.remove(0);
    assert_eq!(
        (&due["due_on"], &due["first_due_on"]),
        (&json!("2027-01-04"), &json!("2027-01-04"))
    );
    let page = office.town.stranger().gets("/agenda?year=2027").await.text();
    let told = "2027-01-01: the due date went from 1 January 2027 to 4 January 2027, because the working days changed.";
    assert!(page.contains(told), "{page}");
    assert_eq!(faults(&page), [""; 0]);
    let desk = office.steward().await.gets("/desk/agenda/wells").await.text();
    let noted = "moved 2027-01-01 from 2027-01-01 to 2027-01-04, because the working days changed";
    assert_eq!(desk.matches(noted).count(), 1, "{desk}");
    // What somebody moved stays where they put it.
    let moves = [
        ("act", "move"),
        ("period", "2027-01-01"),
        ("to", "2027-01-10"),
        ("reason", "A Sunday, as agreed"),
    ];
    let steward = office.steward().await;
    steward.submits("/desk/agenda/wells", &moves).await.is(303);
    office.reminders().await;
    assert_eq!(office.periods(2027).await[0]["due_on"], "2027-01-10");
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
async fn a_plan_may_say_how_much_of_a_table_is_to_be_there_at_the_checkpoints() {
    let office = Office::new().await;
    let plan = |targets: &'static str, rows: &'static str| {
        [
            ("act", "plan"),
            ("frequency", "checkpoints"),
            ("due_days", "0"),
            ("grace_days", "3"),
            ("notice_days", "5"),
            ("starts_on", "2026-01-01"),
            ("targets", targets),
            ("expected_rows", rows),
        ]
    };
    let steward = office.steward().await;
    for (targets, rows, told) in [
        ("half", "4", "whole percentages"),
        ("50", "", "whole number of at least 1"),
    ] {
        let refused = steward.submits("/desk/agenda/wells", &plan(targets, rows)).await;
        let refused = refused.is(400).text();
        assert!(refused.contains(told), "{refused}");
    }
    let kept = plan("- - 50 100", "4");
    steward.submits("/desk/agenda/wells", &kept).await.is(303);
    office.sends("a\n1\n2\n3\n").await;
    let reader = office.town.stranger();
    let json = reader.gets("/agenda.json?year=2026").await.is(200).json();
    let targets = &json["datasets"][0]["targets"];
    assert_eq!(
        (
            &targets[0]["checkpoint"],
            &targets[0]["n_rows"],
            &targets[0]["is_over"]
        ),
        (&json!("B09"), &json!(0), &json!(true))
    );
    assert_eq!(
        (&targets[1]["n_rows"], &targets[1]["reached_percent"]),
        (&json!(3), &json!(75.0))
    );
    let page = reader.gets("/agenda?year=2026").await.is(200).text();
    assert!(page.contains("has 75% of 4 rows; 100% wanted"), "{page}");
    assert_eq!(faults(&page), [""; 0]);
    let desk = steward.gets("/desk/agenda/wells").await.is(200).text();
    assert!(desk.contains("value=\"- - 50 100\""), "{desk}");
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
        };
        tx.emit(&op, &event).await.expect("told");
        tx.commit().await.expect("committed");
        town.run_jobs().await;
    };
    let mut tx = town.app.db.begin().await.expect("a transaction");
    let entry = catalog::NoteTable { table: table.into() };
    tx.enqueue(&town.system(), &entry).await.expect("queued");
    tx.commit().await.expect("committed");
    town.run_jobs().await;
    let plan = [
        ("act", "plan"),
        ("frequency", "monthly"),
        ("due_days", "0"),
        ("grace_days", "3"),
        ("notice_days", "5"),
        ("starts_on", "2026-11-01"),
    ];
    let steward = office.steward().await;
    steward
        .submits("/desk/agenda/census-household", &plan)
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
