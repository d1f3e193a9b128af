//! The controlled lists that DCAT-AP 3 asks for (§11: the authority tables of the EU's Publications Office), and how other lists map to them.

mod files;
mod languages;
mod licences;

use super::{
    model::Concept,
    values::{Iri, Texts},
};

pub use self::files::{file_type, media_type, plain_media_type};
pub(super) use self::{
    files::file_type_iri,
    languages::{language_iri, read_language},
    licences::licence_iri,
};

const AUTHORITY: &str = "http://publications.europa.eu/resource/authority/";

/// How often a dataset is promised to be renewed (EU list `frequency`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Frequency {
    Continuous,
    Hourly,
    TwiceDaily,
    Daily,
    ThriceWeekly,
    TwiceWeekly,
    Weekly,
    EveryTwoWeeks,
    ThriceMonthly,
    TwiceMonthly,
    Monthly,
    EveryTwoMonths,
    Quarterly,
    ThriceYearly,
    TwiceYearly,
    Yearly,
    EveryTwoYears,
    EveryThreeYears,
    EveryFourYears,
    EveryFiveYears,
    EveryTenYears,
    AsNeeded,
    Irregular,
    Never,
    Unknown,
    /// An entry of this or another list that has no counterpart here.
    Other(Iri),
}

/// One row: the frequency, its code in the EU's list, ISO 8601 as DCAT-US writes it, and what it is called elsewhere.
type FrequencyRow = (Frequency, &'static str, &'static str, &'static [&'static str]);

const FREQUENCIES: &[FrequencyRow] = &[
    (
        Frequency::Continuous,
        "UPDATE_CONT",
        "R/PT1S",
        &["continuous", "continual", "cont", "realtime"],
    ),
    (Frequency::Hourly, "HOURLY", "R/PT1H", &["hourly"]),
    (Frequency::TwiceDaily, "DAILY_2", "R/PT12H", &["twicedaily"]),
    (Frequency::Daily, "DAILY", "R/P1D", &["daily", "harian"]),
    (
        Frequency::ThriceWeekly,
        "WEEKLY_3",
        "R/P0.33W",
        &["threetimesaweek"],
    ),
    (Frequency::TwiceWeekly, "WEEKLY_2", "R/P3.5D", &["semiweekly"]),
    (
        Frequency::Weekly,
        "WEEKLY",
        "R/P1W",
        &["weekly", "mingguan", "rp7d"],
    ),
    (
        Frequency::EveryTwoWeeks,
        "BIWEEKLY",
        "R/P2W",
        &["biweekly", "fortnightly"],
    ),
    (
        Frequency::ThriceMonthly,
        "MONTHLY_3",
        "R/P0.33M",
        &["threetimesamonth"],
    ),
    (Frequency::TwiceMonthly, "MONTHLY_2", "R/P0.5M", &["semimonthly"]),
    (Frequency::Monthly, "MONTHLY", "R/P1M", &["monthly", "bulanan"]),
    (Frequency::EveryTwoMonths, "BIMONTHLY", "R/P2M", &["bimonthly"]),
    (
        Frequency::Quarterly,
        "QUARTERLY",
        "R/P3M",
        &["quarterly", "triwulanan"],
    ),
    (Frequency::ThriceYearly, "ANNUAL_3", "R/P4M", &["threetimesayear"]),
    (
        Frequency::TwiceYearly,
        "ANNUAL_2",
        "R/P6M",
        &["semiannual", "biannually", "halfyearly", "semesteran"],
    ),
    (
        Frequency::Yearly,
        "ANNUAL",
        "R/P1Y",
        &["annual", "annually", "yearly", "tahunan"],
    ),
    (Frequency::EveryTwoYears, "BIENNIAL", "R/P2Y", &["biennial"]),
    (Frequency::EveryThreeYears, "TRIENNIAL", "R/P3Y", &["triennial"]),
    (
        Frequency::EveryFourYears,
        "QUADRENNIAL",
        "R/P4Y",
        &["quadrennial"],
    ),
    (
        Frequency::EveryFiveYears,
        "QUINQUENNIAL",
        "R/P5Y",
        &["quinquennial"],
    ),
    (Frequency::EveryTenYears, "DECENNIAL", "R/P10Y", &["decennial"]),
    (
        Frequency::AsNeeded,
        "AS_NEEDED",
        "irregular",
        &["asneeded", "adhoc", "ondemand"],
    ),
    (Frequency::Irregular, "IRREG", "irregular", &["irregular"]),
    (Frequency::Never, "NEVER", "", &["never", "notplanned"]),
    (Frequency::Unknown, "UNKNOWN", "", &["unknown"]),
];

