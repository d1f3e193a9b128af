//! The map of requests: places shaded by how many wait, step by step down to the marks of a village.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State},
    http::{Uri, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{
    asked::Asked,
    files::counts,
    kept::AsOf,
    list::{self, Asking},
    public,
    rows::Lights,
};
use crate::{
    places::{
        self, atlas,
        boundaries::topology::Zoom,
        model::{Place, Places},
    },
    platform::{
        app::App,
        draw::{
            About, Reading, Unit,
            map::{Choropleth, Ground, Map, Placed, Point, Shaded, choropleth, map_with},
            scale::Classes,
        },
        html::{
            Markup, Shell,
            parts::{Cell, Choice},
        },
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::{Problem, Result},
    },
    requests::{
        model::clock::Light,
        store::board::Listed,
        words::{Teller, written},
    },
};

/// Marks on the map of a village: more would cover it.
const MOST_MARKS: usize = 300;
/// Boundaries in files are fine enough to fill a screen with a district.
const ZOOM: Zoom = Zoom(13);
const SHAPES: [&str; 3] = ["csv", "json", "geojson"];

#[derive(Template)]
#[template(path = "requests/board/map.html")]
pub struct MapPage {
    pub page: Shell,
    pub lead: String,
    pub tiles: Vec<list::Tile>,
    pub services: Vec<Choice>,
    pub places: Vec<Choice>,
    pub agencies: Vec<Choice>,
    pub shows: Vec<Choice>,
    pub from: String,
    pub to: String,
    /// Whether somebody chose what is shown.
    pub narrows: bool,
    pub caption: String,
    pub map: Markup,
    pub legend: Markup,
    pub head: Vec<Cell>,
    pub rows: Vec<Vec<Cell>>,
    pub to_list: String,
    pub to_lights: String,
}

/// What shades the places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shade {
    Open,
    Yellow,
    Red,
}

impl Shade {
    const ALL: [Shade; 3] = [Shade::Open, Shade::Yellow, Shade::Red];

    fn as_str(self) -> &'static str {
        match self {
            Shade::Open => "open",
            Shade::Yellow => "yellow",
            Shade::Red => "red",
        }
    }

    fn text(self, lang: Lang) -> String {
        match self {
            Shade::Open => lang.text("requests-board-shade-open"),
            Shade::Yellow => lang.text("requests-board-shade-yellow"),
            Shade::Red => lang.text("requests-board-shade-red"),
        }
        .to_string()
    }

    fn of(self, lights: Lights) -> u64 {
        match self {
            Shade::Open => lights.unfinished(),
            Shade::Yellow => lights.of(Light::Yellow),
            Shade::Red => lights.of(Light::Red),
        }
    }

    /// Reads the query's word; empty for the first.
    ///
    /// # Errors
    /// `requests-board-choice` on `show`.
    fn parse(text: &str) -> Result<Shade> {
        match text.trim() {
            "" => Ok(Shade::Open),
            text => Shade::ALL
                .into_iter()
                .find(|shade| shade.as_str() == text)
                .ok_or_else(|| Problem::invalid("fields").field("show", "requests-board-choice")),
        }
    }
}

/// How requests stand in a place and the places right below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Spread {
    all: Lights,
    /// In the order of the children.
    children: Vec<Lights>,
    /// Said to be in the place and not in which of its children.
    rest: Lights,
}

/// The map, whatever its shape.
struct Drawing {
    asking: Asking,
    places: Arc<Places>,
    /// None: all roots.
    here: Option<String>,
    shade: Shade,
    spread: AsOf<Spread>,
}

impl Drawing {
    async fn new(app: &App, op: &Op, asked: Asked) -> Result<Drawing> {
        // A map shows how things stand now: a light or a state would take away what it shades.
        let asked = Asked {
            light: String::new(),
            state: String::new(),
            after: String::new(),
            ..asked
        };
        let shade = Shade::parse(&asked.show)?;
        let asking = Asking::new(app, op, asked).await?;
        let places = asking.teller.library.places().clone();
        let here = asking.sought.place.clone();
        let here = here.or_else(|| places.top().map(|place| place.code().to_owned()));
        let key = format!("map {here:?} {}", asking.sought.key());
        let spread = asking.board.count(key, op.at, |rows, now| {
            let children = children_of(&places, here.as_deref());
            let filter = asking.sought.filter(rows, &asking.teller.library, &app.config);
            let child_of = child_of(rows.places.codes(), &places, &children);
            let mut spread = Spread {
                children: vec![Lights::default(); children.len()],
                ..Spread::default()
            };
            rows.each(&filter, |_, row| {
                let light = row.light(now);
                spread.all.count(light);
                match child_of.get(row.place as usize).copied().flatten() {
                    Some(child) => spread.children[usize::from(child)].count(light),
                    None => spread.rest.count(light),
                }
            });
            spread
        });
        Ok(Drawing {
            asking,
            places,
            here,
            shade,
            spread,
        })
    }

