//! Secondary instances as rows by columns, for whoever looks choices up without evaluating expressions.

use std::collections::HashMap;

use super::form::Form;

/// A list of choices: names of columns, and one line of cells for each item.
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
        Some(listed)
    }
}
