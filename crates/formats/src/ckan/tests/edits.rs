//! Parts of a dataset changed: patches, resources one by one, revisions.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{NOW, call, created, editor, error, mint};
use crate::ckan::{
    answer::Failure,
    call::{Call, Upload},
    edit,
    package::{
        Package,
        input::{Change, Known, PackageInput, Purpose, Settled},
    },
    revise::Revision,
};

fn dataset() -> Package {
    created(json!({
        "name": "rain",
        "title": "Rain",
        "notes": "old",
        "owner_org": "weather",
        "tags": [{ "name": "water" }],
        "resources": [
            { "url": "https://x.example/a.csv", "name": "A", "note": 1 },
            { "url": "https://x.example/b.csv", "name": "B" },
        ],
    }))
}

fn apply(current: &Package, update: &Call) -> Result<Settled, Failure> {
    let input = PackageInput::read(update, Purpose::Update(current), &editor())?;
    Ok(input.settle(Some(current), Known::default(), NOW, mint()))
}

fn names(package: &Package) -> Vec<&str> {
    package
        .resources
        .iter()
        .filter_map(|resource| resource.name.as_deref())
        .collect()
}

#[test]
fn a_patch_leaves_what_it_does_not_name() {
    let current = dataset();
    let patched = apply(
        &current,
        &edit::package_patch(&current, call(json!({ "id": "rain", "notes": "new" }))),
    )
    .unwrap();
    assert_eq!(patched.change, Change::Changed);
    assert_eq!(
        patched.package,
        Package {
            notes: Some("new".to_owned()),
            metadata_modified: Some(NOW),
            ..current
        }
    );
}

#[test]
fn a_resource_is_added_with_its_file() {
    let current = dataset();
    let file = Upload {
        file_name: "Nuevo Archivo.xlsx".to_owned(),
        content_type: None,
        size_bytes: 4_096,
        blob: "b10b".to_owned(),
    };
    let mut sent = call(json!({ "package_id": "rain", "name": "C", "description": "third" }));
    sent.uploads.insert("upload".to_owned(), file.clone());
    let edit = edit::resource_create(&current, sent);
    assert_eq!(edit.position, 2);
    let settled = apply(&current, &edit.update).unwrap();
    assert_eq!(settled.uploads, [(2, file)]);
    let resource = &settled.package.resources[2];
    assert_eq!(resource.url, "nuevo-archivo.xlsx");
    assert_eq!(resource.url_type.as_deref(), Some("upload"));
    assert_eq!(resource.format.as_deref(), Some("XLSX"));
    assert_eq!((resource.size, resource.last_modified), (Some(4_096), Some(NOW)));
    assert!(resource.more.is_empty());
}

#[test]
fn the_problems_of_a_resource_are_told_without_its_dataset() {
    let current = dataset();
    let edit = edit::resource_create(&current, call(json!({ "package_id": "rain", "size": "x" })));
    let Err(Failure::Invalid(problems)) = apply(&current, &edit.update) else {
        panic!("it was taken");
    };
    assert_eq!(
        Value::Object(problems.of_resource(edit.position).write()),
        json!({ "size": ["Invalid integer"] })
    );
}

#[test]
fn a_resource_is_replaced_or_patched_and_taken_out() {
    let current = dataset();
    let id = current.resources[0].id.clone();
    let update = edit::resource_update(&current, call(json!({ "id": id, "url": "c.csv" }))).unwrap();
    let replaced = apply(&current, &update.update).unwrap().package;
    assert_eq!(replaced.resources[0].url, "c.csv");
    assert!(replaced.resources[0].more.is_empty());
    let patch = edit::resource_patch(&current, call(json!({ "id": id, "url": "c.csv" }))).unwrap();
    let patched = apply(&current, &patch.update).unwrap().package;
    assert_eq!(patched.resources[0].url, "c.csv");
    assert_eq!(patched.resources[0].more["note"], json!(1));
    assert_eq!(patched.resources[1], current.resources[1]);
    let deleted = apply(
        &current,
        &edit::resource_delete(&current, &call(json!({ "id": id }))).unwrap(),
    )
    .unwrap();
    assert_eq!(names(&deleted.package), ["B"]);
    assert_eq!(deleted.removed, [id]);
    let unknown = edit::resource_patch(&current, call(json!({ "id": "x" })));
    assert_eq!(unknown.unwrap_err().status(), 404);
    assert_eq!(
        error(edit::resource_delete(&current, &call(json!({})))),
        json!({ "id": ["Missing value"] })
    );
}

#[test]
fn resources_are_put_in_another_order() {
    let current = dataset();
    let [a, b] = [0, 1].map(|n: usize| current.resources[n].id.clone());
    let (update, order) = edit::reorder(&current, &call(json!({ "id": "rain", "order": [b] }))).unwrap();
    assert_eq!(order, [b.clone(), a]);
    assert_eq!(names(&apply(&current, &update).unwrap().package), ["B", "A"]);
    for (order, fault) in [
        (json!(null), "Must be a list of resource"),
        (json!([b, b]), "Must supply unique resource_ids"),
        (json!(["x"]), "resource_id x can not be found"),
    ] {
        assert_eq!(
            error(edit::reorder(
                &current,
                &call(json!({ "id": "rain", "order": order }))
            )),
            json!({ "order": [fault] })
        );
    }
}

