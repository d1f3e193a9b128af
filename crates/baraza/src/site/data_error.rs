//! An error in a dataset: reported beside the data, filed as a service request with a clock like any other. What else readers send
//! becomes one here, too, when a steward says so.
//!
//! The service is called `open-data`; an installation that has none names whoever answers for the dataset instead. Where a service is
//! called after the organisation that publishes the data, `open-data-dinkes`, its requests are filed under that one, so that they
//! reach whoever is responsible for it. Those of the service for all go to the organisation itself once somebody there holds a post; where
//! nobody would take them, they stay with whom the service names.

use std::time::Duration;

use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::{IntoResponse, Redirect, Response},
};
use serde::{Deserialize, Serialize};

use crate::{
    catalog::{
        self, Dataset,
        contributions::{
            self,
            callers::{self, Caller, Deed},
            model::{Contribution, Kind as Brought, ServiceRequest, Stands},
        },
    },
    evidence::{self, model::Subject},
    places,
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        http::{came_by_tls, cookies},
        i18n::Lang,
        id,
        jobs::Job,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Kind as ProblemKind, Problem, Result},
    },
    requests::{
        self, Filing,
        model::request::{Kind, Privacy, Request, State as RequestState},
        words::written,
    },
};

/// The service that errors in data are filed under; one for an organisation's data is called so with its code behind.
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
    /// Of the form that was filled in: the same words with it again are the same report.
    token: String,
}

/// What was filed just now, in a cookie of the page that shows it alone.
const FILED: &str = "bz_data_error";
/// How long that page can be loaded again.
const FILED_LIFE: Duration = Duration::from_secs(300);

/// `GET /data-errors/{dataset}`.
pub async fn form(State(app): State<App>, op: Op, uri: Uri, Path(slug): Path<String>) -> Result<Response> {
    let dataset = catalog::find_dataset(&app, &op, &slug).await?;
    let report = Report {
        token: id::fresh(op.at),
        ..Report::default()
    };
    render(&DataErrorPage::of(&app, shell(&app, &op, &uri), &dataset, report).await?)
}

/// `GET /data-errors/{dataset}/filed`: the code of what this browser filed just now, and the key to it.
pub async fn filed(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let dataset = catalog::find_dataset(&app, &op, &slug).await?;
    let Some((code, key)) = cookies::find(&headers, FILED).and_then(|kept| kept.split_once('.')) else {
        return Ok(Redirect::to(&format!("/data-errors/{}", dataset.slug)).into_response());
    };
    let page = shell(&app, &op, &uri);
    render(&DataErrorFiledPage::of(page, &dataset, code, key.to_owned()))
}

/// `POST /data-errors/{dataset}`: files the request and ties it to the dataset, in one transaction.
pub async fn report(
    State(app): State<App>,
    op: Op,
    caller: Caller,
    uri: Uri,
    Path(slug): Path<String>,
    headers: HeaderMap,
    Form(report): Form<Report>,
) -> Result<Response> {
    let dataset = catalog::find_dataset(&app, &op, &slug).await?;
    let page = shell(&app, &op, &uri);
    let Some(service) = service_for(&app, dataset.organisation.as_deref()).await? else {
        return Err(Problem::conflict("data-errors-closed"));
    };
    match file(&app, &op, caller, service, &dataset, &report).await {
        Ok((code, key)) => {
            // The page can be loaded again without filing anything.
            let path = format!("/data-errors/{}/filed", dataset.slug);
            let mut response = Redirect::to(&path).into_response();
            let is_tls = came_by_tls(&app.config, &headers);
            let kept = format!("{code}.{}", key.unwrap_or_default());
            cookies::set(&mut response, is_tls, &path, FILED, &kept, FILED_LIFE);
            Ok(response)
        }
        Err(problem) if problem.fields().is_empty() => Err(problem),
        Err(problem) => {
            let mut page = page;
            page.errors = field_errors(&problem, &op);
            render_refused(&problem, &DataErrorPage::of(&app, page, &dataset, report).await?)
        }
    }
}

/// Files the service request that a steward made of what a reader sent.
#[derive(Debug, Serialize, Deserialize)]
pub struct FileContribution {
    pub contribution: String,
}

impl Job for FileContribution {
    const NAME: &'static str = "site.file-contribution";

    fn key(&self) -> Option<String> {
        Some(self.contribution.clone())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        // None when it was filed by an earlier run.
        if let Some((asked, dataset)) = contributions::find_asked(app, &op, &self.contribution).await? {
            file_contribution(app, &op, &asked, dataset.as_ref()).await?;
        }
        Ok(())
    }
}

