//! Master data as codelists: places and organisations, read from this program's own lists and never typed again.
//!
//! The list of places as it is now names all there ever were, with the days from and to which they hold. For every year in which places
//! began or ended, and the year before, there is a version of those that held on its last day; what codes became from one version to
//! another follows from what the lists of places say of splits, mergers and new codes.

use std::collections::{BTreeSet, HashSet};

use jiff::civil::Date;

use super::{
    CURRENT, ORGANISATIONS, PLACES,
    model::{Codelist, Item, Mapping, Status},
};
use crate::{
    accounts,
    places::{
        self,
        model::{Place, Places},
    },
    platform::{
        app::App,
        i18n::Lang,
        problem::{Problem, Result},
        words::Words,
    },
};

/// What a map is called that leads from every version before.
const EARLIER: &str = "earlier";

/// The places that ever were, or those of the last day of a year.
///
/// # Errors
/// `catalog-standards-unknown` for a version that is no year up to this one.
pub async fn places(app: &App, version: Option<&str>) -> Result<Codelist> {
    let all = places::all(app).await?;
    let lang = &app.config.language;
    let Some(version) = version.filter(|version| *version != CURRENT) else {
        let items = items(lang, all.ever());
        return Ok(own_list(PLACES, CURRENT, ("Places", "Wilayah"), items));
    };
    let on = day_of(version, all.today())
        .ok_or_else(|| Problem::not_found("catalog-standards-unknown").with("code", PLACES))?;
    let items = items(lang, all.ever().filter(|place| place.holds_on(on)));
    Ok(own_list(PLACES, version, ("Places", "Wilayah"), items))
}

/// The organisations as they are now.
///
/// # Errors
/// When the database fails.
pub async fn organisations(app: &App) -> Result<Codelist> {
    let items = accounts::list_organisations(app)
        .await?
        .into_iter()
        .map(|known| Item {
            code: known.code,
            label: Words([(app.config.language.clone(), known.name)].into()),
            parent: None,
            valid_from: None,
            valid_to: None,
        });
    let title = ("Organisations", "Perangkat daerah");
    Ok(own_list(ORGANISATIONS, CURRENT, title, items.collect()))
}

/// The versions of the list of places: that of now, and those of the years in which places changed, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn place_versions(app: &App) -> Result<Vec<String>> {
    let all = places::all(app).await?;
    let years = years(&all).into_iter().rev().map(|year| year.to_string());
    Ok(std::iter::once(CURRENT.to_owned()).chain(years).collect())
}

/// What codes became from the version before a version of the list of places, and to the one after it.
///
/// # Errors
/// When the database fails.
pub async fn place_maps(app: &App, version: &str) -> Result<Vec<Mapping>> {
    let all = places::all(app).await?;
    let Ok(year) = version.parse::<i16>() else {
        return Ok(Vec::new());
    };
    let years = years(&all);
    let before = years.range(..year).next_back().map(|before| (*before, year));
    let after = years.range(year + 1..).next().map(|after| (year, *after));
    let maps = [before, after].into_iter().flatten();
    Ok(maps.filter_map(|(from, to)| mapping(&all, from, to)).collect())
}

/// What every code became that does not hold any more in a version of the list of places; nothing for that of now, which has them all.
///
/// # Errors
/// When the database fails.
pub async fn maps_to(app: &App, version: &str) -> Result<Vec<Mapping>> {
    let all = places::all(app).await?;
    let Some(on) = day_of(version, all.today()) else {
        return Ok(Vec::new());
    };
    let gone: BTreeSet<&str> = all
        .ever()
        .map(Place::code)
        .filter(|code| all.find_on(code, on).is_none())
        .collect();
    let pairs = gone.into_iter().flat_map(|code| {
        let codes = became(&all, code, (Date::MIN, on));
        codes
            .into_iter()
            .map(move |new| (code.to_owned(), new.to_owned()))
    });
    Ok(vec![Mapping {
        codelist: PLACES.to_owned(),
        from: EARLIER.to_owned(),
        to: version.to_owned(),
        pairs: pairs.collect(),
    }])
}

fn items<'a>(lang: &str, places: impl Iterator<Item = Place<'a>>) -> Vec<Item> {
    let mut items: Vec<Item> = places.map(|place| item(lang, place)).collect();
    items.sort_by(|a, b| a.code.cmp(&b.code));
    items.dedup_by(|a, b| a.code == b.code);
    items
}

fn item(lang: &str, place: Place<'_>) -> Item {
    let named = Lang::ALL
        .into_iter()
        .map(|lang| (lang, place.name_in(lang.code())));
    let translated = named
        .filter(|(_, name)| *name != place.name())
        .map(|(lang, name)| (lang.code().to_owned(), name.to_owned()));
    let own = (lang.to_owned(), place.name().to_owned());
    Item {
        code: place.code().to_owned(),
        label: Words(std::iter::once(own).chain(translated).collect()),
        parent: place.parent().map(|parent| parent.code().to_owned()),
        valid_from: place.valid_from().map(|day| day.to_string()),
        valid_to: place.valid_to().map(|day| day.to_string()),
    }
}

