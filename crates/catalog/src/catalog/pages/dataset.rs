//! A dataset: who is responsible for it, its tables, and which columns are hidden and why.

use std::collections::HashMap;

use askama::Template;
use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderMap, Uri},
    response::{IntoResponse, Redirect, Response},
};
use formats::ckan::license;
use tables::Format;

use super::{
    Download, downloads,
    first_rows::{self, FirstRows},
    organisation_href, publisher_of, theme_href, theme_title,
};
use crate::{
    catalog::{
        agenda,
        contributions::{list_public, model::Kind as Brought},
        dcat, download,
        explore::asked::Asked,
        following,
        index::Index,
        series, sql,
        store::portal,
        versions,
        view::{self, Dataset, Hidden, ResourceEntry},
        workflow::tombstone::{self, standing_notice},
    },
    places,
    platform::{
        app::App,
        html::{
            Markup, Shell,
            parts::{SummaryRow, Words},
        },
        i18n::{Lang, texts::Text},
        op::Op,
        page::{render, shell},
        problem::{Kind, Problem, Result},
        time::Time,
    },
};

/// Contributions that are counted; more are "at least".
const MOST_COUNTED: i64 = 500;

#[derive(Template)]
#[template(path = "catalog/pages/dataset.html")]
pub struct DatasetPage {
    page: Shell,
    dataset: Dataset,
    facts: Vec<SummaryRow>,
    resources: Vec<ResourceCard>,
    /// Only tables of which something is hidden.
    hidden: Vec<HiddenTable>,
    /// What readers can do with it: comment, report an error, follow, see what was made of it.
    readers: Vec<Download>,
    /// For search engines: schema.org as JSON-LD; empty for a dataset that is not open.
    linked_data: String,
    cite: String,
}

/// A resource with the files it can be had as.
struct ResourceCard {
    /// Its page, for a table; where it is to be had, for what is none.
    href: String,
    /// Where the files that came for it are listed; empty for what does not lie here.
    kept: String,
    title: String,
    description: String,
    facts: String,
    kind: CardKind,
    /// None of a table that the reader sees no column of.
    downloads: Vec<Download>,
    first: FirstRows,
}

/// What a resource is to its reader.
#[derive(PartialEq, Eq)]
enum CardKind {
    Table,
    /// A table before its first rows.
    EmptyTable,
    /// A file or an address.
    File,
    /// Something whose address nobody may be sent to.
    Nowhere,
}

/// What is hidden of a table, a sentence for each reason.
struct HiddenTable {
    title: String,
    reasons: Vec<String>,
}

/// What the page says of a dataset in the reader's words.
pub struct Said {
    /// The tables that the reader sees a column of, with the first rows of the first ones, by the ids of their resources.
    pub tables: HashMap<String, FirstRows>,
    /// The name of the place it is about.
    pub place: String,
    pub changed: String,
    pub readers: Vec<Download>,
    /// How punctual it is, in a light and words; nothing when it is on no agenda.
    pub timeliness: Words,
    /// Its series, with the datasets before and after it.
    pub series: Words,
    /// How it is cited as a whole.
    pub cite: String,
    /// For search engines.
    pub linked_data: String,
}

