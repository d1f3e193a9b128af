//! One table of a dataset: its rows as they are asked for, what its columns hold, a chart of them, where it comes from.

use std::{sync::LazyLock, thread::available_parallelism};

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, Uri},
    response::{IntoResponse, Response},
};
use tables::{Facet, Format, Seen, Statistics};
use tokio::sync::Semaphore;

use super::{
    Download,
    columns::column_cells,
    downloads,
    history::{HistoryRow, bad_row_cells, history, origin},
    publisher_of,
    rows::{found, heads, last_page, orders, pages, written},
};
use crate::{
    catalog::{
        download,
        explore::{
            self,
            asked::{Asked, NO_CHART},
            chart::{self, ChartKind},
            drawing::{self, Drawn},
            json,
            located::Placed,
            memory::Memory,
            panel::{self, Chip, FacetView, FilterRow, StatView},
            snippets::{self, Snippet},
            typed,
            written::Writing,
        },
        files::{self, KeptFile},
        reasons,
        standards::{self, labels::Labels},
        store, versions,
        view::{self, FileView, Resource},
        workflow::tombstone::{self, standing_notice},
    },
    platform::{
        app::App,
        html::{
            Markup, Shell,
            parts::{Cell, Choice, Pagination, Rows, SummaryRow, Words},
        },
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Problem, Result},
        time::Time,
    },
};

/// Columns of a table on one page when nobody chose some; a file has them all.
const MOST_COLUMNS: usize = 24;
/// Rows of a table that is drawn without being asked: a page of a larger one would keep its reader waiting.
const MOST_ROWS_DRAWN: i64 = 100_000;

