use crate::value::Version;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Says what went wrong with a table, a file or a query, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no table {0:?}; list the tables you may read, or import the file first")]
    NoTable(String),
    #[error("a table {0:?} exists already; append to it or choose another name")]
    TableExists(String),
    #[error("table {table:?} has no version {version}; its history says which versions can still be read")]
    NoVersion { table: String, version: Version },
    /// A name, a column or a value that does not fit; the sentence names it and the remedy.
    #[error("{0}")]
    Unfit(String),
    /// A file that cannot be understood at all; bad rows are not errors but part of the answer.
    #[error("{0}")]
    BadFile(String),
    /// SQL that is refused or wrong; the sentence is fit to show to its author.
    #[error("{0}")]
    BadQuery(String),
    #[error(
        "the query took longer than {seconds} s and was stopped; ask for fewer rows or columns, or filter first"
    )]
    TookTooLong { seconds: u64 },
    #[error(
        "the query needed more than {megabytes} MB of memory and was stopped; group or filter before sorting or joining"
    )]
    TooMuchMemory { megabytes: usize },
    #[error("table {0:?} was changed by others too many times in a row; try again")]
    Contended(String),
    /// The store or the engine failed.
    #[error("{doing}")]
    Failed {
        doing: String,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Adds what was being done to an error of the store or of the engine.
pub(crate) trait Doing<T> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T>;
}

impl<T, E: Into<Box<dyn std::error::Error + Send + Sync>>> Doing<T> for Result<T, E> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|source| Error::Failed {
            doing: what(),
            source: source.into(),
        })
    }
}

impl Error {
    pub(crate) fn unfit(message: impl Into<String>) -> Self {
        Error::Unfit(message.into())
    }

    pub(crate) fn bad_file(message: impl Into<String>) -> Self {
        Error::BadFile(message.into())
    }
}
