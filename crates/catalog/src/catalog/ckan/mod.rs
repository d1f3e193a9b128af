//! CKAN's Action API (`/api/3/action/…`): the door for ckanapi, harvesters and everything else that speaks with portals.
//!
//! What the words mean and how they are judged stands in [`formats::ckan`]; here is what is looked up, who may, and what is kept.
//! A dataset is a package, an organisation an organisation, a theme a group. An administrator's token may what a sysadmin may, a
//! steward's what an organisation's admin may, a producer's what an editor may.
//!
//! Deliberately absent: activities; pictures of organisations as files; names of users other than their ids; names of members of
//! organisations for others than administrators, since members are people.

pub(super) mod datastore;
mod groups;
mod lists;
mod members;
mod packages;
mod request;
pub(super) mod shape;
mod users;

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Path, Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::get,
};
use formats::ckan::{
    actions::{Action, Effect},
    answer::{self, Failure},
    call::{Call, Callback},
    problems::Problems,
};
use serde_json::Value;

use self::datastore::Given;
use super::model::WRITERS;
use crate::platform::{
    app::App,
    op::{Op, Who},
    problem::{Kind, Problem},
};

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/3/action/{action}", get(act).post(act))
        .route("/api/action/{action}", get(act).post(act))
        // Each call has its own limit, and files have that of uploads.
        .layer(DefaultBodyLimit::disable())
        .route("/datastore/dump/{resource}", get(datastore::dump))
        .layer(from_fn(open_to_other_sites))
}

/// The files of a dataset, where CKAN has them.
pub fn file_routes() -> Router<App> {
    Router::new().route(
        "/dataset/{dataset}/resource/{resource}/download/{file}",
        get(packages::download::file),
    )
}

/// What is public may be read by the pages of any other site.
async fn open_to_other_sites(request: Request, next: Next) -> Response {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = next.run(request).await;
    if is_read {
        let anybody = HeaderValue::from_static("*");
        response
            .headers_mut()
            .insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, anybody);
    }
    response
}

async fn act(State(app): State<App>, op: Op, Path(name): Path<String>, request: Request) -> Response {
    let Some(action) = Action::find(&name).filter(|action| is_served(*action)) else {
        return told(None, Err(Failure::UnknownAction(name)), "");
    };
    let help = answer::help_address(&app.config.base_url, action);
    let address = request
        .uri()
        .path_and_query()
        .map_or_else(String::new, ToString::to_string);
    // Whoever may change nothing is told before files are read.
    if action.effect() == Effect::Writes && !op.has(&WRITERS) && !users::is_about_people(action) {
        let who = "a token of a producer or steward is needed";
        return told(None, Err(Failure::Denied(who.to_owned())), &help);
    }
    match request::read(&app, &op, action, request).await {
        Err(failure) => told(None, Err(failure), &help),
        Ok(call) => {
            let callback = call.callback.clone();
            // Who asks through a script tag is nobody: the page that does it may belong to anybody.
            let op = match callback {
                Some(_) => Op {
                    who: Who::Anyone,
                    ..op
                },
                None => op,
            };
            told(callback, answered(&app, &op, action, call, &address).await, &help)
        }
    }
}

async fn answered(app: &App, op: &Op, action: Action, call: Call, address: &str) -> Result<Given, Failure> {
    match action {
        Action::DatastoreSearch
        | Action::DatastoreInfo
        | Action::DatastoreSearchSql
        | Action::DatastoreCreate
        | Action::DatastoreUpsert
        | Action::DatastoreDelete
        | Action::DatastoreRecordsDelete
        | Action::DatastoreRunTriggers
        | Action::DatastoreFunctionCreate
        | Action::DatastoreFunctionDelete => datastore::answer(app, op, action, call, address).await,
        action => result(app, op, action, call).await.map(Given::Value),
    }
}

