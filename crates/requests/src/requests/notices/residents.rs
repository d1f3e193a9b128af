//! What residents and followers are told of a request.

use std::time::Duration;

use super::{TellMore, is_answered_by_words, lang_of, open_way, special};
use crate::{
    accounts,
    evidence::{
        self,
        model::{Entry, Follower, Part, Subject, mask::mask},
    },
    platform::{
        app::App,
        db::Tx,
        i18n::Lang,
        message::{Address, Channel, Message},
        op::Op,
        problem::Result,
        time::Time,
    },
    requests::{
        model::{
            profile::Profile,
            request::{Channel as Filed, Contact, Privacy, Request, State},
        },
        store,
        words::{Teller, written},
    },
};

/// Followers who are told in one transaction.
const PER_PAGE: usize = 500;
/// Characters of a question that stand in a notice; the rest is read by asking for it.
const MOST_QUESTION: usize = 200;

/// What the words of one notice are made of.
struct Told<'a> {
    request: &'a Request,
    profile: &'a Profile,
    entry: &'a Entry,
    /// The organisation that has it now, by name.
    unit: &'a str,
    base_url: &'a str,
    at: Time,
}

/// Tells everybody who follows a request the latest of what is new.
pub(super) async fn tell(app: &App, tx: &mut Tx, op: &Op, request: &Request, fresh: &[Entry]) -> Result<()> {
    match fresh.iter().rev().find(|entry| is_told(entry, request)) {
        Some(entry) => tell_from(app, tx, op, request, (entry, 0)).await,
        None => Ok(()),
    }
}

/// Tells those who follow a request of an entry, from one of them on; who follows after a page of them is told by a job.
pub(super) async fn tell_from(
    app: &App,
    tx: &mut Tx,
    op: &Op,
    request: &Request,
    (entry, from): (&Entry, usize),
) -> Result<()> {
    let followers = evidence::list_followers_in(tx, &Subject::new("request", &request.id)).await?;
    let vault = tx.vault().clone();
    if followers.len() <= from {
        return Ok(());
    }
    if followers.len() > from + PER_PAGE {
        let more = TellMore {
            request: request.id.clone(),
            entry: entry.id.clone(),
            what: entry.what.clone(),
            from: from + PER_PAGE,
        };
        tx.enqueue(op, &more).await?;
    }
    let contact = store::filed::find_contact(&mut *tx.conn(), &vault, &request.id)
        .await?
        .unwrap_or_default();
    let teller = Teller::new(app, op.lang).await?;
    let profile = teller.library.profile_version(app, &request.profile).await?;
    let unit = teller.agency(request.agency.as_deref());
    let told = Told {
        request,
        profile: &profile,
        entry,
        unit: &unit,
        base_url: &app.config.base_url,
        at: op.at,
    };
    for follower in followers.iter().skip(from).take(PER_PAGE) {
        let is_raiser = contact.has(&follower.address, &vault);
        if acted(entry, follower, is_raiser) {
            continue;
        }
        let others = others(app, &contact, follower, is_raiser).await?;
        let Some(to) = open_way(app, &follower.address, &others) else {
            continue;
        };
        let lang = lang_of(&follower.lang);
        let text = told.text(lang, to.channel(), is_raiser);
        let title = lang
            .text("requests-notices-title")
            .arg("code", told.code())
            .to_string();
        let message = Message::new(to, lang, format!("request/{}", request.id), text).titled(title);
        let id = tx.send(op, message).await?;
        if is_raiser && entry.what == "request.special-proposed" {
            special::note_notice(tx, request, &id, op.at).await?;
        }
    }
    Ok(())
}

/// Whether an entry is something to be told at all: the rest is read on the page.
fn is_told(entry: &Entry, request: &Request) -> bool {
    match entry.what.as_str() {
        // By text message and mail the answer has said so already.
        "request.opened" => !matches!(request.channel, Filed::Sms | Filed::Email | Filed::Import),
        "request.verified"
        | "request.answered"
        | "request.replied"
        | "request.paused"
        | "request.resumed"
        | "request.pause-ended"
        | "request.transferred"
        | "request.climbed"
        | "request.escalated"
        | "request.special-proposed"
        | "request.special-rejected"
        | "request.special-closed"
        | "request.fell-silent"
        | "request.confirmed"
        | "request.withdrawn"
        | "request.refused"
        | "request.reopened"
        | "request.joined" => true,
        _ => false,
    }
}

/// Whether a follower did it themselves.
fn acted(entry: &Entry, follower: &Follower, is_raiser: bool) -> bool {
    // Filing is confirmed to whoever filed: they may have no paper to write the code on.
    let by_resident = entry.part == Part::Resident && is_raiser && entry.what != "request.opened";
    let by_account = match (&follower.address, &entry.who) {
        (Address::Account(user), Some(who)) => who.split(':').nth(1) == Some(user.as_str()),
        _ => false,
    };
    by_resident || by_account
}

/// Where else a follower is found when the way they follow by is closed.
async fn others(app: &App, contact: &Contact, follower: &Follower, is_raiser: bool) -> Result<Vec<Address>> {
    if is_raiser {
        return Ok(contact.addresses());
    }
    let account = match &follower.address {
        Address::Email(email) => accounts::find_user(app, email).await.ok().flatten(),
        _ => None,
    };
    Ok(account.map(Address::Account).into_iter().collect())
}

