//! What is wrong with datasets, as far as the program can see it: for those who answer for them.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
};

use super::roles::{Remembered, Roles};
use crate::{
    accounts,
    catalog::{
        index::{Entry, Index},
        metadata::fields::{FIELDS, Source},
        model::Origin,
        store::{ResourceRow, workflow as rows},
    },
    platform::{app::App, problem::Result},
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
    /// So many columns hold values that do not follow the standard they are to follow.
    NotConforming {
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
    /// Questions of the metadata forms (MS-Keg, MS-Var, MS-Ind) are not answered.
    MetadataIncomplete,
}

/// What kind of thing fails, as the desk counts datasets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    Files,
    Columns,
    Metadata,
}

impl Area {
    pub const ALL: [Area; 3] = [Area::Files, Area::Columns, Area::Metadata];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Area::Files => "files",
            Area::Columns => "columns",
            Area::Metadata => "metadata",
        }
    }
}

impl Flaw {
    /// How soon it should be mended: 0 where a reader cannot use the dataset at all, 3 where only the forms about it have gaps.
    #[must_use]
    pub fn rank(&self) -> u8 {
        match self {
            Flaw::FileRefused { .. } | Flaw::NoTable | Flaw::BrokenLink { .. } => 0,
            Flaw::RowsRefused { .. } | Flaw::NotConforming { .. } | Flaw::Unclassified { .. } => 1,
            Flaw::NoLicence | Flaw::NoDescription | Flaw::NoContact => 2,
            Flaw::MetadataIncomplete => 3,
        }
    }

    #[must_use]
    pub fn area(&self) -> Area {
        match self {
            Flaw::FileRefused { .. } | Flaw::RowsRefused { .. } | Flaw::NoTable | Flaw::BrokenLink { .. } => {
                Area::Files
            }
            Flaw::NotConforming { .. } | Flaw::Unclassified { .. } => Area::Columns,
            Flaw::NoLicence | Flaw::NoDescription | Flaw::NoContact | Flaw::MetadataIncomplete => {
                Area::Metadata
            }
        }
    }
}

/// A dataset with its flaws, and what the caller may do about them.
#[derive(Debug, Clone)]
pub struct Flawed {
    pub slug: String,
    pub title: String,
    pub may_write: bool,
    pub may_confide: bool,
    pub flaws: Vec<Flaw>,
}

/// Datasets with flaws: how many there are by what fails, and the first of them.
#[derive(Debug, Clone, Default)]
pub struct FlawedOnes {
    pub n: usize,
    /// In the order of [`Area::ALL`]; a dataset may count in several.
    pub n_in: [usize; 3],
    pub first: Vec<Flawed>,
}

/// Lists the datasets that the caller may change or decide about and that have flaws: the gravest first, the last changed among equals.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, index: &Index, roles: &Roles<'_>, most: usize) -> Result<FlawedOnes> {
    let known = Known::read(app).await?;
    let mut remembered = Remembered::new(roles);
    let mut found = FlawedOnes::default();
    let mut ranked = Vec::new();
    for entry in index.all() {
        let row = &entry.row;
        // What forms and the program keep is described where it is kept.
        if row.state != "active" || row.origin != Origin::Upload.as_str() {
            continue;
        }
        let actor = remembered.over(row.organisation.as_deref(), row.place_code.as_deref());
        if !(actor.may_write || actor.may_check) {
            continue;
        }
        let flaws = known.of(entry);
        let Some(rank) = flaws.iter().map(Flaw::rank).min() else {
            continue;
        };
        found.n += 1;
        for (n, area) in found.n_in.iter_mut().zip(Area::ALL) {
            *n += usize::from(flaws.iter().any(|flaw| flaw.area() == area));
        }
        ranked.push((rank, Reverse(row.changed_at), actor, entry));
    }
    ranked.sort_by_key(|(rank, changed_at, ..)| (*rank, *changed_at));
    let first = ranked.into_iter().take(most);
    found.first = first
        .map(|(_, _, actor, entry)| Flawed {
            slug: entry.row.slug.clone(),
            title: entry.row.title.clone(),
            may_write: actor.may_write,
            may_confide: actor.may_check,
            flaws: known.of(entry),
        })
        .collect();
    Ok(found)
}

