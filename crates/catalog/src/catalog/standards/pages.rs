//! Standards and codelists for everybody, and how well the columns of a table keep to theirs.

use askama::Template;
use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    CURRENT, PLACES, Registry, files,
    find::{Found, Spelling, find},
    master,
    model::{Codelist, Mapping, Standard},
    registry::SHIPPED,
    used::{self, Use},
};
use crate::{
    catalog::{
        store::{
            self,
            standards::{AssignedRow, FollowerRow},
        },
        view::Resource,
    },
    platform::{
        app::App,
        html::{
            Markup, Shell,
            parts::{Cell, SummaryRow, Words},
        },
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::{Problem, Result},
    },
};

/// Items of a codelist on its page; a file has them all.
const MOST_ITEMS: usize = 500;
/// Tables that are told to use a standard, and columns of each.
const MOST_TABLES: usize = 100;
const MOST_COLUMNS: usize = 10;

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/standards", get(all))
        .route("/standards.json", get(all_as_json))
        .route("/standards.csv", get(all_as_csv))
        .route("/standards/{standard}", get(one))
        .route("/standards/codelists/{codelist}", get(codelist))
}

#[derive(Template)]
#[template(path = "catalog/standards/standards.html")]
pub struct StandardsPage {
    page: Shell,
    q: String,
    /// Whether nothing is written as it was typed, and what is told is nearly so.
    is_nearly: bool,
    standards: Vec<Listed>,
    codelists: Vec<Listed>,
}

/// A standard or a codelist as one of several.
struct Listed {
    href: String,
    title: String,
    facts: String,
}

/// The tables that use something, and how many more do.
#[derive(Default)]
struct Used {
    tables: Vec<Listed>,
    n_more: usize,
}

#[derive(Template)]
#[template(path = "catalog/standards/standard.html")]
pub struct StandardPage {
    page: Shell,
    facts: Vec<SummaryRow>,
    used: Used,
    versions: Vec<Listed>,
}

#[derive(Template)]
#[template(path = "catalog/standards/codelist.html")]
pub struct CodelistPage {
    page: Shell,
    facts: Vec<SummaryRow>,
    used: Used,
    versions: Vec<Listed>,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    n_more: usize,
    map_head: Vec<Cell>,
    map_rows: Vec<Vec<Cell>>,
    downloads: Vec<Listed>,
}

/// Which version is meant; the newest in force without one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    version: Option<String>,
}

/// What is looked for; everything without a word.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Looked {
    q: String,
}

/// How many values of a column follow its standard.
#[derive(Debug, Clone, Serialize)]
pub struct Follows {
    pub column: String,
    pub standard: String,
    pub version: String,
    pub n_values: i64,
    pub n_valid: i64,
    /// The table's version that was checked.
    pub table_version: i64,
}

async fn all(State(app): State<App>, op: Op, uri: Uri, Query(looked): Query<Looked>) -> Result<Response> {
    let registry = Registry::of(&app).await?;
    let found = find(&registry, &looked.q);
    render(&StandardsPage::new(shell(&app, &op, &uri), &found, looked.q))
}

async fn all_as_json(State(app): State<App>, Query(looked): Query<Looked>) -> Result<Response> {
    let registry = Registry::of(&app).await?;
    let found = find(&registry, &looked.q);
    let is_found = |map: &&Mapping| found.codelists.iter().any(|list| list.code == map.codelist);
    let maps: Vec<&Mapping> = registry.maps.iter().filter(is_found).collect();
    let (standards, codelists) = (&found.standards, &found.codelists);
    Ok(Json(json!({ "standards": standards, "codelists": codelists, "maps": maps })).into_response())
}

async fn all_as_csv(State(app): State<App>, op: Op, Query(looked): Query<Looked>) -> Result<Response> {
    let registry = Registry::of(&app).await?;
    let found = find(&registry, &looked.q);
    let bytes = files::standards_csv(&found.standards, op.lang.code())?;
    Ok(file("text/csv; charset=utf-8", "standards.csv", bytes))
}

async fn one(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (code, wants_json) = match name.strip_suffix(".json") {
        Some(code) => (code, true),
        None => (name.as_str(), false),
    };
    let registry = Registry::of(&app).await?;
    let versions = registry.versions_of(code);
    let standard = versions
        .iter()
        .find(|known| {
            asked
                .version
                .as_ref()
                .is_none_or(|version| known.version == *version)
        })
        .ok_or_else(|| Problem::not_found("catalog-standards-unknown").with("code", code))?;
    if wants_json {
        return Ok(Json(standard).into_response());
    }
    let uses = used::list(&app, &op, &[code]).await?;
    let used = Used::new(op.lang, &registry, uses);
    render(&StandardPage::new(
        shell(&app, &op, &uri),
        standard,
        &versions,
        used,
    ))
}

