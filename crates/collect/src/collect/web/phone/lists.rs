//! Programs and long lists kept ready in memory, as long as the definition they were made from is in use.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use bytes::Bytes;
use formats::xform::{self, DefId, Listed};
use serde_json::Value;

use crate::{
    collect::model::Questionnaire,
    places::model::fold,
    platform::{
        app::App,
        id,
        problem::{Problem, Result},
    },
};

/// Most programs, and most lists, kept at once.
const MOST_KEPT: usize = 64;

/// A form's program as phones fetch it.
#[derive(Debug)]
pub(super) struct Program {
    pub json: Bytes,
    /// Changes with the content.
    pub mark: String,
    /// Questions whose choices lie in lists too long to travel with the program.
    searched: HashSet<u64>,
}

impl Program {
    /// Whether the choices of a question are looked up rather than shown.
    pub fn is_searched(&self, question: DefId) -> bool {
        self.searched.contains(&u64::from(question))
    }
}

/// A list, and its columns as they are searched.
#[derive(Debug)]
pub(super) struct Searched {
    pub listed: Listed,
    folded: Mutex<HashMap<usize, Arc<Vec<String>>>>,
}

impl Searched {
    pub fn column(&self, name: &str) -> Option<usize> {
        self.listed.columns.iter().position(|column| column == name)
    }

    /// Some rows by columns, as `web/src/form/engine/program.ts` has them.
    pub fn table(&self, rows: &[usize]) -> Value {
        let columns = &self.listed.columns;
        let column = |at: usize| {
            rows.iter()
                .map(|&row| &self.listed.rows[row][at])
                .collect::<Vec<_>>()
        };
        let cells: Vec<Vec<&String>> = (0..columns.len()).map(column).collect();
        serde_json::json!({ "columns": columns, "cells": cells })
    }

    /// The cells of a column in lower case without marks, made when first asked for.
    pub fn folded(&self, column: usize) -> Arc<Vec<String>> {
        let cells = || self.listed.rows.iter().map(|row| fold(&row[column])).collect();
        let mut folded = lock(&self.folded);
        folded.entry(column).or_insert_with(|| Arc::new(cells())).clone()
    }
}

/// Returns the program of a form, made once.
pub(super) fn program(app: &App, questionnaire: &Arc<Questionnaire>) -> Result<Arc<Program>> {
    kept(
        app,
        questionnaire,
        "",
        |kept| &kept.programs,
        || {
            let program = xform::program(&questionnaire.xform, &questionnaire.version.xform_md5);
            let json = serde_json::to_vec(&program).map_err(Problem::internal)?;
            let mark = id::digest(&String::from_utf8_lossy(&json))[..16].to_owned();
            Ok(Program {
                json: json.into(),
                mark,
                searched: searched(&program),
            })
        },
    )
}

/// Finds the questions of a program whose choices come out of lists that do not travel with it.
fn searched(program: &Value) -> HashSet<u64> {
    let lists = program["lists"].as_array().map_or(&[][..], Vec::as_slice);
    let long: Vec<u64> = (0..)
        .zip(lists)
        .filter(|(_, list)| list.get("rows").is_some())
        .map(|(at, _)| at)
        .collect();
    let mut found = HashSet::new();
    if !long.is_empty() {
        collect_searched(&program["body"], &long, &mut found);
    }
    found
}

fn collect_searched(controls: &Value, long: &[u64], found: &mut HashSet<u64>) {
    for control in controls.as_array().into_iter().flatten() {
        if let Some(question) = control["ask"].as_u64()
            && reads(&control["items"], long)
        {
            found.insert(question);
        }
        collect_searched(&control["controls"], long, found);
    }
}

/// Whether an expression of a program reads one of some lists: `["i", LIST]`.
fn reads(expr: &Value, lists: &[u64]) -> bool {
    let Some(parts) = expr.as_array() else {
        return false;
    };
    match parts.as_slice() {
        [Value::String(operation), Value::Number(list)] if operation == "i" => {
            list.as_u64().is_some_and(|list| lists.contains(&list))
        }
        parts => parts.iter().any(|part| reads(part, lists)),
    }
}

/// Returns a list of a form, read once.
///
/// # Errors
/// `page-unknown` when the form has no such list.
pub(super) fn list(app: &App, questionnaire: &Arc<Questionnaire>, id: &str) -> Result<Arc<Searched>> {
    kept(
        app,
        questionnaire,
        id,
        |kept| &kept.lists,
        || {
            let listed = questionnaire.xform.listed(id);
            Ok(Searched {
                listed: listed.ok_or_else(|| Problem::not_found("page-unknown"))?,
                folded: Mutex::default(),
            })
        },
    )
}

/// By version and list; with the definition it was made from, which is another one when a list of it has changed.
type Made<T> = Mutex<HashMap<(String, String), (Weak<Questionnaire>, Arc<T>)>>;

#[derive(Default)]
struct Kept {
    programs: Made<Program>,
    lists: Made<Searched>,
}

fn kept<T>(
    app: &App,
    questionnaire: &Arc<Questionnaire>,
    of: &str,
    shelf: impl Fn(&Kept) -> &Made<T>,
    make: impl FnOnce() -> Result<T>,
) -> Result<Arc<T>> {
    let all = app.shelf.find::<Kept>().unwrap_or_else(|| {
        let fresh = Arc::new(Kept::default());
        app.shelf.put(fresh.clone());
        fresh
    });
    let key = (questionnaire.version.id.clone(), of.to_owned());
    let from = Arc::downgrade(questionnaire);
    let known = lock(shelf(&all)).get(&key).cloned();
    if let Some((_, known)) = known.filter(|(known, _)| known.ptr_eq(&from)) {
        return Ok(known);
    }
    let fresh = Arc::new(make()?);
    let mut shelf = lock(shelf(&all));
    if shelf.len() >= MOST_KEPT {
        shelf.clear();
    }
    shelf.insert(key, (from, fresh.clone()));
    Ok(fresh)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
