//! What changed between two versions, by key, by whole rows, and on a real list of areas.

use pretty_assertions::assert_eq;
use tables::{
    Column, Compared, Diff, DiffPage, Error, FileKind, IngestOptions, Kind, Limits, RowDifference, Rows,
    SchemaChange, TableVersion, Value, Version,
};

use crate::{TestLake, real_data::real_data};

/// Makes a table whose versions are these CSV files; returns the lake and the numbers of the versions.
async fn versions(files: &[&str]) -> (TestLake, Vec<Version>) {
    let test = TestLake::new();
    let mut versions = Vec::new();
    for text in files {
        let file = test.folder.path().join("file.csv");
        std::fs::write(&file, text).expect("written");
        let read = test
            .lake
            .ingest(&file, FileKind::Csv, "t", &IngestOptions::default())
            .await;
        versions.push(read.expect("read").version);
    }
    (test, versions)
}

fn compared(versions: &[Version], key: &[&str]) -> Compared {
    Compared {
        before: TableVersion::at("t", versions[0]),
        after: TableVersion::at("t", versions[1]),
        key: key.iter().map(|name| (*name).to_owned()).collect(),
    }
}

async fn diff(test: &TestLake, compared: &Compared) -> Diff {
    test.lake
        .diff(compared, Limits::default())
        .await
        .expect("compared")
}

/// Rows as `change key: then -> now, …`.
fn told(page: &DiffPage) -> Vec<String> {
    let row = |row: &tables::DiffRow| {
        let pairs: Vec<String> = row
            .before
            .iter()
            .zip(&row.after)
            .map(|(then, now)| format!("{then}->{now}"))
            .collect();
        format!("{} {}", row.change.as_str(), pairs.join(" "))
    };
    page.rows.iter().map(row).collect()
}

const THEN: &str =
    "code,name,people,note\n01,Sukorejo,50,x\n02,Banjarejo,60,\n03,Ngasem,70,z\n04,Kalianyar,80,z\n";
const NOW: &str =
    "code,name,people,note\n01,Sukorejo,55,x\n02,Banjarejo,60,y\n04,Kalianyar,80,z\n05,Dander,90,z\n";

#[tokio::test]
async fn rows_are_found_by_their_key_and_counted_as_added_removed_or_changed() {
    let (test, versions) = versions(&[THEN, NOW]).await;
    let compared = compared(&versions, &["code"]);
    let found = diff(&test, &compared).await;
    assert_eq!((found.n_before, found.n_after), (4, 4));
    assert_eq!((found.n_added, found.n_removed, found.n_changed), (1, 1, 2));
    assert_eq!(found.columns, [("people".to_owned(), 1), ("note".to_owned(), 1)]);
    assert_eq!(found.schema, []);
    let page = test
        .lake
        .diff_rows(&compared, None, 0, Limits::default())
        .await
        .expect("rows");
    assert_eq!(
        told(&page),
        [
            "changed 01->01 Sukorejo->Sukorejo 50->55 x->x",
            "changed 02->02 Banjarejo->Banjarejo 60->60 ->y",
            "removed 03-> Ngasem-> 70-> z->",
            "added ->05 ->Dander ->90 ->z",
        ]
    );
}

#[tokio::test]
async fn rows_of_one_kind_are_read_page_by_page() {
    let (test, versions) = versions(&[THEN, NOW]).await;
    let compared = compared(&versions, &["code"]);
    let one = Limits {
        rows: 1,
        ..Limits::default()
    };
    let changed = Some(RowDifference::Changed);
    let second = test
        .lake
        .diff_rows(&compared, changed, 1, one)
        .await
        .expect("rows");
    assert_eq!(told(&second), ["changed 02->02 Banjarejo->Banjarejo 60->60 ->y"]);
    let none = test
        .lake
        .diff_rows(&compared, changed, 2, one)
        .await
        .expect("rows");
    assert_eq!(told(&none), [] as [&str; 0]);
}