async fn codelist(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (code, shape) = match name.rsplit_once('.') {
        Some((code, shape @ ("json" | "csv" | "ttl" | "jsonld"))) => (code, shape),
        _ => (name.as_str(), ""),
    };
    let registry = Registry::of(&app).await?;
    let list = registry.find_list(&app, code, asked.version.as_deref()).await?;
    let maps = registry.maps_around(&app, &list).await?;
    let site = app.config.base_url.trim_end_matches('/');
    match shape {
        "json" => return Ok(Json(list).into_response()),
        "csv" => {
            let name = format!("{}-{}.csv", list.code, list.version);
            return Ok(file(
                "text/csv; charset=utf-8",
                &name,
                files::codelist_csv(&list)?,
            ));
        }
        "ttl" => {
            let text = formats::skos::turtle(&files::scheme(site, &list, &maps));
            return Ok(([(header::CONTENT_TYPE, "text/turtle; charset=utf-8")], text).into_response());
        }
        "jsonld" => {
            let json = formats::skos::json_ld(&files::scheme(site, &list, &maps));
            return Ok(([(header::CONTENT_TYPE, "application/ld+json")], json.to_string()).into_response());
        }
        _ => {}
    }
    let versions = match code {
        PLACES => place_versions(op.lang, &list, &master::place_versions(&app).await?),
        _ => list_versions(op.lang, &registry, &list),
    };
    let uses = used::list(&app, &op, &used::classified_by(&registry, &list)).await?;
    let used = Used::new(op.lang, &registry, uses);
    render(&CodelistPage::new(
        shell(&app, &op, &uri),
        &list,
        (maps.as_slice(), versions),
        used,
    ))
}

/// The other versions of a registered codelist.
fn list_versions(lang: Lang, registry: &Registry, list: &Codelist) -> Vec<Listed> {
    let is_other = |other: &&Codelist| other.code == list.code && other.version != list.version;
    let others = registry.codelists.iter().filter(is_other);
    others
        .map(|other| Listed {
            href: format!("/standards/codelists/{}?version={}", other.code, other.version),
            title: other.title.in_language(lang.code()).to_owned(),
            facts: facts(lang, &other.code, &other.version, other.status.as_str()),
        })
        .collect()
}

/// The other versions of the list of places.
fn place_versions(lang: Lang, list: &Codelist, versions: &[String]) -> Vec<Listed> {
    versions
        .iter()
        .filter(|version| **version != list.version)
        .map(|version| Listed {
            href: format!("/standards/codelists/{PLACES}?version={version}"),
            title: list.title.in_language(lang.code()).to_owned(),
            facts: facts(lang, PLACES, version, list.status.as_str()),
        })
        .collect()
}

/// How well the columns of a table that the reader sees keep to their standards, as of the version shown.
///
/// # Errors
/// When the database fails.
pub async fn follows(app: &App, resource: &Resource) -> Result<Vec<Follows>> {
    let rows = store::standards::list_assigned(app.db.read(), Some(&resource.id)).await?;
    Ok(rows
        .into_iter()
        .filter(|row| is_seen(resource, row))
        .filter_map(found)
        .collect())
}

fn is_seen(resource: &Resource, row: &AssignedRow) -> bool {
    let mut columns = resource.columns.iter();
    columns.any(|column| column.name == row.column_name)
}

/// Why a column could not be checked; none when it was, or nobody tried.
pub fn refusal(lang: Lang, row: &AssignedRow) -> Option<String> {
    let why: crate::platform::words::Words = serde_json::from_str(&row.unchecked).ok()?;
    Some(why.in_language(lang.code()).to_owned()).filter(|why| !why.is_empty())
}

/// That the standard of a column has a newer version in force; empty when it has none.
pub fn newer_in_words(lang: Lang, registry: &Registry, row: &AssignedRow) -> String {
    let newer = registry.newer(&row.standard, &row.version);
    newer.map_or_else(String::new, |newer| {
        lang.text("catalog-standards-newer")
            .arg("version", &newer.version)
            .to_string()
    })
}

