//! Organisations that publish, and what catalogues show of them.

use serde::Serialize;

use crate::platform::{
    app::App,
    db::Tx,
    events::Event,
    op::{Op, Role},
    problem::{Problem, Result},
};

use super::{
    model::{self, KeptOrganisation, Organisation, Publisher},
    store,
};

/// An organisation was added, or what is known of it changed.
#[derive(Serialize)]
pub struct OrganisationSaved {
    pub organisation: String,
}

impl Event for OrganisationSaved {
    const NAME: &'static str = "accounts.organisation-saved";
    fn subject(&self) -> String {
        format!("organisation/{}", self.organisation)
    }
}

/// An organisation was taken out of use.
#[derive(Serialize)]
pub struct OrganisationClosed {
    pub organisation: String,
}

impl Event for OrganisationClosed {
    const NAME: &'static str = "accounts.organisation-closed";
    fn subject(&self) -> String {
        format!("organisation/{}", self.organisation)
    }
}

/// Adds an organisation, or changes what is known of it and puts it in use again.
///
/// # Errors
/// `not-allowed` for anybody but administrators and stewards; `code-malformed` on field `code`; `name-missing`, `name-long`.
pub async fn save_organisation(tx: &mut Tx, op: &Op, organisation: &Organisation) -> Result<()> {
    op.require(&[Role::Steward])?;
    let code = &organisation.code;
    let is_code = (1..=40).contains(&code.len())
        && code
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !is_code {
        return Err(Problem::invalid("fields").field("code", "code-malformed"));
    }
    model::parse_name(&organisation.name)?;
    store::save_organisation(tx, organisation, op.at).await?;
    note(tx, op, code, Change::Said).await
}

/// Changes what is known of an organisation that is there, whatever its code looks like, and whether it is in use. Its revision is the one
/// that whoever changes it has looked at.
///
/// # Errors
/// `not-allowed` for anybody but administrators and stewards; `name-missing`, `name-long`;
/// `accounts-organisation-changed-meanwhile` when it is at another revision.
pub async fn change_organisation(tx: &mut Tx, op: &Op, kept: &KeptOrganisation) -> Result<()> {
    op.require(&[Role::Steward])?;
    model::parse_name(&kept.organisation.name)?;
    let code = &kept.organisation.code;
    let closes = !kept.is_active && store::is_organisation_in_use(tx, code).await?;
    if !store::change_organisation(tx, kept).await? {
        return Err(Problem::conflict("accounts-organisation-changed-meanwhile"));
    }
    note(tx, op, code, Change::Said).await?;
    match closes {
        true => note(tx, op, code, Change::Closed).await,
        false => Ok(()),
    }
}

/// Lists organisations by name.
///
/// # Errors
/// When the database fails.
pub async fn list_organisations(app: &App) -> Result<Vec<Organisation>> {
    store::list_organisations(app.db.read()).await
}

/// Lists organisations as catalogues show them, by code; those that are gone too.
///
/// # Errors
/// When the database fails.
pub async fn list_publishers(app: &App) -> Result<Vec<Publisher>> {
    store::list_publishers(app.db.read()).await
}

/// Adds an organisation as a catalogue shows it, or changes the one with its code; its name in addresses was checked before.
///
/// # Errors
/// `not-allowed` for anybody but administrators and stewards.
pub async fn put_publisher(tx: &mut Tx, op: &Op, publisher: &Publisher) -> Result<()> {
    op.require(&[Role::Steward])?;
    let closes = publisher.state != "active" && store::is_organisation_in_use(tx, &publisher.code).await?;
    store::put_publisher(tx, publisher).await?;
    let change = if closes { Change::Closed } else { Change::Said };
    note(tx, op, &publisher.code, change).await
}

/// Lists all organisations by name, those too that are out of use.
///
/// # Errors
/// When the database fails.
pub async fn list_all_organisations(app: &App) -> Result<Vec<KeptOrganisation>> {
    store::list_all_organisations(app.db.read()).await
}

/// Takes an organisation out of use: catalogues show it no longer, and nothing can be given to it until it is saved again.
///
/// # Errors
/// `not-allowed` for anybody but administrators and stewards.
pub async fn close_organisation(tx: &mut Tx, op: &Op, code: &str) -> Result<()> {
    op.require(&[Role::Steward])?;
    store::close_organisation(tx, code).await?;
    note(tx, op, code, Change::Closed).await
}

/// What happened to an organisation.
#[derive(Clone, Copy)]
enum Change {
    /// It was added, or something was said of it.
    Said,
    Closed,
}

async fn note(tx: &mut Tx, op: &Op, code: &str, change: Change) -> Result<()> {
    let organisation = code.to_owned();
    match change {
        Change::Said => tx.emit(op, &OrganisationSaved { organisation }).await,
        Change::Closed => tx.emit(op, &OrganisationClosed { organisation }).await,
    }
}
