//! What a standard, a codelist and a map between its versions are, and how values are held against them.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::{
    places::model::fold,
    platform::{
        problem::{Problem, Result},
        words::Words,
    },
};

const LONGEST_CODE: usize = 60;
/// Values for which a near one is looked for: the most frequent ones.
const MOST_GUESSED: usize = 300;

/// How far a standard or a codelist has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Draft,
    #[default]
    Active,
    Retired,
}

impl Status {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Draft => "draft",
            Status::Active => "active",
            Status::Retired => "retired",
        }
    }
}

/// A data standard in the five parts of Perpres 39/2019, article 5: concept, definition, classification, measure and unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standard {
    pub code: String,
    pub version: String,
    #[serde(default)]
    pub status: Status,
    pub title: Words,
    pub concept: Words,
    pub definition: Words,
    /// The codelist that values come from; none for what is measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classification: Option<ListName>,
    pub measure: Words,
    pub unit: Words,
    #[serde(default)]
    pub source: String,
    /// The least a measured value can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least: Option<f64>,
    /// The most a measured value can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<f64>,
}

/// A version of a codelist, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListName {
    pub codelist: String,
    pub version: String,
}

/// A version of a codelist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Codelist {
    pub code: String,
    pub version: String,
    #[serde(default)]
    pub status: Status,
    pub title: Words,
    #[serde(default)]
    pub source: String,
    pub items: Vec<Item>,
}

/// An entry of a codelist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    pub code: String,
    pub label: Words,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The days from and to which it holds, YYYY-MM-DD; always where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<String>,
}

/// What codes of one version became in another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    pub codelist: String,
    pub from: String,
    pub to: String,
    /// Old code, new code.
    pub pairs: Vec<(String, String)>,
}

/// What kind of change a code went through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Turn {
    OneToOne,
    /// One code became several.
    Split,
    /// Several codes became one.
    Merge,
}

impl Turn {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Turn::OneToOne => "one-to-one",
            Turn::Split => "split",
            Turn::Merge => "merge",
        }
    }
}

impl Standard {
    /// Checks what was entered.
    ///
    /// # Errors
    /// `catalog-standards-malformed` with the place and the remedy.
    pub fn checked(self) -> Result<Standard> {
        named("standard", &self.code, &self.version)?;
        for (part, words) in [
            ("title", &self.title),
            ("concept", &self.concept),
            ("definition", &self.definition),
        ] {
            if words.is_empty() {
                return Err(wrong(format!(
                    "standard {}: {part} is empty; write it in a language at least",
                    self.code
                )));
            }
        }
        if self
            .least
            .zip(self.most)
            .is_some_and(|(least, most)| least > most)
        {
            return Err(wrong(format!(
                "standard {}: least is above most; swap them",
                self.code
            )));
        }
        Ok(self)
    }
}

impl Codelist {
    /// Checks what was entered.
    ///
    /// # Errors
    /// `catalog-standards-malformed` with the place and the remedy.
    pub fn checked(self) -> Result<Codelist> {
        named("codelist", &self.code, &self.version)?;
        if self.items.is_empty() {
            return Err(wrong(format!(
                "codelist {}: it has no items; give at least one",
                self.code
            )));
        }
        let mut seen = HashSet::new();
        for (at, item) in self.items.iter().enumerate() {
            let at = at + 1;
            if item.code.trim() != item.code || item.code.is_empty() {
                return Err(wrong(format!(
                    "codelist {}, item {at}: the code is empty or has blanks around it; write it without them",
                    self.code
                )));
            }
            if !seen.insert(item.code.as_str()) {
                return Err(wrong(format!(
                    "codelist {}, item {at}: the code {:?} stands there twice; leave one",
                    self.code, item.code
                )));
            }
        }
        if let Some(item) = self.items.iter().find(|item| {
            item.parent
                .as_deref()
                .is_some_and(|parent| !seen.contains(parent))
        }) {
            return Err(wrong(format!(
                "codelist {}, item {:?}: its parent is no code of the list; add the parent or leave it out",
                self.code, item.code
            )));
        }
        Ok(self)
    }

