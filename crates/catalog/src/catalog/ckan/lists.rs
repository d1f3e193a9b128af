//! The small lists: what the site is, help, licences, tags, formats, completions.

use std::collections::BTreeMap;

use formats::ckan::{
    actions::Action,
    answer::Failure,
    call::Call,
    license,
    lists::{self, Autocomplete, ResourceSearch, Status, TagList, TagShow},
    package::{Resource, Tag},
    search::Query,
};
use serde_json::{Value, json};

use super::{
    failed,
    packages::{dataset_of, read::paged},
};
use crate::{
    catalog::index::{Index, SEEN_BY},
    platform::{app::App, op::Op},
};

/// Datasets that a tag's entry shows at most.
const MOST_DATASETS: usize = 1_000;

type Answer = Result<Value, Failure>;

pub fn status(app: &App) -> Value {
    let status = Status {
        site_title: app.config.name.clone(),
        site_description: String::new(),
        site_url: app.config.base_url.clone(),
        locale_default: app.config.language.clone(),
        extensions: vec!["dcat".to_owned()],
    };
    Value::Object(status.write())
}

pub fn help(call: &Call) -> Answer {
    let name = lists::help_name(call)?;
    let action = Action::find(&name).filter(|action| super::is_served(*action));
    let action = action.ok_or_else(|| Failure::NotFound(format!("Action name {name} not found")))?;
    Ok(Value::from(action.help()))
}

pub fn licences() -> Value {
    license::register()
        .iter()
        .map(|known| Value::Object(known.write()))
        .collect()
}

/// The tags of public datasets, with how many have each.
async fn known_tags(app: &App) -> Result<BTreeMap<String, u64>, Failure> {
    let index = Index::of(app).await.map_err(failed)?;
    let public = [Query::term(SEEN_BY, "public"), Query::term("state", "active")];
    let found = index
        .snapshot
        .filter(&public, 0)
        .map_err(|_| Failure::SearchDown)?;
    Ok(index.snapshot.count(&found, "tags").into_iter().collect())
}

async fn found_tags(app: &App, asked: &TagList) -> Result<Vec<String>, Failure> {
    let terms: Vec<String> = asked.terms.iter().map(|term| term.to_lowercase()).collect();
    let tags = known_tags(app).await?.into_keys().filter(|tag| {
        let tag = tag.to_lowercase();
        terms.iter().all(|term| tag.contains(term))
    });
    Ok(tags.collect())
}

pub async fn tags(app: &App, _: &Op, call: &Call) -> Answer {
    let asked = TagList::read(call)?;
    if asked.vocabulary.is_some() {
        return Ok(Value::Array(Vec::new()));
    }
    let found = found_tags(app, &asked).await?;
    Ok(paged(found.into_iter(), asked.page)
        .map(|name| match asked.is_detailed {
            true => Value::Object(Tag::named(&name).write_alone()),
            false => Value::from(name),
        })
        .collect())
}

pub async fn tag_search(app: &App, _: &Op, call: &Call) -> Answer {
    let asked = TagList::read(call)?;
    let found = match asked.terms.is_empty() || asked.vocabulary.is_some() {
        true => Vec::new(),
        false => found_tags(app, &asked).await?,
    };
    let count = found.len();
    let results: Vec<Value> = paged(found.into_iter(), asked.page)
        .map(|name| Value::Object(Tag::named(&name).write_alone()))
        .collect();
    Ok(json!({ "count": count, "results": results }))
}

pub async fn tag(app: &App, _: &Op, call: &Call) -> Answer {
    let asked = TagShow::read(call)?;
    let index = Index::of(app).await.map_err(failed)?;
    let public = index.public();
    let is_it = |tag: &&Tag| tag.name == asked.id || tag.id == asked.id;
    let tag = public
        .iter()
        .flat_map(|entry| &entry.package.tags)
        .find(is_it)
        .ok_or_else(|| Failure::NotFound(String::new()))?;
    let mut written = tag.write_alone();
    if asked.with_datasets {
        let datasets: Vec<Value> = public
            .iter()
            .filter(|entry| entry.package.tags.iter().any(|known| known.name == tag.name))
            .take(MOST_DATASETS)
            .map(|entry| Value::Object(entry.package.write()))
            .collect();
        written.insert("packages".to_owned(), Value::Array(datasets));
    }
    Ok(Value::Object(written))
}

pub async fn formats(app: &App, _: &Op, call: &Call) -> Answer {
    let asked = Autocomplete::read(call, 5)?;
    let q = asked.q.to_lowercase();
    let index = Index::of(app).await.map_err(failed)?;
    let mut formats: BTreeMap<String, u64> = BTreeMap::new();
    for resource in index.public().iter().flat_map(|entry| &entry.package.resources) {
        let format = resource.format.as_deref().unwrap_or_default().to_lowercase();
        if !format.is_empty() && format.contains(&q) {
            *formats.entry(format).or_default() += 1;
        }
    }
    let mut formats: Vec<(String, u64)> = formats.into_iter().collect();
    formats.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let most = usize::try_from(asked.limit).unwrap_or(usize::MAX);
    Ok(formats
        .into_iter()
        .take(most)
        .map(|(format, _)| Value::from(format))
        .collect())
}

pub async fn package_names(app: &App, op: &Op, call: &Call) -> Answer {
    let asked = Autocomplete::read(call, 10)?;
    let q = asked.q.to_lowercase();
    let most = usize::try_from(asked.limit).unwrap_or(usize::MAX);
    let index = Index::of(app).await.map_err(failed)?;
    Ok(index
        .seen(op)
        .into_iter()
        .filter(|entry| entry.row.state == "active")
        .filter(|entry| entry.row.slug.contains(&q) || entry.row.title.to_lowercase().contains(&q))
        .take(most)
        .map(|entry| Value::Object(asked.write(&entry.row.slug, Some(&entry.row.title))))
        .collect())
}

pub async fn resources(app: &App, _: &Op, call: &Call) -> Answer {
    let asked = ResourceSearch::read(call)?;
    let index = Index::of(app).await.map_err(failed)?;
    let mut found: Vec<(String, Value)> = Vec::new();
    for resource in index.public().iter().flat_map(|entry| &entry.package.resources) {
        let written = resource.write();
        let text = |field: &str| match written.get(field) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.to_lowercase(),
            Some(other) => other.to_string(),
        };
        let holds = asked.conditions.iter().all(|(field, wanted)| {
            let (text, wanted) = (text(field), wanted.to_lowercase());
            match field.as_str() {
                "hash" => text.starts_with(&wanted),
                _ => text.contains(&wanted),
            }
        });
        if holds {
            let key = asked.order_by.as_deref().map(text).unwrap_or_default();
            found.push((key, Value::Object(written)));
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    let count = found.len();
    let results: Vec<Value> = paged(found.into_iter(), asked.page)
        .map(|(_, found)| found)
        .collect();
    Ok(json!({ "count": count, "results": results }))
}

/// Views are CKAN's own; a table here has a page instead.
pub async fn views(app: &App, op: &Op, call: &Call) -> Answer {
    let id = lists::id(call)?;
    let entry = dataset_of(app, op, &id).await?;
    let is_there = |resource: &Resource| resource.id == id;
    match entry.package.resources.iter().any(is_there) {
        true => Ok(Value::Array(Vec::new())),
        false => Err(Failure::NotFound(String::new())),
    }
}
