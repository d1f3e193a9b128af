//! Pictures of a request: shown to staff, and added by an officer, cleaned of everything but the picture.

use axum::{
    extract::{FromRequest, Multipart, Path, Request, State},
    http::{Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use formats::picture;

use super::{Matter, Typed};
use crate::{
    platform::{
        app::App,
        id,
        op::{Op, Role},
        page::{render_refused, shell},
        problem::{Kind, Problem, Result},
    },
    requests::{
        self,
        access::Claim,
        desk::{
            fields::{Fields, errors_in},
            queue::READERS,
        },
        filing::{NewPhoto, PhotoAudience},
    },
};

/// The longest picture, bytes.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;

/// A picture, for staff: also those that the resident wants nobody else to see.
pub async fn show(
    State(app): State<App>,
    op: Op,
    Path((code, photo)): Path<(String, String)>,
) -> Result<Response> {
    op.require(&READERS)?;
    let seen = requests::see(&app, &op, &code, None).await?;
    let found = seen
        .photos
        .iter()
        .find(|each| each.id == photo)
        .ok_or_else(|| Problem::not_found("page-unknown"))?;
    let bytes = app.blobs.bytes(&found.blob).await?;
    Ok(([(header::CONTENT_TYPE, found.media_type.clone())], bytes).into_response())
}

/// Adds a picture that an officer took: of the place, of what was done.
pub async fn add(
    State(app): State<App>,
    op: Op,
    Path(code): Path<String>,
    request: Request,
) -> Result<Response> {
    // Whoever may not add one is told before the file is read.
    op.require(&[Role::Officer])?;
    let matter = Matter::read(&app, &op, &code).await?;
    if !matter.may_act {
        return Err(Problem::forbidden("not-allowed"));
    }
    let added = async {
        let photo = receive(&app, request).await?;
        requests::add_photo(&app, &op, &code, Claim::Operator, &photo).await
    }
    .await;
    match added {
        Ok(()) => Ok(Redirect::to(&format!("/desk/requests/{code}?done=photo")).into_response()),
        Err(problem) if matches!(problem.kind(), Kind::Internal | Kind::NotFound) => Err(problem),
        Err(problem) => {
            let typed = Typed {
                act: "photo".to_owned(),
                fields: Fields::default(),
                errors: errors_in(&problem, &op, "photo"),
            };
            let address: Uri = format!("/desk/requests/{code}")
                .parse()
                .map_err(Problem::internal)?;
            let page = matter.page(&app, &op, shell(&app, &op, &address), &typed).await?;
            render_refused(&problem, &page)
        }
    }
}

async fn receive(app: &App, request: Request) -> Result<NewPhoto> {
    let malformed = |_| Problem::invalid("request-malformed");
    let wrong = |code| Problem::invalid("fields").field("file", code);
    let mut form = Multipart::from_request(request, app)
        .await
        .map_err(|error| Problem::unreadable(error.status(), error))?;
    let (mut bytes, mut audience) = (None, PhotoAudience::Unit);
    while let Some(field) = form.next_field().await.map_err(malformed)? {
        let name = field.name().unwrap_or_default().to_owned();
        let sent = field.bytes().await.map_err(|_| wrong("request-too-large"))?;
        match name.as_str() {
            "photo-file" => bytes = Some(sent),
            "photo-seen" if sent == "all" => audience = PhotoAudience::Everybody,
            _ => {}
        }
    }
    let bytes = bytes
        .filter(|bytes| !bytes.is_empty())
        .ok_or_else(|| wrong("file-missing"))?;
    if bytes.len() > MOST_BYTES {
        return Err(wrong("request-too-large"));
    }
    // With a mark of its own no other file has the same bytes, so that nobody else's is ever deleted with it.
    let cleaned = picture::clean(&bytes, id::secret().as_bytes())
        .map_err(|problem| wrong("requests-desk-no-picture").because(problem))?;
    let media_type = cleaned.kind.media_type().to_owned();
    let blob = app.blobs.put(cleaned.bytes.into()).await?;
    Ok(NewPhoto {
        blob: blob.id,
        media_type,
        size_bytes: i64::try_from(blob.size_bytes).unwrap_or(i64::MAX),
        audience,
    })
}
