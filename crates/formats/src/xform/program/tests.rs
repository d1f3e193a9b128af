use pretty_assertions::assert_eq;
use serde_json::json;

use super::*;

const CENSUS: &str = include_str!("../tests/census.xml");

#[test]
fn paths_are_resolved_to_definitions_and_rules_know_what_they_read() {
    let form = Form::parse(CENSUS).unwrap();
    let program = program(&form, "h");
    println!("{}", serde_json::to_string_pretty(&program).unwrap());
    assert_eq!(program["shape"], json!(1));
}
