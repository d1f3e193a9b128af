//! A report of one place and its groups: its blocks, and what of that which was said may be told.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    note::Kind,
    quotation::{Naming, Quotation},
};
use crate::{
    facilitators::GroupKind,
    platform::{
        problem::{Problem, Result},
        time::Time,
    },
};

/// Letters of a title at most.
const MOST_TITLE: usize = 160;
/// Letters of the words of a block at most.
const MOST_TEXT: usize = 5_000;
/// Letters of an address at most.
const MOST_HREF: usize = 500;
/// Blocks of a report at most.
pub const MOST_BLOCKS: usize = 60;
/// Pages of this portal that show a survey: its form, its table, its dashboards, its numbers.
const SURVEY_PATHS: [&str; 5] = ["/forms/", "/data/", "/indicators/", "/dashboards/", "/n/"];

/// One part of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Block {
    Text {
        title: String,
        text: String,
    },
    /// The groups that were heard, with how many people were there.
    Groups {
        text: String,
    },
    /// A number by the address of its passport: as it stands now, or as a release has it.
    Figure {
        number: String,
        text: String,
    },
    /// Where the household survey is.
    Survey {
        title: String,
        text: String,
        href: String,
    },
    /// A code of the code book, with how many groups said so.
    Theme {
        code: String,
        text: String,
    },
    /// A released quotation; its words stay where its consent is.
    Quotation {
        quotation: String,
    },
}

impl Block {
    /// What forms and texts call its kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Block::Text { .. } => "text",
            Block::Groups { .. } => "groups",
            Block::Figure { .. } => "figure",
            Block::Survey { .. } => "survey",
            Block::Theme { .. } => "theme",
            Block::Quotation { .. } => "quotation",
        }
    }
}

/// A block as it is typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct TypedBlock {
    pub kind: String,
    pub title: String,
    pub text: String,
    /// Address of a passport.
    pub number: String,
    pub href: String,
    pub code: String,
    pub quotation: String,
}

impl TypedBlock {
    /// Reads a block; whether what it names is there is for the front door to say.
    ///
    /// # Errors
    /// `listening-hotspot-block` on field `kind`, `listening-hotspot-heading` on `title`, `listening-hotspot-text` on `text`, `listening-hotspot-number` on `number`,
    /// `listening-hotspot-href` on `href`, `listening-hotspot-theme` on `code`, `listening-hotspot-quotation` on `quotation`,
    /// `text-long` on any.
    pub fn parse(&self) -> Result<Block> {
        let wrong = |field: &'static str, code: &'static str| Problem::invalid("fields").field(field, code);
        for (field, text, most) in [
            ("title", &self.title, MOST_TITLE),
            ("text", &self.text, MOST_TEXT),
            ("number", &self.number, MOST_HREF),
            ("href", &self.href, MOST_HREF),
        ] {
            if text.chars().count() > most {
                return Err(wrong(field, "text-long"));
            }
        }
        let (title, text) = (self.title.trim().to_owned(), self.text.trim().to_owned());
        let needed = |value: &str, field: &'static str, code: &'static str| match value.trim() {
            "" => Err(wrong(field, code)),
            value => Ok(value.to_owned()),
        };
        match self.kind.as_str() {
            "text" if title.is_empty() => Err(wrong("title", "listening-hotspot-heading")),
            "text" if text.is_empty() => Err(wrong("text", "listening-hotspot-text")),
            "text" => Ok(Block::Text { title, text }),
            "groups" => Ok(Block::Groups { text }),
            "figure" => Ok(Block::Figure {
                number: needed(&self.number, "number", "listening-hotspot-number")?,
                text,
            }),
            "survey" => Ok(Block::Survey {
                href: parse_href(&self.href)?,
                title,
                text,
            }),
            "theme" => Ok(Block::Theme {
                code: needed(&self.code, "code", "listening-hotspot-theme")?,
                text,
            }),
            "quotation" => Ok(Block::Quotation {
                quotation: needed(&self.quotation, "quotation", "listening-hotspot-quotation")?,
            }),
            _ => Err(wrong("kind", "listening-hotspot-block")),
        }
    }
}

/// Reads the title of a report.
///
/// # Errors
/// `listening-hotspot-title` and `text-long` on field `title`.
pub fn parse_title(typed: &str) -> Result<String> {
    let wrong = |code: &'static str| Err(Problem::invalid("fields").field("title", code));
    match typed.trim() {
        "" => wrong("listening-hotspot-title"),
        title if title.chars().count() > MOST_TITLE => wrong("text-long"),
        title => Ok(title.to_owned()),
    }
}

