//! Organisations, groups, users and the activity stream.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{NOW, call, error, map, mint};
use crate::ckan::{
    activity::{Activity, ActivityList, Stream},
    edit,
    group::{self, Group, GroupInput, Kind},
    instant::Instant,
    user::{self, Private, User, UserInput},
};

fn organization() -> Group {
    let purpose = group::Purpose::Create(Kind::Organization);
    GroupInput::read(
        &call(json!({
            "name": "weather",
            "title": "Weather Office",
            "extras": [{ "key": "code", "value": 7 }],
        })),
        purpose,
        group::Facts::default(),
    )
    .unwrap()
    .settle(purpose, NOW, mint())
}

#[test]
fn an_organisation_is_written_as_ckan_does() {
    let organization = Group {
        package_count: Some(3),
        users: Some(Vec::new()),
        groups: Some(Vec::new()),
        ..organization()
    };
    let written = organization.write();
    assert_eq!(
        Value::Object(written.clone()),
        json!({
            "approval_status": "approved",
            "created": "2026-11-22T09:00:00.123456",
            "description": "",
            "display_name": "Weather Office",
            "id": "00000000-0000-4000-8000-000000000001",
            "image_display_url": "",
            "image_url": "",
            "is_organization": true,
            "name": "weather",
            "num_followers": 0,
            "package_count": 3,
            "state": "active",
            "title": "Weather Office",
            "type": "organization",
            "extras": [{ "key": "code", "value": "7" }],
            "groups": [],
            "users": [],
        })
    );
    assert_eq!(
        written.keys().rev().take(3).collect::<Vec<_>>(),
        ["users", "groups", "extras"]
    );
    assert_eq!(Group::read(Value::Object(written)).unwrap(), organization);
    assert_eq!(
        organization.write_short(),
        map(json!({ "id": organization.id, "name": "weather", "title": "Weather Office" }))
    );
    assert_eq!(organization.in_package().kind, "organization");
    assert_eq!(organization.as_group_name().display_name, "Weather Office");
}

#[test]
fn what_is_wrong_with_an_organisation_is_told_in_words_of_ckan() {
    let facts = group::Facts {
        is_name_taken: true,
        ..group::Facts::default()
    };
    let purpose = group::Purpose::Create(Kind::Organization);
    assert_eq!(
        error(GroupInput::read(
            &call(json!({
                "id": "0692f24e-68a4-4b4d-a7e3-58c2325aca90",
                "name": "W!",
                "extras": [{ "value": 1 }, { "key": "a" }],
                "users": [{}],
                "packages": [{ "title": "x" }],
            })),
            purpose,
            facts
        )),
        json!({
            "name": [
                "Must be purely lowercase alphanumeric (ascii) characters and these symbols: -_",
                "Group name already exists in database",
            ],
            "id": ["The input field id was not expected."],
            "extras": [{ "key": ["Missing value"] }, { "value": ["Missing value"] }],
            "users": [{ "name": ["Missing value"] }],
            "packages": [{ "id": ["Missing value"] }],
        })
    );
    assert_eq!(
        error(GroupInput::read(
            &call(json!({})),
            purpose,
            group::Facts::default()
        )),
        json!({ "name": ["Missing value"] })
    );
}

#[test]
fn a_patch_of_an_organisation_leaves_what_it_does_not_name() {
    let current = Group {
        users: Some(vec![json!({ "name": "ana" })]),
        ..organization()
    };
    let patch = edit::group_patch(
        &current,
        call(json!({ "id": "weather", "description": "Measures rain." })),
    );
    let purpose = group::Purpose::Update(&current);
    let input = GroupInput::read(&patch, purpose, group::Facts::default()).unwrap();
    assert_eq!(input.users, None);
    assert_eq!(
        input.settle(purpose, NOW, mint()),
        Group {
            description: Some("Measures rain.".to_owned()),
            ..current.clone()
        }
    );
    // ckanapi sends the address of a logo with the wish to clear what was uploaded.
    let image = |fields: Value| {
        let current = Group {
            image_url: Some("logo.png".to_owned()),
            image_display_url: Some("https://here.example/logo.png".to_owned()),
            ..current.clone()
        };
        let purpose = group::Purpose::Update(&current);
        GroupInput::read(&call(fields), purpose, group::Facts::default())
            .unwrap()
            .settle(purpose, NOW, mint())
            .image_display_url
    };
    assert_eq!(
        image(json!({ "clear_upload": true, "image_url": "https://x.example/logo.png" })).as_deref(),
        Some("https://x.example/logo.png")
    );
    assert_eq!(
        image(json!({ "clear_upload": true, "image_url": "logo.png" })).as_deref(),
        Some("")
    );
    assert_eq!(image(json!({ "clear_upload": "true" })).as_deref(), Some(""));
    assert_eq!(
        image(json!({ "title": "W" })).as_deref(),
        Some("https://here.example/logo.png")
    );
    assert_eq!(
        error(GroupInput::read(
            &call(json!({ "type": "club" })),
            purpose,
            group::Facts::default()
        )),
        json!({ "type": ["Type cannot be updated"] })
    );
}

