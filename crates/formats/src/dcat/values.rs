//! The values that descriptions are made of, each checked once: addresses, languages, texts, dates, spans of time.

use std::fmt;

use oxrdf::vocab::xsd;

use super::words;
use crate::{open311::w3c, xpath::Moment};

const DAY: i64 = 86_400_000_000;

/// An absolute address (RFC 3987) that Turtle, JSON-LD and RDF/XML can all hold and none of them alters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Iri(String);

impl Iri {
    /// Reads an absolute address; `.` and `..` in its path are resolved, as readers of RDF/XML do.
    ///
    /// None for a relative one, for one with forbidden characters, and for a name like `dct:title`: it would be
    /// shortened in no syntax and lengthened by JSON-LD.
    pub fn parse(text: &str) -> Option<Iri> {
        let checked = oxiri::Iri::parse(text).ok()?;
        let scheme = checked.scheme();
        let rest = &text[scheme.len() + 1..];
        let is_name = words::PREFIXES.iter().any(|(prefix, _)| *prefix == scheme) && !rest.starts_with("//");
        if is_name || rest.is_empty() {
            return None;
        }
        let path = checked.path();
        if !path.split('/').any(|segment| matches!(segment, "." | "..")) {
            return Some(Iri(text.to_owned()));
        }
        let before = scheme.len() + 1 + checked.authority().map_or(0, |authority| authority.len() + 2);
        Some(Iri(format!(
            "{}{}{}",
            &text[..before],
            without_dots(path),
            &text[before + path.len()..]
        )))
    }

    /// Reads an address as people write it: spaces around it go, forbidden characters are percent-encoded (RFC 3987 §3.1).
    ///
    /// None when there is no scheme, because nobody but its author knows what such an address is relative to.
    pub fn repair(text: &str) -> Option<Iri> {
        let text = text.trim();
        if let Some(iri) = Iri::parse(text) {
            return Some(iri);
        }
        let mut repaired = String::with_capacity(text.len() + 16);
        for (at, c) in text.char_indices() {
            let is_escape = c == '%'
                && text
                    .as_bytes()
                    .get(at + 1..at + 3)
                    .is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
            // A second `#` cannot stand in an address, brackets only around an IPv6 host.
            let is_forbidden = c <= ' '
                || matches!(c, '<' | '>' | '"' | '{' | '}' | '|' | '\\' | '^' | '`' | '\u{7f}')
                || (c == '%' && !is_escape)
                || (c == '#' && text[..at].contains('#'))
                || (matches!(c, '[' | ']') && text[..at].matches('/').count() > 2);
            if is_forbidden {
                encode(c, &mut repaired);
            } else {
                repaired.push(c);
            }
        }
        Iri::parse(&repaired)
    }

    /// The address of a mailbox: `mailto:data@kab.go.id`; none when there is no `@` in it.
    pub fn mailto(address: &str) -> Option<Iri> {
        let address = address.trim();
        address.contains('@').then_some(())?;
        Iri::parse(&format!("mailto:{}", encoded(address, "@+-._~!$&'*,;=:")))
    }

