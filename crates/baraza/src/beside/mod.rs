//! Two truths side by side: what users, provider, households, requests and offices say of one facility, on one page, criterion by
//! criterion, each with its period, place, people and maker.
//!
//! Any two of them are compared by rules alone ([`model::compare`]): what they are of, where, when, of whom, and whether their units
//! turn into points. Where a comparison would mislead, its reason stands in place of the gap. Which indicator or service says
//! something about a standard criterion is kept by stewards, over what is shipped. Scores come from `scorecards` as everybody may see
//! them, so nothing of them is here before both sides agreed, and no small group ever.
//!
//! Deliberately absent: one number made of several sources, a ranking of facilities.

use std::sync::Arc;

use axum::{Router, routing::get};
use serde::Serialize;

use crate::{
    indicators,
    platform::{
        app::App,
        events::Event,
        kept,
        op::{Op, Role},
        problem::{Kind, Problem, Result},
    },
    requests::library,
};
use model::{
    Source,
    link::{self, Link},
};

pub mod desk;
mod files;
mod gather;
pub mod model;
pub mod pages;
mod print;
mod store;
pub mod words;

pub use gather::{Beside, Compared, Part, Row, Told, in_meeting, public};

/// Who reads the links at the desk.
pub const READERS: [Role; 2] = [Role::Steward, Role::Auditor];
/// Who keeps them.
const KEEPERS: [Role; 1] = [Role::Steward];

/// What a steward said of a link.
#[derive(Serialize)]
pub struct LinkSaid {
    pub kind: String,
    pub standard: String,
    pub source: &'static str,
    pub code: String,
    /// `kept` or `withdrawn`.
    pub what: &'static str,
}

impl Event for LinkSaid {
    const NAME: &'static str = "beside.link-said";
    fn subject(&self) -> String {
        format!("beside/{}/{}", self.kind, self.standard)
    }
}

/// The routes of this slice.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/facilities/{facility}/beside", get(pages::show))
        .route("/facilities/{facility}/beside.json", get(pages::as_json))
        .route("/facilities/{facility}/beside.csv", get(pages::as_csv))
        .route("/facilities/{facility}/beside.pdf", get(pages::as_pdf))
        .route("/desk/beside", get(desk::show).post(desk::change))
        .route("/desk/beside/{round}/sheet.pdf", get(desk::sheet))
}

/// Returns every link with what was said of it last, withdrawn ones too; one statement where nothing changed.
///
/// # Errors
/// When the database fails.
pub async fn links(app: &App) -> Result<Arc<Vec<Link>>> {
    kept::kept(app, store::LINKS, || async {
        Ok(link::in_force(link::shipped(), store::list(&app.db).await?))
    })
    .await
}

/// Keeps a link, or withdraws it: from now on what is said here holds.
///
/// # Errors
/// `not-allowed` for anybody but stewards; `beside-indicator-unknown` and `beside-service-unknown` on the field of a code that is not
/// known.
pub async fn say(app: &App, op: &Op, link: &Link) -> Result<()> {
    op.require(&KEEPERS)?;
    if !link.is_withdrawn {
        check_codes(app, link).await?;
    }
    let said = LinkSaid {
        kind: link.key.kind.clone(),
        standard: link.key.standard.clone(),
        source: link.key.source.as_str(),
        code: link.key.code.clone(),
        what: if link.is_withdrawn { "withdrawn" } else { "kept" },
    };
    let mut tx = app.db.begin().await?;
    store::insert(&mut tx, op, link).await?;
    tx.emit(op, &said).await?;
    tx.commit().await
}

/// Checks that there are the indicators and the service that a link names.
async fn check_codes(app: &App, link: &Link) -> Result<()> {
    let mut problem = Problem::invalid("fields");
    let of_indicators = match link.key.source {
        Source::Requests => link.people_code.as_deref().map(|code| ("people_code", code)),
        _ => Some(("code", link.key.code.as_str())),
    };
    if let Some((field, code)) = of_indicators {
        match indicators::find(app, code).await {
            Ok(_) => {}
            Err(unknown) if unknown.kind() == Kind::NotFound => {
                problem = problem.field(field, "beside-indicator-unknown");
            }
            Err(failed) => return Err(failed),
        }
    }
    if link.key.source == Source::Requests && library::current(app).await?.service(&link.key.code).is_err() {
        problem = problem.field("code", "beside-service-unknown");
    }
    match problem.fields().is_empty() {
        true => Ok(()),
        false => Err(problem),
    }
}
