//! What a harvester asks of the catalogue: a page of it, what a search leaves, what changed since, in which profile.
//!
//! The parameters are those of ckanext-dcat (<https://docs.ckan.org/projects/ckanext-dcat/en/latest/endpoints/>); `q` and `fq` are read as
//! `package_search` reads them.

use std::{collections::HashSet, sync::Arc};

use formats::ckan::{
    actions::Action,
    answer::Failure,
    call::{Body, Call, Method},
    instant::Instant,
    lists::Direction,
    search::{PackageSearch, Sort, SortKey, document},
};
use url::form_urlencoded;

use super::store;
use crate::{
    catalog::{
        index::{Index, seen_by_everybody},
        search::packages,
    },
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
    },
};

/// The profiles of what is served, by the names that harvesters call them.
const PROFILES: [&str; 3] = ["euro_dcat_ap_3", "dcat_ap_3", "dcat_ap"];
/// What `page` says for all pages at once.
const ALL_PAGES: &str = "all";

/// What is asked for; what an address leaves out is not asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Asked {
    page: Option<String>,
    /// Only what changed then or later.
    since: Option<Instant>,
    /// `q` and `fq` as they were written.
    search: Vec<(String, String)>,
    /// All but the page, as it was written: the links to other pages repeat it.
    kept: Vec<(String, String)>,
}

impl Asked {
    /// Reads a query; words that it does not know are passed over.
    ///
    /// # Errors
    /// `catalog-dcat-since-malformed`; `catalog-dcat-profile-unknown` for a profile that is not served.
    pub fn read(pairs: &[(String, String)]) -> Result<Asked> {
        let mut asked = Asked::default();
        for (name, value) in pairs.iter().filter(|(_, value)| !value.trim().is_empty()) {
            match name.as_str() {
                "page" => {
                    asked.page = Some(value.clone());
                    continue;
                }
                "q" | "fq" => asked.search.push((name.clone(), value.clone())),
                "modified_since" => asked.since = Some(instant(value)?),
                "profiles" => check_profiles(value)?,
                _ => continue,
            }
            asked.kept.push((name.clone(), value.clone()));
        }
        Ok(asked)
    }

    /// Whether all pages are wanted at once.
    pub fn is_whole(&self) -> bool {
        self.page.as_deref() == Some(ALL_PAGES)
    }

    /// The number of the page that is wanted, from 1, of so many.
    ///
    /// # Errors
    /// `page-unknown` for one that there is none of.
    pub fn page_of(&self, n_pages: usize) -> Result<usize> {
        let Some(text) = &self.page else {
            return Ok(1);
        };
        text.parse()
            .ok()
            .filter(|number| (1..=n_pages).contains(number))
            .ok_or_else(|| Problem::not_found("page-unknown"))
    }

    /// The query of another page of the same.
    pub fn at(&self, page: usize) -> String {
        form_urlencoded::Serializer::new(String::new())
            .append_pair("page", &page.to_string())
            .extend_pairs(&self.kept)
            .finish()
    }

    /// The numbers of the open datasets that are asked for, in the order of their names.
    ///
    /// # Errors
    /// `catalog-dcat-query-refused` for a search that is none, `search-too-much`.
    pub async fn find(&self, app: &App, op: &Op, index: &Arc<Index>) -> Result<Vec<u32>> {
        let mut numbers = match self.search.is_empty() {
            true => index.public_numbers(),
            false => self.sought(op, index).await?,
        };
        if let Some(Instant(since)) = self.since {
            let typed: HashSet<String> = store::list_typed_since(app.db.read(), since)
                .await?
                .into_iter()
                .collect();
            numbers.retain(|number| {
                let entry = index.entry(*number);
                entry.is_some_and(|entry| entry.row.changed_at >= since || typed.contains(&entry.row.id))
            });
        }
        Ok(numbers)
    }

