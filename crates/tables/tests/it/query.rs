use std::time::Duration;

use pretty_assertions::assert_eq;
use tables::{Column, Error, Kind, Lake, Limits, Page, Rows, Scope, Sort, TableVersion, Value};

use crate::{TestLake, people, people_columns};

async fn town() -> (TestLake, Scope) {
    let test = TestLake::new();
    test.lake
        .create("people", &people_columns())
        .await
        .expect("create");
    test.lake
        .append("people", &people(&["a", "b", "c"]))
        .await
        .expect("append");
    test.lake
        .create("secret", &people_columns())
        .await
        .expect("create");
    let scope = Scope::new().with("people", TableVersion::newest("people"));
    (test, scope)
}

async fn refusal(lake: &Lake, scope: &Scope, sql: &str) -> String {
    match lake.query(scope, sql, Limits::default()).await {
        Ok(answer) => panic!("{sql} was answered: {:?}", answer.rows),
        Err(Error::BadQuery(message)) => message,
        Err(other) => panic!("{sql}: {other:?}"),
    }
}

#[tokio::test]
async fn a_select_gives_plain_columns_and_values() {
    let (
        TestLake {
            lake,
            folder: _folder,
        },
        scope,
    ) = town().await;
    let sql = "SELECT name, age * 2 AS twice, born, avg(weight) OVER () AS mean, age > 20 AS older
               FROM people ORDER BY name LIMIT 2";
    let answer = lake.query(&scope, sql, Limits::default()).await.expect("query");
    let kinds: Vec<(String, Kind)> = answer
        .columns
        .iter()
        .map(|column| (column.name.clone(), column.kind))
        .collect();
    assert_eq!(
        kinds,
        [
            ("name".to_string(), Kind::Text),
            ("twice".to_string(), Kind::Integer),
            ("born".to_string(), Kind::Date),
            ("mean".to_string(), Kind::Decimal),
            ("older".to_string(), Kind::Flag),
        ]
    );
    assert_eq!(
        answer.rows[1],
        [
            Value::from("b"),
            Value::Integer(42),
            Value::Date(10_001),
            Value::Decimal(50.5),
            Value::Flag(true)
        ]
    );
    assert!(!answer.truncated);
}

#[tokio::test]
async fn a_query_reads_the_version_its_scope_names() {
    let (
        TestLake {
            lake,
            folder: _folder,
        },
        _,
    ) = town().await;
    let old = lake.version("people").await.expect("version");
    lake.append("people", &people(&["d"])).await.expect("append");
    let scope = Scope::new()
        .with("then", TableVersion::at("people", old))
        .with("now", TableVersion::newest("people"));
    let sql = "SELECT (SELECT count(*) FROM then) AS a, (SELECT count(*) FROM now) AS b";
    let answer = lake.query(&scope, sql, Limits::default()).await.expect("query");
    assert_eq!(answer.rows, [[Value::Integer(3), Value::Integer(4)]]);
}

#[tokio::test]
async fn nothing_outside_the_scope_can_be_reached() {
    let (TestLake { lake, folder }, scope) = town().await;
    assert_eq!(
        refusal(&lake, &scope, "SELECT * FROM secret").await,
        "there is no table \"secret\"; you may read people"
    );
    let file = folder.path().join("x.csv");
    std::fs::write(&file, "a\n1\n").expect("write");
    for sql in [
        format!("SELECT * FROM '{}'", file.display()),
        "SELECT * FROM \"/etc/passwd\"".to_string(),
        "SELECT * FROM read_csv('/etc/passwd')".to_string(),
        "SELECT * FROM 'http://127.0.0.1:1/x.parquet'".to_string(),
        "CREATE EXTERNAL TABLE x STORED AS CSV LOCATION '/etc/passwd'".to_string(),
        "CREATE TABLE x AS SELECT 1".to_string(),
        "CREATE VIEW x AS SELECT 1".to_string(),
        "COPY people TO '/tmp/stolen.csv'".to_string(),
        "INSERT INTO people SELECT * FROM people".to_string(),
        "DELETE FROM people".to_string(),
        "UPDATE people SET age = 1".to_string(),
        "DROP TABLE people".to_string(),
        "SET datafusion.execution.batch_size = 1".to_string(),
        "EXPLAIN ANALYZE SELECT * FROM people".to_string(),
        "PREPARE p AS SELECT 1".to_string(),
        "BEGIN".to_string(),
        "SELECT 1; SELECT 2".to_string(),
        "WITH x AS (SELECT * FROM secret) SELECT * FROM x".to_string(),
        "SELECT (SELECT max(age) FROM secret)".to_string(),
        String::new(),
    ] {
        refusal(&lake, &scope, &sql).await;
    }
    assert_eq!(lake.n_rows("people", None).await.expect("count"), 3);
}

