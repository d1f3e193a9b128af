//! Who should see a column, proposed from how a form asks for it and what it is called. A steward decides.
//!
//! The cautious side wins: what a person wrote in their own words, where they live and when they were visited is proposed to be
//! personal; only choices, counts and measures that nobody can be told by are proposed to be open.

use tables::Kind;

use super::model::Class;

/// How a form asks for a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Chosen from a list.
    Select,
    /// Written in one's own words.
    Text,
    Number,
    /// A day, a time, or both.
    Time,
    /// A point, a line or an area on the map.
    Position,
    /// A photograph, a recording or another file.
    File,
    /// Worked out from other answers.
    Calculated,
    /// Added by the program: keys, the time of filing.
    Own,
    /// No form asks for it.
    Unknown,
}

/// A class and the reason for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposal {
    pub class: Class,
    pub why: Why,
}

/// Why a class is proposed; the sentence is the text `catalog-why-…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    Name,
    Contact,
    Number,
    Address,
    SmallPlace,
    Position,
    Birth,
    Moment,
    OwnWords,
    File,
    Health,
    Belief,
    Violence,
    Money,
    Choice,
    Count,
    Key,
    Nothing,
}

impl Asked {
    const ALL: [Asked; 9] = [
        Asked::Select,
        Asked::Text,
        Asked::Number,
        Asked::Time,
        Asked::Position,
        Asked::File,
        Asked::Calculated,
        Asked::Own,
        Asked::Unknown,
    ];

    /// The word by which it is told and kept; empty where no form asks.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Asked::Select => "select",
            Asked::Text => "text",
            Asked::Number => "number",
            Asked::Time => "time",
            Asked::Position => "position",
            Asked::File => "file",
            Asked::Calculated => "calculated",
            Asked::Own => "own",
            Asked::Unknown => "",
        }
    }

    /// Reads the word that [`Asked::as_str`] writes.
    #[must_use]
    pub fn read(word: &str) -> Asked {
        Asked::ALL
            .into_iter()
            .find(|asked| asked.as_str() == word)
            .unwrap_or(Asked::Unknown)
    }
}

impl Why {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Why::Name => "name",
            Why::Contact => "contact",
            Why::Number => "number",
            Why::Address => "address",
            Why::SmallPlace => "small-place",
            Why::Position => "position",
            Why::Birth => "birth",
            Why::Moment => "moment",
            Why::OwnWords => "own-words",
            Why::File => "file",
            Why::Health => "health",
            Why::Belief => "belief",
            Why::Violence => "violence",
            Why::Money => "money",
            Why::Choice => "choice",
            Why::Count => "count",
            Why::Key => "key",
            Why::Nothing => "nothing",
        }
    }
}

