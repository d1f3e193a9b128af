//! Resources searched by their fields.

use super::{Page, page};
use crate::ckan::{
    Given,
    answer::Failure,
    call::Call,
    problems::{Detail, Problems},
};

/// `resource_search`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceSearch {
    /// Field and text: the hash has to start with it, other fields hold it, whatever the case.
    pub conditions: Vec<(String, String)>,
    pub order_by: Option<String>,
    pub page: Page,
}

impl ResourceSearch {
    /// The fields that can be searched.
    pub const FIELDS: &'static [&'static str] = &[
        "url",
        "format",
        "description",
        "hash",
        "name",
        "resource_type",
        "mimetype",
        "mimetype_inner",
        "size",
        "created",
        "last_modified",
        "metadata_modified",
        "cache_url",
        "cache_last_updated",
    ];

    /// Reads what is asked for.
    ///
    /// # Errors
    /// When a condition is no `field:text` or its field is unknown. CKAN tells these as bare sentences.
    pub fn read(call: &Call) -> Result<ResourceSearch, Failure> {
        let mut given = Given::of(&call.fields);
        let refuse = |text: String| {
            let mut problems = Problems::default();
            problems.set("query", Detail::Text(text));
            Err(Failure::Invalid(problems))
        };
        let Some(pairs) = given.texts("query") else {
            return refuse("Missing value".to_owned());
        };
        let mut conditions = Vec::new();
        for pair in pairs {
            let Some((field, text)) = pair.split_once(':') else {
                return refuse("Must be <field>:<value> pair(s)".to_owned());
            };
            if !ResourceSearch::FIELDS.contains(&field) {
                return refuse(format!("Field \"{field}\" not recognised in resource_search."));
            }
            conditions.push((field.to_owned(), text.to_owned()));
        }
        let search = ResourceSearch {
            conditions,
            order_by: given
                .something("order_by")
                .filter(|field| ResourceSearch::FIELDS.contains(&field.as_str())),
            page: page(&mut given),
        };
        given.finish(search)
    }
}
