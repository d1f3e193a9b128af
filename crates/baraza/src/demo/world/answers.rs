//! What an enumerator writes down, as the XML that ODK Collect sends for the shipped household form.
//!
//! Questions that are not relevant are left out, as Collect leaves them out; questions that nobody
//! answered are empty. Names follow `data/forms/household.md`.

use std::fmt::Write;

use jiff::civil::{Date, DateTime};
use sha2::{Digest, Sha256};

use super::census::{Enumerator, Visit, World};
use super::home::Home;
use super::outlines::position;
use super::people::{Household, Member};
use super::random::Random;
use crate::places::boundaries::Point;

/// Which form the answers are for.
#[derive(Clone, Debug)]
pub struct FormName<'a> {
    pub id: &'a str,
    pub version: &'a str,
}

/// The instance id of an interview; the same for the same seed.
pub fn instance_id(world: &World, visit: &Visit) -> String {
    let number = world.households(visit.round)[visit.household].number;
    let text = format!("{}/{:?}/{number}/{}", world.seed, visit.round, visit.copy);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Sha256::digest(text)[..16]);
    format!("uuid:{}", uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// The submission of an interview.
pub fn submission(world: &World, visit: &Visit, form: &FormName<'_>) -> String {
    let household = &world.households(visit.round)[visit.household];
    let who = &world.enumerators[visit.enumerator];
    let random = world.chance_of(visit);
    let mut sheet = Sheet {
        xml: String::with_capacity(6000),
        random,
        carelessness: who.carelessness,
    };
    let _ = write!(
        sheet.xml,
        r#"<?xml version='1.0'?><data xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms" id="{}" version="{}">"#,
        form.id, form.version
    );
    sheet.answers(world, visit, household, who);
    let group = &world.regency.groups[visit.group];
    let village = &world.regency.villages[group.village];
    let id = instance_id(world, visit);
    let _ = write!(
        sheet.xml,
        "<meta><instanceID>{id}</instanceID><instanceName>{} {} {}</instanceName></meta></data>",
        village.code, group.code, visit.house_number
    );
    sheet.xml
}

/// The form being filled.
struct Sheet {
    xml: String,
    random: Random,
    carelessness: f64,
}

impl Sheet {
    fn answers(&mut self, world: &World, visit: &Visit, household: &Household, who: &Enumerator) {
        let group = &world.regency.groups[visit.group];
        let village = &world.regency.villages[group.village];
        let today = visit.begins.date();
        self.leaf("start", moment(visit.begins));
        self.leaf("end", moment(visit.ends));
        self.leaf("today", today);
        self.leaf("deviceid", &who.device_id);
        self.leaf("username", &who.code);
        // A typing mistake in the house number is common and harmless.
        let house_number = if self.random.chance(0.003) {
            visit.house_number + 10
        } else {
            visit.house_number
        };
        self.group("identity", |sheet| {
            sheet.leaf("village", &village.code);
            sheet.leaf("household_group", &group.code);
            sheet.leaf("enumerator", &who.code);
            sheet.leaf("house_number", house_number);
        });
        self.leaf("consent", if visit.agrees { "yes" } else { "no" });
        if !visit.agrees {
            return;
        }
        self.location(household);
        self.home(&household.home);
        let written: Vec<Written> = household
            .members
            .iter()
            .map(|member| self.member(member, household, who, today))
            .collect();
        self.summary(&household.home, &written);
    }

    fn location(&mut self, household: &Household) {
        if self.random.chance(0.03 * self.carelessness) {
            return self.leaf("location", "");
        }
        let Point { lon, lat } = position(household.at);
        let (dx, dy) = (self.random.normal() * 4e-5, self.random.normal() * 4e-5);
        let (height, accuracy) = (20.0 + 30.0 * self.random.unit(), 3.0 + 6.0 * self.random.unit());
        self.leaf(
            "location",
            format!("{:.7} {:.7} {height:.1} {accuracy:.1}", lat + dy, lon + dx),
        );
    }

    fn home(&mut self, home: &Home) {
        self.group("dwelling", |sheet| {
            sheet.leaf("rooms", home.rooms);
            sheet.optional("tenure", home.tenure);
            sheet.leaf("floor", home.floor);
            sheet.leaf("roof", home.roof);
            sheet.leaf("walls", home.walls);
        });
        self.group("water", |sheet| {
            sheet.leaf("water_source", home.water_source);
            if !matches!(home.water_source, "piped_dwelling" | "piped_yard") {
                // A zero too many now and then.
                let is_slip = home.water_minutes < 60 && sheet.random.chance(0.002);
                sheet.leaf(
                    "water_minutes",
                    if is_slip {
                        home.water_minutes * 10
                    } else {
                        home.water_minutes
                    },
                );
            }
            sheet.optional("water_treatment", home.water_treatment.join(" "));
            sheet.optional("washing_water_source", home.washing_water_source);
            if home.water_source != "bottled" {
                sheet.leaf("water_photo", "");
            }
        });
        self.group("sanitation", |sheet| {
            sheet.leaf("toilet", home.toilet);
            if home.toilet != "none" {
                sheet.leaf(
                    "toilet_shared",
                    if home.toilet_shared_by.is_some() {
                        "yes"
                    } else {
                        "no"
                    },
                );
            }
            if let Some(households) = home.toilet_shared_by {
                sheet.optional("toilet_households", households);
            }
            sheet.optional("handwashing", home.handwashing);
            sheet.optional("waste", home.waste);
        });
        self.group("energy", |sheet| {
            sheet.leaf("electricity", home.electricity);
            sheet.leaf("cooking_fuel", home.cooking_fuel);
            sheet.optional("assets", home.assets.join(" "));
            sheet.optional("land_ha", home.land_ha);
        });
        self.group("food", |sheet| {
            let questions = ["food_worried", "food_healthy", "food_ran_out", "food_whole_day"];
            for (question, is_so) in questions.into_iter().zip(home.hunger) {
                let answer = match sheet.random.unit() {
                    u if u < 0.012 => "dont_know",
                    u if u < 0.02 => "refused",
                    _ if is_so => "yes",
                    _ => "no",
                };
                sheet.optional(question, answer);
            }
        });
        self.group("safety_health", |sheet| {
            sheet.optional("safety_night", home.safety);
            sheet.optional("crime_12_months", if home.crime { "yes" } else { "no" });
            sheet.leaf("health_visit", if home.health_visit { "yes" } else { "no" });
            if home.health_visit {
                sheet.optional("health_facility", home.health_facility);
            } else {
                sheet.optional("no_visit_reason", home.no_visit_reason);
            }
        });
    }

    fn member(&mut self, member: &Member, household: &Household, who: &Enumerator, today: Date) -> Written {
        let wealth = household.wealth;
        let true_age = member.age(today);
        let (age, birth_date) = self.age_as_told(member, who, true_age);
        let mut written = Written {
            age,
            is_head: member.relation == "head",
            has_disability: false,
        };
        self.group("member", |sheet| {
            sheet.leaf("name", &member.name);
            sheet.leaf("relation", member.relation);
            sheet.leaf("sex", if member.is_woman { "female" } else { "male" });
            sheet.leaf(
                "birth_date",
                birth_date.map(|day| day.to_string()).unwrap_or_default(),
            );
            sheet.leaf("age", age);
            if age >= 10 {
                sheet.optional("marital", member.marital(today));
            }
            if age < 5 {
                sheet.leaf("birth_certificate", member.has_certificate);
            } else {
                let levels = member.functioning(today, wealth);
                written.has_disability = levels.iter().any(|level| matches!(*level, "a_lot" | "cannot_do"));
                sheet.group("functioning", |sheet| {
                    let domains = [
                        "wg_seeing",
                        "wg_hearing",
                        "wg_walking",
                        "wg_remembering",
                        "wg_self_care",
                        "wg_communicating",
                    ];
                    for (domain, level) in domains.into_iter().zip(levels) {
                        sheet.leaf(domain, level);
                    }
                });
            }
            let disability = match age {
                0..5 => "",
                _ if written.has_disability => "1",
                _ => "0",
            };
            sheet.leaf("has_disability", disability);
            if age >= 5 {
                sheet.schooling(member, today, wealth, age);
            }
            if age >= 15 {
                sheet.work(member, today, wealth);
            }
            sheet.optional("health_insurance", member.insurance);
            if age >= 10 {
                let owns = member.owns_phone(today, wealth);
                sheet.leaf("owns_phone", if owns { "yes" } else { "no" });
                if owns {
                    sheet.leaf("phone", member.phone.as_deref().unwrap_or(""));
                }
            }
        });
        written
    }

    /// Ages are rounded, guessed and mistyped; birth dates of older people are often unknown.
    fn age_as_told(&mut self, member: &Member, who: &Enumerator, age: u32) -> (u32, Option<Date>) {
        let rounded = (f64::from(age) / 5.0).round() as u32 * 5;
        let told = match self.random.unit() {
            u if u < 0.010 => {
                (i64::from(age) + [-9, -4, -2, 3, 5, 10][self.random.below(6)]).clamp(0, 110) as u32
            }
            u if age >= 23 && u < if who.rounds_ages { 0.4 } else { 0.06 } => rounded,
            _ => age,
        };
        let unknown = if age > 40 { 0.28 } else { 0.07 } * self.carelessness.min(1.6);
        let birth_date = if self.random.chance(unknown) {
            None
        } else if self.random.chance(0.005) {
            // The year mistyped by a decade; a birth in the future would have been refused by the phone.
            member.born.with().year(member.born.year() - 10).build().ok()
        } else {
            Some(member.born)
        };
        (told, birth_date)
    }

    fn schooling(&mut self, member: &Member, today: Date, wealth: f64, age: u32) {
        self.group("schooling", |sheet| {
            sheet.leaf("education", member.education(today));
            if age <= 24 {
                let attends = member.is_attending(today, wealth);
                sheet.leaf("attending", if attends { "yes" } else { "no" });
                if !attends && age <= 18 {
                    let reason = sheet.random.by_logit(&[
                        ("too_young", if age <= 6 { 3.5 } else { -5.0 }),
                        ("finished", if age >= 16 { 1.2 } else { -3.0 }),
                        ("cost", 0.8 - 0.5 * wealth),
                        ("distance", -0.8),
                        ("work", if age >= 12 { 0.6 } else { -2.5 }),
                        ("marriage", if age >= 16 && member.is_woman { 0.0 } else { -4.0 }),
                        (
                            "disability",
                            if member.has_disability(today, wealth) {
                                3.0
                            } else {
                                -3.0
                            },
                        ),
                        ("not_interested", 0.3),
                        ("other", -2.0),
                    ]);
                    sheet.optional("no_school_reason", reason);
                }
            }
        });
    }

    fn work(&mut self, member: &Member, today: Date, wealth: f64) {
        self.group("work", |sheet| {
            let works = member.is_working(today, wealth);
            sheet.leaf("worked_last_week", if works { "yes" } else { "no" });
            if works {
                sheet.optional("work_status", member.work_status(wealth));
            } else {
                let age = member.age(today);
                let is_free =
                    age < 60 && !member.is_attending(today, wealth) && !member.has_disability(today, wealth);
                let looks = is_free && sheet.random.chance(if member.is_woman { 0.16 } else { 0.42 });
                sheet.leaf("looked_for_work", if looks { "yes" } else { "no" });
                let available = looks && sheet.random.chance(0.9) || is_free && sheet.random.chance(0.25);
                sheet.leaf("available_for_work", if available { "yes" } else { "no" });
            }
            let trains = sheet.random.chance(0.05);
            sheet.optional("training", if trains { "yes" } else { "no" });
        });
    }

    /// What the phone computes at the end.
    fn summary(&mut self, home: &Home, written: &[Written]) {
        let count = |is: &dyn Fn(&Written) -> bool| written.iter().filter(|member| is(member)).count();
        let tenths = (written.len() as f64 / f64::from(home.rooms) * 10.0 + 0.5).floor() / 10.0;
        let remark = if self.random.chance(0.02) {
            *self.random.one_of(&[
                "The dog bites.",
                "Asked for a copy of the results.",
                "Answered by the neighbour at first, then by the wife.",
                "House being rebuilt.",
                "Wants the village to repair the road.",
            ])
        } else {
            ""
        };
        self.group("summary", |sheet| {
            sheet.leaf("household_size", written.len());
            sheet.leaf("n_under_five", count(&|member| member.age < 5));
            sheet.leaf("n_school_age", count(&|member| (5..=17).contains(&member.age)));
            sheet.leaf("n_elderly", count(&|member| member.age >= 60));
            sheet.leaf("n_with_disability", count(&|member| member.has_disability));
            sheet.leaf("n_heads", count(&|member| member.is_head));
            sheet.leaf("persons_per_room", tenths);
            sheet.leaf("remarks", remark);
        });
    }

    fn group(&mut self, name: &str, fill: impl FnOnce(&mut Sheet)) {
        let _ = write!(self.xml, "<{name}>");
        fill(self);
        let _ = write!(self.xml, "</{name}>");
    }

    /// Writes an answer. None of them holds a character that XML reserves.
    fn leaf(&mut self, name: &str, value: impl std::fmt::Display) {
        let at = self.xml.len();
        let _ = write!(self.xml, "<{name}>{value}</{name}>");
        if self.xml.len() == at + 2 * name.len() + 5 {
            self.xml.truncate(at);
            let _ = write!(self.xml, "<{name}/>");
        }
    }

    /// Writes an answer, or nothing where the enumerator skipped the question.
    fn optional(&mut self, name: &str, value: impl std::fmt::Display) {
        if self.random.chance(0.018 * self.carelessness) {
            self.leaf(name, "");
        } else {
            self.leaf(name, value);
        }
    }
}

/// What the form's own calculations need of a member.
struct Written {
    age: u32,
    is_head: bool,
    has_disability: bool,
}

/// A moment as Collect writes it, with the offset of western Indonesia.
fn moment(at: DateTime) -> String {
    format!("{}.000+07:00", at.strftime("%Y-%m-%dT%H:%M:%S"))
}
