//! CKAN's DataStore API: the rows of resources that are tables, asked for, sent and dumped.
//!
//! Every table of the catalogue is one, whoever made it: of a file, of a form, of rows sent here. A table that rows are sent to keeps
//! the number of each row (`_id`) for as long as the row lives; in any other, a row's number is its place in the version that is shown.
//! Every change is a version of the table, so what was there before can still be read.
//!
//! Deliberately absent: triggers and functions, which are code that runs in PostgreSQL.

mod change;
mod convert;
mod create;
mod dump;
mod search;
mod sql;
mod table;

use formats::ckan::{actions::Action, answer::Failure, call::Call, datastore::delete::Reach};
use serde_json::Value;

use super::failed;
use crate::platform::{app::App, op::Op, problem::Problem};

pub use dump::dump;

/// A result: as a value, or as the text of one that is large.
pub enum Given {
    Value(Value),
    Text(String),
}

/// Answers an action of the datastore; `address` is where it was asked, for the links to other pages.
pub async fn answer(app: &App, op: &Op, action: Action, call: Call, address: &str) -> Result<Given, Failure> {
    match action {
        Action::DatastoreSearch => search::search(app, op, &call, address).await.map(Given::Text),
        Action::DatastoreInfo => search::info(app, op, &call).await.map(Given::Value),
        Action::DatastoreSearchSql => sql::search(app, op, &call).await.map(Given::Value),
        _ => {
            // Who hangs up half-way leaves no rows in the lake that the catalogue does not know of.
            let (app, op) = (app.clone(), op.clone());
            let done = tokio::spawn(async move { change(&app, &op, action, &call).await });
            match done.await {
                Ok(done) => done.map(Given::Value),
                Err(error) => Err(failed(Problem::internal(error))),
            }
        }
    }
}

async fn change(app: &App, op: &Op, action: Action, call: &Call) -> Result<Value, Failure> {
    match action {
        Action::DatastoreCreate => create::create(app, op, call).await,
        Action::DatastoreUpsert => change::upsert(app, op, call).await,
        Action::DatastoreDelete => change::delete(app, op, call, Reach::Table).await,
        Action::DatastoreRecordsDelete => change::delete(app, op, call, Reach::Rows).await,
        other => Err(Failure::field(
            "message",
            format!(
                "{} is not served: triggers and functions run code in PostgreSQL, and there is none here. Send rows with datastore_upsert.",
                other.name()
            ),
        )),
    }
}
