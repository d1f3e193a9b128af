//! Entities as OData 4.0: service document, metadata document, and the feed with its filters and pages.

use std::{collections::HashMap, sync::LazyLock};

use axum::{
    extract::{OriginalUri, Path, RawQuery, State},
    http::{HeaderMap, Uri, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use formats::{
    export::{
        About, Fields, Submitter,
        filter::{Filter, Scope},
        order::Order,
    },
    xform::Form,
};
use serde_json::{Map, Value, json};

use super::{Parts, actors::Actors, entities::find_list, number_of};
use crate::{
    collect::{
        entities::{
            self, Which, lists,
            model::{Entity, List, Property},
        },
        openrosa::site_of,
    },
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
    },
};

/// What Central calls a page's end: its version, then JSON in Base64.
const TOKEN: &str = "01";
/// Most entities that are looked through for a filter, an order or a search.
const MOST_SEARCHED: usize = 1_000_000;

/// What is known of an entity beside its properties, in the order it is written.
const SYSTEM: [&str; 9] = [
    "createdAt",
    "creatorId",
    "creatorName",
    "updates",
    "updatedAt",
    "deletedAt",
    "version",
    "conflict",
    "parent",
];

/// What filters and orders call what is known of entities, and what the same is called of submissions.
const NAMES: [(&str, &str); 3] = [
    ("__system/createdAt", "__system/submissionDate"),
    ("__system/creatorId", "__system/submitterId"),
    ("__system/conflict", "__system/reviewState"),
];

/// A form without questions: filters of entities speak only of what the program knows.
static NO_FIELDS: LazyLock<Option<Fields>> = LazyLock::new(|| {
    let form = "<h:html xmlns:h=\"http://www.w3.org/1999/xhtml\" xmlns=\"http://www.w3.org/2002/xforms\"><h:head><model>\
        <instance><data id=\"none\"/></instance></model></h:head><h:body/></h:html>";
    Form::parse(form).ok().map(|form| Fields::of(&form))
});

/// The address below which a list's service stands.
pub(super) fn service_of(app: &App, headers: &HeaderMap, uri: &Uri) -> String {
    let path = uri.path();
    let end = path.find(".svc").map_or(path.len(), |at| at + 4);
    format!("{}{}", site_of(app, headers), &path[..end])
}

pub(super) fn service_document(service: &str) -> Response {
    let body = json!({
        "@odata.context": format!("{service}/$metadata"),
        "value": [{ "name": "Entities", "kind": "EntitySet", "url": "Entities" }],
    });
    odata(body.to_string())
}

fn odata(body: String) -> Response {
    let headers = [
        (
            header::CONTENT_TYPE.as_str(),
            "application/json; odata.metadata=minimal",
        ),
        ("odata-version", "4.0"),
    ];
    (headers, body).into_response()
}

/// Makes of a name one that OData can write: letters, digits and `_`, not beginning with a digit.
pub(super) fn identifier(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '_' })
        .collect();
    match plain.chars().next() {
        Some(c) if c.is_numeric() => format!("_{plain}"),
        _ => plain,
    }
}

fn need_service(parts: &HashMap<String, String>) -> Result<()> {
    match parts.get("list").is_some_and(|list| list.ends_with(".svc")) {
        true => Ok(()),
        false => Err(Problem::not_found("page-unknown")),
    }
}

