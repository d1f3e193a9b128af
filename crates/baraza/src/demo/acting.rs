//! What the regency does about a number: it signs it after each round of the census, plans, explains, and has somebody watch it.

use anyhow::Context;
use jiff::{ToSpan, civil::Date};

use super::{
    publishing::Desk,
    shipped,
    staff::{WALIDATA, address, approver_of, head_of},
    world::settlement::REGENCY_CODE,
};
use crate::{
    dashboards::rules::{self, model::Typed},
    evidence::{self, model::Settled},
    indicators::{
        self,
        notes::{
            self,
            model::{Cited, Wording},
        },
        passport::{self, Asked},
        plans::{
            self,
            model::{NewPlan, NewStep, Plan},
        },
        releases::{self, model::NewRelease},
    },
    platform::{jobs, op::Op},
};

/// The number that all of it is about: young people who neither learn nor work.
pub const INDICATOR: &str = "8.6.1";
/// Who leads it.
const OFFICE: &str = "bappeda";
const SIGNED_AS: &str = "Kepala Bappeda Ranumaya";
/// What the release of each round is called.
pub const RELEASES: [&str; 2] = ["sensus-2025", "sensus-2026"];
/// The period that the note is about.
const PERIOD: &str = "2026";

/// A step of the plan: what it is, what is promised, days from today until it is due, and what pays for it.
const STEPS: [(&str, &str, i64, &str); 5] = [
    (
        "step",
        "Petugas desa mendata pemuda yang tidak sekolah dan tidak bekerja di setiap kelompok dasawisma.",
        -12,
        "Pendataan pemuda desa",
    ),
    (
        "digital-strategy",
        "Daftar kursus dengan kursi yang masih kosong terbit di situs ini dan diperbarui setiap pekan.",
        18,
        "Layanan data terbuka",
    ),
    (
        "step",
        "Tiga bus mengantar peserta dari desa yang jauh ke balai latihan kerja.",
        75,
        "Angkutan peserta pelatihan",
    ),
    (
        "digital-strategy",
        "Pemuda dapat mendaftar kursus lewat telepon genggam tanpa datang ke kantor.",
        120,
        "Layanan data terbuka",
    ),
    (
        "policy-reform",
        "Peraturan bupati: sepertiga kursi pelatihan disediakan bagi pemuda dari desa tanpa sekolah menengah.",
        150,
        "",
    ),
];
/// Days ago on which the first step was done.
const DONE: i64 = 15;
/// Days ago on which the plan was begun.
const BEGUN: i64 = 40;

/// Makes tables and the number of what was filed so far, and signs it: what everybody was told after the first round.
///
/// # Errors
/// When something is refused.
pub async fn sign_first_round(desk: &Desk<'_>) -> anyhow::Result<()> {
    jobs::run_due(desk.app).await?;
    let text = shipped(&format!("{INDICATOR}.toml"))?;
    let mut tx = desk.app.db.begin().await?;
    indicators::load(&mut tx, &Op::system(desk.app.clock.now()), &text)
        .await
        .with_context(|| format!("load the shipped definition of {INDICATOR}"))?;
    tx.commit().await?;
    jobs::run_due(desk.app).await?;
    sign(desk, RELEASES[0], "Angka putaran pertama sensus.").await
}

/// Signs the numbers after the second round, plans, and has somebody watch; returns how many steps were promised.
///
/// # Errors
/// When something is refused.
pub async fn tell(desk: &Desk<'_>) -> anyhow::Result<usize> {
    sign(desk, RELEASES[1], "Angka putaran kedua sensus.").await?;
    plan(desk).await?;
    explain(desk).await?;
    watch(desk).await?;
    Ok(STEPS.len())
}

/// Signs the numbers that are public now; the release is made of them before anything else happens.
async fn sign(desk: &Desk<'_>, name: &str, note: &str) -> anyhow::Result<()> {
    let steward = desk.op(WALIDATA, desk.app.clock.now())?;
    let new = NewRelease::parse(name, SIGNED_AS, note)?;
    releases::sign(desk.app, &steward, INDICATOR, &new)
        .await
        .with_context(|| format!("sign the release {name}"))?;
    jobs::run_due(desk.app).await?;
    Ok(())
}

