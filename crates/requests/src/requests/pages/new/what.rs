//! The third step: what happened, with what the service asks for, and pictures.

use askama::Template;
use axum::{
    extract::{Path, Request, State},
    http::{HeaderMap, Uri},
    response::Response,
};

use super::{Drafting, caption, save_and_go_on, step_shell, too_early, wrong};
use crate::{
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Choice, FieldError},
        },
        op::Op,
        page::{render, render_refused},
        problem::{Problem, Result},
    },
    requests::{
        library,
        model::{
            draft::{Draft, Step},
            request::Kind,
            service::{Attribute, Datatype, Given},
        },
        pages::one::picture,
        photo::{MOST_MEBIBYTES, MOST_PHOTOS, Sent},
    },
};

/// More choices than these are folded into a select.
const MOST_RADIOS: usize = 8;

#[derive(Template)]
#[template(path = "requests/pages/new/what.html")]
pub struct WhatPage {
    pub page: Shell,
    pub step: String,
    /// What the service is called.
    pub service: String,
    pub kinds: Vec<Choice>,
    pub text: String,
    pub fields: Vec<Field>,
    pub photos: Vec<Pictured>,
    pub n_free: usize,
    pub most_mebibytes: usize,
    pub audiences: Vec<Choice>,
}

/// A question of the service's definition.
pub struct Field {
    pub kind: &'static str,
    pub name: String,
    pub label: String,
    pub hint: String,
    pub value: String,
    pub choices: Vec<Choice>,
}

/// A picture that was sent already.
pub struct Pictured {
    pub blob: String,
    pub src: String,
}

/// `GET /requests/new/what`.
pub async fn form(State(app): State<App>, op: Op, uri: Uri, headers: HeaderMap) -> Result<Response> {
    let drafting = Drafting::open(&app, &op, &headers).await?.unless_filed();
    match too_early(&drafting, Step::What) {
        Some(elsewhere) => Ok(elsewhere),
        None => render(&page(&app, &op, &uri, &drafting.draft).await?),
    }
}

/// `POST /requests/new/what`.
pub async fn take(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    request: Request,
) -> Result<Response> {
    let mut drafting = Drafting::open(&app, &op, &headers).await?.unless_filed();
    let n_free = MOST_PHOTOS.saturating_sub(drafting.draft.photos.len());
    let sent = Sent::read(&app, request, n_free).await?;
    let removed: Vec<String> = sent.all("remove").map(str::to_owned).collect();
    for blob in &removed {
        drafting.drop_photo(&app, blob).await?;
    }
    let draft = &mut drafting.draft;
    if draft.text != sent.one("description") {
        draft.has_compared = false;
    }
    sent.one("description").clone_into(&mut draft.text);
    sent.one("kind").clone_into(&mut draft.kind);
    draft.photos_for_all = sent.one("photos_for") == "everybody";
    draft.photos.extend(sent.photos.iter().cloned());
    draft.attributes = attributes(&sent);
    // Before anything is said about it: nothing typed is lost.
    drafting.save(&app, &op).await?;
    let mut errors = match drafting.draft.service.is_empty() || drafting.draft.next_step() < Step::What {
        true => Vec::new(),
        false => wrong(&app, &op, &drafting, Step::What).await,
    };
    errors.extend(sent.wrong.iter().map(|problem| FieldError {
        field: "photo".into(),
        text: problem.sentence(op.lang),
    }));
    let stays = !errors.is_empty() || sent.one("do") == "photos";
    if !stays {
        return save_and_go_on(&app, &op, &headers, &mut drafting).await;
    }
    let mut page = page(&app, &op, &uri, &drafting.draft).await?;
    page.page.errors = if sent.one("do") == "photos" {
        // Only pictures were sent on; the rest may still be unfinished.
        errors
            .into_iter()
            .filter(|error| error.field == "photo")
            .collect()
    } else {
        errors
    };
    let mut answer = match page.page.errors.is_empty() {
        true => render(&page)?,
        false => render_refused(&Problem::invalid("fields"), &page)?,
    };
    drafting.remember(&app, &headers, &mut answer);
    Ok(answer)
}

