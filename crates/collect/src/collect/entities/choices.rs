//! Entities as choices of forms: the live list that a phone, a browser and a check read in the place of a file.
//!
//! A form's definition is parsed once; a live list is put beside it, kept for those who see the same part of the list until it changes.
//! Everybody is offered what lies in their places (or what they made, where a list says so), never the whole list without need.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use formats::openrosa::md5_hex;

use super::{
    model::{Entity, List, Property, View},
    offered,
    store::{
        lists,
        things::{self, Which},
    },
};
use crate::{
    accounts::Reach,
    collect::model::Questionnaire,
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
    },
};

/// Entities read in one statement.
const CHUNK: i64 = 2_000;
/// Most bytes of lists that are kept written.
const MOST_KEPT_BYTES: usize = 64 * 1024 * 1024;
/// Most definitions that are kept with somebody's lists.
const MOST_PREPARED: usize = 16;
/// Most entities that the check of one submission looks up.
const MOST_NAMED: usize = 1_000;

/// A file of a form that is a live list, as one person sees it.
#[derive(Debug, Clone)]
pub struct Offer {
    pub file: String,
    pub list: List,
    pub view: View,
    /// Another one for every change of the list, and for everybody who sees another part of it.
    pub hash: String,
}

impl Offer {
    /// What Collect calls a list of this kind: those that need approval make no entity on the phone.
    pub fn kind(&self) -> &'static str {
        match self.list.needs_approval {
            true => "approvalEntityList",
            false => "entityList",
        }
    }
}

/// Lists the files of a form's version that are live lists, as the caller sees them.
///
/// # Errors
/// When the database fails.
pub async fn offers(app: &App, op: &Op, version_id: &str) -> Result<Vec<Offer>> {
    let mut offers = Vec::new();
    for (file, list) in lists::links(app.db.read(), version_id).await? {
        let view = offered(app, op, &list).await?;
        let parents = match &list.parent_list {
            Some(parent) => lists::find_by_id(app.db.read(), parent).await?,
            None => None,
        };
        let hash = hash(&list, parents.map(|list| list.revision), &view);
        offers.push(Offer {
            file,
            list,
            view,
            hash,
        });
    }
    Ok(offers)
}

/// Tells which of a version's files are live lists, by their names.
///
/// # Errors
/// When the database fails.
pub async fn linked(app: &App, version_id: &str) -> Result<Vec<(String, List)>> {
    lists::links(app.db.read(), version_id).await
}

/// Returns a live list as the CSV that forms read, kept until the list changes.
///
/// # Errors
/// When the database fails.
pub async fn csv(app: &App, offer: &Offer) -> Result<Bytes> {
    let kept = app.shelf.find::<Written>().unwrap_or_else(|| {
        let fresh = Arc::new(Written::default());
        app.shelf.put(fresh.clone());
        fresh
    });
    if let Some(bytes) = kept.find(&offer.hash) {
        return Ok(bytes);
    }
    let properties = lists::properties(app.db.read(), &offer.list.id).await?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    let has_parents = offer.list.parent_list.is_some();
    write_header(&mut writer, &properties, has_parents)?;
    let mut before: Option<String> = None;
    loop {
        let part = things::scan(
            app.db.read(),
            &offer.list.id,
            &offer.view,
            Which::Present,
            before.as_deref(),
            CHUNK,
        )
        .await?;
        for entity in &part {
            write_row(&mut writer, entity, &properties, has_parents)?;
        }
        match part.last() {
            Some(last) if i64::try_from(part.len()).unwrap_or(0) == CHUNK => before = Some(last.id.clone()),
            _ => break,
        }
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| Problem::internal(anyhow::anyhow!("{error}")))?;
    let bytes = Bytes::from(bytes);
    kept.put(offer.hash.clone(), bytes.clone());
    Ok(bytes)
}

fn write_header(writer: &mut csv::Writer<Vec<u8>>, properties: &[Property], has_parents: bool) -> Result<()> {
    let own = ["name", "label", "__version"];
    let parents: &[&str] = if has_parents {
        &["__parent", "__parentLabel"]
    } else {
        &[]
    };
    let names = properties.iter().map(|property| property.name.as_str());
    writer
        .write_record(own.into_iter().chain(parents.iter().copied()).chain(names))
        .map_err(Problem::internal)
}