/// Words in a column's name, in English and Indonesian, and what they say of it. The first that is found decides.
///
/// A word that ends in `*` stands for all that begin so.
const WORDS: [(Class, Why, &[&str]); 9] = [
    (
        Class::Sensitive,
        Why::Violence,
        &[
            "violence",
            "kekerasan",
            "abuse",
            "abused",
            "crime",
            "victim",
            "korban",
            "harass*",
        ],
    ),
    (
        Class::Sensitive,
        Why::Health,
        &[
            "health",
            "kesehatan",
            "ill",
            "illness",
            "sick",
            "sakit",
            "disease",
            "penyakit",
            "diagnos*",
            "hiv",
            "aids",
            "tb",
            "tbc",
            "stunting",
            "disab*",
            "difab*",
            "pregnan*",
            "hamil",
            "contracep*",
            "kb",
            "medic*",
            "obat",
            "seeing",
            "hearing",
            "walking",
            "remembering",
            "selfcare",
            "communicating",
            "melihat",
            "mendengar",
            "berjalan",
            "mental",
        ],
    ),
    (
        Class::Sensitive,
        Why::Belief,
        &[
            "religion", "agama", "belief", "faith", "ethnic*", "suku", "tribe", "politic*", "politik",
            "party", "partai", "vote", "voted",
        ],
    ),
    (
        Class::Sensitive,
        Why::Money,
        &[
            "income",
            "salary",
            "wage",
            "debt",
            "loan",
            "savings",
            "pendapatan",
            "penghasilan",
            "gaji",
            "upah",
            "utang",
            "hutang",
            "tabungan",
        ],
    ),
    (
        Class::Personal,
        Why::Contact,
        &[
            "phone", "mobile", "cell", "tel", "telp", "telepon", "hp", "whatsapp", "wa", "email", "mail",
            "surel", "contact", "kontak",
        ],
    ),
    (
        Class::Personal,
        Why::Number,
        &[
            "nik",
            "kk",
            "ktp",
            "nisn",
            "npwp",
            "bpjs",
            "passport",
            "paspor",
            "national_id",
            "idcard",
            "ssn",
        ],
    ),
    (
        Class::Personal,
        Why::Birth,
        &["birth", "born", "birthday", "dob", "lahir"],
    ),
    (
        Class::Personal,
        Why::Address,
        &[
            "address",
            "alamat",
            "street",
            "jalan",
            "rt",
            "rw",
            "dusun",
            "hamlet",
            "dasawisma",
            "house_number",
            "nomor_rumah",
        ],
    ),
    (
        Class::Personal,
        Why::Position,
        &[
            "latitude",
            "longitude",
            "lat",
            "lon",
            "lng",
            "gps",
            "coordinate*",
            "koordinat",
            "altitude",
            "accuracy",
            "geometry",
        ],
    ),
];

/// Words for a person's name, unless the name is a place's.
const NAMES: [&str; 8] = [
    "name",
    "nama",
    "fullname",
    "firstname",
    "lastname",
    "surname",
    "respondent",
    "responden",
];
const PLACES: [&str; 12] = [
    "village",
    "desa",
    "kelurahan",
    "district",
    "kecamatan",
    "regency",
    "kabupaten",
    "province",
    "provinsi",
    "place",
    "school",
    "sekolah",
];
/// Words for places so small that a few more answers tell whose house it is.
const SMALL_PLACES: [&str; 3] = ["household_group", "kelompok", "place_code"];

