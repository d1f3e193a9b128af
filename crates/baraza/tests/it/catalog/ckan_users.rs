//! CKAN's users over the accounts of the program: who makes, changes and closes them, and who is told of whom.

use baraza::platform::{config::Settings, op::Role};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::{
    platform::messages::gateways::MailServer,
    town::{Answer, PASSWORD, Town, Visitor, grant},
};

const FRESH: &str = "sepuluh ayam jago";

async fn acts(visitor: &Visitor<'_>, action: &str, sent: Value) -> Answer {
    visitor
        .posts_json(&format!("/api/3/action/{action}"), &sent)
        .await
}

async fn result(visitor: &Visitor<'_>, action: &str, sent: Value) -> Value {
    acts(visitor, action, sent).await.is(200).json()["result"].clone()
}

/// What is wrong with what was sent, as CKAN tells it.
async fn refusal(visitor: &Visitor<'_>, action: &str, sent: Value) -> Value {
    let mut answer = acts(visitor, action, sent).await.is(409).json();
    let error = answer["error"].as_object_mut().expect("an error");
    assert_eq!(error.shift_remove("__type"), Some(json!("Validation Error")));
    answer["error"].clone()
}

/// Whether somebody signs in with a password.
async fn signs_in(town: &Town, email: &str, password: &str) -> bool {
    let credentials = json!({ "email": email, "password": password });
    let answer = town.stranger().posts_json("/v1/sessions", &credentials).await;
    answer.status == 200
}

fn budi() -> Value {
    json!({ "name": "budi", "email": "budi@town.test", "fullname": "Pak Budi", "password": FRESH })
}

#[tokio::test]
async fn only_administrators_make_invite_and_close_accounts_and_give_roles() {
    let town = Town::new().await;
    let admin = town.admin().await;
    let citizen = town.someone(Role::Citizen, None).await;
    let id = result(&citizen, "user_show", json!({})).await["id"].clone();
    let office = json!({ "name": "dinkes", "title": "Dinas Kesehatan" });
    result(&admin, "organization_create", office).await;
    let member = json!({ "id": "dinkes", "username": id, "role": "editor", "place": "35.22" });
    let tried = [
        ("user_create", budi()),
        ("user_invite", json!({ "email": "budi@town.test" })),
        ("user_patch", json!({ "id": "admin@town.test", "fullname": "Me" })),
        (
            "user_update",
            json!({ "id": "admin@town.test", "password": FRESH }),
        ),
        ("user_delete", json!({ "id": "admin@town.test" })),
        ("organization_member_create", member),
        (
            "organization_member_delete",
            json!({ "id": "dinkes", "username": id }),
        ),
    ];
    let refused = [
        town.stranger(),
        citizen,
        town.someone(Role::Auditor, None).await,
        town.someone(Role::Steward, None).await,
    ];
    let before = result(&admin, "user_list", json!({})).await;
    for visitor in &refused {
        for (action, sent) in &tried {
            let answer = acts(visitor, action, sent.clone()).await.is(403).json();
            assert_eq!(answer["error"]["__type"], "Authorization Error", "{action}");
        }
    }
    assert_eq!(result(&admin, "user_list", json!({})).await, before);
    town.run_jobs().await;
}

