//! A place's profile: its numbers, its map, the places in it, and the same as files.

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::atlas;
use super::figures::{self, Figure};
use super::search::Hit;
use super::view::{MapView, NumberCard};
use crate::places;
use crate::places::boundaries::topology::Zoom;
use crate::places::model::{Change, Place, Places};
use crate::platform::app::App;
use crate::platform::draw::map::{Choropleth, Ground, Map, Placed, Shaded, choropleth, map};
use crate::platform::draw::scale::Classes;
use crate::platform::draw::{About, Reading};
use crate::platform::html::parts::{Cell, Choice};
use crate::platform::html::{Markup, Shell};
use crate::platform::i18n::Lang;
use crate::platform::op::Op;
use crate::platform::page::{render, shell};
use crate::platform::problem::{Problem, Result};

#[derive(Template)]
#[template(path = "site/place.html")]
pub struct PlacePage {
    page: Shell,
    code: String,
    /// Its level and code, above its name.
    caption: String,
    /// What became of it, or what it was before.
    fate: Vec<String>,
    successors: Vec<Hit>,
    numbers: Vec<NumberCard>,
    map: Option<MapView>,
    /// The indicators that the map can show.
    choices: Vec<Choice>,
    children_title: String,
    children_head: Vec<Cell>,
    children: Vec<Vec<Cell>>,
    collecting: Vec<Collecting>,
    datasets: Vec<Hit>,
}

/// How far the counting of something has come.
#[derive(Clone, Debug)]
pub struct Collecting {
    pub name: String,
    pub bar: Markup,
    pub said: String,
}

/// The indicators beside the names of places in a table: more would not fit on a laptop.
const MOST_COLUMNS: usize = 3;
/// The datasets listed on a profile; the rest is found on the page of all data.
const MOST_DATASETS: usize = 6;
/// The shapes of a profile's data.
const SHAPES: [&str; 3] = ["json", "csv", "geojson"];

#[derive(Deserialize)]
pub struct Asked {
    /// The indicator that shades the map.
    indicator: Option<String>,
}

pub async fn show(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(address): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (code, shape) = split(&address);
    let all = places::all(&app).await?;
    let profile = Profile::gather(&app, &op, &all, code).await?;
    match shape {
        Some("json") => Ok(as_json(&profile)),
        Some("csv") => as_csv(&profile),
        Some("geojson") => as_geojson(&app, &all, &profile).await,
        _ => render(&page(&app, &op, &uri, &all, &profile, asked.indicator.as_deref()).await?),
    }
}

/// Parts a shape's suffix from a code, which may hold dots itself.
fn split(address: &str) -> (&str, Option<&'static str>) {
    SHAPES
        .into_iter()
        .find_map(|shape| Some((address.strip_suffix(shape)?.strip_suffix('.')?, Some(shape))))
        .unwrap_or((address, None))
}

/// Everything known about a place, from which the page and the files are made.
#[derive(Serialize)]
struct Profile {
    #[serde(flatten)]
    place: PlaceRef,
    is_current: bool,
    valid_from: Option<String>,
    valid_to: Option<String>,
    /// From its parent up to the root.
    ancestors: Vec<PlaceRef>,
    /// The places that hold today in its stead; itself while it holds.
    today: Vec<PlaceRef>,
    children: Vec<PlaceRef>,
    numbers: Vec<NumberRow>,
    #[serde(skip)]
    lang: Lang,
    #[serde(skip)]
    figures: Vec<Figure>,
    /// Indicator → child → its latest number in the period of the place's own.
    #[serde(skip)]
    beside: HashMap<String, HashMap<String, figures::Point>>,
}

#[derive(Clone, Serialize)]
struct PlaceRef {
    code: String,
    name: String,
    level: String,
}

/// A number as the files hold it.
#[derive(Serialize)]
struct NumberRow {
    place: String,
    place_name: String,
    level: String,
    indicator: String,
    name: String,
    unit: &'static str,
    period: String,
    value: Option<f64>,
    lower: Option<f64>,
    upper: Option<f64>,
    n: Option<i64>,
    /// `normal`, `suppressed` or `missing`.
    status: &'static str,
}

