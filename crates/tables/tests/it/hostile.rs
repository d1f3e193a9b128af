//! Files that would take more than they are worth, and files that are broken.

use std::{io::Write, sync::Arc};

use arrow::{
    array::{Array, ArrayRef, Int64Array, RecordBatch, StringArray},
    datatypes::{Field, Schema},
};
use bytes::Bytes;
use parquet::{
    arrow::ArrowWriter,
    basic::Encoding,
    file::{
        metadata::{
            FileMetaData, ParquetMetaData, ParquetMetaDataBuilder, ParquetMetaDataReader,
            ParquetMetaDataWriter,
        },
        properties::{WriterProperties, WriterVersion},
    },
};
use pretty_assertions::assert_eq;
use tables::{Error, Kind};

use crate::{
    TestLake,
    ingest::{columns, ingest, rows},
};

#[tokio::test]
async fn two_thousand_columns_are_a_table_and_five_thousand_a_sentence() {
    let test = TestLake::new();
    let wide = |n: usize| {
        let names: Vec<String> = (0..n).map(|at| format!("c{at}")).collect();
        let values: Vec<String> = (0..n).map(|at| at.to_string()).collect();
        format!(
            "{}\n{}\n{}\n",
            names.join(","),
            values.join(","),
            values.join(",")
        )
    };
    let found = ingest(&test, "wide.csv", wide(2_000)).await.expect("ingest");
    assert_eq!((found.columns.len(), found.n_rows), (2_000, 2));
    assert_eq!(rows(&test).await[1][1_999], "1999");
    let objects = |n: usize| {
        let members: Vec<String> = (0..n).map(|at| format!("\"c{at}\":1")).collect();
        format!("{{{}}}\n", members.join(","))
    };
    for (name, bytes) in [
        ("wider.csv", wide(5_000)),
        ("wider.jsonl", objects(5_000)),
        ("wider.json", format!("[{}]", objects(5_000))),
    ] {
        match ingest(&test, name, bytes).await {
            Err(Error::BadFile(told)) => assert!(told.contains("more than 4000 columns"), "{told}"),
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_line_without_end_is_one_bad_row_and_the_others_are_kept() {
    let test = TestLake::new();
    let half = "x".repeat(33 << 20);
    // Cut into pieces, the first of them would have two fields.
    let csv = format!("name,n\nfirst,1\n{half},{half}\nlast,2\nshort\n");
    let found = ingest(&test, "long.csv", csv).await.expect("ingest");
    assert_eq!(rows(&test).await, [["first", "1"], ["last", "2"]]);
    let told: Vec<(u64, usize)> = found
        .bad_rows
        .first
        .iter()
        .map(|row| (row.line, row.text.len()))
        .collect();
    assert_eq!(told, [(3, 200), (5, 5)]);
    assert!(found.bad_rows.first[0].reason.contains("longer than 64 MB"));
    // The same at the end of a file of one column, where every piece would be a row.
    let found = ingest(&test, "one.csv", format!("name\nfirst\n{half}{half}"))
        .await
        .expect("ingest");
    assert_eq!(rows(&test).await, [["first"]]);
    assert_eq!((found.bad_rows.n, found.bad_rows.first[0].line), (1, 3));
    // And in a quote that closes nowhere.
    let found = ingest(&test, "quote.csv", format!("name\n\"{half}{half}\nlast\n"))
        .await
        .expect("ingest");
    assert_eq!(rows(&test).await, [["last"]]);
    assert_eq!(found.bad_rows.n, 1);
    let jsonl = format!("{{\"name\":\"first\"}}\n{{\"name\":\"{half}{half}\"}}\n{{\"name\":\"last\"}}\n");
    let found = ingest(&test, "long.jsonl", jsonl).await.expect("ingest");
    assert_eq!(rows(&test).await, [["first"], ["last"]]);
    assert_eq!((found.bad_rows.n, found.bad_rows.first[0].line), (1, 2));
    assert!(found.bad_rows.first[0].reason.contains("longer than 64 MB"));
}

#[tokio::test]
async fn a_first_line_without_end_is_no_header() {
    let test = TestLake::new();
    for (n, says) in [
        (3 << 20, "the first line is longer than 1 MB"),
        (900 << 10, "has 921600 letters"),
        (501, "has 501 letters"),
    ] {
        match ingest(&test, "head.csv", format!("{}\n1\n", "x".repeat(n))).await {
            Err(Error::BadFile(told)) => assert!(told.contains(says), "{told}"),
            other => panic!("{n}: {other:?}"),
        }
    }
    let found = ingest(&test, "head.csv", format!("{}\n1\n", "x".repeat(500)))
        .await
        .expect("ingest");
    assert_eq!(found.n_rows, 1);
}

#[tokio::test]
async fn a_sheet_with_a_cell_at_its_far_end_is_no_reason_to_take_all_memory() {
    let test = TestLake::new();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "name").expect("a cell");
    sheet.write(1_048_575, 16_383, "lost").expect("a cell");
    let bytes = book.save_to_buffer().expect("a workbook");
    match ingest(&test, "scattered.xlsx", &bytes).await {
        Err(Error::BadFile(told)) => assert!(told.contains("row 1048576"), "{told}"),
        other => panic!("{other:?}"),
    }
    // Ten columns could be held, but not for two cells.
    let mut narrow = rust_xlsxwriter::Workbook::new();
    let sheet = narrow.add_worksheet();
    sheet.write(0, 0, "name").expect("a cell");
    sheet.write(1_048_575, 9, "lost").expect("a cell");
    let narrow = narrow.save_to_buffer().expect("a workbook");
    match ingest(&test, "narrow.xlsx", &narrow).await {
        Err(Error::BadFile(told)) => assert!(told.contains("2 cells are filled"), "{told}"),
        other => panic!("{other:?}"),
    }
    // The same cut in the middle, as a connection that broke leaves it.
    match ingest(&test, "cut.xlsx", &bytes[..bytes.len() / 2]).await {
        Err(Error::BadFile(told)) => {
            assert!(
                told.contains("workbook cannot be read") && told.contains("arrived completely"),
                "{told}"
            );
            assert!(!told.contains("password") && !told.contains("detect"), "{told}");
        }
        other => panic!("{other:?}"),
    }
}

/// A record of XLS.
fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat()
}

/// The record of a cell of XLS.
fn xls_cell(kind: u16, row: u16, column: u16, value: &[u8]) -> Vec<u8> {
    let data = [
        &row.to_le_bytes()[..],
        &column.to_le_bytes(),
        &0_u16.to_le_bytes(),
        value,
    ];
    record(kind, &data.concat())
}

fn xls_text(row: u16, column: u16, text: &str) -> Vec<u8> {
    let value = [&(text.len() as u16).to_le_bytes()[..], &[0], text.as_bytes()].concat();
    xls_cell(0x0204, row, column, &value)
}

fn xls_number(row: u16, column: u16, number: f64) -> Vec<u8> {
    xls_cell(0x0203, row, column, &number.to_le_bytes())
}

/// An XLS workbook with these cells in its only sheet, as a compound file of sectors of 512 bytes.
fn xls(cells: &[Vec<u8>]) -> Vec<u8> {
    const END_OF_CHAIN: u32 = 0xffff_fffe;
    const SECTOR: usize = 512;
    let begin = |kind: u8| record(0x0809, &[&[0, 6, kind, 0][..], &[0; 12]].concat());
    let end = record(0x000a, &[]);
    let before = begin(5);
    let n_before = before.len() + 4 + 12 + end.len();
    let sheet = [&(n_before as u32).to_le_bytes()[..], &[0, 0, 4, 0], b"Data"].concat();
    let mut stream = [
        before,
        record(0x0085, &sheet),
        end.clone(),
        begin(16),
        cells.concat(),
        end,
    ]
    .concat();
    let n_sectors = stream.len().div_ceil(SECTOR).max(8);
    stream.resize(n_sectors * SECTOR, 0);
    let numbers = |numbers: &[u32]| -> Vec<u8> { numbers.iter().flat_map(|n| n.to_le_bytes()).collect() };
    // Sector 0 is the table, sector 1 the folder; the stream follows.
    let chain = (0..n_sectors as u32).map(|n| n + 3);
    let mut table: Vec<u32> = vec![0xffff_fffd, END_OF_CHAIN];
    table.extend(chain);
    table[1 + n_sectors] = END_OF_CHAIN;
    table.resize(SECTOR / 4, u32::MAX);
    let entry = |name: &str, start: u32, size: u32| -> Vec<u8> {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        entry.resize(116, 0);
        entry.extend(numbers(&[start, size, 0]));
        entry
    };
    let mut folder = entry("Root Entry", END_OF_CHAIN, 0);
    folder.extend(entry("Workbook", 2, stream.len() as u32));
    folder.resize(SECTOR, 0);
    let mut header: Vec<u8> = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    header.resize(24, 0);
    header.extend([0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0]);
    header.resize(44, 0);
    header.extend(numbers(&[1, 1, 0, 4096, END_OF_CHAIN, 0, END_OF_CHAIN, 0, 0]));
    header.resize(SECTOR, 0xff);
    [header, numbers(&table), folder, stream].concat()
}

#[tokio::test]
async fn an_old_workbook_with_two_cells_far_apart_is_refused_before_its_rectangle_is_made() {
    let test = TestLake::new();
    let table = [
        xls_text(0, 0, "name"),
        xls_text(0, 1, "n"),
        xls_text(1, 0, "a"),
        xls_number(1, 1, 1.5),
    ];
    let found = ingest(&test, "good.xls", xls(&table)).await.expect("ingest");
    assert_eq!(columns(&found), [("name", Kind::Text), ("n", Kind::Decimal)]);
    assert_eq!(rows(&test).await, [["a", "1.5"]]);
    for (column, says) in [
        (
            255,
            "to row 65536 and over 256 columns, of which 5 cells are filled",
        ),
        (u16::MAX, "to row 65536 and over 65536 columns"),
    ] {
        let mut cells = table.to_vec();
        cells.push(xls_number(u16::MAX, column, 1.0));
        match ingest(&test, "scattered.xls", xls(&cells)).await {
            Err(Error::BadFile(told)) => assert!(told.contains(says), "{told}"),
            other => panic!("{column}: {other:?}"),
        }
    }
}

/// A workbook as an archive of ODS.
fn ods(rows: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content><office:body><office:spreadsheet>\
         <table:table table:name=\"Data\">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    for (name, text) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest:manifest></manifest:manifest>"),
        ("content.xml", content.as_str()),
    ] {
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file(name, options).expect("a part");
        archive.write_all(text.as_bytes()).expect("written");
    }
    archive.finish().expect("finished").into_inner()
}

