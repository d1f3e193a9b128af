//! Seals what is personal before it is stored: contacts, and messages on their way.
//!
//! The key lies in a file of its own, so that a copy of the database alone tells nobody's number. Sealing is
//! ChaCha20-Poly1305 (RFC 8439) under a fresh nonce; marks are HMAC-SHA-256, equal for equal texts, for looking up.

use std::{
    fmt,
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::Arc,
};

use anyhow::Context;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hmac,
};

/// The installation's key; cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<Keys>);

struct Keys {
    /// Tells which key a text was sealed with.
    id: String,
    seal: LessSafeKey,
    mark: hmac::Key,
}

impl Vault {
    /// Reads the key, or makes one that only its owner can read.
    ///
    /// # Errors
    /// When the file cannot be read or written, or holds no key.
    pub fn open(path: &Path) -> anyhow::Result<Vault> {
        let place = || format!("the key file {}", path.display());
        match std::fs::read_to_string(path) {
            Ok(text) => Vault::parse(&text).with_context(place),
            Err(error) if error.kind() == ErrorKind::NotFound => match make(path) {
                Ok(text) => Vault::parse(&text).with_context(place),
                // Another process of ours was faster.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    let text = std::fs::read_to_string(path).with_context(place)?;
                    Vault::parse(&text).with_context(place)
                }
                Err(error) => Err(error).with_context(place),
            },
            Err(error) => Err(error).with_context(place),
        }
    }

    /// Returns the vault of a key of 256 bits.
    #[must_use]
    pub fn of(key: [u8; 32]) -> Vault {
        let root = hmac::Key::new(hmac::HMAC_SHA256, &key);
        let derived = |purpose: &str| hmac::sign(&root, purpose.as_bytes());
        let seal = UnboundKey::new(&CHACHA20_POLY1305, derived("seal").as_ref()).expect("32 bytes are a key");
        Vault(Arc::new(Keys {
            id: hex::encode(&derived("id").as_ref()[..4]),
            seal: LessSafeKey::new(seal),
            mark: hmac::Key::new(hmac::HMAC_SHA256, derived("mark").as_ref()),
        }))
    }

    /// Seals a text; the same text is sealed differently each time.
    #[must_use]
    pub fn seal(&self, text: &str) -> String {
        let nonce: [u8; NONCE_LEN] = rand::random();
        let mut bytes = text.as_bytes().to_vec();
        self.0
            .seal
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut bytes)
            .expect("a text is far shorter than the cipher's limit");
        let sealed = [&nonce[..], &bytes].concat();
        format!("1.{}.{}", self.0.id, URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Reads a sealed text.
    ///
    /// # Errors
    /// When it was sealed with another key, or changed since.
    pub fn reveal(&self, sealed: &str) -> anyhow::Result<String> {
        let mut parts = sealed.splitn(3, '.');
        let (Some("1"), Some(key), Some(body)) = (parts.next(), parts.next(), parts.next()) else {
            anyhow::bail!("this is no sealed text");
        };
        anyhow::ensure!(
            key == self.0.id,
            "this was sealed with key {key}, and the key in force is {}: put back the secret.key of this installation",
            self.0.id
        );
        let mut bytes = URL_SAFE_NO_PAD.decode(body).context("a sealed text")?;
        anyhow::ensure!(bytes.len() > NONCE_LEN, "a sealed text is cut short");
        let mut body = bytes.split_off(NONCE_LEN);
        let nonce = Nonce::try_assume_unique_for_key(&bytes).map_err(|_| anyhow::anyhow!("a sealed text"))?;
        let text = self
            .0
            .seal
            .open_in_place(nonce, Aad::empty(), &mut body)
            .map_err(|_| anyhow::anyhow!("a sealed text was changed"))?;
        Ok(std::str::from_utf8(text)?.to_owned())
    }

    /// Returns what finds a text again without telling it: 64 hex digits, the same for the same purpose and text.
    #[must_use]
    pub fn mark(&self, purpose: &str, text: &str) -> String {
        let mut context = hmac::Context::with_key(&self.0.mark);
        context.update(purpose.as_bytes());
        context.update(&[0]);
        context.update(text.as_bytes());
        hex::encode(context.sign().as_ref())
    }

    /// Names the key, without telling it.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.0.id
    }

    fn parse(text: &str) -> anyhow::Result<Vault> {
        let key = URL_SAFE_NO_PAD
            .decode(text.trim())
            .ok()
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
            .context("holds no key: 43 letters, digits, - and _ are expected. Put the right file back; a new key cannot read what the old one sealed")?;
        Ok(Vault::of(key))
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault({})", self.0.id)
    }
}

/// Makes a key under another name first, so that nobody ever reads half of it.
fn make(path: &Path) -> std::io::Result<String> {
    let key: [u8; 32] = rand::random();
    let text = URL_SAFE_NO_PAD.encode(key);
    let draft = path.with_extension(format!("{:016x}", rand::random::<u64>()));
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    let placed = std::fs::hard_link(&draft, path);
    std::fs::remove_file(&draft)?;
    placed.map(|()| text)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn what_was_sealed_is_read_again_and_never_looks_the_same() {
        let vault = Vault::of([1; 32]);
        let (one, two) = (vault.seal("+6281234567890"), vault.seal("+6281234567890"));
        assert_ne!(one, two);
        assert!(!one.contains("6281234567890"));
        assert_eq!(vault.reveal(&one).expect("read"), "+6281234567890");
        assert_eq!(vault.reveal(&vault.seal("")).expect("read"), "");
    }

    #[test]
    fn another_key_or_a_changed_letter_reads_nothing() {
        let vault = Vault::of([1; 32]);
        let sealed = vault.seal("a@b.test");
        let error = Vault::of([2; 32])
            .reveal(&sealed)
            .expect_err("refused")
            .to_string();
        assert!(error.contains("secret.key"), "{error}");
        let last = if sealed.ends_with('A') { "B" } else { "A" };
        assert!(
            vault
                .reveal(&format!("{}{last}", &sealed[..sealed.len() - 1]))
                .is_err()
        );
        for broken in ["", "1", "1.2", "1.2.3", &format!("1.{}.", vault.key_id())] {
            assert!(vault.reveal(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn a_mark_is_the_same_for_the_same_purpose_only() {
        let vault = Vault::of([1; 32]);
        assert_eq!(vault.mark("phone", "+62"), vault.mark("phone", "+62"));
        assert_ne!(vault.mark("phone", "+62"), vault.mark("email", "+62"));
        assert_ne!(
            vault.mark("phone", "+62"),
            Vault::of([2; 32]).mark("phone", "+62")
        );
    }

    #[test]
    fn the_key_is_made_once_and_only_its_owner_can_read_it() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("secret.key");
        let sealed = Vault::open(&path).expect("made").seal("x");
        assert_eq!(
            Vault::open(&path).expect("read").reveal(&sealed).expect("read"),
            "x"
        );
        let mode = std::fs::metadata(&path).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        std::fs::write(&path, "oops").expect("written");
        let error = format!("{:#}", Vault::open(&path).expect_err("refused"));
        assert!(
            error.contains("secret.key") && error.contains("holds no key"),
            "{error}"
        );
    }
}
