//! Vintages: what an indicator said of a place in each of its releases, and signing another.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    Form, Json,
    extract::{Path, Query, State},
    http::{Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    count_again, find_release, list_releases, may_sign,
    model::{Made, NewRelease, Recount, Release, Why},
    numbers, recounts, relatives, sign as sign_numbers, sign_together,
};
use crate::{
    indicators::{
        Indicator,
        authoring::steps::require_steward,
        find, find_version,
        model::{definition::Definition, observation::Observation},
        outside,
        pages::words::{about, place_href, reading, unit, written},
        passport::{address, sample},
        store,
        tracker::pages::Table,
        view::Named,
    },
    places,
    platform::{
        app::App,
        draw::{
            Reading,
            lines::{Lines, Series, lines},
        },
        html::{
            Markup, Shell,
            parts::{Cell, Notice, NoticeKind},
        },
        i18n::{Lang, numbers::NO_VALUE},
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Problem, Result},
        time::Time,
    },
};

/// More releases than these are told apart in no chart.
const MOST_LINES: usize = 4;

/// What somebody wants to see.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Asked {
    /// Code of the place; without it the topmost that was released.
    place: Option<String>,
    /// What was just asked for: a word of [`DONE`].
    done: Option<String>,
}

/// What is confirmed at the top of the page, and the text that confirms it.
const DONE: &[(&str, &str)] = &[
    ("signed", "indicators-releases-done-signed"),
    ("recount", "indicators-releases-done-recount"),
];

/// What is typed to sign a release.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Signature {
    #[serde(default)]
    name: String,
    #[serde(default)]
    signed_as: String,
    #[serde(default)]
    note: String,
    /// Not empty where the whole and its parts are signed in one act.
    #[serde(default)]
    together: String,
}

/// The releases of an indicator, and what each said of a place.
#[derive(Template)]
#[template(path = "indicators/releases/vintages.html")]
pub struct VintagesPage {
    pub page: Shell,
    pub code: String,
    /// Name of the place; empty while nothing was released of any.
    pub place: String,
    pub releases: Table,
    /// A row for each period, a column for each release.
    pub numbers: Table,
    pub chart: Markup,
    /// Releases that are being made or could not be made, for those who sign.
    pub unmade: Vec<String>,
    pub may_sign: bool,
    /// Codes of the whole and its parts, for those who sign; empty where the indicator stands alone.
    pub family: String,
    /// Whether it may be signed by itself: one of a family only until something was released of it.
    pub may_sign_alone: bool,
    pub action: String,
    pub signature: Signature,
    pub indicator_href: String,
}

/// What the page is filled from.
struct Vintages {
    indicator: Indicator,
    place: Option<Named>,
    /// Public ones, the earliest first.
    releases: Vec<Release>,
    /// Everybody together in the place, with what the release is written as, by period.
    told: Vec<(String, Observation)>,
    recounts: BTreeMap<String, Recount>,
}

pub async fn vintages(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let mut page = shell(&app, &op, &uri);
    let done = DONE.iter().find(|(word, _)| asked.done.as_deref() == Some(*word));
    if let Some((_, text)) = done {
        page.notices.push(Notice {
            kind: NoticeKind::Success,
            content: op.lang.text(*text).html(),
        });
    }
    render(
        &page_of(
            &app,
            &op,
            page,
            &code,
            asked.place.as_deref(),
            Signature::default(),
        )
        .await?,
    )
}

pub async fn vintages_as_json(
    State(app): State<App>,
    op: Op,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let vintages = gather(&app, op.lang, &code, asked.place.as_deref()).await?;
    let releases: Vec<Value> = vintages
        .releases
        .iter()
        .map(|release| {
            let mut said = release_json(release);
            said["recount"] = json!(vintages.recounts.get(&release.id).map(recount_json));
            said["observations"] = vintages
                .told
                .iter()
                .filter(|(id, _)| release.written_as() == Some(id.as_str()))
                .map(|(_, number)| {
                    let mut row = json!(number);
                    row["as_of"] = json!(number.as_of.map(|at| at.to_string()));
                    row["href"] = format!("{}.json", address(&release.name, &code, number)).into();
                    row
                })
                .collect();
            said
        })
        .collect();
    let definition = &vintages.indicator.definition;
    Ok(Json(json!({
        "code": definition.code,
        "title": definition.title,
        "place": vintages.place,
        "releases": releases,
    }))
    .into_response())
}

