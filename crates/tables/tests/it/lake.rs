use std::time::Duration;

use pretty_assertions::assert_eq;
use tables::{Column, Error, Kind, Limits, Page, Rows, TableVersion, Value, Version};

use crate::{TestLake, open, people, people_columns};

async fn names(lake: &tables::Lake, table: &TableVersion) -> Vec<String> {
    let page = Page {
        columns: vec!["name".into()],
        n_rows: 1000,
        ..Page::default()
    };
    let (answer, _) = lake
        .page(table, &page, Limits::default())
        .await
        .expect("read a page");
    answer.rows.iter().map(|row| row[0].to_string()).collect()
}

async fn newest_names(lake: &tables::Lake) -> Vec<String> {
    names(lake, &TableVersion::newest("people")).await
}

#[tokio::test]
async fn a_new_table_is_empty_and_knows_its_columns() {
    let TestLake {
        lake,
        folder: _folder,
    } = TestLake::new();
    assert!(!lake.exists("people").await.expect("ask"));
    let version = lake.create("people", &people_columns()).await.expect("create");
    assert_eq!(version, Version(0));
    assert!(lake.exists("people").await.expect("ask"));
    assert_eq!(lake.columns("people").await.expect("columns"), people_columns());
    assert_eq!(lake.n_rows("people", None).await.expect("count"), 0);
    let again = lake.create("people", &people_columns()).await;
    assert!(matches!(again, Err(Error::TableExists(name)) if name == "people"));
}

#[tokio::test]
async fn rows_come_back_in_the_order_they_were_added() {
    let TestLake {
        lake,
        folder: _folder,
    } = TestLake::new();
    lake.create("people", &people_columns()).await.expect("create");
    for name in ["c", "a", "b"] {
        lake.append("people", &people(&[name, "x"]))
            .await
            .expect("append");
    }
    assert_eq!(newest_names(&lake).await, ["c", "x", "a", "x", "b", "x"]);
    assert_eq!(lake.n_rows("people", None).await.expect("count"), 6);
}

#[tokio::test]
async fn an_older_version_can_still_be_read() {
    let TestLake {
        lake,
        folder: _folder,
    } = TestLake::new();
    lake.create("people", &people_columns()).await.expect("create");
    let first = lake.append("people", &people(&["a"])).await.expect("append");
    lake.append("people", &people(&["b"])).await.expect("append");
    assert_eq!(names(&lake, &TableVersion::at("people", first)).await, ["a"]);
    assert_eq!(lake.n_rows("people", Some(first)).await.expect("count"), 1);
    let missing = lake.n_rows("people", Some(Version(9))).await;
    assert!(matches!(
        missing,
        Err(Error::NoVersion {
            version: Version(9),
            ..
        })
    ));
}

#[tokio::test]
async fn replacing_twice_leaves_the_table_as_replacing_once() {
    let TestLake {
        lake,
        folder: _folder,
    } = TestLake::new();
    lake.create("people", &people_columns()).await.expect("create");
    lake.append("people", &people(&["a", "b", "c"]))
        .await
        .expect("append");
    let gone = [Value::from("b"), Value::from("nobody")];
    for _ in 0..2 {
        lake.replace("people", "name", &gone, &people(&["b"]))
            .await
            .expect("replace");
    }
    assert_eq!(newest_names(&lake).await, ["a", "c", "b"]);
    let history = lake.history("people", Some(1)).await.expect("history");
    assert_eq!(
        (history[0].n_added, history[0].n_removed, history[0].n_rows),
        (1, 1, Some(3))
    );
}

#[tokio::test]
async fn replacing_nothing_by_nothing_makes_no_version() {
    let TestLake {
        lake,
        folder: _folder,
    } = TestLake::new();
    lake.create("people", &people_columns()).await.expect("create");
    let before = lake.append("people", &people(&["a"])).await.expect("append");
    let none = Rows::new(people_columns());
    let after = lake
        .replace("people", "name", &[Value::from("z")], &none)
        .await
        .expect("replace");
    assert_eq!(before, after);
}

#[tokio::test]
async fn merging_replaces_rows_with_the_same_key_and_adds_the_others() {
    let TestLake {
        lake,
        folder: _folder,
    } = TestLake::new();
    lake.create("people", &people_columns()).await.expect("create");
    lake.append("people", &people(&["a", "b"])).await.expect("append");
    let mut rows = people(&["b", "c"]);
    rows.rows[0][1] = Value::Integer(21);
    rows.rows[1][1] = Value::Integer(99);
    lake.merge("people", &["name", "age"], &rows)
        .await
        .expect("merge");
    assert_eq!(newest_names(&lake).await, ["a", "b", "c"]);
    rows.rows[0][0] = Value::Null;
    let error = lake
        .merge("people", &["name", "age"], &rows)
        .await
        .expect_err("a key is empty");
    assert_eq!(
        error.to_string(),
        "row 1: a key column is empty; every row needs name and age"
    );
}

