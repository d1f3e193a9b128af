//! The page of one round at the desk: step by step, with what is still missing.

use askama::Template;
use axum::{
    extract::{Path, State as Of},
    http::{HeaderMap, Uri},
    response::Response,
};
use jiff::civil::{Date, date};

use super::{
    AT_DESK,
    fields::Fields,
    round_acts::{self, TOLD},
    sample, session,
};
use crate::{
    accounts,
    evidence::{
        model::Commitment,
        pages::{Tag, tag},
    },
    facilitators::model::group::GROUPS,
    places::{self, model::Places},
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Cell, Choice, SummaryRow, label_rows},
        },
        i18n::Lang,
        id,
        op::Op,
        page::{field_errors, render_refused, shell},
        plain::Form,
        problem::{Kind, Result},
        time::Time,
        told,
    },
    scorecards::{
        PlanLine, View,
        model::{
            act::{Act, Conflict, What},
            facility::Facility,
            round::State,
            score::{Input, Photo},
            session::{Session, Side},
        },
        pages::{
            one::{self, Results},
            words,
        },
        plan_lines, read,
    },
};

/// Empty rows for inputs that are still to come.
const BLANKS: usize = 2;

/// One round.
#[derive(Template)]
#[template(path = "scorecards/desk/round.html")]
pub struct RoundPage {
    page: Shell,
    action: String,
    public_href: String,
    state: Tag,
    /// What comes next, and what is missing before.
    next: String,
    missing: Vec<String>,
    facts: Vec<SummaryRow>,
    /// Of this showing of the page.
    token: String,
    at: i64,
    revision: i64,
    facilitates: bool,
    leads: bool,
    is_planned: bool,
    is_gathering: bool,
    is_meeting: bool,
    is_agreed: bool,
    /// Hidden from everybody but facilitators until the meeting.
    inputs_head: Vec<Cell>,
    inputs_rows: Vec<Vec<Cell>>,
    inputs: Vec<InputView>,
    sessions: Vec<SessionView>,
    provider_href: String,
    groups: Vec<Choice>,
    group_places: Vec<Choice>,
    conflicts: Vec<ConflictView>,
    late: Vec<String>,
    notes: Vec<NoteView>,
    /// Those that the reader may see; nobody agreed to more.
    photos: Vec<PhotoView>,
    results: Option<Results>,
    plan_head: Vec<Cell>,
    plan: Vec<Vec<Cell>>,
    criteria: Vec<Choice>,
    owners: Vec<Choice>,
    came: Vec<CameField>,
    minutes: String,
    typed: Fields,
}

/// An input as fields.
struct InputView {
    id: String,
    legend: String,
    what: String,
    entitlement: String,
    actual: String,
    remark: String,
    short: Vec<Choice>,
}

struct SessionView {
    href: String,
    name: String,
    about: String,
    standing: Tag,
}

/// Two acts that differ, to choose from.
struct ConflictView {
    id: String,
    session: String,
    about: String,
    /// Act and what it says; the first holds meanwhile.
    choices: Vec<(String, String)>,
}

struct NoteView {
    on: String,
    text: String,
}

/// A photograph of a session or of the meeting.
struct PhotoView {
    href: String,
    /// What it shows, and of which session and day it is.
    words: String,
}

/// How many of a group came to the meeting.
struct CameField {
    name: String,
    label: String,
    value: String,
}

/// What the page is made of besides the round.
struct Around<'a> {
    all: &'a Places,
    owners: Vec<(String, String)>,
    plan: Vec<PlanLine>,
}

pub async fn show(
    Of(app): Of<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path(round): Path<String>,
) -> Result<Response> {
    op.require(&AT_DESK)?;
    let view = read(&app, &op, &round).await?;
    let page = told::shell_with(&headers, shell(&app, &op, &uri), &TOLD);
    let page = gathered(&app, &op, page, &view, Fields::default()).await?;
    told::render_once(&headers, &uri, &page)
}

pub async fn act(
    Of(app): Of<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path(round): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response> {
    op.require(&AT_DESK)?;
    let view = read(&app, &op, &round).await?;
    let fields = Fields::new(sent);
    match round_acts::done(&app, &op, &view, &fields).await {
        Ok(text) => Ok(told::redirect(&app, &headers, &address(&view.round.code), text)),
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::Conflict) => {
            let page = Shell {
                errors: field_errors(&problem, &op),
                ..shell(&app, &op, &uri)
            };
            render_refused(&problem, &gathered(&app, &op, page, &view, fields).await?)
        }
        Err(problem) => Err(problem),
    }
}

