//! Datasets changed, and what their resources and licences become.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::ckan::{
    answer::Failure,
    format,
    instant::Instant,
    license,
    package::{
        Organization, Package,
        input::{Change, Known, PackageInput, Purpose},
    },
    tests::{NOW, call, created, editor, error, mint, updated},
};

#[test]
fn an_update_takes_away_what_it_leaves_out_but_for_resources_and_groups() {
    let current = created(json!({
        "name": "rain",
        "title": "Rain",
        "owner_org": "weather",
        "private": true,
        "notes": "Falls.",
        "tags": [{ "name": "water" }],
        "extras": [{ "key": "a", "value": "b" }],
        "resources": [{ "url": "https://x.example/rain.csv" }],
    }));
    let settled = updated(&current, json!({ "id": current.id, "version": "2" }));
    assert_eq!(settled.change, Change::Changed);
    let package = settled.package;
    assert_eq!(package.name, "rain");
    assert_eq!(package.version.as_deref(), Some("2"));
    assert_eq!((package.title, package.notes), (None, None));
    assert_eq!((package.tags, package.extras), (Vec::new(), Vec::new()));
    assert_eq!(package.resources, current.resources);
    assert_eq!(package.owner_org, current.owner_org);
    assert!(package.is_private);
    // It is known by its name as well, and its id is not to be changed.
    assert!(
        PackageInput::read(
            &call(json!({ "id": "rain" })),
            Purpose::Update(&current),
            &editor()
        )
        .is_ok()
    );
    assert_eq!(
        error(PackageInput::read(
            &call(json!({ "id": "other" })),
            Purpose::Update(&current),
            &editor()
        )),
        json!({ "id": [format!("Cannot change value of key from {} to other. This key is read-only", current.id)] })
    );
    assert_eq!(
        error(PackageInput::read(
            &call(json!({ "name": 5 })),
            Purpose::Update(&current),
            &editor()
        )),
        json!({ "name": ["Names must be strings"] })
    );
}

#[test]
fn a_dataset_that_is_sent_back_as_it_is_does_not_change() {
    let current = created(json!({
        "name": "rain",
        "owner_org": "weather",
        "tags": [{ "name": "water" }, { "name": "climate" }],
        "resources": [{ "url": "https://x.example/a.csv", "note": { "deep": 1 } }, { "url": "b" }],
    }));
    let later = Instant(NOW.0 + 1_000_000);
    let again = PackageInput::read(
        &call(Value::Object(current.write())),
        Purpose::Update(&current),
        &editor(),
    )
    .unwrap()
    .settle(Some(&current), Known::default(), later, mint());
    assert_eq!(again.change, Change::None);
    assert_eq!(again.package, current);
    // One resource changed: it and the dataset have a new date, the other one keeps its own.
    let mut fields = current.write();
    fields["resources"][0]["name"] = json!("A");
    let changed = PackageInput::read(&call(Value::Object(fields)), Purpose::Update(&current), &editor())
        .unwrap()
        .settle(Some(&current), Known::default(), later, mint());
    assert_eq!(changed.change, Change::Changed);
    assert_eq!(changed.package.metadata_modified, Some(later));
    assert_eq!(changed.package.resources[0].metadata_modified, Some(later));
    assert_eq!(changed.package.resources[1].metadata_modified, Some(NOW));
}

#[test]
fn resources_keep_what_a_publisher_noted_and_lose_what_is_emptied() {
    let current = created(json!({
        "name": "rain",
        "owner_org": "weather",
        "resources": [{
            "url": "https://x.example/a.csv", "name": "A", "description": "d", "hash": "h", "note": "n", "size": "12",
        }],
    }));
    let id = current.resources[0].id.clone();
    let settled = updated(
        &current,
        json!({ "resources": [{ "url": "c", "format": "shapefile" }, { "id": id, "url": "b", "other": true }] }),
    );
    let [new, old] = settled.package.resources.as_slice() else {
        panic!("two resources");
    };
    assert_eq!((new.position, new.format.as_deref()), (Some(0), Some("SHP")));
    assert_eq!((old.id.as_str(), old.position), (id.as_str(), Some(1)));
    // Kept when left out: name, hash, size. Emptied: description and types. Replaced: everything of the publisher's own.
    assert_eq!(old.name.as_deref(), Some("A"));
    assert_eq!((old.hash.as_deref(), old.size), (Some("h"), Some(12)));
    assert_eq!(old.description, None);
    assert_eq!(Value::Object(old.more.clone()), json!({ "other": true }));
    assert_eq!(settled.removed, Vec::<String>::new());
    let none = updated(&current, json!({ "resources": [] }));
    assert_eq!(none.removed, [id]);
}

