//! Numbers that are entered by hand, through the front doors.

use baraza::{
    accounts::{self, model::Organisation},
    indicators::model::definition::Definition,
    platform::op::{Grant, Role},
};
use pretty_assertions::assert_eq;
use regex::Regex;

use super::{PLACES, compute, import_places, lines, load, vintages::sign_of};
use crate::town::{Answer, Town, Visitor};

/// Each month a sheet for every district, with a row for each of its villages.
const WEIGHED: &str = r#"
code = "weighed"
kind = "entered"
title = { en = "Children weighed", id = "Balita ditimbang" }
counted = { en = "children under five", id = "balita" }
numerator_title = { en = "Weighed", id = "Ditimbang" }
denominator_title = { en = "All", id = "Semua" }
unit = "percent"
direction = "up"

[entered]
organisation = "dinkes"
level = "village"
sheet = "district"
every = "month"
first = "2026-07"
"#;

const DISTRICT: &str = "35.22.01";
const OCTOBER: &str = "2026-10";
const COUNTED: [(&str, &str, &str); 3] = [
    ("35.22.01.2001", "40", "50"),
    ("35.22.01.2002", "30", "60"),
    ("35.22.01.2003", "20", "40"),
];

async fn settled(definition: &str) -> Town {
    let town = Town::new().await;
    import_places(&town, PLACES).await;
    open_office(&town, "dinkes", "Dinas Kesehatan").await;
    load(&town, definition).await;
    town.run_jobs().await;
    town
}

async fn open_office(town: &Town, code: &str, name: &str) {
    let office = Organisation {
        code: code.into(),
        name: name.into(),
        about: None,
        contact: None,
    };
    let mut tx = town.app.db.begin().await.expect("a transaction");
    accounts::save_organisation(&mut tx, &town.system(), &office)
        .await
        .expect("saved");
    tx.commit().await.expect("committed");
}

fn path(district: &str, period: &str) -> String {
    format!("/desk/figures/weighed/{district}/{period}")
}

/// What the hidden field of a page holds.
fn hidden(page: &str, name: &str) -> String {
    let field = Regex::new(&format!("name=\"{name}\" value=\"([^\"]*)\"")).expect("a pattern");
    field.captures(page).expect("the field")[1].to_owned()
}

/// Opens a sheet and sends it with these numbers: place, numerator, denominator.
async fn sends(
    visitor: &Visitor<'_>,
    path: &str,
    act: &str,
    numbers: &[(&str, &str, &str)],
    note: &str,
) -> Answer {
    let page = visitor.gets(path).await.is(200).text();
    let (revision, version) = (hidden(&page, "revision"), hidden(&page, "version"));
    let mut fields = vec![
        ("act".to_owned(), act.to_owned()),
        ("revision".to_owned(), revision),
        ("version".to_owned(), version),
        ("note".to_owned(), note.to_owned()),
    ];
    for (place, numerator, denominator) in numbers {
        fields.push((format!("{place}.0.n"), (*numerator).to_owned()));
        fields.push((format!("{place}.0.d"), (*denominator).to_owned()));
    }
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    visitor.submits(path, &fields).await
}

/// Opens a sheet that waits and signs it, or sends it back.
async fn decides(visitor: &Visitor<'_>, path: &str, act: &str, why: &str) -> Answer {
    let page = visitor.gets(path).await.is(200).text();
    let revision = hidden(&page, "revision");
    visitor
        .submits(
            path,
            &[("act", act), ("revision", revision.as_str()), ("why", why)],
        )
        .await
}

/// Somebody enters the numbers of a month, and somebody else signs them.
async fn signed(town: &Town, period: &str, numbers: &[(&str, &str, &str)], note: &str) {
    let (officer, leader) = (
        town.someone(Role::Officer, Some(DISTRICT)).await,
        town.someone(Role::Leader, Some(DISTRICT)).await,
    );
    let path = path(DISTRICT, period);
    sends(&officer, &path, "hand-in", numbers, note).await.is(303);
    decides(&leader, &path, "sign", "").await.is(303);
    town.run_jobs().await;
}

async fn public(town: &Town) -> Vec<String> {
    lines(
        &town
            .stranger()
            .gets("/indicators/weighed.csv")
            .await
            .is(200)
            .text(),
    )
}

