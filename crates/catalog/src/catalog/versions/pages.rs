//! The versions of a table, how each is cited, and where its permanent address leads.

use std::{collections::HashMap, ops::Range};

use askama::Template;
use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde::Deserialize;
use serde_json::json;

use super::{
    Comparable, VersionEntry,
    asked::{self, number},
    counts::{self, Counts, Effort},
    differences, files, list,
};
use crate::{
    catalog::{
        pages::sample,
        store,
        view::{self, Resource},
    },
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Choice, Pagination},
        },
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::{Kind, Problem, Result},
        time::Time,
    },
};

/// Versions on one page.
const VERSIONS_PER_PAGE: usize = 50;

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/data/{dataset}/{resource}/versions", get(all))
        .route("/data/{dataset}/{resource}/versions.json", get(all_as_json))
        .route("/data/{dataset}/{resource}/versions.csv", get(all_as_csv))
        .route(
            "/data/{dataset}/{resource}/versions/{range}",
            get(differences::compare),
        )
        .route("/tables/{resource}/{version}", get(permanent))
}

#[derive(Template)]
#[template(path = "catalog/versions/versions.html")]
pub struct VersionsPage {
    page: Shell,
    resource: Resource,
    path: String,
    rows: Vec<Row>,
    pages: Pagination,
    cite: String,
    /// Of both selects of the form that compares.
    before: Vec<Choice>,
    after: Vec<Choice>,
}

/// A version as one of several.
struct Row {
    version: u64,
    href: String,
    at: String,
    n_rows: String,
    what: String,
    is_shown: bool,
    /// What it is called that it is deprecated or withdrawn; empty when it is neither.
    standing: String,
    reason: String,
    replaced_by: String,
    /// What changed since the one before; empty for the first, for one that is not served, and where the reader sees no column of both.
    diff: String,
    address: String,
}

/// The versions of a table as one of their readers meets them.
struct Listed {
    /// The newest first.
    versions: Vec<VersionEntry>,
    /// From 1.
    page: u32,
    /// Which of the versions on the page the reader can compare.
    comparable: Comparable,
    /// What came, went and changed with the versions on the page, as far as it was counted.
    counts: HashMap<u64, Counts>,
}

impl Listed {
    /// Looks up what the reader of a table can compare of the versions on a page.
    async fn of(app: &App, resource: &Resource, versions: Vec<VersionEntry>, page: u32) -> Result<Listed> {
        let mut listed = Listed {
            versions,
            page: 1,
            comparable: Comparable { seen: None },
            counts: HashMap::new(),
        };
        listed.page = page.clamp(1, listed.last_page().max(1));
        // The last one is compared with the one after it, which stands on the next page.
        let looked_at: Vec<u64> = listed
            .served()
            .skip_while(|known| listed.first().is_some_and(|first| known.version > first.version))
            .take(VERSIONS_PER_PAGE + 1)
            .map(|known| known.version)
            .collect();
        listed.comparable = Comparable::of(app, resource, &looked_at).await?;
        let pairs: Vec<(&VersionEntry, &VersionEntry)> = listed
            .on_page()
            .filter_map(|(_, known)| Some((known, listed.before(resource, known)?)))
            .collect();
        let counted = counts::count(app, resource, &listed.comparable, &pairs, Effort::Compare).await?;
        listed.counts = counted;
        Ok(listed)
    }

    /// The version before one that its reader can compare it with; none for one that is not served.
    fn before(&self, resource: &Resource, known: &VersionEntry) -> Option<&VersionEntry> {
        if known.standing == "withdrawn" || resource.columns.is_empty() {
            return None;
        }
        let before = self.served().find(|other| other.version < known.version)?;
        self.comparable
            .holds(before.version, known.version)
            .then_some(before)
    }

    fn last_page(&self) -> u32 {
        let n_pages = self.versions.len().div_ceil(VERSIONS_PER_PAGE);
        u32::try_from(n_pages).unwrap_or(u32::MAX)
    }

    /// The versions that readers can ask for.
    fn served(&self) -> impl Iterator<Item = &VersionEntry> {
        self.versions.iter().filter(|known| known.standing != "withdrawn")
    }

    /// The places of the versions on the page among all.
    fn places(&self) -> Range<usize> {
        let first = (self.page as usize - 1).saturating_mul(VERSIONS_PER_PAGE);
        first..first.saturating_add(VERSIONS_PER_PAGE)
    }

    /// The versions on the page, each with its place among all.
    fn on_page(&self) -> impl Iterator<Item = (usize, &VersionEntry)> {
        let places = self.places();
        let all = self.versions.iter().enumerate();
        all.skip(places.start).take(places.len())
    }

