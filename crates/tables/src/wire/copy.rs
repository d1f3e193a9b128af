//! `COPY … TO STDOUT`: a table or the answer to a question as text or CSV, as psql's `\copy` and drivers ask for it.
//!
//! <https://www.postgresql.org/docs/16/sql-copy.html>. The question itself is answered like any other; here is how its rows are written.
//!
//! Deliberately absent: the binary format, and `COPY … FROM`, which would write.

use bytes::Bytes;
use datafusion::sql::sqlparser::{
    ast::{
        CopyLegacyCsvOption, CopyLegacyOption, CopyOption, CopySource, CopyTarget, Ident, ObjectName,
        Statement,
    },
    dialect::PostgreSqlDialect,
    parser::Parser,
};
use datafusion_postgres::pgwire::{
    error::{PgWireError, PgWireResult},
    messages::data::DataRow,
};

use super::errors::refusal;

/// A question whose rows are wanted as a file.
#[derive(Debug, PartialEq, Eq)]
pub struct Copying {
    /// The SELECT that gives the rows.
    pub question: String,
    form: Form,
}

/// How rows are written.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Form {
    kind: Kind,
    delimiter: u8,
    /// What stands for nothing.
    null: String,
    has_header: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Text,
    Csv {
        quote: u8,
        escape: u8,
        /// Columns whose values are quoted in any case.
        quoted: Vec<String>,
    },
}

/// What a statement says of the form, before it is known whether it makes sense.
#[derive(Default)]
struct Said {
    is_csv: bool,
    delimiter: Option<char>,
    null: Option<String>,
    has_header: bool,
    quote: Option<char>,
    escape: Option<char>,
    quoted: Vec<Ident>,
}

/// Writes the rows of one answer.
pub struct Lines {
    form: Form,
    /// Whether each column is quoted in any case.
    is_quoted: Vec<bool>,
}

/// Reads a statement that asks for rows as a file; none for any other.
///
/// # Errors
/// What is no COPY that can be answered, with PostgreSQL's code for it.
pub fn asked(sql: &str) -> PgWireResult<Option<Copying>> {
    if !is_copy(sql) {
        return Ok(None);
    }
    let parsed = Parser::parse_sql(&PostgreSqlDialect {}, sql);
    let mut statements = parsed.map_err(|error| PgWireError::ApiError(Box::new(error)))?;
    let (Some(statement), true) = (statements.pop(), statements.is_empty()) else {
        return Err(alone());
    };
    let Statement::Copy {
        source,
        to,
        target,
        options,
        legacy_options,
        values: _,
    } = statement
    else {
        return Ok(None);
    };
    check_target(to, &target)?;
    let mut said = Said::default();
    for option in options {
        said.note(option)?;
    }
    for option in legacy_options {
        said.note_of_old(option)?;
    }
    let question = match source {
        CopySource::Query(query) => query.to_string(),
        CopySource::Table { table_name, columns } => whole(&table_name, &columns),
    };
    Ok(Some(Copying {
        question,
        form: said.settle()?,
    }))
}

/// Why a COPY is not answered that came among other statements, or prepared.
pub fn refused(to: bool, target: &CopyTarget) -> PgWireError {
    check_target(to, target).err().unwrap_or_else(alone)
}

impl Copying {
    /// Prepares to write rows with these columns.
    ///
    /// # Errors
    /// When a column is to be quoted that is not there.
    pub fn lines(&self, columns: &[&str]) -> PgWireResult<Lines> {
        let quoted: &[String] = match &self.form.kind {
            Kind::Csv { quoted, .. } => quoted,
            Kind::Text => &[],
        };
        if let Some(unknown) = quoted.iter().find(|name| !columns.contains(&name.as_str())) {
            return Err(refusal(
                "42703",
                &format!("column \"{unknown}\" does not exist among those that are copied"),
            ));
        }
        let is_quoted = |column: &&str| quoted.iter().any(|name| name == column);
        Ok(Lines {
            form: self.form.clone(),
            is_quoted: columns.iter().map(is_quoted).collect(),
        })
    }
}

impl Lines {
    /// The first line, with the names of the columns, where it is wanted.
    pub fn header(&self, columns: &[&str]) -> Option<Bytes> {
        let names: Vec<Option<&[u8]>> = columns.iter().map(|name| Some(name.as_bytes())).collect();
        // Names are quoted only where they need to be.
        let none = vec![false; names.len()];
        self.form.has_header.then(|| self.written(&names, &none))
    }

    /// One row, as the engine gave it in text.
    pub fn line(&self, row: &DataRow) -> Bytes {
        self.written(&values(row), &self.is_quoted)
    }

