//! Names for what a question selects without naming it: PostgreSQL's, whatever the engine would call it.
//!
//! `count(*)` is called `count` and `CAST(age AS text)` is called `age`, as a program expects that was written for PostgreSQL. What
//! PostgreSQL would call twice the same is `sum` and `sum_2` here: rows are also objects of JSON, in which no two keys are alike.
//!
//! The engine leaves casts out of names: `sum(a)` and `sum(CAST(a AS bigint))` are one to it, and it refuses both in one question.
//! They are told apart where it does.

use std::ops::ControlFlow;

use datafusion::{
    common::SchemaError,
    error::DataFusionError,
    sql::sqlparser::ast::{
        DataType, Distinct, Expr, FunctionArg, FunctionArgExpr, Ident, OrderByExpr, OrderByKind, Query,
        Select, SelectItem, SetExpr, Statement, TrimWhereField, Value, Visit, VisitMut, Visitor, VisitorMut,
    },
};

use super::{asked::call, guard};

/// What PostgreSQL calls something that has no name of its own.
const NAMELESS: &str = "?column?";

/// The question with PostgreSQL's names, in the forms to try; none where everything has a name. Where all of them are refused it is to be
/// asked as it stands: something in it may go by the name that the engine gives.
pub fn forms(statement: &Statement) -> Vec<Statement> {
    let mut forms: Vec<Statement> = Vec::new();
    for is_wary in [false, true] {
        let other = named(statement, is_wary);
        if other != *statement && !forms.contains(&other) {
            forms.push(other);
        }
    }
    forms
}

/// The question with PostgreSQL's names; `is_wary` where all columns of a table may hold one that is called so.
fn named(statement: &Statement, is_wary: bool) -> Statement {
    let mut other = statement.clone();
    // The visitor never breaks off.
    let _ = VisitMut::visit(&mut other, &mut Names { is_wary });
    other
}

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
    let mut other = named(statement, true);
    // The visitor never breaks off.
    let _ = VisitMut::visit(&mut other, &mut Apart { n_calls: 0 });
    (other != *statement).then_some(other)
}

/// Names what a question and the questions in it leave without a name.
struct Names {
    is_wary: bool,
}

impl VisitorMut for Names {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        let Query { body, order_by, .. } = query;
        let sorted: &mut [OrderByExpr] = match order_by.as_mut().map(|order| &mut order.kind) {
            Some(OrderByKind::Expressions(sorted)) => sorted.as_mut_slice(),
            _ => &mut [],
        };
        name_selects(body, sorted, self.is_wary);
        ControlFlow::Continue(())
    }
}

fn name_selects(body: &mut SetExpr, sorted: &mut [OrderByExpr], is_wary: bool) {
    match body {
        SetExpr::Select(select) => name_select(select, sorted, is_wary),
        SetExpr::SetOperation { left, right, .. } => {
            name_selects(left, &mut [], is_wary);
            name_selects(right, &mut [], is_wary);
        }
        _ => {}
    }
}

/// Names the items of one SELECT, and sorts by the names of those that it is sorted by.
fn name_select(select: &mut Select, sorted: &mut [OrderByExpr], is_wary: bool) {
    let mentioned = mentioned(select, sorted);
    let named = name_items(&mut select.projection, &mentioned, is_wary);
    for order in sorted {
        if let Some((_, name)) = named.iter().find(|(expr, _)| *expr == order.expr) {
            order.expr = Expr::Identifier(name.clone());
        }
    }
}

/// The columns by which groups are chosen and rows are sorted within expressions: there the engine would take what is selected for the
/// column that has the same name.
fn mentioned(select: &Select, sorted: &[OrderByExpr]) -> Vec<String> {
    let mut mentions = Mentions(Vec::new());
    // The visitor never breaks off.
    let _ = Visit::visit(&select.having, &mut mentions);
    let _ = Visit::visit(&select.qualify, &mut mentions);
    if let Some(Distinct::On(by)) = &select.distinct {
        let _ = Visit::visit(by, &mut mentions);
    }
    let is_item = |expr: &Expr| {
        let mut items = select.projection.iter();
        items.any(|item| matches!(item, SelectItem::UnnamedExpr(known) if known == expr))
    };
    for order in sorted {
        let is_name = matches!(order.expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_));
        if !is_name && !is_item(&order.expr) {
            let _ = Visit::visit(&order.expr, &mut mentions);
        }
    }
    mentions.0
}

/// Collects the columns that an expression names.
struct Mentions(Vec<String>);

impl Visitor for Mentions {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        if let Expr::Identifier(name) = expr {
            self.0.push(said(name));
        }
        ControlFlow::Continue(())
    }
}

struct Apart {
    /// How many calls of functions stand around what is looked at.
    n_calls: usize,
}

