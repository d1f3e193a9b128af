//! Score cards on paper: whoever may read something may print it, and nobody else.

use baraza::platform::op::Role;
use pretty_assertions::assert_eq;

use super::Hall;
use crate::town::Answer;

fn is_pdf(answer: &Answer) -> bool {
    answer.header("content-type") == "application/pdf" && answer.body.starts_with(b"%PDF-1.7")
}

#[tokio::test]
async fn the_hall_is_given_sheets_before_the_meeting_and_the_provider_none_of_the_users() {
    let hall = Hall::new().await;
    let round = hall.begins(&[("women", None)]).await;
    hall.holds(&round, "women", 12, 40).await;
    let women = hall.session(&round, "women").await;
    let desk = format!("/desk/scorecards/{}", round.id);
    let lead = hall.town.signs_in("lead@town.test").await;
    for what in ["print/hall.pdf", "print/attendance.pdf", "print/plan.pdf"] {
        let printed = lead.gets(&format!("{desk}/{what}")).await.is(200);
        assert!(is_pdf(&printed), "{what}");
    }
    let sheet = format!("{desk}/sessions/{women}/sheet.pdf");
    assert!(is_pdf(&lead.gets(&sheet).await.is(200)));
    lead.gets(&format!("{desk}/print/poster.pdf")).await.is(409);
    let provider = hall.town.signs_in("provider@town.test").await;
    provider.gets(&sheet).await.is(404);
    provider.gets(&format!("{desk}/print/poster.pdf")).await.is(409);
    let officer = hall.town.signs_in("officer@town.test").await;
    let refused = officer.gets(&format!("{desk}/print/hall.pdf")).await.is(403);
    assert!(!is_pdf(&refused));
    hall.town
        .stranger()
        .gets(&format!("{desk}/print/hall.pdf"))
        .await
        .is(303);
    hall.town
        .stranger()
        .gets(&format!("/scorecards/{}/poster.pdf", round.code))
        .await
        .is(409);
}

#[tokio::test]
async fn everybody_prints_the_results_once_the_plan_was_agreed_and_they_are_made_once() {
    let hall = Hall::new().await;
    let round = hall.begins(&[("women", None), ("men", None)]).await;
    hall.holds(&round, "women", 12, 40).await;
    hall.holds(&round, "men", 3, 80).await;
    hall.holds(&round, "provider", 4, 90).await;
    hall.meets(&round).await;
    let desk = format!("/desk/scorecards/{}/print/poster.pdf", round.id);
    let officer = hall.town.someone(Role::Leader, Some("35.22")).await;
    assert!(is_pdf(&officer.gets(&desk).await.is(200)));
    hall.agrees(&round, 6).await;
    let path = format!("/scorecards/{}/poster.pdf", round.code);
    for lang in ["en", "id"] {
        let path = format!("{path}?lang={lang}");
        let before = hall.town.app.press.n_made();
        let first = hall.town.stranger().gets(&path).await.is(200);
        let again = hall.town.stranger().gets(&path).await.is(200);
        assert!(is_pdf(&first));
        assert_eq!(first.body, again.body);
        assert_eq!(hall.town.app.press.n_made() - before, 1);
        let text = String::from_utf8_lossy(&first.body);
        for part in ["pdfuaid", "/StructTreeRoot"] {
            assert!(text.contains(part), "{part} is missing");
        }
    }
}
