//! A place's profile: its numbers, its map, the places in it, and the same as files.

mod children;
mod fate;
mod files;
mod map;
mod profile;
mod sample;
mod years;

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::Uri;
use axum::response::Response;
use serde::Deserialize;

use super::search::Hit;
use super::view::{MapView, NumberCard};
use super::{counting, published};
use crate::places;
use crate::places::model::Places;
use crate::platform::app::App;
use crate::platform::html::parts::{Cell, Choice};
use crate::platform::html::{Markup, Shell};
use crate::platform::i18n::Lang;
use crate::platform::op::Op;
use crate::platform::page::{render, shell};
use crate::platform::problem::Result;
use crate::requests::{self, board::Door};
use crate::scorecards::pages::door::{self, Door as Scored};
use profile::Profile;

#[derive(Template)]
#[template(path = "site/place/place.html")]
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
    door: Option<Door>,
    door_said: String,
    scored: Option<Scored>,
    /// What stands over where its year, or those of the villages in it, are read.
    village_title: String,
    /// Where they are read; empty where there is no year.
    villages: Vec<Hit>,
}

/// How far the counting of something has come.
#[derive(Clone, Debug)]
pub struct Collecting {
    pub name: String,
    pub bar: Markup,
    pub said: String,
}

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
    let profile = Profile::gather(&app, op.lang, &all, code).await?;
    match shape {
        Some("json") => Ok(files::as_json(&profile)),
        Some("csv") => files::as_csv(&profile),
        Some("geojson") => files::as_geojson(&app, &all, &profile).await,
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
    let map = map::map_of(app, all, place, profile, shading).await?;
    let (children_title, children_head, children) = children::table(&page, profile);
    let (fate, successors) = fate::fate(&page, all, profile);
    let name = &profile.place.name;
    let mut page = page
        .titled(name)
        .described(lang.text("site-place-described").arg("place", name))
        .shapes(&SHAPES);
    for above in profile.ancestors.iter().rev() {
        page = page.crumb(&above.name, format!("/places/{}", above.code));
    }
    let chosen = shading.map(|figure| figure.indicator.clone()).unwrap_or_default();
    let (village_title, villages) = years::ways(app, lang, all, place).await?;
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
        collecting: counting::collecting(app, op, all, place).await?,
        datasets: published::datasets_about(app, op, place, MOST_DATASETS).await?,
        door: requests::board::door(app, op, all, Some(place.code())).await?,
        door_said: lang
            .text("requests-board-door-text")
            .arg("place", name)
            .to_string(),
        scored: door::door(app, lang, all, place).await?,
        village_title,
        villages,
    })
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