impl Profile {
    async fn gather(app: &App, op: &Op, all: &Arc<Places>, code: &str) -> Result<Profile> {
        let lang = op.lang;
        let resolved = all
            .resolve(code)
            .ok_or_else(|| Problem::not_found("places-unknown").with("code", code))?;
        let place = resolved.place;
        let refer = |place: Place<'_>| PlaceRef {
            code: place.code().into(),
            name: place.name_in(lang.code()).into(),
            level: place.level().into(),
        };
        let figures = figures::of_place(app, op, place.code()).await?;
        let mut beside = HashMap::new();
        for figure in &figures {
            beside.insert(
                figure.indicator.clone(),
                figures::of_children(app, figure, place.code()).await?,
            );
        }
        let mut profile = Profile {
            place: refer(place),
            is_current: place.is_current(),
            valid_from: place.valid_from().map(|day| day.to_string()),
            valid_to: place.valid_to().map(|day| day.to_string()),
            ancestors: place.ancestors().map(refer).collect(),
            today: resolved.today.iter().map(|now| refer(*now)).collect(),
            children: place.children().map(refer).collect(),
            numbers: Vec::new(),
            lang,
            figures,
            beside,
        };
        profile.numbers = profile.rows();
        Ok(profile)
    }

    /// Every number of the place over all periods, then those of its children.
    fn rows(&self) -> Vec<NumberRow> {
        let row = |place: &PlaceRef, figure: &Figure, point: &figures::Point| {
            let (value, interval, status) = match point.reading {
                Reading::Known { value, interval } => (Some(value), interval, "normal"),
                Reading::Suppressed => (None, None, "suppressed"),
                Reading::Missing => (None, None, "missing"),
            };
            NumberRow {
                place: place.code.clone(),
                place_name: place.name.clone(),
                level: place.level.clone(),
                indicator: figure.indicator.clone(),
                name: figure.name.clone(),
                unit: figure.unit.code(),
                period: point.period.clone(),
                value,
                lower: interval.map(|(low, _)| low),
                upper: interval.map(|(_, high)| high),
                n: point.n,
                status,
            }
        };
        let own = self.figures.iter().flat_map(|figure| {
            figure
                .points
                .iter()
                .map(move |point| row(&self.place, figure, point))
        });
        let of_children = self.figures.iter().flat_map(|figure| {
            let points = self.beside.get(&figure.indicator);
            self.children
                .iter()
                .filter_map(move |child| Some(row(child, figure, points?.get(&child.code)?)))
        });
        own.chain(of_children).collect()
    }

    fn reading(&self, figure: &Figure, child: &str) -> Reading {
        self.beside
            .get(&figure.indicator)
            .and_then(|points| points.get(child))
            .map_or(Reading::Missing, |point| point.reading)
    }

    /// The figure a reader chose, else the first that any child has a number of.
    fn shading(&self, chosen: Option<&str>) -> Option<&Figure> {
        let has_numbers = |figure: &&Figure| {
            self.children
                .iter()
                .any(|child| self.reading(figure, &child.code).value().is_some())
        };
        self.figures
            .iter()
            .find(|figure| Some(figure.indicator.as_str()) == chosen)
            .or_else(|| self.figures.iter().find(has_numbers))
    }
}

async fn page(
    app: &App,
    op: &Op,
    uri: &Uri,
    all: &Arc<Places>,
    profile: &Profile,
    chosen: Option<&str>,
) -> Result<PlacePage> {
    let lang = op.lang;
    let page = shell(app, op, uri);
    let place = places::known(all, &profile.place.code)?;
    let shading = profile.shading(chosen);
    let map = map_of(app, all, place, profile, shading).await?;
    let (children_title, children_head, children) = table(&page, profile);
    let (fate, successors) = fate(&page, all, profile);
    let name = &profile.place.name;
    let mut page = page
        .titled(name)
        .described(lang.text("site-place-described").arg("place", name))
        .shapes(&SHAPES);
    for above in profile.ancestors.iter().rev() {
        page = page.crumb(&above.name, format!("/places/{}", above.code));
    }
    let chosen = shading.map(|figure| figure.indicator.clone()).unwrap_or_default();
    Ok(PlacePage {
        page: page.crumb(name, ""),
        code: profile.place.code.clone(),
        caption: lang
            .text("site-place-caption")
            .arg("level", level_name(lang, &profile.place.level))
            .arg("code", &profile.place.code)
            .to_string(),
        fate,
        successors,
        numbers: profile
            .figures
            .iter()
            .map(|figure| figure.card(lang, &profile.place.code))
            .collect(),
        map,
        choices: profile
            .figures
            .iter()
            .map(|figure| Choice::new(&figure.indicator, &figure.name).chosen_if(&chosen))
            .collect(),
        children_title,
        children_head,
        children,
        collecting: figures::collecting(app, op, all, place).await?,
        datasets: figures::datasets_about(app, op, place, MOST_DATASETS).await?,
    })
}