impl Frequency {
    /// Its address in the EU's list.
    pub fn iri(&self) -> Iri {
        match self {
            Frequency::Other(iri) => iri.clone(),
            known => authority("frequency", known.row().map_or("UNKNOWN", |row| row.1)),
        }
    }

    /// Reads an entry of the EU's or Dublin Core's list, an interval of ISO 8601 or an English or Indonesian word.
    pub fn read(text: &str) -> Option<Frequency> {
        let text = text.trim();
        let iri = Iri::parse(text);
        let code = iri.as_ref().map_or(text, Iri::tail);
        let word: String = code
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect();
        FREQUENCIES
            .iter()
            .find(|(_, known, interval, words)| {
                known.eq_ignore_ascii_case(code)
                    || (!interval.is_empty() && *interval == code)
                    || words.contains(&word.as_str())
            })
            .map(|(frequency, ..)| frequency.clone())
            .or(iri.map(Frequency::Other))
    }

    /// The repeating interval of ISO 8601 that DCAT-US v1.1 asks for: `R/P1Y`, or `irregular`.
    pub fn interval(&self) -> Option<&'static str> {
        self.row()
            .map(|row| row.2)
            .filter(|interval| !interval.is_empty())
    }

    fn row(&self) -> Option<&'static FrequencyRow> {
        FREQUENCIES.iter().find(|(known, ..)| known == self)
    }
}

/// Who may see the data (EU list `access-right`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccessRight {
    Public,
    /// Under conditions.
    Restricted,
    NonPublic,
}

impl AccessRight {
    /// Its address in the EU's list.
    pub fn iri(self) -> Iri {
        let code = match self {
            AccessRight::Public => "PUBLIC",
            AccessRight::Restricted => "RESTRICTED",
            AccessRight::NonPublic => "NON_PUBLIC",
        };
        authority("access-right", code)
    }

    /// Reads an entry of the EU's list, or a word as DCAT-US has them.
    pub fn read(text: &str) -> Option<AccessRight> {
        let word: String = tail(text)
            .chars()
            .filter(char::is_ascii_alphabetic)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        match word.as_str() {
            "public" | "open" => Some(AccessRight::Public),
            "restricted" | "restrictedpublic" | "sensitive" => Some(AccessRight::Restricted),
            "nonpublic" | "confidential" | "private" => Some(AccessRight::NonPublic),
            _ => None,
        }
    }

    /// The `accessLevel` of DCAT-US v1.1.
    pub fn level(self) -> &'static str {
        match self {
            AccessRight::Public => "public",
            AccessRight::Restricted => "restricted public",
            AccessRight::NonPublic => "non-public",
        }
    }
}

/// How long a distribution is promised to stay (EU list `planned-availability`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Availability {
    Temporary,
    Experimental,
    Available,
    Stable,
}

impl Availability {
    /// Its entry in the EU's list.
    pub fn concept(self) -> Concept {
        let (code, label) = match self {
            Availability::Temporary => ("TEMPORARY", "temporary"),
            Availability::Experimental => ("EXPERIMENTAL", "experimental"),
            Availability::Available => ("AVAILABLE", "available"),
            Availability::Stable => ("STABLE", "stable"),
        };
        entry("planned-availability", code, label)
    }

    /// Reads an entry of the EU's list, or its last part.
    pub fn read(text: &str) -> Option<Availability> {
        match tail(text).to_ascii_uppercase().as_str() {
            "TEMPORARY" => Some(Availability::Temporary),
            "EXPERIMENTAL" => Some(Availability::Experimental),
            "AVAILABLE" => Some(Availability::Available),
            "STABLE" => Some(Availability::Stable),
            _ => None,
        }
    }
}

/// Where a dataset or distribution stands in its life (EU lists `dataset-status` and `distribution-status`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    Developing,
    Completed,
    Deprecated,
    Withdrawn,
}

impl Status {
    /// Its entry in a list of the EU: `dataset-status` or `distribution-status`.
    pub(super) fn concept(self, list: &str) -> Concept {
        let (code, label) = match self {
            Status::Developing => ("DEVELOP", "under development"),
            Status::Completed => ("COMPLETED", "completed"),
            Status::Deprecated => ("DEPRECATED", "deprecated"),
            Status::Withdrawn => ("WITHDRAWN", "withdrawn"),
        };
        entry(list, code, label)
    }

    /// Reads an entry of the EU's or ADMS' list, or its last part.
    pub fn read(text: &str) -> Option<Status> {
        match tail(text).to_ascii_uppercase().as_str() {
            "DEVELOP" | "UNDERDEVELOPMENT" => Some(Status::Developing),
            "COMPLETED" => Some(Status::Completed),
            "DEPRECATED" | "DISCONT" => Some(Status::Deprecated),
            "WITHDRAWN" => Some(Status::Withdrawn),
            _ => None,
        }
    }
}

