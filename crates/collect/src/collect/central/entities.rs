//! Entity lists ("datasets" in addresses) and entities as ODK Central has them.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{OriginalUri, Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    Parts,
    actors::{Actors, account_of},
    is_true, number_of,
};
use crate::{
    collect::{
        self,
        entities::{
            self, Change, NewEntity, Origin, Removal, Which, choices,
            lists::{self, Described, ListChange, Waiting},
            model::{self, Conflict, Count, Data, Entity, List, Property, Seen, Version},
        },
        model::Project,
        openrosa::{part, project_of},
        store::entities::things::{self, Head},
    },
    platform::{
        app::App,
        audit,
        op::Op,
        problem::{Problem, Result},
        time::Time,
    },
};

/// Most entities one list holds.
const MOST_LISTED: usize = 1_000_000;

pub(super) fn routes() -> Router<App> {
    let list = "/v1/projects/{project}/datasets/{list}";
    let at = |path: &str| format!("{list}{path}");
    Router::new()
        .route("/v1/projects/{project}/datasets", get(list_lists).post(add_list))
        .route(list, get(list_or_service).patch(change_list).delete(delete_list))
        .route(&at("/properties"), post(add_property))
        .route(&at("/properties/{property}"), delete(delete_property))
        .route(&at("/entities.csv"), get(csv))
        .route(&at("/integrity"), get(integrity))
        .route(&at("/$metadata"), get(super::entities_feed::metadata))
        .route(&at("/Entities"), get(super::entities_feed::feed))
        .route(&at("/entities"), get(list_entities).post(add_entities))
        .route(&at("/entities/creators"), get(creators))
        .route(&at("/entities/bulk-delete"), post(bulk_delete))
        .route(&at("/entities/bulk-restore"), post(bulk_restore))
        .route(
            &at("/entities/{entity}"),
            get(entity).patch(change_entity).delete(delete_entity),
        )
        .route(&at("/entities/{entity}/restore"), post(restore_entity))
        .route(&at("/entities/{entity}/versions"), get(versions))
        .route(&at("/entities/{entity}/diffs"), get(diffs))
        .route(&at("/entities/{entity}/audits"), get(audits))
        .route(
            "/v1/projects/{project}/trash/datasets/{number}/entities.csv",
            get(deleted_csv),
        )
        .route(
            "/v1/projects/{project}/forms/{form}/dataset-diff",
            get(form_differences),
        )
        .route(
            "/v1/projects/{project}/forms/{form}/draft/dataset-diff",
            get(draft_differences),
        )
}

