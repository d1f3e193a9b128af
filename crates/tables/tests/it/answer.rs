//! SQL of anybody: what is answered, and all that is not.

use std::time::{Duration, Instant};

use pretty_assertions::assert_eq;
use tables::{Error, Lake, Limits, Scope, TableVersion, Value};

use crate::{TestLake, people, people_columns};

const OPEN: &str = "0193a1de-0000-7000-8000-000000000001";
const CLOSED: &str = "0193a1de-0000-7000-8000-000000000002";

/// A lake with a table that the caller may read, by the id of its resource, and one that is there and not in the scope.
async fn town() -> (TestLake, Scope) {
    let test = TestLake::new();
    for table in ["open", "closed"] {
        test.lake.create(table, &people_columns()).await.expect("a table");
        test.lake
            .append(table, &people(&["Ana", "Budi", "Citra"]))
            .await
            .expect("rows");
    }
    let open = TableVersion::newest("open").hiding(["weight"]).numbered("_id");
    (test, Scope::new().with(OPEN, open))
}

fn limits() -> Limits {
    Limits {
        time: Duration::from_secs(20),
        memory_bytes: 64 << 20,
        rows: 1_000,
    }
}

async fn refusal(lake: &Lake, scope: &Scope, sql: &str) -> String {
    match lake.answer(scope, sql, limits()).await {
        Ok(answer) => panic!("{sql:.200} was answered: {:?}", answer.rows),
        Err(Error::BadQuery(message)) => message,
        Err(error @ (Error::TooMuchMemory { .. } | Error::TookTooLong { .. })) => error.to_string(),
        Err(other) => panic!("{sql:.200}: {other:?}"),
    }
}

