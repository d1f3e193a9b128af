//! Datasets made and changed.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{NOW, ORGANIZATION, call, created, editor, error, mint, rain, refused, settled, updated};
use crate::ckan::{
    answer::Failure,
    format,
    instant::Instant,
    license,
    package::{
        Organization, Package, Tag,
        input::{Asks, Change, Facts, Known, Owner, PackageInput, Purpose, Standing, Unowned, subject},
    },
};

fn sysadmin() -> Facts {
    Facts {
        standing: Standing::Sysadmin,
        ..editor()
    }
}

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

#[test]
fn names_follow_the_rules() {
    for (name, fault) in [
        (json!(null), "Missing value"),
        (json!(""), "Missing value"),
        (json!("a"), "Must be at least 2 characters long"),
        (json!("new"), "That name cannot be used"),
        (
            json!("Rain"),
            "Must be purely lowercase alphanumeric (ascii) characters and these symbols: -_",
        ),
        (
            json!("rain fall"),
            "Must be purely lowercase alphanumeric (ascii) characters and these symbols: -_",
        ),
        (
            json!("hujan-é"),
            "Must be purely lowercase alphanumeric (ascii) characters and these symbols: -_",
        ),
        (
            json!("a".repeat(101)),
            "Name must be a maximum of 100 characters long",
        ),
    ] {
        let found = refused(json!({ "name": name, "owner_org": "weather" }), &editor());
        assert_eq!(found, json!({ "name": [fault] }), "{name}");
    }
    assert_eq!(
        created(json!({ "name": 2020, "owner_org": "weather" })).name,
        "2020"
    );
    let taken = Facts {
        is_name_taken: true,
        ..editor()
    };
    assert_eq!(
        refused(rain(), &taken),
        json!({ "name": ["That URL is already in use."] })
    );
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let found = refused(
        json!({
            "name": "Rain!",
            "author_email": "nobody",
            "maintainer_email": " ana@example.org ",
            "version": "1".repeat(101),
            "owner_org": "weather",
            "tags": [{ "name": "ok" }, { "name": "a" }, { "name": "no/slash" }, {}],
            "extras": [
                { "key": "a", "value": "1" },
                { "key": "a", "value": "2" },
                { "key": "title", "value": "3" },
                { "key": "b" },
                { "key": "gone", "deleted": true },
            ],
            "resources": [
                { "url": "x" },
                { "url": "y", "size": "big", "created": "yesterday", "id": "7" },
            ],
            "composed": [{ "a": 1 }],
            "unknown": "passed over",
        }),
        &editor(),
    );
    assert_eq!(
        found,
        json!({
            "name": ["Must be purely lowercase alphanumeric (ascii) characters and these symbols: -_"],
            "author_email": ["Email nobody is not a valid format"],
            "version": ["Version must be a maximum of 100 characters long"],
            "tags": [
                "Tag \"a\" length is less than minimum 2",
                "Tag \"no/slash\" can only contain alphanumeric characters, spaces (\" \"), hyphens (\"-\"), underscores \
                 (\"_\") or dots (\".\")",
                "Missing value",
            ],
            "extras": [
                {},
                {},
                { "key": ["There is a schema field with the same name"] },
                { "value": ["Missing value"] },
            ],
            "extras_validation": ["Duplicate key \"a\""],
            "resources": [
                {},
                {
                    "id": ["Invalid id provided"],
                    "size": ["Invalid integer"],
                    "created": ["Date format incorrect"],
                },
            ],
            "__junk": ["The input field composed was not expected."],
        })
    );
}

#[test]
fn tags_are_in_any_script() {
    for tag in ["বৃষ্টিপাত", "पानी की गुणवत्ता", "maji safi", "Nº 5", "v1.0_b-c"]
    {
        let package = created(json!({ "name": "rain", "owner_org": "w", "tags": [{ "name": tag }] }));
        assert_eq!(package.tags[0].name, tag);
    }
    let package = created(json!({ "name": "rain", "owner_org": "w", "tag_string": " water, rain ,,water" }));
    let names: Vec<&str> = package.tags.iter().map(|tag| tag.name.as_str()).collect();
    assert_eq!(names, ["rain", "water"]);
}

#[test]
fn text_where_a_list_is_due_is_a_fault_of_structure() {
    for (fields, message) in [
        (
            json!({ "name": "rain", "tags": "water" }),
            "Only lists of dicts can be placed against subschema ('tags',) not <class 'str'>",
        ),
        (
            json!({ "name": "rain", "tags": ["water"] }),
            "Only lists of dicts can be placed against subschema ('tags',) not <class 'list'>",
        ),
        (
            json!({ "name": "rain", "resources": [{}, 1] }),
            "Values in lists need to be dicts",
        ),
    ] {
        let failure = PackageInput::read(&call(fields), Purpose::Create, &editor()).unwrap_err();
        assert_eq!(failure.status(), 400);
        assert_eq!(failure.write("h")["error"]["message"], message);
        assert_eq!(failure.write("h")["error"]["__type"], "Integrity Error");
    }
}

