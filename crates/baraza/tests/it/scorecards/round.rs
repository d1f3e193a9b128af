//! A round from its plan to the next one, and what is refused on the way.

use std::time::Duration;

use baraza::{
    platform::{problem::Problem, time::Time},
    scorecards::{
        self,
        model::{
            act::{Applied, What},
            round::{Round, State},
        },
    },
};
use jiff::civil::date;
use pretty_assertions::assert_eq;

use super::Hall;

fn code(result: Result<Applied, Problem>) -> &'static str {
    let problem = result.expect_err("refused");
    problem
        .fields()
        .first()
        .map_or(problem.code(), |field| field.code)
}

/// A round of three groups and the provider up to the meeting's plan.
async fn whole(hall: &Hall, values: [u8; 4]) -> Round {
    let round = hall
        .begins(&[("women", None), ("men", None), ("own", Some("Single mothers"))])
        .await;
    for (group, value) in ["women", "men", "own", "provider"].into_iter().zip(values) {
        hall.holds_again(&round, group, 8, value).await;
    }
    hall.meets(&round).await;
    hall.agrees(&round, 6).await;
    round
}

impl Hall {
    /// As [`Hall::holds`], but what was carried over from the round before is let go first.
    async fn holds_again(&self, round: &Round, group: &str, n: u32, value: u8) {
        let session = self.session(round, group).await;
        let who = if group == "provider" { "provider" } else { "lead" };
        let view = scorecards::read(&self.town.app, &self.op(who), &round.id)
            .await
            .expect("read");
        for carried in view.criteria.iter().filter(|known| known.session == session) {
            let drop = What::DropCriterion {
                criterion: carried.id.clone(),
            };
            let act = self.act(Some(&session), Some(&carried.version), drop);
            assert_eq!(self.sends(who, round, &act).await.expect("taken"), Applied::Done);
        }
        self.holds(round, group, n, value).await;
    }
}

#[tokio::test]
async fn a_round_of_three_groups_and_a_provider_leads_to_promises_and_the_next_to_a_trend() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let first = whole(&hall, [20, 40, 30, 90]).await;
    let public = scorecards::public(app, &first.code).await.expect("public");
    assert_eq!((public.round.state, public.promises.len()), (State::Agreed, 6));
    assert_eq!(public.round.next_on, Some(date(2027, 5, 16)));
    let shown = public.shown.expect("results");
    let keys: Vec<&str> = shown.groups.iter().map(|group| group.key.as_str()).collect();
    assert_eq!(keys, ["women", "men", "own:Single mothers"]);
    let line = &shown.lines[0];
    assert_eq!(
        (line.users, line.provider, line.gap),
        (Some(30), Some(90), Some(60))
    );
    let before = scorecards::trend(app, "puskesmas").await.expect("a trend");
    assert_eq!(before.rounds.len(), 1);

    hall.town.advance(Duration::from_secs(182 * 24 * 3600));
    let second = whole(&hall, [50, 60, 70, 80]).await;
    assert_eq!((second.n, second.previous), (2, Some(first.id)));
    let trend = scorecards::trend(app, "puskesmas").await.expect("a trend");
    let of = |group: &str| {
        let found = trend.lines.iter().find(|line| line.group == group);
        found.expect("a line").values.clone()
    };
    assert_eq!(trend.rounds.len(), 2);
    assert_eq!(of("women"), [Some(20), Some(50)]);
    assert_eq!(of("users"), [Some(30), Some(60)]);
    assert_eq!(of("provider"), [Some(90), Some(80)]);
    let mut tx = app.db.begin().await.expect("a transaction");
    scorecards::close(&mut tx, &hall.op("lead"), &second.id, 3)
        .await
        .expect("closed");
    tx.commit().await.expect("committed");
    let listed = scorecards::list(app, Some("puskesmas"), None)
        .await
        .expect("listed");
    assert_eq!(listed.iter().map(|line| line.round.n).collect::<Vec<_>>(), [2, 1]);
    let plan = scorecards::plan_lines(app, &second.id).await.expect("a plan");
    assert_eq!(plan[0].resources, "two clerks");
}