/// The address of a round at the desk.
#[must_use]
pub fn address(round: &str) -> String {
    format!("/desk/scorecards/{round}")
}

async fn gathered(app: &App, op: &Op, page: Shell, view: &View, typed: Fields) -> Result<RoundPage> {
    let all = places::all(app).await?;
    let organisations = accounts::list_organisations(app).await?;
    let around = Around {
        all: &all,
        owners: organisations
            .into_iter()
            .map(|organisation| (organisation.code, organisation.name))
            .collect(),
        plan: match view.round.state {
            State::Planned | State::Gathering | State::Cancelled => Vec::new(),
            State::Meeting | State::Agreed | State::Closed => plan_lines(app, &view.round.id).await?,
        },
    };
    let today = app.config.day(op.at);
    let mut page = RoundPage::new(page, view, &around, typed, op.at);
    page.plan = around
        .plan
        .iter()
        .map(|line| {
            let commitment = &line.commitment;
            vec![
                Cell::html(words::link(&commitment.path(), &commitment.promise)),
                Cell::text(
                    line.standard
                        .as_deref()
                        .map_or_else(String::new, |code| words::standard(op.lang, code)),
                ),
                Cell::text(owner_of(&around, commitment)),
                Cell::text(&line.resources),
                Cell::text(op.lang.short_date(commitment.due_on)),
                Cell::html(words::tag_markup(&tag(op.lang, commitment.standing(today)))),
            ]
        })
        .collect();
    label_rows(&page.plan_head, &mut page.plan);
    page.notes = view
        .notes
        .iter()
        .map(|note| NoteView {
            on: op.lang.short_date(app.config.day(note.at)),
            text: note.text.clone(),
        })
        .collect();
    page.photos = view
        .photos
        .iter()
        .map(|photo| PhotoView::of(op.lang, view, photo, app.config.day(photo.at)))
        .collect();
    Ok(page)
}

/// Organisation and post of a promise.
fn owner_of(around: &Around<'_>, commitment: &Commitment) -> String {
    let name = around
        .owners
        .iter()
        .find(|(code, _)| *code == commitment.owner)
        .map_or_else(|| commitment.owner.clone(), |(_, name)| name.clone());
    match &commitment.owner_post {
        Some(post) => format!("{name}, {post}"),
        None => name,
    }
}

impl RoundPage {
    fn new(page: Shell, view: &View, around: &Around<'_>, typed: Fields, at: Time) -> RoundPage {
        let lang = page.lang;
        let (round, facility, rights) = (&view.round, &view.facility, view.rights);
        let title = lang
            .text("scorecards-pages-round-of")
            .arg("facility", &facility.name)
            .n("n", round.n)
            .to_string();
        let mut inputs_rows: Vec<Vec<Cell>> =
            view.inputs.iter().map(|input| input_row(lang, input)).collect();
        let inputs_head = input_head(lang);
        label_rows(&inputs_head, &mut inputs_rows);
        let plan_head = [
            "evidence-promise",
            "scorecards-pages-criterion",
            "evidence-owner",
            "scorecards-desk-resources",
            "evidence-due",
            "evidence-standing",
        ];
        let is_open = matches!(round.state, State::Planned | State::Gathering);
        let token = match typed.get("token") {
            "" => id::fresh(at),
            token => token.to_owned(),
        };
        RoundPage {
            action: address(&round.code),
            public_href: one::address(&round.code),
            state: words::state_tag(lang, round.state),
            next: lang
                .text(format!("scorecards-desk-next-{}", round.state.as_str()))
                .to_string(),
            missing: missing(lang, view),
            facts: facts(lang, around.all, view),
            at: typed.shown_at(at).0,
            revision: round.revision,
            facilitates: rights.facilitates,
            leads: rights.leads,
            is_planned: round.state == State::Planned,
            is_gathering: round.state == State::Gathering,
            is_meeting: round.state == State::Meeting,
            is_agreed: round.state == State::Agreed,
            inputs: match rights.facilitates && is_open {
                true => inputs(lang, view, &typed, &token),
                false => Vec::new(),
            },
            inputs_head,
            inputs_rows,
            sessions: view
                .sessions
                .iter()
                .filter(|session| rights.facilitates || session.side == Side::Provider)
                .map(|session| SessionView::of(lang, around.all, view, session))
                .collect(),
            provider_href: match rights.provides {
                true => format!("{}/provider", address(&round.code)),
                false => String::new(),
            },
            groups: groups(lang, typed.get("group")),
            group_places: served(lang, around.all, facility, typed.get("group_place")),
            conflicts: view
                .conflicts
                .iter()
                .map(|conflict| ConflictView::of(lang, view, conflict))
                .collect(),
            late: view
                .late
                .iter()
                .map(|late| in_words(lang, view, &late.act))
                .collect(),
            notes: Vec::new(),
            photos: Vec::new(),
            results: view
                .shown
                .as_ref()
                .map(|shown| Results::of(lang, round.scale, shown)),
            plan_head: plan_head.map(|id| Cell::text(lang.text(id))).to_vec(),
            plan: Vec::new(),
            criteria: criteria(lang, view, typed.get("criterion")),
            owners: owners(lang, around, &facility.organisation, &typed),
            came: came(lang, view, &typed),
            minutes: match typed.get("minutes") {
                "" => round.minutes.clone(),
                minutes => minutes.to_owned(),
            },
            page: super::way(page).titled(&title).crumb(title, ""),
            token,
            typed,
        }
    }

