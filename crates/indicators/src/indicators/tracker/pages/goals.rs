//! The seventeen goals, one goal with its targets, one target with its indicators.

use super::{
    super::{
        model::{OfGoal, OfIndicator, OfTarget, Score, Track, framework::Goal, n_told},
        view::{Here, Tracked},
    },
    GoalPage, GoalsPage, IndicatorPart, Table, TargetPage, begun, goal_caption, of_place, sample,
    target_caption,
    words::{about, address, coverage, in_year, link, n_of, places, score_cell, score_gauge, tag},
};
use crate::{
    indicators::{
        pages::words::{written, written_interval},
        passport::cell,
    },
    platform::{
        draw::{
            Reading, Unit,
            bars::{Bar, Bars, lying},
        },
        html::{Markup, Shell, parts::Cell},
        i18n::{Lang, numbers::NO_VALUE},
    },
};

impl GoalsPage {
    pub fn new(page: Shell, tracked: &Tracked) -> GoalsPage {
        let lang = page.lang;
        let here = &tracked.here;
        let title = of_place(&page.t("indicators-tracker-title").to_string(), here);
        let chart_caption = lang.text("indicators-tracker-chart").to_string();
        let page = page
            .titled(&title)
            .described(lang.text("indicators-tracker-lead"))
            .crumb(lang.text("indicators-title"), "/indicators")
            .crumb(lang.text("indicators-tracker-title"), "")
            .shapes(&["json"]);
        let name = |of: &OfGoal| format!("{} {}", of.goal.code, of.goal.title.in_language(lang.code()));
        let scores: Vec<(String, Option<Score>)> =
            tracked.goals.iter().map(|of| (name(of), of.score())).collect();
        GoalsPage {
            action: "/sdg".to_owned(),
            places: places(lang, here),
            table: Table {
                caption: title.clone(),
                head: head(lang, "indicators-tracker-goal"),
                rows: tracked
                    .goals
                    .iter()
                    .map(|of| {
                        let href = address(&format!("/sdg/{}", of.goal.code), here.code(), lang);
                        row(lang, link(&href, &name(of)), of.score(), n_told(of.indicators()))
                    })
                    .collect(),
            },
            chart: scores_chart(lang, &title, &chart_caption, &scores),
            chart_caption,
            gaps_href: address("/sdg/gaps", here.code(), lang),
            page,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> GoalsPage {
        GoalsPage::new(Shell::sample(lang), &sample::tracked())
    }
}

impl GoalPage {
    pub fn new(page: Shell, here: &Here, of: &OfGoal) -> GoalPage {
        let lang = page.lang;
        let title = of.goal.title.in_language(lang.code()).to_owned();
        let caption = goal_caption(lang, of.goal);
        let page = begun(page.titled(of_place(&title, here)), here)
            .crumb(&caption, "")
            .shapes(&["json"]);
        let rows = of
            .targets
            .iter()
            .map(|target| {
                let code = &target.target.code;
                let href = address(&format!("/sdg/{}/{code}", of.goal.code), here.code(), lang);
                let name = format!("{code} {}", target.target.title.in_language(lang.code()));
                row(
                    lang,
                    link(&href, &name),
                    target.score(),
                    n_told(target.indicators.iter()),
                )
            })
            .collect();
        let others: Vec<Vec<Cell>> = of
            .others
            .iter()
            .flat_map(|indicator| &indicator.tracks)
            .map(|track| series_row(lang, here, track))
            .collect();
        GoalPage {
            action: format!("/sdg/{}", of.goal.code),
            places: places(lang, here),
            tag: tag(lang, of.score()),
            said: coverage(lang, n_told(of.indicators()), of.score()),
            gauge: score_gauge(lang, "score", &title, of.score()),
            table: Table {
                caption: lang.text("indicators-tracker-targets").to_string(),
                head: head(lang, "indicators-tracker-target"),
                rows,
            },
            others: Table {
                caption: lang.text("indicators-tracker-others").to_string(),
                head: series_head(lang),
                rows: others,
            },
            gaps_href: {
                let all = address("/sdg/gaps", here.code(), lang);
                let join = if all.contains('?') { '&' } else { '?' };
                format!("{all}{join}goal={}", of.goal.code)
            },
            caption,
            page,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> GoalPage {
        let tracked = sample::tracked();
        GoalPage::new(Shell::sample(lang), &tracked.here, &tracked.goals[5])
    }
}

impl TargetPage {
    pub fn new(page: Shell, here: &Here, goal: &Goal, of: &OfTarget) -> TargetPage {
        let lang = page.lang;
        let title = of.target.title.in_language(lang.code()).to_owned();
        let caption = target_caption(lang, of.target);
        let goal_href = address(&format!("/sdg/{}", goal.code), here.code(), lang);
        let page = begun(page.titled(of_place(&title, here)), here)
            .crumb(goal_caption(lang, goal), goal_href)
            .crumb(&caption, "")
            .shapes(&["json"]);
        TargetPage {
            action: format!("/sdg/{}/{}", goal.code, of.target.code),
            places: places(lang, here),
            tag: tag(lang, of.score()),
            said: coverage(lang, n_told(of.indicators.iter()), of.score()),
            gauge: score_gauge(lang, "score", &title, of.score()),
            indicators: of
                .indicators
                .iter()
                .map(|indicator| indicator_part(lang, here, indicator))
                .collect(),
            caption,
            page,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> TargetPage {
        let tracked = sample::tracked();
        let goal = &tracked.goals[5];
        TargetPage::new(Shell::sample(lang), &tracked.here, goal.goal, &goal.targets[0])
    }
}

fn head(lang: Lang, first: &'static str) -> Vec<Cell> {
    vec![
        Cell::text(lang.text(first)),
        Cell::text(lang.text("indicators-tracker-progress")),
        Cell::over_numbers(lang.text("indicators-tracker-score")),
        Cell::text(lang.text("indicators-tracker-told")),
    ]
}

fn row(lang: Lang, first: Markup, score: Option<Score>, told: (usize, usize)) -> Vec<Cell> {
    vec![
        Cell::html(first),
        Cell::html(tag(lang, score)),
        score_cell(lang, score),
        Cell::text(n_of(lang, told)),
    ]
}

/// Bars of the scores that there are; empty where there are none.
fn scores_chart(lang: Lang, title: &str, caption: &str, scores: &[(String, Option<Score>)]) -> Markup {
    let bars: Vec<Bar> = scores
        .iter()
        .filter_map(|(name, score)| Some(Bar::new(name, Reading::of(score.as_ref()?.score))))
        .collect();
    if bars.is_empty() {
        return Markup::default();
    }
    lying(&Bars {
        about: about(lang, "scores", title, caption),
        unit: Unit::Number { places: 1 },
        bars,
        target: None,
    })
}

fn indicator_part(lang: Lang, here: &Here, indicator: &OfIndicator) -> IndicatorPart {
    let title = format!("{} {}", indicator.code, indicator.title(lang.code()));
    let about = match indicator.entry {
        Some(entry) => {
            let groups: Vec<String> = entry
                .by
                .iter()
                .map(|group| lang.text(format!("indicators-tracker-dim-{group}")).to_string())
                .collect();
            let mut said = lang
                .text("indicators-tracker-entry")
                .arg("tier", lang.number(entry.tier))
                .arg("custodian", &entry.custodian)
                .to_string();
            if !groups.is_empty() {
                let asked = lang
                    .text("indicators-tracker-entry-by")
                    .arg("groups", groups.join(", "));
                said = format!("{said} {asked}");
            }
            said
        }
        None => lang.text("indicators-tracker-entry-own").to_string(),
    };
    IndicatorPart {
        about,
        tag: tag(lang, indicator.score()),
        series: Table {
            caption: title.clone(),
            head: series_head(lang),
            rows: indicator
                .tracks
                .iter()
                .map(|track| series_row(lang, here, track))
                .collect(),
        },
        title,
    }
}

fn series_head(lang: Lang) -> Vec<Cell> {
    vec![
        Cell::text(lang.text("indicators-tracker-number")),
        Cell::over_numbers(lang.text("indicators-value")),
        Cell::over_numbers(lang.text("indicators-interval")),
        Cell::text(lang.text("indicators-period")),
        Cell::text(lang.text("indicators-tracker-progress")),
        Cell::text(lang.text("indicators-tracker-aim")),
    ]
}

/// A number with its latest value and how far it has come.
fn series_row(lang: Lang, here: &Here, track: &Track) -> Vec<Cell> {
    let definition = &*track.definition;
    let path = format!("/indicators/{}/progress", definition.code);
    let title = definition.title.in_language(lang.code());
    let latest = track.latest();
    let interval = latest.map(|o| written_interval(definition, lang, o));
    let lower = latest.and_then(|o| o.figures.lower);
    let mut name = link(&address(&path, here.code(), lang), title);
    if !track.is_counted {
        let beside = lang.text("indicators-tracker-uncounted").to_string();
        name = Markup(format!(
            "{}<br><span class=\"bz-meta\">{}</span>",
            name.0,
            Markup::escape(&beside)
        ));
    }
    vec![
        Cell::html(name),
        latest.map_or_else(
            || Cell::number(NO_VALUE, f64::NAN),
            |o| cell(&definition.code, o, &written(definition, lang, o)),
        ),
        Cell::number(
            interval
                .filter(|interval| !interval.is_empty())
                .unwrap_or_else(|| NO_VALUE.to_owned()),
            lower.unwrap_or(f64::NAN),
        ),
        Cell::text(latest.map_or(NO_VALUE, |o| o.period.as_str())),
        Cell::html(tag(lang, track.score())),
        Cell::text(track.aim.as_ref().map_or_else(
            || NO_VALUE.to_owned(),
            |aim| in_year(lang, definition, aim.value, f64::from(aim.year)),
        )),
    ]
}
