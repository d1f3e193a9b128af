//! All datasets in memory, made ready to be searched; what changed is read again, and nothing else.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::{Arc, OnceLock},
};

use ::search::{Engine, Snapshot};
use formats::ckan::search::Query;

use super::{
    ckan::shape::{self, Shared},
    model::{WRITERS, may_write},
    reads_closed,
    search::{
        entry::{self, Columns},
        people::Counted,
    },
    store::{
        DatasetRow, ResourceRow,
        portal::ThemeRow,
        search::{find_state, list_changed},
    },
    workflow::standing,
};
use crate::{
    accounts::model::Publisher,
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
    },
};

pub use super::ckan::shape::Entry;

/// The field that says who sees a dataset.
pub const SEEN_BY: &str = "permission_labels";
const EVERYBODY: &str = "public";
const STAFF: &str = "staff";
/// When more changed at once, everything is read again.
const MOST_FOLLOWED: usize = 500;

/// The catalogue as it stood at one change.
pub struct Index {
    n_changes: i64,
    /// By the numbers that the search knows them by.
    entries: Vec<Arc<Entry>>,
    /// When each was changed last, by number.
    changed_at: Vec<i64>,
    /// The numbers in the order of the names.
    by_name: Vec<u32>,
    /// Where each stands in the order of the titles, by number; made when it is first asked for.
    title_ranks: OnceLock<Vec<u32>>,
    /// The numbers of those that are deprecated; made when they are first asked for.
    deprecated: OnceLock<HashSet<u32>>,
    pub shared: Arc<Shared>,
    pub snapshot: Snapshot,
    pub counted: Counted,
}

/// What the index is made with; one change is followed after another.
#[derive(Default)]
struct Keeper(tokio::sync::Mutex<Engine>);

impl Index {
    /// Returns the index, with what changed since it was last asked for; whichever process changed it.
    pub async fn of(app: &App) -> Result<Arc<Index>> {
        let (n_changes, _) = find_state(app.db.read()).await?;
        if let Some(known) = current(app, n_changes) {
            return Ok(known);
        }
        let keeper = app.shelf.find::<Keeper>().unwrap_or_else(|| {
            let keeper = Arc::new(Keeper::default());
            app.shelf.put(keeper.clone());
            keeper
        });
        let mut engine = keeper.0.lock().await;
        // Somebody else may have followed meanwhile.
        let (n_changes, n_whole) = find_state(app.db.read()).await?;
        if let Some(known) = current(app, n_changes) {
            return Ok(known);
        }
        let known = app
            .shelf
            .find::<Index>()
            // An engine that was left in the middle of its work holds something else.
            .filter(|known| known.n_changes >= n_whole && known.entries.len() == engine.n());
        let shared = Arc::new(Shared::read(app).await?);
        let changed = match &known {
            Some(known) => known.changed(app, &shared).await?,
            None => None,
        };
        let (known, loaded, columns) = match (known, changed) {
            (Some(known), Some(slugs)) => {
                let (mut loaded, mut columns) = (Vec::new(), Columns::default());
                for slug in slugs {
                    let found = load(app, &shared, Some(&slug)).await?;
                    for resource in found.iter().flat_map(|entry| &entry.resources) {
                        columns.read(app, Some(&resource.id)).await?;
                    }
                    loaded.extend(found);
                }
                (Some(known), loaded, columns)
            }
            _ => {
                let mut columns = Columns::default();
                columns.read(app, None).await?;
                *engine = Engine::new();
                (None, load(app, &shared, None).await?, columns)
            }
        };
        let mut working = std::mem::take(&mut *engine);
        let (worked, fresh) = tokio::task::spawn_blocking(move || {
            let fresh = Index::with(
                known.as_deref(),
                n_changes,
                shared,
                loaded,
                &columns,
                &mut working,
            );
            (working, Arc::new(fresh))
        })
        .await
        .map_err(Problem::internal)?;
        *engine = worked;
        app.shelf.put(fresh.clone());
        Ok(fresh)
    }

