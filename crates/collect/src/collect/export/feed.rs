//! Pages of a table's rows, and whole tables, as OData.
//!
//! A page of what was filed is found by its ends in the index and read alone, however deep it lies; only where a filter, an order or
//! a reach decides which rows there are, what is known of the submissions is read first. Rows of repeats are counted as they are
//! read, from the submission that the token of the page before names.

use std::{pin::pin, sync::Arc};

use axum::body::Body;
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use formats::export::{
    About, Answers, Fields,
    filter::Filter,
    odata::{Feed, OPENING, Writer, closing},
    order::{Key, Order},
};
use futures::TryStreamExt;

use super::{
    Ended, Source, about, envelope, read, streamed,
    walk::{Rows, stretches},
};
use crate::{
    collect::openrosa::encoded,
    collect::store::export::{self as store, Cursor, Filed, What},
    platform::problem::{Problem, Result},
};

/// Which rows a caller wants of all that are meant.
#[derive(Debug, Clone, Default)]
pub struct Paging {
    pub skip: usize,
    /// `None` for all the rest.
    pub top: Option<usize>,
    /// Where the page before ended.
    pub after: Option<Token>,
    /// How many there are in all is to be told.
    pub is_counted: bool,
}

/// Where a page ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Token {
    pub instance_id: Option<String>,
    /// The row of a repeat.
    pub repeat_id: Option<String>,
}

/// What is asked of a feed.
pub struct Page {
    pub feed: Feed,
    /// All fields of the form, by which filters are read and files counted.
    pub fields: Fields,
    pub filter: Option<Filter>,
    pub order: Option<Order>,
    pub paging: Paging,
    /// Address of the service: `https://…/forms/household.svc`.
    pub service: String,
    /// Address of the page itself, to which the next one's token or `$skip` is added.
    pub again: String,
    /// Microseconds since 1970 UTC.
    pub asked_at: i64,
}

/// Which rows below one submission are meant.
#[derive(Debug, Clone)]
pub struct Within {
    pub instance_id: String,
    /// A row of a repeat on the way, by the number of its table and its id.
    pub row: Option<(usize, String)>,
}

/// Finds the number of a table.
///
/// # Errors
/// `collect-exports-table-unknown`.
pub fn table_of(fields: &Fields, name: &str) -> Result<usize> {
    fields
        .table(name)
        .ok_or_else(|| Problem::not_found("collect-exports-table-unknown").with("table", name))
}

/// Which submissions a page is made of.
struct Found {
    rows: Rows,
    /// How many there are in all, where somebody wants to know.
    n: Option<usize>,
    next: Next,
}

/// How a caller gets the page after.
enum Next {
    None,
    /// By the token of the last row sent.
    Token,
    Skip(usize),
}

/// Answers a page of a table, or all of it.
///
/// # Errors
/// `collect-exports-skiptoken`, `collect-exports-skiptoken-unknown`; when the database fails.
pub async fn page(source: Arc<Source>, page: Page) -> Result<Body> {
    if page.feed.table() > 0 || page.feed_table_is_whole() {
        return feed(source, page).await;
    }
    let found = find(&source, &page).await?;
    let page = Arc::new(page);
    Ok(streamed(|out| async move {
        out.send(OPENING).await?;
        let work = {
            let page = page.clone();
            move |found: Vec<Filed>| page.written(&found)
        };
        let with_trash = page.with_trash();
        let mut each = pin!(stretches(
            source.clone(),
            with_trash,
            found.rows,
            What::Answers,
            work
        ));
        let mut last = None;
        while let Some(written) = each.try_next().await? {
            let is_first = last.is_none();
            last = written.rows.last().map(|row| row.instance_id.clone()).or(last);
            out.send(written.bytes(is_first)).await?;
        }
        let next = match (found.next, last) {
            (Next::Token, Some(last)) => Some(page.next_by_token(&Token {
                instance_id: Some(last),
                repeat_id: None,
            })),
            (Next::Skip(skip), Some(_)) => Some(page.next_by_skip(skip)),
            _ => None,
        };
        out.send(closing(
            &page.service,
            page.table_name(),
            next.as_deref(),
            found.n,
        ))
        .await?;
        Ok::<(), Ended>(())
    }))
}

