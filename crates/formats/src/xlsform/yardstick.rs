//! Public workbooks whose XForms were made by other converters: ours must be equivalent, or differ as named here.
//!
//! The data is real and not part of the project; `BARAZA_REAL_DATA` says where it lies.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
};

use super::{
    Options,
    canonical::{canonical, differences, meaning},
    convert, read,
    workbook::Kind,
};

/// A workbook, the form expected of it, and the parts that may differ, with how many entries and why.
struct Pair {
    workbook: &'static str,
    expected: &'static str,
    root: Option<&'static str>,
    known: &'static [(&'static str, usize, &'static str)],
}

const fn pair(workbook: &'static str, expected: &'static str, root: &'static str) -> Pair {
    Pair {
        workbook,
        expected,
        root: Some(root),
        known: &[],
    }
}

const PAIRS: &[Pair] = &[
    pair(
        "pyxform/example_xls/attribute_columns_test.xlsx",
        "pyxform/test_expected_output/attribute_columns_test.xml",
        "attribute_columns_test",
    ),
    pair(
        "pyxform/example_xls/default_time_demo.xls",
        "pyxform/test_expected_output/default_time_demo.xml",
        "default_time_demo",
    ),
    pair(
        "pyxform/example_xls/flat_xlsform_test.xlsx",
        "pyxform/test_expected_output/flat_xlsform_test.xml",
        "flat_xlsform_test",
    ),
    pair(
        "pyxform/example_xls/or_other.xlsx",
        "pyxform/test_expected_output/or_other.xml",
        "or_other",
    ),
    pair(
        "pyxform/example_xls/pull_data.xlsx",
        "pyxform/test_expected_output/pull_data.xml",
        "pull_data",
    ),
    Pair {
        known: &[(
            "body",
            2,
            "a cell with a date is shown as 2012-12-12, without the midnight that Excel adds",
        )],
        ..pair(
            "pyxform/example_xls/repeat_date_test.xls",
            "pyxform/test_expected_output/repeat_date_test.xml",
            "repeat_date_test",
        )
    },
    Pair {
        root: None,
        ..pair(
            "pyxform/example_xls/survey_no_name.xlsx",
            "pyxform/test_expected_output/survey_no_name.xml",
            "",
        )
    },
    pair(
        "pyxform/example_xls/xlsform_spec_test.xlsx",
        "pyxform/test_expected_output/xlsform_spec_test.xml",
        "xlsform_spec_test",
    ),
    pair(
        "pyxform/example_xls/xml_escaping.xls",
        "pyxform/test_expected_output/xml_escaping.xml",
        "xml_escaping",
    ),
    pair(
        "pyxform/example_xls/widgets.xls",
        "pyxform/test_expected_output/widgets.xml",
        "widgets",
    ),
];

