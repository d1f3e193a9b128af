//! What the columns of a received file become.

use pretty_assertions::assert_eq;
use tables::{Doubt, Ingested, Kind, Value};

use crate::{
    TestLake,
    ingest::{columns, ingest, ingest_with, rows},
};

fn units(found: &Ingested) -> Vec<Option<&str>> {
    found
        .columns
        .iter()
        .map(|column| column.unit.as_deref())
        .collect()
}

#[tokio::test]
async fn numbers_with_a_unit_become_decimals_and_the_column_keeps_the_unit() {
    let test = TestLake::new();
    let text = "item,budget,price,share,flat,mixed\n\
                a,\"4.148,11 M\",Rp 1.250,12%,12A,\"1,5 M\"\n\
                b,\"-0,30 M\",Rp 12.500.000,7.5 %,14A,\"1,5 T\"\n\
                c,,,,,\n";
    let found = ingest(&test, "budget.csv", text).await.expect("ingest");
    assert_eq!(
        columns(&found),
        [
            ("item", Kind::Text),
            ("budget", Kind::Decimal),
            ("price", Kind::Decimal),
            ("share", Kind::Decimal),
            ("flat", Kind::Text),
            ("mixed", Kind::Text),
        ]
    );
    assert_eq!(
        units(&found),
        [None, Some("M"), Some("Rp"), Some("%"), None, None]
    );
    assert_eq!(
        rows(&test).await,
        [
            ["a", "4148.11", "1250", "12", "12A", "1,5 M"],
            ["b", "-0.3", "12500000", "7.5", "14A", "1,5 T"],
            ["c", "", "", "", "", ""],
        ]
    );
    // Whoever reads the table later is told too.
    let kept = test.lake.columns("t").await.expect("columns");
    assert_eq!(
        (kept[1].unit.as_deref(), &kept[1].description),
        (Some("M"), &None)
    );
}

#[tokio::test]
async fn houses_days_and_neighbourhoods_stay_text_beside_measures_in_every_kind_of_file() {
    let test = TestLake::new();
    let names = ["house", "day", "part", "area", "people"];
    let rows_of = |row: u32| {
        [
            format!("{row} A"),
            format!("{row} Nov"),
            format!("{row} RT"),
            format!("{row},5 ha"),
            format!("{row} rumah tangga"),
        ]
    };
    let mut csv = format!("{}\n", names.join(";"));
    let mut json = String::new();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in names.into_iter().enumerate() {
        sheet.write(0, column as u16, name).expect("a cell");
    }
    for row in 1..=25 {
        let cells = rows_of(row);
        csv.push_str(&format!("{}\n", cells.join(";")));
        let members: Vec<String> = names
            .iter()
            .zip(&cells)
            .map(|(name, cell)| format!("\"{name}\":\"{cell}\""))
            .collect();
        json.push_str(&format!("{{{}}}\n", members.join(",")));
        for (column, cell) in cells.iter().enumerate() {
            sheet.write(row, column as u16, cell.as_str()).expect("a cell");
        }
    }
    let xlsx = book.save_to_buffer().expect("a workbook");
    for (name, bytes) in [
        ("a.csv", csv.into_bytes()),
        ("a.jsonl", json.into_bytes()),
        ("a.xlsx", xlsx),
    ] {
        let found = ingest(&test, name, bytes).await.expect("ingest");
        let kinds: Vec<Kind> = found.columns.iter().map(|column| column.kind).collect();
        assert_eq!(
            kinds,
            [Kind::Text, Kind::Text, Kind::Text, Kind::Decimal, Kind::Decimal],
            "{name}"
        );
        assert_eq!(
            units(&found),
            [None, None, None, Some("ha"), Some("rumah tangga")],
            "{name}"
        );
        assert_eq!(
            rows(&test).await[1],
            ["2 A", "2 Nov", "2 RT", "2.5", "2"],
            "{name}"
        );
    }
}

#[tokio::test]
async fn one_odd_value_among_numbers_of_houses_is_nothing_to_doubt() {
    let test = TestLake::new();
    let mut text = String::from("house,area\n");
    for at in 1..100 {
        text.push_str(&format!("{at} A,{at} ha\n"));
    }
    text.push_str("none,none\n");
    let found = ingest(&test, "odd.csv", text).await.expect("ingest");
    let told: Vec<_> = found.doubts.iter().map(|doubt| doubt.column.as_deref()).collect();
    assert_eq!(told, [Some("area")]);
}

