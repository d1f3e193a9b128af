//! Names in SQL: unquoted ones find columns and tables whatever their case.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Expr, Ident, ObjectName, ObjectNamePart, VisitMut, VisitorMut};

use super::Scope;

/// Quotes the tables' true names where a statement or an expression writes them in another case.
///
/// SQL folds unquoted names to lower case, but columns keep the names their file gave them
/// (`CASE_STATUS`, `hhSize`), and nobody wants to quote those.
pub fn settle(sql: &mut impl VisitMut, scope: &Scope, columns: &[String]) {
    let mut names = Settle { scope, columns };
    // The visitor never breaks off.
    let _ = sql.visit(&mut names);
}

struct Settle<'a> {
    scope: &'a Scope,
    columns: &'a [String],
}

impl VisitorMut for Settle<'_> {
    type Break = ();

    fn pre_visit_relation(&mut self, relation: &mut ObjectName) -> ControlFlow<()> {
        if let [ObjectNamePart::Identifier(name)] = relation.0.as_mut_slice() {
            self.table(name);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        match expr {
            Expr::Identifier(name) => self.column(name),
            Expr::CompoundIdentifier(parts) => {
                if let [first, .., last] = parts.as_mut_slice() {
                    self.table(first);
                    self.column(last);
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

impl Settle<'_> {
    fn table(&self, name: &mut Ident) {
        if name.quote_style.is_none()
            && let Some((known, _)) = self.scope.find(&name.value.to_lowercase())
            && known != name.value.to_lowercase()
        {
            *name = Ident::with_quote('"', known);
        }
    }

    fn column(&self, name: &mut Ident) {
        let folded = name.value.to_lowercase();
        if name.quote_style.is_some() || self.columns.contains(&folded) {
            return;
        }
        if let Some(known) = self.columns.iter().find(|known| known.to_lowercase() == folded) {
            *name = Ident::with_quote('"', known);
        }
    }
}