#[tokio::test]
async fn a_workbook_that_repeats_a_cell_a_billion_times_is_refused() {
    let test = TestLake::new();
    let row = |times: u32, cells: &str| {
        format!("<table:table-row table:number-rows-repeated=\"{times}\">{cells}</table:table-row>")
    };
    let text = |text: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let number = |times: u32| {
        format!(
            "<table:table-cell table:number-columns-repeated=\"{times}\" office:value-type=\"float\" office:value=\"1.5\"/>"
        )
    };
    let empty = |times: u32| format!("<table:table-cell table:number-columns-repeated=\"{times}\"/>");
    let head = row(1, &(text("name") + &text("n") + &empty(16_382)));
    // As a spreadsheet program writes it: what is empty reaches to the end of the sheet.
    let good =
        head.clone() + &row(2, &(text("a") + &number(1) + &empty(16_382))) + &row(1_048_573, &empty(16_384));
    let found = ingest(&test, "good.ods", ods(&good)).await.expect("ingest");
    assert_eq!(columns(&found), [("name", Kind::Text), ("n", Kind::Decimal)]);
    assert_eq!(rows(&test).await, [["a", "1.5"], ["a", "1.5"]]);
    for (rows, says) in [
        (row(1, &number(1_000_000_000)), "over 1000000000 columns"),
        (row(1_000_000_000, &number(1)), "to row 1000000001"),
        (
            row(1_000_000_000, &empty(1)) + &row(1, &number(1)),
            "to row 1000000002",
        ),
        (row(1_000_000, &number(16_000)), "more than 25 million cells"),
        (
            row(200_000, &empty(1)) + &row(1, &(empty(30) + &number(1))),
            "3 cells are filled",
        ),
        (
            row(20_000, &text("<text:s text:c=\"1000000\"/>")),
            "more than 1024 MB",
        ),
    ] {
        match ingest(&test, "bomb.ods", ods(&(head.clone() + &rows))).await {
            Err(Error::BadFile(told)) => assert!(told.contains(says), "{told}"),
            other => panic!("{says}: {other:?}"),
        }
    }
}

