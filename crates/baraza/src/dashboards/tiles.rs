//! Tiles as a reader sees them: words, numbers, drawings with the same numbers as a table.

use std::{collections::HashMap, sync::Arc};

use super::{
    live::{self, model::missing, view::LiveView},
    model::{Document, Shape, Shows, Tile, Width},
    ready::Ready,
};
use crate::{
    indicators::{
        self,
        model::{
            definition::Light,
            observation::{Observation, Standing, Status},
        },
        passport::address,
        releases::model::NOW,
        tiles::{Across, Asked, Told},
        view::Labelled,
    },
    places::{
        atlas,
        model::{Place, Places},
    },
    platform::{
        app::App,
        draw::{
            About, Reading, Unit,
            bars::{self, Bar, Bars},
            lines::{Lines, Series, lines},
            map::{Choropleth, Shaded, choropleth},
            scale::Classes,
        },
        html::{Markup, parts::Cell},
        i18n::Lang,
        problem::Result,
    },
};

/// Parts of one tile that are shown: a page of tiles stays small however many places lie below. The indicator's page has the others.
pub(super) const MOST_PARTS: usize = 40;

/// A tile with the numbers it shows.
#[derive(Debug, Clone)]
pub struct Filled {
    pub tile: Tile,
    /// `None` for words, and where the indicator is not there.
    pub told: Option<Arc<Told>>,
    /// The feed of a live tile with the latest that it said; `None` for others, and where the feed is not there.
    pub live: Option<live::Told>,
    /// Code of the place that its numbers are of.
    pub place: String,
}

/// A tile ready to be written.
#[derive(Debug, Clone, Default)]
pub struct TileView {
    pub id: String,
    pub width: &'static str,
    pub title: String,
    /// The indicator's page; empty for words.
    pub href: String,
    pub text: String,
    /// Why there are no numbers, or no drawing of them; empty where there are.
    pub trouble: String,
    /// Everybody together; empty where the tile is not about one number.
    pub value: String,
    pub is_known: bool,
    /// Class and words of the light; empty without one.
    pub light: &'static str,
    pub light_text: String,
    pub trend: String,
    /// Period, interval, place, age and standing.
    pub note: String,
    /// The passport of the number; empty where none is written large.
    pub passport: String,
    pub caption: String,
    pub drawing: Markup,
    pub legend: Markup,
    pub head: Vec<Cell>,
    pub rows: Vec<Vec<Cell>>,
    /// How many parts are left out; empty for none.
    pub more: String,
    /// The latest value of a feed.
    pub live: Option<LiveView>,
}

/// What somebody looks at, and from where.
pub struct Looking<'a> {
    pub app: &'a App,
    pub lang: Lang,
    pub all: &'a Arc<Places>,
    /// Code of the place that the whole is about.
    pub here: &'a str,
    /// The address that shows the same of another place; empty where there is none.
    pub drill: &'a str,
}

/// Gathers the numbers of all tiles at once; `here` is the code of the place of those that name none.
///
/// # Errors
/// When the database fails.
pub async fn fill(
    app: &App,
    lang: Lang,
    all: &Arc<Places>,
    document: &Document,
    here: &str,
) -> Result<Vec<Filled>> {
    let place_of = |tile: &Tile| match &tile.shows {
        Shows::Figure(figure) => figure.place.clone().unwrap_or_else(|| here.to_owned()),
        Shows::Text(_) | Shows::Live(_) => here.to_owned(),
    };
    let asked: Vec<Asked> = document
        .tiles
        .iter()
        .filter_map(|tile| match &tile.shows {
            Shows::Text(_) | Shows::Live(_) => None,
            Shows::Figure(figure) => Some(Asked {
                indicator: figure.indicator.clone(),
                place: place_of(tile),
                period: figure.period.clone(),
                across: figure.across.clone(),
            }),
        })
        .collect();
    let mut told = indicators::tiles::recall(app, lang, all, &asked)
        .await?
        .into_iter();
    let feeds = live::gather(app, &live::stream::codes(document)).await?;
    Ok(document
        .tiles
        .iter()
        .map(|tile| Filled {
            told: match &tile.shows {
                Shows::Text(_) | Shows::Live(_) => None,
                Shows::Figure(_) => told.next().flatten(),
            },
            live: tile.shows.feed().and_then(|feed| feeds.get(feed).cloned()),
            place: place_of(tile),
            tile: tile.clone(),
        })
        .collect())
}

