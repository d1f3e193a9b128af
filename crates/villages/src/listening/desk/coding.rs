//! Coding a note: each coder alone, then how far both agree and what they settle together.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};

use super::{address, note::sample_note, title};
use crate::{
    listening::{
        codebook,
        coding::{self, Coded, Keeps},
        model::{
            codebook::{Code, Wording},
            coding::{Agreement, Coder, Difference, Settled, agreements},
        },
        notes::{self, Seen, me},
        words,
    },
    places::{self, model::Places},
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Cell, Choice},
        },
        i18n::{Lang, numbers::NO_VALUE},
        op::Op,
        page::{field_errors, render, render_refused, shell},
        plain::Form,
        problem::{Kind, Problem, Result},
        time::Time,
    },
};

/// What begins the name of the boxes of a paragraph; its position follows.
const BOXES: &str = "p";

/// The coding of one note.
#[derive(Template)]
#[template(path = "listening/desk/coding.html")]
pub struct CodingPage {
    page: Shell,
    action: String,
    /// How it stands.
    stands: String,
    /// Whether the reader codes it and is not done.
    may_code: bool,
    /// Whether the reader settles what is open.
    may_settle: bool,
    paragraphs: Vec<ParagraphForm>,
    head: Vec<Cell>,
    /// Agreement, all together first; empty while somebody still codes.
    rows: Vec<Vec<Cell>>,
    open: Vec<DifferenceForm>,
    settled_head: Vec<Cell>,
    settled: Vec<Vec<Cell>>,
}

/// A paragraph with the codes to choose from.
struct ParagraphForm {
    n: String,
    text: String,
    field: String,
    choices: Vec<Choice>,
    /// What was given; for those who do not code.
    given: String,
}

/// A difference to be settled.
struct DifferenceForm {
    position: i64,
    code: String,
    said: String,
    text: String,
    /// Name of the field of the reason.
    field: String,
}

/// What was sent: the codes of paragraphs come several times under one name.
type Fields = Vec<(String, String)>;

pub async fn show(State(app): State<App>, op: Op, uri: Uri, Path(note): Path<String>) -> Result<Response> {
    let seen = notes::find(&app, &op, &note).await?;
    render(&page_of(&app, &op, shell(&app, &op, &uri), &seen).await?)
}

pub async fn act(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(note): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response> {
    let seen = notes::find(&app, &op, &note).await?;
    match done(&app, &op, &seen, &fields).await {
        Ok(()) => Ok(Redirect::to(&path(&seen)).into_response()),
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::Conflict) => {
            let mut page = shell(&app, &op, &uri);
            page.errors = field_errors(&problem, &op);
            // Each difference has a field of its own.
            for error in &mut page.errors {
                if error.field == "why" {
                    error.field = reason_field(sent(&fields, "position"), sent(&fields, "code"));
                }
            }
            let seen = notes::find(&app, &op, &note).await?;
            render_refused(&problem, &page_of(&app, &op, page, &seen).await?)
        }
        Err(problem) => Err(problem),
    }
}

async fn done(app: &App, op: &Op, seen: &Seen, fields: &Fields) -> Result<()> {
    match sent(fields, "act") {
        "save" => coding::save(app, op, seen, &given(fields)).await,
        "finish" => {
            coding::save(app, op, seen, &given(fields)).await?;
            coding::finish(app, op, seen).await
        }
        word @ ("keep" | "drop") => {
            let (position, code) = (sent(fields, "position"), sent(fields, "code"));
            let keeps = Keeps {
                is_kept: word == "keep",
                why: sent(fields, &reason_field(position, code)).to_owned(),
            };
            coding::settle(app, op, seen, position.parse().unwrap_or(0), code, keeps).await
        }
        _ => Err(Problem::conflict("listening-step")),
    }
}

fn sent<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields
        .iter()
        .find(|(field, _)| field == name)
        .map_or("", |(_, value)| value.as_str())
}

/// The codes that were ticked, with the positions of their paragraphs.
fn given(fields: &Fields) -> Vec<(i64, String)> {
    fields
        .iter()
        .filter_map(|(field, code)| {
            let position = field.strip_prefix(BOXES)?.parse().ok()?;
            Some((position, code.clone()))
        })
        .collect()
}

fn reason_field(position: &str, code: &str) -> String {
    format!("why-{position}-{code}")
}

