//! Requests through their front doors: filing, working, closing, the sweep, the import.

mod access;
mod board;
mod desk;
mod filing;
mod grading;
mod heard;
mod import;
mod meeting;
mod notices;
mod open311;
mod pages;
mod resident;
mod settings;
mod sweep;
mod working;
pub mod world;

use std::{collections::HashMap, time::Duration};

use baraza::{
    accounts::{self, model::Organisation},
    places::{self, NewList, Outcome, import::Options},
    platform::{
        config::Settings,
        op::{Grant, Op, Person, Proof, Role, Who},
    },
    requests::{
        self, Filing, Opened,
        access::Claim,
        model::{
            post::NewPost,
            profile::shipped,
            request::{Channel, Request},
            service,
        },
    },
};
use serde_json::json;

use crate::town::Town;

const LONG: &str = "The lamp was replaced on Tuesday morning and shines again; the cable was mended too.";
const DAY: Duration = Duration::from_secs(24 * 3600);

/// A town hall: a regency with two units, their posts, and people around them.
struct Hall {
    town: Town,
    people: HashMap<&'static str, (String, Vec<Grant>)>,
}

impl Hall {
    /// Opens it on Monday 2026-11-16, 09:00 in Jakarta, with the shipped profiles and services.
    async fn new() -> Hall {
        Hall::with(Settings::default()).await
    }

    /// As [`Hall::new`], with settings of its own.
    async fn with(settings: Settings) -> Hall {
        let town = Town::with(settings).await;
        let op = town.system();
        import_places(&town).await;
        // Whoever follows the list of places does so now; what is queued later is the test's own.
        town.run_jobs().await;
        let mut tx = town.app.db.begin().await.expect("a transaction");
        for code in ["dinas-pu", "dinkes", "bappeda", "kominfo"] {
            let office = Organisation {
                code: code.into(),
                name: code.to_uppercase(),
                about: None,
                contact: None,
            };
            accounts::save_organisation(&mut tx, &op, &office)
                .await
                .expect("an office");
        }
        tx.commit().await.expect("committed");
        for text in shipped::ALL {
            requests::load_profile(&town.app, &op, text)
                .await
                .expect("a shipped profile");
        }
        requests::load_services(&town.app, &op, service::SAMPLE)
            .await
            .expect("the shipped services");
        let mut hall = Hall {
            town,
            people: HashMap::new(),
        };
        for (name, role, place, org) in [
            ("unit", Role::Officer, Some("35.22"), Some("dinas-pu")),
            ("head", Role::Officer, Some("35.22"), Some("dinas-pu")),
            ("regent", Role::Leader, Some("35.22"), None),
            ("clinic", Role::Officer, Some("35.22"), Some("dinkes")),
            ("clinic-head", Role::Officer, Some("35.22"), Some("dinkes")),
            ("far", Role::Officer, Some("35.23"), Some("dinas-pu")),
            ("planner", Role::Officer, Some("35.22"), Some("bappeda")),
            ("operator", Role::Facilitator, Some("35.22"), None),
            ("auditor", Role::Auditor, Some("35.22"), None),
            ("siti", Role::Citizen, None, None),
        ] {
            hall.hire(name, role, place, org).await;
        }
        for (agency, level, holder) in [
            ("dinas-pu", 1, "unit"),
            ("dinas-pu", 2, "head"),
            ("dinkes", 1, "clinic"),
            ("dinkes", 2, "clinic-head"),
        ] {
            hall.seat(agency, level, holder).await;
        }
        hall
    }

    async fn hire(&mut self, name: &'static str, role: Role, place: Option<&str>, org: Option<&str>) {
        let grants: Vec<Grant> = (role != Role::Citizen)
            .then(|| Grant {
                role,
                place: place.map(Into::into),
                org: org.map(Into::into),
            })
            .into_iter()
            .collect();
        let user = self.town.add(&format!("{name}@town.test"), name, &grants).await;
        self.people.insert(name, (user, grants));
    }

