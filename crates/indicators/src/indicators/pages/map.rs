//! The map of the places below.

use std::{collections::HashMap, sync::Arc};

use super::words::{about, place_href, reading, unit};
use crate::{
    indicators::{model::definition::Definition, view::Labelled},
    places::{atlas, model::Places},
    platform::{
        app::App,
        draw::{
            self,
            map::{Choropleth, Drawn, Shaded},
            scale::Classes,
        },
        op::Op,
        problem::Result,
    },
};

pub async fn draw_map(
    app: &App,
    op: &Op,
    all: &Arc<Places>,
    definition: &Definition,
    place: &str,
    below: &[Labelled],
) -> Result<Option<Drawn>> {
    let Some(parent) = all.find(place).filter(|_| !below.is_empty()) else {
        return Ok(None);
    };
    let regions = atlas::regions(app, all, Some(parent)).await?;
    let counted: HashMap<&str, &Labelled> = below
        .iter()
        .map(|labelled| (labelled.observation.place.as_str(), labelled))
        .collect();
    let lang = op.lang;
    let places: Vec<Shaded<'_>> = regions
        .iter()
        .filter_map(|region| {
            let labelled = counted.get(region.code.as_str())?;
            Some(Shaded {
                name: &labelled.label,
                shape: &region.shape,
                reading: reading(&labelled.observation),
                href: Some(place_href(&definition.code, &region.code, "", lang)),
            })
        })
        .collect();
    if places.is_empty() {
        return Ok(None);
    }
    let classes = Classes::quantile(
        below
            .iter()
            .filter_map(|labelled| labelled.observation.figures.value),
    );
    let title = definition.title.in_language(lang.code());
    let about = about("map", title, &lang.text("indicators-map").to_string(), lang);
    Ok(Some(draw::map::choropleth(&Choropleth {
        about,
        unit: unit(definition),
        classes,
        places,
    })))
}
