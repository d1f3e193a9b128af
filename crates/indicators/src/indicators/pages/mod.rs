//! Pages and files for everybody: the list of indicators, one indicator at a place, the text of its definition.

use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::{Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;

use super::{
    Indicator, divisions, entry, files, find, find_version,
    formulas::parts,
    latest, list,
    model::{definition::FACES, observation::Status},
    outside,
    passport::address,
    releases::model::NOW,
    view::{self, Asked, View, dimensions_in_words},
};
use crate::{
    places,
    platform::{
        app::App,
        draw::map::Drawn,
        html::{
            Markup, Shell,
            parts::{Cell, Choice, SummaryRow},
        },
        i18n::numbers::NO_VALUE,
        op::Op,
        page::{render, shell},
        problem::{Problem, Result},
    },
};
use figures::{by_groups, over_time, places_below};
use how::{Explained, how};
use map::draw_map;
use words::{light_tag, progress_in_words, quality_tag, trend_in_words, written, written_interval};

mod figures;
mod formula;
pub(super) mod how;
mod map;
pub(super) mod words;

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/indicators", get(all))
        .route("/indicators.json", get(all_as_json))
        .route("/indicators/{code}", get(one))
}

#[derive(Template)]
#[template(path = "indicators/list.html")]
pub struct ListPage {
    pub page: Shell,
    pub goals: Vec<GoalRows>,
}

/// The indicators of one goal.
pub struct GoalRows {
    pub title: String,
    pub rows: Vec<ListRow>,
}

/// An indicator as a row of the list.
pub struct ListRow {
    pub code: String,
    pub title: String,
    pub place: String,
    pub value: String,
    /// The passport of the number; empty where there is none.
    pub passport: String,
    pub period: String,
    pub light: Option<LightTag>,
}

/// A light as a tag: never by colour alone.
pub struct LightTag {
    pub class: &'static str,
    pub text: String,
}

#[derive(Template)]
#[template(path = "indicators/indicator.html")]
pub struct IndicatorPage {
    pub page: Shell,
    pub code: String,
    pub title: String,
    pub description: String,
    pub place_name: String,
    pub place_code: String,
    /// Name and address of the place above, where that has numbers too.
    pub above: Option<(String, String)>,
    /// Everybody together, written large; empty when there is none.
    pub value: String,
    pub interval: String,
    pub period: String,
    /// That it was entered by hand, by whom and when it was signed; empty for what is counted.
    pub by_hand: String,
    pub light: Option<LightTag>,
    /// How far it can be relied on; `None` where nothing can be said.
    pub quality: Option<LightTag>,
    pub trend: String,
    pub progress: String,
    pub is_suppressed: bool,
    pub trouble: String,
    pub periods: Vec<Choice>,
    pub bys: Vec<Choice>,
    pub main: Figures,
    /// Without rows where no place lies below.
    pub below: Figures,
    pub map: Option<Drawn>,
    pub how: Vec<SummaryRow>,
    /// The passport of the number written large; empty where there is none.
    pub passport_href: String,
    pub definition_href: String,
    /// Where countries are compared by a number that others published; empty for what is made here.
    pub compare_href: String,
    /// Other divisions of the land that it can be shown by, and where; none where its counts cannot be carried.
    pub divisions: Vec<(String, String)>,
}

/// A table and the chart that shows the same.
pub struct Figures {
    pub caption: String,
    pub head: Vec<Cell>,
    pub rows: Vec<Vec<Cell>>,
    pub chart: Markup,
}