    fn first(&self) -> Option<&VersionEntry> {
        self.on_page().next().map(|(_, known)| known)
    }
}

/// Which page of the versions somebody asks for, or which two the form compares.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Listing {
    page: Option<u32>,
    before: String,
    after: String,
}

async fn all(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path((dataset, slug)): Path<(String, String)>,
    Query(query): Query<Listing>,
) -> Result<Response> {
    let resource = view::find_resource(&app, &op, &dataset, &slug, None).await?;
    if !query.before.is_empty() && !query.after.is_empty() {
        // The form without a script says which two; their address is that of the page. What was typed is not led to, only what is there.
        let range = (number(&query.before)?, number(&query.after)?);
        let path = format!("/data/{}/{}/versions", resource.dataset.slug, resource.slug);
        return Ok(Redirect::to(&format!("{path}/{}..{}", range.0, range.1)).into_response());
    }
    let versions = list(&app, &resource).await?;
    let listed = Listed::of(&app, &resource, versions, query.page.unwrap_or(1)).await?;
    render(&VersionsPage::new(
        &app,
        shell(&app, &op, &uri),
        resource,
        &listed,
    ))
}

async fn all_as_json(
    State(app): State<App>,
    op: Op,
    Path((dataset, slug)): Path<(String, String)>,
) -> Result<Response> {
    let resource = view::find_resource(&app, &op, &dataset, &slug, None).await?;
    let versions = list(&app, &resource).await?;
    let versions = versions.iter().map(told).collect::<Result<Vec<_>>>()?;
    Ok(
        Json(json!({ "dataset": resource.dataset.slug, "resource": resource.slug, "versions": versions }))
            .into_response(),
    )
}

/// A version in JSON, without the counts that are not known any more.
fn told(known: &VersionEntry) -> Result<serde_json::Value> {
    let mut told = serde_json::to_value(known).map_err(Problem::internal)?;
    if !known.is_counted
        && let Some(told) = told.as_object_mut()
    {
        told.retain(|name, _| name != "n_added" && name != "n_removed");
    }
    Ok(told)
}

async fn all_as_csv(
    State(app): State<App>,
    op: Op,
    Path((dataset, slug)): Path<(String, String)>,
) -> Result<Response> {
    let resource = view::find_resource(&app, &op, &dataset, &slug, None).await?;
    let versions = list(&app, &resource).await?;
    files::versions_csv(&format!("{dataset}-{slug}-versions"), &versions)
}

/// How a version of a table is cited, with the day since which it could be read and that on which it was.
pub fn citation(
    page: &Shell,
    resource: &Resource,
    version: &VersionEntry,
    (day, today): (&str, &str),
) -> String {
    // Whose portal it is stands for a publisher that nobody named.
    let owner = match page.owner.is_empty() {
        true => "Baraza",
        false => &page.owner,
    };
    let publisher = resource.dataset.publisher.as_deref().unwrap_or(owner);
    page.t("catalog-versions-cite-text")
        .arg("publisher", publisher)
        .arg("title", &resource.title)
        .arg("version", version.version)
        .arg("date", day)
        .arg("address", &version.address)
        .arg("today", today)
        .to_string()
}

/// The permanent address of a version leads to where it is now.
async fn permanent(
    State(app): State<App>,
    op: Op,
    Path((resource, version)): Path<(String, String)>,
) -> Result<Response> {
    let unknown = || Problem::not_found("resource-unknown").with("resource", &resource);
    let version = number(&version)?;
    let row = store::find_resource(app.db.read(), &resource)
        .await?
        .ok_or_else(unknown)?;
    // Whoever may not read it is not told what it is called either.
    let dataset = match view::find_dataset(&app, &op, &row.dataset_slug).await {
        Err(problem) if problem.kind() == Kind::NotFound => return Err(unknown()),
        found => found?,
    };
    if !dataset.resources.iter().any(|known| known.slug == row.slug) {
        return Err(unknown());
    }
    let path = format!("/data/{}/{}?version={version}", dataset.slug, row.slug);
    Ok(Redirect::temporary(&path).into_response())
}

impl VersionsPage {
    fn new(app: &App, mut page: Shell, resource: Resource, listed: &Listed) -> VersionsPage {
        let day = |at: i64| page.lang.date_time(app.config.zoned(Time(at)).datetime());
        let days: Vec<String> = listed.versions.iter().map(|known| day(known.shown_at)).collect();
        let today = page.lang.date_time(app.config.zoned(app.clock.now()).datetime());
        let href = format!("/data/{}/{}", resource.dataset.slug, resource.slug);
        asked::notices(app, page.lang, &mut page, &listed.versions, None, &href);
        VersionsPage::of(page, resource, listed, &days, &today)
    }

