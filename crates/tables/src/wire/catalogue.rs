//! What drivers and tools ask of PostgreSQL's catalogues, in the words that the engine understands.
//!
//! Only questions that name a catalogue are touched. What they ask of objects that cannot be here (sequences, collations, publications)
//! is answered with nothing, so that the rest of the question is.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    AccessExpr, CastKind, DataType, Expr, Function, FunctionArguments, Ident, ObjectName, Statement, Value,
    Visit, VisitMut, Visitor, VisitorMut,
};

/// Functions that tell of objects that are not here.
const OF_NOTHING: [&str; 8] = [
    "json_build_object",
    "pg_get_serial_sequence",
    "pg_get_indexdef",
    "pg_get_viewdef",
    "pg_get_ruledef",
    "pg_get_triggerdef",
    "pg_get_function_result",
    "pg_get_function_arguments",
];

/// Functions that take the columns of keys apart, of which no table has any.
const OF_KEYS: [&str; 2] = ["unnest", "generate_subscripts"];

/// The question in other words; none where it needs none.
pub fn rewritten(statement: &Statement) -> Option<Statement> {
    let mut seeks = Seeks(false);
    let _ = Visit::visit(statement, &mut seeks);
    if !seeks.0 {
        return None;
    }
    let mut other = statement.clone();
    let _ = VisitMut::visit(&mut other, &mut Plainer);
    (other != *statement).then_some(other)
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

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        match expr {
            Expr::Function(function) => {
                let name = name_of(function);
                if OF_KEYS.contains(&name.as_str()) {
                    *expr = nothing(DataType::Int(None));
                } else if matches!(function.args, FunctionArguments::Subquery(_))
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
            Expr::CompoundFieldAccess { root, access_chain }
                if is_call(root) && matches!(access_chain.as_slice(), [AccessExpr::Dot(_)]) =>
            {
                *expr = nothing(DataType::Int(None));
            }
            Expr::Case { .. } => return VisitMut::visit(expr, &mut WithoutSubqueries),
            _ => {}
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

fn is_call(expr: &Expr) -> bool {
    match expr {
        Expr::Nested(inner) => is_call(inner),
        Expr::Function(_) => true,
        _ => false,
    }
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
