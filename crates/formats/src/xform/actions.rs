//! `setvalue`: values given when a form starts, a repeat is added, or an answer changes.

use super::form::DefId;
use crate::xpath::Expr;

/// One action, for one event.
#[derive(Debug, Clone)]
pub(crate) struct Action {
    pub event: Event,
    pub target: DefId,
    /// The question whose change sets it off.
    pub trigger: Option<DefId>,
    pub value: Option<Expr>,
    /// The value when it is not computed.
    pub fixed: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// `odk-instance-first-load`.
    FirstLoad,
    /// `odk-instance-load`: also when a draft is opened again.
    Load,
    /// `odk-new-repeat`.
    NewRepeat,
    /// `xforms-value-changed`.
    ValueChanged,
}

pub(crate) fn is_action(name: &str) -> bool {
    matches!(name, "setvalue" | "setgeopoint" | "recordaudio")
}

/// Makes an action for every event in a space-separated list.
pub(crate) fn read(
    events: &str,
    target: DefId,
    trigger: Option<DefId>,
    value: Option<&Expr>,
    fixed: &str,
) -> Result<Vec<Action>, String> {
    let mut out = Vec::new();
    for event in events.split_whitespace() {
        let event = match event {
            "odk-instance-first-load" | "xforms-ready" => Event::FirstLoad,
            "odk-instance-load" => Event::Load,
            "odk-new-repeat" => Event::NewRepeat,
            "xforms-value-changed" => Event::ValueChanged,
            other => {
                return Err(format!(
                    "there is no event {other:?}; use odk-instance-first-load, odk-instance-load, odk-new-repeat or xforms-value-changed"
                ));
            }
        };
        out.push(Action {
            event,
            target,
            trigger,
            value: value.cloned(),
            fixed: fixed.to_owned(),
        });
    }
    Ok(out)
}
