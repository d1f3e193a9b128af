//! What people look for: words, chosen facets, an order.

use std::{
    cell::RefCell,
    cmp::{Ordering, Reverse},
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use ::search::{Answer, Found, Manner, PLACE, Places as Named};
use formats::ckan::search::Query;

use super::facets::{Counts, Facet, MOST_BELOW};
use crate::{
    catalog::index::{self, Entry, Index},
    places::{self, model::Places},
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
    },
};

/// What somebody looks for on the page of the catalogue.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub q: String,
    pub chosen: Vec<(Facet, String)>,
    pub order: Order,
    pub part: Part,
    /// The facet of which all values are wanted, however many there are.
    pub whole: Option<Facet>,
}

/// Which of all that is found is wanted in its order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Part {
    #[default]
    All,
    First(usize),
    /// A page, from 1, of so many; one past the last stands for the last.
    Page {
        page: u32,
        size: usize,
    },
}

impl Part {
    /// From where, and how many.
    pub fn of(self, n_found: usize) -> (usize, usize) {
        match self {
            Part::All => (0, n_found),
            Part::First(n) => (0, n),
            Part::Page { page, size } => {
                let last = n_found.saturating_sub(1) / size.max(1);
                let page = usize::try_from(page.max(1) - 1).unwrap_or(usize::MAX);
                (page.min(last) * size, size)
            }
        }
    }
}

/// The order of what was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// The best first; without words the newest.
    #[default]
    Relevance,
    Newest,
    Title,
}

/// What was found.
pub struct Results {
    pub index: Arc<Index>,
    /// The numbers of the wanted part, in their order.
    pub numbers: Vec<u32>,
    /// What was found; other words are proposed only where they find something.
    pub answer: Answer,
    pub places: Arc<Places>,
    /// The codes of the places that were named or chosen.
    pub sought_places: Vec<String>,
    /// The values of each facet, as if none of its own was chosen.
    pub facets: Facets,
}

impl Results {
    /// The wanted part, in its order.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.numbers.iter().filter_map(|number| self.index.entry(*number))
    }
}

/// The values of each facet.
pub type Facets = Vec<Counts>;

/// Whether the values of facets are wanted too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    Facets,
    Nothing,
}

