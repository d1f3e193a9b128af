use baraza::{
    collect::{
        entities::{self, model::Entity},
        households::{self, model::PairState},
    },
    platform::op::Role,
};

use super::{
    SUMBEREJO, TEGAL, Told, files, find, later, list, members, officer, pair, pairs, producer, proposes,
    settles, steward, town, twice, uuid, visit,
};
use crate::town::Town;

#[tokio::test]
async fn two_become_one_only_when_a_second_person_confirms_it() {
    let town = twice().await;
    let households = pair(&town, "households", PairState::Open).await;
    let officer = officer(&town).await;
    proposes(&officer, &households, &[]).await.is(303);
    town.run_jobs().await;
    assert_eq!(
        pair(&town, "households", PairState::Proposed).await.id,
        households.id
    );
    assert!(
        find(&town, "households", &uuid(3, 0)).await.is_some(),
        "nothing happened yet"
    );
    settles(&officer, &households, "confirm").await.is(403);
    let steward = steward(&town).await;
    settles(&steward, &households, "confirm").await.is(303);
    town.run_jobs().await;
    assert_eq!(
        members(&town, &uuid(1, 0)).await,
        [
            "Budi",
            "Siti Aminah",
            "Sitti Amina",
            "Soegeng Rijadi",
            "Sugeng Riyadi"
        ]
    );
    assert_eq!(
        pair(&town, "households", PairState::Merged).await.id,
        households.id
    );
    // Every version of both is still there.
    let all = list(&town, "households").await;
    let versions = entities::versions(
        &town.app,
        &find(&town, "households", &uuid(1, 0)).await.expect("there"),
    )
    .await
    .expect("versions");
    let kinds: Vec<_> = versions
        .iter()
        .map(|version| version.source.kind.as_str())
        .collect();
    assert_eq!(kinds, ["submission", "merge"]);
    let gone = entities::list_entities(
        &town.app,
        &town.system(),
        &all,
        entities::Which::Deleted,
        None,
        10,
    )
    .await
    .expect("listed");
    assert_eq!(
        (gone.len(), gone[0].label.as_str(), gone[0].version),
        (1, "Soegeng Rijadi", 1)
    );
}

#[tokio::test]
async fn nobody_confirms_their_own_proposal() {
    let town = twice().await;
    let households = pair(&town, "households", PairState::Open).await;
    let steward = steward(&town).await;
    proposes(&steward, &households, &[]).await.is(303);
    let refused = settles(&steward, &households, "confirm").await.is(403);
    assert!(
        refused.text().contains("Somebody else must confirm"),
        "{}",
        refused.text()
    );
    settles(&steward, &households, "refuse").await.is(303);
    town.run_jobs().await;
    assert_eq!(
        pairs(&town, "households", PairState::Open).await.len(),
        1,
        "taken back"
    );
    proposes(&steward, &households, &[]).await.is(303);
    settles(&producer(&town).await, &households, "confirm")
        .await
        .is(303);
    town.run_jobs().await;
}

#[tokio::test]
async fn a_proposal_needs_a_reason_and_one_who_stays() {
    let town = twice().await;
    let households = pair(&town, "households", PairState::Open).await;
    let officer = officer(&town).await;
    let path = format!("/desk/households/pairs/{}/propose", households.id);
    let answer = officer
        .submits(&path, &[("survivor", households.one.uuid.as_str())])
        .await
        .is(400);
    assert!(answer.text().contains("Say why"), "{}", answer.text());
    let answer = officer.submits(&path, &[("why", "Same card")]).await.is(400);
    assert!(
        answer.text().contains("Choose which one stays"),
        "{}",
        answer.text()
    );
    let steward = steward(&town).await;
    proposes(&officer, &households, &[]).await.is(303);
    let path = format!("/desk/households/pairs/{}/second", households.id);
    steward.submits(&path, &[("say", "refuse")]).await.is(400);
    steward
        .submits(&path, &[("say", "refuse"), ("why", "Cousins")])
        .await
        .is(303);
    town.run_jobs().await;
}

#[tokio::test]
async fn the_one_that_stays_takes_over_what_it_lacks_and_what_was_ticked() {
    let town = twice().await;
    let siti = pairs(&town, "members", PairState::Open).await;
    let siti = siti
        .iter()
        .find(|pair| pair.one.label == "Siti Aminah")
        .expect("a pair");
    proposes(&officer(&town).await, siti, &["age"]).await.is(303);
    settles(&steward(&town).await, siti, "confirm").await.is(303);
    town.run_jobs().await;
    let one = find(&town, "members", &uuid(1, 1)).await.expect("there");
    assert_eq!(
        (one.label.as_str(), one.data["age"].as_str()),
        ("Siti Aminah", "35")
    );
    assert_eq!(one.data["full_name"], "Siti Aminah");
}