#[tokio::test]
async fn a_select_over_a_table_named_by_its_id_gives_the_numbers_of_rows_too() {
    let (test, scope) = town().await;
    for (sql, wanted) in [
        (
            format!("SELECT * FROM \"{OPEN}\" WHERE name = 'Budi'"),
            "2 Budi 21 1997-05-20",
        ),
        (
            format!("SELECT \"_id\", NAME || '!' AS n FROM \"{OPEN}\" t ORDER BY t._id DESC LIMIT 1"),
            "3 Citra!",
        ),
        (
            format!("WITH a AS (SELECT age FROM \"{OPEN}\") SELECT count(*), max(age) FROM a"),
            "3 22",
        ),
        (
            format!("SELECT count(*) FROM \"{OPEN}\" a, \"{OPEN}\" b, generate_series(1, 4)"),
            "36",
        ),
        (
            format!("SELECT name FROM \"{OPEN}\" WHERE age IN (SELECT max(age) FROM \"{OPEN}\")"),
            "Citra",
        ),
        (
            format!("SELECT 1 UNION ALL SELECT count(*) FROM \"{OPEN}\" ORDER BY 1"),
            "1|3",
        ),
        (
            "SELECT rpad(repeat('ab', 2), 6, '-') || replace('x', 'x', 'yy') /* ; DROP */".into(),
            "abab--yy",
        ),
        (
            "SELECT NULL || 'a' IS NULL, row_number() OVER ()".into(),
            "true 1",
        ),
    ] {
        let answer = test
            .lake
            .answer(&scope, &sql, limits())
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
        let rows: Vec<String> = answer
            .rows
            .iter()
            .map(|row| row.iter().map(Value::to_string).collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(rows.join("|"), wanted, "{sql}");
    }
    let sql = format!("WITH x AS (SELECT 1) SELECT * FROM x, \"{OPEN}\", range(3)");
    let names = test.lake.tables_asked(&sql, limits()).await;
    assert_eq!(names.expect("read"), ["x", OPEN]);
}

#[tokio::test]
async fn a_table_outside_the_scope_does_not_exist_however_it_is_named() {
    let (test, scope) = town().await;
    for sql in [
        format!("SELECT * FROM \"{CLOSED}\""),
        "SELECT * FROM closed".into(),
        "SELECT * FROM \"closed\"".into(),
        "SELECT * FROM CLOSED".into(),
        "SELECT * FROM public.closed".into(),
        "SELECT * FROM \"public\".\"closed\"".into(),
        "SELECT * FROM \"public.closed\"".into(),
        "SELECT * FROM baraza.public.closed".into(),
        format!("SELECT * FROM \"public\".\"{OPEN}\""),
        format!("SELECT (SELECT max(name) FROM \"{CLOSED}\") FROM \"{OPEN}\""),
        format!("SELECT 1 FROM \"{OPEN}\" WHERE EXISTS (SELECT 1 FROM \"{CLOSED}\")"),
        format!("SELECT * FROM \"{OPEN}\" UNION SELECT * FROM \"{CLOSED}\""),
        format!("SELECT * FROM \"{OPEN}\" a, LATERAL (SELECT * FROM \"{CLOSED}\" b WHERE b.age = a.age) c"),
        format!("WITH a AS (WITH b AS (SELECT * FROM \"{CLOSED}\") SELECT * FROM b) SELECT * FROM a"),
        // A name that a statement gives to a part of itself stands for that part, and not before it stands there.
        format!("WITH \"{CLOSED}\" AS (SELECT * FROM \"{CLOSED}\") SELECT * FROM \"{CLOSED}\""),
        format!("SELECT * FROM (WITH \"{CLOSED}\" AS (SELECT 1) SELECT 2) x, \"{CLOSED}\""),
        format!("SELECT * FROM \"{OPEN}\" -- \n, \"{CLOSED}\""),
        format!("SELECT * FROM \"{OPEN}\" /* /* */ */, \"{CLOSED}\""),
        format!("SELECT * FROM \"{OPEN}\" JOIN closed USING (name)"),
        format!("TABLE \"{CLOSED}\""),
        "SELECT * FROM information_schema.tables".into(),
        "SELECT * FROM information_schema.columns".into(),
        "SELECT * FROM pg_catalog.pg_class".into(),
        "SELECT * FROM pg_class".into(),
        "SELECT * FROM t".into(),
        "SELECT * FROM '/etc/passwd'".into(),
        "SELECT * FROM \"file:///etc/passwd\"".into(),
        "SELECT * FROM read_csv('/etc/passwd')".into(),
        "SELECT * FROM U&\"\\0063losed\"".into(),
    ] {
        let refused = refusal(&test.lake, &scope, &sql).await;
        assert!(!refused.contains("Ana"), "{sql}: {refused}");
    }
    // The part stands for itself.
    let sql = format!("WITH \"{CLOSED}\" AS (SELECT 7 AS x) SELECT * FROM \"{CLOSED}\"");
    let answer = test.lake.answer(&scope, &sql, limits()).await.expect("answered");
    assert_eq!(answer.rows, [[Value::Integer(7)]]);
}

#[tokio::test]
async fn hidden_columns_do_not_exist_in_any_part_of_a_statement() {
    let (test, scope) = town().await;
    for sql in [
        "SELECT weight FROM t",
        "SELECT t.weight FROM t",
        "SELECT \"weight\" FROM t",
        "SELECT WEIGHT FROM t",
        "SELECT 1 FROM t WHERE weight > 1",
        "SELECT 1 FROM t ORDER BY weight",
        "SELECT count(*) FROM t GROUP BY weight",
        "SELECT \"__row_id\" FROM t",
        "SELECT \"__place\" FROM t",
    ] {
        refusal(
            &test.lake,
            &scope,
            &sql.replace("FROM t", &format!("FROM \"{OPEN}\" t")),
        )
        .await;
    }
    let all = test
        .lake
        .answer(&scope, &format!("SELECT * FROM \"{OPEN}\""), limits())
        .await
        .expect("answered");
    let names: Vec<&str> = all.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["_id", "name", "age", "born"]);
}

