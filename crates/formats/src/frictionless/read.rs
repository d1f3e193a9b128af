//! From `datapackage.json` of any version to the model.

use serde_json::{Map, Value};

use super::model::{
    Bound, Category, Constraints, Contributor, Dialect, Field, FieldKind, FieldsMatch, ForeignKey, GeoPoint,
    Licence, ListItem, Missing, Package, Pattern, Resource, Source, TableSchema, TextFormat,
};
use crate::dcat::{
    codes::HashAlgorithm,
    model::Checksum,
    values::{Iri, When},
};

/// What was read, and what could not be used of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Read<T> {
    pub value: T,
    /// Sentences that name the place: `resources[2].path: …`.
    pub warnings: Vec<String>,
}

/// A document that is no package or schema at all.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error("this is not JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("{0}")]
    Shape(&'static str),
}

/// Reads a package of version 0, 1 or 2. Nothing is fetched: a schema at another address is named in [`Resource::schema_at`].
///
/// # Errors
/// When it is not JSON, or not an object with a list of resources.
pub fn read(bytes: &[u8]) -> Result<Read<Package>, Unreadable> {
    let value: Value = serde_json::from_slice(without_mark(bytes))?;
    let fields = value.as_object().ok_or(Unreadable::Shape(
        "a data package is a JSON object with \"resources\"",
    ))?;
    let listed = fields
        .get("resources")
        .and_then(Value::as_array)
        .ok_or(Unreadable::Shape("the data package has no list \"resources\""))?;
    let mut warnings = Warnings::default();
    let mut resources: Vec<Resource> = Vec::new();
    for (at, value) in listed.iter().enumerate() {
        warnings.at = format!("resources[{at}]");
        let Some(fields) = value.as_object() else {
            warnings.add("", "this is no object; it is left out");
            continue;
        };
        let mut resource = resource(fields, &mut warnings);
        if resource.name.is_empty() {
            resource.name = format!("resource-{}", at + 1);
        }
        if resources.iter().any(|known| known.name == resource.name) {
            warnings.add(
                ".name",
                &format!("{:?} is taken; names are to differ", resource.name),
            );
        }
        resources.push(resource);
    }
    warnings.at.clear();
    let created = text(fields, "created");
    let when = created.as_deref().and_then(When::parse);
    if let (Some(created), None) = (&created, &when) {
        warnings.add("created", &format!("{created:?} is no date"));
    }
    let package = Package {
        name: text(fields, "name").unwrap_or_default(),
        id: text(fields, "id"),
        title: text(fields, "title"),
        description: text(fields, "description"),
        homepage: text(fields, "homepage").as_deref().and_then(Iri::repair),
        version: text(fields, "version"),
        created: when,
        keywords: texts(fields.get("keywords")),
        licences: licences(fields),
        sources: sources(fields),
        contributors: contributors(fields),
        resources,
    };
    Ok(Read {
        value: package,
        warnings: warnings.list,
    })
}

/// Reads the schema of a table that stands by itself.
///
/// # Errors
/// When it is not JSON, or not an object with a list of fields.
pub fn read_schema(bytes: &[u8]) -> Result<Read<TableSchema>, Unreadable> {
    let value: Value = serde_json::from_slice(without_mark(bytes))?;
    let fields = value
        .as_object()
        .filter(|fields| fields.get("fields").is_some_and(Value::is_array))
        .ok_or(Unreadable::Shape(
            "a table schema is a JSON object with a list \"fields\"",
        ))?;
    let mut warnings = Warnings::default();
    Ok(Read {
        value: schema(fields, &mut warnings),
        warnings: warnings.list,
    })
}

/// What could not be used, with its place.
#[derive(Default)]
struct Warnings {
    at: String,
    list: Vec<String>,
}

impl Warnings {
    fn add(&mut self, member: &str, what: &str) {
        // A document of a million mistakes is told of the first thousand.
        if self.list.len() < 1000 {
            self.list.push(format!("{}{member}: {what}", self.at));
        }
    }
}

fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

