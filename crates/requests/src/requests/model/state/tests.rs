use super::*;
use crate::requests::model::{
    clock::Light,
    profile::shipped,
    request::{Channel, Privacy},
};

/// Monday 2026-11-16, 09:00 in Jakarta.
const MONDAY: Time = Time(1_794_794_400_000_000);
const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;
const LONG: &str = "The lamp was replaced on Tuesday morning and shines again; the cable was mended too.";

fn day(n: i64) -> Time {
    Time(MONDAY.0 + n * DAY)
}

fn profile(text: &str) -> Profile {
    Profile::parse(text).expect("a shipped profile")
}

fn lapor() -> Profile {
    profile(shipped::LAPOR)
}

fn filed(profile: &Profile) -> Request {
    let rules = Rules::new(profile, None);
    Request {
        id: "r".into(),
        code: "K7MQ4XTD".into(),
        service: "street-light".into(),
        profile: profile.version.clone(),
        kind: Kind::Complaint,
        privacy: Privacy::Open,
        channel: Channel::Web,
        lang: "id".into(),
        text: "Lampu mati".into(),
        attributes: Vec::new(),
        place: None,
        position: None,
        address: None,
        agency: Some("dinas-pu".into()),
        level: 1,
        state: State::New,
        clock: rules.start(Kind::Complaint, 1, MONDAY),
        opened_at: MONDAY,
        verify_by: None,
        answer_by: None,
        finish_by: None,
        verified_at: None,
        answered_at: None,
        n_pauses: 0,
        n_reopened: 0,
        n_transfers: 0,
        n_supporters: 0,
        post: None,
        joined_to: None,
        revision: 0,
    }
}

fn spoken() -> Spoken {
    Spoken {
        at: MONDAY,
        said: "She agrees that it is the health office’s matter.".into(),
    }
}

fn approval<'a>(by: &'a str, level: u8) -> Approval<'a> {
    Approval {
        by,
        level,
        proposed_by: "officer",
    }
}

#[test]
fn an_answer_that_is_not_proper_does_not_stop_the_clock() {
    let profile = lapor();
    let rules = Rules::new(&profile, None);
    let mut request = filed(&profile);
    let before = request.clock.clone();
    assert_eq!(
        request.answer(&rules, "received", "We have received it", day(1)),
        Ok(Answered::Improper)
    );
    assert_eq!(
        request.answer(&rules, "forwarded", LONG, day(2)),
        Ok(Answered::Improper)
    );
    assert_eq!((request.clock.clone(), request.answered_at), (before, None));
    request.catch_up(day(7));
    assert_eq!(request.light(day(7)), Light::Red);
}

#[test]
fn a_proper_answer_needs_a_proper_text() {
    let profile = lapor();
    let rules = Rules::new(&profile, None);
    let mut request = filed(&profile);
    assert_eq!(
        request.answer(&rules, "done", "Done.", day(1)),
        Err(Refused::AnswerShort { least: 40 })
    );
    assert_eq!(
        request.answer(&rules, "magic", LONG, day(1)),
        Err(Refused::AnswerKindUnknown)
    );
    assert_eq!(request.answer(&rules, "done", LONG, day(1)), Ok(Answered::Proper));
    assert_eq!(
        request.light(day(300)),
        Light::White,
        "the light is that of the moment of the answer"
    );
    assert_eq!(
        request.answer(&rules, "done", LONG, day(1)),
        Err(Refused::NotNow { state: "answered" })
    );
}

#[test]
fn only_the_resident_or_the_rule_of_silence_closes_what_was_answered() {
    let profile = lapor();
    let rules = Rules::new(&profile, None);
    let mut request = filed(&profile);
    request.answer(&rules, "done", LONG, day(1)).expect("answered");
    let until = request.state.waits_until().expect("waits");
    // Ten working days after Tuesday 17 November end on Tuesday 1 December.
    assert_eq!(until, Time::parse("2026-12-01T17:00:00Z").expect("a moment"));
    let mut silent = request.clone();
    assert_eq!(
        silent.fall_silent(Time(until.0 - 1)),
        Err(Refused::NotNow { state: "answered" })
    );
    assert_eq!(silent.fall_silent(until), Ok(()));
    assert_eq!(
        silent.state,
        State::Closed {
            at: until,
            kind: CloseKind::Silence
        }
    );
    assert_eq!(request.confirm(day(2)), Ok(()));
    assert_eq!((request.light(day(2)), request.clock.due_at), (Light::Blue, None));
    assert_eq!(request.confirm(day(3)), Err(Refused::NotNow { state: "closed" }));
}

