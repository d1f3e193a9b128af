//! The audit trail in ODK Central's words, and what its clients ask of a server before they sign in.

use std::collections::HashMap;

use axum::{
    Json, Router,
    extract::{Query, State},
    http::HeaderMap,
    routing::get,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    accounts::{self, Actor, actor_json, is_extended, number_of},
    collect::{
        model::{Form, Project},
        store,
    },
    platform::{
        app::App,
        audit::{self, Entry, Wanted},
        op::{Op, Role},
        problem::{Problem, Result},
        time::Time,
    },
};

/// Most entries that one list holds.
const MOST_LISTED: usize = 100_000;

/// What Central calls each of our events, and what its facts must hold for it.
const ACTIONS: &[(&str, &str, &str)] = &[
    ("user.create", "accounts.user-added", ""),
    ("user.update", "accounts.user-changed", ""),
    ("user.update", "accounts.password-changed", ""),
    ("user.update", "accounts.password-reset", ""),
    ("user.delete", "accounts.user-closed", ""),
    ("user.session.create", "accounts.signed-in", ""),
    (
        "user.assignment.create",
        "accounts.grant-changed",
        "\"now_granted\":true",
    ),
    (
        "user.assignment.delete",
        "accounts.grant-changed",
        "\"now_granted\":false",
    ),
    (
        "user.assignment.create",
        "accounts.assignment-changed",
        "\"now_given\":true",
    ),
    (
        "user.assignment.delete",
        "accounts.assignment-changed",
        "\"now_given\":false",
    ),
    ("field_key.create", "collect.app-user-added", ""),
    ("public_link.create", "collect.link-added", ""),
    ("public_link.delete", "collect.link-withdrawn", ""),
    ("project.create", "collect.project-added", ""),
    ("form.update.publish", "collect.form-published", ""),
    ("form.update", "collect.form-changed", ""),
    (
        "submission.create",
        "collect.submission-filed",
        "\"filed\":\"new\"",
    ),
    (
        "submission.update.version",
        "collect.submission-filed",
        "\"filed\":\"edited\"",
    ),
    (
        "submission.attachment.update",
        "collect.submission-added-to",
        "\"filed\":\"more-files\"",
    ),
    ("submission.update", "collect.submission-reviewed", ""),
    (
        "submission.attachment.update",
        "collect.submission-file-removed",
        "",
    ),
    ("submission.delete", "collect.submission-deleted", ""),
    ("submission.restore", "collect.submission-restored", ""),
    ("project.update", "collect.project-changed", ""),
    ("project.delete", "collect.project-deleted", ""),
    ("form.delete", "collect.form-deleted", ""),
    ("form.restore", "collect.form-restored", ""),
    ("form.update.draft.delete", "collect.draft-deleted", ""),
    ("entity.create", "collect.entities-changed", "\"how\":\"made\""),
    (
        "entity.update.version",
        "collect.entities-changed",
        "\"how\":\"changed\"",
    ),
    (
        "entity.update.resolve",
        "collect.entities-changed",
        "\"how\":\"resolved\"",
    ),
    ("entity.delete", "collect.entities-changed", "\"how\":\"deleted\""),
    (
        "entity.restore",
        "collect.entities-changed",
        "\"how\":\"restored\"",
    ),
    ("dataset.update", "collect.entity-list-changed", ""),
    ("submission.purge", "collect.submission-erased", ""),
];

/// Beginnings of action names that Central takes together under one word.
const KINDS: &[&str] = &[
    "user",
    "field_key",
    "public_link",
    "project",
    "form",
    "submission",
    "dataset",
    "entity",
    "config",
    "upgrade",
];
/// What Central calls everything but what happens all day long.
const NONVERBOSE: &str = "nonverbose";

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/v1/audits", get(list))
        .route("/v1/config/public", get(public_config))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Filter {
    action: Option<String>,
    start: Option<String>,
    end: Option<String>,
    limit: Option<usize>,
    offset: Option<usize>,
}

async fn list(
    State(app): State<App>,
    op: Op,
    Query(filter): Query<Filter>,
    headers: HeaderMap,
) -> Result<Json<Value>> {
    op.require(&[Role::Auditor])?;
    let moment = |text: &Option<String>| text.as_deref().map(moment).transpose();
    let (from, before) = (moment(&filter.start)?, moment(&filter.end)?);
    let offset = filter.offset.unwrap_or(0);
    let most = filter.limit.unwrap_or(MOST_LISTED).min(MOST_LISTED);
    let wanted = wanted(filter.action.as_deref());
    let entries = audit::page(&app, &wanted, from, before, offset, most).await?;
    let known = match is_extended(&headers) {
        true => Some(Known::of(&app, &entries).await?),
        false => None,
    };
    Ok(Json(
        entries
            .iter()
            .map(|entry| entry_json(entry, known.as_ref()))
            .collect(),
    ))
}