#[tokio::test]
async fn criteria_of_the_round_before_are_carried_over_to_the_same_groups() {
    let hall = Hall::new().await;
    whole(&hall, [20, 40, 30, 90]).await;
    hall.town.advance(Duration::from_secs(182 * 24 * 3600));
    let round = hall.begins(&[("women", None), ("young", None)]).await;
    let view = scorecards::read(&hall.town.app, &hall.op("lead"), &round.id)
        .await
        .expect("read");
    let women = hall.session(&round, "women").await;
    let carried: Vec<&str> = view
        .criteria
        .iter()
        .map(|criterion| criterion.session.as_str())
        .collect();
    assert_eq!(carried, [women.as_str()]);
    assert!(view.scores.is_empty());
}

#[tokio::test]
async fn the_same_act_twice_counts_once_and_another_under_its_id_is_refused() {
    let hall = Hall::new().await;
    let round = hall.begins(&[("women", None)]).await;
    let session = hall.session(&round, "women").await;
    let mut act = hall.act(Some(&session), None, What::Present { n: 12 });
    assert_eq!(
        hall.sends("lead", &round, &act).await.expect("taken"),
        Applied::Done
    );
    assert_eq!(
        hall.sends("second", &round, &act).await.expect("taken"),
        Applied::Again
    );
    act.what = What::Present { n: 13 };
    assert_eq!(
        code(hall.sends("lead", &round, &act).await),
        "scorecards-act-reused"
    );
}

#[tokio::test]
async fn two_devices_that_differ_are_both_kept_until_somebody_chooses() {
    let hall = Hall::new().await;
    let round = hall.begins(&[("women", None)]).await;
    let session = hall.session(&round, "women").await;
    let mut acts = hall.whole(&session, 12, 40);
    let seal = acts.pop().expect("the seal");
    for act in &acts {
        hall.sends("lead", &round, act).await.expect("taken");
    }
    // The other phone scored the same criterion before it saw this score.
    let first = acts.pop().expect("the score");
    let mut second = first.clone();
    second.id = hall.fresh();
    let same = hall.sends("second", &round, &second).await.expect("taken");
    assert_eq!(same, Applied::Done, "what says the same is no conflict");
    let mut third = first.clone();
    third.id = hall.fresh();
    if let What::Score { value, .. } = &mut third.what {
        *value = 55;
    }
    let applied = hall.sends("second", &round, &third).await.expect("taken");
    let Applied::Conflict { conflict } = applied else {
        panic!("no conflict: {applied:?}")
    };
    assert_eq!(
        code(hall.sends("lead", &round, &seal).await),
        "scorecards-conflicts-open"
    );
    let value = async || {
        let view = scorecards::read(&hall.town.app, &hall.op("lead"), &round.id).await;
        let view = view.expect("read");
        (view.scores[0].value, view.conflicts.len())
    };
    assert_eq!(value().await, (40, 1));
    let choose = What::Choose {
        conflict,
        act: third.id.clone(),
    };
    let choose = hall.act(Some(&session), None, choose);
    hall.sends("lead", &round, &choose).await.expect("chosen");
    assert_eq!(value().await, (55, 0));
    hall.sends("lead", &round, &seal).await.expect("sealed");
}

