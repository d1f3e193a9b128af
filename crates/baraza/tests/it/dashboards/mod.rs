//! Dashboards from the desk to the frame on another site, through the front doors.

use baraza::platform::op::Role;
use pretty_assertions::assert_eq;
use regex::Regex;

use crate::{
    indicators::{WATER, counted, load},
    town::{Answer, Town, Visitor},
};

mod counters;
mod division;
mod live;
mod rules;
mod subscribe;
mod tree;

const DESK: &str = "/desk/dashboards/water";

/// Begins a dashboard about the regency.
async fn begins(visitor: &Visitor<'_>, title: &str) {
    let fields = [("title", title), ("code", "water"), ("place", "35.22")];
    visitor.submits("/desk/dashboards", &fields).await.is(303);
}

/// Sends a form of the desk's page as it stands now.
async fn sends(visitor: &Visitor<'_>, fields: &[(&str, &str)]) -> Answer {
    let page = visitor.gets(DESK).await.is(200).text();
    let revision = revision(&page);
    let mut all = vec![("revision", revision.as_str())];
    all.extend(fields);
    visitor.submits(DESK, &all).await
}

fn revision(page: &str) -> String {
    let field = Regex::new("name=\"revision\" value=\"([0-9]+)\"").expect("a pattern");
    field.captures(page).expect("the field")[1].to_owned()
}

/// Adds a tile of the water indicator.
async fn adds(visitor: &Visitor<'_>, kind: &str, across: &str) {
    let fields = [
        ("act", "tile"),
        ("kind", kind),
        ("indicator", "6.1.1"),
        ("width", "half"),
        ("across", across),
    ];
    sends(visitor, &fields).await.is(303);
}

async fn publishes(visitor: &Visitor<'_>, why: &str) -> Answer {
    sends(visitor, &[("act", "publish"), ("why", why)]).await
}

/// A town with a published dashboard of a number, a light and a bar chart by sex.
async fn published() -> Town {
    let town = counted().await;
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    begins(&steward, "Water for the meeting").await;
    for (kind, across) in [("number", "time"), ("light", "time"), ("bar", "by:sex")] {
        adds(&steward, kind, across).await;
    }
    publishes(&steward, "The first").await.is(303);
    town
}

async fn reads(town: &Town, path: &str) -> String {
    town.stranger().gets(path).await.is(200).text()
}

/// The titles of the tiles in their order.
fn kinds(page: &str) -> Vec<String> {
    let about = Regex::new("<span class=\"bz-meta\">([^<]+)</span>").expect("a pattern");
    about
        .captures_iter(page)
        .map(|found| found[1].to_owned())
        .collect()
}

#[tokio::test]
async fn a_dashboard_is_a_draft_until_it_is_published_and_then_everybody_reads_it() {
    let town = counted().await;
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    begins(&steward, "Water <b>now</b>").await;
    adds(&steward, "number", "time").await;
    town.stranger().gets("/dashboards/water").await.is(404);
    assert!(!reads(&town, "/dashboards").await.contains("/dashboards/water"));
    assert_eq!(publishes(&steward, " ").await.status, 400);
    publishes(&steward, "For the meeting").await.is(303);
    let page = reads(&town, "/dashboards/water").await;
    assert!(
        page.contains("64.6%") && page.contains("href=\"/n/now/6.1.1/35.22/2026\""),
        "{page}"
    );
    assert!(
        page.contains("Water &#60;b&#62;now") || page.contains("Water &lt;b&gt;now"),
        "{page}"
    );
    assert!(reads(&town, "/dashboards").await.contains("/dashboards/water"));
}

