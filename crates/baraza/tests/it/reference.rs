//! docs/reference.md names every command, setting, problem code, event and job there is, and none that is not.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use regex::Regex;

use crate::architecture::source::{Source, root, slices, texts};

/// Compares what exists with what is documented, and says what to add and what to strike.
fn compare(section: &str, exists: BTreeSet<String>) {
    let documented = rows(section).into_keys().collect::<BTreeSet<_>>();
    // The page is never empty while the program is not, so looking in the wrong place would show as stale rows.
    let missing = exists.difference(&documented).cloned().collect::<Vec<_>>();
    let stale = documented.difference(&exists).cloned().collect::<Vec<_>>();
    assert!(
        missing.is_empty() && stale.is_empty(),
        "docs/reference.md, \"{section}\"\n  add: {}\n  strike: {}\n",
        missing.join(", "),
        stale.join(", ")
    );
}

/// The tables of a section: the code in each row's first cell, and the whole row.
fn rows(section: &str) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(root().join("docs/reference.md")).expect("docs/reference.md");
    let first = Regex::new(r"^\| `([^`]+)`").expect("a pattern");
    text.lines()
        .skip_while(|line| *line != format!("## {section}"))
        .skip(1)
        .take_while(|line| !line.starts_with("## "))
        .filter_map(|line| Some((first.captures(line)?[1].to_owned(), line.to_owned())))
        .collect()
}

/// The names that implementors of a trait give themselves.
fn names_of(implemented: &str) -> BTreeSet<String> {
    let head = Regex::new(&format!(r"\bimpl (?:[a-z_]+::)*{implemented} for [A-Za-z]+")).expect("a pattern");
    let name = |source: &Source, at: usize| {
        let constant = at + source.code[at..].find("const NAME")?;
        source.string_after(constant).map(str::to_owned)
    };
    slices()
        .iter()
        .flat_map(|source| {
            head.find_iter(&source.code)
                .filter_map(|found| name(source, found.start()))
                .collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn every_event_is_documented() {
    compare("Events", names_of("Event"));
}

#[test]
fn every_job_is_documented() {
    compare("Jobs", names_of("Job"));
}

#[test]
fn every_problem_code_is_documented() {
    let text = Regex::new(r"(?m)^problem-([a-z0-9-]+) *=").expect("a pattern");
    let codes = texts("crates/commons/locales/en")
        .iter()
        .flat_map(|(_, file)| {
            text.captures_iter(file)
                .map(|found| found[1].to_owned())
                .collect::<Vec<_>>()
        })
        .filter(|code: &String| !is_furniture(code))
        .collect();
    compare("Problem codes", codes);
}

#[test]
fn every_problem_code_has_its_sentence() {
    let made = Regex::new(
        r"\bProblem::(?:invalid|unauthenticated|forbidden|not_found|conflict|too_large|too_many|unavailable)\(",
    )
    .expect("a pattern");
    let said = rows("Problem codes");
    let mut silent = Vec::new();
    for source in slices() {
        for found in made.find_iter(&source.code) {
            let literal = source.strings.iter().find(|literal| literal.at >= found.end());
            // A code that comes in as an argument stands somewhere else as a literal.
            let Some(literal) =
                literal.filter(|literal| source.code[found.end()..literal.at].trim().is_empty())
            else {
                continue;
            };
            if !said.contains_key(&literal.text) {
                silent.push(format!(
                    "{}:{}: no text problem-{}",
                    source.path, literal.line, literal.text
                ));
            }
        }
    }
    assert!(silent.is_empty(), "\n{}\n", silent.join("\n"));
}

#[test]
fn every_setting_is_documented() {
    let field = Regex::new(r"(?m)^    pub ([a-z_]+): Option<").expect("a pattern");
    let config = slices()
        .into_iter()
        .find(|source| source.path.ends_with("platform/config.rs"));
    let code = config.expect("platform/config.rs").code;
    let settings = code
        .split("struct Settings")
        .nth(1)
        .expect("the settings")
        .split("\n}")
        .next()
        .expect("their end");
    compare(
        "Settings",
        field
            .captures_iter(settings)
            .map(|found| found[1].to_owned())
            .collect(),
    );
}

#[test]
fn every_command_is_documented_with_its_flags() {
    let settings = rows("Settings")
        .into_keys()
        .map(|name| name.replace('_', "-"))
        .collect::<BTreeSet<_>>();
    let documented = rows("Commands");
    let flag = Regex::new(r"--([a-z][a-z-]*)").expect("a pattern");
    let mut exists = BTreeSet::new();
    let mut offences = Vec::new();
    for (command, help) in commands() {
        exists.insert(command.clone());
        let everywhere = |name: &String| {
            settings.contains(name) || ["help", "version", "config", "json"].contains(&name.as_str())
        };
        let own = options_of(&help)
            .into_iter()
            .filter(|name| !everywhere(name))
            .collect::<BTreeSet<_>>();
        let told = documented.get(&command).map_or_else(BTreeSet::new, |row| {
            flag.captures_iter(row)
                .map(|found| found[1].to_owned())
                .filter(|name| !everywhere(name))
                .collect()
        });
        for name in own.difference(&told) {
            offences.push(format!("{command}: --{name} is not documented"));
        }
        for name in told.difference(&own) {
            offences.push(format!("{command}: --{name} is documented and does not exist"));
        }
    }
    assert!(
        offences.is_empty(),
        "docs/reference.md\n{}\n",
        offences.join("\n")
    );
    compare("Commands", exists);
}

/// Texts of the page that shows a problem, which are no codes.
fn is_furniture(text: &str) -> bool {
    text.starts_with("title-") || ["go-home", "reference"].contains(&text)
}

/// Every command that does something, as `baraza user add`, with its help.
fn commands() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![Vec::<String>::new()];
    while let Some(path) = open.pop() {
        let help = help(&path);
        let below = subcommands(&help);
        if below.is_empty() {
            found.push((format!("baraza {}", path.join(" ")), help));
        }
        for name in below {
            open.push([path.clone(), vec![name]].concat());
        }
    }
    found
}

fn help(path: &[String]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_baraza"))
        .args(path)
        .arg("--help")
        .output()
        .expect("the built program");
    assert!(output.status.success(), "baraza {} --help failed", path.join(" "));
    String::from_utf8(output.stdout).expect("help is text")
}

/// The names listed under `Commands:`, without clap's own `help`.
fn subcommands(help: &str) -> Vec<String> {
    help.lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.trim().is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

/// The long options of a help text: only lines that begin with one, not mentions in prose.
fn options_of(help: &str) -> BTreeSet<String> {
    let option = Regex::new(r"(?m)^\s+(?:-[a-zA-Z], )?--([a-z][a-z-]*)").expect("a pattern");
    option
        .captures_iter(help)
        .map(|found| found[1].to_owned())
        .collect()
}
