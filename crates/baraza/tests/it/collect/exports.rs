//! Submissions out: CSV, archives, OData and GeoJSON, in Central's shapes and within the caller's reach.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
    time::Duration,
};

use baraza::platform::op::Role;
use flate2::read::DeflateDecoder;
use serde_json::{Value, json};

use super::{HOUSEHOLD, answers, post, publish, publish_text, settle};
use crate::town::{Answer, Town, Visitor};

const FORM: &str = "/v1/projects/1/forms/household";

/// Files households about two villages, a minute apart, the last one with a photograph.
async fn filed(town: &Town) {
    settle(town).await;
    publish(town).await;
    let phone = town.admin().await;
    for (id, village) in [
        ("1", "35.22.01.2001"),
        ("2", "35.22.01.2002"),
        ("3", "35.22.01.2001"),
    ] {
        let mut xml = answers(id).replace("35.22.01.2001", village);
        let mut files: Vec<(&str, &[u8])> = Vec::new();
        if id == "3" {
            xml = xml
                .replace("<photo/>", "<photo>well.jpg</photo>")
                .replace("Ann", "=1+\"1\"");
            files.push(("well.jpg", b"\xff\xd8jpeg"));
        }
        post(&phone, &xml, &files).await.is(201);
        town.advance(Duration::from_secs(60));
    }
    town.run_jobs().await;
}

async fn officer_of<'a>(town: &'a Town, place: Option<&str>) -> Visitor<'a> {
    town.someone(Role::Officer, place).await
}

/// The files of an archive, read by its own list at the end.
fn unpacked(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let number = |at: usize, n: usize| -> usize {
        bytes[at..at + n]
            .iter()
            .rev()
            .fold(0, |number, byte| (number << 8) | usize::from(*byte))
    };
    let end = bytes.len() - 22;
    assert_eq!(number(end, 4), 0x0605_4b50, "the end of the list");
    let mut at = number(end + 16, 4);
    let mut files = BTreeMap::new();
    for _ in 0..number(end + 10, 2) {
        assert_eq!(number(at, 4), 0x0201_4b50, "an entry of the list");
        let (n_packed, n_raw) = (number(at + 20, 4), number(at + 24, 4));
        let (n_name, n_extra, head) = (number(at + 28, 2), number(at + 30, 2), number(at + 42, 4));
        let name = String::from_utf8(bytes[at + 46..at + 46 + n_name].to_vec()).expect("a name");
        let start = head + 30 + number(head + 26, 2) + number(head + 28, 2);
        let mut raw = Vec::new();
        DeflateDecoder::new(Cursor::new(&bytes[start..start + n_packed]))
            .read_to_end(&mut raw)
            .expect("deflated bytes");
        assert_eq!(raw.len(), n_raw, "{name}");
        let mut crc = flate2::Crc::new();
        crc.update(&raw);
        assert_eq!(crc.sum() as usize, number(at + 16, 4), "{name}");
        files.insert(name, raw);
        at += 46 + n_name + n_extra;
    }
    files
}

fn lines(csv: &[u8]) -> Vec<String> {
    String::from_utf8(csv.to_vec())
        .expect("text")
        .lines()
        .map(str::to_owned)
        .collect()
}

fn ids(page: &Answer) -> Vec<String> {
    let page = page.json();
    let rows = page["value"]
        .as_array()
        .unwrap_or_else(|| panic!("no rows in {page}"))
        .clone();
    rows.iter()
        .map(|row| row["__id"].as_str().expect("an id").to_owned())
        .collect()
}

/// The part of an address that a visitor asks for.
fn path_of(address: &Value) -> String {
    let address = address.as_str().expect("an address");
    address[address.find("/v1/").expect("a path")..].to_owned()
}

