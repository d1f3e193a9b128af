//! Writes sound files for the targets to begin with. usage: seeds FOLDER

use std::{env, fs, io, path::Path};

use baraza_fuzz::{FORMS, convert, sound, xlsx};
use formats::{
    dcat::{
        self, Syntax,
        codes::data_theme,
        model::{Agent, Bounds, Column, ColumnKind, Dataset, Distribution, Period, Place},
        values::{Iri, Texts, When},
    },
    frictionless,
    xform::{Instance, Keep},
    xlsform::{self, workbook::Kind},
    xpath::{Env, Moment},
};

fn main() -> io::Result<()> {
    let folder = env::args().nth(1).unwrap_or_else(|| "corpus".to_owned());
    let write = |target: &str, name: String, bytes: &[u8]| {
        let folder = Path::new(&folder).join(target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(name), bytes)
    };
    for (nth, markdown) in FORMS.into_iter().enumerate() {
        write("workbook", format!("form-{nth}.md"), markdown.as_bytes())?;
        let form = convert(markdown.as_bytes(), Kind::Markdown).map_err(io::Error::other)?;
        write("xform", format!("form-{nth}.xml"), form.xform.as_bytes())?;
        let form = sound(markdown);
        let env = Env::new(Moment { micros: 1_795_293_000_000_000, offset_minutes: 180 }, 1);
        let answers = Instance::new(&form, &env).to_xml(&form, Keep::All);
        let with_list = format!("{answers}\0name,label,level,parent\nv1,Sukorejo,village,d1\n");
        write("instance", format!("form-{nth}"), with_list.as_bytes())?;
        let delivery = format!(
            "multipart/form-data; boundary=x7\0--x7\r\nContent-Disposition: form-data; name=\"xml_submission_file\"; filename=\"a.xml\"\r\nContent-Type: text/xml\r\n\r\n{answers}\r\n--x7\r\nContent-Disposition: form-data; name=\"photo.jpg\"; filename=\"photo.jpg\"\r\n\r\n\u{ff}\r\n--x7--\r\n"
        );
        write("multipart", format!("delivery-{nth}"), delivery.as_bytes())?;
    }
    for (nth, markdown) in SMALL.iter().enumerate() {
        write("workbook", format!("small-{nth}.md"), markdown.as_bytes())?;
        // The larger a seed, the fewer a minute.
        let sheets = sheets_of(markdown);
        let parts: Vec<&[u8]> = sheets.iter().map(String::as_bytes).collect();
        write("xlsx", format!("small-{nth}.xlsx"), &xlsx(&parts))?;
        write("xlsx", format!("small-{nth}.parts"), format!("S{}", sheets.join("\0")).as_bytes())?;
        if let Ok(form) = convert(markdown.as_bytes(), Kind::Markdown) {
            write("xform", format!("small-{nth}.xml"), form.xform.as_bytes())?;
        }
    }
    for syntax in Syntax::ALL {
        write("catalogue", format!("dataset.{}", syntax.suffix()), dcat::dataset(syntax, &dataset()).as_bytes())?;
    }
    let package = frictionless::write(&frictionless::package_of(&dataset(), "villages", "en"));
    write("catalogue", "datapackage.json".to_owned(), package.as_bytes())?;
    write("workbook", "plain.csv".to_owned(), b"type,name,label\ntext,a,A\n")?;
    write("workbook", "stacked.csv".to_owned(), b"survey,,,\n,type,name,label\n,select_one l,a,A\nchoices\n,list_name,name,label\n,l,x,X\n")
}

/// A dataset with something of every kind.
fn dataset() -> Dataset {
    let mut one = Dataset::new(address("https://a.example/d"));
    one.title = Texts::of("id", "Desa").and("en", "Villages");
    one.themes.extend(data_theme("government"));
    one.modified = When::parse("2026-11-22");
    one.periods.push(Period { start: When::parse("2025"), end: None });
    one.places.push(Place { bounds: Some(Bounds { west: 1.5, south: -2.0, east: 3.0, north: 4.0 }), ..Place::default() });
    one.publisher = Some(Agent { name: Texts::plain("PMD"), email: Some("a@b.example".into()), ..Agent::default() });
    one.distributions.push(Distribution {
        download_url: Some(address("https://a.example/d.csv")),
        format: Some("CSV".into()),
        byte_size: Some(7),
        columns: vec![Column {
            name: "n".into(),
            title: Texts::default(),
            description: Texts::default(),
            kind: ColumnKind::Whole,
            is_required: true,
        }],
        ..Distribution::default()
    });
    one
}

fn address(text: &str) -> Iri {
    Iri::parse(text).expect("a seed has proper addresses")
}

/// Small forms that the fuzzer can change in one place and still have a form.
const SMALL: &[&str] = &[
    "| survey |\n| | type | name | label |\n| | text | a | A |\n",
    "| survey |\n| | type | name | label | relevant |\n| | begin_repeat | r | R | |\n| | integer | n | N | . > 1 |\n| | end_repeat | | | |\n| | note | s | ${n} | sum(${n}) > 2 |\n",
    "| survey |\n| | type | name | label | choice_filter |\n| | select_one l | a | A | x = ${b} |\n| | text | b | B | |\n| choices |\n| | list_name | name | label | x |\n| | l | c | C | 1 |\n",
    "| survey |\n| | type | name | label | default | trigger |\n| | date | d | D | today() | |\n| | text | t | T | | ${d} |\n| | geopoint | g | G | | |\n| settings |\n| | form_id | version | instance_name |\n| | f | 1 | ${t} |\n",
    "| survey |\n| | type | name | label |\n| | begin_group | g | G |\n| | begin loop over l | p | P |\n| | integer | n | %(label)s |\n| | end loop | | |\n| | end_group | | |\n| choices |\n| | list_name | name | label |\n| | l | a | A |\n| | l | b | B |\n",
];

/// The sheets of a workbook as Excel writes them, with every text in its cell.
fn sheets_of(markdown: &str) -> Vec<String> {
    let workbook = xlsform::read(markdown.as_bytes(), Kind::Markdown).unwrap_or_default();
    let mut sheets: Vec<String> = ["survey", "choices", "settings"]
        .map(|name| workbook.sheet(name).map(sheet_xml).unwrap_or_default())
        .into();
    sheets.push("<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><si><t>text</t></si><si><r><t>no</t></r><r><t>te</t></r></si></sst>".to_owned());
    sheets
}

fn sheet_xml(sheet: &xlsform::workbook::Sheet) -> String {
    let cell = |row: u32, column: usize, text: &str| {
        let letter = char::from(b'A' + (column % 26) as u8);
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        format!("<c r=\"{letter}{row}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
    };
    let headings: String = sheet
        .headings
        .iter()
        .enumerate()
        .filter_map(|(column, heading)| Some(cell(1, column, heading.as_deref()?)))
        .collect();
    let rows: String = sheet
        .rows
        .iter()
        .map(|row| {
            let cells: String = row.cells.iter().map(|it| cell(row.number, it.column, &it.text)).collect();
            format!("<row r=\"{}\">{cells}</row>", row.number)
        })
        .collect();
    format!("<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row r=\"1\">{headings}</row>{rows}</sheetData></worksheet>")
}