/// `GET /requests/new/photos/{photo}`: a picture of one's own draft.
pub async fn photo(
    State(app): State<App>,
    op: Op,
    headers: HeaderMap,
    Path(blob): Path<String>,
) -> Result<Response> {
    let drafting = Drafting::open(&app, &op, &headers).await?;
    let found = drafting.draft.photos.iter().find(|photo| photo.blob == blob);
    let photo = found.ok_or_else(|| Problem::not_found("file-gone"))?;
    picture(&app, &photo.blob, &photo.media_type).await
}

/// What was given for the attributes, named as Open311 names them: `attribute[code]`.
pub fn attributes(sent: &Sent) -> Vec<Given> {
    let mut given: Vec<Given> = Vec::new();
    for (name, value) in &sent.values {
        let code = name
            .strip_prefix("attribute[")
            .and_then(|rest| rest.strip_suffix(']'));
        let (Some(code), false) = (code, value.trim().is_empty()) else {
            continue;
        };
        match given.iter_mut().find(|each| each.code == code) {
            Some(each) => each.values.push(value.clone()),
            None => given.push(Given {
                code: code.to_owned(),
                values: vec![value.clone()],
            }),
        }
    }
    given
}

async fn page(app: &App, op: &Op, uri: &Uri, draft: &Draft) -> Result<WhatPage> {
    let library = library::current(app).await?;
    let service = library.service(&draft.service).ok();
    let lang = op.lang.code();
    let kinds = Kind::ALL.iter().map(|kind| {
        Choice::new(
            kind.as_str(),
            op.lang.text(format!("requests-pages-kind-{}", kind.as_str())),
        )
        .hinted(
            op.lang
                .text(format!("requests-pages-kind-hint-{}", kind.as_str())),
        )
        .chosen_if(draft.kind().as_str())
    });
    let audience = if draft.photos_for_all { "everybody" } else { "unit" };
    let audiences = ["unit", "everybody"].map(|code| {
        Choice::new(code, op.lang.text(format!("requests-pages-photos-for-{code}")))
            .hinted(op.lang.text(format!("requests-pages-photos-for-hint-{code}")))
            .chosen_if(audience)
    });
    Ok(WhatPage {
        page: step_shell(app, op, uri, "requests-pages-what-title"),
        step: caption(op, Step::What),
        service: service
            .map(|service| service.title.in_language(lang).to_owned())
            .unwrap_or_default(),
        kinds: kinds.collect(),
        text: draft.text.clone(),
        fields: service
            .iter()
            .flat_map(|service| &service.attributes)
            .map(|attribute| field(op, attribute, draft))
            .collect(),
        photos: draft
            .photos
            .iter()
            .map(|photo| Pictured {
                blob: photo.blob.clone(),
                src: format!("/requests/new/photos/{}", photo.blob),
            })
            .collect(),
        n_free: MOST_PHOTOS.saturating_sub(draft.photos.len()),
        most_mebibytes: MOST_MEBIBYTES,
        audiences: audiences.into(),
    })
}

/// A question in the reader's language, with what was answered so far.
pub fn field(op: &Op, attribute: &Attribute, draft: &Draft) -> Field {
    let lang = op.lang.code();
    let given = draft.given(&attribute.code);
    let title = attribute.title.in_language(lang);
    let mut choices: Vec<Choice> = attribute
        .values
        .iter()
        .map(|choice| Choice {
            chosen: given.contains(&choice.key),
            ..Choice::new(&choice.key, choice.title.in_language(lang))
        })
        .collect();
    let kind = match attribute.datatype {
        Datatype::String => "line",
        Datatype::Number => "number",
        Datatype::Datetime => "moment",
        Datatype::Text => "lines",
        Datatype::Multivaluelist => "several",
        Datatype::Singlevaluelist if choices.len() > MOST_RADIOS => "select",
        Datatype::Singlevaluelist => "one",
    };
    if kind == "select" {
        choices.insert(0, Choice::new("", op.lang.text("requests-pages-choose")));
    }
    Field {
        kind,
        name: format!("attribute[{}]", attribute.code),
        label: match attribute.is_required {
            true => title.to_owned(),
            false => op
                .lang
                .text("requests-pages-optional")
                .arg("label", title)
                .to_string(),
        },
        hint: attribute.hint.in_language(lang).to_owned(),
        value: given.first().cloned().unwrap_or_default(),
        choices,
    }
}
