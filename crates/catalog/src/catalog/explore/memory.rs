//! What is remembered of tables that everybody may see, until the catalogue changes.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    body::Bytes,
    http::{HeaderValue, Uri, header},
    response::{IntoResponse, Response},
};

use crate::{
    catalog::{
        store::search::find_state,
        view::{self, Resource},
    },
    platform::{
        app::App,
        i18n::Lang,
        op::{Op, Who},
        problem::Result,
    },
};

/// Descriptions of tables that are remembered.
const MOST_TABLES: usize = 500;
/// Bytes of answers that are remembered.
const MOST_BYTES: usize = 24 << 20;
/// An answer larger than this is made each time.
const LARGEST: usize = 2 << 20;

/// The reader's language, which titles are told in; dataset, resource and version.
type Address = (Lang, String, String, Option<u64>);

/// What was answered since the catalogue changed last, to people who did not sign in.
pub struct Memory {
    n_changes: i64,
    resources: Mutex<HashMap<Address, Arc<Resource>>>,
    answers: Mutex<Answers>,
}

#[derive(Default)]
struct Answers {
    by_address: HashMap<String, Answer>,
    n_bytes: usize,
}

/// A whole answer, ready to be sent.
#[derive(Clone)]
pub struct Answer {
    pub media_type: &'static str,
    pub bytes: Bytes,
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let media_type = HeaderValue::from_static(self.media_type);
        ([(header::CONTENT_TYPE, media_type)], self.bytes).into_response()
    }
}

impl Memory {
    /// Returns what is remembered; nothing of what was before the last change.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(app: &App) -> Result<Arc<Memory>> {
        // Asked first: a change that comes while an answer is being made shows in the next count.
        let (n_changes, _) = find_state(app.db.read()).await?;
        if let Some(known) = app
            .shelf
            .find::<Memory>()
            .filter(|known| known.n_changes == n_changes)
        {
            return Ok(known);
        }
        let fresh = Arc::new(Memory {
            n_changes,
            resources: Mutex::default(),
            answers: Mutex::default(),
        });
        app.shelf.put(fresh.clone());
        Ok(fresh)
    }

    /// Returns a table as somebody may see it.
    ///
    /// # Errors
    /// As [`view::find_resource`].
    pub async fn resource(
        &self,
        app: &App,
        op: &Op,
        dataset: &str,
        slug: &str,
        version: Option<u64>,
    ) -> Result<Arc<Resource>> {
        if !is_anyone(op) {
            return Ok(Arc::new(
                view::find_resource(app, op, dataset, slug, version).await?,
            ));
        }
        let key = (op.lang, dataset.to_owned(), slug.to_owned(), version);
        let known = locked(&self.resources).get(&key).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let found = Arc::new(view::find_resource(app, op, dataset, slug, version).await?);
        let mut resources = locked(&self.resources);
        if resources.len() >= MOST_TABLES {
            resources.clear();
        }
        resources.insert(key, found.clone());
        Ok(found)
    }

    /// The answer that was given to this address in this language.
    pub fn answer(&self, op: &Op, uri: &Uri) -> Option<Answer> {
        let key = key(op, uri)?;
        locked(&self.answers).by_address.get(&key).cloned()
    }

    /// Remembers an answer to somebody who did not sign in.
    pub fn remember(&self, op: &Op, uri: &Uri, answer: &Answer) {
        let Some(key) = key(op, uri) else { return };
        let n_bytes = answer.bytes.len() + key.len();
        if n_bytes > LARGEST {
            return;
        }
        let mut answers = locked(&self.answers);
        if answers.n_bytes + n_bytes > MOST_BYTES {
            *answers = Answers::default();
        }
        answers.n_bytes += n_bytes;
        answers.by_address.insert(key, answer.clone());
    }
}

/// What an answer depends on beside the catalogue; nothing for those who are known, whose pages are their own.
fn key(op: &Op, uri: &Uri) -> Option<String> {
    is_anyone(op).then(|| format!("{} {uri}", op.lang.code()))
}

fn is_anyone(op: &Op) -> bool {
    matches!(op.who, Who::Anyone)
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
