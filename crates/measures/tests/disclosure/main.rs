//! Laws of disclosure control: what is hidden cannot be got back, and little else is hidden.

mod attackers;
mod hold;
mod laws;
mod parts;
mod patterns;
mod samples;
mod scale;
