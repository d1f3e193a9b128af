//! Functions that clients call when they look around and that the library's catalogue does not have.

use std::sync::Arc;

use datafusion::{
    arrow::datatypes::{DataType, Field, Fields},
    common::{Result as EngineResult, ScalarValue},
    logical_expr::{
        ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility, create_udf,
    },
    prelude::SessionContext,
};

/// Adds them to a session.
pub(super) fn add(context: &SessionContext) {
    context.register_udf(create_udf(
        "version",
        Vec::new(),
        DataType::Utf8,
        Volatility::Stable,
        Arc::new(|_| {
            Ok(text(&format!(
                "PostgreSQL 16.6 (Baraza {})",
                env!("CARGO_PKG_VERSION")
            )))
        }),
    ));
    context.register_udf(ScalarUDF::from(ExpandArray {
        signature: Signature::any(1, Volatility::Stable),
    }));
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
