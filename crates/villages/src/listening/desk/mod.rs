//! Listening at the desk: the notes that one may read, and what is done with each.

use std::collections::HashMap;

use askama::Template;
use axum::{extract::State, http::Uri, response::Response};
use jiff::civil::Date;

use super::{
    COMPOSERS,
    model::note::{Head, Kind},
    notes::{self, Listed},
    words,
};
use crate::{
    facilitators::GroupKind,
    places::{self, model::Places},
    platform::{
        app::App,
        html::{Shell, parts::Cell},
        i18n::Lang,
        op::{Op, Role},
        page::{render, shell},
        problem::Result,
        time::Time,
    },
};

pub mod codes;
pub mod coding;
pub mod note;
pub mod quotations;
pub mod write;

/// What was sent, by the name of the field.
type Sent = HashMap<String, String>;

/// The notes that one may read.
#[derive(Template)]
#[template(path = "listening/desk/all.html")]
pub struct ListeningPage {
    page: Shell,
    may_write: bool,
    may_compose: bool,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
}

pub async fn all(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    let listed = notes::list(&app, &op).await?;
    let all = places::all(&app).await?;
    let rows = listed.iter().map(|each| row(op.lang, &all, each)).collect();
    let page = shell(&app, &op, &uri);
    let (may_write, may_compose) = (op.has(&[Role::Facilitator]), op.has(&COMPOSERS));
    render(&ListeningPage::new(page, may_write, may_compose, rows))
}

/// What was sent in a field; empty for nothing.
fn said<'a>(sent: &'a Sent, name: &str) -> &'a str {
    sent.get(name).map_or("", String::as_str)
}

/// The revision that a form was filled in on; one that nobody was shown where it is no number.
fn revision(sent: &Sent) -> i64 {
    said(sent, "revision").parse().unwrap_or(-1)
}

fn address(note: &str) -> String {
    format!("/desk/listening/{note}")
}

/// What a note is called: its group, place and day.
fn title(lang: Lang, all: &Places, head: &Head) -> String {
    format!(
        "{}, {}, {}",
        words::group(lang, &head.group),
        words::place(lang, all, &head.place),
        lang.short_date(head.held_on)
    )
}

fn row(lang: Lang, all: &Places, listed: &Listed) -> Vec<Cell> {
    let head = &listed.head;
    let stands = match (listed.n_done, listed.is_coder) {
        (None, _) => "listening-coding-none",
        (Some(2), _) => "listening-coding-both",
        (Some(_), true) => "listening-coding-yours",
        (Some(_), false) => "listening-coding-under-way",
    };
    vec![
        Cell::html(words::link(&address(&head.id), &words::group(lang, &head.group))),
        Cell::text(words::kind(lang, head.kind)),
        Cell::text(words::place(lang, all, &head.place)),
        Cell {
            sort_key: head.held_on.to_string(),
            ..Cell::text(lang.short_date(head.held_on))
        },
        Cell::text(lang.text(stands)),
    ]
}

impl ListeningPage {
    fn new(page: Shell, may_write: bool, may_compose: bool, rows: Vec<Vec<Cell>>) -> ListeningPage {
        let head = [
            "listening-group",
            "listening-kind",
            "listening-place",
            "listening-held-on",
            "listening-coding",
        ];
        let (desk, title) = (
            page.t("platform-nav-desk").to_string(),
            page.t("listening-title").to_string(),
        );
        ListeningPage {
            may_write,
            may_compose,
            head: head.map(|id| Cell::text(page.t(id))).to_vec(),
            rows,
            page: page.titled(&title).crumb(desk, "/desk").crumb(title, ""),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> ListeningPage {
        let listed = Listed {
            head: sample_head(),
            n_done: Some(1),
            is_coder: true,
        };
        let row = row(lang, &Places::default(), &listed);
        ListeningPage::new(Shell::sample(lang), true, true, vec![row])
    }
}

/// An invented note without what was said, for the samples of pages.
fn sample_head() -> Head {
    Head {
        id: "0".to_owned(),
        kind: Kind::FocusGroup,
        place: "<Ngasem>".to_owned(),
        group: GroupKind::parse("own:Single <mothers>").expect("a group of its own is one"),
        n_present: 9,
        held_on: Date::constant(2026, 11, 16),
        facilitator: "0".to_owned(),
        written_at: Time(0),
        corrected_at: Some(Time(1)),
        revision: 3,
    }
}
