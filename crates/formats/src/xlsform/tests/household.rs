//! The product's own form, converted and then opened and filled by the product's own form engine.

use super::*;
use crate::{
    xform::{Form, Instance, Keep, check},
    xpath::{Env, Moment},
};

const PLACES: &str = "name,label,level,parent\nv1,Sukorejo,village,d1\ng1,Melati 1,household_group,v1\n";

/// A household of two adults and a baby, as an enumerator would send it before anything is calculated.
const ANSWERS: &str = "<data id=\"household\" version=\"2026112101\">
  <identity><village>v1</village><household_group>g1</household_group><enumerator>kader7</enumerator><house_number>12</house_number></identity>
  <consent>yes</consent>
  <dwelling><rooms>2</rooms><floor>cement</floor><roof>tiles</roof><walls>brick</walls></dwelling>
  <water><water_source>protected_well</water_source><water_minutes>5</water_minutes><water_treatment>boil</water_treatment></water>
  <sanitation><toilet>flush_septic</toilet><toilet_shared>no</toilet_shared></sanitation>
  <energy><electricity>grid_metered</electricity><cooking_fuel>lpg</cooking_fuel><assets>television motorcycle</assets></energy>
  <member><name>Siti</name><relation>head</relation><sex>female</sex><age>34</age><functioning><wg_seeing>none</wg_seeing><wg_hearing>none</wg_hearing><wg_walking>none</wg_walking><wg_remembering>none</wg_remembering><wg_self_care>none</wg_self_care><wg_communicating>none</wg_communicating></functioning><schooling><education>upper_secondary</education></schooling><work><worked_last_week>yes</worked_last_week></work></member>
  <member><name>Budi</name><relation>spouse</relation><sex>male</sex><age>36</age><functioning><wg_seeing>none</wg_seeing><wg_hearing>a_lot</wg_hearing><wg_walking>none</wg_walking><wg_remembering>none</wg_remembering><wg_self_care>none</wg_self_care><wg_communicating>none</wg_communicating></functioning><schooling><education>primary</education></schooling><work><worked_last_week>no</worked_last_week><looked_for_work>yes</looked_for_work><available_for_work>yes</available_for_work></work></member>
  <member><name>Ani</name><relation>child</relation><sex>female</sex><age>2</age><birth_certificate>seen</birth_certificate></member>
</data>";

fn engine() -> (Form, Env) {
    let mut form = Form::parse(&converted(HOUSEHOLD).xform).expect("the engine reads our forms");
    assert_eq!(form.warnings, Vec::<String>::new());
    assert_eq!(form.attach("places.csv", PLACES.as_bytes()), Ok(true));
    let saturday = Moment {
        micros: 1_795_293_000_000_000,
        offset_minutes: 420,
    };
    (form, Env::new(saturday, 1))
}

#[test]
fn a_filled_household_is_without_fault_and_counts_its_members() {
    let (form, env) = engine();
    let mut household = Instance::resume(&form, &env, ANSWERS).expect("an instance of the form");
    household.finish(&form, &env);
    for (path, value) in [
        ("/data/summary/household_size", "3"),
        ("/data/summary/n_under_five", "1"),
        ("/data/summary/n_school_age", "0"),
        ("/data/summary/n_elderly", "0"),
        ("/data/summary/n_with_disability", "1"),
        ("/data/summary/n_heads", "1"),
        ("/data/summary/persons_per_room", "1.5"),
        ("/data/meta/instanceName", "v1 g1 12"),
    ] {
        assert_eq!(household.value_at(path), value, "{path}");
    }
    let (_, flags) =
        check(&form, &env, &household.to_xml(&form, Keep::Relevant)).expect("an instance of the form");
    assert!(flags.is_empty(), "{flags:#?}");
}

#[test]
fn answers_that_cannot_be_are_flagged() {
    let (form, env) = engine();
    let n_flags = |answers: &str| {
        let mut household = Instance::resume(&form, &env, answers).expect("an instance of the form");
        household.finish(&form, &env);
        let (_, flags) =
            check(&form, &env, &household.to_xml(&form, Keep::All)).expect("an instance of the form");
        flags.len()
    };
    assert_eq!(n_flags(ANSWERS), 0);
    for (right, wrong) in [
        ("<age>2</age>", "<age>200</age>"),
        (
            "<assets>television motorcycle</assets>",
            "<assets>none television</assets>",
        ),
        ("<rooms>2</rooms>", "<rooms>0</rooms>"),
        ("<name>Ani</name>", "<name>4ni</name>"),
        ("<sex>male</sex>", "<sex></sex>"),
        (
            "<water_minutes>5</water_minutes>",
            "<water_minutes>900</water_minutes>",
        ),
        (
            "<enumerator>kader7</enumerator>",
            "<enumerator>kader 7</enumerator>",
        ),
        (
            "<household_group>g1</household_group>",
            "<household_group>g9</household_group>",
        ),
        (
            "<toilet_shared>no</toilet_shared>",
            "<toilet_shared>no</toilet_shared><toilet_households>3</toilet_households>",
        ),
    ] {
        assert!(ANSWERS.contains(right), "{right}");
        assert!(
            n_flags(&ANSWERS.replace(right, wrong)) > 0,
            "{wrong} was not flagged"
        );
    }
}
