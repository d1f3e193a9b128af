//! Views: the same rows whether columns are kept in memory, read from files, or put in order by the engine.

use pretty_assertions::assert_eq;
use tables::{
    Column, Error, Filter, Format, Grain, Grouping, Kind, Lake, Limits, Measure, Place, Rows, Seen, Settings,
    Sort, Start, TableVersion, Test, Value, View,
};

/// Households in villages: every kind of column, gaps in each, and two files.
fn rows(from: i64, to: i64) -> Rows {
    let columns = vec![
        Column::new("id", Kind::Integer),
        Column::new("village", Kind::Text),
        Column::new("income", Kind::Decimal),
        Column::new("poor", Kind::Flag),
        Column::new("asked", Kind::Date),
        Column::new("seen", Kind::Instant),
        Column::new("shape", Kind::Geometry),
    ];
    let gap = |n: i64, every: i64, value: Value| if n % every == 0 { Value::Null } else { value };
    let rows = (from..to)
        .map(|n| {
            vec![
                Value::Integer(n),
                gap(
                    n,
                    7,
                    Value::from(["Sukorejo", "Banjarejo", "kali", "Ägir"][(n % 4) as usize]),
                ),
                gap(n, 5, Value::Decimal((n * 37 % 101) as f64 / 2.0 - 10.0)),
                gap(n, 11, Value::Flag(n % 3 == 0)),
                gap(n, 13, Value::Date(19_000 + (n % 400) as i32)),
                gap(n, 3, Value::Instant(1_700_000_000_000_000 + n * 3_600_000_000)),
                Value::from(format!(r#"{{"type":"Point","coordinates":[111.{n},-7.1]}}"#)),
            ]
        })
        .collect();
    Rows { columns, rows }
}

struct World {
    /// Columns are kept in memory.
    hot: Lake,
    /// Nothing is kept.
    cold: Lake,
    table: TableVersion,
    all: Vec<Vec<Value>>,
    _folder: tempfile::TempDir,
}

async fn world() -> World {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("lake").to_string_lossy().into_owned();
    let hot = Lake::open(&path, &Settings::default()).expect("opened");
    let (first, second) = (rows(0, 300), rows(300, 500));
    hot.create("homes", &first.columns).await.expect("created");
    hot.append("homes", &first).await.expect("appended");
    let version = hot.append("homes", &second).await.expect("appended");
    let nothing_kept = Settings {
        kept_bytes: 0,
        ..Settings::default()
    };
    World {
        cold: Lake::open(&path, &nothing_kept).expect("opened"),
        hot,
        table: TableVersion::at("homes", version),
        all: first.rows.into_iter().chain(second.rows).collect(),
        _folder: folder,
    }
}

fn view(filters: Vec<Filter>, sort: Option<(&str, bool)>, start: usize) -> View {
    View {
        filters,
        sort: sort.map(|(column, descending)| Sort {
            column: column.into(),
            descending,
        }),
        start: Start::Row(start),
        n_rows: 20,
        ..View::default()
    }
}

async fn seen(lake: &Lake, table: &TableVersion, view: &View) -> Seen {
    lake.view(table, view, Limits::default()).await.expect("seen")
}

async fn refusal(lake: &Lake, table: &TableVersion, view: &View) -> String {
    match lake.view(table, view, Limits::default()).await {
        Err(Error::BadQuery(sentence)) => sentence,
        other => panic!("{other:?}"),
    }
}

fn column(name: &str) -> usize {
    ["id", "village", "income", "poor", "asked", "seen", "shape"]
        .iter()
        .position(|known| *known == name)
        .expect("a column")
}

#[tokio::test]
async fn every_comparison_lets_the_same_rows_through_in_memory_and_from_files() {
    let world = world().await;
    type Passes = Box<dyn Fn(&Value) -> bool>;
    let cases: Vec<(Filter, Passes)> = vec![
        (
            Filter::new("village", Test::Is(vec!["kali".into(), "Ägir".into()])),
            Box::new(|value| matches!(value.as_text(), Some("kali" | "Ägir"))),
        ),
        (
            Filter::new("village", Test::IsNot(vec!["kali".into()])),
            Box::new(|value| value.as_text().is_some_and(|text| text != "kali")),
        ),
        (
            Filter::new("village", Test::Contains("REJO".into())),
            Box::new(|value| value.as_text().is_some_and(|text| text.ends_with("rejo"))),
        ),
        (
            Filter::new("village", Test::Starts("ä".into())),
            Box::new(|value| value.as_text() == Some("Ägir")),
        ),
        (Filter::new("village", Test::Empty), Box::new(Value::is_null)),
        (
            Filter::new("income", Test::Filled),
            Box::new(|value| !value.is_null()),
        ),
        (
            Filter::new("income", Test::From("-2.5".into())),
            Box::new(|value| value.as_decimal().is_some_and(|number| number >= -2.5)),
        ),
        (
            Filter::new("id", Test::To("41".into())),
            Box::new(|value| value.as_integer().is_some_and(|number| number <= 41)),
        ),
        (
            Filter::new("id", Test::Contains("41".into())),
            Box::new(|value| value.as_integer() == Some(41)),
        ),
        (
            Filter::new("poor", Test::Is(vec!["true".into()])),
            Box::new(|value| *value == Value::Flag(true)),
        ),
        (
            Filter::new("asked", Test::From("2022-06-01".into())),
            Box::new(|value| matches!(value, Value::Date(days) if *days >= 19_144)),
        ),
        // A year or a month is all its days.
        (
            Filter::new("asked", Test::Is(vec!["2022-03".into(), "2022-12-01".into()])),
            Box::new(|value| matches!(value, Value::Date(19_052..=19_082 | 19_327))),
        ),
        (
            Filter::new("asked", Test::IsNot(vec!["2022".into()])),
            Box::new(|value| matches!(value, Value::Date(days) if !(18_993..=19_357).contains(days))),
        ),
        (
            Filter::new("asked", Test::From("2023".into())),
            Box::new(|value| matches!(value, Value::Date(days) if *days >= 19_358)),
        ),
        (
            Filter::new("asked", Test::To("2022".into())),
            Box::new(|value| matches!(value, Value::Date(days) if *days <= 19_357)),
        ),
        (
            Filter::new("seen", Test::Is(vec!["2023-11".into()])),
            Box::new(|value| matches!(value, Value::Instant(at) if *at < 1_701_388_800_000_000)),
        ),
        (
            Filter::new("seen", Test::From("2023-12".into())),
            Box::new(|value| matches!(value, Value::Instant(at) if *at >= 1_701_388_800_000_000)),
        ),
        (
            Filter::new("seen", Test::To("2023-11-15".into())),
            Box::new(|value| matches!(value, Value::Instant(at) if *at < 1_700_092_800_000_000)),
        ),
    ];
    for (filter, passes) in cases {
        let at = column(&filter.column);
        let wanted: Vec<&Vec<Value>> = world.all.iter().filter(|row| passes(&row[at])).collect();
        assert!(
            !wanted.is_empty() && wanted.len() < 500,
            "{filter:?} tells nothing"
        );
        let asked = view(vec![filter.clone()], None, 3);
        for lake in [&world.hot, &world.cold] {
            let found = seen(lake, &world.table, &asked).await;
            assert_eq!(found.n_found, wanted.len() as u64, "{filter:?}");
            let rows: Vec<&Vec<Value>> = found.rows.iter().collect();
            assert_eq!(rows, wanted.iter().skip(3).take(20).copied().collect::<Vec<_>>());
        }
        // The engine orders what is not kept, and filters for itself.
        let sorted = view(vec![filter.clone()], Some(("id", true)), 0);
        let by_engine = seen(&world.cold, &world.table, &sorted).await;
        assert!(
            by_engine.numbers.is_empty(),
            "the engine knows no numbers of rows"
        );
        assert_eq!(
            by_engine.rows,
            seen(&world.hot, &world.table, &sorted).await.rows,
            "{filter:?}"
        );
    }
}

#[tokio::test]
async fn rows_are_put_in_order_either_way_with_what_is_empty_last() {
    let world = world().await;
    for name in ["village", "income", "poor", "asked", "seen", "id"] {
        for descending in [false, true] {
            let at = column(name);
            let mut wanted: Vec<&Vec<Value>> = world
                .all
                .iter()
                .filter(|row| row[2] >= Value::Decimal(0.0))
                .collect();
            wanted.sort_by(|a, b| match (a[at].is_null(), b[at].is_null()) {
                (true, true) => std::cmp::Ordering::Equal,
                (true, false) => std::cmp::Ordering::Greater,
                (false, true) => std::cmp::Ordering::Less,
                _ if descending => b[at].partial_cmp(&a[at]).expect("one kind"),
                _ => a[at].partial_cmp(&b[at]).expect("one kind"),
            });
            let positive = Filter::new("income", Test::From("0".into()));
            for start in [0, 15, 250, wanted.len() - 7] {
                let asked = view(vec![positive.clone()], Some((name, descending)), start);
                let found = seen(&world.hot, &world.table, &asked).await;
                let rows: Vec<&Vec<Value>> = found.rows.iter().collect();
                assert_eq!(
                    rows,
                    wanted.iter().skip(start).take(20).copied().collect::<Vec<_>>(),
                    "{name} {descending} {start}"
                );
            }
        }
    }
}

#[tokio::test]
async fn pages_are_left_by_places_forwards_and_backwards_and_meet_every_row_once() {
    let world = world().await;
    for sort in [None, Some(("village", false)), Some(("income", true))] {
        let mut asked = view(Vec::new(), sort, 0);
        let (mut numbers, mut firsts) = (Vec::new(), Vec::new());
        loop {
            let found = seen(&world.hot, &world.table, &asked).await;
            assert_eq!(found.n_before, numbers.len() as u64);
            firsts.push(found.numbers.clone());
            numbers.extend(found.numbers);
            let Some(next) = found.next else { break };
            let place: Place = next.to_string().parse().expect("read back");
            asked.start = Start::After(place);
        }
        let mut sorted = numbers.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..500).collect::<Vec<u64>>(), "{sort:?}");
        for wanted in firsts.iter().rev().skip(1) {
            let found = seen(&world.hot, &world.table, &asked).await;
            asked.start = Start::Before(found.previous.expect("rows before"));
            assert_eq!(seen(&world.hot, &world.table, &asked).await.numbers, *wanted);
        }
    }
}