fn found(row: AssignedRow) -> Option<Follows> {
    Some(Follows {
        table_version: row.table_version.filter(|_| row.checked_at.is_some())?,
        column: row.column_name,
        standard: row.standard,
        version: row.version,
        n_values: row.n_values,
        n_valid: row.n_valid,
    })
}

/// What a check found and what was fixed, in sentences that lead to the standard.
///
/// # Errors
/// When the database fails.
pub async fn in_words(
    app: &App,
    lang: Lang,
    resource: &Resource,
    assigned: &[AssignedRow],
) -> Result<Vec<Words>> {
    let fixes = store::standards::list_fixes(app.db.read(), Some(&resource.id)).await?;
    if assigned.is_empty() && fixes.is_empty() {
        return Ok(Vec::new());
    }
    let registry = Registry::of(app).await?;
    let title = |code: &str, version: &str| {
        registry.standard(code, version).map_or_else(
            || code.to_owned(),
            |known| known.title.in_language(lang.code()).to_owned(),
        )
    };
    let mut lines: Vec<Words> = Vec::new();
    for row in assigned {
        if !is_seen(resource, row) {
            continue;
        }
        if let Some(why) = refusal(lang, row) {
            let line = lang
                .text("catalog-standards-unchecked")
                .arg("column", &row.column_name)
                .arg("reason", why);
            lines.push(line.to_string().into());
        }
        let newer = newer_in_words(lang, &registry, row);
        if let Some(one) = found(row.clone()) {
            let title = title(&one.standard, &one.version);
            lines.push(follows_in_words(lang, &one, &title, &newer));
        }
    }
    for fix in fixes {
        if resource
            .columns
            .iter()
            .any(|column| column.name == fix.column_name)
        {
            let line = lang
                .text("catalog-standards-was-fixed")
                .n("version", fix.table_version)
                .n("rows", fix.n_rows)
                .arg("column", &fix.column_name)
                .arg("standard", title(&fix.standard, &fix.version));
            lines.push(line.to_string().into());
        }
    }
    Ok(lines)
}

fn follows_in_words(lang: Lang, one: &Follows, title: &str, newer: &str) -> Words {
    // All but one of a million is not all: 100 % is said only of all.
    let percent = if one.n_values == 0 {
        100.0
    } else {
        (1000.0 * one.n_valid as f64 / one.n_values as f64).floor() / 10.0
    };
    let places = if percent.fract() == 0.0 { 0 } else { 1 };
    let line = lang
        .text("catalog-standards-follows")
        .arg("column", &one.column)
        .arg("percent", lang.percent(percent, places))
        .n("values", one.n_values)
        .n("table", one.table_version)
        .to_string();
    let gap = if newer.is_empty() { "" } else { " · " };
    Markup(format!(
        "{} <a class=\"govuk-link\" href=\"/standards/{}?version={}\">{} v{}</a>{gap}{}",
        Markup::escape(&line),
        Markup::escape(&one.standard),
        Markup::escape(&one.version),
        Markup::escape(title),
        Markup::escape(&one.version),
        Markup::escape(newer),
    ))
    .into()
}

pub fn file(media_type: &str, name: &str, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    (headers, bytes).into_response()
}

impl StandardsPage {
    fn new(page: Shell, found: &Found<'_>, q: String) -> StandardsPage {
        let lang = page.lang;
        let own = found.own.iter().map(|(code, id)| Listed {
            href: format!("/standards/codelists/{code}"),
            title: lang.text(*id).to_string(),
            facts: lang.text("catalog-standards-own").to_string(),
        });
        StandardsPage {
            q,
            is_nearly: found.spelling == Spelling::Nearly && !found.is_empty(),
            standards: found
                .standards
                .iter()
                .map(|known| Listed {
                    href: format!("/standards/{}?version={}", known.code, known.version),
                    title: known.title.in_language(lang.code()).to_owned(),
                    facts: facts(lang, &known.code, &known.version, known.status.as_str()),
                })
                .collect(),
            codelists: found
                .codelists
                .iter()
                .map(|known| Listed {
                    href: format!("/standards/codelists/{}?version={}", known.code, known.version),
                    title: known.title.in_language(lang.code()).to_owned(),
                    facts: facts(lang, &known.code, &known.version, known.status.as_str()),
                })
                .chain(own)
                .collect(),
            page: page
                .titled(lang.text("catalog-standards-title"))
                .described(lang.text("catalog-standards-lead"))
                .crumb(lang.text("catalog-title"), "/data")
                .crumb(lang.text("catalog-standards-title"), "")
                .shapes(&["csv", "json"]),
        }
    }

