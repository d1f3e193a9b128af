//! What is wrong with datasets, as far as the program can see it: for those who answer for them.

use std::collections::HashMap;

use crate::{
    accounts,
    catalog::{
        store::workflow as rows,
        view::{self, Dataset},
    },
    platform::{app::App, op::Op, problem::Result},
};

/// Something that somebody should mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// The newest file of a table could not be understood.
    FileRefused {
        table: String,
        file: String,
    },
    /// Rows of the newest file of a table could not be read.
    RowsRefused {
        table: String,
        n: i64,
    },
    NoTable,
    NoLicence,
    NoDescription,
    /// Neither the dataset nor its publisher says whom to ask.
    NoContact,
    /// Nobody has said whether these columns are personal, so readers do not see them.
    Unclassified {
        n: i64,
    },
    /// A file or address that nobody can be sent to.
    BrokenLink {
        title: String,
    },
}

impl Flaw {
    /// Whether a dataset with this flaw can be of use to a reader at all.
    #[must_use]
    pub fn is_grave(&self) -> bool {
        matches!(
            self,
            Flaw::FileRefused { .. } | Flaw::NoTable | Flaw::BrokenLink { .. }
        )
    }
}

/// A dataset with its flaws.
#[derive(Debug, Clone)]
pub struct Flawed {
    pub dataset: Dataset,
    pub flaws: Vec<Flaw>,
}

/// Lists the datasets that the caller may change or decide about and that have flaws, those with grave ones first.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, op: &Op) -> Result<Vec<Flawed>> {
    let mut known = Known::read(app).await?;
    let mut flawed: Vec<Flawed> = view::list_datasets(app, op)
        .await?
        .into_iter()
        // What forms and the program keep is described where it is kept.
        .filter(|dataset| (dataset.may_write || dataset.may_confide) && dataset.origin == "upload")
        .map(|dataset| Flawed {
            flaws: known.of(&dataset),
            dataset,
        })
        .filter(|found| !found.flaws.is_empty())
        .collect();
    flawed.sort_by_key(|found| !found.flaws.iter().any(Flaw::is_grave));
    Ok(flawed)
}

/// Lists the flaws of one dataset.
///
/// # Errors
/// When the database fails.
pub async fn of(app: &App, dataset: &Dataset) -> Result<Vec<Flaw>> {
    Ok(Known::read(app).await?.of(dataset))
}

/// What is known of all datasets at once.
struct Known {
    files: HashMap<String, Vec<Flaw>>,
    unreviewed: HashMap<String, i64>,
    /// Codes of organisations that say whom to ask.
    answering: Vec<String>,
}

impl Known {
    async fn read(app: &App) -> Result<Known> {
        let pool = app.db.read();
        let mut files: HashMap<String, Vec<Flaw>> = HashMap::new();
        for (dataset, table, file, state, n) in rows::list_troubled_files(pool).await? {
            let flaw = match state.as_str() {
                "refused" => Flaw::FileRefused { table, file },
                _ => Flaw::RowsRefused { table, n },
            };
            files.entry(dataset).or_default().push(flaw);
        }
        let answering = accounts::list_organisations(app)
            .await?
            .into_iter()
            .filter(|known| {
                known
                    .contact
                    .as_deref()
                    .is_some_and(|contact| !contact.is_empty())
            })
            .map(|known| known.code);
        Ok(Known {
            files,
            unreviewed: rows::count_unreviewed(pool).await?.into_iter().collect(),
            answering: answering.collect(),
        })
    }

    fn of(&mut self, dataset: &Dataset) -> Vec<Flaw> {
        let mut flaws = self.files.remove(&dataset.slug).unwrap_or_default();
        if dataset.resources.is_empty() {
            flaws.push(Flaw::NoTable);
        }
        let nowhere = dataset
            .resources
            .iter()
            .filter(|known| known.sql_name.is_none() && known.url.is_none());
        flaws.extend(nowhere.map(|known| Flaw::BrokenLink {
            title: known.title.clone(),
        }));
        if let Some(n) = self.unreviewed.get(&dataset.slug) {
            flaws.push(Flaw::Unclassified { n: *n });
        }
        if dataset.licence.is_empty() {
            flaws.push(Flaw::NoLicence);
        }
        if dataset.description.trim().is_empty() {
            flaws.push(Flaw::NoDescription);
        }
        let details = &dataset.details;
        let says = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
        let is_answered = says(&details.maintainer)
            || says(&details.maintainer_email)
            || says(&details.author_email)
            || dataset
                .organisation
                .as_ref()
                .is_some_and(|code| self.answering.contains(code));
        if !is_answered {
            flaws.push(Flaw::NoContact);
        }
        flaws
    }
}
