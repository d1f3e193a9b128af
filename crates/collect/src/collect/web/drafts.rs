//! A filling between pages: opened from its draft, changed by what a page sends, saved, and filed in the end.

use std::{collections::HashMap, sync::Arc};

use axum::{
    body::Bytes,
    extract::{FromRequest, Multipart, Request},
    http::header,
    response::Redirect,
};
use formats::xform::{self, Instance, Keep, Page, PageKind, QuestionKind, RepeatPage};
use percent_encoding::{AsciiSet, CONTROLS};
use tokio::sync::{Mutex, MutexGuard};

use super::{
    Delivery, Questionnaire, base, env, fields, find_form, library, may_fill, part, render::Way, store,
};
use crate::{
    collect::{entities::choices::with_choices, model::NewFile, store::drafts::Draft},
    platform::{
        app::App,
        html::parts::FieldError,
        id,
        op::Op,
        problem::{Problem, Result},
        time::Time,
    },
};

/// What stands for something else in an address; keys of pages hold names of XML elements.
const KEY: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'#')
    .add(b'?')
    .add(b'%')
    .add(b'/')
    .add(b':');
/// Names the hidden inputs that say which questions stood on the page; no XML element's name begins so.
const SHOWN: &str = ".shown";

/// One photograph or recording may be this long.
const MOST_FILE_BYTES: u64 = 32 * 1024 * 1024;

/// A form being filled.
pub(super) struct Filling {
    pub app: App,
    pub questionnaire: Arc<Questionnaire>,
    pub instance: Instance,
    draft: Draft,
}

impl Filling {
    /// Starts a filling that nothing is kept of yet.
    pub fn fresh(app: &App, op: &Op, questionnaire: Arc<Questionnaire>) -> Self {
        let instance = Instance::new(&questionnaire.xform, &env(app, op));
        let draft = Draft {
            id: id::secret(),
            form_id: questionnaire.form.id.clone(),
            version_id: questionnaire.version.id.clone(),
            owner: op.person().map(|me| me.id.clone()),
            xml: instance.to_xml(&questionnaire.xform, Keep::All),
            started_at: op.at.0,
            changed_at: op.at.0,
            filed_as: None,
            corrects: None,
        };
        Self {
            app: app.clone(),
            questionnaire,
            instance,
            draft,
        }
    }

    /// Starts a filling and keeps it as a draft.
    pub async fn begin(app: &App, op: &Op, questionnaire: Arc<Questionnaire>) -> Result<Self> {
        let filling = Self::fresh(app, op, questionnaire);
        let mut tx = app.db.begin().await?;
        store::drafts::insert(&mut tx, &filling.draft).await?;
        tx.commit().await?;
        Ok(filling)
    }

    /// Starts a filling with the answers and files of a submission, which it takes the place of once it is sent.
    pub async fn correct(
        app: &App,
        op: &Op,
        questionnaire: Arc<Questionnaire>,
        corrected: &str,
        xml: &str,
        files: &[NewFile],
    ) -> Result<Self> {
        let mut instance =
            Instance::resume(&questionnaire.xform, &env(app, op), xml).map_err(Problem::internal)?;
        instance.set_meta("instanceID", &format!("uuid:{}", id::dated(op.at)));
        let draft = Draft {
            id: id::secret(),
            form_id: questionnaire.form.id.clone(),
            version_id: questionnaire.version.id.clone(),
            owner: op.person().map(|me| me.id.clone()),
            xml: instance.to_xml(&questionnaire.xform, Keep::All),
            started_at: op.at.0,
            changed_at: op.at.0,
            filed_as: None,
            corrects: Some(corrected.to_owned()),
        };
        let mut tx = app.db.begin().await?;
        store::drafts::insert(&mut tx, &draft).await?;
        for file in files {
            store::drafts::save_file(&mut tx, &draft.id, file).await?;
        }
        tx.commit().await?;
        Ok(Self {
            app: app.clone(),
            questionnaire,
            instance,
            draft,
        })
    }

