//! `filters`: which rows are meant.
//!
//! `{"name": "Ana", "year": [2020, 2021], "age": {"gte": 18, "lt": 65}}`, a list of such for any of them, and since 2.12
//! `$or` and `$and` with lists of them; a column whose name starts with `$` is written with two. To older CKANs a list stands
//! for any of its members, to newer ones too.

use serde_json::Value;

use super::{Column, FieldType, ROW_ID, fits};
use crate::ckan::{
    Map,
    answer::Failure,
    problems::{Detail, Problems},
    values,
};

/// How deep conditions may be nested, and how many there may be.
pub const DEEPEST: usize = 10;
pub const MOST: usize = 100;
/// How many values one column may be compared with.
pub const MOST_VALUES: usize = 32_000;

/// A condition on the rows of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// All hold; with none, every row is meant.
    All(Vec<Condition>),
    /// One holds; with none, no row is meant.
    Any(Vec<Condition>),
    /// The column has one of these values, which fit its type and are not null.
    In { column: String, values: Vec<Value> },
    /// The column has no value.
    IsNull { column: String },
    Compare {
        column: String,
        how: Comparison,
        value: Value,
    },
}

/// How a column and a value are compared; what has no value is neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Comparison {
    fn read(word: &str) -> Option<Comparison> {
        Some(match word {
            "lt" => Comparison::Less,
            "lte" => Comparison::AtMost,
            "gt" => Comparison::More,
            "gte" => Comparison::AtLeast,
            _ => return None,
        })
    }

    /// Its sign in SQL.
    pub fn sign(self) -> &'static str {
        match self {
            Comparison::Less => "<",
            Comparison::AtMost => "<=",
            Comparison::More => ">",
            Comparison::AtLeast => ">=",
        }
    }
}

impl Condition {
    /// Reads filters against the columns of a table.
    ///
    /// # Errors
    /// All that is wrong with them: unknown columns, values that do not fit, too many or too deep.
    pub fn read(filters: &Value, columns: &[Column]) -> Result<Condition, Failure> {
        let mut reader = Reader {
            columns,
            faults: Vec::new(),
            n: 0,
        };
        let condition = match filters {
            Value::Null => Condition::All(Vec::new()),
            Value::Object(map) => reader.object(map, 0)?,
            Value::Array(items) if items.is_empty() => Condition::All(Vec::new()),
            Value::Array(items) if items.iter().all(Value::is_object) => {
                Condition::Any(reader.members(items, 0)?)
            }
            _ => {
                return Err(Failure::field(
                    "filters",
                    "Filters must be defined as a dict or a list of dicts",
                ));
            }
        };
        if reader.faults.is_empty() {
            Ok(condition.flat())
        } else {
            let mut problems = Problems::default();
            problems.set("filters", Detail::Texts(reader.faults));
            Err(Failure::Invalid(problems))
        }
    }

    /// Whether every row is meant.
    pub fn is_everything(&self) -> bool {
        matches!(self, Condition::All(all) if all.is_empty())
    }

    /// Whether a row is meant; `cell` gives its value in a column, null where it has none.
    pub fn admits<'v>(&self, cell: &impl Fn(&str) -> Option<&'v Value>) -> bool {
        let held = |column: &str| cell(column).filter(|value| !value.is_null());
        match self {
            Condition::All(all) => all.iter().all(|condition| condition.admits(cell)),
            Condition::Any(any) => any.iter().any(|condition| condition.admits(cell)),
            Condition::IsNull { column } => held(column).is_none(),
            Condition::In { column, values } => held(column).is_some_and(|cell| {
                values
                    .iter()
                    .any(|value| compare(cell, value) == Some(std::cmp::Ordering::Equal))
            }),
            Condition::Compare { column, how, value } => held(column)
                .and_then(|cell| compare(cell, value))
                .is_some_and(|order| match how {
                    Comparison::Less => order.is_lt(),
                    Comparison::AtMost => order.is_le(),
                    Comparison::More => order.is_gt(),
                    Comparison::AtLeast => order.is_ge(),
                }),
        }
    }

    /// The same without groups of one and groups in groups of their kind.
    fn flat(self) -> Condition {
        let (members, is_all) = match self {
            Condition::All(members) => (members, true),
            Condition::Any(members) => (members, false),
            leaf => return leaf,
        };
        let mut flat = Vec::with_capacity(members.len());
        for member in members {
            match (member.flat(), is_all) {
                (Condition::All(inner), true) | (Condition::Any(inner), false) => flat.extend(inner),
                (other, _) => flat.push(other),
            }
        }
        match (flat.len(), is_all) {
            (1, _) => flat.remove(0),
            (_, true) => Condition::All(flat),
            (_, false) => Condition::Any(flat),
        }
    }
}

struct Reader<'a> {
    columns: &'a [Column],
    faults: Vec<String>,
    n: usize,
}