    fn here(&self) -> Option<Place<'_>> {
        self.here.as_deref().and_then(|code| self.places.find(code))
    }

    fn children(&self) -> Vec<(Place<'_>, Lights)> {
        children_of(&self.places, self.here.as_deref())
            .into_iter()
            .zip(self.spread.value.children.iter().copied())
            .collect()
    }

    /// Whether nothing below this place tells requests apart: then marks do.
    fn is_lowest(&self) -> bool {
        let Spread { all, children, .. } = &*self.spread.value;
        children.is_empty() || (all.all() > 0 && children.iter().all(|lights| lights.all() == 0))
    }

    fn name(&self, lang: Lang) -> String {
        match self.here() {
            Some(place) => place.name_in(lang.code()).to_owned(),
            None => lang.text("requests-board-everywhere").to_string(),
        }
    }
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri, Query(asked): Query<Asked>) -> Result<Response> {
    let drawing = Drawing::new(&app, &op, asked).await?;
    let lang = op.lang;
    let (map, legend) = drawn(&app, lang, &drawing).await?;
    let asking = &drawing.asking;
    let (asked, teller) = (&asking.asked, &asking.teller);
    let name = drawing.name(lang);
    let title = lang
        .text("requests-board-map-title")
        .arg("place", &name)
        .to_string();
    let mut page = shell(&app, &op, &uri)
        .crumb(lang.text("requests-board-title"), "/requests")
        .titled(&title)
        .described(lang.text("requests-board-map-lead"))
        .shapes(&SHAPES);
    let mut above: Vec<Place<'_>> = drawing
        .here()
        .into_iter()
        .flat_map(|place| place.ancestors())
        .collect();
    above.reverse();
    page = page.crumb(
        lang.text("requests-board-map"),
        asked.address("/requests/map", &[("place", "")]),
    );
    for place in above {
        let href = asked.address("/requests/map", &[("place", place.code())]);
        page = page.crumb(place.name_in(lang.code()), href);
    }
    let services = list::services(teller, asked);
    let shows = Shade::ALL
        .map(|shade| Choice::new(shade.as_str(), shade.text(lang)).chosen_if(drawing.shade.as_str()));
    let (head, rows) = table(lang, &drawing);
    let to_list = asked.address("/requests", &[("show", ""), ("weeks", "")]);
    render(&MapPage {
        lead: lang
            .text("requests-board-map-said")
            .n("n", drawing.spread.value.all.unfinished())
            .arg("place", &name)
            .arg("at", teller.moment(drawing.spread.at()))
            .to_string(),
        tiles: tiles(teller, asked, drawing.spread.value.all),
        services,
        places: list::places(teller, &asking.sought),
        agencies: list::agencies(teller, asked, &asking.board),
        shows: shows.into(),
        from: asked.from.trim().to_owned(),
        to: asked.to.trim().to_owned(),
        narrows: !asked.address("", &[("place", "")]).is_empty(),
        caption: lang
            .text("requests-board-map-caption")
            .arg("what", drawing.shade.text(lang))
            .arg("place", &name)
            .to_string(),
        map,
        legend,
        head,
        rows,
        to_list,
        to_lights: asked.address("/requests/lights", &[("show", "")]),
        page: page.crumb(&name, ""),
    })
}

pub async fn as_json(State(app): State<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    let drawing = Drawing::new(&app, &op, asked).await?;
    let places: Vec<Value> = drawing
        .children()
        .into_iter()
        .map(|(place, lights)| properties(op.lang, place, lights))
        .collect();
    let value = &drawing.spread.value;
    Ok(axum::Json(json!({
        "as_of": drawing.spread.at().to_string(),
        "place": drawing.here,
        "counts": counts(value.all),
        "elsewhere": counts(value.rest),
        "places": places,
    }))
    .into_response())
}

