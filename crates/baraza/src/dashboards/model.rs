//! A dashboard as a document: tiles in their order, each what it shows and how wide it is.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::live::counters::model::{Counts, Measure, Source};
use crate::{
    indicators::{model::definition::Definition, tiles::Across},
    places::model::Places,
    platform::problem::{Problem, Result},
};

/// Tiles on one dashboard at most: more are not read, and would not come in one small page.
pub const MOST_TILES: usize = 40;
/// Letters of a title at most.
const MOST_TITLE: usize = 120;
/// Letters of what a dashboard is for at most.
const MOST_ABOUT: usize = 600;
/// Letters of a text tile at most.
const MOST_TEXT: usize = 3_000;
/// Letters of an address at most.
const MOST_CODE: usize = 40;
/// Letters of the address of a dataset or table, and of the name of a column, at most.
const MOST_TABLE: usize = 200;

/// What a dashboard shows; pure data, whatever the numbers are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    pub title: String,
    /// What it is for, in a sentence or two; may be empty.
    pub about: String,
    /// Code of the place that its tiles are about unless they name another.
    pub place: String,
    pub tiles: Vec<Tile>,
}

/// One thing on a dashboard.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tile {
    /// Empty for the indicator's own.
    pub title: String,
    pub width: Width,
    pub shows: Shows,
}

/// How much of the page's width a tile takes where there is room; on a phone every tile takes all of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Width {
    #[default]
    Quarter,
    Half,
    Full,
}

/// What a tile shows.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shows {
    /// Words, as they were typed.
    Text(String),
    Figure(Figure),
    /// Code of a feed, or of a live count as [`Source::code`] writes it.
    Live(String),
}

/// Numbers of an indicator.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Figure {
    pub shape: Shape,
    /// Code of the indicator.
    pub indicator: String,
    /// Code of a place; `None` for the one that the dashboard is about.
    pub place: Option<String>,
    /// `None` for the latest.
    pub period: Option<String>,
    pub across: Across,
}

/// What numbers are shown as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    Number,
    Light,
    Trend,
    Bar,
    Map,
    Table,
}

/// A dashboard's head as it was typed.
#[derive(Debug, Clone, Default)]
pub struct TypedHead {
    pub title: String,
    pub about: String,
    pub place: String,
}

/// A tile as it was typed.
#[derive(Debug, Clone, Default)]
pub struct TypedTile {
    /// A shape, `live`, `count`, `requests` or `text`.
    pub kind: String,
    pub title: String,
    pub width: String,
    pub indicator: String,
    pub place: String,
    pub period: String,
    /// `time`, `places`, or `by:` and the names of dimensions.
    pub across: String,
    pub text: String,
    /// Code of a feed.
    pub feed: String,
    /// Of a count: the addresses of a dataset and a table of it, `roads/main`.
    pub table: String,
    pub measure: String,
    /// Empty for rows.
    pub column: String,
    /// Of a count of requests: `open`, `yellow`, `red` or `closed`.
    pub counts: String,
    /// Code of a unit; empty for any.
    pub agency: String,
}

impl Shows {
    fn parse(typed: &TypedTile, definitions: &[Arc<Definition>], places: &Places) -> Result<Shows> {
        match typed.kind.as_str() {
            "text" => Ok(Shows::Text(parse_text(typed)?)),
            "live" => Ok(Shows::Live(parse_code(&typed.feed).map_err(|_| no_such_feed())?)),
            "count" => Ok(Shows::Live(parse_table(typed)?.code())),
            "requests" => Ok(Shows::Live(parse_requests(typed, places)?.code())),
            kind => {
                let shape = Shape::parse(kind)
                    .ok_or_else(|| Problem::invalid("fields").field("kind", "dashboards-kind-unknown"))?;
                Ok(Shows::Figure(Figure::parse(shape, typed, definitions, places)?))
            }
        }
    }

    /// The code of the feed, where it shows one.
    #[must_use]
    pub fn feed(&self) -> Option<&str> {
        match self {
            Shows::Live(feed) => Some(feed),
            Shows::Text(_) | Shows::Figure(_) => None,
        }
    }
}

impl Width {
    pub const ALL: [Width; 3] = [Width::Quarter, Width::Half, Width::Full];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Width::Quarter => "quarter",
            Width::Half => "half",
            Width::Full => "full",
        }
    }

    /// Reads the word that [`Width::as_str`] writes; an unknown one is the least.
    #[must_use]
    pub fn parse(word: &str) -> Width {
        Width::ALL
            .into_iter()
            .find(|width| width.as_str() == word)
            .unwrap_or_default()
    }
}

