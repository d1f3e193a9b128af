//! What can only be judged once the whole form stands: labels, prefixes, languages, shared lists.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{
    circles,
    columns::{Columns, Target, Vocabulary, snake_case},
    expression::{is_xml_name, lone_reference},
    finding::{Finding, did_you_mean, listed, nearest},
    form::{Element, Role, Source},
    questions::file_ending,
    settings::Settings,
    survey::{
        Survey,
        references::{broken_references, respelled_references},
    },
    types::Control,
    workbook::{Sheet, Workbook},
};

/// Looks at a finished tree for what would make a form that no client opens.
pub(super) fn check(survey: &mut Survey<'_>, workbook: &Workbook, has_entities: bool) {
    survey.check_references(workbook);
    check_texts(survey, workbook);
    check_labels(survey);
    check_geometries(survey, workbook);
    check_prefixes(survey, has_entities);
    share_search_lists(survey);
    if survey.problems.is_empty() {
        survey.problems = circles::find(&survey.form, &survey.sheet);
    }
}

/// References in the settings and in the labels of choices.
fn check_texts(survey: &mut Survey<'_>, workbook: &Workbook) {
    for (name, vocabulary) in [
        ("settings", Vocabulary::Settings),
        ("choices", Vocabulary::Choices),
    ] {
        let Some(sheet) = workbook.sheet(name) else {
            continue;
        };
        let columns = Columns::of(sheet, vocabulary, &mut Vec::new(), &mut Vec::new());
        for row in &sheet.rows {
            for (column, text) in columns.cells(row) {
                let is_text = vocabulary == Vocabulary::Settings
                    || matches!(column.target, Target::Known("label") | Target::Media(_));
                if is_text && text.contains("${") {
                    let finding =
                        |message| Finding::at_row(&sheet.name, row.number, message).column(&column.heading);
                    survey
                        .problems
                        .extend(broken_references(&survey.form, text).map(finding));
                    survey
                        .warnings
                        .extend(respelled_references(&survey.form, text).map(finding));
                }
            }
        }
    }
}

fn check_labels(survey: &mut Survey<'_>) {
    for id in survey.form.in_order() {
        let element = &survey.form.elements[id];
        let (row, name) = (element.row, element.name.clone());
        let labelled = !element.label.is_none() || !element.media.is_empty() || !element.hint.is_none();
        let is_background = element
            .question()
            .is_some_and(|kind| kind.name == "background-geopoint");
        let needs_none = is_background
            || element.control_value("appearance") == Some("label")
            || element.name.starts_with("reserved_name_for_field_list_labels_");
        let lone_big_image = element.media.iter().any(|(kind, _)| *kind == "big-image")
            && !element.media.iter().any(|(kind, _)| *kind == "image");
        if element.is_shown() && !labelled && !needs_none {
            survey.problem(
                row,
                "label",
                format!("\"{name}\" has no label or hint, so nobody can see what is asked; write a label"),
            );
        }
        if lone_big_image {
            survey.problem(
                row,
                "big-image",
                format!("\"{name}\" has a big-image but no image; fill in the column image too"),
            );
        }
    }
}

/// What a geometry refers to must be somewhere: a list, a file, entities, or a repeat.
fn check_geometries(survey: &mut Survey<'_>, workbook: &Workbook) {
    let instances: HashSet<String> = survey
        .form
        .elements
        .iter()
        .filter_map(instance_name)
        .chain(survey.choices.names().map(str::to_owned))
        .chain(entity_lists(workbook))
        .collect();
    for id in survey.form.in_order() {
        let element = &survey.form.elements[id];
        let is_geometry = element
            .question()
            .is_some_and(|kind| kind.name.starts_with("geo"));
        let Some(itemset) = element.itemset.as_ref().filter(|_| is_geometry) else {
            continue;
        };
        let list = itemset.list.clone();
        let found = match itemset.source {
            Source::Geometries => lone_reference(&list)
                .and_then(|name| survey.form.named(name).first())
                .is_some_and(|id| survey.form.elements[*id].role == Role::Repeat),
            _ => instances.contains(&list),
        };
        if !found {
            let row = element.row;
            let guess = did_you_mean(&list, instances.iter().map(String::as_str));
            let remedy = if guess.is_empty() {
                "; name a list of the sheet choices, a file without its ending, an entity list, or a repeat as ${name}"
            } else {
                guess.as_str()
            };
            survey.problem(
                row,
                "parameters",
                format!("reference-geometry finds nothing named \"{list}\"{remedy}"),
            );
        }
    }
}

