//! Secondary instances as rows by columns, for whoever looks choices up without evaluating expressions.

use std::collections::HashMap;

use super::{form::Form, text::Part};

/// A list of choices: names of columns, and one line of cells for each item; translated labels stand in `label`, in every language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Form {
    /// Returns a list by its id; `None` when the form has none, or its file was not attached.
    pub fn listed(&self, id: &str) -> Option<Listed> {
        let (_, doc) = self.instances.iter().find(|(known, _)| known == id)?;
        let root = doc.root()?;
        let mut listed = Listed::default();
        let mut places: HashMap<String, usize> = HashMap::new();
        for item in doc.children(root) {
            let mut row = vec![String::new(); listed.columns.len()];
            for cell in doc.children(item) {
                let name = doc.name(cell);
                let at = match places.get(name) {
                    Some(&at) => at,
                    None => {
                        places.insert(name.to_owned(), listed.columns.len());
                        listed.columns.push(name.to_owned());
                        row.push(String::new());
                        listed.columns.len() - 1
                    }
                };
                doc.value(cell).clone_into(&mut row[at]);
            }
            listed.rows.push(row);
        }
        for row in &mut listed.rows {
            row.resize(listed.columns.len(), String::new());
        }
        self.say(&mut listed);
        Some(listed)
    }

    /// Gives rows with translated labels a column of them, in every language, to be searched.
    fn say(&self, listed: &mut Listed) {
        let column = |name: &str| listed.columns.iter().position(|column| column == name);
        let (Some(ids), None) = (column("itextId"), column("label")) else {
            return;
        };
        for row in &mut listed.rows {
            let texts = (0..self.itext.texts.len()).filter_map(|language| {
                let parts = self.itext.find(language, &row[ids])?.text.as_ref()?;
                let plain = parts.iter().filter_map(|part| match part {
                    Part::Text(text) => Some(text.to_string()),
                    _ => None,
                });
                Some(plain.collect::<String>())
            });
            let label = texts.collect::<Vec<_>>().join(" / ");
            row.push(label);
        }
        listed.columns.push("label".into());
    }
}
