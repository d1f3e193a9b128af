use std::time::Duration;

use askama::Template;
use baraza::{
    collect::{
        entities,
        households::{
            desk::{HouseholdPage, ListPage, OverviewPage, PairPage, PairsPage},
            model::PairState,
        },
    },
    platform::{i18n::Lang, op::Role},
};

use super::{SUMBEREJO, files, later, list, officer, pairs, steward, twice, uuid};
use crate::html::check::faults;

fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    fn render(page: &impl Template) -> String {
        page.render().expect("a page renders")
    }
    vec![
        ("overview", render(&OverviewPage::sample(lang))),
        ("list", render(&ListPage::sample(lang))),
        ("pairs", render(&PairsPage::sample(lang))),
        ("pair", render(&PairPage::sample(lang))),
        ("pair that waits", render(&PairPage::waiting(lang))),
        ("pair that is one", render(&PairPage::merged(lang))),
        ("household", render(&HouseholdPage::sample(lang))),
    ]
}

#[test]
fn every_page_of_households_is_sound_in_every_language() {
    let mut found = String::new();
    for lang in Lang::ALL {
        for (name, html) in samples(lang) {
            for fault in faults(&html) {
                found += &format!("{name} in {lang}: {fault}\n");
            }
        }
    }
    assert!(found.is_empty(), "\n{found}");
}

#[test]
fn names_are_escaped_on_every_page_of_households() {
    for (name, html) in samples(Lang::En) {
        for raw in ["<Amina>", "<Sugeng>", "<2026>", "<NIK>", "<3>", "<Aminah>"] {
            assert!(!html.contains(raw), "{name}: {raw} stands there as it came");
        }
    }
}

#[tokio::test]
async fn the_desk_leads_from_the_lists_to_the_pairs_to_two_side_by_side() {
    let town = twice().await;
    let officer = officer(&town).await;
    let overview = officer.gets("/desk/households").await.is(200).text();
    assert!(
        overview.contains("/desk/households/lists/census/members/pairs?state=open"),
        "{overview}"
    );
    let shown = officer
        .gets("/desk/households/lists/census/members/pairs")
        .await
        .is(200)
        .text();
    assert!(
        shown.contains("Sitti Amina") && shown.contains("Siti Aminah"),
        "{shown}"
    );
    let siti = pairs(&town, "members", PairState::Open).await;
    let siti = siti
        .iter()
        .find(|pair| pair.one.label == "Siti Aminah")
        .expect("a pair");
    let page = officer
        .gets(&format!("/desk/households/pairs/{}", siti.id))
        .await
        .is(200)
        .text();
    for words in ["34", "35", "differs", "same", "Sumberejo", "Which one stays?"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let front = officer.gets("/desk").await.is(200).text();
    assert!(front.contains("href=\"/desk/households\""));
    let enumerator = town.someone(Role::Enumerator, Some(SUMBEREJO)).await;
    enumerator.gets("/desk/households").await.is(403);
}

#[tokio::test]
async fn a_household_tells_who_is_there_what_happened_and_what_changed_last() {
    let town = twice().await;
    town.advance(Duration::from_secs(200 * 24 * 3600));
    files(&town, &later("r1", &uuid(1, 2), 41, "meninggal")).await;
    town.advance(Duration::from_secs(24 * 3600));
    let members = list(&town, "members").await;
    let change = entities::Change {
        parent: Some(uuid(2, 0)),
        ..entities::Change::default()
    };
    let origin = entities::Origin {
        kind: "desk",
        ..entities::Origin::default()
    };
    entities::change(&town.app, &town.system(), &members, &uuid(1, 1), change, &origin)
        .await
        .expect("moved");
    town.run_jobs().await;
    let steward = steward(&town).await;
    let base = "/desk/households/lists/census/households";
    let page = steward
        .gets(&format!("{base}/{}", uuid(1, 0)))
        .await
        .is(200)
        .text();
    for words in [
        "No longer here",
        "died",
        "moved out",
        "What changed at the last visit",
        "Nobody is listed here now",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let page = steward
        .gets(&format!("{base}/{}", uuid(2, 0)))
        .await
        .is(200)
        .text();
    assert!(
        page.contains("Siti Aminah") && page.contains("moved in"),
        "{page}"
    );
    let all = steward.gets(base).await.is(200).text();
    assert!(all.contains("Dewi Lestari"), "{all}");
    steward.gets(&format!("{base}/{}", uuid(9, 0))).await.is(404);
    steward.gets("/desk/households/lists/census/trees").await.is(404);
}

#[tokio::test]
async fn a_child_who_came_since_was_born_into_the_household() {
    let town = twice().await;
    town.advance(Duration::from_secs(200 * 24 * 3600));
    let members = list(&town, "members").await;
    let new = entities::NewEntity {
        label: "Rini".into(),
        data: [("age".to_owned(), "0".to_owned())].into(),
        parent: Some(uuid(1, 0)),
        ..entities::NewEntity::default()
    };
    let origin = entities::Origin {
        kind: "desk",
        ..entities::Origin::default()
    };
    entities::add(&town.app, &town.system(), &members, vec![new], &origin)
        .await
        .expect("made");
    town.run_jobs().await;
    let page = steward(&town)
        .await
        .gets(&format!(
            "/desk/households/lists/census/households/{}",
            uuid(1, 0)
        ))
        .await
        .is(200)
        .text();
    assert!(page.contains("Rini: born"), "{page}");
}