    /// Reads items from a CSV file with the columns `code`, `label:en`, `label:id` (any language), `parent`, `valid_from`, `valid_to`.
    ///
    /// # Errors
    /// `catalog-standards-malformed` with the line and the remedy.
    pub fn items_of_csv(bytes: &[u8]) -> Result<Vec<Item>> {
        let mut file = csv::ReaderBuilder::new().flexible(false).from_reader(bytes);
        let head = file.headers().map_err(|error| wrong(error.to_string()))?.clone();
        if !head.iter().any(|name| name == "code") {
            return Err(wrong(
                "the file has no column called code; name the columns in its first line".into(),
            ));
        }
        let mut items = Vec::new();
        for (at, row) in file.records().enumerate() {
            let row = row.map_err(|error| wrong(format!("line {}: {error}", at + 2)))?;
            let mut item = Item {
                code: String::new(),
                label: Words::default(),
                parent: None,
                valid_from: None,
                valid_to: None,
            };
            for (name, value) in head.iter().zip(row.iter()) {
                let value = value.trim();
                let given = (!value.is_empty()).then(|| value.to_owned());
                match name.trim() {
                    "code" => item.code = value.to_owned(),
                    "parent" => item.parent = given,
                    "valid_from" => item.valid_from = given,
                    "valid_to" => item.valid_to = given,
                    other => {
                        if let (Some(lang), Some(text)) = (other.strip_prefix("label:"), given) {
                            item.label.0.insert(lang.to_owned(), text);
                        }
                    }
                }
            }
            items.push(item);
        }
        Ok(items)
    }

    /// The item with a code.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.code == code)
    }
}

impl Mapping {
    /// Tells of each pair what kind of change it is part of.
    #[must_use]
    pub fn turns(&self) -> Vec<Turn> {
        let (mut of_old, mut of_new) = (HashMap::new(), HashMap::new());
        for (old, new) in &self.pairs {
            *of_old.entry(old).or_insert(0_usize) += 1;
            *of_new.entry(new).or_insert(0_usize) += 1;
        }
        let turn = |(old, new): &(String, String)| {
            if of_old[old] > 1 {
                Turn::Split
            } else if of_new[new] > 1 {
                Turn::Merge
            } else {
                Turn::OneToOne
            }
        };
        self.pairs.iter().map(turn).collect()
    }

    /// Checks what was entered.
    ///
    /// # Errors
    /// `catalog-standards-malformed` with the place and the remedy.
    pub fn checked(self, from: &Codelist, to: &Codelist) -> Result<Mapping> {
        for (old, new) in &self.pairs {
            for (list, code) in [(from, old), (to, new)] {
                if list.find(code).is_none() {
                    return Err(wrong(format!(
                        "map of {}: version {} has no code {code:?}; correct the pair",
                        self.codelist, list.version
                    )));
                }
            }
        }
        Ok(self)
    }
}

/// A value of a column that does not follow its standard, and what may be meant by it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Doubt {
    pub value: String,
    pub n_rows: u64,
    pub proposal: Option<Proposal>,
    /// What it may have become where an older version's code was split: a person has to choose.
    pub choices: Vec<String>,
}

/// What may be meant by a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposal {
    pub code: String,
    pub why: Why,
}

/// Why a code is proposed, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The same but for blanks, capitals and marks on letters.
    Spelling,
    /// It is the code's own label.
    Label,
    /// A code of an older version, which became this one.
    OldVersion,
    /// A letter or two away from a label or a code.
    Near,
}

impl Why {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Why::Spelling => "spelling",
            Why::Label => "label",
            Why::OldVersion => "old-version",
            Why::Near => "near",
        }
    }

    /// Whether it may be accepted without a second look.
    #[must_use]
    pub fn is_sure(self) -> bool {
        self != Why::Near
    }
}

/// What a check of every value found.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Found {
    /// Values that are not empty.
    pub n_values: u64,
    pub n_valid: u64,
    /// The most frequent ones first.
    pub doubts: Vec<Doubt>,
}

/// Holds the values of a column (with how many rows have each) against a codelist and what older versions of it became.
#[must_use]
pub fn check(values: &[(String, u64)], list: &Codelist, maps: &[Mapping]) -> Found {
    let codes: HashSet<&str> = list.items.iter().map(|item| item.code.as_str()).collect();
    let lookup = Lookup::new(list, maps);
    let mut found = Found::default();
    for (value, n_rows) in values {
        found.n_values += n_rows;
        if codes.contains(value.as_str()) {
            found.n_valid += n_rows;
            continue;
        }
        let (proposal, choices) = lookup.propose(value);
        found.doubts.push(Doubt {
            value: value.clone(),
            n_rows: *n_rows,
            proposal,
            choices,
        });
    }
    found
        .doubts
        .sort_by(|a, b| b.n_rows.cmp(&a.n_rows).then_with(|| a.value.cmp(&b.value)));
    for doubt in found.doubts.iter_mut().take(MOST_GUESSED) {
        if doubt.proposal.is_none() && doubt.choices.is_empty() {
            doubt.proposal = lookup.guess(&doubt.value);
        }
    }
    found
}

