use super::*;

const MODEL: &str = r#"xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:entities="http://www.opendatakit.org/xforms/entities""#;

/// A form of a house and its members; `inside` is its primary instance, `binds` what is saved.
fn form(version: &str, inside: &str, binds: &[(&str, &str)]) -> String {
    let binds: String = binds
        .iter()
        .map(|(path, name)| format!("<bind nodeset=\"{path}\" entities:saveto=\"{name}\"/>"))
        .collect();
    format!(
        "<h:html {MODEL}><h:head><model entities:entities-version=\"{version}\"><instance><data id=\"f\">{inside}</data></instance>{binds}</model></h:head>\
         <h:body><group ref=\"/data/member\"><repeat nodeset=\"/data/member\"/></group></h:body></h:html>"
    )
}

const HOUSE: &str = r#"<number/><member><name/><meta><entity dataset="members" create="1" id=""><label/></entity></meta></member><meta><entity dataset="households" create="1" update="1" id="" baseVersion=""><label/></entity></meta>"#;

fn read(xml: &str) -> EntityForms {
    EntityForms::read(xml).expect("a form").expect("entities")
}

#[test]
fn a_form_without_entities_declares_nothing() {
    assert_eq!(EntityForms::read(&form("2024.1.0", "<a/>", &[])), Ok(None));
}

#[test]
fn a_repeat_makes_children_of_the_entity_around_it() {
    let forms = read(&form(
        "2025.1.0",
        HOUSE,
        &[("/data/member/name", "full_name"), ("/data/number", "number")],
    ));
    let told: Vec<_> = forms
        .declarations
        .iter()
        .map(|each| {
            (
                &*each.list,
                &*each.scope,
                each.repeat.as_deref(),
                each.properties.iter().map(|p| &*p.name).collect::<Vec<_>>(),
                each.parent,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (
                "members",
                "/data/member",
                Some("/data/member"),
                vec!["full_name"],
                Some(1)
            ),
            ("households", "/data", None, vec!["number"], None),
        ]
    );
    let house = &forms.declarations[1];
    assert!(house.creates && house.updates && forms.warnings.is_empty());
}

#[test]
fn a_house_in_a_group_beside_the_repeat_is_the_parent_too() {
    let beside = r#"<house><number/><meta><entity dataset="households" create="1" id=""/></meta></house><member><name/><meta><entity dataset="members" create="1" id=""/></meta></member>"#;
    let forms = read(&form("2025.1.0", beside, &[]));
    assert_eq!(forms.declarations[1].parent, Some(0));
    assert_eq!(forms.declarations[0].parent, None);
}

#[test]
fn versions_are_known_from_2022_to_2025_and_old_ones_are_warned_of() {
    let simple = r#"<meta><entity dataset="trees" create="1" id=""/></meta>"#;
    for (version, is_old) in [
        ("2022.1.0", true),
        ("2023.1.0", true),
        ("2024.1.0", false),
        ("2025.1.3", false),
    ] {
        let forms = read(&form(version, simple, &[]));
        assert_eq!(!forms.warnings.is_empty(), is_old, "{version}");
    }
    for version in ["2021.1.0", "2026.1.0", "2024", "x"] {
        assert_eq!(
            EntityForms::read(&form(version, simple, &[])),
            Err(EntityFormError::UnknownVersion(version.into()))
        );
    }
    assert_eq!(
        EntityForms::read(&form("", simple, &[])),
        Err(EntityFormError::NoVersion)
    );
    assert_eq!(
        EntityForms::read(&form("2024.1.0", HOUSE, &[])),
        Err(EntityFormError::NeedsNewer {
            version: "2024.1.0".into()
        })
    );
}

#[test]
fn what_is_wrong_with_a_declaration_is_said_with_its_place() {
    let of = |entity: &str, binds: &[(&str, &str)]| {
        let inside = format!("<a/><b/><member><c/></member><meta>{entity}</meta>");
        EntityForms::read(&form("2024.1.0", &inside, binds))
            .expect_err("refused")
            .to_string()
    };
    let good = r#"<entity dataset="trees" create="1"/>"#;
    assert!(of("<entity create='1'/>", &[]).contains("names no list"));
    assert!(of("<entity dataset='bad.name' create='1'/>", &[]).contains("cannot name a list"));
    assert!(of("<entity dataset='__x' create='1'/>", &[]).contains("cannot name a list"));
    assert!(of("<entity dataset='trees'/>", &[]).contains("created, updated or both"));
    assert!(of(good, &[("/data/a", "Label")]).contains("cannot name a property"));
    assert!(of(good, &[("/data/a", "height"), ("/data/b", "Height")]).contains("/data/b and /data/a"));
    assert!(of(good, &[("/data/member/c", "c")]).contains("/data/member/c is asked in a repeat"));
}

#[test]
fn a_submission_says_each_entity_with_its_answers_and_its_parent() {
    let forms = read(&form(
        "2025.1.0",
        HOUSE,
        &[("/data/member/name", "full_name"), ("/data/number", "number")],
    ));
    let xml = r#"<data id="f" xmlns:orx="http://openrosa.org/xforms"><number> 7</number>
        <member><name>Ann</name><meta><entity dataset="members" create="1" id="a"><label>Ann</label></entity></meta></member>
        <member><meta><entity dataset="members" create="0" id="b" parent="c"/></meta></member>
        <orx:meta><orx:instanceID>uuid:1</orx:instanceID><entity dataset="households" update="true" id="h" baseVersion="2" trunkVersion="1" branchId="x"><label></label></entity></orx:meta></data>"#;
    let said = said(&forms, xml).expect("a submission");
    let told: Vec<_> = said
        .iter()
        .map(|each| {
            (
                &*each.list,
                &*each.id,
                each.create,
                each.update,
                each.label.as_deref(),
                each.data.clone(),
                each.parent,
                &*each.parent_id,
            )
        })
        .collect();
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        told,
        [
            (
                "households",
                "h",
                false,
                true,
                Some(""),
                vec![pair("number", " 7")],
                None,
                ""
            ),
            (
                "members",
                "a",
                true,
                false,
                Some("Ann"),
                vec![pair("full_name", "Ann")],
                Some(0),
                ""
            ),
            ("members", "b", false, false, None, vec![], Some(0), "c"),
        ]
    );
    assert_eq!(
        (
            &*said[0].base_version,
            &*said[0].trunk_version,
            &*said[0].branch_id
        ),
        ("2", "1", "x")
    );
}

