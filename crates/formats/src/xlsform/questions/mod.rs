//! What each question type makes of its row: parameters, actions, and what it cannot do without.

mod audit;
mod range;

use crate::xlsform::{
    columns::Text,
    expression::{has_reference, is_xml_name, lone_reference},
    finding::did_you_mean,
    form::{Action, Element, FIRST_LOAD, Itemset, Role, Source},
    parameters::Parameters,
    settings::yes,
    survey::{Survey, fields::Fields},
    types::{Control, QuestionType, Select, find},
};

/// A type that this module's own code names.
pub(in crate::xlsform) fn kind(name: &'static str) -> &'static QuestionType {
    find(name).unwrap_or(&SELECT_ONE)
}

/// An element of the converter's own making.
pub(in crate::xlsform) fn element(kind_name: &'static str, name: String, row: u32) -> Element {
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
pub(in crate::xlsform) fn copy_bind(element: &mut Element) {
    if let Some(kind) = element.question() {
        element.bind = kind
            .bind
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Text::Plain((*value).to_owned())))
            .collect();
    }
}

/// The type that a select's command stands for.
pub(in crate::xlsform) fn select(select: Select) -> &'static QuestionType {
    match select {
        Select::One | Select::OneFromFile => &SELECT_ONE,
        Select::Multiple | Select::MultipleFromFile => &SELECT_MULTIPLE,
        Select::Rank => &RANK,
        Select::OneExternal => &SELECT_EXTERNAL,
    }
}

/// `csv`, `xml` or `geojson` when the list is a file that can be chosen from.
pub(in crate::xlsform) fn file_ending(list: &str) -> Option<&'static str> {
    let (stem, ending) = list.rsplit_once('.')?;
    ["csv", "xml", "geojson"]
        .into_iter()
        .find(|known| *known == ending && !stem.is_empty())
}

/// Applies what a type's parameters ask for and checks what the type needs.
pub(in crate::xlsform) fn complete(survey: &mut Survey<'_>, fields: &Fields, element: &mut Element) {
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
        "geopoint" | "geotrace" | "geoshape" => geometry(survey, fields, &parameters, element),
        "range" => range::complete(survey, fields, &parameters, element),
        "audit" => audit::complete(survey, row, &parameters, element),
        "calculate" => {
            let computed = element.bind_value("calculate").is_some()
                || element.actions.iter().any(|action| action.tag == "setvalue")
                || !element.triggers.is_empty();
            if !computed {
                survey.warning(
                    row,
                    "calculation",
                    format!(
                        "the calculate \"{}\" has no calculation and stays empty; write one, or remove the row",
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
        name => {
            if let Some(told) = parameters.told() {
                survey.warning(
                    row,
                    "parameters",
                    format!("\"{told}\" is not used, because the type {name} knows no parameters"),
                );
            }
        }
    }
}

/// Parameters of selects: order, seed, and the columns of a file.
pub(in crate::xlsform) fn select_parameters(
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
    // Other appearances draw on the picture with Collect's own tools.
    if element
        .control_value("appearance")
        .is_some_and(|appearance| appearance != "annotate")
    {
        return;
    }
    if is_android_package(app) {
        let app = app.to_owned();
        element.set_control("intent", app);
    } else {
        survey.problem(
            row,
            "parameters",
            format!("app=\"{app}\" is not the name of an Android app; it looks like org.example.camera"),
        );
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

fn geometry(survey: &mut Survey<'_>, fields: &Fields, parameters: &Parameters, element: &mut Element) {
    let row = fields.row;
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
    } else if let Some(value) = parameters.find("incremental") {
        match yes(value) {
            Some(true) => element.set_control("incremental", "true"),
            _ => survey.problem(row, "parameters", format!("incremental can only be true, and \"{value}\" is not; write incremental=true, or remove it")),
        }
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
            filter: fields.choice_filter.clone(),
            source,
            ..Itemset::default()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn app_names_have_dots() {
        assert!(is_android_package("org.opencamera_2.app"));
        assert!(!is_android_package("camera"));
        assert!(!is_android_package("org.1a"));
    }
}
