//! Rust source as these tests see it: code without comments, strings apart, test modules left out.

use std::path::{Path, PathBuf};

use regex::Regex;

/// One file of Rust source.
pub struct Source {
    /// From the project's root, with `/`.
    pub path: String,
    /// The first folder or file name below `src`: `places` of `src/places/store.rs`, `lib` of `src/lib.rs`.
    pub slice: String,
    /// The code with comments, string contents and `#[cfg(test)]` modules turned to blanks; lines are kept.
    pub code: String,
    /// The string literals outside test modules, in their order.
    pub strings: Vec<Literal>,
    /// How many `super::` lead from this file to the crate's root.
    depth: usize,
}

/// A string literal.
pub struct Literal {
    /// The byte of `code` it begins on.
    pub at: usize,
    /// The line it begins on, counted from 1.
    pub line: usize,
    /// What stands between the quotes, escapes as written.
    pub text: String,
}

/// The project's root folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the project's folder")
}

/// All Rust files below a folder such as `crates/baraza/src`; a folder without any is a mistake in the test.
pub fn sources(folder: &str) -> Vec<Source> {
    let found = texts(folder)
        .into_iter()
        .filter(|(path, _)| path.ends_with(".rs"))
        .map(|(path, text)| Source::read(folder, path, &text))
        .collect::<Vec<_>>();
    assert!(!found.is_empty(), "no Rust source below {folder}");
    found
}

/// The crates that hold slices.
const CRATES_OF_SLICES: [&str; 7] = [
    "baraza",
    "catalog",
    "collect",
    "commons",
    "indicators",
    "requests",
    "villages",
];

/// The manifests of the crates that hold slices, from the project's root.
pub fn manifests_of_slices() -> Vec<String> {
    CRATES_OF_SLICES
        .map(|name| format!("crates/{name}/Cargo.toml"))
        .into()
}

/// The folders of source below which slices stand, from the project's root.
pub fn folders_of_slices() -> Vec<String> {
    CRATES_OF_SLICES.map(|name| format!("crates/{name}/src")).into()
}

/// All Rust files of the slices, in whichever crate they stand.
pub fn slices() -> Vec<Source> {
    folders_of_slices()
        .iter()
        .flat_map(|folder| sources(folder))
        .collect()
}

/// All text files below a folder, sorted by path, without what tools put there.
pub fn texts(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    walk(&root().join(folder), &mut found);
    let root = root();
    found.sort();
    found
        .into_iter()
        .filter_map(|path| {
            let text = std::fs::read_to_string(&path).ok()?;
            Some((
                path.strip_prefix(&root)
                    .ok()?
                    .to_string_lossy()
                    .replace('\\', "/"),
                text,
            ))
        })
        .collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() {
            if !["node_modules", "dist", "target", ".venv"]
                .iter()
                .any(|skipped| name == *skipped)
            {
                walk(&path, found);
            }
        } else {
            found.push(path);
        }
    }
}

impl Source {
    fn read(folder: &str, path: String, text: &str) -> Self {
        let inside = path
            .strip_prefix(folder)
            .unwrap_or(&path)
            .trim_start_matches('/')
            .to_owned();
        let steps = inside.trim_end_matches(".rs").split('/').collect::<Vec<_>>();
        let depth = match steps.last() {
            Some(&"mod") => steps.len() - 1,
            Some(&("lib" | "main")) if steps.len() == 1 => 0,
            _ => steps.len(),
        };
        let (code, strings) = split(text);
        let tests = test_modules(&code);
        let outside = |at: usize| !tests.iter().any(|range| range.contains(&at));
        let blanked = code
            .char_indices()
            .map(|(at, letter)| {
                if outside(at) || letter == '\n' {
                    letter
                } else {
                    ' '
                }
            })
            .collect::<String>();
        let strings = strings
            .into_iter()
            .filter(|(at, _)| outside(*at))
            .map(|(at, text)| Literal {
                at,
                line: line_of(&code, at),
                text,
            })
            .collect();
        let slice = steps.first().copied().unwrap_or_default().to_owned();
        Self {
            path,
            slice,
            code: blanked,
            strings,
            depth,
        }
    }

    /// Whether this is `name.rs` or stands in a folder `name`.
    pub fn is(&self, name: &str) -> bool {
        self.path.ends_with(&format!("/{name}.rs")) || self.path.contains(&format!("/{name}/"))
    }

