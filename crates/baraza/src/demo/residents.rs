//! What residents of the invented regency told it in three months, and what its offices made of it.
//!
//! Every request is a small story told through the front doors, each step at its own moment: filed, looked at, answered
//! well or badly or not at all, and what the resident said to that. Offices differ, as they do everywhere.

use std::sync::Arc;

use anyhow::Context;
use futures::{StreamExt, TryStreamExt};
use jiff::civil::Weekday;

use super::staff::{self, People};
use super::world::census::{Round, World};
use super::world::outlines;
use super::world::random::Random;
use crate::evidence::{
    self,
    model::{NewCommitment, Settled, Subject},
};
use crate::platform::app::App;
use crate::platform::op::{Op, Person, Who};
use crate::platform::problem::{Kind, Problem};
use crate::platform::time::Time;
use crate::requests::{
    self, Filing, Opened,
    access::Claim,
    library,
    model::{
        request::{self, Channel, Privacy, Request, State},
        service::Given,
        state::Spoken,
    },
};

const DAY: i64 = 86_400_000_000;
const HOUR: i64 = DAY / 24;
/// How long residents have been telling.
const N_DAYS: i64 = 84;
/// Households for one request.
const HOUSEHOLDS_PER_REQUEST: usize = 20;
const LEAST_REQUESTS: usize = 40;
/// Stories told at once.
const AT_ONCE: usize = 16;

/// How an office works: days to the first look and to the answer, and how it answers.
struct Manner {
    office: &'static str,
    look: f64,
    answer: f64,
    /// Share of matters it never takes up.
    neglect: f64,
    /// Share first replied to with words that answer nothing.
    empty_words: f64,
    /// Share of answers that residents find good.
    good: f64,
}

const MANNERS: [Manner; 4] = [
    Manner {
        office: "dinas-pu",
        look: 1.6,
        answer: 5.5,
        neglect: 0.10,
        empty_words: 0.35,
        good: 0.66,
    },
    Manner {
        office: "dinkes",
        look: 0.4,
        answer: 1.8,
        neglect: 0.01,
        empty_words: 0.08,
        good: 0.88,
    },
    Manner {
        office: "kominfo",
        look: 0.6,
        answer: 2.6,
        neglect: 0.02,
        empty_words: 0.15,
        good: 0.80,
    },
    Manner {
        office: "bappeda",
        look: 1.0,
        answer: 6.0,
        neglect: 0.05,
        empty_words: 0.20,
        good: 0.60,
    },
];

/// How often each service is asked for, and what people say; `{}` is the household group they live in.
const MATTERS: [(&str, f64, &[&str]); 8] = [
    (
        "road",
        5.0,
        &[
            "Jalan di depan {} berlubang dalam, sudah dua motor jatuh minggu ini.",
            "Jembatan kayu dekat {} patah papannya, anak sekolah harus memutar.",
            "Longsor menutup separuh jalan ke {} sejak hujan kemarin.",
            "Aspal di {} terkelupas dan becek, ambulans sulit masuk.",
            "The road to {} has a hole as deep as a knee; lorries drive on the shoulder.",
        ],
    ),
    (
        "street-light",
        2.0,
        &[
            "Lampu jalan di {} mati sudah seminggu, gelap sekali setelah magrib.",
            "Tiang lampu di {} miring dan kabelnya menggantung.",
            "All the street lamps around {} are out since the storm.",
        ],
    ),
    (
        "water",
        4.0,
        &[
            "Keran umum di {} kering sudah tiga hari, kami membeli air jeriken.",
            "Air dari sumur bersama {} keruh dan berbau.",
            "Pipa bocor di dekat {}, airnya terbuang ke selokan.",
            "Mobil tangki tidak datang ke {} minggu ini.",
            "The public tap at {} gives brown water in the morning.",
        ],
    ),
    (
        "rubbish",
        2.5,
        &[
            "Sampah di {} tidak diangkut dua minggu.",
            "Selokan di {} mampet, air masuk ke rumah ketika hujan.",
            "Warga luar membuang sampah di tepi kali dekat {}.",
        ],
    ),
    (
        "health-centre",
        2.0,
        &[
            "Bidan desa tidak ada di pos dua kali jadwal, kami dari {} sudah menunggu.",
            "Obat darah tinggi di puskesmas habis sejak bulan lalu.",
            "Antrean puskesmas mulai jam lima pagi, tolong tambah loket.",
            "The nurse at the health post was kind, but there were no vaccines for my child.",
        ],
    ),
    (
        "social-aid",
        2.5,
        &[
            "Janda lanjut usia di {} belum pernah menerima bantuan, padahal rumahnya berlantai tanah.",
            "Bantuan bulan ini tidak masuk, kartu saya katanya tidak aktif.",
            "Keluarga mampu di {} menerima bantuan, yang miskin tidak.",
        ],
    ),
    (
        "licence",
        1.5,
        &[
            "Akta kelahiran anak saya belum jadi setelah enam minggu.",
            "Kartu keluarga salah nama, sudah tiga kali ke kantor.",
            "I was sent to three desks for one stamp, and none knew which paper is needed.",
        ],
    ),
    (
        "bribe",
        0.5,
        &[
            "Petugas meminta uang untuk mempercepat surat, tanpa kuitansi.",
            "Ada pungutan di pos jalan dekat {} setiap truk lewat.",
        ],
    ),
];

