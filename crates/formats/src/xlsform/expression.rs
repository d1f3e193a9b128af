//! Just enough of an expression's grammar to find `${references}`, dynamic defaults and `instance()` paths.

/// A `${name}` or `${last-saved#name}` in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reference<'a> {
    /// Byte range of the whole reference, braces included.
    pub start: usize,
    pub end: usize,
    pub name: &'a str,
    pub last_saved: bool,
}

/// Something that starts like a reference and is none: what stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Malformed<'a>(pub &'a str);

/// Finds the references of a text, in order; spaces inside the braces do not matter.
pub(super) fn references(text: &str) -> impl Iterator<Item = Result<Reference<'_>, Malformed<'_>>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + text.get(from..)?.find("${")?;
        let Some(length) = text[start..].find('}') else {
            from = text.len();
            return Some(Err(Malformed(&text[start..])));
        };
        let end = start + length + 1;
        from = end;
        let inner = text[start + 2..end - 1].trim();
        let (last_saved, name) = match inner.strip_prefix("last-saved#") {
            Some(name) => (true, name.trim()),
            None => (false, inner),
        };
        Some(if is_ncname(name) {
            Ok(Reference {
                start,
                end,
                name,
                last_saved,
            })
        } else {
            Err(Malformed(&text[start..end]))
        })
    })
}

pub(super) fn has_reference(text: &str) -> bool {
    text.contains("${") && references(text).any(|reference| reference.is_ok())
}

/// The name in a text that is one reference and nothing else.
pub(super) fn lone_reference(text: &str) -> Option<&str> {
    let text = text.trim();
    match references(text).next() {
        Some(Ok(reference)) if reference.start == 0 && reference.end == text.len() => Some(reference.name),
        _ => None,
    }
}

/// Is this a name that an XML element can bear without a namespace?
pub(super) fn is_ncname(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(is_name_start) && characters.all(is_name_character)
}

/// What a name could be instead: `my name` → `my_name`, `1st` → `q1st`.
pub(super) fn name_made_of(text: &str) -> Option<String> {
    let mut made = String::with_capacity(text.len());
    for character in text.trim().chars() {
        if is_name_character(character) && character != '\u{b7}' {
            made.push(character);
        } else if !made.ends_with('_') {
            made.push('_');
        }
    }
    let made = made.trim_matches('_');
    let made = if made.starts_with(is_name_start) {
        made.to_owned()
    } else {
        format!("q{made}")
    };
    (made.len() > 1 && is_ncname(&made)).then_some(made)
}

/// Is this an element name, perhaps with a namespace prefix?
pub(super) fn is_xml_name(name: &str) -> bool {
    match name.split_once(':') {
        Some((prefix, local)) => is_ncname(prefix) && is_ncname(local),
        None => is_ncname(name),
    }
}

/// May the character stand inside a name? Two names must not touch when a path is put between them.
pub(super) fn is_name_character(character: char) -> bool {
    is_name_start(character)
        || matches!(character, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

/// Must a default be computed when the form opens, or is it a value as it stands?
///
/// Operators, calls and references are computed; the hyphens of dates and coordinates are not operators.
pub(super) fn is_dynamic(default: &str, bind_type: &str) -> bool {
    let hyphens_are_data = matches!(
        bind_type,
        "date" | "dateTime" | "geopoint" | "geotrace" | "geoshape"
    );
    for token in tokens(default) {
        match token {
            Token::Minus if hyphens_are_data => return false,
            Token::Minus | Token::Operator | Token::Call | Token::Reference => return true,
            Token::Other => {}
        }
    }
    false
}

/// Byte ranges of the `instance('…')/…` paths in a label, which become outputs.
pub(super) fn instance_paths(text: &str) -> Vec<(usize, usize)> {
    let mut paths = Vec::new();
    let mut from = 0;
    while let Some(start) = text
        .get(from..)
        .and_then(|rest| rest.find("instance("))
        .map(|at| from + at)
    {
        let end = start + instance_path_length(&text[start..]);
        // A name such as `my-instance(` is another function, and words in brackets are prose.
        let preceded = text[..start].chars().next_back().is_some_and(is_name_character);
        if end > start && !preceded {
            paths.push((start, end));
        }
        from = end.max(start + "instance(".len());
    }
    paths
}

/// Is the byte at `at` inside square brackets (quotes respected)?
pub(super) fn in_predicate(text: &str, at: usize) -> bool {
    let mut depth = 0_usize;
    let mut quote = None;
    for byte in text.as_bytes()[..at].iter().copied() {
        match (quote, byte) {
            (Some(open), byte) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'[') => depth += 1,
            (None, b']') => depth = depth.saturating_sub(1),
            (None, _) => {}
        }
    }
    depth > 0
}

/// Does `.` stand for the question itself somewhere (quotes and predicates respected)?
pub(super) fn has_self(text: &str) -> bool {
    let mut quote = None;
    let mut depth = 0_usize;
    let bytes = text.as_bytes();
    let touches = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at)).is_some_and(|byte| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b'.' | b'/' | b'_' | b'-' | b'}')
                || !byte.is_ascii()
        })
    };
    for (at, byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (Some(open), byte) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'[') => depth += 1,
            (None, b']') => depth = depth.saturating_sub(1),
            (None, b'.') if depth == 0 && !touches(at.checked_sub(1)) && !touches(Some(at + 1)) => {
                return true;
            }
            (None, _) => {}
        }
    }
    false
}

