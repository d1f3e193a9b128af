//! One sheet of CSV: what was filed, without its repeats.

use std::{pin::pin, sync::Arc};

use axum::body::Body;
use formats::export::{
    Answers, Fields,
    csv::{Naming, Options, Sheets, Ticked, Wanted, Writer},
    filter::Filter,
};
use futures::TryStreamExt;

use super::{
    Ended, Source, about, filter, note, read, streamed,
    walk::{Rows, stretches},
};
use crate::{
    collect::store::export::{Filed, What},
    platform::{op::Op, problem::Result},
};

/// What a caller asks of CSV, as Central names it.
#[derive(Debug, Clone, Default)]
pub struct SheetOptions {
    pub filter: Option<String>,
    pub naming: Naming,
    pub fields: Which,
    pub choices: Choices,
}

/// Whose fields have columns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Which {
    /// Those of the definition in force.
    #[default]
    InForce,
    /// Those of all definitions that ever were.
    Ever,
}

/// How ticked choices are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Choices {
    #[default]
    Together,
    /// One column for each.
    Apart,
}

/// What the rows of sheets are made with.
pub(super) struct Making {
    pub fields: Fields,
    pub sheets: Sheets,
    pub filter: Option<Filter>,
    pub now: i64,
}

/// Streams what was filed to a form as CSV.
///
/// # Errors
/// Those of [`filter`]; when the database fails.
pub async fn sheet(source: Arc<Source>, op: &Op, options: &SheetOptions) -> Result<Body> {
    let making = making(&source, options).await?;
    note(&source, op, "csv").await?;
    Ok(streamed(|out| async move {
        let mut header = Vec::new();
        making.sheets.write_header(0, &mut header);
        out.send(header).await?;
        let work = {
            let making = making.clone();
            move |found: Vec<Filed>| making.rows(&found, Wanted::Root).swap_remove(0)
        };
        let mut rows = pin!(stretches(
            source.clone(),
            making.with_trash(),
            Rows::all(&source, making.filter.as_ref()),
            What::Answers,
            work,
        ));
        while let Some(bytes) = rows.try_next().await? {
            out.send(bytes).await?;
        }
        Ok::<(), Ended>(())
    }))
}

/// Prepares sheets; where ticked choices stand apart, reads once through the form to know them.
pub(super) async fn making(source: &Arc<Source>, options: &SheetOptions) -> Result<Arc<Making>> {
    let fields = match options.fields {
        Which::InForce => source.fields().await?,
        Which::Ever => source.fields_ever().await?,
    };
    let filter = filter(options.filter.as_deref(), &fields, 0)?;
    let made = |fields: Fields, ticked: Option<Ticked>| {
        let naming = options.naming;
        Arc::new(Making {
            sheets: Sheets::new(&fields, &source.form.xml_form_id, &Options { naming, ticked }),
            fields,
            filter: filter.clone(),
            now: source.now.0,
        })
    };
    if options.choices == Choices::Together {
        return Ok(made(fields, None));
    }
    let making = made(fields.clone(), None);
    let work = {
        let making = making.clone();
        move |found: Vec<Filed>| making.ticked(&found)
    };
    let rows = Rows::all(source, making.filter.as_ref());
    let each = stretches(source.clone(), making.with_trash(), rows, What::Answers, work);
    let ticked = each.try_fold(Ticked::default(), |mut all, some| async move {
        all.join(some);
        Ok(all)
    });
    Ok(made(fields, Some(ticked.await?)))
}

impl Making {
    pub fn with_trash(&self) -> bool {
        self.filter.as_ref().is_some_and(Filter::asks_deleted)
    }

    /// Writes the rows of submissions, a buffer for each table.
    pub fn rows(&self, found: &[Filed], wanted: Wanted) -> Vec<Vec<u8>> {
        let mut out = vec![Vec::new(); self.fields.tables().len()];
        out[0].reserve(found.len() * 400);
        let mut answers = Answers::default();
        let mut writer = Writer::new(&self.fields, &self.sheets);
        for filed in found {
            let about = read(filed, &self.fields, &mut answers);
            if self.admits(&about, &answers) {
                writer.write(&about, &answers, wanted, &mut out);
            }
        }
        out
    }

    /// Tells which of the submissions are meant, where their files are to follow.
    pub fn admitted<'a>(&self, found: &'a [Filed]) -> Vec<&'a Filed> {
        let mut answers = Answers::default();
        found
            .iter()
            .filter(|filed| {
                let _ = answers.read(&self.fields, &filed.xml);
                self.admits(&about(filed, &self.fields, &answers), &answers)
            })
            .collect()
    }

    fn ticked(&self, found: &[Filed]) -> Ticked {
        let mut ticked = Ticked::default();
        let mut answers = Answers::default();
        for filed in found {
            let about = read(filed, &self.fields, &mut answers);
            if self.admits(&about, &answers) {
                ticked.collect(&self.fields, &answers);
            }
        }
        ticked
    }

    fn admits(&self, about: &formats::export::About<'_>, answers: &Answers) -> bool {
        self.filter
            .as_ref()
            .is_none_or(|filter| filter.admits_row(about, (&self.fields, answers, 0), self.now))
    }
}
