//! How a dataset stands in the index: its words and their families apart for each part of it, and the fields of CKAN.

use std::{collections::BTreeMap, collections::HashMap, slice};

use formats::ckan::search::{Document, document::AREA, query::Content};
use tantivy::{
    Index, TantivyDocument, Term,
    fastfield::FastValue,
    schema::{
        FAST, Field, IndexRecordOption, JsonObjectOptions, OwnedValue, STRING, Schema, TextFieldIndexing,
        TextOptions,
    },
    tokenizer::{PreTokenizedStream, PreTokenizedString, Token, Tokenizer, TokenizerManager},
};

use crate::{
    Entry,
    stems::{Stem, stems},
    words::words,
};

/// The number of a dataset, to be read for each that was found.
pub(crate) const NUMBER: &str = "number";
const CODES: &str = "codes";
const PROSE: &str = "prose";
/// The parts of a dataset that are searched apart, in the order of [`Fields::parts`].
const PARTS: [&str; 4] = ["title", "keywords", "description", "rest"];

/// What the index keeps of a dataset.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    pub id: Field,
    number: Field,
    /// The title, what was chosen as its keywords, the description, the rest.
    pub parts: [Part; 4],
    /// The values of CKAN's fields by their names: keywords, numbers, moments.
    pub codes: Field,
    /// The words of CKAN's fields by their names, of those that are no part.
    pub prose: Field,
    /// The names of the fields that have any value.
    pub present: Field,
}

/// A part of a dataset.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    pub words: Field,
    /// The stems of the words.
    pub kin: Field,
}

impl Fields {
    /// An empty index in memory.
    pub fn index() -> (Index, Fields) {
        let indexing = |tokenizer: &str, option: IndexRecordOption| {
            TextFieldIndexing::default()
                .set_tokenizer(tokenizer)
                .set_index_option(option)
        };
        let words = || indexing(Words::NAME, IndexRecordOption::WithFreqsAndPositions);
        let mut schema = Schema::builder();
        let parts = PARTS.map(|name| {
            let kin = indexing(Kin::NAME, IndexRecordOption::WithFreqs);
            Part {
                words: schema.add_text_field(
                    name,
                    TextOptions::default()
                        .set_indexing_options(words())
                        .set_fast(Words::NAME),
                ),
                kin: schema.add_text_field(
                    &format!("{name}_kin"),
                    TextOptions::default().set_indexing_options(kin),
                ),
            }
        });
        let codes = JsonObjectOptions::default()
            .set_indexing_options(indexing("raw", IndexRecordOption::Basic))
            .set_fast("raw");
        let prose = JsonObjectOptions::default()
            .set_indexing_options(words())
            .set_fast(Words::NAME);
        let fields = Fields {
            id: schema.add_text_field("id", STRING),
            number: schema.add_u64_field(NUMBER, FAST),
            parts,
            codes: schema.add_json_field(CODES, codes),
            prose: schema.add_json_field(PROSE, prose),
            present: schema.add_text_field("present", STRING),
        };
        let tokenizers = TokenizerManager::default();
        tokenizers.register(Words::NAME, Words);
        tokenizers.register(Kin::NAME, Kin::default());
        let mut index = Index::create_in_ram(schema.build());
        index.set_tokenizers(tokenizers.clone());
        index.set_fast_field_tokenizers(tokenizers);
        (index, fields)
    }