/// Proposes a class for a column that nobody has reviewed.
#[must_use]
pub fn propose(name: &str, asked: Asked, kind: Kind) -> Proposal {
    let name = name.to_lowercase();
    let proposal = |class, why| Proposal { class, why };
    let has = |word: &&str| match word.strip_suffix('*') {
        Some(beginning) => name
            .split(['_', '-', ' ', '.'])
            .any(|part| part.starts_with(beginning)),
        None if word.contains('_') => name.contains(word),
        None => name.split(['_', '-', ' ', '.']).any(|part| part == *word),
    };
    if asked == Asked::Own {
        return match name.as_str() {
            "submitted_at" => proposal(Class::Personal, Why::Moment),
            "place_code" => proposal(Class::Personal, Why::SmallPlace),
            _ => proposal(Class::Open, Why::Key),
        };
    }
    match asked {
        Asked::Position => return proposal(Class::Personal, Why::Position),
        Asked::File => return proposal(Class::Personal, Why::File),
        _ => {}
    }
    if let Some((class, why, _)) = WORDS.iter().find(|(_, _, words)| words.iter().any(&has)) {
        return proposal(*class, *why);
    }
    if SMALL_PLACES.iter().any(&has) {
        return proposal(Class::Personal, Why::SmallPlace);
    }
    let is_name = NAMES.iter().any(&has) && !PLACES.iter().any(&has);
    match (asked, kind) {
        (Asked::Select | Asked::Number, _) => proposal(
            Class::Open,
            if asked == Asked::Select {
                Why::Choice
            } else {
                Why::Count
            },
        ),
        (_, Kind::Geometry) => proposal(Class::Personal, Why::Position),
        (_, Kind::Text) if is_name => proposal(Class::Personal, Why::Name),
        (Asked::Text | Asked::Calculated, Kind::Text) => proposal(Class::Personal, Why::OwnWords),
        (_, Kind::Text) => proposal(Class::Personal, Why::Nothing),
        (_, Kind::Date | Kind::Instant) => proposal(Class::Personal, Why::Moment),
        (_, Kind::Integer | Kind::Decimal | Kind::Flag) => proposal(Class::Open, Why::Count),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class_of(name: &str, asked: Asked, kind: Kind) -> (Class, Why) {
        let proposal = propose(name, asked, kind);
        (proposal.class, proposal.why)
    }

    #[test]
    fn what_tells_who_somebody_is_is_proposed_to_be_personal() {
        use Asked::{Calculated, File, Own, Position, Text, Time};
        for (name, asked, kind, why) in [
            ("head_name", Text, Kind::Text, Why::Name),
            ("nama_kepala", Text, Kind::Text, Why::Name),
            ("instance_name", Calculated, Kind::Text, Why::Name),
            ("no_hp", Text, Kind::Text, Why::Contact),
            ("phone", Asked::Number, Kind::Integer, Why::Contact),
            ("nik", Text, Kind::Text, Why::Number),
            ("location_latitude", Position, Kind::Decimal, Why::Position),
            ("photo", File, Kind::Text, Why::File),
            ("remarks", Text, Kind::Text, Why::OwnWords),
            ("birth_date", Time, Kind::Date, Why::Birth),
            ("visited_on", Time, Kind::Date, Why::Moment),
            ("submitted_at", Own, Kind::Instant, Why::Moment),
            ("place_code", Own, Kind::Text, Why::SmallPlace),
            ("household_group", Asked::Select, Kind::Text, Why::SmallPlace),
            ("rt", Asked::Number, Kind::Integer, Why::Address),
        ] {
            assert_eq!(class_of(name, asked, kind), (Class::Personal, why), "{name}");
        }
    }

    #[test]
    fn what_could_hurt_somebody_is_proposed_to_be_sensitive_however_it_is_asked() {
        for (name, why) in [
            ("religion", Why::Belief),
            ("agama", Why::Belief),
            ("disability", Why::Health),
            ("difficulty_seeing", Why::Health),
            ("penghasilan_bulan", Why::Money),
            ("victim_of_violence", Why::Violence),
        ] {
            assert_eq!(
                class_of(name, Asked::Select, Kind::Text),
                (Class::Sensitive, why),
                "{name}"
            );
        }
    }

    #[test]
    fn conditions_of_a_household_and_counts_are_proposed_to_be_open() {
        for (name, asked, kind, why) in [
            ("water_source", Asked::Select, Kind::Text, Why::Choice),
            ("village", Asked::Select, Kind::Text, Why::Choice),
            ("sex", Asked::Select, Kind::Text, Why::Choice),
            ("age", Asked::Number, Kind::Integer, Why::Count),
            ("n_members", Asked::Calculated, Kind::Integer, Why::Count),
            ("weight", Asked::Unknown, Kind::Decimal, Why::Count),
            ("instance_id", Asked::Own, Kind::Text, Why::Key),
            // "art" and "party" are words of their own, not parts of others.
            ("starting_rooms", Asked::Number, Kind::Integer, Why::Count),
        ] {
            assert_eq!(class_of(name, asked, kind), (Class::Open, why), "{name}");
        }
    }

    #[test]
    fn text_of_which_nothing_is_known_is_not_proposed_to_be_open() {
        assert_eq!(
            class_of("column_7", Asked::Unknown, Kind::Text),
            (Class::Personal, Why::Nothing)
        );
        assert_eq!(
            class_of("village_name", Asked::Text, Kind::Text),
            (Class::Personal, Why::OwnWords)
        );
    }

    #[test]
    fn every_way_of_asking_is_read_as_it_was_written() {
        for asked in Asked::ALL {
            assert_eq!(Asked::read(asked.as_str()), asked);
        }
        assert_eq!(Asked::read("telepathy"), Asked::Unknown);
    }
}
