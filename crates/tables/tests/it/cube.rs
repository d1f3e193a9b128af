use std::sync::Arc;

use pretty_assertions::assert_eq;
use tables::{
    Column, Cube, CubeSpec, Error, GroupingSets, Kind, Lake, Lane, Limits, Rows, Scope, Settings, Source,
    TableVersion, Value,
};

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

/// Numbers that look drawn and are the same in every run.
struct Drawn(u64);

impl Drawn {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) % n
    }

    fn maybe(&mut self, value: Value) -> Value {
        match self.below(6) {
            0 => Value::Null,
            _ => value,
        }
    }
}

/// Persons with unknown values in every column, in twenty files, and the homes of most of them, of which each has a name and a number.
async fn persons(lake: &Lake) -> Scope {
    let columns = vec![
        Column::new("home", Kind::Text),
        Column::new("home_number", Kind::Integer),
        Column::new("sex", Kind::Text),
        Column::new("age", Kind::Integer),
        Column::new("works", Kind::Text),
        Column::new("studies", Kind::Flag),
        Column::new("weight", Kind::Decimal),
    ];
    lake.create("person", &columns).await.expect("create");
    let mut drawn = Drawn(7);
    for _ in 0..20 {
        let rows = (0..150).map(|_| {
            let home = drawn.below(60);
            let works = ["yes", "no", "sometimes"][drawn.below(3) as usize];
            let sex = ["f", "m"][drawn.below(2) as usize];
            let (age, studies, weight) = (drawn.below(90), drawn.below(2) == 0, drawn.below(1000));
            vec![
                drawn.maybe(Value::from(format!("home {home}"))),
                drawn.maybe(Value::Integer(home as i64)),
                drawn.maybe(Value::from(sex)),
                drawn.maybe(Value::Integer(age as i64)),
                drawn.maybe(Value::from(works)),
                drawn.maybe(Value::Flag(studies)),
                drawn.maybe(Value::Decimal(weight as f64 / 10.0)),
            ]
        });
        let rows = Rows {
            columns: columns.clone(),
            rows: rows.collect(),
        };
        lake.append("person", &rows).await.expect("append");
    }
    let columns = vec![
        Column::new("home", Kind::Text),
        Column::new("number", Kind::Integer),
        Column::new("village", Kind::Text),
        Column::new("consent", Kind::Text),
    ];
    lake.create("home", &columns).await.expect("create");
    // Ten homes of persons are missing, ten have nobody, and one has no name.
    let rows = (10..70).map(|home| {
        vec![
            match home {
                11 => Value::Null,
                _ => Value::from(format!("home {home}")),
            },
            Value::Integer(home),
            drawn.maybe(Value::from(VILLAGES[(home % 3) as usize])),
            drawn.maybe(Value::from(["yes", "no"][(home % 2) as usize])),
        ]
    });
    let rows = Rows {
        columns,
        rows: rows.collect(),
    };
    lake.append("home", &rows).await.expect("append");
    Scope::new()
        .with("person", TableVersion::newest("person"))
        .with("home", TableVersion::newest("home"))
}

/// Questions about persons that share columns, conditions and dimensions.
fn questions(from: &str, place: &str) -> Vec<CubeSpec> {
    let named = |name: &str, expr: &str| (name.to_owned(), expr.to_owned());
    let one_if = |name: &str, condition: &str| {
        (
            name.to_owned(),
            format!("CASE WHEN {condition} THEN 1 ELSE 0 END"),
        )
    };
    let band =
        "CASE WHEN person.age < 15 THEN 0 WHEN person.age < 65 THEN 15 WHEN person.age >= 65 THEN 65 END";
    let numerators = [
        "person.works = 'yes'",
        "person.works = 'yes' AND NOT (person.studies)",
        "person.works IN ('yes', 'sometimes') OR person.age > 60 AND person.sex = 'f'",
        "(person.studies) IS NOT TRUE AND person.works <> 'no'",
        "TRUE",
    ];
    let filters = [
        None,
        Some("person.age >= 15"),
        Some("person.sex = 'f' OR person.studies"),
        Some("person.age > 500"),
    ];
    let mut all = Vec::new();
    for (at, numerator) in numerators.iter().enumerate() {
        for (place_of_filter, filter) in filters.iter().enumerate() {
            let mut dimensions = vec![named("place", place), named("sex", "person.sex")];
            if (at + place_of_filter) % 2 == 0 {
                dimensions.push(named("band", band));
                dimensions.push(named("grown", "person.age >= 18"));
            }
            all.push(CubeSpec {
                from: from.to_owned(),
                filter: filter.map(str::to_owned),
                dimensions,
                sums: vec![
                    named("n_rows", "1"),
                    one_if("n_yes", &format!("({numerator})")),
                    one_if("n_missing", &format!("({numerator}) IS NULL")),
                    named("ages", "person.age"),
                ],
                sets: GroupingSets::All,
            });
        }
    }
    all
}

