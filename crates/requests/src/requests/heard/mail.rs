//! Mail: a new one files a request, a reply in a thread acts on the request of that thread.

use formats::picture;

use super::{Hearing, Talk, words};
use crate::{
    platform::{
        id,
        message::{self, Channel, Message, inbound::Answer},
        problem::Result,
    },
    requests::{
        self, NewPhoto, PhotoAudience, access::Claim, model::request::Request, store, words::written,
    },
};

/// The most pictures of one mail that are kept.
const MOST_PICTURES: usize = 5;
/// The largest file that is looked at as a picture.
const MOST_BYTES: u64 = 10 * 1024 * 1024;

impl Hearing<'_> {
    /// Reads a mail: what it answers tells which request it is about, its first line what is wanted.
    pub(super) async fn open_mail(&mut self, talk: Option<Talk>) -> Result<Answer> {
        self.take_pictures().await?;
        self.about = self.thread().await?;
        let text = self.heard.text.trim().to_owned();
        if let Some(request) = self.about.clone() {
            let n_pictures = self.pictures.len();
            for photo in std::mem::take(&mut self.pictures) {
                let claim = Claim::Address(&self.heard.from);
                requests::add_photo_in(self.app, self.tx, &self.op, &request.code, claim, &photo).await?;
            }
            if text.is_empty() && n_pictures > 0 {
                let words = self.text("requests-heard-added", &request);
                return self.tell_about(&request, words).await;
            }
            return self.read(None, &text).await;
        }
        let is_command = words::read(&text).is_some_and(|said| {
            // “No water since Monday” opens a letter; only words that stand alone or before a code are commands.
            said.rest.is_empty() || words::take_code::<8>(said.rest).is_some()
        });
        if talk.is_some() || is_command {
            return self.read(talk, &text).await;
        }
        let title = self.heard.title.clone().unwrap_or_default();
        let letter = format!("{title}\n\n{text}");
        self.begin(letter.trim()).await
    }

    /// Takes the pictures out of a mail, cleaned of everything but the picture; what is none, or cannot be cleaned, is counted.
    async fn take_pictures(&mut self) -> Result<()> {
        for file in &self.heard.files {
            if self.pictures.len() == MOST_PICTURES || file.size_bytes > MOST_BYTES {
                self.n_left_out += 1;
                continue;
            }
            let bytes = self.app.blobs.bytes(&file.blob).await?;
            // With a mark of its own no other file has the same bytes, so that nobody else's is ever deleted with it.
            let Ok(cleaned) = picture::clean(&bytes, id::secret().as_bytes()) else {
                self.n_left_out += 1;
                continue;
            };
            let media_type = cleaned.kind.media_type().to_owned();
            let blob = self.app.blobs.put(cleaned.bytes.into()).await?;
            self.pictures.push(NewPhoto {
                blob: blob.id,
                media_type,
                size_bytes: i64::try_from(blob.size_bytes).unwrap_or(i64::MAX),
                // Whoever writes a mail was not asked whether everybody may see it.
                audience: PhotoAudience::Unit,
            });
        }
        Ok(())
    }

    /// The request whose code stands in the subject, or that a mail of ours which this one answers was about.
    async fn thread(&mut self) -> Result<Option<Request>> {
        let by_title = self.heard.title.as_deref().and_then(words::find_code);
        if let Some(code) = by_title
            && let Ok(mut request) = requests::find(self.app, &code).await
            && self.own.iter().any(|own| own.id == request.id)
        {
            request.catch_up(self.op.at);
            return Ok(Some(request));
        }
        for id in &self.heard.in_reply_to {
            let about = message::about_of(self.tx, &self.heard.from, id).await?;
            let request_id = about.as_deref().and_then(|about| about.strip_prefix("request/"));
            if let Some(id) = request_id
                && let Some(mut request) = store::filed::find_in(self.tx, id).await?
            {
                request.catch_up(self.op.at);
                return Ok(Some(request));
            }
        }
        Ok(None)
    }

    /// Says something about a request: by mail in a thread that is known as its own from then on.
    pub(super) async fn tell_about(&mut self, request: &Request, words: String) -> Result<Answer> {
        if self.heard.channel != Channel::Email {
            return Ok(Answer::Say(words));
        }
        let code = written(&request.code);
        let title = self.heard.title.as_deref().unwrap_or_default().trim();
        let title = match title.get(..3) {
            Some(start) if start.eq_ignore_ascii_case("re:") => title.to_owned(),
            _ => format!("Re: {title}").trim_end().to_owned(),
        };
        let title = if title.contains(&code) {
            title
        } else {
            format!("{title} [{code}]")
        };
        let lang = self.teller.lang;
        let link = format!("{}{}", self.app.config.base_url, request.path());
        let link = lang.text("requests-notices-link").arg("link", link);
        let about = format!("request/{}", request.id);
        let left_out = match self.n_left_out {
            0 => String::new(),
            n => format!("\n\n{}", lang.text("requests-heard-left-out").n("n", n)),
        };
        let words = format!("{words}{left_out}\n\n{link}");
        let mail = Message::new(self.heard.from.clone(), lang, about, words)
            .titled(title)
            .answering(self.heard.message_id.as_deref());
        self.tx.send(&self.op, mail).await?;
        Ok(Answer::Nothing)
    }
}
