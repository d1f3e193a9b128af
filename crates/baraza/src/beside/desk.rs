//! The links between standard criteria and numbers, for stewards; and the sheet of a meeting, for those who sit in it.

use askama::Template;
use axum::{
    Form,
    extract::{Path, Query, State as Of},
    http::{HeaderMap, Uri},
    response::Response,
};

use super::{
    KEEPERS, READERS, in_meeting, links,
    model::{
        Concept, People, Source, Turn,
        link::{Key, Link, Typed},
    },
    print, say, words,
};
use crate::{
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Cell, Choice, label_rows},
        },
        i18n::{Lang, numbers::NO_VALUE},
        op::Op,
        page::{field_errors, render_refused, shell},
        problem::{Kind, Result},
        sheets,
        time::Time,
        told, typeset,
        words::Words,
    },
    scorecards::{
        desk::AT_DESK,
        model::{criterion::STANDARD, facility::KINDS},
        pages::words as of_scorecards,
    },
};

/// Where it is.
const PATH: &str = "/desk/beside";
const KEPT: &str = "beside-desk-kept";

/// All links.
#[derive(Template)]
#[template(path = "beside/desk.html")]
pub struct LinksPage {
    page: Shell,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    may_keep: bool,
    typed: Typed,
    kinds: Vec<Choice>,
    standards: Vec<Choice>,
    sources: Vec<Choice>,
    concepts: Vec<Choice>,
    peoples: Vec<Choice>,
}

pub async fn show(
    Of(app): Of<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Query(wanted): Query<Typed>,
) -> Result<Response> {
    op.require(&READERS)?;
    let known = links(&app).await?;
    let key = wanted.key();
    let typed = known
        .iter()
        .find(|link| Some(&link.key) == key.as_ref())
        .map_or_else(Typed::default, |link| typed_of(op.lang, link));
    let page = told::shell_with(&headers, shell(&app, &op, &uri), &[KEPT]);
    told::render_once(&headers, &uri, &page_of(&app, &op, page, &known, typed))
}

pub async fn change(
    Of(app): Of<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response> {
    op.require(&KEEPERS)?;
    let said = match typed.read(op.lang.code()) {
        Ok(link) => say(&app, &op, &link).await,
        Err(problem) => Err(problem),
    };
    match said {
        Ok(()) => Ok(told::redirect(&app, &headers, PATH, KEPT)),
        Err(problem) if problem.kind() == Kind::Invalid => {
            let page = Shell {
                errors: field_errors(&problem, &op),
                ..shell(&app, &op, &uri)
            };
            let known = links(&app).await?;
            render_refused(&problem, &page_of(&app, &op, page, &known, typed))
        }
        Err(problem) => Err(problem),
    }
}

/// What is said side by side, as those see it who sit in the meeting of a round; kept nowhere.
pub async fn sheet(Of(app): Of<App>, op: Op, Path(round): Path<String>) -> Result<Response> {
    op.require(&AT_DESK)?;
    let beside = in_meeting(&app, &op, &round).await?;
    let pdf = typeset::pdf(&app, &op, &print::document(op.lang, &beside)).await?;
    Ok(sheets::answer(pdf, &format!("beside-{}", beside.facility.code)))
}

fn page_of(app: &App, op: &Op, page: Shell, known: &[Link], typed: Typed) -> LinksPage {
    let day = |at: Time| op.lang.short_date(app.config.day(at));
    LinksPage {
        may_keep: op.has(&KEEPERS),
        ..LinksPage::new(page, known, typed, &day)
    }
}

/// A link as the form shows it.
fn typed_of(lang: Lang, link: &Link) -> Typed {
    let number = |turn: Option<Turn>, of: fn(Turn) -> f64| turn.map(|turn| of(turn).to_string());
    Typed {
        kind: link.key.kind.clone(),
        standard: link.key.standard.clone(),
        source: link.key.source.as_str().to_owned(),
        code: link.key.code.clone(),
        people_code: link.people_code.clone().unwrap_or_default(),
        zero: number(link.turn, |turn| turn.zero).unwrap_or_default(),
        hundred: number(link.turn, |turn| turn.hundred).unwrap_or_default(),
        concept: link.concept.as_str().to_owned(),
        people: link.people.as_str().to_owned(),
        note: link.note.in_language(lang.code()).to_owned(),
        act: String::new(),
    }
}

/// The address of the form with a link in it.
fn href(key: &Key) -> String {
    let pairs = [
        ("kind", key.kind.as_str()),
        ("standard", key.standard.as_str()),
        ("source", key.source.as_str()),
        ("code", key.code.as_str()),
    ];
    let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
    format!("{PATH}?{query}#link")
}

fn row(lang: Lang, link: &Link, day: &dyn Fn(Time) -> String) -> Vec<Cell> {
    let key = &link.key;
    let turn = match link.turn {
        Some(turn) => lang
            .text("beside-desk-turns")
            .arg("zero", turn.zero)
            .arg("hundred", turn.hundred)
            .to_string(),
        None => lang.text("beside-desk-turns-not").to_string(),
    };
    let said = match (&link.said, link.is_withdrawn) {
        (None, _) => lang.text("beside-desk-shipped").to_string(),
        (Some((_, at)), true) => lang
            .text("beside-desk-withdrawn-on")
            .arg("day", day(*at))
            .to_string(),
        (Some((_, at)), false) => lang.text("beside-desk-kept-on").arg("day", day(*at)).to_string(),
    };
    let number = format!("{}: {}", words::source(lang, key.source), key.code);
    vec![
        Cell::html(of_scorecards::link(&href(key), &number)),
        Cell::text(of_scorecards::kind(lang, &key.kind)),
        Cell::text(of_scorecards::standard(lang, &key.standard)),
        Cell::text(words::concept(lang, link.concept)),
        Cell::text(words::people(lang, link.people)),
        Cell::text(turn),
        Cell::text(link.note.in_language(lang.code())),
        Cell::text(said),
    ]
}

/// All values of a list, and none chosen yet.
fn choices<'a>(lang: Lang, chosen: &str, all: impl Iterator<Item = (&'a str, String)>) -> Vec<Choice> {
    let none = Choice::new("", lang.text("beside-desk-choose")).chosen_if(chosen);
    [none]
        .into_iter()
        .chain(all.map(|(value, text)| Choice::new(value, text).chosen_if(chosen)))
        .collect()
}

