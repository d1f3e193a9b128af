//! Who uses a standard: the tables with columns that follow it, as far as somebody may know of them.

use std::collections::HashMap;

use super::{
    Registry,
    model::{Codelist, ListName},
};
use crate::{
    accounts::Reaches,
    catalog::{
        index::{self, Entry, Index},
        model::Class,
        store::{self, standards::FollowerRow},
        view,
    },
    platform::{app::App, op::Op, problem::Result},
};

/// A table with columns that follow a standard.
pub struct Use {
    pub dataset: String,
    pub dataset_title: String,
    pub resource: String,
    pub title: String,
    /// The columns, as far as the reader may see them; at least one.
    pub columns: Vec<FollowerRow>,
}

/// Lists the tables with columns that follow one of some standards, whichever version, in the order of their titles.
///
/// Nobody is told of a dataset, a table or a column that they may not see.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, op: &Op, standards: &[&str]) -> Result<Vec<Use>> {
    let only = match standards {
        [] => return Ok(Vec::new()),
        [one] => Some(*one),
        _ => None,
    };
    let mut followers: HashMap<String, Vec<FollowerRow>> = HashMap::new();
    for row in store::standards::list_followers(app.db.read(), only).await? {
        if standards.contains(&row.standard.as_str()) {
            followers.entry(row.resource_id.clone()).or_default().push(row);
        }
    }
    if followers.is_empty() {
        return Ok(Vec::new());
    }
    let index = Index::of(app).await?;
    let reaches = Reaches::of(app, op).await?;
    let is_meant = |entry: &&Entry| {
        let mut resources = entry.resources.iter();
        entry.row.state == "active"
            && resources.any(|resource| followers.contains_key(&resource.id))
            && index::sees(op, entry)
    };
    let mut found = Vec::new();
    for entry in index.all().filter(is_meant) {
        let dataset = view::of_index(op, &reaches, &index.shared, entry);
        for resource in &dataset.resources {
            let rows = followers.get(&resource.id).into_iter().flatten();
            let is_seen = |row: &&FollowerRow| dataset.may_confide || Class::read(&row.class) == Class::Open;
            let columns: Vec<FollowerRow> = rows.filter(is_seen).cloned().collect();
            if !columns.is_empty() {
                found.push(Use {
                    dataset: dataset.slug.clone(),
                    dataset_title: dataset.title.clone(),
                    resource: resource.slug.clone(),
                    title: resource.title.clone(),
                    columns,
                });
            }
        }
    }
    found.sort_by(|a, b| (&a.dataset_title, &a.title).cmp(&(&b.dataset_title, &b.title)));
    Ok(found)
}

/// The codes of the standards whose values come from a codelist, whichever version.
#[must_use]
pub fn classified_by<'a>(registry: &'a Registry, list: &Codelist) -> Vec<&'a str> {
    let is_one = |name: &ListName| name.codelist == list.code;
    let standards = registry.standards.iter();
    let mut codes: Vec<&str> = standards
        .filter(|standard| standard.classification.as_ref().is_some_and(is_one))
        .map(|standard| standard.code.as_str())
        .collect();
    codes.dedup();
    codes
}