#[tokio::test]
async fn values_are_counted_described_and_grouped_among_the_rows_that_are_left() {
    let world = world().await;
    let filters = vec![Filter::new("id", Test::From("100".into()))];
    let rows: Vec<&Vec<Value>> = world.all.iter().skip(100).collect();
    let facets = world
        .hot
        .facets(&world.table, &filters, &["village".into()], 2, Limits::default())
        .await
        .expect("counted");
    assert_eq!(facets[0].n_distinct, 4);
    assert_eq!(facets[0].values.len(), 2);
    for (value, n) in &facets[0].values {
        assert_eq!(
            *n,
            rows.iter().filter(|row| row[1] == *value).count() as u64,
            "{value:?}"
        );
    }
    let mut incomes: Vec<f64> = rows.iter().filter_map(|row| row[2].as_decimal()).collect();
    incomes.sort_by(f64::total_cmp);
    let found = world
        .hot
        .statistics(&world.table, &filters, "income", Limits::default())
        .await
        .expect("described");
    assert_eq!((found.n, found.n_empty), (400, 400 - incomes.len() as u64));
    assert_eq!(found.least, Value::Decimal(incomes[0]));
    let mean = incomes.iter().sum::<f64>() / incomes.len() as f64;
    assert!((found.mean.expect("a mean") - mean).abs() < 1e-9);
    assert_eq!(
        found.quartiles.expect("quartiles")[1],
        Value::Decimal(incomes[incomes.len().div_ceil(2) - 1])
    );
    assert_eq!(
        found.bins.iter().map(|bin| bin.n).sum::<u64>(),
        incomes.len() as u64
    );
    let from_files = world
        .cold
        .statistics(&world.table, &filters, "income", Limits::default())
        .await
        .expect("described");
    assert_eq!(
        (from_files.n_empty, &from_files.least, &from_files.most),
        (found.n_empty, &found.least, &found.most)
    );
    assert_eq!(from_files.n_distinct, None, "what is not counted is not told");
    let grouping = Grouping {
        filters,
        by: vec![("asked".into(), Grain::Month), ("poor".into(), Grain::Value)],
        measure: Some(("income".into(), Measure::Mean)),
    };
    let grouped = world
        .hot
        .groups(&world.table, &grouping, Limits::default())
        .await
        .expect("grouped");
    assert_eq!(grouped.n_rows, 400);
    assert_eq!(grouped.groups.iter().map(|group| group.n).sum::<u64>(), 400);
    let group = grouped
        .groups
        .iter()
        .find(|group| group.key == [Value::from("2022-02"), Value::Flag(true)])
        .expect("a group");
    let of_it: Vec<&&Vec<Value>> = rows
        .iter()
        .filter(|row| row[4].to_string().starts_with("2022-02") && row[3] == Value::Flag(true))
        .collect();
    let numbers: Vec<f64> = of_it.iter().filter_map(|row| row[2].as_decimal()).collect();
    assert_eq!(group.n, of_it.len() as u64);
    let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
    assert!((group.value.expect("a mean") - mean).abs() < 1e-9);
}

