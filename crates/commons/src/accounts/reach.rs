//! How far a role reaches: the places and the organisation within which somebody may read what is not for everybody.

use std::sync::Arc;

use crate::{
    places::{
        self,
        model::{Place, Places},
    },
    platform::{
        app::App,
        op::{Op, Role, Who},
        problem::Result,
    },
};

/// The places within which somebody holds a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Everything, what belongs to no place among it.
    Everywhere,
    /// These places and what lies below them; nowhere when there is none.
    Within(Vec<String>),
}

/// What somebody was granted, with the places that tell how far each grant goes.
pub struct Reaches<'a> {
    op: &'a Op,
    /// `None` when no grant of theirs names a place.
    places: Option<Arc<Places>>,
}

impl<'a> Reaches<'a> {
    /// Looks up what is needed to say how far the caller's roles reach.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(app: &App, op: &'a Op) -> Result<Reaches<'a>> {
        let is_placed = op
            .person()
            .is_some_and(|me| me.grants.iter().any(|grant| grant.place.is_some()));
        let places = match is_placed {
            true => Some(places::all(app).await?),
            false => None,
        };
        Ok(Reaches { op, places })
    }

    /// Tells where the caller holds one of `roles` over what belongs to an organisation, or to none.
    ///
    /// A role within an organisation reaches only what belongs to it. Places that together hold all others are everywhere.
    #[must_use]
    pub fn over(&self, roles: &[Role], org: Option<&str>) -> Reach {
        let me = match &self.op.who {
            Who::System => return Reach::Everywhere,
            Who::Anyone => return Reach::Within(Vec::new()),
            Who::Person(me) => me,
        };
        let mut within = Vec::new();
        for grant in &me.grants {
            let is_held = grant.role == Role::Admin || roles.contains(&grant.role);
            if !is_held || (grant.org.is_some() && grant.org.as_deref() != org) {
                continue;
            }
            match &grant.place {
                None => return Reach::Everywhere,
                Some(place) => within.push(place.clone()),
            }
        }
        within.sort();
        within.dedup();
        // What lies within another place of theirs adds nothing, and must not be counted twice.
        let is_within = |code: &String| {
            let place = self.places.as_deref().and_then(|all| all.find(code));
            place.is_some_and(|place| {
                place
                    .ancestors()
                    .any(|above| within.iter().any(|code| code == above.code()))
            })
        };
        let within: Vec<String> = within.iter().filter(|code| !is_within(code)).cloned().collect();
        if self.are_all(&within) {
            Reach::Everywhere
        } else {
            Reach::Within(within)
        }
    }

    /// Tells whether the caller holds one of `roles` over something about a place, or about none, of an organisation, or of none.
    #[must_use]
    pub fn covers(&self, roles: &[Role], org: Option<&str>, place: Option<&str>) -> bool {
        match (self.over(roles, org), place) {
            (Reach::Everywhere, _) => true,
            (Reach::Within(_), None) => false,
            (Reach::Within(codes), Some(place)) => self
                .places
                .as_deref()
                .and_then(|all| all.find(place))
                .is_some_and(|place| {
                    place
                        .with_ancestors()
                        .any(|above| codes.iter().any(|code| code == above.code()))
                }),
        }
    }

    /// Whether some places hold everything that is known to lie anywhere: all roots, or a place with every other below or above it.
    fn are_all(&self, codes: &[String]) -> bool {
        let Some(all) = self.places.as_deref() else {
            return false;
        };
        let is_theirs = |place: Place<'_>| codes.iter().any(|code| code == place.code());
        let holds_top = all.top().is_some_and(|top| top.with_ancestors().any(is_theirs));
        holds_top || (all.roots().next().is_some() && all.roots().all(is_theirs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        places::model::PlaceRow,
        platform::{
            op::{Grant, Person, Proof},
            time::Time,
        },
    };

    fn op(grants: &[(Role, Option<&str>, Option<&str>)]) -> Op {
        let grant = |(role, place, org): &(Role, Option<&str>, Option<&str>)| Grant {
            role: *role,
            place: place.map(Into::into),
            org: org.map(Into::into),
        };
        let who = Who::Person(Person {
            id: "p".into(),
            name: "P".into(),
            email: "p@x".into(),
            grants: grants.iter().map(grant).collect(),
            proof: Proof::Session { id: "s".into() },
        });
        Op {
            who,
            ..Op::system(Time(0))
        }
    }

    fn reaches<'a>(op: &'a Op, rows: &[(&str, Option<&str>)]) -> Reaches<'a> {
        let row = |(code, parent): &(&str, Option<&str>)| PlaceRow {
            code: (*code).into(),
            level: "level".into(),
            name: (*code).into(),
            parent: parent.map(Into::into),
            ..PlaceRow::default()
        };
        let places = Places::new(rows.iter().map(row).collect(), jiff::civil::date(2026, 11, 21));
        Reaches {
            op,
            places: Some(Arc::new(places)),
        }
    }

    const REGENCY: [(&str, Option<&str>); 3] = [("r", None), ("r.1", Some("r")), ("r.2", Some("r"))];

    #[test]
    fn a_role_at_a_place_reaches_what_lies_below_it_and_nothing_without_a_place() {
        let op = op(&[(Role::Officer, Some("r.1"), None)]);
        let reaches = reaches(&op, &REGENCY);
        assert_eq!(
            reaches.over(&[Role::Officer], None),
            Reach::Within(vec!["r.1".into()])
        );
        assert!(reaches.covers(&[Role::Officer], None, Some("r.1")));
        assert!(!reaches.covers(&[Role::Officer], None, Some("r.2")));
        assert!(!reaches.covers(&[Role::Officer], None, Some("nowhere")));
        assert!(!reaches.covers(&[Role::Officer], None, None));
        assert!(!reaches.covers(&[Role::Steward], None, Some("r.1")));
    }

    #[test]
    fn a_role_at_the_only_root_is_everywhere_but_not_before_there_are_places() {
        let op = op(&[(Role::Officer, Some("r"), None)]);
        assert_eq!(
            reaches(&op, &REGENCY).over(&[Role::Officer], None),
            Reach::Everywhere
        );
        assert_ne!(reaches(&op, &[]).over(&[Role::Officer], None), Reach::Everywhere);
        let two = [("r", None), ("s", None)];
        assert_ne!(reaches(&op, &two).over(&[Role::Officer], None), Reach::Everywhere);
    }

    #[test]
    fn a_role_within_an_organisation_reaches_only_what_belongs_to_it() {
        let op = op(&[(Role::Producer, None, Some("dinkes"))]);
        let reaches = reaches(&op, &REGENCY);
        assert_eq!(reaches.over(&[Role::Producer], Some("dinkes")), Reach::Everywhere);
        assert_eq!(
            reaches.over(&[Role::Producer], Some("disdik")),
            Reach::Within(Vec::new())
        );
        assert_eq!(reaches.over(&[Role::Producer], None), Reach::Within(Vec::new()));
    }
}
