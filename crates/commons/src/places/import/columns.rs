//! Which column holds the code, the name, the parent: as the operator says, or by usual headers.

use super::Options;
use super::read::List;
use crate::places::model::fold;

/// Headers by which a first line is known to be one.
pub const KNOWN_HEADERS: &[&str] = &[
    "code",
    "kode",
    "pcode",
    "p-code",
    "kode_wilayah",
    "place_code",
    "geocode",
    "id",
    "name",
    "nama",
    "nama_wilayah",
    "place_name",
    "name_en",
    "parent",
    "parent_code",
    "parent p-code",
    "kode_induk",
    "level",
    "admin level",
    "tingkat",
    "valid from date",
    "valid_from",
    "wkt",
];

const CODE: &[&str] = &[
    "code",
    "kode",
    "pcode",
    "p-code",
    "place_code",
    "kode_wilayah",
    "geocode",
    "id",
];
const NAME: &[&str] = &["name", "nama", "place_name", "nama_wilayah", "name_en"];
const PARENT: &[&str] = &[
    "parent",
    "parent_code",
    "parent p-code",
    "parent_pcode",
    "kode_induk",
];
const LEVEL: &[&str] = &["level", "admin level", "tingkat"];
const VALID_FROM: &[&str] = &["valid_from", "valid from date", "berlaku_sejak"];

/// Where in a row each thing stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// `None`: the feature's own identifier, or else a code made of the name.
    pub code: Option<usize>,
    pub name: usize,
    /// Further names by language.
    pub names: Vec<(String, usize)>,
    pub parent: Option<usize>,
    pub parent_name: Option<usize>,
    pub level: Option<usize>,
    pub valid_from: Option<usize>,
}

/// Why the columns cannot be told; the text names those there are and the flag that helps.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ColumnProblem {
    #[error("there is no column {wanted:?}; the columns are {have}")]
    Unknown { wanted: String, have: String },
    #[error("cannot tell which column holds the name; say --name-field with one of {have}")]
    NoName { have: String },
    #[error("cannot tell which column holds the code; say --code-field with one of {have}")]
    NoCode { have: String },
}

impl Columns {
    /// Finds the columns of a list.
    pub fn of(list: &List, options: &Options) -> Result<Columns, ColumnProblem> {
        if list.is_headerless && options.name_fields.is_empty() {
            return headerless(list, options);
        }
        let find = |wanted: &str| by_name(list, wanted);
        let said = |field: &Option<String>| field.as_deref().map(find).transpose();
        let mut columns = Columns {
            code: said(&options.code_field)?.or_else(|| guess(list, CODE)),
            parent: said(&options.parent_field)?.or_else(|| guess(list, PARENT)),
            parent_name: said(&options.parent_name_field)?,
            level: said(&options.level_field)?
                .or_else(|| guess(list, LEVEL).filter(|_| options.level.is_none())),
            valid_from: guess(list, VALID_FROM),
            ..Columns::default()
        };
        let mut name = None;
        for field in &options.name_fields {
            match field.split_once('=') {
                Some((lang, column)) => columns
                    .names
                    .push((lang.trim().to_lowercase(), find(column.trim())?)),
                None => name = Some(find(field)?),
            }
        }
        let first_language = columns.names.first().map(|(_, column)| *column);
        columns.name = match name.or_else(|| guess(list, NAME)).or(first_language) {
            Some(name) => name,
            None => return Err(ColumnProblem::NoName { have: have(list) }),
        };
        if options.code_field.is_none() {
            columns.parent = columns.parent.or_else(|| other_code(list, &columns));
        }
        if options.name_fields.iter().all(|field| !field.contains('=')) {
            columns.names.extend(names_by_language(list, columns.name));
        }
        let has_ids = list.rows.iter().all(|row| row.feature_id.is_some());
        let has_shapes = list.rows.iter().any(|row| row.geometry.is_some());
        if columns.code.is_none() && !has_ids && !has_shapes {
            return Err(ColumnProblem::NoCode { have: have(list) });
        }
        Ok(columns)
    }
}

/// Guesses from what stands in the columns: a number is the code, a second one the parent, then
/// the name, and a name in another script is in another language.
fn headerless(list: &List, options: &Options) -> Result<Columns, ColumnProblem> {
    let said = |field: &Option<String>| field.as_deref().map(|wanted| by_name(list, wanted)).transpose();
    let every = |column: usize, is: fn(&str) -> bool| list.rows.iter().all(|row| is(&row.values[column]));
    let is_code = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '.') && !text.starts_with('.')
    };
    let is_name = |text: &str| {
        text.chars().any(char::is_alphabetic)
            && !text.contains("www.")
            && !text.contains('/')
            && !is_host(text)
    };
    let codes = (0..list.columns.len())
        .take_while(|&column| every(column, is_code))
        .count();
    let names: Vec<usize> = (codes..list.columns.len())
        .filter(|&column| most(list, column, is_name))
        .collect();
    let (Some(&name), true) = (names.first(), codes > 0) else {
        return Err(ColumnProblem::NoName { have: have(list) });
    };
    let names = names[1..]
        .iter()
        .filter_map(|&column| Some((script_language(list, column)?.to_owned(), column)))
        .collect();
    Ok(Columns {
        code: said(&options.code_field)?.or(Some(0)),
        name,
        names,
        parent: said(&options.parent_field)?.or((codes > 1).then_some(1)),
        parent_name: said(&options.parent_name_field)?,
        level: said(&options.level_field)?,
        valid_from: None,
    })
}