/// Makes all tiles ready to be written, each once for each version of its numbers.
///
/// # Errors
/// When the database fails.
pub async fn views(looking: &Looking<'_>, filled: &[Filled]) -> Result<Vec<Arc<TileView>>> {
    let ready = Ready::of(looking.app);
    let mut views = Vec::with_capacity(filled.len());
    for (at, filled) in filled.iter().enumerate() {
        views.push(ready.view(looking, at, filled).await?);
    }
    Ok(views)
}

/// Makes the tile at a position from 0 ready to be written.
///
/// # Errors
/// When the database fails.
pub(super) async fn view(looking: &Looking<'_>, at: usize, filled: &Filled) -> Result<TileView> {
    let tile = &filled.tile;
    let mut view = TileView {
        id: format!("tile-{}", at + 1),
        width: tile.width.as_str(),
        title: tile.title.clone(),
        ..TileView::default()
    };
    let figure = match &tile.shows {
        Shows::Figure(figure) => figure,
        Shows::Text(text) => {
            view.text.clone_from(text);
            return Ok(view);
        }
        Shows::Live(feed) => {
            write_live(&mut view, looking, feed, filled.live.as_ref());
            return Ok(view);
        }
    };
    let lang = looking.lang;
    let Some(told) = &filled.told else {
        if view.title.is_empty() {
            view.title.clone_from(&figure.indicator);
        }
        view.trouble = lang
            .text("dashboards-gone")
            .arg("code", &figure.indicator)
            .to_string();
        return Ok(view);
    };
    if view.title.is_empty() {
        view.title = told.definition.title.in_language(lang.code()).to_owned();
    }
    view.href = indicator_address(&figure.indicator, &filled.place);
    let has_parts = match figure.across {
        Across::Time => !told.over_time.is_empty(),
        Across::Places | Across::Groups(_) => !told.parts.is_empty(),
    };
    if !has_parts || (figure.across == Across::Time && told.headline().is_none()) {
        view.trouble = lang
            .text("dashboards-no-numbers")
            .arg("place", name_of(looking, &filled.place))
            .to_string();
        return Ok(view);
    }
    view.note = note(looking, filled, told);
    match figure.shape {
        Shape::Number | Shape::Light => write_number(&mut view, lang, figure.shape, told),
        Shape::Trend => {
            write_number(&mut view, lang, figure.shape, told);
            write_parts(&mut view, looking, filled, told);
            view.trouble = nothing_to_draw(looking, filled, told.over_time.iter());
            if view.trouble.is_empty() {
                view.drawing = draw_lines(&view, looking, filled, told);
            }
        }
        Shape::Bar => {
            write_parts(&mut view, looking, filled, told);
            let parts = parts(filled, told);
            let drawn = parts.iter().take(MOST_PARTS);
            view.trouble = nothing_to_draw(looking, filled, drawn.map(|part| &part.observation));
            if view.trouble.is_empty() {
                view.drawing = draw_bars(&view, looking, filled, told);
            }
        }
        Shape::Map => {
            write_parts(&mut view, looking, filled, told);
            draw_map(&mut view, looking, filled, told).await?;
        }
        Shape::Table => write_parts(&mut view, looking, filled, told),
    }
    Ok(view)
}

fn indicator_address(code: &str, place: &str) -> String {
    let query = [("place", place)];
    format!(
        "/indicators/{code}?{}",
        serde_urlencoded::to_string(query).unwrap_or_default()
    )
}

fn name_of(looking: &Looking<'_>, code: &str) -> String {
    let place = looking.all.find(code);
    place.map_or_else(
        || code.to_owned(),
        |place: Place<'_>| place.name_in(looking.lang.code()).to_owned(),
    )
}

