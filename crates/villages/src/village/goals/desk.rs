//! The vote on goals at the desk: calling it, typing in what halls counted, closing the count, settling a tie.

use std::collections::BTreeMap;

use axum::{
    Form as Sent, Router,
    extract::{Path, Query, State as Shared},
    http::{HeaderMap, Uri},
    response::Response,
    routing::get,
};

use super::{
    NewBallot, call, count_hall, counts, find, list,
    model::{Ballot, HallCount, Settled, Standing},
    pages::{Fields, list_grid, title, view},
    publish, settle, vote_at_desk,
};
use crate::{
    indicators::tracker::model::framework::framework,
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Problem, Result},
        told,
    },
    village::{
        READERS, is_operator,
        proposals::pages::Narrowed,
        require_operator,
        voice::{
            self, Visitor,
            view::{Field, Form, VoicePage, Weight, visitor_fields},
        },
    },
};

/// What the desk's page of a ballot says once.
const SAID: [&str; 1] = ["village-voice-said-saved"];
/// How many goals a village chooses unless it says otherwise.
const MOST: &str = "5";

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/desk/goals", get(all).post(add))
        .route("/desk/goals/{ballot}", get(one).post(act))
}

async fn all(Shared(app): Shared<App>, op: Op, uri: Uri, Query(asked): Query<Narrowed>) -> Result<Response> {
    op.require(&READERS)?;
    let place = ("place".to_owned(), asked.place);
    render(&list_page(&app, &op, shell(&app, &op, &uri), &Fields(vec![place])).await?)
}

async fn add(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Sent(fields): Sent<Vec<(String, String)>>,
) -> Result<Response> {
    op.require(&READERS)?;
    let fields = Fields(fields);
    match added(&app, &op, &fields).await {
        Ok(ballot) => Ok(told::redirect(
            &app,
            &headers,
            &format!("/desk{}", ballot.path()),
            "village-voice-said-saved",
        )),
        Err(problem) if problem.kind() == Kind::Invalid => {
            let mut page = shell(&app, &op, &uri);
            page.errors = field_errors(&problem, &op);
            render_refused(&problem, &list_page(&app, &op, page, &fields).await?)
        }
        Err(problem) => Err(problem),
    }
}

async fn one(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path(code): Path<String>,
) -> Result<Response> {
    op.require(&READERS)?;
    let ballot = find(&app, &code).await?;
    let page = told::shell_with(&headers, shell(&app, &op, &uri), &SAID);
    let view = desk_page(&app, &op, page, &ballot, &Fields(Vec::new())).await?;
    told::render_once(&headers, &uri, &view)
}

async fn act(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path(code): Path<String>,
    Sent(fields): Sent<Vec<(String, String)>>,
) -> Result<Response> {
    op.require(&READERS)?;
    let fields = Fields(fields);
    let ballot = find(&app, &code).await?;
    match done(&app, &op, &ballot, &fields).await {
        Ok(()) => Ok(told::redirect(
            &app,
            &headers,
            &format!("/desk{}", ballot.path()),
            "village-voice-said-saved",
        )),
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::Conflict) => {
            let mut page = shell(&app, &op, &uri);
            page.errors = field_errors(&problem, &op);
            render_refused(&problem, &desk_page(&app, &op, page, &ballot, &fields).await?)
        }
        Err(problem) => Err(problem),
    }
}

async fn added(app: &App, op: &Op, fields: &Fields) -> Result<Ballot> {
    let new = NewBallot {
        place: fields.get("place").to_owned(),
        title: fields.get("title").to_owned(),
        most: fields.get("most").parse().unwrap_or(0),
        opens_on: fields.get("opens_on").parse().ok(),
        closes_on: fields.get("closes_on").parse().ok(),
        goals: fields.all("goal").map(str::to_owned).collect(),
        own: fields.get("own").lines().map(str::to_owned).collect(),
    };
    call(app, op, &new).await
}

