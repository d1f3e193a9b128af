//! What is on its way, and for whom it waits.

use std::collections::HashMap;

use super::{
    TAKING_PART,
    kept::stage_of,
    late,
    model::{Act, Case, Hand, Refusal, Review, Stage},
    roles::Roles,
    rules::Rules,
    tell::list_people,
};
use crate::{
    catalog::{
        index::Index,
        store::workflow::{self as rows, PublicationRow},
    },
    platform::{
        app::App,
        i18n::Lang,
        op::{Op, Role},
        problem::Result,
    },
};

/// Something on its way, with what the caller may do with it.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub row: PublicationRow,
    pub stage: Stage,
    pub producers: Vec<String>,
    pub review: Review,
    pub may: May,
    /// Why the caller may not take the step that it waits for; nothing when they may, or when it waits for nobody.
    pub why_not: Option<Refusal>,
}

/// Who looks at something on its way next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taker {
    /// Whom the step is for; who stands above a dataset's place approves, too.
    pub role: Role,
    /// How many accounts with such a role can take it; administrators, who hold every role, are not counted.
    pub n: usize,
}

/// What somebody may do with something on its way, now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct May {
    pub submit: bool,
    pub take_back: bool,
    pub check: bool,
    pub give_back: bool,
    pub approve: bool,
}

impl May {
    /// Whether it waits for the caller: to be handed in, checked or approved.
    #[must_use]
    pub fn is_next(self) -> bool {
        self.submit || self.check || self.approve
    }
}

/// Lists what is on its way and concerns the caller, the longest waiting first.
///
/// # Errors
/// When the database fails.
pub async fn list_waiting(app: &App, op: &Op) -> Result<Vec<Waiting>> {
    let roles = Roles::of(app, op).await?;
    let rules = Rules::read(app).await?;
    let mut hands: HashMap<String, Vec<String>> = HashMap::new();
    for (publication, who) in rows::list_hands(app.db.read()).await? {
        hands.entry(publication).or_default().push(who);
    }
    let mut all = Vec::new();
    for row in rows::list_open(app.db.read()).await? {
        let actor = roles.over(row.organisation.as_deref(), row.place_code.as_deref());
        if !actor.takes_part() {
            continue;
        }
        let review = rules.of(app, row.organisation.as_deref());
        let case = Case {
            stage: stage_of(&row),
            producers: hands.remove(&row.id).unwrap_or_default(),
        };
        let can = |act: Act| case.after(review, actor, act, op.at).is_ok();
        let may = May {
            submit: can(Act::Submit),
            take_back: can(Act::TakeBack),
            check: can(Act::Check { publish_at: op.at }),
            give_back: can(Act::Return),
            approve: can(Act::Approve { publish_at: op.at }),
        };
        let looked_at = match case.stage {
            Stage::Submitted { .. } => Some(Act::Check { publish_at: op.at }),
            Stage::Checked { .. } => Some(Act::Approve { publish_at: op.at }),
            _ => None,
        };
        let why_not = looked_at.and_then(|act| case.after(review, actor, act, op.at).err());
        all.push(Waiting {
            row,
            why_not,
            stage: case.stage,
            producers: case.producers,
            review,
            may,
        });
    }
    Ok(all)
}

/// How much waits for the caller.
///
/// # Errors
/// When the database fails.
pub async fn count_next(app: &App, op: &Op) -> Result<usize> {
    if !op.has(&TAKING_PART) {
        return Ok(0);
    }
    let all = list_waiting(app, op).await?;
    Ok(all.iter().filter(|known| known.may.is_next()).count())
}

/// How many datasets are late of which the caller does something.
///
/// # Errors
/// When the database fails.
pub async fn count_late(app: &App, op: &Op) -> Result<usize> {
    if !op.has(&TAKING_PART) {
        return Ok(0);
    }
    let index = Index::of(app).await?;
    let roles = Roles::of(app, op).await?;
    Ok(late::list(app, op, &index, &roles, 0).await?.n)
}

/// Says who looks at something next, or, of what is with its producer, once the caller hands it in.
///
/// # Errors
/// When the database fails.
pub async fn taker_of(app: &App, op: &Op, known: &Waiting) -> Result<Option<Taker>> {
    let me = op.person().map_or("system", |person| person.id.as_str());
    let mut case = Case {
        stage: known.stage.clone(),
        producers: known.producers.clone(),
    };
    if case.stage == Stage::Draft && known.review != Review::None {
        case.producers.push(me.to_owned());
        case.stage = Stage::Submitted {
            by: Hand {
                who: me.to_owned(),
                at: op.at,
            },
        };
    }
    let (role, act) = match case.stage {
        Stage::Submitted { .. } => (Role::Steward, Act::Check { publish_at: op.at }),
        Stage::Checked { .. } => (Role::Leader, Act::Approve { publish_at: op.at }),
        _ => return Ok(None),
    };
    let (organisation, place) = (known.row.organisation.as_deref(), known.row.place_code.as_deref());
    let mut n = 0;
    for person in &list_people(app, op.at).await? {
        if !person.has(&[Role::Steward, Role::Leader]) {
            continue;
        }
        let actor = Roles::of(app, person).await?.over(organisation, place);
        n += usize::from(case.after(known.review, actor, act, op.at).is_ok());
    }
    Ok(Some(Taker { role, n }))
}

/// What is on its way: the whole dataset, new rows for a table, or another licence.
#[must_use]
pub fn subject_in_words(lang: Lang, row: &PublicationRow) -> String {
    match (&row.resource_title, &row.licence) {
        (Some(title), _) => lang
            .text("catalog-workflow-new-rows")
            .arg("table", title)
            .to_string(),
        (None, Some(licence)) => lang
            .text("catalog-workflow-new-licence")
            .arg("licence", licence_in_words(lang, licence))
            .to_string(),
        (None, None) => lang.text("catalog-workflow-whole-dataset").to_string(),
    }
}

/// A licence as people read it, also where none is settled.
#[must_use]
pub fn licence_in_words(lang: Lang, licence: &str) -> String {
    match licence {
        "" => lang.text("catalog-none").to_string(),
        licence => licence.to_owned(),
    }
}
