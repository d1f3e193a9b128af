//! Views of a table by their addresses: rows, facets, descriptions, charts, files; and who may see what of them.

use baraza::platform::op::Role;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::world::{import_places, place, square};
use crate::town::{Answer, Town, Visitor};

const WELLS: &str = "code,owner,kind,depth,dug,lat,lon,note\n\
    01,Ani,dug,4.5,2021-03-01,-7.11,111.81,\n\
    02,Budi,bore,30,2022-05-17,-7.12,111.82,=1+1\n\
    03,Citra,bore,28,2022-06-02,-7.13,111.83,ok\n\
    04,Dewi,dug,6,2023-01-20,-7.14,111.84,ok\n\
    05,Eko,spring,,2024-02-11,-7.15,111.85,\"a, b\"\n\
    06,Fitri,dug,5,,-7.16,111.86,ok\n";
const TABLE: &str = "/data/wells/data";

async fn publish(town: &Town, csv: &str) -> String {
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    let entry = [("title", "Wells"), ("open", "yes"), ("licence", "CC-BY-4.0")];
    producer.submits("/desk/data", &entry).await.is(303);
    send(&producer, csv).await.is(303);
    town.run_jobs().await;
    TABLE.to_owned()
}

async fn send(producer: &Visitor<'_>, csv: &str) -> Answer {
    send_file(producer, "wells.csv", csv).await
}

async fn send_file(producer: &Visitor<'_>, name: &str, text: &str) -> Answer {
    let parts: [(&str, &str, &str, &[u8]); 2] = [("table", "", "", b""), ("file", name, "", text.as_bytes())];
    producer.posts_parts("/desk/data/wells/files", &parts).await
}

/// Two districts side by side, around the wells.
async fn import_districts(town: &Town) {
    let district = |code: &str, west: f64| place([code, code, "district", "35.22"], square(west, west + 0.1));
    let regency = place(["35.22", "Regency", "regency", ""], Value::Null);
    let places = [regency, district("35.22.01", 111.8), district("35.22.02", 111.9)];
    import_places(town, &places).await;
}

async fn json(town: &Town, query: &str) -> Value {
    let address = format!("{TABLE}.json?{query}");
    town.stranger().gets(&address).await.is(200).json()
}

async fn page(town: &Town, query: &str) -> String {
    town.stranger()
        .gets(&format!("{TABLE}?{query}"))
        .await
        .is(200)
        .text()
}

fn codes(json: &Value) -> Vec<&str> {
    let rows = json["rows"].as_array().expect("rows");
    rows.iter().filter_map(|row| row["code"].as_str()).collect()
}

#[tokio::test]
async fn an_address_filters_by_comparisons_that_fit_their_columns() {
    let town = Town::new().await;
    publish(&town, WELLS).await;
    for (query, wanted) in [
        ("f=kind&op=is&v=dug", vec!["01", "04", "06"]),
        (
            "f=kind&op=is&v=dug&f=kind&op=is&v=spring",
            vec!["01", "04", "05", "06"],
        ),
        ("f=kind&op=not&v=dug&f=depth&op=from&v=29", vec!["02"]),
        ("f=depth&op=empty", vec!["05"]),
        (
            "f=dug&op=from&v=2022-06-01&f=dug&op=to&v=2023-12-31",
            vec!["03", "04"],
        ),
        ("f=owner&op=starts&v=b", vec!["02"]),
        ("f=owner&op=contains&v=RI", vec!["06"]),
        ("by=owner&text=citra", vec!["03"]),
    ] {
        let found = json(&town, query).await;
        assert_eq!(codes(&found), wanted, "{query}");
        assert_eq!(found["n_found"], wanted.len(), "{query}");
    }
    let asked = page(&town, "f=kind&op=is&v=dug").await;
    assert!(
        asked.contains("kind is dug") && !asked.contains("Citra"),
        "{asked}"
    );
}

