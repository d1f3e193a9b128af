//! Who fills forms and who sees them, through the faces that ODK's clients know and the desk.

use std::time::Duration;

use baraza::platform::op::Role;
use serde_json::{Value, json};

use super::{answers, publish, publish_alone, settle};
use crate::town::{PASSWORD, Town, Visitor};

const FORM: &str = "/v1/projects/1/forms/household";

async fn device(town: &Town, name: &str) -> Value {
    let admin = town.admin().await;
    let wanted = json!({ "displayName": name });
    admin
        .posts_json("/v1/projects/1/app-users", &wanted)
        .await
        .is(200)
        .json()
}

async fn number_of(visitor: &Visitor<'_>) -> i64 {
    visitor.gets("/v1/users/current").await.is(200).json()["id"]
        .as_i64()
        .expect("a number")
}

/// The ids of the forms that a phone is offered.
async fn offered(town: &Town, token: &str) -> Vec<String> {
    let list = town
        .stranger()
        .gets(&format!("/v1/key/{token}/projects/1/formList"))
        .await
        .is(200)
        .text();
    list.split("<formID>")
        .skip(1)
        .filter_map(|rest| rest.split('<').next())
        .map(str::to_owned)
        .collect()
}

async fn posts(town: &Town, path: &str, xml: &str) -> crate::town::Answer {
    let parts = [("xml_submission_file", "form.xml", "text/xml", xml.as_bytes())];
    town.stranger().posts_parts(path, &parts).await
}

#[tokio::test]
async fn a_device_fills_every_form_until_it_is_assigned_some() {
    let town = Town::new().await;
    publish(&town).await;
    publish_alone(&town, PLAIN).await;
    let device = device(&town, "Tablet 1").await;
    let (token, id) = (device["token"].as_str().expect("a token"), &device["id"]);
    assert_eq!(offered(&town, token).await, ["household", "kinds"]);
    let admin = town.admin().await;
    assert_eq!(
        admin.gets(&format!("{FORM}/assignments")).await.is(200).json(),
        json!([])
    );
    admin
        .sends(
            "POST",
            &format!("{FORM}/assignments/app-user/{id}"),
            "",
            "".into(),
        )
        .await
        .is(200);
    assert_eq!(offered(&town, token).await, ["household"]);
    assert_eq!(
        admin.gets(&format!("{FORM}/assignments")).await.is(200).json(),
        json!([{ "roleId": 2, "actorId": id }])
    );
    let matrix = admin
        .gets("/v1/projects/1/assignments/forms/app-user")
        .await
        .is(200)
        .json();
    assert_eq!(
        matrix,
        json!([{ "roleId": 2, "actorId": id, "xmlFormId": "household" }])
    );
    let submission = format!("/v1/key/{token}/projects/1/submission");
    let of_kinds = "<data id=\"kinds\" version=\"1\"><meta><instanceID>uuid:9</instanceID></meta></data>";
    posts(&town, &submission, of_kinds).await.is(403);
    posts(&town, &submission, &answers("1")).await.is(201);
    admin
        .sends("DELETE", &format!("{FORM}/assignments/2/{id}"), "", "".into())
        .await
        .is(200);
    assert_eq!(
        town.stranger()
            .gets(&format!("/v1/key/{token}/projects/1/formList"))
            .await
            .status,
        403,
        "what was taken away does not come back as everything"
    );
    town.run_jobs().await;
}

#[tokio::test]
async fn a_device_is_no_key_to_other_projects_or_to_the_rest_of_the_server() {
    let town = Town::new().await;
    publish(&town).await;
    let admin = town.admin().await;
    admin
        .posts_json("/v1/projects", &json!({ "name": "Other" }))
        .await
        .is(200);
    let device = device(&town, "Tablet 1").await;
    let token = device["token"].as_str().expect("a token");
    let phone = town.stranger();
    phone
        .gets(&format!("/v1/key/{token}/projects/2/formList"))
        .await
        .is(403);
    let bearer = town.bearer(token);
    bearer.gets("/v1/projects/2/forms").await.is(403);
    bearer.gets("/desk").await.is(403);
    bearer.gets("/v1/users").await.is(200).json();
    assert_eq!(bearer.gets("/v1/users").await.json(), json!([]));
}