fn resource(fields: &Map<String, Value>, warnings: &mut Warnings) -> Resource {
    // Version 0 had `url`.
    let mut paths = texts(fields.get("path").or(fields.get("url")));
    paths.extend(texts(fields.get("extrapaths")));
    paths.retain(|path| {
        let is_safe = is_safe(path);
        if !is_safe {
            warnings.add(
                ".path",
                &format!("{path:?} leads out of the package; write an address or a path below it"),
            );
        }
        is_safe
    });
    if paths.is_empty() && !fields.contains_key("data") {
        warnings.add(".path", "there is no path to the data");
    }
    if fields.contains_key("data") {
        warnings.add(
            ".data",
            "data within the description are not read; put them into a file",
        );
    }
    let hash = text(fields, "hash");
    let checksum = hash.as_deref().and_then(|hash| {
        let (name, value) = hash.split_once(':').unwrap_or(("md5", hash));
        Checksum::parse(HashAlgorithm::read(name)?, value)
    });
    if let (Some(hash), None) = (&hash, &checksum) {
        warnings.add(".hash", &format!("{hash:?} is no md5, sha1, sha256 or sha512"));
    }
    let (mut inline, mut schema_at) = (None, None);
    match fields.get("schema") {
        Some(Value::Object(fields)) => {
            let at = warnings.at.clone();
            warnings.at.push_str(".schema.");
            inline = Some(schema(fields, warnings));
            warnings.at = at;
        }
        Some(Value::String(address)) => schema_at = Some(address.clone()),
        _ => {}
    }
    Resource {
        name: text(fields, "name").unwrap_or_default(),
        paths,
        title: text(fields, "title"),
        description: text(fields, "description"),
        format: text(fields, "format"),
        media_type: text(fields, "mediatype"),
        encoding: text(fields, "encoding"),
        bytes: fields.get("bytes").and_then(Value::as_u64),
        hash: checksum,
        licences: licences(fields),
        sources: sources(fields),
        dialect: fields.get("dialect").and_then(Value::as_object).map(dialect),
        schema: inline,
        schema_at,
    }
}

/// Data Resource 2.0, "path": an address of the web, or a relative path that stays below the package.
fn is_safe(path: &str) -> bool {
    if path.starts_with("http://") || path.starts_with("https://") {
        return Iri::repair(path).is_some();
    }
    let is_absolute = path.starts_with(['/', '\\', '~']) || path.contains(':');
    !path.is_empty() && !is_absolute && path.split(['/', '\\']).all(|part| part != "..")
}

fn dialect(fields: &Map<String, Value>) -> Dialect {
    let usual = Dialect::default();
    // The Python client keeps the properties of 1.0 below `csv`.
    let get = |name: &str| {
        fields
            .get(name)
            .or_else(|| fields.get("csv").and_then(|csv| csv.get(name)))
    };
    let word = |name: &str| get(name).and_then(Value::as_str).map(str::to_owned);
    let flag = |name: &str, usual: bool| get(name).and_then(Value::as_bool).unwrap_or(usual);
    let character = |name: &str| word(name).and_then(|text| text.chars().next());
    Dialect {
        delimiter: word("delimiter").unwrap_or(usual.delimiter),
        line_terminator: word("lineTerminator").unwrap_or(usual.line_terminator),
        quote: match get("quoteChar") {
            Some(Value::String(text)) => text.chars().next(),
            Some(Value::Null) => None,
            _ => usual.quote,
        },
        is_quote_doubled: flag("doubleQuote", usual.is_quote_doubled),
        escape: character("escapeChar"),
        null_sequence: word("nullSequence"),
        skips_initial_space: flag("skipInitialSpace", usual.skips_initial_space),
        has_header: flag("header", usual.has_header),
        comment: character("commentChar"),
    }
}

fn schema(fields: &Map<String, Value>, warnings: &mut Warnings) -> TableSchema {
    let at = warnings.at.clone();
    let mut columns: Vec<Field> = Vec::new();
    for (number, value) in fields
        .get("fields")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .enumerate()
    {
        warnings.at = format!("{at}fields[{number}]");
        match value.as_object() {
            Some(fields) if fields.get("name").is_some_and(Value::is_string) => {
                columns.push(field(fields, warnings));
            }
            _ => warnings.add("", "a field is an object with a name; it is left out"),
        }
    }
    warnings.at = at;
    let keys = fields.get("foreignKeys").and_then(Value::as_array);
    let mut foreign_keys = Vec::new();
    for (number, key) in keys.into_iter().flatten().enumerate() {
        match foreign_key(key) {
            Some(key) => foreign_keys.push(key),
            None => warnings.add(
                &format!("foreignKeys[{number}]"),
                "a foreign key names as many fields here as there; it is left out",
            ),
        }
    }
    let known = |names: &[String]| {
        names
            .iter()
            .all(|name| columns.iter().any(|column| column.name == *name))
    };
    let mut primary_key = texts(fields.get("primaryKey"));
    if !known(&primary_key) {
        warnings.add(
            "primaryKey",
            &format!("{primary_key:?} names a field that there is not; it is left out"),
        );
        primary_key.clear();
    }
    let fields_match = fields.get("fieldsMatch").map_or(Some("exact"), |value| {
        // Some programs wrote a list of one.
        value.as_str().or_else(|| value.get(0)?.as_str())
    });
    TableSchema {
        fields_match: match fields_match {
            Some("equal") => FieldsMatch::Equal,
            Some("subset") => FieldsMatch::Subset,
            Some("superset") => FieldsMatch::Superset,
            Some("partial") => FieldsMatch::Partial,
            _ => FieldsMatch::Exact,
        },
        missing: fields
            .get("missingValues")
            .and_then(Value::as_array)
            .map_or_else(|| vec![Missing::default()], |values| missing(values)),
        primary_key,
        unique_keys: fields
            .get("uniqueKeys")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .map(|key| texts(Some(key)))
            .filter(|key| !key.is_empty())
            .collect(),
        foreign_keys,
        fields: columns,
    }
}