#[tokio::test]
async fn what_cannot_be_compared_is_said_at_the_top_of_the_form() {
    let town = Town::new().await;
    publish(&town, WELLS).await;
    let refused = town
        .stranger()
        .gets(&format!("{TABLE}?f=depth&op=from&v=deep"))
        .await
        .is(400);
    let page = refused.text();
    assert!(
        page.contains("“deep” is no number.") && page.contains("value=\"deep\""),
        "{page}"
    );
    let refused = town
        .stranger()
        .gets(&format!("{TABLE}.json?f=nothing&op=is&v=1"))
        .await
        .is(400);
    assert!(
        refused.text().contains("there is no column"),
        "{}",
        refused.text()
    );
}

#[tokio::test]
async fn numbers_and_days_are_typed_and_shown_as_people_of_the_language_write_them() {
    let town = Town::new().await;
    publish(&town, WELLS).await;
    let found = page(&town, "typed=id&f=depth&op=is&v=4,5&lang=id").await;
    assert!(
        found.contains("Ani") && !found.contains("Budi") && found.contains("value=\"4,5\""),
        "{found}"
    );
    assert!(
        found.contains("-7,11") && found.contains("1 Mar 2021"),
        "cells are written in the language: {found}"
    );
    let found = page(&town, "f=dug&op=from&v=20/01/2023").await;
    assert!(found.contains("Dewi") && !found.contains("Ani"), "{found}");
    let refused = town
        .stranger()
        .gets(&format!("{TABLE}?typed=id&f=depth&op=from&v=dalam&lang=id"))
        .await
        .is(400)
        .text();
    assert!(
        refused.contains("“dalam” bukan angka.")
            && refused.contains("14,5")
            && refused.contains("href=\"#v-1\""),
        "{refused}"
    );
    assert!(
        !refused.contains("id=\"rows\""),
        "the form's target would jump past the error"
    );
}

#[tokio::test]
async fn a_year_or_a_month_typed_for_a_day_is_the_whole_of_it() {
    let town = Town::new().await;
    publish(&town, WELLS).await;
    for (query, met, not_met) in [
        ("typed=en&f=dug&op=is&v=2022", "Citra", "Dewi"),
        ("typed=en&f=dug&op=is&v=2022-05", "Budi", "Citra"),
        ("typed=en&f=dug&op=to&v=2021", "Ani", "Budi"),
        ("typed=en&f=dug&op=to&v=2022-06", "Citra", "Dewi"),
        ("f=dug&op=from&v=2023", "Dewi", "Citra"),
    ] {
        let found = page(&town, query).await;
        assert!(
            found.contains(met) && !found.contains(not_met),
            "{query}: {found}"
        );
    }
    let not = format!("{TABLE}?typed=en&f=dug&op=not&v=2022");
    town.stranger().gets(&not).await.is(400);
}

#[tokio::test]
async fn an_unknown_comparison_or_column_leads_back_to_the_form() {
    let town = Town::new().await;
    publish(&town, WELLS).await;
    let stranger = town.stranger();
    for (query, status, reason) in [
        ("f=depth&op=like&v=6", 400, "There is no comparison “like”."),
        ("f=nothing&op=is&v=6", 400, "There is no column “nothing”"),
        ("chart=bar&x=nothing", 404, "There is no column “nothing”"),
    ] {
        let html = stranger.gets(&format!("{TABLE}?{query}")).await.is(status).text();
        assert!(
            html.contains(reason) && html.contains("name=\"op\""),
            "{query}: {html}"
        );
    }
}