#[test]
fn a_no_goes_one_level_up_with_no_more_time_than_was_left() {
    let profile = lapor();
    let rules = Rules::new(&profile, None);
    let mut request = filed(&profile);
    // Answered on day 2, refused two days later: one day is left until the end of day 3.
    request.answer(&rules, "done", LONG, day(2)).expect("answered");
    request.refuse(&rules, day(4)).expect("refused");
    assert_eq!(
        (request.level, request.n_reopened, &request.state),
        (2, 1, &State::Open)
    );
    assert_eq!(
        request.clock.yellow_at,
        Some(Time::parse("2026-11-21T17:00:00Z").expect("a moment"))
    );
    assert!(request.clock.steps.is_empty(), "the head’s level is left by hand");
}

#[test]
fn a_reopened_request_starts_anew_one_level_up_and_never_above_the_top() {
    let profile = lapor();
    let rules = Rules::new(&profile, None);
    let mut request = filed(&profile);
    for level in [2, 3, 3] {
        request.confirm(day(5)).expect("closed");
        request.reopen(&rules, day(10)).expect("reopened");
        assert_eq!((request.level, request.clock.started_at), (level, day(10)));
    }
    assert_eq!(request.n_reopened, 3);
    assert_eq!(request.opened_at, MONDAY, "history is never lost");
    request.confirm(day(11)).expect("closed");
    assert!(matches!(
        request.reopen(&rules, day(102)),
        Err(Refused::ReopenTooLate { .. })
    ));
}

#[test]
fn a_pause_has_a_listed_reason_a_limit_and_a_number() {
    let profile = lapor();
    let rules = Rules::new(&profile, None);
    let mut request = filed(&profile);
    assert_eq!(
        request.ask(&rules, "holiday", day(1)),
        Err(Refused::PauseReasonUnknown)
    );
    let until = request.ask(&rules, "resident", day(1)).expect("paused");
    assert_eq!(
        until,
        Time::parse("2026-11-24T17:00:00Z").expect("a moment"),
        "five working days after Tuesday"
    );
    assert_eq!(request.light(day(100)), Light::White);
    request.hear_back(&rules, until).expect("goes on");
    assert_eq!(request.state, State::Open);
    // Two days were left on Tuesday; the limit is the first moment of Wednesday the 25th.
    assert_eq!(
        request.clock.yellow_at,
        Some(Time::parse("2026-11-27T17:00:00Z").expect("a moment"))
    );
    request.ask(&rules, "site", day(9)).expect("paused again");
    request.hear_back(&rules, day(9)).expect("goes on");
    assert_eq!(
        request.ask(&rules, "site", day(9)),
        Err(Refused::PausesSpent { most: 2 })
    );
}

#[test]
fn the_helpline_of_2014_reaches_level_4_by_itself() {
    let profile = profile(shipped::HELPLINE_2014);
    let mut request = filed(&profile);
    request.catch_up(day(20));
    assert_eq!(request.level, 3);
    request.catch_up(day(21));
    assert_eq!(request.level, 4);
    request.catch_up(day(1_000));
    assert_eq!(request.level, 4);
}

