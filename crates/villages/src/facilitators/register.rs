//! The register: who facilitates, and what they signed, were trained in and speak.

use std::collections::HashMap;

use super::{
    FacilitatorChanged, KEEPERS, PaperSigned, READERS,
    model::{
        Facilitator, Paper, Signature, Training,
        typed::{NewTraining, TypedTraining, parse_languages},
        unsigned,
    },
    store, words,
};
use crate::{
    places::{self, model::Places},
    platform::{
        app::App,
        db::Tx,
        op::{Op, Role, Who},
        problem::{Problem, Result},
        time::Time,
    },
};

/// Lists the facilitators whom the caller may see: those of the places they work for, and those they coach; by name.
///
/// # Errors
/// `not-allowed` for anybody but [`READERS`].
pub async fn list(app: &App, op: &Op) -> Result<Vec<Facilitator>> {
    op.require(&READERS)?;
    let places = places::all(app).await?;
    let mut all = everybody(app).await?;
    all.retain(|facilitator| sees(&places, op, facilitator));
    Ok(all)
}

/// Finds a facilitator whom the caller may see.
///
/// # Errors
/// `not-allowed`; `facilitators-unknown`, also for one of other places.
pub async fn find(app: &App, op: &Op, id: &str) -> Result<Facilitator> {
    list(app, op)
        .await?
        .into_iter()
        .find(|facilitator| facilitator.id == id)
        .ok_or_else(|| Problem::not_found("facilitators-unknown"))
}

/// Finds what is kept of the caller, who holds the role themselves.
///
/// # Errors
/// `sign-in-needed`; `not-allowed` for anybody but facilitators, administrators among them.
pub async fn own(app: &App, op: &Op) -> Result<Facilitator> {
    let me = op.require_person()?;
    let refused = || Problem::forbidden("not-allowed");
    if !me.grants.iter().any(|grant| grant.role == Role::Facilitator) {
        return Err(refused());
    }
    everybody(app)
        .await?
        .into_iter()
        .find(|facilitator| facilitator.id == me.id)
        .ok_or_else(refused)
}

/// Everybody who has the role, by name: for counting, and for those who may see them.
pub(super) async fn everybody(app: &App) -> Result<Vec<Facilitator>> {
    let mut all: Vec<Facilitator> = Vec::new();
    for (id, name, place) in store::people::list_holders(&app.db).await? {
        match all.last_mut().filter(|last| last.id == id) {
            Some(last) => last.places.push(place),
            None => all.push(Facilitator {
                id,
                name,
                places: vec![place],
                languages: Vec::new(),
                coach: None,
                trainings: Vec::new(),
                signatures: Vec::new(),
            }),
        }
    }
    let at: HashMap<String, usize> = all
        .iter()
        .enumerate()
        .map(|(at, facilitator)| (facilitator.id.clone(), at))
        .collect();
    for (user, languages, coach) in store::people::list_profiles(&app.db).await? {
        if let Some(&at) = at.get(&user) {
            all[at].languages = parse_languages(&languages).unwrap_or_default();
            all[at].coach = coach;
        }
    }
    for row in store::people::list_trainings(&app.db).await? {
        if let (Some(&at), Ok(held_on)) = (at.get(&row.user_id), row.held_on.parse()) {
            all[at].trainings.push(Training {
                topic: row.topic,
                held_on,
                given_by: row.given_by,
                valid_until: row.valid_until.and_then(|day| day.parse().ok()),
            });
        }
    }
    for (user, paper, version, signed_at) in store::people::list_signatures(&app.db, None).await? {
        if let Some(&at) = at.get(&user) {
            all[at].signatures.extend(signature(&paper, version, signed_at));
        }
    }
    Ok(all)
}

/// Whether somebody signed everything in the version in force.
pub(super) async fn has_signed(app: &App, user: &str) -> Result<bool> {
    let rows = store::people::list_signatures(&app.db, Some(user)).await?;
    let signatures: Vec<Signature> = rows
        .into_iter()
        .filter_map(|(_, paper, version, signed_at)| signature(&paper, version, signed_at))
        .collect();
    Ok(unsigned(&signatures).is_empty())
}

/// Tells, in a transaction, whether somebody signed everything in the version in force.
///
/// # Errors
/// When the database fails.
pub async fn has_signed_in(tx: &mut Tx, user: &str) -> Result<bool> {
    let rows = store::people::list_signatures_in(tx, user).await?;
    let signatures: Vec<Signature> = rows
        .into_iter()
        .filter_map(|(paper, version, signed_at)| signature(&paper, version, signed_at))
        .collect();
    Ok(unsigned(&signatures).is_empty())
}

