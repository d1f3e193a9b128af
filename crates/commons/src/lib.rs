//! What every slice stands on (tiers 0 to 3): the platform, the places, who may do what, and what is kept as evidence.
//! Texts in all languages (`locales`) and the tables of every slice (`migrations`) are here too, as one database and one list of texts serve all.

pub mod accounts;
pub mod evidence;
pub mod places;
pub mod platform;
