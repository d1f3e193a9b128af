//! Two coders: apart until both are done, then together.

use baraza::platform::op::Role;

use super::{facilitator, revision, writes};
use crate::{
    facilitators::{VILLAGE, named, settled},
    town::{Town, Visitor, grant},
};

/// Words a new code.
pub async fn words(visitor: &Visitor<'_>, code: &str, title: &str) {
    let fields = [
        ("version", "0"),
        ("code", code),
        ("title", title),
        ("apply_when", "Whenever it is said"),
    ];
    visitor.submits("/desk/listening/codes", &fields).await.is(303);
}

/// Gives a note its two coders.
pub async fn assigns(visitor: &Visitor<'_>, note: &str) {
    let page = visitor.gets(note).await.is(200).text();
    let revision = revision(&page);
    let fields = [
        ("act", "coders"),
        ("revision", revision.as_str()),
        ("first", "ana.koder@town.test"),
        ("second", "beni.koder@town.test"),
    ];
    visitor.submits(note, &fields).await.is(303);
}

/// The two coders, who have no role at the village.
pub async fn coders(town: &Town) -> [Visitor<'_>; 2] {
    let elsewhere = [grant(Role::Officer, Some("35.22.02"))];
    let (ana, _) = named(town, "Ana Koder", &elsewhere).await;
    let (beni, _) = named(town, "Beni Koder", &elsewhere).await;
    [ana, beni]
}

#[tokio::test]
async fn two_coders_work_apart_and_settle_differences_together() {
    let town = settled().await;
    let siti = facilitator(&town, "Siti Fasil", VILLAGE).await;
    words(&siti, "far", "Far away").await;
    words(&siti, "staff", "Nobody is there").await;
    let note = writes(&siti, &[]).await;
    let [ana, beni] = coders(&town).await;
    ana.gets(&note).await.is(404);
    assigns(&siti, &note).await;
    let coding = format!("{note}/coding");
    let done = [("p1", "far"), ("p2", "far"), ("p2", "staff"), ("act", "finish")];
    ana.submits(&coding, &done).await.is(303);
    ana.submits(&coding, &done).await.is(409);
    // Nobody sees hers before he is done, and the facilitator who does not code sees nothing.
    let his = beni.gets(&coding).await.is(200).text();
    assert!(!his.contains(" checked") && !his.contains("kappa"), "{his}");
    assert!(!siti.gets(&coding).await.is(200).text().contains("Codes:"));
    beni.submits(&coding, &[("p1", "nonsense"), ("act", "save")])
        .await
        .is(400);
    let done = [("p1", "far"), ("p2", "staff"), ("act", "finish")];
    beni.submits(&coding, &done).await.is(303);
    let both = ana.gets(&coding).await.is(200).text();
    for shown in ["Cohen’s kappa", "75%", "Paragraph 2: Far away"] {
        assert!(both.contains(shown), "{shown}: {both}");
    }
    let settle = |why: &'static str| {
        [
            ("act", "drop"),
            ("position", "2"),
            ("code", "far"),
            ("why-2-far", why),
        ]
    };
    siti.submits(&coding, &settle("x")).await.is(403);
    ana.submits(&coding, &settle(" ")).await.is(400);
    ana.submits(&coding, &settle("They speak of the nurse"))
        .await
        .is(303);
    beni.submits(&coding, &settle("Again")).await.is(409);
    let settled = beni.gets(&coding).await.is(200).text();
    assert!(settled.contains("They speak of the nurse"), "{settled}");
    assert!(!settled.contains("name=\"position\""), "{settled}");
    town.run_jobs().await;
}

#[tokio::test]
async fn a_code_is_worded_anew_with_a_reason_and_keeps_what_it_said() {
    let town = settled().await;
    let siti = facilitator(&town, "Siti Fasil", VILLAGE).await;
    words(&siti, "far", "Far away").await;
    let anew = |why: &'static str| {
        [
            ("version", "1"),
            ("code", "far"),
            ("title", "Distance"),
            ("apply_when", "Distance or time keeps people away"),
            ("why", why),
        ]
    };
    let path = "/desk/listening/codes";
    siti.submits(path, &anew("")).await.is(400);
    siti.submits(path, &anew("Two coders read it otherwise"))
        .await
        .is(303);
    siti.submits(path, &anew("Late")).await.is(409);
    let page = siti.gets("/desk/listening/codes?code=far").await.is(200).text();
    assert!(
        page.contains("Far away") && page.contains("Two coders read it otherwise"),
        "{page}"
    );
    let officer = town.someone(Role::Officer, Some("35.22")).await;
    officer.submits(path, &anew("x")).await.is(403);
}