#[tokio::test]
async fn an_old_id_stands_for_the_one_that_stays() {
    let town = twice().await;
    let siti = pairs(&town, "members", PairState::Open).await;
    let siti = siti
        .iter()
        .find(|pair| pair.one.label == "Siti Aminah")
        .expect("a pair");
    let households = pair(&town, "households", PairState::Open).await;
    for pair in [siti, &households] {
        proposes(&officer(&town).await, pair, &[]).await.is(303);
        settles(&steward(&town).await, pair, "confirm").await.is(303);
    }
    town.run_jobs().await;
    let asked = find(&town, "members", &uuid(3, 1))
        .await
        .expect("the one that stays");
    assert_eq!(asked.uuid, uuid(1, 1));
    // A phone that still has the old list updates the one that stays.
    files(&town, &later("r1", &uuid(3, 1), 36, "")).await;
    let now = find(&town, "members", &uuid(1, 1)).await.expect("there");
    assert_eq!((now.data["age"].as_str(), now.conflict), ("36", None));
    // A new member of the household under its old id lives in the one that stays.
    let child =
        visit(4, SUMBEREJO, "Sugeng Riyadi", &[Told("Rini", 1, "p")]).replace(&uuid(4, 0), &uuid(3, 0));
    files(&town, &child).await;
    assert!(members(&town, &uuid(1, 0)).await.contains(&"Rini".to_owned()));
    let steward = steward(&town).await;
    let page = format!("/desk/households/lists/census/households/{}", uuid(3, 0));
    let answer = steward.gets(&page).await.is(303);
    assert!(answer.header("location").ends_with(&uuid(1, 0)));
}

/// What a household and its members are, as text: all that an unmerge has to bring back.
async fn picture(town: &Town, households: &[u32]) -> String {
    let mut lines = Vec::new();
    for n in households {
        let Some(household) = find(town, "households", &uuid(*n, 0))
            .await
            .filter(|found| found.uuid == uuid(*n, 0))
        else {
            lines.push(format!("{n}: none"));
            continue;
        };
        let line = |entity: &Entity| {
            let parent = entity
                .parent
                .as_ref()
                .map(|parent| parent.uuid.as_str())
                .unwrap_or_default();
            format!(
                "{} {:?} in {parent} at {:?}",
                entity.label, entity.data, entity.place
            )
        };
        lines.push(line(&household));
        let mut children = entities::children(&town.app, &household).await.expect("children");
        children.sort_by(|a, b| a.uuid.cmp(&b.uuid));
        lines.extend(children.iter().map(line));
    }
    lines.join("\n")
}

#[tokio::test]
async fn two_that_were_made_one_are_parted_as_they_were_by_two_people() {
    let town = twice().await;
    let before = picture(&town, &[1, 3]).await;
    let households = pair(&town, "households", PairState::Open).await;
    let (officer, steward, producer) = (officer(&town).await, steward(&town).await, producer(&town).await);
    proposes(&officer, &households, &["head_name", "roof"])
        .await
        .is(303);
    settles(&steward, &households, "confirm").await.is(303);
    town.run_jobs().await;
    assert_ne!(picture(&town, &[1, 3]).await, before);
    let part = format!("/desk/households/pairs/{}/part", households.id);
    steward
        .submits(&part, &[("why", "They are brothers")])
        .await
        .is(303);
    settles(&steward, &households, "confirm").await.is(403);
    settles(&producer, &households, "confirm").await.is(303);
    town.run_jobs().await;
    assert_eq!(picture(&town, &[1, 3]).await, before);
    assert_eq!(
        pair(&town, "households", PairState::Different).await.id,
        households.id
    );
    let page = producer
        .gets(&format!("/desk/households/pairs/{}", households.id))
        .await
        .is(200)
        .text();
    for words in [
        "I asked the family",
        "They are brothers",
        "The officer",
        "The steward",
        "The producer",
    ] {
        assert!(page.contains(words), "{words} is not in the history: {page}");
    }
}