/// Which argument of the innermost `function(` around `at` stands there, from 0; `None` outside of it.
pub(super) fn argument_of(text: &str, function: &str, at: usize) -> Option<usize> {
    let mut open: Vec<(bool, usize)> = Vec::new();
    let mut quote = None;
    for (index, byte) in text.bytes().enumerate().take(at) {
        match (quote, byte) {
            (Some(mark), byte) if byte == mark => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'(') => open.push((text[..index].trim_end().ends_with(function), 0)),
            (None, b')') => drop(open.pop()),
            (None, b',') => {
                if let Some((_, argument)) = open.last_mut() {
                    *argument += 1;
                }
            }
            (None, _) => {}
        }
    }
    open.iter()
        .rev()
        .find(|(wanted, _)| *wanted)
        .map(|(_, argument)| *argument)
}

/// First arguments of the calls of a function, as they are written.
pub(super) fn first_arguments<'a>(text: &'a str, function: &str) -> Vec<&'a str> {
    let mut arguments = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(function) {
        let preceded = rest[..at].chars().next_back().is_some_and(is_name_character);
        rest = &rest[at + function.len()..];
        if let Some(inside) = rest.trim_start().strip_prefix('(').filter(|_| !preceded) {
            let end = inside.find([',', ')']).unwrap_or(inside.len());
            arguments.push(inside[..end].trim());
        }
    }
    arguments
}

fn is_name_start(character: char) -> bool {
    matches!(
        character,
        'A'..='Z' | '_' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}' | '\u{370}'..='\u{37d}'
            | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}'
            | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}' | '\u{10000}'..='\u{effff}'
    )
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Minus,
    /// `+`, `*`, `|`, ` mod `, ` div `.
    Operator,
    /// `name(`.
    Call,
    Reference,
    Other,
}

/// Cuts a default into the tokens that decide whether it is dynamic.
fn tokens(text: &str) -> impl Iterator<Item = Token> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let (token, length) = next_token(rest, first);
        rest = &rest[length..];
        Some(token)
    })
}

fn next_token(rest: &str, first: char) -> (Token, usize) {
    if let Some(length) = date_length(rest).or_else(|| number_length(rest)) {
        return (Token::Other, length);
    }
    if rest.starts_with(" mod ") || rest.starts_with(" div ") {
        return (Token::Operator, 5);
    }
    match first {
        '-' => (Token::Minus, 1),
        '+' | '*' | '|' => (Token::Operator, 1),
        '"' | '\'' => match rest[1..].find(first) {
            Some(length) => (Token::Other, length + 2),
            None => (Token::Other, 1),
        },
        '$' => match references(rest).next() {
            Some(Ok(reference)) if reference.start == 0 => (Token::Reference, reference.end),
            _ => (Token::Other, 1),
        },
        first if is_name_start(first) => {
            let word = name_length(rest);
            let prefixed = rest[word..]
                .strip_prefix(':')
                .filter(|local| local.starts_with(is_name_start))
                .map_or(0, |local| 1 + name_length(local));
            let length = word + prefixed;
            if rest[length..].starts_with('(') {
                (Token::Call, length + 1)
            } else {
                (Token::Other, length)
            }
        }
        other => (Token::Other, other.len_utf8()),
    }
}

fn name_length(text: &str) -> usize {
    text.find(|character| !is_name_character(character))
        .unwrap_or(text.len())
}

/// `2026-11-21`, perhaps with a minus before the year.
fn date_length(text: &str) -> Option<usize> {
    let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
    let shaped = digits.len() >= 10
        && digits[..10].iter().enumerate().all(|(at, byte)| {
            if matches!(at, 4 | 7) {
                *byte == b'-'
            } else {
                byte.is_ascii_digit()
            }
        });
    shaped.then(|| text.len() - digits.len() + 10)
}

