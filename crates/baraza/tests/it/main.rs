//! The app's tests: one binary, a module for each slice, in-process HTTP through the front door.

mod access_matrix;
mod accounts;
mod architecture;
mod beside;
mod billboard;
mod catalog;
mod collect;
mod command_line;
mod dashboards;
mod demo;
mod evidence;
mod facilitators;
mod html;
mod indicators;
mod listening;
mod places;
mod platform;
mod reference;
mod requests;
mod scorecards;
mod site;
mod skills;
mod town;
mod village;
