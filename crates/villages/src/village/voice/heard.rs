//! Text messages that support a proposal, take that back, follow it, vote, or propose something: `DUKUNG K7M4XT`, `CABUT K7M4XT`,
//! `IKUT K7M4XT`, `PILIH K7M4XT 1 3 6`, `USUL Kapas: jembatan ke sekolah`.
//!
//! A message is one of these only when a code of six characters follows the word and a proposal or a ballot has it, or, for what is
//! proposed, a village; all others go on to the reception of requests, word for word. A sender is easily forged, so nothing is done
//! before the number sends back four digits that were sent to it. Where nothing can be sent, support and votes are counted apart, as not
//! confirmed.

use serde::{Deserialize, Serialize};

use super::{
    Person,
    asked::{self, Reply},
    counting::{self, TAKEN_BACK_BY_PHONE, Way},
    place, read_code, sends_codes,
};
use crate::{
    platform::{
        app::App,
        db::Tx,
        i18n::Lang,
        message::{
            Address, Channel,
            inbound::{
                Answer, Heard, Listener,
                words::{Command, command, latin_digits},
            },
        },
        op::Op,
        problem::{Kind, Problem, Result},
    },
    requests::heard::Reception as Requests,
    village::{
        goals,
        proposals::{self, drafts},
    },
};

/// Words of a village's name that are tried where no colon ends it.
const MOST_NAME: usize = 4;

/// Takes what people write to the government: voices of villages here, everything else as a request.
pub struct Reception;

/// What a message asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    Support,
    Withdraw,
    Follow,
    Vote,
    Propose,
}

/// A message that begins with one of our words and a code. It waits, written as JSON, for the four digits.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Said {
    word: Word,
    /// Code of its language.
    lang: String,
    code: String,
    /// The numbers behind the code.
    numbers: Vec<u32>,
}

/// Who writes: somebody whose number can be answered.
struct Sender<'a> {
    address: &'a Address,
    person: Person,
}

impl Listener for Reception {
    async fn hear(app: &App, tx: &mut Tx, op: &Op, heard: &Heard) -> Result<Answer> {
        if heard.channel == Channel::Sms
            && let Some(sender) = Sender::of(&heard.from)
        {
            let lang = command(&heard.text)
                .and_then(|command| word_of(&command.word))
                .and_then(|(_, lang)| lang)
                .unwrap_or(op.lang);
            let op = Op { lang, ..op.clone() };
            match sender.take(app, tx, &op, &heard.text).await {
                Ok(Some(answer)) => return Ok(Answer::Say(answer)),
                // It is none of ours.
                Ok(None) => {}
                Err(problem) if matches!(problem.kind(), Kind::Internal | Kind::Unavailable) => {
                    return Err(problem);
                }
                Err(problem) => return Ok(Answer::Say(problem.sentence(lang))),
            }
        }
        Requests::hear(app, tx, op, heard).await
    }
}