#[tokio::test]
async fn a_later_file_without_the_unit_fits_the_same_column() {
    let test = TestLake::new();
    let first = ingest(
        &test,
        "2022.csv",
        "akun,anggaran\nPAD,\"518,00 M\"\nPajak,\"202,76 M\"\n",
    )
    .await
    .expect("ingest");
    let second = ingest(&test, "2021.csv", "akun,anggaran\nPAD,3788.74\nPajak,224.77\n")
        .await
        .expect("ingest");
    assert_eq!(columns(&first), columns(&second));
    assert_eq!((units(&first)[1], units(&second)[1]), (Some("M"), None));
    assert_eq!(rows(&test).await, [["PAD", "3788.74"], ["Pajak", "224.77"]]);
}

#[tokio::test]
async fn a_unit_of_letters_of_windows_is_told_in_unicode() {
    let test = TestLake::new();
    let text = b"place;heat\nS\xe3o;12,5 \xb0C\nB\xe9;7,0 \xb0C\n";
    let found = ingest(&test, "heat.csv", text).await.expect("ingest");
    assert_eq!(units(&found), [None, Some("°C")]);
    assert_eq!(rows(&test).await, [["São", "12.5"], ["Bé", "7"]]);
}

#[tokio::test]
async fn codes_with_a_point_stay_what_they_are() {
    let test = TestLake::new();
    let text = "target,indicator,kode_urusan,SDG target,persentase,value\n\
                9.4,9.4.1,7.01,8.1,12.5,1.1\n\
                9.4,9.4.2,7.1,8.10,3.10,1.10\n\
                12.10,12.10.1,7.10,8.2,4.25,1.2\n";
    let found = ingest(&test, "codes.csv", text).await.expect("ingest");
    assert_eq!(
        columns(&found),
        [
            ("target", Kind::Text),
            ("indicator", Kind::Text),
            ("kode_urusan", Kind::Text),
            ("SDG target", Kind::Text),
            ("persentase", Kind::Decimal),
            ("value", Kind::Decimal),
        ]
    );
    assert_eq!(
        rows(&test).await[1],
        ["9.4", "9.4.2", "7.1", "8.10", "3.1", "1.1"]
    );
    assert_eq!(found.doubts, []);
}

#[tokio::test]
async fn a_column_that_a_few_values_keep_from_being_numbers_is_doubted() {
    let test = TestLake::new();
    let mut text = String::from("id,n,note\n");
    for at in 0..100 {
        let n = if at == 57 {
            "0000002".to_string()
        } else {
            format!("{at}.5")
        };
        text.push_str(&format!("{at},{n},\"two\nlines\"\n"));
    }
    let found = ingest(&test, "odd.csv", &text).await.expect("ingest");
    assert_eq!(columns(&found)[1], ("n", Kind::Text));
    assert_eq!((found.n_rows, found.bad_rows.n), (100, 0));
    assert_eq!(
        found.doubts,
        [Doubt {
            line: 2 + 57 * 2,
            column: Some("n".into()),
            reason: "99 of the 100 values of column \"n\" are numbers and this one is not, so the column is text; \
                     correct it, or say that it stands for a missing value"
                .into(),
            value: "0000002".into(),
        }]
    );
    let options = tables::IngestOptions {
        missing: vec!["0000002".into()],
        ..tables::IngestOptions::default()
    };
    let found = ingest_with(&test, "odd.csv", &text, options)
        .await
        .expect("ingest");
    assert_eq!(columns(&found)[1], ("n", Kind::Decimal));
    assert_eq!(found.doubts, []);
}

#[tokio::test]
async fn text_with_some_numbers_and_few_values_are_not_doubted() {
    let test = TestLake::new();
    let mut text = String::from("house,unit,few\n");
    for at in 0..100 {
        let house = if at % 10 == 0 {
            format!("{at}A")
        } else {
            at.to_string()
        };
        let unit = if at % 10 == 0 { "T" } else { "M" };
        let few = match at {
            0 => "x",
            1..19 => "1",
            _ => "",
        };
        text.push_str(&format!("{house},{at} {unit},{few}\n"));
    }
    let found = ingest(&test, "text.csv", text).await.expect("ingest");
    assert!(columns(&found).iter().all(|(_, kind)| *kind == Kind::Text));
    assert_eq!(found.doubts, []);
}

