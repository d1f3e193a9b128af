//! An hour on the radio: three questions, one of them answered by the week after.

use anyhow::Context;

use super::{
    super::{
        publishing::Desk,
        staff::{FACILITATOR, liaison_of},
    },
    Scene, later,
};
use crate::{
    platform::op::Op,
    requests::{self, library},
    village::radio::{self, NewProgramme, NewQuestion},
};

/// Days ago.
const HELD: i64 = 8;
/// Service, what was asked, and who agreed that their name is read out.
const QUESTIONS: [(&str, &str, &str); 3] = [
    (
        "water",
        "Keran umum kering tiga hari dalam seminggu. Kapan giliran kami diumumkan?",
        "Pak Darto",
    ),
    (
        "health-centre",
        "Apakah benar loket kedua puskesmas buka setiap hari?",
        "",
    ),
    (
        "street-light",
        "Lampu di jembatan mati sejak banjir. Siapa yang memperbaiki?",
        "",
    ),
];
/// Which of them was answered, the office that did, and what it said.
const ANSWERED: (usize, &str, &str) = (
    1,
    "dinkes",
    "Loket kedua buka tiga hari seminggu; setiap hari kerja mulai triwulan depan, sesuai janji di pertemuan kartu skor.",
);

/// Tells the hour; returns how many questions were raised.
///
/// # Errors
/// When something is refused.
pub async fn tell(desk: &Desk<'_>, scene: &Scene<'_>) -> anyhow::Result<u64> {
    let op = desk.on(FACILITATOR, HELD)?;
    let new = NewProgramme {
        kind: "radio".to_owned(),
        place: scene.district.to_owned(),
        title: "Warga Bertanya".to_owned(),
        held_on: desk.day(-HELD).to_string(),
    };
    let programme = radio::make(desk.app, &op, &new)
        .await
        .context("enter a radio programme")?;
    let mut codes = Vec::with_capacity(QUESTIONS.len());
    for (number, (service, text, name)) in (1..).zip(QUESTIONS) {
        let op = Op {
            at: later(op.at, 10 * number),
            ..op.clone()
        };
        let question = NewQuestion {
            service: service.to_owned(),
            text: text.to_owned(),
            place: scene.village.code.clone(),
            name: name.to_owned(),
            phone: String::new(),
            agreed: !name.is_empty(),
            delivery: number.to_string(),
        };
        let code = radio::note(desk.app, &op, &programme, &question)
            .await
            .with_context(|| format!("note a question about {service}"))?;
        codes.push(code);
    }
    let (which, office, said) = ANSWERED;
    answer(desk, &codes[which], office, said).await?;
    Ok(u64::try_from(codes.len())?)
}

/// The office looks at a question and answers it as its rules ask for.
async fn answer(desk: &Desk<'_>, code: &str, office: &str, said: &str) -> anyhow::Result<()> {
    let account = liaison_of(office);
    requests::verify(desk.app, &desk.on(&account, HELD - 1)?, code)
        .await
        .context("look at a question of the radio")?;
    let request = requests::find(desk.app, code).await?;
    let library = library::current(desk.app).await?;
    let profile = library.profile_version(desk.app, &request.profile).await?;
    let kind = profile
        .answers
        .kinds
        .iter()
        .find(|kind| kind.is_proper)
        .context("find how the office answers")?;
    requests::answer(desk.app, &desk.on(&account, HELD - 2)?, code, &kind.code, said)
        .await
        .context("answer a question of the radio")?;
    Ok(())
}
