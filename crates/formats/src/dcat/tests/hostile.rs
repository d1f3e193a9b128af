//! Documents that mean harm, or merely are broken.

use pretty_assertions::assert_eq;
use proptest::{collection::vec, prelude::*, sample::Index};

use super::{golden::villages, harvest, iri};
use crate::dcat::{
    CatalogueWriter, Syntax, dataset,
    model::{Catalogue, Dataset, Distribution, Period, Place, Series},
    read,
    values::{Texts, When},
};

const HEAD: &str =
    "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n";

#[test]
fn entities_that_name_entities_are_refused_and_short_names_of_namespaces_pass() {
    let laughs = r#"<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>"#;
    let refused = read(laughs.as_bytes(), Syntax::RdfXml, None).expect_err("refused");
    assert!(
        refused.to_string().contains("entity \"b\" is refused"),
        "{refused}"
    );

    let usual = r#"<?xml version="1.0"?><!DOCTYPE rdf:RDF [<!ENTITY dcat "http://www.w3.org/ns/dcat#">]>
        <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
        <rdf:Description rdf:about="https://a.example/1"><rdf:type rdf:resource="&dcat;Dataset"/></rdf:Description></rdf:RDF>"#;
    assert_eq!(
        harvest(usual, Syntax::RdfXml).datasets[0].iri,
        iri("https://a.example/1")
    );
}

#[test]
fn depth_is_refused_before_it_costs_anything() {
    let deep = 200_000;
    let turtle = format!(
        "{HEAD}<https://a.example/1> a dcat:Dataset ; dct:relation {}",
        "[ dct:relation ".repeat(deep)
    );
    let json = "{\"http://a.example/p\":[".repeat(deep);
    let xml = "<d><e>".repeat(deep);
    for (text, syntax) in [
        (turtle, Syntax::Turtle),
        (json, Syntax::JsonLd),
        (xml, Syntax::RdfXml),
    ] {
        let refused = read(text.as_bytes(), syntax, None).expect_err("refused");
        assert!(
            refused.to_string().contains("deeper than a catalogue"),
            "{refused}"
        );
    }
}

#[test]
fn brackets_in_texts_addresses_and_comments_are_no_depth() {
    let many = "[".repeat(1000);
    let text = format!(
        "{HEAD}# {many}\n<https://a.example/{}> a dcat:Dataset ; dct:title \"{many}\\\"{many}\", '''{many}'{many}''', \"\"\"{many}\"\"\" .",
        "(".repeat(1000)
    );
    assert_eq!(harvest(&text, Syntax::Turtle).datasets[0].title.0.len(), 3);
}