impl Told<'_> {
    fn code(&self) -> String {
        written(&self.request.code)
    }

    fn day(&self, lang: Lang, at: Time) -> String {
        lang.short_date(self.profile.calendar.day(at))
    }

    fn until(&self) -> Time {
        self.request.state.waits_until().unwrap_or(self.at)
    }

    /// What happened, and what whoever reads it may do.
    fn text(&self, lang: Lang, channel: Channel, is_raiser: bool) -> String {
        let mut sentences = vec![self.what(lang)];
        if is_raiser {
            sentences.extend(self.reply(lang, channel));
        }
        // A text message is short; elsewhere the page is one touch away.
        if channel != Channel::Sms {
            let link = format!("{}{}", self.base_url, self.request.path());
            sentences.push(lang.text("requests-notices-link").arg("link", link).to_string());
        }
        let glue = if channel == Channel::Sms { " " } else { "\n\n" };
        sentences.join(glue)
    }

    fn what(&self, lang: Lang) -> String {
        let text = |id: &'static str| lang.text(id).arg("code", self.code());
        let level = || self.request.level;
        match self.entry.what.as_str() {
            "request.opened" => match self.request.finish_by {
                Some(by) => text("requests-notices-opened").arg("date", self.day(lang, by)),
                None => text("requests-notices-opened-undated"),
            },
            "request.verified" => text("requests-notices-verified"),
            "request.answered" => text("requests-notices-answered"),
            "request.replied" => text("requests-notices-replied"),
            "request.paused" => return self.paused(lang),
            "request.resumed" | "request.pause-ended" => text("requests-notices-resumed"),
            "request.transferred" => text("requests-notices-transferred").arg("unit", self.unit),
            "request.climbed" => text("requests-notices-climbed").arg("level", level()),
            "request.escalated" => text("requests-notices-escalated").arg("level", level()),
            "request.special-proposed" => {
                let from = self
                    .profile
                    .calendar
                    .add(self.at, self.profile.special_close.notice);
                text("requests-notices-special-proposed").arg("date", self.day(lang, from))
            }
            "request.special-rejected" => text("requests-notices-special-rejected"),
            "request.special-closed" => text("requests-notices-special-closed"),
            "request.fell-silent" => text("requests-notices-fell-silent"),
            "request.confirmed" => text("requests-notices-confirmed"),
            "request.withdrawn" => text("requests-notices-withdrawn"),
            "request.refused" => text("requests-notices-refused").arg("level", level()),
            "request.reopened" => text("requests-notices-reopened").arg("level", level()),
            _ => text("requests-notices-joined").arg("other", self.joined_into()),
        }
        .to_string()
    }

    /// A question stands in the notice itself, because whoever has no internet cannot read it anywhere else.
    fn paused(&self, lang: Lang) -> String {
        let text = |id: &'static str| lang.text(id).arg("code", self.code());
        let reason = self.entry.facts["reason"].as_str().unwrap_or_default();
        if reason != "resident" {
            let title = self.profile.pause_reason(reason);
            let title = title.map_or("", |reason| reason.title.in_language(lang.code()));
            return text("requests-notices-paused")
                .arg("reason", title)
                .arg("date", self.day(lang, self.until()))
                .to_string();
        }
        let question = mask(self.entry.text.as_deref().unwrap_or_default());
        if self.request.privacy == Privacy::Confidential || question.is_empty() {
            return text("requests-notices-asked-unsaid").to_string();
        }
        text("requests-notices-asked")
            .arg("question", shortened(&question, MOST_QUESTION))
            .to_string()
    }

    /// What the resident can do about it.
    fn reply(&self, lang: Lang, channel: Channel) -> Option<String> {
        let words = is_answered_by_words(channel);
        let text = |by_word: &'static str, on_page: &'static str| {
            lang.text(if words { by_word } else { on_page })
                .arg("code", self.code())
        };
        let reply = match (self.entry.what.as_str(), &self.request.state) {
            ("request.answered", State::Answered { until, .. }) => {
                text("requests-notices-say", "requests-notices-say-there").arg("date", self.day(lang, *until))
            }
            ("request.replied", _) => text("requests-notices-read", "requests-notices-read-there"),
            ("request.paused", State::Paused { reason, until }) if reason == "resident" => {
                text("requests-notices-add", "requests-notices-add-there").arg("date", self.day(lang, *until))
            }
            ("request.special-proposed", State::SpecialProposed { .. }) => {
                text("requests-notices-object", "requests-notices-object-there")
            }
            (
                "request.special-closed" | "request.fell-silent" | "request.confirmed",
                State::Closed { at, .. },
            ) => {
                let until = self.profile.calendar.add(*at, self.profile.reopen_within);
                // A day that is over by the time it is read is no offer.
                if until.minus(Duration::from_secs(3_600)) < self.at {
                    return None;
                }
                text("requests-notices-reopen", "requests-notices-reopen-there")
                    .arg("date", self.day(lang, until))
            }
            _ => return None,
        };
        Some(reply.to_string())
    }

    fn joined_into(&self) -> String {
        self.entry.facts["into"].as_str().map(written).unwrap_or_default()
    }
}

/// The beginning of a text, cut at a word.
pub(in crate::requests) fn shortened(text: &str, most: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= most {
        return text;
    }
    let kept: String = text.chars().take(most).collect();
    let end = kept.rfind(' ').unwrap_or(kept.len());
    format!("{}...", &kept[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_question_is_cut_at_a_word() {
        assert_eq!(shortened("Di  mana\ntepatnya?", 200), "Di mana tepatnya?");
        let cut = shortened(&"jalan rusak ".repeat(40), 30);
        assert_eq!(cut, "jalan rusak jalan rusak jalan...");
    }
}