#[tokio::test]
async fn a_page_behind_the_last_and_a_version_that_is_none_are_said() {
    let town = Town::new().await;
    publish(&town, WELLS).await;
    let html = page(&town, "page=9999").await;
    assert!(
        html.contains("The last page is page 1.") && !html.contains("Rows 6 to 6"),
        "{html}"
    );
    for version in ["abc", "-1", "99"] {
        for path in [TABLE.to_owned(), format!("{TABLE}.csv"), format!("{TABLE}.json")] {
            let told = town.stranger().gets(&format!("{path}?version={version}")).await;
            let told = told.is(404).text();
            assert!(told.contains("These can be read: "), "{version}: {told}");
        }
    }
}

#[tokio::test]
async fn pages_lead_on_by_places_and_no_row_is_met_twice() {
    let town = Town::new().await;
    publish(&town, WELLS).await;
    let mut address = format!("{TABLE}.json?sort=-depth&size=2");
    let mut met = Vec::new();
    for _ in 0..9 {
        let found = town.stranger().gets(&address).await.is(200).json();
        met.extend(codes(&found).into_iter().map(str::to_owned));
        let Some(next) = found["next"].as_str() else { break };
        let path = next
            .strip_prefix(&town.app.config.base_url)
            .expect("our own address");
        assert!(path.contains("after="), "{path}");
        address = path.to_owned();
    }
    assert_eq!(
        met,
        ["02", "03", "04", "06", "01", "05"],
        "what is empty comes last"
    );
    let html = page(&town, "sort=-depth&size=20").await;
    assert!(
        html.contains("sort=depth") && html.contains("depth, largest first"),
        "{html}"
    );
}

#[tokio::test]
async fn facets_count_what_the_filters_leave_and_each_value_leads_on() {
    let town = Town::new().await;
    publish(&town, WELLS).await;
    let found = json(&town, "facet=kind&f=depth&op=filled").await;
    assert_eq!(
        found["facets"],
        json!([{ "column": "kind", "n_distinct": 2, "values": [{ "value": "dug", "n": 3 }, { "value": "bore", "n": 2 }] }])
    );
    let html = page(&town, "facet=kind").await;
    assert!(
        html.contains("f=kind&amp;op=is&amp;v=bore") || html.contains("f=kind&#38;op=is&#38;v=bore"),
        "{html}"
    );
}

#[tokio::test]
async fn a_column_is_described_with_its_spread() {
    let town = Town::new().await;
    publish(&town, WELLS).await;
    let found = json(&town, "stat=depth").await;
    let told = &found["statistics"];
    assert_eq!(
        (&told["n"], &told["n_empty"], &told["n_distinct"]),
        (&json!(6), &json!(1), &json!(5))
    );
    assert_eq!((&told["least"], &told["most"]), (&json!(4.5), &json!(30.0)));
    assert_eq!(told["mean"], json!(14.7));
    assert_eq!(told["quartiles"][1], json!(6.0));
    let binned: u64 = told["bins"]
        .as_array()
        .expect("bins")
        .iter()
        .filter_map(|bin| bin["n"].as_u64())
        .sum();
    assert_eq!(binned, 5);
    let html = page(&town, "stat=depth").await;
    assert!(
        html.contains("depth in numbers") && html.contains("<svg class=\"bz-chart\""),
        "{html}"
    );
}

#[tokio::test]
async fn charts_are_drawn_from_what_the_columns_mean_each_with_its_table() {
    let town = Town::new().await;
    publish(&town, WELLS).await;
    let found = json(&town, "chart=bar&x=kind&y=depth").await;
    assert_eq!(
        found["chart"]["groups"],
        json!([
            { "key": ["bore"], "n": 2, "value": 29.0 },
            { "key": ["dug"], "n": 3, "value": 15.5 / 3.0 },
            { "key": ["spring"], "n": 1, "value": null },
        ])
    );
    let bars = page(&town, "chart=bar&x=kind&y=depth").await;
    assert!(
        bars.contains("Mean of depth by kind") && bars.contains("bz-chart__bar"),
        "{bars}"
    );
    let line = page(&town, "chart=line").await;
    assert!(line.contains("Number of rows by dug"), "{line}");
    assert!(line.contains("1 row has no time and is not drawn"), "{line}");
    let map = page(&town, "chart=map").await;
    assert_eq!(
        map.matches("class=\"bz-bubble\"").count(),
        6,
        "few wells stand each for itself: {map}"
    );
    let table = page(&town, "chart=table&x=kind&by=code").await;
    assert!(table.contains("Number of rows by kind, code"), "{table}");
}