/// Says of when, of where and how sure a figure is.
fn note(looking: &Looking<'_>, filled: &Filled, told: &Told) -> String {
    let lang = looking.lang;
    let mut said = Vec::new();
    if filled.place != looking.here {
        said.push(name_of(looking, &filled.place));
    }
    if !told.period.is_empty() {
        said.push(told.period.clone());
    }
    let headline = told.headline();
    // Where the number is not written large, its interval would be taken for that of the bars.
    let interval = headline
        .filter(|_| is_written_large(filled))
        .map_or_else(String::new, |o| told.written_interval(lang, o));
    if !interval.is_empty() {
        said.push(
            lang.text("indicators-interval-of")
                .arg("interval", interval)
                .to_string(),
        );
    }
    let standing = headline.map_or(told.definition.standing, |o| o.standing);
    if standing != Standing::Official {
        said.push(
            lang.text(format!("indicators-standing-{}", standing.as_str()))
                .to_string(),
        );
    }
    if let Some(run) = &told.run {
        let day = looking.app.config.zoned(run.computed_at).date();
        said.push(
            lang.text("dashboards-counted-on")
                .arg("date", lang.short_date(day))
                .to_string(),
        );
    }
    let periods: Vec<&str> = told.over_time.iter().map(|o| o.period.as_str()).collect();
    let today = looking.app.config.day(looking.app.clock.now());
    if let Some(period) = missing(told.definition.entered(), &periods, today) {
        said.push(
            lang.text("dashboards-live-late")
                .arg("period", period)
                .to_string(),
        );
    }
    said.join(" · ")
}

/// Whether a tile writes everybody together large.
fn is_written_large(filled: &Filled) -> bool {
    match &filled.tile.shows {
        Shows::Figure(figure) => matches!(figure.shape, Shape::Number | Shape::Light | Shape::Trend),
        Shows::Text(_) | Shows::Live(_) => false,
    }
}

/// Writes the latest value of a feed, under the feed's title where the tile has none, and where it measures.
fn write_live(view: &mut TileView, looking: &Looking<'_>, code: &str, told: Option<&live::Told>) {
    let Some(told) = told else {
        if view.title.is_empty() {
            view.title = code.to_owned();
        }
        view.trouble = looking.lang.text("dashboards-live-gone").to_string();
        return;
    };
    if view.title.is_empty() {
        view.title.clone_from(&told.feed.title);
    }
    if told.feed.place != looking.here {
        view.note = name_of(looking, &told.feed.place);
    }
    view.live = Some(LiveView::of(looking.app, looking.lang, told));
}

/// Writes everybody together large, with the light and the trend.
fn write_number(view: &mut TileView, lang: Lang, shape: Shape, told: &Told) {
    let Some(headline) = told.headline() else {
        return;
    };
    view.value = told.written(lang, headline);
    view.is_known = headline.figures.value.is_some();
    view.passport = address(NOW, &told.definition.code, headline);
    if let Some(trend) = told.trend {
        view.trend = lang
            .text(format!("indicators-trend-{}", trend.as_str()))
            .to_string();
    }
    match told.light() {
        Some(light) => {
            view.light = light_class(light);
            view.light_text = lang
                .text(format!("indicators-light-{}", light.as_str()))
                .to_string();
        }
        None if shape == Shape::Light && !told.is_withheld() => {
            view.trouble = lang.text("dashboards-no-light").to_string();
        }
        None => {}
    }
}

fn light_class(light: Light) -> &'static str {
    match light {
        Light::Green => "bz-light bz-light--green",
        Light::Yellow => "bz-light bz-light--yellow",
        Light::Red => "bz-light bz-light--red",
    }
}

/// Writes the numbers that a drawing shows, or a table alone, under their caption.
fn write_parts(view: &mut TileView, looking: &Looking<'_>, filled: &Filled, told: &Told) {
    let lang = looking.lang;
    let over = |id: &str| Cell::over_numbers(lang.text(id));
    let (caption, first) = match across(filled) {
        Across::Time => (
            lang.text("indicators-over-time").to_string(),
            lang.text("indicators-period").to_string(),
        ),
        Across::Places => (
            lang.text("indicators-places-below")
                .arg("period", &told.period)
                .to_string(),
            lang.text("indicators-place").to_string(),
        ),
        Across::Groups(_) => (
            lang.text("indicators-by-groups")
                .arg("dimensions", &told.dimensions)
                .arg("period", &told.period)
                .to_string(),
            told.dimensions.clone(),
        ),
    };
    view.caption = caption;
    view.head = vec![
        Cell::text(first),
        over("indicators-value"),
        over("indicators-interval"),
    ];
    let parts = parts(filled, told);
    let n_more = parts.len().saturating_sub(MOST_PARTS);
    if n_more > 0 {
        view.more = lang.text("dashboards-more").n("n", n_more).to_string();
    }
    view.rows = parts
        .iter()
        .take(MOST_PARTS)
        .map(|part| row(looking, filled, told, part))
        .collect();
}

