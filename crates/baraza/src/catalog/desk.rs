//! The producers' desk: enter datasets, send files, say what is personal; and SQL for staff.

use askama::Template;
use axum::{
    Form, Router,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Query, Request, State, multipart::Field},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use futures::TryStreamExt;
use serde::Deserialize;
use tables::{Limits, What};

use super::{
    NewFile, change_dataset, classify, download, enter_dataset,
    model::{Class, Entry, EntryInput, LICENCES, THEMES, WRITERS, slug_of},
    pages::{Download, theme},
    receive_file, scope,
    view::{self, Dataset, spoken},
};
use crate::{
    accounts,
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Cell, Choice},
        },
        op::{Op, Role},
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Problem, Result},
    },
};

/// Rows of an answer on the page; a file has them all.
const MOST_ROWS: usize = 500;

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/desk/data", get(all).post(enter))
        .route("/desk/data/{dataset}", get(one).post(change))
        .route(
            "/desk/data/{dataset}/files",
            post(upload).layer(DefaultBodyLimit::disable()),
        )
        .route(
            "/desk/data/{dataset}/{resource}/columns",
            get(columns).post(save_columns),
        )
        .route("/desk/sql", get(console))
        .route("/desk/sql/download", get(console_file))
}

#[derive(Template)]
#[template(path = "catalog/desk.html")]
struct DeskPage {
    page: Shell,
    datasets: Vec<Dataset>,
    form: EntryForm,
}

#[derive(Template)]
#[template(path = "catalog/desk_dataset.html")]
struct DeskDatasetPage {
    page: Shell,
    dataset: Dataset,
    files: Vec<FileRow>,
    form: EntryForm,
    limit: u64,
}

struct FileRow {
    resource: String,
    resource_slug: String,
    name: String,
    state: String,
    detail: String,
}

/// The fields of a dataset's entry with their choices.
struct EntryForm {
    input: EntryInput,
    themes: Vec<Choice>,
    licences: Vec<Choice>,
    organisations: Vec<Choice>,
    open: Vec<Choice>,
    is_new: bool,
}

#[derive(Template)]
#[template(path = "catalog/columns.html")]
struct ColumnsPage {
    page: Shell,
    dataset: String,
    resource: String,
    rows: Vec<ClassRow>,
}

struct ClassRow {
    name: String,
    title: String,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "catalog/sql.html")]
struct SqlPage {
    page: Shell,
    q: String,
    tables: Vec<String>,
    is_answered: bool,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    found: String,
    is_cut: bool,
    downloads: Vec<Download>,
}

async fn all(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    op.require(&WRITERS)?;
    render(&desk_page(&app, &op, shell(&app, &op, &uri), EntryInput::default()).await?)
}

async fn enter(State(app): State<App>, op: Op, Form(input): Form<EntryInput>) -> Result<Response> {
    op.require(&WRITERS)?;
    let entered = async {
        let entry = Entry::parse(&input)?;
        let mut tx = app.db.begin().await?;
        enter_dataset(&app, &mut tx, &op, &entry).await?;
        tx.commit().await?;
        Ok::<_, Problem>(entry.slug)
    };
    match entered.await {
        Ok(slug) => Ok(Redirect::to(&format!("/desk/data/{slug}")).into_response()),
        Err(problem) if problem.fields().is_empty() => Err(problem),
        Err(problem) => {
            let mut page = shell(&app, &op, &Uri::from_static("/desk/data"));
            page.errors = field_errors(&problem, &op);
            render_refused(&problem, &desk_page(&app, &op, page, input).await?)
        }
    }
}

async fn one(State(app): State<App>, op: Op, uri: Uri, Path(slug): Path<String>) -> Result<Response> {
    op.require(&WRITERS)?;
    render(&dataset_page(&app, &op, shell(&app, &op, &uri), &slug, None).await?)
}

async fn change(
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
        Err(problem) => refused(&app, &op, &slug, problem, Some(input)).await,
    }
}

