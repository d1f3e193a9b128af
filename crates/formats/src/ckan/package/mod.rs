//! A dataset, which CKAN calls a package, as `package_show` gives it.

pub mod input;
mod resource;
mod translated;

use serde_json::{Map as Object, Value};

use super::{
    Map, Unreadable,
    instant::Instant,
    shape::{Taker, alphabetical, append_lists, moment, or_null},
};

pub use resource::Resource;
pub use translated::Translated;

/// A dataset.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Package {
    pub id: String,
    /// Its part of the address, unique.
    pub name: String,
    pub title: Option<String>,
    pub notes: Option<String>,
    /// The title in each language it is told in, the catalogue's own among them; empty where that is the only one.
    pub title_translated: Translated,
    /// The notes likewise.
    pub notes_translated: Translated,
    pub author: Option<String>,
    pub author_email: Option<String>,
    pub maintainer: Option<String>,
    pub maintainer_email: Option<String>,
    /// Where it comes from.
    pub url: Option<String>,
    pub version: Option<String>,
    pub license_id: Option<String>,
    /// The licence's own, or its id where nobody knows it.
    pub license_title: Option<String>,
    /// The key is left out where there is none.
    pub license_url: Option<String>,
    pub is_open: bool,
    /// `dataset` nearly everywhere.
    pub kind: String,
    pub state: String,
    pub is_private: bool,
    pub owner_org: Option<String>,
    pub organization: Option<Organization>,
    pub creator_user_id: Option<String>,
    pub metadata_created: Option<Instant>,
    pub metadata_modified: Option<Instant>,
    pub resources: Vec<Resource>,
    pub tags: Vec<Tag>,
    pub extras: Vec<Extra>,
    pub groups: Vec<GroupName>,
    pub relationships_as_subject: Vec<Value>,
    pub relationships_as_object: Vec<Value>,
    /// Keys that CKAN of today does not know, as extensions and older versions have them.
    pub more: Map,
}

impl Package {
    /// Reads what a catalogue answered to `package_show`, of any version.
    ///
    /// # Errors
    /// Where a key is not what CKAN says it is.
    pub fn read(value: Value) -> Result<Package, Unreadable> {
        let mut taker = Taker::of(value, "")?;
        // They follow from the lists.
        taker.object("num_resources");
        taker.object("num_tags");
        Ok(Package {
            id: taker.required("id")?,
            name: taker.required("name")?,
            title: taker.text("title")?,
            notes: taker.text("notes")?,
            title_translated: Translated::taken(&mut taker, "title_translated"),
            notes_translated: Translated::taken(&mut taker, "notes_translated"),
            author: taker.text("author")?,
            author_email: taker.text("author_email")?,
            maintainer: taker.text("maintainer")?,
            maintainer_email: taker.text("maintainer_email")?,
            url: taker.text("url")?,
            version: taker.text("version")?,
            license_id: taker.text("license_id")?,
            license_title: taker.text("license_title")?,
            license_url: taker.text("license_url")?,
            is_open: taker.flag("isopen")?.unwrap_or_default(),
            kind: taker.text("type")?.unwrap_or_else(|| "dataset".to_owned()),
            state: taker.text("state")?.unwrap_or_else(|| "active".to_owned()),
            is_private: taker.flag("private")?.unwrap_or_default(),
            owner_org: taker.text("owner_org")?,
            organization: taker.object("organization").map(Organization::read).transpose()?,
            creator_user_id: taker.text("creator_user_id")?,
            metadata_created: taker.instant("metadata_created")?,
            metadata_modified: taker.instant("metadata_modified")?,
            resources: taker.list("resources", Resource::read_at)?,
            tags: taker.list("tags", Tag::read)?,
            extras: Extra::read_all(&mut taker)?,
            groups: taker.list("groups", GroupName::read)?,
            relationships_as_subject: taker.list("relationships_as_subject", |value, _| Ok(value))?,
            relationships_as_object: taker.list("relationships_as_object", |value, _| Ok(value))?,
            more: taker.rest(),
        })
    }

