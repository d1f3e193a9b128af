//! One pass, by one or more workers, each taking the next block of whole lines; answers do not depend on how many there are.

use super::{
    finish::finish,
    own,
    part::{Keep, Part},
    report::{Passed, Report},
    scan::View,
    settings::Settings,
};
use std::{
    io::{self, Read},
    sync::{Mutex, PoisonError},
    thread,
};

/// How a pass is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Workers, at least one.
    pub threads: usize,
    /// Whether to fill [`Report::maps`].
    pub map: bool,
    /// Whether to fill [`Report::explained`].
    pub explain: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            threads: 1,
            map: false,
            explain: false,
        }
    }
}

/// What a worker takes at a time.
const BLOCK: usize = 1 << 20;
/// A line longer than this is passed over.
const LONGEST: usize = 64 << 20;
/// Lines passed over that are told one by one.
const TOLD: usize = 1000;

/// Where blocks come from.
struct Source<R> {
    reader: R,
    /// The beginning of a line whose end is not read yet.
    rest: Vec<u8>,
    line: u64,
    bytes: u64,
    ended: bool,
    /// Whether the line being read is too long and is thrown away.
    dropping: bool,
    passed: Vec<Passed>,
    passed_count: u64,
}

impl<R: Read> Source<R> {
    /// Puts the next whole lines into a block; says the number of the first, or nothing at the end.
    fn next(&mut self, block: &mut Vec<u8>) -> io::Result<Option<u64>> {
        block.clear();
        block.append(&mut self.rest);
        while !self.ended {
            let length = block.len();
            block.resize(length + BLOCK, 0);
            let mut filled = length;
            while filled < block.len() {
                match self.reader.read(&mut block[filled..]) {
                    Ok(0) => {
                        self.ended = true;
                        break;
                    }
                    Ok(count) => filled += count,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
            block.truncate(filled);
            self.bytes += (filled - length) as u64;
            if self.dropping {
                match memchr::memchr(b'\n', block) {
                    Some(end) => {
                        block.drain(..end);
                        self.dropping = false;
                    }
                    None => {
                        block.clear();
                        continue;
                    }
                }
            }
            if self.ended {
                break;
            }
            if let Some(end) = memchr::memrchr(b'\n', &block[length.min(block.len())..]) {
                let end = length.min(block.len()) + end + 1;
                self.rest.extend_from_slice(&block[end..]);
                block.truncate(end);
                break;
            }
            if block.len() > LONGEST {
                self.pass(self.line + 1, "the line is longer than 64 MB");
                block.clear();
                block.shrink_to(BLOCK);
                self.dropping = true;
            }
        }
        if block.is_empty() {
            return Ok(None);
        }
        let first = self.line + 1;
        self.line += memchr::memchr_iter(b'\n', block).count() as u64;
        if self.ended && block.last() != Some(&b'\n') {
            self.line += 1;
        }
        Ok(Some(first))
    }

    fn pass(&mut self, line: u64, why: &'static str) {
        self.passed_count += 1;
        if self.passed.len() < TOLD {
            self.passed.push(Passed { line, why });
        }
    }
}

/// A worker's findings.
struct Worker<'a> {
    part: Part,
    own: own::Findings,
    view: View,
    passed: Vec<Passed>,
    passed_count: u64,
    settings: &'a Settings,
    keep: Keep,
}

impl<'a> Worker<'a> {
    fn new(settings: &'a Settings, options: Options, currency: Option<Vec<u8>>) -> Self {
        let organisations = settings.r025.is_some() || settings.r038.is_some() || settings.r048.is_some();
        Self {
            part: Part::new(settings, currency),
            own: own::Findings::default(),
            view: View::default(),
            passed: Vec::new(),
            passed_count: 0,
            settings,
            keep: Keep {
                bidders: (options.map || options.explain) && organisations,
                sources: options.explain,
            },
        }
    }

    fn block(&mut self, block: &[u8], first: u64) {
        let mut start = 0;
        let ends = memchr::memchr_iter(b'\n', block).chain([block.len()]);
        for (number, end) in (first..).zip(ends) {
            self.line(&block[start..end], number);
            start = end + 1;
            if start >= block.len() {
                break;
            }
        }
    }

