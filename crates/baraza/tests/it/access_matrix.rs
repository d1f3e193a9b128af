//! Every route × every role → status, in one snapshot. The routes are read from the source, so none can be forgotten.
//!
//! A row that changes is a right that changed: look at it before accepting it (`INSTA_UPDATE=always`).

use axum::body::Body;
use baraza::platform::op::Role;
use regex::Regex;

use crate::{
    architecture::source::{Source, sources},
    town::{Town, Visitor},
};

#[tokio::test]
async fn every_route_lets_in_whom_it_should_and_nobody_else() {
    let town = Town::new().await;
    let mut visitors: Vec<(String, Visitor<'_>)> = vec![("stranger".into(), town.stranger())];
    for role in Role::ALL {
        let place = (Role::STAFF.contains(&role)).then_some("no-such-place");
        visitors.push((role.to_string(), town.someone(role, place).await));
    }

    let mut table = format!("{:<7}{:<64}", "", "");
    for (name, _) in &visitors {
        table += &format!("{:<11}", name);
    }
    for (method, path) in routes() {
        table += &format!("\n{method:<7}{path:<64}");
        for (_, visitor) in &visitors {
            let address = filled(&path);
            let answer = visitor.sends(&method, &address, "application/x-www-form-urlencoded", Body::empty()).await;
            assert!(answer.status.as_u16() != 500, "{method} {address}: {}", answer.text());
            table += &format!("{:<11}", answer.status.as_u16());
        }
    }
    let table: String = table.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    town.run_jobs().await;
    insta::assert_snapshot!(table);
}

/// Returns each method and path pattern the source names, sorted by path.
fn routes() -> Vec<(String, String)> {
    let mut routes: Vec<(String, String)> = sources("crates/baraza/src").iter().flat_map(routes_of).collect();
    routes.sort_by(|one, other| (&one.1, &one.0).cmp(&(&other.1, &other.0)));
    routes.dedup();
    assert!(routes.len() > 10, "the source names its routes");
    routes
}

fn routes_of(source: &Source) -> Vec<(String, String)> {
    let methods = Regex::new(r"\b(get|post|put|patch|delete)\(").expect("a pattern");
    let mut found = Vec::new();
    for literal in &source.strings {
        let before = source.code[..literal.at].trim_end();
        if !before.ends_with(".route(") {
            continue;
        }
        let rest = &source.code[literal.at..];
        let handlers = &rest[..end_of_call(rest)];
        for method in methods.captures_iter(handlers) {
            found.push((method[1].to_uppercase(), literal.text.clone()));
        }
    }
    found
}

/// Returns where the parenthesis closes that was open at the start of the text.
fn end_of_call(text: &str) -> usize {
    let mut depth = 1_i32;
    for (at, c) in text.char_indices() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// Puts something into a pattern's parameters that names nothing: rights come before existence.
fn filled(pattern: &str) -> String {
    let parameter = Regex::new(r"\{\*?([a-z_]+)\}").expect("a pattern");
    parameter
        .replace_all(pattern, |found: &regex::Captures<'_>| match &found[1] {
            // A key in the address is a credential of its own, refused whoever else shows another.
            "token" => "no-such-token",
            "project" | "version" => "1",
            _ => "no-such-thing",
        })
        .into_owned()
}
