use jiff::civil::date;

use super::super::read::read;
use super::*;

const FIRST: &str = "kode,nama\n35,JAWA TIMUR\n35.22,KAB. BOJONEGORO\n35.22.01,Margomulyo\n35.22.01.2001,Luwihaji\n35.22.01.2002,Sugihwaras\n";

fn planned(text: &str, options: &Options, known: &Places) -> Plan {
    let list = read(text.as_bytes(), &options.name_fields).expect("a list");
    let columns = Columns::of(&list, options).expect("columns");
    plan(&list, &columns, options, known)
}

fn known(text: &str) -> Places {
    let plan = planned(text, &Options::default(), &Places::default());
    assert_eq!(plan.broken, []);
    Places::new(plan.begun, date(2026, 11, 21)).with_shapes(plan.shapes)
}

fn from(day: Date) -> Options {
    Options {
        valid_from: Some(day),
        ..Options::default()
    }
}

fn broken(plan: &Plan) -> Vec<String> {
    plan.broken.iter().map(ToString::to_string).collect()
}

#[test]
fn dotted_codes_imply_parents_and_levels() {
    let places = known(FIRST);
    let village = places.find("35.22.01.2001").expect("known");
    assert_eq!(village.lineage(), ["35.22.01.2001", "35.22.01", "35.22", "35"]);
    assert_eq!(places.levels(), ["province", "regency", "district", "village"]);
}

#[test]
fn villages_alone_become_roots_until_the_levels_above_arrive() {
    let villages = known("kode,nama\n35.22.01.2001,Luwihaji\n");
    assert_eq!(villages.roots().count(), 1);
    let plan = planned(FIRST, &Options::default(), &villages);
    let moved: Vec<_> = plan
        .changed
        .iter()
        .map(|row| (row.code.as_str(), row.parent.as_deref()))
        .collect();
    assert_eq!(moved, [("35.22.01.2001", Some("35.22.01"))]);
}

#[test]
fn the_same_list_again_changes_nothing() {
    let plan = planned(FIRST, &Options::default(), &known(FIRST));
    assert_eq!(
        (
            plan.begun.len(),
            plan.changed.len(),
            plan.ended.len(),
            plan.n_same
        ),
        (0, 0, 0, 5)
    );
}

#[test]
fn a_newer_list_ends_what_it_leaves_out_and_says_what_became_of_it() {
    let newer = "kode,nama\n35,Jawa Timur\n35.22,Kabupaten Bojonegoro\n35.22.01,Margamulya\n35.22.01.2002,Sugihwaras\n35.22.29,Gayam\n35.22.29.2001,Luwihaji\n";
    let plan = planned(newer, &from(date(2025, 7, 1)), &known(FIRST));
    assert_eq!(broken(&plan), Vec::<String>::new());
    assert_eq!(plan.ended, ["35.22.01.2001"]);
    let changes: Vec<_> = plan
        .changes
        .iter()
        .map(|c| (c.kind, c.from.as_str(), c.to.as_deref()))
        .collect();
    assert_eq!(
        changes,
        [
            (ChangeKind::Renamed, "35.22.01", Some("35.22.01")),
            (ChangeKind::Split, "35.22.01", Some("35.22.29")),
            (ChangeKind::Recoded, "35.22.01.2001", Some("35.22.29.2001")),
        ]
    );
    // Another spelling of the same name is written but is no change of name.
    assert_eq!(
        plan.changed
            .iter()
            .map(|row| row.name.as_str())
            .collect::<Vec<_>>(),
        ["Jawa Timur", "Kabupaten Bojonegoro", "Margamulya"]
    );
}

#[test]
fn a_list_of_some_districts_ends_nothing_elsewhere_and_none_when_it_is_a_part() {
    let two = format!("{FIRST}35.22.02,Ngraho\n35.22.02.2001,Sumberagung\n35.22.02.2002,Kalirejo\n");
    let part = "kode,nama\n35.22.02.2001,Sumberagung\n";
    let plan = planned(part, &from(date(2025, 7, 1)), &known(&two));
    assert_eq!(plan.ended, ["35.22.02.2002"]);
    let plan = planned(
        part,
        &Options {
            missing: Missing::Stays,
            ..from(date(2025, 7, 1))
        },
        &known(&two),
    );
    assert_eq!(plan.ended, Vec::<String>::new());
}

