//! The sheet `settings`, one row of facts about the whole form.

use super::{
    columns::{Columns, Target, Vocabulary, clean},
    expression::is_ncname,
    finding::Finding,
    workbook::{Sheet, Workbook},
};

#[derive(Debug, Clone, Default)]
pub(super) struct Settings {
    pub title: Option<String>,
    pub id: Option<String>,
    pub root: Option<String>,
    pub version: Option<String>,
    pub default_language: String,
    pub instance_name: Option<String>,
    /// How the instance id is made; a `jr:preload`.
    pub instance_id: String,
    pub omits_instance_id: bool,
    pub instance_xmlns: Option<String>,
    /// Prefix and address of further namespaces.
    pub namespaces: Vec<(String, String)>,
    pub public_key: Option<String>,
    pub submission_url: Option<String>,
    pub auto_send: Option<String>,
    pub auto_delete: Option<String>,
    pub client_editable: bool,
    pub style: Option<String>,
    pub allows_twin_choices: bool,
    /// Are runs of spaces in the survey made one? So unless it says no.
    pub collapses_spaces: bool,
    pub adds_none: bool,
    /// Do groups have no nodes of their own? For ODK Tables, which is gone.
    pub flat: bool,
    pub prefix: Option<String>,
    pub delimiter: Option<String>,
    /// Attributes of the primary instance's root.
    pub attributes: Vec<(String, String)>,
}

impl Settings {
    pub(super) fn read(
        workbook: &Workbook,
        problems: &mut Vec<Finding>,
        warnings: &mut Vec<Finding>,
    ) -> Self {
        let mut settings = Self {
            default_language: "default".to_owned(),
            instance_id: "uid".to_owned(),
            collapses_spaces: true,
            ..Self::default()
        };
        let Some(sheet) = workbook.sheet("settings") else {
            return settings;
        };
        // Both names of the form's id are common in old workbooks; the newer one wins.
        let ids = sheet
            .headings
            .iter()
            .flatten()
            .filter(|heading| {
                matches!(
                    super::columns::snake_case(heading).as_str(),
                    "form_id" | "id_string"
                )
            })
            .count();
        let mut ignored = Vec::new();
        let columns = Columns::of(
            sheet,
            Vocabulary::Settings,
            if ids > 1 { &mut ignored } else { problems },
            warnings,
        );
        if ids > 1 {
            warnings.push(Finding::at_row(
                &sheet.name,
                1,
                "both form_id and id_string are given; form_id is used, remove id_string",
            ));
        }
        let Some(row) = sheet.rows.first() else {
            return settings;
        };
        for (column, text) in columns.cells(row) {
            if ids > 1 && super::columns::snake_case(&column.heading) == "id_string" {
                continue;
            }
            let value = clean(text, false);
            match &column.target {
                Target::Known(name) => settings.set(name, value),
                Target::Attribute(name) => settings.attributes.push((name.clone(), value)),
                _ => {}
            }
        }
        settings.check(sheet, row.number, &columns, problems, warnings);
        settings
    }

    /// Sets a setting that a row of the survey may also give, as very old workbooks do.
    pub(super) fn set(&mut self, name: &str, value: String) {
        match name {
            "title" => self.title = Some(value),
            "id_string" => self.id = Some(value),
            "name" => self.root = Some(value),
            "version" => self.version = Some(value),
            "default_language" => self.default_language = value,
            "instance_name" => self.instance_name = Some(value),
            "instance_id" => self.instance_id = value,
            "instance_xmlns" => self.instance_xmlns = Some(value),
            "namespaces" => self.namespaces = namespaces(&value),
            "omit_instanceid" => self.omits_instance_id = yes(&value).unwrap_or(false),
            "public_key" => self.public_key = Some(value),
            "submission_url" => self.submission_url = Some(value),
            "style" => self.style = Some(value),
            "auto_send" => self.auto_send = Some(value),
            "auto_delete" => self.auto_delete = Some(value),
            "client_editable" => self.client_editable = yes(&value).unwrap_or(false),
            "allow_choice_duplicates" => self.allows_twin_choices = yes(&value).unwrap_or(false),
            "clean_text_values" => self.collapses_spaces = yes(&value).unwrap_or(true),
            "add_none_option" => self.adds_none = yes(&value).unwrap_or(false),
            "flat" => self.flat = yes(&value).unwrap_or(false),
            "prefix" => self.prefix = Some(value),
            "delimiter" => self.delimiter = Some(value),
            _ => {}
        }
    }

    fn check(
        &self,
        sheet: &Sheet,
        row: u32,
        columns: &Columns,
        problems: &mut Vec<Finding>,
        warnings: &mut Vec<Finding>,
    ) {
        if let Some(root) = self.root.as_ref().filter(|root| !is_ncname(root)) {
            let message = format!(
                "\"{root}\" cannot be the name of the form's root; begin with a letter, then letters, digits, \"_\", \"-\" or \".\""
            );
            problems.push(
                Finding::at_row(&sheet.name, row, message).column(columns.heading_of(&Target::Known("name"))),
            );
        }
        if self.omits_instance_id && self.public_key.is_some() {
            problems.push(Finding::at_row(
                &sheet.name,
                row,
                "a form with public_key needs its instance id; remove omit_instanceID",
            ));
        }
        if sheet.rows.len() > 1 {
            warnings.push(Finding::at_row(
                &sheet.name,
                sheet.rows[1].number,
                "only the first row of settings is used",
            ));
        }
    }
}

/// `yes`, `TRUE`, `true()` … and their opposites; `None` for anything else.
pub(super) fn yes(word: &str) -> Option<bool> {
    match word.trim().to_lowercase().as_str() {
        "yes" | "true" | "true()" => Some(true),
        "no" | "false" | "false()" => Some(false),
        _ => None,
    }
}

/// `esri="http://esri.com/xforms" x="…"` → prefixes and addresses.
fn namespaces(value: &str) -> Vec<(String, String)> {
    value
        .split_whitespace()
        .filter_map(|pair| pair.split_once('='))
        .filter(|(prefix, _)| is_ncname(prefix))
        .map(|(prefix, address)| (prefix.to_owned(), address.replace(['"', '\''], "")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_is_understood_in_its_spellings() {
        assert_eq!(yes("TRUE"), Some(true));
        assert_eq!(yes("no"), Some(false));
        assert_eq!(yes("${a} = 1"), None);
    }

    #[test]
    fn namespaces_lose_their_quotes() {
        assert_eq!(
            namespaces("esri=\"http://esri.com/xforms\" bad"),
            [("esri".to_owned(), "http://esri.com/xforms".to_owned())]
        );
    }
}
