//! Each mistake, and the sentence that says where it is and how to mend it.

use super::*;

/// A workbook of one survey with these columns and rows, and two lists of choices.
fn survey(columns: &str, rows: &[&str]) -> String {
    let rows: Vec<String> = rows.iter().map(|row| format!("| | {row} |")).collect();
    format!(
        "| survey |\n| | {columns} |\n{}\n| choices |\n| | list_name | name | label |\n| | yes_no | yes | Yes |\n| | pets | big dog | Big dog |\n",
        rows.join("\n")
    )
}

#[track_caller]
fn assert_problem(columns: &str, rows: &[&str], expected: &str) {
    assert_eq!(problems(&survey(columns, rows)), expected);
}

#[test]
fn an_unknown_type_is_named_with_the_one_that_was_meant() {
    assert_problem(
        "type | name | label",
        &["selct_one yes_no | a | A"],
        "survey row 2: unknown type \"selct_one\"; did you mean \"select_one\"?",
    );
    assert_problem(
        "type | name | label",
        &["itneger | a | A"],
        "survey row 2: unknown type \"itneger\"; did you mean \"integer\"?",
    );
    assert_problem(
        "type | name | label",
        &["banana | a | A"],
        "survey row 2: unknown type \"banana\"; common types are text, integer, decimal, date, select_one, select_multiple, note and calculate",
    );
    assert_problem(
        "type | name | label",
        &["select_one | a | A"],
        "survey row 2, column type: the \"select_one\" names no list; write \"select_one list_name\" with a list of the sheet choices",
    );
    assert_problem(
        "type | name | label",
        &["include other | a | A"],
        "survey row 2, column type: \"include other\" would insert another file, which is not possible; copy its rows into this sheet",
    );
}

#[test]
fn names_must_be_given_possible_and_different() {
    assert_problem(
        "type | name | label",
        &["text | | A"],
        "survey row 2: the \"text\" has no name; give it one, for example \"q2\"",
    );
    assert_problem(
        "type | name | label",
        &["text | my name | A"],
        "survey row 2: \"my name\" cannot be a name; begin with a letter, then letters, digits, \"_\", \"-\" or \".\", for example \"my_name\"",
    );
    assert_problem(
        "type | name | label",
        &["text | a | A", "text | a | B"],
        "survey row 3: \"a\" is already the name of row 2 in the same group; choose another name",
    );
    assert_problem(
        "type | name | label",
        &["text | meta | A"],
        "survey row 2: the name \"meta\" is kept for what the form knows about itself; choose another name",
    );
    assert_problem(
        "type | name | label",
        &[" | a | A"],
        "survey row 2: the row has no type; say what kind of question it is, for example \"text\"",
    );
    assert_problem(
        "type | name | label",
        &["text | a | "],
        "survey row 2: \"a\" has no label or hint, so nobody can see what is asked; write a label",
    );
}

#[test]
fn references_must_lead_to_one_question() {
    assert_problem(
        "type | name | label | relevant",
        &["integer | age | Age | ", "text | b | B | ${aeg} > 3"],
        "survey row 3, column relevant: no question is named \"aeg\"; did you mean \"age\"?",
    );
    assert_problem(
        "type | name | label | relevant",
        &["text | b | B | ${zebra} > 3"],
        "survey row 2, column relevant: no question is named \"zebra\"; check the name, or add the question",
    );
    assert_problem(
        "type | name | label",
        &[
            "begin_group | g | G",
            "text | a | A",
            "end_group | | ",
            "text | a | A",
            "note | n | Hi ${a}",
        ],
        "survey row 6, column label: \"a\" is the name of rows 3 and 5, so ${a} could mean any of them; give them different names",
    );
    assert_problem(
        "type | name | label",
        &["note | n | Hi ${a"],
        "survey row 2, column label: \"${a\" is not a reference; write ${name} with the name of a question",
    );
}

#[test]
fn expressions_must_be_readable() {
    assert_problem(
        "type | name | label | relevant",
        &["text | a | A | ", "text | b | B | ${a} = 'x"],
        "survey row 3, column relevant: \"${a} = 'x\" cannot be read: at character 8, the text opened by ' is never closed; add a closing '",
    );
    let found = problems(&survey(
        "type | name | label | constraint",
        &["integer | a | A | . > (3"],
    ));
    assert!(
        found.starts_with("survey row 2, column constraint: \". > (3\" cannot be read: at character "),
        "{found}"
    );
}

