//! Small pictures beside groups of services, for those who look before they read. They say nothing that the words do not.

use crate::platform::html::Markup;

/// Returns the picture of a group: its own where we drew one, else a speech bubble.
#[must_use]
pub fn of_group(group: &str) -> Markup {
    let path = match group {
        "public-works" => r#"<path d="M11 4 5 28h22L21 4M16 5v4m0 5v5m0 5v4"/>"#,
        "health" => r#"<path d="M12 4h8v8h8v8h-8v8h-8v-8H4v-8h8z"/>"#,
        "social" => {
            r#"<circle cx="11" cy="10" r="5"/><circle cx="22" cy="12" r="4"/><path d="M3 28c0-7 3-10 8-10s8 3 8 10m1-8c5-2 9 1 9 8"/>"#
        }
        "administration" => r#"<path d="M7 3h13l6 6v20H7zM20 3v6h6M11 15h11m-11 5h11m-11 5h7"/>"#,
        "integrity" => r#"<path d="M16 3v26m-7 0h14M5 8h22M5 8 1 18h8zm22 0-4 10h8z"/>"#,
        "education" => r#"<path d="M2 11 16 4l14 7-14 7zm6 3v9c5 4 11 4 16 0v-9m6-3v10"/>"#,
        "environment" => r#"<path d="M6 27C4 12 12 5 28 4c0 16-7 23-19 20M6 27c3-8 8-13 15-16"/>"#,
        "safety" => r#"<path d="M16 3 4 8c0 10 4 17 12 21 8-4 12-11 12-21z"/>"#,
        _ => r#"<path d="M4 5h24v17H15l-7 6v-6H4z"/>"#,
    };
    Markup(format!(
        r#"<svg class="bz-picture" width="32" height="32" viewBox="0 0 32 32" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round" aria-hidden="true" focusable="false">{path}</svg>"#
    ))
}