pub async fn show(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(name): Path<String>,
    headers: HeaderMap,
    Query(pairs): Query<HashMap<String, String>>,
) -> Result<Response> {
    if let Some(slug) = name.strip_suffix(".atom") {
        return dcat::feed::of_dataset(&app, &op, slug).await;
    }
    let (slug, format) = download::split(&name);
    let dataset = match view::find_dataset(&app, &op, slug).await {
        Ok(dataset) => dataset,
        // By its permanent id, or by what it was called before.
        Err(problem) => match portal::find_slug(app.db.read(), slug).await? {
            Some(now) if now != slug => {
                return Ok(Redirect::permanent(&format!("/data/{now}")).into_response());
            }
            _ if problem.kind() == Kind::Gone && format.is_none() => {
                return tombstone::show(&app, &op, &uri, slug, problem).await;
            }
            _ => return Err(problem),
        },
    };
    match format {
        Some(Format::Json) => return Ok(Json(dataset).into_response()),
        // The dataset's first table, for those who type the address they would guess.
        Some(format) => {
            let first = dataset
                .resources
                .first()
                .ok_or_else(|| Problem::not_found("resource-unknown").with("resource", ""))?;
            let said = |key: &str| pairs.get(key).map_or("", String::as_str);
            let asked = versions::Asked::of(said("version"), said("at"))?;
            let version = versions::wanted(&app, &op, slug, &first.slug, &asked).await?;
            let resource = view::find_resource(&app, &op, slug, &first.slug, version).await?;
            let asked = Asked {
                is_labelled: said("labels") == "1",
                ..Asked::default()
            };
            return download::table(&app, &op, &headers, &resource, (&asked, format), slug).await;
        }
        None => {}
    }
    let hidden = view::list_hidden(&app, slug).await?;
    let all = places::all(&app).await?;
    let place = dataset.place.as_deref().and_then(|code| all.find(code));
    let mut page = shell(&app, &op, &uri);
    let said = Said {
        cite: cite(&app, &op, &page, &dataset),
        tables: first_rows::look(&app, op.lang, &dataset).await?,
        place: place.map_or_else(String::new, |place| place.name_in(op.lang.code()).to_owned()),
        changed: op
            .lang
            .date_time(app.config.zoned(Time(dataset.changed_at)).datetime()),
        readers: readers(&app, &op, &dataset).await?,
        timeliness: agenda::year::brief(&app, &dataset.id)
            .await?
            .map_or_else(Words::default, |brief| agenda::pages::in_words(op.lang, &brief)),
        series: series_in_words(&app, &op, &dataset).await?,
        linked_data: dcat::for_search_engines(&app, &op, slug).await?,
    };
    standing_notice(op.lang, &mut page, &dataset);
    render(&DatasetPage::new(page, dataset, &hidden, said))
}

impl DatasetPage {
    pub fn new(page: Shell, dataset: Dataset, hidden: &[Hidden], said: Said) -> DatasetPage {
        let lang = page.lang;
        let resources = dataset
            .resources
            .iter()
            .map(|resource| ResourceCard::of(lang, &dataset, resource, said.tables.get(&resource.id)))
            .collect();
        DatasetPage {
            linked_data: said.linked_data.clone(),
            cite: said.cite.clone(),
            readers: said.readers.clone(),
            facts: facts(lang, &dataset, said),
            resources,
            hidden: hidden
                .iter()
                .map(|hidden| HiddenTable::of(lang, hidden))
                .collect(),
            page: page
                .titled(&dataset.title)
                .described(&dataset.description)
                .crumb(lang.text("catalog-title"), "/data")
                .crumb(&dataset.title, "")
                .shapes(&["json"])
                .feed(match dataset.is_open {
                    true => format!("/data/{}.atom", dataset.slug),
                    false => String::new(),
                }),
            dataset,
        }
    }
}

