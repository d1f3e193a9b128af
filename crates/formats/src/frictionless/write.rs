//! From the model to `datapackage.json`.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::model::{
    Bound, Category, Constraints, Contributor, Dialect, Field, FieldKind, FieldsMatch, ForeignKey, GeoPoint,
    Licence, ListItem, Missing, Package, Pattern, Resource, Source, TableSchema, TextFormat,
};
use crate::dcat::{
    codes::HashAlgorithm,
    values::{Iri, When},
};

const PROFILES: &str = "https://datapackage.org/profiles/2.0";

/// Writes a package.
///
/// Names become what the standard allows ([`name_of`]), each resource its own; foreign keys follow.
pub fn write(package: &Package) -> String {
    let names = resource_names(&package.resources);
    let mut fields = Fields::new();
    fields.put("$schema", format!("{PROFILES}/datapackage.json").into());
    fields.put("name", name_of(&package.name).into());
    fields.put("id", package.id.as_deref().into());
    fields.put("title", package.title.as_deref().into());
    fields.put("description", package.description.as_deref().into());
    fields.put("homepage", package.homepage.as_ref().map(Iri::as_str).into());
    fields.put("version", package.version.as_deref().into());
    fields.put("created", package.created.as_ref().map(When::rfc3339).into());
    fields.put("keywords", package.keywords.clone().into());
    fields.put("licenses", licences(&package.licences));
    fields.put("sources", sources(&package.sources));
    fields.put("contributors", contributors(&package.contributors));
    let resources: Vec<Value> = package
        .resources
        .iter()
        .zip(&names)
        .map(|(resource, name)| write_resource(resource, name, &package.resources, &names))
        .collect();
    // The one list that may not be left out.
    fields.0.insert("resources".into(), resources.into());
    pretty(&fields.0.into())
}

/// Writes the schema of one table by itself.
pub fn write_schema(schema: &TableSchema) -> String {
    let mut value = schema_value(schema, &HashMap::new());
    if let Value::Object(fields) = &mut value {
        fields.insert("$schema".into(), format!("{PROFILES}/tableschema.json").into());
    }
    pretty(&value)
}

/// Makes a name that every version of the standard allows: small letters, digits, `.`, `_` and `-`; never empty.
pub fn name_of(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    for c in text.trim().chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() || matches!(c, '.' | '_') {
            name.push(c);
        } else if !name.ends_with('-') {
            name.push('-');
        }
    }
    let name = name.trim_matches('-');
    if name.is_empty() {
        "data".into()
    } else {
        name.into()
    }
}

/// The written name of each resource: those that would be called the same are numbered.
fn resource_names(resources: &[Resource]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(resources.len());
    let mut seen: HashMap<String, usize> = HashMap::new();
    for resource in resources {
        let base = name_of(&resource.name);
        let mut name = base.clone();
        while seen.contains_key(&name) {
            let number = seen.entry(base.clone()).or_insert(1);
            *number += 1;
            name = format!("{base}-{number}");
        }
        seen.insert(name.clone(), 1);
        names.push(name);
    }
    names
}

/// The members of an object; those without a value are left out.
struct Fields(Map<String, Value>);

impl Fields {
    fn new() -> Fields {
        Fields(Map::new())
    }

    fn put(&mut self, name: &str, value: Value) {
        let is_empty = match &value {
            Value::Null => true,
            Value::Array(values) => values.is_empty(),
            Value::Object(members) => members.is_empty(),
            _ => false,
        };
        if !is_empty {
            self.0.insert(name.into(), value);
        }
    }

    fn flag(&mut self, name: &str, is_set: bool) {
        self.put(name, is_set.then_some(true).into());
    }
}