/// A Parquet file of one column.
fn one_column(values: ArrayRef, properties: Option<WriterProperties>) -> Vec<u8> {
    let field = Field::new("n", values.data_type().clone(), true);
    let schema = Arc::new(Schema::new(vec![field]));
    let batch = RecordBatch::try_new(schema.clone(), vec![values]).expect("a batch");
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, schema, properties).expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    bytes
}

/// A Parquet file of one column of three numbers, and what its footer says.
fn three_numbers() -> (Vec<u8>, ParquetMetaData) {
    let bytes = one_column(Arc::new(Int64Array::from(vec![Some(1), None, Some(3)])), None);
    let metadata = footer(&bytes);
    (bytes, metadata)
}

fn footer(bytes: &[u8]) -> ParquetMetaData {
    ParquetMetaDataReader::new()
        .parse_and_finish(&Bytes::copy_from_slice(bytes))
        .expect("a footer")
}

/// A file of one page of numbers, whose footer says that the column has so many rows and the page takes so many bytes unpacked.
fn one_page(page: &[u8], n_rows: i64, n_unpacked: i64) -> Vec<u8> {
    one_page_of(&three_numbers().1, page, n_rows, n_unpacked)
}

/// The same of a column as a footer has it.
fn one_page_of(metadata: &ParquetMetaData, page: &[u8], n_rows: i64, n_unpacked: i64) -> Vec<u8> {
    let known = metadata.file_metadata();
    let group = metadata.row_group(0);
    let chunk = group.column(0).clone().into_builder();
    let chunk = chunk
        .clear_statistics()
        .set_compression(parquet::basic::Compression::UNCOMPRESSED)
        .set_num_values(n_rows)
        .set_data_page_offset(4)
        .set_dictionary_page_offset(None)
        .set_total_compressed_size(page.len() as i64)
        .set_total_uncompressed_size(n_unpacked)
        .set_column_index_offset(None)
        .set_column_index_length(None)
        .set_offset_index_offset(None)
        .set_offset_index_length(None)
        .build()
        .expect("a chunk");
    let group = group
        .clone()
        .into_builder()
        .set_num_rows(n_rows)
        .set_total_byte_size(n_unpacked)
        .set_column_metadata(vec![chunk])
        .build()
        .expect("a row group");
    let file = FileMetaData::new(
        known.version(),
        n_rows,
        None,
        known.key_value_metadata().cloned(),
        known.schema_descr_ptr(),
        None,
    );
    let metadata = ParquetMetaDataBuilder::new(file).add_row_group(group).build();
    let mut bytes = [&b"PAR1"[..], page].concat();
    ParquetMetaDataWriter::new(&mut bytes, &metadata)
        .finish()
        .expect("a footer");
    bytes
}

