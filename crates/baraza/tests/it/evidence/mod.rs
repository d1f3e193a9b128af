//! Evidence: links, timelines, followers, commitments.

use baraza::{
    accounts::{self, model::Organisation},
    evidence::{
        self,
        model::{Audience, Commitment, Follower, NewCommitment, NewEntry, Part, Settled, Standing, Subject},
    },
    platform::{
        message::Address,
        op::{Grant, Op, Person, Proof, Role, Who},
        problem::{Kind, Problem},
    },
};
use jiff::civil::Date;
use serde_json::json;

use crate::{
    html::check::faults,
    town::{Town, Visitor},
};

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

fn meeting() -> Subject {
    Subject::new("meeting", "2026-11-20")
}

fn bridge() -> NewCommitment {
    NewCommitment {
        promise: "Mend the bridge at Kapas".into(),
        owner: "dinas-pu".into(),
        owner_post: None,
        place: Some("35.22".into()),
        raised: Some(meeting()),
        made_on: day("2026-11-20"),
        due_on: day("2026-12-18"),
    }
}

fn officer(town: &Town, org: &str) -> Op {
    let grants = vec![Grant {
        role: Role::Officer,
        place: None,
        org: Some(org.into()),
    }];
    let who = Who::Person(Person {
        id: "u".into(),
        name: "U".into(),
        email: "u@town.test".into(),
        grants,
        proof: Proof::Session { id: "s".into() },
    });
    Op { who, ..town.system() }
}

async fn promised(town: &Town, new: NewCommitment) -> Result<Commitment, Problem> {
    let mut tx = town.app.db.begin().await?;
    let made = evidence::promise(&mut tx, &town.system(), new).await?;
    tx.commit().await?;
    Ok(made)
}

#[tokio::test]
async fn a_promise_is_told_to_those_who_raised_the_matter_and_linked_with_it() {
    let town = Town::new().await;
    let follower = Follower {
        address: Address::sms("0812 3456 7890", &town.app.config).expect("a number"),
        lang: "id".into(),
    };
    let mut tx = town.app.db.begin().await.expect("a transaction");
    evidence::follow(&mut tx, &town.system(), &meeting(), &follower)
        .await
        .expect("follows");
    tx.commit().await.expect("committed");
    let made = promised(&town, bridge()).await.expect("made");
    assert_eq!(
        evidence::list_followers(&town.app, &made.subject())
            .await
            .expect("listed"),
        [follower]
    );
    let links = evidence::list_links(&town.app, &made.subject())
        .await
        .expect("listed");
    assert_eq!(
        (
            links[0].from.clone(),
            links[0].relation.as_str(),
            links[0].to.clone()
        ),
        (meeting(), "led-to", made.subject())
    );
    let found = evidence::commitment(&town.app, &made.code.to_lowercase())
        .await
        .expect("found");
    assert_eq!(found, made);
    assert_eq!(
        evidence::commitment(&town.app, "NOTHING")
            .await
            .expect_err("unknown")
            .code(),
        "evidence-commitment-unknown"
    );
}

#[tokio::test]
async fn moving_keeping_and_breaking_off_need_a_word_and_stay_in_the_timeline() {
    let town = Town::new().await;
    let made = promised(&town, bridge()).await.expect("made");
    let op = town.system();
    let mut tx = town.app.db.begin().await.expect("a transaction");
    let wordless = evidence::move_due(&mut tx, &op, &made, day("2027-01-15"), " ")
        .await
        .expect_err("refused");
    assert_eq!(wordless.fields()[0].code, "evidence-why-missing");
    evidence::move_due(&mut tx, &op, &made, day("2027-01-15"), "The steel is late")
        .await
        .expect("moved");
    let bare = evidence::settle(&mut tx, &op, &made, Settled::Kept, day("2027-01-10"), "", &[])
        .await
        .expect_err("refused");
    assert_eq!(bare.fields()[0].code, "evidence-why-missing");
    let proof = Subject::new("request", "r");
    evidence::settle(
        &mut tx,
        &op,
        &made,
        Settled::Kept,
        day("2027-01-10"),
        "Lorries cross it, call 0812 3456 789",
        &[proof],
    )
    .await
    .expect("kept");
    let twice = evidence::settle(
        &mut tx,
        &op,
        &made,
        Settled::BrokenOff,
        day("2027-01-11"),
        "x",
        &[],
    )
    .await
    .expect_err("settled");
    assert_eq!(
        (twice.kind(), twice.code()),
        (Kind::Conflict, "evidence-commitment-settled")
    );
    tx.commit().await.expect("committed");
    let kept = evidence::commitment(&town.app, &made.code).await.expect("found");
    assert_eq!(
        (kept.n_moved, kept.due_on, kept.standing(day("2027-02-01"))),
        (1, day("2027-01-15"), Standing::Kept)
    );
    let told = evidence::timeline(&town.app, &made.subject(), Audience::Public)
        .await
        .expect("read");
    let words: Vec<_> = told
        .iter()
        .map(|entry| (entry.what.as_str(), entry.text.as_deref().unwrap_or("")))
        .collect();
    assert_eq!(
        words,
        [
            ("commitment.made", "Mend the bridge at Kapas"),
            ("commitment.moved", "The steel is late"),
            ("commitment.kept", "Lorries cross it, call •••")
        ]
    );
    assert_eq!(
        evidence::list_links(&town.app, &made.subject())
            .await
            .expect("listed")
            .len(),
        2
    );
}

