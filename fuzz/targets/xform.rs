//! XForms of other converters: parsed, opened, walked through page by page, written, tabulated.
#![no_main]

use formats::{
    xform::{Form, Instance, Keep, pages, rows, tables, with_version},
    xpath::{Env, Moment},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = with_version(text, "2");
    let Ok(form) = Form::parse(text) else { return };
    let env = Env::new(Moment { micros: 1_795_293_000_000_000, offset_minutes: 180 }, 1);
    let mut instance = Instance::new(&form, &env);
    let language = form.languages().first().cloned().unwrap_or_default();
    pages(&form, &env, &instance, &language);
    instance.finish(&form, &env);
    let xml = instance.to_xml(&form, Keep::All);
    Instance::read(&form, &xml).unwrap_or_else(|error| panic!("{error}\n{xml}"));
    rows(&tables(&form), &instance, "uuid:1");
});