impl VisitorMut for Apart {
    type Break = ();

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

/// Names those items of a SELECT list that have no name, but for those whose name would be one of the `mentioned`. Returns what each was
/// with its name.
fn name_items(items: &mut [SelectItem], mentioned: &[String], is_wary: bool) -> Vec<(Expr, Ident)> {
    let called: Vec<Option<String>> = items.iter().map(called).collect();
    let mut taken: Vec<String> = items
        .iter()
        .zip(&called)
        .filter(|(item, _)| keeps_name(item))
        .filter_map(|(_, name)| name.clone())
        .collect();
    // Among all columns of a table there may be one of any name.
    let has_all = is_wary && called.contains(&None);
    let mut named = Vec::new();
    for (item, name) in items.iter_mut().zip(&called) {
        let (SelectItem::UnnamedExpr(expr), Some(name)) = (&*item, name) else {
            continue;
        };
        if keeps_name(item) || mentioned.contains(name) {
            continue;
        }
        let first = if has_all { 2 } else { 1 };
        let free = free_name(name, first, &taken);
        let (expr, alias) = (expr.clone(), Ident::with_quote('"', &free));
        named.push((expr.clone(), alias.clone()));
        *item = SelectItem::ExprWithAlias { expr, alias };
        taken.push(free);
    }
    named
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
        SelectItem::UnnamedExpr(expr) => {
            Some(name_of(expr).map_or_else(|| NAMELESS.to_owned(), Name::into_text))
        }
        SelectItem::ExprWithAlias { alias, .. } => Some(said(alias)),
        _ => None,
    }
}

/// A name that PostgreSQL finds in an expression.
enum Name {
    /// Of a column or a function: it stays that of what is made of it.
    Own(String),
    /// Of a type or a CASE, where nothing in it has one of its own.
    Kind(String),
}

impl Name {
    fn into_text(self) -> String {
        match self {
            Name::Own(name) | Name::Kind(name) => name,
        }
    }
}

fn name_of(expr: &Expr) -> Option<Name> {
    let word = match expr {
        Expr::Identifier(name) => return Some(Name::Own(said(name))),
        Expr::CompoundIdentifier(parts) => return parts.last().map(said).map(Name::Own),
        Expr::Nested(inner) | Expr::Collate { expr: inner, .. } => return name_of(inner),
        Expr::Cast {
            expr: inner,
            data_type,
            ..
        } => return own_or(Some(inner.as_ref()), &type_called(data_type)),
        Expr::TypedString(typed) => return Some(Name::Kind(type_called(&typed.data_type))),
        Expr::Value(value) => {
            return match value.value {
                Value::Boolean(_) => Some(Name::Kind("bool".to_owned())),
                _ => None,
            };
        }
        Expr::Interval(_) => return Some(Name::Kind("interval".to_owned())),
        Expr::Case { else_result, .. } => return own_or(else_result.as_deref(), "case"),
        Expr::Subquery(query) => return name_of_first(&query.body),
        Expr::Function(function) => {
            let last = function.name.0.last().and_then(|part| part.as_ident());
            let name = last.map(said).filter(|name| !name.starts_with(guard::OURS));
            return name.map(Name::Own);
        }
        Expr::Trim { trim_where, .. } => match trim_where {
            Some(TrimWhereField::Leading) => "ltrim",
            Some(TrimWhereField::Trailing) => "rtrim",
            _ => "btrim",
        },
        Expr::Extract { .. } => "extract",
        Expr::Substring { .. } => "substring",
        Expr::Position { .. } => "position",
        Expr::Overlay { .. } => "overlay",
        Expr::Ceil { .. } => "ceil",
        Expr::Floor { .. } => "floor",
        Expr::AtTimeZone { .. } => "timezone",
        Expr::Exists { negated: false, .. } => "exists",
        Expr::Array(_) => "array",
        Expr::Tuple(_) => "row",
        _ => return None,
    };
    Some(Name::Own(word.to_owned()))
}

/// The name that something within an expression has of its own, or else that of its kind.
fn own_or(inner: Option<&Expr>, kind: &str) -> Option<Name> {
    match inner.and_then(name_of) {
        Some(Name::Own(name)) => Some(Name::Own(name)),
        _ => Some(Name::Kind(kind.to_owned())),
    }
}

/// The name of what a question within the question selects.
fn name_of_first(body: &SetExpr) -> Option<Name> {
    match body {
        SetExpr::Select(select) => select.projection.first().and_then(called).map(Name::Own),
        SetExpr::SetOperation { left, .. } => name_of_first(left),
        SetExpr::Query(query) => name_of_first(&query.body),
        _ => None,
    }
}

