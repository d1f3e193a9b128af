//! Meetings at the desk: the village's operator invites, counts who came, writes the minutes and notes what was decided; others read.

use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use jiff::civil::Date;

use super::{
    Decision, Read, cancel, change, decide, find, hold, invite as invite_to, list,
    model::{Attendance, InvitationInput, Meeting, State as MeetingState, parse_minutes},
    pages::{group_in_words, sample_meeting, sample_promise},
    read,
};
use crate::{
    accounts,
    evidence::model::Commitment,
    facilitators::model::group::EXPECTED,
    places,
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        i18n::Lang,
        op::{Op, Role},
        page::{field_errors, render_refused, shell},
        problem::{Kind, Problem, Result},
        told,
    },
    village::{
        is_operator,
        pages::{Line, meeting_in_words},
        require_operator, require_reader,
    },
};

const INVITED: &str = "village-told-invited";
const SAVED: &str = "village-told-meeting";
const DECIDED: &str = "village-told-decided";
/// Meetings that the desk lists.
const MOST_LISTED: i64 = 200;

/// The meetings of a village, and the form that invites to another.
#[derive(Template)]
#[template(path = "village/meetings/desk.html")]
pub struct VillageMeetingsDeskPage {
    pub page: Shell,
    pub action: String,
    pub meetings: Vec<Line>,
    pub may_write: bool,
    pub input: InvitationInput,
    pub groups: Vec<Choice>,
}

/// One meeting with all that can be done with it.
#[derive(Template)]
#[template(path = "village/meetings/desk_one.html")]
pub struct VillageMeetingDeskPage {
    pub page: Shell,
    pub action: String,
    pub public_href: String,
    pub revision: i64,
    pub may_write: bool,
    pub is_invited: bool,
    pub is_held: bool,
    pub may_hold: bool,
    pub input: InvitationInput,
    pub groups: Vec<Choice>,
    pub total: String,
    /// The input of each group's count.
    pub counts: Vec<CountView>,
    pub minutes: String,
    pub decisions: Vec<Line>,
    pub owners: Vec<Choice>,
    pub decision: DecisionInput,
}

/// An input for how many came of a group.
pub struct CountView {
    pub name: String,
    pub label: String,
    pub value: String,
}

/// A decision as it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DecisionInput {
    pub promise: String,
    pub post: String,
    pub due_on: String,
}

/// What a form of a meeting sends.
struct Sent(Vec<(String, String)>);

impl Sent {
    fn one(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value.trim())
    }

    fn invitation(&self) -> InvitationInput {
        let one = |name: &str| self.one(name).to_owned();
        InvitationInput {
            title: one("title"),
            held_on: one("held_on"),
            starts_at: one("starts_at"),
            venue: one("venue"),
            agenda: one("agenda"),
            invited: self
                .0
                .iter()
                .filter(|(key, _)| key == "invited")
                .map(|(_, code)| code.clone())
                .collect(),
        }
    }

    fn counts(&self) -> Vec<(String, String)> {
        EXPECTED
            .into_iter()
            .map(|code| (code.to_owned(), self.one(&format!("group-{code}")).to_owned()))
            .collect()
    }

    fn decision(&self) -> DecisionInput {
        DecisionInput {
            promise: self.one("promise").to_owned(),
            post: self.one("post").to_owned(),
            due_on: self.one("due_on").to_owned(),
        }
    }
}

pub async fn all(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path(place): Path<String>,
) -> Result<Response> {
    let all = places::all(&app).await?;
    require_reader(&op, &all, &place)?;
    let page = told::shell_with(&headers, shell(&app, &op, &uri), &[INVITED]);
    let input = InvitationInput {
        invited: EXPECTED.map(str::to_owned).to_vec(),
        ..InvitationInput::default()
    };
    let page = list_page(&app, &op, page, &place, input).await?;
    told::render_once(&headers, &uri, &page)
}

pub async fn invite(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path(place): Path<String>,
    Form(form): Form<Vec<(String, String)>>,
) -> Result<Response> {
    require_operator(&op, &place)?;
    let all = places::all(&app).await?;
    places::known(&all, &place)?;
    let input = Sent(form).invitation();
    let done = match input.parse(app.config.day(op.at)) {
        Ok(invitation) => invite_to(&app, &op, &place, &invitation).await,
        Err(problem) => Err(problem),
    };
    match done {
        Ok(_) => Ok(told::redirect(&app, &headers, uri.path(), INVITED)),
        Err(problem) if problem.kind() == Kind::Invalid => {
            let page = refused(&app, &op, &uri, &problem);
            render_refused(&problem, &list_page(&app, &op, page, &place, input).await?)
        }
        Err(problem) => Err(problem),
    }
}

