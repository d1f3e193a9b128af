//! What the lists, shows and autocompletions are asked for.

mod groups;
mod resources;
mod tags;
mod users;

use serde_json::{Value, json};

use super::{Given, Map, answer::Failure, call::Call, problems::Problems};

pub use groups::{Direction, GroupList, GroupShow, GroupSort, MyGroups, With, group_packages};
pub use resources::ResourceSearch;
pub use tags::{TagList, TagShow};
pub use users::{UserList, UserShow};

/// A page of a list; no limit means all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Page {
    pub limit: Option<u64>,
    pub offset: u64,
}

/// `package_list`. What is not public is listed to those who may see it, when they ask, as ckanapi does for a whole dump.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackageList {
    pub page: Page,
    pub with_private: bool,
    pub with_drafts: bool,
    pub with_deleted: bool,
}

impl PackageList {
    /// Reads what is asked for.
    ///
    /// # Errors
    /// When a number or a flag is none.
    pub fn read(call: &Call) -> Result<PackageList, Failure> {
        let mut given = Given::of(&call.fields);
        let list = PackageList {
            page: page(&mut given),
            with_private: given.flag("include_private").unwrap_or_default(),
            with_drafts: given.flag("include_drafts").unwrap_or_default(),
            with_deleted: given.flag("include_deleted").unwrap_or_default(),
        };
        given.finish(list)
    }
}

impl Page {
    /// Reads `limit` and `offset`. A limit of nought is none, as CKAN has it.
    ///
    /// # Errors
    /// When a number is none.
    pub fn read(call: &Call) -> Result<Page, Failure> {
        let mut given = Given::of(&call.fields);
        let page = page(&mut given);
        given.finish(page)
    }

    /// Reads `current_package_list_with_resources`, which also knows pages.
    ///
    /// # Errors
    /// When a number is none.
    pub fn read_with_number(call: &Call) -> Result<Page, Failure> {
        let mut given = Given::of(&call.fields);
        let mut read = page(&mut given);
        if let (Some(number), None, Some(limit)) = (given.natural("page"), given.value("offset"), read.limit)
        {
            if number == 0 {
                given.refuse("page", "Must be a positive integer");
            }
            read.offset = number.saturating_sub(1).saturating_mul(limit);
        }
        given.finish(read)
    }
}

/// The one thing an action is about: `id`, which may be a name.
///
/// # Errors
/// When it was not sent.
pub fn id(call: &Call) -> Result<String, Failure> {
    let mut given = Given::of(&call.fields);
    let id = given.required("id");
    given.finish(id)
}

/// The dataset of `package_show`, which old clients send as `name_or_id`.
///
/// # Errors
/// When it was not sent.
pub fn package_id(call: &Call) -> Result<String, Failure> {
    let mut given = Given::of(&call.fields);
    let id = match given.something("id") {
        Some(id) => id,
        None => given.required("name_or_id"),
    };
    given.finish(id)
}

/// The dataset that `resource_create` adds to.
///
/// # Errors
/// When it was not sent.
pub fn parent_id(call: &Call) -> Result<String, Failure> {
    let mut given = Given::of(&call.fields);
    let id = given.required("package_id");
    given.finish(id)
}

/// The action that `help_show` is about.
///
/// # Errors
/// When it was not sent.
pub fn help_name(call: &Call) -> Result<String, Failure> {
    let mut given = Given::of(&call.fields);
    let name = given.required("name");
    given.finish(name)
}

/// `*_autocomplete` of datasets, formats, users, groups and organisations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Autocomplete {
    pub q: String,
    pub limit: u64,
}

impl Autocomplete {
    /// Reads what is asked for; `usual` is the limit when none is: 10 datasets, 5 formats, 20 of the rest.
    ///
    /// # Errors
    /// When nothing is to be completed.
    pub fn read(call: &Call, usual: u64) -> Result<Autocomplete, Failure> {
        const MOST: u64 = 1_000;
        let mut given = Given::of(&call.fields);
        let complete = Autocomplete {
            q: given.required("q"),
            limit: given.natural("limit").unwrap_or(usual).min(MOST),
        };
        given.finish(complete)
    }

    /// Writes one dataset that was found.
    pub fn write(&self, name: &str, title: Option<&str>) -> Map {
        let title = title.unwrap_or(name);
        let is_by_name = name.contains(&self.q.to_lowercase());
        let (field, displayed) = if is_by_name {
            ("name", name.to_owned())
        } else {
            ("title", format!("{title} ({name})"))
        };
        let written = json!({
            "name": name,
            "title": title,
            "match_field": field,
            "match_displayed": displayed,
        });
        match written {
            Value::Object(map) => map,
            _ => Map::new(),
        }
    }
}

/// What `status_show` tells of the site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    pub site_title: String,
    pub site_description: String,
    pub site_url: String,
    pub locale_default: String,
    /// Clients look for `datastore` and `dcat`.
    pub extensions: Vec<String>,
}

impl Status {
    /// The version of CKAN whose API this is.
    pub const CKAN_VERSION: &'static str = "2.11.5";

    /// Writes it with CKAN's keys; nobody is told where errors are mailed to.
    pub fn write(&self) -> Map {
        let written = json!({
            "site_title": self.site_title,
            "site_description": self.site_description,
            "site_url": self.site_url,
            "error_emails_to": null,
            "locale_default": self.locale_default,
            "extensions": self.extensions,
            "ckan_version": Status::CKAN_VERSION,
        });
        match written {
            Value::Object(map) => map,
            _ => Map::new(),
        }
    }
}

fn page(given: &mut Given<'_>) -> Page {
    Page {
        limit: given.natural("limit").filter(|limit| *limit > 0),
        offset: given.natural("offset").unwrap_or(0),
    }
}

fn message(text: &str) -> Failure {
    Failure::Invalid(Problems::message(text))
}
