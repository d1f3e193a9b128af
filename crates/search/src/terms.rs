//! How the fields of CKAN stand in one field of the index: each value is a term that begins with its field's name.

use formats::ckan::search::query::Content;

/// Stands between the name of a field and a value.
const BETWEEN: char = '\u{1f}';
/// The letter after it, at which the terms of a field end.
const AFTER: char = '\u{20}';
/// Values longer than this, in bytes, are not looked for.
const LONGEST: usize = 8_000;

/// The term of a whole value.
pub fn value(field: &str, text: &str) -> String {
    format!("{field}{BETWEEN}{text}")
}

/// The term that says that a field has any value.
pub fn presence(field: &str) -> String {
    format!("?{field}")
}

/// The terms of a field: from the first on, before the second.
pub fn span(field: &str) -> (String, String) {
    (format!("{field}{BETWEEN}"), format!("{field}{AFTER}"))
}

/// The value that a term stands for.
pub fn value_of<'t>(field: &str, term: &'t str) -> Option<&'t str> {
    term.strip_prefix(field)?.strip_prefix(BETWEEN)
}

/// A value as it is compared: numbers and moments so that their order is that of texts; none for what is not looked for so.
pub fn text_of(content: &Content) -> Option<String> {
    let text = match content {
        Content::Keyword(text) => text.clone(),
        Content::Number(number) => number_text(*number),
        Content::Instant(at) => instant_text(*at),
        Content::Flag(flag) => flag.to_string(),
        Content::Prose(_) | Content::Area(_) => return None,
    };
    (text.len() <= LONGEST).then_some(text)
}

pub fn instant_text(at: i64) -> String {
    format!("{:016x}", at.cast_unsigned() ^ (1 << 63))
}

pub fn number_text(number: f64) -> String {
    // Zero has two faces in bits.
    let bits = (number + 0.0).to_bits();
    let ordered = if bits >> 63 == 1 { !bits } else { bits ^ (1 << 63) };
    format!("{ordered:016x}")
}

/// The moment that a text stands for.
pub fn instant_of(text: &str) -> Option<i64> {
    let bits = u64::from_str_radix(text, 16).ok()?;
    Some((bits ^ (1 << 63)).cast_signed())
}

/// The number that a text stands for.
pub fn number_of(text: &str) -> Option<f64> {
    let ordered = u64::from_str_radix(text, 16).ok()?;
    Some(f64::from_bits(if ordered >> 63 == 1 {
        ordered ^ (1 << 63)
    } else {
        !ordered
    }))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{instant_of, instant_text, number_of, number_text};

    #[test]
    fn numbers_and_moments_keep_their_order_as_texts_and_come_back() {
        let numbers = [f64::MIN, -2.5, -1.0, -0.0, 0.5, 3.0, 1e9, f64::MAX];
        for pair in numbers.windows(2) {
            assert!(number_text(pair[0]) < number_text(pair[1]), "{pair:?}");
        }
        let instants = [i64::MIN, -1, 0, 1, 1_794_794_400_000_000, i64::MAX];
        for pair in instants.windows(2) {
            assert!(instant_text(pair[0]) < instant_text(pair[1]), "{pair:?}");
        }
        assert_eq!(numbers.map(|n| number_of(&number_text(n))), numbers.map(Some));
        assert_eq!(instants.map(|n| instant_of(&instant_text(n))), instants.map(Some));
        assert_eq!(number_text(-0.0), number_text(0.0));
    }
}
