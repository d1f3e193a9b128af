//! Names for what a question selects without naming it, where the engine would call two parts of it alike.
//!
//! The engine leaves casts out of names: `sum(a)` and `sum(CAST(a AS bigint))` are one to it, and it refuses both in one question.
//! PostgreSQL calls both `sum`. Here the second is `sum_2`: rows are also objects of JSON, in which no two keys are alike.
//!
//! Only what the engine refuses is named so. Whatever else was asked and cited keeps the names that its answer had.

use std::ops::ControlFlow;

use datafusion::{
    common::SchemaError,
    error::DataFusionError,
    sql::sqlparser::ast::{
        Expr, FunctionArg, FunctionArgExpr, Ident, Select, SelectItem, Statement, Value, VisitMut, VisitorMut,
    },
};

use super::{asked::call, guard};

/// What something is called that has no name of its own.
const NAMELESS: &str = "column";

/// Whether the engine refuses a question because two parts of it have one name.
pub fn is_clash(error: &DataFusionError) -> bool {
    match error.find_root() {
        DataFusionError::Plan(words) => words.contains("require unique expression names"),
        DataFusionError::SchemaError(known, _) => matches!(
            **known,
            SchemaError::DuplicateQualifiedField { .. } | SchemaError::DuplicateUnqualifiedField { .. }
        ),
        _ => false,
    }
}

/// The question with names that tell its parts apart; none where nothing in it is called alike.
pub fn told_apart(statement: &Statement) -> Option<Statement> {
    let mut other = statement.clone();
    // The visitor never breaks off.
    let _ = other.visit(&mut Apart { n_calls: 0 });
    (other != *statement).then_some(other)
}

struct Apart {
    /// How many calls of functions stand around what is looked at.
    n_calls: usize,
}

impl VisitorMut for Apart {
    type Break = ();

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        name_alike(&mut select.projection);
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if matches!(expr, Expr::Function(_)) {
            self.n_calls += 1;
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let how = match expr {
            Expr::Function(_) => {
                self.n_calls -= 1;
                return ControlFlow::Continue(());
            }
            // What a group or a window is computed of has a name within the plan, which nothing in the statement can give it.
            Expr::Cast { kind, data_type, .. } if self.n_calls > 0 => format!("{kind:?} {data_type}"),
            _ => return ControlFlow::Continue(()),
        };
        let how = Expr::Value(Value::SingleQuotedString(how).into());
        let arguments = [expr.clone(), how].map(|one| FunctionArg::Unnamed(FunctionArgExpr::Expr(one)));
        *expr = call(guard::SAME, arguments.into());
        ControlFlow::Continue(())
    }
}

/// Names those items of a SELECT list that are called like another and are no columns.
fn name_alike(items: &mut [SelectItem]) {
    let called: Vec<Option<String>> = items.iter().map(called).collect();
    let mut taken: Vec<String> = items
        .iter()
        .zip(&called)
        .filter(|(item, _)| keeps_name(item))
        .filter_map(|(_, name)| name.clone())
        .collect();
    // Among all columns of a table there may be one of any name.
    let has_all = called.contains(&None);
    for (item, name) in items.iter_mut().zip(&called) {
        let (SelectItem::UnnamedExpr(expr), Some(name)) = (&*item, name) else {
            continue;
        };
        let is_alike = has_all || called.iter().flatten().filter(|other| *other == name).count() > 1;
        if keeps_name(item) || !is_alike {
            continue;
        }
        let first = if has_all { 2 } else { 1 };
        let free = free_name(name, first, &taken);
        *item = SelectItem::ExprWithAlias {
            expr: expr.clone(),
            alias: Ident::with_quote('"', &free),
        };
        taken.push(free);
    }
}

/// Whether an item of a SELECT list has a name that its author gave or that its column has.
fn keeps_name(item: &SelectItem) -> bool {
    match item {
        SelectItem::UnnamedExpr(expr) => matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_)),
        _ => true,
    }
}

