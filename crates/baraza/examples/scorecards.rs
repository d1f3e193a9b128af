//! Fills a folder with 1,000 rounds of score cards and 430 villages with a billboard, which `bench/scorecards.mjs` asks for (issue 7).
//!
//! `cargo run --profile quick -p baraza --example scorecards FOLDER PASSWORD`; the folder must be new. Everything goes through the doors
//! that people use: facilities, rounds, acts of their sessions, a table of persons, budgets, works, promises, requests, invitations. The
//! password is that of the facilitator who leads a round that is not sealed yet; the last line says where it is.

use std::path::PathBuf;

use anyhow::Context;
use baraza::{
    accounts::{
        self,
        model::{NewUser, Organisation},
    },
    evidence::{self, model::NewCommitment},
    facilitators::{model::Paper, register},
    platform::{
        app::App,
        id, jobs,
        op::{Grant, Op, Person, Proof, Role, Who},
        time::Time,
    },
    requests::{self, Filing, model::profile::shipped},
    scorecards::{
        self, NewPromise, NewRound, NewSession,
        model::{
            act::{Act, What},
            criterion::STANDARD,
            facility::Facility,
            round::{Attendance, Round, Scale},
        },
    },
    village::{
        meetings::{self, model::InvitationInput},
        year::{
            budget::{self, BudgetLine, VillageBudget, Work},
            model::budget::FIELDS,
        },
    },
};
use jiff::{ToSpan, civil::Date};
use tables::{Column, Kind, Rows, Value};

mod fresh;

const REGENCY: &str = "35.22";
const OFFICE: &str = "pu";
const EMAIL: &str = "bench@example.org";
const N_DISTRICTS: usize = 20;
const N_VILLAGES: usize = 430;
/// Rounds of each facility, six months apart.
const N_ROUNDS: usize = 20;
const N_FACILITIES: usize = 50;
const N_CRITERIA: usize = 8;
const GROUPS: [(&str, Option<&str>); 6] = [
    ("women", None),
    ("men", None),
    ("young", None),
    ("older", None),
    ("disability", None),
    ("own", Some("Single mothers")),
];
/// Days between two rounds of a facility.
const BETWEEN: i64 = 182;
const DAY: i64 = 86_400_000_000;
const N_INDICATORS: usize = 5;
const YEARS: [&str; 2] = ["2025", "2026"];
/// Persons of a village and a year.
const N_PERSONS: usize = 60;
/// Requests of a village.
const N_REQUESTS: usize = 3;
const SERVICES: &str = "[[service]]\ncode = \"road\"\ngroup = \"works\"\nprofile = \"helpline-2014\"\ntitle = { en = \"Road\" }\nresponsible = [{ agency = \"pu\" }]\n";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut given = std::env::args().skip(1);
    let folder = given
        .next()
        .map(PathBuf::from)
        .context("say which folder to fill")?;
    let password = given.next().context("say the facilitator's password")?;
    let (app, op) = fresh::open(folder).await?;
    import_places(&app, &op).await?;
    let lead = hire(&app, &op, password).await?;
    fresh::count(&app, &op, &persons(), (0..N_INDICATORS).map(definition)).await?;
    for (at, village) in villages().iter().enumerate() {
        fill(&app, &op, at, village).await?;
    }
    list_facilities(&app, &op).await?;
    for facility in 0..N_FACILITIES {
        for turn in 0..N_ROUNDS {
            hold(&app, &lead, facility, turn).await?;
        }
    }
    let open = gather(&app, &op, &lead, N_FACILITIES).await?;
    jobs::run_due(&app).await?;
    println!(
        "{} rounds of {N_FACILITIES} facilities, {N_VILLAGES} villages, one of them {}, hall /desk/scorecards/{}/hall of {EMAIL}",
        N_FACILITIES * N_ROUNDS,
        village(0),
        open.code
    );
    app.db.close().await;
    Ok(())
}

/// Code of a village by its number: each lies in one of the districts in turn.
fn village(at: usize) -> String {
    format!(
        "{REGENCY}.{:02}.{}",
        at % N_DISTRICTS + 1,
        2001 + at / N_DISTRICTS
    )
}

fn villages() -> Vec<String> {
    (0..N_VILLAGES).map(village).collect()
}

fn facility_code(at: usize) -> String {
    format!("clinic-{at}")
}

async fn import_places(app: &App, op: &Op) -> anyhow::Result<()> {
    let mut text = format!("kode,nama\n{REGENCY},Bench\n");
    for at in 1..=N_DISTRICTS {
        text.push_str(&format!("{REGENCY}.{at:02},District {at}\n"));
    }
    for code in villages() {
        text.push_str(&format!("{code},Village {code}\n"));
    }
    fresh::import_places(app, op, "places.csv", text).await
}