#[tokio::test]
async fn nothing_but_one_select_is_taken() {
    let (test, scope) = town().await;
    let open = format!("\"{OPEN}\"");
    for sql in [
        "",
        "   ",
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE t",
        "SELECT 1;;SELECT 2",
        "SELECT 1 /*;*/; --\nDELETE FROM t",
        "DROP TABLE t",
        "DELETE FROM t",
        "INSERT INTO t VALUES (1)",
        "UPDATE t SET age = 1",
        "WITH a AS (DELETE FROM t RETURNING *) SELECT * FROM a",
        "WITH a AS (INSERT INTO t VALUES (1) RETURNING *) SELECT * FROM a",
        "CREATE TABLE x AS SELECT 1",
        "CREATE VIEW x AS SELECT * FROM t",
        "CREATE EXTERNAL TABLE x STORED AS CSV LOCATION '/etc/passwd'",
        "COPY t TO '/tmp/datastore-x.csv'",
        "COPY (SELECT 1) TO '/tmp/datastore-x.csv'",
        "SELECT * INTO x FROM t",
        "SELECT 1 FOR UPDATE",
        "SET datafusion.execution.batch_size = 1",
        "SHOW TABLES",
        "SHOW ALL",
        "DESCRIBE t",
        "EXPLAIN SELECT 1",
        "EXPLAIN ANALYZE SELECT 1",
        "PREPARE x AS SELECT 1",
        "EXECUTE x",
        "BEGIN",
        "CALL f()",
        "MERGE INTO t USING t ON true WHEN MATCHED THEN DELETE",
        "TABLE t",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT \"pg_sleep\"(100)",
        "SELECT pg_catalog.pg_sleep(1)",
        "SELECT lo_import('/etc/passwd')",
        "SELECT version()",
        "SELECT arrow_typeof(1)",
        "SELECT [1, 2]",
        "SELECT make_array(1)",
        "SELECT {'a': 1}",
        "SELECT struct(1)",
        "SELECT * FROM unnest([1, 2])",
        "SELECT 1 WHERE",
        "SELECT '",
        "SELECT \u{0}",
        "\u{feff}DROP TABLE t",
        "ＳＥＬＥＣＴ 1",
    ] {
        let sql = sql
            .replace(" t ", &format!(" {open} "))
            .replace("FROM t", &format!("FROM {open}"));
        refusal(&test.lake, &scope, &sql).await;
    }
    assert_eq!(test.lake.n_rows("open", None).await.expect("there"), 3);
}