#[tokio::test]
async fn a_withdrawn_device_is_not_listed_and_files_no_more() {
    let town = Town::new().await;
    publish(&town).await;
    let device = device(&town, "Tablet 1").await;
    let (token, id) = (device["token"].as_str().expect("a token"), &device["id"]);
    let admin = town.admin().await.with_header("x-extended-metadata", "true");
    offered(&town, token).await;
    let listed = admin.gets("/v1/projects/1/app-users").await.is(200).json();
    assert_eq!(
        (
            &listed[0]["id"],
            &listed[0]["token"],
            &listed[0]["lastUsed"],
            &listed[0]["createdBy"]["displayName"]
        ),
        (
            id,
            &Value::Null,
            &json!("2026-11-16T00:00:00Z"),
            &json!("Ibu Admin")
        )
    );
    admin
        .sends("DELETE", &format!("/v1/projects/1/app-users/{id}"), "", "".into())
        .await
        .is(200);
    assert_eq!(
        admin.gets("/v1/projects/1/app-users").await.is(200).json(),
        json!([])
    );
    town.stranger()
        .gets(&format!("/v1/key/{token}/projects/1/formList"))
        .await
        .is(401);
}

#[tokio::test]
async fn a_steward_adds_a_sheet_of_devices_and_sees_their_codes_once() {
    let town = Town::new().await;
    settle(&town).await;
    publish(&town).await;
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    let at = "/desk/devices/census";
    let fields = [
        ("names", "Ani\n\n Budi \nCitra"),
        ("form", "household"),
        ("place", ""),
        ("lock", "4711"),
    ];
    let sheet = steward.submits(at, &fields).await.is(200);
    assert_eq!(sheet.header("cache-control"), "no-store");
    let sheet = sheet.text();
    assert_eq!(sheet.matches("<svg class=\"bz-qr\"").count(), 3);
    let token = sheet
        .split("/v1/key/")
        .nth(1)
        .and_then(|rest| rest.split('/').next())
        .expect("a token");
    assert_eq!(offered(&town, token).await, ["household"]);
    let list = steward.gets(at).await.is(200).text();
    for name in ["Ani", "Budi", "Citra"] {
        assert!(list.contains(name), "{name}");
    }
    assert!(!list.contains(token), "a token is shown once");
    let withdraw = list
        .split("action=\"")
        .find(|rest| rest.contains("/withdraw\""))
        .and_then(|rest| rest.split('"').next())
        .expect("a button")
        .to_owned();
    steward.submits(&withdraw, &[]).await.is(303);
    assert_eq!(steward.gets(at).await.text().matches("/withdraw\"").count(), 2);
    for (names, what) in [(String::new(), "none"), ("x\n".repeat(51), "too many")] {
        let refused = steward
            .submits(at, &[("names", names.as_str())])
            .await
            .is(400)
            .text();
        assert!(refused.contains("href=\"#names\""), "{what}");
    }
    let nowhere = [("names", "Dewi"), ("place", "99.99")];
    assert!(
        steward
            .submits(at, &nowhere)
            .await
            .is(400)
            .text()
            .contains("href=\"#place\"")
    );
}

/// Opens a link as a browser does; returns the browser with its pass, and where it was led.
async fn opens<'a>(town: &'a Town, address: &str) -> (Visitor<'a>, String) {
    let answer = town.stranger().gets(address).await.is(303);
    let cookie = answer.header("set-cookie").to_owned();
    assert!(
        cookie.contains("Path=/forms/census/kinds;") && cookie.contains("HttpOnly"),
        "{cookie}"
    );
    let pair = cookie.split(';').next().expect("a pair").to_owned();
    (
        town.stranger().with_header("cookie", &pair),
        answer.header("location").to_owned(),
    )
}

/// Fills the form of all kinds with nothing and sends it.
async fn fills(browser: &Visitor<'_>, start: &str) -> crate::town::Answer {
    browser.gets(start).await.is(200);
    let begun = browser.submits(start, &[]).await.is(303);
    let draft = begun
        .header("location")
        .rsplit_once('/')
        .expect("a page")
        .0
        .to_owned();
    browser.submits(&format!("{draft}/check"), &[]).await
}

/// A form of one question.
const PLAIN: &str = "| survey | type | name | label |\n|---|---|---|---|\n| | text | note | What do you see? |\n\n| settings | form_title | form_id | version |\n|---|---|---|---|\n| | Kinds | kinds | 1 |\n";

