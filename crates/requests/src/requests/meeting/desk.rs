//! Meetings at the desk: the pack with what the reader may know, the next one beforehand, and decisions typed back.

use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, Query, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::json;

use super::{
    desk_pack,
    pack::Pack,
    pages::{Asked, Line, MeetingPage, answer, lines, next_meetings, shaped, title},
    preview, subject_of, whole_pack,
};
use crate::{
    accounts,
    evidence::{
        self,
        model::{Audience, Commitment, NewCommitment, NewEntry, Part, Subject},
    },
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        i18n::Lang,
        op::{Op, Role},
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Problem, Result},
    },
    requests::{
        model::request::Privacy,
        reading,
        words::{Teller, written},
    },
};

/// Who reads the desk's packs.
pub const READERS: [Role; 4] = [Role::Officer, Role::Steward, Role::Leader, Role::Auditor];
/// Who types decisions back; in whose name, `evidence` says.
const DECIDERS: [Role; 3] = [Role::Officer, Role::Steward, Role::Leader];

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/desk/meetings", get(list))
        .route("/desk/meetings/{date}", get(one))
        .route("/desk/meetings/{date}/decisions", post(decide))
}

#[derive(Template)]
#[template(path = "requests/meeting/desk_list.html")]
pub struct DeskListPage {
    pub page: Shell,
    pub next: Vec<String>,
    pub meetings: Vec<Line>,
}

/// A decision that could not be taken, with what is wrong.
#[derive(Template)]
#[template(path = "requests/meeting/decide.html")]
pub struct DecidePage {
    pub page: Shell,
    pub about: String,
    pub action: String,
    pub owners: Vec<Choice>,
    pub input: DecisionInput,
}

/// A decision as somebody typed it.
#[derive(Debug, Deserialize, Default)]
pub struct DecisionInput {
    /// Code of the request it is about; empty for none.
    #[serde(default)]
    pub request: String,
    #[serde(default)]
    pub promise: String,
    #[serde(default)]
    pub owner: String,
    #[serde(default)]
    pub post: String,
    /// `2026-12-18`.
    #[serde(default)]
    pub due_on: String,
}

async fn list(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    op.require(&READERS)?;
    let page = shell(&app, &op, &uri)
        .titled(op.lang.text("requests-meeting-title"))
        .crumb(op.lang.text("requests-meeting-desk"), "/desk")
        .crumb(op.lang.text("requests-meeting-title"), "");
    render(&DeskListPage {
        page,
        next: next_meetings(&app, &op).await?,
        meetings: lines(&app, op.lang, "/desk/meetings").await?,
    })
}

async fn one(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(date): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (date, shape) = shaped(&date);
    let profile = asked.profile.as_deref();
    let is_preview = date == "next";
    let pack = if is_preview {
        preview(&app, &op, profile).await?
    } else {
        desk_pack(&app, &op, profile, date).await?
    };
    let lang = op.lang;
    let page = shell(&app, &op, &uri)
        .titled(title(lang, &pack))
        .crumb(lang.text("requests-meeting-desk"), "/desk")
        .crumb(lang.text("requests-meeting-title"), "/desk/meetings")
        .crumb(title(lang, &pack), "")
        .shapes(&["pdf", "json"]);
    if !shape.is_empty() {
        return answer(&app, &op, &pack, shape, page).await;
    }
    let mut meeting = MeetingPage::new(&app, &op, &pack, page).await?;
    if is_preview {
        meeting.preview = lang.text("requests-meeting-preview").into();
    } else {
        meeting.links.push((
            format!("/meetings/{}?profile={}", pack.held_on, pack.profile),
            lang.text("requests-meeting-public").into(),
        ));
        if op.has(&DECIDERS) {
            meeting.decide_at = decide_at(&pack);
            meeting.owners = owners(&app, &op, "").await?;
        }
    }
    render(&meeting)
}

async fn decide(
    State(app): State<App>,
    op: Op,
    Path(date): Path<String>,
    Query(asked): Query<Asked>,
    Form(input): Form<DecisionInput>,
) -> Result<Response> {
    op.require(&DECIDERS)?;
    let pack = whole_pack(&app, asked.profile.as_deref(), &date).await?;
    match taken(&app, &op, &pack, &input).await {
        Ok(_) => {
            let back = format!("/desk/meetings/{}?profile={}#decided", pack.held_on, pack.profile);
            Ok(Redirect::to(&back).into_response())
        }
        Err(problem) if problem.kind() == Kind::Invalid => {
            let lang = op.lang;
            let mut page = shell(&app, &op, &Uri::from_static("/desk/meetings"))
                .titled(lang.text("requests-meeting-decide"))
                .crumb(lang.text("requests-meeting-title"), "/desk/meetings")
                .crumb(title(lang, &pack), format!("/desk/meetings/{}", pack.held_on))
                .crumb(lang.text("requests-meeting-decide"), "");
            page.errors = field_errors(&problem, &op);
            let about = about(&app, &op, &input.request).await?;
            let decide = DecidePage {
                page,
                about,
                action: decide_at(&pack),
                owners: owners(&app, &op, &input.owner).await?,
                input,
            };
            render_refused(&problem, &decide)
        }
        Err(problem) => Err(problem),
    }
}