pub async fn one(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path((place, meeting)): Path<(String, String)>,
) -> Result<Response> {
    let all = places::all(&app).await?;
    require_reader(&op, &all, &place)?;
    find(&app, &place, &meeting).await?;
    let page = told::shell_with(&headers, shell(&app, &op, &uri), &[SAVED, DECIDED]);
    let page = one_page(&app, &op, page, &meeting, None).await?;
    told::render_once(&headers, &uri, &page)
}

pub async fn act(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path((place, meeting)): Path<(String, String)>,
    Form(form): Form<Vec<(String, String)>>,
) -> Result<Response> {
    require_operator(&op, &place)?;
    let found = find(&app, &place, &meeting).await?;
    let sent = Sent(form);
    match acted(&app, &op, &found, &sent).await {
        Ok(said) => Ok(told::redirect(&app, &headers, uri.path(), said)),
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::Conflict) => {
            let page = refused(&app, &op, &uri, &problem);
            // After a conflict the page shows how things stand, and not what was typed over them.
            let typed = (problem.kind() == Kind::Invalid).then_some(&sent);
            render_refused(&problem, &one_page(&app, &op, page, &meeting, typed).await?)
        }
        Err(problem) => Err(problem),
    }
}

async fn acted(app: &App, op: &Op, meeting: &Meeting, sent: &Sent) -> Result<&'static str> {
    let revision = sent.one("revision").parse().unwrap_or(-1);
    match sent.one("act") {
        "change" => {
            let invitation = sent.invitation().parse(app.config.day(op.at))?;
            change(app, op, meeting, revision, &invitation).await?;
        }
        "cancel" => cancel(app, op, meeting, revision, sent.one("why")).await?,
        "hold" => {
            let attendance = Attendance::parse(sent.one("total"), &sent.counts())?;
            let minutes = parse_minutes(sent.one("minutes"))?;
            hold(app, op, meeting, revision, &attendance, &minutes).await?;
        }
        "decide" => {
            decide(app, op, meeting, decision(sent)?).await?;
            return Ok(DECIDED);
        }
        _ => return Err(Problem::invalid("village-act-unknown")),
    }
    Ok(SAVED)
}

fn decision(sent: &Sent) -> Result<Decision> {
    let input = sent.decision();
    let due_on: Date = input
        .due_on
        .parse()
        .map_err(|_| Problem::invalid("fields").field("due_on", "evidence-day-malformed"))?;
    Ok(Decision {
        promise: input.promise,
        owner: sent.one("owner").to_owned(),
        owner_post: Some(input.post).filter(|post| !post.is_empty()),
        due_on,
    })
}

fn refused(app: &App, op: &Op, uri: &Uri, problem: &Problem) -> Shell {
    Shell {
        errors: field_errors(problem, op),
        ..shell(app, op, uri)
    }
}

async fn list_page(
    app: &App,
    op: &Op,
    page: Shell,
    place: &str,
    input: InvitationInput,
) -> Result<VillageMeetingsDeskPage> {
    let all = places::all(app).await?;
    let name = places::known(&all, place)?.name_in(op.lang.code());
    let meetings = list(app, place, MOST_LISTED).await?;
    let page = way(page, place, name).crumb(op.lang.text("village-meetings"), "");
    let may_write = is_operator(op, place);
    Ok(VillageMeetingsDeskPage::new(
        page, place, &meetings, may_write, input,
    ))
}

async fn one_page(
    app: &App,
    op: &Op,
    page: Shell,
    meeting: &str,
    typed: Option<&Sent>,
) -> Result<VillageMeetingDeskPage> {
    let found = read(app, op, meeting).await?;
    let place = &found.meeting.place;
    let page = way(page, place, &found.place_name)
        .crumb(
            op.lang.text("village-meetings"),
            format!("/desk/villages/{place}/meetings"),
        )
        .crumb(&found.meeting.title, "");
    let owners: Vec<Choice> = accounts::list_organisations(app)
        .await?
        .into_iter()
        .filter(|organisation| op.has_for(&[Role::Officer], &organisation.code))
        .map(|organisation| {
            Choice::new(organisation.code, organisation.name)
                .chosen_if(typed.map_or("", |sent| sent.one("owner")))
        })
        .collect();
    let today = app.config.day(op.at);
    let may_write = is_operator(op, place);
    Ok(VillageMeetingDeskPage::new(
        page,
        &found,
        (may_write, today),
        owners,
        typed,
    ))
}

/// The way to the desk of a village.
fn way(page: Shell, place: &str, name: &str) -> Shell {
    let lang = page.lang;
    page.crumb(lang.text("platform-nav-desk"), "/desk")
        .crumb(lang.text("village-desk"), "/desk/villages")
        .crumb(name, format!("/desk/villages/{place}"))
}