pub async fn as_csv(State(app): State<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    let drawing = Drawing::new(&app, &op, asked).await?;
    let mut csv = csv::Writer::from_writer(Vec::new());
    let head = [
        "place",
        "place_name",
        "white",
        "yellow",
        "red",
        "blue",
        "unfinished",
    ];
    csv.write_record(head).map_err(Problem::internal)?;
    let named = drawing
        .children()
        .into_iter()
        .map(|(place, lights)| (place.code(), place.name_in(op.lang.code()), lights));
    // What lies in no child keeps the place it is said to be in.
    let rest = (
        drawing.here.as_deref().unwrap_or_default(),
        "",
        drawing.spread.value.rest,
    );
    for (code, name, lights) in named.chain([rest]) {
        let mut record = vec![code.to_owned(), name.to_owned()];
        record.extend(lights.0.iter().map(ToString::to_string));
        record.push(lights.unfinished().to_string());
        csv.write_record(record).map_err(Problem::internal)?;
    }
    let bytes = csv
        .into_inner()
        .map_err(|error| Problem::internal(error.into_error()))?;
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], bytes).into_response())
}

pub async fn as_geojson(State(app): State<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    let drawing = Drawing::new(&app, &op, asked).await?;
    let outlines = places::boundaries(&app, drawing.here(), ZOOM).await?;
    let features: Vec<String> = drawing
        .children()
        .into_iter()
        .map(|(place, lights)| {
            let outline = outlines.iter().find(|outline| outline.code == place.code());
            let geometry = outline.map_or_else(|| "null".to_owned(), |outline| outline.shape.to_geojson());
            format!(
                r#"{{"type":"Feature","id":{},"properties":{},"geometry":{geometry}}}"#,
                json!(place.code()),
                properties(op.lang, place, lights),
            )
        })
        .collect();
    let body = format!(
        r#"{{"type":"FeatureCollection","as_of":{},"features":[{}]}}"#,
        json!(drawing.spread.at().to_string()),
        features.join(",")
    );
    Ok(([(header::CONTENT_TYPE, "application/geo+json")], body).into_response())
}

fn properties(lang: Lang, place: Place<'_>, lights: Lights) -> Value {
    json!({
        "place": place.code(),
        "place_name": place.name_in(lang.code()),
        "counts": counts(lights),
        "unfinished": lights.unfinished(),
    })
}

/// Returns the places right below a place, or the roots.
pub fn children_of<'a>(places: &'a Places, here: Option<&str>) -> Vec<Place<'a>> {
    match here.and_then(|code| places.find(code)) {
        Some(place) => place.children().collect(),
        None => places.roots().collect(),
    }
}

/// Says of every place's number in which of some places it lies.
pub fn child_of(codes: &[String], places: &Places, children: &[Place<'_>]) -> Vec<Option<u16>> {
    let numbers: std::collections::HashMap<&str, u16> =
        children.iter().map(|child| child.code()).zip(0..).collect();
    let among = |code: &String| {
        places
            .find(code)?
            .lineage()
            .into_iter()
            .find_map(|code| numbers.get(code).copied())
    };
    codes.iter().map(among).collect()
}

fn tiles(teller: &Teller, asked: &Asked, lights: Lights) -> Vec<list::Tile> {
    Light::ALL
        .into_iter()
        .map(|light| list::Tile {
            light: light.as_str(),
            text: teller.light(light).text,
            n: teller.lang.number(lights.of(light)),
            href: asked.address(
                "/requests",
                &[("light", light.as_str()), ("show", ""), ("weeks", "")],
            ),
            is_chosen: false,
        })
        .collect()
}

/// The children shaded; a place without children with its marks.
async fn drawn(app: &App, lang: Lang, drawing: &Drawing) -> Result<(Markup, Markup)> {
    let about = About {
        id: "map".into(),
        title: drawing.shade.text(lang),
        description: lang
            .text("requests-board-map-described")
            .arg("place", drawing.name(lang))
            .to_string(),
        lang,
    };
    let asked = &drawing.asking.asked;
    let children = drawing.children();
    let regions = atlas::regions(app, &drawing.places, drawing.here()).await?;
    if !regions.is_empty() && !drawing.is_lowest() {
        let of_region = |region: &'_ atlas::Region| {
            let (place, lights) = children.iter().find(|(place, _)| place.code() == region.code)?;
            Some((place.name_in(lang.code()), drawing.shade.of(*lights)))
        };
        let shaded: Vec<Shaded<'_>> = regions
            .iter()
            .filter_map(|region| {
                let (name, n) = of_region(region)?;
                Some(Shaded {
                    name,
                    shape: &region.shape,
                    reading: Reading::of(n as f64),
                    href: Some(asked.address("/requests/map", &[("place", &region.code)])),
                })
            })
            .collect();
        let drawn = choropleth(&Choropleth {
            about,
            unit: Unit::Number { places: 0 },
            classes: Classes::quantile(shaded.iter().filter_map(|place| place.reading.value())),
            places: shaded,
        });
        return Ok((drawn.map, drawn.legend));
    }
    let Some(here) = drawing.here().filter(|_| drawing.is_lowest()) else {
        return Ok((Markup::default(), Markup::default()));
    };
    // The place's own outline where it has no parts, or those of its parts without figures of their own.
    let around = match regions.is_empty() {
        true => atlas::regions(app, &drawing.places, here.parent()).await?,
        false => regions,
    };
    let is_drawn = |region: &&atlas::Region| children.is_empty() == (region.code == here.code());
    let placed: Vec<Placed<'_>> = around
        .iter()
        .filter(is_drawn)
        .map(|region| Placed {
            name: "",
            shape: &region.shape,
            ground: Ground::Plain,
            href: None,
            said: drawing.asking.teller.place(Some(&region.code)),
        })
        .collect();
    if placed.is_empty() {
        return Ok((Markup::default(), Markup::default()));
    }
    let points = marks(app, lang, drawing).await?;
    Ok((
        map_with(
            &Map {
                about,
                places: placed,
            },
            &points,
        ),
        Markup::default(),
    ))
}

