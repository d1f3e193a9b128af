//! The second step: where it is. By a list of places, by search, by a map, by the telephone's own position.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, Query, Request, State},
    http::{HeaderMap, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{Drafting, caption, save_and_go, save_and_go_on, spot::SpotMap, step_shell, wrong};
use crate::{
    places::{
        self, atlas,
        boundaries::{Point, topology::Zoom},
        model::{Place, Places},
    },
    platform::{
        app::App,
        draw::{
            About,
            map::{Ground, Map, Placed, map as draw_map},
        },
        html::{Markup, Shell, parts::FieldError},
        op::Op,
        page::{render, render_refused},
        problem::{Problem, Result},
    },
    requests::{
        model::{draft::Draft, draft::Step, request::Position},
        pages::Link,
        photo::Sent,
    },
};

/// Places a search shows.
const MOST_FOUND: usize = 20;

#[derive(Template)]
#[template(path = "requests/pages/new/place.html")]
pub struct PlacePage {
    pub page: Shell,
    pub step: String,
    /// The place that was chosen, with what it lies in; empty while one is looked for.
    pub chosen: String,
    pub list: Option<PlaceList>,
    pub spot: Option<Spot>,
    pub lat: String,
    pub lon: String,
    pub address: String,
}

/// Places to choose from.
pub struct PlaceList {
    /// The place whose parts are listed; empty for all there is.
    pub within: String,
    /// Its code, to choose it as a whole.
    pub whole: String,
    /// The way back up, outermost first.
    pub up: Vec<Link>,
    pub query: String,
    pub is_search: bool,
    pub places: Vec<Listed>,
    pub map: Option<Markup>,
}

/// A place in the list: a link to its parts, or itself to choose.
pub struct Listed {
    pub code: String,
    pub name: String,
    /// What it lies in, where that is not plain.
    pub within: String,
    /// Empty when it has no parts.
    pub href: String,
}

/// The map to press on.
pub struct Spot {
    pub src: String,
    pub width: u32,
    pub height: u32,
    /// For the script: the position of the first pixel, and pixels for each degree.
    pub origin: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    r#in: Option<String>,
    q: String,
}

/// `GET /requests/new/where`.
pub async fn form(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let drafting = Drafting::open(&app, &op, &headers).await?.unless_filed();
    if drafting.draft.service.is_empty() {
        return Ok(Redirect::to(Step::Service.path()).into_response());
    }
    render(&page(&app, &op, &uri, &drafting.draft, &asked).await?)
}

/// `POST /requests/new/where`.
pub async fn take(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    request: Request,
) -> Result<Response> {
    let sent = Sent::read(&app, request, 0).await?;
    let mut drafting = Drafting::open(&app, &op, &headers).await?.unless_filed();
    let all = places::all(&app).await?;
    let draft = &mut drafting.draft;
    let before = (draft.place.clone(), draft.position());
    if sent.values.iter().any(|(name, _)| name == "address") {
        sent.one("address").clone_into(&mut draft.address);
    }
    let place = sent.one("place");
    if !place.is_empty() {
        draft.place = Some(place.to_owned());
        // A point elsewhere would contradict the choice.
        draft.lat.clear();
        draft.lon.clear();
        draft.has_compared = false;
        let errors = wrong(&app, &op, &drafting, Step::Where).await;
        if !errors.is_empty() {
            drafting.draft.place = None;
            return refused(&app, &op, &uri, &drafting.draft, errors).await;
        }
        return save_and_go(&app, &op, &headers, &mut drafting, Step::Where.path()).await;
    }
    if let Some(position) = pressed(&app, draft, &all, &sent).await? {
        draft.lat = position.lat.to_string();
        draft.lon = position.lon.to_string();
        draft.has_compared = false;
        return save_and_go(&app, &op, &headers, &mut drafting, "/requests/new/where#spot").await;
    }
    sent.one("lat").clone_into(&mut draft.lat);
    sent.one("lon").clone_into(&mut draft.lon);
    settle(draft, &all);
    if (draft.place.clone(), draft.position()) != before {
        draft.has_compared = false;
    }
    let errors = wrong(&app, &op, &drafting, Step::Where).await;
    if !errors.is_empty() {
        drafting.save(&app, &op).await?;
        let mut answer = refused(&app, &op, &uri, &drafting.draft, errors).await?;
        drafting.remember(&app, &headers, &mut answer);
        return Ok(answer);
    }
    save_and_go_on(&app, &op, &headers, &mut drafting).await
}

/// `GET /requests/new/map/{place}`: the map to press on, as a picture.
pub async fn map(
    State(app): State<App>,
    op: Op,
    headers: HeaderMap,
    Path(code): Path<String>,
) -> Result<Response> {
    let all = places::all(&app).await?;
    let place = places::known(&all, &code)?;
    let (Some(map), Some(shape)) = (map_of(&app, place).await?, shape_of(&app, place).await?) else {
        return Err(Problem::not_found("places-unknown").with("code", code));
    };
    let within = places::boundaries(&app, Some(place), zoom(place)).await?;
    let within: Vec<_> = within.into_iter().map(|outline| outline.shape).collect();
    let marked = Drafting::open(&app, &op, &headers).await?.draft.position();
    let svg = map.draw(&shape, &within, marked);
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response())
}

