//! What a statement may ask for, whoever asks: patterns that are compared in a moment, lists and groups that are counted before they
//! are made, and functions whose answers do not grow with a number that somebody writes.

use std::ops::ControlFlow;

use arrow::datatypes::DataType;
use datafusion::{
    common::{
        Result as EngineResult, ScalarValue,
        config::ConfigOptions,
        plan_err,
        tree_node::{TreeNode, TreeNodeRecursion},
    },
    logical_expr::{
        Expr, LogicalPlan, Operator,
        expr::{AggregateFunction, WindowFunctionDefinition},
    },
    optimizer::AnalyzerRule,
    sql::sqlparser::ast::{
        BinaryOperator, Expr as Written, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr,
        ObjectName, ObjectNamePart, Select, Statement, TableFactor, UnaryOperator, Visit, Visitor,
    },
};

use super::guard;
use crate::error::{Error, Result};

/// Letters of a pattern.
const LONGEST_PATTERN: usize = 1_000;
/// Windows of one statement.
const MOST_WINDOWS: usize = 50;
/// Values of one list.
const LONGEST_LIST: usize = 10_000;
/// Columns of one CUBE or ROLLUP, and the sets of columns that one statement groups by.
const MOST_CUBED: usize = 6;
const MOST_SETS: usize = 64;
/// What may be written as the accuracy of a percentile.
const MOST_CENTROIDS: f64 = 1_000.0;
/// Functions that keep all of a group: over windows each row would have a copy of its own, or be a sort of its own.
const NO_WINDOWS: [&str; 6] = [
    "array_agg",
    "string_agg",
    "median",
    "percentile_cont",
    "approx_percentile_cont",
    "approx_percentile_cont_with_weight",
];

/// What clients of PostgreSQL ask how far rows are to be made, while they look at the catalogue: sizes of its own short lists.
const SIZES: [&str; 3] = ["array_lower", "array_upper", "current_schemas"];

/// Refuses what would be made while a statement is planned: the sets of a CUBE, and the arguments of what makes rows.
///
/// # Errors
/// [`Error::BadQuery`].
pub fn of_statement(statement: &Statement) -> Result<()> {
    match statement.visit(&mut AsWritten) {
        ControlFlow::Break(refused) => Err(Error::BadQuery(refused)),
        ControlFlow::Continue(()) => Ok(()),
    }
}

struct AsWritten;