#[test]
fn children_of_two_rounds_belong_each_to_the_parent_of_its_own_round() {
    let nested = r#"<house><number/><meta><entity dataset="households" create="1" id=""/></meta><person><name/><meta><entity dataset="members" create="1" id=""/></meta></person></house>"#;
    let xml = form("2025.1.0", nested, &[]).replace(
        "<h:body>",
        "<h:body><repeat nodeset=\"/data/house\"><repeat nodeset=\"/data/house/person\"/></repeat>",
    );
    let forms = read(&xml);
    let entity =
        |list: &str, id: &str| format!("<meta><entity dataset=\"{list}\" create=\"1\" id=\"{id}\"/></meta>");
    let house = |n: u8| {
        let person = format!("<person>{}</person>", entity("members", &format!("m{n}")));
        format!(
            "<house>{person}{person}{}</house>",
            entity("households", &format!("h{n}"))
        )
    };
    let said = said(&forms, &format!("<data>{}{}</data>", house(1), house(2))).expect("a submission");
    let parents: Vec<_> = said
        .iter()
        .filter(|each| each.list == "members")
        .map(|each| (&*each.id, each.parent.map(|at| &*said[at].id)))
        .collect();
    assert_eq!(
        parents,
        [
            ("m1", Some("h1")),
            ("m1", Some("h1")),
            ("m2", Some("h2")),
            ("m2", Some("h2"))
        ]
    );
}
