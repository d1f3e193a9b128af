//! What `package_search` answers.

use serde_json::{Value, json};

use crate::ckan::Map;

/// The values of one field among the results, the most frequent first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetCount {
    pub field: String,
    pub items: Vec<FacetItem>,
}

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetItem {
    pub name: String,
    /// What people call it: the title of an organisation, a group or a licence; the name for the rest.
    pub display_name: String,
    pub count: u64,
}

/// The answer to a search.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchAnswer {
    /// How many there are, of which `results` are some.
    pub count: u64,
    pub results: Vec<Value>,
    pub facets: Vec<FacetCount>,
    /// The order as it was written.
    pub sort: String,
}

impl SearchAnswer {
    /// Writes it with CKAN's keys in CKAN's order.
    pub fn write(self) -> Map {
        let facets = write_facets(&self.facets);
        let search_facets = write_search_facets(&self.facets);
        [
            ("count", Value::from(self.count)),
            ("facets", Value::Object(facets)),
            ("results", Value::Array(self.results)),
            ("sort", self.sort.into()),
            ("search_facets", Value::Object(search_facets)),
        ]
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
    }
}

fn write_facets(facets: &[FacetCount]) -> Map {
    facets
        .iter()
        .map(|facet| {
            let counts: Map = facet
                .items
                .iter()
                .map(|item| (item.name.clone(), Value::from(item.count)))
                .collect();
            (facet.field.clone(), Value::Object(counts))
        })
        .collect()
}

fn write_search_facets(facets: &[FacetCount]) -> Map {
    facets
        .iter()
        .map(|facet| {
            let mut items: Vec<&FacetItem> = facet.items.iter().collect();
            // Backwards by what people call them, which is CKAN's own way; its pages sort again.
            items.sort_by(|a, b| b.display_name.cmp(&a.display_name));
            let items: Vec<Value> = items
                .into_iter()
                .map(|item| json!({ "name": item.name, "display_name": item.display_name, "count": item.count }))
                .collect();
            let written = json!({ "title": facet.field, "items": items });
            (facet.field.clone(), written)
        })
        .collect()
}