/// The same questions in a way that only the engine answers: joined with one row.
fn plainly(specs: &[CubeSpec]) -> Vec<CubeSpec> {
    let plainly = |spec: &CubeSpec| CubeSpec {
        from: format!("{} CROSS JOIN (VALUES (1)) AS one", spec.from),
        ..spec.clone()
    };
    specs.iter().map(plainly).collect()
}

async fn cubes(lake: &Lake, scope: &Scope, specs: &[CubeSpec]) -> Vec<Cube> {
    let cubes = lake.cubes(scope, specs, Limits::generous()).await;
    cubes.into_iter().map(|cube| cube.expect("a cube")).collect()
}

async fn rows(lake: &Lake, scope: &Scope, specs: &[CubeSpec]) -> Vec<Rows> {
    let cubes = cubes(lake, scope, specs).await;
    let rows = cubes
        .iter()
        .zip(specs)
        .map(|(cube, spec)| cube.rows(spec, usize::MAX));
    rows.map(|rows| rows.expect("rows")).collect()
}

fn is_fast(cube: &Cube) -> bool {
    matches!(cube.lanes[0], Lane::Count(_))
}

#[tokio::test]
async fn many_questions_in_one_pass_are_answered_as_by_plain_sql() {
    let test = TestLake::new();
    let scope = persons(&test.lake).await;
    let specs = questions("person", "person.home");
    assert!(cubes(&test.lake, &scope, &specs).await.iter().all(is_fast));
    let together = rows(&test.lake, &scope, &specs).await;
    assert_eq!(together, rows(&test.lake, &scope, &plainly(&specs)).await);
    for (spec, together) in specs.iter().zip(&together) {
        let alone = test.lake.cube(&scope, spec, Limits::generous()).await;
        assert_eq!(alone.expect("a cube"), *together);
    }
}

#[tokio::test]
async fn rows_joined_by_a_key_are_counted_in_one_pass_as_by_plain_sql() {
    let test = TestLake::new();
    let scope = persons(&test.lake).await;
    for from in [
        "person JOIN home ON person.home = home.home",
        "person INNER JOIN home ON home.number = person.home_number",
        "home JOIN person ON person.home_number = home.number",
        "person LEFT JOIN home ON person.home = home.home",
        "person AS person JOIN home AS home ON home.number = person.home_number + 1",
        "person JOIN home ON person.home = home.home JOIN (SELECT number + 5 AS next, village AS beside FROM home) AS other ON other.next = home.number",
    ] {
        let mut specs = questions(from, "home.village");
        for spec in &mut specs {
            spec.sums.push((
                "consents".into(),
                "CASE WHEN home.consent = 'yes' THEN 1 END".into(),
            ));
        }
        let found = cubes(&test.lake, &scope, &specs).await;
        assert!(found.iter().all(is_fast), "{from}");
        let expected = rows(&test.lake, &scope, &plainly(&specs)).await;
        for ((cube, spec), expected) in found.iter().zip(&specs).zip(expected) {
            assert_eq!(cube.rows(spec, usize::MAX).expect("rows"), expected, "{from}");
        }
    }
}

