//! Identifiers: UUIDv7, so that they sort by the time they were made.

use super::time::Time;

/// Makes a fresh id for a record made at `at`.
#[must_use]
pub fn fresh(at: Time) -> String {
    let micros = u64::try_from(at.0).unwrap_or(0);
    let nanos = u32::try_from(micros % 1_000_000).unwrap_or(0) * 1_000;
    let stamp = uuid::Timestamp::from_unix(uuid::NoContext, micros / 1_000_000, nanos);
    uuid::Uuid::new_v7(stamp).to_string()
}

/// Makes a secret of 256 random bits as 43 URL-safe characters.
#[must_use]
pub fn secret() -> String {
    use base64::Engine;
    let bytes: [u8; 32] = rand::random();
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// Returns the SHA-256 of a text in hex: how secrets are stored.
#[must_use]
pub fn digest(text: &str) -> String {
    use sha2::Digest;
    hex::encode(sha2::Sha256::digest(text.as_bytes()))
}
