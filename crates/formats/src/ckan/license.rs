//! Licences as `license_list` gives them, and the register that CKAN ships.

use serde_json::{Value, json};

use super::{Map, Unreadable, shape::Taker};

/// A licence.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct License {
    pub id: String,
    pub title: String,
    /// Empty where there is no text to point at.
    pub url: String,
    /// `approved`, `rejected` or `not reviewed` by the Open Definition.
    pub od_conformance: String,
    /// Likewise by the Open Source Definition.
    pub osd_conformance: String,
    pub is_generic: bool,
    pub domain_content: bool,
    pub domain_data: bool,
    pub domain_software: bool,
    pub family: String,
    pub maintainer: String,
    /// `active` or `retired`.
    pub status: String,
    /// What another catalogue says beside it.
    pub more: Map,
}

impl License {
    /// Whether data under it are open.
    pub fn is_open(&self) -> bool {
        self.od_conformance == "approved" || self.osd_conformance == "approved"
    }

    /// Reads one of another catalogue's.
    ///
    /// # Errors
    /// Where it is no licence.
    pub fn read(value: Value) -> Result<License, Unreadable> {
        let mut taker = Taker::of(value, "license")?;
        // An old register has false for what was never reviewed.
        let mut conformance = |key: &str| match taker.object(key) {
            Some(Value::String(text)) => text,
            _ => String::new(),
        };
        let (od_conformance, osd_conformance) =
            (conformance("od_conformance"), conformance("osd_conformance"));
        Ok(License {
            id: taker.required("id")?,
            title: taker.text("title")?.unwrap_or_default(),
            url: taker.text("url")?.unwrap_or_default(),
            od_conformance,
            osd_conformance,
            is_generic: taker.flag("is_generic")?.unwrap_or_default(),
            domain_content: taker.flag("domain_content")?.unwrap_or_default(),
            domain_data: taker.flag("domain_data")?.unwrap_or_default(),
            domain_software: taker.flag("domain_software")?.unwrap_or_default(),
            family: taker.text("family")?.unwrap_or_default(),
            maintainer: taker.text("maintainer")?.unwrap_or_default(),
            status: taker.text("status")?.unwrap_or_else(|| "active".to_owned()),
            more: taker.rest(),
        })
    }

    /// Writes it as CKAN does, whose flags are texts here.
    pub fn write(&self) -> Map {
        let flag = |flag: bool| if flag { "True" } else { "False" };
        let written = json!({
            "domain_content": flag(self.domain_content),
            "id": self.id,
            "domain_data": flag(self.domain_data),
            "domain_software": flag(self.domain_software),
            "family": self.family,
            "is_generic": flag(self.is_generic),
            "od_conformance": self.od_conformance,
            "osd_conformance": self.osd_conformance,
            "maintainer": self.maintainer,
            "status": self.status,
            "url": self.url,
            "title": self.title,
        });
        let mut map = match written {
            Value::Object(map) => map,
            _ => Map::new(),
        };
        for (key, value) in &self.more {
            map.entry(key.clone()).or_insert_with(|| value.clone());
        }
        map
    }
}

/// The licence that a dataset names by its id, whatever the case of its letters; or the version of a Creative Commons licence that the
/// register does not hold by itself, such as `CC-BY-3.0`. Nothing for what nobody knows.
pub fn find(register: &[License], id: &str) -> Option<License> {
    let exact = register.iter().find(|known| known.id == id);
    let known = exact.or_else(|| register.iter().find(|known| known.id.eq_ignore_ascii_case(id)));
    known.cloned().or_else(|| creative_commons(id))
}

/// A version of a Creative Commons licence by its id of SPDX.
fn creative_commons(id: &str) -> Option<License> {
    const KINDS: [(&str, &str, Kind); 6] = [
        ("by", "Attribution", Kind::Open),
        ("by-sa", "Attribution-ShareAlike", Kind::Open),
        ("by-nd", "Attribution-NoDerivatives", Kind::Closed),
        ("by-nc", "Attribution-NonCommercial", Kind::Closed),
        ("by-nc-sa", "Attribution-NonCommercial-ShareAlike", Kind::Closed),
        (
            "by-nc-nd",
            "Attribution-NonCommercial-NoDerivatives",
            Kind::Closed,
        ),
    ];
    const VERSIONS: [&str; 5] = ["1.0", "2.0", "2.5", "3.0", "4.0"];
    let lower = id.to_ascii_lowercase();
    let (kind, version) = lower.strip_prefix("cc-")?.rsplit_once('-')?;
    let (kind, words, conformance) = KINDS.into_iter().find(|(known, _, _)| *known == kind)?;
    VERSIONS.contains(&version).then(|| {
        let title = format!("Creative Commons {words} {version}");
        let url = format!("https://creativecommons.org/licenses/{kind}/{version}/");
        license(id, &title, url, conformance, Domain::Both)
    })
}