async fn upload(
    State(app): State<App>,
    op: Op,
    Path(slug): Path<String>,
    request: Request,
) -> Result<Response> {
    // Whoever may not send a file is told before the file is read.
    op.require(&WRITERS)?;
    let dataset = view::find_dataset(&app, &op, &slug).await?;
    if !dataset.may_write {
        return Err(Problem::forbidden("not-allowed"));
    }
    let form = Multipart::from_request(request, &app)
        .await
        .map_err(|_| Problem::invalid("request-malformed"))?;
    let received = async {
        let sent = Sent::take(&app, form).await?;
        let title = sent.title.trim();
        let resource = if title.is_empty() {
            None
        } else {
            Some((slug_of(title), title.to_owned()))
        };
        let mut tx = app.db.begin().await?;
        receive_file(
            &app,
            &mut tx,
            &op,
            &slug,
            NewFile {
                name: &sent.name,
                blob: &sent.blob,
                resource,
            },
        )
        .await?;
        tx.commit().await
    };
    match received.await {
        Ok(()) => Ok(Redirect::to(&format!("/desk/data/{slug}")).into_response()),
        Err(problem) => refused(&app, &op, &slug, problem, None).await,
    }
}

async fn refused(
    app: &App,
    op: &Op,
    slug: &str,
    problem: Problem,
    input: Option<EntryInput>,
) -> Result<Response> {
    if problem.fields().is_empty() || problem.kind() == Kind::Internal {
        return Err(problem);
    }
    let mut page = shell(app, op, &Uri::from_static("/desk/data"));
    page.path = format!("/desk/data/{slug}");
    page.errors = field_errors(&problem, op);
    render_refused(&problem, &dataset_page(app, op, page, slug, input).await?)
}

/// What the upload form sends: the title of the table, then the file.
struct Sent {
    title: String,
    name: String,
    blob: crate::platform::blobs::Blob,
}

impl Sent {
    async fn take(app: &App, mut form: Multipart) -> Result<Sent> {
        let malformed = |_| Problem::invalid("request-malformed");
        let mut title = String::new();
        while let Some(field) = form.next_field().await.map_err(malformed)? {
            match field.name() {
                Some("table") => title = text(field).await?,
                Some("file") => {
                    let name = field.file_name().unwrap_or_default().to_owned();
                    if name.is_empty() {
                        break;
                    }
                    let blob = app
                        .blobs
                        .put_stream(field.map_err(malformed), app.config.upload_limit_bytes)
                        .await?;
                    return Ok(Sent { title, name, blob });
                }
                _ => {}
            }
        }
        Err(Problem::invalid("fields").field("file", "file-missing"))
    }
}

/// A short field's text.
async fn text(mut field: Field<'_>) -> Result<String> {
    let mut bytes = Vec::new();
    while let Some(piece) = field
        .chunk()
        .await
        .map_err(|_| Problem::invalid("request-malformed"))?
    {
        bytes.extend_from_slice(&piece);
        if bytes.len() > 1000 {
            return Err(Problem::invalid("fields").field("table", "text-long"));
        }
    }
    String::from_utf8(bytes).map_err(|_| Problem::invalid("request-malformed"))
}

async fn columns(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path((dataset, slug)): Path<(String, String)>,
) -> Result<Response> {
    op.require(&super::model::CONFIDANTS)?;
    let resource = view::find_resource(&app, &op, &dataset, &slug, None).await?;
    if !resource.dataset.may_confide {
        return Err(Problem::forbidden("not-allowed"));
    }
    let rows = resource
        .columns
        .iter()
        .map(|column| ClassRow {
            name: column.name.clone(),
            title: if column.title.is_empty() {
                column.name.clone()
            } else {
                format!("{} ({})", column.title, column.name)
            },
            choices: Class::ALL
                .into_iter()
                .map(|class| {
                    Choice::new(
                        class.as_str(),
                        op.lang.text(format!("catalog-class-{}", class.as_str())),
                    )
                    .chosen_if(column.class.as_str())
                })
                .collect(),
        })
        .collect();
    let page = shell(&app, &op, &uri)
        .titled(op.lang.text("catalog-who-may-see"))
        .crumb(op.lang.text("catalog-desk"), "/desk/data")
        .crumb(&resource.dataset.title, format!("/desk/data/{dataset}"))
        .crumb(&resource.title, "");
    render(&ColumnsPage {
        page,
        dataset,
        resource: slug,
        rows,
    })
}

