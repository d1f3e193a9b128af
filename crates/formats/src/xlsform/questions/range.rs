//! Ranges: a slider from one number to another, perhaps with labelled ticks.

use crate::xlsform::{
    finding::did_you_mean,
    form::{Element, Itemset},
    parameters::Parameters,
    questions::accept,
    survey::{Survey, fields::Fields},
};

pub(super) fn complete(
    survey: &mut Survey<'_>,
    fields: &Fields,
    parameters: &Parameters,
    element: &mut Element,
) {
    let row = fields.row;
    accept(
        survey,
        row,
        parameters,
        &[
            "start",
            "end",
            "step",
            "tick_interval",
            "placeholder",
            "tick_labelset",
        ],
    );
    let appearance = element.control_value("appearance").unwrap_or_default().to_owned();
    let decorated = ["tick_interval", "placeholder", "tick_labelset"]
        .into_iter()
        .any(|name| parameters.find(name).is_some());
    if decorated
        && !appearance.is_empty()
        && !appearance.contains("vertical")
        && !appearance.contains("no-ticks")
    {
        survey.problem(row, "parameters", format!("ticks and placeholder do not go with the appearance \"{appearance}\"; use vertical or no-ticks, or remove them"));
    }
    let mut numbers = [None; 5];
    for (at, (name, usual)) in [
        ("start", Some("1")),
        ("end", Some("10")),
        ("step", Some("1")),
        ("tick_interval", None),
        ("placeholder", None),
    ]
    .into_iter()
    .enumerate()
    {
        let Some(text) = parameters.find(name).or(usual) else {
            continue;
        };
        match Decimal::parse(text) {
            Some(number) => numbers[at] = Some(number),
            None => {
                return survey.problem(
                    row,
                    "parameters",
                    format!("{name} must be a number, and \"{text}\" is none"),
                );
            }
        }
        let attribute = match name {
            "tick_interval" => "odk:tick-interval",
            "placeholder" => "odk:placeholder",
            other => other,
        };
        element.set_control(attribute, text);
    }
    let [Some(start), Some(end), Some(step), ticks, placeholder] = numbers else {
        return;
    };
    let (low, high) = (start.min(end), start.max(end));
    let mut wrong = |message: String| survey.problem(row, "parameters", message);
    for (name, size) in [("step", Some(step)), ("tick_interval", ticks)] {
        match size {
            Some(size) if size.0 == 0 => return wrong(format!("{name} cannot be 0")),
            Some(size) if size.0.abs() > high.0 - low.0 => wrong(format!(
                "{name} is larger than the way from start to end; make it smaller"
            )),
            _ => {}
        }
    }
    if ticks.is_some_and(|ticks| ticks.0 % step.0 != 0) {
        wrong("tick_interval must be a multiple of step".to_owned());
    }
    if let Some(placeholder) = placeholder
        && ((placeholder.0 - start.0) % step.0 != 0 || placeholder < low || placeholder > high)
    {
        wrong("the placeholder is not a value of the range; choose one between start and end that a step reaches".to_owned());
    }
    if [Some(start), Some(end), Some(step), ticks, placeholder]
        .into_iter()
        .flatten()
        .any(|number| !number.is_whole())
    {
        element.set_bind("type", "decimal");
    }
    if let Some(list) = parameters.find("tick_labelset") {
        element.itemset = Some(Itemset {
            list: list.to_owned(),
            ..Itemset::default()
        });
        tick_labels(
            survey,
            row,
            list,
            &appearance,
            (start, end),
            ticks.unwrap_or(step),
        );
    }
}

fn tick_labels(
    survey: &mut Survey<'_>,
    row: u32,
    list: &str,
    appearance: &str,
    (start, end): (Decimal, Decimal),
    step: Decimal,
) {
    let Some(labels) = survey.choices.find(list) else {
        let guess = did_you_mean(list, survey.choices.names());
        return survey.problem(
            row,
            "parameters",
            format!("the list \"{list}\" of tick_labelset is not in the sheet choices{guess}"),
        );
    };
    let names: Vec<String> = labels.choices.iter().map(|choice| choice.name.clone()).collect();
    let mut values = Vec::new();
    for name in &names {
        match Decimal::parse(name) {
            Some(value)
                if value < start.min(end) || value > start.max(end) || (value.0 - start.0) % step.0 != 0 =>
            {
                survey.problem(
                    row,
                    "parameters",
                    format!("the label \"{name}\" of \"{list}\" names no tick between start and end"),
                );
            }
            Some(value) => values.push(value),
            None => survey.problem(
                row,
                "parameters",
                format!(
                    "the choices of tick_labelset are named by numbers, and \"{name}\" of \"{list}\" is none"
                ),
            ),
        }
    }
    if appearance.contains("no-ticks")
        && !(values.contains(&start)
            && values.contains(&end)
            && values.iter().all(|value| [start, end].contains(value)))
    {
        survey.problem(
            row,
            "parameters",
            "with no-ticks, only start and end can be labelled, and both must be",
        );
    }
}

/// A decimal number in millionths, so that steps divide exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Decimal(i128);

impl Decimal {
    const UNIT: i128 = 1_000_000;

    fn parse(text: &str) -> Option<Self> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let is_number =
            !(whole.is_empty() && fraction.is_empty()) && whole.len() <= 20 && fraction.len() <= 6;
        if !is_number
            || !whole
                .bytes()
                .chain(fraction.bytes())
                .all(|byte| byte.is_ascii_digit())
        {
            return None;
        }
        let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let fraction: i128 = format!("{fraction:0<6}").parse().ok()?;
        Some(Self(sign * (whole * Self::UNIT + fraction)))
    }

    fn is_whole(self) -> bool {
        self.0 % Self::UNIT == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        assert_eq!(
            Decimal::parse("0.1").map(|tenth| Decimal::parse("0.3").unwrap().0 % tenth.0),
            Some(0)
        );
        assert_eq!(Decimal::parse("-2.50"), Some(Decimal(-2_500_000)));
        assert!(Decimal::parse("1e3").is_none());
        assert!(Decimal::parse(".").is_none());
    }
}