#[test]
fn the_helpline_of_2022_stays_on_level_3_until_somebody_decides_for_a_listed_reason() {
    let profile = profile(shipped::HELPLINE_2022);
    let rules = Rules::new(&profile, None);
    let mut request = filed(&profile);
    request.catch_up(day(1_000));
    assert_eq!(request.level, 3);
    assert_eq!(
        request.escalate(&rules, "it is old", 3, day(1_000)),
        Err(Refused::ReasonNotListed {
            listed: "policy, state-funds, against-district".into()
        })
    );
    assert_eq!(
        request.escalate(&rules, "policy", 2, day(1_000)),
        Err(Refused::LevelTooLow { needed: "L3".into() })
    );
    assert_eq!(request.escalate(&rules, "policy", 3, day(1_000)), Ok(()));
    assert_eq!(request.level, 4);
    assert_eq!(request.send_back(&rules, 4, day(1_001)), Ok(()));
    assert_eq!(request.level, 3);
    request.catch_up(day(2_000));
    assert_eq!(request.level, 3, "and it does not climb again by itself");
}

#[test]
fn the_bottom_sends_nothing_back_and_the_top_takes_nothing_up() {
    let profile = lapor();
    let rules = Rules::new(&profile, None);
    let mut request = filed(&profile);
    assert_eq!(request.send_back(&rules, 3, day(1)), Err(Refused::MayNotSendBack));
    request.escalate(&rules, "", 1, day(1)).expect("to the head");
    request
        .escalate(&rules, "meeting", 2, day(1))
        .expect("to the regent");
    assert_eq!(
        request.escalate(&rules, "meeting", 3, day(1)),
        Err(Refused::AtTheTop)
    );
}

#[test]
fn passing_on_needs_contact_a_note_and_somebody_elses_approval() {
    let profile = lapor();
    let rules = Rules::new(&profile, None);
    let mut request = filed(&profile);
    let note = "The complaint is about the pharmacy of the health centre.";
    let may = |request: &Request, to: &str, spoken: &Spoken, note: &str| {
        request.may_propose_transfer(&rules, to, spoken, note, day(1))
    };
    assert_eq!(
        may(&request, "dinas-pu", &spoken(), note),
        Err(Refused::SameAgency)
    );
    assert_eq!(
        may(
            &request,
            "dinkes",
            &Spoken {
                said: " ".into(),
                ..spoken()
            },
            note
        ),
        Err(Refused::ContactMissing)
    );
    assert_eq!(
        may(
            &request,
            "dinkes",
            &Spoken {
                at: day(2),
                ..spoken()
            },
            note
        ),
        Err(Refused::ContactMissing)
    );
    assert_eq!(
        may(&request, "dinkes", &spoken(), "Not ours."),
        Err(Refused::NoteShort { least: 30 })
    );
    assert_eq!(may(&request, "dinkes", &spoken(), note), Ok(()));
    assert_eq!(
        request.transfer(&rules, "dinkes", &approval("boss", 1), day(1)),
        Err(Refused::LevelTooLow {
            needed: "head".into()
        })
    );
    assert_eq!(
        request.transfer(&rules, "dinkes", &approval("officer", 2), day(1)),
        Err(Refused::OwnProposal)
    );
    let lights = (request.clock.yellow_at, request.clock.red_at);
    request.escalate(&rules, "", 1, day(1)).expect("to the head");
    assert_eq!(
        request.transfer(&rules, "dinkes", &approval("boss", 2), day(2)),
        Ok(())
    );
    assert_eq!(
        (request.agency.as_deref(), request.level, request.n_transfers),
        (Some("dinkes"), 1, 1)
    );
    assert_eq!(
        (request.clock.yellow_at, request.clock.red_at),
        lights,
        "no new department gets a new light"
    );
}