/// Counts the rows that are meant, without any of them.
pub async fn count(source: &Arc<Source>, page: &Page) -> Result<usize> {
    if page.feed.table() == 0 && page.filter.is_none() {
        let n = store::count(source.app.db.read(), source.of(None), &source.reach).await?;
        return Ok(usize::try_from(n).unwrap_or(0));
    }
    let work = {
        let (fields, filter, now) = (page.fields.clone(), page.filter.clone(), source.now.0);
        let table = fields.table(page.table_name()).unwrap_or(0);
        move |found: Vec<Filed>| {
            let mut answers = Answers::default();
            let mut n = 0;
            for filed in &found {
                let about = read(filed, &fields, &mut answers);
                n += match &filter {
                    Some(filter) => filter.rows(&about, &fields, &answers, table, now).len(),
                    None => answers.count(table),
                };
            }
            n
        }
    };
    let rows = Rows::all(source, page.filter.as_ref());
    let each = stretches(source.clone(), page.with_trash(), rows, page.what(), work);
    each.try_fold(0, |all, n| async move { Ok(all + n) }).await
}

/// Streams a table from its first row, or from the row after a token, counting as it goes.
async fn feed(source: Arc<Source>, page: Page) -> Result<Body> {
    let mut rows = Rows::all(&source, page.filter.as_ref());
    let mut sought = None;
    if let Some(token) = &page.paging.after {
        let repeat_id = token.repeat_id.clone().filter(|_| page.feed.table() > 0);
        sought = Some(repeat_id.ok_or_else(|| Problem::invalid("collect-exports-skiptoken"))?);
        if let (Some(instance_id), false) = (&token.instance_id, page.paging.is_counted) {
            let at = store::find_cursor(source.app.db.read(), &source.filed_to, instance_id).await?;
            let at = at.ok_or_else(|| Problem::invalid("collect-exports-skiptoken-unknown"))?;
            if let Rows::After { cursor, .. } = &mut rows {
                // The submission that the page before ended in has more rows, perhaps.
                *cursor = Cursor {
                    id: format!("{}~", at.id),
                    ..at
                };
            }
        }
    }
    let page = Arc::new(page);
    Ok(streamed(|out| async move {
        out.send(OPENING).await?;
        let work = {
            let page = page.clone();
            move |found: Vec<Filed>| page.written(&found)
        };
        let mut each = pin!(stretches(
            source.clone(),
            page.with_trash(),
            rows,
            What::Answers,
            work
        ));
        let paging = &page.paging;
        let top = paging.top.unwrap_or(usize::MAX);
        let (mut n, mut n_sent, mut is_open) = (0, 0, sought.is_none());
        let mut last: Option<Token> = None;
        let mut has_more = false;
        let skip = if sought.is_some() { 0 } else { paging.skip };
        while let Some(written) = each.try_next().await? {
            n += written.rows.len();
            let mut from = 0;
            if !is_open {
                let found = written
                    .rows
                    .iter()
                    .position(|row| Some(&row.id) == sought.as_ref());
                let Some(at) = found else { continue };
                (from, is_open) = (at + 1, true);
            }
            // What is skipped is counted from the first row of all.
            let n_before = n - written.rows.len();
            from = from.max(skip.saturating_sub(n_before)).min(written.rows.len());
            let until = written.rows.len().min(from.saturating_add(top - n_sent));
            if from < until {
                out.send(written.part(from, until, n_sent == 0)).await?;
                n_sent += until - from;
                last = written.rows.get(until - 1).map(|row| Token {
                    instance_id: Some(row.instance_id.clone()),
                    repeat_id: Some(row.id.clone()),
                });
            }
            has_more |= n_sent == top && until < written.rows.len();
            if has_more && !paging.is_counted {
                break;
            }
        }
        if !is_open {
            return Err(Ended::Failed(Problem::invalid(
                "collect-exports-skiptoken-unknown",
            )));
        }
        let next = last.filter(|_| has_more).map(|token| page.next_by_token(&token));
        let n = paging.is_counted.then_some(n);
        out.send(closing(&page.service, page.table_name(), next.as_deref(), n))
            .await?;
        Ok(())
    }))
}

