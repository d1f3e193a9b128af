//! What somebody may do within one project or one of its forms, as ODK Central assigns it, and the numbers its clients know accounts by.
//!
//! The product's own roles are for places and organisations. ODK's clients assign roles to a project or a form; such a role counts
//! on requests whose address lies within that project and on no others, as the role of ours that comes nearest. A device can do
//! nothing anywhere else.

use std::{fmt, str::FromStr, sync::Arc};

use percent_encoding::percent_decode_str;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{AssignmentChanged, Reach, Reaches, UserClosed, identify, store};
use crate::platform::{
    app::App,
    db::Tx,
    op::{Grant, Op, Person, Role},
    problem::{Problem, Result},
    time::Time,
};

/// An address within a project nobody has, for whoever must know what was given within any.
pub const ANY_PROJECT: &str = "/v1/projects/0";

/// What may follow a form's id in an address.
const ENDINGS: [&str; 6] = [".xml", ".xlsx", ".xls", ".svc", ".csv", ".md"];

/// A role within a project or a form, by ODK Central's own names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProjectRole {
    Manager,
    Viewer,
    #[serde(rename = "formfill")]
    FormFill,
    AppUser,
}

impl ProjectRole {
    pub const ALL: [ProjectRole; 4] = [
        ProjectRole::Manager,
        ProjectRole::Viewer,
        ProjectRole::FormFill,
        ProjectRole::AppUser,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ProjectRole::Manager => "manager",
            ProjectRole::Viewer => "viewer",
            ProjectRole::FormFill => "formfill",
            ProjectRole::AppUser => "app-user",
        }
    }

    /// The role of ours that it is within its project.
    #[must_use]
    pub fn as_ours(self) -> Role {
        match self {
            ProjectRole::Manager => Role::Steward,
            ProjectRole::Viewer => Role::Auditor,
            ProjectRole::FormFill | ProjectRole::AppUser => Role::Enumerator,
        }
    }
}

impl fmt::Display for ProjectRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ProjectRole {
    type Err = Problem;

    fn from_str(text: &str) -> Result<ProjectRole> {
        ProjectRole::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| Problem::not_found("accounts-role-unassignable").with("role", text))
    }
}

/// A project, or one form of it, to which a role is assigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    pub id: i64,
    pub slug: String,
    /// The form's own id and its name in addresses; blank for the whole project.
    pub xml_form_id: String,
    pub form_slug: String,
}

impl Project {
    /// The same project without a form.
    #[must_use]
    pub fn whole(&self) -> Project {
        Project {
            xml_form_id: String::new(),
            form_slug: String::new(),
            ..self.clone()
        }
    }
}

/// A role that somebody was assigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assigned {
    pub user: String,
    pub role: ProjectRole,
    pub to: Project,
}

/// An account as ODK's clients see it: a person, a device or a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub id: String,
    pub kind: String,
    pub name: String,
    pub email: Option<String>,
    pub created_at: Time,
    pub closed_at: Option<Time>,
    pub signed_in_at: Option<Time>,
}

/// What somebody was given within projects.
#[derive(Debug, Default)]
pub struct Standing {
    pub is_device: bool,
    /// A token of only some roles gets no others within a project either.
    pub is_narrowed: bool,
    pub assigned: Vec<Assigned>,
}

impl Standing {
    /// Gives a person what they may do at an address; returns the only forms a device may fill there.
    pub fn settle(&self, person: &mut Person, path: &str) -> Option<Arc<[String]>> {
        let at = Place::of(path);
        if !self.is_device {
            if let Some(at) = at
                && !self.is_narrowed
            {
                let theirs = self.assigned.iter().filter(|given| at.is_within(&given.to));
                person.grants.extend(theirs.map(|given| Grant {
                    role: given.role.as_ours(),
                    place: None,
                    org: None,
                }));
            }
            return None;
        }
        let Some(at) = at else {
            person.grants.clear();
            return None;
        };
        let here = || self.assigned.iter().filter(|given| at.is_project(&given.to));
        if here().any(|given| given.to.xml_form_id.is_empty()) {
            return None;
        }
        if here().next().is_none() || (at.form.is_some() && !here().any(|given| at.is_within(&given.to))) {
            person.grants.clear();
        }
        Some(here().map(|given| given.to.xml_form_id.clone()).collect())
    }
}