/// A report: its draft, and which version is public.
#[derive(Debug, Clone)]
pub struct Hotspot {
    pub id: String,
    /// What addresses call it.
    pub code: String,
    pub place: String,
    pub title: String,
    pub blocks: Vec<Block>,
    /// Ids of the accounts that changed the draft since it was last published.
    pub editors: Vec<String>,
    /// The version that is public; 0 for none.
    pub version: i64,
    /// Grows with every change.
    pub revision: i64,
}

impl Hotspot {
    /// Its public address.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/hotspots/{}", self.code)
    }

    /// Refuses whoever did not see the draft as it stands now.
    ///
    /// # Errors
    /// `listening-changed-meanwhile`.
    pub fn expect(&self, revision: i64) -> Result<()> {
        match self.revision == revision {
            true => Ok(()),
            false => Err(Problem::conflict("listening-changed-meanwhile")),
        }
    }
}

/// A report as it was published.
#[derive(Debug, Clone)]
pub struct Version {
    /// From 1.
    pub version: i64,
    pub title: String,
    pub blocks: Vec<Block>,
    /// Why it was published anew; empty for the first.
    pub why: String,
    pub at: Time,
}

/// A note that may be counted in reports: somebody agreed to it and did not take it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    pub note: String,
    pub kind: Kind,
    pub place: String,
    pub group: GroupKind,
    pub n_present: u32,
    /// The codes that its paragraphs keep; `None` while it is not coded by two.
    pub codes: Option<BTreeSet<String>>,
}

/// A quotation that may be shown, with whom it is of.
#[derive(Clone)]
pub struct Quotable {
    pub quotation: Quotation,
    pub place: String,
    pub group: GroupKind,
    pub n_present: u32,
}

/// A group as a report tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownGroup {
    /// `None` for small groups that are told together.
    pub group: Option<GroupKind>,
    pub n_present: u32,
    /// Discussions and talks.
    pub n_talks: usize,
}

/// How many groups said something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    pub n_said: usize,
    /// Groups whose notes were coded.
    pub n_heard: usize,
}

/// Whether enough people were heard, `minimum` or more, that nothing points at one of them.
#[must_use]
pub fn is_enough(heard: &[Heard], minimum: u32) -> bool {
    heard.iter().map(|each| u64::from(each.n_present)).sum::<u64>() >= u64::from(minimum)
}

/// The groups that were heard: each of at least `minimum` people apart, smaller ones together where two of them reach it, else left out.
#[must_use]
pub fn groups(heard: &[Heard], minimum: u32) -> Vec<ShownGroup> {
    let mut by_group: BTreeMap<&GroupKind, (u32, usize)> = BTreeMap::new();
    for each in heard {
        let sum = by_group.entry(&each.group).or_default();
        sum.0 = sum.0.saturating_add(each.n_present);
        sum.1 += 1;
    }
    let (large, small): (Vec<_>, Vec<_>) = by_group
        .into_iter()
        .partition(|(_, (n_present, _))| *n_present >= minimum);
    let mut shown: Vec<ShownGroup> = large
        .into_iter()
        .map(|(group, (n_present, n_talks))| ShownGroup {
            group: Some(group.clone()),
            n_present,
            n_talks,
        })
        .collect();
    let n_present: u32 = small.iter().map(|(_, (n_present, _))| *n_present).sum();
    if small.len() > 1 && n_present >= minimum {
        shown.push(ShownGroup {
            group: None,
            n_present,
            n_talks: small.iter().map(|(_, (_, n_talks))| *n_talks).sum(),
        });
    }
    shown
}

/// How many discussions said something, of those that were coded; key informants are not counted, who would be known by it.
#[must_use]
pub fn said(heard: &[Heard], code: &str) -> Said {
    let coded: Vec<&BTreeSet<String>> = heard
        .iter()
        .filter(|each| each.kind == Kind::FocusGroup)
        .filter_map(|each| each.codes.as_ref())
        .collect();
    Said {
        n_said: coded.iter().filter(|codes| codes.contains(code)).count(),
        n_heard: coded.len(),
    }
}

/// How a quotation may tell whose words it has, today: by its group only where that was agreed and is large enough; not at all where too
/// few people of the place were heard.
#[must_use]
pub fn told_as(quotable: &Quotable, heard: &[Heard], minimum: u32) -> Option<Option<GroupKind>> {
    match quotable.quotation.naming {
        Naming::Named if quotable.n_present >= minimum => Some(Some(quotable.group.clone())),
        Naming::Named => None,
        Naming::Unnamed => is_enough(heard, minimum).then_some(None),
    }
}

