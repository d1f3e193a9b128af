//! Identifiers: UUIDv7, so that they sort by the time they were made.

use std::sync::{Mutex, PoisonError};

use uuid::ContextV7;

use super::time::Time;

/// Counts ids of one millisecond, so that they keep their order.
static COUNTER: Mutex<ContextV7> = Mutex::new(ContextV7::new());

/// Makes a fresh id for a record made at `at`; of two made at one moment the later one sorts behind.
#[must_use]
pub fn fresh(at: Time) -> String {
    let micros = u64::try_from(at.0).unwrap_or(0);
    let nanos = u32::try_from(micros % 1_000_000).unwrap_or(0) * 1_000;
    let counter = COUNTER.lock().unwrap_or_else(PoisonError::into_inner);
    let stamp = uuid::Timestamp::from_unix(&*counter, micros / 1_000_000, nanos);
    uuid::Uuid::new_v7(stamp).to_string()
}

/// Makes an id for a record of another time, out of turn: ids of one millisecond keep no order.
///
/// [`fresh`] never goes back behind the last moment it saw; records taken in from elsewhere must.
#[must_use]
pub fn dated(at: Time) -> String {
    let millis = u64::try_from(at.0 / 1_000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &rand::random())
        .into_uuid()
        .to_string()
}

/// Makes a secret of 256 random bits as 43 URL-safe characters.
#[must_use]
pub fn secret() -> String {
    use base64::Engine;
    let bytes: [u8; 32] = rand::random();
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// Returns 64 random bits, for codes that people read and nobody should guess.
#[must_use]
pub fn random() -> u64 {
    rand::random()
}

/// Returns the SHA-256 of a text in hex: how secrets are stored.
#[must_use]
pub fn digest(text: &str) -> String {
    use sha2::Digest;
    hex::encode(sha2::Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_the_past_sorts_before_one_of_today() {
        let today = fresh(Time(1_794_794_400_000_123));
        let past = dated(Time(1_394_794_400_000_000));
        assert!(
            past < today && dated(Time(1_394_794_401_000_000)) > past,
            "{past} {today}"
        );
    }

    #[test]
    fn ids_of_one_moment_keep_their_order() {
        let ids: Vec<String> = (0..1_000).map(|_| fresh(Time(1_794_794_400_000_123))).collect();
        assert!(ids.is_sorted());
    }
}