fn own_list(code: &str, version: &str, (english, indonesian): (&str, &str), items: Vec<Item>) -> Codelist {
    let title = [
        ("en".to_owned(), english.to_owned()),
        ("id".to_owned(), indonesian.to_owned()),
    ];
    Codelist {
        code: code.to_owned(),
        version: version.to_owned(),
        status: Status::Active,
        title: Words(title.into()),
        source: String::new(),
        items,
    }
}

/// The day as of which the version of a year holds: its last, or today for the year that is not over.
fn day_of(version: &str, today: Date) -> Option<Date> {
    let year: i16 = version.parse().ok()?;
    let is_year = version.len() == 4 && (1900..=today.year()).contains(&year);
    let last = Date::new(year, 12, 31).ok()?;
    is_year.then(|| last.min(today))
}

/// The years in which places began or ended, and those before; none that lies ahead.
fn years(all: &Places) -> BTreeSet<i16> {
    let days = all
        .ever()
        .flat_map(|place| [place.valid_from(), place.valid_to()])
        .flatten();
    days.flat_map(|day| [day.year() - 1, day.year()])
        .filter(|year| (1900..=all.today().year()).contains(year))
        .collect()
}

fn mapping(all: &Places, from: i16, to: i16) -> Option<Mapping> {
    let (before, after) = (from.to_string(), to.to_string());
    let days = (day_of(&before, all.today())?, day_of(&after, all.today())?);
    let mut pairs: Vec<(String, String)> = Vec::new();
    for place in all.ever().filter(|place| place.holds_on(days.0)) {
        let codes = became(all, place.code(), days);
        if codes != [place.code()] {
            let new = codes
                .into_iter()
                .map(|code| (place.code().to_owned(), code.to_owned()));
            pairs.extend(new);
        }
    }
    Some(Mapping {
        codelist: PLACES.to_owned(),
        from: before,
        to: after,
        pairs,
    })
}

/// The codes that hold on a later day of what a code stood for on an earlier one: itself, and what it was split into, merged with or called
/// since.
fn became<'a>(all: &'a Places, code: &'a str, (from, to): (Date, Date)) -> Vec<&'a str> {
    let (mut waiting, mut seen, mut found) = (vec![code], HashSet::new(), Vec::new());
    while let Some(code) = waiting.pop() {
        if !seen.insert(code) {
            continue;
        }
        if all.find_on(code, to).is_some() {
            found.push(code);
        }
        let later = all
            .changes_of(code)
            .filter(|change| change.on.is_none_or(|on| from < on && on <= to));
        waiting.extend(later.filter_map(|change| change.to.as_deref()));
    }
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::places::model::{Change, ChangeKind, PlaceRow};

    fn row(code: &str, from: Option<Date>, to: Option<Date>) -> PlaceRow {
        PlaceRow {
            code: code.into(),
            level: "village".into(),
            name: code.to_uppercase(),
            parent: None,
            valid_from: from,
            valid_to: to,
        }
    }

    fn change(kind: ChangeKind, from: &str, to: &str, on: Date) -> Change {
        Change {
            kind,
            from: from.into(),
            to: Some(to.into()),
            on: Some(on),
            share: 1.0,
            old_name: None,
        }
    }

    /// In 2024 a village is split and another gets a new code; in 2025 the new code changes once more.
    fn villages() -> Places {
        let (first, second) = (date(2024, 7, 1), date(2025, 1, 1));
        let rows = vec![
            row("a", None, None),
            row("b", Some(first), None),
            row("c", None, Some(first)),
            row("d", Some(first), Some(second)),
            row("e", Some(second), None),
            row("f", None, None),
        ];
        Places::new(rows, date(2026, 11, 16)).with_changes(vec![
            change(ChangeKind::Split, "a", "b", first),
            change(ChangeKind::Recoded, "c", "d", first),
            change(ChangeKind::Recoded, "d", "e", second),
        ])
    }

    #[test]
    fn a_map_between_two_years_follows_every_change_between_their_last_days() {
        let all = villages();
        assert_eq!(
            years(&all).into_iter().collect::<Vec<_>>(),
            [2023, 2024, 2025],
            "years in which something changed, and those before"
        );
        let pairs = |from: i16, to: i16| {
            let map = mapping(&all, from, to).expect("a map");
            let pairs = map.pairs.into_iter();
            pairs
                .map(|(old, new)| format!("{old}>{new}"))
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(pairs(2023, 2025), "a>a a>b c>e");
        assert_eq!(pairs(2023, 2024), "a>a a>b c>d");
        assert_eq!(pairs(2024, 2025), "d>e");
        assert_eq!(became(&all, "c", (Date::MIN, date(2024, 12, 31))), ["d"]);
    }

    #[test]
    fn a_version_is_a_year_that_has_begun() {
        let today = date(2026, 11, 16);
        assert_eq!(day_of("2025", today), Some(date(2025, 12, 31)));
        assert_eq!(day_of("2026", today), Some(today));
        for wrong in ["2027", "1", "current", "02025", ""] {
            assert_eq!(day_of(wrong, today), None, "{wrong}");
        }
    }
}
