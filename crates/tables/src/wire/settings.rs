//! Settings that clients ask for when they connect and look around. Nothing here follows them: they tell what is so.

use std::collections::HashMap;

use datafusion::sql::sqlparser::{
    ast::{Ident, Statement},
    dialect::GenericDialect,
    parser::Parser,
};

/// The version that clients read off the beginning, to know what they may ask.
pub const VERSION: &str = concat!("16.6 (Baraza ", env!("CARGO_PKG_VERSION"), ")");

/// Settings by PostgreSQL's names, with their values where the client has set no other.
const SETTINGS: [(&str, &str); 18] = [
    ("TimeZone", "UTC"),
    ("server_version", VERSION),
    ("server_version_num", "160006"),
    ("server_encoding", "UTF8"),
    ("client_encoding", "UTF8"),
    ("standard_conforming_strings", "on"),
    ("integer_datetimes", "on"),
    ("transaction_isolation", "read committed"),
    ("default_transaction_isolation", "read committed"),
    ("transaction_read_only", "on"),
    ("default_transaction_read_only", "on"),
    ("is_superuser", "off"),
    ("max_identifier_length", "63"),
    ("max_index_keys", "32"),
    ("lc_collate", "C"),
    ("lc_ctype", "C"),
    ("search_path", "public"),
    ("block_size", "8192"),
];

/// The value of a setting, whatever the case of its name; none for one that is not known.
pub fn value(asked: &str) -> Option<&'static str> {
    find(asked).map(|(_, value)| value)
}

fn find(asked: &str) -> Option<(&'static str, &'static str)> {
    SETTINGS
        .into_iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(asked))
}

/// The question that answers a SHOW, given what the client has set itself; none for what is no SHOW of a setting that is known.
pub fn shown(statement: &Statement, own: &HashMap<String, String>) -> Option<Statement> {
    let Statement::ShowVariable { variable } = statement else {
        return None;
    };
    let (name, known) = find(&called(variable))?;
    let value = own.get(&name.to_lowercase()).map_or(known, String::as_str);
    let asked = format!("SELECT '{}' AS \"{name}\"", value.replace('\'', "''"));
    Parser::parse_sql(&GenericDialect {}, &asked).ok()?.pop()
}

/// The name of a setting that may be written in several words.
fn called(words: &[Ident]) -> String {
    let words: Vec<String> = words.iter().map(|word| word.value.to_lowercase()).collect();
    match words.join(" ").as_str() {
        "time zone" => "TimeZone".to_owned(),
        "transaction isolation level" => "transaction_isolation".to_owned(),
        one => one.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn what_a_client_has_set_is_shown_before_what_is_so() {
        let own = HashMap::from([("timezone".to_owned(), "Asia/O'Jakarta".to_owned())]);
        for (asked, own, wanted) in [
            (
                "SHOW timezone",
                &HashMap::new(),
                Some("SELECT 'UTC' AS \"TimeZone\""),
            ),
            (
                "SHOW TIME ZONE",
                &own,
                Some("SELECT 'Asia/O''Jakarta' AS \"TimeZone\""),
            ),
            (
                "SHOW TRANSACTION ISOLATION LEVEL",
                &own,
                Some("SELECT 'read committed' AS \"transaction_isolation\""),
            ),
            ("SHOW something_else", &own, None),
            ("SELECT 1", &own, None),
        ] {
            let statement = Parser::parse_sql(&PostgreSqlDialect {}, asked)
                .expect("SQL")
                .pop()
                .expect("a statement");
            let question = shown(&statement, own).map(|question| question.to_string());
            assert_eq!(question.as_deref(), wanted, "{asked}");
        }
    }
}