#[tokio::test]
async fn what_would_take_all_memory_all_time_or_all_of_the_stack_is_stopped() {
    let (test, scope) = town().await;
    let many = |part: &str, n: usize| part.repeat(n);
    let doubled = (0..40).fold("SELECT 'x' AS s".to_owned(), |inner, _| {
        format!("SELECT s || s AS s FROM ({inner}) t")
    });
    let doubled = format!("SELECT length(s) FROM ({doubled}) t");
    let joined = (0..30).fold("SELECT 'x' AS s".to_owned(), |inner, _| {
        format!("SELECT concat(s, s) AS s FROM ({inner}) t")
    });
    let grown = (0..9).fold("'x'".to_owned(), |inner, _| {
        format!("replace({inner}, 'x', 'xxxxxxxxxx')")
    });
    for sql in [
        "SELECT repeat('x', 1000000000)".to_owned(),
        "SELECT length(repeat('x', CAST(1e9 AS BIGINT)))".into(),
        "SELECT length(repeat(repeat(repeat('x', 10000), 10000), 10000))".into(),
        "SELECT length(lpad('x', 2000000000, 'ab'))".into(),
        "SELECT length(rpad('x', 1000000000))".into(),
        "SELECT sum(length(repeat('x', 100000 + value % 2))) FROM generate_series(1, 1000000)".into(),
        format!("SELECT length({grown})"),
        "SELECT length(regexp_replace(repeat('x', 1000000), 'x', repeat('y', 1000), 'g'))".into(),
        format!("SELECT length(s) FROM ({joined}) t"),
        doubled,
        "SELECT string_agg(repeat('x', 1000), ',') FROM generate_series(1, 10000000)".into(),
        "SELECT count(*) FROM generate_series(1, 10000000) a, generate_series(1, 10000000) b".into(),
        "SELECT a.value FROM generate_series(1, 100000000) a ORDER BY a.value % 7, a.value".into(),
        "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT * FROM r".into(),
        "WITH RECURSIVE r AS (SELECT 'x' AS s UNION ALL SELECT s || s FROM r) SELECT max(s) FROM r".into(),
        format!("SELECT {}1{}", many("(", 10_000), many(")", 10_000)),
        format!("SELECT 1{}", many("+1", 40_000)),
        format!("SELECT {}1", many("- ", 40_000)),
        format!("SELECT {}true", many("NOT ", 20_000)),
        format!("SELECT 1{}", many("::int", 15_000)),
        format!("SELECT 1 WHERE 1=1{}", many(" OR 1=1", 12_000)),
        format!("SELECT 1{}", many(" UNION ALL SELECT 1", 5_000)),
        format!("SELECT * FROM {}\"{OPEN}\"", many(&format!("\"{OPEN}\","), 1_500)),
        format!(
            "SELECT * FROM {}SELECT 1{}",
            many("(SELECT * FROM (", 2_000),
            many(") a) b", 2_000)
        ),
        format!(
            "{}SELECT 1{}",
            many("WITH a AS (", 4_000),
            many(") SELECT 1", 4_000)
        ),
        format!("SELECT {}1{}", many("abs(", 10_000), many(")", 10_000)),
        format!(
            "SELECT {}1{}",
            many("CASE WHEN true THEN ", 3_000),
            many(" END", 3_000)
        ),
        format!("SELECT '{}'", many("x", 200_000)),
    ] {
        let began = Instant::now();
        refusal(&test.lake, &Scope::clone(&scope), &sql).await;
        assert!(began.elapsed() < Duration::from_secs(40), "{sql:.100}");
    }
    // As many operators as are taken are planned, too.
    let sql = format!("SELECT 1{}", many("+1", 350));
    let answer = test.lake.answer(&scope, &sql, limits()).await.expect("answered");
    assert_eq!(answer.rows, [[Value::Integer(351)]]);
    let sql = format!(
        "SELECT count(*) FROM \"{OPEN}\" WHERE age = 0{}",
        many(" OR age = 20", 190)
    );
    assert_eq!(
        test.lake
            .answer(&scope, &sql, limits())
            .await
            .expect("answered")
            .rows,
        [[Value::Integer(1)]]
    );
    let list: Vec<String> = (0..9_900).map(|n| n.to_string()).collect();
    let sql = format!(
        "SELECT count(*) FROM \"{OPEN}\" WHERE age IN ({})",
        list.join(",")
    );
    assert_eq!(
        test.lake
            .answer(&scope, &sql, limits())
            .await
            .expect("answered")
            .rows,
        [[Value::Integer(3)]]
    );
}