#[tokio::test]
async fn doubts_are_told_of_sheets_and_json_too() {
    let test = TestLake::new();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "year").expect("a cell");
    sheet.write(0, 1, "n").expect("a cell");
    let mut json = String::new();
    for row in 1..=40_u32 {
        sheet.write(row, 0, 2000 + row).expect("a cell");
        if row == 30 {
            sheet.write(row, 1, "n/a").expect("a cell");
            json.push_str("{\"n\":\"n/a\"}\n");
        } else {
            sheet.write(row, 1, f64::from(row) + 0.5).expect("a cell");
            json.push_str(&format!("{{\"n\":{row}.5}}\n"));
        }
    }
    let bytes = book.save_to_buffer().expect("a workbook");
    let found = ingest(&test, "doubt.xlsx", bytes).await.expect("ingest");
    let told = |found: &Ingested| -> Vec<(u64, String)> {
        let doubts = found.doubts.iter();
        doubts.map(|doubt| (doubt.line, doubt.value.clone())).collect()
    };
    assert_eq!(columns(&found), [("year", Kind::Integer), ("n", Kind::Text)]);
    assert_eq!(told(&found), [(31, "n/a".to_string())]);
    let found = ingest(&test, "doubt.jsonl", json).await.expect("ingest");
    assert_eq!(told(&found), [(30, "n/a".to_string())]);
}

#[tokio::test]
async fn a_few_numbers_that_a_sheet_holds_as_text_are_numbers() {
    let test = TestLake::new();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in ["share", "n", "code"].into_iter().enumerate() {
        sheet.write(0, column as u16, name).expect("a cell");
    }
    for row in 1..=20_u32 {
        if row == 7 || row == 12 {
            sheet.write(row, 0, "10.5").expect("a cell");
            sheet.write(row, 1, "12").expect("a cell");
            sheet.write(row, 2, "007").expect("a cell");
        } else {
            sheet.write(row, 0, 0.25).expect("a cell");
            sheet.write(row, 1, row).expect("a cell");
            sheet.write(row, 2, row).expect("a cell");
        }
    }
    let bytes = book.save_to_buffer().expect("a workbook");
    let found = ingest(&test, "numbers.xlsx", bytes).await.expect("ingest");
    assert_eq!(
        columns(&found),
        [
            ("share", Kind::Decimal),
            ("n", Kind::Integer),
            ("code", Kind::Text)
        ]
    );
    assert_eq!(rows(&test).await[6], ["10.5", "12", "007"]);
    assert_eq!(found.profile.columns[0].n_null, 0);
    assert_eq!(found.profile.columns[0].most, Value::Decimal(10.5));
}

#[tokio::test]
async fn columns_at_the_end_without_name_and_value_are_left_out() {
    let test = TestLake::new();
    let text = "Year,,Value,,,\n2012,,6.08,,,\n2013,,7.33,,,\nbroken,row\n2014,,8,,, \n";
    let found = ingest(&test, "trailing.csv", text).await.expect("ingest");
    assert_eq!(
        columns(&found),
        [
            ("Year", Kind::Integer),
            ("column_2", Kind::Text),
            ("Value", Kind::Decimal)
        ]
    );
    assert_eq!(rows(&test).await[2], ["2014", "", "8"]);
    assert_eq!((found.n_rows, found.bad_rows.n), (3, 1));
    let found = ingest(&test, "note.csv", "Year,Value,,\n2012,6.08,,see note\n")
        .await
        .expect("ingest");
    assert_eq!(found.columns.len(), 4);
}

#[tokio::test]
async fn thousands_with_a_point_are_thousands_where_the_file_has_decimal_commas() {
    let test = TestLake::new();
    let text = "desa;penduduk;luas\nA;1.510;1.234,56\nB;2.620;7,5\nC;700;12\n";
    let found = ingest(&test, "penduduk.csv", text).await.expect("ingest");
    assert_eq!(
        columns(&found),
        [
            ("desa", Kind::Text),
            ("penduduk", Kind::Integer),
            ("luas", Kind::Decimal)
        ]
    );
    assert_eq!(
        rows(&test).await,
        [["A", "1510", "1234.56"], ["B", "2620", "7.5"], ["C", "700", "12"]]
    );
    assert_eq!(found.doubts, []);
    // The other columns say that a point stands before decimals, whatever the delimiter.
    let text = "desa;berat;luas\nA;1.510;0.5\nB;2.620;7.25\n";
    let found = ingest(&test, "berat.csv", text).await.expect("ingest");
    assert_eq!(rows(&test).await[0], ["A", "1.51", "0.5"]);
    assert_eq!(found.doubts, []);
}

