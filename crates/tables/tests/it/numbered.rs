use pretty_assertions::assert_eq;
use tables::{
    Changed, Column, Condition, Field, Find, Kind, Lake, Limits, Missing, RowChange, RowChanges,
    TableVersion, Target, Value,
};

use crate::TestLake;

fn columns() -> Vec<Column> {
    vec![Column::new("code", Kind::Text), Column::new("n", Kind::Integer)]
}

async fn table() -> TestLake {
    let test = TestLake::new();
    test.lake.create_numbered("t", &columns()).await.expect("a table");
    test
}

/// Changes of rows that are given as code and number; nothing leaves the number as it is.
fn changes(first_number: i64, target: Target, rows: &[(&str, Option<i64>)]) -> RowChanges {
    RowChanges {
        columns: vec!["code".into(), "n".into()],
        key: vec!["code".into()],
        rows: rows
            .iter()
            .map(|(code, n)| RowChange {
                target,
                cells: vec![Some(Value::from(*code)), n.map(Value::Integer)],
            })
            .collect(),
        missing: Missing::Added,
        first_number,
    }
}

async fn put(lake: &Lake, changes: &RowChanges) -> Vec<i64> {
    match lake.change_rows("t", changes.clone()).await.expect("changed") {
        Changed::Done { numbers, .. } => numbers,
        refused => panic!("{refused:?}"),
    }
}

async fn all(lake: &Lake) -> Vec<(i64, String, Option<i64>)> {
    let find = Find {
        condition: Condition::All(Vec::new()),
        words: Vec::new(),
        fields: vec![
            Field::Number,
            Field::Column("code".into()),
            Field::Column("n".into()),
        ],
        is_distinct: false,
        order: Vec::new(),
        offset: 0,
        n_rows: usize::MAX,
        is_counted: false,
    };
    let found = lake
        .find(&TableVersion::newest("t"), &find, Limits::default())
        .await
        .expect("found");
    found
        .rows
        .into_iter()
        .map(|row| {
            (
                row[0].as_integer().expect("a number"),
                row[1].to_string(),
                row[2].as_integer(),
            )
        })
        .collect()
}

#[tokio::test]
async fn a_row_keeps_its_number_and_its_place_through_changes_and_deletions_of_others() {
    let test = table().await;
    let rows = [("a", Some(1)), ("b", Some(2)), ("c", Some(3)), ("d", Some(4))];
    assert_eq!(
        put(&test.lake, &changes(1, Target::New, &rows)).await,
        [1, 2, 3, 4]
    );
    let again = [
        ("e", Some(5)),
        ("b", Some(20)),
        ("d", None),
        ("b", None),
        ("f", None),
    ];
    assert_eq!(
        put(&test.lake, &changes(5, Target::Key, &again)).await,
        [5, 2, 4, 2, 6]
    );
    test.lake.remove_rows("t", &[1, 5]).await.expect("removed");
    assert_eq!(
        put(&test.lake, &changes(7, Target::Key, &[("a", None)])).await,
        [7]
    );
    let wanted = [
        (2, "b", Some(20)),
        (3, "c", Some(3)),
        (4, "d", Some(4)),
        (6, "f", None),
        (7, "a", None),
    ];
    let wanted: Vec<_> = wanted
        .map(|(number, code, n)| (number, code.to_owned(), n))
        .into();
    assert_eq!(all(&test.lake).await, wanted);
    assert_eq!(test.lake.last_number("t").await.expect("known"), 7);
    let by_number = changes(8, Target::Number(3), &[("z", None)]);
    assert_eq!(put(&test.lake, &by_number).await, [3]);
    assert_eq!(all(&test.lake).await[1], (3, "z".to_owned(), Some(3)));
}

