//! The call centre's desk: who is on the line, what they filed, what they say to it, and filing on their behalf.
//!
//! Numbers travel in bodies and never in addresses; looking somebody up is written into the audit trail, without the number.

mod file;

use askama::Template;
use axum::{extract::State, http::Uri, response::Response};

use super::{
    fields::{Fields, errors_in, sentence},
    queue::Row,
};
use crate::{
    platform::{
        app::App,
        code::Code,
        html::{
            Markup, Shell,
            parts::{Choice, FieldError, Notice, NoticeKind},
        },
        i18n::Lang,
        message::{Address, phone::Phone},
        op::{Op, Role},
        page::{render, render_refused, shell},
        problem::{Kind, Problem, Result},
    },
    requests::{
        self, PersonLookedUp,
        access::Claim,
        model::request::{Contact, State as Stand},
        words::{Teller, written},
    },
};

pub use file::file;

/// Who answers calls.
const OPERATORS: [Role; 2] = [Role::Officer, Role::Facilitator];

#[derive(Template)]
#[template(path = "requests/desk/calls/calls.html")]
pub struct CallsPage {
    pub page: Shell,
    /// As it was typed; it goes back into the body of the next form.
    pub phone: String,
    /// Whether somebody was looked up.
    pub is_known: bool,
    pub listed: Vec<Call>,
    /// What was just filed, to be read aloud.
    pub filed: Option<Filed>,
    pub form: FileForm,
}

/// A request of whoever is on the line.
pub struct Call {
    pub row: Row,
    /// To be read aloud.
    pub spoken: String,
    pub acts: Vec<Act>,
    /// What was typed for it and not taken.
    pub text: String,
    pub is_open: bool,
}

/// What the caller may say to a request now.
pub struct Act {
    pub act: &'static str,
    pub text: String,
}

/// What the caller is told after filing.
pub struct Filed {
    pub written: String,
    pub spoken: String,
    /// Empty when the same was sent before.
    pub key: String,
    pub words: String,
}

/// The form for filing, with what was typed.
#[derive(Default)]
pub struct FileForm {
    pub services: Vec<Choice>,
    pub attributes: Vec<AttributeField>,
    /// The service whose questions are shown.
    pub shown: String,
    pub place: String,
    /// Places of that name, to choose one from.
    pub places: Vec<Choice>,
    pub description: String,
    pub address: String,
    pub name: String,
    pub email: String,
    pub kinds: Vec<Choice>,
    pub privacies: Vec<Choice>,
    pub channels: Vec<Choice>,
    pub langs: Vec<Choice>,
    pub similar: Vec<Alike>,
    /// What makes a second press of the button harmless.
    pub draft: String,
}

/// A question of a service.
pub struct AttributeField {
    pub name: String,
    pub label: String,
    pub hint: String,
    pub value: String,
    /// For lists.
    pub choices: Vec<Choice>,
    pub is_several: bool,
    pub is_long: bool,
}

/// A request that may be about the same.
pub struct Alike {
    pub code: String,
    pub written: String,
    pub words: String,
    pub excerpt: String,
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    op.require(&OPERATORS)?;
    let page = shell(&app, &op, &uri);
    render(&calls_page(&app, &op, page, &Fields::default(), None).await?)
}

/// Shows what the person with a number filed.
pub async fn look_up(State(app): State<App>, op: Op, fields: Fields) -> Result<Response> {
    op.require(&OPERATORS)?;
    let mut page = shell(&app, &op, &Uri::from_static("/desk/calls"));
    let problem = match fields.filled("phone") {
        Some(phone) if Phone::parse(&phone, &app.config.phone_prefix).is_some() => None,
        _ => Some(Problem::invalid("fields").field("phone", "requests-phone-malformed")),
    };
    if let Some(problem) = problem {
        page.errors = errors_in(&problem, &op, "");
        return render_refused(&problem, &calls_page(&app, &op, page, &fields, None).await?);
    }
    let calls = calls_page(&app, &op, page, &fields, None).await?;
    let mut tx = app.db.begin().await?;
    let looked_up = PersonLookedUp {
        n: calls.listed.len(),
    };
    tx.emit(&op, &looked_up).await?;
    tx.commit().await?;
    render(&calls)
}

/// Writes down what the caller says to one of their requests.
pub async fn act(State(app): State<App>, op: Op, fields: Fields) -> Result<Response> {
    op.require(&OPERATORS)?;
    let mut page = shell(&app, &op, &Uri::from_static("/desk/calls"));
    match take(&app, &op, &fields).await {
        Ok(done) => {
            let said = op
                .lang
                .text(format!("requests-desk-called-{done}"))
                .arg("code", written(fields.get("code")));
            page.notices.push(Notice {
                kind: NoticeKind::Success,
                content: Markup::escape(&said.to_string()),
            });
            // What was typed is written down now.
            let phone = ("phone".to_owned(), fields.get("phone").to_owned());
            render(&calls_page(&app, &op, page, &Fields(vec![phone]), None).await?)
        }
        Err(problem) if problem.kind() == Kind::Internal => Err(problem),
        Err(problem) => {
            page.errors = vec![FieldError {
                field: match problem.kind() {
                    Kind::Invalid => format!("text-{}", fields.get("code")),
                    _ => String::new(),
                },
                text: sentence(&problem, &op),
            }];
            render_refused(&problem, &calls_page(&app, &op, page, &fields, None).await?)
        }
    }
}

