//! What a browser keeps between pages: the secret of a draft, and the key of a request. Scripts cannot read either.

use std::time::Duration;

pub use crate::platform::http::cookies::{find, forget, set};

/// The secret of the draft that is being typed.
pub const DRAFT: &str = "bz_draft";
/// The resident's key, for the pages of one request only.
pub const KEY: &str = "bz_key";
/// Says that somebody said "me too" from this browser, for the pages of one request only.
pub const ME_TOO: &str = "bz_me_too";
/// What happened, to be said on the next page.
pub const NOTICE: &str = "bz_notice";

/// How long a key is kept after it was typed.
pub const KEY_LIFE: Duration = Duration::from_secs(3_600);