fn path(seen: &Seen) -> String {
    format!("{}/coding", address(&seen.note.head.id))
}

async fn page_of(app: &App, op: &Op, page: Shell, seen: &Seen) -> Result<CodingPage> {
    let coded = coding::read(app, op, seen).await?;
    let book = codebook::list(app, op).await?;
    let all = places::all(app).await?;
    Ok(CodingPage::new(page, &all, seen, &coded, &book, &me(op)))
}

/// Says how the coding of a note stands for somebody.
fn stands(lang: Lang, coders: &[Coder], me: &str) -> String {
    let own = coders.iter().find(|coder| coder.person == me);
    let n_done = coders.iter().filter(|coder| coder.done_at.is_some()).count();
    let id = match (own, n_done) {
        _ if coders.is_empty() => "listening-coders-none",
        (_, 2) => "listening-coding-both-lead",
        (Some(Coder { done_at: Some(_), .. }), _) => "listening-coding-wait",
        (Some(_), _) => "listening-coding-lead",
        (None, _) => "listening-coding-closed",
    };
    lang.text(id).to_string()
}

/// What a code is called; the code itself where the book has it no more.
fn title_of(book: &[Code], code: &str) -> String {
    book.iter()
        .find(|each| each.code == code)
        .map_or_else(|| code.to_owned(), |each| each.wording.title.clone())
}

fn coefficient(lang: Lang, value: Option<f64>) -> Cell {
    match value {
        Some(value) => Cell::number(lang.decimal(value, 2), value),
        None => Cell::number(NO_VALUE, f64::NAN),
    }
}

fn agreement_row(lang: Lang, name: &str, agreement: &Agreement) -> Vec<Cell> {
    let interval = agreement.interval.map_or_else(
        || NO_VALUE.to_owned(),
        |ends| format!("{}–{}", lang.decimal(ends.lower, 2), lang.decimal(ends.upper, 2)),
    );
    let percent = match agreement.percent {
        Some(share) => Cell::number(lang.percent(100.0 * share, 0), share),
        None => Cell::number(NO_VALUE, f64::NAN),
    };
    vec![
        Cell::text(name),
        Cell {
            numeric: true,
            ..Cell::text(lang.number(agreement.n))
        },
        percent,
        coefficient(lang, agreement.kappa),
        coefficient(lang, agreement.alpha),
        Cell {
            numeric: true,
            ..Cell::text(interval)
        },
    ]
}

fn agreement_rows(
    lang: Lang,
    book: &[Code],
    agreement: Option<&(BTreeMap<String, Agreement>, Agreement)>,
) -> Vec<Vec<Cell>> {
    let Some((by_code, overall)) = agreement else {
        return Vec::new();
    };
    let all = lang.text("listening-agreement-all").to_string();
    let mut rows = vec![agreement_row(lang, &all, overall)];
    rows.extend(
        by_code
            .iter()
            .map(|(code, agreement)| agreement_row(lang, &title_of(book, code), agreement)),
    );
    rows
}

fn settled_row(lang: Lang, book: &[Code], settled: &Settled) -> Vec<Cell> {
    let id = match settled.is_kept {
        true => "listening-settled-kept",
        false => "listening-settled-dropped",
    };
    vec![
        Cell::text(lang.number(settled.position)),
        Cell::text(title_of(book, &settled.code)),
        Cell::text(lang.text(id)),
        Cell::text(&settled.why),
    ]
}

