//! Everything that is said of one facility, put side by side.

use std::{cmp::Reverse, sync::Arc};

use jiff::{ToSpan, Zoned, civil::Date};

use super::{
    links,
    model::{
        Area, Concept, People, Saying, Source, Span, Turn, Value,
        compare::{Pair, compare},
        link::Link,
    },
    words,
};
use crate::{
    evidence::pages::Names,
    places::{
        self,
        model::{Place, Places},
    },
    platform::{
        app::App,
        i18n::Lang,
        op::Op,
        problem::{Problem, Result},
        time::Time,
    },
    scorecards::{
        self,
        model::{
            compare::{Line, Shown, key_of},
            criterion::STANDARD,
            facility::Facility,
            round::{Round, State},
        },
        pages::{one, words as of_scorecards},
    },
};

mod linked;

/// Months over which requests are counted, up to today.
const MONTHS: i32 = 12;

/// A facility with everything that is said of it.
#[derive(Debug, Clone)]
pub struct Beside {
    pub facility: Facility,
    /// What the facility's place is called.
    pub place: String,
    /// The round whose scores stand here; none before one was agreed on.
    pub round: Option<Round>,
    /// Groups that were heard and are in no figure.
    pub n_left_out: usize,
    /// The code of the round whose meeting is open.
    pub meeting: Option<String>,
    /// The begin of the day it is of.
    pub at: Time,
    /// Standard criteria first, in their order; none is empty.
    pub rows: Vec<Row>,
}

/// What is said of one criterion.
#[derive(Debug, Clone)]
pub struct Row {
    pub standard: Option<String>,
    /// The groups' own words, where it is no standard criterion.
    pub words: String,
    /// In the order of sources.
    pub told: Vec<Told>,
    /// Each two of them.
    pub pairs: Vec<Compared>,
}

/// Two of what is said, by position.
#[derive(Debug, Clone)]
pub struct Compared {
    pub first: usize,
    pub second: usize,
    pub pair: Pair,
}

/// What one source says of one criterion, with the words around it.
#[derive(Debug, Clone)]
pub struct Told {
    pub saying: Saying,
    pub title: String,
    /// The value in its own unit.
    pub written: String,
    /// People present, rows counted, requests.
    pub n: Option<i64>,
    /// Who made it.
    pub by: String,
    /// Its page, its passport; empty for none.
    pub href: String,
    pub place: String,
    pub period: String,
    /// What a steward says of the concept; empty for score cards.
    pub note: String,
    /// The groups that are shown apart.
    pub parts: Vec<Part>,
}

/// One group of users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Code of the group, `own:NAME` or `others`.
    pub key: String,
    pub title: String,
    pub n_present: u32,
    pub points: u8,
}

/// A round with what of its scores may be shown to whoever asks.
struct Scored {
    round: Round,
    shown: Shown,
}

/// Gathers what everybody may see; scores are of the last round that was agreed on.
///
/// # Errors
/// `scorecards-facility-unknown`.
pub async fn public(app: &App, op: &Op, facility: &str) -> Result<Beside> {
    let facility = scorecards::facility(app, facility).await?;
    let mut rounds: Vec<Round> = scorecards::list(app, Some(&facility.code), None)
        .await?
        .into_iter()
        .map(|listed| listed.round)
        .collect();
    rounds.sort_by_key(|round| Reverse(round.n));
    let scored = match rounds.iter().find(|round| round.state.has_results()) {
        Some(round) => {
            let public = scorecards::public(app, &round.id).await?;
            public.shown.map(|shown| Scored {
                round: public.round,
                shown,
            })
        }
        None => None,
    };
    let open = rounds.into_iter().find(|round| round.state == State::Meeting);
    let beside = gather(app, op, facility, scored).await?;
    Ok(Beside {
        meeting: open.map(|round| round.code),
        ..beside
    })
}