    async fn sought(&self, op: &Op, index: &Arc<Index>) -> Result<Vec<u32>> {
        let asked = self.search.clone();
        let call = Call::read(Action::PackageSearch, Method::Get, asked, Body::None).map_err(refused)?;
        let mut search = PackageSearch::read(&call, &document::is_field).map_err(refused)?;
        search.filters.push(seen_by_everybody());
        // Pages are cut from the list here, in an order that stays while a harvester walks them.
        search.rows = u64::MAX;
        search.sort = vec![Sort {
            by: SortKey::Field("name".to_owned()),
            direction: Direction::Ascending,
        }];
        let (index, now) = (index.clone(), op.at.0);
        let found = tokio::task::spawn_blocking(move || packages::run(&index, &search, now)).await;
        match found.map_err(Problem::internal)? {
            Ok(found) => Ok(found.rows),
            Err(::search::Error::TooMuch) => Err(Problem::invalid("search-too-much")),
            Err(broken @ ::search::Error::Broken) => Err(Problem::internal(broken)),
        }
    }
}

/// Refuses profiles that are not served; several are written with commas between.
///
/// # Errors
/// `catalog-dcat-profile-unknown`, which names those that are.
pub fn check_profiles(text: &str) -> Result<()> {
    let mut wanted = text.split(',').map(str::trim);
    match wanted.find(|name| !PROFILES.contains(name)) {
        None => Ok(()),
        Some(unknown) => Err(Problem::invalid("catalog-dcat-profile-unknown")
            .with("profile", unknown)
            .with("known", PROFILES.join(", "))),
    }
}

/// A day or a moment of ISO 8601, in UTC where it names no offset, as CKAN takes it.
fn instant(text: &str) -> Result<Instant> {
    // A plus sign that nobody escaped arrives as a space.
    let text = match text.trim().split_once('T') {
        Some((day, time)) => format!("{day}T{}", time.replace(' ', "+")),
        None => text.trim().to_owned(),
    };
    Instant::read(&text).ok_or_else(|| Problem::invalid("catalog-dcat-since-malformed").with("since", text))
}

fn refused(failure: Failure) -> Problem {
    match failure {
        Failure::Search(reason) | Failure::SearchQuery(reason) | Failure::Unreadable(reason) => {
            Problem::invalid("catalog-dcat-query-refused").with("reason", reason)
        }
        other => Problem::internal(anyhow::anyhow!("read a search of the catalogue: {other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<Asked> {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Asked::read(&pairs)
    }

    #[test]
    fn other_pages_are_asked_for_with_the_same_parameters() {
        let asked = read("q=a+b&page=2&modified_since=2026-01-31&profiles=euro_dcat_ap_3&fq=groups:x&_=1")
            .expect("is understood");
        assert_eq!(
            asked.at(3),
            "page=3&q=a+b&modified_since=2026-01-31&profiles=euro_dcat_ap_3&fq=groups%3Ax"
        );
        assert_eq!(asked.page_of(2).ok(), Some(2));
        assert!(asked.page_of(1).is_err() && !asked.is_whole());
        assert!(read("page=all").expect("is understood").is_whole());
    }

    #[test]
    fn a_moment_is_a_day_or_a_time_with_or_without_an_offset() {
        let day = 1_769_817_600_000_000;
        for (text, micros) in [
            ("2026-01-31", Some(day)),
            ("2026-01-31T00:00:00", Some(day)),
            ("2026-01-31T00:00:00Z", Some(day)),
            ("2026-01-31T07:00:00%2B07:00", Some(day)),
            ("2026-01-31T07:00:00+07:00", Some(day)),
            ("yesterday", None),
            ("2026-13-01", None),
        ] {
            let asked = read(&format!("modified_since={text}")).ok();
            assert_eq!(asked.and_then(|asked| asked.since), micros.map(Instant), "{text}");
        }
    }

    #[test]
    fn profiles_that_are_not_served_are_refused() {
        assert!(read("profiles=euro_dcat_ap_3,dcat_ap").is_ok());
        let problem = read("profiles=euro_dcat_ap_3,schemaorg").expect_err("is refused");
        assert_eq!(problem.code(), "catalog-dcat-profile-unknown");
    }
}