/// The children shaded by an indicator; without numbers the children alone; without children the place among its neighbours.
async fn map_of(
    app: &App,
    all: &Arc<Places>,
    place: Place<'_>,
    profile: &Profile,
    shading: Option<&Figure>,
) -> Result<Option<MapView>> {
    let lang = profile.lang;
    let about = |title: String, description: String| About {
        id: "map".into(),
        title,
        description,
        lang,
    };
    let name_of = |code: &str| all.find(code).map_or("", |place| place.name_in(lang.code()));
    let regions = atlas::regions(app, all, Some(place)).await?;
    if let (Some(figure), false) = (shading, regions.is_empty()) {
        let period = figure.points.last().map_or("", |point| &point.period);
        let caption = lang
            .text("site-place-map")
            .arg("name", &figure.name)
            .arg("period", period)
            .to_string();
        let description = lang
            .text("site-place-map-described")
            .n("n", regions.len())
            .to_string();
        let shaded: Vec<Shaded<'_>> = regions
            .iter()
            .map(|region| Shaded {
                name: name_of(&region.code),
                shape: &region.shape,
                reading: profile.reading(figure, &region.code),
                href: Some(format!("/places/{}", region.code)),
            })
            .collect();
        let classes = Classes::quantile(shaded.iter().filter_map(|place| place.reading.value()));
        let drawn = choropleth(&Choropleth {
            about: about(caption.clone(), description),
            unit: figure.unit,
            classes,
            places: shaded,
        });
        return Ok(Some(MapView {
            caption,
            map: drawn.map,
            legend: drawn.legend,
        }));
    }
    let (regions, around) = if regions.is_empty() {
        (atlas::regions(app, all, place.parent()).await?, place.parent())
    } else {
        (regions, Some(place))
    };
    let is_drawn = regions.len() > 1 || place.shape().is_some();
    if regions.is_empty() || !is_drawn {
        return Ok(None);
    }
    let is_here = |code: &str| code == place.code();
    let placed = regions.iter().map(|region| Placed {
        name: name_of(&region.code),
        shape: &region.shape,
        ground: if is_here(&region.code) {
            Ground::Here
        } else {
            Ground::Plain
        },
        href: (!is_here(&region.code)).then(|| format!("/places/{}", region.code)),
        said: String::new(),
    });
    let around = around.map_or_else(
        || profile.place.name.clone(),
        |around| around.name_in(lang.code()).to_owned(),
    );
    let caption = lang
        .text("site-place-map-plain")
        .arg("place", &around)
        .to_string();
    let description = lang
        .text("site-place-map-plain-described")
        .arg("place", &around)
        .to_string();
    let drawn = map(&Map {
        about: about(caption.clone(), description),
        places: placed.collect(),
    });
    Ok(Some(MapView {
        caption,
        map: drawn,
        legend: Markup::default(),
    }))
}