impl LinksPage {
    fn new(page: Shell, known: &[Link], typed: Typed, day: &dyn Fn(Time) -> String) -> LinksPage {
        let lang = page.lang;
        let head: Vec<Cell> = [
            "beside-desk-number",
            "beside-desk-kind",
            "beside-desk-standard",
            "beside-desk-concept",
            "beside-desk-people",
            "beside-desk-turn",
            "beside-desk-note",
            "beside-desk-said",
        ]
        .map(|id| Cell::text(lang.text(id)))
        .into();
        let mut rows: Vec<Vec<Cell>> = known.iter().map(|link| row(lang, link, day)).collect();
        label_rows(&head, &mut rows);
        let (title, desk) = (
            page.t("beside-desk-title").to_string(),
            page.t("platform-nav-desk").to_string(),
        );
        let kinds = KINDS.map(|kind| (kind, of_scorecards::kind(lang, kind)));
        let standards = STANDARD.map(|code| (code, of_scorecards::standard(lang, code)));
        let sources = Source::LINKED.map(|source| (source.as_str(), words::source(lang, source)));
        let concepts = Concept::ALL.map(|concept| {
            let text = words::concept(lang, concept);
            Choice::new(concept.as_str(), text).chosen_if(&typed.concept)
        });
        let peoples = People::ALL.map(|people| (people.as_str(), words::people(lang, people)));
        LinksPage {
            head,
            rows,
            may_keep: false,
            kinds: choices(lang, &typed.kind, kinds.into_iter()),
            standards: choices(lang, &typed.standard, standards.into_iter()),
            sources: choices(lang, &typed.source, sources.into_iter()),
            concepts: concepts.into(),
            peoples: choices(lang, &typed.people, peoples.into_iter()),
            typed,
            page: page.titled(&title).crumb(desk, "/desk").crumb(title, ""),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> LinksPage {
        let link = Link {
            key: Key {
                kind: "clinic".into(),
                standard: "waiting".into(),
                source: Source::Survey,
                code: "6.1.1".into(),
            },
            people_code: None,
            turn: Some(Turn::POINTS),
            concept: Concept::Proxy,
            people: People::Residents,
            note: Words([("en".to_owned(), "Not <waiting>".to_owned())].into()),
            is_withdrawn: false,
            said: Some((NO_VALUE.to_owned(), Time(0))),
        };
        let typed = typed_of(lang, &link);
        let withdrawn = Link {
            is_withdrawn: true,
            turn: None,
            ..link.clone()
        };
        let known = [link, withdrawn];
        LinksPage {
            may_keep: true,
            ..LinksPage::new(Shell::sample(lang), &known, typed, &|_| "23 <11> 2026".to_owned())
        }
    }
}
