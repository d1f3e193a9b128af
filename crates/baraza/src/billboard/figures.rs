//! Gathers what stands on the billboards of any number of villages, in a number of statements that hardly grows with them.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use jiff::civil::Date;

use super::{
    model::{Beside, Choice, a_year_before, is_shown},
    store, wanted,
};
use crate::{
    evidence::{
        self,
        model::{Commitment, Standing, mask::mask},
    },
    indicators::{
        self,
        model::{definition::Definition, observation::Observation},
        tiles::{self, Across, Asked, Told},
        trend,
    },
    places::model::{Place, Places},
    platform::{app::App, i18n::Lang, problem::Result, time::Time},
    requests::{
        board::{
            kept, map,
            rows::{Filter, Lights, Rows},
        },
        library,
    },
    village::{
        figures::{self, WorksOf},
        meetings::MeetingLine,
        year::budget::VillageBudget,
    },
};

/// Usual figures that are looked for, so that five of them are found where some have no number.
const MOST_TRIED: usize = 8;
/// Figures that are asked for in one statement: engines limit how deep a condition may be.
const MOST_AT_ONCE: usize = 250;
/// Promises that are looked through, the open ones first.
const MOST_PROMISES: i64 = 50_000;

/// What stands on one billboard, before it is put into words.
pub struct Board<'a> {
    pub place: Place<'a>,
    pub choice: Choice,
    pub budget: Option<VillageBudget>,
    pub works: Option<WorksOf>,
    pub figures: Vec<Figure>,
    /// How many requests show which light; nothing where no service takes requests.
    pub lights: Option<Lights>,
    pub promises: Promises,
    pub meeting: Option<MeetingLine>,
}

/// One figure of a village.
pub struct Figure {
    pub told: Arc<Told>,
    /// Nothing where the village has no number.
    pub now: Option<Observation>,
    /// Against the same period a year earlier, with the number of then.
    pub before: Option<(Beside, Observation)>,
    /// Against the place above in the same period, with its number.
    pub above: Option<(Beside, Observation)>,
}

/// How the promises made at a village stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Promises {
    pub n_kept: usize,
    pub n_late: usize,
    pub n_open: usize,
    pub n_broken_off: usize,
    /// Those that are late, the longest first: what was promised, and until when; numbers of people are masked.
    pub late: Vec<(String, Date)>,
}

/// The figures of places by indicator and place.
type Numbers = HashMap<(String, String), Arc<Told>>;

/// Gathers what stands on the billboards of some places, in their order.
///
/// # Errors
/// When the database fails.
pub async fn gather<'a>(app: &App, at: Time, all: &Places, villages: &[Place<'a>]) -> Result<Vec<Board<'a>>> {
    let only = match villages {
        [village] => Some(village.code()),
        _ => None,
    };
    let today = app.config.day(at);
    let mut choices = store::list_choices(&app.db, only).await?;
    let numbers = numbers(app, all, villages, &choices).await?;
    let usual = usual(app).await?;
    let mut budgets = figures::budgets(app, only, today.year()).await?;
    let mut works = figures::works(app, only, today.year()).await?;
    let mut meetings = figures::next_meetings(app, only, today).await?;
    let lights = lights(app, at, all, villages).await?;
    let promises = promises(app, all, villages, today).await?;
    Ok(villages
        .iter()
        .zip(promises)
        .enumerate()
        .map(|(at, (village, promises))| {
            let code = village.code();
            let choice = choices.remove(code).unwrap_or_default();
            let find = |indicator: &str, place: &str| {
                numbers.get(&(indicator.to_owned(), place.to_owned())).cloned()
            };
            let has_number = |indicator: &str| {
                find(indicator, code).is_some_and(|told| told.headline().is_some_and(is_shown))
            };
            let above = village.parent().map(Place::code);
            let figures = wanted(&choice, &usual, has_number)
                .into_iter()
                .filter_map(|indicator| {
                    let above = above.and_then(|above| find(&indicator, above));
                    Some(Figure::of(find(&indicator, code)?, above.as_deref()))
                })
                .collect();
            Board {
                place: *village,
                choice,
                budget: budgets.remove(code),
                works: works.remove(code),
                figures,
                lights: lights.as_ref().and_then(|lights| lights.get(at).copied()),
                promises,
                meeting: meetings.remove(code),
            }
        })
        .collect())
}

/// The definitions that may stand on a billboard.
///
/// # Errors
/// When the database fails.
pub async fn known(app: &App) -> Result<Vec<Arc<Definition>>> {
    let all = indicators::list(app).await?;
    Ok(all
        .into_iter()
        .map(|indicator| indicator.definition)
        .filter(|definition| definition.is_judged())
        .collect())
}

