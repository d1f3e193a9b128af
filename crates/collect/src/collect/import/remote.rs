//! The other server: signed in to, asked again when it stumbles, and what it says of its things.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context, bail, ensure};
use bytes::Bytes;
use futures::stream;
use md5::{Digest, Md5};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Client, Response, StatusCode, Url, header};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::json;
use tokio::sync::RwLock;

use crate::platform::{app::App, blobs::Blob, problem::Problem};

/// How often something is asked for before the run gives up.
const TRIES: u32 = 6;
/// One file may be this long.
const MOST_FILE_BYTES: u64 = 256 * 1024 * 1024;
/// Things that one page of a list holds.
pub const PAGE: usize = 500;

/// A session on the other server.
pub struct Remote {
    client: Client,
    site: String,
    email: String,
    password: String,
    token: RwLock<String>,
}

impl Remote {
    /// Signs in with an e-mail and a password.
    ///
    /// # Errors
    /// For an address that is no web address or would show the password to everybody on the way; when signing in is refused.
    pub async fn sign_in(url: &str, email: &str, password: String) -> anyhow::Result<Remote> {
        let site = site_of(url)?;
        let client = Client::builder()
            .connect_timeout(Duration::from_secs(20))
            .read_timeout(Duration::from_secs(120))
            .user_agent(concat!("baraza/", env!("CARGO_PKG_VERSION")))
            .build()
            .context("set up the client")?;
        let remote = Remote {
            client,
            site,
            email: email.to_owned(),
            password,
            token: RwLock::new(String::new()),
        };
        remote.renew().await?;
        Ok(remote)
    }

    /// The other server's address, without a slash at its end.
    pub fn site(&self) -> &str {
        &self.site
    }

    async fn renew(&self) -> anyhow::Result<()> {
        #[derive(Deserialize)]
        struct Session {
            token: String,
        }
        let url = format!("{}/v1/sessions", self.site);
        let body = json!({ "email": self.email, "password": self.password }).to_string();
        let answer = self
            .client
            .post(&url)
            .header(header::CONTENT_TYPE, "application/json")
            .body(body)
            .send()
            .await
            .with_context(|| format!("reach {}", self.site))?;
        let status = answer.status();
        ensure!(
            status.is_success(),
            "{} refuses to sign {} in ({status}): check e-mail and password",
            self.site,
            self.email
        );
        let bytes = answer.bytes().await.context("read the session")?;
        let session: Session = serde_json::from_slice(&bytes)
            .with_context(|| format!("{} does not answer as ODK Central does", self.site))?;
        *self.token.write().await = session.token;
        Ok(())
    }