const ANSWERS: [&str; 4] = [
    "Petugas kami sudah datang ke lokasi dan pekerjaan selesai hari ini. Terima kasih atas laporannya.",
    "Perbaikan dijadwalkan minggu ini bersama warga; bahan sudah tersedia di gudang kecamatan.",
    "Kami sudah memeriksa: penyebabnya ditemukan dan sudah diperbaiki oleh regu kami.",
    "Our team came to the place, found the cause and mended it; the village head has seen the work.",
];
const EMPTY_WORDS: &str = "Terima kasih, laporan Anda sudah kami terima dan akan kami pelajari.";
const REFUSALS: [&str; 3] = [
    "Belum ada yang datang, keadaannya masih sama.",
    "Hanya ditambal tanah, sudah rusak lagi.",
    "Not true: nobody has been here.",
];

/// What came of it.
pub struct Told {
    pub n_requests: u64,
    pub n_commitments: usize,
}

/// Tells the stories of three months, then what was promised in the meetings.
pub async fn speak_up(app: &App, world: &Arc<World>) -> anyhow::Result<Told> {
    let n_requests = (world.size.n_households / HOUSEHOLDS_PER_REQUEST).max(LEAST_REQUESTS);
    let people = Arc::new(Staff::of(app).await?);
    let stories: Vec<(Time, usize)> = {
        let now = app.clock.now();
        let mut random = Random::new(world.seed).stream("requests", 0);
        let mut stories: Vec<(Time, usize)> = (0..n_requests)
            .map(|number| {
                // More of them lately, and none in the last hour.
                let ago = random.unit().powf(1.3) * (N_DAYS * DAY - HOUR) as f64;
                (Time(now.0 - HOUR - ago as i64), number)
            })
            .collect();
        stories.sort_unstable();
        stories
    };
    futures::stream::iter(stories)
        .map(|(at, number)| {
            let (world, people) = (world.clone(), people.clone());
            async move { tell(app, &world, &people, at, number).await }
        })
        .buffer_unordered(AT_ONCE)
        .try_for_each(|()| futures::future::ready(Ok(())))
        .await?;
    requests::sweep(app)
        .await
        .context("let the clocks of the sample regency pass")?;
    let n_commitments = promise(app, &people, world.seed).await?;
    Ok(Told {
        n_requests: n_requests as u64,
        n_commitments,
    })
}

/// Who acts for each office.
struct Staff {
    offices: Vec<(&'static str, Person, Person)>,
}

impl Staff {
    async fn of(app: &App) -> anyhow::Result<Staff> {
        let people = People::of(app).await?;
        let mut offices = Vec::new();
        for office in staff::OFFICES {
            offices.push((
                office,
                people.find(&staff::liaison_of(office))?.clone(),
                people.find(&staff::head_of(office))?.clone(),
            ));
        }
        Ok(Staff { offices })
    }

