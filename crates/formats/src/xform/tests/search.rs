//! `search()`: choices out of a CSV file, as Collect looks them up.

use pretty_assertions::assert_eq;

use super::{answer_all, env, filled};
use crate::{
    xform::{Form, Instance, answer, offers},
    xlsform::{self, workbook::Kind},
};

fn form() -> Form {
    let workbook = xlsform::read(include_bytes!("search.md"), Kind::Markdown).unwrap();
    let converted = xlsform::convert(&workbook, &xlsform::Options::default()).unwrap();
    let mut form = Form::parse(&converted.xform).unwrap();
    assert_eq!(form.warnings, Vec::<String>::new());
    assert!(
        form.attach("quarters.csv", include_bytes!("quarters.csv"))
            .unwrap()
    );
    form
}

/// Values and labels that a question offers.
fn offered(form: &Form, instance: &Instance, path: &str, language: &str) -> Vec<(String, String)> {
    let node = instance.find(path).unwrap_or_else(|| panic!("no {path}"));
    let all = offers(form, &env(), instance, node, language);
    all.into_iter().map(|offer| (offer.value, offer.label)).collect()
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter()
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
        .collect()
}

#[test]
fn each_value_of_the_file_is_offered_once_in_its_order() {
    let form = form();
    assert_eq!(
        form.externals().len(),
        1,
        "one file, however many questions look in it"
    );
    let empty = filled(&form, &[]);
    let districts = offered(&form, &empty, "/data/district", "English (en)");
    assert_eq!(districts, pairs(&[("s", "South"), ("n", "North")]));
}

#[test]
fn what_was_answered_before_chooses_among_the_rows() {
    let form = form();
    let north = filled(&form, &[("/data/district", "n")]);
    assert_eq!(
        offered(&form, &north, "/data/quarter", "English (en)"),
        pairs(&[
            ("-1", "None"),
            ("q1", "Market"),
            ("q3", "Mill"),
            ("99", "Another")
        ]),
        "whole numbers stand for themselves, where they stand"
    );
    assert_eq!(
        offered(&form, &north, "/data/quarter", "Bahasa (id)"),
        pairs(&[
            ("-1", "Tidak ada"),
            ("q1", "Pasar"),
            ("q3", "Kincir"),
            ("99", "Lain")
        ]),
        "another language shows another column"
    );
    let south = filled(&form, &[("/data/district", "s"), ("/data/word", "MARK")]);
    assert_eq!(
        offered(&form, &south, "/data/near", "English (en)"),
        pairs(&[("q2", "Old Market (code: q2)")]),
        "capitals do not matter to contains"
    );
}

#[test]
fn an_answer_is_said_and_one_that_is_not_offered_is_seen() {
    let form = form();
    let mut filling = filled(&form, &[("/data/district", "n"), ("/data/quarter", "q3")]);
    let said = |filling: &Instance| {
        let node = filling.find("/data/quarter").unwrap();
        answer(&form, &env(), filling, node, "English (en)")
    };
    assert_eq!(said(&filling), "Mill");
    let problems = |filling: &Instance| {
        let node = filling.find("/data/quarter").unwrap();
        filling
            .standing(&form, &env(), node)
            .problem
            .map(|kind| kind.code())
    };
    assert_eq!(problems(&filling), None);
    answer_all(&form, &mut filling, &[("/data/quarter", "99")]);
    assert_eq!((said(&filling).as_str(), problems(&filling)), ("Another", None));
    answer_all(&form, &mut filling, &[("/data/quarter", "q4")]);
    assert_eq!(problems(&filling), Some("unknown-choice"));
}

#[test]
fn in_a_repeat_the_answer_of_the_same_turn_is_looked_for() {
    let form = form();
    let filling = filled(&form, &[("/data/trip/begins", "m")]);
    let at = filling
        .find("/data/trip[1]/where")
        .or_else(|| filling.find("/data/trip/where"))
        .unwrap();
    let values: Vec<String> = offers(&form, &env(), &filling, at, "")
        .into_iter()
        .map(|o| o.value)
        .collect();
    assert_eq!(values, ["q1", "q3"]);
}

#[test]
fn a_search_that_cannot_be_followed_is_told_and_offers_nothing() {
    let xml = "<h:html xmlns:h='x'><h:head><model><instance><data id='a'><b/></data></instance></model></h:head>
        <h:body><select1 ref='/data/b' appearance=\"search(/data/c)\"><item><label>l</label><value>v</value></item></select1></h:body></h:html>";
    let form = Form::parse(xml).unwrap();
    assert_eq!(
        form.warnings,
        [
            "select1 /data/b, search(): the file of search() must be written in quotes; its choices are not offered"
        ]
    );
    assert_eq!(offered(&form, &filled(&form, &[]), "/data/b", ""), []);
}
