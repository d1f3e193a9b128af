//! Desk pages of households: where to look, pairs that may be the same, two side by side, one household with its history.

use std::collections::HashMap;

use askama::Template;
use axum::{
    Form as Input, Router,
    extract::{Path, Query, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    Say,
    model::{Compared, Happening, Kind, Merge, MergeState, Pair, PairState, Side},
    reading::{self, Beside, Line, Member, Round, Told},
};
use crate::{
    collect::{
        entities::model::{Difference, Entity, LABEL},
        openrosa::{encoded, part},
    },
    places,
    platform::{
        app::App,
        html::{
            Markup, Shell,
            parts::{Cell, Choice, SummaryRow},
        },
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Kind as ProblemKind, Result},
        time::Time,
    },
};

/// Pairs on one page.
const PAGE_PAIRS: i64 = 50;
/// Households on one page.
const PAGE_HOUSEHOLDS: usize = 50;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/desk/households", get(overview))
        .route("/desk/households/pairs/{pair}", get(one_pair))
        .route("/desk/households/pairs/{pair}/say", post(say))
        .route("/desk/households/pairs/{pair}/propose", post(propose))
        .route("/desk/households/pairs/{pair}/second", post(second))
        .route("/desk/households/pairs/{pair}/part", post(part_again))
        .route("/desk/households/lists/{project}/{list}", get(one_list))
        .route("/desk/households/lists/{project}/{list}/pairs", get(pairs))
        .route(
            "/desk/households/lists/{project}/{list}/{uuid}",
            get(one_household),
        )
}

type Parts = Path<HashMap<String, String>>;

#[derive(Template)]
#[template(path = "collect/households/desk/overview.html")]
pub struct OverviewPage {
    pub page: Shell,
    pub lists: Vec<Vec<Cell>>,
}

#[derive(Template)]
#[template(path = "collect/households/desk/list.html")]
pub struct ListPage {
    pub page: Shell,
    pub title: String,
    pub pairs: String,
    pub households: Vec<Vec<Cell>>,
    /// Where older ones continue; empty at the end.
    pub older: String,
}

#[derive(Template)]
#[template(path = "collect/households/desk/pairs.html")]
pub struct PairsPage {
    pub page: Shell,
    pub title: String,
    /// The state, where it leads, how many; the one being shown leads nowhere.
    pub states: Vec<(String, String, String)>,
    pub shown: String,
    pub pairs: Vec<Vec<Cell>>,
    pub older: String,
}

#[derive(Template)]
#[template(path = "collect/households/desk/pair.html")]
pub struct PairPage {
    pub page: Shell,
    pub title: String,
    /// What stands between the two at present.
    pub standing: String,
    pub note: String,
    pub path: String,
    pub head: Vec<Cell>,
    pub rows: Vec<Vec<Cell>>,
    pub members: Vec<Vec<Cell>>,
    pub history: Vec<String>,
    /// What somebody proposed, in words; empty when nothing waits.
    pub proposal: Vec<String>,
    pub may_say: bool,
    pub may_look_again: bool,
    pub may_settle: bool,
    pub may_withdraw: bool,
    pub may_part: bool,
    pub survivors: Vec<Choice>,
    pub takes: Vec<Choice>,
    pub why: String,
}

#[derive(Template)]
#[template(path = "collect/households/desk/household.html")]
pub struct HouseholdPage {
    pub page: Shell,
    pub title: String,
    pub facts: Vec<SummaryRow>,
    pub here: Vec<Vec<Cell>>,
    pub gone: Vec<Vec<Cell>>,
    /// The newest occasion after the first; `None` while there was only one.
    pub last: Option<ShownRound>,
    pub rounds: Vec<ShownRound>,
    pub merges: Vec<String>,
    pub pairs: Vec<Vec<Cell>>,
}

/// An occasion on which something was learned of a household.
pub struct ShownRound {
    pub heading: String,
    pub by: String,
    pub href: String,
    pub lines: Vec<String>,
}

async fn overview(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    let told = reading::overview(&app, &op).await?;
    let lists = told.iter().map(|told| overview_row(op.lang, told)).collect();
    let page = shell(&app, &op, &uri)
        .titled(op.lang.text("collect-households-title"))
        .crumb(op.lang.text("collect-households-title"), "");
    render(&OverviewPage { page, lists })
}

