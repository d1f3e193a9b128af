//! Who reads what was filed: a role's place and organisation limit every face.

use baraza::{
    accounts::{self, model::Organisation},
    places::{self, NewList, import::Options},
    platform::op::{Grant, Role},
};
use serde_json::json;

use super::{HOUSEHOLD, answers, post, publish, publish_text, settle};
use crate::town::{Answer, Town};

/// A household about a village, or about none when the code is blank.
fn about(id: &str, village: &str) -> String {
    answers(id)
        .replace("35.22.01.2001", village)
        .replace("<photo/>", "<photo>well.jpg</photo>")
        .replace("Ann", &format!("Ann of {id}"))
}

/// Files a household about each of two villages and one about nowhere, each with a photograph.
async fn filed(town: &Town) {
    settle(town).await;
    publish(town).await;
    let phone = town.admin().await;
    for (id, village) in [
        ("here", "35.22.01.2001"),
        ("there", "35.22.01.2002"),
        ("nowhere", ""),
    ] {
        post(&phone, &about(id, village), &[("well.jpg", b"jpeg")])
            .await
            .is(201);
    }
    town.run_jobs().await;
}

fn ids(listed: &Answer) -> Vec<String> {
    let listed = listed.json();
    let mut ids: Vec<String> = listed
        .as_array()
        .expect("a list")
        .iter()
        .map(|each| {
            each["instanceId"]
                .as_str()
                .expect("an id")
                .trim_start_matches("uuid:")
                .to_owned()
        })
        .collect();
    ids.sort();
    ids
}

const LIST: &str = "/v1/projects/1/forms/household/submissions";

#[tokio::test]
async fn an_officer_of_one_village_reads_nothing_of_another_on_any_face() {
    let town = Town::new().await;
    filed(&town).await;
    for role in [Role::Officer, Role::Producer, Role::Steward, Role::Auditor] {
        let officer = town.someone(role, Some("35.22.01.2001")).await;
        assert_eq!(ids(&officer.gets(LIST).await.is(200)), ["here"], "{role}");
        for other in ["there", "nowhere"] {
            for path in [
                format!("{LIST}/uuid%3A{other}"),
                format!("{LIST}/uuid%3A{other}.xml"),
                format!("{LIST}/uuid%3A{other}/attachments"),
                format!("{LIST}/uuid%3A{other}/attachments/well%2Ejpg"),
                format!("/desk/collect/census/household/submissions/uuid%3A{other}"),
            ] {
                let refused = officer.gets(&path).await.is(404).text();
                assert!(!refused.contains("Ann"), "{path}: {refused}");
            }
        }
        let own = format!("{LIST}/uuid%3Ahere");
        assert!(
            officer
                .gets(&format!("{own}.xml"))
                .await
                .is(200)
                .text()
                .contains("Ann of here")
        );
        assert_eq!(
            officer
                .gets(&format!("{own}/attachments/well%2Ejpg"))
                .await
                .is(200)
                .text(),
            "jpeg"
        );
        let desk = officer
            .gets("/desk/collect/census/household")
            .await
            .is(200)
            .text();
        assert!(
            desk.contains("35.22.01.2001")
                && !desk.contains("35.22.01.2002")
                && !desk.contains("uuid%3Anowhere"),
            "{desk}"
        );
    }
    let steward = town.someone(Role::Steward, Some("35.22.01.2001")).await;
    steward
        .sends(
            "PUT",
            &format!("{LIST}/uuid%3Athere"),
            "application/xml",
            about("edit", "35.22.01.2001")
                .replace("<meta>", "<meta><deprecatedID>uuid:there</deprecatedID>")
                .into(),
        )
        .await
        .is(404);
}

#[tokio::test]
async fn what_is_about_no_place_is_read_by_those_who_hold_every_place() {
    let town = Town::new().await;
    filed(&town).await;
    let village = town.someone(Role::Officer, Some("35.22.01.2002")).await;
    assert_eq!(ids(&village.gets(LIST).await.is(200)), ["there"]);
    for whole in [
        town.someone(Role::Officer, Some("35.22")).await,
        town.admin().await,
    ] {
        assert_eq!(ids(&whole.gets(LIST).await.is(200)), ["here", "nowhere", "there"]);
        whole.gets("/desk/collect/strays").await.is(200);
    }
}

#[tokio::test]
async fn an_officer_of_many_villages_reads_each_submission_once() {
    let town = Town::new().await;
    filed(&town).await;
    let mut grants: Vec<Grant> = (0..20)
        .map(|n| crate::town::grant(Role::Officer, Some(&format!("35.99.{n:02}"))))
        .collect();
    for code in ["35.22.01.2001", "35.22.01.2002"] {
        grants.push(crate::town::grant(Role::Officer, Some(code)));
    }
    town.add("many@town.test", "Many", &grants).await;
    let officer = town.signs_in("many@town.test").await;
    assert_eq!(ids(&officer.gets(LIST).await.is(200)), ["here", "there"]);
    let desk = officer.gets("/desk/collect").await.is(200).text();
    assert!(desk.contains(">2</td>"), "{desk}");
}

#[tokio::test]
async fn personal_columns_of_a_forms_table_are_for_stewards_of_all_of_it() {
    let town = Town::new().await;
    filed(&town).await;
    let names = "/sql?q=SELECT%20name%20FROM%20census_household_member";
    let whole = town.someone(Role::Steward, Some("35.22")).await;
    assert!(whole.gets(names).await.is(200).text().contains("Ann of there"));
    assert!(
        whole
            .gets("/data/census-household/member.csv")
            .await
            .is(200)
            .text()
            .contains("Ann of there")
    );
    let village = town.someone(Role::Steward, Some("35.22.01.2001")).await;
    for path in [
        names,
        "/sql/download?format=csv&q=SELECT%20name%20FROM%20census_household_member",
        "/data/census-household/member",
        "/data/census-household/member.csv",
        "/data/census-household/member.json",
    ] {
        let refused = village.gets(path).await.text();
        assert!(!refused.contains("Ann of"), "{path}: {refused}");
    }
    // Nor do they open a column for everybody else.
    village
        .submits("/desk/data/census-household/member/columns", &[("name", "open")])
        .await;
    let officer = town.someone(Role::Officer, Some("35.22")).await;
    assert!(!officer.gets(names).await.text().contains("Ann of"));
}