/// Brings up to date how the service requests stand that contributions became; whoever follows one is told.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct NoteRequests {}

impl Job for NoteRequests {
    const NAME: &'static str = "site.note-requests";

    fn key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        for filed in contributions::list_filed(app).await? {
            let Some(ServiceRequest::Filed { code, stands }) = &filed.request else {
                continue;
            };
            let now = match requests::find(app, code).await {
                Ok(request) => stands_publicly(&request),
                Err(problem) if problem.kind() == ProblemKind::NotFound => None,
                Err(problem) => return Err(problem.into()),
            };
            if let Some(now) = now.filter(|now| now != stands) {
                let mut tx = app.db.begin().await?;
                contributions::note_stands(app, &mut tx, &op, &filed, now).await?;
                tx.commit().await?;
            }
        }
        Ok(())
    }
}

/// How a request stands as far as everybody may know; none where they may not know of it.
fn stands_publicly(request: &Request) -> Option<Stands> {
    match (request.privacy, &request.state) {
        (Privacy::Confidential, _) => None,
        (_, RequestState::Answered { .. }) => Some(Stands::Answered),
        (_, RequestState::Closed { .. }) => Some(Stands::Closed),
        _ => Some(Stands::Open),
    }
}

/// Files a contribution as a request in one transaction with the note that it was; where nothing takes it, notes that.
async fn file_contribution(
    app: &App,
    op: &Op,
    asked: &Contribution,
    dataset: Option<&Dataset>,
) -> Result<()> {
    let organisation = dataset.and_then(|dataset| dataset.organisation.as_deref());
    let service = service_for(app, organisation).await?;
    let keeper = keeper_for(app, op, service.as_deref(), organisation).await?;
    let new = match service.filter(|_| may_be_read(asked, dataset)) {
        None => None,
        Some(service) => {
            match requests::read(app, op, filing_of(app, service, asked, dataset).await?).await {
                Ok(new) => Some(new.handed_to(keeper)),
                // The service asks for more than a reader said.
                Err(problem) if problem.kind() == ProblemKind::Invalid => None,
                Err(problem) => return Err(problem),
            }
        }
    };
    let mut tx = app.db.begin().await?;
    match new {
        None => contributions::note_unfiled(app, &mut tx, op, asked).await?,
        Some(new) => {
            let opened = requests::open(&mut tx, op, &new).await?;
            let request = Subject::new("request", &opened.id);
            evidence::link(&mut tx, op, &request, "came-from", &asked.subject()).await?;
            if let Some(dataset) = dataset {
                let dataset = Subject::new("dataset", &dataset.id);
                evidence::link(&mut tx, op, &request, "about", &dataset).await?;
            }
            contributions::note_filed(app, &mut tx, op, asked, &opened.code).await?;
        }
    }
    tx.commit().await
}

/// Whether everybody may read what the request would say: somebody may have hidden the words since, or closed the dataset.
fn may_be_read(asked: &Contribution, dataset: Option<&Dataset>) -> bool {
    let is_about_open = match dataset {
        Some(dataset) => dataset.is_open,
        None => asked.kind == Brought::Wanted,
    };
    asked.state.is_public() && is_about_open
}

/// What a contribution says as a request. Nobody's name goes with it: whoever left an address is told by the contribution.
async fn filing_of(
    app: &App,
    service: String,
    asked: &Contribution,
    dataset: Option<&Dataset>,
) -> Result<Filing> {
    let base = &app.config.base_url;
    let head = match dataset {
        Some(dataset) => headed(
            &dataset.title,
            dataset.publisher.as_deref(),
            &format!("{base}/data/{}", dataset.slug),
        ),
        None => {
            let path = contributions::path_of(app, asked).await?;
            headed(&asked.title, None, &format!("{base}{path}"))
        }
    };
    let place = dataset.and_then(|dataset| dataset.place.clone());
    Ok(Filing {
        service,
        text: format!("{head}\n\n{}", asked.text),
        kind: Some(match asked.kind {
            // Nobody is late with a wish, but an answer is owed.
            Brought::Wanted => Kind::Aspiration,
            Brought::Comment | Brought::Showcase => Kind::Complaint,
        }),
        privacy: Some(Privacy::Anonymous),
        lang: Some(asked.lang.clone()),
        place: place_or_top(app, place.or_else(|| asked.place.clone())).await?,
        delivery: Some(format!("contribution/{}", asked.id)),
        ..Filing::default()
    })
}

