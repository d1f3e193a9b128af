//! Grouped questions in SQL: the same answers from columns that are kept in memory as from the files.

use pretty_assertions::assert_eq;
use tables::{Answer, Column, Error, Kind, Lake, Limits, Rows, Scope, Settings, TableVersion, Value};

use crate::{TestLake, people, people_columns};

/// Numbers that look like chance and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    /// A value, or nothing one time in six.
    fn or_nothing(&mut self, value: Value) -> Value {
        if self.below(6) == 0 { Value::Null } else { value }
    }
}

fn columns() -> Vec<Column> {
    vec![
        Column::new("region", Kind::Text),
        Column::new("sex", Kind::Text),
        Column::new("poor", Kind::Flag),
        Column::new("born", Kind::Date),
        Column::new("seen", Kind::Instant),
        Column::new("age", Kind::Integer),
        Column::new("large", Kind::Integer),
        Column::new("income", Kind::Decimal),
        Column::new("secret", Kind::Integer),
    ]
}

fn rows(dice: &mut Dice, n: usize) -> Rows {
    let rows = (0..n).map(|_| {
        let region = ["north", "south", "Ägir", ""][dice.below(4) as usize];
        let sex = ["m", "f"][dice.below(2) as usize];
        let values = [
            Value::from(region),
            Value::from(sex),
            Value::Flag(dice.below(2) == 0),
            Value::Date(dice.below(900) as i32 - 300),
            Value::Instant(1_700_000_000_000_000 + dice.below(50) as i64 * 3_600_000_000),
            Value::Integer(dice.below(90) as i64 - 5),
            Value::Integer(i64::MAX - dice.below(9) as i64),
            // Halves add up to the same digits in any order.
            Value::Decimal(dice.below(4_000) as f64 / 2.0 - 300.5),
            Value::Integer(dice.below(3) as i64),
        ];
        values.into_iter().map(|value| dice.or_nothing(value)).collect()
    });
    Rows {
        columns: columns(),
        rows: rows.collect(),
    }
}

/// Two lakes over the same files: one keeps columns, and one none.
struct World {
    kept: Lake,
    cold: Lake,
    _folder: tempfile::TempDir,
}

impl World {
    async fn new(batches: &[Rows]) -> World {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("lake").to_string_lossy().into_owned();
        let kept = Lake::open(&path, &Settings::default()).expect("opened");
        kept.create("persons", &batches[0].columns)
            .await
            .expect("created");
        for batch in batches {
            kept.append("persons", batch).await.expect("appended");
        }
        let nothing_kept = Settings {
            kept_bytes: 0,
            ..Settings::default()
        };
        World {
            cold: Lake::open(&path, &nothing_kept).expect("opened"),
            kept,
            _folder: folder,
        }
    }

    /// Asks both lakes, of the table as it is and with its rows numbered, by strangers and by staff.
    async fn agree(&self, sql: &str) {
        let plain = TableVersion::newest("persons").hiding(["secret"]);
        for table in [plain.clone(), plain.numbered("_id")] {
            let scope = Scope::new().with("persons", table);
            let kept = self.kept.answer(&scope, sql, limits()).await;
            let cold = self.cold.answer(&scope, sql, limits()).await;
            assert_eq!(told(kept), told(cold), "{sql}");
            let kept = self.kept.query(&scope, sql, limits()).await;
            let cold = self.cold.query(&scope, sql, limits()).await;
            assert_eq!(told(kept), told(cold), "{sql}");
        }
    }
}

fn limits() -> Limits {
    Limits {
        memory_bytes: 64 << 20,
        ..Limits::default()
    }
}

/// The columns and the rows of an answer, in an order of their own; or why there is none.
fn told(answer: Result<Answer, Error>) -> (Vec<(String, Kind)>, Vec<String>) {
    match answer {
        Ok(answer) => {
            let columns = answer.columns.iter();
            let mut rows: Vec<String> = answer.rows.iter().map(|row| format!("{row:?}")).collect();
            rows.sort();
            (
                columns.map(|column| (column.name.clone(), column.kind)).collect(),
                rows,
            )
        }
        Err(error) => (Vec::new(), vec![error.to_string()]),
    }
}

