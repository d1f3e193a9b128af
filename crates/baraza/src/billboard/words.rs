//! A billboard in words, as the page shows it and as the template `billboard` of `baraza-typeset` is given it.

use serde::Serialize;

use super::{
    figures::{Board, Figure, Promises},
    model::Beside,
};
use crate::{
    indicators::{model::observation::Observation, tiles::Told},
    platform::{
        app::App,
        draw::qr,
        i18n::{Lang, numbers::NO_VALUE},
        problem::Result,
        sheets::brief,
        time::Time,
    },
    requests::{board::rows::Lights, model::clock::Light},
    village::{
        figures::WorksOf,
        meetings::MeetingLine,
        year::{
            budget::VillageBudget,
            pages::{field_in_words, money},
        },
    },
};

pub use crate::village::year::pages::MoneyView;

/// Works and late promises that are handed to the sheet, which leaves out those that have no room.
const MOST_ROWS: usize = 5;
/// Letters of a title on the sheet.
const MOST_LETTERS: usize = 64;
/// From this amount on, whole units of the currency, an amount is told in millions.
const MANY: i64 = 10_000_000;

/// A billboard in words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Poster {
    pub lang: Lang,
    /// What the village is called.
    pub name: String,
    /// The places above it.
    pub caption: String,
    pub as_of: String,
    pub budget: Budget,
    pub figures: Figures,
    pub works: Works,
    pub lights: Counts,
    pub promises: Counts,
    pub meeting: Meeting,
    pub scan: String,
    /// Short, without `https://`.
    pub address: String,
    /// A QR code, lines of `0` and `1`.
    pub code: Vec<String>,
}

/// The five fields of the budget; none where no budget was stated.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Budget {
    pub title: String,
    /// Income, what was spent, source and day; empty where no budget was stated.
    pub said: String,
    /// What stands there instead of a budget.
    pub empty: String,
    /// Field, amount, planned and spent as shares of the largest amount (below 0: not told), what was spent in words.
    pub rows: Vec<(String, String, f64, f64, String)>,
}

/// The figures; none where the village has no number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Figures {
    pub title: String,
    pub empty: String,
    /// Name, value, against a year before, against the place above.
    pub rows: Vec<(String, String, Said, Said)>,
}

/// A shape and words that say the same; both empty for nothing.
pub type Said = (&'static str, String);

/// What is built or bought, the costliest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Works {
    pub title: String,
    pub empty: String,
    /// Title; who does it, what it costs and how far it is.
    pub rows: Vec<(String, String)>,
    /// How many there are in all; empty for none.
    pub more: String,
}

/// Counts with what they are of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub title: String,
    pub empty: String,
    /// Tone, shape, number, words.
    pub counts: Vec<(&'static str, &'static str, String, String)>,
    pub rows: Vec<String>,
}

/// The next meeting, or that none is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Meeting {
    pub title: String,
    pub lines: Vec<String>,
}

/// Puts a billboard into words.
///
/// # Errors
/// When its address is too long for a QR code.
pub fn poster(app: &App, lang: Lang, at: Time, board: &Board<'_>) -> Result<Poster> {
    let place = board.place;
    let above: Vec<&str> = place
        .ancestors()
        .take(2)
        .map(|above| above.name_in(lang.code()))
        .collect();
    let address = format!("{}/v/{}", app.config.base_url, place.code());
    let currency = board.budget.as_ref().map_or("", |budget| &budget.currency);
    Ok(Poster {
        lang,
        name: place.name_in(lang.code()).to_owned(),
        caption: above.join(", "),
        as_of: lang
            .text("billboard-as-of")
            .arg("day", lang.date(app.config.day(at)))
            .to_string(),
        budget: budget(lang, board.budget.as_ref()),
        figures: figures(lang, &board.figures),
        works: works(lang, board.works.as_ref(), currency),
        lights: lights(lang, board.lights),
        promises: promises(lang, &board.promises),
        meeting: meeting(lang, board.meeting.as_ref()),
        scan: text(lang, "billboard-scan"),
        code: qr::squares(&address)?,
        address: address
            .split_once("://")
            .map_or(address.as_str(), |(_, rest)| rest)
            .to_owned(),
    })
}

/// The budget as pages draw it.
#[must_use]
pub fn drawn(lang: Lang, board: &Board<'_>) -> Option<MoneyView> {
    board.budget.as_ref().map(|budget| money(lang, budget))
}

