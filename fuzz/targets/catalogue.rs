//! Catalogues and packages of other portals: read in every syntax; what was understood is written and understood again.
#![no_main]

use formats::{
    dcat::{self, Syntax, values::Iri},
    frictionless,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let base = Iri::parse("https://source.example/catalog");
    for syntax in Syntax::ALL {
        let Ok(harvest) = dcat::read(data, syntax, base.as_ref()) else { continue };
        for dataset in harvest.datasets {
            for other in Syntax::ALL {
                let document = dcat::dataset(other, &dataset);
                let again = dcat::read(document.as_bytes(), other, None).unwrap_or_else(|error| panic!("{error}\n{document}"));
                assert!(again.datasets.iter().any(|one| one.iri == dataset.iri), "{document}");
            }
        }
    }
    if let Ok(found) = frictionless::read(data) {
        let text = frictionless::write(&found.value);
        frictionless::read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"));
    }
});
