//! Deprecated: served, with a warning on every face. Withdrawn: served no more, with a page in its place that says why.

use serde::{Deserialize, Serialize};

use super::{kept::step, roles::Roles};
use crate::{
    catalog::{
        details::{self, DatasetDetails},
        refused,
        store::{self, DatasetRow, ResourceRow, versions, workflow as rows},
    },
    platform::{
        app::App,
        db::Tx,
        events::Event,
        op::Op,
        problem::{Problem, Result},
        time::Time,
    },
};

/// How something that was published stands, where it does not simply stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Deprecated,
    Withdrawn,
}

impl Kind {
    pub const ALL: [Kind; 2] = [Kind::Deprecated, Kind::Withdrawn];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Deprecated => "deprecated",
            Kind::Withdrawn => "withdrawn",
        }
    }

    /// Reads the word that [`Kind::as_str`] writes.
    #[must_use]
    pub fn read(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Why a dataset is deprecated or withdrawn, since when, and what to use instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    pub kind: Kind,
    pub reason: String,
    /// Microseconds since 1970 UTC.
    pub at: i64,
    /// An address; empty for nothing.
    #[serde(default)]
    pub replaced_by: String,
}

/// A dataset or a version of a table was deprecated or withdrawn, or stands as before again.
#[derive(Serialize)]
pub struct StandingChanged {
    pub dataset: String,
    /// The table, where one of its versions is meant.
    pub resource: Option<String>,
    pub version: Option<i64>,
    /// `deprecated`, `withdrawn`, or empty.
    pub standing: &'static str,
}

impl Event for StandingChanged {
    const NAME: &'static str = "catalog.standing-changed";
    fn subject(&self) -> String {
        format!("dataset/{}", self.dataset)
    }
}

/// What is said of something that is deprecated or withdrawn; nothing to say that it stands again.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    pub kind: Option<Kind>,
    pub why: &'a str,
    /// Address of what to use instead.
    pub replaced_by: &'a str,
}

/// Says that a dataset is deprecated or withdrawn, or neither any more.
///
/// # Errors
/// `why-missing` on field `why`, `address-malformed` on field `replaced_by`; `not-allowed` for anybody but those who check or approve it.
pub async fn of_dataset(app: &App, tx: &mut Tx, op: &Op, dataset: &DatasetRow, said: Said<'_>) -> Result<()> {
    let op = &judged(app, op, dataset, said).await?;
    let mut more: DatasetDetails = details::read(&dataset.details);
    more.standing = said.kind.map(|kind| Standing {
        kind,
        reason: said.why.trim().to_owned(),
        at: op.at.0,
        replaced_by: said.replaced_by.trim().to_owned(),
    });
    let state = match said.kind {
        Some(Kind::Withdrawn) => "withdrawn",
        _ if dataset.state == "withdrawn" => "active",
        _ => &dataset.state,
    };
    rows::put_state(tx, &dataset.id, state, &details::write(&more), op.at).await?;
    note(tx, op, dataset, None, said).await
}

/// Says that a version of a table is deprecated or withdrawn, or neither any more.
///
/// Where the version that is shown is withdrawn, the newest one before it is shown, or nothing when there is none.
///
/// # Errors
/// As [`of_dataset`]; `version-unknown`.
pub async fn of_version(
    app: &App,
    tx: &mut Tx,
    op: &Op,
    (dataset, resource): (&DatasetRow, &ResourceRow),
    version: i64,
    said: Said<'_>,
) -> Result<()> {
    let op = &judged(app, op, dataset, said).await?;
    let shown = versions::list_shown(app.db.read(), &resource.id).await?;
    let word = said.kind.map_or("", Kind::as_str);
    let what = (
        word,
        if word.is_empty() { "" } else { said.why.trim() },
        said.replaced_by.trim(),
    );
    if !versions::put_standing(tx, &resource.id, version, what, op.at).await? {
        return Err(Problem::not_found("version-unknown").with("version", version));
    }
    // The newest that is not withdrawn is the one to show; of an open dataset no version from before everybody could read it.
    let is_theirs = |known: &&versions::ShownRow| dataset.is_open == 0 || known.public_at.is_some();
    let to_show = shown
        .iter()
        .filter(is_theirs)
        .find(|known| match known.version == version {
            true => said.kind != Some(Kind::Withdrawn),
            false => known.standing != Kind::Withdrawn.as_str(),
        });
    match to_show {
        Some(known) if Some(known.version) != resource.version => {
            let (version, n_rows) = (known.version, known.n_rows);
            let columns = super::super::columns_at(app, resource, version).await?;
            store::save_columns(tx, &resource.id, &columns).await?;
            store::note_version(tx, &resource.id, version, n_rows, None, op.at).await?;
        }
        Some(_) => {}
        None => versions::show_nothing(tx, &resource.id, op.at).await?,
    }
    note(tx, op, dataset, Some((resource, version)), said).await
}