async fn done(app: &App, op: &Op, ballot: &Ballot, fields: &Fields) -> Result<()> {
    match fields.get("act") {
        "count" => {
            voice::require_counter(app, op, &ballot.place).await?;
            count_hall(app, op, ballot, &counted(ballot, fields)?).await
        }
        "vote" => {
            require_operator(op, &ballot.place)?;
            let person = voice::person(app, visitor(fields))?;
            vote_at_desk(app, op, ballot, &person, &fields.numbers("option")).await
        }
        "publish" => publish(app, op, ballot).await,
        "settle" => {
            require_operator(op, &ballot.place)?;
            let settled = Settled {
                on: voice::day("settled_on", fields.get("settled_on"))?,
                why: fields.get("why").to_owned(),
                chosen: fields.numbers("tied"),
            };
            settle(app, op, ballot, &settled).await
        }
        _ => Err(Problem::invalid("village-voice-act-unknown")),
    }
}

/// Somebody who came to the desk, as they were typed.
fn visitor(fields: &Fields) -> Visitor<'_> {
    Visitor {
        phone: fields.get("phone"),
        name: fields.get("name"),
        birth_year: fields.get("birth_year"),
        attested: !fields.get("attested").is_empty(),
    }
}

/// Reads what a hall counted; an option without a number has no marks.
fn counted(ballot: &Ballot, fields: &Fields) -> Result<HallCount> {
    let mut marks = BTreeMap::new();
    for option in &ballot.options {
        let name = format!("option-{}", option.n);
        let n = match fields.get(&name) {
            "" => 0,
            typed => typed
                .parse()
                .map_err(|_| Problem::invalid("fields").field(name.clone(), "village-voice-number"))?,
        };
        marks.insert(option.n, n);
    }
    let n_invalid = match fields.get("n_invalid") {
        "" => 0,
        typed => voice::number("n_invalid", typed)?,
    };
    Ok(HallCount {
        held_on: voice::day("held_on", fields.get("held_on"))?,
        occasion: fields.get("occasion").to_owned(),
        n_ballots: voice::number("n_ballots", fields.get("n_ballots"))?,
        n_invalid,
        marks,
    })
}

async fn list_page(app: &App, op: &Op, page: Shell, fields: &Fields) -> Result<VoicePage> {
    let lang = op.lang;
    let page = page
        .titled(lang.text("village-goals-title"))
        .crumb(lang.text("village-voice-desk"), "/desk")
        .crumb(lang.text("village-goals-title"), "");
    let listed = list(app, None).await?;
    let view = VoicePage {
        tables: vec![list_grid(app, op, &listed, "/desk").await?],
        forms: vec![call_form(lang, fields)],
        ..VoicePage::new(page)
    };
    Ok(view.link("/goals", "village-goals-public"))
}

fn call_form(lang: Lang, fields: &Fields) -> Form {
    let is_first = fields.get("title").is_empty() && fields.all("goal").next().is_none();
    let is_chosen = |code: &str| is_first || fields.all("goal").any(|goal| goal == code);
    let mut goals: Vec<Choice> = framework()
        .goals
        .iter()
        .map(|goal| Choice {
            chosen: is_chosen(&goal.code),
            ..Choice::new(&goal.code, goal.title.in_language(lang.code()))
        })
        .collect();
    goals.push(Choice {
        chosen: is_chosen("security"),
        ..Choice::new("security", lang.text("village-goals-security"))
    });
    let most = match fields.get("most") {
        "" => MOST,
        most => most,
    };
    Form {
        title: lang.text("village-goals-call").into(),
        lead: String::new(),
        action: "/desk/goals".into(),
        hidden: Vec::new(),
        fields: vec![
            Field::line(lang, "place", "village-voice-village", fields.get("place"))
                .hinted(lang, "village-voice-village-hint"),
            Field::line(lang, "title", "village-goals-what", fields.get("title")),
            Field::number(lang, "most", "village-goals-most", most).hinted(lang, "village-goals-most-hint"),
            Field::day(lang, "opens_on", "village-goals-opens-on", fields.get("opens_on")),
            Field::day(
                lang,
                "closes_on",
                "village-goals-closes-on",
                fields.get("closes_on"),
            ),
            Field::checks("goal", lang.text("village-goals-options").into(), goals),
            Field::text(lang, "own", "village-goals-own", fields.get("own"))
                .hinted(lang, "village-goals-own-hint"),
        ],
        button: lang.text("village-goals-call").into(),
        weight: Weight::Usual,
    }
}

