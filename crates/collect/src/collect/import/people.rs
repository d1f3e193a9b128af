//! Who did something on the other server, as accounts of here.
//!
//! People come with their e-mail and no password: they choose one by the mail of "Forgotten your password?". A role on the whole
//! server comes along where somebody had none here. Devices come by name, with the forms they fill; their tokens cannot, so that each
//! needs a new code. Who is gone there gets an account that nobody can use.

use std::collections::HashMap;

use anyhow::Context;

use super::{
    Run,
    remote::{self, Actor, Assignment, Role as RemoteRole},
    report::{FormReport, ProjectReport, Report},
    time,
};
use crate::{
    accounts::{self, ProjectRole, model::NewUser},
    collect::{
        devices, links,
        model::{Form, Project},
        store,
    },
    platform::op::Grant,
};

/// Accounts by the numbers of the other server.
#[derive(Default)]
pub struct People {
    ours: HashMap<i64, String>,
    emails: HashMap<i64, String>,
}

impl People {
    /// Brings everybody who may sign in there, as far as we are shown them, and their roles on the whole server.
    pub async fn of(run: &Run<'_>, report: &mut Report) -> anyhow::Result<People> {
        let mut people = People::default();
        let users: Vec<Actor> = run.remote.find("/users").await?.unwrap_or_default();
        if users.is_empty() {
            report
                .left
                .push("people who did nothing in these projects: this account is not shown them".into());
        }
        for user in &users {
            if let Some(email) = &user.email {
                people.emails.insert(user.id, email.clone());
            }
        }
        for user in &users {
            people.account(run, user, None).await?;
        }
        let roles: Vec<RemoteRole> = run.remote.find("/roles").await?.unwrap_or_default();
        let held: Vec<Assignment> = run.remote.find("/assignments").await?.unwrap_or_default();
        for assignment in &held {
            people.role(run, &roles, assignment, report).await?;
        }
        Ok(people)
    }

    pub fn count(&self) -> usize {
        self.ours.len()
    }

    /// Gives somebody their role on the whole server, where they are new here.
    async fn role(
        &self,
        run: &Run<'_>,
        roles: &[RemoteRole],
        held: &Assignment,
        report: &mut Report,
    ) -> anyhow::Result<()> {
        let Some(account) = held.actor_id.and_then(|id| self.ours.get(&id)) else {
            return Ok(());
        };
        let system = system_of(roles, held.role_id);
        let Some(role) = accounts::role_everywhere(system) else {
            return Ok(());
        };
        let key = format!("{}:{account}", held.role_id);
        if run.marked("role", &key).await?.is_some() {
            return Ok(());
        }
        let known = accounts::list_actors(run.app, std::slice::from_ref(account)).await?;
        let Some(known) = known.first().filter(|known| known.closed_at.is_none()) else {
            return Ok(());
        };
        let op = run.op(None, run.app.clock.now());
        let listed = accounts::find_listed(run.app, &op, account).await?;
        let email = known.email.clone().unwrap_or_default();
        if listed.grants.is_empty() {
            let grant = Grant {
                role,
                place: None,
                org: None,
            };
            let mut tx = run.app.db.begin().await?;
            accounts::grant(&mut tx, &op, account, &grant).await?;
            tx.commit().await?;
            report.roles.push(format!("{email} is {role}"));
        } else {
            report
                .left
                .push(format!("{email} keeps the roles held here; there: {system}"));
        }
        run.mark("role", &key, "", account).await
    }

    /// Finds the account that stands for somebody, or adds it.
    pub async fn account(
        &mut self,
        run: &Run<'_>,
        there: &Actor,
        email: Option<&str>,
    ) -> anyhow::Result<String> {
        if let Some(known) = self.ours.get(&there.id) {
            return Ok(known.clone());
        }
        let key = there.id.to_string();
        if let Some((_, ours)) = run.marked("account", &key).await? {
            self.ours.insert(there.id, ours.clone());
            return Ok(ours);
        }
        let email = email
            .map(str::to_owned)
            .or_else(|| self.emails.get(&there.id).cloned())
            .or_else(|| there.email.clone())
            .filter(|_| there.deleted_at.is_none());
        let op = run.op(None, time(there.created_at.as_deref(), run.app));
        let name: String = match there.display_name.trim() {
            "" => "–".to_owned(),
            name => name.chars().take(120).collect(),
        };
        let known = match &email {
            Some(email) => accounts::find_user(run.app, email).await.ok().flatten(),
            None => None,
        };
        let new = email.and_then(|email| NewUser::parse(&email, &name, None).ok());
        let mut tx = run.app.db.begin().await?;
        let ours = match (known, new) {
            (Some(known), _) => known,
            (None, Some(new)) => accounts::add_user(&mut tx, &op, new, &[]).await?,
            (None, None) => accounts::add_former(&mut tx, &op, kind_of(&there.kind), &name).await?,
        };
        let mark = store::import::Mark {
            source: &run.source,
            kind: "account",
            key: &key,
            mark: "",
            ours: &ours,
        };
        store::import::mark(&mut tx, &mark, run.app.clock.now()).await?;
        tx.commit().await?;
        self.ours.insert(there.id, ours.clone());
        Ok(ours)
    }

    /// The account of somebody who is named, or of one whose number alone is told.
    pub async fn named(
        &mut self,
        run: &Run<'_>,
        actor: Option<&Actor>,
        number: Option<i64>,
    ) -> anyhow::Result<Option<String>> {
        if let Some(actor) = actor {
            return self.account(run, actor, None).await.map(Some);
        }
        // A number of nobody we were told of stands for nobody.
        Ok(number.and_then(|number| self.ours.get(&number).cloned()))
    }
}