#[test]
fn broken_rows_are_named_by_line_with_the_remedy() {
    let text =
        "kode,nama\n35,Jawa Timur\n35.22,\n35.22.01,Margomulyo\n,Nowhere\n35,Again\n36/1,Banten\n37,A,B\n";
    let plan = planned(text, &Options::default(), &Places::default());
    assert_eq!(
        broken(&plan),
        [
            "line 3: has no name; fill it in",
            "line 5: has no code; fill it in",
            "line 6: repeats the code 35 of line 2 (Jawa Timur); give each place its own code",
            "line 7: the code \"36/1\" holds '/'; use letters, digits, dots, hyphens and underscores",
            "line 8: has 3 values where the first line has 2; check for a missing or an unquoted comma",
        ]
    );
    assert_eq!(
        plan.begun
            .iter()
            .map(|row| (row.code.as_str(), row.parent.as_deref()))
            .collect::<Vec<_>>(),
        [("35", None), ("35.22.01", Some("35"))]
    );
}

#[test]
fn a_hole_in_the_middle_of_a_list_breaks_what_hangs_below_it() {
    let text = "kode,nama\n35,A\n35.21,B\n35.21.01,C\n35.22.01,D\n35.22.01.2001,E\n";
    let plan = planned(text, &Options::default(), &Places::default());
    assert_eq!(
        broken(&plan),
        [
            "line 5: its parent 35.22 is neither in the list nor known; add the row of 35.22",
            "line 6: its parent 35.22.01 is neither in the list nor known; add the row of 35.22.01"
        ]
    );
}

#[test]
fn a_circle_of_parents_is_refused() {
    let text = "code,name,parent\na,A,b\nb,B,a\nc,C,\n";
    let plan = planned(text, &Options::default(), &Places::default());
    assert_eq!(plan.broken.len(), 2);
    assert_eq!(plan.begun.len(), 1);
}

#[test]
fn numbers_that_repeat_those_of_another_level_are_refused_with_the_remedy() {
    let divisions = planned(
        "\"1\",\"Chattagram\"\n",
        &Options {
            level: Some("division".into()),
            ..Options::default()
        },
        &Places::default(),
    );
    let known = Places::new(divisions.begun, date(2026, 1, 1));
    let districts = "\"1\",\"1\",\"Cumilla\"\n";
    let options = Options {
        level: Some("district".into()),
        ..Options::default()
    };
    let plan = planned(districts, &options, &known);
    assert_eq!(plan.broken.len(), 1);
    let plan = planned(
        districts,
        &Options {
            code_prefix: "D".into(),
            ..options
        },
        &known,
    );
    assert_eq!(
        plan.begun
            .iter()
            .map(|row| (row.code.as_str(), row.parent.as_deref()))
            .collect::<Vec<_>>(),
        [("D1", Some("1"))]
    );
}

#[test]
fn parents_are_made_from_their_name_column() {
    let options = Options {
        level: Some("ward".into()),
        parent_field: Some("CONST_CODE".into()),
        parent_name_field: Some("CONSTITUEN".into()),
        parent_level: Some("constituency".into()),
        ..Options::default()
    };
    let plan = planned(
        "code,name,CONST_CODE,CONSTITUEN\n836,BIASHARA,168,NAIVASHA\n876,BIASHARA,176,NAKURU TOWN EAST\n",
        &options,
        &Places::default(),
    );
    assert_eq!(plan.broken, []);
    let places = Places::new(plan.begun, date(2026, 1, 1));
    assert_eq!(
        places.find("876").map(|place| place.lineage()),
        Some(vec!["876", "176"])
    );
    assert_eq!(places.levels(), ["constituency", "ward"]);
}

#[test]
fn an_older_list_after_a_newer_one_is_refused() {
    let newer = planned(FIRST, &from(date(2025, 7, 1)), &Places::default());
    let known = Places::new(newer.begun, date(2026, 1, 1));
    let plan = planned(FIRST, &from(date(2023, 1, 1)), &known);
    assert!(
        plan.broken[0].why.contains("from the oldest to the newest"),
        "{:?}",
        plan.broken
    );
}
