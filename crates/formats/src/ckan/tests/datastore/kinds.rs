//! Types of columns and the values that fit them.

use pretty_assertions::assert_eq;
use serde_json::json;

use crate::ckan::datastore::{FieldType, fits, guess, is_alias, is_column_name};

#[test]
fn types_go_by_the_names_of_postgresql() {
    for (given, name, native) in [
        ("TEXT", "text", "text"),
        ("character varying (20)", "text", "text"),
        ("int", "int4", "integer"),
        ("bigint", "int8", "bigint"),
        ("numeric(10, 2)", "numeric", "numeric"),
        ("double precision", "float8", "double precision"),
        (
            "timestamp(6) without time zone",
            "timestamp",
            "timestamp without time zone",
        ),
        ("timestamptz", "timestamptz", "timestamp with time zone"),
        ("_text", "_text", "text[]"),
        ("int4[]", "_int4", "integer[]"),
        ("nested", "json", "json"),
        ("bool", "bool", "boolean"),
    ] {
        let kind = FieldType::read(given).unwrap_or_else(|| panic!("{given}"));
        assert_eq!(
            (kind.name().as_str(), kind.native_name().as_str()),
            (name, native)
        );
    }
    for given in ["", "tsvector", "int; drop table x", "text[][]", "varchar(a)"] {
        assert_eq!(FieldType::read(given), None, "{given}");
    }
}

#[test]
fn the_type_of_a_column_is_guessed_by_its_first_value() {
    for (value, expected) in [
        (json!(1), FieldType::Int4),
        (json!(3_000_000_000_u64), FieldType::Int8),
        (json!(1.5), FieldType::Float8),
        (json!(true), FieldType::Bool),
        (json!("12"), FieldType::Int4),
        (json!("-1.50"), FieldType::Numeric),
        (json!("1e5"), FieldType::Numeric),
        (json!("0812"), FieldType::Text),
        (json!("2020-01-31"), FieldType::Timestamp),
        (json!("2020-01-31T10:00:00Z"), FieldType::Timestamp),
        (json!("31/12/2020"), FieldType::Timestamp),
        (json!("31/13/2020"), FieldType::Text),
        (json!("nan"), FieldType::Text),
        (json!("1.2.3"), FieldType::Text),
        (json!(""), FieldType::Text),
        (json!(null), FieldType::Text),
        (json!({}), FieldType::Json),
    ] {
        assert_eq!(guess(&value), expected, "{value}");
    }
}

#[test]
fn values_fit_their_columns_or_are_refused() {
    for (value, kind, expected) in [
        (json!("1"), FieldType::Int4, Some(json!(1))),
        (json!(1.0), FieldType::Int4, Some(json!(1))),
        (json!("1.0"), FieldType::Int4, None),
        (json!(40_000), FieldType::Int2, None),
        (json!("12.30"), FieldType::Numeric, Some(json!(12.3))),
        // More digits than JSON's numbers keep.
        (
            json!("12345678901234567890.5"),
            FieldType::Numeric,
            Some(json!("12345678901234567890.5")),
        ),
        (json!("x"), FieldType::Numeric, None),
        (json!("yes"), FieldType::Bool, Some(json!(true))),
        (json!(2), FieldType::Bool, None),
        (
            json!("2020-01-31 10:00"),
            FieldType::Date,
            Some(json!("2020-01-31")),
        ),
        (
            json!("2020-01-31T10:00:00+07:00"),
            FieldType::Timestamp,
            Some(json!("2020-01-31T03:00:00")),
        ),
        (json!("10:30"), FieldType::Time, Some(json!("10:30:00"))),
        (json!("noon"), FieldType::Time, None),
        (json!(""), FieldType::Date, Some(json!(null))),
        (json!(""), FieldType::Text, Some(json!(""))),
        (json!(5), FieldType::Text, Some(json!("5"))),
        (
            json!(["1", 2]),
            FieldType::Array(Box::new(FieldType::Int4)),
            Some(json!([1, 2])),
        ),
        (json!("seven"), FieldType::Uuid, None),
    ] {
        assert_eq!(fits(&value, &kind).ok(), expected, "{value} as {kind:?}");
    }
    assert_eq!(
        fits(&json!("x"), &FieldType::Timestamp),
        Err("invalid input syntax for type timestamp without time zone: \"x\"".to_owned())
    );
}

#[test]
fn columns_and_aliases_have_names_that_can_be_seen() {
    for name in ["age", "Jumlah Penduduk", "%", "বয়স", "a.b"] {
        assert!(is_column_name(name), "{name}");
    }
    for name in ["", " a", "a ", "_id", "a\"b", "a\nb", "a\u{200b}b", "a\u{202e}b"] {
        assert!(!is_column_name(name), "{name:?}");
    }
    assert!(is_alias("people") && !is_alias("50%") && !is_alias(&"a".repeat(64)));
}
