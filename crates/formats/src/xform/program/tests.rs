use pretty_assertions::assert_eq;
use serde_json::json;

use super::*;

const CENSUS: &str = include_str!("../tests/census.xml");

fn def<'a>(program: &'a Json, name: &str) -> (usize, &'a Json) {
    let defs = program["defs"].as_array().unwrap();
    let at = defs.iter().position(|d| d["name"] == name).unwrap();
    (at, &defs[at])
}

#[test]
fn paths_are_resolved_to_definitions_and_rules_know_where_a_change_is_felt() {
    let program = program(&Form::parse(CENSUS).unwrap(), "h");
    let (member, _) = def(&program, "member");
    let (age, _) = def(&program, "age");
    let (adult, rules) = def(&program, "adult");
    assert_eq!(
        rules["calculate"],
        json!(["if", [">=", ["$", member, age], 18], 1, 0])
    );
    let of_adult = json!(["calculate", adult, adult, [age, member]]);
    assert!(
        program["rules"].as_array().unwrap().contains(&of_adult),
        "the age of a member is felt by that member only"
    );
    let (size, _) = def(&program, "size");
    let of_size = json!(["calculate", size, size, [member, 0]]);
    assert!(program["rules"].as_array().unwrap().contains(&of_size));
}

#[test]
fn a_rule_that_reads_the_text_of_a_node_hangs_on_that_node() {
    let form = "<h:html xmlns:h='x'><h:head><model><instance><d id='a'><t/><c/></d></instance>
        <bind nodeset='/d/c' calculate='string(/d/t/text())'/></model></h:head><h:body><input ref='/d/t'/></h:body></h:html>";
    let program = program(&Form::parse(form).unwrap(), "h");
    let ((t, _), (c, _)) = (def(&program, "t"), def(&program, "c"));
    assert_eq!(program["rules"], json!([["calculate", c, c, [t, 0]]]));
}

#[test]
fn choices_travel_by_columns_with_their_words_and_unattached_files_by_name() {
    let program = program(&Form::parse(CENSUS).unwrap(), "h");
    assert_eq!(
        program["lists"],
        json!([
            {
                "id": "water",
                "table": {
                    "columns": ["name"],
                    "cells": [["piped", "well"]],
                    "words": [["Piped", "Well"], [{ "text": "PAM", "image": "pam.png" }, "Sumur"]],
                },
            },
            { "id": "villages", "file": "villages.csv" },
        ])
    );
    assert_eq!(program["media"], json!(["pam.png"]));
}

#[test]
fn a_long_list_is_named_with_its_size_and_fetched_by_what_the_answers_choose() {
    let mut form = Form::parse(CENSUS).unwrap();
    let mut csv = String::from("name,label,unread\n");
    for i in 0..=MOST_ROWS {
        csv.push_str(&format!("v{i},Desa {i},x\n"));
    }
    form.attach("villages.csv", csv.as_bytes()).unwrap();
    let program = program(&form, "h");
    assert_eq!(
        program["lists"][1],
        json!({ "id": "villages", "file": "villages.csv", "rows": MOST_ROWS + 1, "columns": ["name", "label"] })
    );
    let query = ListQuery {
        equals: vec![("name".into(), vec!["v7".into(), "v3".into(), "none".into()])],
        ..ListQuery::default()
    };
    let table = list(&form, "villages", &query).unwrap();
    assert_eq!(table["cells"], json!([["v3", "v7"], ["Desa 3", "Desa 7"]]));
    let query = ListQuery {
        search: "49".into(),
        most: 1,
        ..ListQuery::default()
    };
    let table = list(&form, "villages", &query).unwrap();
    assert_eq!(
        table["cells"],
        json!([["v49"], ["Desa 49"]]),
        "a word of the label begins so"
    );
    assert_eq!(list(&form, "nowhere", &ListQuery::default()), None);
}

#[test]
fn a_program_is_smaller_than_its_form() {
    let form = Form::parse(CENSUS).unwrap();
    assert!(program(&form, "h").to_string().len() < CENSUS.len());
}
