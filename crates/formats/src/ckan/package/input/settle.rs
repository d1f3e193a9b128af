//! From what is wanted, and what stands, to the dataset as it will be.

use std::collections::{BTreeMap, BTreeSet};

use super::{Ownership, PackageInput, ResourceInput, TagInput};
use crate::ckan::{
    call::Upload,
    filename,
    instant::Instant,
    license::License,
    package::{Extra, GroupName, Organization, Package, Resource, Tag, Translated},
};

/// What the catalogue adds of its own.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Known {
    /// The organisation it will belong to.
    pub organization: Option<Organization>,
    /// Those of the wanted groups that exist; passed over when none were sent.
    pub groups: Vec<GroupName>,
    /// The licence that its `license_id` names.
    pub license: Option<License>,
    pub creator_user_id: Option<String>,
    /// The code of the language that the catalogue's own texts are in.
    pub language: String,
}

/// A dataset as it will be.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    pub package: Package,
    /// Whether anything is another than before; a dataset that is sent back as it stands changes nothing, not even its date.
    pub change: Change,
    /// Resources that get a new file: position and what was put aside.
    pub uploads: Vec<(usize, Upload)>,
    /// Resources that are no more.
    pub removed: Vec<String>,
}

/// What a call does to a dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Created,
    Changed,
    None,
}

impl PackageInput {
    /// Makes the dataset. `mint` makes ids, for whatever has none yet.
    pub fn settle(
        self,
        current: Option<&Package>,
        known: Known,
        now: Instant,
        mut mint: impl FnMut() -> String,
    ) -> Settled {
        let base = current.cloned().unwrap_or_else(|| Package {
            id: self.id.clone().unwrap_or_else(&mut mint),
            kind: "dataset".to_owned(),
            state: "active".to_owned(),
            creator_user_id: known.creator_user_id.clone(),
            metadata_created: Some(self.metadata_created.unwrap_or(now)),
            ..Package::default()
        });
        let mut uploads = Vec::new();
        let mut removed = Vec::new();
        let resources = match self.resources {
            None => base.resources.clone(),
            Some(wanted) => {
                let mut resources = Vec::with_capacity(wanted.len());
                let standing: BTreeMap<&str, &Resource> = base
                    .resources
                    .iter()
                    .map(|resource| (resource.id.as_str(), resource))
                    .collect();
                let mut gone: BTreeSet<&str> = standing.keys().copied().collect();
                for (position, mut input) in wanted.into_iter().enumerate() {
                    let before = input.id.as_deref().and_then(|id| standing.get(id).copied());
                    if let Some(before) = before {
                        gone.remove(before.id.as_str());
                    }
                    if let Some(upload) = input.upload.take() {
                        input.take_file(&upload, now);
                        uploads.push((position, upload));
                    }
                    let id = input.id.clone().unwrap_or_else(&mut mint);
                    resources.push(input.settle(before, id, &base.id, position, now));
                }
                removed.extend(gone.into_iter().map(str::to_owned));
                resources
            }
        };
        let owner_org = match self.owner_org {
            None => base.owner_org.clone(),
            Some(Ownership::Nobody) => None,
            Some(Ownership::Organization { id }) => Some(id),
        };
        let license_id = self.license_id;
        let lang = known.language.as_str();
        let title = own_text(self.title, (&self.title_translated, &base.title_translated), lang);
        let title = title.map(|title| title.trim().to_owned());
        let notes = own_text(self.notes, (&self.notes_translated, &base.notes_translated), lang);
        let told = |text: &Option<String>, texts: &Translated| {
            Translated::of(lang, text.as_deref().unwrap_or_default(), texts)
        };
        let mut package = Package {
            name: self.name.unwrap_or_else(|| base.name.clone()),
            title_translated: told(&title, &self.title_translated),
            notes_translated: told(&notes, &self.notes_translated),
            title,
            notes,
            author: self.author,
            author_email: self.author_email,
            maintainer: self.maintainer,
            maintainer_email: self.maintainer_email,
            url: self.url,
            version: self.version,
            license_title: match &known.license {
                // A register's title may start with what it is a kind of: `OSI Approved::MIT License`.
                Some(license) => license.title.rsplit("::").next().map(str::to_owned),
                None => license_id.clone(),
            },
            license_url: known
                .license
                .as_ref()
                .map(|license| license.url.clone())
                .filter(|url| !url.is_empty()),
            is_open: known.license.as_ref().is_some_and(License::is_open),
            license_id,
            kind: self.kind.unwrap_or_else(|| base.kind.clone()),
            state: self.state.unwrap_or_else(|| base.state.clone()),
            is_private: self.is_private.unwrap_or(base.is_private),
            organization: owner_org.as_ref().and(known.organization),
            owner_org,
            tags: tags(self.tags, &base.tags),
            extras: self
                .extras
                .into_iter()
                .map(|(key, value)| Extra {
                    key,
                    value,
                    ..Extra::default()
                })
                .collect(),
            groups: if self.groups.is_some() {
                known.groups
            } else {
                base.groups.clone()
            },
            resources,
            ..base
        };
        let change = match current {
            None => Change::Created,
            Some(current) if is_same(&package, current) => Change::None,
            Some(_) => Change::Changed,
        };
        if change != Change::None {
            package.metadata_modified = Some(self.metadata_modified.unwrap_or(now));
        }
        Settled {
            package,
            change,
            uploads,
            removed,
        }
    }
}

