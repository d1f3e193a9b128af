//! The vote on goals for everybody: ballots, voting from a telephone, and the result with how it was counted.

use axum::{
    Form as Sent, Router,
    extract::{Path, Query, State as Shared},
    http::{HeaderMap, Uri},
    response::Response,
    routing::{get, post},
};

use super::{
    counts, files, find, list,
    model::{Ballot, HallCount, Line, Standing, Tally, What},
    read_choices, require_open, vote,
};
use crate::{
    catalog::contributions::callers::Caller,
    evidence::{model::mask::mask, pages::Tag},
    indicators::tracker::model::framework::framework,
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Cell, Choice, SummaryRow},
        },
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Result},
        told,
    },
    village::{
        proposals::pages::Narrowed,
        voice::{
            self, Asked, Person, Ticket,
            counting::Way,
            view::{Field, Form, Grid, Link, VoicePage, Weight, link_cell, village_row},
        },
        year::pages::{SHAPES, day_cell, split},
    },
};

/// What a ballot's page says once.
const SAID: [&str; 1] = ["village-goals-said-voted"];

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/goals", get(all))
        .route("/goals.json", get(all_as_json))
        .route("/goals.csv", get(all_as_csv))
        .route("/goals/{ballot}", get(one).post(send_code))
        .route("/goals/{ballot}/code", post(count))
}

/// The fields of a form whose names repeat.
pub struct Fields(pub Vec<(String, String)>);

impl Fields {
    /// Returns a field; empty where it was not sent.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// Returns every value of a field.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let of_name = self.0.iter().filter(move |(sent, _)| sent == name);
        of_name.map(|(_, value)| value.trim())
    }

    /// Returns every value of a field that is a number.
    #[must_use]
    pub fn numbers(&self, name: &str) -> Vec<u32> {
        self.all(name).filter_map(|value| value.parse().ok()).collect()
    }
}

async fn all(Shared(app): Shared<App>, op: Op, uri: Uri, Query(asked): Query<Narrowed>) -> Result<Response> {
    let lang = op.lang;
    let page = shell(&app, &op, &uri)
        .titled(lang.text("village-goals-title"))
        .described(lang.text("village-goals-lead"))
        .crumb(lang.text("village-goals-title"), "")
        .shapes(&SHAPES);
    let listed = list(&app, asked.place()).await?;
    let view = VoicePage {
        lead: vec![lang.text("village-goals-lead").into()],
        tables: vec![list_grid(&app, &op, &listed, "").await?],
        ..VoicePage::new(page)
    };
    render(&view.link("/villages", "village-list-all"))
}

async fn all_as_json(Shared(app): Shared<App>, op: Op, Query(asked): Query<Narrowed>) -> Result<Response> {
    let listed = list(&app, asked.place()).await?;
    Ok(files::list_as_json(&listed, app.config.day(op.at)))
}

async fn all_as_csv(Shared(app): Shared<App>, op: Op, Query(asked): Query<Narrowed>) -> Result<Response> {
    let listed = list(&app, asked.place()).await?;
    files::list_as_csv(&listed, app.config.day(op.at))
}

async fn one(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path(address): Path<String>,
) -> Result<Response> {
    let (code, shape) = split(&address);
    let ballot = find(&app, code).await?;
    if let Some(shape) = shape {
        let (halls, today) = (counts(&app, &ballot).await?, app.config.day(op.at));
        return match shape {
            "json" => Ok(files::one_as_json(op.lang, &ballot, &halls, today)),
            _ => files::one_as_csv(op.lang, &ballot, &halls, today),
        };
    }
    let page = told::shell_with(&headers, shell(&app, &op, &uri), &SAID).shapes(&SHAPES);
    let mut view = view(&app, &op, page, &ballot).await?;
    add_form(&app, &op, &mut view, &ballot, ("", &[]));
    told::render_once(&headers, &uri, &view)
}

async fn send_code(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    caller: Caller,
    Path(code): Path<String>,
    Sent(fields): Sent<Vec<(String, String)>>,
) -> Result<Response> {
    let fields = Fields(fields);
    let ballot = find(&app, &code).await?;
    require_open(&app, &op, &ballot)?;
    let numbers = fields.numbers("option");
    let mut page = shell(&app, &op, &uri);
    match asked(
        &app,
        &op,
        caller,
        &ballot,
        (fields.get("phone"), numbers.as_slice()),
    )
    .await
    {
        Ok(ticket) => render(&code_page(page, &ballot, ticket)),
        Err(problem) if problem.kind() == Kind::Invalid => {
            page.errors = field_errors(&problem, &op);
            let mut view = view(&app, &op, page, &ballot).await?;
            add_form(
                &app,
                &op,
                &mut view,
                &ballot,
                (fields.get("phone"), numbers.as_slice()),
            );
            render_refused(&problem, &view)
        }
        Err(problem) => Err(problem),
    }
}