pub async fn sign(
    State(app): State<App>,
    op: Op,
    Path(code): Path<String>,
    Form(typed): Form<Signature>,
) -> Result<Response> {
    require_steward(&app, &op).await?;
    let path = format!("/indicators/{code}/vintages");
    let signed = match NewRelease::parse(&typed.name, &typed.signed_as, &typed.note) {
        Ok(new) if typed.together.is_empty() => sign_numbers(&app, &op, &code, &new).await,
        Ok(new) => sign_together(&app, &op, &code, &new).await,
        Err(problem) => Err(problem),
    };
    match signed {
        Ok(()) => Ok(Redirect::to(&format!("{path}?done=signed")).into_response()),
        Err(problem) if matches!(problem.kind(), Kind::Internal | Kind::NotFound) => Err(problem),
        Err(problem) => {
            let uri = path.parse().unwrap_or(Uri::from_static("/indicators"));
            let mut page = shell(&app, &op, &uri);
            page.errors = field_errors(&problem, &op);
            let refused = page_of(&app, &op, page, &code, None, typed).await?;
            render_refused(&problem, &refused)
        }
    }
}

/// The file of a release: the same bytes whenever it is asked for.
pub async fn file(State(app): State<App>, Path((code, name)): Path<(String, String)>) -> Result<Response> {
    let name = name.strip_suffix(".csv").unwrap_or(&name);
    let release = find_release(&app, &code, name).await?;
    let version = release
        .made
        .as_ref()
        .map_or("", |made| made.definition_version.as_str());
    let text = find_version(&app, &code, version).await?;
    let definition = Definition::parse(&text).map_err(Problem::internal)?;
    let observations = numbers::of_release(&app.lake, &release, numbers::for_anybody())
        .await
        .map_err(Problem::internal)?;
    let text = numbers::csv(&definition, &release.name, &observations).map_err(Problem::internal)?;
    let attachment = format!("attachment; filename=\"{code}_{name}.csv\"");
    Ok((
        [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (header::CONTENT_DISPOSITION, attachment),
        ],
        text,
    )
        .into_response())
}

/// Has a release counted again.
pub async fn recount(
    State(app): State<App>,
    op: Op,
    Path((code, name)): Path<(String, String)>,
) -> Result<Response> {
    count_again(&app, &op, &code, &name).await?;
    Ok(Redirect::to(&format!("/indicators/{code}/vintages?done=recount")).into_response())
}

/// A release as programs read it.
pub fn release_json(release: &Release) -> Value {
    let made = release.made.as_ref();
    json!({
        "name": release.name,
        "signed_as": release.signed_as,
        "note": release.note,
        "released_at": made.map(|made| made.made_at.to_string()),
        "counted_at": made.map(|made| made.counted_at.to_string()),
        "definition_version": made.map(|made| &made.definition_version),
        "tables": made.map(|made| &made.tables),
        "n_cells": made.map(|made| made.n_cells),
        "sha256": made.map(|made| &made.sha256),
        "file": format!("/indicators/{}/vintages/{}.csv", release.indicator, release.name),
    })
}

/// How a release came out when it was counted again, as programs read it.
pub fn recount_json(recount: &Recount) -> Value {
    let mut value = json!(recount);
    value["done_at"] = recount.done_at.to_string().into();
    value
}

/// Says how a release came out when it was counted again.
pub fn recount_in_words(lang: Lang, recount: Option<&Recount>, when: &dyn Fn(Time) -> String) -> String {
    let Some(recount) = recount else {
        return lang.text("indicators-releases-recount-never").to_string();
    };
    let date = when(recount.done_at);
    let compared = lang.number(recount.n_compared);
    match (&recount.trouble, recount.n_differs) {
        (Some(trouble), _) => lang
            .text("indicators-releases-recount-trouble")
            .arg("date", date)
            .arg("reason", trouble)
            .to_string(),
        (None, 0) => lang
            .text("indicators-releases-recount-same")
            .arg("date", date)
            .arg("n", compared)
            .to_string(),
        (None, differs) => lang
            .text("indicators-releases-recount-other")
            .arg("date", date)
            .arg("n", compared)
            .arg("differs", lang.number(differs))
            .to_string(),
    }
}

/// Says what is another than in the release before.
pub fn why_in_words(lang: Lang, why: Why) -> String {
    lang.text(format!("indicators-releases-why-{}", why.as_str()))
        .to_string()
}