#[test]
fn groups_must_be_closed_as_they_were_opened() {
    assert_problem(
        "type | name | label",
        &["begin_group | g | G", "text | a | A"],
        "survey row 2, column type: the group \"g\" is never closed; add a row \"end_group\"",
    );
    assert_problem(
        "type | name | label",
        &["text | a | A", "end_repeat | | "],
        "survey row 3, column type: \"end_repeat\" closes nothing; remove the row, or add \"begin_repeat\" above",
    );
    assert_problem(
        "type | name | label",
        &["begin_group | g | G", "text | a | A", "end_repeat | | "],
        "survey row 4, column type: \"end_repeat\" stands where the group \"g\" of row 2 should end; write \"end_group\"",
    );
    assert_problem(
        "type | name | label",
        &[
            "begin_repeat | r | R",
            "text | a | A",
            "end_repeat | | ",
            "begin_group | g | G",
            "begin_repeat | r | R",
            "text | b | B",
            "end_repeat | | ",
            "end_group | | ",
        ],
        "survey row 6: another repeat is named \"r\"; every repeat needs its own name",
    );
}

#[test]
fn lists_must_exist_and_fit_their_select() {
    assert_problem(
        "type | name | label",
        &["select_one yes_on | a | A"],
        "survey row 2, column type: the list \"yes_on\" is not in the sheet choices; did you mean \"yes_no\"?",
    );
    assert_problem(
        "type | name | label",
        &["select_multiple pets | a | A"],
        "choices row 3: the choice \"big dog\" of \"pets\" has a space in its name, and select_multiple keeps its answers apart by spaces; write \"big_dog\"",
    );
    assert_problem(
        "type | name | label",
        &["select_one_from_file places.txt | a | A"],
        "survey row 2, column type: the file \"places.txt\" must end in .csv, .xml or .geojson",
    );
    assert_problem(
        "type | name | label | choice_filter",
        &["select_one yes_no or_other | a | A | true()"],
        "survey row 2: or_other cannot be used with a choice_filter; add the choice \"other\" and a text question yourself",
    );
    assert_problem(
        "type | name | label",
        &["select_one_external states | a | A"],
        "survey row 2, column type: select_one_external needs the sheet \"external_choices\" with the columns list_name, name and label",
    );
}

#[test]
fn choices_need_columns_names_and_no_twins() {
    let with = |choices: &str| {
        problems(&format!(
            "| survey |\n| | type | name | label |\n| | text | a | A |\n| choices |\n{choices}"
        ))
    };
    assert_eq!(
        with("| | list_name | label |\n| | l | X |"),
        "choices row 1: the column \"name\" is missing; every choice needs it"
    );
    assert_eq!(
        with("| | list_name | name | label |\n| | l | | X |"),
        "choices row 2: a choice of \"l\" has no name; give it a short code"
    );
    assert_eq!(
        with("| | list_name | name | label |\n| | l | x | X |\n| | l | x | Y |"),
        "choices row 3: the list \"l\" has the choice \"x\" in row 2 too; give each its own name, or allow it with allow_choice_duplicates in settings"
    );
}

