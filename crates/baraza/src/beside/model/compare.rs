//! Whether what two sources say may be compared: by what they are of, where, when and of whom. What misleads is refused with its reason.

use serde::Serialize;

use super::{Area, Concept, People, Saying, Span, Value};

/// Points between two sources from which on a gap is wide, as on score cards.
pub const WIDE: f64 = 25.0;
/// Levels between two places from which on they are too far apart.
const FAR_LEVELS: u32 = 2;
/// Days between two periods from which on they are years apart.
const A_YEAR: i32 = 365;
/// Days of a month; what lies no farther apart meets.
const A_MONTH: i32 = 30;

/// How far the second of two sources may be compared with the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    Same,
    /// The second one says more: it holds what the first one is of.
    Broader,
    /// The second one says less.
    Narrower,
    /// Near it.
    Proxy,
    /// Not at all: no gap is given.
    None,
}

impl How {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            How::Same => "same",
            How::Broader => "broader",
            How::Narrower => "narrower",
            How::Proxy => "proxy",
            How::None => "none",
        }
    }

    /// Both together: whatever misleads wins, and what is wider in one way and narrower in another is only near.
    fn and(self, other: How) -> How {
        match (self, other) {
            (How::Same, how) | (how, How::Same) => how,
            (one, other) if one == other => one,
            (How::None, _) | (_, How::None) => How::None,
            _ => How::Proxy,
        }
    }
}

/// Why two sources do not say the same; always said of the second beside the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    ConceptBroader,
    ConceptNarrower,
    ConceptProxy,
    /// Each stands for the criterion in a way of its own.
    ConceptsApart,
    ConceptDifferent,
    PlaceWider,
    PlaceSmaller,
    PlacesPartly,
    PlacesElsewhere,
    /// So many levels lie between them.
    PlacesFar(u32),
    /// So many months lie between them.
    MonthsApart(u32),
    YearsApart(u32),
    PeriodUnknown,
    PeopleMore,
    PeopleFewer,
    /// One of them hears only those who chose to write.
    PeopleChosen,
    /// The unit of one of them does not turn into points.
    NoPoints,
    Withheld,
    Missing,
}

impl Reason {
    #[must_use]
    pub fn how(self) -> How {
        match self {
            Reason::ConceptBroader | Reason::PlaceWider | Reason::PeopleMore => How::Broader,
            Reason::ConceptNarrower | Reason::PlaceSmaller | Reason::PeopleFewer => How::Narrower,
            Reason::ConceptProxy | Reason::PlacesPartly | Reason::MonthsApart(_) | Reason::PeopleChosen => {
                How::Proxy
            }
            Reason::ConceptsApart
            | Reason::ConceptDifferent
            | Reason::PlacesElsewhere
            | Reason::PlacesFar(_)
            | Reason::YearsApart(_)
            | Reason::PeriodUnknown
            | Reason::NoPoints
            | Reason::Withheld
            | Reason::Missing => How::None,
        }
    }

    /// The last part of its text's id.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::ConceptBroader => "concept-broader",
            Reason::ConceptNarrower => "concept-narrower",
            Reason::ConceptProxy => "concept-proxy",
            Reason::ConceptsApart => "concepts-apart",
            Reason::ConceptDifferent => "concept-different",
            Reason::PlaceWider => "place-wider",
            Reason::PlaceSmaller => "place-smaller",
            Reason::PlacesPartly => "places-partly",
            Reason::PlacesElsewhere => "places-elsewhere",
            Reason::PlacesFar(_) => "places-far",
            Reason::MonthsApart(_) => "months-apart",
            Reason::YearsApart(_) => "years-apart",
            Reason::PeriodUnknown => "period-unknown",
            Reason::PeopleMore => "people-more",
            Reason::PeopleFewer => "people-fewer",
            Reason::PeopleChosen => "people-chosen",
            Reason::NoPoints => "no-points",
            Reason::Withheld => "withheld",
            Reason::Missing => "missing",
        }
    }

    /// Levels, months or years, where it counts some.
    #[must_use]
    pub fn n(self) -> u32 {
        match self {
            Reason::PlacesFar(n) | Reason::MonthsApart(n) | Reason::YearsApart(n) => n,
            _ => 0,
        }
    }
}

/// What may be said of two sources together.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    pub how: How,
    /// Empty where they say the same; where they may not be compared, only why not.
    pub reasons: Vec<Reason>,
    /// Whole points of the second less the first; none where they may not be compared.
    pub gap: Option<f64>,
    /// The gap is of [`WIDE`] points or more.
    pub is_wide: bool,
}