fn across(filled: &Filled) -> Across {
    match &filled.tile.shows {
        Shows::Figure(figure) => figure.across.clone(),
        Shows::Text(_) | Shows::Live(_) => Across::Time,
    }
}

/// What a figure goes along, in the order it is shown: the latest period first.
fn parts(filled: &Filled, told: &Told) -> Vec<Labelled> {
    if across(filled) != Across::Time {
        return told.parts.clone();
    }
    told.over_time
        .iter()
        .rev()
        .map(|o| Labelled {
            label: o.period.clone(),
            observation: o.clone(),
        })
        .collect()
}

fn row(looking: &Looking<'_>, filled: &Filled, told: &Told, part: &Labelled) -> Vec<Cell> {
    let (lang, o) = (looking.lang, &part.observation);
    let first = if across(filled) == Across::Places {
        Cell::html(link(&place_address(looking, told, o), &part.label))
    } else {
        Cell::text(&part.label)
    };
    let value = link(&address(NOW, &told.definition.code, o), &told.written(lang, o));
    vec![
        first,
        Cell {
            content: value.into(),
            ..Cell::number("", o.figures.value.unwrap_or(f64::NAN))
        },
        Cell {
            numeric: true,
            ..Cell::text(told.written_interval(lang, o))
        },
    ]
}

fn link(href: &str, words: &str) -> Markup {
    Markup(format!(
        "<a class=\"govuk-link\" href=\"{}\">{}</a>",
        Markup::escape(href),
        Markup::escape(words)
    ))
}

/// Where a place below leads: to the same dashboard about it, else to the indicator's page.
fn place_address(looking: &Looking<'_>, told: &Told, o: &Observation) -> String {
    if looking.drill.is_empty() {
        return indicator_address(&told.definition.code, &o.place);
    }
    let query = [("place", o.place.as_str())];
    format!(
        "{}?{}",
        looking.drill,
        serde_urlencoded::to_string(query).unwrap_or_default()
    )
}

/// Says in words what a drawing would show as an empty frame: that its numbers are withheld, or that there are none. Empty where there
/// is a number to draw.
fn nothing_to_draw<'a>(
    looking: &Looking<'_>,
    filled: &Filled,
    drawn: impl Iterator<Item = &'a Observation>,
) -> String {
    let mut has_withheld = false;
    for o in drawn {
        match (o.status, o.figures.value) {
            (Status::Normal, Some(_)) => return String::new(),
            (Status::Suppressed, _) => has_withheld = true,
            _ => {}
        }
    }
    let id = match has_withheld {
        true => "dashboards-all-withheld",
        false => "dashboards-no-numbers",
    };
    let place = name_of(looking, &filled.place);
    looking.lang.text(id).arg("place", place).to_string()
}

/// What a drawing is called and shows, in words.
fn about(view: &TileView, looking: &Looking<'_>, filled: &Filled) -> About {
    About {
        id: format!("{}-drawn", view.id),
        title: format!("{} – {}", view.title, name_of(looking, &filled.place)),
        description: view.caption.clone(),
        lang: looking.lang,
    }
}

fn draw_lines(view: &TileView, looking: &Looking<'_>, filled: &Filled, told: &Told) -> Markup {
    if told.over_time.len() < 2 {
        return Markup::default();
    }
    lines(&Lines {
        about: about(view, looking, filled),
        unit: told.unit(),
        periods: told.over_time.iter().map(|o| o.period.clone()).collect(),
        series: vec![Series {
            name: String::new(),
            readings: told.over_time.iter().map(|o| told.reading(o)).collect(),
        }],
        target: told.aim,
    })
}

fn draw_bars(view: &TileView, looking: &Looking<'_>, filled: &Filled, told: &Told) -> Markup {
    let bars = parts(filled, told)
        .iter()
        .take(MOST_PARTS)
        .map(|part| Bar::new(&part.label, told.reading(&part.observation)))
        .collect();
    bars::lying(&Bars {
        about: about(view, looking, filled),
        unit: told.unit(),
        bars,
        target: told.aim,
    })
}

