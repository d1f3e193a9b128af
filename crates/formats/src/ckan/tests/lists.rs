//! Lists, shows and autocompletion.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{call, error};
use crate::ckan::{
    group::Kind,
    lists::{
        self, Autocomplete, Direction, GroupList, GroupShow, GroupSort, MyGroups, PackageList, Page,
        ResourceSearch, Status, TagList, TagShow, UserList, UserShow, With,
    },
};

#[test]
fn a_page_has_numbers_or_texts_that_are_numbers() {
    for (fields, expected) in [
        (
            json!({}),
            Page {
                limit: None,
                offset: 0,
            },
        ),
        (
            json!({ "limit": "5", "offset": 10.0 }),
            Page {
                limit: Some(5),
                offset: 10,
            },
        ),
        (
            json!({ "limit": 0, "offset": "" }),
            Page {
                limit: None,
                offset: 0,
            },
        ),
    ] {
        assert_eq!(Page::read(&call(fields)).unwrap(), expected);
    }
    assert_eq!(
        error(Page::read(&call(json!({ "limit": -1, "offset": "many" })))),
        json!({ "limit": ["Must be a natural number"], "offset": ["Invalid integer"] })
    );
    let dump = PackageList::read(&call(
        json!({ "include_private": true, "include_drafts": "False" }),
    ))
    .unwrap();
    assert!(dump.with_private && !dump.with_drafts && dump.page == Page::default());
    let numbered = Page::read_with_number(&call(json!({ "limit": 10, "page": 3 }))).unwrap();
    assert_eq!(
        numbered,
        Page {
            limit: Some(10),
            offset: 20
        }
    );
    assert_eq!(
        error(Page::read_with_number(&call(json!({ "limit": 10, "page": 0 })))),
        json!({ "page": ["Must be a positive integer"] })
    );
}

#[test]
fn organisations_are_listed_by_name_or_in_whole() {
    let list = GroupList::read(&call(json!({})), Kind::Organization).unwrap();
    assert_eq!(
        (list.sort, list.direction, list.limit, list.detail),
        (GroupSort::Title, Direction::Ascending, 1_000, None)
    );
    let list = GroupList::read(
        &call(json!({
            "all_fields": "True", "sort": "package_count", "organizations": "a, b", "q": " rain ", "limit": 100,
            "include_extras": true,
        })),
        Kind::Organization,
    )
    .unwrap();
    assert_eq!(list.names, ["a", "b"]);
    assert_eq!(
        (list.sort, list.direction, list.limit, list.q.as_str()),
        (GroupSort::PackageCount, Direction::Descending, 25, "rain")
    );
    assert_eq!(
        list.detail.unwrap().with,
        With {
            extras: true,
            dataset_count: true,
            ..With::default()
        }
    );
    for (sort, message) in [
        ("colour", "Cannot sort by field `colour`"),
        ("name up", "Invalid sort direction `up`"),
        ("name, title", "Too many sort criteria provided only 1 allowed"),
    ] {
        assert_eq!(
            error(GroupList::read(&call(json!({ "sort": sort })), Kind::Group)),
            json!({ "message": message })
        );
    }
}

#[test]
fn members_of_an_organisation_are_shown_when_asked_for() {
    let show = |fields: Value| GroupShow::read(&call(fields));
    let usual = show(json!({ "id": "weather" })).unwrap();
    assert_eq!(
        usual.with,
        With {
            datasets: false,
            dataset_count: true,
            extras: true,
            users: false,
            groups: true,
            followers: true,
        }
    );
    assert!(
        show(json!({ "id": "weather", "include_users": "true" }))
            .unwrap()
            .with
            .users
    );
    assert_eq!(
        error(show(json!({ "id": "weather", "include_users": "maybe" }))),
        json!({ "include_users": ["Parameter is not an bool"] })
    );
}

#[test]
fn completion_says_where_it_matched() {
    let complete = Autocomplete::read(&call(json!({ "q": "Rai" })), 10).unwrap();
    assert_eq!(complete.limit, 10);
    assert_eq!(
        Value::Object(complete.write("rain", Some("Rain"))),
        json!({ "name": "rain", "title": "Rain", "match_field": "name", "match_displayed": "rain" })
    );
    assert_eq!(
        Value::Object(complete.write("precipitation", Some("Rainfall"))),
        json!({
            "name": "precipitation",
            "title": "Rainfall",
            "match_field": "title",
            "match_displayed": "Rainfall (precipitation)",
        })
    );
    assert_eq!(
        error(Autocomplete::read(&call(json!({})), 10)),
        json!({ "q": ["Missing value"] })
    );
}

#[test]
fn tags_are_searched_by_all_their_terms() {
    let list = TagList::read(&call(json!({ "query": [" wat ", "", "er"], "limit": "3" }))).unwrap();
    assert_eq!(list.terms, ["wat", "er"]);
    assert_eq!(list.page.limit, Some(3));
    assert_eq!(TagList::read(&call(json!({ "q": "a" }))).unwrap().terms, ["a"]);
    let python = TagList::read(&call(json!({ "all_fields": "False", "vocabulary_id": "v" }))).unwrap();
    assert!(!python.is_detailed);
    assert_eq!(python.vocabulary.as_deref(), Some("v"));
    let show = TagShow::read(&call(json!({ "id": "water", "include_datasets": 1 }))).unwrap();
    assert!(show.with_datasets);
}

#[test]
fn users_and_groups_of_mine_are_listed() {
    assert!(UserList::read(&call(json!({}))).unwrap().is_detailed);
    assert_eq!(
        error(UserList::read(&call(json!({ "order_by": "edits" })))),
        json!({ "message": "order_by=edits is no longer supported" })
    );
    assert_eq!(UserShow::read(&call(json!({ "id": "" }))).unwrap().id, None);
    let mine = MyGroups::read(&call(json!({ "am_member": "true" }))).unwrap();
    assert_eq!(
        (mine.permission.as_str(), mine.only_as_member),
        ("manage_group", true)
    );
    assert_eq!(
        lists::group_packages(&call(json!({ "id": "water", "limit": "" }))).unwrap(),
        ("water".to_owned(), None)
    );
    assert_eq!(
        error(lists::group_packages(&call(
            json!({ "id": "water", "limit": -1 })
        ))),
        json!({ "message": "Limit must be a positive integer" })
    );
}

#[test]
fn resources_are_searched_by_their_fields() {
    let search = ResourceSearch::read(&call(
        json!({ "query": ["name:rain", "url:http://x"], "order_by": "x" }),
    ))
    .unwrap();
    assert_eq!(
        search.conditions,
        [
            ("name".to_owned(), "rain".to_owned()),
            ("url".to_owned(), "http://x".to_owned()),
        ]
    );
    assert_eq!(search.order_by, None);
    for (query, fault) in [
        (json!(null), "Missing value"),
        (json!("rain"), "Must be <field>:<value> pair(s)"),
        (
            json!("colour:red"),
            "Field \"colour\" not recognised in resource_search.",
        ),
    ] {
        assert_eq!(
            error(ResourceSearch::read(&call(json!({ "query": query })))),
            json!({ "query": fault })
        );
    }
}

#[test]
fn the_status_names_the_version_clients_ask_for() {
    let status = Status {
        site_title: "Open data".to_owned(),
        extensions: vec!["datastore".to_owned()],
        ..Status::default()
    };
    let written = status.write();
    assert_eq!(written["ckan_version"], "2.11.5");
    assert_eq!(written["extensions"], json!(["datastore"]));
    assert_eq!(written["error_emails_to"], Value::Null);
}