    /// What was typed into a field that was refused.
    fn typed(&self, name: &str) -> &str {
        self.typed.get(name)
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> RoundPage {
        let all = Places::default();
        let around = Around {
            all: &all,
            owners: vec![("dinkes".into(), "Dinas <PU>".into())],
            plan: Vec::new(),
        };
        let mut view = sample::view();
        view.shown = one::sample().shown;
        let page = RoundPage::new(Shell::sample(lang), &view, &around, Fields::default(), Time(0));
        let plan_row: Vec<Cell> = page
            .plan_head
            .iter()
            .map(|_| Cell::text("Buka <jam> 7"))
            .collect();
        RoundPage {
            is_planned: true,
            is_meeting: true,
            is_agreed: true,
            plan: vec![plan_row],
            notes: vec![NoteView {
                on: lang.short_date(date(2026, 11, 16)),
                text: "Air <masih> keruh".into(),
            }],
            photos: vec![PhotoView {
                href: "/desk/scorecards/0/hall/photos/0".into(),
                words: "Antre <di> loket".into(),
            }],
            ..page
        }
    }
}

impl PhotoView {
    fn of(lang: Lang, view: &View, photo: &Photo, on: Date) -> PhotoView {
        let session = photo.session.as_deref();
        let session = view
            .sessions
            .iter()
            .find(|known| Some(known.id.as_str()) == session);
        let parts = [
            photo.caption.clone(),
            session.map_or_else(String::new, |found| session::name(lang, found)),
            lang.short_date(on),
        ];
        let said: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        PhotoView {
            href: format!("{}/hall/photos/{}", address(&view.round.code), photo.blob),
            words: said.join(" · "),
        }
    }
}

/// What is still to be done before the next step.
fn missing(lang: Lang, view: &View) -> Vec<String> {
    let (round, rights) = (&view.round, view.rights);
    let n_open = view
        .sessions
        .iter()
        .filter(|session| session.side == Side::Users && session.is_open())
        .count();
    let is_provider_open = view
        .sessions
        .iter()
        .any(|session| session.side == Side::Provider && session.is_open());
    let mut missing = Vec::new();
    if round.state == State::Gathering && rights.facilitates && view.inputs.is_empty() {
        missing.push(lang.text("scorecards-desk-missing-inputs").to_string());
    }
    if round.state == State::Gathering && n_open > 0 {
        missing.push(
            lang.text("scorecards-desk-missing-sessions")
                .n("n", n_open)
                .to_string(),
        );
    }
    if round.state == State::Gathering && is_provider_open {
        missing.push(lang.text("scorecards-desk-missing-provider").to_string());
    }
    if !view.conflicts.is_empty() {
        missing.push(
            lang.text("scorecards-desk-missing-choices")
                .n("n", view.conflicts.len())
                .to_string(),
        );
    }
    missing
}

fn facts(lang: Lang, all: &Places, view: &View) -> Vec<SummaryRow> {
    let (round, facility) = (&view.round, &view.facility);
    let row = |id: &'static str, value: String| SummaryRow::new(lang.text(id), value);
    let mut facts = vec![
        row("scorecards-pages-place", words::place(lang, all, &facility.place)),
        row("scorecards-pages-planned-on", lang.date(round.planned_on)),
        row(
            "scorecards-desk-scale",
            lang.text(format!("scorecards-desk-scale-{}", round.scale.as_str()))
                .to_string(),
        ),
    ];
    if let Some(day) = round.meeting_on {
        facts.push(row("scorecards-pages-met-on", lang.date(day)));
    }
    if let Some(attendance) = &round.attendance {
        facts.push(row("scorecards-pages-came", one::came(lang, attendance)));
    }
    if let Some(day) = round.next_on {
        facts.push(row("scorecards-pages-next-on", lang.date(day)));
    }
    if let Some(why) = &round.why {
        facts.push(row("scorecards-desk-why", why.clone()));
    }
    if !round.minutes.is_empty() {
        facts.push(row("scorecards-desk-minutes", round.minutes.clone()));
    }
    facts
}

fn input_head(lang: Lang) -> Vec<Cell> {
    [
        "scorecards-desk-input",
        "scorecards-desk-entitlement",
        "scorecards-desk-actual",
        "scorecards-desk-remark",
        "scorecards-desk-short",
    ]
    .map(|id| Cell::text(lang.text(id)))
    .to_vec()
}

fn input_row(lang: Lang, input: &Input) -> Vec<Cell> {
    let short = match input.is_short {
        true => lang.text("scorecards-desk-is-short").to_string(),
        false => String::new(),
    };
    vec![
        Cell::text(&input.what),
        Cell::text(&input.entitlement),
        Cell::text(&input.actual),
        Cell::text(&input.remark),
        Cell::text(short),
    ]
}

/// Inputs as fields: those that are known, and rows for more. What was typed stands before what is known.
fn inputs(lang: Lang, view: &View, typed: &Fields, token: &str) -> Vec<InputView> {
    let known = view.inputs.iter().map(|input| (input.id.clone(), Some(input)));
    let blanks = (0..BLANKS).map(|n| (round_acts::blank_id(token, n), None));
    let is_typed = typed.get("act") == "inputs";
    known
        .chain(blanks)
        .map(|(id, input)| {
            let field = |name: &str, kept: &dyn Fn(&Input) -> String| match is_typed {
                true => typed.of(name, &id).to_owned(),
                false => input.map(kept).unwrap_or_default(),
            };
            let is_short = field("short", &|input| match input.is_short {
                true => "yes".to_owned(),
                false => String::new(),
            });
            InputView {
                legend: input.map_or_else(
                    || lang.text("scorecards-desk-input-new").to_string(),
                    |input| input.what.clone(),
                ),
                what: field("what", &|input| input.what.clone()),
                entitlement: field("entitlement", &|input| input.entitlement.clone()),
                actual: field("actual", &|input| input.actual.clone()),
                remark: field("remark", &|input| input.remark.clone()),
                short: vec![Choice::new("yes", lang.text("scorecards-desk-short")).chosen_if(&is_short)],
                id,
            }
        })
        .collect()
}

impl InputView {
    /// The name of a field of this input.
    fn field(&self, name: &str) -> String {
        format!("{name}.{}", self.id)
    }
}

impl SessionView {
    fn of(lang: Lang, all: &Places, view: &View, session: &Session) -> SessionView {
        let reads = view.rights.reads_side(session.side, view.round.state);
        let people = match (reads, session.n_present) {
            (true, Some(n)) => lang.text("scorecards-pages-n-people").n("n", n).to_string(),
            _ => String::new(),
        };
        SessionView {
            href: match reads {
                true => session::address(&view.round.code, session),
                false => String::new(),
            },
            name: session::name(lang, session),
            about: [words::place(lang, all, &session.place), people]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" · "),
            standing: session::standing(lang, session),
        }
    }
}