#[tokio::test]
async fn columns_that_come_go_turn_and_are_renamed_are_told() {
    let then = "code,population,phone,born\n1,50,0812,5\n2,60,0813,7\n3,70,0814,8\n";
    let now = "code,people,born,area\n1,50,5,1.5\n2,60,7,2.5\n3,71,ca. 8,3.5\n";
    let (test, versions) = versions(&[then, now]).await;
    let found = diff(&test, &compared(&versions, &["code"])).await;
    // Two of three alike is no renaming: it could be anything.
    let names: Vec<String> = found.schema.iter().map(|change| format!("{change:?}")).collect();
    assert_eq!(
        found.schema[0],
        SchemaChange::Retyped {
            name: "born".into(),
            from: Kind::Integer,
            to: Kind::Text
        },
        "{names:?}"
    );
    assert_eq!(found.n_changed, 1);
    let now = "code,people,born\n1,50,5\n2,60,7\n3,70,8\n";
    let (test, versions) = self::versions(&[then, now]).await;
    let found = diff(&test, &compared(&versions, &["code"])).await;
    assert_eq!(
        found.schema,
        [
            SchemaChange::Renamed {
                from: "population".into(),
                to: "people".into()
            },
            SchemaChange::Removed(Column::new("phone", Kind::Text)),
        ]
    );
    assert_eq!(found.n_changed, 0);
}

#[tokio::test]
async fn a_key_is_proposed_that_is_unique_and_filled_in_both_versions() {
    let (test, versions) = versions(&[THEN, NOW]).await;
    let (then, now) = (
        TableVersion::at("t", versions[0]),
        TableVersion::at("t", versions[1]),
    );
    let key = test
        .lake
        .propose_key(&then, &now, Limits::default())
        .await
        .expect("asked");
    assert_eq!(key, ["code"]);
    // A column that may not be seen is no key, and the next best one is.
    let key = test
        .lake
        .propose_key(&then.hiding(["code"]), &now, Limits::default())
        .await
        .expect("asked");
    assert_eq!(key, ["name"]);
}

#[tokio::test]
async fn several_columns_are_a_key_where_no_one_is() {
    let then = "year,place,n\n2024,a,1.5\n2024,b,2.5\n2025,a,3.5\n2025,b,4.5\n";
    let now = "year,place,n\n2024,a,1.5\n2024,b,2.5\n2025,a,3.5\n2025,b,5.5\n";
    let (test, versions) = versions(&[then, now]).await;
    let tables = [
        TableVersion::at("t", versions[0]),
        TableVersion::at("t", versions[1]),
    ];
    let key = test
        .lake
        .propose_key(&tables[0], &tables[1], Limits::default())
        .await
        .expect("asked");
    assert_eq!(key, ["year", "place"]);
    let found = diff(&test, &compared(&versions, &["year", "place"])).await;
    assert_eq!((found.n_added, found.n_removed, found.n_changed), (0, 0, 1));
}

#[tokio::test]
async fn without_a_key_whole_rows_are_compared_as_often_as_they_stand() {
    let then = "what,n\na,1\na,1\nb,2\n";
    let now = "what,n\na,1\nb,2\nb,2\nb,2\nc,\n";
    let (test, versions) = versions(&[then, now]).await;
    let tables = [
        TableVersion::at("t", versions[0]),
        TableVersion::at("t", versions[1]),
    ];
    let key = test
        .lake
        .propose_key(&tables[0], &tables[1], Limits::default())
        .await
        .expect("asked");
    assert_eq!(key, [] as [String; 0]);
    let compared = compared(&versions, &[]);
    let found = diff(&test, &compared).await;
    assert_eq!((found.n_added, found.n_removed, found.n_changed), (3, 1, 0));
    let page = test
        .lake
        .diff_rows(&compared, None, 0, Limits::default())
        .await
        .expect("rows");
    let times: Vec<u64> = page.rows.iter().map(|row| row.times).collect();
    assert_eq!(told(&page), ["removed a-> 1->", "added ->b ->2", "added ->c ->"]);
    assert_eq!(times, [1, 2, 1]);
}

