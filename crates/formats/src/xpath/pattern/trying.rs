//! A matcher that tries one way after the other, for what no automaton can find: looks around and references back.
//!
//! Understood: alternatives, groups (also named), greedy, lazy and counted repetitions, classes, `^ $ \b \B`, `(?=` `(?!` `(?<=` `(?<!`, `\1`
//! to `\9`, and the flags `i` and `s` at the beginning. Deliberately absent: flags inside of a pattern, possessive and atomic groups.

use std::{iter::Peekable, str::Chars};

use regex::Regex;

/// Steps that trying may take: no honest pattern needs a hundredth for an answer.
const MOST_STEPS: usize = 200_000;
/// Deepest nesting while trying, which is bounded by the stack.
const DEEPEST: usize = 400;
/// Most that a repetition may be counted to.
const MOST_TIMES: u32 = 1000;

/// A pattern taken apart.
#[derive(Debug, Clone)]
pub(super) struct Trying {
    root: Node,
    n_groups: usize,
}

#[derive(Debug, Clone)]
enum Node {
    /// One character that the expression matches.
    One(Regex),
    Start,
    End,
    /// Between a letter and what is none, or not so.
    Edge(bool),
    Group(Box<Node>, Option<usize>),
    Sequence(Vec<Node>),
    Either(Vec<Node>),
    Repeat {
        node: Box<Node>,
        least: u32,
        most: u32,
        is_lazy: bool,
    },
    Look {
        node: Box<Node>,
        is_ahead: bool,
        is_wanted: bool,
    },
    Back(usize),
}

impl Trying {
    /// Takes a pattern apart; `None` when something of it is not understood.
    pub fn read(pattern: &str) -> Option<Self> {
        let (flags, rest) = match pattern.strip_prefix("(?").and_then(|rest| rest.split_once(')')) {
            Some((flags, rest)) if !flags.is_empty() && flags.chars().all(|c| matches!(c, 'i' | 's')) => {
                (format!("(?{flags})"), rest)
            }
            _ => (String::new(), pattern),
        };
        let mut reader = Reader {
            rest: rest.chars().peekable(),
            flags,
            n_groups: 0,
            depth: 0,
        };
        let root = reader.alternatives()?;
        reader.rest.next().is_none().then_some(Self {
            root,
            n_groups: reader.n_groups,
        })
    }

    /// Tells whether the whole of a text matches; `None` when that takes too long.
    pub fn is_match(&self, text: &str) -> Option<bool> {
        let mut search = Search {
            text: text.chars().collect(),
            groups: vec![None; self.n_groups],
            steps: MOST_STEPS,
            depth: 0,
        };
        let end = search.text.len();
        let found = search.run(&self.root, 0, &mut |_, at| at == end);
        (search.steps > 0).then_some(found)
    }
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    flags: String,
    n_groups: usize,
    depth: usize,
}