/// The secondary instance that an element brings along.
fn instance_name(element: &Element) -> Option<String> {
    match (&element.role, &element.itemset) {
        (Role::External(_), _) => Some(element.name.clone()),
        (_, Some(itemset)) if itemset.source == Source::Instance => file_ending(&itemset.list)
            .map(|ending| itemset.list[..itemset.list.len() - ending.len() - 1].to_owned()),
        _ => None,
    }
}

fn entity_lists(workbook: &Workbook) -> impl Iterator<Item = String> {
    let sheet = workbook.sheet("entities");
    let list = sheet.and_then(|sheet| {
        sheet.headings.iter().position(|heading| {
            heading
                .as_deref()
                .is_some_and(|heading| matches!(snake_case(heading).as_str(), "list_name" | "dataset"))
        })
    });
    let rows = sheet.map(|sheet| sheet.rows.as_slice()).unwrap_or_default();
    rows.iter()
        .flat_map(|row| &row.cells)
        .filter(move |cell| Some(cell.column) == list)
        .map(|cell| cell.text.clone())
}

/// Attributes with a prefix need its namespace.
fn check_prefixes(survey: &mut Survey<'_>, has_entities: bool) {
    let mut known: BTreeSet<&str> = ["h", "ev", "xsd", "jr", "orx", "odk", "xml"].into();
    known.extend(
        survey
            .settings
            .namespaces
            .iter()
            .map(|(prefix, _)| prefix.as_str()),
    );
    if has_entities {
        known.insert("entities");
    }
    let wrong = |name: &str| match name.split_once(':') {
        _ if !is_xml_name(name) => Some(format!(
            "\"{name}\" cannot be the name of an attribute; use letters, digits, \"_\" and \"-\""
        )),
        Some((prefix, _)) if !known.contains(prefix) && prefix != "entities" => Some(format!(
            "the prefix of \"{name}\" is not declared; add {prefix}=\"…\" with its address to the column namespaces of settings"
        )),
        _ => None,
    };
    let mut findings = Vec::new();
    let mut told: BTreeSet<String> = BTreeSet::new();
    for element in &survey.form.elements {
        let names = element
            .bind
            .iter()
            .map(|(name, _)| name)
            .chain(element.control.iter().map(|(name, _)| name))
            .chain(element.instance.iter().map(|(name, _)| name));
        for name in names {
            if let Some(message) = wrong(name).filter(|_| told.insert(name.clone())) {
                findings.push(Finding::at_row(&survey.sheet, element.row, message));
            }
        }
    }
    for (name, _) in &survey.settings.attributes {
        findings.extend(wrong(name).map(|message| Finding::at_row("settings", 1, message)));
    }
    survey.problems.extend(findings);
}

/// A list that `search()` fills stands in the body, and cannot also be a secondary instance.
fn share_search_lists(survey: &mut Survey<'_>) {
    let mut searched: HashMap<String, (u32, String)> = HashMap::new();
    let mut others: Vec<(u32, String, String)> = Vec::new();
    for element in &survey.form.elements {
        let Some(itemset) = &element.itemset else { continue };
        match itemset.source {
            Source::Search => {
                searched.insert(itemset.list.clone(), (element.row, element.name.clone()));
            }
            Source::Instance
                if element
                    .question()
                    .is_some_and(|kind| kind.control != Control::Input) =>
            {
                others.push((element.row, element.name.clone(), itemset.list.clone()));
            }
            Source::Instance | Source::Answers | Source::Geometries | Source::External => {}
        }
    }
    for (row, name, list) in others {
        if let Some((first, other)) = searched.get(&list) {
            let message = format!(
                "\"{name}\" uses the list \"{list}\", which \"{other}\" of row {first} fills by search(); give one of them another list"
            );
            survey.problem(row, "type", message);
        }
    }
    for list in searched.keys() {
        if let Some(list) = survey.choices.find_mut(list) {
            list.in_body = true;
        }
    }
}