/// Phones ask whether to forget entities at the address of their project, token and all.
pub(in crate::collect) fn openrosa_routes() -> Router<App> {
    Router::new().route(
        "/v1/key/{token}/projects/{project}/datasets/{list}/integrity",
        get(integrity),
    )
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Options {
    deleted: Option<String>,
    force: Option<String>,
    resolve: Option<String>,
    convert: Option<String>,
    id: Option<String>,
    #[serde(rename = "baseVersion")]
    base_version: Option<String>,
    #[serde(rename = "relevantToConflict")]
    relevant_to_conflict: Option<String>,
    #[serde(rename = "$filter")]
    filter: Option<String>,
}

impl Options {
    fn which(&self) -> Which {
        match is_true(&self.deleted) {
            true => Which::Deleted,
            false => Which::Present,
        }
    }
}

async fn project(app: &App, parts: &std::collections::HashMap<String, String>) -> Result<Project> {
    collect::project(app, project_of(parts)?).await
}

pub(super) async fn find_list(
    app: &App,
    op: &Op,
    parts: &std::collections::HashMap<String, String>,
) -> Result<List> {
    let name = part(parts, "list");
    let name = name.strip_suffix(".svc").unwrap_or(name);
    op.require(&collect::READERS)?;
    lists::find(app, op, &project(app, parts).await?, name).await
}

async fn list_lists(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(options): Query<Options>,
) -> Result<Json<Value>> {
    op.require(&collect::READERS)?;
    let found = lists::all(&app, &op, &project(&app, &parts).await?, options.which()).await?;
    Ok(Json(
        found
            .iter()
            .map(|(list, count)| Value::Object(list_json(list, *count)))
            .collect(),
    ))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ListInput {
    name: Option<String>,
    #[serde(rename = "approvalRequired")]
    approval_required: Option<bool>,
    #[serde(rename = "ownerOnly")]
    owner_only: Option<bool>,
    /// `{ "type": "ownerOnly" }`, or `null` for everybody.
    #[serde(rename = "accessFilter", deserialize_with = "given")]
    access_filter: Option<Value>,
}

/// Tells `null` from what is not there.
fn given<'de, D: serde::Deserializer<'de>>(from: D) -> std::result::Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

impl ListInput {
    fn change(&self) -> Result<ListChange> {
        let is_own_only = match &self.access_filter {
            None => self.owner_only,
            Some(Value::Null) => Some(false),
            Some(filter) if filter["type"] == "ownerOnly" => Some(true),
            Some(_) => {
                return Err(model::Fault::mistyped_field(
                    "accessFilter",
                    "ownerOnly; places are kept apart by themselves",
                )
                .into());
            }
        };
        Ok(ListChange {
            needs_approval: self.approval_required,
            is_own_only,
            ..ListChange::default()
        })
    }
}

async fn add_list(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Json(input): Json<ListInput>,
) -> Result<Json<Value>> {
    op.require(&collect::KEEPERS)?;
    let project = project(&app, &parts).await?;
    let name = input.name.as_deref().unwrap_or_default();
    let list = lists::add(&app, &op, &project, name, input.change()?).await?;
    described_json(&app, &op, list).await
}

async fn list_or_service(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Response> {
    let list = find_list(&app, &op, &parts).await?;
    if part(&parts, "list").ends_with(".svc") {
        let service = super::entities_feed::service_of(&app, &headers, &uri);
        return Ok(super::entities_feed::service_document(&service));
    }
    Ok(described_json(&app, &op, list).await?.into_response())
}

async fn change_list(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(options): Query<Options>,
    Json(input): Json<ListInput>,
) -> Result<Json<Value>> {
    op.require(&collect::KEEPERS)?;
    let list = find_list(&app, &op, &parts).await?;
    let waiting = match options.convert.as_deref() {
        None => Waiting::Unasked,
        Some("true" | "True") => Waiting::Convert,
        Some("false" | "False") => Waiting::Leave,
        Some(_) => return Err(model::Fault::mistyped_field("convert", "true or false").into()),
    };
    let change = ListChange {
        waiting,
        ..input.change()?
    };
    let list = lists::change(&app, &op, &list, change).await?;
    described_json(&app, &op, list).await
}

async fn delete_list(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require(&collect::KEEPERS)?;
    let list = find_list(&app, &op, &parts).await?;
    lists::delete(&app, &op, &list).await?;
    Ok(success())
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Named {
    name: String,
}

async fn add_property(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Json(named): Json<Named>,
) -> Result<Json<Value>> {
    op.require(&collect::KEEPERS)?;
    let list = find_list(&app, &op, &parts).await?;
    lists::add_property(&app, &op, &list, &named.name).await?;
    Ok(success())
}

async fn delete_property(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require(&collect::KEEPERS)?;
    let list = find_list(&app, &op, &parts).await?;
    lists::delete_property(&app, &op, &list, part(&parts, "property")).await?;
    Ok(success())
}

async fn csv(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(options): Query<Options>,
    headers: HeaderMap,
) -> Result<Response> {
    let list = find_list(&app, &op, &parts).await?;
    if options.filter.is_some() {
        let entities = super::entities_feed::meant(&app, &op, &list, options.filter.as_deref()).await?;
        return written(&app, &list, &list.name, entities, None).await;
    }
    let tag = format!(
        "\"{}\"",
        choices::state(&list, &entities::view(&app, &op, &list).await?)
    );
    let is_known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|known| known.to_str().ok())
        .is_some_and(|known| {
            known
                .split(',')
                .any(|one| one.trim().trim_start_matches("W/") == tag)
        });
    if is_known {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let all = entities::list_entities(&app, &op, &list, Which::Present, None, MOST_LISTED).await?;
    written(&app, &list, &list.name, all, Some(&tag)).await
}

async fn deleted_csv(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Response> {
    op.require(&collect::READERS)?;
    let project = project(&app, &parts).await?;
    let unknown = || Problem::not_found("collect-list-unknown").with("list", part(&parts, "number"));
    let number = part(&parts, "number").parse().map_err(|_| unknown())?;
    let list = lists::find_by_number(&app, &op, &project, number).await?;
    if list.deleted_at.is_none() {
        return Err(unknown());
    }
    let all = entities::list_entities(&app, &op, &list, Which::Present, None, MOST_LISTED).await?;
    written(&app, &list, &format!("{}-deleted", list.name), all, None).await
}

/// Writes entities as the CSV that people and programs download.
async fn written(
    app: &App,
    list: &List,
    file: &str,
    entities: Vec<Entity>,
    tag: Option<&str>,
) -> Result<Response> {
    let properties = lists::properties(app, list).await?;
    let creators = entities.iter().map(|entity| entity.created_by.as_deref());
    let actors = Actors::of(app, creators.collect()).await?;
    let has_parents = list.parent_list.is_some();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut head = vec!["__id", "label"];
    head.extend(properties.iter().map(|property| property.name.as_str()));
    head.extend([
        "__createdAt",
        "__creatorId",
        "__creatorName",
        "__updates",
        "__updatedAt",
        "__version",
    ]);
    if has_parents {
        head.extend(["__parent", "__parentLabel"]);
    }
    writer.write_record(&head).map_err(Problem::internal)?;
    for entity in &entities {
        let mut row = vec![entity.uuid.clone(), entity.label.clone()];
        row.extend(
            properties
                .iter()
                .map(|property| entity.data.get(&property.name).cloned().unwrap_or_default()),
        );
        let creator = entity.created_by.as_deref();
        let name = actors.json(creator)["displayName"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        row.extend([
            entity.created_at.to_string(),
            creator.map_or_else(String::new, |id| number_of(id).to_string()),
            name,
            (entity.version - 1).to_string(),
            entity.changed_at.map_or_else(String::new, |at| at.to_string()),
            entity.version.to_string(),
        ]);
        if has_parents {
            let parent = entity.parent.as_ref();
            row.push(parent.map_or_else(String::new, |parent| parent.uuid.clone()));
            row.push(parent.and_then(|parent| parent.label.clone()).unwrap_or_default());
        }
        writer.write_record(&row).map_err(Problem::internal)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| Problem::internal(anyhow::anyhow!("{error}")))?;
    let disposition = format!(
        "attachment; filename*=UTF-8''{}.csv",
        collect::openrosa::encoded(file)
    );
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    let mut response = (headers, bytes).into_response();
    if let Some(tag) = tag.and_then(|tag| HeaderValue::from_str(tag).ok()) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

async fn integrity(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(options): Query<Options>,
) -> Result<Response> {
    op.require(&collect::FILERS)?;
    let list = lists::find_for_filling(&app, &op, project_of(&parts)?, part(&parts, "list")).await?;
    let ids: Vec<String> = options
        .id
        .iter()
        .flat_map(|ids| ids.split(','))
        .map(str::trim)
        .filter(|id| !id.is_empty())
        .map(str::to_owned)
        .collect();
    let states = choices::integrity(&app, &op, &list, &ids).await?;
    let states: Vec<(&str, bool)> = states
        .iter()
        .map(|(id, is_gone)| (id.as_str(), *is_gone))
        .collect();
    let headers = [
        (header::CONTENT_TYPE.as_str(), formats::openrosa::CONTENT_TYPE),
        ("x-openrosa-version", "1.0"),
    ];
    let xml = formats::xform::entities::integrity(&states);
    Ok((headers, xml).into_response())
}

async fn list_entities(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(options): Query<Options>,
) -> Result<Json<Value>> {
    let list = find_list(&app, &op, &parts).await?;
    let all = entities::list_entities(&app, &op, &list, options.which(), None, MOST_LISTED).await?;
    let heads = things::heads(app.db.read(), &list.id).await?;
    let makers = heads.values().map(|head| head.created_by.as_deref());
    let creators = all.iter().map(|entity| entity.created_by.as_deref());
    let actors = Actors::of(&app, creators.chain(makers).collect()).await?;
    Ok(Json(
        all.iter()
            .map(|entity| {
                let mut json = entity_json(entity, &actors);
                if let Some(head) = heads.get(&entity.id) {
                    json.insert("currentVersion".into(), head_json(entity, head, &actors));
                }
                Value::Object(json)
            })
            .collect(),
    ))
}

async fn creators(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    let list = find_list(&app, &op, &parts).await?;
    entities::view(&app, &op, &list).await?;
    let ids = things::creators(app.db.read(), &list.id).await?;
    let actors = Actors::of(&app, ids.iter().map(|id| Some(id.as_str())).collect()).await?;
    Ok(Json(actors.list()))
}

async fn entity(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(options): Query<Options>,
) -> Result<Json<Value>> {
    let list = find_list(&app, &op, &parts).await?;
    let found = entities::entity(&app, &op, &list, part(&parts, "entity")).await?;
    if found.deleted_at.is_some() != is_true(&options.deleted) {
        return Err(Problem::not_found("collect-entity-unknown"));
    }
    whole_json(&app, &list, &found).await
}

/// An entity with its newest version, as one that was asked for, made or changed is shown.
async fn whole_json(app: &App, list: &List, entity: &Entity) -> Result<Json<Value>> {
    let versions = entities::versions(app, entity).await?;
    let properties = lists::properties(app, list).await?;
    let makers = versions.iter().map(|version| version.created_by.as_deref());
    let actors = Actors::of(app, makers.chain([entity.created_by.as_deref()]).collect()).await?;
    let mut json = entity_json(entity, &actors);
    if let Some(version) = versions.last() {
        json.insert(
            "currentVersion".into(),
            version_json(version, entity.version, &actors, Some(&properties)),
        );
    }
    Ok(Json(json.into()))
}

async fn add_entities(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Result<Json<Value>> {
    op.require(&collect::KEEPERS)?;
    let list = find_list(&app, &op, &parts).await?;
    let mut origin = origin(&headers);
    let Some(many) = body.get("entities") else {
        let made = entities::add(&app, &op, &list, vec![new_entity(&body)?], &origin).await?;
        return match made.first() {
            Some(made) => whole_json(&app, &list, made).await,
            None => Err(Problem::invalid("collect-entity-malformed")),
        };
    };
    let many = many.as_array().filter(|many| !many.is_empty());
    let many = many.ok_or_else(|| {
        Problem::invalid("collect-entity-fields-unexpected")
            .with("name", "entities: not a list with entities")
    })?;
    let source = body.get("source").filter(|source| !source.is_null());
    let source = source.ok_or_else(|| model::Fault::missing_field("source"))?;
    let name = match &source["name"] {
        Value::String(name) if !name.is_empty() => name,
        Value::Null | Value::String(_) => return Err(model::Fault::missing_field("source.name").into()),
        _ => return Err(model::Fault::mistyped_field("name", "string").into()),
    };
    if !(source["size"].is_null() || source["size"].is_number()) {
        return Err(model::Fault::mistyped_field("size", "number").into());
    }
    let new = many.iter().map(new_entity).collect::<Result<Vec<_>>>()?;
    let details = json!({ "name": name, "size": source["size"], "count": new.len() });
    (origin.kind, origin.details) = ("upload", Some(details.to_string()));
    entities::add(&app, &op, &list, new, &origin).await?;
    Ok(success())
}

fn origin(headers: &HeaderMap) -> Origin {
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok());
    Origin {
        kind: "api",
        details: None,
        user_agent: agent.map(|agent| agent.chars().take(255).collect()),
    }
}

fn new_entity(json: &Value) -> Result<NewEntity> {
    let input = EntityInput::read(json)?;
    Ok(NewEntity {
        uuid: input.uuid,
        label: input.label.ok_or_else(|| model::Fault::missing_field("label"))?,
        data: input.data,
        parent: input.parent,
    })
}

/// What a program says about an entity.
struct EntityInput {
    uuid: Option<String>,
    label: Option<String>,
    data: Data,
    /// The id of its parent; only ours know it.
    parent: Option<String>,
}

impl EntityInput {
    fn read(json: &Value) -> Result<Self> {
        let Some(object) = json.as_object() else {
            return Err(Problem::invalid("collect-entity-fields-unexpected").with("name", "no object"));
        };
        if let Some(name) = object
            .keys()
            .find(|name| !["uuid", "label", "data", "parent"].contains(&name.as_str()))
        {
            return Err(Problem::invalid("collect-entity-fields-unexpected").with("name", name));
        }
        let text = |name: &str| match object.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(model::Fault::mistyped_field(name, "string")),
        };
        let mut data = Data::new();
        match object.get("data") {
            None | Some(Value::Null) => {}
            Some(Value::Object(given)) => {
                for (name, value) in given {
                    let value = value
                        .as_str()
                        .ok_or_else(|| model::Fault::mistyped_field(name, "string"))?;
                    data.insert(name.clone(), value.to_owned());
                }
            }
            Some(_) => return Err(model::Fault::mistyped_field("data", "object").into()),
        }
        Ok(Self {
            uuid: text("uuid")?.filter(|uuid| !uuid.is_empty()),
            label: text("label")?,
            data,
            parent: text("parent")?,
        })
    }
}

async fn change_entity(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(options): Query<Options>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>> {
    op.require(&collect::KEEPERS)?;
    let list = find_list(&app, &op, &parts).await?;
    let input = match body.is_empty() {
        true => Value::Object(Map::new()),
        false => serde_json::from_slice(&body)
            .map_err(|error| Problem::invalid("json-malformed").because(error))?,
    };
    let input = EntityInput::read(&input)?;
    let found = entities::present(&app, &op, &list, part(&parts, "entity")).await?;
    let said = options.base_version.as_deref().map(str::parse::<i64>);
    let base_version = match (is_true(&options.force), said) {
        (true, _) => None,
        (false, Some(Ok(base))) => Some(base),
        // Who does not say from which version, may have seen none.
        (false, _) => {
            return Err(Problem::conflict("collect-entity-stale")
                .with("current", found.version)
                .with("provided", options.base_version.as_deref().unwrap_or("-")));
        }
    };
    let change = Change {
        label: input.label,
        data: input.data,
        parent: input.parent,
        base_version,
        resolves: is_true(&options.resolve),
    };
    let changed = entities::change(&app, &op, &list, &found.uuid, change, &origin(&headers)).await?;
    whole_json(&app, &list, &changed).await
}

async fn delete_entity(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    moved(&app, &op, &Path(parts), Removal::Delete).await
}

async fn restore_entity(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    moved(&app, &op, &Path(parts), Removal::Restore).await
}

async fn moved(app: &App, op: &Op, Path(parts): &Parts, how: Removal) -> Result<Json<Value>> {
    op.require(&collect::KEEPERS)?;
    let list = find_list(app, op, parts).await?;
    let moved = entities::move_one(app, op, &list, part(parts, "entity"), how).await?;
    let mut told = json!({ "success": true });
    if how == Removal::Delete && moved.n_children > 0 {
        told["children"] = moved.n_children.into();
    }
    Ok(Json(told))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Ids {
    ids: Vec<String>,
}

async fn bulk_delete(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Json(ids): Json<Ids>,
) -> Result<Json<Value>> {
    moved_many(&app, &op, &Path(parts), &ids.ids, Removal::Delete).await
}

async fn bulk_restore(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Json(ids): Json<Ids>,
) -> Result<Json<Value>> {
    moved_many(&app, &op, &Path(parts), &ids.ids, Removal::Restore).await
}

async fn moved_many(
    app: &App,
    op: &Op,
    Path(parts): &Parts,
    ids: &[String],
    how: Removal,
) -> Result<Json<Value>> {
    op.require(&collect::KEEPERS)?;
    let list = find_list(app, op, parts).await?;
    let moved = entities::move_many(app, op, &list, ids, how).await?;
    Ok(Json(json!({ "count": moved.n })))
}

async fn versions(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(options): Query<Options>,
) -> Result<Json<Value>> {
    let list = find_list(&app, &op, &parts).await?;
    let found = entities::present(&app, &op, &list, part(&parts, "entity")).await?;
    let all = entities::versions(&app, &found).await?;
    let makers = all.iter().map(|version| version.created_by.as_deref());
    let actors = Actors::of(&app, makers.collect()).await?;
    let only_relevant = is_true(&options.relevant_to_conflict);
    let seen = model::look(&all, found.resolved_version);
    let shown = seen.iter().filter(|one| !only_relevant || one.is_relevant);
    Ok(Json(
        shown.map(|one| seen_json(one, found.version, &actors)).collect(),
    ))
}

async fn diffs(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    let list = find_list(&app, &op, &parts).await?;
    let found = entities::present(&app, &op, &list, part(&parts, "entity")).await?;
    let all = entities::versions(&app, &found).await?;
    let one = |difference: &model::Difference| {
        let mut told = Map::new();
        // What was not there before has no old value, as in Central.
        if let Some(old) = &difference.old {
            told.insert("old".into(), old.clone().into());
        }
        told.insert("new".into(), difference.new.clone().into());
        told.insert("propertyName".into(), difference.property.clone().into());
        Value::Object(told)
    };
    let told = model::differences(&all);
    Ok(Json(
        told.iter()
            .map(|each| Value::Array(each.iter().map(one).collect()))
            .collect(),
    ))
}

async fn audits(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    let list = find_list(&app, &op, &parts).await?;
    let found = entities::present(&app, &op, &list, part(&parts, "entity")).await?;
    let all = entities::versions(&app, &found).await?;
    let noted = audit::list_about(&app, &format!("entity/{}", found.id), 1_000).await?;
    let accounts = noted.iter().map(|entry| account_of(&entry.who));
    let makers = all.iter().map(|version| version.created_by.as_deref());
    let actors = Actors::of(&app, makers.chain(accounts).collect()).await?;
    let about = json!({ "uuid": found.uuid, "dataset": list.name });
    let mut told: Vec<(i64, i64, Value)> = Vec::new();
    for version in &all {
        let action = match (version.version, version.source.kind.as_str()) {
            (1, "upload") => "entity.bulk.create",
            (1, _) => "entity.create",
            _ => "entity.update.version",
        };
        let by = version.created_by.as_deref();
        let mut details = json!({ "entity": about, "version": version.version });
        details["source"] = source_json(version);
        told.push((
            version.created_at.0,
            version.version,
            audit_json(action, by, version.created_at, details, &actors),
        ));
    }
    for entry in noted {
        let facts: Value = serde_json::from_str(&entry.facts).unwrap_or_default();
        let action = match facts["how"].as_str() {
            Some("deleted") => "entity.delete",
            Some("restored") => "entity.restore",
            Some("resolved") => "entity.update.resolve",
            _ => continue,
        };
        let (by, at) = (account_of(&entry.who), Time(entry.at));
        let details = json!({ "entity": about });
        told.push((entry.at, i64::MAX, audit_json(action, by, at, details, &actors)));
    }
    told.sort_by_key(|(at, version, _)| std::cmp::Reverse((*at, *version)));
    Ok(Json(told.into_iter().map(|(_, _, entry)| entry).collect()))
}

fn audit_json(action: &str, by: Option<&str>, at: Time, details: Value, actors: &Actors) -> Value {
    json!({
        "actorId": by.map(number_of),
        "action": action,
        "acteeId": null,
        "details": details,
        "loggedAt": at.to_string(),
        "actor": actors.json(by),
    })
}

async fn form_differences(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require(&collect::KEEPERS)?;
    let form = super::find_form(&app, &parts).await?;
    let version = collect::store::find_current(app.db.read(), &form.id).await?;
    let version =
        version.ok_or_else(|| Problem::not_found("form-unpublished").with("form", &form.xml_form_id))?;
    let told = lists::differences(&app, &form, &version.id).await?;
    // What is published is nothing new.
    Ok(Json(
        told.iter()
            .map(|list| {
                let properties: Vec<Value> = list
                    .properties
                    .iter()
                    .map(|property| json!({ "name": property.name, "inForm": property.is_in_form }))
                    .collect();
                json!({ "name": list.list, "properties": properties })
            })
            .collect(),
    ))
}

async fn draft_differences(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require(&collect::KEEPERS)?;
    let form = super::find_form(&app, &parts).await?;
    let draft = collect::store::find_draft(app.db.read(), &form.id).await?;
    let draft = draft.ok_or_else(|| Problem::not_found("form-no-draft").with("form", &form.xml_form_id))?;
    let told = lists::differences(&app, &form, &draft.id).await?;
    Ok(Json(
        told.iter()
            .map(|list| {
                let properties: Vec<Value> = list
                    .properties
                    .iter()
                    .map(|property| {
                        json!({ "name": property.name, "isNew": property.is_new, "inForm": property.is_in_form })
                    })
                    .collect();
                json!({ "name": list.list, "isNew": list.is_new, "properties": properties })
            })
            .collect(),
    ))
}

fn success() -> Json<Value> {
    Json(json!({ "success": true }))
}

fn list_json(list: &List, count: Count) -> Map<String, Value> {
    let mut json = Map::new();
    let mut put = |name: &str, value: Value| {
        json.insert(name.to_owned(), value);
    };
    if list.deleted_at.is_some() {
        put("id", list.number.into());
    }
    put("name", list.name.clone().into());
    put("createdAt", list.created_at.to_string().into());
    put("projectId", list.project_id.into());
    put("approvalRequired", list.needs_approval.into());
    put("ownerOnly", list.is_own_only.into());
    put("deletedAt", time(list.deleted_at));
    put("entities", count.n_entities.into());
    put("lastEntity", time(count.last_at));
    put("conflicts", count.n_conflicts.into());
    json
}

async fn described_json(app: &App, op: &Op, list: List) -> Result<Json<Value>> {
    let Described {
        list,
        count,
        properties,
        writers,
        readers,
        parent,
    } = lists::describe(app, op, list).await?;
    let form = |form: &collect::store::entities::lists::FormOfList| {
        let mut json = json!({ "name": form.title, "xmlFormId": form.xml_form_id });
        if form.is_repeat {
            json["repeatPath"] = format!("{}/", below_root(&form.scope)).into();
        }
        json
    };
    let of = |forms: &[collect::store::entities::lists::FormOfList], is_draft: bool| -> Value {
        forms
            .iter()
            .filter(|each| each.is_draft == is_draft)
            .map(form)
            .collect()
    };
    let property = |property: &Property| {
        let forms: Value = writers
            .iter()
            .filter(|form| !form.is_draft && form.properties.contains(&property.name))
            .map(form)
            .collect();
        json!({
            "name": property.name,
            "publishedAt": property.created_at.to_string(),
            "odataName": super::entities_feed::identifier(&property.name),
            "forms": forms,
        })
    };
    let mut json = list_json(&list, count);
    json.insert("lastUpdate".into(), list.changed_at.to_string().into());
    json.insert("properties".into(), properties.iter().map(property).collect());
    json.insert("sourceForms".into(), of(&writers, false));
    json.insert("draftSourceForms".into(), of(&writers, true));
    json.insert("linkedForms".into(), of(&readers, false));
    json.insert("draftLinkedForms".into(), of(&readers, true));
    if list.is_own_only {
        json.insert("accessFilter".into(), json!({ "type": "ownerOnly" }));
    }
    json.insert("parentDataset".into(), parent.map(|list| list.name).into());
    Ok(Json(json.into()))
}

/// `/data/member` → `/member`, as Central writes where a repeat stands.
fn below_root(scope: &str) -> &str {
    scope
        .get(1..)
        .and_then(|rest| rest.find('/'))
        .map_or("", |at| &scope[at + 1..])
}

fn entity_json(entity: &Entity, actors: &Actors) -> Map<String, Value> {
    let creator = entity.created_by.as_deref();
    let mut json = Map::new();
    let mut put = |name: &str, value: Value| {
        json.insert(name.to_owned(), value);
    };
    put("uuid", entity.uuid.clone().into());
    put("creatorId", creator.map_or(0, number_of).into());
    put("conflict", conflict(entity.conflict));
    put("createdAt", entity.created_at.to_string().into());
    put("updatedAt", time(entity.changed_at));
    put("deletedAt", time(entity.deleted_at));
    put("creator", actors.json(creator));
    put(
        "parent",
        entity.parent.as_ref().map_or(
            Value::Null,
            |parent| json!({ "uuid": parent.uuid, "label": parent.label, "exists": parent.id.is_some() }),
        ),
    );
    json
}

fn head_json(entity: &Entity, head: &Head, actors: &Actors) -> Value {
    let maker = head.created_by.as_deref();
    json!({
        "current": true,
        "label": entity.label,
        "creatorId": maker.map_or(0, number_of),
        // pyodk wants a text, even of a client that did not say.
        "userAgent": head.user_agent.as_deref().unwrap_or_default(),
        "version": entity.version,
        "baseVersion": head.base_version,
        "conflictingProperties": head.conflicting,
        "createdAt": head.created_at.to_string(),
        "branchId": head.branch_id,
        "trunkVersion": head.trunk_version,
        "branchBaseVersion": head.branch_base_version,
        "creator": actors.json(maker),
    })
}

/// Writes a version; of the newest one only what the list still knows.
fn version_json(version: &Version, newest: i64, actors: &Actors, known: Option<&[Property]>) -> Value {
    let maker = version.created_by.as_deref();
    let data: Data = version
        .data
        .iter()
        .filter(|(name, _)| known.is_none_or(|known| known.iter().any(|property| property.name == **name)))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    json!({
        "current": version.version == newest,
        "label": version.label,
        "creatorId": maker.map_or(0, number_of),
        "userAgent": version.user_agent.as_deref().unwrap_or_default(),
        "data": data,
        "version": version.version,
        "baseVersion": version.base_version,
        "dataReceived": version.received,
        "conflictingProperties": version.conflicting,
        "createdAt": version.created_at.to_string(),
        "branchId": version.branch_id,
        "trunkVersion": version.trunk_version,
        "branchBaseVersion": version.branch_base_version,
        "parentUuid": version.parent_uuid,
        "creator": actors.json(maker),
    })
}

fn seen_json(one: &Seen, newest: i64, actors: &Actors) -> Value {
    let mut json = version_json(&one.version, newest, actors, None);
    json["conflict"] = conflict(one.conflict);
    json["resolved"] = one.is_resolved.into();
    json["baseDiff"] = one.base_diff.clone().into();
    json["serverDiff"] = one.server_diff.clone().into();
    json["lastGoodVersion"] = one.is_last_good.into();
    json["relevantToConflict"] = one.is_relevant.into();
    json["source"] = source_json(&one.version);
    json
}

fn source_json(version: &Version) -> Value {
    if let Some(submission) = &version.source.submission {
        return json!({
            "submission": {
                "instanceId": submission.root_id,
                "xmlFormId": submission.xml_form_id,
                "currentVersion": { "instanceId": submission.instance_id, "instanceName": submission.name },
            },
            "forceProcessed": version.source.is_forced,
        });
    }
    version
        .source
        .details
        .as_deref()
        .and_then(|details| serde_json::from_str(details).ok())
        .unwrap_or_else(|| json!({}))
}

fn conflict(conflict: Option<Conflict>) -> Value {
    conflict.map(Conflict::as_str).into()
}

fn time(at: Option<Time>) -> Value {
    at.map(|at| at.to_string()).into()
}
