//! Calls that change a part of a dataset or a group, turned into an update of the whole, as CKAN does it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    Map,
    answer::Failure,
    call::Call,
    group::Group,
    package::{Package, Resource},
    values,
};

/// The key that says which uploaded part belongs to a resource.
pub(super) const UPLOAD_HERE: &str = "__upload";

/// A call about one resource, as an update of its dataset.
#[derive(Debug, Clone, PartialEq)]
pub struct ResourceEdit {
    pub update: Call,
    /// Where the resource stands in the dataset; its part of the problems is told by
    /// [`Problems::of_resource`](super::problems::Problems::of_resource).
    pub position: usize,
}

/// `package_patch`: what is sent replaces, the rest stays.
pub fn package_patch(current: &Package, call: Call) -> Call {
    let mut fields = whole(current);
    for (key, value) in call.fields {
        fields.insert(key, value);
    }
    fields.insert("id".to_owned(), current.id.as_str().into());
    Call { fields, ..call }
}

/// `group_patch` and `organization_patch`. Lists that are not sent stay.
pub fn group_patch(current: &Group, call: Call) -> Call {
    let mut fields = current.write();
    for key in ["display_name", "packages", "users", "groups"] {
        fields.shift_remove(key);
    }
    for (key, value) in call.fields {
        fields.insert(key, value);
    }
    fields.insert("id".to_owned(), current.id.as_str().into());
    Call { fields, ..call }
}

/// `resource_create`: the resource stands behind the others.
pub fn resource_create(current: &Package, call: Call) -> ResourceEdit {
    replace(current, current.resources.len(), sent(call))
}

/// `resource_update`: what is sent stands for the resource.
///
/// # Errors
/// When the dataset has no such resource.
pub fn resource_update(current: &Package, call: Call) -> Result<ResourceEdit, Failure> {
    let (position, _) = find(current, &call)?;
    Ok(replace(current, position, sent(call)))
}

/// `resource_patch`: what is sent replaces, the rest of the resource stays.
///
/// # Errors
/// When the dataset has no such resource.
pub fn resource_patch(current: &Package, call: Call) -> Result<ResourceEdit, Failure> {
    let (position, resource) = find(current, &call)?;
    let mut fields = resource.write();
    fields.shift_remove("metadata_modified");
    for (key, value) in call.fields {
        fields.insert(key, value);
    }
    let patched = Call { fields, ..call };
    Ok(replace(current, position, sent(patched)))
}

/// `resource_delete`.
///
/// # Errors
/// When the dataset has no such resource.
pub fn resource_delete(current: &Package, call: &Call) -> Result<Call, Failure> {
    let (position, _) = find(current, call)?;
    let mut fields = whole(current);
    if let Some(Value::Array(resources)) = fields.get_mut("resources") {
        resources.remove(position);
    }
    Ok(Call::of(fields))
}

/// `package_resource_reorder`: those named come first in their order. Also gives the order, which is the answer.
///
/// # Errors
/// When the order is no list, or names a resource twice or one that the dataset has not.
pub fn reorder(current: &Package, call: &Call) -> Result<(Call, Vec<String>), Failure> {
    let wanted: Vec<String> = match call.fields.get("order") {
        None => return Err(Failure::field("order", "Missing value")),
        Some(Value::Array(ids)) => ids.iter().map(values::text).collect(),
        Some(_) => return Err(Failure::field("order", "Must be a list of resource")),
    };
    if wanted.iter().collect::<BTreeSet<_>>().len() != wanted.len() {
        return Err(Failure::field("order", "Must supply unique resource_ids"));
    }
    let mut standing: Vec<&Resource> = current.resources.iter().collect();
    let mut ordered = Vec::with_capacity(standing.len());
    for id in &wanted {
        let Some(at) = standing.iter().position(|resource| resource.id == *id) else {
            return Err(Failure::field(
                "order",
                format!("resource_id {id} can not be found"),
            ));
        };
        ordered.push(standing.remove(at));
    }
    ordered.extend(standing);
    let ids = ordered.iter().map(|resource| resource.id.clone()).collect();
    let mut fields = whole(current);
    let resources = ordered
        .into_iter()
        .map(|resource| Value::Object(resource.write()))
        .collect();
    fields.insert("resources".to_owned(), Value::Array(resources));
    Ok((Call::of(fields), ids))
}

/// The dataset as an update of itself would send it.
pub(super) fn whole(current: &Package) -> Map {
    let mut fields = current.write();
    // It is to be set anew where anything changes.
    fields.shift_remove("metadata_modified");
    fields
}

/// The resource that was sent, its file marked.
fn sent(mut call: Call) -> Call {
    let is_blank = !call.fields.get("url").is_some_and(values::is_something);
    if is_blank {
        call.fields.insert("url".to_owned(), Value::from(""));
    }
    if call.uploads.contains_key("upload") {
        call.fields.insert(UPLOAD_HERE.to_owned(), Value::from("upload"));
    }
    call
}

fn find<'a>(current: &'a Package, call: &Call) -> Result<(usize, &'a Resource), Failure> {
    let Some(id) = call.fields.get("id").filter(|id| !id.is_null()).map(values::text) else {
        return Err(Failure::field("id", "Missing value"));
    };
    current
        .resources
        .iter()
        .enumerate()
        .find(|(_, resource)| resource.id == id)
        .ok_or_else(|| Failure::NotFound("Resource was not found.".to_owned()))
}

fn replace(current: &Package, position: usize, call: Call) -> ResourceEdit {
    let mut fields = whole(current);
    let mut resources: Vec<Value> = current
        .resources
        .iter()
        .map(|resource| Value::Object(resource.write()))
        .collect();
    let sent = Value::Object(call.fields);
    match resources.get_mut(position) {
        Some(resource) => *resource = sent,
        None => resources.push(sent),
    }
    fields.insert("resources".to_owned(), Value::Array(resources));
    ResourceEdit {
        update: Call {
            fields,
            uploads: call.uploads,
            callback: call.callback,
        },
        position,
    }
}
