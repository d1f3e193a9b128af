//! Organisations at the desk: a list, a new one, and what is said of one. The same rules hold as for programs that speak CKAN's API.

use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde::Deserialize;

use super::entry::beside;
use crate::{
    accounts::{
        self,
        model::{KeptOrganisation, Organisation},
    },
    catalog::{index::Index, store::search},
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        i18n::Lang,
        op::{Op, Role},
        page::{field_errors, render, render_refused, shell},
        problem::{Problem, Result},
    },
};

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/desk/organizations", get(all).post(add))
        .route("/desk/organizations/{org}", get(one).post(change))
}

#[derive(Template)]
#[template(path = "catalog/desk/organisations.html")]
pub struct OrganisationsPage {
    page: Shell,
    rows: Vec<OrganisationRow>,
    form: OrganisationForm,
}

/// An organisation as a row of the list.
pub struct OrganisationRow {
    code: String,
    name: String,
    contact: String,
    n_datasets: String,
    is_active: bool,
}

#[derive(Template)]
#[template(path = "catalog/desk/organisation.html")]
pub struct OrganisationPage {
    page: Shell,
    code: String,
    form: OrganisationForm,
}

/// What a form asks of an organisation.
struct OrganisationForm {
    input: OrganisationInput,
    active: Vec<Choice>,
}

/// What somebody says of an organisation.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct OrganisationInput {
    /// Lower-case letters, digits and hyphens; it stays for ever.
    pub code: String,
    pub name: String,
    pub about: String,
    pub contact: String,
    /// `yes` while datasets may be given to it.
    pub active: String,
    /// The revision that the fields were filled from; empty for a new one.
    pub revision: String,
}

impl OrganisationInput {
    fn of(known: KeptOrganisation) -> OrganisationInput {
        let organisation = known.organisation;
        OrganisationInput {
            code: organisation.code,
            name: organisation.name,
            about: organisation.about.unwrap_or_default(),
            contact: organisation.contact.unwrap_or_default(),
            active: if known.is_active { "yes" } else { "" }.to_owned(),
            revision: known.revision.to_string(),
        }
    }