    /// The address of a telephone (RFC 3966): digits, `+` and nothing else.
    pub fn tel(number: &str) -> Option<Iri> {
        let number: String = number
            .chars()
            .filter(|c| c.is_ascii_digit() || *c == '+')
            .collect();
        number
            .chars()
            .any(|c| c.is_ascii_digit())
            .then(|| Iri(format!("tel:{number}")))
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address in ASCII, percent-encoded (RFC 3987 §3.1), for formats that know no other.
    pub fn to_uri(&self) -> String {
        if self.0.is_ascii() {
            return self.0.clone();
        }
        let mut uri = String::with_capacity(self.0.len() + 32);
        for c in self.0.chars() {
            if c.is_ascii() {
                uri.push(c);
            } else {
                encode(c, &mut uri);
            }
        }
        uri
    }

    /// Whether a browser opens it: `http` or `https`. Others never belong into a link on a page.
    pub fn is_web(&self) -> bool {
        let lower = self.0.get(..8).unwrap_or(&self.0).to_ascii_lowercase();
        lower.starts_with("http://") || lower.starts_with("https://")
    }

    /// What stands after the last `#` or `/`, to call a thing by when it has no name.
    pub fn tail(&self) -> &str {
        let text = self.0.trim_end_matches(['/', '#']);
        let tail = text.rsplit(['/', '#', ':']).next().unwrap_or(text);
        if tail.is_empty() { &self.0 } else { tail }
    }
}

impl fmt::Display for Iri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A language tag (BCP 47), in small letters: `id`, `pt-br`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lang(String);

impl Lang {
    /// Reads a tag: letters of up to eight, then letters and digits of up to eight, joined by `-`.
    pub fn parse(tag: &str) -> Option<Lang> {
        let tag = tag.trim().to_ascii_lowercase();
        let is_tag = tag.split('-').enumerate().all(|(at, part)| {
            (1..=8).contains(&part.len())
                && part
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || (at > 0 && b.is_ascii_digit()))
        });
        // The one check that readers make beyond the letters: tags that BCP 47 cannot mean (`a-b`).
        let is_meant = oxrdf::Literal::new_language_tagged_literal("", &tag).is_ok();
        (is_tag && is_meant).then_some(Lang(tag))
    }

    /// The tag as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The language without script, region or variant: `pt` of `pt-br`.
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or(&self.0)
    }
}

/// One text in one language.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text {
    /// None when nobody said which.
    pub lang: Option<Lang>,
    pub text: String,
}

/// A text in as many languages as there are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Texts(pub Vec<Text>);

impl Texts {
    /// A text in no named language.
    pub fn plain(text: impl Into<String>) -> Texts {
        Texts(vec![Text {
            lang: None,
            text: text.into(),
        }])
    }

    /// A text in one language; an unreadable tag is left out.
    pub fn of(lang: &str, text: impl Into<String>) -> Texts {
        Texts::default().and(lang, text)
    }

    /// The same, and one more.
    pub fn and(mut self, lang: &str, text: impl Into<String>) -> Texts {
        self.0.push(Text {
            lang: Lang::parse(lang),
            text: text.into(),
        });
        self
    }

    /// Whether nothing can be read here.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|text| text.text.trim().is_empty())
    }

    /// The text for a reader of `lang`: the same tag, the same language, one without a tag, English, then any.
    pub fn best(&self, lang: &str) -> Option<&str> {
        let wanted = Lang::parse(lang);
        let primary = wanted.as_ref().map(Lang::primary);
        let rank = |text: &Text| match &text.lang {
            lang if lang.is_some() && *lang == wanted => 0,
            Some(lang) if Some(lang.primary()) == primary => 1,
            None => 2,
            Some(lang) if lang.primary() == "en" => 3,
            Some(_) => 4,
        };
        self.0
            .iter()
            .filter(|text| !text.text.trim().is_empty())
            .min_by_key(|text| rank(text))
            .map(|text| text.text.as_str())
    }
}

/// How exact a date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Precision {
    Year,
    Month,
    Day,
    Instant,
}

/// A date as exact as it is known (DCAT-AP 3: `xsd:gYear`, `xsd:gYearMonth`, `xsd:date` or `xsd:dateTime`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct When {
    text: String,
    precision: Precision,
}

impl When {
    /// An instant, in microseconds since 1970 UTC: `2026-11-22T08:11:13Z`, with a fraction where there is one.
    pub fn instant(micros: i64) -> When {
        let moment = Moment {
            micros,
            offset_minutes: 0,
        };
        let seconds = micros.rem_euclid(DAY) / 1_000_000;
        let fraction = match micros.rem_euclid(1_000_000) {
            0 => String::new(),
            fraction => format!(".{fraction:06}").trim_end_matches('0').to_owned(),
        };
        When {
            text: format!(
                "{}T{:02}:{:02}:{:02}{fraction}Z",
                moment.date(),
                seconds / 3600,
                seconds / 60 % 60,
                seconds % 60
            ),
            precision: Precision::Instant,
        }
    }

