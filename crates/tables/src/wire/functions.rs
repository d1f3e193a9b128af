//! Functions that clients call when they look around and that the library's catalogue does not have.

use std::sync::Arc;

use datafusion::{
    arrow::{
        array::{Array, ArrayRef, AsArray, BooleanArray, StringArray, new_null_array},
        compute::cast,
        datatypes::{DataType, Field, Fields, Int64Type},
    },
    common::{Result as EngineResult, ScalarValue, exec_err},
    logical_expr::{
        ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility, create_udf,
    },
    prelude::SessionContext,
};

use super::settings;

/// Functions that tell of the sizes and places of what is stored, which nobody is told, with the types of their answers.
const UNTOLD: [(&str, DataType); 7] = [
    ("pg_table_size", DataType::Int64),
    ("pg_indexes_size", DataType::Int64),
    ("pg_relation_size", DataType::Int64),
    ("pg_total_relation_size", DataType::Int64),
    ("pg_database_size", DataType::Int64),
    ("pg_tablespace_size", DataType::Int64),
    ("pg_tablespace_location", DataType::Utf8),
];

/// Functions that tell what the caller may do.
const RIGHTS: [&str; 5] = [
    "has_table_privilege",
    "has_any_column_privilege",
    "has_column_privilege",
    "has_schema_privilege",
    "has_database_privilege",
];

/// Adds them to a session.
pub(super) fn add(context: &SessionContext) {
    context.register_udf(create_udf(
        "version",
        Vec::new(),
        DataType::Utf8,
        Volatility::Stable,
        Arc::new(|_| Ok(text(&format!("PostgreSQL {}", settings::VERSION)))),
    ));
    context.register_udf(ScalarUDF::from(ExpandArray {
        signature: Signature::any(1, Volatility::Stable),
    }));
    for (name, kind) in UNTOLD {
        context.register_udf(Told::function(name, kind, What::Nothing));
    }
    for name in RIGHTS {
        context.register_udf(Told::function(name, DataType::Boolean, What::Right));
    }
    context.register_udf(Told::function("pg_size_pretty", DataType::Utf8, What::PrettySize));
    context.register_udf(Told::function("current_setting", DataType::Utf8, What::Setting));
    context.register_udf(Told::function("format", DataType::Utf8, What::Formatted));
}

/// What a function tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum What {
    Nothing,
    Right,
    PrettySize,
    Setting,
    Formatted,
}

/// A function that takes any arguments.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Told {
    name: &'static str,
    kind: DataType,
    signature: Signature,
    what: What,
}

impl Told {
    fn function(name: &'static str, kind: DataType, what: What) -> ScalarUDF {
        ScalarUDF::from(Told {
            name,
            kind,
            signature: Signature::variadic_any(Volatility::Stable),
            what,
        })
    }
}

