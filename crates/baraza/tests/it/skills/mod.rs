//! Training from the list to the seat, through the front doors.

use baraza::platform::op::Role;
use pretty_assertions::assert_eq;
use regex::Regex;

use crate::{
    indicators::{self, PLACES, WATER, import_places, notes::organise},
    town::{Answer, Town, Visitor, grant},
};

mod seekers;

/// A public institution in the first district, a private one in a village of the second.
pub const INSTITUTIONS: &str = "code,name,place,kind,licence,contact\n\
    blk,BLK Contoh,35.22.01,public,LPK 12,0353-1234\n\
    lkp,LKP Melati,35.22.02.2001,private,,\n";
pub const COURSES: &str = "institution,code,title,field,isced,hours,cost,min_age,max_age,schooling\n\
    blk,las,Las dasar,7,3,240,0,17,24,2\n\
    lkp,kue,Kue dan roti,10,2,80,250000,,,\n";
/// One that is over, one that takes people until December, one with five seats left.
pub const INTAKES: &str = "institution,course,starts_on,ends_on,apply_by,seats,seats_women,taken\n\
    blk,las,2026-02-02,2026-04-30,2026-01-20,20,0,20\n\
    blk,las,2026-12-07,2027-02-26,2026-12-01,20,4,2\n\
    lkp,kue,2027-01-11,2027-02-12,2026-12-20,6,0,1\n";
const PLACEMENTS: &str = "institution,course,starts_on,after_months,finished,employed,education,source\n\
    blk,las,2026-02-02,3,18,11,5,asked by telephone\n";

/// Sends a list of the register.
pub async fn sends(visitor: &Visitor<'_>, list: &str, text: &str) -> Answer {
    let parts = [
        ("list", "", "", list.as_bytes()),
        ("file", "list.csv", "text/csv", text.as_bytes()),
    ];
    visitor.posts_parts("/desk/skills", &parts).await
}

/// Puts the whole register into a town with places.
pub async fn keeps(town: &Town) {
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    for (list, text) in [
        ("institutions", INSTITUTIONS),
        ("courses", COURSES),
        ("intakes", INTAKES),
        ("placements", PLACEMENTS),
    ] {
        sends(&steward, list, text).await.is(303);
    }
    town.run_jobs().await;
}

/// A town with places and the register.
pub async fn trained() -> Town {
    let town = Town::new().await;
    import_places(&town, PLACES).await;
    for office in ["disnaker", "dinsos"] {
        organise(&town, office).await;
    }
    keeps(&town).await;
    town
}

pub async fn reads(town: &Town, path: &str) -> String {
    town.stranger().gets(path).await.is(200).text()
}

/// The row of the file of courses that begins with these words.
async fn line(town: &Town, course: &str, starts_on: &str) -> String {
    let csv = reads(town, "/skills/courses.csv").await;
    csv.lines()
        .find(|line| line.contains(course) && line.contains(&format!(",{starts_on},")))
        .unwrap_or_else(|| panic!("{course} {starts_on}: {csv}"))
        .to_owned()
}

#[tokio::test]
async fn lists_are_taken_in_and_everybody_reads_who_trains_where_and_for_what() {
    let town = trained().await;
    let all = reads(&town, "/skills").await;
    assert!(all.contains("BLK Contoh") && all.contains("LKP Melati"), "{all}");
    assert!(all.contains("one course to apply for now"), "{all}");
    let one = reads(&town, "/skills/blk").await;
    for shown in [
        "Margomulyo",
        "LPK 12",
        "0353-1234",
        "Las dasar",
        "aged 17 to 24",
        "free of charge",
    ] {
        assert!(one.contains(shown), "{shown}: {one}");
    }
    let courses = reads(&town, "/skills/courses").await;
    assert!(
        courses.contains("/skills/blk#course-las") && courses.contains("Kue dan roti"),
        "{courses}"
    );
    let narrow = reads(&town, "/skills/courses?field=10").await;
    assert!(
        !narrow.contains("Las dasar") && narrow.contains("Kue dan roti"),
        "{narrow}"
    );
    let elsewhere = reads(&town, "/skills/courses?place=35.22.01").await;
    assert!(
        elsewhere.contains("Las dasar") && !elsewhere.contains("Kue dan roti"),
        "{elsewhere}"
    );
    assert_eq!(reads(&town, "/skills.csv").await.lines().count(), 3);
    town.stranger().gets("/skills/nobody").await.is(404);
    town.stranger().gets("/skills?place=nowhere").await.is(404);
}

