//! One step for several requests: each is tried by itself, and it is told of each what became of it.

use askama::Template;
use axum::{extract::State, http::Uri, response::Response};

use super::{
    fields::{Fields, sentence},
    templates,
};
use crate::{
    platform::{
        app::App,
        html::{Shell, parts::FieldError},
        i18n::Lang,
        op::{Op, Role},
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Problem, Result},
    },
    requests::{
        self,
        words::{Teller, written},
    },
};

/// Most requests of one go.
const MOST: usize = 200;

#[derive(Template)]
#[template(path = "requests/desk/bulk.html")]
pub struct BulkPage {
    pub page: Shell,
    pub said: String,
    pub done: Vec<Outcome>,
    pub refused: Vec<Outcome>,
    /// Where the queue goes on.
    pub back: String,
}

/// What became of one request.
pub struct Outcome {
    pub code: String,
    pub written: String,
    /// Why it did not go through; empty when it did.
    pub why: String,
}

pub async fn act(State(app): State<App>, op: Op, fields: Fields) -> Result<Response> {
    op.require(&[Role::Officer])?;
    let act = fields.get("act");
    let codes = fields.all("code");
    let mut page = titled(shell(&app, &op, &Uri::from_static("/desk/requests")), op.lang);
    let missing = match (act, codes.len()) {
        (_, 0) => Some(Problem::invalid("fields").field("/desk/requests", "requests-desk-none-ticked")),
        (_, n) if n > MOST => Some(Problem::invalid("requests-desk-too-many").with("most", MOST)),
        ("verify" | "assign" | "answer" | "ask" | "join", _) => None,
        _ => Some(Problem::invalid("fields").field("/desk/requests", "requests-desk-no-act")),
    };
    if let Some(problem) = missing {
        page.errors = field_errors(&problem, &op);
        return render_refused(&problem, &BulkPage::of(page, &op, Vec::new()));
    }
    let teller = Teller::new(&app, op.lang).await?;
    let mut outcomes = Vec::new();
    for code in codes {
        let why = match one(&app, &op, &teller, &code, &fields).await {
            Ok(()) => String::new(),
            Err(problem) => {
                if problem.kind() == Kind::Internal {
                    tracing::error!(problem = %problem, "a step of several failed");
                }
                sentence(&problem, &op)
            }
        };
        outcomes.push(Outcome {
            written: written(&code),
            code,
            why,
        });
    }
    render(&BulkPage::of(page, &op, outcomes))
}

async fn one(app: &App, op: &Op, teller: &Teller, code: &str, fields: &Fields) -> Result<()> {
    match fields.get("act") {
        "verify" => requests::verify(app, op, code).await.map(drop),
        "assign" => requests::assign(app, op, code, fields.get("post"))
            .await
            .map(drop),
        "answer" => {
            let text = match fields.filled("template") {
                Some(template) => {
                    let request = requests::see(app, op, code, None).await?.request;
                    templates::fill(app, teller, &request, &template, op).await?
                }
                None => fields.get("text").to_owned(),
            };
            requests::answer(app, op, code, fields.get("kind"), &text)
                .await
                .map(drop)
        }
        "ask" => requests::ask(app, op, code, fields.get("reason"), fields.get("question"))
            .await
            .map(drop),
        _ => requests::join(app, op, code, fields.get("into")).await.map(drop),
    }
}

fn titled(page: Shell, lang: Lang) -> Shell {
    page.titled(lang.text("requests-desk-bulk-title"))
        .crumb(lang.text("requests-desk-title"), "/desk/requests")
        .crumb(lang.text("requests-desk-bulk-title"), "")
}

impl BulkPage {
    fn of(page: Shell, op: &Op, outcomes: Vec<Outcome>) -> BulkPage {
        let (done, refused): (Vec<_>, Vec<_>) =
            outcomes.into_iter().partition(|outcome| outcome.why.is_empty());
        let said = match done.len() + refused.len() {
            0 => String::new(),
            n => op
                .lang
                .text("requests-desk-bulk-said")
                .n("done", done.len())
                .n("n", n)
                .into(),
        };
        BulkPage {
            page,
            said,
            done,
            refused,
            back: "/desk/requests".to_owned(),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> BulkPage {
        let outcome = |why: String| Outcome {
            code: "K7MQ4XTD".into(),
            written: "K7MQ-4XTD".into(),
            why,
        };
        let mut page = titled(Shell::sample(lang), lang);
        page.errors = vec![FieldError {
            field: "/desk/requests".into(),
            text: lang.text("problem-requests-desk-none-ticked").into(),
        }];
        BulkPage {
            page,
            said: lang.text("requests-desk-bulk-said").n("done", 1).n("n", 2).into(),
            done: vec![outcome(String::new())],
            refused: vec![outcome("Sudah <ditutup>".into())],
            back: "/desk/requests".into(),
        }
    }
}
