//! Words that are searched in rows: plain ones, all of which have to be there, or PostgreSQL's `fat & (rat | cat:*) & !dog`.

use crate::ckan::fold;

const DEEPEST: usize = 16;
const MOST: usize = 200;

/// Words to be found.
#[derive(Debug, Clone, PartialEq)]
pub struct Words {
    pub text: String,
    /// As it was asked for; words are compared alike in all languages here.
    pub language: Option<String>,
    tree: Tree,
}

#[derive(Debug, Clone, PartialEq)]
enum Tree {
    All(Vec<Tree>),
    Any(Vec<Tree>),
    Not(Box<Tree>),
    Word(String),
    Start(String),
}

impl Words {
    /// Reads words; what is no query of PostgreSQL's is taken as plain words, so that nobody is refused for a quotation mark.
    pub(super) fn read(text: &str, is_plain: bool, language: Option<String>) -> Words {
        let plain = || Tree::All(fold::words(text).into_iter().map(Tree::Word).collect());
        let tree = if is_plain {
            plain()
        } else {
            parse(text).unwrap_or_else(plain)
        };
        Words {
            text: text.to_owned(),
            language,
            tree,
        }
    }

    /// Whether the words of a row, or of a cell, hold them. To search for nothing finds nothing.
    pub fn matches(&self, text: &str) -> bool {
        let words = fold::words(text);
        holds(&self.tree, &words) && self.tree != Tree::All(Vec::new())
    }

    /// How well they are held, from 0 up to 1: the more often, the better.
    pub fn rank(&self, text: &str) -> f64 {
        let words = fold::words(text);
        let mut n = 0;
        count(&self.tree, &words, &mut n);
        let rank = f64::from(n) * 0.06;
        rank / (rank + 1.0)
    }

    /// Words without a sign, all of which have to be there, in lower case and without marks on Latin letters; nothing where
    /// the query says more than that.
    pub fn as_plain(&self) -> Option<Vec<&str>> {
        match &self.tree {
            Tree::Word(word) => Some(vec![word]),
            Tree::All(all) => all
                .iter()
                .map(|tree| match tree {
                    Tree::Word(word) => Some(word.as_str()),
                    _ => None,
                })
                .collect(),
            _ => None,
        }
    }
}

fn holds(tree: &Tree, words: &[String]) -> bool {
    match tree {
        Tree::All(all) => all.iter().all(|tree| holds(tree, words)),
        Tree::Any(any) => any.iter().any(|tree| holds(tree, words)),
        Tree::Not(tree) => !holds(tree, words),
        Tree::Word(wanted) => words.contains(wanted),
        Tree::Start(start) => words.iter().any(|word| word.starts_with(start)),
    }
}

fn count(tree: &Tree, words: &[String], n: &mut u32) {
    let found = |is_found: &dyn Fn(&String) -> bool| {
        u32::try_from(words.iter().filter(|word| is_found(word)).count()).unwrap_or(u32::MAX)
    };
    match tree {
        Tree::All(trees) | Tree::Any(trees) => trees.iter().for_each(|tree| count(tree, words, n)),
        Tree::Not(_) => {}
        Tree::Word(wanted) => *n = n.saturating_add(found(&|word| word == wanted)),
        Tree::Start(start) => *n = n.saturating_add(found(&|word| word.starts_with(start.as_str()))),
    }
}

/// Reads `|` under `&` under `!` under parentheses; `<->` counts as `&`.
fn parse(text: &str) -> Option<Tree> {
    let mut parser = Parser {
        text: text.replace("<->", "&").chars().collect(),
        at: 0,
        depth: 0,
        n: 0,
    };
    let tree = parser.any()?;
    parser.space();
    (parser.at == parser.text.len()).then_some(tree)
}

struct Parser {
    text: Vec<char>,
    at: usize,
    depth: usize,
    n: usize,
}

impl Parser {
    fn any(&mut self) -> Option<Tree> {
        let mut trees = vec![self.all()?];
        while self.takes('|') {
            trees.push(self.all()?);
        }
        Some(if trees.len() == 1 {
            trees.remove(0)
        } else {
            Tree::Any(trees)
        })
    }

    fn all(&mut self) -> Option<Tree> {
        let mut trees = vec![self.one()?];
        while self.takes('&') {
            trees.push(self.one()?);
        }
        Some(if trees.len() == 1 {
            trees.remove(0)
        } else {
            Tree::All(trees)
        })
    }

    fn one(&mut self) -> Option<Tree> {
        self.depth += 1;
        self.n += 1;
        if self.depth > DEEPEST || self.n > MOST {
            return None;
        }
        let tree = if self.takes('!') {
            Tree::Not(Box::new(self.one()?))
        } else if self.takes('(') {
            let tree = self.any()?;
            self.takes(')').then_some(tree)?
        } else {
            self.word()?
        };
        self.depth -= 1;
        Some(tree)
    }

    fn word(&mut self) -> Option<Tree> {
        let mut text = String::new();
        if self.takes('\'') {
            loop {
                match self.text.get(self.at)? {
                    '\'' => break,
                    c => text.push(*c),
                }
                self.at += 1;
            }
            self.at += 1;
        } else {
            while let Some(c) = self.text.get(self.at) {
                if c.is_whitespace() || matches!(c, '&' | '|' | '!' | '(' | ')' | ':' | '\'') {
                    break;
                }
                text.push(*c);
                self.at += 1;
            }
        }
        let is_start = self.takes(':') && self.takes('*');
        let mut words = fold::words(&text);
        let last = words.pop()?;
        let last = if is_start {
            Tree::Start(last)
        } else {
            Tree::Word(last)
        };
        let mut trees: Vec<Tree> = words.into_iter().map(Tree::Word).collect();
        trees.push(last);
        Some(if trees.len() == 1 {
            trees.remove(0)
        } else {
            Tree::All(trees)
        })
    }

    fn takes(&mut self, sign: char) -> bool {
        self.space();
        let is_next = self.text.get(self.at) == Some(&sign);
        self.at += usize::from(is_next);
        is_next
    }

    fn space(&mut self) {
        while self.text.get(self.at).is_some_and(|c| c.is_whitespace()) {
            self.at += 1;
        }
    }
}
