//! What all voices of a village share: who may enter what, how a person counts once, and who is told.
//!
//! A person is known by a telephone number, seen to be theirs by a code sent to it or because they wrote from it, or, at the desk and
//! without a number, by name and year of birth. Kept is a keyed hash alone, another one for every matter, so that the same person
//! counts once whichever way they come, and nobody can tell from two matters that it was the same. Support can be taken back; a vote
//! cannot, because nobody knows what was chosen.
//!
//! Deliberately absent: accounts of residents, lists of who supports or voted.

pub mod asked;
pub mod counting;
pub mod heard;
pub mod mail;
mod store;
pub mod tell;
pub mod view;

use std::time::Duration;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::is_operator;
use crate::{
    catalog::contributions::callers::{self, Caller, Deed},
    facilitators,
    places::{self, model::fold},
    platform::{
        app::App,
        code::Code,
        db::Tx,
        id,
        message::{Address, Channel, Message, Way, phone::Phone},
        op::Op,
        problem::{Problem, Result},
        time::Time,
        vault::Vault,
    },
};

/// Tries for a code that nobody has yet: 28 million of them.
pub const MOST_TRIES: usize = 8;
/// How long a code that was sent holds.
const CODE_HOLDS: Duration = Duration::from_secs(30 * 60);
/// Codes and first notices sent to one address within an hour, and codes typed for each that was sent.
const MOST_CODES: i64 = 3;
const MOST_WRONG: i64 = 5;
/// The longest title, name and text somebody types.
pub const MOST_TITLE: usize = 120;
pub const MOST_TEXT: usize = 4_000;

/// Somebody who counts once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Person {
    Phone(Phone),
    /// Somebody at the desk who has no telephone number.
    Named {
        name: String,
        birth_year: u16,
    },
}

impl Person {
    /// Returns what finds the same person again in one matter, `proposal/0190…`, and tells nobody who it is.
    #[must_use]
    pub fn mark(&self, vault: &Vault, matter: &str) -> String {
        let who = match self {
            Person::Phone(phone) => format!("phone:{}", phone.as_str()),
            Person::Named { name, birth_year } => {
                let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
                format!("named:{} {birth_year}", fold(&name))
            }
        };
        vault.mark("village-person", &format!("{matter}\n{who}"))
    }
}

/// What somebody is about to do once they typed the code that was sent to them. It goes with the form, sealed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Ticket {
    /// Id of the code.
    id: String,
    /// `proposal/0190…`.
    pub matter: String,
    phone: String,
    /// Numbers of the options of a vote.
    pub choices: Vec<u32>,
    /// Whether they want to be told what becomes of it.
    pub follows: bool,
    /// Whether they take their voice back.
    #[serde(default)]
    pub withdraws: bool,
}

impl Ticket {
    /// Reads what came back with the form.
    ///
    /// # Errors
    /// `village-voice-form-old` when it is none of ours.
    pub fn read(app: &App, sealed: &str, matter: &str) -> Result<Ticket> {
        let old = || Problem::invalid("village-voice-form-old");
        let text = app.vault.reveal(sealed).map_err(|_| old())?;
        let ticket: Ticket = serde_json::from_str(&text).map_err(|_| old())?;
        if ticket.matter == matter {
            Ok(ticket)
        } else {
            Err(old())
        }
    }

    /// Returns the number the code was sent to.
    ///
    /// # Errors
    /// `village-voice-form-old`.
    pub fn phone(&self, app: &App) -> Result<Phone> {
        phone(app, &self.phone).ok_or_else(|| Problem::invalid("village-voice-form-old"))
    }
}

/// What somebody asks to have done after the code.
pub struct Asked<'a> {
    pub matter: &'a str,
    pub phone: &'a str,
    pub choices: Vec<u32>,
    pub follows: bool,
    pub withdraws: bool,
}

/// Whether numbers can be asked for codes here.
#[must_use]
pub fn sends_codes(app: &App) -> bool {
    Channel::Sms.way(app) != Way::Closed
}

/// Sends a code to a number and returns the sealed ticket that goes with the form to type it in.
///
/// # Errors
/// `village-voice-no-sms`, `requests-phone-malformed` on field `phone`, `village-voice-codes` for too many to one number,
/// `catalog-contributions-limit` for too many from one network.
pub async fn send_code(app: &App, op: &Op, caller: Caller, asked: Asked<'_>) -> Result<String> {
    if !sends_codes(app) {
        return Err(Problem::conflict("village-voice-no-sms"));
    }
    let phone = phone(app, asked.phone)
        .ok_or_else(|| Problem::invalid("fields").field("phone", "requests-phone-malformed"))?;
    let mut tx = app.db.begin().await?;
    callers::admit(&mut tx, op, caller, Deed::AskBySms).await?;
    let address = Address::Sms(phone.clone());
    let mark = require_peace(&mut tx, op, &address).await?;
    let code = format!("{:06}", id::random() % 1_000_000);
    let ticket = Ticket {
        id: id::fresh(op.at),
        matter: asked.matter.to_owned(),
        phone: phone.as_str().to_owned(),
        choices: asked.choices,
        follows: asked.follows,
        withdraws: asked.withdraws,
    };
    let code_hash = code_hash(&app.vault, &ticket.id, &code);
    store::insert_code(&mut tx, &ticket.id, &mark, &code_hash, op.at).await?;
    let text = op.lang.text("village-voice-code").arg("code", &code).to_string();
    tx.send(op, Message::new(address, op.lang, asked.matter, text))
        .await?;
    tx.commit().await?;
    let written = serde_json::to_string(&ticket).map_err(Problem::internal)?;
    Ok(app.vault.seal(&written))
}