struct Lookup<'a> {
    /// Folded code or label to the codes it may mean.
    by_code: HashMap<String, Vec<&'a str>>,
    by_label: HashMap<String, Vec<&'a str>>,
    /// Codes of older versions, exactly and folded.
    by_old: HashMap<String, Vec<&'a str>>,
    /// Folded labels and codes by their length in letters.
    by_length: BTreeMap<usize, Vec<(Vec<char>, &'a str)>>,
}

impl<'a> Lookup<'a> {
    fn new(list: &'a Codelist, maps: &'a [Mapping]) -> Lookup<'a> {
        let mut lookup = Lookup {
            by_code: HashMap::new(),
            by_label: HashMap::new(),
            by_old: HashMap::new(),
            by_length: BTreeMap::new(),
        };
        let add = |to: &mut HashMap<String, Vec<&'a str>>, key: String, code: &'a str| {
            let known = to.entry(key).or_default();
            if !known.contains(&code) {
                known.push(code);
            }
        };
        for item in &list.items {
            add(&mut lookup.by_code, tidy(&item.code), &item.code);
            for label in item.label.0.values() {
                let label = tidy(label);
                let letters: Vec<char> = label.chars().collect();
                add(&mut lookup.by_label, label, &item.code);
                lookup
                    .by_length
                    .entry(letters.len())
                    .or_default()
                    .push((letters, &item.code));
            }
        }
        for map in maps
            .iter()
            .filter(|map| map.codelist == list.code && map.to == list.version)
        {
            for (old, new) in &map.pairs {
                add(&mut lookup.by_old, tidy(old), new);
            }
        }
        lookup
    }

    /// What is surely meant, or among what a person has to choose.
    fn propose(&self, value: &str) -> (Option<Proposal>, Vec<String>) {
        let tidy = tidy(value);
        let mut choices = Vec::new();
        for (known, why) in [
            (&self.by_code, Why::Spelling),
            (&self.by_label, Why::Label),
            (&self.by_old, Why::OldVersion),
        ] {
            match known.get(&tidy).map(Vec::as_slice) {
                Some([code]) => {
                    let code = (*code).to_owned();
                    return (Some(Proposal { code, why }), Vec::new());
                }
                Some(several) => choices.extend(several.iter().map(|code| (*code).to_owned())),
                None => {}
            }
        }
        choices.sort_unstable();
        choices.dedup();
        (None, choices)
    }

    /// The only code whose label is a letter or two away.
    fn guess(&self, value: &str) -> Option<Proposal> {
        let letters: Vec<char> = tidy(value).chars().collect();
        // Short words are too like each other.
        let most = match letters.len() {
            0..=3 => return None,
            4..=7 => 1,
            _ => 2,
        };
        let mut best: Option<(usize, &str)> = None;
        let mut is_only = true;
        for (_, near) in self.by_length.range(letters.len() - most..=letters.len() + most) {
            for (label, code) in near {
                let Some(away) = distance(&letters, label, most) else {
                    continue;
                };
                match best {
                    Some((known, _)) if away > known => {}
                    Some((known, other)) if away == known => is_only &= other == *code,
                    _ => (best, is_only) = (Some((away, *code)), true),
                }
            }
        }
        best.filter(|_| is_only).map(|(_, code)| Proposal {
            code: code.to_owned(),
            why: Why::Near,
        })
    }
}

/// A text without what people get wrong first: capitals, marks on letters, blanks, hyphens and full stops.
fn tidy(text: &str) -> String {
    let folded = fold(text.trim());
    let mut words = String::with_capacity(folded.len());
    for word in folded.split(|c: char| c.is_whitespace() || matches!(c, '_' | '–' | '—')) {
        if !word.is_empty() {
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(word);
        }
    }
    words.trim_end_matches('.').to_owned()
}

/// How many letters have to be added, left out or changed; nothing when it is more than `most`.
pub(super) fn distance(a: &[char], b: &[char], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = (0..=b.len()).collect();
    for (at, letter) in a.iter().enumerate() {
        let mut now = vec![at + 1];
        for (to, other) in b.iter().enumerate() {
            let change = before[to] + usize::from(letter != other);
            now.push(change.min(before[to + 1] + 1).min(now[to] + 1));
        }
        if now.iter().all(|away| *away > most) {
            return None;
        }
        before = now;
    }
    before.last().copied().filter(|away| *away <= most)
}