#[tokio::test]
async fn an_added_column_is_empty_in_the_rows_that_stand() {
    let TestLake {
        lake,
        folder: _folder,
    } = TestLake::new();
    lake.create("people", &people_columns()).await.expect("create");
    lake.append("people", &people(&["a"])).await.expect("append");
    let phone = Column::new("phone", Kind::Text).titled("Phone");
    lake.add_columns("people", std::slice::from_ref(&phone))
        .await
        .expect("add a column");
    let mut rows = people(&["b"]);
    rows.columns.push(phone.clone());
    rows.rows[0].push(Value::from("0812"));
    lake.append("people", &rows).await.expect("append");
    let table = TableVersion::newest("people");
    let page = Page {
        columns: vec!["name".into(), "phone".into()],
        n_rows: 10,
        ..Page::default()
    };
    let (answer, n_all) = lake.page(&table, &page, Limits::default()).await.expect("read");
    assert_eq!(
        answer.rows,
        [
            vec![Value::from("a"), Value::Null],
            vec![Value::from("b"), Value::from("0812")]
        ]
    );
    assert_eq!(n_all, 2);
    let same = lake.add_columns("people", &[phone]).await.expect("add it again");
    assert_eq!(same, lake.version("people").await.expect("version"));
    let other = lake
        .add_columns("people", &[Column::new("Phone", Kind::Integer)])
        .await;
    assert_eq!(
        other.expect_err("another kind").to_string(),
        "table \"people\" has a column \"phone\" of kind text already; give the new one of kind integer another name"
    );
    // Rewriting a file from before the column must keep working, too.
    let none = Rows::new(people_columns());
    lake.replace("people", "phone", &[Value::from("0812")], &none)
        .await
        .expect("replace by the new column");
    assert_eq!(newest_names(&lake).await, ["a"]);
}

#[tokio::test]
async fn a_value_that_does_not_fit_is_named_with_its_row_and_column() {
    let TestLake {
        lake,
        folder: _folder,
    } = TestLake::new();
    lake.create("people", &people_columns()).await.expect("create");
    let mut rows = people(&["a", "b"]);
    rows.rows[1][1] = Value::from("old");
    let error = lake.append("people", &rows).await.expect_err("age is a number");
    assert_eq!(
        error.to_string(),
        "row 2: column \"age\" holds values of kind integer, but got the text \"old\"; give a value of kind integer or leave it empty"
    );
    assert_eq!(lake.n_rows("people", None).await.expect("count"), 0);
}

#[tokio::test]
async fn concurrent_appends_all_land_even_from_two_processes() {
    let TestLake { lake, folder } = TestLake::new();
    lake.create("people", &people_columns()).await.expect("create");
    // A second lake on the same folder knows nothing of the first one's locks.
    let other = open(&folder);
    let mut writers = tokio::task::JoinSet::new();
    for at in 0..16 {
        let lake = if at % 2 == 0 { lake.clone() } else { other.clone() };
        writers.spawn(async move { lake.append("people", &people(&[&format!("p{at}")])).await });
    }
    while let Some(written) = writers.join_next().await {
        written.expect("join").expect("append");
    }
    let mut found = newest_names(&lake).await;
    found.sort();
    let mut expected: Vec<String> = (0..16).map(|at| format!("p{at}")).collect();
    expected.sort();
    assert_eq!(found, expected);
    assert_eq!(lake.version("people").await.expect("version"), Version(16));
}

#[tokio::test]
async fn concurrent_replacements_of_one_key_leave_one_row() {
    let TestLake { lake, folder } = TestLake::new();
    lake.create("people", &people_columns()).await.expect("create");
    let other = open(&folder);
    let mut writers = tokio::task::JoinSet::new();
    for at in 0..8 {
        let lake = if at % 2 == 0 { lake.clone() } else { other.clone() };
        writers.spawn(async move {
            lake.replace("people", "name", &[Value::from("a")], &people(&["a"]))
                .await
        });
    }
    while let Some(written) = writers.join_next().await {
        written.expect("join").expect("replace");
    }
    assert_eq!(newest_names(&lake).await, ["a"]);
}

#[tokio::test]
async fn a_file_without_a_commit_is_not_seen_and_the_next_vacuum_removes_it() {
    let TestLake { lake, folder } = TestLake::new();
    lake.create("people", &people_columns()).await.expect("create");
    lake.append("people", &people(&["a"])).await.expect("append");
    let table = folder.path().join("lake/people");
    let data: Vec<_> = std::fs::read_dir(&table)
        .expect("list")
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|ending| ending == "parquet"))
        .collect();
    let orphan = table.join("00000000-0000-7000-8000-000000000000-00000.parquet");
    std::fs::copy(data[0].path(), &orphan).expect("leave a file as a crash would");
    assert_eq!(newest_names(&open(&folder)).await, ["a"]);
    assert_eq!(
        lake.vacuum("people", Duration::ZERO, &[]).await.expect("vacuum"),
        1
    );
    assert!(!orphan.exists());
    assert_eq!(newest_names(&lake).await, ["a"]);
}

