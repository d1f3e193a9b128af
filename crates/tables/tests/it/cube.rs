use pretty_assertions::assert_eq;
use tables::{Column, CubeSpec, Error, GroupingSets, Kind, Lake, Limits, Rows, Scope, TableVersion, Value};

use crate::TestLake;

const VILLAGES: [&str; 3] = ["01", "02", "03"];

/// Seven hundred members in three villages and three files, with unknown sexes and incomes.
async fn members(lake: &Lake) -> (Scope, Vec<Vec<Value>>) {
    let columns = vec![
        Column::new("village", Kind::Text),
        Column::new("sex", Kind::Text),
        Column::new("age", Kind::Integer),
        Column::new("income", Kind::Integer),
        Column::new("weight", Kind::Decimal),
        Column::new("born", Kind::Date),
    ];
    lake.create("members", &columns).await.expect("create");
    let rows: Vec<Vec<Value>> = (0..700_i64)
        .map(|at| {
            vec![
                Value::from(VILLAGES[(at % 3) as usize]),
                match at % 5 {
                    0 => Value::Null,
                    1 | 2 => Value::from("f"),
                    _ => Value::from("m"),
                },
                if at % 11 == 0 {
                    Value::Null
                } else {
                    Value::Integer(at % 90)
                },
                if at % 7 == 0 {
                    Value::Null
                } else {
                    Value::Integer(at * 1000)
                },
                Value::Decimal(0.25 * (at % 4) as f64),
                Value::Date((at % 400) as i32),
            ]
        })
        .collect();
    for part in rows.chunks(250) {
        let part = Rows {
            columns: columns.clone(),
            rows: part.to_vec(),
        };
        lake.append("members", &part).await.expect("append");
    }
    (
        Scope::new().with("members", TableVersion::newest("members")),
        rows,
    )
}

fn spec() -> CubeSpec {
    CubeSpec {
        from: "members".into(),
        filter: None,
        dimensions: vec![
            ("village".into(), "village".into()),
            ("sex".into(), "sex".into()),
            (
                "band".into(),
                "CASE WHEN age < 15 THEN 0 WHEN age < 65 THEN 15 WHEN age >= 65 THEN 65 END".into(),
            ),
        ],
        sums: vec![
            ("n".into(), "1".into()),
            ("income".into(), "income".into()),
            (
                "known".into(),
                "CASE WHEN income IS NOT NULL THEN 1 ELSE 0 END".into(),
            ),
            (
                "women_weight".into(),
                "CASE WHEN sex = 'f' THEN weight END".into(),
            ),
        ],
        sets: GroupingSets::All,
    }
}

fn sum(rows: &Rows, set: i64, column: &str) -> f64 {
    let at = rows.position(column).expect("a column");
    let of_set = rows.rows.iter().filter(|row| row[0] == Value::Integer(set));
    of_set.map(|row| row[at].as_decimal().expect("a number")).sum()
}

#[tokio::test]
async fn every_grouping_set_sums_to_the_same_total() {
    let test = TestLake::new();
    let (scope, members) = members(&test.lake).await;
    let spec = spec();
    let cube = test
        .lake
        .cube(&scope, &spec, Limits::generous())
        .await
        .expect("cube");
    let income: i64 = members.iter().filter_map(|row| row[3].as_integer()).sum();
    let known = members.iter().filter(|row| !row[3].is_null()).count();
    let women: f64 = members
        .iter()
        .filter(|row| row[1] == Value::from("f"))
        .filter_map(|row| row[4].as_decimal())
        .sum();
    assert_eq!(spec.grouping_sets().len(), 8);
    for set in 0..8 {
        assert_eq!(sum(&cube, set, "n"), 700.0, "set {set}");
        assert_eq!(sum(&cube, set, "income"), income as f64, "set {set}");
        assert_eq!(sum(&cube, set, "known"), known as f64, "set {set}");
        assert_eq!(sum(&cube, set, "women_weight"), women, "set {set}");
    }
    assert_eq!(cube.columns[4].kind, Kind::Integer);
    assert_eq!(cube.columns[7].kind, Kind::Decimal);
}

