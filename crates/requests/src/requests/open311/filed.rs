//! Filing through Open311: a form, with or without pictures, becomes a request.

use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use formats::{
    open311::{
        requests::{Handle, Receipt, write_receipt},
        submission::{Fault, Submission},
    },
    picture,
};

use super::{Asking, Wanted, published, written};
use crate::{
    accounts,
    places::model::{Place, Places, fold},
    platform::{
        app::App,
        id,
        op::{Op, Who},
        problem::{Problem, Result},
    },
    requests::{
        self, Filing, NewPhoto, Opened, PhotoAudience, library,
        model::{
            request::{Channel, Kind, Privacy},
            service::Given,
        },
    },
};

/// The most a delivery may hold, its pictures included.
const MOST_BYTES: usize = 40 * 1024 * 1024;
/// The most a form without pictures may hold.
const MOST_FORM_BYTES: usize = 512 * 1024;
/// Most fields of a delivery.
const MOST_FIELDS: usize = 500;
/// Most pictures of a delivery.
const MOST_PICTURES: usize = 3;
/// The most one picture may hold, in mebibytes.
const MOST_PICTURE_MIB: usize = 10;

/// Lets pictures come along.
pub fn limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(MOST_BYTES)
}

/// Files a request for a program that shows its key.
pub async fn file(
    State(app): State<App>,
    op: Op,
    Wanted(format): Wanted,
    Asking(asking): Asking,
    headers: HeaderMap,
    request: Request,
) -> Result<Response> {
    let Sent { mut fields, pictures } = take_form(&app, request).await?;
    // Some programs put the key into the address; what the form says wins.
    fields.splice(0..0, asking);
    let field = |name: &str| {
        let found = fields
            .iter()
            .rev()
            .find(|(of, value)| of == name && !value.trim().is_empty());
        found.map(|(_, value)| value.trim().to_owned())
    };
    let op = with_key(&app, op, field("api_key")).await?;
    let submission = Submission::read(fields.iter().map(|(name, value)| (name, value))).map_err(refused)?;
    // The standard's 404; everything else that will not do is a 400.
    let library = library::current(&app).await?;
    let service = library.service(&submission.service_code)?;
    let nowhere = submission.point.is_none() && submission.address_id.is_none();
    let named = submission.address_string.as_deref().filter(|_| nowhere);
    let named = named.and_then(|address| named_in(library.places(), address));
    let mut filing = Filing {
        privacy: one_of(field("privacy"), "privacy", Privacy::parse)?,
        kind: one_of(field("kind"), "kind", Kind::parse)?,
        delivery: headers
            .get("idempotency-key")
            .and_then(|key| key.to_str().ok())
            .map(|key| delivery(&op, key)),
        ..filing(submission, named, service.title.in_language(op.lang.code()))
    };
    if !pictures.is_empty() {
        // Of what is refused no picture stays behind.
        requests::read(&app, &op, filing.clone()).await?;
        filing.photos = keep(&app, pictures).await?;
    }
    let opened = requests::file(&app, &op, filing).await?;
    let status = if opened.key.is_some() {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let receipt = receipt(&app, &op, &opened);
    Ok(written(status, format, write_receipt(format, &receipt)))
}

/// A key is a token of an account: it says which program files.
///
/// # Errors
/// `token-unknown` for a key that does not hold; `requests-open311-key-missing` where one is needed.
async fn with_key(app: &App, op: Op, key: Option<String>) -> Result<Op> {
    if let Some(key) = key {
        let who = accounts::holder_of_token(app, &key, op.at).await?;
        return Ok(Op { who, ..op });
    }
    if matches!(op.who, Who::Anyone) && !app.config.requests_without_key {
        return Err(Problem::forbidden("requests-open311-key-missing"));
    }
    Ok(op)
}

/// The one place that an address names: the narrowest of those whose names stand in it. `None` where two would do.
fn named_in(places: &Places, address: &str) -> Option<String> {
    let padded = |text: &str| {
        let folded = fold(text);
        let words: Vec<&str> = folded
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        format!(" {} ", words.join(" "))
    };
    let address = padded(address);
    let is_named = |place: Place<'_>| {
        let name = padded(place.name());
        name.len() > 4 && address.contains(&name)
    };
    // How many of a place and those around it are named, then how narrow it is.
    let mut found: Vec<((usize, u8), Place<'_>)> = places
        .current()
        .filter(|place| is_named(*place))
        .map(|place| {
            let n_around = place.with_ancestors().filter(|around| is_named(*around)).count();
            ((n_around, place.depth()), place)
        })
        .collect();
    found.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    let best = found.first()?;
    let is_alone = found.get(1).is_none_or(|next| next.0 != best.0);
    is_alone.then(|| best.1.code().to_owned())
}

fn filing(submission: Submission, named: Option<String>, service_title: &str) -> Filing {
    let name = submission.name();
    // The standard lets the text be absent; then the service says what it is about.
    let mut text = submission.description.unwrap_or_else(|| service_title.to_owned());
    for address in &submission.media_urls {
        text.push_str("\n\n");
        text.push_str(address);
    }
    Filing {
        service: submission.service_code,
        text,
        channel: Some(Channel::Open311),
        place: submission.address_id.or(named),
        lat: submission.point.map(|(lat, _)| lat.to_string()),
        lon: submission.point.map(|(_, lon)| lon.to_string()),
        address: submission.address_string,
        attributes: submission
            .attributes
            .into_iter()
            .map(|(code, values)| Given { code, values })
            .collect(),
        name,
        phone: submission.phone,
        email: submission.email,
        ..Filing::default()
    }
}

/// One of a few words, of which none may be taken for another.
fn one_of<T>(given: Option<String>, field: &'static str, parse: fn(&str) -> Option<T>) -> Result<Option<T>> {
    let Some(given) = given else { return Ok(None) };
    match parse(&given.to_lowercase()) {
        Some(value) => Ok(Some(value)),
        None => {
            let with = vec![("found", given)];
            Err(Problem::invalid("fields").field_with(field, "requests-open311-word-unknown", with))
        }
    }
}

/// The same number from two programs is two deliveries.
fn delivery(op: &Op, key: &str) -> String {
    let holder = op.person().map_or("", |person| person.id.as_str());
    format!("open311:{}", id::digest(&format!("{holder}:{key}")))
}

fn receipt(app: &App, op: &Op, opened: &Opened) -> Receipt {
    let id = published::id(&opened.code);
    let url = format!("{}/requests/{}", app.config.base_url, opened.code);
    let notice = match &opened.key {
        Some(key) => op.lang.text("requests-open311-notice").arg("key", key),
        None => op.lang.text("requests-open311-notice-again"),
    };
    Receipt {
        service_notice: Some(notice.arg("code", &id).arg("url", url).to_string()),
        handle: Handle::Id(id),
        account_id: None,
    }
}

/// What a form holds.
#[derive(Default)]
struct Sent {
    fields: Vec<(String, String)>,
    pictures: Vec<Bytes>,
}

/// Reads a form, however it was sent.
async fn take_form(app: &App, request: Request) -> Result<Sent> {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut sent = if kind.starts_with("multipart/form-data") {
        let form = Multipart::from_request(request, app)
            .await
            .map_err(|error| Problem::unreadable(error.status(), error))?;
        take_parts(form).await?
    } else {
        let bytes = axum::body::to_bytes(request.into_body(), MOST_FORM_BYTES)
            .await
            .map_err(|error| Problem::too_large("request-too-large").because(error))?;
        Sent {
            fields: serde_urlencoded::from_bytes(&bytes)
                .map_err(|error| Problem::invalid("request-malformed").because(error))?,
            ..Sent::default()
        }
    };
    if sent.fields.len() > MOST_FIELDS {
        return Err(Problem::too_large("request-too-large"));
    }
    for (_, value) in &mut sent.fields {
        // No database keeps it and nobody means it.
        value.retain(|c| c != '\0');
    }
    Ok(sent)
}

/// Reads a form in parts; every part that is a file is taken for a picture.
async fn take_parts(mut form: Multipart) -> Result<Sent> {
    let unreadable =
        |error: axum::extract::multipart::MultipartError| Problem::unreadable(error.status(), error);
    let mut sent = Sent::default();
    while let Some(part) = form.next_field().await.map_err(unreadable)? {
        let name = part.name().unwrap_or_default().to_owned();
        if part.file_name().is_some() {
            let bytes = part.bytes().await.map_err(unreadable)?;
            // A form's file input that was left alone.
            if !bytes.is_empty() {
                sent.pictures.push(bytes);
            }
        } else {
            let value = part.text().await.map_err(unreadable)?;
            sent.fields.push((name, value));
        }
    }
    Ok(sent)
}

/// Keeps pictures, cleaned of everything a camera wrote beside them. Everybody may see what a program publishes.
async fn keep(app: &App, pictures: Vec<Bytes>) -> Result<Vec<NewPhoto>> {
    let unusable = || {
        let with = vec![("most", MOST_PICTURE_MIB.to_string())];
        Problem::invalid("fields").field_with("media", "requests-open311-media-unusable", with)
    };
    if pictures.len() > MOST_PICTURES {
        let with = vec![("most", MOST_PICTURES.to_string())];
        return Err(Problem::invalid("fields").field_with("media", "requests-open311-too-many", with));
    }
    let mut cleaned = Vec::new();
    for bytes in pictures {
        if bytes.len() > MOST_PICTURE_MIB * 1024 * 1024 {
            return Err(unusable());
        }
        // With a mark of its own no other file has the same bytes, so that each can be erased alone.
        cleaned.push(
            picture::clean(&bytes, id::secret().as_bytes()).map_err(|problem| unusable().because(problem))?,
        );
    }
    let mut kept = Vec::new();
    for picture in cleaned {
        let media_type = picture.kind.media_type().to_owned();
        let blob = app.blobs.put(picture.bytes.into()).await?;
        kept.push(NewPhoto {
            blob: blob.id,
            media_type,
            size_bytes: i64::try_from(blob.size_bytes).unwrap_or(i64::MAX),
            audience: PhotoAudience::Everybody,
        });
    }
    Ok(kept)
}

fn refused(faults: Vec<Fault>) -> Problem {
    faults
        .into_iter()
        .fold(Problem::invalid("fields"), |problem, fault| {
            let field = fault.field().to_owned();
            match fault {
                Fault::NoService => problem.field(field, "requests-service-missing"),
                Fault::NoLocation => problem.field(field, "requests-open311-location-missing"),
                Fault::HalfAPoint { .. } | Fault::NotDegrees { .. } => {
                    problem.field(field, "requests-position-malformed")
                }
                Fault::TooLong { .. } => problem.field(field, "text-long"),
                Fault::NotAnAddress { .. } => problem.field(field, "requests-open311-media-malformed"),
                Fault::TooManyAttributes { most } => problem.field_with(
                    field,
                    "requests-open311-too-many",
                    vec![("most", most.to_string())],
                ),
            }
        })
}