#[tokio::test]
async fn coordinates_say_nothing_of_how_other_numbers_are_written() {
    let test = TestLake::new();
    for (text, first) in [
        // By their digits, and by their names.
        (
            "desa;posisi_a;posisi_b;penduduk\nA;-6.2088;106.8456;1.510\nB;-6.21;106.9;700\n",
            ["A", "-6.2088", "106.8456", "1510"],
        ),
        (
            "desa;lat;Longitude;penduduk\nA;-6.2;106.84;1.510\nB;-6.21;106.9;700\n",
            ["A", "-6.2", "106.84", "1510"],
        ),
    ] {
        let found = ingest(&test, "desa.csv", text).await.expect("ingest");
        let kinds: Vec<Kind> = found.columns.iter().map(|column| column.kind).collect();
        assert_eq!(kinds, [Kind::Text, Kind::Decimal, Kind::Decimal, Kind::Integer]);
        assert_eq!(rows(&test).await[0], first);
        let told: Vec<_> = found
            .doubts
            .iter()
            .map(|doubt| (doubt.column.as_deref(), doubt.line, doubt.value.as_str()))
            .collect();
        assert_eq!(told, [(Some("penduduk"), 2, "1.510")]);
    }
    // Three digits behind each point: still no thousands of degrees.
    let text = "desa;lat;penduduk\nA;-6.208;12\nB;-6.215;700\n";
    ingest(&test, "desa.csv", text).await.expect("ingest");
    assert_eq!(rows(&test).await[0], ["A", "-6.208", "12"]);
}

#[tokio::test]
async fn where_nothing_tells_thousands_from_thousandths_the_reading_is_doubted() {
    let test = TestLake::new();
    let text = "desa,penduduk\nA,700\nB,\"1.510\"\nC,\"11.234\"\n";
    let found = ingest(&test, "penduduk.csv", text).await.expect("ingest");
    assert_eq!(rows(&test).await[1], ["B", "1.51"]);
    assert_eq!(
        found.doubts,
        [Doubt {
            line: 3,
            column: Some("penduduk".into()),
            reason: "1.510 in column \"penduduk\" was read as 1.51; if it means 1510, say that a comma stands before the decimals \
                     and send the file again"
                .into(),
            value: "1.510".into(),
        }]
    );
    let comma = tables::IngestOptions {
        decimal: Some(tables::DecimalSign::Comma),
        ..tables::IngestOptions::default()
    };
    let found = ingest_with(&test, "penduduk.csv", text, comma)
        .await
        .expect("ingest");
    assert_eq!(
        (rows(&test).await[1][1].as_str(), found.doubts.len()),
        ("1510", 0)
    );
    // A semicolon speaks for the comma, but it is not enough to be sure.
    let found = ingest(&test, "penduduk.csv", "desa;penduduk\nA;1.510\nB;700\n")
        .await
        .expect("ingest");
    assert_eq!(rows(&test).await[0], ["A", "1510"]);
    let told: Vec<_> = found
        .doubts
        .iter()
        .map(|doubt| (doubt.line, doubt.value.as_str()))
        .collect();
    assert_eq!(told, [(2, "1.510")]);
}

#[tokio::test]
async fn an_impossible_date_among_dates_is_named_with_its_line() {
    let test = TestLake::new();
    let csv = "id,tanggal\n1,01/02/2026\n2,28/02/2026\n3,31/02/2026\n4,03/03/2026\n";
    let mut json = String::new();
    for line in csv.lines().skip(1) {
        let date = line.split(',').nth(1).expect("a date");
        json.push_str(&format!("{{\"tanggal\":\"{date}\"}}\n"));
    }
    for (name, text, line) in [("dates.csv", csv.to_string(), 4), ("dates.jsonl", json, 3)] {
        let found = ingest(&test, name, text).await.expect("ingest");
        let told = &found.doubts;
        assert_eq!(told.len(), 1, "{name}");
        assert_eq!(
            (told[0].line, told[0].value.as_str()),
            (line, "31/02/2026"),
            "{name}"
        );
        assert_eq!(told[0].column.as_deref(), Some("tanggal"), "{name}");
        assert!(
            told[0]
                .reason
                .starts_with("3 of the 4 values of column \"tanggal\" are dates"),
            "{}",
            told[0].reason
        );
    }
}
