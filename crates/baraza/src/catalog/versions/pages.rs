//! The versions of a table, and what changed between two of them.

use std::{collections::HashMap, ops::Range};

use askama::Template;
use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{Uri, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde::Deserialize;
use serde_json::json;
use tables::{Compared, Diff, Format, Limits, RowDifference, SchemaChange};

use super::{LIMITS, VersionEntry, asked, diff, key_of, list, words};
use crate::{
    catalog::{
        download,
        pages::sample,
        store,
        view::{self, Resource, spoken},
    },
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Cell, Choice, Pagination},
        },
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::{Kind, Problem, Result},
        spreadsheet::harmless,
        time::Time,
    },
};

/// Versions on one page.
const VERSIONS_PER_PAGE: usize = 50;
/// Rows that differ, on one page, and in a file at most.
const PER_PAGE: usize = 50;
const MOST_IN_FILE: usize = 100_000;
/// Values that are told of a row that came or went.
const MOST_VALUES: usize = 12;

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/data/{dataset}/{resource}/versions", get(all))
        .route("/data/{dataset}/{resource}/versions.json", get(all_as_json))
        .route("/data/{dataset}/{resource}/versions.csv", get(all_as_csv))
        .route("/data/{dataset}/{resource}/versions/{range}", get(compare))
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

#[derive(Template)]
#[template(path = "catalog/versions/diff.html")]
pub struct DiffPage {
    page: Shell,
    /// The dataset's and table's titles, and the numbers of the versions.
    caption: String,
    sentences: Vec<String>,
    matched_by: String,
    path: String,
    changes: Vec<Choice>,
    key: String,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    found: String,
    pages: Pagination,
    downloads: Vec<(String, String)>,
    back: String,
}

/// The versions of a table as one of their readers meets them.
struct Listed {
    /// The newest first.
    versions: Vec<VersionEntry>,
    /// From 1.
    page: u32,
    /// The columns that the reader sees of each version on the page; nothing where none is hidden and none was ever taken out.
    seen: Option<HashMap<u64, Vec<String>>>,
}

impl Listed {
    /// Looks up what the reader of a table can compare of the versions on a page.
    async fn of(app: &App, resource: &Resource, versions: Vec<VersionEntry>, page: u32) -> Result<Listed> {
        let mut listed = Listed {
            versions,
            page: 1,
            seen: None,
        };
        listed.page = page.clamp(1, listed.last_page().max(1));
        // The last one is compared with the one after it, which stands on the next page.
        let looked_at: Vec<u64> = listed
            .served()
            .skip_while(|known| listed.first().is_some_and(|first| known.version > first.version))
            .take(VERSIONS_PER_PAGE + 1)
            .map(|known| known.version)
            .collect();
        listed.seen = view::list_seen_columns(app, resource, &looked_at).await?;
        Ok(listed)
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

    /// Whether the reader sees a column that two versions have.
    fn can_compare(&self, before: u64, after: u64) -> bool {
        let Some(seen) = &self.seen else { return true };
        match (seen.get(&before), seen.get(&after)) {
            (Some(before), Some(after)) => before.iter().any(|name| after.contains(name)),
            _ => false,
        }
    }
}

/// Which of the rows that differ somebody asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DiffQuery {
    /// `added`, `removed` or `changed`; all when empty.
    change: String,
    /// Names of columns, with commas between them; declared or proposed when empty.
    key: String,
    page: Option<u32>,
    /// From the form that compares: the two versions, where the address names none.
    before: String,
    after: String,
}