/// Lists the flaws of one dataset.
///
/// # Errors
/// When the database fails.
pub async fn of(app: &App, slug: &str) -> Result<Vec<Flaw>> {
    let index = Index::of(app).await?;
    let known = Known::read(app).await?;
    let entry = index.all().find(|entry| entry.row.slug == slug);
    Ok(entry.map_or_else(Vec::new, |entry| known.of(entry)))
}

/// What is known of all datasets at once.
struct Known {
    files: HashMap<String, Vec<Flaw>>,
    unreviewed: HashMap<String, i64>,
    not_conforming: HashMap<String, i64>,
    /// Ids of datasets of which every question of the metadata forms is answered.
    described: HashSet<String>,
    /// Codes of organisations that say whom to ask.
    answering: HashSet<String>,
}

impl Known {
    async fn read(app: &App) -> Result<Known> {
        let mut files: HashMap<String, Vec<Flaw>> = HashMap::new();
        for (dataset, table, file, state, n) in rows::list_troubled_files(app.db.read()).await? {
            let flaw = match state.as_str() {
                "refused" => Flaw::FileRefused { table, file },
                _ => Flaw::RowsRefused { table, n },
            };
            files.entry(dataset).or_default().push(flaw);
        }
        let n_asked = FIELDS.iter().filter(|field| field.source != Source::Known);
        let n_asked = i64::try_from(n_asked.count()).unwrap_or(i64::MAX);
        let answering = accounts::list_organisations(app)
            .await?
            .into_iter()
            .filter(|known| says(known.contact.as_deref()))
            .map(|known| known.code);
        Ok(Known {
            files,
            unreviewed: rows::count_unreviewed(app.db.read()).await?.into_iter().collect(),
            not_conforming: rows::count_not_conforming(app.db.read())
                .await?
                .into_iter()
                .collect(),
            described: rows::list_described(app.db.read(), n_asked)
                .await?
                .into_iter()
                .collect(),
            answering: answering.collect(),
        })
    }

    fn of(&self, entry: &Entry) -> Vec<Flaw> {
        let (row, package) = (&entry.row, &entry.package);
        let mut flaws = self.files.get(&row.slug).cloned().unwrap_or_default();
        if entry.resources.is_empty() {
            flaws.push(Flaw::NoTable);
        }
        let nowhere = entry.resources.iter().filter(|known| leads_nowhere(known));
        flaws.extend(nowhere.map(|known| Flaw::BrokenLink {
            title: known.title.clone(),
        }));
        if let Some(n) = self.not_conforming.get(&row.slug) {
            flaws.push(Flaw::NotConforming { n: *n });
        }
        if let Some(n) = self.unreviewed.get(&row.slug) {
            flaws.push(Flaw::Unclassified { n: *n });
        }
        if row.licence.is_empty() {
            flaws.push(Flaw::NoLicence);
        }
        if row.description.trim().is_empty() {
            flaws.push(Flaw::NoDescription);
        }
        let is_answered = says(package.maintainer.as_deref())
            || says(package.maintainer_email.as_deref())
            || says(package.author_email.as_deref())
            || row
                .organisation
                .as_ref()
                .is_some_and(|code| self.answering.contains(code));
        if !is_answered {
            flaws.push(Flaw::NoContact);
        }
        if !self.described.contains(&row.id) {
            flaws.push(Flaw::MetadataIncomplete);
        }
        flaws
    }
}

fn says(text: Option<&str>) -> bool {
    text.is_some_and(|text| !text.trim().is_empty())
}

/// Whether a resource is neither a table, nor a file that is kept here, nor an address.
fn leads_nowhere(row: &ResourceRow) -> bool {
    const ADDRESSES: [&str; 3] = ["http://", "https://", "ftp://"];
    let is_address = ADDRESSES.iter().any(|start| row.url.starts_with(start));
    row.sql_name.is_none() && row.blob.is_none() && !is_address
}