    pub fn sample(lang: Lang) -> StandardsPage {
        StandardsPage::new(Shell::sample(lang), &find(&SHIPPED, "sex"), "sex".to_owned())
    }
}

fn facts(lang: Lang, code: &str, version: &str, status: &str) -> String {
    let version = match version {
        CURRENT => lang.text("catalog-standards-current").to_string(),
        version => lang
            .text("catalog-standards-version")
            .arg("version", version)
            .to_string(),
    };
    let status = lang.text(format!("catalog-standards-status-{status}"));
    format!("{code} · {version} · {status}")
}

impl Used {
    fn new(lang: Lang, registry: &Registry, uses: Vec<Use>) -> Used {
        let n_more = uses.len().saturating_sub(MOST_TABLES);
        let uses = uses.into_iter().take(MOST_TABLES);
        let tables = uses.map(|one| Listed {
            href: format!("/data/{}/{}", one.dataset, one.resource),
            facts: columns_in_words(lang, registry, &one.columns),
            title: match one.title == one.dataset_title {
                true => one.title,
                false => format!("{} · {}", one.dataset_title, one.title),
            },
        });
        Used {
            tables: tables.collect(),
            n_more,
        }
    }

    fn sample() -> Used {
        let table = Listed {
            href: "/data/households-2026/data".to_owned(),
            title: "Households 2026 · Members".to_owned(),
            facts: "sex (Sex v1)".to_owned(),
        };
        Used {
            tables: vec![table],
            n_more: 2,
        }
    }
}

/// Columns, each with the standard it follows and its version.
fn columns_in_words(lang: Lang, registry: &Registry, columns: &[FollowerRow]) -> String {
    let told = columns.iter().take(MOST_COLUMNS).map(|row| {
        let known = registry.standard(&row.standard, &row.version);
        let title = known.map_or(row.standard.as_str(), |known| {
            known.title.in_language(lang.code())
        });
        format!("{} ({title} v{})", row.column_name, row.version)
    });
    let mut told: Vec<String> = told.collect();
    if columns.len() > MOST_COLUMNS {
        told.push("…".to_owned());
    }
    told.join(", ")
}

impl StandardPage {
    fn new(page: Shell, standard: &Standard, versions: &[&Standard], used: Used) -> StandardPage {
        let lang = page.lang;
        let words =
            |text: &crate::platform::words::Words| Words::from(text.in_language(lang.code()).to_owned());
        let list = standard
            .classification
            .as_ref()
            .map_or_else(Words::default, |name| {
                Markup(format!(
                    "<a class=\"govuk-link\" href=\"/standards/codelists/{}?version={}\">{} v{}</a>",
                    Markup::escape(&name.codelist),
                    Markup::escape(&name.version),
                    Markup::escape(&name.codelist),
                    Markup::escape(&name.version)
                ))
                .into()
            });
        let range = match (standard.least, standard.most) {
            (None, None) => String::new(),
            (least, most) => {
                let end = |end: Option<f64>| end.map_or_else(|| "…".to_owned(), |end| lang.decimal(end, 0));
                format!("{} – {}", end(least), end(most))
            }
        };
        let rows = [
            ("catalog-standards-code", Words::from(standard.code.clone())),
            ("catalog-standards-version-head", standard.version.clone().into()),
            (
                "catalog-standards-status",
                lang.text(format!("catalog-standards-status-{}", standard.status.as_str()))
                    .to_string()
                    .into(),
            ),
            ("catalog-standards-concept", words(&standard.concept)),
            ("catalog-standards-definition", words(&standard.definition)),
            ("catalog-standards-classification", list),
            ("catalog-standards-measure", words(&standard.measure)),
            ("catalog-standards-unit", words(&standard.unit)),
            ("catalog-standards-range", range.into()),
            ("catalog-standards-source", standard.source.clone().into()),
        ];
        let title = standard.title.in_language(lang.code()).to_owned();
        StandardPage {
            facts: summary(lang, rows),
            used,
            versions: versions
                .iter()
                .filter(|other| other.version != standard.version)
                .map(|other| Listed {
                    href: format!("/standards/{}?version={}", other.code, other.version),
                    title: other.title.in_language(lang.code()).to_owned(),
                    facts: facts(lang, &other.code, &other.version, other.status.as_str()),
                })
                .collect(),
            page: page
                .titled(&title)
                .described(standard.definition.in_language(lang.code()))
                .crumb(lang.text("catalog-standards-title"), "/standards")
                .crumb(title, "")
                .shapes(&["json"]),
        }
    }

