//! The results on a wall: each criterion with a bar for each side, why, and what was promised.

use serde_json::{Value, json};

use super::lists::owner;
use crate::{
    evidence::model::{Commitment, mask::mask},
    places::model::Places,
    platform::{draw::qr, i18n::Lang, problem::Result, sheets::brief, time::Time, typeset::Document},
    scorecards::{
        model::{
            compare::{Line, Shown},
            facility::Facility,
            round::{Round, Scale},
        },
        pages::{NameOf, words},
    },
};

/// Criteria whose reasons have room, and reasons and suggestions of each.
const MOST_REASONED: usize = 6;
const MOST_SAID: usize = 2;
/// Letters of what a group said or called something.
const MOST_LETTERS: usize = 160;

/// What stands on the poster.
pub struct Outcome<'a> {
    pub round: &'a Round,
    pub facility: &'a Facility,
    pub shown: &'a Shown,
    pub promises: Vec<Promise>,
}

/// What, who, until when.
pub struct Promise([String; 3]);

impl Promise {
    #[must_use]
    pub fn of(lang: Lang, commitment: &Commitment, name_of: NameOf<'_>) -> Promise {
        let owner = owner(name_of(&commitment.owner), commitment.owner_post.as_deref());
        Promise([mask(&commitment.promise), owner, lang.date(commitment.due_on)])
    }
}

/// Puts the poster together; `address` is where everybody reads the round.
///
/// # Errors
/// When the address is too long for a QR code.
pub fn document(
    lang: Lang,
    places: &Places,
    outcome: &Outcome<'_>,
    address: &str,
    made_at: Time,
) -> Result<Document> {
    let (round, facility, shown) = (outcome.round, outcome.facility, outcome.shown);
    let title = facility.name.clone();
    let reasons: Vec<Value> = shown
        .lines
        .iter()
        .filter_map(|line| reasoned(lang, line))
        .take(MOST_REASONED)
        .collect();
    let head = [
        "scorecards-print-promise",
        "scorecards-print-owner",
        "scorecards-print-until",
    ]
    .map(|id| text(lang, id));
    let promises: Vec<&[String; 3]> = outcome.promises.iter().map(|promise| &promise.0).collect();
    let data = json!({
        "caption": format!("{} · {}", words::kind(lang, &facility.kind), words::place(lang, places, &facility.place)),
        "said": format!(
            "{} · {} · {}",
            words::round(lang, round.n),
            lang.date(round.day()),
            words::state(lang, round.state)
        ),
        "how": text(lang, "scorecards-print-results-how"),
        "lines": shown.lines.iter().map(|line| told(lang, round.scale, shown, line)).collect::<Vec<Value>>(),
        "reasons": reasons,
        "because": text(lang, "scorecards-print-because"),
        "promised": text(lang, "scorecards-print-promised"),
        "head": head,
        "promises": promises,
        "note": note(lang, round, shown),
        "scan": text(lang, "scorecards-print-scan"),
        "address": address.split_once("://").map_or(address, |(_, rest)| rest),
        "code": qr::squares(address)?,
    });
    Ok(Document {
        template: "results",
        lang,
        title,
        about: text(lang, "scorecards-print-about"),
        made_at,
        data,
    })
}

fn told(lang: Lang, scale: Scale, shown: &Shown, line: &Line) -> Value {
    let bar = |who: String, value: Option<u8>, is_provider: bool| {
        let share = value.map_or(-1.0, |value| f64::from(value) / 100.0);
        json!([who, words::points(lang, scale, value), share, is_provider])
    };
    let mut bars: Vec<Value> = shown
        .groups
        .iter()
        .zip(&line.values)
        .map(|(group, value)| bar(words::group(lang, &group.key), *value, false))
        .collect();
    if shown.provider.is_some() {
        bars.push(bar(text(lang, "scorecards-pages-provider"), line.provider, true));
    }
    let called: Vec<String> = match line.standard {
        Some(_) => line.words.iter().map(|words| mask(words)).collect(),
        None => Vec::new(),
    };
    json!({
        "name": name_of(lang, line),
        "words": brief(&called.join(" · "), MOST_LETTERS),
        "bars": bars,
        "gap": words::gap(lang, line.gap, line.is_wide),
        "tone": if line.is_wide { "red" } else { "grey" },
    })
}

fn name_of(lang: Lang, line: &Line) -> String {
    let own = line.words.first().map(|words| mask(words)).unwrap_or_default();
    brief(
        &words::criterion(lang, line.standard.as_deref(), &own),
        MOST_LETTERS,
    )
}

/// A criterion with what groups said to it; nothing where they said nothing that is shown.
fn reasoned(lang: Lang, line: &Line) -> Option<Value> {
    let reasons = line.reasons.iter().take(MOST_SAID).map(|said| mask(said));
    let suggestions = line.suggestions.iter().take(MOST_SAID).map(|said| {
        lang.text("scorecards-print-suggested")
            .arg("words", mask(said))
            .to_string()
    });
    let said: Vec<String> = reasons
        .chain(suggestions)
        .map(|said| brief(&said, MOST_LETTERS))
        .collect();
    (!said.is_empty()).then(|| json!([name_of(lang, line), said]))
}

/// That groups are in no figure, and when the next round is.
fn note(lang: Lang, round: &Round, shown: &Shown) -> String {
    let mut note = Vec::new();
    if shown.n_left_out > 0 {
        note.push(
            lang.text("scorecards-pages-left-out")
                .n("n", shown.n_left_out)
                .to_string(),
        );
    }
    if let Some(next) = round.next_on {
        note.push(
            lang.text("scorecards-print-next")
                .arg("day", lang.date(next))
                .to_string(),
        );
    }
    note.join(" ")
}

fn text(lang: Lang, id: &'static str) -> String {
    lang.text(id).to_string()
}
