//! Requests as everybody may see them, in the standard's words.

use std::collections::HashMap;

use formats::{
    open311::{requests, w3c},
    xpath::Moment,
};

use crate::{
    accounts,
    evidence::model::mask::mask,
    platform::{app::App, code::Code, i18n::Lang, problem::Result, time::Time},
    requests::{
        access, library,
        model::request::CloseKind,
        store::open311::{self as store, Asked, Published},
    },
};

/// Lists what matches a question, the newest first: nothing confidential, nothing personal.
pub async fn list(app: &App, asked: &Asked) -> Result<Vec<Published>> {
    Ok(hidden(store::list(app.db.read(), asked).await?))
}

/// Lists those of some codes that everybody may see, the newest first.
pub async fn list_of_codes(app: &App, codes: &[String]) -> Result<Vec<Published>> {
    Ok(hidden(store::list_of_codes(app.db.read(), codes).await?))
}

/// Finds one by its code as anybody writes it.
///
/// # Errors
/// `requests-unknown`, the same whether it does not exist or is confidential.
pub async fn find(app: &App, code: &str) -> Result<Published> {
    let unknown = || access::unknown(code);
    let plain = super::plain(code).ok_or_else(unknown)?;
    let found = list_of_codes(app, &[plain]).await?;
    found.into_iter().next().ok_or_else(unknown)
}

/// Returns when services were last changed.
pub async fn services_changed_at(app: &App) -> Result<Option<Time>> {
    store::find_changed(app.db.read()).await
}

/// Puts requests into the standard's words and a language.
pub async fn shown(app: &App, lang: Lang, published: &[Published]) -> Result<Vec<requests::Request>> {
    let library = library::current(app).await?;
    let agencies: HashMap<String, String> = accounts::list_organisations(app)
        .await?
        .into_iter()
        .map(|office| (office.code, office.name))
        .collect();
    let shown = published.iter().map(|each| {
        let service_name = match library.service(&each.service) {
            Ok(service) => service.title.in_language(lang.code()).to_owned(),
            Err(_) => each.service.clone(),
        };
        let is_closed = each.state == "closed";
        let moment = |at| moment(app, at);
        requests::Request {
            id: id(&each.code),
            status: if is_closed {
                requests::Status::Closed
            } else {
                requests::Status::Open
            },
            status_notes: Some(status_notes(lang, each)),
            service_name,
            service_code: each.service.clone(),
            description: Some(each.text.clone()),
            agency_responsible: each
                .agency
                .as_ref()
                .map(|code| agencies.get(code).unwrap_or(code).clone()),
            service_notice: None,
            requested_at: moment(each.opened_at),
            // For a closed one the standard wants the moment it was closed.
            updated_at: moment(if is_closed { each.state_at } else { each.changed_at }),
            expected_at: each.finish_by.map(moment),
            address: each.address.clone(),
            address_id: each.place.clone(),
            zipcode: None,
            point: each.position.map(|at| (at.lat, at.lon)),
            media_url: each
                .photo
                .as_ref()
                .map(|photo| format!("{}/requests/{}/photos/{photo}", app.config.base_url, each.code)),
        }
    });
    Ok(shown.collect())
}

/// Shows a tracking code as people read it.
pub fn id(code: &str) -> String {
    Code::<8>::parse(code).map_or_else(|_| code.to_owned(), |code| code.to_string())
}

/// Writes a moment on the place's own clocks.
pub fn written(app: &App, at: Time) -> String {
    w3c::write(moment(app, at))
}

/// Returns how far the place's clocks are ahead of UTC.
pub fn offset_minutes(app: &App, at: Time) -> i32 {
    app.config.zoned(at).offset().seconds() / 60
}

fn moment(app: &App, at: Time) -> Moment {
    Moment {
        micros: at.0,
        offset_minutes: offset_minutes(app, at),
    }
}

/// Says in a sentence where a request stands, then what was said with its closing.
fn status_notes(lang: Lang, published: &Published) -> String {
    let code = match published.close_kind.filter(|_| published.state == "closed") {
        Some(CloseKind::Confirmed) => "requests-open311-closed-confirmed",
        Some(CloseKind::Silence) => "requests-open311-closed-silence",
        Some(CloseKind::Special) => "requests-open311-closed-special",
        Some(CloseKind::Withdrawn) => "requests-open311-closed-withdrawn",
        Some(CloseKind::Joined) => "requests-open311-closed-joined",
        Some(CloseKind::Imported) => "requests-open311-closed-imported",
        None => match published.state.as_str() {
            "new" => "requests-open311-state-new",
            "answered" => "requests-open311-state-answered",
            "paused" => "requests-open311-state-paused",
            "special-proposed" => "requests-open311-state-special-proposed",
            _ => "requests-open311-state-open",
        },
    };
    let sentence = lang.text(code).to_string();
    match &published.note {
        Some(note) => format!("{sentence} {note}"),
        None => sentence,
    }
}

/// Numbers and addresses are masked wherever somebody wrote freely.
fn hidden(mut published: Vec<Published>) -> Vec<Published> {
    for each in &mut published {
        each.text = mask(&each.text);
        each.address = each.address.as_deref().map(mask);
        each.note = each.note.as_deref().map(mask);
    }
    published
}