#[tokio::test]
async fn what_comes_after_the_seal_is_kept_shown_to_the_lead_and_changes_nothing() {
    let hall = Hall::new().await;
    let round = hall.begins(&[("women", None), ("men", None)]).await;
    hall.holds(&round, "women", 12, 40).await;
    let session = hall.session(&round, "women").await;
    let late = hall.act(Some(&session), None, What::Present { n: 3 });
    assert_eq!(
        hall.sends("second", &round, &late).await.expect("kept"),
        Applied::Late
    );
    let view = scorecards::read(&hall.town.app, &hall.op("lead"), &round.id)
        .await
        .expect("read");
    assert_eq!(
        view.late.iter().map(|late| &late.act).collect::<Vec<_>>(),
        [&late]
    );
    assert_eq!(view.sessions[0].n_present, Some(12));
    let other = scorecards::read(&hall.town.app, &hall.op("second"), &round.id)
        .await
        .expect("read");
    assert!(other.late.is_empty(), "for the lead alone");
    let reopen = hall.act(
        Some(&session),
        None,
        What::Reopen {
            why: "Two came later.".into(),
        },
    );
    assert_eq!(
        code(hall.sends("second", &round, &reopen).await),
        "scorecards-lead-only"
    );
    assert_eq!(
        hall.sends("lead", &round, &reopen).await.expect("reopened"),
        Applied::Done
    );
    let again = hall.act(Some(&session), None, What::Present { n: 14 });
    assert_eq!(
        hall.sends("lead", &round, &again).await.expect("taken"),
        Applied::Done
    );
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_its_reason() {
    let hall = Hall::new().await;
    let round = hall.begins(&[("women", None)]).await;
    let session = hall.session(&round, "women").await;
    let whole = hall.whole(&session, 12, 40);
    let send = async |what: What| {
        code(
            hall.sends("lead", &round, &hall.act(Some(&session), None, what))
                .await,
        )
    };
    assert_eq!(send(What::Present { n: 0 }).await, "scorecards-group-empty");
    assert_eq!(send(What::Seal).await, "scorecards-consent-missing");
    for act in &whole[..3] {
        hall.sends("lead", &round, act).await.expect("taken");
    }
    assert_eq!(send(What::Seal).await, "scorecards-scores-missing");
    let What::Criterion { criterion, .. } = &whole[2].what else {
        panic!("a criterion")
    };
    let score = |value, votes| What::Score {
        criterion: criterion.clone(),
        value,
        votes,
        reason: String::new(),
        suggestion: String::new(),
    };
    assert_eq!(send(score(101, None)).await, "scorecards-score-range");
    assert_eq!(
        send(score(50, Some([5, 5, 5, 0, 0]))).await,
        "scorecards-votes-many"
    );
    let silent = hall.act(Some(&session), None, score(50, None));
    hall.sends("lead", &round, &silent).await.expect("taken");
    assert_eq!(send(What::Seal).await, "scorecards-reasons-missing");
    let mut ahead = hall.act(Some(&session), None, What::Present { n: 9 });
    ahead.at = hall.town.clock.now().plus(Duration::from_secs(40 * 24 * 3600));
    assert_eq!(
        code(hall.sends("lead", &round, &ahead).await),
        "scorecards-clock-ahead"
    );
    ahead.at = Time(0);
    assert_eq!(
        code(hall.sends("lead", &round, &ahead).await),
        "scorecards-clock-behind"
    );
    let mut tx = hall.town.app.db.begin().await.expect("a transaction");
    let early = scorecards::open_meeting(&mut tx, &hall.op("lead"), &round.id, 1, None).await;
    assert_eq!(early.expect_err("refused").code(), "scorecards-sessions-open");
    let old = scorecards::open_meeting(&mut tx, &hall.op("lead"), &round.id, 0, None).await;
    assert_eq!(old.expect_err("refused").code(), "scorecards-changed-meanwhile");
}

#[tokio::test]
async fn one_refused_act_holds_up_none_of_the_others() {
    let hall = Hall::new().await;
    let round = hall.begins(&[("women", None)]).await;
    let session = hall.session(&round, "women").await;
    let mut acts = hall.whole(&session, 12, 40);
    acts.insert(1, hall.act(Some(&session), None, What::Present { n: 0 }));
    let mut tx = hall.town.app.db.begin().await.expect("a transaction");
    let outcomes = scorecards::apply_all(&mut tx, &hall.op("lead"), &round.id, &acts)
        .await
        .expect("taken");
    tx.commit().await.expect("committed");
    let n_refused = outcomes.iter().filter(|outcome| outcome.is_err()).count();
    assert_eq!((outcomes.len(), n_refused), (6, 1));
    assert!(hall.sessions(&round).await[0].is_sealed);
}

#[tokio::test]
async fn the_next_round_is_asked_for_once_when_it_is_near() {
    let hall = Hall::new().await;
    whole(&hall, [20, 40, 30, 90]).await;
    hall.town.advance(Duration::from_secs(170 * 24 * 3600));
    for _ in 0..2 {
        let op = hall.town.system();
        let mut tx = hall.town.app.db.begin().await.expect("a transaction");
        tx.enqueue(&op, &scorecards::AskNextRound {})
            .await
            .expect("queued");
        tx.commit().await.expect("committed");
        hall.town.run_jobs().await;
    }
    assert_eq!(hall.town.dead_jobs().await, Vec::<String>::new());
    let asked: Vec<(String,)> = sqlx::query_as("SELECT round_id FROM scorecard_reminder")
        .fetch_all(hall.town.app.db.read())
        .await
        .expect("read");
    assert_eq!(asked.len(), 1);
}
