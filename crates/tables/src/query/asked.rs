//! SQL of anybody: one SELECT of a known shape. What it reads is decided by the tables that the engine is given, never by its text.
//!
//! Two kinds of fault have opened such doors elsewhere: two parsers that understand a text differently, and a check of names beside an
//! engine that resolves them otherwise. Here the statement that was parsed is the statement that is planned, and a table that the caller
//! may not read is not in the engine's catalogue.

use std::ops::ControlFlow;

use datafusion::{
    dataframe::DataFrame,
    sql::{
        parser::{DFParser, Statement as Parsed},
        sqlparser::{
            ast::{
                BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList,
                FunctionArguments, Ident, ObjectName, ObjectNamePart, Query, SetExpr, Statement, VisitMut,
                VisitorMut,
            },
            dialect::GenericDialect,
            keywords::Keyword,
            tokenizer::{Token, Tokenizer},
        },
    },
};

use super::{
    Answer, Limits, Scope, gather, guard, query_error, refuse_nothing,
    sandbox::{LONGEST_SQL, Session, plain_words},
};
use crate::{
    error::{Error, Result},
    lake::Lake,
    plain,
};

/// Signs and words that nest expressions and queries. Each level of them is a call within a call while a query is planned.
const MOST_OPERATORS: usize = 400;
/// Tables that one statement may name, also the same one again.
const MOST_RELATIONS: usize = 60;
/// Table functions that make rows and read nothing.
const ROW_MAKERS: [&str; 2] = ["generate_series", "range"];
/// What may be called: functions of one row, of groups and of windows. None makes lists or records, which can grow without being counted.
const FUNCTIONS: &[&str] = &[
    "abs",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cbrt",
    "ceil",
    "ceiling",
    "cos",
    "cosh",
    "cot",
    "degrees",
    "exp",
    "factorial",
    "floor",
    "gcd",
    "isnan",
    "iszero",
    "lcm",
    "ln",
    "log",
    "log10",
    "log2",
    "mod",
    "nanvl",
    "pi",
    "pow",
    "power",
    "radians",
    "round",
    "sign",
    "signum",
    "sin",
    "sinh",
    "sqrt",
    "tan",
    "tanh",
    "trunc",
    "ascii",
    "bit_length",
    "btrim",
    "char_length",
    "character_length",
    "chr",
    "concat",
    "concat_ws",
    "contains",
    "ends_with",
    "find_in_set",
    "initcap",
    "instr",
    "left",
    "length",
    "lower",
    "lpad",
    "ltrim",
    "octet_length",
    "position",
    "repeat",
    "replace",
    "reverse",
    "right",
    "rpad",
    "rtrim",
    "split_part",
    "starts_with",
    "strpos",
    "substr",
    "substr_index",
    "substring",
    "substring_index",
    "to_hex",
    "translate",
    "trim",
    "upper",
    "regexp_count",
    "regexp_like",
    "regexp_replace",
    "coalesce",
    "greatest",
    "ifnull",
    "least",
    "nullif",
    "nvl",
    "nvl2",
    "current_date",
    "current_time",
    "current_timestamp",
    "date_bin",
    "date_part",
    "date_trunc",
    "datepart",
    "datetrunc",
    "from_unixtime",
    "make_date",
    "now",
    "to_date",
    "to_timestamp",
    "to_timestamp_micros",
    "to_timestamp_millis",
    "to_timestamp_seconds",
    "to_unixtime",
    "today",
    "approx_distinct",
    "approx_median",
    "approx_percentile_cont",
    "avg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "bool_and",
    "bool_or",
    "corr",
    "count",
    "covar",
    "covar_pop",
    "covar_samp",
    "first_value",
    "last_value",
    "max",
    "mean",
    "median",
    "min",
    "nth_value",
    "percentile_cont",
    "regr_avgx",
    "regr_avgy",
    "regr_count",
    "regr_intercept",
    "regr_r2",
    "regr_slope",
    "regr_sxx",
    "regr_sxy",
    "regr_syy",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "string_agg",
    "sum",
    "var",
    "var_pop",
    "var_samp",
    "var_sample",
    "cume_dist",
    "dense_rank",
    "lag",
    "lead",
    "ntile",
    "percent_rank",
    "rank",
    "row_number",
];