async fn count(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path(code): Path<String>,
    Sent(fields): Sent<Vec<(String, String)>>,
) -> Result<Response> {
    let fields = Fields(fields);
    let ballot = find(&app, &code).await?;
    require_open(&app, &op, &ballot)?;
    match counted(&app, &op, &ballot, &fields).await {
        Ok(()) => Ok(told::redirect(
            &app,
            &headers,
            &ballot.path(),
            "village-goals-said-voted",
        )),
        Err(problem) if problem.kind() == Kind::Invalid && !problem.fields().is_empty() => {
            let mut page = shell(&app, &op, &uri);
            page.errors = field_errors(&problem, &op);
            let ticket = fields.get("ticket").to_owned();
            render_refused(&problem, &code_page(page, &ballot, ticket))
        }
        Err(problem) => Err(problem),
    }
}

/// Looks whether the choices will do before a code is sent for them.
async fn asked(
    app: &App,
    op: &Op,
    caller: Caller,
    ballot: &Ballot,
    (phone, numbers): (&str, &[u32]),
) -> Result<String> {
    let choices = read_choices(ballot, numbers)?;
    let asked = Asked {
        matter: &ballot.matter(),
        phone,
        choices,
        follows: false,
        withdraws: false,
    };
    voice::send_code(app, op, caller, asked).await
}

async fn counted(app: &App, op: &Op, ballot: &Ballot, fields: &Fields) -> Result<()> {
    let ticket = Ticket::read(app, fields.get("ticket"), &ballot.matter())?;
    let person = Person::Phone(ticket.phone(app)?);
    voice::take_code(app, op, &ticket, fields.get("code")).await?;
    let mut tx = app.db.begin().await?;
    vote(app, &mut tx, op, ballot, (&person, Way::Phone), &ticket.choices).await?;
    tx.commit().await
}

/// The table of a list of ballots; `base` stands before the address of each.
///
/// # Errors
/// When the database fails.
pub async fn list_grid(app: &App, op: &Op, listed: &[Ballot], base: &str) -> Result<Grid> {
    let (lang, today) = (op.lang, app.config.day(op.at));
    let mut rows = Vec::with_capacity(listed.len());
    for ballot in listed {
        rows.push(vec![
            link_cell(&format!("{base}{}", ballot.path()), &mask(&ballot.title)),
            Cell::text(voice::place_name(app, lang.code(), &ballot.place).await?),
            Cell::text(tag(lang, ballot.standing(today)).text),
            day_cell(ballot.opens_on, &lang.date(ballot.opens_on)),
            day_cell(ballot.closes_on, &lang.date(ballot.closes_on)),
        ]);
    }
    Ok(Grid {
        caption: lang.text("village-goals-title").into(),
        none: lang.text("village-goals-none").into(),
        head: [
            "village-goals-what",
            "village-voice-village",
            "village-voice-stands",
            "village-goals-opens-on",
            "village-goals-closes-on",
        ]
        .map(|id| Cell::text(lang.text(id)))
        .into(),
        rows,
    })
}

/// A ballot as everybody reads it: what can be chosen while people vote, the result once it is published.
///
/// # Errors
/// When the database fails.
pub async fn view(app: &App, op: &Op, page: Shell, ballot: &Ballot) -> Result<VoicePage> {
    let lang = op.lang;
    let title = mask(&ballot.title);
    let standing = ballot.standing(app.config.day(op.at));
    let page = page
        .titled(&title)
        .crumb(lang.text("village-goals-title"), "/goals")
        .crumb(&title, "");
    let row = |id: &'static str, value: String| SummaryRow::new(lang.text(id), value);
    let place = voice::place_name(app, lang.code(), &ballot.place).await?;
    let mut view = VoicePage {
        tag: Some(tag(lang, standing)),
        facts: vec![
            row("village-voice-code-label", ballot.code.clone()),
            village_row(lang, &ballot.place, &place),
            row("village-goals-opens-on", lang.date(ballot.opens_on)),
            row("village-goals-closes-on", lang.date(ballot.closes_on)),
            row("village-goals-most", lang.number(ballot.most)),
        ],
        ..VoicePage::new(page)
    };
    let halls = counts(app, ballot).await?;
    let tally = ballot.tally(&halls);
    match standing {
        Standing::Published => add_result(lang, &mut view, ballot, &tally, &halls),
        Standing::Counting => view.lead.push(lang.text("village-goals-counting").into()),
        Standing::Planned | Standing::Open => view.tables.push(option_grid(lang, ballot)),
    }
    Ok(view)
}

