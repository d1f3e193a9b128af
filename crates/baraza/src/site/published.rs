//! What the slices below published, as hits that lead to it: the newest, those a search finds, those about a place.

use super::home::Latest;
use super::search::Hit;
use crate::catalog;
use crate::collect;
use crate::collect::model::{Audience, FormState};
use crate::indicators;
use crate::listening::{hotspots, words};
use crate::places::model::{Place, Places, fold};
use crate::platform::app::App;
use crate::platform::i18n::Lang;
use crate::platform::op::{Op, Role};
use crate::platform::problem::Result;
use crate::platform::time::Time;

/// What was published last: datasets, the newest first, and where they leave room the indicators that were computed last.
pub async fn latest(app: &App, op: &Op, most: usize) -> Result<Vec<Latest>> {
    let mut computed: Vec<(Time, Hit)> = indicators::list(app)
        .await?
        .into_iter()
        .filter(|indicator| indicator.definition.imported().is_none())
        .filter_map(|indicator| Some((indicator.run.as_ref()?.computed_at, hit(&indicator, op.lang))))
        .collect();
    computed.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let newest = catalog::list_newest(app, op, most).await?;
    let published = newest
        .iter()
        .map(|dataset| (Time(dataset.changed_at), dataset_hit(dataset)));
    Ok(published
        .chain(computed)
        .take(most)
        .map(|(at, what)| Latest {
            what,
            when: op.lang.date(app.config.day(at)),
        })
        .collect())
}

/// The themes that open datasets have, with how many have each.
pub async fn themes(app: &App, op: &Op) -> Result<Vec<Hit>> {
    let counted = catalog::count_themes(app).await?;
    let hit = |(theme, n): &(catalog::Theme, usize)| Hit {
        href: catalog::pages::theme_href(&theme.name),
        title: catalog::pages::theme_title(op.lang, theme),
        about: op.lang.text("catalog-n-datasets").n("n", *n).to_string(),
    };
    Ok(counted.iter().map(hit).collect())
}

/// Indicators whose title or code holds every word of a query.
pub async fn find_indicators(app: &App, op: &Op, query: &str, most: usize) -> Result<Vec<Hit>> {
    let found = indicators::list(app)
        .await?
        .into_iter()
        .map(|indicator| hit(&indicator, op.lang));
    Ok(found
        .filter(|hit| holds_words(&[&hit.title, &hit.about], query))
        .take(most)
        .collect())
}

fn hit(indicator: &indicators::Indicator, lang: Lang) -> Hit {
    let definition = &indicator.definition;
    Hit {
        href: format!("/indicators/{}", definition.code),
        title: definition.title.in_language(lang.code()).to_owned(),
        about: definition.code.clone(),
    }
}

/// Whether the texts together hold every word of a query, whatever its case and marks.
fn holds_words(texts: &[&str], query: &str) -> bool {
    let folded = fold(&texts.join(" "));
    fold(query).split_whitespace().all(|word| folded.contains(word))
}

/// Datasets that a search of the catalogue finds, the best first.
pub async fn find_datasets(app: &App, op: &Op, query: &str, most: usize) -> Result<Vec<Hit>> {
    let found = catalog::search_datasets(app, op, query, most).await?;
    Ok(found.iter().map(dataset_hit).collect())
}

/// Datasets about a place, or about one it lies in: the last changed first.
pub async fn datasets_about(app: &App, op: &Op, place: Place<'_>, most: usize) -> Result<Vec<Hit>> {
    let about = catalog::list_datasets_about(app, op, &place.lineage()).await?;
    Ok(about.iter().take(most).map(dataset_hit).collect())
}

fn dataset_hit(dataset: &catalog::Dataset) -> Hit {
    let about = [dataset.publisher.as_deref().unwrap_or_default(), &dataset.period];
    Hit {
        href: format!("/data/{}", dataset.slug),
        title: dataset.title.clone(),
        about: about
            .into_iter()
            .filter(|words| !words.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
    }
}

/// Public reports of places whose title, or whose place's name, holds every word of a query.
pub async fn find_hotspots(app: &App, op: &Op, all: &Places, query: &str, most: usize) -> Result<Vec<Hit>> {
    let found = hotspots::list_public(app).await?.into_iter().map(|listed| Hit {
        href: format!("/hotspots/{}", listed.code),
        title: listed.title,
        about: words::place(op.lang, all, &listed.place),
    });
    Ok(found
        .filter(|hit| holds_words(&[&hit.title, &hit.about], query))
        .take(most)
        .collect())
}

/// Forms whose title holds every word of a query, as far as the reader may fill them.
pub async fn find_forms(app: &App, op: &Op, query: &str, most: usize) -> Result<Vec<Hit>> {
    let mut found = Vec::new();
    for form in collect::list_forms(app, None).await? {
        let is_theirs = form.audience == Audience::Public || op.has(&Role::STAFF);
        let Some(title) = super::counting::title_of(app, &form).await? else {
            continue;
        };
        if is_theirs && form.state == FormState::Open && holds_words(&[&title], query) {
            let href = format!("/forms/{}/{}", form.project_slug, form.slug);
            found.push(Hit {
                href,
                title,
                about: String::new(),
            });
        }
    }
    found.truncate(most);
    Ok(found)
}
