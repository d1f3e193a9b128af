//! Behaviour that JavaRosa settled: each was found by a walk that the engines played differently.

use pretty_assertions::assert_eq;

use super::*;

/// A form with one instance, some binds and a body.
fn form(instance: &str, binds: &str, body: &str) -> Form {
    Form::parse(&format!(
        r#"<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa">
        <h:head><h:title>t</h:title><model><instance><data id="t" version="1">{instance}</data></instance>{binds}</model></h:head>
        <h:body>{body}</h:body></h:html>"#
    ))
    .unwrap()
}

#[test]
fn attributes_are_calculated_set_and_submitted() {
    let form = form(
        r#"<name/><meta><entity dataset="trees" id="" create=""/></meta>"#,
        r#"<bind nodeset="/data/meta/entity/@create" calculate="if(/data/name = '', 0, 1)"/>
           <setvalue event="odk-instance-first-load" ref="/data/meta/entity/@id" value="'e1'"/>"#,
        r#"<input ref="/data/name"/>"#,
    );
    let mut instance = Instance::new(&form, &env());
    answer_all(&form, &mut instance, &[("/data/name", "Oak")]);
    let xml = instance.to_xml(&form, Keep::Relevant);
    assert!(
        xml.contains(r#"<entity dataset="trees" id="e1" create="1"/>"#),
        "{xml}"
    );
    let again = Instance::resume(&form, &env(), &instance.to_xml(&form, Keep::All)).unwrap();
    assert_eq!(again.to_xml(&form, Keep::Relevant), xml);
}

#[test]
fn a_count_is_read_from_the_place_of_an_entry() {
    let form = form(
        r#"<n/><m jr:template=""><x/></m>"#,
        "",
        r#"<input ref="/data/n"/><group ref="/data/m"><repeat nodeset="/data/m" jr:count="../n"><input ref="/data/m/x"/></repeat></group>"#,
    );
    let mut instance = Instance::new(&form, &env());
    answer_all(&form, &mut instance, &[("/data/n", "3")]);
    assert!(instance.find("/data/m[3]").is_some());
    assert!(instance.find("/data/m[4]").is_none());
}

#[test]
fn a_count_that_hangs_on_its_own_entries_waits_for_their_answer() {
    let form = form(
        r#"<m jr:template=""><last/></m><m><last/></m>"#,
        "",
        r#"<group ref="/data/m"><repeat nodeset="/data/m" jr:count="if(/data/m[position() = last()]/last != 'yes', count(/data/m) + 1, count(/data/m))"><input ref="/data/m/last"/></repeat></group>"#,
    );
    let mut instance = Instance::new(&form, &env());
    let entries = |instance: &Instance| {
        instance
            .repeats(instance.find("/data").unwrap(), form.find("/data/m").unwrap())
            .len()
    };
    assert_eq!(entries(&instance), 1);
    answer_all(&form, &mut instance, &[("/data/m[1]/last", "no")]);
    assert_eq!(entries(&instance), 2);
    answer_all(&form, &mut instance, &[("/data/m[2]/last", "yes")]);
    assert_eq!(entries(&instance), 2);
}

#[test]
fn a_template_taken_from_the_first_entry_is_blank() {
    let form = form(
        r#"<m><x>1</x></m>"#,
        "",
        r#"<group ref="/data/m"><repeat nodeset="/data/m"><input ref="/data/m/x"/></repeat></group>"#,
    );
    let mut instance = Instance::new(&form, &env());
    let root = instance.find("/data").unwrap();
    instance
        .add_repeat(&form, &env(), root, form.find("/data/m").unwrap())
        .unwrap();
    assert_eq!(instance.value_at("/data/m[1]/x"), "1");
    assert_eq!(instance.value_at("/data/m[2]/x"), "");
}

#[test]
fn what_is_not_there_equals_a_blank() {
    let form = form(
        "<a/><b/><same/>",
        r#"<bind nodeset="/data/b" relevant="false()"/><bind nodeset="/data/same" calculate="/data/a = /data/b"/>"#,
        r#"<input ref="/data/a"/><input ref="/data/b"/>"#,
    );
    let mut instance = Instance::new(&form, &env());
    assert_eq!(instance.value_at("/data/same"), "true");
    answer_all(&form, &mut instance, &[("/data/a", "x")]);
    assert_eq!(instance.value_at("/data/same"), "false");
}

#[test]
fn counted_entries_outlive_a_group_that_is_hidden_for_a_while() {
    let form = form(
        r#"<skip/><g><n>2</n><m jr:template=""><x/></m></g>"#,
        r#"<bind nodeset="/data/g" relevant="/data/skip != 'yes'"/>"#,
        r#"<input ref="/data/skip"/><group ref="/data/g"><repeat nodeset="/data/g/m" jr:count="/data/g/n"><input ref="/data/g/m/x"/></repeat></group>"#,
    );
    let mut instance = Instance::new(&form, &env());
    let answers = [
        ("/data/g/m[2]/x", "kept"),
        ("/data/skip", "yes"),
        ("/data/skip", ""),
    ];
    answer_all(&form, &mut instance, &answers);
    assert_eq!(instance.value_at("/data/g/m[2]/x"), "kept");
}
