//! PostgreSQL's clients over a socket, in the words of the protocol: what they look up, copies, older versions.

use std::{net::IpAddr, sync::Arc, time::Duration};

use async_trait::async_trait;
use pretty_assertions::assert_eq;
use tables::{
    Error, Limits, Scope, TableVersion, Version,
    wire::{Caller, Gate, Wire},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{TestLake, people, people_columns};

/// Somebody who may read `people`, whose first version was the newest at the end of January.
#[derive(Clone)]
struct Reader {
    first: Version,
}

#[async_trait]
impl Gate for Reader {
    async fn admit(&self, password: &str, _from: IpAddr) -> tables::Result<Option<Arc<dyn Caller>>> {
        let caller = || Arc::new(self.clone()) as Arc<dyn Caller>;
        Ok((password == "token").then(caller))
    }
}

#[async_trait]
impl Caller for Reader {
    async fn scope(&self) -> tables::Result<Scope> {
        Ok(Scope::new().with("people", TableVersion::newest("people")))
    }

    async fn version(&self, table: &str, asked: &str) -> tables::Result<Option<TableVersion>> {
        match (table, asked) {
            ("people", "1" | "2026-01-31") => Ok(Some(TableVersion::at("people", self.first))),
            ("people", day) => Err(Error::BadQuery(format!(
                "nothing of this table was published by {day}"
            ))),
            _ => Ok(None),
        }
    }
}

struct Client {
    socket: TcpStream,
    _lake: TestLake,
}

/// What came back to a question.
#[derive(Debug, Default)]
struct Told {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
    copied: String,
    tag: String,
    /// The code and the sentence of a refusal.
    refused: Option<(String, String)>,
}

impl Client {
    /// A client of a lake in which two people were known first, and three are now.
    async fn connect() -> Client {
        let test = TestLake::new();
        test.lake
            .create("people", &people_columns())
            .await
            .expect("a table");
        test.lake
            .append("people", &people(&["Ana", "Budi"]))
            .await
            .expect("rows");
        let first = test.lake.version("people").await.expect("a version");
        test.lake
            .append("people", &people(&["Citra"]))
            .await
            .expect("rows");
        let limits = Limits {
            time: Duration::from_secs(60),
            memory_bytes: 64 << 20,
            rows: usize::MAX,
        };
        let wire = Wire::new(&test.lake, Arc::new(Reader { first }), limits, None);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        tokio::spawn(async move {
            let (socket, _) = listener.accept().await.expect("a client");
            // It ends when the test does.
            let _ = wire.serve(socket).await;
        });
        let mut client = Client {
            socket: TcpStream::connect(address).await.expect("connected"),
            _lake: test,
        };
        let mut startup = 196_608_i32.to_be_bytes().to_vec();
        startup.extend_from_slice(b"user\0anybody\0database\0baraza\0\0");
        client.sends(None, &startup).await;
        let (kind, _) = client.reads().await;
        assert_eq!(kind, b'R', "a password is asked for");
        client.sends(Some(b'p'), b"token\0").await;
        client.hears().await;
        client
    }

    async fn asks(&mut self, sql: &str) -> Told {
        let mut text = sql.as_bytes().to_vec();
        text.push(0);
        self.sends(Some(b'Q'), &text).await;
        self.hears().await
    }

    /// The rows of a question that is answered, each with blanks between its values.
    async fn rows(&mut self, sql: &str) -> Vec<String> {
        let told = self.asks(sql).await;
        assert_eq!(told.refused, None, "{sql}");
        told.rows.iter().map(|row| row.join(" ")).collect()
    }

    async fn refusal(&mut self, sql: &str) -> (String, String) {
        let told = self.asks(sql).await;
        told.refused.unwrap_or_else(|| panic!("{sql} was answered"))
    }

    /// The rows of a question that is prepared under a name and asked twice.
    async fn prepared(&mut self, sql: &str) -> Vec<String> {
        self.sends(Some(b'P'), format!("q\0{sql}\0\0\0").as_bytes()).await;
        for _ in 0..2 {
            self.sends(Some(b'B'), b"\0q\0\0\0\0\0\0\0").await;
            self.sends(Some(b'E'), b"\0\0\0\0\0").await;
        }
        self.sends(Some(b'S'), b"").await;
        let told = self.hears().await;
        assert_eq!(told.refused, None, "{sql}");
        told.rows.iter().map(|row| row.join(" ")).collect()
    }

    async fn sends(&mut self, kind: Option<u8>, body: &[u8]) {
        let length = i32::try_from(body.len() + 4).expect("short");
        let mut message: Vec<u8> = kind.into_iter().collect();
        message.extend_from_slice(&length.to_be_bytes());
        message.extend_from_slice(body);
        self.socket.write_all(&message).await.expect("sent");
    }

    async fn reads(&mut self) -> (u8, Vec<u8>) {
        let kind = self.socket.read_u8().await.expect("a message");
        let length = self.socket.read_i32().await.expect("its length");
        let mut body = vec![0; usize::try_from(length - 4).expect("a length")];
        self.socket.read_exact(&mut body).await.expect("its body");
        (kind, body)
    }

    /// Reads until the server waits for the next question.
    async fn hears(&mut self) -> Told {
        let mut told = Told::default();
        loop {
            let (kind, body) = self.reads().await;
            match kind {
                b'Z' => return told,
                b'T' => told.columns = names(&body),
                b'D' => told.rows.push(values(&body)),
                b'd' => told.copied.push_str(&text(&body)),
                b'C' => told.tag = text(&body).trim_end_matches('\0').to_owned(),
                b'E' => told.refused = Some((field(&body, 'C'), field(&body, 'M'))),
                _ => {}
            }
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The names of a row description: each ends with a zero, and 18 bytes about the column stand behind it.
fn names(body: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = &body[2..];
    while let Some(end) = rest.iter().position(|byte| *byte == 0) {
        names.push(text(&rest[..end]));
        rest = &rest[end + 19..];
    }
    names
}

fn values(body: &[u8]) -> Vec<String> {
    let mut values = Vec::new();
    let mut rest = &body[2..];
    while let Some((length, behind)) = rest.split_first_chunk::<4>() {
        let length = usize::try_from(i32::from_be_bytes(*length)).unwrap_or_default();
        values.push(text(&behind[..length]));
        rest = &behind[length..];
    }
    values
}

/// A field of an error: its letter, then its text up to a zero.
fn field(body: &[u8], letter: char) -> String {
    let all = text(body);
    let found = all.split('\0').find(|part| part.starts_with(letter));
    found.map(|part| part[1..].to_owned()).unwrap_or_default()
}

#[tokio::test]
async fn what_clients_look_up_is_answered() {
    let mut client = Client::connect().await;
    let schemas = client
        .rows("SELECT n.nspname AS \"Name\" FROM pg_catalog.pg_namespace n WHERE n.nspname !~ '^pg_' ORDER BY 1")
        .await;
    assert!(schemas.contains(&"public".to_owned()), "{schemas:?}");
    // Nobody makes functions.
    let told = client
        .asks(
            "SELECT p.proname AS \"Name\" FROM pg_catalog.pg_proc p
             LEFT JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
             WHERE pg_catalog.pg_function_is_visible(p.oid) ORDER BY 1",
        )
        .await;
    assert_eq!(
        (told.refused, told.columns, told.rows.len()),
        (None, vec!["Name".to_owned()], 0)
    );
    // Types, as JDBC's driver goes about it: the schemas that are looked through come with their places in the path.
    let types = client
        .rows(
            "SELECT typname, typinput = 'pg_catalog.array_in'::regproc AS is_list
             FROM pg_catalog.pg_type
             LEFT JOIN (SELECT s.oid AS nspoid, (current_schemas(false))[1] AS r FROM pg_namespace AS s) AS sp
             ON sp.nspoid = typnamespace
             WHERE typname IN ('int8', '_int8', 'text')
             ORDER BY sp.r, pg_type.oid DESC",
        )
        .await;
    for wanted in ["int8 f", "_int8 t", "text f"] {
        assert!(types.contains(&wanted.to_owned()), "{wanted}: {types:?}");
    }
}

#[tokio::test]
async fn a_question_is_copied_as_csv_and_as_text() {
    let mut client = Client::connect().await;
    let told = client
        .asks("COPY (SELECT * FROM people ORDER BY name LIMIT 2) TO STDOUT WITH (FORMAT csv, HEADER)")
        .await;
    assert_eq!(
        (told.copied.as_str(), told.tag.as_str()),
        (
            "name,age,weight,born\nAna,20,50.5,1997-05-19\nBudi,21,50.5,1997-05-20\n",
            "COPY 2"
        )
    );
    let told = client
        .asks("COPY (SELECT name || chr(9) AS n, CAST(NULL AS text) AS x FROM people WHERE age < 21 AND name = 'Ana') TO STDOUT")
        .await;
    assert_eq!(
        (told.refused, told.copied.as_str(), told.tag.as_str()),
        (None, "Ana\\t\t\\N\n", "COPY 1")
    );
    let told = client.asks("COPY people (name) TO STDOUT").await;
    assert_eq!((told.copied.lines().count(), told.tag.as_str()), (3, "COPY 3"));
    let none = client
        .asks("COPY (SELECT name FROM people WHERE age < 0) TO STDOUT CSV HEADER")
        .await;
    assert_eq!((none.copied.as_str(), none.tag.as_str()), ("name\n", "COPY 0"));
    // The next question is answered as ever.
    assert_eq!(client.rows("SELECT count(*) FROM people").await, ["3"]);
}

#[tokio::test]
async fn a_prepared_question_is_planned_anew_each_time_and_sees_the_newest_rows() {
    let mut client = Client::connect().await;
    let rows = client.prepared("SELECT count(*) FROM people").await;
    assert_eq!(rows, ["3", "3"]);
}

#[tokio::test]
async fn plans_tell_no_path_and_what_is_made_is_bounded() {
    let mut client = Client::connect().await;
    let plan = client.rows("EXPLAIN SELECT name FROM people").await.join("\n");
    assert!(plan.contains("TableScan") && !plan.contains(".parquet"), "{plan}");
    for sql in [
        "EXPLAIN ANALYZE SELECT name FROM people",
        "EXPLAIN VERBOSE SELECT name FROM people",
        "EXPLAIN FORMAT TREE SELECT name FROM people",
        "SELECT * FROM information_schema.df_settings",
        "SELECT 'a' LIKE repeat('%a', 4000000)",
        "SELECT approx_percentile_cont(age, 0.5, 100000000000000) FROM people",
        "SELECT string_agg(name, ',') OVER () FROM people",
    ] {
        client.refusal(sql).await;
    }
}

#[tokio::test]
async fn nothing_is_copied_in_and_no_file_is_reached() {
    let mut client = Client::connect().await;
    for (sql, wanted) in [
        ("COPY people FROM STDIN", "25006"),
        ("COPY people FROM '/etc/passwd'", "42501"),
        ("COPY people TO '/tmp/people.csv'", "42501"),
        ("COPY people TO STDOUT (FORMAT binary)", "0A000"),
        ("SELECT 1; COPY people TO STDOUT", "0A000"),
        ("SELECT 1; COPY people FROM STDIN", "25006"),
        ("COPY secrets TO STDOUT", "42P01"),
        ("COPY (DELETE FROM people RETURNING *) TO STDOUT", "25006"),
        ("INSERT INTO people VALUES ('Dewi', 1, 1, '2020-01-01')", "25006"),
    ] {
        let (code, words) = client.refusal(sql).await;
        // PostgreSQL's parser knows no DELETE there, and ours may not either.
        let is_known = code == wanted || (sql.contains("DELETE") && code.starts_with("42"));
        assert!(is_known, "{sql}: {code} {words}");
    }
    assert_eq!(client.rows("SELECT count(*) FROM people").await, ["3"]);
}

#[tokio::test]
async fn an_older_version_is_asked_for_by_its_number_or_by_a_day() {
    let mut client = Client::connect().await;
    for name in ["people@1", "people@2026-01-31"] {
        let sql = format!("SELECT count(*) FROM \"{name}\"");
        assert_eq!(client.rows(&sql).await, ["2"], "{name}");
    }
    let (_, words) = client.refusal("SELECT * FROM \"people@2025-01-31\"").await;
    assert_eq!(words, "nothing of this table was published by 2025-01-31");
    let (code, _) = client.refusal("SELECT * FROM \"secrets@1\"").await;
    assert_eq!(code, "42P01");
}

#[tokio::test]
async fn two_parts_that_the_engine_calls_alike_are_answered_both() {
    let mut client = Client::connect().await;
    let told = client
        .asks("SELECT sum(age), sum(CAST(age AS bigint)) FROM people")
        .await;
    assert_eq!(told.refused, None);
    assert_eq!(told.columns, ["sum", "sum_2"]);
    assert_eq!(told.rows, [["61", "61"]]);
}