#[test]
fn a_special_close_is_proposed_told_signed_and_approved_by_another() {
    let profile = lapor();
    let rules = Rules::new(&profile, None);
    let mut request = filed(&profile);
    assert!(matches!(
        request.propose_special_close(&rules, "lazy", "officer", 1, None),
        Err(Refused::ReasonNotListed { .. })
    ));
    assert_eq!(
        request.propose_special_close(&rules, "court", "officer", 0, None),
        Err(Refused::LevelTooLow {
            needed: "unit".into()
        })
    );
    request
        .propose_special_close(&rules, "court", "officer", 1, Some(day(1)))
        .expect("proposed");
    request.catch_up(day(7));
    assert_eq!(request.light(day(7)), Light::Red, "a proposal stops no clock");
    let mut untold = request.clone();
    untold.state = State::SpecialProposed {
        reason: "court".into(),
        by: "officer".into(),
        told_at: None,
    };
    assert_eq!(
        untold.approve_special_close(&rules, &approval("boss", 2), "Boss", day(7)),
        Err(Refused::NotTold)
    );
    let boss = approval("boss", 2);
    assert!(matches!(
        request.approve_special_close(&rules, &boss, "Boss", day(2)),
        Err(Refused::ToldTooLate { .. })
    ));
    assert_eq!(
        request.approve_special_close(&rules, &boss, " ", day(7)),
        Err(Refused::SignatureMissing)
    );
    assert_eq!(
        request.approve_special_close(&rules, &approval("officer", 2), "Me", day(7)),
        Err(Refused::OwnProposal)
    );
    assert_eq!(
        request.approve_special_close(&rules, &approval("boss", 1), "Boss", day(7)),
        Err(Refused::LevelTooLow {
            needed: "head".into()
        })
    );
    let mut rejected = request.clone();
    assert_eq!(rejected.reject_special_close(&rules, &boss, day(7)), Ok(()));
    assert_eq!(rejected.state, State::Open);
    assert_eq!(
        request.approve_special_close(&rules, &boss, "Boss", day(7)),
        Ok(())
    );
    assert_eq!(
        request.state,
        State::Closed {
            at: day(7),
            kind: CloseKind::Special
        }
    );
}

#[test]
fn joined_requests_share_one_clock_and_everybody_counts() {
    let profile = lapor();
    let rules = Rules::new(&profile, None);
    let (mut first, mut second, mut third) = (filed(&profile), filed(&profile), filed(&profile));
    second.id = "s".into();
    third.id = "t".into();
    assert_eq!(second.clone().join(&mut second, day(1)), Err(Refused::CannotJoin));
    third.join(&mut second, day(1)).expect("joined");
    second.join(&mut first, day(1)).expect("joined");
    assert_eq!(first.n_supporters, 2);
    assert_eq!(
        (second.joined_to.as_deref(), second.clock.due_at),
        (Some("r"), None)
    );
    assert_eq!(
        second.reopen(&rules, day(2)),
        Err(Refused::NotNow { state: "closed" })
    );
    let mut late = filed(&profile);
    late.id = "u".into();
    assert_eq!(
        late.join(&mut second, day(2)),
        Err(Refused::CannotJoin),
        "it was joined itself"
    );
}

#[test]
fn an_aspiration_has_no_lights_and_climbs_nowhere() {
    let profile = profile(shipped::HELPLINE_2014);
    let rules = Rules::new(&profile, None);
    let mut request = filed(&profile);
    request.kind = Kind::Aspiration;
    request.clock = rules.start(Kind::Aspiration, 1, MONDAY);
    request.catch_up(day(400));
    assert_eq!((request.light(day(400)), request.level), (Light::White, 1));
    assert_eq!(
        request.answer(&rules, "resolved", LONG, day(401)),
        Ok(Answered::Proper)
    );
}

#[test]
fn an_edited_calendar_moves_no_instant_that_was_fixed() {
    let before = lapor();
    let request = filed(&before);
    let fixed = request.clock.clone();
    let after = profile(&shipped::LAPOR.replace("yellow = \"end of day 3\"", "yellow = \"end of day 1\""));
    assert_ne!(before.version, after.version);
    let mut later = request.clone();
    later.catch_up(day(2));
    assert_eq!((later.clock, later.profile), (fixed, before.version));
}

#[test]
fn overdue_is_closed_after_the_target_or_still_open_beyond_it() {
    let profile = lapor();
    let mut request = filed(&profile);
    assert!(!request.is_overdue(day(900)), "without a target nothing is late");
    request.finish_by = Some(day(5));
    assert!(!request.is_overdue(day(5)) && request.is_overdue(Time(day(5).0 + 1)));
    let mut late = request.clone();
    request.confirm(day(5)).expect("closed");
    late.confirm(Time(day(5).0 + 1)).expect("closed");
    assert!(!request.is_overdue(day(900)) && late.is_overdue(day(900)));
    assert_eq!(request.next_limit(day(4)), Some(day(5)));
}