#[tokio::test]
async fn a_form_is_one_sheet_or_an_archive_with_its_repeats_and_files() {
    let town = Town::new().await;
    filed(&town).await;
    let officer = officer_of(&town, None).await;
    let sheet = officer.gets(&format!("{FORM}/submissions.csv")).await.is(200);
    assert_eq!(sheet.header("content-type"), "text/csv; charset=utf-8");
    assert!(
        sheet
            .header("content-disposition")
            .starts_with("attachment; filename=\"household.csv\"")
    );
    let sheet = lines(&sheet.body);
    assert_eq!(
        sheet[0],
        "SubmissionDate,village,enumerator,interviewed,house-water,house-minutes,house-photo,n_members,meta-instanceID,KEY,SubmitterID,SubmitterName,\
         AttachmentsPresent,AttachmentsExpected,Status,ReviewState,DeviceID,Edits,FormVersion"
    );
    assert_eq!(sheet.len(), 4);
    assert!(
        sheet[1].contains(",well.jpg,2,uuid:3,uuid:3,") && sheet[1].ends_with(",1,1,,,collect:abc,0,1"),
        "{}",
        sheet[1]
    );
    let archive = officer.gets(&format!("{FORM}/submissions.csv.zip")).await.is(200);
    assert_eq!(archive.header("content-type"), "application/zip");
    let files = unpacked(&archive.body);
    assert_eq!(
        files.keys().collect::<Vec<_>>(),
        ["household-member.csv", "household.csv", "media/well.jpg"]
    );
    assert_eq!(lines(&files["household.csv"]), sheet);
    assert_eq!(files["media/well.jpg"], b"\xff\xd8jpeg");
    assert_eq!(
        lines(&files["household-member.csv"])[..3],
        [
            "name,age,PARENT_KEY,KEY",
            // What was answered, and not what a spreadsheet makes of it.
            "\"=1+\"\"1\"\"\",43,uuid:3,uuid:3/member[1]",
            "Ben,12,uuid:3,uuid:3/member[2]",
        ]
    );
    let bare = officer
        .sends(
            "POST",
            &format!("{FORM}/submissions.csv.zip?attachments=false&groupPaths=false"),
            "",
            "".into(),
        )
        .await
        .is(200);
    let files = unpacked(&bare.body);
    assert_eq!(
        files.keys().collect::<Vec<_>>(),
        ["household-member.csv", "household.csv"]
    );
    assert!(
        lines(&files["household.csv"])[0].starts_with("SubmissionDate,village,enumerator,interviewed,water,")
    );
    let some = officer
        .gets(&format!(
            "{FORM}/submissions.csv?%24filter=__system%2FsubmissionDate%20lt%202026-11-16T02%3A01%3A00Z"
        ))
        .await
        .is(200);
    assert!(lines(&some.body).len() < 4, "{:?}", lines(&some.body));
}

