use baraza::collect::{
    entities::{self, Change, Origin},
    households::model::PairState,
};

use super::{
    SUMBEREJO, TEGAL, Told, files, find, labels, later, list, officer, pair, pairs, town, twice, uuid, visit,
};

#[tokio::test]
async fn a_family_that_is_filed_twice_makes_pairs_of_members_and_of_households() {
    let town = twice().await;
    let members = pairs(&town, "members", PairState::Open).await;
    assert_eq!(
        labels(&members),
        [
            ("Siti Aminah", "Sitti Amina"),
            ("Sugeng Riyadi", "Soegeng Rijadi")
        ]
    );
    let households = pair(&town, "households", PairState::Open).await;
    assert_eq!(
        (
            &*households.one.label,
            &*households.other.label,
            households.n_members
        ),
        ("Sugeng Riyadi", "Soegeng Rijadi", 2)
    );
}

#[tokio::test]
async fn people_of_one_name_but_another_age_or_place_are_no_pair() {
    let town = town().await;
    files(&town, &visit(1, SUMBEREJO, "A", &[Told("Siti Aminah", 34, "p")])).await;
    files(&town, &visit(2, TEGAL, "B", &[Told("Siti Aminah", 70, "p")])).await;
    files(
        &town,
        &visit(3, SUMBEREJO, "C", &[Told("Agus Setiawan", 34, "l")]),
    )
    .await;
    assert!(pairs(&town, "members", PairState::Open).await.is_empty());
}

#[tokio::test]
async fn a_pair_goes_when_a_correction_makes_it_unlikely_and_comes_back_with_it() {
    let town = town().await;
    files(
        &town,
        &visit(1, SUMBEREJO, "A", &[Told("Wahyu Prasetyo", 34, "l")]),
    )
    .await;
    files(
        &town,
        &visit(2, SUMBEREJO, "B", &[Told("Wahyu Prasetyo", 34, "l")]),
    )
    .await;
    let found = pair(&town, "members", PairState::Open).await;
    let change = |name: &str, age: &str| Change {
        data: [
            ("age".to_owned(), age.to_owned()),
            ("full_name".to_owned(), name.to_owned()),
        ]
        .into(),
        ..Change::default()
    };
    let members = list(&town, "members").await;
    let origin = Origin {
        kind: "desk",
        ..Origin::default()
    };
    let op = town.system();
    entities::change(
        &town.app,
        &op,
        &members,
        &uuid(2, 1),
        change("Slamet", "70"),
        &origin,
    )
    .await
    .expect("changed");
    town.run_jobs().await;
    assert!(pairs(&town, "members", PairState::Open).await.is_empty());
    entities::change(
        &town.app,
        &op,
        &members,
        &uuid(2, 1),
        change("Wahyu Prasetyo", "34"),
        &origin,
    )
    .await
    .expect("changed");
    town.run_jobs().await;
    assert_eq!(pair(&town, "members", PairState::Open).await.id, found.id);
}

#[tokio::test]
async fn what_somebody_called_different_is_not_asked_again() {
    let town = twice().await;
    let members = pairs(&town, "members", PairState::Open).await;
    let officer = officer(&town).await;
    for pair in &members {
        let path = format!("/desk/households/pairs/{}/say", pair.id);
        officer
            .submits(&path, &[("say", "different"), ("note", "Cousins")])
            .await
            .is(303);
    }
    town.run_jobs().await;
    assert_eq!(
        pairs(&town, "households", PairState::Open)
            .await
            .iter()
            .map(|pair| pair.n_members)
            .sum::<i64>(),
        0,
        "members told apart speak for no household"
    );
    // Everything is looked at anew after a later visit.
    files(&town, &later("r1", &uuid(3, 1), 35, "")).await;
    assert!(pairs(&town, "members", PairState::Open).await.is_empty());
    assert_eq!(pairs(&town, "members", PairState::Different).await.len(), 2);
    let again = &members[0];
    officer
        .submits(
            &format!("/desk/households/pairs/{}/say", again.id),
            &[("say", "open")],
        )
        .await
        .is(303);
    town.run_jobs().await;
    assert_eq!(pair(&town, "members", PairState::Open).await.id, again.id);
}

#[tokio::test]
async fn nobody_finds_a_name_in_the_keys() {
    let town = twice().await;
    let marks: Vec<(i64,)> = sqlx::query_as("SELECT mark FROM entity_key")
        .fetch_all(town.app.db.read())
        .await
        .expect("keys");
    assert!(marks.len() > 20, "{}", marks.len());
    // The same name is marked otherwise in another list: nothing can be carried from one to the other.
    let shared: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM entity_key a JOIN entity_key b ON a.mark = b.mark AND a.list_id <> b.list_id",
    )
    .fetch_one(town.app.db.read())
    .await
    .expect("counted");
    assert_eq!(shared, 0);
    assert!(find(&town, "members", &uuid(1, 1)).await.is_some());
}
