//! Workbooks that accidents have happened to: whatever they hold, there is an answer, and a form is always well-formed.

use proptest::prelude::*;

use super::*;
use crate::xlsform::workbook::{Cell, Row};

/// Every feature in a few rows, for accidents to happen to.
const DENSE: &str = "| survey |
| | type | name | label::English (en) | label::Kiswahili (sw) | relevant | constraint | calculation | default | trigger | choice_filter | parameters | appearance | repeat_count | save_to | image |
| | audit | | | | | | | | | | track-changes=true | | | | |
| | text | a | A ${b} | A | | regex(., 'x') | | now() | | | rows=3 | | | name_of | a.png |
| | begin_repeat | r | R | R | ${a} != '' | | | | | | | | ${n} + 1 | | |
| | integer | b | B | B | | . > 1 | | 1 + 1 | ${a} | | | | | | |
| | select_one l or_other | c | C | C | | | | | | | randomize=true | | | | |
| | select_multiple m | d | D | D | | | | | | f = ${c} | | | | | |
| | begin_group | g | G | G | | | | | | | | table-list | | | |
| | select_one l | e | E | E | | | | | | | | | | | |
| | end_group | | | | | | | | | | | | | | |
| | end_repeat | | | | | | | | | | | | | | |
| | calculate | n | | | | | count(${r}) + ${last-saved#n} | | | | | | | | |
| | select_one ${b} | s | S | S | | | | | | | | | | | |
| | range | t | T | T | | | | | | | start=0 end=10 step=2 tick_labelset=u | | | | |
| | geopoint | p | P | P | | | | | | | reference-geometry=l | | | | |
| | begin loop over l | o | O %(label)s | O | | | | | | | | | | | |
| | note | q | Q %(label)s | Q | | | | | | | | | | | |
| | end loop | | | | | | | | | | | | | | |
| choices |
| | list_name | name | label::English (en) | label::Kiswahili (sw) | f | image |
| | l | x | X | X | | x.png |
| | l | y | Y | Y | | |
| | m | z | Z instance('l')/root/item[1] | Z | x | |
| | u | 0 | Zero | Sifuri | | |
| settings |
| | form_title | form_id | version | default_language | instance_name | namespaces |
| | T | dense | 1 | English (en) | ${a} | x=\"http://x\" |
| entities |
| | list_name | label | entity_id | create_if | update_if |
| | things | ${a} | ${a} | true() | false() |
";

/// What people and programs leave in cells.
fn scribble() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("${".to_owned()),
        Just("${a}".to_owned()),
        Just("${r}".to_owned()),
        Just("begin_group".to_owned()),
        Just("end_repeat".to_owned()),
        Just("select_one".to_owned()),
        Just("x=y z".to_owned()),
        Just("meta".to_owned()),
        Just("\u{0}\u{fffe}<&\"']]>".to_owned()),
        "[ -~]{1,12}",
        "\\PC{1,6}",
    ]
}

proptest! {
    #[test]
    fn no_accident_makes_a_broken_form(accidents in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), scribble()), 1..6)) {
        let mut workbook = read(DENSE.as_bytes(), Kind::Markdown).expect("Markdown is text");
        for (row, column, text) in accidents {
            let rows: usize = workbook.sheets.iter().map(|sheet| sheet.rows.len()).sum();
            let mut at = row.index(rows);
            let sheet = workbook.sheets.iter_mut().find(|sheet| {
                let here = at < sheet.rows.len();
                at -= if here { 0 } else { sheet.rows.len() };
                here
            }).expect("a row");
            let column = column.index(sheet.headings.len());
            let row: &mut Row = &mut sheet.rows[at];
            row.cells.retain(|cell| cell.column != column);
            if !text.is_empty() {
                row.cells.push(Cell { column, text });
                row.cells.sort_by_key(|cell| cell.column);
            }
        }
        match convert(&workbook, &Options::default()) {
            Ok(form) => prop_assert!(roxmltree::Document::parse(&form.xform).is_ok(), "{}", form.xform),
            Err(problems) => prop_assert!(problems.0.iter().all(|problem| !problem.message.is_empty())),
        }
    }

    #[test]
    fn no_text_is_too_strange_to_read(text in "(?s).{0,300}") {
        for kind in [Kind::Csv, Kind::Markdown, Kind::Xlsx, Kind::Xls] {
            if let Ok(workbook) = read(text.as_bytes(), kind) {
                let converted = convert(&workbook, &Options::default());
                prop_assert!(converted.is_err() || text.contains("type"));
            }
        }
    }
}

#[test]
fn the_workbook_is_sound_before_anything_happens_to_it() {
    let form = converted(DENSE);
    assert!(roxmltree::Document::parse(&form.xform).is_ok());
    assert_holds(
        &form,
        &[
            "<bind nodeset=\"/data/n\" type=\"string\" calculate=\"count(/data/r) + instance('__last-saved')/data/n\"/>",
        ],
    );
}
