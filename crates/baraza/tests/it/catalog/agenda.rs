//! The agenda of data: planned, confirmed, reminded of, moved; and what everybody reads of it.

use std::time::Duration;

use baraza::{
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

use super::world::save_office;
use crate::{
    html::check::faults,
    town::{Answer, Town, Visitor},
};

mod delivered;

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
        save_office(&town, "dinas-pu", "Dinas Pekerjaan Umum").await;
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
        let mut fields = plan(frequency, starts_on);
        fields.extend([("dates", "01-01"), ("unit", "Bidang Air"), ("reason", reason)]);
        self.steward().await.submits("/desk/agenda/wells", &fields).await
    }

    async fn sends(&self, csv: &str) {
        self.posts_file(&[], csv).await.is(303);
    }

    /// Sends a file for a period that its sender names.
    async fn sends_for(&self, period: &str, csv: &str) -> Answer {
        self.posts_file(&[("period", "", "", period.as_bytes())], csv)
            .await
    }

    async fn posts_file(&self, more: &[(&str, &str, &str, &[u8])], csv: &str) -> Answer {
        let mut parts = vec![("table", "", "", &b""[..])];
        parts.extend(more);
        parts.push(("file", "wells.csv", "text/csv", csv.as_bytes()));
        let producer = self.town.signs_in("pu@town.test").await;
        let answer = producer.posts_parts("/desk/data/wells/files", &parts).await;
        self.town.run_jobs().await;
        answer
    }

    /// Sends on 24 December what is due at the end of 2026 and what a steward looks at first, and waits until it is overdue.
    async fn hands_in_and_waits(&self) {
        let admin = self.town.admin().await;
        let rule = [("rule-", "steward")];
        admin.submits("/desk/review/rules", &rule).await.is(303);
        self.plans("checkpoints", "2026-10-01", "").await.is(303);
        // Thursday 24 December, from when on deliveries count.
        self.town.advance(38 * DAY);
        self.sends("a\n1\n").await;
        // 13 January: overdue, and past the grace.
        self.town.advance(20 * DAY);
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

/// What a steward types who plans a dataset and says no more than must be said.
fn plan<'a>(frequency: &'a str, starts_on: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("act", "plan"),
        ("frequency", frequency),
        ("due_days", "0"),
        ("grace_days", "3"),
        ("notice_days", "5"),
        ("starts_on", starts_on),
    ]
}

#[tokio::test]
async fn a_steward_plans_the_producer_confirms_and_everybody_sees_what_is_due_when() {
    let office = Office::new().await;
    office.plans("checkpoints", "2026-10-01", "").await.is(303);
    let reader = office.town.stranger();
    let page = reader.gets("/agenda").await.is(200).text();
    for part in [
        "B12, December 2026: due 31 December 2026",
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
    assert!(
        own.contains("B12, Desember 2026: tenggat 31 Desember 2026"),
        "{own}"
    );
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
        told[0].contains("Due 31 December 2026: Wells (B12, December 2026).") && !told[0].contains('@'),
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
    let told = "1 January 2027: the due date went from 1 January 2027 to 4 January 2027, because the working days changed.";
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
async fn a_plan_may_say_how_much_of_a_table_is_to_be_there_at_the_checkpoints() {
    let office = Office::new().await;
    let filled = |targets: &'static str, rows: &'static str| {
        let mut fields = plan("checkpoints", "2026-01-01");
        fields.extend([("targets", targets), ("expected_rows", rows)]);
        fields
    };
    let steward = office.steward().await;
    for (targets, rows, told) in [
        ("half", "4", "whole percentages"),
        ("50", "", "whole number of at least 1"),
    ] {
        let refused = steward
            .submits("/desk/agenda/wells", &filled(targets, rows))
            .await;
        let refused = refused.is(400).text();
        assert!(refused.contains(told), "{refused}");
    }
    let kept = filled("- - 50 100", "4");
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