#[tokio::test]
async fn a_chart_that_would_mislead_is_refused_with_the_reason_and_the_table() {
    let town = Town::new().await;
    publish(&town, WELLS).await;
    for (query, reason) in [
        ("chart=line&x=kind", "holds no times"),
        ("chart=bar&x=kind&y=code", "a mean or a sum of those says nothing"),
        ("chart=map&x=kind", "holds no codes of places"),
    ] {
        let html = page(&town, query).await;
        assert!(html.contains(reason), "{query}: {html}");
        assert!(
            !html.contains("<svg class=\"bz-chart\"") && !html.contains("<svg class=\"bz-map\""),
            "{query}"
        );
        assert!(
            html.contains("<caption class=\"govuk-table__caption"),
            "{query}: the groups stand in a table"
        );
    }
    town.stranger()
        .gets(&format!("{TABLE}?chart=bar&x=nothing"))
        .await
        .is(404);
}

#[tokio::test]
async fn shares_are_not_added_up_and_what_bears_one_moment_is_drawn_as_no_line() {
    let town = Town::new().await;
    let mut csv = "kind,as_of,opened_on,percent_covered\nbore,2026-12-31,2026-06-09,7\n".to_owned();
    for month in 1..=12 {
        let kind = if month % 2 == 0 { "dug" } else { "bore" };
        csv.push_str(&format!("{kind},2026-12-31,2026-{month:02}-03,{month}\n"));
    }
    publish(&town, &csv).await;
    let asked = "chart=bar&x=kind&y=percent_covered&sum=sum";
    let html = page(&town, asked).await;
    assert!(
        html.contains("do not add up") && !html.contains("<svg class=\"bz-chart\""),
        "{html}"
    );
    assert_eq!(json(&town, asked).await["chart"]["sum"], "mean");
    let html = page(&town, "").await;
    assert!(html.contains("Number of rows by opened_on"), "{html}");
}

#[tokio::test]
async fn every_file_of_a_view_holds_its_rows_and_a_spreadsheet_runs_none_of_them() {
    let town = Town::new().await;
    publish(&town, WELLS).await;
    let stranger = town.stranger();
    let query = "f=kind&op=is&v=bore&sort=-code&show=code&show=note&size=1";
    let csv = stranger
        .gets(&format!("{TABLE}.csv?{query}"))
        .await
        .is(200)
        .text();
    assert_eq!(csv, "code,note\r\n03,ok\r\n02,'=1+1\r\n");
    let lines = stranger
        .gets(&format!("{TABLE}.jsonl?{query}"))
        .await
        .is(200)
        .text();
    assert_eq!(
        lines,
        "{\"code\":\"03\",\"note\":\"ok\"}\n{\"code\":\"02\",\"note\":\"=1+1\"}\n"
    );
    for (format, start) in [("parquet", &b"PAR1"[..]), ("xlsx", b"PK")] {
        let file = stranger.gets(&format!("{TABLE}.{format}?{query}")).await.is(200);
        assert!(file.body.starts_with(start), "{format}");
    }
    let map = stranger
        .gets(&format!("{TABLE}.geojson?f=kind&op=is&v=spring"))
        .await
        .is(200)
        .json();
    assert_eq!(
        map["features"][0]["geometry"],
        json!({ "type": "Point", "coordinates": [111.85, -7.15] })
    );
    assert_eq!(map["features"].as_array().map(Vec::len), Some(1));
    let html = page(&town, "f=kind&op=is&v=bore&page=1&facet=kind").await;
    for line in [
        "pd.read_csv(",
        "IMPORTDATA",
        "read.csv(",
        "curl --fail",
        "Web.Contents",
    ] {
        assert!(html.contains(line), "{line}");
    }
    assert!(
        html.contains("data.csv?f=kind"),
        "the lines to copy get what the page shows"
    );
    assert!(
        html.contains("&#34;code&#34;: &#34;string&#34;")
            || html.contains("&quot;code&quot;: &quot;string&quot;"),
        "codes keep their zeros: {html}"
    );
}

