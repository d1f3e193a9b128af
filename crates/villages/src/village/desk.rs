//! The desk of villages: those that somebody is the operator of or may read, and one with its years.

use std::collections::BTreeSet;

use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use serde::Deserialize;

use super::{
    READERS, is_operator,
    pages::Line,
    require_operator, require_reader,
    year::{self, Term, calendars, model::parse_year},
};
use crate::{
    places::{self, model::Places},
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Problem, Result},
        told,
    },
};

const BEGUN: &str = "village-told-begun";

/// The villages that the caller keeps, and those that they may read.
#[derive(Template)]
#[template(path = "village/desk.html")]
pub struct VillagesDeskPage {
    pub page: Shell,
    pub own: Vec<Line>,
    pub others: Vec<Line>,
}

/// One village with its years, and the form that begins another.
#[derive(Template)]
#[template(path = "village/desk_one.html")]
pub struct VillageDeskPage {
    pub page: Shell,
    pub action: String,
    pub public_href: String,
    pub years: Vec<Line>,
    pub may_write: bool,
    pub templates: Vec<Choice>,
    pub terms: Vec<Choice>,
    pub year: String,
}

/// A year to be begun, as it is typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Begun {
    year: String,
    template: String,
    /// `begins` where a term of the head of the village does.
    term: String,
}

pub async fn all(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    op.require(&READERS)?;
    let all = places::all(&app).await?;
    let lang = op.lang;
    let line = |code: &str| Line {
        href: format!("/desk/villages/{code}"),
        text: name_of(&all, lang, code),
    };
    let own: BTreeSet<&str> = op
        .person()
        .map_or(&[][..], |me| &me.grants)
        .iter()
        .filter_map(|grant| grant.place.as_deref())
        .filter(|place| is_operator(&op, place))
        .collect();
    let own = own.into_iter().map(line).collect();
    let others = year::list_villages(&app)
        .await?
        .into_iter()
        .filter(|year| !is_operator(&op, &year.place) && require_reader(&op, &all, &year.place).is_ok())
        .map(|year| line(&year.place))
        .collect();
    render(&VillagesDeskPage::new(shell(&app, &op, &uri), own, others))
}

pub async fn one(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path(place): Path<String>,
) -> Result<Response> {
    let all = places::all(&app).await?;
    require_reader(&op, &all, &place)?;
    let page = told::shell_with(&headers, shell(&app, &op, &uri), &[BEGUN]);
    let year = app.config.day(op.at).year().to_string();
    let typed = Begun {
        year,
        ..Begun::default()
    };
    let page = one_page(&app, &op, page, (all.as_ref(), place.as_str()), &typed).await?;
    told::render_once(&headers, &uri, &page)
}

pub async fn act(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path(place): Path<String>,
    Form(form): Form<Begun>,
) -> Result<Response> {
    require_operator(&op, &place)?;
    let all = places::all(&app).await?;
    places::known(&all, &place)?;
    match begun(&app, &op, &place, &form).await {
        Ok(()) => Ok(told::redirect(&app, &headers, uri.path(), BEGUN)),
        Err(problem) if problem.kind() == Kind::Invalid => {
            let page = refused(&app, &op, &uri, &problem);
            render_refused(
                &problem,
                &one_page(&app, &op, page, (all.as_ref(), place.as_str()), &form).await?,
            )
        }
        Err(problem) => Err(problem),
    }
}

async fn begun(app: &App, op: &Op, place: &str, form: &Begun) -> Result<()> {
    let term = match form.term.as_str() {
        "begins" => Term::Begins,
        _ => Term::GoesOn,
    };
    year::begin(app, op, place, parse_year(&form.year)?, &form.template, term).await
}

fn refused(app: &App, op: &Op, uri: &Uri, problem: &Problem) -> Shell {
    Shell {
        errors: field_errors(problem, op),
        ..shell(app, op, uri)
    }
}

fn name_of(all: &Places, lang: Lang, code: &str) -> String {
    all.find(code).map_or_else(
        || code.to_owned(),
        |place| format!("{} ({code})", place.name_in(lang.code())),
    )
}

async fn one_page(
    app: &App,
    op: &Op,
    page: Shell,
    (all, place): (&Places, &str),
    typed: &Begun,
) -> Result<VillageDeskPage> {
    let lang = op.lang;
    let years: Vec<i16> = year::list_years(app, place)
        .await?
        .into_iter()
        .map(|year| year.year)
        .collect();
    let templates = calendars(app)
        .await?
        .into_iter()
        .map(|(template, _)| {
            let title = template.title.in_language(lang.code());
            Choice::new(&template.name, title).chosen_if(&typed.template)
        })
        .collect();
    let name = name_of(all, lang, place);
    let may_write = is_operator(op, place);
    let page = page.titled(&name);
    Ok(VillageDeskPage::new(
        page,
        place,
        &years,
        (may_write, templates),
        typed,
    ))
}

impl VillagesDeskPage {
    fn new(page: Shell, own: Vec<Line>, others: Vec<Line>) -> VillagesDeskPage {
        let title = page.t("village-desk").to_string();
        let desk = page.t("platform-nav-desk").to_string();
        VillagesDeskPage {
            own,
            others,
            page: page.titled(&title).crumb(desk, "/desk").crumb(title, ""),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> VillagesDeskPage {
        let line = |code: &str, name: &str| Line {
            href: format!("/desk/villages/{code}"),
            text: name.to_owned(),
        };
        VillagesDeskPage::new(
            Shell::sample(lang),
            vec![line("90.01.01", "Desa <Ngasem>")],
            vec![line("90.01.02", "Desa O'Brien")],
        )
    }
}

impl VillageDeskPage {
    fn new(
        page: Shell,
        place: &str,
        years: &[i16],
        (may_write, templates): (bool, Vec<Choice>),
        typed: &Begun,
    ) -> VillageDeskPage {
        let lang = page.lang;
        let years = years
            .iter()
            .map(|year| Line {
                href: format!("/desk/villages/{place}/year/{year}"),
                text: lang.ungrouped(i64::from(*year)),
            })
            .collect();
        let title = page.title.clone();
        VillageDeskPage {
            action: format!("/desk/villages/{place}"),
            public_href: format!("/villages/{place}"),
            years,
            may_write,
            templates,
            terms: vec![
                Choice::new("begins", lang.text("village-term-begins"))
                    .hinted(lang.text("village-term-hint"))
                    .chosen_if(&typed.term),
            ],
            year: typed.year.clone(),
            page: page
                .crumb(lang.text("platform-nav-desk"), "/desk")
                .crumb(lang.text("village-desk"), "/desk/villages")
                .crumb(title, ""),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> VillageDeskPage {
        let page = Shell::sample(lang).titled("Desa <Ngasem>");
        let typed = Begun {
            year: "2027".to_owned(),
            ..Begun::default()
        };
        let templates = vec![Choice::new("desa", "Desa")];
        VillageDeskPage::new(page, "90.01.01", &[2026, 2027], (true, templates), &typed)
    }
}
