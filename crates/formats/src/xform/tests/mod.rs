use pretty_assertions::assert_eq;

use super::*;
use crate::xpath::{Env, Moment};

mod peers;
mod search;
mod walk;

const CENSUS: &str = include_str!("census.xml");

fn census() -> Form {
    let mut form = Form::parse(CENSUS).unwrap();
    assert!(
        form.attach("villages.csv", b"name,label\nv1,Sumber\nv2,Tegal\n")
            .unwrap()
    );
    form
}

fn env() -> Env {
    Env::new(
        Moment {
            micros: 1_795_293_000_000_000,
            offset_minutes: 420,
        },
        1,
    )
}

/// A filling of the census with some answers given.
fn filled(form: &Form, answers: &[(&str, &str)]) -> Instance {
    let env = env();
    let mut instance = Instance::new(form, &env);
    answer_all(form, &mut instance, answers);
    instance
}

fn answer_all(form: &Form, instance: &mut Instance, answers: &[(&str, &str)]) {
    let env = env();
    for (path, value) in answers {
        let node = instance.find(path).unwrap_or_else(|| panic!("no {path}"));
        instance.set(form, &env, node, value);
        instance.recalculate(form, &env);
    }
}

/// A household of two that nothing is wrong with.
fn household(form: &Form) -> Instance {
    let mut instance = filled(
        form,
        &[
            ("/data/place/village", "v1"),
            ("/data/place/consent", "yes"),
            ("/data/dwelling/water", "well"),
            ("/data/dwelling/minutes", "10"),
        ],
    );
    let (root, member) = (
        instance.find("/data").unwrap(),
        form.find("/data/member").unwrap(),
    );
    instance.add_repeat(form, &env(), root, member).unwrap();
    let answers = [
        ("/data/member[1]/name", "Ann"),
        ("/data/member[1]/age", "43"),
        ("/data/member[2]/name", "Ben"),
        ("/data/member[2]/age", "12"),
        ("/data/member[2]/school", "yes"),
    ];
    answer_all(form, &mut instance, &answers);
    instance
}

/// Flags of a submission, one line each.
fn odd(form: &Form, xml: &str) -> Vec<String> {
    let (_, flags) = check(form, &env(), xml).unwrap();
    flags
        .into_iter()
        .map(|f| format!("{} {}: {}", f.kind.code(), f.path, f.message))
        .collect()
}

#[test]
fn a_form_says_who_it_is_and_what_it_reads() {
    let form = census();
    assert_eq!(
        (form.id.as_str(), form.version.as_str(), form.title.as_str()),
        ("census", "3", "Census")
    );
    assert_eq!(form.languages(), ["English (en)", "Bahasa Indonesia (id)"]);
    assert_eq!(
        form.externals(),
        [External {
            id: "villages".into(),
            file: "villages.csv".into(),
            attached: true,
            folded: false,
        }]
    );
    assert_eq!(form.media(), ["pam.png"]);
    assert_eq!(form.warnings, Vec::<String>::new());
}

#[test]
fn a_form_with_a_public_key_is_warned_of() {
    let (before, after) = CENSUS.split_once("</model>").expect("a model");
    let with_key = format!("{before}<submission base64RsaPublicKey=\"KEY\"/></model>{after}");
    let form = Form::parse(&with_key).expect("a form");
    assert_eq!(form.warnings.len(), 1, "{:?}", form.warnings);
    assert!(form.warnings[0].contains("public_key"), "{}", form.warnings[0]);
}

#[test]
fn a_new_filling_has_its_defaults_preloads_and_id() {
    let form = census();
    let instance = filled(&form, &[]);
    assert_eq!(instance.value_at("/data/start"), "2026-11-22T03:30:00.000+07:00");
    assert_eq!(instance.value_at("/data/today"), "2026-11-22");
    assert_eq!(instance.value_at("/data/member[1]/spent"), "0");
    assert_eq!(instance.id().map(str::len), Some("uuid:".len() + 36));
    assert_eq!(instance.troubles(), []);
}

