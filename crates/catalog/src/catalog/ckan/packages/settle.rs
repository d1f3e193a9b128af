//! What a call has to be judged by, and the dataset as it will be.

use std::collections::BTreeSet;

use formats::ckan::{
    answer::Failure,
    call::Call,
    instant::Instant,
    package::input::{
        Asks, Facts, Known, Owner, Ownership, PackageInput, Purpose, Settled, Standing, Unowned,
    },
};

use crate::{
    catalog::{
        ckan::{
            failed,
            shape::{self, Entry, Shared},
        },
        model,
        store::{self, portal},
    },
    platform::{
        app::App,
        id,
        op::{Op, Role},
    },
};

/// Looks up what a call has to be judged by, and makes the dataset as it will be.
pub(super) async fn settle(
    app: &App,
    op: &Op,
    shared: &Shared,
    call: &Call,
    current: Option<&Entry>,
) -> Result<Settled, Failure> {
    let purpose = match current {
        None => Purpose::Create,
        Some(entry) => Purpose::Update(&entry.package),
    };
    let asks = Asks::of(call, purpose);
    let pool = app.db.read();
    let unowned = match model::may_write(op, None) {
        true => Unowned::Allowed,
        false => Unowned::Refused,
    };
    let mut facts = Facts {
        standing: standing(op, current),
        unowned,
        ..Facts::default()
    };
    if let Some(id) = &asks.id {
        let found = portal::find_slug(pool, id).await.map_err(failed)?;
        facts.is_id_taken = found.is_some();
    }
    if let Some(name) = &asks.name {
        let found = store::find_dataset(pool, name).await.map_err(failed)?;
        facts.is_name_taken = found.is_some_and(|found| current.is_none_or(|entry| entry.row.id != found.id));
    }
    if let Some(owner) = &asks.owner_org {
        facts.owner = match shared.publisher(owner).filter(|known| known.state == "active") {
            None => Owner::Unknown,
            Some(known) if model::may_write(op, Some(&known.code)) => Owner::Open { id: known.id.clone() },
            Some(known) => Owner::Closed { id: known.id.clone() },
        };
    }
    let mut foreign = BTreeSet::new();
    for id in &asks.resources {
        // One that was deleted stays with its dataset, and so does what was received for it.
        let found = portal::find_dataset_of(pool, id).await.map_err(failed)?;
        if found.is_some_and(|(slug, _)| current.is_none_or(|entry| entry.row.slug != slug)) {
            foreign.insert(id.clone());
        }
    }
    facts.foreign_resources = foreign;
    let input = PackageInput::read(call, purpose, &facts)?;
    let groups: Vec<_> = input
        .group_keys()
        .filter_map(|key| shared.theme(key))
        .filter(|theme| theme.state == "active")
        .map(|theme| shared.group(theme).as_group_name())
        .collect();
    let owner = match &input.owner_org {
        Some(Ownership::Organization { id }) => Some(id.clone()),
        Some(Ownership::Nobody) => None,
        None => current.and_then(|entry| entry.package.owner_org.clone()),
    };
    let known = Known {
        organization: owner
            .and_then(|id| shared.publisher(&id).cloned())
            .map(|known| shape::organisation(&known).in_package()),
        groups,
        license: input.license_id.as_deref().and_then(|id| shared.licence(id)),
        creator_user_id: None,
        language: shared.language().to_owned(),
    };
    let at = op.at;
    Ok(
        input.settle(current.map(|entry| &entry.package), known, Instant(at.0), || {
            id::fresh(at)
        }),
    )
}

fn standing(op: &Op, current: Option<&Entry>) -> Standing {
    let is_steward = match current.and_then(|entry| entry.row.organisation.as_deref()) {
        Some(code) => op.has_for(&[Role::Steward], code),
        None => op.has_for(&[Role::Steward], ""),
    };
    if op.has(&[Role::Admin]) {
        Standing::Sysadmin
    } else if is_steward {
        Standing::Manager
    } else {
        Standing::Member
    }
}
