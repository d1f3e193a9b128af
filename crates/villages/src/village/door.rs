//! What other pages show of villages: what a search finds of proposals, asks, votes and meetings.

use std::collections::BTreeMap;

use super::{
    store::{self, Titled},
    voice::read_code,
};
use crate::{
    evidence::model::mask::mask,
    places::model::{Places, fold},
    platform::{app::App, i18n::Lang, op::Op, problem::Result},
};

/// Titles that are looked through, the latest.
const MOST_LOOKED_THROUGH: i64 = 5_000;
/// The kinds in the order in which they are shown, each with what stands over what was found.
const KINDS: [(&str, &str); 4] = [
    ("meeting", "village-meetings"),
    ("proposal", "village-proposals-title"),
    ("ask", "village-asks-title"),
    ("ballot", "village-goals-title"),
];

/// Something of a village with its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub href: String,
    pub title: String,
    /// Which village's, and of which day.
    pub about: String,
}

/// Finds proposals, asks, votes and meetings that are still to come, by words of their titles and of the names of their villages, or by
/// code; at most `most` of each kind, the latest first, of meetings the next. Each kind stands under the text that names it.
///
/// # Errors
/// When the database fails.
pub async fn find(
    app: &App,
    op: &Op,
    all: &Places,
    query: &str,
    most: usize,
) -> Result<Vec<(&'static str, Vec<Found>)>> {
    let code = read_code(query);
    let query = fold(query);
    let words: Vec<&str> = query.split_whitespace().collect();
    let mut by_kind: BTreeMap<String, Vec<Found>> = BTreeMap::new();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    for titled in store::list_titled(&app.db, app.config.day(op.at), MOST_LOOKED_THROUGH).await? {
        let place = all
            .find(&titled.place)
            .map_or(titled.place.as_str(), |place| place.name_in(op.lang.code()));
        let names = fold(&format!("{} {place}", titled.title));
        let is_meant = code.as_ref() == Some(&titled.code) || words.iter().all(|word| names.contains(word));
        if is_meant {
            let hit = found(op.lang, &titled, place);
            by_kind.entry(titled.kind).or_default().push(hit);
        }
    }
    Ok(KINDS
        .into_iter()
        .filter_map(|(kind, text)| {
            let mut found = by_kind.remove(kind)?;
            // Of what is still to come, the next is looked for.
            if kind == "meeting" {
                found.reverse();
            }
            found.truncate(most);
            Some((text, found))
        })
        .collect())
}

fn found(lang: Lang, titled: &Titled, place: &str) -> Found {
    let (code, village) = (&titled.code, &titled.place);
    Found {
        href: match titled.kind.as_str() {
            "meeting" => format!("/villages/{village}/meetings/{code}"),
            "ask" => format!("/asks/{code}"),
            "ballot" => format!("/goals/{code}"),
            _ => format!("/proposals/{code}"),
        },
        title: mask(&titled.title),
        about: format!("{place} · {}", lang.date(titled.on)),
    }
}