#[tokio::test]
async fn a_key_that_two_rows_share_multiplies_rows_as_in_sql() {
    let test = TestLake::new();
    let scope = persons(&test.lake).await;
    let from = "person JOIN (SELECT home FROM home UNION ALL SELECT home FROM home) AS twice ON twice.home = person.home";
    let specs = questions(from, "person.home");
    let found = cubes(&test.lake, &scope, &specs[..2]).await;
    assert!(!found.iter().any(is_fast));
    let once = questions("person JOIN home ON home.home = person.home", "person.home");
    let once = cubes(&test.lake, &scope, &once[..1]).await;
    let total = |cube: &Cube| (0..cube.n).map(|group| cube.lanes[0].decimal(group)).sum::<f64>();
    assert_eq!(total(&found[0]), 2.0 * total(&once[0]));
}

#[tokio::test]
async fn any_number_of_threads_gives_the_same_digits() {
    let test = TestLake::new();
    let scope = persons(&test.lake).await;
    let mut specs = questions("person", "person.home");
    specs.extend(questions(
        "person JOIN home ON person.home = home.home",
        "home.village",
    ));
    let weight = |name: &str, sql: &str| (name.to_owned(), sql.to_owned());
    for spec in &mut specs {
        spec.sums.push(weight("w", "person.weight"));
        spec.sums
            .push(weight("ww", "person.weight * person.weight * 0.1"));
    }
    // What the engine answers has its order as well.
    let plain = plainly(&specs[..3]);
    specs.extend(plain);
    let mut answers = Vec::new();
    for threads in [1, 2, 3, 7] {
        let settings = Settings {
            threads,
            ..Settings::default()
        };
        let path = test.folder.path().join("lake");
        let lake = Lake::open(&path.to_string_lossy(), &settings).expect("open a lake");
        let together = rows(&lake, &scope, &specs).await;
        let alone = lake.cube(&scope, &specs[4], Limits::generous()).await;
        assert_eq!(together[4], alone.expect("a cube"));
        answers.push(together);
    }
    for answer in &answers[1..] {
        assert!(*answer == answers[0]);
    }
}

#[tokio::test]
async fn a_question_that_cannot_be_answered_spoils_no_other() {
    let test = TestLake::new();
    let scope = persons(&test.lake).await;
    let mut specs = questions("person", "person.home");
    specs.truncate(3);
    specs[1].filter = Some("person.shoe_size > 40".into());
    specs.push(CubeSpec {
        sums: Vec::new(),
        ..specs[0].clone()
    });
    let answers = test.lake.cubes(&scope, &specs, Limits::generous()).await;
    assert_eq!(answers.len(), 4);
    assert!(answers[0].is_ok() && answers[2].is_ok());
    assert!(matches!(&answers[1], Err(Error::BadQuery(words)) if words.contains("shoe_size")));
    assert!(matches!(&answers[3], Err(Error::BadQuery(_))));
}

#[tokio::test]
async fn what_a_filter_leaves_out_may_be_beyond_a_conversion() {
    let test = TestLake::new();
    let scope = persons(&test.lake).await;
    let mut spec = questions("person", "person.sex").remove(0);
    spec.filter = Some("person.works <> 'sometimes'".into());
    spec.sums = vec![
        ("n".into(), "1".into()),
        (
            "yes".into(),
            "CASE WHEN CAST(person.works AS BOOLEAN) THEN 1 ELSE 0 END".into(),
        ),
    ];
    let mut other = spec.clone();
    other.sums[1].1 = "CASE WHEN person.works = 'yes' THEN 1 ELSE 0 END".into();
    let found = rows(&test.lake, &scope, &[spec, other]).await;
    assert_eq!(found[0], found[1]);
}

#[tokio::test]
async fn groups_that_take_more_memory_than_they_may_are_refused() {
    let test = TestLake::new();
    let scope = persons(&test.lake).await;
    let limits = Limits {
        memory_bytes: 1000,
        ..Limits::generous()
    };
    let spec = questions("person", "person.home").remove(0);
    let refused = test
        .lake
        .cube(&scope, &spec, limits)
        .await
        .expect_err("too little memory");
    assert!(matches!(refused, Error::TooMuchMemory { .. }), "{refused}");
    assert!(refused.to_string().contains("memory"), "{refused}");
}

/// Seven blocks of rows, each of them with a row of every place.
struct Everywhere;