#[derive(Template)]
#[template(path = "catalog/pages/resource.html")]
pub struct ResourcePage {
    page: Shell,
    resource: Resource,
    lead: String,
    /// Whether the table has columns and the reader sees none of them.
    shows_no_column: bool,
    downloads: Vec<Download>,
    /// The same files with what codes are called; none where no column has codes of a list.
    labelled: Vec<Download>,
    head: Vec<Cell>,
    rows: Rows,
    found: String,
    /// What leads back from a page behind the last one: the words, and the address of that one; nothing on a page with rows.
    beyond: Option<(String, String)>,
    n_more_columns: usize,
    pages: Pagination,
    /// The page without any question.
    path: String,
    filters: Vec<FilterRow>,
    chips: Vec<Chip>,
    sorts: Vec<Choice>,
    sizes: Vec<Choice>,
    shown: Vec<Choice>,
    /// What the filter form keeps of the address, as hidden fields.
    kept: Vec<(&'static str, String)>,
    /// The same of the chart's form.
    kept_with_chart: Vec<(String, String)>,
    facet_choices: Vec<Choice>,
    facets: Vec<FacetView>,
    stat: Option<StatView>,
    chart: Option<Drawn>,
    is_chart_asked: bool,
    chart_form: ChartForm,
    snippets: Vec<Snippet>,
    version: String,
    /// That the columns are described with all rows, where some are filtered out; empty where none is.
    columns_of_all: String,
    column_head: Vec<Cell>,
    column_rows: Vec<Vec<Cell>>,
    /// How the version that is shown, or the file, is cited; empty for none.
    cite: String,
    /// The files that came for what is no table.
    came_head: Vec<Cell>,
    came: Vec<Vec<Cell>>,
    origin: Vec<SummaryRow>,
    history_head: Vec<Cell>,
    history: Vec<HistoryRow>,
    /// The file that the version was read from; of the shown one the last that came.
    newest: Option<FileView>,
    may_take_original: bool,
    may_see_bad_rows: bool,
    bad_head: Vec<Cell>,
    bad_rows: Vec<Vec<Cell>>,
    /// How well columns keep to their standards, in sentences.
    standards: Vec<Words>,
}

/// The choices of a chart.
struct ChartForm {
    kinds: Vec<Choice>,
    x: Vec<Choice>,
    y: Vec<Choice>,
    sums: Vec<Choice>,
    by: Vec<Choice>,
}

/// What a table's page shows beside what is always known of it.
pub struct Looked {
    pub asked: Asked,
    pub seen: Seen,
    pub facets: Vec<Facet>,
    pub statistics: Option<Statistics>,
    pub chart: Option<Drawn>,
    pub cite: String,
    /// The files that came for what is no table: name, day, size, SHA-256.
    pub came: Vec<Vec<Cell>>,
    pub origin: Vec<SummaryRow>,
    pub history: Vec<HistoryRow>,
    pub standards: Vec<Words>,
    /// Whether a file of the rows can say where they are.
    pub has_map: bool,
    /// Where the installation is, for lines to copy.
    pub base_url: String,
    pub writing: Writing,
}

pub async fn show(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path((dataset, name)): Path<(String, String)>,
    headers: HeaderMap,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response> {
    let memory = Memory::of(&app).await?;
    if let Some(answer) = memory.answer(&op, &uri) {
        return Ok(answer.into_response());
    }
    let (mut asked, refused) = Asked::read_as_far(&pairs);
    let (slug, format) = download::split(&name);
    let refused = match (refused, format) {
        (Some(problem), Some(_)) => return Err(problem),
        (refused, _) => refused,
    };
    let mut versions_asked = pairs
        .iter()
        .filter(|(key, text)| key == "version" && !text.trim().is_empty());
    let version_asked = versions_asked.next_back().map_or("", |(_, text)| text.trim());
    let day = pairs.iter().find(|(key, _)| key == "at");
    // A citation that leads nowhere must not seem to lead here.
    let when = versions::Asked::of(version_asked, day.map_or("", |(_, day)| day.as_str()));
    let is_settled = when.as_ref().is_ok_and(|when| when.at.is_empty());
    let found = async {
        asked.version = versions::wanted(&app, &op, &dataset, slug, &when?).await?;
        memory.resource(&app, &op, &dataset, slug, asked.version).await
    };
    let resource = match found.await {
        // What the columns hold tells which of them name places.
        Ok(resource) if matches!(format, None | Some(Format::Json | Format::GeoJson)) => {
            resource.described(&app).await?
        }
        Ok(resource) => resource,
        Err(problem) if problem.kind() == Kind::Gone && format.is_none() => {
            return tombstone::show(&app, &op, &uri, &dataset, problem).await;
        }
        Err(problem) => {
            let table = (dataset.as_str(), slug);
            let told = versions::asked::with_known(&app, &op, table, version_asked, problem);
            return Err(told.await);
        }
    };
    let names: Vec<&str> = resource
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    asked.shorten(&names);
    // The page in JSON has some of the rows and much about them; a file has all rows and nothing else.
    let is_all = pairs.iter().any(|(name, _)| name == "all");
    let answer = match format {
        Some(Format::Json) if !is_all => json::answer(&app, op.lang, &resource, &asked).await?,
        Some(format) => {
            let name = format!("{dataset}-{slug}");
            return download::table(&app, &op, &headers, &resource, (&asked, format), &name).await;
        }
        // Pages say more than the catalogue counts as a change: standards kept, versions noticed.
        None => return page(&app, &op, &uri, &resource, (asked, refused)).await,
    };
    // What was shown on a day is settled only when the day is over, and what codes are called never is.
    if is_settled && !asked.is_labelled {
        memory.remember(&op, &uri, &answer);
    }
    Ok(answer.into_response())
}

/// Pages that are made at the same time: each is a few milliseconds of work, and more of them would only stand in each other's way.
/// Who asked first is answered first.
static MADE_AT_ONCE: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(available_parallelism().map_or(2, |cores| cores.get() + 1)));

async fn page(
    app: &App,
    op: &Op,
    uri: &Uri,
    resource: &Resource,
    (mut asked, refused): (Asked, Option<Problem>),
) -> Result<Response> {
    let _turn = MADE_AT_ONCE.acquire().await;
    let understood = match refused {
        Some(problem) => Err(problem),
        None if resource.version.is_none() => Ok(()),
        None => typed::understand(op.lang, &resource.columns, &mut asked),
    };
    let known = versions::list(app, resource).await?;
    let history = history(app, op.lang, resource, &known, &path_of(resource)).await?;
    let origin = origin(app, op.lang, &resource.told());
    let assigned = store::standards::list_assigned(app.db.read(), Some(&resource.id)).await?;
    let mut looked = Looked {
        seen: explore::nothing(),
        facets: Vec::new(),
        statistics: None,
        chart: None,
        cite: String::new(),
        came: Vec::new(),
        origin,
        history,
        standards: standards::pages::in_words(app, op.lang, resource, &assigned).await?,
        has_map: resource.is_located() || Placed::of(app, resource).await?.is_some(),
        base_url: app.config.base_url.clone(),
        writing: Writing::of(app, op.lang).with_labels(Labels::of_assigned(app, assigned).await?),
        asked,
    };
    let mut shell = shell(app, op, uri);
    let version = looked.asked.version;
    let cited = known
        .iter()
        .find(|known| version.map_or(known.is_shown, |wanted| known.version == wanted));
    if let Some(cited) = cited {
        let day = |at: Time| op.lang.date_time(app.config.zoned(at).datetime());
        let days = (day(Time(cited.shown_at)), day(op.at));
        looked.cite = versions::pages::citation(&shell, resource, cited, (&days.0, &days.1));
    }
    if resource.url.is_some() {
        let came = files::list(app, &resource.dataset, &resource.id).await?;
        if let Some(newest) = came.first() {
            looked.cite = cite_file(app, op, &shell, resource, newest);
        }
        looked.came = came.iter().map(|file| kept_cells(app, op.lang, file)).collect();
    }
    versions::asked::notices(app, op.lang, &mut shell, &known, version, &path_of(resource));
    standing_notice(op.lang, &mut shell, &resource.dataset);
    let outcome = match understood {
        Ok(()) => look(app, op.lang, resource, &mut looked).await,
        refused => refused,
    };
    match outcome {
        Ok(()) => render(&ResourcePage::new(shell, resource.clone(), looked)),
        Err(problem) if problem.kind() == Kind::Invalid || problem.code() == "column-unknown" => {
            let errors = field_errors(&problem, op);
            let page = ResourcePage::new(Shell { errors, ..shell }, resource.clone(), looked);
            render_refused(&problem, &page)
        }
        Err(problem) => Err(problem),
    }
}

/// How a file is cited that is no table.
fn cite_file(app: &App, op: &Op, page: &Shell, resource: &Resource, file: &KeptFile) -> String {
    let day = |at: Time| op.lang.date_time(app.config.zoned(at).datetime());
    page.t("catalog-file-cite")
        .arg("publisher", publisher_of(page, &resource.dataset))
        .arg("title", &resource.title)
        .arg("date", day(Time(file.received_at)))
        .arg("address", format!("{}{}", app.config.base_url, file.href))
        .arg("today", day(op.at))
        .to_string()
}

fn kept_cells(app: &App, lang: Lang, file: &KeptFile) -> Vec<Cell> {
    let link = format!(
        "<a class=\"govuk-link\" href=\"{}\" download>{}</a>",
        Markup::escape(&file.href),
        Markup::escape(&file.name)
    );
    let size = file
        .size_bytes
        .map_or_else(String::new, |n| lang.text("catalog-bytes").n("n", n).to_string());
    vec![
        Cell::html(Markup(link)),
        Cell::text(lang.date_time(app.config.zoned(Time(file.received_at)).datetime())),
        Cell::text(size),
        Cell::html(Markup(format!(
            "<code class=\"bz-meta\">{}</code>",
            Markup::escape(&file.sha256)
        ))),
    ]
}

/// Reads what the address asks for.
async fn look(app: &App, lang: Lang, resource: &Resource, looked: &mut Looked) -> Result<()> {
    if resource.version.is_none() {
        return Ok(());
    }
    let asked = &looked.asked;
    looked.seen = resource.seen(app, asked, columns_shown(resource, asked)).await?;
    if !asked.facets.is_empty() {
        looked.facets = json::facets(app, resource, asked).await?;
    }
    if !asked.stat.is_empty() {
        looked.statistics = Some(resource.statistics(app, &asked.filters, &asked.stat).await?);
    }
    looked.chart = draw(app, lang, resource, asked).await?;
    Ok(())
}

/// Draws the chart that is asked for; where none is, the one that says most about a small table.
async fn draw(app: &App, lang: Lang, resource: &Resource, asked: &Asked) -> Result<Option<Drawn>> {
    let wanted = &asked.chart;
    let is_left_open = wanted.kind.is_empty();
    if is_left_open && wanted.x.is_empty() && wanted.y.is_empty() {
        return draw_unasked(app, lang, resource, asked).await;
    }
    let wanted = match is_left_open {
        true => chart::with_kind(resource, wanted),
        false => wanted.clone(),
    };
    match chart::work_out(app, resource, &wanted, &asked.filters).await? {
        Some(chart) => Ok(Some(drawing::draw(app, lang, resource, &chart).await?)),
        None => Ok(None),
    }
}

async fn draw_unasked(app: &App, lang: Lang, resource: &Resource, asked: &Asked) -> Result<Option<Drawn>> {
    if resource.n_rows > MOST_ROWS_DRAWN {
        return Ok(None);
    }
    for candidate in chart::candidates(resource) {
        let Some(chart) = chart::try_out(app, resource, &candidate, &asked.filters).await? else {
            continue;
        };
        let drawn = drawing::draw(app, lang, resource, &chart).await?;
        // Codes of places that have no boundaries make no map.
        if !drawn.drawing.is_empty() {
            return Ok(Some(drawn));
        }
    }
    Ok(None)
}

fn columns_shown(resource: &Resource, asked: &Asked) -> Vec<String> {
    match asked.show.is_empty() {
        true => {
            let names = resource.columns.iter().map(|column| column.name.clone());
            names.take(MOST_COLUMNS).collect()
        }
        false => asked.columns(),
    }
}

/// The file as it was received, byte for byte, for those who may see every column of it.
pub async fn received(
    State(app): State<App>,
    op: Op,
    Path((dataset, slug, id)): Path<(String, String, String)>,
) -> Result<Response> {
    let resource = view::find_resource(&app, &op, &dataset, &slug, None).await?;
    let file = resource.files.iter().find(|file| file.id == id);
    let file = file.ok_or_else(|| Problem::not_found("file-gone"))?;
    // Older files may hold what is no longer a column, so only those who may see everything get them.
    let is_shown = file.version.is_some() && file.version == resource.version;
    if !(resource.is_whole() && (is_shown || resource.dataset.may_write)) {
        return Err(Problem::forbidden("not-allowed"));
    }
    download::blob(&app, &file.sha256, &file.name).await
}

impl ResourcePage {
    pub fn new(page: Shell, resource: Resource, looked: Looked) -> ResourcePage {
        let lang = page.lang;
        let path = path_of(&resource);
        let Looked {
            asked,
            seen,
            facets,
            statistics,
            chart,
            cite,
            came,
            origin,
            history,
            standards,
            has_map,
            base_url,
            writing,
        } = looked;
        let writing = writing.with_columns(seen.columns.iter().map(|column| column.name.as_str()));
        let rows = written(&writing, &seen);
        let read = resource.read_version();
        let newest = match resource.is_older() {
            true => resource.files.iter().find(|file| file.version == read).cloned(),
            false => resource.files.first().cloned(),
        };
        let may_take_original = resource.is_whole() && (!resource.is_older() || resource.dataset.may_write);
        let may_see_bad_rows = resource.dataset.may_write && resource.is_whole();
        let bad_rows = newest
            .iter()
            .filter(|_| may_see_bad_rows)
            .flat_map(|file| bad_row_cells(lang, file))
            .collect();
        let newest = newest.map(|file| FileView {
            reason: reasons::in_words(lang, &file.reason),
            ..file
        });
        // A file holds all rows of the view, and nothing of what the page says about them.
        let whole = Asked {
            size: None,
            facets: Vec::new(),
            stat: String::new(),
            chart: chart::nothing_asked(),
            is_labelled: false,
            ..asked.rewound()
        };
        let file_query = whole.at("");
        let has_labels = resource
            .columns
            .iter()
            .any(|column| writing.has_labels(&column.name));
        let labelled = match has_labels {
            true => {
                let query = Asked {
                    is_labelled: true,
                    ..whole
                }
                .at("");
                downloads(&path, &query, has_map)
            }
            false => Vec::new(),
        };
        let page = page
            .titled(&resource.title)
            .described(&resource.dataset.description)
            .crumb(lang.text("catalog-title"), "/data")
            .crumb(
                &resource.dataset.title,
                format!("/data/{}", resource.dataset.slug),
            )
            .crumb(&resource.title, "");
        let shows_no_column = resource.columns.is_empty();
        let page = match shows_no_column {
            true => page.shapes(&["json"]),
            false => page.shapes(&["json", "csv"]),
        };
        let is_filtered = !asked.filters.is_empty() && page.errors.is_empty();
        let among = is_filtered.then_some(resource.n_rows);
        ResourcePage {
            lead: lead(lang, &resource, is_filtered.then_some(&seen)),
            shows_no_column,
            downloads: downloads(&path, &file_query, has_map),
            labelled,
            found: found(lang, &seen, among),
            beyond: last_page(&asked, &seen, &path).map(|(last, href)| {
                let text = lang.text("catalog-explore-last-page").n("page", last);
                (text.to_string(), href)
            }),
            columns_of_all: among.map_or_else(String::new, |all| {
                let text = lang.text("catalog-explore-columns-of-all");
                text.n("n", all).to_string()
            }),
            n_more_columns: if asked.show.is_empty() {
                resource.columns.len().saturating_sub(MOST_COLUMNS)
            } else {
                0
            },
            head: heads(lang, &resource, &asked, &seen, &path),
            pages: pages(&asked, &seen, &path),
            filters: panel::filter_rows(lang, &resource, &asked),
            chips: panel::chips(&writing, &resource, &asked, &path),
            sorts: orders(lang, &resource, &asked.sort),
            sizes: panel::sizes(lang, &asked),
            shown: panel::columns(resource.columns.iter())
                .map(|choice| Choice {
                    chosen: asked.shows_all() || asked.show.contains(&choice.value),
                    ..choice
                })
                .collect(),
            kept: kept(&asked),
            kept_with_chart: asked.without_chart(),
            facet_choices: panel::facet_choices(lang, &resource, &asked),
            facets: panel::facet_views(&writing, &resource, &asked, &facets, &path),
            stat: statistics.map(|found| panel::stat_view(&writing, &resource, &asked, &found, &path)),
            chart_form: ChartForm::of(lang, &resource, &asked),
            is_chart_asked: asked.chart != chart::nothing_asked() && asked.chart.kind != NO_CHART,
            chart,
            snippets: snippets::of(lang, &resource, &format!("{base_url}{path}.csv{file_query}")),
            column_head: ["name", "kind", "missing", "distinct", "least", "most", "common"]
                .map(|id| Cell::text(lang.text(format!("catalog-column-{id}"))))
                .to_vec(),
            column_rows: resource
                .columns
                .iter()
                .map(|column| {
                    let described = Asked {
                        stat: column.name.clone(),
                        ..asked.rewound()
                    };
                    let href = format!("{}#described", described.at(&path));
                    column_cells(&writing, &resource, column, &href)
                })
                .collect(),
            came_head: [
                "catalog-file",
                "catalog-received",
                "catalog-size",
                "catalog-digest",
            ]
            .map(|id| Cell::text(lang.text(id)))
            .into(),
            came,
            cite,
            origin,
            history_head: ["version", "when", "what", "rows"]
                .map(|id| Cell::text(lang.text(format!("catalog-history-{id}"))))
                .to_vec(),
            history,
            bad_head: ["line", "reason", "text"]
                .map(|id| Cell::text(lang.text(format!("catalog-bad-{id}"))))
                .to_vec(),
            bad_rows,
            standards,
            may_take_original,
            may_see_bad_rows,
            newest,
            rows,
            version: asked
                .version
                .map(|version| version.to_string())
                .unwrap_or_default(),
            path,
            page,
            resource,
        }
    }
}

impl ResourcePage {
    /// What the form of the chart keeps: the filters, the order, the columns, the facets.
    fn kept_by_chart(&self) -> Vec<(String, String)> {
        self.kept_with_chart.clone()
    }
}

impl ChartForm {
    fn of(lang: Lang, resource: &Resource, asked: &Asked) -> ChartForm {
        let choices = chart::choices(resource);
        let first = |id: &'static str| std::iter::once(Choice::new("", lang.text(id)));
        let chosen = |choice: Choice, value: &str| choice.chosen_if(value);
        let asked = &asked.chart;
        ChartForm {
            kinds: first("catalog-explore-by-meaning")
                .chain([Choice::new(NO_CHART, lang.text("catalog-explore-no-chart"))])
                .chain(
                    choices
                        .kinds
                        .iter()
                        .map(|kind| Choice::new(kind.word(), lang.text(kind_text(*kind)))),
                )
                .map(|choice| chosen(choice, &asked.kind))
                .collect(),
            x: first("catalog-explore-by-meaning")
                .chain(panel::columns(choices.x.into_iter()))
                .map(|choice| chosen(choice, &asked.x))
                .collect(),
            y: first("catalog-explore-rows-counted")
                .chain(panel::columns(choices.y.into_iter()))
                .map(|choice| chosen(choice, &asked.y))
                .collect(),
            sums: ["mean", "sum"]
                .map(|word| {
                    let id = match word {
                        "sum" => "catalog-explore-as-sum",
                        _ => "catalog-explore-as-mean",
                    };
                    Choice::new(word, lang.text(id)).chosen_if(&asked.sum)
                })
                .to_vec(),
            by: first("catalog-explore-by-nothing")
                .chain(panel::columns(choices.by.into_iter()))
                .map(|choice| chosen(choice, &asked.by))
                .collect(),
        }
    }