/// Draws the places below as far as they have boundaries; without any the table alone stays, and words where none has a number.
async fn draw_map(view: &mut TileView, looking: &Looking<'_>, filled: &Filled, told: &Told) -> Result<()> {
    let regions = atlas::regions(looking.app, looking.all, looking.all.find(&filled.place)).await?;
    let counted: HashMap<&str, &Labelled> = told
        .parts
        .iter()
        .map(|part| (part.observation.place.as_str(), part))
        .collect();
    let places: Vec<Shaded<'_>> = regions
        .iter()
        .filter_map(|region| {
            let part = counted.get(region.code.as_str())?;
            Some(Shaded {
                name: &part.label,
                shape: &region.shape,
                reading: told.reading(&part.observation),
                href: Some(place_address(looking, told, &part.observation)),
            })
        })
        .collect();
    if places.is_empty() {
        return Ok(());
    }
    let drawn = regions
        .iter()
        .filter_map(|region| counted.get(region.code.as_str()))
        .map(|part| &part.observation);
    view.trouble = nothing_to_draw(looking, filled, drawn);
    if !view.trouble.is_empty() {
        return Ok(());
    }
    let values = told
        .parts
        .iter()
        .filter_map(|part| part.observation.figures.value);
    let drawn = choropleth(&Choropleth {
        about: about(view, looking, filled),
        unit: told.unit(),
        classes: Classes::quantile(values),
        places,
    });
    view.drawing = drawn.map;
    view.legend = drawn.legend;
    Ok(())
}

/// Tiles with something of every kind, for samples.
#[must_use]
pub fn sample(lang: Lang) -> Vec<Arc<TileView>> {
    let about = |id: &str| About {
        id: id.to_owned(),
        title: "Households without a <toilet> – Kecamatan <Ngasem>".into(),
        description: "Over time".into(),
        lang,
    };
    let reading = Reading::between(72.4, 69.8, 74.9);
    let unit = Unit::Percent { places: 1 };
    let head = ["indicators-place", "indicators-value"].map(|id| Cell::text(lang.text(id)));
    let rows = vec![vec![
        Cell::html(link("/dashboards/air?place=90.01", "Kecamatan <Ngasem>")),
        Cell::number("72.4%", 72.4),
    ]];
    let tile = |id: &str, width: Width| TileView {
        id: id.to_owned(),
        width: width.as_str(),
        title: "Households without a <toilet>".into(),
        href: "/indicators/6.2.1?place=90".into(),
        note: "2026".into(),
        ..TileView::default()
    };
    [
        TileView {
            value: "72.4%".into(),
            is_known: true,
            light: light_class(Light::Yellow),
            light_text: lang.text("indicators-light-yellow").to_string(),
            trend: lang.text("indicators-trend-better").to_string(),
            passport: "/n/now/6.2.1/90/2026".into(),
            ..tile("tile-1", Width::Quarter)
        },
        TileView {
            trouble: lang.text("dashboards-gone").arg("code", "6.2.1").to_string(),
            ..tile("tile-2", Width::Quarter)
        },
        TileView {
            caption: lang.text("indicators-over-time").to_string(),
            drawing: bars::lying(&Bars {
                about: about("tile-3-drawn"),
                unit,
                bars: vec![Bar::new("Kecamatan <Ngasem>", reading)],
                target: Some(90.0),
            }),
            head: head.to_vec(),
            rows: rows.clone(),
            more: lang.text("dashboards-more").n("n", 3).to_string(),
            ..tile("tile-3", Width::Half)
        },
        TileView {
            caption: lang.text("indicators-over-time").to_string(),
            head: head.to_vec(),
            rows,
            ..tile("tile-4", Width::Half)
        },
        TileView {
            href: String::new(),
            note: String::new(),
            text: "The pump of <Ngasem> is repaired.".into(),
            ..tile("tile-5", Width::Full)
        },
        TileView {
            href: String::new(),
            live: Some(LiveView::sample(lang)),
            ..tile("tile-6", Width::Quarter)
        },
    ]
    .map(Arc::new)
    .to_vec()
}