impl Source for Everywhere {
    fn columns(&self) -> Vec<(String, Vec<Value>)> {
        vec![("place".into(), (0..2000_i64).map(Value::from).collect())]
    }

    fn n_blocks(&self) -> usize {
        7
    }

    fn block(&self, _at: usize) -> Vec<Vec<i32>> {
        vec![(0..2000).collect()]
    }
}

#[tokio::test]
async fn what_many_threads_have_no_room_for_is_counted_by_fewer() {
    let test = TestLake::new();
    let settings = Settings {
        threads: 7,
        ..Settings::default()
    };
    let path = test.folder.path().join("lake");
    let lake = Lake::open(&path.to_string_lossy(), &settings).expect("open a lake");
    let spec = CubeSpec {
        from: "made".into(),
        dimensions: vec![("place".into(), "place".into())],
        sums: vec![("n".into(), "1".into())],
        ..CubeSpec::default()
    };
    // The groups take some 50 kB, in every thread that finds them.
    let limits = Limits {
        memory_bytes: 70_000,
        ..Limits::generous()
    };
    let cubes = lake.cubes_of(Arc::new(Everywhere), &[spec], limits).await;
    assert_eq!(cubes.expect("a cube")[0].lanes, [Lane::Count(vec![7; 2000])]);
}

/// Seven villages of a hundred persons.
struct Villages;

impl Source for Villages {
    fn columns(&self) -> Vec<(String, Vec<Value>)> {
        vec![
            ("village".into(), VILLAGES.map(Value::from).to_vec()),
            ("age".into(), (0..90_i64).map(Value::from).collect()),
            ("works".into(), vec![Value::from("yes"), Value::from("no")]),
        ]
    }

    fn n_blocks(&self) -> usize {
        7
    }

    fn block(&self, at: usize) -> Vec<Vec<i32>> {
        let mut drawn = Drawn(at as u64);
        let mut draw = |n: u64| (0..100).map(|_| drawn.below(n + 1) as i32 - 1).collect();
        vec![vec![at as i32 % 3; 100], draw(90), draw(2)]
    }
}

#[tokio::test]
async fn rows_that_are_made_are_counted_as_those_of_a_table() {
    let test = TestLake::new();
    let columns = vec![
        Column::new("village", Kind::Text),
        Column::new("age", Kind::Integer),
        Column::new("works", Kind::Text),
    ];
    test.lake.create("made", &columns).await.expect("create");
    let values = Villages.columns();
    for at in 0..Villages.n_blocks() {
        let codes = Villages.block(at);
        let row = |row: usize| {
            let of_column = codes.iter().zip(&values).map(|(codes, (_, values))| {
                usize::try_from(codes[row]).map_or(Value::Null, |code| values[code].clone())
            });
            of_column.collect()
        };
        let rows = Rows {
            columns: columns.clone(),
            rows: (0..100).map(row).collect(),
        };
        test.lake.append("made", &rows).await.expect("append");
    }
    let sums = [
        ("n", "1"),
        (
            "working",
            "CASE WHEN works = 'yes' AND age >= 15 THEN 1 ELSE 0 END",
        ),
        ("unknown", "CASE WHEN (works = 'yes') IS NULL THEN 1 ELSE 0 END"),
        ("ages", "age"),
    ];
    let spec = CubeSpec {
        from: "made".into(),
        filter: Some("age IS NULL OR age < 80".into()),
        dimensions: vec![
            ("village".into(), "village".into()),
            ("old".into(), "age > 50".into()),
        ],
        sums: sums.map(|(name, sql)| (name.to_owned(), sql.to_owned())).to_vec(),
        sets: GroupingSets::All,
    };
    let scope = Scope::new().with("made", TableVersion::newest("made"));
    let specs = [spec.clone()];
    let made = test
        .lake
        .cubes_of(Arc::new(Villages), &specs, Limits::generous())
        .await;
    let made = made.expect("cubes").remove(0);
    let read = test.lake.cube(&scope, &spec, Limits::generous()).await;
    assert_eq!(made.rows(&spec, usize::MAX).expect("rows"), read.expect("a cube"));
}
