//! Nobody looks before the meeting, and nobody finds a group that is too small.

use baraza::{
    evidence::{self, model::Subject},
    scorecards::{
        self,
        model::{act::What, session::Side},
    },
};
use pretty_assertions::assert_eq;

use super::Hall;

#[tokio::test]
async fn before_the_meeting_neither_the_provider_nor_its_facilitators_read_what_users_say() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let round = hall.begins(&[("women", None), ("men", None)]).await;
    hall.holds(&round, "women", 12, 40).await;
    let own = scorecards::read(app, &hall.op("provider"), &round.id)
        .await
        .expect("read");
    assert!(own.sessions.iter().all(|session| session.side == Side::Provider));
    assert_eq!((own.criteria.len(), own.scores.len(), own.shown), (0, 0, None));
    let inside = scorecards::read(app, &hall.op("inside"), &round.id)
        .await
        .expect("as provider");
    assert_eq!(
        (inside.criteria.len(), inside.scores.len(), inside.shown),
        (0, 0, None)
    );
    for (who, code) in [
        ("officer", "scorecards-peek"),
        ("unsigned", "scorecards-peek"),
        ("elsewhere", "not-allowed"),
    ] {
        let refused = scorecards::read(app, &hall.op(who), &round.id).await;
        assert_eq!(refused.expect_err(who).code(), code, "{who}");
    }
    let women = hall.session(&round, "women").await;
    let men = hall.session(&round, "men").await;
    for who in ["provider", "inside", "officer", "unsigned", "elsewhere"] {
        for session in [&women, &men] {
            let act = hall.act(Some(session), None, What::Present { n: 6 });
            let refused = hall.sends(who, &round, &act).await.expect_err(who);
            assert_eq!(refused.code(), "scorecards-side", "{who}");
        }
    }
    assert!(
        scorecards::public(app, &round.id)
            .await
            .expect("public")
            .shown
            .is_none()
    );
}

#[tokio::test]
async fn facilitators_do_not_read_what_the_provider_says_before_the_meeting() {
    let hall = Hall::new().await;
    let round = hall.begins(&[("women", None)]).await;
    hall.holds(&round, "provider", 4, 90).await;
    let view = scorecards::read(&hall.town.app, &hall.op("lead"), &round.id)
        .await
        .expect("read");
    assert!(view.criteria.is_empty() && view.scores.is_empty());
    hall.holds(&round, "women", 12, 40).await;
    hall.meets(&round).await;
    let view = scorecards::read(&hall.town.app, &hall.op("lead"), &round.id)
        .await
        .expect("read");
    assert_eq!((view.criteria.len(), view.scores.len()), (2, 2));
}

#[tokio::test]
async fn a_group_of_three_is_shown_apart_on_no_face_and_found_by_no_subtraction() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let round = hall
        .begins(&[("women", None), ("men", None), ("disability", None)])
        .await;
    hall.holds(&round, "women", 12, 40).await;
    hall.holds(&round, "men", 9, 60).await;
    hall.holds(&round, "disability", 3, 1).await;
    hall.holds(&round, "provider", 4, 90).await;
    hall.meets(&round).await;
    for who in ["provider", "inside", "officer"] {
        let view = scorecards::read(app, &hall.op(who), &round.id).await.expect(who);
        let said = format!(
            "{:?} {:?} {:?} {:?}",
            view.sessions, view.criteria, view.scores, view.shown
        );
        assert!(
            !said.contains("disability") && !said.contains("of 3"),
            "{who}: {said}"
        );
    }
    hall.agrees(&round, 1).await;
    let public = scorecards::public(app, &round.code).await.expect("public");
    let said = format!("{public:?}");
    assert!(!said.contains("disability") && !said.contains("of 3"), "{said}");
    let shown = public.shown.expect("results");
    assert_eq!(shown.n_left_out, 1);
    // The middle over all is that of the two groups that are shown.
    assert_eq!(shown.lines[0].users, Some(50));
    assert_eq!(public.round.lead, "");
    assert!(!public.round.minutes.contains("0812"), "{}", public.round.minutes);
    let trend = format!(
        "{:?}",
        scorecards::trend(app, "puskesmas").await.expect("a trend")
    );
    assert!(!trend.contains("disability"), "{trend}");
}

#[tokio::test]
async fn whoever_follows_a_round_follows_its_promises_and_nothing_told_names_a_score() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let round = hall.begins(&[("women", None)]).await;
    hall.holds(&round, "women", 12, 41).await;
    hall.holds(&round, "provider", 4, 92).await;
    hall.meets(&round).await;
    hall.agrees(&round, 2).await;
    let subject = Subject::new(scorecards::SUBJECT, &round.id);
    let promises = evidence::list_commitments(app, None, Some(&subject), 10).await;
    assert_eq!(promises.expect("listed").len(), 2);
    let audit: Vec<(String,)> = sqlx::query_as("SELECT facts FROM audit WHERE event LIKE 'scorecards.%'")
        .fetch_all(app.db.read())
        .await
        .expect("read");
    assert!(audit.len() >= 6);
    for (facts,) in audit {
        assert!(!facts.contains("41") || !facts.contains("value"), "{facts}");
        assert!(!facts.contains("reason of"), "{facts}");
    }
}

#[tokio::test]
async fn only_those_who_facilitate_there_plan_and_somebody_of_the_provider_leads_no_round() {
    let hall = Hall::new().await;
    let plan = async |who: &str, lead: &str| {
        let new = scorecards::NewRound {
            facility: "puskesmas".into(),
            scale: scorecards::model::round::Scale::Faces,
            planned_on: jiff::civil::date(2026, 11, 16),
            lead: hall.id(lead),
            groups: vec![scorecards::NewSession {
                group: "women".into(),
                name: None,
                place: super::VILLAGE.into(),
            }],
        };
        let mut tx = hall.town.app.db.begin().await.expect("a transaction");
        let planned = scorecards::plan(&mut tx, &hall.op(who), new).await;
        let problem = planned.err()?;
        Some(
            problem
                .fields()
                .first()
                .map_or(problem.code(), |field| field.code),
        )
    };
    for who in ["provider", "inside", "officer", "unsigned", "elsewhere"] {
        assert_eq!(
            plan(who, "lead").await,
            Some("scorecards-facilitators-only"),
            "{who}"
        );
    }
    for lead in ["inside", "provider", "elsewhere"] {
        assert_eq!(plan("lead", lead).await, Some("scorecards-lead-unfit"), "{lead}");
    }
    assert_eq!(plan("second", "lead").await, None);
}
