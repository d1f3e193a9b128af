//! A village's year: what is owed, what came, what is late, and the village's money.

use std::time::Duration;

use baraza::{
    accounts,
    platform::{message, op::Role},
    village::{self, year::KeepYears},
};
use pretty_assertions::assert_eq;
use regex::Regex;

use crate::{
    indicators::{PLACES, import_places},
    town::{Answer, Town, Visitor},
};

pub const VILLAGE: &str = "35.22.01.2001";
const A_DAY: u64 = 24 * 60 * 60;

/// A town with places and the operator of a village, who began the year 2027.
pub async fn begun() -> Town {
    let town = Town::new().await;
    import_places(&town, PLACES).await;
    operator(&town)
        .await
        .submits(
            &format!("/desk/villages/{VILLAGE}"),
            &[("year", "2027"), ("template", "desa")],
        )
        .await
        .is(303);
    town
}

pub async fn operator(town: &Town) -> Visitor<'_> {
    town.someone(Role::Officer, Some(VILLAGE)).await
}

fn days(n: u64) -> Duration {
    Duration::from_secs(n * A_DAY)
}

async fn delivers(visitor: &Visitor<'_>, code: &str, name: &str, bytes: &[u8]) -> Answer {
    let parts = [
        ("document", "", "", code.as_bytes()),
        ("file", name, "application/pdf", bytes),
        ("note", "", "", &b"Perdes 5/2026"[..]),
    ];
    visitor
        .posts_parts(&format!("/desk/villages/{VILLAGE}/year/2027/documents"), &parts)
        .await
}

/// The row of a document in the file of the year.
async fn row(town: &Town, code: &str) -> String {
    let path = format!("/villages/{VILLAGE}/year/2027.csv");
    let csv = town.stranger().gets(&path).await.is(200).text();
    csv.lines()
        .find(|line| line.starts_with(&format!("{code},")))
        .unwrap_or_else(|| panic!("{code}: {csv}"))
        .to_owned()
}

#[tokio::test]
async fn a_document_is_late_from_the_day_after_it_is_due_and_stays_as_late_as_it_came() {
    let town = begun().await;
    assert!(row(&town, "apbdes").await.ends_with("2026-12-31,ahead,,green,0"));
    assert!(
        row(&town, "musdes").await.ends_with("2026-06-30,before,,white,0"),
        "what fell due before the year was kept here is not judged"
    );
    town.advance(days(46));
    assert!(row(&town, "apbdes").await.ends_with("missing,1,yellow,0"));
    delivers(
        &operator(&town).await,
        "apbdes",
        "apbdes.pdf",
        b"%PDF-1.7 figures",
    )
    .await
    .is(303);
    town.advance(days(60));
    assert!(row(&town, "apbdes").await.ends_with("late,1,yellow,1"));
    assert!(row(&town, "du-rkpdes").await.contains(",missing,61,red,"));
}

#[tokio::test]
async fn a_file_is_read_by_everybody_until_it_is_withdrawn_with_a_reason() {
    let town = begun().await;
    let operator = operator(&town).await;
    delivers(&operator, "apbdes", "apbdes.pdf", b"<html>")
        .await
        .is(400);
    delivers(&operator, "nothing", "apbdes.pdf", b"%PDF-1.7")
        .await
        .is(400);
    delivers(&operator, "apbdes", "apbdes.pdf", b"%PDF-1.7 figures")
        .await
        .is(303);
    let path = format!("/villages/{VILLAGE}/year/2027");
    let page = town.stranger().gets(&path).await.is(200).text();
    assert!(page.contains("Perdes 5/2026"), "{page}");
    let link = Regex::new(r"/villages/[0-9.]+/documents/([0-9a-f-]+)").expect("a pattern");
    let found = link.captures(&page).expect("a link");
    let file = town.stranger().gets(&found[0]).await.is(200);
    assert!(file.header("content-disposition").starts_with("attachment"));
    assert_eq!(file.text(), "%PDF-1.7 figures");
    let withdraw = format!("/desk{path}/withdraw");
    operator
        .submits(&withdraw, &[("withdrawn", &found[1]), ("why", "")])
        .await
        .is(400);
    operator
        .submits(&withdraw, &[("withdrawn", &found[1]), ("why", "The wrong annex")])
        .await
        .is(303);
    town.stranger().gets(&found[0]).await.is(410);
    let page = town.stranger().gets(&path).await.is(200).text();
    assert!(
        page.contains("The wrong annex") && !page.contains(&found[0]),
        "{page}"
    );
}

#[tokio::test]
async fn only_the_operator_of_the_village_itself_writes_and_everybody_above_reads() {
    let town = begun().await;
    let desk = format!("/desk/villages/{VILLAGE}/year/2027");
    for (role, place) in [
        (Role::Officer, Some("35.22")),
        (Role::Officer, Some("35.22.01.2002")),
        (Role::Steward, Some("35.22")),
        (Role::Admin, None),
    ] {
        let visitor = town.someone(role, place).await;
        let refused = delivers(&visitor, "apbdes", "apbdes.pdf", b"%PDF-1.7").await;
        assert_eq!(refused.status.as_u16(), 403, "{role} {place:?}");
        let reads = if place == Some("35.22.01.2002") { 403 } else { 200 };
        visitor.gets(&desk).await.is(reads);
    }
    let producer = town.someone(Role::Producer, Some(VILLAGE)).await;
    delivers(&producer, "apbdes", "apbdes.pdf", b"%PDF-1.7")
        .await
        .is(303);
    town.stranger().gets(&desk).await.is(303);
}