#[tokio::test]
async fn tiles_show_the_light_groups_and_places_and_lead_to_the_same_dashboard_about_them() {
    let town = published().await;
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    adds(&steward, "table", "places").await;
    adds(&steward, "map", "").await;
    adds(&steward, "trend", "").await;
    let words = [
        ("act", "tile"),
        ("kind", "text"),
        ("tile_title", "What was decided"),
        ("text", "The pump is repaired."),
    ];
    sends(&steward, &words).await.is(303);
    publishes(&steward, "More of it").await.is(303);
    let page = reads(&town, "/dashboards/water").await;
    for shown in [
        "bz-light bz-light--yellow",
        "Sex of the head, 2026",
        "href=\"/dashboards/water?place=35.22.01\"",
        "The pump is repaired.",
        "class=\"bz-chart\"",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let below = reads(&town, "/dashboards/water?place=35.22.01").await;
    assert!(
        below.contains("57.6%") && below.contains("bz-light--red"),
        "{below}"
    );
    town.stranger()
        .gets("/dashboards/water?place=nowhere")
        .await
        .is(404);
}

#[tokio::test]
async fn a_title_is_no_formula_to_whoever_opens_the_csv() {
    let town = published().await;
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    let tile = [
        ("act", "tile"),
        ("kind", "number"),
        ("indicator", "6.1.1"),
        ("tile_title", "=HYPERLINK(1)"),
    ];
    sends(&steward, &tile).await.is(303);
    publishes(&steward, "One more").await.is(303);
    let csv = reads(&town, "/dashboards/water.csv").await;
    assert!(csv.contains("\n4,'=HYPERLINK(1),number,6.1.1,"), "{csv}");
}

#[tokio::test]
async fn what_is_withheld_is_withheld_on_every_face_of_a_dashboard() {
    let town = published().await;
    let place = "?place=35.22.01.2002";
    let page = reads(&town, &format!("/dashboards/water{place}")).await;
    assert!(page.contains("withheld"), "{page}");
    let csv = reads(&town, &format!("/dashboards/water.csv{place}")).await;
    let hidden: Vec<&str> = csv.lines().filter(|line| line.contains(",sex,")).collect();
    assert_eq!(hidden.len(), 2, "{csv}");
    for line in hidden {
        assert!(line.contains(",suppressed,,,,,"), "{line}");
    }
    let json: serde_json::Value =
        serde_json::from_str(&reads(&town, &format!("/dashboards/water.json{place}")).await).expect("JSON");
    let groups = &json["tiles"][2]["numbers"];
    assert_eq!(
        (&groups[0]["status"], &groups[0]["value"]),
        (&"suppressed".into(), &serde_json::Value::Null)
    );
}

#[tokio::test]
async fn where_all_numbers_are_withheld_words_stand_in_place_of_a_drawing() {
    let town = published().await;
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    adds(&steward, "trend", "").await;
    publishes(&steward, "And the trend").await.is(303);
    let path = "/dashboards/water?place=35.22.01.2001";
    let page = reads(&town, path).await;
    assert!(
        page.contains("class=\"bz-chart\"") && !page.contains("nothing to draw"),
        "{page}"
    );
    load(&town, &WATER.replace("key = 1", "key = 1\nleast = 200")).await;
    town.run_jobs().await;
    for path in [path, "/embed/dashboards/water?place=35.22.01.2001"] {
        let page = reads(&town, path).await;
        assert_eq!(
            page.matches("There is nothing to draw: the numbers for Luwihaji are withheld.")
                .count(),
            2,
            "the bars and the trend: {page}"
        );
        assert!(!page.contains("class=\"bz-chart\""), "{page}");
    }
}

#[tokio::test]
async fn the_list_says_what_is_published_and_nothing_of_the_draft() {
    let town = published().await;
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    let head = [
        ("act", "head"),
        ("title", "Secret plans"),
        ("about", "Under wraps"),
        ("place", "35.22.01"),
    ];
    sends(&steward, &head).await.is(303);
    let list = reads(&town, "/dashboards").await;
    assert!(list.contains("Water for the meeting"), "{list}");
    for drafted in ["Secret plans", "Under wraps", "Margomulyo"] {
        assert!(!list.contains(drafted), "{drafted}: {list}");
    }
}

#[tokio::test]
async fn one_finds_ones_own_dashboards_however_many_others_have() {
    let town = published().await;
    let producer = town.someone(Role::Producer, Some("35.22.01")).await;
    let own = [("title", "Ours"), ("code", "ours"), ("place", "35.22.01")];
    producer.submits("/desk/dashboards", &own).await.is(303);
    let mut tx = town.app.db.begin().await.expect("a transaction");
    sqlx::query(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1100)
         INSERT INTO dashboard (id, code, organisation, place, state, version, title, about, draft, revision, changed_at)
         SELECT 'other-' || CAST(i AS TEXT), 'other-' || CAST(i AS TEXT), NULL, '35.22', 'draft', 0, 'A', '', '{}', 1, 0
         FROM n",
    )
    .execute(tx.conn())
    .await
    .expect("dashboards of others");
    tx.commit().await.expect("committed");
    let page = producer.gets("/desk/dashboards").await.is(200).text();
    assert!(
        page.contains("/desk/dashboards/ours") && !page.contains("/desk/dashboards/other-"),
        "{page}"
    );
}

