//! Languages.

use super::{authority, tail};
use crate::dcat::values::{Iri, Lang};

/// ISO 639-1 and the code of the EU's list, which is ISO 639-3 in capitals.
const LANGUAGES: &[(&str, &str)] = &[
    ("af", "AFR"),
    ("am", "AMH"),
    ("ar", "ARA"),
    ("as", "ASM"),
    ("az", "AZE"),
    ("be", "BEL"),
    ("bg", "BUL"),
    ("bn", "BEN"),
    ("bo", "BOD"),
    ("bs", "BOS"),
    ("ca", "CAT"),
    ("cs", "CES"),
    ("cy", "CYM"),
    ("da", "DAN"),
    ("de", "DEU"),
    ("dz", "DZO"),
    ("el", "ELL"),
    ("en", "ENG"),
    ("es", "SPA"),
    ("et", "EST"),
    ("eu", "EUS"),
    ("fa", "FAS"),
    ("fi", "FIN"),
    ("fj", "FIJ"),
    ("fr", "FRA"),
    ("ga", "GLE"),
    ("gl", "GLG"),
    ("gu", "GUJ"),
    ("ha", "HAU"),
    ("he", "HEB"),
    ("hi", "HIN"),
    ("hr", "HRV"),
    ("ht", "HAT"),
    ("hu", "HUN"),
    ("hy", "HYE"),
    ("id", "IND"),
    ("ig", "IBO"),
    ("is", "ISL"),
    ("it", "ITA"),
    ("ja", "JPN"),
    ("jv", "JAV"),
    ("ka", "KAT"),
    ("kk", "KAZ"),
    ("km", "KHM"),
    ("kn", "KAN"),
    ("ko", "KOR"),
    ("ku", "KUR"),
    ("ky", "KIR"),
    ("lb", "LTZ"),
    ("lg", "LUG"),
    ("ln", "LIN"),
    ("lo", "LAO"),
    ("lt", "LIT"),
    ("lv", "LAV"),
    ("mg", "MLG"),
    ("mi", "MRI"),
    ("mk", "MKD"),
    ("ml", "MAL"),
    ("mn", "MON"),
    ("mr", "MAR"),
    ("ms", "MSA"),
    ("mt", "MLT"),
    ("my", "MYA"),
    ("ne", "NEP"),
    ("nl", "NLD"),
    ("no", "NOR"),
    ("ny", "NYA"),
    ("om", "ORM"),
    ("or", "ORI"),
    ("pa", "PAN"),
    ("pl", "POL"),
    ("ps", "PUS"),
    ("pt", "POR"),
    ("ro", "RON"),
    ("ru", "RUS"),
    ("rw", "KIN"),
    ("sd", "SND"),
    ("si", "SIN"),
    ("sk", "SLK"),
    ("sl", "SLV"),
    ("sm", "SMO"),
    ("sn", "SNA"),
    ("so", "SOM"),
    ("sq", "SQI"),
    ("sr", "SRP"),
    ("st", "SOT"),
    ("su", "SUN"),
    ("sv", "SWE"),
    ("sw", "SWA"),
    ("ta", "TAM"),
    ("te", "TEL"),
    ("tg", "TGK"),
    ("th", "THA"),
    ("ti", "TIR"),
    ("tk", "TUK"),
    ("tl", "TGL"),
    ("tn", "TSN"),
    ("to", "TON"),
    ("tr", "TUR"),
    ("uk", "UKR"),
    ("ur", "URD"),
    ("uz", "UZB"),
    ("vi", "VIE"),
    ("wo", "WOL"),
    ("xh", "XHO"),
    ("yo", "YOR"),
    ("zh", "ZHO"),
    ("zu", "ZUL"),
];

/// The EU's entry for a language; none for a tag whose language has neither a known two-letter code nor three letters.
pub(in crate::dcat) fn language_iri(lang: &Lang) -> Option<Iri> {
    let primary = lang.primary();
    let code = LANGUAGES
        .iter()
        .find(|(short, _)| *short == primary)
        .map(|(_, long)| (*long).to_owned())
        .or_else(|| (primary.len() == 3).then(|| primary.to_ascii_uppercase()))?;
    Some(authority("language", &code))
}

/// Reads a language: a tag, or an entry of the EU's list, of the Library of Congress' or of Lexvo's.
pub(in crate::dcat) fn read_language(text: &str) -> Option<Lang> {
    let code = tail(text.trim());
    let long = code.to_ascii_uppercase();
    match LANGUAGES.iter().find(|(_, known)| *known == long) {
        Some((short, _)) => Lang::parse(short),
        None => Lang::parse(code),
    }
}
