//! Parameters that nobody would send, and somebody will.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{NOW, call, created, editor, mint};
use crate::ckan::{
    activity::{ActivityList, Stream},
    answer,
    datastore::{
        create::CreateRequest,
        delete::{DeleteRequest, Reach},
        info::InfoRequest,
        search::SearchRequest,
        upsert::UpsertRequest,
    },
    edit,
    group::{self, Group, GroupInput},
    license::License,
    lists::{
        self, Autocomplete, GroupList, GroupShow, MyGroups, PackageList, Page, ResourceSearch, TagList,
        TagShow, UserList, UserShow,
    },
    package::{
        Package, Resource,
        input::{Asks, Change, Known, PackageInput, Purpose, Standing, subject},
    },
    revise::Revision,
    search::{Document, PackageSearch, document},
    user::{self, User, UserInput},
};

const KEYS: &[&str] = &[
    "id",
    "name",
    "title",
    "owner_org",
    "private",
    "tags",
    "extras",
    "key",
    "value",
    "resources",
    "url",
    "format",
    "size",
    "created",
    "groups",
    "state",
    "version",
    "author_email",
    "tag_string",
    "limit",
    "offset",
    "q",
    "fq",
    "sort",
    "rows",
    "facet.field",
    "fl",
    "ext_bbox",
    "filters",
    "fields",
    "type",
    "records",
    "primary_key",
    "indexes",
    "aliases",
    "resource_id",
    "method",
    "match",
    "update",
    "filter",
    "include",
    "match__name",
    "update__resources__0__name",
    "update__resources__extend",
    "order",
    "query",
    "users",
    "image_url",
    "clear_upload",
    "$or",
    "gt",
    "_id",
    "before",
    "metadata_modified",
    "success",
    "error",
    "result",
    "password",
    "email",
    "about",
    "is_organization",
    "isopen",
];
const TEXTS: &[&str] = &[
    "",
    " ",
    "rain",
    "Rain é",
    "10000-01-01",
    "0001-01-01T00:00:00+10:00",
    "2020-01-01",
    "9999-12-31T23:59:59-10:00",
    "True",
    "-1",
    "1e999",
    "[\"a\"]",
    "{\"a\": [1]}",
    "{!x}",
    "a b OR (c",
    "+resources__0__*,-*",
    "resources__-1",
    "1,2,3,4",
    "\u{0}",
    "বৃষ্টি",
    "name desc",
    "int4",
    "_text[]",
    "0692f24e-68a4-4b4d-a7e3-58c2325aca90",
];

fn odd() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(TEXTS).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            prop::collection::vec((prop::sample::select(KEYS), inner), 0..6).prop_map(|pairs| pairs
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect()),
        ]
    })
}

fn odd_parameters() -> impl Strategy<Value = Value> {
    prop::collection::vec((prop::sample::select(KEYS), odd()), 0..8).prop_map(|pairs| {
        pairs
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect()
    })
}

proptest! {
    #[test]
    fn no_parameters_are_too_odd_to_be_judged(fields in odd_parameters()) {
        let sent = call(fields.clone());
        let current = created(json!({
            "name": "rain", "owner_org": "weather", "resources": [{ "url": "a" }], "tags": [{ "name": "water" }],
        }));
        let facts = crate::ckan::package::input::Facts { standing: Standing::Sysadmin, ..editor() };
        for purpose in [Purpose::Create, Purpose::Update(&current)] {
            let standing = match purpose {
                Purpose::Create => None,
                Purpose::Update(current) => Some(current),
            };
            let _ = Asks::of(&sent, purpose);
            if let Ok(input) = PackageInput::read(&sent, purpose, &facts) {
                let settled = input.settle(standing, Known::default(), NOW, mint());
                // Whatever was taken can be written, read, found and sent back without a change.
                let written = Value::Object(settled.package.write());
                prop_assert_eq!(Package::read(written.clone()), Ok(settled.package.clone()));
                let _ = Document::of(&settled.package);
                let again = PackageInput::read(&call(written), Purpose::Update(&settled.package), &facts);
                let again = again.map(|input| input.settle(Some(&settled.package), Known::default(), NOW, mint()).change);
                prop_assert_eq!(again, Ok(Change::None));
            }
        }
        let _ = subject(&sent);
        let _ = edit::package_patch(&current, sent.clone());
        let _ = edit::resource_create(&current, sent.clone());
        let _ = edit::resource_patch(&current, sent.clone());
        let _ = edit::reorder(&current, &sent);
        if let Ok(revision) = Revision::read(sent.clone()) {
            let _ = revision.update(&current);
            let _ = revision.answer(&current);
        }
        let group = Group::default();
        for purpose in [group::Purpose::Create(group::Kind::Group), group::Purpose::Update(&group)] {
            if let Ok(input) = GroupInput::read(&sent, purpose, group::Facts::default()) {
                let written = input.settle(purpose, NOW, || "g".to_owned()).write();
                prop_assert!(Group::read(Value::Object(written)).is_ok());
            }
        }
        let user = User::default();
        let _ = UserInput::read(&sent, user::Purpose::Update(&user), user::Facts::default());
    }

    #[test]
    fn no_question_is_too_odd_to_be_read(fields in odd_parameters()) {
        let sent = call(fields);
        let _ = PackageSearch::read(&sent, &document::is_field);
        if let Ok(request) = SearchRequest::read(&sent) {
            let _ = request.settle(&super::datastore::columns());
        }
        if let Ok(request) = CreateRequest::read(&sent) {
            let _ = request.settle(None);
        }
        if let Ok(request) = UpsertRequest::read(&sent) {
            let _ = request.settle(&super::datastore::columns(), &["name".to_owned()]);
        }
        for reach in [Reach::Table, Reach::Rows] {
            if let Ok(request) = DeleteRequest::read(&sent, reach) {
                let _ = request.settle(&super::datastore::columns());
            }
        }
        let _ = (InfoRequest::read(&sent), PackageList::read(&sent), Page::read_with_number(&sent));
        let _ = (GroupList::read(&sent, group::Kind::Organization), GroupShow::read(&sent));
        let _ = (MyGroups::read(&sent), TagList::read(&sent), TagShow::read(&sent), UserList::read(&sent));
        let _ = (UserShow::read(&sent), ResourceSearch::read(&sent), Autocomplete::read(&sent, 10));
        let _ = (ActivityList::read(&sent, Stream::Of), lists::group_packages(&sent), lists::id(&sent));
    }

    #[test]
    fn no_answer_of_another_catalogue_is_too_odd_to_be_read(value in odd()) {
        let _ = Package::read(value.clone());
        let _ = Resource::read(value.clone());
        let _ = Group::read(value.clone());
        let _ = License::read(value.clone());
        let _ = answer::read(value);
    }
}
