//! Metadata at the desk: the facts of a dataset, each asked once; and the evidence pack with its papers.

use askama::Template;
use axum::{
    Form as Typed, Router,
    body::Body,
    extract::{Multipart, Path, State, multipart::Field as Part},
    http::{Uri, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use futures::TryStreamExt;

use super::{
    epss::{self, DOMAINS, Found, Indicator},
    fields::{FIELDS, Field, Form, Source, answers_of, block_in},
    pages::{question, title},
};
use crate::{
    catalog::{
        model::WRITERS,
        pages::sample,
        view::{self, Dataset},
    },
    platform::{
        app::App,
        blobs::Blob,
        html::{Shell, parts::Choice},
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Problem, Result},
    },
};

/// Bytes of a paper at most.
const MOST_BYTES: u64 = 20 * 1024 * 1024;

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/desk/data/{dataset}/metadata", get(show).post(save))
        .route(
            "/desk/evidence-pack",
            get(pack_page)
                .post(add_paper)
                .layer(axum::extract::DefaultBodyLimit::max(
                    MOST_BYTES as usize + 64 * 1024,
                )),
        )
        .route("/desk/evidence-pack.zip", get(download))
}

#[derive(Template)]
#[template(path = "catalog/metadata/fill.html")]
pub struct FillPage {
    page: Shell,
    dataset: Dataset,
    /// How many of all questions are answered.
    answered: String,
    sections: Vec<Section>,
}

/// The questions of one block of a form, and how many of them are answered.
struct Section {
    title: String,
    answered: String,
    fields: Vec<AskedField>,
}

struct AskedField {
    key: &'static str,
    label: String,
    hint: String,
    value: String,
    is_long: bool,
    /// The answers to choose from; none where it is free.
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "catalog/metadata/pack.html")]
pub struct PackPage {
    page: Shell,
    domains: Vec<DomainView>,
    indicators: Vec<Choice>,
    /// Whether the reader adds papers.
    may_add: bool,
    typed: NewPaper,
}

struct DomainView {
    title: String,
    indicators: Vec<IndicatorView>,
}

struct IndicatorView {
    title: String,
    weight: String,
    lines: Vec<String>,
    missing: Vec<String>,
    papers: Vec<String>,
}

/// A paper as somebody sends it.
#[derive(Default)]
pub struct NewPaper {
    pub indicator: String,
    pub title: String,
    pub held_on: String,
    /// Its name, and where it is kept.
    pub file: Option<(String, Blob)>,
}

async fn show(State(app): State<App>, op: Op, uri: Uri, Path(slug): Path<String>) -> Result<Response> {
    op.require(&WRITERS)?;
    let dataset = view::find_dataset(&app, &op, &slug).await?;
    require_writer(&op, &dataset)?;
    let said: Vec<(String, String)> = super::asked(&app, &dataset.id).await?.into_iter().collect();
    render(&FillPage::new(shell(&app, &op, &uri), dataset, &said))
}

async fn save(
    State(app): State<App>,
    op: Op,
    Path(slug): Path<String>,
    Typed(typed): Typed<Vec<(String, String)>>,
) -> Result<Response> {
    op.require(&WRITERS)?;
    require_writer(&op, &view::find_dataset(&app, &op, &slug).await?)?;
    match super::save(&app, &op, &slug, &typed).await {
        Ok(()) => Ok(Redirect::to(&format!("/data/{slug}/metadata")).into_response()),
        Err(problem) if problem.fields().is_empty() || problem.kind() == Kind::Internal => Err(problem),
        Err(problem) => {
            let dataset = view::find_dataset(&app, &op, &slug).await?;
            let mut page = shell(&app, &op, &Uri::from_static("/desk/data"));
            page.path = format!("/desk/data/{slug}/metadata");
            page.errors = field_errors(&problem, &op);
            render_refused(&problem, &FillPage::new(page, dataset, &typed))
        }
    }
}

/// Whether somebody writes the data of a dataset's organisation; a dataset of nobody's is for those who write all.
#[must_use]
pub fn may_fill(op: &Op, dataset: &Dataset) -> bool {
    let organisation = dataset.organisation.as_deref().unwrap_or_default();
    dataset.may_write && op.has_for(&WRITERS, organisation)
}

