//! Datasets made and changed.

mod shapes;
mod updates;

use pretty_assertions::assert_eq;
use serde_json::json;

use super::{NOW, call, created, editor, error, mint, rain, refused, settled};
use crate::ckan::{
    instant::Instant,
    package::{
        Package,
        input::{Asks, Facts, Known, Owner, PackageInput, Purpose, Standing, Unowned, subject},
    },
};

fn sysadmin() -> Facts {
    Facts {
        standing: Standing::Sysadmin,
        ..editor()
    }
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
