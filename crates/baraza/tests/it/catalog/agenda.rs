//! The agenda of data: planned, confirmed, delivered, late, reminded, moved; and what everybody reads of it.

use std::time::Duration;

use baraza::{
    accounts::model::Organisation,
    platform::{
        jobs, message,
        op::{Grant, Role},
    },
    requests::{self, model::profile::shipped},
};
use pretty_assertions::assert_eq;

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
        let town = Town::new().await;
        let mut tx = town.app.db.begin().await.expect("a transaction");
        let organisation = Organisation {
            code: "dinas-pu".into(),
            name: "Dinas Pekerjaan Umum".into(),
            about: None,
            contact: None,
        };
        baraza::accounts::save_organisation(&mut tx, &town.system(), &organisation)
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

    /// The periods of the dataset in a year, as everybody reads them.
    async fn periods(&self, year: i32) -> Vec<serde_json::Value> {
        let path = format!("/data/agenda.json?year={year}");
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
    let page = reader.gets("/data/agenda").await.is(200).text();
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
    let page = reader.gets("/data/agenda").await.is(200).text();
    assert!(!page.contains("not confirmed"), "{page}");
    let next: Vec<_> = office
        .periods(2027)
        .await
        .iter()
        .map(|due| due["due_on"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(next, ["2027-03-31", "2027-06-30", "2027-09-30", "2027-12-31"]);
    let calendar = reader.gets("/data/agenda.ics").await.is(200);
    assert_eq!(calendar.header("content-type"), "text/calendar; charset=utf-8");
    let calendar = calendar.text();
    assert!(calendar.contains("DTSTART;VALUE=DATE:20261231\r\n"), "{calendar}");
    let csv = reader.gets("/data/agenda.csv").await.is(200).text();
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
    let stands =
        |due: &serde_json::Value| (due["standing"].clone(), due["days"].clone(), due["light"].clone());
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
        .gets("/data/timeliness.json")
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
            &serde_json::Value::Null,
            &14.0.into()
        )
    );
    let page = office
        .town
        .stranger()
        .gets("/data/timeliness")
        .await
        .is(200)
        .text();
    assert!(page.contains("Too few due dates to be ranked"), "{page}");
    assert_eq!(faults(&page), [""; 0]);
    let csv = office
        .town
        .stranger()
        .gets("/data/timeliness.csv")
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
        .gets("/data/agenda?year=2027")
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
