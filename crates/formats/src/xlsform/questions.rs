//! What each question type makes of its row: parameters, actions, and what it cannot do without.

use super::{
    columns::Text,
    expression::{has_reference, is_xml_name, lone_reference},
    finding::did_you_mean,
    form::{Action, Element, FIRST_LOAD, Itemset, Role, Source},
    parameters::Parameters,
    survey::{Fields, Survey},
    types::{Control, QuestionType, Select, find},
};

/// A type that this module's own code names.
pub(super) fn kind(name: &'static str) -> &'static QuestionType {
    find(name).unwrap_or(&SELECT_ONE)
}

pub(super) fn calculate() -> &'static QuestionType {
    kind("calculate")
}

/// An element of the converter's own making.
pub(super) fn element(kind_name: &'static str, name: String, row: u32) -> Element {
    let mut element = Element {
        role: Role::Question(kind(kind_name)),
        name,
        row,
        ..Element::default()
    };
    copy_bind(&mut element);
    element
}

/// Gives an element the bind of its type.
pub(super) fn copy_bind(element: &mut Element) {
    if let Some(kind) = element.question() {
        element.bind = kind
            .bind
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Text::Plain((*value).to_owned())))
            .collect();
    }
}

/// The type that a select's command stands for.
pub(super) fn select(select: Select) -> &'static QuestionType {
    match select {
        Select::One | Select::OneFromFile => &SELECT_ONE,
        Select::Multiple | Select::MultipleFromFile => &SELECT_MULTIPLE,
        Select::Rank => &RANK,
        Select::OneExternal => &SELECT_EXTERNAL,
    }
}

/// `csv`, `xml` or `geojson` when the list is a file that can be chosen from.
pub(super) fn file_ending(list: &str) -> Option<&'static str> {
    let (stem, ending) = list.rsplit_once('.')?;
    ["csv", "xml", "geojson"]
        .into_iter()
        .find(|known| *known == ending && !stem.is_empty())
}

/// Applies what a type's parameters ask for and checks what the type needs.
pub(super) fn complete(survey: &mut Survey<'_>, fields: &Fields, element: &mut Element) {
    let parameters = parameters(survey, fields);
    let row = fields.row;
    match element.question().map_or("", |kind| kind.name) {
        "text" => {
            accept(survey, row, &parameters, &["rows"]);
            if let Some(rows) = number::<u32>(survey, row, &parameters, "rows") {
                element.set_control("rows", rows);
            }
        }
        "image" => image(survey, fields, &parameters, element),
        "audio" => {
            accept(survey, row, &parameters, &["quality"]);
            if let Some(quality) = one_of(
                survey,
                row,
                &parameters,
                "quality",
                &["voice-only", "low", "normal", "external"],
            ) {
                element.set_bind("odk:quality", quality);
            }
        }
        "background-audio" => {
            accept(survey, row, &parameters, &["quality"]);
            let quality = one_of(
                survey,
                row,
                &parameters,
                "quality",
                &["voice-only", "low", "normal"],
            );
            element.actions.push(Action {
                quality,
                ..Action::record("odk:recordaudio", "odk-instance-load")
            });
        }
        "start-geopoint" => element
            .actions
            .push(Action::record("odk:setgeopoint", FIRST_LOAD)),
        "background-geopoint" => {
            if element.triggers.is_empty() && fields.trigger.is_none() {
                survey.problem(row, "trigger", "a background-geopoint needs a trigger; name the question whose answer starts it, as ${name}");
            }
            if element.bind_value("calculate").is_some() {
                survey.problem(
                    row,
                    "calculation",
                    "a background-geopoint is measured and cannot be calculated; empty the column",
                );
            }
        }
        "geopoint" | "geotrace" | "geoshape" => geometry(survey, row, &parameters, element),
        "range" => range(survey, fields, &parameters, element),
        "audit" => audit(survey, row, &parameters, element),
        "calculate" => {
            let computed = element.bind_value("calculate").is_some()
                || element.actions.iter().any(|action| action.tag == "setvalue")
                || !element.triggers.is_empty();
            if !computed {
                survey.problem(
                    row,
                    "calculation",
                    format!(
                        "the calculate \"{}\" has no calculation; write one, or remove the row",
                        element.name
                    ),
                );
            }
        }
        "simserial" | "subscriberid" => {
            let name = element.question().map_or("", |kind| kind.name);
            survey.warning(
                row,
                "type",
                format!("phones since Android 11 do not tell their {name}; the answer will be empty"),
            );
        }
        _ => {}
    }
}