pub(super) async fn metadata(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Response> {
    let list = find_list(&app, &op, &parts).await?;
    need_service(&parts)?;
    entities::view(&app, &op, &list).await?;
    let properties = lists::properties(&app, &list).await?;
    let headers = [
        (header::CONTENT_TYPE.as_str(), "application/xml; charset=utf-8"),
        ("odata-version", "4.0"),
    ];
    Ok((headers, described(&list, &properties)).into_response())
}

fn described(list: &List, properties: &[Property]) -> String {
    let namespace = format!("org.opendatakit.user.{}", identifier(&list.name));
    let property = |name: &str, kind: &str| format!("<Property Name=\"{name}\" Type=\"{kind}\"/>\n");
    let system: String = SYSTEM
        .iter()
        .map(|name| match *name {
            "createdAt" | "updatedAt" | "deletedAt" => property(name, "Edm.DateTimeOffset"),
            "updates" | "version" => property(name, "Edm.Int64"),
            _ => property(name, "Edm.String"),
        })
        .collect();
    let own: String = properties
        .iter()
        .map(|each| property(&identifier(&each.name), "Edm.String"))
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <edmx:Edmx xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\" Version=\"4.0\">\n<edmx:DataServices>\n\
         <Schema xmlns=\"http://docs.oasis-open.org/odata/ns/edm\" Namespace=\"org.opendatakit.entity\">\n\
         <ComplexType Name=\"metadata\">\n{system}</ComplexType>\n</Schema>\n\
         <Schema xmlns=\"http://docs.oasis-open.org/odata/ns/edm\" Namespace=\"{namespace}\">\n\
         <EntityType Name=\"Entities\">\n<Key><PropertyRef Name=\"__id\"/></Key>\n\
         <Property Name=\"__id\" Type=\"Edm.String\" Nullable=\"false\"/>\n\
         <Property Name=\"__system\" Type=\"org.opendatakit.entity.metadata\"/>\n\
         <Property Name=\"label\" Type=\"Edm.String\"/>\n{own}</EntityType>\n\
         <EntityContainer Name=\"{}\">\n<EntitySet Name=\"Entities\" EntityType=\"{namespace}.Entities\">\n\
         <Annotation Term=\"Org.OData.Capabilities.V1.ConformanceLevel\" EnumMember=\"Org.OData.Capabilities.V1.ConformanceLevelType/Minimal\"/>\n\
         <Annotation Term=\"Org.OData.Capabilities.V1.BatchSupported\" Bool=\"false\"/>\n\
         <Annotation Term=\"Org.OData.Capabilities.V1.CountRestrictions\"><Record><PropertyValue Property=\"Countable\" Bool=\"true\"/></Record></Annotation>\n\
         </EntitySet>\n</EntityContainer>\n</Schema>\n</edmx:DataServices>\n</edmx:Edmx>\n",
        identifier(&list.name)
    )
}

/// What is asked of a feed.
#[derive(Debug, Default)]
struct Asked {
    top: Option<usize>,
    skip: usize,
    after: Option<String>,
    is_counted: bool,
    filter: Option<String>,
    order: Option<String>,
    select: Option<Vec<String>>,
    search: Option<String>,
}

impl Asked {
    fn read(query: &str) -> Result<Self> {
        let mut asked = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let value = value.into_owned();
            match &*name {
                "$top" => asked.top = Some(value.parse().map_err(|_| wrong("$top", "integer"))?),
                "$skip" => asked.skip = value.parse().map_err(|_| wrong("$skip", "integer"))?,
                "$skiptoken" => asked.after = Some(uuid_of_token(&value)?),
                "$count" => asked.is_counted = value.eq_ignore_ascii_case("true"),
                "$filter" => asked.filter = Some(value),
                "$orderby" => asked.order = Some(value),
                "$search" => asked.search = Some(value).filter(|search| !search.trim().is_empty()),
                "$select" if value.trim() != "*" => {
                    asked.select = Some(value.split(',').map(|name| name.trim().to_owned()).collect());
                }
                _ => {}
            }
        }
        if asked.after.is_some() {
            asked.skip = 0;
        }
        Ok(asked)
    }

    fn is_plain(&self) -> bool {
        self.filter.is_none() && self.order.is_none() && self.search.is_none()
    }
}

fn wrong(field: &str, expected: &str) -> Problem {
    entities::model::Fault::mistyped_field(field, expected).into()
}

fn uuid_of_token(token: &str) -> Result<String> {
    let malformed = || wrong("$skiptoken", "token");
    let encoded = token.strip_prefix(TOKEN).ok_or_else(malformed)?;
    let json = URL_SAFE_NO_PAD
        .decode(encoded.trim_end_matches('='))
        .map_err(|_| malformed())?;
    let json: Value = serde_json::from_slice(&json).map_err(|_| malformed())?;
    json["uuid"].as_str().map(str::to_owned).ok_or_else(malformed)
}

fn token_of(uuid: &str) -> String {
    let json = json!({ "uuid": uuid }).to_string();
    format!("{TOKEN}{}", URL_SAFE_NO_PAD.encode(json))
}

