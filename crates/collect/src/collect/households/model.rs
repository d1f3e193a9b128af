//! Likely duplicates, merges, and what happened to a household: rules without storage or protocol.

use std::collections::BTreeMap;

use measures::persons::{
    birth::Birth,
    names::{Language, Name},
    weigh::{Number, Person, Sex},
};
use serde::{Deserialize, Serialize};

use crate::{
    collect::entities::model::{Data, Entity, Version},
    platform::time::Time,
};

/// From this probability on, in percent, two are kept as a pair for somebody to look at.
pub const LIKELY: i64 = 50;
/// From this probability on, in percent, somebody who files is asked.
pub const ASKED: i64 = 30;
/// From this probability on, in percent, the desk looks although whoever filed said that they are two.
pub const SURE: i64 = 95;
/// Evidence, in bits, of one member whom two households likely share.
const SHARED_MEMBER: f64 = 5.0;
/// Members that count as evidence.
const MOST_SHARED: i64 = 4;

/// What a list holds, as far as looking for duplicates goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Person,
    Household,
}

/// Which properties of a list tell who somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meanings {
    pub kind: Kind,
    /// In the order they are written; the label stands in where there is none.
    names: Vec<String>,
    birth: Option<String>,
    age: Option<String>,
    sex: Option<String>,
    numbers: Vec<String>,
}

const FULL_NAMES: [&str; 13] = [
    "full_name",
    "name",
    "member_name",
    "person_name",
    "nama",
    "nama_lengkap",
    "nama_anggota",
    "jina",
    "naam",
    "nam",
    "head_name",
    "head",
    "nama_kepala_keluarga",
];
const PART_NAMES: [&str; 10] = [
    "first_name",
    "given_name",
    "nama_depan",
    "middle_name",
    "other_names",
    "last_name",
    "surname",
    "family_name",
    "nama_belakang",
    "nickname",
];
const BIRTHS: [&str; 8] = [
    "birth_date",
    "date_of_birth",
    "dob",
    "birthdate",
    "tanggal_lahir",
    "tgl_lahir",
    "birth_year",
    "tahun_lahir",
];
const AGES: [&str; 6] = ["age", "age_years", "age_in_years", "umur", "usia", "umri"];
const SEXES: [&str; 5] = ["sex", "gender", "jenis_kelamin", "jinsia", "kelamin"];
const NUMBERS: [&str; 13] = [
    "nik",
    "national_id",
    "id_number",
    "nid",
    "aadhaar",
    "citizenship_number",
    "no_kk",
    "family_card",
    "phone",
    "phone_number",
    "telephone",
    "no_hp",
    "mobile",
];
/// Parts of a list's name that say it holds households.
const HOUSEHOLD_LISTS: [&str; 6] = ["household", "rumah", "keluarga", "kaya", "family", "families"];

impl Meanings {
    /// Reads what a list's properties mean by their names; `None` for a list that holds neither persons nor households.
    pub fn of(list_name: &str, properties: &[String]) -> Option<Meanings> {
        let lower: Vec<(String, &String)> = properties
            .iter()
            .map(|name| (name.to_lowercase(), name))
            .collect();
        let find = |wanted: &[&str]| {
            wanted.iter().find_map(|name| {
                lower
                    .iter()
                    .find(|(lower, _)| lower == name)
                    .map(|(_, name)| (*name).clone())
            })
        };
        let names = match find(&FULL_NAMES) {
            Some(name) => vec![name],
            None => PART_NAMES.iter().filter_map(|part| find(&[part])).collect(),
        };
        let (birth, age, sex) = (find(&BIRTHS), find(&AGES), find(&SEXES));
        let list_name = list_name.to_lowercase();
        let is_household = HOUSEHOLD_LISTS.iter().any(|part| list_name.contains(part))
            && !["member", "anggota", "person"]
                .iter()
                .any(|part| list_name.contains(part));
        let kind = match (is_household, birth.is_some() || age.is_some() || sex.is_some()) {
            (true, _) => Kind::Household,
            (false, true) => Kind::Person,
            (false, false) => return None,
        };
        let numbers = NUMBERS.iter().filter_map(|number| find(&[number])).collect();
        Some(Meanings {
            kind,
            names,
            birth,
            age,
            sex,
            numbers,
        })
    }