fn budget(lang: Lang, stated: Option<&VillageBudget>) -> Budget {
    let Some(stated) = stated else {
        return Budget {
            title: text(lang, "billboard-budget-title"),
            said: String::new(),
            empty: text(lang, "billboard-budget-none"),
            rows: Vec::new(),
        };
    };
    let largest = stated
        .lines
        .iter()
        .map(|line| line.planned.max(line.realised.unwrap_or(0)))
        .max()
        .unwrap_or(0)
        .max(1);
    let share = |amount: i64| amount as f64 / largest as f64;
    let written = |amount: i64| amount_in_words(lang, amount, &stated.currency);
    let rows = stated
        .lines
        .iter()
        .map(|line| {
            let spent = match line.realised {
                Some(spent) => lang
                    .text("billboard-spent")
                    .arg("amount", written(spent))
                    .to_string(),
                None => text(lang, "billboard-spent-unknown"),
            };
            (
                field_in_words(lang, line.field),
                written(line.planned),
                share(line.planned),
                line.realised.map_or(-1.0, share),
                spent,
            )
        })
        .collect();
    Budget {
        title: lang
            .text("billboard-budget")
            .arg("year", lang.ungrouped(i64::from(stated.year)))
            .to_string(),
        said: lang
            .text("billboard-budget-said")
            .arg("income", written(stated.income))
            .arg("planned", written(stated.planned()))
            .arg("source", brief(&stated.source, MOST_LETTERS))
            .arg("day", lang.date(stated.stated_on))
            .to_string(),
        empty: String::new(),
        rows,
    }
}

fn figures(lang: Lang, figures: &[Figure]) -> Figures {
    let rows = figures
        .iter()
        .map(|figure| {
            let told = &figure.told;
            let value = figure
                .now
                .as_ref()
                .map_or_else(|| NO_VALUE.to_owned(), |now| told.written(lang, now));
            (
                brief(told.definition.title.in_language(lang.code()), MOST_LETTERS),
                value,
                beside(lang, told, figure.before.as_ref(), |word| {
                    format!("billboard-year-{word}")
                }),
                beside(lang, told, figure.above.as_ref(), |word| {
                    format!("billboard-above-{word}")
                }),
            )
        })
        .collect();
    Figures {
        title: text(lang, "billboard-figures"),
        empty: text(lang, "billboard-figures-none"),
        rows,
    }
}

/// How a figure stands beside another, with the other one; `id` is the text for `better`, `worse` and `same`.
fn beside(lang: Lang, told: &Told, found: Option<&(Beside, Observation)>, id: fn(&str) -> String) -> Said {
    match found {
        Some((beside, other)) => (
            beside.shape(),
            lang.text(id(beside.as_str()))
                .arg("value", told.written(lang, other))
                .to_string(),
        ),
        None => ("", String::new()),
    }
}

fn works(lang: Lang, stated: Option<&WorksOf>, currency: &str) -> Works {
    let all = stated.map_or(&[][..], |stated| &stated.works);
    let rows = all
        .iter()
        .take(MOST_ROWS)
        .map(|work| {
            let said = lang
                .text("billboard-work")
                .arg("provider", brief(&work.provider, MOST_LETTERS / 2))
                .arg("amount", amount_in_words(lang, work.amount, currency))
                .arg("progress", lang.percent(f64::from(work.progress), 0))
                .to_string();
            (brief(&work.title, MOST_LETTERS), said)
        })
        .collect();
    let cost = all.iter().map(|work| work.amount).fold(0, i64::saturating_add);
    Works {
        title: text(lang, "billboard-works"),
        empty: text(lang, "billboard-works-none"),
        rows,
        more: match all.len() {
            0 => String::new(),
            n => lang
                .text("billboard-works-all")
                .n("n", n)
                .arg("amount", amount_in_words(lang, cost, currency))
                .to_string(),
        },
    }
}

fn lights(lang: Lang, lights: Option<Lights>) -> Counts {
    let counts = lights.filter(|lights| lights.all() > 0).map(|lights| {
        Light::ALL.map(|light| {
            let (tone, shape) = match light {
                Light::White => ("grey", "○"),
                Light::Yellow => ("yellow", "△"),
                Light::Red => ("red", "■"),
                Light::Blue => ("blue", "✓"),
            };
            (
                tone,
                shape,
                lang.number(lights.of(light)),
                lang.text(format!("billboard-light-{}", light.as_str()))
                    .to_string(),
            )
        })
    });
    Counts {
        title: text(lang, "billboard-lights"),
        empty: text(lang, "billboard-lights-none"),
        counts: counts.map(Vec::from).unwrap_or_default(),
        rows: Vec::new(),
    }
}

fn promises(lang: Lang, promises: &Promises) -> Counts {
    let mut counts = vec![
        ("green", "✓", promises.n_kept, "billboard-kept"),
        ("red", "■", promises.n_late, "billboard-late"),
        ("grey", "○", promises.n_open, "billboard-open"),
    ];
    if promises.n_broken_off > 0 {
        counts.push(("red", "×", promises.n_broken_off, "billboard-broken-off"));
    }
    if promises.is_empty() {
        counts.clear();
    }
    Counts {
        title: text(lang, "billboard-promises"),
        empty: text(lang, "billboard-promises-none"),
        counts: counts
            .into_iter()
            .map(|(tone, shape, n, id)| (tone, shape, lang.number(n), text(lang, id)))
            .collect(),
        rows: promises
            .late
            .iter()
            .take(MOST_ROWS)
            .map(|(promise, due)| {
                lang.text("billboard-late-since")
                    .arg("promise", brief(promise.trim_end_matches('.'), MOST_LETTERS))
                    .arg("day", lang.date(*due))
                    .to_string()
            })
            .collect(),
    }
}