async fn take(app: &App, op: &Op, fields: &Fields) -> Result<&'static str> {
    let (code, text) = (fields.get("code"), fields.get("text"));
    let needs_text = || match text.trim().is_empty() {
        true => Err(Problem::invalid("fields").field("text", "requests-text-missing")),
        false => Ok(()),
    };
    match fields.get("act") {
        "yes" => requests::confirm(app, op, code, Claim::Operator, "phone")
            .await
            .map(|_| "yes"),
        "no" => {
            needs_text()?;
            requests::refuse(app, op, code, Claim::Operator, text)
                .await
                .map(|_| "no")
        }
        "add" => {
            needs_text()?;
            requests::add(app, op, code, Claim::Operator, text)
                .await
                .map(|_| "add")
        }
        "withdraw" => requests::withdraw(app, op, code, Claim::Operator, text)
            .await
            .map(|_| "withdraw"),
        "reopen" => {
            needs_text()?;
            requests::reopen(app, op, code, Claim::Operator, text)
                .await
                .map(|_| "reopen")
        }
        "watch" => {
            let phone = Phone::parse(fields.get("phone"), &app.config.phone_prefix)
                .ok_or_else(|| Problem::invalid("fields").field("phone", "requests-phone-malformed"))?;
            let request = requests::see(app, op, code, None).await?.request;
            let follower = crate::evidence::model::Follower {
                address: Address::Sms(phone),
                lang: request.lang,
            };
            requests::watch(app, op, code, &follower).await.map(|()| "watch")
        }
        _ => Err(Problem::invalid("request-malformed")),
    }
}

async fn calls_page(
    app: &App,
    op: &Op,
    page: Shell,
    fields: &Fields,
    filed: Option<Filed>,
) -> Result<CallsPage> {
    let teller = Teller::new(app, op.lang).await?;
    let phone = Phone::parse(fields.get("phone"), &app.config.phone_prefix);
    let mut listed = Vec::new();
    if let Some(phone) = &phone {
        let contact = Contact {
            phone: Some(phone.clone()),
            ..Contact::default()
        };
        let posts = requests::list_posts(app, None).await?;
        for request in requests::list_of_person(app, op, &contact).await? {
            let profile = teller.library.profile_version(app, &request.profile).await?;
            let is_typed = fields.get("code") == request.code;
            listed.push(Call {
                spoken: Code::<8>::parse(&request.code).map_or_else(|_| String::new(), |code| code.spoken()),
                acts: acts(op.lang, &request.state),
                text: if is_typed {
                    fields.get("text").to_owned()
                } else {
                    String::new()
                },
                is_open: is_typed,
                row: super::queue::row(op, &teller, &profile, &posts, &request),
            });
        }
    }
    Ok(CallsPage {
        page: titled(page, op.lang),
        phone: fields.get("phone").to_owned(),
        is_known: phone.is_some(),
        listed,
        filed,
        form: file::form(op, &teller, fields),
    })
}

/// What a resident may say to a request in a state.
fn acts(lang: Lang, state: &Stand) -> Vec<Act> {
    let may: &[&'static str] = match state {
        Stand::New | Stand::Open | Stand::Paused { .. } | Stand::SpecialProposed { .. } => {
            &["add", "yes", "withdraw", "watch"]
        }
        Stand::Answered { .. } => &["yes", "no", "add", "withdraw", "watch"],
        Stand::Closed { .. } => &["reopen"],
    };
    may.iter()
        .map(|act| Act {
            act,
            text: lang.text(format!("requests-desk-call-{act}")).into(),
        })
        .collect()
}

fn titled(page: Shell, lang: Lang) -> Shell {
    page.titled(lang.text("requests-desk-calls"))
        .crumb(lang.text("requests-desk-title"), "/desk/requests")
        .crumb(lang.text("requests-desk-calls"), "")
}

impl CallsPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> CallsPage {
        let mut page = titled(Shell::sample(lang), lang);
        page.errors = vec![FieldError {
            field: "description".into(),
            text: lang.text("problem-requests-text-missing").into(),
        }];
        let choices = || vec![Choice::new("a", "Jalan <rusak>"), Choice::new("b", "Lampu")];
        CallsPage {
            page,
            phone: "0812 <3456>".into(),
            is_known: true,
            listed: vec![Call {
                row: Row::sample(lang, "K7MQ4XTD"),
                spoken: "K, 7, M, Q; 4, X, T, D".into(),
                acts: acts(lang, &Stand::Open),
                text: "Masih <gelap>".into(),
                is_open: true,
            }],
            filed: Some(Filed {
                written: "WR9K-2HPV".into(),
                spoken: "W, R, 9, K; 2, H, P, V".into(),
                key: "ABC-DEF".into(),
                words: "Dinas <PU>".into(),
            }),
            form: FileForm {
                services: choices(),
                attributes: vec![
                    AttributeField {
                        name: "attribute[damage]".into(),
                        label: "Kerusakan <apa>".into(),
                        hint: String::new(),
                        value: String::new(),
                        choices: choices(),
                        is_several: false,
                        is_long: false,
                    },
                    AttributeField {
                        name: "attribute[width]".into(),
                        label: "Lebar".into(),
                        hint: "Meter".into(),
                        value: "<2>".into(),
                        choices: Vec::new(),
                        is_several: false,
                        is_long: false,
                    },
                ],
                shown: "road".into(),
                place: "Ngasem <3>".into(),
                places: choices(),
                description: "Lubang <dalam>".into(),
                address: "Jalan <rusak>".into(),
                name: "Siti <Aminah>".into(),
                email: "siti@example.id".into(),
                kinds: choices(),
                privacies: choices(),
                channels: choices(),
                langs: choices(),
                similar: vec![Alike {
                    code: "WR9K2HPV".into(),
                    written: "WR9K-2HPV".into(),
                    words: lang.text("requests-desk-similar-place").arg("age", "2").into(),
                    excerpt: "Lubang <dalam>".into(),
                }],
                draft: "x".into(),
            },
        }
    }
}