/// The name with the lowest number from `first` on that nothing has; the first is the name itself.
fn free_name(name: &str, first: usize, taken: &[String]) -> String {
    let mut n = first;
    loop {
        let free = match n {
            1 => name.to_owned(),
            n => format!("{name}_{n}"),
        };
        if !taken.contains(&free) {
            return free;
        }
        n += 1;
    }
}

/// What PostgreSQL calls an item of a SELECT list; none for all columns of a table.
fn called(item: &SelectItem) -> Option<String> {
    match item {
        SelectItem::UnnamedExpr(expr) => Some(name_of(expr)),
        SelectItem::ExprWithAlias { alias, .. } => Some(said(alias)),
        _ => None,
    }
}

fn name_of(expr: &Expr) -> String {
    let word = match expr {
        Expr::Identifier(name) => return said(name),
        Expr::CompoundIdentifier(parts) => return parts.last().map(said).unwrap_or_default(),
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => return name_of(inner),
        Expr::Function(function) => {
            let last = function.name.0.last().and_then(|part| part.as_ident());
            return match last.map(said) {
                Some(name) if !name.starts_with(guard::OURS) => name,
                _ => NAMELESS.to_owned(),
            };
        }
        Expr::Case { .. } => "case",
        Expr::Extract { .. } => "extract",
        Expr::Substring { .. } => "substring",
        Expr::Trim { .. } => "trim",
        Expr::Position { .. } => "position",
        Expr::Ceil { .. } => "ceil",
        Expr::Floor { .. } => "floor",
        Expr::Exists { .. } => "exists",
        _ => NAMELESS,
    };
    word.to_owned()
}

/// A name as the engine reads it: without quotes in lower case.
fn said(name: &Ident) -> String {
    match name.quote_style {
        Some(_) => name.value.clone(),
        None => name.value.to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::{dialect::GenericDialect, parser::Parser};
    use pretty_assertions::assert_eq;

    use super::*;

    fn apart(sql: &str) -> Option<String> {
        let statement = Parser::parse_sql(&GenericDialect {}, sql)
            .expect("SQL")
            .pop()
            .expect("a statement");
        told_apart(&statement).map(|other| other.to_string())
    }

    #[test]
    fn what_is_called_alike_gets_a_number_and_all_else_keeps_its_name() {
        for (sql, wanted) in [
            (
                "SELECT sum(a), sum(b), sum(c) AS n, count(*) FROM t",
                Some("SELECT sum(a) AS \"sum\", sum(b) AS \"sum_2\", sum(c) AS n, count(*) FROM t"),
            ),
            (
                "SELECT CAST(a AS BIGINT), a, A || 'x', b || 'y' FROM t",
                Some(
                    "SELECT CAST(a AS BIGINT) AS \"a_2\", a, A || 'x' AS \"column\", b || 'y' AS \"column_2\" FROM t",
                ),
            ),
            (
                "SELECT max(a), sum(b) AS MAX FROM t",
                Some("SELECT max(a) AS \"max_2\", sum(b) AS MAX FROM t"),
            ),
            (
                "SELECT *, a + 1 FROM t",
                Some("SELECT *, a + 1 AS \"column_2\" FROM t"),
            ),
            (
                "SELECT sum(CAST(a AS BIGINT)) AS n FROM t",
                Some("SELECT sum(baraza_same(CAST(a AS BIGINT), 'Cast BIGINT')) AS n FROM t"),
            ),
            (
                "SELECT n FROM (SELECT sum(a) AS n, min(b), min(c) FROM t) x",
                Some("SELECT n FROM (SELECT sum(a) AS n, min(b) AS \"min\", min(c) AS \"min_2\" FROM t) x"),
            ),
            ("SELECT count(*), max(a), a.code, b.code FROM a, b", None),
            ("SELECT CAST(a AS BIGINT) FROM t", None),
        ] {
            assert_eq!(apart(sql).as_deref(), wanted, "{sql}");
        }
    }
}