impl Reader<'_> {
    fn alternatives(&mut self) -> Option<Node> {
        self.depth += 1;
        if self.depth > DEEPEST / 4 {
            return None;
        }
        let mut all = vec![self.sequence()?];
        while self.rest.next_if_eq(&'|').is_some() {
            all.push(self.sequence()?);
        }
        self.depth -= 1;
        match all.len() {
            1 => all.pop(),
            _ => Some(Node::Either(all)),
        }
    }

    fn sequence(&mut self) -> Option<Node> {
        let mut all = Vec::new();
        while self.rest.peek().is_some_and(|c| !matches!(c, '|' | ')')) {
            let node = self.atom()?;
            all.push(self.repeated(node)?);
        }
        Some(Node::Sequence(all))
    }

    fn repeated(&mut self, node: Node) -> Option<Node> {
        let (least, most) = match self.rest.peek() {
            Some('*') => (0, u32::MAX),
            Some('+') => (1, u32::MAX),
            Some('?') => (0, 1),
            Some('{') => {
                self.rest.next();
                let mut counts = String::new();
                loop {
                    match self.rest.next()? {
                        '}' => break,
                        character => counts.push(character),
                    }
                }
                let (least, most) = match counts.split_once(',') {
                    None => (counts.parse().ok()?, counts.parse().ok()?),
                    Some((least, "")) => (least.parse().ok()?, u32::MAX),
                    Some((least, most)) => (least.parse().ok()?, most.parse().ok()?),
                };
                if least > MOST_TIMES || (most != u32::MAX && most > MOST_TIMES) || least > most {
                    return None;
                }
                return self.repeat(node, least, most);
            }
            _ => return Some(node),
        };
        self.rest.next();
        self.repeat(node, least, most)
    }

    fn repeat(&mut self, node: Node, least: u32, most: u32) -> Option<Node> {
        let is_lazy = self.rest.next_if_eq(&'?').is_some();
        // Possessive, or a repetition of a repetition.
        if matches!(self.rest.peek(), Some('+' | '*' | '{')) {
            return None;
        }
        Some(Node::Repeat {
            node: Box::new(node),
            least,
            most,
            is_lazy,
        })
    }

    fn atom(&mut self) -> Option<Node> {
        match self.rest.next()? {
            '^' => Some(Node::Start),
            '$' => Some(Node::End),
            '.' => self.one("."),
            '(' => self.group(),
            '[' => self.class(),
            '\\' => self.escape(),
            '*' | '+' | '?' | '{' => None,
            character => self.one(&regex::escape(&character.to_string())),
        }
    }

    fn group(&mut self) -> Option<Node> {
        let mut look = None;
        let mut number = None;
        if self.rest.next_if_eq(&'?').is_some() {
            look = match self.rest.next()? {
                ':' => None,
                '=' => Some((true, true)),
                '!' => Some((true, false)),
                '<' => match self.rest.peek()? {
                    '=' | '!' => Some((false, self.rest.next()? == '=')),
                    _ => {
                        self.rest.by_ref().find(|c| *c == '>')?;
                        number = Some(self.n_groups);
                        None
                    }
                },
                _ => return None,
            };
        } else {
            number = Some(self.n_groups);
        }
        self.n_groups += usize::from(number.is_some());
        let node = Box::new(self.alternatives()?);
        self.rest.next_if_eq(&')')?;
        Some(match look {
            Some((is_ahead, is_wanted)) => Node::Look {
                node,
                is_ahead,
                is_wanted,
            },
            None => Node::Group(node, number),
        })
    }

    /// `[…]`, which the other engine reads: classes may stand in classes.
    fn class(&mut self) -> Option<Node> {
        let mut text = String::from("[");
        let mut open = 1;
        // A bracket right at the beginning stands for itself.
        text.extend(self.rest.next_if_eq(&'^'));
        if self.rest.next_if_eq(&']').is_some() {
            text.push_str("\\]");
        }
        while open > 0 {
            let character = self.rest.next()?;
            text.push(character);
            match character {
                '\\' => text.push(self.rest.next()?),
                '[' => open += 1,
                ']' => open -= 1,
                _ => {}
            }
        }
        self.one(&text)
    }

    fn escape(&mut self) -> Option<Node> {
        match self.rest.next()? {
            'b' => Some(Node::Edge(true)),
            'B' => Some(Node::Edge(false)),
            digit @ '1'..='9' => Some(Node::Back(digit.to_digit(10)? as usize - 1)),
            kind @ ('p' | 'P') => {
                let mut class = format!("\\{kind}");
                class.push(self.rest.next()?);
                if class.ends_with('{') {
                    loop {
                        let character = self.rest.next()?;
                        class.push(character);
                        if character == '}' {
                            break;
                        }
                    }
                }
                self.one(&class)
            }
            kind @ ('d' | 'D' | 'w' | 'W' | 's' | 'S' | 't' | 'n' | 'r') => self.one(&format!("\\{kind}")),
            character if character.is_ascii_alphanumeric() => None,
            character => self.one(&regex::escape(&character.to_string())),
        }
    }

    fn one(&self, of: &str) -> Option<Node> {
        Regex::new(&format!("{}^{of}$", self.flags)).ok().map(Node::One)
    }
}

/// What goes on from a place, and whether it came to the end.
type Then<'t> = &'t mut dyn FnMut(&mut Search, usize) -> bool;