#[test]
fn only_sysadmins_choose_ids_and_dates_and_only_managers_the_state() {
    let id = "0692f24e-68a4-4b4d-a7e3-58c2325aca90";
    let fields = json!({
        "id": id,
        "name": "rain",
        "owner_org": "weather",
        "state": "draft",
        "metadata_modified": "2021-04-30T04:00:05.748725",
    });
    assert_eq!(
        refused(fields.clone(), &editor()),
        json!({ "id": ["The input field id was not expected."] })
    );
    let package = settled(fields.clone(), None, &sysadmin()).package;
    assert_eq!((package.id.as_str(), package.state.as_str()), (id, "draft"));
    assert_eq!(
        package.metadata_modified,
        Instant::read("2021-04-30T04:00:05.748725")
    );
    let taken = Facts {
        is_id_taken: true,
        ..sysadmin()
    };
    assert_eq!(
        refused(fields, &taken),
        json!({ "id": ["Dataset id already exists"] })
    );
    assert_eq!(
        refused(
            json!({ "id": "seven", "name": "rain", "owner_org": "w" }),
            &sysadmin()
        ),
        json!({ "id": ["Invalid id provided"] })
    );
    let manager = Facts {
        standing: Standing::Manager,
        ..editor()
    };
    let draft = json!({ "name": "rain", "owner_org": "w", "state": "draft" });
    assert_eq!(settled(draft.clone(), None, &manager).package.state, "draft");
    assert_eq!(settled(draft, None, &editor()).package.state, "active");
    assert_eq!(
        refused(
            json!({ "name": "rain", "owner_org": "w", "state": "secret" }),
            &manager
        ),
        json!({ "state": ["Value must be one of ['active', 'draft', 'deleted']"] })
    );
}

#[test]
fn a_dataset_belongs_to_an_organisation_that_its_maker_may_add_to() {
    let with = |owner: Owner, unowned: Unowned| Facts {
        owner,
        unowned,
        ..editor()
    };
    let closed = || Owner::Closed {
        id: "closed".to_owned(),
    };
    let orphan = json!({ "name": "rain" });
    for (fields, facts, expected) in [
        (
            orphan.clone(),
            with(Owner::Unknown, Unowned::Refused),
            json!({ "owner_org": ["An organization must be provided"] }),
        ),
        (
            json!({ "name": "rain", "owner_org": "" }),
            with(Owner::Unknown, Unowned::Refused),
            json!({ "owner_org": ["An organization must be provided"] }),
        ),
        (
            rain(),
            with(Owner::Unknown, Unowned::Allowed),
            json!({ "owner_org": ["Organization does not exist"] }),
        ),
        (
            json!({ "name": "rain", "owner_org": "x", "private": true }),
            with(Owner::Unknown, Unowned::Allowed),
            json!({ "owner_org": ["Organization does not exist"] }),
        ),
        (
            rain(),
            with(closed(), Unowned::Allowed),
            json!({ "owner_org": ["You cannot add a dataset to this organization"] }),
        ),
        (
            json!({ "name": "rain", "private": "True" }),
            with(Owner::Unknown, Unowned::Allowed),
            json!({ "private": ["Datasets with no organization can't be private."] }),
        ),
    ] {
        assert_eq!(refused(fields.clone(), &facts), expected, "{fields}");
    }
    let free = settled(orphan, None, &with(Owner::Unknown, Unowned::Allowed)).package;
    assert_eq!(free.owner_org, None);
    // Whoever may edit it may leave it where it is.
    let current = Package {
        owner_org: Some("closed".to_owned()),
        ..created(rain())
    };
    let stays = PackageInput::read(
        &call(json!({ "owner_org": "closed", "private": true })),
        Purpose::Update(&current),
        &with(closed(), Unowned::Refused),
    )
    .unwrap()
    .settle(Some(&current), Known::default(), NOW, mint());
    assert_eq!(stays.package.owner_org.as_deref(), Some("closed"));
    assert!(stays.package.is_private);
}

#[test]
fn what_has_to_be_looked_up_is_said_beforehand() {
    let sent = call(json!({
        "id": "rain-id",
        "name": "rain",
        "owner_org": "weather",
        "resources": [{ "id": "r1" }, {}],
        "tags": [{ "name": "a", "vocabulary_id": "v1" }],
        "groups": [{ "name": "water" }, { "id": "g2", "name": "ignored" }],
    }));
    let asks = Asks::of(&sent, Purpose::Create);
    assert_eq!(
        asks,
        Asks {
            id: Some("rain-id".to_owned()),
            name: Some("rain".to_owned()),
            owner_org: Some("weather".to_owned()),
            resources: vec!["r1".to_owned()],
            vocabularies: vec!["v1".to_owned()],
            groups: vec!["water".to_owned(), "g2".to_owned()],
        }
    );
    assert_eq!(subject(&sent).unwrap(), "rain-id");
    assert_eq!(
        error(subject(&call(json!({ "title": "x" })))),
        json!({ "id": ["Missing value"] })
    );
    assert_eq!(
        refused(
            json!({ "name": "rain", "owner_org": "w", "tags": [{ "name": "aa", "vocabulary_id": "v1" }] }),
            &editor()
        ),
        json!({ "tags": ["Tag vocabulary was not found."] })
    );
    let foreign = Facts {
        foreign_resources: ["00000000-0000-4000-8000-000000000009".to_owned()].into(),
        ..editor()
    };
    let resource = json!({ "id": "00000000-0000-4000-8000-000000000009", "url": "x" });
    assert_eq!(
        refused(
            json!({ "name": "rain", "owner_org": "w", "resources": [resource] }),
            &foreign
        ),
        json!({ "resources": [{ "id": ["Resource id already exists."] }] })
    );
    let same = json!({ "id": "00000000-0000-4000-8000-000000000008", "url": "x" });
    assert_eq!(
        refused(
            json!({ "name": "rain", "owner_org": "w", "resources": [same, same] }),
            &editor()
        ),
        json!({ "resources": [{}, { "id": ["Resource id already exists."] }] })
    );
}

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
    assert_eq!(register.len(), 15);
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