impl Shape {
    pub const ALL: [Shape; 6] = [
        Shape::Number,
        Shape::Light,
        Shape::Trend,
        Shape::Bar,
        Shape::Map,
        Shape::Table,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Shape::Number => "number",
            Shape::Light => "light",
            Shape::Trend => "trend",
            Shape::Bar => "bar",
            Shape::Map => "map",
            Shape::Table => "table",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Shape> {
        Shape::ALL.into_iter().find(|shape| shape.as_str() == word)
    }

    /// Whether it shows one number and not how that came about.
    #[must_use]
    pub fn is_of_one_period(self) -> bool {
        matches!(self, Shape::Number | Shape::Light)
    }

    /// What it can go along of what somebody chose: a map shows places, bars and tables anything, the others one place.
    #[must_use]
    pub fn fit(self, across: Across) -> Across {
        match self {
            Shape::Number | Shape::Light | Shape::Trend => Across::Time,
            Shape::Map => Across::Places,
            Shape::Bar | Shape::Table => across,
        }
    }
}

/// Writes what a figure goes along as forms hold it.
#[must_use]
pub fn across_typed(across: &Across) -> String {
    match across {
        Across::Time => "time".to_owned(),
        Across::Places => "places".to_owned(),
        Across::Groups(by) => format!("by:{by}"),
    }
}

/// Reads the code of a new dashboard, which is part of its address.
///
/// # Errors
/// `code-malformed` on field `code`.
pub fn parse_code(typed: &str) -> Result<String> {
    let code = typed.trim();
    let is_code = (1..=MOST_CODE).contains(&code.len())
        && code
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !is_code {
        return Err(Problem::invalid("fields").field("code", "code-malformed"));
    }
    Ok(code.to_owned())
}

impl Document {
    /// Begins a document without tiles.
    ///
    /// # Errors
    /// `dashboards-title`, `dashboards-place-unknown`, `text-long`, each on its field.
    pub fn begin(typed: &TypedHead, places: &Places) -> Result<Document> {
        Document::default().with_head(typed, places)
    }

    /// Returns the same tiles under another head.
    ///
    /// # Errors
    /// As [`Document::begin`].
    pub fn with_head(&self, typed: &TypedHead, places: &Places) -> Result<Document> {
        let (title, about) = (typed.title.trim(), typed.about.trim());
        let place = typed.place.trim();
        let mut wrong = Problem::invalid("fields");
        if title.is_empty() || title.chars().count() > MOST_TITLE {
            wrong = wrong.field("title", "dashboards-title");
        }
        if about.chars().count() > MOST_ABOUT {
            wrong = wrong.field("about", "text-long");
        }
        if places.find(place).is_none() {
            wrong = wrong.field("place", "dashboards-place-unknown");
        }
        if !wrong.fields().is_empty() {
            return Err(wrong);
        }
        Ok(Document {
            title: title.to_owned(),
            about: about.to_owned(),
            place: place.to_owned(),
            tiles: self.tiles.clone(),
        })
    }

    /// Returns it with one more tile, the last.
    ///
    /// # Errors
    /// `dashboards-full`.
    pub fn with(&self, tile: Tile) -> Result<Document> {
        if self.tiles.len() >= MOST_TILES {
            return Err(Problem::conflict("dashboards-full").with("most", MOST_TILES));
        }
        let mut document = self.clone();
        document.tiles.push(tile);
        Ok(document)
    }

    /// Returns it with another tile at a position from 0.
    ///
    /// # Errors
    /// `dashboards-tile-unknown`.
    pub fn with_at(&self, at: usize, tile: Tile) -> Result<Document> {
        let mut document = self.clone();
        *document.tiles.get_mut(at).ok_or_else(no_such_tile)? = tile;
        Ok(document)
    }

    /// Returns it without the tile at a position from 0.
    ///
    /// # Errors
    /// `dashboards-tile-unknown`.
    pub fn without(&self, at: usize) -> Result<Document> {
        self.find(at)?;
        let mut document = self.clone();
        document.tiles.remove(at);
        Ok(document)
    }

    /// Returns it with two tiles in each other's place, by positions from 0; the same where one is beyond an end.
    ///
    /// # Errors
    /// `dashboards-tile-unknown` when the first is not there.
    pub fn swapped(&self, at: usize, with: Option<usize>) -> Result<Document> {
        self.find(at)?;
        let mut document = self.clone();
        if let Some(with) = with.filter(|with| *with < document.tiles.len()) {
            document.tiles.swap(at, with);
        }
        Ok(document)
    }