#[test]
fn public_workbooks_become_the_forms_that_other_converters_make_of_them() {
    let Some(data) = real_data() else { return };
    let mut wrong = Vec::new();
    let mut agree = Vec::new();
    for pair in PAIRS {
        let found = form_of(&data, pair);
        let expected = fs::read_to_string(data.join(pair.expected)).expect(pair.expected);
        let expected = canonical(&expected).expect(pair.expected);
        let found = canonical(&found).expect("our forms are well-formed");
        let differing = differences(&expected, &found);
        let counts: BTreeMap<&str, usize> = differing
            .iter()
            .map(|(part, lines)| (*part, lines.len()))
            .collect();
        let known: BTreeMap<&str, usize> = pair
            .known
            .iter()
            .map(|(part, count, _)| (*part, *count))
            .collect();
        if counts != known {
            wrong.push(format!("{}: {differing:#?}", pair.workbook));
        }
        if counts.is_empty() {
            agree.push(pair.workbook);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(
        agree.len(),
        PAIRS.len() - 1,
        "only the workbook with a date may differ: {agree:#?}"
    );
}

/// Forms of converters of 2016 to 2021, which write choices into the body and paths from the root.
const OLD_PAIRS: &[Pair] = &[
    pair(
        "pyxform/example_xls/table-list.xls",
        "pyxform/test_expected_output/table-list.xml",
        "table-list",
    ),
    pair(
        "pyxform/example_xls/widgets.xls",
        "pyxform/example_xls/widgets.xml",
        "widgets",
    ),
    pair(
        "liberia-s3m/round1/xlsform/liberiaCoverage.xlsx",
        "liberia-s3m/round1/forms/liberiaCoverage.xml",
        "liberiaCoverage",
    ),
    pair(
        "liberia-s3m/round1/xlsform/liberiaCoverageVillageForm.xlsx",
        "liberia-s3m/round1/forms/liberiaCoverageVillageForm.xml",
        "liberiaCoverageVillageForm",
    ),
    pair(
        "liberia-s3m/round1/xlsform/liberiaStdForm.xlsx",
        "liberia-s3m/round1/forms/liberiaStdForm.xml",
        "liberiaStdForm",
    ),
];

// Of the pairs in the folder, two are not compared: widgets.csv and spec_test_expected_output.xml are older than the other half.
#[test]
fn public_workbooks_mean_what_old_converters_took_them_to_mean() {
    let Some(data) = real_data() else { return };
    for pair in OLD_PAIRS {
        let expected = fs::read_to_string(data.join(pair.expected)).expect(pair.expected);
        let expected = meaning(&expected).expect(pair.expected);
        let found = meaning(&form_of(&data, pair)).expect("our forms are well-formed");
        assert!(found["body"].len() > 10, "{} has a body", pair.workbook);
        assert_eq!(
            differences(&expected, &found),
            BTreeMap::new(),
            "{}",
            pair.workbook
        );
    }
}

#[test]
fn every_public_workbook_converts_or_says_what_keeps_it_from_it() {
    let Some(data) = real_data() else { return };
    let mut refused: BTreeMap<String, String> = BTreeMap::new();
    let mut converted = 0;
    for folder in [
        "pyxform/example_xls",
        "pyxform/bug_example_xls",
        "liberia-s3m/round1/xlsform",
        "central-backend/data",
    ] {
        let folder = data.join(folder);
        let mut files: Vec<PathBuf> = fs::read_dir(&folder)
            .expect("the folder of workbooks")
            .map(|file| file.expect("a file").path())
            .collect();
        files.sort();
        for path in files {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let Some(kind) = Kind::from_name(&name).filter(|_| !name.starts_with("audit")) else {
                continue;
            };
            let bytes = fs::read(&path).expect("a readable file");
            match read(&bytes, kind).and_then(|workbook| convert(&workbook, &Options::default())) {
                Ok(form) => {
                    converted += 1;
                    assert!(canonical(&form.xform).is_some(), "{name} is not well-formed");
                }
                Err(problems) => {
                    let key = format!(
                        "{}/{name}",
                        folder.file_name().unwrap_or_default().to_string_lossy()
                    );
                    refused.insert(key, problems.to_string());
                }
            }
        }
    }
    // pyxform 4.5 converts only the two bad_calc.xlsx and xl_date_ambiguous.xlsx of these, and its ODK Validate then refuses them.
    let reasons: Vec<(&str, &str)> = vec![
        ("bug_example_xls/bad_calc.xlsx", "cannot be read"),
        (
            "bug_example_xls/duplicate_columns.xlsx",
            "\"label\" and \"label\" mean the same and differ here",
        ),
        (
            "bug_example_xls/group_name_test.xls",
            "row 3: the \"begin group\" has no name",
        ),
        ("bug_example_xls/xl_date_ambiguous.xlsx", "cannot be read"),
        ("example_xls/bad_calc.xlsx", "cannot be read"),
        ("example_xls/fruits.csv", "no sheet named \"survey\""),
        ("example_xls/gps.csv", "row 2: \"location\" has no label or hint"),
        ("example_xls/include.csv", "copy its rows into this sheet"),
        ("example_xls/include.md", "copy its rows into this sheet"),
        ("example_xls/include.xls", "copy its rows into this sheet"),
        ("example_xls/include.xlsx", "copy its rows into this sheet"),
        ("example_xls/include_json.csv", "copy its rows into this sheet"),
        ("example_xls/include_json.md", "copy its rows into this sheet"),
        ("example_xls/include_json.xls", "copy its rows into this sheet"),
        ("example_xls/include_json.xlsx", "copy its rows into this sheet"),
        (
            "example_xls/unknown_question_type.xls",
            "row 52: unknown type \"unknown\"",
        ),
    ];
    assert_eq!(
        refused.keys().map(String::as_str).collect::<Vec<_>>(),
        reasons.iter().map(|(name, _)| *name).collect::<Vec<_>>()
    );
    for (name, reason) in reasons {
        assert!(refused[name].contains(reason), "{name}: {}", refused[name]);
    }
    assert_eq!(converted, CONVERTED);
}

const CONVERTED: usize = 66;

fn form_of(data: &Path, pair: &Pair) -> String {
    let path = data.join(pair.workbook);
    let bytes = fs::read(&path).expect(pair.workbook);
    let kind = Kind::from_name(pair.workbook).expect("a workbook's name");
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let options = Options {
        form_name: pair.root.map(str::to_owned),
        file_stem: stem,
    };
    let workbook = read(&bytes, kind).unwrap_or_else(|problems| panic!("{}: {problems}", pair.workbook));
    convert(&workbook, &options)
        .unwrap_or_else(|problems| panic!("{}: {problems}", pair.workbook))
        .xform
}

/// The folder of workbooks; absent on most machines, but never in CI.
fn real_data() -> Option<PathBuf> {
    let usual = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let folder = env::var_os("BARAZA_REAL_DATA")
        .map_or_else(|| PathBuf::from(usual), PathBuf::from)
        .join("07-xlsform");
    if folder.is_dir() {
        return Some(folder);
    }
    assert_ne!(
        env::var("CI").as_deref(),
        Ok("true"),
        "CI needs the real data: {} is missing",
        folder.display()
    );
    println!(
        "skipped: no real data at {}; set BARAZA_REAL_DATA",
        folder.display()
    );
    None
}