/// Finds datasets that somebody may read.
///
/// # Errors
/// `search-too-much` for what would take too long; when the database fails.
pub async fn find(app: &App, op: &Op, wanted: Wanted, manner: Manner, counting: Counting) -> Result<Results> {
    let index = Index::of(app).await?;
    let places = places::all(app).await?;
    let names = Names::of(app, &places);
    let seen = vec![index::seen_by(op), Query::term("state", "active")];
    let now = op.at.0;
    let work = move || -> std::result::Result<Results, ::search::Error> {
        let met: RefCell<Vec<String>> = RefCell::default();
        let named = |name: &str| {
            let found = names.find(name)?;
            met.borrow_mut().extend(found.own.iter().cloned());
            Some(found)
        };
        let ask_for = |text: &str, besides: Option<Facet>| {
            let mut filters = seen.clone();
            for (facet, value) in wanted.chosen.iter().filter(|(facet, _)| Some(*facet) != besides) {
                filters.push(facet.filter(value, &places));
            }
            index.snapshot.ask(&::search::Asked {
                text,
                manner,
                filters: &filters,
                places: &named,
                now,
            })
        };
        let ask = |besides: Option<Facet>| ask_for(&wanted.q, besides);
        let mut answer = ask(None)?;
        let mut sought_places = met.take();
        let chosen_places = wanted.chosen.iter().filter(|(facet, _)| *facet == Facet::Place);
        sought_places.extend(chosen_places.map(|(_, code)| code.clone()));
        // One word that was found despite an error is surely there as it is meant; several may be so in none together.
        let is_sure = answer.found.n() > 0 && answer.sought.len() == 1;
        if let Some(meant) = answer.meant.take_if(|_| !is_sure)
            && ask_for(&meant, None)?.found.n() > 0
        {
            answer.meant = Some(meant);
        }
        let mut facets = Vec::new();
        if counting == Counting::Facets {
            let count = || -> std::result::Result<Facets, ::search::Error> {
                let is_chosen = |facet: &Facet| wanted.chosen.iter().any(|(known, _)| known == facet);
                let (chosen, others): (Vec<Facet>, Vec<Facet>) = Facet::ALL.into_iter().partition(is_chosen);
                let mut facets = count_all(&index, &answer.found, &places, (&others, wanted.whole));
                for facet in chosen {
                    let found = ask(Some(facet))?.found;
                    facets.push(facet.count(&index, &found, &places, wanted.whole));
                }
                facets.sort_by_key(|counts| Facet::ALL.iter().position(|known| *known == counts.facet));
                Ok(facets)
            };
            // Whoever turns a page or chooses an order asks for the same counts again.
            let of = format!("{seen:?} {:?} {manner:?} {}", wanted.chosen, wanted.q.trim());
            facets = match wanted.whole {
                None => index.counted.of(&of, &places, count)?,
                // Too much to be kept.
                Some(_) => count()?,
            };
        }
        let numbers = ordered(&index, &answer, &wanted, now);
        Ok(Results {
            index,
            numbers,
            answer,
            places,
            sought_places,
            facets,
        })
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(Problem::internal)?
        .map_err(|error| match error {
            ::search::Error::TooMuch => Problem::invalid("search-too-much"),
            broken @ ::search::Error::Broken => Problem::internal(broken),
        })
}

/// Counts the values of several facets, on two threads where there is much to count.
fn count_all(
    index: &Index,
    found: &Found,
    places: &Places,
    (facets, whole): (&[Facet], Option<Facet>),
) -> Facets {
    const MUCH: usize = 10_000;
    // Two facets are told of the same codes.
    let of_places: OnceLock<Vec<(String, u64)>> = OnceLock::new();
    let values = |facet: Facet| match facet {
        Facet::Place | Facet::Level => {
            let by_code = of_places.get_or_init(|| index.snapshot.count(found, PLACE));
            facet.told(by_code.clone(), places, whole)
        }
        facet => facet.count(index, found, places, whole),
    };
    let count = |facets: &[Facet]| -> Facets { facets.iter().map(|facet| values(*facet)).collect() };
    if found.n() < MUCH {
        return count(facets);
    }
    let (first, second) = facets.split_at(facets.len() / 2);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| count(second));
        let mut counted = count(first);
        match other.join() {
            Ok(more) => counted.extend(more),
            Err(panic) => std::panic::resume_unwind(panic),
        }
        counted
    })
}

/// The numbers of the wanted part of what was found.
fn ordered(index: &Index, answer: &Answer, wanted: &Wanted, now: i64) -> Vec<u32> {
    let order = match wanted.order {
        Order::Relevance if wanted.q.trim().is_empty() => Order::Newest,
        order => order,
    };
    let hits = &answer.found.hits;
    let part = wanted.part.of(hits.len());
    let numbers = hits.iter().map(|hit| hit.number);
    // Unless somebody chose the order, what should not be used any more comes last.
    let is_behind = |number: u32| wanted.order == Order::Relevance && index.is_deprecated(number);
    match order {
        Order::Title => {
            let ranks = index.title_ranks();
            let rank = |number: u32| ranks.get(number as usize).copied().unwrap_or(u32::MAX);
            taken(numbers.map(|number| (rank(number), number)), part, Ord::cmp)
        }
        Order::Newest => {
            let keyed = numbers.map(|number| {
                let key = (is_behind(number), Reverse(index.changed_at(number)));
                (key, number)
            });
            taken(keyed, part, Ord::cmp)
        }
        Order::Relevance => {
            let keyed = hits.iter().map(|hit| {
                let changed_at = index.changed_at(hit.number);
                let score = freshened(hit.score, now - changed_at);
                ((is_behind(hit.number), score, changed_at), hit.number)
            });
            taken(
                keyed,
                part,
                |((a_behind, a, a_at), a_n), ((b_behind, b, b_at), b_n)| {
                    let best = b.total_cmp(a).then(b_at.cmp(a_at));
                    a_behind.cmp(b_behind).then(best).then(a_n.cmp(b_n))
                },
            )
        }
    }
}

