//! A dashboard by another division of the same land: each tile of figures for the health catchments, police sectors or school areas
//! that reach into the place it is about, in the latest period of that place.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    model::{Document, Shape, Shows, Tile},
    tiles::{self, Filled, Looking, MOST_PARTS, TileView},
};
use crate::{
    indicators::{
        divisions::{Wanted, address, codes_of, gather},
        model::carry::is_carried,
        tiles::{Across, Told},
        view::Labelled,
    },
    places::{
        divisions,
        model::{Places, division::Division},
    },
    platform::{
        app::App,
        draw::{
            About,
            bars::{self, Bar, Bars},
        },
        html::{
            Markup,
            parts::{Cell, Choice},
        },
        i18n::Lang,
        problem::Result,
    },
};

/// The division that somebody asks for by its code; `None` for the administrative one.
///
/// # Errors
/// `places-division-unknown`.
pub fn asked<'a>(all: &'a Places, code: &str) -> Result<Option<&'a Division>> {
    match code {
        "" => Ok(None),
        code => divisions::known(all, code).map(Some),
    }
}

/// What a dashboard can be shown by; nothing where there is only the administrative division.
#[must_use]
pub fn choices(all: &Places, lang: Lang, chosen: Option<&Division>) -> Vec<Choice> {
    let chosen = chosen.map_or("", |division| division.code.as_str());
    let own = Choice::new("", lang.text("dashboards-division-own")).chosen_if(chosen);
    let others = all
        .divisions()
        .iter()
        .map(|division| Choice::new(&division.code, &division.title).chosen_if(chosen));
    if all.divisions().is_empty() {
        Vec::new()
    } else {
        [own].into_iter().chain(others).collect()
    }
}

/// What the place is called, and the division by which it is shown.
#[must_use]
pub fn place_in_words(name: &str, division: Option<&Division>) -> String {
    match division {
        Some(division) => format!("{name} · {}", division.title),
        None => name.to_owned(),
    }
}

/// What follows the place in an address that shows the same division.
#[must_use]
pub fn query<'a>(place: &'a str, division: Option<&'a Division>) -> Vec<(&'static str, &'a str)> {
    let division = division.map(|division| ("division", division.code.as_str()));
    [("place", place)].into_iter().chain(division).collect()
}

/// Gathers the numbers of all tiles, of figures those of the division's areas.
///
/// # Errors
/// When the database fails.
pub async fn fill(
    app: &App,
    lang: Lang,
    all: &Arc<Places>,
    document: &Document,
    here: &str,
    division: Option<&Division>,
) -> Result<Vec<Filled>> {
    let Some(division) = division else {
        return tiles::fill(app, lang, all, document, here).await;
    };
    let mut filled = tiles::fill(app, lang, all, &by_places(document), here).await?;
    let wanted: Vec<Wanted<'_>> = filled
        .iter()
        .filter_map(|filled| {
            let told = filled.told.as_ref()?;
            Some(Wanted {
                definition: &told.definition,
                period: &told.period,
                within: all.find(&filled.place),
            })
        })
        .collect();
    let numbers = gather(app, all, division, &wanted).await?;
    let told = filled.iter_mut().filter_map(|filled| filled.told.as_mut());
    for (told, areas) in told.zip(numbers) {
        Arc::make_mut(told).parts = areas
            .into_iter()
            .map(|number| Labelled {
                label: number.label(lang, all),
                observation: number.observation,
            })
            .collect();
    }
    Ok(filled)
}

/// The same document with every figure along places.
fn by_places(document: &Document) -> Document {
    let mut document = document.clone();
    for tile in &mut document.tiles {
        if let Shows::Figure(figure) = &mut tile.shows {
            figure.across = Across::Places;
        }
    }
    document
}

/// Makes all tiles ready to be written, those of figures by the areas of the division, which lead nowhere.
///
/// # Errors
/// When the database fails.
pub async fn views(
    looking: &Looking<'_>,
    division: &Division,
    filled: &[Filled],
) -> Result<Vec<Arc<TileView>>> {
    let mut views = Vec::with_capacity(filled.len());
    for (at, one) in filled.iter().enumerate() {
        views.push(Arc::new(match (&one.tile.shows, &one.told) {
            (Shows::Figure(figure), Some(told)) => view(looking, division, at, one, figure.shape, told),
            _ => tiles::view(looking, at, one).await?,
        }));
    }
    Ok(views)
}