/// Answers the rows of a table that belong to one submission, or to one row of it.
///
/// # Errors
/// `submission-unknown`, also for one out of the caller's reach.
pub async fn one(source: &Source, page: &Page, within: &Within) -> Result<Vec<u8>> {
    let unknown = || Problem::not_found("submission-unknown");
    let at = store::find_cursor(source.app.db.read(), &source.filed_to, &within.instance_id).await?;
    let at = at.ok_or_else(unknown)?;
    let before = Cursor {
        id: format!("{}~", at.id),
        ..at.clone()
    };
    let found = store::list(
        source.app.db.read(),
        source.of(None),
        &source.reach,
        &before,
        &at,
        What::Answers,
    )
    .await?;
    let filed = found.first().ok_or_else(unknown)?;
    let mut all = page.written(std::slice::from_ref(filed));
    if let Some((table, id)) = &within.row {
        all.keep(&page.below(filed, *table, id));
    }
    let paging = &page.paging;
    let n = all.rows.len();
    let from = match &paging.after {
        None => paging.skip.min(n),
        Some(token) => {
            let id = token.repeat_id.as_ref();
            let id = id.ok_or_else(|| Problem::invalid("collect-exports-skiptoken"))?;
            let found = all.rows.iter().position(|row| row.id == *id);
            found.ok_or_else(|| Problem::invalid("collect-exports-skiptoken-unknown"))? + 1
        }
    };
    let until = paging.top.map_or(n, |top| from.saturating_add(top).min(n));
    let mut out = OPENING.as_bytes().to_vec();
    let mut next = None;
    if from < until {
        out.extend(all.part(from, until, true));
        if until < n {
            next = Some(page.next_by_token(&Token {
                instance_id: Some(within.instance_id.clone()),
                repeat_id: Some(all.rows[until - 1].id.clone()),
            }));
        }
    }
    let n = paging.is_counted.then_some(n);
    out.extend(closing(&page.service, page.table_name(), next.as_deref(), n));
    Ok(out)
}

/// Finds which submissions a page is made of.
async fn find(source: &Arc<Source>, page: &Page) -> Result<Found> {
    let paging = &page.paging;
    if let Some(order) = &page.order {
        return sorted(source, page, order).await;
    }
    let mut rows = Rows::all(source, page.filter.as_ref());
    if let Some(token) = &paging.after {
        let id = token.instance_id.as_ref();
        let id = id.ok_or_else(|| Problem::invalid("collect-exports-skiptoken"))?;
        let at = store::find_cursor(source.app.db.read(), &source.filed_to, id).await?;
        let at = at.ok_or_else(|| Problem::invalid("collect-exports-skiptoken-unknown"))?;
        if let Rows::After { cursor, .. } = &mut rows {
            *cursor = at;
        }
    }
    if page.filter.is_some() || !source.is_whole() {
        return sifted(source, page, rows).await;
    }
    let n = match paging.is_counted {
        true => Some(count(source, page).await?),
        false => None,
    };
    let Rows::After {
        mut cursor, oldest, ..
    } = rows
    else {
        return Err(Problem::internal(anyhow::anyhow!("rows without a beginning")));
    };
    let of = source.of(None);
    let wide = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    if let Some(skip) = paging.skip.checked_sub(1).filter(|_| paging.after.is_none()) {
        match store::find_end(source.app.db.read(), of, &cursor, oldest, wide(skip)).await? {
            Some(end) => cursor = end,
            None => return Ok(Found::nothing(n)),
        }
    }
    let mut next = Next::None;
    if let Some(top) = paging.top {
        let beyond = store::find_end(source.app.db.read(), of, &cursor, oldest, wide(top)).await?;
        if beyond.is_some() {
            next = Next::Token;
        }
    }
    Ok(Found {
        rows: Rows::After {
            cursor,
            most: paging.top,
            oldest,
        },
        n,
        next,
    })
}

/// What was read of a submission to decide whether and where it stands.
struct Sifted {
    id: String,
    at: i64,
    key: Option<Key>,
}

/// Reads what is known of submissions, and their answers where a filter asks for them, and keeps those that are meant.
async fn sifted(source: &Arc<Source>, page: &Page, rows: Rows) -> Result<Found> {
    let paging = &page.paging;
    let (skip, top) = match paging.after {
        Some(_) => (0, paging.top),
        None => (paging.skip, paging.top),
    };
    let most = top.map_or(usize::MAX, |top| skip.saturating_add(top));
    let mut ids = Vec::new();
    let mut n = 0;
    {
        let work = page.sifting(source);
        let mut each = pin!(stretches(
            source.clone(),
            page.with_trash(),
            rows,
            page.what(),
            work
        ));
        while let Some(some) = each.try_next().await? {
            for sifted in some {
                if n >= skip && n < most {
                    ids.push(sifted.id);
                }
                n += 1;
            }
            if n > most && !paging.is_counted {
                break;
            }
        }
    }
    let counted = match (paging.is_counted, &paging.after) {
        (false, _) => None,
        (true, None) => Some(n),
        // All that are meant, not only those after the token.
        (true, Some(_)) => Some(count_sifted(source, page).await?),
    };
    Ok(Found {
        rows: Rows::Ids(ids),
        n: counted,
        next: if n > most { Next::Token } else { Next::None },
    })
}

async fn count_sifted(source: &Arc<Source>, page: &Page) -> Result<usize> {
    let work = page.sifting(source);
    let rows = Rows::all(source, page.filter.as_ref());
    let each = stretches(source.clone(), page.with_trash(), rows, page.what(), work);
    each.try_fold(0, |n, some| async move { Ok(n + some.len()) })
        .await
}

