//! What was promised about a report: each promise is one in the ledger of commitments, with an owner and a day.

use jiff::civil::Date;

use super::Hotspot;
use crate::{
    accounts,
    evidence::{
        self,
        model::{Commitment, NewCommitment, Subject},
        pages::tag,
    },
    facilitators,
    listening::words,
    platform::{
        app::App,
        html::parts::Cell,
        i18n::Lang,
        op::Op,
        problem::{Problem, Result},
    },
};

/// Promises of one report at most.
const MOST_PROMISES: i64 = 200;

/// A promise as it is typed.
#[derive(Debug, Clone, Default)]
pub struct TypedPromise {
    pub promise: String,
    /// Code of the organisation that promises.
    pub owner: String,
    pub owner_post: String,
    pub due_on: String,
}

/// Lists what was promised about a report, the next due first, settled ones last.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, hotspot: &Hotspot) -> Result<Vec<Commitment>> {
    evidence::list_commitments(app, None, Some(&subject(hotspot)), MOST_PROMISES).await
}

/// Notes what an organisation promised about a public report; the same sent twice is promised once. Whoever composes reports of the place
/// writes it down, and their own name stays on it.
///
/// # Errors
/// `listening-hotspot-not-public`; `listening-hotspot-promises-many`; `listening-hotspot-owner` on field `owner`; `listening-hotspot-due`
/// on field `due_on`; as [`evidence::promise`].
pub async fn promise(app: &App, op: &Op, hotspot: &Hotspot, typed: &TypedPromise) -> Result<()> {
    let wrong = |field: &'static str, code: &'static str| Problem::invalid("fields").field(field, code);
    if hotspot.version == 0 {
        return Err(Problem::conflict("listening-hotspot-not-public"));
    }
    let organisations = accounts::list_organisations(app).await?;
    let owner = typed.owner.trim();
    if !organisations.iter().any(|known| known.code == owner) {
        return Err(wrong("owner", "listening-hotspot-owner"));
    }
    let due_on: Date = typed
        .due_on
        .trim()
        .parse()
        .map_err(|_| wrong("due_on", "listening-hotspot-due"))?;
    let made = list(app, hotspot).await?;
    let text = typed.promise.trim();
    let is_same = |known: &Commitment| {
        (known.promise.as_str(), known.owner.as_str(), known.due_on) == (text, owner, due_on)
    };
    if made.iter().any(is_same) {
        return Ok(());
    }
    if i64::try_from(made.len()).unwrap_or(i64::MAX) >= MOST_PROMISES {
        return Err(Problem::conflict("listening-hotspot-promises-many").with("most", MOST_PROMISES));
    }
    let new = NewCommitment {
        promise: text.to_owned(),
        owner: owner.to_owned(),
        owner_post: Some(typed.owner_post.trim().to_owned()).filter(|post| !post.is_empty()),
        place: Some(hotspot.place.clone()),
        raised: Some(subject(hotspot)),
        made_on: app.config.day(op.at),
        due_on,
    };
    let mut tx = app.db.begin().await?;
    evidence::promise(&mut tx, &facilitators::on_behalf_of(op, owner), new).await?;
    tx.commit().await
}

/// What stands over [`rows`].
pub(super) fn head(lang: Lang) -> Vec<Cell> {
    [
        "evidence-promise",
        "evidence-owner",
        "evidence-due",
        "evidence-standing",
    ]
    .map(|id| Cell::text(lang.text(id)))
    .into()
}

/// What was promised, for people: with who keeps it, until when, and how it stands.
pub(super) async fn rows(app: &App, op: &Op, hotspot: &Hotspot) -> Result<Vec<Vec<Cell>>> {
    let made = list(app, hotspot).await?;
    if made.is_empty() {
        return Ok(Vec::new());
    }
    let organisations = accounts::list_organisations(app).await?;
    let (lang, today) = (op.lang, app.config.day(op.at));
    Ok(made
        .iter()
        .map(|each| {
            let owner = organisations
                .iter()
                .find(|known| known.code == each.owner)
                .map_or_else(|| each.owner.clone(), |known| known.name.clone());
            vec![
                Cell::html(words::link(&each.path(), &each.promise)),
                Cell::text(owner),
                Cell::text(lang.short_date(each.due_on)),
                Cell::text(tag(lang, each.standing(today)).text),
            ]
        })
        .collect())
}

fn subject(hotspot: &Hotspot) -> Subject {
    Subject::new("hotspot", &hotspot.id)
}