#[tokio::test]
async fn who_opens_a_link_fills_its_form_without_an_account_and_files_under_its_name() {
    let town = Town::new().await;
    publish_alone(&town, PLAIN).await;
    let admin = town.admin().await;
    town.stranger().gets("/forms/census/kinds").await.is(303);
    let links = "/v1/projects/1/forms/kinds/public-links";
    let link = admin
        .posts_json(links, &json!({ "displayName": "Poster" }))
        .await
        .is(200)
        .json();
    let token = link["token"].as_str().expect("a token");
    assert_eq!(
        (&link["type"], &link["once"], &link["displayName"]),
        (&json!("public_link"), &json!(false), &json!("Poster"))
    );
    let (browser, start) = opens(&town, &format!("/forms/census/kinds?st={token}")).await;
    assert_eq!(start, "/forms/census/kinds");
    fills(&browser, &start).await.is(303);
    fills(&browser, &start).await.is(303);
    let filed = admin
        .gets("/v1/projects/1/forms/kinds/submissions")
        .await
        .is(200)
        .json();
    assert_eq!(filed.as_array().map(Vec::len), Some(2));
    assert_eq!(filed[0]["submitterId"], link["id"]);
    browser.gets("/forms").await.is(200);
    let listed = admin.gets(links).await.is(200).json();
    assert_eq!(listed[0]["token"], token, "an address may be looked up again");
    admin
        .sends("DELETE", &format!("{links}/{}", link["id"]), "", "".into())
        .await
        .is(200);
    browser.gets(&start).await.is(303);
    town.stranger()
        .gets(&format!("/forms/census/kinds?st={token}"))
        .await
        .is(404);
    assert_eq!(admin.gets(links).await.json(), json!([]));
    town.run_jobs().await;
}

#[tokio::test]
async fn a_link_for_one_answer_takes_one_from_each_browser() {
    let town = Town::new().await;
    publish_alone(&town, PLAIN).await;
    let admin = town.admin().await;
    let fields = [("name", "Survey"), ("kind", "once")];
    admin.submits("/desk/links/census/kinds", &fields).await.is(303);
    let page = admin.gets("/desk/links/census/kinds").await.is(200).text();
    let token = page
        .split("?st=")
        .nth(1)
        .and_then(|rest| rest.split('<').next())
        .expect("an address");
    let address = format!("/forms/census/kinds?st={token}");
    let (browser, start) = opens(&town, &address).await;
    fills(&browser, &start).await.is(303);
    let again = browser.gets(&address).await.is(303);
    assert_eq!(again.header("set-cookie"), "", "the pass stays the same");
    let refused = fills(&browser, &start).await.is(409).text();
    assert!(refused.contains("You have answered already"), "{refused}");
    let (other, start) = opens(&town, &address).await;
    fills(&other, &start).await.is(303);
    town.run_jobs().await;
}

#[tokio::test]
async fn a_pass_for_one_form_opens_no_other() {
    let town = Town::new().await;
    publish(&town).await;
    publish_alone(&town, PLAIN).await;
    let admin = town.admin().await;
    let link = admin
        .posts_json(
            "/v1/projects/1/forms/kinds/public-links",
            &json!({ "displayName": "Poster" }),
        )
        .await
        .is(200)
        .json();
    let token = link["token"].as_str().expect("a token");
    town.stranger()
        .gets(&format!("/forms/census/household?st={token}"))
        .await
        .is(404);
    let (browser, _) = opens(&town, &format!("/forms/census/kinds?st={token}")).await;
    browser.gets("/forms/census/household").await.is(303);
    browser.gets("/desk").await.is(303);
}

#[tokio::test]
async fn somebody_who_manages_a_project_manages_that_one_only() {
    let town = Town::new().await;
    publish(&town).await;
    let admin = town.admin().await;
    admin
        .posts_json("/v1/projects", &json!({ "name": "Other" }))
        .await
        .is(200);
    let manager = town.someone(Role::Citizen, None).await;
    manager.gets(&format!("{FORM}/submissions")).await.is(403);
    let me = number_of(&manager).await;
    let at = format!("/v1/projects/1/assignments/manager/{me}");
    manager.sends("POST", &at, "", "".into()).await.is(403);
    admin.sends("POST", &at, "", "".into()).await.is(200);
    manager.gets(&format!("{FORM}/submissions")).await.is(200);
    manager.gets("/desk/collect/census/household").await.is(200);
    manager
        .posts_json("/v1/projects/1/app-users", &json!({ "displayName": "Tablet" }))
        .await
        .is(200);
    manager.gets("/v1/projects/2/app-users").await.is(403);
    manager.gets("/desk/collect/strays").await.is(403);
    manager.gets("/v1/audits").await.is(403);
    let listed = admin.gets("/v1/projects/1/assignments").await.is(200).json();
    assert_eq!(listed, json!([{ "roleId": 5, "actorId": me }]));
    let holders = admin.gets("/v1/projects/1/assignments/5").await.is(200).json();
    assert_eq!(holders[0]["displayName"], "The citizen");
    admin.sends("DELETE", &at, "", "".into()).await.is(200);
    admin.sends("DELETE", &at, "", "".into()).await.is(404);
    manager.gets(&format!("{FORM}/submissions")).await.is(403);
    for role in ["admin", "app-user", "king"] {
        let answer = admin
            .sends(
                "POST",
                &format!("/v1/projects/1/assignments/{role}/{me}"),
                "",
                "".into(),
            )
            .await;
        assert!(
            matches!(answer.status.as_u16(), 400 | 404),
            "{role}: {}",
            answer.status
        );
    }
}

