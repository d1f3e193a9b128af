//! A dataset on the desk: its files, its entry, and the way to its columns.

use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};

use super::{
    super::{
        change_dataset,
        model::{Entry, EntryInput, WRITERS},
        pages::{self, history::how_in_words},
        reading::{Delimiter, HowToRead, HowToReadInput, Sign},
        view::{self, Dataset, FileView, ResourceEntry},
    },
    entry::EntryForm,
};
use crate::{
    accounts,
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Problem, Result},
    },
};

#[derive(Template)]
#[template(path = "catalog/desk/dataset.html")]
pub struct DeskDatasetPage {
    page: Shell,
    dataset: Dataset,
    files: Vec<FileRow>,
    form: EntryForm,
    reading: ReadingForm,
    /// Largest file in megabytes.
    limit: u64,
}

struct FileRow {
    resource: String,
    resource_slug: String,
    name: String,
    state: String,
    detail: String,
}

/// What somebody typed that was refused, to be shown again.
#[derive(Default)]
pub struct Tried {
    pub entry: Option<EntryInput>,
    pub reading: HowToReadInput,
}

/// What a person may know better than the file, with its choices.
pub struct ReadingForm {
    input: HowToReadInput,
    delimiters: Vec<Choice>,
    decimals: Vec<Choice>,
    /// Unfolded, because something in it is wrong.
    is_open: bool,
}

pub async fn one(State(app): State<App>, op: Op, uri: Uri, Path(slug): Path<String>) -> Result<Response> {
    op.require(&WRITERS)?;
    render(&dataset_page(&app, &op, shell(&app, &op, &uri), &slug, Tried::default()).await?)
}

pub async fn change(
    State(app): State<App>,
    op: Op,
    Path(slug): Path<String>,
    Form(input): Form<EntryInput>,
) -> Result<Response> {
    op.require(&WRITERS)?;
    let input = EntryInput {
        slug: slug.clone(),
        ..input
    };
    let changed = async {
        let entry = Entry::parse(&input)?;
        let mut tx = app.db.begin().await?;
        change_dataset(&app, &mut tx, &op, &entry).await?;
        tx.commit().await
    };
    match changed.await {
        Ok(()) => Ok(Redirect::to(&format!("/desk/data/{slug}")).into_response()),
        Err(problem) => {
            let tried = Tried {
                entry: Some(input),
                ..Tried::default()
            };
            refused(&app, &op, &slug, problem, tried).await
        }
    }
}

/// Shows the desk again with what is wrong.
pub async fn refused(app: &App, op: &Op, slug: &str, problem: Problem, tried: Tried) -> Result<Response> {
    if problem.fields().is_empty() || problem.kind() == Kind::Internal {
        return Err(problem);
    }
    let mut page = shell(app, op, &Uri::from_static("/desk/data"));
    page.path = format!("/desk/data/{slug}");
    page.errors = field_errors(&problem, op);
    render_refused(&problem, &dataset_page(app, op, page, slug, tried).await?)
}

async fn dataset_page(app: &App, op: &Op, page: Shell, slug: &str, tried: Tried) -> Result<DeskDatasetPage> {
    let dataset = view::find_dataset(app, op, slug).await?;
    if !dataset.may_write {
        return Err(Problem::forbidden("not-allowed"));
    }
    let mut files = Vec::new();
    for resource in &dataset.resources {
        for file in view::list_files(app, &resource.id).await? {
            files.push(FileRow::of(op.lang, resource, &file));
        }
    }
    let input = tried.entry.unwrap_or_else(|| input_of(&dataset));
    let organisations = accounts::list_organisations(app).await?;
    let form = EntryForm::new(op.lang, input, &organisations, false);
    let limit = app.config.upload_limit_bytes / (1024 * 1024);
    Ok(DeskDatasetPage::new(
        page,
        dataset,
        files,
        form,
        tried.reading,
        limit,
    ))
}

