//! PostgreSQL's clients over a socket, in the words of the protocol: what they look up, copies, older versions.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use pretty_assertions::assert_eq;
use tables::{
    Error, Lake, Limits, Scope, Settings, TableVersion, Version,
    wire::{Caller, Gate, Wire},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinHandle,
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

/// Somebody from whom the ages of `people` may be taken, and who is told what may be read only when the test lets them pass.
#[derive(Clone)]
struct Watched {
    is_age_hidden: Arc<AtomicBool>,
    /// One for each question that has its turn.
    begun: Arc<Semaphore>,
    passes: Arc<Semaphore>,
}

impl Watched {
    fn new() -> Watched {
        Watched {
            is_age_hidden: Arc::default(),
            begun: Arc::new(Semaphore::new(0)),
            passes: Arc::new(Semaphore::new(0)),
        }
    }
}

#[async_trait]
impl Gate for Watched {
    async fn admit(&self, _password: &str, _from: IpAddr) -> tables::Result<Option<Arc<dyn Caller>>> {
        Ok(Some(Arc::new(self.clone())))
    }
}

#[async_trait]
impl Caller for Watched {
    async fn scope(&self) -> tables::Result<Scope> {
        self.begun.add_permits(1);
        let _passed = self.passes.acquire().await;
        let hidden = self.is_age_hidden.load(Ordering::SeqCst).then_some("age");
        Ok(Scope::new().with("people", TableVersion::newest("people").hiding(hidden)))
    }

    async fn version(&self, _table: &str, _asked: &str) -> tables::Result<Option<TableVersion>> {
        Ok(None)
    }
}

const LIMITS: Limits = Limits {
    time: Duration::from_secs(60),
    memory_bytes: 64 << 20,
    rows: usize::MAX,
};

/// A lake with one thread, and so with two turns for questions over the wire.
fn narrow_lake() -> TestLake {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = Settings {
        threads: 1,
        ..Settings::default()
    };
    let path = folder.path().join("lake");
    TestLake {
        lake: Lake::open(&path.to_string_lossy(), &settings).expect("a lake"),
        folder,
    }
}

/// A door that clients come in by, one after the other.
struct Door {
    listener: TcpListener,
    wire: Wire,
}

impl Door {
    async fn open(wire: Wire) -> Door {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        Door { listener, wire }
    }

    /// A connection, and what serves it until it ends.
    async fn connection(&self) -> (TcpStream, JoinHandle<()>) {
        let address = self.listener.local_addr().expect("its address");
        let socket = TcpStream::connect(address).await.expect("connected");
        let (served, _) = self.listener.accept().await.expect("a client");
        let wire = self.wire.clone();
        let serving = tokio::spawn(async move {
            // A client that hangs up is no failure.
            let _ = wire.serve(served).await;
        });
        (socket, serving)
    }

    async fn client(&self) -> (Client, JoinHandle<()>) {
        let (socket, serving) = self.connection().await;
        (Client::admitted(socket, None).await, serving)
    }

    /// Asks on a connection of its own that what a client asked be stopped, and waits until that was heard.
    async fn cancel(&self, key: &[u8]) {
        let (mut socket, _) = self.connection().await;
        let mut message = i32::try_from(key.len() + 8)
            .expect("short")
            .to_be_bytes()
            .to_vec();
        message.extend_from_slice(&80_877_102_i32.to_be_bytes());
        message.extend_from_slice(key);
        socket.write_all(&message).await.expect("sent");
        // The answer is that the connection is closed.
        let mut nothing = Vec::new();
        socket.read_to_end(&mut nothing).await.expect("closed");
    }
}

struct Client {
    socket: TcpStream,
    /// The number of the connection and its key, as they are sent to cancel.
    key: Vec<u8>,
    _lake: Option<TestLake>,
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
    key: Vec<u8>,
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
        let wire = Wire::new(&test.lake, Arc::new(Reader { first }), LIMITS, None);
        let (socket, _) = Door::open(wire).await.connection().await;
        Client::admitted(socket, Some(test)).await
    }

    /// A client whose password was taken.
    async fn admitted(socket: TcpStream, lake: Option<TestLake>) -> Client {
        let mut client = Client {
            socket,
            key: Vec::new(),
            _lake: lake,
        };
        let mut startup = 196_608_i32.to_be_bytes().to_vec();
        startup.extend_from_slice(b"user\0anybody\0database\0baraza\0\0");
        client.sends(None, &startup).await;
        let (kind, _) = client.reads().await;
        assert_eq!(kind, b'R', "a password is asked for");
        client.sends(Some(b'p'), b"token\0").await;
        client.key = client.hears().await.key;
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

    async fn prepares(&mut self, sql: &str) -> Told {
        self.sends(Some(b'P'), format!("q\0{sql}\0\0\0").as_bytes()).await;
        self.sends(Some(b'S'), b"").await;
        self.hears().await
    }

    /// Asks what was prepared.
    async fn executes(&mut self) -> Told {
        self.sends(Some(b'B'), b"\0q\0\0\0\0\0\0\0").await;
        self.sends(Some(b'E'), b"\0\0\0\0\0").await;
        self.sends(Some(b'S'), b"").await;
        self.hears().await
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
                b'K' => told.key = body,
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
async fn a_column_taken_away_since_a_question_was_prepared_is_refused_in_the_words_of_postgresql() {
    let test = TestLake::new();
    let created = test.lake.create("people", &people_columns()).await;
    created.expect("a table");
    test.lake.append("people", &people(&["Ana"])).await.expect("rows");
    let gate = Watched::new();
    gate.passes.add_permits(1);
    let wire = Wire::new(&test.lake, Arc::new(gate.clone()), LIMITS, None).knowing_for(Duration::ZERO);
    let door = Door::open(wire).await;
    for (sql, wanted) in [
        ("SELECT * FROM people", "0A000"),
        ("SELECT name, age FROM people", "42703"),
        ("SELECT name FROM people", ""),
    ] {
        gate.is_age_hidden.store(false, Ordering::SeqCst);
        let (mut client, _) = door.client().await;
        assert_eq!(client.prepares(sql).await.refused, None, "{sql}");
        let told = client.executes().await;
        assert_eq!((told.refused, told.rows.len()), (None, 1), "{sql}");
        gate.is_age_hidden.store(true, Ordering::SeqCst);
        let told = client.executes().await;
        let (code, words) = told.refused.unwrap_or_default();
        assert_eq!(code, wanted, "{sql}: {words}");
        if wanted == "0A000" {
            assert_eq!(words, "cached plan must not change result type");
        }
        assert_eq!(told.rows.len(), usize::from(wanted.is_empty()), "{sql}");
    }
}

/// A door whose two turns are taken by questions that do not end, with their clients.
async fn crowded(lake: &Lake, gate: &Watched) -> (Door, [Client; 2]) {
    let wire = Wire::new(lake, Arc::new(gate.clone()), LIMITS, None);
    let door = Door::open(wire).await;
    let mut asking = [door.client().await.0, door.client().await.0];
    for client in &mut asking {
        client.sends(Some(b'Q'), b"SELECT 1\0").await;
    }
    let begun = gate.begun.acquire_many(2).await.expect("two turns");
    begun.forget();
    (door, asking)
}

#[tokio::test]
async fn a_question_that_waits_for_its_turn_is_cancelled() {
    let test = narrow_lake();
    let gate = Watched::new();
    let (door, _asking) = crowded(&test.lake, &gate).await;
    let (mut client, _) = door.client().await;
    let key = client.key.clone();
    let waiting = tokio::spawn(async move { client.asks("SELECT 1").await });
    // The wish may come before the question, which it then has nothing to do with.
    for _ in 0..1_000 {
        if waiting.is_finished() {
            break;
        }
        door.cancel(&key).await;
    }
    assert!(waiting.is_finished(), "the question still waits");
    let told = waiting.await.expect("an answer");
    assert_eq!(told.refused.map(|(code, _)| code).as_deref(), Some("57014"));
    assert_eq!(gate.begun.available_permits(), 0, "it never had a turn");
}

#[tokio::test]
async fn a_question_ends_when_its_client_hangs_up() {
    let test = narrow_lake();
    let gate = Watched::new();
    let (door, _asking) = crowded(&test.lake, &gate).await;
    let (mut client, serving) = door.client().await;
    client.sends(Some(b'Q'), b"SELECT 1\0").await;
    drop(client);
    tokio::time::pause();
    let ended = tokio::time::timeout(LIMITS.time, serving).await;
    assert!(ended.is_ok(), "it is still served");
}

#[tokio::test]
async fn who_gives_no_password_is_not_kept_and_who_gave_it_stays() {
    let test = narrow_lake();
    let gate = Watched::new();
    gate.passes.add_permits(1);
    let wire = Wire::new(&test.lake, Arc::new(gate), LIMITS, None);
    let door = Door::open(wire).await;
    let (mut client, _serving) = door.client().await;
    let (mut silent, serving) = door.connection().await;
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    serving.await.expect("served");
    let waited = began.elapsed();
    assert!(
        (Duration::from_secs(9)..Duration::from_secs(12)).contains(&waited),
        "ten seconds are enough to give a password: {waited:?}"
    );
    tokio::time::advance(Duration::from_secs(60)).await;
    tokio::time::resume();
    let mut rest = Vec::new();
    silent.read_to_end(&mut rest).await.expect("the end");
    assert_eq!(rest, [0_u8; 0], "nothing was said");
    assert_eq!(client.rows("SELECT 1").await, ["1"]);
}

#[tokio::test]
async fn plans_tell_no_path_and_what_is_made_is_bounded() {
    let mut client = Client::connect().await;
    let plan = client.rows("EXPLAIN SELECT name FROM people").await.join("\n");
    assert!(plan.contains("TableScan") && !plan.contains(".parquet"), "{plan}");
    let plan = client
        .rows("EXPLAIN SELECT name, count(*) FROM people WHERE age > 20 GROUP BY name")
        .await
        .join("\n");
    assert!(
        plan.contains("TableScan: groups") && !plan.contains(".parquet"),
        "{plan}"
    );
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

#[tokio::test]
async fn a_question_among_what_is_selected_may_look_at_the_row_around_it() {
    let mut client = Client::connect().await;
    let alike =
        "SELECT name, (SELECT count(*) FROM people o WHERE o.age = p.age) AS n FROM people p ORDER BY name";
    let rows = client.rows(alike).await;
    assert_eq!(rows, ["Ana 2", "Budi 1", "Citra 2"]);
    assert_eq!(client.prepared(alike).await, [rows.clone(), rows].concat());
    // What the engine cannot answer is refused; it is not answered with nothing.
    let (code, words) = client
        .refusal("SELECT (SELECT count(*) FROM people o WHERE o.age > p.age) FROM people p")
        .await;
    assert_eq!(code, "0A000");
    assert!(words.contains("write it as a JOIN"), "{words}");
}

#[tokio::test]
async fn columns_have_the_types_and_names_of_postgresql() {
    let mut client = Client::connect().await;
    let told = client
        .rows(
            "SELECT c.column_name, format('%s', c.udt_name) AS kind, c.data_type, c.ordinal_position - 1 AS place, pk.column_name IS NOT NULL AS is_key,
                    col_description(CAST(CAST(format('%I.%I', CAST(c.table_schema AS text), CAST(c.table_name AS text)) AS regclass) AS oid), c.ordinal_position) AS words
             FROM information_schema.columns AS c
             LEFT JOIN (SELECT t.table_schema, t.table_name, k.column_name
                        FROM information_schema.table_constraints AS t
                        INNER JOIN information_schema.key_column_usage AS k ON t.constraint_name = k.constraint_name
                        WHERE t.constraint_type = 'PRIMARY KEY') AS pk
             ON c.table_name = pk.table_name AND c.column_name = pk.column_name
             WHERE c.table_schema !~ '^information_schema|pg_' AND c.table_name = 'people' AND c.column_name = 'age'
             ORDER BY place",
        )
        .await;
    assert!(
        told.len() == 1 && told[0].starts_with("age int8 bigint "),
        "{told:?}"
    );
    for (sql, column, value) in [
        ("SHOW timezone", "TimeZone", "UTC"),
        (
            "SELECT current_setting('server_version_num')",
            "current_setting",
            "160006",
        ),
        ("SELECT count(*) FROM people", "count", "3"),
        ("SELECT EXISTS (SELECT 1 FROM people)", "exists", "t"),
        (
            "SELECT has_table_privilege('people', 'select')",
            "has_table_privilege",
            "t",
        ),
        (
            "SELECT has_table_privilege('people', 'insert')",
            "has_table_privilege",
            "f",
        ),
        ("SELECT pg_size_pretty(20480)", "pg_size_pretty", "20 kB"),
    ] {
        let told = client.asks(sql).await;
        assert_eq!(told.refused, None, "{sql}");
        assert_eq!(
            (told.columns, told.rows),
            (vec![column.to_owned()], vec![vec![value.to_owned()]]),
            "{sql}"
        );
    }
    assert_eq!(client.prepared("SHOW timezone").await, ["UTC", "UTC"]);
    let version = client.rows("SHOW server_version").await;
    assert!(version[0].starts_with("16.6 "), "{version:?}");
}
