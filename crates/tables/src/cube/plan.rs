//! What is read for questions about the same rows, and how it is worked out: every expression once, however many ask for it.

use std::{collections::HashMap, sync::Arc};

use arrow::datatypes::{DataType, Field, SchemaRef};
use datafusion::{
    common::{DFSchema, ScalarValue, TableReference},
    execution::session_state::SessionState,
    logical_expr::{Expr, ExprSchemable, Operator},
    physical_plan::PhysicalExpr,
    sql::sqlparser::ast::{Expr as Written, ExprWithAlias},
};

use super::{
    CubeSpec,
    bits::Condition,
    codes::ColumnCodes,
    no_number,
    star::{AskedSide, JoinedSide, Side, can_be_a_key, schema_of},
    work::{Way, Worked, dictionary},
};
use crate::{
    error::Result,
    plain,
    query::{Scope, names},
    value::Kind,
};

/// Conditions whose values stand beside each other in a machine word, two bits each.
pub const LEAVES_OF_A_PLANE: usize = 32;

/// What is read and how it is worked out.
pub struct Plan {
    /// The columns that are read of the counted table; texts as dictionaries.
    pub base: SchemaRef,
    pub sides: Vec<Side>,
    /// The columns of a joined row.
    pub schema: SchemaRef,
    /// Whether a column's values get codes.
    pub coded: Vec<bool>,
    pub dimensions: Vec<Worked>,
    pub kinds: Vec<Kind>,
    /// The different conditions that sums and filters are made of.
    pub leaves: Vec<Worked>,
    pub sheaves: Vec<Sheaf>,
    pub shapes: Vec<Shape>,
    pub measures: Vec<Measure>,
}

/// Conditions over one coded column, worked out together.
pub struct Sheaf {
    pub column: usize,
    pub plane: usize,
    pub leaves: Vec<usize>,
}

/// Questions by the same dimensions: their rows fall into the same groups.
pub struct Shape {
    /// Places in the plan's dimensions.
    pub dimensions: Vec<usize>,
    /// What is counted.
    pub lanes: Vec<Condition>,
    pub numbers: Vec<Numbers>,
    pub n_integers: usize,
    pub n_decimals: usize,
}

/// Numbers that are added up over the rows that a filter lets through.
pub struct Numbers {
    pub filter: Condition,
    pub sums: Vec<(Worked, Slot)>,
    exprs: Vec<Expr>,
}

/// One question: where its sums are found.
pub struct Measure {
    pub shape: usize,
    /// The lane that counts the rows it is about: a group without any is none of its.
    pub seen: usize,
    pub sums: Vec<Slot>,
}

/// Where a sum is kept within its shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    Count(usize),
    Integer(usize),
    Decimal(usize),
}

/// A plan whose joined tables are still to be read.
pub struct Draft {
    pub plan: Plan,
    pub sides: Vec<AskedSide>,
}

/// The tables whose columns expressions may name, as they are called there.
pub struct Known<'a> {
    pub session: &'a SessionState,
    pub scope: &'a Scope,
    pub name: &'a str,
    pub fields: Vec<Field>,
    pub sides: &'a [(JoinedSide, Vec<Field>)],
}

impl Draft {
    /// Plans questions about the same rows; none where an expression or a join is not understood.
    ///
    /// # Errors
    /// When a sum is of no number.
    pub fn of(known: &Known<'_>, specs: &[&CubeSpec]) -> Result<Option<Draft>> {
        let Some(parsed) = known.parsed(specs) else {
            return Ok(None);
        };
        let Some(mut drawn) = Drawn::of(known, &parsed) else {
            return Ok(None);
        };
        for question in &parsed.questions {
            if drawn.add_dimensions(question).is_none() {
                return Ok(None);
            }
        }
        for (spec, question) in specs.iter().zip(&parsed.questions) {
            if !drawn.add_sums(spec, question)? {
                return Ok(None);
            }
        }
        Ok(Some(drawn.done()))
    }
}

/// The expressions of all questions, over every column there is.
struct Parsed {
    whole: DFSchema,
    /// Where the columns of each side begin.
    starts: Vec<usize>,
    questions: Vec<Question>,
    joins: Vec<ParsedJoin>,
}

