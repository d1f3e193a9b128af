//! Datasets as they are written.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::ckan::{
    package::Tag,
    tests::{ORGANIZATION, created},
};

#[test]
fn a_dataset_gets_what_nobody_said() {
    let package = created(json!({
        "name": "rain",
        "owner_org": "weather",
        "resources": [{ "url": " https://x.example/rain.csv?v=1 ", "station": [1, 2] }],
        "tags": [{ "name": "water" }, { "name": "climate" }, { "name": "water" }],
        "extras": [{ "key": "spatial", "value": { "type": "Point" } }],
    }));
    let resources = json!([{
        "cache_last_updated": null,
        "cache_url": null,
        "created": "2026-11-22T09:00:00.123456",
        "description": "",
        "format": "CSV",
        "hash": "",
        "id": "00000000-0000-4000-8000-000000000002",
        "last_modified": null,
        "metadata_modified": "2026-11-22T09:00:00.123456",
        "mimetype": "text/csv",
        "mimetype_inner": null,
        "name": null,
        "package_id": "00000000-0000-4000-8000-000000000001",
        "position": 0,
        "resource_type": null,
        "size": null,
        "state": "active",
        "station": [1, 2],
        "url": "https://x.example/rain.csv?v=1",
        "url_type": null,
    }]);
    let tags = json!([
        {
            "display_name": "climate",
            "id": Tag::named("climate").id,
            "name": "climate",
            "state": "active",
            "vocabulary_id": null,
        },
        {
            "display_name": "water",
            "id": Tag::named("water").id,
            "name": "water",
            "state": "active",
            "vocabulary_id": null,
        },
    ]);
    assert_eq!(
        Value::Object(package.write()),
        json!({
            "author": null,
            "author_email": null,
            "creator_user_id": null,
            "id": "00000000-0000-4000-8000-000000000001",
            "isopen": false,
            "license_id": null,
            "license_title": null,
            "maintainer": null,
            "maintainer_email": null,
            "metadata_created": "2026-11-22T09:00:00.123456",
            "metadata_modified": "2026-11-22T09:00:00.123456",
            "name": "rain",
            "notes": null,
            "num_resources": 1,
            "num_tags": 2,
            "organization": null,
            "owner_org": ORGANIZATION,
            "private": false,
            "state": "active",
            "title": "rain",
            "type": "dataset",
            "url": null,
            "version": null,
            "extras": [{ "key": "spatial", "value": "{\"type\": \"Point\"}" }],
            "resources": resources,
            "tags": tags,
            "groups": [],
            "relationships_as_subject": [],
            "relationships_as_object": [],
        })
    );
}

#[test]
fn keys_stand_in_the_order_of_ckan() {
    let written =
        created(json!({ "name": "rain", "owner_org": "weather", "tags": [{ "name": "water" }] })).write();
    let keys: Vec<&str> = written.keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "author",
            "author_email",
            "creator_user_id",
            "id",
            "isopen",
            "license_id",
            "license_title",
            "maintainer",
            "maintainer_email",
            "metadata_created",
            "metadata_modified",
            "name",
            "notes",
            "num_resources",
            "num_tags",
            "organization",
            "owner_org",
            "private",
            "state",
            "title",
            "type",
            "url",
            "version",
            // Lists with members first, in the order of the alphabet, then the empty ones.
            "tags",
            "resources",
            "extras",
            "groups",
            "relationships_as_subject",
            "relationships_as_object",
        ]
    );
}