#[tokio::test]
async fn what_somebody_else_signed_is_public_and_nothing_before() {
    let town = settled(WEIGHED).await;
    let (officer, leader) = (
        town.someone(Role::Officer, Some(DISTRICT)).await,
        town.someone(Role::Leader, Some(DISTRICT)).await,
    );
    let path = path(DISTRICT, OCTOBER);
    sends(&officer, &path, "save", &COUNTED, "").await.is(303);
    leader
        .submits(&path, &[("act", "sign"), ("revision", "1")])
        .await
        .is(409);
    sends(&officer, &path, "hand-in", &COUNTED, "").await.is(303);
    town.run_jobs().await;
    assert_eq!(public(&town).await, Vec::<String>::new());
    decides(&officer, &path, "sign", "").await.is(403);
    decides(&leader, &path, "sign", "").await.is(303);
    town.run_jobs().await;
    assert_eq!(
        public(&town).await,
        [
            "35.22.01 2026-10 normal 60.0 150 0",
            "35.22.01.2001 2026-10 normal 80.0 50 0",
            "35.22.01.2002 2026-10 normal 50.0 60 0",
            "35.22.01.2003 2026-10 normal 50.0 40 0",
        ]
    );
    let page = town.stranger().gets("/indicators/weighed").await.is(200).text();
    assert!(
        page.contains("Entered by hand by Dinas Kesehatan, not counted from records. Last signed on")
            && page.contains("1 of 1 report cards of this period are signed"),
        "{page}"
    );
    let json = town.stranger().gets("/indicators/weighed.json").await.json();
    assert_eq!(json["observations"][0]["standing"], "official");
    assert_eq!(json["how"]["entered"]["organisation"], "dinkes");
}

#[tokio::test]
async fn nobody_signs_what_they_entered_themselves() {
    let town = settled(WEIGHED).await;
    let (officer, admin) = (
        town.someone(Role::Officer, Some(DISTRICT)).await,
        town.admin().await,
    );
    let path = path(DISTRICT, OCTOBER);
    sends(&admin, &path, "save", &COUNTED, "").await.is(303);
    sends(&officer, &path, "hand-in", &COUNTED, "").await.is(303);
    let refused = decides(&admin, &path, "sign", "").await.is(403).text();
    assert!(refused.contains("Somebody else has to sign them"), "{refused}");
}

#[tokio::test]
async fn a_sheet_that_was_sent_back_says_why_and_is_handed_in_again() {
    let town = settled(WEIGHED).await;
    let (officer, leader) = (
        town.someone(Role::Officer, Some(DISTRICT)).await,
        town.someone(Role::Leader, Some(DISTRICT)).await,
    );
    let path = path(DISTRICT, OCTOBER);
    sends(&officer, &path, "hand-in", &COUNTED, "").await.is(303);
    decides(&leader, &path, "return", " ").await.is(400);
    decides(&leader, &path, "return", "Kalangan is too low")
        .await
        .is(303);
    let page = officer.gets(&path).await.is(200).text();
    assert!(page.contains("This was sent back: Kalangan is too low"), "{page}");
    sends(&officer, &path, "hand-in", &COUNTED, "").await.is(303);
    decides(&leader, &path, "sign", "").await.is(303);
    town.run_jobs().await;
}

#[tokio::test]
async fn a_correction_shows_old_and_new_and_the_old_stands_until_it_is_signed() {
    let town = settled(WEIGHED).await;
    signed(&town, OCTOBER, &COUNTED, "").await;
    let officer = town.someone(Role::Officer, Some(DISTRICT)).await;
    let path = path(DISTRICT, OCTOBER);
    let corrected = [("35.22.01.2001", "25", "50"), COUNTED[1], COUNTED[2]];
    sends(&officer, &path, "hand-in", &corrected, "").await.is(303);
    town.run_jobs().await;
    assert_eq!(public(&town).await[0], "35.22.01 2026-10 normal 60.0 150 0");
    let leader = town.someone(Role::Leader, Some(DISTRICT)).await;
    let page = leader.gets(&path).await.is(200).text();
    let changes = page
        .rsplit("What this correction changes")
        .next()
        .expect("the changes");
    assert!(changes.contains("40") && changes.contains("25"), "{changes}");
    decides(&leader, &path, "sign", "").await.is(303);
    town.run_jobs().await;
    assert_eq!(public(&town).await[0], "35.22.01 2026-10 normal 50.0 150 0");
    let page = town.stranger().gets("/indicators/weighed").await.is(200).text();
    assert!(
        page.contains("one was corrected after it had been signed"),
        "{page}"
    );
}