    /// The line, counted from 1, on which a byte of `code` stands.
    pub fn line_of(&self, at: usize) -> usize {
        line_of(&self.code, at)
    }

    /// The first string literal at or after a byte of `code`.
    pub fn string_after(&self, at: usize) -> Option<&str> {
        self.strings
            .iter()
            .find(|literal| literal.at >= at)
            .map(|literal| literal.text.as_str())
    }

    /// The type whose `impl` block a byte of `code` stands in.
    pub fn impl_around(&self, at: usize) -> Option<String> {
        let head = Regex::new(r"\bimpl(?:<[^{>]*>)? (?:[^{]*\bfor )?([A-Za-z]+)[^{;]*\{").expect("a pattern");
        head.captures_iter(&self.code)
            .take_while(|found| found.get(0).is_some_and(|all| all.end() <= at))
            .filter(|found| {
                found
                    .get(0)
                    .is_some_and(|all| block_end(&self.code, all.end() - 1) > at)
            })
            .last()
            .map(|found| found[1].to_owned())
    }

    /// One offence for each line of code that matches.
    pub fn lines_matching(&self, pattern: &Regex, rule: &str) -> Vec<String> {
        self.code
            .lines()
            .enumerate()
            .filter_map(|(number, line)| {
                let found = pattern.find(line)?;
                Some(format!(
                    "{}:{}: `{}`: {rule}",
                    self.path,
                    number + 1,
                    found.as_str()
                ))
            })
            .collect()
    }

    /// The names that follow `crate::`, or enough `super::` to reach the root, with their lines.
    pub fn slices_named(&self) -> Vec<(usize, String)> {
        let start = Regex::new(r"\bcrate::|\bbaraza::|\b(?:super::)+").expect("a pattern");
        let mut named = Vec::new();
        for found in start.find_iter(&self.code) {
            let supers = found.as_str().matches("super::").count();
            if supers > 0 && supers < self.depth {
                continue;
            }
            for name in heads(&self.code[found.end()..]) {
                named.push((self.line_of(found.start()), name));
            }
        }
        named
    }
}

/// The first names of a path or of each branch of a `{…}` group: `{a::{b, c}, d}` gives `a` and `d`.
fn heads(rest: &str) -> Vec<String> {
    let name = |text: &str| {
        text.trim_start()
            .chars()
            .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
            .collect::<String>()
    };
    let Some(group) = rest.strip_prefix('{') else {
        return vec![name(rest)];
    };
    let mut depth = 0_usize;
    let mut branches = vec![String::new()];
    for letter in group.chars() {
        match letter {
            '}' if depth == 0 => break,
            ',' if depth == 0 => branches.push(String::new()),
            _ => {
                depth = match letter {
                    '{' => depth + 1,
                    '}' => depth - 1,
                    _ => depth,
                };
                branches.last_mut().expect("one branch at least").push(letter);
            }
        }
    }
    branches
        .iter()
        .map(|branch| name(branch))
        .filter(|head| !head.is_empty())
        .collect()
}

/// Blanks comments and the insides of strings, keeping every byte's place; gives the strings with theirs.
fn split(text: &str) -> (String, Vec<(usize, String)>) {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut strings = Vec::new();
    let mut at = 0;
    let mut blank = |from: usize, to: usize| {
        for byte in &mut code[from..to] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    };
    while at < bytes.len() {
        let rest = &text[at..];
        if rest.starts_with("//") {
            let end = rest.find('\n').map_or(bytes.len(), |length| at + length);
            blank(at, end);
            at = end;
        } else if rest.starts_with("/*") {
            let end = comment_end(bytes, at);
            blank(at, end);
            at = end;
        } else if let Some((inside, end)) = raw_string(rest) {
            strings.push((at, rest[inside.clone()].to_owned()));
            blank(at + inside.start, at + inside.end);
            at += end;
        } else if bytes[at] == b'"' {
            let mut end = at + 1;
            while end < bytes.len() && bytes[end] != b'"' {
                end += if bytes[end] == b'\\' { 2 } else { 1 };
            }
            let end = end.min(bytes.len());
            strings.push((at, text[at + 1..end].to_owned()));
            blank(at + 1, end);
            at = end + 1;
        } else if bytes[at] == b'\'' {
            at += character(rest);
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            // A word may end in `r` or `b` without beginning a string.
            while at < bytes.len() && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_') && {
                bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_'
            } {
                at += 1;
            }
        }
    }
    (
        String::from_utf8(code).expect("whole characters are blanked"),
        strings,
    )
}