/// A page of numbers that are all missing, told by one run of levels: two thousand million in twelve bytes.
fn run_of_nothing(n: u32) -> Vec<u8> {
    page(0, n, &levels(n, 0))
}

/// A number as Thrift and Parquet write it, seven bits a byte.
fn varint(mut n: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while n >= 0x80 {
        bytes.push(n as u8 | 0x80);
        n >>= 7;
    }
    bytes.push(n as u8);
    bytes
}

/// A number with a sign that is not negative.
fn count(n: u64) -> Vec<u8> {
    varint(n * 2)
}

/// One run of levels that say of so many values that they are missing (0), or there (1).
fn levels(n: u32, level: u8) -> Vec<u8> {
    let run = [varint(u64::from(n) << 1), vec![level]].concat();
    [&(run.len() as u32).to_le_bytes()[..], &run].concat()
}

/// A page of the first version with so many values in an encoding.
fn page(encoding: u64, n: u32, data: &[u8]) -> Vec<u8> {
    let size = count(data.len() as u64);
    [
        &[0x15_u8, 0, 0x15][..],
        &size,
        &[0x15],
        &size,
        &[0x2c, 0x15],
        &count(u64::from(n)),
        &[0x15],
        &count(encoding),
        &[0x15, 6, 0x15, 6, 0, 0],
        data,
    ]
    .concat()
}

/// A list of lengths that are all the same, in one block.
fn same_lengths(n: u64, length: u64) -> Vec<u8> {
    let block = n.next_multiple_of(128);
    [varint(block), varint(1), varint(n), count(length), vec![0, 0]].concat()
}

const DELTA_LENGTH: u64 = 6;
const DELTA: u64 = 7;

