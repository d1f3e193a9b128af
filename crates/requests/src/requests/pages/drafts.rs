//! What is typed between the first page and the last: kept sealed on the server, found by a secret in the resident's browser.

use std::time::Duration;

use axum::{http::HeaderMap, response::Response};
use serde::{Deserialize, Serialize};

use super::cookies;
use crate::{
    evidence::model::Follower,
    platform::{
        app::App,
        db::Tx,
        http::came_by_tls,
        id,
        jobs::Job,
        message::Address,
        op::Op,
        problem::{Problem, Result},
        time::Time,
    },
    requests::{
        self, Filing, Opened,
        model::{
            draft::Draft,
            request::{Channel, Contact, Privacy},
        },
        photo,
        store::drafts as store,
    },
};

/// The pages that a draft's cookie is shown to.
const PATH: &str = "/requests/new";
/// How long the page that shows the key can be loaded again.
const KEY_SHOWN: Duration = Duration::from_secs(3_600);
/// Drafts forgotten in one go.
const MOST_FORGOTTEN: i64 = 500;

/// A draft between two pages.
pub struct Drafting {
    secret: String,
    pub draft: Draft,
    pub filed: Option<Filed>,
    is_new: bool,
}

/// What a draft became.
pub struct Filed {
    pub code: String,
    /// The resident's key, as long as it may be shown.
    pub key: Option<String>,
}

impl Drafting {
    /// Finds the draft that a browser shows the secret of, or begins one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open(app: &App, op: &Op, headers: &HeaderMap) -> Result<Drafting> {
        let shown = cookies::find(headers, cookies::DRAFT);
        let found = match shown {
            Some(secret) => Drafting::find(app, op, secret).await?,
            None => None,
        };
        Ok(found.unwrap_or_else(|| Drafting {
            secret: id::secret(),
            draft: Draft::default(),
            filed: None,
            is_new: true,
        }))
    }

    async fn find(app: &App, op: &Op, secret: &str) -> Result<Option<Drafting>> {
        let Some(kept) = store::find(app.db.read(), &id::digest(secret)).await? else {
            return Ok(None);
        };
        let draft = if kept.body.is_empty() {
            Draft::default()
        } else {
            read(app, &kept.body)?
        };
        let is_shown = op.at.since(Time(kept.changed_at)) < KEY_SHOWN;
        let key = kept.sealed_key.filter(|_| is_shown);
        let key = key
            .map(|sealed| app.vault.reveal(&sealed).map_err(Problem::internal))
            .transpose()?;
        Ok(Some(Drafting {
            secret: secret.to_owned(),
            draft,
            filed: kept.filed_code.map(|code| Filed { code, key }),
            is_new: false,
        }))
    }

    /// Goes on with a new draft when this one was filed.
    #[must_use]
    pub fn unless_filed(self) -> Drafting {
        if self.filed.is_none() {
            return self;
        }
        Drafting {
            secret: id::secret(),
            draft: Draft::default(),
            filed: None,
            is_new: true,
        }
    }

    /// Keeps what was typed.
    ///
    /// # Errors
    /// `requests-draft-filed` when it was filed in the meantime.
    pub async fn save(&mut self, app: &App, op: &Op) -> Result<()> {
        let body = serde_json::to_string(&self.draft).map_err(Problem::internal)?;
        let mut tx = app.db.begin().await?;
        let is_saved = store::save(&mut tx, &self.id(), &app.vault.seal(&body), op.at).await?;
        if !is_saved {
            return Err(Problem::conflict("requests-draft-filed"));
        }
        tx.commit().await
    }

    /// Has the browser remember the draft.
    pub fn remember(&self, app: &App, headers: &HeaderMap, response: &mut Response) {
        let is_tls = came_by_tls(&app.config, headers);
        let life = app.config.draft_life();
        cookies::set(response, is_tls, PATH, cookies::DRAFT, &self.secret, life);
    }

    /// Takes a picture out of the draft and deletes it.
    ///
    /// # Errors
    /// When the blobs fail.
    pub async fn drop_photo(&mut self, app: &App, blob: &str) -> Result<()> {
        let n_before = self.draft.photos.len();
        self.draft.photos.retain(|photo| photo.blob != blob);
        if self.draft.photos.len() < n_before {
            app.blobs.remove(blob).await?;
        }
        Ok(())
    }

    /// Throws the draft away with its pictures.
    ///
    /// # Errors
    /// When the database or the blobs fail.
    pub async fn throw_away(self, app: &App, response: &mut Response) -> Result<()> {
        cookies::forget(response, PATH, cookies::DRAFT);
        if self.is_new {
            return Ok(());
        }
        let mut tx = app.db.begin().await?;
        store::delete(&mut tx, &self.id()).await?;
        tx.commit().await?;
        remove_photos(app, &self.draft).await
    }

    /// Checks everything that was typed, as the front door of filing would.
    ///
    /// # Errors
    /// Names every field that will not do.
    pub async fn check(&self, app: &App, op: &Op) -> Result<requests::NewRequest> {
        requests::read(app, op, self.filing(op)).await
    }

    /// Files it through the front door of every channel. A second press of the button finds it filed.
    ///
    /// # Errors
    /// As [`requests::read`] and [`requests::open`].
    pub async fn file(&self, app: &App, op: &Op) -> Result<Opened> {
        let new = self.check(app, op).await?;
        let mut tx = app.db.begin().await?;
        let opened = requests::open(&mut tx, op, &new).await?;
        if let Some(key) = &opened.key {
            let sealed = app.vault.seal(key);
            store::set_filed(&mut tx, &self.id(), &opened.code, Some(&sealed), op.at).await?;
        }
        tx.commit().await?;
        Ok(opened)
    }

    /// Joins somebody else's request instead of filing one.
    ///
    /// # Errors
    /// As [`requests::support`].
    pub async fn join(&self, app: &App, op: &Op, code: &str) -> Result<String> {
        let mut tx = app.db.begin().await?;
        let joined = requests::support_in(app, &mut tx, op, code, self.follower(app, op)).await?;
        store::set_filed(&mut tx, &self.id(), &joined.code, None, op.at).await?;
        tx.commit().await?;
        remove_photos(app, &self.draft).await?;
        Ok(joined.code)
    }

    /// Returns who files, as the limit of filings and an appeal know them; nobody who files anonymously.
    #[must_use]
    pub fn contact(&self, app: &App, op: &Op) -> Contact {
        if self.draft.privacy() == Some(Privacy::Anonymous) {
            return Contact::default();
        }
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let address = |address: Result<Address>| address.ok();
        let phone = address(Address::sms(&self.draft.phone, &app.config));
        let email = address(Address::email(&self.draft.email));
        Contact {
            name: given(&self.draft.name),
            phone: phone.and_then(|address| match address {
                Address::Sms(phone) => Some(phone),
                _ => None,
            }),
            email: email.map(|address| address.as_str().to_owned()),
            user: op.person().map(|me| me.id.clone()),
        }
    }

    fn follower(&self, app: &App, op: &Op) -> Option<Follower> {
        let address = self.contact(app, op).addresses().into_iter().next()?;
        Some(Follower {
            address,
            lang: self.lang(op),
        })
    }

    fn lang(&self, op: &Op) -> String {
        if self.draft.lang.is_empty() {
            op.lang.code().to_owned()
        } else {
            self.draft.lang.clone()
        }
    }

    fn filing(&self, op: &Op) -> Filing {
        let draft = &self.draft;
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.trim().is_empty());
        let degrees = |text: &str| given(text).map(|text| text.replace(',', "."));
        Filing {
            service: draft.service.clone(),
            text: draft.text.clone(),
            kind: Some(draft.kind()),
            privacy: draft.privacy(),
            channel: Some(Channel::Web),
            lang: Some(self.lang(op)),
            place: draft.place.clone(),
            lat: degrees(&draft.lat),
            lon: degrees(&draft.lon),
            address: given(&draft.address),
            attributes: draft.attributes.clone(),
            name: given(&draft.name),
            phone: given(&draft.phone),
            email: given(&draft.email),
            delivery: Some(format!("draft:{}", self.id())),
            photos: draft
                .photos
                .iter()
                .map(|each| photo::given(each, draft.photos_for_all))
                .collect(),
        }
    }

    /// What it is known by in the database, where nobody could read the secret off it.
    fn id(&self) -> String {
        id::digest(&self.secret)
    }
}

