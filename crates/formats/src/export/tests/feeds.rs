//! OData and GeoJSON.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{FILED, HOUSEHOLD, about, filed, form};
use crate::export::{
    Fields, geojson, metadata,
    odata::{Feed, Geometry, Inner, Writer, closing, service_document},
    select::{Beside, SelectError, select},
};

fn rows(feed: &Feed, xml: &str) -> Vec<Value> {
    let answers = filed(feed.fields(), xml);
    let about = about();
    let mut writer = Writer::new(feed);
    writer.begin(&about, &answers);
    let row = |row| {
        let mut out = Vec::new();
        writer.write(&about, &answers, row, &mut out);
        serde_json::from_slice(&out)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&out)))
    };
    answers.rows_of(feed.table()).map(row).collect()
}

fn feed(table: &str, inner: Inner, geometry: Geometry) -> Feed {
    Feed::new(
        Fields::of(&form(HOUSEHOLD)),
        Beside::all(),
        table,
        inner,
        geometry,
    )
    .expect("a table")
}

fn sha1(text: &str) -> String {
    use sha1::{Digest, Sha1};
    hex::encode(Sha1::digest(text))
}

#[test]
fn a_submission_is_an_object_with_links_to_its_repeats() {
    let rows = rows(&feed("Submissions", Inner::Linked, Geometry::GeoJson), FILED);
    assert_eq!(
        rows,
        [json!({
            "__id": "uuid:1",
            "__system": {
                "submissionDate": "2026-11-22T09:00:00.123Z", "updatedAt": null, "submitterId": "7", "submitterName": "Desi, of Sleman",
                "attachmentsPresent": 0, "attachmentsExpected": 1, "status": null, "reviewState": "approved", "deviceId": "collect:x",
                "edits": 1, "formVersion": "2", "deletedAt": null,
            },
            "head": { "name": "Ani & \"Budi\", Rıt", "age": 41 },
            "member@odata.navigationLink": "Submissions('uuid%3A1')/member",
            "home": { "type": "Point", "coordinates": [110.36, -7.79, 114.5], "properties": { "accuracy": 4.2 } },
            "path": { "type": "LineString", "coordinates": [[2, 1, 3], [3, 2, 4]], "properties": { "accuracies": [null, 5] } },
            "tools": "axe hoe", "photo": "1.jpg", "seen": "2026-11-21T09:00:00.000+07:00", "odd_name_1": null,
            "meta": { "instanceID": "uuid:1" },
        })]
    );
}

#[test]
fn ids_of_rows_are_those_that_central_gives() {
    let member = |n: usize| sha1(&format!("Submissions#uuid:1%%member#{n}"));
    let members = rows(
        &feed("Submissions.member", Inner::Linked, Geometry::GeoJson),
        FILED,
    );
    assert_eq!(
        members,
        [
            json!({
                "__id": member(0), "__Submissions-id": "uuid:1", "name": "Citra", "where": null,
                "child@odata.navigationLink": format!("Submissions('uuid%3A1')/member('{}')/child", member(0)),
            }),
            json!({ "__id": member(1), "__Submissions-id": "uuid:1", "name": "=SUM(A1)", "where": "<north>" }),
        ]
    );
    let children = rows(
        &feed("Submissions.member.child", Inner::Linked, Geometry::GeoJson),
        FILED,
    );
    assert_eq!(
        children[1]["__id"],
        json!(sha1("Submissions#uuid:1%%member#0%%child#1"))
    );
    assert_eq!(children[1]["__Submissions-member-id"], json!(member(0)));
}

#[test]
fn a_group_on_the_way_is_part_of_the_id() {
    let xml = HOUSEHOLD
        .replace("/data/member", "/data/g/member")
        .replace("<member jr", "<g><member jr")
        .replace("</member>", "</member></g>");
    let feed = Feed::new(
        Fields::of(&form(&xml)),
        Beside::all(),
        "Submissions.g.member",
        Inner::Linked,
        Geometry::GeoJson,
    )
    .expect("a table");
    let found = rows(&feed, "<data><g><member/></g></data>");
    assert_eq!(found[0]["__id"], json!(sha1("Submissions#uuid:1%%g#%%member#0")));
    assert_eq!(found[0]["__Submissions-id"], json!("uuid:1"));
}

#[test]
fn expanded_rows_hold_the_rows_of_their_repeats() {
    let rows = rows(
        &feed("Submissions", Inner::Expanded, Geometry::WellKnownText),
        FILED,
    );
    let members = rows[0]["member"].as_array().expect("members");
    assert_eq!(members.len(), 2);
    assert_eq!(members[0]["child"][1]["toy"], json!("doll"));
    assert_eq!(members[0]["__id"], json!(sha1("Submissions#uuid:1%%member#0")));
    assert_eq!(rows[0]["home"], json!("POINT (110.36 -7.79 114.5)"));
    assert_eq!(rows[0]["path"], json!("LINESTRING (2 1 3,3 2 4)"));
}

