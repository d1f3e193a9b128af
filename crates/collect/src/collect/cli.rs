//! `baraza form convert` and `baraza form publish`.

use std::path::{Path, PathBuf};

use anyhow::Context;
use bytes::Bytes;

use super::Definition;
use crate::{
    accounts,
    platform::{app::App, op::Op},
};

/// A form that was published from the command line.
#[derive(Debug)]
pub struct PublishedForm {
    pub project: i64,
    pub form_id: String,
    pub version: String,
    /// Where it is filled in a browser.
    pub path: String,
    pub warnings: Vec<String>,
    /// Files the form names that nobody has given yet.
    pub missing_files: Vec<String>,
}

/// Converts a workbook to an XForm; returns it with the warnings for its author.
///
/// # Errors
/// When the file cannot be read, or with everything that keeps it from being a form.
pub fn convert(file: &Path, form_name: Option<String>) -> anyhow::Result<(String, Vec<String>)> {
    let (bytes, name) = load(file)?;
    let (converted, _) = super::publish::convert(&bytes, name, form_name)?;
    let warnings = converted.warnings.iter().map(ToString::to_string).collect();
    Ok((converted.xform, warnings))
}

/// Publishes a workbook or XForm with its files in a project, which is added, for an organisation if one is named, when there is
/// none of that name.
///
/// # Errors
/// When a file cannot be read or the form cannot be published; the message names the file and the remedy.
pub async fn publish(
    app: &App,
    file: &Path,
    project: &str,
    organisation: Option<&str>,
    attachments: &[PathBuf],
) -> anyhow::Result<PublishedForm> {
    let op = Op::system(app.clock.now());
    let definition = read(file, None)?;
    if let Some(code) = organisation {
        let known = accounts::list_organisations(app).await?;
        anyhow::ensure!(
            known.iter().any(|known| known.code == code),
            "there is no organisation {code:?}; there are: {}",
            known
                .iter()
                .map(|known| known.code.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        );
    }
    let project = super::save_project(app, &op, project, organisation).await?;
    let form = super::save_draft(app, &op, &project, &definition).await?;
    for attachment in attachments {
        let name = attachment
            .file_name()
            .and_then(|name| name.to_str())
            .with_context(|| format!("{} has no file name", attachment.display()))?;
        let bytes = std::fs::read(attachment).with_context(|| format!("read {}", attachment.display()))?;
        super::give_file(app, &op, &form, name, Bytes::from(bytes))
            .await
            .with_context(|| format!("attach {}", attachment.display()))?;
    }
    let version = super::publish(app, &op, &form, None).await?;
    let files = super::store::list_form_files(app.db.read(), &version.id).await?;
    Ok(PublishedForm {
        project: project.id,
        path: format!("/forms/{}/{}", form.project_slug, form.slug),
        form_id: form.xml_form_id,
        version: version.version,
        warnings: definition.warnings,
        missing_files: files
            .into_iter()
            .filter(|file| file.blob.is_none())
            .map(|file| file.name)
            .collect(),
    })
}

fn read(file: &Path, form_name: Option<String>) -> anyhow::Result<Definition> {
    let (bytes, name) = load(file)?;
    Ok(Definition::read(Bytes::from(bytes), name, form_name)?)
}

fn load(file: &Path) -> anyhow::Result<(Vec<u8>, &str)> {
    let bytes = std::fs::read(file).with_context(|| format!("read {}", file.display()))?;
    let name = file
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    Ok((bytes, name))
}