fn kind_of(kind: &str) -> &'static str {
    match kind {
        "field_key" => "device",
        "public_link" | "singleUse" => "link",
        _ => "person",
    }
}

fn system_of(roles: &[RemoteRole], id: i64) -> &str {
    roles
        .iter()
        .find(|role| role.id == id)
        .and_then(|role| role.system.as_deref())
        .unwrap_or_default()
}

impl Run<'_> {
    /// Brings the devices of a project by name; each needs a new code.
    pub async fn devices(
        &self,
        base: &str,
        project: &Project,
        people: &mut People,
        report: &mut ProjectReport,
    ) -> anyhow::Result<()> {
        let path = format!("{base}/app-users");
        let Some(devices) = self.remote.find_extended::<Vec<DeviceThere>>(&path).await? else {
            report.left.push("devices: this account is not shown them".into());
            return Ok(());
        };
        for device in devices {
            report.devices += 1;
            let key = device.actor.id.to_string();
            if let Some((_, ours)) = self.marked("account", &key).await? {
                people.ours.insert(device.actor.id, ours);
                continue;
            }
            let maker = match &device.created_by {
                Some(maker) => Some(people.account(self, maker, None).await?),
                None => None,
            };
            let op = self.op(
                maker.as_deref(),
                time(device.actor.created_at.as_deref(), self.app),
            );
            let name: String = match device.actor.display_name.trim() {
                "" => format!("Device {key}"),
                name => name.chars().take(120).collect(),
            };
            let mut tx = self.app.db.begin().await?;
            let ours = devices::bring(&mut tx, &op, project, &name).await?;
            let mark = store::import::Mark {
                source: &self.source,
                kind: "account",
                key: &key,
                mark: "",
                ours: &ours,
            };
            store::import::mark(&mut tx, &mark, self.app.clock.now()).await?;
            tx.commit().await?;
            people.ours.insert(device.actor.id, ours);
        }
        Ok(())
    }

    /// Brings the links of a form, under new addresses.
    pub async fn links(
        &self,
        at: &str,
        form: &Form,
        people: &mut People,
        report: &mut FormReport,
    ) -> anyhow::Result<()> {
        let path = format!("{at}/public-links");
        let found: Vec<remote::Link> = self.remote.find_extended(&path).await?.unwrap_or_default();
        // A link without a token was withdrawn there.
        for link in found.iter().filter(|link| link.token.is_some()) {
            report.links += 1;
            let key = link.id.to_string();
            if let Some((_, ours)) = self.marked("account", &key).await? {
                people.ours.insert(link.id, ours);
                continue;
            }
            let maker = match &link.created_by {
                Some(maker) => Some(people.account(self, maker, None).await?),
                None => None,
            };
            let op = self.op(maker.as_deref(), time(link.created_at.as_deref(), self.app));
            let name: String = match link.display_name.trim() {
                "" => format!("Link {key}"),
                name => name.chars().take(120).collect(),
            };
            let made = links::add(self.app, &op, form, &name, link.once.unwrap_or_default()).await?;
            self.mark("account", &key, "", &made.user).await?;
            people.ours.insert(link.id, made.user);
        }
        Ok(())
    }

    /// Brings who was assigned what in a project and its forms.
    pub async fn assignments(
        &self,
        base: &str,
        project: &Project,
        people: &mut People,
        report: &mut ProjectReport,
    ) -> anyhow::Result<()> {
        let roles: Vec<RemoteRole> = self.remote.find("/roles").await?.unwrap_or_default();
        let mut held: Vec<Assignment> = self
            .remote
            .find_extended(&format!("{base}/assignments"))
            .await?
            .unwrap_or_default();
        let in_forms: Vec<Assignment> = self
            .remote
            .find_extended(&format!("{base}/assignments/forms"))
            .await?
            .unwrap_or_default();
        held.extend(in_forms);
        for assignment in &held {
            let Ok(role) = system_of(&roles, assignment.role_id).parse::<ProjectRole>() else {
                continue;
            };
            let number = assignment
                .actor_id
                .or(assignment.actor.as_ref().map(|actor| actor.id));
            let Some(account) = people.named(self, assignment.actor.as_ref(), number).await? else {
                continue;
            };
            let form = match &assignment.xml_form_id {
                Some(id) => match store::find_form(self.app.db.read(), project.id, id).await? {
                    Some(form) => Some(form),
                    None => continue,
                },
                None => None,
            };
            report.assignments += 1;
            let form_id = form
                .as_ref()
                .map(|form| form.xml_form_id.as_str())
                .unwrap_or_default();
            let key = format!("{}/{form_id}/{role}/{account}", project.id);
            if self.marked("assignment", &key).await?.is_some() {
                continue;
            }
            let op = self.op(None, self.app.clock.now());
            let number = accounts::number_of(&account).to_string();
            match devices::assign(self.app, &op, project, form.as_ref(), role, &number).await {
                Ok(()) => {}
                Err(problem) if problem.kind() == crate::platform::problem::Kind::Internal => {
                    return Err(problem).context("assign a role");
                }
                Err(problem) => report.left.push(format!(
                    "role {role} of {}: {}",
                    assignment
                        .actor
                        .as_ref()
                        .map_or("somebody", |actor| actor.display_name.as_str()),
                    problem.code()
                )),
            }
            self.mark("assignment", &key, "", &account).await?;
        }
        Ok(())
    }
}

/// A device, with who added it.
#[derive(serde::Deserialize)]
struct DeviceThere {
    #[serde(flatten)]
    actor: Actor,
    #[serde(rename = "createdBy")]
    created_by: Option<Actor>,
}