#[tokio::test]
async fn hidden_columns_do_not_exist_for_the_caller() {
    let (
        TestLake {
            lake,
            folder: _folder,
        },
        _,
    ) = town().await;
    let scope = Scope::new().with("people", TableVersion::newest("people").hiding(["name"]));
    let answer = lake
        .query(&scope, "SELECT * FROM people", Limits::default())
        .await
        .expect("query");
    assert!(answer.columns.iter().all(|column| column.name != "name"));
    let message = refusal(&lake, &scope, "SELECT name FROM people").await;
    assert!(message.contains("name"), "{message}");
    refusal(&lake, &scope, "SELECT age FROM people WHERE name = 'a'").await;
    let columns = "SELECT column_name FROM information_schema.columns WHERE table_name = 'people'";
    let answer = lake
        .query(&scope, columns, Limits::default())
        .await
        .expect("query");
    assert!(!answer.rows.contains(&vec![Value::from("name")]));
    assert_eq!(answer.rows.len(), 3);
}

#[tokio::test]
async fn everything_of_a_table_that_hides_all_its_columns_is_refused_with_the_remedy() {
    let (
        TestLake {
            lake,
            folder: _folder,
        },
        _,
    ) = town().await;
    let columns = lake.columns("people").await.expect("columns");
    let hidden = TableVersion::newest("people").hiding(columns.into_iter().map(|column| column.name));
    let scope = Scope::new().with("people", hidden);
    let sql = "SELECT * FROM people";
    let message = refusal(&lake, &scope, sql).await;
    assert!(
        message.contains("no column that you may see") && message.contains("steward"),
        "{message}"
    );
    let what = tables::What::Query(scope.clone(), sql.to_owned());
    let refused = lake.export(what, tables::Format::Csv, Limits::default()).await;
    assert!(matches!(refused, Err(Error::BadQuery(_))));
    // How many rows there are is no column of it.
    let count = lake
        .query(&scope, "SELECT count(*) AS n FROM people", Limits::default())
        .await;
    assert_eq!(count.expect("counted").rows, [[Value::Integer(3)]]);
}

#[tokio::test]
async fn the_information_schema_lists_the_scope_only() {
    let (
        TestLake {
            lake,
            folder: _folder,
        },
        scope,
    ) = town().await;
    let sql = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'";
    let answer = lake.query(&scope, sql, Limits::default()).await.expect("query");
    assert_eq!(answer.rows, [[Value::from("people")]]);
    let described = lake
        .query(&scope, "DESCRIBE people", Limits::default())
        .await
        .expect("describe");
    assert_eq!(described.rows.len(), 4);
    let shown = lake
        .query(&scope, "SHOW TABLES", Limits::default())
        .await
        .expect("show");
    assert!(shown.rows.iter().any(|row| row.contains(&Value::from("people"))));
}