#[tokio::test]
async fn the_cube_of_a_table_equals_that_of_plain_sql() {
    let test = TestLake::new();
    let (scope, _) = members(&test.lake).await;
    let mut fast = spec();
    fast.filter = Some("age >= 5 AND sex IS NOT NULL AND born > DATE '1970-01-10'".into());
    fast.dimensions.push(("old".into(), "age > 40".into()));
    fast.dimensions.push(("initial".into(), "upper(sex)".into()));
    fast.dimensions
        .push(("born".into(), "date_part('month', born)".into()));
    fast.sets = GroupingSets::These(vec![
        vec![],
        vec![0, 1, 2],
        vec![3],
        vec![4, 5],
        vec![0, 1, 2, 3, 4, 5],
    ]);
    // A join with one row changes nothing but the way the cube is computed.
    let mut plain = fast.clone();
    plain.from = "members CROSS JOIN (VALUES (1)) AS one".into();
    let fast = test
        .lake
        .cube(&scope, &fast, Limits::generous())
        .await
        .expect("cube");
    let plain = test
        .lake
        .cube(&scope, &plain, Limits::generous())
        .await
        .expect("cube by SQL");
    assert!(fast.len() > 100);
    assert_eq!(fast, plain);
}

#[tokio::test]
async fn an_unknown_value_is_a_group_and_the_set_tells_it_from_the_total() {
    let test = TestLake::new();
    let (scope, _) = members(&test.lake).await;
    let spec = CubeSpec {
        from: "members".into(),
        dimensions: vec![("sex".into(), "sex".into())],
        sums: vec![("n".into(), "1".into())],
        ..CubeSpec::default()
    };
    let cube = test
        .lake
        .cube(&scope, &spec, Limits::generous())
        .await
        .expect("cube");
    let n = Value::Integer;
    assert_eq!(
        cube.rows,
        [
            [n(0), Value::Null, n(700)],
            [n(1), Value::Null, n(140)],
            [n(1), Value::from("f"), n(280)],
            [n(1), Value::from("m"), n(280)],
        ]
    );
}

#[tokio::test]
async fn a_cube_of_no_rows_has_a_total_of_zero() {
    let test = TestLake::new();
    let (scope, _) = members(&test.lake).await;
    let mut spec = spec();
    spec.filter = Some("age > 1000".into());
    let cube = test
        .lake
        .cube(&scope, &spec, Limits::generous())
        .await
        .expect("cube");
    assert_eq!(cube.len(), 1);
    assert_eq!(cube.rows[0][4], Value::Integer(0));
}

#[tokio::test]
async fn a_cube_reads_rows_from_before_a_column_was_added() {
    let test = TestLake::new();
    let (scope, _) = members(&test.lake).await;
    test.lake
        .add_columns("members", &[Column::new("water", Kind::Text)])
        .await
        .expect("add a column");
    let rows = Rows {
        columns: vec![Column::new("water", Kind::Text)],
        rows: vec![vec![Value::from("piped")]],
    };
    test.lake.append("members", &rows).await.expect("append");
    let spec = CubeSpec {
        from: "members".into(),
        dimensions: vec![("water".into(), "water".into())],
        sums: vec![("n".into(), "1".into())],
        sets: GroupingSets::These(vec![vec![0]]),
        ..CubeSpec::default()
    };
    let cube = test
        .lake
        .cube(&scope, &spec, Limits::generous())
        .await
        .expect("cube");
    let n = Value::Integer;
    assert_eq!(
        cube.rows,
        [[n(0), Value::Null, n(700)], [n(0), Value::from("piped"), n(1)]]
    );
}

#[tokio::test]
async fn a_cube_can_read_nothing_that_its_scope_hides() {
    let test = TestLake::new();
    members(&test.lake).await;
    let scope = Scope::new().with("members", TableVersion::newest("members").hiding(["income"]));
    let hidden = test.lake.cube(&scope, &spec(), Limits::generous()).await;
    assert!(matches!(hidden, Err(Error::BadQuery(message)) if message.contains("income")));
    let elsewhere = CubeSpec {
        from: "secret".into(),
        ..spec()
    };
    let refused = test.lake.cube(&scope, &elsewhere, Limits::generous()).await;
    assert!(matches!(refused, Err(Error::BadQuery(_))), "{refused:?}");
}

#[tokio::test]
async fn a_wrong_expression_is_named() {
    let test = TestLake::new();
    let (scope, _) = members(&test.lake).await;
    let mut wrong = spec();
    wrong.sums.push(("x".into(), "village".into()));
    let error = test
        .lake
        .cube(&scope, &wrong, Limits::generous())
        .await
        .expect_err("village is no number");
    assert!(
        error.to_string().contains("\"x\"") || error.to_string().contains("sum("),
        "{error}"
    );
    let mut wrong = spec();
    wrong.sets = GroupingSets::These(vec![vec![7]]);
    let error = test
        .lake
        .cube(&scope, &wrong, Limits::generous())
        .await
        .expect_err("no dimension 7");
    assert!(error.to_string().contains("dimension 7"), "{error}");
}