    /// What is known, with datasets put in their place or added.
    fn with(
        known: Option<&Index>,
        n_changes: i64,
        shared: Arc<Shared>,
        loaded: Vec<Entry>,
        columns: &Columns,
        engine: &mut Engine,
    ) -> Index {
        let mut entries = known.map_or_else(Vec::new, |known| known.entries.clone());
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        if known.is_some() {
            let ids: HashSet<&str> = loaded.iter().map(|entry| entry.row.id.as_str()).collect();
            let there = known.iter().flat_map(|known| known.entries.iter().enumerate());
            let there = there.filter(|(_, entry)| ids.contains(entry.row.id.as_str()));
            numbers.extend(there.map(|(number, entry)| (entry.row.id.as_str(), number)));
        }
        // Where nothing came and nothing is called otherwise, the order of the names stays.
        let mut is_ordered = known.is_some();
        let mut changed = Vec::new();
        for entry in loaded {
            let entry = Arc::new(entry);
            match numbers.get(entry.row.id.as_str()) {
                Some(number) => {
                    changed.push(*number);
                    is_ordered &= entries[*number].row.slug == entry.row.slug;
                    entries[*number] = entry;
                }
                None => {
                    is_ordered = false;
                    changed.push(entries.len());
                    entries.push(entry);
                }
            }
        }
        let searched = changed.into_iter().map(|number| {
            let entry = &entries[number];
            entry::searched(
                u32::try_from(number).unwrap_or(u32::MAX),
                entry,
                labels(entry),
                columns,
            )
        });
        let snapshot = engine.put(searched);
        let by_name = match known.filter(|_| is_ordered) {
            Some(known) => known.by_name.clone(),
            None => {
                let mut by_name: Vec<u32> = (0..).take(entries.len()).collect();
                by_name.sort_unstable_by(|a, b| {
                    let slug = |number: &u32| entries[*number as usize].row.slug.as_str();
                    slug(a).cmp(slug(b))
                });
                by_name
            }
        };
        Index {
            n_changes,
            changed_at: entries.iter().map(|entry| entry.row.changed_at).collect(),
            title_ranks: OnceLock::new(),
            deprecated: OnceLock::new(),
            entries,
            by_name,
            shared,
            snapshot,
            counted: Counted::default(),
        }
    }

    /// The slugs of what changed since: datasets, and those of a publisher or a theme that did; nothing when it is too much.
    async fn changed(&self, app: &App, shared: &Shared) -> Result<Option<BTreeSet<String>>> {
        let most = i64::try_from(MOST_FOLLOWED).unwrap_or(i64::MAX);
        let mut slugs: BTreeSet<String> = list_changed(app.db.read(), self.n_changes, most + 1)
            .await?
            .into_iter()
            .collect();
        let publishers = differing(&self.shared.publishers, &shared.publishers, publisher_key);
        let themes = differing(&self.shared.themes, &shared.themes, theme_key);
        if !publishers.is_empty() || !themes.is_empty() {
            let has = |entry: &&Arc<Entry>| {
                let organisation = entry.row.organisation.as_ref();
                organisation.is_some_and(|code| publishers.contains(code))
                    || entry
                        .package
                        .groups
                        .iter()
                        .any(|group| themes.contains(&group.name))
            };
            slugs.extend(
                self.entries
                    .iter()
                    .filter(has)
                    .map(|entry| entry.row.slug.clone()),
            );
            // A theme that is there again is with none of its datasets yet.
            if !themes.is_empty() {
                let more = super::store::portal::list_dataset_themes(app.db.read(), None).await?;
                let more = more.into_iter().filter(|(_, theme)| themes.contains(theme));
                slugs.extend(more.map(|(slug, _)| slug));
            }
        }
        Ok((slugs.len() <= MOST_FOLLOWED).then_some(slugs))
    }

    /// The dataset with a number.
    pub fn entry(&self, number: u32) -> Option<&Entry> {
        self.entries.get(number as usize).map(AsRef::as_ref)
    }

    /// When a dataset was changed last.
    pub fn changed_at(&self, number: u32) -> i64 {
        self.changed_at.get(number as usize).copied().unwrap_or_default()
    }

    /// Whether a dataset should not be used any more.
    pub fn is_deprecated(&self, number: u32) -> bool {
        let deprecated = self.deprecated.get_or_init(|| {
            let numbered = (0..).zip(&self.entries);
            numbered
                .filter(|(_, entry)| standing::is_deprecated(&entry.row))
                .map(|(number, _)| number)
                .collect()
        });
        deprecated.contains(&number)
    }

    /// Where each dataset stands in the order of the titles, by number; case and marks count for nothing.
    pub fn title_ranks(&self) -> &[u32] {
        self.title_ranks.get_or_init(|| {
            let mut titles: Vec<(String, u32)> = (0..)
                .zip(&self.entries)
                .map(|(number, entry)| (::search::words::fold(&entry.row.title), number))
                .collect();
            titles.sort_unstable();
            let mut ranks = vec![0; titles.len()];
            for (rank, (_, number)) in (0..).zip(titles) {
                ranks[number as usize] = rank;
            }
            ranks
        })
    }

