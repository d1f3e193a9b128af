//! Small forms and what Central makes of them.

mod feeds;
mod filters;
mod sheets;

use proptest::prelude::*;

use super::{About, Answers, Fields, Submitter};
use crate::xform::{Form, escape};

/// A household with members, each with children, a place, a photograph and choices.
pub(super) const HOUSEHOLD: &str = r#"<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms">
<h:head><h:title>Household</h:title><model><instance><data id="household" version="2">
<head><name/><age/></head>
<member jr:template=""><name/><where/><child jr:template=""><toy/></child></member>
<home/><path/><tools/><photo/><seen/><1-odd.name/>
<orx:meta><orx:instanceID/></orx:meta></data></instance>
<bind nodeset="/data/head/name" type="string"/><bind nodeset="/data/head/age" type="int"/>
<bind nodeset="/data/member/name" type="string"/><bind nodeset="/data/member/where/" type="string"/>
<bind nodeset="/data/member/child/toy" type="string"/>
<bind nodeset="/data/home" type="geopoint"/><bind nodeset="/data/path" type="geotrace"/>
<bind nodeset="/data/tools" type="string"/><bind nodeset="/data/photo" type="binary"/><bind nodeset="/data/seen" type="dateTime"/>
<bind nodeset="/data/meta/instanceID" type="string"/></model></h:head>
<h:body><input ref="/data/head/name"><label>n</label></input>
<group ref="/data/member"><label>m</label><repeat nodeset="/data/member"><input ref="/data/member/name"><label>n</label></input>
<group ref="/data/member/child"><label>c</label><repeat nodeset="/data/member/child"><input ref="/data/member/child/toy"><label>t</label></input></repeat></group></repeat></group>
<select ref="/data/tools"><label>t</label><item><label>Hoe</label><value>hoe</value></item><item><label>Axe</label><value>axe</value></item></select>
<upload ref="/data/photo" mediatype="image/*"><label>p</label></upload></h:body></h:html>"#;

pub(super) const FILED: &str = r#"<data id="household" version="2" xmlns:orx="http://openrosa.org/xforms"><head><name>Ani &amp; "Budi", R&#x131;t</name><age>41</age></head>
<member><name>Citra</name><child><toy>ball</toy></child><child><toy>doll</toy></child></member><unknown><name>x</name></unknown>
<member><name>=SUM(A1)</name><where><![CDATA[<north>]]></where></member>
<home>-7.79 110.36 114.5 4.2</home><path>1 2 3 0; 2 3 4 5;</path><tools>axe hoe</tools><photo>1.jpg</photo><seen>2026-11-21T09:00:00.000+07</seen>
<orx:meta><orx:instanceID>uuid:1</orx:instanceID></orx:meta></data>"#;

pub(super) fn form(xml: &str) -> Form {
    // An XML name cannot begin with a digit.
    Form::parse(&xml.replace("<1-odd.name/>", "<odd-name.1/>")).expect("a form")
}

pub(super) fn filed(fields: &Fields, xml: &str) -> Answers {
    let mut answers = Answers::default();
    answers.read(fields, xml).expect("an instance");
    answers
}

pub(super) fn about() -> About<'static> {
    About {
        instance_id: "uuid:1",
        submitted_at: 1_795_338_000_123_456,
        submitter: Some(Submitter {
            id: 7,
            name: "Desi, of Sleman",
        }),
        device_id: Some("collect:x"),
        review_state: Some("approved"),
        edits: 1,
        form_version: "2",
        files_present: 0,
        files_expected: 1,
        ..About::default()
    }
}

#[test]
fn a_fault_in_the_middle_keeps_what_came_before_it() {
    let fields = Fields::of(&form(HOUSEHOLD));
    let mut answers = Answers::default();
    for broken in [
        "<data><head><name>Ani</name><age>",
        "<data><head><name>Ani</name>&nope;</head></data>",
        "<data><head><name>Ani</name></head><",
    ] {
        assert!(answers.read(&fields, broken).is_err(), "{broken}");
        assert_eq!(answers.value(0, 0), Some("Ani"), "{broken}");
    }
    assert!(answers.read(&fields, "").is_err());
    assert!(answers.read(&fields, "<data/>").is_ok());
    assert_eq!(answers.value(0, 0), None);
}

