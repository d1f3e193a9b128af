//! Whose submissions somebody may read: a role reaches to its place and those below it.

use std::sync::Arc;

use super::READERS;
use crate::{
    places::{self, model::Places},
    platform::{app::App, op::Op, problem::Result},
};

/// What a reader may see of submissions, by the place each is about.
pub(super) struct Sight<'a> {
    op: &'a Op,
    /// `None` for those who read everywhere.
    places: Option<Arc<Places>>,
}

impl<'a> Sight<'a> {
    pub async fn of(app: &App, op: &'a Op) -> Result<Self> {
        let places = if op.has_at::<&str>(&READERS, &[]) {
            None
        } else {
            Some(places::all(app).await?)
        };
        Ok(Self { op, places })
    }

    pub fn is_everything(&self) -> bool {
        self.places.is_none()
    }

    /// Tells whether the reader may see what is about a place; what is about none, or one that nobody knows, is for those who
    /// read the whole: a place with every other below or above it.
    pub fn reaches(&self, place: Option<&str>) -> bool {
        let Some(places) = &self.places else { return true };
        match place.and_then(|code| places.find(code)) {
            Some(place) => self.op.has_at(&READERS, &place.lineage()),
            None => places
                .top()
                .is_some_and(|top| self.op.has_at(&READERS, &top.lineage())),
        }
    }
}