/// The project, and perhaps the form, within which an address lies.
struct Place {
    project: String,
    form: Option<String>,
    /// Whether the address names both as pages do, and not by number and XForm id.
    by_slug: bool,
}

impl Place {
    fn of(path: &str) -> Option<Place> {
        let mut steps = path.trim_start_matches('/').split('/');
        let decoded = |step: &str| percent_decode_str(step).decode_utf8_lossy().into_owned();
        let by_slug = match steps.next()? {
            "v1" => {
                let mut next = steps.next()?;
                if next == "key" {
                    steps.next()?;
                    next = steps.next()?;
                }
                if next != "projects" {
                    return None;
                }
                false
            }
            "forms" => true,
            "desk" if matches!(steps.next()?, "collect" | "devices" | "links") => true,
            _ => return None,
        };
        let project = decoded(steps.next().filter(|step| !step.is_empty())?);
        let form = match (by_slug, steps.next()) {
            (true, form) => form,
            (false, Some("forms")) => steps.next(),
            (false, _) => None,
        };
        Some(Place {
            project,
            form: form.filter(|form| !form.is_empty()).map(decoded),
            by_slug,
        })
    }

    fn is_project(&self, given: &Project) -> bool {
        if self.by_slug {
            self.project == given.slug
        } else {
            self.project.parse() == Ok(given.id)
        }
    }

    /// Whether what was given covers the address: the whole project, or the form that it names.
    fn is_within(&self, given: &Project) -> bool {
        if !self.is_project(given) {
            return false;
        }
        if given.xml_form_id.is_empty() {
            return true;
        }
        let Some(form) = self.form.as_deref() else {
            return false;
        };
        if self.by_slug {
            return form == given.form_slug;
        }
        form == given.xml_form_id
            || ENDINGS
                .iter()
                .any(|ending| form.strip_suffix(ending) == Some(given.xml_form_id.as_str()))
    }
}

/// Tells whether an address lies within some project.
pub fn is_within_project(path: &str) -> bool {
    Place::of(path).is_some()
}

/// The number by which ODK's clients know an account: made from its id, so that it is the same everywhere.
#[must_use]
pub fn number_of(account: &str) -> i64 {
    let hash = Sha256::digest(account.as_bytes());
    i64::from(u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]) & 0x7fff_ffff).max(1)
}

/// Finds an account by its number.
///
/// # Errors
/// `user-unknown`.
pub async fn find_actor(app: &App, number: &str) -> Result<Actor> {
    let unknown = || Problem::not_found("user-unknown");
    let number: i64 = number.parse().map_err(|_| unknown())?;
    if let Some(found) = store::people::find_by_number(app.db.read(), number).await? {
        return Ok(found);
    }
    // Accounts of before numbers are told theirs when somebody asks for one.
    let unnumbered = store::people::list_unnumbered(app.db.read()).await?;
    if !unnumbered.iter().any(|account| number_of(account) == number) {
        return Err(unknown());
    }
    let mut tx = app.db.begin().await?;
    for account in &unnumbered {
        store::people::set_number(&mut tx, account).await?;
    }
    tx.commit().await?;
    store::people::find_by_number(app.db.read(), number)
        .await?
        .ok_or_else(unknown)
}

/// Finds accounts by their ids, closed ones among them.
///
/// # Errors
/// When the database fails.
pub async fn list_actors(app: &App, ids: &[String]) -> Result<Vec<Actor>> {
    store::people::list_by_id(app.db.read(), ids).await
}