pub(super) async fn feed(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    OriginalUri(uri): OriginalUri,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response> {
    let list = find_list(&app, &op, &parts).await?;
    need_service(&parts)?;
    let asked = Asked::read(query.as_deref().unwrap_or_default())?;
    let properties = lists::properties(&app, &list).await?;
    check_selection(&asked, &properties)?;
    let Page { entities, more, n } = page(&app, &op, &list, &asked).await?;
    let creators = entities.iter().map(|entity| entity.created_by.as_deref());
    let actors = Actors::of(&app, creators.collect()).await?;
    let service = service_of(&app, &headers, &uri);
    let value: Vec<Value> = entities
        .iter()
        .map(|entity| row(entity, &properties, &asked, &actors))
        .collect();
    let mut body = Map::new();
    body.insert("value".into(), value.into());
    body.insert(
        "@odata.context".into(),
        format!("{service}/$metadata#Entities").into(),
    );
    if let Some(last) = entities.last().filter(|_| more) {
        let next = next_address(&service, query.as_deref().unwrap_or_default(), &last.uuid);
        body.insert("@odata.nextLink".into(), next.into());
    }
    if let Some(n) = n {
        body.insert("@odata.count".into(), n.into());
    }
    Ok(odata(Value::Object(body).to_string()))
}

/// The entities that a filter means, the newest first.
///
/// # Errors
/// `collect-entity-filter-malformed`; `not-allowed`.
pub(super) async fn meant(app: &App, op: &Op, list: &List, filter: Option<&str>) -> Result<Vec<Entity>> {
    let asked = Asked {
        filter: filter.map(str::to_owned),
        ..Asked::default()
    };
    Ok(page(app, op, list, &asked).await?.entities)
}

struct Page {
    entities: Vec<Entity>,
    more: bool,
    /// How many there are in all, when that was asked.
    n: Option<usize>,
}

async fn page(app: &App, op: &Op, list: &List, asked: &Asked) -> Result<Page> {
    let after = match &asked.after {
        Some(uuid) => Some(entities::entity(app, op, list, uuid).await?.id),
        None => None,
    };
    if asked.is_plain() {
        let most = asked.top.map_or(MOST_SEARCHED, |top| {
            top.saturating_add(asked.skip).saturating_add(1)
        });
        let mut found =
            entities::list_entities(app, op, list, Which::Present, after.as_deref(), most).await?;
        let mut entities = found.split_off(asked.skip.min(found.len()));
        let more = asked.top.is_some_and(|top| entities.len() > top);
        entities.truncate(asked.top.unwrap_or(usize::MAX));
        let n = match asked.is_counted {
            true => {
                let n = entities::count_entities(app, op, list, Which::Present).await?;
                Some(usize::try_from(n).unwrap_or_default())
            }
            false => None,
        };
        return Ok(Page { entities, more, n });
    }
    let mut found = search(app, op, list, asked).await?;
    let n = asked.is_counted.then_some(found.len());
    if let Some(after) = after {
        let at = found.iter().position(|entity| entity.id == after);
        found.drain(..at.map_or(0, |at| at + 1));
    }
    let mut entities = found.split_off(asked.skip.min(found.len()));
    let more = asked.top.is_some_and(|top| entities.len() > top);
    entities.truncate(asked.top.unwrap_or(usize::MAX));
    Ok(Page { entities, more, n })
}

/// Looks through what the caller may read for what a filter and a search mean, in the order asked for.
async fn search(app: &App, op: &Op, list: &List, asked: &Asked) -> Result<Vec<Entity>> {
    let malformed =
        |detail: String| Problem::invalid("collect-entity-filter-malformed").with("detail", detail);
    let fields = NO_FIELDS
        .as_ref()
        .ok_or_else(|| Problem::internal(anyhow::anyhow!("a form without questions could not be read")))?;
    let filter = match &asked.filter {
        Some(text) => {
            let scope = Scope { fields, table: 0 };
            Some(Filter::parse(&of_submissions(text), scope).map_err(|error| malformed(error.to_string()))?)
        }
        None => None,
    };
    let order = match &asked.order {
        Some(text) => {
            Some(Order::parse(&of_submissions(text)).map_err(|error| malformed(error.to_string()))?)
        }
        None => None,
    };
    let mut found = entities::list_entities(app, op, list, Which::Present, None, MOST_SEARCHED).await?;
    if filter.as_ref().is_some_and(Filter::asks_deleted) {
        found.extend(entities::list_entities(app, op, list, Which::Deleted, None, MOST_SEARCHED).await?);
        found.sort_by(|a, b| b.id.cmp(&a.id));
    }
    let words = asked.search.as_deref().map(words).unwrap_or_default();
    found.retain(|entity| {
        filter
            .as_ref()
            .is_none_or(|filter| filter.admits(&about(entity), op.at.0))
            && words.iter().all(|word| is_told(entity, word))
    });
    if let Some(order) = order {
        let mut keyed: Vec<_> = found
            .into_iter()
            .map(|entity| (order.key(&about(&entity)), entity))
            .collect();
        keyed.sort_by(|(key, entity), (other_key, other)| {
            order.compare((key, &entity.id), (other_key, &other.id))
        });
        found = keyed.into_iter().map(|(_, entity)| entity).collect();
    }
    Ok(found)
}

/// Writes a condition or an order about entities as one about submissions; what stands between quotes is left alone.
fn of_submissions(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (nth, part) in text.split('\'').enumerate() {
        if nth > 0 {
            out.push('\'');
        }
        if nth % 2 == 0 {
            let renamed = NAMES.iter().fold(part.to_owned(), |part, (entity, submission)| {
                part.replace(entity, submission)
            });
            out.push_str(&renamed);
        } else {
            out.push_str(part);
        }
    }
    out
}

fn about(entity: &Entity) -> About<'_> {
    About {
        instance_id: &entity.uuid,
        submitted_at: entity.created_at.0,
        updated_at: entity.changed_at.map(|at| at.0),
        deleted_at: entity.deleted_at.map(|at| at.0),
        submitter: entity.created_by.as_deref().map(|id| Submitter {
            id: number_of(id),
            name: "",
        }),
        review_state: entity.conflict.map(entities::model::Conflict::as_str),
        ..About::default()
    }
}