    /// Opens the draft an address names; when it was sent, the way to the page that says so.
    pub async fn open(app: &App, op: &Op, parts: &HashMap<String, String>) -> Result<Result<Self, Redirect>> {
        let form = find_form(app, parts).await?;
        may_fill(op, &form)?;
        let draft = find(app, op, part(parts, "draft")).await?;
        if draft.form_id != form.id {
            return Err(Problem::not_found("draft-unknown"));
        }
        if draft.filed_as.is_some() {
            let sent = format!("{}/{}/sent", base(&form), draft.id);
            return Ok(Err(Redirect::to(&sent)));
        }
        let questionnaire = library::questionnaire(app, &draft.version_id).await?;
        let questionnaire = with_choices(app, op, questionnaire).await?;
        let instance =
            Instance::resume(&questionnaire.xform, &env(app, op), &draft.xml).map_err(Problem::internal)?;
        Ok(Ok(Self {
            app: app.clone(),
            questionnaire,
            instance,
            draft,
        }))
    }

    /// Lists the pages as the answers stand.
    pub fn pages(&self, op: &Op) -> Vec<Page> {
        xform::pages(
            &self.questionnaire.xform,
            &env(&self.app, op),
            &self.instance,
            op.lang.code(),
        )
    }

    /// Returns the address of one of its pages.
    pub fn at(&self, page: &str) -> String {
        format!(
            "{}/{}/{}",
            base(&self.questionnaire.form),
            self.draft.id,
            percent_encoding::utf8_percent_encode(page, KEY)
        )
    }

    /// Sends the person to a page, or to the last one.
    pub fn go_to(&self, page: Option<&Page>, way: Way) -> Redirect {
        match page {
            Some(page) => Redirect::to(&format!("{}{}", self.at(&page.key), way.query())),
            None => Redirect::to(&self.at("check")),
        }
    }

    /// Takes over what a page of questions sent.
    pub async fn take(&mut self, app: &App, op: &Op, page: &Page, sent: &Sent) -> Result<()> {
        let env = env(app, op);
        for field in page.asked() {
            let name = fields::name_of(&field.path);
            if !sent.was_shown(&name) {
                continue;
            }
            let value = if matches!(field.kind, QuestionKind::Upload { .. }) {
                match sent.files.get(&name) {
                    Some(file) => {
                        let mut tx = app.db.begin().await?;
                        store::drafts::save_file(&mut tx, &self.draft.id, file).await?;
                        tx.commit().await?;
                        file.name.clone()
                    }
                    None if sent.one(&format!("{name}.remove")) == "yes" => String::new(),
                    None => continue,
                }
            } else {
                fields::value_sent(
                    field,
                    &name,
                    sent,
                    app.config.zoned(op.at).offset().seconds() / 60,
                )
            };
            self.instance
                .set(&self.questionnaire.xform, &env, field.node, &value);
        }
        self.instance.recalculate(&self.questionnaire.xform, &env);
        Ok(())
    }

    /// Adds or removes an entry of a repeat, or goes on; returns the page to go to, `None` for the last.
    pub fn change_entries(
        &mut self,
        op: &Op,
        list: &RepeatPage,
        sent: &Sent,
        page: &Page,
    ) -> Result<Option<Page>> {
        // A second press of the button came from a list that is no longer so long.
        let is_current = list.open && sent.one("entries") == list.entries.len().to_string();
        match sent.one("do") {
            "add" if is_current => self.add_entry(op, list, page).map(Some),
            "add" => Ok(Some(last_entry(&self.pages(op), page))),
            "remove" => {
                let path = sent.one("entry");
                let entry = list.entries.iter().find(|entry| is_current && entry.path == path);
                if let Some(entry) = entry {
                    self.instance.remove_repeat(entry.node);
                    self.instance
                        .recalculate(&self.questionnaire.xform, &env(&self.app, op));
                }
                Ok(Some(page.clone()))
            }
            _ => Ok(xform::next(&self.pages(op), &page.key).cloned()),
        }
    }