/// Assigns a role within a project or a form. A device that could fill all forms of its project then fills only those assigned.
///
/// `org` is the organisation the project belongs to.
///
/// # Errors
/// `not-allowed` for anybody but stewards, for people's roles those of everything the project is about;
/// `accounts-role-unassignable` for a device's role given to a person, or the other way about.
pub async fn assign(
    app: &App,
    tx: &mut Tx,
    op: &Op,
    actor: &Actor,
    role: ProjectRole,
    to: &Project,
    org: Option<&str>,
) -> Result<()> {
    may_assign(app, op, role, org).await?;
    if (actor.kind == "device") != (role == ProjectRole::AppUser) || actor.closed_at.is_some() {
        return Err(Problem::invalid("accounts-role-unassignable").with("role", role));
    }
    let given = Assigned {
        user: actor.id.clone(),
        role,
        to: to.clone(),
    };
    if actor.kind == "device" && !to.xml_form_id.is_empty() {
        store::people::delete_assigned(tx, &actor.id, role, &to.whole()).await?;
    }
    store::people::insert_assigned(tx, &given, op.at, &op.who.label()).await?;
    identify::forget(app);
    tx.emit(op, &AssignmentChanged::of(&given, true)).await
}

/// Takes an assigned role away.
///
/// # Errors
/// `not-allowed` as [`assign`]; `grant-unknown` when it was not assigned.
pub async fn unassign(
    app: &App,
    tx: &mut Tx,
    op: &Op,
    actor: &Actor,
    role: ProjectRole,
    to: &Project,
    org: Option<&str>,
) -> Result<()> {
    may_assign(app, op, role, org).await?;
    if !store::people::delete_assigned(tx, &actor.id, role, to).await? {
        return Err(Problem::not_found("grant-unknown"));
    }
    identify::forget(app);
    let taken = Assigned {
        user: actor.id.clone(),
        role,
        to: to.clone(),
    };
    tx.emit(op, &AssignmentChanged::of(&taken, false)).await
}

/// A device may be told its forms by every steward; only who may see everything of a project lets other people see it.
async fn may_assign(app: &App, op: &Op, role: ProjectRole, org: Option<&str>) -> Result<()> {
    op.require(&[Role::Steward])?;
    let is_enough = role == ProjectRole::AppUser
        || Reaches::of(app, op).await?.over(&[Role::Steward], org) == Reach::Everywhere;
    match is_enough {
        true => Ok(()),
        false => Err(Problem::forbidden("not-allowed")),
    }
}

/// Lists who was assigned what in a project and its forms, by name.
///
/// # Errors
/// `not-allowed` for those who may not see who works in it.
pub async fn list_assigned_to(app: &App, op: &Op, project: i64) -> Result<Vec<(Assigned, Actor)>> {
    op.require(&[Role::Steward, Role::Producer, Role::Auditor])?;
    let given = store::people::list_assigned_to(app.db.read(), project).await?;
    let ids: Vec<String> = given.iter().map(|given| given.user.clone()).collect();
    let actors = list_actors(app, &ids).await?;
    let found = given.into_iter().filter_map(|given| {
        let actor = actors
            .iter()
            .find(|actor| actor.id == given.user && actor.closed_at.is_none())?;
        Some((given, actor.clone()))
    });
    let mut found: Vec<_> = found.collect();
    found.sort_by(|(a, x), (b, y)| {
        (&x.name, &x.id, &a.to.xml_form_id).cmp(&(&y.name, &y.id, &b.to.xml_form_id))
    });
    Ok(found)
}

