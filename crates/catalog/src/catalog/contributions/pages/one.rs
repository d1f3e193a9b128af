//! One request for data or showcase, with all that became of it; and "I need it too".

use std::time::Duration;

use askama::Template;
use axum::{
    Json,
    extract::{Path, State as Shared},
    http::{HeaderMap, Uri},
    response::{IntoResponse, Redirect, Response},
};

use super::{
    MOST_LISTED,
    card::{Card, card, list_of},
    files::json_of,
};
use crate::{
    catalog::{
        contributions::{
            callers::Caller,
            dataset_of, find_public,
            model::{Contribution, Kind, State},
            support,
        },
        following,
        view::Dataset,
    },
    evidence::{
        self,
        model::Audience,
        pages::{Told, in_words},
    },
    places,
    platform::{
        app::App,
        html::Shell,
        http::{came_by_tls, cookies},
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::Result,
    },
};

/// Says that somebody needs it too, for the page of one request for data only.
const ME_TOO: &str = "bz_need_too";
const ME_TOO_LIFE: Duration = Duration::from_secs(365 * 24 * 3_600);

#[derive(Template)]
#[template(path = "catalog/contributions/one.html")]
pub struct ContributionPage {
    page: Shell,
    card: Card,
    /// What is said instead of words that are not public.
    unseen: String,
    dataset: Option<(String, String)>,
    promises: Vec<(String, String)>,
    entries: Vec<Told>,
    /// Where to press "I need it too"; empty when it is no use.
    too: String,
    follow: String,
}

pub(super) async fn one_wanted(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path(code): Path<String>,
) -> Result<Response> {
    let (code, wants_json) = match code.strip_suffix(".json") {
        Some(code) => (code, true),
        None => (code.as_str(), false),
    };
    let found = find_public(&app, Kind::Wanted, code).await?;
    let dataset = dataset_of(&app, &op, &found).await?;
    if wants_json {
        return Ok(Json(json_of(&app, &found, dataset.as_ref())).into_response());
    }
    let is_counted = cookies::find(&headers, ME_TOO).is_some();
    let page = shell(&app, &op, &uri).shapes(&["json"]);
    render(&one(&app, &op, page, &found, dataset, is_counted).await?)
}

pub(super) async fn one_showcase(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    Path(code): Path<String>,
) -> Result<Response> {
    let found = find_public(&app, Kind::Showcase, &code).await?;
    let dataset = dataset_of(&app, &op, &found).await?;
    render(&one(&app, &op, shell(&app, &op, &uri), &found, dataset, true).await?)
}

async fn one(
    app: &App,
    op: &Op,
    page: Shell,
    found: &Contribution,
    dataset: Option<Dataset>,
    is_counted: bool,
) -> Result<ContributionPage> {
    let lang = op.lang;
    let promises = evidence::list_commitments(app, None, Some(&found.subject()), MOST_LISTED).await?;
    let told = evidence::timeline(app, &found.subject(), Audience::Public).await?;
    let is_open = matches!(found.state, State::Shown | State::Planned);
    let (list, list_title) = list_of(lang, found.kind);
    let title = match found.title.as_str() {
        "" => found.code.clone(),
        title => title.to_owned(),
    };
    Ok(ContributionPage {
        page: page.titled(&title).crumb(list_title, list).crumb(title, ""),
        card: card(app, lang, &*places::all(app).await?, found),
        unseen: match found.state {
            State::Waiting => lang.text("catalog-contributions-unseen").to_string(),
            State::Hidden => lang.text("catalog-contributions-hidden").to_string(),
            _ => String::new(),
        },
        dataset: dataset.map(|dataset| (format!("/data/{}", dataset.slug), dataset.title)),
        promises: promises
            .iter()
            .map(|promise| {
                let said = lang
                    .text("catalog-contributions-promised")
                    .arg("date", lang.date(promise.due_on))
                    .to_string();
                (promise.path(), said)
            })
            .collect(),
        entries: told.iter().map(|entry| in_words(lang, app, entry)).collect(),
        too: match is_open && !is_counted && found.kind == Kind::Wanted {
            true => format!("/wanted/{}/too", found.code),
            false => String::new(),
        },
        follow: match found.kind == Kind::Wanted && following::is_offered(app) {
            true => format!("/follow/contribution/{}", found.code),
            false => String::new(),
        },
    })
}

pub(super) async fn need_too(
    Shared(app): Shared<App>,
    op: Op,
    caller: Caller,
    headers: HeaderMap,
    Path(code): Path<String>,
) -> Result<Response> {
    let found = find_public(&app, Kind::Wanted, &code).await?;
    let path = format!("/wanted/{}", found.code);
    let mut response = Redirect::to(&path).into_response();
    // A second press: one person counts once.
    if cookies::find(&headers, ME_TOO).is_none() {
        support(&app, &op, caller, &code).await?;
        let is_tls = came_by_tls(&app.config, &headers);
        cookies::set(&mut response, is_tls, &path, ME_TOO, "1", ME_TOO_LIFE);
    }
    Ok(response)
}

impl ContributionPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> ContributionPage {
        ContributionPage {
            page: Shell::sample(lang).titled("Bus stops <all>"),
            card: Card::sample(lang),
            unseen: lang.text("catalog-contributions-unseen").to_string(),
            dataset: Some(("/data/stops".into(), "Stops <2026>".into())),
            promises: vec![("/commitments/K7M4XT".into(), "18 December".into())],
            entries: vec![Told {
                at: "20 November 2026".into(),
                words: "It came <in>".into(),
                text: "In <December>".into(),
            }],
            too: "/wanted/K7MQ4XTD/too".into(),
            follow: "/follow/contribution/K7MQ4XTD".into(),
        }
    }
}
