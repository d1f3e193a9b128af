//! What somebody may do with data, by whose they are and what they are about.

use std::{collections::HashMap, sync::Arc};

use super::{APPROVERS, model::Actor};
use crate::{
    accounts::Reaches,
    catalog::model::{CONFIDANTS, may_write},
    places::{self, model::Places},
    platform::{app::App, op::Op, problem::Result},
};

/// What the caller was granted, ready to be asked about any data.
pub struct Roles<'a> {
    op: &'a Op,
    reaches: Reaches<'a>,
    places: Arc<Places>,
}

impl<'a> Roles<'a> {
    /// Looks up what is needed to say what the caller may do.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(app: &App, op: &'a Op) -> Result<Roles<'a>> {
        Ok(Roles {
            op,
            reaches: Reaches::of(app, op).await?,
            places: places::all(app).await?,
        })
    }

    /// What the caller may do with data of an organisation about a place, or of none about none.
    #[must_use]
    pub fn over(&self, organisation: Option<&str>, place: Option<&str>) -> Actor<'a> {
        let above = place
            .and_then(|code| self.places.find(code))
            .and_then(|place| place.ancestors().next())
            .map(|place| place.code().to_owned());
        Actor {
            id: self.op.person().map(|person| person.id.as_str()),
            may_write: may_write(self.op, organisation),
            may_check: self.reaches.covers(&CONFIDANTS, organisation, place),
            may_approve: self.reaches.covers(&APPROVERS, organisation, place)
                || self.reaches.covers(&CONFIDANTS, None, above.as_deref()),
        }
    }
}

/// The same for very many data of few organisations about few places: each pair is judged once.
pub struct Remembered<'r, 'a> {
    roles: &'r Roles<'a>,
    known: HashMap<(Option<&'r str>, Option<&'r str>), Actor<'a>>,
}

impl<'r, 'a> Remembered<'r, 'a> {
    #[must_use]
    pub fn new(roles: &'r Roles<'a>) -> Remembered<'r, 'a> {
        Remembered {
            roles,
            known: HashMap::new(),
        }
    }

    /// As [`Roles::over`].
    pub fn over(&mut self, organisation: Option<&'r str>, place: Option<&'r str>) -> Actor<'a> {
        let roles = self.roles;
        *self
            .known
            .entry((organisation, place))
            .or_insert_with(|| roles.over(organisation, place))
    }
}
