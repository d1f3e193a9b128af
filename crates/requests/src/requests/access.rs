//! Who sees what of a request, and who may act on it. Every face asks here, so that a rule cannot hold on one and not on another.

use std::time::Duration;

use super::{
    library::Library,
    model::{
        post,
        request::{Privacy, Recorder, Request},
    },
    store,
};
use crate::{
    evidence::model::{Audience, Part},
    platform::{
        app::App,
        code::Code,
        db::Tx,
        id,
        message::Address,
        op::{Op, Role, Who},
        problem::{Problem, Result},
    },
};

/// Who watches over units without being one.
const OVERSEERS: [Role; 2] = [Role::Leader, Role::Auditor];
/// Who speaks for residents: the call centre, a village office.
const OPERATORS: [Role; 2] = [Role::Officer, Role::Facilitator];
/// Wrong keys within [`GUESS_WINDOW`] after which a request must wait.
const MOST_GUESSES: i64 = 10;
const GUESS_WINDOW: Duration = Duration::from_secs(3_600);

/// What somebody sees of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// Not even that it exists.
    Nothing,
    /// The matter and its public timeline.
    Public,
    /// What the resident sees of their own.
    Own,
    /// Everything written about it; whether the name too, is [`sees_name`]'s to say.
    Staff,
}

impl Sight {
    #[must_use]
    pub fn audience(self) -> Audience {
        match self {
            Sight::Nothing | Sight::Public => Audience::Public,
            Sight::Own => Audience::Raiser,
            Sight::Staff => Audience::Staff,
        }
    }
}

/// Says what an actor sees of a request; `lineage` is its place's code followed by those of its ancestors.
#[must_use]
pub fn sight(op: &Op, request: &Request, lineage: &[String]) -> Sight {
    if sees_as_staff(op, request.agency.as_deref(), lineage) {
        return Sight::Staff;
    }
    match request.privacy {
        Privacy::Confidential => Sight::Nothing,
        Privacy::Open | Privacy::Anonymous => Sight::Public,
    }
}

/// Tells whether an actor reads everything written about what an agency has at a place: its officers, and who oversees them.
#[must_use]
pub fn sees_as_staff(op: &Op, agency: Option<&str>, lineage: &[String]) -> bool {
    is_officer(op, agency, lineage) || op.has_at(&OVERSEERS, lineage)
}

/// Tells whether an actor is an officer of an agency at a place: both its organisation and its place must fit one grant.
#[must_use]
pub fn is_officer(op: &Op, agency: Option<&str>, lineage: &[String]) -> bool {
    match &op.who {
        Who::System => true,
        Who::Anyone => false,
        Who::Person(person) => person.grants.iter().any(|grant| {
            let fits_org = grant.org.as_deref().is_none_or(|org| agency == Some(org));
            let fits_place = grant
                .place
                .as_deref()
                .is_none_or(|place| lineage.iter().any(|code| code == place));
            grant.role == Role::Admin || (grant.role == Role::Officer && fits_org && fits_place)
        }),
    }
}

/// Passes the officers of the agency that has a request.
///
/// # Errors
/// `requests-unknown` to whoever may not know of it; else `sign-in-needed` or `not-allowed`.
pub fn require_officer(op: &Op, request: &Request, lineage: &[String]) -> Result<()> {
    if is_officer(op, request.agency.as_deref(), lineage) {
        return Ok(());
    }
    require_sight(op, request, lineage)?;
    op.require_person()?;
    Err(Problem::forbidden("not-allowed"))
}

/// Passes whoever sees anything of a request, and says what.
///
/// # Errors
/// `requests-unknown`, the same as for a request that does not exist.
pub fn require_sight(op: &Op, request: &Request, lineage: &[String]) -> Result<Sight> {
    match sight(op, request, lineage) {
        Sight::Nothing => Err(unknown(&request.code)),
        sight => Ok(sight),
    }
}

/// The answer to whoever asks for what is not there, or not for them.
pub fn unknown(code: &str) -> Problem {
    Problem::not_found("requests-unknown").with("code", code)
}

/// Tells whether an actor sees the name of who filed a request: the unit's officers, unless it was asked to be kept from them.
#[must_use]
pub fn sees_name(op: &Op, request: &Request, lineage: &[String]) -> bool {
    request.privacy == Privacy::Open && is_officer(op, request.agency.as_deref(), lineage)
}

/// Returns the highest level of the ladder on which an actor acts for a request; the program itself acts on all.
///
/// # Errors
/// When the database fails.
pub async fn level(app: &App, op: &Op, request: &Request, lineage: &[String]) -> Result<u8> {
    match &op.who {
        Who::System => Ok(u8::MAX),
        Who::Anyone => Ok(0),
        Who::Person(person) => {
            let posts = store::list_posts_of(app.db.read(), &person.id).await?;
            Ok(post::authority(
                &posts,
                &person.id,
                request.agency.as_deref(),
                lineage,
                op.at,
            ))
        }
    }
}

