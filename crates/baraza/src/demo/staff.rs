//! Who works in the invented regency: its offices, one person for each role, and the enumerators' devices.

use anyhow::Context;
use serde::Serialize;

use super::world::census::World;
use super::world::names;
use super::world::random::Random;
use super::world::settlement::REGENCY_CODE;
use crate::accounts;
use crate::accounts::model::{NewUser, Organisation};
use crate::platform::app::App;
use crate::platform::op::{Grant, Op, Person, Proof, Role};

/// The account of the steward of all data.
pub const WALIDATA: &str = "steward";
/// The host of every invented address (RFC 2606: nobody's).
const HOST: &str = "ranumaya.example";

/// The account of a village's own operator.
pub const VILLAGE: &str = "village";
/// The account of whoever runs discussions in the first district.
pub const FACILITATOR: &str = "facilitator";
/// The account of the facilitator who coaches the other, and codes beside them.
pub const COACH: &str = "coach";
/// The government of the village that keeps its year here.
pub const VILLAGE_OFFICE: &str = "pemdes";

/// The offices that answer requests and publish data.
pub const OFFICES: [&str; 4] = ["dinas-pu", "dinkes", "kominfo", "bappeda"];

/// The account of an office's liaison officer.
pub fn liaison_of(office: &str) -> String {
    format!("liaison.{office}")
}

/// The account of an office's head.
pub fn head_of(office: &str) -> String {
    format!("head.{office}")
}

/// The account of whoever makes an office's data.
pub fn producer_of(office: &str) -> String {
    match office {
        "dinas-pu" => "producer".to_owned(),
        office => format!("producer.{office}"),
    }
}

/// The account of whoever checks an office's data; Kominfo's is the steward of all data (*walidata*).
pub fn steward_of(office: &str) -> String {
    match office {
        "kominfo" => WALIDATA.to_owned(),
        office => format!("steward.{office}"),
    }
}

/// The account of whoever approves an office's data; Kominfo's is the leader of the regency.
pub fn approver_of(office: &str) -> String {
    match office {
        "kominfo" => "leader".to_owned(),
        office => format!("approver.{office}"),
    }
}

/// The address of an account.
pub fn address(account: &str) -> String {
    format!("{account}@{HOST}")
}

/// Somebody who can sign in to the sample regency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Login {
    pub email: String,
    pub password: String,
    pub name: String,
    pub role: &'static str,
    /// Whose matters the role is about; `None`: everybody's.
    pub office: Option<String>,
    /// Where the role holds; `None`: everywhere.
    pub place: Option<String>,
}

/// Who can sign in to the sample regency, to act in their names.
pub struct People(Vec<Person>);

impl People {
    /// Looks everybody up.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(app: &App) -> anyhow::Result<People> {
        let listed = accounts::list_users(app, &Op::system(app.clock.now())).await?;
        let people = listed.into_iter().filter_map(|user| {
            Some(Person {
                proof: Proof::Session {
                    id: format!("sample-{}", user.id),
                },
                email: user.email?,
                id: user.id,
                name: user.name,
                grants: user.grants,
            })
        });
        Ok(People(people.collect()))
    }

    /// Finds whoever has an account.
    ///
    /// # Errors
    /// When nobody does.
    pub fn find(&self, account: &str) -> anyhow::Result<&Person> {
        let email = address(account);
        let found = self.0.iter().find(|person| person.email == email);
        found.with_context(|| format!("find the account {email}"))
    }
}

/// Adds the offices.
pub async fn open_offices(app: &App, op: &Op) -> anyhow::Result<()> {
    let offices = [
        (
            "bappeda",
            "Bappeda Ranumaya",
            "Merencanakan pembangunan kabupaten dan menjaga statistiknya.",
        ),
        (
            "dinas-pu",
            "Dinas Pekerjaan Umum Ranumaya",
            "Membangun jalan, jembatan, dan sumber air.",
        ),
        ("dinkes", "Dinas Kesehatan Ranumaya", "Mengelola puskesmas."),
        (
            "kominfo",
            "Dinas Kominfo Ranumaya",
            "Mengelola situs ini; walidata kabupaten.",
        ),
    ];
    let mut tx = app.db.begin().await?;
    for (code, name, about) in offices {
        let office = Organisation {
            code: code.to_owned(),
            name: name.to_owned(),
            about: Some(format!("{about} Kantor rekaan di kabupaten contoh.")),
            contact: Some(format!("{code}@{HOST}")),
        };
        accounts::save_organisation(&mut tx, op, &office)
            .await
            .with_context(|| format!("add the office {code}"))?;
    }
    tx.commit().await?;
    Ok(())
}

