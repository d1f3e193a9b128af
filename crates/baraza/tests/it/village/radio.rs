//! Radio and hall mode: questions become requests, and the sheet reads out no name but agreed ones.

use baraza::platform::op::Role;

use super::voice::{VILLAGE, found};
use crate::{
    html::check::faults,
    indicators::{PLACES, import_places},
    requests::world,
    town::Town,
};

#[tokio::test]
async fn questions_become_requests_and_only_agreed_names_are_read_out() {
    let town = Town::new().await;
    import_places(&town, PLACES).await;
    world::offer(&town).await;
    let host = town.someone(Role::Facilitator, Some("35.22")).await;
    let programme = [
        ("kind", "radio"),
        ("place", "35.22"),
        ("title", "Friday at nine"),
        ("held_on", "2026-11-20"),
    ];
    let made = host.submits("/desk/radio", &programme).await.is(303);
    let path = made.header("location").to_owned();
    let page = host.gets(&path).await.is(200).text();
    let delivery = found(&page, "name=\"delivery\" value=\"([^\"]+)\"");
    let asked = [
        ("description", "When is the lamp at the school mended?"),
        ("service_code", "street-light"),
        ("place", VILLAGE),
        ("name", "Siti Aminah"),
        ("agreed", "yes"),
        ("delivery", delivery.as_str()),
    ];
    host.submits(&path, &asked).await.is(303);
    host.submits(&path, &asked).await.is(303);
    let silent = [
        ("description", "Why is the lamp at the market out?"),
        ("service_code", "street-light"),
        ("place", VILLAGE),
        ("name", "Pak Tono"),
    ];
    host.submits(&path, &silent).await.is(303);
    host.submits(&path, &[("description", ""), ("service_code", "street-light")])
        .await
        .is(400);
    let sheet = host.gets(&format!("{path}/sheet")).await.is(200).text();
    assert_eq!(
        sheet.matches("<h2 class=\"govuk-heading-m\">").count(),
        2,
        "{sheet}"
    );
    assert!(
        sheet.contains("Siti Aminah") && sheet.contains("lamp at the market"),
        "{sheet}"
    );
    assert!(!sheet.contains("Tono"), "{sheet}");
    assert_eq!(faults(&sheet), Vec::<String>::new());
    let far = town.someone(Role::Facilitator, Some("35.22.02")).await;
    far.submits(&path, &silent).await.is(403);
    let listed = far.gets("/desk/radio").await.is(200).text();
    assert!(
        listed.contains("Friday at nine") && !listed.contains(&path),
        "{listed}"
    );
    for page in [path.clone(), format!("{path}/sheet"), format!("{path}/sheet.pdf")] {
        let refused = far.gets(&page).await.is(403).text();
        assert!(!refused.contains("Siti"), "{refused}");
    }
    let refused = town.stranger().gets(&format!("{path}/sheet")).await;
    assert!(matches!(refused.status.as_u16(), 303 | 401));
    let linked: Vec<(String,)> = sqlx::query_as("SELECT request_code FROM village_question ORDER BY n")
        .fetch_all(town.app.db.read())
        .await
        .expect("read");
    assert_eq!(linked.len(), 2);
    town.run_jobs().await;
}