impl ResourceCard {
    /// `seen` is what the reader sees of a table; none where they see no column of it.
    fn of(lang: Lang, dataset: &Dataset, resource: &ResourceEntry, seen: Option<&FirstRows>) -> ResourceCard {
        let page = format!("/data/{}/{}", dataset.slug, resource.slug);
        let (kind, href) = match (&resource.sql_name, &resource.url) {
            (Some(_), _) if resource.version.is_some() => (CardKind::Table, page.clone()),
            (Some(_), _) => (CardKind::EmptyTable, page.clone()),
            (None, Some(url)) => (CardKind::File, url.clone()),
            (None, None) => (CardKind::Nowhere, String::new()),
        };
        let facts = match kind {
            CardKind::Table => lang.text("catalog-n-rows").n("n", resource.n_rows).to_string(),
            CardKind::EmptyTable => lang.text("catalog-no-rows-yet").to_string(),
            CardKind::File => [
                resource.format.clone().unwrap_or_default(),
                where_from(lang, &href),
            ]
            .into_iter()
            .filter(|fact| !fact.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
            CardKind::Nowhere => lang.text("catalog-no-address").to_string(),
        };
        let lies_here = kind == CardKind::File && href.starts_with("/dataset/");
        ResourceCard {
            kept: match lies_here {
                true => page.clone(),
                false => String::new(),
            },
            title: resource.title.clone(),
            description: resource.description.clone().unwrap_or_default(),
            facts,
            downloads: match (&kind, seen) {
                (CardKind::Table, Some(seen)) => downloads(&page, "", seen.has_map),
                _ => Vec::new(),
            },
            first: seen.cloned().unwrap_or_default(),
            kind,
            href,
        }
    }

    fn has_page(&self) -> bool {
        self.kind != CardKind::Nowhere
    }
}

/// What readers can do with a dataset, and how much of it they did.
async fn readers(app: &App, op: &Op, dataset: &Dataset) -> Result<Vec<Download>> {
    let lang = op.lang;
    let (slug, id) = (&dataset.slug, &dataset.id);
    let told = |text: Text<'_>, href: String| Download {
        href,
        text: text.to_string(),
    };
    let n_comments = list_public(app, Brought::Comment, None, Some(id), MOST_COUNTED)
        .await?
        .len();
    let n_showcases = list_public(app, Brought::Showcase, None, Some(id), MOST_COUNTED)
        .await?
        .len();
    let mut links = vec![
        told(
            lang.text("catalog-contributions-n-comments").n("n", n_comments),
            format!("/comments/{slug}"),
        ),
        told(lang.text("site-data-error"), format!("/data-errors/{slug}")),
    ];
    if n_showcases > 0 {
        links.push(told(
            lang.text("catalog-contributions-n-showcases").n("n", n_showcases),
            format!("/showcases?dataset={slug}"),
        ));
    }
    let n_queries = sql::list(app, op, Some(slug), MOST_COUNTED).await?.len();
    if n_queries > 0 {
        links.push(told(
            lang.text("catalog-sql-n-saved").n("n", n_queries),
            format!("/sql/saved?dataset={slug}"),
        ));
    }
    links.push(told(
        lang.text("catalog-contributions-showcase-send"),
        format!("/showcases/new?dataset={slug}"),
    ));
    if dataset.is_open {
        if following::is_offered(app) {
            links.push(told(
                lang.text("catalog-following-title"),
                format!("/follow/dataset/{id}"),
            ));
        }
        links.push(told(lang.text("catalog-dcat-feed"), format!("/data/{slug}.atom")));
    }
    Ok(links)
}

/// Whose server an address leads to; nothing for a file that lies here.
fn where_from(lang: Lang, href: &str) -> String {
    let host = href.split_once("://").map(|(_, rest)| {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        authority.rsplit('@').next().unwrap_or_default().to_owned()
    });
    host.map_or_else(String::new, |host| {
        lang.text("catalog-elsewhere").arg("host", host).to_string()
    })
}

impl HiddenTable {
    fn of(lang: Lang, hidden: &Hidden) -> HiddenTable {
        let named = |id: &'static str, columns: &[String]| {
            (!columns.is_empty()).then(|| lang.text(id).arg("columns", columns.join(", ")).to_string())
        };
        let unreviewed = (hidden.n_unreviewed > 0).then(|| {
            lang.text("catalog-hidden-unreviewed")
                .n("n", hidden.n_unreviewed)
                .to_string()
        });
        HiddenTable {
            title: hidden.title.clone(),
            reasons: [
                named("catalog-hidden-personal", &hidden.personal),
                named("catalog-hidden-sensitive", &hidden.sensitive),
                unreviewed,
            ]
            .into_iter()
            .flatten()
            .collect(),
        }
    }
}