    /// What the index takes in of a dataset.
    pub fn document(&self, entry: &Entry) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        document.add_text(self.id, &entry.id);
        document.add_u64(self.number, u64::from(entry.number));
        let texts: [&[String]; 4] = [
            slice::from_ref(&entry.title),
            &entry.keywords,
            slice::from_ref(&entry.description),
            &entry.rest,
        ];
        for (part, texts) in self.parts.iter().zip(texts) {
            for text in texts {
                document.add_text(part.words, text);
                document.add_text(part.kin, text);
            }
        }
        self.add_values(&mut document, &entry.document);
        document
    }

    fn add_values(&self, document: &mut TantivyDocument, values: &Document) {
        for (name, values) in values.fields().filter(|(name, _)| *name != AREA) {
            document.add_text(self.present, name);
            for value in values {
                let (field, value) = match value {
                    // These are searched as words, with their families.
                    Content::Prose(_) if self.parts_of(name).is_some() => continue,
                    Content::Prose(text) => (self.prose, OwnedValue::Str(text.clone())),
                    Content::Keyword(text) => (self.codes, OwnedValue::Str(text.clone())),
                    Content::Flag(flag) => (self.codes, OwnedValue::Str(flag.to_string())),
                    Content::Number(number) => (self.codes, OwnedValue::F64(*number)),
                    Content::Instant(at) => (self.codes, OwnedValue::I64(*at)),
                    Content::Area(_) => continue,
                };
                document.add_object(field, BTreeMap::from([(key(name), value)]));
            }
        }
    }

    /// The parts of a dataset in which a field of prose is searched as people search, by words and their families.
    pub fn parts_of(&self, name: &str) -> Option<&[Part]> {
        range_of(name).map(|range| &self.parts[range])
    }
}

/// Where the values of a field of CKAN are to be read, one dataset after another.
pub(crate) fn columns(name: &str) -> Vec<String> {
    match range_of(name) {
        Some(range) => PARTS[range].iter().map(|part| (*part).to_owned()).collect(),
        None => [CODES, PROSE]
            .map(|field| format!("{field}.{}", key(name)))
            .to_vec(),
    }
}

fn range_of(name: &str) -> Option<std::ops::Range<usize>> {
    match name {
        "title" | "title_ngram" => Some(0..1),
        "notes" => Some(2..3),
        "text" => Some(0..4),
        _ => None,
    }
}

/// Terms among which something is looked for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Among<'n> {
    /// All of a field of the index.
    Field(Field),
    /// Those of one field of CKAN.
    Named(Field, &'n str),
}

impl Among<'_> {
    /// A text as a term.
    pub fn text(self, text: &str) -> Term {
        match self {
            Among::Field(field) => Term::from_field_text(field, text),
            Among::Named(field, name) => {
                let mut term = Term::from_field_json_path(field, &key(name), false);
                term.append_type_and_str(text);
                term
            }
        }
    }
}

/// A number or a moment in a field of CKAN, as a term.
pub(crate) fn value<T: FastValue>(fields: &Fields, name: &str, value: T) -> Term {
    let mut term = Term::from_field_json_path(fields.codes, &key(name), false);
    term.append_type_and_fast_value(value);
    term
}

/// The name of a field as one step of a path, in which some letters mean something else.
fn key(name: &str) -> String {
    name.replace(['.', '\\', '\0', '\u{1}'], "\u{1f}")
}

/// Cuts texts into [`words`].
#[derive(Clone)]
struct Words;

/// Cuts texts into the stems of their words.
#[derive(Clone, Default)]
struct Kin {
    /// The stems of words that came before.
    known: HashMap<String, Vec<String>>,
}

impl Words {
    const NAME: &str = "words";
}

impl Kin {
    const NAME: &str = "kin";
}

impl Tokenizer for Words {
    type TokenStream<'a> = PreTokenizedStream;

    fn token_stream(&mut self, text: &str) -> PreTokenizedStream {
        stream(words(text).into_iter().map(|word| word.text).enumerate())
    }
}

impl Tokenizer for Kin {
    type TokenStream<'a> = PreTokenizedStream;

    fn token_stream(&mut self, text: &str) -> PreTokenizedStream {
        let mut found = Vec::new();
        for (place, word) in words(text).into_iter().map(|word| word.text).enumerate() {
            let stems = self.known.entry(word).or_insert_with_key(|word| {
                let found = stems(word);
                let others = found.iter().filter(|stem| stem.word() != Some(word));
                others.map(Stem::token).collect()
            });
            found.extend(stems.iter().map(|stem| (place, stem.clone())));
        }
        stream(found.into_iter())
    }
}

fn stream(found: impl Iterator<Item = (usize, String)>) -> PreTokenizedStream {
    /// Words of two texts never stand together.
    const APART: usize = 100;
    let token = |(position, text)| Token {
        position,
        text,
        position_length: APART,
        ..Token::default()
    };
    PreTokenizedStream::from(PreTokenizedString {
        text: String::new(),
        tokens: found.map(token).collect(),
    })
}