#[test]
fn a_series_that_points_at_itself_and_a_list_without_end_are_read_once() {
    let text = format!(
        "{HEAD}@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix csvw: <http://www.w3.org/ns/csvw#> .
        <https://a.example/s> a dcat:DatasetSeries, dcat:Dataset ; dct:title \"S\" ; dcat:inSeries <https://a.example/s> ; dcat:hasVersion <https://a.example/s> ;
          dcat:distribution [ dct:conformsTo [ csvw:column _:l ] ] .
        _:l rdf:first [ csvw:name \"c\" ] ; rdf:rest _:m . _:m rdf:rest _:l ."
    );
    let found = harvest(&text, Syntax::Turtle);
    assert_eq!(found.datasets.len(), 1);
    assert!(!found.datasets[0].distributions[0].columns.is_empty());
}

#[test]
fn a_context_elsewhere_is_not_fetched_and_the_reader_says_so() {
    let text = r#"{"@context":"https://somewhere.example/context.jsonld","@type":"Dataset","title":"x"}"#;
    let refused = read(text.as_bytes(), Syntax::JsonLd, None).expect_err("nothing can be read");
    assert!(
        refused
            .to_string()
            .contains("https://somewhere.example/context.jsonld"),
        "{refused}"
    );
}

#[test]
fn one_broken_statement_costs_itself_only() {
    let text = format!(
        "{HEAD}<https://a.example/1> a dcat:Dataset ; dct:title \"One\" .\n<https://a.example/2> a dcat:Dataset ; dct:title oops .\n<https://a.example/3> a dcat:Dataset ; dct:title \"Three\" ."
    );
    let found = harvest(&text, Syntax::Turtle);
    let names: Vec<&str> = found.datasets.iter().map(|one| one.name("en")).collect();
    assert_eq!(names, ["One", "2", "Three"]);
    assert!(
        found.findings[0].message.contains("line 3"),
        "{:?}",
        found.findings
    );
}

#[test]
fn what_a_publisher_got_wrong_is_said_with_the_remedy() {
    let text = format!(
        "{HEAD}<https://a.example/1> a dcat:Dataset ; dct:title \"One\" ; dct:issued \"06/05/2009\" ; dct:accrualPeriodicity \"now and then\" ;
          dcat:theme \"gossip\" ; dcat:distribution [ dcat:accessURL \"files/a.csv\" ; dcat:byteSize \"much\" ] ."
    );
    let messages: Vec<String> = harvest(&text, Syntax::Turtle)
        .findings
        .into_iter()
        .map(|finding| finding.message)
        .collect();
    assert_eq!(
        messages,
        [
            "dcat:accessURL \"files/a.csv\" is no complete address; begin it with https://",
            "dcat:byteSize \"much\" is no number of bytes",
            "dcat:theme \"gossip\" has no address on a list; it is left out",
            "dct:issued \"06/05/2009\" is no date; write it as 2026-11-22",
            "dct:accrualPeriodicity \"now and then\" is on no known list",
        ]
    );
}

#[test]
fn an_empty_or_foreign_document_is_an_error() {
    for syntax in Syntax::ALL {
        read(b"", syntax, None).expect_err("empty");
        read(b"\xff\xfe\x00", syntax, None).expect_err("not UTF-8");
        read(b"<html><body>404</body></html>", syntax, None).expect_err("a page of an error");
    }
}

#[test]
fn things_that_share_things_that_share_things_are_not_read_for_ever() {
    let many = |what: &str| {
        (0..400)
            .map(|number| format!("{what}{number}"))
            .collect::<Vec<_>>()
    };
    let datasets: String = many("").iter().map(|number| {
        format!("<https://a.example/{number}> a dcat:Dataset ; dct:title \"{number}\" ; dcat:distribution _:d .\n")
    }).collect();
    let text = format!(
        "{HEAD}{datasets}_:d dcat:accessService {} . _:s dct:title {} ; dcat:endpointURL <https://a.example/api> .",
        many("_:s").join(", "),
        many("")
            .iter()
            .map(|number| format!("\"{number}\""))
            .collect::<Vec<_>>()
            .join(", "),
    ) + &many("_:s")
        .iter()
        .map(|service| format!("{service} dcat:endpointURL <https://a.example/api> .\n"))
        .collect::<String>();
    let found = harvest(&text, Syntax::Turtle);
    assert_eq!(found.datasets.len(), 400);
    assert!(
        found
            .findings
            .iter()
            .any(|finding| finding.message.contains("publish it in pages"))
    );
}

#[test]
fn a_catalogue_that_shares_publishers_places_and_series_is_read_whole() {
    let mut one = villages();
    one.publisher
        .iter_mut()
        .for_each(|agent| agent.iri = Some(iri("https://a.example/o")));
    one.places.push(Place {
        iri: Some(iri("https://a.example/p")),
        name: Texts::of("id", "Bojonegoro"),
        ..Place::default()
    });
    one.series.push(Series {
        publisher: one.publisher.clone(),
        places: one.places.clone(),
        ..Series::new(iri("https://a.example/s"))
    });
    one.distributions.truncate(1);
    let mut out = String::new();
    let mut writer = CatalogueWriter::begin(
        Syntax::Turtle,
        &Catalogue::new(iri("https://a.example/")),
        None,
        &mut out,
    );
    for number in 0..300 {
        one.iri = iri(&format!("https://a.example/{number}"));
        one.distributions[0].iri = Some(iri(&format!("https://a.example/{number}/csv")));
        writer.dataset(&one, &mut out);
    }
    writer.end(&mut out);
    let found = harvest(&out, Syntax::Turtle);
    assert_eq!(found.findings, []);
    assert_eq!(
        found.datasets.last().map(|last| last.distributions.len()),
        Some(1)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_damaged_document_is_an_error_or_what_can_be_written_again(
        damages in vec((any::<Index>(), any::<Index>(), 0..3u8), 1..6),
    ) {
        let mut sound = Dataset::new(iri("https://a.example/1"));
        sound.title = Texts::of("id", "Desa");
        sound.periods.push(Period { start: When::parse("2024"), end: None });
        sound.distributions.push(Distribution { byte_size: Some(7), format: Some("CSV".into()), ..Distribution::default() });
        for syntax in Syntax::ALL {
            let mut text = dataset(syntax, &sound).into_bytes();
            for (from, to, how) in &damages {
                let (from, to) = (from.index(text.len()), to.index(text.len()));
                match how {
                    0 => text.swap(from, to),
                    1 => text[to] = text[from],
                    // Cuts as much as a name or two.
                    _ => drop(text.drain(from..(from + to % 40).min(text.len()))),
                }
            }
            for found in read(&text, syntax, None).into_iter().flat_map(|harvest| harvest.datasets) {
                let again = harvest(&dataset(syntax, &found), syntax);
                prop_assert!(again.datasets.iter().any(|one| one.iri == found.iri));
            }
        }
    }
}
