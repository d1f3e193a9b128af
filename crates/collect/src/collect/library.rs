//! Published forms kept parsed in memory: a definition never changes, so it is read once, and again when its list of places does.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use formats::openrosa::Envelope;

use super::{
    FILERS,
    model::{Form, FormState, Questionnaire},
    publish::places_list,
    store,
};
use crate::{
    places::{self, model::Places},
    platform::{
        app::App,
        op::{Op, Role},
        problem::{Problem, Result},
        time::Time,
    },
};

/// How long another server's change of a form's audience or state may stay unknown here.
const FRESH: Duration = Duration::from_secs(2);
/// Most definitions kept at once.
const MOST_KEPT: usize = 64;

/// Project, form id and version.
type Named = (i64, String, String);
/// When a definition was looked up, and what was found.
type Known = (Time, Arc<Questionnaire>);

/// Which places a form that takes its choices from the places knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Choices {
    /// Those in force: what may be chosen.
    InForce,
    /// Those that ever were: what a phone may have chosen from before it fetched another list.
    Ever,
}

/// A definition kept parsed.
#[derive(Clone)]
struct Parsed {
    questionnaire: Arc<Questionnaire>,
    /// The digest of the list that follows the places; `None` when there is no such list, and nothing can change.
    places_md5: Option<String>,
}

#[derive(Default)]
struct Library {
    by_version: Mutex<HashMap<(String, Choices), Parsed>>,
    /// By project, form id and version as a submission names them.
    by_name: Mutex<HashMap<Named, Known>>,
    places: Mutex<Option<(Time, Arc<Places>)>>,
}

/// Finds the definition a submission names, and whether the caller may file to it.
///
/// # Errors
/// `form-unknown`, `form-version-unknown`, `form-closed`; `sign-in-needed` for a stranger unless the form is open to all.
pub(super) async fn addressed(
    app: &App,
    op: &Op,
    project: i64,
    envelope: &Envelope,
) -> Result<Arc<Questionnaire>> {
    let library = library(app);
    let key = (project, envelope.form_id.clone(), envelope.version.clone());
    let known = lock(&library.by_name)
        .get(&key)
        .filter(|(at, _)| op.at.since(*at) < FRESH)
        .map(|(_, known)| known.clone());
    let found = match known {
        Some(known) => known,
        None => {
            let Some(form) = store::find_form(app.db.read(), project, &envelope.form_id).await? else {
                op.require(&FILERS)?;
                return Err(Problem::not_found("form-unknown").with("form", &envelope.form_id));
            };
            let Some(version) = store::find_published(app.db.read(), &form.id, &envelope.version).await?
            else {
                op.require(&FILERS)?;
                return Err(Problem::not_found("form-version-unknown")
                    .with("form", &envelope.form_id)
                    .with("version", &envelope.version));
            };
            let found = load(app, &version, Choices::Ever).await?;
            let found = if found.form == form {
                found
            } else {
                renewed(&library, &version, &found, form)
            };
            let mut names = lock(&library.by_name);
            if names.len() >= MOST_KEPT {
                names.clear();
            }
            names.insert(key, (op.at, found.clone()));
            found
        }
    };
    super::may_fill(op, &found.form)?;
    if found.form.state == FormState::Closed {
        return Err(Problem::conflict("form-closed").with("form", &found.version.title));
    }
    Ok(found)
}

/// Tells whether a place is known and lies outside every area where the caller may file.
pub(super) async fn is_outside(app: &App, op: &Op, code: &str) -> Result<bool> {
    let Some(me) = op.person() else { return Ok(false) };
    if me
        .grants
        .iter()
        .any(|grant| grant.place.is_none() && (grant.role == Role::Admin || FILERS.contains(&grant.role)))
    {
        return Ok(false);
    }
    let library = library(app);
    let known = lock(&library.places)
        .as_ref()
        .filter(|(at, _)| op.at.since(*at) < FRESH)
        .map(|(_, places)| places.clone());
    let places = match known {
        Some(places) => places,
        None => {
            let places = places::all(app).await?;
            *lock(&library.places) = Some((op.at, places.clone()));
            places
        }
    };
    Ok(places
        .find(code)
        .is_some_and(|place| !op.has_at(&FILERS, &place.lineage())))
}

