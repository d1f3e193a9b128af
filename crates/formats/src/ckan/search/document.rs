//! What the index holds of a dataset: CKAN's fields, with the names that queries use.

use serde_json::Value;

use super::{
    Area, FacetCount, FacetItem, Facets,
    query::{Content, Document, moment},
};
use crate::ckan::{Map, package::Package, values};

/// The field that holds where a dataset lies.
pub const AREA: &str = "spatial_geom";

/// How the values of a field are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Keyword,
    Prose,
    Number,
    Instant,
}

/// The fields of prose.
const PROSE: &[&str] = &[
    "title",
    "title_ngram",
    "notes",
    "author",
    "author_email",
    "maintainer",
    "maintainer_email",
    "res_name",
    "res_description",
    "text",
    "urls",
    "depends_on",
    "dependency_of",
    "derives_from",
    "has_derivation",
    "links_to",
    "linked_from",
    "child_of",
    "parent_of",
];
/// The other fields of CKAN's schema.
const KEYWORDS: &[&str] = &[
    "id",
    "name",
    "name_ngram",
    "title_string",
    "entity_type",
    "dataset_type",
    "type",
    "state",
    "version",
    "url",
    "license",
    "license_id",
    "license_title",
    "tags",
    "groups",
    "organization",
    "owner_org",
    "capacity",
    "private",
    "isopen",
    "creator_user_id",
    "res_format",
    "res_url",
    "res_type",
    "site_id",
    "permission_labels",
];

/// How a field is compared; fields that nobody knows hold keywords.
pub fn kind_of(field: &str) -> Kind {
    if PROSE.contains(&field) || field.starts_with("extras_") || field.starts_with("res_extras_") {
        Kind::Prose
    } else if matches!(field, "metadata_created" | "metadata_modified" | "indexed_ts")
        || field.ends_with("_date")
    {
        Kind::Instant
    } else if matches!(
        field,
        "num_resources" | "num_tags" | "views_total" | "views_recent" | "score"
    ) {
        Kind::Number
    } else {
        Kind::Keyword
    }
}

/// Whether it is a field of CKAN's own schema.
pub fn is_field(field: &str) -> bool {
    PROSE.contains(&field)
        || KEYWORDS.contains(&field)
        || kind_of(field) != Kind::Keyword
        || field.starts_with("vocab_")
}

impl Document {
    /// What CKAN's index would hold of a dataset.
    pub fn of(package: &Package) -> Document {
        let mut document = Document::default();
        let mut all: Vec<&str> = vec![&package.name];
        let texts = [
            ("id", Some(package.id.as_str())),
            ("name", Some(&package.name)),
            ("title", package.title.as_deref()),
            ("notes", package.notes.as_deref()),
            ("author", package.author.as_deref()),
            ("author_email", package.author_email.as_deref()),
            ("maintainer", package.maintainer.as_deref()),
            ("maintainer_email", package.maintainer_email.as_deref()),
            ("url", package.url.as_deref()),
            ("version", package.version.as_deref()),
            ("license_id", package.license_id.as_deref()),
            ("license_title", package.license_title.as_deref()),
            ("dataset_type", Some(&package.kind)),
            ("type", Some(&package.kind)),
            ("state", Some(&package.state)),
            ("owner_org", package.owner_org.as_deref()),
            ("creator_user_id", package.creator_user_id.as_deref()),
            ("entity_type", Some("package")),
            (
                "capacity",
                Some(if package.is_private { "private" } else { "public" }),
            ),
            (
                "organization",
                package
                    .organization
                    .as_ref()
                    .map(|organization| organization.name.as_str()),
            ),
        ];
        for (field, text) in texts {
            document.put(field, text.unwrap_or_default());
            if matches!(
                field,
                "title" | "notes" | "author" | "maintainer" | "url" | "organization"
            ) {
                all.extend(text);
            }
        }
        document.add("private", Content::Flag(package.is_private));
        document.add("isopen", Content::Flag(package.is_open));
        for (field, at) in [
            ("metadata_created", package.metadata_created),
            ("metadata_modified", package.metadata_modified),
        ] {
            if let Some(at) = at {
                document.add(field, Content::Instant(at.0));
            }
        }
        for (field, count) in [
            ("num_resources", package.resources.len()),
            ("num_tags", package.tags.len()),
        ] {
            document.add(field, Content::Number(count as f64));
        }
        for tag in &package.tags {
            document.put("tags", &tag.name);
            all.push(&tag.name);
        }
        for group in &package.groups {
            document.put("groups", &group.name);
            all.push(&group.name);
        }
        for extra in &package.extras {
            let key: String = extra
                .key
                .chars()
                .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
                .collect();
            document.put(&format!("extras_{key}"), &extra.value);
            if !is_field(&key) || key.ends_with("_date") {
                document.put(&key, &extra.value);
            }
            if extra.key == "spatial"
                && let Some(area) = Area::of_geojson(&extra.value)
            {
                document.add(AREA, Content::Area(area));
            }
            all.push(&extra.value);
        }
        for resource in &package.resources {
            for (field, text) in [
                ("res_name", resource.name.as_deref()),
                ("res_description", resource.description.as_deref()),
                ("res_format", resource.format.as_deref()),
                ("res_url", Some(resource.url.as_str())),
                ("res_type", resource.resource_type.as_deref()),
            ] {
                document.put(field, text.unwrap_or_default());
                if matches!(field, "res_name" | "res_description" | "res_url") {
                    all.extend(text);
                }
            }
        }
        for text in all.into_iter().filter(|text| !text.is_empty()) {
            document.add("text", Content::Prose(text.to_owned()));
        }
        document
    }