fn revise(fields: Value) -> Result<Package, Failure> {
    let current = dataset();
    let revision = Revision::read(call(fields))?;
    Ok(apply(&current, &revision.update(&current)?)?.package)
}

#[test]
fn a_revision_changes_what_it_names_if_the_rest_is_as_expected() {
    let changed = revise(json!({
        "match": { "name": "rain", "notes": "old", "resources": [{ "name": "A" }] },
        "update": { "notes": "new", "resources": [{ "description": "first" }] },
    }))
    .unwrap();
    assert_eq!(changed.notes.as_deref(), Some("new"));
    assert_eq!(changed.title.as_deref(), Some("Rain"));
    assert_eq!(changed.resources[0].description.as_deref(), Some("first"));
    assert_eq!(changed.resources[0].name.as_deref(), Some("A"));
    assert_eq!(names(&changed), ["A", "B"]);
    // The same as keys of a form, whose values are texts.
    let changed = revise(json!({
        "match__name": "rain",
        "match__resources__1__name": "B",
        "update__resources__-1": "{\"name\": \"last\"}",
        "update__title": "Rainfall",
    }))
    .unwrap();
    assert_eq!(names(&changed), ["A", "last"]);
    assert_eq!(changed.title.as_deref(), Some("Rainfall"));
    assert_eq!(
        error(revise(json!({
            "match": { "name": "rain", "notes": "other", "resources": [{}, { "name": "C" }, {}] },
        }))),
        json!({ "match": ["notes", "resources__1__name", "resources__2"] })
    );
    assert_eq!(
        error(revise(json!({ "update": { "notes": "new" } }))),
        json!({ "match__id": ["Missing value"] })
    );
}

#[test]
fn a_revision_finds_resources_by_the_start_of_their_ids() {
    let id = dataset().resources[1].id.clone();
    // The ids of this test differ in their last digits only.
    let changed =
        revise(json!({ "match__name": "rain", (format!("update__resources__{id}__name")): "second" }))
            .unwrap();
    assert_eq!(names(&changed), ["A", "second"]);
    assert_eq!(
        error(revise(
            json!({ "match__name": "rain", "update__resources__fffff__name": "x" })
        )),
        json!({ "resources__fffff__name": ["Unmatched key resources__fffff"] })
    );
}

#[test]
fn a_revision_appends_and_takes_away() {
    let changed = revise(json!({
        "match": { "name": "rain" },
        "filter": ["-resources__0", "-tags"],
        "update__resources__extend": [{ "name": "C", "url": "c.csv" }],
    }))
    .unwrap();
    assert_eq!(names(&changed), ["B", "C"]);
    assert!(changed.tags.is_empty());
    // What is kept is named before everything is taken away.
    let changed = revise(json!({
        "match": { "name": "rain" },
        "filter": "+resources, +owner_org,-*",
        "update": { "name": "fresh", "title": "Fresh" },
    }))
    .unwrap();
    assert_eq!((changed.name.as_str(), changed.notes), ("fresh", None));
    assert_eq!(changed.resources.len(), 2);
    for (fields, expected) in [
        (
            json!({ "match": { "name": "rain" }, "update": { "resources": { "name": "x" } } }),
            json!({ "update": ["Expected list for resources"] }),
        ),
        (
            json!({ "match": { "name": "rain" }, "update__resources__extend": "x" }),
            json!({ "resources__extend": ["Expected list for resources"] }),
        ),
        (
            json!({ "match": { "name": "rain" }, "update": "x" }),
            json!({ "update": ["Must be a dict"] }),
        ),
        (
            json!({ "match": { "name": "rain" }, "filter": 5 }),
            json!({ "filter": ["Not a list"] }),
        ),
    ] {
        assert_eq!(error(revise(fields)), expected);
    }
}

#[test]
fn a_revision_takes_a_file_for_a_resource() {
    let current = dataset();
    let mut sent = call(json!({ "match__name": "rain", "update__resources__extend": "[{\"name\": \"C\"}]" }));
    let file = Upload {
        file_name: "c.csv".to_owned(),
        content_type: None,
        size_bytes: 9,
        blob: "b10b".to_owned(),
    };
    sent.uploads
        .insert("update__resources__-1__upload".to_owned(), file.clone());
    let revision = Revision::read(sent).unwrap();
    let settled = apply(&current, &revision.update(&current).unwrap()).unwrap();
    assert_eq!(settled.uploads, [(2, file)]);
    assert_eq!(settled.package.resources[2].url, "c.csv");
}

#[test]
fn the_answer_to_a_revision_holds_what_was_wanted_of_it() {
    let current = dataset();
    let answer = |include: Value| {
        Revision::read(call(json!({ "match": { "name": "rain" }, "include": include })))
            .unwrap()
            .answer(&current)
    };
    assert_eq!(answer(json!(["-*"])), json!({}));
    assert_eq!(
        answer(json!(
            "+package__name,+package__resources__0__name,-package__resources__0__*,-package__resources__*"
        )),
        {
            let mut whole = Value::Object(current.write());
            whole["resources"] = json!([]);
            json!({ "package": whole })
        }
    );
    assert_eq!(
        answer(json!([])),
        json!({ "package": Value::Object(current.write()) })
    );
}
