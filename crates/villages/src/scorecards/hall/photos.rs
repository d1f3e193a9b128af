//! Photographs of a hall: cleaned of everything but the picture, kept under the name that the device gave the bytes it sent.

use axum::{
    Json,
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use formats::picture;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{
    require_writer,
    store::{self, Kept},
};
use crate::{
    platform::{
        app::App,
        id,
        op::Op,
        problem::{Problem, Result},
    },
    scorecards,
};

/// The longest picture that is taken, in bytes; devices send less than a mebibyte.
pub(super) const MOST_BYTES: usize = 6 * 1024 * 1024;
/// Pictures that one person sends of one round at most.
const MOST_PHOTOS: i64 = 200;
/// Bytes of all pictures of one round at most: some thousand as devices send them, which is twenty for each of forty groups and more.
const MOST_ROUND_BYTES: i64 = 1024 * 1024 * 1024;
/// How long a browser may keep what belongs to the caller alone, in seconds.
const KEPT: &str = "private, max-age=600";

/// `PUT /desk/scorecards/{round}/hall/photos/{photo}`: a picture by the SHA-256 of its bytes in hex; an act says later what it shows.
pub(super) async fn take(
    State(app): State<App>,
    op: Op,
    headers: HeaderMap,
    Path((round, photo)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response> {
    require_writer(&op, &headers)?;
    let view = scorecards::read(&app, &op, &round).await?;
    if !(view.rights.facilitates || view.rights.provides) {
        return Err(Problem::forbidden("not-allowed"));
    }
    let digest = hex::encode(Sha256::digest(&body));
    if digest != photo.to_lowercase() {
        return Err(Problem::invalid("scorecards-hall-photo-differs"));
    }
    if store::find_photo(&app.db, &view.round.id, &digest)
        .await?
        .is_none()
    {
        keep(&app, &op, &view.round.id, &digest, &body).await?;
    }
    Ok(Json(json!({ "photo": digest })).into_response())
}

async fn keep(app: &App, op: &Op, round: &str, digest: &str, bytes: &[u8]) -> Result<()> {
    let sent_by = op.person().map(|me| me.id.clone()).unwrap_or_default();
    if store::count_photos(&app.db, round, &sent_by).await? >= MOST_PHOTOS {
        return Err(Problem::conflict("scorecards-hall-photos-many").with("most", MOST_PHOTOS));
    }
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    if store::sum_bytes(&app.db, round).await?.saturating_add(size) > MOST_ROUND_BYTES {
        let most = MOST_ROUND_BYTES / (1024 * 1024);
        return Err(Problem::conflict("scorecards-hall-photos-full").with("most", most));
    }
    // With a mark of its own no other file has the same bytes, so that removing it can never take somebody else's away.
    let cleaned = picture::clean(bytes, id::secret().as_bytes())
        .map_err(|problem| Problem::invalid("scorecards-hall-photo-unusable").because(problem))?;
    let media_type = cleaned.kind.media_type().to_owned();
    let blob = app.blobs.put(cleaned.bytes.into()).await?;
    let kept = Kept {
        digest: digest.to_owned(),
        blob: blob.id,
        media_type,
        size_bytes: i64::try_from(blob.size_bytes).unwrap_or(i64::MAX),
        sent_by,
    };
    let mut tx = app.db.begin().await?;
    store::insert_photo(&mut tx, round, &kept, op.at).await?;
    tx.commit().await
}

/// `GET /desk/scorecards/{round}/hall/photos/{photo}`: a picture, for whoever sent it and whoever may see what it belongs to.
pub(super) async fn show(
    State(app): State<App>,
    op: Op,
    Path((round, photo)): Path<(String, String)>,
) -> Result<Response> {
    let view = scorecards::read(&app, &op, &round).await?;
    let digest = photo.to_lowercase();
    let found = store::find_photo(&app.db, &view.round.id, &digest).await?;
    let is_seen = view.photos.iter().any(|photo| photo.blob == digest);
    let is_mine = |kept: &Kept| op.person().is_some_and(|me| me.id == kept.sent_by);
    let kept = found.filter(|kept| is_seen || is_mine(kept));
    let kept = kept.ok_or_else(|| Problem::not_found("file-gone"))?;
    let (size, stream) = app.blobs.stream(&kept.blob).await?;
    let headers = [
        (header::CONTENT_TYPE, kept.media_type),
        (header::CONTENT_LENGTH, size.to_string()),
        (header::CACHE_CONTROL, KEPT.to_owned()),
        (header::CONTENT_DISPOSITION, "inline".to_owned()),
    ];
    Ok((headers, Body::from_stream(stream)).into_response())
}
