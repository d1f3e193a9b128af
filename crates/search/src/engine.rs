//! The index itself: datasets go in, snapshots come out.

use std::collections::HashSet;

use formats::ckan::search::Document;
use tantivy::{
    Index, IndexReader, IndexWriter, ReloadPolicy, Searcher, TantivyError, Term,
    indexer::{IndexWriterOptions, LogMergePolicy},
    query::Bm25StatisticsProvider,
    schema::Field,
};

use crate::fields::Fields;

/// What is searched of a dataset.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// What it is called among what was found; the caller's own.
    pub number: u32,
    /// What it is known by for ever.
    pub id: String,
    pub title: String,
    /// Tags, themes, who publishes it: words that somebody chose for it.
    pub keywords: Vec<String>,
    pub description: String,
    /// The names of its tables, files and columns, and whatever else is said.
    pub rest: Vec<String>,
    /// The fields of CKAN, and further keywords to filter by.
    pub document: Document,
}

/// An index in memory, which its owner keeps true.
#[derive(Default)]
pub struct Engine(Option<Kept>);

struct Kept {
    index: Index,
    reader: IndexReader,
    fields: Fields,
}

/// The index as it stood after a change; it stays as it is.
#[derive(Clone)]
pub struct Snapshot {
    pub(crate) searcher: Searcher,
    pub(crate) fields: Fields,
}

impl Engine {
    /// An index that holds nothing.
    #[must_use]
    pub fn new() -> Engine {
        Engine::default()
    }

    /// Puts datasets in the place of what was known of them. Of two with one id the later stays.
    ///
    /// # Panics
    /// When no thread can be started that works for it, or one of them was lost.
    pub fn put(&mut self, entries: impl IntoIterator<Item = Entry>) -> Snapshot {
        self.try_put(entries)
            .unwrap_or_else(|error| panic!("the index in memory is broken: {error}"))
    }

    /// How many datasets are in it.
    #[must_use]
    pub fn n(&self) -> usize {
        self.0.as_ref().map_or(0, |kept| kept.snapshot().n())
    }

    fn try_put(&mut self, entries: impl IntoIterator<Item = Entry>) -> Result<Snapshot, TantivyError> {
        let kept = match &mut self.0 {
            Some(kept) => kept,
            none => none.insert(Kept::new()?),
        };
        kept.write(entries)?;
        kept.reader.reload()?;
        Ok(kept.snapshot())
    }
}

impl Kept {
    fn new() -> Result<Kept, TantivyError> {
        let (index, fields) = Fields::index();
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual);
        Ok(Kept {
            reader: reader.try_into()?,
            index,
            fields,
        })
    }

    /// Writes datasets, and puts small pieces together, so that there are never many: no thread goes on behind it.
    fn write(&self, entries: impl IntoIterator<Item = Entry>) -> Result<(), TantivyError> {
        /// Pieces of fewer datasets than this count as one size.
        const SMALL: u32 = 100;
        /// A piece of which more than this is gone is written anew.
        const MOST_GONE: f32 = 0.5;
        /// What may wait in memory until a piece is written, in bytes.
        const MOST_WAITING: usize = 50_000_000;
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .num_merge_threads(1)
            .memory_budget_per_thread(MOST_WAITING)
            .build();
        let mut writer: IndexWriter = self.index.writer_with_options(options)?;
        let mut policy = LogMergePolicy::default();
        policy.set_min_layer_size(SMALL);
        policy.set_del_docs_ratio_before_merge(MOST_GONE);
        writer.set_merge_policy(Box::new(policy));
        let before = self.reader.searcher();
        let mut put = HashSet::new();
        for entry in entries {
            let id = Term::from_field_text(self.fields.id, &entry.id);
            if before.doc_freq(&id)? > 0 || !put.insert(entry.id.clone()) {
                writer.delete_term(id);
            }
            writer.add_document(self.fields.document(&entry))?;
        }
        writer.commit()?;
        writer.wait_merging_threads()
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot {
            searcher: self.reader.searcher(),
            fields: self.fields,
        }
    }
}

impl Snapshot {
    /// How many datasets are in it.
    #[must_use]
    pub fn n(&self) -> usize {
        usize::try_from(self.searcher.num_docs()).unwrap_or(usize::MAX)
    }

    /// About how many bytes of memory it takes.
    #[must_use]
    pub fn n_bytes(&self) -> usize {
        let space = self.searcher.space_usage();
        space.map_or(0, |space| {
            usize::try_from(space.total().get_bytes()).unwrap_or(usize::MAX)
        })
    }
}

/// What says how rare a word is and how long a text: all that the index holds.
impl Bm25StatisticsProvider for Snapshot {
    /// What is short, or empty in most datasets, is not the better for it.
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        const USUAL: u64 = 10;
        let n = self.searcher.total_num_tokens(field)?;
        Ok(n.max(USUAL * self.total_num_docs()?))
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        self.searcher.total_num_docs()
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        self.searcher.doc_freq(term)
    }
}