/// Adds the government of the village that keeps its year here, and providers that publish nothing and answer no requests.
pub async fn open_providers(app: &App, op: &Op, world: &World) -> anyhow::Result<()> {
    let village = world
        .regency
        .villages
        .first()
        .map_or("", |village| village.name.as_str());
    let providers = [
        (
            VILLAGE_OFFICE,
            format!("Pemerintah Desa {village}"),
            "Menjalankan pemerintahan desa.",
        ),
        (
            "dindik",
            "Dinas Pendidikan Ranumaya".to_owned(),
            "Mengelola sekolah.",
        ),
        (
            "dpmptsp",
            "Dinas Perizinan Ranumaya".to_owned(),
            "Melayani perizinan.",
        ),
    ];
    let mut tx = app.db.begin().await?;
    for (code, name, about) in providers {
        let provider = Organisation {
            code: code.to_owned(),
            name,
            about: Some(format!("{about} Kantor rekaan di kabupaten contoh.")),
            contact: Some(format!("{code}@{HOST}")),
        };
        accounts::save_organisation(&mut tx, op, &provider)
            .await
            .with_context(|| format!("add the provider {code}"))?;
    }
    tx.commit().await?;
    Ok(())
}

/// Adds one person for each role, and for each part in an office's data, and tells how they sign in.
pub async fn hire(app: &App, op: &Op, world: &World) -> anyhow::Result<Vec<Login>> {
    let village = world.regency.villages.first().map(|village| village.code.clone());
    let district = village
        .as_deref()
        .and_then(|code| code.rsplit_once('.'))
        .map(|(district, _)| district.to_owned());
    let regency = Some(REGENCY_CODE.to_owned());
    let mut people = vec![
        ("admin".to_owned(), Role::Admin, None, None),
        (WALIDATA.to_owned(), Role::Steward, regency.clone(), None),
        (
            "producer".to_owned(),
            Role::Producer,
            regency.clone(),
            Some("dinas-pu"),
        ),
        (
            "officer".to_owned(),
            Role::Officer,
            district.clone(),
            Some("bappeda"),
        ),
        ("leader".to_owned(), Role::Leader, regency.clone(), None),
        (FACILITATOR.to_owned(), Role::Facilitator, district, None),
        ("auditor".to_owned(), Role::Auditor, regency.clone(), None),
        ("enumerator".to_owned(), Role::Enumerator, village.clone(), None),
        ("citizen".to_owned(), Role::Citizen, None, None),
    ];
    for office in OFFICES {
        for name in [liaison_of(office), head_of(office)] {
            people.push((name, Role::Officer, regency.clone(), Some(office)));
        }
    }
    for office in OFFICES {
        for (account, role) in [
            (producer_of(office), Role::Producer),
            (steward_of(office), Role::Steward),
            (approver_of(office), Role::Leader),
        ] {
            // Some of them are there already, for more than their office.
            if people.iter().all(|(known, ..)| *known != account) {
                people.push((account, role, regency.clone(), Some(office)));
            }
        }
    }
    // Last, so that everybody else keeps name and password.
    people.push((COACH.to_owned(), Role::Facilitator, regency, None));
    people.push((VILLAGE.to_owned(), Role::Officer, village, Some(VILLAGE_OFFICE)));
    let mut random = Random::new(world.seed).stream("staff", 0);
    let mut words = names::PlaceNames::new(&Random::new(world.seed).stream("passwords", 0));
    let mut logins = Vec::new();
    for (account, role, place, office) in people {
        let is_woman = random.chance(0.5);
        let name = names::person(&mut random, is_woman);
        let password = format!("{}-{}-{:02}", words.town(), words.town(), random.below(100)).to_lowercase();
        let login = Login {
            email: address(&account),
            password,
            name,
            role: role.as_str(),
            office: office.map(str::to_owned),
            place: place.clone(),
        };
        let new = NewUser::parse(&login.email, &login.name, Some(login.password.clone()))?;
        // Whoever signs in is a citizen; the role is granted only to staff.
        let grants = match role {
            Role::Citizen => Vec::new(),
            role => vec![Grant {
                role,
                place,
                org: office.map(str::to_owned),
            }],
        };
        let mut tx = app.db.begin().await?;
        accounts::add_user(&mut tx, op, new, &grants)
            .await
            .with_context(|| format!("add {}", login.email))?;
        tx.commit().await?;
        logins.push(login);
    }
    Ok(logins)
}
