//! What residents do with a request, each on a page of its own: show the key, say yes or no, add, withdraw, follow.

use std::time::Duration;

use askama::Template;
use axum::{
    Form,
    extract::{Path, Request as Sending, State},
    http::{HeaderMap, Uri},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    cookies,
    one::{Proved, is_no_proof, view},
};
use crate::{
    evidence::model::Follower,
    platform::{
        app::App,
        code::{CodeProblem, ResidentKey, TrackingCode},
        html::{
            Shell,
            parts::{Choice, FieldError},
        },
        http::came_by_tls,
        i18n::Lang,
        message::Address,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Kind as ProblemKind, Problem, Result},
    },
    requests::{
        self, Seen,
        access::Claim,
        model::request::{CloseKind, Privacy, Request, State as Stands},
        photo::{self, MOST_MEBIBYTES, MOST_PHOTOS, Sent},
        words::{Teller, written},
    },
};

/// How long what happened waits to be said on the next page.
const NOTICE_LIFE: Duration = Duration::from_secs(120);
/// How long a browser remembers that its owner said "me too".
const ME_TOO_LIFE: Duration = Duration::from_secs(365 * 24 * 3_600);
/// Pictures a request may have once more are added to it.
const MOST_PHOTOS_EVER: usize = 20;

/// What somebody does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Confirm,
    Refuse,
    Reopen,
    Add,
    Photo,
    Withdraw,
    Support,
    Watch,
    Unwatch,
    /// Show the key: what follows is the resident's own sight.
    Key,
    /// Have the browser forget the key.
    Leave,
}

impl Act {
    pub const ALL: [Act; 11] = [
        Act::Confirm,
        Act::Refuse,
        Act::Reopen,
        Act::Add,
        Act::Photo,
        Act::Withdraw,
        Act::Support,
        Act::Watch,
        Act::Unwatch,
        Act::Key,
        Act::Leave,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Act::Confirm => "confirm",
            Act::Refuse => "refuse",
            Act::Reopen => "reopen",
            Act::Add => "add",
            Act::Photo => "photo",
            Act::Withdraw => "withdraw",
            Act::Support => "support",
            Act::Watch => "watch",
            Act::Unwatch => "unwatch",
            Act::Key => "key",
            Act::Leave => "leave",
        }
    }

    fn parse(text: &str) -> Option<Act> {
        Act::ALL.into_iter().find(|act| act.as_str() == text)
    }

    /// Tells whether only the resident does it.
    fn is_residents(self) -> bool {
        matches!(
            self,
            Act::Confirm | Act::Refuse | Act::Reopen | Act::Add | Act::Photo | Act::Withdraw | Act::Leave
        )
    }

    /// Tells whether a request's page offers it.
    #[must_use]
    pub fn is_offered(self, request: &Request, is_own: bool) -> bool {
        let is_open = !request.state.is_closed();
        let is_confidential = request.privacy == Privacy::Confidential;
        match self {
            // They stand above everything else, while an answer waits for them.
            Act::Confirm => is_own && is_open && !matches!(request.state, Stands::Answered { .. }),
            Act::Refuse => false,
            Act::Add | Act::Withdraw => is_own && is_open,
            Act::Photo => is_own,
            Act::Reopen => {
                let is_joined = matches!(
                    request.state,
                    Stands::Closed {
                        kind: CloseKind::Joined,
                        ..
                    }
                );
                is_own && !is_open && !is_joined
            }
            Act::Support => !is_own && is_open && !is_confidential,
            Act::Watch | Act::Unwatch => !is_confidential || (is_own && self == Act::Unwatch),
            Act::Key => !is_own,
            Act::Leave => is_own,
        }
    }
}

/// What can be said after something was done.
const NOTICES: [&str; 11] = [
    "confirm", "refuse", "reopen", "add", "photo", "withdraw", "support", "watch", "unwatch", "key", "leave",
];

/// Tells whether a cookie's value is something of ours to say.
pub fn is_notice(code: &str) -> bool {
    NOTICES.contains(&code)
}

#[derive(Template)]
#[template(path = "requests/pages/act.html")]
pub struct ActPage {
    pub page: Shell,
    /// What the request is called: service and code.
    pub of: String,
    pub path: String,
    pub act: &'static str,
    /// What will happen.
    pub lead: String,
    pub button: String,
    pub is_grave: bool,
    /// Label of the text to write; empty for none.
    pub text_label: String,
    pub text: String,
    pub asks_address: bool,
    pub phone: String,
    pub email: String,
    pub audiences: Vec<Choice>,
    pub photo_hint: String,
}

