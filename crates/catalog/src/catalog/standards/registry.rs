//! What is registered: standards, codelists and the maps between their versions, those shipped and those entered here.

use std::sync::{Arc, LazyLock};

use super::{
    KEPT, ORGANISATIONS, PLACES, master,
    model::{Codelist, Mapping, Standard, Status},
};
use crate::{
    catalog::store,
    platform::{
        app::App,
        kept,
        problem::{Problem, Result},
    },
};

/// All standards, codelists and maps: those shipped, and those entered here, which go before.
#[derive(Debug, Default)]
pub struct Registry {
    pub standards: Vec<Standard>,
    pub codelists: Vec<Codelist>,
    pub maps: Vec<Mapping>,
}

/// What comes with the program.
pub(super) static SHIPPED: LazyLock<Registry> = LazyLock::new(|| Registry {
    standards: shipped(include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../data/standards/standards.json"
    ))),
    codelists: shipped(include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../data/standards/codelists.json"
    ))),
    maps: shipped(include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../data/standards/maps.json"
    ))),
});

fn shipped<T: for<'de> serde::Deserialize<'de>>(text: &str) -> T {
    serde_json::from_str(text).expect("what is shipped is well-formed; a test reads it")
}

impl Registry {
    /// Returns what is registered now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(app: &App) -> Result<Arc<Registry>> {
        kept::kept(app, KEPT, || async {
            let mut registry = Registry {
                standards: entered(app, "standard").await?,
                codelists: entered(app, "codelist").await?,
                maps: entered(app, "map").await?,
            };
            for standard in &SHIPPED.standards {
                if registry.standard(&standard.code, &standard.version).is_none() {
                    registry.standards.push(standard.clone());
                }
            }
            for list in &SHIPPED.codelists {
                if registry.codelist(&list.code, &list.version).is_none() {
                    registry.codelists.push(list.clone());
                }
            }
            for map in &SHIPPED.maps {
                let is_known = |known: &Mapping| {
                    (&known.codelist, &known.from, &known.to) == (&map.codelist, &map.from, &map.to)
                };
                if !registry.maps.iter().any(is_known) {
                    registry.maps.push(map.clone());
                }
            }
            registry
                .standards
                .sort_by(|a, b| (&a.code, &a.version).cmp(&(&b.code, &b.version)));
            registry
                .codelists
                .sort_by(|a, b| (&a.code, &a.version).cmp(&(&b.code, &b.version)));
            Ok(registry)
        })
        .await
    }

    /// A version of a standard.
    #[must_use]
    pub fn standard(&self, code: &str, version: &str) -> Option<&Standard> {
        self.standards
            .iter()
            .find(|known| known.code == code && known.version == version)
    }

    /// The versions of a standard, the newest that is in force first.
    #[must_use]
    pub fn versions_of(&self, code: &str) -> Vec<&Standard> {
        let mut found: Vec<&Standard> = self.standards.iter().filter(|known| known.code == code).collect();
        found.sort_by_key(|known| {
            (
                known.status != Status::Active,
                std::cmp::Reverse((known.version.len(), known.version.clone())),
            )
        });
        found
    }

    /// The newest version of a standard in force, where that is newer than a version of it.
    #[must_use]
    pub fn newer(&self, code: &str, version: &str) -> Option<&Standard> {
        let newest = self.versions_of(code).into_iter().next()?;
        let is_newer = (newest.version.len(), newest.version.as_str()) > (version.len(), version);
        (newest.status == Status::Active && is_newer).then_some(newest)
    }

    /// A version of a registered codelist.
    pub(super) fn codelist(&self, code: &str, version: &str) -> Option<&Codelist> {
        self.codelists
            .iter()
            .find(|known| known.code == code && known.version == version)
    }

    /// A version of a codelist; the newest in force without one. Places and organisations are read from this program's own lists.
    ///
    /// # Errors
    /// `catalog-standards-unknown`.
    pub async fn find_list(&self, app: &App, code: &str, version: Option<&str>) -> Result<Codelist> {
        match code {
            PLACES => return master::places(app, version).await,
            ORGANISATIONS => return master::organisations(app).await,
            _ => {}
        }
        let mut found: Vec<&Codelist> = self
            .codelists
            .iter()
            .filter(|known| known.code == code && version.is_none_or(|version| known.version == version))
            .collect();
        found.sort_by_key(|known| {
            (
                known.status != Status::Active,
                std::cmp::Reverse((known.version.len(), known.version.clone())),
            )
        });
        found
            .first()
            .map(|known| (*known).clone())
            .ok_or_else(|| Problem::not_found("catalog-standards-unknown").with("code", code))
    }

    /// The maps that lead to a version of a codelist.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn maps_to(&self, app: &App, list: &Codelist) -> Result<Vec<Mapping>> {
        if list.code == PLACES {
            return master::maps_to(app, &list.version).await;
        }
        let is_one = |map: &&Mapping| map.codelist == list.code && map.to == list.version;
        Ok(self.maps.iter().filter(is_one).cloned().collect())
    }

    /// The maps that lead to a version of a codelist, and from it to the next.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn maps_around(&self, app: &App, list: &Codelist) -> Result<Vec<Mapping>> {
        if list.code == PLACES {
            return master::place_maps(app, &list.version).await;
        }
        Ok(self.registered_maps(list))
    }

    /// The registered maps that lead to a version of a codelist, and from it to the next.
    pub(super) fn registered_maps(&self, list: &Codelist) -> Vec<Mapping> {
        let is_one = |map: &&Mapping| {
            map.codelist == list.code && (map.to == list.version || map.from == list.version)
        };
        self.maps.iter().filter(is_one).cloned().collect()
    }

    /// The registered map from one version of a codelist to another.
    pub(super) fn map(&self, codelist: &str, from: &str, to: &str) -> Option<&Mapping> {
        let is_it = |map: &&Mapping| map.codelist == codelist && map.from == from && map.to == to;
        self.maps.iter().find(is_it)
    }
}

async fn entered<T: for<'de> serde::Deserialize<'de>>(app: &App, kind: &str) -> Result<Vec<T>> {
    store::standards::list_bodies(app.db.read(), kind)
        .await?
        .iter()
        .map(|body| serde_json::from_str(body).map_err(Problem::internal))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shipped_holds_to_its_own_rules_and_names_only_what_there_is() {
        for list in &SHIPPED.codelists {
            list.clone()
                .checked()
                .unwrap_or_else(|problem| panic!("{}: {problem:?}", list.code));
            for item in &list.items {
                assert!(
                    item.label.0.contains_key("en") && item.label.0.contains_key("id"),
                    "{}",
                    item.code
                );
            }
        }
        for standard in &SHIPPED.standards {
            standard
                .clone()
                .checked()
                .unwrap_or_else(|problem| panic!("{}: {problem:?}", standard.code));
            if let Some(name) = &standard.classification {
                let is_own = [PLACES, ORGANISATIONS].contains(&name.codelist.as_str());
                assert!(
                    is_own || SHIPPED.codelist(&name.codelist, &name.version).is_some(),
                    "{}",
                    standard.code
                );
            }
        }
        for map in &SHIPPED.maps {
            let list = |version: &str| SHIPPED.codelist(&map.codelist, version).expect("a version");
            map.clone()
                .checked(list(&map.from), list(&map.to))
                .expect("a map");
        }
    }
}