fn by_name(list: &List, wanted: &str) -> Result<usize, ColumnProblem> {
    let exact = list.columns.iter().position(|column| column == wanted);
    exact
        .or_else(|| {
            list.columns
                .iter()
                .position(|column| fold(column) == fold(wanted))
        })
        .ok_or_else(|| ColumnProblem::Unknown {
            wanted: wanted.to_owned(),
            have: have(list),
        })
}

fn guess(list: &List, usual: &[&str]) -> Option<usize> {
    usual
        .iter()
        .find_map(|wanted| list.columns.iter().position(|column| fold(column) == *wanted))
}

/// `regency_code` beside `code` is the parent's.
fn other_code(list: &List, columns: &Columns) -> Option<usize> {
    let code = columns.code?;
    let mut others =
        (0..list.columns.len()).filter(|&at| at != code && fold(&list.columns[at]).ends_with("_code"));
    others.next().filter(|_| others.next().is_none())
}

/// `name_bn`, `name:bn`, `nama_jv` and `bn_name` are names in a language.
fn names_by_language(list: &List, name: usize) -> Vec<(String, usize)> {
    let language = |column: &str| {
        let column = fold(column);
        let code = ["name_", "name:", "nama_"]
            .iter()
            .find_map(|start| column.strip_prefix(start))
            .or_else(|| column.strip_suffix("_name"))?;
        ((2..=3).contains(&code.len()) && code.chars().all(|c| c.is_ascii_lowercase()))
            .then(|| code.to_owned())
    };
    list.columns
        .iter()
        .enumerate()
        .filter(|(at, _)| *at != name)
        .filter_map(|(at, column)| Some((language(column)?, at)))
        .collect()
}

fn most(list: &List, column: usize, is: impl Fn(&str) -> bool) -> bool {
    list.rows.iter().filter(|row| is(&row.values[column])).count() * 10 > list.rows.len() * 9
}

fn is_host(text: &str) -> bool {
    text.contains('.') && !text.contains(' ') && text.is_ascii() && text.chars().all(|c| !c.is_uppercase())
}

/// The language that a script gives away.
fn script_language(list: &List, column: usize) -> Option<&'static str> {
    let scripts = [
        ('\u{980}', '\u{9ff}', "bn"),
        ('\u{900}', '\u{97f}', "ne"),
        ('\u{a980}', '\u{a9df}', "jv"),
        ('\u{600}', '\u{6ff}', "ar"),
    ];
    scripts
        .into_iter()
        .find(|(first, last, _)| {
            most(list, column, |text| {
                text.chars().any(|c| (*first..=*last).contains(&c))
            })
        })
        .map(|(_, _, lang)| lang)
}

fn have(list: &List) -> String {
    list.columns.join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::read::read;
    use super::*;

    fn columns(text: &str, options: &Options) -> Result<Columns, ColumnProblem> {
        Columns::of(
            &read(text.as_bytes(), &options.name_fields).expect("a list"),
            options,
        )
    }

    #[test]
    fn usual_headers_are_recognised() {
        let found = columns(
            "code,regency_code,name\n11.01.01,11.01,Bakongan\n",
            &Options::default(),
        )
        .expect("columns");
        assert_eq!((found.code, found.parent, found.name), (Some(0), Some(1), 2));
        let found = columns("Location,Admin Level,P-Code,Name,Parent P-Code,Valid from date\nAFG,1,AF01,Kabul,AFG,2021-11-17\n", &Options::default())
            .expect("columns");
        assert_eq!(
            (
                found.code,
                found.name,
                found.parent,
                found.level,
                found.valid_from
            ),
            (Some(2), 3, Some(4), Some(1), Some(5))
        );
    }

    #[test]
    fn bangladesh_without_headers_is_understood_by_its_contents() {
        let text = "\"1\",\"3\",\"Cumilla\",\"কুমিল্লা\",\"23.46\",\"91.17\",\"www.comilla.gov.bd\"\n\"2\",\"3\",\"Feni\",\"ফেনী\",\"23.02\",\"91.38\",\"www.feni.gov.bd\"\n";
        let found = columns(text, &Options::default()).expect("columns");
        assert_eq!((found.code, found.parent, found.name), (Some(0), Some(1), 2));
        assert_eq!(found.names, [("bn".to_owned(), 3)]);
    }

    #[test]
    fn a_column_that_is_not_there_is_answered_with_those_that_are() {
        let options = Options {
            name_fields: vec!["nmae".into()],
            ..Options::default()
        };
        let problem = columns("code,name\n1,A\n", &options).expect_err("a typing mistake");
        assert_eq!(
            problem.to_string(),
            "there is no column \"nmae\"; the columns are code, name"
        );
    }

    #[test]
    fn names_in_languages_are_found_and_can_be_said() {
        let found = columns("code,name,name_bn,jv_name\n1,A,B,C\n", &Options::default()).expect("columns");
        assert_eq!(found.names, [("bn".to_owned(), 2), ("jv".to_owned(), 3)]);
        let options = Options {
            name_fields: vec!["name".into(), "fr=x".into()],
            ..Options::default()
        };
        let found = columns("code,name,x\n1,A,B\n", &options).expect("columns");
        assert_eq!((found.name, found.names), (1, vec![("fr".to_owned(), 2)]));
    }

    #[test]
    fn a_list_without_codes_says_which_flag_helps() {
        let problem = columns("name,size\nA,3\n", &Options::default()).expect_err("no code");
        assert!(problem.to_string().contains("--code-field"), "{problem}");
    }
}
