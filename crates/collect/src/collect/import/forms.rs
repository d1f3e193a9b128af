//! Forms of the other server: every version with its workbook and files, the draft, and whether answers are taken.

use anyhow::Context;

use super::{
    Run,
    remote::{self, FormFile, Version, encoded},
    report::FormReport,
    time,
};
use crate::{
    collect::{
        self, Definition, KEEPERS,
        entities::lists::{self, Link},
        model::{Form, FormState, Project},
        publish, store,
    },
    platform::{
        i18n::Lang,
        problem::{Kind, Problem},
    },
};

/// What Central calls a version without a name in addresses.
const BLANK: &str = "___";

/// Which of a form's definitions is brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Published,
    Draft,
}

impl Stage {
    fn word(self) -> &'static str {
        match self {
            Stage::Published => "version",
            Stage::Draft => "draft",
        }
    }
}

impl Run<'_> {
    /// Brings a form's versions, the oldest first, then its draft.
    pub(super) async fn form(
        &self,
        at: &str,
        project: &Project,
        there: &remote::Form,
    ) -> anyhow::Result<FormReport> {
        let mut report = FormReport {
            xml_form_id: there.xml_form_id.clone(),
            ..FormReport::default()
        };
        let mut versions: Vec<Version> = self
            .remote
            .find_extended(&format!("{at}/versions"))
            .await?
            .unwrap_or_default();
        versions.sort_by(|a, b| a.published_at.cmp(&b.published_at));
        for version in &versions {
            let step = if version.version.is_empty() {
                BLANK.to_owned()
            } else {
                encoded(&version.version)
            };
            if version.key_id.as_ref().is_some_and(|key| !key.is_null()) {
                report.left.push(format!(
                    "version {:?} is encrypted; its answers cannot be read here",
                    version.version
                ));
            }
            let base = format!("{at}/versions/{step}");
            if self
                .version(&base, project, there, version, Stage::Published, &mut report)
                .await?
            {
                report.versions += 1;
            }
        }
        if let Some(draft) = self
            .remote
            .find_extended::<Version>(&format!("{at}/draft"))
            .await?
        {
            report.has_draft = self
                .version(
                    &format!("{at}/draft"),
                    project,
                    there,
                    &draft,
                    Stage::Draft,
                    &mut report,
                )
                .await?;
        }
        report.form = store::find_form(self.app.db.read(), project.id, &there.xml_form_id).await?;
        Ok(report)
    }

    /// Brings one version; tells whether it is here now.
    async fn version(
        &self,
        base: &str,
        project: &Project,
        form: &remote::Form,
        there: &Version,
        stage: Stage,
        report: &mut FormReport,
    ) -> anyhow::Result<bool> {
        let kind = stage.word();
        let mark = there.hash.clone().unwrap_or_default();
        let ending = match there.excel_content_type.as_deref() {
            Some("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet") => Some("xlsx"),
            Some("application/vnd.ms-excel") => Some("xls"),
            Some("text/csv") => Some("csv"),
            Some("text/markdown") => Some("md"),
            _ => None,
        };
        let files: Vec<FormFile> = self
            .remote
            .find(&format!("{base}/attachments"))
            .await?
            .unwrap_or_default();
        let n_here = files
            .iter()
            .filter(|file| file.exists && file.blob_exists != Some(false))
            .count();
        if self
            .marked(kind, base)
            .await?
            .is_some_and(|(known, _)| known == mark)
        {
            report.files += n_here;
            report.workbooks += usize::from(ending.is_some());
            return Ok(true);
        }
        let Some(xml) = self.remote.bytes(&format!("{base}.xml")).await? else {
            report
                .left
                .push(format!("{kind} {:?}: its definition is not there", there.version));
            return Ok(false);
        };
        let md5 = formats::openrosa::md5_hex(&xml);
        let mut definition = match Definition::read(xml, "form.xml", None) {
            Ok(definition) => definition,
            Err(problem) => {
                report.left.push(format!(
                    "{kind} {:?}: {}",
                    there.version,
                    problem.sentence(Lang::default())
                ));
                return Ok(false);
            }
        };
        if formats::openrosa::md5_hex(definition.xform.as_bytes()) != md5 {
            report.different.push(format!(
                "{kind} {:?}: blanks before its first tag are gone",
                there.version
            ));
        }
        if let Some(ending) = ending
            && let Some(workbook) = self.remote.bytes(&format!("{base}.{ending}")).await?
        {
            definition.workbook = Some((workbook, ending));
            report.workbooks += 1;
        }
        let moment = match stage {
            Stage::Draft => there.created_at.as_deref(),
            Stage::Published => there.published_at.as_deref(),
        };
        let op = self.op(None, time(moment.or(form.created_at.as_deref()), self.app));
        let ours = publish::save_draft(self.app, &op, project, &definition).await?;
        for file in files.iter().filter(|file| file.exists) {
            self.form_file(base, &op, &ours, file, report).await?;
        }
        if stage == Stage::Published {
            match publish(self.app, &op, &ours, None).await {
                Ok(_) => {}
                Err(problem) if problem.kind() == Kind::Conflict => {
                    report.different.push(format!(
                        "version {:?}: {}",
                        there.version,
                        problem.sentence(Lang::default())
                    ));
                    return Ok(false);
                }
                Err(problem) => return Err(problem).context("publish a version"),
            }
        }
        self.mark(kind, base, &mark, &ours.id).await?;
        Ok(true)
    }

    /// Gives the draft one of its files, or makes it the list of entities that it is there.
    async fn form_file(
        &self,
        base: &str,
        op: &crate::platform::op::Op,
        form: &Form,
        file: &FormFile,
        report: &mut FormReport,
    ) -> anyhow::Result<()> {
        let told = |problem: &Problem| format!("file {}: {}", file.name, problem.sentence(Lang::default()));
        let given = if file.dataset_exists == Some(true) && file.blob_exists != Some(true) {
            lists::link_file(self.app, op, form, &file.name, Link::List).await
        } else {
            let path = format!("{base}/attachments/{}", encoded(&file.name));
            let Some(bytes) = self.remote.bytes(&path).await? else {
                report
                    .left
                    .push(format!("file {} is not there any more", file.name));
                return Ok(());
            };
            let md5 = formats::openrosa::md5_hex(&bytes);
            if file
                .hash
                .as_ref()
                .is_some_and(|hash| !hash.is_empty() && *hash != md5)
            {
                report.different.push(format!(
                    "file {} came with another content than its hash says",
                    file.name
                ));
            }
            report.files += 1;
            publish::give_file(self.app, op, form, &file.name, bytes).await
        };
        match given {
            Ok(()) => Ok(()),
            Err(problem) if problem.kind() == Kind::Internal => Err(problem).context("give a file"),
            Err(problem) => {
                report.left.push(told(&problem));
                Ok(())
            }
        }
    }

    /// Takes answers, or takes no more, as the form does there.
    pub(super) async fn settle_state(&self, form: &Form, there: &remote::Form) -> anyhow::Result<()> {
        let state = match there.state.as_deref() {
            Some("closing") => FormState::Closing,
            Some("closed") => FormState::Closed,
            _ => FormState::Open,
        };
        self.set_state(form, state).await
    }

    /// Opens or closes a form, if it is not so already.
    pub(super) async fn set_state(&self, form: &Form, state: FormState) -> anyhow::Result<()> {
        let now = collect::form(self.app, form.project_id, &form.xml_form_id).await?;
        if now.state != state {
            let op = self.op(None, self.app.clock.now());
            op.require(&KEEPERS)?;
            collect::change_form(self.app, &op, &now, now.audience, state).await?;
        }
        Ok(())
    }
}
