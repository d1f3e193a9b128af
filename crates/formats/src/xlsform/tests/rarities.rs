//! What few forms use, and those that do cannot do without.

use super::*;

#[test]
fn settings_name_the_root_its_attributes_and_what_identifies_a_submission() {
    let form = converted(
        "| survey |
         | | type | name | label |
         | | text | a | A |
         | settings |
         | | set_form_title | set_form_id | version | omit_instanceID | instance_xmlns | prefix | delimiter | attribute::esri:z | namespaces |
         | | Title | f | 3 | yes | http://example.org/x | J1! | + | q | esri=\"http://esri.com/xforms\" |",
    );
    assert_holds(
        &form,
        &[
            "<data esri:z=\"q\" id=\"f\" xmlns=\"http://example.org/x\" version=\"3\" odk:prefix=\"J1!\" odk:delimiter=\"+\">",
            "xmlns:esri=\"http://esri.com/xforms\"",
            "<h:title>Title</h:title>",
        ],
    );
    assert!(!form.xform.contains("instanceID"), "{}", form.xform);
    let own = converted(
        "| survey |\n| | type | name | label |\n| | text | a | A |\n| settings |\n| | instance_id |\n| | uuid |",
    );
    assert_holds(
        &own,
        &["<bind nodeset=\"/data/meta/instanceID\" type=\"string\" jr:preload=\"uuid\""],
    );
}

#[test]
fn attributes_of_bind_control_and_node_are_written_as_they_are_given() {
    let form = converted(
        "| survey |
         | | type | name | label | compact_tag | instance::x | noAppErrorString | autoplay | body::accuracyThreshold | bind::odk:length |
         | | text | a | A | t1 | 7 | No app | audio | | 40 |
         | | geopoint | g | G | | | | | 5 | |",
    );
    assert_holds(
        &form,
        &[
            "<a odk:tag=\"t1\" x=\"7\"/>",
            "<bind nodeset=\"/data/a\" type=\"string\" jr:noAppErrorString=\"No app\" odk:length=\"40\"/>",
            "<input ref=\"/data/a\" autoplay=\"audio\">",
            "<input ref=\"/data/g\" accuracyThreshold=\"5\">",
        ],
    );
}

#[test]
fn a_device_tells_about_itself() {
    let form = converted(
        "| survey |
         | | type | name |
         | | start | a |
         | | end | b |
         | | today | c |
         | | username | d |
         | | imei | e |",
    );
    let preload = |name: &str, kind: &str, what: &str, which: &str| {
        format!(
            "<bind nodeset=\"/data/{name}\" type=\"{kind}\" jr:preload=\"{what}\" jr:preloadParams=\"{which}\"/>"
        )
    };
    let lines = [
        preload("a", "dateTime", "timestamp", "start"),
        preload("b", "dateTime", "timestamp", "end"),
        preload("c", "date", "date", "today"),
        preload("d", "string", "property", "username"),
        preload("e", "string", "property", "deviceid"),
    ];
    assert_holds(&form, &lines.each_ref().map(String::as_str));
}

#[test]
fn old_names_and_old_columns_still_mean_what_they_meant() {
    let form = converted(
        "| survey |
         | | command | value | caption | disabled | read only |
         | | add select one prompt using yn | a | A | no | |
         | | q string | b | B | yes | |
         | | select all that apply from yn or specify other | c | C | | |
         | | add text prompt | d | D | | yes |
         | | begin lgroup | e | E | | |
         | | add integer prompt | f | F | | |
         | | end lgroup | | | | |
         | choices |
         | | list | value | caption |
         | | yn | y | Yes |",
    );
    assert_holds(
        &form,
        &[
            "<select1 ref=\"/data/a\">\n<label>A</label>",
            "<select ref=\"/data/c\">",
            "<bind nodeset=\"/data/c_other\" type=\"string\" relevant=\"selected(../c, 'other')\"/>",
            "<bind nodeset=\"/data/d\" type=\"string\" readonly=\"true()\"/>",
            "<repeat nodeset=\"/data/e\">\n<input ref=\"/data/e/f\">",
            "<bind nodeset=\"/data/e/f\" type=\"int\"/>",
        ],
    );
    assert!(!form.xform.contains("/data/b"), "the row is disabled");
}

