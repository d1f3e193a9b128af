//! Pages and files for everybody: the list of indicators, one indicator at a place, the text of its definition.

use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::{Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use measures::progress;
use serde::Deserialize;

use super::{
    Indicator, Trend, files, find, find_version, list,
    model::{
        definition::{Definition, FACES, Light, Measure, Unit},
        observation::{Observation, Status},
    },
    topmost,
    view::{self, Asked, Labelled, View, dimensions_in_words},
};
use crate::{
    places::{
        self,
        boundaries::{Shape, topology::Zoom},
    },
    platform::{
        app::App,
        draw::{
            self, About, Reading,
            bars::{Bar, Bars},
            lines::{Lines, Series},
            map::{Choropleth, Drawn, Shaded},
            scale::Classes,
        },
        html::{
            Markup, Shell,
            parts::{Cell, Choice, SummaryRow, Words},
        },
        i18n::{Lang, numbers::NO_VALUE},
        op::Op,
        page::{render, shell},
        problem::{Problem, Result},
    },
};

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
    /// Everybody together, written large; empty when there is none.
    pub value: String,
    pub interval: String,
    pub period: String,
    pub light: Option<LightTag>,
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
    pub definition_href: String,
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
    let mut goals: Vec<GoalRows> = Vec::new();
    for indicator in list(&app).await? {
        let definition = &indicator.definition;
        let latest = topmost(&app, definition)
            .await?
            .into_iter()
            .max_by(|a, b| a.period.cmp(&b.period));
        let title = match &definition.goal {
            Some(goal) => lang.text("indicators-goal").arg("goal", goal).to_string(),
            None => lang.text("indicators-goal-none").to_string(),
        };
        let place = latest
            .as_ref()
            .and_then(|o| all_places.find(&o.place))
            .map(|place| place.name_in(lang.code()).to_owned());
        let row = ListRow {
            code: definition.code.clone(),
            title: definition.title.in_language(lang.code()).to_owned(),
            place: place.unwrap_or_default(),
            value: latest
                .as_ref()
                .map_or_else(|| NO_VALUE.to_owned(), |o| written(definition, lang, o)),
            period: latest.as_ref().map(|o| o.period.clone()).unwrap_or_default(),
            light: latest.as_ref().and_then(|o| light_tag(definition, lang, o)),
        };
        match goals.last_mut().filter(|goal| goal.title == title) {
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
                "counted": definition.counted,
                "unit": definition.unit,
                "definition_version": definition.version,
                "run": indicator.run,
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
    let view = view::make(&app, op.lang, &indicator, &wanted.asked).await?;
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
                Some(place) => draw_map(&app, &op, &indicator.definition, &place.code, &view.below).await?,
                None => None,
            };
            let page = shell(&app, &op, &uri);
            render(&indicator_page(page, &app, &indicator, view, drawn))
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
        over_time(definition, lang, &view, &title)
    } else {
        by_groups(definition, lang, &view, &title)
    };
    let below = places_below(definition, lang, &view, &title);
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
        light: headline.as_ref().and_then(|o| light_tag(definition, lang, o)),
        trend: view
            .trend
            .map(|trend| trend_in_words(lang, trend))
            .unwrap_or_default(),
        progress: view
            .progress
            .map(|progress| progress_in_words(definition, lang, progress.status))
            .unwrap_or_default(),
        is_suppressed: headline.as_ref().is_some_and(|o| o.status == Status::Suppressed),
        trouble: indicator.trouble.clone().unwrap_or_default(),
        periods: view
            .periods
            .iter()
            .rev()
            .map(|period| choose(period, period, &view.period))
            .collect(),
        how: how(app, lang, indicator, headline.as_ref(), &view.period),
        definition_href: format!("/indicators/{}.toml", definition.code),
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

fn over_time(definition: &Definition, lang: Lang, view: &View, title: &str) -> Figures {
    let caption = lang.text("indicators-over-time").to_string();
    let rows = view
        .over_time
        .iter()
        .rev()
        .map(|o| row(definition, lang, Cell::text(&o.period), o))
        .collect();
    let about = about("over-time", title, &caption, lang);
    let chart = if view.over_time.len() > 1 {
        draw::lines::lines(&Lines {
            about,
            unit: unit(definition),
            periods: view.over_time.iter().map(|o| o.period.clone()).collect(),
            series: vec![Series {
                name: String::new(),
                readings: view.over_time.iter().map(reading).collect(),
            }],
            target: definition.aim.map(|aim| aim.value),
        })
    } else {
        Markup::default()
    };
    Figures {
        caption,
        head: head(definition, lang, lang.text("indicators-period").to_string()),
        rows,
        chart,
    }
}

fn by_groups(definition: &Definition, lang: Lang, view: &View, title: &str) -> Figures {
    let dimensions = dimensions_in_words(definition, &view.by, lang);
    let caption = lang
        .text("indicators-by-groups")
        .arg("dimensions", &dimensions)
        .arg("period", &view.period)
        .to_string();
    let rows = view
        .groups
        .iter()
        .map(|group| row(definition, lang, Cell::text(&group.label), &group.observation))
        .collect();
    let chart = bars("groups", definition, lang, title, &caption, &view.groups);
    Figures {
        caption,
        head: head(definition, lang, dimensions),
        rows,
        chart,
    }
}

fn places_below(definition: &Definition, lang: Lang, view: &View, title: &str) -> Figures {
    let caption = lang
        .text("indicators-places-below")
        .arg("period", &view.period)
        .to_string();
    let link = |labelled: &Labelled| {
        let href = place_href(&definition.code, &labelled.observation.place, &view.by, lang);
        Cell::html(Markup(format!(
            "<a class=\"govuk-link\" href=\"{}\">{}</a>",
            Markup::escape(&href),
            Markup::escape(&labelled.label)
        )))
    };
    let rows = view
        .below
        .iter()
        .map(|labelled| row(definition, lang, link(labelled), &labelled.observation))
        .collect();
    // The map shows many places better than bars do.
    let chart = if view.below.len() <= MOST_BARS {
        bars("below", definition, lang, title, &caption, &view.below)
    } else {
        Markup::default()
    };
    Figures {
        caption,
        head: head(definition, lang, lang.text("indicators-place").to_string()),
        rows,
        chart,
    }
}

/// More bars than these are not read.
const MOST_BARS: usize = 40;

/// How wide a map is on most screens.
const MAP_PIXELS: f64 = 640.0;

fn bars(
    id: &str,
    definition: &Definition,
    lang: Lang,
    title: &str,
    caption: &str,
    groups: &[Labelled],
) -> Markup {
    if groups.is_empty() {
        return Markup::default();
    }
    let bar = |group: &Labelled| Bar::new(&group.label, reading(&group.observation));
    draw::bars::lying(&Bars {
        about: about(id, title, caption, lang),
        unit: unit(definition),
        bars: groups.iter().map(bar).collect(),
        target: definition.aim.map(|aim| aim.value),
    })
}

async fn draw_map(
    app: &App,
    op: &Op,
    definition: &Definition,
    place: &str,
    below: &[Labelled],
) -> Result<Option<Drawn>> {
    let all = places::all(app).await?;
    let Some(parent) = all.find(place).filter(|_| !below.is_empty()) else {
        return Ok(None);
    };
    let Some(bounds) = parent.bounds() else {
        return Ok(None);
    };
    let zoom = Zoom::to_fit(f64::from(bounds.east - bounds.west) / 1e6, MAP_PIXELS);
    let outlines = places::boundaries(app, Some(parent), zoom.stored()).await?;
    let shapes: Vec<(&Labelled, geo::MultiPolygon<f64>)> = below
        .iter()
        .filter_map(|labelled| {
            let outline = outlines
                .iter()
                .find(|outline| outline.code == labelled.observation.place)?;
            Some((labelled, multi_polygon(&outline.shape)))
        })
        .collect();
    if shapes.is_empty() {
        return Ok(None);
    }
    let lang = op.lang;
    let title = definition.title.in_language(lang.code());
    let places = shapes
        .iter()
        .map(|(labelled, shape)| Shaded {
            name: &labelled.label,
            shape,
            reading: reading(&labelled.observation),
            href: Some(place_href(
                &definition.code,
                &labelled.observation.place,
                "",
                lang,
            )),
        })
        .collect();
    let classes = Classes::quantile(
        below
            .iter()
            .filter_map(|labelled| labelled.observation.figures.value),
    );
    let about = about("map", title, &lang.text("indicators-map").to_string(), lang);
    Ok(Some(draw::map::choropleth(&Choropleth {
        about,
        unit: unit(definition),
        classes,
        places,
    })))
}

fn multi_polygon(shape: &Shape) -> geo::MultiPolygon<f64> {
    let ring = |ring: &Vec<places::boundaries::Vertex>| -> geo::LineString<f64> {
        ring.iter()
            .map(|vertex| (vertex.point().lon, vertex.point().lat))
            .collect()
    };
    let polygon = |rings: &Vec<Vec<places::boundaries::Vertex>>| {
        let mut rings = rings.iter().map(ring);
        let outline = rings.next().unwrap_or_else(|| geo::LineString::new(Vec::new()));
        geo::Polygon::new(outline, rings.collect())
    };
    geo::MultiPolygon::new(shape.polygons.iter().map(polygon).collect())
}

/// How this number is made, point by point.
fn how(
    app: &App,
    lang: Lang,
    indicator: &Indicator,
    headline: Option<&Observation>,
    period: &str,
) -> Vec<SummaryRow> {
    let definition = &*indicator.definition;
    let t = |id: &str| lang.text(id).to_string();
    let words = |words: &super::model::definition::Words| words.in_language(lang.code()).to_owned();
    let mut rows = Vec::new();
    let mut say = |key: &str, value: Words| {
        if !value.is_empty() {
            rows.push(SummaryRow::new(t(key), value));
        }
    };
    say("indicators-how-counted", words(&definition.counted).into());
    say("indicators-how-universe", sql(definition.universe.as_deref(), ""));
    say(
        "indicators-how-numerator",
        sql(
            definition.numerator.as_deref(),
            &words(&definition.numerator_title),
        ),
    );
    say(
        "indicators-how-denominator",
        sql(
            definition.denominator.as_deref(),
            &words(&definition.denominator_title),
        ),
    );
    let formula = match definition.measure {
        Measure::Share => "indicators-how-formula-share",
        Measure::Ratio => "indicators-how-formula-ratio",
        Measure::Mean => "indicators-how-formula-mean",
        Measure::Total => "indicators-how-formula-total",
    };
    say(
        "indicators-how-formula",
        lang.text(formula)
            .arg("factor", lang.decimal(definition.factor, 0))
            .to_string()
            .into(),
    );
    say(
        "indicators-how-weight",
        match &definition.weight {
            Some(weight) => sql(Some(weight), ""),
            None => t("indicators-how-weight-none").into(),
        },
    );
    let interval = match (&definition.design, definition.measure) {
        (Some(_), _) => "indicators-how-interval-design",
        (None, Measure::Share) => "indicators-how-interval-wilson",
        (None, Measure::Total) => "indicators-how-interval-none",
        (None, _) => "indicators-how-interval-student",
    };
    say("indicators-how-interval", t(interval).into());
    if let Some(headline) = headline.filter(|o| o.status == Status::Normal) {
        let count = |n: Option<i64>| lang.number(n.unwrap_or(0));
        say(
            "indicators-how-rows",
            lang.text("indicators-how-rows-counted")
                .arg("n", count(headline.figures.n))
                .arg("missing", count(headline.figures.n_missing))
                .to_string()
                .into(),
        );
    }
    if let Some(run) = &indicator.run {
        let tables: Vec<String> = run
            .tables
            .iter()
            .map(|(table, version)| {
                lang.text("indicators-how-table")
                    .arg("table", table)
                    .arg("version", version)
                    .to_string()
            })
            .collect();
        say("indicators-how-source", tables.join("; ").into());
        if let Some((_, proof)) = run.facts.proofs.iter().find(|(of, _)| of == period) {
            let verdict = if proof.verified {
                "indicators-how-suppression"
            } else {
                "indicators-how-suppression-all"
            };
            let sentence = lang
                .text(verdict)
                .arg("least", lang.number(proof.least))
                .arg("primary", lang.number(proof.n_primary))
                .arg("complementary", lang.number(proof.n_complementary))
                .arg("cells", lang.number(proof.n_cells))
                .arg("relations", lang.number(proof.n_relations));
            say("indicators-how-withheld", sentence.to_string().into());
        }
        if run.facts.n_unplaced > 0 {
            say(
                "indicators-how-unplaced",
                lang.number(run.facts.n_unplaced).into(),
            );
        }
        say(
            "indicators-how-computed",
            lang.date_time(app.config.zoned(run.computed_at).datetime())
                .into(),
        );
        let href = format!(
            "/indicators/{}.toml?version={}",
            definition.code, run.definition_version
        );
        let link = Markup(format!(
            "<a class=\"govuk-link\" href=\"{}\"><code>{}</code></a>",
            Markup::escape(&href),
            Markup::escape(&run.definition_version)
        ));
        say("indicators-how-version", link.into());
    }
    say("indicators-how-method", words(&definition.method).into());
    if let Some(custodian) = &definition.custodian {
        say("indicators-how-custodian", words(custodian).into());
    }
    rows
}

/// A title in words and the SQL that says it exactly.
fn sql(expression: Option<&str>, title: &str) -> Words {
    match expression {
        None => title.to_owned().into(),
        Some(expression) => {
            let code = format!("<code class=\"bz-code\">{}</code>", Markup::escape(expression));
            Markup(if title.is_empty() {
                code
            } else {
                format!("{}<br>{code}", Markup::escape(title))
            })
            .into()
        }
    }
}

fn place_href(code: &str, place: &str, by: &str, lang: Lang) -> String {
    let mut query = vec![("place", place)];
    if !by.is_empty() {
        query.push(("by", by));
    }
    if lang != Lang::default() {
        query.push(("lang", lang.code()));
    }
    format!(
        "/indicators/{code}?{}",
        serde_urlencoded::to_string(query).unwrap_or_default()
    )
}

fn about(id: &str, title: &str, description: &str, lang: Lang) -> About {
    About {
        id: id.to_owned(),
        title: title.to_owned(),
        description: description.to_owned(),
        lang,
    }
}

fn unit(definition: &Definition) -> draw::Unit {
    match definition.unit {
        Unit::Percent => draw::Unit::Percent {
            places: definition.decimals,
        },
        Unit::Number => draw::Unit::Number {
            places: definition.decimals,
        },
    }
}

fn reading(o: &Observation) -> Reading {
    match (o.status, o.figures.value) {
        (Status::Suppressed, _) => Reading::Suppressed,
        (Status::Normal, Some(value)) => match (o.figures.lower, o.figures.upper) {
            (Some(lower), Some(upper)) => Reading::between(value, lower, upper),
            _ => Reading::of(value),
        },
        (Status::Normal | Status::Empty, _) => Reading::Missing,
    }
}

/// Writes a value, or why there is none.
fn written(definition: &Definition, lang: Lang, o: &Observation) -> String {
    match (o.status, o.figures.value) {
        (Status::Suppressed, _) => lang.text("indicators-withheld").to_string(),
        (_, Some(value)) => unit(definition).write(lang, value),
        (_, None) => NO_VALUE.to_owned(),
    }
}

fn written_interval(definition: &Definition, lang: Lang, o: &Observation) -> String {
    match (o.figures.lower, o.figures.upper) {
        (Some(lower), Some(upper)) => format!(
            "{}–{}",
            unit(definition).write(lang, lower),
            unit(definition).write(lang, upper)
        ),
        _ => String::new(),
    }
}

fn light_tag(definition: &Definition, lang: Lang, o: &Observation) -> Option<LightTag> {
    let light = definition.light(o.figures.value?)?;
    let class = match light {
        Light::Green => "govuk-tag--green",
        Light::Yellow => "govuk-tag--yellow",
        Light::Red => "govuk-tag--red",
    };
    Some(LightTag {
        class,
        text: lang
            .text(format!("indicators-light-{}", light.as_str()))
            .to_string(),
    })
}

fn trend_in_words(lang: Lang, trend: Trend) -> String {
    lang.text(format!("indicators-trend-{}", trend.as_str()))
        .to_string()
}

fn progress_in_words(definition: &Definition, lang: Lang, status: progress::Status) -> String {
    let Some(aim) = definition.aim else {
        return String::new();
    };
    let id = match status {
        progress::Status::Achieved => "indicators-progress-achieved",
        progress::Status::Substantial => "indicators-progress-substantial",
        progress::Status::Moderate => "indicators-progress-moderate",
        progress::Status::Limited => "indicators-progress-limited",
        progress::Status::Deterioration => "indicators-progress-deterioration",
    };
    lang.text(id)
        .arg("aim", unit(definition).write(lang, aim.value))
        .arg("year", lang.ungrouped(i64::from(aim.year)))
        .to_string()
}

fn head(definition: &Definition, lang: Lang, first: String) -> Vec<Cell> {
    let over = |id: &str| Cell::over_numbers(lang.text(id));
    let mut head = vec![
        Cell::text(first),
        over("indicators-value"),
        over("indicators-interval"),
    ];
    if definition.measure != Measure::Total {
        head.extend([over("indicators-numerator"), over("indicators-denominator")]);
    }
    head.push(over("indicators-n"));
    head
}

fn row(definition: &Definition, lang: Lang, first: Cell, o: &Observation) -> Vec<Cell> {
    let none = || Cell::number(NO_VALUE, f64::NAN);
    let whole = |number: Option<f64>| {
        let places = usize::from(number.is_some_and(|n| (n - n.round()).abs() > 1e-6));
        number.map_or_else(none, |n| Cell::number(lang.decimal(n, places), n))
    };
    let value = o.figures.value.map_or_else(
        || Cell::number(written(definition, lang, o), f64::NAN),
        |value| Cell::number(written(definition, lang, o), value),
    );
    let interval = written_interval(definition, lang, o);
    let mut row = vec![
        first,
        value,
        if interval.is_empty() {
            none()
        } else {
            Cell::number(interval, o.figures.lower.unwrap_or(f64::NAN))
        },
    ];
    if definition.measure != Measure::Total {
        row.extend([whole(o.figures.numerator), whole(o.figures.denominator)]);
    }
    row.push(
        o.figures
            .n
            .map_or_else(none, |n| Cell::number(lang.number(n), n as f64)),
    );
    row
}