    fn written(&self, values: &[Option<&[u8]>], is_quoted: &[bool]) -> Bytes {
        let mut line = Vec::new();
        for (at, value) in values.iter().enumerate() {
            if at > 0 {
                line.push(self.form.delimiter);
            }
            match (value, &self.form.kind) {
                (None, _) => line.extend_from_slice(self.form.null.as_bytes()),
                (Some(value), Kind::Text) => self.text(value, &mut line),
                (Some(value), Kind::Csv { quote, escape, .. }) => {
                    // A line with nothing but this sign ends the data for many readers.
                    let is_end = values.len() == 1 && *value == b"\\.";
                    let must = is_end || is_quoted.get(at).copied().unwrap_or_default();
                    self.csv(value, (*quote, *escape), must, &mut line);
                }
            }
        }
        line.push(b'\n');
        line.into()
    }

    fn text(&self, value: &[u8], line: &mut Vec<u8>) {
        for byte in value {
            let escaped = match byte {
                0x08 => b'b',
                b'\t' => b't',
                b'\n' => b'n',
                0x0b => b'v',
                0x0c => b'f',
                b'\r' => b'r',
                b'\\' => b'\\',
                byte if *byte == self.form.delimiter => *byte,
                byte => {
                    line.push(*byte);
                    continue;
                }
            };
            line.extend_from_slice(&[b'\\', escaped]);
        }
    }

    fn csv(&self, value: &[u8], (quote, escape): (u8, u8), must: bool, line: &mut Vec<u8>) {
        let needs = |byte: &u8| [self.form.delimiter, quote, b'\n', b'\r'].contains(byte);
        if !must && value != self.form.null.as_bytes() && !value.iter().any(needs) {
            line.extend_from_slice(value);
            return;
        }
        line.push(quote);
        for byte in value {
            if *byte == quote || *byte == escape {
                line.push(escape);
            }
            line.push(*byte);
        }
        line.push(quote);
    }
}

impl Said {
    fn note(&mut self, option: CopyOption) -> PgWireResult<()> {
        match option {
            CopyOption::Format(name) => match name.value.to_lowercase().as_str() {
                "text" => self.is_csv = false,
                "csv" => self.is_csv = true,
                "binary" => return Err(no_binary()),
                other => {
                    return Err(refusal(
                        "22023",
                        &format!("COPY format \"{other}\" not recognized"),
                    ));
                }
            },
            CopyOption::Delimiter(sign) => self.delimiter = Some(sign),
            CopyOption::Null(text) => self.null = Some(text),
            CopyOption::Header(is_wanted) => self.has_header = is_wanted,
            CopyOption::Quote(sign) => self.quote = Some(sign),
            CopyOption::Escape(sign) => self.escape = Some(sign),
            CopyOption::ForceQuote(columns) => self.quoted = columns,
            CopyOption::Encoding(name) if is_utf8(&name) => {}
            CopyOption::Encoding(_) => return Err(refusal("0A000", "rows are copied in UTF8 only")),
            CopyOption::Freeze(false) => {}
            CopyOption::Freeze(true) | CopyOption::ForceNotNull(_) | CopyOption::ForceNull(_) => {
                return Err(refusal("0A000", "this option is for COPY FROM"));
            }
        }
        Ok(())
    }

    fn note_of_old(&mut self, option: CopyLegacyOption) -> PgWireResult<()> {
        match option {
            CopyLegacyOption::Csv(options) => {
                self.is_csv = true;
                for option in options {
                    match option {
                        CopyLegacyCsvOption::Header => self.has_header = true,
                        CopyLegacyCsvOption::Quote(sign) => self.quote = Some(sign),
                        CopyLegacyCsvOption::Escape(sign) => self.escape = Some(sign),
                        CopyLegacyCsvOption::ForceQuote(columns) => self.quoted = columns,
                        CopyLegacyCsvOption::ForceNotNull(_) => {
                            return Err(refusal("0A000", "this option is for COPY FROM"));
                        }
                    }
                }
            }
            CopyLegacyOption::Header => self.has_header = true,
            CopyLegacyOption::Delimiter(sign) => self.delimiter = Some(sign),
            CopyLegacyOption::Null(text) => self.null = Some(text),
            CopyLegacyOption::Binary => return Err(no_binary()),
            _ => return Err(refusal("0A000", "this option of COPY is not known here")),
        }
        Ok(())
    }

