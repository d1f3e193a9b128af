//! How the invented regency takes requests: the shipped profiles, its services, and the posts of its offices.

use anyhow::Context;

use super::staff;
use super::world::settlement::REGENCY_CODE;
use crate::accounts;
use crate::platform::app::App;
use crate::platform::op::Op;
use crate::requests;
use crate::requests::model::post::NewPost;
use crate::requests::model::profile::shipped;
use crate::requests::model::service;

/// What the seats of the first two levels of each office are called.
const SEATS: [(&str, &str, &str); 4] = [
    (
        "dinas-pu",
        "Liaison officer, public works",
        "Head of public works",
    ),
    ("dinkes", "Liaison officer, health", "Head of health"),
    (
        "kominfo",
        "Liaison officer, communication",
        "Head of communication",
    ),
    ("bappeda", "Liaison officer, planning", "Head of planning"),
];

/// Puts profiles in force, opens services, and adds posts with those who hold them.
pub async fn open_counters(app: &App, op: &Op) -> anyhow::Result<()> {
    for text in shipped::ALL {
        requests::load_profile(app, op, text)
            .await
            .context("load a shipped profile")?;
    }
    requests::load_services(app, op, service::SAMPLE)
        .await
        .context("load the sample services")?;
    for (agency, liaison, head) in SEATS {
        let seats = [
            (1, liaison, staff::liaison_of(agency)),
            (2, head, staff::head_of(agency)),
        ];
        for (level, title, holder) in seats {
            let post = NewPost {
                agency: agency.to_owned(),
                level,
                place: Some(REGENCY_CODE.to_owned()),
                title: title.to_owned(),
                holder: accounts::find_user(app, &staff::address(&holder)).await?,
                deputy: None,
            };
            requests::add_post(app, op, &post)
                .await
                .with_context(|| format!("add the post {title}"))?;
        }
    }
    Ok(())
}
