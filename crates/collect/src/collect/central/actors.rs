//! Who did something, as ODK's clients know people and devices.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::number_of;
use crate::{
    collect::store,
    platform::{app::App, problem::Result, time::Time},
};

/// Accounts by their ids, as Central's clients read them.
#[derive(Default)]
pub(super) struct Actors(HashMap<String, Value>);

impl Actors {
    /// Looks accounts up.
    pub async fn of(app: &App, ids: Vec<Option<&str>>) -> Result<Actors> {
        let mut actors = Actors::default();
        for id in ids.into_iter().flatten() {
            if actors.0.contains_key(id) {
                continue;
            }
            if let Some((name, kind, created_at, closed_at)) = store::actors::find(app.db.read(), id).await? {
                let kind = match kind.as_str() {
                    "device" => "field_key",
                    "link" => "public_link",
                    _ => "user",
                };
                let actor = json!({
                    "id": number_of(id),
                    "type": kind,
                    "displayName": name,
                    "createdAt": Time(created_at).to_string(),
                    "updatedAt": null,
                    "deletedAt": closed_at.map(|at| Time(at).to_string()),
                });
                actors.0.insert(id.to_owned(), actor);
            }
        }
        Ok(actors)
    }

    /// Writes an account; `null` for nobody's.
    pub fn json(&self, id: Option<&str>) -> Value {
        id.and_then(|id| self.0.get(id)).cloned().unwrap_or_default()
    }

    /// Writes all of them, in the order of their names.
    pub fn list(self) -> Value {
        let mut all: Vec<Value> = self.0.into_values().collect();
        all.sort_by_key(|actor| actor["displayName"].as_str().unwrap_or_default().to_lowercase());
        all.into()
    }
}

/// The account in a name of the audit trail: `user:ID`, `user:ID:token:ID`.
pub(super) fn account_of(who: &str) -> Option<&str> {
    who.strip_prefix("user:")?.split(':').next()
}