#[tokio::test]
async fn all_that_is_wrong_with_a_new_dashboard_is_said_at_once() {
    let town = published().await;
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    for (code, words) in [
        ("No Code", "Use lower-case letters"),
        ("water", "at this address already"),
    ] {
        let wrong = [("title", " "), ("code", code), ("place", "99")];
        let page = steward.submits("/desk/dashboards", &wrong).await.is(400).text();
        for said in [words, "Enter a title", "There is no place with this code"] {
            assert!(page.contains(said), "{said}: {page}");
        }
    }
}

#[tokio::test]
async fn every_version_stays_readable() {
    let town = published().await;
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    sends(&steward, &[("act", "remove"), ("at", "2")]).await.is(303);
    assert!(
        reads(&town, "/dashboards/water")
            .await
            .contains("Sex of the head"),
        "a draft changes nothing for others"
    );
    publishes(&steward, "Without the groups").await.is(303);
    let (now, before) = (
        reads(&town, "/dashboards/water").await,
        reads(&town, "/dashboards/water?version=1").await,
    );
    assert!(
        !now.contains("Sex of the head") && !now.contains("earlier version"),
        "{now}"
    );
    assert!(
        before.contains("Sex of the head") && before.contains("earlier version"),
        "{before}"
    );
    let versions = reads(&town, "/dashboards/water/versions").await;
    assert!(
        versions.contains("The first") && versions.contains("Without the groups"),
        "{versions}"
    );
    town.stranger().gets("/dashboards/water?version=3").await.is(404);
}

#[tokio::test]
async fn tiles_are_ordered_changed_and_removed_by_forms_alone() {
    let town = published().await;
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    let order = || async { kinds(&steward.gets(DESK).await.is(200).text()) };
    assert_eq!(order().await, ["Number", "Light", "Bar chart"]);
    sends(&steward, &[("act", "down"), ("at", "0")]).await.is(303);
    sends(&steward, &[("act", "up"), ("at", "2")]).await.is(303);
    assert_eq!(order().await, ["Light", "Bar chart", "Number"]);
    let form = steward.gets(&format!("{DESK}?tile=1")).await.is(200).text();
    assert!(form.contains("value=\"by:sex\" selected"), "{form}");
    let changed = [
        ("act", "tile"),
        ("at", "1"),
        ("kind", "table"),
        ("indicator", "6.1.1"),
        ("across", "places"),
    ];
    sends(&steward, &changed).await.is(303);
    assert_eq!(order().await, ["Light", "Table", "Number"]);
    sends(&steward, &[("act", "remove"), ("at", "9")]).await.is(404);
    let refused = sends(
        &steward,
        &[("act", "tile"), ("kind", "number"), ("indicator", "9.9.9")],
    )
    .await;
    assert_eq!(refused.status, 400);
    assert!(
        refused.text().contains("Choose an indicator."),
        "{}",
        refused.text()
    );
}

