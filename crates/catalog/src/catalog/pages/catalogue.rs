//! The catalogue: all datasets, searched by words, narrowed by what they have, in an order.

use std::collections::HashMap;

use ::search::{Manner, Piece, Sought, marked, shortened};
use askama::Template;
use axum::{
    Json,
    extract::{RawQuery, State},
    http::Uri,
    response::{IntoResponse, Response},
};
use serde_json::json;
use url::form_urlencoded;

use super::{DatasetRow, files, organisation_href, row, theme_href, theme_title};
use crate::{
    accounts::Reaches,
    catalog::{
        dcat::feed::{self, Followed},
        following,
        index::{self, Index},
        model::theme_now,
        search::{
            facets::{Facet, MAP, TABLE},
            people::{self, Counting, Order, Part, Results, Wanted},
        },
        view::{self, Dataset, Theme},
        workflow::standing,
    },
    places::{
        self,
        model::{Place, Places},
    },
    platform::{
        app::App,
        html::{Markup, Shell, parts::Pagination},
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::Result,
    },
};

#[derive(Template)]
#[template(path = "catalog/pages/catalogue.html")]
pub struct CataloguePage {
    page: Shell,
    /// Those of one page.
    entries: Vec<DatasetRow>,
    n_found: usize,
    pages: Pagination,
    /// The text that says why there is none.
    nothing_id: &'static str,
    q: String,
    /// What goes along with the words of a new search: the facets that are chosen, the order.
    kept: Vec<(&'static str, String)>,
    /// The same search in words that occur; they are asked about only where nothing was found without them.
    meant: Option<Way>,
    chosen: Vec<Way>,
    orders: Vec<Way>,
    facets: Vec<Shelf>,
    /// Whether the reader narrows what is found, or is about to.
    is_narrowed: bool,
    shelves: Vec<Shelf>,
    /// Whether somebody can be told by mail of what is new.
    mails: bool,
}

/// Ways into the catalogue of one kind: its themes, its publishers.
struct Shelf {
    /// The facet's name in addresses; empty for one that is none.
    key: &'static str,
    title: String,
    ways: Vec<Way>,
    /// Those that stand folded behind the first.
    more: Option<More>,
}

struct More {
    /// How many there are, in words.
    told: String,
    ways: Vec<Way>,
    /// Whether the reader chose one of them, or asked for all.
    is_open: bool,
    /// Where all of them are, and how many, where there are more than these.
    whole: Option<Way>,
}

struct Way {
    /// Empty for where the reader is.
    href: String,
    text: String,
    /// How many datasets stand behind it, in words; may be empty.
    n: String,
}

/// What the page shows, as it was found.
#[derive(Default)]
pub struct Shown {
    /// Those of one page.
    pub datasets: Vec<Dataset>,
    pub n_found: usize,
    /// Whether there is nothing at all that the reader may see.
    pub is_empty: bool,
    pub sought: Vec<Sought>,
    pub meant: Option<String>,
    pub facets: Vec<Values>,
    /// What people call the values that are chosen.
    pub chosen: Vec<(Facet, String)>,
    /// What places have to do with those that are looked for, in words, by their codes.
    pub reasons: HashMap<String, String>,
}

/// The values of a facet, with what people call them and how many datasets have them.
pub struct Values {
    pub facet: Facet,
    /// Those that are told.
    pub all: Vec<(String, String, u64)>,
    /// How many there are.
    pub n: usize,
}

/// Datasets on one page.
pub const PER_PAGE: usize = 20;
/// Values of a facet that are shown at once, and with those that are folded.
const MOST_VALUES: usize = 12;
const MOST_FOLDED: usize = 200;
/// Letters of a description that are shown.
const MOST_LETTERS: usize = 280;
/// Suggestions while somebody types.
const MOST_SUGGESTED: usize = 8;

#[derive(Debug, Default)]
pub struct Asked {
    pub q: String,
    /// The values that are chosen, by facets; an empty one is none.
    values: HashMap<&'static str, String>,
    /// `newest` or `title`; the best first otherwise.
    sort: String,
    /// The facet of which all values are asked for; empty for none.
    all: String,
    /// From 1.
    page: Option<u32>,
}

/// The page that an address asks for, from 1; none where it cannot be read.
pub fn page_of(query: Option<&str>) -> Option<u32> {
    Asked::read(query).page
}

impl Asked {
    /// Reads what stands in an address behind `?`: of what is said twice the last counts, and what cannot be read is not said.
    fn read(query: Option<&str>) -> Asked {
        let mut asked = Asked::default();
        for (key, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            match key.as_ref() {
                "q" => asked.q = value.into_owned(),
                "sort" => asked.sort = value.into_owned(),
                "all" => asked.all = value.into_owned(),
                "page" => asked.page = value.trim().parse().ok(),
                key => {
                    let facet = Facet::ALL.into_iter().find(|facet| facet.key() == key);
                    if let Some(facet) = facet {
                        asked.values.insert(facet.key(), value.into_owned());
                    }
                }
            }
        }
        asked
    }

