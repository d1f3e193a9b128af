//! What a run brought, what is different here, and what was left there.

use std::fmt;

use serde::Serialize;

use crate::collect::model::Form;

/// What a run did.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    pub url: String,
    /// Accounts that stand for people, devices and links of there.
    pub people: usize,
    /// People whose role on the whole server came along.
    pub roles: Vec<String>,
    pub projects: Vec<ProjectReport>,
    pub left: Vec<String>,
}

#[derive(Debug, Default, Serialize)]
pub struct ProjectReport {
    pub there: i64,
    pub here: i64,
    pub name: String,
    pub devices: usize,
    pub assignments: usize,
    pub forms: Vec<FormReport>,
    pub lists: Vec<ListReport>,
    pub left: Vec<String>,
}

#[derive(Debug, Default, Serialize)]
pub struct FormReport {
    pub xml_form_id: String,
    pub versions: usize,
    pub workbooks: usize,
    pub files: usize,
    pub has_draft: bool,
    pub links: usize,
    pub submissions_there: usize,
    pub submissions_here: usize,
    /// Of those, the ones that this run brought.
    pub submissions_new: usize,
    pub edits_there: usize,
    pub edits_here: usize,
    pub attachments: usize,
    pub comments: usize,
    pub reviews: usize,
    /// What is here and not as it is there.
    pub different: Vec<String>,
    /// What stayed there.
    pub left: Vec<String>,
    #[serde(skip)]
    pub form: Option<Form>,
}

#[derive(Debug, Default, Serialize)]
pub struct ListReport {
    pub name: String,
    pub properties: usize,
    pub entities_there: usize,
    pub entities_here: usize,
    pub versions: usize,
    pub different: Vec<String>,
    pub left: Vec<String>,
}

impl Report {
    /// Tells whether everything is here that can come.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.projects.iter().all(|project| {
            project.forms.iter().all(|form| form.different.is_empty())
                && project.lists.iter().all(|list| list.different.is_empty())
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {} accounts", self.url, self.people)?;
        for role in &self.roles {
            writeln!(f, "  on the whole server: {role}")?;
        }
        for project in &self.projects {
            writeln!(
                f,
                "project {} is {} here: {}; {} devices (print their new codes), {} roles",
                project.there, project.here, project.name, project.devices, project.assignments
            )?;
            for form in &project.forms {
                writeln!(
                    f,
                    "  form {}: {} versions ({} workbooks, {} files){}, {} links",
                    form.xml_form_id,
                    form.versions,
                    form.workbooks,
                    form.files,
                    if form.has_draft { ", a draft" } else { "" },
                    form.links
                )?;
                writeln!(
                    f,
                    "    submissions: {} there, {} here, {} new; edits: {} there, {} here; {} attachments, {} comments, {} reviews",
                    form.submissions_there,
                    form.submissions_here,
                    form.submissions_new,
                    form.edits_there,
                    form.edits_here,
                    form.attachments,
                    form.comments,
                    form.reviews
                )?;
                tell(f, "    different", &form.different)?;
                tell(f, "    left", &form.left)?;
            }
            for list in &project.lists {
                writeln!(
                    f,
                    "  entity list {}: {} properties; entities: {} there, {} here, {} versions",
                    list.name, list.properties, list.entities_there, list.entities_here, list.versions
                )?;
                tell(f, "    different", &list.different)?;
                tell(f, "    left", &list.left)?;
            }
            tell(f, "  left", &project.left)?;
        }
        tell(f, "left", &self.left)?;
        writeln!(
            f,
            "{}",
            if self.is_whole() {
                "everything that can come is here"
            } else {
                "some things are different here: see above, and run it again"
            }
        )
    }
}

/// Writes notes, one a line; beyond a page of them, only how many more there are.
fn tell(f: &mut fmt::Formatter<'_>, what: &str, notes: &[String]) -> fmt::Result {
    const MOST: usize = 40;
    for note in notes.iter().take(MOST) {
        writeln!(f, "{what}: {note}")?;
    }
    match notes.len() {
        n if n > MOST => writeln!(f, "{what}: and {} more, all of them with --json", n - MOST),
        _ => Ok(()),
    }
}
