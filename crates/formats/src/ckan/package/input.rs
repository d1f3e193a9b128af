//! What `package_create` and `package_update` are sent, judged by CKAN's rules and made into a dataset.

mod judge;
mod settle;

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Package, Translated};
use crate::ckan::{
    Map,
    answer::Failure,
    call::{Call, Upload},
    instant::Instant,
    values,
};

pub use settle::{Change, Known, Settled};

/// What is sent for.
#[derive(Debug, Clone, Copy)]
pub enum Purpose<'a> {
    Create,
    /// The dataset as it stands.
    Update(&'a Package),
}

/// What has to be looked up before it can be judged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asks {
    /// Whether a dataset, deleted ones too, has this id or is called so: only when one is made.
    pub id: Option<String>,
    /// Whether a live dataset, other than the one that is changed, has this name.
    pub name: Option<String>,
    /// Which organisation this id or name means, and whether the caller may add datasets to it.
    pub owner_org: Option<String>,
    /// Which of these are live resources of other datasets.
    pub resources: Vec<String>,
    /// Which of these are vocabularies.
    pub vocabularies: Vec<String>,
    /// Which groups these ids or names mean, of those the caller may add datasets to; others are passed over.
    pub groups: Vec<String>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub standing: Standing,
    pub unowned: Unowned,
    pub is_id_taken: bool,
    pub is_name_taken: bool,
    pub owner: Owner,
    pub foreign_resources: BTreeSet<String>,
    pub vocabularies: BTreeSet<String>,
}

impl Default for Facts {
    fn default() -> Facts {
        Facts {
            standing: Standing::Member,
            unowned: Unowned::Refused,
            is_id_taken: false,
            is_name_taken: false,
            owner: Owner::Unknown,
            foreign_resources: BTreeSet::new(),
            vocabularies: BTreeSet::new(),
        }
    }
}

/// How far the caller's word reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// May edit; what is said of `state` is passed over.
    Member,
    /// May also set the state.
    Manager,
    /// May also choose ids and say when it was made and changed.
    Sysadmin,
}

/// Whether a dataset may belong to no organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unowned {
    Allowed,
    Refused,
}

/// The organisation that was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    Unknown,
    /// It exists, and the caller may not add datasets to it.
    Closed {
        id: String,
    },
    Open {
        id: String,
    },
}

/// A dataset as it is wanted. On an update `None` in the lists, in `name`, `kind`, `state`, `private` and `owner_org` leaves
/// what stands; every other `None` empties it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PackageInput {
    pub id: Option<String>,
    pub name: Option<String>,
    pub title: Option<String>,
    pub notes: Option<String>,
    /// The texts of these two in several languages: that in the catalogue's own counts before the text itself.
    pub title_translated: Translated,
    pub notes_translated: Translated,
    pub author: Option<String>,
    pub author_email: Option<String>,
    pub maintainer: Option<String>,
    pub maintainer_email: Option<String>,
    pub url: Option<String>,
    pub version: Option<String>,
    pub license_id: Option<String>,
    pub kind: Option<String>,
    pub state: Option<String>,
    pub is_private: Option<bool>,
    pub owner_org: Option<Ownership>,
    /// When it was made, as a sysadmin says it who loads another catalogue. CKAN passes over it, and forgets how old data are.
    pub metadata_created: Option<Instant>,
    /// When it was changed, as a sysadmin says it.
    pub metadata_modified: Option<Instant>,
    pub resources: Option<Vec<ResourceInput>>,
    /// Without duplicates. An update that sends none takes all away, as CKAN does.
    pub tags: Vec<TagInput>,
    pub extras: Vec<(String, String)>,
    pub groups: Option<Vec<GroupRef>>,
}

/// Whom a dataset shall belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ownership {
    Nobody,
    Organization { id: String },
}

/// A resource as it is wanted; `None` empties address, description and types, and leaves the rest as it stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ResourceInput {
    pub id: Option<String>,
    pub url: Option<String>,
    pub name: Option<String>,
    pub description: Option<String>,
    /// By the one name that the format has here.
    pub format: Option<String>,
    pub hash: Option<String>,
    pub resource_type: Option<String>,
    pub mimetype: Option<String>,
    pub mimetype_inner: Option<String>,
    pub cache_url: Option<String>,
    pub cache_last_updated: Option<Instant>,
    pub size: Option<i64>,
    pub created: Option<Instant>,
    pub last_modified: Option<Instant>,
    pub url_type: Option<String>,
    pub has_table: Option<bool>,
    /// When anything about it changed, as a dataset that is loaded again brings it; only kept where nothing else changed.
    pub metadata_modified: Option<Instant>,
    /// The file that is to stand for it.
    pub upload: Option<Upload>,
    /// Everything else, kept as it is.
    pub more: Map,
}

/// A tag as it is wanted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TagInput {
    pub name: String,
    pub vocabulary_id: Option<String>,
}

/// A group by what it is called: the id counts before the name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRef {
    pub id: Option<String>,
    pub name: Option<String>,
}

impl Asks {
    /// Finds out what has to be looked up.
    pub fn of(call: &Call, purpose: Purpose<'_>) -> Asks {
        let text = |key: &str| {
            call.fields
                .get(key)
                .map(values::text)
                .filter(|text| !text.is_empty())
        };
        let each = |list: &str, keys: &[&str]| -> Vec<String> {
            let items = call.fields.get(list).and_then(Value::as_array);
            items
                .into_iter()
                .flatten()
                .filter_map(|item| {
                    keys.iter()
                        .find_map(|key| item.get(key)?.as_str().filter(|text| !text.is_empty()))
                })
                .map(str::to_owned)
                .collect()
        };
        Asks {
            id: text("id").filter(|_| matches!(purpose, Purpose::Create)),
            name: text("name"),
            owner_org: text("owner_org"),
            resources: each("resources", &["id"]),
            vocabularies: each("tags", &["vocabulary_id"]),
            groups: each("groups", &["id", "name"]),
        }
    }
}

impl PackageInput {
    /// Judges what was sent; an upload belongs to the resource that [`edit`](crate::ckan::edit) marked for it.
    ///
    /// # Errors
    /// All that CKAN would find wrong, in its words.
    pub fn read(call: &Call, purpose: Purpose<'_>, facts: &Facts) -> Result<PackageInput, Failure> {
        judge::judge(call, purpose, facts)
    }

    /// The groups wanted, by what the caller calls them.
    pub fn group_keys(&self) -> impl Iterator<Item = &str> {
        self.groups
            .iter()
            .flatten()
            .filter_map(|group| group.id.as_deref().or(group.name.as_deref()))
    }
}

/// The id or name that an update is about.
///
/// # Errors
/// When neither was sent.
pub fn subject(call: &Call) -> Result<String, Failure> {
    ["id", "name"]
        .iter()
        .find_map(|key| call.fields.get(*key).filter(|value| values::is_something(value)))
        .map(values::text)
        .ok_or_else(|| Failure::field("id", "Missing value"))
}
