//! What a village asked of offices: one that waits, and one that was answered by somebody with a name, in part.

use anyhow::Context;

use super::{
    super::{
        acting::{INDICATOR, RELEASES},
        publishing::Desk,
        staff::{VILLAGE, head_of},
        world::settlement::REGENCY_CODE,
    },
    Scene,
};
use crate::village::asks::{self, NewAnswer, NewAsk};

/// Days ago on which they were asked, and on which one was answered.
const ASKED: [i64; 2] = [47, 33];
const ANSWERED: i64 = 12;
/// The office that answered.
const ANSWERS: &str = "bappeda";
/// Days from today until what it promised is due.
const DUE_IN: i64 = 70;

/// Tells both; returns how many promises were made.
///
/// # Errors
/// When something is refused.
pub async fn tell(desk: &Desk<'_>, scene: &Scene<'_>) -> anyhow::Result<usize> {
    let [waits, answered] = ASKED;
    let midwife = NewAsk {
        place: scene.village.code.clone(),
        title: "Bidan yang tinggal di desa".to_owned(),
        need: "Bidan datang dua hari seminggu. Pada malam hari ibu yang melahirkan dibawa naik sepeda motor."
            .to_owned(),
        number: String::new(),
        organisation: "dinkes".to_owned(),
    };
    make(desk, waits, &midwife).await?;
    let bus = NewAsk {
        place: scene.village.code.clone(),
        title: "Kursus keliling bagi pemuda desa".to_owned(),
        need: "Balai latihan kerja jauh; ongkosnya lebih mahal daripada kursusnya.".to_owned(),
        number: format!("/n/{}/{INDICATOR}/{REGENCY_CODE}/2026", RELEASES[1]),
        organisation: ANSWERS.to_owned(),
    };
    let code = make(desk, answered, &bus).await?;
    let head = head_of(ANSWERS);
    let op = desk.on(&head, ANSWERED)?;
    let new = NewAnswer {
        answer: "partly".to_owned(),
        said: "Bus peserta dapat lewat desa dua kali seminggu. Kursus keliling belum dianggarkan.".to_owned(),
        name: desk.people.find(&head)?.name.clone(),
        post: "Kepala Bappeda Ranumaya".to_owned(),
        promise: "Bus peserta pelatihan lewat desa dua kali seminggu.".to_owned(),
        due_on: desk.day(DUE_IN).to_string(),
    };
    let asked = asks::find(desk.app, &code).await?;
    asks::answer(desk.app, &op, &asked, &new)
        .await
        .context("answer what a village asked")?;
    Ok(1)
}

async fn make(desk: &Desk<'_>, ago: i64, new: &NewAsk) -> anyhow::Result<String> {
    let made = asks::make(desk.app, &desk.on(VILLAGE, ago)?, new)
        .await
        .with_context(|| format!("ask: {}", new.title))?;
    Ok(made.code)
}
