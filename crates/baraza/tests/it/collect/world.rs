//! What the access matrix finds when it asks for forms: one that is published, filed to, and being filled.

use baraza::platform::op::Role;

use super::{VILLAGES, answers, entities, households, post, publish, settle, web::up_to_members};
use crate::town::Town;

/// What stands for a name in routes that begin so; the first that fits counts.
pub type Names = Vec<(&'static str, &'static str, String)>;

/// Publishes the household form, files to it with a photograph, leaves one draft sent and one not, and a delivery astray.
pub async fn found(town: &Town) -> Names {
    settle(town).await;
    publish(town).await;
    let admin = town.admin().await;
    let (form, draft) = (
        "/v1/projects/1/forms/household",
        "/v1/projects/1/forms/household/draft",
    );
    admin.sends("POST", draft, "", "".into()).await.is(200);
    let villages = format!("{draft}/attachments/villages.csv");
    admin
        .sends("POST", &villages, "text/csv", VILLAGES.to_vec().into())
        .await
        .is(200);
    admin.gets(form).await.is(200);
    let phone = town.someone(Role::Enumerator, Some("35.22")).await;
    let xml = answers("1").replace("<photo/>", "<photo>well.jpg</photo>");
    post(&phone, &xml, &[("well.jpg", b"\xff\xd8")]).await.is(201);
    post(&phone, "<data id='household'", &[]).await.is(400);
    let strays = admin.gets("/desk/collect/strays").await.is(200).text();
    let (_, stray) = strays.split_once("/desk/collect/strays/").expect("a stray");
    let sent = filled(town).await;
    admin
        .submits(&format!("/forms/census/household/{sent}/check"), &[])
        .await
        .is(303);
    // One that tries the draft out.
    let tried = format!("{draft}/submissions");
    admin
        .sends("POST", &tried, "application/xml", answers("1").into())
        .await
        .is(200);
    let token = admin.gets(draft).await.is(200).json()["draftToken"]
        .as_str()
        .expect("a token")
        .to_owned();
    entities::found(town).await;
    town.run_jobs().await;
    let page = admin.gets("/forms/census/household").await.is(200).text();
    let (_, version) = page.split_once("/program/").expect("a program");
    let pair = households::family_filed_twice(town).await;
    let name = |route: &'static str, name: &'static str, value: &str| (route, name, value.to_owned());
    vec![
        name("/v1/test", "token", &token),
        name("/v1/test", "file", "villages.csv"),
        name("/v1/projects/{project}/forms/{form}/versions", "version", "1"),
        name(
            "/v1/projects/{project}/forms/{form}/draft/submissions",
            "instance",
            "uuid%3A1",
        ),
        name(
            "/v1/projects/{project}/forms/{form}/draft/submissions",
            "version",
            "uuid%3A1",
        ),
        name(
            "/v1/projects/{project}/forms/{form}/submissions",
            "version",
            "uuid%3A1",
        ),
        name("/desk/collect", "project", "census"),
        name("/desk/devices", "project", "census"),
        name("/desk/links", "project", "census"),
        name("/desk/entities", "project", "census"),
        name("/desk/entities", "list", "members"),
        name("/desk/entities", "entity", &entities::uuid(10)),
        name(
            "/v1/projects/{project}/datasets/{list}/Entities",
            "list",
            "members.svc",
        ),
        name(
            "/v1/projects/{project}/datasets/{list}/$metadata",
            "list",
            "members.svc",
        ),
        name("/v1/projects/{project}/datasets", "list", "members"),
        name("/v1/projects/{project}/datasets", "entity", &entities::uuid(10)),
        name("/v1/projects/{project}/datasets", "property", "full_name"),
        name("/v1/projects/{project}/trash", "number", "99"),
        name("/v1/key/{token}/projects/{project}/datasets", "list", "members"),
        name("/desk/collect", "instance", "uuid%3A1"),
        name("/desk/collect", "stray", &stray[..36]),
        name("/forms/{project}/{form}/files", "file", "villages.csv"),
        name("/forms/{project}/{form}/program", "version", &version[..36]),
        name("/forms/{project}/{form}/{draft}/sent", "draft", &sent),
        name("/forms", "project", "census"),
        name("/forms", "draft", &filled(town).await),
        name("/forms", "page", "house"),
        name(
            "/v1/projects/{project}/forms/{form}/submissions",
            "file",
            "well.jpg",
        ),
        name(
            "/v1/projects/{project}/forms/{form}/submissions",
            "instance",
            "uuid%3A1",
        ),
        name("/v1/projects/{project}/forms", "file", "villages.csv"),
        name("/desk/households", "pair", &pair),
        name("/desk/households", "project", "census"),
        name("/desk/households", "list", "households"),
        name("/desk/households", "uuid", &households::uuid(501, 0)),
    ]
}

/// Puts back what a request before this one has used up: a draft that was sent is no draft any more, what was thrown away is gone.
pub async fn renew(town: &Town, route: &str, names: &mut Names) {
    if route.contains("/{entity}") {
        entities::renew(town, route).await;
    }
    if route.starts_with("/v1/") || route.starts_with("/desk/collect/") {
        put_back(town).await;
    }
    if route.contains("/forms/{form}/draft") {
        redraft(town, names).await;
    }
    if !route.starts_with("/forms/{project}/{form}/{draft}/") || route.ends_with("/sent") {
        return;
    }
    let draft = filled(town).await;
    if let Some(known) = names
        .iter_mut()
        .find(|(of, name, _)| (*of, *name) == ("/forms", "draft"))
    {
        known.2 = draft;
    }
}

/// The address of answers that only wait to be sent, and that belong to nobody.
async fn filled(town: &Town) -> String {
    let mut walk = up_to_members(town).await;
    walk.sends(&[("member[1]/name", "Ann"), ("member[1]/age", "43")])
        .await
        .is(303);
    let draft = walk.at.split('/').nth(4).expect("a draft").to_owned();
    let mut tx = town.app.db.begin().await.expect("a transaction");
    sqlx::query("UPDATE web_draft SET owner = NULL WHERE id = $1")
        .bind(&draft)
        .execute(tx.conn())
        .await
        .expect("let go of");
    tx.commit().await.expect("committed");
    draft
}

/// Takes everything out of the trash.
async fn put_back(town: &Town) {
    let mut tx = town.app.db.begin().await.expect("a transaction");
    for statement in [
        "UPDATE project SET deleted_at = NULL WHERE deleted_at IS NOT NULL",
        "UPDATE form SET deleted_at = NULL, xml_form_id = trashed_form_id, trashed_form_id = NULL WHERE deleted_at IS NOT NULL",
        "UPDATE submission SET deleted_at = NULL, is_current = 1 WHERE is_current = 2",
    ] {
        sqlx::query(statement).execute(tx.conn()).await.expect("put back");
    }
    tx.commit().await.expect("committed");
}

/// Makes a draft of the household form again where it was deleted, and notes the secret of its address.
async fn redraft(town: &Town, names: &mut Names) {
    let admin = town.admin().await;
    let path = "/v1/projects/1/forms/household/draft";
    if admin.gets(path).await.status == 200 {
        return;
    }
    admin.sends("POST", path, "", "".into()).await.is(200);
    admin
        .sends(
            "POST",
            &format!("{path}/submissions"),
            "application/xml",
            answers("1").into(),
        )
        .await;
    let draft = admin.gets(path).await.is(200).json();
    if let Some(known) = names
        .iter_mut()
        .find(|(of, name, _)| (*of, *name) == ("/v1/test", "token"))
    {
        known.2 = draft["draftToken"].as_str().expect("a token").to_owned();
    }
}