    /// The fields that `fl` names, as texts and lists of them.
    pub fn pick(&self, fields: &[String]) -> Map {
        let written = |content: &Content| match content {
            Content::Keyword(text) | Content::Prose(text) => Value::from(text.as_str()),
            Content::Number(number) => Value::from(*number),
            Content::Flag(flag) => Value::from(*flag),
            Content::Instant(at) => Value::from(format!("{}Z", crate::ckan::instant::Instant(*at))),
            Content::Area(area) => Value::from(format!(
                "{},{},{},{}",
                area.west, area.south, area.east, area.north
            )),
        };
        let is_list = |field: &str| matches!(field, "tags" | "groups" | "text") || field.starts_with("res_");
        fields
            .iter()
            .filter_map(|field| {
                let value = match self.values(field) {
                    [] => return None,
                    [one] if !is_list(field) => written(one),
                    many => many.iter().map(written).collect(),
                };
                Some((field.clone(), value))
            })
            .collect()
    }

    /// Adds a text as the field takes it; an empty one is none.
    fn put(&mut self, field: &str, text: &str) {
        if text.is_empty() {
            return;
        }
        match kind_of(field) {
            Kind::Keyword => self.add(field, Content::Keyword(text.to_owned())),
            Kind::Prose => self.add(field, Content::Prose(text.to_owned())),
            Kind::Number => {
                if let Ok(number) = text.trim().parse() {
                    self.add(field, Content::Number(number));
                }
            }
            Kind::Instant => {
                if let Some((first, _)) = moment::read(text, 0) {
                    self.add(field, Content::Instant(first));
                }
            }
        }
    }
}

/// Counts facets over the documents that were found, for catalogues too small for an index.
pub fn count<'d>(documents: impl Iterator<Item = &'d Document> + Clone, asked: &Facets) -> Vec<FacetCount> {
    asked
        .fields
        .iter()
        .map(|field| {
            let mut items: Vec<FacetItem> = Vec::new();
            for document in documents.clone() {
                let mut seen: Vec<String> = Vec::new();
                for value in document.pick(std::slice::from_ref(field)).values() {
                    let names = match value {
                        Value::Array(values) => values.iter().map(values::text).collect(),
                        one => vec![values::text(one)],
                    };
                    for name in names {
                        if seen.contains(&name) {
                            continue;
                        }
                        match items.iter_mut().find(|item| item.name == name) {
                            Some(item) => item.count += 1,
                            None => items.push(FacetItem {
                                display_name: name.clone(),
                                name: name.clone(),
                                count: 1,
                            }),
                        }
                        seen.push(name);
                    }
                }
            }
            items.retain(|item| item.count >= asked.least);
            items.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
            if let Some(limit) = asked.limit {
                items.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            }
            FacetCount {
                field: field.clone(),
                items,
            }
        })
        .collect()
}