fn overview_row(lang: Lang, told: &Told) -> Vec<Cell> {
    let base = list_path(&told.project.slug, &told.list.name);
    let number = |state: PairState| {
        let n = told.n(state);
        let written = lang.number(n);
        match n {
            0 => Cell::text(written),
            _ => link(&format!("{base}/pairs?state={}", state.as_str()), &written),
        }
    };
    let name = match told.kind {
        Kind::Household => link(&base, &told.list.name),
        Kind::Person => link(&format!("{base}/pairs"), &told.list.name),
    };
    vec![
        name,
        Cell::text(&told.project.name),
        number(PairState::Open),
        number(PairState::Proposed),
        number(PairState::Unsure),
        number(PairState::Merged),
    ]
}

#[derive(Deserialize)]
struct ListQuery {
    before: Option<String>,
    state: Option<String>,
    #[serde(default)]
    skip: i64,
}

async fn one_list(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(parts): Parts,
    Query(query): Query<ListQuery>,
) -> Result<Response> {
    let (list, project, kind) =
        reading::list(&app, &op, part(&parts, "project"), part(&parts, "list")).await?;
    let base = list_path(&project.slug, &list.name);
    if kind == Kind::Person {
        return Ok(Redirect::to(&format!("{base}/pairs")).into_response());
    }
    let found = super::list_households(&app, &op, &list, query.before.as_deref(), PAGE_HOUSEHOLDS).await?;
    let all = places::all(&app).await?;
    let older = found
        .last()
        .filter(|_| found.len() == PAGE_HOUSEHOLDS)
        .map(|last| format!("{base}?before={}", last.id))
        .unwrap_or_default();
    let households = found
        .iter()
        .map(|household| {
            vec![
                link(&format!("{base}/{}", household.uuid), &household.label),
                Cell::text(place_name(&all, household.place.as_deref())),
                Cell::text(when(
                    &app,
                    &op,
                    household.changed_at.unwrap_or(household.created_at),
                )),
            ]
        })
        .collect();
    let page = shell(&app, &op, &uri)
        .titled(&list.name)
        .crumb(op.lang.text("collect-households-title"), "/desk/households")
        .crumb(&list.name, "");
    render(&ListPage {
        page,
        title: list.name.clone(),
        pairs: format!("{base}/pairs"),
        households,
        older,
    })
}

async fn pairs(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(parts): Parts,
    Query(query): Query<ListQuery>,
) -> Result<Response> {
    let (list, project, _) = reading::list(&app, &op, part(&parts, "project"), part(&parts, "list")).await?;
    let asked = query.state.as_deref().unwrap_or("open");
    let state = PairState::SHOWN
        .into_iter()
        .find(|state| state.as_str() == asked)
        .unwrap_or(PairState::Open);
    let skip = query.skip.clamp(0, 1_000_000);
    let found = super::pairs(&app, &op, &list, state, skip, PAGE_PAIRS).await?;
    let all = places::all(&app).await?;
    let base = format!("{}/pairs", list_path(&project.slug, &list.name));
    let told = reading::overview(&app, &op).await?;
    let of_list = told.iter().find(|told| told.list.id == list.id);
    let states = PairState::SHOWN
        .into_iter()
        .map(|each| {
            let n = of_list.map_or(0, |told| told.n(each));
            let href = if each == state {
                String::new()
            } else {
                format!("{base}?state={}", each.as_str())
            };
            (
                op.lang.text(state_text(each)).to_string(),
                href,
                op.lang.number(n),
            )
        })
        .collect();
    let is_full = i64::try_from(found.len()).is_ok_and(|n| n == PAGE_PAIRS);
    let older = match is_full {
        true => format!("{base}?state={}&skip={}", state.as_str(), skip + PAGE_PAIRS),
        false => String::new(),
    };
    let name = |code: Option<&str>| place_name(&all, code);
    let page = shell(&app, &op, &uri)
        .titled(&list.name)
        .crumb(op.lang.text("collect-households-title"), "/desk/households")
        .crumb(&list.name, "");
    render(&PairsPage {
        page,
        title: list.name.clone(),
        states,
        shown: op.lang.text(state_text(state)).to_string(),
        pairs: found.iter().map(|pair| pair_row(op.lang, pair, name)).collect(),
        older,
    })
}