#[test]
fn formats_have_one_name() {
    for (given, expected) in [
        ("csv", "CSV"),
        (".csv", ".csv"),
        ("text/csv", "CSV"),
        ("text/csv; charset=utf-8", "CSV"),
        ("application/vnd.ms-excel", "XLS"),
        ("Shapefile", "SHP"),
        ("geojson", "GeoJSON"),
        ("jpg", "JPEG"),
        ("Planilla propia", "Planilla propia"),
    ] {
        assert_eq!(format::unified(given), expected);
    }
    for (url, expected) in [
        ("https://x.example/a/b.CSV?x=1.zip#y.pdf", Some("CSV")),
        ("https://x.example", None),
        ("https://x.example/", None),
        ("https://x.csv", None),
        ("rain.xlsx", Some("XLSX")),
        ("a.b/noending", None),
        (".csv", None),
    ] {
        assert_eq!(format::of_address(url), expected, "{url}");
    }
}

#[test]
fn the_licence_says_whether_it_is_open() {
    let register = license::register();
    let known = |id: &str| register.iter().find(|license| license.id == id).cloned();
    let with = |id: &str| {
        PackageInput::read(
            &call(json!({ "name": "rain", "owner_org": "w", "license_id": id })),
            Purpose::Create,
            &editor(),
        )
        .unwrap()
        .settle(
            None,
            Known {
                license: known(id),
                organization: Some(Organization::default()),
                ..Known::default()
            },
            NOW,
            mint(),
        )
        .package
    };
    let open = with("cc-by");
    assert_eq!(
        open.license_title.as_deref(),
        Some("Creative Commons Attribution")
    );
    assert_eq!(
        open.license_url.as_deref(),
        Some("http://www.opendefinition.org/licenses/cc-by")
    );
    assert!(open.is_open && open.organization.is_some());
    let closed = with("other-closed");
    assert!(!closed.is_open && !closed.write().contains_key("license_url"));
    let unknown = with("our-own");
    assert_eq!(unknown.license_title.as_deref(), Some("our-own"));
    assert_eq!(register.len(), 19);
    for (id, url) in [
        ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
        ("cc0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("CC-BY-3.0", "https://creativecommons.org/licenses/by/3.0/"),
    ] {
        let found = license::find(&register, id).unwrap();
        assert!(found.is_open() && found.url == url, "{found:?}");
    }
    let closed = license::find(&register, "CC-BY-NC-4.0").unwrap();
    assert!(!closed.is_open() && closed.url.ends_with("/by-nc/4.0/"));
    for unknown in ["our-own", "CC-BY-9.9", "cc-x-4.0", ""] {
        assert_eq!(license::find(&register, unknown), None, "{unknown}");
    }
    let written = Value::Object(register[1].write());
    // Flags are texts in the register that CKAN ships.
    assert_eq!(written["domain_data"], "True");
    assert_eq!(license::License::read(written).unwrap(), register[1]);
}

#[test]
fn dates_are_read_as_ckan_reads_them() {
    for (text, expected) in [
        ("2020-07-14T20:24:32.156319", Some("2020-07-14T20:24:32.156319")),
        ("2020-07-14 20:24", Some("2020-07-14T20:24:00")),
        ("2020-07-14", Some("2020-07-14T00:00:00")),
        ("20200714", Some("2020-07-14T00:00:00")),
        ("2020-07-14T20:24:32.1", Some("2020-07-14T20:24:32.100000")),
        ("2020-07-14T20:24:32+07:00", Some("2020-07-14T13:24:32")),
        ("2020-07-14T20:24:32Z", Some("2020-07-14T20:24:32")),
        ("2020/1/2 17.04.59.123", Some("2020-01-02T17:04:59.123000")),
        ("2020/01/01", Some("2020-01-01T00:00:00")),
        ("2020-02-30", None),
        ("yesterday", None),
        ("", None),
        ("2020-07-14T25:00:00", None),
        ("१२३४-01-01", None),
    ] {
        assert_eq!(
            Instant::read(text).map(|at| at.to_string()).as_deref(),
            expected,
            "{text}"
        );
    }
}

#[test]
fn what_is_no_dataset_is_refused_with_the_way_to_it() {
    let mut written =
        created(json!({ "name": "rain", "owner_org": "w", "resources": [{ "url": "a" }] })).write();
    written["resources"][0]["size"] = json!("many");
    let error = Package::read(Value::Object(written)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "resources[0].size is \"many\", expected a whole number"
    );
    assert_eq!(
        Package::read(json!([])).unwrap_err().to_string(),
        "the answer is [], expected an object"
    );
    assert!(matches!(
        PackageInput::read(&call(json!({})), Purpose::Create, &editor()),
        Err(Failure::Invalid(_))
    ));
}
