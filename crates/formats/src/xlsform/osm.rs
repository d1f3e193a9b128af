//! The sheet `osm`: which tags of an OpenStreetMap feature a question edits.

use std::collections::HashMap;

use super::{
    columns::{Columns, Target, Text, Vocabulary, clean},
    settings::Settings,
    workbook::Workbook,
};

/// Tags by the name of their list.
#[derive(Debug, Clone, Default)]
pub(super) struct Tags(HashMap<String, Vec<(String, Text)>>);

impl Tags {
    pub(super) fn read(workbook: &Workbook, settings: &Settings) -> Self {
        let mut tags = Self::default();
        let Some(sheet) = workbook.sheet("osm") else {
            return tags;
        };
        // The sheet is rare and forgiving: a row that lacks its list or its key is left out.
        let columns = Columns::of(sheet, Vocabulary::Choices, &mut Vec::new(), &mut Vec::new());
        for row in &sheet.rows {
            let (mut list, mut key, mut label) = (None, None, Text::None);
            for (column, text) in columns.cells(row) {
                let value = clean(text, false);
                match &column.target {
                    Target::Known("list_name") => list = Some(value),
                    Target::Known("name") => key = Some(value),
                    Target::Known("label") => {
                        label.add(column.language.as_deref(), value, &settings.default_language);
                    }
                    _ => {}
                }
            }
            if let (Some(list), Some(key)) = (list, key) {
                tags.0.entry(list).or_default().push((key, label));
            }
        }
        tags
    }

    pub(super) fn of(&self, list: &str) -> Vec<(String, Text)> {
        self.0.get(list).cloned().unwrap_or_default()
    }
}
