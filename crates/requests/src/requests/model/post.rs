//! Posts: seats on the ladder. Who sits on one changes; what was routed to it stays.

use serde::Serialize;

use crate::platform::time::Time;

/// A post to be added.
#[derive(Debug, Clone)]
pub struct NewPost {
    pub agency: String,
    /// From 1.
    pub level: u8,
    pub place: Option<String>,
    pub title: String,
    /// Account ids.
    pub holder: Option<String>,
    pub deputy: Option<String>,
}

/// A post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Post {
    pub id: String,
    pub agency: String,
    pub level: u8,
    pub place: Option<String>,
    pub title: String,
    pub holder: Option<String>,
    pub deputy: Option<String>,
    /// The holder's leave: from, until.
    pub away: Option<(Time, Time)>,
    pub closed_at: Option<Time>,
}

impl Post {
    /// Returns who acts on it at a moment: the holder, or the deputy while there is none or they are away.
    #[must_use]
    pub fn acting(&self, at: Time) -> Option<&str> {
        let is_away = self.away.is_some_and(|(from, until)| from <= at && at < until);
        let holder = self.holder.as_deref().filter(|_| !is_away);
        holder.or(self.deputy.as_deref())
    }

    /// Tells whether it is responsible for requests of an agency at a place, given with its ancestors.
    #[must_use]
    pub fn covers<S: AsRef<str>>(&self, agency: Option<&str>, lineage: &[S]) -> bool {
        let in_place = self
            .place
            .as_deref()
            .is_none_or(|place| lineage.iter().any(|code| code.as_ref() == place));
        agency == Some(self.agency.as_str()) && in_place
    }
}

/// Returns the highest level on which somebody acts for an agency at a place; 0: on none.
#[must_use]
pub fn authority<S: AsRef<str>>(
    posts: &[Post],
    user: &str,
    agency: Option<&str>,
    lineage: &[S],
    at: Time,
) -> u8 {
    posts
        .iter()
        .filter(|post| post.covers(agency, lineage) && post.acting(at) == Some(user))
        .map(|post| post.level)
        .max()
        .unwrap_or(0)
}

/// Returns the post a request goes to: that of its level for the narrowest place around it.
#[must_use]
pub fn responsible<'a, S: AsRef<str>>(
    posts: &'a [Post],
    agency: Option<&str>,
    level: u8,
    lineage: &[S],
) -> Option<&'a Post> {
    let distance = |post: &Post| match &post.place {
        Some(place) => lineage
            .iter()
            .position(|code| code.as_ref() == place)
            .unwrap_or(usize::MAX),
        None => usize::MAX,
    };
    posts
        .iter()
        .filter(|post| post.level == level && post.covers(agency, lineage))
        .min_by_key(|post| (distance(post), &post.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINEAGE: [&str; 3] = ["35.22.01.2001", "35.22.01", "35.22"];

    fn post(id: &str, level: u8, place: Option<&str>) -> Post {
        Post {
            id: id.into(),
            agency: "dinas-pu".into(),
            level,
            place: place.map(Into::into),
            title: id.into(),
            holder: Some("ani".into()),
            deputy: Some("budi".into()),
            away: None,
            closed_at: None,
        }
    }

    #[test]
    fn the_deputy_acts_while_the_holder_is_away_or_the_post_is_vacant() {
        let mut seat = post("a", 1, None);
        assert_eq!(seat.acting(Time(5)), Some("ani"));
        seat.away = Some((Time(5), Time(10)));
        assert_eq!(
            [seat.acting(Time(4)), seat.acting(Time(5)), seat.acting(Time(10))],
            [Some("ani"), Some("budi"), Some("ani")]
        );
        seat.holder = None;
        assert_eq!(seat.acting(Time(4)), Some("budi"));
        seat.deputy = None;
        assert_eq!(seat.acting(Time(4)), None);
    }

    #[test]
    fn a_request_goes_to_the_post_of_the_narrowest_place() {
        let posts = [
            post("all", 1, None),
            post("regency", 1, Some("35.22")),
            post("district", 1, Some("35.22.01")),
            post("head", 2, None),
        ];
        let to = |level, lineage: &[&str]| {
            responsible(&posts, Some("dinas-pu"), level, lineage).map(|post| post.id.clone())
        };
        assert_eq!(to(1, &LINEAGE).as_deref(), Some("district"));
        assert_eq!(to(1, &["35.22.09", "35.22"]).as_deref(), Some("regency"));
        assert_eq!(to(1, &["35.23"]).as_deref(), Some("all"));
        assert_eq!(to(2, &LINEAGE).as_deref(), Some("head"));
        assert_eq!(to(3, &LINEAGE), None);
        assert_eq!(responsible(&posts, Some("dinkes"), 1, &LINEAGE), None);
    }

    #[test]
    fn authority_is_the_highest_post_somebody_acts_on() {
        let mut posts = vec![post("low", 1, None), post("high", 3, Some("35.22"))];
        assert_eq!(authority(&posts, "ani", Some("dinas-pu"), &LINEAGE, Time(0)), 3);
        assert_eq!(authority(&posts, "ani", Some("dinas-pu"), &["35.23"], Time(0)), 1);
        assert_eq!(authority(&posts, "budi", Some("dinas-pu"), &LINEAGE, Time(0)), 0);
        posts[1].holder = None;
        assert_eq!(authority(&posts, "budi", Some("dinas-pu"), &LINEAGE, Time(0)), 3);
        assert_eq!(authority(&posts, "ani", Some("dinkes"), &LINEAGE, Time(0)), 0);
    }
}
