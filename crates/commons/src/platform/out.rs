//! Lines on standard output, for the command line.

use std::{fmt, io::Write};

/// Writes a line to standard output. When nobody reads on, as behind `| head`, the program ends without a word.
pub fn line(text: fmt::Arguments<'_>) {
    let mut out = std::io::stdout().lock();
    if let Err(error) = out.write_fmt(text).and_then(|()| out.write_all(b"\n")) {
        if is_unread(&error) {
            std::process::exit(0);
        }
        eprintln!("error: write to standard output: {error}");
        std::process::exit(1);
    }
}

/// Whether writing failed because nobody reads on.
#[must_use]
pub fn is_unread(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::BrokenPipe
}

/// Prints a line as `println!` does, and ends quietly when nobody reads it.
#[macro_export]
macro_rules! say {
    ($($text:tt)*) => {
        $crate::platform::out::line(format_args!($($text)*))
    };
}