    /// All datasets in the order of their names, those too that somebody may not see.
    pub fn all(&self) -> impl Iterator<Item = &Entry> {
        self.by_name.iter().filter_map(|number| self.entry(*number))
    }

    /// The datasets that somebody may see, in the order of their names.
    pub fn seen(&self, op: &Op) -> Vec<&Entry> {
        self.all().filter(|entry| sees(op, entry)).collect()
    }

    /// The datasets that everybody saw and that were withdrawn: only that they were, and why, may be told.
    pub fn withdrawn(&self) -> impl Iterator<Item = &Entry> {
        let is_one = |entry: &&Entry| entry.row.state == "withdrawn" && entry.row.is_open == 1;
        self.all().filter(is_one)
    }

    /// The datasets that everybody sees, in the order of their names.
    pub fn public(&self) -> Vec<&Entry> {
        self.all().filter(|entry| is_public(entry)).collect()
    }

    /// The numbers of the datasets that everybody sees, in the order of their names.
    pub fn public_numbers(&self) -> Vec<u32> {
        let is_seen = |number: &u32| self.entry(*number).is_some_and(is_public);
        self.by_name.iter().copied().filter(is_seen).collect()
    }
}

/// What a search has to be narrowed to, for an answer that is the same whoever asks.
pub fn seen_by_everybody() -> Query {
    Query::term(SEEN_BY, EVERYBODY)
}

/// What a search has to be narrowed to, for somebody.
pub fn seen_by(op: &Op) -> Query {
    let mut labels = vec![Query::term(SEEN_BY, EVERYBODY)];
    if reads_closed(op) {
        labels.push(Query::term(SEEN_BY, STAFF));
    }
    if let Some(person) = op.person().filter(|_| op.has(&WRITERS)) {
        // Drafts and what is gone are for those who may change them.
        if op.has_for(&WRITERS, "") {
            labels.push(Query::term(SEEN_BY, "writers"));
        }
        let organisations = person.grants.iter().filter_map(|grant| grant.org.as_deref());
        labels.extend(organisations.map(|code| Query::term(SEEN_BY, &format!("writers-{code}"))));
    }
    Query::any(labels)
}

/// Whether somebody may know of a dataset.
pub fn sees(op: &Op, entry: &Entry) -> bool {
    match (entry.row.state.as_str(), entry.row.is_open) {
        ("active", 1) => true,
        ("active", _) => reads_closed(op),
        _ => may_write(op, entry.row.organisation.as_deref()),
    }
}

fn is_public(entry: &Entry) -> bool {
    entry.row.state == "active" && entry.row.is_open == 1
}

/// Reads one dataset, or all; of an open one only the tables that its readers may know of.
async fn load(app: &App, shared: &Shared, slug: Option<&str>) -> Result<Vec<Entry>> {
    let found = shape::load(app, shared, slug).await?.into_iter();
    let is_known =
        |dataset: &DatasetRow, resource: &ResourceRow| dataset.is_open == 0 || resource.is_unseen == 0;
    Ok(found.map(|entry| entry.knowing(is_known)).collect())
}

/// Who sees a dataset, in the words of [`seen_by`].
fn labels(entry: &Entry) -> Vec<String> {
    match (entry.row.state.as_str(), entry.row.is_open) {
        ("active", 1) => vec![EVERYBODY.to_owned()],
        ("active", _) => vec![STAFF.to_owned()],
        _ => {
            let organisation = entry.row.organisation.as_ref();
            let own = organisation.map(|code| format!("writers-{code}"));
            std::iter::once("writers".to_owned()).chain(own).collect()
        }
    }
}

fn current(app: &App, n_changes: i64) -> Option<Arc<Index>> {
    let known = app.shelf.find::<Index>();
    known.filter(|known| known.n_changes == n_changes)
}

fn publisher_key(known: &Publisher) -> (String, String) {
    let said = [
        &known.id,
        &known.name,
        &known.about,
        &known.image_url,
        &known.state,
        &known.extras,
    ];
    (known.code.clone(), format!("{said:?} {}", known.created_at))
}

fn theme_key(known: &ThemeRow) -> (String, String) {
    (known.name.clone(), format!("{known:?}"))
}

/// The names of what is there before or after, and not the same.
fn differing<T>(before: &[T], after: &[T], key: fn(&T) -> (String, String)) -> BTreeSet<String> {
    let (before, after): (BTreeSet<_>, BTreeSet<_>) =
        (before.iter().map(key).collect(), after.iter().map(key).collect());
    before
        .symmetric_difference(&after)
        .map(|(name, _)| name.clone())
        .collect()
}
