//! Entities through their front doors: declared by forms, made and changed by submissions, in conflict, held, restored.

mod api;
mod desk;
mod from_submissions;

use baraza::{
    collect::{self, entities, entities::model::Entity},
    platform::op::{Grant, Op, Person, Proof, Role, Who},
};

use super::{post, publish_alone, settle};
use crate::town::Town;

/// A visit to a household: made or updated, with its members as children.
pub const VISIT: &str = "\
| survey | type | name | label | save_to |
|---|---|---|---|---|
| | text | village | Village | households#village |
| | text | number | House number | households#number |
| | text | roof | Roof | households#roof |
| | begin_repeat | member | Member | |
| | text | name | Name | members#full_name |
| | integer | age | Age | members#age |
| | end_repeat | | | |

| entities | list_name | label |
|---|---|---|
| | households | ${number} |
| | members | ${name} |

| settings | form_title | form_id | version |
|---|---|---|---|
| | Visit | visit | 1 |
";

/// A later round: another roof for a household that is chosen from the list.
pub const ROUND: &str = "\
| survey | type | name | label | save_to |
|---|---|---|---|---|
| | select_one_from_file households.csv | house | House | |
| | text | roof | Roof | roof |
| | text | walls | Walls | walls |

| entities | list_name | entity_id |
|---|---|---|
| | households | ${house} |

| settings | form_title | form_id | version |
|---|---|---|---|
| | Round | round | 1 |
";

/// The id of the nth household or member.
pub fn uuid(n: u32) -> String {
    format!("{n:08}-0000-4000-8000-000000000000")
}

/// A town with both forms.
pub async fn town() -> Town {
    let town = Town::new().await;
    settle(&town).await;
    publish_alone(&town, VISIT).await;
    publish_alone(&town, ROUND).await;
    town
}

/// A visit to household `n` with members `n0`, `n1`, ….
pub fn visit(n: u32, members: &[(&str, u32)]) -> String {
    let member = |(nth, (name, age)): (usize, &(&str, u32))| {
        let id = uuid(n * 10 + u32::try_from(nth).expect("few"));
        format!(
            "<member><name>{name}</name><age>{age}</age><meta><entity dataset=\"members\" create=\"1\" id=\"{id}\"><label>{name}</label></entity></meta></member>"
        )
    };
    let members: String = members.iter().enumerate().map(member).collect();
    format!(
        "<data id=\"visit\" version=\"1\"><village>35.22.01.2001</village><number>{n}</number><roof>tin</roof>{members}\
         <meta><entity dataset=\"households\" create=\"1\" id=\"{}\"><label>House {n}</label></entity><instanceID>uuid:visit-{n}</instanceID></meta></data>",
        uuid(n)
    )
}

/// A later round at household `n`: what it says, and how it was offline (`baseVersion` and whatever stands beside it).
pub fn round(id: &str, n: u32, answers: &str, attributes: &str) -> String {
    format!(
        "<data id=\"round\" version=\"1\"><house>{0}</house>{answers}\
         <meta><entity dataset=\"households\" update=\"1\" id=\"{0}\" {attributes}/><instanceID>uuid:{id}</instanceID></meta></data>",
        uuid(n)
    )
}

/// Files a submission and lets its entities be made.
pub async fn files(town: &Town, xml: &str) {
    post(&town.admin().await, xml, &[]).await.is(201);
    town.run_jobs().await;
}

pub fn op(town: &Town) -> Op {
    town.system()
}

/// What the access matrix finds: a household with a member.
pub async fn found(town: &Town) {
    publish_alone(town, VISIT).await;
    files(town, &visit(1, &[("Ann", 43)])).await;
}

/// Puts the member back where it was before somebody deleted or restored it.
pub async fn renew(town: &Town, route: &str) {
    let admin = town.admin().await;
    let how = if route.ends_with("/restore") {
        "bulk-delete"
    } else {
        "bulk-restore"
    };
    admin
        .posts_json(
            &format!("/v1/projects/1/datasets/members/entities/{how}"),
            &serde_json::json!({ "ids": [uuid(10)] }),
        )
        .await
        .is(200);
}

/// Somebody with a role at a place, without an account.
pub fn person(role: Role, place: &str) -> Op {
    let grants = vec![Grant {
        role,
        place: Some(place.to_owned()),
        org: None,
    }];
    let who = Who::Person(Person {
        id: "p".into(),
        name: "P".into(),
        email: "p@town.test".into(),
        grants,
        proof: Proof::Session { id: "s".into() },
    });
    Op {
        who,
        ..Op::system(crate::town::MONDAY_MORNING)
    }
}

/// An entity as the program knows it.
pub async fn find(town: &Town, list: &str, n: u32) -> Option<Entity> {
    let project = collect::project(&town.app, 1).await.expect("a project");
    let list = entities::lists::find(&town.app, &op(town), &project, list)
        .await
        .expect("a list");
    entities::present(&town.app, &op(town), &list, &uuid(n))
        .await
        .ok()
}

/// What is known of an entity, as one line: label, version, properties, conflict.
pub async fn line(town: &Town, list: &str, n: u32) -> String {
    match find(town, list, n).await {
        None => "none".to_owned(),
        Some(entity) => {
            let data: Vec<String> = entity
                .data
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let conflict = entity.conflict.map_or("", |conflict| conflict.as_str());
            format!(
                "{} v{} {} {conflict}",
                entity.label,
                entity.version,
                data.join(" ")
            )
            .trim_end()
            .to_owned()
        }
    }
}
