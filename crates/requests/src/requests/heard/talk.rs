//! A conversation that files a request: what was said so far, and the next thing to ask.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    Hearing,
    find::{self, Found, MOST_CHOICES},
    words::{self, Word},
};
use crate::{
    platform::{
        db::Tx,
        message::{Address, Channel, inbound::Answer},
        problem::{Problem, Result},
        time::Time,
    },
    requests::{
        self, Filing, NewPhoto, Opened, PhotoAudience,
        model::{
            request::{Kind, Privacy},
            service::{Attribute, Datatype, Given},
        },
        store,
        words::written,
    },
};

/// How long a conversation waits for the next message.
const KEPT: Duration = Duration::from_secs(24 * 3_600);

/// What was said so far. It is personal: kept sealed, and not for long.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Talk {
    pub text: String,
    pub lang: String,
    pub is_wish: bool,
    pub is_anonymous: bool,
    pub service: Option<String>,
    pub place: Option<String>,
    /// How they said where it is, when they were asked.
    pub address: Option<String>,
    pub given: Vec<(String, String)>,
    /// They have seen similar ones and want their own.
    pub is_fresh: bool,
    /// The first message, which is what is delivered once.
    pub delivery: String,
    /// Blob, media type and size of the pictures that came along, cleaned.
    pub photos: Vec<(String, String, i64)>,
    asked: Asked,
    /// Codes behind the numbers that were offered.
    choices: Vec<String>,
}

/// What was asked last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Asked {
    #[default]
    Text,
    Service,
    Place,
    Attribute(String),
    Similar,
}

impl Talk {
    /// Finds the conversation with a sender.
    pub async fn find(tx: &mut Tx, address: &Address, now: Time) -> Result<Option<Talk>> {
        let Some(sealed) = store::heard::find_talk(tx, address, now).await? else {
            return Ok(None);
        };
        let draft = tx.vault().reveal(&sealed).map_err(Problem::internal)?;
        // A conversation begun by an earlier version is begun anew.
        Ok(serde_json::from_str(&draft).ok())
    }

    /// Whether yes, no, join and new answer what was asked.
    pub fn takes_words(&self) -> bool {
        self.asked == Asked::Similar || (self.asked == Asked::Place && self.choices.len() == 1)
    }
}