fn named(kind: &str, code: &str, version: &str) -> Result<()> {
    let is_name = |text: &str| {
        !text.is_empty()
            && text.len() <= LONGEST_CODE
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.'))
    };
    if is_name(code) && is_name(version) {
        return Ok(());
    }
    Err(wrong(format!(
        "{kind} {code:?}, version {version:?}: use at most {LONGEST_CODE} lower-case letters, digits, hyphens and dots"
    )))
}

/// A problem with the place and the remedy.
pub fn wrong(reason: String) -> Problem {
    Problem::invalid("catalog-standards-malformed").with("reason", reason)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn list() -> Codelist {
        let item = |code: &str, label: &str| Item {
            code: code.into(),
            label: Words([("id".to_owned(), label.to_owned())].into()),
            parent: None,
            valid_from: None,
            valid_to: None,
        };
        Codelist {
            code: "villages".into(),
            version: "2".into(),
            status: Status::Active,
            title: Words::default(),
            source: String::new(),
            items: vec![
                item("SUK", "Sukorejo"),
                item("BAN", "Banjarejo"),
                item("BAJ", "Banjarsari"),
                item("NGA", "Ngasem"),
                item("NGB", "Ngasem"),
            ],
        }
    }

    fn maps() -> Vec<Mapping> {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        vec![Mapping {
            codelist: "villages".into(),
            from: "1".into(),
            to: "2".into(),
            pairs: vec![
                pair("01", "SUK"),
                pair("02", "BAN"),
                pair("02", "BAJ"),
                pair("03", "NGA"),
                pair("04", "NGA"),
            ],
        }]
    }

    #[test]
    fn every_value_is_counted_and_each_wrong_one_gets_the_surest_proposal() {
        let values: Vec<(String, u64)> = [
            ("SUK", 40),
            (" suk ", 5),
            ("SUKÓREJO", 4),
            ("01", 3),
            ("02", 2),
            ("Sukoreja", 2),
            ("Ngasem", 2),
            ("nowhere at all", 1),
        ]
        .map(|(value, n)| (value.to_owned(), n))
        .into();
        let found = check(&values, &list(), &maps());
        assert_eq!((found.n_values, found.n_valid), (59, 40));
        let told: Vec<_> = found
            .doubts
            .iter()
            .map(|doubt| {
                let proposal = doubt.proposal.as_ref().map(|one| (one.code.as_str(), one.why));
                (doubt.value.as_str(), proposal, doubt.choices.len())
            })
            .collect();
        assert_eq!(
            told,
            [
                (" suk ", Some(("SUK", Why::Spelling)), 0),
                ("SUKÓREJO", Some(("SUK", Why::Label)), 0),
                ("01", Some(("SUK", Why::OldVersion)), 0),
                ("02", None, 2),
                ("Ngasem", None, 2),
                ("Sukoreja", Some(("SUK", Why::Near)), 0),
                ("nowhere at all", None, 0),
            ]
        );
    }

    #[test]
    fn a_word_as_near_to_two_codes_as_to_one_is_not_guessed() {
        let mut near = list();
        near.items[2].label = Words([("id".to_owned(), "Sukorejo I".to_owned())].into());
        near.items[1].label = Words([("id".to_owned(), "Sukarejo".to_owned())].into());
        let found = check(&[("Sukerejo".to_owned(), 1)], &near, &[]);
        assert_eq!(found.doubts[0].proposal, None);
    }

    #[test]
    fn the_kind_of_a_change_follows_from_the_pairs() {
        let map = &maps()[0];
        assert_eq!(
            map.turns(),
            [Turn::OneToOne, Turn::Split, Turn::Split, Turn::Merge, Turn::Merge]
        );
    }

    #[test]
    fn a_list_that_will_not_do_says_where_and_what_to_do() {
        let reason = |list: Codelist| {
            let problem = list.checked().expect_err("refused");
            problem.sentence(crate::platform::i18n::Lang::En)
        };
        let mut twice = list();
        twice.items[1].code = "SUK".into();
        assert!(reason(twice).contains("item 2: the code \"SUK\" stands there twice"));
        let mut orphan = list();
        orphan.items[1].parent = Some("X".into());
        assert!(reason(orphan).contains("its parent is no code of the list"));
        let items = Codelist::items_of_csv(b"code,label:en,parent\nA,Alpha,\nB,,A\n").expect("read");
        assert_eq!(
            (items[0].label.in_language("en"), items[1].parent.as_deref()),
            ("Alpha", Some("A"))
        );
        assert!(Codelist::items_of_csv(b"kode\n1\n").is_err());
    }
}
