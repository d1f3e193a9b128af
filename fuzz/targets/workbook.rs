//! Workbooks as text: whatever an author writes, the converter ends, and what it makes is a form that opens.
#![no_main]

use baraza_fuzz::{convert, open};
use formats::xlsform::workbook::Kind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let kind = if data.contains(&b'|') { Kind::Markdown } else { Kind::Csv };
    match convert(data, kind) {
        Ok(form) => drop(open(&form)),
        Err(problems) => assert!(!problems.0.is_empty()),
    }
});