/// A plan with steps of every kind, of which one is done and one is due soon.
async fn plan(desk: &Desk<'_>) -> anyhow::Result<()> {
    let head = desk.on(&head_of(OFFICE), BEGUN)?;
    let new = NewPlan::parse(
        INDICATOR,
        OFFICE,
        "Kursi bagi setiap pemuda",
        "Setiap pemuda yang tidak sekolah dan tidak bekerja mendapat tawaran kursus dalam empat bulan.",
    )?;
    let code = plans::begin(desk.app, &head, new)
        .await
        .context("begin the plan of the sample regency")?;
    let plan = plans::find_plan(desk.app, &code).await?.plan;
    for step in &STEPS {
        take(desk, &head, &plan, step).await?;
    }
    Ok(())
}

/// Promises a step; what was due is done.
async fn take(
    desk: &Desk<'_>,
    head: &Op,
    plan: &Plan,
    (kind, promise, due_in, budget): &(&str, &str, i64, &str),
) -> anyhow::Result<()> {
    let due_on = desk.day(*due_in).to_string();
    let step = NewStep::parse(kind, promise, &due_on, budget)?;
    let promised = plans::add_step(desk.app, head, plan, step)
        .await
        .context("add a step to the plan of the sample regency")?;
    if *due_in > 0 {
        return Ok(());
    }
    let op = desk.on(&head_of(OFFICE), DONE)?;
    let said = "Semua kelompok dasawisma sudah didata; daftarnya ada di kantor desa.";
    let mut tx = desk.app.db.begin().await?;
    let on = desk.day(-DONE);
    evidence::settle(&mut tx, &op, &promised, Settled::Kept, on, said, &[])
        .await
        .context("settle a step of the plan of the sample regency")?;
    tx.commit().await?;
    Ok(())
}

/// Says beside the number what the office makes of it, unless a small sample withholds it.
async fn explain(desk: &Desk<'_>) -> anyhow::Result<()> {
    let number = Asked {
        release: RELEASES[1].to_owned(),
        code: INDICATOR.to_owned(),
        place: REGENCY_CODE.to_owned(),
        period: PERIOD.to_owned(),
        by: String::new(),
        codes: String::new(),
    };
    let op = desk.op(&approver_of(OFFICE), desk.app.clock.now())?;
    let passport = passport::open(desk.app, op.lang, &number)
        .await
        .context("open the number that the note is about")?;
    if Cited::of(&passport.indicator.definition, &passport.number).is_none() {
        return Ok(());
    }
    let wording = Wording::parse(
        "Mengapa angka ini belum turun",
        "Sebagian besar pemuda ini tinggal di desa yang jauh dari balai latihan kerja.\n\n\
         Karena itu rencana aksi mulai dari angkutan dan pendaftaran lewat telepon genggam. Angka berikutnya keluar setelah putaran \
         sensus yang akan datang.",
    )?;
    notes::publish(desk.app, &op, &number, OFFICE, wording)
        .await
        .context("publish the note of the sample regency")?;
    Ok(())
}

/// The head of the office is told when the number is red, and after two working days the leader.
async fn watch(desk: &Desk<'_>) -> anyhow::Result<()> {
    let leader = desk.op("leader", desk.app.clock.now())?;
    let typed = Typed {
        indicator: INDICATOR.to_owned(),
        place: REGENCY_CODE.to_owned(),
        when: "red".to_owned(),
        threshold: String::new(),
        person: address(&head_of(OFFICE)),
        deputy: address("leader"),
        wait: "2".to_owned(),
        why: "Bahas dengan balai latihan kerja kursus mana yang dapat dibuka lebih awal.".to_owned(),
        ..Typed::default()
    };
    rules::add_rule(desk.app, &leader, &typed)
        .await
        .context("set the rule of the sample regency")?;
    Ok(())
}

impl Desk<'_> {
    /// The day that lies so many days after today.
    pub(super) fn day(&self, from_today: i64) -> Date {
        self.days.today.saturating_add(from_today.days())
    }

    /// The circumstances in which somebody does something in the morning, so many days ago.
    pub(super) fn on(&self, account: &str, days_ago: i64) -> anyhow::Result<Op> {
        self.op(account, self.days.at(self.day(-days_ago), 9))
    }
}