impl Reader<'_> {
    fn object(&mut self, map: &Map, depth: usize) -> Result<Condition, Failure> {
        let mut all = Vec::new();
        for (key, value) in map {
            match key.strip_prefix('$') {
                Some(column) if column.starts_with('$') => all.extend(self.column(column, value)?),
                Some(word @ ("or" | "and")) => {
                    let Some(items) = value
                        .as_array()
                        .filter(|items| items.iter().all(Value::is_object))
                    else {
                        self.faults.push(format!(
                            "Filter operations must be defined as a list of dicts: {}",
                            values::text(value)
                        ));
                        continue;
                    };
                    let members = self.members(items, depth)?;
                    all.push(if word == "or" {
                        Condition::Any(members)
                    } else {
                        Condition::All(members)
                    });
                }
                Some(_) => self
                    .faults
                    .push(format!("Unknown operators (must be one of $or, $and): {key}")),
                None => all.extend(self.column(key, value)?),
            }
        }
        Ok(Condition::All(all))
    }

    fn members(&mut self, items: &[Value], depth: usize) -> Result<Vec<Condition>, Failure> {
        if depth + 1 >= DEEPEST {
            return Err(Failure::field(
                "filters",
                "Maximum nesting depth for filter operations reached",
            ));
        }
        items
            .iter()
            .filter_map(Value::as_object)
            .map(|item| self.object(item, depth + 1))
            .collect()
    }

    /// A value, a list of values for any of them, an object of comparisons that all hold, or a list of such objects.
    fn column(&mut self, name: &str, value: &Value) -> Result<Option<Condition>, Failure> {
        let Some(kind) = self.kind(name) else {
            self.faults.push(format!("Unknown field: {name}"));
            return Ok(None);
        };
        Ok(match value {
            Value::Object(operations) => {
                let mut all = Vec::new();
                for (word, value) in operations {
                    all.extend(self.operation(name, &kind, word, value)?);
                }
                Some(Condition::All(all))
            }
            Value::Array(items)
                if matches!(kind, FieldType::Array(_)) && !items.iter().any(Value::is_object) =>
            {
                // A list of lists is compared as a whole.
                self.values(name, &kind, std::slice::from_ref(value))?
            }
            Value::Array(items) => {
                let (objects, plain): (Vec<&Value>, Vec<&Value>) =
                    items.iter().partition(|item| item.is_object());
                let mut any = Vec::new();
                for object in objects {
                    any.extend(self.column(name, object)?);
                }
                if !plain.is_empty() {
                    let plain: Vec<Value> = plain.into_iter().cloned().collect();
                    any.extend(self.values(name, &kind, &plain)?);
                }
                Some(Condition::Any(any))
            }
            one => self.values(name, &kind, std::slice::from_ref(one))?,
        })
    }

    fn operation(
        &mut self,
        name: &str,
        kind: &FieldType,
        word: &str,
        value: &Value,
    ) -> Result<Option<Condition>, Failure> {
        Ok(match (word, Comparison::read(word), value) {
            ("eq", _, value) => self.values(name, kind, std::slice::from_ref(value))?,
            ("in", _, Value::Array(items)) => self.values(name, kind, items)?,
            (_, Some(how), value) if !value.is_null() && !value.is_array() && !value.is_object() => {
                self.count()?;
                self.fit(name, kind, value).map(|value| Condition::Compare {
                    column: name.to_owned(),
                    how,
                    value,
                })
            }
            _ => {
                self.faults
                    .push(format!("Unknown filter operation: {word} on {name}"));
                None
            }
        })
    }

    /// One of these values. CKAN's null finds nothing; here it finds what has no value, which is what is meant.
    fn values(
        &mut self,
        name: &str,
        kind: &FieldType,
        given: &[Value],
    ) -> Result<Option<Condition>, Failure> {
        self.count()?;
        if given.len() > MOST_VALUES {
            self.faults
                .push(format!("More than {MOST_VALUES} values for {name}"));
            return Ok(None);
        }
        let mut fitting = Vec::with_capacity(given.len());
        let mut has_null = false;
        for value in given {
            if value.is_null() {
                has_null = true;
            } else {
                fitting.extend(self.fit(name, kind, value));
            }
        }
        let found = Condition::In {
            column: name.to_owned(),
            values: fitting,
        };
        let null = Condition::IsNull {
            column: name.to_owned(),
        };
        Ok(Some(match (has_null, given.len()) {
            (false, _) => found,
            (true, 1) => null,
            (true, _) => Condition::Any(vec![found, null]),
        }))
    }

    fn fit(&mut self, name: &str, kind: &FieldType, value: &Value) -> Option<Value> {
        match fits(value, kind) {
            Ok(Value::Null) => {
                self.faults
                    .push(format!("{name}: an empty text is no {}", kind.native_name()));
                None
            }
            Ok(value) => Some(value),
            Err(why) => {
                self.faults.push(format!("{name}: {why}"));
                None
            }
        }
    }

    fn kind(&self, name: &str) -> Option<FieldType> {
        if name == ROW_ID {
            return Some(FieldType::Int8);
        }
        self.columns
            .iter()
            .find(|column| column.id == name)
            .map(|column| column.kind.clone())
    }

    fn count(&mut self) -> Result<(), Failure> {
        self.n += 1;
        if self.n > MOST {
            return Err(Failure::field(
                "filters",
                "Maximum number of filter operations exceeded",
            ));
        }
        Ok(())
    }
}

/// Compares two values of one column.
fn compare(a: &Value, b: &Value) -> Option<std::cmp::Ordering> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => match (a.as_i64(), b.as_i64()) {
            (Some(a), Some(b)) => Some(a.cmp(&b)),
            _ => a.as_f64()?.partial_cmp(&b.as_f64()?),
        },
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (a, b) => (a == b).then_some(std::cmp::Ordering::Equal),
    }
}
