use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::{Entry, Feed, Writer};
use crate::dcat::values::{Iri, Lang, When, clean};

fn iri(text: &str) -> Iri {
    Iri::parse(text).expect("a test writes proper addresses")
}

fn written(title: &str, category: &str) -> String {
    let (id, page) = (iri("https://data.example/feed"), iri("https://data.example/data"));
    let (updated, lang) = (When::instant(1_700_000_000_000_000), Lang::parse("id"));
    let feed = Feed {
        id: &id,
        title: "Satu Data",
        lang: lang.as_ref(),
        updated: &updated,
        address: &id,
        page: &page,
        next: None,
        author: "Diskominfo",
    };
    let change = iri("https://data.example/data/desa/versions/3");
    let mut out = String::new();
    let mut writer = Writer::begin(&feed, &mut out);
    let published = When::parse("2023-11-14");
    let entry = Entry {
        id: &change,
        title,
        updated: &updated,
        published: published.as_ref(),
        page: &change,
        summary: Some("12 rows added"),
        author: None,
        categories: &[("government", category)],
    };
    writer.entry(&entry, &mut out);
    writer.end(&mut out);
    out
}

#[test]
fn a_change_is_an_entry() {
    assert_eq!(
        written("Desa & kelurahan", "Pemerintahan"),
        r#"<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="id">
<id>https://data.example/feed</id>
<title>Satu Data</title>
<updated>2023-11-14T22:13:20Z</updated>
<link rel="self" type="application/atom+xml" href="https://data.example/feed"/>
<link rel="alternate" type="text/html" href="https://data.example/data"/>
<author><name>Diskominfo</name>
</author>
<entry>
<id>https://data.example/data/desa/versions/3</id>
<title>Desa &amp; kelurahan</title>
<updated>2023-11-14T22:13:20Z</updated>
<published>2023-11-14T00:00:00Z</published>
<link rel="alternate" type="text/html" href="https://data.example/data/desa/versions/3"/>
<category term="government" label="Pemerintahan"/>
<summary>12 rows added</summary>
</entry>
</feed>
"#
    );
}

proptest! {
    #[test]
    fn any_text_comes_back_from_elements_and_attributes(text in any::<String>()) {
        let document = written(&text, &text);
        let parsed = roxmltree::Document::parse(&document).expect("well-formed");
        let entry = parsed.descendants().find(|node| node.has_tag_name("entry")).expect("an entry");
        let child = |name: &str| entry.children().find(|node| node.tag_name().name() == name).expect("a child");
        prop_assert_eq!(child("title").text().unwrap_or_default(), clean(&text));
        prop_assert_eq!(child("category").attribute("label").map(str::to_owned), Some(clean(&text)));
    }
}
