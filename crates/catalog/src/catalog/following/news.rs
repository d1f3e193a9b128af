//! News of data: which datasets are new or changed or went away, in words, to whom, and that they were told.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tables::{Compared, Diff};

use super::{About, write_to};
use crate::{
    catalog::{
        contributions::callers,
        details::{self, DatasetDetails},
        store::{
            self as kept, ResourceRow,
            contributions::{self as store, News},
            portal,
            versions::{ShownRow, list_public},
        },
        versions::{self, words},
        view,
        workflow::standing::{Kind as StandingKind, Standing},
    },
    evidence::{
        self,
        asking::ASKED_FOR,
        model::{Follower, Subject},
    },
    platform::{
        app::App,
        db::Tx,
        i18n::Lang,
        jobs::{Job, Lane},
        op::{Op, Who},
        problem::{Problem, Result},
    },
};

/// Followers of a dataset hear of it once in this time, however often it changes.
const TOLD_AGAIN_AFTER: Duration = Duration::from_secs(20 * 3_600);
/// Datasets that are told of in one transaction.
const PER_RUN: i64 = 500;
/// Datasets that one mail names; the rest is a number.
const MOST_NAMED: usize = 20;
/// Tables of one dataset of which a mail says what changed, and deprecated versions of one table that it names.
const MOST_TABLES: usize = 5;
const MOST_VERSIONS: usize = 5;

/// Tells followers of datasets that are new or changed, or went away.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct TellFollowers {}

impl Job for TellFollowers {
    const NAME: &'static str = "catalog.tell-followers";
    const LANE: Lane = Lane::Heavy;

    // One at a time: what is told and that it was told are one transaction.
    fn key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        loop {
            let told_before = op.at.minus(TOLD_AGAIN_AFTER);
            let news = store::list_news(app.db.read(), told_before, PER_RUN).await?;
            // Before the transaction: comparing two large versions takes its time, and others want to write.
            let mut items = Vec::new();
            for each in &news {
                items.push(Item::of(app, &op, each).await?);
            }
            let mut tx = app.db.begin().await?;
            let callers_before = op.at.minus(callers::KEPT_FOR);
            store::forget_asked(&mut tx, op.at.minus(ASKED_FOR), callers_before).await?;
            tell_news(app, &mut tx, &op, &items).await?;
            for item in &items {
                let (id, changed_at) = (&item.news.id, item.news.changed_at);
                store::put_told(&mut tx, id, changed_at, item.stand.as_str(), op.at).await?;
            }
            tx.commit().await?;
            if news.len() < usize::try_from(PER_RUN).unwrap_or(usize::MAX) {
                return Ok(());
            }
        }
    }
}

/// How a dataset stands for everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stand {
    Open,
    Deprecated,
    Withdrawn,
    /// Not to be read by everybody, or thrown away.
    Closed,
}

impl Stand {
    fn as_str(self) -> &'static str {
        match self {
            Stand::Open => "open",
            Stand::Deprecated => "deprecated",
            Stand::Withdrawn => "withdrawn",
            Stand::Closed => "closed",
        }
    }

    fn of(news: &News, standing: Option<&Standing>) -> Stand {
        match (news.is_open, news.state.as_str()) {
            (1, "withdrawn") => Stand::Withdrawn,
            (1, "active") if standing.is_some_and(|known| known.kind == StandingKind::Deprecated) => {
                Stand::Deprecated
            }
            (1, "active") => Stand::Open,
            _ => Stand::Closed,
        }
    }
}

/// What there is to tell of a dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Happened {
    /// Nobody was told of it before.
    New,
    Changed,
    Deprecated,
    Withdrawn,
    Closed,
    /// It had gone away, and is there again.
    Again,
    /// It had gone away, and still is.
    Nothing,
}

impl Happened {
    /// Compares how a dataset stood when its followers were told last with how it stands.
    fn between(told: Option<&str>, stand: Stand) -> Happened {
        let Some(told) = told else {
            return Happened::New;
        };
        let was_there = told == Stand::Open.as_str() || told == Stand::Deprecated.as_str();
        match (was_there, stand) {
            (true, Stand::Withdrawn) => Happened::Withdrawn,
            (true, Stand::Closed) => Happened::Closed,
            (true, Stand::Deprecated) if told != Stand::Deprecated.as_str() => Happened::Deprecated,
            (true, Stand::Open | Stand::Deprecated) => Happened::Changed,
            (false, Stand::Open | Stand::Deprecated) => Happened::Again,
            (false, Stand::Withdrawn | Stand::Closed) => Happened::Nothing,
        }
    }

    fn text_id(self) -> &'static str {
        match self {
            Happened::New => "catalog-following-new",
            Happened::Changed | Happened::Nothing => "catalog-following-changed",
            Happened::Deprecated => "catalog-following-deprecated",
            Happened::Withdrawn => "catalog-following-withdrawn",
            Happened::Closed => "catalog-following-closed",
            Happened::Again => "catalog-following-again",
        }
    }
}