    /// Adds an entry and returns its first page.
    fn add_entry(&mut self, op: &Op, list: &RepeatPage, page: &Page) -> Result<Page> {
        let (env, form) = (env(&self.app, op), &self.questionnaire.xform);
        self.instance
            .add_repeat(form, &env, list.parent, list.def)
            .map_err(|error| {
                Problem::conflict("entries-full")
                    .with("n", list.entries.len())
                    .because(error)
            })?;
        self.instance.recalculate(form, &env);
        Ok(last_entry(&self.pages(op), page))
    }

    pub async fn save(&mut self, app: &App, op: &Op) -> Result<()> {
        let xml = self.instance.to_xml(&self.questionnaire.xform, Keep::All);
        let mut tx = app.db.begin().await?;
        if !store::drafts::save(&mut tx, &self.draft.id, &xml, op.at).await? {
            return Err(Problem::not_found("draft-unknown"));
        }
        tx.commit().await
    }

    /// Files the answers through the front door everybody uses, and lets the draft go.
    pub async fn finish(&mut self, app: &App, op: &Op) -> Result<()> {
        self.instance.finish(&self.questionnaire.xform, &env(app, op));
        let mut xml = self.instance.to_xml(&self.questionnaire.xform, Keep::Relevant);
        if let Some(corrected) = &self.draft.corrects {
            xml = formats::openrosa::correcting(&xml, corrected).map_err(Problem::internal)?;
        }
        let named = self.instance.file_names(&self.questionnaire.xform);
        let files = store::drafts::list_files(app.db.read(), &self.draft.id).await?;
        let delivery = Delivery {
            project: self.questionnaire.form.project_id,
            form: Some(self.questionnaire.form.xml_form_id.clone()),
            xml: xml.into(),
            device_id: Some("baraza:web".into()),
            files: files
                .into_iter()
                .filter(|file| named.contains(&file.name))
                .collect(),
            ..Delivery::default()
        };
        let receipt = super::super::receive(app, op, delivery).await?;
        let mut tx = app.db.begin().await?;
        store::drafts::set_filed(&mut tx, &self.draft.id, &receipt.instance_id, op.at).await?;
        tx.commit().await
    }
}

/// Waits until no other sending of a draft is under way: a second press of the button then finds it sent.
pub(super) async fn turn_to_send(draft: &str) -> MutexGuard<'static, ()> {
    // Drafts share a few turns, which they rarely want at the same moment.
    static TURNS: [Mutex<()>; 64] = [const { Mutex::const_new(()) }; 64];
    let turn = draft.bytes().fold(0, |sum, byte| sum + usize::from(byte)) % TURNS.len();
    TURNS[turn].lock().await
}

/// Returns the page of the newest entry on a list, or the list when it has none.
fn last_entry(pages: &[Page], list: &Page) -> Page {
    let newest = pages.iter().find_map(|page| match &page.kind {
        PageKind::Repeat(entries) if page.key == list.key => entries.entries.last()?.page.clone(),
        _ => None,
    });
    let found = newest.and_then(|key| pages.iter().find(|page| page.key == key));
    found.unwrap_or(list).clone()
}

/// Returns the last day on which a draft is surely still here.
pub(super) fn kept_until(app: &App, draft: &Draft) -> jiff::civil::Date {
    app.config
        .day(Time(draft.changed_at).plus(app.config.draft_life()))
}

/// Finds a draft that the caller may open: their own, or one that nobody owns and whose address they know.
pub(super) async fn find(app: &App, op: &Op, draft: &str) -> Result<Draft> {
    let found = store::drafts::find(app.db.read(), draft).await?;
    let me = op.person().map(|me| me.id.as_str());
    found
        .filter(|draft| draft.owner.is_none() || draft.owner.as_deref() == me)
        .ok_or_else(|| Problem::not_found("draft-unknown"))
}

