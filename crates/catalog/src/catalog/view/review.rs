//! Who may see which column: what is decided or proposed, for stewards, and what everybody else is told is hidden.

use tables::Kind;

use super::Dataset;
use crate::{
    catalog::{
        model::Class,
        proposal::{Asked, Proposal, propose},
        store,
    },
    platform::{app::App, problem::Result},
};

/// The columns of a table with what is decided or proposed about them, for stewards.
#[derive(Debug, Clone)]
pub struct Review {
    /// The slug of the table.
    pub resource: String,
    pub title: String,
    pub columns: Vec<ReviewColumn>,
}

#[derive(Debug, Clone)]
pub struct ReviewColumn {
    pub name: String,
    pub title: String,
    pub class: Class,
    pub proposal: Proposal,
}

/// Lists the columns of every table of a dataset; that the caller may see them was asked before.
///
/// # Errors
/// When the database fails.
pub async fn list_reviews(app: &App, dataset: &Dataset) -> Result<Vec<Review>> {
    let mut reviews = Vec::new();
    for resource in &dataset.resources {
        let columns = store::list_columns(app.db.read(), Some(&resource.id)).await?;
        if columns.is_empty() {
            continue;
        }
        reviews.push(Review {
            resource: resource.slug.clone(),
            title: resource.title.clone(),
            columns: columns
                .into_iter()
                .map(|column| ReviewColumn {
                    class: Class::read(&column.class),
                    proposal: propose(
                        &column.name,
                        Asked::read(&column.asked),
                        Kind::parse(&column.kind).unwrap_or(Kind::Text),
                    ),
                    name: column.name,
                    title: column.title,
                })
                .collect(),
        });
    }
    Ok(reviews)
}

/// The columns of a table that only stewards see, by why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// The table's.
    pub title: String,
    /// What columns are called that tell who somebody is.
    pub personal: Vec<String>,
    /// What columns are called that could hurt somebody.
    pub sensitive: Vec<String>,
    /// Nobody has looked at these, so not even their names are told.
    pub n_unreviewed: usize,
}

/// Lists what is hidden of each table of a dataset from everybody but stewards; tables of which nothing is are left out.
///
/// # Errors
/// When the database fails.
pub async fn list_hidden(app: &App, dataset: &str) -> Result<Vec<Hidden>> {
    let mut all: Vec<(String, Hidden)> = Vec::new();
    for column in store::list_hidden_columns(app.db.read(), dataset).await? {
        if all.last().is_none_or(|(id, _)| *id != column.resource_id) {
            let hidden = Hidden {
                title: column.resource_title,
                personal: Vec::new(),
                sensitive: Vec::new(),
                n_unreviewed: 0,
            };
            all.push((column.resource_id, hidden));
        }
        let Some((_, hidden)) = all.last_mut() else {
            continue;
        };
        let called = if column.title.is_empty() {
            column.name
        } else {
            column.title
        };
        match Class::read(&column.class) {
            Class::Open => {}
            Class::Personal => hidden.personal.push(called),
            Class::Sensitive => hidden.sensitive.push(called),
            Class::Unreviewed => hidden.n_unreviewed += 1,
        }
    }
    Ok(all.into_iter().map(|(_, hidden)| hidden).collect())
}
