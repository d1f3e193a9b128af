//! A dataset on the desk: its files, its entry, and the way to its columns.

use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::{IntoResponse, Redirect, Response},
};

use super::{
    super::{
        agenda::{self, year::Due},
        change_dataset,
        model::{Entry, EntryInput, WRITERS},
        pages::{self, history::how_in_words},
        reading::{Delimiter, HowToRead, HowToReadInput, Sign},
        reasons,
        store::{self, portal},
        view::{self, BadRowView, Dataset, FileView, ResourceEntry},
        workflow::{self, licence_in_words},
    },
    entry::{self, DeskInput, EntryForm, More},
    replaced::{self, Replaced},
};
use crate::{
    accounts, places,
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        i18n::Lang,
        op::Op,
        page::{field_errors, render_refused, shell},
        problem::{Kind, Problem, Result},
        time::Time,
        told,
    },
};

/// Numbers of lines that could not be read, as they are listed beside a file.
const MOST_LINES: usize = 20;

#[derive(Template)]
#[template(path = "catalog/desk/dataset.html")]
pub struct DeskDatasetPage {
    page: Shell,
    dataset: Dataset,
    files: Vec<FileRow>,
    form: EntryForm,
    reading: ReadingForm,
    /// That another licence waits to be looked at; empty when none does.
    licence_waits: String,
    /// Tables that a file has hardly any column of.
    replaced: Vec<String>,
    /// Whether it was never published, and may be deleted.
    may_delete: bool,
    /// For which period a file may be; empty where nothing is owed.
    periods: Vec<Choice>,
    /// Largest file in megabytes.
    limit: u64,
}

struct FileRow {
    resource: String,
    resource_slug: String,
    name: String,
    /// When it came.
    at: String,
    state: String,
    detail: String,
    /// Which lines could not be read or are doubtful; empty for none.
    bad_lines: String,
    /// Where they stand with what is wrong; empty where they are not shown.
    bad_href: String,
}

