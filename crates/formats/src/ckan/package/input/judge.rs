//! CKAN's rules for datasets, key by key.

mod resource;

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    Facts, GroupRef, Owner, Ownership, PackageInput, Purpose, ResourceInput, Standing, TagInput, Unowned,
};
use crate::ckan::{
    Map,
    answer::Failure,
    call::Call,
    instant::Instant,
    names::{fault_of_email, fault_of_name, faults_of_tag, is_id},
    package::Translated,
    problems::{Detail, Problems},
    values,
};

/// The keys of a dataset, none of which an extra may have.
const KEYS: &[&str] = &[
    "id",
    "name",
    "title",
    "author",
    "author_email",
    "maintainer",
    "maintainer_email",
    "license_id",
    "notes",
    "url",
    "version",
    "state",
    "type",
    "owner_org",
    "private",
    "resources",
    "tags",
    "tag_string",
    "plugin_data",
    "extras",
    "save",
    "return_to",
    "relationships_as_object",
    "relationships_as_subject",
    "groups",
    "metadata_modified",
];
/// The keys that hold lists of objects.
const LISTS: &[&str] = &[
    "resources",
    "tags",
    "extras",
    "relationships_as_object",
    "relationships_as_subject",
    "groups",
];
const STATES: &[&str] = &["active", "draft", "deleted"];
const LONGEST_VERSION: usize = 100;

pub(super) fn judge(call: &Call, purpose: Purpose<'_>, facts: &Facts) -> Result<PackageInput, Failure> {
    structure(&call.fields)?;
    let mut judge = Judge {
        fields: &call.fields,
        facts,
        purpose,
        problems: Problems::default(),
    };
    let name = judge.name();
    let title = judge.text("title");
    let is_private = judge.some("private").map(values::truth);
    let owner_org = judge.owner(is_private);
    let mut input = PackageInput {
        id: judge.id(),
        title: match purpose {
            Purpose::Create => title.filter(|title| !title.is_empty()).or_else(|| name.clone()),
            Purpose::Update(_) => title,
        },
        name,
        notes: judge.text("notes"),
        title_translated: judge.translated("title_translated"),
        notes_translated: judge.translated("notes_translated"),
        author: judge.text("author"),
        author_email: judge.email("author_email"),
        maintainer: judge.text("maintainer"),
        maintainer_email: judge.email("maintainer_email"),
        url: judge.text("url"),
        version: judge.version(),
        license_id: judge.text("license_id"),
        kind: judge
            .text("type")
            .filter(|kind| !kind.is_empty() && matches!(purpose, Purpose::Create)),
        state: judge.state(),
        is_private,
        owner_org,
        metadata_created: match purpose {
            Purpose::Create => judge.date("metadata_created"),
            Purpose::Update(_) => None,
        },
        metadata_modified: judge.date("metadata_modified"),
        resources: None,
        tags: judge.tags(),
        extras: judge.extras(),
        groups: judge.groups(),
    };
    input.resources = judge.resources(call);
    judge.strangers();
    if judge.problems.is_empty() {
        Ok(input)
    } else {
        Err(Failure::Invalid(judge.problems))
    }
}

/// Whether what should be lists of objects are.
fn structure(fields: &Map) -> Result<(), Failure> {
    let refuse = |message: String| {
        Err(Failure::Structure {
            message,
            sent: fields.clone(),
        })
    };
    for key in LISTS {
        match fields.get(*key) {
            None | Some(Value::Null) => {}
            Some(Value::Array(items)) if items.iter().all(Value::is_object) => {}
            Some(Value::Array(items)) if items.first().is_some_and(Value::is_object) => {
                return refuse("Values in lists need to be dicts".to_owned());
            }
            Some(other) => {
                return refuse(format!(
                    "Only lists of dicts can be placed against subschema ('{key}',) not <class '{}'>",
                    values::python_type(other)
                ));
            }
        }
    }
    Ok(())
}

struct Judge<'a> {
    fields: &'a Map,
    facts: &'a Facts,
    purpose: Purpose<'a>,
    problems: Problems,
}