/// Passes those who write the data of a dataset's organisation; a dataset of nobody's is for those who write all.
fn require_writer(op: &Op, dataset: &Dataset) -> Result<()> {
    match may_fill(op, dataset) {
        true => Ok(()),
        false => Err(Problem::forbidden("not-allowed")),
    }
}

async fn pack_page(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    op.require(&epss::KEEPERS)?;
    let found = epss::gather(&app, &op).await?;
    let page = PackPage::new(shell(&app, &op, &uri), &found, NewPaper::default());
    render(&PackPage {
        may_add: epss::may_add(&app, &op).await?,
        ..page
    })
}

async fn add_paper(State(app): State<App>, op: Op, mut form: Multipart) -> Result<Response> {
    op.require(&epss::KEEPERS)?;
    // Nothing of what they send is kept either.
    if !epss::may_add(&app, &op).await? {
        return Err(Problem::forbidden("not-allowed"));
    }
    let malformed = |_| Problem::invalid("request-malformed");
    let mut paper = NewPaper::default();
    while let Some(part) = form.next_field().await.map_err(malformed)? {
        match part.name() {
            Some("indicator") => paper.indicator = text(part).await?,
            Some("title") => paper.title = text(part).await?,
            Some("held_on") => paper.held_on = text(part).await?,
            Some("file") => {
                let name = part.file_name().unwrap_or_default().to_owned();
                if !name.is_empty() {
                    let blob = app.blobs.put_stream(part.map_err(malformed), MOST_BYTES).await?;
                    paper.file = Some((name, blob));
                }
            }
            _ => {}
        }
    }
    match epss::add_paper(&app, &op, &paper).await {
        Ok(()) => Ok(Redirect::to("/desk/evidence-pack").into_response()),
        Err(problem) if problem.fields().is_empty() || problem.kind() == Kind::Internal => Err(problem),
        Err(problem) => {
            let mut page = shell(&app, &op, &Uri::from_static("/desk/evidence-pack"));
            page.errors = field_errors(&problem, &op);
            let found = epss::gather(&app, &op).await?;
            render_refused(&problem, &PackPage::new(page, &found, paper))
        }
    }
}

async fn download(State(app): State<App>, op: Op) -> Result<Response> {
    op.require(&epss::KEEPERS)?;
    let bytes = epss::pack(&app, &op).await?;
    let day = app.config.day(app.clock.now());
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"evidence-{day}.zip\""),
        ),
    ];
    Ok((headers, Body::from(bytes)).into_response())
}

async fn text(part: Part<'_>) -> Result<String> {
    let text = part
        .text()
        .await
        .map_err(|_| Problem::invalid("request-malformed"))?;
    Ok(text.trim().to_owned())
}

impl FillPage {
    fn new(page: Shell, dataset: Dataset, said: &[(String, String)]) -> FillPage {
        let lang = page.lang;
        let mut sections: Vec<((Form, u8), Vec<AskedField>)> = Vec::new();
        for field in FIELDS.iter().filter(|field| field.source != Source::Known) {
            // A fact that stands in several forms is asked where it stands first.
            let Some(block) = field.stands.first().copied() else {
                continue;
            };
            let asked = AskedField::of(lang, field, said);
            match sections.iter_mut().find(|(known, _)| *known == block) {
                Some((_, fields)) => fields.push(asked),
                None => sections.push((block, vec![asked])),
            }
        }
        FillPage {
            answered: answered(lang, sections.iter().flat_map(|(_, fields)| fields)),
            sections: sections
                .into_iter()
                .map(|((form, block), fields)| Section {
                    title: format!(
                        "{}: {}",
                        title(lang, form),
                        lang.text(format!("catalog-metadata-block-{}-{block}", form.as_str()))
                    ),
                    answered: answered(lang, fields.iter()),
                    fields,
                })
                .collect(),
            page: page
                .titled(lang.text("catalog-metadata-of").arg("dataset", &dataset.title))
                .crumb(lang.text("catalog-desk"), "/desk/data")
                .crumb(&dataset.title, format!("/desk/data/{}", dataset.slug))
                .crumb(lang.text("catalog-metadata-title"), ""),
            dataset,
        }
    }