#[tokio::test]
async fn names_are_found_whatever_their_case() {
    let TestLake {
        lake,
        folder: _folder,
    } = TestLake::new();
    let columns = vec![
        Column::new("CASE_Status", Kind::Text),
        Column::new("n cases", Kind::Integer),
    ];
    lake.create("requests", &columns).await.expect("create");
    let rows = Rows {
        columns,
        rows: vec![vec![Value::from("open"), Value::Integer(2)]],
    };
    lake.append("requests", &rows).await.expect("append");
    let scope = Scope::new().with("Requests", TableVersion::newest("requests"));
    let sql = "SELECT case_status, r.CASE_STATUS AS again, \"n cases\" FROM REQUESTS r
               WHERE Case_Status = 'open' GROUP BY 1, 2, 3 ORDER BY case_status";
    let answer = lake.query(&scope, sql, Limits::default()).await.expect("query");
    assert_eq!(answer.columns[0].name, "CASE_Status");
    assert_eq!(
        answer.rows,
        [[Value::from("open"), Value::from("open"), Value::Integer(2)]]
    );
    let sql = "SELECT sum(\"n cases\") FROM \"Requests\" WHERE requests.case_status = 'open'";
    let message = lake.query(&scope, sql, Limits::default()).await;
    assert_eq!(message.expect("query").rows, [[Value::Integer(2)]]);
}

#[tokio::test]
async fn what_the_engine_would_call_alike_is_answered_under_names_that_tell_it_apart() {
    let (
        TestLake {
            lake,
            folder: _folder,
        },
        scope,
    ) = town().await;
    for (sql, names, row) in [
        (
            "SELECT sum(age), sum(CAST(age AS bigint)) FROM people",
            "sum, sum_2",
            "63, 63",
        ),
        (
            "SELECT sum(age) AS n, sum(CAST(age AS bigint)) AS m FROM people",
            "n, m",
            "63, 63",
        ),
        (
            "SELECT sum(age) AS sum, sum(TRY_CAST(weight AS bigint)), sum(weight) FROM people",
            "sum, sum_2, sum_3",
            "63, 150, 151.5",
        ),
        (
            "SELECT sum(age), sum(CAST(age AS bigint)) FROM people GROUP BY name ORDER BY sum(CAST(age AS bigint)) DESC LIMIT 1",
            "sum, sum_2",
            "22, 22",
        ),
        (
            "SELECT CAST(age AS text), age FROM people ORDER BY age DESC LIMIT 1",
            "age_2, age",
            "22, 22",
        ),
        (
            "SELECT a.age, b.age FROM people a JOIN people b ON a.age + 1 = b.age ORDER BY 1 LIMIT 1",
            "age, age_2",
            "20, 21",
        ),
        ("SELECT count(*), max(age) FROM people", "count, max", "3, 22"),
        (
            "SELECT DISTINCT age + 1, CAST(age AS text) FROM people ORDER BY age + 1 DESC LIMIT 1",
            "?column?, age",
            "23, 22",
        ),
        (
            "SELECT EXISTS (SELECT 1 FROM people WHERE age > 100), NOT EXISTS (SELECT 1 FROM people b WHERE b.age = a.age + 1) FROM people a ORDER BY age DESC LIMIT 1",
            "exists, ?column?",
            "false, true",
        ),
        // What the engine calls a column is known, too.
        (
            "WITH counted AS (SELECT count(*) FROM people) SELECT \"count(*)\" AS n FROM counted",
            "n",
            "3",
        ),
    ] {
        let of_staff = lake.query(&scope, sql, Limits::default()).await;
        let of_anybody = lake.answer(&scope, sql, Limits::default()).await;
        for answer in [of_staff, of_anybody] {
            let answer = answer.unwrap_or_else(|error| panic!("{sql}: {error}"));
            let called: Vec<&str> = answer.columns.iter().map(|column| column.name.as_str()).collect();
            let first: Vec<String> = answer.rows[0].iter().map(Value::to_string).collect();
            assert_eq!(
                (called.join(", "), first.join(", ")),
                (names.into(), row.into()),
                "{sql}"
            );
        }
        for format in [tables::Format::Jsonl, tables::Format::Parquet] {
            let what = tables::What::Query(scope.clone(), sql.to_owned());
            let file = lake
                .export(what, format, Limits::default())
                .await
                .expect("a file");
            let pieces: Vec<_> = futures::TryStreamExt::try_collect(file).await.expect("its bytes");
            let text = String::from_utf8_lossy(&pieces.concat()).into_owned();
            let has_all = names
                .split(", ")
                .all(|name| text.contains(&format!("\"{name}\":")));
            assert!(format == tables::Format::Parquet || has_all, "{sql}: {text}");
        }
    }
    let twice = refusal(&lake, &scope, "SELECT 1 AS a, 2 AS a FROM people").await;
    assert!(twice.contains("unique"), "{twice}");
}