impl<'a> Judge<'a> {
    fn some(&self, key: &str) -> Option<&'a Value> {
        self.fields.get(key).filter(|value| !value.is_null())
    }

    fn text(&self, key: &str) -> Option<String> {
        self.some(key).map(values::text)
    }

    /// A text in several languages; the rules are those of ckanext-fluent.
    fn translated(&mut self, key: &str) -> Translated {
        let sent = self.some(key).map(Translated::read);
        match sent.or_else(|| Translated::read_fields(self.fields, key)) {
            Some(Ok(texts)) => texts,
            Some(Err(faults)) => {
                for fault in faults {
                    self.problems.add(key, fault);
                }
                Translated::default()
            }
            None => Translated::default(),
        }
    }

    fn items(&self, key: &str) -> Option<Vec<&'a Map>> {
        let items = self.some(key)?.as_array()?;
        Some(items.iter().filter_map(Value::as_object).collect())
    }

    fn id(&mut self) -> Option<String> {
        let given = self.text("id").filter(|id| !id.is_empty())?;
        match self.purpose {
            Purpose::Update(current) => {
                // The name serves as well to say which dataset is meant.
                if given != current.id && given != current.name {
                    self.problems.add(
                        "id",
                        format!(
                            "Cannot change value of key from {} to {given}. This key is read-only",
                            current.id
                        ),
                    );
                }
                None
            }
            Purpose::Create if self.facts.standing < Standing::Sysadmin => {
                self.problems.add("id", "The input field id was not expected.");
                None
            }
            Purpose::Create => {
                if !is_id(&given) {
                    self.problems.add("id", "Invalid id provided");
                } else if self.facts.is_id_taken {
                    self.problems.add("id", "Dataset id already exists");
                }
                Some(given)
            }
        }
    }

    fn name(&mut self) -> Option<String> {
        let value = self.some("name");
        let name = match (self.purpose, value) {
            (Purpose::Create, value) => {
                let name = value.map(values::text).unwrap_or_default();
                if name.is_empty() {
                    self.problems.add("name", "Missing value");
                    return None;
                }
                name
            }
            (Purpose::Update(_), None) => return None,
            (Purpose::Update(_), Some(Value::String(name))) => name.clone(),
            (Purpose::Update(_), Some(_)) => {
                self.problems.add("name", "Names must be strings");
                return None;
            }
        };
        if let Some(fault) = fault_of_name(&name) {
            self.problems.add("name", fault);
        }
        if self.facts.is_name_taken {
            self.problems.add("name", "That URL is already in use.");
        }
        Some(name)
    }

    fn email(&mut self, key: &str) -> Option<String> {
        let email = self.text(key)?.trim().to_owned();
        if !email.is_empty()
            && let Some(fault) = fault_of_email(&email)
        {
            self.problems.add(key, fault);
        }
        Some(email)
    }

    fn version(&mut self) -> Option<String> {
        let version = self.text("version")?;
        if version.chars().count() > LONGEST_VERSION {
            self.problems.add(
                "version",
                format!("Version must be a maximum of {LONGEST_VERSION} characters long"),
            );
        }
        Some(version)
    }

    fn state(&mut self) -> Option<String> {
        let state = self
            .text("state")
            .filter(|state| !state.is_empty() && self.facts.standing >= Standing::Manager)?;
        if !STATES.contains(&state.as_str()) {
            self.problems
                .add("state", "Value must be one of ['active', 'draft', 'deleted']");
        }
        Some(state)
    }

    /// A date that only sysadmins set.
    fn date(&mut self, key: &str) -> Option<Instant> {
        if self.facts.standing < Standing::Sysadmin {
            return None;
        }
        date(self.some(key)?, key, &mut self.problems)
    }

    fn owner(&mut self, is_private: Option<bool>) -> Option<Ownership> {
        let given = self.text("owner_org");
        let owner = match (given.as_deref(), self.purpose) {
            (None, Purpose::Update(_)) => None,
            (None | Some(""), _) => {
                if self.facts.unowned == Unowned::Refused {
                    self.problems.add("owner_org", "An organization must be provided");
                }
                Some(Ownership::Nobody)
            }
            (Some(_), purpose) => match &self.facts.owner {
                Owner::Unknown => {
                    self.problems.add("owner_org", "Organization does not exist");
                    None
                }
                Owner::Closed { id } => {
                    // Whoever may edit the dataset may leave it where it is.
                    let stays =
                        matches!(purpose, Purpose::Update(current) if current.owner_org.as_ref() == Some(id));
                    if !stays {
                        self.problems
                            .add("owner_org", "You cannot add a dataset to this organization");
                    }
                    Some(Ownership::Organization { id: id.clone() })
                }
                Owner::Open { id } => Some(Ownership::Organization { id: id.clone() }),
            },
        };
        let is_owned = match (&owner, self.purpose) {
            (Some(Ownership::Organization { .. }), _) => true,
            (Some(Ownership::Nobody), _) | (None, Purpose::Create) => false,
            (None, Purpose::Update(current)) => current.owner_org.is_some(),
        };
        // One that is unknown is complained of already.
        let is_named = given.is_some_and(|given| !given.is_empty());
        if is_private == Some(true) && !is_owned && !is_named {
            self.problems
                .add("private", "Datasets with no organization can't be private.");
        }
        owner
    }

    fn tags(&mut self) -> Vec<TagInput> {
        let mut tags: Vec<TagInput> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut faults: Vec<String> = Vec::new();
        for item in self.items("tags").unwrap_or_default() {
            let name = item.get("name").map(values::text).unwrap_or_default();
            if name.is_empty() {
                faults.push("Missing value".to_owned());
                continue;
            }
            let own = faults_of_tag(&name);
            if !own.is_empty() {
                faults.push(own.join(", "));
            }
            let vocabulary_id = item
                .get("vocabulary_id")
                .filter(|value| !value.is_null())
                .map(values::text)
                .filter(|id| !id.is_empty());
            if let Some(id) = &vocabulary_id
                && !self.facts.vocabularies.contains(id)
            {
                faults.push("Tag vocabulary was not found.".to_owned());
            }
            let tag = TagInput { name, vocabulary_id };
            if seen.insert(tag.clone()) {
                tags.push(tag);
            }
        }
        if !faults.is_empty() {
            self.problems.set("tags", Detail::Texts(faults));
        }
        for tag in self.tag_string() {
            if seen.insert(tag.clone()) {
                tags.push(tag);
            }
        }
        tags
    }

    /// Tags in one text with commas, as the form of the pages sends them.
    fn tag_string(&mut self) -> Vec<TagInput> {
        let text = match self.some("tag_string") {
            None => return Vec::new(),
            Some(Value::Array(items)) => items.iter().map(values::text).collect::<Vec<_>>().join(","),
            Some(other) => values::text(other),
        };
        text.split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(|name| {
                for fault in faults_of_tag(name) {
                    self.problems.add("tag_string", fault);
                }
                TagInput {
                    name: name.to_owned(),
                    vocabulary_id: None,
                }
            })
            .collect()
    }

    fn extras(&mut self) -> Vec<(String, String)> {
        let mut extras: Vec<(String, String)> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut faults = Vec::new();
        let mut double = None;
        for item in self.items("extras").unwrap_or_default() {
            let mut own = Problems::default();
            let is_dropped = item.get("deleted").is_some_and(values::is_something);
            let key = item.get("key").map(values::text).unwrap_or_default();
            if key.is_empty() {
                own.add("key", "Missing value");
            } else if KEYS.contains(&key.as_str()) {
                own.add("key", "There is a schema field with the same name");
            }
            match item.get("value") {
                _ if is_dropped => {}
                None => own.add("value", "Missing value"),
                Some(value) => {
                    if !seen.insert(key.clone()) {
                        double.get_or_insert_with(|| key.clone());
                    }
                    extras.push((key, values::text(value)));
                }
            }
            faults.push(own);
        }
        self.problems.items("extras", faults);
        if let Some(key) = double {
            self.problems
                .add("extras_validation", format!("Duplicate key \"{key}\""));
        }
        extras
    }

    fn groups(&mut self) -> Option<Vec<GroupRef>> {
        let items = self.items("groups")?;
        let text = |item: &Map, key: &str| item.get(key).map(values::text).filter(|text| !text.is_empty());
        Some(
            items
                .into_iter()
                .map(|item| GroupRef {
                    id: text(item, "id"),
                    name: text(item, "name"),
                })
                .filter(|group| group.id.is_some() || group.name.is_some())
                .collect(),
        )
    }

    fn resources(&mut self, call: &Call) -> Option<Vec<ResourceInput>> {
        let items = self.items("resources")?;
        let mut faults = Vec::new();
        let mut seen = BTreeSet::new();
        let mut resources = Vec::new();
        for item in items {
            let (resource, mut own) = resource::resource(item, call, self.facts);
            if let Some(id) = &resource.id
                && !seen.insert(id.clone())
            {
                own.add("id", "Resource id already exists.");
            }
            faults.push(own);
            resources.push(resource);
        }
        self.problems.items("resources", faults);
        Some(resources)
    }

    /// Lists of objects under keys that nobody knows: CKAN passes over unknown keys, but not these.
    fn strangers(&mut self) {
        for (key, value) in self.fields {
            let is_list = value
                .as_array()
                .is_some_and(|items| items.first().is_some_and(Value::is_object));
            if is_list && !KEYS.contains(&key.as_str()) {
                self.problems
                    .add("__junk", format!("The input field {key} was not expected."));
            }
        }
    }
}

fn date(value: &Value, key: &str, problems: &mut Problems) -> Option<Instant> {
    let text = values::text(value);
    if text.is_empty() {
        return None;
    }
    let instant = value.as_str().and_then(Instant::read);
    if instant.is_none() {
        problems.add(key, "Date format incorrect");
    }
    instant
}