impl Figure {
    fn of(told: Arc<Told>, above: Option<&Told>) -> Figure {
        let definition = &told.definition;
        let now = told.headline().cloned();
        let shown = now.as_ref().filter(|now| is_shown(now));
        let against = |other: Option<&Observation>| {
            let (now, other) = (shown?, other.filter(|other| is_shown(other))?);
            let trend = trend(definition, other, now)?;
            Some((Beside::of(trend), other.clone()))
        };
        let year_ago = a_year_before(&told.period).and_then(|period| in_period(&told, &period));
        let of_above = above.and_then(|above| in_period(above, &told.period));
        Figure {
            before: against(year_ago),
            above: against(of_above),
            now,
            told,
        }
    }
}

fn in_period<'a>(told: &'a Told, period: &str) -> Option<&'a Observation> {
    told.over_time
        .iter()
        .find(|observation| observation.period == period)
}

/// The codes of the usual figures: the key ones of every place, in their order.
async fn usual(app: &App) -> Result<Vec<String>> {
    let mut keys: Vec<(i64, String)> = known(app)
        .await?
        .iter()
        .filter_map(|definition| Some((definition.key?, definition.code.clone())))
        .collect();
    keys.sort();
    keys.truncate(MOST_TRIED);
    Ok(keys.into_iter().map(|(_, code)| code).collect())
}

/// All figures that may be needed, of the villages and of the places above them.
async fn numbers(
    app: &App,
    all: &Places,
    villages: &[Place<'_>],
    choices: &BTreeMap<String, Choice>,
) -> Result<Numbers> {
    let usual = usual(app).await?;
    let mut needed: BTreeSet<(String, String)> = BTreeSet::new();
    for village in villages {
        let chosen = choices
            .get(village.code())
            .map(|choice| &choice.indicators)
            .filter(|chosen| !chosen.is_empty())
            .unwrap_or(&usual);
        for indicator in chosen {
            needed.insert((indicator.clone(), village.code().to_owned()));
            if let Some(above) = village.parent() {
                needed.insert((indicator.clone(), above.code().to_owned()));
            }
        }
    }
    let asked: Vec<Asked> = needed
        .into_iter()
        .map(|(indicator, place)| Asked {
            indicator,
            place,
            period: None,
            across: Across::Time,
        })
        .collect();
    let mut numbers = Numbers::new();
    for asked in asked.chunks(MOST_AT_ONCE) {
        let told = tiles::gather(app, Lang::default(), all, asked).await?;
        for (asked, told) in asked.iter().zip(told) {
            if let Some(told) = told {
                let key = (asked.indicator.clone(), asked.place.clone());
                numbers.insert(key, Arc::new(told));
            }
        }
    }
    Ok(numbers)
}

/// How many requests of each village show which light, as everybody's pages count them; `None` while no service takes requests.
async fn lights(app: &App, at: Time, all: &Places, villages: &[Place<'_>]) -> Result<Option<Vec<Lights>>> {
    if library::current(app).await?.services().is_empty() {
        return Ok(None);
    }
    let board = kept::current(app, at).await?;
    let codes: Vec<&str> = villages.iter().map(|village| village.code()).collect();
    let key = format!("billboard {}", codes.join(" "));
    let counted = board.count(key, at, |rows: &Rows, now| {
        let village_of = map::child_of(rows.places.codes(), all, villages);
        let mut lights = vec![Lights::default(); villages.len()];
        rows.each(&Filter::default(), |_, row| {
            if let Some(village) = village_of.get(row.place as usize).copied().flatten()
                && let Some(lights) = lights.get_mut(usize::from(village))
            {
                lights.count(row.light(now));
            }
        });
        lights
    });
    Ok(Some(counted.value.as_ref().clone()))
}

/// How the promises made at each village, or within it, stand.
async fn promises(app: &App, all: &Places, villages: &[Place<'_>], today: Date) -> Result<Vec<Promises>> {
    let at: HashMap<&str, usize> = villages.iter().map(|village| village.code()).zip(0..).collect();
    let mut promises = vec![Promises::default(); villages.len()];
    for commitment in evidence::list_commitments(app, None, None, MOST_PROMISES).await? {
        let place = commitment.place.as_deref().and_then(|place| all.find(place));
        let village =
            place.and_then(|place| place.lineage().into_iter().find_map(|code| at.get(code).copied()));
        if let Some(village) = village
            && let Some(promises) = promises.get_mut(village)
        {
            promises.add(&commitment, today);
        }
    }
    Ok(promises)
}

impl Promises {
    fn add(&mut self, commitment: &Commitment, today: Date) {
        match commitment.standing(today) {
            Standing::Kept | Standing::KeptLate => self.n_kept += 1,
            Standing::Open => self.n_open += 1,
            Standing::BrokenOff => self.n_broken_off += 1,
            Standing::Late => {
                self.n_late += 1;
                self.late.push((mask(&commitment.promise), commitment.due_on));
            }
        }
    }

    /// Whether anything was promised at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.n_kept + self.n_late + self.n_open + self.n_broken_off == 0
    }
}
