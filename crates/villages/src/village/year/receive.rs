//! Documents as they are sent: read from a form, looked at by their bytes, cleaned where they are pictures, and kept.

use axum::extract::{FromRequest, Multipart, Request, multipart::Field};
use formats::picture;

use super::model::{Content, File, media_type_of, parse_address};
use crate::platform::{
    app::App,
    id,
    problem::{Problem, Result},
};

/// The longest file that is taken, in mebibytes.
pub const MOST_MEBIBYTES: usize = 20;
const MOST_BYTES: usize = MOST_MEBIBYTES * 1024 * 1024;
/// The longest value of one input.
const MOST_VALUE_BYTES: usize = 16 * 1024;
/// Letters of a file's name at most.
const MOST_NAME: usize = 120;

/// A form with a file as it was sent: values by the names of its inputs, and the file.
#[derive(Default)]
pub struct Sent {
    values: Vec<(String, String)>,
    /// Its name, and its bytes.
    pub file: Option<(String, Vec<u8>)>,
    /// Whether the file was longer than any may be, and left out.
    pub is_long: bool,
}

impl Sent {
    /// Reads a form as browsers send it.
    ///
    /// # Errors
    /// `request-malformed`, `request-too-large`.
    pub async fn of(app: &App, request: Request) -> Result<Sent> {
        let mut form = Multipart::from_request(request, app)
            .await
            .map_err(|_| Problem::invalid("request-malformed"))?;
        let mut sent = Sent::default();
        while let Some(field) = form
            .next_field()
            .await
            .map_err(|error| Problem::unreadable(error.status(), error))?
        {
            sent.take(field).await?;
        }
        Ok(sent)
    }

    async fn take(&mut self, mut field: Field<'_>) -> Result<()> {
        let name = field.name().unwrap_or_default().to_owned();
        let file_name = field.file_name().map(str::to_owned);
        let most = if file_name.is_some() {
            MOST_BYTES
        } else {
            MOST_VALUE_BYTES
        };
        let (mut bytes, mut is_long) = (Vec::new(), false);
        while let Some(chunk) = field
            .chunk()
            .await
            .map_err(|error| Problem::unreadable(error.status(), error))?
        {
            is_long = is_long || bytes.len() + chunk.len() > most;
            if !is_long {
                bytes.extend_from_slice(&chunk);
            }
        }
        match file_name {
            Some(_) if is_long => self.is_long = true,
            Some(file_name) if !bytes.is_empty() => self.file = Some((plain_name(&file_name), bytes)),
            Some(_) => {}
            None if is_long => return Err(Problem::too_large("request-too-large")),
            None => self
                .values
                .push((name, String::from_utf8_lossy(&bytes).into_owned())),
        }
        Ok(())
    }

    /// Returns the value of an input without spaces around it; empty where it was not sent.
    #[must_use]
    pub fn one(&self, name: &str) -> &str {
        self.values
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value.trim())
    }

    /// Returns the file as text; `None` where there is none.
    ///
    /// # Errors
    /// `village-list-unreadable` on field `file` where it is no text in UTF-8, `village-list-long`.
    pub fn text(&self) -> Result<Option<String>> {
        let wrong = |code: &'static str| Problem::invalid("fields").field("file", code);
        if self.is_long {
            return Err(wrong("village-list-long"));
        }
        match &self.file {
            None => Ok(None),
            Some((_, bytes)) => String::from_utf8(bytes.clone())
                .map(Some)
                .map_err(|_| wrong("village-list-unreadable")),
        }
    }
}

/// Returns what a form delivers: the file, or else the dataset, or else the address that it names. A file is kept at once.
///
/// # Errors
/// `village-file-missing`, `village-file-long`, `village-file-kind`, `village-picture-broken` on field `file`;
/// `village-address-malformed` on `address`.
pub async fn content(app: &App, sent: &Sent) -> Result<Content> {
    let wrong = |code: &'static str| Problem::invalid("fields").field("file", code);
    if sent.is_long {
        let with = vec![("most", MOST_MEBIBYTES.to_string())];
        return Err(Problem::invalid("fields").field_with("file", "village-file-long", with));
    }
    if let Some((name, bytes)) = &sent.file {
        return keep(app, name, bytes).await.map(Content::File);
    }
    let slug = sent.one("dataset");
    if !slug.is_empty() {
        return Ok(Content::Dataset(slug.to_owned()));
    }
    match sent.one("address") {
        "" => Err(wrong("village-file-missing")),
        address => parse_address(address).map(Content::Address),
    }
}

async fn keep(app: &App, name: &str, bytes: &[u8]) -> Result<File> {
    let wrong = |code: &'static str| Problem::invalid("fields").field("file", code);
    let is_picture = bytes.starts_with(b"\xff\xd8\xff") || bytes.starts_with(b"\x89PNG");
    let (media_type, bytes) = if is_picture {
        // A camera writes into a picture where and when it was taken.
        let cleaned = picture::clean(bytes, id::secret().as_bytes())
            .map_err(|problem| wrong("village-picture-broken").because(problem))?;
        (cleaned.kind.media_type().to_owned(), cleaned.bytes)
    } else {
        let media_type = media_type_of(bytes, name).ok_or_else(|| wrong("village-file-kind"))?;
        (media_type.to_owned(), bytes.to_vec())
    };
    let blob = app.blobs.put(bytes.into()).await?;
    Ok(File {
        blob: blob.id,
        name: name.to_owned(),
        media_type,
        size_bytes: i64::try_from(blob.size_bytes).unwrap_or(i64::MAX),
    })
}

/// The last part of a name as a browser sent it, without what no file system has in a name.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars()
        .filter(|c| !c.is_control() && !matches!(c, '"' | '<' | '>'))
        .take(MOST_NAME)
        .collect()
}
