//! How a round of a score card is told: planned, held group by group, brought before the meeting, agreed, followed up.

use anyhow::Context;
use jiff::civil::Date;

use super::{
    super::{publishing::Desk, staff::FACILITATOR},
    later,
};
use crate::{
    evidence::{self, model::Settled},
    platform::{id, op::Op},
    scorecards::{
        self, NewPromise, NewRound, NewSession,
        model::{
            act::{Act, What},
            round::{Attendance, Round, Scale},
        },
    },
};

/// The words that are read before a group begins.
const CONSENT: &str = "Apa yang dikatakan di sini dicatat sebagai pendapat kelompok, tanpa nama. Siapa pun boleh diam atau pulang. Setuju?";
/// What the facilitator's phone is called.
const DEVICE: &str = "demo:hall";

/// The score of a group with its reason.
pub struct Given {
    value: u8,
    /// Tokens counted at each face.
    votes: Option<[u32; 5]>,
    reason: &'static str,
    suggestion: &'static str,
}

/// A criterion in a group's own words, with what the group gave it in each round.
pub struct Criterion {
    pub words: &'static str,
    pub standard: Option<&'static str>,
    pub given: &'static [Given],
}

/// A group, or the provider, with how many came in each round and what they said.
pub struct Group {
    pub code: &'static str,
    pub name: Option<&'static str>,
    pub n_present: &'static [u32],
    pub criteria: &'static [Criterion],
}

/// What users are entitled to, beside what there is.
pub struct Entitled {
    pub what: &'static str,
    pub entitlement: &'static str,
    pub actual: &'static str,
    pub remark: &'static str,
    pub is_short: bool,
}