fn number_length(text: &str) -> Option<usize> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(unsigned);
    let fraction = unsigned[whole..].strip_prefix('.').map(digits);
    let length = match (whole, fraction) {
        (0, None | Some(0)) => return None,
        (whole, None) => whole,
        (whole, Some(fraction)) => whole + 1 + fraction,
    };
    Some(text.len() - unsigned.len() + length)
}

/// Length of the path that starts a text with `instance(`; 0 when nothing follows the call.
fn instance_path_length(text: &str) -> usize {
    let Some(call) = text.find(')').map(|at| at + 1) else {
        return 0;
    };
    if !text[call..].starts_with('/') {
        return 0;
    }
    let mut depth = 0_usize;
    let mut quote = None;
    for (at, character) in text.char_indices().skip_while(|(at, _)| *at < call) {
        match (quote, character) {
            (Some(mark), character) if mark == character => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if depth > 0 => quote = Some(character),
            (None, '[') => depth += 1,
            (None, ']') => depth = depth.saturating_sub(1),
            (None, character)
                if depth == 0
                    && !(is_name_character(character) || matches!(character, '/' | '@' | ':' | '*')) =>
            {
                return text[..at].trim_end_matches('.').len();
            }
            (None, _) => {}
        }
    }
    text.trim_end_matches('.').len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_found_with_their_names() {
        let found: Vec<_> = references("${a} + ${ last-saved#b-1 } ${1x} ${open").collect();
        assert_eq!(
            found[0],
            Ok(Reference {
                start: 0,
                end: 4,
                name: "a",
                last_saved: false
            })
        );
        assert_eq!(
            found[1].as_ref().map(|b| (b.name, b.last_saved)),
            Ok(("b-1", true))
        );
        assert_eq!(found[2], Err(Malformed("${1x}")));
        assert_eq!(found[3], Err(Malformed("${open")));
        assert_eq!(lone_reference(" ${member} "), Some("member"));
        assert_eq!(lone_reference("${a} + 1"), None);
    }

    #[test]
    fn a_default_is_dynamic_when_it_must_be_computed() {
        for computed in [
            "now()",
            "${a}",
            "1 + 1",
            "4 - 1",
            "3 mod 2",
            "a | b",
            "concat('a', 'b')",
            "jr:choice-name(1)",
            "once(uuid())",
        ] {
            assert!(is_dynamic(computed, "string"), "{computed}");
        }
        for plain in [
            "",
            "a b",
            "2010-06-15",
            "-7",
            "well-known",
            "18.31",
            "'1 + 1'",
            "10:30:00",
            "a/b",
            "https://example.org/my-page",
        ] {
            assert!(!is_dynamic(plain, "string"), "{plain}");
        }
        assert!(!is_dynamic("2022-03-14 - 10", "date"));
        assert!(is_dynamic("today() - 10", "date"));
    }

    #[test]
    fn instance_paths_in_a_label_end_where_prose_begins() {
        let text = "It is instance('fruits')/root/item[name = 'a b']/label, yes.";
        let (start, end) = instance_paths(text)[0];
        assert_eq!(
            &text[start..end],
            "instance('fruits')/root/item[name = 'a b']/label"
        );
        assert_eq!(instance_paths("an instance(of) it"), []);
        let text = "At the end: instance('x')/root/item.";
        let (start, end) = instance_paths(text)[0];
        assert_eq!(&text[start..end], "instance('x')/root/item");
    }

    #[test]
    fn arguments_and_predicates_are_told_apart() {
        let text = "indexed-repeat(${a}, ${b}, position(..) - ${c})";
        assert_eq!(
            argument_of(text, "indexed-repeat", text.find("${a}").unwrap()),
            Some(0)
        );
        assert_eq!(
            argument_of(text, "indexed-repeat", text.find("${c}").unwrap()),
            Some(2)
        );
        assert_eq!(argument_of("f(${a})", "indexed-repeat", 2), None);
        assert!(has_self("regex(., '[a-z]+') and 1 = 1"));
        assert!(!has_self(
            "../a > 0.5 and '.' = '.' and ./b and count(/x[. > 1]) = 1"
        ));
        assert!(in_predicate("instance('a')/root/item[name = ${a}]", 31));
        assert!(!in_predicate("'[' = ${a}", 6));
        assert_eq!(
            first_arguments(
                "pulldata('places', 'x') + my-pulldata('no', 1) + pulldata( \"b\" , 1)",
                "pulldata"
            ),
            ["'places'", "\"b\""]
        );
    }
}
