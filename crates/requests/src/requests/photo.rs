//! Pictures that come with a request: read from a form, cleaned of everything but the picture, and kept.

use axum::{
    body::to_bytes,
    extract::{FromRequest, Multipart, Request, multipart::Field},
    http::header,
};
use formats::picture::{self, PictureProblem};

use super::{
    filing::{NewPhoto, PhotoAudience},
    model::draft::DraftPhoto,
};
use crate::platform::{
    app::App,
    id,
    problem::{Problem, Result},
};

/// Most pictures of one request.
pub const MOST_PHOTOS: usize = 5;
/// The longest file that is taken, in mebibytes.
pub const MOST_MEBIBYTES: usize = 10;
/// What a whole form may bring: what is too large is read to its end, so that what was typed beside it is not lost.
pub const MOST_FORM_BYTES: usize = 256 * 1024 * 1024;
const MOST_BYTES: usize = MOST_MEBIBYTES * 1024 * 1024;
/// The longest value of one input; what is longer is cut, and refused for its length.
const MOST_VALUE_BYTES: usize = 64 * 1024;
/// Inputs of one form.
const MOST_VALUES: usize = 200;
/// What a form without files may bring.
const MOST_PLAIN_BYTES: usize = 1024 * 1024;

/// What a page sent: values by the names of its inputs, pictures cleaned and kept, and what is wrong with others.
#[derive(Default)]
pub struct Sent {
    pub values: Vec<(String, String)>,
    pub photos: Vec<DraftPhoto>,
    /// Text ids of what is wrong with files, each once.
    pub wrong: Vec<Problem>,
}

impl Sent {
    /// Reads a form as browsers send it, with files or without. What came before the connection broke counts.
    ///
    /// # Errors
    /// When it is no form; when the blobs fail.
    pub async fn read(app: &App, request: Request, n_free: usize) -> Result<Sent> {
        let is_multipart = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.starts_with("multipart/"));
        if !is_multipart {
            let body = to_bytes(request.into_body(), MOST_PLAIN_BYTES)
                .await
                .map_err(|error| Problem::too_large("request-too-large").because(error))?;
            let values = serde_urlencoded::from_bytes(&body)
                .map_err(|error| Problem::invalid("request-malformed").because(error))?;
            return Ok(Sent {
                values,
                ..Sent::default()
            });
        }
        let mut form = Multipart::from_request(request, app)
            .await
            .map_err(|error| Problem::unreadable(error.status(), error))?;
        let mut sent = Sent::default();
        loop {
            match form.next_field().await {
                Ok(Some(part)) => sent.take(app, part, n_free).await?,
                Ok(None) => break,
                Err(error) if sent.values.is_empty() => {
                    return Err(Problem::unreadable(error.status(), error));
                }
                Err(_) => {
                    sent.refuse(Problem::invalid("requests-photo-cut"));
                    break;
                }
            }
        }
        Ok(sent)
    }

    async fn take(&mut self, app: &App, mut part: Field<'_>, n_free: usize) -> Result<()> {
        let name = part.name().unwrap_or_default().to_owned();
        let is_file = part.file_name().is_some();
        let most = if is_file { MOST_BYTES } else { MOST_VALUE_BYTES };
        let (mut bytes, mut is_long) = (Vec::new(), false);
        loop {
            match part.chunk().await {
                Ok(Some(chunk)) if bytes.len() + chunk.len() <= most => bytes.extend_from_slice(&chunk),
                Ok(Some(chunk)) => {
                    is_long = true;
                    if is_file {
                        bytes = Vec::new();
                    } else {
                        bytes.extend_from_slice(&chunk[..most - bytes.len()]);
                    }
                    // Read on to its end, so that the browser gets to see the answer.
                    while let Ok(Some(_)) = part.chunk().await {}
                    break;
                }
                Ok(None) => break,
                Err(_) => {
                    self.refuse(Problem::invalid("requests-photo-cut"));
                    return Ok(());
                }
            }
        }
        if !is_file {
            let value = String::from_utf8_lossy(&bytes).into_owned();
            if self.values.len() < MOST_VALUES {
                self.values.push((name, value));
            }
            return Ok(());
        }
        if is_long {
            self.refuse(Problem::invalid("requests-photo-long").with("most", MOST_MEBIBYTES));
        } else if !bytes.is_empty() && self.photos.len() >= n_free {
            self.refuse(Problem::invalid("requests-photos-many").with("most", MOST_PHOTOS));
        } else if !bytes.is_empty() {
            match keep(app, &bytes).await {
                Ok(photo) => self.photos.push(photo),
                Err(problem) if problem.code() == "internal" => return Err(problem),
                Err(problem) => self.refuse(problem),
            }
        }
        Ok(())
    }

    fn refuse(&mut self, problem: Problem) {
        if self.wrong.iter().all(|known| known.code() != problem.code()) {
            self.wrong.push(problem);
        }
    }

    /// Returns the value of an input, "" when it was not sent.
    #[must_use]
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

/// Takes everything out of a file but its picture, and keeps that.
///
/// # Errors
/// `requests-photo-broken`, `requests-photo-heic`, `requests-photo-kind`, `requests-photo-pixels`.
pub async fn keep(app: &App, bytes: &[u8]) -> Result<DraftPhoto> {
    // With a mark of its own no other file has the same bytes, so that deleting it can never take somebody else's away.
    let cleaned = picture::clean(bytes, id::secret().as_bytes()).map_err(|problem| {
        let code = match problem {
            PictureProblem::NotAPicture => "requests-photo-broken",
            PictureProblem::Heic => "requests-photo-heic",
            PictureProblem::OtherKind => "requests-photo-kind",
            PictureProblem::TooManyPixels => "requests-photo-pixels",
        };
        Problem::invalid(code).because(problem)
    })?;
    let media_type = cleaned.kind.media_type().to_owned();
    let blob = app.blobs.put(cleaned.bytes.into()).await?;
    Ok(DraftPhoto {
        blob: blob.id,
        media_type,
        size_bytes: i64::try_from(blob.size_bytes).unwrap_or(i64::MAX),
    })
}

/// Returns the picture as a request takes it.
#[must_use]
pub fn given(photo: &DraftPhoto, is_for_all: bool) -> NewPhoto {
    NewPhoto {
        blob: photo.blob.clone(),
        media_type: photo.media_type.clone(),
        size_bytes: photo.size_bytes,
        audience: if is_for_all {
            PhotoAudience::Everybody
        } else {
            PhotoAudience::Unit
        },
    }
}
