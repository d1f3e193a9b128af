//! Who may ask for what: every route × every role → status, in one snapshot.
//!
//! The routes are read from the source, so that a new one cannot be forgotten: it appears in the snapshot, and a
//! person says whether that is what was meant. Bodies are empty unless [`BODIES`] has one, and names in paths are
//! those of [`SAMPLES`].

use std::{collections::BTreeSet, fmt::Write};

use axum::body::Body;
use baraza::platform::op::Role;
use insta::assert_snapshot;
use regex::Regex;

use crate::{
    architecture::source::{Source, sources},
    town::{Town, Visitor},
};

/// What stands for each name in a path. Nothing needs to exist: 404 is an answer only the permitted get.
const SAMPLES: &[(&str, &str)] = &[
    ("file", "site.css"),
    ("code", "35.22"),
    ("id", "0"),
    ("token", "not-a-token"),
];

/// Bodies of requests that would be refused as malformed before anybody looked at who sends them.
const BODIES: &[(&str, &str, &str)] = &[
    ("POST /account/tokens/withdraw", FORM, "id=0"),
    ("POST /desk/jobs/retry", FORM, "id=0"),
    ("POST /desk/people/close", FORM, "id=0"),
    (
        "POST /v1/sessions",
        JSON,
        r#"{"email":"nobody@town.test","password":"wrong"}"#,
    ),
];

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

#[tokio::test]
async fn every_route_answers_every_role_as_the_matrix_says() {
    let town = Town::new().await;
    let mut matrix = String::new();
    let mut offences = Vec::new();
    writeln!(
        matrix,
        "{:<64} anyone {}",
        "",
        Role::ALL
            .map(|role| format!("{:<6}", &role.as_str()[..6.min(role.as_str().len())]))
            .join(" ")
    )
    .expect("text");
    for (method, route) in routes() {
        let mut row = Vec::new();
        let path = filled(&route);
        row.push(asks(&town.stranger(), &method, &route, &path).await);
        for role in Role::ALL {
            let place = (!matches!(role, Role::Citizen | Role::Admin)).then_some("35.22");
            let visitor = town.someone(role, place).await;
            row.push(asks(&visitor, &method, &route, &path).await);
        }
        if row.iter().any(|status| *status >= 500) {
            offences.push(format!("{method} {route} fails: {row:?}"));
        }
        if row.iter().all(|status| matches!(status, 400 | 415 | 422)) {
            offences.push(format!(
                "{method} {route} is refused before anybody looks at who asks: give it a body in BODIES"
            ));
        }
        if route.starts_with("/desk") && !matches!(row[0], 303 | 401 | 403) {
            offences.push(format!("{method} {route} lets anybody in: {row:?}"));
        }
        let row = row
            .iter()
            .map(|status| format!("{status:<6}"))
            .collect::<Vec<_>>()
            .join(" ");
        writeln!(matrix, "{:<64} {}", format!("{method} {route}"), row.trim_end()).expect("text");
    }
    town.run_jobs().await;
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
    assert_snapshot!("access_matrix", matrix);
}

async fn asks(visitor: &Visitor<'_>, method: &str, route: &str, path: &str) -> u16 {
    let given = BODIES
        .iter()
        .find(|(of, _, _)| *of == format!("{method} {route}"));
    let (kind, body) = match given {
        Some((_, kind, body)) => (*kind, *body),
        None if method == "GET" => ("", ""),
        None => (FORM, ""),
    };
    visitor
        .sends(method, path, kind, Body::from(body))
        .await
        .status
        .as_u16()
}

/// Every `METHOD path` that the sources declare.
fn routes() -> BTreeSet<(String, String)> {
    let start = Regex::new(r"\.route\(").expect("a pattern");
    let method = Regex::new(r"\b(get|post|put|patch|delete|head|any)\(").expect("a pattern");
    let mut found = BTreeSet::new();
    for source in sources("crates/baraza/src") {
        assert!(
            !source.code.contains(".nest("),
            "{}: write whole paths, so that they can be searched for",
            source.path
        );
        for route in start.find_iter(&source.code) {
            let Some(path) = literal_at(&source, route.end()) else {
                panic!(
                    "{}:{}: write the path as a literal",
                    source.path,
                    source.line_of(route.start())
                );
            };
            let declared = &source.code[route.end()..closing(&source.code, route.end())];
            let methods = method
                .captures_iter(declared)
                .map(|found| found[1].to_uppercase())
                .collect::<Vec<_>>();
            assert!(!methods.is_empty(), "{}: {path} has no method here", source.path);
            for method in methods {
                // A handler of any method is asked as a form would ask it.
                found.insert((if method == "ANY" { "POST".into() } else { method }, path.clone()));
            }
        }
    }
    assert!(
        found.len() > 10,
        "found only {} routes: the test looks in the wrong place",
        found.len()
    );
    found
}

fn literal_at(source: &Source, at: usize) -> Option<String> {
    let literal = source.strings.iter().find(|literal| literal.at >= at)?;
    source.code[at..literal.at]
        .trim()
        .is_empty()
        .then(|| literal.text.clone())
}

/// Where the bracket is closed in which a byte stands.
fn closing(code: &str, inside: usize) -> usize {
    let mut depth = 1_usize;
    let length = code.as_bytes()[inside..].iter().position(|byte| {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    length.map_or(code.len(), |length| inside + length)
}

fn filled(route: &str) -> String {
    let name = Regex::new(r"\{\*?([a-z_]+)\}").expect("a pattern");
    name.replace_all(route, |found: &regex::Captures<'_>| {
        let sample = SAMPLES.iter().find(|(name, _)| *name == &found[1]);
        sample
            .unwrap_or_else(|| panic!("{route}: give `{}` a sample", &found[1]))
            .1
            .to_owned()
    })
    .into_owned()
}
