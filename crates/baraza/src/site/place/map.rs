//! The map on a place's profile.

use std::sync::Arc;

use super::profile::Profile;
use crate::places::atlas;
use crate::places::model::{Place, Places};
use crate::platform::app::App;
use crate::platform::draw::About;
use crate::platform::draw::map::{Choropleth, Ground, Map, Placed, Shaded, choropleth, map};
use crate::platform::draw::scale::Classes;
use crate::platform::html::Markup;
use crate::platform::problem::Result;
use crate::site::figures::Figure;
use crate::site::view::MapView;

/// The children shaded by an indicator; without numbers the children alone; without children the place among its neighbours.
pub async fn map_of(
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
                reading: figure.reading_of(&region.code),
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