/// Gives a position the place around it; a place without borders keeps its choice.
fn settle(draft: &mut Draft, all: &Places) {
    let Some(position) = draft.position() else { return };
    let point = Point {
        lat: position.lat,
        lon: position.lon,
    };
    let chosen = draft.place.as_deref().and_then(|code| all.find(code));
    match all.at(point) {
        // The narrower of the two, where one lies in the other.
        Some(around) if chosen.is_none_or(|chosen| !around.contains(chosen)) => {
            draft.place = Some(around.code().to_owned());
        }
        Some(_) => {}
        // Outside of everything that has borders: the front door says so.
        None if chosen.is_none_or(|chosen| chosen.shape().is_some()) => draft.place = None,
        None => {}
    }
}

/// The position of the pixel that was pressed on the map of the chosen place.
async fn pressed(app: &App, draft: &Draft, all: &Places, sent: &Sent) -> Result<Option<Position>> {
    let pixel = |name: &str| sent.one(name).parse::<f64>().ok();
    // A keyboard presses the corner: no point at all.
    let Some((x, y)) = pixel("spot.x")
        .zip(pixel("spot.y"))
        .filter(|at| *at != (0.0, 0.0))
    else {
        return Ok(None);
    };
    let Some(place) = draft.place.as_deref().and_then(|code| all.find(code)) else {
        return Ok(None);
    };
    Ok(map_of(app, place).await?.and_then(|map| map.position(x, y)))
}

async fn refused(app: &App, op: &Op, uri: &Uri, draft: &Draft, errors: Vec<FieldError>) -> Result<Response> {
    let mut page = page(app, op, uri, draft, &Asked::default()).await?;
    page.page.errors = errors;
    render_refused(&Problem::invalid("fields"), &page)
}

async fn page(app: &App, op: &Op, uri: &Uri, draft: &Draft, asked: &Asked) -> Result<PlacePage> {
    let all = places::all(app).await?;
    let chosen = draft.place.as_deref().and_then(|code| all.find(code));
    let is_looking = asked.r#in.is_some() || !asked.q.trim().is_empty() || chosen.is_none();
    let (list, spot) = if is_looking {
        (Some(list(app, op, &all, asked).await?), None)
    } else {
        let spot = match chosen {
            Some(place) => spot(app, place, draft).await?,
            None => None,
        };
        (None, spot)
    };
    let chosen = chosen.filter(|_| !is_looking);
    Ok(PlacePage {
        page: step_shell(app, op, uri, "requests-pages-where-title"),
        step: caption(op, Step::Where),
        chosen: chosen.map(|place| full_name(op, place)).unwrap_or_default(),
        list,
        spot,
        lat: draft.lat.clone(),
        lon: draft.lon.clone(),
        address: draft.address.clone(),
    })
}

