//! The people of the invented regency: households, how they live, and how a year changes them.
//!
//! One hidden wealth runs through everything a household has and does, as it does in real
//! surveys: it falls with height and remoteness, and rises in towns and with schooling. The order
//! of magnitude of the coefficients follows household surveys of the region; no figure is real.

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use super::home::Home;
use super::names;
use super::random::{Random, sigmoid};
use super::settlement::Village;

/// A household as it is, whatever anybody writes down about it.
#[derive(Clone, Debug)]
pub struct Household {
    pub number: u32,
    /// Position of its household group in the regency's list.
    pub group: usize,
    pub house_number: u32,
    /// Kilometres from the middle.
    pub at: (f64, f64),
    pub wealth: f64,
    pub members: Vec<Member>,
    pub home: Home,
}

/// A person.
#[derive(Clone, Debug)]
pub struct Member {
    pub name: String,
    pub relation: &'static str,
    pub is_woman: bool,
    pub born: Date,
    pub is_paired: bool,
    pub has_certificate: &'static str,
    /// Hidden health: higher is frailer; drives all six domains.
    pub frailty: f64,
    pub frailty_of: [f64; 6],
    /// Years of school when fully grown.
    pub schooling: u32,
    pub is_vocational: bool,
    /// Hidden leanings towards school, work and owning things, each standard normal.
    pub leaning: [f64; 3],
    pub insurance: &'static str,
    pub phone: Option<String>,
}

impl Household {
    /// Makes a household that lives in a village on a day.
    pub fn new(
        number: u32,
        group: usize,
        house_number: u32,
        at: (f64, f64),
        village: &Village,
        on: Date,
        random: &Random,
    ) -> Household {
        let mut random = random.stream("household", u64::from(number));
        let wealth = village.wealth + 0.8 * random.normal();
        let members = family(wealth, village.is_town, on, &mut random);
        let home = Home::new(wealth, village, members.len(), &mut random);
        Household {
            number,
            group,
            house_number,
            at,
            wealth,
            members,
            home,
        }
    }

    /// Lets a year pass: births, deaths, departures, weddings, and perhaps a better well.
    pub fn live_a_year(&mut self, village: &Village, on: Date, random: &Random) {
        let mut random = random.stream("year", u64::from(self.number));
        let alive = |member: &Member, random: &mut Random| {
            let age = f64::from(member.age(on));
            let risk = 0.0006 + 0.00004 * (age - 20.0).max(0.0) + (0.09 * (age - 88.0)).exp().min(0.3);
            !random.chance(risk)
        };
        let leaves = |member: &Member, random: &mut Random| {
            let age = member.age(on);
            member.relation == "child" && (18..30).contains(&age) && random.chance(0.09)
        };
        self.members.retain(|member| alive(member, &mut random));
        self.members.retain(|member| !leaves(member, &mut random));
        if !self.members.iter().any(|member| member.age(on) >= 16) {
            // No adult is left: relatives take the house over, and the children go with others.
            let family = family(self.wealth, village.is_town, on, &mut random);
            self.members = family;
        }
        if !self.members.iter().any(|member| member.relation == "head") {
            self.name_new_head(on);
        }
        let has_mother = self.members.iter().any(|member| {
            member.is_woman
                && member.is_paired
                && matches!(member.relation, "head" | "spouse")
                && (18..42).contains(&member.age(on))
        });
        if has_mother && random.chance(0.075) {
            let born = on - days(random.below(360) as i64);
            let baby = Member::new(
                "child",
                random.chance(0.49),
                born,
                false,
                self.wealth,
                village.is_town,
                &mut random,
            );
            self.members.push(baby);
        }
        if village.has_new_water && !Home::has_safe_water(self.home.water_source) && random.chance(0.62) {
            self.home.water_source = random.by_logit(&[
                ("public_tap", 1.0),
                ("protected_spring", village.spring()),
                ("piped_yard", 0.2),
            ]);
            self.home.water_minutes = 3 + random.below(14) as u32;
        } else if random.chance(0.05) {
            self.home = Home::new(self.wealth, village, self.members.len(), &mut random);
        }
        if self.home.electricity == "none" && random.chance(0.3) {
            self.home.electricity = "grid_metered";
        }
    }

    /// The oldest adult becomes the head, and the others' relations follow as far as they can.
    fn name_new_head(&mut self, on: Date) {
        let Some(oldest) = (0..self.members.len())
            .max_by_key(|&at| (self.members[at].relation == "spouse", self.members[at].age(on)))
        else {
            return;
        };
        let was = self.members[oldest].relation;
        let mut head = self.members.remove(oldest);
        head.relation = "head";
        head.is_paired = false;
        for member in &mut self.members {
            member.relation = match (was, member.relation) {
                ("spouse", other) => other,
                ("child", "child") => "sibling",
                (_, "spouse") => "parent",
                _ => "other_relative",
            };
        }
        self.members.insert(0, head);
    }
}