#[tokio::test]
async fn nothing_leaves_that_the_caller_may_not_read() {
    let town = Town::new().await;
    filed(&town).await;
    let here = officer_of(&town, Some("35.22.01.2002")).await;
    let sheet = lines(&here.gets(&format!("{FORM}/submissions.csv")).await.is(200).body);
    assert_eq!(sheet.len(), 2);
    assert!(sheet[1].contains("uuid:2"));
    let files = unpacked(
        &here
            .gets(&format!("{FORM}/submissions.csv.zip"))
            .await
            .is(200)
            .body,
    );
    assert_eq!(files.len(), 2, "no photograph of another village");
    for query in [
        "",
        "?%24top=1",
        "?%24count=true",
        "?%24filter=not%20__id%20eq%20%27x%27",
        "?%24orderby=__id",
    ] {
        let page = here.gets(&format!("{FORM}.svc/Submissions{query}")).await.is(200);
        assert_eq!(ids(&page), ["uuid:2"], "{query}");
    }
    let counted = here
        .gets(&format!("{FORM}.svc/Submissions?%24count=true&%24top=0"))
        .await
        .is(200)
        .json();
    assert_eq!(counted["@odata.count"], json!(1));
    assert_eq!(
        here.gets(&format!("{FORM}.svc/Submissions.member"))
            .await
            .is(200)
            .json()["value"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    here.gets(&format!("{FORM}.svc/Submissions('uuid%3A1')"))
        .await
        .is(404);
    here.gets(&format!("{FORM}.svc/Submissions('uuid%3A2')"))
        .await
        .is(200);
    for path in [
        "/submissions.csv",
        "/submissions.csv.zip",
        "/submissions.geojson",
        ".svc",
        ".svc/$metadata",
        ".svc/Submissions",
        ".svc/Submissions('uuid%3A1')",
    ] {
        let path = format!("{FORM}{path}");
        town.someone(Role::Enumerator, Some("35.22"))
            .await
            .gets(&path)
            .await
            .is(403);
        town.stranger().gets(&path).await.is(401);
    }
}

#[tokio::test]
async fn an_export_is_in_the_audit_trail() {
    let town = Town::new().await;
    filed(&town).await;
    officer_of(&town, None)
        .await
        .gets(&format!("{FORM}/submissions.csv.zip"))
        .await
        .is(200);
    let facts: Vec<String> =
        sqlx::query_scalar("SELECT facts FROM audit WHERE event = 'collect.submissions-exported'")
            .fetch_all(town.app.db.read())
            .await
            .expect("read");
    assert_eq!(facts.len(), 1);
    assert!(facts[0].contains("csv.zip"), "{facts:?}");
}

#[tokio::test]
async fn odata_describes_itself_and_hands_out_every_table() {
    let town = Town::new().await;
    filed(&town).await;
    let officer = officer_of(&town, None).await;
    let service = officer.gets(&format!("{FORM}.svc")).await.is(200);
    assert_eq!(service.header("odata-version"), "4.0");
    let service = service.json();
    assert!(
        service["@odata.context"]
            .as_str()
            .is_some_and(|at| at.ends_with("/forms/household.svc/$metadata"))
    );
    let names: Vec<&Value> = service["value"]
        .as_array()
        .expect("tables")
        .iter()
        .map(|table| &table["name"])
        .collect();
    assert_eq!(names, [&json!("Submissions"), &json!("Submissions.member")]);
    let described = officer.gets(&format!("{FORM}.svc/$metadata")).await.is(200);
    assert!(described.header("content-type").starts_with("application/xml"));
    assert!(described.text().contains("<NavigationProperty Name=\"member\""));
    let page = officer.gets(&format!("{FORM}.svc/Submissions")).await.is(200);
    assert_eq!(page.header("odata-version"), "4.0");
    assert_eq!(ids(&page), ["uuid:3", "uuid:2", "uuid:1"]);
    let row = &page.json()["value"][0];
    assert_eq!(
        row["house"],
        json!({ "water": "well", "minutes": 10, "photo": "well.jpg" })
    );
    assert_eq!(row["__system"]["attachmentsExpected"], json!(1));
    assert_eq!(
        row["member@odata.navigationLink"],
        json!("Submissions('uuid%3A3')/member")
    );
    let expanded = officer
        .gets(&format!("{FORM}.svc/Submissions?%24expand=*"))
        .await
        .is(200)
        .json();
    assert_eq!(expanded["value"][1]["member"][1]["name"], json!("Ben"));
    // The link to a repeat's rows, and from there one row alone.
    let members = officer
        .gets(&format!("{FORM}.svc/Submissions('uuid%3A3')/member"))
        .await
        .is(200);
    assert_eq!(members.json()["value"].as_array().map(Vec::len), Some(2));
    let first = &ids(&members)[0];
    let alone = officer
        .gets(&format!("{FORM}.svc/Submissions('uuid%3A3')/member('{first}')"))
        .await
        .is(200);
    assert_eq!(&ids(&alone), std::slice::from_ref(first));
    let some = officer
        .gets(&format!(
            "{FORM}.svc/Submissions?%24select=__id,house%2Fwater&%24top=1"
        ))
        .await
        .is(200)
        .json();
    assert_eq!(
        some["value"],
        json!([{ "__id": "uuid:3", "house": { "water": "well" } }])
    );
}

#[tokio::test]
async fn pages_follow_one_another_without_a_gap_whatever_comes_in_between() {
    let town = Town::new().await;
    filed(&town).await;
    let officer = officer_of(&town, None).await;
    let first = officer
        .gets(&format!(
            "{FORM}.svc/Submissions?%24top=2&%24count=true&%24skip=0"
        ))
        .await
        .is(200);
    assert_eq!(
        (ids(&first), &first.json()["@odata.count"]),
        (vec!["uuid:3".into(), "uuid:2".into()], &json!(3))
    );
    let next = path_of(&first.json()["@odata.nextLink"]);
    post(&town.admin().await, &answers("4"), &[]).await.is(201);
    let second = officer.gets(&next).await.is(200);
    assert_eq!(ids(&second), ["uuid:1"]);
    assert_eq!(second.json().get("@odata.nextLink"), None);
    let deep = officer
        .gets(&format!("{FORM}.svc/Submissions?%24skip=3&%24top=5"))
        .await
        .is(200);
    assert_eq!(ids(&deep), ["uuid:1"]);
    assert!(
        ids(&officer
            .gets(&format!("{FORM}.svc/Submissions?%24skip=9&%24top=5"))
            .await
            .is(200))
        .is_empty()
    );
    // Rows of repeats are paged across submissions.
    let mut path = format!("{FORM}.svc/Submissions.member?%24top=3");
    let mut seen = Vec::new();
    loop {
        let page = officer.gets(&path).await.is(200);
        seen.extend(ids(&page));
        match page.json().get("@odata.nextLink") {
            Some(next) => path = path_of(next),
            None => break,
        }
    }
    assert_eq!(seen.len(), 8);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 8);
    let skipped = officer
        .gets(&format!("{FORM}.svc/Submissions.member?%24skip=7&%24count=true"))
        .await
        .is(200);
    assert_eq!(
        (ids(&skipped).len(), &skipped.json()["@odata.count"]),
        (1, &json!(8))
    );
    town.run_jobs().await;
}

#[tokio::test]
async fn filters_and_orders_choose_submissions_and_rows_of_repeats() {
    let town = Town::new().await;
    filed(&town).await;
    let officer = officer_of(&town, None).await;
    let found = async |table: &str, query: &str| {
        let encoded = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(query.split('&').filter_map(|pair| pair.split_once('=')))
            .finish();
        ids(&officer
            .gets(&format!("{FORM}.svc/{table}?{encoded}"))
            .await
            .is(200))
    };
    assert_eq!(
        found(
            "Submissions",
            "$filter=__system/submissionDate lt 2026-11-16T02:01:00Z"
        )
        .await
        .len(),
        1
    );
    assert_eq!(
        found("Submissions", "$filter=village eq '35.22.01.2002'").await,
        ["uuid:2"]
    );
    assert_eq!(
        found(
            "Submissions",
            "$filter=village eq '35.22.01.2001'&$top=1&$count=true"
        )
        .await,
        ["uuid:3"]
    );
    assert_eq!(
        found("Submissions", "$filter=__system/reviewState eq null&$skip=2").await,
        ["uuid:1"]
    );
    assert_eq!(
        found("Submissions", "$orderby=__system/submissionDate asc&$top=2").await,
        ["uuid:1", "uuid:2"]
    );
    assert_eq!(
        found("Submissions.member", "$filter=name eq 'Ben'").await.len(),
        3
    );
    assert_eq!(
        found("Submissions.member", "$filter=$root/Submissions/__id eq 'uuid:1'")
            .await
            .len(),
        2
    );
    let next = officer
        .gets(&format!("{FORM}.svc/Submissions?%24orderby=__id&%24top=2"))
        .await
        .is(200)
        .json();
    assert_eq!(
        ids(&officer.gets(&path_of(&next["@odata.nextLink"])).await.is(200)),
        ["uuid:3"]
    );
}

#[tokio::test]
async fn what_odata_does_not_do_is_told_in_centrals_numbers() {
    let town = Town::new().await;
    filed(&town).await;
    let officer = officer_of(&town, None).await;
    for (path, status, code) in [
        ("Submissions?%24filter=nope%20eq%201", 501, 501.5),
        ("Submissions?%24filter=__id%20eq", 400, 400.18),
        ("Submissions?%24filter=cast(__id)%20eq%201", 501, 501.4),
        ("Submissions?%24orderby=village", 501, 501.5),
        ("Submissions?%24expand=member", 501, 501.6),
        ("Submissions?%24expand=*&%24select=__id", 501, 501.11),
        ("Submissions?%24apply=x", 501, 501.1),
        ("Submissions?%24select=nope", 400, 400.23),
        ("Submissions?%24select=member%2Fname", 400, 400.24),
        ("Submissions?%24skiptoken=nope", 400, 400.35),
        (
            "Submissions?%24skiptoken=01eyJpbnN0YW5jZUlkIjoidXVpZDpub3BlIn0%3D",
            400,
            400.34,
        ),
        ("Submissions?%24format=atom", 406, 406.1),
        ("%24metadata?%24format=json", 406, 406.1),
        ("Submissions.nope", 404, 404.1),
        ("Submissions('uuid%3Anope')", 404, 404.1),
        ("Submissions('uuid%3A1", 404, 404.1),
    ] {
        let answer = officer.gets(&format!("{FORM}.svc/{path}")).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["code"]),
            (status, &json!(code)),
            "{path}"
        );
    }
    officer.gets(&format!("{FORM}/nothing")).await.is(404);
    officer.gets("/v1/projects/1/forms/nope.svc").await.is(404);
}

