//! What is known about a place, from which its page and its files are made.

use serde::Serialize;

use crate::places::model::{Place, Places};
use crate::platform::app::App;
use crate::platform::draw::Reading;
use crate::platform::i18n::Lang;
use crate::platform::problem::{Problem, Result};
use crate::site::figures::{self, Figure};

/// Everything known about a place, from which the page and the files are made.
#[derive(Serialize)]
pub struct Profile {
    #[serde(flatten)]
    pub place: PlaceRef,
    pub is_current: bool,
    pub valid_from: Option<String>,
    pub valid_to: Option<String>,
    /// From its parent up to the root.
    pub ancestors: Vec<PlaceRef>,
    /// The places that hold today in its stead; itself while it holds.
    pub today: Vec<PlaceRef>,
    pub children: Vec<PlaceRef>,
    #[serde(skip)]
    pub lang: Lang,
    #[serde(skip)]
    pub figures: Vec<Figure>,
}

#[derive(Clone, Serialize)]
pub struct PlaceRef {
    pub code: String,
    pub name: String,
    pub level: String,
}

/// A number as the files hold it.
#[derive(Serialize)]
pub struct NumberRow {
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
    pub async fn gather(app: &App, lang: Lang, all: &Places, code: &str) -> Result<Profile> {
        let resolved = all
            .resolve(code)
            .ok_or_else(|| Problem::not_found("places-unknown").with("code", code))?;
        let place = resolved.place;
        let refer = |place: Place<'_>| PlaceRef {
            code: place.code().into(),
            name: place.name_in(lang.code()).into(),
            level: place.level().into(),
        };
        Ok(Profile {
            place: refer(place),
            is_current: place.is_current(),
            valid_from: place.valid_from().map(|day| day.to_string()),
            valid_to: place.valid_to().map(|day| day.to_string()),
            ancestors: place.ancestors().map(refer).collect(),
            today: resolved.today.iter().map(|now| refer(*now)).collect(),
            children: place.children().map(refer).collect(),
            lang,
            figures: figures::of_place(app, lang, place.code()).await?,
        })
    }

    /// Every number of the place over all periods, then those of its children.
    pub fn rows(&self) -> Vec<NumberRow> {
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
            self.children
                .iter()
                .filter_map(move |child| Some(row(child, figure, figure.below.get(&child.code)?)))
        });
        own.chain(of_children).collect()
    }

    /// The figure a reader chose, else the first that any child has a number of.
    pub fn shading(&self, chosen: Option<&str>) -> Option<&Figure> {
        let has_numbers = |figure: &&Figure| {
            self.children
                .iter()
                .any(|child| figure.reading_of(&child.code).value().is_some())
        };
        self.figures
            .iter()
            .find(|figure| Some(figure.indicator.as_str()) == chosen)
            .or_else(|| self.figures.iter().find(has_numbers))
    }
}
