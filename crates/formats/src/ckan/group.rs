//! Organisations and groups, which are one thing to CKAN: their shape, and what creating and changing them takes.

use serde_json::Value;

use super::{
    Map, Unreadable,
    answer::Failure,
    call::{Call, Upload},
    instant::Instant,
    names::{fault_of_name, is_id},
    package::{Extra, GroupName, Organization, objects},
    problems::Problems,
    shape::{Taker, alphabetical, append_lists, moment, or_null},
    values,
};

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    #[default]
    Group,
    Organization,
}

impl Kind {
    /// The word CKAN has for it: `group`, `organization`.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Group => "group",
            Kind::Organization => "organization",
        }
    }
}

/// An organisation or a group, as `organization_show` and `group_show` give it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Group {
    pub kind: Kind,
    pub id: String,
    pub name: String,
    pub title: Option<String>,
    /// `organization` and `group`, or what an extension made of it.
    pub type_name: String,
    pub description: Option<String>,
    /// An address, or the name of an uploaded picture.
    pub image_url: Option<String>,
    /// The whole address of the picture.
    pub image_display_url: Option<String>,
    pub created: Option<Instant>,
    pub approval_status: String,
    pub state: String,
    /// Left out when it was not asked for.
    pub package_count: Option<u64>,
    pub num_followers: u64,
    pub extras: Vec<Extra>,
    /// Datasets, when they were asked for.
    pub packages: Option<Vec<Value>>,
    /// Members, when they were asked for.
    pub users: Option<Vec<Value>>,
    /// Groups above it, when they were asked for.
    pub groups: Option<Vec<Value>>,
    /// Left out since 2.12; older clients look for it.
    pub tags: Option<Vec<Value>>,
    pub more: Map,
}

impl Group {
    /// Reads what a catalogue answered.
    ///
    /// # Errors
    /// Where a key is not what CKAN says it is.
    pub fn read(value: Value) -> Result<Group, Unreadable> {
        let mut taker = Taker::of(value, "")?;
        let name = taker.required("name")?;
        let title = taker.text("title")?;
        taker.object("display_name");
        let kind = if taker.flag("is_organization")?.unwrap_or_default() {
            Kind::Organization
        } else {
            Kind::Group
        };
        let mut list = |key: &str| match taker.object(key) {
            Some(Value::Array(items)) => Some(items),
            _ => None,
        };
        let (packages, users, groups, tags) = (list("packages"), list("users"), list("groups"), list("tags"));
        Ok(Group {
            kind,
            id: taker.required("id")?,
            name,
            title,
            type_name: taker.text("type")?.unwrap_or_else(|| kind.word().to_owned()),
            description: taker.text("description")?,
            image_url: taker.text("image_url")?,
            image_display_url: taker.text("image_display_url")?,
            created: taker.instant("created")?,
            approval_status: taker
                .text("approval_status")?
                .unwrap_or_else(|| "approved".to_owned()),
            state: taker.text("state")?.unwrap_or_else(|| "active".to_owned()),
            package_count: taker
                .whole("package_count")?
                .and_then(|count| u64::try_from(count).ok()),
            num_followers: taker
                .whole("num_followers")?
                .and_then(|count| u64::try_from(count).ok())
                .unwrap_or_default(),
            extras: taker.list("extras", Extra::read)?,
            packages,
            users,
            groups,
            tags,
            more: taker.rest(),
        })
    }

    /// What people call it.
    pub fn display_name(&self) -> &str {
        self.title
            .as_deref()
            .filter(|title| !title.is_empty())
            .unwrap_or(&self.name)
    }

    /// Writes it with CKAN's keys in CKAN's order.
    pub fn write(&self) -> Map {
        let mut pairs = vec![
            ("approval_status", Value::from(self.approval_status.as_str())),
            ("created", moment(self.created)),
            ("description", or_null(self.description.as_deref())),
            ("display_name", self.display_name().into()),
            ("id", self.id.as_str().into()),
            ("image_display_url", or_null(self.image_display_url.as_deref())),
            ("image_url", or_null(self.image_url.as_deref())),
            ("is_organization", (self.kind == Kind::Organization).into()),
            ("name", self.name.as_str().into()),
            ("num_followers", self.num_followers.into()),
            ("state", self.state.as_str().into()),
            ("title", or_null(self.title.as_deref())),
            ("type", self.type_name.as_str().into()),
        ];
        if let Some(count) = self.package_count {
            pairs.push(("package_count", count.into()));
        }
        let mut map = alphabetical(pairs, &self.more);
        let mut lists = vec![("extras", objects(&self.extras, Extra::write))];
        let optional = [
            ("packages", &self.packages),
            ("groups", &self.groups),
            ("users", &self.users),
            ("tags", &self.tags),
        ];
        lists.extend(
            optional
                .into_iter()
                .filter_map(|(key, list)| Some((key, list.clone()?))),
        );
        append_lists(&mut map, lists);
        map
    }

