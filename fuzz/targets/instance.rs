//! Answers as a phone sends them, with a list the form reads: envelope, check, rows.
#![no_main]

use std::sync::LazyLock;

use baraza_fuzz::{FORMS, pieces, sound};
use formats::{
    openrosa::Envelope,
    xform::{Form, Keep, check, rows, tables},
    xpath::{Env, Moment},
};
use libfuzzer_sys::fuzz_target;

static SOUND: LazyLock<Vec<Form>> = LazyLock::new(|| FORMS.map(sound).into());

fuzz_target!(|data: &[u8]| {
    let parts = pieces(data, 2);
    let Ok(xml) = std::str::from_utf8(parts[0]) else { return };
    let _ = Envelope::read(xml);
    for form in SOUND.iter() {
        let mut form = form.clone();
        if let Some(list) = parts.get(1) {
            let _ = form.attach("places.csv", list);
        }
        let env = Env::new(Moment { micros: 1_795_293_000_000_000, offset_minutes: 180 }, 1);
        if let Ok((instance, _)) = check(&form, &env, xml) {
            rows(&tables(&form), &instance, "uuid:1");
            let again = instance.to_xml(&form, Keep::Relevant);
            if let Err(error) = check(&form, &env, &again) {
                panic!("{error}\n{again}");
            }
        }
    }
});