#[tokio::test]
async fn a_hidden_column_can_be_neither_seen_nor_asked_about() {
    let world = world().await;
    let table = world.table.clone().hiding(["income"]);
    let found = seen(&world.hot, &table, &view(Vec::new(), None, 0)).await;
    assert!(found.columns.iter().all(|column| column.name != "income"));
    let by_filter = view(vec![Filter::new("income", Test::From("0".into()))], None, 0);
    let by_order = view(Vec::new(), Some(("income", false)), 0);
    let by_choice = View {
        columns: vec!["income".into()],
        ..View::default()
    };
    for asked in [by_filter, by_order, by_choice] {
        let sentence = refusal(&world.hot, &table, &asked).await;
        assert!(sentence.contains("there is no column \"income\""), "{sentence}");
    }
    let limits = Limits::default();
    let facets = world.hot.facets(&table, &[], &["income".into()], 9, limits).await;
    let described = world.hot.statistics(&table, &[], "income", limits).await;
    let grouping = Grouping {
        by: vec![("village".into(), Grain::Value)],
        measure: Some(("income".into(), Measure::Sum)),
        ..Grouping::default()
    };
    assert!(facets.is_err() && described.is_err());
    assert!(world.hot.groups(&table, &grouping, limits).await.is_err());
}

#[tokio::test]
async fn what_a_column_cannot_hold_is_told_with_how_to_write_it() {
    let world = world().await;
    let asked =
        |column: &str, value: &str| view(vec![Filter::new(column, Test::From(value.into()))], None, 0);
    let sentence = refusal(&world.hot, &world.table, &asked("asked", "1 June")).await;
    assert!(sentence.contains("write a day as 2026-11-22"), "{sentence}");
    let sentence = refusal(&world.hot, &world.table, &asked("id", "many")).await;
    assert!(sentence.contains("kind integer"), "{sentence}");
}

