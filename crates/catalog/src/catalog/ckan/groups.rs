//! Organisations, and themes, which CKAN calls groups: one shape to CKAN, two things here.

use formats::ckan::{
    actions::Action,
    answer::Failure,
    call::Call,
    edit,
    group::{Facts, Group, GroupInput, Kind, Purpose},
    instant::Instant,
    lists::{self, Autocomplete, Direction, GroupList, GroupShow, GroupSort, MyGroups, With},
};
use serde_json::Value;

use super::{
    failed,
    shape::{self, Entry, Shared},
};
use crate::{
    accounts,
    catalog::{
        ThemeSaved,
        index::Index,
        store::{portal, search},
    },
    platform::{
        app::App,
        db::Tx,
        id,
        op::{Op, Role},
        problem::Result as Outcome,
    },
};

/// Datasets that an organisation's or a theme's entry shows at most.
const MOST_DATASETS: usize = 1_000;

type Answer = Result<Value, Failure>;

/// Which of the two an action is about.
fn kind_of(action: Action) -> Kind {
    match action.name().starts_with("organization") {
        true => Kind::Organization,
        false => Kind::Group,
    }
}

/// All of a kind, those that are gone too.
fn all(shared: &Shared, kind: Kind) -> Vec<Group> {
    match kind {
        Kind::Organization => shared.publishers.iter().map(shape::organisation).collect(),
        Kind::Group => shared.themes.iter().map(|theme| shared.group(theme)).collect(),
    }
}

/// The organisation or theme with an id or a name.
pub fn find(shared: &Shared, kind: Kind, id_or_name: &str) -> Option<Group> {
    match kind {
        Kind::Organization => shared.publisher(id_or_name).map(shape::organisation),
        Kind::Group => shared.theme(id_or_name).map(|theme| shared.group(theme)),
    }
}

/// The one that a call names, unless it is gone.
fn named(shared: &Shared, kind: Kind, call: &Call) -> Result<Group, Failure> {
    let id = lists::id(call)?;
    find(shared, kind, &id)
        .filter(|group| group.state == "active")
        .ok_or_else(|| Failure::NotFound(String::new()))
}

fn holds(group: &Group, entry: &Entry) -> bool {
    match group.kind {
        Kind::Organization => entry.row.organisation.as_deref() == Some(&group.name),
        Kind::Group => entry.package.groups.iter().any(|known| known.name == group.name),
    }
}

fn count(group: &Group, public: &[&Entry]) -> u64 {
    public.iter().filter(|entry| holds(group, entry)).count() as u64
}

/// Fills in what was asked for beside the group itself.
fn filled(mut group: Group, with: With, public: &[&Entry]) -> Group {
    group.package_count = with.dataset_count.then(|| count(&group, public));
    if with.datasets {
        let datasets = public.iter().filter(|entry| holds(&group, entry));
        let datasets = datasets.take(MOST_DATASETS);
        group.packages = Some(
            datasets
                .map(|entry| Value::Object(entry.package.write()))
                .collect(),
        );
    }
    if !with.extras {
        group.extras = Vec::new();
    }
    // Members are people, and nobody's affair.
    group.users = with.users.then(Vec::new);
    group.groups = with.groups.then(Vec::new);
    group
}