async fn all(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    let lang = op.lang;
    let all_places = places::all(&app).await?;
    let areas = outside::areas(&app).await?;
    let mut goals: Vec<GoalRows> = Vec::new();
    for (definition, latest) in latest(&app).await? {
        let title = match (definition.imported(), &definition.goal) {
            (Some(imported), _) => lang
                .text("indicators-outside-from")
                .arg("source", imported.source.in_language(lang.code()))
                .to_string(),
            (None, Some(goal)) => lang.text("indicators-goal").arg("goal", goal).to_string(),
            (None, None) => lang.text("indicators-goal-none").to_string(),
        };
        let place = latest.as_ref().and_then(|o| match all_places.find(&o.place) {
            Some(place) => Some(place.name_in(lang.code()).to_owned()),
            None => areas.find(&o.place).map(|area| area.name.clone()),
        });
        let row = ListRow {
            code: definition.code.clone(),
            title: definition.title.in_language(lang.code()).to_owned(),
            place: place.unwrap_or_default(),
            value: latest
                .as_ref()
                .map_or_else(|| NO_VALUE.to_owned(), |o| written(&definition, lang, o)),
            passport: latest
                .as_ref()
                .map(|o| address(NOW, &definition.code, o))
                .unwrap_or_default(),
            period: latest.as_ref().map(|o| o.period.clone()).unwrap_or_default(),
            light: latest.as_ref().and_then(|o| light_tag(&definition, lang, o)),
        };
        // Those of a goal stand together, wherever their codes come in the list.
        match goals.iter_mut().find(|goal| goal.title == title) {
            Some(goal) => goal.rows.push(row),
            None => goals.push(GoalRows {
                title,
                rows: vec![row],
            }),
        }
    }
    let page = shell(&app, &op, &uri)
        .titled(lang.text("indicators-title"))
        .described(lang.text("indicators-lead"))
        .crumb(lang.text("indicators-title"), "")
        .shapes(&["json"]);
    render(&ListPage { page, goals })
}

async fn all_as_json(State(app): State<App>) -> Result<Response> {
    let listed: Vec<serde_json::Value> = list(&app)
        .await?
        .iter()
        .map(|indicator| {
            let definition = &indicator.definition;
            serde_json::json!({
                "code": definition.code,
                "title": definition.title,
                "description": definition.description,
                "goal": definition.goal,
                "target": definition.target,
                "indicator": definition.indicator,
                "series": definition.series,
                "scope": definition.scope,
                "tier": definition.tier,
                "counted": definition.counted,
                "unit": definition.unit,
                "definition_version": definition.version,
                "run": indicator.run.as_deref().map(files::run),
                "href": format!("/indicators/{}.json", definition.code),
            })
        })
        .collect();
    Ok(axum::Json(serde_json::json!({ "indicators": listed })).into_response())
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(flatten)]
    asked: Asked,
    /// Of the definition's text, for `.toml`.
    version: Option<String>,
}