impl Lake {
    /// The tables that a statement names, to be looked up for its author; nothing is read.
    ///
    /// # Errors
    /// [`Error::BadQuery`] for anything but one SELECT of the kind that [`Lake::answer`] takes.
    pub async fn tables_asked(&self, sql: &str, limits: Limits) -> Result<Vec<String>> {
        let sql = sql.to_owned();
        self.engine()
            .run_free(limits.time, async move { Ok(read(&sql)?.tables) })
            .await
    }

    /// Answers one SELECT of anybody over the tables of the scope.
    ///
    /// # Errors
    /// [`Error::BadQuery`] for what is refused or wrong, and what limits stop.
    pub async fn answer(&self, scope: &Scope, sql: &str, limits: Limits) -> Result<Answer> {
        let (lake, scope, sql) = (self.clone(), scope.clone(), sql.to_owned());
        self.engine()
            .run_free(limits.time, async move {
                let frame = answered(&lake, &scope, &sql, &limits).await?;
                let columns = plain::answer_columns(frame.schema().as_arrow());
                refuse_nothing(&columns)?;
                let stream = frame.execute_stream().await;
                let stream = stream.map_err(|error| query_error(error, &limits))?;
                gather(columns, stream, &limits).await
            })
            .await
    }
}

/// Plans one SELECT of anybody over the tables of the scope.
pub(crate) async fn answered(lake: &Lake, scope: &Scope, sql: &str, limits: &Limits) -> Result<DataFrame> {
    let asked = read(sql)?;
    let session = Session::narrow(lake, limits);
    session.plan(lake, scope, asked.statement).await
}

struct Asked {
    statement: Statement,
    tables: Vec<String>,
}

fn read(sql: &str) -> Result<Asked> {
    refuse_deep(sql)?;
    let parsed = DFParser::parse_sql(sql)
        .map_err(|error| Error::BadQuery(plain_words(&error.find_root().to_string())))?;
    let mut statements = parsed.into_iter();
    let mut statement = match (statements.next(), statements.next()) {
        (Some(Parsed::Statement(statement)), None) if matches!(*statement, Statement::Query(_)) => *statement,
        (None, _) => return Err(Error::BadQuery("the query is empty; write a SELECT".into())),
        (Some(_), Some(_)) => {
            return Err(Error::BadQuery(
                "there is more than one statement; send them one by one".into(),
            ));
        }
        _ => return Err(only_select()),
    };
    let mut reader = Reader {
        tables: Vec::new(),
        n: 0,
    };
    if let ControlFlow::Break(refused) = statement.visit(&mut reader) {
        return Err(Error::BadQuery(refused));
    }
    Ok(Asked {
        statement,
        tables: reader.tables,
    })
}

/// Refuses a text that is too long, or nested so deeply that planning it would take too much.
pub(crate) fn refuse_deep(sql: &str) -> Result<()> {
    if sql.len() > LONGEST_SQL {
        return Err(Error::BadQuery(format!(
            "the query is {} characters long; at most {LONGEST_SQL} are read",
            sql.len()
        )));
    }
    let tokens = Tokenizer::new(&GenericDialect {}, sql)
        .tokenize()
        .map_err(|error| Error::BadQuery(error.to_string()))?;
    if tokens.iter().filter(|token| is_operator(token)).count() > MOST_OPERATORS {
        return Err(Error::BadQuery(format!(
            "the query has more than {MOST_OPERATORS} operators; write a list of values as IN (…)"
        )));
    }
    Ok(())
}

fn only_select() -> Error {
    Error::BadQuery("only one SELECT is answered here".into())
}

/// Whether a token can add a level to the tree of the statement.
fn is_operator(token: &Token) -> bool {
    match token {
        Token::Word(word) => matches!(
            word.keyword,
            Keyword::AND
                | Keyword::OR
                | Keyword::XOR
                | Keyword::NOT
                | Keyword::IS
                | Keyword::LIKE
                | Keyword::ILIKE
                | Keyword::SIMILAR
                | Keyword::RLIKE
                | Keyword::REGEXP
                | Keyword::BETWEEN
                | Keyword::DIV
                | Keyword::AT
                | Keyword::COLLATE
                | Keyword::CASE
                | Keyword::SELECT
                | Keyword::UNION
                | Keyword::INTERSECT
                | Keyword::EXCEPT
                | Keyword::MINUS
                | Keyword::JOIN
                | Keyword::LATERAL
                | Keyword::APPLY
                | Keyword::PIVOT
                | Keyword::UNPIVOT
                | Keyword::INTERVAL
        ),
        Token::EOF
        | Token::Number(..)
        | Token::SingleQuotedString(_)
        | Token::DoubleQuotedString(_)
        | Token::Comma
        | Token::Whitespace(_)
        | Token::LParen
        | Token::RParen
        | Token::SemiColon => false,
        _ => true,
    }
}

