//! SKOS: a codelist as a concept scheme (<https://www.w3.org/TR/skos-reference/>), in Turtle and JSON-LD.

use std::fmt::Write;

use oxrdf::Literal;
use serde_json::{Value, json};

/// A concept scheme. Addresses are whole and valid.
pub struct Scheme {
    pub iri: String,
    /// Language tag, text.
    pub labels: Vec<(String, String)>,
    /// The version's own word.
    pub version: String,
    pub concepts: Vec<Concept>,
}

/// A concept of a scheme.
pub struct Concept {
    pub iri: String,
    pub notation: String,
    /// Language tag, text.
    pub labels: Vec<(String, String)>,
    /// The broader concept's address.
    pub broader: Option<String>,
    /// Addresses of concepts of other schemes that mean exactly this.
    pub exact: Vec<String>,
    /// Addresses of narrower and broader ones in other schemes.
    pub related: Vec<String>,
}

/// Writes a scheme in Turtle.
#[must_use]
pub fn turtle(scheme: &Scheme) -> String {
    let mut out = String::from(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix owl: <http://www.w3.org/2002/07/owl#> .\n\n",
    );
    let _ = write!(out, "<{}> a skos:ConceptScheme", address(&scheme.iri));
    labels(&mut out, &scheme.labels);
    let _ = writeln!(
        out,
        " ;\n    owl:versionInfo {} .",
        Literal::from(scheme.version.as_str())
    );
    for concept in &scheme.concepts {
        let _ = write!(out, "\n<{}> a skos:Concept", address(&concept.iri));
        let _ = write!(
            out,
            " ;\n    skos:notation {}",
            Literal::from(concept.notation.as_str())
        );
        labels(&mut out, &concept.labels);
        let _ = write!(out, " ;\n    skos:inScheme <{}>", address(&scheme.iri));
        match &concept.broader {
            Some(broader) => {
                let _ = write!(out, " ;\n    skos:broader <{}>", address(broader));
            }
            None => {
                let _ = write!(out, " ;\n    skos:topConceptOf <{}>", address(&scheme.iri));
            }
        }
        for (word, others) in [("exactMatch", &concept.exact), ("relatedMatch", &concept.related)] {
            for other in others {
                let _ = write!(out, " ;\n    skos:{word} <{}>", address(other));
            }
        }
        out.push_str(" .\n");
    }
    out
}

/// Writes a scheme in JSON-LD.
#[must_use]
pub fn json_ld(scheme: &Scheme) -> Value {
    let texts = |labels: &[(String, String)]| -> Vec<Value> {
        labels
            .iter()
            .map(|(lang, text)| json!({ "@language": lang, "@value": text }))
            .collect()
    };
    let refs = |iris: &[String]| -> Vec<Value> { iris.iter().map(|iri| json!({ "@id": iri })).collect() };
    let concepts = scheme.concepts.iter().map(|concept| {
        let mut node = json!({
            "@id": concept.iri,
            "@type": "skos:Concept",
            "skos:notation": concept.notation,
            "skos:prefLabel": texts(&concept.labels),
            "skos:inScheme": { "@id": scheme.iri },
        });
        match &concept.broader {
            Some(broader) => node["skos:broader"] = json!({ "@id": broader }),
            None => node["skos:topConceptOf"] = json!({ "@id": scheme.iri }),
        }
        for (word, others) in [
            ("skos:exactMatch", &concept.exact),
            ("skos:relatedMatch", &concept.related),
        ] {
            if !others.is_empty() {
                node[word] = json!(refs(others));
            }
        }
        node
    });
    let whole = json!({
        "@id": scheme.iri,
        "@type": "skos:ConceptScheme",
        "skos:prefLabel": texts(&scheme.labels),
        "owl:versionInfo": scheme.version,
    });
    json!({
        "@context": {
            "skos": "http://www.w3.org/2004/02/skos/core#",
            "owl": "http://www.w3.org/2002/07/owl#",
        },
        "@graph": std::iter::once(whole).chain(concepts).collect::<Vec<_>>(),
    })
}

fn labels(out: &mut String, labels: &[(String, String)]) {
    for (lang, text) in labels {
        if let Ok(literal) = Literal::new_language_tagged_literal(text, lang) {
            let _ = write!(out, " ;\n    skos:prefLabel {literal}");
        }
    }
}

/// An address without what would end it early.
fn address(iri: &str) -> String {
    iri.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '<' | '>' | '"' | '{' | '}' | '|' | '\\' | '^' | '`'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scheme() -> Scheme {
        let text = |text: &str| vec![("en".to_owned(), text.to_owned())];
        Scheme {
            iri: "https://x/standards/codelists/sex?version=2".into(),
            labels: text("Sex \"of\" a person"),
            version: "2".into(),
            concepts: vec![
                Concept {
                    iri: "https://x/c#M".into(),
                    notation: "M".into(),
                    labels: text("Male"),
                    broader: None,
                    exact: vec!["https://x/b#L".into()],
                    related: Vec::new(),
                },
                Concept {
                    iri: "https://x/c#M1> .<evil".into(),
                    notation: "M\n1".into(),
                    labels: text("Boy"),
                    broader: Some("https://x/c#M".into()),
                    exact: Vec::new(),
                    related: Vec::new(),
                },
            ],
        }
    }

    #[test]
    fn a_scheme_says_the_same_in_turtle_and_in_json_ld_and_no_text_breaks_out() {
        let text = turtle(&scheme());
        for part in [
            "<https://x/standards/codelists/sex?version=2> a skos:ConceptScheme",
            "skos:prefLabel \"Sex \\\"of\\\" a person\"@en",
            "skos:notation \"M\\n1\"",
            "<https://x/c#M1.evil> a skos:Concept",
            "skos:broader <https://x/c#M>",
            "skos:exactMatch <https://x/b#L>",
        ] {
            assert!(text.contains(part), "{part} is missing in\n{text}");
        }
        let json = json_ld(&scheme());
        assert_eq!(json["@graph"].as_array().map(Vec::len), Some(3));
        assert_eq!(json["@graph"][2]["skos:broader"]["@id"], "https://x/c#M");
        assert_eq!(json["@graph"][1]["skos:exactMatch"][0]["@id"], "https://x/b#L");
    }
}
