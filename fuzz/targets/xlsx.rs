//! Excel workbooks: damaged files as they are, and sound archives around damaged sheets.
#![no_main]

use baraza_fuzz::{convert, open, pieces, xlsx};
use formats::xlsform::workbook::Kind;
use libfuzzer_sys::fuzz_target;

// The converter catches what the library for Excel files stumbles over; only what it does not catch is a finding.
fuzz_target!(init: std::panic::set_hook(Box::new(|_| {})), |data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let converted = match first {
        b'P' => convert(data, Kind::Xlsx),
        0xD0 => convert(data, Kind::Xls),
        _ => convert(&xlsx(&pieces(rest, 5)), Kind::Xlsx),
    };
    if let Ok(form) = converted {
        open(&form);
    }
});