async fn one(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(code): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let (code, face) = match code.rsplit_once('.') {
        Some((code, face)) if FACES.contains(&face) => (code, face),
        _ => (code.as_str(), "html"),
    };
    let indicator = find(&app, code).await?;
    if face == "toml" {
        let text = match wanted.version {
            Some(version) => find_version(&app, code, &version).await?,
            None => indicator.definition.text.clone(),
        };
        return Ok(([(header::CONTENT_TYPE, "application/toml; charset=utf-8")], text).into_response());
    }
    let all = places::all(&app).await?;
    let view = view::make(&app, op.lang, &all, &indicator, &wanted.asked).await?;
    match face {
        "csv" => {
            let name = format!("attachment; filename=\"{code}.csv\"");
            let text = files::csv(&indicator, &view).map_err(Problem::internal)?;
            Ok((
                [
                    (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
                    (header::CONTENT_DISPOSITION, name),
                ],
                text,
            )
                .into_response())
        }
        "json" => Ok(axum::Json(files::json(&indicator, &view).map_err(Problem::internal)?).into_response()),
        _ => {
            let drawn = match &view.place {
                Some(place) => {
                    draw_map(&app, &op, &all, &indicator.definition, &place.code, &view.below).await?
                }
                None => None,
            };
            let parts = match &view.place {
                Some(place) => parts(&app, &indicator.definition, &place.code, &view.period).await?,
                None => Vec::new(),
            };
            let origin = match &view.place {
                Some(place) => entry::origin(&app, &indicator.definition, &place.code, &view.period).await?,
                None => None,
            };
            let mut how = how(&app, op.lang, &indicator, Explained::of(&view), &parts, &all);
            if let Some(origin) = &origin {
                how.splice(0..0, entry::public::rows(op.lang, &indicator.definition, origin));
            }
            let page = shell(&app, &op, &uri);
            let page = indicator_page(page, &app, &indicator, view, drawn, how);
            render(&IndicatorPage {
                divisions: divisions::links(&all, op.lang, &indicator.definition, &page.place_code),
                by_hand: origin.map_or_else(String::new, |origin| {
                    entry::public::by_hand(&app, op.lang, &origin)
                }),
                ..page
            })
        }
    }
}

/// Fills the page from the view.
fn indicator_page(
    page: Shell,
    app: &App,
    indicator: &Indicator,
    view: View,
    map: Option<Drawn>,
    how: Vec<SummaryRow>,
) -> IndicatorPage {
    let lang = page.lang;
    let definition = &*indicator.definition;
    let title = definition.title.in_language(lang.code()).to_owned();
    let headline = view.headline().cloned();
    let place_name = view
        .place
        .as_ref()
        .map(|place| place.name.clone())
        .unwrap_or_default();
    let page = page
        .titled(if place_name.is_empty() {
            title.clone()
        } else {
            format!("{title} – {place_name}")
        })
        .described(definition.description.in_language(lang.code()))
        .crumb(lang.text("indicators-title"), "/indicators")
        .crumb(&title, "")
        .shapes(&["csv", "json"]);
    let choose = |value: &str, text: &str, chosen: &str| Choice::new(value, text).chosen_if(chosen);
    let mut bys = vec![choose("", &lang.text("indicators-by-none").to_string(), &view.by)];
    bys.extend(definition.sets.iter().skip(1).map(|set| {
        let name = definition.set_name(set);
        choose(&name, &dimensions_in_words(definition, &name, lang), &view.by)
    }));
    let main = if view.by.is_empty() {
        over_time(app, definition, lang, &view, &title)
    } else {
        by_groups(app, definition, lang, &view, &title)
    };
    let below = places_below(app, definition, lang, &view, &title);
    IndicatorPage {
        code: definition.code.clone(),
        description: definition.description.in_language(lang.code()).to_owned(),
        place_code: view
            .place
            .as_ref()
            .map(|place| place.code.clone())
            .unwrap_or_default(),
        value: headline
            .as_ref()
            .map(|o| written(definition, lang, o))
            .unwrap_or_default(),
        interval: headline
            .as_ref()
            .map(|o| written_interval(definition, lang, o))
            .unwrap_or_default(),
        by_hand: String::new(),
        light: headline.as_ref().and_then(|o| light_tag(definition, lang, o)),
        quality: headline.as_ref().and_then(|o| quality_tag(definition, lang, o)),
        trend: view
            .trend
            .map(|trend| trend_in_words(lang, trend))
            .unwrap_or_default(),
        progress: view
            .progress
            .map(|progress| progress_in_words(definition, lang, view.aim.as_ref(), progress.status))
            .unwrap_or_default(),
        is_suppressed: headline.as_ref().is_some_and(|o| o.status == Status::Suppressed),
        trouble: indicator.trouble.clone().unwrap_or_default(),
        periods: view
            .periods
            .iter()
            .rev()
            .map(|period| choose(period, period, &view.period))
            .collect(),
        how,
        above: view.above.map(|above| {
            (
                above.name,
                words::place_href(&definition.code, &above.code, &view.by, lang),
            )
        }),
        passport_href: headline
            .as_ref()
            .map(|o| address(NOW, &definition.code, o))
            .unwrap_or_default(),
        definition_href: format!("/indicators/{}.toml", definition.code),
        compare_href: definition
            .imported()
            .map(|_| outside::pages::address(&definition.code))
            .unwrap_or_default(),
        divisions: Vec::new(),
        period: view.period,
        page,
        title,
        place_name,
        bys,
        main,
        below,
        map,
    }
}