impl Sender<'_> {
    /// A short code is a service of a network, nobody's telephone.
    fn of(from: &Address) -> Option<Sender<'_>> {
        match from {
            Address::Sms(phone) if phone.as_str().starts_with('+') => Some(Sender {
                address: from,
                person: Person::Phone(phone.clone()),
            }),
            _ => None,
        }
    }

    /// Does what a message asks for, or asks back, and returns what is said; `None` for a message that is none of ours.
    async fn take(&self, app: &App, tx: &mut Tx, op: &Op, text: &str) -> Result<Option<String>> {
        if let Some(digits) = asked::read_digits(text) {
            return self.reply(app, tx, op, &digits).await;
        }
        if let Some(said) = read(text, op.lang) {
            return self.ask(app, tx, op, &said).await;
        }
        match command(text) {
            Some(command) if word_of(&command.word).is_some_and(|(word, _)| word == Word::Propose) => {
                self.propose(app, tx, op, &command).await
            }
            _ => Ok(None),
        }
    }

    /// Takes the four digits: what was asked for is done now.
    async fn reply(&self, app: &App, tx: &mut Tx, op: &Op, digits: &str) -> Result<Option<String>> {
        let kept = match asked::take_reply(tx, op, self.address, digits).await? {
            Reply::NotAsked => return Ok(None),
            Reply::Wrong => return Ok(Some(op.lang.text("village-voice-heard-wrong").into())),
            Reply::Old => return Ok(Some(op.lang.text("village-voice-heard-old").into())),
            Reply::Right(kept) => kept,
        };
        let said: Said = serde_json::from_str(&kept).map_err(Problem::internal)?;
        let op = Op {
            lang: said.lang.parse().unwrap_or(op.lang),
            ..op.clone()
        };
        let done = self.act(app, tx, &op, &said, Way::Phone).await;
        // Whoever asked in one language is refused in it.
        match done {
            Err(problem) if !matches!(problem.kind(), Kind::Internal | Kind::Unavailable) => {
                Ok(Some(problem.sentence(op.lang)))
            }
            other => other,
        }
    }

    /// Looks whether it can be done and sends the four digits for it; where nothing is sent, counts it as not confirmed.
    async fn ask(&self, app: &App, tx: &mut Tx, op: &Op, said: &Said) -> Result<Option<String>> {
        let before = match said.word {
            Word::Support | Word::Withdraw => {
                let Some(proposal) = known(proposals::find(app, &said.code).await)? else {
                    return Ok(None);
                };
                proposals::require_open(&proposal)?;
                let way = counting::way_of(tx, &proposal.matter(), &self.person).await?;
                let is_counted = way.is_some_and(|way| way != Way::Unconfirmed);
                match said.word {
                    Word::Support => is_counted.then_some("village-proposals-heard-before"),
                    _ => way.is_none().then_some("village-proposals-heard-not-counted"),
                }
            }
            Word::Follow => {
                let is_draft = known(drafts::find(app, &said.code).await)?.is_some();
                if !is_draft && known(proposals::find(app, &said.code).await)?.is_none() {
                    return Ok(None);
                }
                None
            }
            Word::Vote => {
                let Some(ballot) = known(goals::find(app, &said.code).await)? else {
                    return Ok(None);
                };
                goals::require_open(app, op, &ballot)?;
                goals::read_choices(&ballot, &said.numbers)?;
                let way = counting::way_of(tx, &ballot.matter(), &self.person).await?;
                if way.is_some_and(|way| way != Way::Unconfirmed) {
                    return Err(Problem::conflict("village-goals-twice"));
                }
                None
            }
            Word::Propose => return Ok(None),
        };
        if let Some(id) = before {
            return Ok(Some(op.lang.text(id).arg("code", &said.code).to_string()));
        }
        if !sends_codes(app) {
            return self.act(app, tx, op, said, Way::Unconfirmed).await;
        }
        let digits = self.ask_back(tx, op, said).await?;
        let text = op
            .lang
            .text("village-voice-heard-ask")
            .arg("digits", digits)
            .arg("code", &said.code);
        Ok(Some(text.to_string()))
    }

    async fn ask_back(&self, tx: &mut Tx, op: &Op, said: &Said) -> Result<String> {
        let kept = serde_json::to_string(said).map_err(Problem::internal)?;
        asked::ask_back(tx, op, self.address, &kept).await
    }

    /// Does what a message asked for and returns what is said back; `None` where its code is nobody's.
    async fn act(&self, app: &App, tx: &mut Tx, op: &Op, said: &Said, way: Way) -> Result<Option<String>> {
        let is_confirmed = way == Way::Phone;
        let id = match said.word {
            Word::Support => {
                let Some(proposal) = known(proposals::find(app, &said.code).await)? else {
                    return Ok(None);
                };
                match proposals::support(tx, op, &proposal, &self.person, way).await? {
                    false => "village-proposals-heard-before",
                    true if is_confirmed => "village-proposals-heard-counted",
                    true => "village-voice-heard-unconfirmed",
                }
            }
            Word::Withdraw => {
                let Some(proposal) = known(proposals::find(app, &said.code).await)? else {
                    return Ok(None);
                };
                // Whoever could not be asked back takes away nothing that was confirmed.
                let ways: &[Way] = match is_confirmed {
                    true => &TAKEN_BACK_BY_PHONE,
                    false => &[Way::Unconfirmed],
                };
                match proposals::withdraw(tx, op, &proposal, &self.person, ways).await? {
                    true => "village-proposals-heard-taken-back",
                    false => "village-proposals-heard-not-counted",
                }
            }
            Word::Follow => {
                if !is_confirmed {
                    return Err(Problem::conflict("village-voice-no-sms"));
                }
                let address = self.address.clone();
                if let Some(draft) = known(drafts::find(app, &said.code).await)? {
                    drafts::follow(tx, op, &draft, address).await?;
                } else if let Some(proposal) = known(proposals::find(app, &said.code).await)? {
                    proposals::follow(tx, op, &proposal, address).await?;
                } else {
                    return Ok(None);
                }
                "village-proposals-heard-follows"
            }
            Word::Vote => {
                let Some(ballot) = known(goals::find(app, &said.code).await)? else {
                    return Ok(None);
                };
                goals::vote(app, tx, op, &ballot, (&self.person, way), &said.numbers).await?;
                match is_confirmed {
                    true => "village-goals-heard-voted",
                    false => "village-voice-heard-unconfirmed",
                }
            }
            Word::Propose => return Ok(None),
        };
        Ok(Some(op.lang.text(id).arg("code", &said.code).to_string()))
    }

    /// Keeps what somebody proposes as a draft, where the message begins with a village; asks whether they want to be told.
    async fn propose(
        &self,
        app: &App,
        tx: &mut Tx,
        op: &Op,
        command: &Command<'_>,
    ) -> Result<Option<String>> {
        let Some((place, text)) = village_of(app, command.rest).await? else {
            return Ok(None);
        };
        let draft = drafts::keep(tx, op, self.address, &place, text).await?;
        if !sends_codes(app) {
            let text = op
                .lang
                .text("village-proposals-heard-draft-only")
                .arg("code", &draft.code);
            return Ok(Some(text.to_string()));
        }
        let follow = Said {
            word: Word::Follow,
            lang: op.lang.code().to_owned(),
            code: draft.code.clone(),
            numbers: Vec::new(),
        };
        let text = match self.ask_back(tx, op, &follow).await {
            Ok(digits) => op
                .lang
                .text("village-proposals-heard-draft")
                .arg("code", &draft.code)
                .arg("digits", digits)
                .to_string(),
            // Asked too often already: the draft stays.
            Err(problem) if problem.kind() == Kind::TooMany => op
                .lang
                .text("village-proposals-heard-draft-only")
                .arg("code", &draft.code)
                .to_string(),
            Err(problem) => return Err(problem),
        };
        Ok(Some(text))
    }
}

