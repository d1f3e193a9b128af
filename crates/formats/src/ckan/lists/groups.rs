//! Organisations and groups listed and shown.

use super::{Page, message, page};
use crate::ckan::{Given, answer::Failure, call::Call, group};

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