async fn list(app: &App, op: &Op, all: &Arc<Places>, asked: &Asked) -> Result<PlaceList> {
    let lang = op.lang.code();
    let query = asked.q.trim().to_owned();
    let within = asked
        .r#in
        .as_deref()
        .and_then(|code| all.find(code))
        .filter(|place| place.is_current())
        .or_else(|| all.top());
    let mut listed = PlaceList {
        within: within
            .map(|place| place.name_in(lang).to_owned())
            .unwrap_or_default(),
        whole: within.map(|place| place.code().to_owned()).unwrap_or_default(),
        up: Vec::new(),
        is_search: !query.is_empty(),
        query,
        places: Vec::new(),
        map: None,
    };
    if listed.is_search {
        listed.places = all
            .search(&listed.query, None, MOST_FOUND)
            .into_iter()
            .map(|place| Listed {
                within: place
                    .parent()
                    .map(|parent| full_name(op, parent))
                    .unwrap_or_default(),
                href: String::new(),
                ..entry(op, place)
            })
            .collect();
        return Ok(listed);
    }
    let top = all.top().map(|place| place.code().to_owned());
    if let Some(place) = within {
        let mut up: Vec<Link> = place
            .ancestors()
            .take_while(|_| Some(place.code()) != top.as_deref())
            .map(|above| Link {
                href: list_path(above.code()),
                text: above.name_in(lang).to_owned(),
            })
            .collect();
        // Above the topmost there is nothing to choose.
        let n_up = place
            .ancestors()
            .position(|above| Some(above.code()) == top.as_deref())
            .map_or(up.len(), |at| at + 1);
        up.truncate(n_up);
        up.reverse();
        listed.up = up;
    }
    let mut children: Vec<Place<'_>> = match within {
        Some(place) => place.children().collect(),
        None => all.roots().collect(),
    };
    children.sort_by(|a, b| a.name_in(lang).cmp(b.name_in(lang)));
    listed.places = children.into_iter().map(|place| entry(op, place)).collect();
    listed.map = drawn(app, op, all, within).await?;
    Ok(listed)
}

/// The map of the parts of a place; pressing one lists its own parts.
async fn drawn(app: &App, op: &Op, all: &Arc<Places>, within: Option<Place<'_>>) -> Result<Option<Markup>> {
    let regions = atlas::regions(app, all, within).await?;
    if regions.len() < 2 {
        return Ok(None);
    }
    let lang = op.lang.code();
    let placed = regions
        .iter()
        .map(|region| Placed {
            name: all.find(&region.code).map_or("", |place| place.name_in(lang)),
            shape: &region.shape,
            ground: Ground::Plain,
            href: Some(list_path(&region.code)),
            said: String::new(),
        })
        .collect();
    let about = About {
        id: "where".into(),
        title: op.lang.text("requests-pages-where-map").to_string(),
        description: op.lang.text("requests-pages-where-map-described").to_string(),
        lang: op.lang,
    };
    Ok(Some(draw_map(&Map {
        about,
        places: placed,
    })))
}

fn entry(op: &Op, place: Place<'_>) -> Listed {
    let has_parts = place.children().next().is_some();
    Listed {
        code: place.code().to_owned(),
        name: place.name_in(op.lang.code()).to_owned(),
        within: String::new(),
        href: if has_parts {
            list_path(place.code())
        } else {
            String::new()
        },
    }
}

async fn spot(app: &App, place: Place<'_>, draft: &Draft) -> Result<Option<Spot>> {
    let Some(map) = map_of(app, place).await? else {
        return Ok(None);
    };
    let corner = map.position(0.0, 0.0);
    let next = map.position(1.0, 1.0);
    let origin = corner.zip(map.position(f64::from(map.width), f64::from(map.height)));
    let origin = origin
        .filter(|_| next.is_some())
        .map(|(first, last)| format!("{} {} {} {}", first.lat, first.lon, last.lat, last.lon));
    // A marker that moved is another picture.
    let marked = draft.position().map(|at| format!("?at={},{}", at.lat, at.lon));
    Ok(Some(Spot {
        src: format!("/requests/new/map/{}{}", place.code(), marked.unwrap_or_default()),
        width: map.width,
        height: map.height,
        origin: origin.unwrap_or_default(),
    }))
}

async fn map_of(app: &App, place: Place<'_>) -> Result<Option<SpotMap>> {
    let shape = shape_of(app, place).await?;
    Ok(shape.and_then(|shape| shape.bounds()).map(SpotMap::over))
}

async fn shape_of(app: &App, place: Place<'_>) -> Result<Option<places::boundaries::Shape>> {
    places::boundary(app, place, zoom(place)).await
}

fn zoom(place: Place<'_>) -> Zoom {
    let degrees = place.bounds().map_or(1.0, |bounds| {
        (f64::from(bounds.east) - f64::from(bounds.west))
            .max(f64::from(bounds.north) - f64::from(bounds.south))
            / 1e6
    });
    Zoom::to_fit(degrees, 640.0)
}

fn list_path(code: &str) -> String {
    format!("/requests/new/where?in={code}")
}

/// "Sumberejo, Kapas".
fn full_name(op: &Op, place: Place<'_>) -> String {
    let lang = op.lang.code();
    let names: Vec<&str> = place
        .with_ancestors()
        .take(3)
        .map(|each| each.name_in(lang))
        .collect();
    names.join(", ")
}
