use super::*;
use crate::testing::{files, real};
use pretty_assertions::assert_eq;

/// Units as `kind line position`, troubles as `code line:column`.
fn read(text: impl AsRef<[u8]>) -> Vec<String> {
    told(Reader::new(text.as_ref(), Limits::default()))
}

fn told<R: Read>(reader: Reader<R>) -> Vec<String> {
    reader
        .map(|item| match item.expect("readable") {
            Item::Unit(unit) => {
                serde_json::from_slice::<Value>(&unit.json).expect("JSON");
                format!("{:?} {} {}", unit.kind, unit.line, unit.position)
            }
            Item::Trouble(t) => format!("{} {}:{}", t.code.name(), t.line, t.column),
        })
        .collect()
}

#[test]
fn every_wrapping_is_opened() {
    assert_eq!(read("{\"ocid\": \"a\"}"), ["Release 1 0"]);
    assert_eq!(
        read("\u{feff}\n{\n\"ocid\": \"a\",\n\"compiledRelease\": {}}"),
        ["Record 2 0"]
    );
    assert_eq!(
        read("[{\"ocid\": \"a\"},\n {\"ocid\": \"b\", \"releases\": []}]"),
        ["Release 1 0", "Record 2 1"]
    );
    assert_eq!(
        read("{\"ocid\":\"a\"}\n\n{\"releases\":[{\"ocid\":\"b\"},{\"ocid\":\"c\"}]}\n"),
        ["Release 1 0", "Release 3 1", "Release 3 2"]
    );
    assert_eq!(
        read("{\n\"uri\": \"u\",\n\"records\": [\n{\"ocid\": \"a\"}\n,\n{\"ocid\": \"b\"}]\n}"),
        ["Record 4 0", "Record 6 1"]
    );
    assert_eq!(read("[[]]"), ["not-ocds 1:1"]);
    assert_eq!(read(" \n "), ["empty 1:1"]);
    assert_eq!(read("7"), ["not-json 1:1"]);
}

#[test]
fn a_package_says_who_published_it() {
    let text = "{\n\"uri\": \"u\", \"publisher\": {\"name\": \"P\"},\n\"releases\": [{\"ocid\": \"a\"}],\n\"license\": \"L\", \"extensions\": [\"e\"], \"version\": \"1.1\"}";
    for text in [text.to_owned(), text.replace('\n', " ") + "\n"] {
        let mut reader = Reader::new(text.as_bytes(), Limits::default());
        assert_eq!(reader.by_ref().count(), 1);
        let package = reader.package();
        assert_eq!((package.text("uri"), package.publisher()), (Some("u"), Some("P")));
        assert_eq!(
            (package.text("license"), package.text("version")),
            (Some("L"), Some("1.1"))
        );
        assert_eq!(package.extensions().collect::<Vec<_>>(), ["e"]);
    }
}

#[test]
fn broken_lines_are_told_and_the_rest_goes_on() {
    let text = b"{\"ocid\": \"a\"}\n{\"ocid\": \n{\"ocid\": \"\xFF\"}\n{\"ocid\": \"\\u0000\"}\n{\"n\": 1e400}\n{\"ocid\": 1234567890123456789012345678901234567890}\n{\"ocid\": \"z\"}\n\"text\"";
    assert_eq!(
        read(text),
        [
            "Release 1 0",
            "ended 2:10",
            "not-utf8 3:11",
            "nul 4:11",
            "number 5:7",
            "number 6:10",
            "Release 7 6",
            "not-ocds 8:1"
        ]
    );
}

#[test]
fn a_broken_package_gives_what_came_before() {
    let text =
        "{\"releases\": [\n{\"ocid\": \"a\"},\n{\"ocid\": },\n{\"ocid\": \"c\"},\n{\"ocid\": \"d\"]\n}";
    assert_eq!(
        read(text),
        ["Release 2 0", "not-json 3:10", "Release 4 2", "not-json 5:13"]
    );
    // What follows a break by whole lines is still read.
    let text = "{\"releases\": [\n{\"ocid\": \"a\"},\n{\"ocid\": \"b\n{\"ocid\": \"c\"}\n{\"x\": 1}\n";
    assert_eq!(read(text), ["Release 2 0", "not-json 3:12", "Release 4 1"]);
    assert_eq!(
        read("{\n\"releases\": [\n{\"ocid\": \"a\"}"),
        ["Release 3 0", "ended 3:14"]
    );
}

#[test]
fn what_is_too_deep_or_too_large_is_refused_in_little_memory() {
    let deep = format!(
        "{{\"ocid\": \"a\", \"x\": {}{}}}\n{{\"ocid\": \"b\"}}",
        "[".repeat(100),
        "]".repeat(100)
    );
    assert_eq!(read(deep), ["too-deep 1:83", "Release 2 1"]);
    let endless = io::repeat(b'[').take(500 << 20);
    assert_eq!(told(Reader::new(endless, Limits::default())).len(), 1);
    let limits = Limits {
        unit: 1000,
        ..Limits::default()
    };
    let large = format!("{{\"ocid\": \"{}\"}}", "x".repeat(2000));
    let text = format!("{{\n\"releases\": [{large},\n{{\"ocid\": \"b\"}}]}}");
    assert_eq!(
        told(Reader::new(text.as_bytes(), limits)),
        ["too-large 2:14", "Release 3 1"]
    );
    let text = format!("{{\"ocid\": \"a\"}}\n{large}\n{{\"ocid\": \"b\"}}");
    assert_eq!(told(Reader::new(text.as_bytes(), limits)).len(), 3);
}

/// A reader that gives a byte at a time.
struct Drip<'a>(&'a [u8]);

impl Read for Drip<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.0.len().min(into.len()).min(1);
        into[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

#[test]
fn it_does_not_matter_how_the_bytes_come() {
    let text = "{\n\"uri\": \"\\\"u\\\\\",\n\"releases\": [{\"ocid\": \"a\"},\n{\"ocid\": \"b\"}]}\n";
    assert_eq!(
        told(Reader::new(Drip(text.as_bytes()), Limits::default())),
        read(text)
    );
}

#[test]
fn real_files_are_read() {
    for (folder, extension, expected) in [
        ("sample-data-real", "json", (562, 0, 0)),
        ("sample-data-fictional", "json", (12, 2, 0)),
        ("uk-2025", "jsonl", (201, 0, 0)),
    ] {
        let Some(path) = real(folder) else {
            return;
        };
        let mut counts = (0, 0, 0);
        for file in files(&path, extension) {
            let opened = std::fs::File::open(&file).expect("a file");
            for item in Reader::new(opened, Limits::default()) {
                match item.expect("readable") {
                    Item::Unit(unit) if unit.kind == Kind::Release => counts.0 += 1,
                    Item::Unit(_) => counts.1 += 1,
                    Item::Trouble(trouble) => {
                        println!("{}: {trouble:?}", file.display());
                        counts.2 += 1;
                    }
                }
            }
        }
        assert_eq!(counts, expected, "{folder}");
    }
}