    /// Reads `2024`, `2024-05`, `2024-05-01` or `2024-05-01T09:08:02.5+02:00`.
    ///
    /// Three habits are forgiven: a space in place of `T`, missing seconds, and a time zone behind a whole day, which is dropped.
    pub fn parse(text: &str) -> Option<When> {
        let text = text.trim();
        if !text.is_ascii() {
            return None;
        }
        let (date, clock) = match text.split_once(['T', 't', ' ']) {
            Some((date, clock)) => (date, Some(clock)),
            None => (text, None),
        };
        let (date, precision) = read_date(date)?;
        let Some(clock) = clock else {
            return Some(When {
                text: date,
                precision,
            });
        };
        (precision == Precision::Day).then_some(())?;
        Some(When {
            text: format!("{date}T{}", read_clock(clock)?),
            precision: Precision::Instant,
        })
    }

    /// The date as XML Schema writes it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How exact it is.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// The first moment meant, in microseconds since 1970 UTC; what has no time zone is taken as UTC.
    pub fn start(&self) -> Option<i64> {
        w3c::read(&self.rfc3339(), 0).map(w3c::Written::start)
    }

    /// The XML Schema type its text belongs to.
    pub(super) fn datatype(&self) -> &'static str {
        match self.precision {
            Precision::Year => xsd::G_YEAR.as_str(),
            Precision::Month => xsd::G_YEAR_MONTH.as_str(),
            Precision::Day => xsd::DATE.as_str(),
            Precision::Instant => xsd::DATE_TIME.as_str(),
        }
    }

    /// The instant as RFC 3339 wants it; whole days, months and years begin at midnight UTC.
    pub fn rfc3339(&self) -> String {
        match self.precision {
            Precision::Instant if self.has_zone() => self.text.clone(),
            Precision::Instant => format!("{}Z", self.text),
            Precision::Day => format!("{}T00:00:00Z", self.text),
            Precision::Month => format!("{}-01T00:00:00Z", self.text),
            Precision::Year => format!("{}-01-01T00:00:00Z", self.text),
        }
    }

    fn has_zone(&self) -> bool {
        self.text.ends_with('Z') || self.text.get(19..).is_some_and(|rest| rest.contains(['+', '-']))
    }
}

/// A length of time (`xsd:duration`): `P1Y`, `P1M`, `PT15M`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Span(String);

impl Span {
    /// Reads a length of time as XML Schema 1.1 Part 2 §3.3.6 writes it.
    pub fn parse(text: &str) -> Option<Span> {
        let text = text.trim();
        let body = text.strip_prefix('-').unwrap_or(text).strip_prefix('P')?;
        let (date, time) = match body.split_once('T') {
            Some((date, time)) => (date, Some(time)),
            None => (body, None),
        };
        let date_parts = units(date, "YMD")?;
        let time_parts = time.map_or(Some(0), |time| units(time, "HMS").filter(|parts| *parts > 0))?;
        (date_parts + time_parts > 0).then(|| Span(text.to_owned()))
    }

    /// The length as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Replaces what XML 1.0 cannot hold (§2.2), so that the three syntaxes say the same.
pub(crate) fn clean(text: &str) -> String {
    let is_held = |c: char| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    text.chars()
        .map(|c| if is_held(c) { c } else { '\u{fffd}' })
        .collect()
}

/// Percent-encodes everything but letters, digits and `kept` (RFC 3986 §2.1).
pub(crate) fn encoded(text: &str, kept: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || kept.contains(c) {
            out.push(c);
        } else {
            encode(c, &mut out);
        }
    }
    out
}

/// Undoes percent-encoding; what is not UTF-8 afterwards stays encoded.
pub(crate) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after
            .get(..2)
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (first, hex) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// Resolves `.` and `..` (RFC 3986 §5.2.4).
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').peekable();
    while let Some(segment) = segments.next() {
        match segment {
            "." | ".." => {
                // The empty segment before the first slash stays, or the path would lose its root.
                if segment == ".." && kept.len() > 1 {
                    kept.pop();
                }
                if segments.peek().is_none() {
                    kept.push("");
                }
            }
            segment => kept.push(segment),
        }
    }
    kept.join("/")
}

