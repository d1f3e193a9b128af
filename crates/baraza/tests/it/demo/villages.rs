//! Villages of the sample regency: each part of their year has something to show, and whoever has a part in it finds something to do.

use std::collections::{BTreeMap, BTreeSet};

use baraza::{
    demo::{Filled, Sample, fill},
    evidence::model::Standing,
    listening::{hotspots, notes},
    scorecards::{self, Public, model::round::State},
    village::{self, asks, goals, meetings, proposals, radio, year},
};
use pretty_assertions::assert_eq;

use super::portal::signs_in;
use crate::town::{Town, Visitor};

const SMALL: Sample = Sample {
    seed: 7,
    n_households: 60,
};

async fn filled(town: &Town) -> Filled {
    fill(&town.app, SMALL, &|_, _, _| ()).await.expect("filled")
}

/// The village that keeps its year, as its operator's role says.
fn village_of(filled: &Filled) -> String {
    let login = filled
        .logins
        .iter()
        .find(|login| login.email.starts_with("village@"));
    login.and_then(|login| login.place.clone()).expect("a village")
}

/// Rounds of a facility as everybody sees them, the first first.
async fn rounds(town: &Town, facility: &str) -> Vec<Public> {
    let listed = scorecards::list(&town.app, Some(facility), None)
        .await
        .expect("rounds");
    let mut found = Vec::new();
    for line in listed.iter().rev() {
        let public = scorecards::public(&town.app, &line.round.id)
            .await
            .expect("a round");
        found.push(public);
    }
    found
}

/// How many promises of a round stand how.
fn standings(town: &Town, public: &Public) -> BTreeMap<&'static str, usize> {
    let today = town.app.config.day(town.app.clock.now());
    let mut counted = BTreeMap::new();
    for promise in &public.promises {
        *counted.entry(promise.standing(today).as_str()).or_default() += 1;
    }
    counted
}

async fn hall_of(visitor: &Visitor<'_>, round: &str) -> serde_json::Value {
    let path = format!("/desk/scorecards/{round}/hall.json");
    visitor.gets(&path).await.is(200).json()
}

#[tokio::test]
async fn score_cards_stand_at_every_stage_and_the_second_round_of_the_clinic_has_a_trend() {
    let town = Town::new().await;
    filled(&town).await;
    let [first, second] = rounds(&town, "puskesmas").await.try_into().expect("two rounds");
    assert_eq!(
        (first.round.state, second.round.state),
        (State::Closed, State::Agreed)
    );
    assert_eq!((first.promises.len(), second.promises.len()), (6, 2));
    let stand = standings(&town, &first);
    let of = |standing: Standing| stand.get(standing.as_str()).copied().unwrap_or(0);
    assert!(of(Standing::Kept) == 3 && of(Standing::Late) == 1, "{stand:?}");
    let shown = second.shown.as_ref().expect("results");
    let keys: Vec<&str> = shown.groups.iter().map(|group| group.key.as_str()).collect();
    assert_eq!(keys, ["women", "young", "own:Ibu tunggal"]);
    assert!(shown.provider.is_some() && shown.lines.iter().any(|line| line.gap.is_some()));
    let trend = scorecards::trend(&town.app, "puskesmas").await.expect("a trend");
    assert_eq!(trend.rounds.len(), 2);
    assert!(
        trend.lines.iter().any(|line| line.values == [Some(30), Some(60)]),
        "{:?}",
        trend.lines
    );

    // A group of three stands together with one of four, and is named nowhere.
    let school = rounds(&town, "sd-negeri-1").await.remove(0);
    let keys: Vec<String> = school
        .shown
        .expect("results")
        .groups
        .into_iter()
        .map(|group| group.key)
        .collect();
    assert!(keys.contains(&"others".to_owned()), "{keys:?}");
    assert!(
        !keys.iter().any(|key| key == "disability" || key == "older"),
        "{keys:?}"
    );
    assert!(
        school.round.why.is_some(),
        "it is said why the school was not there"
    );

    // What is not agreed on yet shows nothing but that it is under way.
    for (facility, state) in [
        ("keran-umum", State::Gathering),
        ("loket-perizinan", State::Planned),
    ] {
        let round = rounds(&town, facility).await.remove(0);
        assert_eq!((round.round.state, round.shown), (state, None), "{facility}");
    }
    for path in [
        "/scorecards",
        "/facilities/puskesmas",
        "/facilities/sd-negeri-1",
        "/facilitators",
    ] {
        town.stranger().gets(path).await.is(200);
    }
}

#[tokio::test]
async fn the_facilitator_opens_the_meeting_screen_and_the_provider_sees_its_own_side_alone() {
    let town = Town::new().await;
    let filled = filled(&town).await;
    let round = rounds(&town, "keran-umum").await.remove(0).round;
    let facilitator = signs_in(&town, &filled, "facilitator").await;
    let seen = hall_of(&facilitator, &round.id).await;
    let words = seen["criteria"].to_string();
    assert!(
        words.contains("Air keluar setiap pagi") && words.contains("Keran mudah dicapai"),
        "{words}"
    );
    let open: BTreeSet<&str> = seen["sessions"]
        .as_array()
        .expect("sessions")
        .iter()
        .filter(|session| session["is_sealed"] == false)
        .filter_map(|session| session["group"].as_str())
        .collect();
    assert_eq!(open, BTreeSet::from(["men", "older", "provider"]));
    facilitator
        .gets(&format!("/desk/scorecards/{}/hall", round.code))
        .await
        .is(200);
    let provider = signs_in(&town, &filled, "head.dinas-pu").await;
    let seen = hall_of(&provider, &round.id).await;
    assert_eq!(seen["criteria"].as_array().map(Vec::len), Some(0), "{seen}");
    // Something waits for the facilitator, and one thing they took.
    let tasks = facilitator.gets("/desk/facilitators/tasks").await.is(200).text();
    assert!(tasks.contains("Musyawarah desa perencanaan"), "{tasks}");
}

