//! A village chose its goals: in the hall and from telephones, counted and published.

use std::collections::BTreeMap;

use anyhow::Context;

use super::{
    super::{
        publishing::Desk,
        readers::reader,
        staff::{FACILITATOR, VILLAGE},
    },
    Scene,
};
use crate::village::{
    goals::{self, NewBallot, model::HallCount},
    voice::{self, Person, counting::Way},
};

/// Days ago: called, opened, held in the hall, closed, published.
const DAYS: [i64; 5] = [58, 55, 47, 45, 44];
const GOALS: [&str; 9] = ["1", "2", "3", "4", "5", "6", "8", "11", "13"];
const OWN: &str = "Pasar desa buka setiap hari";
/// How many are chosen.
const MOST: u32 = 6;
/// Marks in the hall of each option, in the order of the ballot: the goals, security, the village's own.
const IN_HALL: [u32; 11] = [34, 12, 71, 66, 25, 80, 59, 18, 9, 62, 47];
const N_BALLOTS: u32 = 93;
const N_INVALID: u32 = 4;
/// What people chose from telephones, and how many of them.
const BY_PHONE: [(&[u32], u32); 3] = [(&[3, 6, 10], 14), (&[4, 6, 7, 11], 9), (&[1, 3, 6, 7, 10], 5)];
/// Numbers of nobody.
const NUMBERS: &str = "+62 800 991";

/// Tells the vote.
///
/// # Errors
/// When something is refused.
pub async fn tell(desk: &Desk<'_>, scene: &Scene<'_>) -> anyhow::Result<()> {
    let [called, opened, held, closed, published] = DAYS;
    let new = NewBallot {
        place: scene.village.code.clone(),
        title: "Tujuan desa untuk empat tahun".to_owned(),
        most: MOST,
        opens_on: Some(desk.day(-opened)),
        closes_on: Some(desk.day(-closed)),
        goals: GOALS.into_iter().chain(["security"]).map(str::to_owned).collect(),
        own: vec![OWN.to_owned()],
    };
    let ballot = goals::call(desk.app, &desk.on(VILLAGE, called)?, &new)
        .await
        .context("call the vote of a village")?;
    vote(desk, &ballot.code, held).await?;
    let counted = HallCount {
        held_on: desk.day(-held),
        occasion: "Pemungutan suara di balai desa".to_owned(),
        n_ballots: N_BALLOTS,
        n_invalid: N_INVALID,
        marks: (1..).zip(IN_HALL).collect::<BTreeMap<u32, u32>>(),
    };
    goals::count_hall(desk.app, &desk.on(FACILITATOR, closed)?, &ballot, &counted)
        .await
        .context("count a hall of the vote of a village")?;
    let ballot = goals::find(desk.app, &ballot.code).await?;
    goals::publish(desk.app, &desk.on(VILLAGE, published)?, &ballot)
        .await
        .context("publish the vote of a village")
}

/// Votes from telephones, so many days ago.
async fn vote(desk: &Desk<'_>, code: &str, ago: i64) -> anyhow::Result<()> {
    let ballot = goals::find(desk.app, code).await?;
    let op = reader(desk.days.at(desk.day(-ago), 18));
    let mut tx = desk.app.db.begin().await?;
    for (kind, (choices, n)) in (1..).zip(BY_PHONE) {
        for caller in 1..=n {
            let typed = format!("{NUMBERS} {kind}{caller:03}");
            let phone = voice::phone(desk.app, &typed).context("read a number of the sample regency")?;
            let voter = (&Person::Phone(phone), Way::Phone);
            goals::vote(desk.app, &mut tx, &op, &ballot, voter, choices)
                .await
                .context("vote in a village")?;
        }
    }
    tx.commit().await?;
    Ok(())
}
