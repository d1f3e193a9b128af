use super::*;
use crate::testing::{json, real};
use pretty_assertions::assert_eq;
use serde_json::json as j;
use std::path::Path;

fn releases(path: &Path) -> Vec<Value> {
    match json(path) {
        Value::Array(list) => list,
        other => panic!("{}: {other}", path.display()),
    }
}

/// Merges every input of a folder that has an answer beside it; counts compiled and versioned answers.
fn folder(name: &str, rules: &Rules) -> Option<(usize, usize)> {
    let folder = real("ocds-merge-fixtures")?.join(name);
    let mut counts = (0, 0);
    for path in crate::testing::files(&folder, "json") {
        let stem = path.file_stem().and_then(|s| s.to_str()).expect("a name");
        for (suffix, versions) in [("-compiled", false), ("-versioned", true)] {
            let answer = folder.join(format!("{stem}{suffix}.json"));
            if !answer.exists() {
                continue;
            }
            let got = merged(releases(&path), rules, versions).expect("merged").0;
            assert_eq!(got, json(&answer), "{stem}{suffix}");
            if versions {
                counts.1 += 1;
            } else {
                counts.0 += 1;
            }
        }
    }
    Some(counts)
}

#[test]
fn fixtures_of_the_standard_1_1_merge_as_published() {
    let Some(counts) = folder("1.1", &Rules::ocds()) else {
        return;
    };
    assert_eq!(counts, (17, 17));
    let schema = json(&real("ocds-merge-fixtures/release-schema-1__1__4.json").expect("a schema"));
    assert_eq!(folder("1.1", &Rules::of_schema(&schema)), Some((17, 17)));
}

#[test]
fn fixtures_of_the_standard_1_0_merge_as_published() {
    let Some(path) = real("ocds-merge-fixtures/release-schema-1__0__3.json") else {
        return;
    };
    assert_eq!(folder("1.0", &Rules::of_schema(&json(&path))), Some((1, 1)));
}

#[test]
fn fixtures_of_rare_schemas_merge_as_published() {
    let Some(path) = real("ocds-merge-fixtures/schema.json") else {
        return;
    };
    let rules = Rules::of_schema(&json(&path));
    assert_eq!(folder("schema", &rules), Some((13, 1)));
}

#[test]
fn objects_are_appended_or_matched_by_place_on_request() {
    let Some(folder) = real("ocds-merge-fixtures/schema") else {
        return;
    };
    for (input, answer, strategy) in [
        (
            "identifier-merge-duplicate-id",
            "identifier-merge-duplicate-id-append",
            Strategy::Append,
        ),
        (
            "identifier-merge-duplicate-id",
            "identifier-merge-duplicate-id-by-position",
            Strategy::ByPosition,
        ),
        (
            "identifier-merge-no-id",
            "identifier-merge-no-id-append",
            Strategy::Append,
        ),
    ] {
        let mut rules = Rules::ocds();
        rules.set_strategy("nested/array", strategy);
        let once = releases(&folder.join(format!("{input}.json")));
        let twice = once.iter().chain(&once).cloned().collect();
        let (got, duplicates) = merged(twice, &rules, false).expect("merged");
        assert_eq!(got, json(&folder.join(format!("{answer}.json"))), "{answer}");
        assert_eq!(
            duplicates.len(),
            if input.ends_with("duplicate-id") { 4 } else { 0 }
        );
    }
}

#[test]
fn the_table_of_rules_is_that_of_the_schema() {
    let Some(path) = real("ocds-merge-fixtures/release-schema-1__1__4.json") else {
        return;
    };
    fn listed(branch: &rules::Branch, path: &str, into: &mut Vec<String>) {
        if let Some(rule) = branch.rule {
            into.push(format!("{path} {rule:?}"));
        }
        for (key, below) in branch.below() {
            listed(below, &format!("{path}/{key}"), into);
        }
        into.sort();
    }
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    listed(&Rules::ocds().root, "", &mut ours);
    listed(&Rules::of_schema(&json(&path)).root, "", &mut theirs);
    assert_eq!(ours, theirs);
}

#[test]
fn releases_are_merged_by_date_and_named_after_the_last() {
    let given = vec![
        j!({"ocid": "o", "id": "2", "date": "2020-02-01T00:00:00Z", "tag": ["award"], "tender": {"title": null, "id": "t"}}),
        j!({"ocid": "o", "id": "1", "date": "2020-01-01T00:00:00Z", "tag": ["tender"], "tender": {"title": "a"}}),
    ];
    assert_eq!(
        compiled(given.clone(), &Rules::ocds()),
        Ok(
            j!({"ocid": "o", "id": "o-2020-02-01T00:00:00Z", "date": "2020-02-01T00:00:00Z", "tag": ["compiled"], "tender": {"id": "t"}})
        )
    );
    let versions = versioned(given, &Rules::ocds()).expect("versions");
    assert_eq!(versions["tender"]["title"][1]["value"], Value::Null);
    assert_eq!(versions["tender"]["title"][0]["releaseID"], "1");
}

#[test]
fn what_cannot_be_ordered_or_contradicts_is_named() {
    let plain = |value: Value| j!({"ocid": "o", "id": "1", "date": "2020-01-01T00:00:00Z", "x": value});
    let rules = Rules::ocds();
    assert_eq!(
        compiled(vec![plain(j!("text")), plain(j!({"a": 1}))], &rules),
        Err(MergeError::Inconsistent("/x".to_owned()))
    );
    assert_eq!(
        compiled(vec![plain(j!({"a": 1})), plain(j!([{"id": 1}]))], &rules),
        Err(MergeError::Inconsistent("/x".to_owned()))
    );
    // A list of texts takes objects that come later, as in the standard's routine; and a text after an object changes nothing.
    let joined = compiled(vec![plain(j!(["t"])), plain(j!([{"id": 1}]))], &rules).expect("merged");
    assert_eq!(joined["x"], j!(["t", {"id": 1}]));
    let kept = compiled(vec![plain(j!({"a": 1})), plain(j!("text"))], &rules).expect("merged");
    assert_eq!(kept["x"], j!({"a": 1}));
    assert_eq!(
        compiled(vec![plain(j!(1)), j!({"ocid": "o"})], &rules),
        Err(MergeError::NoDate(1))
    );
    assert_eq!(
        compiled(vec![plain(j!(1)), j!({"date": 3})], &rules),
        Err(MergeError::DateNotText(1))
    );
    assert_eq!(compiled(vec![j!([])], &rules), Err(MergeError::NotAnObject(0)));
}

#[test]
fn arrays_of_thousands_are_merged_by_id_in_their_order() {
    let list = |from: u32, to: u32, mark: &str| -> Value {
        j!({"ocid": "o", "id": mark, "date": mark, "awards": (from..to).map(|i| j!({"id": i, "title": mark})).collect::<Vec<_>>()})
    };
    let merged = compiled(vec![list(0, 3000, "a"), list(1500, 4000, "b")], &Rules::ocds()).expect("merged");
    let awards = merged["awards"].as_array().expect("awards");
    assert_eq!(awards.len(), 4000);
    assert_eq!(
        (&awards[1499]["title"], &awards[1500]["title"]),
        (&j!("a"), &j!("b"))
    );
    assert_eq!(awards[3999]["id"], 3999);
}