    /// Takes from an entity what it is compared by.
    ///
    /// `year` is when its age was told; `places` are the codes of the place it lies in and those above it.
    pub fn person(&self, of: Known<'_>, language: Language) -> Person {
        let told: Vec<&str> = self
            .names
            .iter()
            .filter_map(|name| answered(of.data, name))
            .collect();
        let name = if told.is_empty() {
            of.label.to_owned()
        } else {
            told.join(" ")
        };
        let birth = self
            .birth
            .as_ref()
            .and_then(|name| birth(answered(of.data, name)?));
        let age = self.age.as_ref().and_then(|name| age(answered(of.data, name)?));
        let is_person = self.kind == Kind::Person;
        Person {
            name: Name::read(&name, language),
            birth: birth
                .or(age.map(|age| Birth::Age { year: of.year, age }))
                .filter(|_| is_person),
            sex: self
                .sex
                .as_ref()
                .and_then(|name| sex(answered(of.data, name)?))
                .filter(|_| is_person),
            places: of.places,
            household: of.parent.map(str::to_owned),
            numbers: self
                .numbers
                .iter()
                .filter_map(|name| number(name, answered(of.data, name)?))
                .collect(),
        }
    }

    /// The properties that people are shown to tell two apart, besides name and place.
    pub fn telling(&self) -> impl Iterator<Item = &str> {
        self.birth
            .iter()
            .chain(&self.age)
            .chain(&self.sex)
            .map(String::as_str)
    }
}

/// What is known of an entity that is compared.
#[derive(Debug, Clone)]
pub struct Known<'a> {
    pub label: &'a str,
    pub data: &'a Data,
    /// The year in which its age was told.
    pub year: i32,
    pub places: Vec<String>,
    pub parent: Option<&'a str>,
}

fn answered<'a>(data: &'a Data, name: &str) -> Option<&'a str> {
    data.get(name)
        .map(|value| value.trim())
        .filter(|value| !value.is_empty())
}

/// Reads `1990-05-31`, its beginning, or a year.
fn birth(text: &str) -> Option<Birth> {
    let year: i32 = text
        .get(..4)?
        .parse()
        .ok()
        .filter(|year| (1850..2200).contains(year))?;
    let part = |from: usize| text.get(from..from + 2).and_then(|part| part.parse::<u8>().ok());
    match (part(5), part(8)) {
        (Some(month @ 1..=12), Some(day @ 1..=31)) => Some(Birth::on(year, month, day)),
        _ => Some(Birth::Year(year)),
    }
}

fn age(text: &str) -> Option<i32> {
    let whole = text.split(['.', ',']).next()?;
    whole.parse().ok().filter(|age| (0..=130).contains(age))
}

fn sex(text: &str) -> Option<Sex> {
    match text.to_lowercase().as_str() {
        "f" | "female" | "woman" | "girl" | "p" | "perempuan" | "wanita" | "mke" | "mwanamke" | "mahila"
        | "nari" | "2" => Some(Sex::Female),
        "m" | "male" | "man" | "boy" | "l" | "laki-laki" | "laki_laki" | "laki" | "pria" | "mume"
        | "mwanamume" | "purush" | "1" => Some(Sex::Male),
        _ => None,
    }
}

/// Shortest number that is meant to be one person's.
const SHORTEST_NUMBER: usize = 6;

fn number(kind: &str, text: &str) -> Option<Number> {
    let value: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let is_one_digit = value.chars().all(|c| value.starts_with(c));
    (value.len() >= SHORTEST_NUMBER && !is_one_digit).then(|| Number {
        kind: kind.to_owned(),
        value: value.to_lowercase(),
    })
}

/// Percent for evidence in bits, with members two households share.
pub fn percent(bits: f64, shared_members: i64) -> i64 {
    let bits = bits + SHARED_MEMBER * shared_members.min(MOST_SHARED) as f64;
    let probability = 1.0 / (1.0 + (-bits).exp2());
    // Nobody is told that two are the same for sure.
    ((probability * 100.0).floor() as i64).clamp(0, 99)
}

