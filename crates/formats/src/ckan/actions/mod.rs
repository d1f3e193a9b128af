//! The actions: their names, whether they change anything, and their help.

mod table;

use std::fmt::Write as _;

pub use table::Action;

/// Whether an action may be asked by GET.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    Reads,
    Writes,
}

/// What is said of an action.
#[derive(Debug, Clone, Copy)]
struct Description {
    name: &'static str,
    effect: Effect,
    /// What it does, in one sentence.
    does: &'static str,
    parameters: &'static [Parameter],
    /// What its result is.
    gives: &'static str,
}

/// Name, kind, and what it means; an optional one ends in `?`.
type Parameter = (&'static str, &'static str, &'static str);

impl Action {
    /// Finds an action by its name.
    pub fn find(name: &str) -> Option<Action> {
        Action::ALL.iter().copied().find(|action| action.name() == name)
    }

    /// Its name in the address.
    pub fn name(self) -> &'static str {
        self.describe().name
    }

    /// Whether it changes anything.
    pub fn effect(self) -> Effect {
        self.describe().effect
    }

    /// The text of `help_show`.
    pub fn help(self) -> String {
        let description = self.describe();
        let mut text = format!("{}\n", description.does);
        if !description.parameters.is_empty() {
            text.push('\n');
        }
        for (name, kind, meaning) in description.parameters {
            let (name, note) = match name.strip_suffix('?') {
                Some(name) => (name, " (optional)"),
                None => (*name, ""),
            };
            // Writing to a String cannot fail.
            let _ = writeln!(text, ":param {name}: {meaning}{note}\n:type {name}: {kind}");
        }
        if description.effect == Effect::Writes {
            text.push_str("\nAsk by POST, with a token that may do it.\n");
        }
        let _ = write!(text, "\n:returns: {}\n", description.gives);
        text
    }
}