#[tokio::test]
async fn a_parquet_page_with_a_list_of_a_billion_lengths_is_refused() {
    let test = TestLake::new();
    let texts = footer(&one_column(Arc::new(StringArray::from(vec!["a", "b"])), None));
    let file = |encoding: u64, lists: &[u8]| {
        let data = [&levels(3, 1)[..], lists, b"abc"].concat();
        one_page_of(&texts, &page(encoding, 3, &data), 3, 100)
    };
    let many = same_lengths(1_000_000_000, 0);
    let three = same_lengths(3, 0);
    for (encoding, lists) in [
        (DELTA_LENGTH, many.clone()),
        (DELTA, many.clone()),
        (DELTA, [three.clone(), many].concat()),
        (DELTA, three),
    ] {
        let bomb = file(encoding, &lists);
        assert!(bomb.len() < 2_000);
        match ingest(&test, "bomb.parquet", bomb).await {
            Err(Error::BadFile(told)) => assert!(told.contains("the lengths of texts"), "{told}"),
            other => panic!("{encoding}: {other:?}"),
        }
    }
    let ones = same_lengths(3, 1);
    let found = ingest(&test, "small.parquet", file(DELTA_LENGTH, &ones)).await;
    assert_eq!(found.expect("ingest").n_rows, 3);
    assert_eq!(rows(&test).await, [["a"], ["b"], ["c"]]);
    let with_nothing_shared = [same_lengths(3, 0), ones].concat();
    let found = ingest(&test, "small.parquet", file(DELTA, &with_nothing_shared)).await;
    assert_eq!(found.expect("ingest").n_rows, 3);
    assert_eq!(rows(&test).await, [["a"], ["b"], ["c"]]);
}