/// Two entities of a list that may be the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    pub id: String,
    pub list_id: String,
    /// The one that was made first.
    pub one: Side,
    pub other: Side,
    pub percent: i64,
    /// Of households: members that they likely share.
    pub n_members: i64,
    pub state: PairState,
    pub decided_by: Option<String>,
    pub decided_at: Option<Time>,
    pub note: Option<String>,
    /// Whoever filed the later one was asked and said they are two.
    pub is_asked: bool,
    pub found_at: Time,
}

/// One of a pair, as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    pub id: String,
    pub uuid: String,
    pub label: String,
    pub place: Option<String>,
    pub parent: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PairState {
    /// Nobody looked yet.
    Open,
    /// Somebody looked and could not tell.
    Unsure,
    /// Somebody proposed to make them one, or, of merged ones, to part them.
    Proposed,
    Merged,
    Different,
    /// No longer likely, or one of them is not there any more.
    Gone,
}

impl PairState {
    pub const ALL: [PairState; 6] = [
        Self::Open,
        Self::Unsure,
        Self::Proposed,
        Self::Merged,
        Self::Different,
        Self::Gone,
    ];
    /// Those somebody may ask a list for.
    pub const SHOWN: [PairState; 5] = [
        Self::Open,
        Self::Unsure,
        Self::Proposed,
        Self::Merged,
        Self::Different,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Unsure => "unsure",
            Self::Proposed => "proposed",
            Self::Merged => "merged",
            Self::Different => "different",
            Self::Gone => "gone",
        }
    }

    pub fn parse(text: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .unwrap_or(Self::Gone)
    }

    /// Whether somebody may still say by themselves what the two are.
    pub fn is_undecided(self) -> bool {
        matches!(self, Self::Open | Self::Unsure)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeKind {
    Merge,
    Unmerge,
}

impl MergeKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Unmerge => "unmerge",
        }
    }

    pub fn parse(text: &str) -> Self {
        if text == "unmerge" {
            Self::Unmerge
        } else {
            Self::Merge
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeState {
    Proposed,
    Confirmed,
    Refused,
    Withdrawn,
    /// One of them was merged elsewhere meanwhile.
    Overtaken,
}

impl MergeState {
    const ALL: [MergeState; 5] = [
        Self::Proposed,
        Self::Confirmed,
        Self::Refused,
        Self::Withdrawn,
        Self::Overtaken,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Confirmed => "confirmed",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Overtaken => "overtaken",
        }
    }

    pub fn parse(text: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .unwrap_or(Self::Overtaken)
    }
}

/// A proposal to make two entities one, or to part them, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    pub id: String,
    pub pair_id: String,
    pub kind: MergeKind,
    pub state: MergeState,
    pub survivor_id: String,
    pub merged_id: String,
    /// As the proposer saw it; of a confirmed merge, the version that the merge made.
    pub survivor_version: i64,
    pub merged_version: i64,
    /// What the survivor takes over from the other.
    pub given: Data,
    pub undo: Option<Undo>,
    pub why: String,
    pub proposed_by: String,
    pub proposed_at: Time,
    pub decided_by: Option<String>,
    pub decided_at: Option<Time>,
    pub decided_why: Option<String>,
    /// What the proposer is called.
    pub proposer: String,
    pub decider: Option<String>,
}

/// What a merge changed, for parting the two again.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Undo {
    /// What the survivor had where it took something over; `None` where it had nothing.
    pub before: BTreeMap<String, Option<String>>,
    /// Our ids of the children that were moved to the survivor.
    pub children: Vec<String>,
}

/// The values that a survivor takes over: where it says nothing itself, and where somebody chose the other's.
///
/// `chosen` names properties of which the other's value is to hold.
pub fn given(survivor: &Entity, merged: &Entity, chosen: &[String]) -> Data {
    merged
        .data
        .iter()
        .filter(|(name, value)| {
            let own = survivor.data.get(*name).map_or("", String::as_str);
            let is_chosen = chosen.contains(name);
            own != value.as_str() && (is_chosen || (own.is_empty() && !value.is_empty()))
        })
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Puts what a merge gave back to what was before, unless somebody changed it since.
pub fn take_back(now: &Data, given: &Data, before: &BTreeMap<String, Option<String>>) -> Data {
    let mut data = now.clone();
    for (name, had) in before {
        if data.get(name) != given.get(name) {
            continue;
        }
        match had {
            Some(value) => data.insert(name.clone(), value.clone()),
            None => data.remove(name),
        };
    }
    data
}

/// One property of two entities side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    pub property: String,
    pub one: String,
    pub other: String,
}