#[tokio::test]
async fn what_grows_with_a_number_or_a_pattern_that_is_made_is_refused_at_once() {
    let (test, scope) = town().await;
    let windows: Vec<String> = (0..60)
        .map(|n| format!("sum(age + {n}) OVER (ORDER BY age + {n}) AS s{n}"))
        .collect();
    let list: Vec<String> = (0..12_000).map(|n| n.to_string()).collect();
    for (sql, told) in [
        (
            "SELECT approx_percentile_cont(value, 0.5, 100000000000000) FROM generate_series(1, 10)".to_owned(),
            "accuracy of a percentile",
        ),
        (
            "SELECT string_agg(repeat('x', 100000), ',') OVER () FROM generate_series(1, 10000)".into(),
            "over windows",
        ),
        (
            "SELECT median(value) OVER (ORDER BY value) FROM generate_series(1, 100000)".into(),
            "over windows",
        ),
        ("SELECT repeat('x', 2000000)".into(), "more than 1 MB"),
        (
            "SELECT repeat('x', 1000000) FROM generate_series(1, 100000)".into(),
            "texts of one row",
        ),
        (
            "SELECT count(DISTINCT a.s || b.value) FROM (SELECT string_agg(repeat('x', 1000), '') AS s FROM generate_series(1, 900)) a, generate_series(1, 100000) b"
                .into(),
            "texts of one row",
        ),
        ("SELECT 'a' LIKE repeat('%a', 4000000)".into(), "pattern"),
        (format!("SELECT 'a' ILIKE '{}'", "%a".repeat(600)), "pattern"),
        (format!("SELECT name FROM \"{OPEN}\" WHERE name ~ name"), "pattern"),
        (format!("SELECT name FROM \"{OPEN}\" WHERE name LIKE '%' || name"), "pattern"),
        (format!("SELECT 'a' LIKE '{0}' || '{0}'", "%a".repeat(300)), "pattern"),
        (
            "SELECT sum(regexp_count('a', 'a{' || value || '}')) FROM generate_series(1, 100000)".into(),
            "pattern",
        ),
        (
            "SELECT * FROM generate_series(1, CASE WHEN 'a' LIKE repeat('%a', 4000000) THEN 1 ELSE 2 END)".into(),
            "makes rows",
        ),
        (
            format!("SELECT count(*) FROM \"{OPEN}\" GROUP BY CUBE (age, age+1, age+2, age+3, age+4, age+5, age+6)"),
            "too many sets",
        ),
        (
            format!("SELECT count(*) FROM \"{OPEN}\" GROUP BY CUBE (age, age+1, age+2, age+3), CUBE (name, age+4, age+5)"),
            "too many sets",
        ),
        (format!("SELECT {} FROM \"{OPEN}\"", windows.join(", ")), "windows"),
        (
            format!("SELECT name FROM \"{OPEN}\" WHERE age IN ({})", list.join(",")),
            "list of IN",
        ),
    ] {
        let began = Instant::now();
        let refused = refusal(&test.lake, &scope, &sql).await;
        assert!(refused.contains(told), "{sql:.200}: {refused}");
        assert!(began.elapsed() < Duration::from_secs(15), "{sql:.100}");
        if sql.contains("generate_series") {
            let staff = test.lake.query(&scope, &sql, limits()).await;
            assert!(matches!(staff, Err(Error::BadQuery(_))), "{sql:.200}: {staff:?}");
        }
    }
    for sql in [
        "SELECT approx_percentile_cont(value, 0.5, 200) > 0 FROM generate_series(1, 10)".to_owned(),
        "SELECT 'abc' LIKE 'a%' AND 'abc' ~ '^a.c$' AND regexp_like('abc', 'b')".into(),
        "SELECT 'axb' LIKE '%' || 'x' || '%' AND 'axb' LIKE concat('%', 'x', '%')".into(),
        "SELECT 'abc' LIKE lower('Ab%') AND 'ABC' LIKE upper('a' || 'b%')".into(),
        format!("SELECT count(*) = 1 FROM \"{OPEN}\" WHERE name LIKE '%' || 'ud' || '%'"),
        "SELECT length(string_agg('x', ',')) = 1999 FROM generate_series(1, 1000)".into(),
        "SELECT median(value) > 49999 FROM generate_series(1, 100000)".into(),
    ] {
        let answer = test.lake.answer(&scope, &sql, limits()).await;
        assert_eq!(answer.expect("answered").rows, [[Value::Flag(true)]], "{sql}");
    }
}