#[test]
fn what_an_answer_changes_is_recalculated() {
    let form = census();
    let mut instance = household(&form);
    assert_eq!(instance.value_at("/data/size"), "2");
    assert_eq!(instance.value_at("/data/member[1]/adult"), "1");
    assert_eq!(instance.value_at("/data/member[2]/adult"), "0");
    assert_eq!(instance.meta("instanceName"), Some("v1, 2"));
    answer_all(&form, &mut instance, &[("/data/place/consent", "no")]);
    assert_eq!(
        instance.value_at("/data/size"),
        "0",
        "members that are not relevant do not count"
    );
    assert!(!instance.is_relevant(instance.find("/data/dwelling/water").unwrap()));
    assert!(!instance.to_xml(&form, Keep::Relevant).contains("Ann"));
    assert!(
        instance.to_xml(&form, Keep::All).contains("Ann"),
        "a draft keeps what may become relevant again"
    );
}

#[test]
fn a_running_total_over_repeat_entries_settles() {
    let form = census();
    let mut instance = household(&form);
    answer_all(
        &form,
        &mut instance,
        &[("/data/member[1]/spent", "2.5"), ("/data/member[2]/spent", "4")],
    );
    assert_eq!(instance.value_at("/data/member[2]/before"), "2.5");
    assert_eq!(instance.value_at("/data/member[2]/total"), "6.5");
}

#[test]
fn a_counted_repeat_follows_its_count_and_fills_new_entries() {
    let form = census();
    let mut instance = filled(&form, &[("/data/visits", "3")]);
    let visit = form.find("/data/visit").unwrap();
    let root = instance.find("/data").unwrap();
    assert_eq!(instance.repeats(root, visit).len(), 3);
    assert_eq!(instance.value_at("/data/visit[3]/n"), "30");
    assert_eq!(
        instance.value_at("/data/place2/village"),
        "after 3",
        "a changed answer sets off its action"
    );
    answer_all(&form, &mut instance, &[("/data/visits", "1")]);
    assert_eq!(instance.repeats(root, visit).len(), 1);
}

#[test]
fn a_draft_written_and_read_again_is_the_same() {
    let form = census();
    let instance = household(&form);
    let xml = instance.to_xml(&form, Keep::All);
    let again = Instance::resume(&form, &env(), &xml).unwrap();
    assert_eq!(again.to_xml(&form, Keep::All), xml);
}

#[test]
fn a_clean_submission_has_no_flags() {
    let form = census();
    assert_eq!(
        odd(&form, &household(&form).to_xml(&form, Keep::Relevant)),
        Vec::<String>::new()
    );
}

#[test]
fn every_kind_of_oddity_is_flagged_where_it_is() {
    let form = census();
    let clean = household(&form).to_xml(&form, Keep::Relevant);
    let broken = |from: &str, to: &str| {
        assert!(clean.contains(from), "{from} is not in {clean}");
        odd(&form, &clean.replacen(from, to, 1))
    };
    assert_eq!(
        broken("<village>v1</village>", "<village>v9</village>"),
        ["unknown-choice /data/place/village: \"v9\" is not one of the choices"]
    );
    assert_eq!(
        broken("<village>v1</village>", ""),
        ["missing-required /data/place/village: "]
    );
    assert_eq!(
        broken("<age>43</age>", "<age>143</age>"),
        ["broken-constraint /data/member[1]/age: Check the age"]
    );
    assert_eq!(
        broken("<age>43</age>", "<age>old</age>"),
        ["wrong-type /data/member[1]/age: \"old\" is not a whole number"]
    );
    assert_eq!(
        broken("<name>Ben</name>", "<name/>"),
        ["missing-required /data/member[2]/name: "]
    );
    assert_eq!(
        broken("<water>well</water>", "<water>piped</water>"),
        ["not-relevant /data/dwelling/minutes: answered, but the form does not ask it here"]
    );
    assert_eq!(
        broken("<minutes>10</minutes>", "<minutes>10</minutes><hours>1</hours>"),
        ["unknown-node /data/dwelling/hours: the form has no \"hours\" here"]
    );
    assert_eq!(
        broken("<consent>yes</consent>", "<consent/>")[..1],
        ["missing-required /data/place/consent: Ask for consent"]
    );
    assert_eq!(
        broken("<minutes>10</minutes>", "<minutes>9000</minutes>"),
        ["broken-constraint /data/dwelling/minutes: . >= 0 and . <= 600"]
    );
}

#[test]
fn choices_of_a_file_that_is_not_attached_are_not_doubted() {
    let form = Form::parse(CENSUS).unwrap();
    let xml = household(&census())
        .to_xml(&form, Keep::Relevant)
        .replace("<village>v1</village>", "<village>v9</village>");
    assert_eq!(odd(&form, &xml), Vec::<String>::new());
}

