//! Where submissions are, as GeoJSON.

use std::{collections::HashMap, pin::pin, sync::Arc};

use axum::body::Body;
use formats::export::{
    Answers, Fields,
    filter::Filter,
    geojson::{CLOSING, OPENING, Source as Origin, write},
};
use futures::TryStreamExt;

use super::{
    Ended, Source, envelope, filter, streamed,
    walk::{Rows, stretches},
};
use crate::{
    collect::{
        library,
        model::Submission,
        store::{
            self,
            export::{Filed, What},
        },
    },
    platform::{app::App, problem::Result},
};

/// Which places are asked for.
#[derive(Debug, Clone, Default)]
pub struct Places {
    pub filter: Option<String>,
    /// Paths of fields; none means the first field with a place that stands in no repeat.
    pub paths: Vec<String>,
    /// Most submissions that are read.
    pub most: Option<usize>,
}

/// Streams the places of what was filed to a form, one feature for each submission that has one.
///
/// # Errors
/// Those of [`filter`]; when the database fails.
pub async fn places(source: Arc<Source>, asked: &Places) -> Result<Body> {
    let current = source.fields().await?;
    let filter = filter(asked.filter.as_deref(), &current, 0)?;
    let mut known = HashMap::new();
    for version in store::list_versions(source.app.db.read(), &source.form.id).await? {
        let questionnaire = library::questionnaire(&source.app, &version.id).await?;
        known.insert(
            version.id,
            Known::of(Fields::of(&questionnaire.xform), &asked.paths),
        );
    }
    let spare = Known::of(current.clone(), &asked.paths);
    let making = Arc::new(Making {
        known,
        spare,
        current,
        filter,
        origin: origin(&asked.paths),
        now: source.now.0,
    });
    let mut rows = Rows::all(&source, making.filter.as_ref());
    // With a filter, as many are read as it takes.
    if let (Rows::After { most, .. }, None) = (&mut rows, &making.filter) {
        *most = asked.most;
    }
    let most = asked.most.unwrap_or(usize::MAX);
    Ok(streamed(|out| async move {
        out.send(OPENING).await?;
        let with_trash = making.filter.as_ref().is_some_and(Filter::asks_deleted);
        let work = {
            let making = making.clone();
            move |found: Vec<Filed>| making.features(&found)
        };
        let mut each = pin!(stretches(source.clone(), with_trash, rows, What::Answers, work));
        let (mut n, mut n_sent) = (0, 0);
        while let Some(features) = each.try_next().await? {
            for feature in features {
                if n == most {
                    break;
                }
                n += 1;
                let Some(mut feature) = feature else { continue };
                if n_sent > 0 {
                    feature.insert(0, b',');
                }
                n_sent += 1;
                out.send(feature).await?;
            }
            if n == most {
                break;
            }
        }
        out.send(CLOSING).await?;
        Ok::<(), Ended>(())
    }))
}

/// Writes the places of one submission.
///
/// # Errors
/// When the database fails.
pub async fn places_of(app: &App, submission: &Submission, xml: &str, paths: &[String]) -> Result<Vec<u8>> {
    let questionnaire = library::questionnaire(app, &submission.version_id).await?;
    let known = Known::of(Fields::of(&questionnaire.xform), paths);
    let mut answers = Answers::default();
    let _ = answers.read(&known.fields, xml);
    let mut out = OPENING.as_bytes().to_vec();
    write(
        &known.fields,
        &answers,
        &submission.root_id,
        &known.places,
        origin(paths),
        &mut out,
    );
    out.extend_from_slice(CLOSING.as_bytes());
    Ok(out)
}

fn origin(paths: &[String]) -> Origin {
    if paths.is_empty() {
        Origin::First
    } else {
        Origin::Named
    }
}

/// A definition, and which of its fields are asked for.
struct Known {
    fields: Fields,
    places: Vec<usize>,
}

impl Known {
    fn of(fields: Fields, paths: &[String]) -> Self {
        let places = match paths {
            [] => fields.first_place().into_iter().collect(),
            paths => paths
                .iter()
                .filter_map(|path| fields.find(path))
                .filter(|&at| fields.list()[at].kind.is_place())
                .collect(),
        };
        Self { fields, places }
    }
}

struct Making {
    /// By the id of the version that a submission was filed with.
    known: HashMap<String, Known>,
    /// For submissions of a draft.
    spare: Known,
    current: Fields,
    filter: Option<Filter>,
    origin: Origin,
    now: i64,
}

impl Making {
    /// Writes a feature for each submission that is meant; `None` for those with no place.
    fn features(&self, found: &[Filed]) -> Vec<Option<Vec<u8>>> {
        let mut answers = Answers::default();
        let mut features = Vec::new();
        for filed in found {
            let about = envelope(filed);
            if let Some(filter) = &self.filter {
                let _ = answers.read(&self.current, &filed.xml);
                if !filter.admits_row(&about, (&self.current, &answers, 0), self.now) {
                    continue;
                }
            }
            let known = self.known.get(&filed.version_id).unwrap_or(&self.spare);
            let _ = answers.read(&known.fields, &filed.xml);
            let mut feature = Vec::new();
            let is_somewhere = write(
                &known.fields,
                &answers,
                &filed.root_id,
                &known.places,
                self.origin,
                &mut feature,
            );
            features.push(is_somewhere.then_some(feature));
        }
        features
    }
}