/// Forgets drafts that nobody touched for as long as drafts are kept, with their pictures, and keys that were shown.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ForgetDrafts {}

impl Job for ForgetDrafts {
    const NAME: &'static str = "requests.forget-drafts";

    fn key(&self) -> Option<String> {
        Some("all".into())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let now = app.clock.now();
        let mut tx = app.db.begin().await?;
        store::forget_keys(&mut tx, now.minus(KEY_SHOWN)).await?;
        tx.commit().await?;
        let since = now.minus(app.config.draft_life());
        loop {
            let old = store::list_unchanged_since(app.db.read(), since, MOST_FORGOTTEN).await?;
            if old.is_empty() {
                return Ok(());
            }
            for (id, body) in old {
                forget(app, &id, &body, since).await?;
            }
        }
    }
}

async fn forget(app: &App, id: &str, body: &str, since: Time) -> anyhow::Result<()> {
    // A draft that cannot be read any more, since the key was changed, goes all the same; its pictures nobody can name.
    let draft = match body {
        "" => Draft::default(),
        body => read(app, body).unwrap_or_default(),
    };
    let mut tx: Tx = app.db.begin().await?;
    let is_gone = store::delete_unchanged_since(&mut tx, id, since).await?;
    tx.commit().await?;
    if is_gone {
        remove_photos(app, &draft).await?;
    }
    Ok(())
}

async fn remove_photos(app: &App, draft: &Draft) -> Result<()> {
    for photo in &draft.photos {
        app.blobs.remove(&photo.blob).await?;
    }
    Ok(())
}

fn read(app: &App, sealed: &str) -> Result<Draft> {
    let body = app.vault.reveal(sealed).map_err(Problem::internal)?;
    serde_json::from_str(&body).map_err(Problem::internal)
}
