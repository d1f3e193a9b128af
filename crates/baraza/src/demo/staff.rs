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
use crate::platform::op::{Grant, Op, Role};

/// The host of every invented address (RFC 2606: nobody's).
const HOST: &str = "ranumaya.example";

/// The offices that answer requests.
pub const OFFICES: [&str; 4] = ["dinas-pu", "dinkes", "kominfo", "bappeda"];

/// The account of an office's liaison officer.
pub fn liaison_of(office: &str) -> String {
    format!("liaison.{office}")
}

/// The account of an office's head.
pub fn head_of(office: &str) -> String {
    format!("head.{office}")
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
    /// Where the role holds; `None`: everywhere.
    pub place: Option<String>,
}

/// Adds the offices.
pub async fn open_offices(app: &App, op: &Op) -> anyhow::Result<()> {
    let offices = [
        (
            "bappeda",
            "Bappeda Ranumaya",
            "Plans the regency's development and keeps its statistics.",
        ),
        (
            "dinas-pu",
            "Dinas Pekerjaan Umum Ranumaya",
            "Builds roads, bridges and water points.",
        ),
        ("dinkes", "Dinas Kesehatan Ranumaya", "Runs the health centres."),
        (
            "kominfo",
            "Dinas Kominfo Ranumaya",
            "Runs this site; steward of the regency's data.",
        ),
    ];
    let mut tx = app.db.begin().await?;
    for (code, name, about) in offices {
        let office = Organisation {
            code: code.to_owned(),
            name: name.to_owned(),
            about: Some(format!("{about} An invented office of the sample regency.")),
            contact: Some(format!("{code}@{HOST}")),
        };
        accounts::save_organisation(&mut tx, op, &office)
            .await
            .with_context(|| format!("add the office {code}"))?;
    }
    tx.commit().await?;
    Ok(())
}

/// Adds one person for each role and tells how they sign in.
pub async fn hire(app: &App, op: &Op, world: &World) -> anyhow::Result<Vec<Login>> {
    let village = world.regency.villages.first().map(|village| village.code.clone());
    let district = village
        .as_deref()
        .and_then(|code| code.rsplit_once('.'))
        .map(|(district, _)| district.to_owned());
    let regency = Some(REGENCY_CODE.to_owned());
    let mut people = vec![
        ("admin".to_owned(), Role::Admin, None, None),
        (
            "steward".to_owned(),
            Role::Steward,
            regency.clone(),
            Some("kominfo"),
        ),
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
        ("facilitator".to_owned(), Role::Facilitator, district, None),
        ("auditor".to_owned(), Role::Auditor, regency.clone(), None),
        ("enumerator".to_owned(), Role::Enumerator, village, None),
        ("citizen".to_owned(), Role::Citizen, None, None),
    ];
    for office in OFFICES {
        for name in [liaison_of(office), head_of(office)] {
            people.push((name, Role::Officer, regency.clone(), Some(office)));
        }
    }
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