/// Makes a decision a promise: raised by the matter, so that those who follow it are told, and tied to the meeting.
async fn taken(app: &App, op: &Op, pack: &Pack, input: &DecisionInput) -> Result<Commitment> {
    let meeting = subject_of(pack);
    let matter = match input.request.trim() {
        "" => None,
        code => Some(reading::see(app, op, code, None).await?.request),
    };
    let due_on = input
        .due_on
        .trim()
        .parse()
        .map_err(|_| Problem::invalid("fields").field("due_on", "requests-meeting-due-malformed"))?;
    let new = NewCommitment {
        promise: input.promise.clone(),
        owner: input.owner.trim().to_owned(),
        owner_post: Some(input.post.trim().to_owned()).filter(|post| !post.is_empty()),
        place: matter.as_ref().and_then(|request| request.place.clone()),
        raised: Some(match &matter {
            Some(request) => Subject::new("request", &request.id),
            None => meeting.clone(),
        }),
        made_on: app.config.day(op.at),
        due_on,
    };
    let mut tx = app.db.begin().await?;
    let commitment = evidence::promise(&mut tx, op, new).await?;
    if let Some(request) = &matter {
        evidence::link(&mut tx, op, &meeting, "led-to", &commitment.subject()).await?;
        let entry = NewEntry {
            subject: Subject::new("request", &request.id),
            at: op.at,
            what: "request.promised",
            part: Part::Officer,
            audience: match request.privacy {
                Privacy::Confidential => Audience::Raiser,
                Privacy::Open | Privacy::Anonymous => Audience::Public,
            },
            text: Some(commitment.promise.clone()),
            facts: json!({ "due_on": commitment.due_on.to_string(), "commitment": commitment.code }),
        };
        evidence::record(&mut tx, op, &entry).await?;
    }
    tx.commit().await?;
    Ok(commitment)
}

/// What a decision is about, in words.
async fn about(app: &App, op: &Op, code: &str) -> Result<String> {
    if code.trim().is_empty() {
        return Ok(op.lang.text("requests-meeting-about-nothing").into());
    }
    let request = reading::see(app, op, code, None).await?.request;
    let teller = Teller::new(app, op.lang).await?;
    Ok(op
        .lang
        .text("requests-meeting-about-matter")
        .arg("code", written(&request.code))
        .arg("service", teller.service(&request.service))
        .into())
}

fn decide_at(pack: &Pack) -> String {
    format!(
        "/desk/meetings/{}/decisions?profile={}",
        pack.held_on, pack.profile
    )
}

/// The units in whose name somebody may promise.
async fn owners(app: &App, op: &Op, chosen: &str) -> Result<Vec<Choice>> {
    let may = |code: &str| op.has_for(&DECIDERS, code);
    Ok(accounts::list_organisations(app)
        .await?
        .into_iter()
        .filter(|organisation| may(&organisation.code))
        .map(|organisation| Choice::new(&organisation.code, &organisation.name).chosen_if(chosen))
        .collect())
}

impl DeskListPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> DeskListPage {
        let public = super::ListPage::sample(lang);
        DeskListPage {
            page: public.page,
            next: public.next,
            meetings: public.meetings,
        }
    }
}

impl DecidePage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> DecidePage {
        let mut page = Shell::sample(lang).titled(lang.text("requests-meeting-decide"));
        page.errors.push(crate::platform::html::parts::FieldError {
            field: "due_on".into(),
            text: lang.text("problem-requests-meeting-due-malformed").into(),
        });
        DecidePage {
            page,
            about: "K7MQ-4XTD <lamp>".into(),
            action: "/desk/meetings/2026-11-20/decisions".into(),
            owners: vec![Choice::new("dinas-pu", "Dinas <PU>")],
            input: DecisionInput {
                request: "K7MQ4XTD".into(),
                promise: "Mend the <lamp>".into(),
                ..DecisionInput::default()
            },
        }
    }
}
