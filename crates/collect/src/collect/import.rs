//! Bringing projects from another server over ODK Central's own API: `baraza import central URL`.
//!
//! Everything comes in through the doors that everybody uses, each thing at the time it was made there and by whoever made it there,
//! so that dates, submitters, edits and reviews stay what they were. What was brought whole is marked; a run that is cut off is run
//! again and goes on, and a run over what is here changes nothing. What cannot come (encrypted answers, tokens of devices) is named.
//!
//! Deliberately absent: what was thrown away there, answers to drafts, the other server's audit trail.

mod entities;
mod forms;
mod people;
mod remote;
mod report;
mod submissions;

use anyhow::Context;

use self::{
    people::People,
    remote::{Remote, encoded},
};
use super::{model::Project, store};
use crate::platform::{
    app::App,
    id,
    op::{Grant, Limits, Op, Person, Proof, Role, Who},
    time::Time,
};

pub use report::{FormReport, ListReport, ProjectReport, Report};

/// What is to be brought, and from where.
pub struct Wanted {
    pub url: String,
    pub email: String,
    pub password: String,
    /// Numbers of the only projects to bring; all when there is none.
    pub projects: Vec<i64>,
    /// Whether the files that came with submissions come, too.
    pub with_media: bool,
}

/// A run: where it brings from, and what it knows already.
struct Run<'a> {
    app: &'a App,
    remote: Remote,
    /// The other server among those that something was brought from.
    source: String,
    with_media: bool,
    why: String,
    tell: &'a (dyn Fn(&str) + Send + Sync),
}

/// Brings projects from another server; `tell` is told how far it is.
///
/// # Errors
/// When the other server cannot be reached or signed in to, when it fails again and again, or when our own database does: run it again.
pub async fn from_central(
    app: &App,
    wanted: Wanted,
    tell: &(dyn Fn(&str) + Send + Sync),
) -> anyhow::Result<Report> {
    let remote = Remote::sign_in(&wanted.url, &wanted.email, wanted.password).await?;
    let site = remote.site().to_owned();
    let mut tx = app.db.begin().await?;
    let source =
        store::import::save_source(&mut tx, &id::fresh(app.clock.now()), &site, app.clock.now()).await?;
    tx.commit().await?;
    let run = Run {
        app,
        remote,
        source,
        with_media: wanted.with_media,
        why: format!("import central {site}"),
        tell,
    };
    let mut report = Report {
        url: site,
        ..Report::default()
    };
    let mut people = People::of(&run, &mut report).await?;
    let there: Vec<remote::Project> = run.remote.list("/projects").await?;
    for number in &wanted.projects {
        anyhow::ensure!(
            there.iter().any(|project| project.id == *number),
            "the other server shows no project {number}; projects there: {}",
            there
                .iter()
                .map(|project| format!("{} ({})", project.id, project.name))
                .collect::<Vec<_>>()
                .join(", ")
        );
    }
    for project in there {
        if !wanted.projects.is_empty() && !wanted.projects.contains(&project.id) {
            continue;
        }
        let named = format!("bring project {} ({})", project.id, project.name);
        let brought = run.project(&project, &mut people).await.context(named)?;
        report.projects.push(brought);
    }
    report.people = people.count();
    Ok(report)
}