/// Parameters of selects: order, seed, and the columns of a file.
pub(super) fn select_parameters(
    survey: &mut Survey<'_>,
    fields: &Fields,
    select: Select,
    itemset: &mut Itemset,
) {
    let row = fields.row;
    let parameters = parameters(survey, fields);
    let from_file = matches!(select, Select::OneFromFile | Select::MultipleFromFile);
    accept(
        survey,
        row,
        &parameters,
        if from_file {
            &["randomize", "seed", "value", "label"]
        } else {
            &["randomize", "seed"]
        },
    );
    for name in ["value", "label"] {
        let Some(column) = parameters.find(name).filter(|_| from_file) else {
            continue;
        };
        if !is_xml_name(column) {
            survey.problem(row, "parameters", format!("the {name} column \"{column}\" cannot be named in a form; rename it to letters, digits and \"_\""));
        }
        match name {
            "value" => itemset.value = Some(column.to_owned()),
            _ => itemset.label = Some(column.to_owned()),
        }
    }
    let seed = parameters.find("seed").map(str::to_owned);
    match one_of(survey, row, &parameters, "randomize", &["true", "false"]).as_deref() {
        Some("true") => {
            if let Some(seed) = seed
                .as_ref()
                .filter(|seed| lone_reference(seed).is_none() && seed.parse::<f64>().is_err())
            {
                survey.problem(
                    row,
                    "parameters",
                    format!(
                        "the seed \"{seed}\" is neither a number nor a question; write a number, or ${{name}}"
                    ),
                );
            }
            itemset.randomize = Some(seed);
        }
        Some(_) => {}
        None if seed.is_some() => survey.problem(
            row,
            "parameters",
            "a seed is used only with randomize=true; add it, or remove the seed",
        ),
        None => {}
    }
    let filtered_search = itemset.source == Source::Search && itemset.filter.is_some();
    if filtered_search {
        survey.warning(
            row,
            "choice_filter",
            "search() has its own filter, so the choice_filter is not used",
        );
    }
}

const SELECT_ONE: QuestionType = QuestionType {
    name: "select_one",
    control: Control::Select1,
    bind: &[("type", "string")],
    hint: None,
};
const SELECT_MULTIPLE: QuestionType = QuestionType {
    name: "select_multiple",
    control: Control::Select,
    bind: &[("type", "string")],
    hint: None,
};
const SELECT_EXTERNAL: QuestionType = QuestionType {
    name: "select_one_external",
    control: Control::Input,
    bind: &[("type", "string")],
    hint: None,
};
const RANK: QuestionType = QuestionType {
    name: "rank",
    control: Control::Rank,
    bind: &[("type", "odk:rank")],
    hint: None,
};

fn parameters(survey: &mut Survey<'_>, fields: &Fields) -> Parameters {
    match Parameters::parse(fields.parameters.as_deref().unwrap_or_default()) {
        Ok(parameters) => parameters,
        Err(message) => {
            survey.problem(fields.row, "parameters", message);
            Parameters::default()
        }
    }
}

fn accept(survey: &mut Survey<'_>, row: u32, parameters: &Parameters, accepted: &[&'static str]) {
    for message in parameters.strangers(accepted) {
        survey.problem(row, "parameters", message);
    }
}

/// The value of a numeric parameter, as it is written.
fn number<N: std::str::FromStr>(
    survey: &mut Survey<'_>,
    row: u32,
    parameters: &Parameters,
    name: &str,
) -> Option<String> {
    let value = parameters.find(name)?;
    if value.parse::<N>().is_err() {
        survey.problem(
            row,
            "parameters",
            format!("{name} must be a number, and \"{value}\" is none"),
        );
        return None;
    }
    Some(value.to_owned())
}