fn parse_href(typed: &str) -> Result<String> {
    let href = typed.trim();
    let is_ours = SURVEY_PATHS.iter().any(|path| href.starts_with(path)) && !href.contains("..");
    match is_ours {
        true => Ok(href.to_owned()),
        false => Err(Problem::invalid("fields").field("href", "listening-hotspot-href")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listening::model::quotation::State;

    fn heard(group: &str, n_present: u32, codes: Option<&[&str]>) -> Heard {
        Heard {
            note: format!("{group}-{n_present}"),
            kind: if n_present == 1 {
                Kind::KeyInformant
            } else {
                Kind::FocusGroup
            },
            place: "35.22".into(),
            group: GroupKind::parse(group).expect("a group"),
            n_present,
            codes: codes.map(|codes| codes.iter().map(|code| (*code).to_owned()).collect()),
        }
    }

    #[test]
    fn a_group_of_three_is_never_told_apart_nor_found_by_subtraction() {
        let shown = groups(&[heard("women", 9, None), heard("men", 3, None)], 5);
        let told: Vec<(Option<&str>, u32)> = shown
            .iter()
            .map(|each| (each.group.as_ref().map(GroupKind::code), each.n_present))
            .collect();
        assert_eq!(told, [(Some("women"), 9)]);
        let three = [
            heard("women", 9, None),
            heard("men", 3, None),
            heard("young", 2, None),
        ];
        let shown = groups(&three, 5);
        assert_eq!(
            (shown.len(), shown[1].group.clone(), shown[1].n_present),
            (2, None, 5)
        );
        // A jurisdiction may ask for more: then all of them are told together, or nobody.
        let shown = groups(&three, 10);
        assert_eq!(
            (shown.len(), shown[0].group.clone(), shown[0].n_present),
            (1, None, 14)
        );
        assert!(groups(&three, 15).is_empty());
        // The same group heard twice is one group.
        let shown = groups(&[heard("men", 3, None), heard("men", 4, None)], 5);
        assert_eq!((shown[0].n_present, shown[0].n_talks), (7, 2));
    }

    #[test]
    fn a_theme_counts_coded_discussions_and_no_single_informant() {
        let all = [
            heard("women", 9, Some(&["far"])),
            heard("men", 8, Some(&["cost"])),
            heard("young", 7, None),
            heard("older", 1, Some(&["far"])),
        ];
        assert_eq!(
            said(&all, "far"),
            Said {
                n_said: 1,
                n_heard: 2
            }
        );
    }

    #[test]
    fn a_quotation_names_a_group_that_is_large_enough_and_else_only_the_place() {
        let of = |naming, n_present| Quotable {
            quotation: Quotation {
                id: "q".into(),
                note: "n".into(),
                position: 1,
                text: "We walk.".into(),
                naming,
                coder: "a".into(),
                state: State::Released,
                why: String::new(),
                proposed_at: Time(0),
            },
            place: "35.22".into(),
            group: GroupKind::parse("women").expect("a group"),
            n_present,
        };
        let (few, many) = ([heard("women", 3, None)], [heard("women", 9, None)]);
        assert_eq!(
            told_as(&of(Naming::Named, 9), &many, 5)
                .flatten()
                .map(|group| group.code()),
            Some("women")
        );
        assert_eq!(told_as(&of(Naming::Named, 4), &many, 5), None);
        assert_eq!(told_as(&of(Naming::Unnamed, 1), &many, 5), Some(None));
        assert_eq!(told_as(&of(Naming::Unnamed, 3), &few, 5), None);
    }

    #[test]
    fn a_block_says_what_it_needs_and_a_survey_is_of_this_portal() {
        let block = |kind: &str, href: &str, text: &str| TypedBlock {
            kind: kind.into(),
            href: href.into(),
            text: text.into(),
            ..TypedBlock::default()
        };
        assert!(block("survey", "/data/census", "").parse().is_ok());
        for bad in [
            "https://elsewhere.org",
            "javascript:alert(1)",
            "//elsewhere.org",
            "/desk/people",
            "/data/../desk",
        ] {
            assert!(block("survey", bad, "").parse().is_err(), "{bad}");
        }
        for kind in ["text", "figure", "theme", "quotation", "picture"] {
            assert!(block(kind, "", "").parse().is_err(), "{kind}");
        }
        assert!(block("text", "", "Two hours to the clinic.").parse().is_err());
        let titled = TypedBlock {
            title: "The road".into(),
            ..block("text", "", "Two hours to the clinic.")
        };
        let text = titled.parse().expect("a block");
        let json = serde_json::to_string(&text).expect("JSON");
        assert_eq!(serde_json::from_str::<Block>(&json).expect("a block"), text);
    }
}