impl Run<'_> {
    async fn project(&self, there: &remote::Project, people: &mut People) -> anyhow::Result<ProjectReport> {
        (self.tell)(&format!("project {}: {}", there.id, there.name));
        let here = self.place(there).await?;
        let base = format!("/projects/{}", there.id);
        let mut report = ProjectReport {
            there: there.id,
            here: here.id,
            name: there.name.clone(),
            ..ProjectReport::default()
        };
        self.entity_lists(&base, &here, &mut report).await?;
        self.devices(&base, &here, people, &mut report).await?;
        let mut forms: Vec<remote::Form> = self.remote.list_extended(&format!("{base}/forms")).await?;
        forms.sort_by(|a, b| a.created_at.cmp(&b.created_at));
        for form in &forms {
            let named = format!("bring form {}", form.xml_form_id);
            let at = format!("{base}/forms/{}", encoded(&form.xml_form_id));
            (self.tell)(&format!("  form {}", form.xml_form_id));
            let mut brought = self.form(&at, &here, form).await.context(named.clone())?;
            if let Some(ours) = brought.form.clone() {
                self.links(&at, &ours, people, &mut brought)
                    .await
                    .context(named.clone())?;
                self.submissions(&at, &ours, form, people, &mut brought)
                    .await
                    .context(named.clone())?;
                self.settle_state(&ours, form).await.context(named)?;
            }
            report.forms.push(brought);
        }
        // Roles in a form need the form to be here.
        self.assignments(&base, &here, people, &mut report).await?;
        self.entities(&base, &here, people, &mut report).await?;
        let gone: Vec<remote::Form> = self
            .remote
            .find(&format!("{base}/forms?deleted=true"))
            .await?
            .unwrap_or_default();
        for form in gone.iter().filter(|form| form.deleted_at.is_some()) {
            report
                .left
                .push(format!("form {} is in the trash there", form.xml_form_id));
        }
        Ok(report)
    }

    /// Finds the project that was brought before, or adds it.
    async fn place(&self, there: &remote::Project) -> anyhow::Result<Project> {
        let key = there.id.to_string();
        if let Some((_, ours)) = self.marked("project", &key).await? {
            let number = ours.parse().context("read the number of a project")?;
            return Ok(super::project(self.app, number).await?);
        }
        let op = self.op(None, time(there.created_at.as_deref(), self.app));
        let name = match there.name.trim() {
            "" => format!("Project {}", there.id),
            name => name.to_owned(),
        };
        let wanted = super::model::slug_of(&name);
        let mut tx = self.app.db.begin().await?;
        let mut n = 1;
        let number = loop {
            let slug = if n == 1 {
                wanted.clone()
            } else {
                format!("{wanted}_{n}")
            };
            if let Some(number) = store::insert_project(&mut tx, &slug, &name, None, op.at).await? {
                break number;
            }
            n += 1;
        };
        tx.emit(&op, &super::ProjectAdded { project: number }).await?;
        let mark = store::import::Mark {
            source: &self.source,
            kind: "project",
            key: &key,
            mark: "",
            ours: &number.to_string(),
        };
        store::import::mark(&mut tx, &mark, self.app.clock.now()).await?;
        tx.commit().await?;
        let project = super::project(self.app, number).await?;
        let description = there
            .description
            .as_deref()
            .filter(|text| !text.trim().is_empty());
        if description.is_some() || there.archived.unwrap_or_default() {
            super::change_project(
                self.app,
                &op,
                &project,
                None,
                description.map(Some),
                there.archived,
            )
            .await?;
        }
        Ok(project)
    }

    /// The circumstances of something that was done on the other server.
    fn op(&self, account: Option<&str>, at: Time) -> Op {
        let who = match account {
            None => Who::System,
            Some(account) => Who::Person(Person {
                id: account.to_owned(),
                name: String::new(),
                email: String::new(),
                grants: vec![Grant {
                    role: Role::Admin,
                    place: None,
                    org: None,
                }],
                proof: Proof::Token { id: "import".into() },
            }),
        };
        Op {
            who,
            why: Some(self.why.chars().take(500).collect()),
            limits: Limits {
                is_brought: true,
                ..Limits::default()
            },
            ..Op::system(at)
        }
    }

    /// What was noted when something was brought: its mark, and what it is here.
    async fn marked(&self, kind: &str, key: &str) -> anyhow::Result<Option<(String, String)>> {
        Ok(store::import::find(self.app.db.read(), &self.source, kind, key).await?)
    }

    /// Notes that something was brought whole.
    async fn mark(&self, kind: &str, key: &str, mark: &str, ours: &str) -> anyhow::Result<()> {
        let mut tx = self.app.db.begin().await?;
        let mark = store::import::Mark {
            source: &self.source,
            kind,
            key,
            mark,
            ours,
        };
        store::import::mark(&mut tx, &mark, self.app.clock.now()).await?;
        Ok(tx.commit().await?)
    }
}

/// Reads a time of the other server; what has none is of now.
fn time(text: Option<&str>, app: &App) -> Time {
    text.and_then(|text| Time::parse(text).ok())
        .unwrap_or_else(|| app.clock.now())
}
