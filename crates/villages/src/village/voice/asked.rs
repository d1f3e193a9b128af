//! Asking a text message back: whoever forges a sender never sees the code that is sent to the number they wrote.
//!
//! What was asked for waits, sealed, until four digits come from the same number. One question of a number waits at a time, for half an
//! hour and three tries; six go to a number within a day, and three messages of ours within an hour, codes of forms among them.

use std::time::Duration;

use super::{CODE_HOLDS, code_hash, require_peace, store};
use crate::platform::{
    db::Tx,
    id,
    message::{Address, inbound::words::latin_digits},
    op::Op,
    problem::{Problem, Result},
    time::Time,
};

/// Digits of a code that is sent back.
const DIGITS: usize = 4;
/// Tries for each question.
const MOST_WRONG: i64 = 3;
/// Questions to one number within a day.
const MOST_A_DAY: i64 = 6;
const DAY: Duration = Duration::from_secs(24 * 3_600);

/// What four digits from a number do.
#[derive(Debug, PartialEq, Eq)]
pub enum Reply {
    /// Nothing waits for them: the message is another's.
    NotAsked,
    Wrong,
    /// The question holds no more.
    Old,
    /// What was asked for, as it was kept.
    Right(String),
}

/// Keeps what a number asked for until the code comes back; returns the code.
///
/// # Errors
/// `village-voice-codes`, `village-voice-asked-most` for too many to one number.
pub async fn ask_back(tx: &mut Tx, op: &Op, address: &Address, what: &str) -> Result<String> {
    let mark = require_peace(tx, op, address).await?;
    if store::count_asked(tx, &mark, op.at.minus(DAY)).await? >= MOST_A_DAY {
        return Err(Problem::too_many("village-voice-asked-most"));
    }
    store::end_asked(tx, &mark).await?;
    let code = format!("{:04}", id::random() % 10_000);
    let id = id::fresh(op.at);
    let hash = code_hash(tx.vault(), &id, &code);
    let sealed = tx.vault().seal(what);
    store::insert_asked(tx, (&id, &mark, &hash), &sealed, op.at).await?;
    Ok(code)
}

/// Reads a message that is four digits and nothing else.
#[must_use]
pub fn read_digits(text: &str) -> Option<String> {
    let digits: String = latin_digits(text)
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '.' | '"'))
        .collect();
    let is_code = digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_code.then_some(digits)
}

/// Takes the digits that a number sent. A try is counted before it is looked at, and what is right holds once.
///
/// # Errors
/// When the database fails.
pub async fn take_reply(tx: &mut Tx, op: &Op, address: &Address, digits: &str) -> Result<Reply> {
    let mark = address.mark(tx.vault());
    let Some(kept) = store::find_asked(tx, &mark).await? else {
        return Ok(Reply::NotAsked);
    };
    if op.at.since(Time(kept.sent_at)) >= CODE_HOLDS {
        return Ok(Reply::NotAsked);
    }
    if !store::count_try(tx, &kept.id, MOST_WRONG).await? {
        return Ok(Reply::Old);
    }
    if code_hash(tx.vault(), &kept.id, digits) != kept.code_hash {
        return Ok(Reply::Wrong);
    }
    store::end_asked(tx, &mark).await?;
    let what = tx.vault().reveal(&kept.asked).map_err(Problem::internal)?;
    Ok(Reply::Right(what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_digits_and_nothing_else_are_a_reply() {
        for text in ["4821", " 48 21. ", "٤٨٢١"] {
            assert_eq!(read_digits(text).as_deref(), Some("4821"), "{text}");
        }
        for text in ["482", "48212", "YA 4821", "jalan rusak", ""] {
            assert_eq!(read_digits(text), None, "{text}");
        }
    }
}