#[test]
fn a_user_shows_an_address_to_nobody_else() {
    let user = User {
        id: "u1".to_owned(),
        name: "ana".to_owned(),
        fullname: Some("Ana".to_owned()),
        created: Some(NOW),
        state: "active".to_owned(),
        ..User::default()
    };
    let shown = user.write();
    assert_eq!(
        shown.keys().collect::<Vec<_>>(),
        [
            "id",
            "name",
            "fullname",
            "created",
            "about",
            "last_active",
            "activity_streams_email_notifications",
            "sysadmin",
            "state",
            "image_url",
            "display_name",
            "email_hash",
            "number_created_packages",
            "image_display_url",
        ]
    );
    let own = User {
        private: Some(Private {
            email: Some("ana@example.org".to_owned()),
        }),
        capacity: Some("admin".to_owned()),
        ..user.clone()
    }
    .write();
    assert_eq!(
        (&own["email"], &own["apikey"], &own["capacity"]),
        (&json!("ana@example.org"), &Value::Null, &json!("admin"))
    );
    assert_eq!(
        user.write_short(),
        map(json!({ "id": "u1", "name": "ana", "fullname": "Ana" }))
    );
}

#[test]
fn users_are_judged() {
    let facts = user::Facts::default();
    assert_eq!(
        error(UserInput::read(
            &call(json!({ "name": "A", "password": "short", "about": "see http://x" })),
            user::Purpose::Create,
            facts
        )),
        json!({
            "name": ["Must be at least 2 characters long"],
            "email": ["Missing value"],
            "password": ["Your password must be 8 characters or longer"],
            "about": ["Edit not allowed as it looks like spam. Please avoid links in your description."],
        })
    );
    let current = User {
        name: "ana".to_owned(),
        ..User::default()
    };
    let purpose = user::Purpose::Update(&current);
    assert_eq!(
        error(UserInput::read(&call(json!({ "name": "bea" })), purpose, facts)),
        json!({ "name": ["That login name can not be modified."] })
    );
    let input = UserInput::read(
        &call(json!({ "id": "ana", "email": " ana@example.org ", "sysadmin": true, "password": "" })),
        purpose,
        facts,
    )
    .unwrap();
    assert_eq!(
        (input.email.as_deref(), input.is_sysadmin, &input.password),
        (Some("ana@example.org"), None, &None)
    );
    assert!(!format!("{input:?}").contains("example.org"));
    let taken = user::Facts {
        is_email_taken: true,
        ..facts
    };
    assert_eq!(
        error(UserInput::read(
            &call(json!({ "email": "b@example.org" })),
            purpose,
            taken
        )),
        json!({ "email": ["The email address cannot be used."] })
    );
}

#[test]
fn the_stream_is_asked_for_in_seconds_and_told_in_words_of_ckan() {
    let list = ActivityList::read(
        &call(
            json!({ "id": "rain", "limit": 500, "after": "1614556800.5", "activity_types": ["new package"] }),
        ),
        Stream::Of,
    )
    .unwrap();
    assert_eq!((list.subject.as_deref(), list.limit), (Some("rain"), 100));
    assert_eq!(list.after, Some(Instant(1_614_556_800_500_000)));
    assert_eq!(list.types, ["new package"]);
    assert_eq!(
        error(ActivityList::read(&call(json!({ "before": "noon" })), Stream::Of)),
        json!({ "id": ["Missing value"], "before": ["Must be a float timestamp"] })
    );
    assert_eq!(
        ActivityList::read(&call(json!({})), Stream::All).unwrap().limit,
        31
    );
    let activity = Activity {
        id: "a1".to_owned(),
        at: NOW,
        user_id: None,
        object_id: "p1".to_owned(),
        activity_type: "new package".to_owned(),
        data: json!({ "package": { "id": "p1" } }),
    };
    assert_eq!(
        Value::Object(activity.write()),
        json!({
            "id": "a1",
            "timestamp": "2026-11-22T09:00:00.123456",
            "user_id": null,
            "object_id": "p1",
            "activity_type": "new package",
            "data": { "package": { "id": "p1" } },
        })
    );
}