struct Question {
    dimensions: Vec<Expr>,
    sums: Vec<Expr>,
    filter: Option<Expr>,
}

struct ParsedJoin {
    /// Place of the key among all columns.
    key: usize,
    expr: Expr,
}

impl Known<'_> {
    fn parsed(&self, specs: &[&CubeSpec]) -> Option<Parsed> {
        let mut columns = qualified(self.name, &self.fields);
        let mut starts = Vec::new();
        for (side, fields) in self.sides {
            starts.push(columns.len());
            columns.extend(qualified(&side.name, fields));
        }
        let names: Vec<String> = columns.iter().map(|(_, field)| field.name().clone()).collect();
        let whole = DFSchema::new_with_metadata(columns, HashMap::new()).ok()?;
        let parse = |sql: &str| self.parse(sql, &whole, &names);
        let all = |exprs: &[(String, String)]| {
            exprs
                .iter()
                .map(|(_, sql)| parse(sql))
                .collect::<Option<Vec<_>>>()
        };
        let mut questions = Vec::new();
        for spec in specs {
            let filter = match &spec.filter {
                Some(filter) => Some(parse(filter)?),
                None => None,
            };
            questions.push(Question {
                dimensions: all(&spec.dimensions)?,
                sums: all(&spec.sums)?,
                filter,
            });
        }
        let mut joins = Vec::new();
        for (at, (side, fields)) in self.sides.iter().enumerate() {
            let on = self.understood(side.on.clone(), &whole, &names)?;
            joins.push(join_on(&on, &whole, starts[at], starts[at] + fields.len())?);
        }
        Some(Parsed {
            whole,
            starts,
            questions,
            joins,
        })
    }

    fn parse(&self, sql: &str, whole: &DFSchema, names: &[String]) -> Option<Expr> {
        let dialect = self.session.config_options().sql_parser.dialect;
        self.understood(self.session.sql_to_expr(sql, &dialect).ok()?, whole, names)
    }

    fn understood(&self, mut written: Written, whole: &DFSchema, names: &[String]) -> Option<Expr> {
        names::settle(&mut written, self.scope, names);
        let written = ExprWithAlias {
            expr: written,
            alias: None,
        };
        let expr = self
            .session
            .create_logical_expr_from_sql_expr(written, whole)
            .ok()?;
        (!expr.is_volatile()).then_some(expr)
    }
}

fn qualified(name: &str, fields: &[Field]) -> Vec<(Option<TableReference>, Arc<Field>)> {
    let reference = TableReference::bare(name);
    let fields = fields.iter().map(|field| Arc::new(field.clone()));
    fields.map(|field| (Some(reference.clone()), field)).collect()
}

/// Reads `side.key = …` the one way round or the other; the columns of the side are those from `start` to `end`.
fn join_on(on: &Expr, whole: &DFSchema, start: usize, end: usize) -> Option<ParsedJoin> {
    let Expr::BinaryExpr(both) = on else { return None };
    if both.op != Operator::Eq {
        return None;
    }
    [(&both.left, &both.right), (&both.right, &both.left)]
        .into_iter()
        .find_map(|(key, other)| {
            let Expr::Column(key) = &**key else { return None };
            let key = whole.index_of_column(key).ok()?;
            let mut columns = other.column_refs().into_iter();
            let is_before = columns.all(|column| whole.index_of_column(column).is_ok_and(|at| at < start));
            ((start..end).contains(&key) && is_before).then(|| ParsedJoin {
                key,
                expr: (**other).clone(),
            })
        })
}

/// A plan in the making, over the columns that are used.
struct Drawn<'a> {
    session: &'a SessionState,
    schema: SchemaRef,
    projected: DFSchema,
    base: SchemaRef,
    sides: Vec<AskedSide>,
    coded: Vec<bool>,
    dimensions: Vec<(Expr, Worked)>,
    kinds: Vec<Kind>,
    leaves: Vec<(Expr, Worked)>,
    shapes: Vec<Shape>,
    measures: Vec<Measure>,
}