#[tokio::test]
async fn an_account_is_made_changed_and_closed_by_the_rules_of_the_desk() {
    let town = Town::new().await;
    let admin = town.admin().await;
    let made = result(&admin, "user_create", budi()).await;
    assert_eq!(
        (
            &made["fullname"],
            &made["name"],
            &made["state"],
            &made["sysadmin"]
        ),
        (&json!("Pak Budi"), &made["id"], &json!("active"), &json!(false))
    );
    assert!(made.get("email").is_none(), "{made}");
    assert!(signs_in(&town, "budi@town.test", FRESH).await);
    let id = made["id"].clone();
    // What is wrong is told by field.
    let taken = refusal(&admin, "user_create", budi()).await;
    assert_eq!(taken, json!({ "email": ["The email address cannot be used."] }));
    let empty = refusal(&admin, "user_create", json!({})).await;
    assert_eq!(
        empty,
        json!({ "name": ["Missing value"], "email": ["Missing value"], "password": ["Missing value"] })
    );
    let short = json!({ "name": "ani", "email": "ani@town.test", "password": "12345678" });
    let short = refusal(&admin, "user_create", short).await;
    assert_eq!(
        short,
        json!({ "password": ["Enter a password of at least 10 characters."] })
    );
    let mut chief = budi();
    chief["email"] = json!("chief@town.test");
    chief["sysadmin"] = json!(true);
    assert!(
        refusal(&admin, "user_create", chief)
            .await
            .get("sysadmin")
            .is_some()
    );
    // An entry that is sent back as it was changes nothing, and only what there is is changed.
    let same = result(&admin, "user_update", made.clone()).await;
    assert_eq!(same, made);
    let named = json!({ "id": id, "fullname": "Budi Santoso", "about": "A few words" });
    let patched = result(&admin, "user_patch", named).await;
    assert_eq!(
        (&patched["fullname"], &patched["about"]),
        (&json!("Budi Santoso"), &Value::Null)
    );
    let renamed = json!({ "id": id, "name": "budi" });
    assert!(refusal(&admin, "user_patch", renamed).await.get("name").is_some());
    let nameless = refusal(&admin, "user_patch", json!({ "id": id, "fullname": " " })).await;
    assert!(nameless.get("fullname").is_some(), "{nameless}");
    let other = "sebelas ayam jago";
    let moved = json!({ "id": id, "email": "santoso@town.test", "password": other });
    result(&admin, "user_update", moved).await;
    assert!(!signs_in(&town, "budi@town.test", FRESH).await);
    assert!(signs_in(&town, "santoso@town.test", other).await);
    let known = result(&admin, "user_list", json!({ "email": "Santoso@town.test" })).await;
    assert_eq!(
        (known[0]["id"].clone(), known.as_array().map(Vec::len)),
        (id.clone(), Some(1))
    );
    // Closed is closed.
    assert_eq!(
        result(&admin, "user_delete", json!({ "id": id })).await,
        Value::Null
    );
    assert!(!signs_in(&town, "santoso@town.test", other).await);
    assert_eq!(
        result(&admin, "user_show", json!({ "id": id })).await["state"],
        "deleted"
    );
    for (action, sent) in [
        ("user_delete", json!({ "id": id })),
        ("user_patch", json!({ "id": id, "fullname": "Again" })),
        ("user_delete", json!({ "id": "nobody" })),
        ("user_show", json!({ "id": "nobody" })),
    ] {
        acts(&admin, action, sent).await.is(404);
    }
    let own = refusal(&admin, "user_delete", json!({ "id": "admin@town.test" })).await;
    assert!(own.get("message").is_some(), "{own}");
    // It stands in the audit trail as what is done at the desk does.
    let trail = admin.gets("/desk/audit").await.is(200).text();
    for event in [
        "accounts.user-added",
        "accounts.user-changed",
        "accounts.password-reset",
        "accounts.user-closed",
    ] {
        assert!(trail.contains(event), "{event}: {trail}");
    }
}

#[tokio::test]
async fn people_change_their_own_account_and_their_password_by_the_one_before() {
    let town = Town::new().await;
    town.add("siti@town.test", "Siti", &[grant(Role::Citizen, None)])
        .await;
    let siti = town.signs_in("siti@town.test").await;
    let me = result(&siti, "user_show", json!({})).await;
    let id = me["id"].clone();
    let sent = json!({ "id": id, "fullname": "Siti Aminah", "email": "Siti@town.test", "sysadmin": true });
    let changed = result(&siti, "user_patch", sent).await;
    assert_eq!(
        (&changed["fullname"], &changed["email"], &changed["sysadmin"]),
        (&json!("Siti Aminah"), &json!("siti@town.test"), &json!(false))
    );
    assert_eq!(result(&siti, "user_show", json!({})).await, changed);
    // Whoever finds a token cannot have the account's mails sent elsewhere, nor find out whose an address is.
    let admin = town.admin().await;
    let token = result(&siti, "api_token_create", json!({ "name": "a script" })).await;
    let token = town.bearer(token["token"].as_str().expect("a token"));
    for visitor in [&siti, &token] {
        let mut told = Vec::new();
        for email in ["aminah@town.test", "admin@town.test"] {
            for action in ["user_patch", "user_update"] {
                let sent = json!({ "id": id, "email": email, "password": FRESH, "old_password": PASSWORD });
                told.push(refusal(visitor, action, sent).await);
            }
        }
        assert!(told[0].get("email").is_some(), "{told:?}");
        assert!(told.iter().all(|one| *one == told[0]), "{told:?}");
    }
    refusal(
        &admin,
        "user_patch",
        json!({ "id": "admin@town.test", "email": "mine@town.test" }),
    )
    .await;
    assert!(signs_in(&town, "siti@town.test", PASSWORD).await);
    let by_another = json!({ "id": id, "email": "aminah@town.test" });
    result(&admin, "user_patch", by_another).await;
    for wrong in [json!({}), json!({ "old_password": "not this one" })] {
        let mut sent = wrong;
        sent["id"] = id.clone();
        sent["password"] = json!(FRESH);
        let told = refusal(&siti, "user_update", sent).await;
        assert!(told.get("old_password").is_some(), "{told}");
    }
    let right = json!({ "id": id, "password": FRESH, "old_password": PASSWORD });
    result(&siti, "user_update", right).await;
    assert!(signs_in(&town, "aminah@town.test", FRESH).await);
    assert!(!signs_in(&town, "aminah@town.test", PASSWORD).await);
    // Nobody keeps a file here by changing their account.
    let picture: [(&str, &str, &str, &[u8]); 2] = [
        ("id", "", "", b"aminah@town.test"),
        ("image_upload", "me.png", "image/png", b"PNG"),
    ];
    siti.posts_parts("/api/3/action/user_update", &picture)
        .await
        .is(400);
}

