use baraza::{
    demo::{Filled, Sample, cli::refuse_used_folder, fill},
    indicators, places,
    platform::op::{Op, Role},
    requests,
};

use crate::town::Town;

const SMALL: Sample = Sample {
    seed: 7,
    n_households: 60,
};

async fn filled(town: &Town) -> Filled {
    fill(&town.app, SMALL, &|_, _, _| ())
        .await
        .expect("the regency is filled in")
}

#[tokio::test]
async fn sixty_households_have_a_safe_water_number_for_every_village() {
    let town = Town::new().await;
    let filled = filled(&town).await;
    assert!(
        filled.n_filed[0] >= 57 && filled.n_filed[1] >= 40,
        "{:?}",
        filled.n_filed
    );
    let places = places::all(&town.app).await.expect("places");
    let indicator = indicators::find(&town.app, "6.1.1-households")
        .await
        .expect("the indicator");
    let villages: Vec<_> = places.at_level("village").collect();
    assert_eq!(villages.len(), 4);
    for village in villages {
        let series = indicators::series(&town.app, &indicator.definition, village.code(), &[])
            .await
            .expect("a series");
        let periods: Vec<&str> = series
            .iter()
            .map(|observation| observation.period.as_str())
            .collect();
        assert_eq!(periods, ["2025", "2026"], "{village:?}");
    }
}

#[tokio::test]
async fn residents_have_spoken_up_and_offices_differ_in_what_they_made_of_it() {
    let town = Town::new().await;
    let filled = filled(&town).await;
    assert!(filled.n_requests >= 40 && filled.n_commitments > 0, "{filled:?}");
    let now = town.app.clock.now();
    let wanted = requests::Wanted {
        most: 500,
        ..requests::Wanted::default()
    };
    let listed = requests::list_public(&town.app, &Op::system(now), &wanted)
        .await
        .expect("requests");
    let lights: std::collections::BTreeSet<&str> =
        listed.iter().map(|request| request.light(now).as_str()).collect();
    assert!(lights.contains("blue") && lights.contains("red"), "{lights:?}");
    assert!(
        listed
            .iter()
            .any(|request| request.n_reopened > 0 || request.level > 1),
        "somebody said no"
    );
    assert!(
        listed
            .iter()
            .all(|request| request.place.is_some() && request.agency.is_some()),
        "each lies somewhere and is somebody's"
    );
}

#[tokio::test]
async fn everybody_who_is_printed_can_sign_in() {
    let town = Town::new().await;
    let filled = filled(&town).await;
    let roles: Vec<&str> = filled.logins.iter().map(|login| login.role).collect();
    for role in [
        Role::Admin,
        Role::Steward,
        Role::Producer,
        Role::Officer,
        Role::Leader,
        Role::Enumerator,
    ] {
        assert!(roles.contains(&role.as_str()), "nobody is a {role}");
    }
    for login in filled
        .logins
        .iter()
        .filter(|login| matches!(login.role, "steward" | "enumerator" | "citizen"))
    {
        let fields = [
            ("email", login.email.as_str()),
            ("password", login.password.as_str()),
            ("next", "/account"),
        ];
        let answer = town.stranger().submits("/sign-in", &fields).await;
        assert_eq!(answer.status, 303, "{}: {}", login.email, answer.text());
    }
}

#[tokio::test]
async fn an_installation_in_use_is_not_filled() {
    let town = Town::new().await;
    filled(&town).await;
    let refused = fill(&town.app, SMALL, &|_, _, _| ())
        .await
        .expect_err("filled twice");
    assert!(refused.to_string().contains("--data DIR"), "{refused}");
}

#[test]
fn a_folder_that_holds_anything_is_refused_with_the_remedy() {
    let folder = tempfile::tempdir().expect("a folder");
    refuse_used_folder(folder.path()).expect("an empty folder will do");
    refuse_used_folder(&folder.path().join("not-there")).expect("one that is made will do");
    std::fs::write(folder.path().join("baraza.db"), "x").expect("written");
    let refused = refuse_used_folder(folder.path()).expect_err("in use").to_string();
    assert!(
        refused.contains("not empty") && refused.contains("--data DIR"),
        "{refused}"
    );
}
