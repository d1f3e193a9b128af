//! Score cards on their pages: a whole round by forms alone, who is refused a look, and what is said of bad input.

use baraza::{
    platform::op::Role,
    scorecards::{self, model::round::State},
};
use pretty_assertions::assert_eq;
use regex::Regex;

use super::{FACILITIES, Hall, VILLAGE};
use crate::town::Visitor;

/// The values of hidden fields of this name.
fn hidden(page: &str, name: &str) -> Vec<String> {
    let field = Regex::new(&format!(r#"type="hidden" name="{name}" value="([^"]*)""#)).expect("a pattern");
    field
        .captures_iter(page)
        .map(|found| found[1].to_owned())
        .collect()
}

/// What one criterion of a session is given on its page.
#[derive(Clone, Copy)]
struct Typed<'a> {
    present: &'a str,
    words: &'a str,
    value: &'a str,
    reason: &'a str,
    act: &'a str,
}

/// Fills in the first row of a session's page; returns the fields, to be sent as often as one likes.
async fn fills(visitor: &Visitor<'_>, path: &str, typed: &Typed<'_>) -> Vec<(String, String)> {
    let page = visitor.gets(path).await.is(200).text();
    let first = |name: &str| hidden(&page, name).remove(0);
    let id = first("criterion");
    let of = |name: &str| format!("{name}.{id}");
    [
        ("act".to_owned(), typed.act.to_owned()),
        ("token".to_owned(), first("token")),
        ("at".to_owned(), first("at")),
        ("present_was".to_owned(), first("present_was")),
        ("present".to_owned(), typed.present.to_owned()),
        ("consent".to_owned(), "yes".to_owned()),
        ("criterion".to_owned(), id.clone()),
        (of("version"), first(&of("version"))),
        (of("scored"), first(&of("scored"))),
        (of("words_were"), first(&of("words_were"))),
        (of("score_was"), first(&of("score_was"))),
        (of("words"), typed.words.to_owned()),
        (of("standard"), "waiting".to_owned()),
        (of("value"), typed.value.to_owned()),
        (of("reason"), typed.reason.to_owned()),
        (of("suggestion"), String::new()),
    ]
    .into()
}

async fn sends(visitor: &Visitor<'_>, path: &str, fields: &[(String, String)], status: u16) -> String {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    visitor.submits(path, &fields).await.is(status).text()
}

async fn seals(visitor: &Visitor<'_>, path: &str, n: &str, value: &str) {
    let typed = Typed {
        present: n,
        words: "We wait long",
        value,
        reason: "One counter for all",
        act: "seal",
    };
    let fields = fills(visitor, path, &typed).await;
    sends(visitor, path, &fields, 303).await;
}

#[tokio::test]
async fn a_whole_round_goes_by_forms_alone_and_everybody_reads_it_in_the_end() {
    let hall = Hall::new().await;
    let (town, app) = (&hall.town, &hall.town.app);
    let lead = town.signs_in("lead@town.test").await;
    let provider = town.signs_in("provider@town.test").await;
    let planned = lead
        .submits(
            "/desk/scorecards/new",
            &[
                ("facility", "puskesmas"),
                ("scale", "hundred"),
                ("planned_on", "2026-11-16"),
                ("lead", "lead@town.test"),
                ("groups", "women"),
                ("groups", "men"),
                ("own", "Single mothers"),
                ("places", VILLAGE),
            ],
        )
        .await
        .is(303);
    let desk = planned.header("location").to_owned();
    let code = desk.rsplit('/').next().expect("a code").to_owned();
    assert!(lead.gets("/desk/scorecards").await.is(200).text().contains(&code));
    lead.submits(&desk, &[("act", "begin"), ("revision", "0")])
        .await
        .is(303);
    // A second time nobody begins what has begun.
    lead.submits(&desk, &[("act", "begin"), ("revision", "0")])
        .await
        .is(409);
    let page = lead.gets(&desk).await.is(200).text();
    assert!(page.contains("3 groups have yet to close"), "{page}");
    let input = hidden(&page, "input").remove(0);
    let (what, actual) = (format!("what.{input}"), format!("actual.{input}"));
    let fields = [
        ("act", "inputs"),
        ("token", "t"),
        ("input", input.as_str()),
        (what.as_str(), "Nurses"),
        (actual.as_str(), "2"),
    ];
    lead.submits(&desk, &fields).await.is(303);
    assert!(lead.gets(&desk).await.is(200).text().contains("Nurses"));

    let round = scorecards::public(app, &code).await.expect("a round").round;
    for (group, n, value) in [("women", "8", "20"), ("men", "9", "30"), ("own", "3", "10")] {
        let session = hall.session(&round, group).await;
        seals(&lead, &format!("{desk}/sessions/{session}"), n, value).await;
    }
    lead.submits(&desk, &[("act", "meet"), ("revision", "1")])
        .await
        .is(409);
    seals(&provider, &format!("{desk}/provider"), "6", "80").await;
    lead.submits(&desk, &[("act", "meet"), ("revision", "1")])
        .await
        .is(303);

    let promise = [
        ("act", "promise"),
        ("promise", "Open a second counter"),
        ("owner", "dinkes"),
        ("owner_post", "Head of the clinic"),
        ("resources", "two clerks"),
        ("due_on", "2027-03-01"),
    ];
    lead.submits(&desk, &promise).await.is(303);
    lead.submits(&desk, &promise).await.is(303);
    let page = lead.gets(&desk).await.is(200).text();
    assert!(page.contains("two clerks") && page.contains("Wide gap"), "{page}");
    let agree = [
        ("act", "agree"),
        ("revision", "2"),
        ("attendance", "25"),
        ("came.women", "12"),
        ("minutes", "All came."),
    ];
    lead.submits(&desk, &agree).await.is(303);

    let public = scorecards::public(app, &code).await.expect("a round");
    assert_eq!((public.round.state, public.promises.len()), (State::Agreed, 1));
    let page = town
        .stranger()
        .gets(&format!("/scorecards/{code}"))
        .await
        .is(200)
        .text();
    for shown in [
        "Waiting time",
        "▲ Wide gap",
        "One counter for all",
        "Open a second counter",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(
        !page.contains("Single mothers"),
        "a group of three is not shown apart: {page}"
    );
    let json = town
        .stranger()
        .gets(&format!("/scorecards/{code}.json"))
        .await
        .is(200)
        .json();
    assert_eq!(json["results"]["lines"][0]["users"], 25);
    assert_eq!(json["results"]["groups_left_out"], 1);
    let csv = town
        .stranger()
        .gets(&format!("/scorecards/{code}.csv"))
        .await
        .is(200)
        .text();
    assert!(
        csv.contains(",women,8,20") && csv.contains(",provider,6,80"),
        "{csv}"
    );
    let facility = town.stranger().gets("/facilities/puskesmas").await.is(200).text();
    assert!(
        facility.contains("Waiting time from round to round"),
        "{facility}"
    );
    let place = town
        .stranger()
        .gets(&format!("/places/{VILLAGE}"))
        .await
        .is(200)
        .text();
    assert!(place.contains("/facilities/puskesmas"), "{place}");
    let found = town.stranger().gets("/search?q=puskesmas").await.is(200).text();
    assert!(found.contains("/facilities/puskesmas"), "{found}");
    lead.submits(&desk, &[("act", "close"), ("revision", "3")])
        .await
        .is(303);
    town.run_jobs().await;
}

#[tokio::test]
async fn nobody_looks_at_the_other_side_before_the_meeting_on_any_face() {
    let hall = Hall::new().await;
    let town = &hall.town;
    let round = hall.begins(&[("women", None)]).await;
    hall.holds(&round, "women", 8, 20).await;
    hall.holds(&round, "provider", 6, 90).await;
    let desk = format!("/desk/scorecards/{}", round.code);
    let women = format!("{desk}/sessions/{}", hall.session(&round, "women").await);
    let provider = town.signs_in("provider@town.test").await;
    for path in [&women, &format!("{women}?x=1")] {
        assert!(matches!(provider.gets(path).await.status.as_u16(), 403 | 404));
    }
    let own = provider.gets(&desk).await.is(200).text();
    assert!(
        !own.contains("reason of 8") && !own.contains("waiting of 8"),
        "{own}"
    );
    let own = provider.gets(&format!("{desk}/provider")).await.is(200).text();
    assert!(
        own.contains("reason of 6") && !own.contains("reason of 8"),
        "{own}"
    );
    let lead = town.signs_in("lead@town.test").await;
    lead.gets(&women).await.is(200);
    lead.gets(&format!("{desk}/provider")).await.is(403);
    for who in ["officer", "inside", "unsigned", "elsewhere"] {
        let visitor = town.signs_in(&format!("{who}@town.test")).await;
        for path in [&desk, &women] {
            let answer = visitor.gets(path).await;
            assert!(
                !answer.text().contains("reason of 8"),
                "{who} {path}: {}",
                answer.text()
            );
        }
        assert!(matches!(visitor.gets(&women).await.status.as_u16(), 403 | 404));
    }
    let admin = town.admin().await;
    admin.gets(&women).await.is(403);
    for path in [
        format!("/scorecards/{}", round.code),
        format!("/scorecards/{}.json", round.code),
        format!("/scorecards/{}.csv", round.code),
        "/facilities/puskesmas.json".to_owned(),
        "/facilities/puskesmas.csv".to_owned(),
        "/scorecards.json".to_owned(),
    ] {
        let text = town.stranger().gets(&path).await.is(200).text();
        for secret in ["reason of", "waiting of", "suggestion of"] {
            assert!(!text.contains(secret), "{path}: {text}");
        }
    }
    town.run_jobs().await;
}

#[tokio::test]
async fn all_that_is_wrong_with_a_session_is_told_beside_its_fields_and_nothing_is_kept() {
    let hall = Hall::new().await;
    let round = hall.begins(&[("women", None)]).await;
    let path = format!(
        "/desk/scorecards/{}/sessions/{}",
        round.code,
        hall.session(&round, "women").await
    );
    let lead = hall.town.signs_in("lead@town.test").await;
    let wrong = Typed {
        present: "0",
        words: "",
        value: "101",
        reason: "",
        act: "seal",
    };
    let fields = fills(&lead, &path, &wrong).await;
    let page = sends(&lead, &path, &fields, 400).await;
    for said in [
        "Nobody is present",
        "A score is a whole number from 0 to 100",
        "Enter the reason that the group gave",
        "Write something here",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(page.contains(r#"value="101""#), "what was typed stays: {page}");
    let view = scorecards::read(&hall.town.app, &hall.op("lead"), &round.id)
        .await
        .expect("read");
    assert!(view.criteria.is_empty() && view.sessions[0].n_present.is_none());

    // The same page sent twice does the same once; a page that was shown before somebody else wrote makes both be kept.
    let good = Typed {
        present: "8",
        words: "We wait long",
        value: "40",
        reason: "One counter",
        act: "save",
    };
    let fields = fills(&lead, &path, &good).await;
    sends(&lead, &path, &fields, 303).await;
    sends(&lead, &path, &fields, 303).await;
    let second = hall.town.signs_in("second@town.test").await;
    let of_lead = fills(&lead, &path, &Typed { value: "50", ..good }).await;
    let of_second = fills(
        &second,
        &path,
        &Typed {
            present: "8",
            words: "We wait long",
            value: "60",
            reason: "One counter",
            act: "save",
        },
    )
    .await;
    sends(&lead, &path, &of_lead, 303).await;
    sends(&second, &path, &of_second, 303).await;
    let view = scorecards::read(&hall.town.app, &hall.op("lead"), &round.id)
        .await
        .expect("read");
    assert_eq!((view.criteria.len(), view.scores[0].value), (1, 50));
    assert_eq!(view.conflicts.len(), 1);
    let desk = format!("/desk/scorecards/{}", round.code);
    let page = lead.gets(&desk).await.is(200).text();
    let (conflict, session) = (
        hidden(&page, "conflict").remove(0),
        hidden(&page, "session").remove(0),
    );
    let choose = [
        ("act", "choose"),
        ("token", "t"),
        ("conflict", conflict.as_str()),
        ("session", session.as_str()),
        ("chosen", view.conflicts[0].second.id.as_str()),
    ];
    lead.submits(&desk, &choose).await.is(303);
    let view = scorecards::read(&hall.town.app, &hall.op("lead"), &round.id)
        .await
        .expect("read");
    assert_eq!((view.scores[0].value, view.conflicts.len()), (60, 0));
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn a_round_without_facility_day_or_groups_is_not_planned_and_all_of_it_is_said() {
    let hall = Hall::new().await;
    let lead = hall.town.signs_in("lead@town.test").await;
    let page = lead
        .gets("/desk/scorecards/new?facility=puskesmas")
        .await
        .is(200)
        .text();
    assert!(page.contains(r#"value="lead@town.test""#), "{page}");
    let fields = [
        ("facility", "puskesmas"),
        ("planned_on", "soon"),
        ("lead", "nobody@town.test"),
    ];
    let page = lead.submits("/desk/scorecards/new", &fields).await.is(400).text();
    for said in [
        "Enter a day",
        "Choose points or faces",
        "Choose a facilitator of this place",
        "Choose at least one group",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let officer = hall.town.signs_in("officer@town.test").await;
    officer
        .gets("/desk/scorecards/new?facility=puskesmas")
        .await
        .is(403);
}

#[tokio::test]
async fn every_mistake_of_a_list_of_facilities_is_told_by_its_line() {
    let hall = Hall::new().await;
    let steward = hall.town.someone(Role::Steward, Some("35.22")).await;
    let wrong = "code,name,kind,organisation,place\n\
        a,A,hospital,dinkes,35.22.01\n\
        b,,clinic,dinkes,35.22.01\n\
        c,C,clinic,dinkes,35.22.01\n";
    let file = |text: &'static str| [("file", "list.csv", "text/csv", text.as_bytes())];
    let path = "/desk/scorecards/facilities";
    let page = steward.posts_parts(path, &file(wrong)).await.is(400).text();
    assert!(
        page.contains("Line 2, column kind") && page.contains("Line 3, column name"),
        "{page}"
    );
    let unknown = "code,name,kind,organisation,place\n\
        a,A,clinic,nobody,35.22.01\n\
        b,B,clinic,dinkes,99.99\n";
    let page = steward.posts_parts(path, &file(unknown)).await.is(400).text();
    assert!(page.contains("“a”") && page.contains("“b”"), "{page}");
    steward.posts_parts(path, &file(FACILITIES)).await.is(303);
    let csv = steward.gets(&format!("{path}?as=csv")).await.is(200).text();
    assert_eq!(csv.lines().count(), 3);
    let lead = hall.town.signs_in("lead@town.test").await;
    lead.posts_parts(path, &file(FACILITIES)).await.is(403);
}