/// A dataset with what there is to tell of it.
struct Item<'a> {
    news: &'a News,
    stand: Stand,
    happened: Happened,
    /// Why it is deprecated or withdrawn, as its page says.
    standing: Option<Standing>,
    changes: Vec<TableChange>,
}

/// What changed in a table since its followers were told.
struct TableChange {
    title: String,
    what: Change,
}

enum Change {
    Rows(Arc<Diff>),
    /// The version that they were told of is there no more.
    Withdrawn {
        version: i64,
        reason: String,
    },
    /// A version is not to be used any more.
    Deprecated {
        version: i64,
        reason: String,
        /// Address of what to use instead; may be empty.
        replaced_by: String,
    },
}

impl<'a> Item<'a> {
    async fn of(app: &App, op: &Op, news: &'a News) -> Result<Item<'a>> {
        let details: DatasetDetails = details::read(&news.details);
        let stand = Stand::of(news, details.standing.as_ref());
        let happened = Happened::between(news.told_standing.as_deref(), stand);
        let changes = match (happened, news.told) {
            (Happened::Changed, Some(told)) => changes_since(app, op, news, told).await?,
            _ => Vec::new(),
        };
        Ok(Item {
            news,
            stand,
            happened,
            standing: details.standing,
            changes,
        })
    }

    /// Whose followers hear of it: its own of every change, the others when it is new.
    async fn reasons(&self, app: &App) -> Result<Vec<About>> {
        if self.happened == Happened::Nothing {
            return Ok(Vec::new());
        }
        let mut reasons = vec![About::Dataset(self.news.id.clone())];
        if self.happened == Happened::New {
            let themes = portal::list_dataset_themes(app.db.read(), Some(&self.news.slug)).await?;
            reasons.extend(themes.into_iter().map(|(_, theme)| About::Theme(theme)));
            reasons.extend(self.news.organisation.clone().map(About::Organisation));
            reasons.push(About::Catalogue);
        }
        Ok(reasons)
    }

    fn in_words(&self, app: &App, lang: Lang) -> String {
        let base = &app.config.base_url;
        let standing = self.standing.as_ref();
        let reason = standing.map_or("", |known| known.reason.as_str());
        let said = lang
            .text(self.happened.text_id())
            .arg("title", &self.news.title)
            .arg("reason", reason);
        let mut lines = vec![said.to_string()];
        lines.extend(self.changes.iter().map(|change| change.in_words(base, lang)));
        if matches!(self.happened, Happened::Deprecated | Happened::Withdrawn) {
            let instead = standing.map_or("", |known| known.replaced_by.as_str());
            lines.extend(instead_in_words(base, lang, instead));
        }
        // Of what is closed there is no page.
        lines.push(match self.happened {
            Happened::Closed => format!("{base}/data"),
            _ => format!("{base}/data/{}", self.news.slug),
        });
        lines.join("\n")
    }
}

impl TableChange {
    fn in_words(&self, base: &str, lang: Lang) -> String {
        let said = match &self.what {
            Change::Rows(diff) => words::sentences(lang, diff).join(" "),
            Change::Withdrawn { version, reason } => lang
                .text("catalog-following-version-withdrawn")
                .arg("version", version)
                .arg("reason", reason)
                .to_string(),
            Change::Deprecated {
                version,
                reason,
                replaced_by,
            } => {
                let said = lang
                    .text("catalog-following-version-deprecated")
                    .arg("version", version)
                    .arg("reason", reason);
                let mut lines = vec![said.to_string()];
                lines.extend(instead_in_words(base, lang, replaced_by));
                lines.join("\n")
            }
        };
        format!("{}: {said}", self.title)
    }
}

/// What to use instead, by its whole address; nothing where nobody said.
fn instead_in_words(base: &str, lang: Lang, instead: &str) -> Option<String> {
    let address = match instead {
        "" => return None,
        path if path.starts_with('/') => format!("{base}{path}"),
        address => address.to_owned(),
    };
    let text = lang.text("catalog-following-instead").arg("address", address);
    Some(text.to_string())
}

/// What changed in the tables of a dataset since an instant, as a stranger sees them; nothing where nobody follows it.
async fn changes_since(app: &App, op: &Op, news: &News, told: i64) -> Result<Vec<TableChange>> {
    let subject = About::Dataset(news.id.clone()).subject();
    if evidence::list_followers(app, &subject).await?.is_empty() {
        return Ok(Vec::new());
    }
    let stranger = Op {
        who: Who::Anyone,
        ..op.clone()
    };
    let mut changes = Vec::new();
    let mut n_tables = 0;
    for table in kept::list_resources(app.db.read(), Some(&news.slug)).await? {
        if n_tables == MOST_TABLES {
            break;
        }
        let found = changes_of(app, &stranger, &news.slug, &table, told).await?;
        n_tables += usize::from(!found.is_empty());
        changes.extend(found.into_iter().map(|what| TableChange {
            title: table.title.clone(),
            what,
        }));
    }
    Ok(changes)
}

/// What changed in a table of a dataset since an instant: its rows first, then the versions that are deprecated since.
async fn changes_of(
    app: &App,
    stranger: &Op,
    dataset: &str,
    table: &ResourceRow,
    told: i64,
) -> Result<Vec<Change>> {
    let shown = list_public(app.db.read(), &table.id).await?;
    let mut changes = Vec::new();
    let before = shown.iter().find(|known| known.shown_at <= told);
    if let (Some(before), Some(now)) = (before, table.version)
        && before.version != now
    {
        changes.extend(match before.standing == StandingKind::Withdrawn.as_str() {
            true => Some(Change::Withdrawn {
                version: before.version,
                reason: before.reason.clone(),
            }),
            false => compared(app, stranger, (dataset, &table.slug), (before.version, now)).await,
        });
    }
    let is_news = |known: &&ShownRow| {
        known.standing == StandingKind::Deprecated.as_str() && known.standing_at.is_some_and(|at| at > told)
    };
    let deprecated = shown.iter().filter(is_news).take(MOST_VERSIONS);
    changes.extend(deprecated.map(|known| Change::Deprecated {
        version: known.version,
        reason: known.reason.clone(),
        replaced_by: known.replaced_by.clone(),
    }));
    Ok(changes)
}

/// What changed between two versions of a table; nothing where that cannot be told, which holds up no mail.
async fn compared(
    app: &App,
    op: &Op,
    (dataset, table): (&str, &str),
    (before, now): (i64, i64),
) -> Option<Change> {
    let asked = async {
        let version = |n: i64| u64::try_from(n).map_err(Problem::internal);
        let then = view::find_resource(app, op, dataset, table, Some(version(before)?)).await?;
        let now = view::find_resource(app, op, dataset, table, Some(version(now)?)).await?;
        let key = versions::key_of(app, &now.id, &then.table, &now.table).await?;
        let compared = Compared {
            before: then.table,
            after: now.table,
            key,
        };
        versions::diff(app, &compared).await
    };
    match asked.await {
        Ok(diff) => Some(Change::Rows(diff)),
        Err(problem) => {
            tracing::warn!(error = %problem, dataset, table, "followers are not told what changed in a table");
            None
        }
    }
}

/// What one follower is told: why they are, and of which datasets.
struct Digest<'a> {
    follower: Follower,
    about: About,
    items: Vec<&'a Item<'a>>,
}