impl ScalarUDFImpl for Told {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> EngineResult<DataType> {
        Ok(self.kind.clone())
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> EngineResult<ColumnarValue> {
        let n_rows = arguments.number_rows;
        let arrays = arguments.args.iter().map(|argument| argument.to_array(n_rows));
        let arrays = arrays.collect::<EngineResult<Vec<_>>>()?;
        let told = match self.what {
            What::Nothing => Ok(new_null_array(&self.kind, n_rows)),
            What::Right => may(&arrays),
            What::PrettySize => pretty(&arrays),
            What::Setting => setting(&arrays),
            What::Formatted => formatted(&arrays, n_rows),
        };
        told.map(ColumnarValue::Array)
    }
}

/// Whether one of the rights that are named last may be had: everybody reads what is seen, and nobody changes it.
fn may(arguments: &[ArrayRef]) -> EngineResult<ArrayRef> {
    let Some(rights) = arguments.last() else {
        return exec_err!("name a right");
    };
    let rights = cast(rights, &DataType::Utf8)?;
    let may = |right: &str| {
        matches!(
            right.trim().to_lowercase().as_str(),
            "select" | "usage" | "connect"
        )
    };
    let answer = rights.as_string::<i32>().iter();
    let answer: BooleanArray = answer.map(|all| all.map(|all| all.split(',').any(may))).collect();
    Ok(Arc::new(answer))
}

/// A number of bytes in the largest unit of which there are ten or more.
fn pretty(arguments: &[ArrayRef]) -> EngineResult<ArrayRef> {
    let [sizes] = arguments else {
        return exec_err!("pg_size_pretty takes a number of bytes");
    };
    let sizes = cast(sizes, &DataType::Int64)?;
    let sizes = sizes.as_primitive::<Int64Type>().iter();
    let written: StringArray = sizes.map(|size| size.map(in_units)).collect();
    Ok(Arc::new(written))
}

fn in_units(size: i64) -> String {
    let (mut left, mut unit) = (size, "bytes");
    for larger in ["kB", "MB", "GB", "TB"] {
        if left.unsigned_abs() < 10 * 1024 {
            break;
        }
        (left, unit) = (left / 1024, larger);
    }
    format!("{left} {unit}")
}

fn setting(arguments: &[ArrayRef]) -> EngineResult<ArrayRef> {
    let Some(names) = arguments.first() else {
        return exec_err!("current_setting takes the name of a setting");
    };
    let names = cast(names, &DataType::Utf8)?;
    let names = names.as_string::<i32>().iter();
    let values: StringArray = names.map(|name| name.and_then(settings::value)).collect();
    Ok(Arc::new(values))
}

/// A text with the arguments in the places of `%s`, of `%I` as names and of `%L` as constants of SQL.
fn formatted(arguments: &[ArrayRef], n_rows: usize) -> EngineResult<ArrayRef> {
    let texts = arguments.iter().map(|argument| cast(argument, &DataType::Utf8));
    let texts = texts.collect::<Result<Vec<_>, _>>()?;
    let value = |at: usize, row: usize| {
        let column = texts.get(at)?.as_string::<i32>();
        column.is_valid(row).then(|| column.value(row))
    };
    let mut answers: Vec<Option<String>> = Vec::with_capacity(n_rows);
    for row in 0..n_rows {
        let filled = value(0, row)
            .map(|pattern| fill(pattern, texts.len().saturating_sub(1), |at| value(at + 1, row)));
        answers.push(filled.transpose()?);
    }
    Ok(Arc::new(StringArray::from(answers)))
}

fn fill<'a>(
    pattern: &str,
    n_values: usize,
    value: impl Fn(usize) -> Option<&'a str>,
) -> EngineResult<String> {
    let (mut answer, mut at) = (String::new(), 0);
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            answer.push(letter);
            continue;
        }
        let how = letters.next();
        if how == Some('%') {
            answer.push('%');
            continue;
        }
        if at >= n_values {
            return exec_err!("too few arguments for format()");
        }
        match (how, value(at)) {
            (Some('s'), given) => answer.push_str(given.unwrap_or_default()),
            (Some('I'), Some(name)) => answer.push_str(&as_name(name)),
            (Some('L'), Some(text)) => answer.push_str(&format!("'{}'", text.replace('\'', "''"))),
            (Some('L'), None) => answer.push_str("NULL"),
            (Some('I'), None) => return exec_err!("null values cannot be formatted as an SQL identifier"),
            _ => return exec_err!("format() takes %s, %I, %L and %%"),
        }
        at += 1;
    }
    Ok(answer)
}

/// A name as it is written in SQL: in quotes where it is not in lower case.
fn as_name(name: &str) -> String {
    let is_plain = name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
        && name
            .chars()
            .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
    match is_plain {
        true => name.to_owned(),
        false => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}

fn text(words: &str) -> ColumnarValue {
    ColumnarValue::Scalar(ScalarValue::Utf8(Some(words.to_owned())))
}

/// `information_schema._pg_expandarray`: drivers ask with it for the columns of keys. No table here has keys, so it expands nothing.
#[derive(Debug, PartialEq, Eq, Hash)]
struct ExpandArray {
    signature: Signature,
}

impl ScalarUDFImpl for ExpandArray {
    fn name(&self) -> &str {
        "_pg_expandarray"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> EngineResult<DataType> {
        Ok(DataType::Struct(Fields::from(vec![
            Field::new("x", DataType::Int32, true),
            Field::new("n", DataType::Int32, true),
        ])))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> EngineResult<ColumnarValue> {
        let kind = arguments.return_type().clone();
        Ok(ColumnarValue::Scalar(ScalarValue::try_from(&kind)?))
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn a_pattern_is_filled_in_and_too_few_values_are_refused() {
        let values = [Some("a b"), Some("it's"), None];
        let filled = fill("%I = %L, 100%% %s.", 3, |at| values[at]);
        assert_eq!(filled.expect("a text"), "\"a b\" = 'it''s', 100% .");
        assert!(fill("%s %s", 1, |_| Some("x")).is_err());
        assert!(fill("%d", 1, |_| Some("1")).is_err());
    }

    #[test]
    fn sizes_are_told_in_units() {
        assert_eq!(
            [0, 10_239, 10_240, 50 << 20].map(in_units),
            ["0 bytes", "10239 bytes", "10 kB", "50 MB"]
        );
    }
}
