//! The words that the scripts of the phone say.

use std::collections::BTreeMap;

use crate::platform::{i18n::Lang, problem::Result};

/// Texts that pages of the server say too.
const SHARED: &[&str] = &[
    "collect-add",
    "collect-add-another",
    "collect-again",
    "collect-answer-date",
    "collect-answer-decimal",
    "collect-answer-integer",
    "collect-answer-line",
    "collect-answer-line-short",
    "collect-answer-missing",
    "collect-answer-point",
    "collect-answer-range",
    "collect-answer-rank",
    "collect-answer-time",
    "collect-answer-wrong",
    "collect-back",
    "collect-between",
    "collect-change",
    "collect-check-title",
    "collect-choose",
    "collect-continue",
    "collect-entry-blank",
    "collect-entry-finished",
    "collect-entry-unfinished",
    "collect-fill-in",
    "collect-forms",
    "collect-ground-hint",
    "collect-guidance",
    "collect-line-add",
    "collect-line-hint",
    "collect-no-answer",
    "collect-no-entries",
    "collect-optional",
    "collect-point-failed",
    "collect-point-hint",
    "collect-point-use",
    "collect-point-waiting",
    "collect-rank",
    "collect-remove",
    "collect-remove-lead",
    "collect-remove-no",
    "collect-remove-title",
    "collect-remove-yes",
    "collect-save-and-continue",
    "collect-send",
    "collect-send-lead",
    "collect-send-title",
    "collect-sent",
    "collect-sent-next",
    "collect-sent-reference",
    "collect-sent-what",
    "collect-start",
    "platform-day",
    "platform-error-prefix",
    "platform-error-title",
    "platform-month",
    "platform-page-of",
    "platform-year",
];

/// Texts that only the phone says, without `collect-offline-`.
const OWN: &[&str] = &[
    "broken",
    "change-answers",
    "count-drafts",
    "count-needs",
    "count-sent",
    "count-waiting",
    "delete",
    "delete-lead",
    "delete-no",
    "delete-title",
    "delete-unsent",
    "delete-yes",
    "draft",
    "draw-black",
    "draw-blue",
    "draw-clear",
    "draw-file",
    "draw-hint",
    "draw-pen",
    "draw-picture",
    "draw-red",
    "draw-undo",
    "draw-white",
    "elsewhere",
    "entries",
    "file-kept",
    "file-large",
    "file-remove",
    "file-smaller",
    "full",
    "go-on",
    "kept",
    "language",
    "lead",
    "mine",
    "needs",
    "newer",
    "no-forms",
    "no-network",
    "none",
    "not-ready",
    "open-here",
    "others",
    "private",
    "ready",
    "scan",
    "scan-failed",
    "scan-found",
    "scan-hint",
    "scan-stop",
    "search-chosen",
    "search-found",
    "search-hint",
    "search-many",
    "search-none",
    "search-offline",
    "send-now",
    "sending",
    "sent",
    "sign-in",
    "signed-out",
    "title",
    "unknown-form",
    "waiting",
    "waits-lead",
    "waits-title",
];

/// Texts of the questions about likely duplicates, without `collect-households-entry-`.
const LIKELY: &[&str] = &[
    "another",
    "another-household",
    "ask",
    "ask-household",
    "in",
    "lead",
    "same",
    "title",
];

/// Writes the words as JSON, by their ids without the slice's name, with arguments left open: `{$n}`.
pub(super) fn words(lang: Lang) -> Result<String> {
    let shared = SHARED.iter().map(|id| {
        let short = id.split_once('-').map_or(*id, |(_, short)| short);
        (short.to_owned(), lang.text(*id).raw())
    });
    let own = OWN.iter().map(|id| {
        (
            format!("phone-{id}"),
            lang.text(format!("collect-offline-{id}")).raw(),
        )
    });
    let likely = LIKELY.iter().map(|id| {
        let text = lang.text(format!("collect-households-entry-{id}"));
        (format!("likely-{id}"), text.raw())
    });
    let words: BTreeMap<String, String> = shared.chain(own).chain(likely).collect();
    super::json(&words)
}
