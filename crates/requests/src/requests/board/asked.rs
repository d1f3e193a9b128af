//! What a reader asks for in the address: read once, said again in every link of the page.

use jiff::civil::Date;
use serde::Deserialize;

use super::rows::{Filter, Rows, StateWanted, floor, state_number};
use crate::{
    places::model::Places,
    platform::{
        config::Config,
        problem::{Problem, Result},
        time::Time,
    },
    requests::{
        library::Library,
        model::{clock::Light, request::Kind},
    },
};

/// The value of `state` for all that are not closed.
pub const UNFINISHED: &str = "unfinished";
/// What the value of `service` begins with when a group of services is meant.
pub const GROUP: &str = "group:";
/// The value of `agency` for requests that nobody is responsible for yet.
pub const NOBODY: &str = "-";

/// The query of an address as it came; what is empty asks for any.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// A service's code, or `group:` and a group.
    pub service: String,
    pub agency: String,
    /// A place's code; all below it are meant too.
    pub place: String,
    pub light: String,
    /// One of `State::CODES`, or [`UNFINISHED`].
    pub state: String,
    pub kind: String,
    /// Days, the last one included.
    pub from: String,
    pub to: String,
    /// The id of the last request of the page before.
    pub after: String,
    /// Rows of a page of data for programs.
    pub limit: String,
    /// What the map's shades mean.
    pub show: String,
    /// How many weeks figures go back.
    pub weeks: String,
}

/// The same, understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sought {
    pub service: Option<String>,
    pub group: Option<String>,
    /// Empty for nobody.
    pub agency: Option<String>,
    pub place: Option<String>,
    pub light: Option<Light>,
    pub state: Option<StateOf>,
    pub kind: Option<Kind>,
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub after: Option<u128>,
}

/// Which states are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateOf {
    Unfinished,
    One(u8),
}

impl Asked {
    /// Understands what was asked.
    ///
    /// # Errors
    /// Names each field that means nothing: `requests-board-choice`, `requests-board-date`, `requests-board-dates`,
    /// `requests-service-unknown`, `requests-place-unknown`.
    pub fn parse(&self, library: &Library) -> Result<Sought> {
        let mut problem = Problem::invalid("fields");
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let (mut service, mut group) = (None, None);
        if let Some(asked) = some(&self.service) {
            match asked.strip_prefix(GROUP) {
                Some(name) if library.services().iter().any(|each| each.group == name) => {
                    group = Some(name.to_owned());
                }
                None if library.service(&asked).is_ok() => service = Some(asked),
                _ => {
                    let said = vec![("service", asked)];
                    problem = problem.field_with("service", "requests-service-unknown", said);
                }
            }
        }
        let place = some(&self.place);
        if place
            .as_deref()
            .is_some_and(|code| library.places().find(code).is_none())
        {
            problem = problem.field("place", "requests-place-unknown");
        }
        let light = some(&self.light).map(|text| Light::parse(&text));
        let kind = some(&self.kind).map(|text| Kind::parse(&text));
        let state = some(&self.state).map(|text| match text.as_str() {
            UNFINISHED => Some(StateOf::Unfinished),
            code => state_number(code).map(StateOf::One),
        });
        let after = some(&self.after).map(|text| uuid::Uuid::parse_str(&text).ok());
        for (field, is_wrong) in [
            ("light", light == Some(None)),
            ("kind", kind == Some(None)),
            ("state", state == Some(None)),
            ("after", after == Some(None)),
        ] {
            if is_wrong {
                problem = problem.field(field, "requests-board-choice");
            }
        }
        let [from, to] = [&self.from, &self.to].map(|text| some(text).map(|text| text.parse::<Date>().ok()));
        for (field, day) in [("from", from), ("to", to)] {
            if day == Some(None) {
                problem = problem.field(field, "requests-board-date");
            }
        }
        let (from, to) = (from.flatten(), to.flatten());
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            problem = problem.field("to", "requests-board-dates");
        }
        if !problem.fields().is_empty() {
            return Err(problem);
        }
        Ok(Sought {
            service,
            group,
            agency: some(&self.agency).map(|code| if code == NOBODY { String::new() } else { code }),
            place,
            light: light.flatten(),
            state: state.flatten(),
            kind: kind.flatten(),
            from,
            to,
            after: after.flatten().map(|id| id.as_u128()),
        })
    }

    /// Returns the address that asks the same but for some fields; an empty value takes a field away.
    #[must_use]
    pub fn address(&self, path: &str, changes: &[(&str, &str)]) -> String {
        let own = [
            ("service", &self.service),
            ("agency", &self.agency),
            ("place", &self.place),
            ("light", &self.light),
            ("state", &self.state),
            ("kind", &self.kind),
            ("from", &self.from),
            ("to", &self.to),
            ("show", &self.show),
            ("weeks", &self.weeks),
            ("limit", &self.limit),
        ];
        let mut pairs: Vec<(&str, &str)> = own
            .iter()
            .map(|(name, value)| (*name, value.trim()))
            .filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name))
            .chain(changes.iter().copied())
            .collect();
        pairs.retain(|(_, value)| !value.is_empty());
        if pairs.is_empty() {
            return path.to_owned();
        }
        let query = serde_urlencoded::to_string(&pairs).unwrap_or_default();
        format!("{path}?{query}")
    }

    /// Whether anything but the page of a list is asked for.
    #[must_use]
    pub fn narrows(&self) -> bool {
        !self
            .address("", &[("show", ""), ("weeks", ""), ("limit", "")])
            .is_empty()
    }
}

