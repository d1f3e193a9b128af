//! The app's tests: one binary, a module for each slice, in-process HTTP through the front door.

mod access_matrix;
mod accounts;
mod architecture;
mod catalog;
mod collect;
mod command_line;
mod dashboards;
mod demo;
mod evidence;
mod html;
mod indicators;
mod places;
mod platform;
mod reference;
mod requests;
mod site;
mod skills;
mod town;