/// The licences that every CKAN knows, in its order, and behind them the versions that data are offered under here, by their ids of
/// SPDX; the ids are what other catalogues' datasets name.
pub fn register() -> Vec<License> {
    let definition = |id: &str| format!("http://www.opendefinition.org/licenses/{id}");
    let rows: [(&str, &str, String, Kind, Domain); 19] = [
        (
            "notspecified",
            "License not specified",
            String::new(),
            Kind::Generic,
            Domain::None,
        ),
        (
            "odc-pddl",
            "Open Data Commons Public Domain Dedication and License (PDDL)",
            definition("odc-pddl"),
            Kind::Open,
            Domain::Data,
        ),
        (
            "odc-odbl",
            "Open Data Commons Open Database License (ODbL)",
            definition("odc-odbl"),
            Kind::Open,
            Domain::Data,
        ),
        (
            "odc-by",
            "Open Data Commons Attribution License",
            definition("odc-by"),
            Kind::Open,
            Domain::Data,
        ),
        (
            "cc-zero",
            "Creative Commons CCZero",
            definition("cc-zero"),
            Kind::Open,
            Domain::Both,
        ),
        (
            "cc-by",
            "Creative Commons Attribution",
            definition("cc-by"),
            Kind::Open,
            Domain::None,
        ),
        (
            "cc-by-sa",
            "Creative Commons Attribution Share-Alike",
            definition("cc-by-sa"),
            Kind::Open,
            Domain::Content,
        ),
        (
            "gfdl",
            "GNU Free Documentation License",
            definition("gfdl"),
            Kind::Open,
            Domain::Content,
        ),
        (
            "other-open",
            "Other (Open)",
            String::new(),
            Kind::GenericOpen,
            Domain::Content,
        ),
        (
            "other-pd",
            "Other (Public Domain)",
            String::new(),
            Kind::GenericOpen,
            Domain::Content,
        ),
        (
            "other-at",
            "Other (Attribution)",
            String::new(),
            Kind::GenericOpen,
            Domain::Content,
        ),
        (
            "uk-ogl",
            "UK Open Government Licence (OGL)",
            "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/".to_owned(),
            Kind::Open,
            Domain::Content,
        ),
        (
            "cc-nc",
            "Creative Commons Non-Commercial (Any)",
            "http://creativecommons.org/licenses/by-nc/2.0/".to_owned(),
            Kind::Closed,
            Domain::None,
        ),
        (
            "other-nc",
            "Other (Non-Commercial)",
            String::new(),
            Kind::Generic,
            Domain::None,
        ),
        (
            "other-closed",
            "Other (Not Open)",
            String::new(),
            Kind::Generic,
            Domain::None,
        ),
        (
            "CC-BY-4.0",
            "Creative Commons Attribution 4.0",
            "https://creativecommons.org/licenses/by/4.0/".to_owned(),
            Kind::Open,
            Domain::Both,
        ),
        (
            "CC0-1.0",
            "Creative Commons Zero 1.0",
            "https://creativecommons.org/publicdomain/zero/1.0/".to_owned(),
            Kind::Open,
            Domain::Both,
        ),
        (
            "CC-BY-SA-4.0",
            "Creative Commons Attribution-ShareAlike 4.0",
            "https://creativecommons.org/licenses/by-sa/4.0/".to_owned(),
            Kind::Open,
            Domain::Both,
        ),
        (
            "ODbL-1.0",
            "Open Data Commons Open Database License 1.0",
            "https://opendatacommons.org/licenses/odbl/1-0/".to_owned(),
            Kind::Open,
            Domain::Data,
        ),
    ];
    rows.into_iter()
        .map(|(id, title, url, kind, domain)| license(id, title, url, kind, domain))
        .collect()
}

fn license(id: &str, title: &str, url: String, kind: Kind, domain: Domain) -> License {
    License {
        id: id.to_owned(),
        title: title.to_owned(),
        url,
        od_conformance: match kind {
            Kind::Open | Kind::GenericOpen => "approved",
            Kind::Generic | Kind::Closed => "not reviewed",
        }
        .to_owned(),
        osd_conformance: "not reviewed".to_owned(),
        is_generic: matches!(kind, Kind::Generic | Kind::GenericOpen),
        domain_content: matches!(domain, Domain::Content | Domain::Both),
        domain_data: matches!(domain, Domain::Data | Domain::Both),
        status: "active".to_owned(),
        ..License::default()
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Open,
    Closed,
    /// Says what kind of licence it is, not which.
    Generic,
    GenericOpen,
}

#[derive(Clone, Copy)]
enum Domain {
    None,
    Content,
    Data,
    Both,
}