fn write_row(
    writer: &mut csv::Writer<Vec<u8>>,
    entity: &Entity,
    properties: &[Property],
    has_parents: bool,
) -> Result<()> {
    let version = entity.version.to_string();
    let mut row = vec![entity.uuid.as_str(), &entity.label, &version];
    if has_parents {
        let parent = entity.parent.as_ref();
        row.push(parent.map_or("", |parent| &parent.uuid));
        row.push(parent.and_then(|parent| parent.label.as_deref()).unwrap_or(""));
    }
    let values = properties
        .iter()
        .map(|property| entity.data.get(&property.name).map_or("", String::as_str));
    writer
        .write_record(row.into_iter().chain(values))
        .map_err(Problem::internal)
}

/// Hashes what decides how a list reads: its revision, that of its parents, and what part of it is seen.
fn hash(list: &List, parents: Option<i64>, view: &View) -> String {
    let reach = match &view.reach {
        Reach::Everywhere => "everywhere".to_owned(),
        Reach::Within(codes) => codes.join(","),
    };
    let owner = view.owner.as_deref().unwrap_or("");
    let seen = format!(
        "{} {} {} {reach} {owner} {}",
        list.id,
        list.revision,
        parents.unwrap_or(0),
        view.with_unplaced
    );
    md5_hex(seen.as_bytes())
}

/// Hashes the state of a whole list, for those who read all of it they may.
pub fn state(list: &List, view: &View) -> String {
    hash(list, None, view)
}

/// Puts the live lists that the caller is offered into a form's definition.
///
/// # Errors
/// When the database fails.
pub async fn with_choices(app: &App, op: &Op, base: Arc<Questionnaire>) -> Result<Arc<Questionnaire>> {
    if base.xform.externals().iter().all(|external| external.attached) {
        return Ok(base);
    }
    let offers = offers(app, op, &base.version.id).await?;
    if offers.is_empty() {
        return Ok(base);
    }
    let key: String = offers.iter().map(|offer| format!("{} ", offer.hash)).collect();
    let kept = app.shelf.find::<Attached>().unwrap_or_else(|| {
        let fresh = Arc::new(Attached::default());
        app.shelf.put(fresh.clone());
        fresh
    });
    if let Some(known) = kept.find(&base, &key) {
        return Ok(known);
    }
    let mut files = Vec::new();
    for offer in &offers {
        files.push((offer.file.clone(), csv(app, offer).await?));
    }
    let whole = attached(base.clone(), files).await?;
    kept.put(base, key, whole.clone());
    Ok(whole)
}

/// Puts into a form's definition those entities of its live lists that answers speak of, so that they can be checked: choosing one of
/// a million costs no more than choosing one of ten.
///
/// # Errors
/// When the database fails.
pub async fn with_those_named(app: &App, base: Arc<Questionnaire>, xml: &str) -> Result<Arc<Questionnaire>> {
    if base.xform.externals().iter().all(|external| external.attached) {
        return Ok(base);
    }
    let linked = lists::links(app.db.read(), &base.version.id).await?;
    if linked.is_empty() {
        return Ok(base);
    }
    let named = ids_in(xml);
    let mut files = Vec::new();
    for (file, list) in linked {
        let properties = lists::properties(app.db.read(), &list.id).await?;
        let has_parents = list.parent_list.is_some();
        let mut writer = csv::Writer::from_writer(Vec::new());
        write_header(&mut writer, &properties, has_parents)?;
        for entity in things::find_named(app.db.read(), &list.id, &named).await? {
            write_row(&mut writer, &entity, &properties, has_parents)?;
        }
        let bytes = writer
            .into_inner()
            .map_err(|error| Problem::internal(anyhow::anyhow!("{error}")))?;
        files.push((file, Bytes::from(bytes)));
    }
    attached(base, files).await
}

