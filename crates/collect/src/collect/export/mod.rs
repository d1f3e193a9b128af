//! Submissions out, whole forms at a time: as CSV, as an archive with files, as OData feeds, as places on a map.
//!
//! What is read is what the caller may read one by one (see `reading`). Everything is read in stretches from the newest to the
//! oldest, each stretch turned into bytes beside the others and sent in order, so that a form of any size needs the same memory.
//! When the client goes, the next stretch is not begun.

mod archive;
mod feed;
mod places;
mod sheets;
mod walk;

use axum::body::Body;
use bytes::Bytes;
use formats::{
    export::{
        About, Answers, Fields, Submitter,
        filter::{Filter, FilterError, Scope},
    },
    xform,
};
use serde::Serialize;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::{
    library,
    model::Form,
    reading,
    store::{
        self,
        export::{Filed, Of},
        trials,
    },
};
use crate::{
    accounts::Reach,
    platform::{
        app::App,
        events::Event,
        op::Op,
        problem::{Problem, Result},
        time::Time,
    },
};

pub(super) use archive::{Files, archive};
pub(super) use feed::{Page, Paging, Token, Within, count, one, page, table_of};
pub(super) use places::{Places, places, places_of};
pub(super) use sheets::{Choices, SheetOptions, Which, sheet};

/// Stretches on the way to a client that are ready before it took the last.
const AHEAD: usize = 4;

/// What was filed to a form left as a file.
#[derive(Serialize)]
pub struct SubmissionsExported {
    pub form: String,
    /// `csv` or `csv.zip`.
    pub format: &'static str,
}

impl Event for SubmissionsExported {
    const NAME: &'static str = "collect.submissions-exported";
    fn subject(&self) -> String {
        format!("form/{}", self.form)
    }
}

/// Which definitions of a form are meant, with what was filed to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Published,
    /// The draft, and what was filed to try it out.
    Draft,
}

/// What an export reads: a form's submissions as far as the caller may, by the definition in force.
pub(super) struct Source {
    pub app: App,
    pub form: Form,
    pub stage: Stage,
    reach: Reach,
    /// What holds the submissions: the form, or where its draft is tried out.
    filed_to: String,
    version_id: String,
    pub now: Time,
}

impl Source {
    /// Opens a form for an export.
    ///
    /// # Errors
    /// `not-allowed` for those who may read nothing of it; `form-unpublished` or `form-no-draft` when there is no definition.
    pub async fn open(app: &App, op: &Op, form: Form, stage: Stage) -> Result<Source> {
        let (version, trial) = match stage {
            Stage::Published => (store::find_current(app.db.read(), &form.id).await?, None),
            Stage::Draft => (
                store::find_draft(app.db.read(), &form.id).await?,
                trials::find(app.db.read(), &form.id).await?,
            ),
        };
        let reach = reading::reach(app, op, trial.as_ref().unwrap_or(&form)).await?;
        let filed_to = match (stage, trial) {
            (Stage::Published, _) => form.id.clone(),
            // A draft that nobody tried out has nothing filed to it.
            (Stage::Draft, trial) => trial.map(|trial| trial.id).unwrap_or_default(),
        };
        let missing = match stage {
            Stage::Published => "form-unpublished",
            Stage::Draft => "form-no-draft",
        };
        let version = version.ok_or_else(|| Problem::not_found(missing).with("form", &form.xml_form_id))?;
        Ok(Source {
            app: app.clone(),
            form,
            stage,
            reach,
            filed_to,
            version_id: version.id,
            now: op.at,
        })
    }

    /// Returns the fields of the definition in force.
    pub async fn fields(&self) -> Result<Fields> {
        let questionnaire = library::questionnaire(&self.app, &self.version_id).await?;
        Ok(Fields::of(&questionnaire.xform))
    }

    /// Returns the fields of all definitions that were ever in force, the newest first.
    pub async fn fields_ever(&self) -> Result<Fields> {
        if self.stage == Stage::Draft {
            return self.fields().await;
        }
        let mut known = Vec::new();
        for version in store::list_versions(self.app.db.read(), &self.form.id).await? {
            known.push(library::questionnaire(&self.app, &version.id).await?);
        }
        Ok(Fields::of_all(
            known.iter().map(|one| -> &xform::Form { &one.xform }),
        ))
    }

    /// Tells whether everything filed to the form is within the caller's reach.
    fn is_whole(&self) -> bool {
        self.reach == Reach::Everywhere
    }

    fn of<'a>(&'a self, filter: Option<&Filter>) -> Of<'a> {
        Of {
            form_id: &self.filed_to,
            with_trash: filter.is_some_and(Filter::asks_deleted),
        }
    }
}

