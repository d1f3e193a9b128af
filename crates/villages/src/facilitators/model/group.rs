//! Groups that can be heard: a standard list, and those that a community names itself.

use crate::platform::problem::{Problem, Result};

/// Codes of the groups: `mixed` is everybody together, `own` a group with a name of the community's own.
pub const GROUPS: [&str; 7] = ["women", "men", "young", "older", "disability", "mixed", "own"];
/// The groups that are asked for in a place where others were heard: each sits apart, in every community.
pub const EXPECTED: [&str; 5] = ["women", "men", "young", "older", "disability"];
/// The code of a group of the community's own.
pub const OWN: &str = "own";

/// Letters of a group's own name at most.
const MOST_NAME: usize = 80;

/// One group that can be heard: a code of the standard list, or the community's own name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupKind {
    code: &'static str,
    name: String,
}

impl GroupKind {
    /// Reads a code, `women`, or a group of the community's own with its name, `own:single mothers`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<GroupKind> {
        let (code, name) = text.split_once(':').unwrap_or((text, ""));
        let code = GROUPS.into_iter().find(|known| *known == code)?;
        let kind = GroupKind {
            code,
            name: String::new(),
        };
        match (code, name) {
            (_, "") => Some(kind),
            (OWN, name) => Some(kind.named(name)),
            _ => None,
        }
    }

    /// As [`GroupKind::parse`].
    ///
    /// # Errors
    /// `facilitators-group-unknown`.
    pub fn known(text: &str) -> Result<GroupKind> {
        GroupKind::parse(text)
            .ok_or_else(|| Problem::invalid("facilitators-group-unknown").with("group", text))
    }

    /// The same group with a name, where it is one of the community's own; others keep theirs.
    #[must_use]
    pub fn named(self, name: &str) -> GroupKind {
        let words = name.split_whitespace().collect::<Vec<_>>().join(" ");
        match self.code {
            OWN => GroupKind {
                name: words.chars().take(MOST_NAME).collect(),
                ..self
            },
            _ => self,
        }
    }

    /// The code of the list.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The community's own name; empty for none.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What [`GroupKind::parse`] reads.
    #[must_use]
    pub fn key(&self) -> String {
        match self.name.as_str() {
            "" => self.code.to_owned(),
            name => format!("{}:{name}", self.code),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_one_of_the_list_or_has_a_name_of_its_own() {
        for (text, key) in [
            ("women", Some("women")),
            ("own", Some("own")),
            ("own: single   mothers ", Some("own:single mothers")),
            ("women:of the market", None),
            ("everybody", None),
            ("", None),
        ] {
            let read = GroupKind::parse(text).map(|kind| kind.key());
            assert_eq!(read.as_deref(), key, "{text}");
        }
        assert!(EXPECTED.iter().all(|code| GROUPS.contains(code)));
    }
}
