//! The index itself: datasets go in, snapshots come out.

use std::collections::HashMap;
use std::sync::Arc;

use formats::ckan::search::{Document, document::AREA, query::Content};

use crate::{
    postings::{Builder, Part},
    set::Set,
    stems::{Stem, stems},
    terms,
    words::words,
};

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

/// The parts of a dataset that are searched apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Title,
    Keywords,
    Description,
    Rest,
    /// The fields of CKAN; each term begins with the name of its field.
    Coded,
}

impl Field {
    /// Those that are searched by words.
    pub const WORDS: [Field; 4] = [Field::Title, Field::Keywords, Field::Description, Field::Rest];
}

/// Datasets that were put together.
#[derive(Debug, Default)]
pub(crate) struct Segment {
    serial: u64,
    /// By their places here.
    pub numbers: Vec<u32>,
    ids: Vec<Box<str>>,
    parts: [Part; 5],
}

/// A segment with those of it that are gone.
#[derive(Debug, Clone)]
pub(crate) struct Live {
    pub segment: Arc<Segment>,
    dead: Arc<Set>,
    n_dead: usize,
}

/// An index in memory, which its owner keeps true.
#[derive(Default)]
pub struct Engine {
    all: Vec<Live>,
    /// Where each dataset stands: a segment's serial number, and its place there.
    known: HashMap<Box<str>, (u64, u32)>,
    n_serials: u64,
}

/// The index as it stood after a change; it stays as it is.
#[derive(Clone)]
pub struct Snapshot {
    pub(crate) all: Vec<Live>,
}

impl Segment {
    pub fn part(&self, field: Field) -> &Part {
        &self.parts[field as usize]
    }

    pub fn n(&self) -> usize {
        self.numbers.len()
    }

    fn of(serial: u64, entries: impl IntoIterator<Item = Entry>) -> Segment {
        let mut builders: [Builder; 5] = Default::default();
        let mut segment = Segment {
            serial,
            ..Segment::default()
        };
        let mut families = Families::default();
        for (doc, entry) in (0..).zip(entries) {
            segment.numbers.push(entry.number);
            segment.ids.push(entry.id.as_str().into());
            let parts: [&[String]; 4] = [
                std::slice::from_ref(&entry.title),
                &entry.keywords,
                std::slice::from_ref(&entry.description),
                &entry.rest,
            ];
            for (field, texts) in Field::WORDS.into_iter().zip(parts) {
                let builder = &mut builders[field as usize];
                let mut place = 0;
                let mut n_words = 0;
                for text in texts {
                    for word in words(text) {
                        builder.word(doc, place, &word.text);
                        for stem in families.of(&word.text) {
                            builder.stem(doc, stem);
                        }
                        place += 1;
                        n_words += 1;
                    }
                    // Words of two texts never stand together.
                    place += 100;
                }
                builder.end_of_dataset(n_words);
            }
            code(&mut builders[Field::Coded as usize], doc, &entry.document);
        }
        segment.parts = builders.map(Builder::build);
        segment
    }

    /// Two segments as one, without what is gone.
    fn merged(serial: u64, a: &Live, b: &Live) -> Segment {
        let mut merged = Segment {
            serial,
            ..Segment::default()
        };
        let mut renumber = |live: &Live| -> Vec<Option<u32>> {
            let mut numbers = Vec::with_capacity(live.segment.n());
            for doc in 0..live.segment.n() {
                if live.is_dead(u32::try_from(doc).unwrap_or(u32::MAX)) {
                    numbers.push(None);
                    continue;
                }
                numbers.push(u32::try_from(merged.numbers.len()).ok());
                merged.numbers.push(live.segment.numbers[doc]);
                merged.ids.push(live.segment.ids[doc].clone());
            }
            numbers
        };
        let (of_a, of_b) = (renumber(a), renumber(b));
        for (at, part) in merged.parts.iter_mut().enumerate() {
            *part = Part::merged([(&a.segment.parts[at], &of_a), (&b.segment.parts[at], &of_b)]);
        }
        merged
    }
}

/// The stems of words that came before.
#[derive(Default)]
struct Families(HashMap<String, Vec<String>>);

