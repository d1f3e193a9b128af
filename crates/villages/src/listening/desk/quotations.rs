//! Quotations of a note: proposing words, and looking for names in what somebody else proposed.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};

use super::{Sent, address, note::sample_note, said, title};
use crate::{
    listening::{
        model::{
            note::Note,
            quotation::{Naming, Quotation, State as Stand, require_allowed, still_stands},
        },
        notes::{self, Seen, me},
        quotations, words,
    },
    places::{self, model::Places},
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        plain::Form,
        problem::{Kind, Problem, Result},
        time::Time,
    },
};

/// The quotations of a note.
#[derive(Template)]
#[template(path = "listening/desk/quotations.html")]
pub struct QuotationsPage {
    page: Shell,
    action: String,
    quotes: Vec<QuoteView>,
    /// The paragraphs with their numbers, to copy from.
    paragraphs: Vec<String>,
    positions: Vec<Choice>,
    namings: Vec<Choice>,
    text: String,
}

/// A quotation as it is shown at the desk.
struct QuoteView {
    id: String,
    text: String,
    naming: String,
    state: String,
    class: &'static str,
    why: String,
    /// That the note was corrected since; empty where it was not.
    corrected: String,
    /// Whether the reader may look it through: it waits, and somebody else proposed it.
    may_check: bool,
    looked: Vec<Choice>,
    looked_field: String,
    why_field: String,
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri, Path(note): Path<String>) -> Result<Response> {
    let seen = notes::find(&app, &op, &note).await?;
    render(&page_of(&app, &op, shell(&app, &op, &uri), &seen, &Sent::new()).await?)
}

pub async fn act(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(note): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response> {
    let seen = notes::find(&app, &op, &note).await?;
    match done(&app, &op, &seen, &sent).await {
        Ok(()) => Ok(Redirect::to(&path(&seen.note)).into_response()),
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::Conflict) => {
            let mut page = shell(&app, &op, &uri);
            page.errors = field_errors(&problem, &op);
            // Each quotation has fields of its own.
            for error in &mut page.errors {
                if matches!(error.field.as_str(), "looked" | "why") {
                    error.field = format!("{}-{}", error.field, said(&sent, "quotation"));
                }
            }
            render_refused(&problem, &page_of(&app, &op, page, &seen, &sent).await?)
        }
        Err(problem) => Err(problem),
    }
}

async fn done(app: &App, op: &Op, seen: &Seen, sent: &Sent) -> Result<()> {
    let quotation = said(sent, "quotation");
    let of = |field: &str| said(sent, &format!("{field}-{quotation}")).to_owned();
    match said(sent, "act") {
        "propose" => {
            let position = said(sent, "position").parse().unwrap_or(0);
            let (text, naming) = (said(sent, "text"), said(sent, "naming"));
            quotations::propose(app, op, seen, position, text, naming).await
        }
        "release" => quotations::release(app, op, seen, quotation, &of("looked")).await,
        "refuse" => quotations::refuse(app, op, seen, quotation, &of("why")).await,
        _ => Err(Problem::conflict("listening-step")),
    }
}

fn path(note: &Note) -> String {
    format!("{}/quotations", address(&note.head.id))
}

async fn page_of(app: &App, op: &Op, page: Shell, seen: &Seen, sent: &Sent) -> Result<QuotationsPage> {
    let all = places::all(app).await?;
    let quotes = quotations::list(app, seen).await?;
    let (me, minimum) = (me(op), app.config.scorecards_minimum_group);
    Ok(QuotationsPage::new(
        page,
        &all,
        &seen.note,
        &quotes,
        (me.as_str(), minimum),
        sent,
    ))
}

impl QuotationsPage {
    fn new(
        page: Shell,
        all: &Places,
        note: &Note,
        quotes: &[Quotation],
        (me, minimum): (&str, u32),
        sent: &Sent,
    ) -> QuotationsPage {
        let lang = page.lang;
        let title = title(lang, all, &note.head);
        let positions = (1_usize..=note.paragraphs.len())
            .map(|n| {
                Choice::new(n, lang.text("listening-paragraph-n").n("n", n)).chosen_if(said(sent, "position"))
            })
            .collect();
        QuotationsPage {
            action: path(note),
            quotes: quotes
                .iter()
                .map(|quote| QuoteView::of(lang, note, quote, (me, minimum)))
                .collect(),
            paragraphs: note.paragraphs.clone(),
            positions,
            namings: Naming::ALL
                .map(|naming| {
                    let words = naming_in_words(lang, naming);
                    Choice::new(naming.as_str(), words).chosen_if(said(sent, "naming"))
                })
                .into(),
            text: said(sent, "text").to_owned(),
            page: words::way(page)
                .titled(lang.text("listening-quotations"))
                .crumb(title, address(&note.head.id))
                .crumb(lang.text("listening-quotations"), ""),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> QuotationsPage {
        let note = sample_note();
        let quote = |id: &str, state: Stand| Quotation {
            id: id.to_owned(),
            note: note.head.id.clone(),
            position: 1,
            text: "We <walk> two hours.".to_owned(),
            naming: Naming::Named,
            coder: "a".to_owned(),
            state,
            why: "A <name>".to_owned(),
            proposed_at: Time(0),
        };
        let quotes = [
            quote("1", Stand::Proposed),
            quote("2", Stand::Released),
            quote("3", Stand::Refused),
        ];
        let (page, all) = (Shell::sample(lang), Places::default());
        QuotationsPage::new(page, &all, &note, &quotes, ("b", 5), &Sent::new())
    }
}

fn naming_in_words(lang: Lang, naming: Naming) -> String {
    lang.text(format!("listening-naming-{}", naming.as_str()))
        .to_string()
}

/// What a correction of its note means for a quotation, which keeps its words; empty where none came after it.
fn corrected(lang: Lang, note: &Note, quote: &Quotation) -> String {
    let is_older = note.head.corrected_at.is_some_and(|at| at > quote.proposed_at);
    let id = match (
        is_older,
        still_stands(&quote.text, note.paragraph(quote.position)),
    ) {
        (false, _) => return String::new(),
        (true, true) => "listening-quote-note-corrected",
        (true, false) => "listening-quote-note-differs",
    };
    lang.text(id).to_string()
}

impl QuoteView {
    fn of(lang: Lang, note: &Note, quote: &Quotation, (me, minimum): (&str, u32)) -> QuoteView {
        let n_present = note.head.n_present;
        let is_allowed = require_allowed(quote.naming, &note.consents, n_present, minimum).is_ok();
        let (state, class) = match (quote.state, is_allowed) {
            (Stand::Refused, _) => ("listening-quote-refused", "govuk-tag--red"),
            (_, false) => ("listening-quote-withdrawn", "govuk-tag--red"),
            (Stand::Released, true) => ("listening-quote-released", "govuk-tag--green"),
            (Stand::Proposed, true) => ("listening-quote-proposed", "govuk-tag--yellow"),
        };
        QuoteView {
            text: quote.text.clone(),
            naming: naming_in_words(lang, quote.naming),
            state: lang.text(state).to_string(),
            class,
            why: quote.why.clone(),
            corrected: corrected(lang, note, quote),
            may_check: quote.state == Stand::Proposed && quote.coder != me,
            looked: vec![Choice::new("yes", lang.text("listening-quote-looked"))],
            looked_field: format!("looked-{}", quote.id),
            why_field: format!("why-{}", quote.id),
            id: quote.id.clone(),
        }
    }
}
