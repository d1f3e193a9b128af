//! Tiles made ready once for each version of their numbers: who opens a dashboard finds its drawings drawn.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use jiff::civil::Date;

use super::{
    model::Tile,
    tiles::{Filled, Looking, TileView, view},
};
use crate::{
    indicators::tiles::Told,
    platform::{app::App, i18n::Lang, problem::Result},
};

/// More than so many bytes of tiles are not kept; who asks for all of them is a program.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// Bytes that a number takes among them, about.
const OF_A_NUMBER: usize = 800;

/// Tiles made ready, in this process.
#[derive(Default)]
pub struct Ready(RwLock<Views>);

#[derive(Default)]
struct Views {
    by_key: HashMap<Key, (Arc<Told>, Arc<TileView>)>,
    n_bytes: usize,
}

/// What a tile is made of beside its numbers.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    tile: Tile,
    at: usize,
    lang: Lang,
    /// Code of the place that its numbers are of.
    place: String,
    here: String,
    drill: String,
    /// A number that is late says so from its day on.
    today: Date,
}

impl Ready {
    /// What is kept in this process.
    pub fn of(app: &App) -> Arc<Ready> {
        if let Some(ready) = app.shelf.find::<Ready>() {
            return ready;
        }
        app.shelf.put(Arc::new(Ready::default()));
        app.shelf.find::<Ready>().unwrap_or_default()
    }

    /// The tile at a position from 0 as it is written, made anew where its numbers are others than before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn view(&self, looking: &Looking<'_>, at: usize, filled: &Filled) -> Result<Arc<TileView>> {
        // Words, feeds and what has no numbers are as quickly made as found.
        let told = filled.told.as_ref().filter(|told| told.headline().is_some());
        let Some(told) = told else {
            return Ok(Arc::new(view(looking, at, filled).await?));
        };
        let key = Key::of(looking, at, filled);
        if let Some(known) = self.find(&key, told) {
            return Ok(known);
        }
        let made = Arc::new(view(looking, at, filled).await?);
        self.put(key, told, &made);
        Ok(made)
    }

    fn find(&self, key: &Key, told: &Arc<Told>) -> Option<Arc<TileView>> {
        let views = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let (of, view) = views.by_key.get(key)?;
        Arc::ptr_eq(of, told).then(|| view.clone())
    }

    fn put(&self, key: Key, told: &Arc<Told>, view: &Arc<TileView>) {
        let n_numbers = told.over_time.len() + told.parts.len() + view.rows.len();
        let n_bytes = view.drawing.0.len() + view.legend.0.len() + n_numbers * OF_A_NUMBER;
        let mut views = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if views.n_bytes + n_bytes > MOST_BYTES {
            *views = Views::default();
        }
        views.n_bytes += n_bytes;
        views.by_key.insert(key, (told.clone(), view.clone()));
    }
}

impl Key {
    fn of(looking: &Looking<'_>, at: usize, filled: &Filled) -> Key {
        Key {
            tile: filled.tile.clone(),
            at,
            lang: looking.lang,
            place: filled.place.clone(),
            here: looking.here.to_owned(),
            drill: looking.drill.to_owned(),
            today: looking.app.config.day(looking.app.clock.now()),
        }
    }
}