impl Compared {
    pub fn is_same(&self) -> bool {
        self.one == self.other
    }
}

/// Lays two entities beside each other: every property that one of them has, in the order of the list.
pub fn compare(one: &Entity, other: &Entity, order: &[String]) -> Vec<Compared> {
    let value = |of: &Entity, name: &String| of.data.get(name).cloned().unwrap_or_default();
    order
        .iter()
        .map(|name| Compared {
            property: name.clone(),
            one: value(one, name),
            other: value(other, name),
        })
        .filter(|compared| !(compared.one.is_empty() && compared.other.is_empty()))
        .collect()
}

/// What happened to a member of a household.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening {
    /// There since the household was first listed.
    Listed,
    Born,
    MovedIn,
    MovedOut,
    Died,
    /// Said to be here again after having left.
    Returned,
    /// Something else was changed.
    Changed,
}

impl Happening {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Born => "born",
            Self::MovedIn => "moved-in",
            Self::MovedOut => "moved-out",
            Self::Died => "died",
            Self::Returned => "returned",
            Self::Changed => "changed",
        }
    }
}

/// Properties that say whether a member is still one.
const PRESENCES: [&str; 7] = [
    "status",
    "member_status",
    "residence_status",
    "presence",
    "status_tinggal",
    "keberadaan",
    "status_anggota",
];

/// Where a member stands, by the answer to a question about it.
fn presence(data: &Data) -> Option<Happening> {
    let said = PRESENCES.iter().find_map(|name| data.get(*name))?.to_lowercase();
    match said.trim() {
        "died" | "dead" | "deceased" | "meninggal" | "wafat" | "amefariki" => Some(Happening::Died),
        "moved" | "moved_out" | "left" | "away" | "pindah" | "pindah_keluar" | "amehama" => {
            Some(Happening::MovedOut)
        }
        "" => None,
        _ => Some(Happening::Returned),
    }
}

/// Tells what each version of a member meant for a household, the first first; versions that do not touch it are left out.
///
/// `household` is its id; `began` is when it was first listed; a member with the age 0 that came later was born into it.
pub fn happenings(
    household: &str,
    began: Time,
    meanings: Option<&Meanings>,
    versions: &[Version],
) -> Vec<(usize, Happening)> {
    let mut told = Vec::new();
    let (mut is_here, mut was) = (false, None);
    for (nth, version) in versions.iter().enumerate() {
        let is_named = version.parent_uuid.as_deref() == Some(household);
        let said = presence(&version.data);
        let happening = match (is_here, is_named) {
            (false, false) => None,
            (true, false) => Some(Happening::MovedOut),
            (false, true) if nth > 0 => Some(Happening::MovedIn),
            (false, true) if is_same_visit(version.created_at, began) => Some(Happening::Listed),
            (false, true) if is_newborn(meanings, version) => Some(Happening::Born),
            (false, true) => Some(Happening::MovedIn),
            (true, true) if said == was => Some(Happening::Changed),
            (true, true) => match (was, said) {
                (_, Some(Happening::Returned)) if was.is_none() => Some(Happening::Changed),
                (_, Some(said)) => Some(said),
                (_, None) => Some(Happening::Changed),
            },
        };
        // A member who was listed as gone already says so at once.
        let happening = match (happening, said) {
            (
                Some(Happening::Listed | Happening::MovedIn),
                Some(gone @ (Happening::Died | Happening::MovedOut)),
            ) => Some(gone),
            (happening, _) => happening,
        };
        told.extend(happening.map(|happening| (nth, happening)));
        (is_here, was) = (is_named, said);
    }
    told
}