async fn attached(base: Arc<Questionnaire>, files: Vec<(String, Bytes)>) -> Result<Arc<Questionnaire>> {
    let whole = tokio::task::spawn_blocking(move || -> Result<_> {
        let mut xform = base.xform.clone();
        for (name, bytes) in files {
            xform.attach(&name, &bytes).map_err(Problem::internal)?;
        }
        Ok(Questionnaire::new(base.form.clone(), base.version.clone(), xform))
    });
    Ok(Arc::new(whole.await.map_err(Problem::internal)??))
}

/// The ids of entities that stand anywhere in a text, each once.
fn ids_in(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(dash) = text.get(at..).and_then(|rest| rest.find('-')) {
        let dash = at + dash;
        at = dash + 1;
        let Some(start) = dash.checked_sub(8) else {
            continue;
        };
        // A cut through a letter of several bytes is no id.
        let Some(candidate) = text.get(start..start + 36) else {
            continue;
        };
        let is_whole = start == 0 || !bytes[start - 1].is_ascii_alphanumeric();
        if is_whole && let Ok(uuid) = super::model::uuid_of("id", candidate) {
            found.push(uuid);
            at = start + 36;
        }
    }
    found.sort();
    found.dedup();
    found.truncate(MOST_NAMED);
    found
}

/// Definitions with the lists of those who see the same, the oldest first.
#[derive(Default)]
struct Attached(Mutex<VecDeque<Prepared>>);

struct Prepared {
    base: Arc<Questionnaire>,
    key: String,
    whole: Arc<Questionnaire>,
}

impl Attached {
    fn find(&self, base: &Arc<Questionnaire>, key: &str) -> Option<Arc<Questionnaire>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter()
            .find(|known| Arc::ptr_eq(&known.base, base) && known.key == key)
            .map(|known| known.whole.clone())
    }

    fn put(&self, base: Arc<Questionnaire>, key: String, whole: Arc<Questionnaire>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back(Prepared { base, key, whole });
        while kept.len() > MOST_PREPARED {
            kept.pop_front();
        }
    }
}

/// Lists as they were written last, the oldest first.
#[derive(Default)]
struct Written(Mutex<VecDeque<(String, Bytes)>>);

impl Written {
    fn find(&self, hash: &str) -> Option<Bytes> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter()
            .find(|(known, _)| known == hash)
            .map(|(_, bytes)| bytes.clone())
    }

    fn put(&self, hash: String, bytes: Bytes) {
        if bytes.len() > MOST_KEPT_BYTES / 4 {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back((hash, bytes));
        while kept.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() > MOST_KEPT_BYTES {
            kept.pop_front();
        }
    }
}

/// Tells of entities that a phone has whether it should forget them: deleted, or out of its reach by now.
///
/// # Errors
/// `not-allowed` for those who may neither read the list nor fill a form; `collect-entity-field-mistyped` for what is no id.
pub async fn integrity(app: &App, op: &Op, list: &List, uuids: &[String]) -> Result<Vec<(String, bool)>> {
    let view = match super::view(app, op, list).await {
        Ok(view) => view,
        Err(_) => {
            op.require(&crate::collect::FILERS)?;
            offered(app, op, list).await?
        }
    };
    let places = crate::places::all(app).await?;
    let mut states = Vec::new();
    for uuid in uuids {
        let uuid = super::model::uuid_of("id", uuid)?;
        // One that is not known may be on its way: the phone keeps it.
        if let Some(entity) = things::find(app.db.read(), &list.id, &uuid).await? {
            let is_gone = entity.deleted_at.is_some() || !super::is_seen(&view, &entity, &places);
            states.push((uuid, is_gone));
        }
    }
    Ok(states)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_wherever_they_stand_in_a_text() {
        let id = "0a0a0a0a-0000-4000-8000-000000000001";
        let text = format!(
            "<a>{id}</a><b>é-{id} uuid:{}</b>f{id}<c>1-2-3</c><d>{}</d>",
            id.to_uppercase(),
            &id[..35]
        );
        assert_eq!(ids_in(&text), [id]);
        assert!(ids_in("12345678-").is_empty());
    }
}