/// Compares what a second source says with what a first one does.
#[must_use]
pub fn compare(first: &Saying, second: &Saying) -> Pair {
    let number = [first, second].into_iter().find_map(no_number);
    let mut reasons: Vec<Reason> = [
        number,
        concepts(first, second),
        places(&first.area, &second.area),
        periods(first.span, second.span),
        people(first.people, second.people),
    ]
    .into_iter()
    .flatten()
    .collect();
    let how = reasons
        .iter()
        .fold(How::Same, |how, reason| how.and(reason.how()));
    if how == How::None {
        reasons.retain(|reason| reason.how() == How::None);
    }
    let gap = match how {
        How::None => None,
        _ => first
            .points()
            .zip(second.points())
            .map(|(first, second)| (second - first).round()),
    };
    Pair {
        how,
        reasons,
        gap,
        is_wide: gap.is_some_and(|gap| gap.abs() >= WIDE),
    }
}

fn no_number(saying: &Saying) -> Option<Reason> {
    match (saying.value, saying.turn) {
        (Value::Withheld, _) => Some(Reason::Withheld),
        (Value::Missing, _) => Some(Reason::Missing),
        (Value::Known(_), None) => Some(Reason::NoPoints),
        (Value::Known(_), Some(_)) => None,
    }
}

fn concepts(first: &Saying, second: &Saying) -> Option<Reason> {
    use Concept::{Broader, Different, Narrower, Proxy, Same};
    let is_one = first.source == second.source && first.code == second.code;
    match (first.concept, second.concept) {
        (Different, _) | (_, Different) => Some(Reason::ConceptDifferent),
        (Same, Same) => None,
        _ if is_one => None,
        (Proxy, Proxy) => Some(Reason::ConceptsApart),
        (Proxy, _) | (_, Proxy) | (Broader, Broader) | (Narrower, Narrower) => Some(Reason::ConceptProxy),
        (_, Broader) | (Narrower, Same) => Some(Reason::ConceptBroader),
        (_, Narrower) | (Broader, Same) => Some(Reason::ConceptNarrower),
    }
}

fn places(first: &Area, second: &Area) -> Option<Reason> {
    let up: Vec<Option<u32>> = levels(first, second);
    let down: Vec<Option<u32>> = levels(second, first);
    let most = |levels: &[Option<u32>]| -> Option<u32> {
        let all: Option<Vec<u32>> = levels.iter().copied().collect();
        all.and_then(|all| all.into_iter().max())
    };
    match (most(&up), most(&down)) {
        (Some(0), Some(0)) => None,
        (Some(n), _) | (_, Some(n)) if n >= FAR_LEVELS => Some(Reason::PlacesFar(n)),
        (Some(_), _) => Some(Reason::PlaceWider),
        (_, Some(_)) => Some(Reason::PlaceSmaller),
        (None, None) => match up.into_iter().chain(down).flatten().max() {
            Some(n) if n >= FAR_LEVELS => Some(Reason::PlacesFar(n)),
            Some(_) => Some(Reason::PlacesPartly),
            None => Some(Reason::PlacesElsewhere),
        },
    }
}

/// For each place of an area how many levels up it lies in a place of another area; `None` where it lies in none of them.
fn levels(inner: &Area, outer: &Area) -> Vec<Option<u32>> {
    let outer: Vec<&str> = outer.codes().collect();
    let up = |lineage: &Vec<String>| {
        let at = lineage.iter().position(|code| outer.contains(&code.as_str()))?;
        u32::try_from(at).ok()
    };
    inner.0.iter().map(up).collect()
}

fn periods(first: Option<Span>, second: Option<Span>) -> Option<Reason> {
    let Some((first, second)) = first.zip(second) else {
        return Some(Reason::PeriodUnknown);
    };
    let count = |days: i32, of: i32| u32::try_from(days / of).unwrap_or(0).max(1);
    match first.days_apart(second) {
        days if days <= A_MONTH => None,
        days if days >= A_YEAR => Some(Reason::YearsApart(count(days, A_YEAR))),
        days => Some(Reason::MonthsApart(count(days, A_MONTH))),
    }
}

