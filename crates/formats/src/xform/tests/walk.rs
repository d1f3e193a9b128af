use pretty_assertions::assert_eq;

use super::*;

/// The keys of the pages one comes to by going on from the first, until the end or a page seen before.
fn walked(form: &Form, instance: &Instance) -> Vec<String> {
    let pages = pages(form, &env(), instance, "en");
    let mut keys: Vec<String> = Vec::new();
    let mut at = first(&pages);
    while let Some(page) = at.filter(|page| !keys.contains(&page.key)) {
        keys.push(page.key.clone());
        at = next(&pages, &page.key);
    }
    keys
}

fn next_key(form: &Form, instance: &Instance, key: &str) -> Option<String> {
    next(&pages(form, &env(), instance, "en"), key).map(|page| page.key.clone())
}

fn before_key(form: &Form, instance: &Instance, key: Option<&str>) -> Option<String> {
    before(&pages(form, &env(), instance, "en"), key).map(|page| page.key.clone())
}

/// A household whose first member was not asked about yet.
fn empty_household(form: &Form) -> Instance {
    filled(
        form,
        &[
            ("/data/place/village", "v1"),
            ("/data/place/consent", "yes"),
            ("/data/dwelling/water", "piped"),
        ],
    )
}

#[test]
fn an_entry_that_wants_answers_is_opened_before_the_list_is_shown() {
    let form = census();
    let mut instance = empty_household(&form);
    assert_eq!(
        next_key(&form, &instance, "dwelling").as_deref(),
        Some("member-1")
    );
    assert_eq!(next_key(&form, &instance, "member-1").as_deref(), Some("member"));
    assert_eq!(
        next_key(&form, &instance, "member").as_deref(),
        Some("member-1"),
        "the list is not left while somebody is missing"
    );
    answer_all(
        &form,
        &mut instance,
        &[("/data/member[1]/name", "Ann"), ("/data/member[1]/age", "43")],
    );
    assert_eq!(next_key(&form, &instance, "dwelling").as_deref(), Some("member"));
    assert_eq!(next_key(&form, &instance, "member").as_deref(), Some("visits"));
}

#[test]
fn a_finished_entry_leads_to_the_next_that_is_not_and_then_to_the_list() {
    let form = census();
    let mut instance = household(&form);
    answer_all(&form, &mut instance, &[("/data/member[2]/age", "")]);
    assert_eq!(
        next_key(&form, &instance, "member-1").as_deref(),
        Some("member-2")
    );
    answer_all(&form, &mut instance, &[("/data/member[2]/age", "30")]);
    assert_eq!(next_key(&form, &instance, "member-1").as_deref(), Some("member"));
    assert_eq!(
        walked(&form, &instance),
        ["place", "dwelling", "member", "visits", "thanks"]
    );
}

#[test]
fn back_from_an_entry_leads_to_its_list_once_there_is_somebody_on_it() {
    let form = census();
    let instance = empty_household(&form);
    assert_eq!(
        before_key(&form, &instance, Some("member-1")).as_deref(),
        Some("dwelling")
    );
    let instance = household(&form);
    assert_eq!(
        before_key(&form, &instance, Some("member-1")).as_deref(),
        Some("member")
    );
    assert_eq!(
        before_key(&form, &instance, Some("member-2")).as_deref(),
        Some("member")
    );
    assert_eq!(
        before_key(&form, &instance, Some("member")).as_deref(),
        Some("dwelling")
    );
    assert_eq!(
        before_key(&form, &instance, Some("visits")).as_deref(),
        Some("member")
    );
    assert_eq!(before_key(&form, &instance, Some("place")), None);
    assert_eq!(before_key(&form, &instance, None).as_deref(), Some("thanks"));
}

/// Houses with people in them, people with animals; then a group whose name begins like the repeat's.
const NESTED: &str = r#"<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa">
<h:head><h:title>Nested</h:title><model><instance><data id="nested">
<house jr:template=""><street/><person jr:template=""><name/></person><person><name/></person><roof/></house>
<house><street/><person><name/></person><roof/></house>
<house-more><check/></house-more><check/><sent/></data></instance>
<bind nodeset="/data/house/street" required="true()"/><bind nodeset="/data/house/person/name" required="true()"/></model></h:head>
<h:body>
<group ref="/data/house"><label>House</label><repeat nodeset="/data/house"><input ref="/data/house/street"><label>Street</label></input>
<group ref="/data/house/person"><label>Person</label><repeat nodeset="/data/house/person"><input ref="/data/house/person/name"><label>Name</label></input></repeat></group>
<input ref="/data/house/roof"><label>Roof</label></input></repeat></group>
<group ref="/data/house-more"><label>More</label><input ref="/data/house-more/check"><label>Check</label></input></group>
<group><label>Last</label><input ref="/data/check"><label>Check</label></input></group>
<group><label>End</label><input ref="/data/sent"><label>Sent</label></input></group>
</h:body></h:html>"#;