fn comment_end(bytes: &[u8], from: usize) -> usize {
    let (mut at, mut depth) = (from, 0_usize);
    while at < bytes.len() {
        match &bytes[at..(at + 2).min(bytes.len())] {
            b"/*" => (at, depth) = (at + 2, depth + 1),
            b"*/" => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at.min(bytes.len())
}

/// Of text beginning with `r"`, `r#"`, `br"` …: the range inside the quotes and the end.
fn raw_string(rest: &str) -> Option<(std::ops::Range<usize>, usize)> {
    let letters = ["br", "cr", "r"]
        .iter()
        .find(|letters| rest.starts_with(**letters))?
        .len();
    let hashes = rest[letters..].bytes().take_while(|byte| *byte == b'#').count();
    let inside = letters + hashes + 1;
    if rest.as_bytes().get(inside - 1) != Some(&b'"') {
        return None;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    let length = rest[inside..].find(&close)?;
    Some((inside..inside + length, inside + length + close.len()))
}

/// The length of a character literal, or of the quote alone when it begins a lifetime.
fn character(rest: &str) -> usize {
    let mut letters = rest.char_indices().skip(1);
    match (letters.next(), letters.next()) {
        (Some((_, '\\')), Some((next, _))) => {
            rest[next + 1..].find('\'').map_or(1, |length| next + length + 2)
        }
        (Some(_), Some((close, '\''))) => close + 1,
        _ => 1,
    }
}

/// Where the `#[cfg(test)] mod …` blocks stand.
fn test_modules(code: &str) -> Vec<std::ops::Range<usize>> {
    let start = Regex::new(r"#\[cfg\(test\)\]\s*(?:#\[[^\]]*\]\s*)*(?:pub(?:\([a-z]+\))? )?mod [a-z_]+ \{")
        .expect("a pattern");
    start
        .find_iter(code)
        .map(|found| found.start()..block_end(code, found.end() - 1))
        .collect()
}

/// Where the block that opens at a byte is closed again.
fn block_end(code: &str, open: usize) -> usize {
    let mut depth = 0_usize;
    let length = code.as_bytes()[open..].iter().position(|byte| {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    length.map_or(code.len(), |length| open + length + 1)
}

fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
        + 1
}

#[test]
fn comments_and_strings_are_not_code() {
    let text = "a(\"crate::site\"); // crate::site\n/* /* sqlx */ sqlx */ b(r#\"axum \" x\"#, 'c', '\\'', \"\\\"\");";
    let (code, strings) = split(text);
    assert_eq!(code.len(), text.len());
    for hidden in ["site", "sqlx", "axum"] {
        assert!(!code.contains(hidden), "{code}");
    }
    let strings = strings.into_iter().map(|(_, string)| string).collect::<Vec<_>>();
    assert_eq!(strings, ["crate::site", "axum \" x", "\\\""]);
}

#[test]
fn lifetimes_do_not_begin_a_character() {
    let (code, strings) = split("fn f<'a>(x: &'a str) -> char { g(\"s\"); 'é' }");
    assert_eq!(strings.len(), 1);
    assert!(code.contains("&'a str"));
}

#[test]
fn grouped_imports_name_every_slice() {
    let source = Source::read(
        "src",
        "src/places/pages.rs".into(),
        "use crate::{platform::{App, Op}, accounts, collect::Form as F};\nuse super::super::site;\nuse super::model;",
    );
    let named = source
        .slices_named()
        .into_iter()
        .map(|(_, name)| name)
        .collect::<Vec<_>>();
    assert_eq!(named, ["platform", "accounts", "collect", "site"]);
}

#[test]
fn test_modules_are_left_out() {
    let source = Source::read(
        "src",
        "src/places/mod.rs".into(),
        "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() { sqlx(); }\n}\nfn c() {}",
    );
    assert!(!source.code.contains("sqlx") && source.code.contains("fn c"));
    assert_eq!(source.code.lines().count(), 6);
}