/// Withdraws a device or a link for good: its token holds no longer.
///
/// # Errors
/// `not-allowed` for anybody but stewards; `user-unknown` when it is a person, or closed already.
pub async fn close_device(app: &App, tx: &mut Tx, op: &Op, device: &str) -> Result<()> {
    op.require(&[Role::Steward])?;
    let found = store::people::list_by_id(app.db.read(), &[device.to_owned()]).await?;
    if found.first().is_none_or(|actor| actor.kind == "person")
        || !store::close_user(tx, device, op.at).await?
    {
        return Err(Problem::not_found("user-unknown"));
    }
    identify::forget(app);
    tx.emit(
        op,
        &UserClosed {
            user: device.to_owned(),
        },
    )
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::op::Proof;

    fn given(role: ProjectRole, xml_form_id: &str, form_slug: &str) -> Assigned {
        Assigned {
            user: "u".into(),
            role,
            to: Project {
                id: 3,
                slug: "census".into(),
                xml_form_id: xml_form_id.into(),
                form_slug: form_slug.into(),
            },
        }
    }

    fn roles_at(standing: &Standing, path: &str) -> (Vec<Role>, Option<Vec<String>>) {
        let mut person = Person {
            id: "u".into(),
            name: "U".into(),
            email: String::new(),
            grants: vec![Grant {
                role: Role::Enumerator,
                place: None,
                org: None,
            }],
            proof: Proof::Token { id: "t".into() },
        };
        let forms = standing.settle(&mut person, path);
        (
            person.grants.iter().map(|grant| grant.role).collect(),
            forms.map(|forms| forms.to_vec()),
        )
    }

    #[test]
    fn a_role_in_a_project_counts_within_its_addresses_and_nowhere_else() {
        let standing = Standing {
            assigned: vec![given(ProjectRole::Manager, "", "")],
            ..Standing::default()
        };
        for path in [
            "/v1/projects/3",
            "/v1/projects/3/forms/a%20b/draft",
            "/v1/key/x/projects/3/formList",
            "/desk/collect/census/household",
            "/forms/census/household",
        ] {
            assert_eq!(
                roles_at(&standing, path).0,
                [Role::Enumerator, Role::Steward],
                "{path}"
            );
        }
        for path in [
            "/v1/projects",
            "/v1/projects/33",
            "/v1/users",
            "/desk/collect",
            "/desk/people/3",
            "/forms/other/x",
        ] {
            assert_eq!(roles_at(&standing, path).0, [Role::Enumerator], "{path}");
        }
    }

    #[test]
    fn a_role_in_a_form_counts_for_that_form_whatever_ending_its_address_has() {
        let standing = Standing {
            assigned: vec![given(ProjectRole::Viewer, "a b", "a_b")],
            ..Standing::default()
        };
        for path in [
            "/v1/projects/3/forms/a%20b.svc/Submissions",
            "/v1/projects/3/forms/a%20b",
            "/desk/collect/census/a_b",
        ] {
            assert_eq!(
                roles_at(&standing, path).0,
                [Role::Enumerator, Role::Auditor],
                "{path}"
            );
        }
        for path in ["/v1/projects/3/forms/other", "/v1/projects/3"] {
            assert_eq!(roles_at(&standing, path).0, [Role::Enumerator], "{path}");
        }
    }

    #[test]
    fn a_device_may_do_nothing_outside_its_project_and_fills_the_forms_it_was_given() {
        let whole = Standing {
            is_device: true,
            assigned: vec![given(ProjectRole::AppUser, "", "")],
            ..Standing::default()
        };
        assert_eq!(
            roles_at(&whole, "/v1/key/x/projects/3/submission"),
            (vec![Role::Enumerator], None)
        );
        assert_eq!(roles_at(&whole, "/v1/key/x/projects/4/submission").0, []);
        assert_eq!(roles_at(&whole, "/requests/new").0, []);
        let one = Standing {
            is_device: true,
            assigned: vec![given(ProjectRole::AppUser, "a", "a")],
            ..Standing::default()
        };
        assert_eq!(
            roles_at(&one, "/v1/key/x/projects/3/formList"),
            (vec![Role::Enumerator], Some(vec!["a".into()]))
        );
        assert_eq!(
            roles_at(&one, "/v1/key/x/projects/3/forms/a.xml").0,
            [Role::Enumerator]
        );
        assert_eq!(roles_at(&one, "/v1/key/x/projects/3/forms/b.xml").0, []);
    }

    #[test]
    fn a_token_of_only_some_roles_gets_no_others_in_a_project() {
        let standing = Standing {
            is_narrowed: true,
            assigned: vec![given(ProjectRole::Manager, "", "")],
            ..Standing::default()
        };
        assert_eq!(roles_at(&standing, "/v1/projects/3").0, [Role::Enumerator]);
    }
}