#[tokio::test]
async fn what_was_changed_after_a_merge_stays_when_they_are_parted() {
    let town = twice().await;
    let siti = pairs(&town, "members", PairState::Open).await;
    let siti = siti
        .iter()
        .find(|pair| pair.one.label == "Siti Aminah")
        .expect("a pair");
    let (officer, steward) = (officer(&town).await, steward(&town).await);
    proposes(&officer, siti, &["age"]).await.is(303);
    settles(&steward, siti, "confirm").await.is(303);
    town.run_jobs().await;
    files(&town, &later("r1", &uuid(1, 1), 36, "")).await;
    let part = format!("/desk/households/pairs/{}/part", siti.id);
    officer.submits(&part, &[("why", "Sisters")]).await.is(303);
    settles(&steward, siti, "confirm").await.is(303);
    town.run_jobs().await;
    assert_eq!(
        find(&town, "members", &uuid(1, 1)).await.expect("there").data["age"],
        "36"
    );
    assert_eq!(
        find(&town, "members", &uuid(3, 1)).await.expect("there").data["age"],
        "35"
    );
}

/// Three who are the same, and the pairs of them by the households they are filed in.
async fn three() -> (
    Town,
    impl Fn(&[households::model::Pair], u32, u32) -> households::model::Pair,
) {
    let town = town().await;
    for n in 1..=3 {
        files(
            &town,
            &visit(n, SUMBEREJO, "x", &[Told("Wahyu Prasetyo", 34, "l")]),
        )
        .await;
    }
    let between = |all: &[households::model::Pair], one: u32, other: u32| {
        all.iter()
            .find(|pair| pair.one.uuid == uuid(one, 1) && pair.other.uuid == uuid(other, 1))
            .expect("a pair")
            .clone()
    };
    (town, between)
}

#[tokio::test]
async fn a_chain_of_merges_ends_at_the_last_and_is_parted_from_its_end() {
    let (town, between) = three().await;
    let all = pairs(&town, "members", PairState::Open).await;
    assert_eq!(all.len(), 3);
    let (first, second) = (between(&all, 2, 3), between(&all, 1, 2));
    let (officer, steward) = (officer(&town).await, steward(&town).await);
    for pair in [&first, &second] {
        proposes(&officer, pair, &[]).await.is(303);
        settles(&steward, pair, "confirm").await.is(303);
        town.run_jobs().await;
    }
    assert_eq!(
        find(&town, "members", &uuid(3, 1)).await.expect("there").uuid,
        uuid(1, 1)
    );
    let early = format!("/desk/households/pairs/{}/part", first.id);
    let answer = officer.submits(&early, &[("why", "x")]).await.is(409);
    assert!(
        answer.text().contains("Part those two first"),
        "{}",
        answer.text()
    );
    for pair in [&second, &first] {
        let part = format!("/desk/households/pairs/{}/part", pair.id);
        officer.submits(&part, &[("why", "x")]).await.is(303);
        settles(&steward, pair, "confirm").await.is(303);
        town.run_jobs().await;
    }
    for n in 1..=3 {
        assert_eq!(
            find(&town, "members", &uuid(n, 1)).await.expect("there").uuid,
            uuid(n, 1)
        );
    }
}

#[tokio::test]
async fn a_merge_overtakes_other_proposals_about_the_one_that_goes() {
    let (town, between) = three().await;
    let all = pairs(&town, "members", PairState::Open).await;
    let (goes, overtaken) = (between(&all, 1, 3), between(&all, 2, 3));
    let (officer, steward) = (officer(&town).await, steward(&town).await);
    proposes(&officer, &goes, &[]).await.is(303);
    proposes(&officer, &overtaken, &[]).await.is(303);
    settles(&steward, &goes, "confirm").await.is(303);
    settles(&steward, &overtaken, "confirm").await.is(409);
    town.run_jobs().await;
    assert_eq!(
        find(&town, "members", &uuid(3, 1)).await.expect("there").uuid,
        uuid(1, 1)
    );
    assert_eq!(
        find(&town, "members", &uuid(2, 1)).await.expect("there").version,
        1
    );
}