#[tokio::test]
async fn promises_are_made_only_in_the_name_of_ones_own_organisation() {
    let town = Town::new().await;
    let mut tx = town.app.db.begin().await.expect("a transaction");
    let refused = evidence::promise(&mut tx, &officer(&town, "dinkes"), bridge())
        .await
        .expect_err("refused");
    assert_eq!(refused.kind(), Kind::Forbidden);
    evidence::promise(&mut tx, &officer(&town, "dinas-pu"), bridge())
        .await
        .expect("made");
    tx.commit().await.expect("committed");
    assert_eq!(
        evidence::list_commitments(&town.app, Some("dinas-pu"), None, 10)
            .await
            .expect("listed")
            .len(),
        1
    );
    assert_eq!(
        evidence::list_commitments(&town.app, Some("dinkes"), None, 10)
            .await
            .expect("listed")
            .len(),
        0
    );
}

#[tokio::test]
async fn open_promises_are_listed_by_their_date_and_settled_ones_last() {
    let town = Town::new().await;
    let late = promised(
        &town,
        NewCommitment {
            due_on: day("2027-06-01"),
            ..bridge()
        },
    )
    .await
    .expect("made");
    let kept = promised(&town, bridge()).await.expect("made");
    let soon = promised(
        &town,
        NewCommitment {
            due_on: day("2026-11-30"),
            raised: None,
            ..bridge()
        },
    )
    .await
    .expect("made");
    let mut tx = town.app.db.begin().await.expect("a transaction");
    evidence::settle(
        &mut tx,
        &town.system(),
        &kept,
        Settled::BrokenOff,
        day("2026-12-01"),
        "No money",
        &[],
    )
    .await
    .expect("broken off");
    tx.commit().await.expect("committed");
    let codes = |listed: Vec<Commitment>| {
        listed
            .into_iter()
            .map(|commitment| commitment.code)
            .collect::<Vec<_>>()
    };
    let all = evidence::list_commitments(&town.app, None, None, 10)
        .await
        .expect("listed");
    assert_eq!(codes(all), [soon.code, late.code.clone(), kept.code.clone()]);
    let raised = evidence::list_commitments(&town.app, None, Some(&meeting()), 10)
        .await
        .expect("listed");
    assert_eq!(codes(raised), [late.code, kept.code]);
}

