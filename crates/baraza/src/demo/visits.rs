//! Visits of volunteers to some households of one village: two lists that belong together, a later round, and families filed twice.
//!
//! Small on purpose: it shows what the desk of households is for, and leaves the census as it is.

use std::fmt::Write;

use anyhow::Context;
use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::{
    opendata::choices,
    world::{
        census::{Round, World},
        people::{Household, Member},
    },
};
use crate::{
    collect::{self, Definition, Delivery},
    platform::{app::App, op::Op, time::Time},
};

/// The form that the product ships.
const VISIT: &str = include_str!("../../../../data/forms/visit.md");
/// The project's name.
const PROJECT: &str = "Household visits";
/// Households that are visited.
const VISITED: usize = 24;
/// Every so many of them is visited by another volunteer, who does not find it in the list.
const FILED_TWICE: usize = 5;
/// Every so many is visited again a year later.
const VISITED_AGAIN: usize = 2;
/// Days between one visit and the next of the same household.
const LATER_DAYS: i64 = 200;
const DAY: i64 = 86_400_000_000;

/// Publishes the form, and files the visits.
pub async fn visit(app: &App, op: &Op, world: &World) -> anyhow::Result<()> {
    let project = collect::save_project(app, op, PROJECT, Some("kominfo")).await?;
    let definition = Definition::read(Bytes::from_static(VISIT.as_bytes()), "visit.md", None)?;
    let form = collect::save_draft(app, op, &project, &definition).await?;
    collect::give_file(app, op, &form, "places.csv", Bytes::from(choices(world)))
        .await
        .context("give the form its places")?;
    let version = collect::publish(app, op, &form, None).await?.version;
    let first = world.households(Round::First);
    let Some(village) = first
        .first()
        .map(|household| world.regency.groups[household.group].village)
    else {
        return Ok(());
    };
    let visited: Vec<&Household> = first
        .iter()
        .filter(|household| {
            world.regency.groups[household.group].village == village && !household.members.is_empty()
        })
        .take(VISITED)
        .collect();
    let sheet = |household, occasion| Sheet {
        world,
        form: &form.xml_form_id,
        version: &version,
        household,
        occasion,
    };
    let now = app.clock.now();
    let mut filings = Vec::new();
    for (nth, household) in visited.iter().enumerate() {
        let at = Time(now.0 - (LATER_DAYS + 20) * DAY + i64::try_from(nth).unwrap_or(0) * DAY / 4);
        filings.push((at, sheet(household, Occasion::First).write()));
        if nth % FILED_TWICE == 1 {
            filings.push((
                Time(at.0 + 3 * DAY),
                sheet(household, Occasion::ByAnother).write(),
            ));
        }
        if nth % VISITED_AGAIN == 0 {
            filings.push((
                Time(at.0 + LATER_DAYS * DAY),
                sheet(household, Occasion::Later).write(),
            ));
        }
    }
    filings.sort();
    for (at, xml) in filings {
        let delivery = Delivery {
            project: project.id,
            form: Some(form.xml_form_id.clone()),
            xml: Bytes::from(xml),
            device_id: Some("demo:visits".into()),
            ..Delivery::default()
        };
        collect::receive(app, &Op::system(at), delivery)
            .await
            .context("file a visit")?;
    }
    Ok(())
}

/// Which visit of a household it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Occasion {
    First,
    /// By somebody who spells names otherwise and puts the family into the list once more.
    ByAnother,
    /// A later round: people grew older, a child was born, somebody left.
    Later,
}

struct Sheet<'a> {
    world: &'a World,
    form: &'a str,
    version: &'a str,
    household: &'a Household,
    occasion: Occasion,
}

impl Sheet<'_> {
    fn write(&self) -> String {
        let group = &self.world.regency.groups[self.household.group];
        let head = self.spelled(&self.household.members[0].name);
        let is_later = self.occasion == Occasion::Later;
        let household = if is_later {
            self.id("household", 0)
        } else {
            String::new()
        };
        let mut xml = format!(
            "<data id=\"{}\" version=\"{}\"><where><household_group>{}</household_group><household>{household}</household></where>\
             <house><head_name>{head}</head_name><phone/><household_id>{}</household_id></house>",
            self.form,
            self.version,
            group.code,
            self.id("household", 0)
        );
        for (nth, member) in self.household.members.iter().enumerate() {
            self.member(&mut xml, nth, member);
        }
        if is_later {
            let born = format!("Bayi {head}");
            self.one(&mut xml, self.household.members.len(), &born, 0, "female", "here");
        }
        let _ = write!(
            xml,
            "<meta>{}<instanceID>uuid:{}</instanceID></meta></data>",
            self.entity("households", &self.id("household", 0), &head, is_later),
            self.id(&format!("instance {:?}", self.occasion), 0)
        );
        xml
    }

    fn member(&self, xml: &mut String, nth: usize, member: &Member) {
        let years = if self.occasion == Occasion::Later { 1 } else { 0 };
        let age = member.age(Round::First.begins_on()) + years;
        let is_last = nth > 1 && nth + 1 == self.household.members.len();
        let status = if years == 1 && is_last { "moved" } else { "here" };
        let sex = if member.is_woman { "female" } else { "male" };
        self.one(xml, nth, &self.spelled(&member.name), age, sex, status);
    }

    fn one(&self, xml: &mut String, nth: usize, name: &str, age: u32, sex: &str, status: &str) {
        let id = self.id("member", nth + 1);
        let is_known = self.occasion == Occasion::Later && nth < self.household.members.len();
        let who = if is_known { id.as_str() } else { "" };
        let _ = write!(
            xml,
            "<member><who>{who}</who><full_name>{name}</full_name><age>{age}</age><sex>{sex}</sex><status>{status}</status>\
             <member_id>{id}</member_id><meta>{}</meta></member>",
            self.entity("members", &id, name, is_known)
        );
    }

    fn entity(&self, list: &str, id: &str, label: &str, is_known: bool) -> String {
        let does = if is_known {
            "update=\"1\" create=\"\" baseVersion=\"1\""
        } else {
            "create=\"1\" update=\"\" baseVersion=\"\""
        };
        format!(
            "<entity dataset=\"{list}\" {does} trunkVersion=\"\" branchId=\"\" id=\"{id}\"><label>{label}</label></entity>"
        )
    }

    /// A name as the other volunteer writes it: the old spelling, and the last letter lost.
    fn spelled(&self, name: &str) -> String {
        match self.occasion {
            Occasion::ByAnother => name
                .replace('u', "oe")
                .replace('y', "j")
                .trim_end_matches('h')
                .to_owned(),
            Occasion::First | Occasion::Later => name.to_owned(),
        }
    }

    /// An id of the family; the volunteer who does not find it gives another.
    fn id(&self, what: &str, nth: usize) -> String {
        let by = if self.occasion == Occasion::ByAnother {
            "another"
        } else {
            "first"
        };
        let text = format!("{}/{}/{by}/{what}/{nth}", self.world.seed, self.household.number);
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&Sha256::digest(text)[..16]);
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }
}