/// Warns of columns that are translated into some of a sheet's languages only.
pub(super) fn missing_translations(workbook: &Workbook, settings: &Settings, warnings: &mut Vec<Finding>) {
    for (name, vocabulary) in [("survey", Vocabulary::Survey), ("choices", Vocabulary::Choices)] {
        let Some(sheet) = workbook.sheet(name) else {
            continue;
        };
        let columns = Columns::of(sheet, vocabulary, &mut Vec::new(), &mut Vec::new());
        let mut languages: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut translated: BTreeSet<&str> = BTreeSet::new();
        for column in columns.0.iter().flatten() {
            let Some(name) = translatable(&column.target) else {
                continue;
            };
            translated.insert(name);
            languages
                .entry(column.language.as_deref().unwrap_or(&settings.default_language))
                .or_default()
                .insert(name);
        }
        if languages.len() < 2 {
            continue;
        }
        for (language, has) in &languages {
            let missing: Vec<&str> = translated
                .iter()
                .copied()
                .filter(|name| !has.contains(name))
                .collect();
            if !missing.is_empty() {
                warnings.push(Finding::at_row(
                    &sheet.name,
                    1,
                    format!(
                        "{} missing in the language \"{language}\"; a dash will be shown",
                        is_or_are(&missing)
                    ),
                ));
            }
        }
    }
}

/// Warns of languages without a code, by which a phone would choose its own.
pub(super) fn language_codes(languages: &[&str], warnings: &mut Vec<Finding>) {
    let unclear: Vec<&str> = languages
        .iter()
        .copied()
        .filter(|language| *language != "default" && !has_language_code(language))
        .collect();
    if !unclear.is_empty() {
        let message = format!(
            "the language {} has no valid code; write it like \"Bahasa Indonesia (id)\" so that phones can choose it",
            listed(unclear)
        );
        warnings.push(Finding::new("survey", message));
    }
}

/// Warns of sheets whose names are a slip away from one that would be used, and of rows that are not read.
pub(super) fn sheet_names(sheets: &[Sheet], warnings: &mut Vec<Finding>) {
    const KNOWN: [&str; 5] = ["survey", "choices", "settings", "external_choices", "entities"];
    for sheet in sheets {
        let name = sheet.name.trim().to_lowercase();
        if let Some(row) = sheet.stray_from.filter(|_| KNOWN.contains(&name.as_str())) {
            warnings.push(Finding::at_row(&sheet.name, row, "this row and those below are not read, because many empty rows stand above; move them up, or delete them"));
        }
        if KNOWN.contains(&name.as_str()) || name.starts_with('_') || name == "osm" {
            continue;
        }
        if let Some(meant) = nearest(&name, KNOWN).filter(|meant| {
            !sheets
                .iter()
                .any(|other| other.name.trim().eq_ignore_ascii_case(meant))
        }) {
            let message = format!(
                "the sheet \"{}\" is not used; did you mean \"{meant}\"? If not, begin its name with \"_\"",
                sheet.name
            );
            warnings.push(Finding::new(&sheet.name, message));
        }
    }
}

/// Warns that "Other" stands in one language where a workbook has several.
pub(super) fn or_other(sheet: &str) -> Finding {
    Finding::new(
        sheet,
        "or_other adds \"Other\" and \"Specify other.\" in English only; add the choice and the question yourself to translate them",
    )
}

fn translatable(target: &Target) -> Option<&str> {
    match target {
        Target::Known(name @ ("label" | "hint" | "guidance_hint")) | Target::Media(name) => Some(name),
        Target::Bind(name) if name == "jr:constraintMsg" => Some("constraint_message"),
        Target::Bind(name) if name == "jr:requiredMsg" => Some("required_message"),
        _ => None,
    }
}

fn is_or_are(names: &[&str]) -> String {
    let verb = if names.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", listed(names.iter().copied()))
}

/// Does the name end in an ISO 639 code, as `English (en)` or `Portuguese (pt-BR)` do?
fn has_language_code(language: &str) -> bool {
    let Some((_, code)) = language
        .strip_suffix(')')
        .and_then(|language| language.rsplit_once('('))
    else {
        return false;
    };
    let primary = code.split('-').next().unwrap_or_default();
    match primary.len() {
        2 => ISO_639_1
            .as_bytes()
            .chunks(3)
            .any(|known| &known[..2] == primary.as_bytes()),
        3 => primary.bytes().all(|byte| byte.is_ascii_lowercase()),
        _ => false,
    }
}

/// ISO 639-1, the two-letter codes, with the two withdrawn ones that workbooks still use.
const ISO_639_1: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it iu iw ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_known_by_their_code() {
        for known in [
            "English (en)",
            "Bahasa Indonesia (id)",
            "Português (pt-BR)",
            "Jawa (jav)",
        ] {
            assert!(has_language_code(known), "{known}");
        }
        for unknown in [
            "English",
            "English (xx)",
            "English (eng lish)",
            "(en",
            "French(FR)",
        ] {
            assert!(!has_language_code(unknown), "{unknown}");
        }
    }
}
