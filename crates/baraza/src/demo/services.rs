//! How the invented regency takes requests: the shipped profiles, its services, and the posts of its offices.

use anyhow::Context;

use super::world::settlement::REGENCY_CODE;
use crate::accounts;
use crate::platform::app::App;
use crate::platform::op::{Op, Role};
use crate::requests;
use crate::requests::model::post::NewPost;
use crate::requests::model::profile::shipped;
use crate::requests::model::service;

/// The offices that answer requests, with what the seats of the first two levels are called.
const OFFICES: [(&str, &str, &str); 4] = [
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

/// Puts profiles in force, opens services, and adds posts; the invented officer holds the first of their office.
pub async fn open_counters(app: &App, op: &Op) -> anyhow::Result<()> {
    for text in shipped::ALL {
        requests::load_profile(app, op, text)
            .await
            .context("load a shipped profile")?;
    }
    requests::load_services(app, op, service::SAMPLE)
        .await
        .context("load the sample services")?;
    let users = accounts::list_users(app, op).await?;
    let holder_of = |agency: &str| {
        let is_officer = |user: &&accounts::model::Listed| {
            user.grants
                .iter()
                .any(|grant| grant.role == Role::Officer && grant.org.as_deref() == Some(agency))
        };
        users.iter().find(is_officer).map(|user| user.id.clone())
    };
    for (agency, liaison, head) in OFFICES {
        for (level, title) in [(1, liaison), (2, head)] {
            let post = NewPost {
                agency: agency.to_owned(),
                level,
                place: Some(REGENCY_CODE.to_owned()),
                title: title.to_owned(),
                holder: holder_of(agency).filter(|_| level == 1),
                deputy: None,
            };
            requests::add_post(app, op, &post)
                .await
                .with_context(|| format!("add the post {title}"))?;
        }
    }
    Ok(())
}