    /// Writes it with CKAN's keys in CKAN's order.
    pub fn write(&self) -> Map {
        let mut pairs = vec![
            ("author", or_null(self.author.as_deref())),
            ("author_email", or_null(self.author_email.as_deref())),
            ("creator_user_id", or_null(self.creator_user_id.as_deref())),
            ("id", self.id.as_str().into()),
            ("isopen", self.is_open.into()),
            ("license_id", or_null(self.license_id.as_deref())),
            ("license_title", or_null(self.license_title.as_deref())),
            ("maintainer", or_null(self.maintainer.as_deref())),
            ("maintainer_email", or_null(self.maintainer_email.as_deref())),
            ("metadata_created", moment(self.metadata_created)),
            ("metadata_modified", moment(self.metadata_modified)),
            ("name", self.name.as_str().into()),
            ("notes", or_null(self.notes.as_deref())),
            ("num_resources", self.resources.len().into()),
            ("num_tags", self.tags.len().into()),
            (
                "organization",
                self.organization
                    .as_ref()
                    .map_or(Value::Null, |organization| Value::Object(organization.write())),
            ),
            ("owner_org", or_null(self.owner_org.as_deref())),
            ("private", self.is_private.into()),
            ("state", self.state.as_str().into()),
            ("title", or_null(self.title.as_deref())),
            ("type", self.kind.as_str().into()),
            ("url", or_null(self.url.as_deref())),
            ("version", or_null(self.version.as_deref())),
        ];
        if let Some(url) = &self.license_url {
            pairs.push(("license_url", url.as_str().into()));
        }
        for (key, texts) in [
            ("title_translated", &self.title_translated),
            ("notes_translated", &self.notes_translated),
        ] {
            if !texts.is_empty() {
                pairs.push((key, texts.write()));
            }
        }
        let mut map = alphabetical(pairs, &self.more);
        append_lists(
            &mut map,
            vec![
                ("resources", objects(&self.resources, Resource::write)),
                ("tags", objects(&self.tags, Tag::write)),
                ("extras", objects(&self.extras, Extra::write)),
                ("groups", objects(&self.groups, GroupName::write)),
                ("relationships_as_subject", self.relationships_as_subject.clone()),
                ("relationships_as_object", self.relationships_as_object.clone()),
            ],
        );
        map
    }
}

/// The organisation of a dataset, as it stands in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Organization {
    pub id: String,
    pub name: String,
    pub title: Option<String>,
    pub kind: String,
    pub description: Option<String>,
    pub image_url: Option<String>,
    pub created: Option<Instant>,
    pub approval_status: String,
    pub state: String,
    pub more: Map,
}

impl Organization {
    fn read(value: Value) -> Result<Organization, Unreadable> {
        let mut taker = Taker::of(value, "organization")?;
        taker.object("is_organization");
        Ok(Organization {
            id: taker.required("id")?,
            name: taker.required("name")?,
            title: taker.text("title")?,
            kind: taker.text("type")?.unwrap_or_else(|| "organization".to_owned()),
            description: taker.text("description")?,
            image_url: taker.text("image_url")?,
            created: taker.instant("created")?,
            approval_status: taker
                .text("approval_status")?
                .unwrap_or_else(|| "approved".to_owned()),
            state: taker.text("state")?.unwrap_or_else(|| "active".to_owned()),
            more: taker.rest(),
        })
    }

    fn write(&self) -> Map {
        let mut map: Map = [
            ("id", Value::from(self.id.as_str())),
            ("name", self.name.as_str().into()),
            ("title", or_null(self.title.as_deref())),
            ("type", self.kind.as_str().into()),
            ("description", or_null(self.description.as_deref())),
            ("image_url", or_null(self.image_url.as_deref())),
            ("created", moment(self.created)),
            ("is_organization", true.into()),
            ("approval_status", self.approval_status.as_str().into()),
            ("state", self.state.as_str().into()),
        ]
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
        for (key, value) in &self.more {
            map.entry(key.clone()).or_insert_with(|| value.clone());
        }
        map
    }
}

/// A tag on a dataset.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tag {
    pub id: String,
    pub name: String,
    pub display_name: String,
    pub state: Option<String>,
    /// Free tags have none.
    pub vocabulary_id: Option<String>,
    pub more: Map,
}

impl Tag {
    /// A free tag, with the id that its name decides.
    pub fn named(name: &str) -> Tag {
        Tag {
            id: super::tag_id(name),
            name: name.to_owned(),
            display_name: name.to_owned(),
            state: Some("active".to_owned()),
            ..Tag::default()
        }
    }