#[tokio::test]
async fn a_role_within_an_organisation_reads_only_what_was_filed_to_it() {
    let town = Town::new().await;
    settle(&town).await;
    let mut tx = town.app.db.begin().await.expect("begins");
    for code in ["dinkes", "disdik"] {
        let organisation = Organisation {
            code: code.into(),
            name: code.into(),
            about: None,
            contact: None,
        };
        accounts::save_organisation(&mut tx, &town.system(), &organisation)
            .await
            .expect("saved");
    }
    tx.commit().await.expect("commits");
    let of = |org: &str| Grant {
        org: Some(org.into()),
        ..crate::town::grant(Role::Producer, Some("35.22"))
    };
    town.add("health@town.test", "Health", &[of("dinkes")]).await;
    town.add("school@town.test", "School", &[of("disdik")]).await;
    let health = town.signs_in("health@town.test").await;
    health
        .posts_json("/v1/projects", &json!({ "name": "Census" }))
        .await
        .is(200);
    publish_text(&town, HOUSEHOLD).await;
    post(&town.admin().await, &answers("1"), &[]).await.is(201);
    town.run_jobs().await;
    assert_eq!(ids(&health.gets(LIST).await.is(200)), ["1"]);
    let school = town.signs_in("school@town.test").await;
    school.gets(LIST).await.is(403);
    school.gets(&format!("{LIST}/uuid%3A1.xml")).await.is(403);
    school.gets("/desk/collect/census/household").await.is(403);
}

/// Takes in a list of villages that holds from a day on.
async fn villages(town: &Town, from: &str, rows: &str) {
    let list = NewList {
        file_name: "places.csv".into(),
        bytes: format!("code,name,parent\n35.22,Bojonegoro,\n35.22.01,Ngasem,35.22\n{rows}").into_bytes(),
        options: Options {
            level: Some("regency,district,village".into()),
            valid_from: Some(from.parse().expect("a day")),
            ..Options::default()
        },
    };
    places::import(&town.app, &town.system(), list, &|_, _| ())
        .await
        .expect("a readable list");
    town.run_jobs().await;
}

#[tokio::test]
async fn phones_fetch_the_list_of_places_in_force_and_older_choices_still_check() {
    let town = Town::new().await;
    villages(
        &town,
        "2026-01-01",
        "35.22.01.2001,Sumberejo,35.22.01\n35.22.01.2002,Tegal,35.22.01\n",
    )
    .await;
    let admin = town.admin().await;
    admin
        .posts_json("/v1/projects", &json!({ "name": "Census" }))
        .await
        .is(200);
    let form = HOUSEHOLD.replace("villages.csv", "places.csv");
    admin
        .sends(
            "POST",
            "/v1/projects/1/forms?ignoreWarnings=True&publish=True",
            "text/markdown",
            form.clone().into(),
        )
        .await
        .is(200);
    // Kept parsed with the first list before the second one comes.
    post(&admin, &answers("before"), &[]).await.is(201);
    let manifest = "/v1/projects/1/forms/household/manifest";
    let before = admin.gets(manifest).await.is(200).text();
    villages(
        &town,
        "2026-11-01",
        "35.22.01.2002,Tegal,35.22.01\n35.22.01.2003,Kolong,35.22.01\n",
    )
    .await;
    let after = admin.gets(manifest).await.is(200).text();
    assert_ne!(before, after);
    let list = admin
        .gets("/v1/projects/1/forms/household/attachments/places%2Ecsv")
        .await
        .is(200)
        .text();
    assert!(
        list.contains("35.22.01.2003,Kolong") && !list.contains("Sumberejo"),
        "{list}"
    );
    // What another server published is known here within two seconds.
    town.advance(std::time::Duration::from_secs(3));
    // A village that is new, and one that a phone out of reach still lists.
    for (id, village) in [
        ("new", "35.22.01.2003"),
        ("old", "35.22.01.2001"),
        ("wrong", "35.99"),
    ] {
        post(&admin, &answers(id).replace("35.22.01.2001", village), &[])
            .await
            .is(201);
    }
    let flagged: Vec<(String,)> =
        sqlx::query_as("SELECT instance_id FROM submission WHERE flags IS NOT NULL ORDER BY instance_id")
            .fetch_all(town.app.db.read())
            .await
            .expect("read");
    assert_eq!(flagged, [("uuid:wrong".to_owned(),)]);
    town.run_jobs().await;
    // In the browser only what is in force can be chosen.
    let page = admin.gets("/forms/census/household").await;
    let page = match page.status.as_u16() {
        303 => admin.gets(page.header("location")).await.text(),
        _ => page.text(),
    };
    assert!(!page.contains("Sumberejo"), "{page}");
    // To publish the same version again changes nothing, whichever list is in force.
    admin
        .sends(
            "POST",
            "/v1/projects/1/forms/household/draft?ignoreWarnings=true",
            "text/markdown",
            form.into(),
        )
        .await
        .is(200);
    admin
        .sends(
            "POST",
            "/v1/projects/1/forms/household/draft/publish",
            "",
            "".into(),
        )
        .await
        .is(200);
}