    /// Asks for something; `None` for what is not there, or not for us.
    async fn ask(&self, path: &str, is_extended: bool) -> anyhow::Result<Option<Response>> {
        let url = format!("{}/v1{path}", self.site);
        let mut wait = Duration::from_millis(500);
        for left in (0..TRIES).rev() {
            let token = self.token.read().await.clone();
            let mut request = self.client.get(&url).bearer_auth(token);
            if is_extended {
                request = request.header("X-Extended-Metadata", "true");
            }
            let trouble = match request.send().await {
                Ok(answer) if answer.status().is_success() => return Ok(Some(answer)),
                Ok(answer) => match answer.status() {
                    StatusCode::NOT_FOUND | StatusCode::FORBIDDEN => return Ok(None),
                    StatusCode::UNAUTHORIZED if left > 0 => {
                        // Sessions end; a long run outlives them.
                        self.renew().await?;
                        continue;
                    }
                    StatusCode::TOO_MANY_REQUESTS => {
                        let seconds = answer
                            .headers()
                            .get(header::RETRY_AFTER)
                            .and_then(|value| value.to_str().ok()?.parse().ok());
                        wait = wait.max(Duration::from_secs(seconds.unwrap_or(5).min(60)));
                        "it is asked too often".to_owned()
                    }
                    status if status.is_server_error() => status.to_string(),
                    status => {
                        let said = answer.text().await.unwrap_or_default();
                        let said: String = said.chars().take(300).collect();
                        bail!("{url} answers {status}: {said}");
                    }
                },
                Err(error) => format!("{:#}", anyhow::Error::new(error)),
            };
            if left == 0 {
                bail!("{url} failed {TRIES} times, the last with: {trouble}; run the command again to go on");
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(Duration::from_secs(20));
        }
        bail!("{url} keeps refusing the session")
    }

    /// Asks for JSON; `None` for what is not there, or not for us.
    pub async fn find<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<Option<T>> {
        self.read(path, false).await
    }

    /// Asks for JSON with all that is known.
    pub async fn find_extended<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<Option<T>> {
        self.read(path, true).await
    }

    async fn read<T: DeserializeOwned>(&self, path: &str, is_extended: bool) -> anyhow::Result<Option<T>> {
        let Some(answer) = self.ask(path, is_extended).await? else {
            return Ok(None);
        };
        let bytes = answer.bytes().await.with_context(|| format!("read {path}"))?;
        serde_json::from_slice(&bytes)
            .map(Some)
            .with_context(|| format!("{path} does not answer as ODK Central does"))
    }

    /// Asks for a list; one that is not there, or not for us, is refused.
    pub async fn list<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<Vec<T>> {
        let found = self.find(path).await?;
        found.with_context(|| format!("{}{path} is not there, or not for {}", self.site, self.email))
    }

    /// Asks for a list with all that is known of each.
    pub async fn list_extended<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<Vec<T>> {
        let found = self.find_extended(path).await?;
        found.with_context(|| format!("{}{path} is not there, or not for {}", self.site, self.email))
    }

    /// Asks for bytes.
    pub async fn bytes(&self, path: &str) -> anyhow::Result<Option<Bytes>> {
        match self.ask(path, false).await? {
            None => Ok(None),
            Some(answer) => {
                let bytes = answer.bytes().await.with_context(|| format!("read {path}"))?;
                Ok(Some(bytes))
            }
        }
    }

    /// Takes a file into the blobs as it streams in; returns it with its type and what the other server says its MD5 is.
    pub async fn blob(&self, app: &App, path: &str) -> anyhow::Result<Option<Fetched>> {
        let Some(answer) = self.ask(path, false).await? else {
            return Ok(None);
        };
        let text = |name: header::HeaderName| {
            let value = answer.headers().get(name)?.to_str().ok()?;
            Some(value.to_owned())
        };
        let media_type = text(header::CONTENT_TYPE).unwrap_or_else(|| "application/octet-stream".into());
        let tag = text(header::ETAG).map(|tag| tag.trim_start_matches("W/").trim_matches('"').to_owned());
        let digest = Mutex::new(Md5::default());
        let heard = &digest;
        let bytes = stream::unfold(Some(answer), move |answer| async move {
            let mut answer = answer?;
            match answer.chunk().await {
                Ok(Some(chunk)) => {
                    heard
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .update(&chunk);
                    Some((Ok(chunk), Some(answer)))
                }
                Ok(None) => None,
                Err(error) => Some((Err(Problem::unavailable("busy").because(error)), None)),
            }
        });
        let blob = app
            .blobs
            .put_stream(Box::pin(bytes), MOST_FILE_BYTES)
            .await
            .with_context(|| format!("take {path}"))?;
        let md5 = digest
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
            .finalize();
        // Only an MD5 is one: other servers tag otherwise.
        let told = tag.filter(|tag| tag.len() == 32 && tag.bytes().all(|byte| byte.is_ascii_hexdigit()));
        Ok(Some(Fetched {
            blob,
            media_type,
            is_as_told: told.is_none_or(|told| told.eq_ignore_ascii_case(&hex::encode(md5))),
        }))
    }
}

/// A file that was taken into the blobs.
pub struct Fetched {
    pub blob: Blob,
    pub media_type: String,
    /// False where it came with another content than the hash that the server told.
    pub is_as_told: bool,
}

/// Reads the address of a server as people copy it: with its front page, or with `/v1`.
fn site_of(url: &str) -> anyhow::Result<String> {
    let parsed = Url::parse(url)
        .with_context(|| format!("{url:?} is no web address; give one like https://odk.example.org"))?;
    let is_near = matches!(parsed.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    match parsed.scheme() {
        "https" => {}
        "http" if is_near => {}
        "http" => bail!("{url} would show the password to everybody on the way; give its https address"),
        other => bail!("{url} is of the kind {other}; give one like https://odk.example.org"),
    }
    ensure!(
        parsed.username().is_empty() && parsed.password().is_none(),
        "leave name and password out of the address; give --email and --password-stdin"
    );
    let path = parsed.path().trim_end_matches('/');
    let path = path.strip_suffix("/v1").unwrap_or(path);
    Ok(format!("{}{path}", parsed.origin().ascii_serialization()))
}

/// Writes a name as a step of an address.
pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Project {
    pub id: i64,
    #[serde(default)]
    pub name: String,
    pub description: Option<String>,
    pub archived: Option<bool>,
    pub created_at: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Actor {
    pub id: i64,
    #[serde(default, rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub display_name: String,
    pub email: Option<String>,
    pub created_at: Option<String>,
    pub deleted_at: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Assignment {
    pub role_id: i64,
    pub actor_id: Option<i64>,
    pub actor: Option<Actor>,
    pub xml_form_id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Role {
    pub id: i64,
    pub system: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Form {
    pub xml_form_id: String,
    pub state: Option<String>,
    pub published_at: Option<String>,
    pub created_at: Option<String>,
    pub deleted_at: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Version {
    #[serde(default)]
    pub version: String,
    pub hash: Option<String>,
    pub key_id: Option<serde_json::Value>,
    pub excel_content_type: Option<String>,
    pub published_at: Option<String>,
    pub created_at: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FormFile {
    pub name: String,
    pub hash: Option<String>,
    #[serde(default)]
    pub exists: bool,
    pub blob_exists: Option<bool>,
    pub dataset_exists: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    pub id: i64,
    #[serde(default)]
    pub display_name: String,
    pub once: Option<bool>,
    pub token: Option<String>,
    pub created_at: Option<String>,
    pub created_by: Option<Actor>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Submission {
    pub instance_id: String,
    pub submitter: Option<Actor>,
    pub submitter_id: Option<i64>,
    pub device_id: Option<String>,
    pub user_agent: Option<String>,
    pub created_at: Option<String>,
    pub updated_at: Option<String>,
    pub review_state: Option<String>,
    pub current_version: Option<SubmissionVersion>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubmissionVersion {
    pub instance_id: String,
    pub submitter: Option<Actor>,
    pub device_id: Option<String>,
    pub user_agent: Option<String>,
    pub created_at: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Attachment {
    pub name: String,
    #[serde(default)]
    pub exists: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Comment {
    pub body: String,
    pub actor: Option<Actor>,
    pub created_at: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct List {
    pub name: String,
    pub created_at: Option<String>,
    pub approval_required: Option<bool>,
    pub owner_only: Option<bool>,
    #[serde(default)]
    pub properties: Vec<Property>,
}

#[derive(Debug, Deserialize)]
pub struct Property {
    pub name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entity {
    pub uuid: String,
    pub created_at: Option<String>,
    pub deleted_at: Option<String>,
    pub updated_at: Option<String>,
    pub current_version: Option<EntityVersion>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityVersion {
    #[serde(default)]
    pub label: String,
    #[serde(default)]
    pub data: BTreeMap<String, Option<String>>,
    pub version: Option<i64>,
    pub created_at: Option<String>,
    pub creator: Option<Actor>,
    pub creator_id: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::site_of;

    #[test]
    fn an_address_is_read_as_people_copy_it() {
        for (given, read) in [
            ("https://odk.example.org", "https://odk.example.org"),
            ("https://odk.example.org/", "https://odk.example.org"),
            ("https://odk.example.org/v1", "https://odk.example.org"),
            ("https://odk.example.org/#/projects/3", "https://odk.example.org"),
            ("https://example.org/odk/v1/", "https://example.org/odk"),
            ("http://127.0.0.1:8383", "http://127.0.0.1:8383"),
        ] {
            assert_eq!(site_of(given).expect(given), read);
        }
        for wrong in [
            "odk.example.org",
            "http://odk.example.org",
            "ftp://odk.example.org",
            "https://me:secret@odk.example.org",
        ] {
            assert!(site_of(wrong).is_err(), "{wrong}");
        }
    }
}
