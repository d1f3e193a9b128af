//! EXISTS among what is selected, which the engine answers only where rows are chosen: whether there are rows is counted instead.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::{
    ast::{
        Expr, GroupByExpr, Query, Select, SelectItem, SetExpr, Statement, TableFactor, UnaryOperator,
        VisitMut, VisitorMut,
    },
    dialect::GenericDialect,
    parser::Parser,
};

/// Whether a question has rows, for any question in the place of the one in brackets.
const HAS_ROWS: &str = "SELECT coalesce((SELECT count(*) > 0 FROM (SELECT 1) AS found), false)";

/// The question with what it selects by EXISTS counted.
pub fn counted(mut statement: Statement) -> Statement {
    // The visitor never breaks off.
    let _ = VisitMut::visit(&mut statement, &mut Selected);
    statement
}

struct Selected;

impl VisitorMut for Selected {
    type Break = ();

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        for item in &mut select.projection {
            if let SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } = item {
                let _ = VisitMut::visit(expr, &mut Within { n_queries: 0 });
            }
        }
        ControlFlow::Continue(())
    }
}

/// Looks through one item of a SELECT list, but not through the questions in it: what they select comes in its turn.
struct Within {
    n_queries: usize,
}

impl VisitorMut for Within {
    type Break = ();

    fn pre_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.n_queries += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.n_queries -= 1;
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if self.n_queries == 0
            && let Expr::Exists { subquery, negated } = expr
            && let Some(counted) = has_rows(subquery, *negated)
        {
            *expr = counted;
        }
        ControlFlow::Continue(())
    }
}

/// Whether a question has rows, as a count.
fn has_rows(asked: &Query, is_negated: bool) -> Option<Expr> {
    let mut counted = template()?;
    let Expr::Function(coalesce) = &mut counted else {
        return None;
    };
    let mut place = Place(Some(asked.clone()));
    let _ = VisitMut::visit(coalesce, &mut place);
    Some(match is_negated {
        true => Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr: Box::new(counted),
        },
        false => counted,
    })
}

fn template() -> Option<Expr> {
    let Statement::Query(query) = Parser::parse_sql(&GenericDialect {}, HAS_ROWS).ok()?.pop()? else {
        return None;
    };
    let SetExpr::Select(mut select) = *query.body else {
        return None;
    };
    match select.projection.pop()? {
        SelectItem::UnnamedExpr(expr) => Some(expr),
        _ => None,
    }
}

/// Puts a question into the count.
struct Place(Option<Query>);

impl VisitorMut for Place {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        let Some(asked) = self.0.take() else {
            return ControlFlow::Continue(());
        };
        let SetExpr::Select(counting) = query.body.as_mut() else {
            return ControlFlow::Continue(());
        };
        match is_plain(&asked) {
            // Of a question about the row around it only the list can be another.
            true => {
                let projection = std::mem::take(&mut counting.projection);
                *query = asked;
                query.order_by = None;
                if let SetExpr::Select(select) = query.body.as_mut() {
                    select.projection = projection;
                }
            }
            false => {
                if let Some(from) = counting.from.first_mut()
                    && let TableFactor::Derived { subquery, .. } = &mut from.relation
                {
                    **subquery = asked;
                }
            }
        }
        ControlFlow::Continue(())
    }
}

/// Whether a question gives a row for each row that it finds.
fn is_plain(query: &Query) -> bool {
    let SetExpr::Select(select) = query.body.as_ref() else {
        return false;
    };
    let has_groups = match &select.group_by {
        GroupByExpr::Expressions(by, modifiers) => !by.is_empty() || !modifiers.is_empty(),
        GroupByExpr::All(_) => true,
    };
    let is_of_one_row = |item: &SelectItem| match item {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => matches!(
            expr,
            Expr::Value(_) | Expr::Identifier(_) | Expr::CompoundIdentifier(_)
        ),
        _ => true,
    };
    query.limit_clause.is_none()
        && query.fetch.is_none()
        && select.distinct.is_none()
        && select.having.is_none()
        && select.qualify.is_none()
        && !has_groups
        && select.projection.iter().all(is_of_one_row)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn what_is_selected_is_counted_and_what_chooses_rows_stays() {
        for (sql, wanted) in [
            (
                "SELECT EXISTS (SELECT 1 FROM t WHERE t.a = u.a ORDER BY t.b), NOT EXISTS (SELECT max(a) FROM t) AS no FROM u",
                "SELECT coalesce((SELECT count(*) > 0 FROM t WHERE t.a = u.a), false), \
                 NOT coalesce((SELECT count(*) > 0 FROM (SELECT max(a) FROM t) AS found), false) AS no FROM u",
            ),
            (
                "SELECT a FROM u WHERE EXISTS (SELECT 1 FROM t WHERE t.a = u.a)",
                "SELECT a FROM u WHERE EXISTS (SELECT 1 FROM t WHERE t.a = u.a)",
            ),
        ] {
            let statement = Parser::parse_sql(&GenericDialect {}, sql)
                .expect("SQL")
                .pop()
                .expect("a statement");
            assert_eq!(counted(statement).to_string(), wanted, "{sql}");
        }
    }
}
