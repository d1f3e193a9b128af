//! Who looks at what an organisation publishes, and what may be said at once.

use super::{ReviewRuleSet, model::Review};
use crate::{
    catalog::store::workflow as rows,
    platform::{
        app::App,
        db::Tx,
        op::{Op, Role},
        problem::Result,
    },
};

/// Who looks at what an organisation, or none, publishes.
///
/// # Errors
/// When the database fails.
pub async fn review_of(app: &App, organisation: Option<&str>) -> Result<Review> {
    Ok(Rules::read(app).await?.of(app, organisation))
}

/// The stricter of two organisations' rules: of the one whose a dataset is, and of the one whose it becomes.
///
/// # Errors
/// When the database fails.
pub async fn stricter_of(app: &App, [before, after]: [Option<&str>; 2]) -> Result<Review> {
    let rules = Rules::read(app).await?;
    Ok(rules.of(app, before).max(rules.of(app, after)))
}

/// The rules of all organisations, read at once.
pub struct Rules(Vec<(String, String)>);

impl Rules {
    /// Reads them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read(app: &App) -> Result<Rules> {
        rows::list_rules(app.db.read()).await.map(Rules)
    }

    /// The rule of an organisation, or else the portal's, or else the setting.
    #[must_use]
    pub fn of(&self, app: &App, organisation: Option<&str>) -> Review {
        let rule = |code: &str| {
            let found = self.0.iter().find(|(organisation, _)| organisation == code);
            found.and_then(|(_, word)| Review::read(word))
        };
        organisation
            .and_then(rule)
            .or_else(|| rule(""))
            .or_else(|| Review::read(&app.config.review))
            .unwrap_or(Review::Approver)
    }
}

/// Sets the rule of an organisation, or with an empty code that of all others; `None` takes it away.
///
/// # Errors
/// `not-allowed` for anybody but an administrator.
pub async fn set_rule(tx: &mut Tx, op: &Op, organisation: &str, review: Option<Review>) -> Result<()> {
    op.require(&[Role::Admin])?;
    match review {
        Some(review) => rows::put_rule(tx, organisation, review.as_str(), op.at).await?,
        None => rows::delete_rule(tx, organisation).await?,
    }
    let event = ReviewRuleSet {
        organisation: organisation.to_owned(),
        review: review.map_or("", Review::as_str),
    };
    tx.emit(op, &event).await
}

/// How a dataset is to be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// Nobody wants it open, or it is, or nobody has to look at it: it is as it is wanted.
    AsWanted,
    /// Somebody wants it open, and somebody else has to look at it first.
    Reviewed,
}

/// Decides whether a dataset can be opened at once. The rule of whose it is counts, and that of whose it becomes.
///
/// # Errors
/// When the database fails.
pub async fn opening(
    app: &App,
    organisations: [Option<&str>; 2],
    was_open: bool,
    is_wanted: bool,
) -> Result<Opening> {
    let is_reviewed = is_wanted && !was_open && stricter_of(app, organisations).await? != Review::None;
    Ok(if is_reviewed {
        Opening::Reviewed
    } else {
        Opening::AsWanted
    })
}