/// Notes that a message goes to an address that somebody typed and nobody confirmed. It counts as the codes that are sent there do, so
/// that nobody has a stranger's telephone ring all day.
///
/// # Errors
/// `village-voice-codes` for too many to one address.
pub async fn admit_address(tx: &mut Tx, op: &Op, address: &Address) -> Result<()> {
    let mark = require_peace(tx, op, address).await?;
    // No code has an empty hash: nothing can be typed for it.
    store::insert_code(tx, &id::fresh(op.at), &mark, "", op.at).await
}

/// Passes an address to which few enough went within an hour; returns what finds it again.
async fn require_peace(tx: &mut Tx, op: &Op, address: &Address) -> Result<String> {
    let mark = address.mark(tx.vault());
    let since = op.at.minus(Duration::from_secs(3_600));
    match store::count_codes(tx, &mark, since).await? < MOST_CODES {
        true => Ok(mark),
        false => Err(Problem::too_many("village-voice-codes")),
    }
}

/// Takes the code that somebody typed; it holds once. Every try is counted before it is looked at, so that many at one moment are no more
/// tries than one after another.
///
/// # Errors
/// `village-voice-code-wrong` on field `code`; `village-voice-code-old` when it holds no more.
pub async fn take_code(app: &App, op: &Op, ticket: &Ticket, typed: &str) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let may_try = store::count_try(&mut tx, &ticket.id, MOST_WRONG).await?;
    let kept = store::find_code(&mut tx, &ticket.id).await?;
    let kept = kept.filter(|kept| may_try && op.at.since(Time(kept.sent_at)) < CODE_HOLDS);
    let Some(kept) = kept else {
        return Err(Problem::invalid("fields").field("code", "village-voice-code-old"));
    };
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let is_right = code_hash(&app.vault, &ticket.id, &digits) == kept.code_hash;
    if is_right {
        store::use_up_code(&mut tx, &ticket.id).await?;
    }
    tx.commit().await?;
    if is_right {
        Ok(())
    } else {
        Err(Problem::invalid("fields").field("code", "village-voice-code-wrong"))
    }
}

/// Passes only whoever counts in a village's hall: its operator, or somebody who may facilitate there.
///
/// # Errors
/// `sign-in-needed`, `not-allowed`.
pub async fn require_counter(app: &App, op: &Op, place: &str) -> Result<()> {
    if may_count(app, op, place).await? {
        return Ok(());
    }
    op.require_person()?;
    Err(Problem::forbidden("not-allowed"))
}

/// Tells whether somebody counts in a village's hall.
///
/// # Errors
/// When the database fails.
pub async fn may_count(app: &App, op: &Op, place: &str) -> Result<bool> {
    if is_operator(op, place) {
        return Ok(true);
    }
    if op.person().is_none() {
        return Ok(false);
    }
    facilitators::may_facilitate(app, op, place).await
}

/// Reads a telephone number of a person; short codes are services of a network.
#[must_use]
pub fn phone(app: &App, text: &str) -> Option<Phone> {
    let prefix = app.config.phone_prefix.as_str();
    let phone = Phone::parse(text, prefix)?;
    // `+62 (0)812…`: the zero of calls at home behind the country's code would make a second number of one telephone.
    let at_home = phone
        .as_str()
        .strip_prefix('+')
        .and_then(|digits| digits.strip_prefix(prefix))
        .filter(|rest| rest.starts_with('0') && !rest.starts_with("00"))
        .and_then(|rest| Phone::parse(rest, prefix));
    Some(at_home.unwrap_or(phone)).filter(|phone| phone.as_str().starts_with('+'))
}

/// Somebody who came to the desk, as the operator typed them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Visitor<'a> {
    pub phone: &'a str,
    pub name: &'a str,
    pub birth_year: &'a str,
    /// Whether the operator attests that they came in person and have no telephone number.
    pub attested: bool,
}