impl Hearing<'_> {
    /// Begins a conversation with what somebody wrote; all they need to say may be in it.
    pub(super) async fn begin(&mut self, text: &str) -> Result<Answer> {
        let mut talk = Talk {
            lang: self.teller.lang.code().to_owned(),
            delivery: self.delivery(),
            ..Talk::default()
        };
        let mut rest = text.trim();
        while let Some(said) = words::read(rest) {
            match said.word {
                Word::Report | Word::Fresh => {}
                Word::Wish => talk.is_wish = true,
                Word::Anonymous => talk.is_anonymous = true,
                _ => break,
            }
            rest = said.rest;
        }
        talk.text = rest.to_owned();
        self.attach(&mut talk);
        self.go_on(talk).await
    }

    /// Puts the pictures of a mail to what they belong to.
    fn attach(&mut self, talk: &mut Talk) {
        let pictures = std::mem::take(&mut self.pictures);
        talk.photos.extend(
            pictures
                .into_iter()
                .map(|photo| (photo.blob, photo.media_type, photo.size_bytes)),
        );
    }

    /// What tells a second delivery of this message from another one.
    pub(super) fn delivery(&self) -> String {
        let channel = self.heard.channel.as_str();
        format!("{channel}:{}", self.tx.vault().mark(channel, &self.heard.id))
    }

    /// Takes an answer to what was asked last.
    pub(super) async fn reply(&mut self, mut talk: Talk, text: &str) -> Result<Answer> {
        self.attach(&mut talk);
        let chosen = words::choice(text, talk.choices.len()).map(|at| talk.choices[at].clone());
        match talk.asked.clone() {
            Asked::Text => talk.text = text.trim().to_owned(),
            Asked::Service => {
                let found = match chosen {
                    Some(code) => Found::One(code),
                    None => find::service(self.teller.library.services(), text),
                };
                match found {
                    Found::One(code) => talk.service = Some(code),
                    Found::Several(codes) => return self.ask_service(talk, codes).await,
                    Found::Nothing => {
                        let choices = talk.choices.clone();
                        return self.ask_service(talk, choices).await;
                    }
                }
            }
            Asked::Place => {
                let found = match chosen {
                    Some(code) => Found::One(code),
                    None => find::place(self.teller.library.places(), text),
                };
                talk.address =
                    Some(text.trim().to_owned()).filter(|_| words::choice(text, MOST_CHOICES).is_none());
                match found {
                    Found::One(code) => talk.place = Some(code),
                    Found::Several(codes) => return self.ask_place(talk, codes).await,
                    Found::Nothing => return self.ask_place(talk, Vec::new()).await,
                }
            }
            Asked::Attribute(code) => return self.reply_attribute(talk, &code, text, chosen).await,
            Asked::Similar => match chosen {
                Some(code) => return self.join_instead(&code).await,
                None => return self.ask(talk, "requests-heard-similar-how", Vec::new()).await,
            },
        }
        self.go_on(talk).await
    }

    /// Takes an answer that is a word: yes to the one place that was offered, to join in, or to file all the same.
    pub(super) async fn reply_by_word(&mut self, mut talk: Talk, word: Word, rest: &str) -> Result<Answer> {
        match (word, talk.asked.clone()) {
            (Word::Yes, Asked::Place) => {
                talk.place = talk.choices.first().cloned();
                self.go_on(talk).await
            }
            (Word::No, Asked::Place) => self.ask_place(talk, Vec::new()).await,
            (Word::Yes | Word::Follow, _) => {
                let chosen = words::take_code::<8>(rest).map(|(code, _)| code);
                let at = words::choice(rest, talk.choices.len()).unwrap_or(0);
                let code = chosen
                    .or_else(|| talk.choices.get(at).cloned())
                    .unwrap_or_default();
                self.join_instead(&code).await
            }
            _ => {
                talk.is_fresh = true;
                self.go_on(talk).await
            }
        }
    }

    async fn join_instead(&mut self, code: &str) -> Result<Answer> {
        store::heard::delete_talk(self.tx, &self.heard.from).await?;
        self.join(code).await
    }

    /// Looks what is still missing and asks for it; files when nothing is.
    async fn go_on(&mut self, mut talk: Talk) -> Result<Answer> {
        if talk.text.is_empty() {
            talk.asked = Asked::Text;
            return self.ask(talk, "requests-heard-ask-text", Vec::new()).await;
        }
        let library = self.teller.library.clone();
        let Some(service) = talk.service.clone() else {
            match find::service(library.services(), &talk.text) {
                Found::One(code) => talk.service = Some(code),
                Found::Several(codes) => return self.ask_service(talk, codes).await,
                Found::Nothing => {
                    let open = library.services().iter().filter(|service| service.is_open);
                    let all = open
                        .map(|service| service.code.clone())
                        .take(MOST_CHOICES)
                        .collect();
                    return self.ask_service(talk, all).await;
                }
            }
            return Box::pin(self.go_on(talk)).await;
        };
        if talk.place.is_none() {
            match find::place(library.places(), &talk.text) {
                Found::One(code) => talk.place = Some(code),
                Found::Several(codes) => return self.ask_place(talk, codes).await,
                Found::Nothing => return self.ask_place(talk, Vec::new()).await,
            }
        }
        let service = library.service(&service)?.clone();
        for attribute in service
            .attributes
            .iter()
            .filter(|attribute| attribute.is_required)
        {
            if talk.given.iter().any(|(code, _)| *code == attribute.code) {
                continue;
            }
            match find::value(attribute, &talk.text) {
                Some(value) => talk.given.push((attribute.code.clone(), value)),
                None => return self.ask_attribute(talk, attribute, None).await,
            }
        }
        if !talk.is_fresh && !talk.is_anonymous {
            let similar = self.similar(&talk).await?;
            if !similar.is_empty() {
                return self.ask_similar(talk, similar).await;
            }
        }
        self.file(talk).await
    }

    /// Codes of open requests about the same that others filed.
    async fn similar(&mut self, talk: &Talk) -> Result<Vec<String>> {
        let service = talk.service.as_deref().unwrap_or_default();
        let place = talk.place.as_deref();
        let found = requests::similar(self.app, &self.op, service, &talk.text, None, place).await?;
        Ok(found
            .into_iter()
            .map(|similar| similar.request)
            .filter(|request| !self.own.iter().any(|own| own.id == request.id))
            .map(|request| request.code)
            .take(2)
            .collect())
    }

    async fn file(&mut self, talk: Talk) -> Result<Answer> {
        let is_mail = self.heard.channel == Channel::Email;
        let sender = self.heard.from.as_str().to_owned();
        let filing = Filing {
            service: talk.service.clone().unwrap_or_default(),
            text: talk.text.clone(),
            kind: talk.is_wish.then_some(Kind::Aspiration),
            privacy: talk.is_anonymous.then_some(Privacy::Anonymous),
            channel: Some(self.filed()),
            lang: Some(self.teller.lang.code().to_owned()),
            place: talk.place.clone(),
            address: talk.address.clone(),
            attributes: talk
                .given
                .iter()
                .map(|(code, value)| Given {
                    code: code.clone(),
                    values: vec![value.clone()],
                })
                .collect(),
            phone: (!is_mail).then(|| sender.clone()),
            email: is_mail.then_some(sender),
            delivery: Some(talk.delivery.clone()),
            photos: talk
                .photos
                .iter()
                .map(|(blob, media_type, size_bytes)| NewPhoto {
                    blob: blob.clone(),
                    media_type: media_type.clone(),
                    size_bytes: *size_bytes,
                    audience: PhotoAudience::Unit,
                })
                .collect(),
            ..Filing::default()
        };
        let opened = self.open(filing).await?;
        store::heard::delete_talk(self.tx, &self.heard.from).await?;
        let words = self.filed_words(&talk, &opened).await?;
        match store::filed::find_in(self.tx, &opened.id).await? {
            Some(request) => self.tell_about(&request, words).await,
            None => Ok(Answer::Say(words)),
        }
    }

    pub(super) async fn open(&mut self, filing: Filing) -> Result<Opened> {
        let new = requests::read(self.app, &self.op, filing).await?;
        requests::open(self.tx, &self.op, &new).await
    }

    async fn filed_words(&mut self, talk: &Talk, opened: &Opened) -> Result<String> {
        let request = store::filed::find_in(self.tx, &opened.id).await?;
        let by = request.and_then(|request| request.finish_by);
        let lang = self.teller.lang;
        let id = match (talk.is_anonymous, by) {
            (true, _) => "requests-heard-filed-anonymous",
            (false, Some(_)) => "requests-heard-filed",
            (false, None) => "requests-heard-filed-undated",
        };
        let words = lang
            .text(id)
            .arg("code", written(&opened.code))
            .arg(
                "service",
                self.teller.service(talk.service.as_deref().unwrap_or_default()),
            )
            .arg("place", self.teller.place(talk.place.as_deref()))
            .arg("key", opened.key.as_deref().unwrap_or("-"));
        Ok(match by {
            Some(by) => words.arg("date", self.day(by)).into(),
            None => words.into(),
        })
    }

    async fn ask_service(&mut self, mut talk: Talk, codes: Vec<String>) -> Result<Answer> {
        talk.asked = Asked::Service;
        talk.choices.clone_from(&codes);
        let titles = codes.iter().map(|code| self.teller.service(code)).collect();
        self.ask(talk, "requests-heard-ask-service", titles).await
    }

    async fn ask_place(&mut self, mut talk: Talk, codes: Vec<String>) -> Result<Answer> {
        talk.asked = Asked::Place;
        talk.choices.clone_from(&codes);
        let names: Vec<String> = codes
            .iter()
            .map(|code| self.teller.place_within(Some(code)))
            .collect();
        let id = match names.len() {
            0 => "requests-heard-ask-place",
            1 => "requests-heard-ask-this-place",
            _ => "requests-heard-ask-which-place",
        };
        self.ask(talk, id, names).await
    }

    async fn ask_similar(&mut self, mut talk: Talk, codes: Vec<String>) -> Result<Answer> {
        talk.asked = Asked::Similar;
        talk.choices.clone_from(&codes);
        let shown = codes.iter().map(|code| written(code)).collect();
        self.ask(talk, "requests-heard-ask-similar", shown).await
    }

    async fn ask_attribute(
        &mut self,
        mut talk: Talk,
        attribute: &Attribute,
        wrong: Option<&'static str>,
    ) -> Result<Answer> {
        talk.asked = Asked::Attribute(attribute.code.clone());
        talk.choices = attribute.values.iter().map(|choice| choice.key.clone()).collect();
        let lang = self.teller.lang;
        let mut lines: Vec<String> = wrong
            .map(|code| lang.text(format!("problem-{code}")).into())
            .into_iter()
            .collect();
        lines.push(self.teller.words(&attribute.title).to_owned());
        for (at, choice) in attribute.values.iter().enumerate() {
            lines.push(format!("{} {}", at + 1, self.teller.words(&choice.title)));
        }
        self.keep(&talk).await?;
        Ok(Answer::Ask(lines.join("\n")))
    }

    async fn reply_attribute(
        &mut self,
        mut talk: Talk,
        code: &str,
        text: &str,
        chosen: Option<String>,
    ) -> Result<Answer> {
        let service = self
            .teller
            .library
            .service(talk.service.as_deref().unwrap_or_default())?
            .clone();
        let Some(attribute) = service.attributes.iter().find(|attribute| attribute.code == code) else {
            return self.go_on(talk).await;
        };
        let is_list = matches!(
            attribute.datatype,
            Datatype::Singlevaluelist | Datatype::Multivaluelist
        );
        let value = match chosen.or_else(|| find::value(attribute, text)) {
            Some(value) if is_list => value,
            _ => text.trim().to_owned(),
        };
        let given = Given {
            code: code.to_owned(),
            values: vec![value.clone()],
        };
        let problems = service.check(&[given]).err().unwrap_or_default();
        if let Some((_, problem)) = problems.into_iter().find(|(wrong, _)| wrong == code) {
            return self.ask_attribute(talk, attribute, Some(problem)).await;
        }
        talk.given.push((code.to_owned(), value));
        self.go_on(talk).await
    }

    /// Asks, with numbered choices where there are several, and keeps where the conversation stands.
    async fn ask(&mut self, talk: Talk, id: &'static str, choices: Vec<String>) -> Result<Answer> {
        let text = self.teller.lang.text(id);
        let words = match choices.as_slice() {
            [only] if id != "requests-heard-ask-service" => text.arg("choice", only).to_string(),
            [] => text.arg("choice", "").to_string(),
            several => {
                let first = text.arg("choice", &several[0]).to_string();
                let numbered = several
                    .iter()
                    .enumerate()
                    .map(|(at, choice)| format!("{} {choice}", at + 1));
                std::iter::once(first)
                    .chain(numbered)
                    .collect::<Vec<_>>()
                    .join("\n")
            }
        };
        self.keep(&talk).await?;
        Ok(Answer::Ask(words))
    }

    async fn keep(&mut self, talk: &Talk) -> Result<()> {
        let draft = serde_json::to_string(talk).map_err(Problem::internal)?;
        let sealed = self.tx.vault().seal(&draft);
        store::heard::save_talk(self.tx, &self.heard.from, &sealed, self.op.at.plus(KEPT)).await
    }
}