fn pair_row(lang: Lang, pair: &Pair, place: impl Fn(Option<&str>) -> String) -> Vec<Cell> {
    let said = |side: &Side| {
        let around: Vec<String> = side
            .parent
            .clone()
            .into_iter()
            .chain([place(side.place.as_deref())])
            .filter(|words| !words.is_empty())
            .collect();
        match around.is_empty() {
            true => side.label.clone(),
            false => format!("{} ({})", side.label, around.join(", ")),
        }
    };
    let note = match (pair.is_asked, pair.n_members) {
        (true, _) => lang.text("collect-households-asked-short").to_string(),
        (false, 0) => String::new(),
        (false, n) => lang.text("collect-households-shared").n("n", n).to_string(),
    };
    #[allow(clippy::cast_precision_loss)]
    let percent = Cell::number(lang.percent(pair.percent as f64, 0), pair.percent as f64);
    vec![
        link(&pair_path(&pair.id), &said(&pair.one)),
        Cell::text(said(&pair.other)),
        percent,
        Cell::text(note),
    ]
}

async fn one_pair(State(app): State<App>, op: Op, uri: Uri, Path(parts): Parts) -> Result<Response> {
    let found = reading::pair(&app, &op, part(&parts, "pair")).await?;
    let page = pair_page(&app, &op, &uri, &found, "").await?;
    render(&page)
}

async fn pair_page(app: &App, op: &Op, uri: &Uri, found: &Beside, why: &str) -> Result<PairPage> {
    let all = places::all(app).await?;
    let lang = op.lang;
    let title = lang
        .text("collect-households-pair-title")
        .arg("one", &found.one.label)
        .arg("other", &found.other.label)
        .to_string();
    let base = format!("{}/pairs", list_path(&found.project.slug, &found.list.name));
    let shell = shell(app, op, uri)
        .titled(&title)
        .crumb(lang.text("collect-households-title"), "/desk/households")
        .crumb(&found.list.name, base)
        .crumb(&title, "");
    let household = |of: &Entity| {
        of.parent
            .as_ref()
            .and_then(|parent| parent.label.clone())
            .unwrap_or_default()
    };
    let mut rows = vec![Compared {
        property: lang.text("collect-households-name").to_string(),
        one: found.one.label.clone(),
        other: found.other.label.clone(),
    }];
    rows.push(Compared {
        property: lang.text("collect-households-household").to_string(),
        one: household(&found.one),
        other: household(&found.other),
    });
    rows.push(Compared {
        property: lang.text("collect-place").to_string(),
        one: place_name(&all, found.one.place.as_deref()),
        other: place_name(&all, found.other.place.as_deref()),
    });
    rows.extend(found.rows.iter().cloned());
    rows.push(Compared {
        property: lang.text("collect-households-first-filed").to_string(),
        one: when(app, op, found.one.created_at),
        other: when(app, op, found.other.created_at),
    });
    rows.retain(|row| !(row.one.is_empty() && row.other.is_empty()));
    let moment = |at: Time| when(app, op, at);
    Ok(PairPage {
        head: vec![
            Cell::text(lang.text("collect-households-what")),
            Cell::text(&found.one.label),
            Cell::text(&found.other.label),
            Cell::text(lang.text("collect-households-compared")),
        ],
        rows: rows.iter().map(|row| compared_row(lang, row)).collect(),
        ..filled(shell, lang, found, title, why, moment)
    })
}

