//! What the lists, shows and autocompletions are asked for.

use serde_json::{Value, json};

use super::{Given, Map, answer::Failure, call::Call, group, values};

/// A page of a list; no limit means all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Page {
    pub limit: Option<u64>,
    pub offset: u64,
}

impl Page {
    /// Reads `package_list`. A limit of nought is none, as CKAN has it.
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

/// `group_list` and `organization_list`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupList {
    /// Only these names; empty for all.
    pub names: Vec<String>,
    /// Only those whose name, title or description holds it, whatever the case.
    pub q: String,
    pub sort: GroupSort,
    pub direction: Direction,
    /// At most 1,000 names or 25 whole entries.
    pub limit: u64,
    pub offset: u64,
    /// Whole entries instead of names.
    pub detail: Option<GroupShow>,
}

/// What groups are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupSort {
    Name,
    Title,
    PackageCount,
}

/// Which way a list is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Ascending,
    Descending,
}

impl GroupList {
    /// The most names, and the most whole entries, of one answer.
    pub const MOST: (u64, u64) = (1_000, 25);

    /// Reads what is asked for.
    ///
    /// # Errors
    /// When it cannot be sorted that way, or a number or flag is none.
    pub fn read(call: &Call, kind: group::Kind) -> Result<GroupList, Failure> {
        let mut given = Given::of(&call.fields);
        let Page { limit, offset } = page(&mut given);
        let is_detailed = given.flag("all_fields").unwrap_or_default();
        let most = if is_detailed {
            GroupList::MOST.1
        } else {
            GroupList::MOST.0
        };
        let sort = given
            .something("sort")
            .or_else(|| given.something("order_by"))
            .unwrap_or_else(|| "title".to_owned());
        let (sort, direction) = group_sort(&sort)?;
        let detail = is_detailed.then(|| {
            // In lists everything but the count has to be asked for.
            let mut asked = |key: &str| given.flag(key).unwrap_or_default();
            let (extras, users) = (asked("include_extras"), asked("include_users"));
            let (groups, followers) = (asked("include_groups"), asked("include_followers"));
            GroupShow {
                id: String::new(),
                with: With {
                    extras,
                    users,
                    groups,
                    followers,
                    datasets: false,
                    dataset_count: given.flag("include_dataset_count").unwrap_or(true),
                },
            }
        });
        let list = GroupList {
            names: given
                .comma_list(match kind {
                    group::Kind::Group => "groups",
                    group::Kind::Organization => "organizations",
                })
                .unwrap_or_default(),
            q: given.text("q").unwrap_or_default().trim().to_owned(),
            sort,
            direction,
            limit: limit.unwrap_or(most).min(most),
            offset,
            detail,
        };
        given.finish(list)
    }
}

/// `group_show` and `organization_show`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupShow {
    /// Id or name; empty in a list.
    pub id: String,
    pub with: With,
}

/// What is to be told of a group beside itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct With {
    /// Its first 1,000 datasets.
    pub datasets: bool,
    pub dataset_count: bool,
    pub extras: bool,
    pub users: bool,
    pub groups: bool,
    pub followers: bool,
}

