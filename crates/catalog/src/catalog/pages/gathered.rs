//! The datasets of a theme, and those of an organisation: in figures, and a page at a time.

use ::search::Manner;
use askama::Template;
use axum::{
    Json,
    extract::{Path, RawQuery, State},
    http::{Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::{DatasetRow, catalogue, files, href, organisation_href, row, theme_href, theme_title};
use crate::{
    accounts::{self, Reaches},
    catalog::{
        agenda::{league, year},
        following,
        model::{FIRST_THEMES, THEMES, theme_now},
        search::{
            facets::Facet,
            people::{self, Counting, Order, Part, Results, Wanted},
        },
        store::portal,
        view::{self, Dataset, Theme},
    },
    platform::{
        app::App,
        html::{
            Markup, Shell,
            parts::{Pagination, SummaryRow},
        },
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::{Problem, Result},
        spreadsheet::harmless,
        time::Time,
    },
};

#[derive(Template)]
#[template(path = "catalog/pages/gathered.html")]
pub struct GatheredPage {
    page: Shell,
    /// What kind of thing it is, above its name.
    caption: String,
    heading: Heading,
    /// Its figures.
    rows: Vec<SummaryRow>,
    /// What a search among its datasets is narrowed to.
    kept: (&'static str, String),
    /// Those of one page.
    entries: Vec<DatasetRow>,
    n_found: usize,
    pages: Pagination,
    /// Where somebody asks to be told by e-mail.
    follow: String,
}

/// What datasets are gathered under: the word of a theme, the code of an organisation.
#[derive(Debug, Clone, Copy)]
pub enum Under<'a> {
    Theme(&'a str),
    Organisation(&'a str),
}

/// What is said of it.
pub struct Heading {
    pub name: String,
    pub about: String,
    pub contact: String,
}

/// Its datasets, those of one page, and how it stands; over what the reader may see.
#[derive(Default)]
pub struct Gathered {
    pub datasets: Vec<Dataset>,
    /// From 1.
    pub page: u32,
    pub figures: Figures,
    /// The day of the last change, at the place.
    pub changed_on: Option<Date>,
    pub beside: Vec<Beside>,
    /// How punctual an organisation is this year; none where nothing fell due.
    pub punctuality: Option<league::Row>,
}

/// What its datasets are divided by beside it.
pub struct Beside {
    pub href: String,
    pub text: String,
    pub n: u64,
}

/// How much there is.
#[derive(Debug, Default, Serialize)]
pub struct Figures {
    pub n_datasets: usize,
    pub n_tables: usize,
    pub n_files: usize,
    pub n_rows: i64,
    #[serde(skip)]
    pub changed_at: Option<i64>,
}

pub async fn theme(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(address): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let (word, shape) = split(&address);
    let suffix = &address[word.len()..];
    let known = portal::list_themes(app.db.read()).await?;
    let known = known
        .into_iter()
        .find(|theme| theme.name == word && theme.state == "active");
    if known.is_none() && theme_now(word) != word {
        let now = format!("{}{suffix}", theme_href(theme_now(word)));
        return Ok(Redirect::permanent(&now).into_response());
    }
    if known.is_none() && !THEMES.contains(&word) {
        return Err(Problem::not_found("theme-unknown").with("theme", word));
    }
    let (title, about) = known.map_or_else(Default::default, |theme| (theme.title, theme.description));
    let shown = Theme {
        name: word.to_owned(),
        title,
    };
    let heading = Heading {
        name: theme_title(op.lang, &shown),
        about,
        contact: String::new(),
    };
    let under = Under::Theme(word);
    let results = find(&app, &op, under).await?;
    if let Some(shape) = shape {
        let about = json!({ "theme": word, "name": heading.name, "href": theme_href(word) });
        return file(&app, &op, &results, shape, word, about);
    }
    let page = catalogue::page_of(query.as_deref());
    let gathered = Gathered::of(&app, &op, under, &results, page).await?;
    let mut page = GatheredPage::new(shell(&app, &op, &uri), under, heading, gathered);
    if !following::is_offered(&app) {
        page.follow.clear();
    }
    render(&page)
}

pub async fn organisation(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(address): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let (code, shape) = split(&address);
    let known = accounts::list_organisations(&app).await?;
    let organisation = known
        .into_iter()
        .find(|known| known.code == code)
        .ok_or_else(|| Problem::not_found("organisation-unknown").with("code", code))?;
    let under = Under::Organisation(code);
    let results = find(&app, &op, under).await?;
    if let Some(shape) = shape {
        let about = json!({
            "organization": code,
            "name": organisation.name,
            "about": organisation.about,
            "contact": organisation.contact,
            "href": organisation_href(code),
        });
        return file(&app, &op, &results, shape, code, about);
    }
    let heading = Heading {
        name: organisation.name,
        about: organisation.about.unwrap_or_default(),
        contact: organisation.contact.unwrap_or_default(),
    };
    let page = catalogue::page_of(query.as_deref());
    let mut gathered = Gathered::of(&app, &op, under, &results, page).await?;
    let this_year = year::this_year(&app).await?;
    let league = year::league_of(&app, &op, this_year).await?;
    gathered.punctuality = league.into_iter().find(|row| row.organization == code);
    let mut page = GatheredPage::new(shell(&app, &op, &uri), under, heading, gathered);
    if !following::is_offered(&app) {
        page.follow.clear();
    }
    render(&page)
}

/// All that the reader may see of it, the last changed first.
async fn find(app: &App, op: &Op, under: Under<'_>) -> Result<Results> {
    let wanted = Wanted {
        chosen: vec![(under.facet(), under.word().to_owned())],
        order: Order::Newest,
        ..Wanted::default()
    };
    people::find(app, op, wanted, Manner::Finished, Counting::Facets).await
}

impl Under<'_> {
    fn facet(&self) -> Facet {
        match self {
            Under::Theme(_) => Facet::Theme,
            Under::Organisation(_) => Facet::Publisher,
        }
    }

    fn word(&self) -> &str {
        match self {
            Under::Theme(word) | Under::Organisation(word) => word,
        }
    }

    fn href(&self) -> String {
        match self {
            Under::Theme(word) => theme_href(word),
            Under::Organisation(code) => organisation_href(code),
        }
    }

    /// The feed of what changes in it.
    fn feed(&self) -> String {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair(self.facet().key(), self.word())
            .finish();
        format!("/data.atom?{query}")
    }

    /// Where somebody asks to be told by e-mail of what is new in it.
    fn follow(&self) -> String {
        match self {
            Under::Theme(word) => href("/follow/theme/", word),
            Under::Organisation(code) => href("/follow/organisation/", code),
        }
    }

    /// What its datasets are divided by beside it: the publishers of a theme, the themes of a publisher.
    fn other(&self) -> Facet {
        match self {
            Under::Theme(_) => Facet::Publisher,
            Under::Organisation(_) => Facet::Theme,
        }
    }
}

impl Gathered {
    async fn of(
        app: &App,
        op: &Op,
        under: Under<'_>,
        results: &Results,
        page: Option<u32>,
    ) -> Result<Gathered> {
        let page = page.unwrap_or(1);
        let size = catalogue::PER_PAGE;
        let (from, n) = Part::Page { page, size }.of(results.numbers.len());
        let reaches = Reaches::of(app, op).await?;
        let datasets = results
            .entries()
            .skip(from)
            .take(n)
            .map(|entry| view::of_index(op, &reaches, &results.index.shared, entry));
        let other = under.other();
        let divided = results.facets.iter().filter(|counts| counts.facet == other);
        let beside = divided.flat_map(|counts| &counts.values).map(|(value, n)| {
            let both = [(under.facet().key(), under.word()), (other.key(), value)];
            let query = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(both)
                .finish();
            Beside {
                href: format!("/data?{query}"),
                text: catalogue::called(op.lang, &results.index, other, value),
                n: *n,
            }
        });
        let figures = Figures::of(results);
        Ok(Gathered {
            datasets: datasets.collect(),
            page,
            changed_on: figures.changed_at.map(|at| app.config.day(Time(at))),
            figures,
            beside: beside.collect(),
            punctuality: None,
        })
    }
}

impl Figures {
    fn of(results: &Results) -> Figures {
        let mut figures = Figures::default();
        for entry in results.entries() {
            figures.n_datasets += 1;
            figures.changed_at = figures.changed_at.max(Some(entry.row.changed_at));
            for resource in &entry.resources {
                match resource.lake_table {
                    Some(_) => figures.n_tables += 1,
                    None => figures.n_files += 1,
                }
                figures.n_rows += resource.n_rows;
            }
        }
        figures
    }
}

impl GatheredPage {
    pub fn new(page: Shell, under: Under<'_>, heading: Heading, gathered: Gathered) -> GatheredPage {
        let lang = page.lang;
        let caption_id = match under {
            Under::Theme(_) => "catalog-theme",
            Under::Organisation(_) => "catalog-publisher",
        };
        let n_found = gathered.figures.n_datasets;
        let last = u32::try_from(n_found.div_ceil(catalogue::PER_PAGE)).unwrap_or(u32::MAX);
        let current = gathered.page.clamp(1, last.max(1));
        let path = under.href();
        GatheredPage {
            caption: page.t(caption_id).to_string(),
            rows: summary(lang, under, &gathered),
            kept: (under.facet().key(), under.word().to_owned()),
            n_found,
            pages: Pagination::new(current, last, |page| match page {
                1 => path.clone(),
                page => format!("{path}?page={page}"),
            }),
            entries: gathered
                .datasets
                .into_iter()
                .map(|dataset| row(lang, dataset))
                .collect(),
            page: page
                .titled(&heading.name)
                .described(&heading.about)
                .crumb(lang.text("catalog-title"), "/data")
                .crumb(&heading.name, "")
                .shapes(&["json", "csv"])
                .feed(under.feed()),
            follow: under.follow(),
            heading,
        }
    }
}

fn summary(lang: Lang, under: Under<'_>, gathered: &Gathered) -> Vec<SummaryRow> {
    let figures = &gathered.figures;
    let mut rows = Vec::new();
    if figures.n_tables > 0 {
        let n_rows = lang.text("catalog-n-rows").n("n", figures.n_rows);
        let value = format!("{} · {n_rows}", lang.number(figures.n_tables));
        rows.push(SummaryRow::new(lang.text("catalog-tables"), value));
    }
    if figures.n_files > 0 {
        rows.push(SummaryRow::new(
            lang.text("catalog-other-files"),
            lang.number(figures.n_files),
        ));
    }
    if let Some(day) = gathered.changed_on {
        rows.push(SummaryRow::new(lang.text("catalog-changed"), lang.date(day)));
    }
    if let Some(row) = &gathered.punctuality {
        let told = lang
            .text("catalog-punctuality-told")
            .arg("percent", lang.percent(row.on_time_percent, 0))
            .n("due", row.n_due)
            .n("missing", row.n_missing);
        let link = format!(
            "<a class=\"govuk-link\" href=\"/timeliness\">{}</a>",
            Markup::escape(&told.to_string())
        );
        rows.push(SummaryRow::new(lang.text("catalog-punctuality"), Markup(link)));
    }
    if !gathered.beside.is_empty() {
        let ways = gathered.beside.iter().map(|way| {
            format!(
                "<a class=\"govuk-link\" href=\"{}\">{}</a> {}",
                Markup::escape(&way.href),
                Markup::escape(&way.text),
                lang.number(way.n)
            )
        });
        let id = match under {
            Under::Theme(_) => "catalog-by-publisher",
            Under::Organisation(_) => "catalog-by-theme",
        };
        let ways: Vec<String> = ways.collect();
        rows.push(SummaryRow::new(lang.text(id), Markup(ways.join("<br>"))));
    }
    rows
}

/// All themes, or all organisations, with how many datasets each has.
#[derive(Template)]
#[template(path = "catalog/pages/shelves.html")]
pub struct ShelvesPage {
    page: Shell,
    ways: Vec<Beside>,
}

pub async fn themes(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    shelves(&app, &op, &uri, Facet::Theme).await
}

pub async fn organisations(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    shelves(&app, &op, &uri, Facet::Publisher).await
}

/// `/themes.json` and `/organizations.json`.
pub async fn as_json(app: App, op: Op, facet: Facet) -> Result<Response> {
    let (key, word) = words_of(facet);
    let all: Vec<Value> = list_shelves(&app, &op, facet)
        .await?
        .into_iter()
        .map(|(code, way)| json!({ word: code, "name": way.text, "n_datasets": way.n, "href": way.href }))
        .collect();
    Ok(Json(json!({ key: all })).into_response())
}

/// `/themes.csv` and `/organizations.csv`.
pub async fn as_csv(app: App, op: Op, facet: Facet) -> Result<Response> {
    let (key, word) = words_of(facet);
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record([word, "name", "n_datasets", "address"])
        .map_err(Problem::internal)?;
    for (code, way) in list_shelves(&app, &op, facet).await? {
        let address = format!("{}{}", app.config.base_url, way.href);
        let n = way.n.to_string();
        let cells = [&code, &way.text, &n, &address];
        file.write_record(cells.map(|cell| harmless(cell).into_owned()))
            .map_err(Problem::internal)?;
    }
    let bytes = file
        .into_inner()
        .map_err(|error| Problem::internal(anyhow::anyhow!("write a CSV file: {error}")))?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{key}.csv\""),
        ),
    ];
    Ok((headers, bytes).into_response())
}

