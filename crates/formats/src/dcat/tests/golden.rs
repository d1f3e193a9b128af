//! One small dataset, as it looks in each syntax.

use pretty_assertions::assert_eq;

use super::iri;
use crate::dcat::{
    Syntax,
    codes::{Frequency, data_theme},
    dataset,
    model::{Agent, Dataset, Distribution, Licence},
    values::{Texts, When},
};

pub(super) fn villages() -> Dataset {
    let mut one = Dataset::new(iri("https://data.example/dataset/villages"));
    one.title = Texts::of("id", "Daftar desa").and("en", "Villages");
    one.description = Texts::of("en", "Every \"desa\" & its code.");
    one.themes.extend(data_theme("government"));
    one.publisher = Some(Agent {
        name: Texts::of("id", "Dinas PMD"),
        email: Some("pmd@kab.example".into()),
        ..Agent::default()
    });
    one.modified = When::parse("2025-03-01");
    one.frequency = Some(Frequency::Yearly);
    one.licence = Some(Licence {
        iri: Some(iri("https://creativecommons.org/licenses/by/4.0/")),
        ..Licence::default()
    });
    one.distributions.push(Distribution {
        iri: Some(iri("https://data.example/dataset/villages#csv")),
        download_url: Some(iri("https://data.example/data/villages.csv")),
        media_type: Some("text/csv".into()),
        byte_size: Some(6042),
        ..Distribution::default()
    });
    one
}

/// The document without the declarations of prefixes, which are the same in all.
fn body(syntax: Syntax, ends: &str) -> String {
    let document = dataset(syntax, &villages());
    let at = document.find(ends).expect("declarations come first") + ends.len();
    document[at..].trim().to_owned()
}

#[test]
fn a_dataset_in_turtle() {
    let wanted = r#"
<https://data.example/dataset/villages> a dcat:Dataset ;
    dct:title "Daftar desa"@id, "Villages"@en ;
    dct:description "Every \"desa\" & its code."@en ;
    dcat:theme <http://publications.europa.eu/resource/authority/data-theme/GOVE> ;
    dct:publisher [ a foaf:Agent ;
        foaf:name "Dinas PMD"@id ;
        foaf:mbox <mailto:pmd@kab.example> ] ;
    dct:modified "2025-03-01"^^xsd:date ;
    dct:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/ANNUAL> ;
    dct:license <https://creativecommons.org/licenses/by/4.0/> ;
    dcat:distribution <https://data.example/dataset/villages#csv> .

<http://publications.europa.eu/resource/authority/data-theme> a skos:ConceptScheme ;
    dct:title "Data theme"@en .

<http://publications.europa.eu/resource/authority/data-theme/GOVE> a skos:Concept ;
    skos:prefLabel "Government and public sector"@en ;
    skos:inScheme <http://publications.europa.eu/resource/authority/data-theme> .

<http://publications.europa.eu/resource/authority/frequency/ANNUAL> a dct:Frequency ;
    skos:inScheme <http://publications.europa.eu/resource/authority/frequency> .

<https://creativecommons.org/licenses/by/4.0/> a dct:LicenseDocument ;
    skos:exactMatch <http://publications.europa.eu/resource/authority/licence/CC_BY_4_0> .

<https://data.example/data/villages.csv> a rdfs:Resource .

<https://www.iana.org/assignments/media-types/text/csv> a dct:MediaType .

<https://data.example/dataset/villages#csv> a dcat:Distribution ;
    dcat:accessURL <https://data.example/data/villages.csv> ;
    dcat:downloadURL <https://data.example/data/villages.csv> ;
    dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv> ;
    dcat:byteSize "6042"^^xsd:nonNegativeInteger ;
    dct:license <https://creativecommons.org/licenses/by/4.0/> ."#;
    assert_eq!(body(Syntax::Turtle, "XMLSchema#> .\n"), wanted.trim());
}

#[test]
fn a_dataset_in_json_ld() {
    let document = dataset(Syntax::JsonLd, &villages());
    let json: serde_json::Value = serde_json::from_str(&document).expect("JSON");
    assert_eq!(json["@context"]["dct"], "http://purl.org/dc/terms/");
    let wanted = serde_json::json!({
        "@id": "https://data.example/dataset/villages",
        "@type": "dcat:Dataset",
        "dct:title": [{"@value": "Daftar desa", "@language": "id"}, {"@value": "Villages", "@language": "en"}],
        "dct:description": {"@value": "Every \"desa\" & its code.", "@language": "en"},
        "dcat:theme": {"@id": "http://publications.europa.eu/resource/authority/data-theme/GOVE"},
        "dct:publisher": {
            "@type": "foaf:Agent",
            "foaf:name": {"@value": "Dinas PMD", "@language": "id"},
            "foaf:mbox": {"@id": "mailto:pmd@kab.example"},
        },
        "dct:modified": {"@value": "2025-03-01", "@type": "http://www.w3.org/2001/XMLSchema#date"},
        "dct:accrualPeriodicity": {"@id": "http://publications.europa.eu/resource/authority/frequency/ANNUAL"},
        "dct:license": {"@id": "https://creativecommons.org/licenses/by/4.0/"},
        "dcat:distribution": {"@id": "https://data.example/dataset/villages#csv"},
    });
    assert_eq!(json["@graph"][0], wanted);
}

#[test]
fn a_dataset_in_rdf_xml() {
    let wanted = r#"
<dcat:Dataset rdf:about="https://data.example/dataset/villages">
    <dct:title xml:lang="id">Daftar desa</dct:title>
    <dct:title xml:lang="en">Villages</dct:title>
    <dct:description xml:lang="en">Every &quot;desa&quot; &amp; its code.</dct:description>
    <dcat:theme rdf:resource="http://publications.europa.eu/resource/authority/data-theme/GOVE"/>
    <dct:publisher>
      <foaf:Agent>
        <foaf:name xml:lang="id">Dinas PMD</foaf:name>
        <foaf:mbox rdf:resource="mailto:pmd@kab.example"/>
      </foaf:Agent>
    </dct:publisher>
    <dct:modified rdf:datatype="http://www.w3.org/2001/XMLSchema#date">2025-03-01</dct:modified>
    <dct:accrualPeriodicity rdf:resource="http://publications.europa.eu/resource/authority/frequency/ANNUAL"/>
    <dct:license rdf:resource="https://creativecommons.org/licenses/by/4.0/"/>
    <dcat:distribution rdf:resource="https://data.example/dataset/villages#csv"/>
  </dcat:Dataset>"#;
    let found = body(Syntax::RdfXml, "XMLSchema#\">\n");
    assert!(found.starts_with(wanted.trim()), "{found}");
}