#[tokio::test]
async fn nobody_changes_what_they_have_not_seen() {
    let town = published().await;
    let (one, other) = (
        town.someone(Role::Steward, Some("35.22")).await,
        town.someone(Role::Leader, Some("35.22")).await,
    );
    let seen = revision(&one.gets(DESK).await.is(200).text());
    adds(&other, "trend", "").await;
    let late = [
        ("revision", seen.as_str()),
        ("act", "tile"),
        ("at", "0"),
        ("kind", "text"),
        ("tile_title", "Mine"),
        ("text", "What I typed"),
    ];
    let answer = one.submits(DESK, &late).await;
    assert_eq!(answer.status, 409);
    let page = answer.text();
    assert!(
        page.contains("Somebody changed this dashboard") && page.contains("What I typed"),
        "{page}"
    );
    assert_eq!(kinds(&page), ["Number", "Light", "Bar chart", "Trend"]);
}

#[tokio::test]
async fn one_composes_only_for_the_places_that_one_works_for() {
    let town = published().await;
    let producer = town.someone(Role::Producer, Some("35.22.01")).await;
    producer.gets(DESK).await.is(404);
    assert!(
        !producer
            .gets("/desk/dashboards")
            .await
            .is(200)
            .text()
            .contains(DESK)
    );
    let wide = [("title", "All"), ("code", "all"), ("place", "35.22")];
    let refused = producer.submits("/desk/dashboards", &wide).await;
    assert_eq!(refused.status, 400);
    assert!(refused.text().contains("only for places that you work for"));
    let own = [("title", "Ours"), ("code", "ours"), ("place", "35.22.01")];
    producer.submits("/desk/dashboards", &own).await.is(303);
    let taken = [("title", "Ours"), ("code", "water"), ("place", "35.22.01")];
    let refused = producer.submits("/desk/dashboards", &taken).await;
    assert!(
        refused.text().contains("at this address already"),
        "{}",
        refused.text()
    );
    town.someone(Role::Officer, Some("35.22"))
        .await
        .gets("/desk/dashboards")
        .await
        .is(403);
}

#[tokio::test]
async fn what_was_taken_back_says_so_until_it_is_published_again() {
    let town = published().await;
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    sends(&steward, &[("act", "hide"), ("why", "A wrong number")])
        .await
        .is(303);
    for path in [
        "/dashboards/water",
        "/dashboards/water?version=1",
        "/embed/dashboards/water",
    ] {
        assert_eq!(town.stranger().gets(path).await.status, 410, "{path}");
    }
    assert!(!reads(&town, "/dashboards").await.contains("/dashboards/water"));
    publishes(&steward, "It is right now").await.is(303);
    reads(&town, "/dashboards/water").await;
}

