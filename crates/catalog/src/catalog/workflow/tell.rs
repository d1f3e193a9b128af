//! Whoever is to take the next step is told, and whoever worked on something, what became of it.
//!
//! Each step is told once, and as things stand by now: what waits no more is told to nobody. Whoever took a step is not told of it.
//! Titles are written only to people with a role of those who take part, who may read data that are not open, too.
//!
//! Deliberately absent: the words of whoever gave something back (they stand on its page), and telling administrators, who keep the
//! portal and hold every role.

use serde::{Deserialize, Serialize};

use super::{
    kept::case_of,
    model::{Case, News, Review},
    roles::Roles,
    rules::Rules,
    waiting::subject_in_words,
};
use crate::{
    catalog::store::workflow::{self as rows, PublicationRow},
    platform::{
        app::App,
        db::Tx,
        i18n::Lang,
        jobs::Job,
        message::{Address, Channel, Message, Way},
        op::{Grant, Op, Person, Proof, Role, Who},
        problem::Result,
        time::Time,
    },
};

/// Steps that are told of in one transaction.
const PER_RUN: i64 = 100;

/// Tells those whom the steps concern that nobody was told of yet, everybody in one notice. Running it twice tells nobody twice.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct TellSteps {}

impl Job for TellSteps {
    const NAME: &'static str = "catalog.tell-steps";

    fn key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        while tell_some(app).await? > 0 {}
        Ok(())
    }
}

/// Tells of the first steps that nobody was told of yet; returns how many there were.
async fn tell_some(app: &App) -> Result<usize> {
    let op = Op::system(app.clock.now());
    let steps = rows::list_untold(app.db.read(), PER_RUN).await?;
    if steps.is_empty() {
        return Ok(0);
    }
    let people = list_people(app, op.at).await?;
    let mut roles = Vec::new();
    for person in &people {
        roles.push(Roles::of(app, person).await?);
    }
    let rules = Rules::read(app).await?;
    // Accounts say no language of their own: notices to staff are written in the installation's.
    let lang: Lang = app.config.language.parse().unwrap_or_default();
    let mut told: Vec<Vec<String>> = vec![Vec::new(); people.len()];
    let mut tx = app.db.begin().await?;
    for step in &steps {
        if !rows::note_told(&mut tx, &step.id, op.at).await? {
            continue;
        }
        let Some(row) = rows::find(&mut tx, &step.publication_id).await? else {
            continue;
        };
        let case = case_of(&mut tx, &row).await?;
        let Some(news) = News::of(&step.act, &case.stage) else {
            continue;
        };
        let line = in_words(app, lang, &row, news);
        let review = rules.of(app, row.organisation.as_deref());
        for ((person, roles), lines) in people.iter().zip(&roles).zip(&mut told) {
            let acted = person.person().is_some_and(|me| me.id == step.who);
            if !acted && concerns((person, roles), &row, &case, (news, review)) && !lines.contains(&line) {
                lines.push(line.clone());
            }
        }
    }
    for (person, lines) in people.iter().zip(&told) {
        if let Some(me) = person.person().filter(|_| !lines.is_empty()) {
            write_to(app, &mut tx, &op, (me, lang), lines).await?;
        }
    }
    tx.commit().await?;
    Ok(steps.len())
}

/// Everybody who takes part and can be written to, as if each asked what they may do: nothing is done in their name.
pub async fn list_people(app: &App, at: Time) -> Result<Vec<Op>> {
    let mut people: Vec<Person> = Vec::new();
    for row in rows::list_staff(app.db.read()).await? {
        let grant = Grant {
            role: row.role.parse()?,
            place: row.place_code,
            org: row.org_code,
        };
        match people.last_mut() {
            Some(person) if person.id == row.id => person.grants.push(grant),
            _ => people.push(Person {
                id: row.id,
                name: String::new(),
                email: row.email,
                grants: vec![grant],
                proof: Proof::Session { id: String::new() },
            }),
        }
    }
    Ok(people
        .into_iter()
        .map(|person| Op {
            who: Who::Person(person),
            ..Op::system(at)
        })
        .collect())
}

/// Whether news are for somebody: for those who may take the step that is asked for, or for those who worked on it.
fn concerns(
    (person, roles): (&Op, &Roles<'_>),
    row: &PublicationRow,
    case: &Case,
    (news, review): (News, Review),
) -> bool {
    match (news.asks(person.at), person.person()) {
        (Some(act), _) => {
            let actor = roles.over(row.organisation.as_deref(), row.place_code.as_deref());
            case.after(review, actor, act, person.at).is_ok()
        }
        (None, Some(me)) => worked_on(me, row, case),
        (None, None) => false,
    }
}

fn worked_on(me: &Person, row: &PublicationRow, case: &Case) -> bool {
    if case.producers.iter().any(|who| who != "system") {
        return case.producers.contains(&me.id);
    }
    // What a program handed in is answered for by the producers of whose it is.
    me.grants
        .iter()
        .any(|grant| grant.role == Role::Producer && grant.org.is_some() && grant.org == row.organisation)
}

fn in_words(app: &App, lang: Lang, row: &PublicationRow, news: News) -> String {
    let text = lang
        .text(format!("catalog-workflow-told-{}", news.as_str()))
        .arg("dataset", &row.dataset_title)
        .arg("what", subject_in_words(lang, row));
    let text = match news {
        News::Approved { publish_at } => {
            text.arg("at", lang.date_time(app.config.zoned(publish_at).datetime()))
        }
        _ => text,
    };
    format!(
        "{text}\n{}/desk/data/{}/review",
        app.config.base_url, row.dataset_slug
    )
}

/// Writes one notice, and one mail where mail is sent at all.
async fn write_to(
    app: &App,
    tx: &mut Tx,
    op: &Op,
    (me, lang): (&Person, Lang),
    lines: &[String],
) -> Result<()> {
    let title = lang
        .text("catalog-workflow-told-title")
        .n("n", lines.len())
        .to_string();
    let mut addresses = vec![Address::Account(me.id.clone())];
    if Channel::Email.way(app) != Way::Closed {
        addresses.push(Address::Email(me.email.clone()));
    }
    for to in addresses {
        let message = Message::new(to, lang, "desk/data", lines.join("\n\n")).titled(&title);
        tx.send(op, message).await?;
    }
    Ok(())
}