fn foreign_key(value: &Value) -> Option<ForeignKey> {
    let reference = value.get("reference")?;
    let key = ForeignKey {
        fields: texts(value.get("fields")),
        resource: reference
            .get("resource")
            .and_then(Value::as_str)
            // `self` in version 0, the empty text in 1.0.
            .filter(|name| !name.is_empty() && *name != "self")
            .map(str::to_owned),
        reference: texts(reference.get("fields")),
    };
    (!key.fields.is_empty() && key.fields.len() == key.reference.len()).then_some(key)
}

fn missing(values: &[Value]) -> Vec<Missing> {
    values
        .iter()
        .filter_map(|value| match value {
            Value::String(text) => Some(Missing {
                value: text.clone(),
                label: None,
            }),
            Value::Object(fields) => Some(Missing {
                value: text(fields, "value").or_else(|| Some(fields.get("value")?.as_str()?.to_owned()))?,
                label: text(fields, "label"),
            }),
            _ => None,
        })
        .collect()
}

fn field(fields: &Map<String, Value>, warnings: &mut Warnings) -> Field {
    let values = fields.get("categories").and_then(Value::as_array);
    let categories = values
        .into_iter()
        .flatten()
        .filter_map(|value| match value {
            Value::Object(fields) => Some(Category {
                value: fields.get("value")?.clone(),
                label: text(fields, "label"),
            }),
            value => Some(Category {
                value: value.clone(),
                label: None,
            }),
        })
        .collect();
    Field {
        // A name may be empty: some tables have such a column.
        name: fields
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        title: text(fields, "title"),
        description: text(fields, "description"),
        example: fields.get("example").filter(|value| !value.is_null()).cloned(),
        kind: kind(fields, warnings),
        constraints: fields
            .get("constraints")
            .and_then(Value::as_object)
            .map(constraints)
            .unwrap_or_default(),
        categories,
        has_ordered_categories: flag(fields, "categoriesOrdered"),
        missing: fields
            .get("missingValues")
            .and_then(Value::as_array)
            .map(|values| missing(values)),
        rdf_type: text(fields, "rdfType").as_deref().and_then(Iri::repair),
    }
}

