//! The audit log: what was done in a form, when, and where.

use crate::xlsform::{
    form::Element,
    parameters::Parameters,
    questions::{accept, number, one_of},
    survey::Survey,
};

pub(super) fn complete(survey: &mut Survey<'_>, row: u32, parameters: &Parameters, element: &mut Element) {
    const LOCATION: [&str; 3] = ["location-priority", "location-min-interval", "location-max-age"];
    accept(
        survey,
        row,
        parameters,
        &[
            "identify-user",
            "location-max-age",
            "location-min-interval",
            "location-priority",
            "track-changes",
            "track-changes-reasons",
        ],
    );
    for (name, allowed) in [
        ("track-changes", &["true", "false"][..]),
        ("track-changes-reasons", &["on-form-edit"][..]),
        ("identify-user", &["true", "false"][..]),
        (
            "location-priority",
            &["no-power", "low-power", "balanced", "high-accuracy"][..],
        ),
    ] {
        if let Some(value) = one_of(survey, row, parameters, name, allowed) {
            element.set_bind(&format!("odk:{name}"), value);
        }
    }
    let mut seconds = Vec::new();
    for name in ["location-min-interval", "location-max-age"] {
        if let Some(value) = number::<u64>(survey, row, parameters, name) {
            element.set_bind(&format!("odk:{name}"), value.clone());
            seconds.extend(value.parse::<u64>());
        }
    }
    if seconds.len() == 2 && seconds[1] < seconds[0] {
        survey.problem(
            row,
            "parameters",
            "location-max-age must not be less than location-min-interval",
        );
    }
    let given = LOCATION
        .iter()
        .filter(|name| parameters.find(name).is_some())
        .count();
    if given != 0 && given != LOCATION.len() {
        survey.problem(row, "parameters", "an audit log with locations needs all of location-priority, location-min-interval and location-max-age");
    }
}