impl Visitor for AsWritten {
    type Break = String;

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<String> {
        let n_sets = match &select.group_by {
            GroupByExpr::Expressions(by, modifiers) if modifiers.is_empty() => {
                by.iter().map(sets).fold(1, usize::saturating_mul)
            }
            // GROUP BY a, b WITH CUBE
            GroupByExpr::Expressions(by, _) if by.len() > MOST_CUBED => usize::MAX,
            _ => 1,
        };
        if n_sets > MOST_SETS {
            return ControlFlow::Break(format!(
                "the query groups by too many sets: at most {MOST_CUBED} columns stand in CUBE and ROLLUP, and at most {MOST_SETS} sets are grouped by"
            ));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<String> {
        // It tells where the files are.
        let is_settings = relation
            .0
            .last()
            .and_then(ObjectNamePart::as_ident)
            .is_some_and(|name| name.value.eq_ignore_ascii_case("df_settings"));
        match is_settings {
            true => ControlFlow::Break(format!("there is no table {relation}")),
            false => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_table_factor(&mut self, table: &TableFactor) -> ControlFlow<String> {
        let arguments: &[FunctionArg] = match table {
            TableFactor::Table {
                args: Some(given), ..
            } => &given.args,
            TableFactor::Function { args, .. } => args,
            _ => &[],
        };
        if arguments.iter().all(is_fixed_argument) {
            return ControlFlow::Continue(());
        }
        ControlFlow::Break(
            "what makes rows is told numbers and days that are written out, no expressions".into(),
        )
    }
}

/// How many sets of columns a part of GROUP BY stands for.
fn sets(part: &Written) -> usize {
    let columns = |lists: &[Vec<Written>]| lists.iter().map(Vec::len).sum::<usize>();
    match part {
        Written::Cube(lists) if columns(lists) <= MOST_CUBED => 1 << columns(lists),
        Written::Rollup(lists) if columns(lists) <= MOST_CUBED => 1 + columns(lists),
        Written::Cube(_) | Written::Rollup(_) => usize::MAX,
        Written::GroupingSets(lists) => {
            let each = lists.iter().map(|list| {
                let within = list.iter().map(sets);
                within.fold(1, usize::saturating_mul)
            });
            each.fold(0, usize::saturating_add).max(1)
        }
        _ => 1,
    }
}

fn is_fixed_argument(argument: &FunctionArg) -> bool {
    let given = match argument {
        FunctionArg::Named { arg, .. } | FunctionArg::ExprNamed { arg, .. } | FunctionArg::Unnamed(arg) => {
            arg
        }
    };
    matches!(given, FunctionArgExpr::Expr(expr) if is_fixed(expr))
}

/// Whether an expression is written out, but for sums and products of what is, columns, and sizes of the catalogue's lists.
fn is_fixed(expr: &Written) -> bool {
    match expr {
        Written::Value(_)
        | Written::TypedString(_)
        | Written::Identifier(_)
        | Written::CompoundIdentifier(_) => true,
        Written::Function(function) => {
            let name = function.name.0.last().and_then(ObjectNamePart::as_ident);
            let is_size =
                name.is_some_and(|name| SIZES.iter().any(|size| name.value.eq_ignore_ascii_case(size)));
            let is_fixed = match &function.args {
                FunctionArguments::None => true,
                FunctionArguments::Subquery(_) => false,
                FunctionArguments::List(list) => list.args.iter().all(is_fixed_argument),
            };
            is_size && is_fixed
        }
        Written::Interval(interval) => is_fixed(&interval.value),
        Written::Nested(inner) | Written::Cast { expr: inner, .. } => is_fixed(inner),
        Written::UnaryOp {
            op: UnaryOperator::Minus | UnaryOperator::Plus,
            expr: inner,
        } => is_fixed(inner),
        Written::BinaryOp {
            left,
            op:
                BinaryOperator::Plus | BinaryOperator::Minus | BinaryOperator::Multiply | BinaryOperator::Divide,
            right,
        } => is_fixed(left) && is_fixed(right),
        _ => false,
    }
}

/// Refuses plans that ask for more than is made here, before anything of them is worked out.
#[derive(Debug)]
pub struct Bounds;

impl AnalyzerRule for Bounds {
    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> EngineResult<LogicalPlan> {
        let mut n_windows = 0;
        plan.apply_with_subqueries(|node| {
            node.apply_expressions(|expr| expr.apply(|part| look(part, &mut n_windows)))
        })?;
        Ok(plan)
    }

    fn name(&self) -> &str {
        "bounds"
    }
}

fn look(expr: &Expr, n_windows: &mut usize) -> EngineResult<TreeNodeRecursion> {
    match expr {
        Expr::Like(like) | Expr::SimilarTo(like) => pattern(&like.pattern)?,
        Expr::BinaryExpr(binary) if is_match(binary.op) => pattern(&binary.right)?,
        Expr::ScalarFunction(call) if call.name().starts_with("regexp_") => {
            if let Some(asked) = call.args.get(1) {
                pattern(asked)?;
            }
        }
        Expr::InList(list) if list.list.len() > LONGEST_LIST => {
            return plan_err!(
                "a list of IN has more than {LONGEST_LIST} values; join a table or a VALUES list instead"
            );
        }
        Expr::AggregateFunction(call) => aggregate(call)?,
        Expr::WindowFunction(window) => {
            *n_windows += 1;
            if *n_windows > MOST_WINDOWS {
                return plan_err!("the query has more than {MOST_WINDOWS} windows; ask for fewer at once");
            }
            if let WindowFunctionDefinition::AggregateUDF(function) = &window.fun
                && NO_WINDOWS.contains(&function.name())
            {
                return plan_err!(
                    "the function {} is not offered here over windows",
                    function.name()
                );
            }
        }
        _ => {}
    }
    Ok(TreeNodeRecursion::Continue)
}

fn is_match(op: Operator) -> bool {
    matches!(
        op,
        Operator::RegexMatch
            | Operator::RegexIMatch
            | Operator::RegexNotMatch
            | Operator::RegexNotIMatch
            | Operator::LikeMatch
            | Operator::ILikeMatch
            | Operator::NotLikeMatch
            | Operator::NotILikeMatch
    )
}

/// Refuses a pattern that is not written out: one that is made could be millions of letters long, and another for each row.
fn pattern(asked: &Expr) -> EngineResult<()> {
    match written(asked) {
        Some(n_letters) if n_letters <= LONGEST_PATTERN => Ok(()),
        Some(_) => plan_err!("a pattern has more than {LONGEST_PATTERN} letters; write a shorter one"),
        None => plan_err!("a pattern is made by an expression; write it out between quotes"),
    }
}

/// The letters that a text has at most which is written out, or put together of such texts: `'%' || 'x' || '%'`. None for one that is
/// made otherwise. It is asked before the engine works out what is fixed.
fn written(expr: &Expr) -> Option<usize> {
    match expr {
        Expr::Alias(alias) => written(&alias.expr),
        Expr::Cast(cast) => written(&cast.expr),
        Expr::TryCast(cast) => written(&cast.expr),
        Expr::Literal(value, _) if value.is_null() => Some(0),
        Expr::Literal(value, _) => value.try_as_str().flatten().map(|text| text.chars().count()),
        Expr::BinaryExpr(binary) if binary.op == Operator::StringConcat => {
            Some(written(&binary.left)?.saturating_add(written(&binary.right)?))
        }
        Expr::ScalarFunction(call) if [guard::JOINED, "concat"].contains(&call.name()) => {
            let mut parts = call.args.iter().map(written);
            parts.try_fold(0_usize, |n_letters, part| Some(n_letters.saturating_add(part?)))
        }
        // One letter becomes three at most.
        Expr::ScalarFunction(call) if ["lower", "upper"].contains(&call.name()) => {
            let n_letters = call.args.first().and_then(written)?;
            Some(n_letters.saturating_mul(3))
        }
        _ => None,
    }
}

fn aggregate(call: &AggregateFunction) -> EngineResult<()> {
    percentile(call.func.name(), &call.params.args)
}

/// Refuses an accuracy of a percentile that nobody needs: as much memory is taken as it says.
fn percentile(name: &str, arguments: &[Expr]) -> EngineResult<()> {
    let n_values = match name {
        "approx_percentile_cont" => 1,
        "approx_percentile_cont_with_weight" => 2,
        _ => return Ok(()),
    };
    for argument in arguments.iter().skip(n_values) {
        let number = literal(argument).and_then(|value| value.cast_to(&DataType::Float64).ok());
        if !matches!(number, Some(ScalarValue::Float64(Some(number))) if number <= MOST_CENTROIDS) {
            return plan_err!("the accuracy of a percentile is a number of at most {MOST_CENTROIDS}");
        }
    }
    Ok(())
}

/// A value that is written out, whatever kind it was turned into.
fn literal(expr: &Expr) -> Option<&ScalarValue> {
    match expr {
        Expr::Literal(value, _) => Some(value),
        Expr::Alias(alias) => literal(&alias.expr),
        Expr::Cast(cast) => literal(&cast.expr),
        Expr::TryCast(cast) => literal(&cast.expr),
        _ => None,
    }
}