#[tokio::test]
async fn small_counts_are_withheld_as_those_that_are_counted() {
    let town = settled(WEIGHED).await;
    let numbers = [COUNTED[0], ("35.22.01.2002", "2", "60"), COUNTED[2]];
    signed(&town, OCTOBER, &numbers, "").await;
    let public = public(&town).await;
    let withheld: Vec<&String> = public.iter().filter(|line| line.contains("suppressed")).collect();
    assert!(
        withheld.len() >= 2 && withheld.iter().any(|line| line.starts_with("35.22.01.2002")),
        "{public:?}"
    );
    assert!(public[0].starts_with("35.22.01 2026-10 normal"), "{public:?}");
}

#[tokio::test]
async fn a_place_whose_parts_are_not_all_told_of_is_provisional() {
    let town = settled(WEIGHED).await;
    signed(
        &town,
        OCTOBER,
        &COUNTED[..2],
        "The scales of Kalangan were broken.",
    )
    .await;
    let json = town.stranger().gets("/indicators/weighed.json").await.json();
    let standing = |at: usize| json["observations"][at]["standing"].clone();
    assert_eq!(
        (standing(0), standing(1)),
        ("provisional".into(), "official".into())
    );
}

#[tokio::test]
async fn a_total_of_nothing_is_a_number() {
    let total = WEIGHED
        .replace(
            "denominator_title = { en = \"All\", id = \"Semua\" }\n",
            "measure = \"total\"\n",
        )
        .replace("percent", "number");
    let town = settled(&total).await;
    let numbers = [
        ("35.22.01.2001", "0", ""),
        ("35.22.01.2002", "30", ""),
        ("35.22.01.2003", "20", ""),
    ];
    signed(&town, OCTOBER, &numbers, "").await;
    assert_eq!(
        public(&town).await,
        [
            "35.22.01 2026-10 normal 50.0 50 0",
            "35.22.01.2001 2026-10 normal 0.0 0 0",
            "35.22.01.2002 2026-10 normal 30.0 30 0",
            "35.22.01.2003 2026-10 normal 20.0 20 0",
        ]
    );
}

#[tokio::test]
async fn a_small_place_that_comes_after_the_others_is_not_told_by_what_it_adds() {
    let total = WEIGHED
        .replace(
            "denominator_title = { en = \"All\", id = \"Semua\" }\n",
            "measure = \"total\"\n",
        )
        .replace("percent", "number")
        .replace("sheet = \"district\"", "sheet = \"village\"");
    let town = settled(&total).await;
    let (officer, leader) = (
        town.someone(Role::Officer, Some(DISTRICT)).await,
        town.someone(Role::Leader, Some(DISTRICT)).await,
    );
    for (village, number) in [
        ("35.22.01.2001", "40"),
        ("35.22.01.2002", "30"),
        ("35.22.01.2003", "3"),
    ] {
        let path = path(village, OCTOBER);
        sends(&officer, &path, "hand-in", &[(village, number, "")], "")
            .await
            .is(303);
        decides(&leader, &path, "sign", "").await.is(303);
        town.run_jobs().await;
    }
    assert_eq!(public(&town).await[0], "35.22.01 2026-10 normal 70.0 70 0");
    let json = town.stranger().gets("/indicators/weighed.json").await.json();
    assert_eq!(
        json["observations"][0]["standing"], "provisional",
        "one is not in it"
    );
}