/// Looks at every part of a statement, collects the tables it names, and breaks off with a sentence at what is not offered.
struct Reader {
    tables: Vec<String>,
    n: usize,
}

impl VisitorMut for Reader {
    type Break = String;

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<String> {
        if query.with.as_ref().is_some_and(|with| with.recursive) {
            return ControlFlow::Break(
                "queries that call themselves (WITH RECURSIVE) are not answered here".into(),
            );
        }
        if !query.locks.is_empty() || query.for_clause.is_some() || query.settings.is_some() {
            return ControlFlow::Break("FOR and SETTINGS have no meaning here; leave them out".into());
        }
        body(&query.body)
    }

    fn pre_visit_relation(&mut self, relation: &mut ObjectName) -> ControlFlow<String> {
        self.n += 1;
        if self.n > MOST_RELATIONS {
            return ControlFlow::Break(format!("the query names more than {MOST_RELATIONS} tables"));
        }
        match relation.0.as_slice() {
            [ObjectNamePart::Identifier(name)] => {
                let is_maker =
                    name.quote_style.is_none() && ROW_MAKERS.contains(&name.value.to_lowercase().as_str());
                if !is_maker && !self.tables.contains(&name.value) {
                    self.tables.push(name.value.clone());
                }
                ControlFlow::Continue(())
            }
            _ => ControlFlow::Break(format!(
                "there is no table {relation}; name a table by the id of its resource alone, in double quotes"
            )),
        }
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<String> {
        match expr {
            Expr::Function(function) => called(&function.name),
            Expr::Array(_)
            | Expr::Struct { .. }
            | Expr::Tuple(_)
            | Expr::Dictionary(_)
            | Expr::Map(_)
            | Expr::Named { .. }
            | Expr::Lambda(_)
            | Expr::Overlay { .. }
            | Expr::CompoundFieldAccess { .. }
            | Expr::JsonAccess { .. }
            | Expr::MatchAgainst { .. } => ControlFlow::Break(
                "lists, records and OVERLAY are not offered here; use single values".into(),
            ),
            _ => ControlFlow::Continue(()),
        }
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<String> {
        if let Expr::BinaryOp {
            left,
            op: BinaryOperator::StringConcat,
            right,
        } = expr
        {
            // The operator's own text is not measured; the function's is.
            let arguments = [left.as_ref(), right.as_ref()]
                .map(|side| FunctionArg::Unnamed(FunctionArgExpr::Expr(side.clone())));
            *expr = call(guard::JOINED, arguments.into());
        }
        ControlFlow::Continue(())
    }
}

fn body(of: &SetExpr) -> ControlFlow<String> {
    match of {
        SetExpr::Select(select) if select.into.is_some() => {
            ControlFlow::Break("SELECT INTO makes a table; only questions are answered here".into())
        }
        // What stands below is visited as a query or a select of its own.
        SetExpr::Select(_) | SetExpr::Query(_) | SetExpr::Values(_) => ControlFlow::Continue(()),
        SetExpr::SetOperation { left, right, .. } => match body(left) {
            ControlFlow::Continue(()) => body(right),
            stop => stop,
        },
        _ => ControlFlow::Break("only one SELECT is answered here".into()),
    }
}

fn called(name: &ObjectName) -> ControlFlow<String> {
    let is_known = match name.0.as_slice() {
        [ObjectNamePart::Identifier(name)] => FUNCTIONS.contains(&name.value.to_lowercase().as_str()),
        _ => false,
    };
    if is_known {
        ControlFlow::Continue(())
    } else {
        ControlFlow::Break(format!("the function {name} is not offered here"))
    }
}

/// A call of a function of one row.
pub fn call(name: &str, arguments: Vec<FunctionArg>) -> Expr {
    Expr::Function(Function {
        name: ObjectName(vec![ObjectNamePart::Identifier(Ident::new(name))]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: arguments,
            clauses: Vec::new(),
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}