#[tokio::test]
async fn people_are_listed_added_changed_and_removed_as_central_does() {
    let town = Town::new().await;
    let admin = town.admin().await;
    let wanted = json!({ "email": "Ani@desa.test", "password": "tujuh gajah terbang" });
    let added = admin.posts_json("/v1/users", &wanted).await.is(200).json();
    assert_eq!(
        (&added["email"], &added["displayName"], &added["type"]),
        (&json!("ani@desa.test"), &json!("Ani@desa.test"), &json!("user"))
    );
    admin.posts_json("/v1/users", &wanted).await.is(409);
    let at = format!("/v1/users/{}", added["id"]);
    let found = admin.gets("/v1/users?q=desa").await.is(200).json();
    assert_eq!(found[0]["id"], added["id"]);
    let changed = admin
        .sends(
            "PATCH",
            &at,
            "application/json",
            json!({ "displayName": "Ibu Ani" }).to_string().into(),
        )
        .await
        .is(200)
        .json();
    assert_eq!(
        (&changed["displayName"], &changed["email"]),
        (&json!("Ibu Ani"), &json!("ani@desa.test"))
    );
    let session = town
        .stranger()
        .posts_json("/v1/sessions", &wanted)
        .await
        .is(200)
        .json();
    let ani = town.bearer(session["token"].as_str().expect("a token"));
    assert_eq!(ani.gets(&at).await.is(200).json()["displayName"], "Ibu Ani");
    assert!(ani.gets("/v1/sessions/restore").await.is(200).json()["expiresAt"].is_string());
    ani.gets("/v1/users?q=admin").await.is(200);
    assert_eq!(ani.gets("/v1/users").await.json(), json!([]));
    assert_eq!(
        ani.gets("/v1/users?q=admin@town.test")
            .await
            .json()
            .as_array()
            .map(Vec::len),
        Some(1),
        "who knows the whole address finds the person"
    );
    let password = json!({ "old": "wrong", "new": "delapan gajah terbang" });
    let set = |body: Value| {
        ani.sends(
            "PUT",
            "/v1/users/current/password",
            "application/json",
            body.to_string().into(),
        )
    };
    assert_eq!(set(password).await.status, 403, "Central knows only numbers");
    let own = format!("{at}/password");
    ani.sends(
        "PUT",
        &own,
        "application/json",
        json!({ "old": "wrong", "new": "delapan gajah terbang" })
            .to_string()
            .into(),
    )
    .await
    .is(400);
    ani.sends(
        "PUT",
        &own,
        "application/json",
        json!({ "old": PASSWORD, "new": "delapan gajah terbang" })
            .to_string()
            .into(),
    )
    .await
    .is(200);
    admin.sends("DELETE", &at, "", "".into()).await.is(200);
    ani.gets("/v1/users/current").await.is(401);
    admin.gets(&at).await.is(404);
}