#[tokio::test]
async fn who_is_invited_is_sent_a_mail_to_choose_a_password_and_may_have_a_role_already() {
    let server = MailServer::start().await;
    let town = Town::with(Settings {
        smtp_url: Some(server.url.clone()),
        mail_from: Some("Kabupaten Ngasem <lapor@ngasem.test>".into()),
        ..Settings::default()
    })
    .await;
    crate::collect::settle(&town).await;
    let admin = town.admin().await;
    let office = json!({ "name": "dinkes", "title": "Dinas Kesehatan" });
    result(&admin, "organization_create", office).await;
    let invited = |more: Value| {
        let mut sent = json!({ "email": "dewi@town.test", "fullname": "Dewi", "group_id": "dinkes" });
        for (key, value) in more.as_object().expect("an object") {
            sent[key] = value.clone();
        }
        sent
    };
    for (more, field) in [
        (json!({}), "role"),
        (json!({ "role": "member" }), "role"),
        (json!({ "role": "editor" }), "place"),
        (json!({ "role": "editor", "place": "99" }), "place"),
    ] {
        let told = refusal(&admin, "user_invite", invited(more)).await;
        assert!(told.get(field).is_some(), "{told}");
    }
    let sent = invited(json!({ "role": "editor", "place": "35.22" }));
    let dewi = result(&admin, "user_invite", sent).await;
    assert_eq!(dewi["fullname"], "Dewi");
    town.run_jobs().await;
    let mail = server.mails().pop().expect("a mail").replace("=\r\n", "");
    assert!(
        mail.contains("dewi@town.test") && mail.contains("/sign-in/new-password"),
        "{mail}"
    );
    let members = json!({ "id": "dinkes", "object_type": "user" });
    assert_eq!(
        result(&admin, "member_list", members).await,
        json!([[dewi["id"], "user", "editor"]])
    );
}

#[tokio::test]
async fn nobody_is_invited_where_no_mail_is_sent() {
    let town = Town::new().await;
    let admin = town.admin().await;
    let before = result(&admin, "user_list", json!({})).await;
    let told = refusal(&admin, "user_invite", json!({ "email": "dewi@town.test" })).await;
    assert!(told.get("email").is_some(), "{told}");
    assert_eq!(result(&admin, "user_list", json!({})).await, before);
}

#[tokio::test]
async fn members_of_an_organisation_are_people_with_a_role_there() {
    let town = Town::new().await;
    crate::collect::settle(&town).await;
    let admin = town.admin().await;
    let office = json!({ "name": "dinkes", "title": "Dinas Kesehatan" });
    result(&admin, "organization_create", office).await;
    let budi = result(&admin, "user_create", budi()).await["id"].clone();
    let wanted = json!({ "id": "dinkes", "username": budi, "role": "admin", "place": "35.22" });
    for _ in 0..2 {
        let made = result(&admin, "organization_member_create", wanted.clone()).await;
        assert_eq!((&made["table_id"], &made["capacity"]), (&budi, &json!("admin")));
    }
    let listed = json!({ "id": "dinkes", "object_type": "user" });
    assert_eq!(
        result(&admin, "member_list", listed.clone()).await,
        json!([[budi, "user", "admin"]])
    );
    let page = admin.gets("/desk/people").await.is(200).text();
    assert_eq!(page.matches("steward · 35.22 · dinkes").count(), 1, "{page}");
    let gone = json!({ "id": "dinkes", "username": "budi@town.test" });
    result(&admin, "organization_member_delete", gone.clone()).await;
    assert_eq!(result(&admin, "member_list", listed).await, json!([]));
    acts(&admin, "organization_member_delete", gone).await.is(404);
    let nowhere = json!({ "id": "nothing", "username": budi, "role": "admin", "place": "35.22" });
    acts(&admin, "organization_member_create", nowhere).await.is(404);
    town.run_jobs().await;
}
