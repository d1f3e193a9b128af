//! Datasets and their resources as they stand: listed, searched and shown.

use formats::ckan::{
    answer::Failure,
    call::Call,
    lists::{self, PackageList, Page},
    search::{Document, PackageSearch, SearchAnswer, document},
};
use serde_json::Value;

use super::{Answer, dataset_of, find, unknown_resource};
use crate::{
    catalog::{
        ckan::failed,
        index::{self, Index},
        search::packages as found_by,
    },
    platform::{app::App, op::Op, problem::Problem},
};

pub async fn list(app: &App, op: &Op, call: &Call) -> Answer {
    let asked = PackageList::read(call)?;
    let index = Index::of(app).await.map_err(failed)?;
    let names = index
        .seen(op)
        .into_iter()
        .filter(|entry| match entry.row.state.as_str() {
            "active" => entry.row.is_open == 1 || asked.with_private,
            "draft" => asked.with_drafts,
            _ => asked.with_deleted,
        });
    Ok(paged(names, asked.page)
        .map(|entry| Value::from(entry.row.slug.as_str()))
        .collect())
}

pub async fn list_whole(app: &App, op: &Op, call: &Call) -> Answer {
    /// Whole datasets of one answer at most.
    const MOST: u64 = 1_000;
    let mut page = Page::read_with_number(call)?;
    page.limit = Some(page.limit.unwrap_or(MOST).min(MOST));
    let index = Index::of(app).await.map_err(failed)?;
    let mut public = index.public();
    public.sort_by_key(|entry| std::cmp::Reverse(entry.row.changed_at));
    let _ = op;
    Ok(paged(public.into_iter(), page)
        .map(|entry| Value::Object(entry.package.write()))
        .collect())
}

/// The part of a list that a page is.
pub fn paged<T>(all: impl Iterator<Item = T>, page: Page) -> impl Iterator<Item = T> {
    let whole = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    all.skip(whole(page.offset))
        .take(page.limit.map_or(usize::MAX, whole))
}

pub async fn search(app: &App, op: &Op, call: &Call) -> Answer {
    let mut search = PackageSearch::read(call, &document::is_field)?;
    search.filters.push(index::seen_by(op));
    let index = Index::of(app).await.map_err(failed)?;
    let now = op.at.0;
    let answer = tokio::task::spawn_blocking(move || -> Result<SearchAnswer, Failure> {
        let mut found = found_by::run(&index, &search, now)
            .map_err(|error| Failure::Search(format!("SOLR returned an error running query: q: {error}")))?;
        for facet in &mut found.facets {
            for item in &mut facet.items {
                let called = match facet.field.as_str() {
                    "organization" => index.shared.publisher(&item.name).map(|known| known.name.clone()),
                    "groups" => index.shared.theme(&item.name).map(|known| {
                        let group = index.shared.group(known);
                        group.display_name().to_owned()
                    }),
                    "license_id" => index.shared.licence(&item.name).map(|known| known.title),
                    _ => None,
                };
                item.display_name = called.unwrap_or_else(|| item.display_name.clone());
            }
        }
        let entries = found.rows.iter().filter_map(|row| index.entry(*row));
        let results = entries
            .map(|entry| {
                Value::Object(if search.fields.is_empty() {
                    entry.package.write()
                } else {
                    Document::of(&entry.package).pick(&search.fields)
                })
            })
            .collect();
        Ok(SearchAnswer {
            count: found.count as u64,
            results,
            facets: found.facets,
            sort: search.sort_text,
        })
    })
    .await
    .map_err(|error| failed(Problem::internal(error)))??;
    Ok(Value::Object(answer.write()))
}

pub async fn show(app: &App, op: &Op, call: &Call) -> Answer {
    let id = lists::package_id(call)?;
    let (_, entry) = find(app, op, &id).await?;
    Ok(Value::Object(entry.package.write()))
}

pub async fn show_resource(app: &App, op: &Op, call: &Call) -> Answer {
    let id = lists::id(call)?;
    let entry = dataset_of(app, op, &id).await?;
    let resource = entry.package.resources.iter().find(|resource| resource.id == id);
    let resource = resource.ok_or_else(unknown_resource)?;
    Ok(Value::Object(resource.write()))
}
