//! Entities that a form creates and updates.

use super::*;
use crate::{
    xform::{Form, Instance, Keep, entities::said},
    xpath::{Env, Moment},
};

#[test]
fn an_entity_is_created_from_a_form() {
    let form = converted(
        "| survey |
         | | type | name | label | save_to |
         | | text | name | Name | full_name |
         | entities |
         | | list_name | label |
         | | people | ${name} |",
    );
    assert_holds(
        &form,
        &[
            "xmlns:entities=\"http://www.opendatakit.org/xforms/entities\"",
            "<model odk:xforms-version=\"1.0.0\" entities:entities-version=\"2024.1.0\">",
            "<meta>\n<entity dataset=\"people\" create=\"1\" id=\"\">\n<label/>\n</entity>\n<instanceID/>",
            "<bind nodeset=\"/data/name\" type=\"string\" entities:saveto=\"full_name\"/>",
            "<setvalue event=\"odk-instance-first-load\" ref=\"/data/meta/entity/@id\" value=\"uuid()\"/>",
            "<bind nodeset=\"/data/meta/entity/label\" calculate=\"/data/name\" readonly=\"true()\" type=\"string\"/>",
        ],
    );
}

#[test]
fn an_entity_is_updated_or_created_as_its_conditions_say() {
    let form = converted(
        "| survey |
         | | type | name | label | save_to |
         | | select_one_from_file people.csv | who | Who | |
         | | text | phone | Phone | phone |
         | entities |
         | | list_name | label | entity_id | create_if | update_if |
         | | people | ${phone} | ${who} | ${who} = '' | ${who} != '' |",
    );
    assert_holds(
        &form,
        &[
            "<entity dataset=\"people\" create=\"1\" update=\"1\" baseVersion=\"\" trunkVersion=\"\" branchId=\"\" id=\"\">",
            "<bind nodeset=\"/data/meta/entity/@create\" calculate=\"/data/who = ''\"",
            "<bind nodeset=\"/data/meta/entity/@baseVersion\" calculate=\"instance('people')/root/item[name=/data/who]/__version\"",
            "<bind nodeset=\"/data/meta/entity/@id\" readonly=\"true()\" type=\"string\" calculate=\"/data/who\"/>",
        ],
    );
}

#[test]
fn households_and_members_are_entities_of_one_form() {
    let form = converted(
        "| survey |
         | | type | name | label | save_to |
         | | text | house | House | households#number |
         | | begin_repeat | member | Member | |
         | | text | name | Name | members#full_name |
         | | end_repeat | | | |
         | entities |
         | | list_name | label |
         | | households | ${house} |
         | | members | ${name} |",
    );
    assert_holds(
        &form,
        &[
            "entities:entities-version=\"2025.1.0\"",
            "<entity dataset=\"households\" create=\"1\" id=\"\">",
            "<member jr:template=\"\">\n<name/>\n<meta>\n<entity dataset=\"members\" create=\"1\" id=\"\">",
            "<bind nodeset=\"/data/member/meta/entity/label\" calculate=\"../../../name\"",
            "<setvalue event=\"odk-new-repeat\" ref=\"/data/member/meta/entity/@id\" value=\"uuid()\"/>",
        ],
    );
}

#[test]
fn an_entity_of_a_household_known_already_names_it_as_its_parent() {
    let form = converted(
        "| survey |
         | | type | name | label | save_to |
         | | select_one_from_file households.csv | household | Household | |
         | | begin_repeat | member | Member | |
         | | text | name | Name | full_name |
         | | end_repeat | | | |
         | entities |
         | | list_name | label | parent |
         | | members | ${name} | ${household} |",
    );
    assert_holds(
        &form,
        &[
            "<entity dataset=\"members\" create=\"1\" id=\"\" parent=\"\">",
            "<bind nodeset=\"/data/member/meta/entity/@parent\" calculate=\"/data/household\" readonly=\"true()\" type=\"string\"/>",
        ],
    );
    let mut form = Form::parse(&form.xform).expect("a form");
    form.attach("households.csv", b"name,label\nh-1,Sugeng\n")
        .expect("a file");
    let now = Moment {
        micros: 0,
        offset_minutes: 0,
    };
    let env = Env::new(now, 1);
    let mut filling = Instance::new(&form, &env);
    for (path, answer) in [("/data/household", "h-1"), ("/data/member/name", "Siti")] {
        let node = filling.find(path).expect(path);
        filling.set(&form, &env, node, answer);
        filling.recalculate(&form, &env);
    }
    let entities = form.entities.clone().expect("entities");
    let said = said(&entities, &filling.to_xml(&form, Keep::Relevant)).expect("said");
    assert_eq!(
        said.iter()
            .map(|one| (&*one.list, &*one.parent_id, one.parent))
            .collect::<Vec<_>>(),
        [("members", "h-1", None)]
    );
}

#[test]
fn a_parent_that_is_a_bare_name_is_told_how_to_say_it() {
    let found = problems(
        "| survey |
         | | type | name | label | save_to |
         | | text | name | Name | full_name |
         | entities |
         | | list_name | label | parent |
         | | members | ${name} | households |",
    );
    assert!(
        found.contains(
            "column parent: \"households\" is read as a question below the entity and is always empty; give the id of the entity it belongs to, such as ${households}"
        ),
        "{found}"
    );
}
