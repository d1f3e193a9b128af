//! Counting a person once, for proposals and votes alike: by which way they came, and what is told of few.

use super::{Person, store};
use crate::platform::{
    db::Tx,
    problem::{Problem, Result},
};

/// Voices of fewer people than this are not told apart.
pub const LEAST: u32 = 5;
/// People without a telephone number who may be recorded at the desk for one matter: more come to a hall, where all see who counts.
pub const MOST_ATTESTED: u32 = 200;

/// By which way a person was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// From a telephone that is known to be theirs.
    Phone,
    /// At the desk, with a telephone number.
    Desk,
    /// At the desk without one: the operator attests that they came.
    Attested,
    /// By a text message that could not be asked back; it is in no sum.
    Unconfirmed,
}

/// The ways whose voices the desk takes back: never one that a telephone confirmed.
pub const TAKEN_BACK_AT_DESK: [Way; 3] = [Way::Desk, Way::Attested, Way::Unconfirmed];
/// The ways whose voices whoever holds the telephone takes back.
pub const TAKEN_BACK_BY_PHONE: [Way; 3] = [Way::Phone, Way::Desk, Way::Unconfirmed];

/// Whether somebody was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    New,
    /// They were counted as not confirmed, and are confirmed now.
    Confirmed,
    Before,
}

impl Way {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Way::Phone => "phone",
            Way::Desk => "desk",
            Way::Attested => "attested",
            Way::Unconfirmed => "unconfirmed",
        }
    }

    fn parse(text: &str) -> Option<Way> {
        [Way::Phone, Way::Desk, Way::Attested, Way::Unconfirmed]
            .into_iter()
            .find(|way| way.as_str() == text)
    }

    /// By which way somebody at the desk is counted.
    #[must_use]
    pub fn at_desk(person: &Person) -> Way {
        match person {
            Person::Phone(_) => Way::Desk,
            Person::Named { .. } => Way::Attested,
        }
    }
}

/// Tells whether so many are too few to be told apart.
#[must_use]
pub fn is_few(n: u32) -> bool {
    (1..LEAST).contains(&n)
}

/// Counts somebody for a matter, `proposal/0190…`. Who may say so for whom is the caller's to check.
///
/// # Errors
/// When the database fails.
pub async fn count(tx: &mut Tx, matter: &str, person: &Person, way: Way) -> Result<Counted> {
    let mark = person.mark(tx.vault(), matter);
    if store::insert_person(tx, matter, &mark, way.as_str()).await? {
        return Ok(Counted::New);
    }
    if way != Way::Unconfirmed && store::confirm_person(tx, matter, &mark, way.as_str()).await? {
        return Ok(Counted::Confirmed);
    }
    Ok(Counted::Before)
}

/// Finds by which way somebody was counted for a matter; none who was not.
///
/// # Errors
/// When the database fails.
pub async fn way_of(tx: &mut Tx, matter: &str, person: &Person) -> Result<Option<Way>> {
    let mark = person.mark(tx.vault(), matter);
    let way = store::find_way(tx, matter, &mark).await?;
    Ok(way.as_deref().and_then(Way::parse))
}

/// Takes a voice back; returns by which way it had been counted, none where nobody was.
///
/// # Errors
/// `village-voice-other-way` where it was counted by a way that is not among `ways`.
pub async fn take_back(tx: &mut Tx, matter: &str, person: &Person, ways: &[Way]) -> Result<Option<Way>> {
    let Some(way) = way_of(tx, matter, person).await? else {
        return Ok(None);
    };
    if !ways.contains(&way) {
        return Err(Problem::conflict("village-voice-other-way"));
    }
    let mark = person.mark(tx.vault(), matter);
    let is_taken = store::delete_person(tx, matter, &mark, way.as_str()).await?;
    Ok(is_taken.then_some(way))
}

/// Passes while people without a number may still be recorded at the desk.
///
/// # Errors
/// `village-voice-attested-most`.
pub fn require_room(way: Way, n_attested: u32) -> Result<()> {
    match way {
        Way::Attested if n_attested >= MOST_ATTESTED => Err(Problem::conflict("village-voice-attested-most")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_is_read_as_it_is_written_and_the_desk_takes_back_no_telephones_voice() {
        for way in [Way::Phone, Way::Desk, Way::Attested, Way::Unconfirmed] {
            assert_eq!(Way::parse(way.as_str()), Some(way));
        }
        assert!(!TAKEN_BACK_AT_DESK.contains(&Way::Phone));
        assert!(require_room(Way::Attested, MOST_ATTESTED - 1).is_ok());
        assert!(require_room(Way::Attested, MOST_ATTESTED).is_err());
        assert!(require_room(Way::Desk, MOST_ATTESTED).is_ok());
    }
}