async fn all(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path((dataset, slug)): Path<(String, String)>,
    Query(query): Query<DiffQuery>,
) -> Result<Response> {
    let path = format!("/data/{dataset}/{slug}/versions");
    if !query.before.is_empty() && !query.after.is_empty() {
        // The form without a script says which two; their address is that of the page.
        let range = (number(&query.before)?, number(&query.after)?);
        return Ok(Redirect::to(&format!("{path}/{}..{}", range.0, range.1)).into_response());
    }
    let resource = view::find_resource(&app, &op, &dataset, &slug, None).await?;
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
    let head = [
        "version",
        "shown_at",
        "rows",
        "added",
        "removed",
        "standing",
        "reason",
        "replaced_by",
        "address",
    ];
    let rows = versions.iter().map(|known| {
        let counted = |n: u64| match known.is_counted {
            true => n.to_string(),
            false => String::new(),
        };
        vec![
            known.version.to_string(),
            Time(known.shown_at).to_string(),
            known.n_rows.to_string(),
            counted(known.n_added),
            counted(known.n_removed),
            known.standing.clone(),
            known.reason.clone(),
            known.replaced_by.clone(),
            known.address.clone(),
        ]
    });
    csv_of(
        &format!("{dataset}-{slug}-versions"),
        head.map(str::to_owned).to_vec(),
        rows,
    )
}

async fn compare(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path((dataset, slug, range)): Path<(String, String, String)>,
    Query(query): Query<DiffQuery>,
) -> Result<Response> {
    let (range, format) = download::split(&range);
    let unknown = || Problem::not_found("version-unknown").with("version", range);
    let (before, after) = range.split_once("..").ok_or_else(unknown)?;
    let (before, after) = (number(before)?, number(after)?);
    let then = view::find_resource(&app, &op, &dataset, &slug, Some(before)).await?;
    let now = view::find_resource(&app, &op, &dataset, &slug, Some(after)).await?;
    check_comparable(op.lang, &then, &now)?;
    let asked: Vec<String> = names_in(&query.key);
    let key = match asked.is_empty() {
        true => key_of(&app, &now.id, &then.table, &now.table).await?,
        false => asked,
    };
    let compared = Compared {
        before: then.table.clone(),
        after: now.table.clone(),
        key,
    };
    let found = diff(&app, &compared).await?;
    let change = RowDifference::parse(&query.change);
    let name = format!("{dataset}-{slug}-{before}-{after}");
    match format {
        Some(Format::Json) => as_json(&app, &compared, &found, change, query.page, (before, after)).await,
        Some(Format::Csv) => as_csv(&app, &compared, change, &name).await,
        Some(_) => Err(Problem::invalid("format-unknown").with("format", range)),
        None => {
            let rows = rows_of(&app, &compared, change, query.page, PER_PAGE).await?;
            let page = DiffPage::new(
                shell(&app, &op, &uri),
                &now,
                (before, after),
                &found,
                rows,
                &query,
            );
            render(&page)
        }
    }
}

/// Passes two versions with a column that the reader sees of both.
///
/// # Errors
/// `query-refused` with the true reason: columns that are hidden from the reader, or two tables with nothing in common.
fn check_comparable(lang: Lang, then: &Resource, now: &Resource) -> Result<()> {
    let has_both = |name: &String| now.columns.iter().any(|column| column.name == *name);
    if then.columns.iter().any(|column| has_both(&column.name)) {
        return Ok(());
    }
    let reason = match then.n_hidden + now.n_hidden {
        0 => lang.text("catalog-versions-nothing-shared"),
        _ => lang.text("catalog-versions-nothing-seen"),
    };
    Err(Problem::invalid("query-refused").with("reason", reason))
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
    let path = format!("/data/{}/{}?version={version}", dataset.slug, row.slug);
    Ok(Redirect::temporary(&path).into_response())
}

async fn rows_of(
    app: &App,
    compared: &Compared,
    change: Option<RowDifference>,
    page: Option<u32>,
    n_rows: usize,
) -> Result<tables::DiffPage> {
    let page = usize::try_from(page.unwrap_or(1).max(1)).unwrap_or(1) - 1;
    let limits = Limits {
        rows: n_rows,
        ..LIMITS
    };
    let rows = app
        .lake
        .diff_rows(compared, change, page.saturating_mul(n_rows), limits);
    rows.await.map_err(spoken)
}

