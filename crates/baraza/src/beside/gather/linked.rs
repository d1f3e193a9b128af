//! What numbers say that stewards linked to a criterion: indicators, and requests of a service.

use super::{Gathering, Told, lineage_of};
use crate::{
    beside::model::{Area, Saying, Source, Span, Value, link::Link},
    indicators::{
        model::{
            definition::{self, Definition},
            observation::{Observation, Status},
        },
        passport,
        tiles::{self, Across, Asked},
    },
    platform::{i18n::numbers::NO_VALUE, problem::Result},
    requests::{
        board::{
            kept,
            rows::{Filter, Rows, floor},
        },
        library::{self, Library},
    },
};

/// People of whom a rate says how many wrote.
const OF_PEOPLE: f64 = 1_000.0;

impl Gathering<'_> {
    /// What the links of the facility's kind say, each under the code of its criterion.
    pub(super) async fn linked<'l>(&self, links: &[&'l Link]) -> Result<Vec<(&'l str, Told)>> {
        let asked: Vec<(usize, Asked)> = links
            .iter()
            .enumerate()
            .flat_map(|(at, link)| self.asked(link).into_iter().map(move |asked| (at, asked)))
            .collect();
        let (of, asked): (Vec<usize>, Vec<Asked>) = asked.into_iter().unzip();
        let figures = tiles::gather(self.app, self.lang, &self.all, &asked).await?;
        let library = library::current(self.app).await?;
        let mut told = Vec::new();
        for (at, link) in links.iter().copied().enumerate() {
            let own: Vec<Option<&tiles::Told>> = of
                .iter()
                .zip(&figures)
                .filter(|(of, _)| **of == at)
                .map(|(_, figure)| figure.as_ref())
                .collect();
            let said = match link.key.source {
                Source::Requests => self.requests(link, &own, &library).await?,
                _ => self.figure(link, &own),
            };
            if let Some(said) = said {
                told.push((link.key.standard.as_str(), said));
            }
        }
        Ok(told)
    }

    /// The figures that a link needs: of the nearest places that hold all that is served; of each place served, where people are counted.
    fn asked(&self, link: &Link) -> Vec<Asked> {
        let asked = |indicator: &str, place: String| Asked {
            indicator: indicator.to_owned(),
            place,
            period: None,
            across: Across::Time,
        };
        match (link.key.source, &link.people_code) {
            (Source::Requests, None) => Vec::new(),
            (Source::Requests, Some(people)) => self
                .area
                .codes()
                .map(|place| asked(people, place.to_owned()))
                .collect(),
            _ => {
                let common = self.area.common().into_iter();
                common.map(|place| asked(&link.key.code, place)).collect()
            }
        }
    }

    /// The number of the nearest place that has one, of the period nearest to the round; `None` where there is no such indicator.
    fn figure(&self, link: &Link, own: &[Option<&tiles::Told>]) -> Option<Told> {
        let own: Vec<&tiles::Told> = own.iter().copied().flatten().collect();
        let definition = &own.first()?.definition;
        let find = |status| {
            own.iter()
                .find_map(|told| Some((*told, nearest(&told.over_time, status, self.anchor)?)))
        };
        let found = find(Status::Normal).or_else(|| find(Status::Suppressed));
        let value = match found {
            None => Value::Missing,
            Some((_, o)) => match (o.status, o.figures.value) {
                (Status::Suppressed, _) => Value::Withheld,
                (_, Some(value)) => Value::Known(value),
                (_, None) => Value::Missing,
            },
        };
        let place = match found {
            Some((_, o)) => Some(o.place.clone()),
            None => self.area.common().into_iter().next(),
        };
        let place = place.unwrap_or_default();
        Some(Told {
            saying: Saying {
                source: link.key.source,
                code: link.key.code.clone(),
                concept: link.concept,
                people: link.people,
                area: Area(vec![lineage_of(&self.all, &place)]),
                span: found.and_then(|(_, o)| Span::of_period(&o.period)),
                value,
                turn: link.turn,
            },
            title: definition.title.in_language(self.lang.code()).to_owned(),
            written: found.map_or_else(|| NO_VALUE.to_owned(), |(told, o)| told.written(self.lang, o)),
            n: found.and_then(|(_, o)| o.figures.n),
            by: self.maker(definition, found.map(|(_, o)| o)),
            href: found.map_or_else(
                || format!("/indicators/{}", definition.code),
                |(_, o)| passport::live_address(&definition.code, &o.place, &o.period),
            ),
            place: self.name(&place),
            period: found.map_or_else(|| NO_VALUE.to_owned(), |(_, o)| o.period.clone()),
            note: link.note.in_language(self.lang.code()).to_owned(),
            parts: Vec::new(),
        })
    }

    /// Requests of a service in the places served, per 1,000 people where they are counted; `None` where there is no such service.
    async fn requests(
        &self,
        link: &Link,
        people: &[Option<&tiles::Told>],
        library: &Library,
    ) -> Result<Option<Told>> {
        let Ok(service) = library.service(&link.key.code) else {
            return Ok(None);
        };
        let n = self.count(&service.code).await?;
        let rate = self
            .people(people)
            .map(|people| as_number(n) / people * OF_PEOPLE);
        let written = match rate {
            Some(rate) => self
                .lang
                .text("beside-rate")
                .arg("rate", self.lang.decimal(rate, 1))
                .n("n", n),
            None => self.lang.text("beside-count").n("n", n),
        };
        // A count of a place does not stand where a rate was meant to turn into points.
        let turn = link.turn.filter(|_| rate.is_some() || link.people_code.is_none());
        Ok(Some(Told {
            saying: Saying {
                source: Source::Requests,
                code: link.key.code.clone(),
                concept: link.concept,
                people: link.people,
                area: self.area.clone(),
                span: Some(self.months),
                value: Value::Known(rate.unwrap_or_else(|| as_number(n))),
                turn,
            },
            title: service.title.in_language(self.lang.code()).to_owned(),
            written: written.to_string(),
            n: i64::try_from(n).ok(),
            by: self.lang.text("beside-by-senders").to_string(),
            href: self.requests_href(&service.code),
            place: self.served(),
            period: self
                .lang
                .text("beside-from-to")
                .arg("from", self.lang.short_date(self.months.from))
                .arg("to", self.lang.short_date(self.months.to))
                .to_string(),
            note: link.note.in_language(self.lang.code()).to_owned(),
            parts: Vec::new(),
        }))
    }

    /// Counts the public requests of a service in the places served, over the twelve months.
    async fn count(&self, service: &str) -> Result<u64> {
        let codes: Vec<&str> = self.area.codes().collect();
        let board = kept::current(self.app, self.op.at).await?;
        let key = format!("beside {service} {codes:?} {}", self.begins.0);
        let counted = board.count(key, self.op.at, |rows: &Rows, _| {
            let lies_here = |code: &str| {
                let lineage = lineage_of(&self.all, code);
                lineage.iter().any(|above| codes.contains(&above.as_str()))
            };
            let filter = Filter {
                services: Some(rows.services.mask(|code| code == service)),
                places: Some(rows.places.mask(lies_here)),
                opened_from: Some(floor(self.begins.0)),
                ..Filter::default()
            };
            let mut n = 0_u64;
            rows.each(&filter, |_, _| n += 1);
            n
        });
        Ok(*counted.value)
    }

    /// How many people live in the places served; `None` where one of them has no number.
    fn people(&self, counted: &[Option<&tiles::Told>]) -> Option<f64> {
        if counted.is_empty() {
            return None;
        }
        let of_place = |told: &Option<&tiles::Told>| -> Option<f64> {
            nearest(&(*told)?.over_time, Status::Normal, self.anchor)?
                .figures
                .value
        };
        let all: Option<Vec<f64>> = counted.iter().map(of_place).collect();
        all.map(|all| all.into_iter().sum::<f64>())
            .filter(|people| *people > 0.0)
    }

    /// Who made a figure, and on what it stands.
    fn maker(&self, definition: &Definition, number: Option<&Observation>) -> String {
        let who = match &definition.source {
            definition::Source::Entered(entered) => self.names.of_organisation(&entered.organisation),
            _ => self.app.config.name.clone(),
        };
        let standing = number.map_or(definition.standing, |number| number.standing);
        let standing = self
            .lang
            .text(format!("indicators-standing-{}", standing.as_str()));
        format!("{who} · {standing}")
    }

    fn requests_href(&self, service: &str) -> String {
        let from = self.months.from.to_string();
        let mut pairs = vec![("service", service), ("from", from.as_str())];
        let codes: Vec<&str> = self.area.codes().collect();
        if let [place] = codes.as_slice() {
            pairs.push(("place", *place));
        }
        let query = serde_urlencoded::to_string(&pairs).unwrap_or_default();
        format!("/requests?{query}")
    }
}

/// Of the numbers that stand so the one whose period is nearest, of equals the latest.
fn nearest(over_time: &[Observation], status: Status, anchor: Span) -> Option<&Observation> {
    let days = |o: &&Observation| Span::of_period(&o.period).map_or(i32::MAX, |span| span.days_apart(anchor));
    over_time
        .iter()
        .rev()
        .filter(|o| o.status == status)
        .min_by_key(days)
}

fn as_number(n: u64) -> f64 {
    n as f64
}