#[tokio::test]
async fn rows_that_do_not_fit_change_nothing_and_are_named() {
    let test = table().await;
    put(
        &test.lake,
        &changes(1, Target::New, &[("a", Some(1)), ("b", Some(2))]),
    )
    .await;
    let version = test.lake.version("t").await.expect("a version");
    let update = RowChanges {
        missing: Missing::Refused,
        ..changes(3, Target::Key, &[("a", Some(9)), ("x", None)])
    };
    for (changes, wanted) in [
        (
            changes(3, Target::New, &[("c", None), ("b", None)]),
            Changed::NotUnique { row: 1 },
        ),
        (
            changes(3, Target::New, &[("c", None), ("c", None)]),
            Changed::NotUnique { row: 1 },
        ),
        (
            changes(3, Target::Number(1), &[("b", None)]),
            Changed::NotUnique { row: 0 },
        ),
        (
            changes(3, Target::Number(7), &[("c", None)]),
            Changed::NotFound { row: 0 },
        ),
        (update, Changed::NotFound { row: 1 }),
    ] {
        assert_eq!(
            test.lake.change_rows("t", changes.clone()).await.expect("judged"),
            wanted
        );
        assert_eq!(test.lake.try_rows("t", &changes).await.expect("judged"), wanted);
    }
    let fits = changes(3, Target::Key, &[("c", None), ("a", Some(5))]);
    let tried = test.lake.try_rows("t", &fits).await.expect("tried");
    let wanted = Changed::Done {
        version,
        n_added: 1,
        n_changed: 1,
        numbers: vec![3, 1],
    };
    assert_eq!(tried, wanted);
    assert_eq!(test.lake.version("t").await.expect("a version"), version);
    assert_eq!(all(&test.lake).await.len(), 2);
}

#[tokio::test]
async fn many_small_additions_make_few_files_and_keep_the_order() {
    let test = table().await;
    for n in 0..40_i64 {
        let codes: Vec<String> = (0..3).map(|row| format!("{:03}", n * 3 + row)).collect();
        let rows: Vec<(&str, Option<i64>)> = codes.iter().map(|code| (code.as_str(), Some(n))).collect();
        put(&test.lake, &changes(n * 3 + 1, Target::Key, &rows)).await;
    }
    let rows = all(&test.lake).await;
    let wanted: Vec<_> = (0..120)
        .map(|at| (at + 1, format!("{at:03}"), Some(at / 3)))
        .collect();
    assert_eq!(rows, wanted);
    let data = std::fs::read_dir(test.folder.path().join("lake/t"))
        .expect("listed")
        .count();
    assert!(data < 40 * 2, "{data} files for 40 additions");
    let size = test.lake.size_bytes("t", None).await.expect("known");
    assert!(
        size < 40_000,
        "{size} bytes for 120 rows: too many files are read"
    );
    let history = test.lake.history("t", Some(1)).await.expect("told");
    assert_eq!(
        (history[0].n_rows, history[0].n_added, history[0].n_removed),
        (Some(120), 3, 0)
    );
    let old = test
        .lake
        .n_rows("t", Some(tables::Version(10)))
        .await
        .expect("an old version");
    assert_eq!(old, 30);
}

#[tokio::test]
async fn a_table_of_a_file_is_numbered_by_its_places_and_loses_columns_for_good() {
    let test = TestLake::new();
    test.lake.create("t", &columns()).await.expect("a table");
    let mut rows = tables::Rows::new(columns());
    rows.rows = (0..5)
        .map(|n| vec![Value::from(format!("c{n}")), Value::Integer(n)])
        .collect();
    test.lake.append("t", &rows).await.expect("rows");
    let before = all(&test.lake).await;
    test.lake.number_rows("t").await.expect("numbered");
    assert_eq!(all(&test.lake).await, before);
    test.lake.remove_rows("t", &[2]).await.expect("removed");
    assert_eq!(
        all(&test.lake).await.iter().map(|row| row.0).collect::<Vec<_>>(),
        [1, 3, 4, 5]
    );
    test.lake
        .drop_columns("t", &["n".to_owned()])
        .await
        .expect("dropped");
    test.lake
        .add_columns("t", &[Column::new("n", Kind::Text)])
        .await
        .expect("added");
    assert!(
        all(&test.lake).await.iter().all(|(_, _, n)| n.is_none()),
        "what was dropped does not come back"
    );
}