    pub fn sample(lang: Lang) -> FillPage {
        let said = [("purpose".to_owned(), "To know <how many> wells".to_owned())];
        FillPage::new(Shell::sample(lang), sample::dataset(), &said)
    }
}

impl AskedField {
    fn of(lang: Lang, field: &Field, said: &[(String, String)]) -> AskedField {
        let forms: Vec<String> = Form::ALL
            .into_iter()
            .filter(|form| block_in(field, *form).is_some())
            .map(|form| title(lang, form))
            .collect();
        let help = lang.text(format!("catalog-metadata-help-{}", field.key));
        let said = said.iter().find(|(key, _)| key == field.key);
        let value = said.map(|(_, text)| text.clone()).unwrap_or_default();
        AskedField {
            key: field.key,
            label: question(lang, field.key),
            hint: format!("{help} ({})", forms.join(", ")),
            choices: choices(lang, answers_of(field.key), &value),
            value,
            is_long: field.source == Source::Text,
        }
    }
}

/// The fixed answers of a fact, in the reader's language whichever it was answered in; an answer of one's own stays on offer.
fn choices(lang: Lang, words: &[&str], said: &str) -> Vec<Choice> {
    if words.is_empty() {
        return Vec::new();
    }
    let written = |lang: Lang, word: &str| lang.text(format!("catalog-metadata-answer-{word}")).to_string();
    let known = words
        .iter()
        .find(|word| Lang::ALL.into_iter().any(|lang| written(lang, word) == said));
    let chosen = known.map_or_else(|| said.to_owned(), |word| written(lang, word));
    let nothing = Choice::new("", lang.text("catalog-metadata-missing"));
    let fixed = words.iter().map(|word| {
        let text = written(lang, word);
        Choice::new(&text, &text)
    });
    let none = Choice::new("-", lang.text("catalog-metadata-answer-none"));
    let own = (!said.is_empty() && known.is_none() && said != "-").then(|| Choice::new(said, said));
    std::iter::once(nothing)
        .chain(fixed)
        .chain([none])
        .chain(own)
        .map(|choice| choice.chosen_if(&chosen))
        .collect()
}

/// How many of some questions are answered.
fn answered<'a>(lang: Lang, fields: impl Iterator<Item = &'a AskedField> + Clone) -> String {
    let n = fields.clone().filter(|field| !field.value.trim().is_empty());
    lang.text("catalog-metadata-answered")
        .n("n", n.count())
        .n("of", fields.count())
        .to_string()
}

impl PackPage {
    fn new(page: Shell, found: &[Found], typed: NewPaper) -> PackPage {
        let lang = page.lang;
        let view = |found: &Found| IndicatorView {
            title: epss::title(lang, found.indicator),
            weight: epss::weight_in_words(lang, found.indicator),
            lines: found.lines.clone(),
            missing: found.missing.clone(),
            papers: found
                .papers
                .iter()
                .map(|paper| format!("{} ({})", paper.title, paper.held_on))
                .collect(),
        };
        let indicators = found.iter().map(|found| {
            Choice::new(found.indicator.code, epss::title(lang, found.indicator)).chosen_if(&typed.indicator)
        });
        PackPage {
            indicators: indicators.collect(),
            may_add: true,
            domains: DOMAINS
                .iter()
                .map(|domain| DomainView {
                    title: epss::domain_title(lang, domain),
                    indicators: found
                        .iter()
                        .filter(|found| found.indicator.domain() == *domain)
                        .map(view)
                        .collect(),
                })
                .collect(),
            page: page
                .titled(lang.text("catalog-metadata-pack"))
                .crumb(lang.text("catalog-desk"), "/desk/data")
                .crumb(lang.text("catalog-metadata-pack"), ""),
            typed,
        }
    }

    pub fn sample(lang: Lang) -> PackPage {
        let found: Vec<Found> = epss::INDICATORS
            .iter()
            .map(|indicator: &'static Indicator| Found {
                indicator,
                lines: vec!["4 of 10 <columns> follow a standard.".into()],
                missing: vec!["No minutes & no decree.".into()],
                files: Vec::new(),
                papers: Vec::new(),
            })
            .collect();
        PackPage::new(Shell::sample(lang), &found, NewPaper::default())
    }
}
