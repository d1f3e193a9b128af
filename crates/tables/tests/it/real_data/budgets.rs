//! Budgets of East Java (38 regencies and cities, three years) and of Aceh (2025).

use std::path::Path;

use pretty_assertions::assert_eq;
use tables::{Kind, Value};

use super::{ask, ingest, names, real_data};
use crate::TestLake;

/// The sum of a column by the simplest means, and how many values it has.
fn sum(text: &str, column: usize) -> (f64, usize) {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let values: Vec<f64> = reader
        .records()
        .map(|record| record.expect("a record"))
        .map(|record| record[column].trim().to_string())
        .filter(|value| !value.is_empty())
        .map(|value| match value.strip_suffix(" M") {
            // 2.989,97 M
            Some(local) => local
                .replace('.', "")
                .replace(',', ".")
                .parse()
                .expect("a number"),
            None => value.parse().expect("a number"),
        })
        .collect();
    (values.iter().sum(), values.len())
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let found = std::fs::read_dir(folder).expect("the folder");
    let mut files: Vec<_> = found.map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    files
}

#[tokio::test]
async fn the_budgets_of_east_java_are_numbers_in_every_year() {
    let Some(data) = real_data() else { return };
    let test = TestLake::new();
    for (year, unit, n_rows, n_amounts, total) in [
        (2021, None, 1520, 1302, 516_157.51),
        (2022, Some("M"), 1175, 1175, 625_874.84),
        (2023, Some("M"), 1196, 1196, 660_145.58),
    ] {
        let files = files(&data.join(format!("04-budget/jawa-timur-apbd/{year}")));
        assert_eq!(files.len(), 38);
        let (mut rows, mut amounts, mut expected, mut read) = (0, 0, 0.0, 0.0);
        for file in files {
            let told = format!("{year}, {}", file.display());
            let found = ingest(&test, &file).await;
            assert_eq!((found.bad_rows.n, found.doubts.len()), (0, 0), "{told}");
            assert_eq!(names(&found, Kind::Text), ["akun"], "{told}");
            assert_eq!(
                names(&found, Kind::Decimal),
                ["anggaran", "realisasi", "persentase"],
                "{told}"
            );
            let units = found.columns.iter().map(|column| column.unit.as_deref());
            assert_eq!(units.collect::<Vec<_>>(), [None, unit, unit, None], "{told}");
            let text = std::fs::read_to_string(&file).expect("read");
            let (here, n) = sum(&text, 1);
            let answer = ask(&test, "SELECT sum(anggaran) AS s, count(anggaran) AS n FROM t").await;
            let sum = answer[0][0].as_decimal().expect("a sum");
            assert!((sum - here).abs() < 1e-6, "{told}: {sum} instead of {here}");
            assert_eq!(answer[0][1], Value::Integer(n as i64), "{told}");
            rows += found.n_rows;
            amounts += n;
            expected += here;
            read += sum;
        }
        assert_eq!((rows, amounts), (n_rows, n_amounts), "{year}");
        assert!((read - expected).abs() < 1e-6, "{year}");
        assert!((read - total).abs() < 1e-3, "{year}: {read}");
    }
}

#[tokio::test]
async fn two_regencies_of_2022_have_the_same_file_in_the_source() {
    let Some(data) = real_data() else { return };
    let file = |name: &str| std::fs::read(data.join("04-budget/jawa-timur-apbd/2022").join(name));
    assert_eq!(
        file("Banyuwangi.csv").expect("read"),
        file("Blitar.csv").expect("read"),
        "whoever repairs the source should see the sums of this year change"
    );
}

#[tokio::test]
async fn the_codes_of_acehs_budget_stay_what_they_are() {
    let Some(data) = real_data() else { return };
    let test = TestLake::new();
    let found = ingest(
        &test,
        &data.join("04-budget/aceh-apba-2025/MASTER_01_RINCIAN_APBD.csv.gz"),
    )
    .await;
    assert_eq!(
        (found.n_rows, found.bad_rows.n, found.doubts.len()),
        (10_619, 0, 0)
    );
    assert_eq!(found.columns.len(), 26);
    assert_eq!(names(&found, Kind::Decimal), ["jumlah_rp"]);
    assert_eq!(
        names(&found, Kind::Integer),
        [
            "row_id",
            "organisasi_id",
            "kode_akun",
            "level",
            "halaman_sumber",
            "tahun_anggaran"
        ]
    );
    let answer = ask(
        &test,
        "SELECT min(kode_urusan) AS a, count(*) AS n FROM t WHERE kode_kelompok = '4.1' AND kode_rekening = '4.1'",
    )
    .await;
    assert_eq!(answer[0][0].as_text().map(str::len), Some(4), "{answer:?}");
    let codes = ask(
        &test,
        "SELECT count(DISTINCT kode_urusan) AS u, count(DISTINCT kode_kelompok) AS k FROM t",
    )
    .await;
    assert_eq!(codes, [[Value::Integer(24), Value::Integer(10)]]);
}
