//! The way through the pages: into the entries of a repeat that want answers, to the list of them, and on.

use super::{Entry, Inside, Page, PageKind};

/// Returns the page to begin with; `None` when the form asks nothing.
pub fn first(pages: &[Page]) -> Option<&Page> {
    arrive(pages, 0, &[])
}

/// Returns the page that follows one whose answers are right; `None` at the end of the form.
///
/// A list of entries is left only when each of them is finished.
pub fn next<'a>(pages: &'a [Page], key: &str) -> Option<&'a Page> {
    let at = place_of(pages, key)?;
    let here = &pages[at];
    if let PageKind::Repeat(list) = &here.kind
        && let Some(key) = list.entries.iter().find_map(|entry| entry.unfinished.as_deref())
    {
        return place_of(pages, key).map(|at| &pages[at]);
    }
    arrive(pages, at + 1, &here.inside)
}

/// Returns the page that a page leads back to; with `None`, the last one. `None` when it was the first.
pub fn before<'a>(pages: &'a [Page], key: Option<&str>) -> Option<&'a Page> {
    let Some(key) = key else { return pages.last() };
    let at = place_of(pages, key)?;
    let here = &pages[at];
    if let PageKind::Repeat(_) = here.kind {
        // The pages of the entries lie before the list, and are reached from it.
        let is_below = |page: &Page| page.inside.iter().any(|inside| inside.list == here.key);
        return pages[..at].iter().rfind(|page| !is_below(page));
    }
    let last = at.checked_sub(1).map(|last| &pages[last]);
    let Some(inside) = here.inside.last() else {
        return last;
    };
    let is_first = last.is_none_or(|last| !last.inside.starts_with(&here.inside));
    if !is_first {
        return last;
    }
    match entries(pages, inside) {
        // Nobody has been entered yet, so there is no list to go back to.
        Some([only]) if only.blank => last,
        _ => place_of(pages, &inside.list).map(|at| &pages[at]),
    }
}

/// Returns the first page on which an answer is missing or wrong.
pub fn unfinished(pages: &[Page]) -> Option<&Page> {
    pages.iter().find(|page| page.is_unfinished())
}

/// Returns the page at a place, past entries that are finished, coming from within some entries.
fn arrive<'a>(pages: &'a [Page], mut at: usize, from: &[Inside]) -> Option<&'a Page> {
    let mut from = from.to_vec();
    loop {
        let page = pages.get(at)?;
        let shared = page.inside.iter().zip(&from).take_while(|(a, b)| a == b).count();
        let Some(entered) = page.inside.get(shared) else {
            return Some(page);
        };
        let entry = entries(pages, entered).and_then(|entries| entries.get(entered.entry));
        if entry.is_none_or(|entry| entry.blank || entry.unfinished.is_some()) {
            from = page.inside[..=shared].to_vec();
        } else {
            let entered = &page.inside[..=shared];
            at += pages[at..]
                .iter()
                .take_while(|page| page.inside.starts_with(entered))
                .count();
        }
    }
}

fn entries<'a>(pages: &'a [Page], inside: &Inside) -> Option<&'a [Entry]> {
    match &pages[place_of(pages, &inside.list)?].kind {
        PageKind::Repeat(list) => Some(&list.entries),
        PageKind::Questions(_) => None,
    }
}

fn place_of(pages: &[Page], key: &str) -> Option<usize> {
    pages.iter().position(|page| page.key == key)
}