fn people(first: People, second: People) -> Option<Reason> {
    match (first, second) {
        (People::Users, People::Users)
        | (People::Residents, People::Residents)
        | (People::Senders, People::Senders) => None,
        (People::Senders, _) | (_, People::Senders) => Some(Reason::PeopleChosen),
        (People::Users, People::Residents) => Some(Reason::PeopleMore),
        (People::Residents, People::Users) => Some(Reason::PeopleFewer),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::beside::model::{Source, Turn};

    fn area(codes: &[&str]) -> Area {
        let lineage = |code: &str| -> Vec<String> {
            let parts: Vec<&str> = code.split('.').collect();
            (1..=parts.len()).rev().map(|n| parts[..n].join(".")).collect()
        };
        Area(codes.iter().map(|code| lineage(code)).collect())
    }

    /// Users of a clinic in a village, who gave 30 points.
    fn users() -> Saying {
        Saying {
            source: Source::Users,
            code: "K7M4XT".into(),
            concept: Concept::Same,
            people: People::Users,
            area: area(&["35.22.01.2001"]),
            span: Some(Span::of_day(date(2026, 11, 16))),
            value: Value::Known(30.0),
            turn: Some(Turn::POINTS),
        }
    }

    /// A survey of the village's residents in the same year, at 80 percent.
    fn survey() -> Saying {
        Saying {
            source: Source::Survey,
            code: "6.1.1".into(),
            people: People::Residents,
            span: Span::of_period("2026"),
            value: Value::Known(80.0),
            ..users()
        }
    }

    fn refused(second: &Saying) -> Reason {
        let pair = compare(&users(), second);
        assert_eq!((pair.how, pair.gap, pair.is_wide), (How::None, None, false));
        assert_eq!(pair.reasons.len(), 1, "{:?}", pair.reasons);
        pair.reasons[0]
    }

    #[test]
    fn users_and_provider_of_one_round_say_the_same() {
        let provider = Saying {
            source: Source::Provider,
            value: Value::Known(75.0),
            ..users()
        };
        let pair = compare(&users(), &provider);
        assert_eq!((pair.how, pair.gap, pair.is_wide), (How::Same, Some(45.0), true));
        assert!(pair.reasons.is_empty());
    }

    #[test]
    fn residents_are_more_than_users_whichever_comes_first() {
        let pair = compare(&users(), &survey());
        assert_eq!((pair.how, pair.gap), (How::Broader, Some(50.0)));
        assert_eq!(pair.reasons, [Reason::PeopleMore]);
        let turned = compare(&survey(), &users());
        assert_eq!((turned.how, turned.gap), (How::Narrower, Some(-50.0)));
    }

    #[test]
    fn what_is_wider_in_one_way_and_narrower_in_another_is_only_near() {
        let pair = compare(
            &users(),
            &Saying {
                concept: Concept::Narrower,
                ..survey()
            },
        );
        assert_eq!(pair.how, How::Proxy);
        assert_eq!(pair.reasons, [Reason::ConceptNarrower, Reason::PeopleMore]);
    }

    #[test]
    fn a_misleading_comparison_is_refused_with_its_reason_and_nothing_else() {
        let other = |change: fn(&mut Saying)| {
            let mut saying = survey();
            change(&mut saying);
            refused(&saying)
        };
        assert_eq!(
            other(|saying| saying.concept = Concept::Different),
            Reason::ConceptDifferent
        );
        assert_eq!(
            other(|saying| saying.area = area(&["35.22"])),
            Reason::PlacesFar(2)
        );
        assert_eq!(
            other(|saying| saying.area = area(&["35.22.02"])),
            Reason::PlacesElsewhere
        );
        assert_eq!(
            other(|saying| saying.span = Span::of_period("2023")),
            Reason::YearsApart(2)
        );
        assert_eq!(other(|saying| saying.span = None), Reason::PeriodUnknown);
        assert_eq!(other(|saying| saying.turn = None), Reason::NoPoints);
        assert_eq!(other(|saying| saying.value = Value::Withheld), Reason::Withheld);
        assert_eq!(other(|saying| saying.value = Value::Missing), Reason::Missing);
    }

    #[test]
    fn two_proxies_of_one_criterion_are_not_compared_with_each_other() {
        let proxy = |code: &str| Saying {
            code: code.into(),
            concept: Concept::Proxy,
            ..survey()
        };
        let pair = compare(&proxy("a"), &proxy("b"));
        assert_eq!((pair.how, pair.reasons), (How::None, vec![Reason::ConceptsApart]));
        assert_eq!(compare(&proxy("a"), &proxy("a")).how, How::Same);
        assert_eq!(compare(&users(), &proxy("a")).how, How::Proxy);
    }

    #[test]
    fn a_place_one_level_up_is_broader_and_months_between_make_it_near() {
        let wider = Saying {
            area: area(&["35.22.01"]),
            ..survey()
        };
        assert_eq!(compare(&users(), &wider).how, How::Broader);
        let earlier = Saying {
            span: Span::of_period("2025"),
            ..survey()
        };
        let pair = compare(&users(), &earlier);
        assert_eq!(pair.how, How::Proxy);
        assert_eq!(pair.reasons[0], Reason::MonthsApart(10));
        assert!(pair.gap.is_some());
    }

    #[test]
    fn an_area_of_several_places_holds_one_of_them_and_meets_another_in_part() {
        let two = area(&["35.22.01.2001", "35.22.01.2002"]);
        assert_eq!(places(&area(&["35.22.01.2001"]), &two), Some(Reason::PlaceWider));
        assert_eq!(
            places(&two, &area(&["35.22.01.2001"])),
            Some(Reason::PlaceSmaller)
        );
        assert_eq!(places(&two, &area(&["35.22.01"])), Some(Reason::PlaceWider));
        let across = area(&["35.22.01.2001", "35.22.02.2001"]);
        assert_eq!(places(&across, &area(&["35.22.01"])), Some(Reason::PlacesPartly));
        assert_eq!(places(&two, &two), None);
    }
}