/// Sorts all submissions that are meant, by what is known of them.
async fn sorted(source: &Arc<Source>, page: &Page, order: &Order) -> Result<Found> {
    let paging = &page.paging;
    let mut all: Vec<Sifted> = Vec::new();
    {
        let work = page.sifting(source);
        let rows = Rows::all(source, page.filter.as_ref());
        let mut each = pin!(stretches(
            source.clone(),
            page.with_trash(),
            rows,
            page.what(),
            work
        ));
        while let Some(some) = each.try_next().await? {
            all.extend(some);
        }
    }
    all.sort_by(|a, b| match (&a.key, &b.key) {
        (Some(one), Some(other)) => order.compare((one, (a.at, &a.id)), (other, (b.at, &b.id))),
        _ => (b.at, &b.id).cmp(&(a.at, &a.id)),
    });
    let n = all.len();
    let end = paging.top.map_or(n, |top| paging.skip.saturating_add(top).min(n));
    let ids = all
        .drain(..end)
        .skip(paging.skip)
        .map(|sifted| sifted.id)
        .collect();
    Ok(Found {
        rows: Rows::Ids(ids),
        n: paging.is_counted.then_some(n),
        next: if end < n { Next::Skip(end) } else { Next::None },
    })
}

impl Found {
    fn nothing(n: Option<usize>) -> Self {
        Self {
            rows: Rows::Ids(Vec::new()),
            n,
            next: Next::None,
        }
    }
}

/// Rows of a stretch as they are sent.
struct Written {
    json: Vec<u8>,
    rows: Vec<WrittenRow>,
}

struct WrittenRow {
    /// Where it ends; the next one begins after a comma.
    end: usize,
    id: String,
    instance_id: String,
}

impl Written {
    /// Leaves out all rows but those with these numbers.
    fn keep(&mut self, wanted: &[usize]) {
        let mut json = Vec::new();
        let mut rows = Vec::new();
        let mut start = 0;
        for (nth, mut row) in std::mem::take(&mut self.rows).into_iter().enumerate() {
            let end = row.end;
            if wanted.contains(&nth) {
                if !json.is_empty() {
                    json.push(b',');
                }
                json.extend_from_slice(&self.json[start..end]);
                row.end = json.len();
                rows.push(row);
            }
            start = end + 1;
        }
        (self.json, self.rows) = (json, rows);
    }

    fn bytes(self, is_first: bool) -> Vec<u8> {
        if self.rows.is_empty() || is_first {
            return self.json;
        }
        let mut bytes = self.json;
        bytes.insert(0, b',');
        bytes
    }

    fn part(&self, from: usize, until: usize, is_first: bool) -> Vec<u8> {
        let start = from.checked_sub(1).map_or(0, |before| self.rows[before].end + 1);
        let end = self.rows[until - 1].end;
        let mut bytes = Vec::with_capacity(end - start + 1);
        if !is_first {
            bytes.push(b',');
        }
        bytes.extend_from_slice(&self.json[start..end]);
        bytes
    }
}

impl Page {
    /// Tells whether all of a table is wanted in its own order, so that it can be sent as it is read.
    fn feed_table_is_whole(&self) -> bool {
        let paging = &self.paging;
        self.order.is_none() && paging.top.is_none() && paging.skip == 0 && paging.after.is_none()
    }

    pub(super) fn table_name(&self) -> &str {
        &self.feed.fields().tables()[self.feed.table()].name
    }

    fn with_trash(&self) -> bool {
        self.filter.as_ref().is_some_and(Filter::asks_deleted)
    }

    /// Tells what must be read to decide which rows are meant.
    fn what(&self) -> What {
        let asks_answers = self.filter.as_ref().is_some_and(Filter::needs_answers);
        if asks_answers || self.feed.table() > 0 {
            What::Answers
        } else {
            What::Envelope
        }
    }