async fn gather(app: &App, lang: Lang, code: &str, place: Option<&str>) -> Result<Vintages> {
    let indicator = find(app, code).await?;
    let all = places::all(app).await?;
    let areas = outside::areas(app).await?;
    let asked = match place.filter(|place| !place.is_empty()) {
        Some(place) if areas.find(place).is_some() => Some(place.to_owned()),
        Some(place) => Some(places::known(&all, place)?.code().to_owned()),
        None => None,
    };
    let limits = numbers::for_anybody();
    let told = match &asked {
        Some(place) => numbers::of_place(&app.lake, code, place, limits).await,
        None => numbers::of_topmost(&app.lake, code, limits).await,
    };
    let mut told = told.map_err(Problem::internal)?;
    let releases = list_releases(app, code).await?;
    told.retain(|(id, _)| {
        releases
            .iter()
            .any(|release| release.written_as() == Some(id.as_str()))
    });
    let place = asked.or_else(|| told.first().map(|(_, number)| number.place.clone()));
    told.retain(|(_, number)| place.as_ref() == Some(&number.place));
    let named = |code: String| {
        let name = match (all.find(&code), areas.find(&code)) {
            (Some(place), _) => place.name_in(lang.code()).to_owned(),
            (None, Some(area)) => area.name.clone(),
            (None, None) => code.clone(),
        };
        Named { code, name }
    };
    Ok(Vintages {
        releases,
        recounts: recounts(app, code).await?,
        place: place.map(named),
        indicator,
        told,
    })
}

async fn page_of(
    app: &App,
    op: &Op,
    page: Shell,
    code: &str,
    place: Option<&str>,
    signature: Signature,
) -> Result<VintagesPage> {
    let lang = op.lang;
    let vintages = gather(app, lang, code, place).await?;
    let may_sign = may_sign(app, op).await?;
    let family = if may_sign {
        relatives(app, code).await?
    } else {
        Vec::new()
    };
    let unmade = if may_sign {
        let all = store::releases::list(&app.db, code).await?;
        all.iter()
            .filter(|release| release.made.is_none())
            .map(|release| unmade_in_words(lang, release))
            .collect()
    } else {
        Vec::new()
    };
    let when = |at: Time| lang.date_time(app.config.zoned(at).datetime());
    Ok(VintagesPage {
        unmade,
        may_sign,
        may_sign_alone: family.is_empty() || vintages.releases.is_empty(),
        family: family.join(", "),
        signature,
        ..VintagesPage::of(page, &vintages, &when)
    })
}