pub async fn list(app: &App, _: &Op, action: Action, call: &Call) -> Answer {
    let kind = kind_of(action);
    let asked = GroupList::read(call, kind)?;
    let index = Index::of(app).await.map_err(failed)?;
    let public = index.public();
    let q = asked.q.to_lowercase();
    let mut groups: Vec<(Group, u64)> = all(&index.shared, kind)
        .into_iter()
        .filter(|group| group.state == "active")
        .filter(|group| asked.names.is_empty() || asked.names.contains(&group.name))
        .filter(|group| {
            let texts = [
                Some(&group.name),
                group.title.as_ref(),
                group.description.as_ref(),
            ];
            texts
                .into_iter()
                .flatten()
                .any(|text| text.to_lowercase().contains(&q))
        })
        .map(|group| {
            let n = count(&group, &public);
            (group, n)
        })
        .collect();
    groups.sort_by(|(a, n), (b, m)| {
        let order = match asked.sort {
            GroupSort::Name => a.name.cmp(&b.name),
            GroupSort::Title => a
                .display_name()
                .to_lowercase()
                .cmp(&b.display_name().to_lowercase()),
            GroupSort::PackageCount => n.cmp(m),
        };
        match asked.direction {
            Direction::Ascending => order,
            Direction::Descending => order.reverse(),
        }
    });
    let page = lists::Page {
        limit: Some(asked.limit),
        offset: asked.offset,
    };
    Ok(super::packages::read::paged(groups.into_iter(), page)
        .map(|(group, _)| match &asked.detail {
            None => Value::from(group.name),
            Some(detail) => Value::Object(filled(group, detail.with, &public).write()),
        })
        .collect())
}

pub async fn show(app: &App, _: &Op, action: Action, call: &Call) -> Answer {
    let asked = GroupShow::read(call)?;
    let index = Index::of(app).await.map_err(failed)?;
    let group = find(&index.shared, kind_of(action), &asked.id)
        .filter(|group| group.state == "active")
        .ok_or_else(|| Failure::NotFound(String::new()))?;
    Ok(Value::Object(filled(group, asked.with, &index.public()).write()))
}

/// Those for which the caller may enter datasets: to manage one takes a steward.
pub async fn mine(app: &App, op: &Op, action: Action, call: &Call) -> Answer {
    let kind = kind_of(action);
    let asked = MyGroups::read(call)?;
    let index = Index::of(app).await.map_err(failed)?;
    let public = index.public();
    let roles: &[Role] = match asked.permission.as_str() {
        "read" => &crate::catalog::model::READERS,
        "create_dataset" | "update_dataset" | "delete_dataset" => &crate::catalog::model::WRITERS,
        _ => &[Role::Steward],
    };
    let may = |group: &Group| match kind {
        Kind::Organization => op.has_for(roles, &group.name),
        Kind::Group => op.has(roles),
    };
    Ok(all(&index.shared, kind)
        .into_iter()
        .filter(|group| group.state == "active" && asked.user.is_none() && may(group))
        .map(|mut group| {
            group.package_count = asked.with_dataset_count.then(|| count(&group, &public));
            Value::Object(group.write())
        })
        .collect())
}

pub async fn complete(app: &App, action: Action, call: &Call) -> Answer {
    let asked = Autocomplete::read(call, 20)?;
    let shared = Shared::read(app).await.map_err(failed)?;
    let q = asked.q.to_lowercase();
    let most = usize::try_from(asked.limit).unwrap_or(usize::MAX);
    Ok(all(&shared, kind_of(action))
        .into_iter()
        .filter(|group| group.state == "active")
        .filter(|group| group.name.contains(&q) || group.display_name().to_lowercase().contains(&q))
        .take(most)
        .map(|group| Value::Object(group.write_short()))
        .collect())
}

pub async fn packages(app: &App, op: &Op, call: &Call) -> Answer {
    let (id, limit) = lists::group_packages(call)?;
    let index = Index::of(app).await.map_err(failed)?;
    let group = find(&index.shared, Kind::Group, &id).ok_or_else(|| Failure::NotFound(String::new()))?;
    let most = limit.map_or(MOST_DATASETS, |limit| {
        usize::try_from(limit).unwrap_or(usize::MAX)
    });
    Ok(index
        .seen(op)
        .into_iter()
        .filter(|entry| entry.row.state == "active" && holds(&group, entry))
        .take(most.min(MOST_DATASETS))
        .map(|entry| Value::Object(entry.package.write()))
        .collect())
}

