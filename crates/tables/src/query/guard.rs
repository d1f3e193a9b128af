//! Functions that can make much of little: each says how large its answer may become before it makes it.

use std::sync::Arc;

use arrow::{
    array::{Array, ArrayRef, AsArray, StringBuilder},
    datatypes::{DataType, Field, FieldRef},
};
use datafusion::{
    common::{Result as EngineResult, exec_err},
    logical_expr::{
        ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
        create_udf,
    },
};

/// What the text of one batch may take, in bytes.
const MOST_BYTES: u64 = 32 << 20;
/// What one text may take, in bytes.
const LONGEST_BYTES: u64 = 1 << 20;
/// Functions that make a list as long as a number says; as tables, `generate_series` and `range` give their rows bit by bit.
const LIST_MAKERS: [&str; 4] = ["array_repeat", "array_resize", "generate_series", "range"];
/// How the names of the functions begin that stand in no statement of anybody.
pub const OURS: &str = "baraza_";
/// The name of the function that stands for `||`.
pub const JOINED: &str = "baraza_joined";
/// The name of the function that gives its first argument back, and by its second tells it apart from others in the names of a plan.
pub const SAME: &str = "baraza_same";
/// How much the answer of a function may be, by its name.
const GROWING: [(&str, Growth); 11] = [
    ("repeat", Growth::Times),
    ("lpad", Growth::Padded),
    ("rpad", Growth::Padded),
    ("replace", Growth::Replaced),
    ("regexp_replace", Growth::Replaced),
    ("concat", Growth::Sum),
    ("concat_ws", Growth::Joined),
    ("overlay", Growth::Sum),
    ("translate", Growth::Translated),
    ("array_to_string", Growth::Listed),
    ("levenshtein", Growth::Compared),
];

/// Takes the place of the functions that can make much of little with their guarded kind, and adds those that stand in no statement.
pub fn guard(functions: &mut Vec<Arc<ScalarUDF>>) {
    functions.retain(|function| !LIST_MAKERS.contains(&function.name()));
    for function in functions.iter_mut() {
        let growth = GROWING.iter().find(|(name, _)| *name == function.name());
        if let Some((_, growth)) = growth {
            *function = Arc::new(ScalarUDF::from(Guarded {
                inner: function.clone(),
                growth: *growth,
            }));
        }
    }
    functions.push(Arc::new(create_udf(
        JOINED,
        vec![DataType::Utf8, DataType::Utf8],
        DataType::Utf8,
        Volatility::Immutable,
        Arc::new(joined),
    )));
    functions.push(Arc::new(ScalarUDF::from(Same {
        signature: Signature::any(2, Volatility::Immutable),
    })));
}

/// How large the answer of a function is at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Growth {
    /// The first argument as often as the second says.
    Times,
    /// As many characters as the second argument says.
    Padded,
    /// The third argument at each character of the first.
    Replaced,
    /// All arguments behind each other.
    Sum,
    /// All arguments with the first between them.
    Joined,
    /// Another character for each of the first argument.
    Translated,
    /// The values of the first argument, which is a list, with the second between them.
    Listed,
    /// Nothing that lasts, but work for each pair of their characters.
    Compared,
}

/// A function of the engine that refuses to make more than [`MOST_BYTES`] of a batch.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Guarded {
    inner: Arc<ScalarUDF>,
    growth: Growth,
}

impl ScalarUDFImpl for Guarded {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, types: &[DataType]) -> EngineResult<DataType> {
        self.inner.return_type(types)
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> EngineResult<FieldRef> {
        let field = self.inner.return_field_from_args(arguments)?;
        Ok(Arc::new(Field::new(self.name(), field.data_type().clone(), true)))
    }

    fn coerce_types(&self, types: &[DataType]) -> EngineResult<Vec<DataType>> {
        self.inner.coerce_types(types)
    }

    // The function's own simplification would take it out of its guard.
    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> EngineResult<ColumnarValue> {
        let n_rows = arguments.number_rows.max(1);
        let parts: Vec<Part> = arguments
            .args
            .iter()
            .map(|argument| Part::of(argument, n_rows))
            .collect();
        check(self.name(), self.growth.bytes(&parts, n_rows as u64))?;
        check_longest(self.name(), self.growth.longest(&parts))?;
        self.inner.invoke_with_args(arguments)
    }
}

impl Growth {
    fn bytes(self, parts: &[Part], n_rows: u64) -> u64 {
        let part = |at: usize| parts.get(at).copied().unwrap_or_default();
        match self {
            Growth::Times => part(0).total.max(n_rows).saturating_mul(part(1).number.max(1)),
            // A character of the padding takes four bytes at most.
            Growth::Padded => part(0)
                .total
                .saturating_add(n_rows.saturating_mul(part(1).number).saturating_mul(4)),
            Growth::Replaced => part(0)
                .total
                .saturating_add(n_rows)
                .saturating_mul(part(2).longest.saturating_add(1)),
            Growth::Sum => parts.iter().map(|part| part.total).fold(0, u64::saturating_add),
            Growth::Joined => {
                let between = part(0).total.saturating_mul(parts.len() as u64);
                parts
                    .iter()
                    .map(|part| part.total)
                    .fold(between, u64::saturating_add)
            }
            Growth::Translated => part(0).total.saturating_mul(4),
            Growth::Listed => {
                let between = part(1).longest.saturating_mul(part(0).number);
                part(0).total.saturating_add(between)
            }
            Growth::Compared => part(0).total.saturating_mul(part(1).longest),
        }
    }