/// What of the page is words about the pair.
fn filled(
    page: Shell,
    lang: Lang,
    found: &Beside,
    title: String,
    why: &str,
    moment: impl Fn(Time) -> String,
) -> PairPage {
    let pair = &found.pair;
    let standing = match pair.state {
        PairState::Open => lang
            .text("collect-households-likely")
            .arg(
                "percent",
                lang.percent(f64::from(i32::try_from(pair.percent).unwrap_or(0)), 0),
            )
            .to_string(),
        other => lang.text(state_text(other)).to_string(),
    };
    let mut note: Vec<String> = Vec::new();
    if pair.is_asked {
        note.push(lang.text("collect-households-asked").to_string());
    }
    if pair.n_members > 0 {
        note.push(
            lang.text("collect-households-shared")
                .n("n", pair.n_members)
                .to_string(),
        );
    }
    if let (Some(decider), Some(at)) = (&found.decider, pair.decided_at) {
        let said = lang
            .text(if pair.state == PairState::Different {
                "collect-households-said-different"
            } else {
                "collect-households-said"
            })
            .arg("name", decider)
            .arg("when", moment(at));
        note.push(
            format!("{said} {}", pair.note.as_deref().unwrap_or_default())
                .trim()
                .to_owned(),
        );
    }
    let proposal = match found.proposal() {
        None => Vec::new(),
        Some(merge) => {
            let mut told = vec![merge_words(lang, found, merge, &moment)];
            for (name, value) in &merge.given {
                told.push(
                    lang.text("collect-households-takes")
                        .arg("property", name)
                        .arg("value", value)
                        .to_string(),
                );
            }
            told
        }
    };
    let settled = found
        .merges
        .iter()
        .filter(|merge| merge.state != MergeState::Proposed);
    let history = settled
        .map(|merge| merge_words(lang, found, merge, &moment))
        .collect();
    let choice = |of: &Entity| Choice::new(&of.uuid, &of.label).hinted(moment(of.created_at));
    let takes = found
        .rows
        .iter()
        .filter(|row| !row.is_same() && !row.one.is_empty() && !row.other.is_empty())
        .map(|row| {
            Choice::new(&row.property, &row.property).hinted(
                lang.text("collect-households-or")
                    .arg("one", &row.one)
                    .arg("other", &row.other),
            )
        })
        .collect();
    let max = found.members[0].len().max(found.members[1].len());
    let label = |side: usize, nth: usize| {
        found.members[side]
            .get(nth)
            .map_or("", |member| member.label.as_str())
    };
    PairPage {
        page,
        title,
        standing,
        note: note.join(" "),
        path: pair_path(&pair.id),
        head: Vec::new(),
        rows: Vec::new(),
        members: (0..max)
            .map(|nth| vec![Cell::text(label(0, nth)), Cell::text(label(1, nth))])
            .collect(),
        history,
        proposal,
        may_say: found.may_propose && pair.state.is_undecided(),
        may_look_again: found.may_propose && pair.state == PairState::Different,
        may_settle: found.may_confirm,
        may_withdraw: found.is_own_proposal,
        may_part: found.may_propose && pair.state == PairState::Merged && found.merged_by().is_some(),
        survivors: vec![
            choice(&found.one).chosen_if(&found.one.uuid),
            choice(&found.other),
        ],
        takes,
        why: why.to_owned(),
    }
}

fn merge_words(lang: Lang, found: &Beside, merge: &Merge, moment: &impl Fn(Time) -> String) -> String {
    let (survivor, merged) = match merge.survivor_id == found.one.id {
        true => (&found.one.label, &found.other.label),
        false => (&found.other.label, &found.one.label),
    };
    let proposed = lang
        .text(format!("collect-households-proposed-{}", merge.kind.as_str()))
        .arg("name", &merge.proposer)
        .arg("when", moment(merge.proposed_at))
        .arg("survivor", survivor)
        .arg("merged", merged)
        .arg("why", &merge.why)
        .to_string();
    match (merge.decided_at, merge.state) {
        (None, _) | (_, MergeState::Proposed) => proposed,
        (Some(at), state) => {
            let settled = lang
                .text(format!("collect-households-{}", state.as_str()))
                .arg("name", merge.decider.as_deref().unwrap_or_default())
                .arg("when", moment(at));
            format!(
                "{proposed} {settled} {}",
                merge.decided_why.as_deref().unwrap_or_default()
            )
            .trim()
            .to_owned()
        }
    }
}

fn compared_row(lang: Lang, row: &Compared) -> Vec<Cell> {
    let told = match row.is_same() {
        true => Cell::text(lang.text("collect-households-same")),
        false => Cell::html(Markup(format!(
            "<strong class=\"govuk-tag govuk-tag--yellow\">{}</strong>",
            Markup::escape(&lang.text("collect-households-differs").to_string())
        ))),
    };
    vec![
        Cell::text(&row.property),
        Cell::text(&row.one),
        Cell::text(&row.other),
        told,
    ]
}

#[derive(Deserialize)]
struct SayInput {
    #[serde(default)]
    say: String,
    #[serde(default)]
    why: String,
    #[serde(default)]
    note: String,
}

async fn say(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Input(input): Input<SayInput>,
) -> Result<Redirect> {
    let pair = part(&parts, "pair");
    let said = match input.say.as_str() {
        "different" => Say::Different,
        "open" => Say::Open,
        _ => Say::Unsure,
    };
    super::say(&app, &op, pair, said, &input.note).await?;
    Ok(Redirect::to(&pair_path(pair)))
}