async fn file(
    app: &App,
    op: &Op,
    caller: Caller,
    service: String,
    dataset: &Dataset,
    report: &Report,
) -> Result<(String, Option<String>)> {
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
    let head = headed(
        title,
        dataset.publisher.as_deref(),
        &format!("{}{path}", app.config.base_url),
    );
    let keeper = keeper_for(app, op, Some(&service), dataset.organisation.as_deref()).await?;
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let filing = Filing {
        service,
        text: format!("{head}\n\n{text}"),
        kind: Some(Kind::Complaint),
        place: place_or_top(app, dataset.place.clone()).await?,
        phone: given(&report.phone),
        email: given(&report.email),
        delivery: given(&report.token).map(|token| {
            let told = format!("{token}\n{path}\n{text}");
            format!("data-error:{}", id::digest(&told))
        }),
        ..Filing::default()
    };
    let new = requests::read(app, op, filing).await?.handed_to(keeper);
    let mut tx = app.db.begin().await?;
    let opened = requests::open(&mut tx, op, &new).await?;
    // Without a key it was filed before, and counted and tied to the dataset then.
    if opened.key.is_some() {
        callers::admit(&mut tx, op, caller, Deed::Send).await?;
        let (from, to) = (
            Subject::new("request", &opened.id),
            Subject::new("dataset", &dataset.id),
        );
        evidence::link(&mut tx, op, &from, "about", &to).await?;
    }
    tx.commit().await?;
    Ok((opened.code, opened.key))
}

/// What it is about, whose that is and where it stands: the officer reads it before what is wrong with it.
fn headed(title: &str, publisher: Option<&str>, address: &str) -> String {
    match publisher {
        Some(publisher) => format!("{title} · {publisher} ({address})"),
        None => format!("{title} ({address})"),
    }
}

/// Data about no place in particular is the whole installation's.
async fn place_or_top(app: &App, place: Option<String>) -> Result<Option<String>> {
    match place {
        Some(place) => Ok(Some(place)),
        None => Ok(places::all(app).await?.top().map(|top| top.code().to_owned())),
    }
}

/// The service that takes requests about an organisation's data: its own where there is one, or else that of all; none where neither is
/// offered.
async fn service_for(app: &App, organisation: Option<&str>) -> Result<Option<String>> {
    let own = organisation.map(|code| format!("{SERVICE}-{code}"));
    for code in own.into_iter().chain([SERVICE.to_owned()]) {
        match requests::service(app, &code).await {
            Ok(service) if service.is_open => return Ok(Some(code)),
            Ok(_) => {}
            Err(problem) if problem.kind() == ProblemKind::NotFound => {}
            Err(problem) => return Err(problem),
        }
    }
    Ok(None)
}

/// The organisation that answers for errors in its own data; none where its service says who does, and where nobody in it acts on a post.
async fn keeper_for(
    app: &App,
    op: &Op,
    service: Option<&str>,
    organisation: Option<&str>,
) -> Result<Option<String>> {
    let Some(organisation) = organisation.filter(|_| service == Some(SERVICE)) else {
        return Ok(None);
    };
    let posts = requests::list_posts(app, Some(organisation)).await?;
    let is_manned = posts.iter().any(|post| post.acting(op.at).is_some());
    Ok(is_manned.then(|| organisation.to_owned()))
}

impl DataErrorPage {
    async fn of(app: &App, page: Shell, dataset: &Dataset, report: Report) -> Result<DataErrorPage> {
        let lang = page.lang;
        let whole = Choice::new("", lang.text("site-data-error-whole")).chosen_if(&report.resource);
        let resources = dataset
            .resources
            .iter()
            .map(|resource| Choice::new(&resource.slug, &resource.title).chosen_if(&report.resource));
        let title = lang.text("site-data-error").to_string();
        let service = service_for(app, dataset.organisation.as_deref()).await?;
        Ok(DataErrorPage {
            page: page
                .titled(&title)
                .crumb(lang.text("catalog-title"), "/data")
                .crumb(&dataset.title, format!("/data/{}", dataset.slug))
                .crumb(title, ""),
            slug: dataset.slug.clone(),
            title: dataset.title.clone(),
            is_offered: service.is_some(),
            contact: dataset.contact().unwrap_or_default().to_owned(),
            resources: std::iter::once(whole).chain(resources).collect(),
            report,
        })
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
