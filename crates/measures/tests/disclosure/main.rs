//! Laws of disclosure control: what is hidden cannot be got back, and little else is hidden.

mod areas;
mod attackers;
mod hold;
mod laws;
mod parts;
mod patterns;
mod samples;
mod scale;
#[path = "../../examples/villages/mod.rs"]
mod villages;