    fn sifting(&self, source: &Source) -> impl Fn(Vec<Filed>) -> Vec<Sifted> + Clone + Send + Sync + 'static {
        let shared = Arc::new((self.fields.clone(), self.filter.clone(), self.order.clone()));
        let (what, now) = (self.what(), source.now.0);
        move |found: Vec<Filed>| {
            let (fields, filter, order) = &*shared;
            let mut answers = Answers::default();
            let mut kept = Vec::new();
            for filed in &found {
                let about = match what {
                    What::Answers => read(filed, fields, &mut answers),
                    What::Envelope => envelope(filed),
                };
                let is_meant = match (filter, what) {
                    (None, _) => true,
                    (Some(filter), What::Envelope) => filter.admits(&about, now),
                    (Some(filter), What::Answers) => filter.admits_row(&about, (fields, &answers, 0), now),
                };
                if is_meant {
                    kept.push(Sifted {
                        id: filed.id.clone(),
                        at: filed.at,
                        key: order.as_ref().map(|order| order.key(&about)),
                    });
                }
            }
            kept
        }
    }

    /// Writes the rows of submissions.
    fn written(&self, found: &[Filed]) -> Written {
        let mut written = Written {
            json: Vec::with_capacity(found.len() * 1024),
            rows: Vec::with_capacity(found.len()),
        };
        let mut answers = Answers::default();
        // A selection reads less than a filter, or the count of files, may need.
        let mut whole = Answers::default();
        let is_selected = self.feed.fields() != &self.fields;
        let mut writer = Writer::new(&self.feed);
        let table = self.feed.table();
        for filed in found {
            let _ = answers.read(self.feed.fields(), &filed.xml);
            if is_selected {
                let _ = whole.read(&self.fields, &filed.xml);
            }
            let all = if is_selected { &whole } else { &answers };
            let about = about(filed, &self.fields, all);
            let meant = self.meant(&about, all, table);
            writer.begin(&about, &answers);
            for (nth, row) in answers.rows_of(table).enumerate() {
                if meant.as_ref().is_some_and(|meant| !meant.contains(&nth)) {
                    continue;
                }
                if !written.rows.is_empty() {
                    written.json.push(b',');
                }
                writer.write(&about, &answers, row, &mut written.json);
                written.rows.push(WrittenRow {
                    end: written.json.len(),
                    id: if table > 0 {
                        writer.id(&about, row)
                    } else {
                        String::new()
                    },
                    instance_id: filed.root_id.clone(),
                });
            }
        }
        written
    }

    /// Tells which of a submission's rows stand in a row of another table, or are it, by their number in the feed's table.
    fn below(&self, filed: &Filed, table: usize, id: &str) -> Vec<usize> {
        let mut answers = Answers::default();
        let _ = answers.read(self.feed.fields(), &filed.xml);
        let about = envelope(filed);
        let mut writer = Writer::new(&self.feed);
        writer.begin(&about, &answers);
        let rows = answers.rows_of(self.feed.table()).enumerate();
        rows.filter(|(_, row)| {
            answers
                .above(*row, table)
                .is_some_and(|above| writer.id(&about, above) == id)
        })
        .map(|(nth, _)| nth)
        .collect()
    }

    /// Tells which of a submission's rows are meant, by their number in the table; `None` for all.
    fn meant(&self, about: &About<'_>, answers: &Answers, table: usize) -> Option<Vec<usize>> {
        let filter = self.filter.as_ref()?;
        let name = &self.feed.fields().tables()[table].name;
        let table = self.fields.table(name)?;
        let admitted = filter.rows(about, &self.fields, answers, table, self.asked_at);
        let rows = answers.rows_of(table).enumerate();
        Some(
            rows.filter(|(_, row)| admitted.contains(row))
                .map(|(nth, _)| nth)
                .collect(),
        )
    }

    fn next_by_token(&self, token: &Token) -> String {
        format!("{}%24skiptoken={}", self.again, encoded(&token.write()))
    }

    fn next_by_skip(&self, skip: usize) -> String {
        format!("{}%24skip={skip}", self.again)
    }
}

/// What tokens begin with: the number of their scheme.
const SCHEME: &str = "01";

impl Token {
    /// Reads a token, ours or Central's.
    ///
    /// # Errors
    /// `collect-exports-skiptoken`.
    pub fn read(text: &str) -> Result<Token> {
        let read = || {
            let bytes = BASE64.decode(text.strip_prefix(SCHEME)?).ok()?;
            let said: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
            let text = |name: &str| said.get(name).and_then(|value| value.as_str()).map(str::to_owned);
            said.is_object().then(|| Token {
                instance_id: text("instanceId"),
                repeat_id: text("repeatId"),
            })
        };
        read().ok_or_else(|| Problem::invalid("collect-exports-skiptoken"))
    }

    fn write(&self) -> String {
        let mut said = serde_json::Map::new();
        if let Some(id) = &self.instance_id {
            said.insert("instanceId".to_owned(), id.as_str().into());
        }
        if let Some(id) = &self.repeat_id {
            said.insert("repeatId".to_owned(), id.as_str().into());
        }
        format!(
            "{SCHEME}{}",
            BASE64.encode(serde_json::Value::Object(said).to_string())
        )
    }
}