#[tokio::test]
async fn roles_have_centrals_numbers_and_hold_on_the_whole_server() {
    let town = Town::new().await;
    let admin = town.admin().await;
    let roles = admin.gets("/v1/roles").await.is(200).json();
    let numbers: Vec<(i64, &str)> = roles
        .as_array()
        .expect("a list")
        .iter()
        .map(|role| {
            (
                role["id"].as_i64().expect("a number"),
                role["system"].as_str().expect("a name"),
            )
        })
        .collect();
    assert_eq!(
        numbers,
        [
            (1, "admin"),
            (2, "app-user"),
            (3, "pwreset"),
            (5, "manager"),
            (6, "viewer"),
            (7, "formview"),
            (8, "formfill"),
            (9, "pub-link")
        ]
    );
    let one = admin.gets("/v1/roles/manager").await.is(200).json();
    assert_eq!(one["name"], "Project Manager");
    let citizen = town.someone(Role::Citizen, None).await;
    let me = number_of(&citizen).await;
    let at = format!("/v1/assignments/viewer/{me}");
    citizen.sends("POST", &at, "", "".into()).await.is(403);
    admin.sends("POST", &at, "", "".into()).await.is(200);
    admin.sends("POST", &at, "", "".into()).await.is(200);
    citizen.gets("/v1/users/current").await.is(401);
    let citizen = town.someone(Role::Citizen, None).await;
    let current = citizen
        .with_header("x-extended-metadata", "true")
        .gets("/v1/users/current")
        .await
        .is(200)
        .json();
    let verbs = current["verbs"].as_array().expect("verbs");
    assert!(verbs.contains(&json!("submission.list")) && !verbs.contains(&json!("user.create")));
    let held = admin.gets("/v1/assignments/viewer").await.is(200).json();
    assert_eq!(held.as_array().map(Vec::len), Some(1));
    admin.sends("DELETE", &at, "", "".into()).await.is(200);
    assert_eq!(admin.gets("/v1/assignments/viewer").await.json(), json!([]));
}

#[tokio::test]
async fn a_session_is_ended_by_its_token_and_nobody_elses_is() {
    let town = Town::new().await;
    town.someone(Role::Citizen, None).await;
    let credentials = |email: &str| json!({ "email": email, "password": PASSWORD });
    let mut tokens = Vec::new();
    for email in ["admin@town.test", "citizen@town.test"] {
        let session = town
            .stranger()
            .posts_json("/v1/sessions", &credentials(email))
            .await
            .is(200)
            .json();
        tokens.push(session["token"].as_str().expect("a token").to_owned());
    }
    let citizen = town.bearer(&tokens[1]);
    let end = |token: &str| format!("/v1/sessions/{token}");
    citizen
        .sends("DELETE", &end(&tokens[0]), "", "".into())
        .await
        .is(403);
    citizen
        .sends("DELETE", &end("nothing"), "", "".into())
        .await
        .is(403);
    town.bearer(&tokens[0])
        .sends("DELETE", &end(&tokens[1]), "", "".into())
        .await
        .is(200);
    citizen.gets("/v1/users/current").await.is(401);
    town.stranger()
        .posts_json("/v1/sessions", &json!({ "email": "x" }))
        .await
        .is(400);
}

#[tokio::test]
async fn the_audit_trail_speaks_centrals_words() {
    let town = Town::new().await;
    publish(&town).await;
    let device = device(&town, "Tablet 1").await;
    town.advance(Duration::from_secs(3600));
    let token = device["token"].as_str().expect("a token");
    posts(
        &town,
        &format!("/v1/key/{token}/projects/1/submission"),
        &answers("1"),
    )
    .await
    .is(201);
    town.run_jobs().await;
    let auditor = town
        .someone(Role::Auditor, Some("35.22"))
        .await
        .with_header("x-extended-metadata", "true");
    let actions = |list: &Value| -> Vec<String> {
        list.as_array()
            .expect("a list")
            .iter()
            .map(|entry| entry["action"].as_str().expect("an action").to_owned())
            .collect()
    };
    let filed = auditor
        .gets("/v1/audits?action=submission.create")
        .await
        .is(200)
        .json();
    assert_eq!(actions(&filed), ["submission.create"]);
    assert_eq!(filed[0]["actorId"], device["id"]);
    assert_eq!(filed[0]["actor"]["displayName"], "Tablet 1");
    let of_forms = auditor.gets("/v1/audits?action=form").await.is(200).json();
    assert_eq!(of_forms[0]["actee"]["xmlFormId"], "household");
    let early = auditor
        .gets("/v1/audits?end=2026-11-16T02:30:00Z&action=submission")
        .await
        .is(200)
        .json();
    assert_eq!(actions(&early), Vec::<String>::new());
    let quiet = auditor.gets("/v1/audits?action=nonverbose").await.is(200).json();
    assert!(
        !actions(&quiet)
            .iter()
            .any(|action| action.starts_with("submission"))
    );
    let all = auditor.gets("/v1/audits").await.is(200).json();
    let page = auditor.gets("/v1/audits?limit=2&offset=1").await.is(200).json();
    assert_eq!(actions(&page), actions(&all)[1..3]);
    auditor.gets("/v1/audits?start=yesterday").await.is(400);
    town.someone(Role::Steward, Some("35.22"))
        .await
        .gets("/v1/audits")
        .await
        .is(403);
}
