//! What waits on the desk, in words: what it is, how far, how long; what is wrong, and what is late.

use super::super::workflow::{
    Waiting,
    checks::{Flaw, Flawed},
    late::Late,
    model::Stage,
    subject_in_words,
};
use crate::{
    accounts::model::Organisation,
    platform::{app::App, i18n::Lang, time::Time},
};

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

/// A dataset of which something is overdue, as a line of the desk.
pub struct LateRow {
    pub href: String,
    pub title: String,
    pub light: &'static str,
    /// What was due first, and how long ago.
    pub stands: String,
    /// How many periods are overdue beside it; empty for none.
    pub more: String,
}

/// A dataset with what is wrong with it, as a line of the desk.
pub struct FlawedRow {
    pub href: String,
    pub title: String,
    pub flaws: Vec<FlawLine>,
    /// What is done about the first of them, and where.
    pub next: String,
    pub next_href: String,
}

/// Something that is wrong, with the page and field where it is mended.
pub struct FlawLine {
    pub text: String,
    pub href: String,
}

impl WaitingRow {
    /// `organisations` are all there are.
    pub fn of(
        app: &App,
        lang: Lang,
        now: Time,
        known: &Waiting,
        organisations: &[Organisation],
    ) -> WaitingRow {
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
            subject: subject_in_words(lang, &known.row),
            stage: match known.stage.waits_since() {
                None => stage_words(app, lang, &known.stage),
                Some(_) => lang
                    .text("catalog-workflow-stage-of")
                    .arg("stage", stage_words(app, lang, &known.stage))
                    .arg(
                        "organisation",
                        whose(lang, known.row.organisation.as_deref(), organisations),
                    )
                    .to_string(),
            },
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
        let slug = &found.slug;
        let may = (found.may_write, found.may_confide);
        let lines: Vec<FlawLine> = found
            .flaws
            .iter()
            .map(|flaw| FlawLine::of(lang, slug, flaw, may))
            .collect();
        let next = match found.flaws.first() {
            Some(Flaw::Unclassified { .. }) if found.may_confide => "catalog-decide",
            _ if !found.may_write => "catalog-workflow-tell",
            Some(Flaw::NotConforming { .. }) => "catalog-standards-assign",
            Some(Flaw::MetadataIncomplete) => "catalog-workflow-describe",
            _ => "catalog-edit",
        };
        let next_href = lines.first().map_or_else(String::new, |line| line.href.clone());
        FlawedRow {
            href: format!("/data/{slug}"),
            title: found.title.clone(),
            flaws: lines,
            next: lang.text(next).to_string(),
            next_href,
        }
    }
}

impl FlawLine {
    /// Leads to where the flaw is mended by those who write the dataset or say what is personal in it; others are led to its producer.
    pub fn of(lang: Lang, slug: &str, flaw: &Flaw, (may_write, may_confide): (bool, bool)) -> FlawLine {
        let at = match flaw {
            Flaw::Unclassified { .. } if may_confide => "/columns",
            _ if !may_write => "/review#comment",
            Flaw::NotConforming { .. } => "/standards",
            Flaw::MetadataIncomplete => "/metadata",
            Flaw::NoLicence => "#licence",
            Flaw::NoDescription => "#description",
            Flaw::NoContact => "#maintainer",
            Flaw::RowsRefused { .. } => "#files",
            // Only a steward says what is personal.
            Flaw::Unclassified { .. } => "/review#comment",
            Flaw::FileRefused { .. } | Flaw::NoTable | Flaw::BrokenLink { .. } => "#file",
        };
        FlawLine {
            text: flaw_words(lang, flaw),
            href: format!("/desk/data/{slug}{at}"),
        }
    }
}

/// Whose data something is, as people read it.
pub fn whose(lang: Lang, organisation: Option<&str>, all: &[Organisation]) -> String {
    match organisation {
        None => lang.text("catalog-workflow-of-nobody").to_string(),
        Some(code) => all
            .iter()
            .find(|known| known.code == code)
            .map_or_else(|| code.to_owned(), |known| known.name.clone()),
    }
}

impl LateRow {
    pub fn of(lang: Lang, found: &Late) -> LateRow {
        LateRow {
            href: match found.may_write {
                true => format!("/desk/agenda/{}", found.slug),
                false => format!("/data/{}", found.slug),
            },
            title: found.title.clone(),
            light: found.light.as_str(),
            stands: format!(
                "{}: {}",
                found.period,
                lang.text("catalog-agenda-missing")
                    .n("days", found.days)
                    .arg("day", lang.date(found.due_on))
            ),
            more: match found.n.saturating_sub(1) {
                0 => String::new(),
                n => lang.text("catalog-workflow-more-late").n("n", n).to_string(),
            },
        }
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

fn flaw_words(lang: Lang, flaw: &Flaw) -> String {
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
        Flaw::NotConforming { n } => lang
            .text("catalog-workflow-flaw-not-conforming")
            .n("n", *n)
            .to_string(),
        Flaw::MetadataIncomplete => lang.text("catalog-workflow-flaw-metadata").to_string(),
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
