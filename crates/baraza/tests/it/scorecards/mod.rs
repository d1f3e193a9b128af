//! Score cards through their front door: a regency with a clinic, its facilitators and its provider.

use std::collections::BTreeMap;

use baraza::{
    facilitators::{self, model::Paper},
    platform::{
        id,
        op::{Grant, Op, Person, Proof, Role, Who},
        problem::Result,
    },
    scorecards::{
        self, NewPromise, NewRound, NewSession,
        model::{
            act::{Act, Applied, What},
            round::{Attendance, Round, Scale},
            session::{Session, Side},
        },
    },
};
use jiff::civil::{Date, date};

use crate::{
    indicators::{PLACES, import_places, notes::organise},
    town::Town,
};

mod attacks;
mod ceilings;
mod hall;
mod pages;
mod print;
mod privacy;
mod round;

pub const FACILITIES: &str = "code,name,kind,organisation,place,lat,lon,serves\n\
    puskesmas,Puskesmas Margomulyo,clinic,dinkes,35.22.01.2001,-7.15,111.5,35.22.01.2001 35.22.01.2002\n\
    sekolah,SD Luwihaji,school,dindik,35.22.01.2001,,,\n";
/// The village of the clinic.
pub const VILLAGE: &str = "35.22.01.2001";

/// A town with a clinic: `lead` and `second` facilitate, `inside` facilitates too and works for the provider, `unsigned` signed nothing,
/// `provider` leads the provider, `officer` works for the district.
pub struct Hall {
    pub town: Town,
    people: BTreeMap<&'static str, (String, Vec<Grant>)>,
}

impl Hall {
    pub async fn new() -> Hall {
        let town = Town::new().await;
        import_places(&town, PLACES).await;
        town.run_jobs().await;
        for office in ["dinkes", "dindik"] {
            organise(&town, office).await;
        }
        let mut hall = Hall {
            town,
            people: BTreeMap::new(),
        };
        let at = |role, place: &str, org: Option<&str>| Grant {
            role,
            place: Some(place.to_owned()),
            org: org.map(str::to_owned),
        };
        for (name, grants) in [
            ("lead", vec![at(Role::Facilitator, "35.22.01", None)]),
            ("second", vec![at(Role::Facilitator, "35.22", None)]),
            ("elsewhere", vec![at(Role::Facilitator, "35.22.02", None)]),
            ("unsigned", vec![at(Role::Facilitator, "35.22.01", None)]),
            (
                "inside",
                vec![
                    at(Role::Facilitator, "35.22.01", None),
                    at(Role::Officer, "35.22.01", Some("dinkes")),
                ],
            ),
            ("provider", vec![at(Role::Leader, "35.22.01", Some("dinkes"))]),
            ("officer", vec![at(Role::Officer, "35.22.01", None)]),
        ] {
            let id = hall.town.add(&format!("{name}@town.test"), name, &grants).await;
            hall.people.insert(name, (id, grants));
        }
        for name in ["lead", "second", "elsewhere", "inside"] {
            for paper in Paper::ALL {
                facilitators::register::sign(&hall.town.app, &hall.op(name), paper)
                    .await
                    .expect("signed");
            }
        }
        let list = scorecards::read_csv(FACILITIES).expect("a list");
        let mut tx = hall.town.app.db.begin().await.expect("a transaction");
        scorecards::keep_facilities(&mut tx, &hall.town.system(), list)
            .await
            .expect("kept");
        tx.commit().await.expect("committed");
        hall
    }

    pub fn id(&self, name: &str) -> String {
        self.people[name].0.clone()
    }

    /// The circumstances in which somebody acts, now.
    pub fn op(&self, name: &str) -> Op {
        let (id, grants) = &self.people[name];
        let who = Who::Person(Person {
            id: id.clone(),
            name: name.to_owned(),
            email: format!("{name}@town.test"),
            grants: grants.clone(),
            proof: Proof::Session { id: "s".into() },
        });
        Op {
            who,
            ..self.town.system()
        }
    }

    /// A fresh id, as a device makes one.
    pub fn fresh(&self) -> String {
        id::fresh(self.town.clock.now())
    }

    pub fn act(&self, session: Option<&str>, base: Option<&str>, what: What) -> Act {
        Act {
            id: self.fresh(),
            device: "phone".into(),
            at: self.town.clock.now(),
            session: session.map(str::to_owned),
            base: base.map(str::to_owned),
            what,
        }
    }

