//! Passwords: argon2id with the RFC 9106 second recommendation's kin that the crate ships as default.

use std::sync::LazyLock;

use argon2::{
    Argon2,
    password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString},
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};

use super::model::Password;
use crate::platform::problem::{Problem, Result};

/// A hash nobody's password makes: checking against it takes as long as checking a real one.
static NOBODY: LazyLock<String> =
    LazyLock::new(|| hash_now(&crate::platform::id::secret()).unwrap_or_default());

/// Hashes a password with a fresh salt.
pub async fn hash(password: Password) -> Result<String> {
    tokio::task::spawn_blocking(move || hash_now(&password.0))
        .await
        .map_err(Problem::internal)?
}

/// Tells whether a password makes a hash; without one it takes as long and says no.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool> {
    tokio::task::spawn_blocking(move || {
        let is_somebody = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.clone());
        let parsed = PasswordHash::new(&hash)
            .map_err(|error| Problem::internal(anyhow::anyhow!("stored password hash: {error}")))?;
        Ok(Argon2::default()
            .verify_password(password.as_bytes(), &parsed)
            .is_ok()
            && is_somebody)
    })
    .await
    .map_err(Problem::internal)?
}

fn hash_now(password: &str) -> Result<String> {
    let salt: [u8; 16] = rand::random();
    let failed = |error| Problem::internal(anyhow::anyhow!("hash a password: {error}"));
    let salt = SaltString::from_b64(&STANDARD_NO_PAD.encode(salt)).map_err(failed)?;
    Ok(Argon2::default()
        .hash_password(password.as_bytes(), &salt)
        .map_err(failed)?
        .to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_somebody_passes() {
        let password = || "tujuh gajah terbang".to_owned();
        let hash = hash(Password::parse(password()).expect("long enough"))
            .await
            .expect("hashes");
        assert!(hash.starts_with("$argon2id$"));
        assert!(verify(password(), Some(hash.clone())).await.expect("checks"));
        assert!(
            !verify("delapan gajah terbang".into(), Some(hash))
                .await
                .expect("checks")
        );
        assert!(!verify(password(), None).await.expect("checks"));
    }
}
