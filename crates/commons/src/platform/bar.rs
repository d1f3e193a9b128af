//! How far long work has come: a progress bar on a terminal, plain lines elsewhere.

use std::{
    io::IsTerminal,
    sync::atomic::{AtomicU64, Ordering},
};

use indicatif::{ProgressBar, ProgressStyle};

/// A progress bar on a terminal, and a plain line at every tenth elsewhere.
pub struct Bar {
    what: &'static str,
    bar: Option<ProgressBar>,
    tenth: AtomicU64,
}

impl Bar {
    pub fn new(what: &'static str) -> Bar {
        let style = ProgressStyle::with_template("{msg:<34} {bar:40} {human_pos}/{human_len} {eta}");
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(0).with_message(what);
            if let Ok(style) = style {
                bar.set_style(style);
            }
            bar
        });
        Bar {
            what,
            bar,
            tenth: AtomicU64::new(u64::MAX),
        }
    }

    /// Shows how far it has come.
    pub fn set(&self, done: u64, total: u64) {
        match &self.bar {
            Some(bar) => {
                bar.set_length(total);
                bar.set_position(done);
            }
            None => {
                let tenth = (done * 10).checked_div(total).unwrap_or(10);
                if self.tenth.swap(tenth, Ordering::Relaxed) != tenth {
                    eprintln!("{}: {done} of {total}", self.what);
                }
            }
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
