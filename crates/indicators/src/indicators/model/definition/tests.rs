//! What a definition says, and what is refused.

use super::*;

/// Households with safe water by sex of the head, in the smallest words.
/// A small definition that uses most of what there is; the tests of dashboards read it, too.
pub const WATER: &str = include_str!("water.toml");

fn refused(from: &str, to: &str) -> String {
    assert!(WATER.contains(from), "{from}");
    Definition::parse(&WATER.replacen(from, to, 1))
        .unwrap_err()
        .to_string()
}

#[test]
fn a_definition_says_what_is_counted() {
    let water = Definition::parse(WATER).unwrap();
    assert_eq!(
        (water.measure, water.factor, water.decimals, water.least),
        (Measure::Share, 100.0, 1, 5)
    );
    assert_eq!(water.sets, [vec![], vec![0], vec![0, 1]]);
    assert_eq!(water.find_set(&["size", "sex"]), Some([0, 1].as_slice()));
    assert_eq!(water.find_set(&["size"]), None);
    assert_eq!(water.title.in_language("id"), "Air layak");
    assert_eq!(water.dimensions[0].title.in_language("id"), "Sex of head");
    assert_eq!(
        [95.0, 90.0, 75.0, 10.0].map(|v| water.light(v).unwrap().as_str()),
        ["green", "green", "yellow", "red"]
    );
}

#[test]
fn another_text_is_another_version_but_another_line_ending_is_not() {
    let version = |text: &str| Definition::parse(text).unwrap().version;
    assert_eq!(version(WATER), version(&WATER.replace('\n', "\r\n")));
    assert_ne!(version(WATER), version(&WATER.replace("'pipe'", "'pipes'")));
}

#[test]
fn a_place_aims_at_what_it_set_itself_else_at_what_those_around_it_set() {
    let aims = r#"direction = "up"
aim = { value = 100, year = 2030 }
aims = [
  { value = 60, year = 2027 },
  { place = "3522", value = 80, year = 2030, source = { en = "Regional plan" } },
  { place = "3522", value = 70, year = 2028 },
]"#;
    let water = Definition::parse(&WATER.replace("direction = \"up\"", aims)).unwrap();
    let value = |lineage: &[&str]| water.aim(lineage).map(|aim| (aim.value, aim.year));
    assert_eq!(value(&["352201", "3522", "35"]), Some((80.0, 2030)));
    assert_eq!(value(&["3523", "35"]), Some((100.0, 2030)));
    assert_eq!(Definition::parse(WATER).unwrap().aim(&["3522"]), None);
}

#[test]
fn what_is_near_the_framework_only_says_why() {
    let text = WATER.replace(
        "direction = \"up\"",
        "direction = \"up\"\nindicator = \"6.1.1\"\nscope = \"proxy\"\nscope_reason = { en = \"Safety is not tested.\" }\ntier = 2\nstanding = \"citizen\"",
    );
    let water = Definition::parse(&text).unwrap();
    assert_eq!((water.scope, water.tier), (Some(Scope::Proxy), Some(2)));
    assert_eq!(water.standing, Standing::Citizen);
    assert_eq!(Definition::parse(WATER).unwrap().indicator, "6.1.1");
}

#[test]
fn what_is_wrong_is_named_with_its_remedy() {
    for (from, to, expected) in [
        (
            "6.1.1",
            "6.1 .1",
            "code: \"6.1 .1\" cannot stand in an address; use at most 40 letters",
        ),
        (
            "6.1.1",
            "water.csv",
            "code: \"water.csv\" cannot stand in an address",
        ),
        (
            "{ en = \"Safe water\", id",
            "{ id",
            "title: the English text is missing; write title =",
        ),
        (
            "numerator = \"household.water = 'pipe'\"\n",
            "",
            "numerator: a share needs one; write numerator =",
        ),
        (
            "green = 90",
            "green = 60",
            "lights: green and yellow are the wrong way round",
        ),
        (
            "[\"sex\"]",
            "[\"gender\"]",
            "by: there is no dimension \"gender\"; use one of: sex, size",
        ),
        (
            "[\"sex\"]",
            "[\"sex\", \"sex\"]",
            "by: [\"sex\", \"sex\"] names a dimension twice",
        ),
        (
            "code = \"M\"",
            "code = \"F\"",
            "dimension \"sex\", code \"F\": it is empty, stands twice",
        ),
        (
            "unit = \"percent\"",
            "unit = \"percent\"\nmeasure = \"mean\"",
            "unit: a mean is not a percentage",
        ),
        (
            "direction = \"up\"",
            "direction = \"up\"\ndominance = 10",
            "dominance: a share has no sum that one row could dominate; take it out",
        ),
        (
            "direction = \"up\"",
            "direction = \"up\"\nscope = \"national\"",
            "scope_reason: a national definition departs from the framework's; write scope_reason =",
        ),
        (
            "direction = \"up\"",
            "direction = \"up\"\ntier = 4",
            "tier: there is no tier 4; write 1, 2 or 3",
        ),
        (
            "direction = \"up\"",
            "direction = \"up\"\naims = [{ value = 1, year = 2030 }, { value = 2, year = 2030 }]",
            "aims: two are for 2030 and the same place; keep one",
        ),
        (
            "direction = \"up\"",
            "direction = \"up\"\naim = { value = 1, year = 2030 }\nbaseline = { value = 1, year = 2030 }",
            "baseline: 2030 is not before the aim of 2030",
        ),
        (
            "direction = \"up\"",
            "direction = \"up\"\nhold = 1",
            "hold: 1 holds nothing back; write 2 or more",
        ),
        (
            "direction = \"up\"",
            "direction = \"up\"\npart_of = \"6.1.1\"",
            "part_of: nothing is a part of itself; name the indicator",
        ),
        (
            "tables = { household = \"census/household\" }",
            "tables = {}",
            "tables: no table is named",
        ),
    ] {
        let said = refused(from, to);
        assert!(said.starts_with(expected), "{said}");
    }
}

#[test]
fn an_unknown_key_is_shown_with_its_line_and_the_keys_there_are() {
    let said = refused("unit =", "units =");
    assert!(
        said.contains("units") && said.contains("unit`") && said.contains("line 8"),
        "{said}"
    );
    assert!(refused("unit = \"percent\"\n", "").contains("missing field `unit`"));
}