#[test]
fn what_is_no_number_or_place_is_null() {
    let rows = rows(
        &feed("Submissions", Inner::Linked, Geometry::GeoJson),
        "<data><head><age>many</age></head><home>nowhere</home><path>;</path></data>",
    );
    assert_eq!(
        (&rows[0]["head"]["age"], &rows[0]["home"], &rows[0]["path"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
}

#[test]
fn a_selection_keeps_what_it_names_and_the_groups_around_it() {
    let all = Fields::of(&form(HOUSEHOLD));
    let (fields, beside) =
        select(&all, 0, "__id, head/age, __system/reviewState, meta").expect("a selection");
    let feed = Feed::new(fields, beside, "Submissions", Inner::Linked, Geometry::GeoJson).expect("a table");
    assert_eq!(
        rows(&feed, FILED),
        [
            json!({ "__id": "uuid:1", "__system": { "reviewState": "approved" }, "head": { "age": 41 }, "meta": { "instanceID": "uuid:1" } })
        ]
    );
    let (fields, beside) = select(&all, 1, "name").expect("a selection");
    let feed = Feed::new(
        fields,
        beside,
        "Submissions.member",
        Inner::Linked,
        Geometry::GeoJson,
    )
    .expect("a table");
    assert_eq!(rows(&feed, FILED)[0], json!({ "name": "Citra" }));
    assert_eq!(
        select(&all, 0, "nope").err(),
        Some(SelectError::Unknown("nope".into()))
    );
    assert_eq!(
        select(&all, 0, "member/name").err(),
        Some(SelectError::InRepeat("member/name".into()))
    );
    assert_eq!(
        select(&all, 1, "__system").err(),
        Some(SelectError::Unknown("__system".into()))
    );
}

#[test]
fn documents_say_where_everything_is() {
    let fields = Fields::of(&form(HOUSEHOLD));
    let service: Value =
        serde_json::from_slice(&service_document("https://x/v1/projects/1/forms/f.svc", &fields))
            .expect("json");
    assert_eq!(
        service["value"][2],
        json!({ "name": "Submissions.member.child", "kind": "EntitySet", "url": "Submissions.member.child" })
    );
    let page = [
        b"{\"value\":[".to_vec(),
        closing(
            "https://x/f.svc",
            "Submissions",
            Some("https://x/next?a=\"b\""),
            Some(3),
        ),
    ]
    .concat();
    let page: Value = serde_json::from_slice(&page).expect("json");
    assert_eq!(
        page,
        json!({ "value": [], "@odata.context": "https://x/f.svc/$metadata#Submissions", "@odata.nextLink": "https://x/next?a=\"b\"", "@odata.count": 3 })
    );
    let csdl = metadata::write("house hold", &fields);
    let document = roxmltree::Document::parse(&csdl).expect("xml");
    let types: Vec<&str> = document
        .descendants()
        .filter(|node| {
            matches!(
                node.tag_name().name(),
                "EntityType" | "ComplexType" | "EntityContainer"
            )
        })
        .filter_map(|node| node.attribute("Name"))
        .collect();
    assert_eq!(
        types,
        [
            "metadata",
            "Submissions",
            "Submissions.member",
            "Submissions.member.child",
            "head",
            "meta",
            "house_hold"
        ]
    );
    assert!(csdl.contains("<Property Name=\"home\" Type=\"Edm.GeographyPoint\"/>"));
    assert!(csdl.contains("<NavigationProperty Name=\"child\" Type=\"Collection(org.opendatakit.user.house_hold.Submissions.member.child)\"/>"));
    assert!(csdl.contains("<Property Name=\"__Submissions-member-id\" Type=\"Edm.String\"/>"));
}

/// Cases of Central's own tests of its geometry.
#[test]
fn a_place_is_a_feature_only_if_every_number_of_it_can_be() {
    let fields = Fields::of(&form(HOUSEHOLD));
    let home = fields.find("/home").expect("a field");
    let feature = |text: &str| -> Value {
        let answers = filed(&fields, &format!("<data><home>{text}</home></data>"));
        let mut out = Vec::new();
        if !geojson::write(
            &fields,
            &answers,
            "uuid:1",
            &[home],
            geojson::Source::First,
            &mut out,
        ) {
            return Value::Null;
        }
        serde_json::from_slice(&out).expect("json")
    };
    assert_eq!(
        feature("-1.23 -4.56 -7.89 0.01"),
        json!({ "type": "Feature", "id": "uuid:1", "geometry": { "type": "Point", "coordinates": [-4.56, -1.23, -7.89] }, "properties": { "fieldpath": "/home" } })
    );
    for wrong in [
        "",
        "nope",
        "170 80",
        "90 190",
        "01.1 1.1 1.1",
        "1.1 -01.1",
        "90.01 180",
        "1 2 high",
        "1 2 3 -11",
        "1 2 3 4 5",
        "1e1 2",
        "+1 2",
    ] {
        assert_eq!(feature(wrong), Value::Null, "{wrong}");
    }
    let path = fields.find("/path").expect("a field");
    let line = |text: &str| {
        let answers = filed(
            &fields,
            &format!("<data><home>1 2</home><path>{text}</path></data>"),
        );
        let mut out = Vec::new();
        geojson::write(
            &fields,
            &answers,
            "u",
            &[path, home],
            geojson::Source::Named,
            &mut out,
        );
        serde_json::from_slice::<Value>(&out).expect("json")["geometry"].clone()
    };
    assert_eq!(
        line("1 2 3 4\t; 5 6 7 8 ;"),
        json!({ "type": "GeometryCollection", "geometries": [
            { "type": "LineString", "coordinates": [[2, 1, 3], [6, 5, 7]] }, { "type": "Point", "coordinates": [2, 1] }] })
    );
    assert_eq!(
        line("1 2 3 4; nope, 5 6"),
        json!({ "type": "Point", "coordinates": [2, 1] })
    );
}