/// Adds the office and the facilitator, who signs; returns who they are.
async fn hire(app: &App, op: &Op, password: String) -> anyhow::Result<Person> {
    let office = Organisation {
        code: OFFICE.into(),
        name: "Public works".into(),
        about: None,
        contact: None,
    };
    let grants = vec![Grant {
        role: Role::Facilitator,
        place: Some(REGENCY.into()),
        org: None,
    }];
    let new = NewUser::parse(EMAIL, "Bench", Some(password))?;
    let mut tx = app.db.begin().await?;
    accounts::save_organisation(&mut tx, op, &office).await?;
    let id = accounts::add_user(&mut tx, op, new, &grants).await?;
    tx.commit().await?;
    let person = Person {
        id,
        name: "Bench".into(),
        email: EMAIL.into(),
        grants,
        proof: Proof::Session { id: "bench".into() },
    };
    let own = Op {
        who: Who::Person(person.clone()),
        ..op.clone()
    };
    for paper in Paper::ALL {
        register::sign(app, &own, paper).await?;
    }
    requests::load_profile(app, op, shipped::HELPLINE_2014).await?;
    requests::load_services(app, op, SERVICES).await?;
    Ok(person)
}

fn persons() -> Rows {
    let mut columns = ["village", "year"]
        .map(|name| Column::new(name, Kind::Text))
        .to_vec();
    columns.extend((0..N_INDICATORS).map(|n| Column::new(format!("q{n}"), Kind::Integer)));
    let mut rows = Rows::new(columns);
    for (at, village) in villages().into_iter().enumerate() {
        for (round, year) in YEARS.into_iter().enumerate() {
            for person in 0..N_PERSONS {
                let texts = [village.as_str(), year].map(|text| Value::Text(text.to_owned()));
                let answers = (0..N_INDICATORS).map(|n| {
                    let mixed = (at * 37 + person * 61 + n * 17 + at * person * 7) % 100;
                    Value::Integer(i64::from(mixed < 40 + n * 5 + round * 7))
                });
                rows.rows.push(texts.into_iter().chain(answers).collect());
            }
        }
    }
    rows
}

fn definition(n: usize) -> String {
    let key = n + 1;
    format!(
        r#"
code = "q{n}"
title = {{ en = "People with service {n}", id = "Penduduk dengan layanan {n}" }}
counted = {{ en = "people", id = "orang" }}
key = {key}
tables = {{ person = "bench__person" }}
from = "person"
numerator = "person.q{n} = 1"
unit = "percent"
place = "person.village"
period = "person.year"
direction = "up"
lights = {{ green = 80, yellow = 50 }}
"#
    )
}

/// Gives a village what stands on its billboard.
async fn fill(app: &App, op: &Op, at: usize, village: &str) -> anyhow::Result<()> {
    let today = app.config.day(op.at);
    let size = i64::try_from(at)? + 1;
    let year = today.year();
    budget::state_budget(app, op, village, &stated(today, size)).await?;
    budget::state_works(app, op, village, year, &works(today, size)).await?;
    let typed = InvitationInput {
        title: "Village assembly".into(),
        held_on: today.saturating_add(20_i64.days()).to_string(),
        starts_at: "19:30".into(),
        venue: "Village hall".into(),
        agenda: "Plans\nMoney".into(),
        invited: vec!["women".into(), "men".into()],
    };
    meetings::invite(app, op, village, &typed.parse(today)?).await?;
    let mut tx = app.db.begin().await?;
    for (made, due) in [(200_i64, 100_i64), (90, 30), (20, -60)] {
        let new = NewCommitment {
            promise: format!("The road of {village} is mended within {due} days"),
            owner: OFFICE.into(),
            owner_post: None,
            place: Some(village.to_owned()),
            raised: None,
            made_on: today.saturating_sub(made.days()),
            due_on: today.saturating_sub(due.days()),
        };
        evidence::promise(&mut tx, op, new).await?;
    }
    tx.commit().await?;
    for n in 0..N_REQUESTS {
        let filing = Filing {
            service: "road".into(),
            text: format!("Pothole {n} in front of the hall of {village}"),
            place: Some(village.to_owned()),
            ..Filing::default()
        };
        let stranger = Op {
            who: Who::Anyone,
            ..op.clone()
        };
        requests::file(app, &stranger, filing).await?;
    }
    Ok(())
}

fn stated(today: Date, size: i64) -> VillageBudget {
    let lines = FIELDS.map(|field| BudgetLine {
        field,
        planned: 100_000_000 + size * 1_000_000,
        realised: Some(60_000_000 + size * 500_000),
    });
    VillageBudget {
        year: today.year(),
        currency: "IDR".into(),
        income: 600_000_000 + size * 5_000_000,
        lines,
        source: "Budget of the village".into(),
        stated_on: today,
    }
}

