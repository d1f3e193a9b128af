use super::*;
use crate::read::{Item, Kind, Limits, Reader};
use pretty_assertions::assert_eq;

fn metadata() -> Metadata {
    Metadata {
        uri: "https://example.org/p.json".to_owned(),
        published: "2024-01-01T00:00:00Z".to_owned(),
        publisher: "Kabupaten \"X\"".to_owned(),
        publisher_id: Some(("ID-KAB".to_owned(), "33.01".to_owned())),
        license: Some("https://creativecommons.org/licenses/by/4.0/".to_owned()),
        extensions: vec!["https://example.org/extension.json".to_owned()],
        ..Metadata::default()
    }
}

#[test]
fn what_is_written_is_read_again() {
    let release = json!({"ocid": "a", "id": "1", "date": "2024-01-01T00:00:00Z", "tag": ["tender"]});
    let mut writer = Writer::releases(Vec::new(), &metadata()).expect("begun");
    writer.push(&release).expect("written");
    writer.push(&release).expect("written");
    let bytes = writer.end().expect("ended");
    let whole: Value = serde_json::from_slice(&bytes).expect("JSON");
    assert_eq!(whole["releases"], json!([release, release]));
    assert_eq!(
        (&whole["version"], &whole["publisher"]["uid"]),
        (&json!("1.1"), &json!("33.01"))
    );
    let mut reader = Reader::new(&bytes[..], Limits::default());
    let kinds: Vec<_> = reader
        .by_ref()
        .map(|item| match item {
            Ok(Item::Unit(unit)) => (unit.kind, unit.line),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(kinds, [(Kind::Release, 2), (Kind::Release, 3)]);
    assert_eq!(reader.package().publisher(), Some("Kabupaten \"X\""));
}

#[test]
fn records_embed_or_link_their_releases() {
    let release = json!({"ocid": "a", "id": "1"});
    let link = Link {
        url: "https://example.org/p.json#1".to_owned(),
        date: "2024-01-01T00:00:00Z".to_owned(),
        tag: vec!["tender".to_owned()],
    };
    let embedded = record(
        "a",
        Releases::Embedded(std::slice::from_ref(&release)),
        Some(&release),
        None,
    );
    assert_eq!(
        embedded,
        json!({"ocid": "a", "releases": [release], "compiledRelease": release})
    );
    let linked = record("a", Releases::Linked(&[link]), None, None);
    let mut writer = Writer::records(Vec::new(), &metadata(), &["u".to_owned()]).expect("begun");
    writer.push(&linked).expect("written");
    let whole: Value = serde_json::from_slice(&writer.end().expect("ended")).expect("JSON");
    assert_eq!(
        whole["records"][0]["releases"][0]["url"],
        "https://example.org/p.json#1"
    );
    assert_eq!(whole["packages"], json!(["u"]));
    let empty = Writer::releases(Vec::new(), &metadata())
        .and_then(Writer::end)
        .expect("ended");
    assert_eq!(
        serde_json::from_slice::<Value>(&empty).expect("JSON")["releases"],
        json!([])
    );
    let mut lines = Vec::new();
    line(&mut lines, &release).expect("written");
    assert_eq!(lines, b"{\"ocid\":\"a\",\"id\":\"1\"}\n");
}