#[tokio::test]
async fn groups_add_up_to_everybody() {
    let by_sex = format!(
        "by = [[\"sex\"]]\n{WEIGHED}\n[[dimension]]\nname = \"sex\"\ntitle = {{ en = \"Sex\" }}\n\
         codes = [{{ code = \"F\", title = {{ en = \"Girls\" }} }}, {{ code = \"M\", title = {{ en = \"Boys\" }} }}]\n"
    );
    let town = settled(&by_sex).await;
    let (officer, leader) = (
        town.someone(Role::Officer, Some("35.22.02")).await,
        town.someone(Role::Leader, Some("35.22.02")).await,
    );
    let path = path("35.22.02", OCTOBER);
    let page = officer.gets(&path).await.is(200).text();
    assert!(
        page.contains("Girls: Weighed") && page.contains("Boys: All"),
        "{page}"
    );
    let (revision, version) = (hidden(&page, "revision"), hidden(&page, "version"));
    let fields = [
        ("act", "hand-in"),
        ("revision", revision.as_str()),
        ("version", version.as_str()),
        ("35.22.02.2001.0.n", "10"),
        ("35.22.02.2001.0.d", "20"),
        ("35.22.02.2001.1.n", "30"),
        ("35.22.02.2001.1.d", "40"),
    ];
    officer.submits(&path, &fields).await.is(303);
    decides(&leader, &path, "sign", "").await.is(303);
    town.run_jobs().await;
    let csv = town
        .stranger()
        .gets("/indicators/weighed.csv?by=sex")
        .await
        .is(200)
        .text();
    assert_eq!(
        lines(&csv),
        [
            "35.22.02.2001 2026-10 normal 66.7 60 0",
            "35.22.02.2001 2026-10 F normal 50.0 20 0",
            "35.22.02.2001 2026-10 M normal 75.0 40 0",
        ]
    );
}

#[tokio::test]
async fn what_cannot_be_right_is_refused_where_it_stands_and_kept_to_be_put_right() {
    let town = settled(WEIGHED).await;
    let officer = town.someone(Role::Officer, Some(DISTRICT)).await;
    let path = path(DISTRICT, OCTOBER);
    let wrong = [
        ("35.22.01.2001", "60", "50"),
        ("35.22.01.2002", "1.200", "60"),
        ("35.22.01.2003", "20", ""),
    ];
    let long = "x".repeat(501);
    let page = sends(&officer, &path, "save", &wrong, &long).await.is(400).text();
    for said in [
        "This text is too long",
        "href=\"#35.22.01.2001.0.n\">This part is larger than its whole",
        "href=\"#35.22.01.2002.0.n\">Write a whole number",
        "href=\"#35.22.01.2003.0.d\">Write this number too",
        "value=\"1.200\"",
    ] {
        assert!(page.contains(said), "{said}\n{page}");
    }
    let page = officer.gets(&path).await.is(200).text();
    assert_eq!(hidden(&page, "revision"), "0");
}

#[tokio::test]
async fn blanks_and_jumps_ask_for_a_word() {
    let town = settled(WEIGHED).await;
    for (period, weighed) in [("2026-07", "40"), ("2026-08", "41"), ("2026-09", "40")] {
        let numbers = [("35.22.01.2001", weighed, "50"), COUNTED[1], COUNTED[2]];
        signed(&town, period, &numbers, "").await;
    }
    let officer = town.someone(Role::Officer, Some(DISTRICT)).await;
    let path = path(DISTRICT, OCTOBER);
    let numbers = [("35.22.01.2001", "10", "50"), COUNTED[1]];
    sends(&officer, &path, "save", &numbers, "").await.is(303);
    let page = sends(&officer, &path, "hand-in", &numbers, "")
        .await
        .is(400)
        .text();
    assert!(
        page.contains("These places were left blank: Kalangan.")
            && page.contains("These places moved far more than they used to: Luwihaji."),
        "{page}"
    );
    sends(&officer, &path, "hand-in", &numbers, "Measles")
        .await
        .is(303);
}

#[tokio::test]
async fn nobody_writes_over_what_they_have_not_seen() {
    let town = settled(WEIGHED).await;
    let officer = town.someone(Role::Officer, Some(DISTRICT)).await;
    let path = path(DISTRICT, OCTOBER);
    let page = officer.gets(&path).await.is(200).text();
    let version = hidden(&page, "version");
    sends(&officer, &path, "save", &COUNTED, "").await.is(303);
    let late = [("act", "save"), ("revision", "0"), ("version", version.as_str())];
    officer.submits(&path, &late).await.is(409);
    let other = [("act", "save"), ("revision", "1"), ("version", "0123456789ab")];
    officer.submits(&path, &other).await.is(409);
}