#[tokio::test]
async fn parquet_texts_that_share_their_beginnings_are_counted_written_out() {
    let test = TestLake::new();
    let texts = footer(&one_column(Arc::new(StringArray::from(vec!["a", "b"])), None));
    // Each goes on where the one before ends: the last has two million letters, and a thousand of them more than two gigabytes.
    let (n, own) = (3_000, 700);
    let data = [
        levels(n, 1),
        same_lengths(u64::from(n), 1 << 30),
        same_lengths(u64::from(n), own),
        vec![b'a'; n as usize * own as usize],
    ];
    let bomb = one_page_of(&texts, &page(DELTA, n, &data.concat()), i64::from(n), 3_000_000);
    match ingest(&test, "bomb.parquet", bomb).await {
        Err(Error::BadFile(told)) => assert!(told.contains("too large to be read together"), "{told}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn texts_with_their_lengths_before_them_are_read_as_any_others() {
    let test = TestLake::new();
    let names: Vec<Option<String>> = (0..3_000)
        .map(|n| (n % 7 != 0).then(|| format!("Desa Sukorejo {n:04}")))
        .collect();
    let told: Vec<[String; 1]> = names
        .iter()
        .map(|name| [name.clone().unwrap_or_default()])
        .collect();
    for encoding in [Encoding::DELTA_LENGTH_BYTE_ARRAY, Encoding::DELTA_BYTE_ARRAY] {
        for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            let properties = WriterProperties::builder()
                .set_writer_version(version)
                .set_dictionary_enabled(false)
                .set_encoding(encoding)
                .build();
            let names: ArrayRef = Arc::new(StringArray::from(names.clone()));
            let bytes = one_column(names, Some(properties));
            let found = ingest(&test, "names.parquet", bytes).await.expect("ingest");
            assert_eq!(found.profile.columns[0].n_null, 429);
            assert_eq!(rows(&test).await, told, "{encoding} {version:?}");
        }
    }
}

#[tokio::test]
async fn a_small_parquet_file_that_means_billions_of_rows_is_refused() {
    let test = TestLake::new();
    // An honest one, and one whose footer lies.
    let n = 2_000_000_000;
    for says in [i64::from(n), 3] {
        let bomb = one_page(&run_of_nothing(n), says, 100);
        assert!(bomb.len() < 2_000);
        match ingest(&test, "bomb.parquet", bomb).await {
            Err(Error::BadFile(told)) => assert!(told.contains("means 2000000000 values"), "{told}"),
            other => panic!("{says}: {other:?}"),
        }
    }
    // The same page with three rows is a table.
    let found = ingest(&test, "small.parquet", one_page(&run_of_nothing(3), 3, 100))
        .await
        .expect("ingest");
    assert_eq!((found.n_rows, found.profile.columns[0].n_null), (3, 3));
    let (whole, _) = three_numbers();
    ingest(&test, "whole.parquet", whole).await.expect("ingest");
    assert_eq!(rows(&test).await, [["1"], [""], ["3"]]);
}

#[tokio::test]
async fn a_parquet_page_that_says_it_unpacks_to_gigabytes_is_refused() {
    let test = TestLake::new();
    let mut page = run_of_nothing(3);
    // Its size, as zigzag in five bytes, for the one that it has.
    page.splice(3..4, [0xfe, 0xff, 0xff, 0xff, 0x0f]);
    match ingest(&test, "bomb.parquet", one_page(&page, 3, 100)).await {
        Err(Error::BadFile(told)) => assert!(told.contains("unpack to more than 1024 MB"), "{told}"),
        other => panic!("{other:?}"),
    }
    let cut = run_of_nothing(3);
    match ingest(&test, "cut.parquet", one_page(&cut[..cut.len() - 1], 3, 100)).await {
        Err(Error::BadFile(told)) => assert!(told.contains("damaged"), "{told}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_line_of_utf_8_among_windows_1252_is_read_as_what_it_is() {
    let test = TestLake::new();
    let latin = |text: &str| -> Vec<u8> { text.chars().map(|letter| letter as u8).collect() };
    let bytes = [
        latin("näme,n\nNiño,1\n"),
        "Désa,2\n".into(),
        latin("Señor,3\nCafé,4\n"),
    ]
    .concat();
    let found = ingest(&test, "mixed.csv", bytes).await.expect("ingest");
    assert_eq!(columns(&found), [("näme", Kind::Text), ("n", Kind::Integer)]);
    assert_eq!(
        rows(&test).await,
        [["Niño", "1"], ["Désa", "2"], ["Señor", "3"], ["Café", "4"]]
    );
    assert_eq!((found.bad_rows.n, found.doubts.len()), (0, 0));
}

#[tokio::test]
async fn a_nul_in_a_file_of_text_is_shown_as_what_is_no_letter_and_told() {
    let test = TestLake::new();
    let found = ingest(&test, "nul.csv", "name,n\nb,0\na\0b,1\nc,2\n").await;
    let found = found.expect("ingest");
    assert_eq!(rows(&test).await, [["b", "0"], ["a\u{fffd}b", "1"], ["c", "2"]]);
    let told: Vec<(u64, &str)> = found
        .doubts
        .iter()
        .map(|doubt| (doubt.line, doubt.value.as_str()))
        .collect();
    assert_eq!(told, [(3, "a\u{fffd}b,1")]);
    let found = ingest(&test, "bad.csv", "name,n\na\0b\nc,2\n")
        .await
        .expect("ingest");
    assert_eq!(found.bad_rows.first[0].text, "a\u{fffd}b");
}

#[tokio::test]
async fn broken_utf_16_is_told_and_nothing_vanishes() {
    let test = TestLake::new();
    // Without a mark, and one half of a character in the third line; then half a unit.
    let mut units: Vec<u16> = "name\tn\nŐr\t1\nX".encode_utf16().collect();
    units.push(0xd83d);
    units.extend("Y\t2\n".encode_utf16());
    let mut bytes: Vec<u8> = units.into_iter().flat_map(u16::to_le_bytes).collect();
    bytes.push(b'3');
    let found = ingest(&test, "excel.txt", &bytes).await.expect("ingest");
    assert_eq!(columns(&found), [("name", Kind::Text), ("n", Kind::Integer)]);
    assert_eq!(rows(&test).await, [["Őr", "1"], ["X\u{fffd}Y", "2"]]);
    let told: Vec<(u64, &str)> = found
        .doubts
        .iter()
        .map(|doubt| (doubt.line, doubt.reason.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (
                3,
                "what is broken in the file's UTF-16 stands as \u{fffd}, from this line on 1 times; save the file as UTF-8"
            ),
            (
                4,
                "the file ends in the middle of a character; check that it arrived completely"
            ),
        ]
    );
    let json: Vec<u8> = "{\"a\": 1}\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let found = ingest(&test, "big.jsonl", json).await.expect("ingest");
    assert_eq!((found.n_rows, found.doubts.len()), (1, 0));
}