const KEYS: [&str; 7] = ["region", "sex", "poor", "born", "seen", "age", "large"];
const MEASURES: [&str; 13] = [
    "count(*)",
    "count(income)",
    "count(region)",
    "sum(age)",
    "sum(large)",
    "sum(income)",
    "avg(income)",
    "avg(age)",
    "sum(CASE WHEN sex = 'f' THEN 1 ELSE 0 END)",
    "min(born)",
    "max(seen)",
    "min(region)",
    "max(age)",
];
const CONDITIONS: [&str; 14] = [
    "income >= 200.5",
    "NOT (income > 100)",
    "age BETWEEN 10 AND 40",
    "region IN ('north', 'Ägir')",
    "region LIKE '%o%'",
    "region IS NULL",
    "sex <> 'm'",
    "poor",
    "NOT poor",
    "born >= DATE '1970-06-01'",
    "seen < TIMESTAMP '2023-11-15T12:00:00Z'",
    "(age < 20 OR region = 'south')",
    "(poor IS NOT TRUE OR (age > 30 AND sex = 'f'))",
    "age % 7 = 3",
];

#[tokio::test]
async fn kept_columns_and_files_give_the_same_groups() {
    let mut dice = Dice(2026);
    let batches = [rows(&mut dice, 1_500), rows(&mut dice, 700)];
    let world = World::new(&batches).await;
    for _ in 0..40 {
        let pick = |dice: &mut Dice, from: &[&'static str], most: u64| {
            let n = dice.below(most + 1);
            let picked = (0..n).map(|_| from[dice.below(from.len() as u64) as usize]);
            picked.collect::<Vec<&'static str>>()
        };
        let mut keys = pick(&mut dice, &KEYS, 2);
        keys.dedup();
        let mut asked = keys.clone();
        asked.extend(pick(&mut dice, &MEASURES, 4));
        asked.push("count(*)");
        let named: Vec<String> = asked
            .iter()
            .enumerate()
            .map(|(at, expr)| format!("{expr} AS c{at}"))
            .collect();
        let mut sql = format!("SELECT {} FROM persons AS p", named.join(", "));
        let conditions = pick(&mut dice, &CONDITIONS, 3);
        if !conditions.is_empty() {
            sql += &format!(" WHERE {}", conditions.join(" AND "));
        }
        if !keys.is_empty() {
            sql += &format!(" GROUP BY {}", keys.join(", "));
        }
        world.agree(&sql).await;
    }
    assert!(world.kept.kept().n_columns > 3, "columns were kept for these");
    assert_eq!(world.cold.kept().n_columns, 0);
}

#[tokio::test]
async fn what_stands_above_groups_is_as_it_was() {
    let mut dice = Dice(7);
    let world = World::new(&[rows(&mut dice, 900)]).await;
    for sql in [
        "SELECT region, count(*) n FROM persons GROUP BY 1 HAVING count(*) > 100 ORDER BY n DESC, 1 LIMIT 2",
        "SELECT region, avg(income) * 2 + max(age) FROM persons GROUP BY region HAVING region <> 'south'",
        "SELECT count(DISTINCT region), count(DISTINCT age) FROM persons",
        "SELECT DISTINCT sex, poor FROM persons",
        "SELECT a.sex, a.n, b.n FROM (SELECT sex, count(*) n FROM persons GROUP BY 1) a
            JOIN (SELECT sex, count(*) n FROM persons WHERE poor GROUP BY 1) b ON a.sex = b.sex",
        "SELECT count(*) FROM persons UNION SELECT count(*) FROM persons WHERE poor UNION ALL SELECT sum(age) FROM persons",
        "SELECT region, count(*) FROM persons p WHERE age > (SELECT avg(age) FROM persons q) GROUP BY 1",
        "WITH x AS (SELECT region AS r, income FROM persons WHERE sex = 'f') SELECT r, sum(income) FROM x GROUP BY r",
        "SELECT sum(n) FROM (SELECT region, count(*) n FROM persons GROUP BY 1)",
        "SELECT region, sum(1000 / (age - age % 2)) FROM persons WHERE age > 10 GROUP BY 1",
        "SELECT region, sum(age + income) FROM persons GROUP BY 1",
        "SELECT region, count(*) FILTER (WHERE poor), sum(DISTINCT age) FROM persons GROUP BY 1",
        "SELECT region, sex, count(*) FROM persons GROUP BY ROLLUP (region, sex)",
        "SELECT income, count(*) FROM persons GROUP BY 1",
        "SELECT max(income), min(poor), median(age) FROM persons",
        "SELECT region, count(*) FROM persons WHERE false GROUP BY 1",
        "SELECT count(*), sum(age), min(region) FROM persons WHERE age > 1000",
        "SELECT count(*) FROM persons WHERE CAST(region AS BIGINT) = 1",
        "SELECT count(*) FROM persons",
        // Columns that may not be seen are not there, kept or not.
        "SELECT secret, count(*) FROM persons GROUP BY 1",
        "SELECT count(*) FROM persons WHERE secret = 1",
        "SELECT region, sum(secret) FROM persons GROUP BY 1",
    ] {
        world.agree(sql).await;
    }
}