#[tokio::test]
async fn versions_are_kept_apart_and_a_table_that_took_a_name_is_another() {
    let world = world().await;
    let before = seen(&world.hot, &world.table, &view(Vec::new(), None, 490)).await;
    let later = world
        .hot
        .append("homes", &rows(500, 510))
        .await
        .expect("appended");
    let now = TableVersion::at("homes", later);
    assert_eq!(
        seen(&world.hot, &now, &view(Vec::new(), None, 490)).await.n_found,
        510
    );
    assert_eq!(
        seen(&world.hot, &world.table, &view(Vec::new(), None, 490)).await,
        before
    );
    assert!(world.hot.kept().n_columns > 0);
    world.hot.drop_table("homes").await.expect("dropped");
    world
        .hot
        .create("homes", &rows(0, 0).columns)
        .await
        .expect("created");
    let version = world.hot.append("homes", &rows(7, 9)).await.expect("appended");
    let again = seen(
        &world.hot,
        &TableVersion::at("homes", version),
        &view(Vec::new(), None, 0),
    )
    .await;
    assert_eq!(again.n_found, 2);
}

#[tokio::test]
async fn memory_holds_no_more_than_it_may() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("lake").to_string_lossy().into_owned();
    let little = Settings {
        kept_bytes: 8_000,
        ..Settings::default()
    };
    let lake = Lake::open(&path, &little).expect("opened");
    let rows = rows(0, 400);
    lake.create("homes", &rows.columns).await.expect("created");
    lake.append("homes", &rows).await.expect("appended");
    let table = TableVersion::newest("homes");
    for name in ["village", "poor", "asked", "income", "village", "poor"] {
        let limits = Limits::default();
        let counted = lake.facets(&table, &[], &[name.into()], 500, limits).await;
        let counted = counted.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(
            counted[0].values.iter().map(|(_, n)| n).sum::<u64>(),
            400,
            "{name}"
        );
        let kept = lake.kept();
        assert!(kept.n_bytes <= kept.most_bytes, "{kept:?}");
    }
}