#[tokio::test]
async fn the_desk_lists_what_is_owed_to_those_whose_it_is() {
    let town = settled(WEIGHED).await;
    let officer = town.someone(Role::Officer, Some(DISTRICT)).await;
    let page = officer.gets("/desk/figures").await.is(200).text();
    // July to October of one district; the sheets of October were due ten working days after it.
    assert_eq!(page.matches("/desk/figures/weighed/35.22.01/").count(), 4);
    assert!(!page.contains("/desk/figures/weighed/35.22.02/"));
    assert!(page.contains("Late: it was due on 13 November 2026"), "{page}");
    signed(&town, OCTOBER, &COUNTED, "").await;
    let page = officer.gets("/desk/figures").await.is(200).text();
    assert!(!page.contains("/desk/figures/weighed/35.22.01/2026-10"));
    let page = officer.gets("/desk/figures?show=all").await.is(200).text();
    assert!(page.contains("/desk/figures/weighed/35.22.01/2026-10"));
    let front = officer.gets("/desk").await.is(200).text();
    assert!(front.contains("href=\"/desk/figures\""));
    officer.gets(&path("35.22.02", OCTOBER)).await.is(403);
    officer.gets(&path(DISTRICT, "2026-11")).await.is(404);
    officer.gets(&path(DISTRICT, "2026-06")).await.is(404);
    town.someone(Role::Enumerator, Some(DISTRICT))
        .await
        .gets("/desk/figures")
        .await
        .is(403);
}

#[tokio::test]
async fn an_organisation_fills_its_own_sheets_only() {
    let town = settled(WEIGHED).await;
    open_office(&town, "disdik", "Dinas Pendidikan").await;
    for (email, organisation, status) in [("a@town.test", "dinkes", 200), ("b@town.test", "disdik", 403)] {
        let grant = Grant {
            role: Role::Producer,
            place: Some("35.22".into()),
            org: Some(organisation.into()),
        };
        town.add(email, "A producer", &[grant]).await;
        let producer = town.signs_in(email).await;
        producer.gets(&path(DISTRICT, OCTOBER)).await.is(status);
    }
    town.run_jobs().await;
}

#[tokio::test]
async fn an_indicator_of_which_nothing_was_signed_is_computed_as_nothing() {
    let town = settled(WEIGHED).await;
    let computed = compute(&town, "weighed").await;
    assert_eq!(
        computed,
        baraza::indicators::Computed::Done {
            n_observations: 0,
            n_changed: 0
        }
    );
    let page = town.stranger().gets("/indicators/weighed").await.is(200).text();
    assert!(
        page.contains("There are no numbers for this place yet."),
        "{page}"
    );
}

#[test]
fn a_definition_that_is_entered_by_hand_says_whose_it_is_and_counts_no_rows() {
    for (from, to, expected) in [
        (
            "unit =",
            "from = \"household\"\nunit =",
            "from: numbers that are entered by hand have no rows; take it out",
        ),
        (
            "first = \"2026-07\"",
            "first = \"2026-Q3\"",
            "entered.first: \"2026-Q3\" is no period of this kind; write it like \"2026-01\"",
        ),
        (
            "unit =",
            "measure = \"mean\"\nunit =",
            "measure: a mean cannot be entered by hand",
        ),
        (
            "denominator_title = { en = \"All\", id = \"Semua\" }\n",
            "",
            "denominator_title: the English text is missing",
        ),
        ("kind = \"entered\"\n", "", "tables: no table is named"),
    ] {
        assert!(WEIGHED.contains(from), "{from}");
        let said = Definition::parse(&WEIGHED.replacen(from, to, 1))
            .unwrap_err()
            .to_string();
        assert!(said.starts_with(expected), "{said}");
    }
}

