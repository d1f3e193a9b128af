//! Submissions of the other server: every edit with its files, what was said of it, and what it was found worth.

use std::collections::{HashMap, HashSet};

use anyhow::Context;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};

use super::{
    Run,
    people::People,
    remote::{self, Actor, Attachment, Comment, PAGE, Submission, SubmissionVersion, encoded},
    report::FormReport,
    time,
};
use crate::{
    collect::{
        self, Delivery,
        model::{Filed, Form, FormState, NewFile, ReviewState},
        reading, reviews, store,
    },
    platform::{i18n::Lang, problem::Kind},
};

/// Submissions that are fetched at the same time.
const AT_ONCE: usize = 6;

/// A submission with everything about it, before any of it is filed.
struct Fetched {
    there: Submission,
    mark: String,
    /// The first filing, then its edits.
    edits: Vec<FetchedEdit>,
    comments: Vec<Comment>,
    left: Vec<String>,
    different: Vec<String>,
}

struct FetchedEdit {
    version: SubmissionVersion,
    xml: Bytes,
    files: Vec<NewFile>,
}

impl Run<'_> {
    pub(super) async fn submissions(
        &self,
        at: &str,
        form: &Form,
        there: &remote::Form,
        people: &mut People,
        report: &mut FormReport,
    ) -> anyhow::Result<()> {
        if there.published_at.is_none() {
            return Ok(());
        }
        let mut listed = self.listed(at).await?;
        // The oldest first, so that lists here stand in the order in which they were filed; lists there begin with the newest.
        listed.reverse();
        listed.sort_by(|a, b| a.created_at.cmp(&b.created_at));
        report.submissions_there = listed.len();
        let within = format!("{at}/");
        let known: HashMap<String, String> =
            store::import::list(self.app.db.read(), &self.source, "submission", &within)
                .await?
                .into_iter()
                .map(|(key, mark, _)| (key, mark))
                .collect();
        let due: Vec<Submission> = listed
            .iter()
            .filter(|there| {
                known.get(&format!("{within}{}", there.instance_id)) != Some(&self.mark_of(there))
            })
            .cloned()
            .collect();
        if !due.is_empty() {
            self.set_state(form, FormState::Open).await?;
            self.bring_all(at, form, due, people, report).await?;
        }
        self.compare(at, form, &listed, report).await
    }

    /// Fetches some at a time, and files one after the other.
    async fn bring_all(
        &self,
        at: &str,
        form: &Form,
        due: Vec<Submission>,
        people: &mut People,
        report: &mut FormReport,
    ) -> anyhow::Result<()> {
        let n_due = due.len();
        let mut fetched = stream::iter(due)
            .map(|there| async move {
                let named = there.instance_id.clone();
                self.fetch(at, there)
                    .await
                    .with_context(|| format!("fetch {named}"))
            })
            .buffered(AT_ONCE);
        let mut n = 0;
        while let Some(fetched) = fetched.try_next().await? {
            self.bring(at, form, fetched, people, report).await?;
            n += 1;
            if n % 500 == 0 {
                (self.tell)(&format!("    {n} of {n_due} submissions"));
            }
        }
        Ok(())
    }

    /// Lists a form's submissions page by page.
    async fn listed(&self, at: &str) -> anyhow::Result<Vec<Submission>> {
        let mut all: Vec<Submission> = Vec::new();
        let mut seen = HashSet::new();
        loop {
            let path = format!("{at}/submissions?limit={PAGE}&offset={}", all.len());
            let page: Vec<Submission> = self.remote.list_extended(&path).await?;
            let n = page.len();
            let before = all.len();
            // A server that knows no pages gives everything again.
            all.extend(
                page.into_iter()
                    .filter(|each| seen.insert(each.instance_id.clone())),
            );
            if n < PAGE || all.len() == before || n > PAGE {
                return Ok(all);
            }
        }
    }

    /// Tells whether a submission changed there since it was brought.
    fn mark_of(&self, there: &Submission) -> String {
        format!(
            "{}|{}|{}|{}",
            there
                .current_version
                .as_ref()
                .map_or(there.instance_id.as_str(), |version| version.instance_id.as_str()),
            there.updated_at.as_deref().unwrap_or_default(),
            there.review_state.as_deref().unwrap_or_default(),
            if self.with_media { "media" } else { "" }
        )
    }

    async fn fetch(&self, at: &str, there: Submission) -> anyhow::Result<Fetched> {
        let base = format!("{at}/submissions/{}", encoded(&there.instance_id));
        let first = SubmissionVersion {
            instance_id: there.instance_id.clone(),
            submitter: there.submitter.clone(),
            device_id: there.device_id.clone(),
            user_agent: there.user_agent.clone(),
            created_at: there.created_at.clone(),
        };
        let is_edited = there
            .current_version
            .as_ref()
            .is_some_and(|current| current.instance_id != there.instance_id);
        let mut versions = vec![first];
        if is_edited {
            let mut found: Vec<SubmissionVersion> =
                self.remote.list_extended(&format!("{base}/versions")).await?;
            found.sort_by(|a, b| a.created_at.cmp(&b.created_at));
            if !found.is_empty() {
                versions = found;
            }
        }
        let mut fetched = Fetched {
            mark: self.mark_of(&there),
            edits: Vec::new(),
            comments: self
                .remote
                .find_extended(&format!("{base}/comments"))
                .await?
                .unwrap_or_default(),
            there,
            left: Vec::new(),
            different: Vec::new(),
        };
        for version in versions {
            let step = match is_edited {
                true => format!("{base}/versions/{}", encoded(&version.instance_id)),
                false => base.clone(),
            };
            let Some(xml) = self.remote.bytes(&format!("{step}.xml")).await? else {
                fetched
                    .left
                    .push(format!("{}: its answers are not there", version.instance_id));
                continue;
            };
            let files = self.files(&step, &version, &mut fetched).await?;
            fetched.edits.push(FetchedEdit { version, xml, files });
        }
        Ok(fetched)
    }

    async fn files(
        &self,
        step: &str,
        version: &SubmissionVersion,
        fetched: &mut Fetched,
    ) -> anyhow::Result<Vec<NewFile>> {
        let path = format!("{step}/attachments");
        let listed: Vec<Attachment> = self.remote.find(&path).await?.unwrap_or_default();
        let mut files = Vec::new();
        for attachment in listed.iter().filter(|attachment| attachment.exists) {
            if !self.with_media {
                fetched.left.push(format!(
                    "{}: file {} (run it without --without-media)",
                    version.instance_id, attachment.name
                ));
                continue;
            }
            let path = format!("{path}/{}", encoded(&attachment.name));
            let Some(file) = self.remote.blob(self.app, &path).await? else {
                fetched.left.push(format!(
                    "{}: file {} is not there any more",
                    version.instance_id, attachment.name
                ));
                continue;
            };
            if !file.is_as_told {
                fetched.different.push(format!(
                    "{}: file {} came with another content than its hash says",
                    version.instance_id, attachment.name
                ));
            }
            files.push(NewFile {
                name: attachment.name.clone(),
                blob: file.blob.id,
                size_bytes: file.blob.size_bytes,
                media_type: file.media_type,
            });
        }
        Ok(files)
    }

    /// Files a submission with its edits, comments and review.
    async fn bring(
        &self,
        at: &str,
        form: &Form,
        fetched: Fetched,
        people: &mut People,
        report: &mut FormReport,
    ) -> anyhow::Result<()> {
        let root = fetched.there.instance_id.clone();
        let n_edits = fetched.edits.len().saturating_sub(1).to_string();
        report.left.extend(fetched.left);
        report.different.extend(fetched.different);
        let mut is_whole = true;
        for edit in fetched.edits {
            let submitter: Option<&Actor> = edit.version.submitter.as_ref();
            let account = people.named(self, submitter, fetched.there.submitter_id).await?;
            let op = self.op(
                account.as_deref(),
                time(edit.version.created_at.as_deref(), self.app),
            );
            if is_encrypted(&edit.xml) {
                report.left.push(format!(
                    "{}: encrypted, and no key is here",
                    edit.version.instance_id
                ));
                is_whole = false;
                continue;
            }
            report.attachments += edit.files.len();
            let delivery = Delivery {
                project: form.project_id,
                form: Some(form.xml_form_id.clone()),
                xml: edit.xml,
                device_id: edit.version.device_id.clone(),
                user_agent: edit.version.user_agent.clone(),
                files: edit.files,
            };
            match collect::receive(self.app, &op, delivery).await {
                Ok(receipt) if receipt.filed == Filed::Conflict => report.different.push(format!(
                    "{}: other answers are here under this id; both are kept",
                    edit.version.instance_id
                )),
                Ok(_) => {}
                Err(problem) if problem.kind() == Kind::Internal || problem.kind() == Kind::Unavailable => {
                    return Err(problem).with_context(|| format!("file {}", edit.version.instance_id));
                }
                Err(problem) => {
                    is_whole = false;
                    report.left.push(format!(
                        "{}: {}",
                        edit.version.instance_id,
                        problem.sentence(Lang::default())
                    ));
                }
            }
        }
        if !is_whole {
            return Ok(());
        }
        report.submissions_new += 1;
        self.judge(form, &fetched.there, fetched.comments, people, report)
            .await?;
        self.mark("submission", &format!("{at}/{root}"), &fetched.mark, &n_edits)
            .await
    }

    /// Brings what was said of a submission, and what it was found worth.
    async fn judge(
        &self,
        form: &Form,
        there: &Submission,
        mut comments: Vec<Comment>,
        people: &mut People,
        report: &mut FormReport,
    ) -> anyhow::Result<()> {
        let admin = self.op(None, self.app.clock.now());
        let ours = reading::submission(self.app, &admin, form, &there.instance_id).await?;
        comments.sort_by(|a, b| a.created_at.cmp(&b.created_at));
        let known = reviews::list_comments(self.app, &ours).await?;
        for comment in comments {
            report.comments += 1;
            let made = time(comment.created_at.as_deref(), self.app);
            if known
                .iter()
                .any(|known| known.at == made && known.body == comment.body.trim())
            {
                continue;
            }
            let account = people.named(self, comment.actor.as_ref(), None).await?;
            let op = self.op(account.as_deref(), made);
            reviews::comment(self.app, &op, form, &ours, &comment.body).await?;
        }
        let Some(to) = ReviewState::parse(there.review_state.as_deref()) else {
            report.different.push(format!(
                "{}: no review is called {} here",
                there.instance_id,
                there.review_state.as_deref().unwrap_or_default()
            ));
            return Ok(());
        };
        report.reviews += usize::from(to != ReviewState::Received);
        if ours.review != to {
            let moment = there.updated_at.as_deref().or(there.created_at.as_deref());
            let op = self.op(None, time(moment, self.app));
            reviews::review(self.app, &op, form, &ours, to).await?;
        }
        Ok(())
    }

    /// Compares what is here with what is there.
    async fn compare(
        &self,
        at: &str,
        form: &Form,
        listed: &[Submission],
        report: &mut FormReport,
    ) -> anyhow::Result<()> {
        let (here, edits) = store::import::count(self.app.db.read(), &form.id).await?;
        report.submissions_here = usize::try_from(here).unwrap_or(0);
        report.edits_here = usize::try_from(edits).unwrap_or(0);
        // What each is here is how many edits it has there.
        let known: HashMap<String, String> =
            store::import::list(self.app.db.read(), &self.source, "submission", &format!("{at}/"))
                .await?
                .into_iter()
                .map(|(key, _, edits)| (key, edits))
                .collect();
        let mut missing = 0;
        for there in listed {
            match known.get(&format!("{at}/{}", there.instance_id)) {
                None => missing += 1,
                Some(edits) => report.edits_there += edits.parse().unwrap_or(0),
            }
        }
        if missing == 0 && report.edits_here < report.edits_there {
            report.different.push(format!(
                "{} edits are there and not here",
                report.edits_there - report.edits_here
            ));
        }
        if report.submissions_there > report.submissions_here + report.left.len() {
            report.different.push(format!(
                "{} submissions are there and not here",
                report.submissions_there - report.submissions_here
            ));
        }
        if missing > 0 && report.left.is_empty() {
            report
                .different
                .push(format!("{missing} submissions did not come whole"));
        }
        Ok(())
    }
}

/// Tells whether answers are only the envelope of encrypted ones.
fn is_encrypted(xml: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&xml[..xml.len().min(2_000)]).into_owned();
    head.contains("encrypted=\"yes\"") || head.contains("<base64EncryptedKey")
}