#[tokio::test]
async fn what_is_no_key_is_refused_with_the_reason() {
    let (test, versions) = versions(&["a,b\n1,x\n1,y\n", "a,b\n1,x\n2,y\n"]).await;
    let refused = test
        .lake
        .diff(&compared(&versions, &["a"]), Limits::default())
        .await;
    assert!(
        matches!(&refused, Err(Error::Unfit(why)) if why.contains("a is no key")),
        "{refused:?}"
    );
    let refused = test
        .lake
        .diff(&compared(&versions, &["c"]), Limits::default())
        .await;
    assert!(
        matches!(&refused, Err(Error::Unfit(why)) if why.contains("\"c\"")),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_quarter_of_a_million_rows_are_compared_in_little_memory() {
    let test = TestLake::new();
    let columns = vec![Column::new("id", Kind::Integer), Column::new("text", Kind::Text)];
    test.lake.create("t", &columns).await.expect("made");
    let mut versions = Vec::new();
    for shift in [0_i64, 10] {
        let mut rows = Rows::new(columns.clone());
        rows.rows = (0..250_000)
            .map(|n| {
                let text = format!("a text of some length for number {}", (n + shift) / 1000 * 1000);
                vec![Value::Integer(n + shift * 100), Value::Text(text)]
            })
            .collect();
        let file = format!("t{shift}");
        test.lake.create(&file, &columns).await.expect("made");
        test.lake.append(&file, &rows).await.expect("appended");
        versions.push(file);
    }
    let compared = Compared {
        before: TableVersion::newest(&versions[0]),
        after: TableVersion::newest(&versions[1]),
        key: vec!["id".into()],
    };
    let little = Limits {
        memory_bytes: 64 << 20,
        ..Limits::generous()
    };
    let found = test.lake.diff(&compared, little).await.expect("compared");
    assert_eq!((found.n_added, found.n_removed), (1000, 1000));
    assert_eq!(found.n_before, 250_000);
    assert!(found.n_changed > 0);
}

#[tokio::test]
async fn the_areas_of_indonesia_changed_between_2023_and_2025_as_their_lists_say() {
    let Some(data) = real_data() else { return };
    let test = TestLake::new();
    let mut versions = Vec::new();
    for year in [2023, 2025] {
        let file = data.join(format!("01-admin/indonesia/wilayah_{year}.csv.gz"));
        let read = test
            .lake
            .ingest(&file, FileKind::Csv, "t", &IngestOptions::default())
            .await;
        versions.push(read.expect("read").version);
    }
    let (then, now) = (
        TableVersion::at("t", versions[0]),
        TableVersion::at("t", versions[1]),
    );
    let key = test
        .lake
        .propose_key(&then, &now, Limits::generous())
        .await
        .expect("asked");
    assert_eq!(key, ["kode"]);
    let compared = compared(&versions, &["kode"]);
    let found = diff(&test, &compared).await;
    // Counted once with a set of codes in Python, which shares nothing with the engine.
    assert_eq!((found.n_before, found.n_after), (91_591, 91_599));
    assert_eq!(
        (found.n_added, found.n_removed, found.n_changed),
        (1_258, 1_250, 2_245)
    );
    let limits = Limits::default();
    let added = test
        .lake
        .diff_rows(&compared, Some(RowDifference::Added), 0, limits)
        .await
        .expect("rows");
    assert_eq!(added.rows.len(), 1_258);
    // Papua Barat Daya was split off Papua Barat in December 2022, and its areas have new codes.
    let province = added.rows.iter().find(|row| row.after[0] == Value::from("96"));
    assert_eq!(
        province.map(|row| row.after[1].to_string()),
        Some("Papua Barat Daya".into())
    );
    let changed = test
        .lake
        .diff_rows(&compared, Some(RowDifference::Changed), 0, limits)
        .await
        .expect("rows");
    let kisam = changed
        .rows
        .iter()
        .find(|row| row.after[0] == Value::from("11.02.03.2002"))
        .expect("renamed");
    assert_eq!(
        (kisam.before[1].to_string(), kisam.after[1].to_string()),
        ("Kisam".into(), "Kuta Buluh".into())
    );
}
