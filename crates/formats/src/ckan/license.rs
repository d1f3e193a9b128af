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

/// The licences that every CKAN knows, in its order; the ids are what other catalogues' datasets name.
pub fn register() -> Vec<License> {
    let definition = |id: &str| format!("http://www.opendefinition.org/licenses/{id}");
    let rows: [(&str, &str, String, Kind, Domain); 15] = [
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
    ];
    rows.into_iter()
        .map(|(id, title, url, kind, domain)| License {
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
        })
        .collect()
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
