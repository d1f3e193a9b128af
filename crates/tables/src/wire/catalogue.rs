//! What drivers and tools ask in PostgreSQL's words, in the words that the engine understands: formats of days, and its catalogues.
//!
//! But for formats, only questions that name a catalogue are touched. What they ask of objects that cannot be here (sequences, collations, publications)
//! is answered with nothing, so that the rest of the question is.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::{
    ast::{
        AccessExpr, BinaryOperator, CastKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr,
        FunctionArguments, Ident, JoinOperator, ObjectName, Query, Select, SelectItem, SetExpr, Statement,
        TableFactor, Value, ValueWithSpan, Visit, VisitMut, Visitor, VisitorMut,
    },
    dialect::GenericDialect,
    parser::Parser,
};

/// Functions that tell of objects that are not here.
const OF_NOTHING: [&str; 12] = [
    "array_to_string",
    "col_description",
    "obj_description",
    "shobj_description",
    "json_build_object",
    "pg_get_serial_sequence",
    "pg_get_indexdef",
    "pg_get_viewdef",
    "pg_get_ruledef",
    "pg_get_triggerdef",
    "pg_get_function_result",
    "pg_get_function_arguments",
];

/// How PostgreSQL writes the parts of a day and a time, and how the engine does.
const PARTS: [(&str, &str); 8] = [
    ("YYYY", "%Y"),
    ("HH24", "%H"),
    (".US", "%.6f"),
    (".MS", "%.3f"),
    ("MM", "%m"),
    ("DD", "%d"),
    ("MI", "%M"),
    ("SS", "%S"),
];

/// The question in other words; none where it needs none.
pub fn rewritten(statement: &Statement) -> Option<Statement> {
    let mut other = statement.clone();
    let _ = VisitMut::visit(&mut other, &mut Formats);
    let mut seeks = Seeks(false);
    let _ = Visit::visit(statement, &mut seeks);
    if seeks.0 {
        if statement.to_string().contains("'max_index_keys'") {
            return Parser::parse_sql(&GenericDialect {}, MOST_KEYS).ok()?.pop();
        }
        let _ = VisitMut::visit(&mut other, &mut Plainer);
    }
    (other != *statement).then_some(other)
}

/// What drivers ask before they ask for keys.
const MOST_KEYS: &str = "SELECT '32' AS setting";

/// The schemas that names without one are looked up in, with their order, which JDBC's driver puts together for its list of types.
const PATH: &str =
    "SELECT oid AS nspoid, nspname, 1 AS r FROM pg_catalog.pg_namespace WHERE nspname = 'public'";

/// Writes the formats of days and times as the engine reads them.
struct Formats;

impl VisitorMut for Formats {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Function(function) = expr
            && matches!(name_of(function).as_str(), "to_date" | "to_timestamp")
            && let FunctionArguments::List(list) = &mut function.args
            && let [
                _,
                FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Value(format))),
            ] = list.args.as_mut_slice()
            && let Value::SingleQuotedString(text) = &mut format.value
        {
            let mut engine = text.to_string();
            for (theirs, ours) in PARTS {
                engine = engine.replace(theirs, ours);
            }
            format.value = Value::SingleQuotedString(engine);
        }
        ControlFlow::Continue(())
    }
}

/// Catalogues that are empty here: no table has keys, indexes, rules or sequences, and nobody makes functions. Those of the engine are
/// others than PostgreSQL's own, which the library would list.
const EMPTY: [&str; 9] = [
    "pg_index",
    "pg_indexes",
    "pg_constraint",
    "pg_sequence",
    "pg_attrdef",
    "pg_inherits",
    "pg_proc",
    "pg_rewrite",
    "pg_trigger",
];

/// The names of the columns of a question that can have no rows, because it needs some of an empty catalogue; none for any other.
pub fn columns_of_no_rows(statement: &Statement) -> Option<Vec<String>> {
    let Statement::Query(query) = statement else {
        return None;
    };
    let SetExpr::Select(select) = query.body.as_ref() else {
        return None;
    };
    let name = |(at, item): (usize, &SelectItem)| match item {
        SelectItem::ExprWithAlias { alias, .. } if alias.quote_style.is_some() => Some(alias.value.clone()),
        SelectItem::ExprWithAlias { alias, .. } => Some(word(alias)),
        SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(word(name)),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => parts.last().map(word),
        SelectItem::UnnamedExpr(_) => Some(format!("column{at}")),
        _ => None,
    };
    if !needs_empty(select) {
        return None;
    }
    let names: Option<Vec<String>> = select.projection.iter().enumerate().map(name).collect();
    let mut known: Vec<String> = Vec::new();
    for mut name in names? {
        while known.contains(&name) {
            name.push('_');
        }
        known.push(name);
    }
    Some(known)
}