/// Returns a version of a form, parsed, with its files attached.
///
/// # Errors
/// `form-unknown` when there is no such version.
pub async fn questionnaire(app: &App, version_id: &str) -> Result<Arc<Questionnaire>> {
    load(app, version_id, Choices::InForce).await
}

async fn load(app: &App, version_id: &str, choices: Choices) -> Result<Arc<Questionnaire>> {
    let library = library(app);
    let key = (version_id.to_owned(), choices);
    let known = lock(&library.by_version).get(&key).cloned();
    if let Some(known) = known {
        let is_as_it_was = match &known.places_md5 {
            None => true,
            Some(md5) => {
                let now = store::find_following(app.db.read(), version_id).await?;
                now.as_ref() == Some(md5)
            }
        };
        if is_as_it_was {
            return Ok(known.questionnaire);
        }
    }
    let unknown = || Problem::not_found("form-unknown").with("form", version_id);
    let version = store::find_version(app.db.read(), version_id)
        .await?
        .ok_or_else(unknown)?;
    let form = store::find_form_by_id(app.db.read(), &version.form_id)
        .await?
        .ok_or_else(unknown)?;
    let is_published = version.published_at.is_some();
    let bytes = app.blobs.bytes(&version.xform_blob).await?;
    let mut files = Vec::new();
    let mut places_md5 = None;
    for file in store::list_form_files(app.db.read(), version_id).await? {
        if let Some(blob) = &file.blob
            && is_list(&file.name)
        {
            let content = match (file.follows_places, choices) {
                (true, Choices::Ever) => places_list(places::all(app).await?.ever())?,
                _ => app.blobs.bytes(blob).await?,
            };
            if file.follows_places {
                places_md5 = file.md5;
            }
            files.push((file.name, content));
        }
    }
    let parsed = tokio::task::spawn_blocking(move || -> Result<_> {
        let text = std::str::from_utf8(&bytes).map_err(Problem::internal)?;
        let mut xform = formats::xform::Form::parse(text).map_err(Problem::internal)?;
        for (name, bytes) in files {
            xform.attach(&name, &bytes).map_err(Problem::internal)?;
        }
        Ok(xform)
    });
    let found = Arc::new(Questionnaire::new(
        form,
        version,
        parsed.await.map_err(Problem::internal)??,
    ));
    if is_published {
        let mut versions = lock(&library.by_version);
        if versions.len() >= MOST_KEPT {
            versions.clear();
        }
        let parsed = Parsed {
            questionnaire: found.clone(),
            places_md5,
        };
        versions.insert(key, parsed);
    }
    Ok(found)
}

/// Returns the version of a form that is in force.
///
/// # Errors
/// `form-unpublished` when none was published yet.
pub async fn current(app: &App, form: &Form) -> Result<Arc<Questionnaire>> {
    let version = store::find_current(app.db.read(), &form.id).await?;
    let version =
        version.ok_or_else(|| Problem::not_found("form-unpublished").with("form", &form.xml_form_id))?;
    questionnaire(app, &version.id).await
}

/// Forgets everything, after a change to forms.
pub(super) fn forget(app: &App) {
    app.shelf.clear::<Library>();
}

/// Tells whether a file's content matters to questions: lists do, pictures do not.
pub(super) fn is_list(name: &str) -> bool {
    let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    matches!(ending.as_str(), "csv" | "xml" | "geojson")
}

/// Keeps the parsed definition and changes what is known of its form.
fn renewed(library: &Library, version_id: &str, old: &Questionnaire, form: Form) -> Arc<Questionnaire> {
    let renewed = Arc::new(Questionnaire::new(form, old.version.clone(), old.xform.clone()));
    let mut versions = lock(&library.by_version);
    if let Some(parsed) = versions.get_mut(&(version_id.to_owned(), Choices::Ever)) {
        parsed.questionnaire = renewed.clone();
    }
    renewed
}

fn library(app: &App) -> Arc<Library> {
    if let Some(known) = app.shelf.find::<Library>() {
        return known;
    }
    let fresh = Arc::new(Library::default());
    app.shelf.put(fresh.clone());
    fresh
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