/// Writes one mail to each follower, however many of the datasets concern them and for however many reasons.
async fn tell_news(app: &App, tx: &mut Tx, op: &Op, items: &[Item<'_>]) -> Result<()> {
    let vault = tx.vault().clone();
    let mut known: HashMap<Subject, Vec<Follower>> = HashMap::new();
    let mut digests: BTreeMap<String, Digest> = BTreeMap::new();
    for item in items {
        for about in item.reasons(app).await? {
            let subject = about.subject();
            if !known.contains_key(&subject) {
                let followers = evidence::list_followers_in(tx, &subject).await?;
                known.insert(subject.clone(), followers);
            }
            for follower in &known[&subject] {
                let digest = digests
                    .entry(follower.address.mark(&vault))
                    .or_insert_with(|| Digest {
                        follower: follower.clone(),
                        about: about.clone(),
                        items: Vec::new(),
                    });
                if !digest.items.iter().any(|told| told.news.id == item.news.id) {
                    digest.items.push(item);
                }
            }
        }
    }
    for digest in digests.values() {
        let lang: Lang = digest.follower.lang.parse().unwrap_or_default();
        let parts = in_words(app, lang, &digest.items);
        write_to(app, tx, op, &digest.follower, (&digest.about, lang), parts).await?;
    }
    Ok(())
}

fn in_words(app: &App, lang: Lang, items: &[&Item<'_>]) -> Vec<String> {
    let named = items.iter().take(MOST_NAMED);
    let mut parts: Vec<String> = named.map(|item| item.in_words(app, lang)).collect();
    if items.len() > MOST_NAMED {
        let more = lang
            .text("catalog-following-more")
            .n("n", items.len() - MOST_NAMED);
        parts.push(format!("{more}\n{}/data", app.config.base_url));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_away_is_told_once_and_what_comes_back_is_no_change() {
        use Happened::{Again, Changed, Closed, Deprecated, New, Nothing, Withdrawn};
        let told = |told: &str| {
            [Stand::Open, Stand::Deprecated, Stand::Withdrawn, Stand::Closed]
                .map(|stand| Happened::between(Some(told), stand))
        };
        assert_eq!(Happened::between(None, Stand::Open), New);
        assert_eq!(told("open"), [Changed, Deprecated, Withdrawn, Closed]);
        assert_eq!(told("deprecated"), [Changed, Changed, Withdrawn, Closed]);
        assert_eq!(told("withdrawn"), [Again, Again, Nothing, Nothing]);
        assert_eq!(told("closed"), [Again, Again, Nothing, Nothing]);
    }
}