async fn as_json(
    app: &App,
    compared: &Compared,
    found: &Diff,
    change: Option<RowDifference>,
    page: Option<u32>,
    (before, after): (u64, u64),
) -> Result<Response> {
    /// Rows of one answer.
    const PER_ANSWER: usize = 1_000;
    let rows = rows_of(app, compared, change, page, PER_ANSWER).await?;
    let object = |values: &[tables::Value]| {
        let pairs = rows.columns.iter().zip(values);
        let pairs = pairs.map(|(column, value)| (column.name.clone(), value.to_json()));
        serde_json::Value::Object(pairs.collect())
    };
    let row = |row: &tables::DiffRow| match row.change {
        RowDifference::Added => json!({ "change": "added", "times": row.times, "after": object(&row.after) }),
        RowDifference::Removed => {
            json!({ "change": "removed", "times": row.times, "before": object(&row.before) })
        }
        RowDifference::Changed => {
            json!({ "change": "changed", "before": object(&row.before), "after": object(&row.after) })
        }
    };
    let schema = |change: &SchemaChange| match change {
        SchemaChange::Added(column) => {
            json!({ "change": "added", "column": column.name, "kind": column.kind })
        }
        SchemaChange::Removed(column) => {
            json!({ "change": "removed", "column": column.name, "kind": column.kind })
        }
        SchemaChange::Retyped { name, from, to } => {
            json!({ "change": "retyped", "column": name, "from": from, "to": to })
        }
        SchemaChange::Renamed { from, to } => json!({ "change": "renamed", "from": from, "to": to }),
    };
    let columns = found
        .columns
        .iter()
        .map(|(name, n)| json!({ "column": name, "n_rows": n }));
    Ok(Json(json!({
        "before": before,
        "after": after,
        "key": found.key,
        "n_before": found.n_before,
        "n_after": found.n_after,
        "n_added": found.n_added,
        "n_removed": found.n_removed,
        "n_changed": found.n_changed,
        "columns": columns.collect::<Vec<_>>(),
        "schema": found.schema.iter().map(schema).collect::<Vec<_>>(),
        "page": page.unwrap_or(1).max(1),
        "rows": rows.rows.iter().map(row).collect::<Vec<_>>(),
    }))
    .into_response())
}

/// One line for each value that differs: what happened, the key, the column, the value before and after.
async fn as_csv(
    app: &App,
    compared: &Compared,
    change: Option<RowDifference>,
    name: &str,
) -> Result<Response> {
    let found = rows_of(app, compared, change, None, MOST_IN_FILE).await?;
    let n_key = compared.key.len();
    let mut head = vec!["change".to_owned()];
    head.extend(compared.key.iter().cloned());
    head.extend(["column", "before", "after", "times"].map(str::to_owned));
    let rows = found.rows.iter().flat_map(|row| {
        let key: Vec<String> = (0..n_key).map(|at| key_value(row, at)).collect();
        let columns = found.columns.iter().enumerate().skip(n_key);
        columns
            .filter(|(at, _)| row.change != RowDifference::Changed || row.before[*at] != row.after[*at])
            .map(|(at, column)| {
                let mut line = vec![row.change.as_str().to_owned()];
                line.extend(key.iter().cloned());
                line.extend([
                    column.name.clone(),
                    row.before[at].to_string(),
                    row.after[at].to_string(),
                    row.times.to_string(),
                ]);
                line
            })
            .collect::<Vec<_>>()
    });
    csv_of(name, head, rows)
}

fn csv_of(name: &str, head: Vec<String>, rows: impl Iterator<Item = Vec<String>>) -> Result<Response> {
    let mut file = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    for row in std::iter::once(head).chain(rows) {
        file.write_record(row.iter().map(|value| harmless(value).into_owned()))
            .map_err(Problem::internal)?;
    }
    let bytes = file
        .into_inner()
        .map_err(|error| Problem::internal(anyhow::anyhow!("write a CSV file: {error}")))?;
    let disposition = format!("attachment; filename=\"{name}.csv\"");
    Ok((
        [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (header::CONTENT_DISPOSITION, disposition),
        ],
        bytes,
    )
        .into_response())
}