#[tokio::test]
async fn compaction_joins_files_and_keeps_rows_and_their_order() {
    let TestLake { lake, folder } = TestLake::new();
    lake.create("people", &people_columns()).await.expect("create");
    for name in ["a", "b", "c", "d"] {
        lake.append("people", &people(&[name])).await.expect("append");
    }
    lake.compact("people").await.expect("compact");
    assert_eq!(newest_names(&lake).await, ["a", "b", "c", "d"]);
    let again = lake.compact("people").await.expect("compact");
    assert_eq!(again, lake.version("people").await.expect("version"));
    assert_eq!(again, Version(5));
    lake.append("people", &people(&["e"])).await.expect("append");
    assert_eq!(newest_names(&open(&folder)).await, ["a", "b", "c", "d", "e"]);
}

#[tokio::test]
async fn vacuum_keeps_the_versions_it_is_told_to() {
    let TestLake {
        lake,
        folder: _folder,
    } = TestLake::new();
    lake.create("people", &people_columns()).await.expect("create");
    let first = lake.append("people", &people(&["a"])).await.expect("append");
    let second = lake
        .overwrite("people", &people(&["b"]))
        .await
        .expect("overwrite");
    let third = lake
        .overwrite("people", &people(&["c"]))
        .await
        .expect("overwrite");
    let n_removed = lake
        .vacuum("people", Duration::ZERO, &[first])
        .await
        .expect("vacuum");
    assert_eq!(n_removed, 1);
    assert_eq!(names(&lake, &TableVersion::at("people", first)).await, ["a"]);
    assert_eq!(names(&lake, &TableVersion::at("people", third)).await, ["c"]);
    let page = Page {
        n_rows: 10,
        ..Page::default()
    };
    let gone = lake
        .page(&TableVersion::at("people", second), &page, Limits::default())
        .await;
    assert!(gone.is_err());
}

#[tokio::test]
async fn the_history_tells_every_commit_newest_first() {
    let TestLake {
        lake,
        folder: _folder,
    } = TestLake::new();
    lake.create("people", &people_columns()).await.expect("create");
    lake.append("people", &people(&["a", "b"])).await.expect("append");
    let none = Rows::new(people_columns());
    lake.replace("people", "name", &[Value::from("a")], &none)
        .await
        .expect("replace");
    let told: Vec<_> = lake
        .history("people", None)
        .await
        .expect("history")
        .into_iter()
        .map(|commit| {
            assert!(commit.at > 1_700_000_000_000_000);
            (
                commit.version.0,
                commit.operation,
                commit.n_rows,
                commit.n_added,
                commit.n_removed,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (2, "MERGE".to_string(), Some(1), 0, 1),
            (1, "WRITE".to_string(), Some(2), 2, 0),
            (0, "CREATE TABLE".to_string(), None, 0, 0),
        ]
    );
}

#[tokio::test]
async fn many_commits_survive_checkpoints_and_a_fresh_start() {
    let TestLake { lake, folder } = TestLake::new();
    lake.create("people", &people_columns()).await.expect("create");
    for at in 0..30 {
        lake.append("people", &people(&[&format!("p{at:02}")]))
            .await
            .expect("append");
    }
    let fresh = open(&folder);
    assert_eq!(fresh.n_rows("people", None).await.expect("count"), 30);
    assert_eq!(fresh.history("people", None).await.expect("history").len(), 31);
    assert_eq!(
        names(&fresh, &TableVersion::at("people", Version(3))).await,
        ["p00", "p01", "p02"]
    );
}

#[tokio::test]
async fn a_dropped_table_is_gone_and_its_name_is_free() {
    let TestLake {
        lake,
        folder: _folder,
    } = TestLake::new();
    lake.create("census/people", &people_columns())
        .await
        .expect("create");
    lake.append("census/people", &people(&["a"]))
        .await
        .expect("append");
    lake.drop_table("census/people").await.expect("drop");
    assert!(!lake.exists("census/people").await.expect("ask"));
    assert!(matches!(
        lake.columns("census/people").await,
        Err(Error::NoTable(_))
    ));
    lake.create("census/people", &people_columns())
        .await
        .expect("create anew");
    assert_eq!(lake.n_rows("census/people", None).await.expect("count"), 0);
}

#[tokio::test]
async fn a_table_name_cannot_leave_the_lake() {
    let TestLake {
        lake,
        folder: _folder,
    } = TestLake::new();
    for name in ["../x", "a/../b", "", "a//b", "/etc", "_delta_log", "a b"] {
        let made = lake.create(name, &people_columns()).await;
        assert!(matches!(made, Err(Error::Unfit(_))), "{name:?}");
    }
}