#[tokio::test]
async fn all_columns_are_asked_for_in_one_word_wherever_a_view_has_an_address() {
    let town = Town::new().await;
    publish(&town, WELLS).await;
    let each = "show=code&show=owner&show=kind&show=depth&show=dug&show=lat&show=lon&show=note";
    for query in [each, "show=*"] {
        let html = page(&town, &format!("{query}&sort=code&facet=kind")).await;
        // Only what repeats the address as it came, as the choice of language does, still names each.
        let n_links = |part: &str| html.matches(part).count();
        assert!(n_links("show=*") > n_links("show=code"), "{query}: {html}");
        assert!(
            html.contains("Citra") && html.contains("111.83"),
            "{query}: {html}"
        );
    }
    assert!(page(&town, "show=code&sort=code").await.contains("show=code"));
    assert_eq!(
        json(&town, "show=*&size=2").await["rows"],
        json(&town, "size=2").await["rows"]
    );
    assert!(json(&town, "show=*&chart=bar&x=kind").await["chart"].is_object());
    let stranger = town.stranger();
    for ending in ["csv", "jsonl", "geojson"] {
        let plain = stranger.gets(&format!("{TABLE}.{ending}")).await.is(200).text();
        let all = stranger.gets(&format!("{TABLE}.{ending}?show=*")).await;
        assert_eq!(all.is(200).text(), plain, "{ending}");
    }
    let steward = town.someone(Role::Steward, None).await;
    let decision = [("data/owner", "personal")];
    steward
        .submits("/desk/data/wells/columns", &decision)
        .await
        .is(303);
    for path in [format!("{TABLE}?show=*"), format!("{TABLE}.csv?show=*")] {
        let told = town.stranger().gets(&path).await.is(200).text();
        assert!(!told.contains("Citra"), "{path}: {told}");
    }
}

#[tokio::test]
async fn a_column_that_becomes_personal_is_gone_from_every_face_at_once() {
    let town = Town::new().await;
    publish(&town, WELLS).await;
    assert!(page(&town, "sort=owner").await.contains("Citra"));
    assert_eq!(json(&town, "facet=owner").await["facets"][0]["n_distinct"], 6);
    let steward = town.someone(Role::Steward, None).await;
    let decision = [("data/owner", "personal")];
    steward
        .submits("/desk/data/wells/columns", &decision)
        .await
        .is(303);
    let html = page(&town, "").await;
    assert!(!html.contains("Citra") && !html.contains(">owner<"), "{html}");
    let csv = town.stranger().gets(&format!("{TABLE}.csv")).await.is(200).text();
    assert!(!csv.contains("owner") && !csv.contains("Citra"), "{csv}");
    for query in [
        "sort=owner",
        "facet=owner",
        "stat=owner",
        "f=owner&op=is&v=Citra",
        "show=owner",
    ] {
        let refused = town
            .stranger()
            .gets(&format!("{TABLE}.json?{query}"))
            .await
            .is(400);
        assert!(
            refused.text().contains("there is no column"),
            "{query}: {}",
            refused.text()
        );
    }
    town.stranger()
        .gets(&format!("{TABLE}.json?chart=bar&x=owner"))
        .await
        .is(404);
    town.stranger()
        .gets(&format!("{TABLE}.csv?sort=owner"))
        .await
        .is(400);
    let seen = steward
        .gets(&format!("{TABLE}.json?sort=owner"))
        .await
        .is(200)
        .json();
    assert_eq!(seen["rows"][2]["owner"], "Citra", "who may confide still sees it");
}