fn add_result(lang: Lang, view: &mut VoicePage, ballot: &Ballot, tally: &Tally, halls: &[HallCount]) {
    let names = |numbers: &[u32]| -> String {
        let titles: Vec<String> = ballot
            .options
            .iter()
            .filter(|option| numbers.contains(&option.n))
            .map(|option| title(lang, &option.what))
            .collect();
        titles.join("; ")
    };
    let how = lang
        .text("village-goals-how")
        .n("n", tally.n_voters)
        .arg("hall", lang.number(tally.n_hall))
        .arg("phone", lang.number(ballot.n_phone))
        .arg("invalid", lang.number(tally.n_invalid))
        .arg("most", lang.number(ballot.most));
    view.lead.push(how.into());
    if ballot.n_at_desk() > 0 {
        let at_desk = lang
            .text("village-goals-how-desk")
            .n("n", ballot.n_at_desk())
            .arg("attested", lang.number(ballot.n_attested));
        view.lead.push(at_desk.into());
    }
    if ballot.n_unconfirmed > 0 {
        let unconfirmed = lang
            .text("village-goals-how-unconfirmed")
            .n("n", ballot.n_unconfirmed);
        view.lead.push(unconfirmed.into());
    }
    view.tables.push(hall_grid(lang, halls));
    if !tally.is_shown {
        view.lead.push(lang.text("village-goals-too-few").into());
        return;
    }
    let outcome = ballot.outcome(tally);
    if !outcome.is_empty() {
        let chosen = lang.text("village-goals-chosen").arg("goals", names(&outcome));
        view.lead.insert(0, chosen.into());
    }
    if !tally.tied.is_empty() {
        let tied = lang
            .text("village-goals-tie")
            .arg("goals", names(&tally.tied))
            .n("n", tally.n_room);
        view.lead.push(tied.into());
    }
    if let Some(settled) = &ballot.settled {
        let said = lang
            .text("village-goals-settled")
            .arg("day", lang.date(settled.on))
            .arg("goals", names(&settled.chosen))
            .arg("why", mask(&settled.why));
        view.lead.push(said.into());
    }
    view.tables.insert(0, result_grid(lang, ballot, tally, &outcome));
}

fn result_grid(lang: Lang, ballot: &Ballot, tally: &Tally, outcome: &[u32]) -> Grid {
    let mut head = vec![Cell::text(lang.text("village-goals-option"))];
    if tally.is_split {
        head.push(Cell::over_numbers(lang.text("village-goals-hall")));
        head.push(Cell::over_numbers(lang.text("village-goals-phone")));
        head.push(Cell::over_numbers(lang.text("village-goals-desk")));
    }
    head.push(Cell::over_numbers(lang.text("village-goals-votes")));
    head.push(Cell::text(lang.text("village-goals-is-chosen")));
    if ballot.shows_unconfirmed() {
        head.push(Cell::over_numbers(lang.text("village-goals-unconfirmed")));
    }
    let number = |n: u32| Cell::number(lang.number(n), f64::from(n));
    let row = |line: &Line| {
        let option = ballot.options.iter().find(|option| option.n == line.n);
        let mut row = vec![Cell::text(
            option.map_or_else(String::new, |option| title(lang, &option.what)),
        )];
        if tally.is_split {
            row.extend([number(line.hall), number(line.phone), number(line.desk)]);
        }
        row.push(number(line.all()));
        let said = if outcome.contains(&line.n) {
            "village-goals-yes"
        } else if tally.tied.contains(&line.n) {
            "village-goals-tied"
        } else {
            "village-goals-no"
        };
        row.push(Cell::text(lang.text(said)));
        if ballot.shows_unconfirmed() {
            row.push(number(line.unconfirmed));
        }
        row
    };
    Grid {
        caption: lang.text("village-goals-result").into(),
        none: String::new(),
        head,
        rows: tally.lines.iter().map(row).collect(),
    }
}