/// Whether a member counts as one now, by the newest version.
pub fn is_member(household: &str, versions: &[Version]) -> bool {
    versions.last().is_some_and(|newest| {
        newest.parent_uuid.as_deref() == Some(household)
            && !matches!(
                presence(&newest.data),
                Some(Happening::Died | Happening::MovedOut)
            )
    })
}

/// What is filed within this time of a household's first listing belongs to the same visit.
const VISIT_MICROS: i64 = 6 * 60 * 60 * 1_000_000;

fn is_same_visit(at: Time, began: Time) -> bool {
    (at.0 - began.0).abs() <= VISIT_MICROS
}

fn is_newborn(meanings: Option<&Meanings>, version: &Version) -> bool {
    let Some(meanings) = meanings else { return false };
    let told = meanings
        .age
        .as_ref()
        .and_then(|name| age(answered(&version.data, name)?));
    let born = meanings
        .birth
        .as_ref()
        .and_then(|name| birth(answered(&version.data, name)?));
    match (told, born) {
        (Some(age), _) => age == 0,
        (None, Some(born)) => born.years().1 >= year_of(version.created_at),
        (None, None) => false,
    }
}

/// The year of a moment, in UTC.
pub fn year_of(at: Time) -> i32 {
    i32::from(at.timestamp().to_zoned(jiff::tz::TimeZone::UTC).year())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::entities::model::Source;

    fn data(pairs: &[(&str, &str)]) -> Data {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn version(at: i64, parent: Option<&str>, pairs: &[(&str, &str)]) -> Version {
        Version {
            version: 1,
            label: "Siti".into(),
            data: data(pairs),
            received: Data::new(),
            base_version: None,
            branch_id: None,
            trunk_version: None,
            branch_base_version: None,
            conflicting: None,
            is_late_create: false,
            parent_uuid: parent.map(str::to_owned),
            created_at: Time(at * 86_400_000_000),
            created_by: None,
            user_agent: None,
            source: Source {
                id: "s".into(),
                kind: "submission".into(),
                submission: None,
                is_forced: false,
                details: None,
            },
        }
    }

    #[test]
    fn a_list_of_persons_or_households_is_known_by_its_properties_and_name() {
        let members =
            Meanings::of("members", &names(&["Nama", "umur", "jenis_kelamin", "NIK"])).expect("persons");
        assert_eq!(
            (members.kind, members.names.as_slice()),
            (Kind::Person, names(&["Nama"]).as_slice())
        );
        assert_eq!(
            Meanings::of("households", &names(&["head_name"])).map(|it| it.kind),
            Some(Kind::Household)
        );
        assert_eq!(
            Meanings::of("household_members", &names(&["name", "age"])).map(|it| it.kind),
            Some(Kind::Person)
        );
        assert_eq!(Meanings::of("trees", &names(&["species", "circumference"])), None);
    }

    #[test]
    fn an_entity_is_read_as_a_person() {
        let members = Meanings::of("members", &names(&["name", "age", "sex", "phone"])).expect("persons");
        let told = data(&[
            ("name", "Siti Aminah"),
            ("age", "34"),
            ("sex", "P"),
            ("phone", "0812-345 678"),
        ]);
        let person = members.person(
            Known {
                label: "x",
                data: &told,
                year: 2026,
                places: vec!["v".into()],
                parent: Some("h"),
            },
            Language::Indonesian,
        );
        assert_eq!(person.name.words.len(), 2);
        assert_eq!(person.birth, Some(Birth::Age { year: 2026, age: 34 }));
        assert_eq!(
            (person.sex, person.numbers[0].value.as_str()),
            (Some(Sex::Female), "0812345678")
        );
    }

    #[test]
    fn odd_births_ages_and_numbers_say_nothing() {
        assert_eq!(
            birth("1990-05-31"),
            Some(Birth::Day {
                year: 1990,
                month: 5,
                day: 31
            })
        );
        assert_eq!(birth("1990"), Some(Birth::Year(1990)));
        assert_eq!((birth("31/05/1990"), birth("9999")), (None, None));
        assert_eq!((age("7.5"), age("430"), age("x")), (Some(7), None, None));
        assert_eq!(
            (number("phone", "000000000"), number("phone", "123")),
            (None, None)
        );
    }

    #[test]
    fn a_survivor_takes_over_what_it_lacks_and_what_was_chosen() {
        let entity = |pairs: &[(&str, &str)]| Entity {
            id: "e".into(),
            list_id: "l".into(),
            uuid: "u".into(),
            label: "Siti".into(),
            data: data(pairs),
            version: 1,
            conflict: None,
            resolved_version: 0,
            parent: None,
            place: None,
            created_at: Time(0),
            created_by: None,
            changed_at: None,
            deleted_at: None,
        };
        let survivor = entity(&[("name", "Siti"), ("age", "34"), ("phone", "")]);
        let merged = entity(&[
            ("name", "Sitti"),
            ("age", "35"),
            ("phone", "0812"),
            ("school", ""),
        ]);
        assert_eq!(given(&survivor, &merged, &[]), data(&[("phone", "0812")]));
        assert_eq!(
            given(&survivor, &merged, &names(&["age"])),
            data(&[("age", "35"), ("phone", "0812")])
        );
    }

    #[test]
    fn what_a_merge_gave_is_taken_back_unless_it_was_changed_since() {
        let before = BTreeMap::from([
            ("age".to_owned(), Some("34".to_owned())),
            ("phone".to_owned(), None),
        ]);
        let gave = data(&[("age", "35"), ("phone", "0812")]);
        assert_eq!(
            take_back(&data(&[("age", "35"), ("phone", "0812")]), &gave, &before),
            data(&[("age", "34")])
        );
        assert_eq!(
            take_back(&data(&[("age", "36"), ("phone", "0812")]), &gave, &before),
            data(&[("age", "36")])
        );
    }

    #[test]
    fn a_household_learns_who_was_born_came_left_and_died() {
        let members = Meanings::of("members", &names(&["name", "age", "status"]));
        let told = |versions: &[Version]| -> Vec<Happening> {
            happenings("h", Time(0), members.as_ref(), versions)
                .into_iter()
                .map(|(_, what)| what)
                .collect()
        };
        assert_eq!(
            told(&[
                version(0, Some("h"), &[("age", "30")]),
                version(300, Some("h"), &[("age", "31")]),
                version(301, Some("k"), &[("age", "31")]),
            ]),
            [Happening::Listed, Happening::Changed, Happening::MovedOut]
        );
        assert_eq!(
            told(&[version(300, Some("h"), &[("age", "0")])]),
            [Happening::Born]
        );
        assert_eq!(
            told(&[version(300, Some("h"), &[("age", "9")])]),
            [Happening::MovedIn]
        );
        assert_eq!(
            told(&[version(0, Some("k"), &[]), version(5, Some("h"), &[])]),
            [Happening::MovedIn]
        );
        assert_eq!(
            told(&[
                version(0, Some("h"), &[("status", "lives_here")]),
                version(300, Some("h"), &[("status", "pindah")]),
                version(600, Some("h"), &[("status", "lives_here")]),
                version(900, Some("h"), &[("status", "meninggal")]),
            ]),
            [
                Happening::Listed,
                Happening::MovedOut,
                Happening::Returned,
                Happening::Died
            ]
        );
    }

    #[test]
    fn a_member_counts_while_they_are_said_to_be_here() {
        assert!(is_member("h", &[version(0, Some("h"), &[])]));
        assert!(!is_member(
            "h",
            &[
                version(0, Some("h"), &[]),
                version(1, Some("h"), &[("status", "died")])
            ]
        ));
        assert!(!is_member("h", &[version(0, Some("k"), &[])]));
    }

    #[test]
    fn members_in_common_make_households_likelier() {
        assert!(percent(-3.0, 0) < LIKELY);
        assert!(percent(-3.0, 1) > LIKELY);
        assert_eq!(percent(40.0, 4), 99);
    }

    #[test]
    fn every_state_is_read_as_it_is_written() {
        for state in PairState::ALL {
            assert_eq!(PairState::parse(state.as_str()), state);
        }
        for state in MergeState::ALL {
            assert_eq!(MergeState::parse(state.as_str()), state);
        }
    }
}