/// What a list of themes or of organisations is called in files, and one of them.
fn words_of(facet: Facet) -> (&'static str, &'static str) {
    match facet {
        Facet::Theme => ("themes", "theme"),
        _ => ("organizations", "organization"),
    }
}

async fn shelves(app: &App, op: &Op, uri: &Uri, facet: Facet) -> Result<Response> {
    let ways = list_shelves(app, op, facet).await?;
    let title_id = match facet {
        Facet::Theme => "catalog-by-theme",
        _ => "catalog-by-publisher",
    };
    let ways = ways.into_iter().map(|(_, way)| way).collect();
    render(&ShelvesPage::new(shell(app, op, uri), title_id, ways))
}

/// The themes or organisations that have datasets which somebody may read, by their names, each with its word or code. The themes that
/// a portal begins with stand among them while they are empty.
async fn list_shelves(app: &App, op: &Op, facet: Facet) -> Result<Vec<(String, Beside)>> {
    let wanted = Wanted {
        part: Part::First(0),
        whole: Some(facet),
        ..Wanted::default()
    };
    let results = people::find(app, op, wanted, Manner::Finished, Counting::Facets).await?;
    let counted = results.facets.iter().filter(|counts| counts.facet == facet);
    let mut found: Vec<(String, u64)> = counted.flat_map(|counts| counts.values.clone()).collect();
    if facet == Facet::Theme {
        let themes = results.index.shared.themes.iter();
        let begun =
            themes.filter(|theme| theme.state == "active" && FIRST_THEMES.contains(&theme.name.as_str()));
        for theme in begun {
            if found.iter().all(|(known, _)| *known != theme.name) {
                found.push((theme.name.clone(), 0));
            }
        }
    }
    let mut ways: Vec<(String, Beside)> = found
        .into_iter()
        .map(|(value, n)| {
            let way = Beside {
                href: match facet {
                    Facet::Theme => theme_href(&value),
                    _ => organisation_href(&value),
                },
                text: catalogue::called(op.lang, &results.index, facet, &value),
                n,
            };
            (value, way)
        })
        .collect();
    ways.sort_by(|a, b| a.1.text.cmp(&b.1.text));
    Ok(ways)
}

