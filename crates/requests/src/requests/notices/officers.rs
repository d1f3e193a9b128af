//! What officers are told: what was given to them, what is about to climb, what came up to them, what waits for them.

use serde::{Deserialize, Serialize};

use crate::{
    accounts,
    evidence::model::Entry,
    platform::{
        app::App,
        code::Code,
        db::Tx,
        i18n::Lang,
        jobs::Job,
        message::{Address, Channel, Message, Way},
        op::Op,
        problem::Result,
    },
    requests::{
        library::{self, Library},
        model::{post, request::Request},
        store::{self, notices::DeskNotice},
    },
};

/// Tells one officer everything that waits to be told to them, in one notice.
#[derive(Debug, Serialize, Deserialize)]
pub struct TellOfficer {
    pub user: String,
}

impl Job for TellOfficer {
    const NAME: &'static str = "requests.tell-officer";

    fn key(&self) -> Option<String> {
        Some(self.user.clone())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        let email = accounts::email_of(app, &self.user).await?;
        let mut tx = app.db.begin().await?;
        let waiting = store::notices::take_desk_notices(&mut tx, &self.user).await?;
        if waiting.is_empty() {
            return Ok(());
        }
        let lang: Lang = app.config.language.parse().unwrap_or_default();
        let text = written(lang, &waiting, &app.config.base_url);
        let n: i64 = waiting.iter().map(|notice| notice.n).sum();
        let title = lang.text("requests-notices-desk-title").n("n", n).to_string();
        let mut addresses = vec![Address::Account(self.user.clone())];
        if let Some(email) = email.filter(|_| Channel::Email.way(app) != Way::Closed) {
            addresses.push(Address::Email(email));
        }
        for to in addresses {
            let message = Message::new(to, lang, "desk", &text).titled(&title);
            tx.send(&op, message).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// Counts what is new for those on whose desks a request lies; returns who they are.
pub(super) async fn note(
    app: &App,
    tx: &mut Tx,
    op: &Op,
    request: &Request,
    fresh: &[Entry],
) -> Result<Vec<String>> {
    let library = library::current(app).await?;
    let profile = library.profile_version(app, &request.profile).await?;
    let mut told = Vec::new();
    for entry in fresh {
        let (what, level) = match entry.what.as_str() {
            "request.assigned" => ("assigned", request.level),
            "request.step-near" if !request.state.is_closed() => ("step-near", request.level),
            "request.climbed" | "request.escalated" => ("climbed", request.level),
            "request.sent-back" => ("sent-back", request.level),
            "request.transferred" => ("transferred", request.level),
            "request.refused" => ("refused", request.level),
            "request.reopened" => ("reopened", request.level),
            "request.added" if entry.facts["resumed"] == true => ("replied", request.level),
            "request.transfer-proposed" => ("transfer", profile.wrong_department.approve_level),
            "request.special-proposed" => ("special", profile.special_close.approve_level),
            _ => continue,
        };
        let Some(user) = acting(app, &library, request, (what, level), op).await? else {
            continue;
        };
        let acted = entry
            .who
            .as_deref()
            .is_some_and(|who| who.split(':').nth(1) == Some(user.as_str()));
        if !acted {
            store::notices::count_desk_notice(tx, &user, what, &request.id).await?;
            if !told.contains(&user) {
                told.push(user);
            }
        }
    }
    Ok(told)
}

/// Who acts for a request on a level: the post it was given to where it is of that level, else the one responsible there.
async fn acting(
    app: &App,
    library: &Library,
    request: &Request,
    (what, level): (&str, u8),
    op: &Op,
) -> Result<Option<String>> {
    let lineage = library.lineage(request.place.as_deref());
    let posts = store::list_posts(app.db.read(), request.agency.as_deref()).await?;
    let given = request
        .post
        .as_deref()
        .and_then(|id| posts.iter().find(|post| post.id == id))
        .filter(|post| post.level == level || what == "assigned");
    let found = given.or_else(|| post::responsible(&posts, request.agency.as_deref(), level, &lineage));
    Ok(found.and_then(|post| post.acting(op.at)).map(str::to_owned))
}

/// Puts what waits into words: one line for each kind, with the code where it is one request.
fn written(lang: Lang, waiting: &[DeskNotice], base_url: &str) -> String {
    let mut lines: Vec<String> = waiting
        .iter()
        .map(|notice| {
            let id = match notice.what.as_str() {
                "assigned" => "requests-notices-desk-assigned",
                "step-near" => "requests-notices-desk-step-near",
                "climbed" => "requests-notices-desk-climbed",
                "sent-back" => "requests-notices-desk-sent-back",
                "transferred" => "requests-notices-desk-transferred",
                "refused" => "requests-notices-desk-refused",
                "reopened" => "requests-notices-desk-reopened",
                "transfer" => "requests-notices-desk-transfer",
                "special" => "requests-notices-desk-special",
                _ => "requests-notices-desk-replied",
            };
            let what = lang.text(id).n("n", notice.n).arg("nf", lang.number(notice.n));
            let code = Code::<8>::parse(&notice.code);
            match code {
                Ok(code) if notice.n == 1 => format!("{code}: {what}"),
                _ => what.to_string(),
            }
        })
        .collect();
    let link = match waiting {
        [only] if only.n == 1 => format!("{base_url}/requests/{}", only.code),
        _ => format!("{base_url}/desk/requests"),
    };
    lines.push(lang.text("requests-notices-link").arg("link", link).to_string());
    lines.join("\n")
}