#[tokio::test]
async fn fields_of_all_versions_are_to_be_had_and_an_edited_submission_keeps_its_place() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = town.admin().await;
    for id in ["1", "2"] {
        post(&phone, &answers(id), &[]).await.is(201);
        town.advance(Duration::from_secs(60));
    }
    let later = HOUSEHOLD
        .replace("| household | 1 |", "| household | 2 |")
        .replace("| | text | enumerator | Your code | yes | | | | | |\n", "");
    publish_text(&town, &later).await;
    let edit = answers("1b").replace(
        "<instanceID>uuid:1b</instanceID>",
        "<instanceID>uuid:1b</instanceID><deprecatedID>uuid:1</deprecatedID>",
    );
    post(&phone, &edit, &[]).await.is(201);
    let officer = officer_of(&town, None).await;
    let sheet = lines(
        &officer
            .gets(&format!("{FORM}/submissions.csv"))
            .await
            .is(200)
            .body,
    );
    assert!(!sheet[0].contains("enumerator"));
    assert!(
        sheet[1].contains("uuid:2") && sheet[2].contains(",uuid:1,"),
        "{sheet:?}"
    );
    assert!(sheet[2].ends_with(",edited,collect:abc,1,1"), "{}", sheet[2]);
    let whole = lines(
        &officer
            .gets(&format!("{FORM}/submissions.csv?deletedFields=true"))
            .await
            .is(200)
            .body,
    );
    assert!(whole[0].contains("enumerator"), "{}", whole[0]);
    town.run_jobs().await;
}