#[tokio::test]
async fn a_file_of_a_view_holds_all_its_rows_in_its_order_and_no_formula() {
    use futures::StreamExt;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("lake").to_string_lossy().into_owned();
    let lake = Lake::open(&path, &Settings::default()).expect("opened");
    let columns = vec![
        Column::new("note", Kind::Text),
        Column::new("lat", Kind::Decimal),
        Column::new("lon", Kind::Decimal),
    ];
    let mut rows = Rows::new(columns.clone());
    for (note, lat) in [
        ("=HYPERLINK(\"http://x\")", -7.5),
        ("+62 812 \"x\"", -1.0),
        ("-12.5", -7.25),
        ("@SUM(A1)", -7.0),
        ("fine = fine", 95.0),
        ("-", -6.0),
    ] {
        rows.rows.push(vec![
            Value::from(note),
            Value::Decimal(lat),
            Value::Decimal(111.5),
        ]);
    }
    lake.create("notes", &columns).await.expect("created");
    lake.append("notes", &rows).await.expect("appended");
    let table = TableVersion::newest("notes");
    let asked = View {
        columns: vec!["note".into(), "lat".into()],
        ..view(
            vec![Filter::new("lat", Test::To("-5".into()))],
            Some(("lat", false)),
            400,
        )
    };
    let text = async |what: tables::What, format| {
        let mut stream = lake
            .export(what, format, Limits::default())
            .await
            .expect("a file");
        let mut bytes = Vec::new();
        while let Some(piece) = stream.next().await {
            bytes.extend_from_slice(&piece.expect("a piece"));
        }
        String::from_utf8(bytes).expect("text")
    };
    let csv = text(tables::What::View(table.clone(), asked.clone()), Format::Csv).await;
    assert_eq!(
        csv,
        "note,lat\r\n\"'=HYPERLINK(\"\"http://x\"\")\",-7.5\r\n-12.5,-7.25\r\n'@SUM(A1),-7\r\n-,-6\r\n"
    );
    let json = text(tables::What::View(table.clone(), asked.clone()), Format::Jsonl).await;
    assert!(
        json.starts_with("{\"note\":\"=HYPERLINK("),
        "programs get what is there: {json}"
    );
    let points = tables::Points {
        lon: "lon".into(),
        lat: "lat".into(),
    };
    let whole = View {
        columns: vec!["note".into()],
        ..View::default()
    };
    let located = text(tables::What::Located(table, whole, points), Format::GeoJson).await;
    let located: serde_json::Value = serde_json::from_str(&located).expect("JSON");
    assert_eq!(
        located["features"][0]["geometry"]["coordinates"],
        serde_json::json!([111.5, -7.5])
    );
    assert_eq!(
        located["features"][4]["geometry"],
        serde_json::Value::Null,
        "95° north is nowhere"
    );
}