    async fn seat(&self, agency: &str, level: u8, holder: &str) -> String {
        let post = NewPost {
            agency: agency.into(),
            level,
            place: Some("35.22".into()),
            title: format!("{agency} {level}"),
            holder: Some(self.id(holder)),
            deputy: None,
        };
        requests::add_post(&self.town.app, &self.town.system(), &post)
            .await
            .expect("a post")
    }

    fn id(&self, name: &str) -> String {
        self.people[name].0.clone()
    }

    /// The circumstances in which somebody acts, now.
    fn op(&self, name: &str) -> Op {
        let (id, grants) = &self.people[name];
        let who = Who::Person(Person {
            id: id.clone(),
            name: name.into(),
            email: format!("{name}@town.test"),
            grants: grants.clone(),
            proof: Proof::Session { id: "s".into() },
        });
        Op {
            who,
            ..self.town.system()
        }
    }

    fn stranger(&self) -> Op {
        Op {
            who: Who::Anyone,
            ..self.town.system()
        }
    }

    /// Somebody without an account reports a lamp by the school.
    async fn lamp(&self) -> Opened {
        requests::file(&self.town.app, &self.stranger(), lamp())
            .await
            .expect("filed")
    }

    async fn file(&self, op: &Op, filing: Filing) -> Result<Opened, baraza::platform::problem::Problem> {
        requests::file(&self.town.app, op, filing).await
    }

    async fn now(&self, opened: &Opened) -> Request {
        requests::find(&self.town.app, &opened.code).await.expect("there")
    }

    /// A lamp that was answered properly.
    async fn answered(&self) -> Opened {
        let opened = self.lamp().await;
        requests::answer(&self.town.app, &self.op("unit"), &opened.code, "done", LONG)
            .await
            .expect("answered");
        opened
    }

    fn advance_days(&self, days: u32) {
        self.town.advance(DAY * days);
    }

    /// What happened, as somebody reads it: without a claim.
    async fn story(&self, op: &Op, opened: &Opened) -> Vec<String> {
        let seen = requests::see(&self.town.app, op, &opened.code, None)
            .await
            .expect("seen");
        seen.timeline.into_iter().map(|entry| entry.what).collect()
    }
}

fn lamp() -> Filing {
    Filing {
        service: "street-light".into(),
        text: "Lampu jalan mati di depan sekolah".into(),
        place: Some("35.22.01.2001".into()),
        phone: Some("0812-3456-7890".into()),
        name: Some("Siti Aminah".into()),
        channel: Some(Channel::Web),
        ..Filing::default()
    }
}

fn key(opened: &Opened) -> Claim<'_> {
    Claim::Key(opened.key.as_deref().expect("a key"))
}

/// A regency with two villages that have borders, and another regency.
async fn import_places(town: &Town) {
    let square = |code: &str, west: f64| {
        let (south, north, east) = (-7.2, -7.1, west + 0.1);
        json!({"type": "Feature", "id": code, "properties": {"kode": code, "nama": code},
               "geometry": {"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]}})
    };
    let plain = |code: &str| json!({"type": "Feature", "id": code, "properties": {"kode": code, "nama": code}, "geometry": null});
    let features = [
        plain("35"),
        plain("35.22"),
        plain("35.22.01"),
        square("35.22.01.2001", 111.8),
        square("35.22.01.2002", 111.9),
        plain("35.23"),
        plain("35.23.01"),
        square("35.23.01.2001", 112.3),
    ];
    import_features(town, features.into()).await;
}

async fn import_features(town: &Town, features: Vec<serde_json::Value>) {
    let list = NewList {
        file_name: "regency.geojson".into(),
        bytes: json!({"type": "FeatureCollection", "features": features})
            .to_string()
            .into_bytes(),
        options: Options::default(),
    };
    match places::import(&town.app, &town.system(), list, &|_, _| ())
        .await
        .expect("a readable list")
    {
        Outcome::Kept(_) => {}
        Outcome::Refused { broken, .. } => panic!("refused: {broken:?}"),
    }
}
