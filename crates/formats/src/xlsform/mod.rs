//! XLSForm: a questionnaire written in a spreadsheet, made into an XForm that ODK Collect opens.
//!
//! Follows the [XLSForm reference](https://xlsform.org/en/ref-table/) and writes the
//! [ODK XForms specification](https://getodk.github.io/xforms-spec/) 1.0.0. [`read`] understands the file, [`convert`] writes the
//! form; both name sheet, row, column and remedy of whatever is wrong, all of it at once.
//!
//! Deliberately absent: `include` and `cascading_select`, which XLSForm gave up in 2013, and the columns for filling forms by SMS.
//! Expressions are read here (by [`crate::xpath`]) but evaluated only when a form is opened (by [`crate::xform`]).

mod appearances;
pub mod attachments;
mod body;
mod checks;
mod choices;
mod circles;
mod columns;
mod entities;
mod expression;
pub mod finding;
mod form;
mod itext;
mod model;
mod osm;
mod parameters;
mod questions;
mod settings;
mod survey;
mod types;
pub mod workbook;
mod xml;

use attachments::Attachment;
use choices::Choices;
use expression::is_ncname;
use finding::{Finding, Problems};
use form::{Element, Role};
use itext::Itext;
use model::Model;
use settings::Settings;
use survey::Survey;
use workbook::{Kind, Sheet, Workbook};
use xml::Xml;

/// What a workbook does not say about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Name of the root element; `data` unless this or the settings say otherwise.
    pub form_name: Option<String>,
    /// The file's name without its ending; the form id where the settings give none.
    pub file_stem: Option<String>,
}

/// A form, ready for Collect, and what its author should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Converted {
    /// The XForm, indented, UTF-8.
    pub xform: String,
    pub form_id: String,
    pub version: Option<String>,
    pub title: String,
    /// Languages of the texts, in the order of the workbook; empty when there is one and it has no name.
    pub languages: Vec<String>,
    pub default_language: Option<String>,
    pub warnings: Vec<Finding>,
    /// Files the form needs beside it.
    pub attachments: Vec<Attachment>,
}

/// Reads the cells of a workbook.
///
/// # Errors
/// When the bytes are not of the kind: a damaged file, or text that is not UTF-8.
pub fn read(bytes: &[u8], kind: Kind) -> Result<Workbook, Problems> {
    workbook::read(bytes, kind)
}

/// Converts a workbook to an XForm.
///
/// # Errors
/// Everything that keeps it from being a form, in the order of the sheets.
pub fn convert(workbook: &Workbook, options: &Options) -> Result<Converted, Problems> {
    let (mut problems, mut warnings) = (Vec::new(), Vec::new());
    if let Some(name) = options.form_name.as_ref().filter(|name| !is_ncname(name)) {
        problems.push(Finding::new("", format!("the form name \"{name}\" cannot be an element; begin with a letter, then letters, digits and \"_\"")));
    }
    checks::sheet_names(&workbook.sheets, &mut warnings);
    let mut settings = Settings::read(workbook, &mut problems, &mut warnings);
    let mut choices = Choices::read(workbook, "choices", &settings, &mut problems, &mut warnings);
    let external = Choices::read(
        workbook,
        "external_choices",
        &settings,
        &mut problems,
        &mut Vec::new(),
    );
    checks::missing_translations(workbook, &settings, &mut warnings);
    let root = settings
        .root
        .as_ref()
        .or(options.form_name.as_ref())
        .filter(|root| is_ncname(root))
        .map_or("data", String::as_str)
        .to_owned();

    let mut survey = Survey::read(
        workbook,
        &root,
        &mut choices,
        &external,
        &mut settings,
        problems,
        warnings,
    );
    add_meta(&mut survey);
    let entities_version = entities::add(&mut survey, workbook);
    checks::check(&mut survey, workbook, entities_version.is_some());
    let Survey {
        form,
        mut problems,
        mut warnings,
        sheet,
        has_or_other,
        ..
    } = survey;
    let files = model::files(&form, &choices, &sheet, &mut problems, &mut warnings);
    if !problems.is_empty() {
        return Err(Problems(problems));
    }

    let form_id = settings
        .id
        .clone()
        .or_else(|| options.file_stem.clone())
        .unwrap_or_else(|| root.clone());
    let title = settings.title.clone().unwrap_or_else(|| form_id.clone());
    let itext = Itext::of(&form, &choices, &settings.default_language);
    checks::language_codes(&itext.languages, &mut warnings);
    if has_or_other && itext.languages.len() > 1 {
        warnings.push(checks::or_other(&sheet));
    }
    let model = Model {
        form: &form,
        choices: &choices,
        settings: &settings,
        form_id: &form_id,
        itext: &itext,
        files: &files,
        entities_version,
    };
    let languages: Vec<String> = itext
        .languages
        .iter()
        .filter(|language| **language != "default")
        .map(|language| (*language).to_owned())
        .collect();
    Ok(Converted {
        xform: write(&model, &title),
        version: settings.version.clone(),
        default_language: Some(settings.default_language.clone())
            .filter(|language| languages.contains(language)),
        languages,
        warnings,
        attachments: Attachment::of(workbook, &form, &choices, &files),
        form_id,
        title,
    })
}