/// What a page sent: values by the names of its inputs, and files already in the blobs.
#[derive(Default)]
pub(super) struct Sent {
    pub values: Vec<(String, String)>,
    pub files: HashMap<String, NewFile>,
    /// Inputs whose file was too large to be taken.
    too_large: Vec<String>,
}

impl Sent {
    /// Reads a form as browsers send it, with files or without.
    pub async fn read(app: &App, request: Request) -> Result<Self> {
        let is_multipart = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.starts_with("multipart/"));
        if !is_multipart {
            let body = Bytes::from_request(request, app)
                .await
                .map_err(|error| Problem::unreadable(error.status(), error))?;
            let values = serde_urlencoded::from_bytes(&body)
                .map_err(|error| Problem::invalid("request-malformed").because(error))?;
            return Ok(Self {
                values,
                ..Self::default()
            });
        }
        let mut form = Multipart::from_request(request, app)
            .await
            .map_err(|error| Problem::unreadable(error.status(), error))?;
        let unreadable =
            |error: axum::extract::multipart::MultipartError| Problem::unreadable(error.status(), error);
        let mut sent = Self::default();
        while let Some(part) = form.next_field().await.map_err(unreadable)? {
            let name = part.name().unwrap_or_default().to_owned();
            match part.file_name().map(str::to_owned) {
                None => sent.values.push((name, part.text().await.map_err(unreadable)?)),
                // An empty file input sends a part without a name.
                Some(file) if file.is_empty() => {}
                Some(file) => {
                    let media_type = part
                        .content_type()
                        .unwrap_or("application/octet-stream")
                        .to_owned();
                    let bytes = futures::TryStreamExt::map_err(part, unreadable);
                    let blob = match app.blobs.put_stream(bytes, MOST_FILE_BYTES).await {
                        Ok(blob) => blob,
                        // The other answers of the page are not lost for it.
                        Err(problem) if problem.code() == "upload-too-large" => {
                            sent.too_large.push(name);
                            continue;
                        }
                        Err(problem) => return Err(problem),
                    };
                    if blob.size_bytes > 0 {
                        let file = NewFile {
                            name: fields::file_name(&file, &blob.id),
                            blob: blob.id,
                            size_bytes: blob.size_bytes,
                            media_type,
                        };
                        sent.files.insert(name, file);
                    }
                }
            }
        }
        Ok(sent)
    }

    /// Tells whether questions stood on the page that was sent at all.
    pub fn is_of_questions(&self) -> bool {
        self.values.iter().any(|(key, _)| key == SHOWN)
    }

    /// Tells whether a question stood on the page that was sent.
    pub fn was_shown(&self, name: &str) -> bool {
        self.values
            .iter()
            .any(|(key, value)| key == SHOWN && value == name)
    }

    /// Lists what could not be taken over of a page's answers.
    pub fn errors(&self, op: &Op, page: &Page) -> Vec<FieldError> {
        let refused = page.asked().map(|field| (fields::name_of(&field.path), field));
        refused
            .filter(|(name, _)| self.too_large.contains(name))
            .map(|(name, field)| FieldError {
                field: name,
                text: op
                    .lang
                    .text("collect-file-too-large")
                    .arg("question", &field.label)
                    .n("most", MOST_FILE_BYTES / (1024 * 1024))
                    .to_string(),
            })
            .collect()
    }

    /// Returns the value of an input, "" when it was not sent.
    pub fn one(&self, name: &str) -> &str {
        self.values
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value.trim())
    }

    /// Returns the values of inputs that share a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.values
            .iter()
            .filter(move |(key, value)| key == name && !value.trim().is_empty())
            .map(|(_, value)| value.trim())
    }
}