fn write_resource(resource: &Resource, name: &str, all: &[Resource], names: &[String]) -> Value {
    let mut fields = Fields::new();
    fields.put("name", name.into());
    fields.put("type", resource.schema.as_ref().map(|_| "table").into());
    // One path is a text in every version; of several, 1.0 takes a list and 2.0 as well.
    match resource.paths.as_slice() {
        [path] => fields.put("path", path.as_str().into()),
        paths => fields.put("path", paths.into()),
    }
    fields.put("title", resource.title.as_deref().into());
    fields.put("description", resource.description.as_deref().into());
    fields.put("format", resource.format.as_deref().into());
    fields.put("mediatype", resource.media_type.as_deref().into());
    fields.put("encoding", resource.encoding.as_deref().into());
    fields.put("bytes", resource.bytes.into());
    let hash = resource.hash.as_ref().map(|hash| match hash.algorithm {
        // The standard's default has no prefix.
        HashAlgorithm::Md5 => hash.value().to_owned(),
        other => format!("{}:{}", other.name(), hash.value()),
    });
    fields.put("hash", hash.into());
    fields.put("licenses", licences(&resource.licences));
    fields.put("sources", sources(&resource.sources));
    fields.put("dialect", resource.dialect.as_ref().map(dialect).into());
    let written: HashMap<&str, &str> = all
        .iter()
        .zip(names)
        .map(|(resource, name)| (resource.name.as_str(), name.as_str()))
        .collect();
    let schema = match (&resource.schema, &resource.schema_at) {
        (Some(schema), _) => schema_value(schema, &written),
        (None, address) => address.as_deref().into(),
    };
    fields.put("schema", schema);
    fields.0.into()
}

fn licences(licences: &[Licence]) -> Value {
    let licences: Vec<Value> = licences
        .iter()
        .filter(|licence| licence.name.is_some() || licence.path.is_some())
        .map(|licence| {
            let mut fields = Fields::new();
            fields.put("name", licence.name.as_deref().into());
            fields.put("path", licence.path.as_deref().into());
            fields.put("title", licence.title.as_deref().into());
            fields.0.into()
        })
        .collect();
    licences.into()
}

fn sources(sources: &[Source]) -> Value {
    let sources: Vec<Value> = sources
        .iter()
        .map(|source| {
            let mut fields = Fields::new();
            fields.put("title", source.title.as_deref().into());
            fields.put("path", source.path.as_deref().into());
            fields.put("email", source.email.as_deref().into());
            fields.0.into()
        })
        .collect();
    sources.into()
}

fn contributors(contributors: &[Contributor]) -> Value {
    let contributors: Vec<Value> = contributors
        .iter()
        .map(|contributor| {
            let mut fields = Fields::new();
            fields.put("title", contributor.title.as_deref().into());
            fields.put("path", contributor.path.as_deref().into());
            fields.put("email", contributor.email.as_deref().into());
            fields.put("organization", contributor.organisation.as_deref().into());
            fields.put("roles", contributor.roles.clone().into());
            fields.0.into()
        })
        .collect();
    contributors.into()
}

/// Only what differs from the standard's own dialect.
fn dialect(dialect: &Dialect) -> Value {
    let usual = Dialect::default();
    let mut fields = Fields::new();
    let mut put = |name: &str, differs: bool, value: Value| {
        if differs {
            fields.0.insert(name.into(), value);
        }
    };
    let text = |c: Option<char>| c.map(String::from);
    put(
        "delimiter",
        dialect.delimiter != usual.delimiter,
        dialect.delimiter.as_str().into(),
    );
    put(
        "lineTerminator",
        dialect.line_terminator != usual.line_terminator,
        dialect.line_terminator.as_str().into(),
    );
    put(
        "quoteChar",
        dialect.quote != usual.quote,
        text(dialect.quote).unwrap_or_default().into(),
    );
    put("doubleQuote", !dialect.is_quote_doubled, false.into());
    put(
        "escapeChar",
        dialect.escape.is_some(),
        text(dialect.escape).into(),
    );
    put(
        "nullSequence",
        dialect.null_sequence.is_some(),
        dialect.null_sequence.clone().into(),
    );
    put("skipInitialSpace", dialect.skips_initial_space, true.into());
    put("header", !dialect.has_header, false.into());
    put(
        "commentChar",
        dialect.comment.is_some(),
        text(dialect.comment).into(),
    );
    fields.0.into()
}

