//! The command line: each subcommand is one line into a slice.

use std::process::ExitCode;

use baraza::cli;

fn main() -> ExitCode {
    cli::main()
}