#[test]
fn a_submission_of_another_form_is_refused_with_its_reason() {
    let error = check(&census(), &env(), "<other id='census'/>").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the submission: begins with <other>, but the form's answers begin with <data>"
    );
}

#[test]
fn pages_hold_a_group_each_and_a_page_for_every_entry() {
    let form = census();
    let instance = household(&form);
    let shown: Vec<String> = pages(&form, &env(), &instance, "id")
        .iter()
        .map(|page| match &page.kind {
            PageKind::Questions(items) => {
                let labels: Vec<_> = items
                    .iter()
                    .map(|item| match item {
                        Item::Heading(text) => format!("# {text}"),
                        Item::Field(field) => field.label.clone(),
                    })
                    .collect();
                format!(
                    "{} [{}] {}: {}",
                    page.key,
                    page.within.join("/"),
                    page.title,
                    labels.join(" | ")
                )
            }
            PageKind::Repeat(repeat) => {
                let entries: Vec<_> = repeat
                    .entries
                    .iter()
                    .map(|e| format!("{}→{}", e.title, e.page.as_deref().unwrap_or("nothing")))
                    .collect();
                format!(
                    "{} {} {}: {}",
                    page.key,
                    page.title,
                    if repeat.open { "open" } else { "counted" },
                    entries.join(" | ")
                )
            }
        })
        .collect();
    assert_eq!(
        shown,
        [
            "place [] Place: Village | Consent?",
            "dwelling [] Dwelling: Sumber air | Minutes to Sumur | Photo | Where",
            "member-1 [Ann] Member: Name | Umur Ann | Spent",
            "member-2 [Ben] Member: Name | Umur Ben | School | Spent",
            "member Member open: Ann→member-1 | Ben→member-2",
            "visits [] Census: Visits",
            "thanks [] Census: Thank you",
        ]
    );
}

#[test]
fn a_question_shows_its_rules_its_choices_and_what_is_wrong() {
    let form = census();
    let mut instance = household(&form);
    answer_all(&form, &mut instance, &[("/data/member[1]/age", "143")]);
    let pages = pages(&form, &env(), &instance, "id");
    let field = |path: &str| {
        let items = pages.iter().filter_map(|p| {
            if let PageKind::Questions(items) = &p.kind {
                Some(items)
            } else {
                None
            }
        });
        items
            .flatten()
            .find_map(|i| {
                if let Item::Field(f) = i {
                    (f.path == path).then_some(f)
                } else {
                    None
                }
            })
            .unwrap()
    };
    let age = field("/data/member[1]/age");
    assert_eq!(
        (age.hint.as_str(), age.guidance.as_str(), age.required),
        ("Tahun penuh", "Tanya KTP", true)
    );
    assert_eq!(
        age.problem,
        Some((FlagKind::BrokenConstraint, "Periksa umur".into()))
    );
    let water = field("/data/dwelling/water");
    let choices: Vec<_> = offers(&form, &env(), &instance, water.node, "id")
        .into_iter()
        .map(|o| (o.value, o.label, o.media.image, o.chosen))
        .collect();
    assert_eq!(
        choices,
        [
            ("piped".into(), "PAM".into(), Some("pam.png".into()), false),
            ("well".into(), "Sumur".to_owned(), None, true)
        ]
    );
    assert_eq!(answer(&form, &env(), &instance, water.node, "en"), "Well");
    assert!(field("/data/thanks").readonly);
}

