//! Values, types and conditions of the datastore as those of the lake, and back.

use formats::ckan::{
    datastore::{
        FieldType, ROW_ID,
        condition::{Comparison as Sign, Condition as Asked},
    },
    instant::Instant,
};
use serde_json::Value as Json;
use tables::{Comparison, Condition, Field, Kind, Value};

const DAY_MICROS: i64 = 86_400_000_000;
/// Whole numbers up to this one are kept by a column of decimals as they are.
const MOST_EXACT: u64 = 1 << 53;

/// The kind of column that keeps a type.
pub fn kind_of(kind: &FieldType) -> Kind {
    match kind {
        FieldType::Int2 | FieldType::Int4 | FieldType::Int8 | FieldType::Int => Kind::Integer,
        FieldType::Numeric | FieldType::Float4 | FieldType::Float8 => Kind::Decimal,
        FieldType::Bool => Kind::Flag,
        FieldType::Date => Kind::Date,
        FieldType::Timestamp | FieldType::TimestampTz => Kind::Instant,
        FieldType::Text | FieldType::Time | FieldType::Json | FieldType::Uuid | FieldType::Array(_) => {
            Kind::Text
        }
    }
}

/// The type that a column is shown as, where nobody said what it is.
pub fn type_of(kind: Kind) -> FieldType {
    match kind {
        Kind::Text | Kind::Geometry => FieldType::Text,
        Kind::Integer => FieldType::Int8,
        Kind::Decimal => FieldType::Numeric,
        Kind::Flag => FieldType::Bool,
        Kind::Date => FieldType::Date,
        Kind::Instant => FieldType::Timestamp,
    }
}

/// Turns a value that fits its type into what is kept.
///
/// # Errors
/// A sentence for a number with more digits than a decimal here has.
pub fn kept(value: &Json, kind: &FieldType) -> Result<Value, String> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    let text = || {
        value
            .as_str()
            .map(str::to_owned)
            .unwrap_or_else(|| value.to_string())
    };
    let instant = || Instant::read(&text()).map(|at| at.0);
    let unfit = || format!("\"{}\" is no {}", text(), kind.native_name());
    Ok(match (kind_of(kind), kind) {
        (Kind::Text | Kind::Geometry, FieldType::Json | FieldType::Array(_)) => {
            Value::Text(value.to_string())
        }
        (Kind::Text | Kind::Geometry, _) => Value::Text(text()),
        (Kind::Integer, _) => Value::Integer(value.as_i64().ok_or_else(unfit)?),
        (Kind::Decimal, _) => {
            let is_exact = value
                .as_i64()
                .is_none_or(|whole| whole.unsigned_abs() <= MOST_EXACT);
            let number = value.as_f64().filter(|number| number.is_finite() && is_exact);
            Value::Decimal(number.ok_or_else(|| {
                format!(
                    "\"{}\" has more digits than are kept of a number; make the column one of text",
                    text()
                )
            })?)
        }
        (Kind::Flag, _) => Value::Flag(value.as_bool().ok_or_else(unfit)?),
        (Kind::Date, _) => {
            let days = instant().ok_or_else(unfit)?.div_euclid(DAY_MICROS);
            Value::Date(i32::try_from(days).map_err(|_| unfit())?)
        }
        (Kind::Instant, _) => Value::Instant(instant().ok_or_else(unfit)?),
    })
}

/// Shows what is kept as a value of its type.
pub fn shown(value: Value, kind: &FieldType) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Text(text) => match kind {
            FieldType::Json | FieldType::Array(_) => {
                serde_json::from_str(&text).unwrap_or(Json::String(text))
            }
            _ => Json::String(text),
        },
        Value::Integer(n) => n.into(),
        // PostgreSQL writes a whole decimal without a fraction.
        Value::Decimal(x) if x.fract() == 0.0 && x.abs() <= MOST_EXACT as f64 => (x as i64).into(),
        Value::Decimal(x) => x.into(),
        Value::Flag(flag) => flag.into(),
        Value::Date(days) => {
            let text = Instant(i64::from(days).saturating_mul(DAY_MICROS)).to_string();
            Json::String(text.split('T').next().unwrap_or_default().to_owned())
        }
        Value::Instant(micros) => Json::String(Instant(micros).to_string()),
    }
}

/// Turns a condition into one of the lake; `find` gives the column's name there and its type.
///
/// # Errors
/// As [`kept`].
pub fn condition<'t>(
    asked: &Asked,
    find: &impl Fn(&str) -> Option<(&'t str, &'t FieldType)>,
) -> Result<Condition, String> {
    let place = |column: &str| -> Option<(Field, &'t FieldType)> {
        if column == ROW_ID {
            return Some((Field::Number, &FieldType::Int8));
        }
        find(column).map(|(name, kind)| (Field::Column(name.to_owned()), kind))
    };
    let known = |column: &str| place(column).ok_or_else(|| format!("Unknown field: {column}"));
    Ok(match asked {
        Asked::All(all) => Condition::All(
            all.iter()
                .map(|one| condition(one, find))
                .collect::<Result<_, _>>()?,
        ),
        Asked::Any(any) => Condition::Any(
            any.iter()
                .map(|one| condition(one, find))
                .collect::<Result<_, _>>()?,
        ),
        Asked::IsNull { column } => Condition::IsNull {
            field: known(column)?.0,
        },
        Asked::In { column, values } => {
            let (field, kind) = known(column)?;
            let values = values
                .iter()
                .map(|value| kept(value, kind))
                .collect::<Result<_, _>>()?;
            Condition::In { field, values }
        }
        Asked::Compare { column, how, value } => {
            let (field, kind) = known(column)?;
            Condition::Compare {
                field,
                how: match how {
                    Sign::Less => Comparison::Less,
                    Sign::AtMost => Comparison::AtMost,
                    Sign::More => Comparison::More,
                    Sign::AtLeast => Comparison::AtLeast,
                },
                value: kept(value, kind)?,
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_of_every_type_comes_back_as_it_was_kept() {
        for (kind, value) in [
            ("text", json!("Sukorejo")),
            ("int4", json!(-7)),
            ("int8", json!(9_007_199_254_740_993_i64)),
            ("numeric", json!(2.5)),
            ("numeric", json!(3)),
            ("float8", json!(-0.125)),
            ("bool", json!(true)),
            ("date", json!("1899-12-31")),
            ("timestamp", json!("2026-11-02T09:00:00")),
            ("timestamp", json!("1960-01-01T00:00:00.000001")),
            ("time", json!("09:30:00")),
            ("json", json!({ "a": [1, null], "b": "x" })),
            ("_text", json!(["a", "b"])),
            ("uuid", json!("0193a1de-0000-7000-8000-000000000001")),
            ("text", Json::Null),
        ] {
            let kind = FieldType::read(kind).expect("a type");
            let kept = kept(&value, &kind).expect("kept");
            assert_eq!(shown(kept, &kind), value, "{}", kind.name());
        }
    }

    #[test]
    fn a_number_that_would_lose_digits_is_refused() {
        let refused = kept(&json!(9_007_199_254_740_993_i64), &FieldType::Numeric).expect_err("refused");
        assert!(refused.contains("more digits"), "{refused}");
        kept(&json!("0.1234567890123456789"), &FieldType::Numeric).expect_err("refused");
    }
}
