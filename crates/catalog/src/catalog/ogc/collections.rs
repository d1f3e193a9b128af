//! The collections: places, and the tables that say where their rows are.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tables::Kind;

use super::{CRS84, Face, GEOJSON, HTML, JSON, as_anyone, link, pages};
use crate::{
    catalog::{
        explore::{
            located::Located,
            meaning::{self, Meaning},
            memory::Memory,
        },
        store::{self, search::find_state},
        view::Resource,
    },
    places,
    platform::{
        app::App,
        i18n::Lang,
        op::Op,
        problem::{Kind as ProblemKind, Problem, Result},
    },
};

/// The collection of places.
pub const PLACES: &str = "places";

/// Something with features.
#[derive(Clone)]
pub enum Collection {
    Places,
    Table(Arc<Resource>, Located),
}

/// Finds a collection by its id.
///
/// # Errors
/// `ogc-collection-unknown`.
pub async fn find(app: &App, op: &Op, id: &str) -> Result<Collection> {
    if id == PLACES {
        return Ok(Collection::Places);
    }
    let unknown = || Problem::not_found("ogc-collection-unknown").with("collection", id);
    let (dataset, slug) = id.split_once('.').ok_or_else(unknown)?;
    let memory = Memory::of(app).await?;
    let resource = memory.resource(app, &as_anyone(op), dataset, slug, None).await;
    let resource = resource.map_err(|problem| match problem.kind() {
        ProblemKind::NotFound | ProblemKind::Gone => unknown(),
        _ => problem,
    })?;
    let located = Located::of(&resource).filter(|_| resource.version.is_some());
    Ok(Collection::Table(resource, located.ok_or_else(unknown)?))
}

pub async fn list(State(app): State<App>, op: Op, headers: HeaderMap, uri: Uri) -> Result<Response> {
    let face = Face::of(&headers, &uri)?;
    let all = all(&app, &op).await?;
    if face == Face::Html {
        return pages::collections(&app, &op, &uri, &all);
    }
    let base = format!("{}/ogc/collections", app.config.base_url);
    let mut described = Vec::with_capacity(all.len());
    for collection in all.iter() {
        described.push(collection.describe(&app, op.lang).await?);
    }
    Ok(Json(json!({
        "links": [
            link(&base, "self", JSON, "This document"),
            link(&format!("{base}?f=html"), "alternate", HTML, "This document as a page"),
        ],
        "collections": described,
    }))
    .into_response())
}

pub async fn show(
    State(app): State<App>,
    op: Op,
    headers: HeaderMap,
    uri: Uri,
    Path(id): Path<String>,
) -> Result<Response> {
    let face = Face::of(&headers, &uri)?;
    let collection = find(&app, &op, &id).await?;
    match face {
        Face::Html => pages::collection(&app, &op, &uri, &collection),
        Face::Json => Ok(Json(collection.describe(&app, op.lang).await?).into_response()),
    }
}

impl Collection {
    pub fn id(&self) -> String {
        match self {
            Collection::Places => PLACES.to_owned(),
            Collection::Table(resource, _) => format!("{}.{}", resource.dataset.slug, resource.slug),
        }
    }

    pub fn title(&self, lang: Lang) -> String {
        match self {
            Collection::Places => lang.text("catalog-ogc-places").to_string(),
            Collection::Table(resource, _) if resource.title == resource.dataset.title => {
                resource.title.clone()
            }
            Collection::Table(resource, _) => format!("{}: {}", resource.dataset.title, resource.title),
        }
    }

    pub fn description(&self, lang: Lang) -> String {
        match self {
            Collection::Places => lang.text("catalog-ogc-places-about").to_string(),
            Collection::Table(resource, _) => resource
                .description
                .clone()
                .unwrap_or_else(|| resource.dataset.description.clone()),
        }
    }

    /// What its features can be asked for by, beside box and time.
    pub fn properties(&self) -> Vec<&str> {
        match self {
            Collection::Places => vec!["code", "name", "level", "parent"],
            Collection::Table(resource, located) => resource
                .columns
                .iter()
                .map(|column| column.name.as_str())
                .filter(|name| !matches!(located, Located::Shapes(shapes) if shapes == name))
                .collect(),
        }
    }

