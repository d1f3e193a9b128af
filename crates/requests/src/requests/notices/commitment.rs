//! What followers are told of a promise: that it was made, that its date moved, that it was kept or broken off.

use serde::{Deserialize, Serialize};

use super::{lang_of, open_way};
use crate::{
    accounts,
    evidence::{
        self,
        model::{Audience, Commitment, Entry},
    },
    platform::{
        app::App,
        i18n::Lang,
        jobs::Job,
        message::{Address, Message},
        op::Op,
        problem::Result,
    },
    requests::store,
};

/// Tells whoever follows a promise what became of it since they were last told.
#[derive(Debug, Serialize, Deserialize)]
pub struct TellCommitment {
    /// Its code.
    pub commitment: String,
}

impl Job for TellCommitment {
    const NAME: &'static str = "requests.tell-commitment";

    fn key(&self) -> Option<String> {
        Some(self.commitment.clone())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        let commitment = evidence::commitment(app, &self.commitment).await?;
        let subject = commitment.subject();
        let key = format!("commitment/{}", commitment.id);
        let owner = owner_name(app, &commitment).await?;
        let entries = evidence::timeline(app, &subject, Audience::Staff).await?;
        let mut tx = app.db.begin().await?;
        let told = store::notices::list_told(&mut tx, &key).await?;
        let fresh: Vec<&Entry> = entries.iter().filter(|entry| !told.contains(&entry.id)).collect();
        let Some(entry) = fresh
            .iter()
            .rev()
            .find(|entry| entry.what.starts_with("commitment."))
        else {
            return Ok(());
        };
        store::notices::insert_told(&mut tx, &key, fresh.iter().map(|entry| entry.id.as_str())).await?;
        for follower in evidence::list_followers_in(&mut tx, &subject).await? {
            let Some(to) = open_way(app, &follower.address, &[]) else {
                continue;
            };
            let did_it = matches!((&to, &entry.who), (Address::Account(user), Some(who)) if who.split(':').nth(1) == Some(user.as_str()));
            if did_it {
                continue;
            }
            let lang = lang_of(&follower.lang);
            let link = format!("{}{}", app.config.base_url, commitment.path());
            let text = format!(
                "{} {}",
                written(lang, &commitment, entry, &owner),
                lang.text("requests-notices-link").arg("link", link)
            );
            let title = lang
                .text("requests-notices-commitment-title")
                .arg("code", &commitment.code)
                .to_string();
            let about = format!("commitment/{}", commitment.id);
            tx.send(&op, Message::new(to, lang, about, text).titled(title))
                .await?;
        }
        Ok(tx.commit().await?)
    }
}

async fn owner_name(app: &App, commitment: &Commitment) -> Result<String> {
    let organisations = accounts::list_organisations(app).await?;
    let found = organisations
        .into_iter()
        .find(|organisation| organisation.code == commitment.owner);
    Ok(found.map_or_else(|| commitment.owner.clone(), |organisation| organisation.name))
}

fn written(lang: Lang, commitment: &Commitment, entry: &Entry, owner: &str) -> String {
    let text = |id: &'static str| {
        lang.text(id)
            .arg("code", &commitment.code)
            .arg("owner", owner)
            .arg("date", lang.short_date(commitment.due_on))
    };
    match entry.what.as_str() {
        "commitment.made" => text("requests-notices-commitment-made"),
        "commitment.moved" => text("requests-notices-commitment-moved"),
        "commitment.kept" => text("requests-notices-commitment-kept"),
        _ => text("requests-notices-commitment-broken-off"),
    }
    .to_string()
}