async fn result(app: &App, op: &Op, action: Action, call: Call) -> Result<Value, Failure> {
    match action {
        Action::SiteRead => Ok(Value::Bool(true)),
        Action::StatusShow => Ok(lists::status(app)),
        Action::HelpShow => lists::help(&call),
        Action::LicenseList => Ok(lists::licences()),
        Action::TagList | Action::TagAutocomplete => lists::tags(app, op, &call).await,
        Action::TagSearch => lists::tag_search(app, op, &call).await,
        Action::TagShow => lists::tag(app, op, &call).await,
        Action::VocabularyList => Ok(Value::Array(Vec::new())),
        Action::FormatAutocomplete => lists::formats(app, op, &call).await,
        Action::PackageAutocomplete => lists::package_names(app, op, &call).await,
        Action::ResourceSearch => lists::resources(app, op, &call).await,
        Action::ResourceViewList => lists::views(app, op, &call).await,
        Action::PackageList => packages::read::list(app, op, &call).await,
        Action::CurrentPackageListWithResources => packages::read::list_whole(app, op, &call).await,
        Action::PackageSearch => packages::read::search(app, op, &call).await,
        Action::PackageShow => packages::read::show(app, op, &call).await,
        Action::ResourceShow => packages::read::show_resource(app, op, &call).await,
        Action::PackageCreate => packages::change::create(app, op, call).await,
        Action::PackageUpdate
        | Action::PackagePatch
        | Action::PackageDelete
        | Action::PackageRevise
        | Action::PackageResourceReorder
        | Action::ResourceCreate
        | Action::ResourceUpdate
        | Action::ResourcePatch
        | Action::ResourceDelete => packages::change::change(app, op, action, call).await,
        Action::OrganizationList | Action::GroupList => groups::list(app, op, action, &call).await,
        Action::OrganizationShow | Action::GroupShow => groups::show(app, op, action, &call).await,
        Action::OrganizationListForUser | Action::GroupListAuthz => {
            groups::mine(app, op, action, &call).await
        }
        Action::OrganizationAutocomplete | Action::GroupAutocomplete => {
            groups::complete(app, action, &call).await
        }
        Action::GroupPackageShow => groups::packages(app, op, &call).await,
        Action::OrganizationCreate | Action::GroupCreate => groups::create(app, op, action, &call).await,
        Action::OrganizationUpdate | Action::OrganizationPatch | Action::GroupUpdate | Action::GroupPatch => {
            groups::update(app, op, action, call).await
        }
        Action::MemberList => members::list(app, op, &call).await,
        Action::OrganizationMemberCreate => members::create(app, op, &call).await,
        Action::OrganizationMemberDelete => members::delete(app, op, &call).await,
        Action::UserShow => users::show(app, op, &call).await,
        Action::UserList => users::list(app, op, &call).await,
        Action::UserAutocomplete => users::complete(app, op, &call).await,
        Action::UserCreate => users::create(app, op, &call).await,
        Action::UserInvite => users::invite(app, op, &call).await,
        Action::UserUpdate | Action::UserPatch => users::update(app, op, &call).await,
        Action::UserDelete => users::delete(app, op, &call).await,
        Action::ApiTokenList => users::list_tokens(app, op, &call).await,
        Action::ApiTokenCreate => users::create_token(app, op, &call).await,
        Action::ApiTokenRevoke => users::revoke_token(app, op, &call).await,
        Action::OrganizationDelete | Action::GroupDelete => groups::delete(app, op, action, &call).await,
        other => Err(Failure::UnknownAction(other.name().to_owned())),
    }
}

/// Whether an action does anything here; the others are unknown, as to a CKAN without the extension.
fn is_served(action: Action) -> bool {
    !matches!(
        action,
        Action::UserActivityList
            | Action::PackageActivityList
            | Action::RecentlyChangedPackagesActivityList
            | Action::OrganizationActivityList
            | Action::GroupActivityList
            | Action::VocabularyShow
    )
}

fn told(callback: Option<Callback>, result: Result<Given, Failure>, help: &str) -> Response {
    let (status, body) = match result {
        Ok(Given::Value(result)) => (200, answer::success(help, result).to_string()),
        Ok(Given::Text(result)) => (
            200,
            format!("{}{result}{}", answer::opening(help), answer::CLOSING),
        ),
        Err(failure) => (failure.status(), failure.write(help).to_string()),
    };
    let (kind, text) = match callback.filter(|_| status == 200) {
        Some(callback) => (Callback::CONTENT_TYPE, callback.wrap(&body)),
        None => ("application/json;charset=utf-8", body),
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, kind)], Body::from(text)).into_response()
}

/// What a problem of the program is in CKAN's words.
fn failed(problem: Problem) -> Failure {
    let sentence = || problem.sentence(crate::platform::i18n::Lang::En);
    match problem.kind() {
        Kind::Unauthenticated | Kind::Forbidden => Failure::Denied(String::new()),
        Kind::NotFound => Failure::NotFound(String::new()),
        Kind::Internal => {
            if let Some(source) = problem.source() {
                tracing::error!(error = format!("{source:#}"), "an action of CKAN failed");
            }
            Failure::Internal
        }
        Kind::Unavailable => Failure::SearchDown,
        _ => Failure::field("message", sentence()),
    }
}

/// The same where somebody sent fields: each is told by CKAN's name for it. What is denied stays so, whichever field it is about.
fn failed_fields(problem: Problem, named: &[(&str, &str)]) -> Failure {
    let mut problems = Problems::default();
    for (field, sentence) in problem.field_sentences(crate::platform::i18n::Lang::En) {
        let known = named.iter().find(|(ours, _)| *ours == field);
        problems.add(known.map_or(field.as_str(), |(_, theirs)| *theirs), sentence);
    }
    match problems.is_empty() || problem.kind() == Kind::Forbidden {
        true => failed(problem),
        false => Failure::Invalid(problems),
    }
}