    fn of(page: Shell, resource: Resource, listed: &Listed, days: &[String], today: &str) -> VersionsPage {
        let lang = page.lang;
        let href = format!("/data/{}/{}", resource.dataset.slug, resource.slug);
        let path = format!("{href}/versions");
        let versions = &listed.versions;
        let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        // Of very many versions those on the page are offered, and the one that is shown.
        let offered: Vec<(usize, &VersionEntry)> = match resource.columns.is_empty() {
            true => Vec::new(),
            false => versions
                .iter()
                .enumerate()
                .filter(|(at, known)| {
                    known.standing != "withdrawn" && (listed.places().contains(at) || known.is_shown)
                })
                .collect(),
        };
        let choices = |chosen: Option<&(usize, &VersionEntry)>| -> Vec<Choice> {
            let chosen = chosen.map(|(_, known)| known.version.to_string());
            let chosen = chosen.unwrap_or_default();
            offered
                .iter()
                .map(|(at, known)| {
                    let day = days.get(*at).cloned().unwrap_or_default();
                    Choice::new(known.version, format!("{} · {day}", known.version)).chosen_if(&chosen)
                })
                .collect()
        };
        let rows = listed
            .on_page()
            .map(|(at, known)| {
                let compared = listed.before(&resource, known);
                Row {
                    version: known.version,
                    href: format!("{href}?version={}", known.version),
                    at: days.get(at).cloned().unwrap_or_default(),
                    n_rows: lang.number(count(known.n_rows)),
                    what: match (listed.counts.get(&known.version), compared) {
                        (Some(counts), _) => counts.in_words(lang),
                        (None, Some(_)) => lang.text("catalog-versions-see-changes").to_string(),
                        (None, None) => String::new(),
                    },
                    is_shown: known.is_shown,
                    standing: match known.standing.as_str() {
                        "" => String::new(),
                        word => lang.text(format!("catalog-workflow-{word}")).to_string(),
                    },
                    reason: known.reason.clone(),
                    replaced_by: known.replaced_by.clone(),
                    diff: compared.map_or_else(String::new, |before| {
                        format!("{path}/{}..{}", before.version, known.version)
                    }),
                    address: known.address.clone(),
                }
            })
            .collect();
        let shown = versions.iter().position(|known| known.is_shown);
        let cite = shown.map_or_else(String::new, |at| {
            citation(&page, &resource, &versions[at], (&days[at], today))
        });
        VersionsPage {
            before: choices(offered.get(1).or(offered.first())),
            after: choices(offered.first()),
            rows,
            pages: Pagination::new(listed.page, listed.last_page(), |page| {
                format!("{path}?page={page}")
            }),
            cite,
            page: page
                .titled(lang.text("catalog-versions-title").arg("table", &resource.title))
                .crumb(lang.text("catalog-title"), "/data")
                .crumb(
                    &resource.dataset.title,
                    format!("/data/{}", resource.dataset.slug),
                )
                .crumb(&resource.title, &href)
                .crumb(lang.text("catalog-versions"), "")
                .shapes(&["json", "csv"]),
            path,
            resource,
        }
    }

    pub fn sample(lang: Lang) -> VersionsPage {
        let version = |version: u64, standing: &str| VersionEntry {
            version,
            shown_at: 0,
            n_rows: 120,
            n_added: 20,
            n_removed: 0,
            is_counted: version > 1,
            is_shown: version == 3,
            standing: standing.into(),
            reason: if standing.is_empty() {
                String::new()
            } else {
                "Depths in <feet>".into()
            },
            replaced_by: if standing.is_empty() {
                String::new()
            } else {
                "/data/wells/data?a=1&b=2".into()
            },
            address: format!("https://data.example.go.id/tables/w/{version}"),
        };
        let listed = Listed {
            versions: vec![version(3, ""), version(2, "withdrawn"), version(1, "deprecated")],
            page: 1,
            comparable: Comparable { seen: None },
            counts: HashMap::from([(
                3,
                Counts {
                    n_added: 20,
                    n_removed: 0,
                    n_changed: 4,
                },
            )]),
        };
        let days = ["21 Nov 2026", "20 Nov 2026", "19 Nov 2026"].map(str::to_owned);
        VersionsPage::of(
            Shell::sample(lang),
            sample::resource(),
            &listed,
            &days,
            "22 Nov 2026",
        )
    }
}