    pub fn sample(lang: Lang) -> StandardPage {
        let versions = SHIPPED.versions_of("sex");
        StandardPage::new(Shell::sample(lang), versions[0], &versions, Used::sample())
    }
}

fn summary<const N: usize>(lang: Lang, rows: [(&'static str, Words); N]) -> Vec<SummaryRow> {
    rows.into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(id, value)| SummaryRow::new(lang.text(id), value))
        .collect()
}

impl CodelistPage {
    fn new(
        page: Shell,
        list: &Codelist,
        (maps, versions): (&[Mapping], Vec<Listed>),
        used: Used,
    ) -> CodelistPage {
        let lang = page.lang;
        let heads =
            |ids: &[&'static str]| -> Vec<Cell> { ids.iter().map(|id| Cell::text(lang.text(*id))).collect() };
        let map_rows = maps.iter().flat_map(|map| {
            map.pairs.iter().zip(map.turns()).map(move |(pair, turn)| {
                vec![
                    Cell::text(format!("{} (v{})", pair.0, map.from)),
                    Cell::text(format!("{} (v{})", pair.1, map.to)),
                    Cell::text(lang.text(format!("catalog-standards-turn-{}", turn.as_str()))),
                ]
            })
        });
        let is_own = list.version == CURRENT || list.code == PLACES;
        let rows = [
            ("catalog-standards-code", Words::from(list.code.clone())),
            (
                "catalog-standards-version-head",
                match list.version == CURRENT {
                    true => lang.text("catalog-standards-current").to_string().into(),
                    false => list.version.clone().into(),
                },
            ),
            (
                "catalog-standards-status",
                lang.text(format!("catalog-standards-status-{}", list.status.as_str()))
                    .to_string()
                    .into(),
            ),
            ("catalog-standards-source", list.source.clone().into()),
            (
                "catalog-standards-master",
                if is_own {
                    lang.text("catalog-standards-own").to_string().into()
                } else {
                    Words::default()
                },
            ),
        ];
        let title = list.title.in_language(lang.code()).to_owned();
        CodelistPage {
            facts: summary(lang, rows),
            used,
            versions,
            head: heads(&[
                "catalog-standards-code",
                "catalog-standards-label",
                "catalog-standards-parent",
                "catalog-standards-holds",
            ]),
            rows: list
                .items
                .iter()
                .take(MOST_ITEMS)
                .map(|item| {
                    let holds = match (&item.valid_from, &item.valid_to) {
                        (None, None) => String::new(),
                        (from, to) => {
                            let day = |day: &Option<String>| day.clone().unwrap_or_else(|| "…".to_owned());
                            format!("{} – {}", day(from), day(to))
                        }
                    };
                    vec![
                        Cell::text(&item.code),
                        Cell::text(item.label.in_language(lang.code())),
                        Cell::text(item.parent.as_deref().unwrap_or_default()),
                        Cell::text(holds),
                    ]
                })
                .collect(),
            n_more: list.items.len().saturating_sub(MOST_ITEMS),
            map_head: heads(&[
                "catalog-standards-from",
                "catalog-standards-to",
                "catalog-standards-turn",
            ]),
            map_rows: map_rows.take(MOST_ITEMS).collect(),
            downloads: [
                ("csv", "CSV"),
                ("json", "JSON"),
                ("ttl", "SKOS Turtle"),
                ("jsonld", "SKOS JSON-LD"),
            ]
            .map(|(suffix, text)| Listed {
                href: format!(
                    "/standards/codelists/{}.{suffix}?version={}",
                    list.code, list.version
                ),
                title: text.to_owned(),
                facts: String::new(),
            })
            .into(),
            page: page
                .titled(&title)
                .crumb(lang.text("catalog-standards-title"), "/standards")
                .crumb(title, ""),
        }
    }

    pub fn sample(lang: Lang) -> CodelistPage {
        let list = SHIPPED.codelist("sex", "2").expect("shipped");
        let maps = SHIPPED.registered_maps(list);
        let versions = list_versions(lang, &SHIPPED, list);
        CodelistPage::new(
            Shell::sample(lang),
            list,
            (maps.as_slice(), versions),
            Used::default(),
        )
    }
}