#[test]
fn parameters_are_checked_by_type() {
    let columns = "type | name | label | parameters";
    for (row, expected) in [
        (
            "image | a | A | max-pixel=640",
            "unknown parameter \"max-pixel\"; did you mean \"max-pixels\"?",
        ),
        (
            "image | a | A | max-pixels=big",
            "max-pixels must be a number, and \"big\" is none",
        ),
        (
            "image | a | A | max-pixels=1 app=camera",
            "app=\"camera\" is not the name of an Android app; it looks like org.example.camera",
        ),
        (
            "text | a | A | rows",
            "the parameters \"rows\" are not pairs; write them as name=value, apart by spaces",
        ),
        (
            "audio | a | A | quality=hihg",
            "quality cannot be \"hihg\"; write voice-only, low, normal or external",
        ),
        (
            "geotrace | a | A | incremental=no",
            "incremental can only be true, and \"no\" is not; write incremental=true, or remove it",
        ),
        (
            "geopoint | a | A | capture-accuracy=near",
            "capture-accuracy must be a number, and \"near\" is none",
        ),
        (
            "geopoint | a | A | reference-geometry=nowhere",
            "reference-geometry finds nothing named \"nowhere\"; name a list of the sheet choices, a file without its ending, an entity list, or a repeat as ${name}",
        ),
        (
            "select_one yes_no | a | A | seed=3",
            "a seed is used only with randomize=true; add it, or remove the seed",
        ),
        (
            "select_one yes_no | a | A | randomize=true seed=x",
            "the seed \"x\" is neither a number nor a question; write a number, or ${name}",
        ),
        ("range | a | A | step=0", "step cannot be 0"),
        (
            "range | a | A | step=20",
            "step is larger than the way from start to end; make it smaller",
        ),
        (
            "range | a | A | start=one",
            "start must be a number, and \"one\" is none",
        ),
        (
            "range | a | A | step=2 tick_interval=3",
            "tick_interval must be a multiple of step",
        ),
        (
            "range | a | A | placeholder=11",
            "the placeholder is not a value of the range; choose one between start and end that a step reaches",
        ),
        (
            "range | a | A | tick_labelset=tics",
            "the list \"tics\" of tick_labelset is not in the sheet choices",
        ),
        (
            "audit | | | location-priority=balanced",
            "an audit log with locations needs all of location-priority, location-min-interval and location-max-age",
        ),
        (
            "audit | | | location-priority=balanced location-min-interval=60 location-max-age=1",
            "location-max-age must not be less than location-min-interval",
        ),
    ] {
        assert_eq!(
            problems(&survey(columns, &[row])),
            format!("survey row 2, column parameters: {expected}")
                .replace(", column parameters: the parameters", ": the parameters")
        );
    }
}

#[test]
fn types_say_what_they_cannot_do_without() {
    assert_problem(
        "type | name | label",
        &["background-geopoint | a | "],
        "survey row 2: a background-geopoint needs a trigger; name the question whose answer starts it, as ${name}",
    );
    assert_problem(
        "type | name | label | trigger",
        &["text | a | A | b"],
        "survey row 2: the trigger \"b\" is not a question; did you mean \"a\"?",
    );
    assert_problem(
        "type | name | label | trigger",
        &["text | a | A | 3 + 4"],
        "survey row 2: the trigger \"3 + 4\" is not a question; write its name as ${name}",
    );
    assert_problem(
        "type | name | label | trigger | calculation",
        &["calculate | c | | | 1 + 1", "text | a | A | ${c} | "],
        "survey row 3: \"c\" is not shown to anybody, so it cannot trigger \"a\"; name a question that is asked",
    );
    assert_problem(
        "type | name | label | big-image",
        &["note | a | A | b.jpg"],
        "survey row 2: \"a\" has a big-image but no image; fill in the column image too",
    );
}

#[test]
fn columns_must_be_there_once_and_their_prefixes_declared() {
    assert_eq!(
        problems("| survey |\n| | typ | name |\n| | text | a |"),
        "survey row 1: the column \"type\" is missing; is it \"typ\"?"
    );
    assert_problem(
        "type | name | label | relevant | relevance",
        &["text | a | A | 1 | 2"],
        "survey row 2: the columns \"relevant\" and \"relevance\" mean the same and differ here; keep one of them",
    );
    assert_problem(
        "type | name | label | bind::esri:x",
        &["text | a | A | 1"],
        "survey row 2: the prefix of \"esri:x\" is not declared; add esri=\"…\" with its address to the column namespaces of settings",
    );
    assert_eq!(
        problems("| survy |\n| | type | name |\n| | text | a |\n| choices |\n| | list_name | name |\n"),
        "the workbook has no sheet named \"survey\"; is it \"survy\"?"
    );
}

#[test]
fn files_and_lists_do_not_share_a_name() {
    assert_problem(
        "type | name | label",
        &["csv-external | yes_no | ", "select_one yes_no | a | A"],
        "survey row 2, column type: \"yes_no\" is a list of the sheet choices and also the file jr://file-csv/yes_no.csv; rename one of them",
    );
    assert_problem(
        "type | name | label",
        &[
            "select_one_from_file a.csv | a | A",
            "select_one_from_file a.xml | b | B",
        ],
        "survey row 3: row 2 already uses \"a\" for jr://file-csv/a.csv; give this one another name, or use the same file",
    );
    assert_problem(
        "type | name | label | appearance",
        &[
            "select_one yes_no | a | A | search('x')",
            "select_one yes_no | b | B | ",
        ],
        "survey row 3, column type: \"b\" uses the list \"yes_no\", which \"a\" of row 2 fills by search(); give one of them another list",
    );
}

