use pretty_assertions::assert_eq;

use super::iri;
use crate::dcat::{
    Syntax,
    codes::{AccessRight, Frequency, data_theme, file_type, media_type, plain_media_type},
    values::{Iri, Lang, Span, Texts, When},
};

#[test]
fn an_address_is_absolute_or_it_is_none() {
    assert_eq!(Iri::parse("/data/1"), None);
    assert_eq!(Iri::parse("data.example/1"), None);
    assert_eq!(Iri::parse("https://data.example/a b"), None);
    assert_eq!(Iri::parse("dct:title"), None, "JSON-LD would lengthen it");
    for dotted in ["a/../b", "../b", "./b", "a/./../b"] {
        let dotted = Iri::parse(&format!("https://data.example/{dotted}?q=a/../b"));
        assert_eq!(dotted, Some(iri("https://data.example/b?q=a/../b")));
    }
    assert_eq!(
        Iri::parse("https://data.example/a/.."),
        Some(iri("https://data.example/"))
    );
}

#[test]
fn an_address_as_people_write_it_is_repaired() {
    let cases = [
        (" https://data.example/a b ", "https://data.example/a%20b"),
        ("https://data.example/{id}|x", "https://data.example/%7Bid%7D%7Cx"),
        ("https://data.example/100%", "https://data.example/100%25"),
        ("https://data.example/a%20b", "https://data.example/a%20b"),
        ("https://data.example/a#b#c", "https://data.example/a#b%23c"),
        ("https://data.example/a[1]", "https://data.example/a%5B1%5D"),
    ];
    for (given, wanted) in cases {
        assert_eq!(Iri::repair(given), Some(iri(wanted)), "{given}");
    }
    assert_eq!(Iri::repair("not an address"), None);
}

#[test]
fn only_addresses_of_the_web_may_become_links() {
    assert!(iri("HTTPS://data.example/").is_web());
    assert!(!iri("javascript:alert(1)").is_web());
    assert!(!iri("mailto:a@b.example").is_web());
}

#[test]
fn dates_keep_how_exact_they_are() {
    let cases = [
        ("2024", "2024"),
        ("2024-05", "2024-05"),
        ("2014-09-25Z", "2014-09-25"),
        ("2014-09-25-07:00", "2014-09-25"),
        ("2012-05-10T21:04", "2012-05-10T21:04:00"),
        ("2024-05-08 04:11:24.309486", "2024-05-08T04:11:24.309486"),
        ("2024-05-08T04:11:24.500Z", "2024-05-08T04:11:24.5Z"),
        ("2024-05-08T04:11:24+0700", "2024-05-08T04:11:24+07:00"),
    ];
    for (given, wanted) in cases {
        assert_eq!(
            When::parse(given).as_ref().map(When::as_str),
            Some(wanted),
            "{given}"
        );
    }
    for wrong in [
        "06/05/2009",
        "2024-13",
        "2023-02-29",
        "24-05-01",
        "yesterday",
        "2024-05-01T25:00",
        "",
    ] {
        assert_eq!(When::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn a_date_knows_its_first_moment() {
    let start = |text: &str| When::parse(text).and_then(|when| when.start());
    assert_eq!(start("1970-01-02"), Some(86_400_000_000));
    assert_eq!(start("1970"), Some(0));
    assert_eq!(start("1970-02"), Some(31 * 86_400_000_000));
    assert_eq!(start("1970-01-01T07:00:00+07:00"), Some(0));
    assert_eq!(When::instant(1_500_000).as_str(), "1970-01-01T00:00:01.5Z");
}

#[test]
fn a_span_is_what_xml_schema_says() {
    for right in ["P1Y", "P1Y6M", "PT15M", "P1DT12H", "PT1.5S", "-P1D"] {
        assert_eq!(Span::parse(right).as_ref().map(Span::as_str), Some(right));
    }
    for wrong in ["P", "PT", "1Y", "P1M1Y", "P1.5Y", "P1YT", "PY"] {
        assert_eq!(Span::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn a_reader_gets_the_nearest_language() {
    let title = Texts::of("id", "Desa").and("en", "Village").and("pt-br", "Vila");
    assert_eq!(title.best("id"), Some("Desa"));
    assert_eq!(title.best("pt"), Some("Vila"));
    assert_eq!(title.best("hi"), Some("Village"));
    assert_eq!(Texts::of("id", "Desa").best("hi"), Some("Desa"));
    assert_eq!(Texts::of("id", "  ").best("id"), None);
    assert_eq!(Lang::parse("en_US"), None);
}

#[test]
fn lists_of_others_map_to_those_of_the_eu() {
    assert_eq!(Frequency::read("Annual"), Some(Frequency::Yearly));
    assert_eq!(
        Frequency::read("http://purl.org/cld/freq/daily"),
        Some(Frequency::Daily)
    );
    assert_eq!(Frequency::read("R/P1M"), Some(Frequency::Monthly));
    assert_eq!(Frequency::read("now and then"), None);
    assert_eq!(Frequency::Yearly.iri().tail(), "ANNUAL");
    assert_eq!(
        AccessRight::read("restricted public"),
        Some(AccessRight::Restricted)
    );
    assert_eq!(
        data_theme("Health").map(|theme| theme.iri.tail().to_owned()),
        Some("HEAL".into())
    );
    assert_eq!(data_theme("gossip"), None);
    assert_eq!(file_type(".XLSX"), Some("XLSX"));
    assert_eq!(file_type("application/geo+json"), Some("GEOJSON"));
    assert_eq!(media_type("parquet"), Some("application/vnd.apache.parquet"));
    assert_eq!(
        plain_media_type("Text/CSV; charset=utf-8"),
        Some("text/csv".into())
    );
    assert_eq!(plain_media_type("CSV"), None);
}

#[test]
fn a_client_gets_the_syntax_it_likes_best_and_a_browser_the_page() {
    let cases = [
        ("text/turtle", Some(Syntax::Turtle)),
        ("application/rdf+xml, text/turtle;q=0.9", Some(Syntax::RdfXml)),
        ("text/html;q=0.5, application/ld+json", Some(Syntax::JsonLd)),
        ("text/turtle, application/ld+json", Some(Syntax::Turtle)),
        (
            "text/turtle;q=0.2, application/ld+json; profile=\"x\"; q=0.3",
            Some(Syntax::JsonLd),
        ),
        // What browsers send.
        (
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            None,
        ),
        ("*/*", None),
        ("text/turtle;q=0", None),
        ("text/turtle;q=much", None),
        ("", None),
    ];
    for (accept, wanted) in cases {
        assert_eq!(Syntax::of_accept(accept), wanted, "{accept}");
    }
}