/// What was changed just now counts so much more than what nobody touched for long; `age` in microseconds.
fn freshened(score: f32, age: i64) -> f32 {
    const FRESH: f32 = 0.15;
    const TWO_YEARS: f32 = 2.0 * 365.0 * 86_400.0 * 1e6;
    score * (1.0 + FRESH * (-(age.max(0) as f32) / TWO_YEARS).exp())
}

/// A part of what stands in an order, without ordering the rest.
fn taken<K>(
    keyed: impl Iterator<Item = (K, u32)>,
    (from, n): (usize, usize),
    order: impl Fn(&(K, u32), &(K, u32)) -> Ordering,
) -> Vec<u32> {
    let mut keyed: Vec<(K, u32)> = keyed.collect();
    let end = from.saturating_add(n).min(keyed.len());
    if from >= end {
        return Vec::new();
    }
    if end < keyed.len() {
        keyed.select_nth_unstable_by(end - 1, &order);
        keyed.truncate(end);
    }
    keyed.sort_unstable_by(&order);
    keyed.into_iter().skip(from).map(|(_, number)| number).collect()
}

/// The values of facets that were counted since the catalogue last changed, by what they were counted of.
#[derive(Default)]
pub struct Counted(Mutex<HashMap<String, (Arc<Places>, Facets)>>);

impl Counted {
    /// What is kept before all of it is forgotten.
    const MOST: usize = 200;

    /// The values as they were counted over the same places, or counted now.
    fn of<E>(
        &self,
        of: &str,
        places: &Arc<Places>,
        count: impl FnOnce() -> std::result::Result<Facets, E>,
    ) -> std::result::Result<Facets, E> {
        if let Some((then, facets)) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(of)
            && Arc::ptr_eq(then, places)
        {
            return Ok(facets.clone());
        }
        let facets = count()?;
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= Counted::MOST {
            known.clear();
        }
        known.insert(of.to_owned(), (places.clone(), facets.clone()));
        Ok(facets)
    }
}

/// Places by their names, made anew with the places.
struct Names {
    of: Arc<Places>,
    /// Codes, by the folded name.
    codes: HashMap<String, Vec<String>>,
}

impl Names {
    fn of(app: &App, places: &Arc<Places>) -> Arc<Names> {
        let known = app.shelf.find::<Names>();
        if let Some(known) = known.filter(|known| Arc::ptr_eq(&known.of, places)) {
            return known;
        }
        let mut codes: HashMap<String, Vec<String>> = HashMap::new();
        for place in places.current() {
            let name: Vec<String> = ::search::words::words(place.name())
                .into_iter()
                .map(|word| word.text)
                .collect();
            codes
                .entry(name.join(" "))
                .or_default()
                .push(place.code().to_owned());
        }
        let names = Arc::new(Names {
            of: places.clone(),
            codes,
        });
        app.shelf.put(names.clone());
        names
    }

    fn find(&self, name: &str) -> Option<Named> {
        /// Names that so many places share mean none of them.
        const MOST: usize = 20;
        let codes = self.codes.get(name).filter(|codes| codes.len() <= MOST)?;
        let mut named = Named {
            own: codes.clone(),
            ..Named::default()
        };
        for place in codes.iter().filter_map(|code| self.of.find(code)) {
            for above in place.ancestors().map(|above| above.code().to_owned()) {
                if !named.above.contains(&above) && !codes.contains(&above) {
                    named.above.push(above);
                }
            }
            named.below.extend(
                place
                    .descendants()
                    .take(MOST_BELOW)
                    .map(|below| below.code().to_owned()),
            );
        }
        Some(named)
    }
}