#[tokio::test]
async fn what_is_remembered_for_strangers_is_never_what_was_before() {
    let town = Town::new().await;
    let address = format!("{}?sort=code", publish(&town, WELLS).await);
    let before = town.stranger().gets(&address).await.is(200);
    let again = town.stranger().gets(&address).await.is(200);
    assert_eq!(before.body, again.body);
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    send(&producer, "code,kind\n07,bore\n").await.is(303);
    let waiting = town.stranger().gets(&address).await.is(200).text();
    assert!(waiting.contains("is being read"), "{waiting}");
    town.run_jobs().await;
    let found = json(&town, "sort=code").await;
    assert_eq!(codes(&found), ["07"]);
    let indonesian = town
        .stranger()
        .gets(&format!("{address}&lang=id"))
        .await
        .is(200)
        .text();
    assert!(
        indonesian.contains("Baris") && indonesian.contains("lang=\"id\""),
        "{indonesian}"
    );
    let signed_in = producer.gets(&address).await.is(200).text();
    let stranger = town.stranger().gets(&address).await.is(200).text();
    assert_ne!(signed_in, stranger, "nobody is shown the page of somebody else");
}

#[tokio::test]
async fn circles_stand_where_their_points_are_in_the_mean_over_the_outlines_of_places() {
    let town = Town::new().await;
    import_districts(&town).await;
    let mut csv = String::from("code,lat,lon\n");
    for n in 0..600 {
        let (lat, lon) = if n % 2 == 0 {
            ("-7.11", "111.81")
        } else {
            ("-7.19", "111.99")
        };
        csv.push_str(&format!("w{n},{lat},{lon}\n"));
    }
    publish(&town, &csv).await;
    let found = json(&town, "chart=map").await;
    let groups = found["chart"]["groups"].as_array().expect("groups");
    let told: Vec<(f64, f64, u64)> = groups
        .iter()
        .map(|group| {
            let key = |at: usize| group["key"][at].as_f64().expect("a number");
            (key(0), key(1), group["n"].as_u64().expect("a count"))
        })
        .collect();
    assert_eq!(told.len(), 2, "{told:?}");
    for ((lon, lat, n), (x, y)) in told.into_iter().zip([(111.81, -7.11), (111.99, -7.19)]) {
        assert_eq!(n, 300);
        assert!((lon - x).abs() < 1e-6 && (lat - y).abs() < 1e-6, "{lon} {lat}");
    }
    let html = page(&town, "chart=map").await;
    assert!(
        html.contains("Rows near each other stand as one circle"),
        "{html}"
    );
    assert_eq!(html.matches("class=\"bz-map__plain\"").count(), 2, "{html}");
    assert!(
        !html.contains("bz-map__waiting"),
        "no frame cuts through the regency: {html}"
    );
}

#[tokio::test]
async fn totals_are_drawn_as_circles_and_shares_and_means_are_shaded() {
    let one_row_each =
        "village_code,area_km2,households,poor_percent\n35.22.01,10.5,300,12.5\n35.22.02,30,900,40\n";
    let two_rows = "village_code,households\n35.22.01,300\n35.22.01,500\n35.22.02,900\n";
    for (csv, query, is_shaded) in [
        (one_row_each, "", false),
        (one_row_each, "chart=map&x=village_code&y=households", false),
        (one_row_each, "chart=map&x=village_code&y=poor_percent", true),
        (two_rows, "chart=map&x=village_code&y=households", true),
        (two_rows, "chart=map&x=village_code&y=households&sum=sum", false),
    ] {
        let town = Town::new().await;
        import_districts(&town).await;
        publish(&town, csv).await;
        let html = page(&town, query).await;
        assert!(html.contains("<svg class=\"bz-map\""), "{query}: {html}");
        let n_plain = html.matches("class=\"bz-map__plain\"").count();
        let n_circles = html.matches("class=\"bz-bubble\"").count();
        let wanted = if is_shaded { (0, 0) } else { (2, 2) };
        assert_eq!((n_plain, n_circles), wanted, "{query}: {html}");
        assert_eq!(
            html.contains("shading it darker would mislead"),
            !is_shaded,
            "{query}"
        );
    }
}

