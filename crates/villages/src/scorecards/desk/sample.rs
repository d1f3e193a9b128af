//! A round with something in every part, for the samples of these pages.

use crate::{
    platform::time::Time,
    scorecards::{
        View,
        model::{
            act::{Act, Conflict, LateAct, What},
            criterion::Criterion,
            rights::Rights,
            round::State,
            score::{Input, Note, Score},
            session::{Session, Side},
        },
        pages::one,
    },
};

/// A session for samples.
#[must_use]
pub fn session() -> Session {
    Session {
        id: "1".into(),
        round: "0".into(),
        side: Side::Users,
        group: "own".into(),
        name: Some("Ibu <tunggal>".into()),
        place: "<3>".into(),
        facilitator: None,
        n_present: Some(6),
        consent_at: None,
        consent_text: Some("Kami setuju <dalam> hal ini.".into()),
        is_sealed: false,
        sealed_at: None,
        dropped: None,
        revision: 1,
    }
}

/// A round while groups meet, for samples.
#[must_use]
pub fn view() -> View {
    let score = |value, version: &str| What::Score {
        criterion: "2".into(),
        value,
        votes: None,
        reason: format!("Lampu <masih> {version}"),
        suggestion: String::new(),
    };
    let act = |id: &str, what| Act {
        id: id.into(),
        device: "a".into(),
        at: Time(0),
        session: Some("1".into()),
        base: None,
        what,
    };
    let mut round = one::sample_round();
    round.state = State::Gathering;
    View {
        round,
        facility: one::sample_facility(),
        sessions: vec![session()],
        inputs: vec![Input {
            id: "3".into(),
            round: "0".into(),
            what: "Perawat <3>".into(),
            entitlement: "4".into(),
            actual: "<2>".into(),
            remark: "Cuti".into(),
            is_short: true,
            position: 0,
        }],
        criteria: vec![Criterion {
            id: "2".into(),
            round: "0".into(),
            session: "1".into(),
            words: "Lama <menunggu>".into(),
            standard: Some("waiting".into()),
            position: 0,
            version: "4".into(),
        }],
        scores: vec![Score {
            session: "1".into(),
            criterion: "2".into(),
            value: 25,
            votes: Some([1, 2, 0, 0, 0]),
            reason: "Dua jam <masih> berdiri".into(),
            suggestion: "Nomor <LED>".into(),
            version: "5".into(),
            scored_at: Time(0),
        }],
        notes: vec![Note {
            id: "6".into(),
            round: "0".into(),
            session: None,
            criterion: None,
            text: "Ramai".into(),
            at: Time(0),
        }],
        conflicts: vec![Conflict {
            id: "7".into(),
            session: "1".into(),
            criterion: "2".into(),
            first: Some(act("5", score(25, "satu"))),
            second: act("8", score(50, "dua")),
        }],
        photos: Vec::new(),
        late: vec![LateAct {
            act: act("9", score(75, "tiga")),
            received_at: Time(0),
        }],
        shown: None,
        rights: Rights {
            facilitates: true,
            leads: true,
            provides: true,
            reads: true,
        },
    }
}