impl GroupShow {
    /// Reads what is asked for. Members are told when asked for only, as CKAN will have it after 2.12.
    ///
    /// # Errors
    /// When it does not say which, or a flag is none.
    pub fn read(call: &Call) -> Result<GroupShow, Failure> {
        let mut given = Given::of(&call.fields);
        let show = GroupShow {
            id: given.required("id"),
            with: With {
                datasets: given.flag("include_datasets").unwrap_or(false),
                dataset_count: given.flag("include_dataset_count").unwrap_or(true),
                extras: given.flag("include_extras").unwrap_or(true),
                users: given.flag("include_users").unwrap_or(false),
                groups: given.flag("include_groups").unwrap_or(true),
                followers: given.flag("include_followers").unwrap_or(true),
            },
        };
        given.finish(show)
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

/// `tag_list`, `tag_search` and `tag_autocomplete`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagList {
    /// All of them have to be in the name, whatever the case. A search for nothing finds nothing; a list without is whole.
    pub terms: Vec<String>,
    /// By id or name; none for free tags.
    pub vocabulary: Option<String>,
    pub page: Page,
    /// Whole entries instead of names.
    pub is_detailed: bool,
}

impl TagList {
    /// Reads what is asked for.
    ///
    /// # Errors
    /// When a number is none.
    pub fn read(call: &Call) -> Result<TagList, Failure> {
        let mut given = Given::of(&call.fields);
        let mut terms = match given
            .texts("query")
            .filter(|terms| terms.iter().any(|term| !term.is_empty()))
        {
            Some(terms) => terms,
            None => given.texts("q").unwrap_or_default(),
        };
        if let Some(Value::Object(fields)) = given.value("fields") {
            terms.extend(
                ["tag", "tags"]
                    .iter()
                    .filter_map(|key| fields.get(*key))
                    .map(values::text),
            );
        }
        let list = TagList {
            terms: terms
                .iter()
                .map(|term| term.trim().to_owned())
                .filter(|term| !term.is_empty())
                .collect(),
            vocabulary: given.something("vocabulary_id"),
            page: page(&mut given),
            // CKAN takes any text for true here; "False" is what Python's clients mean by it.
            is_detailed: given.flag("all_fields").unwrap_or_default(),
        };
        given.finish(list)
    }
}

/// `tag_show`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagShow {
    pub id: String,
    pub vocabulary: Option<String>,
    pub with_datasets: bool,
}

impl TagShow {
    /// Reads what is asked for.
    ///
    /// # Errors
    /// When it does not say which.
    pub fn read(call: &Call) -> Result<TagShow, Failure> {
        let mut given = Given::of(&call.fields);
        let show = TagShow {
            id: given.required("id"),
            vocabulary: given.something("vocabulary_id"),
            with_datasets: given.flag("include_datasets").unwrap_or_default(),
        };
        given.finish(show)
    }
}

/// `user_list`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserList {
    pub q: String,
    /// Answered to sysadmins only.
    pub email: Option<String>,
    pub order_by: String,
    /// Whole entries, which is the default, or names.
    pub is_detailed: bool,
}

impl UserList {
    /// Reads what is asked for.
    ///
    /// # Errors
    /// When it is to be ordered by edits, which no CKAN can any more.
    pub fn read(call: &Call) -> Result<UserList, Failure> {
        let mut given = Given::of(&call.fields);
        let list = UserList {
            q: given.text("q").unwrap_or_default(),
            email: given.something("email"),
            order_by: given
                .something("order_by")
                .unwrap_or_else(|| "display_name".to_owned()),
            is_detailed: given.flag("all_fields").unwrap_or(true),
        };
        if list.order_by == "edits" {
            return Err(message("order_by=edits is no longer supported"));
        }
        given.finish(list)
    }
}

/// `user_show`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserShow {
    /// None for whoever asks.
    pub id: Option<String>,
    pub with_datasets: bool,
    pub with_followers: bool,
}

impl UserShow {
    /// Reads what is asked for.
    ///
    /// # Errors
    /// When a flag is none.
    pub fn read(call: &Call) -> Result<UserShow, Failure> {
        let mut given = Given::of(&call.fields);
        let show = UserShow {
            id: given.something("id"),
            with_datasets: given.flag("include_datasets").unwrap_or_default(),
            with_followers: given.flag("include_num_followers").unwrap_or_default(),
        };
        given.finish(show)
    }
}

/// `organization_list_for_user` and `group_list_authz`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MyGroups {
    /// Somebody else, by id or name.
    pub user: Option<String>,
    /// What one has to be allowed: `manage_group` when nobody says.
    pub permission: String,
    pub with_dataset_count: bool,
    pub only_as_member: bool,
}