    /// Plans a round of the clinic and begins it: `women`, and whatever else.
    pub async fn begins(&self, groups: &[(&str, Option<&str>)]) -> Round {
        let new = NewRound {
            facility: "puskesmas".into(),
            scale: Scale::Hundred,
            planned_on: date(2026, 11, 16),
            lead: self.id("lead"),
            groups: groups
                .iter()
                .map(|(group, name)| NewSession {
                    group: (*group).to_owned(),
                    name: name.map(str::to_owned),
                    place: VILLAGE.to_owned(),
                })
                .collect(),
        };
        let op = self.op("lead");
        let mut tx = self.town.app.db.begin().await.expect("a transaction");
        let round = scorecards::plan(&mut tx, &op, new).await.expect("planned");
        scorecards::begin(&mut tx, &op, &round.id, 0)
            .await
            .expect("begun");
        tx.commit().await.expect("committed");
        round
    }

    /// Sends one act; commits what was taken.
    pub async fn sends(&self, who: &str, round: &Round, act: &Act) -> Result<Applied> {
        let mut tx = self.town.app.db.begin().await.expect("a transaction");
        let applied = scorecards::apply(&mut tx, &self.op(who), &round.id, act).await?;
        tx.commit().await.expect("committed");
        Ok(applied)
    }

    /// The sessions of a round, as the lead sees them.
    pub async fn sessions(&self, round: &Round) -> Vec<Session> {
        scorecards::read(&self.town.app, &self.op("lead"), &round.id)
            .await
            .expect("read")
            .sessions
    }

    pub async fn session(&self, round: &Round, group: &str) -> String {
        let sessions = self.sessions(round).await;
        let found = sessions.into_iter().find(|session| session.group == group);
        found.expect("a session").id
    }

    /// Holds a session to the end: who is there, consent, one criterion `waiting`, its score, seal.
    pub async fn holds(&self, round: &Round, group: &str, n: u32, value: u8) {
        let sessions = self.sessions(round).await;
        let session = sessions
            .iter()
            .find(|session| session.group == group)
            .expect("one");
        let who = match session.side {
            Side::Users => "lead",
            Side::Provider => "provider",
        };
        for act in self.whole(&session.id, n, value) {
            let applied = self.sends(who, round, &act).await.expect("taken");
            assert_eq!(applied, Applied::Done, "{group}: {:?}", act.what);
        }
    }

    /// The acts of a session from who is there to the seal.
    pub fn whole(&self, session: &str, n: u32, value: u8) -> Vec<Act> {
        let criterion = self.fresh();
        let whats = [
            What::Present { n },
            What::Consent {
                text: "We agree.".into(),
            },
            What::Criterion {
                criterion: criterion.clone(),
                words: format!("waiting of {n}"),
                standard: Some("waiting".into()),
                position: 0,
            },
            What::Score {
                criterion,
                value,
                votes: None,
                reason: format!("reason of {n}"),
                suggestion: format!("suggestion of {n}"),
            },
            What::Seal,
        ];
        whats
            .into_iter()
            .map(|what| self.act(Some(session), None, what))
            .collect()
    }

    /// Opens the meeting, with the provider there.
    pub async fn meets(&self, round: &Round) {
        let mut tx = self.town.app.db.begin().await.expect("a transaction");
        scorecards::open_meeting(&mut tx, &self.op("lead"), &round.id, 1, None)
            .await
            .expect("open");
        tx.commit().await.expect("committed");
    }

    /// Agrees on promises, and on a plan.
    pub async fn agrees(&self, round: &Round, n_promises: usize) {
        let op = self.op("lead");
        let mut tx = self.town.app.db.begin().await.expect("a transaction");
        for number in 0..n_promises {
            let new = NewPromise {
                criterion: None,
                promise: format!("Open the second counter {number}"),
                owner: "dinkes".into(),
                owner_post: None,
                resources: "two clerks".into(),
                due_on: date(2028, 3, 1),
            };
            scorecards::promise(&mut tx, &op, &round.id, new)
                .await
                .expect("promised");
        }
        let came = Attendance {
            total: 40,
            by_group: [("women".to_owned(), 20), ("disability".to_owned(), 3)].into(),
        };
        scorecards::agree(
            &mut tx,
            &op,
            &round.id,
            2,
            came,
            "Call 0812-3456-7890.",
            None::<Date>,
        )
        .await
        .expect("agreed");
        tx.commit().await.expect("committed");
    }
}