impl CodingPage {
    fn new(page: Shell, all: &Places, seen: &Seen, coded: &Coded, book: &[Code], me: &str) -> CodingPage {
        let lang = page.lang;
        let note = &seen.note;
        let title = title(lang, all, &note.head);
        let is_mine_open = note
            .coders
            .iter()
            .any(|coder| coder.person == me && coder.done_at.is_none());
        let paragraphs = (1_i64..)
            .zip(&note.paragraphs)
            .map(|(position, text)| ParagraphForm::of(lang, position, text, coded, book, me))
            .collect();
        let texts = |ids: &[&str]| -> Vec<Cell> { ids.iter().map(|id| Cell::text(lang.text(*id))).collect() };
        CodingPage {
            action: path(seen),
            stands: stands(lang, &note.coders, me),
            may_code: is_mine_open,
            may_settle: seen.is_coder,
            paragraphs,
            head: [
                "listening-code",
                "listening-agreement-n",
                "listening-agreement-percent",
                "listening-agreement-kappa",
                "listening-agreement-alpha",
                "listening-agreement-interval",
            ]
            .map(|id| Cell::text(lang.text(id)))
            .into_iter()
            .enumerate()
            .map(|(at, cell)| Cell {
                numeric: at > 0,
                ..cell
            })
            .collect(),
            rows: agreement_rows(lang, book, coded.agreement.as_ref()),
            open: coded
                .open
                .iter()
                .map(|difference| {
                    DifferenceForm::of(lang, difference, note.paragraph(difference.position), book)
                })
                .collect(),
            settled_head: texts(&[
                "listening-paragraph",
                "listening-code",
                "listening-settled-how",
                "listening-why",
            ]),
            settled: coded
                .settled
                .iter()
                .map(|settled| settled_row(lang, book, settled))
                .collect(),
            page: words::way(page)
                .titled(lang.text("listening-coding"))
                .crumb(title, address(&note.head.id))
                .crumb(lang.text("listening-coding"), ""),
        }
    }

    /// A page with something in every part, for a coder who is not done.
    #[must_use]
    pub fn sample(lang: Lang) -> CodingPage {
        CodingPage::sample_of(lang, None)
    }

    /// As [`CodingPage::sample`], once both are done.
    #[must_use]
    pub fn sample_of_both(lang: Lang) -> CodingPage {
        CodingPage::sample_of(lang, Some(Time(0)))
    }

    fn sample_of(lang: Lang, done_at: Option<Time>) -> CodingPage {
        let mut note = sample_note();
        note.coders = ["a", "b"]
            .map(|person| Coder {
                person: person.to_owned(),
                done_at,
            })
            .into();
        let book = [Code {
            code: "far".to_owned(),
            version: 2,
            wording: Wording {
                title: "Far <away>".to_owned(),
                apply_when: "Distance & time".to_owned(),
                example: "An hour <on foot>".to_owned(),
                is_retired: false,
            },
            why: "A <slip>".to_owned(),
            at: Time(0),
        }];
        let difference = Difference {
            position: 1,
            code: "far".to_owned(),
            by: "a".to_owned(),
        };
        let coded = Coded {
            given: Vec::new(),
            agreement: done_at.map(|_| agreements(1, &note.coders, &[])),
            open: done_at.map(|_| difference).into_iter().collect(),
            settled: vec![Settled {
                position: 1,
                code: "far".to_owned(),
                is_kept: true,
                why: "They spoke of the <road>".to_owned(),
                at: Time(0),
            }],
        };
        let seen = Seen {
            note,
            is_facilitator: true,
            is_coder: true,
            may_correct: true,
        };
        CodingPage::new(Shell::sample(lang), &Places::default(), &seen, &coded, &book, "a")
    }
}

impl ParagraphForm {
    fn of(lang: Lang, position: i64, text: &str, coded: &Coded, book: &[Code], me: &str) -> ParagraphForm {
        let has = |code: &str, person: &str| {
            coded
                .given
                .iter()
                .any(|each| each.position == position && each.code == code && each.person == person)
        };
        let choices = book
            .iter()
            .filter(|code| !code.wording.is_retired)
            .map(|code| Choice {
                chosen: has(&code.code, me),
                ..Choice::new(&code.code, &code.wording.title).hinted(&code.wording.apply_when)
            })
            .collect();
        let mut given: Vec<String> = coded
            .given
            .iter()
            .filter(|each| each.position == position)
            .map(|each| title_of(book, &each.code))
            .collect();
        given.sort();
        given.dedup();
        ParagraphForm {
            n: lang.text("listening-paragraph-n").n("n", position).to_string(),
            text: text.to_owned(),
            field: format!("{BOXES}{position}"),
            choices,
            given: given.join(", "),
        }
    }
}

impl DifferenceForm {
    fn of(lang: Lang, difference: &Difference, text: Option<&str>, book: &[Code]) -> DifferenceForm {
        DifferenceForm {
            position: difference.position,
            said: lang
                .text("listening-difference")
                .n("n", difference.position)
                .arg("code", title_of(book, &difference.code))
                .to_string(),
            text: text.unwrap_or_default().to_owned(),
            field: reason_field(&difference.position.to_string(), &difference.code),
            code: difference.code.clone(),
        }
    }
}
