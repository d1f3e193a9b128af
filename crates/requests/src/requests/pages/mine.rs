//! What the one who is signed in filed, and what they were told.

use askama::Template;
use axum::{extract::State, http::Uri, response::Response};

use crate::{
    platform::{
        app::App,
        html::Shell,
        i18n::Lang,
        message::list_notices,
        op::Op,
        page::{render, shell},
        problem::Result,
    },
    requests::{
        self,
        words::{Tag, Teller, written},
    },
};

/// Messages that are shown.
const MOST_NOTICES: i64 = 50;

#[derive(Template)]
#[template(path = "requests/pages/mine.html")]
pub struct MinePage {
    pub page: Shell,
    pub rows: Vec<Row>,
    pub notices: Vec<NoticeRow>,
}

/// A request of one's own.
pub struct Row {
    pub path: String,
    pub title: String,
    pub light: Tag,
    pub state: String,
    pub filed: String,
    /// Whether the resident's yes or no is awaited.
    pub is_asked: bool,
}

/// A message.
pub struct NoticeRow {
    pub at: String,
    pub title: String,
    pub text: String,
}

/// `GET /requests/mine`.
pub async fn page(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    let me = op.require_person()?.id.clone();
    let teller = Teller::new(&app, op.lang).await?;
    let rows = requests::list_own(&app, &op)
        .await?
        .iter()
        .map(|request| Row {
            path: request.path(),
            title: format!("{} {}", teller.service(&request.service), written(&request.code)),
            light: teller.light(request.light(op.at)),
            state: teller.state(&request.state),
            filed: teller.day(request.opened_at),
            is_asked: request.state.code() == "answered",
        })
        .collect();
    let notices = list_notices(&app, &me, MOST_NOTICES)
        .await?
        .into_iter()
        .map(|notice| NoticeRow {
            at: teller.moment(notice.at),
            title: notice.title,
            text: notice.text,
        })
        .collect();
    render(&MinePage {
        page: shell(&app, &op, &uri)
            .titled(op.lang.text("requests-pages-mine-title"))
            .crumb(op.lang.text("requests-pages-requests"), "/requests")
            .crumb(op.lang.text("requests-pages-mine-title"), ""),
        rows,
        notices,
    })
}

impl MinePage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> MinePage {
        MinePage {
            page: Shell::sample(lang).titled(lang.text("requests-pages-mine-title")),
            rows: vec![Row {
                path: "/requests/K7MQ4XTD".into(),
                title: "Lampu <jalan> K7MQ-4XTD".into(),
                light: Tag {
                    class: "bz-light bz-light--yellow",
                    text: lang.text("requests-light-yellow").to_string(),
                },
                state: lang.text("requests-state-answered").to_string(),
                filed: lang.date(jiff::civil::date(2026, 11, 20)),
                is_asked: true,
            }],
            notices: vec![NoticeRow {
                at: "20".into(),
                title: "It is <broken>".into(),
                text: "The \"air\" <toilet>".into(),
            }],
        }
    }
}
