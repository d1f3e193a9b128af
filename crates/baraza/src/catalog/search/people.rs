//! What people look for: words, chosen facets, an order.

use std::{collections::HashMap, sync::Arc};

use ::search::{Answer, Hit, Manner, Places as Named};
use formats::ckan::search::Query;

use super::facets::Facet;
use crate::{
    catalog::index::{self, Index},
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

/// What was found: the numbers of datasets in their order.
pub struct Results {
    pub index: Arc<Index>,
    pub numbers: Vec<u32>,
    pub answer: Answer,
    /// The values of each facet, as if none of its own was chosen.
    pub facets: Vec<(Facet, Vec<(String, u64)>)>,
}

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
        let named = |name: &str| names.find(name);
        let ask = |besides: Option<Facet>| {
            let mut filters = seen.clone();
            for (facet, value) in wanted.chosen.iter().filter(|(facet, _)| Some(*facet) != besides) {
                filters.push(facet.filter(value, &places));
            }
            index.snapshot.ask(&::search::Asked {
                text: &wanted.q,
                manner,
                filters: &filters,
                places: &named,
                now,
            })
        };
        let answer = ask(None)?;
        let mut facets = Vec::new();
        if counting == Counting::Facets {
            for facet in Facet::ALL {
                let is_chosen = wanted.chosen.iter().any(|(known, _)| *known == facet);
                let counts = match is_chosen {
                    true => facet.count(&index, &ask(Some(facet))?.found, &places),
                    false => facet.count(&index, &answer.found, &places),
                };
                facets.push((facet, counts));
            }
        }
        let numbers = ordered(&index, &answer, &wanted, now);
        Ok(Results {
            index,
            numbers,
            answer,
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

fn ordered(index: &Index, answer: &Answer, wanted: &Wanted, now: i64) -> Vec<u32> {
    /// What was changed just now counts so much more than what nobody touched for long.
    const FRESH: f32 = 0.15;
    const TWO_YEARS: f32 = 2.0 * 365.0 * 86_400.0 * 1e6;
    let changed_at = |hit: &Hit| index.entry(hit.number).map_or(0, |entry| entry.row.changed_at);
    let order = match wanted.order {
        Order::Relevance if wanted.q.trim().is_empty() => Order::Newest,
        order => order,
    };
    let n = answer.found.n();
    let hits = match order {
        Order::Title => {
            let keys: HashMap<u32, String> = answer
                .found
                .hits
                .iter()
                .filter_map(|hit| {
                    Some((
                        hit.number,
                        ::search::words::fold(&index.entry(hit.number)?.row.title),
                    ))
                })
                .collect();
            answer.found.page(0, n, |a, b| {
                let key = |hit: &Hit| keys.get(&hit.number);
                key(a).cmp(&key(b)).then(a.number.cmp(&b.number))
            })
        }
        Order::Newest => answer.found.page(0, n, |a, b| {
            changed_at(b).cmp(&changed_at(a)).then(a.number.cmp(&b.number))
        }),
        Order::Relevance => {
            let weighed = |hit: &Hit| {
                let age = now.saturating_sub(changed_at(hit)).max(0) as f32;
                hit.score * (1.0 + FRESH * (-age / TWO_YEARS).exp())
            };
            answer.found.page(0, n, |a, b| {
                weighed(b)
                    .total_cmp(&weighed(a))
                    .then_with(|| changed_at(b).cmp(&changed_at(a)))
                    .then(a.number.cmp(&b.number))
            })
        }
    };
    hits.iter().map(|hit| hit.number).collect()
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
        /// What lies in a whole province is too much to be named one by one; its own data and those above are found.
        const MOST_BELOW: usize = 2_000;
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