/// What was counted where: ballots and invalid ones, not what they chose.
#[must_use]
pub fn hall_grid(lang: Lang, halls: &[HallCount]) -> Grid {
    let number = |n: u32| Cell::number(lang.number(n), f64::from(n));
    let rows = halls
        .iter()
        .map(|hall| {
            vec![
                day_cell(hall.held_on, &lang.date(hall.held_on)),
                Cell::text(mask(&hall.occasion)),
                number(hall.n_ballots),
                number(hall.n_invalid),
            ]
        })
        .collect();
    Grid {
        caption: lang.text("village-goals-halls").into(),
        none: lang.text("village-goals-halls-none").into(),
        head: vec![
            Cell::text(lang.text("village-voice-day")),
            Cell::text(lang.text("village-voice-occasion")),
            Cell::over_numbers(lang.text("village-goals-ballots")),
            Cell::over_numbers(lang.text("village-goals-invalid")),
        ],
        rows,
    }
}

fn option_grid(lang: Lang, ballot: &Ballot) -> Grid {
    let rows = ballot
        .options
        .iter()
        .map(|option| {
            vec![
                Cell::number(lang.number(option.n), f64::from(option.n)),
                Cell::text(title(lang, &option.what)),
            ]
        })
        .collect();
    Grid {
        caption: lang.text("village-goals-options").into(),
        none: String::new(),
        head: vec![
            Cell::over_numbers(lang.text("village-goals-number")),
            Cell::text(lang.text("village-goals-option")),
        ],
        rows,
    }
}

/// Returns what an option is called.
#[must_use]
pub fn title(lang: Lang, what: &What) -> String {
    match what {
        What::Goal(code) => match framework().goal(code) {
            Some(goal) => goal.title.in_language(lang.code()).to_owned(),
            None => code.clone(),
        },
        What::Security => lang.text("village-goals-security").into(),
        What::Own(title) => mask(title),
    }
}

/// Where a ballot stands, as a tag.
#[must_use]
pub fn tag(lang: Lang, standing: Standing) -> Tag {
    let class = match standing {
        Standing::Planned => "govuk-tag--grey",
        Standing::Open => "govuk-tag--blue",
        Standing::Counting => "govuk-tag--yellow",
        Standing::Published => "govuk-tag--green",
    };
    let state = standing.as_str();
    Tag {
        class,
        text: lang.text(format!("village-goals-state-{state}")).into(),
    }
}

fn add_form(app: &App, op: &Op, view: &mut VoicePage, ballot: &Ballot, (phone, chosen): (&str, &[u32])) {
    let lang = op.lang;
    if ballot.standing(app.config.day(op.at)) != Standing::Open {
        return;
    }
    if !voice::sends_codes(app) {
        view.lead.push(lang.text("village-goals-no-sms").into());
        return;
    }
    let by_sms = lang
        .text("village-goals-by-sms")
        .arg("code", &ballot.code)
        .n("most", ballot.most);
    let choices = ballot
        .options
        .iter()
        .map(|option| Choice {
            chosen: chosen.contains(&option.n),
            ..Choice::new(option.n, title(lang, &option.what))
        })
        .collect();
    let legend = lang.text("village-goals-choose").n("most", ballot.most);
    view.action = Some(Link {
        href: format!("#form-{}", view.forms.len() + 1),
        text: lang.text("village-goals-vote").into(),
    });
    view.forms.push(Form {
        title: lang.text("village-goals-vote").into(),
        lead: by_sms.into(),
        action: ballot.path(),
        hidden: Vec::new(),
        fields: vec![
            Field::checks("option", legend.into(), choices),
            Field::phone(lang, "phone", "village-voice-phone", phone)
                .hinted(lang, "village-voice-phone-hint"),
        ],
        button: lang.text("village-voice-send-code").into(),
        weight: Weight::Usual,
    });
}

fn code_page(page: Shell, ballot: &Ballot, ticket: String) -> VoicePage {
    let lang = page.lang;
    let page = page
        .titled(lang.text("village-goals-vote"))
        .crumb(lang.text("village-goals-title"), "/goals")
        .crumb(mask(&ballot.title), ballot.path())
        .crumb(lang.text("village-goals-vote"), "");
    let form = Form {
        title: String::new(),
        lead: lang.text("village-voice-code-sent").into(),
        action: format!("{}/code", ballot.path()),
        hidden: vec![("ticket", ticket)],
        fields: vec![Field::number(lang, "code", "village-voice-code-typed", "")],
        button: lang.text("village-goals-vote").into(),
        weight: Weight::Usual,
    };
    VoicePage {
        forms: vec![form],
        ..VoicePage::new(page)
    }
}