    /// Writes the few keys that autocompletion gives.
    pub fn write_short(&self) -> Map {
        [
            ("id", Value::from(self.id.as_str())),
            ("name", self.name.as_str().into()),
            ("title", or_null(self.title.as_deref())),
        ]
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
    }

    /// As it stands in a dataset that belongs to it.
    pub fn in_package(&self) -> Organization {
        Organization {
            id: self.id.clone(),
            name: self.name.clone(),
            title: self.title.clone(),
            kind: self.type_name.clone(),
            description: self.description.clone(),
            image_url: self.image_url.clone(),
            created: self.created,
            approval_status: self.approval_status.clone(),
            state: self.state.clone(),
            more: Map::new(),
        }
    }

    /// As it stands in a dataset that is in the group.
    pub fn as_group_name(&self) -> GroupName {
        GroupName {
            id: self.id.clone(),
            name: self.name.clone(),
            title: self.title.clone(),
            display_name: self.display_name().to_owned(),
            description: self.description.clone(),
            image_display_url: self.image_display_url.clone(),
            more: Map::new(),
        }
    }
}

/// What is sent for.
#[derive(Debug, Clone, Copy)]
pub enum Purpose<'a> {
    Create(Kind),
    Update(&'a Group),
}

/// What was found about the id and name that were sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Facts {
    pub is_sysadmin: bool,
    /// Whether the caller may set the state.
    pub may_change_state: bool,
    pub is_id_taken: bool,
    /// By another organisation or group: they share their names.
    pub is_name_taken: bool,
}

/// An organisation or group as it is wanted. On an update `None` leaves what stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GroupInput {
    pub id: Option<String>,
    pub name: Option<String>,
    pub title: Option<String>,
    pub description: Option<String>,
    pub image_url: Option<String>,
    /// A picture that came with the call.
    pub image: Option<Upload>,
    pub state: Option<String>,
    pub extras: Option<Vec<(String, String)>>,
    /// Members by name with their role; `None` leaves them.
    pub users: Option<Vec<(String, Option<String>)>>,
    /// The datasets of a group, by id or name; `None` leaves them.
    pub packages: Option<Vec<String>>,
}

impl GroupInput {
    /// Judges what was sent.
    ///
    /// # Errors
    /// All that CKAN would find wrong, in its words.
    pub fn read(call: &Call, purpose: Purpose<'_>, facts: Facts) -> Result<GroupInput, Failure> {
        let fields = &call.fields;
        let mut problems = Problems::default();
        let some = |key: &str| fields.get(key).filter(|value| !value.is_null());
        let text = |key: &str| some(key).map(values::text);
        if let Purpose::Update(current) = purpose
            && text("type").is_some_and(|kind| kind != current.type_name)
        {
            problems.add("type", "Type cannot be updated");
        }
        let name = text("name");
        match (&name, purpose) {
            (None, Purpose::Update(_)) => {}
            (Some(name), _) if !name.is_empty() => {
                // An update of an old name that would not pass today is let through, as CKAN does.
                let stays = matches!(purpose, Purpose::Update(current) if current.name == *name);
                if let Some(fault) = fault_of_name(name).filter(|_| !stays) {
                    problems.add("name", fault);
                }
                if facts.is_name_taken {
                    problems.add("name", "Group name already exists in database");
                }
            }
            _ => problems.add("name", "Missing value"),
        }
        let id = match purpose {
            Purpose::Create(_) => text("id").filter(|id| !id.is_empty()),
            Purpose::Update(_) => None,
        };
        if let Some(id) = &id {
            if !facts.is_sysadmin {
                problems.add("id", "The input field id was not expected.");
            } else if !is_id(id) {
                problems.add("id", "Invalid id provided");
            } else if facts.is_id_taken {
                problems.add("id", "Id already exists");
            }
        }
        let input = GroupInput {
            id,
            name,
            title: text("title"),
            description: text("description"),
            image_url: match (some("clear_upload").is_some_and(values::truth), purpose) {
                // Takes away the picture that was uploaded, not an address that is sent in its place.
                (true, Purpose::Update(current))
                    if text("image_url").is_none_or(|url| Some(&url) == current.image_url.as_ref()) =>
                {
                    Some(String::new())
                }
                _ => text("image_url"),
            },
            image: call.uploads.get("image_upload").cloned(),
            state: text("state").filter(|_| facts.may_change_state),
            extras: extras(some("extras"), &mut problems),
            users: members(some("users"), &mut problems),
            packages: packages(some("packages"), &mut problems),
        };
        if problems.is_empty() {
            Ok(input)
        } else {
            Err(Failure::Invalid(problems))
        }
    }
}