fn schema_value(schema: &TableSchema, names: &HashMap<&str, &str>) -> Value {
    let mut fields = Fields::new();
    let columns: Vec<Value> = schema.fields.iter().map(field).collect();
    fields.0.insert("fields".into(), columns.into());
    let fields_match = match schema.fields_match {
        FieldsMatch::Exact => None,
        FieldsMatch::Equal => Some("equal"),
        FieldsMatch::Subset => Some("subset"),
        FieldsMatch::Superset => Some("superset"),
        FieldsMatch::Partial => Some("partial"),
    };
    fields.put("fieldsMatch", fields_match.into());
    if schema.missing != [Missing::default()] {
        // An empty list says that nothing is missing, and so is written.
        fields.0.insert("missingValues".into(), missing(&schema.missing));
    }
    fields.put("primaryKey", schema.primary_key.clone().into());
    fields.put("uniqueKeys", schema.unique_keys.clone().into());
    let keys: Vec<Value> = schema
        .foreign_keys
        .iter()
        .map(|key| foreign_key(key, names))
        .collect();
    fields.put("foreignKeys", keys.into());
    fields.0.into()
}

fn foreign_key(key: &ForeignKey, names: &HashMap<&str, &str>) -> Value {
    // 1.0 demands the empty text for the table itself, 2.0 reads it as nothing.
    let resource = key.resource.as_deref().map_or_else(String::new, |name| {
        names
            .get(name)
            .map_or_else(|| name_of(name), |written| (*written).to_owned())
    });
    json!({
        "fields": key.fields,
        "reference": {"resource": resource, "fields": key.reference},
    })
}

fn missing(missing: &[Missing]) -> Value {
    let is_labelled = missing.iter().any(|one| one.label.is_some());
    let values: Vec<Value> = missing
        .iter()
        .map(|one| {
            if !is_labelled {
                return one.value.as_str().into();
            }
            let mut fields = Fields::new();
            fields.put("value", one.value.as_str().into());
            fields.put("label", one.label.as_deref().into());
            fields.0.into()
        })
        .collect();
    values.into()
}

fn field(field: &Field) -> Value {
    let mut fields = Fields::new();
    fields.put("name", field.name.as_str().into());
    kind(&field.kind, &mut fields);
    fields.put("title", field.title.as_deref().into());
    fields.put("description", field.description.as_deref().into());
    fields.put("example", field.example.clone().unwrap_or_default());
    fields.put("constraints", constraints(&field.constraints));
    fields.put("categories", categories(&field.categories));
    fields.flag(
        "categoriesOrdered",
        field.has_ordered_categories && !field.categories.is_empty(),
    );
    if let Some(own) = &field.missing {
        fields.0.insert("missingValues".into(), missing(own));
    }
    fields.put("rdfType", field.rdf_type.as_ref().map(Iri::as_str).into());
    fields.0.into()
}