struct Search {
    text: Vec<char>,
    groups: Vec<Option<(usize, usize)>>,
    /// Left of them; at 0 everything is given up.
    steps: usize,
    depth: usize,
}

impl Search {
    fn run(&mut self, node: &Node, at: usize, then: Then) -> bool {
        if self.depth >= DEEPEST {
            self.steps = 0;
        }
        if self.steps == 0 {
            return false;
        }
        self.steps -= 1;
        self.depth += 1;
        let found = self.follow(node, at, then);
        self.depth -= 1;
        found
    }

    fn follow(&mut self, node: &Node, at: usize, then: Then) -> bool {
        match node {
            Node::One(one) => self.is_one(one, at) && then(self, at + 1),
            Node::Start => at == 0 && then(self, at),
            Node::End => at == self.text.len() && then(self, at),
            Node::Edge(wanted) => {
                let is_word = |at: Option<usize>| {
                    at.and_then(|at| self.text.get(at))
                        .is_some_and(|c| c.is_alphanumeric() || *c == '_')
                };
                let is_edge = is_word(at.checked_sub(1)) != is_word(Some(at));
                is_edge == *wanted && then(self, at)
            }
            Node::Group(inner, None) => self.run(inner, at, then),
            Node::Group(inner, Some(number)) => {
                let before = self.groups[*number];
                let found = self.run(inner, at, &mut |search, end| {
                    let earlier = search.groups[*number].replace((at, end));
                    then(search, end) || {
                        search.groups[*number] = earlier;
                        false
                    }
                });
                if !found {
                    self.groups[*number] = before;
                }
                found
            }
            Node::Sequence(all) => self.sequence(all, at, then),
            Node::Either(all) => all.iter().any(|one| self.run(one, at, then)),
            Node::Repeat {
                node,
                least,
                most,
                is_lazy,
            } => match &**node {
                Node::One(one) => self.many(one, (*least, *most), *is_lazy, at, then),
                inner => self.again(inner, (*least, *most), *is_lazy, at, then),
            },
            Node::Look {
                node,
                is_ahead,
                is_wanted,
            } => {
                let found = if *is_ahead {
                    self.run(node, at, &mut |_, _| true)
                } else {
                    (0..=at)
                        .rev()
                        .any(|from| self.run(node, from, &mut |_, end| end == at))
                };
                self.steps > 0 && found == *is_wanted && then(self, at)
            }
            Node::Back(number) => {
                let Some(Some((from, to))) = self.groups.get(*number).copied() else {
                    return false;
                };
                let end = at + to - from;
                let is_same = self.text.get(at..end) == self.text.get(from..to);
                is_same && then(self, end)
            }
        }
    }

    fn is_one(&self, one: &Regex, at: usize) -> bool {
        let mut bytes = [0; 4];
        let character = self.text.get(at).copied();
        character.is_some_and(|c| one.is_match(c.encode_utf8(&mut bytes)))
    }

    fn sequence(&mut self, all: &[Node], at: usize, then: Then) -> bool {
        match all {
            [] => then(self, at),
            [last] => self.run(last, at, then),
            [first, rest @ ..] => self.run(first, at, &mut |search, at| search.sequence(rest, at, then)),
        }
    }

    /// One character again and again, without going deeper each time.
    fn many(&mut self, one: &Regex, (least, most): (u32, u32), is_lazy: bool, at: usize, then: Then) -> bool {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let least = least as usize;
        let mut n = 0;
        if is_lazy {
            loop {
                if n >= least && then(self, at + n) {
                    return true;
                }
                self.steps = self.steps.saturating_sub(1);
                if self.steps == 0 || n >= most || !self.is_one(one, at + n) {
                    return false;
                }
                n += 1;
            }
        }
        while n < most && self.steps > 0 && self.is_one(one, at + n) {
            self.steps -= 1;
            n += 1;
        }
        while n >= least {
            if then(self, at + n) {
                return true;
            }
            if n == 0 || self.steps == 0 {
                return false;
            }
            n -= 1;
        }
        false
    }