/// The entry as it stands, to be changed.
fn input_of(dataset: &Dataset) -> EntryInput {
    EntryInput {
        slug: dataset.slug.clone(),
        title: dataset.title.clone(),
        description: dataset.description.clone(),
        theme: dataset.theme.clone(),
        organisation: dataset.organisation.clone().unwrap_or_default(),
        licence: dataset.licence.clone(),
        place: dataset.place.clone().unwrap_or_default(),
        period: dataset.period.clone(),
        open: if dataset.is_open {
            "yes".into()
        } else {
            String::new()
        },
    }
}

impl DeskDatasetPage {
    fn new(
        page: Shell,
        dataset: Dataset,
        files: Vec<FileRow>,
        form: EntryForm,
        reading: HowToReadInput,
        limit: u64,
    ) -> DeskDatasetPage {
        let lang = page.lang;
        let is_wrong = |field: &&str| !page.error(field).is_empty();
        let reading = ReadingForm::new(
            lang,
            reading,
            ["sheet", "delimiter", "decimal", "missing"].iter().any(is_wrong),
        );
        DeskDatasetPage {
            page: page
                .titled(&dataset.title)
                .crumb(lang.text("catalog-desk"), "/desk/data")
                .crumb(&dataset.title, ""),
            dataset,
            files,
            form,
            reading,
            limit,
        }
    }

    pub fn sample(lang: Lang) -> DeskDatasetPage {
        let dataset = pages::sample::dataset();
        let files = [
            ("read", ""),
            ("refused", "there is no sheet \"<3>\""),
            ("waiting", ""),
        ]
        .map(|(state, reason)| {
            let file = FileView {
                state: state.into(),
                reason: reason.into(),
                how: HowToRead {
                    sheet: Some("Lembar <2>".into()),
                    delimiter: Some(Delimiter::Semicolon),
                    decimal: Some(Sign::Comma),
                    missing: vec!["NA".into(), "-".into()],
                },
                ..pages::sample::file()
            };
            FileRow::of(lang, &dataset.resources[0], &file)
        });
        let form = EntryForm::new(lang, input_of(&dataset), &[], false);
        let reading = HowToReadInput {
            missing: "NA, \"-\"".into(),
            ..HowToReadInput::default()
        };
        DeskDatasetPage::new(Shell::sample(lang), dataset, files.into(), form, reading, 4096)
    }
}

impl FileRow {
    fn of(lang: Lang, resource: &ResourceEntry, file: &FileView) -> FileRow {
        let result = match file.state.as_str() {
            "read" => lang
                .text("catalog-read-detail")
                .n("rows", file.n_rows)
                .n("bad", file.n_bad)
                .to_string(),
            "refused" => file.reason.clone(),
            _ => String::new(),
        };
        FileRow {
            resource: resource.title.clone(),
            resource_slug: resource.slug.clone(),
            name: file.name.clone(),
            state: lang.text(format!("catalog-state-{}", file.state)).to_string(),
            detail: [result, how_in_words(lang, &file.how)]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" · "),
        }
    }
}

impl ReadingForm {
    fn new(lang: Lang, input: HowToReadInput, is_open: bool) -> ReadingForm {
        let judged = |chosen: &str| Choice::new("", lang.text("catalog-reading-judged")).chosen_if(chosen);
        let delimiters = Delimiter::ALL.map(Delimiter::as_str);
        let decimals = Sign::ALL.map(Sign::as_str);
        let choices = |kind: &str, words: &[&str], chosen: &str| {
            let named = words
                .iter()
                .map(|word| Choice::new(word, lang.text(format!("catalog-{kind}-{word}"))).chosen_if(chosen));
            std::iter::once(judged(chosen)).chain(named).collect()
        };
        ReadingForm {
            delimiters: choices("delimiter", &delimiters, &input.delimiter),
            decimals: choices("decimal", &decimals, &input.decimal),
            input,
            is_open,
        }
    }
}
