//! The administrator's page of one account: its roles, its password, its end. Each change asks why.

use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
    routing::get,
};
use serde::Deserialize;

use super::{
    identify,
    model::{self, Listed, Organisation, Password},
    words,
};
use crate::{
    places,
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        op::{Grant, Op, Role},
        page::{render_refused, shell},
        problem::{Kind, Problem, Result},
        told,
    },
};

pub fn routes() -> Router<App> {
    Router::new().route("/desk/people/{user}", get(show).post(change))
}

#[derive(Template)]
#[template(path = "accounts/person.html")]
pub struct PersonPage {
    pub page: Shell,
    pub person: Listed,
    /// Each role that the person has, in words.
    pub grants: Vec<(Grant, String)>,
    pub roles: Vec<Choice>,
    pub organisations: Vec<Choice>,
    pub input: ChangeInput,
    pub may_change: bool,
    pub has_password: bool,
}

/// What is to become of an account.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct ChangeInput {
    /// `give`, `take`, `password` or `close`.
    pub act: String,
    pub role: String,
    pub place: String,
    pub org: String,
    pub password: String,
    pub why: String,
}

impl ChangeInput {
    /// The role that is given or taken.
    fn grant(&self) -> Result<Grant> {
        let filled = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        Ok(Grant {
            role: self.role.parse()?,
            place: filled(&self.place),
            org: filled(&self.org),
        })
    }
}

/// What the page says once the account was changed.
const CHANGED: &str = "accounts-told-changed";

async fn show(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(user): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let person = super::find_listed(&app, &op, &user).await?;
    let page = told::shell_with(&headers, shell(&app, &op, &uri), &[CHANGED]);
    let organisations = super::list_organisations(&app).await?;
    let page = person_page(&op, page, person, ChangeInput::default(), &organisations);
    told::render_once(&headers, &uri, &page)
}

async fn change(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(user): Path<String>,
    headers: HeaderMap,
    Form(input): Form<ChangeInput>,
) -> Result<Response> {
    op.require(&[Role::Admin])?;
    let person = super::find_listed(&app, &op, &user).await?;
    match carry_out(&app, &op, &user, &input).await {
        Ok(()) => {
            identify::forget(&app);
            let to = format!("/desk/people/{user}");
            Ok(told::redirect(&app, &headers, &to, CHANGED))
        }
        Err(problem) if problem.kind() == Kind::Internal => Err(problem),
        Err(problem) => {
            let mut page = shell(&app, &op, &uri);
            page.errors = words::errors(&op, &problem, &input.role, "why");
            for error in &mut page.errors {
                // Every form of the page asks why; the error leads to the one that was sent.
                if error.field == "why" {
                    error.field = format!("{}-why", input.act);
                }
            }
            let organisations = super::list_organisations(&app).await?;
            render_refused(&problem, &person_page(&op, page, person, input, &organisations))
        }
    }
}

async fn carry_out(app: &App, op: &Op, user: &str, input: &ChangeInput) -> Result<()> {
    let op = &op.because(&input.why)?;
    let mut tx = app.db.begin().await?;
    match input.act.as_str() {
        "give" => {
            let wanted = input.grant()?;
            let role = match &wanted.place {
                Some(place) => format!("{}@{place}", wanted.role),
                None => wanted.role.to_string(),
            };
            let places = places::all(app).await?;
            let organisations = super::list_organisations(app).await?;
            let org = model::parse_organisation(&input.org, &organisations)?;
            let grant = model::parse_grant(&role, org, &places)?;
            super::grant(&mut tx, op, user, &grant).await?;
        }
        "take" => super::revoke(&mut tx, op, user, &input.grant()?).await?,
        "password" => {
            super::reset_password(&mut tx, op, user, Password::parse(input.password.clone())?).await?;
        }
        "close" => super::close_user(&mut tx, op, user).await?,
        _ => return Err(Problem::invalid("request-malformed")),
    }
    tx.commit().await
}

fn person_page(
    op: &Op,
    page: Shell,
    person: Listed,
    input: ChangeInput,
    organisations: &[Organisation],
) -> PersonPage {
    let in_words = |grant: &Grant| (grant.clone(), words::grant(op.lang, grant));
    PersonPage {
        grants: person.grants.iter().map(in_words).collect(),
        roles: words::role_choices(op.lang, &input.role),
        organisations: words::organisation_choices(op.lang, organisations, &input.org),
        page: page
            .titled(&person.name)
            .crumb(op.lang.text("accounts-people"), "/desk/people")
            .crumb(&person.name, ""),
        may_change: op.has(&[Role::Admin]) && !person.is_closed,
        has_password: person.kind != "device",
        person,
        input,
    }
}
