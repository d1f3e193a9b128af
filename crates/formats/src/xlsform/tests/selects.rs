//! Selects: where their choices come from.

use super::*;
use crate::xlsform::attachments::AttachmentKind;

#[test]
fn choices_become_secondary_instances_with_all_their_columns() {
    let form = converted(
        "| survey |
         | | type | name | label | choice_filter |
         | | select_one region | r | Region | |
         | | select_multiple district | d | Districts | region = ${r} |
         | | rank region | k | Rank | |
         | choices |
         | | list_name | name | label | region |
         | | region | n | North | |
         | | region | s | South & more | |
         | | district | n1 | N 1 | n |",
    );
    assert_holds(
        &form,
        &[
            "<instance id=\"region\">\n<root>\n<item>\n<name>n</name>\n<label>North</label>\n</item>",
            "<label>South &amp; more</label>",
            "<name>n1</name>\n<label>N 1</label>\n<region>n</region>",
            "<select1 ref=\"/data/r\">\n<label>Region</label>\n<itemset nodeset=\"instance('region')/root/item\">\n<value ref=\"name\"/>\n<label ref=\"label\"/>\n</itemset>",
            "<itemset nodeset=\"instance('district')/root/item[region = /data/r]\">",
            "<odk:rank ref=\"/data/k\">",
            "<bind nodeset=\"/data/k\" type=\"odk:rank\"/>",
        ],
    );
}

#[test]
fn a_filter_inside_a_repeat_starts_at_the_question() {
    let form = converted(
        "| survey |
         | | type | name | label | choice_filter | calculation |
         | | begin_repeat | visit | Visit | | |
         | | select_one_from_file places.csv | region | Region | level = 1 | |
         | | select_one_from_file places.csv | village | Village | parent = ${region} | |
         | | calculate | label | | | instance('places')/root/item[name = ${village}]/label |
         | | end_repeat | | | | |",
    );
    assert_holds(
        &form,
        &[
            "nodeset=\"instance('places')/root/item[parent = current()/../region]\"",
            "calculate=\"instance('places')/root/item[name = current()/../village]/label\"",
            "<instance id=\"places\" src=\"jr://file-csv/places.csv\"/>",
        ],
    );
}

#[test]
fn selects_from_files_name_their_columns_and_their_files() {
    let form = converted(
        "| survey |
         | | type | name | label | parameters |
         | | select_one_from_file places.csv | a | A | value=code label=title |
         | | select_multiple_from_file roads.xml | b | B | |
         | | select_one_from_file trees.geojson | c | C | |
         | | csv-external | crops | | |
         | | xml-external | soils | | |
         | | text | d | D | |",
    );
    assert_holds(
        &form,
        &[
            "<instance id=\"places\" src=\"jr://file-csv/places.csv\"/>",
            "<instance id=\"roads\" src=\"jr://file/roads.xml\"/>",
            "<instance id=\"trees\" src=\"jr://file/trees.geojson\"/>",
            "<instance id=\"crops\" src=\"jr://file-csv/crops.csv\"/>",
            "<instance id=\"soils\" src=\"jr://file/soils.xml\"/>",
            "<value ref=\"code\"/>\n<label ref=\"title\"/>",
            "<value ref=\"id\"/>\n<label ref=\"title\"/>",
        ],
    );
    let names: Vec<(&str, AttachmentKind)> = form
        .attachments
        .iter()
        .map(|file| (file.name.as_str(), file.kind))
        .collect();
    assert_eq!(
        names,
        [
            ("places.csv", AttachmentKind::Csv),
            ("roads.xml", AttachmentKind::Xml),
            ("trees.geojson", AttachmentKind::GeoJson),
            ("crops.csv", AttachmentKind::Csv),
            ("soils.xml", AttachmentKind::Xml)
        ]
    );
    assert!(
        !form.xform.contains("<crops"),
        "an external instance has no node of its own"
    );
}