/// Reads a person at the desk: by number, or by name and year of birth, whom the operator attests.
///
/// # Errors
/// `requests-phone-malformed` on field `phone`; `village-voice-person` on field `name`; `village-voice-birth` on field `birth_year`;
/// `village-voice-attested` on field `attested`.
pub fn person(app: &App, visitor: Visitor<'_>) -> Result<Person> {
    let Visitor {
        phone: number,
        name,
        birth_year,
        attested,
    } = visitor;
    let wrong = |field: &'static str, code: &'static str| Err(Problem::invalid("fields").field(field, code));
    if !number.trim().is_empty() {
        return match phone(app, number) {
            Some(phone) => Ok(Person::Phone(phone)),
            None => wrong("phone", "requests-phone-malformed"),
        };
    }
    if name.trim().is_empty() {
        return wrong("name", "village-voice-person");
    }
    match birth_year.trim().parse::<u16>() {
        Ok(birth_year) if (1900..=2100).contains(&birth_year) => match attested {
            true => Ok(Person::Named {
                name: name.trim().to_owned(),
                birth_year,
            }),
            false => wrong("attested", "village-voice-attested"),
        },
        _ => wrong("birth_year", "village-voice-birth"),
    }
}

/// Finds the place that somebody means, by its code or by a name that only one has.
///
/// # Errors
/// `village-voice-place` on field `place`.
pub async fn place(app: &App, typed: &str) -> Result<String> {
    let unknown = || Problem::invalid("fields").field("place", "village-voice-place");
    let typed = typed.trim();
    let all = places::all(app).await?;
    if let Some(place) = all.find(typed).filter(|place| place.is_current()) {
        return Ok(place.code().to_owned());
    }
    let wanted = fold(typed);
    let mut named = all.current().filter(|place| fold(place.name()) == wanted);
    match (named.next(), named.next()) {
        (Some(place), None) => Ok(place.code().to_owned()),
        _ => Err(unknown()),
    }
}

/// Returns what a place is called; its code when it is not known any more.
///
/// # Errors
/// When the database fails.
pub async fn place_name(app: &App, lang: &str, code: &str) -> Result<String> {
    let all = places::all(app).await?;
    Ok(all
        .find(code)
        .map_or_else(|| code.to_owned(), |place| place.name_in(lang).to_owned()))
}

/// Makes a code of six characters for a record.
#[must_use]
pub fn fresh_code() -> String {
    Code::<6>::of(id::random()).plain()
}

/// Reads a code of six characters as people write it; `None` for what is none.
#[must_use]
pub fn read_code(text: &str) -> Option<String> {
    Code::<6>::parse(text).ok().map(|code| code.plain())
}

/// Says that no code is free after [`MOST_TRIES`].
#[must_use]
pub fn no_code() -> Problem {
    Problem::internal(anyhow::anyhow!("no free code in {MOST_TRIES} tries"))
}

/// Reads words that must be there and not too many.
///
/// # Errors
/// `missing` or `text-long` on the field.
pub fn words(field: &'static str, text: &str, most: usize, missing: &'static str) -> Result<String> {
    let text = text.replace('\0', "").trim().to_owned();
    match text.chars().count() {
        0 => Err(Problem::invalid("fields").field(field, missing)),
        n if n > most => Err(Problem::invalid("fields").field(field, "text-long")),
        _ => Ok(text),
    }
}

/// Reads a day, `2026-12-18`.
///
/// # Errors
/// `evidence-day-malformed` on the field.
pub fn day(field: &'static str, text: &str) -> Result<Date> {
    text.trim()
        .parse()
        .map_err(|_| Problem::invalid("fields").field(field, "evidence-day-malformed"))
}

/// Reads a whole number that is not negative.
///
/// # Errors
/// `village-voice-number` on the field.
pub fn number(field: &'static str, text: &str) -> Result<u32> {
    text.trim()
        .parse()
        .map_err(|_| Problem::invalid("fields").field(field, "village-voice-number"))
}

fn code_hash(vault: &Vault, id: &str, code: &str) -> String {
    vault.mark("village-code", &format!("{id}:{code}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_person_has_one_mark_in_a_matter_and_another_in_the_next() {
        let vault = Vault::of([7; 32]);
        let phone = |text: &str| Person::Phone(Phone::parse(text, "62").expect("a number"));
        let (a, b) = (phone("0812 3456 7890"), phone("+62-812-3456-7890"));
        assert_eq!(a.mark(&vault, "proposal/1"), b.mark(&vault, "proposal/1"));
        assert_ne!(a.mark(&vault, "proposal/1"), a.mark(&vault, "proposal/2"));
        let named = |name: &str, birth_year| Person::Named {
            name: name.into(),
            birth_year,
        };
        let siti = named("Siti Aminah", 1990).mark(&vault, "proposal/1");
        for again in ["siti aminah", "Siti  Aminah", " Siti\u{a0}Aminah "] {
            assert_eq!(siti, named(again, 1990).mark(&vault, "proposal/1"), "{again}");
        }
        assert_ne!(siti, named("Siti Aminah", 1991).mark(&vault, "proposal/1"));
    }
}