    /// Returns liaison officer and head of the office that has a request.
    fn responsible(&self, request: &Request) -> Option<(&Person, &Person)> {
        self.offices
            .iter()
            .find(|(office, ..)| request.agency.as_deref() == Some(*office))
            .map(|(_, liaison, head)| (liaison, head))
    }
}

/// A story that goes on: the request, who knows its key, and the moment it has come to.
struct Story<'a> {
    app: &'a App,
    people: &'a Staff,
    random: Random,
    opened: Opened,
    at: Time,
    until: Time,
}

async fn tell(app: &App, world: &World, people: &Staff, at: Time, number: usize) -> anyhow::Result<()> {
    let mut random = Random::new(world.seed).stream("request", number as u64);
    let filing = filing(world, &mut random, number);
    let op = Op {
        who: Who::Anyone,
        ..Op::system(at)
    };
    let service = filing.service.clone();
    let opened = requests::file(app, &op, filing)
        .await
        .with_context(|| format!("file the sample request {number} about {service}"))?;
    let mut story = Story {
        app,
        people,
        random,
        opened,
        at,
        until: app.clock.now(),
    };
    match story.go_on().await {
        // The resident's silence, or the clock, was quicker than the next step of the story.
        Err(problem) if problem.kind() == Kind::Conflict => Ok(()),
        other => {
            other.with_context(|| format!("tell the story of the sample request {number} about {service}"))
        }
    }
}

fn filing(world: &World, random: &mut Random, number: usize) -> Filing {
    let households = world.households(Round::Second);
    let household = &households[random.below(households.len())];
    let group = &world.regency.groups[household.group];
    let (service, _, texts) = MATTERS[random.weighted(MATTERS.iter().map(|(_, weight, _)| *weight))];
    let text = random.one_of(texts);
    let is_english = text.is_ascii() && text.contains(" the ") || text.starts_with("I ");
    let spot = outlines::position(household.at);
    let member = &household.members[random.below(household.members.len())];
    let is_wish = random.chance(0.1) && service != "bribe";
    let by_phone = member.phone.clone().filter(|_| random.chance(0.5));
    let channel = match (&by_phone, random.chance(0.6)) {
        (Some(_), true) => Channel::Sms,
        _ => Channel::Web,
    };
    let privacy = match (service, random.chance(0.12)) {
        ("bribe", _) => None,
        (_, true) => Some(Privacy::Anonymous),
        (_, false) => Some(Privacy::Open),
    };
    let shows_spot = random.chance(0.7);
    let attributes = match service {
        "road" => vec![Given {
            code: "damage".into(),
            values: vec![damage(text).into()],
        }],
        _ => Vec::new(),
    };
    Filing {
        service: service.into(),
        text: text.replace("{}", &group.name),
        kind: is_wish.then_some(request::Kind::Aspiration),
        privacy,
        channel: Some(channel),
        lang: Some(if is_english { "en" } else { "id" }.into()),
        place: Some(world.regency.villages[group.village].code.clone()),
        lat: shows_spot.then(|| format!("{:.6}", spot.lat)),
        lon: shows_spot.then(|| format!("{:.6}", spot.lon)),
        attributes,
        name: Some(member.name.clone()),
        email: by_phone
            .is_none()
            .then(|| staff::address(&format!("resident.{number}"))),
        phone: by_phone,
        delivery: Some(format!("sample:{number}")),
        ..Filing::default()
    }
}

fn damage(text: &str) -> &'static str {
    match text {
        text if text.contains("embatan") => "bridge",
        text if text.contains("ongsor") => "landslide",
        text if text.contains("ubang") || text.contains("hole") => "pothole",
        _ => "other",
    }
}