async fn propose(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(parts): Parts,
    Input(fields): Input<Vec<(String, String)>>,
) -> Result<Response> {
    let pair = part(&parts, "pair");
    let all = |wanted: &str| -> Vec<String> {
        let named = fields.iter().filter(|(name, _)| name == wanted);
        named.map(|(_, value)| value.clone()).collect()
    };
    let one = |wanted: &str| all(wanted).into_iter().next().unwrap_or_default();
    let done = super::propose(&app, &op, pair, &one("survivor"), &all("take"), &one("why")).await;
    again(&app, &op, &uri, pair, &one("why"), done).await
}

async fn second(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(parts): Parts,
    Input(input): Input<SayInput>,
) -> Result<Response> {
    let pair = part(&parts, "pair");
    let done = match input.say.as_str() {
        "confirm" => super::confirm(&app, &op, pair, &input.why).await,
        _ => super::refuse(&app, &op, pair, &input.why).await,
    };
    again(&app, &op, &uri, pair, &input.why, done).await
}

async fn part_again(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(parts): Parts,
    Input(input): Input<SayInput>,
) -> Result<Response> {
    let pair = part(&parts, "pair");
    let done = super::propose_unmerge(&app, &op, pair, &input.why).await;
    again(&app, &op, &uri, pair, &input.why, done).await
}

/// Back to the pair; with what is wrong when a field is.
async fn again(app: &App, op: &Op, uri: &Uri, pair: &str, why: &str, done: Result<()>) -> Result<Response> {
    let problem = match done {
        Ok(()) => return Ok(Redirect::to(&pair_path(pair)).into_response()),
        Err(problem) => problem,
    };
    if !matches!(problem.kind(), ProblemKind::Invalid | ProblemKind::Conflict) {
        return Err(problem);
    }
    let found = reading::pair(app, op, pair).await?;
    let mut page = pair_page(app, op, uri, &found, why).await?;
    page.page.errors = field_errors(&problem, op);
    render_refused(&problem, &page)
}

async fn one_household(State(app): State<App>, op: Op, uri: Uri, Path(parts): Parts) -> Result<Response> {
    let (list, project, _) = reading::list(&app, &op, part(&parts, "project"), part(&parts, "list")).await?;
    let asked = part(&parts, "uuid");
    let seen = super::household(&app, &op, &list, project, asked).await?;
    let base = list_path(&seen.project.slug, &list.name);
    if seen.household.uuid != asked {
        // It was merged: this is the address of the one that remains.
        return Ok(Redirect::to(&format!("{base}/{}", seen.household.uuid)).into_response());
    }
    let all = places::all(&app).await?;
    let lang = op.lang;
    let moment = |at: Time| when(&app, &op, at);
    let title = seen.household.label.clone();
    let mut facts = vec![SummaryRow::new(
        lang.text("collect-place"),
        place_name(&all, seen.household.place.as_deref()),
    )];
    facts.extend(
        seen.household
            .data
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| SummaryRow::new(name, value.clone())),
    );
    facts.push(SummaryRow::new(
        lang.text("collect-households-first-filed"),
        moment(seen.household.created_at),
    ));
    let row = |member: &Member| member_row(lang, member, &moment);
    let page = shell(&app, &op, &uri)
        .titled(&title)
        .crumb(lang.text("collect-households-title"), "/desk/households")
        .crumb(&list.name, base)
        .crumb(&title, "");
    let is_later = seen.rounds.len() > 1;
    let rounds: Vec<ShownRound> = seen
        .rounds
        .iter()
        .map(|round| shown_round(lang, round, &moment))
        .collect();
    let merges = seen.merges.iter().map(|merge| {
        let by = |name: Option<&str>| name.unwrap_or_default().to_owned();
        lang.text(format!("collect-households-was-{}", merge.kind.as_str()))
            .arg("when", merge.decided_at.map(&moment).unwrap_or_default())
            .arg("proposer", &merge.proposer)
            .arg("decider", by(merge.decider.as_deref()))
            .arg("why", &merge.why)
            .to_string()
    });
    let name = |code: Option<&str>| place_name(&all, code);
    render(&HouseholdPage {
        title,
        facts,
        here: seen
            .members
            .iter()
            .filter(|member| member.is_here)
            .map(row)
            .collect(),
        gone: seen
            .members
            .iter()
            .filter(|member| !member.is_here)
            .map(row)
            .collect(),
        last: seen
            .rounds
            .first()
            .filter(|_| is_later)
            .map(|round| shown_round(lang, round, &moment)),
        rounds,
        merges: merges.collect(),
        pairs: seen.pairs.iter().map(|pair| pair_row(lang, pair, name)).collect(),
        page,
    })
}