    fn read(value: Value, at: &str) -> Result<Tag, Unreadable> {
        // The first two versions of the API, and the index, have names only.
        if let Value::String(name) = &value {
            return Ok(Tag::named(name));
        }
        let mut taker = Taker::of(value, at)?;
        let name = taker.required("name")?;
        Ok(Tag {
            id: taker.text("id")?.unwrap_or_else(|| super::tag_id(&name)),
            display_name: taker.text("display_name")?.unwrap_or_else(|| name.clone()),
            name,
            state: taker.text("state")?,
            vocabulary_id: taker.text("vocabulary_id")?,
            more: taker.rest(),
        })
    }

    /// Writes it as it stands in a dataset.
    pub fn write(&self) -> Map {
        let mut pairs = vec![
            ("display_name", self.display_name.as_str().into()),
            ("id", self.id.as_str().into()),
            ("name", self.name.as_str().into()),
            ("vocabulary_id", or_null(self.vocabulary_id.as_deref())),
        ];
        if let Some(state) = &self.state {
            pairs.push(("state", state.as_str().into()));
        }
        alphabetical(pairs, &self.more)
    }

    /// Writes it as `tag_show` and `tag_list` give it: the tag itself, in the order of its table.
    pub fn write_alone(&self) -> Map {
        [
            ("id", Value::from(self.id.as_str())),
            ("name", self.name.as_str().into()),
            ("vocabulary_id", or_null(self.vocabulary_id.as_deref())),
            ("display_name", self.display_name.as_str().into()),
        ]
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
    }
}

/// A key and its value that CKAN itself knows nothing of.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Extra {
    pub key: String,
    pub value: String,
    pub more: Map,
}

impl Extra {
    /// Reads the extras of a dataset: a list, or keys and values in one object as the first two versions of the API have them.
    fn read_all(taker: &mut Taker) -> Result<Vec<Extra>, Unreadable> {
        match taker.object("extras") {
            Some(Value::Object(map)) => Ok(map
                .into_iter()
                .map(|(key, value)| Extra {
                    key,
                    value: super::values::text(&value),
                    more: Map::new(),
                })
                .collect()),
            Some(list) => taker.list_of("extras", list, Extra::read),
            None => Ok(Vec::new()),
        }
    }

    pub(super) fn read(value: Value, at: &str) -> Result<Extra, Unreadable> {
        let mut taker = Taker::of(value, at)?;
        Ok(Extra {
            key: taker.required("key")?,
            // An extension may put a list there.
            value: taker
                .object("value")
                .map(|value| super::values::text(&value))
                .unwrap_or_default(),
            more: taker.rest(),
        })
    }

    pub(super) fn write(&self) -> Map {
        alphabetical(
            vec![
                ("key", self.key.as_str().into()),
                ("value", self.value.as_str().into()),
            ],
            &self.more,
        )
    }
}

/// A group as it stands in a dataset.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GroupName {
    pub id: String,
    pub name: String,
    pub title: Option<String>,
    pub display_name: String,
    pub description: Option<String>,
    pub image_display_url: Option<String>,
    pub more: Map,
}

impl GroupName {
    fn read(value: Value, at: &str) -> Result<GroupName, Unreadable> {
        if let Value::String(name) = &value {
            return Ok(GroupName {
                name: name.clone(),
                display_name: name.clone(),
                ..GroupName::default()
            });
        }
        let mut taker = Taker::of(value, at)?;
        let name = taker.required("name")?;
        let title = taker.text("title")?;
        Ok(GroupName {
            id: taker.text("id")?.unwrap_or_default(),
            display_name: taker
                .text("display_name")?
                .or_else(|| title.clone())
                .unwrap_or_else(|| name.clone()),
            name,
            title,
            description: taker.text("description")?,
            image_display_url: taker.text("image_display_url")?,
            more: taker.rest(),
        })
    }

    fn write(&self) -> Map {
        alphabetical(
            vec![
                ("description", or_null(self.description.as_deref())),
                ("display_name", self.display_name.as_str().into()),
                ("id", self.id.as_str().into()),
                ("image_display_url", or_null(self.image_display_url.as_deref())),
                ("name", self.name.as_str().into()),
                ("title", or_null(self.title.as_deref())),
            ],
            &self.more,
        )
    }
}

pub(super) fn objects<T>(items: &[T], write: impl Fn(&T) -> Object<String, Value>) -> Vec<Value> {
    items.iter().map(|item| Value::Object(write(item))).collect()
}
