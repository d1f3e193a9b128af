//! A filling between pages: opened from its draft, changed by what a page sends, saved, and filed in the end.

use std::{collections::HashMap, sync::Arc};

use axum::{
    extract::{FromRequest, Multipart, Request},
    http::header,
};
use formats::xform::{Instance, Item, Keep, Page, PageKind, QuestionKind, RepeatPage, pages};

use super::{Delivery, Questionnaire, base, env, fields, find_form, library, may_fill, part, store};
use crate::{
    collect::{model::NewFile, store::drafts::Draft},
    platform::{
        app::App,
        id,
        op::Op,
        problem::{Problem, Result},
    },
};

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
    /// Starts a filling and keeps it as a draft.
    pub async fn begin(app: &App, op: &Op, questionnaire: Arc<Questionnaire>) -> Result<Self> {
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
        };
        let mut tx = app.db.begin().await?;
        store::drafts::insert(&mut tx, &draft).await?;
        tx.commit().await?;
        Ok(Self {
            app: app.clone(),
            questionnaire,
            instance,
            draft,
        })
    }

    /// Opens the draft an address names.
    pub async fn open(app: &App, op: &Op, parts: &HashMap<String, String>) -> Result<Self> {
        let form = find_form(app, parts).await?;
        may_fill(op, &form)?;
        let draft = find(app, op, part(parts, "draft")).await?;
        if draft.form_id != form.id || draft.filed_as.is_some() {
            return Err(Problem::not_found("draft-unknown"));
        }
        let questionnaire = library::questionnaire(app, &draft.version_id).await?;
        let instance =
            Instance::resume(&questionnaire.xform, &env(app, op), &draft.xml).map_err(Problem::internal)?;
        Ok(Self {
            app: app.clone(),
            questionnaire,
            instance,
            draft,
        })
    }

    /// Lists the pages as the answers stand.
    pub fn pages(&self, op: &Op) -> Vec<Page> {
        pages(
            &self.questionnaire.xform,
            &env(&self.app, op),
            &self.instance,
            op.lang.code(),
        )
    }

    /// Returns the address of one of its pages.
    pub fn at(&self, page: &str) -> String {
        format!("{}/{}/{page}", base(&self.questionnaire.form), self.draft.id)
    }

    /// Takes over what a page of questions sent.
    pub async fn take(&mut self, app: &App, op: &Op, items: &[Item], sent: &Sent) -> Result<()> {
        let env = env(app, op);
        for item in items {
            let Item::Field(field) = item else { continue };
            let name = fields::name_of(&field.path);
            if field.readonly || !sent.was_shown(&name) {
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

    /// Adds or removes an entry of a repeat; returns the key of the page to go to, if not simply the next.
    pub fn change_entries(
        &mut self,
        op: &Op,
        repeat: &RepeatPage,
        sent: &Sent,
        key: &str,
    ) -> Result<Option<String>> {
        let env = env(&self.app, op);
        let form = &self.questionnaire.xform;
        if !repeat.open {
            return Ok(None);
        }
        if let Some(path) = sent
            .values
            .iter()
            .find(|(name, _)| name == "remove")
            .map(|(_, path)| path.clone())
        {
            if let Some(entry) = repeat.entries.iter().find(|entry| entry.path == path) {
                self.instance.remove_repeat(entry.node);
            }
            self.instance.recalculate(form, &env);
            return Ok(Some(key.to_owned()));
        }
        if sent.one("do") == "add" {
            let too_many = |error: formats::xform::FormError| {
                Problem::invalid("submission-malformed").with("detail", error)
            };
            self.instance
                .add_repeat(form, &env, repeat.parent, repeat.def)
                .map_err(too_many)?;
            self.instance.recalculate(form, &env);
            let last = self
                .pages(op)
                .into_iter()
                .find(|page| page.key == key)
                .and_then(|page| match page.kind {
                    PageKind::Repeat(page) => page.entries.last().map(|entry| entry.page.clone()),
                    PageKind::Questions(_) => None,
                });
            return Ok(last);
        }
        // Past the entries, whose pages follow this one.
        let pages = self.pages(op);
        let at = pages.iter().position(|page| page.key == key).unwrap_or(0);
        let prefix = format!("{key}-");
        let next = pages[at + 1..].iter().find(|page| {
            !page.key.starts_with(&prefix) && !repeat.entries.iter().any(|entry| entry.page == page.key)
        });
        Ok(Some(
            next.map_or_else(|| "check".to_owned(), |page| page.key.clone()),
        ))
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
        let xml = self.instance.to_xml(&self.questionnaire.xform, Keep::Relevant);
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
        };
        let receipt = super::super::receive(app, op, delivery).await?;
        let mut tx = app.db.begin().await?;
        store::drafts::set_filed(&mut tx, &self.draft.id, &receipt.instance_id, op.at).await?;
        tx.commit().await
    }
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
}

impl Sent {
    /// Reads a form as browsers send it, with files or without.
    pub async fn read(app: &App, request: Request) -> Result<Self> {
        let is_multipart = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.starts_with("multipart/"));
        let malformed = |error: String| Problem::invalid("request-malformed").because(anyhow::anyhow!(error));
        if !is_multipart {
            let body = axum::body::to_bytes(request.into_body(), 4 * 1024 * 1024)
                .await
                .map_err(|error| malformed(error.to_string()))?;
            let values = serde_urlencoded::from_bytes(&body).map_err(|error| malformed(error.to_string()))?;
            return Ok(Self {
                values,
                files: HashMap::new(),
            });
        }
        let mut form = Multipart::from_request(request, app)
            .await
            .map_err(|error| malformed(error.body_text()))?;
        let mut sent = Self::default();
        while let Some(part) = form
            .next_field()
            .await
            .map_err(|error| malformed(error.body_text()))?
        {
            let name = part.name().unwrap_or_default().to_owned();
            match part.file_name().map(str::to_owned) {
                None => sent.values.push((
                    name,
                    part.text().await.map_err(|error| malformed(error.body_text()))?,
                )),
                // An empty file input sends a part without a name.
                Some(file) if file.is_empty() => {}
                Some(file) => {
                    let media_type = part
                        .content_type()
                        .unwrap_or("application/octet-stream")
                        .to_owned();
                    let bytes = futures::TryStreamExt::map_err(part, |error| malformed(error.body_text()));
                    let blob = app.blobs.put_stream(bytes, MOST_FILE_BYTES).await?;
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

    /// Tells whether a question stood on the page that was sent.
    pub fn was_shown(&self, name: &str) -> bool {
        self.values
            .iter()
            .any(|(key, value)| key == "shown" && value == name)
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