#[tokio::test]
async fn a_number_entered_by_hand_has_a_passport_and_releases_that_stay() {
    let town = settled(WEIGHED).await;
    signed(&town, OCTOBER, &COUNTED, "Scales were mended").await;
    let steward = town.someone(Role::Steward, None).await;
    sign_of(&town, &steward, "weighed", "2026-1").await;
    let address = format!("/n/now/weighed/{DISTRICT}/{OCTOBER}");
    let told = town
        .stranger()
        .gets(&format!("{address}.json"))
        .await
        .is(200)
        .json();
    assert_eq!(told["sheets"][0]["office"], DISTRICT);
    assert_eq!(told["sheets"][0]["edition"], 1);
    assert!(told["sheets"][0]["signed_at"].is_string(), "{told}");
    assert!(told["sheets"][0]["inside"].is_null(), "{told}");
    // What was noted and by whom is for those who see sheets.
    let page = town.stranger().gets(&address).await.is(200).text();
    assert!(
        page.contains("Report cards it was added up from") && !page.contains("Scales were mended"),
        "{page}"
    );
    let leader = town.someone(Role::Leader, Some(DISTRICT)).await;
    let page = leader.gets(&address).await.is(200).text();
    assert!(
        page.contains("Scales were mended") && page.contains(&path(DISTRICT, OCTOBER)),
        "{page}"
    );
    let corrected = [("35.22.01.2001", "25", "50"), COUNTED[1], COUNTED[2]];
    signed(&town, OCTOBER, &corrected, "Some were counted twice").await;
    sign_of(&town, &steward, "weighed", "2026-2").await;
    let value = async |release: &str| {
        let address = format!("/n/{release}/weighed/35.22.01.2001/{OCTOBER}.json");
        town.stranger().gets(&address).await.is(200).json()["observation"]["value"].as_f64()
    };
    assert_eq!(
        (value("2026-1").await, value("now").await, value("2026-2").await),
        (Some(80.0), Some(50.0), Some(50.0))
    );
    let first = format!("/n/2026-1/weighed/{DISTRICT}/{OCTOBER}.json");
    let first = town.stranger().gets(&first).await.is(200).json();
    assert_eq!(first["sheets"][0]["edition"], 1);
    // The first edition of the sheet still gives the digits of the first release.
    steward
        .submits("/indicators/weighed/vintages/2026-1/recount", &[])
        .await
        .is(303);
    town.run_jobs().await;
    let again = town
        .stranger()
        .gets(&format!("/n/2026-1/weighed/{DISTRICT}/{OCTOBER}.json"))
        .await
        .is(200)
        .json();
    assert_eq!(again["recount"]["n_differs"], 0, "{again}");
    assert!(again["recount"]["n_compared"].as_i64() >= Some(4), "{again}");
}

#[tokio::test]
async fn a_sheet_goes_down_and_comes_up_as_the_same_file() {
    let town = settled(WEIGHED).await;
    let officer = town.someone(Role::Officer, Some(DISTRICT)).await;
    let path = path(DISTRICT, OCTOBER);
    let file = format!("{path}/file");
    sends(&officer, &path, "save", &COUNTED[..1], "Scales")
        .await
        .is(303);
    let down = officer.gets(&file).await.is(200).text();
    assert_eq!(
        down,
        "place,name,numerator,denominator\n35.22.01.2001,Luwihaji,40,50\n35.22.01.2002,Sugihwaras,,\n\
         35.22.01.2003,Kalangan,,\n"
    );
    let send = async |text: &str| {
        let page = officer.gets(&path).await.is(200).text();
        let (revision, version) = (hidden(&page, "revision"), hidden(&page, "version"));
        officer
            .posts_parts(
                &file,
                &[
                    ("revision", "", "", revision.as_bytes()),
                    ("version", "", "", version.as_bytes()),
                    ("file", "sheet.csv", "text/csv", text.as_bytes()),
                ],
            )
            .await
    };
    // As a spreadsheet writes it: another separator, a zero beside what is left blank.
    let filled = down.replace("Sugihwaras,,", "Sugihwaras,0,60").replace(',', ";");
    send(&filled).await.is(303);
    assert_eq!(
        officer.gets(&file).await.is(200).text(),
        down.replace("Sugihwaras,,", "Sugihwaras,0,60")
    );
    let refused = send(&down.replace("35.22.01.2003", "35.22.02.2001"))
        .await
        .is(400)
        .text();
    assert!(refused.contains("These places are not on this sheet") && refused.contains("35.22.02.2001"));
    let refused = send("village,n\n35.22.01.2001,4\n").await.is(400).text();
    assert!(refused.contains("place, numerator, denominator"), "{refused}");
    let refused = send(&down.replace("40,50", "60,50")).await.is(400).text();
    assert!(
        refused.contains("larger than its whole") && refused.contains("value=\"60\""),
        "{refused}"
    );
    town.stranger().gets(&file).await.is(303);
}