/// How somebody shows that a request is theirs, or that they speak for whose it is.
#[derive(Debug, Clone, Copy)]
pub enum Claim<'a> {
    /// They know its key.
    Key(&'a str),
    /// They are signed in with the account it was filed with.
    Account,
    /// They write from the telephone or the address it was filed with; the channel vouches for it.
    Address(&'a Address),
    /// They have the resident on the line.
    Operator,
}

/// Checks a claim; says in which part the actor speaks, and how it is told of them.
///
/// # Errors
/// `requests-key-wrong`, `requests-key-wait` after too many wrong keys, `requests-not-yours`, of a confidential request
/// `requests-unknown` instead; `not-allowed`.
pub async fn prove(
    app: &App,
    op: &Op,
    request: &Request,
    lineage: &[String],
    claim: Claim<'_>,
) -> Result<(Part, Recorder)> {
    if let Claim::Key(key) = claim {
        if key_fits(app, op, request, key).await? {
            return Ok((Part::Resident, Recorder::Resident));
        }
        let mut tx = app.db.begin().await?;
        store::insert_guess(&mut tx, &request.id, op.at).await?;
        tx.commit().await?;
    }
    prove_by_reading(app, op, request, lineage, claim).await
}

/// As [`prove`], in a transaction: whoever holds it commits the wrong key that was counted in it.
///
/// # Errors
/// As [`prove`].
pub async fn prove_in(
    app: &App,
    tx: &mut Tx,
    op: &Op,
    request: &Request,
    lineage: &[String],
    claim: Claim<'_>,
) -> Result<(Part, Recorder)> {
    if let Claim::Key(key) = claim {
        if key_fits(app, op, request, key).await? {
            return Ok((Part::Resident, Recorder::Resident));
        }
        store::insert_guess(tx, &request.id, op.at).await?;
    }
    prove_by_reading(app, op, request, lineage, claim).await
}

async fn prove_by_reading(
    app: &App,
    op: &Op,
    request: &Request,
    lineage: &[String],
    claim: Claim<'_>,
) -> Result<(Part, Recorder)> {
    match claim {
        Claim::Key(_) => Err(hidden(request, Problem::forbidden("requests-key-wrong"))),
        Claim::Account => {
            let me = op.require_person()?;
            let contact = store::filed::find_contact(app.db.read(), &app.vault, &request.id).await?;
            let is_mine = contact.is_some_and(|contact| contact.user.as_deref() == Some(&me.id));
            is_mine
                .then_some((Part::Resident, Recorder::Resident))
                .ok_or_else(|| not_yours(request))
        }
        Claim::Address(address) => {
            let contact = store::filed::find_contact(app.db.read(), &app.vault, &request.id).await?;
            let is_theirs = contact.is_some_and(|contact| contact.has(address, &app.vault));
            is_theirs
                .then_some((Part::Resident, Recorder::Resident))
                .ok_or_else(|| not_yours(request))
        }
        Claim::Operator => {
            if is_officer(op, request.agency.as_deref(), lineage) && !matches!(op.who, Who::System) {
                // Nobody is kept from writing down a resident's yes, but it is told that the unit itself did.
                return Ok((Part::Officer, Recorder::Officer));
            }
            match op.require_at(&OPERATORS, lineage) {
                Ok(()) => Ok((Part::Operator, Recorder::Operator)),
                Err(refused) => Err(hidden(request, refused)),
            }
        }
    }
}

fn not_yours(request: &Request) -> Problem {
    hidden(request, Problem::forbidden("requests-not-yours"))
}

/// What is said to those who may not: of a confidential request not even that it exists.
fn hidden(request: &Request, problem: Problem) -> Problem {
    match request.privacy {
        Privacy::Confidential => unknown(&request.code),
        Privacy::Open | Privacy::Anonymous => problem,
    }
}

/// Whether a key is the one of a request, unless too many wrong ones were tried of late.
async fn key_fits(app: &App, op: &Op, request: &Request, key: &str) -> Result<bool> {
    let since = op.at.minus(GUESS_WINDOW);
    if store::count_guesses(app.db.read(), &request.id, since).await? >= MOST_GUESSES {
        return Err(hidden(request, Problem::too_many("requests-key-wait")));
    }
    let kept = store::filed::find_key_hash(app.db.read(), &request.id).await?;
    let given = Code::<6>::parse(key)
        .ok()
        .map(|key| key_hash(&request.id, &key.plain()));
    Ok(given.is_some() && given == kept)
}

/// How a resident's key is kept.
#[must_use]
pub fn key_hash(request_id: &str, key: &str) -> String {
    id::digest(&format!("{request_id}:{key}"))
}

/// The scopes in which somebody is an officer: organisation and place, each `None` for any. Empty for whoever is none.
#[must_use]
pub fn desks(op: &Op) -> Vec<(Option<String>, Option<String>)> {
    match &op.who {
        Who::System => vec![(None, None)],
        Who::Anyone => Vec::new(),
        Who::Person(person) => {
            if person.grants.iter().any(|grant| grant.role == Role::Admin) {
                return vec![(None, None)];
            }
            let oversees = |role| OVERSEERS.contains(&role);
            person
                .grants
                .iter()
                .filter(|grant| grant.role == Role::Officer || oversees(grant.role))
                .map(|grant| {
                    let org = grant.org.clone().filter(|_| !oversees(grant.role));
                    (org, grant.place.clone())
                })
                .collect()
        }
    }
}

/// Passes whoever may file on somebody's behalf at a place.
///
/// # Errors
/// `sign-in-needed`, `not-allowed`.
pub fn require_operator(op: &Op, library: &Library, place: Option<&str>) -> Result<()> {
    op.require_at(&OPERATORS, &library.lineage(place))
}