#[tokio::test]
async fn a_village_has_a_year_meetings_a_budget_and_works() {
    let town = Town::new().await;
    let filled = filled(&town).await;
    let (app, place) = (&town.app, village_of(&filled));
    let now = app.clock.now();
    let this = app.config.day(now).year();
    let mut stands = BTreeSet::new();
    for of in [this - 1, this] {
        let kept = year::find_year(app, &place, of, now)
            .await
            .expect("read")
            .expect("a year");
        stands.extend(kept.owed.iter().map(|owed| owed.standing.as_str()));
    }
    assert!(
        stands.contains("late") && stands.contains("on-time"),
        "{stands:?}"
    );
    let budget = village::budget(app, &place, this)
        .await
        .expect("read")
        .expect("a budget");
    assert!(budget.lines.iter().all(|line| line.planned > 0) && budget.realised().is_some());
    assert_eq!(village::works(app, &place, this).await.expect("works").len(), 4);
    let held = meetings::list(app, &place, 10).await.expect("meetings");
    let counted = held.iter().filter(|meeting| meeting.attendance.is_some());
    assert_eq!((held.len(), counted.count()), (3, 2));
    let mut n_decisions = 0;
    for meeting in &held {
        n_decisions += meetings::decisions(app, &meeting.id)
            .await
            .expect("decisions")
            .len();
    }
    assert_eq!(n_decisions, 3);
    let next = village::next_meeting(app, &place, app.config.day(now))
        .await
        .expect("read");
    assert!(next.is_some(), "people are invited");
    let operator = signs_in(&town, &filled, "village").await;
    operator.gets(&format!("/desk/villages/{place}")).await.is(200);
    for path in [
        format!("/villages/{place}"),
        format!("/villages/{place}/year/{this}"),
    ] {
        town.stranger().gets(&path).await.is(200);
    }
}

#[tokio::test]
async fn a_village_proposed_voted_asked_and_was_heard_on_the_radio() {
    let town = Town::new().await;
    let filled = filled(&town).await;
    let (app, place) = (&town.app, village_of(&filled));
    let all = proposals::list(app, Some(&place)).await.expect("proposals");
    let states: Vec<&str> = all.iter().map(|proposal| proposal.state.as_str()).collect();
    assert_eq!(all.len(), 4);
    for state in ["open", "taken", "declined"] {
        assert!(states.contains(&state), "{states:?}");
    }
    assert!(all.iter().any(|proposal| proposal.total() == Some(72)), "{all:?}");
    let ballot = goals::list(app, Some(&place)).await.expect("ballots").remove(0);
    let tally = ballot.tally(&goals::counts(app, &ballot).await.expect("counts"));
    assert!(
        ballot.published_at.is_some() && tally.tied.is_empty(),
        "{tally:?}"
    );
    assert_eq!((tally.chosen.len(), tally.n_voters), (6, 121));
    let asked = asks::list(app, Some(&place)).await.expect("asks");
    let answered = asked.iter().filter(|ask| ask.answered.is_some());
    assert_eq!((asked.len(), answered.count()), (2, 1));
    let programme = radio::list(app).await.expect("programmes").remove(0);
    let questions = radio::questions(app, &programme).await.expect("questions");
    assert_eq!(questions.len(), 3);
    let facilitator = signs_in(&town, &filled, "facilitator").await;
    let sheet = facilitator
        .gets(&format!("{}/sheet", programme.path()))
        .await
        .is(200)
        .text();
    assert!(sheet.contains("Loket kedua buka"), "{sheet}");
}

#[tokio::test]
async fn notes_were_coded_by_two_and_a_report_tells_what_was_agreed_to() {
    let town = Town::new().await;
    let filled = filled(&town).await;
    let app = &town.app;
    let reports = hotspots::list_public(app).await.expect("reports");
    assert_eq!(reports.len(), 1);
    let page = town
        .stranger()
        .gets(&format!("/hotspots/{}", reports[0].code))
        .await
        .is(200)
        .text();
    assert!(
        page.contains("Kerja di pasar hanya empat belas hari sebulan"),
        "{page}"
    );
    // Whoever spoke alone did not agree to be counted.
    assert!(!page.contains("posyandu lansia"), "{page}");
    let written = notes::list(app, &town.system()).await.expect("notes");
    let coded = written.iter().filter(|note| note.n_done == Some(2));
    assert_eq!((written.len(), coded.count()), (4, 2));
    // One who works elsewhere in the government reads none of them.
    let officer = signs_in(&town, &filled, "officer").await;
    let listed = officer.gets("/desk/listening").await.is(200).text();
    assert!(!listed.contains("/desk/listening/0"), "{listed}");
}
