//! The EU's list of licences, by where their texts are read.

use super::authority;
use crate::dcat::values::Iri;

/// Where a text is read, without the protocol and what may stand behind the last slash, and its code in the EU's list `licence`.
const LICENCES: [(&str, &str); 15] = [
    ("creativecommons.org/publicdomain/zero/1.0", "CC0"),
    ("creativecommons.org/licenses/by/4.0", "CC_BY_4_0"),
    ("creativecommons.org/licenses/by-sa/4.0", "CC_BYSA_4_0"),
    ("creativecommons.org/licenses/by-nd/4.0", "CC_BYND_4_0"),
    ("creativecommons.org/licenses/by-nc/4.0", "CC_BYNC_4_0"),
    ("creativecommons.org/licenses/by-nc-sa/4.0", "CC_BYNCSA_4_0"),
    ("creativecommons.org/licenses/by-nc-nd/4.0", "CC_BYNCND_4_0"),
    ("opendatacommons.org/licenses/by/1-0", "ODC_BY"),
    ("opendatacommons.org/licenses/odbl/1-0", "ODC_BL"),
    ("opendatacommons.org/licenses/pddl/1-0", "ODC_PDDL"),
    ("opendefinition.org/licenses/cc-zero", "CC0"),
    ("opendefinition.org/licenses/odc-by", "ODC_BY"),
    ("opendefinition.org/licenses/odc-odbl", "ODC_BL"),
    ("opendefinition.org/licenses/odc-pddl", "ODC_PDDL"),
    (
        "nationalarchives.gov.uk/doc/open-government-licence/version/3",
        "OGL_3_0",
    ),
];

/// The entry of the EU's list `licence` for a licence that is read at an address; none for one that is not in the list.
pub(in crate::dcat) fn licence_iri(address: &Iri) -> Option<Iri> {
    let (_, place) = address.as_str().split_once("://")?;
    let place = place.strip_prefix("www.").unwrap_or(place);
    let place = place.strip_suffix("/legalcode").unwrap_or(place);
    let place = place.trim_end_matches('/');
    let (_, code) = LICENCES.iter().find(|(known, _)| *known == place)?;
    Some(authority("licence", code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_is_found_in_the_list_however_its_address_is_written() {
        for (address, wanted) in [
            ("https://creativecommons.org/licenses/by/4.0/", Some("CC_BY_4_0")),
            ("http://creativecommons.org/licenses/by/4.0", Some("CC_BY_4_0")),
            (
                "https://creativecommons.org/licenses/by/4.0/legalcode",
                Some("CC_BY_4_0"),
            ),
            ("https://creativecommons.org/publicdomain/zero/1.0/", Some("CC0")),
            (
                "http://www.opendefinition.org/licenses/odc-pddl",
                Some("ODC_PDDL"),
            ),
            ("https://opendatacommons.org/licenses/odbl/1-0/", Some("ODC_BL")),
            ("https://creativecommons.org/licenses/by/3.0/", None),
            ("https://data.example/licence", None),
        ] {
            let found = licence_iri(&Iri::parse(address).expect("an address"));
            let found = found.as_ref().map(Iri::as_str);
            let wanted =
                wanted.map(|code| format!("http://publications.europa.eu/resource/authority/licence/{code}"));
            assert_eq!(found, wanted.as_deref(), "{address}");
        }
    }
}
