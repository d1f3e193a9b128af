//! Settings files in Cardinal's INI: sections in brackets, `key = value`, comments on lines of their own after `;` or `#`.

/// One `key = value` with where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    pub line: usize,
    pub section: &'a str,
    pub key: &'a str,
    pub value: String,
}

/// The sections (also those with nothing in them) and the entries.
pub(super) type Parts<'a> = (Vec<(usize, &'a str)>, Vec<Entry<'a>>);

/// Reads a settings file; the error is the number of the line that is none of the above.
pub(super) fn parse(text: &str) -> Result<Parts<'_>, usize> {
    let mut sections = Vec::new();
    let mut entries = Vec::new();
    let mut section = "";
    for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with([';', '#']) {
            continue;
        }
        if let Some(name) = line.strip_prefix('[') {
            section = name.strip_suffix(']').ok_or(at + 1)?.trim();
            sections.push((at + 1, section));
            continue;
        }
        let (key, value) = line.split_once(['=', ':']).ok_or(at + 1)?;
        entries.push(Entry {
            line: at + 1,
            section,
            key: key.trim(),
            value: unquoted(value.trim()),
        });
    }
    Ok((sections, entries))
}

fn unquoted(value: &str) -> String {
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote).and_then(|v| v.strip_suffix(quote)) {
            return inner.to_owned();
        }
    }
    value.to_owned()
}