impl Sought {
    /// Says the same in the numbers of the rows.
    #[must_use]
    pub fn filter(&self, rows: &Rows, library: &Library, config: &Config) -> Filter {
        let in_group =
            |code: &str, group: &str| library.service(code).is_ok_and(|service| service.group == group);
        let services = match (&self.service, &self.group) {
            (Some(service), _) => Some(rows.services.mask(|code| code == service)),
            (None, Some(group)) => Some(rows.services.mask(|code| in_group(code, group))),
            (None, None) => None,
        };
        Filter {
            services,
            agencies: self
                .agency
                .as_ref()
                .map(|agency| rows.agencies.mask(|code| code == agency)),
            places: self
                .place
                .as_ref()
                .map(|place| within(rows, library.places(), place)),
            state: match self.state {
                None => StateWanted::Any,
                Some(StateOf::Unfinished) => StateWanted::Unfinished,
                Some(StateOf::One(state)) => StateWanted::One(state),
            },
            kind: self.kind,
            opened_from: self.from.map(|day| begins(config, day)),
            opened_before: self
                .to
                .and_then(|day| day.tomorrow().ok())
                .map(|day| begins(config, day)),
        }
    }

    /// Returns what tells these counts from others: everything but the light and the page.
    #[must_use]
    pub fn key(&self) -> String {
        let counted = Sought {
            light: None,
            after: None,
            ..self.clone()
        };
        format!("{counted:?}")
    }
}

/// Says of every place's number whether it lies in a place.
#[must_use]
pub fn within(rows: &Rows, places: &Places, place: &str) -> Vec<bool> {
    rows.places.mask(|code| {
        code == place
            || places
                .find(code)
                .is_some_and(|inner| inner.lineage().contains(&place))
    })
}

/// Returns the second in which a day begins at the installation.
#[must_use]
pub fn begins(config: &Config, day: Date) -> u32 {
    let zone = config.zoned(Time(0)).time_zone().clone();
    day.to_zoned(zone)
        .map_or(0, |start| floor(start.timestamp().as_microsecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_keeps_what_was_asked_and_changes_what_it_must() {
        let asked = Asked {
            service: "group:road & bridge".into(),
            light: "red".into(),
            ..Asked::default()
        };
        assert_eq!(
            asked.address("/requests", &[("light", ""), ("place", "35.22")]),
            "/requests?service=group%3Aroad+%26+bridge&place=35.22"
        );
        assert_eq!(Asked::default().address("/requests", &[]), "/requests");
        assert!(asked.narrows() && !Asked::default().narrows());
    }
}