#[tokio::test]
async fn operators_are_reminded_once_of_each_thing_and_the_coming_year_begins_by_itself() {
    let town = begun().await;
    let user = accounts::find_user(&town.app, &format!("officer-{VILLAGE}@town.test"))
        .await
        .expect("looked up")
        .expect("the operator");
    let told = async || {
        let mut tx = town.app.db.begin().await.expect("a transaction");
        tx.enqueue(&town.system(), &KeepYears {}).await.expect("queued");
        tx.commit().await.expect("committed");
        town.run_jobs().await;
        message::list_notices(&town.app, &user, 10)
            .await
            .expect("notices")
    };
    assert_eq!(told().await.len(), 0, "nothing is due soon");
    town.advance(days(32));
    let notices = told().await;
    assert_eq!(notices.len(), 1);
    assert!(notices[0].text.contains("(APB Desa)"), "{}", notices[0].text);
    assert_eq!(told().await.len(), 1, "each thing is said once");
    town.advance(days(14));
    assert!(told().await.len() > 1, "what has not come is spoken of again");
    let coming = format!("/villages/{VILLAGE}/year/2028.json");
    town.stranger().gets(&coming).await.is(200);
}

#[tokio::test]
async fn the_village_states_its_budget_and_its_works_by_file_and_everybody_reads_them() {
    let town = begun().await;
    let operator = operator(&town).await;
    let year = format!("/desk/villages/{VILLAGE}/year/2027");
    let budget = "field,planned,realised\nincome,1500000000,\ngovernment,500000000,210000000\n\
        development,600000000,150000000\ncommunity,100000000,\nempowerment,200000000,0\nemergency,100000000,\n";
    let send = async |what: &str, text: &str| {
        let parts = [
            ("source", "", "", &b"Perdes 5/2026"[..]),
            ("stated_on", "", "", &b"2026-11-16"[..]),
            ("file", "list.csv", "text/csv", text.as_bytes()),
        ];
        operator.posts_parts(&format!("{year}/{what}"), &parts).await
    };
    send("budget", &budget.replace("community", "dancing"))
        .await
        .is(400);
    send("budget", budget).await.is(303);
    let works =
        "code,title,provider,amount,progress,stated_on\nW-1,Drain RT 3,TPK Desa,85000000,40,2026-11-01\n";
    send("works", &works.replace(",40,", ",140,")).await.is(400);
    send("works", works).await.is(303);
    let stated = village::budget(&town.app, VILLAGE, 2027).await.expect("read");
    let stated = stated.expect("a budget");
    assert_eq!((stated.income, stated.planned()), (1_500_000_000, 1_500_000_000));
    assert_eq!(
        village::works(&town.app, VILLAGE, 2027)
            .await
            .expect("read")
            .len(),
        1
    );
    let page = town
        .stranger()
        .gets(&format!("/villages/{VILLAGE}"))
        .await
        .is(200)
        .text();
    for shown in ["Perdes 5/2026", "Drain RT 3", "Village development"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let profile = town
        .stranger()
        .gets(&format!("/places/{VILLAGE}"))
        .await
        .is(200)
        .text();
    assert!(profile.contains(&format!("/villages/{VILLAGE}")));
    let found = town.stranger().gets("/search?q=luwihaji").await.is(200).text();
    assert!(
        found.contains(&format!("href=\"/villages/{VILLAGE}\"")),
        "{found}"
    );
}

#[tokio::test]
async fn a_jurisdiction_lays_down_its_own_calendar_and_years_that_were_begun_keep_theirs() {
    let town = begun().await;
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    let text = "name = \"desa\"\ntitle = { en = \"Village\" }\ncurrency = \"IDR\"\nnotice_days = 7\ngrace_working_days = 5\n\
        [[document]]\ncode = \"apbdes\"\nstep = \"budgeting\"\ntitle = { en = \"Budget\" }\ndue = \"11-30\"\nyear = -1\n";
    let calendars = "/desk/villages/calendars";
    steward.submits(calendars, &[("text", "name = 1")]).await.is(400);
    steward.submits(calendars, &[("text", text)]).await.is(303);
    operator(&town)
        .await
        .submits(calendars, &[("text", text)])
        .await
        .is(403);
    assert!(row(&town, "apbdes").await.contains(",2026-12-31,"));
    operator(&town)
        .await
        .submits(
            &format!("/desk/villages/{VILLAGE}"),
            &[("year", "2028"), ("template", "desa")],
        )
        .await
        .is(303);
    let next = format!("/villages/{VILLAGE}/year/2028.csv");
    let csv = town.stranger().gets(&next).await.is(200).text();
    assert!(csv.contains(",2027-11-30,") && csv.lines().count() == 2, "{csv}");
}