const RIVERS: &str = r#"{"type":"FeatureCollection","features":[
    {"type":"Feature","properties":{"river":1,"name":"Kali Baru"},"geometry":{"type":"LineString","coordinates":[[111.81,-7.11],[111.85,-7.14],[111.95,-7.18]]}},
    {"type":"Feature","properties":{"river":2,"name":"Kali Tua"},"geometry":{"type":"MultiLineString","coordinates":[[[111.82,-7.19],[111.88,-7.15]]]}},
    {"type":"Feature","properties":{"river":3,"name":"Lake"},"geometry":{"type":"Polygon","coordinates":[[[111.9,-7.12],[111.92,-7.12],[111.92,-7.14],[111.9,-7.12]]]}},
    {"type":"Feature","properties":{"river":4,"name":"Nowhere"},"geometry":null}
]}"#;

#[tokio::test]
async fn lines_and_areas_are_drawn_as_a_map_and_their_texts_make_no_row_tall() {
    let town = Town::new().await;
    import_districts(&town).await;
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    let entry = [("title", "Wells"), ("open", "yes")];
    producer.submits("/desk/data", &entry).await.is(303);
    send_file(&producer, "rivers.geojson", RIVERS).await.is(303);
    town.run_jobs().await;
    let html = page(&town, "chart=map").await;
    for (part, n) in [("bz-map__line", 2), ("bz-map__area", 1), ("bz-map__plain", 2)] {
        assert_eq!(html.matches(part).count(), n, "{part}: {html}");
    }
    for part in [
        "Map of Wells",
        "<title>Kali Baru</title>",
        "1 row has no position on the globe",
        "<span class=\"bz-clip\" title=\"{&quot;",
        "data.geojson",
    ] {
        assert!(html.contains(part), "no {part} in {html}");
    }
    assert!(
        page(&town, "").await.contains("bz-map__line"),
        "it is drawn without being asked"
    );
    let few = page(&town, "chart=map&f=name&op=is&v=Kali+Tua").await;
    assert_eq!(few.matches("bz-map__line").count(), 1, "{few}");
}

#[tokio::test]
async fn a_table_that_cannot_be_drawn_so_says_why_in_words_for_people() {
    let town = Town::new().await;
    let csv: String = (0..300).map(|n| format!("{n}.5,{n}\n")).collect();
    publish(&town, &format!("depth,income\n{csv}")).await;
    for (query, reason) in [
        ("chart=map", "says where its rows are"),
        ("chart=bar", "suits this kind of chart"),
        ("chart=line", "suits this kind of chart"),
    ] {
        let html = page(&town, query).await;
        assert!(
            html.contains(reason) && !html.contains("COLUMN"),
            "{query}: {html}"
        );
        for drawing in ["<svg class=\"bz-chart\"", "<svg class=\"bz-map\""] {
            assert!(!html.contains(drawing), "{query}: {html}");
        }
    }
}