    fn again(
        &mut self,
        node: &Node,
        (least, most): (u32, u32),
        is_lazy: bool,
        at: usize,
        then: Then,
    ) -> bool {
        if most == 0 {
            return then(self, at);
        }
        if least == 0 && is_lazy && then(self, at) {
            return true;
        }
        let left = (
            least.saturating_sub(1),
            if most == u32::MAX { most } else { most - 1 },
        );
        let further = self.run(node, at, &mut |search, end| {
            // A round that takes nothing would go on forever.
            if end == at && least == 0 {
                return false;
            }
            search.deeper(|search| search.again(node, left, is_lazy, end, then))
        });
        further || (least == 0 && !is_lazy && self.steps > 0 && then(self, at))
    }

    fn deeper(&mut self, go: impl FnOnce(&mut Self) -> bool) -> bool {
        self.depth += 1;
        let found = go(self);
        self.depth -= 1;
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_match(pattern: &str, text: &str) -> Option<bool> {
        Trying::read(pattern)
            .unwrap_or_else(|| panic!("{pattern} is not read"))
            .is_match(text)
    }

    #[test]
    fn looks_and_references_are_followed() {
        for (pattern, yes, no) in [
            ("^(?=.*[A-Z])(?=.*\\d).{8,}$", "Baraza2026", "baraza2026"),
            ("(?!0000)\\d{4}", "0001", "0000"),
            ("\\d+(?<!7)", "126", "127"),
            ("(?<=^)a(?<=a)b", "ab", "bb"),
            ("([a-z])\\1+", "aaa", "aab"),
            ("(?:(a|b)-)*\\1", "a-b-b", "a-b-a"),
            ("(?i)(?=s)siti", "SITI", "TITI"),
            ("(?<year>\\d\\d)-\\1", "26-26", "26-27"),
            ("(?=\\p{L})[^\\]x]+", "né", "x"),
            ("a{2,3}?(?!b)a?", "aaa", "aaaaa"),
            ("(?=a)(?:ab|a)(?:c|bcd)", "abcd", "abc d"),
            ("\\bx\\b(?!y).*", "x z", "xz"),
        ] {
            assert_eq!(is_match(pattern, yes), Some(true), "{pattern} and {yes}");
            assert_eq!(is_match(pattern, no), Some(false), "{pattern} and {no}");
        }
    }

    #[test]
    fn without_looks_it_finds_what_the_other_engine_finds() {
        let patterns = [
            "a*b?",
            "(a|b)+c",
            "a{1,2}(b|ab)*",
            "[^a]b*?",
            ".?.?",
            "(?:a|ab)(?:c|bcd)?",
            "\\w+\\s?\\d*",
            "(a*)*b",
            "(?:a?){3}",
            "()*a",
        ];
        let texts = [
            "", "a", "b", "ab", "aab", "abc", "abab", "abcd", "ba", "aaaa", "b b", "a 1", "é",
        ];
        for pattern in patterns {
            let linear = Regex::new(&format!("^(?:{pattern})$")).unwrap();
            for text in texts {
                assert_eq!(
                    is_match(pattern, text),
                    Some(linear.is_match(text)),
                    "{pattern} and {text:?}"
                );
            }
        }
    }

    #[test]
    fn a_hostile_pattern_is_given_up_and_a_long_text_is_not() {
        assert_eq!(is_match("(?=a)(?:(a+)+)+b\\1", &"a".repeat(60)), None);
        assert_eq!(is_match("(?:(?:a|a)+)+(?!x)b", &"a".repeat(5000)), None);
        assert_eq!(is_match("(?=a).*", &"a".repeat(50_000)), Some(true));
        assert_eq!(is_match("(?!b)[ab]+", &"ab".repeat(20_000)), Some(true));
    }

    #[test]
    fn what_is_not_understood_is_not_read() {
        for pattern in [
            "(?>a)", "a++", "(a", "a)", "[a", "*", "a{2", "\\", "(?=a", "(?x)a", "\\k<a>",
        ] {
            assert!(Trying::read(pattern).is_none(), "{pattern}");
        }
        assert!(Trying::read(&"(".repeat(10_000)).is_none());
    }
}