#[test]
fn pulldata_and_search_bring_their_files() {
    let form = converted(
        "| survey |
         | | type | name | label | calculation | appearance |
         | | text | id | Id | | |
         | | calculate | found | | pulldata('people', 'name', 'id', ${id}) | |
         | | select_one villages | v | Village | | minimal search('villages') |
         | choices |
         | | list_name | name | label |
         | | villages | code_column | label_column |",
    );
    assert_holds(
        &form,
        &[
            "<instance id=\"people\" src=\"jr://file-csv/people.csv\"/>",
            "<select1 ref=\"/data/v\" appearance=\"minimal search('villages')\">\n<label>Village</label>\n<item>\n<label>label_column</label>\n<value>code_column</value>\n</item>",
        ],
    );
    assert!(!form.xform.contains("<instance id=\"villages\">"));
    assert_eq!(
        form.attachments
            .iter()
            .map(|file| file.name.as_str())
            .collect::<Vec<_>>(),
        ["people.csv", "villages.csv"]
    );
}

#[test]
fn external_choices_become_a_query_and_an_itemsets_file() {
    let form = converted(
        "| survey |
         | | type | name | label | choice_filter |
         | | select_one_external state | state | State | true() |
         | | select_one_external county | county | County | state=${state} |
         | external_choices |
         | | list_name | name | label | state |
         | | state | tx | The \"Lone Star\" | |
         | | county | king | King | tx |",
    );
    assert_holds(
        &form,
        &["<input ref=\"/data/county\" query=\"instance('county')/root/item[state=/data/state]\">"],
    );
    let [itemsets] = form.attachments.as_slice() else {
        panic!("{:?}", form.attachments)
    };
    assert_eq!(itemsets.name, "itemsets.csv");
    let content = String::from_utf8(itemsets.content.clone().unwrap_or_default()).unwrap();
    assert_eq!(
        content,
        "\"list_name\",\"name\",\"label\",\"state\"\n\"state\",\"tx\",\"The \"\"Lone Star\"\"\",\"\"\n\"county\",\"king\",\"King\",\"tx\"\n"
    );
}

#[test]
fn or_other_adds_a_choice_and_a_question() {
    let form = converted(
        "| survey |
         | | type | name | label |
         | | select_one pet or_other | pet | Pet |
         | choices |
         | | list_name | name | label |
         | | pet | cat | Cat |",
    );
    assert_holds(
        &form,
        &[
            "<name>other</name>\n<label>Other</label>",
            "<bind nodeset=\"/data/pet_other\" type=\"string\" relevant=\"selected(../pet, 'other')\"/>",
            "<label>Specify other.</label>",
        ],
    );
}

#[test]
fn the_order_of_choices_can_be_drawn_by_lot() {
    let form = converted(
        "| survey |
         | | type | name | label | parameters |
         | | integer | lot | Lot | |
         | | select_one l | a | A | randomize=true |
         | | select_one l | b | B | randomize=true seed=${lot} |
         | choices |
         | | list_name | name | label |
         | | l | x | X |",
    );
    assert_holds(
        &form,
        &[
            "nodeset=\"randomize(instance('l')/root/item)\"",
            "nodeset=\"randomize(instance('l')/root/item, /data/lot)\"",
        ],
    );
}

#[test]
fn a_select_may_offer_the_answers_of_a_repeat() {
    let form = converted(
        "| survey |
         | | type | name | label | choice_filter |
         | | begin_repeat | member | Member | |
         | | text | name | Name | |
         | | integer | age | Age | |
         | | end_repeat | | | |
         | | select_one ${name} | head | Head | ${age} >= 18 |
         | | select_one ${name} | cook | Cook | |",
    );
    assert_holds(
        &form,
        &[
            "<itemset nodeset=\"/data/member[./age &gt;= 18]\">\n<value ref=\"name\"/>\n<label ref=\"name\"/>",
            "<itemset nodeset=\"/data/member[./name != '']\">",
        ],
    );
}