#[tokio::test]
async fn what_breaks_the_engine_is_refused_in_words() {
    let (test, scope) = town().await;
    for sql in [
        "SELECT from_unixtime(9223372036854775807)",
        "SELECT sum(value) OVER (ORDER BY value ROWS BETWEEN 18446744073709551615 PRECEDING AND CURRENT ROW) FROM generate_series(1, 10)",
    ] {
        // Some release of the engine may know an answer; it never fails.
        let answer = test.lake.answer(&scope, sql, limits()).await;
        assert!(
            matches!(answer, Ok(_) | Err(Error::BadQuery(_))),
            "{sql}: {answer:?}"
        );
    }
}

#[tokio::test]
async fn a_caller_has_two_places_and_a_third_waits_for_one() {
    let test = TestLake::new();
    let first = test.lake.seat("ana").await.expect("a place");
    let _second = test.lake.seat("ana").await.expect("a place");
    assert!(test.lake.seat("budi").await.is_some(), "others have their own");
    let third = tokio::time::timeout(Duration::from_millis(50), test.lake.seat("ana")).await;
    assert!(third.is_err(), "a third waits while both places are taken");
    let (third, ()) = tokio::join!(test.lake.seat("ana"), async { drop(first) });
    assert!(third.is_some());
}

#[tokio::test]
async fn more_rows_than_an_answer_has_are_cut_off_and_the_answer_says_so() {
    let (test, scope) = town().await;
    let answer = test
        .lake
        .answer(&scope, "SELECT * FROM generate_series(1, 5000)", limits())
        .await;
    let answer = answer.expect("answered");
    assert_eq!((answer.rows.len(), answer.truncated), (1_000, true));
}

#[tokio::test]
async fn a_join_that_finds_nothing_gives_way_to_others_and_is_stopped_in_time() {
    let test = TestLake::new();
    let rows: String = (0..3_000).map(|n| format!("{n},1\n")).collect();
    let path = test.folder.path().join("n.csv");
    std::fs::write(&path, format!("n,k\n{rows}")).expect("a file");
    let options = tables::IngestOptions::default();
    test.lake
        .ingest(&path, tables::FileKind::Csv, "t", &options)
        .await
        .expect("ingest");
    let scope = Scope::new().with("t", TableVersion::newest("t"));
    let limits = Limits {
        time: Duration::from_millis(500),
        ..Limits::default()
    };
    for sql in [
        // Compared pair by pair, and by equal keys of which there is only one.
        "SELECT count(*) FROM t a, t b, t c WHERE a.n + b.n * c.n < 0",
        "SELECT count(*) FROM t a JOIN t b ON a.k = b.k JOIN t c ON b.k = c.k AND a.n + b.n + c.n < 0",
    ] {
        let began = Instant::now();
        match test.lake.answer(&scope, sql, limits).await {
            Err(Error::TookTooLong { .. }) => {}
            other => panic!("{sql}: {other:?}"),
        }
        let took = began.elapsed();
        assert!(took < Duration::from_secs(10), "{sql}: stopped after {took:?}");
    }
    // As many more at once as there are turns: what comes after them is answered all the same.
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let (lake, scope) = (test.lake.clone(), scope.clone());
        all.spawn(async move {
            let sql = "SELECT count(*) FROM t a, t b, t c WHERE a.n + b.n * c.n < 0";
            lake.answer(&scope, sql, limits).await.is_err()
        });
    }
    let quick = "SELECT count(*) AS n FROM t";
    let patient = Limits::default();
    let answer = test.lake.answer(&scope, quick, patient).await.expect("answered");
    assert_eq!(answer.rows, [[Value::Integer(3_000)]]);
    while let Some(done) = all.join_next().await {
        assert!(done.expect("no panic"), "it was stopped");
    }
    let answer = test.lake.answer(&scope, quick, patient).await.expect("answered");
    assert_eq!(answer.rows.len(), 1);
}