/// What somebody is told who asks for a dataset that was withdrawn.
#[must_use]
pub fn gone(app: &App, row: &DatasetRow) -> Problem {
    let standing = of(row);
    let (reason, at) = standing.map_or_else(Default::default, |known| (known.reason, known.at));
    Problem::gone("dataset-withdrawn")
        .with("dataset", &row.title)
        .with("reason", reason)
        .with("date", app.config.day(Time(at)))
}

/// How a dataset stands, where it does not simply stand.
#[must_use]
pub fn of(row: &DatasetRow) -> Option<Standing> {
    let more: DatasetDetails = details::read(&row.details);
    more.standing
}

/// Whether a dataset should not be used any more.
pub fn is_deprecated(row: &DatasetRow) -> bool {
    // Most have no standing, and their details need not be read for that.
    row.details.contains("deprecated") && of(row).is_some_and(|known| known.kind == Kind::Deprecated)
}

async fn judged(app: &App, op: &Op, dataset: &DatasetRow, said: Said<'_>) -> Result<Op> {
    let (organisation, place) = (dataset.organisation.as_deref(), dataset.place_code.as_deref());
    let roles = Roles::of(app, op).await?.over(organisation, place);
    if !(roles.may_check || roles.may_approve) {
        return Err(refused(op));
    }
    if !is_address_here(said.replaced_by.trim(), &app.config.base_url) {
        return Err(Problem::invalid("fields").field("replaced_by", "address-malformed"));
    }
    op.because(said.why)
}

/// Whether an address is empty, a path here, or one below the address of this installation. A browser takes `//` and `/\` for the
/// beginning of somebody else's.
fn is_address_here(address: &str, base_url: &str) -> bool {
    const LONGEST: usize = 500;
    let path = address
        .strip_prefix(base_url.trim_end_matches('/'))
        .unwrap_or(address);
    let is_path = path.starts_with('/') && !path.starts_with("//");
    let is_plain =
        !address.contains(|letter: char| letter == '\\' || letter.is_whitespace() || letter.is_control());
    address.is_empty() || (address.len() <= LONGEST && is_path && is_plain)
}

async fn note(
    tx: &mut Tx,
    op: &Op,
    dataset: &DatasetRow,
    version: Option<(&ResourceRow, i64)>,
    said: Said<'_>,
) -> Result<()> {
    let act = said.kind.map_or("restored", Kind::as_str);
    let what = match version {
        Some((resource, version)) => format!("{} @ {version}: {}", resource.slug, said.why.trim()),
        None => said.why.trim().to_owned(),
    };
    step(tx, op, None, &dataset.id, act, &what).await?;
    let event = StandingChanged {
        dataset: dataset.slug.clone(),
        resource: version.map(|(resource, _)| resource.id.clone()),
        version: version.map(|(_, version)| version),
        standing: said.kind.map_or("", Kind::as_str),
    };
    tx.emit(op, &event).await
}

#[cfg(test)]
mod tests {
    use super::is_address_here;

    #[test]
    fn what_is_to_be_used_instead_is_an_address_of_this_installation() {
        let here = "https://data.town.test";
        for address in ["", "/data/villages-2025", "https://data.town.test/data/wells"] {
            assert!(is_address_here(address, here), "{address}");
        }
        for address in [
            "//evil.example",
            "/\\evil.example",
            "/data\\x",
            "https://evil.example/data",
            "https://data.town.test.evil.example/",
            "https://data.town.test@evil.example/",
            "javascript:alert(1)",
            "data/x",
            "/a b",
            "/a\r\nb",
        ] {
            assert!(!is_address_here(address, here), "{address}");
        }
    }
}