    /// Returns the tile at a position from 0.
    ///
    /// # Errors
    /// `dashboards-tile-unknown`.
    pub fn find(&self, at: usize) -> Result<&Tile> {
        self.tiles.get(at).ok_or_else(no_such_tile)
    }
}

fn no_such_tile() -> Problem {
    Problem::not_found("dashboards-tile-unknown")
}

impl Tile {
    /// Reads a tile; `definitions` are the indicators that may stand on one.
    ///
    /// # Errors
    /// `dashboards-kind-unknown`, `dashboards-text-missing`, `dashboards-live-feed-unknown`, `dashboards-indicator-unknown`, `dashboards-place-unknown`,
    /// `dashboards-across-unknown`, `text-long`, each on its field.
    pub fn parse(typed: &TypedTile, definitions: &[Arc<Definition>], places: &Places) -> Result<Tile> {
        let title = typed.title.trim();
        let mut wrong = Problem::invalid("fields");
        if title.chars().count() > MOST_TITLE {
            wrong = wrong.field("tile_title", "text-long");
        }
        match wrong.take(Shows::parse(typed, definitions, places))? {
            Some(shows) if wrong.fields().is_empty() => Ok(Tile {
                title: title.to_owned(),
                width: Width::parse(&typed.width),
                shows,
            }),
            _ => Err(wrong),
        }
    }

    /// It as a form holds it.
    #[must_use]
    pub fn typed(&self) -> TypedTile {
        let typed = TypedTile {
            title: self.title.clone(),
            width: self.width.as_str().to_owned(),
            ..TypedTile::default()
        };
        match &self.shows {
            Shows::Text(text) => TypedTile {
                kind: "text".to_owned(),
                text: text.clone(),
                ..typed
            },
            Shows::Live(code) => live_typed(code, typed),
            Shows::Figure(figure) => TypedTile {
                kind: figure.shape.as_str().to_owned(),
                indicator: figure.indicator.clone(),
                place: figure.place.clone().unwrap_or_default(),
                period: figure.period.clone().unwrap_or_default(),
                across: across_typed(&figure.across),
                ..typed
            },
        }
    }
}

/// Refuses a tile whose feed is not there.
#[must_use]
pub fn no_such_feed() -> Problem {
    Problem::invalid("fields").field("feed", "dashboards-live-feed-unknown")
}

/// A live tile as a form holds it.
fn live_typed(code: &str, typed: TypedTile) -> TypedTile {
    match Source::parse(code) {
        None => TypedTile {
            kind: "live".to_owned(),
            feed: code.to_owned(),
            ..typed
        },
        Some(Source::Table {
            dataset,
            resource,
            measure,
            column,
        }) => TypedTile {
            kind: "count".to_owned(),
            table: format!("{dataset}/{resource}"),
            measure: measure.as_str().to_owned(),
            column,
            ..typed
        },
        Some(Source::Requests {
            counts,
            place,
            agency,
        }) => TypedTile {
            kind: "requests".to_owned(),
            counts: counts.as_str().to_owned(),
            place,
            agency,
            ..typed
        },
    }
}

/// Notes that a tile has no title of its own, where it must have one.
fn untitled(typed: &TypedTile) -> Problem {
    let wrong = Problem::invalid("fields");
    match typed.title.trim() {
        "" => wrong.field("tile_title", "dashboards-title"),
        _ => wrong,
    }
}

/// Reads what a count of a table is of.
fn parse_table(typed: &TypedTile) -> Result<Source> {
    let mut wrong = untitled(typed);
    let column = typed.column.trim();
    let table = typed.table.trim().split_once('/').filter(|(dataset, resource)| {
        let is_part = |part: &str| !part.is_empty() && !part.contains([':', '/']) && part.len() <= MOST_TABLE;
        is_part(dataset) && is_part(resource)
    });
    if column.chars().count() > MOST_TABLE {
        wrong = wrong.field("column", "text-long");
    }
    match (table, Measure::parse(&typed.measure)) {
        (Some((dataset, resource)), Some(measure)) if wrong.fields().is_empty() => Ok(Source::Table {
            dataset: dataset.to_owned(),
            resource: resource.to_owned(),
            measure,
            column: column.to_owned(),
        }),
        (Some(_), Some(_)) => Err(wrong),
        _ => Err(wrong.field("table", "dashboards-live-table-unknown")),
    }
}

/// Reads which requests are counted; of the place of the dashboard where none is named.
fn parse_requests(typed: &TypedTile, places: &Places) -> Result<Source> {
    let mut wrong = untitled(typed);
    let (place, agency) = (typed.place.trim(), typed.agency.trim());
    if places.find(place).is_none() {
        wrong = wrong.field("tile_place", "dashboards-place-unknown");
    }
    if agency.contains(':') || agency.len() > MOST_CODE {
        wrong = wrong.field("agency", "text-long");
    }
    match Counts::parse(&typed.counts) {
        Some(counts) if wrong.fields().is_empty() => Ok(Source::Requests {
            counts,
            place: place.to_owned(),
            agency: agency.to_owned(),
        }),
        Some(_) => Err(wrong),
        None => Err(wrong.field("kind", "dashboards-kind-unknown")),
    }
}

/// Reads the words of a text tile, which stand under a title.
fn parse_text(typed: &TypedTile) -> Result<String> {
    let text = typed.text.replace("\r\n", "\n").trim().to_owned();
    let mut wrong = Problem::invalid("fields");
    if typed.title.trim().is_empty() {
        wrong = wrong.field("tile_title", "dashboards-title");
    }
    if text.is_empty() {
        wrong = wrong.field("text", "dashboards-text-missing");
    } else if text.chars().count() > MOST_TEXT {
        wrong = wrong.field("text", "text-long");
    }
    if wrong.fields().is_empty() {
        Ok(text)
    } else {
        Err(wrong)
    }
}

impl Figure {
    /// The figure of an indicator as it comes without further choice: its latest period, at the place that is looked at.
    #[must_use]
    pub fn plain(shape: Shape, indicator: &str, across: Across) -> Figure {
        Figure {
            shape,
            indicator: indicator.to_owned(),
            place: None,
            period: None,
            across: shape.fit(across),
        }
    }

