//! A year of a village at the desk: its operator delivers documents and withdraws what should not have come; others read.

use askama::Template;
use axum::{
    Form,
    extract::{Path, Request, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use serde::Deserialize;

use super::{
    Kept, find_year,
    pages::{StepView, known_year, sample_year, steps},
    receive::{Sent, content},
};
use crate::{
    places::{
        self,
        model::{Place, Places},
    },
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        i18n::Lang,
        op::Op,
        page::{field_errors, render_refused, shell},
        problem::{Kind, Problem, Result},
        told,
        words::Words,
    },
    village::{is_operator, require_operator, require_reader},
};

pub mod calendars;
pub mod money;

const DELIVERED: &str = "village-told-delivered";
const WITHDRAWN: &str = "village-told-withdrawn";

/// A year of a village at the desk.
#[derive(Template)]
#[template(path = "village/year/desk.html")]
pub struct YearDeskPage {
    pub page: Shell,
    pub steps: Vec<StepView>,
    pub may_write: bool,
    /// Where the forms lead, without their last word.
    pub action: String,
    /// What is owed.
    pub owed: Vec<Choice>,
    /// What came and can be withdrawn.
    pub documents: Vec<Choice>,
    pub public_href: String,
    pub input: DeliverInput,
}

/// What is typed beside a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliverInput {
    pub dataset: String,
    pub address: String,
    pub note: String,
}

/// Which document is withdrawn, and why.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Withdrawal {
    withdrawn: String,
    why: String,
}

pub async fn show(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path((place, year)): Path<(String, String)>,
) -> Result<Response> {
    let all = places::all(&app).await?;
    require_reader(&op, &all, &place)?;
    let (found, kept) = found(&app, &op, &all, &place, &year).await?;
    let page = told::shell_with(&headers, shell(&app, &op, &uri), &[DELIVERED, WITHDRAWN]);
    let may_write = is_operator(&op, found.code());
    let page = YearDeskPage::new(
        way(page, found, &kept),
        &kept,
        may_write,
        "",
        DeliverInput::default(),
    );
    told::render_once(&headers, &uri, &page)
}

pub async fn deliver(
    State(app): State<App>,
    op: Op,
    headers: HeaderMap,
    Path((place, year)): Path<(String, String)>,
    request: Request,
) -> Result<Response> {
    // Whoever may not deliver is told before the file is read.
    require_operator(&op, &place)?;
    let all = places::all(&app).await?;
    let (found, kept) = found(&app, &op, &all, &place, &year).await?;
    let sent = Sent::of(&app, request).await?;
    match delivered(&app, &op, &kept, &sent).await {
        Ok(()) => Ok(told::redirect(&app, &headers, &address(&kept), DELIVERED)),
        Err(problem) if problem.kind() == Kind::Invalid => {
            let input = DeliverInput {
                dataset: sent.one("dataset").to_owned(),
                address: sent.one("address").to_owned(),
                note: sent.one("note").to_owned(),
            };
            let page = refused(&app, &op, &kept, &problem)?;
            let chosen = sent.one("document");
            let page = YearDeskPage::new(way(page, found, &kept), &kept, true, chosen, input);
            render_refused(&problem, &page)
        }
        Err(problem) => Err(problem),
    }
}

pub async fn withdraw(
    State(app): State<App>,
    op: Op,
    headers: HeaderMap,
    Path((place, year)): Path<(String, String)>,
    Form(form): Form<Withdrawal>,
) -> Result<Response> {
    require_operator(&op, &place)?;
    let all = places::all(&app).await?;
    let (found, kept) = found(&app, &op, &all, &place, &year).await?;
    match super::withdraw(&app, &op, &place, &form.withdrawn, &form.why).await {
        Ok(()) => Ok(told::redirect(&app, &headers, &address(&kept), WITHDRAWN)),
        Err(problem) if problem.kind() == Kind::Invalid => {
            let page = refused(&app, &op, &kept, &problem)?;
            let page = YearDeskPage::new(way(page, found, &kept), &kept, true, "", DeliverInput::default());
            render_refused(&problem, &page)
        }
        Err(problem) => Err(problem),
    }
}

async fn delivered(app: &App, op: &Op, kept: &Kept, sent: &Sent) -> Result<()> {
    let code = sent.one("document");
    if !kept.owed.iter().any(|owed| owed.due.code == code) {
        return Err(Problem::invalid("fields").field("document", "village-document-choose"));
    }
    let content = content(app, sent).await?;
    let which = (kept.year.place.as_str(), kept.year.year, code);
    super::deliver(app, op, which, content, sent.one("note")).await?;
    Ok(())
}

/// The place and the year of an address.
async fn found<'a>(
    app: &App,
    op: &Op,
    all: &'a Places,
    place: &str,
    year: &str,
) -> Result<(Place<'a>, Kept)> {
    let place = places::known(all, place)?;
    let kept = find_year(app, place.code(), known_year(year)?, op.at)
        .await?
        .ok_or_else(|| Problem::not_found("village-year-unknown"))?;
    Ok((place, kept))
}

fn address(kept: &Kept) -> String {
    format!("/desk/villages/{}/year/{}", kept.year.place, kept.year.year)
}

/// The shell of a page that is shown again with what is wrong.
fn refused(app: &App, op: &Op, kept: &Kept, problem: &Problem) -> Result<Shell> {
    let uri: Uri = address(kept).parse().map_err(Problem::internal)?;
    Ok(Shell {
        errors: field_errors(problem, op),
        ..shell(app, op, &uri)
    })
}

/// The way to the desk of a year.
fn way(page: Shell, place: Place<'_>, kept: &Kept) -> Shell {
    let lang = page.lang;
    let name = place.name_in(lang.code());
    let year = lang.ungrouped(i64::from(kept.year.year));
    let title = lang
        .text("village-year-of")
        .arg("year", year)
        .arg("place", name)
        .to_string();
    page.titled(&title)
        .crumb(lang.text("platform-nav-desk"), "/desk")
        .crumb(lang.text("village-desk"), "/desk/villages")
        .crumb(name, format!("/desk/villages/{}", place.code()))
        .crumb(title, "")
}

impl YearDeskPage {
    fn new(page: Shell, kept: &Kept, may_write: bool, chosen: &str, input: DeliverInput) -> YearDeskPage {
        let lang = page.lang;
        let title = |words: &Words| words.in_language(lang.code()).to_owned();
        let owed = kept
            .owed
            .iter()
            .map(|owed| Choice::new(&owed.due.code, title(&owed.due.title)).chosen_if(chosen))
            .collect();
        let documents = kept
            .owed
            .iter()
            .flat_map(|owed| owed.documents.iter().map(move |document| (owed, document)))
            .filter(|(_, document)| document.withdrawn.is_none())
            .map(|(owed, document)| {
                let text = lang
                    .text("village-came")
                    .arg("title", title(&owed.due.title))
                    .arg("what", document.content.target_in_words())
                    .to_string();
                Choice::new(&document.id, text)
            })
            .collect();
        YearDeskPage {
            steps: steps(lang, kept),
            may_write,
            action: address(kept),
            owed,
            documents,
            public_href: format!("/villages/{}/year/{}", kept.year.place, kept.year.year),
            input,
            page,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> YearDeskPage {
        let input = DeliverInput {
            note: "No. 5 <2026>".to_owned(),
            ..DeliverInput::default()
        };
        let page = Shell::sample(lang).titled("Desa <Ngasem>");
        YearDeskPage::new(page, &sample_year(), true, "plan", input)
    }
}