    async fn describe(&self, app: &App, lang: Lang) -> Result<Value> {
        let id = self.id();
        let address = format!(
            "{}/ogc/collections/{}",
            app.config.base_url,
            percent_encoding::utf8_percent_encode(&id, pages::SEGMENT)
        );
        let mut described = json!({
            "id": id,
            "title": self.title(lang),
            "description": self.description(lang),
            "itemType": "feature",
            "crs": [CRS84],
            "links": [
                link(&address, "self", JSON, "This document"),
                link(&format!("{address}?f=html"), "alternate", HTML, "This document as a page"),
                link(&format!("{address}/items"), "items", GEOJSON, "The features"),
                link(&format!("{address}/items?f=html"), "items", HTML, "The features as a page"),
            ],
        });
        if let Some(bbox) = self.bbox(app).await? {
            described["extent"] = json!({ "spatial": { "bbox": [bbox], "crs": CRS84 } });
        }
        if let Collection::Table(resource, _) = self {
            let base = &app.config.base_url;
            let page = format!("{base}/data/{}/{}", resource.dataset.slug, resource.slug);
            if let Some(links) = described["links"].as_array_mut() {
                links.push(link(&page, "describedby", HTML, "The table"));
                if resource.dataset.licence.starts_with("http") {
                    links.push(link(&resource.dataset.licence, "license", HTML, "The licence"));
                }
            }
        }
        Ok(described)
    }

    /// West, south, east and north of all features, where that is known without reading them.
    async fn bbox(&self, app: &App) -> Result<Option<[f64; 4]>> {
        Ok(match self {
            Collection::Places => {
                let places = places::all(app).await?;
                let bounds = places
                    .roots()
                    .filter_map(|place| place.bounds())
                    .reduce(|all, one| all.with(&one));
                bounds.map(|all| [all.west, all.south, all.east, all.north].map(|edge| f64::from(edge) / 1e6))
            }
            Collection::Table(resource, Located::Points { lon, lat }) => {
                let range = |name: &String| {
                    let column = resource.columns.iter().find(|column| column.name == *name)?;
                    let profile = column.profile.as_ref()?;
                    let number = |end: &Option<String>| end.as_ref()?.parse::<f64>().ok();
                    Some((number(&profile.least)?, number(&profile.most)?))
                };
                range(lon)
                    .zip(range(lat))
                    .map(|((west, east), (south, north))| [west, south, east, north])
            }
            Collection::Table(..) => None,
        })
    }
}

/// All collections; found once for each change of the catalogue.
async fn all(app: &App, op: &Op) -> Result<Arc<Vec<Collection>>> {
    let (n_changes, _) = find_state(app.db.read()).await?;
    if let Some(known) = app
        .shelf
        .find::<Known>()
        .filter(|known| known.n_changes == n_changes)
    {
        return Ok(known.collections.clone());
    }
    let anyone = as_anyone(op);
    let mut candidates: Vec<String> = Vec::new();
    for column in store::list_columns(app.db.read(), None).await? {
        let kind = Kind::parse(&column.kind).unwrap_or(Kind::Text);
        // The rest of the question needs the column's values, which are read for candidates only.
        let may_say_where = matches!(kind, Kind::Geometry | Kind::Decimal | Kind::Text);
        if may_say_where && candidates.last() != Some(&column.resource_id) {
            candidates.push(column.resource_id);
        }
    }
    let memory = Memory::of(app).await?;
    let mut collections = vec![Collection::Places];
    for row in store::list_resources(app.db.read(), None).await? {
        if row.version.is_none() || !candidates.contains(&row.id) {
            continue;
        }
        let resource = match memory
            .resource(app, &anyone, &row.dataset_slug, &row.slug, None)
            .await
        {
            Ok(resource) => resource,
            Err(problem) if matches!(problem.kind(), ProblemKind::NotFound | ProblemKind::Gone) => continue,
            Err(problem) => return Err(problem),
        };
        if let Some(located) = Located::of(&resource) {
            collections.push(Collection::Table(resource, located));
        }
    }
    let collections = Arc::new(collections);
    app.shelf.put(Arc::new(Known {
        n_changes,
        collections: collections.clone(),
    }));
    Ok(collections)
}

struct Known {
    n_changes: i64,
    collections: Arc<Vec<Collection>>,
}

/// A column that says when a row was, for questions about time.
pub fn time_column(resource: &Resource) -> Option<(&str, Kind)> {
    resource.columns.iter().find_map(|column| {
        let kind = Kind::parse(&column.kind)?;
        let is_time = matches!(kind, Kind::Date | Kind::Instant)
            && meaning::of(column, resource.n_rows) == Meaning::Time;
        is_time.then_some((column.name.as_str(), kind))
    })
}