    /// Whether there is a column to draw by.
    fn is_offered(&self) -> bool {
        self.x.len() > 1 || self.kinds.len() > 4
    }
}

fn kind_text(kind: ChartKind) -> &'static str {
    match kind {
        ChartKind::Bar => "catalog-explore-chart-bar",
        ChartKind::Line => "catalog-explore-chart-line",
        ChartKind::Map => "catalog-explore-chart-map",
        ChartKind::Table => "catalog-explore-chart-table",
    }
}

/// How large the table is; where rows are filtered, how many of them are left.
fn lead(lang: Lang, resource: &Resource, filtered: Option<&Seen>) -> String {
    let n_columns = i64::try_from(resource.columns.len()).unwrap_or_default();
    let text = match filtered {
        // A number of columns that the reader sees none of would say nothing.
        _ if n_columns == 0 => return lang.text("catalog-n-rows").n("n", resource.n_rows).to_string(),
        None => lang.text("catalog-rows-and-columns"),
        Some(seen) => {
            let n_found = i64::try_from(seen.n_found).unwrap_or(i64::MAX);
            lang.text("catalog-explore-filtered-lead").n("found", n_found)
        }
    };
    text.n("rows", resource.n_rows)
        .n("columns", n_columns)
        .to_string()
}

fn path_of(resource: &Resource) -> String {
    format!("/data/{}/{}", resource.dataset.slug, resource.slug)
}

/// What the form of the filters keeps: all that is chosen elsewhere on the page.
fn kept(asked: &Asked) -> Vec<(&'static str, String)> {
    let mut kept: Vec<(&'static str, String)> =
        asked.facets.iter().map(|name| ("facet", name.clone())).collect();
    let chart = &asked.chart;
    for (name, value) in [
        ("chart", &chart.kind),
        ("x", &chart.x),
        ("y", &chart.y),
        ("sum", &chart.sum),
        ("by", &chart.by),
        ("stat", &asked.stat),
    ] {
        if !value.is_empty() {
            kept.push((name, value.clone()));
        }
    }
    kept
}