/// What somebody typed that was refused, to be shown again.
#[derive(Default)]
pub struct Tried {
    pub entry: Option<DeskInput>,
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

/// What the page says once it was reached by one of its forms.
pub const ENTERED: &str = "catalog-told-entered";
pub const SENT: &str = "catalog-told-sent";
const SAVED: &str = "catalog-told-saved";

pub async fn one(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    op.require(&WRITERS)?;
    let page = told::shell_with(&headers, shell(&app, &op, &uri), &[ENTERED, SENT, SAVED]);
    let page = dataset_page(&app, &op, page, &slug, Tried::default()).await?;
    told::render_once(&headers, &uri, &page)
}

pub async fn change(
    State(app): State<App>,
    op: Op,
    Path(slug): Path<String>,
    headers: HeaderMap,
    Form(mut input): Form<DeskInput>,
) -> Result<Response> {
    op.require(&WRITERS)?;
    input.entry.slug.clone_from(&slug);
    let changed = async {
        let before = store::find_dataset(app.db.read(), &slug).await?;
        let stood = before
            .as_ref()
            .map_or((None, ""), |row| (row.place_code.as_deref(), row.period.as_str()));
        let entry = Entry::parse(&input.entry)?.settled(stood, &*places::all(&app).await?)?;
        let tags = portal::list_tags(app.db.read(), Some(&slug)).await?;
        let tags: Vec<String> = tags.into_iter().map(|(_, tag)| tag).collect();
        let more = More::parse(&input, &tags, app.config.language.parse().unwrap_or_default())?;
        entry::require_own(&op, entry.organisation.as_deref())?;
        let revision = input.revision.trim().parse().ok();
        let mut tx = app.db.begin().await?;
        change_dataset(&app, &mut tx, &op, &entry, revision).await?;
        more.keep(&mut tx, &op, &slug, before.as_ref()).await?;
        // The form shows the licence that waits: whoever chooses the one that holds wants no other any more.
        workflow::keep_licence(&mut tx, &op, &slug, &entry.licence).await?;
        if input.wished == "yes" && !entry.is_open {
            workflow::unwish_open(&mut tx, &op, &slug).await?;
        }
        tx.commit().await
    };
    match changed.await {
        Ok(()) => {
            let to = format!("/desk/data/{slug}");
            Ok(told::redirect(&app, &headers, &to, SAVED))
        }
        Err(problem) if problem.code() == "catalog-entry-changed-meanwhile" => {
            overtaken(&app, &op, &slug, input).await
        }
        Err(problem) => {
            let tried = Tried {
                entry: Some(input),
                ..Tried::default()
            };
            refused(&app, &op, &slug, problem, tried).await
        }
    }
}

/// Shows what was typed again, and beside each field what somebody else put there meanwhile. Saved once more, it holds.
async fn overtaken(app: &App, op: &Op, slug: &str, typed: DeskInput) -> Result<Response> {
    let revision = revision_of(app, slug).await?;
    let dataset = view::find_dataset(app, op, slug).await?;
    let wanted = workflow::wanted_licence(app, &dataset.id).await?;
    let is_wished = workflow::is_wished_open(app, &dataset.id).await?;
    let stands = input_of(&dataset, revision.clone(), wanted.as_deref()).wishing(is_wished);
    let problem = typed.beside(&stands);
    if problem.fields().is_empty() {
        // Somebody else wrote the same.
        return Ok(Redirect::to(&format!("/desk/data/{slug}")).into_response());
    }
    let tried = Tried {
        entry: Some(DeskInput { revision, ..typed }),
        ..Tried::default()
    };
    refused(app, op, slug, problem, tried).await
}

/// The revision that a form is filled from. It is read before what stands in the fields, which is then as new or newer.
async fn revision_of(app: &App, slug: &str) -> Result<String> {
    let row = store::find_dataset(app.db.read(), slug).await?;
    Ok(row.map_or_else(String::new, |row| row.revision.to_string()))
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
    let revision = revision_of(app, slug).await?;
    let dataset = view::find_dataset(app, op, slug).await?;
    if !dataset.may_write {
        return Err(Problem::forbidden("not-allowed"));
    }
    let hidden = match dataset.may_confide {
        true => Vec::new(),
        false => store::list_hidden_columns(app.db.read(), slug).await?,
    };
    let mut files = Vec::new();
    for resource in &dataset.resources {
        let is_whole = !hidden.iter().any(|column| column.resource_id == resource.id);
        for (position, file) in view::list_files(app, &resource.id).await?.iter().enumerate() {
            let row = FileRow::of(op.lang, resource, file).received(app, op.lang, file);
            // The page of the table shows the lines of its newest file, to whoever may see all of its columns.
            files.push(match is_whole && position == 0 && resource.version.is_some() {
                true => row.leading_to(slug),
                false => row,
            });
        }
    }
    let mut replaced = Vec::new();
    for resource in store::list_resources(app.db.read(), Some(slug)).await? {
        let found = replaced::by_newest(app, &resource).await?;
        replaced.extend(found.map(|found| found.in_words(op.lang, &resource.title)));
    }
    let wanted = workflow::wanted_licence(app, &dataset.id).await?;
    let is_wished = workflow::is_wished_open(app, &dataset.id).await?;
    let input = tried
        .entry
        .unwrap_or_else(|| input_of(&dataset, revision, wanted.as_deref()).wishing(is_wished));
    let organisations = accounts::list_organisations(app).await?;
    let form = EntryForm::new(op.lang, input, &entry::own(op, &organisations), false);
    let form = form
        .offering(op.lang, &*places::all(app).await?)
        .beside_language(app.config.language.parse().unwrap_or_default());
    let limit = app.config.upload_limit_bytes / (1024 * 1024);
    let licence_waits = wanted.map_or_else(String::new, |wanted| {
        waits_in_words(op.lang, &dataset.licence, &wanted)
    });
    let may_delete = match store::find_dataset(app.db.read(), slug).await? {
        Some(row) => workflow::is_draft(app, &row).await?,
        None => false,
    };
    let owed = agenda::year::waiting(app, &dataset.id).await?;
    Ok(DeskDatasetPage {
        licence_waits,
        replaced,
        may_delete,
        periods: periods(op.lang, &owed),
        ..DeskDatasetPage::new(page, dataset, files, form, tried.reading, limit)
    })
}

/// That another licence waits to be looked at.
fn waits_in_words(lang: Lang, holds: &str, wanted: &str) -> String {
    lang.text("catalog-workflow-licence-waits")
        .arg("licence", licence_in_words(lang, wanted))
        .arg("holds", licence_in_words(lang, holds))
        .to_string()
}

/// The periods that a file may be for: the oldest that waits, where nobody says otherwise, one of them, or none.
fn periods(lang: Lang, owed: &[Due]) -> Vec<Choice> {
    if owed.is_empty() {
        return Vec::new();
    }
    let oldest = Choice::new("", lang.text("catalog-agenda-for-oldest")).chosen_if("");
    let none = Choice::new(agenda::NO_PERIOD, lang.text("catalog-agenda-for-none"));
    let each = owed.iter().map(|due| {
        let day = lang.short_date(due.due_on);
        Choice::new(&due.period, format!("{} ({day})", due.period))
    });
    std::iter::once(oldest)
        .chain(each)
        .chain(std::iter::once(none))
        .collect()
}

/// The entry as it stands, to be changed; with the licence that waits, where one does.
fn input_of(dataset: &Dataset, revision: String, wanted_licence: Option<&str>) -> DeskInput {
    let entry = EntryInput {
        slug: dataset.slug.clone(),
        title: dataset.own_title.clone(),
        description: dataset.own_description.clone(),
        theme: dataset.theme.clone(),
        organisation: dataset.organisation.clone().unwrap_or_default(),
        licence: wanted_licence.unwrap_or(&dataset.licence).to_owned(),
        place: dataset.place.clone().unwrap_or_default(),
        period: dataset.period.clone(),
        open: if dataset.is_open {
            "yes".into()
        } else {
            String::new()
        },
    };
    let text = |text: &Option<String>| Some(text.clone().unwrap_or_default());
    DeskInput {
        entry,
        tags: Some(dataset.tags.join(", ")),
        maintainer: text(&dataset.details.maintainer),
        maintainer_email: text(&dataset.details.maintainer_email),
        revision,
        ..DeskInput::default()
    }
    .telling(&dataset.details)
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
            licence_waits: String::new(),
            replaced: Vec::new(),
            may_delete: false,
            periods: Vec::new(),
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
            let row = FileRow::of(lang, &dataset.resources[0], &file);
            FileRow {
                at: "16 Nov 2026".into(),
                ..row.leading_to(&dataset.slug)
            }
        });
        let input = input_of(&dataset, "3".into(), None);
        let form = EntryForm::new(lang, input, &[], false).beside_language(Lang::En);
        let reading = HowToReadInput {
            missing: "NA, \"-\"".into(),
            ..HowToReadInput::default()
        };
        DeskDatasetPage {
            licence_waits: waits_in_words(lang, "", "CC0 <1.0>"),
            replaced: vec![
                Replaced {
                    n_before: 4,
                    n_kept: 1,
                }
                .in_words(lang, "Table <data>"),
            ],
            periods: periods(lang, &agenda::pages::sample_year().datasets.remove(0).periods),
            ..DeskDatasetPage::new(Shell::sample(lang), dataset, files.into(), form, reading, 4096)
        }
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
            "refused" => reasons::in_words(lang, &file.reason),
            _ => String::new(),
        };
        FileRow {
            resource: resource.title.clone(),
            resource_slug: resource.slug.clone(),
            name: file.name.clone(),
            at: String::new(),
            bad_lines: bad_lines(lang, file),
            bad_href: String::new(),
            state: lang.text(format!("catalog-state-{}", file.state)).to_string(),
            detail: [result, how_in_words(lang, &file.how)]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" · "),
        }
    }

    /// The same with the day on which it came.
    fn received(self, app: &App, lang: Lang, file: &FileView) -> FileRow {
        let day = app.config.day(Time(file.received_at));
        FileRow {
            at: lang.short_date(day),
            ..self
        }
    }

    /// The same with the way to the lines that could not be read or are doubtful.
    fn leading_to(self, dataset: &str) -> FileRow {
        if self.bad_lines.is_empty() {
            return self;
        }
        FileRow {
            bad_href: format!("/data/{dataset}/{}#bad-rows", self.resource_slug),
            ..self
        }
    }
}

/// The numbers of the first lines of a file that could not be read, or are doubtful; of their text nothing, which may be personal.
fn bad_lines(lang: Lang, file: &FileView) -> String {
    let (doubts, bad): (Vec<&BadRowView>, Vec<&BadRowView>) =
        file.bad_rows.iter().partition(|row| row.is_doubt);
    let told = [("catalog-bad-lines", bad), ("catalog-doubtful-lines", doubts)];
    let told = told.into_iter().filter(|(_, rows)| !rows.is_empty());
    let sentences = told.map(|(id, rows)| {
        let lines = rows.iter().take(MOST_LINES);
        let lines: Vec<String> = lines.map(|row| row.line.to_string()).collect();
        lang.text(id).arg("lines", lines.join(", ")).to_string()
    });
    sentences.collect::<Vec<_>>().join(" · ")
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