impl Member {
    fn new(
        relation: &'static str,
        is_woman: bool,
        born: Date,
        is_paired: bool,
        wealth: f64,
        is_town: bool,
        random: &mut Random,
    ) -> Member {
        let town = f64::from(u8::from(is_town));
        let cohort = ((f64::from(born.year()) - 1965.0) / 40.0).clamp(-1.0, 1.0);
        let held_back = if is_woman && born.year() < 1995 {
            0.35
        } else {
            0.05
        };
        let talent = 0.75 * wealth + 0.5 * town + 0.9 * cohort - held_back * f64::from(u8::from(is_woman))
            + random.normal();
        let years = (8.2 + 3.0 * talent).round().clamp(0.0, 18.0) as u32;
        let insured = sigmoid(0.3 + 0.3 * wealth);
        let insurance = if random.chance(insured) {
            random.by_logit(&[
                ("public_subsidised", 1.0 - 0.8 * wealth),
                ("public_paid", -0.2 + 0.8 * wealth + 0.5 * town),
                ("private", -4.0 + wealth),
            ])
        } else {
            "none"
        };
        let phone = random
            .chance(0.28)
            .then(|| format!("08{:010}", random.bits() % 10_000_000_000));
        let certificate = sigmoid(1.1 + 0.7 * wealth + 0.4 * town);
        let has_certificate = if random.chance(certificate) {
            random.by_logit(&[("seen", 1.2), ("not_seen", 0.0)])
        } else {
            random.by_logit(&[("registered", 0.0), ("no", 0.7), ("dont_know", -1.8)])
        };
        let frailty = random.normal();
        Member {
            name: names::person(random, is_woman),
            relation,
            is_woman,
            born,
            is_paired,
            has_certificate,
            frailty,
            frailty_of: std::array::from_fn(|_| random.logistic(0.75)),
            schooling: years,
            is_vocational: random.chance(0.3),
            leaning: std::array::from_fn(|_| random.normal()),
            insurance,
            phone,
        }
    }

    /// Completed years on a day.
    pub fn age(&self, on: Date) -> u32 {
        let had_birthday = (on.month(), on.day()) >= (self.born.month(), self.born.day());
        (on.year() - self.born.year() - i16::from(!had_birthday)).max(0) as u32
    }

    /// The six domains of the Washington Group's short set.
    pub fn functioning(&self, on: Date, wealth: f64) -> [&'static str; 6] {
        let age = f64::from(self.age(on));
        let base = -3.5 + 0.040 * (age - 20.0).max(0.0) + 0.035 * (age - 60.0).max(0.0) - 0.22 * wealth;
        let shifts = [0.55, -0.15, 0.35, -0.1, -0.75, -0.8];
        std::array::from_fn(|domain| {
            let t = base + shifts[domain] + 0.95 * self.frailty + self.frailty_of[domain];
            match t {
                t if t > 3.7 => "cannot_do",
                t if t > 1.7 => "a_lot",
                t if t > 0.0 => "some",
                _ => "none",
            }
        })
    }

    /// Whether at least one domain is a lot of difficulty or worse; asked from age 5.
    pub fn has_disability(&self, on: Date, wealth: f64) -> bool {
        self.functioning(on, wealth)
            .iter()
            .any(|level| matches!(*level, "a_lot" | "cannot_do"))
    }