/// How a fingerprint is computed (SPDX 2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HashAlgorithm {
    Md5,
    Sha1,
    Sha256,
    Sha512,
}

impl HashAlgorithm {
    const ALL: [HashAlgorithm; 4] = [
        HashAlgorithm::Md5,
        HashAlgorithm::Sha1,
        HashAlgorithm::Sha256,
        HashAlgorithm::Sha512,
    ];

    /// Its common name: `sha256`.
    pub fn name(self) -> &'static str {
        match self {
            HashAlgorithm::Md5 => "md5",
            HashAlgorithm::Sha1 => "sha1",
            HashAlgorithm::Sha256 => "sha256",
            HashAlgorithm::Sha512 => "sha512",
        }
    }

    /// Reads a name in any of its spellings: `SHA-256`, `checksumAlgorithm_sha256`.
    pub fn read(text: &str) -> Option<HashAlgorithm> {
        let word: String = tail(text)
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        HashAlgorithm::ALL
            .into_iter()
            .find(|algorithm| word.strip_prefix("checksumalgorithm").unwrap_or(&word) == algorithm.name())
    }

    /// Hexadecimal digits of a fingerprint.
    pub(super) fn digits(self) -> usize {
        match self {
            HashAlgorithm::Md5 => 32,
            HashAlgorithm::Sha1 => 40,
            HashAlgorithm::Sha256 => 64,
            HashAlgorithm::Sha512 => 128,
        }
    }
}

const THEMES: [(&str, &str, &[&str]); 13] = [
    (
        "AGRI",
        "Agriculture, fisheries, forestry and food",
        &["agriculture"],
    ),
    ("ECON", "Economy and finance", &["economy"]),
    ("EDUC", "Education, culture and sport", &["education", "culture"]),
    ("ENER", "Energy", &["energy"]),
    ("ENVI", "Environment", &["environment", "water"]),
    ("GOVE", "Government and public sector", &["government"]),
    ("HEAL", "Health", &["health"]),
    ("INTR", "International issues", &[]),
    ("JUST", "Justice, legal system and public safety", &["justice"]),
    ("REGI", "Regions and cities", &["regions"]),
    (
        "SOCI",
        "Population and society",
        &["demography", "population", "society"],
    ),
    ("TECH", "Science and technology", &["technology"]),
    ("TRAN", "Transport", &["infrastructure", "transport"]),
];

/// The EU's data theme for its code (`HEAL`) or for one of a portal's usual themes (`health`, `demography`); none when there is no counterpart.
pub fn data_theme(word: &str) -> Option<Concept> {
    let lower = word.trim().to_lowercase();
    THEMES
        .iter()
        .find(|(code, _, words)| code.eq_ignore_ascii_case(&lower) || words.contains(&lower.as_str()))
        .map(|(code, label, _)| entry("data-theme", code, label))
}

/// The list that [`data_theme`] answers from.
pub fn data_themes() -> Iri {
    scheme("data-theme")
}

/// The list an entry of the EU's tables stands in, with its English name; none for entries of other lists.
pub(super) fn list_title(list: &str) -> Option<&'static str> {
    let name = list.strip_prefix(AUTHORITY)?;
    LISTS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, title)| *title)
}

/// The list of a table of the EU's.
pub(super) fn scheme(list: &str) -> Iri {
    address(&format!("{AUTHORITY}{list}"))
}

/// The list that an entry of the EU's tables stands in, by the shape of its address.
pub(super) fn scheme_of(iri: &Iri) -> Option<Iri> {
    let (list, _) = iri.as_str().strip_prefix(AUTHORITY)?.split_once('/')?;
    LISTS
        .iter()
        .any(|(known, _)| *known == list)
        .then(|| scheme(list))
}

const LISTS: [(&str, &str); 9] = [
    ("access-right", "Access right"),
    ("data-theme", "Data theme"),
    ("dataset-status", "Dataset status"),
    ("dataset-type", "Dataset type"),
    ("distribution-status", "Distribution status"),
    ("file-type", "File type"),
    ("frequency", "Frequency"),
    ("language", "Language"),
    ("planned-availability", "Planned availability"),
];

fn entry(list: &str, code: &str, label: &str) -> Concept {
    Concept {
        iri: authority(list, code),
        label: Texts::of("en", label),
        list: Some(scheme(list)),
    }
}

fn authority(list: &str, code: &str) -> Iri {
    address(&format!("{AUTHORITY}{list}/{code}"))
}

/// An address put together from the constants above.
fn address(text: &str) -> Iri {
    Iri::parse(text).expect("codes are letters, digits and signs that addresses allow")
}

fn tail(text: &str) -> &str {
    text.trim()
        .trim_end_matches('/')
        .rsplit(['/', '#'])
        .next()
        .unwrap_or(text)
}
