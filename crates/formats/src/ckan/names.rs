//! Names: what a dataset, a group, a tag and an uploaded file may be called.

use sha1::{Digest, Sha1};

use super::fold;

/// The longest name of a dataset, an organisation or a group, in characters.
pub const LONGEST_NAME: usize = 100;
/// The shortest and the longest tag, in characters.
pub const TAG_LENGTH: (usize, usize) = (2, 100);

/// The id of a free tag: CKAN keeps one row for each name, here the name alone decides (UUID version 5, RFC 9562).
pub fn tag_id(name: &str) -> String {
    // The namespace that the RFC sets aside for addresses.
    const ADDRESSES: [u8; 16] = [
        0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8,
    ];
    let tags = named(&ADDRESSES, "https://docs.ckan.org/en/2.11/api/#tag");
    let hex = hex::encode(named(&tags, name));
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

/// Tidies the name of an uploaded file: lower case, no folders, and nothing that has to be escaped in an address.
///
/// Empty where nothing of it can stay.
pub fn filename(given: &str) -> String {
    let base = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut tidy = String::new();
    for c in fold::fold(base.trim()).chars() {
        let kept = match c {
            ' ' | '-' => '-',
            c if c.is_ascii_alphanumeric() || c == '_' || c == '.' => c,
            _ => continue,
        };
        if kept != '-' || !tidy.ends_with('-') {
            tidy.push(kept);
        }
    }
    let tidy = tidy.trim_start_matches(['.', '-']);
    let (stem, suffix) = match tidy.rsplit_once('.') {
        Some((stem, suffix)) if !stem.is_empty() => (stem, Some(suffix)),
        _ => (tidy, None),
    };
    let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    match suffix {
        Some(suffix) => format!("{}.{}", cut(stem, 80), cut(suffix, 20)),
        None => cut(stem, 100),
    }
}

/// The UUID of a name in a namespace.
fn named(namespace: &[u8; 16], name: &str) -> [u8; 16] {
    let mut digest = Sha1::new();
    digest.update(namespace);
    digest.update(name.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.finalize()[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x50;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    bytes
}

/// What is wrong with a name, in CKAN's words.
pub(super) fn fault_of_name(name: &str) -> Option<String> {
    let length = name.chars().count();
    if matches!(name, "new" | "edit" | "search") {
        Some("That name cannot be used".to_owned())
    } else if length < 2 {
        Some("Must be at least 2 characters long".to_owned())
    } else if length > LONGEST_NAME {
        Some(format!(
            "Name must be a maximum of {LONGEST_NAME} characters long"
        ))
    } else if !name
        .bytes()
        .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'))
    {
        Some("Must be purely lowercase alphanumeric (ascii) characters and these symbols: -_".to_owned())
    } else {
        None
    }
}

/// What is wrong with a tag, in CKAN's words.
///
/// Letters that need marks are letters: a tag in Hindi, Bengali or Nepali is one, though Python's `\w` knows no marks.
pub fn faults_of_tag(tag: &str) -> Vec<String> {
    let length = tag.chars().count();
    let mut faults = Vec::new();
    if length < TAG_LENGTH.0 {
        faults.push(format!(
            "Tag \"{tag}\" length is less than minimum {}",
            TAG_LENGTH.0
        ));
    }
    if length > TAG_LENGTH.1 {
        faults.push(format!(
            "Tag \"{tag}\" length is more than maximum {}",
            TAG_LENGTH.1
        ));
    }
    if !tag
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | ' ' | '-' | '.') || is_mark(c))
    {
        faults.push(format!(
            "Tag \"{tag}\" can only contain alphanumeric characters, spaces (\" \"), hyphens (\"-\"), underscores \
             (\"_\") or dots (\".\")"
        ));
    }
    faults
}

/// What is wrong with an address for letters, in CKAN's words.
pub fn fault_of_email(email: &str) -> Option<String> {
    let is_local = |text: &str| {
        !text.is_empty()
            && !text.starts_with('.')
            && !text.contains("..")
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte))
    };
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let is_email = email
        .split_once('@')
        .is_some_and(|(local, domain)| is_local(local) && domain.split('.').all(is_label));
    (!is_email).then(|| format!("Email {email} is not a valid format"))
}

/// Whether it is an id as CKAN takes it: 32 hexadecimal digits, with or without hyphens.
pub(super) fn is_uuid(text: &str) -> bool {
    let digits = text.replace("urn:", "").replace("uuid:", "");
    let digits = digits.trim_matches(['{', '}']).replace('-', "");
    digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a catalogue may have given this id: what [`is_uuid`] takes, and the older `juqdkmgo-11-resource`, which CKAN of
/// today refuses though its own catalogues are full of them.
pub(super) fn is_id(text: &str) -> bool {
    let is_plain = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    is_uuid(text) || (is_plain && (8..=LONGEST_NAME).contains(&text.len()))
}

/// Vowel signs, viramas and joiners of the scripts of South Asia, and combining accents.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036f}' | '\u{0900}'..='\u{0903}' | '\u{093a}'..='\u{094f}' | '\u{0951}'..='\u{0957}'
        | '\u{0962}'..='\u{0963}' | '\u{0980}'..='\u{0dff}' | '\u{200c}' | '\u{200d}')
}