fn member_row(lang: Lang, member: &Member, moment: &impl Fn(Time) -> String) -> Vec<Cell> {
    let facts = [
        "age",
        "sex",
        "umur",
        "jenis_kelamin",
        "birth_date",
        "tanggal_lahir",
        "relation",
        "hubungan",
    ];
    let facts: Vec<&str> = facts
        .iter()
        .filter_map(|name| member.entity.data.get(*name))
        .map(String::as_str)
        .filter(|fact| !fact.is_empty())
        .collect();
    let last = member.last.map_or_else(String::new, |(what, at)| {
        format!("{}, {}", lang.text(happening_text(what)), moment(at))
    });
    vec![
        Cell::text(&member.entity.label),
        Cell::text(facts.join(", ")),
        Cell::text(last),
    ]
}

fn shown_round(lang: Lang, round: &Round, moment: &impl Fn(Time) -> String) -> ShownRound {
    let what = match &round.submission {
        Some(submission) => submission.title.clone(),
        None => lang
            .text(format!("collect-households-source-{}", source_text(&round.kind)))
            .to_string(),
    };
    let href = round.submission.as_ref().map_or_else(String::new, |submission| {
        format!(
            "/desk/collect/{}/{}/submissions/{}",
            submission.project_slug,
            submission.form_slug,
            encoded(&submission.root_id)
        )
    });
    ShownRound {
        heading: format!("{}: {what}", moment(round.at)),
        by: round.by.clone().unwrap_or_default(),
        href,
        lines: round.lines.iter().map(|line| line_words(lang, line)).collect(),
    }
}

/// The sources that have words of their own.
fn source_text(kind: &str) -> &str {
    match kind {
        "merge" | "unmerge" | "upload" | "desk" => kind,
        _ => "api",
    }
}

fn line_words(lang: Lang, line: &Line) -> String {
    let mut words = line.label.clone();
    if let Some(happening) = line
        .happening
        .filter(|happening| *happening != Happening::Changed)
    {
        words = format!("{words}: {}", lang.text(happening_text(happening)));
    }
    let changes: Vec<String> = line
        .changes
        .iter()
        .map(|change| change_words(lang, change))
        .collect();
    match changes.is_empty() {
        true => words,
        false => format!("{words}: {}", changes.join("; ")),
    }
}

fn change_words(lang: Lang, change: &Difference) -> String {
    let name = match change.property.as_str() {
        LABEL => lang.text("collect-households-name").to_string(),
        property => property.to_owned(),
    };
    match change.old.as_deref().filter(|old| !old.is_empty()) {
        Some(old) => lang
            .text("collect-households-changed-from")
            .arg("property", name)
            .arg("old", old)
            .arg("new", &change.new)
            .to_string(),
        None => format!("{name} {}", change.new),
    }
}

fn happening_text(happening: Happening) -> &'static str {
    match happening {
        Happening::Listed => "collect-households-listed",
        Happening::Born => "collect-households-born",
        Happening::MovedIn => "collect-households-moved-in",
        Happening::MovedOut => "collect-households-moved-out",
        Happening::Died => "collect-households-died",
        Happening::Returned => "collect-households-returned",
        Happening::Changed => "collect-households-changed",
    }
}

fn state_text(state: PairState) -> &'static str {
    match state {
        PairState::Open => "collect-households-state-open",
        PairState::Unsure => "collect-households-state-unsure",
        PairState::Proposed => "collect-households-state-proposed",
        PairState::Merged => "collect-households-state-merged",
        PairState::Different => "collect-households-state-different",
        PairState::Gone => "collect-households-state-gone",
    }
}

fn list_path(project: &str, list: &str) -> String {
    format!("/desk/households/lists/{project}/{}", encoded(list))
}

fn pair_path(pair: &str) -> String {
    format!("/desk/households/pairs/{pair}")
}

fn place_name(all: &places::model::Places, code: Option<&str>) -> String {
    let Some(code) = code else { return String::new() };
    all.find(code)
        .map_or_else(|| code.to_owned(), |place| place.name().to_owned())
}

fn when(app: &App, op: &Op, at: Time) -> String {
    op.lang.date_time(app.config.zoned(at).datetime())
}

fn link(href: &str, text: &str) -> Cell {
    Cell::html(Markup(format!(
        "<a class=\"govuk-link\" href=\"{href}\">{}</a>",
        Markup::escape(text)
    )))
}

mod samples;