#[tokio::test]
async fn each_audience_reads_what_is_for_it() {
    let town = Town::new().await;
    let subject = Subject::new("request", "r");
    let mut tx = town.app.db.begin().await.expect("a transaction");
    for (audience, text) in [
        (Audience::Staff, "for us"),
        (Audience::Public, "for all"),
        (Audience::Raiser, "for her"),
    ] {
        let entry = NewEntry {
            subject: subject.clone(),
            at: town.clock.now(),
            what: "request.noted",
            part: Part::Officer,
            audience,
            text: Some(text.into()),
            facts: json!({ "n": 1 }),
        };
        evidence::record(&mut tx, &town.system(), &entry)
            .await
            .expect("written");
    }
    tx.commit().await.expect("committed");
    let read = |audience| {
        let (app, subject) = (&town.app, &subject);
        async move {
            let entries = evidence::timeline(app, subject, audience).await.expect("read");
            entries
                .into_iter()
                .map(|entry| (entry.text.unwrap_or_default(), entry.who.is_some()))
                .collect::<Vec<_>>()
        }
    };
    let said = |texts: &[&str], who| {
        texts
            .iter()
            .map(|text| ((*text).to_owned(), who))
            .collect::<Vec<_>>()
    };
    assert_eq!(read(Audience::Public).await, said(&["for all"], false));
    assert_eq!(read(Audience::Raiser).await, said(&["for all", "for her"], false));
    assert_eq!(
        read(Audience::Staff).await,
        said(&["for us", "for all", "for her"], true)
    );
}

#[tokio::test]
async fn linking_twice_links_once() {
    let town = Town::new().await;
    let (a, b) = (Subject::new("request", "a"), Subject::new("contract", "b"));
    let mut tx = town.app.db.begin().await.expect("a transaction");
    for _ in 0..2 {
        evidence::link(&mut tx, &town.system(), &a, "about", &b)
            .await
            .expect("linked");
    }
    tx.commit().await.expect("committed");
    for subject in [&a, &b] {
        assert_eq!(
            evidence::list_links(&town.app, subject)
                .await
                .expect("listed")
                .len(),
            1
        );
    }
}

#[tokio::test]
async fn promises_are_read_by_everybody_as_page_json_and_csv() {
    let town = Town::new().await;
    let made = promised(&town, bridge()).await.expect("made");
    let page = town.stranger().gets("/commitments").await.is(200).text();
    assert!(
        page.contains("Mend the bridge at Kapas") && page.contains(&made.path()),
        "{page}"
    );
    let one = town.stranger().gets(&made.path()).await.is(200).text();
    assert!(one.contains("Promised by 18 December 2026."), "{one}");
    let listed = town
        .stranger()
        .gets("/commitments.json?owner=dinas-pu")
        .await
        .is(200)
        .json();
    assert_eq!(listed["commitments"][0]["standing"], "open");
    let whole = town
        .stranger()
        .gets(&format!("{}.json", made.path()))
        .await
        .is(200)
        .json();
    assert_eq!(
        (&whole["due_on"], &whole["timeline"][0]["what"]),
        (&json!("2026-12-18"), &json!("commitment.made"))
    );
    assert!(
        whole["timeline"][0].get("who").is_none(),
        "who wrote it stays with staff"
    );
    let csv = town.stranger().gets("/commitments.csv").await.is(200).text();
    assert!(csv.lines().nth(1).is_some_and(|line| line.starts_with(&format!("{},Mend the bridge at Kapas,dinas-pu", made.code))), "{csv}");
    assert!(
        town.stranger()
            .gets("/commitments?owner=dinkes")
            .await
            .is(200)
            .text()
            .contains("No promise was made here yet.")
    );
    town.stranger().gets("/commitments/222222").await.is(404);
    town.stranger().gets("/commitments/nonsense.json").await.is(404);
}

#[test]
fn its_pages_are_sound_in_every_language() {
    use askama::Template;
    use baraza::{
        evidence::pages::{CommitmentPage, ListPage},
        platform::i18n::Lang,
    };
    for lang in Lang::ALL {
        for html in [
            ListPage::sample(lang).render(),
            CommitmentPage::sample(lang).render(),
        ] {
            let html = html.expect("a page renders");
            assert_eq!(faults(&html), Vec::<String>::new(), "{lang}");
            assert!(
                !html.contains("<bridge>") && !html.contains("<PU>"),
                "what people wrote is escaped"
            );
        }
    }
}

/// Somebody of a unit with a browser.
async fn at_the_desk<'a>(town: &'a Town, email: &str, role: Role, org: Option<&str>) -> Visitor<'a> {
    let grant = Grant {
        role,
        place: None,
        org: org.map(Into::into),
    };
    town.add(email, "Somebody", &[grant]).await;
    town.signs_in(email).await
}

async fn office(town: &Town, code: &str) {
    let office = Organisation {
        code: code.into(),
        name: code.to_uppercase(),
        about: None,
        contact: None,
    };
    let mut tx = town.app.db.begin().await.expect("a transaction");
    accounts::save_organisation(&mut tx, &town.system(), &office)
        .await
        .expect("an office");
    tx.commit().await.expect("committed");
}