/// Reads a filter over the rows of a table.
///
/// # Errors
/// `collect-exports-filter`, `collect-exports-filter-unsupported` or `collect-exports-filter-field`.
pub(super) fn filter(text: Option<&str>, fields: &Fields, table: usize) -> Result<Option<Filter>> {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
        return Ok(None);
    };
    let parsed = Filter::parse(text, Scope { fields, table });
    parsed.map(Some).map_err(|error| match &error {
        FilterError::Unparseable { .. } => Problem::invalid("collect-exports-filter").with("reason", &error),
        FilterError::Expression { at, kind, text } => {
            Problem::unsupported("collect-exports-filter-unsupported")
                .with("kind", kind)
                .with("at", at)
                .with("text", text)
        }
        FilterError::Field { at, text } => Problem::unsupported("collect-exports-filter-field")
            .with("at", at)
            .with("text", text),
    })
}

/// Notes in the audit trail that a form's submissions leave as a file.
async fn note(source: &Source, op: &Op, format: &'static str) -> Result<()> {
    let mut tx = source.app.db.begin().await?;
    tx.emit(
        op,
        &SubmissionsExported {
            form: source.form.id.clone(),
            format,
        },
    )
    .await?;
    tx.commit().await
}

/// Bytes on their way to a client; sending fails when it is gone.
#[derive(Clone)]
struct Out(mpsc::Sender<std::io::Result<Bytes>>);

/// The client went away.
struct Gone;

/// Why bytes came to an end before their time.
enum Ended {
    Gone,
    Failed(Problem),
}

impl From<Gone> for Ended {
    fn from(_: Gone) -> Self {
        Ended::Gone
    }
}

impl From<Problem> for Ended {
    fn from(problem: Problem) -> Self {
        Ended::Failed(problem)
    }
}

impl Out {
    async fn send(&self, bytes: impl Into<Bytes>) -> std::result::Result<(), Gone> {
        let bytes = bytes.into();
        if bytes.is_empty() {
            return Ok(());
        }
        self.0.send(Ok(bytes)).await.map_err(|_| Gone)
    }
}

/// Streams what a task writes; a failure in the middle breaks the answer off, so that no client takes a part for the whole.
fn streamed<F, T>(write: F) -> Body
where
    F: FnOnce(Out) -> T,
    T: Future<Output = std::result::Result<(), Ended>> + Send + 'static,
{
    let (sender, receiver) = mpsc::channel(AHEAD);
    let writing = write(Out(sender.clone()));
    tokio::spawn(async move {
        match writing.await {
            Ok(()) | Err(Ended::Gone) => {}
            Err(Ended::Failed(problem)) => {
                let source = problem.source().map(|source| format!("{source:#}"));
                tracing::error!(code = problem.code(), error = source, "an export broke off");
                let _ = sender
                    .send(Err(std::io::Error::other("the export broke off")))
                    .await;
            }
        }
    });
    Body::from_stream(ReceiverStream::new(receiver))
}

/// Reads a submission's answers; what is not readable stays blank, and the submission is there with what is known of it.
fn read<'a>(filed: &'a Filed, fields: &Fields, answers: &mut Answers) -> About<'a> {
    let _ = answers.read(fields, &filed.xml);
    about(filed, fields, answers)
}

/// Says what is known of a submission beside its answers.
fn about<'a>(filed: &'a Filed, fields: &Fields, answers: &Answers) -> About<'a> {
    let here: Vec<&str> = file_names(filed).collect();
    let mut missing: Vec<&str> = Vec::new();
    answers.each_file(fields, |name| {
        if !name.is_empty() && !here.contains(&name) && !missing.contains(&name) {
            missing.push(name);
        }
    });
    About {
        files_present: here.len(),
        files_expected: here.len() + missing.len(),
        ..envelope(filed)
    }
}

/// Says what is known of a submission without its answers.
fn envelope(filed: &Filed) -> About<'_> {
    About {
        instance_id: &filed.root_id,
        submitted_at: filed.at,
        updated_at: filed.updated_at,
        deleted_at: filed.deleted_at,
        submitter: filed.submitter.as_deref().map(|account| Submitter {
            id: crate::accounts::number_of(account),
            name: filed.submitter_name.as_deref().unwrap_or_default(),
        }),
        device_id: filed.device_id.as_deref(),
        review_state: filed.review_state.as_deref(),
        edits: u64::try_from(filed.n_edits).unwrap_or(0),
        form_version: filed.form_version.as_deref().unwrap_or_default(),
        files_present: 0,
        files_expected: 0,
    }
}

fn file_names(filed: &Filed) -> impl Iterator<Item = &str> {
    let names = filed.files.as_deref().unwrap_or_default();
    names.split('/').filter(|name| !name.is_empty())
}