impl ConflictView {
    fn of(lang: Lang, view: &View, conflict: &Conflict) -> ConflictView {
        let session = view
            .sessions
            .iter()
            .find(|session| session.id == conflict.session);
        let stands = conflict.first.as_ref().map_or_else(
            || lang.text("scorecards-desk-stands-before").to_string(),
            |first| in_words(lang, view, first),
        );
        // Where what holds came from the round before, no act wrote it: any id but the second's keeps it.
        let first = conflict
            .first
            .as_ref()
            .map_or_else(|| conflict.id.clone(), |first| first.id.clone());
        ConflictView {
            id: conflict.id.clone(),
            session: conflict.session.clone(),
            about: session.map_or_else(String::new, |session| session::name(lang, session)),
            choices: vec![
                (first, stands),
                (conflict.second.id.clone(), in_words(lang, view, &conflict.second)),
            ],
        }
    }
}

/// What an act says, for whoever chooses.
fn in_words(lang: Lang, view: &View, act: &Act) -> String {
    let of_criterion = |id: &String| {
        view.criteria
            .iter()
            .find(|criterion| criterion.id == *id)
            .map_or_else(String::new, |criterion| criterion.words.clone())
    };
    let parts = match &act.what {
        What::Criterion {
            words: said,
            standard,
            ..
        } => vec![
            said.clone(),
            standard
                .as_deref()
                .map_or_else(String::new, |code| words::standard(lang, code)),
        ],
        What::DropCriterion { criterion } => vec![
            of_criterion(criterion),
            lang.text("scorecards-desk-criterion-drop").to_string(),
        ],
        What::Score {
            criterion,
            value,
            reason,
            suggestion,
            ..
        } => vec![
            of_criterion(criterion),
            words::points(lang, view.round.scale, Some(*value)),
            reason.clone(),
            suggestion.clone(),
        ],
        What::Note { text, .. } => vec![text.clone()],
        What::Input { what, actual, .. } => vec![what.clone(), actual.clone()],
        What::Reopen { why } | What::Drop { why } => vec![why.clone()],
        What::Present { n } => vec![lang.text("scorecards-pages-n-people").n("n", *n).to_string()],
        What::Photo { caption, .. } => vec![caption.clone()],
        What::Consent { text } => vec![text.clone()],
        What::Seal => vec![lang.text("scorecards-desk-seal").to_string()],
        What::Choose { .. } => vec![lang.text("scorecards-desk-choose").to_string()],
    };
    let said: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    said.join(" · ")
}