/// What PostgreSQL calls a type in its catalogue.
fn type_called(data_type: &DataType) -> String {
    let written = data_type.to_string().to_lowercase();
    let bare = written.split('(').next().unwrap_or_default().trim();
    match bare {
        "bigint" => "int8",
        "int" | "integer" => "int4",
        "smallint" => "int2",
        "double" | "double precision" | "float" => "float8",
        "real" => "float4",
        "decimal" | "dec" => "numeric",
        "boolean" => "bool",
        "character varying" | "char varying" => "varchar",
        "char" | "character" => "bpchar",
        "string" => "text",
        "timestamp with time zone" => "timestamptz",
        "timestamp without time zone" => "timestamp",
        "time without time zone" => "time",
        other => other,
    }
    .to_owned()
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

    fn as_in_postgresql(sql: &str) -> String {
        let statement = Parser::parse_sql(&GenericDialect {}, sql)
            .expect("SQL")
            .pop()
            .expect("a statement");
        let best = forms(&statement).into_iter().next();
        best.unwrap_or(statement).to_string()
    }

    #[test]
    fn what_has_no_name_is_called_as_in_postgresql() {
        for (sql, wanted) in [
            (
                "SELECT count(*), max(a), b, -b, t.c FROM t",
                "SELECT count(*) AS \"count\", max(a) AS \"max\", b, -b AS \"?column?\", t.c FROM t",
            ),
            (
                "SELECT 1, 'x', true, CAST(1 AS BIGINT), CAST(a AS TEXT), CAST(sum(a) AS INT)",
                "SELECT 1 AS \"?column?\", 'x' AS \"?column?_2\", true AS \"bool\", CAST(1 AS BIGINT) AS \"int8\", \
                 CAST(a AS TEXT) AS \"a\", CAST(sum(a) AS INT) AS \"sum\"",
            ),
            (
                "SELECT CASE WHEN a THEN 1 END, CASE WHEN a THEN 1 ELSE b END, (SELECT max(c) FROM u), EXISTS (SELECT 1) FROM t",
                "SELECT CASE WHEN a THEN 1 END AS \"case\", CASE WHEN a THEN 1 ELSE b END AS \"b\", \
                 (SELECT max(c) AS \"max\" FROM u) AS \"max\", EXISTS (SELECT 1 AS \"?column?\") AS \"exists\" FROM t",
            ),
            // Sorted by what is selected, and by a column whose name what is selected would take.
            (
                "SELECT DISTINCT lower(a) FROM t ORDER BY lower(a)",
                "SELECT DISTINCT lower(a) AS \"lower\" FROM t ORDER BY \"lower\"",
            ),
            (
                "SELECT CAST(a AS BIGINT), count(*) FROM t GROUP BY a HAVING avg(a) > 1",
                "SELECT CAST(a AS BIGINT), count(*) AS \"count\" FROM t GROUP BY a HAVING avg(a) > 1",
            ),
            ("SELECT *, a + 1 FROM t", "SELECT *, a + 1 AS \"?column?\" FROM t"),
            ("SELECT a, b AS c FROM t", "SELECT a, b AS c FROM t"),
        ] {
            assert_eq!(as_in_postgresql(sql), wanted, "{sql}");
        }
    }

    #[test]
    fn what_is_called_alike_gets_a_number() {
        for (sql, wanted) in [
            (
                "SELECT sum(a), sum(b), sum(c) AS n, count(*) FROM t",
                Some(
                    "SELECT sum(a) AS \"sum\", sum(b) AS \"sum_2\", sum(c) AS n, count(*) AS \"count\" FROM t",
                ),
            ),
            (
                "SELECT CAST(a AS BIGINT), a, A || 'x', b || 'y' FROM t",
                Some(
                    "SELECT CAST(a AS BIGINT) AS \"a_2\", a, A || 'x' AS \"?column?\", b || 'y' AS \"?column?_2\" FROM t",
                ),
            ),
            (
                "SELECT max(a), sum(b) AS MAX FROM t",
                Some("SELECT max(a) AS \"max_2\", sum(b) AS MAX FROM t"),
            ),
            (
                "SELECT *, a + 1 FROM t",
                Some("SELECT *, a + 1 AS \"?column?_2\" FROM t"),
            ),
            (
                "SELECT sum(CAST(a AS BIGINT)) AS n FROM t",
                Some("SELECT sum(baraza_same(CAST(a AS BIGINT), 'Cast BIGINT')) AS n FROM t"),
            ),
            (
                "SELECT n FROM (SELECT sum(a) AS n, min(b), min(c) FROM t) x",
                Some("SELECT n FROM (SELECT sum(a) AS n, min(b) AS \"min\", min(c) AS \"min_2\" FROM t) x"),
            ),
            ("SELECT a.code, b.code FROM a, b", None),
        ] {
            assert_eq!(apart(sql).as_deref(), wanted, "{sql}");
        }
    }
}