/// Gathers what those may see who sit in the meeting of a round: its scores from the meeting on.
///
/// # Errors
/// `scorecards-unknown`; `sign-in-needed`; `scorecards-peek` for staff before the meeting; `not-allowed`.
pub async fn in_meeting(app: &App, op: &Op, round: &str) -> Result<Beside> {
    let view = scorecards::read(app, op, round).await?;
    let round = view.round;
    let scored = view.shown.map(|shown| Scored { round, shown });
    gather(app, op, view.facility, scored).await
}

async fn gather(app: &App, op: &Op, facility: Facility, scored: Option<Scored>) -> Result<Beside> {
    let gathering = Gathering::new(app, op, &facility, scored.as_ref()).await?;
    let all = links(app).await?;
    let links: Vec<&Link> = all
        .iter()
        .filter(|link| link.key.kind == facility.kind && !link.is_withdrawn)
        .collect();
    let mut rows: Vec<Row> = Vec::new();
    if let Some(scored) = &scored {
        for line in &scored.shown.lines {
            rows.push(gathering.scores(scored, line));
        }
    }
    for (standard, told) in gathering.linked(&links).await? {
        match rows
            .iter_mut()
            .find(|row| row.standard.as_deref() == Some(standard))
        {
            Some(row) => row.told.push(told),
            None => rows.push(Row::new(Some(standard.to_owned()), String::new(), vec![told])),
        }
    }
    rows.retain(|row| !row.told.is_empty());
    rows.sort_by_key(|row| rank(row.standard.as_deref()));
    rows.iter_mut().for_each(Row::compare);
    let (place, at) = (gathering.name(&facility.place), gathering.at);
    Ok(Beside {
        place,
        at,
        round: scored.as_ref().map(|scored| scored.round.clone()),
        n_left_out: scored.as_ref().map_or(0, |scored| scored.shown.n_left_out),
        meeting: None,
        rows,
        facility,
    })
}

/// Where a criterion stands among others.
fn rank(standard: Option<&str>) -> usize {
    let at = STANDARD.iter().position(|code| Some(*code) == standard);
    at.unwrap_or(STANDARD.len())
}

impl Row {
    fn new(standard: Option<String>, words: String, told: Vec<Told>) -> Row {
        Row {
            standard,
            words,
            told,
            pairs: Vec::new(),
        }
    }

    /// What stands for it in files: the standard code, or the groups' words in small letters.
    #[must_use]
    pub fn key(&self) -> String {
        key_of(self.standard.as_deref(), &self.words)
    }

    /// Puts its sources in their order and compares each two of them.
    pub(super) fn compare(&mut self) {
        self.told
            .sort_by(|a, b| (a.saying.source, &a.saying.code).cmp(&(b.saying.source, &b.saying.code)));
        let told = &self.told;
        self.pairs = (0..told.len())
            .flat_map(|first| (first + 1..told.len()).map(move |second| (first, second)))
            .map(|(first, second)| Compared {
                first,
                second,
                pair: compare(&told[first].saying, &told[second].saying),
            })
            .collect();
    }
}

/// What is needed wherever something is gathered.
struct Gathering<'a> {
    app: &'a App,
    op: &'a Op,
    lang: Lang,
    facility: &'a Facility,
    all: Arc<Places>,
    names: Names,
    /// The places that the facility serves.
    area: Area,
    /// The first day of the twelve months, and today.
    months: Span,
    /// The begin of the first and of the last day.
    begins: Time,
    at: Time,
    /// The day of the round, else today: of several periods the nearest is taken.
    anchor: Span,
}