impl MyGroups {
    /// Reads what is asked for.
    ///
    /// # Errors
    /// When a flag is none.
    pub fn read(call: &Call) -> Result<MyGroups, Failure> {
        let mut given = Given::of(&call.fields);
        let mine = MyGroups {
            user: given.something("id"),
            permission: given
                .something("permission")
                .unwrap_or_else(|| "manage_group".to_owned()),
            with_dataset_count: given.flag("include_dataset_count").unwrap_or_default(),
            only_as_member: given.flag("am_member").unwrap_or_default(),
        };
        given.finish(mine)
    }
}

/// `group_package_show`: the group, and how many datasets at most.
///
/// # Errors
/// When it does not say which, or the limit is no number from nought.
pub fn group_packages(call: &Call) -> Result<(String, Option<u64>), Failure> {
    let mut given = Given::of(&call.fields);
    let id = given.required("id");
    let limit = match given.something("limit") {
        None => None,
        Some(text) => Some(
            text.parse()
                .map_err(|_| message("Limit must be a positive integer"))?,
        ),
    };
    given.finish((id, limit))
}

/// `resource_search`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceSearch {
    /// Field and text: the hash has to start with it, other fields hold it, whatever the case.
    pub conditions: Vec<(String, String)>,
    pub order_by: Option<String>,
    pub page: Page,
}

impl ResourceSearch {
    /// The fields that can be searched.
    pub const FIELDS: &'static [&'static str] = &[
        "url",
        "format",
        "description",
        "hash",
        "name",
        "resource_type",
        "mimetype",
        "mimetype_inner",
        "size",
        "created",
        "last_modified",
        "metadata_modified",
        "cache_url",
        "cache_last_updated",
    ];

    /// Reads what is asked for.
    ///
    /// # Errors
    /// When a condition is no `field:text` or its field is unknown. CKAN tells these as bare sentences.
    pub fn read(call: &Call) -> Result<ResourceSearch, Failure> {
        let mut given = Given::of(&call.fields);
        let refuse = |text: String| {
            let mut problems = super::problems::Problems::default();
            problems.set("query", super::problems::Detail::Text(text));
            Err(Failure::Invalid(problems))
        };
        let Some(pairs) = given.texts("query") else {
            return refuse("Missing value".to_owned());
        };
        let mut conditions = Vec::new();
        for pair in pairs {
            let Some((field, text)) = pair.split_once(':') else {
                return refuse("Must be <field>:<value> pair(s)".to_owned());
            };
            if !ResourceSearch::FIELDS.contains(&field) {
                return refuse(format!("Field \"{field}\" not recognised in resource_search."));
            }
            conditions.push((field.to_owned(), text.to_owned()));
        }
        let search = ResourceSearch {
            conditions,
            order_by: given
                .something("order_by")
                .filter(|field| ResourceSearch::FIELDS.contains(&field.as_str())),
            page: page(&mut given),
        };
        given.finish(search)
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

fn group_sort(text: &str) -> Result<(GroupSort, Direction), Failure> {
    let mut parts = text.split(',');
    let mut words = parts.next().unwrap_or_default().split_whitespace();
    let field = words.next().unwrap_or("title");
    let sort = match field {
        "name" => GroupSort::Name,
        "title" => GroupSort::Title,
        "packages" | "package_count" => GroupSort::PackageCount,
        other => return Err(message(&format!("Cannot sort by field `{other}`"))),
    };
    let direction = match words.next().map(str::to_lowercase).as_deref() {
        // The fullest first, unless it is said otherwise.
        None if sort == GroupSort::PackageCount => Direction::Descending,
        None | Some("asc") => Direction::Ascending,
        Some("desc") => Direction::Descending,
        Some(other) => return Err(message(&format!("Invalid sort direction `{other}`"))),
    };
    if parts.next().is_some() {
        return Err(message("Too many sort criteria provided only 1 allowed"));
    }
    Ok((sort, direction))
}

fn message(text: &str) -> Failure {
    Failure::Invalid(super::problems::Problems::message(text))
}