fn encode(c: char, out: &mut String) {
    for byte in c.encode_utf8(&mut [0; 4]).bytes() {
        out.push_str(&format!("%{byte:02X}"));
    }
}

fn read_date(date: &str) -> Option<(String, Precision)> {
    // `2014-09-25Z` and `2014-09-25+07:00`: a day is a day wherever it is.
    let date = date.strip_suffix('Z').unwrap_or(date);
    let date = match date.find('+') {
        Some(at) => &date[..at],
        None => date.get(..10).filter(|_| date.len() == 16).unwrap_or(date),
    };
    date.split('-').next().filter(|year| year.len() == 4)?;
    let parts: Vec<i64> = date
        .split('-')
        .map(digits)
        .collect::<Option<_>>()
        .filter(|parts: &Vec<i64>| (1..=9999).contains(&parts[0]))?;
    let (year, month, day) = (
        parts[0],
        parts.get(1).copied().unwrap_or(1),
        parts.get(2).copied().unwrap_or(1),
    );
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=longest).contains(&day).then_some(())?;
    match parts.len() {
        1 => Some((format!("{year:04}"), Precision::Year)),
        2 => Some((format!("{year:04}-{month:02}"), Precision::Month)),
        3 => Some((format!("{year:04}-{month:02}-{day:02}"), Precision::Day)),
        _ => None,
    }
}

/// Reads `09:08`, `09:08:02`, `09:08:02.5`, each with or without `Z` or an offset, and gives it whole.
fn read_clock(clock: &str) -> Option<String> {
    let (clock, zone) = match clock.find(['Z', 'z', '+', '-']) {
        Some(at) => clock.split_at(at),
        None => (clock, ""),
    };
    let mut parts = clock.trim_end().splitn(3, ':');
    let (hours, minutes) = (digits(parts.next()?)?, digits(parts.next()?)?);
    let (seconds, fraction) = match parts.next() {
        None => (0, String::new()),
        Some(seconds) => match seconds.split_once('.') {
            Some((whole, fraction)) => {
                digits(&fraction[..fraction.len().min(9)])?;
                (
                    digits(whole)?,
                    format!(".{}", &fraction[..fraction.len().min(9)])
                        .trim_end_matches(['0'])
                        .trim_end_matches('.')
                        .to_owned(),
                )
            }
            None => (digits(seconds)?, String::new()),
        },
    };
    (hours < 24 && minutes < 60 && seconds < 60).then_some(())?;
    let zone = match zone {
        "" => String::new(),
        "Z" | "z" => "Z".to_owned(),
        offset => {
            let (sign, offset) = offset.split_at(1);
            let (hours, minutes) = match (offset.split_once(':'), offset.len()) {
                (Some(parts), _) => parts,
                (None, 4) => offset.split_at(2),
                (None, _) => (offset, "00"),
            };
            let (hours, minutes) = (digits(hours)?, digits(minutes)?);
            (hours <= 13 && minutes < 60).then(|| format!("{sign}{hours:02}:{minutes:02}"))?
        }
    };
    Some(format!("{hours:02}:{minutes:02}:{seconds:02}{fraction}{zone}"))
}

fn digits(text: &str) -> Option<i64> {
    ((1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

/// Counts the parts of `1Y6M`; none unless each unit stands once and in order, and only seconds have a fraction.
fn units(text: &str, order: &str) -> Option<usize> {
    let (mut rest, mut order, mut count) = (text, order, 0);
    while !rest.is_empty() {
        let at = rest.find(|c: char| c.is_ascii_alphabetic())?;
        let unit = rest[at..].chars().next()?;
        order = &order[order.find(unit)? + 1..];
        let (whole, fraction) = rest[..at].split_once('.').unwrap_or((&rest[..at], "0"));
        digits(whole)?;
        digits(fraction)?;
        (unit == 'S' || !rest[..at].contains('.')).then_some(())?;
        (rest, count) = (&rest[at + 1..], count + 1);
    }
    Some(count)
}
