//! The page in the place of what was withdrawn, and the warning on what is deprecated.

use askama::Template;
use axum::{http::Uri, response::Response};

use super::standing::{self, Kind};
use crate::{
    accounts,
    catalog::{
        store::{self, DatasetRow},
        versions::asked::warning,
        view::{self, Dataset},
    },
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Notice, NoticeKind, SummaryRow},
        },
        i18n::Lang,
        op::Op,
        page::{render_refused, shell},
        problem::{Problem, Result},
        time::Time,
    },
};

#[derive(Template)]
#[template(path = "catalog/workflow/tombstone.html")]
pub struct TombstonePage {
    page: Shell,
    /// What happened, when and why.
    said: String,
    facts: Vec<SummaryRow>,
    replaced_by: String,
}

/// Answers 410 with what was withdrawn, why, whom to ask and what to use instead.
///
/// # Errors
/// The problem itself, when the dataset is no more.
pub async fn show(app: &App, op: &Op, uri: &Uri, slug: &str, problem: Problem) -> Result<Response> {
    let Some(row) = store::find_dataset(app.db.read(), slug).await? else {
        return Err(problem);
    };
    let standing =
        standing::of(&row).filter(|known| known.kind == Kind::Withdrawn && row.state == "withdrawn");
    let contact = contact_of(app, &row).await?;
    // The problem's own sentence is for programs too: its day is written as they read it.
    let said = match &standing {
        Some(known) => op
            .lang
            .text("problem-dataset-withdrawn")
            .arg("dataset", &row.title)
            .arg("reason", &known.reason)
            .arg("date", op.lang.date(app.config.day(Time(known.at))))
            .to_string(),
        None => problem.sentence(op.lang),
    };
    let replaced_by = standing.map_or_else(String::new, |known| known.replaced_by);
    let page = TombstonePage::new(shell(app, op, uri), &row, said, contact, replaced_by);
    render_refused(&problem, &page)
}

/// Whom to ask about a dataset: who answers for it, or else its publisher.
async fn contact_of(app: &App, row: &DatasetRow) -> Result<String> {
    let details: crate::catalog::details::DatasetDetails = crate::catalog::details::read(&row.details);
    let own = [details.maintainer, details.maintainer_email]
        .into_iter()
        .flatten();
    let own: Vec<String> = own.filter(|text| !text.trim().is_empty()).collect();
    if !own.is_empty() {
        return Ok(own.join(", "));
    }
    let all = accounts::list_organisations(app).await?;
    let publisher = all
        .into_iter()
        .find(|known| Some(&known.code) == row.organisation.as_ref());
    Ok(publisher.and_then(|known| known.contact).unwrap_or_default())
}

/// Warns at the top of a page that its dataset is deprecated.
pub fn standing_notice(lang: Lang, page: &mut Shell, dataset: &Dataset) {
    let Some(standing) = dataset
        .standing
        .as_ref()
        .filter(|known| known.kind == Kind::Deprecated)
    else {
        return;
    };
    let text = lang
        .text("catalog-workflow-is-deprecated")
        .arg("reason", &standing.reason)
        .to_string();
    page.notices.push(Notice {
        kind: NoticeKind::Important,
        content: warning(lang, &text, &standing.replaced_by),
    });
}

impl TombstonePage {
    fn new(
        page: Shell,
        row: &DatasetRow,
        said: String,
        contact: String,
        replaced_by: String,
    ) -> TombstonePage {
        let lang = page.lang;
        let facts = [
            ("catalog-publisher", row.publisher.clone().unwrap_or_default()),
            ("catalog-maintainer", contact),
        ];
        TombstonePage {
            facts: facts
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .map(|(id, value)| SummaryRow::new(lang.text(id), value))
                .collect(),
            page: page
                .titled(&row.title)
                .crumb(lang.text("catalog-title"), "/data")
                .crumb(&row.title, ""),
            said,
            replaced_by,
        }
    }

    pub fn sample(lang: Lang) -> TombstonePage {
        TombstonePage {
            page: Shell::sample(lang).titled("Wells <3>"),
            said: "“Wells <3>” was withdrawn on 21 November 2026: depths in <feet>.".into(),
            facts: vec![SummaryRow::new(lang.text("catalog-maintainer"), "Data <desk>")],
            replaced_by: "/data/wells-2026?a=1&b=2".into(),
        }
    }
}

/// The dataset by its slug, whatever its state, for those who decide about it.
///
/// # Errors
/// `dataset-unknown` when there is none that the caller may know of.
pub async fn any_dataset(app: &App, op: &Op, slug: &str) -> Result<DatasetRow> {
    match view::readable(app, op, slug).await {
        Ok(row) => Ok(row),
        Err(problem) => {
            let row = store::find_dataset(app.db.read(), slug).await?;
            let row = row.filter(|row| {
                let may_know = op.has(&crate::catalog::model::READERS);
                may_know && matches!(row.state.as_str(), "withdrawn" | "draft")
            });
            row.ok_or(problem)
        }
    }
}