impl ShelvesPage {
    fn new(page: Shell, title_id: &'static str, ways: Vec<Beside>) -> ShelvesPage {
        let lang = page.lang;
        ShelvesPage {
            page: page
                .titled(lang.text(title_id))
                .crumb(lang.text("catalog-title"), "/data")
                .crumb(lang.text(title_id), "")
                .shapes(&["json", "csv"]),
            ways,
        }
    }

    pub fn sample(lang: Lang) -> ShelvesPage {
        let way = Beside {
            href: "/organizations/dinas-pu".into(),
            text: "Dinas <Pekerjaan Umum>".into(),
            n: 12,
        };
        ShelvesPage::new(Shell::sample(lang), "catalog-by-publisher", vec![way])
    }
}

#[derive(Clone, Copy)]
enum Shape {
    Json,
    Csv,
}

fn split(address: &str) -> (&str, Option<Shape>) {
    if let Some(name) = address.strip_suffix(".json") {
        (name, Some(Shape::Json))
    } else if let Some(name) = address.strip_suffix(".csv") {
        (name, Some(Shape::Csv))
    } else {
        (address, None)
    }
}

fn file(
    app: &App,
    op: &Op,
    results: &Results,
    shape: Shape,
    name: &str,
    mut about: Value,
) -> Result<Response> {
    match shape {
        Shape::Csv => files::csv(app, op, results, name),
        Shape::Json => {
            about["figures"] = json!(Figures::of(results));
            files::json(app, op, results, &about)
        }
    }
}