    fn parse(
        shape: Shape,
        typed: &TypedTile,
        definitions: &[Arc<Definition>],
        places: &Places,
    ) -> Result<Figure> {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let mut wrong = Problem::invalid("fields");
        let definition = definitions
            .iter()
            .find(|definition| definition.code == typed.indicator);
        let across = match (definition, parse_across(&typed.across)) {
            (None, across) => {
                wrong = wrong.field("indicator", "dashboards-indicator-unknown");
                across
            }
            (Some(definition), Across::Groups(by)) => {
                let names: Vec<&str> = by.split(',').collect();
                match definition.find_set(&names) {
                    Some(set) => Across::Groups(definition.set_name(set)),
                    None => {
                        wrong = wrong.field("across", "dashboards-across-unknown");
                        Across::Time
                    }
                }
            }
            (Some(_), across) => across,
        };
        let place = given(&typed.place);
        if place.as_deref().is_some_and(|code| places.find(code).is_none()) {
            wrong = wrong.field("tile_place", "dashboards-place-unknown");
        }
        if typed.period.chars().count() > MOST_CODE {
            wrong = wrong.field("period", "text-long");
        }
        if !wrong.fields().is_empty() {
            return Err(wrong);
        }
        Ok(Figure {
            place,
            period: given(&typed.period),
            ..Figure::plain(shape, &typed.indicator, across)
        })
    }
}

fn parse_across(typed: &str) -> Across {
    match typed.strip_prefix("by:") {
        Some(by) => Across::Groups(by.to_owned()),
        None if typed == "places" => Across::Places,
        None => Across::Time,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places::model::PlaceRow;

    const WATER: &str = include_str!("../../../indicators/src/indicators/model/definition/water.toml");

    fn places() -> Places {
        let row = PlaceRow {
            code: "35.22".into(),
            level: "regency".into(),
            name: "Contoh".into(),
            ..PlaceRow::default()
        };
        Places::new(vec![row], jiff::civil::date(2026, 11, 21))
    }

    fn typed(kind: &str, indicator: &str, across: &str) -> TypedTile {
        TypedTile {
            kind: kind.into(),
            indicator: indicator.into(),
            across: across.into(),
            ..TypedTile::default()
        }
    }

    fn parse(typed: &TypedTile) -> Result<Tile, Vec<String>> {
        let water = Arc::new(Definition::parse(WATER).expect("a definition"));
        Tile::parse(typed, &[water], &places()).map_err(|problem| {
            let fields = problem.fields().iter();
            fields
                .map(|field| format!("{} {}", field.field, field.code))
                .collect()
        })
    }

    #[test]
    fn what_a_tile_goes_along_fits_what_it_is() {
        let across =
            |kind: &str, across: &str| match parse(&typed(kind, "6.1.1", across)).map(|tile| tile.shows) {
                Ok(Shows::Figure(figure)) => across_typed(&figure.across),
                other => format!("{other:?}"),
            };
        assert_eq!(across("number", "by:sex"), "time");
        assert_eq!(across("map", "time"), "places");
        assert_eq!(across("bar", "by:sex"), "by:sex");
        assert_eq!(across("table", "places"), "places");
    }

    #[test]
    fn a_tile_that_cannot_be_shown_is_refused_at_its_field() {
        let wrong = |typed: TypedTile| parse(&typed).expect_err("refused");
        assert_eq!(
            wrong(typed("gauge", "6.1.1", "")),
            ["kind dashboards-kind-unknown"]
        );
        assert_eq!(
            wrong(typed("number", "9.9.9", "")),
            ["indicator dashboards-indicator-unknown"]
        );
        assert_eq!(
            wrong(typed("bar", "6.1.1", "by:religion")),
            ["across dashboards-across-unknown"]
        );
        assert_eq!(
            wrong(typed("text", "", "")),
            ["tile_title dashboards-title", "text dashboards-text-missing"]
        );
        let long = TypedTile {
            title: "x".repeat(MOST_TITLE + 1),
            ..typed("bar", "6.1.1", "by:religion")
        };
        assert_eq!(
            wrong(long),
            ["tile_title text-long", "across dashboards-across-unknown"]
        );
        let elsewhere = TypedTile {
            place: "99".into(),
            ..typed("number", "6.1.1", "")
        };
        assert_eq!(wrong(elsewhere), ["tile_place dashboards-place-unknown"]);
    }

    #[test]
    fn a_live_count_comes_back_from_its_form_and_needs_a_title_and_a_place() {
        let table = TypedTile {
            title: "Roads".into(),
            table: "roads/main".into(),
            measure: "sum".into(),
            column: "km".into(),
            ..typed("count", "", "")
        };
        let requests = TypedTile {
            title: "Late".into(),
            counts: "red".into(),
            place: "35.22".into(),
            ..typed("requests", "", "")
        };
        for typed in [table, requests] {
            let tile = parse(&typed).expect("a tile");
            assert_eq!(parse(&tile.typed()), Ok(tile));
        }
        let wrong = |typed: TypedTile| parse(&typed).expect_err("refused");
        assert_eq!(
            wrong(typed("count", "", "")),
            [
                "tile_title dashboards-title",
                "table dashboards-live-table-unknown"
            ]
        );
        let nowhere = TypedTile {
            title: "Late".into(),
            counts: "red".into(),
            ..typed("requests", "", "")
        };
        assert_eq!(wrong(nowhere), ["tile_place dashboards-place-unknown"]);
    }

    #[test]
    fn a_tile_comes_back_from_its_form_and_from_its_json_as_it_was() {
        let tile = parse(&typed("bar", "6.1.1", "by:sex")).expect("a tile");
        assert_eq!(parse(&tile.typed()), Ok(tile.clone()));
        let json = serde_json::to_string(&tile).expect("JSON");
        assert_eq!(
            json,
            r#"{"title":"","width":"quarter","shows":{"figure":{"shape":"bar","indicator":"6.1.1","place":null,"period":null,"across":{"groups":"sex"}}}}"#
        );
        assert_eq!(serde_json::from_str::<Tile>(&json).expect("a tile"), tile);
    }

    #[test]
    fn tiles_move_past_each_other_and_stop_at_the_ends() {
        let tile = |title: &str| Tile {
            title: title.into(),
            width: Width::Full,
            shows: Shows::Text("words".into()),
        };
        let document = Document {
            tiles: vec![tile("a"), tile("b")],
            ..Document::default()
        };
        let order = |document: Result<Document>| -> Vec<String> {
            let tiles = document.expect("a document").tiles;
            tiles.into_iter().map(|tile| tile.title).collect()
        };
        assert_eq!(order(document.swapped(1, Some(0))), ["b", "a"]);
        assert_eq!(order(document.swapped(0, None)), ["a", "b"]);
        assert_eq!(order(document.swapped(1, Some(2))), ["a", "b"]);
        assert_eq!(order(document.without(0)), ["b"]);
        assert!(document.without(2).is_err());
    }
}
