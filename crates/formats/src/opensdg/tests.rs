use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::{Table, Unreadable, yaml::Metadata};

fn same(text: &str) -> Table {
    let table = Table::read(text.as_bytes()).expect("a table");
    assert_eq!(table.write(), text);
    table
}

#[test]
fn a_table_is_written_as_it_was_read() {
    let table = same("Year,SEX,Value\n2010,,43.4 \n2010,F,0.0\n");
    assert_eq!(table.header, ["Year", "SEX", "Value"]);
    assert_eq!(table.rows, [["2010", "", "43.4 "], ["2010", "F", "0.0"]]);
    assert_eq!(table.column("SEX"), Some(1));
    assert_eq!(table.needed("Units"), Err(Unreadable::NoColumn("Units")));
    for odd in [
        "\u{feff}Year,Value,\r\n2010,1,\r\n",
        "Year,Value\n2010,1",
        "Year,Value\r\n2010,1\n\r\n2011,2\r\n",
        "Year,\"Value\"\n\"2010\",\"a, \"\"b\"\"\nc\"\n",
        "Year,Value\n2010,say \"no\"\n",
        "Year\n2010,1,2,3\n\n",
        "a\rb,c\n",
        ",",
    ] {
        same(odd);
    }
}

#[test]
fn what_is_no_table_says_where() {
    let refused = |bytes: &[u8]| Table::read(bytes).unwrap_err();
    assert_eq!(refused(b""), Unreadable::Empty);
    assert_eq!(refused(&[b'a', 0xff]), Unreadable::NotUtf8);
    assert_eq!(refused(b"a\n\"b\"c\n"), Unreadable::Quotes(2));
    assert_eq!(refused(b"a\n\n\"b"), Unreadable::Quotes(3));
}

proptest! {
    #[test]
    fn whatever_is_read_is_written_back(text in "[ab,\"\r\n é]{0,40}") {
        if let Ok(table) = Table::read(text.as_bytes()) {
            prop_assert_eq!(table.write(), text);
        }
    }

    #[test]
    fn whatever_is_written_is_read_back(rows in proptest::collection::vec(proptest::collection::vec("[ab,\"\r\n ]{0,6}", 1..4), 1..6)) {
        let table = Table::new(rows[0].clone(), rows[1..].to_vec());
        let read = Table::read(table.write().as_bytes()).expect("a table");
        prop_assert_eq!(read.header, table.header);
        prop_assert_eq!(read.rows, table.rows);
    }

    #[test]
    fn whatever_metadata_is_read_is_written_back(text in "[ab:\\- '\"\n#]{0,60}") {
        if let Ok(metadata) = Metadata::read(text.as_bytes()) {
            prop_assert_eq!(metadata.write(), text);
        }
    }
}

#[test]
fn metadata_of_our_own_is_read_as_it_was_meant() {
    let text = "One: \"two\" # three\nfour\\";
    let written = Metadata::of([("indicator_name", text.to_owned()), ("tier", "1".to_owned())]).write();
    let read = Metadata::read(written.as_bytes()).expect("metadata");
    assert_eq!(read.text("indicator_name").as_deref(), Some(text));
    assert_eq!(read.text("tier").as_deref(), Some("1"));
    assert_eq!(read.write(), written);
}

#[test]
fn metadata_is_read_as_the_editors_write_it() {
    let text = "\u{feff}# by hand\n'': x\nindicator_number: 8.6.1\ncomputation_units: null\ntags: []\ngraph_titles:\n- a\n- b\nlimits:\n  low: 1\n\
        long: United Nations Sustainable\n  Development\n\n  Goals # said\nsingle: 'it''s\n  two'\ndouble: \"a\\u00e9\\\n  \\ b\\\n  c\n  d\"\n\
        ? asked\n: told\nkept: |-\n  one\n    two\nnext: >\n  one\n  two\nempty: ''\ntier: '1'\n";
    let metadata = Metadata::read(text.as_bytes()).expect("metadata");
    assert_eq!(metadata.write(), text);
    let told = |key: &str| metadata.text(key);
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(told("indicator_number"), some("8.6.1"));
    assert_eq!(told("computation_units"), None);
    assert_eq!(
        (told("tags"), told("graph_titles"), told("limits")),
        (None, None, None)
    );
    assert_eq!(
        told("long"),
        some("United Nations Sustainable Development\nGoals")
    );
    assert_eq!(told("single"), some("it's two"));
    assert_eq!(told("double"), some("aé bc d"));
    assert_eq!(told("asked"), some("told"));
    assert_eq!(told("kept"), some("one\n  two"));
    assert_eq!(told("next"), some("one two"));
    assert_eq!((told("empty"), told("tier")), (None, some("1")));
    assert_eq!(Metadata::read(b"a: 1\nno entry\n"), Err(Unreadable::NoEntry(2)));
}