#[tokio::test]
async fn what_says_most_about_a_small_table_is_drawn_without_being_asked() {
    let town = Town::new().await;
    publish(&town, WELLS).await;
    let html = page(&town, "").await;
    assert!(html.contains("bz-bubble"), "{html}");
    let rows = html.find("id=\"rows\"").expect("rows");
    assert!(
        rows < html.find("bz-bubble").expect("a map"),
        "the rows come first"
    );
    let none = page(&town, "chart=none").await;
    assert!(
        !none.contains("bz-bubble") && !none.contains("<svg class=\"bz-chart"),
        "{none}"
    );
    let chosen = page(&town, "x=kind").await;
    assert!(chosen.contains("Number of rows by kind"), "{chosen}");
    assert!(
        json(&town, "").await.get("chart").is_none(),
        "programs ask for what they want"
    );
    // Without positions it is the line of days, and without those the bars of what repeats.
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    send(&producer, "code,kind\n01,dug\n02,bore\n03,dug\n04,bore\n")
        .await
        .is(303);
    town.run_jobs().await;
    let html = page(&town, "").await;
    assert!(
        html.contains("Number of rows by kind") && html.contains("bz-chart__bar"),
        "{html}"
    );
}

#[tokio::test]
async fn a_page_whose_rows_are_filtered_says_so_everywhere() {
    let town = Town::new().await;
    publish(&town, WELLS).await;
    let html = page(&town, "f=kind&op=is&v=dug").await;
    for part in ["3 of 6 rows in 8 columns", "3 of 6 rows<", "is about all 6 rows"] {
        assert!(html.contains(part), "no {part} in {html}");
    }
    let paged = page(&town, "f=kind&op=not&v=spring&size=2").await;
    assert!(
        paged.contains("Rows 1 to 2 of 5 that the filters leave of 6"),
        "{paged}"
    );
    let all = page(&town, "").await;
    assert!(
        all.contains("6 rows in 8 columns") && !all.contains("is about all"),
        "{all}"
    );
}

#[tokio::test]
async fn numbers_have_the_decimals_that_tell_them_apart() {
    let town = Town::new().await;
    let csv = "code,latitude,longitude,households\n01,-4.9581,39.1,25\n02,-4.9569,39.1,30\n03,-4.9543,39.1,41\n04,-4.9523,39.1,50\n";
    publish(&town, csv).await;
    let html = page(&town, "stat=latitude").await;
    assert!(html.contains("-4.9581") && html.contains("-4.9569"), "{html}");
    assert!(
        !html.contains("-4.96 – -4.96") && !html.contains(">-4.95<"),
        "{html}"
    );
    let single = page(&town, "chart=bar&x=code&y=households").await;
    assert!(
        single.contains("<figcaption>households</figcaption>") && !single.contains("25.00"),
        "what each group holds once is no mean: {single}"
    );
}

#[tokio::test]
async fn all_rows_are_had_as_json() {
    let town = Town::new().await;
    publish(&town, WELLS).await;
    let html = page(&town, "").await;
    assert!(html.contains("href=\"/data/wells/data.json?all=1\""), "{html}");
    let file = town
        .stranger()
        .gets(&format!("{TABLE}.json?all=1&size=2"))
        .await
        .is(200);
    assert_eq!(file.header("content-type"), "application/json");
    let rows = file.json();
    assert_eq!(rows.as_array().map(Vec::len), Some(6));
    assert_eq!(rows[1]["note"], "=1+1");
    let html = page(&town, "f=kind&op=is&v=bore").await;
    let few = format!("{TABLE}.json?f=kind&op=is&v=bore&all=1");
    assert_eq!(
        town.stranger()
            .gets(&few)
            .await
            .is(200)
            .json()
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    assert!(
        html.contains("v=bore&amp;all=1") || html.contains("v=bore&#38;all=1"),
        "{html}"
    );
}

#[tokio::test]
async fn days_stay_on_one_line_and_wide_tables_say_that_they_go_on() {
    let town = Town::new().await;
    publish(&town, WELLS).await;
    let html = page(&town, "").await;
    for part in [
        "<span class=\"bz-nowrap\">1 Mar 2021</span>",
        "bz-scroll--rows",
        "Scroll sideways to see all columns",
        "Split by",
        ">nothing</option>",
    ] {
        assert!(html.contains(part), "no {part} in {html}");
    }
}