fn one_of(
    survey: &mut Survey<'_>,
    row: u32,
    parameters: &Parameters,
    name: &str,
    allowed: &[&'static str],
) -> Option<String> {
    let value = parameters.find(name)?;
    if !allowed.contains(&value) {
        let (last, others) = allowed.split_last()?;
        let guess = did_you_mean(value, allowed.iter().copied());
        let remedy = if guess.is_empty() {
            format!("; write {} or {last}", others.join(", "))
        } else {
            guess
        };
        survey.problem(row, "parameters", format!("{name} cannot be \"{value}\"{remedy}"));
        return None;
    }
    Some(value.to_owned())
}

fn image(survey: &mut Survey<'_>, fields: &Fields, parameters: &Parameters, element: &mut Element) {
    let row = fields.row;
    accept(survey, row, parameters, &["max-pixels", "app"]);
    if let Some(default) = element
        .default
        .as_mut()
        .filter(|default| !default.contains("jr://images/"))
    {
        *default = format!("jr://images/{default}");
    }
    match number::<u32>(survey, row, parameters, "max-pixels") {
        Some(pixels) => element.set_bind("orx:max-pixels", pixels),
        None if parameters.find("max-pixels").is_none() => {
            survey.warning(row, "parameters", "photos are sent as large as the phone takes them; write max-pixels=1024 to save time and data");
        }
        None => {}
    }
    let Some(app) = parameters.find("app") else { return };
    if !is_android_package(app) {
        survey.problem(
            row,
            "parameters",
            format!("app=\"{app}\" is not the name of an Android app; it looks like org.example.camera"),
        );
    } else if element
        .control_value("appearance")
        .is_none_or(|appearance| appearance == "annotate")
    {
        let app = app.to_owned();
        element.set_control("intent", app);
    }
}

/// Two or more words of letters, digits and `_`, apart by dots, each begun by a letter.
fn is_android_package(name: &str) -> bool {
    let word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    name.contains('.') && name.split('.').all(word)
}

fn geometry(survey: &mut Survey<'_>, row: u32, parameters: &Parameters, element: &mut Element) {
    let is_point = element.question().is_some_and(|kind| kind.name == "geopoint");
    let accepted: &[&'static str] = if is_point {
        &[
            "allow-mock-accuracy",
            "capture-accuracy",
            "reference-geometry",
            "warning-accuracy",
        ]
    } else {
        &["allow-mock-accuracy", "incremental", "reference-geometry"]
    };
    accept(survey, row, parameters, accepted);
    if is_point {
        for (name, attribute) in [
            ("capture-accuracy", "accuracyThreshold"),
            ("warning-accuracy", "unacceptableAccuracyThreshold"),
        ] {
            if let Some(metres) = number::<f64>(survey, row, parameters, name) {
                element.set_control(attribute, metres);
            }
        }
    } else if one_of(survey, row, parameters, "incremental", &["true"]).is_some() {
        element.set_control("incremental", "true");
    }
    if let Some(allowed) = one_of(survey, row, parameters, "allow-mock-accuracy", &["true", "false"]) {
        element.set_bind("odk:allow-mock-accuracy", allowed);
    }
    if let Some(list) = parameters.find("reference-geometry") {
        let source = if has_reference(list) {
            Source::Geometries
        } else {
            Source::Instance
        };
        element.itemset = Some(Itemset {
            list: list.to_owned(),
            source,
            ..Itemset::default()
        });
    }
}

fn range(survey: &mut Survey<'_>, fields: &Fields, parameters: &Parameters, element: &mut Element) {
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
    if let Some(placeholder) = placeholder {
        if (placeholder.0 - start.0) % step.0 != 0 || placeholder < low || placeholder > high {
            wrong("the placeholder is not a value of the range; choose one between start and end that a step reaches".to_owned());
        }
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
        && (values.len() > 2 || !values.contains(&start) || !values.contains(&end))
    {
        survey.problem(
            row,
            "parameters",
            "with no-ticks, only start and end can be labelled, and both must be",
        );
    }
}

fn audit(survey: &mut Survey<'_>, row: u32, parameters: &Parameters, element: &mut Element) {
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

    #[test]
    fn app_names_have_dots() {
        assert!(is_android_package("org.opencamera_2.app"));
        assert!(!is_android_package("camera"));
        assert!(!is_android_package("org.1a"));
    }
}