impl ResourceInput {
    /// Lets an upload stand for the resource.
    fn take_file(&mut self, upload: &Upload, now: Instant) {
        let name = filename(&upload.file_name);
        self.url = Some(if name.is_empty() { "file".to_owned() } else { name });
        self.url_type = Some("upload".to_owned());
        self.last_modified = Some(now);
        self.size = i64::try_from(upload.size_bytes).ok();
    }

    fn settle(
        self,
        before: Option<&Resource>,
        id: String,
        package_id: &str,
        position: usize,
        now: Instant,
    ) -> Resource {
        let base = before.cloned().unwrap_or_else(|| Resource {
            created: Some(now),
            ..Resource::default()
        });
        let is_new = before.is_none();
        // The base columns of a new resource are empty, not null; an update may take them away.
        let plain = |wanted: Option<String>| wanted.or_else(|| is_new.then(String::new));
        let resource = Resource {
            id,
            package_id: Some(package_id.to_owned()),
            position: i64::try_from(position).ok(),
            url: self.url.unwrap_or_default(),
            description: plain(self.description),
            format: self.format.or(base.format),
            hash: self.hash.or(base.hash),
            name: self.name.or(base.name),
            resource_type: self.resource_type,
            mimetype: self.mimetype,
            mimetype_inner: self.mimetype_inner,
            cache_url: self.cache_url.or(base.cache_url),
            cache_last_updated: self.cache_last_updated.or(base.cache_last_updated),
            size: self.size.or(base.size),
            created: self.created.or(base.created),
            last_modified: self.last_modified.or(base.last_modified),
            metadata_modified: base.metadata_modified,
            url_type: self.url_type.or(base.url_type),
            state: "active".to_owned(),
            has_table: self.has_table.or(base.has_table),
            more: self.more,
        };
        let modified = match before {
            Some(before)
                if Resource {
                    position: before.position,
                    ..resource.clone()
                } == *before =>
            {
                before.metadata_modified
            }
            Some(_) => Some(now),
            None => Some(self.metadata_modified.unwrap_or(now)),
        };
        Resource {
            metadata_modified: modified,
            ..resource
        }
    }
}

/// A text in the catalogue's own language: of what is sent in several, unless only the text itself is another than it was.
fn own_text(
    text: Option<String>,
    (wanted, before): (&Translated, &Translated),
    lang: &str,
) -> Option<String> {
    match wanted.get(lang).filter(|told| !told.trim().is_empty()) {
        Some(told) if text.is_none() || before.get(lang) != Some(told) => Some(told.to_owned()),
        _ => text,
    }
}

/// The tags in the order of their names; one that stands keeps its id.
fn tags(wanted: Vec<TagInput>, standing: &[Tag]) -> Vec<Tag> {
    let standing: BTreeMap<(&str, Option<&str>), &Tag> = standing
        .iter()
        .map(|tag| ((tag.name.as_str(), tag.vocabulary_id.as_deref()), tag))
        .collect();
    let mut tags: Vec<Tag> = wanted
        .into_iter()
        .map(|input| {
            let before = standing.get(&(input.name.as_str(), input.vocabulary_id.as_deref()));
            before.map_or_else(
                || Tag {
                    vocabulary_id: input.vocabulary_id.clone(),
                    ..Tag::named(&input.name)
                },
                |tag| (*tag).clone(),
            )
        })
        .collect();
    tags.sort_by(|a, b| a.name.cmp(&b.name));
    tags
}

/// Whether two datasets say the same, but for when they were changed and in which order tags and extras stand.
fn is_same(a: &Package, b: &Package) -> bool {
    let plain = |package: &Package| {
        let mut plain = Package {
            metadata_modified: None,
            ..package.clone()
        };
        plain.tags.sort_by(|a, b| a.name.cmp(&b.name));
        plain.extras.sort_by(|a, b| a.key.cmp(&b.key));
        plain.groups.sort_by(|a, b| a.name.cmp(&b.name));
        plain
    };
    plain(a) == plain(b)
}
