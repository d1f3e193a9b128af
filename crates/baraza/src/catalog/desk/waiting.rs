//! What waits on the desk, in words: what it is, how far, how long, and what is wrong with it.

use super::super::workflow::{
    Waiting,
    checks::{Flaw, Flawed},
    model::Stage,
};
use crate::platform::{app::App, i18n::Lang, time::Time};

/// Something on its way, as a line of the desk.
pub struct WaitingRow {
    /// Its id and revision, for the form that checks several at once.
    pub value: String,
    pub href: String,
    pub title: String,
    pub subject: String,
    pub stage: String,
    pub age: String,
    /// What the caller is asked to do; empty when it waits for somebody else.
    pub next: String,
    pub may_check: bool,
}

/// A dataset with what is wrong with it, as a line of the desk.
pub struct FlawedRow {
    pub href: String,
    pub title: String,
    pub flaws: Vec<String>,
    /// Where the first of them is mended.
    pub next: String,
    pub next_href: String,
}

impl WaitingRow {
    pub fn of(app: &App, lang: Lang, now: Time, known: &Waiting) -> WaitingRow {
        let may = known.may;
        let next = match (may.submit, may.check, may.approve) {
            (true, _, _) => "submit",
            (_, true, _) => "check",
            (_, _, true) => "approve",
            _ => "",
        };
        WaitingRow {
            value: format!("{}:{}", known.row.id, known.row.revision),
            href: format!("/desk/data/{}/review", known.row.dataset_slug),
            title: known.row.dataset_title.clone(),
            subject: subject_words(lang, known),
            stage: stage_words(app, lang, &known.stage),
            age: age(lang, known, now),
            next: match next {
                "" => String::new(),
                word => lang.text(format!("catalog-workflow-next-{word}")).to_string(),
            },
            may_check: may.check,
        }
    }
}

impl FlawedRow {
    pub fn of(lang: Lang, found: &Flawed) -> FlawedRow {
        let slug = &found.dataset.slug;
        let is_hidden = matches!(found.flaws.first(), Some(Flaw::Unclassified { .. }));
        let (next, next_href) = match (is_hidden && found.dataset.may_confide, found.dataset.may_write) {
            (true, _) => ("catalog-decide", format!("/desk/data/{slug}/columns")),
            (false, true) => ("catalog-edit", format!("/desk/data/{slug}")),
            (false, false) => ("catalog-workflow-tell", format!("/desk/data/{slug}/review")),
        };
        FlawedRow {
            href: format!("/data/{slug}"),
            title: found.dataset.title.clone(),
            flaws: found.flaws.iter().map(|flaw| flaw_words(lang, flaw)).collect(),
            next: lang.text(next).to_string(),
            next_href,
        }
    }
}

/// What is on its way: the whole dataset, or new rows for a table.
pub fn subject_words(lang: Lang, known: &Waiting) -> String {
    match &known.row.resource_title {
        Some(title) => lang
            .text("catalog-workflow-new-rows")
            .arg("table", title)
            .to_string(),
        None => lang.text("catalog-workflow-whole-dataset").to_string(),
    }
}

pub fn stage_words(app: &App, lang: Lang, stage: &Stage) -> String {
    match stage {
        Stage::Approved { publish_at, .. } => {
            let at = lang.date_time(app.config.zoned(*publish_at).datetime());
            lang.text("catalog-workflow-stage-scheduled")
                .arg("at", at)
                .to_string()
        }
        stage => lang
            .text(format!("catalog-workflow-stage-{}", stage.as_str()))
            .to_string(),
    }
}

/// How long it has waited for the next person, in whole days.
pub fn age(lang: Lang, known: &Waiting, now: Time) -> String {
    let since = known.stage.waits_since().unwrap_or(Time(known.row.opened_at));
    let days = now.since(since).as_secs() / 86_400;
    lang.text("catalog-workflow-days")
        .n("n", i64::try_from(days).unwrap_or(i64::MAX))
        .to_string()
}

pub fn flaw_words(lang: Lang, flaw: &Flaw) -> String {
    match flaw {
        Flaw::FileRefused { table, file } => lang
            .text("catalog-workflow-flaw-file-refused")
            .arg("table", table)
            .arg("file", file)
            .to_string(),
        Flaw::RowsRefused { table, n } => lang
            .text("catalog-workflow-flaw-rows-refused")
            .arg("table", table)
            .n("n", *n)
            .to_string(),
        Flaw::NoTable => lang.text("catalog-workflow-flaw-no-table").to_string(),
        Flaw::NoLicence => lang.text("catalog-workflow-flaw-no-licence").to_string(),
        Flaw::NoDescription => lang.text("catalog-workflow-flaw-no-description").to_string(),
        Flaw::NoContact => lang.text("catalog-workflow-flaw-no-contact").to_string(),
        Flaw::Unclassified { n } => lang
            .text("catalog-workflow-flaw-unclassified")
            .n("n", *n)
            .to_string(),
        Flaw::BrokenLink { title } => lang
            .text("catalog-workflow-flaw-broken-link")
            .arg("title", title)
            .to_string(),
    }
}