/// What a filter by action asks of our trail.
fn wanted(action: Option<&str>) -> Wanted {
    let chosen = |is_one: &dyn Fn(&str) -> bool| {
        let found = ACTIONS.iter().filter(|(action, _, _)| is_one(action));
        Wanted::Only(
            found
                .map(|(_, event, fact)| ((*event).to_owned(), (*fact).to_owned()))
                .collect(),
        )
    };
    match action {
        None => Wanted::All,
        Some(NONVERBOSE) => Wanted::AllBut(
            ["collect.submission-", "collect.entities-", "collect.table-"]
                .map(str::to_owned)
                .to_vec(),
        ),
        Some(kind) if KINDS.contains(&kind) => chosen(&|action| {
            action
                .strip_prefix(kind)
                .is_some_and(|rest| rest.starts_with('.'))
        }),
        Some(one) => match chosen(&|action| action == one) {
            // An event of ours is asked for by its own name.
            Wanted::Only(found) if found.is_empty() => Wanted::Only(vec![(one.to_owned(), String::new())]),
            found => found,
        },
    }
}

fn action_of(entry: &Entry) -> &str {
    ACTIONS
        .iter()
        .find(|(_, event, fact)| *event == entry.event && entry.facts.contains(fact))
        .map_or(entry.event.as_str(), |(action, _, _)| action)
}

/// The account that acted: `user:{id}`, with its token behind it.
fn account_of(who: &str) -> Option<&str> {
    who.strip_prefix("user:")?.split(':').next()
}

fn entry_json(entry: &Entry, known: Option<&Known>) -> Value {
    let account = account_of(&entry.who);
    let mut body = json!({
        "actorId": account.map(number_of),
        "action": action_of(entry),
        "acteeId": entry.subject,
        "details": serde_json::from_str::<Value>(&entry.facts).unwrap_or_default(),
        "loggedAt": Time(entry.at).to_string(),
        "notes": entry.why,
    });
    if let Some(known) = known {
        body["actor"] = known.actor(account).unwrap_or_default();
        body["actee"] = known.actee(&entry.subject).unwrap_or_default();
    }
    body
}

/// What entries are about, looked up once for a whole list.
struct Known {
    actors: HashMap<String, Actor>,
    projects: Vec<Project>,
    forms: Vec<Form>,
}

impl Known {
    async fn of(app: &App, entries: &[Entry]) -> Result<Known> {
        let mut ids: Vec<String> = entries
            .iter()
            .flat_map(|entry| [account_of(&entry.who), entry.subject.strip_prefix("user/")])
            .flatten()
            .map(str::to_owned)
            .collect();
        ids.sort();
        ids.dedup();
        let actors = accounts::list_actors(app, &ids).await?;
        Ok(Known {
            actors: actors
                .into_iter()
                .map(|actor| (actor.id.clone(), actor))
                .collect(),
            projects: store::list_projects(app.db.read()).await?,
            forms: store::list_forms(app.db.read(), None).await?,
        })
    }

    fn actor(&self, account: Option<&str>) -> Option<Value> {
        Some(actor_json(self.actors.get(account?)?))
    }

    fn actee(&self, subject: &str) -> Option<Value> {
        match subject.split_once('/')? {
            ("user", id) => self.actor(Some(id)),
            ("project", id) => {
                let project = self
                    .projects
                    .iter()
                    .find(|project| Ok(project.id) == id.parse())?;
                Some(
                    json!({ "id": project.id, "name": project.name, "createdAt": project.created_at.to_string() }),
                )
            }
            ("form", id) => {
                let form = self.forms.iter().find(|form| form.id == id)?;
                Some(json!({
                    "projectId": form.project_id,
                    "xmlFormId": form.xml_form_id,
                    "createdAt": form.created_at.to_string(),
                }))
            }
            _ => None,
        }
    }
}

/// Reads a moment as Central takes them: a day, or a day and an hour, in UTC where no offset is named.
fn moment(text: &str) -> Result<Time> {
    let text = text.trim();
    let upper = text.to_uppercase();
    let bare = upper.strip_suffix('Z').unwrap_or(&upper);
    // A day alone is its first moment.
    let in_utc = || {
        let at: jiff::civil::DateTime = bare.parse().ok()?;
        let at = at.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(Time(at.timestamp().as_microsecond()))
    };
    Time::parse(&upper)
        .ok()
        .or_else(in_utc)
        .ok_or_else(|| Problem::invalid("collect-people-moment-malformed").with("text", text))
}

/// What a server looks like before anybody signs in: nothing here is changed from Central's own.
async fn public_config() -> Json<Value> {
    Json(json!({}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_may_be_a_day_or_an_hour_with_or_without_an_offset() {
        let at = |text: &str| moment(text).map(|at| at.to_string()).ok();
        for (text, read) in [
            ("2026-11-16", Some("2026-11-16T00:00:00Z")),
            ("2026-11-16z", Some("2026-11-16T00:00:00Z")),
            ("2026-11-16T09:30:00z", Some("2026-11-16T09:30:00Z")),
            ("2026-11-16T09:30:00+07:00", Some("2026-11-16T02:30:00Z")),
            ("2026-11-16T09:30:00", Some("2026-11-16T09:30:00Z")),
            ("yesterday", None),
        ] {
            assert_eq!(at(text).as_deref(), read, "{text}");
        }
    }

    #[test]
    fn a_kind_of_action_takes_all_that_begin_so() {
        let Wanted::Only(found) = wanted(Some("public_link")) else {
            panic!("not a list");
        };
        assert_eq!(found.len(), 2);
        assert!(matches!(wanted(None), Wanted::All));
        assert!(
            matches!(wanted(Some("catalog.dataset-saved")), Wanted::Only(found) if found[0].0 == "catalog.dataset-saved")
        );
    }
}