    /// What one answer takes at most.
    fn longest(self, parts: &[Part]) -> u64 {
        let part = |at: usize| parts.get(at).copied().unwrap_or_default();
        match self {
            Growth::Times => part(0).longest.saturating_mul(part(1).number),
            // As many characters as are asked for, and all of them may be of the text itself.
            Growth::Padded => part(1).number,
            // How often something stands in a text is known only when it is replaced.
            Growth::Replaced | Growth::Listed | Growth::Compared => 0,
            Growth::Sum => parts.iter().map(|part| part.longest).fold(0, u64::saturating_add),
            Growth::Joined => {
                let between = part(0).longest.saturating_mul(parts.len() as u64);
                parts
                    .iter()
                    .map(|part| part.longest)
                    .fold(between, u64::saturating_add)
            }
            Growth::Translated => part(0).longest,
        }
    }
}

/// What of an argument matters to the size of an answer, over the rows of a batch.
#[derive(Debug, Clone, Copy, Default)]
struct Part {
    /// The bytes of all its texts; of what is no text, an estimate.
    total: u64,
    /// The bytes of its longest text.
    longest: u64,
    /// Its largest number.
    number: u64,
}

impl Part {
    fn of(argument: &ColumnarValue, n_rows: usize) -> Part {
        match argument {
            ColumnarValue::Array(array) => Part::of_array(array),
            ColumnarValue::Scalar(scalar) => {
                let one = scalar
                    .to_array()
                    .map(|array| Part::of_array(&array))
                    .unwrap_or_default();
                Part {
                    total: one.total.saturating_mul(n_rows as u64),
                    ..one
                }
            }
        }
    }

    fn of_array(array: &ArrayRef) -> Part {
        let lengths: Box<dyn Iterator<Item = usize> + '_> = match array.data_type() {
            DataType::Utf8 => Box::new(array.as_string::<i32>().iter().flatten().map(str::len)),
            DataType::LargeUtf8 => Box::new(array.as_string::<i64>().iter().flatten().map(str::len)),
            DataType::Utf8View => Box::new(array.as_string_view().iter().flatten().map(str::len)),
            kind if kind.is_integer() => {
                let numbers = arrow::compute::cast(array, &DataType::Int64);
                let most = numbers.ok().and_then(|numbers| {
                    arrow::compute::max(numbers.as_primitive::<arrow::datatypes::Int64Type>())
                });
                return Part {
                    total: 20 * array.len() as u64,
                    longest: 20,
                    number: most.and_then(|most| u64::try_from(most).ok()).unwrap_or_default(),
                };
            }
            DataType::List(_) => {
                let values = array.as_list::<i32>().values();
                return Part {
                    total: Part::of_array(values).total,
                    longest: 64,
                    number: values.len() as u64,
                };
            }
            _ => {
                return Part {
                    total: array.get_array_memory_size() as u64,
                    longest: 64,
                    number: 0,
                };
            }
        };
        lengths.fold(Part::default(), |part, length| Part {
            total: part.total + length as u64,
            longest: part.longest.max(length as u64),
            number: 0,
        })
    }
}

fn check(name: &str, n_bytes: u64) -> EngineResult<()> {
    if n_bytes > MOST_BYTES {
        return exec_err!(
            "{name} would make more than {} MB of text at once; make shorter texts, or of fewer rows",
            MOST_BYTES >> 20
        );
    }
    Ok(())
}

fn check_longest(name: &str, n_bytes: u64) -> EngineResult<()> {
    if n_bytes > LONGEST_BYTES {
        return exec_err!(
            "{name} would make a text of more than {} MB; make shorter texts",
            LONGEST_BYTES >> 20
        );
    }
    Ok(())
}

/// The function that gives its first argument back.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Same {
    signature: Signature,
}

impl ScalarUDFImpl for Same {
    fn name(&self) -> &str {
        SAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> EngineResult<DataType> {
        match types.first() {
            Some(first) => Ok(first.clone()),
            None => exec_err!("{SAME} gives an argument back, and there is none"),
        }
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> EngineResult<ColumnarValue> {
        match arguments.args.into_iter().next() {
            Some(first) => Ok(first),
            None => exec_err!("{SAME} gives an argument back, and there is none"),
        }
    }
}

/// Two texts, one behind the other; nothing where one of them is missing.
fn joined(arguments: &[ColumnarValue]) -> EngineResult<ColumnarValue> {
    let arrays = ColumnarValue::values_to_arrays(arguments)?;
    let parts: Vec<Part> = arrays.iter().map(Part::of_array).collect();
    check("||", Growth::Sum.bytes(&parts, 0))?;
    check_longest("||", Growth::Sum.longest(&parts))?;
    let (left, right) = (arrays[0].as_string::<i32>(), arrays[1].as_string::<i32>());
    let mut texts = StringBuilder::new();
    for (left, right) in left.iter().zip(right) {
        texts.append_option(left.zip(right).map(|(left, right)| format!("{left}{right}")));
    }
    Ok(ColumnarValue::Array(Arc::new(texts.finish())))
}