impl<'a> Gathering<'a> {
    async fn new(
        app: &'a App,
        op: &'a Op,
        facility: &'a Facility,
        scored: Option<&Scored>,
    ) -> Result<Gathering<'a>> {
        let all = places::all(app).await?;
        let end = app
            .config
            .zoned(op.at)
            .start_of_day()
            .map_err(Problem::internal)?;
        let begin = end.checked_sub(MONTHS.months()).map_err(Problem::internal)?;
        let today = end.date();
        let anchor: Date = scored.map_or(today, |scored| scored.round.day());
        Ok(Gathering {
            app,
            op,
            lang: op.lang,
            facility,
            area: area_of(&all, facility),
            all,
            names: Names::of(app).await?,
            months: Span {
                from: begin.date(),
                to: today,
            },
            begins: moment(&begin),
            at: moment(&end),
            anchor: Span::of_day(anchor),
        })
    }

    /// What a score card says of one criterion.
    fn scores(&self, scored: &Scored, line: &Line) -> Row {
        let words = match line.standard {
            Some(_) => String::new(),
            None => line.words.first().cloned().unwrap_or_default(),
        };
        let users = line.users.map(|value| self.users(scored, line, value));
        let provider = line.provider.map(|value| self.provider(scored, value));
        Row::new(
            line.standard.clone(),
            words,
            users.into_iter().chain(provider).collect(),
        )
    }

    fn users(&self, scored: &Scored, line: &Line, value: u8) -> Told {
        let parts: Vec<Part> = scored
            .shown
            .groups
            .iter()
            .zip(&line.values)
            .filter_map(|(group, points)| {
                Some(Part {
                    key: group.key.clone(),
                    title: of_scorecards::group(self.lang, &group.key),
                    n_present: group.n_present,
                    points: (*points)?,
                })
            })
            .collect();
        let n: i64 = parts.iter().map(|part| i64::from(part.n_present)).sum();
        Told {
            n: Some(n),
            by: self.lang.text("beside-by-groups").to_string(),
            parts,
            ..self.scored(&scored.round, Source::Users, value)
        }
    }

    fn provider(&self, scored: &Scored, value: u8) -> Told {
        let n_present = scored.shown.provider.as_ref().map(|group| group.n_present);
        Told {
            n: n_present.map(i64::from),
            by: self.names.of_organisation(&self.facility.organisation),
            ..self.scored(&scored.round, Source::Provider, value)
        }
    }

    fn scored(&self, round: &Round, source: Source, value: u8) -> Told {
        Told {
            saying: Saying {
                source,
                code: round.code.clone(),
                concept: Concept::Same,
                people: People::Users,
                area: self.area.clone(),
                span: Some(Span::of_day(round.day())),
                value: Value::Known(f64::from(value)),
                turn: Some(Turn::POINTS),
            },
            title: words::source(self.lang, source),
            written: of_scorecards::points(self.lang, round.scale, Some(value)),
            n: None,
            by: String::new(),
            href: one::address(&round.code),
            place: self.served(),
            period: self.lang.date(round.day()),
            note: String::new(),
            parts: Vec::new(),
        }
    }

    /// The places that the facility serves, by name.
    fn served(&self) -> String {
        let names: Vec<String> = self.area.codes().map(|code| self.name(code)).collect();
        names.join(", ")
    }

    fn name(&self, place: &str) -> String {
        of_scorecards::place(self.lang, &self.all, place)
    }
}

/// The places that a facility serves: its own where none are named.
fn area_of(all: &Places, facility: &Facility) -> Area {
    let mut codes = facility.serves.clone();
    if codes.is_empty() {
        codes.push(facility.place.clone());
    }
    codes.sort_unstable();
    codes.dedup();
    Area(codes.iter().map(|code| lineage_of(all, code)).collect())
}

/// A place's code followed by those of its ancestors; the code alone where it is not known.
fn lineage_of(all: &Places, code: &str) -> Vec<String> {
    let known = all.find(code).map(Place::lineage);
    known.map_or_else(
        || vec![code.to_owned()],
        |lineage| lineage.into_iter().map(str::to_owned).collect(),
    )
}

fn moment(day: &Zoned) -> Time {
    Time(day.timestamp().as_microsecond())
}