pub async fn create(app: &App, op: &Op, action: Action, call: &Call) -> Answer {
    let kind = kind_of(action);
    may_manage(op)?;
    let shared = Shared::read(app).await.map_err(failed)?;
    let text = |key: &str| call.fields.get(key).and_then(Value::as_str).unwrap_or_default();
    let (name, id) = (text("name"), text("id"));
    let facts = Facts {
        is_sysadmin: op.has(&[Role::Admin]),
        may_change_state: true,
        is_id_taken: all(&shared, kind).iter().any(|known| known.id == id),
        is_name_taken: all(&shared, kind).iter().any(|known| known.name == name),
    };
    let purpose = Purpose::Create(kind);
    let input = GroupInput::read(call, purpose, facts)?;
    let at = op.at;
    let group = input.settle(purpose, Instant(at.0), || id::fresh(at));
    keep(app, op, &group).await?;
    shown(app, &group).await
}

pub async fn update(app: &App, op: &Op, action: Action, call: Call) -> Answer {
    let kind = kind_of(action);
    may_manage(op)?;
    let shared = Shared::read(app).await.map_err(failed)?;
    let subject = lists::id(&call)?;
    let current = find(&shared, kind, &subject).ok_or_else(|| Failure::NotFound(String::new()))?;
    let call = match action {
        Action::OrganizationPatch | Action::GroupPatch => edit::group_patch(&current, call),
        _ => call,
    };
    let name = call.fields.get("name").and_then(Value::as_str);
    let is_renamed = name.is_some_and(|name| name != current.name);
    if is_renamed && kind == Kind::Organization {
        // Roles, requests and addresses everywhere name it by its code.
        return Err(Failure::field(
            "name",
            "The name of an organisation stays as it is",
        ));
    }
    let facts = Facts {
        is_sysadmin: op.has(&[Role::Admin]),
        may_change_state: true,
        is_id_taken: false,
        is_name_taken: is_renamed
            && all(&shared, kind)
                .iter()
                .any(|known| Some(known.name.as_str()) == name),
    };
    let purpose = Purpose::Update(&current);
    let input = GroupInput::read(&call, purpose, facts)?;
    let group = input.settle(purpose, Instant(op.at.0), || current.id.clone());
    keep(app, op, &group).await?;
    shown(app, &group).await
}

pub async fn delete(app: &App, op: &Op, action: Action, call: &Call) -> Answer {
    let kind = kind_of(action);
    may_manage(op)?;
    let index = Index::of(app).await.map_err(failed)?;
    let mut group = named(&index.shared, kind, call)?;
    if kind == Kind::Organization {
        let is_used = index
            .all()
            .any(|entry| entry.row.state != "deleted" && holds(&group, entry));
        if is_used {
            let why = "Organization cannot be deleted while it still has datasets";
            return Err(Failure::field("message", why));
        }
    }
    group.state = "deleted".to_owned();
    keep(app, op, &group).await?;
    Ok(Value::Null)
}

fn may_manage(op: &Op) -> Result<(), Failure> {
    match op.has_for(&[Role::Steward], "") {
        true => Ok(()),
        false => Err(Failure::Denied(
            "a steward of all organisations is needed".to_owned(),
        )),
    }
}

async fn keep(app: &App, op: &Op, group: &Group) -> Result<(), Failure> {
    let mut tx = app.db.begin().await.map_err(failed)?;
    keep_in(&mut tx, op, group).await.map_err(failed)?;
    tx.commit().await.map_err(failed)
}

async fn keep_in(tx: &mut Tx, op: &Op, group: &Group) -> Outcome<()> {
    match group.kind {
        Kind::Organization => {
            accounts::put_publisher(tx, op, &shape::publisher_of(group)).await?;
            search::note_shared(tx).await
        }
        Kind::Group => {
            portal::put_theme(tx, &shape::theme_of(group)).await?;
            let theme = group.name.clone();
            tx.emit(op, &ThemeSaved { theme }).await
        }
    }
}

async fn shown(app: &App, group: &Group) -> Answer {
    let index = Index::of(app).await.map_err(failed)?;
    let kept = find(&index.shared, group.kind, &group.id).ok_or(Failure::Internal)?;
    let with = With {
        dataset_count: true,
        extras: true,
        users: true,
        groups: true,
        ..With::default()
    };
    Ok(Value::Object(filled(kept, with, &index.public()).write()))
}
