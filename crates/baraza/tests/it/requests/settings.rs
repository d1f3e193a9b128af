use baraza::{
    platform::problem::Kind,
    requests::{
        self,
        model::{
            post::{NewPost, Post},
            profile::shipped,
        },
    },
};

use super::{Hall, lamp};

#[tokio::test]
async fn a_new_version_of_a_profile_never_rewrites_what_runs_by_the_old_one() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let before = hall.lamp().await;
    let stricter = shipped::LAPOR.replace("yellow = \"end of day 3\"", "yellow = \"end of day 1\"");
    hall.town.advance(std::time::Duration::from_secs(1));
    requests::load_profile(app, &hall.town.system(), &stricter)
        .await
        .expect("loaded");
    let after = hall.lamp().await;
    let (before, after) = (hall.now(&before).await, hall.now(&after).await);
    assert_ne!(before.profile, after.profile);
    let days = |request: &requests::model::request::Request| {
        (request.clock.yellow_at.expect("yellow").0 - request.opened_at.0) / 86_400_000_000
    };
    assert_eq!((days(&before), days(&after)), (3, 1));
    // The old request goes on by the old rules.
    let text = requests::profile_text(app, &before.profile).await.expect("kept");
    assert_eq!(text, shipped::LAPOR);
    requests::ask(app, &hall.op("unit"), &before.code, "resident", "")
        .await
        .expect("paused by its own profile");
    let versions = requests::list_profiles(app).await.expect("listed");
    let lapor: Vec<_> = versions
        .iter()
        .filter(|version| version.name == "lapor")
        .map(|version| version.is_current)
        .collect();
    assert_eq!(lapor, [1, 0]);
    requests::load_profile(app, &hall.town.system(), shipped::LAPOR)
        .await
        .expect("the old one again");
    assert_eq!(hall.now(&hall.lamp().await).await.profile, before.profile);
}

#[tokio::test]
async fn a_profile_that_cannot_hold_is_refused_with_its_line() {
    let hall = Hall::new().await;
    let wrong = shipped::LAPOR.replace("weekday = \"friday\"", "weekday = \"jumat\"");
    let problem = requests::load_profile(&hall.town.app, &hall.town.system(), &wrong)
        .await
        .expect_err("refused");
    assert_eq!(
        (problem.kind(), problem.code()),
        (Kind::Invalid, "requests-profile")
    );
    let line = wrong[..wrong.find("weekday =").expect("there")]
        .matches('\n')
        .count()
        + 1;
    assert!(
        problem.to_string().contains(&format!("line {line}:")),
        "{problem}"
    );
    let unknown = requests::profile_text(&hall.town.app, "0")
        .await
        .expect_err("unknown");
    assert_eq!(unknown.code(), "requests-profile-unknown");
}

#[tokio::test]
async fn only_administrators_change_rules_services_and_posts() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let post = NewPost {
        agency: "dinas-pu".into(),
        level: 1,
        place: None,
        title: "Head".into(),
        holder: None,
        deputy: None,
    };
    for name in ["unit", "regent", "siti"] {
        let op = hall.op(name);
        assert_eq!(
            requests::load_profile(app, &op, shipped::LAPOR)
                .await
                .expect_err("refused")
                .kind(),
            Kind::Forbidden
        );
        assert_eq!(
            requests::load_services(app, &op, "")
                .await
                .expect_err("refused")
                .kind(),
            Kind::Forbidden
        );
        assert_eq!(
            requests::add_post(app, &op, &post)
                .await
                .expect_err("refused")
                .kind(),
            Kind::Forbidden
        );
        assert_eq!(
            requests::list_appeals(app, &op)
                .await
                .expect_err("refused")
                .kind(),
            Kind::Forbidden
        );
    }
    let system = hall.town.system();
    let level = requests::add_post(
        app,
        &system,
        &NewPost {
            level: 9,
            ..post.clone()
        },
    )
    .await
    .expect_err("refused");
    assert_eq!(level.fields()[0].code, "requests-level-unknown");
    let nameless = requests::add_post(
        app,
        &system,
        &NewPost {
            title: " ".into(),
            ..post
        },
    )
    .await
    .expect_err("refused");
    assert_eq!(nameless.fields()[0].field, "title");
}

#[tokio::test]
async fn a_closed_post_gets_nothing_more() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let posts = requests::list_posts(app, Some("dinas-pu")).await.expect("listed");
    let closed = Post {
        closed_at: Some(hall.town.clock.now()),
        ..posts[0].clone()
    };
    requests::save_post(app, &hall.town.system(), &closed)
        .await
        .expect("closed");
    assert_eq!(
        requests::list_posts(app, Some("dinas-pu"))
            .await
            .expect("listed")
            .len(),
        1
    );
    let request = hall.now(&hall.lamp().await).await;
    assert_eq!(
        requests::post_of(app, &request).await.expect("looked up"),
        None,
        "vacant, for everybody to see"
    );
    let unknown = Post {
        id: "0".into(),
        ..closed
    };
    assert_eq!(
        requests::save_post(app, &hall.town.system(), &unknown)
            .await
            .expect_err("unknown")
            .code(),
        "requests-post-unknown"
    );
}

#[tokio::test]
async fn services_are_listed_in_their_order_and_may_stop_taking_requests() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let services = requests::list_services(app).await.expect("listed");
    assert_eq!((services.len(), services[0].code.as_str()), (9, "road"));
    let closed = "[[service]]\ncode = \"street-light\"\ngroup = \"x\"\nprofile = \"lapor\"\ntitle = { en = \"Lamp\" }\nis_open = false\n";
    requests::load_services(app, &hall.town.system(), closed)
        .await
        .expect("saved");
    assert_eq!(
        requests::service(app, "street-light")
            .await
            .expect("known")
            .title
            .in_language("id"),
        "Lamp"
    );
    let refused = hall.file(&hall.stranger(), lamp()).await.expect_err("refused");
    assert_eq!(refused.fields()[0].code, "requests-service-closed");
    let unloaded = closed.replace("\"lapor\"", "\"nothing\"");
    let problem = requests::load_services(app, &hall.town.system(), &unloaded)
        .await
        .expect_err("refused");
    assert_eq!(problem.code(), "requests-profile-unknown");
    let broken = requests::load_services(app, &hall.town.system(), "[[service]]\ncode = 1\n")
        .await
        .expect_err("refused");
    assert!(broken.to_string().contains("line 2"), "{broken}");
    assert_eq!(
        requests::service(app, "dragons")
            .await
            .expect_err("unknown")
            .code(),
        "requests-service-unknown"
    );
}
