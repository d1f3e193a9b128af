//! Facilitators: they sign, are trained, and find tasks that other parts of the platform gave them.

use anyhow::Context;

use super::{
    super::{
        publishing::Desk,
        staff::{COACH, FACILITATOR, WALIDATA},
    },
    Scene,
};
use crate::{
    facilitators::{
        AskUnheard,
        model::{Paper, State, typed::TypedTraining},
        register, tasks,
    },
    platform::jobs::Job,
    scorecards::AskNextRound,
};

/// Days ago on which they signed.
const SIGNED: i64 = 262;
/// Each facilitator with the languages they run a discussion in.
const PEOPLE: [(&str, &str); 2] = [
    (FACILITATOR, "Indonesia, Jawa"),
    (COACH, "Indonesia, Jawa, Madura"),
];
/// Topic, days ago, who gave it, and for how many days it counts.
const TRAININGS: [(&str, i64, &str, i64); 2] = [
    ("Memandu kartu skor warga", 270, "Bappeda Ranumaya", 730),
    (
        "Melindungi anak dan kelompok rentan",
        268,
        "Dinas Sosial Ranumaya",
        365,
    ),
];

/// Has the facilitators sign, and the steward of all data enter what they were trained in.
///
/// # Errors
/// When something is refused.
pub async fn sign(desk: &Desk<'_>) -> anyhow::Result<()> {
    for (account, languages) in PEOPLE {
        let op = desk.on(account, SIGNED)?;
        for paper in Paper::ALL {
            register::sign(desk.app, &op, paper)
                .await
                .with_context(|| format!("have {account} sign"))?;
        }
        let own = register::own(desk.app, &op).await?;
        register::speak(desk.app, &op, &own, languages).await?;
        for (topic, ago, given_by, days) in TRAININGS {
            let typed = TypedTraining {
                topic: topic.to_owned(),
                held_on: desk.day(-ago).to_string(),
                given_by: given_by.to_owned(),
                valid_until: desk.day(days - ago).to_string(),
            };
            let steward = desk.on(WALIDATA, SIGNED - 1)?;
            register::train(desk.app, &steward, &own, &typed)
                .await
                .with_context(|| format!("enter the training of {account}"))?;
        }
    }
    let steward = desk.on(WALIDATA, SIGNED - 2)?;
    let facilitator = register::own(desk.app, &desk.on(FACILITATOR, SIGNED)?).await?;
    let coach = &desk.people.find(COACH)?.id;
    register::name_coach(desk.app, &steward, &facilitator, coach)
        .await
        .context("name the coach of the sample regency")?;
    Ok(())
}

/// Has the tasks come that come by themselves, and the facilitator take one of their village.
///
/// # Errors
/// When something is refused.
pub async fn take_tasks(desk: &Desk<'_>, scene: &Scene<'_>) -> anyhow::Result<()> {
    AskUnheard::default().run(desk.app).await?;
    AskNextRound::default().run(desk.app).await?;
    let op = desk.op(FACILITATOR, desk.app.clock.now())?;
    let waiting = tasks::list(desk.app, &op).await?;
    let taken = waiting
        .iter()
        .find(|task| task.state == State::Open && task.place == scene.village.code)
        .context("find a task of the village")?;
    tasks::step(desk.app, &op, &taken.id, State::Taken, "")
        .await
        .context("take a task of the village")?;
    Ok(())
}