fn needs_empty(select: &Select) -> bool {
    select.from.iter().any(|from| {
        let inner = from.joins.iter().filter(|join| {
            matches!(
                join.join_operator,
                JoinOperator::Join(_) | JoinOperator::Inner(_) | JoinOperator::CrossJoin(_)
            )
        });
        std::iter::once(&from.relation)
            .chain(inner.map(|join| &join.relation))
            .any(is_empty)
    })
}

fn is_empty(relation: &TableFactor) -> bool {
    match relation {
        TableFactor::Table { name, .. } => {
            let last = name.0.last().and_then(|part| part.as_ident()).map(word);
            last.is_some_and(|last| EMPTY.contains(&last.as_str()))
        }
        TableFactor::Derived { subquery, .. } => match subquery.body.as_ref() {
            SetExpr::Select(select) => needs_empty(select),
            _ => false,
        },
        TableFactor::NestedJoin { table_with_joins, .. } => is_empty(&table_with_joins.relation),
        _ => false,
    }
}

/// Whether a statement reads a catalogue.
struct Seeks(bool);

impl Visitor for Seeks {
    type Break = ();

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
        let mut parts = relation.0.iter().filter_map(|part| part.as_ident());
        let first = parts.next().map(word).unwrap_or_default();
        if first == "pg_catalog" || first == "information_schema" || first.starts_with("pg_") {
            self.0 = true;
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}

struct Plainer;

impl VisitorMut for Plainer {
    type Break = ();

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        // What is put in the place of a column or a call keeps its name.
        let mut known: Vec<String> = Vec::new();
        for item in &mut select.projection {
            let SelectItem::UnnamedExpr(expr) = item else {
                continue;
            };
            let name = match expr {
                Expr::Function(function) => name_of(function),
                Expr::CompoundIdentifier(parts) if is_missing(parts) => {
                    parts.last().map(word).unwrap_or_default()
                }
                Expr::CompoundFieldAccess { access_chain, .. } => match access_chain.last() {
                    Some(AccessExpr::Dot(Expr::Identifier(last))) => word(last),
                    _ => continue,
                },
                _ => continue,
            };
            let n = known.iter().filter(|other| **other == name).count();
            let alias = match n {
                0 => Ident::new(&name),
                n => Ident::new(format!("{name}_{n}")),
            };
            known.push(name);
            *item = SelectItem::ExprWithAlias {
                expr: expr.clone(),
                alias,
            };
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, table: &mut TableFactor) -> ControlFlow<()> {
        if let TableFactor::Derived { subquery, .. } = table {
            let asked = subquery.to_string();
            if asked.contains("current_schemas")
                && asked.contains("nspoid")
                && let Some(path) = path()
            {
                *subquery = path;
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        match expr {
            // Whether a type is a list; functions stand in the column by their names, and are asked for by their numbers.
            Expr::BinaryOp {
                left,
                op: BinaryOperator::Eq,
                right,
            } if is_column(left, "typinput") && right.to_string().contains("array_in") => {
                **right = Expr::Value(Value::SingleQuotedString("array_in".to_owned()).into());
            }
            Expr::Function(function) => {
                let name = name_of(function);
                if matches!(function.args, FunctionArguments::Subquery(_))
                    || OF_NOTHING.contains(&name.as_str())
                {
                    *expr = nothing(DataType::Text);
                } else if name.starts_with("pg_")
                    && name.ends_with("_is_visible")
                    && name != "pg_table_is_visible"
                {
                    *expr = Expr::Value(Value::Boolean(true).into());
                }
            }
            // The columns of keys, which no table has.
            Expr::CompoundFieldAccess { access_chain, .. }
                if matches!(access_chain.as_slice(), [AccessExpr::Dot(_)]) =>
            {
                *expr = nothing(DataType::Int(None));
            }
            // Asked once more for each row, of tables that no type has.
            Expr::Subquery(query) if is_comparison(query) => *expr = nothing(DataType::Boolean),
            Expr::CompoundIdentifier(parts) if is_missing(parts) => *expr = nothing(DataType::Text),
            // The engine knows one sign that takes the meaning of the next.
            Expr::Like {
                pattern, escape_char, ..
            } if escape_char.is_some() => {
                let sign = escape_char
                    .take()
                    .and_then(|sign| sign.value.into_string())
                    .unwrap_or_default();
                return VisitMut::visit(pattern.as_mut(), &mut Escaped(sign));
            }
            Expr::Case { .. } => return VisitMut::visit(expr, &mut WithoutSubqueries),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

/// Puts a backslash where a pattern has another sign.
struct Escaped(String);

impl VisitorMut for Escaped {
    type Break = ();

    fn pre_visit_value(&mut self, value: &mut ValueWithSpan) -> ControlFlow<()> {
        if let Value::SingleQuotedString(text) = &mut value.value
            && !self.0.is_empty()
        {
            *text = text.replace(&self.0, "\\");
        }
        ControlFlow::Continue(())
    }
}

/// What a CASE asks once more for each row: of defaults, sequences and collations, of which there are none.
struct WithoutSubqueries;

impl VisitorMut for WithoutSubqueries {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if matches!(expr, Expr::Subquery(_)) {
            *expr = nothing(DataType::Text);
        }
        ControlFlow::Continue(())
    }
}

fn path() -> Option<Box<Query>> {
    match Parser::parse_sql(&GenericDialect {}, PATH).ok()?.pop()? {
        Statement::Query(query) => Some(query),
        _ => None,
    }
}

fn is_column(expr: &Expr, name: &str) -> bool {
    match expr {
        Expr::Identifier(column) => word(column) == name,
        Expr::CompoundIdentifier(parts) => parts.last().is_some_and(|column| word(column) == name),
        _ => false,
    }
}

fn is_comparison(query: &Query) -> bool {
    matches!(
        query.body.as_ref(),
        SetExpr::Select(select) if matches!(select.projection.as_slice(), [SelectItem::UnnamedExpr(Expr::BinaryOp { .. })])
    )
}

/// Columns of PostgreSQL's catalogues that the library's do not have.
fn is_missing(parts: &[Ident]) -> bool {
    let last = parts.last().map(word).unwrap_or_default();
    parts.len() > 1 && ["reloptions", "relacl", "nspacl", "datacl"].contains(&last.as_str())
}

/// A NULL of a kind.
fn nothing(data_type: DataType) -> Expr {
    Expr::Cast {
        kind: CastKind::Cast,
        expr: Box::new(Expr::Value(Value::Null.into())),
        data_type,
        array: false,
        format: None,
    }
}

fn name_of(function: &Function) -> String {
    let last = function.name.0.last().and_then(|part| part.as_ident());
    last.map(word).unwrap_or_default()
}

fn word(ident: &Ident) -> String {
    ident.value.to_lowercase()
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
    use pretty_assertions::assert_eq;

    use super::*;

    fn parsed(sql: &str) -> Statement {
        Parser::parse_sql(&PostgreSqlDialect {}, sql)
            .expect("SQL")
            .pop()
            .expect("a statement")
    }

    #[test]
    fn the_types_of_jdbcs_driver_are_asked_for_without_lists_of_schemas() {
        let asked = "SELECT typname, typinput = (SELECT oid FROM pg_catalog.pg_proc WHERE proname = 'array_in') AS is_list
                     FROM pg_catalog.pg_type
                     LEFT JOIN (SELECT s.oid AS nspoid, (current_schemas(false))[1] AS r FROM pg_catalog.pg_namespace s) AS sp
                     ON sp.nspoid = typnamespace
                     ORDER BY sp.r";
        let other = rewritten(&parsed(asked)).expect("other words").to_string();
        assert_eq!(
            other,
            format!(
                "SELECT typname, typinput = 'array_in' AS is_list FROM pg_catalog.pg_type LEFT JOIN ({PATH}) AS sp \
                 ON sp.nspoid = typnamespace ORDER BY sp.r"
            )
        );
    }

    #[test]
    fn functions_are_a_list_without_any_whose_columns_keep_their_names() {
        let asked = "SELECT p.proname AS \"Name\", pg_get_function_result(p.oid) AS Result, pronargs
                     FROM pg_catalog.pg_proc p LEFT JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace";
        let columns = columns_of_no_rows(&parsed(asked));
        assert_eq!(columns.expect("no rows"), ["Name", "result", "pronargs"]);
        assert_eq!(
            columns_of_no_rows(&parsed("SELECT nspname FROM pg_namespace")),
            None
        );
    }
}
