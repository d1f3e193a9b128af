//! CKAN's rules, held against what its clients send and expect.

mod calls;
mod datastore;
mod edits;
mod groups;
mod lists;
mod odd;
mod packages;
mod queries;
mod real;
mod search;

use serde_json::{Value, json};

use super::{
    Map,
    answer::Failure,
    call::Call,
    package::{
        Package,
        input::{Facts, Known, Owner, PackageInput, Purpose, Settled, Standing, Unowned},
    },
};
use crate::ckan::instant::Instant;

/// 2026-11-22T09:00:00.123456Z.
const NOW: Instant = Instant(1_795_338_000_123_456);
const ORGANIZATION: &str = "282bb408-f41f-41c1-b736-b612affc0af4";

fn call(fields: Value) -> Call {
    match fields {
        Value::Object(map) => Call::of(map),
        other => panic!("no object: {other}"),
    }
}

fn map(value: Value) -> Map {
    call(value).fields
}

/// Ids in their order: 00000000-0000-4000-8000-000000000001 and so on.
fn mint() -> impl FnMut() -> String {
    let mut n = 0;
    move || {
        n += 1;
        format!("00000000-0000-4000-8000-{n:012}")
    }
}

/// An editor of the one organisation there is.
fn editor() -> Facts {
    Facts {
        standing: Standing::Member,
        unowned: Unowned::Refused,
        owner: Owner::Open {
            id: ORGANIZATION.to_owned(),
        },
        ..Facts::default()
    }
}

fn created(fields: Value) -> Package {
    settled(fields, None, &editor()).package
}

fn updated(current: &Package, fields: Value) -> Settled {
    settled(fields, Some(current), &editor())
}

fn settled(fields: Value, current: Option<&Package>, facts: &Facts) -> Settled {
    let purpose = current.map_or(Purpose::Create, Purpose::Update);
    PackageInput::read(&call(fields), purpose, facts)
        .unwrap_or_else(|failure| panic!("{}", failure.write("")))
        .settle(current, Known::default(), NOW, mint())
}

fn refused(fields: Value, facts: &Facts) -> Value {
    error(PackageInput::read(&call(fields), Purpose::Create, facts))
}

/// The `error` of a failure, without its type.
fn error<T>(result: Result<T, Failure>) -> Value {
    let Err(failure) = result else {
        panic!("it was taken");
    };
    let mut body = failure.write("");
    let mut error = body["error"].take();
    if let Value::Object(error) = &mut error {
        error.shift_remove("__type");
    }
    error
}

fn rain() -> Value {
    json!({ "name": "rain", "owner_org": "weather" })
}