    /// What its fields hold, by their names.
    fn fields(&self) -> [(&'static str, &str); 4] {
        [
            ("name", self.name.as_str()),
            ("about", self.about.as_str()),
            ("contact", self.contact.as_str()),
            ("active", self.active.as_str()),
        ]
    }

    fn organisation(&self, code: &str) -> Organisation {
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        Organisation {
            code: code.to_owned(),
            name: self.name.trim().to_owned(),
            about: filled(&self.about),
            contact: filled(&self.contact),
        }
    }
}

async fn all(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    require(&op)?;
    let input = OrganisationInput {
        active: "yes".to_owned(),
        ..OrganisationInput::default()
    };
    render(&list(&app, &op, shell(&app, &op, &uri), input).await?)
}

async fn add(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Form(input): Form<OrganisationInput>,
) -> Result<Response> {
    require(&op)?;
    match enter(&app, &op, &input).await {
        Ok(()) => Ok(Redirect::to("/desk/organizations").into_response()),
        Err(problem) if problem.fields().is_empty() => Err(problem),
        Err(problem) => {
            let mut page = shell(&app, &op, &uri);
            page.errors = field_errors(&problem, &op);
            render_refused(&problem, &list(&app, &op, page, input).await?)
        }
    }
}

async fn one(State(app): State<App>, op: Op, uri: Uri, Path(code): Path<String>) -> Result<Response> {
    require(&op)?;
    let known = find(&app, &code).await?;
    let page = shell(&app, &op, &uri);
    render(&OrganisationPage::new(page, OrganisationInput::of(known)))
}

async fn change(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(code): Path<String>,
    Form(input): Form<OrganisationInput>,
) -> Result<Response> {
    require(&op)?;
    let known = find(&app, &code).await?;
    match save(&app, &op, &known, &input).await {
        Ok(()) => Ok(Redirect::to("/desk/organizations").into_response()),
        Err(problem) if problem.code() == "accounts-organisation-changed-meanwhile" => {
            overtaken(&app, &op, &uri, &code, input).await
        }
        Err(problem) if problem.fields().is_empty() => Err(problem),
        Err(problem) => refused(&app, &op, &uri, &problem, OrganisationInput { code, ..input }),
    }
}

/// Shows what was typed again, and beside each field what somebody else put there meanwhile. Saved once more, it holds.
async fn overtaken(app: &App, op: &Op, uri: &Uri, code: &str, typed: OrganisationInput) -> Result<Response> {
    let stands = OrganisationInput::of(find(app, code).await?);
    let problem = beside(typed.fields(), stands.fields());
    if problem.fields().is_empty() {
        // Somebody else wrote the same.
        return Ok(Redirect::to("/desk/organizations").into_response());
    }
    let input = OrganisationInput {
        code: stands.code,
        revision: stands.revision,
        ..typed
    };
    refused(app, op, uri, &problem, input)
}

/// Shows the form again with what is wrong.
fn refused(app: &App, op: &Op, uri: &Uri, problem: &Problem, input: OrganisationInput) -> Result<Response> {
    let mut page = shell(app, op, uri);
    page.errors = field_errors(problem, op);
    render_refused(problem, &OrganisationPage::new(page, input))
}

/// Organisations are for administrators and for stewards of all of them.
fn require(op: &Op) -> Result<()> {
    op.require(&[Role::Steward])?;
    match op.has_for(&[Role::Steward], "") {
        true => Ok(()),
        false => Err(Problem::forbidden("not-allowed")),
    }
}

async fn find(app: &App, code: &str) -> Result<KeptOrganisation> {
    let known = accounts::list_all_organisations(app).await?;
    known
        .into_iter()
        .find(|known| known.organisation.code == code)
        .ok_or_else(|| Problem::not_found("organisation-unknown").with("code", code))
}

/// Adds an organisation under a code that none has.
async fn enter(app: &App, op: &Op, input: &OrganisationInput) -> Result<()> {
    let code = input.code.trim();
    let known = accounts::list_all_organisations(app).await?;
    if known.iter().any(|known| known.organisation.code == code) {
        return Err(Problem::invalid("fields").field("code", "catalog-organisation-taken"));
    }
    let mut tx = app.db.begin().await?;
    accounts::save_organisation(&mut tx, op, &input.organisation(code)).await?;
    if input.active.is_empty() {
        accounts::close_organisation(&mut tx, op, code).await?;
    }
    search::note_shared(&mut tx).await?;
    tx.commit().await
}

/// Keeps what is said of an organisation. One that still has datasets stays in use.
async fn save(app: &App, op: &Op, known: &KeptOrganisation, input: &OrganisationInput) -> Result<()> {
    let code = &known.organisation.code;
    let is_active = !input.active.is_empty();
    if !is_active && count(app, code).await? > 0 {
        return Err(Problem::invalid("fields").field("active", "catalog-organisation-used"));
    }
    let said = KeptOrganisation {
        organisation: input.organisation(code),
        is_active,
        revision: input.revision.trim().parse().unwrap_or(known.revision),
    };
    let mut tx = app.db.begin().await?;
    accounts::change_organisation(&mut tx, op, &said).await?;
    search::note_shared(&mut tx).await?;
    tx.commit().await
}

/// How many datasets an organisation has, those too that not everybody sees.
async fn count(app: &App, code: &str) -> Result<usize> {
    let index = Index::of(app).await?;
    let all = index.all();
    Ok(all
        .filter(|entry| entry.row.state != "deleted" && entry.row.organisation.as_deref() == Some(code))
        .count())
}

async fn list(app: &App, op: &Op, page: Shell, input: OrganisationInput) -> Result<OrganisationsPage> {
    let index = Index::of(app).await?;
    let known = accounts::list_all_organisations(app).await?;
    let rows = known.into_iter().map(|kept| {
        let (known, is_active) = (kept.organisation, kept.is_active);
        let theirs = index.all().filter(|entry| {
            entry.row.state != "deleted" && entry.row.organisation.as_deref() == Some(known.code.as_str())
        });
        let n = theirs.count();
        OrganisationRow {
            n_datasets: op.lang.text("catalog-n-datasets").n("n", n).to_string(),
            code: known.code,
            name: known.name,
            contact: known.contact.unwrap_or_default(),
            is_active,
        }
    });
    Ok(OrganisationsPage::new(page, rows.collect(), input))
}

impl OrganisationForm {
    fn new(lang: Lang, input: OrganisationInput) -> OrganisationForm {
        let active = Choice::new("yes", lang.text("catalog-organisation-active"))
            .hinted(lang.text("catalog-organisation-active-hint"))
            .chosen_if(&input.active);
        OrganisationForm {
            input,
            active: vec![active],
        }
    }
}

impl OrganisationsPage {
    fn new(page: Shell, rows: Vec<OrganisationRow>, input: OrganisationInput) -> OrganisationsPage {
        let lang = page.lang;
        OrganisationsPage {
            page: page
                .titled(lang.text("catalog-organisations"))
                .crumb(lang.text("catalog-desk"), "/desk/data")
                .crumb(lang.text("catalog-organisations"), ""),
            rows,
            form: OrganisationForm::new(lang, input),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> OrganisationsPage {
        let row = OrganisationRow {
            code: "dinas-pu".into(),
            name: "Dinas <Pekerjaan Umum>".into(),
            contact: "pu@example.test".into(),
            n_datasets: lang.text("catalog-n-datasets").n("n", 3).to_string(),
            is_active: false,
        };
        OrganisationsPage::new(Shell::sample(lang), vec![row], OrganisationInput::default())
    }
}

impl OrganisationPage {
    fn new(page: Shell, input: OrganisationInput) -> OrganisationPage {
        let lang = page.lang;
        let title = match input.name.trim() {
            "" => input.code.clone(),
            name => name.to_owned(),
        };
        OrganisationPage {
            page: page
                .titled(&title)
                .crumb(lang.text("catalog-organisations"), "/desk/organizations")
                .crumb(&title, ""),
            code: input.code.clone(),
            form: OrganisationForm::new(lang, input),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> OrganisationPage {
        let input = OrganisationInput {
            code: "dinas-pu".into(),
            name: "Dinas <Pekerjaan Umum>".into(),
            about: "Roads & water".into(),
            contact: "pu@example.test".into(),
            active: "yes".into(),
            revision: "3".into(),
        };
        OrganisationPage::new(Shell::sample(lang), input)
    }
}
