//! How far what came for a period is: read from what the workflow did with it, each time anew, so that nothing can disagree.
//!
//! A file for an open dataset goes a way of its own where others look at files first. What comes into a closed dataset that is meant for
//! everybody goes the way of the dataset: it is handed in with it. A dataset that nobody ever meant to open is for staff, who have what
//! came at once.

use super::model::Delivery;
use crate::{
    catalog::store::agenda::{DueRow, WayRow},
    platform::time::Time,
};

/// Whom the data of a dataset are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// It is on its way to everybody, or was open at some time.
    Everybody,
    Staff,
}

/// The way that something not published yet goes; `ways` are those of its dataset.
#[must_use]
pub fn way_of<'a>(due: &DueRow, ways: &'a [WayRow]) -> Option<&'a WayRow> {
    let delivered_at = due.delivered_at?;
    if let Some(id) = &due.publication_id {
        return ways.iter().find(|way| way.id == *id);
    }
    // The first one that was not over before it came.
    ways.iter()
        .filter(|way| way.resource_id.is_none() && way.stage != "ended")
        .filter(|way| way.ended_at.is_none_or(|at| at >= delivered_at))
        .min_by_key(|way| way.ended_at.unwrap_or(i64::MAX))
}

/// Tells how far what came for a period is.
#[must_use]
pub fn delivery(due: &DueRow, ways: &[WayRow], whom: For) -> Delivery {
    let Some(delivered_at) = due.delivered_at.map(Time) else {
        return Delivery::Nothing;
    };
    if let Some(published_at) = due.published_at.map(Time) {
        return Delivery::Out {
            handed_in_at: delivered_at,
            published_at: Some(published_at),
        };
    }
    if due.publication_id.is_none() && whom == For::Staff {
        return Delivery::Out {
            handed_in_at: delivered_at,
            published_at: None,
        };
    }
    let Some(way) = way_of(due, ways) else {
        return Delivery::Nothing;
    };
    // A file is handed in by being sent, a dataset by its producer's word.
    let handed_in_at = match way.resource_id {
        Some(_) => delivered_at,
        None => way
            .handed_in_at
            .map_or(delivered_at, |at| Time(at).max(delivered_at)),
    };
    match way.stage.as_str() {
        "submitted" | "checked" | "approved" => Delivery::Waits { handed_in_at },
        "published" => {
            let published_at = way.ended_at.map_or(handed_in_at, Time);
            Delivery::Out {
                handed_in_at: handed_in_at.min(published_at),
                published_at: Some(published_at),
            }
        }
        _ => Delivery::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn due(delivered_at: Option<i64>, publication: Option<&str>) -> DueRow {
        DueRow {
            id: "d".into(),
            dataset_id: "wells".into(),
            period: "2026-B03".into(),
            period_from: "2026-01-01".into(),
            period_to: "2026-03-31".into(),
            due_on: "2026-03-31".into(),
            first_due_on: "2026-03-31".into(),
            opens_at: 0,
            notice_at: 0,
            due_at: 100,
            red_at: 200,
            organisation: None,
            unit: String::new(),
            delivered_at,
            published_at: None,
            publication_id: publication.map(str::to_owned),
            resource_id: None,
            version: None,
        }
    }

    fn way(
        id: &str,
        resource: Option<&str>,
        stage: &str,
        handed_in_at: Option<i64>,
        ended_at: Option<i64>,
    ) -> WayRow {
        WayRow {
            id: id.into(),
            dataset_id: "wells".into(),
            resource_id: resource.map(str::to_owned),
            stage: stage.into(),
            handed_in_at,
            ended_at,
        }
    }

    fn waits(at: i64) -> Delivery {
        Delivery::Waits {
            handed_in_at: Time(at),
        }
    }

    fn out(handed_in_at: i64, published_at: Option<i64>) -> Delivery {
        Delivery::Out {
            handed_in_at: Time(handed_in_at),
            published_at: published_at.map(Time),
        }
    }

    #[test]
    fn a_file_is_handed_in_when_it_is_sent_and_not_when_it_is_given_back() {
        let stands = |stage: &str, ended_at: Option<i64>| {
            let ways = [way("p", Some("r"), stage, Some(55), ended_at)];
            delivery(&due(Some(50), Some("p")), &ways, For::Everybody)
        };
        assert_eq!(stands("submitted", None), waits(50));
        assert_eq!(stands("approved", None), waits(50));
        assert_eq!(stands("draft", None), Delivery::Nothing);
        assert_eq!(stands("published", Some(120)), out(50, Some(120)));
    }

    #[test]
    fn what_came_into_a_closed_dataset_is_handed_in_with_the_dataset() {
        let stands = |ways: &[WayRow], whom: For| delivery(&due(Some(50), None), ways, whom);
        assert_eq!(
            stands(&[], For::Staff),
            out(50, None),
            "for staff it is there at once"
        );
        assert_eq!(
            stands(&[], For::Everybody),
            Delivery::Nothing,
            "closed again, it reaches nobody"
        );
        let draft = way("w", None, "draft", None, None);
        assert_eq!(stands(&[draft], For::Everybody), Delivery::Nothing);
        let handed_in = way("w", None, "checked", Some(70), None);
        assert_eq!(stands(&[handed_in], For::Everybody), waits(70));
        let before = way("v", None, "published", Some(10), Some(20));
        let published = way("w", None, "published", Some(70), Some(120));
        let at_once = way("x", None, "published", Some(300), Some(300));
        assert_eq!(
            stands(&[at_once, published, before], For::Everybody),
            out(70, Some(120))
        );
    }
}
