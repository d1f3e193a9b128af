//! A report as it reads at this moment: numbers from their passports, counts from the notes, words from the quotations.

use serde::Serialize;

use super::Told;
use crate::{
    indicators::{self, notes::model::read_number, passport::Passport, tiles},
    listening::{
        model::{
            codebook::Code,
            hotspot::{Block, ShownGroup, groups, is_enough, said, told_as},
            paragraphs,
        },
        store, words,
    },
    places::model::Places,
    platform::{
        app::App,
        i18n::Lang,
        problem::{Kind, Result},
    },
};

/// A block as it is shown, on a page, in a file and on paper.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct BlockView {
    /// `text`, `groups`, `figure`, `survey`, `theme` or `quotation`.
    pub kind: &'static str,
    /// May be empty.
    pub title: String,
    pub paragraphs: Vec<String>,
    /// A number as it is written, how many groups said so, or whose words a quotation has; may be empty.
    pub value: String,
    /// What the number is of, and how sure it is; may be empty.
    pub note: String,
    /// Words that are quoted; empty for none.
    pub quote: String,
    /// The passport of the number, or where the survey is; empty for none.
    pub href: String,
    /// Groups with how many people of each were there; empty for other blocks.
    pub rows: Vec<[String; 3]>,
}

/// Fills the blocks of a report of a place. What may not be told at this moment is left out.
///
/// # Errors
/// When the database fails.
pub async fn fill(
    app: &App,
    lang: Lang,
    all: &Places,
    place: &str,
    told: &Told,
    blocks: &[Block],
) -> Result<Vec<BlockView>> {
    let book = store::codebook::list(&app.db).await?;
    let mut shown = Vec::new();
    for block in blocks {
        let view = match block {
            Block::Figure { number, text } => Some(figure(app, lang, number, text).await?),
            other => plain(lang, all, place, told, &book, other),
        };
        shown.extend(view);
    }
    Ok(shown)
}

/// A number with its passport; where it is gone, that is said.
async fn figure(app: &App, lang: Lang, number: &str, text: &str) -> Result<BlockView> {
    let gone = || BlockView {
        kind: "figure",
        value: lang.text("listening-hotspots-gone").to_string(),
        paragraphs: paragraphs(text),
        ..BlockView::default()
    };
    let Some(asked) = read_number(&app.config.base_url, number) else {
        return Ok(gone());
    };
    match indicators::passport::open(app, lang, &asked).await {
        Ok(passport) => Ok(of_passport(lang, passport, text)),
        Err(problem) if problem.kind() == Kind::NotFound => Ok(gone()),
        Err(problem) => Err(problem),
    }
}

fn of_passport(lang: Lang, passport: Passport, text: &str) -> BlockView {
    let href = passport.address();
    let number = passport.number;
    let definition = passport.indicator.definition;
    let title = definition.title.in_language(lang.code()).to_owned();
    let release = match &passport.release {
        Some(release) => lang
            .text("listening-hotspots-release")
            .arg("release", &release.name)
            .to_string(),
        None => lang.text("listening-hotspots-live").to_string(),
    };
    let told = tiles::Told {
        definition,
        run: None,
        period: number.period.clone(),
        over_time: Vec::new(),
        parts: Vec::new(),
        dimensions: String::new(),
        trend: None,
        aim: None,
    };
    let interval = told.written_interval(lang, &number);
    let mut note = vec![passport.place.name, number.period.clone()];
    if !passport.group.is_empty() {
        note.push(passport.group);
    }
    if !interval.is_empty() {
        note.push(
            lang.text("listening-hotspots-interval")
                .arg("interval", interval)
                .to_string(),
        );
    }
    note.push(release);
    BlockView {
        kind: "figure",
        value: told.written(lang, &number),
        note: note.join(" · "),
        title,
        paragraphs: paragraphs(text),
        href,
        ..BlockView::default()
    }
}

/// A block that needs nothing but what is told of the place; `None` where it may not be told.
fn plain(
    lang: Lang,
    all: &Places,
    place: &str,
    told: &Told,
    book: &[Code],
    block: &Block,
) -> Option<BlockView> {
    let view = BlockView {
        kind: block.kind(),
        ..BlockView::default()
    };
    match block {
        Block::Text { title, text } => Some(BlockView {
            title: title.clone(),
            paragraphs: paragraphs(text),
            ..view
        }),
        Block::Survey { title, text, href } => Some(BlockView {
            title: match title.is_empty() {
                true => lang.text("listening-hotspots-survey").to_string(),
                false => title.clone(),
            },
            paragraphs: paragraphs(text),
            href: href.clone(),
            ..view
        }),
        Block::Groups { text } => {
            let rows: Vec<[String; 3]> = groups(&told.heard, told.minimum)
                .iter()
                .map(|group| group_row(lang, group))
                .collect();
            (!rows.is_empty()).then(|| BlockView {
                title: lang.text("listening-hotspots-groups").to_string(),
                paragraphs: paragraphs(text),
                rows,
                ..view
            })
        }
        Block::Theme { code, text } => {
            let code = book.iter().find(|each| each.code == *code)?;
            let counted = said(&told.heard, &code.code);
            let may_tell = is_enough(&told.heard, told.minimum) && counted.n_heard > 0;
            may_tell.then(|| BlockView {
                title: code.wording.title.clone(),
                value: lang
                    .text("listening-hotspots-said")
                    .n("n", counted.n_said)
                    .n("of", counted.n_heard)
                    .to_string(),
                paragraphs: paragraphs(text),
                ..view
            })
        }
        Block::Quotation { quotation } => {
            let quotable = told
                .quotable
                .iter()
                .find(|each| each.quotation.id == *quotation)?;
            let whose = match told_as(quotable, &told.heard, told.minimum)? {
                Some(group) => lang
                    .text("listening-hotspots-said-by")
                    .arg("group", words::group(lang, &group))
                    .arg("place", words::place(lang, all, place))
                    .to_string(),
                None => lang
                    .text("listening-hotspots-said-in")
                    .arg("place", words::place(lang, all, place))
                    .to_string(),
            };
            Some(BlockView {
                quote: quotable.quotation.text.clone(),
                value: whose,
                ..view
            })
        }
        Block::Figure { .. } => None,
    }
}

fn group_row(lang: Lang, shown: &ShownGroup) -> [String; 3] {
    let name = match &shown.group {
        Some(group) => words::group(lang, group),
        None => lang.text("listening-hotspots-others").to_string(),
    };
    [name, lang.number(shown.n_talks), lang.number(shown.n_present)]
}