#[derive(Template)]
#[template(path = "requests/pages/follow.html")]
pub struct FollowPage {
    pub page: Shell,
    pub code: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Followed {
    code: String,
    key: String,
}

/// `GET /requests/follow`.
pub async fn follow_form(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    render(&follow_page(&app, &op, &uri, String::new()))
}

/// `POST /requests/follow`: from a code somebody typed, and the key if they have it, to the request's page.
pub async fn follow(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Form(followed): Form<Followed>,
) -> Result<Response> {
    let refused = |field: &str, text: String, problem: Problem| {
        let mut page = follow_page(&app, &op, &uri, followed.code.clone());
        page.page.errors = vec![FieldError {
            field: field.to_owned(),
            text,
        }];
        render_refused(&problem, &page)
    };
    let code = match TrackingCode::parse(&followed.code) {
        Ok(code) => code.plain(),
        Err(problem) => {
            let text = match problem {
                CodeProblem::Length => op.lang.text("requests-pages-code-length"),
                CodeProblem::Character(found) => {
                    op.lang.text("requests-pages-code-character").arg("found", found)
                }
                CodeProblem::Check => op.lang.text("requests-pages-code-check"),
            };
            return refused("code", text.to_string(), Problem::invalid("fields"));
        }
    };
    let path = format!("/requests/{code}");
    let is_known = view(&app, &op, &headers, &code).await;
    if followed.key.trim().is_empty() {
        return match is_known {
            Ok(_) => Ok(Redirect::to(&path).into_response()),
            Err(problem) if problem.code() == "requests-unknown" => {
                let text = op.lang.text("requests-pages-no-match").to_string();
                refused("code", text, problem)
            }
            Err(problem) => Err(problem),
        };
    }
    match requests::see(&app, &op, &code, Some(Claim::Key(&followed.key))).await {
        Ok(_) => {
            let mut response = Redirect::to(&path).into_response();
            remember_key(&app, &headers, &mut response, &path, &followed.key);
            Ok(response)
        }
        Err(problem) if is_no_proof(&problem) => match is_known {
            // What everybody sees may say what is wrong with the key; the rest must not betray that it exists.
            Ok(_) => refused("key", problem.sentence(op.lang), problem),
            Err(unknown) => {
                let text = op.lang.text("requests-pages-no-match").to_string();
                refused("code", text, unknown)
            }
        },
        Err(problem) => Err(problem),
    }
}

/// `GET /requests/{code}/{act}`: asks what it needs to know.
pub async fn ask(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path((code, act)): Path<(String, String)>,
) -> Result<Response> {
    let act = Act::parse(&act).ok_or_else(|| Problem::not_found("page-unknown"))?;
    let (seen, proved) = view(&app, &op, &headers, &code).await?;
    if act.is_residents() && proved.claim().is_none() {
        return Ok(Redirect::to(&format!("{}/key", seen.request.path())).into_response());
    }
    render(&act_page(&app, &op, &uri, act, &seen).await?)
}

/// `POST /requests/{code}/{act}`: does it.
pub async fn act(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path((code, act)): Path<(String, String)>,
    request: Sending,
) -> Result<Response> {
    let act = Act::parse(&act).ok_or_else(|| Problem::not_found("page-unknown"))?;
    let (seen, proved) = view(&app, &op, &headers, &code).await?;
    let path = seen.request.path();
    if act.is_residents() && proved.claim().is_none() {
        return Ok(Redirect::to(&format!("{path}/key")).into_response());
    }
    let n_free = match act {
        Act::Photo => MOST_PHOTOS_EVER
            .saturating_sub(seen.photos.len())
            .min(MOST_PHOTOS),
        _ => 0,
    };
    let sent = Sent::read(&app, request, n_free).await?;
    let is_tls = came_by_tls(&app.config, &headers);
    let mut response = Redirect::to(&path).into_response();
    match take(&app, &op, &headers, act, &seen, &proved, &sent).await {
        Ok(()) => {
            match act {
                Act::Key => remember_key(&app, &headers, &mut response, &path, sent.one("key")),
                Act::Leave => cookies::forget(&mut response, &path, cookies::KEY),
                Act::Support => {
                    cookies::set(&mut response, is_tls, &path, cookies::ME_TOO, "1", ME_TOO_LIFE);
                }
                _ => {}
            }
            cookies::set(
                &mut response,
                is_tls,
                &path,
                cookies::NOTICE,
                act.as_str(),
                NOTICE_LIFE,
            );
            Ok(response)
        }
        Err(problem) if is_answerable(&problem) => {
            let mut page = act_page(&app, &op, &uri, act, &seen).await?;
            sent.one("text").clone_into(&mut page.text);
            sent.one("phone").clone_into(&mut page.phone);
            sent.one("email").clone_into(&mut page.email);
            page.page.errors = errors(&problem, &op, act, &sent);
            render_refused(&problem, &page)
        }
        Err(problem) => Err(problem),
    }
}

/// Has the browser remember that its owner said "me too", and say so on the next page.
pub fn note_support(response: &mut Response, is_tls: bool, path: &str) {
    cookies::set(response, is_tls, path, cookies::ME_TOO, "1", ME_TOO_LIFE);
    cookies::set(
        response,
        is_tls,
        path,
        cookies::NOTICE,
        Act::Support.as_str(),
        NOTICE_LIFE,
    );
}

async fn take(
    app: &App,
    op: &Op,
    headers: &HeaderMap,
    act: Act,
    seen: &Seen,
    proved: &Proved,
    sent: &Sent,
) -> Result<()> {
    let code = &seen.request.code;
    let claim = || {
        proved
            .claim()
            .ok_or_else(|| Problem::forbidden("requests-not-yours"))
    };
    let text = sent.one("text");
    match act {
        Act::Confirm => requests::confirm(app, op, code, claim()?, "web").await.map(drop),
        Act::Refuse if text.is_empty() => {
            Err(Problem::invalid("fields").field("text", "requests-why-missing"))
        }
        Act::Refuse => requests::refuse(app, op, code, claim()?, text).await.map(drop),
        Act::Reopen if text.is_empty() => {
            Err(Problem::invalid("fields").field("text", "requests-why-missing"))
        }
        Act::Reopen => requests::reopen(app, op, code, claim()?, text).await.map(drop),
        Act::Add => requests::add(app, op, code, claim()?, text).await.map(drop),
        Act::Withdraw => requests::withdraw(app, op, code, claim()?, text).await.map(drop),
        Act::Photo => add_photos(app, op, code, claim()?, sent).await,
        // A second press, or a second thought: one person counts once.
        Act::Support if cookies::find(headers, cookies::ME_TOO).is_some() => Ok(()),
        Act::Support => {
            let follower = follower(app, op, sent)?;
            requests::support(app, op, code, follower).await.map(drop)
        }
        Act::Watch => {
            let follower = follower(app, op, sent)?.ok_or_else(address_missing)?;
            requests::watch(app, op, code, &follower).await
        }
        Act::Unwatch => {
            let follower = follower(app, op, sent)?.ok_or_else(address_missing)?;
            requests::unwatch(app, op, code, proved.claim(), &follower.address).await
        }
        Act::Key => {
            let key = Claim::Key(sent.one("key"));
            requests::see(app, op, code, Some(key)).await.map(drop)
        }
        Act::Leave => Ok(()),
    }
}

async fn add_photos(app: &App, op: &Op, code: &str, claim: Claim<'_>, sent: &Sent) -> Result<()> {
    if sent.photos.is_empty() && sent.wrong.is_empty() {
        return Err(Problem::invalid("fields").field("photo", "requests-photo-missing"));
    }
    let is_for_all = sent.one("photos_for") == "everybody";
    for each in &sent.photos {
        requests::add_photo(app, op, code, claim, &photo::given(each, is_for_all)).await?;
    }
    match sent.wrong.is_empty() {
        true => Ok(()),
        false => Err(Problem::invalid("requests-photo-refused")),
    }
}

/// Whom to tell: the number before the address, before the account that is signed in.
fn follower(app: &App, op: &Op, sent: &Sent) -> Result<Option<Follower>> {
    let (phone, email) = (sent.one("phone"), sent.one("email"));
    let address = if !phone.is_empty() {
        let malformed = |_| Problem::invalid("fields").field("phone", "requests-phone-malformed");
        Some(Address::sms(phone, &app.config).map_err(malformed)?)
    } else if !email.is_empty() {
        let malformed = |_| Problem::invalid("fields").field("email", "email-malformed");
        Some(Address::email(email).map_err(malformed)?)
    } else {
        op.person().map(|me| Address::Account(me.id.clone()))
    };
    Ok(address.map(|address| Follower {
        address,
        lang: op.lang.code().to_owned(),
    }))
}

fn address_missing() -> Problem {
    Problem::invalid("fields").field("phone", "requests-contact-needed")
}

/// Tells whether a problem is said on the page that asked, rather than on one of its own.
fn is_answerable(problem: &Problem) -> bool {
    matches!(
        problem.kind(),
        ProblemKind::Invalid | ProblemKind::Conflict | ProblemKind::Forbidden | ProblemKind::TooMany
    )
}

fn errors(problem: &Problem, op: &Op, act: Act, sent: &Sent) -> Vec<FieldError> {
    if problem.code() == "requests-photo-refused" {
        let said = |problem: &Problem| FieldError {
            field: "photo".into(),
            text: problem.sentence(op.lang),
        };
        return sent.wrong.iter().map(said).collect();
    }
    let mut errors = field_errors(problem, op);
    if act == Act::Key {
        for error in &mut errors {
            error.field = "key".into();
        }
    }
    errors
}

fn remember_key(app: &App, headers: &HeaderMap, response: &mut Response, path: &str, key: &str) {
    if let Ok(key) = ResidentKey::parse(key) {
        let is_tls = came_by_tls(&app.config, headers);
        cookies::set(
            response,
            is_tls,
            path,
            cookies::KEY,
            &key.plain(),
            cookies::KEY_LIFE,
        );
    }
}

fn follow_page(app: &App, op: &Op, uri: &Uri, code: String) -> FollowPage {
    FollowPage {
        page: shell(app, op, uri)
            .titled(op.lang.text("requests-pages-follow-title"))
            .crumb(op.lang.text("requests-pages-requests"), "/requests")
            .crumb(op.lang.text("requests-pages-follow-title"), ""),
        code,
    }
}

async fn act_page(app: &App, op: &Op, uri: &Uri, act: Act, seen: &Seen) -> Result<ActPage> {
    let teller = Teller::new(app, op.lang).await?;
    let (request, lang, name) = (&seen.request, op.lang, act.as_str());
    let shown = written(&request.code);
    let of = format!("{} {shown}", teller.service(&request.service));
    let mut lead = lang.text(format!("requests-pages-lead-{name}")).to_string();
    if matches!(act, Act::Refuse | Act::Reopen) {
        let profile = teller.library.profile_version(app, &request.profile).await?;
        if request.level < profile.ladder.top() {
            let above = teller.level(&profile, request.level + 1);
            lead = format!(
                "{lead} {}",
                lang.text("requests-pages-lead-above").arg("level", above)
            );
        }
    }
    let has_text = matches!(act, Act::Refuse | Act::Reopen | Act::Add | Act::Withdraw);
    let audiences = ["unit", "everybody"].map(|code| {
        Choice::new(code, lang.text(format!("requests-pages-photos-for-{code}")))
            .hinted(lang.text(format!("requests-pages-photos-for-hint-{code}")))
            .chosen_if("unit")
    });
    let title = lang.text(format!("requests-pages-act-{name}"));
    Ok(ActPage {
        page: shell(app, op, uri)
            .titled(title)
            .crumb(lang.text("requests-pages-requests"), "/requests")
            .crumb(&shown, request.path())
            .crumb(lang.text(format!("requests-pages-act-{name}")), ""),
        of,
        path: request.path(),
        act: name,
        lead,
        button: lang.text(format!("requests-pages-button-{name}")).to_string(),
        is_grave: act == Act::Withdraw,
        text_label: match has_text {
            true => lang.text(format!("requests-pages-text-{name}")).to_string(),
            false => String::new(),
        },
        text: String::new(),
        asks_address: matches!(act, Act::Support | Act::Watch | Act::Unwatch),
        phone: String::new(),
        email: String::new(),
        audiences: match act {
            Act::Photo => audiences.into(),
            _ => Vec::new(),
        },
        photo_hint: lang
            .text("requests-pages-photo-hint")
            .n("n", MOST_PHOTOS)
            .n("most", MOST_MEBIBYTES)
            .to_string(),
    })
}

impl ActPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> ActPage {
        ActPage {
            page: Shell::sample(lang).titled(lang.text("requests-pages-act-add")),
            of: "Lampu <jalan> K7MQ-4XTD".into(),
            path: "/requests/K7MQ4XTD".into(),
            act: "add",
            lead: lang.text("requests-pages-lead-add").to_string(),
            button: lang.text("requests-pages-button-add").to_string(),
            is_grave: true,
            text_label: lang.text("requests-pages-text-add").to_string(),
            text: "Masih <broken>".into(),
            asks_address: true,
            phone: "0812".into(),
            email: "siti@example.test".into(),
            audiences: vec![Choice::new("unit", lang.text("requests-pages-photos-for-unit"))],
            photo_hint: "5".into(),
        }
    }
}

impl FollowPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> FollowPage {
        FollowPage {
            page: Shell::sample(lang).titled(lang.text("requests-pages-follow-title")),
            code: "<broken>".into(),
        }
    }
}