#[test]
fn answers_become_rows_of_a_root_table_and_one_for_each_repeat() {
    let form = census();
    let mut instance = household(&form);
    answer_all(
        &form,
        &mut instance,
        &[
            ("/data/dwelling/location", "-7.15 111.88 12 4.5"),
            ("/data/visits", "1"),
        ],
    );
    let tables = tables(&form);
    let shapes: Vec<String> = tables
        .iter()
        .map(|t| {
            let columns: Vec<_> = t
                .columns
                .iter()
                .map(|c| format!("{} {:?}", c.name, c.kind))
                .collect();
            format!("{:?} in {:?}: {}", t.name, t.parent, columns.join(", "))
        })
        .collect();
    assert_eq!(
        shapes,
        [
            "None in None: start DateTime, today Date, place_village Text, consent Text, water Text, minutes Integer, photo Text, location_latitude Decimal, location_longitude Decimal, location_altitude Decimal, location_accuracy Decimal, size Integer, visits Integer, place2_village Text, instance_name Text",
            "Some(\"member\") in Some(0): name Text, age Integer, school Text, adult Integer, spent Decimal, before Decimal, total Decimal",
            "Some(\"visit\") in Some(0): n Integer",
        ]
    );
    let rows = rows(&tables, &instance, "uuid:1");
    let keys: Vec<_> = rows
        .iter()
        .map(|r| (r.table, r.key.as_str(), r.parent_key.as_deref(), r.position))
        .collect();
    assert_eq!(
        keys,
        [
            (0, "uuid:1", None, 1),
            (1, "uuid:1/member[1]", Some("uuid:1"), 1),
            (1, "uuid:1/member[2]", Some("uuid:1"), 2),
            (2, "uuid:1/visit[1]", Some("uuid:1"), 1),
        ]
    );
    assert_eq!(rows[0].values[0], Value::DateTime(1_795_293_000_000_000));
    assert_eq!(rows[0].values[1], Value::Date(20_779));
    assert_eq!(
        rows[0].values[7..9],
        [Value::Decimal(-7.15), Value::Decimal(111.88)]
    );
    assert_eq!(
        rows[2].values[..3],
        [
            Value::Text("Ben".into()),
            Value::Integer(12),
            Value::Text("yes".into())
        ]
    );
    assert_eq!(rows[1].values[2], Value::Null, "what is not asked has no value");
}

#[test]
fn uploads_are_named_by_their_answers() {
    let form = census();
    let instance = filled(
        &form,
        &[("/data/place/consent", "yes"), ("/data/dwelling/photo", "1.jpg")],
    );
    assert_eq!(instance.file_names(&form), ["1.jpg"]);
}

/// A form of one bind on `/d/a`, `/d/b` and repeat `/d/r/x`.
fn small(binds: &str) -> Result<Form, FormError> {
    Form::parse(&format!(
        r#"<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa"><h:head><model>
        <instance><d id="s"><a/><b/><r jr:template=""><x/></r></d></instance>{binds}</model></h:head>
        <h:body><input ref="/d/a"/><input ref="/d/b"/><repeat nodeset="/d/r" jr:count="/d/a"><input ref="/d/r/x"/></repeat></h:body></h:html>"#
    ))
}