impl Story<'_> {
    /// Lets time pass: about so many days, in the office's hours of one sort or another. `None` when that is still to come.
    fn pass(&mut self, days: f64) -> Option<()> {
        let spread = (self.random.normal() * 0.6).exp();
        self.at = Time(self.at.0 + (days * spread * DAY as f64) as i64 + 20 * 60_000_000);
        (self.at < self.until).then_some(())
    }

    fn by(&self, person: &Person) -> Op {
        Op {
            who: Who::Person(person.clone()),
            ..Op::system(self.at)
        }
    }

    fn resident(&self) -> Op {
        Op {
            who: Who::Anyone,
            ..Op::system(self.at)
        }
    }

    async fn go_on(&mut self) -> Result<(), Problem> {
        let Some(key) = self.opened.key.clone() else {
            return Ok(());
        };
        let (app, people, code) = (self.app, self.people, self.opened.code.clone());
        let claim = Claim::Key(&key);
        let request = requests::find(app, &code).await?;
        let Some((mut liaison, mut head)) = people.responsible(&request) else {
            return Ok(());
        };
        let Some(manner) = MANNERS
            .iter()
            .find(|manner| request.agency.as_deref() == Some(manner.office))
        else {
            return Ok(());
        };
        for _ in 0..self.random.poisson(0.5) {
            let Some(()) = self.pass(0.3) else { break };
            requests::support(app, &self.resident(), &code, None).await?;
        }
        if self.random.chance(manner.neglect) {
            return Ok(());
        }
        let Some(()) = self.pass(manner.look) else {
            return Ok(());
        };
        requests::verify(app, &self.by(liaison), &code).await?;
        let library = library::current(app).await?;
        let profile = library.profile_version(app, &request.profile).await?;
        let head_decides = profile.wrong_department.approve_level <= 2;
        if self.random.chance(0.06) && head_decides {
            let Some(()) = self.pass(0.5) else { return Ok(()) };
            let others: Vec<_> = people
                .offices
                .iter()
                .filter(|(office, ..)| *office != manner.office)
                .collect();
            let (to, next_liaison, next_head) = *self.random.one_of(&others);
            let spoken = Spoken {
                at: Time(self.at.0 - HOUR),
                said: "Pelapor setuju jika kantor lain yang menangani.".into(),
            };
            requests::propose_transfer(
                app,
                &self.by(liaison),
                &code,
                to,
                &spoken,
                "Aset ini tercatat di kantor lain menurut daftar inventaris terbaru.",
            )
            .await?;
            let Some(()) = self.pass(0.8) else { return Ok(()) };
            requests::approve_transfer(app, &self.by(head), &code).await?;
            (liaison, head) = (next_liaison, next_head);
        }
        if self.random.chance(manner.empty_words) {
            let Some(()) = self.pass(manner.look) else {
                return Ok(());
            };
            self.answer(liaison, false).await?;
        }
        if self.random.chance(0.1) {
            let Some(()) = self.pass(0.5) else { return Ok(()) };
            requests::ask(
                app,
                &self.by(liaison),
                &code,
                "resident",
                "Mohon sebutkan patokan yang mudah ditemukan.",
            )
            .await?;
            let Some(()) = self.pass(1.0) else { return Ok(()) };
            requests::add(
                app,
                &self.resident(),
                &code,
                claim,
                "Di seberang pos ronda, dekat pohon beringin.",
            )
            .await?;
        }
        if self.random.chance(0.02) {
            let Some(()) = self.pass(0.5) else { return Ok(()) };
            requests::withdraw(
                app,
                &self.resident(),
                &code,
                claim,
                "Sudah kami perbaiki sendiri.",
            )
            .await?;
            return Ok(());
        }
        let Some(()) = self.pass(manner.answer) else {
            return Ok(());
        };
        self.answer(liaison, true).await?;
        if self.random.chance(0.2) {
            // Nobody says anything.
            return Ok(());
        }
        let Some(()) = self.pass(1.2) else { return Ok(()) };
        if self.random.chance(1.0 - manner.good) {
            let text = (*self.random.one_of(&REFUSALS)).to_owned();
            requests::refuse(app, &self.resident(), &code, claim, &text).await?;
            let Some(()) = self.pass(manner.answer) else {
                return Ok(());
            };
            self.answer(head, true).await?;
            let Some(()) = self.pass(1.2) else { return Ok(()) };
        }
        requests::confirm(app, &self.resident(), &code, claim, "web").await?;
        if self.random.chance(0.12 * (1.0 - manner.good) / 0.2) {
            let Some(()) = self.pass(9.0) else { return Ok(()) };
            requests::reopen(
                app,
                &self.resident(),
                &code,
                claim,
                "Rusak lagi di tempat yang sama.",
            )
            .await?;
        }
        Ok(())
    }

    async fn answer(&mut self, by: &Person, is_proper: bool) -> Result<(), Problem> {
        let request = requests::find(self.app, &self.opened.code).await?;
        let library = library::current(self.app).await?;
        let profile = library.profile_version(self.app, &request.profile).await?;
        let kind = profile
            .answers
            .kinds
            .iter()
            .find(|kind| kind.is_proper == is_proper);
        let Some(kind) = kind else { return Ok(()) };
        let text = if is_proper {
            *self.random.one_of(&ANSWERS)
        } else {
            EMPTY_WORDS
        };
        requests::answer(self.app, &self.by(by), &self.opened.code, &kind.code, text).await?;
        Ok(())
    }
}

