//! Text messages that support a proposal, follow it, or vote: `DUKUNG K7M4XT`, `IKUT K7M4XT`, `PILIH K7M4XT 1 3 6`.
//!
//! A message is one of these only when a code of six characters follows the word and a proposal or a ballot has it; all others go on
//! to the reception of requests, word for word. Whoever writes from a number holds it.

use super::{Person, read_code};
use crate::{
    platform::{
        app::App,
        db::Tx,
        i18n::Lang,
        message::{
            Address, Channel,
            inbound::{
                Answer, Heard, Listener,
                words::{command, latin_digits},
            },
        },
        op::Op,
        problem::{Kind, Result},
    },
    requests::heard::Reception as Requests,
    village::{
        goals,
        proposals::{self, model::Way},
    },
};

/// Takes what people write to the government: voices of villages here, everything else as a request.
pub struct Reception;

/// What a message asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Support,
    Follow,
    Vote,
}

/// A message that begins with one of our words and a code.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    word: Word,
    lang: Lang,
    code: String,
    /// The numbers behind the code.
    numbers: Vec<u32>,
}

impl Listener for Reception {
    async fn hear(app: &App, tx: &mut Tx, op: &Op, heard: &Heard) -> Result<Answer> {
        if heard.channel == Channel::Sms
            && let Some(said) = read(&heard.text, op.lang)
        {
            let op = Op {
                lang: said.lang,
                ..op.clone()
            };
            match take(app, tx, &op, heard, &said).await {
                Ok(Some(answer)) => return Ok(Answer::Say(answer)),
                // No proposal and no ballot has the code.
                Ok(None) => {}
                Err(problem) if matches!(problem.kind(), Kind::Internal | Kind::Unavailable) => {
                    return Err(problem);
                }
                Err(problem) => return Ok(Answer::Say(problem.sentence(said.lang))),
            }
        }
        Requests::hear(app, tx, op, heard).await
    }
}

/// Does what a message asks for and returns what is said back; `None` where its code is nobody's.
async fn take(app: &App, tx: &mut Tx, op: &Op, heard: &Heard, said: &Said) -> Result<Option<String>> {
    let Address::Sms(phone) = &heard.from else {
        return Ok(None);
    };
    // A short code is a service of a network, nobody's telephone.
    if !phone.as_str().starts_with('+') {
        return Ok(None);
    }
    let person = Person::Phone(phone.clone());
    let text = match said.word {
        Word::Support | Word::Follow => {
            let Some(proposal) = known(proposals::find(app, &said.code).await)? else {
                return Ok(None);
            };
            let id = if said.word == Word::Follow {
                proposals::follow(tx, op, &proposal, heard.from.clone()).await?;
                "village-proposals-heard-follows"
            } else if proposals::support(tx, op, &proposal, &person, Way::Phone).await? {
                "village-proposals-heard-counted"
            } else {
                "village-proposals-heard-before"
            };
            op.lang.text(id).arg("code", &proposal.code)
        }
        Word::Vote => {
            let Some(ballot) = known(goals::find(app, &said.code).await)? else {
                return Ok(None);
            };
            goals::vote(app, tx, op, &ballot, &person, &said.numbers).await?;
            op.lang
                .text("village-goals-heard-voted")
                .arg("code", &ballot.code)
        }
    };
    Ok(Some(text.to_string()))
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
        lang: lang.unwrap_or(otherwise),
        code,
        numbers: numbers.collect(),
    })
}

/// Finds a word in the lists of all languages, with the language where only one has it.
fn word_of(spelling: &str) -> Option<(Word, Option<Lang>)> {
    let lists = [
        (Word::Support, "village-proposals-words-support"),
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
        ] {
            assert_eq!(said(text), None, "{text}");
        }
        assert_eq!(
            read(&format!("dukung {plain}"), Lang::En).map(|said| said.lang),
            Some(Lang::Id)
        );
    }
}
