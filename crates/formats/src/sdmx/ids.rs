//! Ids as SDMX allows them: `[A-Za-z0-9_@$-]`, because a full stop separates the parts of a key and a plus means "or".

use std::collections::HashSet;

/// Writes a text with the letters that an id may have: a full stop becomes a hyphen, anything else an underscore.
#[must_use]
pub fn clean(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            'A'..='Z' | 'a'..='z' | '0'..='9' | '_' | '@' | '$' | '-' => c,
            '.' => '-',
            _ => '_',
        })
        .collect()
}

/// Makes ids of texts, one each and no two alike: of those that would be the same, the later ones get a number.
pub fn unique<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut taken: HashSet<String> = HashSet::new();
    let mut ids = Vec::new();
    for text in texts {
        let plain = match clean(text) {
            empty if empty.is_empty() => "_".to_owned(),
            plain => plain,
        };
        let mut id = plain.clone();
        let mut n = 2;
        while !taken.insert(id.clone()) {
            id = format!("{plain}_{n}");
            n += 1;
        }
        ids.push(id);
    }
    ids
}

/// Writes an age group as `CL_AGE` does: `0-4` is `Y0T4`, `60+` is `Y_GE60`, `7` is `Y7`; `None` for what is no age group.
#[must_use]
pub fn age(text: &str) -> Option<String> {
    let years = |digits: &str| digits.trim().parse::<u8>().ok();
    if let Some(from) = text.trim().strip_suffix('+') {
        return Some(format!("Y_GE{}", years(from)?));
    }
    match text.split_once(['-', '–']) {
        Some((from, to)) => {
            let (from, to) = (years(from)?, years(to)?);
            (from <= to).then(|| format!("Y{from}T{to}"))
        }
        None => Some(format!("Y{}", years(text)?)),
    }
}