#[test]
fn repeats_without_end_are_refused_before_they_fill_the_memory() {
    let members = "<member/>".repeat(100);
    let fields = Fields::of(&form(HOUSEHOLD));
    assert_eq!(filed(&fields, &format!("<data>{members}</data>")).count(1), 100);
    // Nested deeper than any form: nothing is found, and nothing overflows.
    let deep = format!(
        "<data>{}{}</data>",
        "<member>".repeat(200_000),
        "</member>".repeat(200_000)
    );
    assert_eq!(filed(&fields, &deep).count(1), 1);
}

#[test]
fn a_question_that_stands_twice_has_both_texts() {
    let fields = Fields::of(&form(HOUSEHOLD));
    let answers = filed(
        &fields,
        "<data><head><name>A</name></head><tools>x</tools><head><name>B</name></head></data>",
    );
    assert_eq!(answers.value(0, 0), Some("AB"));
}

#[test]
fn fields_of_earlier_versions_stand_at_the_end_of_their_group() {
    let newest = form(
        &HOUSEHOLD
            .replace("<toy/>", "<toy/><size/>")
            .replace("<tools/>", ""),
    );
    let oldest = form(HOUSEHOLD);
    let fields = Fields::of_all([&newest, &oldest]);
    let paths: Vec<&str> = fields.list().iter().map(|field| field.path.as_str()).collect();
    assert_eq!(paths.last(), Some(&"/tools"));
    assert_eq!(paths.iter().filter(|path| **path == "/head/name").count(), 1);
    assert_eq!(fields.tables().len(), 3);
    assert!(paths.contains(&"/member/child/size"));
}

#[test]
fn comments_declarations_and_odd_attributes_are_passed_over() {
    let fields = Fields::of(&form(HOUSEHOLD));
    let xml = "<?xml version='1.0'?>\n<!-- a > b --><data id=\"x>y\" v='\"'><?pi <a> ?><head\n a='</head>' ><name>A<!-- </name> --><![CDATA[<&]]>]]</name \n></head><o:tools xmlns:o='u'\t/></data>";
    let answers = filed(&fields, xml);
    assert_eq!(answers.value(0, 0), Some("A<&]]"));
}

#[test]
fn a_name_of_one_letter_and_an_empty_element_are_no_trap() {
    let fields = Fields::of(&form(HOUSEHOLD));
    assert_eq!(
        filed(&fields, "<d><head><age>4</age><name/></head></d>").value(0, 1),
        Some("4")
    );
    let mut answers = Answers::default();
    for broken in [
        "<",
        "<>",
        "<a",
        "<a b='>",
        "<!",
        "<!DOCTYPE a><a/>",
        "<![CDATA[",
        "<a>&#xD800;</a>",
        "<a>&amp</a>",
        "<a/",
        "<?",
        "<!--",
    ] {
        assert!(answers.read(&fields, broken).is_err(), "{broken}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_as_it_was_answered(text in "\\PC{0,60}", more in "\\PC{0,60}") {
        let fields = Fields::of(&form(HOUSEHOLD));
        let (mut one, mut other) = (String::new(), String::new());
        escape(&text, &mut one);
        escape(&more, &mut other);
        let xml = format!("<data a=\"{other}\"><head><name>{one}</name></head><tools>{other}</tools></data>");
        let answers = filed(&fields, &xml);
        prop_assert_eq!(answers.value(0, 0).unwrap_or_default(), text);
        let tools = fields.list()[fields.find("/tools").expect("a field")].slot;
        prop_assert_eq!(answers.value(0, tools).unwrap_or_default(), more);
    }

    #[test]
    fn no_bytes_whatever_make_the_reader_fall_over(xml in "[<>/!?a-d&;#x='\" \\[\\]-]{0,80}") {
        let fields = Fields::of(&form(HOUSEHOLD));
        let _ = Answers::default().read(&fields, &xml);
    }
}
