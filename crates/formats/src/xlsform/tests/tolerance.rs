//! What real workbooks do and a converter need not refuse: it goes on, and says what it did.

use super::*;

/// Every warning of a workbook, a line each.
fn warnings(markdown: &str) -> String {
    told(&converted(markdown))
}

fn told(form: &Converted) -> String {
    let lines: Vec<String> = form.warnings.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

#[test]
fn a_reference_with_other_capitals_means_the_one_question_so_named() {
    let form = converted(
        "| survey |
         | | type | name | label | relevant | trigger | calculation |
         | | integer | Age | Age | | | |
         | | text | b | B | ${age} > 3 | | |
         | | calculate | c | | | ${AGE} | now() |
         | settings |
         | | instance_name |
         | | ${aGe} |",
    );
    assert_holds(
        &form,
        &[
            "relevant=\"/data/Age &gt; 3\"",
            "<input ref=\"/data/Age\">\n<label>Age</label>\n<setvalue event=\"xforms-value-changed\" ref=\"/data/c\" value=\"now()\"/>",
            "<bind nodeset=\"/data/meta/instanceName\" type=\"string\" calculate=\"/data/Age\"/>",
        ],
    );
    assert_eq!(
        told(&form),
        "survey row 3, column relevant: \"${age}\" is taken for ${Age}; spell both alike\n\
         survey row 4, column trigger: \"${AGE}\" is taken for ${Age}; spell both alike\n\
         settings row 2, column instance_name: \"${aGe}\" is taken for ${Age}; spell both alike"
    );
    let torn = problems(
        "| survey |
         | | type | name | label |
         | | text | age | A |
         | | text | Age | B |
         | | note | n | ${AGE} |",
    );
    assert!(torn.contains("no question is named \"AGE\""), "{torn}");
}

#[test]
fn a_list_with_other_capitals_means_the_one_list_so_named() {
    let form = converted(
        "| survey |
         | | type | name | label |
         | | select_one Yes_No | a | A |
         | choices |
         | | list_name | name | label |
         | | yes_no | y | Yes |",
    );
    assert_holds(&form, &["<itemset nodeset=\"instance('yes_no')/root/item\">"]);
    assert_eq!(
        told(&form),
        "survey row 2, column type: \"Yes_No\" is taken for the list \"yes_no\"; spell both alike"
    );
}

#[test]
fn triggers_may_be_bare_names_or_stand_in_an_expression() {
    let form = converted(
        "| survey |
         | | type | name | label | trigger | calculation |
         | | text | a | A | | |
         | | text | b | B | | |
         | | calculate | c | | a | now() |
         | | calculate | d | | once(${a}) ${b} | now() |",
    );
    assert_holds(
        &form,
        &[
            "<input ref=\"/data/a\">\n<label>A</label>\n<setvalue event=\"xforms-value-changed\" ref=\"/data/c\" value=\"now()\"/>\n<setvalue event=\"xforms-value-changed\" ref=\"/data/d\" value=\"now()\"/>",
        ],
    );
    assert_eq!(
        told(&form),
        "survey row 5: the trigger \"once(${a}) ${b}\" is read as ${a}, ${b}; name questions only, apart by commas\n\
         survey row 4: the trigger \"a\" is read as ${a}; write it so"
    );
}

#[test]
fn two_columns_of_one_meaning_are_read_as_one_where_they_agree() {
    let form = converted(
        "| survey |
         | | type | name | label | relevant | relevance | notes | notes |
         | | text | a | A | | | x | y |
         | | text | b | B | ${a} = 1 | | | |
         | | text | c | C | | ${a} = 2 | | |
         | | text | d | D | ${a} = 3 | ${a} = 3 | | |",
    );
    assert_holds(
        &form,
        &[
            "<bind nodeset=\"/data/b\" type=\"string\" relevant=\"/data/a = 1\"/>",
            "<bind nodeset=\"/data/c\" type=\"string\" relevant=\"/data/a = 2\"/>",
            "<bind nodeset=\"/data/d\" type=\"string\" relevant=\"/data/a = 3\"/>",
        ],
    );
    assert_eq!(
        told(&form),
        "survey row 1: the columns \"relevant\" and \"relevance\" mean the same and are read as one; keep one of them"
    );
}

#[test]
fn a_choice_copied_twice_is_kept_once() {
    let form = converted(
        "| survey |
         | | type | name | label |
         | | select_one yn | a | A |
         | choices |
         | | list_name | name | label | area |
         | | yn | y | Yes | 1 |
         | | yn | n | No | 1 |
         | | yn | y | Yes | 1 |",
    );
    assert_eq!(form.xform.matches("<name>y</name>").count(), 1);
    assert_eq!(
        told(&form),
        "choices row 4, column name: the choice \"y\" of \"yn\" is the same as row 2, and is left out; delete one of the rows"
    );
}

#[test]
fn a_calculate_without_calculation_stays_empty() {
    let form = converted(
        "| survey |
         | | type | name | label |
         | | calculate | later | |
         | | note | n | N |",
    );
    assert_holds(&form, &["<bind nodeset=\"/data/later\" type=\"string\"/>"]);
    assert_eq!(
        told(&form),
        "survey row 2: the calculate \"later\" has no calculation and stays empty; write one, or remove the row"
    );
}

#[test]
fn what_has_no_effect_is_told() {
    assert_eq!(
        warnings(
            "| survey |
             | | type | name | label | parameters | appearance |
             | | audit | log | | | |
             | | integer | a | A | min=3 | |
             | | text | b | B | | mutliline |"
        ),
        "survey row 2: the audit log is always named \"audit\", so \"log\" is not used; leave the name empty\n\
         survey row 3: \"min=3\" is not used, because the type integer knows no parameters\n\
         survey row 4: the appearance \"mutliline\" is not known; did you mean \"multiline\"?"
    );
}

#[test]
fn a_default_that_is_no_answer_to_its_question_is_told() {
    assert_eq!(
        warnings(
            "| survey |
             | | type | name | label | default |
             | | integer | a | A | 3.5 |
             | | integer | b | B | -3 |
             | | decimal | c | C | much |
             | | date | d | D | 22/11/2026 |
             | | date | e | E | 2026-11-22 |
             | | time | f | F | noon |
             | | dateTime | g | G | 2026-11-22T06:30:00.000+03:00 |
             | | text | h | H | 22/11/2026 |"
        ),
        "survey row 2, column default: the default \"3.5\" is not a whole number; Collect may refuse the form\n\
         survey row 4, column default: the default \"much\" is not a number; Collect may refuse the form\n\
         survey row 5, column default: the default \"22/11/2026\" is not a date, as 2026-11-22; Collect may refuse the form\n\
         survey row 7, column default: the default \"noon\" is not a time, as 06:30:00; Collect may refuse the form"
            .replace(", column default: the default", ": the default")
    );
}

#[test]
fn a_word_without_quotes_in_a_condition_is_told() {
    let markdown = "| survey |
         | | type | name | label | relevant | choice_filter | calculation |
         | | select_one sex | sex | Sex | | | |
         | | text | a | A | ${sex} = female | | |
         | | select_one sex | b | B | | area = ${a} and name != 'x' | |
         | | calculate | c | | | | instance('sex')/root/item[name = 'm']/label |
         | choices |
         | | list_name | name | label | area |
         | | sex | female | Female | 1 |";
    assert_eq!(
        warnings(markdown),
        "survey row 3, column relevant: in \"${sex} = female\", female is read as a question below this one and is always empty; write 'female' if the text is meant, or ${female} for the question"
    );
}

#[test]
fn the_habits_of_other_languages_are_met_with_what_to_write() {
    let remedy = |expression: &str| {
        problems(&format!(
            "| survey |\n| | type | name | label | relevant |\n| | text | a | A | |\n| | text | b | B | {expression} |"
        ))
    };
    for (expression, expected) in [
        ("${a} AND ${a}", "write \"and\" in small letters"),
        ("${a} == 1", "one \"=\" is enough"),
        ("${a} <> 1", "\"<>\" is not known; write \"!=\""),
        ("${a} => 1", "\"=>\" is not known; write \">=\""),
        ("${a} ≥ 1", "\"≥\" is not known; write \">=\""),
        (
            "if(${a} = 1; 2; 3)",
            "\";\" is not known; write \",\" between the arguments",
        ),
        ("${a} && ${a}", "\"&\" is not known; write \"and\""),
        (
            "${a} – 1",
            "this is a long dash; write the short \"-\" of the keyboard",
        ),
        (
            "$a = 1",
            "\"$\" must be followed by the name of a question in braces, as ${name}",
        ),
        ("{a} = 1", "a \"$\" is missing before the brace; write ${name}"),
    ] {
        let found = remedy(expression);
        assert!(found.contains(expected), "{expression}: {found}");
        assert!(found.starts_with("survey row 3, column relevant: "), "{found}");
    }
    let unknown = warnings(
        "| survey |
         | | type | name | label | relevant |
         | | text | a | A | |
         | | text | b | B | NOT(${a}) |",
    );
    assert_eq!(
        unknown,
        "survey row 3, column relevant: at character 1 of \"NOT(${a})\", there is no function \"NOT\"; did you mean \"not\"?; Collect may refuse the form"
    );
}

#[test]
fn a_file_of_one_table_is_a_survey() {
    let workbook = read(b"type;name;label\ntext;a;A, B\n", Kind::Csv).unwrap();
    let form = convert(&workbook, &Options::default()).unwrap();
    assert_holds(&form, &["<input ref=\"/data/a\">\n<label>A, B</label>"]);
}