#[test]
fn nested_entries_are_walked_from_the_inside_out() {
    let form = Form::parse(NESTED).unwrap();
    let mut instance = filled(&form, &[]);
    assert_eq!(
        walked(&form, &instance),
        ["house-1", "house-1-person-1", "house-1-person",],
        "the inner list leads back to the person who is missing"
    );
    answer_all(
        &form,
        &mut instance,
        &[
            ("/data/house[1]/street", "Melati"),
            ("/data/house[1]/person[1]/name", "Ann"),
        ],
    );
    assert_eq!(
        next_key(&form, &instance, "house-1-person").as_deref(),
        Some("house-1-roof")
    );
    assert_eq!(
        next_key(&form, &instance, "house-1-roof").as_deref(),
        Some("house")
    );
    assert_eq!(
        before_key(&form, &instance, Some("house-1-person")).as_deref(),
        Some("house-1")
    );
    let keys: Vec<String> = pages(&form, &env(), &instance, "en")
        .into_iter()
        .map(|page| page.key)
        .collect();
    assert_eq!(
        keys,
        [
            "house-1",
            "house-1-person-1",
            "house-1-person",
            "house-1-roof",
            "house",
            "house-more",
            "check_",
            "sent_"
        ],
        "no page is called like a page of the program's own"
    );
    assert_eq!(
        next_key(&form, &instance, "house").as_deref(),
        Some("house-more"),
        "a group whose name begins like the repeat's is no entry of it"
    );
}

#[test]
fn an_entry_of_which_nothing_is_required_is_opened_while_it_is_blank_and_never_holds_anybody_up() {
    let form = Form::parse(&NESTED.replace("required=\"true()\"", "")).unwrap();
    let mut instance = filled(&form, &[]);
    assert_eq!(
        walked(&form, &instance),
        [
            "house-1",
            "house-1-person-1",
            "house-1-person",
            "house-1-roof",
            "house",
            "house-more",
            "check_",
            "sent_"
        ]
    );
    answer_all(&form, &mut instance, &[("/data/house[1]/roof", "tiles")]);
    assert_eq!(
        walked(&form, &instance),
        ["house", "house-more", "check_", "sent_"]
    );
}

/// What is wrong with one answer of a form that asks for ground, a range and a rank.
fn wrong(path: &str, value: &str) -> Option<FlagKind> {
    const FORM: &str = r#"<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:odk="http://www.opendatakit.org/xforms">
<h:head><h:title>Kinds</h:title><model><instance><data id="kinds"><path/><field/><stars/><wishes/></data></instance>
<bind nodeset="/data/path" type="geotrace"/><bind nodeset="/data/field" type="geoshape"/><bind nodeset="/data/stars" type="decimal"/><bind nodeset="/data/wishes" type="odk:rank"/></model></h:head>
<h:body><input ref="/data/path"><label>Path</label></input><input ref="/data/field"><label>Field</label></input>
<range ref="/data/stars" start="0" end="1" step="0.1"><label>Stars</label></range>
<odk:rank ref="/data/wishes"><label>Wishes</label><item><label>A</label><value>a</value></item><item><label>B</label><value>b</value></item></odk:rank></h:body></h:html>"#;
    let form = Form::parse(FORM).unwrap();
    let instance = filled(&form, &[(path, value)]);
    let found = pages(&form, &env(), &instance, "en")
        .iter()
        .flat_map(Page::asked)
        .find(|field| field.path == path)
        .cloned()
        .unwrap();
    found.problem.map(|(kind, _)| kind)
}

#[test]
fn a_line_has_two_points_and_an_area_three() {
    assert_eq!(wrong("/data/path", "-7.1 111.8"), Some(FlagKind::WrongType));
    assert_eq!(wrong("/data/path", "-7.1 111.8 0 0;-7.2 111.9 0 0"), None);
    assert_eq!(
        wrong("/data/path", "-7.1 111.8;somewhere"),
        Some(FlagKind::WrongType)
    );
    assert_eq!(
        wrong("/data/field", "-7.1 111.8;-7.2 111.9"),
        Some(FlagKind::WrongType)
    );
    assert_eq!(
        wrong("/data/field", "-7.1 111.8;-7.2 111.9;-7.2 111.8;-7.1 111.8"),
        None
    );
}

#[test]
fn a_range_and_a_rank_have_bounds_of_their_own() {
    assert_eq!(wrong("/data/stars", "0.7"), None);
    assert_eq!(wrong("/data/stars", "0.75"), Some(FlagKind::WrongType));
    assert_eq!(wrong("/data/stars", "1.1"), Some(FlagKind::WrongType));
    assert_eq!(wrong("/data/wishes", "b a"), None);
    assert_eq!(wrong("/data/wishes", "b b"), Some(FlagKind::WrongType));
    assert_eq!(wrong("/data/wishes", "b"), Some(FlagKind::WrongType));
    assert_eq!(wrong("/data/wishes", "b c"), Some(FlagKind::UnknownChoice));
}

#[test]
fn ground_is_measured_as_the_functions_of_forms_do() {
    let line = crate::xpath::line_metres("0 0;0 1").unwrap();
    assert!((line - 111_318.8).abs() < 1.0, "{line}");
    let field = crate::xpath::square_metres("0 0;0 0.001;0.001 0.001;0.001 0").unwrap();
    assert!((field - 12_392.0).abs() < 2.0, "{field}");
    assert_eq!(crate::xpath::line_metres("0 0;here"), None);
}