    fn settle(self) -> PgWireResult<Form> {
        if !self.is_csv && (self.quote.is_some() || self.escape.is_some() || !self.quoted.is_empty()) {
            return Err(refusal(
                "0A000",
                "COPY quote and escape are available only in CSV mode",
            ));
        }
        let delimiter = byte(self.delimiter.unwrap_or(if self.is_csv { ',' } else { '\t' }))?;
        let null = self
            .null
            .unwrap_or_else(|| if self.is_csv { "" } else { "\\N" }.to_owned());
        // A dot and letters have a meaning of their own behind a backslash.
        let is_unfit = |byte: u8| {
            matches!(byte, b'\n' | b'\r')
                || (!self.is_csv && matches!(byte, b'\\' | b'.' | b'a'..=b'z' | b'0'..=b'9'))
        };
        if is_unfit(delimiter) {
            return Err(refusal("22023", "this sign cannot be the COPY delimiter"));
        }
        if null.contains(['\n', '\r']) || null.as_bytes().contains(&delimiter) {
            return Err(refusal(
                "22023",
                "COPY null cannot use the delimiter, newline or carriage return",
            ));
        }
        let kind = if self.is_csv {
            let quote = byte(self.quote.unwrap_or('"'))?;
            if quote == delimiter || matches!(quote, b'\n' | b'\r') {
                return Err(refusal("22023", "COPY delimiter and quote must be different"));
            }
            Kind::Csv {
                quote,
                escape: self.escape.map(byte).transpose()?.unwrap_or(quote),
                quoted: self.quoted.iter().map(said).collect(),
            }
        } else {
            Kind::Text
        };
        Ok(Form {
            kind,
            delimiter,
            null,
            has_header: self.has_header,
        })
    }
}

/// Whether the first word of a statement is COPY.
fn is_copy(sql: &str) -> bool {
    let mut rest = sql.trim_start();
    loop {
        let behind = if rest.starts_with("--") {
            rest.split_once('\n').map(|(_, behind)| behind)
        } else if rest.starts_with("/*") {
            rest.split_once("*/").map(|(_, behind)| behind)
        } else {
            let word = rest.split(|c: char| !c.is_ascii_alphabetic()).next();
            return word.is_some_and(|word| word.eq_ignore_ascii_case("copy"));
        };
        match behind {
            Some(behind) => rest = behind.trim_start(),
            None => return false,
        }
    }
}

fn check_target(to: bool, target: &CopyTarget) -> PgWireResult<()> {
    match (to, target) {
        (_, CopyTarget::File { .. } | CopyTarget::Program { .. }) => Err(refusal(
            "42501",
            "files and programs of the server are nobody's: use COPY … TO STDOUT, or psql's \\copy … TO",
        )),
        // To PostgreSQL the two words are one.
        (true, CopyTarget::Stdout | CopyTarget::Stdin) => Ok(()),
        (false, CopyTarget::Stdout | CopyTarget::Stdin) => Err(refusal(
            "25006",
            "this is a window on tables: rows are copied out of it (COPY … TO STDOUT), and none into it",
        )),
    }
}

fn alone() -> PgWireError {
    refusal(
        "0A000",
        "COPY … TO STDOUT is answered by itself: send it alone, and not as a prepared statement",
    )
}

fn no_binary() -> PgWireError {
    refusal(
        "0A000",
        "rows are copied as text or CSV, and not in the binary format",
    )
}

fn is_utf8(name: &str) -> bool {
    matches!(
        name.to_lowercase().replace(['-', '_'], "").as_str(),
        "utf8" | "unicode"
    )
}

fn byte(sign: char) -> PgWireResult<u8> {
    u8::try_from(sign)
        .ok()
        .filter(u8::is_ascii)
        .ok_or_else(|| refusal("0A000", "signs of COPY are single bytes"))
}

/// A name as PostgreSQL reads it: without quotes in lower case.
fn said(name: &Ident) -> String {
    match name.quote_style {
        Some(_) => name.value.clone(),
        None => name.value.to_lowercase(),
    }
}

/// The question for all rows of a table, in some columns or all.
fn whole(table: &ObjectName, columns: &[Ident]) -> String {
    let columns: Vec<String> = columns.iter().map(ToString::to_string).collect();
    match columns.as_slice() {
        [] => format!("SELECT * FROM {table}"),
        some => format!("SELECT {} FROM {table}", some.join(", ")),
    }
}