async fn save_columns(
    State(app): State<App>,
    op: Op,
    Path((dataset, resource)): Path<(String, String)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Redirect> {
    op.require(&super::model::CONFIDANTS)?;
    let known = view::find_resource(&app, &op, &dataset, &resource, None).await?;
    let mut tx = app.db.begin().await?;
    for (column, class) in fields {
        let class = Class::read(&class);
        let is_new = known
            .columns
            .iter()
            .any(|known| known.name == column && known.class != class);
        if is_new {
            classify(&app, &mut tx, &op, &dataset, &resource, &column, class).await?;
        }
    }
    tx.commit().await?;
    Ok(Redirect::to(&format!("/desk/data/{dataset}")))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SqlQuery {
    q: String,
    format: String,
}

async fn console(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Query(query): Query<SqlQuery>,
) -> Result<Response> {
    op.require(&Role::STAFF)?;
    let scope = scope(&app, &op).await?;
    let page = shell(&app, &op, &uri)
        .titled(op.lang.text("catalog-sql"))
        .crumb(op.lang.text("catalog-sql"), "");
    let mut console = SqlPage {
        page,
        tables: scope.names().map(str::to_owned).collect(),
        is_answered: false,
        head: Vec::new(),
        rows: Vec::new(),
        found: String::new(),
        is_cut: false,
        downloads: Vec::new(),
        q: query.q.trim().to_owned(),
    };
    if console.q.is_empty() {
        return render(&console);
    }
    let limits = Limits {
        rows: MOST_ROWS,
        ..Limits::default()
    };
    match app.lake.query(&scope, &console.q, limits).await.map_err(spoken) {
        Ok(answer) => {
            console.is_answered = true;
            console.is_cut = answer.truncated;
            console.found = op
                .lang
                .text("catalog-n-rows")
                .n("n", i64::try_from(answer.rows.len()).unwrap_or(i64::MAX))
                .to_string();
            console.head = answer
                .columns
                .iter()
                .map(|column| {
                    if column.kind.is_number() {
                        Cell::over_numbers(&column.name)
                    } else {
                        Cell::text(&column.name)
                    }
                })
                .collect();
            let numeric = |value: &tables::Value| {
                matches!(value, tables::Value::Integer(_) | tables::Value::Decimal(_))
            };
            console.rows = answer
                .rows
                .iter()
                .map(|row| {
                    row.iter()
                        .map(|value| Cell {
                            numeric: numeric(value),
                            ..Cell::text(value)
                        })
                        .collect()
                })
                .collect();
            let q = percent_encoding::utf8_percent_encode(&console.q, percent_encoding::NON_ALPHANUMERIC);
            console.downloads = [
                ("csv", "CSV"),
                ("xlsx", "Excel"),
                ("jsonl", "JSON lines"),
                ("parquet", "Parquet"),
            ]
            .map(|(ending, text)| Download {
                href: format!("/desk/sql/download?format={ending}&q={q}"),
                text: text.to_owned(),
            })
            .into();
            render(&console)
        }
        Err(problem) if problem.kind() == Kind::Internal => Err(problem),
        Err(problem) => {
            console.page.errors = field_errors(&problem, &op);
            console
                .page
                .errors
                .iter_mut()
                .for_each(|error| error.field = "q".into());
            render_refused(&problem, &console)
        }
    }
}

async fn console_file(State(app): State<App>, op: Op, Query(query): Query<SqlQuery>) -> Result<Response> {
    op.require(&Role::STAFF)?;
    let format = download::format(if query.format.is_empty() {
        "csv"
    } else {
        &query.format
    })?;
    let what = What::Query(scope(&app, &op).await?, query.q);
    download::stream(&app, what, format, "answer").await
}

async fn desk_page(app: &App, op: &Op, page: Shell, input: EntryInput) -> Result<DeskPage> {
    let mine = view::list_datasets(app, op)
        .await?
        .into_iter()
        .filter(|dataset| dataset.may_write)
        .collect();
    let page = page
        .titled(op.lang.text("catalog-desk"))
        .crumb(op.lang.text("catalog-desk"), "");
    Ok(DeskPage {
        page,
        datasets: mine,
        form: entry_form(app, op, input, true).await?,
    })
}

async fn dataset_page(
    app: &App,
    op: &Op,
    page: Shell,
    slug: &str,
    input: Option<EntryInput>,
) -> Result<DeskDatasetPage> {
    let dataset = view::find_dataset(app, op, slug).await?;
    if !dataset.may_write {
        return Err(Problem::forbidden("not-allowed"));
    }
    let input = input.unwrap_or_else(|| EntryInput {
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
    });
    let mut files = Vec::new();
    for resource in &dataset.resources {
        let resource = view::find_resource(app, op, slug, &resource.slug, None).await?;
        for file in &resource.files {
            files.push(FileRow {
                resource: resource.title.clone(),
                resource_slug: resource.slug.clone(),
                name: file.name.clone(),
                state: op.lang.text(format!("catalog-state-{}", file.state)).to_string(),
                detail: match file.state.as_str() {
                    "read" => op
                        .lang
                        .text("catalog-read-detail")
                        .n("rows", file.n_rows)
                        .n("bad", file.n_bad)
                        .to_string(),
                    "refused" => file.reason.clone(),
                    _ => String::new(),
                },
            });
        }
    }
    let page = page
        .titled(&dataset.title)
        .crumb(op.lang.text("catalog-desk"), "/desk/data")
        .crumb(&dataset.title, "");
    let limit = app.config.upload_limit_bytes / (1024 * 1024);
    Ok(DeskDatasetPage {
        page,
        dataset,
        files,
        form: entry_form(app, op, input, false).await?,
        limit,
    })
}

async fn entry_form(app: &App, op: &Op, input: EntryInput, is_new: bool) -> Result<EntryForm> {
    let none = |chosen: &str| Choice::new("", op.lang.text("catalog-none")).chosen_if(chosen);
    let mut themes: Vec<Choice> = THEMES
        .iter()
        .map(|word| Choice::new(word, theme(op.lang, word)).chosen_if(&input.theme))
        .collect();
    if !input.theme.is_empty() && !THEMES.contains(&input.theme.as_str()) {
        themes.push(Choice::new(&input.theme, &input.theme).chosen_if(&input.theme));
    }
    let mut licences: Vec<Choice> = LICENCES
        .iter()
        .map(|word| Choice::new(word, word).chosen_if(&input.licence))
        .collect();
    if !input.licence.is_empty() && !LICENCES.contains(&input.licence.as_str()) {
        licences.push(Choice::new(&input.licence, &input.licence).chosen_if(&input.licence));
    }
    let organisations = accounts::list_organisations(app).await?;
    let organisations = organisations
        .iter()
        .map(|known| Choice::new(&known.code, &known.name).chosen_if(&input.organisation));
    Ok(EntryForm {
        themes: std::iter::once(none(&input.theme)).chain(themes).collect(),
        licences: std::iter::once(none(&input.licence)).chain(licences).collect(),
        organisations: std::iter::once(none(&input.organisation))
            .chain(organisations)
            .collect(),
        open: vec![
            Choice::new("yes", op.lang.text("catalog-open-yes"))
                .hinted(op.lang.text("catalog-open-hint"))
                .chosen_if(&input.open),
        ],
        input,
        is_new,
    })
}