fn view(
    looking: &Looking<'_>,
    division: &Division,
    at: usize,
    filled: &Filled,
    shape: Shape,
    told: &Told,
) -> TileView {
    let lang = looking.lang;
    let tile: &Tile = &filled.tile;
    let place = serde_urlencoded::to_string([("place", filled.place.as_str())]).unwrap_or_default();
    let mut view = TileView {
        id: format!("tile-{}", at + 1),
        width: tile.width.as_str(),
        title: if tile.title.is_empty() {
            told.definition.title.in_language(lang.code()).to_owned()
        } else {
            tile.title.clone()
        },
        href: format!(
            "/indicators/{}/divisions/{}?{place}",
            told.definition.code, division.code
        ),
        ..TileView::default()
    };
    if !is_carried(&told.definition) {
        view.trouble = lang.text("indicators-divisions-not-carried").to_string();
        return view;
    }
    if told.parts.is_empty() {
        view.trouble = lang.text("indicators-divisions-none").to_string();
        return view;
    }
    view.note = note(looking, filled, told);
    view.caption = lang
        .text("indicators-divisions-table")
        .arg("division", &division.title)
        .arg("period", &told.period)
        .to_string();
    write_areas(&mut view, lang, division, shape, told);
    let has_value = told
        .parts
        .iter()
        .any(|part| part.observation.figures.value.is_some());
    if shape != Shape::Table && has_value {
        view.drawing = draw(&view, lang, told);
    }
    view
}

/// Says of where the areas are, where that is not the whole's place, and when it was counted.
fn note(looking: &Looking<'_>, filled: &Filled, told: &Told) -> String {
    let lang = looking.lang;
    let elsewhere = (filled.place != looking.here)
        .then(|| looking.all.find(&filled.place))
        .flatten()
        .map(|place| place.name_in(lang.code()).to_owned());
    let counted = told.run.as_ref().map(|run| {
        let day = looking.app.config.zoned(run.computed_at).date();
        lang.text("dashboards-counted-on")
            .arg("date", lang.short_date(day))
            .to_string()
    });
    let said: Vec<String> = elsewhere.into_iter().chain(counted).collect();
    said.join(" · ")
}

fn write_areas(view: &mut TileView, lang: Lang, division: &Division, shape: Shape, told: &Told) {
    let over = |id: &str| Cell::over_numbers(lang.text(id));
    view.head = vec![
        Cell::text(lang.text("indicators-divisions-area")),
        over("indicators-value"),
        over("indicators-interval"),
    ];
    let has_lights = shape == Shape::Light && told.definition.lights.is_some();
    if has_lights {
        view.head.push(Cell::text(lang.text("dashboards-division-light")));
    }
    let n_more = told.parts.len().saturating_sub(MOST_PARTS);
    if n_more > 0 {
        view.more = lang.text("dashboards-more").n("n", n_more).to_string();
    }
    view.rows = told
        .parts
        .iter()
        .take(MOST_PARTS)
        .map(|part| {
            let mut row = row(lang, division, told, part);
            if has_lights {
                row.push(Cell::text(light_in_words(lang, told, part)));
            }
            row
        })
        .collect();
}

fn row(lang: Lang, division: &Division, told: &Told, part: &Labelled) -> Vec<Cell> {
    let o = &part.observation;
    let area = codes_of(o).map_or("", |(_, area)| area);
    let href = address(&told.definition.code, &division.code, area, &o.period);
    let name = Markup(format!(
        "<a class=\"govuk-link\" href=\"{}\">{}</a>",
        Markup::escape(&href),
        Markup::escape(&part.label)
    ));
    vec![
        Cell::html(name),
        Cell::number(told.written(lang, o), o.figures.value.unwrap_or(f64::NAN)),
        Cell {
            numeric: true,
            ..Cell::text(told.written_interval(lang, o))
        },
    ]
}

fn light_in_words(lang: Lang, told: &Told, part: &Labelled) -> String {
    let value = part.observation.figures.value;
    value
        .and_then(|value| told.definition.light(value))
        .map_or_else(String::new, |light| {
            lang.text(format!("indicators-light-{}", light.as_str()))
                .to_string()
        })
}

fn draw(view: &TileView, lang: Lang, told: &Told) -> Markup {
    let bars = told
        .parts
        .iter()
        .take(MOST_PARTS)
        .map(|part| Bar::new(&part.label, told.reading(&part.observation)))
        .collect();
    bars::lying(&Bars {
        about: About {
            id: format!("{}-drawn", view.id),
            title: view.title.clone(),
            description: view.caption.clone(),
            lang,
        },
        unit: told.unit(),
        bars,
        target: told.aim,
    })
}

/// The division as JSON, with the places and shares that make each area.
#[must_use]
pub fn as_json(division: &Division) -> Value {
    let areas: Vec<Value> = division
        .areas
        .iter()
        .map(|area| {
            let parts: Vec<Value> = area
                .parts
                .iter()
                .map(|part| {
                    json!({
                        "place": part.place,
                        "share": part.share,
                        "from": part.from.map(|day| day.to_string()),
                        "to": part.to.map(|day| day.to_string()),
                    })
                })
                .collect();
            json!({ "code": area.code, "name": area.name, "parts": parts })
        })
        .collect();
    json!({
        "code": division.code,
        "title": division.title,
        "basis": division.basis,
        "source": division.source,
        "areas": areas,
    })
}