    fn of(&self, facet: Facet) -> &str {
        self.values.get(facet.key()).map_or("", String::as_str)
    }

    fn chosen(&self) -> Vec<(Facet, String)> {
        Facet::ALL
            .into_iter()
            .map(|facet| match facet {
                Facet::Theme => (facet, theme_now(self.of(facet)).to_owned()),
                facet => (facet, self.of(facet).to_owned()),
            })
            .filter(|(_, value)| !value.is_empty())
            .collect()
    }

    /// The facet of which all values are asked for.
    fn whole(&self) -> Option<Facet> {
        Facet::ALL.into_iter().find(|facet| facet.key() == self.all)
    }

    fn order(&self) -> Order {
        match self.sort.as_str() {
            "newest" => Order::Newest,
            "title" => Order::Title,
            _ => Order::Relevance,
        }
    }

    fn wanted(&self, part: Part) -> Wanted {
        Wanted {
            q: self.q.clone(),
            chosen: self.chosen(),
            order: self.order(),
            part,
            whole: self.whole(),
        }
    }

    /// The address of this search, with some of its parts said otherwise; an empty one is left out.
    fn address(&self, otherwise: &[(&str, &str)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let facets = Facet::ALL.map(|facet| (facet.key(), self.of(facet)));
        let all = std::iter::once(("q", self.q.as_str())).chain(facets).chain([
            ("sort", self.sort.as_str()),
            ("all", ""),
            ("page", ""),
        ]);
        for (key, value) in all {
            let said = otherwise.iter().find(|(other, _)| *other == key);
            let value = said.map_or(value, |(_, value)| *value);
            if !value.is_empty() {
                query.append_pair(key, value);
            }
        }
        match query.finish().as_str() {
            "" => "/data".to_owned(),
            query => format!("/data?{query}"),
        }
    }

    /// The feed of this search; the newest come first in it, whatever the order here.
    fn feed(&self) -> String {
        self.address(&[("sort", "")]).replacen("/data", "/data.atom", 1)
    }
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri, RawQuery(query): RawQuery) -> Result<Response> {
    let asked = Asked::read(query.as_deref());
    let part = Part::Page {
        page: asked.page.unwrap_or(1),
        size: PER_PAGE,
    };
    let results = people::find(&app, &op, asked.wanted(part), Manner::Finished, Counting::Facets).await?;
    let reaches = Reaches::of(&app, &op).await?;
    let name = |facet: Facet, value: &str| name_of(op.lang, &results.index, &results.places, facet, value);
    let facets = results.facets.iter().map(|counts| Values {
        facet: counts.facet,
        all: counts
            .values
            .iter()
            .map(|(value, n)| (value.clone(), name(counts.facet, value), *n))
            .collect(),
        n: counts.n,
    });
    let chosen = asked.chosen().into_iter();
    let shown = Shown {
        datasets: datasets(&op, &reaches, &results),
        n_found: results.answer.found.n(),
        is_empty: !results.index.all().any(|entry| index::sees(&op, entry)),
        facets: facets.collect(),
        chosen: chosen
            .map(|(facet, value)| (facet, name(facet, &value)))
            .collect(),
        reasons: reasons(op.lang, &results),
        sought: results.answer.sought,
        meant: results.answer.meant,
    };
    let page = CataloguePage::new(shell(&app, &op, &uri), shown, asked);
    render(&CataloguePage {
        mails: following::is_offered(&app),
        ..page
    })
}

pub async fn as_json(State(app): State<App>, op: Op, RawQuery(query): RawQuery) -> Result<Response> {
    let asked = Asked::read(query.as_deref());
    files::json(&app, &op, &sought(&app, &op, &asked).await?, &json!({}))
}

pub async fn as_csv(State(app): State<App>, op: Op, RawQuery(query): RawQuery) -> Result<Response> {
    let asked = Asked::read(query.as_deref());
    files::csv(&app, &op, &sought(&app, &op, &asked).await?, "datasets")
}

/// What changed last of what is found, for feed readers.
pub async fn as_atom(State(app): State<App>, op: Op, RawQuery(query): RawQuery) -> Result<Response> {
    let asked = Asked::read(query.as_deref());
    let index = Index::of(&app).await?;
    let places = places::all(&app).await?;
    let lang = app.config.language.parse().unwrap_or_default();
    let words = Some(asked.q.trim().to_owned()).filter(|words| !words.is_empty());
    let chosen = asked.chosen();
    let values = chosen
        .iter()
        .map(|(facet, value)| name_of(lang, &index, &places, *facet, value));
    let title: Vec<String> = words.into_iter().chain(values).collect();
    let followed = Followed {
        title: title.join(", "),
        address: asked.feed(),
        page: asked.address(&[("sort", "")]),
        q: asked.q,
        chosen,
    };
    feed::of_search(&app, &op, followed).await
}

/// What could be meant by what somebody began to type.
pub async fn suggest(State(app): State<App>, op: Op, RawQuery(query): RawQuery) -> Result<Response> {
    let asked = Asked::read(query.as_deref());
    let results = match asked.q.trim().is_empty() {
        true => None,
        false => {
            let wanted = asked.wanted(Part::First(MOST_SUGGESTED));
            Some(people::find(&app, &op, wanted, Manner::Typing, Counting::Nothing).await?)
        }
    };
    let rows: Vec<_> = results
        .iter()
        .flat_map(Results::entries)
        .map(|entry| {
            let title = entry.title_in(op.lang);
            let title = match standing::is_deprecated(&entry.row) {
                true => format!("{title} · {}", op.lang.text("catalog-workflow-deprecated")),
                false => title.to_owned(),
            };
            json!({ "title": title, "href": format!("/data/{}", entry.row.slug) })
        })
        .collect();
    let n = results.as_ref().map_or(0, |results| results.answer.found.n());
    let told = op.lang.text("catalog-n-datasets").n("n", n).to_string();
    Ok(Json(json!({ "n": n, "told": told, "datasets": rows })).into_response())
}

/// All that is found, in its order.
async fn sought(app: &App, op: &Op, asked: &Asked) -> Result<Results> {
    people::find(
        app,
        op,
        asked.wanted(Part::All),
        Manner::Finished,
        Counting::Nothing,
    )
    .await
}

/// What was found, as somebody may see it.
fn datasets(op: &Op, reaches: &Reaches<'_>, results: &Results) -> Vec<Dataset> {
    results
        .entries()
        .map(|entry| view::of_index(op, reaches, &results.index.shared, entry))
        .collect()
}

/// What the places of what is shown have to do with those that are looked for, in words, by their codes.
fn reasons(lang: Lang, results: &Results) -> HashMap<String, String> {
    let places = &results.places;
    let sought: Vec<Place<'_>> = results
        .sought_places
        .iter()
        .filter_map(|code| places.find(code))
        .collect();
    results
        .entries()
        .filter_map(|entry| entry.row.place_code.as_deref())
        .filter_map(|code| Some((code.to_owned(), reason(lang, places.find(code)?, &sought)?)))
        .collect()
}

/// What a place has to do with the first of those that are looked for and that it has to do with.
fn reason(lang: Lang, place: Place<'_>, sought: &[Place<'_>]) -> Option<String> {
    let (text_id, named) = if sought.contains(&place) {
        ("catalog-search-about", place)
    } else if let Some(below) = sought.iter().find(|other| place.contains(**other)) {
        ("catalog-search-covers", *below)
    } else {
        sought.iter().find(|other| other.contains(place))?;
        ("catalog-search-about", place)
    };
    let name = named.name_in(lang.code());
    Some(lang.text(text_id).arg("place", name).to_string())
}

/// What people call a value of a facet, places included.
fn name_of(lang: Lang, index: &Index, places: &Places, facet: Facet, value: &str) -> String {
    let place = match facet {
        Facet::Place => places.find(value),
        _ => None,
    };
    match place {
        Some(place) => place.name_in(lang.code()).to_owned(),
        None => called(lang, index, facet, value),
    }
}

/// What people call a value of a facet; places by their codes.
pub fn called(lang: Lang, index: &Index, facet: Facet, value: &str) -> String {
    let known = match facet {
        Facet::Theme => index.shared.theme(value).map(|theme| {
            let theme = Theme {
                name: theme.name.clone(),
                title: theme.title.clone(),
            };
            theme_title(lang, &theme)
        }),
        Facet::Publisher => index.shared.publisher(value).map(|known| known.name.clone()),
        Facet::Licence => index.shared.licence(value).map(|known| known.title),
        Facet::Level => {
            let id = format!("places-level-{value}");
            Lang::En.has_text(&id).then(|| lang.text(id).to_string())
        }
        Facet::Format if matches!(value, TABLE | MAP) => {
            Some(lang.text(format!("catalog-search-format-{value}")).to_string())
        }
        Facet::Tag | Facet::Format | Facet::Year | Facet::Place => None,
    };
    known.unwrap_or_else(|| value.to_owned())
}

impl CataloguePage {
    pub fn new(page: Shell, shown: Shown, asked: Asked) -> CataloguePage {
        let lang = page.lang;
        let n_datasets = |n: u64| lang.text("catalog-n-datasets").n("n", n).to_string();
        let is_first = asked.q.trim().is_empty() && asked.chosen().is_empty();
        let shelf = |title_id: &str, facet: Facet, href: fn(&str) -> String| {
            let values = shown.facets.iter().filter(|values| values.facet == facet);
            let mut all: Vec<&(String, String, u64)> = values.flat_map(|values| &values.all).collect();
            all.sort_by(|a, b| a.1.cmp(&b.1));
            Shelf {
                key: "",
                title: lang.text(title_id.to_owned()).to_string(),
                ways: all
                    .into_iter()
                    .map(|(value, text, n)| Way {
                        href: href(value),
                        text: text.clone(),
                        n: n_datasets(*n),
                    })
                    .collect(),
                more: None,
            }
        };
        let mut shelves = vec![
            shelf("catalog-by-theme", Facet::Theme, theme_href),
            shelf("catalog-by-publisher", Facet::Publisher, organisation_href),
        ];
        shelves.retain(|shelf| is_first && !shelf.ways.is_empty());
        let title_of = |facet: Facet| {
            lang.text(format!("catalog-search-by-{}", facet.key()))
                .to_string()
        };
        let mut chosen = Vec::new();
        let mut facets = Vec::new();
        for values in &shown.facets {
            let facet = values.facet;
            let present = asked.of(facet);
            if !present.is_empty() {
                let known = shown.chosen.iter().find(|(chosen, _)| *chosen == facet);
                let text = known.map_or(present, |(_, text)| text.as_str());
                chosen.push(Way {
                    href: asked.address(&[(facet.key(), "")]),
                    text: format!("{}: {text}", title_of(facet)),
                    n: String::new(),
                });
            }
            if !values.narrow(shown.n_found, present) {
                continue;
            }
            let way = |(value, text, n): &(String, String, u64)| Way {
                href: match value == present {
                    true => String::new(),
                    false => asked.address(&[(facet.key(), value)]),
                },
                text: text.clone(),
                n: n_datasets(*n),
            };
            let is_whole = asked.whole() == Some(facet);
            let most = if is_whole { usize::MAX } else { MOST_FOLDED };
            let mut ways: Vec<Way> = values.all.iter().take(most).map(way).collect();
            let n = (ways.len(), values.n);
            let folded = ways.split_off(ways.len().min(MOST_VALUES));
            let key = facet.key();
            let href = format!("{}#by-{key}", asked.address(&[("all", key)]));
            let more = More::of(lang, folded, n, href);
            facets.push(Shelf {
                key,
                title: title_of(facet),
                ways,
                more: more.map(|more| More {
                    is_open: more.is_open || is_whole,
                    ..more
                }),
            });
        }
        // Without words nothing is a better match than another.
        let orders: &[(&str, &str)] = match asked.q.trim().is_empty() {
            true => &[
                ("", "catalog-search-order-newest"),
                ("title", "catalog-search-order-title"),
            ],
            false => &[
                ("", "catalog-search-order-best"),
                ("newest", "catalog-search-order-newest"),
                ("title", "catalog-search-order-title"),
            ],
        };
        let orders: Vec<Way> = orders
            .iter()
            .map(|(sort, text_id)| Way {
                href: match asked.sort == *sort {
                    true => String::new(),
                    false => asked.address(&[("sort", *sort)]),
                },
                text: lang.text(*text_id).to_string(),
                n: String::new(),
            })
            .collect();
        let last = u32::try_from(shown.n_found.div_ceil(PER_PAGE)).unwrap_or(u32::MAX);
        let current = asked.page.unwrap_or(1).clamp(1, last.max(1));
        let mut kept: Vec<(&'static str, String)> = asked
            .chosen()
            .into_iter()
            .map(|(facet, value)| (facet.key(), value))
            .collect();
        if !asked.sort.is_empty() {
            kept.push(("sort", asked.sort.clone()));
        }
        CataloguePage {
            nothing_id: if shown.is_empty {
                "catalog-empty"
            } else {
                "catalog-nothing"
            },
            meant: shown.meant.map(|words| Way {
                href: asked.address(&[("q", &words)]),
                text: words,
                n: String::new(),
            }),
            entries: shown
                .datasets
                .into_iter()
                .map(|dataset| {
                    let reason = dataset.place.as_ref().and_then(|code| shown.reasons.get(code));
                    with_reason(with_marks(row(lang, dataset), &shown.sought), reason.cloned())
                })
                .collect(),
            n_found: shown.n_found,
            pages: Pagination::new(current, last, |page| match page {
                1 => asked.address(&[]),
                page => asked.address(&[("page", &page.to_string())]),
            }),
            kept,
            is_narrowed: !chosen.is_empty() || asked.whole().is_some(),
            chosen,
            orders: match shown.n_found {
                0 | 1 => Vec::new(),
                _ => orders,
            },
            facets,
            shelves,
            mails: false,
            page: page
                .titled(lang.text("catalog-title"))
                .described(lang.text("catalog-lead"))
                .shapes(&["json", "csv"])
                .feed(asked.feed()),
            q: asked.q,
        }
    }
}

impl Values {
    /// Whether choosing one of them finds less, or something else, than is found.
    fn narrow(&self, n_found: usize, present: &str) -> bool {
        let holds_all = |n: u64| usize::try_from(n).is_ok_and(|n| n == n_found);
        match self.all.as_slice() {
            [] => false,
            [(_, _, n)] => !holds_all(*n),
            all => !present.is_empty() || all.iter().any(|(_, _, n)| !holds_all(*n)),
        }
    }
}

impl More {
    /// Those behind the first; with them so many are told of all. `href` is where all are.
    fn of(lang: Lang, ways: Vec<Way>, (n_told, n_all): (usize, usize), href: String) -> Option<More> {
        let all = lang.text("catalog-search-all").n("n", n_all).to_string();
        let some = lang.text("catalog-search-most").n("n", n_told).n("all", n_all);
        let whole = (n_told < n_all).then(|| Way {
            href,
            text: all.clone(),
            n: String::new(),
        });
        (!ways.is_empty()).then(|| More {
            told: match whole {
                Some(_) => some.to_string(),
                None => all,
            },
            is_open: ways.iter().any(|way| way.href.is_empty()),
            ways,
            whole,
        })
    }
}

/// Says in a row why it is there.
fn with_reason(mut row: DatasetRow, reason: Option<String>) -> DatasetRow {
    let facts = [row.facts, reason.unwrap_or_default()];
    row.facts = facts
        .into_iter()
        .filter(|fact| !fact.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    row
}

/// Marks in a row what was looked for.
fn with_marks(mut row: DatasetRow, sought: &[Sought]) -> DatasetRow {
    row.shown_title = markup(marked(&row.title, sought));
    row.shown_description = markup(shortened(&row.description, sought, MOST_LETTERS));
    row
}

fn markup(pieces: Vec<Piece>) -> Markup {
    let pieces = pieces.into_iter().map(|piece| {
        let safe = Markup::escape(&piece.text);
        match piece.is_hit {
            true => format!("<mark>{safe}</mark>"),
            false => safe.0,
        }
    });
    Markup(pieces.collect())
}