/// The values of a row; none for nothing.
fn values(row: &DataRow) -> Vec<Option<&[u8]>> {
    let mut values = Vec::with_capacity(usize::try_from(row.field_count).unwrap_or_default());
    let mut rest: &[u8] = &row.data;
    // Each value has its length before it, which is negative for nothing.
    while let Some((length, behind)) = rest.split_first_chunk::<4>() {
        let length = usize::try_from(i32::from_be_bytes(*length)).ok();
        match length.and_then(|length| behind.split_at_checked(length)) {
            Some((value, behind)) => {
                values.push(Some(value));
                rest = behind;
            }
            None => {
                values.push(None);
                rest = behind;
            }
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn row(values: &[Option<&str>]) -> DataRow {
        let mut data = Vec::new();
        for value in values {
            match value {
                Some(value) => {
                    data.extend_from_slice(&i32::try_from(value.len()).expect("short").to_be_bytes());
                    data.extend_from_slice(value.as_bytes());
                }
                None => data.extend_from_slice(&(-1_i32).to_be_bytes()),
            }
        }
        let n = i16::try_from(values.len()).expect("few");
        DataRow::new(data.as_slice().into(), n)
    }

    /// Header and rows as they are written for a statement.
    fn written(sql: &str, columns: &[&str], rows: &[&[Option<&str>]]) -> String {
        let copying = asked(sql).expect("answered").expect("a COPY");
        let lines = copying.lines(columns).expect("its columns");
        let mut out: Vec<u8> = lines.header(columns).map(Vec::from).unwrap_or_default();
        for values in rows {
            out.extend_from_slice(&lines.line(&row(values)));
        }
        String::from_utf8(out).expect("text")
    }

    fn code(sql: &str) -> String {
        match asked(sql) {
            Err(PgWireError::UserError(told)) => told.code.clone(),
            Err(PgWireError::ApiError(_)) => "42601".to_owned(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn rows_are_written_as_postgresql_writes_them() {
        let rows: &[&[Option<&str>]] = &[
            &[Some("1"), Some("a\tb\\c"), None],
            &[Some(""), Some("x,\"y\"\nz"), Some("\\N")],
        ];
        let columns = ["n", "words", "more"];
        for (sql, wanted) in [
            ("COPY t TO STDOUT", "1\ta\\tb\\\\c\t\\N\n\tx,\"y\"\\nz\t\\\\N\n"),
            (
                "copy (SELECT * FROM t) to stdout with (format csv, header)",
                "n,words,more\n1,a\tb\\c,\n\"\",\"x,\"\"y\"\"\nz\",\\N\n",
            ),
            (
                "COPY  t TO STDOUT csv header",
                "n,words,more\n1,a\tb\\c,\n\"\",\"x,\"\"y\"\"\nz\",\\N\n",
            ),
            (
                "/* all */ COPY t TO STDOUT (FORMAT csv, DELIMITER ';', NULL '-', QUOTE '''', FORCE_QUOTE (n))",
                "'1';a\tb\\c;-\n'';'x,\"y\"\nz';\\N\n",
            ),
            (
                "COPY t TO STDOUT (DELIMITER '|', HEADER)",
                "n|words|more\n1|a\\tb\\\\c|\\N\n|x,\"y\"\\nz|\\\\N\n",
            ),
        ] {
            assert_eq!(written(sql, &columns, rows), wanted, "{sql}");
        }
        let end: &[&[Option<&str>]] = &[&[Some("\\.")]];
        assert_eq!(written("COPY t TO STDOUT CSV", &["a"], end), "\"\\.\"\n");
    }

    #[test]
    fn a_table_is_asked_for_in_the_columns_that_are_named() {
        let question = |sql: &str| asked(sql).expect("answered").map(|copying| copying.question);
        assert_eq!(
            question("COPY public.\"Wells\" (\"Depth\", kind) TO STDOUT").as_deref(),
            Some("SELECT \"Depth\", kind FROM public.\"Wells\"")
        );
        assert_eq!(
            question("-- wells\ncopy (select 1 as n) to stdout;").as_deref(),
            Some("SELECT 1 AS n")
        );
        assert_eq!(question("SELECT 'copy'"), None);
        assert_eq!(question("COPYING"), None);
    }

    #[test]
    fn what_writes_or_reaches_a_file_is_refused_with_postgresqls_codes() {
        for (sql, wanted) in [
            ("COPY t FROM STDIN", "25006"),
            ("COPY t (a, b) FROM STDIN WITH (FORMAT csv)", "25006"),
            ("COPY t FROM '/etc/passwd'", "42501"),
            ("COPY t TO '/tmp/t.csv'", "42501"),
            ("COPY t TO PROGRAM 'sh'", "42501"),
            ("COPY t TO STDOUT (FORMAT binary)", "0A000"),
            ("COPY t TO STDOUT BINARY", "0A000"),
            ("COPY t TO STDOUT (FORMAT parquet)", "22023"),
            ("COPY t TO STDOUT (QUOTE 'x')", "0A000"),
            ("COPY t TO STDOUT (DELIMITER 'a')", "22023"),
            ("COPY t TO STDOUT (ENCODING 'LATIN1')", "0A000"),
            ("COPY t TO STDOUT; COPY t TO STDOUT", "0A000"),
            ("COPY t INTO STDOUT", "42601"),
        ] {
            assert_eq!(code(sql), wanted, "{sql}");
        }
        let copying = asked("COPY t TO STDOUT (FORMAT csv, FORCE_QUOTE (x))")
            .expect("read")
            .expect("a COPY");
        assert!(copying.lines(&["a"]).is_err());
    }
}