#[tokio::test]
async fn rows_beyond_the_limit_are_cut_and_the_answer_says_so() {
    let (
        TestLake {
            lake,
            folder: _folder,
        },
        scope,
    ) = town().await;
    let limits = Limits {
        rows: 2,
        ..Limits::default()
    };
    let answer = lake
        .query(&scope, "SELECT name FROM people ORDER BY name", limits)
        .await
        .expect("query");
    assert_eq!(answer.rows, [[Value::from("a")], [Value::from("b")]]);
    assert!(answer.truncated);
    let answer = lake
        .query(&scope, "SELECT name FROM people LIMIT 2", limits)
        .await
        .expect("query");
    assert!(!answer.truncated);
}

#[tokio::test]
async fn a_query_that_takes_too_long_is_stopped() {
    let (
        TestLake {
            lake,
            folder: _folder,
        },
        scope,
    ) = town().await;
    let limits = Limits {
        time: Duration::from_millis(300),
        ..Limits::default()
    };
    let sql = "SELECT sum(a.value * b.value) FROM generate_series(1, 100000) a, generate_series(1, 100000) b";
    let started = std::time::Instant::now();
    let stopped = lake.query(&scope, sql, limits).await;
    assert!(matches!(stopped, Err(Error::TookTooLong { .. })), "{stopped:?}");
    assert!(started.elapsed() < Duration::from_secs(20));
}

#[tokio::test]
async fn a_query_that_needs_too_much_memory_is_stopped() {
    let (
        TestLake {
            lake,
            folder: _folder,
        },
        scope,
    ) = town().await;
    let limits = Limits {
        memory_bytes: 1 << 20,
        ..Limits::default()
    };
    let sql = "SELECT array_length(array_agg(value)) FROM generate_series(1, 2000000)";
    let stopped = lake.query(&scope, sql, limits).await;
    assert!(
        matches!(stopped, Err(Error::TooMuchMemory { megabytes: 1 })),
        "{stopped:?}"
    );
}

#[tokio::test]
async fn an_error_in_sql_is_told_in_plain_words() {
    let (
        TestLake {
            lake,
            folder: _folder,
        },
        scope,
    ) = town().await;
    let message = refusal(&lake, &scope, "SELECT nme FROM people").await;
    assert!(message.starts_with("No field named nme."), "{message}");
    let message = refusal(&lake, &scope, "SELEC 1").await;
    assert!(message.starts_with("Expected"), "{message}");
}

#[tokio::test]
async fn a_page_is_filtered_sorted_and_counted() {
    let (
        TestLake {
            lake,
            folder: _folder,
        },
        _,
    ) = town().await;
    lake.append("people", &people(&["Ab", "B c"]))
        .await
        .expect("append");
    let table = TableVersion::newest("people");
    let page = Page {
        columns: vec!["name".into()],
        filters: vec![("name".into(), "B".into())],
        sort: Some(Sort {
            column: "name".into(),
            descending: true,
        }),
        offset: 1,
        n_rows: 1,
    };
    let (answer, n_all) = lake.page(&table, &page, Limits::default()).await.expect("read");
    assert_eq!(answer.rows, [[Value::from("B c")]]);
    assert_eq!(n_all, 3);
    let page = Page {
        columns: vec!["name".into()],
        filters: vec![("age".into(), "22".into()), ("born".into(), "1997".into())],
        n_rows: 10,
        ..Page::default()
    };
    let (answer, _) = lake.page(&table, &page, Limits::default()).await.expect("read");
    assert_eq!(answer.rows, [[Value::from("c")]]);
    let unknown = Page {
        sort: Some(Sort {
            column: "nme".into(),
            descending: false,
        }),
        ..Page::default()
    };
    let error = lake
        .page(&table, &unknown, Limits::default())
        .await
        .expect_err("unknown");
    assert!(error.to_string().contains("no column \"nme\""));
}
