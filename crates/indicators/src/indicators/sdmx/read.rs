//! Observations as series, a few places at a time.

use std::{collections::VecDeque, sync::Arc};

use formats::sdmx::{model::Series, period::Span, query::DataQuery};

use super::model::{AREA, Book, SERIES};
use crate::{
    indicators::{model::observation::Observation, store},
    platform::{app::App, problem::Result},
};

/// Places of one statement: few enough for its parameters, many enough to be quick.
const PLACES_AT_ONCE: usize = 50;

/// Reads the series that a question wants, indicator by indicator and place by place, so that memory holds a few of them only.
pub struct Reader {
    app: App,
    book: Arc<Book>,
    query: DataQuery,
    /// Runs below this id are not wanted.
    since: String,
    /// Which indicators are still to be read, the one that is being read first.
    members: VecDeque<usize>,
    /// Its places that are still to be read; `None` before it was begun.
    places: Option<VecDeque<String>>,
}

impl Reader {
    pub fn new(app: &App, book: Arc<Book>, query: DataQuery) -> Reader {
        let members = book
            .members_of(&query.flow.id)
            .into_iter()
            .filter(|at| query.filter.may_want(SERIES, &book.members[*at].series))
            .collect();
        let since = query.updated_after.map(first_run_after).unwrap_or_default();
        Reader {
            app: app.clone(),
            book,
            query,
            since,
            members,
            places: None,
        }
    }

    /// Returns some more series, at least one; nothing at the end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read_on(&mut self) -> Result<Option<Vec<Series>>> {
        loop {
            let Some(at) = self.members.front().copied() else {
                return Ok(None);
            };
            let code = self.book.members[at].indicator.definition.code.clone();
            let mut left = match self.places.take() {
                Some(left) => left,
                None => self.places_of(&code).await?,
            };
            let n = left.len().min(PLACES_AT_ONCE);
            let now: Vec<String> = left.drain(..n).collect();
            if now.is_empty() {
                self.members.pop_front();
                continue;
            }
            self.places = Some(left);
            // Where nothing of many places is wanted, others have their turn in between.
            tokio::task::yield_now().await;
            let observations = store::sdmx::list_in(&self.app.db, &code, &now, &self.since).await?;
            let series = self.series(at, &observations);
            if !series.is_empty() {
                return Ok(Some(series));
            }
        }
    }

    /// The places of an indicator that may be wanted.
    async fn places_of(&self, code: &str) -> Result<VecDeque<String>> {
        let places = store::sdmx::list_places_of(&self.app.db, code).await?;
        let is_wanted = |place: &String| {
            let area = self.book.area(place);
            area.is_some_and(|area| self.query.filter.may_want(AREA, area))
        };
        Ok(places.into_iter().filter(is_wanted).collect())
    }

    fn series(&self, at: usize, observations: &[Observation]) -> Vec<Series> {
        let member = &self.book.members[at];
        observations
            .chunk_by(|a, b| a.place == b.place && a.by == b.by && a.codes == b.codes)
            .flat_map(|together| self.book.series_of(member, together))
            .filter(|series| self.query.filter.wants(&series.key))
            .filter_map(|series| self.cut(series))
            .collect()
    }

    /// A series with the observations that are wanted; `None` when there are none.
    fn cut(&self, mut series: Series) -> Option<Series> {
        let filter = &self.query.filter;
        series
            .observations
            .retain(|told| Span::parse(&told.period).is_some_and(|span| filter.wants_period(span)));
        let n = series.observations.len();
        let first = self.query.limit.first.unwrap_or(0);
        let last = self.query.limit.last.unwrap_or(0);
        if first.saturating_add(last) < n && (first > 0 || last > 0) {
            series.observations.drain(first..n - last);
        }
        (!series.observations.is_empty()).then_some(series)
    }
}

/// The lowest id that a run of a moment may have, in microseconds since 1970: ids begin with their milliseconds (RFC 9562, UUIDv7).
fn first_run_after(moment: i64) -> String {
    let millis = moment.max(0) / 1_000;
    format!("{:08x}-{:04x}-", millis >> 16, millis & 0xffff)
}
