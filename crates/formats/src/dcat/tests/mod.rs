mod golden;
mod hostile;
mod model;
mod real;
mod values;

use oxrdf::graph::CanonicalizationAlgorithm;

use super::{Harvest, Syntax, read, values::Iri};

/// An address of a test, which is always a proper one.
fn iri(text: &str) -> Iri {
    Iri::parse(text).expect("a test writes proper addresses")
}

/// The statements of a document, blank nodes named by what is said of them.
fn statements(document: &str, syntax: Syntax) -> oxrdf::Graph {
    let mut graph = oxrdf::Graph::new();
    match syntax {
        Syntax::Turtle => {
            for triple in oxttl::TurtleParser::new().for_slice(document.as_bytes()) {
                graph.insert(&triple.expect("well-formed Turtle"));
            }
        }
        Syntax::RdfXml => {
            for triple in oxrdfxml::RdfXmlParser::new().for_slice(document.as_bytes()) {
                graph.insert(&triple.expect("well-formed RDF/XML"));
            }
        }
        Syntax::JsonLd => {
            for quad in oxjsonld::JsonLdParser::new().for_slice(document.as_bytes()) {
                let quad = quad.expect("well-formed JSON-LD");
                graph.insert(oxrdf::TripleRef::new(
                    &quad.subject,
                    &quad.predicate,
                    &quad.object,
                ));
            }
        }
    }
    graph.canonicalize(CanonicalizationAlgorithm::Unstable);
    graph
}

fn harvest(document: &str, syntax: Syntax) -> Harvest {
    read(document.as_bytes(), syntax, None).unwrap_or_else(|error| panic!("{syntax:?}: {error}\n{document}"))
}