/// The sheet of questions: the one so named, or the only one.
fn survey_sheet(workbook: &Workbook) -> Option<&Sheet> {
    workbook.sheet("survey").or(match workbook.sheets.as_slice() {
        [only] => Some(only),
        _ => None,
    })
}

/// Adds what every submission says about itself: its id, its name and the audit log.
fn add_meta(survey: &mut Survey<'_>) {
    let mut children = Vec::new();
    children.extend(survey.audit.take());
    let value = |name: &str| questions::element("calculate", name.to_owned(), 0);
    if !survey.settings.omits_instance_id {
        let mut id = value("instanceID");
        id.set_bind("jr:preload", survey.settings.instance_id.clone());
        id.set_bind("readonly", "true()");
        children.push(id);
    }
    if let Some(name) = &survey.settings.instance_name {
        let mut instance_name = value("instanceName");
        instance_name.set_bind("calculate", name.clone());
        children.push(instance_name);
    }
    if children.is_empty() {
        return;
    }
    let meta = survey.form.add(
        0,
        Element {
            role: Role::Hidden,
            name: "meta".to_owned(),
            ..Element::default()
        },
    );
    for child in children {
        survey.form.add(meta, child);
    }
    survey.form.place();
}

fn write(model: &Model<'_>, title: &str) -> String {
    let mut namespaces = vec![
        ("xmlns".to_owned(), "http://www.w3.org/2002/xforms".to_owned()),
        ("xmlns:h".to_owned(), "http://www.w3.org/1999/xhtml".to_owned()),
        (
            "xmlns:ev".to_owned(),
            "http://www.w3.org/2001/xml-events".to_owned(),
        ),
        (
            "xmlns:xsd".to_owned(),
            "http://www.w3.org/2001/XMLSchema".to_owned(),
        ),
        ("xmlns:jr".to_owned(), "http://openrosa.org/javarosa".to_owned()),
        ("xmlns:orx".to_owned(), "http://openrosa.org/xforms".to_owned()),
        (
            "xmlns:odk".to_owned(),
            "http://www.opendatakit.org/xforms".to_owned(),
        ),
    ];
    if model.entities_version.is_some() {
        namespaces.push((
            "xmlns:entities".to_owned(),
            "http://www.opendatakit.org/xforms/entities".to_owned(),
        ));
    }
    for (prefix, address) in &model.settings.namespaces {
        let name = format!("xmlns:{prefix}");
        if !namespaces.iter().any(|(known, _)| *known == name) {
            namespaces.push((name, address.clone()));
        }
    }
    let attributes: Vec<(&str, &str)> = namespaces
        .iter()
        .map(|(name, address)| (name.as_str(), address.as_str()))
        .collect();
    let mut xml = Xml::new();
    xml.open("h:html", &attributes);
    xml.open("h:head", &[]);
    xml.text("h:title", &[], title);
    model.write(&mut xml);
    xml.close("h:head");
    body::write(model, &mut xml);
    xml.close("h:html");
    xml.finish()
}

#[cfg(test)]
mod canonical;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod yardstick;