/// Signs a paper in the version in force, with the words as the caller reads them; signing it again changes nothing.
///
/// # Errors
/// As [`own`]: nobody signs for another.
pub async fn sign(app: &App, op: &Op, paper: Paper) -> Result<()> {
    let me = own(app, op).await?;
    let lang = op.lang.of_texts();
    let words = words::points(lang, paper).join("\n");
    let mut tx = app.db.begin().await?;
    if store::people::sign(&mut tx, &me.id, paper, lang.code(), &words, op.at).await? {
        let signed = PaperSigned {
            facilitator: me.id,
            paper: paper.as_str(),
            version: paper.version(),
        };
        tx.emit(op, &signed).await?;
    }
    tx.commit().await
}

/// Keeps in which languages somebody runs a discussion; they say so themselves, or whoever keeps the register.
///
/// # Errors
/// `not-allowed`; `facilitators-language` on field `languages`.
pub async fn speak(app: &App, op: &Op, facilitator: &Facilitator, typed: &str) -> Result<()> {
    let is_own = op.person().is_some_and(|me| me.id == facilitator.id);
    if !is_own {
        require_keeper(app, op, facilitator).await?;
    }
    let languages = parse_languages(typed)?.join(", ");
    let mut tx = app.db.begin().await?;
    store::people::put_languages(&mut tx, &facilitator.id, &languages, op.at).await?;
    tx.emit(op, &changed(facilitator, "languages")).await?;
    tx.commit().await
}

/// Enters what somebody was trained in.
///
/// # Errors
/// `not-allowed` for anybody but those who keep the register of one of their places; names the fields that will not do.
pub async fn train(app: &App, op: &Op, facilitator: &Facilitator, typed: &TypedTraining) -> Result<()> {
    require_keeper(app, op, facilitator).await?;
    let training = NewTraining::parse(typed, app.config.day(op.at))?;
    let mut tx = app.db.begin().await?;
    let who = op.who.label();
    store::people::insert_training(&mut tx, &facilitator.id, &training, &who, op.at).await?;
    tx.emit(op, &changed(facilitator, "training")).await?;
    tx.commit().await
}

/// Names another facilitator as somebody's coach; an empty id for none.
///
/// # Errors
/// `not-allowed`; `facilitators-coach` on field `coach` for themselves, and for one whom the caller does not see.
pub async fn name_coach(app: &App, op: &Op, facilitator: &Facilitator, coach: &str) -> Result<()> {
    require_keeper(app, op, facilitator).await?;
    let coach = Some(coach.trim()).filter(|coach| !coach.is_empty());
    if let Some(coach) = coach {
        let is_known = list(app, op).await?.iter().any(|known| known.id == coach);
        if !is_known || coach == facilitator.id {
            return Err(Problem::invalid("fields").field("coach", "facilitators-coach"));
        }
    }
    let mut tx = app.db.begin().await?;
    store::people::put_coach(&mut tx, &facilitator.id, coach, op.at).await?;
    tx.emit(op, &changed(facilitator, "coach")).await?;
    tx.commit().await
}

/// Whether the caller keeps what is known of a facilitator: a steward or leader over one of their places.
#[must_use]
pub fn keeps(places: &Places, op: &Op, facilitator: &Facilitator) -> bool {
    match &op.who {
        Who::System => true,
        Who::Anyone => false,
        Who::Person(me) => me.grants.iter().any(|grant| {
            let is_over =
                KEEPERS.contains(&grant.role) && facilitator.lies_under(places, grant.place.as_deref());
            grant.role == Role::Admin || is_over
        }),
    }
}

pub(super) async fn require_keeper(app: &App, op: &Op, facilitator: &Facilitator) -> Result<()> {
    let places = places::all(app).await?;
    match keeps(&places, op, facilitator) {
        true => Ok(()),
        false => Err(Problem::forbidden("not-allowed")),
    }
}

pub(super) fn changed(facilitator: &Facilitator, what: &'static str) -> FacilitatorChanged {
    FacilitatorChanged {
        facilitator: facilitator.id.clone(),
        what,
    }
}

/// Whether the caller may see somebody's name: staff of their places, whoever coaches them, and they themselves.
fn sees(places: &Places, op: &Op, facilitator: &Facilitator) -> bool {
    match &op.who {
        Who::System => true,
        Who::Anyone => false,
        Who::Person(me) => {
            me.id == facilitator.id
                || facilitator.coach.as_deref() == Some(me.id.as_str())
                || me.grants.iter().any(|grant| {
                    let is_staff =
                        READERS.contains(&grant.role) && facilitator.meets(places, grant.place.as_deref());
                    grant.role == Role::Admin || is_staff
                })
        }
    }
}

/// A signature as the database has it; `None` for a paper that there is no more.
fn signature(paper: &str, version: String, signed_at: i64) -> Option<Signature> {
    Some(Signature {
        paper: Paper::parse(paper)?,
        version,
        at: Time(signed_at),
    })
}
