//! Looking at what rules watch, and telling whoever answers for it.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{
    AlertMoved, close,
    model::{Alert, Found, Rule, Verdict, Watched},
    store, words,
};
use crate::{
    accounts,
    indicators::{
        model::definition::Definition,
        tiles::{self, Across, Asked},
    },
    places::{self, model::Places},
    platform::{
        app::App,
        calendar::{Calendar, Span},
        db::Tx,
        i18n::Lang,
        jobs::Job,
        message::{Address, Channel, Message, Way},
        office,
        op::Op,
        problem::Result,
    },
};

/// Rules that are looked at with one statement.
const AT_ONCE: usize = 100;

/// Has the rules of an indicator, or all, look at their numbers, and tells deputies of what nobody looked after.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct CheckRules {
    /// Code of the indicator; `None` for all.
    pub indicator: Option<String>,
}

impl Job for CheckRules {
    const NAME: &'static str = "dashboards.check-rules";

    fn key(&self) -> Option<String> {
        Some(self.indicator.clone().unwrap_or_default())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        check(app, &op, self.indicator.as_deref()).await?;
        climb(app, &op).await?;
        Ok(())
    }
}

/// Everything that telling needs.
struct Telling<'a> {
    app: &'a App,
    op: &'a Op,
    // Accounts say no language of their own: notices to staff are written in the installation's.
    lang: Lang,
    all: &'a Places,
}

/// Somebody who is told.
struct Reader {
    /// Id of the account.
    user: String,
    email: String,
}

/// Opens and closes alerts by what is public now.
async fn check(app: &App, op: &Op, indicator: Option<&str>) -> Result<()> {
    let rules = store::list_on(&app.db, "indicator", indicator).await?;
    if rules.is_empty() {
        return Ok(());
    }
    let all = places::all(app).await?;
    let calendar = office::calendar(app).await?;
    let telling = Telling {
        app,
        op,
        lang: app.config.language.parse().unwrap_or_default(),
        all: &all,
    };
    let open: HashSet<String> = store::list_open(&app.db)
        .await?
        .into_iter()
        .map(|alert| alert.rule.id)
        .collect();
    for rules in rules.chunks(AT_ONCE) {
        let asked: Vec<Asked> = rules.iter().map(asked).collect();
        let told = tiles::gather(app, telling.lang, &all, &asked).await?;
        for (rule, told) in rules.iter().zip(told) {
            // Its indicator is there no more: nothing is known.
            let Some(told) = told else { continue };
            let found = Found::of(&told);
            let verdict = rule.condition.judge(&told.definition, &found, op.at);
            match (verdict, open.contains(&rule.id)) {
                (Verdict::Fires, false) => fire(&telling, &calendar, rule, &told.definition, &found).await?,
                (Verdict::Over, true) => end(app, op, rule).await?,
                _ => {}
            }
        }
    }
    Ok(())
}

fn asked(rule: &Rule) -> Asked {
    let Watched::Indicator(code) = &rule.watched;
    Asked {
        indicator: code.clone(),
        place: rule.place.clone(),
        period: None,
        across: Across::Time,
    }
}

/// Opens an alert unless one is open, and tells whoever answers for the number; the deputy where that account is closed.
async fn fire(
    telling: &Telling<'_>,
    calendar: &Calendar,
    rule: &Rule,
    definition: &Definition,
    found: &Found,
) -> Result<()> {
    let (app, op) = (telling.app, telling.op);
    let climbs_at = calendar.add(op.at, Span::WorkingDays(rule.wait_days));
    let person = find_told(app, Some(&rule.person)).await?;
    let deputy = match person {
        Some(_) => None,
        None => find_told(app, rule.deputy.as_deref()).await?,
    };
    let said = words::fired(
        telling.lang,
        telling.all,
        (rule, rule.condition),
        definition,
        found,
    );
    let mut tx = app.db.begin().await?;
    let Some(id) = store::open(&mut tx, op, rule, found, climbs_at).await? else {
        return Ok(());
    };
    note(&mut tx, op, (&id, &rule.id), "opened").await?;
    if deputy.is_some() && store::put_climbed(&mut tx, &id, op.at).await? {
        note(&mut tx, op, (&id, &rule.id), "climbed").await?;
    }
    // Where neither has an account any more, the list of rules says so.
    if let Some(told) = person.or(deputy) {
        tell(telling, &mut tx, &id, told, &said).await?;
    }
    tx.commit().await
}

/// An account in use with its address of mail; `None` where it is closed.
async fn find_told(app: &App, user: Option<&str>) -> Result<Option<Reader>> {
    let Some(user) = user else { return Ok(None) };
    let email = accounts::email_of(app, user).await?;
    Ok(email.map(|email| Reader {
        user: user.to_owned(),
        email,
    }))
}

async fn end(app: &App, op: &Op, rule: &Rule) -> Result<()> {
    let mut tx = app.db.begin().await?;
    close(&mut tx, op, &rule.id).await?;
    tx.commit().await
}

/// Tells deputies of alerts that nobody looked after in time.
async fn climb(app: &App, op: &Op) -> Result<()> {
    let due: Vec<Alert> = store::list_open(&app.db)
        .await?
        .into_iter()
        .filter(|alert| alert.climbs(op.at))
        .collect();
    if due.is_empty() {
        return Ok(());
    }
    let all = places::all(app).await?;
    let definitions = super::watchable(app).await?;
    let telling = Telling {
        app,
        op,
        lang: app.config.language.parse().unwrap_or_default(),
        all: &all,
    };
    for alert in due {
        let definition = definitions
            .iter()
            .find(|definition| definition.code == alert.rule.watched.subject());
        let deputy = find_told(app, alert.rule.deputy.as_deref()).await?;
        let (Some(deputy), Some(definition)) = (deputy, definition) else {
            continue;
        };
        let of = (&alert.rule, alert.condition);
        let fired = words::fired(telling.lang, &all, of, definition, &alert.found);
        let said = format!("{}\n\n{fired}", telling.lang.text("dashboards-rules-told-deputy"));
        let mut tx = app.db.begin().await?;
        if store::put_climbed(&mut tx, &alert.id, op.at).await? {
            note(&mut tx, op, (&alert.id, &alert.rule.id), "climbed").await?;
            tell(&telling, &mut tx, &alert.id, deputy, &said).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

/// Writes one notice, and one mail where mail is sent at all.
async fn tell(telling: &Telling<'_>, tx: &mut Tx, alert: &str, reader: Reader, said: &str) -> Result<()> {
    let path = format!("desk/alerts/{alert}");
    let text = format!("{said}\n\n{}/{path}", telling.app.config.base_url);
    let title = telling.lang.text("dashboards-rules-told-title").to_string();
    let mut addresses = vec![Address::Account(reader.user)];
    if Channel::Email.way(telling.app) != Way::Closed {
        addresses.push(Address::Email(reader.email));
    }
    for to in addresses {
        let message = Message::new(to, telling.lang, &path, &text).titled(&title);
        tx.send(telling.op, message).await?;
    }
    Ok(())
}

async fn note(tx: &mut Tx, op: &Op, (alert, rule): (&str, &str), act: &'static str) -> Result<()> {
    let event = AlertMoved {
        alert: alert.to_owned(),
        rule: rule.to_owned(),
        act,
    };
    tx.emit(op, &event).await
}