/// Promises of the last meetings, each for a matter that had waited long: some kept, some late, some open.
async fn promise(app: &App, people: &Staff, seed: u64) -> anyhow::Result<usize> {
    let now = app.clock.now();
    let today = app.config.day(now);
    let last = if today.weekday() == Weekday::Friday {
        today
    } else {
        today.nth_weekday(-1, Weekday::Friday)?
    };
    let mut random = Random::new(seed).stream("promises", 0);
    let mut n_made = 0;
    let wanted = requests::Wanted {
        is_closed: Some(false),
        most: 200,
        ..requests::Wanted::default()
    };
    let mut waiting = requests::list_public(app, &Op::system(now), &wanted).await?;
    waiting.sort_by_key(|request| request.opened_at);
    for (week, request) in waiting.into_iter().take(6).enumerate() {
        let Some((_, head)) = people.responsible(&request) else {
            continue;
        };
        if matches!(request.state, State::Closed { .. }) {
            continue;
        }
        let made_on = last.checked_sub(jiff::Span::new().weeks(i64::try_from(week)?))?;
        let due_on = made_on.checked_add(jiff::Span::new().days(10 + 7 * i64::try_from(random.below(3))?))?;
        let at = made_on
            .at(9, 0, 0, 0)
            .to_zoned(app.config.zoned(now).time_zone().clone())?;
        let at = Time(at.timestamp().as_microsecond()).min(now);
        let op = Op {
            who: Who::Person(head.clone()),
            ..Op::system(at)
        };
        let new = NewCommitment {
            promise: promise_about(&request.service).into(),
            owner: request.agency.clone().unwrap_or_default(),
            owner_post: None,
            place: request.place.clone(),
            raised: Some(Subject::new("request", &request.id)),
            made_on,
            due_on,
        };
        let mut tx = app.db.begin().await?;
        let made = evidence::promise(&mut tx, &op, new)
            .await
            .context("make a promise of the sample regency")?;
        if week % 3 == 2 {
            let kept_on = due_on.min(today);
            let op = Op { at: now, ..op };
            let said = "Pekerjaan selesai dan dilihat bersama kepala desa.";
            evidence::settle(&mut tx, &op, &made, Settled::Kept, kept_on, said, &[]).await?;
        }
        tx.commit().await?;
        n_made += 1;
    }
    Ok(n_made)
}

fn promise_about(service: &str) -> &'static str {
    match service {
        "road" => "Jalan ditambal dan saluran tepinya dibersihkan sampai batas dusun.",
        "street-light" => "Semua lampu jalan di dusun menyala kembali.",
        "water" => "Air mengalir kembali, dan mobil tangki datang dua kali seminggu sampai selesai.",
        "rubbish" => "Sampah diangkut setiap Senin dan Kamis.",
        "health-centre" => "Obat tersedia lagi, dan jadwal bidan ditempel di balai desa.",
        "social-aid" => "Rumah dikunjungi, dan hasilnya disampaikan kepada pelapor.",
        _ => "Suratnya diserahkan di balai desa.",
    }
}