#[tokio::test]
async fn what_is_wrong_with_a_list_is_told_by_line_and_column_and_nothing_of_it_is_kept() {
    let town = trained().await;
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    let list = "institution,code,title,field\nblk,cat,Cat mobil,7\nnobody,x,X,7\nblk,y,,99\n";
    let answer = sends(&steward, "courses", list).await.is(400);
    let page = answer.text();
    for told in [
        "Line 4, column title: something must stand here.",
        "Line 4, column field",
        "no field",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    let list = "institution,code,title,field\nblk,cat,Cat mobil,7\nnobody,x,X,7\n";
    let page = sends(&steward, "courses", list).await.is(400).text();
    assert!(page.contains("Line 3, column institution"), "{page}");
    assert!(!reads(&town, "/skills/blk").await.contains("Cat mobil"));
    let page = sends(&steward, "intakes", "institution,course\nblk,las\n")
        .await
        .is(400)
        .text();
    assert!(page.contains("starts_on") && page.contains("apply_by"), "{page}");
    let intake = "institution,course,starts_on,ends_on,apply_by,seats\nblk,jahit,2027-01-04,2027-02-01,2026-12-20,10\n";
    let page = sends(&steward, "intakes", intake).await.is(400).text();
    assert!(page.contains("Line 2, column course"), "{page}");
    sends(&steward, "nonsense", list).await.is(400);
    let page = sends(&steward, "nonsense", " ").await.is(400).text();
    assert!(
        page.contains("Choose which list it is.") && page.contains("There are no rows in this file."),
        "{page}"
    );
    let place = "code,name,place,kind\nbaru,Baru,99.99,public\n";
    let page = sends(&steward, "institutions", place).await.is(400).text();
    assert!(page.contains("Line 2, column place"), "{page}");
    let bytes: &[u8] = &[0xff, 0xfe, 0x00];
    let parts = [
        ("list", "", "", &b"courses"[..]),
        ("file", "a.csv", "text/csv", bytes),
    ];
    let page = steward.posts_parts("/desk/skills", &parts).await.is(400).text();
    assert!(page.contains("CSV in UTF-8"), "{page}");
}

#[tokio::test]
async fn a_list_that_comes_again_changes_what_it_names_and_nothing_else() {
    let town = trained().await;
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    let list = "institution,code,title,field\nblk,las,Las lanjutan,7\n";
    sends(&steward, "courses", list).await.is(303);
    town.run_jobs().await;
    let page = reads(&town, "/skills/blk").await;
    assert!(
        page.contains("Las lanjutan") && !page.contains("Las dasar"),
        "{page}"
    );
    assert!(
        page.contains("aged 17 to 24") && page.contains("LPK 12"),
        "what the list has no column for stays: {page}"
    );
    assert!(reads(&town, "/skills").await.contains("LKP Melati"));
    let ended = "code,name,place,kind,valid_to\nblk,BLK Contoh,35.22.01,public,2026-11-16\n";
    sends(&steward, "institutions", ended).await.is(303);
    town.run_jobs().await;
    assert!(!reads(&town, "/skills").await.contains("BLK Contoh"));
    assert!(
        reads(&town, "/skills/blk")
            .await
            .contains("does not train at present")
    );
    assert!(line(&town, "las", "2026-12-07").await.contains(",closed,"));
}

#[tokio::test]
async fn one_keeps_only_what_lies_in_ones_own_places_and_organisation() {
    let town = trained().await;
    let producer = town.someone(Role::Producer, Some("35.22.02")).await;
    let own = "code,name,place,kind\nbaru,Baru,35.22.02.2001,private\n";
    sends(&producer, "institutions", own).await.is(303);
    town.run_jobs().await;
    for (list, text) in [
        (
            "institutions",
            "code,name,place,kind\nbaru-2,Baru,35.22.01,private\n",
        ),
        (
            "institutions",
            "code,name,place,kind\nblk,Mine,35.22.02,private\n",
        ),
        ("courses", "institution,code,title,field\nblk,mine,Mine,7\n"),
    ] {
        let page = sends(&producer, list, text).await.is(400).text();
        assert!(page.contains("not yours to keep"), "{list}: {page}");
    }
    town.add(
        "dinas@town.test",
        "Dinas",
        &[baraza::platform::op::Grant {
            org: Some("disnaker".into()),
            ..grant(Role::Producer, Some("35.22"))
        }],
    )
    .await;
    let office = town.signs_in("dinas@town.test").await;
    let theirs = "code,name,place,kind\nptk,PTK,35.22.01,public\n";
    sends(&office, "institutions", theirs).await.is(303);
    town.run_jobs().await;
    let course = "institution,code,title,field\nptk,a,A,7\n";
    let other = town.someone(Role::Producer, Some("35.22.01.2001")).await;
    sends(&other, "courses", course).await.is(400);
    sends(&office, "courses", course).await.is(303);
    sends(&office, "courses", "institution,code,title,field\nblk,a,A,7\n")
        .await
        .is(400);
    town.run_jobs().await;
    let officer = town.someone(Role::Officer, Some("35.22")).await;
    sends(&officer, "courses", course).await.is(403);
}

#[tokio::test]
async fn seats_that_are_left_are_told_roughly_on_every_face() {
    let town = trained().await;
    let page = reads(&town, "/skills/blk").await;
    assert!(
        page.contains("at least 15") && page.contains("4 of them kept for women"),
        "{page}"
    );
    assert!(!page.contains(">18<"), "{page}");
    let csv = line(&town, "las", "2026-12-07").await;
    assert!(csv.contains(",20,4,free,15,"), "{csv}");
    assert!(line(&town, "las", "2026-02-02").await.contains(",closed,,"));
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    let few = "institution,course,starts_on,ends_on,apply_by,seats,taken\nlkp,kue,2027-01-11,2027-02-12,2026-12-20,6,2\n";
    sends(&steward, "intakes", few).await.is(303);
    town.run_jobs().await;
    assert!(reads(&town, "/skills/lkp").await.contains("few left"));
    assert!(line(&town, "kue", "2027-01-11").await.contains(",few,,"));
}

#[tokio::test]
async fn small_counts_of_learners_are_withheld_on_every_face() {
    let town = trained().await;
    let page = reads(&town, "/skills/blk").await;
    assert!(
        page.contains("of 18 who finished: worked 11, went on learning withheld, neither withheld"),
        "{page}"
    );
    let csv = line(&town, "las", "2026-02-02").await;
    assert!(csv.ends_with(",3,18,11,"), "{csv}");
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    let few = "institution,course,starts_on,after_months,finished,employed,education,source\nblk,las,2026-02-02,6,4,4,0,asked\n";
    sends(&steward, "placements", few).await.is(303);
    town.run_jobs().await;
    let page = reads(&town, "/skills/blk").await;
    assert!(
        page.contains("After 6 months: withheld, as few finished."),
        "{page}"
    );
    let csv = line(&town, "las", "2026-02-02").await;
    assert!(csv.ends_with(",6,,,"), "{csv}");
}

#[tokio::test]
async fn seats_stand_beside_the_young_people_who_neither_work_nor_learn() {
    let town = indicators::counted().await;
    // Any count does: of 223 in the regency 147 live in the first district.
    indicators::load(&town, &WATER.replace("6.1.1", "8.6.1")).await;
    keeps(&town).await;
    let page = reads(&town, "/skills?place=35.22").await;
    let cells = Regex::new("<t[hd] [^>]*>([^<]*)</t[hd]>").expect("a pattern");
    let cells: Vec<String> = cells
        .captures_iter(&page)
        .map(|found| found[1].to_owned())
        .collect();
    // Forty seats begin this year, all in the first district: 100 × 40 / 223 and 100 × 40 / 147.
    for row in [
        ["64.6%", "40", "17.9"],
        ["57.6%", "40", "27.2"],
        ["84.4%", "0", "0.0"],
    ] {
        assert!(
            cells.windows(3).any(|window| *window == row.map(str::to_owned)),
            "{row:?}: {cells:?}"
        );
    }
    assert!(page.contains("/indicators/8.6.1?place=35.22"), "{page}");
    // In a village of which nothing is known there is nothing to divide by.
    let town = trained().await;
    let page = reads(&town, "/skills?place=35.22").await;
    assert!(
        page.contains("Seats for each 100 of them") && !page.contains("17.9"),
        "{page}"
    );
}

#[tokio::test]
async fn courses_are_an_open_table_of_the_catalogue_and_are_written_again_only_where_something_differs() {
    let town = trained().await;
    reads(&town, "/data/training-courses").await;
    let version = || async { town.app.lake.version("skills_courses").await.expect("a table") };
    let first = version().await;
    assert_eq!(
        town.app
            .lake
            .n_rows("skills_courses", None)
            .await
            .expect("counted"),
        3
    );
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    sends(&steward, "courses", COURSES).await.is(303);
    town.run_jobs().await;
    assert_eq!(version().await, first);
    sends(
        &steward,
        "courses",
        "institution,code,title,field\nblk,las,Las lanjutan,7\n",
    )
    .await
    .is(303);
    town.run_jobs().await;
    assert!(version().await > first);
}

#[tokio::test]
async fn the_pages_of_training_ask_little_however_much_there_is() {
    let town = trained().await;
    for path in ["/skills/blk", "/skills/courses"] {
        reads(&town, path).await;
        let before = town.app.db.n_reads();
        reads(&town, path).await;
        // Whether the register changed, and whether the list of places did.
        assert_eq!(town.app.db.n_reads() - before, 2, "{path}");
    }
}