fn groups(lang: Lang, chosen: &[String]) -> Vec<Choice> {
    EXPECTED
        .into_iter()
        .map(|code| {
            let mut choice = Choice::new(code, group_in_words(lang, code));
            choice.chosen = chosen.iter().any(|known| known == code);
            choice
        })
        .collect()
}

fn lines(lang: Lang, meetings: &[Meeting]) -> Vec<Line> {
    meetings
        .iter()
        .map(|meeting| {
            let at = (meeting.held_on, meeting.starts_at);
            let state = lang.text(format!("village-meeting-state-{}", meeting.state.as_str()));
            Line {
                href: format!("/desk/villages/{}/meetings/{}", meeting.place, meeting.id),
                text: format!(
                    "{} · {state}",
                    meeting_in_words(lang, at, &meeting.title, &meeting.venue)
                ),
            }
        })
        .collect()
}

impl VillageMeetingsDeskPage {
    fn new(
        page: Shell,
        place: &str,
        meetings: &[Meeting],
        may_write: bool,
        input: InvitationInput,
    ) -> VillageMeetingsDeskPage {
        let lang = page.lang;
        VillageMeetingsDeskPage {
            action: format!("/desk/villages/{place}/meetings"),
            meetings: lines(lang, meetings),
            may_write,
            groups: groups(lang, &input.invited),
            input,
            page: page.titled(lang.text("village-meetings")),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> VillageMeetingsDeskPage {
        let input = InvitationInput {
            title: "Musyawarah <desa>".to_owned(),
            ..InvitationInput::default()
        };
        let meetings = [sample_meeting()];
        VillageMeetingsDeskPage::new(Shell::sample(lang), "90.01.01", &meetings, true, input)
    }
}

impl VillageMeetingDeskPage {
    fn new(
        page: Shell,
        found: &Read,
        (may_write, today): (bool, Date),
        owners: Vec<Choice>,
        typed: Option<&Sent>,
    ) -> VillageMeetingDeskPage {
        let (lang, meeting) = (page.lang, &found.meeting);
        let act = typed.map_or("", |sent| sent.one("act"));
        let input = match typed.filter(|_| act == "change") {
            Some(sent) => sent.invitation(),
            None => input_of(meeting),
        };
        let held = typed.filter(|_| act == "hold");
        let count = |code: &str| match (held, &meeting.attendance) {
            (Some(sent), _) => sent.one(&format!("group-{code}")).to_owned(),
            (None, Some(counted)) => counted
                .by_group
                .get(code)
                .map(ToString::to_string)
                .unwrap_or_default(),
            (None, None) => String::new(),
        };
        let counts = EXPECTED
            .into_iter()
            .map(|code| CountView {
                name: format!("group-{code}"),
                label: group_in_words(lang, code),
                value: count(code),
            })
            .collect();
        let total = match (held, &meeting.attendance) {
            (Some(sent), _) => sent.one("total").to_owned(),
            (None, Some(counted)) => counted.total.to_string(),
            (None, None) => String::new(),
        };
        let minutes = held.map_or_else(|| meeting.minutes.clone(), |sent| sent.one("minutes").to_owned());
        VillageMeetingDeskPage {
            action: format!("/desk/villages/{}/meetings/{}", meeting.place, meeting.id),
            public_href: format!("/villages/{}/meetings/{}", meeting.place, meeting.id),
            revision: meeting.revision,
            may_write,
            is_invited: meeting.state == MeetingState::Invited,
            is_held: meeting.state == MeetingState::Held,
            may_hold: meeting.state != MeetingState::Cancelled && meeting.held_on <= today,
            groups: groups(lang, &input.invited),
            input,
            total,
            counts,
            minutes,
            decisions: found.decisions.iter().map(promise_line).collect(),
            owners,
            decision: typed.map(Sent::decision).unwrap_or_default(),
            page: page.titled(&meeting.title),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> VillageMeetingDeskPage {
        let found = Read {
            meeting: sample_meeting(),
            place_name: "Desa <Ngasem>".to_owned(),
            decisions: vec![sample_promise()],
        };
        let owners = vec![Choice::new("desa-ngasem", "Desa <Ngasem>")];
        let today = found.meeting.held_on;
        let page = VillageMeetingDeskPage::new(Shell::sample(lang), &found, (true, today), owners, None);
        VillageMeetingDeskPage {
            is_invited: true,
            ..page
        }
    }
}

fn promise_line(commitment: &Commitment) -> Line {
    Line {
        href: commitment.path(),
        text: commitment.promise.clone(),
    }
}

fn input_of(meeting: &Meeting) -> InvitationInput {
    InvitationInput {
        title: meeting.title.clone(),
        held_on: meeting.held_on.to_string(),
        starts_at: meeting.starts_at.strftime("%H:%M").to_string(),
        venue: meeting.venue.clone(),
        agenda: meeting.agenda.clone(),
        invited: meeting.invited.clone(),
    }
}