/// Finds the village that a message begins with, by its code or its name, and what is proposed to it; none where there is none.
async fn village_of<'a>(app: &App, rest: &'a str) -> Result<Option<(String, &'a str)>> {
    let mut ends: Vec<(usize, usize)> = Vec::new();
    if let Some((at, sign)) = rest
        .char_indices()
        .find(|(_, c)| matches!(c, ':' | ';' | ',' | '\n'))
    {
        ends.push((at, at + sign.len_utf8()));
    }
    let spaces = rest
        .char_indices()
        .filter(|(_, c)| c.is_whitespace())
        .map(|(at, c)| (at, at + c.len_utf8()));
    let mut names: Vec<(usize, usize)> = spaces.take(MOST_NAME).collect();
    // The longest name first: of two villages the one that is named in full is meant.
    names.reverse();
    ends.extend(names);
    for (end, begin) in ends {
        let text = rest[begin..].trim();
        if text.is_empty() {
            continue;
        }
        match place(app, &rest[..end]).await {
            Ok(code) => return Ok(Some((code, text))),
            Err(problem) if problem.kind() == Kind::Invalid => {}
            Err(problem) => return Err(problem),
        }
    }
    Ok(None)
}

/// Turns “there is none” into none.
fn known<T>(found: Result<T>) -> Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(problem) if problem.kind() == Kind::NotFound => Ok(None),
        Err(problem) => Err(problem),
    }
}

/// Reads a message: a word of ours in any language, a code in one piece or in two, and numbers.
fn read(text: &str, otherwise: Lang) -> Option<Said> {
    let command = command(text)?;
    let (word, lang) = word_of(&command.word)?;
    if word == Word::Propose {
        return None;
    }
    let rest = latin_digits(command.rest);
    let parts: Vec<&str> = rest
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ':' | ';' | '.'))
        .filter(|part| !part.is_empty())
        .collect();
    let first = parts.first()?;
    let (code, after) = match (read_code(first), parts.get(1)) {
        (Some(code), _) => (code, 1),
        (None, Some(second)) => (read_code(&format!("{first}{second}"))?, 2),
        (None, None) => return None,
    };
    let numbers = parts[after..].iter().filter_map(|part| part.parse().ok());
    Some(Said {
        word,
        lang: lang.unwrap_or(otherwise).code().to_owned(),
        code,
        numbers: numbers.collect(),
    })
}

/// Finds a word in the lists of all languages, with the language where only one has it.
fn word_of(spelling: &str) -> Option<(Word, Option<Lang>)> {
    let lists = [
        (Word::Support, "village-proposals-words-support"),
        (Word::Withdraw, "village-proposals-words-withdraw"),
        (Word::Propose, "village-proposals-words-propose"),
        (Word::Follow, "village-proposals-words-follow"),
        (Word::Vote, "village-goals-words-vote"),
    ];
    let mut found: Option<(Word, Option<Lang>)> = None;
    for lang in Lang::ALL {
        for (word, id) in lists.iter().filter(|(_, id)| lang.has_text(id)) {
            let list = lang.text(*id).raw();
            if list.split(',').any(|known| known.trim() == spelling) {
                let is_second = found.is_some();
                found = Some((*word, (!is_second).then_some(lang)));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::code::Code;

    #[test]
    fn a_word_with_a_code_is_ours_and_every_other_message_is_not() {
        let code = Code::<6>::of(123_456);
        let (plain, shown) = (code.plain(), code.to_string());
        let said = |text: &str| read(text, Lang::En).map(|said| (said.word, said.code, said.numbers));
        for text in [
            format!("DUKUNG {plain}"),
            format!("support: {}", shown.to_lowercase()),
            format!("Dukung {} {}", &plain[..3], &plain[3..]),
        ] {
            assert_eq!(
                said(&text),
                Some((Word::Support, plain.clone(), vec![])),
                "{text}"
            );
        }
        assert_eq!(
            said(&format!("PILIH {plain} 1, 3 6")),
            Some((Word::Vote, plain.clone(), vec![1, 3, 6]))
        );
        for text in [
            "Dukung warga kami, jalan rusak",
            "support",
            "LAPOR jalan rusak",
            "Pilih jalan mana?",
            "vote 1 2",
            "USUL Kapas: jembatan",
        ] {
            assert_eq!(said(text), None, "{text}");
        }
        assert_eq!(
            read(&format!("dukung {plain}"), Lang::En).map(|said| said.lang),
            Some("id".to_owned())
        );
    }
}