fn groups(lang: Lang, chosen: &str) -> Vec<Choice> {
    GROUPS
        .map(|group| Choice::new(group, words::group(lang, group)).chosen_if(chosen))
        .into()
}

/// The places that a facility serves.
#[must_use]
pub fn served(lang: Lang, all: &Places, facility: &Facility, chosen: &str) -> Vec<Choice> {
    let mut places: Vec<&String> = facility.serves.iter().collect();
    if !places.contains(&&facility.place) {
        places.insert(0, &facility.place);
    }
    places
        .into_iter()
        .map(|code| Choice::new(code, words::place(lang, all, code)).chosen_if(chosen))
        .collect()
}

/// Criteria that a promise may answer: the standard ones that were scored, then those in words of their own.
fn criteria(lang: Lang, view: &View, chosen: &str) -> Vec<Choice> {
    let none = Choice::new("", lang.text("scorecards-desk-criterion-none")).chosen_if(chosen);
    let mut choices = vec![none];
    for criterion in &view.criteria {
        let name = words::criterion(lang, criterion.standard.as_deref(), &criterion.words);
        let choice = Choice::new(&criterion.id, name).chosen_if(chosen);
        if !choices.iter().any(|known| known.text == choice.text) {
            choices.push(choice);
        }
    }
    choices
}

/// Who may promise: the provider stands first.
fn owners(lang: Lang, around: &Around<'_>, provider: &str, typed: &Fields) -> Vec<Choice> {
    let chosen = match typed.get("act") {
        "promise" => typed.get("owner"),
        _ => provider,
    };
    let choice = |(code, name): &(String, String)| Choice::new(code, name).chosen_if(chosen);
    let none = Choice::new("", lang.text("scorecards-desk-choose-one")).chosen_if(chosen);
    [none]
        .into_iter()
        .chain(around.owners.iter().map(choice))
        .collect()
}

/// How many came: all of them, then of each group.
fn came(lang: Lang, view: &View, typed: &Fields) -> Vec<CameField> {
    let kept = view.round.attendance.as_ref();
    let field = |name: String, label: String, kept: Option<u32>| CameField {
        value: match typed.get(&name) {
            "" => kept.map(|n| n.to_string()).unwrap_or_default(),
            typed => typed.to_owned(),
        },
        name,
        label,
    };
    let total = field(
        "attendance".to_owned(),
        lang.text("scorecards-desk-came-total").to_string(),
        kept.map(|attendance| attendance.total),
    );
    let groups = GROUPS.into_iter().map(|group| {
        let n = kept.and_then(|attendance| attendance.by_group.get(group).copied());
        field(format!("came.{group}"), words::group(lang, group), n)
    });
    [total].into_iter().chain(groups).collect()
}