async fn desk_page(app: &App, op: &Op, page: Shell, ballot: &Ballot, fields: &Fields) -> Result<VoicePage> {
    let lang = op.lang;
    let standing = ballot.standing(app.config.day(op.at));
    let mut page = view(app, op, page, ballot).await?.at_desk();
    let is_operator = is_operator(op, &ballot.place);
    let is_counted = matches!(standing, Standing::Open | Standing::Counting);
    let halls = counts(app, ballot).await?;
    if is_counted {
        page.tables.push(super::pages::hall_grid(lang, &halls));
    }
    if is_counted && voice::may_count(app, op, &ballot.place).await? {
        page.forms.push(count_form(lang, ballot, fields));
    }
    if !voice::sends_codes(app) {
        page.lead.push(lang.text("village-voice-receives-only").into());
    }
    if is_operator && standing == Standing::Open {
        page.forms.push(vote_form(lang, ballot, fields));
    }
    if is_operator && standing == Standing::Counting {
        page.forms.push(form(lang, ballot, "publish", Vec::new()));
    }
    let tally = ballot.tally(&halls);
    let is_tied = standing == Standing::Published && ballot.settled.is_none() && !tally.tied.is_empty();
    if is_operator && is_tied {
        let chosen = fields.numbers("tied");
        let choices = ballot
            .options
            .iter()
            .filter(|option| tally.tied.contains(&option.n))
            .map(|option| Choice {
                chosen: chosen.contains(&option.n),
                ..Choice::new(option.n, title(lang, &option.what))
            })
            .collect();
        let legend = lang.text("village-goals-settle-choose").n("n", tally.n_room);
        let fields = vec![
            Field::checks("tied", legend.into(), choices),
            Field::day(lang, "settled_on", "village-voice-day", fields.get("settled_on")),
            Field::text(lang, "why", "village-voice-why", fields.get("why")),
        ];
        page.forms.push(form(lang, ballot, "settle", fields));
    }
    Ok(page.link(ballot.path(), "village-goals-public-one"))
}

fn count_form(lang: Lang, ballot: &Ballot, typed: &Fields) -> Form {
    let mut fields = vec![
        Field::line(lang, "occasion", "village-voice-occasion", typed.get("occasion")),
        Field::day(lang, "held_on", "village-voice-day", typed.get("held_on")),
        Field::number(lang, "n_ballots", "village-goals-ballots", typed.get("n_ballots"))
            .hinted(lang, "village-goals-ballots-hint"),
        Field::number(lang, "n_invalid", "village-goals-invalid", typed.get("n_invalid")),
    ];
    for option in &ballot.options {
        let name = format!("option-{}", option.n);
        let value = typed.get(&name).to_owned();
        let label = format!("{}. {}", lang.number(option.n), title(lang, &option.what));
        fields.push(Field::count_of(name, label, &value));
    }
    form(lang, ballot, "count", fields)
}

fn vote_form(lang: Lang, ballot: &Ballot, typed: &Fields) -> Form {
    let chosen = typed.numbers("option");
    let choices = ballot
        .options
        .iter()
        .map(|option| Choice {
            chosen: chosen.contains(&option.n),
            ..Choice::new(option.n, title(lang, &option.what))
        })
        .collect();
    let legend = lang.text("village-goals-choose").n("most", ballot.most);
    let mut fields = vec![Field::checks("option", legend.into(), choices)];
    fields.extend(visitor_fields(lang, visitor(typed)));
    form(lang, ballot, "vote", fields)
}

/// A form that does one thing with a ballot.
fn form(lang: Lang, ballot: &Ballot, act: &'static str, fields: Vec<Field>) -> Form {
    let title: String = lang.text(format!("village-goals-act-{act}")).into();
    let lead = match act {
        "publish" => lang.text("village-goals-publish-lead").into(),
        "vote" => lang.text("village-goals-vote-lead").into(),
        _ => String::new(),
    };
    let weight = match act {
        "publish" | "settle" => Weight::Final,
        _ => Weight::Usual,
    };
    Form {
        button: title.clone(),
        title,
        lead,
        action: format!("/desk{}", ballot.path()),
        hidden: vec![("act", act.to_owned())],
        fields,
        weight,
    }
}