impl VintagesPage {
    fn of(page: Shell, vintages: &Vintages, when: &dyn Fn(Time) -> String) -> VintagesPage {
        let lang = page.lang;
        let definition = &*vintages.indicator.definition;
        let title = definition.title.in_language(lang.code()).to_owned();
        let place = vintages.place.as_ref();
        let code = &definition.code;
        let indicator_href = match place {
            Some(place) => place_href(code, &place.code, "", lang),
            None => format!("/indicators/{code}"),
        };
        let page = page
            .titled(
                lang.text("indicators-releases-of")
                    .arg("title", &title)
                    .to_string(),
            )
            .crumb(lang.text("indicators-title"), "/indicators")
            .crumb(&title, indicator_href.clone())
            .crumb(lang.text("indicators-releases-title"), "")
            .shapes(&["json"]);
        VintagesPage {
            code: code.clone(),
            place: place.map(|place| place.name.clone()).unwrap_or_default(),
            releases: releases_table(lang, vintages, when),
            numbers: numbers_table(lang, vintages),
            chart: chart(lang, vintages, &title),
            unmade: Vec::new(),
            may_sign: false,
            family: String::new(),
            may_sign_alone: true,
            action: format!("/indicators/{code}/vintages"),
            signature: Signature::default(),
            indicator_href,
            page,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> VintagesPage {
        let earlier = Release {
            id: "1".to_owned(),
            name: "2025-1".to_owned(),
            made: sample::release().made.map(|made| Made {
                written_as: "1".to_owned(),
                ..made
            }),
            ..sample::release()
        };
        let told = [("1", "2025"), ("0", "2025"), ("0", "2026")]
            .map(|(release, period)| (release.to_owned(), sample::number(period)))
            .to_vec();
        let vintages = Vintages {
            indicator: sample::indicator(),
            place: Some(sample::place()),
            recounts: [("0".to_owned(), sample::recount())].into(),
            releases: vec![earlier, sample::release()],
            told,
        };
        let failed = Release {
            made: None,
            trouble: Some("<table> is gone".to_owned()),
            ..sample::release()
        };
        VintagesPage {
            unmade: vec![unmade_in_words(lang, &failed)],
            may_sign: true,
            family: "8.6.1, <8.6.1-home>".to_owned(),
            signature: Signature {
                name: "<2026>".to_owned(),
                signed_as: "<office>".to_owned(),
                note: "<note>".to_owned(),
                together: String::new(),
            },
            ..VintagesPage::of(Shell::sample(lang), &vintages, &|_| "23 <11> 2026".to_owned())
        }
    }
}

fn unmade_in_words(lang: Lang, release: &Release) -> String {
    match &release.trouble {
        Some(trouble) => lang
            .text("indicators-releases-failed")
            .arg("release", &release.name)
            .arg("reason", trouble)
            .to_string(),
        None => lang
            .text("indicators-releases-being-made")
            .arg("release", &release.name)
            .to_string(),
    }
}

fn releases_table(lang: Lang, vintages: &Vintages, when: &dyn Fn(Time) -> String) -> Table {
    let mut before = None;
    let mut rows = Vec::new();
    for release in &vintages.releases {
        let Some(made) = &release.made else { continue };
        let file = format!("/indicators/{}/vintages/{}.csv", release.indicator, release.name);
        rows.push(vec![
            Cell::text(&release.name),
            Cell::text(when(made.made_at)),
            Cell::text(&release.signed_as),
            Cell::text(why_in_words(
                lang,
                Why::of(&vintages.indicator.definition, before, made),
            )),
            Cell::text(&release.note),
            Cell::html(link(
                &file,
                &lang
                    .text("indicators-releases-file-of")
                    .arg("release", &release.name)
                    .to_string(),
            )),
            Cell::text(recount_in_words(lang, vintages.recounts.get(&release.id), when)),
        ]);
        before = Some(made);
    }
    let over = |id: &str| Cell::text(lang.text(id));
    Table {
        caption: lang.text("indicators-releases-title").to_string(),
        head: vec![
            over("indicators-releases-release"),
            over("indicators-releases-since"),
            over("indicators-releases-signed"),
            over("indicators-releases-why"),
            over("indicators-releases-note"),
            over("indicators-download"),
            over("indicators-releases-recount"),
        ],
        rows,
    }
}

/// A row for each period, a column for each release; each number leads to its passport.
fn numbers_table(lang: Lang, vintages: &Vintages) -> Table {
    let definition = &vintages.indicator.definition;
    let cell = |release: &Release, period: &str| {
        let Some(number) = vintages.find(release, period) else {
            return Cell::number(NO_VALUE, f64::NAN);
        };
        let href = address(&release.name, &definition.code, number);
        let value = number.figures.value.unwrap_or(f64::NAN);
        Cell {
            content: link(&href, &written(definition, lang, number)).into(),
            ..Cell::number("", value)
        }
    };
    let rows = vintages.periods().into_iter().map(|period| {
        let mut row = vec![Cell::text(period)];
        row.extend(vintages.releases.iter().map(|release| cell(release, period)));
        row
    });
    let mut head = vec![Cell::text(lang.text("indicators-period"))];
    head.extend(
        vintages
            .releases
            .iter()
            .map(|release| Cell::over_numbers(&release.name)),
    );
    Table {
        caption: lang.text("indicators-releases-numbers").to_string(),
        head,
        rows: rows.collect(),
    }
}

/// A line for each of the last releases; nothing where there is but one period.
fn chart(lang: Lang, vintages: &Vintages, title: &str) -> Markup {
    let periods = vintages.periods();
    if periods.len() < 2 {
        return Markup::default();
    }
    let skipped = vintages.releases.len().saturating_sub(MOST_LINES);
    let series = vintages.releases[skipped..].iter().map(|release| Series {
        name: release.name.clone(),
        readings: periods
            .iter()
            .map(|period| vintages.find(release, period).map_or(Reading::Missing, reading))
            .collect(),
    });
    let caption = lang.text("indicators-releases-numbers").to_string();
    lines(&Lines {
        about: about("vintages", title, &caption, lang),
        unit: unit(&vintages.indicator.definition),
        series: series.collect(),
        periods: periods.iter().map(|period| (*period).to_owned()).collect(),
        target: None,
    })
}

impl Vintages {
    fn find(&self, release: &Release, period: &str) -> Option<&Observation> {
        self.told
            .iter()
            .find(|(id, number)| release.written_as() == Some(id.as_str()) && number.period == period)
            .map(|(_, number)| number)
    }

    fn periods(&self) -> Vec<&str> {
        let mut periods: Vec<&str> = self
            .told
            .iter()
            .map(|(_, number)| number.period.as_str())
            .collect();
        periods.sort_unstable();
        periods.dedup();
        periods
    }
}

fn link(href: &str, words: &str) -> Markup {
    Markup(format!(
        "<a class=\"govuk-link\" href=\"{}\">{}</a>",
        Markup::escape(href),
        Markup::escape(words)
    ))
}
