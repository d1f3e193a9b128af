//! Meetings of a village: two that were held, with who was in the room and what was decided, and one to come.

use anyhow::Context;

use super::{
    super::{
        publishing::Desk,
        staff::{VILLAGE, VILLAGE_OFFICE},
    },
    Scene,
};
use crate::{
    evidence::{self, model::Settled},
    village::meetings::{
        self, Decision,
        model::{Attendance, InvitationInput},
    },
};

/// A meeting that was held, and what it decided.
struct Held {
    title: &'static str,
    agenda: &'static str,
    /// Days ago on which it was held.
    ago: i64,
    total: &'static str,
    by_group: &'static [(&'static str, &'static str)],
    minutes: &'static str,
    decisions: &'static [Decided],
}

/// What the village promised, with the days after the meeting on which it is due and on which it was kept.
struct Decided {
    promise: &'static str,
    post: &'static str,
    due: i64,
    kept: Option<(i64, &'static str)>,
}

/// Days between an invitation and its meeting.
const NOTICE: i64 = 10;
/// Days until the meeting to come.
const NEXT_IN: i64 = 12;
/// Groups that are invited.
const INVITED: [&str; 5] = ["women", "men", "young", "older", "disability"];

const HELD: [Held; 2] = [
    Held {
        title: "Musyawarah desa perencanaan",
        agenda: "Usulan dusun\nUrutan prioritas\nSiapa yang belum didengar",
        ago: 69,
        total: "61",
        by_group: &[("women", "19"), ("men", "42"), ("young", "0"), ("older", "12")],
        minutes: "Tiap dusun membawa tiga usulan. Air bersih dan lampu jalan didahulukan.\n\nPemuda tidak hadir; mereka akan didatangi.",
        decisions: &[
            Decided {
                promise: "Daftar usulan dengan alasan diterima atau ditunda ditempel di balai desa.",
                post: "Sekretaris desa",
                due: 14,
                kept: Some((11, "Daftar ditempel di balai desa dan di tiga musala.")),
            },
            Decided {
                promise: "Rapat dengan pemuda diadakan di lapangan, malam Minggu.",
                post: "Kepala desa",
                due: 40,
                kept: None,
            },
        ],
    },
    Held {
        title: "Dialog laporan semester",
        agenda: "Realisasi anggaran\nPekerjaan yang belum selesai\nTanya jawab",
        ago: 20,
        total: "48",
        by_group: &[
            ("women", "21"),
            ("men", "27"),
            ("young", "9"),
            ("older", "11"),
            ("disability", "2"),
        ],
        minutes: "Realisasi dibacakan per bidang. Pertanyaan terbanyak tentang perpipaan yang terlambat.",
        decisions: &[Decided {
            promise: "Perpipaan dusun kedua selesai dan airnya diuji bersama warga.",
            post: "Kepala urusan perencanaan",
            due: 60,
            kept: None,
        }],
    },
];

/// Tells all meetings; returns how many promises were made.
///
/// # Errors
/// When something is refused.
pub async fn tell(desk: &Desk<'_>, scene: &Scene<'_>) -> anyhow::Result<usize> {
    let place = scene.village.code.as_str();
    let mut n_decisions = 0;
    for held in &HELD {
        let invited = (held.title, held.agenda, held.ago + NOTICE);
        let meeting = invite(desk, place, invited, -held.ago).await?;
        hold(desk, place, &meeting, held).await?;
        n_decisions += held.decisions.len();
    }
    let title = "Musyawarah desa: rancangan APB Desa";
    let agenda = "Rancangan anggaran per bidang\nPendapat BPD\nPendapat warga";
    invite(desk, place, (title, agenda, 1), NEXT_IN).await?;
    Ok(n_decisions)
}

/// Invites so many days ago to a meeting on a day from today on; returns its id.
async fn invite(
    desk: &Desk<'_>,
    place: &str,
    (title, agenda, ago): (&str, &str, i64),
    held_on: i64,
) -> anyhow::Result<String> {
    let op = desk.on(VILLAGE, ago)?;
    let typed = InvitationInput {
        title: title.to_owned(),
        held_on: desk.day(held_on).to_string(),
        starts_at: "19:30".to_owned(),
        venue: "Balai desa".to_owned(),
        agenda: agenda.to_owned(),
        invited: INVITED.map(str::to_owned).into(),
    };
    let invitation = typed.parse(desk.day(-ago))?;
    meetings::invite(desk.app, &op, place, &invitation)
        .await
        .with_context(|| format!("invite to: {title}"))
}

/// Notes who came on the day after, and what was decided.
async fn hold(desk: &Desk<'_>, place: &str, meeting: &str, held: &Held) -> anyhow::Result<()> {
    let op = desk.on(VILLAGE, held.ago - 1)?;
    let by_group: Vec<(String, String)> = held
        .by_group
        .iter()
        .map(|(code, n)| ((*code).to_owned(), (*n).to_owned()))
        .collect();
    let came = Attendance::parse(held.total, &by_group)?;
    let invited = meetings::find(desk.app, place, meeting).await?;
    meetings::hold(desk.app, &op, &invited, invited.revision, &came, held.minutes)
        .await
        .with_context(|| format!("hold: {}", held.title))?;
    let held_meeting = meetings::find(desk.app, place, meeting).await?;
    for decided in held.decisions {
        let decision = Decision {
            promise: decided.promise.to_owned(),
            owner: VILLAGE_OFFICE.to_owned(),
            owner_post: Some(decided.post.to_owned()),
            due_on: desk.day(decided.due - held.ago),
        };
        let commitment = meetings::decide(desk.app, &op, &held_meeting, decision)
            .await
            .with_context(|| format!("decide: {}", decided.promise))?;
        if let Some((after, said)) = decided.kept {
            let op = desk.on(VILLAGE, held.ago - after)?;
            let on = desk.day(after - held.ago);
            let mut tx = desk.app.db.begin().await?;
            evidence::settle(&mut tx, &op, &commitment, Settled::Kept, on, said, &[]).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}
