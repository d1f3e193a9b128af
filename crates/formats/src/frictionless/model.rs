//! A package, its resources, and the schema of a table.

use serde_json::Value;

use crate::dcat::{
    model::Checksum,
    values::{Iri, When},
};

/// A package of resources (Data Package 2.0).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Package {
    /// Written as small letters, digits, `.`, `_` and `-`.
    pub name: String,
    /// A name that is the package's alone in the world: a DOI or an address.
    pub id: Option<String>,
    pub title: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    pub homepage: Option<Iri>,
    pub version: Option<String>,
    pub created: Option<When>,
    pub keywords: Vec<String>,
    pub licences: Vec<Licence>,
    pub sources: Vec<Source>,
    pub contributors: Vec<Contributor>,
    pub resources: Vec<Resource>,
}

/// A licence: one without a name or path is not written, because the standard demands one of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Licence {
    /// An Open Definition identifier: `CC-BY-4.0`.
    pub name: Option<String>,
    pub path: Option<String>,
    pub title: Option<String>,
}

/// Where data came from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Source {
    pub title: Option<String>,
    pub path: Option<String>,
    pub email: Option<String>,
}

/// A body or person that had a part in the data.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Contributor {
    pub title: Option<String>,
    pub path: Option<String>,
    pub email: Option<String>,
    pub organisation: Option<String>,
    /// `publisher`, `creator`, `contact` and the like.
    pub roles: Vec<String>,
}

/// One file, or several of the same form, of a package (Data Resource).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Resource {
    /// Alone in its package; written like the name of a package.
    pub name: String,
    /// Addresses, or paths relative to the package: never absolute, never through `..`.
    pub paths: Vec<String>,
    pub title: Option<String>,
    pub description: Option<String>,
    /// `csv`, `geojson`: the usual ending of a file's name.
    pub format: Option<String>,
    pub media_type: Option<String>,
    /// As IANA names it; absent is UTF-8.
    pub encoding: Option<String>,
    pub bytes: Option<u64>,
    pub hash: Option<Checksum>,
    pub licences: Vec<Licence>,
    pub sources: Vec<Source>,
    pub dialect: Option<Dialect>,
    /// What makes it a table.
    pub schema: Option<TableSchema>,
    /// Where a schema is that the package only points at.
    pub schema_at: Option<String>,
}

/// How a delimited text file is written (Table Dialect 2.0); the default is that of the standard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialect {
    pub delimiter: String,
    pub line_terminator: String,
    pub quote: Option<char>,
    pub is_quote_doubled: bool,
    pub escape: Option<char>,
    pub null_sequence: Option<String>,
    pub skips_initial_space: bool,
    pub has_header: bool,
    pub comment: Option<char>,
}

impl Default for Dialect {
    fn default() -> Dialect {
        Dialect {
            delimiter: ",".into(),
            line_terminator: "\r\n".into(),
            quote: Some('"'),
            is_quote_doubled: true,
            escape: None,
            null_sequence: None,
            skips_initial_space: false,
            has_header: true,
            comment: None,
        }
    }
}

/// The columns of a table and its keys (Table Schema 2.0).
#[derive(Debug, Clone, PartialEq)]
pub struct TableSchema {
    pub fields: Vec<Field>,
    pub fields_match: FieldsMatch,
    /// Texts that stand for no value; the default is the empty one.
    pub missing: Vec<Missing>,
    pub primary_key: Vec<String>,
    pub unique_keys: Vec<Vec<String>>,
    pub foreign_keys: Vec<ForeignKey>,
}

impl Default for TableSchema {
    fn default() -> TableSchema {
        TableSchema {
            fields: Vec::new(),
            fields_match: FieldsMatch::Exact,
            missing: vec![Missing::default()],
            primary_key: Vec::new(),
            unique_keys: Vec::new(),
            foreign_keys: Vec::new(),
        }
    }
}

