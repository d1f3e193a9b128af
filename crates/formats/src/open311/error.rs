//! Errors as clients read them: a list of code and description.

use super::{
    Format,
    reader::{Tree, Unreadable},
    writer::Writer,
};

/// One error of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorItem {
    /// In most cases the HTTP status: 404 for what does not exist, 403 for a wrong key, 400 for the rest.
    pub code: u32,
    /// Meant to be seen by the person.
    pub description: String,
}

/// Writes the errors of an answer.
pub fn write(format: Format, errors: &[ErrorItem]) -> String {
    Writer::list(format, "errors", "error", errors, |writer, error| {
        writer.whole("code", error.code);
        writer.text("description", &error.description);
    })
}

/// Reads the errors of an answer.
///
/// # Errors
/// When it is neither XML nor JSON.
pub fn read(text: &str) -> Result<Vec<ErrorItem>, Unreadable> {
    let tree = Tree::parse(text)?;
    Ok(tree
        .items("error")
        .into_iter()
        .map(|item| ErrorItem {
            code: item
                .text("code")
                .and_then(|code| code.parse().ok())
                .unwrap_or(400),
            description: item.text("description").unwrap_or_default(),
        })
        .collect())
}
