//! JSON lines: one value a line.

use super::{
    Code, Mode, Reader,
    walk::{Shape, checks, shape},
};
use std::io::{self, Read};

impl<R: Read> Reader<R> {
    /// Takes the next line.
    pub(super) fn line(&mut self) -> io::Result<()> {
        // After a break the rest of its line belongs to it.
        if self.mode == Mode::Broken && self.source.column > 1 && !self.source.skip_line()? {
            self.mode = Mode::Ended;
            return Ok(());
        }
        let line = self.source.line;
        let mut looked = 0;
        let length = loop {
            let held = self.source.held()?;
            if held.is_empty() {
                self.mode = Mode::Ended;
                return Ok(());
            }
            if let Some(end) = memchr::memchr(b'\n', &held[looked..]) {
                break looked + end;
            }
            looked = held.len();
            if looked > self.limits.unit {
                if self.mode == Mode::Lines {
                    self.position += 1;
                    self.trouble(line, 1, Code::TooLarge);
                }
                self.source.skip_line()?;
                return Ok(());
            }
            if !self.source.more()? {
                break looked;
            }
        };
        let json = self.source.held()?[..length].to_vec();
        self.source.take(length);
        if self.source.peek()? == Some(b'\n') {
            self.source.take(1);
        }
        if json.trim_ascii().is_empty() {
            return Ok(());
        }
        if self.mode == Mode::Broken {
            let whole = json.starts_with(b"{") && checks(&json, self.limits).is_ok();
            let ocds = whole && !matches!(shape(&json), Shape::Other) && has_ocid(&json);
            if !ocds {
                return Ok(());
            }
        }
        self.whole(json, line);
        Ok(())
    }
}

/// Whether an `ocid` is named, which parts of releases seldom do.
fn has_ocid(json: &[u8]) -> bool {
    memchr::memmem::find(json, b"\"ocid\"").is_some()
}
