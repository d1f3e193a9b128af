//! `$select`: which fields of a table, and what beside them, a feed shows.

use super::fields::{Fields, Kind};

/// What is known of a submission, as OData names it below `__system`, in the order it is written.
pub const SYSTEM: [&str; 12] = [
    "submissionDate",
    "updatedAt",
    "submitterId",
    "submitterName",
    "attachmentsPresent",
    "attachmentsExpected",
    "status",
    "reviewState",
    "deviceId",
    "edits",
    "formVersion",
    "deletedAt",
];

/// What a row shows beside its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    pub(super) has_id: bool,
    pub(super) has_parent_id: bool,
    /// For each of [`SYSTEM`], whether it is shown.
    pub(super) system: [bool; SYSTEM.len()],
}

/// Why a selection cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectError {
    #[error("there is no property {0:?}")]
    Unknown(String),
    #[error("{0:?} lies within a repeat; ask for the repeat's own table")]
    InRepeat(String),
}

impl Beside {
    /// Everything.
    pub fn all() -> Self {
        Self {
            has_id: true,
            has_parent_id: true,
            system: [true; SYSTEM.len()],
        }
    }
}

/// Names the property by which a table's rows tell the row they belong to: `__Submissions-id`, `__Submissions-group-member-id`.
pub(super) fn parent_property(fields: &Fields, table: usize) -> Option<String> {
    let parent = &fields.tables[fields.tables[table].parent?];
    Some(format!("__{}-id", parent.name.replace('.', "-")))
}

/// Reads a selection of a table's properties; returns the fields that remain and what stands beside them.
///
/// # Errors
/// When the table has no such property, or it lies within a repeat of the table.
pub fn select(fields: &Fields, table: usize, properties: &str) -> Result<(Fields, Beside), SelectError> {
    if matches!(properties.trim(), "" | "*") {
        return Ok((fields.clone(), Beside::all()));
    }
    let mut beside = Beside {
        has_id: false,
        has_parent_id: false,
        system: [false; SYSTEM.len()],
    };
    let mut keep = vec![false; fields.list.len()];
    // The way to the table.
    let mut at = fields.tables[table].field;
    while let Some(index) = at {
        keep[index] = true;
        at = fields.list[index].parent;
    }
    let parent = parent_property(fields, table);
    for property in properties.split(',').map(str::trim) {
        if property == "__id" {
            beside.has_id = true;
        } else if parent.as_deref() == Some(property) {
            beside.has_parent_id = true;
        } else if table == 0 && property == "__system" {
            beside.system = [true; SYSTEM.len()];
        } else if let Some(at) = property
            .strip_prefix("__system/")
            .filter(|_| table == 0)
            .and_then(|name| SYSTEM.iter().position(|known| *known == name))
        {
            beside.system[at] = true;
        } else {
            let field = fields.find_below(table, property);
            let field = field.ok_or_else(|| SelectError::Unknown(property.to_owned()))?;
            if fields.list[field].table != table {
                return Err(SelectError::InRepeat(property.to_owned()));
            }
            keep_with_groups(fields, field, &mut keep);
        }
    }
    Ok((fields.keeping(&keep), beside))
}

/// Keeps a field, the groups around it, and of a group all that lies within.
fn keep_with_groups(fields: &Fields, field: usize, keep: &mut [bool]) {
    let mut around = Some(field);
    while let Some(index) = around.filter(|&index| !keep[index] || index == field) {
        keep[index] = true;
        around = fields.list[index].parent;
    }
    let mut within = vec![field];
    while let Some(index) = within.pop() {
        keep[index] = true;
        if fields.list[index].kind == Kind::Structure {
            within.extend(&fields.list[index].children);
        }
    }
}