    fn line(&mut self, line: &[u8], number: u64) {
        if line.len() > LONGEST {
            return self.pass(number, "the line is longer than 64 MB");
        }
        let Ok(text) = std::str::from_utf8(line) else {
            return self.pass(number, "the line is not UTF-8");
        };
        if self.view.read(line, &mut self.part.registers).is_err() {
            if !line.iter().all(u8::is_ascii_whitespace) {
                self.pass(number, "the line is not JSON");
            }
            return;
        }
        if self.view.ocid.is_none() {
            return self.pass(number, "the line is no object with an ocid");
        }
        let before = self.part.releases;
        self.part.fold(&self.view, line, number, self.settings, self.keep);
        if self.part.releases > before && self.settings.own.any() {
            self.own.fold(text, number, &self.settings.own);
        }
    }

    fn pass(&mut self, line: u64, why: &'static str) {
        self.passed_count += 1;
        if self.passed.len() < TOLD {
            self.passed.push(Passed { line, why });
        }
    }

    fn absorb(&mut self, other: Self) {
        self.part.absorb(other.part);
        self.own.absorb(other.own);
        self.passed.extend(other.passed);
        self.passed_count += other.passed_count;
    }

    /// Whether what follows can be read by many: the currency is chosen, or none is needed.
    fn free(&self) -> bool {
        self.part.currency.is_some() || !self.settings.compares()
    }

    fn finish(self, options: Options, lines: u64, bytes: u64) -> Report {
        let settings = self.settings;
        let mut report = finish(self.part, settings, options);
        self.own.finish(&settings.own, options.explain, &mut report);
        report
            .explained
            .sort_by(|a, b| (a.rule, a.group, &a.subject).cmp(&(b.rule, b.group, &b.subject)));
        report.passed = self.passed;
        report.passed.sort_by_key(|passed| passed.line);
        report.passed.truncate(TOLD);
        report.passed_count = self.passed_count;
        report.lines = lines;
        report.bytes = bytes;
        report
    }
}

/// Reads compiled releases, one JSON object a line, and raises flags. Memory grows with organisations and processes, not with bytes.
///
/// # Errors
/// Only where reading fails.
pub fn run<R: Read + Send>(reader: R, settings: &Settings, options: Options) -> io::Result<Report> {
    let mut source = Source {
        reader,
        rest: Vec::new(),
        line: 0,
        bytes: 0,
        ended: false,
        dropping: false,
        passed: Vec::new(),
        passed_count: 0,
    };
    let currency = settings.currency.as_ref().map(|c| c.clone().into_bytes());
    let mut first = Worker::new(settings, options, currency);
    let mut block = Vec::new();
    while options.threads < 2 || !first.free() {
        match source.next(&mut block)? {
            Some(number) => first.block(&block, number),
            None => break,
        }
    }
    let currency = first.part.currency.clone();
    let shared = Mutex::new(source);
    if options.threads > 1 {
        let work = |worker: &mut Worker<'_>, mut block: Vec<u8>| -> io::Result<()> {
            loop {
                let next = shared
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .next(&mut block)?;
                match next {
                    Some(number) => worker.block(&block, number),
                    None => return Ok(()),
                }
            }
        };
        thread::scope(|scope| -> io::Result<()> {
            let others: Vec<_> = (1..options.threads)
                .map(|_| {
                    scope.spawn(|| {
                        let mut worker = Worker::new(settings, options, currency.clone());
                        work(&mut worker, Vec::new()).map(|()| worker)
                    })
                })
                .collect();
            let ours = work(&mut first, block);
            for other in others {
                match other.join() {
                    Ok(worker) => first.absorb(worker?),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            ours
        })?;
    }
    let source = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
    first.passed.extend(source.passed);
    first.passed_count += source.passed_count;
    Ok(first.finish(options, source.line, source.bytes))
}

/// As [`run`], over compiled releases that are at hand; their places, from 1, are their lines.
pub fn over<I>(releases: I, settings: &Settings, options: Options) -> Report
where
    I: IntoIterator,
    I::Item: AsRef<[u8]>,
{
    let currency = settings.currency.as_ref().map(|c| c.clone().into_bytes());
    let mut worker = Worker::new(settings, options, currency);
    let (mut lines, mut bytes) = (0, 0);
    for release in releases {
        let release = release.as_ref();
        lines += 1;
        bytes += release.len() as u64;
        worker.line(release, lines);
    }
    worker.finish(options, lines, bytes)
}