/// The children with their latest numbers, as a table.
fn table(page: &Shell, profile: &Profile) -> (String, Vec<Cell>, Vec<Vec<Cell>>) {
    let lang = page.lang;
    let columns: Vec<&Figure> = profile
        .figures
        .iter()
        .filter(|figure| {
            profile
                .beside
                .get(&figure.indicator)
                .is_some_and(|points| !points.is_empty())
        })
        .take(MOST_COLUMNS)
        .collect();
    let title_id = if profile.children.is_empty() {
        "site-place-beside"
    } else {
        "site-place-children"
    };
    let title = page.t(title_id).arg("place", &profile.place.name).to_string();
    let head = std::iter::once(Cell::text(page.t("site-place-name")))
        .chain(columns.iter().map(|figure| Cell::over_numbers(&figure.name)));
    let row = |child: &PlaceRef| {
        let link = Markup(format!(
            r#"<a class="govuk-link" href="/places/{}">{}</a>"#,
            Markup::escape(&child.code),
            Markup::escape(&child.name)
        ));
        let number = |figure: &&Figure| match profile.reading(figure, &child.code) {
            Reading::Known { value, .. } => Cell::number(figure.unit.write(lang, value), value),
            other => Cell::number(figure.unit.say(lang, other), f64::NAN),
        };
        std::iter::once(Cell::html(link))
            .chain(columns.iter().map(number))
            .collect()
    };
    (title, head.collect(), profile.children.iter().map(row).collect())
}

/// What to say of a place's past and end, and the places that hold today in its stead.
fn fate(page: &Shell, all: &Places, profile: &Profile) -> (Vec<String>, Vec<Hit>) {
    let lang = page.lang;
    let code = &profile.place.code;
    let mut lines = Vec::new();
    if !profile.is_current {
        lines.push(
            match profile.valid_to.as_deref().and_then(|day| day.parse().ok()) {
                Some(day) => page.t("site-place-ended").arg("on", lang.date(day)).to_string(),
                None => page.t("site-place-ended-sometime").to_string(),
            },
        );
    }
    lines.extend(
        all.changes_of(code)
            .filter_map(|change| became(lang, all, change)),
    );
    let successors = profile.today.iter().filter(|now| now.code != *code);
    let hit = |now: &PlaceRef| Hit {
        href: format!("/places/{}", now.code),
        title: now.name.clone(),
        about: level_name(lang, &now.level),
    };
    (lines, successors.map(hit).collect())
}

fn became(lang: Lang, all: &Places, change: &Change) -> Option<String> {
    let to = change.to.as_deref().unwrap_or_default();
    let name = all.find(to).map_or(to, |place| place.name_in(lang.code()));
    let text = lang
        .text(format!("places-became-{}", change.kind.as_str()))
        .arg("on", lang.date(change.on?))
        .arg("old", change.old_name.as_deref().unwrap_or_default());
    Some(
        text.arg(
            "to",
            if change.old_name.is_some() || name == to {
                to.to_owned()
            } else {
                format!("{name} ({to})")
            },
        )
        .to_string(),
    )
}

/// What a level is called; its own word where nobody has named it yet.
pub fn level_name(lang: Lang, level: &str) -> String {
    let id = format!("places-level-{level}");
    if Lang::En.has_text(&id) {
        lang.text(id).to_string()
    } else {
        level.to_owned()
    }
}

fn as_json(profile: &Profile) -> Response {
    axum::Json(profile).into_response()
}

fn as_csv(profile: &Profile) -> Result<Response> {
    let mut file = csv::Writer::from_writer(Vec::new());
    for row in &profile.numbers {
        file.serialize(row).map_err(Problem::internal)?;
    }
    if profile.numbers.is_empty() {
        file.write_record([
            "place",
            "place_name",
            "level",
            "indicator",
            "name",
            "unit",
            "period",
            "value",
            "lower",
            "upper",
            "n",
            "status",
        ])
        .map_err(Problem::internal)?;
    }
    let bytes = file
        .into_inner()
        .map_err(|error| Problem::internal(anyhow::anyhow!("write a CSV file: {error}")))?;
    let name = format!("attachment; filename=\"{}.csv\"", profile.place.code);
    Ok((
        [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (header::CONTENT_DISPOSITION, name),
        ],
        bytes,
    )
        .into_response())
}