impl Families {
    fn of(&mut self, word: &str) -> &[String] {
        if !self.0.contains_key(word) {
            let found = stems(word);
            let family = found.iter().filter(|stem| stem.word() != Some(word));
            let family = family.map(Stem::token).collect();
            self.0.insert(word.to_owned(), family);
        }
        self.0.get(word).map_or(&[], Vec::as_slice)
    }
}

/// Adds the fields of CKAN.
fn code(builder: &mut Builder, doc: u32, document: &Document) {
    for (field, values) in document.fields().filter(|(field, _)| *field != AREA) {
        builder.value(doc, &terms::presence(field));
        let mut place = 0;
        for content in values {
            match content {
                // These are searched as words, with their families.
                Content::Prose(_) if crate::solr::is_searched_by_words(field) => {}
                Content::Prose(text) => {
                    for word in words(text) {
                        builder.word(doc, place, &terms::value(field, &word.text));
                        place += 1;
                    }
                    place += 100;
                }
                other => {
                    if let Some(text) = terms::text_of(other) {
                        builder.value(doc, &terms::value(field, &text));
                    }
                }
            }
        }
    }
}

impl Live {
    pub fn is_dead(&self, doc: u32) -> bool {
        self.n_dead > 0 && self.dead.has(doc)
    }

    /// How many of it are there still.
    pub fn n(&self) -> usize {
        self.segment.n() - self.n_dead
    }

    fn of(segment: Segment) -> Live {
        Live {
            dead: Arc::new(Set::of(segment.n())),
            segment: Arc::new(segment),
            n_dead: 0,
        }
    }

    fn bury(&mut self, doc: u32) {
        Arc::make_mut(&mut self.dead).add(doc);
        self.n_dead += 1;
    }
}

impl Engine {
    /// An index that holds nothing.
    #[must_use]
    pub fn new() -> Engine {
        Engine::default()
    }

    /// Puts datasets in the place of what was known of them. Of two with one id the later stays.
    pub fn put(&mut self, entries: impl IntoIterator<Item = Entry>) -> Snapshot {
        let fresh = Segment::of(self.serial(), entries);
        if fresh.n() > 0 {
            self.add(fresh);
        }
        self.gather();
        self.snapshot()
    }

    /// How many datasets are in it.
    #[must_use]
    pub fn n(&self) -> usize {
        self.all.iter().map(Live::n).sum()
    }

    /// The index as it stands.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            all: self.all.clone(),
        }
    }

    fn serial(&mut self) -> u64 {
        self.n_serials += 1;
        self.n_serials
    }

    fn add(&mut self, segment: Segment) {
        let serial = segment.serial;
        let mut live = Live::of(segment);
        let segment = live.segment.clone();
        for (doc, id) in (0..).zip(&segment.ids) {
            match self.known.insert(id.clone(), (serial, doc)) {
                Some((before, earlier)) if before == serial => live.bury(earlier),
                Some((before, earlier)) => {
                    let older = self.all.iter_mut().find(|live| live.segment.serial == before);
                    if let Some(older) = older {
                        older.bury(earlier);
                    }
                }
                None => {}
            }
        }
        self.all.push(live);
    }

    /// Puts small segments together, so that there are never many: a change costs about as much as what changed lately.
    fn gather(&mut self) {
        const MUCH_LARGER: usize = 3;
        self.all.retain(|live| live.n() > 0);
        while let [.., a, b] = self.all.as_slice() {
            if a.n() > MUCH_LARGER * b.n() {
                break;
            }
            self.n_serials += 1;
            let merged = Segment::merged(self.n_serials, a, b);
            self.all.truncate(self.all.len() - 2);
            for (doc, id) in (0..).zip(&merged.ids) {
                self.known.insert(id.clone(), (merged.serial, doc));
            }
            self.all.push(Live::of(merged));
        }
    }
}

impl Snapshot {
    /// How many datasets are in it.
    #[must_use]
    pub fn n(&self) -> usize {
        self.all.iter().map(Live::n).sum()
    }

    /// About how many bytes of memory it takes.
    #[must_use]
    pub fn n_bytes(&self) -> usize {
        let parts = self.all.iter().flat_map(|live| &live.segment.parts);
        parts.map(Part::n_bytes).sum()
    }
}
