//! Facilitators: signing, the register, coaching, tasks and coverage, through the front doors.

use baraza::{
    accounts,
    evidence::model::Subject,
    facilitators::{self, NewTask},
    platform::op::{Grant, Op, Person, Proof, Role, Who},
};
use pretty_assertions::assert_eq;

use crate::{
    indicators::{PLACES, import_places},
    town::{Town, Visitor, grant},
};

mod coaching;
mod coverage;

pub const VILLAGE: &str = "35.22.01.2001";
pub const BESIDE: &str = "35.22.02.2001";
const ME: &str = "/desk/facilitators/me";
const TASKS: &str = "/desk/facilitators/tasks";

/// A town with places.
pub async fn settled() -> Town {
    let town = Town::new().await;
    import_places(&town, PLACES).await;
    town
}

/// Somebody with a name and grants, signed in by a token; and their id.
pub async fn named<'a>(town: &'a Town, name: &str, grants: &[Grant]) -> (Visitor<'a>, String) {
    let email = format!("{}@town.test", name.to_lowercase().replace(' ', "."));
    let user = town.add(&email, name, grants).await;
    let mut tx = town.app.db.begin().await.expect("a transaction");
    let token = accounts::create_token(&mut tx, &town.system(), &user, "test", None, &[])
        .await
        .expect("a token");
    tx.commit().await.expect("committed");
    (town.bearer(&token), user)
}

/// Signs both papers.
pub async fn signs(visitor: &Visitor<'_>) {
    for paper in ["conduct", "safeguarding"] {
        let agree = format!("agree-{paper}");
        let fields = [
            ("act", "sign"),
            ("paper", paper),
            ("version", "2026-11"),
            (agree.as_str(), "yes"),
        ];
        visitor.submits(ME, &fields).await.is(303);
    }
}

/// The circumstances of somebody with grants.
fn acting(town: &Town, user: &str, grants: &[Grant]) -> Op {
    let who = Who::Person(Person {
        id: user.into(),
        name: "X".into(),
        email: "x@town.test".into(),
        grants: grants.to_vec(),
        proof: Proof::Session { id: "s".into() },
    });
    Op { who, ..town.system() }
}

/// Asks for a group of a place.
pub async fn asks(town: &Town, place: &str, group: &str, source: &str) {
    let task = NewTask {
        place: place.into(),
        facility: None,
        group: Some(group.into()),
        text: "facilitators-task-unheard",
        facts: serde_json::json!({ "name": "single mothers of Kalianyar" }),
        source: Subject::new("scorecard", source),
        due_on: None,
    };
    let mut tx = town.app.db.begin().await.expect("a transaction");
    facilitators::ask(&mut tx, &town.system(), &task)
        .await
        .expect("asked");
    tx.commit().await.expect("committed");
}

/// The tasks there are: group, state and reason.
pub async fn tasks(town: &Town) -> Vec<(String, String, String)> {
    sqlx::query_as("SELECT group_code, state, why FROM facilitator_task ORDER BY group_code, id")
        .fetch_all(town.app.db.read())
        .await
        .expect("read")
}

async fn first_task(town: &Town) -> String {
    sqlx::query_scalar("SELECT id FROM facilitator_task ORDER BY id LIMIT 1")
        .fetch_one(town.app.db.read())
        .await
        .expect("a task")
}

#[tokio::test]
async fn who_has_not_signed_may_not_facilitate_and_is_told_what_to_do() {
    let town = settled().await;
    let own = [grant(Role::Facilitator, Some("35.22.01"))];
    let (siti, user) = named(&town, "Siti Aminah", &own).await;
    let op = acting(&town, &user, &own);
    let may = |place: &'static str| facilitators::may_facilitate(&town.app, &op, place);
    assert!(!may(VILLAGE).await.expect("answered"));
    asks(&town, VILLAGE, "women", "1").await;
    let task = first_task(&town).await;
    let takes = [("act", "taken"), ("task", task.as_str())];
    let refused = siti.submits(TASKS, &takes).await.is(403).text();
    assert!(refused.contains("sign both"), "{refused}");
    assert!(
        siti.gets(TASKS)
            .await
            .is(200)
            .text()
            .contains("may not facilitate yet")
    );
    let without_tick = [("act", "sign"), ("paper", "conduct"), ("version", "2026-11")];
    let page = siti.submits(ME, &without_tick).await.is(400).text();
    assert!(page.contains("href=\"#agree-conduct\""), "{page}");
    signs(&siti).await;
    let page = siti.gets(ME).await.is(200).text();
    assert!(
        page.contains("Signed on 16 November 2026, version 2026-11"),
        "{page}"
    );
    assert!(may(VILLAGE).await.expect("answered") && !may(BESIDE).await.expect("answered"));
    siti.submits(TASKS, &takes).await.is(303);
}

#[tokio::test]
async fn what_was_signed_is_kept_in_its_words_and_a_newer_version_is_signed_again() {
    let town = settled().await;
    let own = [grant(Role::Facilitator, Some(VILLAGE))];
    let (siti, user) = named(&town, "Siti Aminah", &own).await;
    let op = acting(&town, &user, &own);
    signs(&siti.clone().with_header("accept-language", "id")).await;
    let kept: Vec<(String, String)> =
        sqlx::query_as("SELECT lang, words FROM facilitator_signature ORDER BY paper")
            .fetch_all(town.app.db.read())
            .await
            .expect("read");
    assert_eq!(kept.len(), 2);
    assert!(
        kept[0].0 == "id" && kept[0].1.contains("menghormati semua orang"),
        "{kept:?}"
    );
    let mut tx = town.app.db.begin().await.expect("a transaction");
    sqlx::query("UPDATE facilitator_signature SET version = '2019-01'")
        .execute(tx.conn())
        .await
        .expect("older");
    tx.commit().await.expect("committed");
    let may = facilitators::may_facilitate(&town.app, &op, VILLAGE).await;
    assert!(!may.expect("answered"));
    let page = siti.gets(ME).await.is(200).text();
    assert!(page.contains("There is a newer version to sign"), "{page}");
    // Somebody who read the words before they changed reads them again first.
    let old = [
        ("act", "sign"),
        ("paper", "conduct"),
        ("version", "2019-01"),
        ("agree-conduct", "yes"),
    ];
    siti.submits(ME, &old).await.is(409);
}