fn works(today: Date, size: i64) -> Vec<Work> {
    (0_u8..4)
        .map(|n| Work {
            code: format!("w{n}"),
            title: format!("Work {n} of the village"),
            provider: "The village itself".into(),
            amount: 50_000_000 + size * 100_000,
            progress: n * 30,
            source: "Report of works".into(),
            stated_on: today,
        })
        .collect()
}

/// As many as are scored, and one whose round is open.
async fn list_facilities(app: &App, op: &Op) -> anyhow::Result<()> {
    let list = (0..=N_FACILITIES)
        .map(|at| Facility {
            code: facility_code(at),
            name: format!("Clinic {at}"),
            kind: "clinic".into(),
            organisation: OFFICE.into(),
            place: village(at),
            at: None,
            serves: Vec::new(),
            valid_from: None,
            valid_to: None,
        })
        .collect();
    let mut tx = app.db.begin().await?;
    scorecards::keep_facilities(&mut tx, op, list).await?;
    tx.commit().await?;
    Ok(())
}

/// One round of a facility from its plan to its close.
async fn hold(app: &App, lead: &Person, facility: usize, turn: usize) -> anyhow::Result<()> {
    let ago = BETWEEN * i64::try_from(N_ROUNDS - turn)?;
    let op = Op::system(Time(app.clock.now().0 - ago * DAY));
    let round = gather(app, &op, lead, facility).await?;
    let acts = acts(app, &op, &round, turn).await?;
    let mut tx = app.db.begin().await?;
    for outcome in scorecards::apply_all(&mut tx, &op, &round.id, &acts).await? {
        outcome.context("apply an act")?;
    }
    scorecards::open_meeting(&mut tx, &op, &round.id, 1, None).await?;
    let new = NewPromise {
        criterion: None,
        promise: "A second counter opens".into(),
        owner: OFFICE.into(),
        owner_post: None,
        resources: "Two clerks".into(),
        due_on: app.config.day(op.at).saturating_add(60_i64.days()),
    };
    scorecards::promise(&mut tx, &op, &round.id, new).await?;
    let came = Attendance {
        total: 40,
        by_group: [("women".to_owned(), 20), ("men".to_owned(), 15)].into(),
    };
    scorecards::agree(&mut tx, &op, &round.id, 2, came, "", None::<Date>).await?;
    scorecards::close(&mut tx, &op, &round.id, 3).await?;
    tx.commit().await?;
    Ok(())
}

/// A round that has begun.
async fn gather(app: &App, op: &Op, lead: &Person, facility: usize) -> anyhow::Result<Round> {
    let new = NewRound {
        facility: facility_code(facility),
        scale: Scale::Hundred,
        planned_on: app.config.day(op.at),
        lead: lead.id.clone(),
        groups: GROUPS
            .into_iter()
            .map(|(group, name)| NewSession {
                group: group.to_owned(),
                name: name.map(str::to_owned),
                place: village(facility),
            })
            .collect(),
    };
    let mut tx = app.db.begin().await?;
    let round = scorecards::plan(&mut tx, op, new).await?;
    scorecards::begin(&mut tx, op, &round.id, 0).await?;
    tx.commit().await?;
    Ok(round)
}

/// What every session says: who came, consent, criteria that were not carried over, scores, the seal.
async fn acts(app: &App, op: &Op, round: &Round, turn: usize) -> anyhow::Result<Vec<Act>> {
    let view = scorecards::read(app, op, &round.id).await?;
    let mut acts = Vec::new();
    for (group, session) in view.sessions.iter().enumerate() {
        let mut whats = vec![
            What::Present { n: 9 },
            What::Consent {
                text: "We agree.".into(),
            },
        ];
        let carried = view.criteria.iter().filter(|known| known.session == session.id);
        let mut criteria: Vec<String> = carried.map(|known| known.id.clone()).collect();
        for (position, standard) in (0..).zip(STANDARD.iter().take(N_CRITERIA)) {
            if criteria.len() >= N_CRITERIA {
                break;
            }
            let criterion = id::fresh(op.at);
            criteria.push(criterion.clone());
            whats.push(What::Criterion {
                criterion,
                words: format!("{standard} as we say it"),
                standard: Some((*standard).to_owned()),
                position,
            });
        }
        for (at, criterion) in criteria.into_iter().enumerate() {
            whats.push(What::Score {
                criterion,
                value: u8::try_from((turn * 3 + group * 7 + at * 11) % 101)?,
                votes: None,
                reason: "So it was in these months".into(),
                suggestion: "More of it".into(),
            });
        }
        whats.push(What::Seal);
        acts.extend(whats.into_iter().map(|what| Act {
            id: id::fresh(op.at),
            device: "bench".into(),
            at: op.at,
            session: Some(session.id.clone()),
            base: None,
            what,
        }));
    }
    Ok(acts)
}
