//! An error in a dataset: reported beside the data, filed as a service request with a clock like any other.
//!
//! The service is called `open-data`; an installation that has none names whoever answers for the dataset instead.

use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    http::Uri,
    response::Response,
};
use serde::Deserialize;

use crate::{
    catalog::{self, Dataset},
    evidence::{self, model::Subject},
    places,
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Problem, Result},
    },
    requests::{self, Filing, model::request::Kind, words::written},
};

/// The service that errors in data are filed under.
pub const SERVICE: &str = "open-data";

#[derive(Template)]
#[template(path = "site/data_error.html")]
pub struct DataErrorPage {
    page: Shell,
    slug: String,
    title: String,
    is_offered: bool,
    /// Whom to write to where the service is not offered; may be empty.
    contact: String,
    resources: Vec<Choice>,
    report: Report,
}

#[derive(Template)]
#[template(path = "site/data_error_filed.html")]
pub struct DataErrorFiledPage {
    page: Shell,
    code: String,
    /// Shown this once.
    key: String,
    path: String,
    slug: String,
}

/// What somebody reports.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Report {
    /// Slug of the table or file; empty for the dataset as a whole.
    resource: String,
    description: String,
    phone: String,
    email: String,
}

/// `GET /data-errors/{dataset}`.
pub async fn form(State(app): State<App>, op: Op, uri: Uri, Path(slug): Path<String>) -> Result<Response> {
    let dataset = catalog::find_dataset(&app, &op, &slug).await?;
    render(&DataErrorPage::of(&app, shell(&app, &op, &uri), &dataset, Report::default()).await)
}

/// `POST /data-errors/{dataset}`: files the request and ties it to the dataset, in one transaction.
pub async fn report(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(slug): Path<String>,
    Form(report): Form<Report>,
) -> Result<Response> {
    let dataset = catalog::find_dataset(&app, &op, &slug).await?;
    let page = shell(&app, &op, &uri);
    if !is_offered(&app).await {
        return Err(Problem::conflict("data-errors-closed"));
    }
    match file(&app, &op, &dataset, &report).await {
        Ok((code, key)) => render(&DataErrorFiledPage::of(
            page,
            &dataset,
            &code,
            key.unwrap_or_default(),
        )),
        Err(problem) if problem.fields().is_empty() => Err(problem),
        Err(problem) => {
            let mut page = page;
            page.errors = field_errors(&problem, &op);
            render_refused(&problem, &DataErrorPage::of(&app, page, &dataset, report).await)
        }
    }
}

async fn file(app: &App, op: &Op, dataset: &Dataset, report: &Report) -> Result<(String, Option<String>)> {
    let text = report.description.trim();
    if text.is_empty() {
        return Err(Problem::invalid("fields").field("description", "requests-text-missing"));
    }
    let resource = dataset
        .resources
        .iter()
        .find(|resource| resource.slug == report.resource);
    let path = match resource {
        Some(resource) => format!("/data/{}/{}", dataset.slug, resource.slug),
        None => format!("/data/{}", dataset.slug),
    };
    let title = resource.map_or(&dataset.title, |resource| &resource.title);
    // Data about no place in particular is the whole installation's.
    let all = places::all(app).await?;
    let place = dataset
        .place
        .clone()
        .or_else(|| Some(all.top()?.code().to_owned()));
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let filing = Filing {
        service: SERVICE.to_owned(),
        // The officer reads what it is about before what is wrong with it.
        text: format!("{title} ({}{path})\n\n{text}", app.config.base_url),
        kind: Some(Kind::Complaint),
        place,
        phone: given(&report.phone),
        email: given(&report.email),
        ..Filing::default()
    };
    let new = requests::read(app, op, filing).await?;
    let mut tx = app.db.begin().await?;
    let opened = requests::open(&mut tx, op, &new).await?;
    let (from, to) = (
        Subject::new("request", &opened.id),
        Subject::new("dataset", &dataset.id),
    );
    evidence::link(&mut tx, op, &from, "about", &to).await?;
    tx.commit().await?;
    Ok((opened.code, opened.key))
}

async fn is_offered(app: &App) -> bool {
    requests::service(app, SERVICE)
        .await
        .is_ok_and(|service| service.is_open)
}

impl DataErrorPage {
    async fn of(app: &App, page: Shell, dataset: &Dataset, report: Report) -> DataErrorPage {
        let lang = page.lang;
        let whole = Choice::new("", lang.text("site-data-error-whole")).chosen_if(&report.resource);
        let resources = dataset
            .resources
            .iter()
            .map(|resource| Choice::new(&resource.slug, &resource.title).chosen_if(&report.resource));
        let title = lang.text("site-data-error").to_string();
        DataErrorPage {
            page: page
                .titled(&title)
                .crumb(lang.text("catalog-title"), "/data")
                .crumb(&dataset.title, format!("/data/{}", dataset.slug))
                .crumb(title, ""),
            slug: dataset.slug.clone(),
            title: dataset.title.clone(),
            is_offered: is_offered(app).await,
            contact: dataset.contact().unwrap_or_default().to_owned(),
            resources: std::iter::once(whole).chain(resources).collect(),
            report,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> DataErrorPage {
        DataErrorPage {
            page: Shell::sample(lang).titled(lang.text("site-data-error")),
            slug: "wells".into(),
            title: "Wells <2026>".into(),
            is_offered: true,
            contact: "data@example.test".into(),
            resources: vec![Choice::new("main", "Wells \"by village\"")],
            report: Report {
                description: "Row 3 is <wrong>".into(),
                ..Report::default()
            },
        }
    }
}

impl DataErrorFiledPage {
    fn of(page: Shell, dataset: &Dataset, code: &str, key: String) -> DataErrorFiledPage {
        let title = page.t("site-data-error-filed").to_string();
        DataErrorFiledPage {
            page: page.titled(&title).crumb(title, ""),
            code: written(code),
            key,
            path: format!("/requests/{code}"),
            slug: dataset.slug.clone(),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> DataErrorFiledPage {
        DataErrorFiledPage {
            page: Shell::sample(lang).titled(lang.text("site-data-error-filed")),
            code: "K7MQ-4XTD".into(),
            key: "K7M-4XT".into(),
            path: "/requests/K7MQ4XTD".into(),
            slug: "wells".into(),
        }
    }
}