    /// Highest level completed (ISCED 2011).
    pub fn education(&self, on: Date) -> &'static str {
        let age = self.age(on);
        match self.schooling.min(age.saturating_sub(6)) {
            0..=5 if age <= 6 && self.leaning[0] > 0.0 => "preprimary",
            0..=5 => "none",
            6..=8 => "primary",
            9..=11 => "lower_secondary",
            12..=14 if self.is_vocational => "vocational",
            12..=14 => "upper_secondary",
            _ => "tertiary",
        }
    }

    /// Whether the person goes to school this year; asked from 5 to 24.
    pub fn is_attending(&self, on: Date, wealth: f64) -> bool {
        let age = f64::from(self.age(on));
        let t = 2.6 + 0.8 * wealth - 0.28 * (age - 12.0).max(0.0) - if age < 7.0 { 1.0 } else { 0.0 }
            + self.leaning[0];
        self.schooling + 6 >= self.age(on) && t > 0.0 || (7.0..12.0).contains(&age) && t > -1.6
    }

    /// Whether the person worked in the week before; asked from 15.
    pub fn is_working(&self, on: Date, wealth: f64) -> bool {
        let age = f64::from(self.age(on));
        let prime = (-((age - 40.0) / 22.0).powi(2)).exp();
        let t = 0.1 + 2.0 * prime
            - if self.is_woman { 0.75 } else { 0.0 }
            - if self.has_disability(on, wealth) { 2.6 } else { 0.0 }
            - if self.is_attending(on, wealth) && age < 25.0 {
                2.8
            } else {
                0.0
            }
            - 0.09 * (age - 62.0).max(0.0);
        t + 1.6 * self.leaning[1] > 0.0
    }

    /// Status in work (ICSE-93).
    pub fn work_status(&self, wealth: f64) -> &'static str {
        let t = self.leaning[2] + 0.5 * wealth + 0.12 * (f64::from(self.schooling) - 7.0);
        match t {
            t if t > 2.3 => "employer",
            t if t > 0.5 => "employee",
            t if t > -0.6 => "own_account",
            _ if self.is_woman => "family_worker",
            _ => "casual",
        }
    }

    pub fn marital(&self, on: Date) -> &'static str {
        let age = f64::from(self.age(on));
        let t = self.leaning[2];
        match () {
            () if self.is_paired => "married",
            () if age < 18.0 || matches!(self.relation, "child" | "grandchild") && age < 35.0 => "single",
            () if t < -7.2 + 0.11 * age + if self.is_woman { 0.8 } else { 0.0 } + 1.0 => "widowed",
            () if age > 25.0 && t > 1.3 => "divorced",
            () if age < 40.0 => "single",
            () => "widowed",
        }
    }

    pub fn owns_phone(&self, on: Date, wealth: f64) -> bool {
        let age = f64::from(self.age(on));
        age >= 10.0
            && self.leaning[2] * 0.8 + 0.8 * wealth + 1.4
                - ((age - 32.0) / 22.0).powi(2)
                - if self.is_woman { 0.25 } else { 0.0 }
                > 0.0
    }
}

/// Who lives together: a head, perhaps a spouse, children, a parent, grandchildren, others.
fn family(z: f64, is_town: bool, on: Date, random: &mut Random) -> Vec<Member> {
    let town = f64::from(u8::from(is_town));
    // Gamma with shape 9: the sum of nine waiting times.
    let gamma: f64 = (0..9).map(|_| -(1.0 - random.unit()).ln() * 4.4).sum();
    let head_age = (gamma + 7.0).clamp(18.0, 96.0);
    let is_woman = random.chance(sigmoid(-1.7 + 0.018 * (head_age - 45.0) - 0.15 * z));
    let old = if head_age > 65.0 { 0.7 } else { 1.0 };
    let has_spouse = random.chance(if is_woman { 0.16 } else { 0.88 } * old);
    let fertility =
        (2.5 - 0.35 * z - 0.25 * town).clamp(0.3, 6.0) * (-((head_age - 39.0) / 20.0).powi(2)).exp();
    let mut members = Vec::new();
    let add = |members: &mut Vec<Member>, relation, is_woman, age: f64, is_paired, random: &mut Random| {
        let born = on - days((age.max(0.0) * 365.2425) as i64 + 1);
        members.push(Member::new(
            relation, is_woman, born, is_paired, z, is_town, random,
        ));
    };
    add(&mut members, "head", is_woman, head_age, has_spouse, random);
    if has_spouse {
        let age = (head_age + if is_woman { 4.0 } else { -4.0 } + 4.0 * random.normal()).clamp(17.0, 97.0);
        add(&mut members, "spouse", !is_woman, age, true, random);
    }
    for _ in 0..random.poisson(fertility).min(9) {
        let gap = 18.0 + 20.0 * (random.unit() + random.unit()) / 2.0;
        let age = head_age - gap;
        // Grown children mostly live elsewhere.
        let age = if age > 26.0 {
            age * random.unit().powf(0.6)
        } else {
            age
        };
        if age >= 0.0 {
            add(&mut members, "child", random.chance(0.49), age, false, random);
        }
    }
    if random.chance(if head_age < 55.0 { 0.10 } else { 0.02 }) {
        let age = (head_age + 19.0 + 15.0 * random.unit()).min(99.0);
        add(&mut members, "parent", random.chance(0.7), age, false, random);
    }
    if head_age > 48.0 {
        for _ in 0..random.poisson(0.42) {
            let age = ((head_age - 42.0 - 12.0 * random.unit()).clamp(0.5, 24.0)) * random.unit();
            add(
                &mut members,
                "grandchild",
                random.chance(0.49),
                age,
                false,
                random,
            );
        }
        if random.chance(0.12) {
            add(
                &mut members,
                "child_in_law",
                random.chance(0.5),
                20.0 + 14.0 * random.unit(),
                true,
                random,
            );
        }
    }
    for (relation, chance) in [
        ("sibling", 0.04),
        ("other_relative", 0.10),
        ("non_relative", 0.02),
    ] {
        if random.chance(chance) {
            add(
                &mut members,
                relation,
                random.chance(0.5),
                8.0 + 55.0 * random.unit() * random.unit(),
                false,
                random,
            );
        }
    }
    members
}

fn days(n: i64) -> Span {
    n.days()
}