fn meeting(lang: Lang, next: Option<&MeetingLine>) -> Meeting {
    Meeting {
        title: text(lang, "billboard-meeting"),
        lines: match next {
            Some(next) => vec![
                lang.date_time(next.held_on.to_datetime(next.starts_at)),
                brief(&next.title, MOST_LETTERS),
                brief(&next.venue, MOST_LETTERS),
            ],
            None => vec![text(lang, "billboard-meeting-none")],
        },
    }
}

/// An amount in whole units of its currency; a large one in millions.
fn amount_in_words(lang: Lang, amount: i64, currency: &str) -> String {
    let money = |amount: i64| lang.money(amount.saturating_mul(100), currency).trim().to_owned();
    match amount >= MANY {
        true => lang
            .text("billboard-millions")
            .arg("amount", money(amount.saturating_add(500_000) / 1_000_000))
            .to_string(),
        false => money(amount),
    }
}

fn text(lang: Lang, id: &'static str) -> String {
    lang.text(id).to_string()
}

impl Poster {
    /// A billboard with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> Poster {
        let late = jiff::civil::date(2026, 11, 1);
        let promised = Promises {
            n_kept: 12,
            n_late: 1,
            n_open: 5,
            n_broken_off: 1,
            late: vec![("Mend the <bridge>".to_owned(), late)],
        };
        Poster {
            lang,
            name: "Desa <Ngasem>".to_owned(),
            caption: "Ngasem, Kabupaten <Contoh>".to_owned(),
            as_of: lang
                .text("billboard-as-of")
                .arg("day", lang.date(late))
                .to_string(),
            budget: budget(lang, Some(&crate::village::year::pages::sample_budget())),
            figures: Figures {
                title: text(lang, "billboard-figures"),
                empty: text(lang, "billboard-figures-none"),
                rows: vec![(
                    "Safe <water>".to_owned(),
                    "72.4%".to_owned(),
                    (
                        Beside::Better.shape(),
                        lang.text("billboard-year-better").arg("value", "68%").to_string(),
                    ),
                    ("", String::new()),
                )],
            },
            works: works(
                lang,
                Some(&WorksOf {
                    year: 2027,
                    works: crate::village::year::pages::sample_works(),
                }),
                "IDR",
            ),
            lights: lights(lang, Some(Lights([12, 3, 2, 141]))),
            promises: promises(lang, &promised),
            meeting: Meeting {
                title: text(lang, "billboard-meeting"),
                lines: vec!["Musyawarah <desa>".to_owned()],
            },
            scan: text(lang, "billboard-scan"),
            address: "baraza.example.org/v/90.01.01".to_owned(),
            code: vec!["101".to_owned(), "010".to_owned(), "111".to_owned()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_amount_is_told_in_millions_and_a_small_one_whole() {
        let said = |amount| amount_in_words(Lang::En, amount, "IDR");
        assert!(said(185_499_999).contains("185 million"), "{}", said(185_499_999));
        assert!(said(9_999_999).contains("9,999,999"), "{}", said(9_999_999));
    }

    #[test]
    fn a_bar_is_a_share_of_the_largest_amount_and_nothing_said_is_no_bar() {
        let mut stated = crate::village::year::pages::sample_budget();
        (stated.lines[0].planned, stated.lines[0].realised) = (240_000_000, Some(60_000_000));
        let told = budget(Lang::Id, Some(&stated));
        let shares: Vec<(f64, f64)> = told.rows.iter().map(|row| (row.2, row.3)).collect();
        assert_eq!(shares[0], (1.0, 0.25));
        assert_eq!(shares[4], (0.5, -1.0));
    }

    #[test]
    fn where_nothing_is_known_the_sheet_says_so_and_no_zeros() {
        let counts = promises(Lang::En, &Promises::default());
        assert!(counts.counts.is_empty() && !counts.empty.is_empty());
        let counts = lights(Lang::En, Some(Lights::default()));
        assert!(counts.counts.is_empty() && !counts.empty.is_empty());
        assert!(!meeting(Lang::Id, None).lines.is_empty());
    }

    #[test]
    fn a_late_promise_is_named_with_its_day() {
        let poster = Poster::sample(Lang::En);
        assert_eq!(poster.promises.counts.len(), 4);
        assert!(poster.promises.rows[0].contains("1 November 2026"));
    }
}