#[tokio::test]
async fn a_proposal_about_something_that_changed_since_is_looked_at_again() {
    let (town, between) = three().await;
    let all = pairs(&town, "members", PairState::Open).await;
    let (first, second) = (between(&all, 2, 3), between(&all, 1, 2));
    let (officer, steward) = (officer(&town).await, steward(&town).await);
    proposes(&officer, &first, &[]).await.is(303);
    proposes(&officer, &second, &[]).await.is(303);
    settles(&steward, &first, "confirm").await.is(303);
    // The second of them got another version by the merge.
    let answer = settles(&steward, &second, "confirm").await.is(409);
    assert!(
        answer.text().contains("changed after this was proposed"),
        "{}",
        answer.text()
    );
    settles(&steward, &second, "refuse").await.is(303);
    proposes(&officer, &second, &[]).await.is(303);
    settles(&steward, &second, "confirm").await.is(303);
    town.run_jobs().await;
    assert_eq!(
        find(&town, "members", &uuid(3, 1)).await.expect("there").uuid,
        uuid(1, 1)
    );
}

#[tokio::test]
async fn of_two_who_confirm_at_once_one_is_told_that_it_is_done() {
    let town = twice().await;
    let households = pair(&town, "households", PairState::Open).await;
    proposes(&officer(&town).await, &households, &[]).await.is(303);
    let (steward, producer) = (steward(&town).await, producer(&town).await);
    let (one, other) = tokio::join!(
        settles(&steward, &households, "confirm"),
        settles(&producer, &households, "confirm")
    );
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    town.run_jobs().await;
    let versions = entities::versions(
        &town.app,
        &find(&town, "households", &uuid(1, 0)).await.expect("there"),
    )
    .await
    .expect("versions");
    assert_eq!(versions.len(), 2);
}

#[tokio::test]
async fn one_who_is_above_the_other_is_never_made_one_with_it() {
    let (town, between) = three().await;
    let all = pairs(&town, "members", PairState::Open).await;
    let pair = between(&all, 1, 2);
    let members = list(&town, "members").await;
    let change = entities::Change {
        parent: Some(uuid(1, 1)),
        ..entities::Change::default()
    };
    let origin = entities::Origin {
        kind: "desk",
        ..entities::Origin::default()
    };
    entities::change(&town.app, &town.system(), &members, &uuid(2, 1), change, &origin)
        .await
        .expect("moved");
    let answer = proposes(&officer(&town).await, &pair, &[]).await.is(400);
    assert!(answer.text().contains("member of the other"), "{}", answer.text());
    town.run_jobs().await;
}

#[tokio::test]
async fn one_that_was_merged_is_not_restored_behind_two_peoples_backs() {
    let town = twice().await;
    let households = pair(&town, "households", PairState::Open).await;
    proposes(&officer(&town).await, &households, &[]).await.is(303);
    settles(&steward(&town).await, &households, "confirm")
        .await
        .is(303);
    town.run_jobs().await;
    let all = list(&town, "households").await;
    let moved = entities::move_many(
        &town.app,
        &town.system(),
        &all,
        &[uuid(3, 0)],
        entities::Removal::Restore,
    )
    .await
    .expect("looked at");
    assert_eq!(moved.n, 0);
}

#[tokio::test]
async fn a_pair_is_for_those_who_read_both_of_it() {
    let town = town().await;
    let told = || [Told("Wahyu Prasetyo", 34, "l")];
    files(&town, &visit(1, SUMBEREJO, "x", &told())).await;
    files(&town, &visit(2, SUMBEREJO, "y", &told())).await;
    let found = pair(&town, "members", PairState::Open).await;
    let path = format!("/desk/households/pairs/{}", found.id);
    town.someone(Role::Officer, Some(TEGAL))
        .await
        .gets(&path)
        .await
        .is(404);
    town.someone(Role::Enumerator, Some(SUMBEREJO))
        .await
        .gets(&path)
        .await
        .is(403);
    town.stranger().gets(&path).await.is(303);
    let auditor = town.someone(Role::Auditor, None).await;
    let page = auditor.gets(&path).await.is(200).text();
    assert!(!page.contains("/propose"), "an auditor only looks");
    proposes(&auditor, &found, &[]).await.is(403);
    proposes(&town.someone(Role::Officer, Some(TEGAL)).await, &found, &[])
        .await
        .is(404);
    let far = town.someone(Role::Steward, Some(TEGAL)).await;
    proposes(&officer(&town).await, &found, &[]).await.is(303);
    settles(&far, &found, "confirm").await.is(404);
    let list = town
        .someone(Role::Officer, Some(TEGAL))
        .await
        .gets("/desk/households/lists/census/members/pairs?state=proposed")
        .await
        .is(200)
        .text();
    assert!(!list.contains("Wahyu"), "{list}");
}