impl<'a> Drawn<'a> {
    fn of(known: &Known<'a>, parsed: &Parsed) -> Option<Drawn<'a>> {
        let whole = &parsed.whole;
        let mut is_used = vec![false; whole.fields().len()];
        let mut note = |expr: &Expr| {
            for column in expr.column_refs() {
                if let Ok(at) = whole.index_of_column(column) {
                    is_used[at] = true;
                }
            }
        };
        for question in &parsed.questions {
            let exprs = question.dimensions.iter().chain(&question.sums);
            exprs.chain(&question.filter).for_each(&mut note);
        }
        // What only finds rows of another table is read as it is.
        let mut is_needed = is_used.clone();
        for join in &parsed.joins {
            for column in join.expr.column_refs() {
                is_needed[whole.index_of_column(column).ok()?] = true;
            }
        }
        let n_base = known.fields.len();
        let mut kept = Vec::new();
        let mut starts = vec![0];
        for (at, is_needed) in is_needed.iter().enumerate() {
            if parsed.starts.contains(&at) {
                starts.push(kept.len());
            }
            if *is_needed {
                let field = (**whole.field(at)).clone();
                let field = match at < n_base && !is_used[at] && *field.data_type() == dictionary() {
                    true => field.with_data_type(DataType::Utf8),
                    false => field,
                };
                kept.push((at, field));
            }
        }
        let fields: Vec<Field> = kept.iter().map(|(_, field)| field.clone()).collect();
        let reference = |at: usize| whole.qualified_field(at).0.cloned();
        let qualified: Vec<_> = kept
            .iter()
            .map(|(at, field)| (reference(*at), Arc::new(field.clone())))
            .collect();
        let projected = DFSchema::new_with_metadata(qualified.clone(), HashMap::new()).ok()?;
        starts.push(fields.len());
        let mut sides = Vec::new();
        for (at, join) in parsed.joins.iter().enumerate() {
            let (start, end) = (starts[at + 1], starts[at + 2]);
            let key = (**whole.field(join.key)).clone();
            let before = DFSchema::new_with_metadata(qualified[..start].to_vec(), HashMap::new()).ok()?;
            let expr = known
                .session
                .create_physical_expr(join.expr.clone(), &before)
                .ok()?;
            let before = schema_of(&fields[..start]);
            let is_alike = can_be_a_key(key.data_type())
                && plain::kind_of(&expr.data_type(&before).ok()?) == plain::kind_of(key.data_type());
            if !is_alike {
                return None;
            }
            sides.push(AskedSide {
                fields: fields[start..end].to_vec(),
                key,
                before,
                expr,
            });
        }
        Some(Drawn {
            session: known.session,
            base: schema_of(&fields[..starts.get(1).copied().unwrap_or(fields.len())]),
            schema: schema_of(&fields),
            projected,
            sides,
            coded: vec![false; fields.len()],
            dimensions: Vec::new(),
            kinds: Vec::new(),
            leaves: Vec::new(),
            shapes: Vec::new(),
            measures: Vec::new(),
        })
    }

    /// The only column of an expression.
    fn only_column(&self, expr: &Expr) -> Option<usize> {
        let columns = expr.column_refs();
        let mut places = columns
            .iter()
            .filter_map(|column| self.projected.index_of_column(column).ok());
        (columns.len() == 1).then(|| places.next()).flatten()
    }

    fn physical(&self, expr: &Expr) -> Option<Arc<dyn PhysicalExpr>> {
        self.session
            .create_physical_expr(expr.clone(), &self.projected)
            .ok()
    }

    fn worked(&mut self, expr: &Expr, codes_anyway: bool) -> Option<Worked> {
        let way = match self.only_column(expr) {
            None if expr.column_refs().is_empty() => Way::Constant,
            Some(at) if ColumnCodes::new(self.schema.field(at).data_type()).is_some() => {
                let is_text = *self.schema.field(at).data_type() == dictionary();
                self.coded[at] |= codes_anyway || is_text;
                if self.coded[at] {
                    Way::ByValue(at)
                } else {
                    Way::ByRow
                }
            }
            _ => Way::ByRow,
        };
        let expr = self.physical(expr)?;
        Some(Worked { expr, way })
    }

    fn kind(&self, worked: &Worked) -> Option<Kind> {
        let data_type = worked.expr.data_type(&self.schema).ok()?;
        Some(plain::kind_of(&data_type))
    }

    /// Finds the shape of a question's dimensions, or makes it.
    fn add_dimensions(&mut self, question: &Question) -> Option<()> {
        let mut dimensions = Vec::new();
        for expr in &question.dimensions {
            let known = self.dimensions.iter().position(|(known, _)| known == expr);
            dimensions.push(match known {
                Some(at) => at,
                None => {
                    let worked = self.worked(expr, true)?;
                    self.kinds.push(self.kind(&worked)?);
                    self.dimensions.push((expr.clone(), worked));
                    self.dimensions.len() - 1
                }
            });
        }
        let known = self
            .shapes
            .iter()
            .position(|shape| shape.dimensions == dimensions);
        let shape = known.unwrap_or_else(|| {
            self.shapes.push(Shape {
                dimensions,
                lanes: Vec::new(),
                numbers: Vec::new(),
                n_integers: 0,
                n_decimals: 0,
            });
            self.shapes.len() - 1
        });
        self.measures.push(Measure {
            shape,
            seen: 0,
            sums: Vec::new(),
        });
        Some(())
    }

    /// Adds the sums of the next question; says whether all of them are understood.
    fn add_sums(&mut self, spec: &CubeSpec, question: &Question) -> Result<bool> {
        let Some(at) = self.measures.iter().position(|measure| measure.sums.is_empty()) else {
            return Ok(false);
        };
        let shape = self.measures[at].shape;
        let filter = match &question.filter {
            None => Some(Condition::Always(Some(true))),
            Some(filter) if self.is_condition(filter) => self.condition(filter),
            Some(_) => None,
        };
        let Some(filter) = filter else {
            return Ok(false);
        };
        self.measures[at].seen = self.lane(shape, filter.clone());
        for (expr, (name, sql)) in question.sums.iter().zip(&spec.sums) {
            let slot = match counted(expr) {
                Some(Counted::Rows) => Some(Slot::Count(self.measures[at].seen)),
                Some(Counted::Where(condition)) if self.is_condition(condition) => {
                    let condition = self.condition(condition);
                    condition.map(|condition| Slot::Count(self.lane(shape, filter.clone().and(condition))))
                }
                _ => match self.number(shape, &filter, expr) {
                    Some(Some(slot)) => Some(slot),
                    Some(None) => return Err(no_number(name, sql)),
                    None => None,
                },
            };
            let Some(slot) = slot else {
                return Ok(false);
            };
            self.measures[at].sums.push(slot);
        }
        Ok(true)
    }

    fn lane(&mut self, shape: usize, condition: Condition) -> usize {
        let lanes = &mut self.shapes[shape].lanes;
        let known = lanes.iter().position(|known| *known == condition);
        known.unwrap_or_else(|| {
            lanes.push(condition);
            lanes.len() - 1
        })
    }

    /// Where a number is summed up; inside none where it is no number.
    fn number(&mut self, shape: usize, filter: &Condition, expr: &Expr) -> Option<Option<Slot>> {
        let of_filter = |numbers: &Numbers| numbers.filter == *filter;
        let known = self.shapes[shape].numbers.iter().position(of_filter);
        if let Some(at) = known {
            let numbers = &self.shapes[shape].numbers[at];
            if let Some(same) = numbers.exprs.iter().position(|known| known == expr) {
                return Some(Some(numbers.sums[same].1));
            }
        }
        let worked = self.worked(expr, false)?;
        let kind = self.kind(&worked)?;
        let shape = &mut self.shapes[shape];
        let slot = match kind {
            Kind::Integer => {
                shape.n_integers += 1;
                Slot::Integer(shape.n_integers - 1)
            }
            Kind::Decimal => {
                shape.n_decimals += 1;
                Slot::Decimal(shape.n_decimals - 1)
            }
            _ => return Some(None),
        };
        let at = known.unwrap_or_else(|| {
            shape.numbers.push(Numbers {
                filter: filter.clone(),
                sums: Vec::new(),
                exprs: Vec::new(),
            });
            shape.numbers.len() - 1
        });
        shape.numbers[at].sums.push((worked, slot));
        shape.numbers[at].exprs.push(expr.clone());
        Some(Some(slot))
    }

    fn is_condition(&self, expr: &Expr) -> bool {
        expr.get_type(&self.projected)
            .is_ok_and(|data_type| data_type == DataType::Boolean)
    }

    /// Takes a condition apart into those that one coded column decides, as far as they are joined by AND, OR and NOT.
    fn condition(&mut self, expr: &Expr) -> Option<Condition> {
        let is_of_one = self
            .only_column(expr)
            .is_some_and(|at| self.coded[at] || *self.schema.field(at).data_type() == dictionary());
        if is_of_one {
            return self.leaf(expr);
        }
        match expr {
            Expr::Literal(ScalarValue::Boolean(value), _) => Some(Condition::Always(*value)),
            Expr::Not(inner) if self.is_condition(inner) => Some(self.condition(inner)?.negated()),
            Expr::IsNull(inner) | Expr::IsUnknown(inner) if self.is_condition(inner) => {
                Some(Condition::IsUnknown(Box::new(self.condition(inner)?)))
            }
            Expr::IsNotNull(inner) | Expr::IsNotUnknown(inner) if self.is_condition(inner) => {
                Some(Condition::IsUnknown(Box::new(self.condition(inner)?)).negated())
            }
            Expr::IsTrue(inner) if self.is_condition(inner) => {
                Some(Condition::IsTrue(Box::new(self.condition(inner)?)))
            }
            Expr::IsNotTrue(inner) if self.is_condition(inner) => {
                Some(Condition::IsTrue(Box::new(self.condition(inner)?)).negated())
            }
            Expr::BinaryExpr(both) if self.is_condition(&both.left) && self.is_condition(&both.right) => {
                match both.op {
                    Operator::And => Some(self.condition(&both.left)?.and(self.condition(&both.right)?)),
                    Operator::Or => Some(Condition::Or(
                        Box::new(self.condition(&both.left)?),
                        Box::new(self.condition(&both.right)?),
                    )),
                    _ => self.leaf(expr),
                }
            }
            _ => self.leaf(expr),
        }
    }

    fn leaf(&mut self, expr: &Expr) -> Option<Condition> {
        if let Some(at) = self.leaves.iter().position(|(known, _)| known == expr) {
            return Some(Condition::Leaf(at));
        }
        let worked = self.worked(expr, false)?;
        let is_condition = worked.expr.data_type(&self.schema).ok()? == DataType::Boolean;
        is_condition.then(|| {
            self.leaves.push((expr.clone(), worked));
            Condition::Leaf(self.leaves.len() - 1)
        })
    }

    fn done(self) -> Draft {
        let leaves: Vec<Worked> = self.leaves.into_iter().map(|(_, worked)| worked).collect();
        let mut sheaves: Vec<Sheaf> = Vec::new();
        for (at, leaf) in leaves.iter().enumerate() {
            let Way::ByValue(column) = leaf.way else { continue };
            let plane = at / LEAVES_OF_A_PLANE;
            match sheaves
                .iter_mut()
                .find(|sheaf| sheaf.column == column && sheaf.plane == plane)
            {
                Some(sheaf) => sheaf.leaves.push(at),
                None => sheaves.push(Sheaf {
                    column,
                    plane,
                    leaves: vec![at],
                }),
            }
        }
        Draft {
            plan: Plan {
                base: self.base,
                sides: Vec::new(),
                schema: self.schema,
                coded: self.coded,
                dimensions: self.dimensions.into_iter().map(|(_, worked)| worked).collect(),
                kinds: self.kinds,
                leaves,
                sheaves,
                shapes: self.shapes,
                measures: self.measures,
            },
            sides: self.sides,
        }
    }
}

/// What a sum of ones counts.
enum Counted<'a> {
    Rows,
    Where(&'a Expr),
}

/// Reads `1` and `CASE WHEN … THEN 1 ELSE 0 END`.
fn counted(expr: &Expr) -> Option<Counted<'_>> {
    let is = |expr: &Expr, n: i64| matches!(expr, Expr::Literal(ScalarValue::Int64(Some(value)), _) if *value == n);
    if is(expr, 1) {
        return Some(Counted::Rows);
    }
    let Expr::Case(case) = expr else { return None };
    let ([(condition, then)], None) = (case.when_then_expr.as_slice(), &case.expr) else {
        return None;
    };
    let is_else = case.else_expr.as_ref().is_none_or(|other| is(other, 0));
    (is(then, 1) && is_else).then_some(Counted::Where(condition))
}