#[test]
fn entities_say_what_they_lack() {
    let with = |save_to: &str, entities: &str| {
        problems(&format!(
            "| survey |\n| | type | name | label | save_to |\n| | text | a | A | {save_to} |\n{entities}"
        ))
    };
    assert_eq!(
        with("x", ""),
        "survey row 2: the column save_to needs the sheet \"entities\", which says to which list the values go"
    );
    let entities = |columns: &str, row: &str| format!("| entities |\n| | {columns} |\n| | {row} |");
    assert_eq!(
        with("name", &entities("list_name | label", "trees | ${a}")),
        "survey row 2, column save_to: \"name\" is kept for the entity itself; choose another property name"
    );
    assert_eq!(
        with("shrubs#x", &entities("list_name | label", "trees | ${a}")),
        "survey row 2, column save_to: no entity list is named \"shrubs\""
    );
    assert_eq!(
        with("", &entities("list_name", "trees")),
        "entities row 2: new entities of \"trees\" need a label; fill it in, for example ${name}"
    );
    assert_eq!(
        with(
            "",
            &entities("list_name | label | update_if", "trees | x | true()")
        ),
        "entities row 2: \"trees\" is updated, but entity_id does not say which entity; fill it in"
    );
    assert_eq!(
        with("", &entities("list_name | lable", "trees | x"))
            .lines()
            .next(),
        Some("entities row 1: unknown column \"lable\"; did you mean \"label\"?")
    );
    assert_eq!(
        with("", &entities("list_name | label", "__trees | x")),
        "entities row 2, column list_name: \"__trees\" begins with \"__\", which is kept for the server; choose another name"
    );
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let found = problems(&survey(
        "type | name | label | relevant",
        &[
            "txt | a | A | ",
            "text | b | | ${c}",
            "select_one nope | d | D | ",
        ],
    ));
    assert_eq!(found.lines().count(), 4, "{found}");
}

#[test]
fn a_workbook_that_would_grow_without_end_is_refused() {
    let mut deep = String::from("| survey |\n| | type | name | label |\n");
    for level in 0..61 {
        deep += &format!("| | begin_group | g{level} | G |\n");
    }
    deep += "| | text | a | A |\n";
    deep += &"| | end_group | | |\n".repeat(61);
    assert_eq!(
        problems(&deep),
        "survey row 62, column type: groups are nested more than 60 deep here; flatten some of them"
    );

    let mut wide = String::from("| survey |\n| | type | name | label |\n");
    for level in 0..9 {
        wide += &format!("| | begin loop over l | g{level} | G |\n");
    }
    wide += "| | text | a | A |\n";
    wide += &"| | end loop | | |\n".repeat(9);
    wide += "| choices |\n| | list_name | name | label |\n";
    for choice in 0..9 {
        wide += &format!("| | l | c{choice} | C |\n");
    }
    assert!(
        problems(&wide).contains("more than 50000 questions"),
        "{}",
        problems(&wide)
    );
}

#[test]
fn questions_must_not_depend_on_themselves() {
    let columns = "type | name | label | relevant | required | calculation";
    assert_problem(
        columns,
        &["text | a | A | . != '' | | "],
        "survey row 2, column relevant: \"a\" depends on its own value, and Collect refuses such a form; refer to other questions only",
    );
    assert_problem(
        columns,
        &[
            "text | a | A | ${b} = 1 | | ",
            "calculate | c | | | | ${a} + 1",
            "text | b | B | | ${c} = 2 | ",
        ],
        "survey row 2, column relevant: \"a\" depends on \"b\" of row 4, then \"c\" of row 3, which depends on it in turn, and Collect refuses such a form; break the circle",
    );
    assert_problem(
        columns,
        &[
            "begin_group | g | G | ${x} = 1 | | ",
            "text | x | X | | | ",
            "end_group | | | | | ",
        ],
        "survey row 3, column relevant: \"x\" depends on its own value, and Collect refuses such a form; refer to other questions only",
    );
}