impl GroupInput {
    /// Makes the organisation or group. Its picture, members and datasets are the caller's to place.
    pub fn settle(self, purpose: Purpose<'_>, now: Instant, mint: impl FnOnce() -> String) -> Group {
        let base = match purpose {
            Purpose::Update(current) => current.clone(),
            Purpose::Create(kind) => Group {
                kind,
                id: self.id.unwrap_or_else(mint),
                type_name: kind.word().to_owned(),
                title: Some(String::new()),
                description: Some(String::new()),
                image_url: Some(String::new()),
                created: Some(now),
                approval_status: "approved".to_owned(),
                state: "active".to_owned(),
                ..Group::default()
            },
        };
        let image_display_url = match &self.image_url {
            Some(url) => Some(url.clone()),
            None => base.image_display_url.or_else(|| base.image_url.clone()),
        };
        Group {
            name: self.name.unwrap_or(base.name),
            title: self.title.or(base.title),
            description: self.description.or(base.description),
            image_url: self.image_url.or(base.image_url),
            image_display_url,
            state: self.state.unwrap_or(base.state),
            extras: match self.extras {
                None => base.extras,
                Some(extras) => extras
                    .into_iter()
                    .map(|(key, value)| Extra {
                        key,
                        value,
                        ..Extra::default()
                    })
                    .collect(),
            },
            ..base
        }
    }
}

fn extras(value: Option<&Value>, problems: &mut Problems) -> Option<Vec<(String, String)>> {
    let mut faults = Vec::new();
    let mut extras = Vec::new();
    for item in value?.as_array()? {
        let mut own = Problems::default();
        let key = item.get("key").map(values::text).unwrap_or_default();
        if key.is_empty() {
            own.add("key", "Missing value");
        }
        if item.get("deleted").is_some_and(values::is_something) {
            faults.push(own);
            continue;
        }
        match item.get("value") {
            Some(value) => extras.push((key, values::text(value))),
            None => own.add("value", "Missing value"),
        }
        faults.push(own);
    }
    problems.items("extras", faults);
    Some(extras)
}

fn members(value: Option<&Value>, problems: &mut Problems) -> Option<Vec<(String, Option<String>)>> {
    let mut faults = Vec::new();
    let mut members = Vec::new();
    for item in value?.as_array()? {
        let mut own = Problems::default();
        let text = |key: &str| item.get(key).filter(|value| !value.is_null()).map(values::text);
        match text("name").filter(|name| !name.is_empty()) {
            Some(name) => members.push((name, text("capacity"))),
            None => own.add("name", "Missing value"),
        }
        faults.push(own);
    }
    problems.items("users", faults);
    Some(members)
}

fn packages(value: Option<&Value>, problems: &mut Problems) -> Option<Vec<String>> {
    let mut faults = Vec::new();
    let mut packages = Vec::new();
    for item in value?.as_array()? {
        let mut own = Problems::default();
        // ckanapi sends whole datasets back.
        match ["id", "name"].iter().find_map(|key| item.get(*key)?.as_str()) {
            Some(package) => packages.push(package.to_owned()),
            None => own.add("id", "Missing value"),
        }
        faults.push(own);
    }
    problems.items("packages", faults);
    Some(packages)
}