#[tokio::test]
async fn the_desk_shows_ones_own_units_promises_the_late_ones_first() {
    let town = Town::new().await;
    for code in ["dinas-pu", "dinkes"] {
        office(&town, code).await;
    }
    let promise = |promise: &str, owner: &str, due_on: &str| NewCommitment {
        promise: promise.into(),
        owner: owner.into(),
        made_on: day("2026-11-02"),
        due_on: day(due_on),
        ..bridge()
    };
    for new in [
        promise("Paint the bridge", "dinas-pu", "2026-12-18"),
        promise("Mend the road", "dinas-pu", "2026-11-10"),
        promise("Open at seven", "dinkes", "2026-11-10"),
    ] {
        promised(&town, new).await.expect("made");
    }
    let unit = at_the_desk(&town, "pu@town.test", Role::Officer, Some("dinas-pu")).await;
    let page = unit.gets("/desk/commitments?lang=en").await.is(200).text();
    assert_eq!(faults(&page), [""; 0]);
    let position = |words: &str| page.find(words);
    assert!(position("Mend the road") < position("Paint the bridge") && position("Mend the road").is_some());
    assert_eq!(position("Open at seven"), None, "another unit’s");
    let leader = at_the_desk(&town, "leader@town.test", Role::Leader, None).await;
    let page = leader.gets("/desk/commitments?owner=dinkes").await.is(200).text();
    assert!(page.contains("Open at seven") && !page.contains("Mend the road"));
    town.stranger().gets("/desk/commitments").await.is(303);
}

#[tokio::test]
async fn a_promise_is_moved_with_a_reason_and_settled_with_what_proves_it_at_the_desk() {
    let town = Town::new().await;
    for code in ["dinas-pu", "dinkes"] {
        office(&town, code).await;
    }
    let new = NewCommitment {
        made_on: day("2026-11-02"),
        ..bridge()
    };
    let made = promised(&town, new).await.expect("made");
    let path = format!("/desk/commitments/{}", made.code);
    let unit = at_the_desk(&town, "pu@town.test", Role::Officer, Some("dinas-pu")).await;
    let wordless = unit
        .submits(&path, &[("act", "move"), ("due_on", "2027-01-15"), ("why", "")])
        .await
        .is(400)
        .text();
    assert_eq!(faults(&wordless), [""; 0]);
    assert!(wordless.contains("href=\"#why\"") && wordless.contains("value=\"2027-01-15\""));
    unit.submits(
        &path,
        &[
            ("act", "move"),
            ("due_on", "2027-01-15"),
            ("why", "The steel is late"),
        ],
    )
    .await
    .is(303);
    for (link, on, field) in [
        ("javascript:alert(1)", "", "link"),
        ("", "2030-01-01", "on"),
        ("", "soon", "on"),
    ] {
        let refused = unit
            .submits(
                &path,
                &[
                    ("act", "settle"),
                    ("how", "kept"),
                    ("text", "Done"),
                    ("link", link),
                    ("on", on),
                ],
            )
            .await
            .is(400)
            .text();
        assert!(refused.contains(&format!("href=\"#{field}\"")), "{link} {on}");
    }
    let foreign = at_the_desk(&town, "kes@town.test", Role::Officer, Some("dinkes")).await;
    let settle = [
        ("act", "settle"),
        ("how", "kept"),
        ("text", "Lorries cross it since Monday"),
        ("link", "https://example.org/bridge.jpg"),
    ];
    foreign.submits(&path, &settle).await.is(403);
    unit.submits(&path, &settle).await.is(303);
    let twice = unit.submits(&path, &settle).await.is(409).text();
    assert!(
        !twice.contains("<form action=\"/desk/commitments"),
        "nothing is left to do"
    );
    let public = town
        .stranger()
        .gets(&format!("/commitments/{}?lang=en", made.code))
        .await
        .is(200)
        .text();
    for part in [
        "href=\"https://example.org/bridge.jpg\"",
        "The steel is late",
        "Lorries cross it since Monday",
    ] {
        assert!(public.contains(part), "{part} is missing");
    }
    town.run_jobs().await;
}
