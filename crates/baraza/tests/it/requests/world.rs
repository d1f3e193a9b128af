//! What the access matrix finds when it asks for requests: one that is open to all.

use baraza::requests::{
    self, Filing,
    model::{profile::shipped, service},
};

use crate::{collect::world::Names, town::Town};

/// Puts the shipped profiles and services in force.
pub async fn offer(town: &Town) {
    let op = town.system();
    for text in shipped::ALL {
        requests::load_profile(&town.app, &op, text)
            .await
            .expect("a shipped profile");
    }
    requests::load_services(&town.app, &op, service::SAMPLE)
        .await
        .expect("the shipped services");
}

/// Puts the shipped profiles and services in force and files a lamp.
pub async fn found(town: &Town) -> Names {
    offer(town).await;
    let filing = Filing {
        service: "street-light".into(),
        text: "The lamp by the school is out".into(),
        place: Some("35.22".into()),
        ..Filing::default()
    };
    let opened = requests::file(&town.app, &town.system(), filing)
        .await
        .expect("filed");
    town.run_jobs().await;
    vec![("/requests/{code}", "code", opened.code)]
}
