//! Forms: published, filled on phones and in browsers, filed, tabulated.

mod central;
mod desk;
pub mod entities;
mod exchange;
mod exports;
mod hostile;
pub mod households;
mod html;
mod import;
mod openrosa;
mod people;
mod reading;
mod reviews;
mod tabulate;
mod trash;
mod trials;
pub mod web;
mod workbooks;
pub mod world;

use baraza::{
    places::{self, NewList, import::Options},
    platform::op::Role,
};

use crate::town::{Answer, Town, Visitor};

/// A household form with a repeat, a constraint, a photo and a list from a file.
pub const HOUSEHOLD: &str = include_str!("household.md");
pub const VILLAGES: &[u8] = b"name,label\n35.22.01.2001,Sumberejo\n35.22.01.2002,Tegal\n";

/// Publishes the household form in project 1.
pub async fn publish(town: &Town) {
    publish_text(town, HOUSEHOLD).await;
}

pub async fn publish_text(town: &Town, form: &str) {
    let steward = town.someone(Role::Admin, None).await;
    if steward.gets("/v1/projects/1").await.status != 200 {
        steward
            .posts_json("/v1/projects", &serde_json::json!({ "name": "Census" }))
            .await
            .is(200);
    }
    let posted = steward
        .sends(
            "POST",
            "/v1/projects/1/forms?ignoreWarnings=True",
            "text/markdown",
            form.to_owned().into(),
        )
        .await;
    if posted.status != 200 {
        steward
            .sends(
                "POST",
                "/v1/projects/1/forms/household/draft?ignoreWarnings=True",
                "text/markdown",
                form.to_owned().into(),
            )
            .await
            .is(200);
    }
    steward
        .sends(
            "POST",
            "/v1/projects/1/forms/household/draft/attachments/villages.csv",
            "text/csv",
            VILLAGES.to_vec().into(),
        )
        .await
        .is(200);
    steward
        .sends(
            "POST",
            "/v1/projects/1/forms/household/draft/publish",
            "",
            "".into(),
        )
        .await
        .is(200);
}

/// Publishes a form that needs no files, beside the household's.
pub async fn publish_alone(town: &Town, form: &str) {
    let admin = town.admin().await;
    if admin.gets("/v1/projects/1").await.status != 200 {
        admin
            .posts_json("/v1/projects", &serde_json::json!({ "name": "Census" }))
            .await
            .is(200);
    }
    admin
        .sends(
            "POST",
            "/v1/projects/1/forms?ignoreWarnings=True&publish=True",
            "text/markdown",
            form.to_owned().into(),
        )
        .await
        .is(200);
}

/// A household of two that nothing is wrong with.
pub fn answers(id: &str) -> String {
    format!(
        "<data id=\"household\" version=\"1\"><village>35.22.01.2001</village><enumerator>E1</enumerator><interviewed>2026-11-15</interviewed>\
         <house><water>well</water><minutes>10</minutes><photo/></house>\
         <member><name>Ann</name><age>43</age></member><member><name>Ben</name><age>12</age></member>\
         <n_members>2</n_members><meta><instanceID>uuid:{id}</instanceID></meta></data>"
    )
}

/// Posts a submission as Collect does, with files.
pub async fn post(visitor: &Visitor<'_>, xml: &str, files: &[(&str, &[u8])]) -> Answer {
    let mut parts = vec![("xml_submission_file", "form.xml", "text/xml", xml.as_bytes())];
    parts.extend(
        files
            .iter()
            .map(|(name, bytes)| (*name, *name, "image/jpeg", *bytes)),
    );
    visitor
        .posts_parts("/v1/projects/1/submission?deviceID=collect%3Aabc", &parts)
        .await
}

/// Rows of a table of the lake as lines of the asked columns.
pub async fn rows(town: &Town, table: &str, columns: &str) -> Vec<String> {
    let scope = tables::Scope::new().with("t", tables::TableVersion::newest(table));
    let answer = town
        .app
        .lake
        .query(
            &scope,
            &format!("SELECT {columns} FROM t ORDER BY 1, 2"),
            tables::Limits::default(),
        )
        .await
        .expect("the table is read");
    answer
        .rows
        .iter()
        .map(|row| {
            row.iter()
                .map(|value| value.to_json().to_string())
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect()
}

/// Takes in a regency with a district and two villages, which have three household groups.
pub async fn settle(town: &Town) {
    let text = "code,name,parent\n35.22,Bojonegoro,\n35.22.01,Ngasem,35.22\n35.22.01.2001,Sumberejo,35.22.01\n35.22.01.2002,Tegal,35.22.01\n\
        35.22.01.2001.01,Melati,35.22.01.2001\n35.22.01.2001.02,Mawar,35.22.01.2001\n35.22.01.2002.01,Kenanga,35.22.01.2002\n";
    let options = Options {
        level: Some("regency,district,village,household_group".into()),
        ..Options::default()
    };
    let list = NewList {
        file_name: "places.csv".into(),
        bytes: text.into(),
        options,
    };
    places::import(&town.app, &town.system(), list, &|_, _| ())
        .await
        .expect("a readable list");
    town.run_jobs().await;
}