/// The newest unfinished requests of a place, where they are known to be, to the nearest street.
async fn marks(app: &App, lang: Lang, drawing: &Drawing) -> Result<Vec<Point>> {
    let asking = &drawing.asking;
    let ids = asking.board.read(|rows| {
        let filter = asking.sought.filter(rows, &asking.teller.library, &app.config);
        let mut ids = Vec::new();
        rows.each(&filter, |id, row| {
            if ids.len() < MOST_MARKS && row.is_located() && !row.is_closed() {
                ids.push(id);
            }
        });
        ids
    });
    let at = drawing.spread.at();
    let degrees = |micros: i64| micros as f64 / 1e6;
    let listed = public::read(app, &ids).await?;
    let point = |request: &Listed| {
        let (lat, lon) = request.position?;
        let light = request.light(at);
        Some(Point {
            lat: degrees(lat),
            lon: degrees(lon),
            light: light.as_str(),
            said: lang
                .text("requests-board-mark")
                .arg("service", asking.teller.service(&request.service))
                .arg("light", asking.teller.light(light).text)
                .arg("code", written(&request.code))
                .to_string(),
            href: format!("/requests/{}", request.code),
        })
    };
    Ok(listed.iter().filter_map(point).collect())
}

fn table(lang: Lang, drawing: &Drawing) -> (Vec<Cell>, Vec<Vec<Cell>>) {
    let head = [
        "requests-board-place",
        "requests-board-shade-open",
        "requests-board-column-yellow",
        "requests-board-column-red",
        "requests-board-column-blue",
    ];
    let mut head: Vec<Cell> = head
        .into_iter()
        .map(|id| Cell::over_numbers(lang.text(id)))
        .collect();
    head[0].numeric = false;
    let asked = &drawing.asking.asked;
    let cells = |first: Cell, lights: Lights| {
        let numbers = [
            lights.unfinished(),
            lights.of(Light::Yellow),
            lights.of(Light::Red),
            lights.of(Light::Blue),
        ];
        let number = |n: u64| Cell::number(lang.number(n), n as f64);
        std::iter::once(first).chain(numbers.map(number)).collect()
    };
    let children = match drawing.is_lowest() {
        true => Vec::new(),
        false => drawing.children(),
    };
    let mut rows: Vec<Vec<Cell>> = children
        .into_iter()
        .map(|(place, lights)| {
            let href = Markup::escape(&asked.address("/requests/map", &[("place", place.code())]));
            let name = Markup::escape(place.name_in(lang.code()));
            let link = format!("<a class=\"govuk-link\" href=\"{href}\">{name}</a>");
            cells(Cell::html(Markup(link)), lights)
        })
        .collect();
    let rest = drawing.spread.value.rest;
    if rest.all() > 0 {
        let text = match rows.is_empty() {
            true => drawing.name(lang),
            false => lang.text("requests-board-rest").to_string(),
        };
        rows.push(cells(Cell::text(text), rest));
    }
    (head, rows)
}
