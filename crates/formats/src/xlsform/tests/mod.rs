//! Whole workbooks through the front door: each feature, each error, and the form that the product ships.

mod damage;
mod entities;
mod errors;
mod features;
mod household;
mod rarities;
mod selects;
mod tolerance;

use super::*;

/// The product's own form.
const HOUSEHOLD: &str = include_str!("../../../../../data/forms/household.md");

fn converted(markdown: &str) -> Converted {
    let workbook = read(markdown.as_bytes(), Kind::Markdown).expect("Markdown is text");
    convert(&workbook, &Options::default()).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Every problem of a workbook, a line each.
fn problems(markdown: &str) -> String {
    let workbook = read(markdown.as_bytes(), Kind::Markdown).expect("Markdown is text");
    convert(&workbook, &Options::default())
        .expect_err("the workbook is wrong")
        .to_string()
}

/// Fails unless the form holds every one of the lines, spaces around them aside.
#[track_caller]
fn assert_holds(form: &Converted, lines: &[&str]) {
    let text = form.xform.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    for line in lines {
        assert!(text.contains(line), "not found: {line}\n{}", form.xform);
    }
}

#[test]
fn the_household_form_of_the_product_converts_without_a_warning() {
    let form = converted(HOUSEHOLD);
    assert_eq!(form.warnings, []);
    assert_eq!(form.form_id, "household");
    assert_eq!(form.title, "Household mini-census");
    assert_eq!(form.languages, ["English (en)", "Bahasa Indonesia (id)"]);
    assert_eq!(form.default_language.as_deref(), Some("English (en)"));
    assert_eq!(
        form.attachments
            .iter()
            .map(|file| file.name.as_str())
            .collect::<Vec<_>>(),
        ["places.csv"]
    );
    assert!(form.xform.contains("nodeset=\"instance('places')/root/item[level = 'household_group' and parent = /data/identity/village]\""));
    assert!(form.xform.contains("<bind nodeset=\"/data/member/birth_certificate\" type=\"string\" required=\"true()\" relevant=\"../age &lt; 5\"/>"));
}