#[tokio::test]
async fn places_are_features_by_the_first_field_or_the_one_named() {
    let town = Town::new().await;
    let form = HOUSEHOLD.replace(
        "| | calculate | n_members |",
        "| | geopoint | home | Home | | | | | | |\n| | calculate | n_members |",
    );
    publish_text(&town, &form).await;
    let phone = town.admin().await;
    for (id, home) in [("1", "-7.1 111.8 20 5"), ("2", "nowhere")] {
        let xml = answers(id).replace("<n_members", &format!("<home>{home}</home><n_members"));
        post(&phone, &xml, &[]).await.is(201);
    }
    let officer = officer_of(&town, None).await;
    let found = officer
        .gets(&format!("{FORM}/submissions.geojson"))
        .await
        .is(200)
        .json();
    assert_eq!(
        found,
        json!({ "type": "FeatureCollection", "features": [{
            "type": "Feature", "id": "uuid:1",
            "geometry": { "type": "Point", "coordinates": [111.8, -7.1, 20] },
            "properties": { "fieldpath": "/home" },
        }] })
    );
    let named = officer
        .gets(&format!(
            "{FORM}/submissions.geojson?fieldpath=%2Fhome&%24filter=__id%20eq%20%27uuid%3A1%27"
        ))
        .await
        .is(200)
        .json();
    assert_eq!(
        (
            named["features"].as_array().map(Vec::len),
            &named["features"][0]["properties"]
        ),
        (Some(1), &Value::Null)
    );
    officer
        .gets(&format!(
            "{FORM}/submissions.geojson?fieldpath=%2Fa&fieldpath=%2Fb"
        ))
        .await
        .is(400);
    town.run_jobs().await;
}