#[tokio::test]
async fn only_what_is_made_for_other_sites_may_be_framed_and_it_has_no_script_form_or_cookie() {
    let town = published().await;
    for path in [
        "/embed/dashboards/water",
        "/embed/indicators/6.1.1/trend?place=35.22",
        "/embed/indicators/6.1.1/bar?by=sex",
        "/embed/indicators/6.1.1/table?by=places",
    ] {
        let answer = town.stranger().gets(path).await.is(200);
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("frame-ancestors *") && policy.contains("default-src 'none'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("script-src"), "{path}: {policy}");
        assert_eq!(
            (answer.header("x-frame-options"), answer.header("set-cookie")),
            ("", ""),
            "{path}"
        );
        let page = answer.text();
        for absent in ["<script", "<form", "Sign in"] {
            assert!(!page.contains(absent), "{path}: {absent}: {page}");
        }
        assert!(
            page.contains("<h1") && page.contains("<base target=\"_top\">"),
            "{page}"
        );
    }
    let chart = reads(&town, "/embed/indicators/6.1.1/trend?place=35.22").await;
    assert!(
        chart.contains("role=\"img\"") && chart.contains("<title") && chart.contains("<table"),
        "a chart has a name and its numbers beside it: {chart}"
    );
    for path in [
        "/",
        "/dashboards",
        "/dashboards/water",
        "/embed/dashboards/nothing",
    ] {
        let answer = town.stranger().gets(path).await;
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert!(
            answer
                .header("content-security-policy")
                .contains("frame-ancestors 'none'"),
            "{path}"
        );
    }
    town.stranger().gets("/embed/indicators/6.1.1/pie").await.is(404);
    let offered = reads(&town, "/dashboards/water").await;
    assert!(offered.contains("/embed/dashboards/water"), "{offered}");
}

#[tokio::test]
async fn a_dashboard_of_thirty_tiles_asks_as_little_as_one_of_four_and_stays_small() {
    let town = published().await;
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    adds(&steward, "table", "places").await;
    publishes(&steward, "Places").await.is(303);
    let n_reads = async || {
        reads(&town, "/dashboards/water").await;
        let before = town.app.db.n_reads();
        reads(&town, "/dashboards/water").await;
        town.app.db.n_reads() - before
    };
    let of_four = n_reads().await;
    let more = [
        ("number", ""),
        ("light", ""),
        ("trend", ""),
        ("bar", "by:sex"),
        ("table", "places"),
        ("map", ""),
    ];
    for (kind, across) in more.into_iter().cycle().take(26) {
        adds(&steward, kind, across).await;
    }
    publishes(&steward, "Many").await.is(303);
    // Has the list of places changed, have the indicators; the document. What it shows is kept as long as nothing did.
    assert_eq!((of_four, n_reads().await), (3, 3));
    // Whoever looks first at a place has all series and all places below read at once.
    let before = town.app.db.n_reads();
    reads(&town, "/dashboards/water?place=35.22.01").await;
    assert_eq!(town.app.db.n_reads() - before, 5);
    let answer = town
        .stranger()
        .with_header("accept-encoding", "gzip")
        .gets("/dashboards/water")
        .await
        .is(200);
    assert!(answer.body.len() < 100_000, "{} bytes", answer.body.len());
    for _ in 0..10 {
        adds(&steward, "number", "").await;
    }
    let refused = sends(
        &steward,
        &[("act", "tile"), ("kind", "number"), ("indicator", "6.1.1")],
    )
    .await;
    assert_eq!(refused.status, 409, "{}", refused.text());
}

#[tokio::test]
async fn a_dashboard_that_is_kept_follows_its_numbers_at_once() {
    let town = published().await;
    let faces = [
        "/dashboards/water",
        "/embed/dashboards/water",
        "/dashboards/water.csv",
    ];
    for face in faces {
        let before = reads(&town, face).await;
        assert!(before.contains("64.6"), "{face}: {before}");
    }
    let columns =
        ["village", "round", "head_sex", "water"].map(|name| tables::Column::new(name, tables::Kind::Text));
    let mut more = tables::Rows::new(columns.to_vec());
    let household = ["35.22.02.2001", "2026", "F", "pipe"].map(|text| tables::Value::Text(text.into()));
    more.rows.extend((0..100).map(|_| household.to_vec()));
    town.app
        .lake
        .append("census__household", &more)
        .await
        .expect("rows");
    crate::indicators::compute(&town, "6.1.1").await;
    for face in faces {
        let after = reads(&town, face).await;
        // 323 of 445 households where it was 223 of 345.
        assert!(
            after.contains("72.5") || after.contains("72.6"),
            "{face}: {after}"
        );
    }
    town.run_jobs().await;
}

#[tokio::test]
async fn a_dashboard_is_printed_as_a_document() {
    let town = published().await;
    let first = town.stranger().gets("/dashboards/water.pdf").await.is(200);
    assert_eq!(first.header("content-type"), "application/pdf");
    assert!(first.body.starts_with(b"%PDF-1.7"));
    let again = town.stranger().gets("/dashboards/water.pdf").await.is(200);
    assert_eq!(again.body, first.body);
    assert_eq!(town.app.press.n_made(), 1, "made once for all who ask");
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    steward.gets("/dashboards/water.pdf?lang=en").await.is(200);
    assert_eq!(town.app.press.n_made(), 1, "of the house or not");
    town.stranger()
        .gets("/dashboards/water.pdf?lang=id")
        .await
        .is(200);
    assert_eq!(town.app.press.n_made(), 2);
    town.stranger().gets("/dashboards/nothing.pdf").await.is(404);
}