/// The children, or without children the place itself, with their latest numbers as properties (RFC 7946).
async fn as_geojson(app: &App, all: &Arc<Places>, profile: &Profile) -> Result<Response> {
    /// Fine enough to fill a screen with a village.
    const ZOOM: Zoom = Zoom(13);
    let place = places::known(all, &profile.place.code)?;
    let mut outlines = places::boundaries(app, Some(place), ZOOM).await?;
    if outlines.is_empty()
        && let Some(shape) = places::boundary(app, place, ZOOM).await?
    {
        outlines.push(places::Outline {
            code: profile.place.code.clone(),
            shape,
        });
    }
    let latest = |figure: &Figure, code: &str| {
        if code == profile.place.code {
            figure.latest()
        } else {
            profile.reading(figure, code)
        }
    };
    let feature = |outline: &places::Outline| {
        let place = all.find(&outline.code);
        let mut properties = json!({
            "code": outline.code,
            "name": place.map(|place| place.name_in(profile.lang.code())),
            "level": place.map(|place| place.level()),
        });
        for figure in &profile.figures {
            properties[&figure.indicator] = json!(latest(figure, &outline.code).value());
        }
        format!(
            r#"{{"type":"Feature","id":{},"properties":{properties},"geometry":{}}}"#,
            json!(outline.code),
            outline.shape.to_geojson()
        )
    };
    let features: Vec<String> = outlines.iter().map(feature).collect();
    let body = format!(
        r#"{{"type":"FeatureCollection","features":[{}]}}"#,
        features.join(",")
    );
    Ok(([(header::CONTENT_TYPE, "application/geo+json")], body).into_response())
}

impl PlacePage {
    pub fn sample(lang: Lang) -> PlacePage {
        let place = |code: &str, name: &str, level: &str| PlaceRef {
            code: code.into(),
            name: name.into(),
            level: level.into(),
        };
        let figures = figures::sample(lang);
        let point = |reading| figures::Point {
            period: "2026".into(),
            reading,
            n: Some(301),
        };
        let of_children = [
            ("90.01.01", point(Reading::of(70.5))),
            ("90.01.02", point(Reading::Suppressed)),
        ]
        .map(|(code, point)| (code.to_owned(), point));
        let profile = Profile {
            place: place("90.01", "Kecamatan <Ngasem>", "district"),
            is_current: false,
            valid_from: None,
            valid_to: Some("2025-01-01".into()),
            ancestors: vec![place("90", "Kabupaten Contoh", "regency")],
            today: vec![place("90.02", "Setren", "district")],
            children: vec![
                place("90.01.01", "Ngasem", "village"),
                place("90.01.02", "O'Brien \"&\" co", "village"),
            ],
            numbers: Vec::new(),
            lang,
            beside: HashMap::from([(figures[0].indicator.clone(), of_children.into())]),
            figures,
        };
        let page = Shell::sample(lang);
        let (children_title, children_head, children) = table(&page, &profile);
        let (fate, successors) = fate(&page, &Places::default(), &profile);
        PlacePage {
            code: profile.place.code.clone(),
            caption: lang
                .text("site-place-caption")
                .arg("level", level_name(lang, "district"))
                .arg("code", "90.01")
                .to_string(),
            fate,
            successors,
            numbers: profile
                .figures
                .iter()
                .map(|figure| figure.card(lang, "90.01"))
                .collect(),
            map: Some(MapView {
                caption: "Air minum".into(),
                ..MapView::default()
            }),
            choices: profile
                .figures
                .iter()
                .map(|figure| Choice::new(&figure.indicator, &figure.name).chosen_if("6.1.1"))
                .collect(),
            children_title,
            children_head,
            children,
            collecting: vec![Collecting {
                name: "Pendataan keluarga".into(),
                bar: Markup::default(),
                said: lang.text("site-collected-households").n("n", 1).to_string(),
            }],
            datasets: vec![Hit {
                href: "/data/rumah-tangga".into(),
                title: "Rumah tangga".into(),
                about: "2026".into(),
            }],
            page: page
                .titled("Kecamatan <Ngasem>")
                .crumb("Kabupaten Contoh", "/places/90")
                .crumb("Kecamatan <Ngasem>", "")
                .shapes(&SHAPES),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_with_dots_is_told_from_a_suffix() {
        assert_eq!(split("35.22.01.2001"), ("35.22.01.2001", None));
        assert_eq!(split("35.22.01.2001.csv"), ("35.22.01.2001", Some("csv")));
        assert_eq!(split("35.22.geojson"), ("35.22", Some("geojson")));
        assert_eq!(split("KE032.json"), ("KE032", Some("json")));
    }
}