#[test]
fn references_inside_repeats_are_relative_where_they_can_be() {
    let form = converted(
        "| survey |
         | | type | name | label | calculation |
         | | text | village | Village | |
         | | begin_repeat | person | Person | |
         | | text | name | Name | |
         | | begin_group | work | Work | |
         | | integer | income | Income | |
         | | calculate | first | | indexed-repeat(${name}, ${person}, 1) |
         | | calculate | second | | ${person}[position() = 2]/name |
         | | calculate | share | | sum(${income}) div count(${person}) |
         | | calculate | found | | instance('places')/root/item[name = ${name}]/label |
         | | calculate | shown | | jr:choice-name(${village}, '${village}') |
         | | end_group | | | |
         | | end_repeat | | | |
         | | csv-external | places | | |
         | | calculate | total | | sum(${income}) |",
    );
    let calculate = |name: &str, what: &str| {
        format!("<bind nodeset=\"/data/{name}\" type=\"string\" calculate=\"{what}\"/>")
    };
    let lines = [
        calculate(
            "person/work/first",
            "indexed-repeat(/data/person/name, /data/person, 1)",
        ),
        calculate("person/work/second", "/data/person[position() = 2]/name"),
        calculate("person/work/share", "sum(../income) div count(/data/person)"),
        calculate(
            "person/work/found",
            "instance('places')/root/item[name = current()/../../name]/label",
        ),
        calculate(
            "person/work/shown",
            "jr:choice-name(/data/village, '/data/village')",
        ),
        calculate("total", "sum(/data/person/work/income)"),
    ];
    assert_holds(&form, &lines.each_ref().map(String::as_str));
    assert_eq!(form.warnings, []);
}

#[test]
fn each_scope_has_the_entity_whose_values_it_holds() {
    let form = converted(
        "| survey |
         | | type | name | label | save_to |
         | | text | house | House | households#number |
         | | begin_repeat | member | Member | |
         | | text | name | Name | members#full_name |
         | | begin_repeat | visit | Visit | |
         | | date | on | On | visits#day |
         | | end_repeat | | | |
         | | end_repeat | | | |
         | entities |
         | | list_name | entity_id | create_if | update_if | label |
         | | households | | | | ${house} |
         | | members | ${name} | ${name} = '' | ${name} != '' | ${name} |
         | | visits | | ${on} != '' | | ${on} |",
    );
    assert_holds(
        &form,
        &[
            "entities:entities-version=\"2025.1.0\"",
            "<visit>\n<on/>\n<meta>\n<entity dataset=\"visits\" create=\"1\" id=\"\">",
            "<entity dataset=\"members\" create=\"1\" update=\"1\" baseVersion=\"\" trunkVersion=\"\" branchId=\"\" id=\"\">",
            "<bind nodeset=\"/data/member/visit/meta/entity/@create\" calculate=\"../../../on != ''\"",
            "<bind nodeset=\"/data/member/meta/entity/@baseVersion\" calculate=\"instance('members')/root/item[name=current()/../../../name]/__version\"",
            "<bind nodeset=\"/data/meta/entity/label\" calculate=\"/data/house\"",
            "<setvalue event=\"odk-new-repeat\" ref=\"/data/member/visit/meta/entity/@id\" value=\"uuid()\"/>",
        ],
    );
}

#[test]
fn a_choice_of_none_excludes_the_others() {
    let form = converted(
        "| survey |
         | | type | name | label |
         | | select_multiple assets | a | A |
         | choices |
         | | list_name | name | label |
         | | assets | tv | Television |
         | settings |
         | | add_none_option |
         | | yes |",
    );
    assert_holds(
        &form,
        &[
            "<name>none</name>\n<label>None</label>",
            "constraint=\"(.='none' or not(selected(., 'none')))\"",
        ],
    );
}

#[test]
fn spaces_in_texts_are_kept_when_the_settings_say_so() {
    let label = |setting: &str| {
        converted(&format!(
            "| survey |\n| | type | name | label |\n| | text | a | A  B |\n| settings |\n| | clean_text_values |\n| | {setting} |"
        ))
        .xform
        .contains("<label>A  B</label>")
    };
    assert!(label("no"));
    assert!(!label("yes"));
}