/// The words that are searched for, in small letters.
fn words(search: &str) -> Vec<String> {
    search
        .split_whitespace()
        .map(|word| word.trim_matches('"').to_lowercase())
        .filter(|word| !word.is_empty())
        .collect()
}

fn is_told(entity: &Entity, word: &str) -> bool {
    entity.label.to_lowercase().contains(word)
        || entity
            .data
            .values()
            .any(|value| value.to_lowercase().contains(word))
}

fn check_selection(asked: &Asked, properties: &[Property]) -> Result<()> {
    let unknown = asked.select.iter().flatten().find(|name| {
        let system = name.strip_prefix("__system/");
        !(matches!(name.as_str(), "__id" | "__system" | "label")
            || system.is_some_and(|name| SYSTEM.contains(&name))
            || properties.iter().any(|property| property.name == **name))
    });
    match unknown {
        Some(name) => Err(Problem::invalid("collect-entity-property-unknown").with("property", name)),
        None => Ok(()),
    }
}

fn row(entity: &Entity, properties: &[Property], asked: &Asked, actors: &Actors) -> Value {
    let is_asked = |name: &str| {
        asked
            .select
            .as_ref()
            .is_none_or(|select| select.iter().any(|wanted| wanted == name))
    };
    let creator = entity.created_by.as_deref();
    let system = json!({
        "createdAt": entity.created_at.to_string(),
        "creatorId": creator.map_or(0, number_of).to_string(),
        "creatorName": actors.json(creator)["displayName"],
        "updates": entity.version - 1,
        "updatedAt": entity.changed_at.map(|at| at.to_string()),
        "deletedAt": entity.deleted_at.map(|at| at.to_string()),
        "version": entity.version,
        "conflict": entity.conflict.map(entities::model::Conflict::as_str),
        // Here and not beside the properties: pyodk writes back all that stands beside them.
        "parent": entity.parent.as_ref().map(|parent| &parent.uuid),
    });
    let mut json = Map::new();
    if is_asked("__id") {
        json.insert("__id".into(), entity.uuid.clone().into());
    }
    if is_asked("label") {
        json.insert("label".into(), entity.label.clone().into());
    }
    if is_asked("__system") {
        json.insert("__system".into(), system);
    } else {
        let some: Map<String, Value> = SYSTEM
            .iter()
            .filter(|name| is_asked(&format!("__system/{name}")))
            .map(|name| ((*name).to_owned(), system[*name].clone()))
            .collect();
        if !some.is_empty() {
            json.insert("__system".into(), some.into());
        }
    }
    for property in properties.iter().filter(|property| is_asked(&property.name)) {
        let value = entity.data.get(&property.name).cloned().unwrap_or_default();
        json.insert(identifier(&property.name), value.into());
    }
    Value::Object(json)
}

fn next_address(service: &str, query: &str, last: &str) -> String {
    let mut next = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        if name != "$skip" && name != "$skiptoken" {
            next.append_pair(&name, &value);
        }
    }
    next.append_pair("$skiptoken", &token_of(last));
    format!("{service}/Entities?{}", next.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_goes_on_behind_the_entity_its_token_names() {
        assert_eq!(uuid_of_token(&token_of("a-b")).ok().as_deref(), Some("a-b"));
        assert!(uuid_of_token("02abc").is_err());
        let next = next_address("http://x/l.svc", "$top=2&$skip=4&$filter=a%20eq%20b", "u");
        assert!(next.starts_with("http://x/l.svc/Entities?%24top=2&%24filter=a+eq+b&%24skiptoken=01"));
    }

    #[test]
    fn names_between_quotes_are_texts() {
        assert_eq!(
            of_submissions("__system/conflict eq '__system/conflict' and __system/creatorId eq 5"),
            "__system/reviewState eq '__system/conflict' and __system/submitterId eq 5"
        );
    }
}
