//! Bytes from a reader with the line and column of each.

use super::Code;
use std::io::{self, Read};

const BUFFER: usize = 256 << 10;

pub(super) struct Source<R> {
    reader: R,
    buffer: Vec<u8>,
    at: usize,
    ended: bool,
    /// Of the next byte, from 1.
    pub line: u64,
    pub column: u64,
}

/// A captured value, or why it was not.
pub(super) enum Captured {
    Whole,
    /// The value is over, but larger than allowed; nothing of it is kept.
    TooLarge,
    /// The brackets of the file do not fit, or it ends; there is no going on from here.
    Broken(Code),
}

impl<R: Read> Source<R> {
    pub fn new(reader: R) -> Self {
        Self {
            reader,
            buffer: Vec::new(),
            at: 0,
            ended: false,
            line: 1,
            column: 1,
        }
    }

    /// What is read and not taken; empty only at the end.
    pub fn held(&mut self) -> io::Result<&[u8]> {
        if self.at == self.buffer.len() && !self.ended {
            self.more()?;
        }
        Ok(&self.buffer[self.at..])
    }

    /// Reads on behind what is held; says whether there was more.
    pub fn more(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        self.buffer.drain(..self.at);
        self.at = 0;
        let length = self.buffer.len();
        self.buffer.resize(length + BUFFER, 0);
        loop {
            match self.reader.read(&mut self.buffer[length..]) {
                Ok(count) => {
                    self.buffer.truncate(length + count);
                    self.ended = count == 0;
                    return Ok(count > 0);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.buffer.truncate(length);
                    return Err(error);
                }
            }
        }
    }

    pub fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.held()?.first().copied())
    }

    /// The next byte that is no white space, not taken.
    pub fn peek_solid(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.peek()? {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.take(1),
                other => return Ok(other),
            }
        }
    }

    /// Takes bytes that are held.
    pub fn take(&mut self, count: usize) {
        let taken = &self.buffer[self.at..self.at + count];
        match memchr::memrchr(b'\n', taken) {
            Some(last) => {
                self.line += memchr::memchr_iter(b'\n', taken).count() as u64;
                self.column = (count - last) as u64;
            }
            None => self.column += count as u64,
        }
        self.at += count;
    }

    /// Skips to the beginning of the next line; says whether there is one.
    pub fn skip_line(&mut self) -> io::Result<bool> {
        loop {
            let held = self.held()?;
            if held.is_empty() {
                return Ok(false);
            }
            match memchr::memchr(b'\n', held) {
                Some(end) => {
                    self.take(end + 1);
                    return Ok(true);
                }
                None => {
                    let all = held.len();
                    self.take(all);
                }
            }
        }
    }

    /// Takes one value, appending its bytes; only its strings and brackets are looked at.
    pub fn capture(&mut self, into: &mut Vec<u8>, most: usize) -> io::Result<Captured> {
        let mut brackets: Vec<u8> = Vec::new();
        let (mut text, mut escape, mut too_large, mut any) = (false, false, false, false);
        loop {
            let held = self.held()?;
            if held.is_empty() {
                return Ok(if any && brackets.is_empty() && !text {
                    Captured::Whole
                } else {
                    Captured::Broken(Code::Ended)
                });
            }
            let mut at = 0;
            let mut end = None;
            while let Some(&byte) = held.get(at) {
                if text {
                    match byte {
                        _ if escape => escape = false,
                        b'\\' => escape = true,
                        b'"' => text = false,
                        0..0x20 => {
                            end = Some(Captured::Broken(if byte == 0 {
                                Code::Nul
                            } else {
                                Code::NotJson
                            }));
                            break;
                        }
                        _ => {}
                    }
                    at += 1;
                    if !text && brackets.is_empty() {
                        end = Some(Captured::Whole);
                        break;
                    }
                    continue;
                }
                match byte {
                    b'"' => text = true,
                    b'{' => brackets.push(b'}'),
                    b'[' => brackets.push(b']'),
                    // What is no bracket and ends a number or word.
                    b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r' if brackets.is_empty() => {
                        end = Some(if any {
                            Captured::Whole
                        } else {
                            Captured::Broken(Code::NotJson)
                        });
                        break;
                    }
                    b'}' | b']' => {
                        if brackets.pop() != Some(byte) {
                            end = Some(Captured::Broken(Code::NotJson));
                            break;
                        }
                        if brackets.is_empty() {
                            at += 1;
                            end = Some(Captured::Whole);
                            break;
                        }
                    }
                    0 => {
                        end = Some(Captured::Broken(Code::Nul));
                        break;
                    }
                    _ => {}
                }
                if brackets.len() > DEEPEST {
                    end = Some(Captured::Broken(Code::TooDeep));
                    break;
                }
                any = true;
                at += 1;
            }
            if !too_large {
                into.extend_from_slice(&held[..at]);
                if into.len() > most {
                    too_large = true;
                    into.clear();
                    into.shrink_to(BUFFER);
                }
            }
            self.take(at);
            match end {
                Some(Captured::Whole) if too_large => return Ok(Captured::TooLarge),
                Some(end) => return Ok(end),
                None => {}
            }
        }
    }
}

/// Brackets that are followed; a file nested deeper is no file of releases.
const DEEPEST: usize = 4096;
