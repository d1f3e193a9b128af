//! The desk of facilitators: the register, and the way to tasks, coverage and one's own page.

use askama::Template;
use axum::{extract::State, http::Uri, response::Response};
use jiff::civil::Date;

use super::{model::Facilitator, register, words};
use crate::{
    places::{self, model::Places},
    platform::{
        app::App,
        html::{Markup, Shell, parts::Cell},
        i18n::Lang,
        op::{Op, Role},
        page::{render, shell},
        problem::Result,
    },
};

pub mod coverage;
pub mod one;
pub mod own;
pub mod tasks;
mod view;

/// Where the register is.
const PATH: &str = "/desk/facilitators";

/// The facilitators whom the caller may see.
#[derive(Template)]
#[template(path = "facilitators/desk/all.html")]
pub struct RegisterPage {
    page: Shell,
    /// Whether the reader is a facilitator, who has a page of their own.
    is_own: bool,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
}

pub async fn all(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    let people = register::list(&app, &op).await?;
    let all = places::all(&app).await?;
    let today = app.config.day(op.at);
    let rows = people
        .iter()
        .map(|person| row(op.lang, &all, person, today))
        .collect();
    let mut page = RegisterPage::new(shell(&app, &op, &uri), rows);
    page.is_own = is_facilitator(&op);
    render(&page)
}

/// Whether the caller holds the role themselves; an administrator does not by being one.
fn is_facilitator(op: &Op) -> bool {
    op.person()
        .is_some_and(|me| me.grants.iter().any(|grant| grant.role == Role::Facilitator))
}

fn row(lang: Lang, all: &Places, person: &Facilitator, today: Date) -> Vec<Cell> {
    let link = Markup(format!(
        "<a class=\"govuk-link\" href=\"{}\">{}</a>",
        Markup::escape(&address(&person.id)),
        Markup::escape(&person.name)
    ));
    let languages = person.languages.join(", ");
    vec![
        Cell::html(link),
        Cell::text(words::places(lang, all, &person.places)),
        Cell::text(words::or_none(&languages)),
        Cell::text(yes_or_no(lang, person.is_trained_on(today))),
        Cell::text(yes_or_no(lang, person.has_signed())),
    ]
}

fn yes_or_no(lang: Lang, is_so: bool) -> String {
    let id = match is_so {
        true => "facilitators-yes",
        false => "facilitators-no",
    };
    lang.text(id).to_string()
}

/// The address of a facilitator's page.
fn address(facilitator: &str) -> String {
    format!("{PATH}/{facilitator}")
}

/// The way to a page below the register.
fn way(page: Shell) -> Shell {
    let (desk, register) = (
        page.t("platform-nav-desk").to_string(),
        page.t("facilitators-register").to_string(),
    );
    page.crumb(desk, "/desk").crumb(register, PATH)
}

impl RegisterPage {
    fn new(page: Shell, rows: Vec<Vec<Cell>>) -> RegisterPage {
        let (desk, title) = (
            page.t("platform-nav-desk").to_string(),
            page.t("facilitators-register").to_string(),
        );
        let head = [
            "facilitators-name",
            "facilitators-places",
            "facilitators-languages",
            "facilitators-trained",
            "facilitators-signed",
        ];
        RegisterPage {
            is_own: false,
            head: head.map(|id| Cell::text(page.t(id))).to_vec(),
            rows,
            page: page.titled(&title).crumb(desk, "/desk").crumb(title, ""),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> RegisterPage {
        let person = view::sample();
        let rows = vec![row(lang, &Places::default(), &person, Date::ZERO)];
        RegisterPage {
            is_own: true,
            ..RegisterPage::new(Shell::sample(lang), rows)
        }
    }
}