/// What became of a promise, days after the meeting.
pub enum Fate {
    Open,
    Kept(i64, &'static str),
    Moved(i64, i64, &'static str),
    BrokenOff(i64, &'static str),
}

/// A promise of the plan, with the days after the meeting on which it is due.
pub struct Promised {
    pub promise: &'static str,
    pub owner: &'static str,
    pub post: &'static str,
    pub resources: &'static str,
    pub due: i64,
    pub fate: Fate,
}

/// A score of the scale from 0 to 100.
pub const fn given(value: u8, reason: &'static str, suggestion: &'static str) -> Given {
    Given {
        value,
        votes: None,
        reason,
        suggestion,
    }
}

/// A face at its points, with the tokens that were counted.
pub const fn counted(value: u8, votes: [u32; 5], reason: &'static str, suggestion: &'static str) -> Given {
    Given {
        value,
        votes: Some(votes),
        reason,
        suggestion,
    }
}

/// Plans a round of a facility in a place, so many days ago, for a day, and begins it where it `begins`.
///
/// # Errors
/// When something is refused.
pub async fn plan(
    desk: &Desk<'_>,
    (facility, place): (&str, &str),
    scale: Scale,
    (ago, planned_for, begins): (i64, i64, bool),
    groups: &[Group],
) -> anyhow::Result<Round> {
    let op = desk.on(FACILITATOR, ago)?;
    let new = NewRound {
        facility: facility.to_owned(),
        scale,
        planned_on: desk.day(planned_for),
        lead: desk.people.find(FACILITATOR)?.id.clone(),
        groups: groups
            .iter()
            .map(|group| NewSession {
                group: group.code.to_owned(),
                name: group.name.map(str::to_owned),
                place: place.to_owned(),
            })
            .collect(),
    };
    let mut tx = desk.app.db.begin().await?;
    let round = scorecards::plan(&mut tx, &op, new)
        .await
        .with_context(|| format!("plan a round of {facility}"))?;
    if begins {
        scorecards::begin(&mut tx, &op, &round.id, 0)
            .await
            .with_context(|| format!("begin a round of {facility}"))?;
    }
    tx.commit().await?;
    Ok(round)
}

/// Writes down what users are entitled to.
///
/// # Errors
/// When something is refused.
pub async fn track(desk: &Desk<'_>, round: &Round, ago: i64, inputs: &[Entitled]) -> anyhow::Result<()> {
    let op = desk.on(FACILITATOR, ago)?;
    let whats = inputs.iter().map(|input| What::Input {
        input: id::fresh(op.at),
        what: input.what.to_owned(),
        entitlement: input.entitlement.to_owned(),
        actual: input.actual.to_owned(),
        remark: input.remark.to_owned(),
        is_short: input.is_short,
    });
    send(desk, &op, round, None, whats.collect()).await
}

/// Holds a session in the `turn`th round, from 0, so many days ago, and seals it.
///
/// # Errors
/// When something is refused.
pub async fn hold(
    desk: &Desk<'_>,
    round: &Round,
    account: &str,
    (turn, ago): (usize, i64),
    group: &Group,
) -> anyhow::Result<()> {
    let op = desk.on(account, ago)?;
    let session = sit(desk, &op, round, (turn, group.criteria.len()), group).await?;
    send(desk, &op, round, Some(&session), vec![What::Seal]).await
}

/// Begins a session in the `turn`th round: the group counted its people, agreed, and scored its first criteria; returns the session.
///
/// # Errors
/// When something is refused.
pub async fn sit(
    desk: &Desk<'_>,
    op: &Op,
    round: &Round,
    (turn, n_criteria): (usize, usize),
    group: &Group,
) -> anyhow::Result<String> {
    let view = scorecards::read(desk.app, op, &round.id).await?;
    let session = view
        .sessions
        .iter()
        .find(|session| session.group == group.code && session.name.as_deref() == group.name)
        .with_context(|| format!("find the session of {}", group.code))?;
    let n = *group.n_present.get(turn).context("count the people")?;
    let mut whats = vec![
        What::Present { n },
        What::Consent {
            text: CONSENT.to_owned(),
        },
    ];
    for (position, criterion) in (0..).zip(group.criteria.iter().take(n_criteria)) {
        let carried = view
            .criteria
            .iter()
            .find(|known| known.session == session.id && known.words == criterion.words);
        let id = carried.map_or_else(|| id::fresh(op.at), |known| known.id.clone());
        if carried.is_none() {
            whats.push(What::Criterion {
                criterion: id.clone(),
                words: criterion.words.to_owned(),
                standard: criterion.standard.map(str::to_owned),
                position,
            });
        }
        let given = criterion.given.get(turn).context("find what was given")?;
        whats.push(What::Score {
            criterion: id,
            value: given.value,
            votes: given.votes,
            reason: given.reason.to_owned(),
            suggestion: given.suggestion.to_owned(),
        });
    }
    send(desk, op, round, Some(&session.id), whats).await?;
    Ok(session.id.clone())
}

/// Opens the meeting so many days ago, and notes what was said in it.
///
/// # Errors
/// When something is refused.
pub async fn meet(
    desk: &Desk<'_>,
    round: &Round,
    ago: i64,
    absent: Option<&str>,
    notes: &[&str],
) -> anyhow::Result<()> {
    let op = desk.on(FACILITATOR, ago)?;
    let mut tx = desk.app.db.begin().await?;
    scorecards::open_meeting(&mut tx, &op, &round.id, 1, absent.map(str::to_owned))
        .await
        .context("open the meeting of a score card")?;
    tx.commit().await?;
    let op = Op {
        at: later(op.at, 70),
        ..op
    };
    let whats = notes.iter().map(|text| What::Note {
        note: id::fresh(op.at),
        criterion: None,
        text: (*text).to_owned(),
    });
    send(desk, &op, round, None, whats.collect()).await
}

/// Agrees on promises, with who came and what was said; returns the codes of the promises in their order.
///
/// # Errors
/// When something is refused.
pub async fn agree(
    desk: &Desk<'_>,
    round: &Round,
    ago: i64,
    promises: &[Promised],
    came: (u32, &[(&str, u32)]),
    minutes: &str,
) -> anyhow::Result<Vec<String>> {
    let op = desk.on(FACILITATOR, ago)?;
    let op = Op {
        at: later(op.at, 120),
        ..op
    };
    let (total, by_group) = came;
    let attendance = Attendance {
        total,
        by_group: by_group
            .iter()
            .map(|(group, n)| ((*group).to_owned(), *n))
            .collect(),
    };
    let mut codes = Vec::with_capacity(promises.len());
    let mut tx = desk.app.db.begin().await?;
    for promised in promises {
        let new = NewPromise {
            criterion: None,
            promise: promised.promise.to_owned(),
            owner: promised.owner.to_owned(),
            owner_post: Some(promised.post.to_owned()),
            resources: promised.resources.to_owned(),
            due_on: desk.day(promised.due - ago),
        };
        let code = scorecards::promise(&mut tx, &op, &round.id, new)
            .await
            .with_context(|| format!("promise: {}", promised.promise))?;
        codes.push(code);
    }
    scorecards::agree(&mut tx, &op, &round.id, 2, attendance, minutes, None::<Date>)
        .await
        .context("agree on the plan of a score card")?;
    tx.commit().await?;
    Ok(codes)
}

/// Says what became of promises; `met` is so many days ago, and what would come later than now has not come.
///
/// # Errors
/// When something is refused.
pub async fn follow_up(
    desk: &Desk<'_>,
    met: i64,
    promises: &[Promised],
    codes: &[String],
    account_of: impl Fn(&str) -> String,
) -> anyhow::Result<()> {
    for (promised, code) in promises.iter().zip(codes) {
        let after = match promised.fate {
            Fate::Open => continue,
            Fate::Kept(after, _) | Fate::Moved(after, ..) | Fate::BrokenOff(after, _) => after,
        };
        let op = desk.on(&account_of(promised.owner), met - after)?;
        let commitment = evidence::commitment(desk.app, code).await?;
        let on = desk.day(after - met);
        let mut tx = desk.app.db.begin().await?;
        let done = match promised.fate {
            Fate::Open => Ok(()),
            Fate::Kept(_, said) => {
                evidence::settle(&mut tx, &op, &commitment, Settled::Kept, on, said, &[]).await
            }
            Fate::BrokenOff(_, why) => {
                evidence::settle(&mut tx, &op, &commitment, Settled::BrokenOff, on, why, &[]).await
            }
            Fate::Moved(_, to, why) => {
                evidence::move_due(&mut tx, &op, &commitment, desk.day(to - met), why).await
            }
        };
        done.with_context(|| format!("follow up: {}", promised.promise))?;
        tx.commit().await?;
    }
    Ok(())
}

/// Closes a round so many days ago.
///
/// # Errors
/// When something is refused.
pub async fn close(desk: &Desk<'_>, round: &Round, ago: i64) -> anyhow::Result<()> {
    let op = desk.on(FACILITATOR, ago)?;
    let mut tx = desk.app.db.begin().await?;
    scorecards::close(&mut tx, &op, &round.id, 3)
        .await
        .context("close a round of a score card")?;
    tx.commit().await?;
    Ok(())
}

/// Sends what a session, or the whole round, says; nothing is kept where one of it is refused.
async fn send(
    desk: &Desk<'_>,
    op: &Op,
    round: &Round,
    session: Option<&str>,
    whats: Vec<What>,
) -> anyhow::Result<()> {
    let acts: Vec<Act> = whats
        .into_iter()
        .map(|what| Act {
            id: id::fresh(op.at),
            device: DEVICE.to_owned(),
            at: op.at,
            session: session.map(str::to_owned),
            base: None,
            what,
        })
        .collect();
    let mut tx = desk.app.db.begin().await?;
    for outcome in scorecards::apply_all(&mut tx, op, &round.id, &acts).await? {
        outcome.context("apply an act of a score card")?;
    }
    tx.commit().await?;
    Ok(())
}