fn facts(lang: Lang, dataset: &Dataset, said: Said) -> Vec<SummaryRow> {
    let publisher = match (&dataset.organisation, &dataset.publisher) {
        (Some(code), Some(name)) => link(&organisation_href(code), name),
        _ => Words::default(),
    };
    let themes = several(
        dataset
            .themes
            .iter()
            .map(|known| (theme_href(&known.name), theme_title(lang, known))),
    );
    let tags = several(dataset.tags.iter().map(|tag| {
        let query = percent_encoding::utf8_percent_encode(tag, percent_encoding::NON_ALPHANUMERIC);
        (format!("/data?tag={query}"), tag.clone())
    }));
    let place = match (&dataset.place, said.place.as_str()) {
        (None, _) => Words::default(),
        (Some(code), "") => code.clone().into(),
        (Some(code), name) => link(&format!("/places/{code}"), name),
    };
    let details = &dataset.details;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let contact = match (text(&details.maintainer), text(&details.maintainer_email)) {
        (name, email) if email.is_empty() => name.into(),
        (name, email) => mail(&email, if name.is_empty() { &email } else { &name }),
    };
    let source = match text(&details.url) {
        url if url.starts_with("https://") || url.starts_with("http://") => link(&url, &url),
        other => other.into(),
    };
    [
        ("catalog-publisher", publisher),
        ("catalog-author", text(&details.author).into()),
        ("catalog-maintainer", contact),
        ("catalog-theme", themes),
        ("catalog-tags", tags),
        ("catalog-place", place),
        ("catalog-period", dataset.period.clone().into()),
        ("catalog-series-one", said.series),
        ("catalog-licence", licence(lang, &dataset.licence)),
        ("catalog-source", source),
        ("catalog-changed", said.changed.into()),
        ("catalog-agenda-fact", said.timeliness),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(id, value)| SummaryRow::new(lang.text(id), value))
    .collect()
}

/// A licence by its name, with its text behind it where there is one; a code that nobody knows as it is.
fn licence(lang: Lang, code: &str) -> Words {
    if code.is_empty() {
        return lang.text("catalog-no-licence").to_string().into();
    }
    match license::find(&license::register(), code) {
        None => code.to_owned().into(),
        Some(known) => {
            let title = format!("{} ({code})", known.title);
            match known.url.is_empty() {
                true => title.into(),
                false => link(&known.url, &title),
            }
        }
    }
}

/// How a dataset is cited as a whole, as it stood at its last change.
fn cite(app: &App, op: &Op, page: &Shell, dataset: &Dataset) -> String {
    let day = |at: Time| op.lang.date_time(app.config.zoned(at).datetime());
    page.t("catalog-cite")
        .arg("publisher", publisher_of(page, dataset))
        .arg("title", &dataset.title)
        .arg("date", day(Time(dataset.changed_at)))
        .arg(
            "address",
            format!("{}/dataset/{}", app.config.base_url, dataset.id),
        )
        .arg("today", day(op.at))
        .to_string()
}

/// The series of a dataset, with the datasets before and after it that the reader may see; nothing for one in none.
async fn series_in_words(app: &App, op: &Op, dataset: &Dataset) -> Result<Words> {
    let Some(known) = &dataset.series else {
        return Ok(Words::default());
    };
    let index = Index::of(app).await?;
    let members = series::members(&index, op, &known.slug);
    let at = members.iter().position(|entry| entry.row.id == dataset.id);
    let beside = |id: &'static str, at: Option<usize>| {
        let entry = at.and_then(|at| members.get(at))?;
        let text = op.lang.text(id).arg("title", &entry.row.title).to_string();
        Some((format!("/data/{}", entry.row.slug), text))
    };
    let before = beside("catalog-series-before", at.and_then(|at| at.checked_sub(1)));
    let next = beside("catalog-series-next", at.map(|at| at + 1));
    let own = (series::href(&known.slug), known.title.clone());
    Ok(several(std::iter::once(own).chain(before).chain(next)))
}

fn mail(address: &str, words: &str) -> Words {
    let encoded = percent_encoding::utf8_percent_encode(address, percent_encoding::CONTROLS);
    link(&format!("mailto:{encoded}"), words)
}

fn link(href: &str, words: &str) -> Words {
    several(std::iter::once((href.to_owned(), words.to_owned())))
}

/// Links, with commas between them.
fn several(links: impl Iterator<Item = (String, String)>) -> Words {
    let links: Vec<String> = links
        .map(|(href, words)| {
            format!(
                "<a class=\"govuk-link\" href=\"{}\">{}</a>",
                Markup::escape(&href),
                Markup::escape(&words)
            )
        })
        .collect();
    if links.is_empty() {
        return Words::default();
    }
    Markup(links.join(", ")).into()
}