/// How fields are found in a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum FieldsMatch {
    /// The same fields in the same order.
    #[default]
    Exact,
    /// The same fields, found by name.
    Equal,
    /// The file may have more.
    Subset,
    /// The file may have fewer.
    Superset,
    /// At least one is shared.
    Partial,
}

/// A text that stands for no value, and why there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Missing {
    pub value: String,
    pub label: Option<String>,
}

/// Values that are found in another table, or in another column of this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    pub fields: Vec<String>,
    /// The resource by name; none is this table.
    pub resource: Option<String>,
    /// As many as `fields`.
    pub reference: Vec<String>,
}

/// One column.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Field {
    pub name: String,
    pub title: Option<String>,
    pub description: Option<String>,
    pub example: Option<Value>,
    pub kind: FieldKind,
    pub constraints: Constraints,
    /// The values it can take, where it is a text or a whole number.
    pub categories: Vec<Category>,
    pub has_ordered_categories: bool,
    /// Texts that stand for no value in this column only.
    pub missing: Option<Vec<Missing>>,
    /// The class of things its values name.
    pub rdf_type: Option<Iri>,
}

/// One value of a column of categories.
#[derive(Debug, Clone, PartialEq)]
pub struct Category {
    /// A text or a whole number.
    pub value: Value,
    pub label: Option<String>,
}

/// What the cells of a column hold, and how it is written.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum FieldKind {
    Text(TextFormat),
    Number {
        decimal: char,
        group: Option<String>,
        /// Whether nothing but the number stands in a cell, such as a currency or `%`.
        is_bare: bool,
    },
    Whole {
        group: Option<String>,
        is_bare: bool,
    },
    /// Empty lists are the usual spellings.
    Truth {
        yes: Vec<String>,
        no: Vec<String>,
    },
    Object,
    Array,
    List {
        delimiter: String,
        item: ListItem,
    },
    DateTime(Pattern),
    Date(Pattern),
    Time(Pattern),
    Year,
    YearMonth,
    Duration,
    GeoPoint(GeoPoint),
    GeoJson,
    TopoJson,
    #[default]
    Any,
}

impl FieldKind {
    /// A number as XML Schema writes it.
    pub const NUMBER: FieldKind = FieldKind::Number {
        decimal: '.',
        group: None,
        is_bare: true,
    };
    /// A whole number as XML Schema writes it.
    pub const WHOLE: FieldKind = FieldKind::Whole {
        group: None,
        is_bare: true,
    };
    /// `true` and `false` in their usual spellings.
    pub const TRUTH: FieldKind = FieldKind::Truth {
        yes: Vec::new(),
        no: Vec::new(),
    };
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum TextFormat {
    #[default]
    Any,
    Email,
    Uri,
    /// Base64.
    Binary,
    Uuid,
}

/// What stands between the delimiters of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ListItem {
    #[default]
    Text,
    Whole,
    Truth,
    Number,
    DateTime,
    Date,
    Time,
}

/// How dates and times are written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Pattern {
    /// ISO 8601, as XML Schema has it.
    #[default]
    Standard,
    /// In whatever way can be guessed.
    Guessed,
    /// As C's `strptime` reads it: `%d/%m/%Y`.
    Strptime(String),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum GeoPoint {
    /// `90.50, 45.50`: longitude, latitude.
    #[default]
    Text,
    Array,
    Object,
}

/// What values must fulfil.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Constraints {
    pub is_required: bool,
    pub is_unique: bool,
    /// Characters or members.
    pub min_length: Option<u64>,
    pub max_length: Option<u64>,
    pub minimum: Option<Bound>,
    pub maximum: Option<Bound>,
    /// A regular expression that the whole value matches.
    pub pattern: Option<String>,
    pub one_of: Vec<Value>,
}

/// An end of the range of a column's values.
#[derive(Debug, Clone, PartialEq)]
pub enum Bound {
    Inclusive(Value),
    /// Only 2.0 knows it; a package that has one says that it is of 2.0.
    Exclusive(Value),
}