fn kind(fields: &Map<String, Value>, warnings: &mut Warnings) -> FieldKind {
    let format = text(fields, "format").filter(|format| format != "default");
    let group = text(fields, "groupChar");
    let is_bare = fields.get("bareNumber").and_then(Value::as_bool).unwrap_or(true);
    let pattern = || match format.as_deref() {
        None => Pattern::Standard,
        Some("any") => Pattern::Guessed,
        // `fmt:` stood before patterns in version 0.
        Some(pattern) => Pattern::Strptime(pattern.strip_prefix("fmt:").unwrap_or(pattern).to_owned()),
    };
    match text(fields, "type").as_deref().unwrap_or("any") {
        "string" => FieldKind::Text(match format.as_deref() {
            Some("email") => TextFormat::Email,
            Some("uri") => TextFormat::Uri,
            Some("binary") => TextFormat::Binary,
            Some("uuid") => TextFormat::Uuid,
            _ => TextFormat::Any,
        }),
        "number" => FieldKind::Number {
            decimal: text(fields, "decimalChar")
                .and_then(|text| text.chars().next())
                .unwrap_or('.'),
            group,
            is_bare,
        },
        "integer" => FieldKind::Whole { group, is_bare },
        "boolean" => FieldKind::Truth {
            yes: texts(fields.get("trueValues")),
            no: texts(fields.get("falseValues")),
        },
        "object" => FieldKind::Object,
        "array" => FieldKind::Array,
        "list" => FieldKind::List {
            delimiter: text(fields, "delimiter").unwrap_or_else(|| ",".into()),
            item: match text(fields, "itemType").as_deref() {
                Some("integer") => ListItem::Whole,
                Some("boolean") => ListItem::Truth,
                Some("number") => ListItem::Number,
                Some("datetime") => ListItem::DateTime,
                Some("date") => ListItem::Date,
                Some("time") => ListItem::Time,
                _ => ListItem::Text,
            },
        },
        "datetime" => FieldKind::DateTime(pattern()),
        "date" => FieldKind::Date(pattern()),
        "time" => FieldKind::Time(pattern()),
        "year" => FieldKind::Year,
        "yearmonth" => FieldKind::YearMonth,
        "duration" => FieldKind::Duration,
        "geopoint" => FieldKind::GeoPoint(match format.as_deref() {
            Some("array") => GeoPoint::Array,
            Some("object") => GeoPoint::Object,
            _ => GeoPoint::Text,
        }),
        "geojson" if format.as_deref() == Some("topojson") => FieldKind::TopoJson,
        "geojson" => FieldKind::GeoJson,
        "any" => FieldKind::Any,
        other => {
            warnings.add(
                ".type",
                &format!("{other:?} is no type of the standard; its values are taken as they are"),
            );
            FieldKind::Any
        }
    }
}

fn constraints(fields: &Map<String, Value>) -> Constraints {
    let bound = |inclusive: &str, exclusive: &str| {
        let value = |name: &str| fields.get(name).filter(|value| !value.is_null()).cloned();
        value(inclusive)
            .map(Bound::Inclusive)
            .or_else(|| value(exclusive).map(Bound::Exclusive))
    };
    Constraints {
        is_required: flag(fields, "required"),
        is_unique: flag(fields, "unique"),
        min_length: fields.get("minLength").and_then(Value::as_u64),
        max_length: fields.get("maxLength").and_then(Value::as_u64),
        minimum: bound("minimum", "exclusiveMinimum"),
        maximum: bound("maximum", "exclusiveMaximum"),
        pattern: text(fields, "pattern"),
        one_of: fields
            .get("enum")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default(),
    }
}

fn licences(fields: &Map<String, Value>) -> Vec<Licence> {
    let listed = objects(fields, "licenses").map(|fields| Licence {
        // Version 0 called them `type` and `url`.
        name: text(fields, "name").or_else(|| text(fields, "type")),
        path: text(fields, "path").or_else(|| text(fields, "url")),
        title: text(fields, "title"),
    });
    let mut licences: Vec<Licence> = listed.collect();
    if licences.is_empty() {
        licences.extend(text(fields, "license").map(|name| Licence {
            name: Some(name),
            ..Licence::default()
        }));
    }
    licences
}

fn sources(fields: &Map<String, Value>) -> Vec<Source> {
    objects(fields, "sources")
        .map(|fields| Source {
            title: text(fields, "title").or_else(|| text(fields, "name")),
            path: text(fields, "path").or_else(|| text(fields, "web")),
            email: text(fields, "email"),
        })
        .collect()
}

fn contributors(fields: &Map<String, Value>) -> Vec<Contributor> {
    objects(fields, "contributors")
        .map(|fields| {
            let mut roles = texts(fields.get("roles"));
            if roles.is_empty() {
                roles = texts(fields.get("role"));
            }
            Contributor {
                title: text(fields, "title").or_else(|| text(fields, "name")),
                path: text(fields, "path"),
                email: text(fields, "email"),
                organisation: text(fields, "organization").or_else(|| text(fields, "organisation")),
                roles,
            }
        })
        .collect()
}

fn objects<'v>(fields: &'v Map<String, Value>, name: &str) -> impl Iterator<Item = &'v Map<String, Value>> {
    fields
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
}

fn text(fields: &Map<String, Value>, name: &str) -> Option<String> {
    fields
        .get(name)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

/// A list of texts, which older versions also wrote as one text.
fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) if !text.is_empty() => vec![text.clone()],
        Some(Value::Array(values)) => values
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}

fn flag(fields: &Map<String, Value>, name: &str) -> bool {
    fields.get(name).and_then(Value::as_bool).unwrap_or(false)
}