#[test]
fn a_circle_of_rules_is_refused_with_its_members() {
    let error =
        small(r#"<bind nodeset="/d/a" calculate="/d/b + 1"/><bind nodeset="/d/b" calculate="/d/a + 1"/>"#)
            .unwrap_err();
    assert_eq!(
        error.to_string(),
        "model: these depend on each other in a circle: the calculation of /d/a → the calculation of /d/b → the calculation of /d/a; take one reference out"
    );
    assert!(small(r#"<bind nodeset="/d/a" relevant=". = 1"/>"#).is_err());
    assert!(small(r#"<bind nodeset="/d/a" calculate="once(random())"/>"#).is_ok());
}

#[test]
fn a_broken_rule_is_named_with_its_column() {
    let error = small(r#"<bind nodeset="/d/a" constraint="selcted(., 'x')"/>"#).unwrap_err();
    assert_eq!(
        error.to_string(),
        "bind /d/a, constraint: column 1: there is no function \"selcted\"; did you mean \"selected\"? (in: selcted(., 'x'))"
    );
}

#[test]
fn a_count_beyond_reason_and_a_repeat_that_feeds_itself_end() {
    let form = small("").unwrap();
    let instance = filled(&form, &[("/d/a", "1000000000")]);
    assert_eq!(
        instance.troubles()[0].message,
        "/d/a asks for more than 2000 entries of /d/r; correct the number"
    );
    let form = small(r#"<bind nodeset="/d/a" calculate="count(/d/r) + 1"/>"#).unwrap();
    let instance = filled(&form, &[]);
    assert!(
        instance.troubles()[0]
            .message
            .contains("did not settle after 100 rounds"),
        "{:?}",
        instance.troubles()
    );
}

#[test]
fn hostile_documents_end_in_an_error() {
    let deep = format!(
        "<d id='s'>{}{}</d>",
        "<z>".repeat(100_000),
        "</z>".repeat(100_000)
    );
    let flags = odd(&small("").unwrap(), &deep);
    assert_eq!(flags, ["unknown-node /d/z: the form has no \"z\" here"]);
    let nested = format!(
        "<h:html xmlns:h='h'><model><instance><d id='s'>{}{}</d></instance></model></h:html>",
        "<z>".repeat(10_000),
        "</z>".repeat(10_000)
    );
    assert_eq!(
        Form::parse(&nested).unwrap_err().to_string(),
        "instance: nests more than 60 levels deep"
    );
    let laughs =
        r#"<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><d id="s"><a>&b;</a></d>"#;
    assert!(check(&small("").unwrap(), &env(), laughs).is_err());
    assert!(Form::parse("<h:html").is_err());
    assert_eq!(
        Form::parse("<a/>").unwrap_err().to_string(),
        "the form: has no <model>; is this an XForm?"
    );
}

#[test]
fn files_become_lists_whatever_their_format() {
    let read = |file: &str, bytes: &[u8]| {
        let xml = CENSUS.replace("jr://file-csv/villages.csv", &format!("jr://file/{file}"));
        let mut form = Form::parse(&xml).unwrap();
        form.attach(file, bytes).map_err(|e| e.to_string())?;
        let instance = filled(&form, &[]);
        let village = instance.find("/data/place/village").unwrap();
        let offered: Vec<String> = offers(&form, &env(), &instance, village, "")
            .into_iter()
            .map(|o| format!("{}={}", o.value, o.label))
            .collect();
        Ok::<_, String>(offered.join(" "))
    };
    assert_eq!(
        read("v.csv", "\u{feff}name;label\r\nv1;\"A;B\"\r\n".as_bytes()),
        Ok("v1=A;B".into())
    );
    assert_eq!(
        read(
            "v.xml",
            b"<root><item><name>v1</name><label>A</label></item></root>"
        ),
        Ok("v1=A".into())
    );
    let features = br#"{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[111.8,-7.1]},"properties":{"name":"v1","label":"A"}}]}"#;
    assert_eq!(read("v.geojson", features), Ok("v1=A".into()));
    assert_eq!(
        read("v.geojson", b"{}"),
        Err("v.geojson: is not a FeatureCollection".into())
    );
}

#[test]
fn a_version_is_replaced_or_added_and_nothing_else_changes() {
    let form = |xml: &str| Form::parse(xml).unwrap().version;
    let changed = with_version(CENSUS, "4 & 5").unwrap();
    assert_eq!(form(&changed), "4 & 5");
    assert_eq!(changed.replace("version=\"4 &amp; 5\"", "version=\"3\""), CENSUS);
    let unversioned = CENSUS.replace(" version=\"3\"", "");
    assert_eq!(form(&with_version(&unversioned, "1").unwrap()), "1");
}

#[test]
fn a_calculation_that_is_always_a_number_has_a_column_of_numbers() {
    let kind = |calculate: &str| {
        let form = small(&format!(
            "<bind nodeset='/d/b' type='string' calculate=\"{calculate}\"/>"
        ))
        .unwrap();
        tables(&form)[0]
            .columns
            .iter()
            .find(|column| column.name == "b")
            .unwrap()
            .kind
    };
    assert_eq!(kind("count(/d/r)"), ColumnType::Integer);
    assert_eq!(kind("if(/d/a &gt;= 18, 1, 0)"), ColumnType::Integer);
    assert_eq!(kind("sum(/d/r/x) div 2"), ColumnType::Decimal);
    assert_eq!(kind("if(/d/a = 1, 'yes', 0)"), ColumnType::Text);
    assert_eq!(kind("/d/a"), ColumnType::Text);
}

#[test]
fn a_label_names_the_question_whose_answer_is_put_into_it() {
    let xml = r#"<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>t</h:title>
<model><instance><data id="t"><name/><sex/></data></instance><bind nodeset="/data/name" type="string"/><bind nodeset="/data/sex" type="string"/></model></h:head>
<h:body><input ref="/data/name"><label>Full name</label></input><input ref="/data/sex"><label>Sex of <output value="/data/name"/></label></input></h:body></h:html>"#;
    let form = Form::parse(xml).expect("a form");
    assert_eq!(
        form.label_in("/data/sex", "id").as_deref(),
        Some("Sex of (Full name)")
    );
    assert_eq!(form.label_at("/data/sex").as_deref(), Some("Sex of "));
}
