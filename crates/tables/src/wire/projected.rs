//! Questions among what is selected. The library answers NULL for one that looks at the row around it, or at a parameter; in a second
//! pair of brackets it leaves them to the engine, which answers them.

use std::{borrow::Cow, mem, ops::ControlFlow};

use datafusion::sql::sqlparser::{
    ast::{Expr, Ident, ObjectName, Select, SelectItem, Statement, VisitMut, VisitorMut},
    dialect::PostgreSqlDialect,
    parser::Parser,
};

/// The text with the questions that it selects kept from the library. What looks at PostgreSQL's catalogue stays as it came: the
/// library knows those texts word by word.
pub fn kept(sql: &str) -> Cow<'_, str> {
    if sql.to_ascii_lowercase().matches("select").count() < 2 {
        return Cow::Borrowed(sql);
    }
    let Ok(mut statements) = Parser::parse_sql(&PostgreSqlDialect {}, sql) else {
        return Cow::Borrowed(sql);
    };
    let mut looking = Looking::default();
    // The visitor never breaks off.
    let _ = VisitMut::visit(&mut statements, &mut looking);
    if looking.n_kept == 0 || looking.is_of_catalogue {
        return Cow::Borrowed(sql);
    }
    let texts: Vec<String> = statements.iter().map(Statement::to_string).collect();
    Cow::Owned(texts.join("; "))
}

#[derive(Default)]
struct Looking {
    n_kept: usize,
    is_of_catalogue: bool,
}

impl VisitorMut for Looking {
    type Break = ();

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        for item in &mut select.projection {
            if let SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } = item
                && matches!(expr, Expr::Subquery(_))
            {
                let question = mem::replace(expr, Expr::Identifier(Ident::new("")));
                *expr = Expr::Nested(Box::new(question));
                self.n_kept += 1;
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &mut ObjectName) -> ControlFlow<()> {
        self.is_of_catalogue |= relation
            .0
            .iter()
            .filter_map(|part| part.as_ident())
            .any(|name| name.value.starts_with("pg_") || name.value == "information_schema");
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn a_question_that_is_selected_is_kept_from_the_library() {
        assert_eq!(
            kept("SELECT a, (SELECT count(*) FROM u WHERE u.a = t.a) AS n FROM t"),
            "SELECT a, ((SELECT count(*) FROM u WHERE u.a = t.a)) AS n FROM t"
        );
        assert_eq!(
            kept("SELECT (SELECT $1); SELECT 2"),
            "SELECT ((SELECT $1)); SELECT 2"
        );
    }

    #[test]
    fn other_texts_stay_as_they_came() {
        for text in [
            "select  1",
            "select a from t where a in (select b from u)",
            "select (select d.description from pg_catalog.pg_description d where d.objoid = c.oid) from pg_class c",
            "select (select from",
        ] {
            assert_eq!(kept(text), text);
        }
    }
}