fn kind(kind: &FieldKind, fields: &mut Fields) {
    let (name, format) = match kind {
        FieldKind::Text(format) => (
            "string",
            match format {
                TextFormat::Any => None,
                TextFormat::Email => Some("email"),
                TextFormat::Uri => Some("uri"),
                TextFormat::Binary => Some("binary"),
                TextFormat::Uuid => Some("uuid"),
            },
        ),
        FieldKind::Number { .. } => ("number", None),
        FieldKind::Whole { .. } => ("integer", None),
        FieldKind::Truth { .. } => ("boolean", None),
        FieldKind::Object => ("object", None),
        FieldKind::Array => ("array", None),
        FieldKind::List { .. } => ("list", None),
        FieldKind::DateTime(pattern) => ("datetime", format_of(pattern)),
        FieldKind::Date(pattern) => ("date", format_of(pattern)),
        FieldKind::Time(pattern) => ("time", format_of(pattern)),
        FieldKind::Year => ("year", None),
        FieldKind::YearMonth => ("yearmonth", None),
        FieldKind::Duration => ("duration", None),
        FieldKind::GeoPoint(form) => (
            "geopoint",
            match form {
                GeoPoint::Text => None,
                GeoPoint::Array => Some("array"),
                GeoPoint::Object => Some("object"),
            },
        ),
        FieldKind::GeoJson => ("geojson", None),
        FieldKind::TopoJson => ("geojson", Some("topojson")),
        FieldKind::Any => ("any", None),
    };
    fields.put("type", name.into());
    fields.put("format", format.into());
    match kind {
        FieldKind::Number {
            decimal,
            group,
            is_bare,
        } => {
            let decimal = Some(decimal.to_string()).filter(|decimal| decimal != ".");
            fields.put("decimalChar", decimal.into());
            fields.put("groupChar", group.as_deref().into());
            fields.put("bareNumber", (!is_bare).then_some(false).into());
        }
        FieldKind::Whole { group, is_bare } => {
            fields.put("groupChar", group.as_deref().into());
            fields.put("bareNumber", (!is_bare).then_some(false).into());
        }
        FieldKind::Truth { yes, no } => {
            fields.put("trueValues", yes.clone().into());
            fields.put("falseValues", no.clone().into());
        }
        FieldKind::List { delimiter, item } => {
            let delimiter = Some(delimiter.as_str()).filter(|delimiter| *delimiter != ",");
            fields.put("delimiter", delimiter.into());
            let item = match item {
                ListItem::Text => None,
                ListItem::Whole => Some("integer"),
                ListItem::Truth => Some("boolean"),
                ListItem::Number => Some("number"),
                ListItem::DateTime => Some("datetime"),
                ListItem::Date => Some("date"),
                ListItem::Time => Some("time"),
            };
            fields.put("itemType", item.into());
        }
        _ => {}
    }
}

fn format_of(pattern: &Pattern) -> Option<&str> {
    match pattern {
        Pattern::Standard => None,
        Pattern::Guessed => Some("any"),
        Pattern::Strptime(pattern) => Some(pattern),
    }
}

fn constraints(constraints: &Constraints) -> Value {
    let mut fields = Fields::new();
    fields.flag("required", constraints.is_required);
    fields.flag("unique", constraints.is_unique);
    fields.put("minLength", constraints.min_length.into());
    fields.put("maxLength", constraints.max_length.into());
    for (bound, inclusive, exclusive) in [
        (&constraints.minimum, "minimum", "exclusiveMinimum"),
        (&constraints.maximum, "maximum", "exclusiveMaximum"),
    ] {
        match bound {
            None => {}
            Some(Bound::Inclusive(value)) => fields.put(inclusive, value.clone()),
            Some(Bound::Exclusive(value)) => fields.put(exclusive, value.clone()),
        }
    }
    fields.put("pattern", constraints.pattern.as_deref().into());
    fields.put("enum", constraints.one_of.clone().into());
    fields.0.into()
}

fn categories(categories: &[Category]) -> Value {
    let is_labelled = categories.iter().any(|one| one.label.is_some());
    let values: Vec<Value> = categories
        .iter()
        .map(|one| {
            if !is_labelled {
                return one.value.clone();
            }
            let mut fields = Fields::new();
            fields.put("value", one.value.clone());
            fields.put("label", one.label.as_deref().into());
            fields.0.into()
        })
        .collect();
    values.into()
}

/// People read these files too.
fn pretty(value: &Value) -> String {
    let mut text = format!("{value:#}");
    text.push('\n');
    text
}
