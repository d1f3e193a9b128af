//! Indicators as SDMX: what is there, what it says, and how it is refused.

use std::collections::{BTreeMap, BTreeSet};

use baraza::indicators::model::definition::Definition;
use pretty_assertions::assert_eq;
use regex::Regex;

use super::{WATER, counted, load};
use crate::town::Town;

const CSV: &str = "application/vnd.sdmx.data+csv";

async fn xml(town: &Town, path: &str) -> String {
    town.stranger().gets(path).await.is(200).text()
}

/// The rows of an answer in CSV, by the names of its columns.
async fn rows(town: &Town, path: &str) -> Vec<BTreeMap<String, String>> {
    let answer = town
        .stranger()
        .with_header("accept", CSV)
        .gets(path)
        .await
        .is(200);
    let mut reader = csv::Reader::from_reader(&answer.body[..]);
    let names: Vec<String> = reader
        .headers()
        .expect("a head")
        .iter()
        .map(str::to_owned)
        .collect();
    reader
        .records()
        .map(|record| {
            let record = record.expect("a row");
            names
                .iter()
                .cloned()
                .zip(record.iter().map(str::to_owned))
                .collect()
        })
        .collect()
}

/// The values of certain columns, a line each.
fn columns(rows: &[BTreeMap<String, String>], names: &[&str]) -> Vec<String> {
    rows.iter()
        .map(|row| {
            names
                .iter()
                .map(|name| row[*name].as_str())
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect()
}

fn n_of(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

#[tokio::test]
async fn every_indicator_is_a_dataflow_in_both_versions() {
    let town = counted().await;
    let id = Regex::new("<str:Dataflow id=\"([^\"]+)\"").expect("a pattern");
    for (path, version, reference) in [
        (
            "/sdmx/2.1/dataflow/BARAZA/all/latest",
            "2.1",
            "<str:Structure><Ref id=\"INDICATORS\" version=\"1.0\" agencyID=\"BARAZA\" package=\"datastructure\" class=\"DataStructure\"/></str:Structure>",
        ),
        (
            "/sdmx/3.0/structure/dataflow/BARAZA/*/+",
            "3.0.0",
            "<str:Structure>urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure=BARAZA:INDICATORS(1.0)</str:Structure>",
        ),
    ] {
        let answer = town.stranger().gets(path).await.is(200);
        assert_eq!(
            answer.header("content-type"),
            format!("application/vnd.sdmx.structure+xml; version={version}")
        );
        let text = answer.text();
        let ids: Vec<&str> = id
            .captures_iter(&text)
            .filter_map(|found| Some(found.get(1)?.as_str()))
            .collect();
        assert_eq!(ids, ["DF_ALL", "DF_SDG", "DF_6-1-1"]);
        assert_eq!(n_of(&text, reference), 3, "{text}");
        assert!(
            text.contains("<com:Name xml:lang=\"id\">Rumah tangga dengan air layak</com:Name>"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_structure_comes_with_the_codes_that_are_used() {
    let town = counted().await;
    let text = xml(
        &town,
        "/sdmx/2.1/datastructure/BARAZA/INDICATORS/latest?references=children",
    )
    .await;
    // Place codes hold full stops, which separate the parts of a key.
    for part in [
        "<str:Code id=\"35-22-01\"><com:Annotations><com:Annotation id=\"CODE\"><com:AnnotationTitle>35.22.01</com:AnnotationTitle></com:Annotation></com:Annotations><com:Name xml:lang=\"en\">Margomulyo</com:Name><str:Parent><Ref id=\"35-22\"/></str:Parent></str:Code>",
        "<str:Code id=\"F\"><com:Name xml:lang=\"en\">Female</com:Name><com:Name xml:lang=\"id\">Perempuan</com:Name></str:Code>",
        "<str:Dimension id=\"FREQ\" position=\"1\">",
        "<str:TimeDimension id=\"TIME_PERIOD\" position=\"16\">",
        "<str:Codelist id=\"CL_OBS_STATUS\"",
    ] {
        assert!(text.contains(part), "no {part} in {text}");
    }
    // The province has no numbers.
    assert!(!text.contains("<str:Code id=\"35\""), "{text}");
    let every_text_is_there = !text.contains("indicators-sdmx-");
    assert!(every_text_is_there, "{text}");
}

#[tokio::test]
async fn numbers_are_the_same_in_every_format_and_on_the_page() {
    let town = counted().await;
    let key = "A.N.6-1-1.35-22._T._T._T._T._T._T._T._T._T._T._T";
    let path = format!("/sdmx/2.1/data/DF_6-1-1/{key}");
    let told = rows(&town, &path).await;
    let page = town
        .stranger()
        .gets("/indicators/6.1.1.json?place=35.22")
        .await
        .is(200)
        .json();
    let shown: Vec<String> = page["observations"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|row| row["place"] == "35.22")
        .map(|row| {
            format!(
                "{} {} {}",
                row["period"].as_str().unwrap_or(""),
                row["value"],
                row["n"]
            )
        })
        .collect();
    assert_eq!(columns(&told, &["TIME_PERIOD", "OBS_VALUE", "N"]), shown);
    assert_eq!(
        columns(&told, &["DATAFLOW", "OBS_STATUS", "STANDING", "UNIT_MEASURE"]),
        vec!["BARAZA:DF_6-1-1(1.0) A OFFICIAL PT"; 2]
    );
    let generic = xml(&town, &path).await;
    let specific = xml(&town, &format!("{path}?format=specific")).await;
    let latest = xml(&town, &format!("/sdmx/3.0/data/dataflow/BARAZA/DF_6-1-1/+/{key}")).await;
    for row in &told {
        let (period, value) = (&row["TIME_PERIOD"], &row["OBS_VALUE"]);
        assert!(generic.contains(&format!(
            "<gen:ObsDimension value=\"{period}\"/><gen:ObsValue value=\"{value}\"/>"
        )));
        let observation = format!("<Obs TIME_PERIOD=\"{period}\" OBS_VALUE=\"{value}\"");
        assert!(specific.contains(&observation) && latest.contains(&observation));
    }
    let json = town
        .stranger()
        .gets(&format!("{path}?format=json"))
        .await
        .is(200)
        .json();
    let series = &json["dataSets"][0]["series"]["0:0:0:0:0:0:0:0:0:0:0:0:0:0:0"]["observations"];
    assert_eq!(series["0"][0].to_string(), told[0]["OBS_VALUE"]);
    assert_eq!(series["1"][0].to_string(), told[1]["OBS_VALUE"]);
}

#[tokio::test]
async fn what_is_withheld_is_there_with_its_status_and_nothing_else() {
    let town = counted().await;
    let all = rows(&town, "/sdmx/2.1/data/DF_ALL").await;
    let withheld: Vec<_> = all.iter().filter(|row| row["OBS_STATUS"] == "Q").collect();
    assert!(!withheld.is_empty());
    for row in &withheld {
        for figure in [
            "OBS_VALUE",
            "NUMERATOR",
            "DENOMINATOR",
            "N",
            "N_MISSING",
            "LOWER_BOUND",
            "UPPER_BOUND",
            "STANDARD_ERROR",
        ] {
            assert_eq!(row[figure], "", "{figure}");
        }
    }
    let alone = |row: &&&BTreeMap<String, String>| {
        row["REF_AREA"] == "35-22-01-2002" && row["TIME_PERIOD"] == "2026" && row["SEX"] == "F"
    };
    assert_eq!(withheld.iter().filter(alone).count(), 1);
    let generic = xml(&town, "/sdmx/2.1/data/DF_ALL").await;
    assert_eq!(n_of(&generic, "<gen:Obs>"), all.len());
    assert_eq!(n_of(&generic, "<gen:ObsValue "), all.len() - withheld.len());
}

#[tokio::test]
async fn a_key_and_a_span_choose_what_is_sent() {
    let town = counted().await;
    let of = async |path: &str| columns(&rows(&town, path).await, &["REF_AREA", "SEX", "TIME_PERIOD"]);
    let sexes = "/sdmx/2.1/data/DF_6-1-1/..6-1-1.35-22.F+M..........";
    assert_eq!(
        of(sexes).await,
        ["35-22 F 2021", "35-22 F 2026", "35-22 M 2021", "35-22 M 2026"]
    );
    assert_eq!(
        of(&format!("{sexes}?startPeriod=2022")).await,
        ["35-22 F 2026", "35-22 M 2026"]
    );
    assert_eq!(
        of(&format!("{sexes}?firstNObservations=1")).await,
        ["35-22 F 2021", "35-22 M 2021"]
    );
    assert_eq!(
        of(&format!("{sexes}?lastNObservations=1")).await,
        ["35-22 F 2026", "35-22 M 2026"]
    );
    assert_eq!(
        of("/sdmx/3.0/data/*/BARAZA/DF_SDG/+/*.*.*.35-22?c%5BSEX%5D=_T&c%5BTIME_PERIOD%5D=lt:2026").await,
        ["35-22 _T 2021"]
    );
    let keys = xml(&town, &format!("{sexes}?detail=serieskeysonly")).await;
    assert_eq!((n_of(&keys, "<gen:SeriesKey>"), n_of(&keys, "<gen:Obs>")), (2, 0));
    assert_eq!(of(&format!("{sexes}?updatedAfter=2020-01-01")).await.len(), 4);
    town.stranger()
        .gets(&format!("{sexes}?updatedAfter=2090-01-01"))
        .await
        .is(404);
}

#[tokio::test]
async fn availability_says_which_codes_have_numbers() {
    let town = counted().await;
    for (path, values) in [
        (
            "/sdmx/2.1/availableconstraint/DF_6-1-1/...35-22.F........../all/TIME_PERIOD",
            "<com:KeyValue id=\"TIME_PERIOD\"><com:Value>2021</com:Value><com:Value>2026</com:Value></com:KeyValue>",
        ),
        (
            "/sdmx/3.0/availability/dataflow/BARAZA/DF_ALL/+/*.*.*.35-22/SEX",
            "<str:KeyValue id=\"SEX\"><str:Value>F</str:Value><str:Value>M</str:Value><str:Value>_T</str:Value></str:KeyValue>",
        ),
    ] {
        let text = xml(&town, path).await;
        assert!(text.contains(values), "{text}");
        assert_eq!(n_of(&text, ":KeyValue id="), 1);
    }
}

#[tokio::test]
async fn groups_stand_under_their_concepts_and_others_under_custom_breakdown() {
    let town = counted().await;
    let text = WATER
        .replace("6.1.1", "water-2")
        .replace("name = \"sex\"", "name = \"head\"")
        .replace("[[\"sex\"]]", "[[\"head\"]]");
    load(&town, &text).await;
    load(
        &town,
        &WATER
            .replace("6.1.1", "water-3")
            .replace("name = \"sex\"", "name = \"head\"\nconcept = \"OCCUPATION\"")
            .replace("[[\"sex\"]]", "[[\"head\"]]")
            .replace("{ code = \"F\",", "{ code = \"F\", sdmx = \"ISCO9\","),
    )
    .await;
    town.run_jobs().await;
    let custom = rows(
        &town,
        "/sdmx/2.1/data/DF_water-2/...35-22...........?startPeriod=2026",
    )
    .await;
    assert_eq!(
        columns(&custom, &["SEX", "CUST_BREAKDOWN", "CUST_BREAKDOWN_LB"]),
        ["_T _T ", "_T head-F Female", "_T head-M Male"]
    );
    let concept = rows(
        &town,
        "/sdmx/2.1/data/DF_water-3/...35-22...........?startPeriod=2026",
    )
    .await;
    assert_eq!(
        columns(&concept, &["OCCUPATION", "CUST_BREAKDOWN"]),
        ["_T _T", "ISCO9 _T", "M _T"]
    );
    let lists = xml(&town, "/sdmx/2.1/codelist/BARAZA/CL_CUST_BREAKDOWN+CL_OCCUPATION").await;
    for part in [
        "<str:Code id=\"head-F\">",
        "<str:Code id=\"head-_U\">",
        "<str:Code id=\"ISCO9\">",
    ] {
        assert!(lists.contains(part), "no {part} in {lists}");
    }
}

#[tokio::test]
async fn of_several_custom_dimensions_only_combinations_that_have_numbers_are_codes() {
    let town = counted().await;
    let mut text = WATER
        .replace("6.1.1", "water-4")
        .replace("name = \"sex\"", "name = \"head\"")
        .replace("[[\"sex\"]]", "[[\"head\", \"source\"]]");
    text.push_str(
        r#"
[[dimension]]
name = "source"
title = { en = "Source" }
expression = "household.water"
codes = [{ code = "pipe", title = { en = "Pipe" } }, { code = "sea", title = { en = "Sea" } }]
"#,
    );
    load(&town, &text).await;
    town.run_jobs().await;
    let all = rows(&town, "/sdmx/2.1/data/DF_water-4").await;
    let used: BTreeSet<&str> = all
        .iter()
        .map(|row| row["CUST_BREAKDOWN"].as_str())
        .filter(|code| code.contains('$'))
        .collect();
    assert!(!used.is_empty());
    let list = xml(&town, "/sdmx/2.1/codelist/BARAZA/CL_CUST_BREAKDOWN").await;
    for code in &used {
        let part = format!("<str:Code id=\"{code}\">");
        assert!(list.contains(&part), "no {part} in {list}");
    }
    let joined = Regex::new("<str:Code id=\"[^\"]+\\$").expect("a pattern");
    assert_eq!(joined.find_iter(&list).count(), used.len(), "{list}");
}

#[tokio::test]
async fn a_new_number_is_there_at_once() {
    let town = counted().await;
    let before = rows(&town, "/sdmx/2.1/data/DF_ALL").await.len();
    load(&town, &WATER.replace("6.1.1", "water-2")).await;
    town.run_jobs().await;
    assert_eq!(rows(&town, "/sdmx/2.1/data/DF_ALL").await.len(), before * 2);
}

#[tokio::test]
async fn what_is_refused_is_refused_in_the_standards_words() {
    let town = counted().await;
    for (path, status, code) in [
        ("/sdmx/2.1/data/DF_NOTHING", 404, 100),
        ("/sdmx/2.1/dataflow/ESTAT/all/latest", 404, 100),
        ("/sdmx/2.1/data/DF_ALL/Q..............", 404, 100),
        ("/sdmx/2.1/data/DF_ALL/A.N", 400, 140),
        ("/sdmx/2.1/data/DF_ALL?startPeriod=soon", 400, 140),
        ("/sdmx/2.1/dataflows", 400, 140),
        ("/sdmx/2.1/categoryscheme", 501, 501),
        ("/sdmx/2.1/data/DF_ALL?includeHistory=true", 501, 501),
        ("/sdmx/2.1/dataflow?format=json", 406, 1000),
        ("/sdmx/3.0/data/*/BARAZA/DF_NOTHING", 404, 100),
        ("/sdmx/1.0/data", 404, 100),
    ] {
        let answer = town.stranger().gets(path).await.is(status);
        let schema = if path.starts_with("/sdmx/3") {
            "v3_0"
        } else {
            "v2_1"
        };
        let text = answer.text();
        assert!(
            text.contains(&format!(
                "<mes:ErrorMessage code=\"{code}\"><com:Text xml:lang=\"en\">"
            )) && text.contains(&format!("schemas/{schema}/message")),
            "{path}: {text}"
        );
    }
    let posted = town.stranger().submits("/sdmx/2.1/data/DF_ALL", &[]).await;
    assert_eq!(posted.status.as_u16(), 405);
}

#[test]
fn a_definition_says_its_concepts_in_the_standards_words() {
    let refused = |from: &str, to: &str| {
        Definition::parse(&WATER.replace(from, to))
            .expect_err("a mistake")
            .to_string()
    };
    assert!(
        refused("name = \"sex\"", "name = \"sex\"\nconcept = \"GENDER\"").starts_with(
            "dimension \"sex\": \"GENDER\" is no concept that SDMX breaks numbers down by; use one of: SEX,"
        )
    );
    assert!(
        refused("{ code = \"F\",", "{ code = \"F\", sdmx = \"F.1\",")
            .starts_with("dimension \"sex\", code \"F\": \"F.1\" is no SDMX code")
    );
    let second = format!(
        "{WATER}\n[[dimension]]\nname = \"head\"\nconcept = \"SEX\"\ntitle = {{ en = \"Head\" }}\nexpression = \"household.head_sex\"\ncodes = [{{ code = \"F\", title = {{ en = \"Female\" }} }}]\n"
    );
    let said = Definition::parse(&second).expect_err("a mistake").to_string();
    assert!(
        said.starts_with("dimension \"head\": another dimension is the same SDMX concept"),
        "{said}"
    );
}