#[tokio::test]
async fn an_administrator_is_no_facilitator_and_nobody_signs_for_another() {
    let town = settled().await;
    let admin = town.admin().await;
    admin.gets(ME).await.is(403);
    let op = acting(&town, "a", &[grant(Role::Admin, None)]);
    let may = facilitators::may_facilitate(&town.app, &op, VILLAGE).await;
    assert!(!may.expect("answered"));
    let system = facilitators::may_facilitate(&town.app, &town.system(), VILLAGE).await;
    assert!(system.expect("answered"));
}

#[tokio::test]
async fn the_name_of_a_facilitator_is_for_staff_of_the_place() {
    let town = settled().await;
    let (siti, user) = named(&town, "Siti Aminah", &[grant(Role::Facilitator, Some(VILLAGE))]).await;
    signs(&siti).await;
    let page = format!("/desk/facilitators/{user}");
    for (role, place) in [
        (Role::Officer, "35.22.01"),
        (Role::Leader, "35.22"),
        (Role::Auditor, VILLAGE),
    ] {
        let staff = town.someone(role, Some(place)).await;
        let list = staff.gets("/desk/facilitators").await.is(200).text();
        assert!(list.contains("Siti Aminah"), "{role} {place}: {list}");
        staff.gets(&page).await.is(200);
    }
    let beside = town.someone(Role::Officer, Some("35.22.02")).await;
    let list = beside.gets("/desk/facilitators").await.is(200).text();
    assert!(!list.contains("Siti Aminah"), "{list}");
    beside.gets(&page).await.is(404);
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    producer.gets("/desk/facilitators").await.is(403);
    for path in [
        "/facilitators",
        "/facilitators.csv",
        "/facilitators?place=35.22.01.2001",
    ] {
        let public = town.stranger().gets(path).await.is(200).text();
        assert!(
            !public.contains("Siti") && !public.contains(&user),
            "{path}: {public}"
        );
    }
}

#[tokio::test]
async fn the_same_source_group_and_text_is_on_the_list_once() {
    let town = settled().await;
    for _ in 0..2 {
        asks(&town, VILLAGE, "own", "1").await;
    }
    asks(&town, VILLAGE, "women", "1").await;
    assert_eq!(tasks(&town).await.len(), 2);
    let officer = town.someone(Role::Officer, Some(VILLAGE)).await;
    let list = officer.gets(TASKS).await.is(200).text();
    assert!(
        list.contains("single mothers of Kalianyar") && list.contains("Luwihaji"),
        "{list}"
    );
    let beside = town.someone(Role::Officer, Some(BESIDE)).await;
    let list = beside.gets(TASKS).await.is(200).text();
    assert!(list.contains("no such task"), "{list}");
    let mut tx = town.app.db.begin().await.expect("a transaction");
    let unknown = NewTask {
        place: VILLAGE.into(),
        facility: None,
        group: Some("everybody".into()),
        text: "facilitators-task-unheard",
        facts: serde_json::json!({}),
        source: Subject::new("scorecard", "2"),
        due_on: None,
    };
    let refused = facilitators::ask(&mut tx, &town.system(), &unknown).await;
    assert_eq!(refused.expect_err("refused").code(), "facilitators-group-unknown");
}

#[tokio::test]
async fn a_task_is_taken_by_one_declined_with_a_reason_and_over_then() {
    let town = settled().await;
    let own = [grant(Role::Facilitator, Some(VILLAGE))];
    let (siti, _) = named(&town, "Siti Aminah", &own).await;
    let (budi, _) = named(&town, "Budi Santoso", &own).await;
    signs(&siti).await;
    signs(&budi).await;
    asks(&town, VILLAGE, "young", "1").await;
    let task = first_task(&town).await;
    let why = format!("why-{task}");
    let acts = |act: &'static str| vec![("act", act), ("task", task.as_str())];
    siti.submits(TASKS, &acts("taken")).await.is(303);
    let others = budi.submits(TASKS, &acts("done")).await.is(403).text();
    assert!(others.contains("A colleague took this task"), "{others}");
    let beside = town.someone(Role::Facilitator, Some(BESIDE)).await;
    beside.submits(TASKS, &acts("taken")).await.is(404);
    let officer = town.someone(Role::Officer, Some(VILLAGE)).await;
    officer.submits(TASKS, &acts("done")).await.is(403);
    let page = siti.submits(TASKS, &acts("declined")).await.is(400).text();
    assert!(page.contains(&format!("href=\"#{why}\"")), "{page}");
    let mut declined = acts("declined");
    declined.push((why.as_str(), "They are at the harvest until May"));
    siti.submits(TASKS, &declined).await.is(303);
    let why_told = "They are at the harvest until May".to_owned();
    let told = ("young".to_owned(), "declined".to_owned(), why_told);
    assert_eq!(tasks(&town).await, [told]);
    siti.submits(TASKS, &acts("taken")).await.is(409);
    let list = officer
        .gets("/desk/facilitators/tasks?list=declined")
        .await
        .is(200)
        .text();
    assert!(list.contains("at the harvest until May"), "{list}");
}
