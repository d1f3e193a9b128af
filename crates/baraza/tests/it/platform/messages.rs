//! Messages out through gateways, and what people write handed once to whoever listens.

pub mod gateways;
mod heard;
mod sent;

use std::sync::{Arc, Mutex};

use baraza::platform::{
    app::App,
    config::Settings,
    db::Tx,
    i18n::Lang,
    message::{
        Address, Message,
        inbound::{Answer, Heard, Listener},
    },
    op::Op,
    problem::{Problem, Result},
};

use crate::town::Town;

/// A secret for the addresses that gateways call.
const SECRET: &str = "tests-only-secret-0001";
/// The visitor of every test comes from here.
const HERE: &str = "203.0.113.7";

/// Where everything that was heard is kept.
type Notebook = Mutex<Vec<Heard>>;

/// Somebody who listens, and says what the words ask for.
struct Clerk;

impl Listener for Clerk {
    async fn hear(app: &App, tx: &mut Tx, op: &Op, heard: &Heard) -> Result<Answer> {
        app.shelf
            .find::<Notebook>()
            .expect("a notebook")
            .lock()
            .expect("one at a time")
            .push(heard.clone());
        Ok(match heard.text.as_str() {
            "quiet" => Answer::Nothing,
            "menu" | "" => Answer::Ask("1. Jalan\n2. Air".into()),
            "long" => Answer::Say("jalan rusak ".repeat(50)),
            "refuse" => {
                let note = Message::new(heard.from.clone(), op.lang, "nothing", "must not stay");
                tx.send(op, note).await?;
                return Err(Problem::invalid("phone-malformed"));
            }
            "break" => return Err(Problem::internal(anyhow::anyhow!("broken"))),
            text => Answer::Say(format!("Heard: {text}")),
        })
    }
}

/// A town in which somebody listens.
async fn listening(settings: Settings) -> Town {
    let settings = Settings {
        channel_secret: Some(SECRET.into()),
        channel_sources: Some(HERE.into()),
        ..settings
    };
    let town = Town::where_follows(settings, baraza::reactions::all().hears::<Clerk>()).await;
    town.app.shelf.put(Arc::new(Notebook::default()));
    town
}

/// Everything that was heard so far.
fn notebook(town: &Town) -> Vec<Heard> {
    let notebook = town.app.shelf.find::<Notebook>().expect("a notebook");
    let notebook = notebook.lock().expect("one at a time");
    notebook.clone()
}

fn phone(town: &Town) -> Address {
    Address::sms("0812 3456 7890", &town.app.config).expect("a number")
}

/// Sends one message and commits; returns its id.
async fn send(town: &Town, to: Address, text: &str) -> String {
    let mut tx = town.app.db.begin().await.expect("a transaction");
    let message = Message::new(to, Lang::Id, "request/1", text).titled("Laporan");
    let id = tx.send(&town.system(), message).await.expect("sent");
    tx.commit().await.expect("committed");
    id
}

/// State and trouble of the newest message.
async fn newest(town: &Town) -> (String, Option<String>) {
    let listed = baraza::platform::message::list(&town.app, 1)
        .await
        .expect("listed");
    let message = listed.into_iter().next().expect("a message");
    (message.state, message.trouble)
}