fn key_value(row: &tables::DiffRow, at: usize) -> String {
    let value = match row.change {
        RowDifference::Removed => &row.before[at],
        _ => &row.after[at],
    };
    value.to_string()
}

fn number(text: &str) -> Result<u64> {
    let unknown = || Problem::not_found("version-unknown").with("version", text);
    text.trim().parse().map_err(|_| unknown())
}

fn names_in(text: &str) -> Vec<String> {
    text.split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
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
                let is_served = known.standing != "withdrawn";
                let before = listed.served().find(|other| other.version < known.version);
                let compared = before.filter(|before| {
                    is_served
                        && !resource.columns.is_empty()
                        && listed.can_compare(before.version, known.version)
                });
                Row {
                    version: known.version,
                    href: format!("{href}?version={}", known.version),
                    at: days.get(at).cloned().unwrap_or_default(),
                    n_rows: lang.number(count(known.n_rows)),
                    what: match (known.is_counted, compared) {
                        (true, _) => lang
                            .text("catalog-rows-changed")
                            .n("added", count(known.n_added))
                            .n("removed", count(known.n_removed))
                            .to_string(),
                        (false, Some(_)) => lang.text("catalog-versions-see-changes").to_string(),
                        (false, None) => String::new(),
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
            seen: None,
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

impl DiffPage {
    fn new(
        page: Shell,
        now: &Resource,
        (before, after): (u64, u64),
        found: &Diff,
        rows: tables::DiffPage,
        query: &DiffQuery,
    ) -> DiffPage {
        let lang = page.lang;
        let back = format!("/data/{}/{}/versions", now.dataset.slug, now.slug);
        let path = format!("{back}/{before}..{after}");
        let n_key = found.key.len();
        let n_found = match RowDifference::parse(&query.change) {
            Some(RowDifference::Added) => found.n_added,
            Some(RowDifference::Removed) => found.n_removed,
            Some(RowDifference::Changed) => found.n_changed,
            None => found.n_added + found.n_removed + found.n_changed,
        };
        let last = u32::try_from(n_found.div_ceil(PER_PAGE as u64)).unwrap_or(u32::MAX);
        let asked = |page: u32| {
            let mut pairs = vec![("page", page.to_string())];
            for (name, value) in [("change", &query.change), ("key", &query.key)] {
                if !value.is_empty() {
                    pairs.push((name, value.clone()));
                }
            }
            serde_urlencoded::to_string(pairs).unwrap_or_default()
        };
        let text = |id: &'static str| lang.text(id).to_string();
        let mut head = vec![Cell::text(text("catalog-versions-change"))];
        head.extend(found.key.iter().map(Cell::text));
        head.extend(
            [
                "catalog-versions-column",
                "catalog-versions-before",
                "catalog-versions-after",
            ]
            .map(|id| Cell::text(text(id))),
        );
        let all = Choice::new("", text("catalog-versions-all-changes")).chosen_if(&query.change);
        let of_kind = RowDifference::ALL.into_iter().map(|change| {
            let word = change.as_str();
            Choice::new(word, lang.text(format!("catalog-versions-word-{word}"))).chosen_if(&query.change)
        });
        let downloads =
            ["csv", "json"].map(|ending| (format!("{path}.{ending}?{}", asked(1)), ending.to_uppercase()));
        let title = lang
            .text("catalog-versions-diff-title")
            .arg("before", before)
            .arg("after", after)
            .to_string();
        DiffPage {
            sentences: words::sentences(lang, found),
            matched_by: words::matched_by(lang, &found.key),
            changes: std::iter::once(all).chain(of_kind).collect(),
            key: query.key.clone(),
            head,
            rows: rows
                .rows
                .iter()
                .flat_map(|row| lines(lang, &rows.columns, row, n_key))
                .collect(),
            found: lang
                .text("catalog-versions-n-rows")
                .n("n", i64::try_from(n_found).unwrap_or(i64::MAX))
                .to_string(),
            pages: Pagination::new(query.page.unwrap_or(1).clamp(1, last.max(1)), last, |page| {
                format!("{path}?{}", asked(page))
            }),
            downloads: downloads.to_vec(),
            caption: now.title.clone(),
            page: page
                .titled(&title)
                .crumb(lang.text("catalog-title"), "/data")
                .crumb(&now.dataset.title, format!("/data/{}", now.dataset.slug))
                .crumb(&now.title, format!("/data/{}/{}", now.dataset.slug, now.slug))
                .crumb(lang.text("catalog-versions"), &back)
                .crumb(&title, ""),
            path,
            back,
        }
    }

    pub fn sample(lang: Lang) -> DiffPage {
        let column = |name: &str, kind| tables::Column::new(name, kind);
        let found = Diff {
            key: vec!["well".into()],
            n_before: 120,
            n_after: 121,
            n_added: 2,
            n_removed: 1,
            n_changed: 80,
            columns: vec![("depth".into(), 80)],
            schema: vec![SchemaChange::Added(column("state", tables::Kind::Text))],
        };
        let text = |text: &str| tables::Value::from(text);
        let row = |change, before: [&str; 2], after: [&str; 2]| tables::DiffRow {
            change,
            before: before.map(text).to_vec(),
            after: after.map(text).to_vec(),
            times: 1,
        };
        let rows = tables::DiffPage {
            columns: vec![
                column("well", tables::Kind::Text),
                column("depth", tables::Kind::Decimal),
            ],
            rows: vec![
                row(RowDifference::Changed, ["Sumur <1>", "12.5"], ["Sumur <1>", "14"]),
                row(RowDifference::Added, ["", ""], ["Sumur 2", "9"]),
                row(RowDifference::Removed, ["Sumur 3", "8"], ["", ""]),
            ],
        };
        DiffPage::new(
            Shell::sample(lang),
            &sample::resource(),
            (1, 2),
            &found,
            rows,
            &DiffQuery::default(),
        )
    }
}

/// The lines of a row: one for each value that changed, or one with all values of a row that came or went.
fn lines(lang: Lang, columns: &[tables::Column], row: &tables::DiffRow, n_key: usize) -> Vec<Vec<Cell>> {
    let word = lang
        .text(format!("catalog-versions-word-{}", row.change.as_str()))
        .to_string();
    let word = match row.times {
        1 => word,
        n => format!("{word} × {n}"),
    };
    let start = || {
        let key = (0..n_key).map(|at| Cell::text(key_value(row, at)));
        std::iter::once(Cell::text(&word)).chain(key).collect::<Vec<_>>()
    };
    if row.change == RowDifference::Changed {
        let changed = (n_key..columns.len()).filter(|at| row.before[*at] != row.after[*at]);
        return changed
            .map(|at| {
                let mut line = start();
                line.push(Cell::text(&columns[at].name));
                line.push(Cell::text(words::value(lang, &row.before[at])));
                line.push(Cell::text(words::value(lang, &row.after[at])));
                line
            })
            .collect();
    }
    let values = |values: &[tables::Value]| {
        let told = columns
            .iter()
            .zip(values)
            .skip(n_key)
            .filter(|(_, value)| !value.is_null());
        let told = told
            .take(MOST_VALUES)
            .map(|(column, value)| format!("{}: {value}", column.name));
        told.collect::<Vec<_>>().join(" · ")
    };
    let mut line = start();
    line.push(Cell::text(lang.text("catalog-versions-whole-row")));
    let (before, after) = match row.change {
        RowDifference::Removed => (values(&row.before), String::new()),
        _ => (String::new(), values(&row.after)),
    };
    line.push(Cell::text(before));
    line.push(Cell::text(after));
    vec![line]
}