#[tokio::test]
async fn a_table_without_rows_has_no_groups_and_one_total() {
    let test = TestLake::new();
    test.lake
        .create("people", &people_columns())
        .await
        .expect("a table");
    let scope = Scope::new().with("people", TableVersion::newest("people"));
    let total = "SELECT count(*), count(age), sum(age), avg(weight), min(name) FROM people";
    let answer = test.lake.answer(&scope, total, limits()).await.expect("answered");
    let nothing = [Value::Null, Value::Null, Value::Null];
    assert_eq!(
        answer.rows,
        [[vec![Value::Integer(0), Value::Integer(0)], nothing.to_vec()].concat()]
    );
    let by_name = "SELECT name, count(*) FROM people GROUP BY 1";
    let answer = test
        .lake
        .answer(&scope, by_name, limits())
        .await
        .expect("answered");
    assert_eq!(answer.rows, Vec::<Vec<Value>>::new());
}

#[tokio::test]
async fn a_hidden_column_is_not_read_for_a_question_that_names_it() {
    let test = TestLake::new();
    test.lake
        .create("people", &people_columns())
        .await
        .expect("a table");
    test.lake
        .append("people", &people(&["Ana", "Budi"]))
        .await
        .expect("rows");
    let whole = Scope::new().with("people", TableVersion::newest("people"));
    let sql = "SELECT weight, count(*) FROM people WHERE weight > 1 GROUP BY 1";
    test.lake.answer(&whole, sql, limits()).await.expect("answered");
    let shut = Scope::new().with("people", TableVersion::newest("people").hiding(["weight"]));
    let refused = test.lake.answer(&shut, sql, limits()).await;
    assert!(matches!(refused, Err(Error::BadQuery(_))), "{refused:?}");
}

#[tokio::test]
async fn zeros_below_zero_are_left_to_the_engine() {
    let columns = vec![
        Column::new("age", Kind::Integer),
        Column::new("income", Kind::Decimal),
    ];
    let zeros = [0.0, -0.0, 1.0].map(|income| vec![Value::Integer(1), Value::Decimal(income)]);
    let batch = Rows {
        columns,
        rows: zeros.to_vec(),
    };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("lake").to_string_lossy().into_owned();
    let nothing_kept = Settings {
        kept_bytes: 0,
        ..Settings::default()
    };
    let kept = Lake::open(&path, &Settings::default()).expect("opened");
    kept.create("t", &batch.columns).await.expect("created");
    kept.append("t", &batch).await.expect("appended");
    let cold = Lake::open(&path, &nothing_kept).expect("opened");
    let scope = Scope::new().with("t", TableVersion::newest("t"));
    for sql in [
        "SELECT age, count(*) FROM t WHERE income >= 0 GROUP BY 1",
        "SELECT age, sum(1 / income) FROM t GROUP BY 1",
    ] {
        let both = [
            kept.answer(&scope, sql, limits()).await,
            cold.answer(&scope, sql, limits()).await,
        ];
        let [kept, cold] = both.map(told);
        assert_eq!(kept, cold, "{sql}");
    }
}

#[tokio::test]
async fn more_cells_than_memory_has_room_for_are_left_to_the_engine() {
    let columns = vec![Column::new("a", Kind::Integer), Column::new("b", Kind::Integer)];
    // Seven hundred values in each make half a million cells, of which seven hundred are filled.
    let batch = Rows {
        columns,
        rows: (0..700 * 186)
            .map(|n| vec![Value::Integer(n % 700), Value::Integer(n * 11 % 700)])
            .collect(),
    };
    let test = TestLake::new();
    test.lake.create("t", &batch.columns).await.expect("a table");
    test.lake.append("t", &batch).await.expect("rows");
    let scope = Scope::new().with("t", TableVersion::newest("t"));
    let sql = "SELECT a, b, count(*), sum(b) FROM t GROUP BY 1, 2 ORDER BY 1 DESC LIMIT 1";
    for megabytes in [16, 512] {
        let limits = Limits {
            memory_bytes: megabytes << 20,
            ..Limits::default()
        };
        let answer = test.lake.answer(&scope, sql, limits).await.expect("answered");
        assert_eq!(answer.rows, [[699, 689, 186, 186 * 689].map(Value::Integer)]);
    }
}
